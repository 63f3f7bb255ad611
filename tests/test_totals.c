/* SPDX-License-Identifier: MIT
 * Totals: spec/totals.md, rule by rule. Tallies are in test_tally.c, growth is in test_growth.c. */
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

/* The call must fail, naming record, field and row, and leave the result alone. */
static void refuse(const partner_sales *sales, const partner_totals_options *options, partner_status expected,
                   const char *record, const char *field, uint64_t row)
{
    partner_totals *totals = NULL;

    memset(&error, 0, sizeof error);
    must_fail(partner_totals_new(sales, options, &totals, &error), expected, error);
    ck_assert_ptr_null(totals);
    ck_assert_str_eq(error.record, record);
    ck_assert_str_eq(error.field, field);
    ck_assert_uint_eq(error.row, row);
    ck_assert_uint_gt(strlen(error.message), 10);
    ck_assert_int_eq(partner_totals_new(sales, options, &totals, NULL), expected);
}

/* "Result partner_totals, one element per enrolled partner, partners without a row included" */
START_TEST(every_column)
{
    const uint32_t partner[] = {2, 0, 2, 2, 0, 3, 2};
    const int64_t amount[] = {500, 1000, -200, 300, 7, 0, -1};
    const int64_t margin[] = {50, PARTNER_NO_AMOUNT, -20, 30, -2, 9, PARTNER_NO_AMOUNT};
    const int32_t day[] = {20, 11, 25, 10, PARTNER_NO_DAY, 99, -5};
    const int64_t revenue[] = {1007, 0, 599, 0}, gross[] = {1007, 0, 800, 0}, returned[] = {0, 0, 201, 0};
    const int64_t margins[] = {-2, 0, 60, 9};
    const uint64_t sales[] = {2, 0, 2, 0}, returns[] = {0, 0, 2, 0};
    const int32_t first[] = {11, PARTNER_NO_DAY, 10, PARTNER_NO_DAY};
    const int32_t last[] = {11, PARTNER_NO_DAY, 20, PARTNER_NO_DAY};
    partner_sales rows = sales_of(7, partner, amount, day);
    partner_totals *t;

    rows.margin = margin;
    t = totals_of(&rows, NULL);
    ck_assert_uint_eq(t->partners, 4); /* "0 = highest index + 1" */
    for (uint32_t i = 0; i < 4; i++) ck_assert_uint_eq(t->partner[i], i);
    ck_assert_int_eq(memcmp(t->revenue, revenue, sizeof revenue), 0);
    ck_assert_int_eq(memcmp(t->gross, gross, sizeof gross), 0);
    ck_assert_int_eq(memcmp(t->returned, returned, sizeof returned), 0);
    ck_assert_int_eq(memcmp(t->margin, margins, sizeof margins), 0);
    ck_assert_int_eq(memcmp(t->sales, sales, sizeof sales), 0);
    ck_assert_int_eq(memcmp(t->returns, returns, sizeof returns), 0);
    ck_assert_int_eq(memcmp(t->first_day, first, sizeof first), 0);
    ck_assert_int_eq(memcmp(t->last_day, last, sizeof last), 0);
    ck_assert_uint_eq(t->active, 2);
    ck_assert_double_eq(t->activity_rate, 0.5);
    ck_assert_int_eq(t->revenue_total, 1606);
    ck_assert_uint_eq(t->rows, 7);
    ck_assert_int_eq(t->from_day, PARTNER_NO_DAY);
    ck_assert_int_eq(t->to_day, PARTNER_NO_DAY);
    ck_assert_int_eq(t->last_day_seen, 99);
    ck_assert_uint_eq(t->minor_units, 2);
    ck_assert_ptr_null(t->attainment);
    ck_assert_ptr_null(t->group);
    partner_totals_free(t);
}
END_TEST

START_TEST(bare_columns_and_none)
{
    const uint32_t partner[] = {1};
    const int64_t amount[] = {5};
    partner_sales rows = sales_of(1, partner, amount, NULL), none = PARTNER_SALES_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t = totals_of(&rows, NULL);

    ck_assert_ptr_null(t->margin);
    ck_assert_int_eq(t->first_day[1], PARTNER_NO_DAY);
    ck_assert_int_eq(t->last_day_seen, PARTNER_NO_DAY);
    partner_totals_free(t);
    t = totals_of(&none, NULL);
    ck_assert_uint_eq(t->partners, 0);
    ck_assert(isnan(t->activity_rate));
    ck_assert_int_eq(t->revenue_total, 0);
    partner_totals_free(t);
    options.partners = 3;
    options.minor_units = PARTNER_MINOR_UNITS_0;
    t = totals_of(&none, &options);
    ck_assert_uint_eq(t->partners, 3);
    ck_assert_double_eq(t->activity_rate, 0.0);
    ck_assert_uint_eq(t->minor_units, 0);
    partner_totals_free(t);
    partner_totals_free(NULL);
}
END_TEST

/* "window [from_day, to_day)": half open, either end may be missing, day 0 has a name of its own. */
START_TEST(window)
{
    const uint32_t partner[] = {0, 0, 0, 0, 1};
    const int64_t amount[] = {1, 10, 100, 1000, 10000};
    const int32_t day[] = {-1, 0, 9, 10, INT32_MAX};
    const struct {
        int32_t from, to;
        int64_t revenue;
        uint64_t rows;
    } cases[] = {{0, 0, 11111, 5},
                 {PARTNER_DAY_0, 10, 110, 2},
                 {PARTNER_DAY_0, 0, 11110, 4},
                 {0, PARTNER_DAY_0, 1, 1},
                 {9, 0, 11100, 3},
                 {0, 9, 11, 2},
                 {INT32_MIN + 2, INT32_MAX, 1111, 4},
                 {INT32_MAX, 0, 10000, 1},
                 {-1, PARTNER_DAY_0, 1, 1}};
    partner_sales rows = sales_of(5, partner, amount, day);

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
        partner_totals *t;

        options.from_day = cases[i].from;
        options.to_day = cases[i].to;
        t = totals_of(&rows, &options);
        ck_assert_int_eq(t->revenue_total, cases[i].revenue);
        ck_assert_uint_eq(t->rows, cases[i].rows);
        /* Indexes and the last day are those of all rows, in the window or not. */
        ck_assert_uint_eq(t->partners, 2);
        ck_assert_int_eq(t->last_day_seen, INT32_MAX);
        partner_totals_free(t);
    }
}
END_TEST

START_TEST(window_bounds_in_result)
{
    partner_sales none = PARTNER_SALES_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t;

    options.from_day = PARTNER_DAY_0;
    t = totals_of(&none, &options);
    ck_assert_int_eq(t->from_day, 0);
    ck_assert_int_eq(t->to_day, PARTNER_NO_DAY);
    partner_totals_free(t);
}
END_TEST

/* "A row whose partner index is >= a given partners, or a missing day where a window is given, is an error that
 * names the row." The first bad row is named, whatever the number of threads. */
START_TEST(bad_rows)
{
    uint32_t partner[] = {0, 1, 2, 1}, currency[] = {PARTNER_NONE, 4, PARTNER_NONE, 4};
    int64_t amount[] = {1, 2, 3, 4};
    int32_t day[] = {1, 2, PARTNER_NO_DAY, 50};
    partner_sales rows = sales_of(4, partner, amount, day);
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;

    rows.currency = currency;
    partner_totals_free(totals_of(&rows, NULL));
    options.from_day = 1;
    refuse(&rows, &options, PARTNER_E_DATA, "sales", "day", 2);
    ck_assert_uint_eq(error.index, 2);
    options.from_day = 0;
    options.partners = 2;
    refuse(&rows, &options, PARTNER_E_DATA, "sales", "partner", 2);
    ck_assert_ptr_nonnull(strstr(error.message, "row 2"));
    ck_assert_ptr_nonnull(strstr(error.message, "below 2"));
    options.partners = 3;
    partner_totals_free(totals_of(&rows, &options));
    currency[3] = 5;
    refuse(&rows, &options, PARTNER_E_DATA, "sales", "currency", 3);
    ck_assert_ptr_nonnull(strstr(error.message, "5"));
    ck_assert_ptr_nonnull(strstr(error.message, "4"));
    amount[1] = PARTNER_NO_AMOUNT;
    refuse(&rows, &options, PARTNER_E_DATA, "sales", "amount", 1);
    rows.currency = NULL;
    refuse(&rows, &options, PARTNER_E_DATA, "sales", "amount", 1);
    partner[0] = PARTNER_NONE;
    refuse(&rows, NULL, PARTNER_E_DATA, "sales", "partner", 0);
    ck_assert_ptr_nonnull(strstr(error.message, "missing"));
    /* An index out of range is one outside the window too. */
    partner[0] = 0;
    amount[1] = 2;
    day[2] = 5;
    partner[3] = 3;
    options.to_day = 10;
    refuse(&rows, &options, PARTNER_E_DATA, "sales", "partner", 3);
}
END_TEST

START_TEST(missing_columns)
{
    const uint32_t partner[] = {0};
    const int64_t amount[] = {1};
    partner_sales rows = sales_of(1, NULL, amount, NULL);
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t = NULL;

    refuse(&rows, NULL, PARTNER_E_ARGUMENT, "sales", "partner", PARTNER_NO_ROW);
    rows = sales_of(1, partner, NULL, NULL);
    refuse(&rows, NULL, PARTNER_E_ARGUMENT, "sales", "amount", PARTNER_NO_ROW);
    rows = sales_of(1, partner, amount, NULL);
    options.to_day = 5;
    refuse(&rows, &options, PARTNER_E_ARGUMENT, "sales", "day", PARTNER_NO_ROW);
    refuse(NULL, NULL, PARTNER_E_ARGUMENT, "", "", PARTNER_NO_ROW);
    must_fail(partner_totals_new(&rows, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_totals_from_tally(NULL, NULL, &t, &error), PARTNER_E_ARGUMENT, error);
}
END_TEST

START_TEST(bad_options)
{
    const uint32_t partner[] = {0};
    const int64_t amount[] = {1};
    const int32_t day[] = {1};
    partner_sales rows = sales_of(1, partner, amount, day);
    partner_roster roster = PARTNER_ROSTER_INIT;
    const partner_totals_options zero = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals_options o = zero;

    roster.rows = 1;
    o.from_day = 5;
    o.to_day = 5;
    refuse(&rows, &o, PARTNER_E_ARGUMENT, "", "", PARTNER_NO_ROW);
    o.to_day = PARTNER_DAY_0;
    refuse(&rows, &o, PARTNER_E_ARGUMENT, "", "", PARTNER_NO_ROW);
    o = zero;
    o.minor_units = 10;
    refuse(&rows, &o, PARTNER_E_ARGUMENT, "", "", PARTNER_NO_ROW);
    o = zero;
    o.roll_up = 2;
    refuse(&rows, &o, PARTNER_E_ARGUMENT, "", "", PARTNER_NO_ROW);
    o.roll_up = 1;
    refuse(&rows, &o, PARTNER_E_ARGUMENT, "roster", "parent", PARTNER_NO_ROW);
    o.roster = &roster;
    refuse(&rows, &o, PARTNER_E_ARGUMENT, "roster", "parent", PARTNER_NO_ROW);
    o = zero;
    o.reserved = 1;
    refuse(&rows, &o, PARTNER_E_ARGUMENT, "", "", PARTNER_NO_ROW);
    rows.struct_size = 0;
    refuse(&rows, NULL, PARTNER_E_ARGUMENT, "", "", PARTNER_NO_ROW);
}
END_TEST

/* "active (partners with at least min_sales such rows in the window)" */
START_TEST(activity)
{
    const uint32_t partner[] = {0, 0, 0, 1, 1, 2};
    const int64_t amount[] = {1, 1, -1, 1, 1, 0};
    const size_t active[] = {2, 2, 2, 0};
    partner_sales rows = sales_of(6, partner, amount, NULL);

    for (uint32_t least = 0; least < 4; least++) {
        partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
        partner_totals *t;

        options.min_sales = least;
        t = totals_of(&rows, &options);
        ck_assert_uint_eq(t->active, active[least]);
        ck_assert_double_eq(t->activity_rate, (double)active[least] / 3.0);
        partner_totals_free(t);
    }
}
END_TEST

/* "A partner is enrolled in a window when [joined, left) meets it"; one who sold in it is in any case. */
START_TEST(enrolment)
{
    enum { N = PARTNER_NO_DAY };
    const uint32_t who[] = {9, 1, 2, 3, 4, 5, 6, 7};
    const int32_t joined[] = {N, N, N, 20, 10, 19, 15, N}, left[] = {N, 10, 11, N, 10, N, 15, 5};
    /* Window [10, 20): 9 always was; 1 left on its first day; 2 the day after; 3 joins at its end; 4 and 6 are
     * partners for no day; 5 joins on its last day; 7 left before, but sold. 8 and 0 are not listed, 8 sold
     * nothing that counts: a row of 0 in the window. 0 sold outside. */
    const uint32_t partner[] = {7, 8, 0, 9}, expected[] = {2, 5, 7, 8, 9};
    const int64_t amount[] = {5, 0, 7, 1};
    const int32_t day[] = {12, 19, 20, 10};
    partner_sales rows = sales_of(4, partner, amount, day);
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t;

    roster.rows = 8;
    roster.partner = who;
    roster.joined = joined;
    roster.left = left;
    options.roster = &roster;
    options.from_day = 10;
    options.to_day = 20;
    t = totals_of(&rows, &options);
    ck_assert_uint_eq(t->partners, 5);
    ck_assert_int_eq(memcmp(t->partner, expected, sizeof expected), 0);
    ck_assert_uint_eq(t->active, 2);
    ck_assert_double_eq(t->activity_rate, 0.4);
    ck_assert_int_eq(t->revenue_total, 6);
    partner_totals_free(t);
    /* Without a window all who were partners for a day, and all with a row. */
    options.from_day = options.to_day = 0;
    t = totals_of(&rows, &options);
    ck_assert_uint_eq(t->partners, 8);
    ck_assert_uint_eq(t->partner[0], 0);
    ck_assert_uint_eq(t->partner[7], 9);
    partner_totals_free(t);
}
END_TEST

/* "attainment (revenue / target, where given)"; group is the roster's. */
START_TEST(targets_and_groups)
{
    const uint32_t partner[] = {0, 1, 1, 2, 3, 4}, group[] = {7, PARTNER_NONE, 7, 8};
    const int64_t amount[] = {1, 100, -30, 5, -2, 9};
    const int64_t target[] = {3, 100, 0, 4};
    const double attained[] = {1.0 / 3.0, 0.7, NAN, -0.5, NAN};
    const uint32_t groups[] = {7, PARTNER_NONE, 7, 8, PARTNER_NONE};
    int64_t none[] = {3, PARTNER_NO_AMOUNT, 0, 4};
    partner_sales rows = sales_of(6, partner, amount, NULL);
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t;

    roster.rows = 4;
    roster.group = group;
    roster.target = target;
    options.roster = &roster;
    t = totals_of(&rows, &options);
    ck_assert_uint_eq(t->partners, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert(same_bits(t->attainment[i], attained[i]));
        ck_assert_uint_eq(t->group[i], groups[i]);
    }
    partner_totals_free(t);
    roster.target = none;
    t = totals_of(&rows, &options);
    ck_assert(isnan(t->attainment[1]));
    partner_totals_free(t);
}
END_TEST

START_TEST(bad_roster)
{
    uint32_t who[] = {0, 2, 1};
    int32_t joined[] = {5, PARTNER_NO_DAY, 7}, left[] = {5, 1, 8};
    int64_t target[] = {0, PARTNER_NO_AMOUNT, 1};
    partner_sales none = PARTNER_SALES_INIT;
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;

    roster.rows = 3;
    roster.partner = who;
    roster.joined = joined;
    roster.left = left;
    roster.target = target;
    options.roster = &roster;
    options.partners = 3;
    partner_totals_free(totals_of(&none, &options));
    options.partners = 2;
    refuse(&none, &options, PARTNER_E_DATA, "roster", "partner", 1);
    ck_assert_uint_eq(error.index, 2);
    options.partners = 3;
    who[2] = 0;
    refuse(&none, &options, PARTNER_E_DATA, "roster", "partner", 2);
    ck_assert_ptr_nonnull(strstr(error.message, "row 0"));
    who[2] = PARTNER_NONE;
    refuse(&none, &options, PARTNER_E_DATA, "roster", "partner", 2);
    who[2] = 1;
    left[2] = 6;
    refuse(&none, &options, PARTNER_E_DATA, "roster", "left", 2);
    left[2] = 7;
    target[0] = -1;
    refuse(&none, &options, PARTNER_E_DATA, "roster", "target", 0);
}
END_TEST

/* "roll_up (sum children into their parent …)": 0 <- 1 <- 2, 5 <- 3, 4 alone, 6 has an unlisted parent 7. */
START_TEST(families)
{
    const uint32_t who[] = {2, 1, 0, 3, 4, 5, 6}, group[] = {1, 2, 3, 4, 5, 6, 7};
    const uint32_t parent[] = {1, 0, PARTNER_NONE, 5, PARTNER_NONE, PARTNER_NONE, 7};
    const int64_t target[] = {10, PARTNER_NO_AMOUNT, 6, PARTNER_NO_AMOUNT, 5, PARTNER_NO_AMOUNT, 8};
    const uint32_t partner[] = {2, 2, 1, 0, 3, 5, 6};
    const int64_t amount[] = {100, -50, 10, 4, 7, 9, 2}, margin[] = {9, -4, 3, 2, -1, -1, 0};
    const int32_t day[] = {30, 99, 20, 40, 8, 9, 1};
    const uint32_t lines[] = {0, 4, 5, 7}, groups[] = {3, 5, 6, PARTNER_NONE};
    const int64_t revenue[] = {64, 0, 16, 2}, returned[] = {50, 0, 0, 0}, margins[] = {10, 0, -2, 0};
    const uint64_t sales[] = {3, 0, 2, 1};
    const int32_t first[] = {20, PARTNER_NO_DAY, 8, 1}, last[] = {40, PARTNER_NO_DAY, 9, 1};
    const double attained[] = {4.0, 0.0, NAN, 0.25};
    partner_sales rows = sales_of(7, partner, amount, day);
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t;

    rows.margin = margin;
    roster.rows = 7;
    roster.partner = who;
    roster.parent = parent;
    roster.group = group;
    roster.target = target;
    options.roster = &roster;
    options.roll_up = 1;
    options.min_sales = 2;
    t = totals_of(&rows, &options);
    ck_assert_uint_eq(t->partners, 4);
    ck_assert_int_eq(memcmp(t->partner, lines, sizeof lines), 0);
    ck_assert_int_eq(memcmp(t->revenue, revenue, sizeof revenue), 0);
    ck_assert_int_eq(memcmp(t->returned, returned, sizeof returned), 0);
    ck_assert_int_eq(memcmp(t->margin, margins, sizeof margins), 0);
    ck_assert_int_eq(memcmp(t->sales, sales, sizeof sales), 0);
    ck_assert_int_eq(memcmp(t->first_day, first, sizeof first), 0);
    ck_assert_int_eq(memcmp(t->last_day, last, sizeof last), 0);
    ck_assert_int_eq(memcmp(t->group, groups, sizeof groups), 0);
    for (size_t i = 0; i < 4; i++) ck_assert(same_bits(t->attainment[i], attained[i]));
    ck_assert_uint_eq(t->active, 2);
    ck_assert_int_eq(t->revenue_total, 82);
    partner_totals_free(t);
    options.roll_up = 0;
    t = totals_of(&rows, &options);
    ck_assert_uint_eq(t->partners, 7);
    partner_totals_free(t);
}
END_TEST

/* "a cycle is an error naming it" */
START_TEST(cycles)
{
    const uint32_t parents[][4] = {{1, 2, 3, 1}, {PARTNER_NONE, 1, 0, 0}, {3, 0, 1, 2}};
    const uint32_t named[] = {1, 1, 0};
    partner_sales none = PARTNER_SALES_INIT;
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;

    roster.rows = 4;
    options.roster = &roster;
    options.roll_up = 1;
    for (size_t i = 0; i < 3; i++) {
        roster.parent = parents[i];
        refuse(&none, &options, PARTNER_E_DATA, "roster", "parent", named[i]);
        ck_assert_uint_eq(error.index, named[i]);
    }
    options.partners = 3;
    refuse(&none, &options, PARTNER_E_DATA, "roster", "parent", 0);
}
END_TEST

/* A chain of 100 000 is walked in linear time, whichever end comes first. */
START_TEST(long_chain)
{
    enum { LINKS = 100000 };
    static uint32_t parent[LINKS], partner[LINKS];
    static int64_t amount[LINKS];
    partner_sales rows = sales_of(LINKS, partner, amount, NULL);
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;

    roster.rows = LINKS;
    roster.parent = parent;
    options.roster = &roster;
    options.roll_up = 1;
    for (int up = 0; up < 2; up++) {
        uint32_t root = up ? LINKS - 1 : 0;
        partner_totals *t;

        for (uint32_t i = 0; i < LINKS; i++) {
            partner[i] = i;
            amount[i] = 3;
            parent[i] = i == root ? PARTNER_NONE : up ? i + 1 : i - 1;
        }
        t = totals_of(&rows, &options);
        ck_assert_uint_eq(t->partners, 1);
        ck_assert_uint_eq(t->partner[0], root);
        ck_assert_int_eq(t->revenue[0], 3 * LINKS);
        partner_totals_free(t);
    }
}
END_TEST

/* "PARTNER_E_RANGE if and only if one of these leaves i64" */
START_TEST(range)
{
    const uint32_t partner[] = {1, 1, 1, 0}, apart[] = {0, 1, 2, 3};
    int64_t amount[] = {INT64_MAX - 1, -INT64_MAX, 1, 5}, margin[] = {INT64_MAX, -INT64_MAX, 0, 0};
    partner_sales rows = sales_of(4, partner, amount, NULL);
    partner_totals *t;

    rows.margin = margin;
    t = totals_of(&rows, NULL);
    ck_assert_int_eq(t->gross[1], INT64_MAX);
    ck_assert_int_eq(t->returned[1], INT64_MAX);
    ck_assert_int_eq(t->revenue[1], 0);
    ck_assert_int_eq(t->margin[1], 0);
    partner_totals_free(t);
    amount[2] = 2;
    refuse(&rows, NULL, PARTNER_E_RANGE, "sales", "amount", PARTNER_NO_ROW);
    ck_assert_uint_eq(error.index, 1);
    amount[2] = -1;
    refuse(&rows, NULL, PARTNER_E_RANGE, "sales", "amount", PARTNER_NO_ROW);
    amount[2] = 0;
    margin[2] = 1;
    refuse(&rows, NULL, PARTNER_E_RANGE, "sales", "margin", PARTNER_NO_ROW);
    margin[2] = -1;
    refuse(&rows, NULL, PARTNER_E_RANGE, "sales", "margin", PARTNER_NO_ROW);
    rows.margin = NULL;
    partner_totals_free(totals_of(&rows, NULL));
    /* "revenue_total outside i64 is the same error"; what comes back on the way does not matter. */
    rows.partner = apart;
    amount[0] = amount[1] = INT64_MAX;
    amount[2] = amount[3] = -INT64_MAX;
    t = totals_of(&rows, NULL);
    ck_assert_int_eq(t->revenue_total, 0);
    partner_totals_free(t);
    amount[2] = -INT64_MAX + 1;
    amount[3] = 0;
    refuse(&rows, NULL, PARTNER_E_RANGE, "sales", "amount", PARTNER_NO_ROW);
    ck_assert_uint_eq(error.index, PARTNER_NONE);
    amount[2] = -INT64_MAX;
    t = totals_of(&rows, NULL);
    ck_assert_int_eq(t->revenue_total, INT64_MAX);
    partner_totals_free(t);
}
END_TEST

START_TEST(family_range)
{
    const uint32_t partner[] = {0, 1}, parent[] = {PARTNER_NONE, 0};
    int64_t amount[] = {INT64_MAX - 4, 4}, target[] = {INT64_MAX - 1, 1};
    partner_sales rows = sales_of(2, partner, amount, NULL);
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t;

    roster.rows = 2;
    roster.parent = parent;
    roster.target = target;
    options.roster = &roster;
    options.roll_up = 1;
    t = totals_of(&rows, &options);
    ck_assert_int_eq(t->gross[0], INT64_MAX);
    ck_assert_double_eq(t->attainment[0], 1.0);
    partner_totals_free(t);
    target[1] = 2;
    refuse(&rows, &options, PARTNER_E_RANGE, "roster", "target", PARTNER_NO_ROW);
    target[1] = 0;
    amount[1] = 5;
    refuse(&rows, &options, PARTNER_E_RANGE, "sales", "amount", PARTNER_NO_ROW);
    ck_assert_uint_eq(error.index, 0);
}
END_TEST

/* Three sums of INT64_MAX wrap in 64 bits to something that looks small. */
START_TEST(family_of_giants)
{
    const uint32_t partner[] = {0, 1, 2}, parent[] = {PARTNER_NONE, 0, 0};
    int64_t amount[] = {-INT64_MAX, -INT64_MAX, -INT64_MAX};
    partner_sales rows = sales_of(3, partner, amount, NULL);
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;

    roster.rows = 3;
    roster.parent = parent;
    options.roster = &roster;
    options.roll_up = 1;
    refuse(&rows, &options, PARTNER_E_RANGE, "sales", "amount", PARTNER_NO_ROW);
    for (int i = 0; i < 3; i++) amount[i] = INT64_MAX;
    refuse(&rows, &options, PARTNER_E_RANGE, "sales", "amount", PARTNER_NO_ROW);
}
END_TEST

/* A member who is no partner in the window brings no target; a family is enrolled when one of its members is.
 */
START_TEST(family_enrolment)
{
    const uint32_t parent[] = {PARTNER_NONE, 0, 0, PARTNER_NONE, 3};
    const int32_t joined[] = {30, 5, 5, 30, 5}, left[] = {40, PARTNER_NO_DAY, 10, 40, 10};
    const int64_t target[] = {1, 8, 100, 1, 100};
    const uint32_t partner[] = {1};
    const int64_t amount[] = {4};
    const int32_t day[] = {15};
    partner_sales rows = sales_of(1, partner, amount, day);
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t;

    roster.rows = 5;
    roster.parent = parent;
    roster.joined = joined;
    roster.left = left;
    roster.target = target;
    options.roster = &roster;
    options.roll_up = 1;
    options.from_day = 10;
    options.to_day = 20;
    t = totals_of(&rows, &options);
    ck_assert_uint_eq(t->partners, 1);
    ck_assert_uint_eq(t->partner[0], 0);
    ck_assert_double_eq(t->attainment[0], 0.5);
    partner_totals_free(t);
}
END_TEST

/* "a member beyond the caller's struct_size reads as zero" (DESIGN); what we do not know must be zero. */
START_TEST(struct_sizes)
{
    const uint32_t partner[] = {0}, currency[] = {9};
    const int64_t amount[] = {5}, margin[] = {2};
    struct {
        partner_totals_options options;
        unsigned char later[16];
    } longer;
    partner_sales rows = sales_of(1, partner, amount, NULL);
    partner_totals *t;

    rows.margin = margin;
    rows.currency = currency;
    rows.struct_size = (uint32_t)offsetof(partner_sales, margin);
    t = totals_of(&rows, NULL);
    ck_assert_ptr_null(t->margin);
    partner_totals_free(t);
    rows.struct_size = (uint32_t)sizeof rows;
    memset(&longer, 0, sizeof longer);
    longer.options.struct_size = (uint32_t)sizeof longer;
    longer.options.partners = 4;
    t = totals_of(&rows, &longer.options);
    ck_assert_uint_eq(t->partners, 4);
    partner_totals_free(t);
    longer.options.struct_size = (uint32_t)offsetof(partner_totals_options, partners);
    t = totals_of(&rows, &longer.options);
    ck_assert_uint_eq(t->partners, 1);
    partner_totals_free(t);
    longer.options.struct_size = (uint32_t)sizeof longer;
    longer.later[15] = 1;
    refuse(&rows, &longer.options, PARTNER_E_UNSUPPORTED, "", "", PARTNER_NO_ROW);
}
END_TEST

/* The interrupt is asked on the calling thread; non-zero cancels the call. */
static int stop_at_zero(void *data)
{
    int *left = data;
    return (*left)-- <= 0;
}

START_TEST(interrupt)
{
    enum { ROWS = 1000000 };
    static uint32_t partner[ROWS];
    static int64_t amount[ROWS];
    partner_sales rows = sales_of(ROWS, partner, amount, NULL);
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t = NULL;
    int left = 1 << 30, calls;

    options.interrupt = stop_at_zero;
    options.interrupt_data = &left;
    partner_totals_free(totals_of(&rows, &options));
    calls = (1 << 30) - left;
    ck_assert_int_gt(calls, 10);
    for (int allowed = 0; allowed < calls; allowed += 5) {
        left = allowed;
        must_fail(partner_totals_new(&rows, &options, &t, &error), PARTNER_E_CANCELLED, error);
        ck_assert_ptr_null(t);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("totals");
    TCase *tcase = add_case(suite, "totals");

    tcase_add_test(tcase, every_column);
    tcase_add_test(tcase, bare_columns_and_none);
    tcase_add_test(tcase, window);
    tcase_add_test(tcase, window_bounds_in_result);
    tcase_add_test(tcase, bad_rows);
    tcase_add_test(tcase, missing_columns);
    tcase_add_test(tcase, bad_options);
    tcase_add_test(tcase, activity);
    tcase_add_test(tcase, enrolment);
    tcase_add_test(tcase, targets_and_groups);
    tcase_add_test(tcase, bad_roster);
    tcase_add_test(tcase, families);
    tcase_add_test(tcase, cycles);
    tcase_add_test(tcase, long_chain);
    tcase_add_test(tcase, range);
    tcase_add_test(tcase, family_range);
    tcase_add_test(tcase, family_of_giants);
    tcase_add_test(tcase, family_enrolment);
    tcase_add_test(tcase, struct_sizes);
    tcase_add_test(tcase, interrupt);
    return run_suite(suite);
}
