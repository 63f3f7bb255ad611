/* SPDX-License-Identifier: MIT
 * What programs say of themselves, and what they are warned of. */
#include <stdio.h>

#include "programs.h"

typedef size_t (*saying)(const partner_program *program, const partner_loyalty_dicts *dicts, size_t i,
                         char *buffer, size_t size);

/* All that a program says, one sentence a line. */
static void tell(saying say, const char *text, char *all, size_t room)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *program = must_parse(text, &d);
    char one[1024];
    size_t n = 0;

    all[0] = '\0';
    for (size_t i = 0; say(program, &d, i, one, sizeof one) > 0; i++) {
        ck_assert_msg(strcmp(one + strlen(one) - 1, ".") == 0 || strcmp(one + strlen(one) - 3, "…") == 0,
                      "no end: %s", one);
        n += (size_t)snprintf(all + n, room - n, "%s\n", one);
        ck_assert_uint_lt(n, room);
    }
    partner_program_free(program);
    free_dicts(&d);
}

static void must_contain(saying say, const char *text, const char *says)
{
    char all[16384];

    tell(say, text, all, sizeof all);
    ck_assert_msg(strstr(all, says) != NULL, "%s\nsays\n%swithout\n%s", text, all, says);
}

static void must_lack(saying say, const char *text, const char *says)
{
    char all[16384];

    tell(say, text, all, sizeof all);
    ck_assert_msg(strstr(all, says) == NULL, "%s\nsays\n%swith\n%s", text, all, says);
}

/* --- sentences --- */

/* Each line says what the specification's program says there; the last day of "to 2025-06-01" is the 31st of
 * May, 25 x 1.1 is no whole number and 200 x 1.1, 200 x 1.25, 500 x 1.1, 500 x 1.25 are. */
START_TEST(test_the_specification_s_program)
{
    static const char *const lines[] = {
        "Channel Rewards has 6 rules, 3 tiers and 1 challenge; its year begins in January.\n",
        "\nbase: 1 point for every 10.00 of sale, times 1.1 for silver and 1.25 for gold; rounded down.\n",
        "\npremium: 1 point for every 10.00 of sale, times 0.5, times 1.1 for silver and 1.25 for gold; only "
        "for "
        "product premium, amounts of at least 500.00 and days from 2025-03-01 through 2025-05-31; rounded "
        "down; at "
        "most 2 000 points a calendar month.\n",
        "\nmargin: 25 points for each sale, times 1.1 for silver and 1.25 for gold; only for margins of at "
        "least 30 % "
        "of the amount; rounded down.\n",
        "\nprompt: 50 points for each payment, the same in every tier; only for quantities of at most 0.\n",
        "\ndemo: 200 points for each unit of demo purchase, times 1.1 for silver and 1.25 for gold; to spend "
        "only, "
        "they do not count for tiers.\n",
        "\nwelcome: 500 points for a partner's first sale, times 1.1 for silver and 1.25 for gold.\n",
        "\nAll rules together give a partner at most 20 000 points a calendar quarter; bonuses of challenges "
        "come on "
        "top.\n",
        "\nautumn: a bonus of 1 000 points for 20 000.00 of sale from 2025-09-01 through 2025-11-30, once.\n",
        "\nauthorized: where every partner begins.\n",
        "\nsilver: for 1 000 points within the calendar year; rules give 1.1 times their points.\n",
        "\ngold: for 5 000 points within the calendar year, with certification at least 2 times within the "
        "last 24 "
        "calendar months and at least 50 000.00 of sale within the calendar year; rules give 1.25 times their "
        "points.\n",
        "by at most 1 tier at a time.\n",
        "\nPoints can be used 30 days after they were earned; they are valid until the end of the 24th month "
        "after "
        "the one they were earned in (those of 2025-03-15 through 2027-03-31)",
        ("\nPoints are redeemed by redemption, at least 100 points, in steps of 50 points, and no more than "
         "are "
         "there.\n"),
        "\nPoints are corrected by hand by adjustment; such points can be spent and do not count for tiers.\n",
        "this is possible for 730 days.\n",
        "\nA credit note that does not say what it takes back leaves points alone and lowers",
        "\nA point is worth 0.80.\n",
    };
    char all[16384];
    const char *at = all;

    tell(partner_program_sentence, CHANNEL_REWARDS, all, sizeof all);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) { /* in this order */
        at = strstr(at, lines[i]);
        ck_assert_msg(at != NULL, "missing or in another place: %s\n%s", lines[i], all);
    }
    tell(partner_program_warning, CHANNEL_REWARDS, all, sizeof all);
    ck_assert_str_eq(all, "");
}
END_TEST

/* The example of spec/loyalty.md: accrued 2025-03-15, 12 months: valid to 2026-03-31. */
static const struct {
    const char *text, *says;
} sentences[] = {
    {"{'expiry': {'months': 12}}",
     "the end of the 12th month after the one they were earned in (those of 2025-03-15 "
     "through 2026-03-31)"},
    {"{'expiry': {'months': 1}}", "the end of the month after the one they were earned in (those of 2025-03-15 "
                                  "through 2025-04-30)"},
    {"{'expiry': {'months': 3}}", "the end of the 3rd month"},
    {"{'expiry': {'months': 22}}", "the end of the 22nd month"},
    {"{'expiry': {'months': 111}}", "the end of the 111th month"},
    {"{'expiry': {'months': 121}}", "the end of the 121st month"},
    {"{}", "This program has no rules, no tiers and no challenges; its year begins in January.\n"},
    {"{}", "Points can be used at once and never expire.\n"},
    {"{'pending_days': 1}", "Points can be used 1 day after they were earned and never expire.\n"},
    {"{}", "There is no kind of event by which points are redeemed.\n"},
    {"{}", "this is possible at any time.\n"},
    {"{'reversible_days': 0}", "this is possible on the same day only.\n"},
    {"{'credit_notes': 'refuse'}", "A credit note that does not say what it takes back is refused.\n"},
    {"{'year_starts': 7}", "its year begins in July."},
    {"{'year_starts': 12}", "its year begins in December."},
    {"{'redeem': {'on': 'spend_it'}}", "Points are redeemed by spend it, and no more than are there.\n"},
    {"{'adjust': {'on': 'x', 'counts_for': ['tier']}}",
     "by x; such points count for tiers and cannot be spent.\n"},
    {"{'adjust': {'on': 'x', 'counts_for': ['tier', 'reward']}}",
     "such points can be spent and count for tiers.\n"},
    {"{'point_value': 0.00125}", "A point is worth 0.00125.\n"},
    {"{'point_value': 2, 'minor_units': 0}", "A point is worth 2.\n"},
    {"{'point_value': '1234.5', 'minor_units': 3}", "A point is worth 1 234.500.\n"},
    {"{'point_value': 0.5, 'minor_units': 9}", "A point is worth 0.50000000.\n"},
    /* What a rule gives. */
    {WITH_RULE("'round': 'up'"), "\na: 1 point for each sale.\n"},
    {EARN("'points': 3, 'each': true"), "\na: 3 points for each unit of sale.\n"},
    {EARN("'points': 3, 'per': '1234567.89'"), "\na: 3 points for every 1 234 567.89 of sale; rounded down.\n"},
    {"{'minor_units': 0, 'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 10, 'per': 5}}]}",
     "\na: 10 points for every 5 of sale.\n"},
    {"{'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 3, 'per': 10}, 'when': {'first': true}}]}",
     "\na: 3 points for every 10.00 of a partner's first sale; rounded down.\n"},
    {"{'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 3, 'per': 10}, 'carry': true}]}",
     "\na: 3 points for every 10.00 of sale; fractions are kept until they make a whole point.\n"},
    {WITH_RULE("'multiplier': 0.3333, 'round': 'up'"),
     "\na: 1 point for each sale, times 0.3333; rounded up.\n"},
    {WITH_RULE("'multiplier': 1.5, 'round': 'nearest'"), "rounded to the nearest point, half a point up.\n"},
    {WITH_RULE("'multiplier': 1.5, 'round': 'even'"),
     "rounded to the nearest point, half a point to the even one.\n"},
    {WITH_RULE("'multiplier': 2"), "\na: 1 point for each sale, times 2.\n"},
    {WITH_RULE("'counts_for': ['tier']"), "; for tiers only, they cannot be spent.\n"},
    {WITH_RULE("'cap': {'points': 1, 'per': 'day'}"), "; at most 1 point a day.\n"},
    {WITH_RULE("'cap': {'points': 2, 'per': 'quarter'}"), "; at most 2 points a calendar quarter.\n"},
    {WITH_RULE("'cap': {'points': 2, 'per': 'year'}"), "; at most 2 points a calendar year.\n"},
    {WITH_RULE("'cap': {'points': 2, 'per': 'event'}"), "; at most 2 points for one event.\n"},
    {WITH_RULE("'cap': {'points': 2, 'per': 'life'}"), "; at most 2 points in all.\n"},
    {"{'year_starts': 4, 'cap': {'points': 2, 'per': 'quarter'}}",
     "at most 2 points a quarter of the program's year.\n"},
    {"{'year_starts': 4, 'cap': {'points': 2, 'per': 'year'}}", "at most 2 points a program year.\n"},
    /* When. */
    {WHEN("'product': ['x', 'y_z', 'w']"), "; only for product x, y_z or w.\n"},
    {WHEN("'group': ['x', 'y']"), "; only for partners of group x or y.\n"},
    {WHEN("'amount': {'max': 5}"), "; only for amounts of at most 5.00.\n"},
    {WHEN("'amount': {'min': 5, 'max': 6.5}"), "; only for amounts from 5.00 to 6.50.\n"},
    {WHEN("'quantity': {'min': 7, 'max': 7}"), "; only for quantities of exactly 7.\n"},
    {WHEN("'quantity': {'min': -1000}"), "; only for quantities of at least -1 000.\n"},
    {WHEN("'margin': {'min': -2.5}"), "; only for margins of at least -2.50.\n"},
    {WHEN("'margin_rate': {'max': '12.5%'}"), "; only for margins of at most 12.5 % of the amount.\n"},
    {WHEN("'margin_rate': {'min': -10000}"), "; only for margins of at least -1 % of the amount.\n"},
    {WHEN("'from': '2025-01-01'"), "; only for days from 2025-01-01 on.\n"},
    {WHEN("'to': '2025-01-01'"), "; only for days through 2024-12-31.\n"},
    {WHEN("'product': ['x'], 'group': ['g'], 'to': '2025-01-01'"),
     "; only for product x, partners of group g and days through 2024-12-31.\n"},
    /* Tiers in rules. */
    {"{'tiers': [{'id': 's', 'multiplier': 2}, {'id': 'g', 'points': 1, 'multiplier': 3}], 'rules': [{'id': "
     "'a', "
     "'on': 'sale', 'earn': {'points': 1}, 'when': {'tier': ['g']}}]}",
     "\na: 1 point for each sale, times 3 for g; only for partners in tier g.\n"},
    {"{'rules': [{'id': 'a', 'on': 'x', 'earn': {'points': 1}, 'exclusive': 'e'}, {'id': 'b', 'on': 'y', "
     "'earn': "
     "{'points': 1}, 'exclusive': 'e'}, {'id': 'c', 'on': 'x', 'earn': {'points': 1}, 'exclusive': 'e'}]}",
     "\na: 1 point for each x; of a and c only the one that gives most counts.\n"},
    /* Tiers. */
    {GOLD("'requires': [{'on': 'sale', 'quantity': 1, 'months': 1}]"),
     "\ngold: for 100 points within the calendar year, with at least 1 unit of sale within the calendar "
     "month.\n"},
    {GOLD("'requires': [{'on': 'sale', 'count': 1}]"), "with sale at least 1 time within the calendar year.\n"},
    {GOLD("'multiplier': 0"), "; rules give 0 times their points.\n"},
    {GOLD("'multiplier': 1"),
     "\nWhoever reaches a tier has it at once, until the end of the next calendar year; "
     "whoever has not earned it again by then drops to the tier that the last year has "
     "earned.\n"},
    {"{'year_starts': 2, 'tiers': [{'id': 's'}, {'id': 'g', 'points': 1}]}",
     "until the end of the next program year"},
    {"{'qualification': {'window': 'rolling', 'months': 6, 'grace_months': 1, 'max_drop': 2}, 'tiers': [{'id': "
     "'s'}, "
     "{'id': 'g', 'points': 7}]}",
     "\ng: for 7 points within the last 6 calendar months.\nWhoever reaches a tier has it at once. On the "
     "first of "
     "every month the 6 months just ended are looked at: whoever is below the tier more than 1 time in a row "
     "drops "
     "to the one that they have earned, by at most 2 tiers at a time.\n"},
    {"{'qualification': {'window': 'rolling', 'months': 1}, 'tiers': [{'id': 's'}, {'id': 'g', 'points': 7}]}",
     "the month just ended is looked at: whoever is below the tier drops to the one that they have earned.\n"},
    /* Challenges. */
    {WITH_CHALLENGE("{'count': 3}", "'bonus': 1"),
     "\nc: a bonus of 1 point for sale 3 times from 2025-01-01 through 2025-01-31, once.\n"},
    {WITH_CHALLENGE("{'quantity': 8}", "'bonus': 2, 'repeat': true"),
     "\nc: a bonus of 2 points for every full 8 units of sale from 2025-01-01 through 2025-01-31.\n"},
};
enum { SENTENCES = sizeof sentences / sizeof sentences[0] };

START_TEST(test_a_sentence) { must_contain(partner_program_sentence, sentences[_i].text, sentences[_i].says); }
END_TEST

START_TEST(test_what_is_left_unsaid)
{
    must_lack(partner_program_sentence, "{}", "at most");
    must_lack(partner_program_sentence, "{'tiers': [{'id': 'a'}]}", "Whoever reaches a tier");
    must_lack(partner_program_sentence, WITH_RULE("'exclusive': 'e'"), "only the one");
    must_lack(partner_program_sentence, WITH_RULE("'tier_multiplier': false"), "the same in every tier");
    must_lack(partner_program_sentence, "{'cap': {'points': 1, 'per': 'day'}}", "bonuses");
}
END_TEST

/* Without dictionaries numbers stand for names. */
START_TEST(test_without_dictionaries)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *p = must_parse(CHANNEL_REWARDS, &d);
    char text[1024], same[1024];

    ck_assert_uint_eq(partner_program_sentence(p, NULL, 2, text, sizeof text), strlen(text));
    ck_assert_ptr_nonnull(strstr(text, "premium: 1 point for every 10.00 of kind "));
    ck_assert_ptr_nonnull(strstr(text, "only for product no. 0,"));
    d.struct_size = 4; /* no dictionaries that could be read */
    partner_program_sentence(p, &d, 2, same, sizeof same);
    ck_assert_str_eq(text, same);
    d.struct_size = sizeof d;
    ck_assert_uint_eq(partner_program_sentence(NULL, &d, 0, text, sizeof text), 0);
    ck_assert_uint_eq(partner_program_warning(NULL, &d, 0, text, sizeof text), 0);
    ck_assert_uint_eq(partner_program_sentence(p, &d, 1000, text, sizeof text), 0);
    partner_program_free(p);
    free_dicts(&d);
}
END_TEST

/* The length is that of the whole sentence, whatever fits; a character is never broken. */
START_TEST(test_small_buffers)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *p = must_parse("{'name': '\xc3\xbc\xc3\xbc'}", &d); /* two umlauts */
    char text[1024], part[8];
    const size_t length = partner_program_sentence(p, &d, 0, text, sizeof text);

    ck_assert_uint_eq(length, strlen(text));
    ck_assert_uint_eq(partner_program_sentence(p, &d, 0, NULL, 0), length);
    ck_assert_uint_eq(partner_program_sentence(p, &d, 0, part, 1), length);
    ck_assert_str_eq(part, "");
    ck_assert_uint_eq(partner_program_sentence(p, &d, 0, part, 4), length);
    ck_assert_str_eq(part, "\xc3\xbc");
    ck_assert_uint_eq(partner_program_sentence(p, &d, 0, part, 5), length);
    ck_assert_str_eq(part, "\xc3\xbc\xc3\xbc");
    partner_program_free(p);
    free_dicts(&d);
}
END_TEST

/* Everything there is, with names as long as they may be: 1024 bytes always do. */
START_TEST(test_long_programs)
{
    char name[3001], *text = malloc(1 << 22), *at = text, all[65536];

    for (size_t i = 0; i + 2 < sizeof name; i += 2) memcpy(name + i, "\xc3\xbc", 2);
    name[3000] = '\0';
    at += sprintf(at, "{'name': '%s', 'year_starts': 2, 'tiers': [{'id': 't%s'}", name, name);
    for (int i = 1; i < 30; i++)
        at += sprintf(
            at,
            ", {'id': 't%d%s', 'points': %d, 'multiplier': %d.2345, 'requires': [{'on': 'k%s', 'amount': "
            "'90000000000000000.00', 'months': 1200}, {'on': 'k', 'count': 2}, {'on': 'k%s', "
            "'quantity': 9007199254740992, 'months': 1199}, {'on': 'k', 'count': 2}]}",
            i, name, 900000000 + i, 9900 + i, name, name);
    at += sprintf(at, "], 'rules': [");
    for (int i = 0; i < 20; i++) {
        at +=
            sprintf(at, "%s{'id': 'r%d%s', 'on': 'k%s', 'exclusive': 'x', 'when': {'first': true, 'product': [",
                    i > 0 ? "," : "", i, name, name);
        for (int k = 0; k < 3; k++) at += sprintf(at, "'p%d%s', ", k, name);
        at += sprintf(at, "'p'], 'group': [");
        for (int k = 0; k < 3; k++) at += sprintf(at, "'g%d%s', ", k, name);
        at += sprintf(at, "'g'], 'tier': [");
        for (int k = 1; k < 10; k++) at += sprintf(at, "%s't%d%s'", k > 1 ? ", " : "", k, name);
        at += sprintf(
            at, "], 'amount': {'min': '-90000000000000000.00', 'max': '90000000000000000.00'}, 'quantity': "
                "{'min': -9007199254740992, 'max': 9007199254740992}, 'margin': {'min': "
                "'-90000000000000000.00', 'max': '90000000000000000.00'}, 'margin_rate': {'min': "
                "-9007199254740992, 'max': 9007199254740992}, 'from': '2025-01-01', 'to': '2026-01-01'}, "
                "'earn': {'points': 1000000000, 'per': '90000000000000000.00'}, 'multiplier': 9999.9999, "
                "'round': 'even', 'counts_for': ['reward'], 'cap': {'points': 1000000000, 'per': 'quarter'}}");
    }
    sprintf(at, "]}");
    tell(partner_program_sentence, text, all, sizeof all);
    ck_assert_ptr_nonnull(
        strstr(all, "1 000 000 000 points for every 90 000 000 000 000 000.00 of a partner's first"));
    ck_assert_ptr_nonnull(strstr(all, "…\n")); /* a rule with all of it at its longest is cut short */
    ck_assert_ptr_nonnull(strstr(all, " and 3 more; rules give 9 901.2345 times their points.\n"));
    free(text);
}
END_TEST

/* --- warnings --- */

static const struct {
    const char *text, *says;
} warnings[] = {
    {"{}", "There are no rules, so no event earns points by itself.\n"},
    /* Rules that can never match. */
    {WHEN("'from': '2025-03-01', 'to': '2025-03-01'"),
     "a can never give points: its days end before they begin.\n"},
    {WHEN("'from': '2025-03-01', 'to': '2025-01-01'"), "its days end before they begin.\n"},
    {WHEN("'amount': {'min': 5.01, 'max': 5}"), "its least amount is more than its largest.\n"},
    {WHEN("'quantity': {'min': 2, 'max': 1}"), "its least quantity is more than its largest.\n"},
    {WHEN("'margin': {'min': 2, 'max': 1}"), "its least margin is more than its largest.\n"},
    {WHEN("'margin_rate': {'min': '2 %', 'max': '1 %'}"), "its least margin rate is more than its largest.\n"},
    {WHEN("'product': []"), "it names no product.\n"},
    {WHEN("'group': []"), "it names no group.\n"},
    {WHEN("'tier': []"), "it names no tier.\n"},
    {WHEN("'amount': {'max': -0.01}"), "negative amounts pass no rule.\n"},
    {WHEN("'amount': {'max': 0}, 'margin_rate': {'min': '1 %'}"), "a margin rate needs an amount above 0.\n"},
    {WITH_RULE("'multiplier': 0"), "a can never give points: its multiplier is 0.\n"},
    {"{'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 1, 'per': 1}, 'when': {'amount': {'max': 0}}}]}",
     "it pays by the amount, and amounts are at most 0.\n"},
    {"{'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 1, 'each': true}, 'when': {'quantity': {'max': "
     "0}}}]}",
     "it pays by the unit, and quantities are at most 0.\n"},
    {"{'redeem': {'on': 'sale'}, 'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 1}}]}",
     "a can never give points: its kind of event redeems points"},
    {"{'adjust': {'on': 'sale'}, 'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 1}}]}",
     "its kind of event corrects points by hand"},
    {"{'tiers': [{'id': 's'}, {'id': 'g', 'points': 1, 'multiplier': 0}], 'rules': [{'id': 'a', 'on': 'sale', "
     "'earn': {'points': 1}, 'when': {'tier': ['g']}}]}",
     "a can never give points: the multiplier of its tiers is 0.\n"},
    /* Rounding. */
    {"{'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 1, 'per': 1}, 'round': 'up'}]}",
     "a rounds up, so an order split in many earns more than the same order in one; \"carry\": true keeps "
     "fractions "
     "instead.\n"},
    {"{'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 1, 'each': true}, 'round': 'up', 'multiplier': "
     "1.5}]}",
     "a rounds up, so an order split in many earns more than the same order in one.\n"},
    {"{'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 1, 'per': 1}, 'round': 'up', 'carry': true}]}",
     "a says how to round, but \"carry\" keeps fractions exactly and nothing is rounded.\n"},
    /* Rates and caps. */
    {WHEN("'margin_rate': {'min': 30}"),
     "a asks for a margin rate of 0.003 %: the number is in parts per million"},
    {WHEN("'margin_rate': {'min': '101 %'}"), "a asks for a margin that is more than the amount itself.\n"},
    {"{'rules': [{'id': 'a', 'on': 'x', 'earn': {'points': 200}, 'multiplier': 1.5, 'cap': {'points': 299, "
     "'per': "
     "'life'}}]}",
     "a gives 300 points at a time, but its cap allows 299 points in all.\n"},
    /* Challenges. */
    {"{'challenges': [{'id': 'c', 'on': 'x', 'from': '2025-02-01', 'to': '2025-02-01', 'target': {'count': 1}, "
     "'bonus': 1}]}",
     "c can never be met: its days end before they begin.\n"},
    {"{'redeem': {'on': 'x'}, 'challenges': [{'id': 'c', 'on': 'x', 'from': '2025-02-01', 'to': '2025-03-01', "
     "'target': {'count': 1}, 'bonus': 1}]}",
     "c can never be met: its kind of event redeems points"},
    /* Tiers. */
    {"{'adjust': {'on': 'x'}, 'tiers': [{'id': 's'}, {'id': 'g', 'points': 1, 'requires': [{'on': 'x', "
     "'count': "
     "1}]}]}",
     "g can never be reached, for it requires x: its kind of event corrects points by hand"},
    {"{'tiers': [{'id': 's', 'multiplier': 1.5}, {'id': 'g', 'points': 1, 'multiplier': 1.25}]}",
     "g has a lower multiplier (1.25) than the tier below it (1.5): whoever is promoted earns less.\n"},
    {"{'tiers': [{'id': 's'}, {'id': 'g', 'points': 1, 'multiplier': 0}]}", "g has the multiplier 0"},
    {"{'redeem': {'on': 'x', 'minimum': 100, 'step': 30}}",
     "The least that can be redeemed is 120 points: the minimum of 100 points is no step.\n"},
};
enum { WARNINGS = sizeof warnings / sizeof warnings[0] };

START_TEST(test_a_warning) { must_contain(partner_program_warning, warnings[_i].text, warnings[_i].says); }
END_TEST

START_TEST(test_nothing_to_warn_of)
{
    must_lack(partner_program_warning, WHEN("'from': '2025-03-01', 'to': '2025-03-02'"), "a ");
    must_lack(partner_program_warning, WHEN("'amount': {'min': 5, 'max': 5}, 'quantity': {'max': 0}"), "a ");
    must_lack(partner_program_warning, WHEN("'to': '1999-01-01'"), "a "); /* over, and fine */
    must_lack(partner_program_warning, WITH_RULE("'round': 'up'"), "rounds");
    must_lack(partner_program_warning, WITH_RULE("'round': 'up', 'multiplier': 1.5"), "rounds");
    must_lack(partner_program_warning,
              "{'rules': [{'id': 'a', 'on': 'x', 'earn': {'points': 100, 'per': 1}, 'round': 'up'}]}",
              "rounds");
    must_lack(partner_program_warning, "{'redeem': {'on': 'x', 'minimum': 100, 'step': 50}}", "least");
    must_lack(partner_program_warning, "{'redeem': {'on': 'x', 'minimum': 1, 'step': 50}}", "least");
    must_lack(partner_program_warning, WHEN("'margin_rate': {'min': 0, 'max': '100 %'}"), "margin");
    must_lack(partner_program_warning, WITH_RULE("'cap': {'points': 1, 'per': 'event'}"), "cap");
}
END_TEST

/* A program in which one rule, once a month, is all that leads to gold. What it can bring at best: the cap
 * times the periods that the window touches. */
static void check_reach(const char *program_parts, const char *rule_parts, int64_t best)
{
    char text[1024], says[128];

    for (int over = 0; over < 2; over++) {
        snprintf(text, sizeof text,
                 "{%s 'tiers': [{'id': 'start'}, {'id': 'gold', 'points': %d}, {'id': 'top', 'points': "
                 "1000000000}], "
                 "'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 7, 'per': 1}, 'carry': true %s}]}",
                 program_parts, (int)best + over, rule_parts);
        snprintf(says, sizeof says, "gold is out of reach: it needs");
        if (over) must_contain(partner_program_warning, text, says);
        else must_lack(partner_program_warning, text, says);
    }
}

START_TEST(test_tiers_out_of_reach)
{
    static const struct {
        const char *per;
        int64_t in_a_year, in_7_months;
    } caps[] = {
        /* A window of 7 calendar months has at most 7 x 31 days, lies in at most 3 quarters and 2 years. */
        {"day", 366, 217}, {"month", 12, 7}, {"quarter", 4, 3}, {"year", 1, 2}, {"life", 1, 1},
    };
    static const char rolling[] = "'qualification': {'window': 'rolling', 'months': 7},";
    char part[256];

    for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++) {
        snprintf(part, sizeof part, ", 'cap': {'points': 10, 'per': '%s'}", caps[i].per);
        check_reach("", part, 10 * caps[i].in_a_year);
        check_reach(rolling, part, 10 * caps[i].in_7_months);
        snprintf(part, sizeof part, "'cap': {'points': 10, 'per': '%s'},", caps[i].per);
        check_reach(part, "", 10 * caps[i].in_a_year);
        snprintf(part, sizeof part, "%s 'cap': {'points': 10, 'per': '%s'},", rolling, caps[i].per);
        check_reach(part, "", 10 * caps[i].in_7_months);
    }
    must_lack(partner_program_warning,
              "{'tiers': [{'id': 's'}, {'id': 'g', 'points': 1000}], 'rules': [{'id': 'a', 'on': 'x', 'earn': "
              "{'points': 1}, 'cap': {'points': 1, 'per': 'event'}}]}",
              "reach");
}
END_TEST

/* Rules that do not help a partner who is below: for spending only, for those in the tier, once, or dead. */
START_TEST(test_what_leads_to_a_tier)
{
#define LEADS(points, rule, more)                                                                           \
    "{'tiers': [{'id': 's'}, {'id': 'g', 'points': " points "}], 'rules': [{'id': 'a', 'on': 'x', 'earn': " \
    "{'points': 100}, " rule "}]" more "}"
    static const char none[] = "g is out of reach: it needs 1 point, and no rule below it gives points";

    must_contain(partner_program_warning, LEADS("1", "'counts_for': ['reward']", ""), none);
    must_contain(partner_program_warning, LEADS("1", "'when': {'tier': ['g']}", ""), none);
    must_contain(partner_program_warning, LEADS("1", "'when': {'product': []}", ""), none);
    must_lack(partner_program_warning, LEADS("1", "'when': {'tier': ['s', 'g']}", ""), "reach");
    must_lack(partner_program_warning, LEADS("150", "'when': {'first': true}, 'multiplier': 1.5", ""), "reach");
    must_contain(partner_program_warning, LEADS("151", "'when': {'first': true}, 'multiplier': 1.5", ""),
                 "caps allow at most 150 points.\n");
    must_lack(partner_program_warning,
              LEADS("151", "'when': {'first': true}, 'multiplier': 1.5",
                    ", 'adjust': {'on': 'fix', 'counts_for': ['tier']}"),
              "reach");
    must_contain(partner_program_warning,
                 LEADS("151", "'when': {'first': true}, 'multiplier': 1.5", ", 'adjust': {'on': 'fix'}"),
                 "reach");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("program words");
    TCase *tcase = add_case(suite, "program words");

    tcase_add_test(tcase, test_the_specification_s_program);
    tcase_add_loop_test(tcase, test_a_sentence, 0, SENTENCES);
    tcase_add_test(tcase, test_what_is_left_unsaid);
    tcase_add_test(tcase, test_without_dictionaries);
    tcase_add_test(tcase, test_small_buffers);
    tcase_add_test(tcase, test_long_programs);
    tcase_add_loop_test(tcase, test_a_warning, 0, WARNINGS);
    tcase_add_test(tcase, test_nothing_to_warn_of);
    tcase_add_test(tcase, test_tiers_out_of_reach);
    tcase_add_test(tcase, test_what_leads_to_a_tier);
    return run_suite(suite);
}
