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
     .flags = PARTNER_FIELD_IDENTITY, .text = "the partner"},
};
const partner_record partner__amounts_record =
    PARTNER__RECORD("amounts", partner_amounts, amounts_fields, "one amount per partner");

static const char *const population_names[] = {"all", "active"};
static const char *const negatives_names[] = {"zero", "error"};
static const char *const top_names[] = {"1", "5", "10", "20", "50"};
static const char *const risk_names[] = {"1", "3", "5"};
static const char *const period_names[] = {"none", "month", "quarter", "days"};
static const char *const xyz_names[] = {"X", "Y", "Z", "none"};
static const char *const range_names[] = {"low", "high"};
static const char *const against_names[] = {"ratio", "z", "p"};

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
    {PARTNER__SCALAR(partner_pareto_options, resample), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "also say how far the figures would move with other partners of the same kind"},
    {PARTNER__SCALAR(partner_pareto_options, tail), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "also fit a power law to the largest amounts"},
    {PARTNER__SCALAR(partner_pareto_options, discrete), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "tail: the amounts are counts, not measurements"},
    {PARTNER__SCALAR(partner_pareto_options, xyz), .unit = PARTNER_UNIT_ENUM, PARTNER__NAMES(period_names),
     .initial = "none", .text = "also measure how regular demand is, by these periods"},
    {PARTNER__SCALAR(partner_pareto_options, since_first), .unit = PARTNER_UNIT_FLAG,
     .zero = PARTNER_SINCE_FIRST_0, .initial = "true",
     .text = "xyz: periods count from a partner's first sale on"},
    {PARTNER__SCALAR(partner_pareto_options, replicates), .unit = PARTNER_UNIT_COUNT, .initial = "1000",
     .text = "resampling: how many replicates"},
    {PARTNER__SCALAR(partner_pareto_options, confidence), .unit = PARTNER_UNIT_PPM, .initial = "0.95",
     .text = "resampling: the part of the replicates within the range"},
    {PARTNER__SCALAR(partner_pareto_options, seed), .initial = "0",
     .text = "seed of resampling and of the tail's goodness of fit"},
    {PARTNER__SCALAR(partner_pareto_options, min_tail), .unit = PARTNER_UNIT_COUNT, .initial = "25",
     .text = "tail: the fewest amounts it may have"},
    {PARTNER__SCALAR(partner_pareto_options, tail_replicates), .unit = PARTNER_UNIT_COUNT, .initial = "0",
     .text = "tail: replicates of its goodness of fit; 0 = not computed"},
    {PARTNER__SCALAR(partner_pareto_options, xyz_days), .unit = PARTNER_UNIT_COUNT,
     .text = "xyz: length of a period, with xyz = days"},
    {PARTNER__ARRAY(partner_pareto_options, xyz_cuts), .unit = PARTNER_UNIT_PPM, .initial = "0.5,1.0",
     .text = "xyz: largest coefficient of variation of X and of Y"},
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

static const partner_field resampling_fields[] = {
    {PARTNER__ARRAY(partner_resampling, gini), .unit = PARTNER_UNIT_RATIO, PARTNER__NAMES(range_names),
     .text = "range of gini"},
    {PARTNER__ARRAY(partner_resampling, top_share_20), .unit = PARTNER_UNIT_SHARE, PARTNER__NAMES(range_names),
     .text = "range of the share of the top 20 % of partners"},
    {PARTNER__ARRAY(partner_resampling, vital_fraction), .unit = PARTNER_UNIT_SHARE,
     PARTNER__NAMES(range_names), .text = "range of vital_fraction"},
    {PARTNER__SCALAR(partner_resampling, confidence), .unit = PARTNER_UNIT_SHARE,
     .text = "part of the replicates within the range"},
    {PARTNER__SCALAR(partner_resampling, seed), .text = "seed of the random numbers"},
    {PARTNER__SCALAR(partner_resampling, replicates), .unit = PARTNER_UNIT_COUNT,
     .text = "how many were drawn"},
    {PARTNER__SCALAR(partner_resampling, redrawn), .unit = PARTNER_UNIT_COUNT,
     .text = "drawn again, for want of revenue"},
};
const partner_record partner__resampling_record =
    PARTNER__RECORD("resampling", partner_resampling, resampling_fields,
                    "how far the figures would move with other partners of the same kind");

static const partner_field tail_against_fields[] = {
    {PARTNER__ARRAY(partner_tail_against, lognormal), .unit = PARTNER_UNIT_RATIO, PARTNER__NAMES(against_names),
     .text = "against a lognormal: positive ratios favour the power law"},
    {PARTNER__ARRAY(partner_tail_against, exponential), .unit = PARTNER_UNIT_RATIO,
     PARTNER__NAMES(against_names), .text = "against an exponential: positive ratios favour the power law"},
    {PARTNER__SCALAR(partner_tail_against, lognormal_is_power_law), .unit = PARTNER_UNIT_FLAG,
     .text = "the best lognormal is the power law itself"},
};
const partner_record partner__tail_against_record = PARTNER__RECORD(
    "tail_against", partner_tail_against, tail_against_fields, "the power law against its alternatives");

static const partner_field tail_fields[] = {
    {PARTNER__SCALAR(partner_tail, xmin), .unit = PARTNER_UNIT_MONEY, .text = "where the tail begins"},
    {PARTNER__SCALAR(partner_tail, alpha), .unit = PARTNER_UNIT_RATIO, .text = "exponent of the power law"},
    {PARTNER__SCALAR(partner_tail, standard_error), .unit = PARTNER_UNIT_RATIO,
     .text = "standard error of alpha"},
    {PARTNER__SCALAR(partner_tail, n), .unit = PARTNER_UNIT_COUNT, .text = "amounts in the tail"},
    {PARTNER__SCALAR(partner_tail, left_out), .unit = PARTNER_UNIT_COUNT, .text = "amounts <= 0, left out"},
    {PARTNER__SCALAR(partner_tail, ks), .unit = PARTNER_UNIT_RATIO,
     .text = "Kolmogorov-Smirnov distance of tail and power law"},
    {PARTNER__SCALAR(partner_tail, p), .unit = PARTNER_UNIT_RATIO,
     .text = "goodness of fit: below 0.1 it is no power law"},
    {PARTNER__SCALAR(partner_tail, replicates), .unit = PARTNER_UNIT_COUNT, .text = "replicates of p"},
    {PARTNER__SCALAR(partner_tail, discrete), .unit = PARTNER_UNIT_FLAG, .text = "fitted to counts"},
    {PARTNER__POINTER(partner_tail, against, &partner__tail_against_record), .flags = PARTNER_FIELD_SUMMARY,
     .text = "the power law against its alternatives"},
};
const partner_record partner__tail_record =
    PARTNER__RECORD("tail", partner_tail, tail_fields, "how heavy the tail is: a power law");

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
    {PARTNER__POINTER(partner_pareto, resampling, &partner__resampling_record),
     .text = "how far the figures would move with other partners of the same kind"},
    {PARTNER__POINTER(partner_pareto, tail, &partner__tail_record), .text = "how heavy the tail is"},
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

static const partner_field moves_fields[] = {
    {PARTNER__SCALAR(partner_change_moves, moves), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "pairs of classes"},
    {PARTNER__SCALAR(partner_change_moves, class_none), .flags = PARTNER_FIELD_HIDDEN,
     .text = "the class none"},
    {PARTNER__COLUMN(partner_change_moves, from, moves), .unit = PARTNER_UNIT_CLASS, .text = "class before"},
    {PARTNER__COLUMN(partner_change_moves, to, moves), .unit = PARTNER_UNIT_CLASS,
     .flags = PARTNER_FIELD_ACROSS, .text = "class after"},
    {PARTNER__COLUMN(partner_change_moves, partners, moves), .unit = PARTNER_UNIT_COUNT,
     .text = "partners that moved so, from the class before to the class after"},
    {PARTNER__COLUMN(partner_change_moves, amount, moves), .unit = PARTNER_UNIT_MONEY,
     .text = "what their amounts changed by"},
};
const partner_record partner__change_moves_record = PARTNER__RECORD(
    "change_moves", partner_change_moves, moves_fields, "one line per pair of classes, before and after");

static const partner_field change_partners_fields[] = {
    {PARTNER__SCALAR(partner_change_partners, partners), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_LENGTH, .text = "all partners"},
    {PARTNER__SCALAR(partner_change_partners, class_none), .flags = PARTNER_FIELD_HIDDEN,
     .text = "the class none"},
    {PARTNER__COLUMN(partner_change_partners, previous_class, partners), .unit = PARTNER_UNIT_CLASS,
     .text = "class before"},
    {PARTNER__COLUMN(partner_change_partners, contribution, partners), .unit = PARTNER_UNIT_MONEY,
     .text = "amount after - amount before"},
    {PARTNER__COLUMN(partner_change_partners, contribution_share, partners), .unit = PARTNER_UNIT_SHARE,
     .flags = PARTNER_FIELD_DETAIL, .text = "contribution as a part of the total before"},
};
const partner_record partner__change_partners_record = PARTNER__RECORD(
    "change_partners", partner_change_partners, change_partners_fields, "what each partner changed");

static const partner_field change_fields[] = {
    {PARTNER__SCALAR(partner_change, previous_total), .unit = PARTNER_UNIT_MONEY, .text = "total before"},
    {PARTNER__SCALAR(partner_change, total), .unit = PARTNER_UNIT_MONEY, .text = "total after"},
    {PARTNER__SCALAR(partner_change, gini), .unit = PARTNER_UNIT_RATIO, .text = "gini after - gini before"},
    {PARTNER__SCALAR(partner_change, hhi), .unit = PARTNER_UNIT_RATIO, .text = "hhi after - hhi before"},
    {PARTNER__SCALAR(partner_change, previous_gini), .unit = PARTNER_UNIT_RATIO, .text = "gini before"},
    {PARTNER__SCALAR(partner_change, previous_hhi), .unit = PARTNER_UNIT_RATIO, .text = "hhi before"},
    {PARTNER__ARRAY(partner_change, at_risk), .unit = PARTNER_UNIT_SHARE, PARTNER__NAMES(risk_names),
     .text = "share of the total after that leaves with the top 1, 3, 5 partners"},
    {PARTNER__POINTER(partner_change, moves, &partner__change_moves_record),
     .text = "how many partners moved from class to class"},
    {PARTNER__POINTER(partner_change, partners, &partner__change_partners_record),
     .flags = PARTNER_FIELD_HIDDEN, .text = "what each partner changed"},
};
const partner_record partner__change_record =
    PARTNER__RECORD("change", partner_change, change_fields, "what changed between two periods");

static const partner_field xyz_classes_fields[] = {
    {PARTNER__SCALAR(partner_xyz_classes, rows), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "pairs of classes"},
    {PARTNER__SCALAR(partner_xyz_classes, class_none), .flags = PARTNER_FIELD_HIDDEN, .text = "the class none"},
    {PARTNER__COLUMN_AS(partner_xyz_classes, class_of, rows, "abc"), .unit = PARTNER_UNIT_CLASS,
     .text = "class by revenue"},
    {PARTNER__COLUMN(partner_xyz_classes, xyz, rows), .unit = PARTNER_UNIT_ENUM, PARTNER__NAMES(xyz_names),
     .flags = PARTNER_FIELD_ACROSS, .text = "class by regularity"},
    {PARTNER__COLUMN(partner_xyz_classes, partners, rows), .unit = PARTNER_UNIT_COUNT,
     .text = "partners of both classes"},
    {PARTNER__COLUMN(partner_xyz_classes, amount, rows), .unit = PARTNER_UNIT_MONEY, .text = "their revenue"},
};
const partner_record partner__xyz_classes_record = PARTNER__RECORD(
    "xyz_classes", partner_xyz_classes, xyz_classes_fields, "one line per class by revenue and regularity");

static const partner_field xyz_partners_fields[] = {
    {PARTNER__SCALAR(partner_xyz_partners, partners), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "all partners"},
    {PARTNER__COLUMN(partner_xyz_partners, cv, partners), .unit = PARTNER_UNIT_RATIO,
     .text = "coefficient of variation of revenue per period"},
    {PARTNER__COLUMN(partner_xyz_partners, xyz, partners), .unit = PARTNER_UNIT_ENUM, PARTNER__NAMES(xyz_names),
     .text = "X regular, Y varying, Z irregular"},
    {PARTNER__COLUMN(partner_xyz_partners, periods, partners), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_DETAIL, .text = "whole periods looked at"},
};
const partner_record partner__xyz_partners_record =
    PARTNER__RECORD("xyz_partners", partner_xyz_partners, xyz_partners_fields, "regularity of each partner");

static const partner_field xyz_fields[] = {
    {PARTNER__SCALAR(partner_xyz, period), .unit = PARTNER_UNIT_ENUM, PARTNER__NAMES(period_names),
     .text = "kind of the periods"},
    {PARTNER__SCALAR(partner_xyz, period_days), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_DETAIL,
     .text = "days of a period"},
    {PARTNER__SCALAR(partner_xyz, periods), .unit = PARTNER_UNIT_COUNT, .text = "whole periods"},
    {PARTNER__SCALAR(partner_xyz, from_day), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .text = "first day of the first period"},
    {PARTNER__SCALAR(partner_xyz, to_day), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .text = "first day after the last period"},
    {PARTNER__SCALAR(partner_xyz, left_out_from), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .text = "first day before the whole periods, left out"},
    {PARTNER__SCALAR(partner_xyz, left_out_to), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .text = "first day after these"},
    {PARTNER__SCALAR(partner_xyz, after_from), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .text = "first day after the whole periods, left out"},
    {PARTNER__SCALAR(partner_xyz, after_to), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_NULLABLE,
     .text = "first day after these"},
    {PARTNER__POINTER(partner_xyz, classes, &partner__xyz_classes_record),
     .text = "partners by revenue and regularity"},
    {PARTNER__POINTER(partner_xyz, partners, &partner__xyz_partners_record), .flags = PARTNER_FIELD_HIDDEN,
     .text = "regularity of each partner"},
};
const partner_record partner__xyz_record =
    PARTNER__RECORD("xyz", partner_xyz, xyz_fields, "how regular demand is");
