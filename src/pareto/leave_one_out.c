/* SPDX-License-Identifier: MIT
 * How far gini and hhi move when one partner leaves. Each leave is an exact rational; a first walk in doubles
 * finds where the extremes are, a second one compares the few that doubles cannot tell apart, correctly
 * rounded. */
#include <math.h>

#include "../base/error.h"
#include "pareto.h"

typedef struct ratio {
    partner__u128 above, below;
} ratio;

typedef struct leaving {
    const partner__ranked *ranked;
    const partner__moments *moments;
    partner__u128 gini_numerator;
} leaving;

/* The gini without the partner at place i (from 0) of the order, `before` = S_i. Those larger lose one from
 * their weight P - 2i + 1, those smaller gain one. */
static ratio gini_without(const leaving *l, size_t i, uint64_t value, uint64_t before)
{
    const partner__ranked *r = l->ranked;
    uint64_t after = r->total - before - value;
    partner__u128 plus = partner__u128_add(l->gini_numerator, partner__u128_from(after));
    partner__u128 minus = partner__u128_from(before);
    uint64_t place = 2 * (uint64_t)i + 1, counted = r->counted;
    ratio without;

    if (counted > place) minus = partner__u128_add(minus, partner__u128_mul(counted - place, value));
    else plus = partner__u128_add(plus, partner__u128_mul(place - counted, value));
    without.above = partner__u128_sub(plus, minus);
    without.below = partner__u128_mul(counted - 1, r->total - value);
    return without;
}

static ratio hhi_without(const leaving *l, size_t i, uint64_t value, uint64_t before)
{
    ratio without;

    (void)i;
    (void)before;
    without.above = partner__u128_sub(l->moments->squares, partner__u128_mul(value, value));
    without.below = partner__u128_mul(l->ranked->total - value, l->ranked->total - value);
    return without;
}

typedef ratio (*without_one)(const leaving *, size_t, uint64_t, uint64_t);

static double nearly(ratio a)
{
    double above = ldexp((double)partner__u128_high(a.above), 64) + (double)partner__u128_low(a.above);
    double below = ldexp((double)partner__u128_high(a.below), 64) + (double)partner__u128_low(a.below);

    return above / below;
}

typedef struct extremes {
    double low, high; /* as far as doubles tell, then correctly rounded */
    ratio low_ratio, high_ratio;
    size_t low_place, high_place;
} extremes;

/* Calls visit for every leave that matters: one per distinct value, those without revenue included. A leave
 * that leaves nothing is none. */
static partner_status each_leave(const leaving *l, without_one without, const partner__run *run,
                                 void (*visit)(extremes *, ratio, size_t), extremes *e, partner_error *error)
{
    const partner__ranked *r = l->ranked;
    uint64_t before = 0;

    for (size_t i = 0; i < r->positive; i++) {
        uint64_t value = r->value[i];
        if (i % PARTNER__BLOCK == 0) {
            partner_status status = partner__ask(run, error);
            if (status != PARTNER_OK) return status;
        }
        if (value < r->total && (i == 0 || value < r->value[i - 1])) visit(e, without(l, i, value, before), i);
        before += value;
    }
    if (r->counted > r->positive) visit(e, without(l, r->positive, 0, r->total), r->positive);
    return PARTNER_OK;
}

static void look(extremes *e, ratio leave, size_t place)
{
    double figure = nearly(leave);

    (void)place;
    if (!(figure >= e->low)) e->low = figure;
    if (!(figure <= e->high)) e->high = figure;
}

/* Doubles are off by a few ulps at most: only leaves this near to an extreme can be it. */
static const double NEAR = 1e-14;

static void compare(extremes *e, ratio leave, size_t place)
{
    double figure = nearly(leave), exact;

    if (figure <= e->low * (1 + NEAR)) {
        exact = partner__ratio(leave.above, leave.below);
        if (e->low_place == SIZE_MAX || exact < partner__ratio(e->low_ratio.above, e->low_ratio.below)) {
            e->low_ratio = leave;
            e->low_place = place;
        }
    }
    if (figure >= e->high * (1 - NEAR)) {
        exact = partner__ratio(leave.above, leave.below);
        if (e->high_place == SIZE_MAX || exact > partner__ratio(e->high_ratio.above, e->high_ratio.below)) {
            e->high_ratio = leave;
            e->high_place = place;
        }
    }
}

static partner_status find(const leaving *l, without_one without, const partner__run *run, extremes *e,
                           partner_error *error)
{
    partner_status status;

    e->low = e->high = NAN;
    e->low_place = e->high_place = SIZE_MAX;
    if (l->ranked->counted < 2 || l->ranked->total == 0) return PARTNER_OK;
    status = each_leave(l, without, run, look, e, error);
    if (status != PARTNER_OK) return status;
    status = each_leave(l, without, run, compare, e, error);
    if (status != PARTNER_OK || e->low_place == SIZE_MAX) return status;
    e->low = partner__ratio(e->low_ratio.above, e->low_ratio.below);
    e->high = partner__ratio(e->high_ratio.above, e->high_ratio.below);
    return PARTNER_OK;
}

/* How far the figure falls or rises: never below zero. */
static double distance(ratio from, ratio to)
{
    double d = partner__ratio_difference(from.above, from.below, to.above, to.below);
    return d > 0 ? d : 0;
}

static void movement(const extremes *e, ratio whole, double *fall, double *rise)
{
    *fall = *rise = NAN;
    if (e->low_place == SIZE_MAX) return;
    *fall = distance(whole, e->low_ratio);
    *rise = distance(e->high_ratio, whole);
}

static uint32_t row_at(const partner_pareto *pareto, size_t place)
{
    return place == SIZE_MAX ? PARTNER_NONE : pareto->order[place];
}

static void totals(const partner__ranked *r, partner_pareto_leave_one_out *result)
{
    static const size_t tops[PARTNER_PARETO_RISKS] = {1, 3, 5};
    uint64_t largest = r->positive > 0 ? r->value[0] : 0;
    uint64_t smallest = r->positive > 0 && r->counted == r->positive ? r->value[r->positive - 1] : 0;

    result->total_low = (int64_t)(r->total - largest);
    result->total_high = (int64_t)(r->total - smallest);
    result->total_fall = (int64_t)largest;
    result->total_rise = 0;
    for (int i = 0; i < PARTNER_PARETO_RISKS; i++) {
        size_t top = tops[i] < r->positive ? tops[i] : r->positive;
        result->at_risk[i] =
            partner__ratio(partner__u128_from(partner__sum_of_first(r, top)), partner__u128_from(r->total));
    }
}

partner_status partner__pareto_leave_one_out(const partner__ranked *r, const partner__moments *m,
                                             const partner_pareto *pareto, const partner__run *run,
                                             partner__arena *arena,
                                             const partner_pareto_leave_one_out **leave_one_out,
                                             partner_error *error)
{
    leaving l = {.ranked = r, .moments = m};
    partner_pareto_leave_one_out *result = partner__arena_alloc(arena, 1, sizeof *result);
    ratio gini, hhi = {m->squares, partner__u128_mul(r->total, r->total)};
    extremes of_gini, of_hhi;
    partner_status status;

    if (result == NULL) return partner__no_memory(error);
    l.gini_numerator = partner__gini_numerator(r, m);
    gini.above = l.gini_numerator;
    gini.below = partner__u128_mul(r->counted, r->total);
    status = find(&l, gini_without, run, &of_gini, error);
    if (status == PARTNER_OK) status = find(&l, hhi_without, run, &of_hhi, error);
    if (status != PARTNER_OK) return status;
    result->gini_low = of_gini.low;
    result->gini_high = of_gini.high;
    result->hhi_low = of_hhi.low;
    result->hhi_high = of_hhi.high;
    movement(&of_gini, gini, &result->gini_fall, &result->gini_rise);
    movement(&of_hhi, hhi, &result->hhi_fall, &result->hhi_rise);
    result->gini_low_row = row_at(pareto, of_gini.low_place);
    result->gini_high_row = row_at(pareto, of_gini.high_place);
    result->hhi_low_row = row_at(pareto, of_hhi.low_place);
    result->hhi_high_row = row_at(pareto, of_hhi.high_place);
    totals(r, result);
    *leave_one_out = result;
    return PARTNER_OK;
}
