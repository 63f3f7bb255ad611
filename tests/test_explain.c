/* SPDX-License-Identifier: MIT
 * Why an entry is what it is: each factor of each sentence worked out by hand, and decimals to the last digit.
 */
#include "loyalty/exact.h"
#include "loyalty_story.h"

enum { ROOM = 512 };

static void decimal_is(uint64_t a, uint64_t b, uint64_t c, uint64_t d, const char *expected)
{
    partner__fraction f = {{a, b, 1, 1}, {c, d, 1, 1}};
    char text[PARTNER__DECIMAL];

    partner__reduce(&f);
    partner__decimal(&f, text);
    ck_assert_str_eq(text, expected);
}

START_TEST(decimals)
{
    decimal_is(8226, 1, 1000, 1, "8.226");
    decimal_is(8230, 1, 1000, 1, "8.23");
    decimal_is(7000, 1, 1000, 1, "7");
    decimal_is(0, 5, 3, 1, "0");
    decimal_is(1, 1, 3, 1, "0.333333…");
    decimal_is(2, 1, 3, 1, "0.666666…");
    decimal_is(100, 1, 7, 1, "14.285714…");
    decimal_is(6, 1, 3, 1, "2");
    decimal_is(1, 1, 1024, 1, "0.0009765625");
    decimal_is(1, 1, UINT64_C(100000000), UINT64_C(100000000), "0.0000000000000001");
    decimal_is(UINT64_MAX, 1, 1, 1, "18446744073709551615");
    decimal_is(UINT64_MAX, 10, 100, 1, "1844674407370955161.5");
    /* 2^-62 has 62 decimals, the last of which is 5^62's; 2^62 = 4611686018427387904. */
    decimal_is(1, 1, UINT64_C(1) << 62, 1, "0.00000000000000000021684043449710088680149056017398834228515625");
}
END_TEST

/* The sentence of the n-th entry. */
static void why(const partner_loyalty *l, size_t entry, const char *expected)
{
    char text[ROOM];
    size_t length = partner_loyalty_explain(l, entry, text, sizeof text);

    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(length, strlen(expected));
}

/* The spec's own sentence, on its program: 82.26 / 10.00 = 8.226. */
START_TEST(example_of_the_specification)
{
    story *w = new_story(CHANNEL_REWARDS);
    partner_loyalty *l;

    sells(w, "acme", "2025-01-10", 8226);
    l = run_story(w, NULL);
    why(l, 0, "8 points: 1 per 10.00 of 82.26 × 1 (authorized) = 8.226, rounded down");
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* The worked example: entries in the order of example/ledger.csv. */
START_TEST(worked_example)
{
    story *w = channel_rewards();
    partner_loyalty *l = run_story(w, "2027-12-31");

    ck_assert_uint_eq(l->ledger->entries, 46);
    why(l, 0, "822 points: 1 per 10.00 of 8226.50 × 1 (authorized) = 822.65, rounded down");
    why(l, 1, "25 points: 25 for the event × 1 (authorized) = 25");
    why(l, 2, "500 points: 500 once × 1 (authorized) = 500");
    why(l, 3,
        "promotion from authorized to silver: 1347 qualifying points of the 1000 it takes, valid to "
        "2026-12-31");
    why(l, 4, "50 points: 50 for the event");
    why(l, 5, "822 points: earned on 2025-01-10, usable after 30 days");
    why(l, 9, "3300 points: 1 per 10.00 of 30000.00 × 1.1 (silver) = 3300");
    why(l, 10, "1650 points: 1 per 10.00 of 30000.00 × 0.5 × 1.1 (silver) = 1650");
    why(l, 13, "-1650 points: 15000.00 of 30000.00 is left, so 1650 of the 3300 earned by it are taken back");
    why(l, 17, "-1000 points: redeemed of 3872 usable");
    why(l, 18, "0 points: a redemption of 975 is refused, it takes a multiple of 50");
    why(l, 21, "440 points: 200 for each of 2 × 1.1 (silver) = 440, not counted for the tier");
    why(l, 24, "1000 points: challenge autumn reached, 25000.00 of 20000.00");
    why(l, 25,
        "promotion from silver to gold: 7282 qualifying points of the 5000 it takes, and its 2 requirements "
        "hold, "
        "valid to 2026-12-31");
    why(l, 27, "1000 points: earned on 2025-10-01, usable after 30 days");
    why(l, 28, "125 points: 1 per 10.00 of 1000.00 × 1.25 (gold) = 125");
    why(l, 30,
        "demotion from gold to silver: 125 qualifying points of the 5000 that gold takes, at most 1 level down "
        "at "
        "once, valid to 2027-12-31");
    why(l, 31, "-347 points: earned on 2025-01-10, expired after 24 months (valid to 2027-01-31)");
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* Every sentence fits, and tells its points, whatever the entry. */
START_TEST(every_entry_has_a_sentence)
{
    story *w = channel_rewards();
    partner_loyalty *l = run_story(w, "2027-12-31");
    char text[ROOM], number[32], little[8];

    for (size_t i = 0; i < l->ledger->entries; i++) {
        size_t length = partner_loyalty_explain(l, i, text, sizeof text);
        int about_tier = l->ledger->kind[i] >= PARTNER_ENTRY_PROMOTION;

        ck_assert_uint_gt(length, 0);
        ck_assert_uint_lt(length, sizeof text);
        snprintf(number, sizeof number, "%lld point", (long long)l->ledger->points[i]);
        ck_assert_msg(about_tier || strncmp(text, number, strlen(number)) == 0, "%s", text);
        /* Cut off, the sentence is as long as ever, and its length is still said. */
        ck_assert_uint_eq(partner_loyalty_explain(l, i, little, sizeof little), length);
        ck_assert_uint_eq(strlen(little), sizeof little - 1);
        ck_assert_int_eq(strncmp(little, text, sizeof little - 1), 0);
        ck_assert_uint_eq(partner_loyalty_explain(l, i, NULL, 0), length);
    }
    strcpy(text, "left");
    ck_assert_uint_eq(partner_loyalty_explain(l, l->ledger->entries, text, sizeof text), 0);
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(partner_loyalty_explain(NULL, 0, text, sizeof text), 0);
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* Rounding, and what does not end: 7.00 · 1 / 3.00 = 2.333…, 8.00 / 3.00 = 2.666…; 1.50 / 1.00 = 1.5, 2.5. */
START_TEST(rounding)
{
    static const char *const rounds[] = {"down", "up", "nearest", "even"};
    static const char *const thirds[] = {
        "2 points: 1 per 3.00 of 8.00 = 2.666666…, rounded down",
        "3 points: 1 per 3.00 of 8.00 = 2.666666…, rounded up",
        "3 points: 1 per 3.00 of 8.00 = 2.666666…, rounded to the nearest",
        "3 points: 1 per 3.00 of 8.00 = 2.666666…, rounded to the nearest, half to even",
    };
    static const char *const halves[] = {
        "2 points: 1 per 3.00 of 7.50 = 2.5, rounded down",
        "3 points: 1 per 3.00 of 7.50 = 2.5, rounded up",
        "3 points: 1 per 3.00 of 7.50 = 2.5, rounded to the nearest",
        "2 points: 1 per 3.00 of 7.50 = 2.5, rounded to the nearest, half to even",
    };

    for (int i = 0; i < 4; i++) {
        char program[256];
        story *w;
        partner_loyalty *l;

        snprintf(program, sizeof program,
                 "{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 3}, "
                 "'round': '%s'}]}",
                 rounds[i]);
        w = new_story(program);
        sells(w, "a", "2025-01-01", 800);
        sells(w, "a", "2025-01-02", 750);
        sells(w, "a", "2025-01-03", 600);
        l = run_story(w, NULL);
        ck_assert_uint_eq(l->ledger->entries, 3);
        why(l, 0, thirds[i]);
        why(l, 1, halves[i]);
        why(l, 2, "2 points: 1 per 3.00 of 6.00 = 2");
        partner_loyalty_free(l);
        free_story(w);
    }
}
END_TEST

/* Carry: 17.00 / 10.00 = 1.7, so 1 and 0.7 stay; 0.7 + 2.4 = 3.1; and by thirds: 5 / 3 = 1.666…, the two thirds
 * that stay and another 5 / 3 make 2.333…, and that third and 5 / 3 make 2. */
START_TEST(carry)
{
    static const char *const tens = "{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, "
                                    "'per': 10}, 'carry': true}]}";
    static const char *const thirds = "{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': "
                                      "1, 'per': 3}, 'carry': true}]}";
    story *w = new_story(tens);
    partner_loyalty *l;

    sells(w, "a", "2025-01-01", 1700);
    sells(w, "a", "2025-01-02", 2400);
    sells(w, "a", "2025-01-03", 10900);
    sells(w, "a", "2025-01-04", 3000);
    l = run_story(w, NULL);
    ck_assert_uint_eq(l->ledger->entries, 4);
    why(l, 0, "1 point: 1 per 10.00 of 17.00 = 1.7, in whole points");
    why(l, 1, "3 points: 1 per 10.00 of 24.00 = 2.4, with 0.7 carried over from before, in whole points");
    why(l, 2, "11 points: 1 per 10.00 of 109.00 = 10.9, with 0.1 carried over from before, in whole points");
    why(l, 3, "3 points: 1 per 10.00 of 30.00 = 3");
    partner_loyalty_free(l);
    free_story(w);
    w = new_story(thirds);
    sells(w, "a", "2025-01-01", 500);
    sells(w, "a", "2025-01-02", 500);
    sells(w, "a", "2025-01-03", 500);
    l = run_story(w, NULL);
    why(l, 1,
        "2 points: 1 per 3.00 of 5.00 = 1.666666…, with 0.666666… carried over from before, in whole points");
    why(l, 2,
        "2 points: 1 per 3.00 of 5.00 = 1.666666…, with 0.333333… carried over from before, in whole points");
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* Caps: the rule's own 20 a month leaves 20 of 25, the program's 30 a day then 10 of the other rule's 25. */
START_TEST(caps)
{
    story *w = new_story("{'rules': ["
                         "{'id': 'a', 'on': 'sale', 'earn': {'points': 1, 'per': 1},"
                         " 'cap': {'points': 20, 'per': 'month'}},"
                         "{'id': 'b', 'on': 'sale', 'earn': {'points': 1, 'per': 1},"
                         " 'cap': {'points': 24, 'per': 'event'}, 'counts_for': ['tier']}],"
                         " 'cap': {'points': 30, 'per': 'day'}}");
    partner_loyalty *l;

    sells(w, "a", "2025-01-01", 2500);
    l = run_story(w, NULL);
    ck_assert_uint_eq(l->ledger->entries, 2);
    why(l, 0, "20 points: 1 per 1.00 of 25.00 = 25, of which 5 refused by the cap of 20 per month");
    why(l, 1,
        "10 points: 1 per 1.00 of 25.00 = 25, of which 1 refused by the cap of 24 per event and 14 refused by "
        "the "
        "program's cap of 30 per day, counted for the tier only");
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* Reversals: of a fixed grant, of one below its minimum, under carry, of what has expired, of a bonus, of a
 * redemption. */
START_TEST(reversals)
{
    story *w = new_story("{'rules': [{'id': 'fixed', 'on': 'visit', 'earn': {'points': 40}},"
                         "{'id': 'large', 'on': 'sale', 'when': {'amount': {'min': 500}},"
                         " 'earn': {'points': 1, 'per': 10}}],"
                         " 'expiry': {'months': 1}, 'redeem': {'on': 'redemption'},"
                         " 'challenges': [{'id': 'three', 'on': 'visit', 'from': '2025-01-01', "
                         "'to': '2025-12-01',"
                         "  'target': {'count': 3}, 'bonus': 7}]}");
    partner_loyalty *l;
    uint64_t sale, visit, redemption;

    sale = sells(w, "a", "2025-01-01", 80000);                                            /* 0: 80 */
    happens(w, "a", "2025-01-02", "visit", 0, NONE, NONE, NULL, NOTHING);                 /* 1: 40 */
    happens(w, "a", "2025-01-03", "visit", 0, NONE, NONE, NULL, NOTHING);                 /* 2: 40 */
    visit = happens(w, "a", "2025-01-04", "visit", 0, NONE, NONE, NULL, NOTHING);         /* 3, 4: 40 + 7 */
    redemption = happens(w, "a", "2025-01-05", "redemption", 0, 30, NONE, NULL, NOTHING); /* 5 */
    happens(w, "a", "2025-01-06", "redemption", 0, 9999, NONE, NULL, NOTHING);            /* 6 */
    happens(w, "a", "2025-01-07", "redemption", 0, 0, NONE, NULL, NOTHING);               /* 7 */
    happens(w, "a", "2025-01-08", "redemption", 0, 1, NONE, NULL, redemption);            /* 8 */
    happens(w, "a", "2025-01-09", "visit", 0, NONE, NONE, NULL, visit);                   /* 9, 10 */
    happens(w, "a", "2025-03-02", "sale", 40000, NONE, NONE, NULL, sale); /* 14, after three expiries */
    l = run_story(w, NULL);
    ck_assert_uint_eq(l->ledger->entries, 15);
    why(l, 4, "7 points: challenge three reached, 3 of 3 events");
    why(l, 5, "-30 points: redeemed of 207 usable");
    why(l, 6, "0 points: a redemption of 9999 is refused, only 177 are usable");
    why(l, 7, "0 points: a redemption of 0 is refused, it takes 1 or more");
    why(l, 8, "30 points: the redemption of 30 is taken back, so its points return");
    why(l, 9, "-40 points: nothing is left of the event, so all 40 earned by it are taken back");
    why(l, 10, "-7 points: challenge three no longer reaches 3 events, so a bonus of 7 is taken back");
    why(l, 11, "-80 points: earned on 2025-01-01, expired after 1 month (valid to 2025-02-28)");
    why(l, 14,
        "0 points: 400.00 of 800.00 is left, less than the 500.00 that it takes, so all 80 earned by it are "
        "taken "
        "back, which had expired already");
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* Under carry 17.00 + 24.00 - 17.00 leaves 2.4: of the 4 points held 2 go, the 1 that the first sale had earned
 * and one of the second's 3. */
START_TEST(reversal_under_carry)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': "
                         "10}, 'carry': true}]}");
    partner_loyalty *l;
    uint64_t first = sells(w, "a", "2025-01-01", 1700);

    sells(w, "a", "2025-01-02", 2400);
    happens(w, "a", "2025-01-03", "sale", 1700, NONE, NONE, NULL, first);
    l = run_story(w, NULL);
    ck_assert_uint_eq(l->ledger->entries, 3);
    why(l, 2, "-2 points: nothing is left of the event of 17.00, so 2 points of the rule are taken back");
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

START_TEST(adjustments_and_tiers)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}],"
                         " 'tiers': [{'id': 'one'}, {'id': 'two', 'points': 100, 'requires':"
                         "  [{'on': 'visit', 'count': 1}]}],"
                         " 'adjust': {'on': 'adjustment', 'counts_for': ['reward', 'tier']}}");
    partner_loyalty *l;

    happens(w, "a", "2025-01-01", "adjustment", 0, 100, NONE, NULL, NOTHING); /* 0 */
    happens(w, "a", "2025-01-02", "adjustment", 0, -1, NONE, NULL, NOTHING);  /* 1 */
    happens(w, "a", "2025-01-03", "visit", 0, NONE, NONE, NULL, NOTHING);
    sells(w, "a", "2025-01-04", 500);   /* 2, 3: promotion */
    sells(w, "a", "2026-06-01", 20000); /* 4, no renewal: no visit that year */
    l = run_story(w, "2027-01-01");     /* 5: demotion */
    ck_assert_uint_eq(l->ledger->entries, 6);
    why(l, 0, "100 points: added by hand, counted for the tier too");
    why(l, 1, "-1 point: taken off by hand, counted for the tier too");
    why(l, 3,
        "promotion from one to two: 104 qualifying points of the 100 it takes, and its 1 requirement holds, "
        "valid "
        "to 2026-12-31");
    why(l, 5,
        "demotion from two to one: 200 qualifying points of the 100 that two takes, but not all of its 1 "
        "requirement holds");
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

START_TEST(renewals)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}],"
                         " 'tiers': [{'id': 'one'}, {'id': 'two', 'points': 100}]}");
    partner_loyalty *l;

    sells(w, "a", "2025-01-04", 10000);
    sells(w, "a", "2026-06-01", 10000);
    l = run_story(w, NULL);
    ck_assert_uint_eq(l->ledger->entries, 4);
    why(l, 3, "renewal of two: 100 qualifying points of the 100 it takes, valid to 2027-12-31");
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* A repeated challenge says how often, in what it counts: 5 of 2 × 2 units. */
START_TEST(repeated_challenge)
{
    story *w = new_story("{'rules': [], 'challenges': [{'id': 'units', 'on': 'sale',"
                         " 'from': '2025-01-01', 'to': '2025-12-01', 'target': {'quantity': 2},"
                         " 'bonus': 10, 'repeat': true}]}");
    partner_loyalty *l;

    happens(w, "a", "2025-01-04", "sale", 100, 5, NONE, NULL, NOTHING);
    l = run_story(w, NULL);
    ck_assert_uint_eq(l->ledger->entries, 2);
    why(l, 0, "10 points: challenge units reached, 5 of 2");
    why(l, 1, "10 points: challenge units reached 2 times, 5 of 4");
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* Ids longer than anyone reads are cut where a character ends, so that every sentence fits. */
START_TEST(long_ids)
{
    char program[2048], id[301], text[ROOM];
    story *w;
    partner_loyalty *l;
    size_t length;

    for (int i = 0; i < 300; i += 3) memcpy(id + i, "…", 3);
    id[300] = '\0';
    snprintf(program, sizeof program,
             "{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}],"
             " 'tiers': [{'id': '%s'}, {'id': '2%s', 'points': 1}]}",
             id, id);
    w = new_story(program);
    sells(w, "a", "2025-01-04", 10000);
    l = run_story(w, NULL);
    length = partner_loyalty_explain(l, 1, text, sizeof text);
    ck_assert_uint_lt(length, sizeof text);
    ck_assert(strstr(text, "valid to 2026-12-31") != NULL);
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("explain");
    TCase *example = add_case(suite, "example"), *factors = add_case(suite, "factors");

    tcase_add_test(example, decimals);
    tcase_add_test(example, example_of_the_specification);
    tcase_add_test(example, worked_example);
    tcase_add_test(example, every_entry_has_a_sentence);
    tcase_add_test(factors, rounding);
    tcase_add_test(factors, carry);
    tcase_add_test(factors, caps);
    tcase_add_test(factors, reversals);
    tcase_add_test(factors, reversal_under_carry);
    tcase_add_test(factors, adjustments_and_tiers);
    tcase_add_test(factors, renewals);
    tcase_add_test(factors, repeated_challenge);
    tcase_add_test(factors, long_ids);
    return run_suite(suite);
}
