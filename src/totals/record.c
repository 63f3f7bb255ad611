/* SPDX-License-Identifier: MIT
 * What totals reads and gives, as tables. */
#include <partner/totals.h>

#include "../record/define.h"
#include "../record/tables.h"

static const partner_field sales_fields[] = {
    PARTNER__INPUT_HEAD(partner_sales),
    {PARTNER__SCALAR(partner_sales, rows), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of rows"},
    {PARTNER__COLUMN(partner_sales, partner, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_REQUIRED,
     .aliases = "partner_id,account,account_id,reseller,reseller_id,customer,customer_id", .text = "who sold",
     .example = "Aster|Birch|Cedar|Aster|Dahlia|Cedar"},
    {PARTNER__COLUMN(partner_sales, amount, rows), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_REQUIRED,
     .aliases = "revenue,net_revenue,sales_amount,total,value,close_value",
     .text = "net revenue; negative = credit note or return",
     .example = "500.00|310.00|100.00|60.00|40.00|-10.00"},
    {PARTNER__COLUMN(partner_sales, day, rows), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .aliases = "date,order_date,sale_date,invoice_date,close_date", .text = "day of the sale",
     .example = "2026-01-15|2026-02-03|2026-02-20|2026-03-11|2026-04-02|2026-04-20"},
    {PARTNER__COLUMN(partner_sales, margin, rows), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_NULLABLE,
     .aliases = "gross_margin,profit", .text = "gross margin of the row"},
    {PARTNER__COLUMN(partner_sales, product, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "product",
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "product_group,product_line,category",
     .text = "product group"},
    {PARTNER__COLUMN(partner_sales, currency, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "currency",
     .flags = PARTNER_FIELD_NULLABLE | PARTNER_FIELD_SINGLE, .aliases = "currency_code",
     .text = "currency of the amounts; one per run"},
};
const partner_record partner__sales_record =
    PARTNER__RECORD("sales", partner_sales, sales_fields, "rows of sales, one per sale, credit note or return");

static const char *const mode_names[] = {"unknown", "transactional", "mixed", "consultative"};

static const partner_field roster_fields[] = {
    PARTNER__INPUT_HEAD(partner_roster),
    {PARTNER__SCALAR(partner_roster, rows), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of rows"},
    {PARTNER__COLUMN(partner_roster, partner, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_REQUIRED | PARTNER_FIELD_UNIQUE,
     .aliases = "partner_id,id,account,account_id,reseller,reseller_id,customer,customer_id",
     .text = "who is enrolled", .example = "Aster|Birch|Cedar|Dahlia|Elder"},
    {PARTNER__COLUMN(partner_roster, name, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "name",
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "partner_name,account_name,reseller_name,company",
     .text = "name, for people"},
    {PARTNER__COLUMN(partner_roster, group, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "group",
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "region,type,partner_type,segment",
     .text = "group (region, type) to compare within", .example = "North|North|South|South|South"},
    {PARTNER__COLUMN(partner_roster, parent, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "parent_id,parent_partner",
     .text = "the partner this one belongs to"},
    {PARTNER__COLUMN(partner_roster, joined, rows), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .aliases = "joined_on,start_date,partner_since", .text = "first day as a partner"},
    {PARTNER__COLUMN(partner_roster, left, rows), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .aliases = "left_on,end_date", .text = "first day no longer a partner"},
    {PARTNER__COLUMN(partner_roster, target, rows), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_NULLABLE,
     .aliases = "quota,revenue_target", .text = "revenue agreed for the window"},
    {PARTNER__COLUMN(partner_roster, tier, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "tier",
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "level,status",
     .text = "tier that a loyalty program starts from"},
    {PARTNER__COLUMN(partner_roster, tier_until, rows), .unit = PARTNER_UNIT_DAY,
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "valid_to,tier_valid_to", .text = "last day of that tier"},
    {PARTNER__COLUMN(partner_roster, potential, rows), .unit = PARTNER_UNIT_MONEY,
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "stated_potential,revenue_potential",
     .text = "what the partner could bring in the window"},
    {PARTNER__COLUMN(partner_roster, strategic, rows), .unit = PARTNER_UNIT_SHARE,
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "strategic_rating,rating", .text = "strategic rating, 0 to 1"},
    {PARTNER__COLUMN(partner_roster, mode, rows), .unit = PARTNER_UNIT_ENUM, PARTNER__NAMES(mode_names),
     .flags = PARTNER_FIELD_NULLABLE, .aliases = "interaction_mode",
     .text = "how it works with us; absent = as the interactions show"},
    {PARTNER__COLUMN(partner_roster, hours, rows), .unit = PARTNER_UNIT_RATIO, .flags = PARTNER_FIELD_NULLABLE,
     .aliases = "hours_now,current_hours", .text = "hours it gets now"},
    {PARTNER__COLUMN(partner_roster, hours_min, rows), .unit = PARTNER_UNIT_RATIO,
     .flags = PARTNER_FIELD_NULLABLE, .text = "hours that it gets at least"},
    {PARTNER__COLUMN(partner_roster, hours_max, rows), .unit = PARTNER_UNIT_RATIO,
     .flags = PARTNER_FIELD_NULLABLE, .text = "hours that it gets at most"},
};
const partner_record partner__roster_record =
    PARTNER__RECORD("roster", partner_roster, roster_fields, "the partners file: who is enrolled");

static const partner_field options_fields[] = {
    PARTNER__INPUT_HEAD(partner_totals_options),
    PARTNER__THREADS_FIELD(partner_totals_options),
    {PARTNER__SCALAR(partner_totals_options, min_sales), .unit = PARTNER_UNIT_COUNT, .initial = "1",
     .text = "sales in the window that make a partner active"},
    PARTNER__RUN_FIELDS(partner_totals_options),
    {PARTNER__POINTER(partner_totals_options, roster, &partner__roster_record), .flags = PARTNER_FIELD_HIDDEN,
     .text = "who is enrolled"},
    {PARTNER__SCALAR(partner_totals_options, partners), .unit = PARTNER_UNIT_COUNT, .dictionary = "partner",
     .text = "number of partners; absent = as many as there are"},
    {PARTNER__SCALAR(partner_totals_options, from_day), .unit = PARTNER_UNIT_DAY, .zero = PARTNER_DAY_0,
     .text = "first day of the window"},
    {PARTNER__SCALAR(partner_totals_options, to_day), .unit = PARTNER_UNIT_DAY, .zero = PARTNER_DAY_0,
     .text = "first day after the window"},
    {PARTNER__SCALAR(partner_totals_options, previous_from_day), .unit = PARTNER_UNIT_DAY,
     .zero = PARTNER_DAY_0, .text = "first day of the window to compare with"},
    {PARTNER__SCALAR(partner_totals_options, previous_to_day), .unit = PARTNER_UNIT_DAY, .zero = PARTNER_DAY_0,
     .text = "first day after the window to compare with"},
    {PARTNER__SCALAR(partner_totals_options, minor_units), .unit = PARTNER_UNIT_PLACES,
     .zero = PARTNER_MINOR_UNITS_0, .initial = "2", .text = "decimal places of the amounts"},
    {PARTNER__SCALAR(partner_totals_options, roll_up), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "sum partners into their parents"},
};
const partner_record partner__totals_options_record =
    PARTNER__RECORD("totals_options", partner_totals_options, options_fields, "options of totals and growth");

static const partner_field totals_fields[] = {
    {PARTNER__SCALAR(partner_totals, partners), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "enrolled partners"},
    {PARTNER__SCALAR(partner_totals, active), .unit = PARTNER_UNIT_COUNT,
     .text = "partners with enough sales in the window"},
    {PARTNER__SCALAR(partner_totals, activity_rate), .unit = PARTNER_UNIT_SHARE, .text = "active / partners"},
    {PARTNER__SCALAR(partner_totals, revenue_total), .unit = PARTNER_UNIT_MONEY,
     .text = "revenue of all partners"},
    {PARTNER__SCALAR(partner_totals, rows), .unit = PARTNER_UNIT_COUNT, .text = "rows in the window"},
    {PARTNER__SCALAR(partner_totals, from_day), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .text = "first day of the window"},
    {PARTNER__SCALAR(partner_totals, to_day), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .text = "first day after the window"},
    {PARTNER__SCALAR(partner_totals, last_day_seen), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .text = "last day of any row, in the window or not"},
    {PARTNER__SCALAR(partner_totals, minor_units), .unit = PARTNER_UNIT_PLACES, .flags = PARTNER_FIELD_HIDDEN,
     .text = "decimal places of the amounts"},
    {PARTNER__COLUMN(partner_totals, partner, partners), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_IDENTITY, .text = "the partner"},
    {PARTNER__COLUMN(partner_totals, revenue, partners), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_BAR,
     .text = "gross - returned"},
    {PARTNER__COLUMN(partner_totals, gross, partners), .unit = PARTNER_UNIT_MONEY,
     .flags = PARTNER_FIELD_DETAIL, .text = "sum of the positive amounts"},
    {PARTNER__COLUMN(partner_totals, returned, partners), .unit = PARTNER_UNIT_MONEY,
     .text = "sum of the negative amounts, as a positive amount"},
    {PARTNER__COLUMN(partner_totals, margin, partners), .unit = PARTNER_UNIT_MONEY, .text = "sum of margins"},
    {PARTNER__COLUMN(partner_totals, sales, partners), .unit = PARTNER_UNIT_COUNT,
     .text = "rows with amount > 0"},
    {PARTNER__COLUMN(partner_totals, returns, partners), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_DETAIL, .text = "rows with amount < 0"},
    {PARTNER__COLUMN(partner_totals, first_day, partners), .unit = PARTNER_UNIT_DAY,
     .flags = PARTNER_FIELD_NULLABLE | PARTNER_FIELD_DETAIL, .text = "first day with amount > 0"},
    {PARTNER__COLUMN(partner_totals, last_day, partners), .unit = PARTNER_UNIT_DAY,
     .flags = PARTNER_FIELD_NULLABLE, .text = "last day with amount > 0"},
    {PARTNER__COLUMN(partner_totals, attainment, partners), .unit = PARTNER_UNIT_SHARE,
     .text = "revenue / target"},
    {PARTNER__COLUMN(partner_totals, group, partners), .unit = PARTNER_UNIT_INDEX, .dictionary = "group",
     .flags = PARTNER_FIELD_NULLABLE, .text = "the partner's group"},
};
const partner_record partner__totals_record =
    PARTNER__RECORD("totals", partner_totals, totals_fields, "one line per enrolled partner");

static const char *const state_names[] = {"new", "lost", "grown", "shrunk", "steady", "none"};

static const partner_field states_fields[] = {
    {PARTNER__SCALAR(partner_growth_states, states), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of states"},
    {PARTNER__COLUMN(partner_growth_states, state, states), .unit = PARTNER_UNIT_ENUM,
     PARTNER__NAMES(state_names), .text = "what became of the partners"},
    {PARTNER__COLUMN(partner_growth_states, partners, states), .unit = PARTNER_UNIT_COUNT, .text = "how many"},
    {PARTNER__COLUMN(partner_growth_states, change, states), .unit = PARTNER_UNIT_MONEY,
     .text = "what they changed; the changes add up to the whole"},
};
const partner_record partner__growth_states_record =
    PARTNER__RECORD("growth_states", partner_growth_states, states_fields,
                    "one line per state: new, lost, grown, shrunk, steady, none");

static const partner_field growth_fields[] = {
    {PARTNER__SCALAR(partner_growth, partners), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "partners enrolled in either window"},
    {PARTNER__SCALAR(partner_growth, previous_from_day), .unit = PARTNER_UNIT_DAY,
     .text = "first day of the window before"},
    {PARTNER__SCALAR(partner_growth, previous_to_day), .unit = PARTNER_UNIT_DAY,
     .text = "first day after the window before"},
    {PARTNER__SCALAR(partner_growth, from_day), .unit = PARTNER_UNIT_DAY, .text = "first day of the window"},
    {PARTNER__SCALAR(partner_growth, to_day), .unit = PARTNER_UNIT_DAY, .text = "first day after the window"},
    {PARTNER__SCALAR(partner_growth, previous_total), .unit = PARTNER_UNIT_MONEY,
     .text = "revenue in the window before"},
    {PARTNER__SCALAR(partner_growth, total), .unit = PARTNER_UNIT_MONEY, .text = "revenue in the window"},
    {PARTNER__SCALAR(partner_growth, change), .unit = PARTNER_UNIT_MONEY, .text = "total - previous_total"},
    {PARTNER__SCALAR(partner_growth, growth_total), .unit = PARTNER_UNIT_SHARE,
     .text = "change / previous_total"},
    {PARTNER__SCALAR(partner_growth, after_last_day), .unit = PARTNER_UNIT_FLAG,
     .text = "the window ends after the last day seen, so it may not be whole"},
    {PARTNER__SCALAR(partner_growth, minor_units), .unit = PARTNER_UNIT_PLACES, .flags = PARTNER_FIELD_HIDDEN,
     .text = "decimal places of the amounts"},
    {PARTNER__POINTER(partner_growth, states, &partner__growth_states_record), .flags = PARTNER_FIELD_SUMMARY,
     .text = "partners and change by state"},
    {PARTNER__COLUMN(partner_growth, partner, partners), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_IDENTITY, .text = "the partner"},
    {PARTNER__COLUMN(partner_growth, previous_revenue, partners), .unit = PARTNER_UNIT_MONEY,
     .text = "revenue in the window before"},
    {PARTNER__COLUMN(partner_growth, revenue, partners), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_BAR,
     .text = "revenue in the window"},
    {PARTNER__COLUMN(partner_growth, growth, partners), .unit = PARTNER_UNIT_SHARE,
     .text = "(revenue - previous_revenue) / previous_revenue"},
    {PARTNER__COLUMN(partner_growth, state, partners), .unit = PARTNER_UNIT_ENUM, PARTNER__NAMES(state_names),
     .text = "what became of the partner"},
};
const partner_record partner__growth_record =
    PARTNER__RECORD("growth", partner_growth, growth_fields, "growth between two windows");
