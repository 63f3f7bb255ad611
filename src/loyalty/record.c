/* SPDX-License-Identifier: MIT
 * What loyalty reads and gives, as tables. */
#include <partner/loyalty.h>

#include "../record/define.h"
#include "../record/tables.h"

/* --- inputs --- */

static const partner_field events_fields[] = {
    PARTNER__INPUT_HEAD(partner_events),
    {PARTNER__SCALAR(partner_events, rows), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of rows"},
    {PARTNER__COLUMN(partner_events, partner, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_REQUIRED, .aliases = "partner_id,account,account_id,reseller,reseller_id,member",
     .text = "whose event it is", .example = "Aster|Birch|Aster|Aster|Birch|Aster"},
    {PARTNER__COLUMN(partner_events, day, rows), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_REQUIRED,
     .aliases = "date,event_date,activity_date,order_date",
     .text = "day of the event, in the program's calendar",
     .example = "2026-01-15|2026-02-03|2026-02-20|2026-03-11|2026-04-02|2026-04-20"},
    {PARTNER__COLUMN(partner_events, kind, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "kind",
     .flags = PARTNER_FIELD_REQUIRED, .aliases = "type,event_type,activity,activity_type",
     .text = "what happened: sale, payment, certification, redemption …",
     .example = "sale|sale|sale|sale|redemption|sale"},
    {PARTNER__COLUMN(partner_events, event, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "event",
     .flags = PARTNER_FIELD_NULLABLE | PARTNER_FIELD_UNIQUE,
     .aliases = "event_id,id,transaction,transaction_id",
     .text = "the event's own id; absent = number of the row"},
    {PARTNER__COLUMN(partner_events, amount, rows), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_NULLABLE,
     .aliases = "revenue,net_revenue,sales_amount,total,value", .text = "amount; absent = 0",
     .example = "125.00|82.26|60.00|100.00|0.00|40.00"},
    {PARTNER__COLUMN(partner_events, quantity, rows), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "qty,units,points",
     .text = "how many; of redemptions and adjustments points; absent = 1", .example = "1|1|1|1|5|1"},
    {PARTNER__COLUMN(partner_events, margin, rows), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_NULLABLE,
     .aliases = "gross_margin,profit", .text = "gross margin"},
    {PARTNER__COLUMN(partner_events, product, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "product",
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "product_group,product_line,category",
     .text = "product group"},
    {PARTNER__COLUMN(partner_events, reverses, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "event",
     .flags = PARTNER_FIELD_NULLABLE, .numbered_without = "event",
     .aliases = "reversal_of,original,original_event,refund_of",
     .text = "the earlier event that this one takes back, in part or whole"},
};
const partner_record partner__events_record = PARTNER__RECORD(
    "events", partner_events, events_fields, "events of partners: sales, payments, redemptions …");

static const partner_field options_fields[] = {
    PARTNER__INPUT_HEAD(partner_loyalty_options),
    PARTNER__THREADS_FIELD(partner_loyalty_options),
    {PARTNER__SCALAR(partner_loyalty_options, ledger), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "also give the ledger"},
    {PARTNER__SCALAR(partner_loyalty_options, notices), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "also give the notices"},
    {PARTNER__SCALAR(partner_loyalty_options, skip_duplicates), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "leave out events whose id was there before"},
    {PARTNER__SCALAR(partner_loyalty_options, minor_units), .unit = PARTNER_UNIT_PLACES,
     .zero = PARTNER_MINOR_UNITS_0, .text = "decimal places of the events' money; absent = the program's"},
    PARTNER__RUN_FIELDS(partner_loyalty_options),
    {PARTNER__POINTER(partner_loyalty_options, roster, &partner__roster_record), .flags = PARTNER_FIELD_HIDDEN,
     .text = "who is enrolled"},
    {PARTNER__SCALAR(partner_loyalty_options, partners), .unit = PARTNER_UNIT_COUNT, .dictionary = "partner",
     .text = "number of partners; absent = as many as there are"},
    {PARTNER__SCALAR(partner_loyalty_options, as_of_day), .unit = PARTNER_UNIT_DAY, .zero = PARTNER_DAY_0,
     .text = "last day that counts; absent = the last event's"},
};
const partner_record partner__loyalty_options_record =
    PARTNER__RECORD("loyalty_options", partner_loyalty_options, options_fields, "options of loyalty");

/* --- results --- */

static const char *const entry_names[] = {"accrual",   "reversal", "expiry", "redemption",
                                          "rejected",  "release",  "bonus",  "adjustment",
                                          "promotion", "demotion", "renewal"};
static const char *const measure_names[] = {"none", "count", "amount", "quantity"};

/* Columns that several of the records have. */
#define WHO(s, n)                                                                              \
    {                                                                                          \
        PARTNER__COLUMN(s, partner, n), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",   \
                                        .flags = PARTNER_FIELD_IDENTITY, .text = "the partner" \
    }
#define POINTS(s, m, n, t) PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_COUNT, .text = t
#define TIER(s, m, n, t) PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_INDEX, .dictionary = "tier", .text = t
#define NAMED(s, m, n, d, t) PARTNER__COLUMN(s, m, n), .unit = PARTNER_UNIT_INDEX, .dictionary = d, .text = t
#define FIGURE(s, m, t) PARTNER__SCALAR(s, m), .unit = PARTNER_UNIT_COUNT, .text = t
#define PLACES(s)                                                                                    \
    {                                                                                                \
        PARTNER__SCALAR(s, minor_units), .unit = PARTNER_UNIT_PLACES, .flags = PARTNER_FIELD_HIDDEN, \
                                         .text = "decimal places of money"                           \
    }

enum { NULLS = PARTNER_FIELD_NULLABLE, DETAIL = PARTNER_FIELD_DETAIL };

static const partner_field ledger_fields[] = {
    {FIGURE(partner_ledger, entries, "number of entries"), .flags = PARTNER_FIELD_LENGTH},
    WHO(partner_ledger, entries),
    {PARTNER__COLUMN(partner_ledger, day, entries), .unit = PARTNER_UNIT_DAY, .text = "day of the entry"},
    {PARTNER__COLUMN(partner_ledger, kind, entries), .unit = PARTNER_UNIT_ENUM, PARTNER__NAMES(entry_names),
     .text = "what the entry is"},
    {NAMED(partner_ledger, event, entries, "event", "the event it comes from"), .flags = NULLS},
    {NAMED(partner_ledger, rule, entries, "rule", "the rule or challenge"), .flags = NULLS},
    {POINTS(partner_ledger, points, entries, "points, with sign")},
    {POINTS(partner_ledger, capped, entries, "points that a cap refused")},
    {POINTS(partner_ledger, qualifying, entries, "qualifying points in the window, after the entry")},
    {POINTS(partner_ledger, balance, entries, "usable points after the entry; negative = debt")},
    {POINTS(partner_ledger, pending, entries, "points not usable yet, after the entry")},
    {TIER(partner_ledger, tier, entries, "tier after the entry"), .flags = NULLS},
    {PARTNER__COLUMN(partner_ledger, lot_expiry, entries), .unit = PARTNER_UNIT_DAY, .flags = NULLS | DETAIL,
     .text = "day on which the points are gone"},
    {NAMED(partner_ledger, reverses, entries, "event", "of a reversal: the event taken back"),
     .flags = NULLS | DETAIL},
    {POINTS(partner_ledger, basis, entries, "what the points come from"), .flags = PARTNER_FIELD_HIDDEN},
    {POINTS(partner_ledger, whole, entries, "what the points come from"), .flags = PARTNER_FIELD_HIDDEN},
    {POINTS(partner_ledger, held, entries, "what the points come from"), .flags = PARTNER_FIELD_HIDDEN},
    {POINTS(partner_ledger, carried, entries, "what the points come from"), .flags = PARTNER_FIELD_HIDDEN},
};
const partner_record partner__ledger_record =
    PARTNER__RECORD("ledger", partner_ledger, ledger_fields, "one line per entry, the reason for every point");

static const partner_field tiers_fields[] = {
    {FIGURE(partner_loyalty_tiers, tiers, "number of tiers"), .flags = PARTNER_FIELD_LENGTH},
    {TIER(partner_loyalty_tiers, tier, tiers, "the tier"), .flags = NULLS | PARTNER_FIELD_IDENTITY},
    {POINTS(partner_loyalty_tiers, partners, tiers, "partners in it")},
    {POINTS(partner_loyalty_tiers, promotions, tiers, "entered from below")},
    {POINTS(partner_loyalty_tiers, demotions, tiers, "entered from above")},
    {POINTS(partner_loyalty_tiers, outstanding, tiers, "points their partners hold")},
};
const partner_record partner__loyalty_tiers_record = PARTNER__RECORD(
    "loyalty_tiers", partner_loyalty_tiers, tiers_fields, "partners by tier, and how they moved");

static const partner_field months_fields[] = {
    {FIGURE(partner_loyalty_months, months, "number of months"), .flags = PARTNER_FIELD_LENGTH},
    {PARTNER__COLUMN(partner_loyalty_months, month, months), .unit = PARTNER_UNIT_DAY,
     .text = "first day of the month"},
    {POINTS(partner_loyalty_months, issued, months, "points issued")},
    {POINTS(partner_loyalty_months, redeemed, months, "points redeemed")},
    {POINTS(partner_loyalty_months, expired, months, "points expired")},
    {POINTS(partner_loyalty_months, reversed, months, "points taken back")},
    {POINTS(partner_loyalty_months, adjusted, months, "points added by hand, net")},
    {POINTS(partner_loyalty_months, net, months, "points held at its end, debts deducted")},
    {POINTS(partner_loyalty_months, promotions, months, "promotions")},
    {POINTS(partner_loyalty_months, demotions, months, "demotions")},
};
const partner_record partner__loyalty_months_record =
    PARTNER__RECORD("loyalty_months", partner_loyalty_months, months_fields, "the program month by month");

static const partner_field missing_fields[] = {
    {FIGURE(partner_loyalty_missing, requirements, "number of lines"), .flags = PARTNER_FIELD_LENGTH},
    WHO(partner_loyalty_missing, requirements),
    {TIER(partner_loyalty_missing, tier, requirements, "the next tier")},
    {NAMED(partner_loyalty_missing, kind, requirements, "kind", "kind of event that it requires")},
    {PARTNER__COLUMN(partner_loyalty_missing, measure, requirements), .unit = PARTNER_UNIT_ENUM,
     PARTNER__NAMES(measure_names), .text = "what is added up"},
    {PARTNER__COLUMN(partner_loyalty_missing, needed, requirements), .unit = PARTNER_UNIT_NONE,
     .text = "how much it requires"},
    {PARTNER__COLUMN(partner_loyalty_missing, reached, requirements), .unit = PARTNER_UNIT_NONE,
     .text = "how much there is"},
};
const partner_record partner__loyalty_missing_record =
    PARTNER__RECORD("loyalty_missing", partner_loyalty_missing, missing_fields,
                    "what the next tier still requires beside points");

static const char *const notice_names[] = {"welcome", "tier_in_reach", "tier_at_risk", "expiring",
                                           "challenge_in_reach"};

static const partner_field notices_fields[] = {
    {FIGURE(partner_loyalty_notices, notices, "number of notices"), .flags = PARTNER_FIELD_LENGTH},
    WHO(partner_loyalty_notices, notices),
    {PARTNER__COLUMN(partner_loyalty_notices, notice, notices), .unit = PARTNER_UNIT_ENUM,
     PARTNER__NAMES(notice_names), .text = "what to tell the partner"},
    {TIER(partner_loyalty_notices, tier, notices, "tier within reach or at risk"), .flags = NULLS},
    {NAMED(partner_loyalty_notices, rule, notices, "rule", "challenge within reach"), .flags = NULLS},
    {POINTS(partner_loyalty_notices, points, notices, "points missing, or expiring")},
    {PARTNER__COLUMN(partner_loyalty_notices, missing, notices), .unit = PARTNER_UNIT_NONE,
     .text = "what a challenge's target is short of"},
    {PARTNER__COLUMN(partner_loyalty_notices, day, notices), .unit = PARTNER_UNIT_DAY, .flags = NULLS,
     .text = "until when"},
};
const partner_record partner__loyalty_notices_record = PARTNER__RECORD(
    "loyalty_notices", partner_loyalty_notices, notices_fields, "what a portal or a mail would tell partners");

static const partner_field loyalty_fields[] = {
    {FIGURE(partner_loyalty, partners, "partners"), .flags = PARTNER_FIELD_LENGTH},
    {PARTNER__SCALAR(partner_loyalty, as_of_day), .unit = PARTNER_UNIT_DAY, .flags = NULLS,
     .text = "last day that counts"},
    {FIGURE(partner_loyalty, events, "events taken")},
    {FIGURE(partner_loyalty, later, "events after that day, not taken")},
    {FIGURE(partner_loyalty, unmentioned, "events of kinds that the program does not mention")},
    {FIGURE(partner_loyalty, credit_notes, "negative amounts that reverse nothing")},
    {FIGURE(partner_loyalty, duplicates, "events left out because their id was there before")},
    {FIGURE(partner_loyalty, issued, "points granted, bonuses included"), .flags = PARTNER_FIELD_KEY},
    {FIGURE(partner_loyalty, redeemed, "points redeemed"), .flags = PARTNER_FIELD_KEY},
    {FIGURE(partner_loyalty, expired, "points expired"), .flags = PARTNER_FIELD_KEY},
    {FIGURE(partner_loyalty, reversed, "points taken back")},
    {FIGURE(partner_loyalty, adjusted, "points added by hand, net")},
    {FIGURE(partner_loyalty, outstanding, "points that partners hold, pending ones included"),
     .flags = PARTNER_FIELD_KEY},
    {FIGURE(partner_loyalty, debts, "points that partners owe"), .flags = PARTNER_FIELD_KEY},
    {PARTNER__SCALAR(partner_loyalty, liability), .unit = PARTNER_UNIT_MONEY,
     .flags = NULLS | PARTNER_FIELD_KEY, .text = "outstanding x point_value"},
    {PARTNER__SCALAR(partner_loyalty, breakage), .unit = PARTNER_UNIT_SHARE, .flags = PARTNER_FIELD_KEY,
     .text = "expired / (expired + redeemed)"},
    {FIGURE(partner_loyalty, promotions, "promotions")},
    {FIGURE(partner_loyalty, demotions, "demotions")},
    PLACES(partner_loyalty),
    {PARTNER__POINTER(partner_loyalty, tiers, &partner__loyalty_tiers_record), .flags = PARTNER_FIELD_SUMMARY,
     .text = "partners by tier"},
    {PARTNER__POINTER(partner_loyalty, months, &partner__loyalty_months_record), .flags = DETAIL,
     .text = "the program month by month"},
    {PARTNER__POINTER(partner_loyalty, missing, &partner__loyalty_missing_record), .flags = DETAIL,
     .text = "what the next tier still requires"},
    {PARTNER__POINTER(partner_loyalty, ledger, &partner__ledger_record), .text = "every entry"},
    {PARTNER__POINTER(partner_loyalty, notices, &partner__loyalty_notices_record),
     .text = "what to tell partners"},
    WHO(partner_loyalty, partners),
    {POINTS(partner_loyalty, balance, partners, "usable points; negative = debt"),
     .flags = PARTNER_FIELD_BAR | PARTNER_FIELD_KEY},
    {POINTS(partner_loyalty, pending, partners, "points not usable yet")},
    {POINTS(partner_loyalty, earned, partners, "points earned, net of reversals")},
    {POINTS(partner_loyalty, spent, partners, "points redeemed by the partner")},
    {POINTS(partner_loyalty, lapsed, partners, "points expired at the partner")},
    {POINTS(partner_loyalty, qualifying, partners, "qualifying points in the window")},
    {TIER(partner_loyalty, tier, partners, "tier"), .flags = NULLS},
    {PARTNER__COLUMN(partner_loyalty, valid_to, partners), .unit = PARTNER_UNIT_DAY, .flags = NULLS,
     .text = "last day of the tier's validity"},
    {TIER(partner_loyalty, next_tier, partners, "next tier"), .flags = NULLS},
    {POINTS(partner_loyalty, points_missing, partners, "qualifying points missing to it")},
    {POINTS(partner_loyalty, requirements_missing, partners, "what else it requires and is not there"),
     .flags = DETAIL},
    {POINTS(partner_loyalty, expiring_30, partners, "points gone within 30 days"), .flags = DETAIL},
    {POINTS(partner_loyalty, expiring_60, partners, "points gone within 60 days"), .flags = DETAIL},
    {POINTS(partner_loyalty, expiring_90, partners, "points gone within 90 days"), .flags = DETAIL},
    {TIER(partner_loyalty, projected_tier, partners, "tier at the pace of the window so far"), .flags = NULLS},
    {POINTS(partner_loyalty, projected, partners, "qualifying points at that pace"), .flags = DETAIL},
    {POINTS(partner_loyalty, to_keep, partners, "points missing to keep the tier at its next review"),
     .flags = DETAIL},
};
const partner_record partner__loyalty_record = PARTNER__RECORD(
    "loyalty", partner_loyalty, loyalty_fields, "a program's figures, and one statement per partner");

static const partner_field comparison_fields[] = {
    {FIGURE(partner_loyalty_comparison, partners, "partners"), .flags = PARTNER_FIELD_LENGTH},
    {FIGURE(partner_loyalty_comparison, earned_total, "points earned")},
    {FIGURE(partner_loyalty_comparison, other_earned_total, "points earned under the other program")},
    {FIGURE(partner_loyalty_comparison, outstanding, "points that partners hold")},
    {FIGURE(partner_loyalty_comparison, other_outstanding,
            "points that partners hold under the other program")},
    {PARTNER__SCALAR(partner_loyalty_comparison, liability), .unit = PARTNER_UNIT_MONEY, .flags = NULLS,
     .text = "outstanding x point_value"},
    {PARTNER__SCALAR(partner_loyalty_comparison, other_liability), .unit = PARTNER_UNIT_MONEY, .flags = NULLS,
     .text = "the same of the other program"},
    {PARTNER__SCALAR(partner_loyalty_comparison, liability_change), .unit = PARTNER_UNIT_MONEY, .flags = NULLS,
     .text = "other_liability - liability"},
    {FIGURE(partner_loyalty_comparison, higher, "partners in a higher tier under the other program")},
    {FIGURE(partner_loyalty_comparison, lower, "partners in a lower tier under the other program")},
    PLACES(partner_loyalty_comparison),
    WHO(partner_loyalty_comparison, partners),
    {POINTS(partner_loyalty_comparison, earned, partners, "points earned")},
    {POINTS(partner_loyalty_comparison, other_earned, partners, "points earned under the other program")},
    {POINTS(partner_loyalty_comparison, earned_change, partners, "other_earned - earned")},
    {POINTS(partner_loyalty_comparison, balance, partners, "points held"), .flags = DETAIL},
    {POINTS(partner_loyalty_comparison, other_balance, partners, "points held under the other program"),
     .flags = DETAIL},
    {TIER(partner_loyalty_comparison, tier, partners, "tier"), .flags = NULLS},
    {TIER(partner_loyalty_comparison, other_tier, partners, "tier under the other program"), .flags = NULLS},
    {PARTNER__COLUMN(partner_loyalty_comparison, cost, partners), .unit = PARTNER_UNIT_MONEY, .flags = NULLS,
     .text = "points spent and held x point_value"},
    {PARTNER__COLUMN(partner_loyalty_comparison, other_cost, partners), .unit = PARTNER_UNIT_MONEY,
     .flags = NULLS, .text = "the same under the other program"},
};
const partner_record partner__loyalty_comparison_record =
    PARTNER__RECORD("loyalty_comparison", partner_loyalty_comparison, comparison_fields,
                    "two programs over the same events, side by side");

static const char *const change_names[] = {"gone", "new"};

static const partner_field changes_fields[] = {
    {FIGURE(partner_loyalty_changes, entries, "number of entries"), .flags = PARTNER_FIELD_LENGTH},
    {PARTNER__COLUMN(partner_loyalty_changes, change, entries), .unit = PARTNER_UNIT_ENUM,
     PARTNER__NAMES(change_names), .text = "gone from the ledger, or new in it"},
    WHO(partner_loyalty_changes, entries),
    {PARTNER__COLUMN(partner_loyalty_changes, day, entries), .unit = PARTNER_UNIT_DAY,
     .text = "day of the entry"},
    {PARTNER__COLUMN(partner_loyalty_changes, kind, entries), .unit = PARTNER_UNIT_ENUM,
     PARTNER__NAMES(entry_names), .text = "what the entry is"},
    {NAMED(partner_loyalty_changes, event, entries, "event", "the event it comes from"), .flags = NULLS},
    {NAMED(partner_loyalty_changes, rule, entries, "rule", "the rule or challenge"), .flags = NULLS},
    {POINTS(partner_loyalty_changes, points, entries, "points, with sign")},
    {POINTS(partner_loyalty_changes, capped, entries, "points that a cap refused")},
    {TIER(partner_loyalty_changes, tier, entries, "tier after the entry"), .flags = NULLS},
};
const partner_record partner__loyalty_changes_record = PARTNER__RECORD(
    "loyalty_changes", partner_loyalty_changes, changes_fields, "ledger entries that are gone or new");

static const partner_field difference_fields[] = {
    {FIGURE(partner_loyalty_difference, partners, "partners with a difference"), .flags = PARTNER_FIELD_LENGTH},
    {FIGURE(partner_loyalty_difference, points, "change of the points that partners hold, debts deducted")},
    {PARTNER__SCALAR(partner_loyalty_difference, liability), .unit = PARTNER_UNIT_MONEY, .flags = NULLS,
     .text = "change of the liability"},
    PLACES(partner_loyalty_difference),
    {PARTNER__POINTER(partner_loyalty_difference, changes, &partner__loyalty_changes_record),
     .text = "entries that are gone or new"},
    WHO(partner_loyalty_difference, partners),
    {POINTS(partner_loyalty_difference, balance, partners, "change of usable points")},
    {POINTS(partner_loyalty_difference, pending, partners, "change of pending points")},
    {POINTS(partner_loyalty_difference, earned, partners, "change of points earned")},
    {POINTS(partner_loyalty_difference, spent, partners, "change of points redeemed")},
    {POINTS(partner_loyalty_difference, lapsed, partners, "change of points expired")},
    {TIER(partner_loyalty_difference, tier_before, partners, "tier before"), .flags = NULLS},
    {TIER(partner_loyalty_difference, tier_after, partners, "tier after"), .flags = NULLS},
    {PARTNER__COLUMN(partner_loyalty_difference, valid_before, partners), .unit = PARTNER_UNIT_DAY,
     .flags = NULLS | DETAIL, .text = "last day of validity before"},
    {PARTNER__COLUMN(partner_loyalty_difference, valid_after, partners), .unit = PARTNER_UNIT_DAY,
     .flags = NULLS | DETAIL, .text = "last day of validity after"},
};
const partner_record partner__loyalty_difference_record =
    PARTNER__RECORD("loyalty_difference", partner_loyalty_difference, difference_fields,
                    "what events entered late, or taken out, change in history");

/* --- deferred revenue --- */

static const partner_field deferral_fields[] = {
    PARTNER__INPUT_HEAD(partner_deferral),
    {PARTNER__SCALAR(partner_deferral, rows), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of periods"},
    {PARTNER__COLUMN(partner_deferral, day, rows), .unit = PARTNER_UNIT_DAY, .flags = NULLS,
     .aliases = "period,date,period_end", .text = "last day of the period", .example = "2026-12-31|2027-12-31"},
    {PARTNER__COLUMN(partner_deferral, added, rows), .unit = PARTNER_UNIT_MONEY, .flags = NULLS,
     .aliases = "allocated,deferred", .text = "amount allocated to points granted in the period; absent = 0",
     .example = "9000.00|0.00"},
    {PARTNER__COLUMN(partner_deferral, redeemed, rows), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_REQUIRED, .aliases = "points_redeemed", .text = "points redeemed in the period",
     .example = "4500|4000"},
    {PARTNER__COLUMN(partner_deferral, expected, rows), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_REQUIRED, .aliases = "estimate,expected_redemptions",
     .text = "estimate of all points that will ever be redeemed, past redemptions included",
     .example = "9700|9900"},
};
const partner_record partner__deferral_record =
    PARTNER__RECORD("deferral", partner_deferral, deferral_fields, "periods of deferred revenue, one per row");

static const partner_field deferral_options_fields[] = {
    PARTNER__INPUT_HEAD(partner_deferral_options),
    PARTNER__THREADS_FIELD(partner_deferral_options),
    {PARTNER__SCALAR(partner_deferral_options, minor_units), .unit = PARTNER_UNIT_PLACES,
     .zero = PARTNER_MINOR_UNITS_0, .initial = "2", .text = "decimal places of the amounts"},
    PARTNER__RUN_FIELDS(partner_deferral_options),
};
const partner_record partner__deferral_options_record = PARTNER__RECORD(
    "deferral_options", partner_deferral_options, deferral_options_fields, "options of deferral");

#define MONEY(m, t) PARTNER__COLUMN(partner_deferred, m, periods), .unit = PARTNER_UNIT_MONEY, .text = t

static const partner_field deferred_fields[] = {
    {FIGURE(partner_deferred, periods, "periods"), .flags = PARTNER_FIELD_LENGTH},
    {PARTNER__SCALAR(partner_deferred, allocated), .unit = PARTNER_UNIT_MONEY, .text = "sum of added"},
    {PARTNER__SCALAR(partner_deferred, recognised_total), .unit = PARTNER_UNIT_MONEY,
     .flags = PARTNER_FIELD_KEY, .text = "revenue to date, re-estimates included"},
    {PARTNER__SCALAR(partner_deferred, closing_total), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_KEY,
     .text = "still deferred at the end"},
    PLACES(partner_deferred),
    {PARTNER__COLUMN(partner_deferred, day, periods), .unit = PARTNER_UNIT_DAY, .flags = NULLS,
     .text = "last day of the period"},
    {MONEY(opening, "deferred at its beginning")},
    {MONEY(added, "allocated to points granted in it")},
    {MONEY(recognised, "recognised for points redeemed in it, at the estimate as it was")},
    {MONEY(reestimated, "recognised because the estimate has changed")},
    {MONEY(revenue, "recognised + reestimated")},
    {MONEY(closing, "deferred at its end"), .flags = PARTNER_FIELD_KEY},
};
const partner_record partner__deferred_record =
    PARTNER__RECORD("deferred", partner_deferred, deferred_fields, "the roll-forward of deferred revenue");
