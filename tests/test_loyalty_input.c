/* SPDX-License-Identifier: MIT
 * Loyalty at the ends of its types: columns that are missing, numbers and days as large as they can be,
 * programs whose factors are. Each is a named error, which changes nothing, or the right result. */
#include <stdio.h>

#include "loyalty/plan.h"
#include "suite.h"

enum { SALE, REDEMPTION, ADJUSTMENT, ROWS = 8, TIERS = 2 };
enum { FIRST_DAY = -719162, LAST_DAY = 2932896 }; /* 0001-01-01, 9999-12-31 */

static const int64_t MOST = INT64_MAX;

static partner_error error;

/* One rule "base", which gives a point per minor unit, and two tiers; and some events on 2025-01-01, of one
 * partner and of amount 0, that a test then sets. */
typedef struct input {
    partner_program program;
    partner_program_rule rule;
    partner_program_tier tier[TIERS];
    partner_program_challenge challenge;
    partner_events events;
    partner_loyalty_options options;
    uint32_t partner[ROWS], kind[ROWS], product[ROWS];
    int32_t day[ROWS];
    uint64_t event[ROWS], reverses[ROWS];
    int64_t amount[ROWS], quantity[ROWS], margin[ROWS];
} input;

static void make_program(input *in)
{
    in->rule.struct_size = sizeof in->rule;
    in->rule.id = "base";
    in->rule.on = SALE;
    in->rule.points = in->rule.per = 1;
    in->tier[0].struct_size = in->tier[1].struct_size = sizeof in->tier[0];
    in->tier[0].id = "low";
    in->tier[1].id = "high";
    in->tier[1].name = 1;
    in->tier[1].points = PARTNER_LOYALTY_POINTS_MAX;
    in->program.struct_size = sizeof in->program;
    in->program.redeems = in->program.adjusts = 1;
    in->program.redeem_on = REDEMPTION;
    in->program.adjust_on = ADJUSTMENT;
    in->program.rule = &in->rule;
    in->program.rules = 1;
    in->program.tier = in->tier;
    in->program.tiers = TIERS;
    in->program.challenge = &in->challenge;
}

static void make(input *in, size_t rows)
{
    memset(in, 0, sizeof *in);
    make_program(in);
    for (size_t i = 0; i < ROWS; i++) {
        in->day[i] = 20089;
        in->event[i] = i;
        in->reverses[i] = PARTNER_NO_ROW;
        in->quantity[i] = 1;
        in->margin[i] = PARTNER_NO_AMOUNT;
        in->product[i] = PARTNER_NONE;
    }
    in->events = (partner_events)PARTNER_EVENTS_INIT;
    in->events.rows = rows;
    in->events.partner = in->partner;
    in->events.day = in->day;
    in->events.kind = in->kind;
    in->events.event = in->event;
    in->events.amount = in->amount;
    in->events.quantity = in->quantity;
    in->events.margin = in->margin;
    in->events.product = in->product;
    in->events.reverses = in->reverses;
    in->options = (partner_loyalty_options)PARTNER_LOYALTY_OPTIONS_INIT;
    in->options.ledger = in->options.notices = 1;
}

/* The result; every entry can be explained. */
static partner_loyalty *run(const input *in)
{
    partner_loyalty *loyalty = NULL;
    char text[512];

    must(partner_loyalty_new(&in->program, &in->events, &in->options, &loyalty, &error), error);
    for (size_t i = 0; i < loyalty->ledger->entries; i++) {
        size_t length = partner_loyalty_explain(loyalty, i, text, sizeof text);

        ck_assert_uint_gt(length, 0);
        ck_assert_uint_lt(length, sizeof text);
    }
    return loyalty;
}

static partner_bytes *save(const partner_loyalty_state *state)
{
    partner_bytes *bytes = NULL;

    must(partner_loyalty_state_save(state, NULL, &bytes, &error), error);
    return bytes;
}

/* The same from a state, which stays what it was. */
static void append_fails(const input *in, partner_status expected)
{
    partner_loyalty_state *state = NULL;
    partner_bytes *before, *after;
    partner_error own;

    must(partner_loyalty_state_new(&in->program, NULL, &state, &own), own);
    before = save(state);
    must_fail(partner_loyalty_state_append(state, &in->events, 0, &in->options, NULL, &own), expected, own);
    after = save(state);
    ck_assert_uint_eq(before->length, after->length);
    ck_assert_mem_eq(before->bytes, after->bytes, after->length);
    partner_bytes_free(before);
    partner_bytes_free(after);
    partner_loyalty_state_free(state);
}

/* The program's figures do not fit: the run fails. A state could take the events in, having no such figures. */
static void figures_fail(const input *in, const char *words)
{
    partner_loyalty *loyalty = NULL;

    must_fail(partner_loyalty_new(&in->program, &in->events, &in->options, &loyalty, &error), PARTNER_E_RANGE,
              error);
    ck_assert_ptr_null(loyalty);
    ck_assert_uint_eq(error.row, PARTNER_NO_ROW);
    ck_assert_msg(strstr(error.message, words) != NULL, "\"%s\" is not in \"%s\"", words, error.message);
}

/* The run fails, naming this row, this field, and so on. */
static void fails(const input *in, partner_status expected, uint64_t row, const char *field, const char *words)
{
    partner_loyalty *loyalty = NULL;

    must_fail(partner_loyalty_new(&in->program, &in->events, &in->options, &loyalty, &error), expected, error);
    ck_assert_ptr_null(loyalty);
    ck_assert_uint_eq(error.row, row);
    ck_assert_str_eq(error.field, field);
    ck_assert_msg(strstr(error.message, words) != NULL, "\"%s\" is not in \"%s\"", words, error.message);
    append_fails(in, expected);
}

/* --- columns --- */

START_TEST(columns_that_are_missing)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 2);
    in.events.partner = NULL;
    fails(&in, PARTNER_E_ARGUMENT, PARTNER_NO_ROW, "partner", "partner is NULL");
    make(&in, 2);
    in.events.day = NULL;
    fails(&in, PARTNER_E_ARGUMENT, PARTNER_NO_ROW, "day", "day is NULL");
    make(&in, 2);
    in.events.kind = NULL;
    fails(&in, PARTNER_E_ARGUMENT, PARTNER_NO_ROW, "kind", "kind is NULL");
    /* The others have defaults: amount 0, quantity 1, rows as ids, no margin, product or original. */
    make(&in, 2);
    in.rule.per = 0;
    in.rule.each = 1;
    in.rule.points = 7;
    in.events.event = in.events.reverses = NULL;
    in.events.amount = in.events.quantity = in.events.margin = NULL;
    in.events.product = NULL;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], 14);
    ck_assert_uint_eq(loyalty->ledger->event[1], 1);
    partner_loyalty_free(loyalty);
}
END_TEST

/* Without rows no column is needed, and nobody is there. */
START_TEST(no_rows)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 0);
    in.events = (partner_events)PARTNER_EVENTS_INIT;
    loyalty = run(&in);
    ck_assert_uint_eq(loyalty->partners, 0);
    ck_assert_int_eq(loyalty->as_of_day, PARTNER_NO_DAY);
    partner_loyalty_free(loyalty);
    in.options.partners = 3;
    in.options.as_of_day = PARTNER_DAY_0;
    loyalty = run(&in);
    ck_assert_uint_eq(loyalty->partners, 3);
    ck_assert_int_eq(loyalty->as_of_day, 0);
    ck_assert_int_eq(loyalty->outstanding, 0);
    partner_loyalty_free(loyalty);
}
END_TEST

/* "a member beyond the caller's struct_size reads as zero"; a later library's member is refused. */
START_TEST(struct_sizes)
{
    struct {
        partner_events events;
        uint64_t more;
    } later;
    input in;
    partner_loyalty *loyalty = NULL;

    make(&in, 1);
    in.amount[0] = 5;
    in.events.struct_size = (uint32_t)offsetof(partner_events, amount);
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], 0);
    partner_loyalty_free(loyalty);
    loyalty = NULL;
    make(&in, 1);
    in.events.struct_size = 0;
    fails(&in, PARTNER_E_ARGUMENT, PARTNER_NO_ROW, "", "struct_size is 0");
    make(&in, 1);
    in.options.struct_size = 4;
    fails(&in, PARTNER_E_ARGUMENT, PARTNER_NO_ROW, "", "struct_size is 4");
    make(&in, 1);
    in.amount[0] = 5;
    memset(&later, 0, sizeof later);
    later.events = in.events;
    later.events.struct_size = sizeof later;
    must(partner_loyalty_new(&in.program, &later.events, NULL, &loyalty, &error), error);
    ck_assert_int_eq(loyalty->balance[0], 5);
    partner_loyalty_free(loyalty);
    loyalty = NULL;
    later.more = 1;
    must_fail(partner_loyalty_new(&in.program, &later.events, NULL, &loyalty, &error), PARTNER_E_UNSUPPORTED,
              error);
    ck_assert_ptr_null(loyalty);
}
END_TEST

/* --- indexes and ids --- */

START_TEST(indexes)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 2);
    in.options.partners = 2;
    in.partner[1] = 2;
    fails(&in, PARTNER_E_DATA, 1, "partner", "2 is out of range, expected below 2");
    in.partner[1] = UINT32_MAX - 1;
    fails(&in, PARTNER_E_DATA, 1, "partner", "is out of range");
    in.partner[1] = PARTNER_NONE;
    fails(&in, PARTNER_E_DATA, 1, "partner", "partner is missing");
    in.partner[1] = 1;
    in.kind[1] = PARTNER_NONE;
    fails(&in, PARTNER_E_DATA, 1, "kind", "kind is missing");
    /* A kind or product that nobody knows is none that the program mentions. */
    in.kind[1] = in.product[1] = UINT32_MAX - 1;
    loyalty = run(&in);
    ck_assert_uint_eq(loyalty->unmentioned, 1);
    partner_loyalty_free(loyalty);
    in.options.partners = PARTNER_NONE;
    fails(&in, PARTNER_E_ARGUMENT, PARTNER_NO_ROW, "partners", "fewer than 2^32 - 1");
}
END_TEST

/* Ids are any numbers but the one that is none. */
START_TEST(ids)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 3);
    in.event[0] = UINT64_MAX - 1;
    in.event[1] = 0;
    in.event[2] = INT64_MAX;
    in.amount[0] = 5;
    in.reverses[2] = UINT64_MAX - 1;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], 0);
    ck_assert_uint_eq(loyalty->ledger->reverses[1], UINT64_MAX - 1);
    partner_loyalty_free(loyalty);
    in.reverses[2] = UINT64_MAX - 2;
    fails(&in, PARTNER_E_DATA, 2, "reverses", "no event of this partner");
    in.reverses[2] = PARTNER_NO_ROW;
    in.event[2] = UINT64_MAX - 1;
    fails(&in, PARTNER_E_DATA, 2, "event", "is in row 0 already");
    in.event[2] = PARTNER_NO_ROW;
    fails(&in, PARTNER_E_DATA, 2, "event", "event is missing");
}
END_TEST

/* The same ids in a state, whose highest one is as high as can be. */
START_TEST(ids_of_a_state)
{
    input in;
    partner_loyalty_state *state = NULL, *again = NULL;
    partner_bytes *bytes;

    make(&in, 1);
    in.event[0] = UINT64_MAX - 1;
    must(partner_loyalty_state_new(&in.program, NULL, &state, &error), error);
    must(partner_loyalty_state_append(state, &in.events, 0, NULL, NULL, &error), error);
    must_fail(partner_loyalty_state_append(state, &in.events, 1, NULL, NULL, &error), PARTNER_E_DATA, error);
    bytes = save(state);
    must(partner_loyalty_state_load(bytes->bytes, bytes->length, &in.program, NULL, &again, &error), error);
    must_fail(partner_loyalty_state_append(again, &in.events, 1, NULL, NULL, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 0);
    partner_bytes_free(bytes);
    partner_loyalty_state_free(state);
    partner_loyalty_state_free(again);
}
END_TEST

/* --- days --- */

START_TEST(days)
{
    static const int32_t outside[] = {FIRST_DAY - 1, LAST_DAY + 1, INT32_MAX, INT32_MIN + 2};
    input in;

    make(&in, 2);
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        in.day[1] = outside[i];
        fails(&in, PARTNER_E_DATA, 1, "day", "outside the years 1 to 9999");
    }
    in.day[1] = PARTNER_NO_DAY;
    fails(&in, PARTNER_E_DATA, 1, "day", "day is missing");
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        make(&in, 2);
        in.options.as_of_day = outside[i];
        fails(&in, PARTNER_E_ARGUMENT, PARTNER_NO_ROW, "as_of_day", "outside the years 1 to 9999");
    }
}
END_TEST

/* From the calendar's first day to its last: two years' tier is lost, points expire, and what is earned on the
 * last day is good beyond it. */
START_TEST(the_whole_calendar)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 2);
    in.program.expiry_months = 12;
    in.program.pending_days = 28;
    in.tier[1].points = 10;
    in.day[0] = FIRST_DAY;
    in.day[1] = LAST_DAY;
    in.amount[0] = 10;
    in.amount[1] = 3;
    loyalty = run(&in);
    /* accrual, promotion, release, demotion at the end of year 2, expiry on 0002-02-01, accrual */
    ck_assert_uint_eq(loyalty->ledger->entries, 6);
    ck_assert_int_eq(loyalty->ledger->day[3], FIRST_DAY + 365 + 31);
    ck_assert_int_eq(loyalty->ledger->kind[3], PARTNER_ENTRY_EXPIRY);
    ck_assert_int_eq(loyalty->ledger->day[4], FIRST_DAY + 2 * 365);
    ck_assert_int_eq(loyalty->ledger->kind[4], PARTNER_ENTRY_DEMOTION);
    /* 9999-12-31 and twelve months: gone on the first day of year 10001, of which 10000 is a leap year. */
    ck_assert_int_eq(loyalty->ledger->lot_expiry[5], LAST_DAY + 1 + 366);
    ck_assert_int_eq(loyalty->pending[0], 3);
    ck_assert_uint_eq(loyalty->months->months, 9999 * 12);
    partner_loyalty_free(loyalty);
}
END_TEST

/* A window that rolls through all months, at each of which it is reviewed. */
START_TEST(all_months_reviewed)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 2);
    in.program.window = PARTNER_WINDOW_ROLLING;
    in.program.window_months = 1200;
    in.program.grace_months = 1200;
    in.tier[1].points = 10;
    in.day[0] = FIRST_DAY;
    in.day[1] = LAST_DAY;
    in.amount[0] = 10;
    loyalty = run(&in);
    /* 1200 failed reviews are let pass. */
    ck_assert_int_eq(loyalty->ledger->day[2], partner__month_begins(partner__month(FIRST_DAY) + 1200 + 1201));
    partner_loyalty_free(loyalty);
    in.program.grace_months = 0;
    loyalty = run(&in);
    ck_assert_uint_eq(loyalty->tier[0], 0);
    ck_assert_int_eq(loyalty->ledger->kind[2], PARTNER_ENTRY_DEMOTION);
    ck_assert_int_eq(loyalty->ledger->day[2], partner__month_begins(partner__month(FIRST_DAY) + 1201));
    partner_loyalty_free(loyalty);
}
END_TEST

/* As many months and days as a program may have. */
START_TEST(long_lives)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 2);
    in.program.expiry_months = 1200;
    in.program.pending_days = 28 * 1200;
    in.program.reversible_days = 100000;
    in.amount[0] = in.amount[1] = 4;
    in.day[0] = FIRST_DAY;
    in.day[1] = FIRST_DAY + 100000;
    in.reverses[1] = 0;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0] + loyalty->pending[0], 0);
    partner_loyalty_free(loyalty);
    in.day[1]++;
    fails(&in, PARTNER_E_DATA, 1, "reverses", "older than the days");
}
END_TEST

/* --- amounts and quantities --- */

START_TEST(amounts)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 2);
    in.amount[0] = MOST;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], MOST);
    ck_assert_int_eq(loyalty->outstanding, MOST);
    ck_assert_uint_eq(loyalty->tier[0], 1);
    partner_loyalty_free(loyalty);
    in.amount[1] = 1;
    fails(&in, PARTNER_E_RANGE, 1, "amount", "rule \"base\"");
    ck_assert_uint_eq(error.index, 0);
    /* The same points of another partner are too many for the program's sums. */
    in.partner[1] = 1;
    figures_fail(&in, "by all partners leave 64 bits");
    /* 2^63 - 1 minor units are one time 2^63 - 1. */
    make(&in, 1);
    in.amount[0] = in.rule.per = MOST;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], 1);
    partner_loyalty_free(loyalty);
}
END_TEST

/* The least number is none; the next one is a credit note. */
START_TEST(negative_amounts)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 3);
    in.amount[0] = 100;
    in.amount[1] = PARTNER_NO_AMOUNT;
    in.amount[2] = -MOST;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], 100);
    ck_assert_uint_eq(loyalty->credit_notes, 1);
    partner_loyalty_free(loyalty);
    /* "The sign of a reversal's amount is ignored"; more than the whole is the whole. */
    in.reverses[2] = 0;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], 0);
    partner_loyalty_free(loyalty);
    /* "a reversal amount of 0 means the whole" */
    in.amount[2] = PARTNER_NO_AMOUNT;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], 0);
    partner_loyalty_free(loyalty);
}
END_TEST

/* Sums of requirements and challenges: one credit note may be as large as can be, a second is too much. */
START_TEST(sums)
{
    partner_program_requirement requirement = {sizeof requirement, 0, SALE, PARTNER_MEASURE_AMOUNT, 0, 1};
    input in;

    make(&in, 2);
    in.amount[0] = in.amount[1] = -MOST;
    in.tier[1].requires_all = &requirement;
    in.tier[1].requirements = 1;
    fails(&in, PARTNER_E_RANGE, 1, "amount", "sums");
    make(&in, 2);
    in.challenge = (partner_program_challenge){
        sizeof in.challenge, 0, "much", 1, SALE, FIRST_DAY, LAST_DAY, PARTNER_MEASURE_QUANTITY, 0, MOST, 1};
    in.program.challenges = 1;
    in.quantity[0] = MOST;
    in.quantity[1] = 0;
    partner_loyalty_free(run(&in));
    in.quantity[1] = 1;
    fails(&in, PARTNER_E_RANGE, 1, "amount", "challenge \"much\"");
    ck_assert_uint_eq(error.index, 1); /* challenges are counted on after the rules */
    in.quantity[1] = -MOST;
    partner_loyalty_free(run(&in));
    /* "each full multiple" of 1 are 2^63 - 1 bonuses. */
    in.quantity[1] = 1;
    in.challenge.target = 1;
    in.challenge.repeat = 1;
    fails(&in, PARTNER_E_RANGE, 0, "amount", "challenge \"much\"");
}
END_TEST

START_TEST(quantities)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 2);
    in.rule.per = 0;
    in.rule.each = 1;
    in.quantity[0] = MOST;
    in.quantity[1] = -MOST;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], MOST);
    partner_loyalty_free(loyalty);
    in.rule.points = 2;
    fails(&in, PARTNER_E_RANGE, 0, "amount", "rule \"base\"");
    in.quantity[0] = PARTNER_NO_AMOUNT; /* 1 */
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], 2);
    partner_loyalty_free(loyalty);
}
END_TEST

START_TEST(redemptions_and_adjustments)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 3);
    in.kind[0] = ADJUSTMENT;
    in.kind[1] = REDEMPTION;
    in.kind[2] = ADJUSTMENT;
    in.quantity[0] = in.quantity[1] = MOST;
    in.quantity[2] = -MOST;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->spent[0], MOST);
    ck_assert_int_eq(loyalty->balance[0], -MOST);
    ck_assert_int_eq(loyalty->debts, MOST);
    partner_loyalty_free(loyalty);
    /* A debt may be no larger than that. */
    in.events.rows = 4;
    in.kind[3] = ADJUSTMENT;
    in.quantity[3] = -1;
    fails(&in, PARTNER_E_RANGE, 3, "amount", "leave 64 bits");
    /* Nor may what was added by hand in all be more. */
    in.quantity[3] = MOST;
    fails(&in, PARTNER_E_RANGE, 3, "amount", "leave 64 bits");
    /* Redemptions of what nobody has are rejected. */
    make(&in, 2);
    in.kind[0] = in.kind[1] = REDEMPTION;
    in.quantity[0] = MOST;
    in.quantity[1] = -MOST;
    loyalty = run(&in);
    ck_assert_uint_eq(loyalty->ledger->entries, 2);
    ck_assert_int_eq(loyalty->ledger->kind[0], PARTNER_ENTRY_REJECTED);
    ck_assert_int_eq(loyalty->ledger->kind[1], PARTNER_ENTRY_REJECTED);
    partner_loyalty_free(loyalty);
}
END_TEST

/* Exact also where margin · 10^6 and amount · ppm are beyond 64 bits. */
START_TEST(margins)
{
    static const struct {
        int64_t amount, margin, least;
        int holds;
    } cases[] = {
        {MOST, MOST, 1000000, 1},
        {MOST, MOST - 1, 1000000, 0},
        {MOST, -MOST, -1000000, 1},
        {MOST, -MOST, -999999, 0},
        {1, MOST, MOST / 1000000, 1},
        {1, MOST, MOST, 1},
        {MOST, 0, 0, 1},
        {MOST, PARTNER_NO_AMOUNT, 0, 0},
        {2, -1, -500000, 1},
        {2000001, 1000001, 500000, 1},
        {2000001, 1000000, 500000, 0},
        {-MOST, MOST, -MOST, 0},
        {0, MOST, 0, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        input in;
        partner_loyalty *loyalty;

        make(&in, 1);
        in.amount[0] = cases[i].amount;
        in.margin[0] = cases[i].margin;
        in.rule.per = 0;
        in.rule.when = PARTNER_WHEN_MARGIN_RATE_MIN;
        in.rule.margin_rate_min = cases[i].least;
        loyalty = run(&in);
        ck_assert_msg(loyalty->balance[0] == cases[i].holds, "case %zu: %lld", i,
                      (long long)loyalty->balance[0]);
        partner_loyalty_free(loyalty);
    }
}
END_TEST

/* --- programs --- */

/* The largest factors there are: 10^9 points, times 10^4, times 10^4. */
START_TEST(multipliers)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 1);
    in.rule.points = PARTNER_LOYALTY_POINTS_MAX;
    in.rule.multiplier = in.tier[0].multiplier = 100000000;
    in.amount[0] = 92;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], INT64_C(9200000000000000000));
    partner_loyalty_free(loyalty);
    in.amount[0] = 93;
    fails(&in, PARTNER_E_RANGE, 0, "amount", "rule \"base\"");
    /* 92 points of 2^63 - 1 minor units per 10^17: 9223372036854775807 / 10^17 = 92.2… */
    in.amount[0] = MOST;
    in.rule.points = 1;
    in.rule.per = INT64_C(100000000000000000);
    in.rule.multiplier = in.tier[0].multiplier = 0;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], 92);
    partner_loyalty_free(loyalty);
    /* (2^63 - 1) · (10^9 - 1) · (10^8 - 1) · (10^8 - 1) is beyond 127 bits, though divided by as much it is
     * not. */
    in.rule.points = PARTNER_LOYALTY_POINTS_MAX - 1;
    in.rule.multiplier = in.tier[0].multiplier = 99999999;
    in.rule.per = MOST - 1;
    fails(&in, PARTNER_E_RANGE, 0, "amount", "rule \"base\"");
}
END_TEST

/* A carry over amounts of which each is nearly the largest: S stays exact. */
START_TEST(carried_to_the_end)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 4);
    in.rule.carry = 1;
    in.rule.per = MOST;
    in.rule.points = 3;
    for (size_t i = 0; i < 4; i++) in.amount[i] = MOST / 2; /* a little less than 1.5 points each */
    loyalty = run(&in);
    /* 2 (MOST - 1) · 3 / MOST = 6 - 6 / MOST */
    ck_assert_int_eq(loyalty->balance[0], 5);
    partner_loyalty_free(loyalty);
    in.reverses[3] = 0;
    in.amount[3] = MOST;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->balance[0], 2); /* 2 · 1.5 less a little */
    partner_loyalty_free(loyalty);
}
END_TEST

/* Shares that a reversal keeps, of quantities and amounts whose product is beyond 127 bits. */
START_TEST(shares)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 2);
    in.rule.per = 0;
    in.rule.each = 1;
    in.amount[0] = in.quantity[0] = MOST;
    in.amount[1] = MOST / 2 + 1;
    in.reverses[1] = 0;
    loyalty = run(&in);
    /* round down(MOST · (MOST - 2^62) / MOST) = 2^62 - 1 */
    ck_assert_int_eq(loyalty->balance[0], MOST / 2);
    partner_loyalty_free(loyalty);
    in.rule.points = 3;
    in.quantity[0] = MOST / 3;
    in.rule.multiplier = 10001;
    in.rule.per = 0;
    fails(&in, PARTNER_E_RANGE, 0, "amount", "rule \"base\"");
}
END_TEST

/* Point values: the liability is rounded once, and may leave its type. */
START_TEST(values)
{
    input in;
    partner_loyalty *loyalty;

    make(&in, 1);
    in.amount[0] = MOST;
    in.program.point_value = 1000000; /* 0.01 each: a minor unit */
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->liability, MOST);
    partner_loyalty_free(loyalty);
    in.program.point_value = 1000001;
    figures_fail(&in, "are worth more than");
    in.program.point_value = 1;
    loyalty = run(&in);
    ck_assert_int_eq(loyalty->liability, INT64_C(9223372036855)); /* 9223372036854.775807 */
    partner_loyalty_free(loyalty);
}
END_TEST

/* Dates of a roster, too, may be anything. */
START_TEST(rosters)
{
    static const int32_t until[] = {INT32_MIN, INT32_MIN + 1, FIRST_DAY, LAST_DAY, INT32_MAX};
    uint32_t tier[1] = {1}, group[1] = {UINT32_MAX - 1};

    for (size_t i = 0; i < sizeof until / sizeof until[0]; i++) {
        partner_roster roster = PARTNER_ROSTER_INIT;
        partner_loyalty *loyalty;
        input in;

        make(&in, 2);
        roster.rows = 1;
        roster.tier = tier;
        roster.group = group;
        roster.tier_until = &until[i];
        in.options.roster = &roster;
        in.amount[0] = PARTNER_LOYALTY_POINTS_MAX;
        in.day[1] = 20089 + 800;
        loyalty = run(&in);
        /* Earned again in 2025, good to the end of 2026, lost on 2027-01-01; or held longer by the roster. */
        ck_assert_uint_eq(loyalty->tier[0], until[i] >= LAST_DAY ? 1 : 0);
        partner_loyalty_free(loyalty);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loyalty input");
    TCase *columns = add_case(suite, "columns"), *ends = add_case(suite, "ends");

    tcase_add_test(columns, columns_that_are_missing);
    tcase_add_test(columns, no_rows);
    tcase_add_test(columns, struct_sizes);
    tcase_add_test(columns, indexes);
    tcase_add_test(columns, ids);
    tcase_add_test(columns, ids_of_a_state);
    tcase_add_test(columns, days);
    tcase_add_test(ends, the_whole_calendar);
    tcase_add_test(ends, all_months_reviewed);
    tcase_add_test(ends, long_lives);
    tcase_add_test(ends, amounts);
    tcase_add_test(ends, negative_amounts);
    tcase_add_test(ends, sums);
    tcase_add_test(ends, quantities);
    tcase_add_test(ends, redemptions_and_adjustments);
    tcase_add_test(ends, margins);
    tcase_add_test(ends, multipliers);
    tcase_add_test(ends, carried_to_the_end);
    tcase_add_test(ends, shares);
    tcase_add_test(ends, values);
    tcase_add_test(ends, rosters);
    return run_suite(suite);
}
