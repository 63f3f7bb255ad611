/* SPDX-License-Identifier: MIT */
#include "forecast.h"

#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "backtest.h"
#include "binomial.h"

/* A forecast under way. */
typedef struct maker {
    partner__result *to;
    const partner__sources *from;
    const partner__pipeline_settings *set;
    const partner__outlook *outlook;
    partner__windows *windows;
    partner_forecast *forecast;
    partner__simulated drawn;
    partner__band *month, *partner;
} maker;

/* --- the deals' columns --- */

static uint8_t category_of(const maker *m, const partner__prospect *deal)
{
    if (partner__reports_by(&m->from->timeline, deal->line, m->outlook->day) == 0)
        return PARTNER_CATEGORY_OMITTED;
    if (deal->probability >= m->set->commit) return PARTNER_CATEGORY_COMMIT;
    return deal->probability >= m->set->best_case ? PARTNER_CATEGORY_BEST_CASE : PARTNER_CATEGORY_PIPELINE;
}

static void say_deals(const maker *m)
{
    const partner__deal_columns *column = &m->to->deal;

    for (size_t i = 0; i < m->outlook->deals; i++) {
        const partner__prospect *deal = &m->outlook->deal[i];

        column->probability[deal->line] = deal->probability;
        column->beyond[deal->line] = deal->beyond;
        column->amount[deal->line] = deal->worth.told;
        column->amount_from[deal->line] = deal->worth.from;
        column->category[deal->line] = category_of(m, deal);
    }
}

/* --- the parts --- */

static void *column(maker *m, size_t count, size_t size, int *failed)
{
    return partner__column(m->to, count, size, failed);
}

/* Money of months or partners, a line each. */
typedef struct columns {
    int64_t *expected, *p10, *p50, *p90;
} columns;

static columns new_columns(maker *m, size_t n, int *failed)
{
    columns c;

    c.expected = column(m, n, sizeof *c.expected, failed);
    c.p10 = column(m, n, sizeof *c.p10, failed);
    c.p50 = column(m, n, sizeof *c.p50, failed);
    c.p90 = column(m, n, sizeof *c.p90, failed);
    return c;
}

static void say_bands(const partner__band *bands, size_t n, const columns *to)
{
    for (size_t i = 0; i < n; i++) {
        to->p10[i] = bands[i].p10;
        to->p50[i] = bands[i].p50;
        to->p90[i] = bands[i].p90;
    }
}

/* The n sums as expected money. */
static partner_status say_expected(const partner__sum *sums, size_t n, const char *table, int64_t *expected,
                                   partner_error *error)
{
    const partner__figure figure = {table, "expected"};
    partner_status status = PARTNER_OK;

    for (size_t i = 0; i < n && status == PARTNER_OK; i++)
        status = partner__money_of_sum(&sums[i], figure, &expected[i], error);
    return status;
}

static double month_share(const partner__outlook *o, const partner__prospect *deal, size_t month)
{
    const double *spread = o->sim_cell[deal->cell].spread;

    return month == 0 ? spread[0] : spread[month] - spread[month - 1];
}

static partner_status say_months(maker *m, partner_error *error)
{
    const partner__outlook *o = m->outlook;
    const size_t n = o->months;
    int failed = 0;
    partner_forecast_months *to = column(m, 1, sizeof *to, &failed);
    int32_t *day = column(m, n, sizeof *day, &failed);
    const columns c = new_columns(m, n, &failed);
    partner_status status = failed ? partner__no_memory(error) : PARTNER_OK;

    for (size_t i = 0; i < n && status == PARTNER_OK; i++) {
        const int64_t end = (int64_t)o->day + o->end[i];
        partner__sum sum = {0, 0};

        for (size_t k = 0; k < o->deals; k++)
            partner__sum_add_product(&sum, o->deal[k].probability * month_share(o, &o->deal[k], i),
                                     o->deal[k].worth.mean);
        status = say_expected(&sum, 1, "forecast_months", &c.expected[i], error);
        day[i] = end > INT32_MAX ? INT32_MAX : (int32_t)end;
    }
    if (status != PARTNER_OK) return status;
    say_bands(m->month, n, &c);
    *to = (partner_forecast_months){n, day, c.expected, c.p10, c.p50, c.p90};
    m->forecast->months = to;
    return PARTNER_OK;
}

/* What each partner's open deals are expected to bring. */
static partner_status sum_partners(const maker *m, size_t *deals, int64_t *expected, partner_error *error)
{
    const partner__outlook *o = m->outlook;
    partner__sum *sums = partner__alloc_zero(o->partners, sizeof *sums);
    partner_status status;

    if (sums == NULL) return partner__no_memory(error);
    memset(deals, 0, o->partners * sizeof *deals);
    for (size_t i = 0; i < o->deals; i++) {
        const partner__prospect *deal = &o->deal[i];

        deals[o->sim_deal[i].partner]++;
        partner__sum_add_product(&sums[o->sim_deal[i].partner], deal->probability, deal->worth.mean);
    }
    status = say_expected(sums, o->partners, "forecast_partners", expected, error);
    partner__free(sums);
    return status;
}

static partner_status say_partners(maker *m, partner_error *error)
{
    const partner__outlook *o = m->outlook;
    const size_t n = o->partners;
    int failed = 0;
    partner_forecast_partners *to = column(m, 1, sizeof *to, &failed);
    uint32_t *partner = column(m, n, sizeof *partner, &failed);
    size_t *deals = column(m, n, sizeof *deals, &failed);
    const columns c = new_columns(m, n, &failed);
    partner_status status = failed ? partner__no_memory(error) : sum_partners(m, deals, c.expected, error);

    if (status != PARTNER_OK) return status;
    memcpy(partner, o->partner, n * sizeof *partner);
    say_bands(m->partner, n, &c);
    *to = (partner_forecast_partners){n, partner, deals, c.expected, c.p10, c.p50, c.p90};
    m->forecast->partners = to;
    return PARTNER_OK;
}

static partner_status say_categories(maker *m, partner_error *error)
{
    partner__sum sums[PARTNER_CATEGORIES] = {{0, 0}};
    int failed = 0;
    partner_forecast_categories *to = column(m, 1, sizeof *to, &failed);
    uint8_t *category = column(m, PARTNER_CATEGORIES, sizeof *category, &failed);
    size_t *deals = column(m, PARTNER_CATEGORIES, sizeof *deals, &failed);
    int64_t *expected = column(m, PARTNER_CATEGORIES, sizeof *expected, &failed);

    if (failed) return partner__no_memory(error);
    memset(deals, 0, PARTNER_CATEGORIES * sizeof *deals);
    for (size_t i = 0; i < m->outlook->deals; i++) {
        const partner__prospect *deal = &m->outlook->deal[i];
        const uint8_t c = m->to->deal.category[deal->line];

        deals[c]++;
        partner__sum_add_product(&sums[c], deal->probability, deal->worth.mean);
    }
    for (uint8_t c = 0; c < PARTNER_CATEGORIES; c++) category[c] = c;
    *to = (partner_forecast_categories){PARTNER_CATEGORIES, category, deals, expected};
    m->forecast->categories = to;
    return say_expected(sums, PARTNER_CATEGORIES, "forecast_categories", expected, error);
}

/* --- business not yet in the pipeline --- */

/* Mean money per horizon won from deals opened within it: over windows that follow on each other back from
 * as_of_day and lie in the days that are known. */
static partner_status say_new_business(const maker *m, const partner__landmarks *l, partner_error *error)
{
    const partner__figure figure = {"forecast", "new_business"};
    const partner__inputs *in = l->timeline->in;
    const int32_t horizon = in->set.horizon_days;
    int64_t first = INT64_MAX, windows;
    partner__net sum = {partner__u128_from(0), partner__u128_from(0)};

    for (size_t line = 0; line < in->lines; line++)
        if (in->opened[line] < first) first = in->opened[line];
    if (l->known_from_day != PARTNER_NO_DAY && l->known_from_day > first) first = l->known_from_day;
    windows = first == INT64_MAX ? 0 : ((int64_t)in->as_of_day - first + 1) / horizon;
    m->forecast->new_business = PARTNER_NO_AMOUNT;
    if (windows <= 0) return PARTNER_OK;
    for (size_t line = 0; line < in->lines; line++) {
        const int64_t amount = partner__line_amount(in, line);
        int64_t back;

        if (in->outcome[line] != PARTNER_OUTCOME_WON || amount == PARTNER_NO_AMOUNT) continue;
        back = ((int64_t)in->as_of_day - in->closed[line]) / horizon;
        if (back >= windows || in->opened[line] <= in->as_of_day - (back + 1) * horizon) continue;
        partner__net_add(&sum, amount);
    }
    return partner__money_of_net(&sum, partner__u128_from(1), partner__u128_from((uint64_t)windows), figure,
                                 &m->forecast->new_business, error);
}

/* --- the exact distribution --- */

/* The amount that every deal is known to bring; 0 = they differ, or are not known. */
static int64_t equal_amount(const partner__outlook *o)
{
    const int64_t amount = o->deals == 0 ? 0 : o->deal[0].worth.amount;

    for (size_t i = 0; i < o->deals; i++)
        if (o->deal[i].worth.from != PARTNER_AMOUNT_OWN || o->deal[i].worth.amount != amount) return 0;
    return amount;
}

static int is_exact(const maker *m)
{
    return m->set->certain && m->forecast->correlation == 0 && m->set->partner_correlation == 0 &&
           m->outlook->deals <= PARTNER__BINOMIAL_MOST && equal_amount(m->outlook) > 0;
}

static partner__band band_of(const double *distribution, size_t deals)
{
    return (partner__band){(int64_t)partner__binomial_quantile(distribution, deals, 10),
                           (int64_t)partner__binomial_quantile(distribution, deals, 50),
                           (int64_t)partner__binomial_quantile(distribution, deals, 90)};
}

/* Puts the exact figures in the place of those drawn. */
static partner_status be_exact(maker *m, partner_error *error)
{
    const size_t n = m->outlook->deals;
    const int64_t amount = equal_amount(m->outlook), target = m->set->target;
    double *p = partner__alloc(n, sizeof *p), *q = partner__alloc(n + 1, sizeof *q);
    partner_status status;

    if (p == NULL || q == NULL) {
        status = partner__no_memory(error);
        goto out;
    }
    for (size_t i = 0; i < n; i++) p[i] = m->outlook->deal[i].probability;
    status = partner__binomial(p, n, &m->set->run, q, error);
    if (status != PARTNER_OK) goto out;
    m->drawn.won = band_of(q, n);
    /* Drawing has seen to it that all of them together fit. */
    m->drawn.money =
        (partner__band){m->drawn.won.p10 * amount, m->drawn.won.p50 * amount, m->drawn.won.p90 * amount};
    m->drawn.reached = target <= 0 ? 1 : partner__binomial_reaches(q, n, (size_t)((target - 1) / amount + 1));
    m->forecast->exact = 1;
out:
    partner__free(p);
    partner__free(q);
    return status;
}

/* --- the whole --- */

static partner_status say_totals(const maker *m, partner_error *error)
{
    partner_forecast *f = m->forecast;
    const partner__sum expected = partner__outlook_expected(m->outlook);
    partner__sum won = {0, 0};

    f->horizon_days = (uint32_t)m->set->horizon_days;
    f->draws = m->set->draws;
    f->seed = m->set->seed;
    f->deals = m->outlook->deals;
    for (size_t i = 0; i < f->deals; i++) {
        f->without_amount += m->outlook->deal[i].worth.from == PARTNER_AMOUNT_UNKNOWN;
        f->beyond += m->outlook->deal[i].beyond;
        partner__sum_add(&won, m->outlook->deal[i].probability);
    }
    f->expected_won = partner__sum_value(&won);
    f->p10 = m->drawn.money.p10;
    f->p50 = m->drawn.money.p50;
    f->p90 = m->drawn.money.p90;
    f->won_p10 = (double)m->drawn.won.p10;
    f->won_p50 = (double)m->drawn.won.p50;
    f->won_p90 = (double)m->drawn.won.p90;
    f->target = m->set->target == 0 ? PARTNER_NO_AMOUNT : m->set->target;
    f->target_probability = m->set->target == 0 ? NAN : m->drawn.reached;
    return say_expected(&expected, 1, "forecast", &f->expected, error);
}

static partner_status draw_all(maker *m, partner_error *error)
{
    partner__correlation correlation;
    partner_status status = partner__correlation_on(m->windows, m->outlook->day, &correlation, error);

    if (status != PARTNER_OK) return status;
    m->forecast->correlation = correlation.value;
    m->forecast->correlation_learnt = correlation.learnt;
    m->forecast->windows = correlation.windows;
    m->drawn.month = m->month;
    m->drawn.partner = m->partner;
    status = partner__outlook_draw(m->outlook, m->set, correlation.value, &m->drawn, error);
    return status == PARTNER_OK && is_exact(m) ? be_exact(m, error) : status;
}

static partner_status say(maker *m, const partner__learning *learning, partner_error *error)
{
    partner_status status;

    m->forecast = partner__arena_alloc(&m->to->arena, 1, sizeof *m->forecast);
    m->month = partner__alloc(m->outlook->months, sizeof *m->month);
    m->partner = partner__alloc(m->outlook->partners, sizeof *m->partner);
    if (m->forecast == NULL || m->month == NULL || m->partner == NULL) return partner__no_memory(error);
    memset(m->forecast, 0, sizeof *m->forecast);
    say_deals(m);
    status = draw_all(m, error);
    if (status == PARTNER_OK) status = say_totals(m, error);
    if (status == PARTNER_OK) status = say_new_business(m, &learning->landmarks, error);
    if (status == PARTNER_OK) status = say_months(m, error);
    if (status == PARTNER_OK) status = say_partners(m, error);
    if (status == PARTNER_OK) status = say_categories(m, error);
    if (status == PARTNER_OK) m->to->pipeline.forecast = m->forecast;
    return status;
}

static partner_status look_ahead(partner__result *to, const partner__sources *from,
                                 const partner__learning *learning, partner__windows *windows,
                                 partner_error *error)
{
    const partner__pipeline_settings *set = &from->in.set;
    const partner__question question = {set->horizon_days, 1, 1, set->certain};
    partner__outlook outlook;
    maker m = {.to = to, .from = from, .set = set, .outlook = &outlook, .windows = windows};
    partner_status status = partner__outlook_new(&outlook, &learning->learnt, &from->claims, &question, error);

    if (status == PARTNER_OK) status = say(&m, learning, error);
    partner__free(m.month);
    partner__free(m.partner);
    partner__outlook_free(&outlook);
    return status;
}

partner_status partner__make_forecast(partner__result *to, const partner__sources *from,
                                      const partner__learning *learning, partner_error *error)
{
    const partner__landmarks *l = &learning->landmarks;
    partner__windows windows = partner__windows_of(l, &from->claims);
    partner_status status = PARTNER_OK;

    if (partner__is_enough(l, from->in.as_of_day)) status = look_ahead(to, from, learning, &windows, error);
    if (status == PARTNER_OK && from->in.set.backtest)
        status = partner__backtest_make(&windows, &to->arena, &to->pipeline.backtest, error);
    partner__windows_free(&windows);
    return status;
}
