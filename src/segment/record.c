/* SPDX-License-Identifier: MIT
 * What segmentation, natural breaks and allocation read and give, as tables. */
#include <partner/segment.h>

#include "../record/shorthand.h"
#include "../record/tables.h"

enum {
    NEEDED = PARTNER_FIELD_REQUIRED,
    NULLS = PARTNER_FIELD_NULLABLE,
    HIDDEN = PARTNER_FIELD_HIDDEN,
    DETAIL = PARTNER_FIELD_DETAIL,
    KEY = PARTNER_FIELD_KEY
};

static const char *const mode_names[] = {"unknown", "transactional", "mixed", "consultative"};
static const char *const line_mode_names[] = {"unknown", "transactional", "mixed", "consultative", "several"};
static const char *const bound_names[] = {"none", "floor", "ceiling"};
static const char *const prior_names[] = {"fitted", "given", "uniform"};

/* --- inputs --- */

static const partner_field portfolio_fields[] = {
    PARTNER__INPUT_HEAD(partner_portfolio),
    LENGTH(partner_portfolio, rows, "number of partners"),
    {SCALAR(partner_portfolio, from_day, PARTNER_UNIT_DAY, "first day of the window"), .flags = HIDDEN},
    {SCALAR(partner_portfolio, to_day, PARTNER_UNIT_DAY, "first day after the window"), .flags = HIDDEN},
    {SCALAR(partner_portfolio, last_day, PARTNER_UNIT_DAY, "last day of the data"), .flags = HIDDEN},
    {SCALAR(partner_portfolio, minor_units, PARTNER_UNIT_PLACES, "decimal places of the money"),
     .flags = HIDDEN},
    {NAMED(partner_portfolio, partner, rows, "partner", "the partner"),
     .flags = PARTNER_FIELD_IDENTITY | PARTNER_FIELD_UNIQUE},
    {MONEY(partner_portfolio, revenue, rows, "revenue in the window"), .flags = NEEDED},
    {MONEY(partner_portfolio, margin, rows, "gross margin in the window"), .flags = NULLS},
    {FLAG(partner_portfolio, active, rows, "whether peers are measured by it")},
    {NAMED(partner_portfolio, group, rows, "group", "peer group"), .flags = NULLS},
    {MONEY(partner_portfolio, potential, rows, "stated potential in the window"), .flags = NULLS},
    {SHARE(partner_portfolio, strategic, rows, "strategic rating, 0 to 1"), .flags = NULLS},
    {CODE(partner_portfolio, mode, rows, mode_names, "declared mode"), .flags = NULLS},
    {RATIO(partner_portfolio, hours, rows, "hours it gets now"), .flags = NULLS},
    {RATIO(partner_portfolio, hours_min, rows, "hours at least"), .flags = NULLS},
    {RATIO(partner_portfolio, hours_max, rows, "hours at most"), .flags = NULLS},
};
const partner_record partner__portfolio_record = PARTNER__RECORD(
    "portfolio", partner_portfolio, portfolio_fields, "one line per partner: what segmentation looks at");

static const partner_field interactions_fields[] = {
    PARTNER__INPUT_HEAD(partner_interactions),
    LENGTH(partner_interactions, rows, "number of rows"),
    {NAMED(partner_interactions, partner, rows, "partner", "with whom"), .flags = NEEDED,
     .aliases = "partner_id,account,account_id,reseller,reseller_id,customer,customer_id",
     .example = "Aster|Aster|Birch|Birch|Cedar|Dahlia"},
    {PARTNER__COLUMN(partner_interactions, day, rows), .unit = PARTNER_UNIT_DAY, .flags = NEEDED,
     .aliases = "date,activity_date,interaction_date", .text = "day of the interaction",
     .example = "2026-01-14|2026-03-10|2026-02-01|2026-02-20|2026-02-18|2026-04-02"},
    {NAMED(partner_interactions, kind, rows, "kind", "what it was: a kind of the rules"), .flags = NEEDED,
     .aliases = "type,activity,activity_type,interaction",
     .example = "order|order|training|joint-visit|order|design-in"},
    {RATIO(partner_interactions, effort, rows, "what it took us, in any unit; absent = the usual effort"),
     .flags = NULLS, .aliases = "minutes,hours,duration", .example = "10|10|120|240|10|90"},
};
const partner_record partner__interactions_record =
    PARTNER__RECORD("interactions", partner_interactions, interactions_fields,
                    "what we did with partners: orders, visits, answers, one per row");

static const partner_field expectations_fields[] = {
    PARTNER__INPUT_HEAD(partner_expectations),
    LENGTH(partner_expectations, rows, "number of rows"),
    {NAMED(partner_expectations, partner, rows, "partner", "whose expectation"), .flags = NEEDED,
     .aliases = "partner_id,account,account_id,reseller,reseller_id,customer,customer_id",
     .example = "Aster|Aster|Birch|Birch"},
    {NAMED(partner_expectations, dimension, rows, "dimension", "what is expected: price, delivery, training"),
     .flags = NEEDED, .aliases = "criterion,need", .example = "price|delivery|training|price"},
    {RATIO(partner_expectations, expects, rows, "how much it matters to the partner, at least 0"),
     .flags = NEEDED, .aliases = "expectation,importance,weight", .example = "5|3|5|1"},
    {SHARE(partner_expectations, experiences, rows, "how far the partner finds it met, 0 to 1"),
     .flags = NEEDED, .aliases = "experience,satisfaction", .example = "0.9|0.6|0.4|0.8"},
    {RATIO(partner_expectations, given, rows, "what we gave, in any unit"), .flags = NULLS},
    {RATIO(partner_expectations, committed, rows, "what was agreed, in the same unit"), .flags = NULLS},
};
const partner_record partner__expectations_record =
    PARTNER__RECORD("expectations", partner_expectations, expectations_fields,
                    "what partners expect from us and what they experience, by dimension");

static const partner_field numbers_fields[] = {
    PARTNER__INPUT_HEAD(partner_numbers),
    LENGTH(partner_numbers, rows, "number of rows"),
    {RATIO(partner_numbers, value, rows, "the number"), .flags = NEEDED, .aliases = "number,x,amount,revenue",
     .example = "1|2|3|10|11|12|30|31"},
};
const partner_record partner__numbers_record =
    PARTNER__RECORD("numbers", partner_numbers, numbers_fields, "numbers to break into classes");

static const partner_field returns_fields[] = {
    PARTNER__INPUT_HEAD(partner_returns),
    LENGTH(partner_returns, rows, "number of rows"),
    {NAMED(partner_returns, partner, rows, "partner", "who gets the hours"),
     .aliases = "partner_id,account,account_id,reseller,reseller_id,customer,customer_id",
     .example = "Aster|Birch|Cedar"},
    {RATIO(partner_returns, gain, rows, "what attention without limit would bring"), .flags = NEEDED,
     .aliases = "potential,headroom", .example = "1000|500|0"},
    {RATIO(partner_returns, scale, rows, "hours for 63 % of it"), .flags = NEEDED, .aliases = "kappa",
     .example = "40|20|20"},
    {RATIO(partner_returns, floor, rows, "hours at least; absent = 0"), .flags = NULLS,
     .aliases = "hours_min,min", .example = "0|0|1"},
    {RATIO(partner_returns, ceiling, rows, "hours at most; absent = no limit"), .flags = NULLS,
     .aliases = "hours_max,max", .example = "80|80|80"},
    {RATIO(partner_returns, hours, rows, "hours it gets now"), .flags = NULLS, .aliases = "hours_now,current",
     .example = "30|20|11"},
};
const partner_record partner__returns_record =
    PARTNER__RECORD("returns", partner_returns, returns_fields, "what hours bring, one partner per row");

/* --- options --- */

static const partner_field breaks_options_fields[] = {
    PARTNER__INPUT_HEAD(partner_breaks_options),
    PARTNER__THREADS_FIELD(partner_breaks_options),
    {SCALAR(partner_breaks_options, classes, PARTNER_UNIT_COUNT, "number of classes"), .initial = "5"},
    PARTNER__RUN_FIELDS(partner_breaks_options),
};
const partner_record partner__breaks_options_record = PARTNER__RECORD(
    "breaks_options", partner_breaks_options, breaks_options_fields, "options of natural breaks");

static const partner_field allocation_options_fields[] = {
    PARTNER__INPUT_HEAD(partner_allocation_options),
    PARTNER__THREADS_FIELD(partner_allocation_options),
    {SCALAR(partner_allocation_options, sensitivity, PARTNER_UNIT_FLAG,
            "also with gains and scales halved and doubled"),
     .initial = "false"},
    PARTNER__RUN_FIELDS(partner_allocation_options),
    {SCALAR(partner_allocation_options, budget, PARTNER_UNIT_RATIO,
            "hours to spread; absent = as many as partners get now"),
     .zero = -1},
    {SCALAR(partner_allocation_options, gain_factor, PARTNER_UNIT_RATIO, "factor of all gains"),
     .initial = "1"},
    {SCALAR(partner_allocation_options, scale_factor, PARTNER_UNIT_RATIO, "factor of all scales"),
     .initial = "1"},
};
const partner_record partner__allocation_options_record = PARTNER__RECORD(
    "allocation_options", partner_allocation_options, allocation_options_fields, "options of allocation");

extern const partner_record partner__segmentation_record;

static const partner_field segment_options_fields[] = {
    PARTNER__INPUT_HEAD(partner_segment_options),
    PARTNER__THREADS_FIELD(partner_segment_options),
    {SCALAR(partner_segment_options, sensitivity, PARTNER_UNIT_FLAG,
            "also say what other assumptions about attention would change"),
     .initial = "false"},
    PARTNER__RUN_FIELDS(partner_segment_options),
    {SCALAR(partner_segment_options, budget, PARTNER_UNIT_RATIO,
            "hours to spread; absent = those of the rules"),
     .zero = -1},
    {PARTNER__POINTER(partner_segment_options, interactions, &partner__interactions_record), .flags = HIDDEN,
     .text = "what we did with partners"},
    {PARTNER__POINTER(partner_segment_options, expectations, &partner__expectations_record), .flags = HIDDEN,
     .text = "what partners expect and experience"},
    {PARTNER__POINTER(partner_segment_options, previous, &partner__segmentation_record), .flags = HIDDEN,
     .text = "the period before"},
};
const partner_record partner__segment_options_record = PARTNER__RECORD(
    "segment_options", partner_segment_options, segment_options_fields, "options of segmentation");

/* --- results --- */

static const partner_field breaks_classes_fields[] = {
    LENGTH(partner_breaks_classes, classes, "number of classes"),
    {RATIO(partner_breaks_classes, lowest, classes, "lowest value in it")},
    {RATIO(partner_breaks_classes, highest, classes, "highest value in it")},
    {COUNT(partner_breaks_classes, count, classes, "values in it"), .flags = PARTNER_FIELD_BAR},
    {RATIO(partner_breaks_classes, mean, classes, "their mean")},
    {RATIO(partner_breaks_classes, within, classes, "their sum of squares about it")},
};
const partner_record partner__breaks_classes_record = PARTNER__RECORD(
    "breaks_classes", partner_breaks_classes, breaks_classes_fields, "one line per class, lowest first");

static const partner_field breaks_fields[] = {
    LENGTH(partner_breaks, rows, "number of values"),
    {SCALAR(partner_breaks, total, PARTNER_UNIT_RATIO, "sum of squares about the mean of all")},
    {SCALAR(partner_breaks, within, PARTNER_UNIT_RATIO, "sum of squares about the classes' means")},
    {SCALAR(partner_breaks, fit, PARTNER_UNIT_SHARE, "goodness of variance fit: 1 - within / total")},
    {PARTNER__COLUMN_AS(partner_breaks, class_of, rows, "class"), .unit = PARTNER_UNIT_COUNT, .flags = DETAIL,
     .text = "class of the value, 0 = the lowest"},
    {PARTNER__POINTER(partner_breaks, classes, &partner__breaks_classes_record), .flags = PARTNER_FIELD_SUMMARY,
     .text = "the classes"},
};
const partner_record partner__breaks_record =
    PARTNER__RECORD("breaks", partner_breaks, breaks_fields, "natural breaks: optimal classes of numbers");

static const partner_field sensitivity_fields[] = {
    LENGTH(partner_allocation_sensitivity, answers, "number of answers"),
    {RATIO(partner_allocation_sensitivity, gain_factor, answers, "factor of what attention can win")},
    {RATIO(partner_allocation_sensitivity, scale_factor, answers, "factor of the hours it takes")},
    {RATIO(partner_allocation_sensitivity, spent, answers, "hours spent")},
    {RATIO(partner_allocation_sensitivity, gain, answers, "what they bring")},
    {RATIO(partner_allocation_sensitivity, lambda, answers, "value of one more hour")},
    {RATIO(partner_allocation_sensitivity, moved, answers, "hours that other partners would get")},
};
const partner_record partner__allocation_sensitivity_record =
    PARTNER__RECORD("allocation_sensitivity", partner_allocation_sensitivity, sensitivity_fields,
                    "the allocation under other assumptions");

static const partner_field allocation_fields[] = {
    LENGTH(partner_allocation, rows, "number of partners"),
    {SCALAR(partner_allocation, budget, PARTNER_UNIT_RATIO, "hours to spread")},
    {SCALAR(partner_allocation, spent, PARTNER_UNIT_RATIO, "hours given"), .flags = KEY},
    {SCALAR(partner_allocation, gain, PARTNER_UNIT_RATIO, "what they bring"), .flags = KEY},
    {SCALAR(partner_allocation, lambda, PARTNER_UNIT_RATIO, "what one more hour would bring"), .flags = KEY},
    {SCALAR(partner_allocation, gain_now, PARTNER_UNIT_RATIO, "what today's hours bring")},
    {SCALAR(partner_allocation, spent_now, PARTNER_UNIT_RATIO, "hours given today")},
    {NAMED(partner_allocation, partner, rows, "partner", "the partner"), .flags = PARTNER_FIELD_IDENTITY},
    {RATIO(partner_allocation, hours, rows, "hours to give"), .flags = PARTNER_FIELD_BAR},
    {RATIO(partner_allocation, expected, rows, "what they bring")},
    {RATIO(partner_allocation, marginal, rows, "what one more hour would bring here")},
    {CODE(partner_allocation, bound, rows, bound_names, "the bound that the hours are at"), .flags = DETAIL},
    {PARTNER__POINTER(partner_allocation, sensitivity, &partner__allocation_sensitivity_record),
     .text = "the answer under other assumptions"},
};
const partner_record partner__allocation_record =
    PARTNER__RECORD("allocation", partner_allocation, allocation_fields, "where the hours go");

static const partner_field partners_fields[] = {
    LENGTH(partner_segment_partners, partners, "number of partners"),
    {NAMED(partner_segment_partners, partner, partners, "partner", "the partner"),
     .flags = PARTNER_FIELD_IDENTITY},
    {MONEY(partner_segment_partners, revenue, partners, "revenue in the window")},
    {COUNT(partner_segment_partners, level, partners, "number of the band, 0 = the lowest"), .flags = DETAIL},
    {NAMED(partner_segment_partners, band, partners, "band", "revenue band"), .flags = DETAIL},
    {CODE(partner_segment_partners, mode, partners, mode_names, "how the partner works with us")},
    {FLAG(partner_segment_partners, declared, partners, "the mode is the declared one"), .flags = DETAIL},
    {FLAG(partner_segment_partners, carried, partners, "no evidence: the mode is that of the period before"),
     .flags = DETAIL},
    {NAMED(partner_segment_partners, segment, partners, "segment", "band × mode")},
    {RATIO(partner_segment_partners, consultative, partners, "consultative evidence, in interactions' worth"),
     .flags = DETAIL},
    {RATIO(partner_segment_partners, transactional, partners, "transactional evidence"), .flags = DETAIL},
    {SHARE(partner_segment_partners, consultative_share, partners, "posterior mean of the consultative share"),
     .flags = DETAIL},
    {SHARE(partner_segment_partners, low, partners, "lower end of its 90 % credible interval"),
     .flags = DETAIL},
    {SHARE(partner_segment_partners, high, partners, "upper end"), .flags = DETAIL},
    {SHARE(partner_segment_partners, p_consultative, partners,
           "probability that the share is above the "
           "threshold"),
     .flags = DETAIL},
    {SHARE(partner_segment_partners, p_transactional, partners, "probability that it is below"),
     .flags = DETAIL},
    {RATIO(partner_segment_partners, effort, partners, "effort in the window"), .flags = DETAIL},
    {MONEY(partner_segment_partners, reference, partners, "what the partner could bring"), .flags = DETAIL},
    {MONEY(partner_segment_partners, headroom, partners, "reference less revenue, at least 0")},
    {RATIO(partner_segment_partners, priority, partners, "who comes first, 0 to 1"),
     .flags = PARTNER_FIELD_BAR},
    {RATIO(partner_segment_partners, hours, partners, "hours of the budget")},
    {MONEY(partner_segment_partners, expected_gain, partners, "what they bring"), .flags = NULLS},
    {RATIO(partner_segment_partners, marginal_return, partners, "what one more hour would bring"),
     .flags = DETAIL},
    {NAMED(partner_segment_partners, previous_segment, partners, "segment", "segment of the period before"),
     .flags = NULLS | DETAIL},
    {SHARE(partner_segment_partners, alignment, partners, "how far expectations are met"), .flags = DETAIL},
    {NAMED(partner_segment_partners, largest_gap, partners, "dimension", "where most is missing"),
     .flags = NULLS | DETAIL},
    {RATIO(partner_segment_partners, give_get, partners, "given / committed"), .flags = DETAIL},
};
const partner_record partner__segment_partners_record =
    PARTNER__RECORD("segment_partners", partner_segment_partners, partners_fields,
                    "one line per partner: band, mode, segment, headroom, hours");

static const partner_field lines_fields[] = {
    LENGTH(partner_segment_lines, segments, "number of segments"),
    {NAMED(partner_segment_lines, segment, segments, "segment", "the segment")},
    {NAMED(partner_segment_lines, band, segments, "band", "its band; absent = several"),
     .flags = NULLS | DETAIL},
    {CODE(partner_segment_lines, mode, segments, line_mode_names, "its mode"), .flags = DETAIL},
    {COUNT(partner_segment_lines, partners, segments, "partners in it")},
    {SHARE(partner_segment_lines, partner_share, segments, "of all partners"), .flags = DETAIL},
    {MONEY(partner_segment_lines, revenue, segments, "their revenue")},
    {SHARE(partner_segment_lines, revenue_share, segments, "of all revenue"), .flags = PARTNER_FIELD_BAR},
    {MONEY(partner_segment_lines, margin, segments, "their margin, as far as known"), .flags = NULLS | DETAIL},
    {SHARE(partner_segment_lines, margin_share, segments, "of all margin"), .flags = DETAIL},
    {RATIO(partner_segment_lines, effort, segments, "effort spent on them"), .flags = DETAIL},
    {SHARE(partner_segment_lines, effort_share, segments, "of all effort")},
    {RATIO(partner_segment_lines, revenue_per_hour, segments, "revenue per hour of effort")},
    {MONEY(partner_segment_lines, headroom, segments, "what they could bring more")},
    {RATIO(partner_segment_lines, hours, segments, "hours of the budget")},
    {MONEY(partner_segment_lines, expected_gain, segments, "what these bring"), .flags = NULLS},
};
const partner_record partner__segment_lines_record =
    PARTNER__RECORD("segment_lines", partner_segment_lines, lines_fields, "one line per segment");

static const partner_field bands_fields[] = {
    LENGTH(partner_segment_bands, bands, "number of bands"),
    {NAMED(partner_segment_bands, band, bands, "band", "the band")},
    {COUNT(partner_segment_bands, level, bands, "its number, 0 = the lowest"), .flags = DETAIL},
    {MONEY(partner_segment_bands, from, bands, "least revenue that belongs to it; absent = none"),
     .flags = NULLS},
    {COUNT(partner_segment_bands, partners, bands, "partners in it")},
    {MONEY(partner_segment_bands, revenue, bands, "their revenue")},
    {SHARE(partner_segment_bands, revenue_share, bands, "of all revenue"), .flags = PARTNER_FIELD_BAR},
};
const partner_record partner__segment_bands_record =
    PARTNER__RECORD("segment_bands", partner_segment_bands, bands_fields, "one line per band, highest first");

static const partner_field moves_fields[] = {
    LENGTH(partner_segment_moves, moves, "number of moves"),
    {NAMED(partner_segment_moves, from, moves, "segment", "segment before; absent = was not there"),
     .flags = NULLS},
    {NAMED(partner_segment_moves, to, moves, "segment", "segment now; absent = is not there"),
     .flags = NULLS | PARTNER_FIELD_ACROSS},
    {COUNT(partner_segment_moves, partners, moves,
           "partners that moved so, from the segment before to the one now")},
    {MONEY(partner_segment_moves, previous_revenue, moves, "their revenue before")},
    {MONEY(partner_segment_moves, revenue, moves, "their revenue now")},
};
const partner_record partner__segment_moves_record = PARTNER__RECORD(
    "segment_moves", partner_segment_moves, moves_fields, "from segment to segment since the period before");

static const partner_field movers_fields[] = {
    LENGTH(partner_segment_movers, movers, "number of movers"),
    {NAMED(partner_segment_movers, partner, movers, "partner", "the partner")},
    {NAMED(partner_segment_movers, from, movers, "segment", "segment before")},
    {NAMED(partner_segment_movers, to, movers, "segment", "segment now")},
    {NAMED(partner_segment_movers, previous_band, movers, "band", "band before"), .flags = DETAIL},
    {NAMED(partner_segment_movers, band, movers, "band", "band now"), .flags = DETAIL},
    {CODE(partner_segment_movers, previous_mode, movers, mode_names, "mode before"), .flags = DETAIL},
    {CODE(partner_segment_movers, mode, movers, mode_names, "mode now"), .flags = DETAIL},
    {MONEY(partner_segment_movers, previous_revenue, movers, "revenue before")},
    {MONEY(partner_segment_movers, revenue, movers, "revenue now")},
    {RATIO(partner_segment_movers, consultative, movers, "consultative evidence of this period")},
    {RATIO(partner_segment_movers, transactional, movers, "transactional evidence of this period")},
    {SHARE(partner_segment_movers, p_consultative, movers, "probability that the share is above the threshold"),
     .flags = DETAIL},
    {SHARE(partner_segment_movers, p_transactional, movers, "probability that it is below"), .flags = DETAIL},
};
const partner_record partner__segment_movers_record = PARTNER__RECORD(
    "segment_movers", partner_segment_movers, movers_fields, "partners that are in another segment now");

static const partner_field dimensions_fields[] = {
    LENGTH(partner_segment_dimensions, dimensions, "number of dimensions"),
    {NAMED(partner_segment_dimensions, dimension, dimensions, "dimension", "what is expected")},
    {COUNT(partner_segment_dimensions, partners, dimensions, "partners that say so")},
    {SHARE(partner_segment_dimensions, weight, dimensions, "part of all that is expected")},
    {SHARE(partner_segment_dimensions, experiences, dimensions, "how far it is met")},
    {SHARE(partner_segment_dimensions, gap, dimensions, "part of all that is expected and missing"),
     .flags = PARTNER_FIELD_BAR},
};
const partner_record partner__segment_dimensions_record =
    PARTNER__RECORD("segment_dimensions", partner_segment_dimensions, dimensions_fields,
                    "what partners expect and what they experience");

static const partner_field assumptions_fields[] = {
    LENGTH(partner_segment_assumptions, modes, "number of modes"),
    {CODE(partner_segment_assumptions, mode, modes, mode_names, "the mode")},
    {SHARE(partner_segment_assumptions, share, modes, "part of headroom that attention can win")},
    {RATIO(partner_segment_assumptions, hours, modes, "hours for 63 % of it")},
    {SHARE(partner_segment_assumptions, retain, modes, "part of today's revenue that attention keeps")},
};
const partner_record partner__segment_assumptions_record = PARTNER__RECORD(
    "segment_assumptions", partner_segment_assumptions, assumptions_fields, "what the hours rest on");

static const partner_field segmentation_fields[] = {
    {SCALAR(partner_segmentation, partners, PARTNER_UNIT_COUNT, "partners"), .flags = KEY},
    {PARTNER__SCALAR_AS(partner_segmentation, bands, "band_count"), .unit = PARTNER_UNIT_COUNT, .flags = HIDDEN,
     .text = "number of bands"},
    {SCALAR(partner_segmentation, revenue, PARTNER_UNIT_MONEY, "their revenue"), .flags = KEY},
    {SCALAR(partner_segmentation, minor_units, PARTNER_UNIT_PLACES, "decimal places of the money"),
     .flags = HIDDEN},
    {SCALAR(partner_segmentation, interactions, PARTNER_UNIT_COUNT, "interactions in the window")},
    {SCALAR(partner_segmentation, unlisted, PARTNER_UNIT_COUNT,
            "interactions and expectations of partners that are not there")},
    {SCALAR(partner_segmentation, with_evidence, PARTNER_UNIT_COUNT, "partners with interactions")},
    {SCALAR(partner_segmentation, unit, PARTNER_UNIT_RATIO, "effort that counts as one interaction"),
     .flags = NULLS},
    {SCALAR(partner_segmentation, prior_a, PARTNER_UNIT_RATIO, "prior of the consultative share: a")},
    {SCALAR(partner_segmentation, prior_b, PARTNER_UNIT_RATIO, "and b")},
    {SCALAR(partner_segmentation, prior_from, PARTNER_UNIT_ENUM, "where the prior comes from"),
     PARTNER__NAMES(prior_names)},
    {PARTNER__SCALAR_AS(partner_segmentation, threshold_share, "threshold"), .unit = PARTNER_UNIT_PPM,
     .text = "share above which a partner is consultative"},
    {SCALAR(partner_segmentation, from_day, PARTNER_UNIT_DAY, "first day of the window"), .flags = NULLS},
    {SCALAR(partner_segmentation, to_day, PARTNER_UNIT_DAY, "first day after the window"), .flags = NULLS},
    {SCALAR(partner_segmentation, headroom, PARTNER_UNIT_MONEY, "what they could bring more"), .flags = KEY},
    {PARTNER__POINTER(partner_segmentation, segments, &partner__segment_lines_record),
     .flags = PARTNER_FIELD_SUMMARY, .text = "the segments"},
    {PARTNER__POINTER_AS(partner_segmentation, band, &partner__segment_bands_record, "bands"),
     .flags = PARTNER_FIELD_SUMMARY, .text = "the revenue bands"},
    {PARTNER__POINTER(partner_segmentation, assumptions, &partner__segment_assumptions_record),
     .flags = PARTNER_FIELD_SUMMARY, .text = "what the hours rest on"},
    {PARTNER__POINTER(partner_segmentation, allocation, &partner__allocation_record),
     .text = "where the hours go"},
    {PARTNER__POINTER(partner_segmentation, moves, &partner__segment_moves_record),
     .text = "moves since the period before"},
    {PARTNER__POINTER(partner_segmentation, movers, &partner__segment_movers_record),
     .text = "who moved, and by what evidence"},
    {PARTNER__POINTER(partner_segmentation, dimensions, &partner__segment_dimensions_record),
     .text = "expectations and experience"},
    {PARTNER__POINTER(partner_segmentation, partner, &partner__segment_partners_record), .flags = HIDDEN,
     .text = "the partners"},
};
const partner_record partner__segmentation_record =
    PARTNER__RECORD("segmentation", partner_segmentation, segmentation_fields,
                    "segmentation: revenue bands × interaction modes");
