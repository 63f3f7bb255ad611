/* SPDX-License-Identifier: MIT
 * Change between two periods: cases worked by hand, the definitions again the plain way, properties, errors;
 * and what the analysis makes of windows and rosters. Real data: tests/test_cli.py. */
#include <inttypes.h>
#include <stdio.h>

#include "base/int128.h"
#include "suite.h"

static partner_error error;

static partner_amounts amounts_of(const int64_t *amount, size_t n)
{
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;

    amounts.rows = n;
    amounts.amount = amount;
    return amounts;
}

static partner_change *change_of(const int64_t *before, const int64_t *after, size_t n,
                                 const partner_pareto_options *options)
{
    partner_amounts a = amounts_of(before, n), b = amounts_of(after, n);
    partner_change *change = NULL;

    must(partner_change_new(&a, &b, options, &change, &error), error);
    return change;
}

#define assert_bits(found, expected) \
    ck_assert_msg(same_bits(found, expected), "%s is %.17g, expected %.17g", #found, found, expected)

/* The line of a move. */
static size_t move(const partner_change *c, unsigned from, unsigned to)
{
    size_t i = from * ((size_t)c->moves->class_none + 1) + to;

    ck_assert_uint_lt(i, c->moves->moves);
    ck_assert_uint_eq(c->moves->from[i], from);
    ck_assert_uint_eq(c->moves->to[i], to);
    return i;
}

static void assert_move(const partner_change *c, unsigned from, unsigned to, size_t partners, int64_t amount)
{
    size_t i = move(c, from, to);

    ck_assert_uint_eq(c->moves->partners[i], partners);
    ck_assert_int_eq(c->moves->amount[i], amount);
}

enum { A, B, C, NOBODY };

/* ---- worked by hand ---- */

/* Before 80 15 5 0: nothing stands before the first, A; 80 % before the second, past the first cut, B; 95 %
 * before the third, past the second, C; nothing is class none. After 10 60 0 30: 60 A, 30 with 60 % before it
 * A, 10 with 90 % B.
 * Gini = sum (2j - P - 1) v_(j) / (P T): before (-5 + 15 + 3 * 80) / 400 = 0.625, after (-10 + 30 + 3 * 60) /
 * 400 = 0.5. HHI: before .64 + .0225 + .0025 = .665, after .01 + .36 + .09 = .46. */
START_TEST(by_hand)
{
    static const int64_t before[] = {80, 15, 5, 0}, after[] = {10, 60, 0, 30};
    static const int64_t contribution[] = {-70, 45, -5, 30};
    static const uint8_t previous_class[] = {A, B, C, NOBODY};
    partner_change *c = change_of(before, after, 4, NULL);

    ck_assert_int_eq(c->previous_total, 100);
    ck_assert_int_eq(c->total, 100);
    assert_bits(c->previous_gini, 0.625);
    assert_bits(c->gini, -0.125);
    assert_bits(c->previous_hhi, 0.665);
    assert_bits(c->hhi, -0.205);
    assert_bits(c->at_risk[0], 0.6);
    assert_bits(c->at_risk[1], 1.0);
    assert_bits(c->at_risk[2], 1.0);
    ck_assert_uint_eq(c->moves->moves, 16);
    ck_assert_uint_eq(c->moves->class_none, NOBODY);
    for (size_t i = 0; i < 16; i++)
        if (i != move(c, A, B) && i != move(c, B, A) && i != move(c, C, NOBODY) && i != move(c, NOBODY, A))
            assert_move(c, (unsigned)i / 4, (unsigned)i % 4, 0, 0);
    assert_move(c, A, B, 1, -70);
    assert_move(c, B, A, 1, 45);
    assert_move(c, C, NOBODY, 1, -5);
    assert_move(c, NOBODY, A, 1, 30);
    ck_assert_uint_eq(c->partners->partners, 4);
    ck_assert_uint_eq(c->partners->class_none, NOBODY);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(c->partners->contribution[i], contribution[i]);
        ck_assert_uint_eq(c->partners->previous_class[i], previous_class[i]);
        assert_bits(c->partners->contribution_share[i], (double)contribution[i] / 100);
    }
    partner_change_free(c);
}
END_TEST

/* A negative amount counts as zero: nobody contributes more than there was or is. */
START_TEST(negatives_count_as_zero)
{
    static const int64_t before[] = {-5, 10, 10}, after[] = {20, -7, 20};
    partner_change *c = change_of(before, after, 3, NULL);

    ck_assert_int_eq(c->previous_total, 20);
    ck_assert_int_eq(c->total, 40);
    ck_assert_int_eq(c->partners->contribution[0], 20);
    ck_assert_int_eq(c->partners->contribution[1], -10);
    assert_move(c, NOBODY, A, 1, 20);
    assert_move(c, A, NOBODY, 1, -10);
    assert_move(c, A, A, 1, 10);
    /* Two equal ones of three in both: nothing has changed in the whole. */
    assert_bits(c->gini, 0.0);
    assert_bits(c->hhi, 0.0);
    partner_change_free(c);
}
END_TEST

START_TEST(nothing_before_or_after)
{
    static const int64_t nothing[] = {0, -3, 0}, something[] = {7, 0, 21};
    partner_change *c = change_of(nothing, something, 3, NULL);

    ck_assert_int_eq(c->previous_total, 0);
    ck_assert(isnan(c->gini) && isnan(c->hhi) && isnan(c->previous_gini) && isnan(c->previous_hhi));
    assert_bits(c->at_risk[0], 0.75);
    assert_move(c, NOBODY, A, 2, 28); /* 21 has nothing before it, and 7 has 75 %, below the cut of 80 % */
    assert_move(c, NOBODY, NOBODY, 1, 0);
    for (size_t i = 0; i < 3; i++) ck_assert(isnan(c->partners->contribution_share[i]));
    partner_change_free(c);

    c = change_of(something, nothing, 3, NULL);
    ck_assert(isnan(c->gini) && isnan(c->hhi));
    assert_bits(c->previous_hhi, 0.625); /* .25^2 + .75^2 */
    for (int i = 0; i < PARTNER_PARETO_RISKS; i++) ck_assert(isnan(c->at_risk[i]));
    assert_bits(c->partners->contribution_share[2], -0.75);
    partner_change_free(c);

    c = change_of(NULL, NULL, 0, NULL);
    ck_assert_uint_eq(c->partners->partners, 0);
    ck_assert_uint_eq(c->moves->moves, 16);
    ck_assert(isnan(c->gini));
    for (size_t i = 0; i < 16; i++) ck_assert_uint_eq(c->moves->partners[i], 0);
    partner_change_free(c);
}
END_TEST

/* With population = active each period has its own P: before 2 of 30 and 10, (30 - 10) / (2 * 40); after one,
 * whose gini is 0. */
START_TEST(active_population)
{
    static const int64_t before[] = {30, 10, 0}, after[] = {0, 0, 5};
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_change *c;

    o.population = PARTNER_POPULATION_ACTIVE;
    c = change_of(before, after, 3, &o);
    assert_bits(c->previous_gini, 0.25);
    assert_bits(c->gini, -0.25);
    partner_change_free(c);
}
END_TEST

START_TEST(eight_cuts)
{
    static const int64_t before[] = {10, 10, 10}, after[] = {10, 9, 8};
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_change *c;

    for (unsigned i = 0; i < PARTNER_PARETO_CUTS; i++) o.cuts[i] = 100000 * (i + 1);
    c = change_of(before, after, 3, &o);
    ck_assert_uint_eq(c->moves->moves, 100);
    ck_assert_uint_eq(c->moves->class_none, 9);
    /* Of 27, 10 stand before the second (37 %: below the cut of 40 %, class D) and 19 before the third (70.4 %:
     * below 80 %, class H). All three were equal, so in the first class, and nothing stood before them. */
    assert_move(c, 0, 0, 1, 0);
    assert_move(c, 0, 3, 1, -1);
    assert_move(c, 0, 7, 1, -2);
    partner_change_free(c);
}
END_TEST

/* The largest amounts there are. */
START_TEST(extremes)
{
    static const int64_t before[] = {INT64_MAX, 0}, after[] = {0, INT64_MAX};
    partner_change *c = change_of(before, after, 2, NULL);

    ck_assert_int_eq(c->partners->contribution[0], -INT64_MAX);
    ck_assert_int_eq(c->partners->contribution[1], INT64_MAX);
    assert_bits(c->partners->contribution_share[0], -1.0);
    assert_bits(c->gini, 0.0);
    assert_move(c, A, NOBODY, 1, -INT64_MAX);
    partner_change_free(c);
}
END_TEST

/* ---- the definitions again, and properties ---- */

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* What gini and hhi are made of: sum (2j - n - 1) v_(j), v ascending, and the sums of v and v^2. */
typedef struct sums {
    partner__u128 weighted, squares;
    uint64_t total;
} sums;

static sums sums_of(const int64_t *amount, size_t n)
{
    int64_t *v = malloc((n + 1) * sizeof *v);
    partner__u128 up = partner__u128_from(0), down = up, squares = up;
    sums s = {.total = 0};

    ck_assert_ptr_nonnull(v);
    for (size_t i = 0; i < n; i++) v[i] = amount[i] > 0 ? amount[i] : 0;
    qsort(v, n, sizeof *v, by_value);
    for (size_t j = 1; j <= n; j++) {
        uint64_t value = (uint64_t)v[j - 1];

        if (2 * j > n + 1) up = partner__u128_add(up, partner__u128_mul(2 * j - n - 1, value));
        else down = partner__u128_add(down, partner__u128_mul(n + 1 - 2 * j, value));
        squares = partner__u128_add(squares, partner__u128_mul(value, value));
        s.total += value;
    }
    s.weighted = partner__u128_sub(up, down);
    s.squares = squares;
    free(v);
    return s;
}

/* Returns whether rounding twice would have given other bits. */
static int check_figures(const partner_change *c, const int64_t *before, const int64_t *after, size_t n)
{
    const sums x = sums_of(before, n), y = sums_of(after, n);
    const partner__u128 below_x = partner__u128_mul(n, x.total), below_y = partner__u128_mul(n, y.total);
    const double gini = partner__ratio_difference(y.weighted, below_y, x.weighted, below_x);

    ck_assert_int_eq(c->previous_total, (int64_t)x.total);
    ck_assert_int_eq(c->total, (int64_t)y.total);
    assert_bits(c->gini, gini);
    assert_bits(c->hhi, partner__ratio_difference(y.squares, partner__u128_mul(y.total, y.total), x.squares,
                                                  partner__u128_mul(x.total, x.total)));
    return !same_bits(gini, partner__ratio(y.weighted, below_y) - partner__ratio(x.weighted, below_x));
}

/* Classes by partner_pareto_new, counted here. */
static void check_columns(const partner_change *c, const int64_t *before, const int64_t *after, size_t n,
                          const partner_pareto_options *o)
{
    partner_amounts x = amounts_of(before, n), y = amounts_of(after, n);
    partner_pareto *p = NULL, *q = NULL;
    size_t counted[100] = {0}, classes;
    int64_t amount[100] = {0}, all = 0;

    must(partner_pareto_new(&x, o, &p, &error), error);
    must(partner_pareto_new(&y, o, &q, &error), error);
    classes = p->classes->classes;
    for (size_t i = 0; i < n; i++) {
        int64_t v1 = before[i] > 0 ? before[i] : 0, v2 = after[i] > 0 ? after[i] : 0;
        size_t k = p->class_of[i] * classes + q->class_of[i];

        counted[k]++;
        amount[k] += v2 - v1;
        ck_assert_uint_eq(c->partners->previous_class[i], p->class_of[i]);
        ck_assert_int_eq(c->partners->contribution[i], v2 - v1);
        assert_bits(c->partners->contribution_share[i], (double)(v2 - v1) / (double)p->total);
    }
    for (size_t k = 0; k < classes * classes; k++) {
        ck_assert_uint_eq(c->moves->partners[k], counted[k]);
        ck_assert_int_eq(c->moves->amount[k], amount[k]);
        all += amount[k];
    }
    ck_assert_int_eq(all, c->total - c->previous_total);
    partner_pareto_free(p);
    partner_pareto_free(q);
}

/* Totals stay below 2^53, so that the division above is the correctly rounded one. */
static void random_amounts(uint64_t *state, int64_t *before, int64_t *after, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        before[i] = (int64_t)(draw(state) % 1000000) - 50000;
        if (draw(state) % 5 == 0) before[i] = 0;
        after[i] = before[i] + (int64_t)(draw(state) % 2001) - 1000;
        if (draw(state) % 7 == 0) after[i] = (int64_t)(draw(state) % 3000000);
    }
}

START_TEST(the_plain_way)
{
    enum { MOST = 300, ROUNDS = 200 };
    int64_t before[MOST], after[MOST];
    uint64_t state = 7;
    size_t rounded_twice = 0;

    for (int round = 0; round < ROUNDS; round++) {
        partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
        size_t n = 2 + draw(&state) % (MOST - 2);
        partner_change *c;

        random_amounts(&state, before, after, n);
        before[0] = after[0] = 1;
        if (round % 3 == 0) o.cuts[0] = 1 + (uint32_t)(draw(&state) % 1000000);
        c = change_of(before, after, n, &o);
        rounded_twice += (size_t)check_figures(c, before, after, n);
        check_columns(c, before, after, n, &o);
        partner_change_free(c);
    }
    /* It is worth the trouble. */
    ck_assert_uint_gt(rounded_twice, ROUNDS / 2);
}
END_TEST

static void assert_same(const partner_change *a, const partner_change *b)
{
    const size_t n = a->partners->partners;

    assert_bits(a->gini, b->gini);
    assert_bits(a->hhi, b->hhi);
    for (int i = 0; i < PARTNER_PARETO_RISKS; i++) assert_bits(a->at_risk[i], b->at_risk[i]);
    ck_assert_uint_eq(a->moves->moves, b->moves->moves);
    ck_assert_int_eq(memcmp(a->moves->partners, b->moves->partners, a->moves->moves * sizeof(size_t)), 0);
    ck_assert_int_eq(memcmp(a->moves->amount, b->moves->amount, a->moves->moves * 8), 0);
    ck_assert_uint_eq(n, b->partners->partners);
    ck_assert_int_eq(memcmp(a->partners->contribution, b->partners->contribution, n * 8), 0);
    ck_assert_int_eq(memcmp(a->partners->contribution_share, b->partners->contribution_share, n * 8), 0);
    ck_assert_int_eq(memcmp(a->partners->previous_class, b->partners->previous_class, n), 0);
}

START_TEST(threads_change_nothing)
{
    const size_t n = in_time(300000, 3000);
    int64_t *before = malloc(n * 8), *after = malloc(n * 8);
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    uint64_t state = 11;
    partner_change *one, *several;

    ck_assert(before != NULL && after != NULL);
    random_amounts(&state, before, after, n);
    one = change_of(before, after, n, NULL);
    for (o.threads = 2; o.threads <= 7; o.threads += 5) {
        several = change_of(before, after, n, &o);
        assert_same(one, several);
        partner_change_free(several);
    }
    partner_change_free(one);
    free(before);
    free(after);
}
END_TEST

/* Other rows of the same partners; and back in time every move turns round. */
START_TEST(order_and_direction)
{
    enum { N = 500 };
    int64_t before[N], after[N], shuffled_before[N], shuffled_after[N];
    uint64_t state = 5;
    partner_change *c, *shuffled, *back;

    random_amounts(&state, before, after, N);
    for (size_t i = 0; i < N; i++) {
        shuffled_before[i] = before[(i * 7 + 3) % N];
        shuffled_after[i] = after[(i * 7 + 3) % N];
    }
    c = change_of(before, after, N, NULL);
    shuffled = change_of(shuffled_before, shuffled_after, N, NULL);
    back = change_of(after, before, N, NULL);
    assert_bits(shuffled->gini, c->gini);
    assert_bits(shuffled->hhi, c->hhi);
    assert_bits(back->gini, -c->gini);
    assert_bits(back->hhi, -c->hhi);
    for (size_t i = 0; i < N; i++) {
        ck_assert_uint_eq(shuffled->partners->previous_class[i], c->partners->previous_class[(i * 7 + 3) % N]);
        ck_assert_int_eq(back->partners->contribution[i], -c->partners->contribution[i]);
    }
    for (unsigned from = 0; from < 4; from++)
        for (unsigned to = 0; to < 4; to++) {
            size_t i = move(c, from, to), turned = move(back, to, from);
            ck_assert_uint_eq(shuffled->moves->partners[i], c->moves->partners[i]);
            ck_assert_int_eq(shuffled->moves->amount[i], c->moves->amount[i]);
            ck_assert_uint_eq(back->moves->partners[turned], c->moves->partners[i]);
            ck_assert_int_eq(back->moves->amount[turned], -c->moves->amount[i]);
        }
    partner_change_free(c);
    partner_change_free(shuffled);
    partner_change_free(back);
}
END_TEST

/* ---- errors ---- */

static int stop_at(void *data) { return (*(size_t *)data)-- == 0; }

static partner_status fails(const partner_amounts *a, const partner_amounts *b, const partner_pareto_options *o)
{
    partner_change *c = (partner_change *)&error;
    partner_status status = partner_change_new(a, b, o, &c, &error);

    ck_assert_int_ne(status, PARTNER_OK);
    ck_assert_int_eq(error.code, status);
    ck_assert_ptr_eq(c, (partner_change *)&error);
    return status;
}

START_TEST(bad_arguments)
{
    static const int64_t x[] = {1, 2, 3};
    partner_amounts a = amounts_of(x, 3), b = amounts_of(x, 2), none = amounts_of(NULL, 3);
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;

    must_fail(partner_change_new(&a, &a, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_int_eq(fails(NULL, &a, NULL), PARTNER_E_ARGUMENT);
    ck_assert_int_eq(fails(&a, NULL, NULL), PARTNER_E_ARGUMENT);
    ck_assert_int_eq(fails(&a, &b, NULL), PARTNER_E_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(error.message, "3 amounts before and 2 after"));
    ck_assert_int_eq(fails(&a, &none, NULL), PARTNER_E_ARGUMENT);
    ck_assert_int_eq(strncmp(error.message, "after: ", 7), 0);
    o.cuts[0] = 5;
    o.cuts[1] = 5;
    ck_assert_int_eq(fails(&a, &a, &o), PARTNER_E_ARGUMENT);
    ck_assert_str_eq(error.field, "cuts");
    a.struct_size = 3;
    ck_assert_int_eq(fails(&a, &b, NULL), PARTNER_E_ARGUMENT);
    ck_assert_int_eq(partner_change_new(NULL, NULL, NULL, NULL, NULL), PARTNER_E_ARGUMENT);
    partner_change_free(NULL);
}
END_TEST

/* Which of the two columns is meant is the first word of the sentence. */
START_TEST(bad_amounts)
{
    static const int64_t good[] = {1, 2, 3}, missing[] = {1, PARTNER_NO_AMOUNT, 3}, negative[] = {1, 2, -3};
    static const int64_t much[] = {INT64_MAX, 1, 0};
    static const uint32_t who[] = {4, 5, 6};
    partner_amounts a = amounts_of(good, 3), b = amounts_of(missing, 3), c = amounts_of(negative, 3),
                    d = amounts_of(much, 3);
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;

    b.partner = c.partner = who;
    ck_assert_int_eq(fails(&a, &b, NULL), PARTNER_E_DATA);
    ck_assert_str_eq(error.message, "after: amounts row 1: amount is missing");
    ck_assert_uint_eq(error.row, 1);
    ck_assert_uint_eq(error.index, 5);
    ck_assert_int_eq(fails(&b, &a, NULL), PARTNER_E_DATA);
    ck_assert_str_eq(error.message, "before: amounts row 1: amount is missing");
    o.negatives = PARTNER_NEGATIVES_ERROR;
    ck_assert_int_eq(fails(&c, &a, &o), PARTNER_E_DATA);
    ck_assert_int_eq(strncmp(error.message, "before: amounts row 2: ", 23), 0);
    ck_assert_uint_eq(error.index, 6);
    ck_assert_int_eq(fails(&a, &d, NULL), PARTNER_E_RANGE);
    ck_assert_int_eq(strncmp(error.message, "after: ", 7), 0);
}
END_TEST

/* Wherever the caller stops it, nothing is left behind (the sanitizers see to that). */
START_TEST(cancelled)
{
    const size_t n = 70000; /* two blocks */
    int64_t *before = malloc(n * 8), *after = malloc(n * 8);
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_amounts a, b;
    size_t left = SIZE_MAX, asked;
    uint64_t state = 3;

    ck_assert(before != NULL && after != NULL);
    random_amounts(&state, before, after, n);
    a = amounts_of(before, n);
    b = amounts_of(after, n);
    o.interrupt = stop_at;
    o.interrupt_data = &left;
    partner_change_free(change_of(before, after, n, &o));
    asked = SIZE_MAX - left;
    ck_assert_uint_gt(asked, 10);
    for (size_t i = 0; i < asked; i += 1 + asked / 40) {
        left = i;
        ck_assert_int_eq(fails(&a, &b, &o), PARTNER_E_CANCELLED);
    }
    free(before);
    free(after);
}
END_TEST

/* ---- the analysis ---- */

typedef struct analysed {
    void *result;
    const partner_analysis *analysis;
    const partner_pareto *pareto;
    const partner_change_partners *lines;
    const partner_change *change;
} analysed;

static const void *view_of(const analysed *r, const char *name, const char *record)
{
    const partner_view *view;

    for (size_t i = 0; (view = partner_analysis_view(r->analysis, i)) != NULL; i++)
        if (strcmp(view->name, name) == 0 && strcmp(view->record->name, record) == 0)
            return r->analysis->view(r->result, i);
    ck_abort_msg("no view %s of %s", name, record);
    return NULL;
}

static partner_status analyse(const partner_sales *sales, const partner_roster *roster,
                              const partner_totals_options *totals, const partner_pareto_options *pareto,
                              analysed *r)
{
    const void *inputs[] = {sales, roster}, *options[] = {totals, pareto};
    partner_status status;

    memset(r, 0, sizeof *r);
    r->analysis = partner_analysis_find("pareto");
    status = r->analysis->run(inputs, options, &r->result, &error);
    if (status != PARTNER_OK) return status;
    r->pareto = view_of(r, "partners", "pareto");
    r->lines = view_of(r, "partners", "change_partners");
    r->change = view_of(r, "change", "change");
    return status;
}

static int says(const analysed *r, const char *what)
{
    char text[1024];

    for (size_t i = 0; r->analysis->sentence(r->result, i, text, sizeof text) > 0; i++)
        if (strstr(text, what) != NULL) return 1;
    return 0;
}

/* Partner 0 sells in both windows, 1 leaves between them, 2 joins in the second, 3 never sells. */
static const uint32_t WHO[] = {0, 1, 0, 2}, LISTED[] = {0, 1, 2, 3};
static const int64_t PAID[] = {60, 40, 50, 50};
static const int32_t DAY[] = {110, 120, 210, 220};
static const int32_t JOINED[] = {PARTNER_NO_DAY, PARTNER_NO_DAY, 210, PARTNER_NO_DAY};
static const int32_t LEFT[] = {PARTNER_NO_DAY, 150, PARTNER_NO_DAY, PARTNER_NO_DAY};

static partner_sales four_sales(void)
{
    partner_sales sales = PARTNER_SALES_INIT;

    sales.rows = 4;
    sales.partner = WHO;
    sales.amount = PAID;
    sales.day = DAY;
    return sales;
}

static partner_roster four_partners(void)
{
    partner_roster roster = PARTNER_ROSTER_INIT;

    roster.rows = 4;
    roster.partner = LISTED;
    roster.joined = JOINED;
    roster.left = LEFT;
    return roster;
}

static partner_totals_options two_windows(int32_t to)
{
    partner_totals_options o = PARTNER_TOTALS_OPTIONS_INIT;

    o.previous_from_day = 100;
    o.previous_to_day = o.from_day = 200;
    o.to_day = to;
    return o;
}

/* The main figures are of those enrolled in the later window, 50 50 0: gini (0 * 50 + 2 * 50) / (3 * 100). The
 * change is of everybody: before 60 40 0 0, (40 + 3 * 60) / 400 = .55; after 50 0 50 0, (50 + 3 * 50) / 400. */
START_TEST(everybody_enrolled_in_either_window)
{
    partner_sales sales = four_sales();
    partner_roster roster = four_partners();
    partner_totals_options o = two_windows(300);
    analysed r;

    must(analyse(&sales, &roster, &o, NULL, &r), error);
    ck_assert_uint_eq(r.pareto->partners, 3);
    assert_bits(r.pareto->gini, 1.0 / 3);
    ck_assert_uint_eq(r.change->partners->partners, 4);
    assert_bits(r.change->previous_gini, 0.55);
    assert_bits(r.change->gini, -0.05);
    assert_move(r.change, A, A, 1, -10);
    assert_move(r.change, A, NOBODY, 1, -40);
    assert_move(r.change, NOBODY, A, 1, 50);
    assert_move(r.change, NOBODY, NOBODY, 1, 0);
    ck_assert_uint_eq(r.lines->partners, 3);
    ck_assert_uint_eq(r.lines->class_none, NOBODY);
    ck_assert_uint_eq(r.lines->previous_class[0], A);
    ck_assert_uint_eq(r.lines->previous_class[1], NOBODY);
    ck_assert_uint_eq(r.lines->previous_class[2], NOBODY);
    ck_assert_int_eq(r.lines->contribution[0], -10);
    ck_assert_int_eq(r.lines->contribution[1], 50);
    ck_assert_int_eq(r.lines->contribution[2], 0);
    assert_bits(r.lines->contribution_share[1], 0.5);
    ck_assert(says(&r, "1 partner moved up in class and 1 down; of the 2 in class A then, 1 still is."));
    ck_assert(says(&r, "more evenly than before: Gini fell by 0.050, from 0.550 to 0.500"));
    ck_assert(says(&r, "If the largest partner left, 50.0 % of revenue would be gone"));
    ck_assert(says(&r, "after the last day seen (1970-08-09)")); /* day 220 */
    r.analysis->free(r.result);
}
END_TEST

/* Without a window before there is no change, and nothing is said of it. */
START_TEST(one_window)
{
    partner_sales sales = four_sales();
    partner_totals_options o = PARTNER_TOTALS_OPTIONS_INIT;
    analysed r;

    must(analyse(&sales, NULL, &o, NULL, &r), error);
    ck_assert_ptr_null(r.change);
    ck_assert_ptr_null(r.lines);
    ck_assert(!says(&r, "before"));
    r.analysis->free(r.result);
}
END_TEST

START_TEST(windows_that_do_not_compare)
{
    partner_sales sales = four_sales();
    partner_totals_options o = two_windows(260);
    analysed r;

    must_fail(analyse(&sales, NULL, &o, NULL, &r), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_nonnull(strstr(error.message, "has 100 days and the window 60"));
    o.to_day = 0;
    must_fail(analyse(&sales, NULL, &o, NULL, &r), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.field, "to_day");
    o = two_windows(300);
    o.previous_to_day = 0;
    must_fail(analyse(&sales, NULL, &o, NULL, &r), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.field, "previous_to_day");
}
END_TEST

/* What can be found fault with before anything is computed. */
START_TEST(options_that_do_not_fit)
{
    partner_sales sales = four_sales();
    partner_totals_options o = PARTNER_TOTALS_OPTIONS_INIT;
    partner_pareto_options p = PARTNER_PARETO_OPTIONS_INIT;
    analysed r;

    p.tail = p.discrete = 1;
    must_fail(analyse(&sales, NULL, &o, &p, &r), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.field, "discrete");
    ck_assert_ptr_nonnull(strstr(error.message, "2 decimal places"));
    p.tail = p.discrete = 0;
    p.xyz = PARTNER_PERIOD_MONTH;
    sales.day = NULL;
    must_fail(analyse(&sales, NULL, &o, &p, &r), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.record, "sales");
    ck_assert_str_eq(error.field, "day");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("change");
    TCase *tcase = add_case(suite, "change");

    tcase_add_test(tcase, by_hand);
    tcase_add_test(tcase, negatives_count_as_zero);
    tcase_add_test(tcase, nothing_before_or_after);
    tcase_add_test(tcase, active_population);
    tcase_add_test(tcase, eight_cuts);
    tcase_add_test(tcase, extremes);
    tcase_add_test(tcase, the_plain_way);
    tcase_add_test(tcase, threads_change_nothing);
    tcase_add_test(tcase, order_and_direction);
    tcase_add_test(tcase, bad_arguments);
    tcase_add_test(tcase, bad_amounts);
    tcase_add_test(tcase, cancelled);
    tcase_add_test(tcase, everybody_enrolled_in_either_window);
    tcase_add_test(tcase, one_window);
    tcase_add_test(tcase, windows_that_do_not_compare);
    tcase_add_test(tcase, options_that_do_not_fit);
    return run_suite(suite);
}
