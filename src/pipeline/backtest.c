/* SPDX-License-Identifier: MIT */
#include "backtest.h"

#include <math.h>
#include <string.h>

#include "../base/arena.h"
#include "../base/days.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "../base/sum.h"

/* partner_backtest, to be written. */
typedef struct columns {
    int32_t *day;
    uint8_t *too_little;
    double *expected, *p10, *p50, *p90, *actual, *expected_won, *won, *claimed;
    double *won_p10, *won_p90; /* only for the coverage */
} columns;

typedef struct test {
    const partner__landmarks *landmarks;
    const partner__claims *claims;
    const partner__inputs *in;
    size_t windows;
    columns of;
} test;

/* --- the days --- */

static int is_over(const partner__inputs *in, int64_t day)
{
    return day + in->set.horizon_days <= in->as_of_day;
}

/* The i-th day asked for; INT64_MAX = there are no more. */
static int64_t day_at(const test *t, size_t i)
{
    const partner__pipeline_settings *set = &t->in->set;
    const int32_t known = t->landmarks->known_from_day;
    int64_t day;

    if (set->backtest_day != NULL) return i < set->backtest_days ? set->backtest_day[i] : INT64_MAX;
    if (known == PARTNER_NO_DAY) return INT64_MAX;
    day = partner__day_of_month(partner__month_of_day(known) + (int64_t)i + 1) - 1;
    return is_over(t->in, day) ? day : INT64_MAX;
}

static partner_status take_days(test *t, partner__arena *arena, partner_error *error)
{
    size_t n = 0, asked = 0;
    double **figures[] = {&t->of.expected, &t->of.p10,     &t->of.p50,          &t->of.p90,     &t->of.actual,
                          &t->of.won,      &t->of.claimed, &t->of.expected_won, &t->of.won_p10, &t->of.won_p90};

    for (; day_at(t, asked) != INT64_MAX; asked++) n += (size_t)is_over(t->in, day_at(t, asked));
    t->of.day = partner__arena_alloc(arena, n, sizeof *t->of.day);
    t->of.too_little = partner__arena_alloc(arena, n, sizeof *t->of.too_little);
    if (t->of.day == NULL || t->of.too_little == NULL) return partner__no_memory(error);
    for (size_t f = 0; f < sizeof figures / sizeof *figures; f++) {
        *figures[f] = partner__arena_alloc(arena, n, sizeof **figures[f]);
        if (*figures[f] == NULL) return partner__no_memory(error);
        for (size_t i = 0; i < n; i++) (*figures[f])[i] = NAN;
    }
    for (size_t i = 0; i < asked; i++)
        if (is_over(t->in, day_at(t, i))) t->of.day[t->windows++] = (int32_t)day_at(t, i);
    return PARTNER_OK;
}

/* --- one day --- */

/* Sum of claimed probability * amount of the deals open then that were to close within the horizon, or of which
 * nobody said when. NaN where nothing was claimed. */
static double claimed_on(const test *t, int32_t day)
{
    const int64_t end = (int64_t)day + t->in->set.horizon_days;
    partner__sum sum = {0, 0};
    int any = 0;

    for (size_t line = 0; line < t->in->lines; line++) {
        partner__claim claim;

        if (t->in->opened[line] > day || partner__outcome_on(t->in, line, day) != PARTNER_OUTCOME_OPEN)
            continue;
        if (!partner__claim_on(t->claims, line, day, &claim)) continue;
        if (isnan(claim.probability) || claim.amount == PARTNER_NO_AMOUNT) continue;
        if (claim.close != PARTNER_NO_DAY && (claim.close <= day || claim.close > end)) continue;
        partner__sum_add(&sum, claim.probability * (double)claim.amount);
        any = 1;
    }
    return any ? partner__sum_value(&sum) : NAN;
}

static double sum_of_chances(const partner__outlook *o)
{
    partner__sum sum = {0, 0};

    for (size_t i = 0; i < o->deals; i++) partner__sum_add(&sum, o->deal[i].probability);
    return partner__sum_value(&sum);
}

/* As it would have been made then, by a correlation learnt from windows before that day. */
static partner_status forecast_then(test *t, size_t i, const partner__outlook *o, partner_error *error)
{
    partner__correlation correlation;
    partner__simulated drawn = {.month = NULL};
    partner_status status = partner__correlation_on(t->landmarks, t->claims, t->of.day[i], &correlation, error);

    if (status == PARTNER_OK) status = partner__outlook_draw(o, &t->in->set, correlation.value, &drawn, error);
    if (status != PARTNER_OK) return status;
    t->of.expected[i] = partner__outlook_expected(o);
    t->of.expected_won[i] = sum_of_chances(o);
    t->of.p10[i] = drawn.money.p10;
    t->of.p50[i] = drawn.money.p50;
    t->of.p90[i] = drawn.money.p90;
    t->of.won_p10[i] = drawn.won.p10;
    t->of.won_p90[i] = drawn.won.p90;
    return PARTNER_OK;
}

static partner_status look_back(test *t, size_t i, partner_error *error)
{
    partner__window w;
    partner_status status = partner__window_new(&w, t->landmarks, t->claims, t->of.day[i], error);

    if (status == PARTNER_OK) {
        t->of.too_little[i] = !w.enough;
        t->of.actual[i] = w.actual;
        t->of.won[i] = (double)w.won;
        t->of.claimed[i] = claimed_on(t, t->of.day[i]);
        if (w.enough) status = forecast_then(t, i, &w.outlook, error);
    }
    partner__window_free(&w);
    return status;
}

/* --- all of them --- */

/* Signed bias and WAPE over the windows that have a forecast; NaN when nothing came. */
static void errors_of(const double *forecast, const double *actual, size_t n, double *bias, double *wape)
{
    partner__sum off = {0, 0}, size = {0, 0}, total = {0, 0};

    *bias = *wape = NAN;
    for (size_t i = 0; i < n; i++) {
        if (isnan(forecast[i])) continue;
        partner__sum_add(&off, forecast[i] - actual[i]);
        partner__sum_add(&size, fabs(forecast[i] - actual[i]));
        partner__sum_add(&total, actual[i]);
    }
    if (partner__sum_value(&total) == 0) return;
    *bias = partner__sum_value(&off) / partner__sum_value(&total);
    *wape = partner__sum_value(&size) / partner__sum_value(&total);
}

static double coverage_of(const double *low, const double *high, const double *actual, size_t n)
{
    size_t windows = 0, held = 0;

    for (size_t i = 0; i < n; i++) {
        if (isnan(low[i])) continue;
        windows++;
        held += low[i] <= actual[i] && actual[i] <= high[i];
    }
    return windows == 0 ? NAN : (double)held / (double)windows;
}

/* Of the windows with a forecast, in the order of time, those that begin when the last one counted is over. */
static partner_status count_apart(const test *t, size_t *apart, partner_error *error)
{
    uint64_t *words = partner__alloc(t->windows, sizeof *words),
             *spare = partner__alloc(t->windows, sizeof *spare);
    uint64_t *sorted, free = 0;
    size_t n = 0;
    partner_status status;

    *apart = 0;
    if (words == NULL || spare == NULL) {
        status = partner__no_memory(error);
        goto out;
    }
    for (size_t i = 0; i < t->windows; i++)
        if (!t->of.too_little[i]) words[n++] = (uint64_t)((int64_t)t->of.day[i] - INT32_MIN);
    status = partner__sort(words, spare, n, 0, 33, NULL, &sorted, error);
    for (size_t i = 0; i < n && status == PARTNER_OK; i++) {
        if (sorted[i] < free) continue;
        ++*apart;
        free = sorted[i] + (uint64_t)t->in->set.horizon_days;
    }
out:
    partner__free(words);
    partner__free(spare);
    return status;
}

static void sum_up(const test *t, partner_backtest *to)
{
    const columns *of = &t->of;

    to->windows = t->windows;
    to->day = of->day;
    to->too_little = of->too_little;
    to->expected = of->expected;
    to->p10 = of->p10;
    to->p50 = of->p50;
    to->p90 = of->p90;
    to->actual = of->actual;
    to->expected_won = of->expected_won;
    to->won = of->won;
    to->claimed = of->claimed;
    errors_of(of->expected, of->actual, t->windows, &to->bias, &to->wape);
    errors_of(of->expected_won, of->won, t->windows, &to->won_bias, &to->won_wape);
    errors_of(of->claimed, of->actual, t->windows, &to->claims_bias, &to->claims_wape);
    to->coverage = coverage_of(of->p10, of->p90, of->actual, t->windows);
    to->won_coverage = coverage_of(of->won_p10, of->won_p90, of->won, t->windows);
}

partner_status partner__backtest_make(const partner__landmarks *landmarks, const partner__claims *claims,
                                      partner__arena *arena, const partner_backtest **backtest,
                                      partner_error *error)
{
    test t = {.landmarks = landmarks, .claims = claims, .in = landmarks->timeline->in};
    partner_backtest *to = partner__arena_alloc(arena, 1, sizeof *to);
    partner_status status;

    if (to == NULL) return partner__no_memory(error);
    memset(to, 0, sizeof *to);
    status = take_days(&t, arena, error);
    for (size_t i = 0; i < t.windows && status == PARTNER_OK; i++) status = look_back(&t, i, error);
    if (status == PARTNER_OK) status = count_apart(&t, &to->apart, error);
    if (status != PARTNER_OK) return status;
    sum_up(&t, to);
    *backtest = to;
    return PARTNER_OK;
}
