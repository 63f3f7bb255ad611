/* SPDX-License-Identifier: MIT
 * Resampling ranges: every replicate drawn again the plain way, from its own stream, written out as a
 * population and given to pareto, whose figures are proved in test_pareto. */
#include <limits.h>

#include "base/random.h"
#include "suite.h"

enum { MOST = 400, FIGURES = 3 };

#define assert_bits(found, expected) \
    ck_assert_msg(same_bits(found, expected), "%s is %.17g, expected %.17g", #found, found, expected)

static partner_pareto *pareto_of(const int64_t *amount, size_t n, const partner_pareto_options *o)
{
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto *p = NULL;
    partner_error error;

    amounts.rows = n;
    amounts.amount = amount;
    must(partner_pareto_new(&amounts, o, &p, &error), error);
    return p;
}

static partner_pareto_options resampled(uint32_t replicates, uint64_t seed)
{
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;

    o.resample = 1;
    o.replicates = replicates;
    o.seed = seed;
    return o;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int descending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

/* What the range should be. */
typedef struct plain {
    double range[FIGURES][2];
    uint64_t redrawn;
} plain;

/* The smallest whole number that is at least a / b. */
static size_t ceiling(uint64_t a, uint64_t b) { return (size_t)(a / b + (a % b != 0)); }

/* One replicate: as many partners of the population as it has, each drawn from all ranks. */
static void draw_plainly(const int64_t *ranked, size_t n, partner__random *stream, int64_t *drawn)
{
    for (size_t i = 0; i < n; i++) drawn[i] = ranked[partner__random_below(stream, n)];
}

static int has_revenue(const int64_t *amount, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (amount[i] > 0) return 1;
    return 0;
}

/* `ranked`: the population, largest first. */
static plain plainly(const int64_t *ranked, size_t n, const partner_pareto_options *o)
{
    partner_pareto_options each = *o;
    size_t replicates = o->replicates == 0 ? 1000 : o->replicates;
    uint64_t confidence = o->confidence == 0 ? 950000 : o->confidence;
    double *figure[FIGURES];
    int64_t drawn[MOST];
    plain result = {.redrawn = 0};

    each.resample = 0;
    each.population = PARTNER_POPULATION_ALL;
    for (int f = 0; f < FIGURES; f++) figure[f] = malloc(replicates * sizeof(double));
    for (size_t r = 0; r < replicates; r++) {
        partner__random stream = partner__random_stream(o->seed, r);
        partner_pareto *p;

        draw_plainly(ranked, n, &stream, drawn);
        while (!has_revenue(drawn, n)) {
            result.redrawn++;
            draw_plainly(ranked, n, &stream, drawn);
        }
        p = pareto_of(drawn, n, &each);
        figure[0][r] = p->gini;
        figure[1][r] = p->top_share[3];
        figure[2][r] = p->vital_fraction;
        partner_pareto_free(p);
    }
    for (int f = 0; f < FIGURES; f++) {
        qsort(figure[f], replicates, sizeof(double), ascending);
        result.range[f][0] = figure[f][ceiling((1000000 - confidence) * replicates, 2000000) - 1];
        result.range[f][1] = figure[f][ceiling((1000000 + confidence) * replicates, 2000000) - 1];
        free(figure[f]);
    }
    return result;
}

static void check_plainly(const int64_t *amount, size_t n, const partner_pareto_options *o)
{
    partner_pareto *p = pareto_of(amount, n, o);
    const partner_resampling *r = p->resampling;
    int64_t ranked[MOST];
    size_t counted = 0;
    plain expected;

    for (size_t i = 0; i < n; i++)
        if (o->population == PARTNER_POPULATION_ALL || amount[i] > 0)
            ranked[counted++] = amount[i] > 0 ? amount[i] : 0;
    qsort(ranked, counted, sizeof *ranked, descending);
    expected = plainly(ranked, counted, o);
    ck_assert_uint_eq(p->counted, counted);
    for (int side = 0; side < 2; side++) {
        assert_bits(r->gini[side], expected.range[0][side]);
        assert_bits(r->top_share_20[side], expected.range[1][side]);
        assert_bits(r->vital_fraction[side], expected.range[2][side]);
    }
    ck_assert_uint_eq(r->redrawn, expected.redrawn);
    ck_assert_uint_eq(r->seed, o->seed);
    ck_assert_uint_eq(r->replicates, o->replicates == 0 ? 1000 : o->replicates);
    assert_bits(r->confidence, o->confidence == 0 ? 0.95 : o->confidence / 1e6);
    partner_pareto_free(p);
}

/* Amounts of many shapes: uniform with losses, heavy tailed, tied, mostly zero. */
static int64_t shaped(uint64_t *state, int shape)
{
    uint64_t r = draw(state);

    switch (shape) {
    case 0: return (int64_t)(r % 2000) - 200;
    case 1: return (int64_t)(r >> (20 + draw(state) % 43));
    case 2: return (int64_t)(r % 3) * 1000;
    default: return (int64_t)(r % 7 == 0 ? (r >> 8) % 1000000007 : 0);
    }
}

START_TEST(every_replicate_again)
{
    uint64_t state = 17 + (uint64_t)_i;
    size_t n = 1 + draw(&state) % (_i % 5 == 0 ? MOST : 30);
    partner_pareto_options o = resampled(2 + (uint32_t)(draw(&state) % 60), draw(&state));
    int64_t amount[MOST];

    for (size_t i = 0; i < n; i++) amount[i] = shaped(&state, _i % 4);
    amount[n / 2] = 777;
    o.population = _i / 4 % 2 == 0 ? PARTNER_POPULATION_ALL : PARTNER_POPULATION_ACTIVE;
    if (_i % 3 == 1) o.confidence = 1 + (uint32_t)(draw(&state) % 999999);
    if (_i % 3 == 2) o.cuts[0] = 1 + (uint32_t)(draw(&state) % 1000000);
    check_plainly(amount, n, &o);
}
END_TEST

START_TEST(defaults)
{
    static const int64_t amount[] = {52000000, 31000000, 9000000, 4000000, 2500000,
                                     1500000,  0,        -300000, 1500000};
    partner_pareto_options o = resampled(0, 0);

    check_plainly(amount, sizeof amount / sizeof amount[0], &o);
}
END_TEST

/* One of ten sells: (9/10)^10 = 35 % of the draws have no revenue and are drawn again. Every replicate that
 * counts has k = 1 … 10 equal partners of ten: gini 1 - k/10, all of the revenue with the top 20 %  when k <=
 * 2, and 2/k else. */
START_TEST(no_revenue_is_drawn_again)
{
    static const int64_t amount[] = {0, 0, 0, 500, 0, 0, -4, 0, 0, 0};
    partner_pareto_options o = resampled(1000, 3);
    partner_pareto *p = pareto_of(amount, 10, &o);
    const partner_resampling *r = p->resampling;

    check_plainly(amount, 10, &o);
    /* 1000 successes of probability 0.651: 535 failures expected, with a deviation of 29. */
    ck_assert_uint_ge(r->redrawn, 535 - 6 * 29);
    ck_assert_uint_le(r->redrawn, 535 + 6 * 29);
    assert_bits(r->gini[1], 0.9);
    assert_bits(r->top_share_20[1], 1.0);
    partner_pareto_free(p);
}
END_TEST

/* Two partners of 3 and 1: a replicate is 3 3, 3 1 or 1 1 with gini 0, 1/4 or 0; its top 20 % are 2/5 of a
 * partner with 1/5 or 2/5 * 3/4 = 3/10 of revenue; 80 % takes both. Half of the replicates are mixed. */
START_TEST(two_partners_by_hand)
{
    static const int64_t amount[] = {3, 1};
    partner_pareto_options o = resampled(1000, 99);
    partner_pareto *p = pareto_of(amount, 2, &o);

    assert_bits(p->resampling->gini[0], 0.0);
    assert_bits(p->resampling->gini[1], 0.25);
    assert_bits(p->resampling->top_share_20[0], 0.2);
    assert_bits(p->resampling->top_share_20[1], 0.3);
    assert_bits(p->resampling->vital_fraction[0], 1.0);
    assert_bits(p->resampling->vital_fraction[1], 1.0);
    ck_assert_uint_eq(p->resampling->redrawn, 0);
    partner_pareto_free(p);
}
END_TEST

static void assert_nothing(const partner_resampling *r)
{
    for (int side = 0; side < 2; side++)
        ck_assert(isnan(r->gini[side]) && isnan(r->top_share_20[side]) && isnan(r->vital_fraction[side]));
    ck_assert_uint_eq(r->redrawn, 0);
    ck_assert_uint_eq(r->replicates, 20);
}

START_TEST(nothing_to_draw_from)
{
    static const int64_t zeros[] = {0, -5, 0};
    partner_pareto_options o = resampled(20, 1);
    partner_pareto *p = pareto_of(NULL, 0, &o);

    assert_nothing(p->resampling);
    partner_pareto_free(p);
    p = pareto_of(zeros, 3, &o);
    assert_nothing(p->resampling);
    partner_pareto_free(p);
    p = pareto_of(zeros, 3, NULL);
    ck_assert_ptr_null(p->resampling);
    partner_pareto_free(p);
}
END_TEST

START_TEST(one_partner)
{
    static const int64_t amount[] = {12345};
    partner_pareto_options o = resampled(2, 1);
    partner_pareto *p = pareto_of(amount, 1, &o);

    assert_bits(p->resampling->gini[0], 0.0);
    assert_bits(p->resampling->gini[1], 0.0);
    assert_bits(p->resampling->vital_fraction[0], 1.0);
    partner_pareto_free(p);
}
END_TEST

/* A replicate's total leaves 64 bits: with one partner of INT64_MAX - 6 among six of 1, k draws of it make the
 * gini of k and 7 - k such values, (7 - k)/7 less next to nothing, and the smallest k that is drawn at all
 * gives the highest one. Against the plain way in units that fit: a ratio of 2^63 to 1 or of 10^9 to 1 differ
 * by less than 10^-8. */
START_TEST(totals_beyond_64_bits)
{
    static const int64_t large[] = {INT64_MAX - 6, 1, 1, 1, 1, 1, 1}, fits[] = {1000000000, 1, 1, 1, 1, 1, 1};
    partner_pareto_options o = resampled(500, 5);
    partner_pareto *p = pareto_of(large, 7, &o), *q = pareto_of(fits, 7, &o);

    for (int side = 0; side < 2; side++) {
        ck_assert_double_eq_tol(p->resampling->gini[side], q->resampling->gini[side], 1e-7);
        ck_assert_double_eq_tol(p->resampling->top_share_20[side], q->resampling->top_share_20[side], 1e-7);
        assert_bits(p->resampling->vital_fraction[side], q->resampling->vital_fraction[side]);
    }
    partner_pareto_free(p);
    partner_pareto_free(q);
}
END_TEST

/* All of one amount: however often each is drawn, the figures are those of equal partners. Sums past 2^64. */
START_TEST(equal_and_large)
{
    enum { N = 1000 };
    int64_t amount[N];
    partner_pareto_options o = resampled(30, 8);
    partner_pareto *p;

    for (size_t i = 0; i < N; i++) amount[i] = INT64_MAX / N;
    p = pareto_of(amount, N, &o);
    for (int side = 0; side < 2; side++) {
        assert_bits(p->resampling->gini[side], 0.0);
        assert_bits(p->resampling->top_share_20[side], 0.2);
        assert_bits(p->resampling->vital_fraction[side], 0.8);
    }
    partner_pareto_free(p);
}
END_TEST

/* ---- properties ---- */

START_TEST(threads_give_the_same_bits)
{
    const size_t n = in_time(70000, 3000);
    partner_pareto_options o = resampled(40, 12);
    int64_t *amount = malloc(n * sizeof *amount);
    uint64_t state = 5;
    partner_pareto *first;

    for (size_t i = 0; i < n; i++) amount[i] = shaped(&state, 1);
    first = pareto_of(amount, n, &o);
    for (uint32_t t = 2; t <= 9; t += t == 2 ? 1 : 6) {
        partner_pareto *p;
        o.threads = t == 9 ? PARTNER_THREADS_ALL : t;
        p = pareto_of(amount, n, &o);
        ck_assert_mem_eq(p->resampling, first->resampling, sizeof *p->resampling);
        partner_pareto_free(p);
    }
    partner_pareto_free(first);
    free(amount);
}
END_TEST

START_TEST(row_order_and_scale_change_nothing)
{
    enum { N = 300 };
    int64_t amount[N], other[N];
    partner_pareto_options o = resampled(50, 77);
    uint64_t state = 91;
    partner_pareto *p, *q;

    for (size_t i = 0; i < N; i++) amount[i] = shaped(&state, _i % 4) >> 8;
    amount[3] = 900;
    for (size_t i = 0; i < N; i++) other[i] = amount[N - 1 - i] * 97;
    p = pareto_of(amount, N, &o);
    q = pareto_of(other, N, &o);
    ck_assert_mem_eq(p->resampling, q->resampling, sizeof *p->resampling);
    partner_pareto_free(q);
    /* Another seed draws others, and a wider range holds a narrower one. */
    o.seed++;
    q = pareto_of(amount, N, &o);
    ck_assert(memcmp(p->resampling->gini, q->resampling->gini, sizeof q->resampling->gini) != 0);
    partner_pareto_free(q);
    o.seed--;
    o.confidence = 500000;
    q = pareto_of(amount, N, &o);
    ck_assert_double_ge(q->resampling->gini[0], p->resampling->gini[0]);
    ck_assert_double_le(q->resampling->gini[1], p->resampling->gini[1]);
    ck_assert_double_le(q->resampling->gini[0], q->resampling->gini[1]);
    partner_pareto_free(q);
    partner_pareto_free(p);
}
END_TEST

/* ---- what is refused, and stopping ---- */

static void refuse(partner_pareto_options o, const char *field)
{
    static const int64_t amount[] = {5, 6};
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto *p = NULL;
    partner_error error;

    amounts.rows = 2;
    amounts.amount = amount;
    must_fail(partner_pareto_new(&amounts, &o, &p, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_null(p);
    ck_assert_str_eq(error.field, field);
}

START_TEST(bad_options)
{
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT, bad = o;

    bad.resample = 2, refuse(bad, "resample"), bad = o;
    bad.replicates = 1, refuse(bad, "replicates"), bad = o;
    bad.replicates = 1000001, refuse(bad, "replicates"), bad = o;
    bad.confidence = 1000000, refuse(bad, "confidence"), bad = o;
    bad.tail = 2, refuse(bad, "tail"), bad = o;
    bad.discrete = 2, refuse(bad, "discrete"), bad = o;
    bad.min_tail = 1, refuse(bad, "min_tail"), bad = o;
    bad.tail_replicates = 1000001, refuse(bad, "tail_replicates"), bad = o;
    bad.xyz = 4, refuse(bad, "xyz"), bad = o;
    bad.xyz = PARTNER_PERIOD_DAYS, refuse(bad, "xyz_days"), bad = o;
    bad.since_first = 2, refuse(bad, "since_first"), bad = o;
    bad.xyz_cuts[1] = 5, refuse(bad, "xyz_cuts"), bad = o;
    bad.xyz_cuts[0] = 5, refuse(bad, "xyz_cuts");
    bad.xyz_cuts[1] = 5, refuse(bad, "xyz_cuts");
}
END_TEST

/* Stops the call at the n-th question. */
typedef struct patience {
    long asked, most;
} patience;

static int impatient(void *data)
{
    patience *p = data;
    return p->asked++ == p->most;
}

/* The interrupt is heard within a replicate too: 10 of 3 million draws each would be 10 questions, or fewer. */
START_TEST(interrupt_within_a_replicate)
{
    const size_t n = in_time(3000000, 300000);
    int64_t *amount = malloc(n * sizeof *amount);
    partner_pareto_options o = resampled(10, 1);
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto *p = NULL;
    patience q = {0, LONG_MAX};
    partner_error error;
    long without, with;

    for (size_t i = 0; i < n; i++) amount[i] = (int64_t)(i % 1009);
    amounts.rows = n;
    amounts.amount = amount;
    o.threads = 1 + (uint32_t)_i;
    o.interrupt = impatient;
    o.interrupt_data = &q;
    o.resample = 0;
    must(partner_pareto_new(&amounts, &o, &p, &error), error);
    partner_pareto_free(p);
    p = NULL;
    without = q.asked;
    o.resample = 1;
    q = (patience){0, LONG_MAX};
    must(partner_pareto_new(&amounts, &o, &p, &error), error);
    partner_pareto_free(p);
    p = NULL;
    with = q.asked;
    /* One thread asks per 2^16 draws at least; how many of them the calling one of two makes is chance. */
    if (_i == 0) ck_assert_int_ge(with - without, (long)(n >> 16) * 10);
    for (int part = 1; part < 6; part++) {
        const long stop = _i == 0 ? without + (with - without) * part / 6 : with * part / 6;
        partner_status status;

        q = (patience){0, stop};
        status = partner_pareto_new(&amounts, &o, &p, &error);
        /* With two threads the calling one may come to fewer replicates than last time. */
        if (status == PARTNER_OK) {
            ck_assert_int_eq(_i, 1);
            partner_pareto_free(p);
            p = NULL;
            continue;
        }
        ck_assert_int_eq(status, PARTNER_E_CANCELLED);
        ck_assert_ptr_null(p);
        ck_assert_int_eq(q.asked, stop + 1);
    }
    free(amount);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resampling");
    TCase *figures = add_case(suite, "figures"), *properties = add_case(suite, "properties");
    TCase *refused = add_case(suite, "refused");

    tcase_add_loop_test(figures, every_replicate_again, 0, 120);
    tcase_add_test(figures, defaults);
    tcase_add_test(figures, no_revenue_is_drawn_again);
    tcase_add_test(figures, two_partners_by_hand);
    tcase_add_test(figures, nothing_to_draw_from);
    tcase_add_test(figures, one_partner);
    tcase_add_test(figures, totals_beyond_64_bits);
    tcase_add_test(figures, equal_and_large);
    tcase_add_test(properties, threads_give_the_same_bits);
    tcase_add_loop_test(properties, row_order_and_scale_change_nothing, 0, 4);
    tcase_add_test(refused, bad_options);
    tcase_add_loop_test(refused, interrupt_within_a_replicate, 0, 2);
    return run_suite(suite);
}
