/* SPDX-License-Identifier: MIT
 * Deferred revenue of points: KPMG's figures, the roll-forward, every product worked out again, and bad rows.
 */
#include <partner/loyalty.h>
#include <stdio.h>

#include "loyalty/worth.h"
#include "suite.h"

static partner_error error;

static partner_deferral periods(size_t rows, const int64_t *added, const int64_t *redeemed,
                                const int64_t *expected)
{
    partner_deferral d = PARTNER_DEFERRAL_INIT;

    d.rows = rows;
    d.added = added;
    d.redeemed = redeemed;
    d.expected = expected;
    return d;
}

static partner_deferred *deferred_of(const partner_deferral *d, uint8_t minor_units)
{
    partner_deferral_options o = PARTNER_DEFERRAL_OPTIONS_INIT;
    partner_deferred *deferred = NULL;

    o.minor_units = minor_units;
    must(partner_deferred_new(d, &o, &deferred, &error), error);
    return deferred;
}

/* closing = opening + added - recognised - reestimated, and each period opens where the one before closed. */
static void check_roll_forward(const partner_deferred *d)
{
    int64_t closed = 0, allocated = 0, revenue = 0;

    for (size_t i = 0; i < d->periods; i++) {
        ck_assert_int_eq(d->opening[i], closed);
        ck_assert_int_eq(d->closing[i], d->opening[i] + d->added[i] - d->recognised[i] - d->reestimated[i]);
        ck_assert_int_eq(d->revenue[i], d->recognised[i] + d->reestimated[i]);
        ck_assert_int_ge(d->recognised[i], 0);
        ck_assert_int_ge(d->closing[i], 0);
        closed = d->closing[i];
        allocated += d->added[i];
        revenue += d->revenue[i];
    }
    ck_assert_int_eq(d->closing_total, closed);
    ck_assert_int_eq(d->allocated, allocated);
    ck_assert_int_eq(d->recognised_total, revenue);
    ck_assert_int_eq(d->allocated, d->recognised_total + d->closing_total);
}

/* KPMG handbook, revenue for software and services, example 10 and its variants, in whole units: 10000 points
 * at a price of 9000 in all. Year 1: 9000 · 4500 / 9700 = 4175.26 → 4175. Year 2: 9000 · 8500 / 9900 = 7727.27
 * → 7727, less 4175 = 3552. Or:     9000 · 8500 / 9200 = 8315.22 → 8315, less 4175 = 4140. At the estimate as
 * it was: 9000 · 8500 / 9700 = 7886.60 → 7887, less 4175 = 3712; the rest, -160 and 428, comes from the
 * estimate. */
START_TEST(kpmg_example_10)
{
    static const int64_t added[] = {9000, 0}, redeemed[] = {4500, 4000};
    static const int64_t estimates[][2] = {{9700, 9900}, {9700, 9200}};
    static const int64_t second[] = {3552, 4140};

    for (int i = 0; i < 2; i++) {
        partner_deferral d = periods(2, added, redeemed, estimates[i]);
        partner_deferred *r = deferred_of(&d, PARTNER_MINOR_UNITS_0);

        ck_assert_uint_eq(r->periods, 2);
        ck_assert_uint_eq(r->minor_units, 0);
        ck_assert_int_eq(r->revenue[0], 4175);
        ck_assert_int_eq(r->recognised[0], 4175);
        ck_assert_int_eq(r->reestimated[0], 0);
        ck_assert_int_eq(r->closing[0], 4825);
        ck_assert_int_eq(r->revenue[1], second[i]);
        ck_assert_int_eq(r->recognised[1], 3712);
        ck_assert_int_eq(r->reestimated[1], second[i] - 3712);
        ck_assert_int_eq(r->closing_total, 9000 - 4175 - second[i]);
        ck_assert_ptr_null(r->day);
        check_roll_forward(r);
        partner_deferred_free(r);
    }
}
END_TEST

/* In cents the same figures have their decimals: 900000 · 4500 / 9700 = 417525.77, · 8500 / 9900 = 772727.27.
 */
START_TEST(in_minor_units)
{
    static const int64_t added[] = {900000, 0}, redeemed[] = {4500, 4000}, expected[] = {9700, 9900};
    static const int32_t day[] = {19722, 20088};
    partner_deferral d = periods(2, added, redeemed, expected);
    partner_deferred *r;

    d.day = day;
    r = deferred_of(&d, 0);
    ck_assert_uint_eq(r->minor_units, 2);
    ck_assert_int_eq(r->revenue[0], 417526);
    ck_assert_int_eq(r->revenue[1], 772727 - 417526);
    ck_assert_int_eq(r->day[0], 19722);
    ck_assert_int_eq(r->day[1], 20088);
    check_roll_forward(r);
    partner_deferred_free(r);
}
END_TEST

/* Points granted later at the same price per point expected change nothing about the earlier ones: 1000 for 500
 * points, then 1000 for 500 more. 100 redeemed = 200, then 500 more = 1000. No part of it is a re-estimate,
 * though more was redeemed than had been expected before. */
START_TEST(granted_later)
{
    static const int64_t added[] = {1000, 1000}, redeemed[] = {100, 500}, expected[] = {500, 1000};
    partner_deferral d = periods(2, added, redeemed, expected);
    partner_deferred *r = deferred_of(&d, PARTNER_MINOR_UNITS_0);

    ck_assert_int_eq(r->recognised[0], 200);
    ck_assert_int_eq(r->recognised[1], 1000);
    ck_assert_int_eq(r->reestimated[1], 0);
    ck_assert_int_eq(r->closing_total, 800);
    check_roll_forward(r);
    partner_deferred_free(r);
}
END_TEST

/* More was redeemed than was expected in all: everything is recognised, and not more. Then the estimate rises
 * above it: 1000 · 900 / 1000 = 900, so 100 is deferred again. */
START_TEST(estimates_below_what_was_redeemed)
{
    static const int64_t added[] = {1000, 0, 0}, redeemed[] = {300, 600, 0}, expected[] = {600, 700, 1000};
    partner_deferral d = periods(3, added, redeemed, expected);
    partner_deferred *r = deferred_of(&d, PARTNER_MINOR_UNITS_0);

    ck_assert_int_eq(r->revenue[0], 500);
    ck_assert_int_eq(r->revenue[1], 500);
    ck_assert_int_eq(r->recognised[1], 500);
    ck_assert_int_eq(r->closing[1], 0);
    ck_assert_int_eq(r->revenue[2], -100);
    ck_assert_int_eq(r->recognised[2], 0);
    ck_assert_int_eq(r->reestimated[2], -100);
    check_roll_forward(r);
    partner_deferred_free(r);
}
END_TEST

/* A half goes to the even neighbour: 1/2 → 0, 3/2 → 2, 5/2 → 2; of 2^63 - 1, whose half ends in .5 behind an
 * odd number, 2^62. */
START_TEST(half_to_even)
{
    static const int64_t one[] = {1}, two[] = {2};
    static const int64_t allocated[] = {1, 3, 5, INT64_MAX};
    static const int64_t half[] = {0, 2, 2, INT64_C(1) << 62};

    for (int i = 0; i < 4; i++) {
        partner_deferral d = periods(1, &allocated[i], one, two);
        partner_deferred *r = deferred_of(&d, 0);

        ck_assert_int_eq(r->recognised_total, half[i]);
        check_roll_forward(r);
        partner_deferred_free(r);
    }
}
END_TEST

/* Products beyond 64 bits: (2^63 - 1) of 2^63 - 1 points redeemed is all, 2^62 of 2^63 - 1 of them
 * is 2^62 exactly, and of half the estimate it is all. */
START_TEST(wide_products)
{
    static const int64_t all[] = {INT64_MAX}, half[] = {INT64_C(1) << 62}, few[] = {INT64_C(1) << 61};
    partner_deferral d = periods(1, all, all, all);
    partner_deferred *r = deferred_of(&d, 0);

    ck_assert_int_eq(r->recognised_total, INT64_MAX);
    partner_deferred_free(r);
    d = periods(1, all, half, all);
    r = deferred_of(&d, 0);
    ck_assert_int_eq(r->recognised_total, INT64_C(1) << 62);
    partner_deferred_free(r);
    d = periods(1, all, half, few);
    r = deferred_of(&d, 0);
    ck_assert_int_eq(r->recognised_total, INT64_MAX);
    partner_deferred_free(r);
}
END_TEST

static int64_t rounded(uint64_t product, uint64_t divisor)
{
    uint64_t whole = product / divisor, rest = product % divisor;

    return (int64_t)(whole + (2 * rest > divisor || (2 * rest == divisor && whole % 2 == 1)));
}

/* Random periods: the revenue to date is the rounded quotient in every one of them, whatever came before, so
 * that a thousand periods drift no more than one. */
START_TEST(cumulative_first)
{
    enum { ROWS = 1000 };
    static int64_t added[ROWS], redeemed[ROWS], expected[ROWS];
    uint64_t state = 20250117;
    uint64_t a = 0, r = 0;
    int64_t revenue = 0;
    partner_deferral d = periods(ROWS, added, redeemed, expected);
    partner_deferred *result;

    for (size_t i = 0; i < ROWS; i++) {
        added[i] = draw(&state) % 3 == 0 ? (int64_t)(draw(&state) % 1000000) : 0;
        redeemed[i] = (int64_t)(draw(&state) % 50000);
        expected[i] = (int64_t)(1 + draw(&state) % 40000000);
    }
    result = deferred_of(&d, 0);
    for (size_t i = 0; i < ROWS; i++) {
        uint64_t e = (uint64_t)expected[i];

        a += (uint64_t)added[i];
        r += (uint64_t)redeemed[i];
        revenue += result->revenue[i];
        ck_assert_int_eq(revenue, r >= e ? (int64_t)a : rounded(a * r, e));
    }
    check_roll_forward(result);
    partner_deferred_free(result);
}
END_TEST

START_TEST(nothing_to_defer)
{
    static const int64_t redeemed[] = {5}, expected[] = {10};
    partner_deferral d = periods(0, NULL, NULL, NULL);
    partner_deferred *r = deferred_of(&d, 3);

    ck_assert_uint_eq(r->periods, 0);
    ck_assert_uint_eq(r->minor_units, 3);
    ck_assert_int_eq(r->closing_total, 0);
    partner_deferred_free(r);
    d = periods(1, NULL, redeemed, expected);
    r = deferred_of(&d, 0);
    ck_assert_int_eq(r->revenue[0], 0);
    ck_assert_int_eq(r->closing[0], 0);
    partner_deferred_free(r);
    partner_deferred_free(NULL);
}
END_TEST

static void refused(const partner_deferral *d, partner_status status, const char *field, uint64_t row,
                    const char *says)
{
    partner_deferred *r = NULL;

    must_fail(partner_deferred_new(d, NULL, &r, &error), status, error);
    ck_assert_ptr_null(r);
    ck_assert_str_eq(error.field, field);
    ck_assert_uint_eq(error.row, row);
    ck_assert_msg(strstr(error.message, says) != NULL, "%s", error.message);
}

START_TEST(bad_rows)
{
    static const int64_t fine[] = {10, 20}, negative[] = {10, -1}, missing[] = {PARTNER_NO_AMOUNT, 5};
    static const int64_t zero[] = {0, 4}, huge[] = {INT64_MAX, 1};
    static const int32_t same[] = {100, 100}, none[] = {100, PARTNER_NO_DAY};
    partner_deferral d = periods(2, negative, fine, fine);

    refused(&d, PARTNER_E_DATA, "added", 1, "deferral row 1: added is -1, expected 0 or more");
    d = periods(2, fine, missing, fine);
    refused(&d, PARTNER_E_DATA, "redeemed", 0, "deferral row 0: redeemed is missing");
    d = periods(2, fine, negative, fine);
    refused(&d, PARTNER_E_DATA, "redeemed", 1, "redeemed is -1");
    d = periods(2, fine, fine, zero);
    refused(&d, PARTNER_E_DATA, "expected", 0, "expected is 0, expected 1 or more");
    d = periods(2, huge, fine, fine);
    refused(&d, PARTNER_E_RANGE, "added", 1, "the sum of added");
    d = periods(2, fine, huge, fine);
    refused(&d, PARTNER_E_RANGE, "redeemed", 1, "the sum of redeemed");
    d = periods(2, fine, fine, fine);
    d.day = same;
    refused(&d, PARTNER_E_DATA, "day", 1, "day 100 is not after day 100");
    d.day = none;
    refused(&d, PARTNER_E_DATA, "day", 1, "day is missing");
}
END_TEST

static int stop(void *data)
{
    (void)data;
    return 1;
}

START_TEST(bad_calls)
{
    static const int64_t fine[] = {10};
    partner_deferral d = periods(1, fine, fine, fine);
    partner_deferral_options o = PARTNER_DEFERRAL_OPTIONS_INIT;
    partner_deferred *r = NULL;

    must_fail(partner_deferred_new(NULL, NULL, &r, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_deferred_new(&d, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    d.redeemed = NULL;
    must_fail(partner_deferred_new(&d, NULL, &r, &error), PARTNER_E_ARGUMENT, error);
    ck_assert(strstr(error.message, "deferral.redeemed is NULL") != NULL);
    d.redeemed = fine;
    d.expected = NULL;
    must_fail(partner_deferred_new(&d, NULL, &r, &error), PARTNER_E_ARGUMENT, error);
    d.expected = fine;
    o.minor_units = 10;
    must_fail(partner_deferred_new(&d, &o, &r, &error), PARTNER_E_ARGUMENT, error);
    o.minor_units = 0;
    o.interrupt = stop;
    must_fail(partner_deferred_new(&d, &o, &r, &error), PARTNER_E_CANCELLED, error);
    d.struct_size = 0;
    must_fail(partner_deferred_new(&d, NULL, &r, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_null(r);
}
END_TEST

/* 8.02 at 0.8 a point, and so on: points × value, half to even, whatever the places. */
START_TEST(worth_of_points)
{
    static const struct {
        uint64_t points, value;
        unsigned places;
        int64_t worth;
    } cases[] = {
        {7722, 80000000, 2, 617760},    /* 7722 × 0.80 = 6177.60 */
        {5, 10000000, 0, 0},            /* 0.5 */
        {15, 10000000, 0, 2},           /* 1.5 */
        {25, 10000000, 0, 2},           /* 2.5 */
        {3, 1, 8, 3},                   /* 3 × 0.00000001 */
        {3, 1, 9, 30},                  /* the same, with a ninth place */
        {1, 1, 7, 0},                   /* a tenth of a unit */
        {UINT64_MAX, 100000000, 0, -1}, /* beyond 64 bits */
        {INT64_MAX, 100000000, 0, INT64_MAX},
        {INT64_MAX, 100000001, 0, -1},
        {1, UINT64_MAX, 9, -1},
        {0, UINT64_MAX / 10, 9, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t worth = 77;
        partner_status status =
            partner__worth(cases[i].points, cases[i].value, cases[i].places, &worth, &error);

        ck_assert_int_eq(status, cases[i].worth < 0 ? PARTNER_E_RANGE : PARTNER_OK);
        ck_assert_int_eq(worth, cases[i].worth < 0 ? 77 : cases[i].worth);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("deferral");
    TCase *figures = add_case(suite, "figures"), *refusals = add_case(suite, "refusals");

    tcase_add_test(figures, kpmg_example_10);
    tcase_add_test(figures, in_minor_units);
    tcase_add_test(figures, granted_later);
    tcase_add_test(figures, estimates_below_what_was_redeemed);
    tcase_add_test(figures, half_to_even);
    tcase_add_test(figures, wide_products);
    tcase_add_test(figures, cumulative_first);
    tcase_add_test(figures, nothing_to_defer);
    tcase_add_test(figures, worth_of_points);
    tcase_add_test(refusals, bad_rows);
    tcase_add_test(refusals, bad_calls);
    return run_suite(suite);
}
