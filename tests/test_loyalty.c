/* SPDX-License-Identifier: MIT
 * The engine, by ledgers worked out by hand from spec/loyalty.md. The first tests bear the names of defects of
 * engines that are in use. */
#include <inttypes.h>

#include "loyalty_story.h"

/* --- ledgers as text --- */

static const char *const KINDS[] = {"accrual", "reversal",   "expiry",    "redemption", "rejected", "release",
                                    "bonus",   "adjustment", "promotion", "demotion",   "renewal"};

static const char *id_in(const partner_dict *dict, uint32_t index)
{
    return index == PARTNER_NONE ? "" : partner_dict_id(dict, index, NULL);
}

static const char *day_text(int32_t day, char buffer[16])
{
    partner__date date = partner__date_from_day(day);

    snprintf(buffer, 16, "%04d-%02d-%02d", (int)(date.year % 10000), date.month, date.day);
    return buffer;
}

/* One line per entry: day kind event rule points[/capped] = qualifying balance pending tier. */
static void write_entry(const story *w, const partner_ledger *l, size_t i, char *line, size_t size)
{
    char day[16], capped[32] = "", event[32] = "-";

    if (l->capped[i] != 0) snprintf(capped, sizeof capped, "/%" PRId64, l->capped[i]);
    if (l->event[i] != PARTNER_NO_ROW) snprintf(event, sizeof event, "%" PRIu64, l->event[i]);
    snprintf(line, size, "%s %s %s %s %" PRId64 "%s = %" PRId64 " %" PRId64 " %" PRId64 " %s\n",
             day_text(l->day[i], day), KINDS[l->kind[i]], event,
             l->rule[i] == PARTNER_NONE ? "-" : id_in(w->names.rule, l->rule[i]), l->points[i], capped,
             l->qualifying[i], l->balance[i], l->pending[i],
             l->tier[i] == PARTNER_NONE ? "-" : id_in(w->names.tier, l->tier[i]));
}

static void ledger_is(const story *w, const partner_loyalty *loyalty, const char *expected)
{
    char line[256];

    for (size_t i = 0; i < loyalty->ledger->entries; i++) {
        write_entry(w, loyalty->ledger, i, line, sizeof line);
        ck_assert_msg(strncmp(line, expected, strlen(line)) == 0, "entry %zu is\n%sinstead of\n%s", i, line,
                      expected);
        expected += strlen(line);
    }
    ck_assert_msg(*expected == '\0', "missing are\n%s", expected);
}

static void gives(const story *w, const char *as_of, const char *expected)
{
    partner_loyalty *loyalty = run_story(w, as_of);

    ledger_is(w, loyalty, expected);
    partner_loyalty_free(loyalty);
}

static uint64_t returns(story *w, const char *day, int64_t amount, uint64_t original)
{
    return happens(w, "p", day, "sale", amount, NONE, NONE, NULL, original);
}

static uint64_t redeems(story *w, const char *day, int64_t points)
{
    return happens(w, "p", day, "redemption", 0, points, NONE, NULL, NOTHING);
}

static uint64_t is_adjusted(story *w, const char *day, int64_t points)
{
    return happens(w, "p", day, "adjustment", 0, points, NONE, NULL, NOTHING);
}

#define BASE "'rules': [{'id': 'base', 'on': 'sale', 'earn': {'points': 1, 'per': 10}}]"
#define ALL "'rules': [{'id': 'all', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}]"
#define BOTH_WAYS "'redeem': {'on': 'redemption'}, 'adjust': {'on': 'adjustment'}"
#define SILVER "'tiers': [{'id': 'start'}, {'id': 'silver', 'points': 100}]"

/* --- defects of shipped engines --- */

/* 100.00 earn 10. Of what is left 75.00 would earn 7.5, 50.00 earn 5, nothing earns 0. */
START_TEST(points_kept_or_charged_again_on_partial_refunds)
{
    story *w = new_story("{" BASE "}");
    partner_loyalty *loyalty;
    const partner_ledger *l;

    sells(w, "p", "2025-01-10", 10000);
    returns(w, "2025-01-11", 2500, 0);
    returns(w, "2025-01-12", -2500, 0); /* the sign does not matter */
    returns(w, "2025-01-13", 6000, 0);  /* more than is left: all of it */
    returns(w, "2025-01-14", 10000, 0); /* there is nothing left */
    loyalty = run_story(w, NULL);
    ledger_is(w, loyalty,
              "2025-01-10 accrual 0 base 10 = 10 10 0 -\n"
              "2025-01-11 reversal 1 base -3 = 7 7 0 -\n"
              "2025-01-12 reversal 2 base -2 = 5 5 0 -\n"
              "2025-01-13 reversal 3 base -5 = 0 0 0 -\n");
    l = loyalty->ledger;
    ck_assert_int_eq(l->basis[1], 7500);
    ck_assert_int_eq(l->whole[1], 10000);
    ck_assert_int_eq(l->held[1], 10);
    ck_assert_int_eq(l->carried[1], 3);
    ck_assert_uint_eq(l->reverses[1], 0);
    ck_assert_int_eq(loyalty->issued, 10);
    ck_assert_int_eq(loyalty->reversed, 10);
    ck_assert_int_eq(loyalty->earned[0], 0);
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

/* A refund of 0 means all. Fixed points stay while anything is left; of 3 × 20 points for 90.00, two thirds. */
START_TEST(points_kept_on_refunds)
{
    story *w =
        new_story("{'rules': [{'id': 'each', 'on': 'sale', 'earn': {'points': 20, 'each': true}},\n"
                  "{'id': 'fixed', 'on': 'sale', 'earn': {'points': 50}},\n"
                  "{'id': 'large', 'on': 'sale', 'when': {'amount': {'min': 50}}, 'earn': {'points': 7}}]}");

    happens(w, "p", "2025-01-10", "sale", 9000, 3, NONE, NULL, NOTHING);
    returns(w, "2025-01-11", 3000, 0); /* 60.00 are left */
    returns(w, "2025-01-12", 2000, 0); /* 40.00: below what `large` asks for; 60 · 4/9 = 26.67 */
    returns(w, "2025-01-13", 0, 0);
    gives(w, NULL,
          "2025-01-10 accrual 0 each 60 = 60 60 0 -\n"
          "2025-01-10 accrual 0 fixed 50 = 110 110 0 -\n"
          "2025-01-10 accrual 0 large 7 = 117 117 0 -\n"
          "2025-01-11 reversal 1 each -20 = 97 97 0 -\n"
          "2025-01-12 reversal 2 each -14 = 83 83 0 -\n"
          "2025-01-12 reversal 2 large -7 = 76 76 0 -\n"
          "2025-01-13 reversal 3 each -26 = 50 50 0 -\n"
          "2025-01-13 reversal 3 fixed -50 = 0 0 0 -\n");
    free_story(w);
}
END_TEST

/* Points of January go on 1 March, those of February stay until 1 April: only what is old goes. */
START_TEST(expiry_without_lots_collapses_the_balance)
{
    story *w = new_story("{" BASE ", 'expiry': {'months': 1}, " BOTH_WAYS "}");

    sells(w, "p", "2025-01-15", 10000);
    sells(w, "p", "2025-02-10", 5000);
    redeems(w, "2025-02-20", 4); /* from the lot that goes first */
    gives(w, "2025-05-01",
          "2025-01-15 accrual 0 base 10 = 10 10 0 -\n"
          "2025-02-10 accrual 1 base 5 = 15 15 0 -\n"
          "2025-02-20 redemption 2 - -4 = 15 11 0 -\n"
          "2025-03-01 expiry 0 base -6 = 15 5 0 -\n"
          "2025-04-01 expiry 1 base -5 = 15 0 0 -\n");
    free_story(w);
}
END_TEST

/* In doubles 0.3 / 0.1 is below 3, and 100 × 1.1 above 110. */
START_TEST(float_rounding_loses_or_invents_a_point)
{
    story *w = new_story(
        "{'rules': [{'id': 'low', 'on': 'sale', 'earn': {'points': 1, 'per': 0.1}},\n"
        "{'id': 'high', 'on': 'sale', 'earn': {'points': 100}, 'multiplier': 1.1, 'round': 'up'},\n"
        "{'id': 'rate', 'on': 'sale', 'when': {'margin_rate': {'min': '30 %'}}, 'earn': {'points': 9}}]}");

    happens(w, "p", "2025-01-10", "sale", 30, NONE, 9, NULL, NOTHING);
    happens(w, "p", "2025-01-11", "sale", 30, NONE, 8, NULL, NOTHING);
    gives(w, NULL,
          "2025-01-10 accrual 0 low 3 = 3 3 0 -\n"
          "2025-01-10 accrual 0 high 110 = 113 113 0 -\n"
          "2025-01-10 accrual 0 rate 9 = 122 122 0 -\n"
          "2025-01-11 accrual 1 low 3 = 125 125 0 -\n"
          "2025-01-11 accrual 1 high 110 = 235 235 0 -\n");
    free_story(w);
}
END_TEST

START_TEST(a_first_tier_with_threshold_0_is_skipped)
{
    story *w = new_story("{" ALL ", " SILVER "}");
    partner_loyalty *loyalty;

    sells(w, "p", "2025-01-10", 9900);
    name_in(w->names.partner, "q"); /* has no events */
    loyalty = run_story(w, NULL);
    ledger_is(w, loyalty, "2025-01-10 accrual 0 all 99 = 99 99 0 start\n");
    tier_is(w, loyalty->tier[0], "start");
    tier_is(w, loyalty->next_tier[0], "silver");
    ck_assert_int_eq(loyalty->points_missing[0], 1);
    tier_is(w, loyalty->tier[1], "start");
    ck_assert_uint_eq(loyalty->tiers->partners[0], 2);
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

#define CARRY(more) \
    "{'rules': [{'id': 'base', 'on': 'sale', 'carry': true, 'earn': {'points': 1, 'per': 10}" more "}]}"

/* S: 0.99, 1.98, 0.99, 1.01, 0.02, 0: every point that S no longer covers goes, from whichever order has it. */
START_TEST(splitting_and_returning_orders_pumps_a_carry)
{
    story *w = new_story(CARRY(""));
    partner_loyalty *loyalty;

    sells(w, "p", "2025-01-01", 990);
    sells(w, "p", "2025-01-02", 990);
    returns(w, "2025-01-03", 0, 0);
    sells(w, "p", "2025-01-04", 20);
    returns(w, "2025-01-05", 0, 1);
    returns(w, "2025-01-06", 0, 3);
    gives(w, NULL,
          "2025-01-02 accrual 1 base 1 = 1 1 0 -\n"
          "2025-01-03 reversal 2 base -1 = 0 0 0 -\n"
          "2025-01-04 accrual 3 base 1 = 1 1 0 -\n"
          "2025-01-05 reversal 4 base -1 = 0 0 0 -\n");
    for (uint64_t i = 0; i < 200; i++) {
        uint64_t sale = sells(w, "p", "2025-02-01", 999);
        returns(w, "2025-02-01", (int64_t)(i % 3) * 500, sale);
        returns(w, "2025-02-01", 0, sale);
    }
    loyalty = run_story(w, NULL);
    ck_assert_int_eq(loyalty->balance[0], 0);
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

/* 100 small orders earn under carry what one of the same amount does. */
START_TEST(splitting_does_not_matter_under_carry)
{
    story *w = new_story(CARRY(", 'multiplier': 0.3333"));
    partner_loyalty *loyalty;

    for (int i = 0; i < 100; i++) sells(w, "split", "2025-01-01", 777);
    sells(w, "whole", "2025-01-01", 77700);
    loyalty = run_story(w, NULL);
    ck_assert_int_eq(loyalty->balance[0], 25); /* 77.7 × 0.3333 = 25.89 */
    ck_assert_int_eq(loyalty->balance[1], 25);
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

/* What the cap refused is gone from S, and what is returned too: S is 1.0, 1.6, 2.1 - 1, 0.1, -0.5, 0.1, 1.0.
 */
START_TEST(caps_and_returns_leave_a_carry_below_zero)
{
    story *w = new_story(CARRY(", 'cap': {'points': 1, 'per': 'month'}"));

    sells(w, "p", "2025-01-01", 1000);
    sells(w, "p", "2025-01-02", 600);
    sells(w, "p", "2025-01-03", 500);
    returns(w, "2025-01-04", 0, 0);
    returns(w, "2025-01-05", 0, 1);
    sells(w, "p", "2025-02-01", 600);
    sells(w, "p", "2025-02-02", 900);
    gives(w, NULL,
          "2025-01-01 accrual 0 base 1 = 1 1 0 -\n"
          "2025-01-03 accrual 2 base 0/1 = 1 1 0 -\n"
          "2025-01-04 reversal 3 base -1 = 0 0 0 -\n"
          "2025-02-02 accrual 6 base 1 = 1 1 0 -\n");
    free_story(w);
}
END_TEST

/* What earned the tier is returned, in its year and in the next one; then the tier goes with it. */
START_TEST(a_tier_is_kept_on_returned_orders)
{
    story *w = new_story("{" ALL ", " SILVER "}");

    sells(w, "p", "2025-03-01", 10000);
    returns(w, "2025-03-05", 1, 0);
    sells(w, "p", "2025-11-01", 10000);
    returns(w, "2026-02-01", 0, 2);
    gives(w, NULL,
          "2025-03-01 accrual 0 all 100 = 100 100 0 start\n"
          "2025-03-01 promotion - - 0 = 100 100 0 silver\n"
          "2025-03-05 reversal 1 all -1 = 99 99 0 silver\n"
          "2025-03-05 demotion - - 0 = 99 99 0 start\n"
          "2025-11-01 accrual 2 all 100 = 199 199 0 start\n"
          "2025-11-01 promotion - - 0 = 199 199 0 silver\n"
          "2026-02-01 reversal 3 all -100 = 0 99 0 silver\n"
          "2026-02-01 demotion - - 0 = 0 99 0 start\n");
    free_story(w);
}
END_TEST

/* A returned renewal leaves the validity that the year before had earned; its review comes as if it had not
 * been. */
START_TEST(a_validity_is_kept_on_returned_orders)
{
    story *w = new_story("{" ALL ", " SILVER "}");
    partner_loyalty *loyalty;

    sells(w, "p", "2025-06-01", 10000);
    sells(w, "p", "2026-03-01", 10000);
    loyalty = run_story(w, NULL);
    ck_assert_int_eq(loyalty->valid_to[0], day_of("2027-12-31"));
    partner_loyalty_free(loyalty);
    returns(w, "2026-04-01", 0, 1);
    loyalty = run_story(w, NULL);
    ck_assert_int_eq(loyalty->valid_to[0], day_of("2026-12-31"));
    partner_loyalty_free(loyalty);
    gives(w, "2027-02-01",
          "2025-06-01 accrual 0 all 100 = 100 100 0 start\n"
          "2025-06-01 promotion - - 0 = 100 100 0 silver\n"
          "2026-03-01 accrual 1 all 100 = 100 200 0 silver\n"
          "2026-03-01 renewal - - 0 = 100 200 0 silver\n"
          "2026-04-01 reversal 2 all -100 = 0 100 0 silver\n"
          "2027-01-01 demotion - - 0 = 0 100 0 start\n");
    free_story(w);
}
END_TEST

/* Points that were to go on 1 March are redeemed before and given back after: then they go. */
START_TEST(expiry_is_put_off_by_redeeming_and_cancelling)
{
    story *w = new_story("{" BASE ", 'expiry': {'months': 1}, " BOTH_WAYS "}");

    sells(w, "p", "2025-01-10", 10000);
    redeems(w, "2025-02-27", 10);
    happens(w, "p", "2025-03-05", "sale", 1, NONE, NONE, NULL, 1);
    happens(w, "p", "2025-03-06", "sale", 1, NONE, NONE, NULL, 1); /* does nothing */
    gives(w, NULL,
          "2025-01-10 accrual 0 base 10 = 10 10 0 -\n"
          "2025-02-27 redemption 1 - -10 = 10 0 0 -\n"
          "2025-03-05 reversal 2 - 10 = 10 10 0 -\n"
          "2025-03-05 expiry 0 base -10 = 10 0 0 -\n");
    free_story(w);
}
END_TEST

/* Of 10 points 4 were redeemed and 6 have expired. Half of the order comes back: 5 of the 6 count as taken
 * back. The other half: 1 more, and 4 from another lot. */
START_TEST(expired_points_are_charged_again_on_a_return)
{
    story *w = new_story("{" BASE ", 'expiry': {'months': 1}, " BOTH_WAYS "}");

    sells(w, "p", "2025-01-10", 10000);
    redeems(w, "2025-02-01", 4);
    sells(w, "p", "2025-03-02", 10000);
    returns(w, "2025-03-05", 5000, 0);
    returns(w, "2025-03-06", 5000, 0);
    gives(w, NULL,
          "2025-01-10 accrual 0 base 10 = 10 10 0 -\n"
          "2025-02-01 redemption 1 - -4 = 10 6 0 -\n"
          "2025-03-01 expiry 0 base -6 = 10 0 0 -\n"
          "2025-03-02 accrual 2 base 10 = 20 10 0 -\n"
          "2025-03-05 reversal 3 base 0 = 15 10 0 -\n"
          "2025-03-06 reversal 4 base -4 = 10 6 0 -\n");
    free_story(w);
}
END_TEST

/* Accrued on 15 March 2025 with 12 months: good through 31 March 2026, gone on 1 April. Pending 30 days from 10
 * January: usable on 9 February. `from` counts, `to` does not. */
START_TEST(a_day_off_at_midnight)
{
    story *w = new_story(
        "{'rules': [{'id': 'base', 'on': 'sale', 'when': {'from': '2025-01-10', 'to': '2025-03-16'},\n"
        "'earn': {'points': 1, 'per': 10}}], 'expiry': {'months': 12}, 'pending_days': 30, " BOTH_WAYS "}");

    sells(w, "p", "2025-01-09", 1000);
    sells(w, "p", "2025-01-10", 1000);
    sells(w, "p", "2025-03-15", 2000);
    sells(w, "p", "2025-03-16", 1000);
    redeems(w, "2025-02-08", 1);
    redeems(w, "2025-02-09", 1);
    redeems(w, "2026-03-31", 1);
    redeems(w, "2026-04-01", 1);
    gives(w, NULL,
          "2025-01-10 accrual 1 base 1 = 1 0 1 -\n"
          "2025-02-08 rejected 4 - 0 = 1 0 1 -\n"
          "2025-02-09 release 1 base 1 = 1 1 0 -\n"
          "2025-02-09 redemption 5 - -1 = 1 0 0 -\n"
          "2025-03-15 accrual 2 base 2 = 3 0 2 -\n"
          "2025-04-14 release 2 base 2 = 3 2 0 -\n"
          "2026-03-31 redemption 6 - -1 = 0 1 0 -\n"
          "2026-04-01 expiry 2 base -1 = 0 0 0 -\n"
          "2026-04-01 rejected 7 - 0 = 0 0 0 -\n");
    free_story(w);
}
END_TEST

/* --- values --- */

/* 5.00 per 2.00 are 2.5, 7.00 are 3.5, 5.20 are 2.6. */
START_TEST(rounding)
{
    story *w =
        new_story("{'rules': [{'id': 'down', 'on': 'sale', 'earn': {'points': 1, 'per': 2}},\n"
                  "{'id': 'up', 'on': 'sale', 'earn': {'points': 1, 'per': 2}, 'round': 'up'},\n"
                  "{'id': 'nearest', 'on': 'sale', 'earn': {'points': 1, 'per': 2}, 'round': 'nearest'},\n"
                  "{'id': 'even', 'on': 'sale', 'earn': {'points': 1, 'per': 2}, 'round': 'even'}]}");
    static const int64_t points[3][4] = {{2, 3, 3, 2}, {3, 4, 4, 4}, {2, 3, 3, 3}};
    partner_loyalty *loyalty;

    sells(w, "p", "2025-01-01", 500);
    sells(w, "p", "2025-01-02", 700);
    sells(w, "p", "2025-01-03", 520);
    loyalty = run_story(w, NULL);
    ck_assert_uint_eq(loyalty->ledger->entries, 12);
    for (size_t i = 0; i < 12; i++) ck_assert_int_eq(loyalty->ledger->points[i], points[i / 4][i % 4]);
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

/* A calculation beyond 64 bits: 9·10^17 minor units × 10^9 points × 0.0003 / 10^15 = 2.7·10^8, and the share of
 * it that two thirds of the amount would earn. */
START_TEST(products_beyond_64_bits)
{
    story *w = new_story("{'rules': [{'id': 'large', 'on': 'sale', 'multiplier': 0.0003, 'earn':\n"
                         "{'points': 1000000000, 'per': 10000000000000}}]}");
    partner_loyalty *loyalty;

    sells(w, "p", "2025-01-01", 900000000000000000);
    returns(w, "2025-01-02", 300000000000000000, 0);
    loyalty = run_story(w, NULL);
    ck_assert_int_eq(loyalty->ledger->points[0], 270000000);
    ck_assert_int_eq(loyalty->ledger->points[1], -90000000);
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

/* The tier before the event counts: 1 per 1.00 times 1.5 from the second order on; `flat` leaves it out. */
START_TEST(the_tier_before_the_event_multiplies)
{
    story *w = new_story("{'rules': [{'id': 'all', 'on': 'sale', 'earn': {'points': 1, 'per': 1}},\n"
                         "{'id': 'flat', 'on': 'sale', 'tier_multiplier': false, 'counts_for': ['reward'], "
                         "'earn': {'points': 10}},\n"
                         "{'id': 'quiet', 'on': 'sale', 'counts_for': ['tier'], 'earn': {'points': 3}}],\n"
                         "'tiers': [{'id': 'start'}, {'id': 'silver', 'points': 100, 'multiplier': 1.5}]}");

    sells(w, "p", "2025-01-01", 10000);
    sells(w, "p", "2025-01-02", 1000);
    gives(w, NULL,
          "2025-01-01 accrual 0 all 100 = 100 100 0 start\n"
          "2025-01-01 accrual 0 flat 10 = 100 110 0 start\n"
          "2025-01-01 accrual 0 quiet 3 = 103 110 0 start\n"
          "2025-01-01 promotion - - 0 = 103 110 0 silver\n"
          "2025-01-02 accrual 1 all 15 = 118 125 0 silver\n"
          "2025-01-02 accrual 1 flat 10 = 118 135 0 silver\n"
          "2025-01-02 accrual 1 quiet 4 = 122 135 0 silver\n");
    free_story(w);
}
END_TEST

/* --- caps, first, exclusive --- */

/* 8 points a month at most, 10 a quarter (the year starts in February) over both rules. What is returned gives
 * its room back, in its own period only. */
START_TEST(caps_count_what_was_granted_in_the_end)
{
    story *w = new_story("{'year_starts': 2, 'cap': {'points': 10, 'per': 'quarter'}, 'rules': [\n"
                         "{'id': 'base', 'on': 'sale', 'earn': {'points': 1, 'per': 10},\n"
                         "'cap': {'points': 8, 'per': 'month'}},\n"
                         "{'id': 'more', 'on': 'sale', 'earn': {'points': 3}}]}");

    sells(w, "p", "2025-02-01", 10000); /* 10: 8 and 2 refused; more: 2 of 3 */
    sells(w, "p", "2025-02-02", 1000);  /* nothing is left */
    returns(w, "2025-02-03", 5000, 0);  /* 5 of 8 stay: 3 points of room */
    sells(w, "p", "2025-02-04", 2000);
    sells(w, "p", "2025-05-01", 1000); /* the next quarter */
    returns(w, "2025-05-02", 0, 0);    /* gives no room in this one */
    sells(w, "p", "2025-05-03", 8000);
    gives(w, NULL,
          "2025-02-01 accrual 0 base 8/2 = 8 8 0 -\n"
          "2025-02-01 accrual 0 more 2/1 = 10 10 0 -\n"
          "2025-02-02 accrual 1 base 0/1 = 10 10 0 -\n"
          "2025-02-02 accrual 1 more 0/3 = 10 10 0 -\n"
          "2025-02-03 reversal 2 base -3 = 7 7 0 -\n"
          "2025-02-04 accrual 3 base 2 = 9 9 0 -\n"
          "2025-02-04 accrual 3 more 1/2 = 10 10 0 -\n"
          "2025-05-01 accrual 4 base 1 = 11 11 0 -\n"
          "2025-05-01 accrual 4 more 3 = 14 14 0 -\n"
          "2025-05-02 reversal 5 base -5 = 9 9 0 -\n"
          "2025-05-02 reversal 5 more -2 = 7 7 0 -\n"
          "2025-05-03 accrual 6 base 6/2 = 13 13 0 -\n"
          "2025-05-03 accrual 6 more 0/3 = 13 13 0 -\n");
    free_story(w);
}
END_TEST

/* `first` is used up by the first event on which all else holds, and free again when that is returned. */
START_TEST(first_comes_once)
{
    story *w =
        new_story("{'rules': [{'id': 'welcome', 'on': 'sale', 'when': {'first': true, 'amount': {'min': 5}},\n"
                  "'earn': {'points': 50}}], 'expiry': {'months': 1}}");

    sells(w, "p", "2025-01-01", 400);
    sells(w, "p", "2025-01-02", 600);
    sells(w, "p", "2025-01-03", 600);
    returns(w, "2025-01-04", 300, 1); /* 3.00 are left: too few */
    sells(w, "p", "2025-01-05", 700);
    returns(w, "2025-03-02", 0, 4); /* its points have expired: it stays used up */
    sells(w, "p", "2025-03-03", 700);
    gives(w, NULL,
          "2025-01-02 accrual 1 welcome 50 = 50 50 0 -\n"
          "2025-01-04 reversal 3 welcome -50 = 0 0 0 -\n"
          "2025-01-05 accrual 4 welcome 50 = 50 50 0 -\n"
          "2025-03-01 expiry 4 welcome -50 = 50 0 0 -\n"
          "2025-03-02 reversal 5 welcome 0 = 0 0 0 -\n");
    free_story(w);
}
END_TEST

/* The rule that grants most after its own cap is taken, the first listed among equals; a name that no other
 * rule of the event has excludes nobody. */
START_TEST(exclusive_rules)
{
    story *w = new_story("{'rules': [{'id': 'a', 'on': 'sale', 'exclusive': 'x', 'earn': {'points': 4}},\n"
                         "{'id': 'b', 'on': 'sale', 'exclusive': 'x', 'earn': {'points': 1, 'per': 1},\n"
                         "'cap': {'points': 6, 'per': 'month'}},\n"
                         "{'id': 'c', 'on': 'payment', 'exclusive': 'x', 'earn': {'points': 1}},\n"
                         "{'id': 'd', 'on': 'sale', 'exclusive': 'y', 'earn': {'points': 1}}]}");

    sells(w, "p", "2025-01-01", 400);
    sells(w, "p", "2025-01-02", 500);
    sells(w, "p", "2025-01-03", 900); /* b has room for 1 */
    gives(w, NULL,
          "2025-01-01 accrual 0 a 4 = 4 4 0 -\n"
          "2025-01-01 accrual 0 d 1 = 5 5 0 -\n"
          "2025-01-02 accrual 1 b 5 = 10 10 0 -\n"
          "2025-01-02 accrual 1 d 1 = 11 11 0 -\n"
          "2025-01-03 accrual 2 a 4 = 15 15 0 -\n"
          "2025-01-03 accrual 2 d 1 = 16 16 0 -\n");
    free_story(w);
}
END_TEST

/* --- debts, adjustments --- */

/* 10 points are spent, then the order is returned: a debt of 10, which 4 and then 7 points fill. The redemption
 * is cancelled at last: all of it comes back. */
START_TEST(debts)
{
    story *w = new_story("{" BASE ", 'pending_days': 5, " BOTH_WAYS "}");
    partner_loyalty *loyalty;

    sells(w, "p", "2025-01-01", 10000);
    redeems(w, "2025-01-06", 10);
    returns(w, "2025-01-07", 0, 0);
    is_adjusted(w, "2025-01-08", 4);
    sells(w, "p", "2025-01-09", 7000);
    redeems(w, "2025-01-10", 1);
    happens(w, "p", "2025-01-15", "redemption", 0, NONE, NONE, NULL, 1);
    is_adjusted(w, "2025-01-16", -13);
    loyalty = run_rows(w, 3, NULL);
    ck_assert_int_eq(loyalty->outstanding, 0);
    ck_assert_int_eq(loyalty->debts, 10);
    partner_loyalty_free(loyalty);
    gives(w, NULL,
          "2025-01-01 accrual 0 base 10 = 10 0 10 -\n"
          "2025-01-06 release 0 base 10 = 10 10 0 -\n"
          "2025-01-06 redemption 1 - -10 = 10 0 0 -\n"
          "2025-01-07 reversal 2 base -10 = 0 -10 0 -\n"
          "2025-01-08 adjustment 3 - 4 = 0 -6 0 -\n"
          "2025-01-09 accrual 4 base 7 = 7 -6 7 -\n"
          "2025-01-10 rejected 5 - 0 = 7 -6 7 -\n"
          "2025-01-14 release 4 base 7 = 7 1 0 -\n"
          "2025-01-15 reversal 6 - 10 = 7 11 0 -\n"
          "2025-01-16 adjustment 7 - -13 = 7 -2 0 -\n");
    free_story(w);
}
END_TEST

/* Minimum 100, steps of 50, and not more than there is. */
START_TEST(redemptions_are_rejected)
{
    story *w = new_story("{'redeem': {'on': 'redemption', 'minimum': 100, 'step': 50},\n"
                         "'adjust': {'on': 'adjustment', 'counts_for': ['reward', 'tier']}}");
    static const int64_t asked[] = {-100, 0, 50, 120, 350, 300};

    is_adjusted(w, "2025-01-01", 320);
    for (size_t i = 0; i < 6; i++) redeems(w, "2025-01-02", asked[i]);
    gives(w, NULL,
          "2025-01-01 adjustment 0 - 320 = 320 320 0 -\n"
          "2025-01-02 rejected 1 - 0 = 320 320 0 -\n"
          "2025-01-02 rejected 2 - 0 = 320 320 0 -\n"
          "2025-01-02 rejected 3 - 0 = 320 320 0 -\n"
          "2025-01-02 rejected 4 - 0 = 320 320 0 -\n"
          "2025-01-02 rejected 5 - 0 = 320 320 0 -\n"
          "2025-01-02 redemption 6 - -300 = 320 20 0 -\n");
    free_story(w);
}
END_TEST

/* --- challenges --- */

/* Each full 3 units bring 100: 2, 3, 9 units; a return takes one bonus back, which is earned again. */
START_TEST(challenges_are_met_and_lost)
{
    story *w =
        new_story("{'challenges': [{'id': 'three', 'on': 'sale', 'from': '2025-01-01', 'to': '2025-02-01',\n"
                  "'target': {'quantity': 3}, 'bonus': 100, 'repeat': true}]}");

    happens(w, "p", "2025-01-01", "sale", 100, 2, NONE, NULL, NOTHING);
    happens(w, "p", "2025-01-02", "sale", 100, 1, NONE, NULL, NOTHING);
    happens(w, "p", "2025-01-03", "sale", 100, 6, NONE, NULL, NOTHING);
    returns(w, "2025-01-04", 0, 1);                                    /* 8 */
    returns(w, "2025-01-05", 50, 0);                                   /* in part: its quantity stays */
    happens(w, "p", "2025-01-06", "sale", 0, 1, NONE, NULL, NOTHING);  /* 9 */
    happens(w, "p", "2025-01-07", "sale", 0, -4, NONE, NULL, NOTHING); /* 5 */
    happens(w, "p", "2025-02-01", "sale", 0, 9, NONE, NULL, NOTHING);  /* it is over */
    returns(w, "2025-03-01", 0, 2);                                    /* -1, also after it */
    gives(w, NULL,
          "2025-01-02 bonus 1 three 100 = 0 100 0 -\n"
          "2025-01-03 bonus 2 three 100 = 0 200 0 -\n"
          "2025-01-03 bonus 2 three 100 = 0 300 0 -\n"
          "2025-01-04 reversal 3 three -100 = 0 200 0 -\n"
          "2025-01-06 bonus 5 three 100 = 0 300 0 -\n"
          "2025-01-07 reversal 6 three -100 = 0 200 0 -\n"
          "2025-01-07 reversal 6 three -100 = 0 100 0 -\n"
          "2025-03-01 reversal 8 three -100 = 0 0 0 -\n");
    free_story(w);
}
END_TEST

/* A credit note lowers the amount, takes the bonus, and its reversal returns the amount; only a sale grants. */
START_TEST(credit_notes_lower_sums)
{
    story *w = new_story("{'challenges': [{'id': 'c', 'on': 'sale', 'from': '2025-01-01', 'to': '2025-02-01',\n"
                         "'target': {'amount': 100}, 'bonus': 5}]}");
    partner_loyalty *loyalty;

    sells(w, "p", "2025-01-01", 10000);
    sells(w, "p", "2025-01-02", -1);
    returns(w, "2025-01-03", 0, 1);
    sells(w, "p", "2025-01-04", 0);
    loyalty = run_story(w, NULL);
    ledger_is(w, loyalty,
              "2025-01-01 bonus 0 c 5 = 0 5 0 -\n"
              "2025-01-02 reversal 1 c -5 = 0 0 0 -\n"
              "2025-01-04 bonus 3 c 5 = 0 5 0 -\n");
    ck_assert_uint_eq(loyalty->credit_notes, 1);
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

/* --- tiers --- */

#define THREE_TIERS                                                                    \
    "'tiers': [{'id': 't0'}, {'id': 't1', 'points': 10}, {'id': 't2', 'points': 20}, " \
    "{'id': 't3', 'points': 30}]"

/* Three tiers in one event; two reviews that drop one level each, as 2026 and 2027 earn nothing. */
START_TEST(yearly_reviews_drop_step_by_step)
{
    story *w = new_story("{" ALL ", " THREE_TIERS ", 'year_starts': 4, 'qualification': {'max_drop': 1}}");

    sells(w, "p", "2025-03-31", 1000); /* t1 through March 2026 */
    sells(w, "p", "2025-04-01", 3500); /* t3 through March 2027 */
    sells(w, "p", "2026-06-01", 500);
    gives(w, "2029-04-01",
          "2025-03-31 accrual 0 all 10 = 10 10 0 t0\n"
          "2025-03-31 promotion - - 0 = 10 10 0 t1\n"
          "2025-04-01 accrual 1 all 35 = 35 45 0 t1\n"
          "2025-04-01 promotion - - 0 = 35 45 0 t3\n"
          "2026-06-01 accrual 2 all 5 = 5 50 0 t3\n"
          "2027-04-01 demotion - - 0 = 0 50 0 t2\n"
          "2028-04-01 demotion - - 0 = 0 50 0 t1\n"
          "2029-04-01 demotion - - 0 = 0 50 0 t0\n");
    free_story(w);
}
END_TEST

/* Three months' window, one review may fail: 12 points of January count through March; April's and May's
 * reviews look at February to April and March to May. */
START_TEST(rolling_reviews_have_grace)
{
    story *w = new_story("{" ALL ", " THREE_TIERS ", 'qualification': {'window': 'rolling', 'months': 3,\n"
                         "'grace_months': 1}}");
    partner_loyalty *loyalty;

    sells(w, "p", "2025-01-15", 1200);
    sells(w, "p", "2025-03-20", 300);
    loyalty = run_story(w, "2025-05-31");
    tier_is(w, loyalty->tier[0], "t1"); /* 1 May: February to April fail, once */
    ck_assert_int_eq(loyalty->valid_to[0], PARTNER_NO_DAY);
    partner_loyalty_free(loyalty);
    gives(w, "2025-06-30",
          "2025-01-15 accrual 0 all 12 = 12 12 0 t0\n"
          "2025-01-15 promotion - - 0 = 12 12 0 t1\n"
          "2025-03-20 accrual 1 all 3 = 15 15 0 t1\n"
          "2025-06-01 demotion - - 0 = 0 15 0 t0\n");
    free_story(w);
}
END_TEST

/* A return in a rolling window: the last two reviewed windows still support t1, then the window with the sale
 * is what the return lowers. */
START_TEST(returns_in_a_rolling_window)
{
    story *w = new_story("{" ALL ", " THREE_TIERS ", 'qualification': {'window': 'rolling', 'months': 2}}");

    sells(w, "p", "2025-01-15", 1200);
    sells(w, "p", "2025-02-15", 1200); /* January and February: 24, t2 */
    returns(w, "2025-02-20", 0, 1);    /* 12 are left */
    returns(w, "2025-02-21", 300, 0);  /* 9 */
    gives(w, NULL,
          "2025-01-15 accrual 0 all 12 = 12 12 0 t0\n"
          "2025-01-15 promotion - - 0 = 12 12 0 t1\n"
          "2025-02-15 accrual 1 all 12 = 24 24 0 t1\n"
          "2025-02-15 promotion - - 0 = 24 24 0 t2\n"
          "2025-02-20 reversal 2 all -12 = 12 12 0 t2\n"
          "2025-02-20 demotion - - 0 = 12 12 0 t1\n"
          "2025-02-21 reversal 3 all -3 = 9 9 0 t1\n"
          "2025-02-21 demotion - - 0 = 9 9 0 t0\n");
    free_story(w);
}
END_TEST

/* Certifications count for 13 months, sales within the year. A certificate of November 2024 still counts in
 * October and November 2025, the current month included, and no longer in December. */
START_TEST(requirements_with_months_of_their_own)
{
    story *w = new_story("{" ALL ", 'tiers': [{'id': 'start'}, {'id': 'gold', 'points': 1, 'requires': [\n"
                         "{'on': 'certification', 'count': 1, 'months': 13}, {'on': 'sale', 'amount': 50}]}]}");

    happens(w, "p", "2024-11-30", "certification", 0, 0, NONE, NULL, NOTHING);
    sells(w, "p", "2024-12-01", 4000);
    sells(w, "p", "2025-10-31", 4900); /* 40.00 of the year before do not count */
    happens(w, "q", "2024-11-30", "certification", 0, 0, NONE, NULL, NOTHING);
    sells(w, "q", "2025-11-30", 5000);
    happens(w, "r", "2024-11-30", "certification", 0, 0, NONE, NULL, NOTHING);
    sells(w, "r", "2025-12-01", 5000);
    gives(w, NULL,
          "2024-12-01 accrual 1 all 40 = 40 40 0 start\n"
          "2025-10-31 accrual 2 all 49 = 49 89 0 start\n"
          "2025-11-30 accrual 4 all 50 = 50 50 0 start\n"
          "2025-11-30 promotion - - 0 = 50 50 0 gold\n"
          "2025-12-01 accrual 6 all 50 = 50 50 0 start\n");
    free_story(w);
}
END_TEST

/* --- the roster --- */

static partner_loyalty *with_roster(const story *w, const partner_roster *roster, const char *as_of)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_events e = events_of(w, w->rows);
    partner_loyalty *loyalty = NULL;

    o.ledger = 1;
    o.roster = roster;
    o.as_of_day = day_of(as_of);
    must(partner_loyalty_new(w->program, &e, &o, &loyalty, &error), error);
    return loyalty;
}

/* A tier to start from: to a day, or to the end of the program year in which the history begins. Its holder's
 * review is that of the year that ends then. A partner without events stays as it is. */
START_TEST(partners_start_from_tiers)
{
    story *w = new_story("{" ALL ", " THREE_TIERS "}");
    partner_roster roster = PARTNER_ROSTER_INIT;
    uint32_t tier[4] = {name_in(w->names.tier, "t2"), name_in(w->names.tier, "t2"),
                        name_in(w->names.tier, "t3"), PARTNER_NONE};
    int32_t until[4] = {PARTNER_NO_DAY, day_of("2026-06-30"), PARTNER_NO_DAY, PARTNER_NO_DAY};
    partner_loyalty *loyalty;

    sells(w, "a", "2025-05-01", 1200);
    sells(w, "b", "2025-05-01", 1200);
    name_in(w->names.partner, "c");
    name_in(w->names.partner, "d");
    roster.rows = 4;
    roster.tier = tier;
    roster.tier_until = until;
    loyalty = with_roster(w, &roster, "2027-01-01");
    ledger_is(w, loyalty,
              "2025-05-01 accrual 0 all 12 = 12 12 0 t2\n"
              "2026-01-01 demotion - - 0 = 0 12 0 t1\n"
              "2027-01-01 demotion - - 0 = 0 12 0 t0\n"
              "2025-05-01 accrual 1 all 12 = 12 12 0 t2\n"
              "2027-01-01 demotion - - 0 = 0 12 0 t0\n");
    ck_assert_uint_eq(loyalty->partners, 4);
    tier_is(w, loyalty->tier[2], "t3");
    tier_is(w, loyalty->tier[3], "t0");
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

START_TEST(groups_decide)
{
    story *w =
        new_story("{'rules': [{'id': 'a', 'on': 'sale', 'when': {'group': ['oem']}, 'earn': {'points': 1}}]}");
    partner_roster roster = PARTNER_ROSTER_INIT;
    uint32_t partner[2] = {1, 0}, group[2] = {name_in(w->names.group, "oem"), name_in(w->names.group, "agent")};
    partner_loyalty *loyalty;

    sells(w, "a", "2025-05-01", 1);
    sells(w, "b", "2025-05-01", 1);
    sells(w, "c", "2025-05-01", 1);
    roster.rows = 2;
    roster.partner = partner;
    roster.group = group;
    loyalty = with_roster(w, &roster, "2025-05-01");
    ledger_is(w, loyalty, "2025-05-01 accrual 1 a 1 = 1 1 0 -\n");
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

/* --- figures --- */

/* The worked example of the specification, summed by hand from its ledger. */
START_TEST(figures_of_the_example)
{
    story *w = channel_rewards();
    partner_loyalty *loyalty = run_story(w, "2027-12-31");
    const partner_loyalty_months *m = loyalty->months;
    int64_t net = 0;

    /* accruals 822+25+500+50+3300+1650+440+220+440+2750+125, 99+500, and the bonus of 1000 */
    ck_assert_int_eq(loyalty->issued, 10322 + 599 + 1000);
    ck_assert_int_eq(loyalty->reversed, 1650 + 825);
    ck_assert_int_eq(loyalty->redeemed, 1000 + 550);
    /* 347+50+1650+825+440+220+440+2750+1000, and 49 */
    ck_assert_int_eq(loyalty->expired, 7722 + 49);
    ck_assert_int_eq(loyalty->adjusted, 0);
    ck_assert_int_eq(loyalty->outstanding, 125);
    ck_assert_int_eq(loyalty->liability, 10000); /* 125 × 0.80 */
    ck_assert(same_bits(loyalty->breakage, 7771.0 / (7771 + 1550)));
    ck_assert_uint_eq(loyalty->promotions, 2);
    ck_assert_uint_eq(loyalty->demotions, 1);
    ck_assert_uint_eq(loyalty->events, 15);
    ck_assert_uint_eq(loyalty->credit_notes, 1);
    ck_assert_uint_eq(m->months, 36); /* January 2025 to December 2027 */
    ck_assert_int_eq(m->month[0], day_of("2025-01-01"));
    ck_assert_int_eq(m->issued[0], 822 + 25 + 500 + 50);
    ck_assert_int_eq(m->expired[25], 347 + 50); /* February 2027 */
    for (size_t i = 0; i < m->months; i++) {
        net += m->issued[i] + m->adjusted[i] - m->redeemed[i] - m->expired[i] - m->reversed[i];
        ck_assert_int_eq(m->net[i], net);
    }
    ck_assert_int_eq(net, 125);
    ck_assert_uint_eq(loyalty->tiers->promotions[1], 1);
    ck_assert_uint_eq(loyalty->tiers->promotions[2], 1);
    ck_assert_uint_eq(loyalty->tiers->demotions[1], 1);
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

START_TEST(a_program_without_rules_grants_nothing)
{
    story *w = new_story("{}");
    partner_loyalty *loyalty;

    sells(w, "p", "2025-01-01", 100000);
    returns(w, "2025-01-02", 0, 0);
    loyalty = run_story(w, NULL);
    ck_assert_uint_eq(loyalty->ledger->entries, 0);
    ck_assert_int_eq(loyalty->issued, 0);
    ck_assert_uint_eq(loyalty->events, 2);
    ck_assert_uint_eq(loyalty->unmentioned, 1);
    ck_assert_uint_eq(loyalty->tiers->tiers, 0);
    ck_assert_uint_eq(loyalty->tier[0], PARTNER_NONE);
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

START_TEST(no_events)
{
    story *w = new_story("{" ALL "}");
    partner_loyalty *loyalty = run_story(w, NULL);

    ck_assert_uint_eq(loyalty->partners, 0);
    ck_assert_int_eq(loyalty->as_of_day, PARTNER_NO_DAY);
    ck_assert_uint_eq(loyalty->months->months, 0);
    ck_assert_uint_eq(loyalty->ledger->entries, 0);
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

/* Events after as_of are not there yet, also not for `reverses` and ids. */
START_TEST(later_events_are_not_there_yet)
{
    story *w = new_story("{" BASE "}");
    partner_loyalty *loyalty;

    sells(w, "p", "2025-01-02", 1000);
    sells(w, "p", "2025-01-01", 1000);
    w->event[0] = 1; /* the same id as row 1 */
    loyalty = run_story(w, "2025-01-01");
    ck_assert_uint_eq(loyalty->later, 1);
    ck_assert_uint_eq(loyalty->events, 1);
    ledger_is(w, loyalty, "2025-01-01 accrual 1 base 1 = 1 1 0 -\n");
    partner_loyalty_free(loyalty);
    free_story(w);
}
END_TEST

/* --- errors --- */

/* A valid story that each test then breaks: rows 0 and 1 are sales of p and q, row 2 returns row 0. */
static story *to_break(const char *program)
{
    story *w = new_story(program);

    sells(w, "p", "2025-01-01", 10000);
    sells(w, "q", "2025-01-02", 10000);
    returns(w, "2025-01-10", 1000, 0);
    return w;
}

static void fails_at(const story *w, partner_status expected, uint64_t row, const char *field,
                     const char *words)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_events e = events_of(w, w->rows);
    partner_loyalty *loyalty = NULL;

    for (uint32_t threads = 1; threads < 4; threads++) {
        o.threads = threads;
        o.partners = 2;
        must_fail(partner_loyalty_new(w->program, &e, &o, &loyalty, &error), expected, error);
        ck_assert_ptr_null(loyalty);
        ck_assert_uint_eq(error.row, row);
        ck_assert_str_eq(error.field, field);
        ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
    }
}

#define PLAIN_PROGRAM "{" BASE ", " BOTH_WAYS ", 'reversible_days': 9}"

static void original_fails(uint64_t reverses, const char *words)
{
    story *w = to_break(PLAIN_PROGRAM);

    sells(w, "p", "2025-01-11", 100);
    is_adjusted(w, "2025-01-05", 5);
    w->reverses[2] = reverses;
    fails_at(w, PARTNER_E_DATA, 2, "reverses", words);
    free_story(w);
}

START_TEST(originals_that_are_none)
{
    story *w = to_break(PLAIN_PROGRAM);

    original_fails(17, "which is no event of this partner");
    original_fails(1, "the event of row 1, which is another partner's");
    original_fails(3, "the event of row 3, which comes later");
    original_fails(2, "which is the event itself");
    original_fails(4, "which is an adjustment");
    returns(w, "2025-01-11", 0, 2);
    fails_at(w, PARTNER_E_DATA, 3, "reverses", "which is a reversal itself");
    w->reverses[3] = 0;
    fails_at(w, PARTNER_E_DATA, 3, "reverses", "older than the days");
    w->day[3]--; /* nine days are not too many */
    gives(w, NULL,
          "2025-01-01 accrual 0 base 10 = 10 10 0 -\n"
          "2025-01-10 reversal 2 base -1 = 9 9 0 -\n"
          "2025-01-10 reversal 3 base -9 = 0 0 0 -\n"
          "2025-01-02 accrual 1 base 10 = 10 10 0 -\n");
    free_story(w);
}
END_TEST

START_TEST(ids_that_come_twice)
{
    story *w = to_break("{" BASE "}");
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_events e = events_of(w, w->rows);
    partner_loyalty *loyalty;
    static const uint64_t scales[] = {1, 1000000007, UINT64_C(0x100000000)};

    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) w->event[k] = (k + 1) * scales[i];
        w->event[1] = w->event[0];
        w->reverses[2] = w->event[0];
        fails_at(w, PARTNER_E_DATA, 1, "event", "is in row 0 already");
    }
    o.skip_duplicates = o.ledger = 1;
    must(partner_loyalty_new(w->program, &e, &o, &loyalty, &error), error);
    ck_assert_uint_eq(loyalty->duplicates, 1);
    ck_assert_uint_eq(loyalty->events, 2);
    ck_assert_uint_eq(loyalty->ledger->entries, 2);
    partner_loyalty_free(loyalty);
    w->event[1] = PARTNER_NO_ROW;
    fails_at(w, PARTNER_E_DATA, 1, "event", "event is missing");
    free_story(w);
}
END_TEST

START_TEST(rows_that_are_bad)
{
    story *w = to_break("{" BASE ", 'credit_notes': 'refuse'}");
    uint32_t kind = w->kind[1];

    w->partner[1] = 2;
    fails_at(w, PARTNER_E_DATA, 1, "partner", "partner index 2 is out of range");
    w->partner[1] = PARTNER_NONE;
    fails_at(w, PARTNER_E_DATA, 1, "partner", "partner is missing");
    w->partner[1] = 1;
    w->day[1] = PARTNER_NO_DAY;
    fails_at(w, PARTNER_E_DATA, 1, "day", "day is missing");
    w->day[1] = 2932897; /* 10000-01-01 */
    fails_at(w, PARTNER_E_DATA, 1, "day", "outside the years 1 to 9999");
    w->day[1] = w->day[0];
    w->kind[1] = PARTNER_NONE;
    fails_at(w, PARTNER_E_DATA, 1, "kind", "kind is missing");
    w->kind[1] = kind;
    w->amount[1] = -1;
    fails_at(w, PARTNER_E_DATA, 1, "amount", "which the program refuses");
    free_story(w);
}
END_TEST

/* 2^63 - 1 minor units at 10^9 points each; and a sum of two that each fit. */
START_TEST(points_that_leave_their_type)
{
    story *w = new_story("{'rules': [{'id': 'one', 'on': 'payment', 'earn': {'points': 1}},\n"
                         "{'id': 'huge', 'on': 'sale', 'earn': {'points': 1000000000, 'per': 0.01}}]}");

    sells(w, "p", "2025-01-01", 1);
    sells(w, "q", "2025-01-01", INT64_MAX);
    fails_at(w, PARTNER_E_RANGE, 1, "amount", "rule \"huge\"");
    ck_assert_uint_eq(error.index, 1);
    w->amount[1] = 9000000000;
    w->partner[0] = 1;
    w->amount[0] = 9000000000;
    fails_at(w, PARTNER_E_RANGE, 1, "amount", "rule \"huge\"");
    free_story(w);
}
END_TEST

static void roster_fails(uint32_t second, uint32_t tier, const char *words)
{
    story *w = to_break("{" BASE ", " SILVER "}");
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_events e = events_of(w, w->rows);
    partner_roster roster = PARTNER_ROSTER_INIT;
    uint32_t partner[2] = {0, second}, tiers[2] = {PARTNER_NONE, tier};
    partner_loyalty *loyalty = NULL;

    roster.rows = 2;
    roster.partner = partner;
    roster.tier = tiers;
    o.roster = &roster;
    o.partners = 2;
    must_fail(partner_loyalty_new(w->program, &e, &o, &loyalty, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 1);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
    free_story(w);
}

START_TEST(rosters_that_are_bad)
{
    roster_fails(0, PARTNER_NONE, "is listed already");
    roster_fails(2, PARTNER_NONE, "out of range");
    roster_fails(PARTNER_NONE, PARTNER_NONE, "partner is missing");
    roster_fails(1, 77, "tier 77 is none of the program's");
}
END_TEST

static int stop(void *data)
{
    int *calls = data;

    return ++*calls > 1;
}

START_TEST(arguments)
{
    story *w = to_break("{" BASE "}");
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_events e = events_of(w, w->rows);
    partner_loyalty *loyalty = NULL;
    int calls = 0;

    must_fail(partner_loyalty_new(NULL, &e, &o, &loyalty, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_new(w->program, NULL, &o, &loyalty, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_new(w->program, &e, &o, NULL, &error), PARTNER_E_ARGUMENT, error);
    e.kind = NULL;
    must_fail(partner_loyalty_new(w->program, &e, &o, &loyalty, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.field, "kind");
    e = events_of(w, w->rows);
    o.minor_units = 3;
    must_fail(partner_loyalty_new(w->program, &e, &o, &loyalty, &error), PARTNER_E_STATE, error);
    o.minor_units = 2;
    o.ledger = 2;
    must_fail(partner_loyalty_new(w->program, &e, &o, &loyalty, &error), PARTNER_E_ARGUMENT, error);
    o.ledger = 1;
    o.as_of_day = INT32_MAX;
    must_fail(partner_loyalty_new(w->program, &e, &o, &loyalty, &error), PARTNER_E_ARGUMENT, error);
    o.as_of_day = 0;
    o.interrupt = stop;
    o.interrupt_data = &calls;
    must_fail(partner_loyalty_new(w->program, &e, &o, &loyalty, &error), PARTNER_E_CANCELLED, error);
    ck_assert_ptr_null(loyalty);
    free_story(w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loyalty");
    TCase *defects = add_case(suite, "defects"), *values = add_case(suite, "values");
    TCase *tiers = add_case(suite, "tiers"), *errors = add_case(suite, "errors");

    tcase_add_test(defects, points_kept_or_charged_again_on_partial_refunds);
    tcase_add_test(defects, points_kept_on_refunds);
    tcase_add_test(defects, expiry_without_lots_collapses_the_balance);
    tcase_add_test(defects, float_rounding_loses_or_invents_a_point);
    tcase_add_test(defects, a_first_tier_with_threshold_0_is_skipped);
    tcase_add_test(defects, splitting_and_returning_orders_pumps_a_carry);
    tcase_add_test(defects, splitting_does_not_matter_under_carry);
    tcase_add_test(defects, caps_and_returns_leave_a_carry_below_zero);
    tcase_add_test(defects, a_tier_is_kept_on_returned_orders);
    tcase_add_test(defects, a_validity_is_kept_on_returned_orders);
    tcase_add_test(defects, expiry_is_put_off_by_redeeming_and_cancelling);
    tcase_add_test(defects, expired_points_are_charged_again_on_a_return);
    tcase_add_test(defects, a_day_off_at_midnight);
    tcase_add_test(values, rounding);
    tcase_add_test(values, products_beyond_64_bits);
    tcase_add_test(values, the_tier_before_the_event_multiplies);
    tcase_add_test(values, caps_count_what_was_granted_in_the_end);
    tcase_add_test(values, first_comes_once);
    tcase_add_test(values, exclusive_rules);
    tcase_add_test(values, debts);
    tcase_add_test(values, redemptions_are_rejected);
    tcase_add_test(values, challenges_are_met_and_lost);
    tcase_add_test(values, credit_notes_lower_sums);
    tcase_add_test(tiers, yearly_reviews_drop_step_by_step);
    tcase_add_test(tiers, rolling_reviews_have_grace);
    tcase_add_test(tiers, returns_in_a_rolling_window);
    tcase_add_test(tiers, requirements_with_months_of_their_own);
    tcase_add_test(tiers, partners_start_from_tiers);
    tcase_add_test(tiers, groups_decide);
    tcase_add_test(values, figures_of_the_example);
    tcase_add_test(values, a_program_without_rules_grants_nothing);
    tcase_add_test(values, no_events);
    tcase_add_test(values, later_events_are_not_there_yet);
    tcase_add_test(errors, originals_that_are_none);
    tcase_add_test(errors, ids_that_come_twice);
    tcase_add_test(errors, rows_that_are_bad);
    tcase_add_test(errors, points_that_leave_their_type);
    tcase_add_test(errors, rosters_that_are_bad);
    tcase_add_test(errors, arguments);
    return run_suite(suite);
}
