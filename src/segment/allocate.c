/* SPDX-License-Identifier: MIT
 * Allocation: the best hours, what they bring, and what other assumptions would change. */
#include "allocate.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"

enum { ANSWERS = 5 };

typedef struct result {
    partner_allocation visible; /* the first member: its address is the result's */
    partner__arena arena;
    partner_allocation_sensitivity sensitivity;
} result;

void partner_allocation_free(partner_allocation *allocation)
{
    result *r = (result *)allocation;

    if (r == NULL) return;
    partner__arena_free(&r->arena);
    partner__free(r);
}

/* --- an answer --- */

static partner_status find_answer(const partner__spread *spread, partner__arena *arena,
                                  partner__spread_answer *answer, partner_error *error)
{
    const size_t rows = spread->given.rows;
    partner_status status;

    answer->hours = partner__arena_alloc(arena, rows, sizeof *answer->hours);
    answer->expected = partner__arena_alloc(arena, rows, sizeof *answer->expected);
    answer->marginal = partner__arena_alloc(arena, rows, sizeof *answer->marginal);
    if (answer->hours == NULL || answer->expected == NULL || answer->marginal == NULL)
        return partner__no_memory(error);
    status = partner__spread_find(spread, answer->gain_factor, answer->scale_factor, answer->hours, error);
    return status == PARTNER_OK ? partner__spread_measure(spread, answer, error) : status;
}

/* --- other assumptions --- */

/* The columns of the table, writable. */
typedef struct answers {
    double *gain_factor, *scale_factor, *spent, *gain, *lambda, *moved;
} answers;

static void put_answer(const answers *to, size_t k, const partner__spread_answer *answer, double moved)
{
    to->gain_factor[k] = answer->gain_factor;
    to->scale_factor[k] = answer->scale_factor;
    to->spent[k] = answer->spent;
    to->gain[k] = answer->gain;
    to->lambda[k] = answer->lambda;
    to->moved[k] = moved;
}

double partner__hours_moved(const double *from, const double *to, size_t rows)
{
    partner__sum more = {0, 0}, less = {0, 0};

    for (size_t i = 0; i < rows; i++) {
        if (to[i] > from[i]) partner__sum_add(&more, to[i] - from[i]);
        else partner__sum_add(&less, from[i] - to[i]);
    }
    return fmax(partner__sum_value(&more), partner__sum_value(&less));
}

/* All gains times the same factor: the best hours are the same ones. */
static partner_status put_other_gains(const answers *to, size_t k, const partner__spread_answer *base,
                                      double factor, partner_error *error)
{
    partner__spread_answer other = *base;

    other.gain_factor *= factor;
    other.gain *= factor;
    other.lambda *= factor;
    put_answer(to, k, &other, 0);
    if (isfinite(other.gain) && isfinite(other.lambda)) return PARTNER_OK;
    return partner__fail_at(
        error, PARTNER_E_RANGE, partner__at("returns", "gain", PARTNER_NO_ROW, PARTNER_NONE),
        "returns: with gains times %.15g what hours bring is more than a double holds", other.gain_factor);
}

static partner_status put_other_scales(const partner__spread *spread, const answers *to, size_t k,
                                       const partner__spread_answer *base, double factor, partner_error *error)
{
    partner__spread_answer other = {.gain_factor = base->gain_factor,
                                    .scale_factor = base->scale_factor * factor};
    partner__arena arena = {NULL};
    partner_status status = find_answer(spread, &arena, &other, error);

    if (status == PARTNER_OK)
        put_answer(to, k, &other, partner__hours_moved(base->hours, other.hours, spread->given.rows));
    partner__arena_free(&arena);
    return status;
}

static partner_status make_answers(const partner__spread *spread, const partner__spread_answer *base,
                                   const answers *to, partner_error *error)
{
    partner_status status;

    put_answer(to, 0, base, 0);
    status = put_other_gains(to, 1, base, 0.5, error);
    if (status == PARTNER_OK) status = put_other_gains(to, 2, base, 2, error);
    if (status == PARTNER_OK) status = put_other_scales(spread, to, 3, base, 0.5, error);
    if (status == PARTNER_OK) status = put_other_scales(spread, to, 4, base, 2, error);
    return status;
}

static partner_status make_sensitivity(result *r, const partner__spread *spread,
                                       const partner__spread_answer *base, partner_error *error)
{
    double *all = partner__arena_alloc(&r->arena, ANSWERS, 6 * sizeof *all);
    answers to;

    if (all == NULL) return partner__no_memory(error);
    to.gain_factor = all;
    to.scale_factor = all + ANSWERS;
    to.spent = all + 2 * ANSWERS;
    to.gain = all + 3 * ANSWERS;
    to.lambda = all + 4 * ANSWERS;
    to.moved = all + 5 * ANSWERS;
    r->sensitivity = (partner_allocation_sensitivity){ANSWERS, to.gain_factor, to.scale_factor, to.spent,
                                                      to.gain, to.lambda,      to.moved};
    r->visible.sensitivity = &r->sensitivity;
    return make_answers(spread, base, &to, error);
}

/* --- the result --- */

static uint8_t bound_of(const partner_returns *given, size_t i, double hours)
{
    if (hours >= partner__ceiling_of(given, i)) return PARTNER_BOUND_CEILING;
    return hours <= partner__floor_of(given, i) ? PARTNER_BOUND_FLOOR : PARTNER_BOUND_NONE;
}

static partner_status put_columns(result *r, const partner__spread *spread, const double *hours,
                                  partner_error *error)
{
    const partner_returns *g = &spread->given;
    uint8_t *bound = partner__arena_alloc(&r->arena, g->rows, sizeof *bound);
    uint32_t *partner;

    if (bound == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < g->rows; i++) bound[i] = bound_of(g, i, hours[i]);
    r->visible.bound = bound;
    if (g->partner == NULL) return PARTNER_OK;
    partner = partner__arena_alloc(&r->arena, g->rows, sizeof *partner);
    if (partner == NULL) return partner__no_memory(error);
    if (g->rows > 0) memcpy(partner, g->partner, g->rows * sizeof *partner);
    r->visible.partner = partner;
    return PARTNER_OK;
}

static partner_status fill(result *r, const partner__spread *spread, partner_error *error)
{
    partner__spread_answer answer = {.gain_factor = spread->gain_factor, .scale_factor = spread->scale_factor};
    partner_allocation *v = &r->visible;
    double now = NAN;
    partner_status status = find_answer(spread, &r->arena, &answer, error);

    if (status == PARTNER_OK) status = put_columns(r, spread, answer.hours, error);
    if (status == PARTNER_OK && spread->sensitivity) status = make_sensitivity(r, spread, &answer, error);
    if (status != PARTNER_OK) return status;
    v->rows = spread->given.rows;
    v->budget = spread->budget;
    v->spent = answer.spent;
    v->gain = answer.gain;
    v->lambda = answer.lambda;
    v->gain_now = partner__spread_gain_now(spread);
    /* No hours within the bounds and the budget bring more: it could only be a rounding. */
    if (v->gain_now > v->gain) v->gain_now = v->gain;
    v->spent_now = NAN;
    if (spread->given.hours != NULL) now = partner__hours_sum(spread->given.hours, spread->given.rows);
    if (isfinite(now)) v->spent_now = now;
    v->hours = answer.hours;
    v->expected = answer.expected;
    v->marginal = answer.marginal;
    return PARTNER_OK;
}

partner_status partner_allocate(const partner_returns *returns, const partner_allocation_options *options,
                                partner_allocation **allocation, partner_error *error)
{
    partner__spread spread;
    result *r;
    partner_status status;

    if (allocation == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "allocation is NULL");
    status = partner__spread_take(&spread, returns, options, error);
    if (status != PARTNER_OK) return status;
    r = partner__alloc_zero(1, sizeof *r);
    if (r == NULL) return partner__no_memory(error);
    status = fill(r, &spread, error);
    if (status == PARTNER_OK) *allocation = &r->visible;
    else partner_allocation_free(&r->visible);
    return status;
}
