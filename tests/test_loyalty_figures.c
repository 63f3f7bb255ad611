/* SPDX-License-Identifier: MIT
 * Statements and notices: figures worked by hand on the worked example and on small programs. */
#include "loyalty_story.h"

static size_t line_of(const partner_loyalty *l, const story *w, const char *partner)
{
    uint32_t index = named(w->names.partner, partner);

    for (size_t i = 0; i < l->partners; i++)
        if (l->partner[i] == index) return i;
    ck_abort_msg("no statement of %s", partner);
    return 0;
}

/* --- statements --- */

/* Mid 2025: acme is silver with 4532 qualifying points (example/ledger.csv), so 468
 * short of gold; its two certifications hold, its sales are 8226.50 + 30000 - 15000 + 4000 = 27226.50 of 50000.
 * 181 of 365 days are over: 4532 · 365 / 181 = 9139.1, and 27226.50 · 365 / 181 = 54904 > 50000, so gold it
 * will be. bolt: 599 of 1000, 599 · 365 / 181 = 1207.9: silver. */
START_TEST(statement_in_the_middle)
{
    story *w = channel_rewards();
    partner_loyalty *l = run_story(w, "2025-06-30");
    size_t acme = line_of(l, w, "acme"), bolt = line_of(l, w, "bolt");

    tier_is(w, l->tier[acme], "silver");
    tier_is(w, l->next_tier[acme], "gold");
    ck_assert_int_eq(l->qualifying[acme], 4532);
    ck_assert_int_eq(l->points_missing[acme], 468);
    ck_assert_uint_eq(l->requirements_missing[acme], 1);
    ck_assert_int_eq(l->projected[acme], 9139);
    tier_is(w, l->projected_tier[acme], "gold");
    ck_assert_int_eq(l->to_keep[acme], 0);
    ck_assert_int_eq(l->expiring_90[acme], 0);
    ck_assert_uint_eq(l->missing->requirements, 1);
    ck_assert_uint_eq(l->missing->partner[0], named(w->names.partner, "acme"));
    tier_is(w, l->missing->tier[0], "gold");
    ck_assert_uint_eq(l->missing->kind[0], named(w->names.kind, "sale"));
    ck_assert_uint_eq(l->missing->measure[0], PARTNER_MEASURE_AMOUNT);
    ck_assert(l->missing->needed[0] == 50000.0 && l->missing->reached[0] == 27226.5);
    tier_is(w, l->tier[bolt], "authorized");
    tier_is(w, l->next_tier[bolt], "silver");
    ck_assert_int_eq(l->points_missing[bolt], 401);
    ck_assert_uint_eq(l->requirements_missing[bolt], 0);
    ck_assert_int_eq(l->projected[bolt], 1207);
    tier_is(w, l->projected_tier[bolt], "silver");
    ck_assert_int_eq(l->to_keep[bolt], 0);
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* Mid 2026: gold until 2026-12-31 with 125 points; 4875 would keep it, and 125 · 365 / 181 = 252 won't. Nothing
 * is above gold. */
START_TEST(statement_at_the_top)
{
    story *w = channel_rewards();
    partner_loyalty *l = run_story(w, "2026-06-30");
    size_t acme = line_of(l, w, "acme");

    tier_is(w, l->tier[acme], "gold");
    tier_is(w, l->next_tier[acme], NULL);
    ck_assert_int_eq(l->points_missing[acme], 0);
    ck_assert_uint_eq(l->requirements_missing[acme], 0);
    ck_assert_int_eq(l->to_keep[acme], 4875);
    ck_assert_int_eq(l->projected[acme], 252);
    tier_is(w, l->projected_tier[acme], "authorized");
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* On 2027-02-01 go 347 + 50, on 2027-04-01 1650 + 825 + 440 + 220 = 3135. 2027-01-02 + 30 days is the first
 * day, + 90 the 2nd of April; a day earlier 30 days end on 2027-01-31 and 90 on 2027-04-01. */
START_TEST(expiring_points)
{
    static const struct {
        const char *day;
        int64_t in_30, in_60, in_90;
    } cases[] = {{"2027-01-01", 0, 397, 3532},
                 {"2027-01-02", 397, 397, 3532},
                 {"2027-02-01", 0, 3135, 3135},
                 {"2026-10-31", 0, 0, 0},
                 {"2026-11-03", 0, 0, 397}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        story *w = channel_rewards();
        partner_loyalty *l = run_story(w, cases[i].day);
        size_t acme = line_of(l, w, "acme");

        ck_assert_int_eq(l->expiring_30[acme], cases[i].in_30);
        ck_assert_int_eq(l->expiring_60[acme], cases[i].in_60);
        ck_assert_int_eq(l->expiring_90[acme], cases[i].in_90);
        partner_loyalty_free(l);
        free_story(w);
    }
}
END_TEST

/* Points that are pending expire too, and as_of long after the last event counts: 60 points of 2025-01-31, one
 * month, are gone on 2025-03-01, which on 2025-02-01, when they still are pending, is 28 days off. */
START_TEST(expiring_while_pending)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}],"
                         " 'expiry': {'months': 1}, 'pending_days': 20}");
    partner_loyalty *l;

    sells(w, "a", "2025-01-31", 6000);
    l = run_story(w, "2025-02-01");
    ck_assert_int_eq(l->pending[0], 60);
    ck_assert_int_eq(l->expiring_30[0], 60);
    partner_loyalty_free(l);
    l = run_story(w, "2025-03-01");
    ck_assert_int_eq(l->balance[0], 0);
    ck_assert_int_eq(l->lapsed[0], 60);
    ck_assert_int_eq(l->expiring_30[0], 0);
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* A bonus of 2025-01-10 is gone on 2025-03-01; the quantity that it was given for falls below its target only
 * on 2025-03-20, so there is nothing left to take back, whether or not somebody reads the ledger. */
START_TEST(bonus_that_expired_before_it_was_withdrawn)
{
    story *w = new_story("{'rules': [], 'expiry': {'months': 1}, 'pending_days': 1,"
                         " 'challenges': [{'id': 'c', 'on': 'sale', 'from': '2025-01-01', 'to': '2026-01-01',"
                         " 'target': {'quantity': 1}, 'bonus': 100}]}");

    happens(w, "a", "2025-01-10", "sale", 0, 1, NONE, NULL, NOTHING);
    happens(w, "a", "2025-03-20", "sale", 0, -1, NONE, NULL, NOTHING);
    for (uint8_t ledger = 0; ledger <= 1; ledger++) {
        partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
        partner_events e = events_of(w, w->rows);
        partner_loyalty *l = NULL;

        o.ledger = ledger;
        must(partner_loyalty_new(w->program, &e, &o, &l, &error), error);
        ck_assert_int_eq(l->issued, 100);
        ck_assert_int_eq(l->expired, 100);
        ck_assert_int_eq(l->reversed, 0);
        ck_assert_int_eq(l->lapsed[0], 100);
        ck_assert_int_eq(l->balance[0], 0);
        partner_loyalty_free(l);
    }
    free_story(w);
}
END_TEST

/* Rolling over three months: on 2025-03-16 the window is January to March, 90 days, of which 31 + 28 + 16 = 75
 * are over: 50 · 90 / 75 = 60, which is what `two` takes. On 2025-04-01 the window begins in February, and only
 * the 20 of March count: 2 + 3 more months' days 28 + 31 + 1 = 60 of 89: 20 · 89 / 60 = 29.7. */
START_TEST(rolling_pace)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}],"
                         " 'tiers': [{'id': 'one'}, {'id': 'two', 'points': 60}],"
                         " 'qualification': {'window': 'rolling', 'months': 3}}");
    partner_loyalty *l;

    sells(w, "a", "2025-01-05", 3000);
    sells(w, "a", "2025-03-10", 2000);
    l = run_story(w, "2025-03-16");
    ck_assert_int_eq(l->qualifying[0], 50);
    ck_assert_int_eq(l->points_missing[0], 10);
    ck_assert_int_eq(l->projected[0], 60);
    tier_is(w, l->projected_tier[0], "two");
    partner_loyalty_free(l);
    l = run_story(w, "2025-03-17");
    ck_assert_int_eq(l->projected[0], 59); /* 50 · 90 / 76 */
    tier_is(w, l->projected_tier[0], "one");
    partner_loyalty_free(l);
    l = run_story(w, "2025-04-01");
    ck_assert_int_eq(l->qualifying[0], 20);
    ck_assert_int_eq(l->projected[0], 29);
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* A requirement with months of its own is carried through the current month. 1 of 2 visits in January: with one
 * month of its own 15 of 31 days are over on the 15th, 31 / 15 > 2; with two months 46 of 62, 62 / 46 < 2. */
START_TEST(own_months_pace)
{
    static const char *const program = "{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}],"
                                       " 'tiers': [{'id': 'one'}, {'id': 'two', 'points': 10,"
                                       "  'requires': [{'on': 'visit', 'count': 2, 'months': %d}]}]}";

    for (int months = 1; months <= 2; months++) {
        char text[512];
        story *w;
        partner_loyalty *l;

        snprintf(text, sizeof text, program, months);
        w = new_story(text);
        sells(w, "a", "2025-01-02", 1000);
        happens(w, "a", "2025-01-03", "visit", 0, NONE, NONE, NULL, NOTHING);
        l = run_story(w, "2025-01-15");
        ck_assert_uint_eq(l->requirements_missing[0], 1);
        ck_assert(l->missing->needed[0] == 2.0 && l->missing->reached[0] == 1.0);
        ck_assert_int_eq(l->points_missing[0], 0);
        tier_is(w, l->projected_tier[0], months == 1 ? "two" : "one");
        partner_loyalty_free(l);
        l = run_story(w, "2025-01-16"); /* 31 / 16 < 2 */
        tier_is(w, l->projected_tier[0], "one");
        partner_loyalty_free(l);
        free_story(w);
    }
}
END_TEST

/* A pace beyond 64 bits stays at their end. */
START_TEST(saturated_pace)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 0.01}}]}");
    partner_loyalty *l;

    sells(w, "a", "2025-01-01", INT64_C(9000000000000000000));
    l = run_story(w, NULL);
    ck_assert_int_eq(l->projected[0], INT64_MAX);
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* A tier that the partners' file gives and no event has used: all its points are still to be earned. With
 * events it holds to the end of the year that is named, and only that year's review asks for it again. */
START_TEST(opening_tier)
{
    story *w = channel_rewards();
    partner_roster roster = PARTNER_ROSTER_INIT;
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_events e;
    partner_loyalty *l = NULL;
    uint32_t who[2], tier[2];
    int32_t until[2];

    who[0] = name_in(w->names.partner, "idle");
    who[1] = named(w->names.partner, "bolt");
    tier[0] = tier[1] = named(w->names.tier, "silver");
    until[0] = PARTNER_NO_DAY;
    until[1] = day_of("2026-12-31");
    roster.rows = 2;
    roster.partner = who;
    roster.tier = tier;
    roster.tier_until = until;
    e = events_of(w, w->rows);
    o.roster = &roster;
    o.as_of_day = day_of("2025-12-31");
    must(partner_loyalty_new(w->program, &e, &o, &l, &error), error);
    ck_assert_int_eq(l->to_keep[line_of(l, w, "idle")], 1000);
    tier_is(w, l->projected_tier[line_of(l, w, "idle")], "authorized");
    ck_assert_int_eq(l->to_keep[line_of(l, w, "bolt")], 0);
    partner_loyalty_free(l);
    o.as_of_day = day_of("2026-01-01");
    must(partner_loyalty_new(w->program, &e, &o, &l, &error), error);
    ck_assert_int_eq(l->to_keep[line_of(l, w, "bolt")], 1000);
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* Who has no events has a statement of nothing. */
START_TEST(without_events)
{
    story *w = channel_rewards();
    partner_loyalty *l;
    size_t line;

    name_in(w->names.partner, "idle");
    l = run_story(w, "2025-06-30");
    line = line_of(l, w, "idle");
    tier_is(w, l->tier[line], "authorized");
    tier_is(w, l->next_tier[line], "silver");
    ck_assert_int_eq(l->points_missing[line], 1000);
    ck_assert_int_eq(l->projected[line], 0);
    tier_is(w, l->projected_tier[line], "authorized");
    for (size_t i = 0; i < l->notices->notices; i++)
        ck_assert_uint_ne(l->notices->partner[i], named(w->names.partner, "idle"));
    partner_loyalty_free(l);
    w->rows = 0;
    l = run_story(w, NULL);
    ck_assert_int_eq(l->as_of_day, PARTNER_NO_DAY);
    ck_assert_int_eq(l->expiring_30[0], 0);
    ck_assert_uint_eq(l->notices->notices, 0);
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* A program without tiers: one level without a name, nothing above it. */
START_TEST(without_tiers)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}]}");
    partner_loyalty *l;

    sells(w, "a", "2025-01-02", 1000);
    l = run_story(w, NULL);
    tier_is(w, l->tier[0], NULL);
    tier_is(w, l->next_tier[0], NULL);
    tier_is(w, l->projected_tier[0], NULL);
    ck_assert_int_eq(l->to_keep[0], 0);
    ck_assert_int_eq(l->projected[0], 1825); /* 10 · 365 / 2 */
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* --- notices --- */

typedef struct expected_notice {
    const char *partner;
    uint8_t notice;
    const char *tier, *rule;
    int64_t points;
    double missing;
    const char *day;
} expected_notice;

static void notices_are(const story *w, const partner_loyalty *l, const expected_notice *expected, size_t count)
{
    const partner_loyalty_notices *n = l->notices;

    ck_assert_uint_eq(n->notices, count);
    for (size_t i = 0; i < count; i++) {
        const expected_notice *e = &expected[i];

        ck_assert_uint_eq(n->partner[i], named(w->names.partner, e->partner));
        ck_assert_uint_eq(n->notice[i], e->notice);
        tier_is(w, n->tier[i], e->tier);
        ck_assert_uint_eq(n->rule[i], e->rule == NULL ? PARTNER_NONE : named(w->names.rule, e->rule));
        ck_assert_int_eq(n->points[i], e->points);
        ck_assert(same_bits(n->missing[i], e->missing));
        ck_assert_int_eq(n->day[i], e->day == NULL ? PARTNER_NO_DAY : day_of(e->day));
    }
}

START_TEST(notices_of_the_example)
{
    static const expected_notice at_first[] = {
        {"acme", PARTNER_NOTICE_WELCOME, NULL, NULL, 0, NAN, NULL},
    };
    /* gold's points are near enough, its sales are not; bolt has its 30th day */
    static const expected_notice in_june[] = {
        {"bolt", PARTNER_NOTICE_WELCOME, NULL, NULL, 0, NAN, NULL},
    };
    static const expected_notice at_the_end[] = {
        {"acme", PARTNER_NOTICE_TIER_AT_RISK, "silver", NULL, 1000, NAN, "2028-01-01"},
        {"acme", PARTNER_NOTICE_EXPIRING, NULL, NULL, 397, NAN, "2027-02-01"},
    };
    static const expected_notice in_2026[] = {
        {"acme", PARTNER_NOTICE_TIER_AT_RISK, "gold", NULL, 4875, NAN, "2027-01-01"},
    };
    static const struct {
        const char *day;
        const expected_notice *expected;
        size_t count;
    } cases[] = {{"2025-02-08", at_first, 1}, {"2025-02-09", NULL, 0},    {"2025-06-30", in_june, 1},
                 {"2025-07-01", NULL, 0},     {"2026-06-30", in_2026, 1}, {"2027-01-02", at_the_end, 2}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        story *w = channel_rewards();
        partner_loyalty *l = run_story(w, cases[i].day);

        notices_are(w, l, cases[i].expected, cases[i].count);
        partner_loyalty_free(l);
        free_story(w);
    }
}
END_TEST

/* 80 of 100 points are near, 79 are not; 40.00 of a challenge's 50.00 are, until its last day, and once it is
 * reached the next 50.00 if it repeats. */
START_TEST(within_reach)
{
    static const char *const program =
        "{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}],"
        " 'tiers': [{'id': 'one'}, {'id': 'two', 'points': 100}],"
        " 'challenges': [{'id': 'c', 'on': 'sale', 'from': '2025-01-01', 'to': '2025-04-01',"
        "  'target': {'amount': 50}, 'bonus': 5%s}]}";
    static const struct {
        int repeats;
        int64_t amount;
        const char *as_of;
        int tier, challenge;
        double missing;
    } cases[] = {
        {0, 7900, "2025-03-01", 0, 0, 0},    {0, 8000, "2025-03-01", 1, 0, 0},
        {0, 3999, "2025-03-01", 0, 0, 0},    {0, 4000, "2025-03-01", 0, 1, 10.0},
        {0, 4999, "2025-03-31", 0, 1, 0.01}, {0, 4999, "2025-04-01", 0, 0, 0},
        {0, 5000, "2025-03-01", 0, 0, 0},    {1, 5000, "2025-03-01", 0, 0, 0},
        {1, 9250, "2025-03-01", 1, 1, 7.5},  {0, 9250, "2025-03-01", 1, 0, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expected_notice expected[2];
        size_t count = 0;
        char text[640];
        story *w;
        partner_loyalty *l;

        snprintf(text, sizeof text, program, cases[i].repeats ? ", 'repeat': true" : "");
        w = new_story(text);
        sells(w, "a", "2025-01-15", cases[i].amount);
        l = run_story(w, cases[i].as_of);
        if (cases[i].tier)
            expected[count++] = (expected_notice){
                "a", PARTNER_NOTICE_TIER_IN_REACH, "two", NULL, 100 - cases[i].amount / 100, NAN, "2026-01-01"};
        if (cases[i].challenge)
            expected[count++] = (expected_notice){
                "a", PARTNER_NOTICE_CHALLENGE_IN_REACH, NULL, "c", 0, cases[i].missing, "2025-03-31"};
        notices_are(w, l, expected, count);
        partner_loyalty_free(l);
        free_story(w);
    }
}
END_TEST

/* Rolling over one month with one month of grace: 100 points in January. The review of 1 February passes; in
 * February, without points, the review of March may fail; the one of April may not. */
START_TEST(at_risk_after_grace)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}],"
                         " 'tiers': [{'id': 'one'}, {'id': 'two', 'points': 100}],"
                         " 'qualification': {'window': 'rolling', 'months': 1, 'grace_months': 1}}");
    static const expected_notice in_march = {"a",         PARTNER_NOTICE_TIER_AT_RISK, "two", NULL, 100, NAN,
                                             "2025-04-01"};
    partner_loyalty *l;

    sells(w, "a", "2025-01-01", 10000);
    l = run_story(w, "2025-02-15");
    notices_are(w, l, NULL, 0);
    ck_assert_int_eq(l->to_keep[0], 100);
    partner_loyalty_free(l);
    l = run_story(w, "2025-03-15");
    notices_are(w, l, &in_march, 1);
    partner_loyalty_free(l);
    l = run_story(w, "2025-04-15");
    tier_is(w, l->tier[0], "one");
    notices_are(w, l, NULL, 0);
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loyalty figures");
    TCase *statements = add_case(suite, "statements"), *notices = add_case(suite, "notices");

    tcase_add_test(statements, statement_in_the_middle);
    tcase_add_test(statements, statement_at_the_top);
    tcase_add_test(statements, expiring_points);
    tcase_add_test(statements, expiring_while_pending);
    tcase_add_test(statements, bonus_that_expired_before_it_was_withdrawn);
    tcase_add_test(statements, rolling_pace);
    tcase_add_test(statements, own_months_pace);
    tcase_add_test(statements, saturated_pace);
    tcase_add_test(statements, opening_tier);
    tcase_add_test(statements, without_events);
    tcase_add_test(statements, without_tiers);
    tcase_add_test(notices, notices_of_the_example);
    tcase_add_test(notices, within_reach);
    tcase_add_test(notices, at_risk_after_grace);
    return run_suite(suite);
}
