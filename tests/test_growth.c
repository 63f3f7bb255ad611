/* SPDX-License-Identifier: MIT
 * Growth, and totals as an analysis with its sentences: spec/totals.md, "Growth", and record.h. */
#include "base/days.h"
#include "suite.h"

static partner_error error;

static partner_sales sales_of(size_t rows, const uint32_t *partner, const int64_t *amount, const int32_t *day)
{
    partner_sales sales = PARTNER_SALES_INIT;

    sales.rows = rows;
    sales.partner = partner;
    sales.amount = amount;
    sales.day = day;
    return sales;
}

/* The totals of a call that must succeed. */
static partner_totals *totals_of(const partner_sales *sales, const partner_totals_options *options)
{
    partner_totals *totals = NULL;

    must(partner_totals_new(sales, options, &totals, &error), error);
    ck_assert_ptr_nonnull(totals);
    return totals;
}

static int32_t on(int32_t year, int month, int day) { return partner__day_from_date(year, month, day); }

static partner_totals_options windows(int32_t from1, int32_t to1, int32_t from2, int32_t to2)
{
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;

    options.previous_from_day = from1;
    options.previous_to_day = to1;
    options.from_day = from2;
    options.to_day = to2;
    return options;
}

/* "State: new (r1 <= 0 < r2), lost (r2 <= 0 < r1), grown, shrunk, steady, none (both <= 0); per state the count
 * and the sum of r2 - r1, which add up to the change." One partner of each kind and of each kind of zero. */
START_TEST(growth_states)
{
    enum { W1 = 15, W2 = 25, OUT = 50 };
    const uint32_t partner[] = {0, 1, 1, 2, 3, 4, 4, 5, 5, 6, 6, 7, 9, 9};
    const int64_t amount[] = {40, -5, 10, 30, 20, 20, 50, 50, 20, 33, 33, -8, 7, 9};
    const int32_t day[] = {W2, W1, W2, W1, W1, W1, W2, W1, W2, W1, W2, W2, OUT, OUT};
    const uint32_t lines[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    const int64_t r1[] = {0, -5, 30, 20, 20, 50, 33, 0, 0, 0}, r2[] = {40, 10, 0, 0, 50, 20, 33, -8, 0, 0};
    const double growth[] = {NAN, NAN, -1, -1, 1.5, -0.6, 0, NAN, NAN, NAN};
    const uint8_t state[] = {PARTNER_GROWTH_NEW,    PARTNER_GROWTH_NEW,   PARTNER_GROWTH_LOST,
                             PARTNER_GROWTH_LOST,   PARTNER_GROWTH_GROWN, PARTNER_GROWTH_SHRUNK,
                             PARTNER_GROWTH_STEADY, PARTNER_GROWTH_NONE,  PARTNER_GROWTH_NONE,
                             PARTNER_GROWTH_NONE};
    const size_t counts[] = {2, 2, 1, 1, 1, 3};
    const int64_t changes[] = {55, -50, 30, -30, 0, -8};
    partner_sales rows = sales_of(14, partner, amount, day);
    partner_totals_options options = windows(10, 20, 20, 30);
    partner_growth *g = NULL;
    int64_t sum = 0;

    must(partner_growth_new(&rows, &options, &g, &error), error);
    ck_assert_uint_eq(g->partners, 10);
    ck_assert_int_eq(memcmp(g->partner, lines, sizeof lines), 0);
    ck_assert_int_eq(memcmp(g->previous_revenue, r1, sizeof r1), 0);
    ck_assert_int_eq(memcmp(g->revenue, r2, sizeof r2), 0);
    ck_assert_int_eq(memcmp(g->state, state, sizeof state), 0);
    for (size_t i = 0; i < 10; i++) ck_assert(same_bits(g->growth[i], growth[i]));
    ck_assert_uint_eq(g->states->states, 6);
    for (uint8_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(g->states->state[i], i);
        ck_assert_uint_eq(g->states->partners[i], counts[i]);
        ck_assert_int_eq(g->states->change[i], changes[i]);
        sum += changes[i];
    }
    ck_assert_int_eq(g->previous_total, 148);
    ck_assert_int_eq(g->total, 145);
    ck_assert_int_eq(g->change, -3);
    ck_assert_int_eq(sum, g->change);
    ck_assert_double_eq(g->growth_total, -3.0 / 148.0);
    ck_assert_int_eq(g->previous_from_day, 10);
    ck_assert_int_eq(g->previous_to_day, 20);
    ck_assert_int_eq(g->from_day, 20);
    ck_assert_int_eq(g->to_day, 30);
    ck_assert_uint_eq(g->after_last_day, 0);
    partner_growth_free(g);
    partner_growth_free(NULL);
}
END_TEST

/* "With two windows of equal length in days, or between the same calendar dates of different years (else an
 * error…)" */
START_TEST(growth_windows)
{
    const struct {
        int32_t from1, to1, from2, to2;
        partner_status status;
    } cases[] = {
        {on(2012, 1, 1), on(2013, 1, 1), on(2013, 1, 1), on(2014, 1, 1), PARTNER_OK}, /* 366 and 365 days */
        {on(2012, 2, 1), on(2012, 3, 1), on(2015, 2, 1), on(2015, 3, 1), PARTNER_OK},
        {on(2011, 7, 1), on(2013, 7, 1), on(2013, 7, 1), on(2015, 7, 1), PARTNER_OK},         /* 731 and 730 */
        {on(2013, 1, 1), on(2013, 2, 1), on(2013, 1, 2), on(2013, 2, 2), PARTNER_OK},         /* equal length */
        {on(2014, 1, 1), on(2015, 1, 1), on(2012, 1, 1), on(2013, 1, 1), PARTNER_OK},         /* backwards */
        {on(2013, 1, 1), on(2013, 2, 1), on(2013, 2, 1), on(2013, 3, 1), PARTNER_E_ARGUMENT}, /* 31 and 28 */
        {on(2012, 1, 1), on(2013, 1, 1), on(2013, 1, 1), on(2015, 1, 1), PARTNER_E_ARGUMENT},
        {on(2012, 1, 1), on(2013, 1, 1), on(2013, 1, 1), on(2013, 12, 31), PARTNER_E_ARGUMENT},
        {on(2012, 1, 1), on(2012, 1, 1), on(2013, 1, 1), on(2014, 1, 1), PARTNER_E_ARGUMENT},
        {0, on(2013, 1, 1), on(2013, 1, 1), on(2014, 1, 1), PARTNER_E_ARGUMENT},
        {on(2012, 1, 1), 0, on(2013, 1, 1), on(2014, 1, 1), PARTNER_E_ARGUMENT},
        {on(2012, 1, 1), on(2013, 1, 1), 0, on(2014, 1, 1), PARTNER_E_ARGUMENT},
        {on(2012, 1, 1), on(2013, 1, 1), on(2013, 1, 1), 0, PARTNER_E_ARGUMENT},
    };
    partner_sales none = PARTNER_SALES_INIT;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        partner_totals_options options = windows(cases[i].from1, cases[i].to1, cases[i].from2, cases[i].to2);
        partner_growth *g = NULL;

        ck_assert_int_eq(partner_growth_new(&none, &options, &g, &error), cases[i].status);
        ck_assert((g != NULL) == (cases[i].status == PARTNER_OK));
        if (i == 5) ck_assert(strstr(error.message, "31") != NULL && strstr(error.message, "28") != NULL);
        if (i == 11) ck_assert_str_eq(error.field, "from_day");
        partner_growth_free(g);
    }
}
END_TEST

/* "a flag after_last_day when the second ends after the last day seen" */
START_TEST(growth_after_last_day)
{
    const uint32_t partner[] = {0};
    const int64_t amount[] = {5};
    for (int32_t last = 27; last <= 31; last++) {
        partner_sales rows = sales_of(1, partner, amount, &last);
        partner_totals_options options = windows(10, 20, 20, 30);
        partner_growth *g = NULL;

        must(partner_growth_new(&rows, &options, &g, &error), error);
        ck_assert_uint_eq(g->after_last_day, last < 29);
        partner_growth_free(g);
    }
}
END_TEST

/* "one rounding": 1/3, and operands that no double holds; changes beyond int64_t are RANGE. */
START_TEST(growth_exact)
{
    const uint32_t partner[] = {0, 0, 1, 1};
    int64_t amount[] = {3, 4, INT64_MAX - 3, 5};
    const int32_t day[] = {10, 20, 10, 20};
    partner_sales rows = sales_of(4, partner, amount, day);
    partner_totals_options options = windows(10, 20, 20, 30);
    partner_growth *g = NULL;

    must(partner_growth_new(&rows, &options, &g, &error), error);
    ck_assert_double_eq(g->growth[0], 1.0 / 3.0);
    /* -(1 - 5 / (2^63 - 4)) = -(1 - 5.4e-19), nearer to -1 than to the next double above it. */
    ck_assert_double_eq(g->growth[1], -1.0);
    partner_growth_free(g);
    g = NULL;
    amount[2] = -INT64_MAX;
    amount[0] = 0;
    amount[1] = 0;
    must_fail(partner_growth_new(&rows, &options, &g, &error), PARTNER_E_RANGE, error);
    ck_assert_ptr_null(g);
}
END_TEST

START_TEST(growth_between)
{
    partner_sales none = PARTNER_SALES_INIT;
    partner_totals_options one = windows(0, 0, 10, 20), other = windows(0, 0, 20, 30),
                           open = windows(0, 0, 0, 30);
    partner_totals *a = totals_of(&none, &one), *b, *c = totals_of(&none, &open);
    partner_growth *g = NULL;

    other.minor_units = 3;
    b = totals_of(&none, &other);
    must_fail(partner_growth_between(a, b, &g, &error), PARTNER_E_STATE, error);
    must_fail(partner_growth_between(a, c, &g, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_growth_between(c, a, &g, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_growth_between(NULL, a, &g, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_growth_between(a, NULL, &g, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_growth_between(a, a, NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_null(g);
    must(partner_growth_between(a, a, &g, &error), error);
    ck_assert_uint_eq(g->partners, 0);
    ck_assert(isnan(g->growth_total));
    partner_growth_free(g);
    partner_totals_free(a);
    partner_totals_free(b);
    partner_totals_free(c);
}
END_TEST

/* Partners are those of either window: the roster enrols 0 in the first only, 1 in the second only. */
START_TEST(growth_roster)
{
    const int32_t joined[] = {PARTNER_NO_DAY, 20}, left[] = {20, PARTNER_NO_DAY};
    partner_sales none = PARTNER_SALES_INIT;
    partner_totals_options options = windows(10, 20, 20, 30);
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_growth *g = NULL;

    roster.rows = 2;
    roster.joined = joined;
    roster.left = left;
    options.roster = &roster;
    must(partner_growth_new(&none, &options, &g, &error), error);
    ck_assert_uint_eq(g->partners, 2);
    ck_assert_uint_eq(g->partner[0], 0);
    ck_assert_uint_eq(g->partner[1], 1);
    ck_assert_uint_eq(g->states->partners[PARTNER_GROWTH_NONE], 2);
    partner_growth_free(g);
}
END_TEST

/* The analysis: what the command and the bindings see. */

static void *run_analysis(const partner_sales *sales, const partner_roster *roster,
                          const partner_totals_options *options)
{
    const partner_analysis *analysis = partner_analysis_find("totals");
    const void *inputs[] = {sales, roster}, *all[] = {options};
    void *result = NULL;

    ck_assert_ptr_nonnull(analysis);
    must(analysis->run(inputs, all, &result, &error), error);
    return result;
}

/* Whether the sentence is among those of the result; each must tell its length and respect the buffer's. */
static int says(const void *result, const char *expected)
{
    const partner_analysis *analysis = partner_analysis_find("totals");
    char text[1024], part[8];
    int found = 0;

    for (size_t i = 0; analysis->sentence(result, i, text, sizeof text) > 0; i++) {
        size_t length = strlen(text);
        ck_assert_uint_eq(analysis->sentence(result, i, part, sizeof part), length);
        ck_assert_int_eq(strncmp(part, text, sizeof part - 1), 0);
        ck_assert_uint_eq(analysis->sentence(result, i, NULL, 0), length);
        found |= strcmp(text, expected) == 0;
    }
    return found;
}

START_TEST(analysis)
{
    const partner_analysis *analysis = partner_analysis_find("totals");
    const uint32_t partner[] = {0, 0, 1, 1, 2, 3, 3};
    const int64_t amount[] = {100000000, 123456700, 50000, -10000, 500, 3000, 4000};
    const int32_t day[] = {10, 20, 20, 21, 11, 10, 25};
    const int64_t target[] = {123456700, 50000, PARTNER_NO_AMOUNT, PARTNER_NO_AMOUNT};
    partner_sales sales = sales_of(7, partner, amount, day);
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options options = windows(10, 20, 20, 30);
    const partner_totals *t;
    void *result;

    roster.rows = 4;
    roster.target = target;
    result = run_analysis(&sales, &roster, &options);
    t = analysis->view(result, 0);
    ck_assert_uint_eq(t->partners, 4);
    ck_assert_ptr_nonnull(analysis->view(result, 1));
    ck_assert_ptr_null(analysis->view(result, 2));
    ck_assert(says(result,
                   "3 of 4 partners sold in the window (75.0 %); 60–90 % is usual in successful channels, "
                   "20–30 % on average (ABD agency)."));
    ck_assert(says(result, "Revenue is 1 235 007.00, from 4 rows of sales."));
    ck_assert(says(result, "Returns and credit notes took back less than 0.1 % of gross revenue."));
    ck_assert(says(result, "1 of 2 partners with a target reached it."));
    /* 1235007.00 / 1000035.00 = 1.23496… */
    ck_assert(says(result,
                   "Revenue grew by 23.5 % against the window before, from 1 000 035.00 to 1 235 007.00; "
                   "30 % a year is the usual reference for a growing channel."));
    ck_assert(says(result, "1 new partner brought 400.00; 1 lost one took 5.00; 2 grew by 234 577.00."));
    ck_assert(says(result,
                   "The window ends after the last day seen (1970-01-26): it may not be whole, so do not "
                   "read its growth as a whole window's."));
    analysis->free(result);
    result = run_analysis(&sales, NULL, NULL);
    ck_assert_ptr_null(analysis->view(result, 1));
    ck_assert(says(result,
                   "4 of 4 partners sold (100.0 %); 60–90 % is usual in successful channels, 20–30 % on "
                   "average (ABD agency)."));
    analysis->free(result);
    analysis->free(NULL);
}
END_TEST

START_TEST(analysis_refuses)
{
    const partner_analysis *analysis = partner_analysis_find("totals");
    partner_sales none = PARTNER_SALES_INIT;
    partner_totals_options options = windows(10, 20, 0, 0);
    const void *inputs[] = {&none, NULL}, *all[] = {&options}, *nothing[] = {NULL, NULL};
    void *result = NULL;

    must_fail(analysis->run(inputs, all, &result, &error), PARTNER_E_ARGUMENT, error);
    must_fail(analysis->run(nothing, NULL, &result, &error), PARTNER_E_ARGUMENT, error);
    must_fail(analysis->run(inputs, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_null(result);
    ck_assert_uint_eq(analysis->sentence(NULL, 0, NULL, 0), 0);
}
END_TEST

START_TEST(sentences_of_little)
{
    const partner_analysis *analysis = partner_analysis_find("totals");
    partner_sales none = PARTNER_SALES_INIT;
    partner_totals_options options = windows(10, 20, 20, 30);
    void *result = run_analysis(&none, NULL, &options);

    ck_assert(says(result, "No partner is enrolled."));
    ck_assert(says(result, "Revenue is 0.00, from 0 rows of sales."));
    ck_assert(says(result, "The window before has no revenue, so growth has no figure."));
    ck_assert(says(result, "No row has a day, so there is nothing to compare."));
    analysis->free(result);
    options = windows(0, 0, 0, 0);
    options.partners = 1;
    options.min_sales = 3;
    options.minor_units = PARTNER_MINOR_UNITS_0;
    result = run_analysis(&none, NULL, &options);
    ck_assert(says(result,
                   "0 of 1 partner made at least 3 sales (0.0 %); 60–90 % is usual in successful channels, "
                   "20–30 % on average (ABD agency)."));
    ck_assert(says(result, "Revenue is 0, from 0 rows of sales."));
    analysis->free(result);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("growth");
    TCase *growth = add_case(suite, "growth"), *table = add_case(suite, "analysis");

    tcase_add_test(growth, growth_states);
    tcase_add_test(growth, growth_windows);
    tcase_add_test(growth, growth_after_last_day);
    tcase_add_test(growth, growth_exact);
    tcase_add_test(growth, growth_between);
    tcase_add_test(growth, growth_roster);
    tcase_add_test(table, analysis);
    tcase_add_test(table, analysis_refuses);
    tcase_add_test(table, sentences_of_little);
    return run_suite(suite);
}
