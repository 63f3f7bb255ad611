/* SPDX-License-Identifier: MIT */
#include "backtest.h"

#include <math.h>
#include <string.h>

#include "../base/arena.h"
#include "../base/days.h"
#include "../base/error.h"
#include "../base/memory.h"

/* partner_backtest, to be written. */
typedef struct columns {
    int32_t *day;
    uint8_t *too_little;
    int64_t *expected, *p10, *p50, *p90, *actual, *claimed;
    double *expected_won;
    size_t *won;
} columns;

typedef struct test {
    partner__windows *past;
    const partner__inputs *in;
    size_t windows;
    columns of;
    size_t made, held, won_held; /* forecasts, and whose P10 … P90 held what came */
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
    const int32_t known = t->past->landmarks->known_from_day;
    int64_t day;

    if (set->backtest_days > 0) return i < set->backtest_days ? set->backtest_day[i] : INT64_MAX;
    if (known == PARTNER_NO_DAY) return INT64_MAX;
    day = partner__day_of_month(partner__month_of_day(known) + (int64_t)i + 1) - 1;
    return is_over(t->in, day) ? day : INT64_MAX;
}

static int new_columns(partner__arena *arena, size_t n, columns *c)
{
    int64_t **money[] = {&c->expected, &c->p10, &c->p50, &c->p90, &c->actual, &c->claimed};
    const size_t figures = sizeof money / sizeof *money;

    c->day = partner__arena_alloc(arena, n, sizeof *c->day);
    c->too_little = partner__arena_alloc(arena, n, sizeof *c->too_little);
    c->expected_won = partner__arena_alloc(arena, n, sizeof *c->expected_won);
    c->won = partner__arena_alloc(arena, n, sizeof *c->won);
    for (size_t f = 0; f < figures; f++) {
        *money[f] = partner__arena_alloc(arena, n, sizeof **money[f]);
        if (*money[f] == NULL) return 0;
        for (size_t i = 0; i < n; i++) (*money[f])[i] = PARTNER_NO_AMOUNT;
    }
    for (size_t i = 0; c->expected_won != NULL && i < n; i++) c->expected_won[i] = NAN;
    return c->day != NULL && c->too_little != NULL && c->expected_won != NULL && c->won != NULL;
}

/* Those asked for whose windows are over, ascending. */
static partner_status take_days(test *t, partner__arena *arena, partner_error *error)
{
    size_t n = 0, asked = 0;

    for (; day_at(t, asked) != INT64_MAX; asked++) n += (size_t)is_over(t->in, day_at(t, asked));
    if (!new_columns(arena, n, &t->of)) return partner__no_memory(error);
    for (size_t i = 0; i < asked; i++)
        if (is_over(t->in, day_at(t, i))) t->of.day[t->windows++] = (int32_t)day_at(t, i);
    return PARTNER_OK;
}

/* --- one day --- */

/* Sum of claimed probability * amount of the deals open then that were to close within the horizon, or of which
 * nobody said when. */
static partner_status find_claimed(const test *t, int32_t day, int64_t *claimed, partner_error *error)
{
    const partner__figure figure = {"backtest", "claimed"};
    const int64_t end = (int64_t)day + t->in->set.horizon_days;
    partner__sum sum = {0, 0};
    int any = 0;

    for (size_t line = 0; line < t->in->lines; line++) {
        partner__claim claim;

        if (t->in->opened[line] > day || partner__outcome_on(t->in, line, day) != PARTNER_OUTCOME_OPEN)
            continue;
        if (!partner__claim_on(t->past->claims, line, day, &claim)) continue;
        if (isnan(claim.probability) || claim.amount == PARTNER_NO_AMOUNT) continue;
        if (claim.close != PARTNER_NO_DAY && (claim.close <= day || claim.close > end)) continue;
        partner__sum_add_product(&sum, claim.probability, (double)claim.amount);
        any = 1;
    }
    return any ? partner__money_of_sum(&sum, figure, claimed, error) : PARTNER_OK;
}

static double sum_of_chances(const partner__outlook *o)
{
    partner__sum sum = {0, 0};

    for (size_t i = 0; i < o->deals; i++) partner__sum_add(&sum, o->deal[i].probability);
    return partner__sum_value(&sum);
}

static int holds(const partner__band *band, int64_t actual)
{
    return band->p10 <= actual && actual <= band->p90;
}

/* As it would have been made then, by a correlation learnt from windows before that day. */
static partner_status forecast_then(test *t, size_t i, const partner__window *w, partner_error *error)
{
    const partner__figure figure = {"backtest", "expected"};
    const partner__sum expected = partner__outlook_expected(&w->outlook);
    partner__correlation correlation;
    partner__simulated drawn = {.month = NULL};
    partner_status status = partner__correlation_on(t->past, w->day, &correlation, error);

    if (status == PARTNER_OK)
        status = partner__outlook_draw(&w->outlook, &t->in->set, correlation.value, &drawn, error);
    if (status == PARTNER_OK) status = partner__money_of_sum(&expected, figure, &t->of.expected[i], error);
    if (status != PARTNER_OK) return status;
    t->of.expected_won[i] = sum_of_chances(&w->outlook);
    t->of.p10[i] = drawn.money.p10;
    t->of.p50[i] = drawn.money.p50;
    t->of.p90[i] = drawn.money.p90;
    t->made++;
    t->held += (size_t)holds(&drawn.money, w->actual);
    t->won_held += (size_t)holds(&drawn.won, (int64_t)w->won);
    return PARTNER_OK;
}

static partner_status look_back(test *t, size_t i, partner_error *error)
{
    partner__window *w;
    partner_status status = partner__window_on(t->past, t->of.day[i], &w, error);

    if (status != PARTNER_OK) return status;
    t->of.too_little[i] = !w->enough;
    t->of.actual[i] = w->actual;
    t->of.won[i] = w->won;
    status = find_claimed(t, w->day, &t->of.claimed[i], error);
    if (status != PARTNER_OK || !w->enough) return status;
    status = partner__window_learn(t->past, w, error);
    if (status == PARTNER_OK) status = forecast_then(t, i, w, error);
    partner__window_settle(t->past, w);
    return status;
}

/* --- all of them --- */

/* Signed bias and WAPE over the windows that have a forecast; NaN when nothing came. Exact of the whole minor
 * units that the table tells. */
static void errors_of(const int64_t *forecast, const int64_t *actual, size_t n, double *bias, double *wape)
{
    const partner__u128 zero = partner__u128_from(0);
    partner__net off = {zero, zero}, size = {zero, zero}, total = {zero, zero};

    for (size_t i = 0; i < n; i++) {
        const int above = forecast[i] >= actual[i];

        if (forecast[i] == PARTNER_NO_AMOUNT) continue;
        partner__net_add(&off, forecast[i]);
        partner__net_add(&off, -actual[i]);
        partner__net_add(&size, above ? forecast[i] : actual[i]);
        partner__net_add(&size, above ? -actual[i] : -forecast[i]);
        partner__net_add(&total, actual[i]);
    }
    *bias = partner__net_ratio(&off, &total);
    *wape = partner__net_ratio(&size, &total);
}

/* The same of numbers of deals. */
static void won_errors_of(const double *forecast, const size_t *actual, size_t n, double *bias, double *wape)
{
    partner__sum off = {0, 0}, size = {0, 0};
    size_t total = 0;

    *bias = *wape = NAN;
    for (size_t i = 0; i < n; i++) {
        const double difference = forecast[i] - (double)actual[i];

        if (isnan(forecast[i])) continue;
        partner__sum_add(&off, difference);
        partner__sum_add(&size, fabs(difference));
        total += actual[i];
    }
    if (total == 0) return;
    *bias = partner__sum_value(&off) / (double)total;
    *wape = partner__sum_value(&size) / (double)total;
}

static double coverage_of(const test *t, size_t held)
{
    return t->made == 0 ? NAN : partner__share(held, t->made);
}

/* Of the windows with a forecast those that begin when the last one counted is over. */
static size_t count_apart(const test *t)
{
    int64_t free = INT64_MIN;
    size_t apart = 0;

    for (size_t i = 0; i < t->windows; i++) {
        if (t->of.too_little[i] || t->of.day[i] < free) continue;
        apart++;
        free = (int64_t)t->of.day[i] + t->in->set.horizon_days;
    }
    return apart;
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
    won_errors_of(of->expected_won, of->won, t->windows, &to->won_bias, &to->won_wape);
    errors_of(of->claimed, of->actual, t->windows, &to->claims_bias, &to->claims_wape);
    to->coverage = coverage_of(t, t->held);
    to->won_coverage = coverage_of(t, t->won_held);
    to->apart = count_apart(t);
}

partner_status partner__backtest_make(partner__windows *windows, partner__arena *arena,
                                      const partner_backtest **backtest, partner_error *error)
{
    test t = {.past = windows, .in = windows->landmarks->timeline->in};
    partner_backtest *to = partner__arena_alloc(arena, 1, sizeof *to);
    partner_status status;

    if (to == NULL) return partner__no_memory(error);
    memset(to, 0, sizeof *to);
    status = take_days(&t, arena, error);
    for (size_t i = 0; i < t.windows && status == PARTNER_OK; i++) status = look_back(&t, i, error);
    if (status != PARTNER_OK) return status;
    sum_up(&t, to);
    *backtest = to;
    return PARTNER_OK;
}
