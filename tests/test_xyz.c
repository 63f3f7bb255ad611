/* SPDX-License-Identifier: MIT
 * Regularity of demand: cases worked by hand, and random ones against a dense table of lines by periods, whose
 * periods are found by walking over every day and whose sums are whole numbers of any length (base/natural.h).
 */
#include <limits.h>

#include "base/days.h"
#include "base/natural.h"
#include "suite.h"

static partner_error error;

/* Rows of a test, and all that is made of them. */
typedef struct world {
    partner_sales sales;
    partner_totals_options totals_options;
    partner_pareto_options options;
    partner_totals *totals;
    partner_pareto *pareto;
    partner_xyz *xyz;
} world;

static world new_world(size_t rows, const uint32_t *partner, const int32_t *day, const int64_t *amount)
{
    world w = {.sales = PARTNER_SALES_INIT,
               .totals_options = PARTNER_TOTALS_OPTIONS_INIT,
               .options = PARTNER_PARETO_OPTIONS_INIT};

    w.sales.rows = rows;
    w.sales.partner = partner;
    w.sales.day = day;
    w.sales.amount = amount;
    return w;
}

static void make_totals(world *w)
{
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;

    must(partner_totals_new(&w->sales, &w->totals_options, &w->totals, &error), error);
    amounts.rows = w->totals->partners;
    amounts.amount = w->totals->revenue;
    must(partner_pareto_new(&amounts, NULL, &w->pareto, &error), error);
}

static partner_status ask_xyz(world *w)
{
    return partner_xyz_new(&w->sales, &w->totals_options, w->totals, w->pareto, &w->options, &w->xyz, &error);
}

static void make(world *w)
{
    make_totals(w);
    must(ask_xyz(w), error);
}

static void unmake(world *w)
{
    partner_xyz_free(w->xyz);
    partner_pareto_free(w->pareto);
    partner_totals_free(w->totals);
    w->xyz = NULL;
    w->pareto = NULL;
    w->totals = NULL;
}

/* One row per period and partner: of partner p, `value[p][0 … 3]` in the quarters of 2023. */
enum { QUARTERS = 4, MOST_PARTNERS = 16 };

typedef struct year {
    uint32_t partner[MOST_PARTNERS * QUARTERS];
    int32_t day[MOST_PARTNERS * QUARTERS];
    int64_t amount[MOST_PARTNERS * QUARTERS];
} year;

static int32_t day_of(int y, int m, int d) { return partner__day_from_date(y, m, d); }

static world year_world(year *y, size_t partners, const int64_t value[][QUARTERS])
{
    world w;

    for (uint32_t p = 0; p < partners; p++)
        for (uint32_t q = 0; q < QUARTERS; q++) {
            y->partner[p * QUARTERS + q] = p;
            y->day[p * QUARTERS + q] = day_of(2023, 3 * (int)q + 1 + (int)p % 3, 1 + (int)p);
            y->amount[p * QUARTERS + q] = value[p][q];
        }
    w = new_world(partners * QUARTERS, y->partner, y->day, y->amount);
    w.totals_options.from_day = day_of(2023, 1, 1);
    w.totals_options.to_day = day_of(2024, 1, 1);
    w.options.since_first = PARTNER_SINCE_FIRST_0;
    return w;
}

#define assert_bits(found, expected) \
    ck_assert_msg(same_bits(found, expected), "%s is %.17g, expected %.17g", #found, found, expected)

/* ---- by hand ---- */

START_TEST(four_quarters)
{
    static const int64_t value[][QUARTERS] = {
        {100, 100, 100, 100}, /* sigma 0 */
        {150, 50, 150, 50},   /* mean 100, sigma 50: exactly the first cut */
        {151, 49, 151, 49},   /* sigma 51 */
        {200, 0, 200, 0},     /* sigma 100: exactly the second cut */
        {201, -1, 201, -1},   /* sigma 101 */
        {400, 0, 0, 0},       /* variance (300^2 + 3 * 100^2) / 4 = 30000: cv sqrt 3 */
        {100, -100, 50, -50}, /* nothing in all */
        {-5, 0, 0, 0},
    };
    static const double cv[] = {0, 0.5, 0.51, 1, 1.01, 1.7320508075688772, NAN, NAN};
    static const uint8_t xyz[] = {PARTNER_XYZ_X, PARTNER_XYZ_X, PARTNER_XYZ_Y,    PARTNER_XYZ_Y,
                                  PARTNER_XYZ_Z, PARTNER_XYZ_Z, PARTNER_XYZ_NONE, PARTNER_XYZ_NONE};
    enum { N = 8 };
    year y;
    world w = year_world(&y, N, value);

    make(&w);
    ck_assert_uint_eq(w.xyz->period, PARTNER_PERIOD_QUARTER);
    ck_assert_uint_eq(w.xyz->period_days, 0);
    ck_assert_uint_eq(w.xyz->periods, 4);
    ck_assert_int_eq(w.xyz->from_day, day_of(2023, 1, 1));
    ck_assert_int_eq(w.xyz->to_day, day_of(2024, 1, 1));
    ck_assert_int_eq(w.xyz->left_out_from, PARTNER_NO_DAY);
    ck_assert_int_eq(w.xyz->left_out_to, PARTNER_NO_DAY);
    ck_assert_int_eq(w.xyz->after_from, PARTNER_NO_DAY);
    ck_assert_int_eq(w.xyz->after_to, PARTNER_NO_DAY);
    ck_assert_uint_eq(w.xyz->partners->partners, N);
    for (int i = 0; i < N; i++) {
        assert_bits(w.xyz->partners->cv[i], cv[i]);
        ck_assert_uint_eq(w.xyz->partners->xyz[i], xyz[i]);
        ck_assert_uint_eq(w.xyz->partners->periods[i], 4);
    }
    unmake(&w);
}
END_TEST

/* Half of 2 q stands at the cut: 3q, q, 3q, q has mean 2 q and sigma q. One unit in 2^60 more or less decides,
 * which no double sees: 3q + 1 gives 4 Q - S^2 = 16 q^2 + 8 q + 3 against a quarter of S^2, 16 q^2 + 4 q + 1/4;
 * q + 1 gives 16 q^2 - 8 q + 3. The same with 2q, 0 at the second cut: 2q + 1 gives 16 q^2 + 8 q + 3 against
 * S^2 = 16 q^2 + 8 q + 1, and 2q, 1 gives 16 q^2 - 8 q + 3 against 16 q^2 + 8 q + 1. */
START_TEST(cuts_are_met_exactly)
{
    const int64_t q = (INT64_C(1) << 60) - 1;
    const int64_t value[][QUARTERS] = {{3 * q, q, 3 * q, q}, {3 * q + 1, q, 3 * q, q}, {3 * q, q + 1, 3 * q, q},
                                       {2 * q, 0, 2 * q, 0}, {2 * q + 1, 0, 2 * q, 0}, {2 * q, 1, 2 * q, 0}};
    static const uint8_t xyz[] = {PARTNER_XYZ_X, PARTNER_XYZ_Y, PARTNER_XYZ_X,
                                  PARTNER_XYZ_Y, PARTNER_XYZ_Z, PARTNER_XYZ_Y};
    /* One partner at a time: together they would leave 64 bits. */
    for (int i = 0; i < 6; i++) {
        year y;
        world w = year_world(&y, 1, value + i);

        make(&w);
        ck_assert_uint_eq(w.xyz->partners->xyz[0], xyz[i]);
        assert_bits(w.xyz->partners->cv[0], i < 3 ? 0.5 : 1.0);
        unmake(&w);
    }
}
END_TEST

/* Sales and returns of INT64_MAX each: sum of squares 2 (2^63 - 1)^2, nearly 2^127; and the largest ratio there
 * is, for a sum of 1: m Q - S^2 = 4 (M^2 + (M - 1)^2) - 1 with M = INT64_MAX, a root of about sqrt 8 M. */
START_TEST(the_largest_amounts)
{
    static const int64_t value[][QUARTERS] = {{INT64_MAX, -INT64_MAX + 1, 0, 0}};
    natural m = natural_make(0, INT64_MAX), less = natural_make(0, INT64_MAX - 1);
    natural squares = natural_add(natural_multiply(m, m), natural_multiply(less, less));
    year y;
    world w = year_world(&y, 1, value);

    make(&w);
    ck_assert_uint_eq(w.xyz->partners->xyz[0], PARTNER_XYZ_Z);
    ck_assert(natural_root_rounds_to(natural_subtract(natural_shift(squares, 2), natural_make(0, 1)),
                                     natural_make(0, 1), w.xyz->partners->cv[0]));
    unmake(&w);
    /* The widest cuts there are, 4294.97, are below that too. */
    w = year_world(&y, 1, value);
    w.options.xyz_cuts[0] = UINT32_MAX - 1;
    w.options.xyz_cuts[1] = UINT32_MAX;
    make(&w);
    ck_assert_uint_eq(w.xyz->partners->xyz[0], PARTNER_XYZ_Z);
    unmake(&w);
}
END_TEST

START_TEST(own_cuts)
{
    static const int64_t value[][QUARTERS] = {{150, 50, 150, 50}, {151, 49, 151, 49}, {152, 48, 152, 48}};
    year y;
    world w = year_world(&y, 3, value);

    w.options.xyz_cuts[0] = 499999; /* 0.5 is above */
    w.options.xyz_cuts[1] = 510000;
    make(&w);
    ck_assert_uint_eq(w.xyz->partners->xyz[0], PARTNER_XYZ_Y);
    ck_assert_uint_eq(w.xyz->partners->xyz[1], PARTNER_XYZ_Y);
    ck_assert_uint_eq(w.xyz->partners->xyz[2], PARTNER_XYZ_Z);
    unmake(&w);
}
END_TEST

/* Three quarters are too few, a fourth is enough. */
START_TEST(four_periods_are_needed)
{
    static const int64_t value[][QUARTERS] = {{100, 100, 100, 100}};
    year y;
    world w = year_world(&y, 1, value);

    w.totals_options.from_day = day_of(2023, 1, 2);
    make(&w);
    ck_assert_uint_eq(w.xyz->periods, 3);
    ck_assert_uint_eq(w.xyz->partners->periods[0], 3);
    ck_assert_uint_eq(w.xyz->partners->xyz[0], PARTNER_XYZ_NONE);
    ck_assert(isnan(w.xyz->partners->cv[0]));
    ck_assert_int_eq(w.xyz->left_out_from, day_of(2023, 1, 2));
    ck_assert_int_eq(w.xyz->left_out_to, day_of(2023, 4, 1));
    ck_assert_int_eq(w.xyz->from_day, day_of(2023, 4, 1));
    unmake(&w);
}
END_TEST

/* Six quarters; the first sale in the third, after a credit note in the first: 4 periods of 100 since then.
 * Over all six: 0 0 100 100 100 100 less the note of 40. */
START_TEST(since_the_first_sale)
{
    static const uint32_t partner[] = {0, 0, 0, 0, 0, 1, 1};
    const int32_t day[] = {day_of(2022, 3, 31), day_of(2022, 7, 1),   day_of(2022, 12, 31), day_of(2023, 1, 1),
                           day_of(2023, 6, 30), day_of(2022, 10, 15), day_of(2023, 6, 1)};
    static const int64_t amount[] = {-40, 100, 100, 100, 100, 7, -3};
    world w = new_world(7, partner, day, amount);

    w.totals_options.from_day = day_of(2022, 1, 1);
    w.totals_options.to_day = day_of(2023, 7, 1);
    w.options.since_first = 1;
    make(&w);
    ck_assert_uint_eq(w.xyz->periods, 6);
    ck_assert_uint_eq(w.xyz->partners->periods[0], 4);
    assert_bits(w.xyz->partners->cv[0], 0.0);
    ck_assert_uint_eq(w.xyz->partners->xyz[0], PARTNER_XYZ_X);
    /* The second partner has three quarters, which are too few. */
    ck_assert_uint_eq(w.xyz->partners->periods[1], 3);
    ck_assert_uint_eq(w.xyz->partners->xyz[1], PARTNER_XYZ_NONE);
    partner_xyz_free(w.xyz);
    w.options.since_first = PARTNER_SINCE_FIRST_0;
    must(ask_xyz(&w), error);
    /* S = 360, Q = 1600 + 40000 = 41600, 6 Q - S^2 = 249600 - 129600 = 120000 */
    ck_assert_uint_eq(w.xyz->partners->periods[0], 6);
    ck_assert_double_eq_tol(w.xyz->partners->cv[0], sqrt(120000) / 360, 1e-15);
    ck_assert_uint_eq(w.xyz->partners->xyz[0], PARTNER_XYZ_Y);
    /* S = 4, Q = 49 + 9 = 58, 6 * 58 - 16 = 332 */
    ck_assert_double_eq_tol(w.xyz->partners->cv[1], sqrt(332) / 4, 1e-15);
    unmake(&w);
}
END_TEST

/* The first sale before the first whole period: all periods. After the last one: none. No sale at all: none. */
START_TEST(first_sales_outside_the_periods)
{
    static const uint32_t partner[] = {0, 0, 1, 2, 2};
    const int32_t day[] = {day_of(2022, 12, 30), day_of(2023, 5, 5), day_of(2024, 1, 2), day_of(2023, 2, 2),
                           day_of(2024, 1, 3)};
    static const int64_t amount[] = {10, 20, 30, -5, 0};
    static const uint32_t periods[] = {4, 0, 0};
    world w = new_world(5, partner, day, amount);

    make(&w);
    ck_assert_uint_eq(w.xyz->periods, 4);
    ck_assert_int_eq(w.xyz->left_out_from, day_of(2022, 12, 30));
    ck_assert_int_eq(w.xyz->left_out_to, day_of(2023, 1, 1));
    ck_assert_int_eq(w.xyz->after_from, day_of(2024, 1, 1));
    ck_assert_int_eq(w.xyz->after_to, day_of(2024, 1, 4));
    for (int i = 0; i < 3; i++) ck_assert_uint_eq(w.xyz->partners->periods[i], periods[i]);
    /* 0 20 0 0 of which the 10 before is no part: sqrt 3 again */
    assert_bits(w.xyz->partners->cv[0], 1.7320508075688772);
    ck_assert_uint_eq(w.xyz->partners->xyz[1], PARTNER_XYZ_NONE);
    ck_assert_uint_eq(w.xyz->partners->xyz[2], PARTNER_XYZ_NONE);
    unmake(&w);
}
END_TEST

/* ---- periods ---- */

/* A day as options have it. */
static int32_t given_day(int32_t day) { return day == 0 ? PARTNER_DAY_0 : day; }

/* Cuts a window and compares with the expected days, given as from, to, left out from, to, after from, to. */
static void check_cut(uint8_t kind, uint32_t days, int32_t from, int32_t to, uint32_t periods,
                      const int32_t expected[6])
{
    static const uint32_t partner[] = {0};
    const int32_t day[] = {from};
    static const int64_t amount[] = {5};
    world w = new_world(1, partner, day, amount);

    w.totals_options.from_day = given_day(from);
    w.totals_options.to_day = given_day(to);
    w.options.xyz = kind;
    w.options.xyz_days = days;
    make(&w);
    ck_assert_uint_eq(w.xyz->period, kind);
    ck_assert_uint_eq(w.xyz->period_days, kind == PARTNER_PERIOD_DAYS ? days : 0);
    ck_assert_uint_eq(w.xyz->periods, periods);
    ck_assert_int_eq(w.xyz->from_day, expected[0]);
    ck_assert_int_eq(w.xyz->to_day, expected[1]);
    ck_assert_int_eq(w.xyz->left_out_from, expected[2]);
    ck_assert_int_eq(w.xyz->left_out_to, expected[3]);
    ck_assert_int_eq(w.xyz->after_from, expected[4]);
    ck_assert_int_eq(w.xyz->after_to, expected[5]);
    unmake(&w);
}

enum { NO = PARTNER_NO_DAY };

START_TEST(months_over_leap_days_and_ends)
{
    const int32_t leap[] = {
        day_of(2024, 2, 1), day_of(2024, 3, 1), day_of(2024, 1, 31), day_of(2024, 2, 1), NO, NO};
    const int32_t nearly[] = {NO, NO, day_of(2024, 2, 1), day_of(2024, 2, 29), NO, NO};
    const int32_t early[] = {day_of(1900, 2, 1), day_of(1900, 3, 1), NO, NO,
                             day_of(1900, 3, 1), day_of(1900, 3, 31)};
    const int32_t around[] = {day_of(1969, 12, 1), day_of(1970, 2, 1), day_of(1969, 11, 2),
                              day_of(1969, 12, 1), day_of(1970, 2, 1), day_of(1970, 2, 28)};
    const int32_t epoch[] = {day_of(1969, 10, 1), 0, NO, NO, NO, NO};

    check_cut(PARTNER_PERIOD_MONTH, 0, day_of(2024, 1, 31), day_of(2024, 3, 1), 1, leap);
    check_cut(PARTNER_PERIOD_MONTH, 0, day_of(2024, 2, 1), day_of(2024, 2, 29), 0, nearly);
    check_cut(PARTNER_PERIOD_MONTH, 0, day_of(1900, 2, 1), day_of(1900, 3, 31), 1, early);
    check_cut(PARTNER_PERIOD_MONTH, 7, day_of(1969, 11, 2), day_of(1970, 2, 28), 2, around);
    check_cut(PARTNER_PERIOD_QUARTER, 0, day_of(1969, 10, 1), 0, 1, epoch);
    check_cut(PARTNER_PERIOD_MONTH, 0, day_of(1969, 10, 1), 0, 3, epoch);
}
END_TEST

START_TEST(quarters_begin_in_january)
{
    const int32_t one[] = {day_of(2020, 4, 1), day_of(2020, 7, 1), day_of(2020, 1, 2),
                           day_of(2020, 4, 1), day_of(2020, 7, 1), day_of(2020, 9, 30)};
    const int32_t none[] = {NO, NO, day_of(2020, 1, 2), day_of(2020, 6, 30), NO, NO};

    check_cut(PARTNER_PERIOD_QUARTER, 0, day_of(2020, 1, 2), day_of(2020, 9, 30), 1, one);
    check_cut(PARTNER_PERIOD_QUARTER, 0, day_of(2020, 1, 2), day_of(2020, 6, 30), 0, none);
}
END_TEST

/* Counted back from the end: 30 days in [1, 101) are three, and ten days before them are left out. */
START_TEST(days_count_back_from_the_end)
{
    static const int32_t thirty[] = {11, 101, 1, 11, NO, NO}, even[] = {1, 101, NO, NO, NO, NO};
    static const int32_t none[] = {NO, NO, 1, 101, NO, NO}, before[] = {-96, 4, -99, -96, NO, NO};

    check_cut(PARTNER_PERIOD_DAYS, 30, 1, 101, 3, thirty);
    check_cut(PARTNER_PERIOD_DAYS, 100, 1, 101, 1, even);
    check_cut(PARTNER_PERIOD_DAYS, 1, 1, 101, 100, even);
    check_cut(PARTNER_PERIOD_DAYS, 101, 1, 101, 0, none);
    check_cut(PARTNER_PERIOD_DAYS, UINT32_MAX, 1, 101, 0, none);
    check_cut(PARTNER_PERIOD_DAYS, 10, -99, 4, 10, before);
}
END_TEST

/* The whole range of days. 5879 centuries: months and quarters begin before int32_t does and end after it. */
START_TEST(the_ends_of_time)
{
    const int32_t first = INT32_MIN + 2; /* INT32_MIN + 1 means 1970-01-01 in options */
    const int64_t first_month = partner__month_of_day(first) + 1, last_month = partner__month_of_day(INT32_MAX);
    const int32_t months[] = {
        (int32_t)partner__day_of_month(first_month), (int32_t)partner__day_of_month(last_month), first,
        (int32_t)partner__day_of_month(first_month), (int32_t)partner__day_of_month(last_month), INT32_MAX};
    const int32_t days[] = {first, INT32_MAX, NO, NO, NO, NO};

    check_cut(PARTNER_PERIOD_MONTH, 0, first, INT32_MAX, (uint32_t)(last_month - first_month), months);
    check_cut(PARTNER_PERIOD_DAYS, 1, first, INT32_MAX, UINT32_MAX - 2, days);
}
END_TEST

/* Open at both ends: from the first day of any row to the last one; the first row is no sale. */
START_TEST(an_open_window_is_that_of_the_rows)
{
    static const uint32_t partner[] = {0, 0, 0};
    static const int32_t day[] = {-7, 20, 32};
    static const int64_t amount[] = {-1, 5, -1};
    world w = new_world(3, partner, day, amount);

    w.options.xyz = PARTNER_PERIOD_DAYS;
    w.options.xyz_days = 10;
    make(&w);
    ck_assert_uint_eq(w.xyz->periods, 4);
    ck_assert_int_eq(w.xyz->from_day, -7);
    ck_assert_int_eq(w.xyz->to_day, 33);
    ck_assert_uint_eq(w.xyz->partners->periods[0], 2); /* since day 20, in 13 … 22 */
    unmake(&w);
    /* Open before: rows past the end do not count. */
    w.totals_options.to_day = 32;
    make(&w);
    ck_assert_uint_eq(w.xyz->periods, 3);
    ck_assert_int_eq(w.xyz->from_day, 2);
    ck_assert_int_eq(w.xyz->left_out_from, -7);
    unmake(&w);
    /* Open after: rows before the start do not count. */
    w.totals_options.from_day = 5;
    w.totals_options.to_day = 0;
    make(&w);
    ck_assert_uint_eq(w.xyz->periods, 2);
    ck_assert_int_eq(w.xyz->from_day, 13);
    ck_assert_int_eq(w.xyz->left_out_from, 5);
    ck_assert_int_eq(w.xyz->left_out_to, 13);
    unmake(&w);
    /* Open after, and every row before it. */
    w.totals_options.from_day = 33;
    make(&w);
    ck_assert_uint_eq(w.xyz->periods, 0);
    ck_assert_int_eq(w.xyz->left_out_from, PARTNER_NO_DAY);
    unmake(&w);
}
END_TEST

START_TEST(no_rows)
{
    world w = new_world(0, NULL, NULL, NULL);

    w.totals_options.partners = 3;
    make(&w);
    ck_assert_uint_eq(w.xyz->periods, 0);
    ck_assert_int_eq(w.xyz->from_day, PARTNER_NO_DAY);
    ck_assert_int_eq(w.xyz->left_out_to, PARTNER_NO_DAY);
    ck_assert_int_eq(w.xyz->after_from, PARTNER_NO_DAY);
    ck_assert_uint_eq(w.xyz->classes->rows, 16);
    ck_assert_uint_eq(w.xyz->classes->partners[15], 3); /* none, none */
    unmake(&w);
    /* A window has its periods whether anybody sold in them or not. */
    w.totals_options.from_day = PARTNER_DAY_0;
    w.totals_options.to_day = 400;
    w.options.since_first = PARTNER_SINCE_FIRST_0;
    make(&w);
    ck_assert_uint_eq(w.xyz->periods, 4);
    ck_assert_uint_eq(w.xyz->partners->periods[2], 4);
    ck_assert_uint_eq(w.xyz->partners->xyz[2], PARTNER_XYZ_NONE);
    unmake(&w);
    w.totals_options.partners = 0;
    make(&w);
    ck_assert_uint_eq(w.xyz->partners->partners, 0);
    unmake(&w);
}
END_TEST

/* ---- families ---- */

/* 3 belongs to 1, 1 to 4, 0 to nobody: the lines are 0 2 4. Of 4's family 100 a quarter in all, whoever it is.
 */
START_TEST(children_count_for_the_head_of_their_family)
{
    static const uint32_t enrolled[] = {3, 1, 0, 2}, parent[] = {1, 4, PARTNER_NONE, PARTNER_NONE};
    static const uint32_t partner[] = {3, 1, 4, 3, 1, 0};
    const int32_t day[] = {day_of(2023, 1, 5), day_of(2023, 4, 5),   day_of(2023, 7, 5),
                           day_of(2023, 7, 6), day_of(2023, 10, 31), day_of(2023, 2, 2)};
    static const int64_t amount[] = {100, 100, 60, 40, 100, 9};
    partner_roster roster = PARTNER_ROSTER_INIT;
    world w = new_world(6, partner, day, amount);

    roster.rows = 4;
    roster.partner = enrolled;
    roster.parent = parent;
    w.totals_options.roster = &roster;
    w.totals_options.roll_up = 1;
    w.totals_options.from_day = day_of(2023, 1, 1);
    w.totals_options.to_day = day_of(2024, 1, 1);
    make(&w);
    ck_assert_uint_eq(w.totals->partners, 3);
    assert_bits(w.xyz->partners->cv[0], 1.7320508075688772);
    ck_assert_uint_eq(w.xyz->partners->xyz[1], PARTNER_XYZ_NONE);
    assert_bits(w.xyz->partners->cv[2], 0.0);
    ck_assert_uint_eq(w.xyz->partners->periods[2], 4);
    unmake(&w);
}
END_TEST

/* ---- everything again, the plain way ---- */

enum { ROWS = 600, PARTNERS = 24, LONGEST = 1500 };

typedef struct random_world {
    uint32_t partner[ROWS], enrolled[PARTNERS], parent[PARTNERS];
    int32_t day[ROWS];
    int64_t amount[ROWS];
    partner_roster roster;
    world w;
} random_world;

static void fill_random(random_world *r, uint64_t seed)
{
    uint64_t state = seed * 2654435761u + 7;
    uint32_t partners = 1 + (uint32_t)(draw(&state) % PARTNERS);
    size_t rows = 1 + draw(&state) % ROWS;
    int32_t start = (int32_t)(draw(&state) % 40000) - 20000, length = 100 + (int32_t)(draw(&state) % LONGEST);
    int shape = (int)(seed % 4);

    for (size_t i = 0; i < rows; i++) {
        r->partner[i] = (uint32_t)(draw(&state) % partners);
        r->day[i] = start + (int32_t)(draw(&state) % (uint64_t)length);
        r->amount[i] = (int64_t)(draw(&state) % 10000) - (shape == 1 ? 4000 : 500);
        if (shape == 2) r->amount[i] = (int64_t)(draw(&state) % 5) * 100;
        if (shape == 3) r->amount[i] = (int64_t)(draw(&state) >> 12) - (INT64_C(1) << 50);
    }
    for (uint32_t p = 0; p < PARTNERS; p++) {
        r->enrolled[p] = PARTNERS - 1 - p;
        /* Parents have larger indexes, so there is no cycle. */
        r->parent[p] = r->enrolled[p] < PARTNERS - 1 && draw(&state) % 3 == 0
                           ? r->enrolled[p] + 1 + (uint32_t)(draw(&state) % (PARTNERS - 1 - r->enrolled[p]))
                           : PARTNER_NONE;
    }
    r->w = new_world(rows, r->partner, r->day, r->amount);
    r->roster = (partner_roster)PARTNER_ROSTER_INIT;
    r->roster.rows = PARTNERS;
    r->roster.partner = r->enrolled;
    r->roster.parent = r->parent;
    if (draw(&state) % 2) r->w.totals_options.from_day = given_day(start + (int32_t)(draw(&state) % 60) - 30);
    if (draw(&state) % 2)
        r->w.totals_options.to_day = given_day(start + length - (int32_t)(draw(&state) % 60) + 31);
    if (draw(&state) % 2) r->w.totals_options.roster = &r->roster;
    r->w.totals_options.roll_up = r->w.totals_options.roster != NULL && draw(&state) % 2;
    r->w.options.xyz = (uint8_t)(draw(&state) % 4);
    r->w.options.xyz_days = r->w.options.xyz == PARTNER_PERIOD_DAYS ? 1 + (uint32_t)(draw(&state) % 90) : 0;
    r->w.options.since_first = draw(&state) % 2 ? PARTNER_SINCE_FIRST_0 : 0;
}

/* Days where periods begin, and the one where the last ends. */
typedef struct boundaries {
    int32_t day[LONGEST + 200];
    size_t count;
} boundaries;

static boundaries find_boundaries(const world *w, int32_t start, int32_t end)
{
    int months = w->options.xyz == PARTNER_PERIOD_MONTH ? 1 : 3;
    boundaries b = {.count = 0};

    for (int32_t day = start; day <= end; day++) {
        partner__date date = partner__date_from_day(day);
        int begins = date.day == 1 && (date.month - 1) % months == 0;
        if (w->options.xyz == PARTNER_PERIOD_DAYS) begins = (end - day) % (int32_t)w->options.xyz_days == 0;
        if (begins) b.day[b.count++] = day;
    }
    return b;
}

static uint32_t head(const random_world *r, uint32_t partner)
{
    for (size_t i = 0; r->w.totals_options.roll_up && i < PARTNERS;)
        if (r->enrolled[i] == partner && r->parent[i] != PARTNER_NONE) {
            partner = r->parent[i];
            i = 0;
        } else i++;
    return partner;
}

/* The line's net revenue in a period, and the first sale of all in the window; LONG_MAX days for none. */
static int64_t net_in(const random_world *r, uint32_t line_partner, int32_t from, int32_t to)
{
    int64_t net = 0;

    for (size_t i = 0; i < r->w.sales.rows; i++)
        if (head(r, r->partner[i]) == line_partner && r->day[i] >= from && r->day[i] < to) net += r->amount[i];
    return net;
}

static int64_t first_sale(const random_world *r, uint32_t line_partner, int32_t start, int32_t end)
{
    int64_t first = INT64_MAX;

    for (size_t i = 0; i < r->w.sales.rows; i++)
        if (head(r, r->partner[i]) == line_partner && r->amount[i] > 0 && r->day[i] >= start &&
            r->day[i] < end && r->day[i] < first)
            first = r->day[i];
    return first;
}

static natural square_of(int64_t x) { return natural_square(x < 0 ? 0 - (uint64_t)x : (uint64_t)x); }

static void check_line(const random_world *r, size_t line, const boundaries *b, int32_t start, int32_t end)
{
    const partner_xyz_partners *p = r->w.xyz->partners;
    uint32_t who = r->w.totals->partner[line], periods = 0;
    int64_t first = r->w.options.since_first == 0 ? first_sale(r, who, start, end) : INT64_MIN, sum = 0;
    natural squares = natural_make(0, 0), above, below;
    uint8_t expected = PARTNER_XYZ_X;

    for (size_t k = 0; k + 1 < b->count; k++) {
        int64_t net = net_in(r, who, b->day[k], b->day[k + 1]);
        if (b->day[k + 1] <= first) continue;
        periods++;
        sum += net;
        squares = natural_add(squares, square_of(net));
    }
    ck_assert_uint_eq(p->periods[line], periods);
    if (periods < 4 || sum <= 0) {
        ck_assert(isnan(p->cv[line]));
        ck_assert_uint_eq(p->xyz[line], PARTNER_XYZ_NONE);
        return;
    }
    above = natural_subtract(natural_multiply(squares, natural_make(0, periods)), square_of(sum));
    below = square_of(sum);
    ck_assert_msg(natural_root_rounds_to(above, below, p->cv[line]), "line %zu: cv is not %.17g", line,
                  p->cv[line]);
    /* 1/2 and 1: four times the variance, or once, against the square of the mean. */
    if (natural_compare(natural_shift(above, 2), below) > 0) expected = PARTNER_XYZ_Y;
    if (natural_compare(above, below) > 0) expected = PARTNER_XYZ_Z;
    ck_assert_uint_eq(p->xyz[line], expected);
}

static void check_table(const world *w)
{
    const partner_xyz_classes *c = w->xyz->classes;

    ck_assert_uint_eq(c->rows, 16);
    ck_assert_uint_eq(c->class_none, 3);
    for (size_t row = 0; row < c->rows; row++) {
        size_t partners = 0;
        int64_t amount = 0;
        ck_assert_uint_eq(c->class_of[row], row / 4);
        ck_assert_uint_eq(c->xyz[row], row % 4);
        for (size_t i = 0; i < w->totals->partners; i++)
            if (w->pareto->class_of[i] == c->class_of[row] && w->xyz->partners->xyz[i] == c->xyz[row]) {
                partners++;
                amount += w->totals->revenue[i] > 0 ? w->totals->revenue[i] : 0;
            }
        ck_assert_uint_eq(c->partners[row], partners);
        ck_assert_int_eq(c->amount[row], amount);
    }
}

START_TEST(random_worlds)
{
    static random_world r;
    int32_t start = INT32_MAX, end = INT32_MIN;
    boundaries b;

    fill_random(&r, (uint64_t)_i);
    make(&r.w);
    for (size_t i = 0; i < r.w.sales.rows; i++) {
        if (r.day[i] >= end) end = r.day[i] + 1;
        if (r.w.totals->to_day != PARTNER_NO_DAY && r.day[i] >= r.w.totals->to_day) continue;
        if (r.day[i] < start) start = r.day[i];
    }
    if (r.w.totals->from_day != PARTNER_NO_DAY) start = r.w.totals->from_day;
    if (r.w.totals->to_day != PARTNER_NO_DAY) end = r.w.totals->to_day;
    b = find_boundaries(&r.w, start, end);
    ck_assert_uint_eq(r.w.xyz->periods, b.count == 0 ? 0 : b.count - 1);
    if (b.count > 1) {
        ck_assert_int_eq(r.w.xyz->from_day, b.day[0]);
        ck_assert_int_eq(r.w.xyz->to_day, b.day[b.count - 1]);
        ck_assert_int_eq(r.w.xyz->left_out_from, start < b.day[0] ? start : PARTNER_NO_DAY);
        ck_assert_int_eq(r.w.xyz->after_to, b.day[b.count - 1] < end ? end : PARTNER_NO_DAY);
    }
    for (size_t line = 0; line < r.w.totals->partners; line++) check_line(&r, line, &b, start, end);
    check_table(&r.w);
    unmake(&r.w);
}
END_TEST

/* ---- properties ---- */

static void check_same(const partner_xyz *a, const partner_xyz *b)
{
    size_t n = a->partners->partners;

    ck_assert_uint_eq(n, b->partners->partners);
    ck_assert_uint_eq(a->periods, b->periods);
    ck_assert_mem_eq(a->partners->cv, b->partners->cv, n * sizeof(double));
    ck_assert_mem_eq(a->partners->xyz, b->partners->xyz, n);
    ck_assert_mem_eq(a->partners->periods, b->partners->periods, n * sizeof(uint32_t));
    ck_assert_mem_eq(a->classes->partners, b->classes->partners, a->classes->rows * sizeof(size_t));
    ck_assert_mem_eq(a->classes->amount, b->classes->amount, a->classes->rows * sizeof(int64_t));
}

/* Many rows, many partners: several blocks of rows and of lines. */
START_TEST(threads_and_order_change_nothing)
{
    const size_t rows = in_time(300000, 20000);
    uint32_t *partner = calloc(rows, sizeof *partner);
    int32_t *day = calloc(rows, sizeof *day);
    int64_t *amount = calloc(rows, sizeof *amount);
    uint64_t state = 606;
    partner_xyz *first;
    world w = new_world(rows, partner, day, amount);

    for (size_t i = 0; i < rows; i++) {
        partner[i] = (uint32_t)(draw(&state) % 20000);
        if (i % 3 == 0) partner[i] = 77; /* one with many rows */
        day[i] = 15000 + (int32_t)(draw(&state) % 1100);
        amount[i] = (int64_t)(draw(&state) % 100000) - 10000;
    }
    w.options.xyz = PARTNER_PERIOD_MONTH;
    make(&w);
    first = w.xyz;
    for (uint32_t t = 2; t <= 9; t += t == 2 ? 1 : 6) {
        w.options.threads = t == 9 ? PARTNER_THREADS_ALL : t;
        must(ask_xyz(&w), error);
        check_same(first, w.xyz);
        partner_xyz_free(w.xyz);
    }
    /* Every row cut into two halves that sum to it, in another order. */
    for (size_t i = rows - 1; i > 0; i--) {
        size_t k = draw(&state) % (i + 1);
        uint32_t p = partner[i];
        int32_t d = day[i];
        int64_t a = amount[i];
        partner[i] = partner[k], day[i] = day[k], amount[i] = amount[k];
        partner[k] = p, day[k] = d, amount[k] = a;
    }
    must(ask_xyz(&w), error);
    check_same(first, w.xyz);
    partner_xyz_free(first);
    unmake(&w);
    free(partner);
    free(day);
    free(amount);
}
END_TEST

/* Ten times the amounts, in two rows of four and six tenths each: the same regularity. */
START_TEST(scale_and_split_change_nothing)
{
    static random_world r, s;
    partner_xyz *first;
    size_t n;

    fill_random(&r, 4 * (uint64_t)_i);
    r.w.sales.rows = n = r.w.sales.rows / 2 + 1;
    make(&r.w);
    first = r.w.xyz;
    s = r;
    for (size_t i = 0; i < n && n + i < ROWS; i++) {
        s.partner[n + i] = r.partner[i];
        s.day[n + i] = r.day[i];
        s.amount[i] = 4 * r.amount[i];
        s.amount[n + i] = 6 * r.amount[i];
    }
    s.w.sales = new_world(2 * n, s.partner, s.day, s.amount).sales;
    if (s.w.totals_options.roster != NULL) s.w.totals_options.roster = &s.roster;
    if (2 * n <= ROWS) {
        make(&s.w);
        ck_assert_uint_eq(first->partners->partners, s.w.xyz->partners->partners);
        ck_assert_mem_eq(first->partners->cv, s.w.xyz->partners->cv,
                         first->partners->partners * sizeof(double));
        ck_assert_mem_eq(first->partners->xyz, s.w.xyz->partners->xyz, first->partners->partners);
        unmake(&s.w);
    }
    unmake(&r.w);
}
END_TEST

/* ---- what is refused ---- */

static void refuse(world *w, partner_status status, const char *field)
{
    must_fail(ask_xyz(w), status, error);
    ck_assert_ptr_null(w->xyz);
    ck_assert_str_eq(error.field, field);
    ck_assert_uint_ge(strlen(error.message), strlen("cancelled"));
}

static const uint32_t few_partners[] = {0, 1, 1};
static const int32_t few_days[] = {10, 20, 400};
static const int64_t few_amounts[] = {5, 6, 7};

START_TEST(bad_arguments)
{
    world w = new_world(3, few_partners, few_days, few_amounts);
    partner_totals_options all_up = PARTNER_TOTALS_OPTIONS_INIT;

    make_totals(&w);
    must_fail(partner_xyz_new(NULL, NULL, w.totals, w.pareto, NULL, &w.xyz, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_xyz_new(&w.sales, NULL, NULL, w.pareto, NULL, &w.xyz, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_xyz_new(&w.sales, NULL, w.totals, NULL, NULL, &w.xyz, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_xyz_new(&w.sales, NULL, w.totals, w.pareto, NULL, NULL, &error), PARTNER_E_ARGUMENT,
              error);
    ck_assert_int_eq(partner_xyz_new(NULL, NULL, w.totals, w.pareto, NULL, &w.xyz, NULL), PARTNER_E_ARGUMENT);
    w.sales.day = NULL;
    refuse(&w, PARTNER_E_ARGUMENT, "day");
    w.sales.day = few_days;
    w.sales.amount = NULL;
    refuse(&w, PARTNER_E_ARGUMENT, "amount");
    w.sales.amount = few_amounts;
    w.sales.partner = NULL;
    refuse(&w, PARTNER_E_ARGUMENT, "partner");
    w.sales.partner = few_partners;
    w.options.xyz = 4;
    refuse(&w, PARTNER_E_ARGUMENT, "xyz");
    w.options.xyz = PARTNER_PERIOD_DAYS;
    refuse(&w, PARTNER_E_ARGUMENT, "xyz_days");
    w.options.xyz = 0;
    w.options.since_first = 7;
    refuse(&w, PARTNER_E_ARGUMENT, "since_first");
    w.options.since_first = 0;
    w.options.xyz_cuts[0] = 1000000;
    w.options.xyz_cuts[1] = 1000000;
    refuse(&w, PARTNER_E_ARGUMENT, "xyz_cuts");
    w.options.xyz_cuts[0] = w.options.xyz_cuts[1] = 0;
    all_up.roll_up = 1;
    w.totals_options = all_up;
    refuse(&w, PARTNER_E_ARGUMENT, "parent");
    w.sales.struct_size = 3;
    refuse(&w, PARTNER_E_ARGUMENT, "");
    unmake(&w);
    partner_xyz_free(NULL);
}
END_TEST

START_TEST(bad_rows)
{
    static const int32_t no_day[] = {10, 20, PARTNER_NO_DAY}, late[] = {10, 20, INT32_MAX};
    static const int64_t no_amount[] = {5, PARTNER_NO_AMOUNT, 7};
    static const uint32_t stranger[] = {0, 1, 2};
    world w = new_world(3, few_partners, few_days, few_amounts), other;

    make_totals(&w);
    w.sales.day = no_day;
    refuse(&w, PARTNER_E_DATA, "day");
    ck_assert_uint_eq(error.row, 2);
    ck_assert_uint_eq(error.index, 1);
    ck_assert_str_eq(error.record, "sales");
    w.sales.day = few_days;
    w.sales.amount = no_amount;
    refuse(&w, PARTNER_E_DATA, "amount");
    ck_assert_uint_eq(error.row, 1);
    w.sales.amount = few_amounts;
    w.sales.partner = stranger;
    refuse(&w, PARTNER_E_STATE, "partner");
    ck_assert_uint_eq(error.row, 2);
    ck_assert_uint_eq(error.index, 2);
    /* A pareto of something else. */
    w.sales.partner = few_partners;
    other = new_world(3, stranger, few_days, few_amounts);
    make_totals(&other);
    must_fail(partner_xyz_new(&w.sales, NULL, w.totals, other.pareto, NULL, &w.xyz, &error), PARTNER_E_STATE,
              error);
    unmake(&other);
    unmake(&w);
    /* No day comes after the last one there is; a window that ends helps. */
    w.sales.day = late;
    make_totals(&w);
    refuse(&w, PARTNER_E_RANGE, "day");
    unmake(&w);
    w.totals_options.to_day = INT32_MAX;
    make(&w);
    ck_assert_int_eq(w.xyz->after_to, INT32_MAX); /* which is no first day of a quarter */
    unmake(&w);
}
END_TEST

/* Rows that are not those of the totals: sums that leave 64 bits, parents in a cycle, partners that are none.
 */
START_TEST(rows_of_something_else)
{
    static const int64_t much[] = {INT64_MAX, INT64_MAX - 1, 7}, little[] = {-INT64_MAX, -2, -INT64_MAX};
    static const uint32_t all[] = {1, 1, 1}, enrolled[] = {0, 1};
    static const uint32_t circle[] = {1, 0}, beyond[] = {PARTNER_NONE, 1};
    static const int32_t days[] = {0, 100, 399};
    partner_roster roster = PARTNER_ROSTER_INIT;
    world w = new_world(3, few_partners, days, few_amounts);

    w.options.xyz = PARTNER_PERIOD_DAYS;
    w.options.xyz_days = 100;
    make_totals(&w);
    w.sales.partner = all;
    w.sales.amount = much;
    refuse(&w, PARTNER_E_RANGE, "amount");
    ck_assert_uint_eq(error.index, 1);
    w.sales.amount = little;
    refuse(&w, PARTNER_E_RANGE, "amount");
    w.sales.amount = few_amounts;
    roster.rows = 2;
    roster.partner = enrolled;
    roster.parent = circle;
    w.totals_options.roster = &roster;
    w.totals_options.roll_up = 1;
    refuse(&w, PARTNER_E_DATA, "parent");
    roster.partner = beyond;
    refuse(&w, PARTNER_E_DATA, "partner");
    if (SIZE_MAX > UINT32_MAX) {
        roster.partner = NULL;
        roster.rows = (size_t)PARTNER_NONE + 1;
        refuse(&w, PARTNER_E_ARGUMENT, "");
    }
    unmake(&w);
}
END_TEST

/* Two lines of INT64_MAX beside one of -INT64_MAX: a pareto of theirs there cannot be, and with that of three
 * equal amounts the revenue of class A would leave 64 bits. */
START_TEST(a_pareto_of_something_else)
{
    static const uint32_t partner[] = {0, 1, 2};
    static const int64_t much[] = {INT64_MAX, INT64_MAX, -INT64_MAX}, equal[] = {1, 1, 1};
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    world w = new_world(3, partner, few_days, much);

    must(partner_totals_new(&w.sales, NULL, &w.totals, &error), error);
    amounts.rows = 3;
    amounts.amount = equal;
    must(partner_pareto_new(&amounts, NULL, &w.pareto, &error), error);
    refuse(&w, PARTNER_E_RANGE, "");
    unmake(&w);
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
    uint32_t *partner = calloc(N, sizeof *partner);
    int32_t *day = calloc(N, sizeof *day);
    int64_t *amount = calloc(N, sizeof *amount);
    world w = new_world(N, partner, day, amount);
    int left = _i / 2, asked, most = 1000000;

    for (size_t i = 0; i < N; i++) {
        day[i] = (int32_t)(i % 2000);
        amount[i] = (int64_t)(i % 1009) + 1;
    }
    w.options.threads = 1 + (uint32_t)_i % 2;
    w.options.interrupt = after;
    make_totals(&w);
    w.options.interrupt_data = &most;
    must(ask_xyz(&w), error);
    partner_xyz_free(w.xyz);
    w.xyz = NULL;
    asked = 1000000 - most;
    /* Once at the start, per block of rows three times, and more for the sort and the one line. */
    if (w.options.threads == 1) ck_assert_int_ge(asked, 1 + 4 * (N >> 16));
    w.options.interrupt_data = &left;
    if (w.options.threads == 1 && left < asked) {
        refuse(&w, PARTNER_E_CANCELLED, "");
    } else {
        partner_status status = ask_xyz(&w);
        ck_assert(status == PARTNER_OK || status == PARTNER_E_CANCELLED);
        ck_assert((status == PARTNER_OK) == (w.xyz != NULL));
    }
    unmake(&w);
    free(partner);
    free(day);
    free(amount);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("xyz");
    TCase *hand = add_case(suite, "by hand"), *periods = add_case(suite, "periods");
    TCase *plain = add_case(suite, "plain"), *properties = add_case(suite, "properties");
    TCase *refused = add_case(suite, "refused");

    tcase_add_test(hand, four_quarters);
    tcase_add_test(hand, cuts_are_met_exactly);
    tcase_add_test(hand, the_largest_amounts);
    tcase_add_test(hand, own_cuts);
    tcase_add_test(hand, four_periods_are_needed);
    tcase_add_test(hand, since_the_first_sale);
    tcase_add_test(hand, first_sales_outside_the_periods);
    tcase_add_test(hand, children_count_for_the_head_of_their_family);
    tcase_add_test(periods, months_over_leap_days_and_ends);
    tcase_add_test(periods, quarters_begin_in_january);
    tcase_add_test(periods, days_count_back_from_the_end);
    tcase_add_test(periods, the_ends_of_time);
    tcase_add_test(periods, an_open_window_is_that_of_the_rows);
    tcase_add_test(periods, no_rows);
    tcase_add_loop_test(plain, random_worlds, 0, 200);
    tcase_add_test(properties, threads_and_order_change_nothing);
    tcase_add_loop_test(properties, scale_and_split_change_nothing, 0, 40);
    tcase_add_test(refused, bad_arguments);
    tcase_add_test(refused, bad_rows);
    tcase_add_test(refused, rows_of_something_else);
    tcase_add_test(refused, a_pareto_of_something_else);
    tcase_add_loop_test(refused, interrupt_cancels, 0, 60);
    return run_suite(suite);
}
