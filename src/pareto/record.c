/* SPDX-License-Identifier: MIT
 * What pareto reads and gives, as tables. */
#include <partner/pareto.h>

#include "../record/define.h"
#include "../record/tables.h"

static const partner_field amounts_fields[] = {
    PARTNER__INPUT_HEAD(partner_amounts),
    {PARTNER__SCALAR(partner_amounts, rows), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of rows"},
    {PARTNER__COLUMN(partner_amounts, amount, rows), .unit = PARTNER_UNIT_MONEY,
     .flags = PARTNER_FIELD_REQUIRED, .text = "the partner's amount"},
    {PARTNER__COLUMN(partner_amounts, group, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "group",
     .flags = PARTNER_FIELD_NULLABLE, .text = "the partner's group"},
    {PARTNER__COLUMN(partner_amounts, partner, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .text = "the partner"},
};
const partner_record partner__amounts_record =
    PARTNER__RECORD("amounts", partner_amounts, amounts_fields, "one amount per partner");

static const char *const population_names[] = {"all", "active"};
static const char *const negatives_names[] = {"zero", "error"};
static const char *const top_names[] = {"1", "5", "10", "20", "50"};
static const char *const risk_names[] = {"1", "3", "5"};

static const partner_field options_fields[] = {
    PARTNER__INPUT_HEAD(partner_pareto_options),
    PARTNER__THREADS_FIELD(partner_pareto_options),
    {PARTNER__SCALAR(partner_pareto_options, points), .unit = PARTNER_UNIT_COUNT, .initial = "0",
     .text = "most vertices of the Lorenz curve; 0 = no curve"},
    PARTNER__RUN_FIELDS(partner_pareto_options),
    {PARTNER__ARRAY(partner_pareto_options, cuts), .unit = PARTNER_UNIT_PPM, .initial = "0.8,0.95",
     .text = "shares of revenue that end class A, B …"},
    {PARTNER__SCALAR(partner_pareto_options, population), .unit = PARTNER_UNIT_ENUM,
     PARTNER__NAMES(population_names), .initial = "all", .text = "whether partners without revenue count"},
    {PARTNER__SCALAR(partner_pareto_options, negatives), .unit = PARTNER_UNIT_ENUM,
     PARTNER__NAMES(negatives_names), .initial = "zero", .text = "what a negative amount is"},
    {PARTNER__SCALAR(partner_pareto_options, leave_one_out), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "also say how much hangs on any one partner"},
};
const partner_record partner__pareto_options_record =
    PARTNER__RECORD("pareto_options", partner_pareto_options, options_fields, "options of pareto");

static const partner_field classes_fields[] = {
    {PARTNER__SCALAR(partner_pareto_classes, classes), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_LENGTH, .text = "number of classes, none included"},
    {PARTNER__SCALAR(partner_pareto_classes, class_none), .flags = PARTNER_FIELD_HIDDEN,
     .text = "the class none"},
    {PARTNER__COLUMN_AS(partner_pareto_classes, class_of, classes, "class"), .unit = PARTNER_UNIT_CLASS,
     .text = "A, B … or none"},
    {PARTNER__COLUMN(partner_pareto_classes, partners, classes), .unit = PARTNER_UNIT_COUNT,
     .text = "partners in it"},
    {PARTNER__COLUMN(partner_pareto_classes, amount, classes), .unit = PARTNER_UNIT_MONEY,
     .text = "their revenue"},
    {PARTNER__COLUMN(partner_pareto_classes, share, classes), .unit = PARTNER_UNIT_SHARE,
     .flags = PARTNER_FIELD_BAR, .text = "amount / total"},
};
const partner_record partner__pareto_classes_record =
    PARTNER__RECORD("pareto_classes", partner_pareto_classes, classes_fields, "one line per class");

static const partner_field groups_fields[] = {
    {PARTNER__SCALAR(partner_pareto_groups, groups), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of groups"},
    {PARTNER__COLUMN(partner_pareto_groups, group, groups), .unit = PARTNER_UNIT_INDEX, .dictionary = "group",
     .flags = PARTNER_FIELD_NULLABLE, .text = "the group"},
    {PARTNER__COLUMN(partner_pareto_groups, partners, groups), .unit = PARTNER_UNIT_COUNT,
     .text = "partners in it"},
    {PARTNER__COLUMN(partner_pareto_groups, counted, groups), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_DETAIL, .text = "partners that the figures count"},
    {PARTNER__COLUMN(partner_pareto_groups, positive, groups), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_DETAIL, .text = "partners with an amount > 0"},
    {PARTNER__COLUMN(partner_pareto_groups, zero, groups), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_DETAIL, .text = "partners with an amount of 0"},
    {PARTNER__COLUMN(partner_pareto_groups, negative, groups), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_DETAIL, .text = "partners with an amount < 0"},
    {PARTNER__COLUMN(partner_pareto_groups, negative_amount, groups), .unit = PARTNER_UNIT_MONEY,
     .flags = PARTNER_FIELD_DETAIL, .text = "sum of the negative amounts"},
    {PARTNER__COLUMN(partner_pareto_groups, total, groups), .unit = PARTNER_UNIT_MONEY,
     .text = "sum of the positive amounts"},
    {PARTNER__COLUMN(partner_pareto_groups, net, groups), .unit = PARTNER_UNIT_MONEY,
     .flags = PARTNER_FIELD_DETAIL, .text = "sum of all amounts"},
    {PARTNER__COLUMN(partner_pareto_groups, gini, groups), .unit = PARTNER_UNIT_RATIO,
     .text = "Gini coefficient"},
    {PARTNER__COLUMN(partner_pareto_groups, gini_unbiased, groups), .unit = PARTNER_UNIT_RATIO,
     .flags = PARTNER_FIELD_DETAIL, .text = "gini P / (P - 1)"},
    {PARTNER__COLUMN(partner_pareto_groups, hhi, groups), .unit = PARTNER_UNIT_RATIO,
     .flags = PARTNER_FIELD_DETAIL, .text = "Herfindahl-Hirschman index"},
    {PARTNER__COLUMN(partner_pareto_groups, effective_partners, groups), .unit = PARTNER_UNIT_RATIO,
     .text = "1 / hhi"},
    {PARTNER__COLUMN(partner_pareto_groups, theil, groups), .unit = PARTNER_UNIT_RATIO,
     .flags = PARTNER_FIELD_DETAIL, .text = "Theil index"},
    {PARTNER__COLUMN(partner_pareto_groups, hoover, groups), .unit = PARTNER_UNIT_RATIO,
     .flags = PARTNER_FIELD_DETAIL, .text = "Hoover index"},
    {PARTNER__COLUMN(partner_pareto_groups, vital_count, groups), .unit = PARTNER_UNIT_COUNT,
     .text = "fewest top partners that reach the first cut"},
    {PARTNER__COLUMN(partner_pareto_groups, vital_fraction, groups), .unit = PARTNER_UNIT_SHARE,
     .text = "vital_count / partners"},
    {PARTNER__COLUMN(partner_pareto_groups, kolkata_index, groups), .unit = PARTNER_UNIT_RATIO,
     .flags = PARTNER_FIELD_DETAIL, .text = "k: the top 1 - k of partners hold share k"},
    {PARTNER__COLUMN_OF(partner_pareto_groups, top_share, groups, PARTNER_PARETO_TOPS),
     .unit = PARTNER_UNIT_SHARE, PARTNER__NAMES(top_names), .flags = PARTNER_FIELD_DETAIL,
     .text = "share of the top % of partners"},
    {PARTNER__COLUMN(partner_pareto_groups, share, groups), .unit = PARTNER_UNIT_SHARE,
     .flags = PARTNER_FIELD_BAR, .text = "the group's part of the total"},
    {PARTNER__COLUMN(partner_pareto_groups, theil_between, groups), .unit = PARTNER_UNIT_RATIO,
     .flags = PARTNER_FIELD_DETAIL, .text = "its part of the Theil index between groups"},
    {PARTNER__COLUMN(partner_pareto_groups, theil_within, groups), .unit = PARTNER_UNIT_RATIO,
     .flags = PARTNER_FIELD_DETAIL, .text = "its part of the Theil index within groups"},
};
const partner_record partner__pareto_groups_record = PARTNER__RECORD(
    "pareto_groups", partner_pareto_groups, groups_fields, "one line per group, each with its own summary");

static const partner_field group_classes_fields[] = {
    {PARTNER__SCALAR(partner_pareto_group_classes, rows), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_LENGTH, .text = "groups × classes"},
    {PARTNER__SCALAR(partner_pareto_group_classes, class_none), .flags = PARTNER_FIELD_HIDDEN,
     .text = "the class none"},
    {PARTNER__COLUMN(partner_pareto_group_classes, group, rows), .unit = PARTNER_UNIT_INDEX,
     .dictionary = "group", .flags = PARTNER_FIELD_NULLABLE, .text = "the group"},
    {PARTNER__COLUMN_AS(partner_pareto_group_classes, class_of, rows, "class"), .unit = PARTNER_UNIT_CLASS,
     .text = "A, B … or none, within the group"},
    {PARTNER__COLUMN(partner_pareto_group_classes, partners, rows), .unit = PARTNER_UNIT_COUNT,
     .text = "partners in it"},
    {PARTNER__COLUMN(partner_pareto_group_classes, amount, rows), .unit = PARTNER_UNIT_MONEY,
     .text = "their revenue"},
    {PARTNER__COLUMN(partner_pareto_group_classes, share, rows), .unit = PARTNER_UNIT_SHARE,
     .text = "of the group's total"},
};
const partner_record partner__pareto_group_classes_record =
    PARTNER__RECORD("pareto_group_classes", partner_pareto_group_classes, group_classes_fields,
                    "the classes within each group");

static const partner_field lorenz_fields[] = {
    {PARTNER__SCALAR(partner_pareto_lorenz, points), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of vertices"},
    {PARTNER__COLUMN(partner_pareto_lorenz, partners, points), .unit = PARTNER_UNIT_SHARE,
     .text = "the poorest part of partners"},
    {PARTNER__COLUMN(partner_pareto_lorenz, share, points), .unit = PARTNER_UNIT_SHARE,
     .text = "their share of the total"},
};
const partner_record partner__pareto_lorenz_record =
    PARTNER__RECORD("pareto_lorenz", partner_pareto_lorenz, lorenz_fields, "the Lorenz curve");

static const partner_field leave_one_out_fields[] = {
    {PARTNER__SCALAR(partner_pareto_leave_one_out, gini_low), .unit = PARTNER_UNIT_RATIO,
     .text = "smallest gini without one partner"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, gini_high), .unit = PARTNER_UNIT_RATIO,
     .text = "largest gini without one partner"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, gini_fall), .unit = PARTNER_UNIT_RATIO,
     .text = "its largest fall"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, gini_rise), .unit = PARTNER_UNIT_RATIO,
     .text = "its largest rise"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, hhi_low), .unit = PARTNER_UNIT_RATIO,
     .text = "smallest hhi without one partner"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, hhi_high), .unit = PARTNER_UNIT_RATIO,
     .text = "largest hhi without one partner"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, hhi_fall), .unit = PARTNER_UNIT_RATIO,
     .text = "its largest fall"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, hhi_rise), .unit = PARTNER_UNIT_RATIO,
     .text = "its largest rise"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, total_low), .unit = PARTNER_UNIT_MONEY,
     .text = "total without the largest partner"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, total_high), .unit = PARTNER_UNIT_MONEY,
     .text = "total without the smallest partner"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, total_fall), .unit = PARTNER_UNIT_MONEY,
     .text = "its largest fall"},
    {PARTNER__SCALAR(partner_pareto_leave_one_out, total_rise), .unit = PARTNER_UNIT_MONEY,
     .text = "its largest rise"},
    {PARTNER__SCALAR_AS(partner_pareto_leave_one_out, gini_low_row, "gini_low_partner"),
     .unit = PARTNER_UNIT_ROW, .flags = PARTNER_FIELD_NULLABLE, .text = "whose leaving gives gini_low"},
    {PARTNER__SCALAR_AS(partner_pareto_leave_one_out, gini_high_row, "gini_high_partner"),
     .unit = PARTNER_UNIT_ROW, .flags = PARTNER_FIELD_NULLABLE, .text = "whose leaving gives gini_high"},
    {PARTNER__SCALAR_AS(partner_pareto_leave_one_out, hhi_low_row, "hhi_low_partner"), .unit = PARTNER_UNIT_ROW,
     .flags = PARTNER_FIELD_NULLABLE, .text = "whose leaving gives hhi_low"},
    {PARTNER__SCALAR_AS(partner_pareto_leave_one_out, hhi_high_row, "hhi_high_partner"),
     .unit = PARTNER_UNIT_ROW, .flags = PARTNER_FIELD_NULLABLE, .text = "whose leaving gives hhi_high"},
    {PARTNER__ARRAY(partner_pareto_leave_one_out, at_risk), .unit = PARTNER_UNIT_SHARE,
     PARTNER__NAMES(risk_names), .text = "share of the total that leaves with the top 1, 3, 5 partners"},
};
const partner_record partner__pareto_leave_one_out_record =
    PARTNER__RECORD("pareto_leave_one_out", partner_pareto_leave_one_out, leave_one_out_fields,
                    "how much hangs on any one partner");

static const partner_field pareto_fields[] = {
    {PARTNER__SCALAR(partner_pareto, partners), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "all partners"},
    {PARTNER__SCALAR(partner_pareto, counted), .unit = PARTNER_UNIT_COUNT,
     .text = "P: partners that the figures count"},
    {PARTNER__SCALAR(partner_pareto, positive), .unit = PARTNER_UNIT_COUNT,
     .text = "partners with an amount > 0"},
    {PARTNER__SCALAR(partner_pareto, zero), .unit = PARTNER_UNIT_COUNT, .text = "partners with an amount of 0"},
    {PARTNER__SCALAR(partner_pareto, negative), .unit = PARTNER_UNIT_COUNT,
     .text = "partners with an amount < 0"},
    {PARTNER__SCALAR(partner_pareto, negative_amount), .unit = PARTNER_UNIT_MONEY,
     .text = "sum of the negative amounts"},
    {PARTNER__SCALAR(partner_pareto, total), .unit = PARTNER_UNIT_MONEY,
     .text = "T: sum of the positive amounts"},
    {PARTNER__SCALAR(partner_pareto, net), .unit = PARTNER_UNIT_MONEY, .text = "sum of all amounts"},
    {PARTNER__SCALAR(partner_pareto, gini), .unit = PARTNER_UNIT_RATIO,
     .text = "Gini coefficient: 0 = all equal, towards 1 = one has all"},
    {PARTNER__SCALAR(partner_pareto, gini_unbiased), .unit = PARTNER_UNIT_RATIO, .text = "gini P / (P - 1)"},
    {PARTNER__SCALAR(partner_pareto, hhi), .unit = PARTNER_UNIT_RATIO,
     .text = "Herfindahl-Hirschman index: sum of squared shares"},
    {PARTNER__SCALAR(partner_pareto, effective_partners), .unit = PARTNER_UNIT_RATIO,
     .text = "1 / hhi: as concentrated as this many equal partners"},
    {PARTNER__SCALAR(partner_pareto, theil), .unit = PARTNER_UNIT_RATIO,
     .text = "Theil index: 0 = all equal, ln P = one has all"},
    {PARTNER__SCALAR(partner_pareto, theil_between), .when = "groups", .unit = PARTNER_UNIT_RATIO,
     .text = "its part between groups"},
    {PARTNER__SCALAR(partner_pareto, theil_within), .when = "groups", .unit = PARTNER_UNIT_RATIO,
     .text = "its part within groups"},
    {PARTNER__SCALAR(partner_pareto, hoover), .unit = PARTNER_UNIT_RATIO,
     .text = "Hoover index: the part of revenue to be moved for equality"},
    {PARTNER__SCALAR(partner_pareto, vital_count), .unit = PARTNER_UNIT_COUNT,
     .text = "fewest top partners that reach the first cut"},
    {PARTNER__SCALAR(partner_pareto, vital_fraction), .unit = PARTNER_UNIT_SHARE,
     .text = "vital_count / partners"},
    {PARTNER__SCALAR(partner_pareto, kolkata_index), .unit = PARTNER_UNIT_RATIO,
     .text = "k: the top 1 - k of partners hold share k; 0.8 = 80/20"},
    {PARTNER__ARRAY(partner_pareto, top_share), .unit = PARTNER_UNIT_SHARE, PARTNER__NAMES(top_names),
     .text = "share of the top % of partners"},
    {PARTNER__SCALAR(partner_pareto, class_none), .flags = PARTNER_FIELD_HIDDEN, .text = "the class none"},
    {PARTNER__POINTER(partner_pareto, classes, &partner__pareto_classes_record), .flags = PARTNER_FIELD_SUMMARY,
     .text = "partners and revenue by class"},
    {PARTNER__POINTER(partner_pareto, groups, &partner__pareto_groups_record),
     .text = "concentration by group"},
    {PARTNER__POINTER(partner_pareto, group_classes, &partner__pareto_group_classes_record),
     .text = "classes by group"},
    {PARTNER__POINTER(partner_pareto, lorenz, &partner__pareto_lorenz_record), .text = "the Lorenz curve"},
    {PARTNER__POINTER(partner_pareto, leave_one_out, &partner__pareto_leave_one_out_record),
     .text = "how much hangs on any one partner"},
    {PARTNER__COLUMN(partner_pareto, rank, partners), .unit = PARTNER_UNIT_COUNT,
     .text = "1 = largest; equals share a rank"},
    {PARTNER__COLUMN(partner_pareto, share, partners), .unit = PARTNER_UNIT_SHARE, .flags = PARTNER_FIELD_BAR,
     .text = "part of the total"},
    {PARTNER__COLUMN(partner_pareto, cumulative_share, partners), .unit = PARTNER_UNIT_SHARE,
     .text = "of all down to and including this one"},
    {PARTNER__COLUMN_AS(partner_pareto, class_of, partners, "class"), .unit = PARTNER_UNIT_CLASS,
     .text = "A, B … or none"},
    {PARTNER__COLUMN(partner_pareto, order, partners), .unit = PARTNER_UNIT_ROW, .flags = PARTNER_FIELD_ORDER,
     .text = "the rows, largest first"},
};
const partner_record partner__pareto_record =
    PARTNER__RECORD("pareto", partner_pareto, pareto_fields, "concentration: how much hangs on how few");
