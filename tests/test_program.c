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
    ck_assert_uint_eq(q->redeem_on, PARTNER_NONE);
    ck_assert_uint_eq(q->adjust_on, PARTNER_NONE);
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

/* --- faults --- */

static const struct {
    const char *text, *path, *says;
} faults[] = {
    /* What is no JSON. */
    {"", "$", "ends at line 1"},
    {"{'name': 'x'", "$.name", "ends at line 1"},
    {"{\n'name' 'x'}", "$.name", "line 2, column 10"}, /* the end of what should not be there */
    {"{'rules': [{'id': 'a'}, {'id'; 'b'}]}", "$.rules[1].id", "line 1, column"},
    {"{'name': 'a', 'name': 'b'}", "$.name", "duplicate"},
    {"{'rules': [{'id': 'a', 'on': 's', 'earn': {'points': 1}, 'id': 'a'}]}", "$.rules[0].id", "duplicate"},
    {"{}, {}", "$", "2 values"},
    {"{} {}", "$", "line 1, column 4"},
    {"[]", "$", "is a list, expected an object"},
    {"3", "$", "is 3, expected an object"},
    {"{'name': '\\u0000'}", "$.name", "not valid JSON"},
    {"{'name': '\xff'}", "$.name", "0xff"},
    {"{'pending_days': 1e999}", "$.pending_days", "not valid JSON"},
    /* Keys. */
    {"{'rule': []}", "$.rule", "did you mean \"rules\"?"},
    {"{'zzzzzzzz': []}", "$.zzzzzzzz", "expected one of $schema, name, minor_units"},
    {WITH_RULE("'multiplyer': 2"), "$.rules[0].multiplyer", "did you mean \"multiplier\"?"},
    {WITH_RULE("'points': 2"), "$.rules[0].points", "no key that is known here"},
    {WHEN("'form': '2025-01-01'"), "$.rules[0].when.form", "did you mean \"from\"?"},
    {WHEN("'amount': {'mni': 1}"), "$.rules[0].when.amount.mni", "did you mean \"min\"?"},
    {EARN("'points': 1, 'pre': 10"), "$.rules[0].earn.pre", "did you mean \"per\"?"},
    {"{'cap': {'points': 1, 'per': 'day', 'x': 1}}", "$.cap.x", "points and per"},
    {"{'qualification': {'grace': 1}}", "$.qualification.grace", "no key that is known here"},
    {"{'expiry': {'months': 1, 'days': 1}}", "$.expiry.days", "no key that is known here"},
    {"{'redeem': {'on': 'x', 'steps': 1}}", "$.redeem.steps", "did you mean \"step\"?"},
    {"{'adjust': {'on': 'x', 'for': 1}}", "$.adjust.for", "no key that is known here"},
    {GOLD("'require': []"), "$.tiers[1].require", "did you mean \"requires\"?"},
    {GOLD("'requires': [{'on': 'x', 'counts': 1}]"), "$.tiers[1].requires[0].counts",
     "did you mean \"count\"?"},
    {WITH_CHALLENGE("{'amuont': 1}", "'bonus': 1"), "$.challenges[0].target.amuont", "\"amount\""},
    {WITH_CHALLENGE("{'amount': 1}", "'bonus': 1, 'repeats': true"), "$.challenges[0].repeats", "\"repeat\""},
    /* What is missing. */
    {"{'rules': [{'on': 'x', 'earn': {'points': 1}}]}", "$.rules[0].id", "is missing"},
    {"{'rules': [{'id': 'x', 'earn': {'points': 1}}]}", "$.rules[0].on", "is missing"},
    {"{'rules': [{'id': 'x', 'on': 'x'}]}", "$.rules[0].earn", "is missing"},
    {EARN("'per': 1"), "$.rules[0].earn.points", "is missing"},
    {WITH_RULE("'cap': {'per': 'day'}"), "$.rules[0].cap.points", "is missing"},
    {WITH_RULE("'cap': {'points': 1}"), "$.rules[0].cap.per", "is missing"},
    {"{'cap': {'per': 'day'}}", "$.cap.points", "is missing"},
    {"{'tiers': [{'points': 0}]}", "$.tiers[0].id", "is missing"},
    {GOLD("'requires': [{'count': 1}]"), "$.tiers[1].requires[0].on", "is missing"},
    {GOLD("'requires': [{'on': 'x'}]"), "$.tiers[1].requires[0]", "count, amount and quantity"},
    {"{'expiry': {}}", "$.expiry.months", "is missing"},
    {"{'redeem': {'step': 1}}", "$.redeem.on", "is missing"},
    {"{'adjust': {}}", "$.adjust.on", "is missing"},
    {"{'qualification': {'window': 'rolling'}}", "$.qualification.months", "is missing"},
    {WITH_CHALLENGE("{}", "'bonus': 1"), "$.challenges[0].target", "count, amount and quantity"},
    {WITH_CHALLENGE("{'amount': 1}", "'repeat': true"), "$.challenges[0].bonus", "is missing"},
    {"{'challenges': [{'id': 'c', 'on': 'x', 'to': '2025-01-01', 'target': {'count': 1}, 'bonus': 1}]}",
     "$.challenges[0].from", "is missing"},
    {"{'challenges': [{'id': 'c', 'on': 'x', 'from': '2025-01-01', 'target': {'count': 1}, 'bonus': 1}]}",
     "$.challenges[0].to", "is missing"},
    /* Types. */
    {"{'name': 1}", "$.name", "is 1, expected some text"},
    {"{'rules': {}}", "$.rules", "is an object, expected a list"},
    {"{'rules': [null]}", "$.rules[0]", "is null, expected an object"},
    {"{'rules': [{'id': '', 'on': 'x', 'earn': {'points': 1}}]}", "$.rules[0].id",
     "is \"\", expected some text"},
    {WITH_RULE("'carry': 1"), "$.rules[0].carry", "is 1, expected true or false"},
    {WITH_RULE("'tier_multiplier': 'no'"), "$.rules[0].tier_multiplier", "is \"no\", expected true or false"},
    {WHEN("'first': null"), "$.rules[0].when.first", "is null, expected true or false"},
    {WITH_RULE("'round': 'donw'"), "$.rules[0].round",
     "is \"donw\", expected \"down\", \"up\", \"nearest\" or \"even\""},
    {WITH_RULE("'round': 0"), "$.rules[0].round", "is 0, expected"},
    {WITH_RULE("'counts_for': 'tier'"), "$.rules[0].counts_for", "is \"tier\", expected a list"},
    {WITH_RULE("'counts_for': []"), "$.rules[0].counts_for", "has 0 elements, expected 1"},
    {WITH_RULE("'counts_for': ['tier', 'tier']"), "$.rules[0].counts_for[1]", "is there twice"},
    {WITH_RULE("'counts_for': ['tiers']"), "$.rules[0].counts_for[0]", "\"reward\" or \"tier\""},
    {WITH_RULE("'exclusive': true"), "$.rules[0].exclusive", "is true, expected some text"},
    {WHEN("'product': 'a'"), "$.rules[0].when.product", "is \"a\", expected a list"},
    {WHEN("'product': [1]"), "$.rules[0].when.product[0]", "is 1, expected a name"},
    {WHEN("'group': ['a', 'b', 'a']"), "$.rules[0].when.group[2]", "is there twice"},
    {WHEN("'amount': 5"), "$.rules[0].when.amount", "is 5, expected an object"},
    {WHEN("'from': 20250101"), "$.rules[0].when.from", "is 20250101, expected a day"},
    {WHEN("'from': '20250101'"), "$.rules[0].when.from", "expected a day"},
    {WHEN("'to': '2025-01-01T00:00'"), "$.rules[0].when.to", "expected a day"},
    {WHEN("'to': '2025-02-29'"), "$.rules[0].when.to", "\"2025-02-29\", expected a day that exists"},
    {WHEN("'quantity': {'min': 1.5}"), "$.rules[0].when.quantity.min", "is 1.5, expected a whole number"},
    {WHEN("'quantity': {'min': '1'}"), "$.rules[0].when.quantity.min", "is \"1\", expected a whole number"},
    {WHEN("'quantity': {'max': 9007199254740993}"), "$.rules[0].when.quantity.max", "a whole number"},
    {"{'adjust': {'on': ''}}", "$.adjust.on", "is \"\", expected a name"},
    /* Decimals. */
    {EARN("'points': 1, 'per': 0.001"), "$.rules[0].earn.per", "at most 2 decimal places"},
    {"{'minor_units': 0, 'cap': {'points': 1, 'per': 'day'}, " /* the places are the program's own */
     "'rules': [{'id': 'a', 'on': 'b', 'earn': {'points': 1, 'per': 1.5}}]}",
     "$.rules[0].earn.per", "at most 0 decimal places"},
    {EARN("'points': 1, 'per': '0.005'"), "$.rules[0].earn.per", "at most 2 decimal places"},
    {EARN("'points': 1, 'per': '1,5'"), "$.rules[0].earn.per", "is \"1,5\", expected an amount of money"},
    {EARN("'points': 1, 'per': '1e2'"), "$.rules[0].earn.per", "is \"1e2\", expected an amount of money"},
    {EARN("'points': 1, 'per': '.5'"), "$.rules[0].earn.per", "expected an amount of money"},
    {EARN("'points': 1, 'per': '-'"), "$.rules[0].earn.per", "expected an amount of money"},
    {EARN("'points': 1, 'per': true"), "$.rules[0].earn.per", "is true, expected an amount of money"},
    {EARN("'points': 1, 'per': 0"), "$.rules[0].earn.per", "is 0, expected at least 0.01"},
    {EARN("'points': 1, 'per': -1"), "$.rules[0].earn.per", "is -1, expected at least 0.01"},
    /* 2^53 is 90 071 992 547 409.92 */
    {EARN("'points': 1, 'per': 90071992547409.93"), "$.rules[0].earn.per", "as text"},
    {EARN("'points': 1, 'per': 90071992547410"), "$.rules[0].earn.per", "as text"},
    {EARN("'points': 1, 'per': '92233720368547758.08'"), "$.rules[0].earn.per", "63 bits"},
    {WITH_RULE("'multiplier': 1.00001"), "$.rules[0].multiplier", "at most 4 decimal places"},
    {WITH_RULE("'multiplier': -0.5"), "$.rules[0].multiplier", "is -0.5, expected a number from 0 to 10000"},
    {WITH_RULE("'multiplier': 10000.0001"), "$.rules[0].multiplier", "a number from 0 to 10000"},
    {WITH_RULE("'multiplier': '1.1'"), "$.rules[0].multiplier", "is \"1.1\", expected a number"},
    {GOLD("'multiplier': 1.23456"), "$.tiers[1].multiplier", "at most 4 decimal places"},
    {WHEN("'margin_rate': {'min': 0.3}"), "$.rules[0].when.margin_rate.min", "or \"30 %\""},
    {WHEN("'margin_rate': {'max': '30'}"), "$.rules[0].when.margin_rate.max", "or \"30 %\""},
    {WHEN("'margin_rate': {'max': '30  %'}"), "$.rules[0].when.margin_rate.max", "or \"30 %\""},
    {WHEN("'margin_rate': {'max': '%'}"), "$.rules[0].when.margin_rate.max", "or \"30 %\""},
    {WHEN("'margin_rate': {'max': '0.00001 %'}"), "$.rules[0].when.margin_rate.max", "4 decimal places"},
    {"{'point_value': 0.000000001}", "$.point_value", "at most 8 decimal places"},
    {"{'point_value': 0}", "$.point_value", "is 0, expected more than 0"},
    {"{'point_value': -1}", "$.point_value", "is -1, expected more than 0"},
    {"{'point_value': '1000000000.00000001'}", "$.point_value", "at most 1000000000"},
    /* Ranges. */
    {"{'minor_units': 10}", "$.minor_units", "is 10, expected a whole number from 0 to 9"},
    {"{'minor_units': -1}", "$.minor_units", "is -1, expected"},
    {"{'year_starts': 0}", "$.year_starts", "is 0, expected a whole number from 1 to 12"},
    {"{'year_starts': 13}", "$.year_starts", "is 13, expected"},
    {EARN("'points': 0"), "$.rules[0].earn.points", "is 0, expected a whole number from 1 to 1000000000"},
    {EARN("'points': -5"), "$.rules[0].earn.points", "is -5, expected"},
    {EARN("'points': 1000000001"), "$.rules[0].earn.points", "is 1000000001, expected"},
    {EARN("'points': 1.5"), "$.rules[0].earn.points", "is 1.5, expected a whole number"},
    {WITH_RULE("'cap': {'points': 0, 'per': 'day'}"), "$.rules[0].cap.points", "is 0, expected"},
    {WITH_RULE("'cap': {'points': 1, 'per': 'week'}"), "$.rules[0].cap.per", "is \"week\", expected \"day\","},
    {"{'cap': {'points': 1000000001, 'per': 'day'}}", "$.cap.points", "is 1000000001, expected"},
    {"{'expiry': {'months': 0}}", "$.expiry.months", "is 0, expected a whole number from 1 to 1200"},
    {"{'expiry': {'months': 1201}}", "$.expiry.months", "is 1201, expected"},
    {"{'pending_days': -1}", "$.pending_days", "is -1, expected"},
    {"{'reversible_days': -1}", "$.reversible_days", "is -1, expected"},
    {"{'reversible_days': 100001}", "$.reversible_days", "is 100001, expected"},
    {"{'qualification': {'max_drop': 0}}", "$.qualification.max_drop", "is 0, expected a whole number from 1"},
    {"{'qualification': {'window': 'rolling', 'months': 0}}", "$.qualification.months", "is 0, expected"},
    {"{'qualification': {'window': 'rolling', 'months': 3, 'grace_months': -1}}",
     "$.qualification.grace_months", "is -1, expected"},
    {GOLD("'requires': [{'on': 'x', 'count': 1, 'months': 0}]"), "$.tiers[1].requires[0].months",
     "is 0, expected a whole number from 1"},
    {"{'redeem': {'on': 'x', 'minimum': 0}}", "$.redeem.minimum", "is 0, expected a whole number from 1"},
    {"{'redeem': {'on': 'x', 'step': 0}}", "$.redeem.step", "is 0, expected a whole number from 1"},
    {WITH_CHALLENGE("{'amount': 1}", "'bonus': 0"), "$.challenges[0].bonus", "is 0, expected"},
    {WITH_CHALLENGE("{'amount': 0}", "'bonus': 1"), "$.challenges[0].target.amount",
     "is 0, expected at least 1"},
    {WITH_CHALLENGE("{'count': -1}", "'bonus': 1"), "$.challenges[0].target.count",
     "is -1, expected at least 1"},
    {GOLD("'requires': [{'on': 'x', 'quantity': 0}]"), "$.tiers[1].requires[0].quantity", "at least 1"},
    /* What contradicts itself. */
    {WITH_RULE("'carry': true"), "$.rules[0].carry", "needs earn.per"},
    {EARN("'points': 1, 'per': 1, 'each': true"), "$.rules[0].earn.each", "does not go together with per"},
    {"{'rules': [{'id': 'a', 'on': 'x', 'earn': {'points': 1}}, {'id': 'a', 'on': 'y', 'earn': {'points': "
     "1}}]}",
     "$.rules[1].id", "is \"a\", which another rule has already"},
    {"{'rules': [{'id': 'c', 'on': 'x', 'earn': {'points': 1}}], 'challenges': [{'id': 'c', 'on': 'x', 'from': "
     "'2025-01-01', 'to': '2025-01-02', 'target': {'count': 1}, 'bonus': 1}]}",
     "$.challenges[0].id", "is \"c\", which another rule or challenge has already"},
    {"{'tiers': [{'id': 'a'}, {'id': 'a', 'points': 1}]}", "$.tiers[1].id", "which another tier has already"},
    {"{'tiers': [{'id': 'a', 'points': 1}]}", "$.tiers[0].points", "everyone is in the first tier"},
    {"{'tiers': [{'id': 'a', 'requires': [{'on': 'x', 'count': 1}]}]}", "$.tiers[0].requires",
     "everyone is in the first tier"},
    {"{'tiers': [{'id': 'a'}, {'id': 'b'}]}", "$.tiers[1].points", "is 0, expected 1 to 1000000000"},
    {"{'tiers': [{'id': 'a'}, {'id': 'b', 'points': 9}, {'id': 'c', 'points': 9}]}", "$.tiers[2].points",
     "is 9, expected more than the 9"},
    {GOLD("'requires': [{'on': 'x', 'count': 1, 'amount': 1}]"), "$.tiers[1].requires[0].amount",
     "is one too many"},
    {WITH_CHALLENGE("{'count': 1, 'quantity': 1}", "'bonus': 1"), "$.challenges[0].target.quantity",
     "is one too many"},
    {WHEN("'tier': ['gold']"), "$.rules[0].when.tier[0]", "the program has none"},
    {"{'tiers': [{'id': 'bronze'}, {'id': 'gold', 'points': 1}], 'rules': [{'id': 'a', 'on': 'b', 'earn': "
     "{'points': 1}, 'when': {'tier': ['gold', 'golde']}}]}",
     "$.rules[0].when.tier[1]", "is \"golde\", expected the id of a tier (did you mean \"gold\"?)"},
    {"{'expiry': {'months': 2}, 'pending_days': 57}", "$.pending_days", "is 57, expected at most 56"},
    {"{'qualification': {'months': 3}}", "$.qualification.months", "rolling"},
    {"{'qualification': {'window': 'year', 'grace_months': 1}}", "$.qualification.grace_months", "rolling"},
    {"{'redeem': {'on': 'x'}, 'adjust': {'on': 'x'}}", "$.adjust.on", "redeems"},
};
enum { FAULTS = sizeof faults / sizeof faults[0] };

START_TEST(test_a_fault)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *untouched = (partner_program *)&d, *program = untouched;
    partner_error error;

    must_fail(parse(faults[_i].text, &d, &program, &error), PARTNER_E_DATA, error);
    ck_assert_msg(strcmp(error.path, faults[_i].path) == 0, "%s: path %s instead of %s (%s)", faults[_i].text,
                  error.path, faults[_i].path, error.message);
    ck_assert_msg(strstr(error.message, faults[_i].says) != NULL, "%s: \"%s\" does not say \"%s\"",
                  faults[_i].text, error.message, faults[_i].says);
    ck_assert_ptr_eq(program, untouched);
    ck_assert_uint_eq(partner_dict_size(d.kind) + partner_dict_size(d.product) + partner_dict_size(d.group) +
                          partner_dict_size(d.tier) + partner_dict_size(d.rule),
                      0);
    free_dicts(&d);
}
END_TEST

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
    const size_t rounds = in_time(60000, 600);
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
    tcase_add_loop_test(tcase, test_a_fault, 0, FAULTS);
    tcase_add_test(tcase, test_limits_of_the_text);
    tcase_add_test(tcase, test_at_most_4096_rules);
    tcase_add_test(tcase, test_names_join_those_that_are_there);
    tcase_add_test(tcase, test_arguments);
    tcase_add_test(tcase, test_mutated_programs);
    return run_suite(suite);
}
