/* SPDX-License-Identifier: MIT
 * Pareto and concentration: the figures of the specification, every definition computed again the plain way,
 * and properties. Rounding itself (partner__ratio) is proved in test_base. */
#include <inttypes.h>
#include <stdio.h>

#include "base/int128.h"
#include "suite.h"

__extension__ typedef __int128 i128;
__extension__ typedef unsigned __int128 u128;

typedef struct item {
    int64_t v;
    uint32_t row;
} item;

static const int64_t WORKED[] = {52000000, 31000000, 9000000, 4000000, 2500000, 1500000, 0, -300000, 1500000};
enum { WORKED_N = sizeof WORKED / sizeof WORKED[0] };

static partner_pareto *pareto_of(const int64_t *amount, const uint32_t *group, size_t n,
                                 const partner_pareto_options *o)
{
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto *p = NULL;
    partner_error error;

    amounts.rows = n;
    amounts.amount = amount;
    amounts.group = group;
    must(partner_pareto_new(&amounts, o, &p, &error), error);
    return p;
}

/* The sum of the first n values. */
static u128 sum_of(const item *s, size_t n)
{
    u128 sum = 0;

    for (size_t i = 0; i < n; i++) sum = sum + (u128)(uint64_t)s[i].v;
    return sum;
}

static partner__u128 wide(u128 a) { return partner__u128_make((uint64_t)(a >> 64), (uint64_t)a); }

static double ratio(u128 a, u128 b) { return partner__ratio(wide(a), wide(b)); }

#define assert_bits(found, expected) \
    ck_assert_msg(same_bits(found, expected), "%s is %.17g, expected %.17g", #found, found, expected)

static void assert_near(double found, double expected, double relative)
{
    ck_assert_msg(fabs(found - expected) <= relative * fabs(expected), "%.17g, expected %.17g", found,
                  expected);
}

/* ---- figures of the specification ---- */

START_TEST(worked_example)
{
    static const uint8_t classes[] = {0, 0, 1, 1, 1, 2, 3, 3, 2};
    static const uint32_t ranks[] = {1, 2, 3, 4, 5, 6, 8, 8, 6}, order[] = {0, 1, 2, 3, 4, 5, 8, 6, 7};
    partner_pareto *p = pareto_of(WORKED, NULL, WORKED_N, NULL);

    ck_assert_uint_eq(p->partners, 9);
    ck_assert_uint_eq(p->counted, 9);
    ck_assert_uint_eq(p->positive, 7);
    ck_assert_uint_eq(p->zero, 1);
    ck_assert_uint_eq(p->negative, 1);
    ck_assert_int_eq(p->negative_amount, -300000);
    ck_assert_int_eq(p->total, 101500000);
    ck_assert_int_eq(p->net, 101200000);
    assert_bits(p->gini, 0.6973180076628352);
    assert_bits(p->gini_unbiased, 0.7844827586206896);
    assert_bits(p->hhi, 0.3662064112208498);
    assert_near(p->theil, 0.93426526161092, 1e-12);
    assert_bits(p->hoover, 0.595511767925561);
    ck_assert_uint_eq(p->vital_count, 2);
    assert_bits(p->top_share[3], 0.7566502463054188);
    assert_bits(p->kolkata_index, 0.7884362680683311);
    ck_assert_uint_eq(p->class_none, 3);
    for (size_t i = 0; i < WORKED_N; i++) {
        ck_assert_uint_eq(p->class_of[i], classes[i]);
        ck_assert_uint_eq(p->rank[i], ranks[i]);
        ck_assert_uint_eq(p->order[i], order[i]);
    }
    partner_pareto_free(p);
}
END_TEST

/* R package ineq, as the specification gives it. */
START_TEST(ineq_reference)
{
    static const int64_t x[] = {541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261};
    partner_pareto *p = pareto_of(x, NULL, 10, NULL);

    ck_assert_double_eq_tol(p->gini, .4620911, 5e-8);
    ck_assert_double_eq_tol(p->gini_unbiased, .5134346, 5e-8);
    ck_assert_double_eq_tol(p->hhi, .1840812, 5e-8);
    ck_assert_double_eq_tol(p->theil, .3623412, 5e-8);
    partner_pareto_free(p);
}
END_TEST

/* ineq drops the zeros before it takes the mean and says 0. */
START_TEST(theil_keeps_zeros)
{
    static const int64_t x[] = {0, 0, 0, 10, 10, 10};
    static const uint32_t group[] = {0, 0, 0, 1, 1, 1};
    partner_pareto *p = pareto_of(x, group, 6, NULL);

    assert_near(p->theil, log(2), 1e-15);
    assert_near(p->theil_between, log(2), 1e-15);
    ck_assert_double_eq(p->theil_within, 0);
    partner_pareto_free(p);
}
END_TEST

/* inventorize and supplychainpy say class C. */
START_TEST(dominant_partner_is_class_a)
{
    static const int64_t x[] = {1, 95, 1, 1, 1, 1};
    partner_pareto *p = pareto_of(x, NULL, 6, NULL);

    ck_assert_uint_eq(p->class_of[1], 0);
    /* 95 % stand before the others, so they are past both cuts. */
    ck_assert_uint_eq(p->class_of[0], 2);
    partner_pareto_free(p);
}
END_TEST

/* A raw Gini of {-5, 0, 10} is 2. */
START_TEST(gini_with_negatives_is_at_most_1)
{
    static const int64_t x[] = {-5, 0, 10};
    partner_pareto *p = pareto_of(x, NULL, 3, NULL);

    assert_bits(p->gini, 2.0 / 3.0); /* one of three has all: 1 - 1/P */
    ck_assert_int_eq(p->net, 5);
    partner_pareto_free(p);
}
END_TEST

START_TEST(rep_references)
{
    /* Lorenz asymmetry examples of ineq: corrected Gini .4444444 for both. */
    static const int64_t one[] = {1000, 100, 100, 100, 100, 100, 100, 100, 100, 100};
    static const int64_t two[] = {2, 2, 2, 2, 2, 18, 18, 18, 18, 18};
    partner_pareto *p = pareto_of(two, NULL, 10, NULL);

    assert_bits(p->gini_unbiased, 4.0 / 9.0);
    partner_pareto_free(p);
    /* (sum of (2j - 11) v_j) / (9 T) with one of 1000 and nine of 100: 9 * 900 / (9 * 1900) */
    p = pareto_of(one, NULL, 10, NULL);
    assert_bits(p->gini_unbiased, 9.0 / 19.0);
    partner_pareto_free(p);
}
END_TEST

/* ---- edges ---- */

static void assert_no_ratio(const partner_pareto *p)
{
    const double figures[] = {
        p->gini,   p->gini_unbiased,  p->hhi,           p->effective_partners, p->theil,
        p->hoover, p->vital_fraction, p->kolkata_index, p->top_share[0],       p->top_share[4]};

    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) ck_assert(isnan(figures[i]));
    for (size_t i = 0; i < p->partners; i++) {
        ck_assert_uint_eq(p->class_of[i], p->class_none);
        ck_assert(isnan(p->share[i]) && isnan(p->cumulative_share[i]));
    }
}

START_TEST(no_partners_and_no_revenue)
{
    static const int64_t zeros[] = {0, 0, -7};
    static const uint32_t group[] = {4, 4, 2};
    partner_pareto_options all = PARTNER_PARETO_OPTIONS_INIT;
    partner_pareto *p;

    all.points = 5;
    all.leave_one_out = 1;
    p = pareto_of(NULL, NULL, 0, &all);
    ck_assert_uint_eq(p->partners, 0);
    assert_no_ratio(p);
    ck_assert_uint_eq(p->lorenz->points, 0);
    ck_assert(isnan(p->leave_one_out->gini_low));
    partner_pareto_free(p);

    p = pareto_of(zeros, group, 3, &all);
    assert_no_ratio(p);
    ck_assert_uint_eq(p->rank[0], 1);
    ck_assert_uint_eq(p->rank[2], 1);
    ck_assert_uint_eq(p->groups->groups, 2);
    ck_assert_uint_eq(p->groups->group[0], 2);
    ck_assert_int_eq(p->groups->negative_amount[0], -7);
    ck_assert(isnan(p->theil_between) && isnan(p->groups->share[0]));
    partner_pareto_free(p);
}
END_TEST

START_TEST(one_partner)
{
    static const int64_t one[] = {12345};
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_pareto *p;

    o.leave_one_out = 1;
    p = pareto_of(one, NULL, 1, &o);
    ck_assert_double_eq(p->gini, 0);
    ck_assert(isnan(p->gini_unbiased));
    ck_assert_double_eq(p->kolkata_index, 0.5);
    ck_assert_double_eq(p->hhi, 1);
    ck_assert_double_eq(p->theil, 0);
    ck_assert(isnan(p->leave_one_out->gini_low));
    ck_assert_uint_eq(p->leave_one_out->gini_low_row, PARTNER_NONE);
    ck_assert_double_eq(p->leave_one_out->at_risk[0], 1);
    partner_pareto_free(p);
}
END_TEST

START_TEST(equal_partners)
{
    static const int64_t x[] = {7, 7, 7, 7};
    partner_pareto *p = pareto_of(x, NULL, 4, NULL);

    ck_assert_double_eq(p->gini, 0);
    ck_assert_double_eq(p->theil, 0);
    ck_assert_double_eq(p->hoover, 0);
    ck_assert_double_eq(p->hhi, 0.25);
    ck_assert_double_eq(p->kolkata_index, 0.5);
    /* Nothing stands before any of them: all in A; three of four are needed for 80 %, ties cut by order. */
    for (int i = 0; i < 4; i++) ck_assert_uint_eq(p->class_of[i], 0);
    ck_assert_uint_eq(p->vital_count, 4);
    partner_pareto_free(p);
}
END_TEST

START_TEST(active_population)
{
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_pareto *p, *bare;
    int64_t positive[WORKED_N];
    size_t n = 0;

    for (size_t i = 0; i < WORKED_N; i++)
        if (WORKED[i] > 0) positive[n++] = WORKED[i];
    o.population = PARTNER_POPULATION_ACTIVE;
    p = pareto_of(WORKED, NULL, WORKED_N, &o);
    bare = pareto_of(positive, NULL, n, NULL);
    assert_bits(p->gini, bare->gini);
    assert_bits(p->theil, bare->theil);
    assert_bits(p->kolkata_index, bare->kolkata_index);
    assert_bits(p->vital_fraction, bare->vital_fraction);
    ck_assert_uint_eq(p->counted, n);
    ck_assert_uint_eq(p->partners, WORKED_N);
    ck_assert_uint_eq(p->rank[6], 0);
    assert_bits(p->share[6], 0.0);
    ck_assert(isnan(p->cumulative_share[6]));
    ck_assert_uint_eq(p->class_of[7], p->class_none);
    ck_assert_uint_eq(p->order[7], 6);
    ck_assert_uint_eq(p->order[8], 7);
    partner_pareto_free(p);
    partner_pareto_free(bare);
}
END_TEST

/* ---- everything again, the plain way ---- */

static int by_value(const void *a, const void *b)
{
    const item *x = a, *y = b;

    if (x->v != y->v) return x->v > y->v ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

static item *sorted(const int64_t *amount, size_t n)
{
    item *items = malloc((n + 1) * sizeof *items);

    for (size_t i = 0; i < n; i++) {
        items[i].v = amount[i] > 0 ? amount[i] : 0;
        items[i].row = (uint32_t)i;
    }
    qsort(items, n, sizeof *items, by_value);
    return items;
}

static void check_columns(const partner_pareto *p, const item *s, size_t n, const uint32_t *cut, unsigned cuts)
{
    u128 total = sum_of(s, n), so_far = 0, before = 0;
    uint32_t rank = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t row = s[i].row;
        uint8_t class_of = 0;
        int right;

        if (i == 0 || s[i].v != s[i - 1].v) {
            rank = (uint32_t)i + 1;
            before = so_far;
        }
        so_far = so_far + (u128)(uint64_t)s[i].v;
        while (class_of < cuts && !(before * 1000000 < cut[class_of] * total)) class_of++;
        if (s[i].v == 0) class_of = (uint8_t)(cuts + 1);
        right = p->order[i] == row && p->rank[row] == rank && p->class_of[row] == class_of &&
                same_bits(p->share[row], ratio((u128)(uint64_t)s[i].v, total)) &&
                same_bits(p->cumulative_share[row], ratio(so_far, total));
        /* One assertion for all: Check's bookkeeping costs more than the comparison. */
        if (right) continue;
        ck_abort_msg(
            "place %zu, row %u: order %u rank %u (expected %u) class %u (%u) share %.17g cumulative %.17g", i,
            row, p->order[i], p->rank[row], rank, p->class_of[row], class_of, p->share[row],
            p->cumulative_share[row]);
    }
}

/* L(x) of the descending curve as a rational over 10^6 T. */
static double top_share(const item *s, size_t n, u128 total, uint64_t q)
{
    uint64_t place = q * n;
    u128 held = 0;

    for (size_t i = 0; i < n; i++) {
        uint64_t here = place > i * 1000000 ? place - i * 1000000 : 0;
        held = held + (u128)(uint64_t)s[i].v * (here > 1000000 ? 1000000 : here);
    }
    return ratio(held, total * 1000000);
}

static void check_summary(const partner_pareto *p, const item *s, size_t n)
{
    static const uint64_t tops[] = {10000, 50000, 100000, 200000, 500000};
    u128 total = sum_of(s, n), squares = 0, apart = 0;
    i128 gini = 0;
    double theil = 0;
    size_t vital = 0, cross = 0;
    u128 so_far = 0;

    for (size_t j = 1; j <= n; j++) { /* ascending */
        i128 v = s[n - j].v;
        u128 scaled = (u128)v * n;
        gini = gini + (2 * (i128)j - (i128)n - 1) * v;
        squares = squares + (u128)(v * v);
        apart = apart + (scaled > total ? scaled - total : total - scaled);
        if (v > 0) theil += (double)v / (double)total * log((double)v / (double)total * (double)n);
    }
    for (; vital < n && so_far * 1000000 < total * 800000; vital++)
        so_far = so_far + (u128)(uint64_t)s[vital].v;
    so_far = 0;
    for (size_t i = 0; i < n && so_far * n + i * total <= n * total; i++) {
        cross = i;
        so_far = so_far + (u128)(uint64_t)s[i].v;
    }
    so_far = sum_of(s, cross);
    assert_bits(p->gini, ratio((u128)gini, total * n));
    if (n > 1) assert_bits(p->gini_unbiased, ratio((u128)gini, total * (n - 1)));
    assert_bits(p->hhi, ratio(squares, total * total));
    assert_bits(p->effective_partners, ratio(total * total, squares));
    assert_bits(p->hoover, ratio(apart, 2 * total * n));
    ck_assert_double_eq_tol(p->theil, theil, 1e-12 * (1 + theil));
    ck_assert_uint_eq(p->vital_count, vital);
    assert_bits(p->kolkata_index, ratio(so_far + (u128)(n - cross) * (u128)(uint64_t)s[cross].v,
                                        total + (u128)(uint64_t)s[cross].v * n));
    for (int t = 0; t < PARTNER_PARETO_TOPS; t++) assert_bits(p->top_share[t], top_share(s, n, total, tops[t]));
}

/* Amounts of many shapes: uniform, heavy tailed, tied, tiny, with zeros and negatives. */
static int64_t shaped(uint64_t *state, int shape)
{
    uint64_t r = draw(state);

    switch (shape) {
    case 0: return (int64_t)(r % 2000) - 200;
    case 1: return (int64_t)(r >> (20 + draw(state) % 43));
    case 2: return (int64_t)(r % 3) * 1000;
    case 3: return (int64_t)(r % 7 == 0 ? (r >> 8) % 1000000007 : 0);
    default: return (int64_t)((r >> 12) % UINT64_C(9007199254740993)); /* sums past 2^53 */
    }
}

static void random_case(uint64_t seed, int shape, size_t most)
{
    uint64_t state = seed * 2654435761u + 1;
    size_t n = 1 + draw(&state) % most;
    int64_t *amount = malloc(n * sizeof *amount);
    static const uint32_t usual[] = {800000, 950000};
    partner_pareto *p;
    item *s;

    for (size_t i = 0; i < n; i++) amount[i] = shaped(&state, shape);
    amount[n / 2] = 1 + amount[n / 2] / 2 * (amount[n / 2] > 0); /* some revenue */
    s = sorted(amount, n);
    p = pareto_of(amount, NULL, n, NULL);
    check_columns(p, s, n, usual, 2);
    check_summary(p, s, n);
    partner_pareto_free(p);
    free(s);
    free(amount);
}

START_TEST(random_small) { random_case((uint64_t)_i, _i % 5, 40); }
END_TEST

/* Several blocks of 2^16, so that ties and cuts cross their borders. */
START_TEST(random_large) { random_case((uint64_t)_i, _i % 4, in_time(200000, 70000)); }
END_TEST

/* Values and rows that do not fit one word together take the sort in two halves. */
START_TEST(wide_values)
{
    enum { N = 70000 };
    int64_t *amount = malloc(N * sizeof *amount);
    static const uint32_t usual[] = {800000, 950000};
    uint64_t state = 99;
    partner_pareto *p;
    item *s;

    for (size_t i = 0; i < N; i++) amount[i] = (int64_t)(draw(&state) >> 17) >> (i % 30);
    amount[5] = INT64_C(1) << 62;
    s = sorted(amount, N);
    p = pareto_of(amount, NULL, N, NULL);
    check_columns(p, s, N, usual, 2);
    partner_pareto_free(p);
    free(s);
    free(amount);
}
END_TEST

START_TEST(largest_total)
{
    int64_t fits[] = {INT64_MAX - 10, 7, 3, -INT64_MAX}, beyond[] = {INT64_MAX, 1},
            below[] = {-INT64_MAX, -1, 5};
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto *p = pareto_of(fits, NULL, 4, NULL);
    partner_error error;

    ck_assert_int_eq(p->total, INT64_MAX);
    ck_assert_int_eq(p->negative_amount, -INT64_MAX);
    ck_assert_int_eq(p->net, 0);
    assert_bits(p->share[1], ratio(7, INT64_MAX));
    partner_pareto_free(p);
    p = NULL;
    amounts.rows = 2;
    amounts.amount = beyond;
    must_fail(partner_pareto_new(&amounts, NULL, &p, &error), PARTNER_E_RANGE, error);
    amounts.rows = 3;
    amounts.amount = below;
    must_fail(partner_pareto_new(&amounts, NULL, &p, &error), PARTNER_E_RANGE, error);
    ck_assert_ptr_null(p);
}
END_TEST

START_TEST(own_cuts)
{
    static const uint32_t cuts[] = {1, 250000, 500000, 600000, 700000, 900000, 999999, 1000000};
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    item *s = sorted(WORKED, WORKED_N);
    partner_pareto *p;
    size_t partners = 0;
    int64_t amount = 0;

    memcpy(o.cuts, cuts, sizeof cuts);
    p = pareto_of(WORKED, NULL, WORKED_N, &o);
    check_columns(p, s, WORKED_N, cuts, 8);
    ck_assert_uint_eq(p->classes->classes, 10);
    for (size_t c = 0; c < 10; c++) {
        size_t count = 0;
        for (size_t i = 0; i < WORKED_N; i++) count += p->class_of[i] == c;
        ck_assert_uint_eq(p->classes->class_of[c], c);
        ck_assert_uint_eq(p->classes->partners[c], count);
        assert_bits(p->classes->share[c], ratio((u128)p->classes->amount[c], (u128)p->total));
        partners += p->classes->partners[c];
        amount += p->classes->amount[c];
    }
    ck_assert_uint_eq(partners, WORKED_N);
    ck_assert_int_eq(amount, p->total);
    partner_pareto_free(p);
    free(s);
}
END_TEST

/* ---- properties ---- */

static void assert_same_scalars(const partner_pareto *a, const partner_pareto *b)
{
    ck_assert_uint_eq(a->vital_count, b->vital_count);
    ck_assert_int_eq(a->total, b->total);
    assert_bits(a->gini, b->gini);
    assert_bits(a->gini_unbiased, b->gini_unbiased);
    assert_bits(a->hhi, b->hhi);
    assert_bits(a->effective_partners, b->effective_partners);
    assert_bits(a->theil, b->theil);
    assert_bits(a->hoover, b->hoover);
    assert_bits(a->kolkata_index, b->kolkata_index);
    ck_assert_mem_eq(a->top_share, b->top_share, sizeof a->top_share);
}

/* The same bits for 1, 2, 3 and 8 threads, every column. */
START_TEST(threads_give_the_same_bits)
{
    const size_t N = in_time(250000, 70000);
    int64_t *amount = malloc(N * sizeof *amount);
    uint32_t *group = malloc(N * sizeof *group);
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    uint64_t state = 4242;
    partner_pareto *first;

    for (size_t i = 0; i < N; i++) {
        amount[i] = shaped(&state, _i);
        group[i] = (uint32_t)(draw(&state) % 6) - 1;
    }
    o.points = 100;
    o.leave_one_out = 1;
    first = pareto_of(amount, group, N, &o);
    for (uint32_t t = 2; t <= 9; t += t == 2 ? 1 : 6) {
        partner_pareto *p;
        o.threads = t == 9 ? PARTNER_THREADS_ALL : t;
        p = pareto_of(amount, group, N, &o);
        assert_same_scalars(first, p);
        assert_bits(p->theil_within, first->theil_within);
        ck_assert_mem_eq(p->rank, first->rank, N * sizeof *p->rank);
        ck_assert_mem_eq(p->order, first->order, N * sizeof *p->order);
        ck_assert_mem_eq(p->class_of, first->class_of, N);
        ck_assert_mem_eq(p->share, first->share, N * sizeof *p->share);
        ck_assert_mem_eq(p->cumulative_share, first->cumulative_share, N * sizeof *p->share);
        ck_assert_mem_eq(p->lorenz->share, first->lorenz->share, p->lorenz->points * sizeof(double));
        ck_assert_mem_eq(p->leave_one_out, first->leave_one_out, sizeof *p->leave_one_out);
        ck_assert_mem_eq(p->groups->gini, first->groups->gini, p->groups->groups * sizeof(double));
        partner_pareto_free(p);
    }
    partner_pareto_free(first);
    free(amount);
    free(group);
}
END_TEST

START_TEST(row_order_changes_nothing)
{
    enum { N = 3000 };
    int64_t amount[N], shuffled[N];
    uint32_t at[N];
    uint64_t state = 77 + (uint64_t)_i;
    partner_pareto *a, *b;

    for (uint32_t i = 0; i < N; i++) {
        amount[i] = shaped(&state, _i % 5);
        at[i] = i;
    }
    for (uint32_t i = N - 1; i > 0; i--) {
        uint32_t k = (uint32_t)(draw(&state) % (i + 1)), t = at[i];
        at[i] = at[k];
        at[k] = t;
    }
    for (uint32_t i = 0; i < N; i++) shuffled[i] = amount[at[i]];
    a = pareto_of(amount, NULL, N, NULL);
    b = pareto_of(shuffled, NULL, N, NULL);
    assert_same_scalars(a, b);
    for (uint32_t i = 0; i < N; i++)
        if (b->rank[i] != a->rank[at[i]] || b->class_of[i] != a->class_of[at[i]] ||
            !same_bits(b->share[i], a->share[at[i]]))
            ck_abort_msg("row %u", i);
    partner_pareto_free(a);
    partner_pareto_free(b);
}
END_TEST

START_TEST(scale_changes_no_ratio)
{
    enum { N = 500 };
    int64_t amount[N], scaled[N];
    uint64_t state = 31 + (uint64_t)_i;
    partner_pareto *a, *b;

    for (size_t i = 0; i < N; i++) {
        amount[i] = shaped(&state, _i % 4) >> 12;
        scaled[i] = amount[i] * 997;
    }
    amount[0] = 1;
    scaled[0] = 997;
    a = pareto_of(amount, NULL, N, NULL);
    b = pareto_of(scaled, NULL, N, NULL);
    assert_bits(a->gini, b->gini);
    assert_bits(a->hhi, b->hhi);
    assert_bits(a->hoover, b->hoover);
    assert_bits(a->kolkata_index, b->kolkata_index);
    assert_near(b->theil, a->theil, 1e-12);
    ck_assert_mem_eq(a->class_of, b->class_of, N);
    ck_assert_mem_eq(a->share, b->share, N * sizeof(double));
    partner_pareto_free(a);
    partner_pareto_free(b);
}
END_TEST

/* Near equality the index is about d^2 / 2: what a sum of logarithms loses. 1 ± 10^-6 of two halves. */
START_TEST(theil_near_equality)
{
    static const int64_t x[] = {1000001, 999999};
    partner_pareto *p = pareto_of(x, NULL, 2, NULL);
    double d = 1e-6;

    assert_near(p->theil, d * d / 2 + d * d * d * d / 12, 1e-12);
    partner_pareto_free(p);
}
END_TEST

/* ---- parts ---- */

/* The first vertex at or past each of points - 1 equal steps of x + y, as the specification says it. */
START_TEST(lorenz_curve)
{
    enum { N = 37 };
    uint32_t points = 2 + (uint32_t)_i;
    int64_t amount[N];
    uint64_t state = 5;
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_pareto *p;
    item *s;
    u128 total, sum = 0;
    size_t vertex = 0, k = 1;

    for (size_t i = 0; i < N; i++) amount[i] = shaped(&state, 0);
    s = sorted(amount, N);
    total = sum_of(s, N);
    o.points = points;
    p = pareto_of(amount, NULL, N, &o);
    ck_assert_uint_le(p->lorenz->points, points);
    ck_assert_double_eq(p->lorenz->partners[0], 0);
    ck_assert_double_eq(p->lorenz->share[0], 0);
    for (size_t j = 1; j <= N; j++) {
        int kept = 0;
        sum = sum + (u128)(uint64_t)s[N - j].v;
        for (; k <= points - 1 && (j * total + sum * N) * (points - 1) >= 2 * k * total * N; k++) kept = 1;
        if (!kept) continue;
        vertex++;
        assert_bits(p->lorenz->partners[vertex], ratio(j, N));
        assert_bits(p->lorenz->share[vertex], ratio(sum, total));
    }
    ck_assert_uint_eq(p->lorenz->points, vertex + 1);
    ck_assert_double_eq(p->lorenz->share[vertex], 1);
    partner_pareto_free(p);
    free(s);
}
END_TEST

/* Each group's summary is that of its partners alone; the Theil parts add up to the whole. */
START_TEST(groups_stand_alone)
{
    enum { N = 400 };
    int64_t amount[N], own[N];
    uint32_t group[N];
    uint64_t state = 1000 + (uint64_t)_i;
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_pareto *p, *alone;
    double between = 0, within = 0;

    for (size_t i = 0; i < N; i++) {
        uint64_t g = draw(&state) % 5;
        amount[i] = shaped(&state, _i % 4);
        group[i] = g == 4 ? PARTNER_NONE : (uint32_t)(g * 1000000007u);
    }
    amount[0] = 100;
    o.population = (uint8_t)(_i / 4 % 2);
    p = pareto_of(amount, group, N, &o);
    for (size_t g = 0; g < p->groups->groups; g++) {
        const partner_pareto_groups *t = p->groups;
        size_t n = 0;
        if (g > 0) ck_assert_uint_lt(t->group[g - 1], t->group[g]);
        for (size_t i = 0; i < N; i++)
            if (group[i] == t->group[g]) own[n++] = amount[i];
        alone = pareto_of(own, NULL, n, &o);
        ck_assert_uint_eq(t->partners[g], n);
        ck_assert_uint_eq(t->counted[g], alone->counted);
        ck_assert_uint_eq(t->positive[g], alone->positive);
        ck_assert_uint_eq(t->zero[g], alone->zero);
        ck_assert_uint_eq(t->negative[g], alone->negative);
        ck_assert_int_eq(t->total[g], alone->total);
        ck_assert_int_eq(t->net[g], alone->net);
        ck_assert_int_eq(t->negative_amount[g], alone->negative_amount);
        assert_bits(t->gini[g], alone->gini);
        assert_bits(t->gini_unbiased[g], alone->gini_unbiased);
        assert_bits(t->hhi[g], alone->hhi);
        assert_bits(t->effective_partners[g], alone->effective_partners);
        assert_bits(t->theil[g], alone->theil);
        assert_bits(t->hoover[g], alone->hoover);
        ck_assert_uint_eq(t->vital_count[g], alone->vital_count);
        assert_bits(t->vital_fraction[g], alone->vital_fraction);
        assert_bits(t->kolkata_index[g], alone->kolkata_index);
        for (int q = 0; q < PARTNER_PARETO_TOPS; q++)
            assert_bits(t->top_share[g * PARTNER_PARETO_TOPS + (size_t)q], alone->top_share[q]);
        for (size_t c = 0; c < 4; c++) {
            ck_assert_uint_eq(p->group_classes->group[4 * g + c], t->group[g]);
            ck_assert_uint_eq(p->group_classes->partners[4 * g + c], alone->classes->partners[c]);
            ck_assert_int_eq(p->group_classes->amount[4 * g + c], alone->classes->amount[c]);
            assert_bits(p->group_classes->share[4 * g + c], alone->classes->share[c]);
        }
        between += t->theil_between[g];
        within += t->theil_within[g];
        partner_pareto_free(alone);
    }
    ck_assert_double_eq_tol(p->theil_between, between, 1e-12);
    ck_assert_double_eq_tol(p->theil_within, within, 1e-12);
    ck_assert_double_eq_tol(p->theil_between + p->theil_within, p->theil, 1e-12 * (1 + p->theil));
    partner_pareto_free(p);
}
END_TEST

/* The extremes over all populations with one partner missing, each computed as a whole. */
START_TEST(leave_one_out_is_leaving_one_out)
{
    enum { MOST = 30 };
    int64_t amount[MOST], rest[MOST];
    uint64_t state = 9000 + (uint64_t)_i;
    size_t n = 2 + draw(&state) % (MOST - 1);
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    double gini[2] = {INFINITY, -INFINITY}, hhi[2] = {INFINITY, -INFINITY};
    const partner_pareto_leave_one_out *l;
    partner_pareto *p;

    for (size_t i = 0; i < n; i++) amount[i] = shaped(&state, _i % 5);
    amount[0] = amount[0] > 0 ? amount[0] : 50;
    amount[1] = amount[1] > 0 ? amount[1] : 40;
    o.leave_one_out = 1;
    p = pareto_of(amount, NULL, n, &o);
    l = p->leave_one_out;
    for (size_t i = 0; i < n; i++) {
        partner_pareto *without;
        size_t m = 0;
        for (size_t k = 0; k < n; k++)
            if (k != i) rest[m++] = amount[k];
        without = pareto_of(rest, NULL, m, NULL);
        gini[0] = fmin(gini[0], without->gini);
        gini[1] = fmax(gini[1], without->gini);
        hhi[0] = fmin(hhi[0], without->hhi);
        hhi[1] = fmax(hhi[1], without->hhi);
        if (i == l->gini_low_row) assert_bits(l->gini_low, without->gini);
        if (i == l->gini_high_row) assert_bits(l->gini_high, without->gini);
        if (i == l->hhi_low_row) assert_bits(l->hhi_low, without->hhi);
        if (i == l->hhi_high_row) assert_bits(l->hhi_high, without->hhi);
        partner_pareto_free(without);
    }
    assert_bits(l->gini_low, gini[0]);
    assert_bits(l->gini_high, gini[1]);
    assert_bits(l->hhi_low, hhi[0]);
    assert_bits(l->hhi_high, hhi[1]);
    ck_assert_double_eq_tol(l->gini_fall, fmax(0, p->gini - gini[0]), 3e-16);
    ck_assert_double_eq_tol(l->gini_rise, fmax(0, gini[1] - p->gini), 3e-16);
    ck_assert_double_eq_tol(l->hhi_fall, fmax(0, p->hhi - hhi[0]), 3e-16);
    ck_assert_double_eq_tol(l->hhi_rise, fmax(0, hhi[1] - p->hhi), 3e-16);
    ck_assert_int_eq(l->total_low, p->total - (amount[p->order[0]]));
    ck_assert_int_eq(l->total_high, p->total - (p->positive == n ? amount[p->order[n - 1]] : 0));
    partner_pareto_free(p);
}
END_TEST

START_TEST(any_top_share)
{
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto *p = pareto_of(WORKED, NULL, WORKED_N, NULL);
    item *s = sorted(WORKED, WORKED_N);
    partner_error error;
    double share;

    amounts.rows = WORKED_N;
    amounts.amount = WORKED;
    for (uint32_t q = 0; q <= 1000000; q += 12345) {
        must(partner_pareto_top_share(&amounts, p, q, &share, &error), error);
        assert_bits(share, top_share(s, WORKED_N, 101500000, q));
    }
    must(partner_pareto_top_share(&amounts, p, 1000000, &share, &error), error);
    ck_assert_double_eq(share, 1);
    must_fail(partner_pareto_top_share(&amounts, p, 1000001, &share, &error), PARTNER_E_ARGUMENT, error);
    amounts.rows = 3;
    must_fail(partner_pareto_top_share(&amounts, p, 1, &share, &error), PARTNER_E_ARGUMENT, error);
    partner_pareto_free(p);
    free(s);
}
END_TEST

/* ---- what is refused ---- */

static void refuse(const partner_amounts *amounts, const partner_pareto_options *o, partner_status status,
                   const char *field)
{
    partner_pareto *p = NULL;
    partner_error error;

    must_fail(partner_pareto_new(amounts, o, &p, &error), status, error);
    ck_assert_ptr_null(p);
    ck_assert_str_eq(error.field, field);
    ck_assert_uint_gt(strlen(error.message), 10);
    ck_assert_int_eq(partner_pareto_new(amounts, o, &p, NULL), status);
}

START_TEST(bad_options)
{
    static const uint32_t bad_cuts[][3] = {{800000, 800000}, {900000, 800000}, {1000001}, {0, 5}, {5, 0, 6}};
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;

    amounts.rows = WORKED_N;
    amounts.amount = WORKED;
    for (size_t i = 0; i < sizeof bad_cuts / sizeof bad_cuts[0]; i++) {
        memset(o.cuts, 0, sizeof o.cuts);
        memcpy(o.cuts, bad_cuts[i], sizeof bad_cuts[i]);
        refuse(&amounts, &o, PARTNER_E_ARGUMENT, "cuts");
    }
    memset(o.cuts, 0, sizeof o.cuts);
    o.points = 1;
    refuse(&amounts, &o, PARTNER_E_ARGUMENT, "points");
    o.points = 0;
    o.population = 2;
    refuse(&amounts, &o, PARTNER_E_ARGUMENT, "population");
    o.population = 0;
    o.negatives = 2;
    refuse(&amounts, &o, PARTNER_E_ARGUMENT, "negatives");
    o.negatives = 0;
    o.leave_one_out = 2;
    refuse(&amounts, &o, PARTNER_E_ARGUMENT, "leave_one_out");
}
END_TEST

START_TEST(bad_amounts)
{
    int64_t amount[] = {5, -3, PARTNER_NO_AMOUNT};
    static const uint32_t partner[] = {10, 11, 12};
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_pareto *p = NULL;
    partner_error error;

    amounts.rows = 3;
    amounts.partner = partner;
    refuse(&amounts, NULL, PARTNER_E_ARGUMENT, "amount");
    amounts.amount = amount;
    must_fail(partner_pareto_new(&amounts, NULL, &p, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 2);
    ck_assert_uint_eq(error.index, 12);
    amounts.rows = 2;
    o.negatives = PARTNER_NEGATIVES_ERROR;
    must_fail(partner_pareto_new(&amounts, &o, &p, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 1);
    ck_assert_uint_eq(error.index, 11);
    refuse(NULL, NULL, PARTNER_E_ARGUMENT, "");
    ck_assert_int_eq(partner_pareto_new(&amounts, NULL, NULL, &error), PARTNER_E_ARGUMENT);
    amounts.struct_size = 0;
    refuse(&amounts, NULL, PARTNER_E_ARGUMENT, "");
}
END_TEST

static int after(void *data)
{
    int *left = data;
    return (*left)-- <= 0;
}

START_TEST(interrupt_cancels)
{
    enum { N = 200000 };
    int64_t *amount = malloc(N * sizeof *amount);
    uint32_t *group = calloc(N, sizeof *group);
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_pareto *p = NULL;
    partner_error error;
    int left;

    for (size_t i = 0; i < N; i++) amount[i] = (int64_t)(i * i % 1009);
    /* Every other run with a value so large that the sort goes in two halves. */
    if (_i / 2 % 2 == 1) amount[7] = INT64_C(1) << 61;
    amounts.rows = N;
    amounts.amount = amount;
    o.threads = 1 + (uint32_t)_i % 2;
    o.leave_one_out = 1;
    amounts.group = group;
    left = _i / 4;
    o.interrupt = after;
    o.interrupt_data = &left;
    must_fail(partner_pareto_new(&amounts, &o, &p, &error), PARTNER_E_CANCELLED, error);
    ck_assert_ptr_null(p);
    free(amount);
    free(group);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pareto");
    TCase *figures = add_case(suite, "figures"), *edges = add_case(suite, "edges");
    TCase *plain = add_case(suite, "plain"), *properties = add_case(suite, "properties");
    TCase *parts = add_case(suite, "parts"), *refused = add_case(suite, "refused");

    tcase_add_test(figures, worked_example);
    tcase_add_test(figures, ineq_reference);
    tcase_add_test(figures, theil_keeps_zeros);
    tcase_add_test(figures, dominant_partner_is_class_a);
    tcase_add_test(figures, gini_with_negatives_is_at_most_1);
    tcase_add_test(figures, rep_references);
    tcase_add_test(edges, no_partners_and_no_revenue);
    tcase_add_test(edges, one_partner);
    tcase_add_test(edges, equal_partners);
    tcase_add_test(edges, active_population);
    tcase_add_loop_test(plain, random_small, 0, 400);
    tcase_add_loop_test(plain, random_large, 0, 8);
    tcase_add_test(plain, wide_values);
    tcase_add_test(plain, largest_total);
    tcase_add_test(plain, own_cuts);
    tcase_add_loop_test(properties, threads_give_the_same_bits, 0, 4);
    tcase_add_loop_test(properties, row_order_changes_nothing, 0, 10);
    tcase_add_loop_test(properties, scale_changes_no_ratio, 0, 8);
    tcase_add_test(properties, theil_near_equality);
    tcase_add_loop_test(parts, lorenz_curve, 0, 60);
    tcase_add_loop_test(parts, groups_stand_alone, 0, 16);
    tcase_add_loop_test(parts, leave_one_out_is_leaving_one_out, 0, 150);
    tcase_add_test(parts, any_top_share);
    tcase_add_test(refused, bad_options);
    tcase_add_test(refused, bad_amounts);
    tcase_add_loop_test(refused, interrupt_cancels, 0, 100);
    return run_suite(suite);
}
