/* SPDX-License-Identifier: MIT
 * Programs, from JSON to structs: every key of spec/loyalty.md arrives, and every fault is told with its path.
 */
#include <stdio.h>

#include "programs.h"

/* Days since 1970-01-01, counted here by the year and month. */
static int32_t day(int year, int month, int of_month)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    int days = 0;

    for (int y = 1970; y < year; y++) days += 365 + (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
    days += before[month - 1] + (month > 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    return days + of_month - 1;
}

static uint32_t find(const partner_dict *dict, const char *id)
{
    const uint32_t index = partner_dict_find(dict, id, strlen(id));

    ck_assert_msg(index != PARTNER_NONE, "%s was not interned", id);
    return index;
}

/* --- the program of the specification --- */

static void check_rules(const partner_program *p, const partner_loyalty_dicts *d)
{
    static const char *const ids[] = {"base", "premium", "margin", "prompt", "demo", "welcome"};
    static const char *const kinds[] = {"sale", "sale", "sale", "payment", "demo_purchase", "sale"};
    static const int64_t points[] = {1, 1, 25, 50, 200, 500};
    const partner_program_rule *r = p->rule;

    ck_assert_uint_eq(p->rules, 6);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(r[i].struct_size, sizeof *r);
        ck_assert_str_eq(r[i].id, ids[i]);
        ck_assert_uint_eq(r[i].name, find(d->rule, ids[i]));
        ck_assert_uint_eq(r[i].on, find(d->kind, kinds[i]));
        ck_assert_int_eq(r[i].points, points[i]);
        ck_assert_int_eq(r[i].per, i < 2 ? 1000 : 0);
        ck_assert_uint_eq(r[i].multiplier, i == 1 ? 5000 : 0);
        ck_assert_uint_eq(r[i].each, i == 4);
        ck_assert_uint_eq(r[i].round, PARTNER_ROUND_DOWN);
        ck_assert_uint_eq(r[i].carry, 0);
        ck_assert_uint_eq(r[i].flat, i == 3);
        ck_assert_uint_eq(r[i].counts_for, i == 4 ? PARTNER_COUNTS_REWARD : PARTNER_COUNTS_DEFAULT);
        ck_assert_uint_eq(r[i].cap_per, i == 1 ? PARTNER_CAP_MONTH : PARTNER_CAP_NONE);
        ck_assert_int_eq(r[i].cap_points, i == 1 ? 2000 : 0);
        ck_assert(i == 2 || r[i].exclusive == NULL);
    }
    ck_assert_str_eq(r[2].exclusive, "bonus");
    ck_assert_uint_eq(r[0].when, 0);
    ck_assert_uint_eq(r[1].when,
                      PARTNER_WHEN_PRODUCT | PARTNER_WHEN_AMOUNT_MIN | PARTNER_WHEN_FROM | PARTNER_WHEN_TO);
    ck_assert_uint_eq(r[1].products, 1);
    ck_assert_uint_eq(r[1].product[0], find(d->product, "premium"));
    ck_assert_int_eq(r[1].amount_min, 50000);
    ck_assert_int_eq(r[1].from_day, day(2025, 3, 1));
    ck_assert_int_eq(r[1].to_day, day(2025, 6, 1));
    ck_assert_uint_eq(r[2].when, PARTNER_WHEN_MARGIN_RATE_MIN);
    ck_assert_int_eq(r[2].margin_rate_min, 300000);
    ck_assert_uint_eq(r[3].when, PARTNER_WHEN_QUANTITY_MAX);
    ck_assert_int_eq(r[3].quantity_max, 0);
    ck_assert_uint_eq(r[4].when, 0);
    ck_assert_uint_eq(r[5].when, PARTNER_WHEN_FIRST);
}

static void check_tiers(const partner_program *p, const partner_loyalty_dicts *d)
{
    const partner_program_tier *t = p->tier;

    ck_assert_uint_eq(p->tiers, 3);
    ck_assert_str_eq(t[0].id, "authorized");
    ck_assert_str_eq(t[1].id, "silver");
    ck_assert_str_eq(t[2].id, "gold");
    for (size_t i = 0; i < 3; i++) ck_assert_uint_eq(t[i].name, find(d->tier, t[i].id));
    ck_assert_int_eq(t[0].points, 0);
    ck_assert_int_eq(t[1].points, 1000);
    ck_assert_int_eq(t[2].points, 5000);
    ck_assert_uint_eq(t[0].multiplier, 0);
    ck_assert_uint_eq(t[1].multiplier, 11000);
    ck_assert_uint_eq(t[2].multiplier, 12500);
    ck_assert_uint_eq(t[0].requirements, 0);
    ck_assert_uint_eq(t[1].requirements, 0);
    ck_assert_uint_eq(t[2].requirements, 2);
    ck_assert_uint_eq(t[2].requires_all[0].on, find(d->kind, "certification"));
    ck_assert_uint_eq(t[2].requires_all[0].measure, PARTNER_MEASURE_COUNT);
    ck_assert_int_eq(t[2].requires_all[0].target, 2);
    ck_assert_uint_eq(t[2].requires_all[0].months, 24);
    ck_assert_uint_eq(t[2].requires_all[1].on, find(d->kind, "sale"));
    ck_assert_uint_eq(t[2].requires_all[1].measure, PARTNER_MEASURE_AMOUNT);
    ck_assert_int_eq(t[2].requires_all[1].target, 5000000);
    ck_assert_uint_eq(t[2].requires_all[1].months, 0);
}

START_TEST(test_the_specification_s_program)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *p = must_parse(CHANNEL_REWARDS, &d);
    partner_error error;

    ck_assert_uint_eq(p->struct_size, sizeof *p);
    ck_assert_str_eq(p->name, "Channel Rewards");
    ck_assert_uint_eq(p->minor_units, 2);
    ck_assert_uint_eq(p->year_starts, 1);
    ck_assert_uint_eq(p->cap_per, PARTNER_CAP_QUARTER);
    ck_assert_int_eq(p->cap_points, 20000);
    ck_assert_uint_eq(p->window, PARTNER_WINDOW_YEAR);
    ck_assert_uint_eq(p->max_drop, 1);
    ck_assert_uint_eq(p->expiry_months, 24);
    ck_assert_uint_eq(p->pending_days, 30);
    ck_assert_uint_eq(p->reversible_days, 730);
    ck_assert_uint_eq(p->redeem_on, find(d.kind, "redemption"));
    ck_assert_int_eq(p->redeem_minimum, 100);
    ck_assert_int_eq(p->redeem_step, 50);
    ck_assert_uint_eq(p->adjust_on, find(d.kind, "adjustment"));
    ck_assert_uint_eq(p->adjust_counts_for, PARTNER_COUNTS_DEFAULT);
    ck_assert_uint_eq(p->credit_notes, PARTNER_CREDIT_NOTES_IGNORE);
    ck_assert_uint_eq(p->point_value, 80000000);
    check_rules(p, &d);
    check_tiers(p, &d);
    ck_assert_uint_eq(p->challenges, 1);
    ck_assert_str_eq(p->challenge[0].id, "autumn");
    ck_assert_uint_eq(p->challenge[0].name, find(d.rule, "autumn"));
    ck_assert_uint_eq(p->challenge[0].on, find(d.kind, "sale"));
    ck_assert_int_eq(p->challenge[0].from_day, day(2025, 9, 1));
    ck_assert_int_eq(p->challenge[0].to_day, day(2025, 12, 1));
    ck_assert_uint_eq(p->challenge[0].measure, PARTNER_MEASURE_AMOUNT);
    ck_assert_int_eq(p->challenge[0].target, 2000000);
    ck_assert_int_eq(p->challenge[0].bonus, 1000);
    ck_assert_uint_eq(p->challenge[0].repeat, 0);
    ck_assert_uint_eq(partner_dict_size(d.kind), 6);
    ck_assert_uint_eq(partner_dict_size(d.product), 1);
    ck_assert_uint_eq(partner_dict_size(d.group), 0);
    must(partner_program_check(p, &error), error);
    partner_program_free(p);
    free_dicts(&d);
}
END_TEST

/* --- all other keys --- */

START_TEST(test_every_key_of_a_rule)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *p =
        must_parse("{'tiers': [{'id': 'start'}, {'id': 'gold', 'points': 5}], 'rules': [{'id': 'r', 'on': "
                   "'sale', 'when': {"
                   "'product': ['a', 'b'], 'group': ['reseller', 'agent', 'oem'], 'tier': ['gold', 'start'], "
                   "'amount': {'min': -1.5, 'max': '92233720368547758.07'}, 'quantity': {'min': -3, 'max': 4}, "
                   "'margin': {'min': 0, 'max': 12.34}, 'margin_rate': {'min': '30 %', 'max': '-0.0001%'}, "
                   "'from': '2024-02-29', 'to': '1969-12-31', 'first': true}, 'earn': {'points': 1000000000, "
                   "'per': 0.01}, "
                   "'multiplier': 10000, 'round': 'even', 'carry': true, 'tier_multiplier': true, "
                   "'counts_for': ['tier', 'reward'], 'cap': {'points': 1, 'per': 'life'}, 'exclusive': 'x'}]}",
                   &d);
    const partner_program_rule *r = p->rule;

    ck_assert_uint_eq(r->when, 16383); /* all of them */
    ck_assert_uint_eq(r->products, 2);
    ck_assert_uint_eq(r->product[1], find(d.product, "b"));
    ck_assert_uint_eq(r->groups, 3);
    ck_assert_uint_eq(r->group[2], find(d.group, "oem"));
    ck_assert_uint_eq(r->tiers, 2);
    ck_assert_uint_eq(r->tier[0], 1);
    ck_assert_uint_eq(r->tier[1], 0);
    ck_assert_int_eq(r->amount_min, -150);
    ck_assert_int_eq(r->amount_max, INT64_MAX);
    ck_assert_int_eq(r->quantity_min, -3);
    ck_assert_int_eq(r->quantity_max, 4);
    ck_assert_int_eq(r->margin_min, 0);
    ck_assert_int_eq(r->margin_max, 1234);
    ck_assert_int_eq(r->margin_rate_min, 300000);
    ck_assert_int_eq(r->margin_rate_max, -1);
    ck_assert_int_eq(r->from_day, day(2024, 2, 29));
    ck_assert_int_eq(r->to_day, -1);
    ck_assert_int_eq(r->points, 1000000000);
    ck_assert_int_eq(r->per, 1);
    ck_assert_uint_eq(r->multiplier, 100000000);
    ck_assert_uint_eq(r->round, PARTNER_ROUND_EVEN);
    ck_assert_uint_eq(r->carry, 1);
    ck_assert_uint_eq(r->flat, 0);
    ck_assert_uint_eq(r->counts_for, PARTNER_COUNTS_BOTH);
    ck_assert_uint_eq(r->cap_per, PARTNER_CAP_LIFE);
    ck_assert_int_eq(r->cap_points, 1);
    ck_assert_str_eq(r->exclusive, "x");
    partner_program_free(p);
    free_dicts(&d);
}
END_TEST

START_TEST(test_every_word)
{
    static const char *const rounds[] = {"down", "up", "nearest", "even"};
    static const char *const periods[] = {"day", "month", "quarter", "year", "event", "life"};
    partner_loyalty_dicts d = new_dicts();
    char text[256];

    for (uint8_t i = 0; i < 4; i++) {
        partner_program *p;

        snprintf(text, sizeof text, WITH_RULE("'round': '%s'"), rounds[i]);
        p = must_parse(text, &d);
        ck_assert_uint_eq(p->rule->round, i);
        partner_program_free(p);
    }
    for (uint8_t i = 0; i < 6; i++) {
        partner_program *p;

        snprintf(text, sizeof text, "{'cap': {'points': 7, 'per': '%s'}}", periods[i]);
        p = must_parse(text, &d);
        ck_assert_uint_eq(p->cap_per, i + 1);
        partner_program_free(p);
    }
    free_dicts(&d);
}
END_TEST

START_TEST(test_every_other_key)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *p = must_parse(
        "{'$schema': 'program.schema.json', 'minor_units': 3, 'year_starts': 12, 'credit_notes': 'refuse', "
        "'tiers': [{'id': 't', 'multiplier': 0.0001}, {'id': 'u', 'points': 1, "
        "'requires': [{'on': 'sale', 'quantity': 7}, {'on': 'sale', 'amount': 1.125, 'months': 1200}]}], "
        "'qualification': {'window': 'rolling', 'months': 6, 'grace_months': 2, 'max_drop': 3}, "
        "'expiry': {'months': 1}, 'pending_days': 28, 'redeem': {'on': 'spend'}, "
        "'adjust': {'on': 'fix', 'counts_for': ['tier']}, 'challenges': ["
        "{'id': 'c', 'on': 'sale', 'from': '2025-01-01', 'to': '2026-01-01', 'target': {'count': 3}, "
        "'bonus': 5, 'repeat': true}, {'id': 'e', 'on': 'sale', 'from': '2025-01-01', 'to': '2026-01-01', "
        "'target': {'quantity': 9007199254740992}, 'bonus': 6}], 'point_value': '0.00000001'}",
        &d);

    ck_assert_ptr_null(p->name);
    ck_assert_uint_eq(p->minor_units, 3);
    ck_assert_uint_eq(p->year_starts, 12);
    ck_assert_uint_eq(p->credit_notes, PARTNER_CREDIT_NOTES_REFUSE);
    ck_assert_uint_eq(p->tier[0].multiplier, 1);
    ck_assert_uint_eq(p->tier[1].requires_all[0].measure, PARTNER_MEASURE_QUANTITY);
    ck_assert_int_eq(p->tier[1].requires_all[0].target, 7);
    ck_assert_int_eq(p->tier[1].requires_all[1].target, 1125);
    ck_assert_uint_eq(p->tier[1].requires_all[1].months, 1200);
    ck_assert_uint_eq(p->window, PARTNER_WINDOW_ROLLING);
    ck_assert_uint_eq(p->window_months, 6);
    ck_assert_uint_eq(p->grace_months, 2);
    ck_assert_uint_eq(p->max_drop, 3);
    ck_assert_uint_eq(p->expiry_months, 1);
    ck_assert_uint_eq(p->pending_days, 28);
    ck_assert_uint_eq(p->redeem_on, find(d.kind, "spend"));
    ck_assert_int_eq(p->redeem_minimum, 0);
    ck_assert_int_eq(p->redeem_step, 0);
    ck_assert_uint_eq(p->adjust_on, find(d.kind, "fix"));
    ck_assert_uint_eq(p->adjust_counts_for, PARTNER_COUNTS_TIER);
    ck_assert_uint_eq(p->challenges, 2);
    ck_assert_uint_eq(p->challenge[0].measure, PARTNER_MEASURE_COUNT);
    ck_assert_int_eq(p->challenge[0].target, 3);
    ck_assert_uint_eq(p->challenge[0].repeat, 1);
    ck_assert_uint_eq(p->challenge[1].measure, PARTNER_MEASURE_QUANTITY);
    ck_assert_int_eq(p->challenge[1].target, INT64_C(9007199254740992));
    ck_assert_uint_eq(p->point_value, 1);
    ck_assert_uint_eq(p->reversible_days, 0);
    partner_program_free(p);
    free_dicts(&d);
}
END_TEST

/* DESIGN: in files an explicit 0 means 0 (the reader writes the named constant), absence means the default. */
START_TEST(test_an_explicit_0_is_0)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *p = must_parse(
                        "{'minor_units': 0, 'reversible_days': 0, 'pending_days': 0, 'tiers': "
                        "[{'id': 't', 'points': 0, 'multiplier': 0, 'requires': []}], 'rules': [{'id': "
                        "'a', 'on': 'sale', 'earn': {'points': 1, 'per': 3}, 'multiplier': 0.0}]}",
                        &d),
                    *q = must_parse("{}", &d);

    ck_assert_uint_eq(p->minor_units, PARTNER_MINOR_UNITS_0);
    ck_assert_uint_eq(p->reversible_days, PARTNER_REVERSIBLE_0);
    ck_assert_uint_eq(p->pending_days, 0);
    ck_assert_uint_eq(p->tier->multiplier, PARTNER_MULTIPLIER_0);
    ck_assert_uint_eq(p->rule->multiplier, PARTNER_MULTIPLIER_0);
    ck_assert_int_eq(p->rule->per, 3); /* without decimal places */
    ck_assert_uint_eq(q->minor_units, 0);
    ck_assert_uint_eq(q->reversible_days, 0);
    ck_assert_uint_eq(q->redeems, 0);
    ck_assert_uint_eq(q->adjusts, 0);
    ck_assert_uint_eq(q->rules + q->tiers + q->challenges, 0);
    partner_program_free(p);
    partner_program_free(q);
    free_dicts(&d);
}
END_TEST

/* A number is what its shortest decimal says: every cent of a few thousand, every ten-thousandth. */
START_TEST(test_decimals_are_exact)
{
    partner_loyalty_dicts d = new_dicts();
    char text[256];

    for (int64_t cents = 1; cents < 3000; cents += 7) {
        partner_program *p;

        snprintf(text, sizeof text,
                 "{'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 1, 'per': %d.%02d}, 'multiplier': "
                 "%d.%04d}]}",
                 (int)(cents / 100), (int)(cents % 100), (int)(cents / 1000), (int)(cents % 1000 * 10 + 1));
        p = must_parse(text, &d);
        ck_assert_int_eq(p->rule->per, cents);
        ck_assert_uint_eq(p->rule->multiplier, (uint32_t)(cents / 1000 * 10000 + cents % 1000 * 10 + 1));
        partner_program_free(p);
    }
    free_dicts(&d);
}
END_TEST

/* --- limits --- */

START_TEST(test_limits_of_the_text)
{
    static char text[(1 << 24) + 100];
    partner_loyalty_dicts d = new_dicts();
    partner_program *program = NULL;
    partner_error error;
    int n;

    memset(text, ' ', sizeof text);
    must_fail(partner_program_parse(text, sizeof text, &d, &program, &error), PARTNER_E_DATA, error);
    ck_assert_ptr_nonnull(strstr(error.message, "16 MiB"));
    memset(text, '[', 100);
    must_fail(partner_program_parse(text, 100, &d, &program, &error), PARTNER_E_DATA, error);
    ck_assert_ptr_nonnull(strstr(error.message, "nested too deeply"));
    for (int length = 4000; length < 4200; length += 7) { /* a name with its quotes is at most 4096 bytes */
        n = snprintf(text, 5000, "{\"name\": \"%0*d\"}", length, 1);
        if (length + 2 <= 4096) {
            must(partner_program_parse(text, (size_t)n, &d, &program, &error), error);
            ck_assert_uint_eq(strlen(program->name), (size_t)length);
            partner_program_free(program);
        } else {
            must_fail(partner_program_parse(text, (size_t)n, &d, &program, &error), PARTNER_E_DATA, error);
            ck_assert_str_eq(error.path, "$.name");
        }
    }
    memcpy(text, "{\"name\"\0: \"x\"}", 14);
    must_fail(partner_program_parse(text, 14, &d, &program, &error), PARTNER_E_DATA, error);
    ck_assert_ptr_nonnull(strstr(error.message, "zero byte"));
    free_dicts(&d);
}
END_TEST

START_TEST(test_at_most_4096_rules)
{
    partner_loyalty_dicts d = new_dicts();
    char *text = malloc(1 << 20), *at = text;
    partner_program *program = NULL;
    partner_error error;

    at += sprintf(at, "{\"rules\": [");
    for (int i = 0; i < 4096; i++)
        at += sprintf(at, "%s{\"id\": \"r%d\", \"on\": \"k%d\", \"earn\": {\"points\": 1}}", i > 0 ? "," : "",
                      i, i % 5);
    sprintf(at, "]}");
    must(partner_program_parse(text, strlen(text), &d, &program, &error), error);
    ck_assert_uint_eq(program->rules, 4096);
    ck_assert_uint_eq(program->rule[4095].on, 0);
    ck_assert_uint_eq(program->rule[4095].name, 4095);
    partner_program_free(program);
    sprintf(at, ",{\"id\": \"one more\", \"on\": \"k\", \"earn\": {\"points\": 1}}]}");
    must_fail(partner_program_parse(text, strlen(text), &d, &program, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.path, "$.rules");
    free(text);
    free_dicts(&d);
}
END_TEST

/* Names that were there keep their indexes; a bad program adds none. */
START_TEST(test_names_join_those_that_are_there)
{
    static const char *const there[] = {"payment", "sale"};
    partner_loyalty_dicts d = new_dicts();
    partner_program *program = NULL;
    partner_error error;
    uint32_t indexes[2];

    must(partner_dict_add_strings(d.kind, 2, there, NULL, indexes, &error), error);
    must_fail(
        parse("{'rules': [{'id': 'a', 'on': 'new', 'earn': {'points': 1}}], 'tiers': [{'id': 't'}, {'id': "
              "'t', 'points': 1}]}",
              &d, &program, &error),
        PARTNER_E_DATA, error);
    ck_assert_uint_eq(partner_dict_size(d.kind), 2);
    ck_assert_uint_eq(partner_dict_size(d.rule), 0);
    ck_assert_uint_eq(partner_dict_size(d.tier), 0);
    program = must_parse(CHANNEL_REWARDS, &d);
    ck_assert_uint_eq(program->rule[0].on, 1);
    ck_assert_uint_eq(program->rule[3].on, 0);
    partner_program_free(program);
    free_dicts(&d);
}
END_TEST

START_TEST(test_arguments)
{
    partner_loyalty_dicts d = new_dicts(), without;
    partner_program *program = NULL;
    partner_error error;

    must_fail(partner_program_parse(NULL, 0, &d, &program, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_program_parse("{}", 2, NULL, &program, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_program_parse("{}", 2, &d, NULL, &error), PARTNER_E_ARGUMENT, error);
    without = d;
    without.group = NULL;
    must_fail(partner_program_parse("{}", 2, &without, &program, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_nonnull(strstr(error.message, "group"));
    ck_assert_int_eq(partner_program_parse("{", 1, &d, &program, NULL), PARTNER_E_DATA);
    must_fail(partner_program_check(NULL, &error), PARTNER_E_ARGUMENT, error);
    partner_program_free(NULL);
    free_dicts(&d);
}
END_TEST

/* --- any text at all --- */

/* Takes out, doubles, swaps or replaces what lies between two random places, or one of the pieces that JSON is
 * made of. */
static void mutate(char *text, size_t room, uint64_t *seed)
{
    static const char *const pieces[] = {"0",
                                         "-1",
                                         "1e9",
                                         "0.5",
                                         "9007199254740993",
                                         "true",
                                         "null",
                                         "{}",
                                         "[]",
                                         "\"\"",
                                         "\"x\"",
                                         "\"2025-01-01\"",
                                         ",",
                                         ":",
                                         "\"on\"",
                                         "}",
                                         "]",
                                         "\\u12",
                                         "\xc3",
                                         "1.23456789012",
                                         "\"30 %\"",
                                         "0.00001"};
    const size_t length = strlen(text), at = draw(seed) % (length + 1);
    const char *piece = pieces[draw(seed) % (sizeof pieces / sizeof pieces[0])];
    size_t end = at;

    switch (draw(seed) % 3) {
    case 0: end += draw(seed) % 12; break; /* some bytes */
    case 1:                                /* up to the end of a value */
        while (end < length && strchr(",:]}", text[end]) == NULL) end++;
        break;
    default: break; /* nothing: the piece is put in between */
    }
    if (end > length) end = length;
    if (draw(seed) % 4 == 0) piece = "";
    if (length + strlen(piece) + 1 > room) return;
    memmove(text + at + strlen(piece), text + end, length - end + 1);
    memcpy(text + at, piece, strlen(piece));
}

START_TEST(test_mutated_programs)
{
    const size_t rounds = in_time(12000, 200);
    partner_loyalty_dicts d = new_dicts();
    uint64_t seed = 20250315;
    char *original = json(CHANNEL_REWARDS);
    size_t good = 0;

    for (size_t i = 0; i < rounds; i++) {
        char text[8192];
        partner_program *program = NULL;
        partner_error error;
        partner_status status;
        size_t changes = 1 + draw(&seed) % 3;

        strcpy(text, original);
        while (changes-- > 0) mutate(text, sizeof text, &seed);
        status = partner_program_parse(text, strlen(text), &d, &program, &error);
        good += status == PARTNER_OK;
        if (status == PARTNER_OK) {
            char said[1024];

            ck_assert_int_eq(partner_program_check(program, &error), PARTNER_OK);
            for (size_t k = 0; partner_program_sentence(program, &d, k, said, sizeof said) > 0; k++)
                ck_assert_uint_lt(strlen(said), sizeof said - 1);
            for (size_t k = 0; partner_program_warning(program, &d, k, said, sizeof said) > 0; k++)
                ck_assert_uint_lt(strlen(said), sizeof said - 1);
            partner_program_free(program);
            continue;
        }
        ck_assert_msg(status == PARTNER_E_DATA, "%d: %s\n%s", (int)status, error.message, text);
        ck_assert_msg(error.path[0] == '$', "no path: %s\n%s", error.message, text);
        ck_assert_msg(error.message[0] != '\0', "no message for\n%s", text);
    }
    ck_assert_uint_gt(good, rounds / 50); /* the mutations are no mere noise */
    ck_assert_uint_lt(good, rounds);
    free(original);
    free_dicts(&d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("program");
    TCase *tcase = add_case(suite, "program");

    tcase_add_test(tcase, test_the_specification_s_program);
    tcase_add_test(tcase, test_every_key_of_a_rule);
    tcase_add_test(tcase, test_every_word);
    tcase_add_test(tcase, test_every_other_key);
    tcase_add_test(tcase, test_an_explicit_0_is_0);
    tcase_add_test(tcase, test_decimals_are_exact);
    tcase_add_test(tcase, test_limits_of_the_text);
    tcase_add_test(tcase, test_at_most_4096_rules);
    tcase_add_test(tcase, test_names_join_those_that_are_there);
    tcase_add_test(tcase, test_arguments);
    tcase_add_test(tcase, test_mutated_programs);
    return run_suite(suite);
}
