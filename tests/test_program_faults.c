/* SPDX-License-Identifier: MIT
 * Programs with a fault: each is told with its path, what was found and what was expected, and leaves nothing
 * behind.
 */
#include "programs.h"

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

int main(void)
{
    Suite *suite = suite_create("program faults");

    tcase_add_loop_test(add_case(suite, "program faults"), test_a_fault, 0, FAULTS);
    return run_suite(suite);
}
