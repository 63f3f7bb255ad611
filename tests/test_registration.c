/* SPDX-License-Identifier: MIT
 * Deal registration: for how long one lives, and who holds a customer and product (spec/pipeline.md, Deal
 * registration). Cases by hand, and random ones against a count day by day. */
#include <stdio.h>

#include "pipeline/register.h"
#include "suite.h"

enum { NONE = -1 };

/* --- how long one lives: protected for 90 days, lapsed after 60 without progress --- */

static void must_end(int32_t from, int32_t last, int32_t closed, int32_t to, uint8_t by)
{
    const partner__protection days = {90, 60};
    partner__registration r = {.from = from};

    partner__registration_end(&r, &days, last, closed);
    ck_assert_int_eq(r.to, to);
    ck_assert_uint_eq(r.ended_by, by);
}

START_TEST(test_how_long_one_lives)
{
    /* 10 + 60 = 70 comes before 10 + 90 = 100. */
    must_end(10, 10, PARTNER_NO_DAY, 70, PARTNER_REGISTRATION_LAPSED);
    must_end(10, 39, PARTNER_NO_DAY, 99, PARTNER_REGISTRATION_LAPSED);
    /* 40 + 60 = 10 + 90, and lapsing is what is said of a tie. */
    must_end(10, 40, PARTNER_NO_DAY, 100, PARTNER_REGISTRATION_LAPSED);
    must_end(10, 41, PARTNER_NO_DAY, 100, PARTNER_REGISTRATION_PROTECTED);
    must_end(10, 41, 40, 40, PARTNER_REGISTRATION_CLOSED);
    must_end(10, 41, 99, 99, PARTNER_REGISTRATION_CLOSED);
    must_end(10, 41, 100, 100, PARTNER_REGISTRATION_PROTECTED);
    must_end(10, 10, 70, 70, PARTNER_REGISTRATION_LAPSED);
    /* Closed before it was registered: never alive. */
    must_end(10, 10, 10, 10, PARTNER_REGISTRATION_CLOSED);
    must_end(10, 10, 3, 3, PARTNER_REGISTRATION_CLOSED);
}
END_TEST

START_TEST(test_the_ends_of_time)
{
    const partner__protection days = {UINT32_MAX, UINT32_MAX};
    partner__registration r = {.from = INT32_MAX - 3};

    partner__registration_end(&r, &days, r.from, PARTNER_NO_DAY);
    ck_assert_int_eq(r.to, INT32_MAX);
    r.from = INT32_MIN + 1;
    partner__registration_end(&r, &days, r.from, PARTNER_NO_DAY);
    ck_assert_int_eq(r.to, INT32_MAX);
    ck_assert_uint_eq(r.ended_by, PARTNER_REGISTRATION_LAPSED);
}
END_TEST

/* --- progress --- */

/* Milestone 0 holds for good and weighs 1, milestone 1 for 10 days and weighs 2, milestone 2 waits in a stage
 * of its own and weighs 4. */
static const partner_process_milestone first[] = {
    {.struct_size = sizeof first[0], .id = "a", .name = 0},
    {.struct_size = sizeof first[0], .id = "b", .name = 1, .weight = 2, .valid_days = 10}};
static const partner_process_milestone second[] = {
    {.struct_size = sizeof second[0], .id = "c", .name = 2, .weight = 4, .optional = 1}};
static const partner_process_stage stages[] = {
    {.struct_size = sizeof stages[0], .id = "one", .name = 0, .milestone = first, .milestones = 2},
    {.struct_size = sizeof stages[0], .id = "two", .name = 1, .milestone = second, .milestones = 1}};
static const partner_process process = {.struct_size = sizeof process, .stage = stages, .stages = 2};

typedef struct report {
    uint32_t deal, milestone;
    int32_t day;
    uint8_t done;
} report;

enum { MOST_DEALS = 4, MOST_REPORTS = 8 };

/* A small world: deals of one customer and product, reports, and what follows. */
typedef struct world {
    size_t deals, reports;
    int32_t opened[MOST_DEALS], closed[MOST_DEALS], registered[MOST_DEALS];
    report report[MOST_REPORTS];
    partner_pipeline_options options;
} world;

/* Calls `judge` with the rulings. */
static void with_rulings(const world *w, void (*judge)(const partner_pipeline_registrations *, const void *),
                         const void *what)
{
    uint32_t deal[MOST_REPORTS], milestone[MOST_REPORTS], same[MOST_DEALS] = {0};
    int32_t day[MOST_REPORTS];
    uint8_t done[MOST_REPORTS], outcome[MOST_DEALS];
    partner_deals deals = PARTNER_DEALS_INIT;
    partner_milestones milestones = PARTNER_MILESTONES_INIT;
    partner__arena arena = {NULL};
    partner__steps steps;
    partner__inputs in = {.lines = 0};
    partner__timeline timeline;
    const partner_pipeline_registrations *r = NULL;
    const partner_pipeline_contenders *others = NULL;
    partner_error error;

    for (size_t i = 0; i < w->reports; i++) {
        deal[i] = w->report[i].deal;
        milestone[i] = w->report[i].milestone;
        day[i] = w->report[i].day;
        done[i] = w->report[i].done;
    }
    for (size_t i = 0; i < w->deals; i++)
        outcome[i] = w->closed[i] == PARTNER_NO_DAY ? PARTNER_OUTCOME_OPEN : PARTNER_OUTCOME_LOST;
    deals.rows = w->deals;
    deals.opened = w->opened;
    deals.closed = w->closed;
    deals.registered = w->registered;
    deals.outcome = outcome;
    deals.customer = deals.product = same;
    milestones.rows = w->reports;
    milestones.deal = deal;
    milestones.milestone = milestone;
    milestones.day = day;
    milestones.done = done;
    must(partner__steps_take(&steps, &process, &arena, &error), error);
    must(partner__pipeline_settings_take(&in.set, &w->options, &error), error);
    must(partner__inputs_take(&in, &steps, &deals, &milestones, NULL, &error), error);
    must(partner__timeline_new(&timeline, &in, NULL, NULL, &error), error);
    must(partner__register(&timeline, &arena, &r, &others, &error), error);
    ck_assert_int_eq(r == NULL, others == NULL);
    judge(r, what);
    partner__timeline_free(&timeline);
    partner__inputs_free(&in);
    partner__arena_free(&arena);
}

static world one_deal(const report *reports, size_t count)
{
    world w = {.deals = 1,
               .reports = count,
               .closed = {PARTNER_NO_DAY},
               .registered = {10},
               .options = {.struct_size = sizeof w.options, .as_of_day = 500, .protect_days = 1000}};

    if (count > 0) memcpy(w.report, reports, count * sizeof *reports);
    return w;
}

static void judge_end(const partner_pipeline_registrations *r, const void *to)
{
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->registrations, 1);
    ck_assert_int_eq(r->from[0], 10);
    ck_assert_int_eq(r->to[0], *(const int32_t *)to);
    ck_assert_uint_eq(r->ended_by[0], PARTNER_REGISTRATION_LAPSED);
}

/* Registered on day 10, protected for long: it lapses 60 days after the last progress. */
#define LAPSES(to, ...)                                                        \
    do {                                                                       \
        const report reports[] = {__VA_ARGS__};                                \
        const world w = one_deal(reports, sizeof reports / sizeof reports[0]); \
        const int32_t expected_day = (to);                                     \
        with_rulings(&w, judge_end, &expected_day);                            \
    } while (0)

START_TEST(test_progress)
{
    LAPSES(70, {0, 0, 5, 1});  /* before it was registered */
    LAPSES(70, {0, 0, 10, 1}); /* on the day: registering counts already */
    LAPSES(71, {0, 0, 11, 1});
    LAPSES(129, {0, 0, 69, 1});                /* on the last day it lives */
    LAPSES(70, {0, 0, 70, 1});                 /* a day too late, and what has lapsed stays lapsed */
    LAPSES(125, {0, 0, 30, 1}, {0, 2, 65, 1}); /* 65 < 30 + 60; then 65 + 60 */
    LAPSES(90, {0, 0, 30, 1}, {0, 2, 90, 1});
    LAPSES(90, {0, 0, 30, 1}, {0, 0, 60, 1});                 /* it holds already */
    LAPSES(90, {0, 0, 30, 1}, {0, 0, 60, 0});                 /* taking back is none */
    LAPSES(121, {0, 0, 30, 1}, {0, 0, 60, 0}, {0, 0, 61, 1}); /* held not on day 60 */
    LAPSES(90, {0, 0, 30, 1}, {0, 0, 60, 0}, {0, 0, 60, 1});  /* held on days 59 and 60: the later row counts */
    LAPSES(90, {0, 0, 30, 1}, {0, 2, 60, 1}, {0, 2, 60, 0});  /* never held at the end of a day */
    LAPSES(70, {0, 0, 30, 0});
    LAPSES(80, {0, 1, 20, 1}, {0, 1, 30, 1}); /* holds on days 20 … 29, so the day before */
    LAPSES(91, {0, 1, 20, 1}, {0, 1, 31, 1}); /* not on day 30 */
    LAPSES(90, {0, 1, 20, 1}, {0, 0, 30, 1}); /* one goes stale as another comes to hold */
    LAPSES(95, {0, 2, 35, 1}, {0, 0, 20, 1}); /* rows in any order */
}
END_TEST

static void judge_protected(const partner_pipeline_registrations *r, const void *to)
{
    ck_assert_int_eq(r->to[0], *(const int32_t *)to);
    ck_assert_uint_eq(r->ended_by[0], PARTNER_REGISTRATION_PROTECTED);
}

/* By default 90 days, and 60 without progress; both are options. */
START_TEST(test_the_options_of_protection)
{
    const report progress = {0, 0, 60, 1};
    world w = one_deal(&progress, 1);
    int32_t to = 100;

    w.options.protect_days = 0;
    with_rulings(&w, judge_protected, &to); /* 60 + 60 > 10 + 90 */
    w.options.protect_days = 45;
    to = 55;
    with_rulings(&w, judge_protected, &to);
    w.options.protect_days = 1000;
    w.options.lapse_days = 50; /* lapsed on day 60, when the progress came */
    to = 60;
    with_rulings(&w, judge_end, &to);
    w.options.lapse_days = 51;
    to = 111;
    with_rulings(&w, judge_end, &to);
}
END_TEST

/* Reports after closing are no progress, nor are those after as_of; a later closing is not known yet. */
START_TEST(test_what_is_known_of_progress)
{
    const report progress[] = {{0, 0, 40, 1}, {0, 2, 50, 1}};
    world w = one_deal(progress, 2);
    int32_t to = 110;

    with_rulings(&w, judge_end, &to); /* 50 + 60 */
    w.options.as_of_day = 49;
    to = 100;
    with_rulings(&w, judge_end, &to);
    w.closed[0] = 60;
    with_rulings(&w, judge_end, &to);
    w.options.as_of_day = 39;
    to = 70;
    with_rulings(&w, judge_end, &to);
}
END_TEST

typedef struct ruled {
    size_t count;
    uint32_t deal[MOST_DEALS];
    uint8_t ruling[MOST_DEALS], ended_by[MOST_DEALS];
    int32_t to[MOST_DEALS];
} ruled;

static void judge_ruled(const partner_pipeline_registrations *r, const void *what)
{
    const ruled *expected_rows = what;

    if (expected_rows->count == 0) {
        ck_assert_ptr_null(r);
        return;
    }
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->registrations, expected_rows->count);
    for (size_t i = 0; i < r->registrations; i++) {
        ck_assert_uint_eq(r->deal[i], expected_rows->deal[i]);
        ck_assert_uint_eq(r->ruling[i], expected_rows->ruling[i]);
        ck_assert_uint_eq(r->ended_by[i], expected_rows->ended_by[i]);
        ck_assert_int_eq(r->to[i], expected_rows->to[i]);
    }
}

/* All registered on day 10. Then deal 0 has milestone 0 (weight 1), deal 1 had milestone 1 until day 9 and has
 * milestone 0 from day 10 on (1), deal 2 has milestone 1 (2), deal 3 gets milestone 2 a day late (0). */
START_TEST(test_scores_on_the_day)
{
    const report reports[] = {{0, 0, 3, 1}, {1, 1, 0, 1}, {1, 0, 10, 1}, {2, 1, 1, 1}, {3, 2, 11, 1}};
    const ruled by_score = {.count = 2,
                            .deal = {2, 3},
                            .ruling = {PARTNER_RULING_SCORE, PARTNER_RULING_NEXT},
                            .ended_by = {PARTNER_REGISTRATION_LAPSED, PARTNER_REGISTRATION_LAPSED},
                            .to = {70, 71}};
    const ruled by_row = {.count = 1,
                          .deal = {0},
                          .ruling = {PARTNER_RULING_ROW},
                          .ended_by = {PARTNER_REGISTRATION_LAPSED},
                          .to = {70}};
    world w = one_deal(reports, 5);

    w.deals = 4;
    for (size_t i = 1; i < 4; i++) {
        w.closed[i] = PARTNER_NO_DAY;
        w.registered[i] = 10;
    }
    with_rulings(&w, judge_ruled, &by_score);
    w.deals = 2;
    w.reports = 3;
    with_rulings(&w, judge_ruled, &by_row);
}
END_TEST

/* The first closes on day 30, the second follows; on day 29 nobody knows that yet, on day 9 of neither. A deal
 * that opens after it was registered is not there before. */
START_TEST(test_as_of_past_days)
{
    world w = {.deals = 3,
               .closed = {30, PARTNER_NO_DAY, PARTNER_NO_DAY},
               .opened = {0, 0, 25},
               .registered = {10, 20, 5},
               .options = {.struct_size = sizeof w.options, .as_of_day = 24}};
    ruled r = {.count = 1,
               .deal = {0},
               .ruling = {PARTNER_RULING_EARLIER},
               .ended_by = {PARTNER_REGISTRATION_LAPSED},
               .to = {70}};

    with_rulings(&w, judge_ruled, &r);
    w.options.as_of_day = 30; /* the third is here, and was the first: day 5 + 60 */
    r = (ruled){.count = 1,
                .deal = {2},
                .ruling = {PARTNER_RULING_EARLIER},
                .ended_by = {PARTNER_REGISTRATION_LAPSED},
                .to = {65}};
    with_rulings(&w, judge_ruled, &r);
    w.deals = 2;
    r = (ruled){.count = 2,
                .deal = {0, 1},
                .ruling = {PARTNER_RULING_EARLIER, PARTNER_RULING_NEXT},
                .ended_by = {PARTNER_REGISTRATION_CLOSED, PARTNER_REGISTRATION_LAPSED},
                .to = {30, 80}};
    with_rulings(&w, judge_ruled, &r);
    w.options.as_of_day = 9;
    r.count = 0;
    with_rulings(&w, judge_ruled, &r);
}
END_TEST

/* --- who holds --- */

typedef struct expected {
    int64_t customer, product; /* NONE */
    uint32_t deal;
    int32_t from, to;
    uint8_t ruling;
    size_t contenders;
    uint32_t contender[4];
} expected;

typedef struct rulings {
    const partner_pipeline_registrations *rows;
    const partner_pipeline_contenders *others;
    partner__arena arena;
} rulings;

static rulings rule(const partner__registration *all, size_t count, int32_t as_of)
{
    const partner__protection days = {90, 60};
    rulings found = {.rows = NULL};
    partner_error error;

    must(partner__registrations(all, count, &days, as_of, &found.arena, NULL, &found.rows, &found.others,
                                &error),
         error);
    return found;
}

/* The contenders of a row, which stand together in the order of the rows; the first of them is at *at. */
static size_t contenders_of(const rulings *r, size_t row, size_t *at)
{
    size_t n = 0;

    *at = 0;
    for (size_t i = 0; i < row; i++) *at += r->rows->contenders[i];
    while (*at + n < r->others->contenders && r->others->registration[*at + n] == row) n++;
    ck_assert_uint_eq(n, r->rows->contenders[row]);
    return n;
}

static void must_rule(const partner__registration *all, size_t count, int32_t as_of, const expected *rows,
                      size_t expected_rows)
{
    rulings found = rule(all, count, as_of);
    const partner_pipeline_registrations *r = found.rows;
    size_t contenders = 0;

    ck_assert_uint_eq(r->registrations, expected_rows);
    for (size_t i = 0; i < expected_rows; i++) {
        ck_assert_uint_eq(r->customer[i], (uint32_t)rows[i].customer);
        ck_assert_uint_eq(r->product[i], (uint32_t)rows[i].product);
        ck_assert_uint_eq(r->deal[i], rows[i].deal);
        ck_assert_int_eq(r->from[i], rows[i].from);
        ck_assert_int_eq(r->to[i], rows[i].to);
        ck_assert_uint_eq(r->ruling[i], rows[i].ruling);
        ck_assert_uint_eq(r->contenders[i], rows[i].contenders);
        for (size_t k = 0; k < rows[i].contenders; k++, contenders++) {
            ck_assert_uint_eq(found.others->registration[contenders], i);
            ck_assert_uint_eq(found.others->deal[contenders], rows[i].contender[k]);
        }
    }
    ck_assert_uint_eq(found.others->contenders, contenders);
    partner__arena_free(&found.arena);
}

#define MUST_RULE(all, as_of, rows) \
    must_rule(all, sizeof(all) / sizeof(all)[0], as_of, rows, sizeof(rows) / sizeof(rows)[0])

static partner__registration registered(uint32_t deal, uint32_t customer, uint32_t product, int32_t from,
                                        int32_t to, uint64_t score)
{
    return (partner__registration){.deal = deal,
                                   .customer = customer,
                                   .product = product,
                                   .from = from,
                                   .to = to,
                                   .ended_by = PARTNER_REGISTRATION_LAPSED,
                                   .score = score};
}

/* Deal 11 registers on day 10 and lapses on day 70; deal 12 on day 40, through day 99; deal 13 on day 100. */
START_TEST(test_first_come)
{
    const partner__registration all[] = {registered(12, 3, 0, 40, 100, 9), registered(11, 3, 0, 10, 70, 0),
                                         registered(13, 3, 0, 100, 160, 0)};
    const expected rows[] = {
        {3, 0, 11, 10, 70, PARTNER_RULING_EARLIER, 1, {12}},
        {3, 0, 12, 70, 100, PARTNER_RULING_NEXT, 0, {0}},
        {3, 0, 13, 100, 160, PARTNER_RULING_ONLY, 0, {0}}, /* it did not wait for the one before */
    };

    MUST_RULE(all, 200, rows);
}
END_TEST

/* The same day: the higher score, then the lower row; who is behind holds when those before have ended. */
START_TEST(test_ties)
{
    const partner__registration all[] = {registered(0, 1, 0, 10, 50, 20), registered(1, 1, 0, 10, 80, 60),
                                         registered(2, 1, 0, 10, 70, 60), registered(3, 1, 0, 10, 90, 20)};
    const expected rows[] = {
        {1, 0, 1, 10, 80, PARTNER_RULING_ROW, 3, {2, 0, 3}},
        {1, 0, 3, 80, 90, PARTNER_RULING_NEXT, 0, {0}}, /* 2 and 0 have ended on days 70 and 50 */
    };
    const partner__registration two[] = {registered(0, 1, 0, 10, 50, 20), registered(1, 1, 0, 10, 80, 60)};
    const expected higher[] = {{1, 0, 1, 10, 80, PARTNER_RULING_SCORE, 1, {0}}};

    MUST_RULE(all, 200, rows);
    MUST_RULE(two, 200, higher);
}
END_TEST

/* Scores are compared whole: 2^32 + 1 is more than 5, though its lower half is less. */
START_TEST(test_large_scores)
{
    const partner__registration all[] = {registered(0, 1, 0, 10, 50, 5),
                                         registered(1, 1, 0, 10, 50, (UINT64_C(1) << 32) + 1)};
    const expected rows[] = {{1, 0, 1, 10, 50, PARTNER_RULING_SCORE, 1, {0}}};

    MUST_RULE(all, 200, rows);
}
END_TEST

/* Days before 1970 come before those after. */
START_TEST(test_early_days)
{
    const partner__registration all[] = {registered(0, 1, 0, 3, 50, 0), registered(1, 1, 0, -3, 20, 0)};
    const expected rows[] = {{1, 0, 1, -3, 20, PARTNER_RULING_EARLIER, 1, {0}},
                             {1, 0, 0, 20, 50, PARTNER_RULING_NEXT, 0, {0}}};

    MUST_RULE(all, 200, rows);
}
END_TEST

/* A registration without product stands in the contest of each product that is named, and in one of its own;
 * those that name different products do not contend. */
START_TEST(test_products)
{
    const partner__registration all[] = {registered(0, 7, 2, 30, 90, 0),
                                         registered(1, 7, PARTNER_NONE, 20, 60, 0),
                                         registered(2, 7, 1, 10, 40, 0)};
    const expected rows[] = {
        {7, 1, 2, 10, 40, PARTNER_RULING_EARLIER, 1, {1}}, {7, 1, 1, 40, 60, PARTNER_RULING_NEXT, 0, {0}},
        {7, 2, 1, 20, 60, PARTNER_RULING_EARLIER, 1, {0}}, {7, 2, 0, 60, 90, PARTNER_RULING_NEXT, 0, {0}},
        {7, NONE, 1, 20, 60, PARTNER_RULING_ONLY, 0, {0}},
    };

    MUST_RULE(all, 200, rows);
}
END_TEST

/* In one line stand those of both parts, whatever their rows. */
START_TEST(test_ties_between_a_product_and_all)
{
    const partner__registration all[] = {
        registered(0, 7, PARTNER_NONE, 10, 60, 5), registered(1, 7, 4, 10, 70, 5),
        registered(2, 7, PARTNER_NONE, 10, 80, 9), registered(3, 7, 4, 5, 5, 0)};
    const expected rows[] = {
        {7, 4, 2, 10, 80, PARTNER_RULING_SCORE, 2, {0, 1}},
        {7, NONE, 2, 10, 80, PARTNER_RULING_SCORE, 1, {0}},
    };

    MUST_RULE(all, 200, rows);
}
END_TEST

/* No customer: no conflict. Customers ascend, those without come last. */
START_TEST(test_customers)
{
    const partner__registration all[] = {
        registered(0, PARTNER_NONE, 1, 10, 60, 0), registered(1, 9, 1, 10, 60, 0),
        registered(2, PARTNER_NONE, 1, 10, 60, 0), registered(3, 8, 1, 10, 60, 0),
        registered(4, PARTNER_NONE, PARTNER_NONE, 10, 60, 0)};
    const expected rows[] = {
        {8, 1, 3, 10, 60, PARTNER_RULING_ONLY, 0, {0}},       {9, 1, 1, 10, 60, PARTNER_RULING_ONLY, 0, {0}},
        {NONE, 1, 0, 10, 60, PARTNER_RULING_ONLY, 0, {0}},    {NONE, 1, 2, 10, 60, PARTNER_RULING_ONLY, 0, {0}},
        {NONE, NONE, 4, 10, 60, PARTNER_RULING_ONLY, 0, {0}},
    };

    MUST_RULE(all, 200, rows);
}
END_TEST

/* What begins after as_of is not known yet, though the end may lie after it; who was never alive is nobody. */
START_TEST(test_as_known_on_a_day)
{
    const partner__registration all[] = {registered(0, 1, 0, 10, 70, 0), registered(1, 1, 0, 30, 90, 0),
                                         registered(2, 1, 0, 20, 20, 0), registered(3, 1, 0, 5, 1, 0)};
    const expected early[] = {{1, 0, 0, 10, 70, PARTNER_RULING_EARLIER, 1, {1}}};
    const expected late[] = {{1, 0, 0, 10, 70, PARTNER_RULING_EARLIER, 1, {1}},
                             {1, 0, 1, 70, 90, PARTNER_RULING_NEXT, 0, {0}}};

    MUST_RULE(all, 69, early);
    MUST_RULE(all, 70, late);
    must_rule(all, 0, 70, NULL, 0);
    must_rule(all + 2, 2, 70, NULL, 0);
}
END_TEST

/* --- in words --- */

START_TEST(test_in_words)
{
    static const char *const says[] = {
        "Holds from 1970-01-11: it was the first row of its day and score, before 3 others; on 1970-03-22 it "
        "lapses "
        "after 60 days without progress.",
        "Holds from 1970-03-22: the one before it had lapsed, and it was registered before 1 other; on "
        "1970-04-01 "
        "its protection ends after 90 days.",
        "Holds from 1970-04-01: the one before it had lost its protection, and nobody else had registered; on "
        "1970-04-11 its deal closes.",
        "Holds from 1970-01-11: it had the highest score on the day it was registered, before 1 other; on "
        "1970-01-12 "
        "it lapses after 60 days without progress.",
    };
    partner__registration all[] = {registered(0, 1, 0, 10, 80, 7), registered(1, 1, 0, 10, 60, 7),
                                   registered(2, 1, 0, 20, 90, 0), registered(3, 1, 0, 40, 100, 0),
                                   registered(4, 2, 0, 10, 11, 7), registered(5, 2, 0, 10, 11, 6)};
    const partner_pipeline_registrations *r;
    rulings found;
    char text[512], little[8];

    all[2].ended_by = PARTNER_REGISTRATION_PROTECTED;
    all[3].ended_by = PARTNER_REGISTRATION_CLOSED;
    found = rule(all, 6, 200);
    r = found.rows;
    ck_assert_uint_eq(r->registrations, 4);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(partner__registration_explain(r, i, text, sizeof text), strlen(says[i]));
        ck_assert_str_eq(text, says[i]);
        ck_assert_uint_eq(partner__registration_explain(r, i, little, sizeof little), strlen(says[i]));
        ck_assert_str_eq(little, "Holds f");
    }
    ck_assert_uint_eq(partner__registration_explain(r, 4, text, sizeof text), 0);
    ck_assert_uint_eq(partner__registration_explain(NULL, 0, text, sizeof text), 0);
    partner__arena_free(&found.arena);
}
END_TEST

/* --- against a count day by day --- */

enum { DAYS = 60, MOST = 14 };

static int lives(const partner__registration *r, int32_t day) { return r->from <= day && day < r->to; }

static int stands_before(const partner__registration *a, const partner__registration *b)
{
    if (a->from != b->from) return a->from < b->from;
    return a->score != b->score ? a->score > b->score : a < b;
}

static int contends(const partner__registration *r, uint32_t customer, uint32_t product)
{
    return r->customer == customer && (r->product == product || r->product == PARTNER_NONE);
}

static const partner__registration *holder_of(const partner__registration *all, size_t count, uint32_t customer,
                                              uint32_t product, int32_t day)
{
    const partner__registration *holder = NULL;

    for (size_t i = 0; i < count; i++)
        if (contends(&all[i], customer, product) && lives(&all[i], day) &&
            (holder == NULL || stands_before(&all[i], holder)))
            holder = &all[i];
    return holder;
}

static int is_named(const partner__registration *all, size_t count, uint32_t customer, uint32_t product)
{
    for (size_t i = 0; i < count; i++)
        if (all[i].customer == customer && all[i].product == product) return 1;
    return 0;
}

/* Of the rows on a customer and product exactly one holds the day, or none. */
static void check_day(const partner__registration *all, size_t count, const partner_pipeline_registrations *r,
                      uint32_t customer, uint32_t product, int32_t day)
{
    const partner__registration *holder =
        is_named(all, count, customer, product) ? holder_of(all, count, customer, product, day) : NULL;
    size_t found = 0;

    for (size_t i = 0; i < r->registrations; i++)
        if (r->customer[i] == customer && r->product[i] == product && r->from[i] <= day && day < r->to[i]) {
            ck_assert_ptr_nonnull(holder);
            ck_assert_uint_eq(r->deal[i], holder->deal);
            found++;
        }
    ck_assert_uint_eq(found, holder != NULL);
}

/* The contenders of a row are the others that live on one of its days, and each stands behind the holder. */
static void check_contenders(const partner__registration *all, size_t count, const rulings *found, size_t i)
{
    const partner_pipeline_registrations *r = found->rows;
    size_t others = 0, first;
    const size_t contenders = contenders_of(found, i, &first);
    const uint32_t *contender = found->others->deal + first;

    for (size_t k = 0; k < count; k++) {
        int overlaps = 0, listed = 0;

        if (all[k].deal == r->deal[i]) continue;
        for (int32_t day = r->from[i]; day < r->to[i]; day++) overlaps |= lives(&all[k], day);
        overlaps &= contends(&all[k], r->customer[i], r->product[i]);
        for (size_t c = 0; c < contenders; c++) listed += contender[c] == all[k].deal;
        ck_assert_int_eq(listed, overlaps);
        others += (size_t)overlaps;
    }
    ck_assert_uint_eq(contenders, others);
    for (size_t c = 0; c < contenders; c++)
        ck_assert(stands_before(&all[c > 0 ? contender[c - 1] : r->deal[i]], &all[contender[c]]));
}

START_TEST(test_day_by_day)
{
    uint64_t seed = UINT64_C(0x7e57) + (uint64_t)_i;
    const size_t worlds = in_time(300, 20);

    for (size_t w = 0; w < worlds; w++) {
        partner__registration all[MOST];
        const size_t count = draw(&seed) % (MOST + 1);
        rulings r;

        for (uint32_t i = 0; i < count; i++) {
            const int32_t from = (int32_t)(draw(&seed) % 12);

            all[i] = registered(i, (uint32_t)(draw(&seed) % 2), (uint32_t)(draw(&seed) % 3), from,
                                from + (int32_t)(draw(&seed) % 25) - 2, draw(&seed) % 3);
            if (all[i].product == 2) all[i].product = PARTNER_NONE;
        }
        r = rule(all, count, DAYS);
        for (uint32_t customer = 0; customer < 2; customer++)
            for (uint32_t product = 0; product < 3; product++)
                for (int32_t day = -5; day < DAYS; day++)
                    check_day(all, count, r.rows, customer, product == 2 ? PARTNER_NONE : product, day);
        for (size_t i = 0; i < r.rows->registrations; i++) check_contenders(all, count, &r, i);
        partner__arena_free(&r.arena);
    }
}
END_TEST

/* Many at once, sorted by several passes: one line of 20,000 in which each ends a day after the one before. */
START_TEST(test_a_long_line)
{
    enum { COUNT = 20000 };
    const size_t count = in_time(COUNT, 2000);
    partner__registration *all = calloc(COUNT, sizeof *all);
    const partner_pipeline_registrations *r;
    rulings found;

    ck_assert_ptr_nonnull(all);
    for (size_t i = 0; i < count; i++) {
        const int32_t day = (int32_t)(count - i);

        all[i] = registered((uint32_t)i, 1, 1, 2 * day, 2 * day + 3, 0);
    }
    found = rule(all, count, INT32_MAX);
    r = found.rows;
    /* The first holds [2, 5), the next had begun on day 4 and holds [5, 7), and so on by twos. */
    ck_assert_uint_eq(r->registrations, count);
    for (size_t i = 0; i < count; i++) {
        ck_assert_uint_eq(r->deal[i], count - 1 - i);
        ck_assert_int_eq(r->from[i], i == 0 ? 2 : 2 * (int32_t)i + 3);
        ck_assert_int_eq(r->to[i], 2 * (int32_t)i + 5);
        ck_assert_uint_eq(r->contenders[i], i + 1 < count);
        if (i + 1 == count) continue;
        ck_assert_uint_eq(found.others->registration[i], i);
        ck_assert_uint_eq(found.others->deal[i], count - 2 - i);
    }
    ck_assert_uint_eq(found.others->contenders, count - 1);
    partner__arena_free(&found.arena);
    free(all);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("registration");
    TCase *tcase = add_case(suite, "registration");

    tcase_add_test(tcase, test_how_long_one_lives);
    tcase_add_test(tcase, test_the_ends_of_time);
    tcase_add_test(tcase, test_progress);
    tcase_add_test(tcase, test_the_options_of_protection);
    tcase_add_test(tcase, test_what_is_known_of_progress);
    tcase_add_test(tcase, test_scores_on_the_day);
    tcase_add_test(tcase, test_as_of_past_days);
    tcase_add_test(tcase, test_first_come);
    tcase_add_test(tcase, test_ties);
    tcase_add_test(tcase, test_large_scores);
    tcase_add_test(tcase, test_early_days);
    tcase_add_test(tcase, test_products);
    tcase_add_test(tcase, test_ties_between_a_product_and_all);
    tcase_add_test(tcase, test_customers);
    tcase_add_test(tcase, test_as_known_on_a_day);
    tcase_add_test(tcase, test_in_words);
    tcase_add_loop_test(tcase, test_day_by_day, 0, 8);
    tcase_add_test(tcase, test_a_long_line);
    return run_suite(suite);
}
