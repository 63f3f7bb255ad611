/* SPDX-License-Identifier: MIT
 * Forecasts of as many deals as a channel has: draws against the exact distribution, and the same figures for
 * every number of threads (spec/pipeline.md, Forecast). */
#include <partner/pipeline.h>

#include "pipeline/binomial.h"
#include "suite.h"

enum { DEALS = 9000, DEALS_UNDER_VALGRIND = 1500, DAYS = 720, PARTNERS = 40, DRAWS = 10000 };

/* Deals opened on any of the days, which stay open for up to 240 of them; 4 of 10 are won. The need of two
 * thirds is known halfway. */
typedef struct channel {
    size_t rows, reports;
    int32_t *opened, *closed, *report_day;
    uint8_t *outcome;
    int64_t *amount;
    uint32_t *partner, *report_deal, *report_milestone;
    partner_pipeline_options options;
} channel;

static void *column(size_t rows, size_t size)
{
    void *made = calloc(rows, size);

    ck_assert_ptr_nonnull(made);
    return made;
}

static void make_channel(channel *c)
{
    uint64_t state = 7;

    memset(c, 0, sizeof *c);
    c->rows = in_time(DEALS, DEALS_UNDER_VALGRIND);
    c->opened = column(c->rows, sizeof *c->opened);
    c->closed = column(c->rows, sizeof *c->closed);
    c->report_day = column(c->rows, sizeof *c->report_day);
    c->outcome = column(c->rows, sizeof *c->outcome);
    c->amount = column(c->rows, sizeof *c->amount);
    c->partner = column(c->rows, sizeof *c->partner);
    c->report_deal = column(c->rows, sizeof *c->report_deal);
    c->report_milestone = column(c->rows, sizeof *c->report_milestone);
    for (size_t i = 0; i < c->rows; i++) {
        const int32_t opened = (int32_t)(draw(&state) % DAYS) + 1, stays = (int32_t)(draw(&state) % 240);
        const int won = draw(&state) % 10 < 4;

        c->opened[i] = opened;
        c->closed[i] = opened + stays > DAYS ? PARTNER_NO_DAY : opened + stays;
        c->outcome[i] = c->closed[i] == PARTNER_NO_DAY ? PARTNER_OUTCOME_OPEN
                        : won                          ? PARTNER_OUTCOME_WON
                                                       : PARTNER_OUTCOME_LOST;
        c->amount[i] = (int64_t)(draw(&state) % 1000000) + 1;
        c->partner[i] = (uint32_t)(draw(&state) % PARTNERS);
        if (draw(&state) % 3 == 0 || opened + stays / 2 > DAYS) continue;
        c->report_deal[c->reports] = (uint32_t)i;
        c->report_day[c->reports++] = opened + stays / 2;
    }
    c->options.struct_size = sizeof c->options;
    c->options.as_of_day = DAYS;
    c->options.seed = 3;
}

static void free_channel(channel *c)
{
    free(c->opened);
    free(c->closed);
    free(c->report_day);
    free(c->outcome);
    free(c->amount);
    free(c->partner);
    free(c->report_deal);
    free(c->report_milestone);
}

static partner_pipeline *run_channel(const channel *c)
{
    const partner_process_milestone need = {.struct_size = sizeof need, .id = "need"};
    const partner_process_stage stage = {
        .struct_size = sizeof stage, .id = "first", .milestone = &need, .milestones = 1};
    const partner_process process = {.struct_size = sizeof process, .stage = &stage, .stages = 1};
    const partner_deals deals = {.struct_size = sizeof deals,
                                 .rows = c->rows,
                                 .partner = c->partner,
                                 .opened = c->opened,
                                 .closed = c->closed,
                                 .outcome = c->outcome,
                                 .amount = c->amount};
    const partner_milestones milestones = {.struct_size = sizeof milestones,
                                           .rows = c->reports,
                                           .deal = c->report_deal,
                                           .milestone = c->report_milestone,
                                           .day = c->report_day};
    partner_pipeline *made = NULL;
    partner_error error;

    must(partner_pipeline_new(&process, &deals, &milestones, NULL, &c->options, &made, &error), error);
    ck_assert_ptr_nonnull(made->forecast);
    ck_assert_uint_ge(made->open, c->rows / 10);
    return made;
}

/* --- against the exact distribution --- */

/* How many of the open deals are won, q[0 … open], from the probabilities that the result says. */
static double *exactly(const partner_pipeline *p)
{
    double *chance = column(p->open, sizeof *chance), *q = column(p->open + 1, sizeof *q);
    size_t n = 0;
    partner_error error;

    for (size_t i = 0; i < p->deals; i++)
        if (p->deal->outcome[i] == PARTNER_OUTCOME_OPEN) chance[n++] = p->deal->probability[i];
    ck_assert_uint_eq(n, p->open);
    must(partner__binomial(chance, n, NULL, q, &error), error);
    free(chance);
    return q;
}

static double up_to(const double *q, double k)
{
    double sum = 0;

    for (int i = 0; i <= (int)k; i++) sum += q[i];
    return sum;
}

/* A share of DRAWS draws is off by a standard error of √(q (1 - q) / DRAWS); 5 of them is more than chance
 * does. */
static void check_quantile(const double *q, double found, double share)
{
    const double error = 5 * sqrt(share * (1 - share) / DRAWS);

    ck_assert_double_ge(up_to(q, found), share - error);
    ck_assert_double_lt(up_to(q, found - 1), share + error);
}

START_TEST(test_draws_against_the_exact_distribution)
{
    channel c;
    partner_pipeline *p;
    const partner_forecast *f;
    double *q;

    make_channel(&c);
    c.options.certain = 1;
    c.options.correlation = PARTNER_CORRELATION_0;
    c.options.draws = DRAWS;
    p = run_channel(&c);
    f = p->forecast;
    ck_assert_uint_eq(f->exact, 0); /* the amounts differ */
    q = exactly(p);
    check_quantile(q, f->won_p10, 0.1);
    check_quantile(q, f->won_p50, 0.5);
    check_quantile(q, f->won_p90, 0.9);
    ck_assert_double_lt(f->won_p10, f->won_p90);
    free(q);
    partner_pipeline_free(p);
    free_channel(&c);
}
END_TEST

/* Where each deal brings the same, nothing is drawn. */
START_TEST(test_the_exact_distribution)
{
    enum { EACH = 250 };
    channel c;
    partner_pipeline *p;
    const partner_forecast *f;
    double *q;
    size_t low, high;

    make_channel(&c);
    for (size_t i = 0; i < c.rows; i++) c.amount[i] = EACH;
    c.options.certain = 1;
    c.options.correlation = PARTNER_CORRELATION_0;
    p = run_channel(&c);
    q = exactly(p);
    low = partner__binomial_quantile(q, p->open, 10);
    high = partner__binomial_quantile(q, p->open, 90);
    c.options.target = (int64_t)high * EACH;
    partner_pipeline_free(p);
    p = run_channel(&c);
    f = p->forecast;
    ck_assert_uint_eq(f->exact, 1);
    ck_assert_double_eq(f->won_p10, (double)low);
    ck_assert_double_eq(f->won_p90, (double)high);
    ck_assert_int_eq(f->p10, (int64_t)low * EACH);
    ck_assert_int_eq(f->p90, (int64_t)high * EACH);
    ck_assert_double_eq_tol(f->target_probability, partner__binomial_reaches(q, p->open, high), 1e-11);
    free(q);
    partner_pipeline_free(p);
    free_channel(&c);
}
END_TEST

/* --- threads --- */

static void check_same_money(const int64_t *one, const int64_t *other, size_t n)
{
    ck_assert_mem_eq(one, other, n * sizeof *one);
}

/* Every figure of the forecast, to the last bit. */
static void check_same_forecast(const partner_pipeline *one, const partner_pipeline *other)
{
    const partner_forecast *a = one->forecast, *b = other->forecast;
    const size_t months = a->months->months, partners = a->partners->partners;

    ck_assert_mem_eq(one->deal->probability, other->deal->probability,
                     one->deals * sizeof *one->deal->probability);
    ck_assert_int_eq(a->expected, b->expected);
    ck_assert(same_bits(a->expected_won, b->expected_won));
    ck_assert_int_eq(a->p10, b->p10);
    ck_assert_int_eq(a->p50, b->p50);
    ck_assert_int_eq(a->p90, b->p90);
    ck_assert(same_bits(a->won_p10, b->won_p10));
    ck_assert(same_bits(a->won_p50, b->won_p50));
    ck_assert(same_bits(a->won_p90, b->won_p90));
    ck_assert(same_bits(a->target_probability, b->target_probability));
    ck_assert_uint_eq(b->months->months, months);
    check_same_money(a->months->p10, b->months->p10, months);
    check_same_money(a->months->p50, b->months->p50, months);
    check_same_money(a->months->p90, b->months->p90, months);
    ck_assert_uint_eq(b->partners->partners, partners);
    check_same_money(a->partners->p10, b->partners->p10, partners);
    check_same_money(a->partners->p50, b->partners->p50, partners);
    check_same_money(a->partners->p90, b->partners->p90, partners);
}

/* Probabilities are drawn too, a model's coefficients among them. i: 0 = deals know nothing of each other */
START_TEST(test_threads)
{
    static const uint32_t threads[] = {2, 3, 5};
    channel c;
    partner_pipeline *one, *other;

    make_channel(&c);
    c.options.correlation = _i == 0 ? PARTNER_CORRELATION_0 : 0.1;
    c.options.partner_correlation = _i == 0 ? 0 : 0.05;
    c.options.draws = (uint32_t)in_time(2000, 200);
    c.options.target = 1;
    one = run_channel(&c);
    c.options.target = one->forecast->p50;
    partner_pipeline_free(one);
    c.options.threads = 1;
    one = run_channel(&c);
    ck_assert_uint_eq(one->model, PARTNER_BY_RIDGE);
    ck_assert_int_lt(one->forecast->p10, one->forecast->p90);
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        c.options.threads = threads[t];
        other = run_channel(&c);
        check_same_forecast(one, other);
        partner_pipeline_free(other);
    }
    c.options.seed++; /* they do depend on something */
    other = run_channel(&c);
    ck_assert_int_ne(one->forecast->p10, other->forecast->p10);
    partner_pipeline_free(other);
    partner_pipeline_free(one);
    free_channel(&c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("draws of many deals");
    TCase *exact = add_case(suite, "exact"), *threads = add_case(suite, "threads");

    tcase_add_test(exact, test_draws_against_the_exact_distribution);
    tcase_add_test(exact, test_the_exact_distribution);
    tcase_add_loop_test(threads, test_threads, 0, 2);
    return run_suite(suite);
}
