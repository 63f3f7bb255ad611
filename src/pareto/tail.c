/* SPDX-License-Identifier: MIT
 * The power-law tail: from amounts to distinct values, largest first, and from the fit to the result. */
#include "tail.h"

#include <math.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "../base/zeta.h"
#include "pareto.h"

void partner_tail_free(partner_tail *tail) { partner__free(tail); }

#if !defined(PARTNER_WITH_GSL)

partner_status partner_tail_new(const partner_amounts *amounts, const partner_pareto_options *options,
                                partner_tail **tail, partner_error *error)
{
    partner_amounts a;
    partner_pareto_options o;
    partner_status status;

    if (tail == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "tail is NULL, expected a place for it");
    status = partner__take(&a, sizeof a, amounts, 0, "amounts", error);
    if (status == PARTNER_OK) status = partner__take(&o, sizeof o, options, 1, "pareto options", error);
    if (status == PARTNER_OK) status = partner__check_amounts(&a, error);
    if (status == PARTNER_OK) status = partner__tail_options(&o, error);
    if (status != PARTNER_OK) return status;
    return partner__fail(error, PARTNER_E_UNSUPPORTED,
                         "the power-law tail takes distributions that this build (-Dgsl=disabled) is without, "
                         "expected one with -Dgsl=private or -Dgsl=shared");
}

#else

enum {
    USUAL_MIN_TAIL = 25,
    ROWS_PER_QUESTION = 1 << 16 /* between two looks at the interrupt */
};

typedef struct result {
    partner_tail tail; /* first: the caller's pointer is to it */
    partner_tail_against against;
} result;

typedef struct job {
    partner_amounts amounts;
    partner_pareto_options options;
    partner__run run;
    partner__pulse pulse;
    uint64_t *values, *spare; /* [positive] the positive amounts, largest first once sorted */
    size_t positive, distinct;
    partner__tail_sample sample;
} job;

static partner_status ask(job *j, size_t i, partner_error *error)
{
    return i % ROWS_PER_QUESTION == 0 ? partner__pulse_ask(&j->pulse, error) : PARTNER_OK;
}

static partner_status count_positive(job *j, partner_error *error)
{
    for (size_t row = 0; row < j->amounts.rows; row++) {
        partner_status status = ask(j, row, error);
        if (status != PARTNER_OK) return status;
        if (j->amounts.amount[row] == PARTNER_NO_AMOUNT)
            return partner__fail_at(error, PARTNER_E_DATA, partner__at("amounts", "amount", row, PARTNER_NONE),
                                    "amounts row %zu: amount is missing", row);
        j->positive += j->amounts.amount[row] > 0;
    }
    if (j->positive >= j->options.min_tail) return PARTNER_OK;
    return partner__fail_at(
        error, PARTNER_E_TOO_LITTLE, partner__at("amounts", "amount", PARTNER_NO_ROW, PARTNER_NONE),
        "amounts: %zu above 0, expected at least %u for a tail", j->positive, (unsigned)j->options.min_tail);
}

static partner_status sort_positive(job *j, partner_error *error)
{
    uint64_t *sorted, largest = 0;
    partner_status status;

    j->values = partner__alloc(j->positive, sizeof *j->values);
    j->spare = partner__alloc(j->positive, sizeof *j->spare);
    if (j->values == NULL || j->spare == NULL) return partner__no_memory(error);
    for (size_t row = 0, to = 0; row < j->amounts.rows; row++) {
        uint64_t value = (uint64_t)j->amounts.amount[row];
        if (j->amounts.amount[row] <= 0) continue;
        j->values[to++] = value;
        if (value > largest) largest = value;
    }
    status = partner__sort_descending(j->values, j->spare, j->positive, 0, partner__bits(largest), &j->run,
                                      &sorted, error);
    if (sorted == j->spare) j->spare = j->values;
    j->values = sorted;
    partner__free(j->spare);
    j->spare = NULL;
    return status;
}

static partner_status count_distinct(job *j, partner_error *error)
{
    for (size_t i = 0; i < j->positive; i++) j->distinct += i == 0 || j->values[i] != j->values[i - 1];
    if (j->distinct > 1) return PARTNER_OK;
    return partner__fail_at(
        error, PARTNER_E_TOO_LITTLE, partner__at("amounts", "amount", PARTNER_NO_ROW, PARTNER_NONE),
        "amounts: all %zu above 0 are equal, expected at least two values for a tail", j->positive);
}

/* ln(larger / smaller): the difference is exact, so that no digit is lost where the two are near. */
static double gap(uint64_t larger, uint64_t smaller)
{
    return log1p((double)(int64_t)(larger - smaller) / (double)(int64_t)smaller);
}

static partner_status fill_sample(job *j, partner_error *error)
{
    partner_status status = partner__tail_sample_make(&j->sample, j->distinct, j->options.discrete, error);
    size_t start = 0, end;

    for (; status == PARTNER_OK && start < j->positive; start = end) {
        uint64_t value = j->values[start];
        for (end = start + 1; end < j->positive && j->values[end] == value;) end++;
        partner__tail_append(&j->sample, start == 0 ? 0 : gap(j->values[start - 1], value),
                             1 / (double)(int64_t)value, (uint32_t)(end - start));
        status = ask(j, j->sample.places, error);
    }
    return status;
}

/* Discrete: from the curvature of the likelihood. */
static double standard_error(const job *j, const partner__tail_fit *fit)
{
    const partner__tail_place *place = &j->sample.place[fit->place];

    if (!j->options.discrete) return fit->beta / sqrt(place->count);
    return 1 / sqrt(place->count * partner__zeta_logs_of(fit->beta, place->inverse).variance);
}

static partner_status fit_tail(job *j, result *r, partner_error *error)
{
    partner_tail *tail = &r->tail;
    partner__tail_fit fit;
    partner_status status =
        partner__tail_search(&j->sample, j->options.min_tail, &j->run, &j->pulse, &fit, error);

    if (status != PARTNER_OK) return status;
    tail->n = j->sample.place[fit.place].count;
    tail->xmin = (int64_t)j->values[tail->n - 1];
    tail->alpha = 1 + fit.beta;
    tail->standard_error = standard_error(j, &fit);
    tail->left_out = j->amounts.rows - j->positive;
    tail->ks = fit.ks;
    tail->p = NAN;
    tail->replicates = j->options.tail_replicates;
    tail->discrete = j->options.discrete;
    tail->against = &r->against;
    status = partner__tail_compare(&j->sample, &fit, &j->run, &j->pulse, &r->against, error);
    if (status == PARTNER_OK && tail->replicates > 0)
        status = partner__tail_check(&j->sample, &fit, &j->options, &j->run, &j->pulse, &tail->p, error);
    return status;
}

static partner_status run_job(job *j, result *r, partner_error *error)
{
    partner_status status = count_positive(j, error);

    if (status == PARTNER_OK) status = sort_positive(j, error);
    if (status == PARTNER_OK) status = count_distinct(j, error);
    if (status == PARTNER_OK) status = fill_sample(j, error);
    if (status == PARTNER_OK) status = fit_tail(j, r, error);
    partner__free(j->values);
    partner__free(j->spare);
    partner__tail_sample_free(&j->sample);
    return status;
}

partner_status partner_tail_new(const partner_amounts *amounts, const partner_pareto_options *options,
                                partner_tail **tail, partner_error *error)
{
    job j = {.positive = 0};
    result *r;
    partner_status status;

    if (tail == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "tail is NULL, expected a place for it");
    status = partner__take(&j.amounts, sizeof j.amounts, amounts, 0, "amounts", error);
    if (status == PARTNER_OK)
        status = partner__take(&j.options, sizeof j.options, options, 1, "pareto options", error);
    if (status == PARTNER_OK) status = partner__check_amounts(&j.amounts, error);
    if (status == PARTNER_OK) status = partner__tail_options(&j.options, error);
    if (status != PARTNER_OK) return status;
    if (j.options.min_tail == 0) j.options.min_tail = USUAL_MIN_TAIL;
    j.run.threads = j.options.threads;
    j.run.interrupt = j.options.interrupt;
    j.run.interrupt_data = j.options.interrupt_data;
    partner__pulse_start(&j.pulse, &j.run);
    r = partner__alloc_zero(1, sizeof *r);
    if (r == NULL) return partner__no_memory(error);
    status = run_job(&j, r, error);
    if (status != PARTNER_OK) {
        partner__free(r);
        return status;
    }
    *tail = &r->tail;
    return PARTNER_OK;
}

#endif
