/* SPDX-License-Identifier: MIT
 * What the pipeline reads and gives, as tables. */
#include <partner/pipeline.h>

#include "../record/shorthand.h"
#include "../record/tables.h"

enum { NEEDED = PARTNER_FIELD_REQUIRED, NULLS = PARTNER_FIELD_NULLABLE, DETAIL = PARTNER_FIELD_DETAIL };

/* Columns and figures that several of the records have. */
#define ROWS(s)                                                                              \
    {                                                                                        \
        PARTNER__SCALAR(s, rows), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH, \
                                  .text = "number of rows"                                   \
    }
#define FIGURE(s, m, t) PARTNER__SCALAR(s, m), .unit = PARTNER_UNIT_COUNT, .text = t
#define MONEY_FIGURE(s, m, t) PARTNER__SCALAR(s, m), .unit = PARTNER_UNIT_MONEY, .text = t
#define SHARE_FIGURE(s, m, t) PARTNER__SCALAR(s, m), .unit = PARTNER_UNIT_SHARE, .text = t
#define RATIO_FIGURE(s, m, t) PARTNER__SCALAR(s, m), .unit = PARTNER_UNIT_RATIO, .text = t
#define STAGE(s, n)                                                                                \
    {COUNT(s, stage, n, "how many leading stages are passed"), .flags = DETAIL},                   \
    {                                                                                              \
        NAMED(s, stage_name, n, "stage", "the stage in work; absent = all passed"), .flags = NULLS \
    }
/* What a term of the model looks at. */
#define TERM(s, n)                                                                                \
    {CODE(s, term, n, term_names, "what the term looks at")},                                     \
        {NAMED(s, milestone, n, "milestone", "the milestone that holds or not"), .flags = NULLS}, \
        {NAMED(s, feature, n, "feature", "the feature of the caller's own"), .flags = NULLS},     \
    {                                                                                             \
        PARTNER__COLUMN(s, missing, n), .unit = PARTNER_UNIT_FLAG, .flags = DETAIL,               \
                                        .text = "true = the term is whether the value is missing" \
    }

static const char *const outcome_names[] = {"open", "won", "lost"};
static const char *const source_names[] = {"reported", "verified"};
static const char *const visibility_names[] = {"clear", "partial", "poor", "none"};
static const char *const category_names[] = {"commit", "best_case", "pipeline", "omitted", "closed"};
static const char *const amount_names[] = {"own", "partner", "channel", "unknown", "closed"};
static const char *const reason_names[] = {"never_reported", "stale", "taken_back"};
static const char *const spell_names[] = {"moved", "won", "lost", "open"};
static const char *const end_names[] = {"protection_over", "lapsed", "closed"};
static const char *const ruling_names[] = {"only", "earlier", "higher_score", "earlier_row", "next"};
static const char *const term_names[] = {"milestone",  "age",          "age_in_stage",
                                         "log_amount", "partner_rate", "feature"};
static const char *const by_names[] = {"constant", "stage_rates", "ridge", "frequency", "claims"};

/* --- inputs --- */

static const partner_field deals_fields[] = {
    PARTNER__INPUT_HEAD(partner_deals),
    ROWS(partner_deals),
    {NAMED(partner_deals, deal, rows, "deal", "the deal"), .flags = NEEDED | PARTNER_FIELD_UNIQUE,
     .aliases = "deal_id,opportunity,opportunity_id,id", .example = "D1|D2|D3|D4|D5"},
    {NAMED(partner_deals, partner, rows, "partner", "whose deal it is; absent = direct"), .flags = NULLS,
     .aliases = "partner_id,account,account_id,reseller,reseller_id",
     .example = "Aster|Birch|Aster|Cedar|Birch"},
    {DAY(partner_deals, opened, rows, "day on which it was opened"), .flags = NEEDED,
     .aliases = "opened_on,open_date,created,created_on,created_date,engage_date,start_date",
     .example = "2026-01-05|2026-01-12|2026-02-02|2026-02-16|2026-03-02"},
    {DAY(partner_deals, closed, rows, "day on which it was won or lost; absent = open"), .flags = NULLS,
     .aliases = "closed_on,closed_date,close_date,end_date", .example = "2026-03-20|2026-02-27|||"},
    {CODE(partner_deals, outcome, rows, outcome_names, "open, won or lost; absent = open"), .flags = NULLS,
     .aliases = "status,result", .example = "won|lost|open|open|open"},
    {MONEY(partner_deals, amount, rows, "amount, as the row says now; absent = unknown"), .flags = NULLS,
     .aliases = "value,close_value,deal_value,revenue,total", .example = "12000.00|8000.00|15000.00||9000.00"},
    {NAMED(partner_deals, customer, rows, "customer", "key of the customer, for registrations"), .flags = NULLS,
     .aliases = "customer_id,end_customer,customer_key"},
    {NAMED(partner_deals, product, rows, "product", "product group; absent = all"), .flags = NULLS,
     .aliases = "product_group,product_line,category"},
    {DAY(partner_deals, registered, rows, "day of registration; absent = not registered"), .flags = NULLS,
     .aliases = "registered_on,registration_date"},
    {NAMED(partner_deals, claimed_stage, rows, "stage",
           "stage that the partner says it is in: its id, or how many are passed"),
     .flags = NULLS, .aliases = "stage,sales_stage"},
    {PARTNER__COLUMN(partner_deals, claimed_probability, rows), .unit = PARTNER_UNIT_SHARE, .flags = NULLS,
     .aliases = "probability,win_probability", .text = "probability that the partner gives it"},
    {DAY(partner_deals, claimed_day, rows, "day on which the partner says it closes"), .flags = NULLS,
     .aliases = "expected_close,expected_close_date,claimed_close"},
};
const partner_record partner__deals_record =
    PARTNER__RECORD("deals", partner_deals, deals_fields, "deals of partners and direct ones, one per row");

static const partner_field milestones_fields[] = {
    PARTNER__INPUT_HEAD(partner_milestones),
    ROWS(partner_milestones),
    {NAMED(partner_milestones, deal, rows, "deal", "the deal"), .flags = NEEDED,
     .aliases = "deal_id,opportunity,opportunity_id", .example = "D1|D2|D3|D3|D4|D5"},
    {NAMED(partner_milestones, milestone, rows, "milestone", "id of the milestone in the process"),
     .flags = NEEDED, .aliases = "step,milestone_id", .example = "budget|budget|budget|contact|contact|budget"},
    {DAY(partner_milestones, day, rows, "day of the report"), .flags = NEEDED, .aliases = "date,reported_on",
     .example = "2026-01-20|2026-01-30|2026-02-20|2026-03-10|2026-03-01|2026-03-09"},
    {PARTNER__COLUMN(partner_milestones, done, rows), .unit = PARTNER_UNIT_FLAG,
     .text = "true = done, false = taken back; no column = all done",
     .example = "true|true|true|true|true|true"},
    {CODE(partner_milestones, source, rows, source_names,
          "who says so: reported by the partner, or verified; absent = reported"),
     .flags = NULLS | DETAIL},
};
const partner_record partner__milestones_record = PARTNER__RECORD(
    "milestones", partner_milestones, milestones_fields, "reports that a step of the sales process is done");

static const partner_field claims_fields[] = {
    PARTNER__INPUT_HEAD(partner_claims),
    ROWS(partner_claims),
    {NAMED(partner_claims, deal, rows, "deal", "the deal"), .flags = NEEDED,
     .aliases = "deal_id,opportunity,opportunity_id", .example = "D3|D4|D5"},
    {DAY(partner_claims, day, rows, "day on which it was said"), .flags = NEEDED,
     .aliases = "date,said_on,claimed_on", .example = "2026-03-12|2026-03-12|2026-03-12"},
    {NAMED(partner_claims, stage, rows, "stage", "claimed stage: its id, or how many are passed"),
     .flags = NULLS, .aliases = "claimed_stage,sales_stage"},
    {PARTNER__COLUMN(partner_claims, probability, rows), .unit = PARTNER_UNIT_SHARE, .flags = NULLS,
     .aliases = "claimed_probability,win_probability", .text = "claimed probability",
     .example = "0.9|0.5|0.75"},
    {MONEY(partner_claims, amount, rows, "claimed amount"), .flags = NULLS,
     .aliases = "claimed_amount,value,deal_value"},
    {DAY(partner_claims, close, rows, "day on which it is said to close"), .flags = NULLS,
     .aliases = "claimed_day,expected_close,expected_close_date,close_date"},
};
const partner_record partner__claims_record =
    PARTNER__RECORD("claims", partner_claims, claims_fields, "what partners said of their deals, dated");

static const partner_field features_fields[] = {
    PARTNER__INPUT_HEAD(partner_deal_features),
    ROWS(partner_deal_features),
    {NAMED(partner_deal_features, deal, rows, "deal", "the deal"), .flags = NEEDED,
     .aliases = "deal_id,opportunity,opportunity_id", .example = "D1|D2|D3|D4|D5"},
    {NAMED(partner_deal_features, feature, rows, "feature", "name of the feature"), .flags = NEEDED,
     .aliases = "name,variable", .example = "seats|seats|seats|seats|seats"},
    {PARTNER__COLUMN(partner_deal_features, value, rows), .unit = PARTNER_UNIT_RATIO, .flags = NEEDED | NULLS,
     .text = "its value for the deal, known when the deal was opened", .example = "40|25|60|10|35"},
};
const partner_record partner__deal_features_record =
    PARTNER__RECORD("deal_features", partner_deal_features, features_fields,
                    "numbers of your own about deals, one per deal and feature");

/* --- options --- */

static const partner_field options_fields[] = {
    PARTNER__INPUT_HEAD(partner_pipeline_options),
    PARTNER__THREADS_FIELD(partner_pipeline_options),
    {PARTNER__SCALAR(partner_pipeline_options, state_only), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "only what is known: deals, doubts, visibility, registrations; nothing is learnt"},
    {PARTNER__SCALAR(partner_pipeline_options, backtest), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "also forecast from past days and compare with what came"},
    {PARTNER__SCALAR(partner_pipeline_options, minor_units), .unit = PARTNER_UNIT_PLACES,
     .zero = PARTNER_MINOR_UNITS_0, .initial = "2", .text = "decimal places of the amounts"},
    {PARTNER__SCALAR(partner_pipeline_options, certain), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "take probabilities as known: the draws draw outcomes alone"},
    PARTNER__RUN_FIELDS(partner_pipeline_options),
    {PARTNER__SCALAR(partner_pipeline_options, as_of_day), .unit = PARTNER_UNIT_DAY, .zero = PARTNER_DAY_0,
     .text = "last day that exists; absent = the last one in the data"},
    {PARTNER__SCALAR(partner_pipeline_options, known_from_day), .unit = PARTNER_UNIT_DAY, .zero = PARTNER_DAY_0,
     .text = "first day from which closings are in the data; absent = the first closing"},
    {PARTNER__SCALAR(partner_pipeline_options, split_day), .unit = PARTNER_UNIT_DAY, .zero = PARTNER_DAY_0,
     .text = "day of the hold-out; absent = when 70 % of closed deals had closed"},
    {PARTNER__SCALAR(partner_pipeline_options, horizon_days), .unit = PARTNER_UNIT_COUNT, .initial = "90",
     .text = "days that the forecast looks ahead"},
    {PARTNER__SCALAR(partner_pipeline_options, landmark_days), .unit = PARTNER_UNIT_COUNT, .initial = "30",
     .text = "days between two looks at a deal when learning"},
    {PARTNER__SCALAR(partner_pipeline_options, protect_days), .unit = PARTNER_UNIT_COUNT, .initial = "90",
     .text = "days that a registration protects"},
    {PARTNER__SCALAR(partner_pipeline_options, lapse_days), .unit = PARTNER_UNIT_COUNT, .initial = "60",
     .text = "days without progress after which a registration lapses"},
    {PARTNER__SCALAR(partner_pipeline_options, folds), .unit = PARTNER_UNIT_COUNT, .initial = "5",
     .text = "folds of the cross-validation"},
    {PARTNER__SCALAR(partner_pipeline_options, draws), .unit = PARTNER_UNIT_COUNT, .initial = "10000",
     .text = "draws of the forecast"},
    {PARTNER__SCALAR(partner_pipeline_options, seed), .unit = PARTNER_UNIT_NONE, .initial = "0",
     .text = "seed of the draws"},
    {PARTNER__SCALAR(partner_pipeline_options, target), .unit = PARTNER_UNIT_MONEY,
     .text = "amount to reach within the horizon; absent = none"},
    {PARTNER__SCALAR_AS(partner_pipeline_options, lambda, "penalty"), .unit = PARTNER_UNIT_RATIO,
     .text = "penalty of the ridge model; absent = by cross-validation"},
    {PARTNER__SCALAR(partner_pipeline_options, stall_quantile), .unit = PARTNER_UNIT_SHARE, .initial = "0.9",
     .text = "share of the spells that moved on which a stalled one has outlasted"},
    {PARTNER__SCALAR(partner_pipeline_options, commit), .unit = PARTNER_UNIT_SHARE, .initial = "0.8",
     .text = "probability from which on a deal is commit"},
    {PARTNER__SCALAR(partner_pipeline_options, best_case), .unit = PARTNER_UNIT_SHARE, .initial = "0.5",
     .text = "probability from which on a deal is best case"},
    {PARTNER__SCALAR(partner_pipeline_options, correlation), .unit = PARTNER_UNIT_RATIO, .zero = -1,
     .text = "correlation of the channel's deals, 0 to 0.99; absent = learnt from past windows"},
    {PARTNER__SCALAR(partner_pipeline_options, partner_correlation), .unit = PARTNER_UNIT_RATIO, .initial = "0",
     .text = "correlation of a partner's deals beside that, 0 to 0.99"},
    {PARTNER__POINTER(partner_pipeline_options, features, &partner__deal_features_record),
     .flags = PARTNER_FIELD_HIDDEN, .text = "numbers of your own about deals"},
    {PARTNER__ARRAY(partner_pipeline_options, backtest_day), .unit = PARTNER_UNIT_DAY, .zero = PARTNER_DAY_0,
     .text = "days to forecast from in the backtest; absent = every month's end"},
    {PARTNER__SCALAR(partner_pipeline_options, contributions), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "also give what each term adds to each open deal's odds"},
};
const partner_record partner__pipeline_options_record =
    PARTNER__RECORD("pipeline_options", partner_pipeline_options, options_fields, "options of the pipeline");

/* --- results: where deals stand --- */

static const partner_field deal_fields[] = {
    LENGTH(partner_pipeline_deals, deals, "number of deals"),
    {PARTNER__COLUMN(partner_pipeline_deals, row, deals), .flags = PARTNER_FIELD_HIDDEN,
     .text = "row of the input"},
    {NAMED(partner_pipeline_deals, deal, deals, "deal", "the deal"), .flags = PARTNER_FIELD_IDENTITY},
    {NAMED(partner_pipeline_deals, partner, deals, "partner", "whose it is; absent = direct"), .flags = NULLS},
    {CODE(partner_pipeline_deals, outcome, deals, outcome_names, "open, won or lost, as known on the day"),
     .flags = DETAIL},
    {PARTNER__COLUMN_AS(partner_pipeline_deals, stage, deals, "objective_stage"), .unit = PARTNER_UNIT_COUNT,
     .flags = DETAIL, .text = "how many leading stages are passed by the evidence"},
    {PARTNER__COLUMN_AS(partner_pipeline_deals, stage_name, deals, "stage"), .unit = PARTNER_UNIT_INDEX,
     .dictionary = "stage", .flags = NULLS, .text = "the stage in work; absent = all passed"},
    {DAY(partner_pipeline_deals, since, deals, "day on which it came to this stage"), .flags = DETAIL},
    {PARTNER__COLUMN(partner_pipeline_deals, score, deals), .unit = PARTNER_UNIT_RATIO,
     .text = "weight of the milestones that hold, of 100"},
    {COUNT(partner_pipeline_deals, out_of_order, deals, "milestones that hold in later stages"),
     .flags = DETAIL},
    {COUNT(partner_pipeline_deals, claimed, deals, "how many stages are passed by the claim"),
     .flags = NULLS | DETAIL},
    {COUNT(partner_pipeline_deals, overclaim, deals, "claimed stage - objective stage"),
     .flags = NULLS | PARTNER_FIELD_BAR},
    {COUNT(partner_pipeline_deals, days, deals, "days of the span in which it could be seen"), .flags = DETAIL},
    {COUNT(partner_pipeline_deals, covered, deals, "days of them with a fresh report"), .flags = DETAIL},
    {SHARE(partner_pipeline_deals, coverage, deals, "covered / days"), .flags = DETAIL},
    {CODE(partner_pipeline_deals, visibility, deals, visibility_names, "how well it is seen"), .flags = DETAIL},
    {PARTNER__COLUMN(partner_pipeline_deals, stalled, deals), .unit = PARTNER_UNIT_FLAG,
     .text = "longer in its stage than those that moved on"},
    {SHARE(partner_pipeline_deals, win_rate, deals, "probability of being won at all, by the model in use"),
     .flags = NULLS | DETAIL},
    {SHARE(partner_pipeline_deals, probability, deals, "probability of being won within the horizon"),
     .flags = NULLS | PARTNER_FIELD_BAR},
    {PARTNER__COLUMN(partner_pipeline_deals, beyond, deals), .unit = PARTNER_UNIT_FLAG, .flags = DETAIL,
     .text = "beyond experience: nothing like it was ever at risk"},
    {MONEY(partner_pipeline_deals, amount, deals, "amount that the forecast counts"), .flags = NULLS},
    {CODE(partner_pipeline_deals, amount_from, deals, amount_names, "where that amount comes from"),
     .flags = DETAIL},
    {CODE(partner_pipeline_deals, category, deals, category_names, "category of the forecast")},
};
const partner_record partner__pipeline_deals_record =
    PARTNER__RECORD("pipeline_deals", partner_pipeline_deals, deal_fields, "where each deal stands");

static const partner_field doubts_fields[] = {
    LENGTH(partner_pipeline_doubts, doubts, "number of doubts"),
    {NAMED(partner_pipeline_doubts, deal, doubts, "deal", "the deal")},
    {NAMED(partner_pipeline_doubts, partner, doubts, "partner", "whom to ask; absent = direct"),
     .flags = NULLS},
    {NAMED(partner_pipeline_doubts, milestone, doubts, "milestone", "what ought to hold and does not")},
    {CODE(partner_pipeline_doubts, reason, doubts, reason_names, "why it does not hold")},
    {DAY(partner_pipeline_doubts, day, doubts, "day of its last report"), .flags = NULLS | DETAIL},
    {NAMED(partner_pipeline_doubts, question, doubts, "question", "what to ask"), .flags = NULLS},
    {SHARE(partner_pipeline_doubts, effect, doubts, "win rate if it held - win rate"),
     .flags = NULLS | PARTNER_FIELD_BAR | PARTNER_FIELD_KEY},
};
const partner_record partner__pipeline_doubts_record =
    PARTNER__RECORD("pipeline_doubts", partner_pipeline_doubts, doubts_fields,
                    "milestones that ought to hold by what is claimed, the most telling first");

#define OF_CLASS(m, u, t)                                                               \
    PARTNER__COLUMN_OF(partner_pipeline_visibility, m, partners, PARTNER_VISIBILITIES), \
        .unit = u, .text = t, PARTNER__NAMES(visibility_names)

static const partner_field visibility_fields[] = {
    LENGTH(partner_pipeline_visibility, partners, "number of partners"),
    {NAMED(partner_pipeline_visibility, partner, partners, "partner", "the partner; absent = direct deals"),
     .flags = NULLS | PARTNER_FIELD_IDENTITY},
    {COUNT(partner_pipeline_visibility, deals, partners, "deals"), .flags = PARTNER_FIELD_BAR},
    {OF_CLASS(of_class, PARTNER_UNIT_COUNT, "deals seen so"), .flags = DETAIL},
    {OF_CLASS(share, PARTNER_UNIT_SHARE, "share of deals seen so")},
    {OF_CLASS(amount_share, PARTNER_UNIT_SHARE, "share of known amounts seen so"), .flags = NULLS | DETAIL},
};
const partner_record partner__pipeline_visibility_record =
    PARTNER__RECORD("pipeline_visibility", partner_pipeline_visibility, visibility_fields,
                    "how well each partner's deals are seen");

static const partner_field conversions_fields[] = {
    LENGTH(partner_pipeline_conversions, conversions, "number of lines"),
    STAGE(partner_pipeline_conversions, conversions),
    {CODE(partner_pipeline_conversions, ended, conversions, spell_names, "how its spells ended")},
    {COUNT(partner_pipeline_conversions, to, conversions, "stages passed afterwards"), .flags = NULLS},
    {NAMED(partner_pipeline_conversions, to_name, conversions, "stage", "the stage afterwards"),
     .flags = NULLS},
    {COUNT(partner_pipeline_conversions, spells, conversions, "spells that ended so")},
    {SHARE(partner_pipeline_conversions, share, conversions, "share of the stage's spells")},
    {PARTNER__COLUMN(partner_pipeline_conversions, median_days, conversions), .unit = PARTNER_UNIT_RATIO,
     .text = "median length of them, days"},
    {PARTNER__COLUMN(partner_pipeline_conversions, limit, conversions), .unit = PARTNER_UNIT_RATIO,
     .flags = NULLS, .text = "days after which a deal in the stage is stalled"},
};
const partner_record partner__pipeline_conversions_record =
    PARTNER__RECORD("pipeline_conversions", partner_pipeline_conversions, conversions_fields,
                    "from stage to stage, to won and to lost");

static const partner_field registrations_fields[] = {
    LENGTH(partner_pipeline_registrations, registrations, "number of registrations"),
    {NAMED(partner_pipeline_registrations, customer, registrations, "customer", "the customer"),
     .flags = NULLS},
    {NAMED(partner_pipeline_registrations, product, registrations, "product", "product group; absent = all"),
     .flags = NULLS},
    {NAMED(partner_pipeline_registrations, deal, registrations, "deal", "the deal that holds it")},
    {DAY(partner_pipeline_registrations, from, registrations, "first day on which it holds")},
    {DAY(partner_pipeline_registrations, to, registrations, "first day on which it holds no more")},
    {CODE(partner_pipeline_registrations, ended_by, registrations, end_names, "why it ends")},
    {CODE(partner_pipeline_registrations, ruling, registrations, ruling_names, "why it holds")},
    {COUNT(partner_pipeline_registrations, contenders, registrations, "others that stood beside it")},
};
const partner_record partner__pipeline_registrations_record =
    PARTNER__RECORD("pipeline_registrations", partner_pipeline_registrations, registrations_fields,
                    "who holds a registered customer and product, from when to when");

static const partner_field contenders_fields[] = {
    LENGTH(partner_pipeline_contenders, contenders, "number of contenders"),
    {COUNT(partner_pipeline_contenders, registration, contenders, "row of the registration that held")},
    {NAMED(partner_pipeline_contenders, deal, contenders, "deal", "the deal that stood beside it")},
};
const partner_record partner__pipeline_contenders_record =
    PARTNER__RECORD("pipeline_contenders", partner_pipeline_contenders, contenders_fields,
                    "registrations that were alive while another one held");

/* --- results: what is learnt --- */

static const partner_field rates_fields[] = {
    LENGTH(partner_pipeline_rates, stages, "number of stages"),
    STAGE(partner_pipeline_rates, stages),
    {COUNT(partner_pipeline_rates, deals, stages, "deals that were seen in it")},
    {SHARE(partner_pipeline_rates, incidence, stages, "cumulative incidence of won (Aalen-Johansen)"),
     .flags = NULLS},
    {SHARE(partner_pipeline_rates, rate, stages, "win rate: incidence drawn towards the stage before"),
     .flags = NULLS},
    {RATIO(partner_pipeline_rates, weight, stages, "deals that the rate counts for beside a partner's own"),
     .flags = NULLS},
};
const partner_record partner__pipeline_rates_record =
    PARTNER__RECORD("pipeline_rates", partner_pipeline_rates, rates_fields, "win rates by stage");

static const partner_field partner_rates_fields[] = {
    LENGTH(partner_pipeline_partner_rates, rates, "number of lines"),
    {NAMED(partner_pipeline_partner_rates, partner, rates, "partner", "the partner"),
     .flags = PARTNER_FIELD_IDENTITY},
    STAGE(partner_pipeline_partner_rates, rates),
    {COUNT(partner_pipeline_partner_rates, closed, rates, "its closed deals that were seen in it")},
    {RATIO(partner_pipeline_partner_rates, won, rates, "of them won; a deal seen in part counts in part")},
    {SHARE(partner_pipeline_partner_rates, rate, rates, "win rate drawn towards the stage's"), .flags = NULLS},
};
const partner_record partner__pipeline_partner_rates_record =
    PARTNER__RECORD("pipeline_partner_rates", partner_pipeline_partner_rates, partner_rates_fields,
                    "win rates by partner and stage");

static const partner_field curves_fields[] = {
    LENGTH(partner_pipeline_curves, points, "number of points"),
    {COUNT(partner_pipeline_curves, stage, points, "how many leading stages are passed; the last = all deals")},
    {NAMED(partner_pipeline_curves, stage_name, points, "stage", "the stage in work"), .flags = NULLS},
    {COUNT(partner_pipeline_curves, days, points, "days since the look at the deal")},
    {COUNT(partner_pipeline_curves, at_risk, points, "looks at deals still open then")},
    {SHARE(partner_pipeline_curves, won, points, "cumulative incidence of won")},
    {SHARE(partner_pipeline_curves, lost, points, "cumulative incidence of lost")},
};
const partner_record partner__pipeline_curves_record = PARTNER__RECORD(
    "pipeline_curves", partner_pipeline_curves, curves_fields, "incidence of won and lost by stage over time");

static const partner_field terms_fields[] = {
    LENGTH(partner_pipeline_terms, terms, "number of terms"),
    TERM(partner_pipeline_terms, terms),
    {RATIO(partner_pipeline_terms, coefficient, terms, "coefficient, of the standardised column")},
    {RATIO(partner_pipeline_terms, standard_error, terms, "its standard error")},
    {RATIO(partner_pipeline_terms, coefficient_raw, terms, "coefficient, of the column as it is")},
};
const partner_record partner__pipeline_terms_record =
    PARTNER__RECORD("pipeline_terms", partner_pipeline_terms, terms_fields, "terms of the ridge model");

static const partner_field contributions_fields[] = {
    LENGTH(partner_pipeline_contributions, contributions, "number of lines"),
    {NAMED(partner_pipeline_contributions, deal, contributions, "deal", "the deal")},
    TERM(partner_pipeline_contributions, contributions),
    {RATIO(partner_pipeline_contributions, contribution, contributions, "what it adds to the log-odds")},
};
const partner_record partner__pipeline_contributions_record =
    PARTNER__RECORD("pipeline_contributions", partner_pipeline_contributions, contributions_fields,
                    "what each term adds to each open deal's log-odds");

static const partner_field measures_fields[] = {
    LENGTH(partner_pipeline_measures, tests, "number of models"),
    {CODE(partner_pipeline_measures, by, tests, by_names, "whose probabilities")},
    {COUNT(partner_pipeline_measures, rows, tests, "deals tested")},
    {COUNT(partner_pipeline_measures, positive, tests, "deals of them won")},
    {RATIO(partner_pipeline_measures, log_loss, tests, "mean log loss")},
    {COUNT(partner_pipeline_measures, clipped, tests, "probabilities that were clipped"), .flags = DETAIL},
    {RATIO(partner_pipeline_measures, auc, tests, "area under the ROC curve"), .flags = NULLS},
    {RATIO(partner_pipeline_measures, brier, tests, "Brier score")},
    {RATIO(partner_pipeline_measures, reliability, tests, "its part that recalibration would take off"),
     .flags = DETAIL},
    {RATIO(partner_pipeline_measures, resolution, tests, "its part that tells deals apart"), .flags = DETAIL},
    {RATIO(partner_pipeline_measures, uncertainty, tests, "its part that nobody can help"), .flags = DETAIL},
    {RATIO(partner_pipeline_measures, skill, tests, "1 - log loss / log loss of the claims"), .flags = NULLS},
    {RATIO(partner_pipeline_measures, gain, tests, "log loss of the constant - this one's"), .flags = NULLS},
    {RATIO(partner_pipeline_measures, error, tests, "its standard error, paired"), .flags = NULLS},
    {PARTNER__COLUMN(partner_pipeline_measures, beats, tests), .unit = PARTNER_UNIT_FLAG,
     .text = "better than the constant: gain > 1.96 standard errors"},
    {PARTNER__SCALAR(partner_pipeline_measures, split_day), .unit = PARTNER_UNIT_DAY,
     .text = "learnt until then, tested on the deals open at its end"},
};
const partner_record partner__pipeline_measures_record =
    PARTNER__RECORD("pipeline_measures", partner_pipeline_measures, measures_fields,
                    "how good the probabilities are, on a time-ordered hold-out");

static const partner_field calibration_fields[] = {
    LENGTH(partner_pipeline_calibration, groups, "number of groups"),
    {CODE(partner_pipeline_calibration, by, groups, by_names, "whose probabilities")},
    {COUNT(partner_pipeline_calibration, rows, groups, "deals in the group")},
    {SHARE(partner_pipeline_calibration, lowest, groups, "smallest probability")},
    {SHARE(partner_pipeline_calibration, highest, groups, "largest probability")},
    {SHARE(partner_pipeline_calibration, expected, groups, "mean probability")},
    {SHARE(partner_pipeline_calibration, observed, groups, "share that was won")},
};
const partner_record partner__pipeline_calibration_record =
    PARTNER__RECORD("pipeline_calibration", partner_pipeline_calibration, calibration_fields,
                    "what was said on the hold-out, and what came");

/* --- results: what will close --- */

#define BAND(s, n)                                                                                   \
    {MONEY(s, expected, n, "expected amount")}, {MONEY(s, p10, n, "exceeded in nine of ten draws")}, \
        {MONEY(s, p50, n, "exceeded in half of the draws")},                                         \
    {                                                                                                \
        MONEY(s, p90, n, "exceeded in one of ten draws")                                             \
    }

static const partner_field months_fields[] = {
    LENGTH(partner_forecast_months, months, "number of months"),
    {DAY(partner_forecast_months, day, months, "last day of the month within the horizon")},
    BAND(partner_forecast_months, months),
};
const partner_record partner__forecast_months_record =
    PARTNER__RECORD("forecast_months", partner_forecast_months, months_fields, "the forecast by month");

static const partner_field forecast_partners_fields[] = {
    LENGTH(partner_forecast_partners, partners, "number of partners"),
    {NAMED(partner_forecast_partners, partner, partners, "partner", "the partner; absent = direct deals"),
     .flags = NULLS | PARTNER_FIELD_IDENTITY},
    {COUNT(partner_forecast_partners, deals, partners, "open deals")},
    BAND(partner_forecast_partners, partners),
};
const partner_record partner__forecast_partners_record = PARTNER__RECORD(
    "forecast_partners", partner_forecast_partners, forecast_partners_fields, "the forecast by partner");

static const partner_field categories_fields[] = {
    LENGTH(partner_forecast_categories, categories, "number of categories"),
    {CODE(partner_forecast_categories, category, categories, category_names, "the category")},
    {COUNT(partner_forecast_categories, deals, categories, "open deals")},
    {MONEY(partner_forecast_categories, expected, categories, "expected amount")},
};
const partner_record partner__forecast_categories_record = PARTNER__RECORD(
    "forecast_categories", partner_forecast_categories, categories_fields, "the forecast by category");

#define FORECAST(m, t) FIGURE(partner_forecast, m, t)
#define FORECAST_MONEY(m, t) MONEY_FIGURE(partner_forecast, m, t)
#define FORECAST_RATIO(m, t) RATIO_FIGURE(partner_forecast, m, t)

static const partner_field forecast_fields[] = {
    {FORECAST(horizon_days, "days that it looks ahead")},
    {FORECAST(draws, "draws"), .flags = DETAIL},
    {PARTNER__SCALAR(partner_forecast, seed), .flags = DETAIL, .text = "seed of the draws"},
    {FORECAST(deals, "open deals")},
    {FORECAST(without_amount, "deals that count in number only")},
    {FORECAST(beyond, "deals beyond experience")},
    {FORECAST_MONEY(expected, "sum of probability x amount"), .flags = PARTNER_FIELD_KEY},
    {FORECAST_RATIO(expected_won, "sum of probabilities")},
    {FORECAST_MONEY(p10, "exceeded in nine of ten draws"), .flags = PARTNER_FIELD_KEY},
    {FORECAST_MONEY(p50, "exceeded in half of the draws"), .flags = PARTNER_FIELD_KEY},
    {FORECAST_MONEY(p90, "exceeded in one of ten draws"), .flags = PARTNER_FIELD_KEY},
    {FORECAST_RATIO(won_p10, "deals won: exceeded in nine of ten draws")},
    {FORECAST_RATIO(won_p50, "deals won: exceeded in half of the draws")},
    {FORECAST_RATIO(won_p90, "deals won: exceeded in one of ten draws")},
    {FORECAST_MONEY(target, "amount to reach"), .flags = NULLS},
    {SHARE_FIGURE(partner_forecast, target_probability, "probability of reaching it"), .flags = NULLS},
    {FORECAST_RATIO(correlation, "correlation of the channel's deals in use")},
    {PARTNER__SCALAR(partner_forecast, correlation_learnt), .unit = PARTNER_UNIT_FLAG,
     .text = "the smallest correlation whose bands held in past windows"},
    {PARTNER__SCALAR(partner_forecast, exact), .unit = PARTNER_UNIT_FLAG,
     .text = "Poisson-binomial instead of draws"},
    {FORECAST(windows, "past windows that the correlation was learnt from")},
    {FORECAST_MONEY(new_business, "mean won within a horizon from deals opened in it"), .flags = NULLS},
    {PARTNER__POINTER(partner_forecast, months, &partner__forecast_months_record), .text = "by month"},
    {PARTNER__POINTER(partner_forecast, partners, &partner__forecast_partners_record), .flags = DETAIL,
     .text = "by partner"},
    {PARTNER__POINTER(partner_forecast, categories, &partner__forecast_categories_record),
     .text = "by category"},
};
const partner_record partner__forecast_record = PARTNER__RECORD(
    "forecast", partner_forecast, forecast_fields, "what is expected to be won within the horizon");

static const partner_field backtest_fields[] = {
    LENGTH(partner_backtest, windows, "number of windows"),
    {DAY(partner_backtest, day, windows, "day of the forecast")},
    {PARTNER__COLUMN(partner_backtest, too_little, windows), .unit = PARTNER_UNIT_FLAG,
     .text = "too little was known then for a forecast"},
    {MONEY(partner_backtest, expected, windows, "forecast"), .flags = NULLS},
    {MONEY(partner_backtest, p10, windows, "exceeded in nine of ten draws"), .flags = NULLS},
    {MONEY(partner_backtest, p50, windows, "exceeded in half of the draws"), .flags = NULLS | DETAIL},
    {MONEY(partner_backtest, p90, windows, "exceeded in one of ten draws"), .flags = NULLS},
    {MONEY(partner_backtest, actual, windows, "won within the horizon of the deals open then")},
    {RATIO(partner_backtest, expected_won, windows, "forecast, deals"), .flags = NULLS},
    {COUNT(partner_backtest, won, windows, "deals won")},
    {MONEY(partner_backtest, claimed, windows, "sum of claimed probability x amount"), .flags = NULLS},
    {SHARE_FIGURE(partner_backtest, bias, "forecast - actual, of actual; positive = too high")},
    {SHARE_FIGURE(partner_backtest, wape, "absolute errors, of actual")},
    {SHARE_FIGURE(partner_backtest, coverage, "windows whose actual lay between P10 and P90")},
    {SHARE_FIGURE(partner_backtest, won_bias, "bias of the number of deals")},
    {SHARE_FIGURE(partner_backtest, won_wape, "absolute errors of the number of deals")},
    {SHARE_FIGURE(partner_backtest, won_coverage, "coverage of the number of deals")},
    {SHARE_FIGURE(partner_backtest, claims_bias, "bias of the claims"), .flags = NULLS},
    {SHARE_FIGURE(partner_backtest, claims_wape, "absolute errors of the claims"), .flags = NULLS},
    {FIGURE(partner_backtest, apart, "windows that do not overlap")},
};
const partner_record partner__backtest_record = PARTNER__RECORD("backtest", partner_backtest, backtest_fields,
                                                                "forecasts made on past days, and what came");

/* --- the whole --- */

#define WHOLE(m, t) FIGURE(partner_pipeline, m, t)
#define TABLE(m, to, f, t)                                                                    \
    {                                                                                         \
        PARTNER__POINTER(partner_pipeline, m, &partner__##to##_record), .flags = f, .text = t \
    }
#define BY_CLASS(m, u, t) \
    PARTNER__ARRAY(partner_pipeline, m), .unit = u, PARTNER__NAMES(visibility_names), .text = t

static const partner_field pipeline_fields[] = {
    {PARTNER__SCALAR(partner_pipeline, as_of_day), .unit = PARTNER_UNIT_DAY, .flags = NULLS,
     .text = "last day that exists"},
    {WHOLE(stages, "stages of the process")},
    {WHOLE(deals, "deals"), .flags = PARTNER_FIELD_KEY},
    {WHOLE(open, "open deals"), .flags = PARTNER_FIELD_KEY},
    {WHOLE(won, "won deals"), .flags = PARTNER_FIELD_KEY},
    {WHOLE(lost, "lost deals"), .flags = PARTNER_FIELD_KEY},
    {WHOLE(reports, "reports that count")},
    {WHOLE(before_opening, "reports before their deal was opened")},
    {WHOLE(after_closing, "reports after their deal was closed, which do not count")},
    {WHOLE(claims_after_closing, "claims after their deal was closed, which do not count")},
    {WHOLE(overclaimed, "open deals claimed further than the evidence"), .flags = PARTNER_FIELD_KEY},
    {WHOLE(stalled, "open deals longer in their stage than those that moved on"), .flags = PARTNER_FIELD_KEY},
    {WHOLE(out_of_order, "deals with milestones of later stages")},
    {BY_CLASS(visibility_deals, PARTNER_UNIT_COUNT, "partners' deals seen so")},
    {BY_CLASS(visibility_share, PARTNER_UNIT_SHARE, "share of partners' deals seen so")},
    {BY_CLASS(visibility_amount_share, PARTNER_UNIT_SHARE, "share of their known amounts seen so"),
     .flags = DETAIL},
    {PARTNER__SCALAR(partner_pipeline, claims_dated), .unit = PARTNER_UNIT_FLAG,
     .text = "claims are dated, so forecasts can be compared with them"},
    {PARTNER__SCALAR(partner_pipeline, model), .unit = PARTNER_UNIT_ENUM, PARTNER__NAMES(by_names),
     .text = "whose win rates are in use"},
    {RATIO_FIGURE(partner_pipeline, stage_log_loss, "log loss of the stage rates, cross-validated"),
     .flags = NULLS},
    {RATIO_FIGURE(partner_pipeline, ridge_log_loss, "log loss of the ridge model, cross-validated"),
     .flags = NULLS},
    {RATIO_FIGURE(partner_pipeline, median_age, "median age of open deals, days"), .flags = NULLS},
    {SHARE_FIGURE(partner_pipeline, win_share, "won / closed within the last 365 days"), .flags = NULLS},
    {MONEY_FIGURE(partner_pipeline, mean_won_amount, "mean amount of them"), .flags = NULLS},
    {RATIO_FIGURE(partner_pipeline, mean_won_days, "mean days from opening to winning"), .flags = NULLS},
    {MONEY_FIGURE(partner_pipeline, velocity, "sales velocity: amount a day"), .flags = NULLS},
    {PARTNER__SCALAR(partner_pipeline, minor_units), .unit = PARTNER_UNIT_PLACES, .flags = PARTNER_FIELD_HIDDEN,
     .text = "decimal places of money"},
    TABLE(deal, pipeline_deals, PARTNER_FIELD_HIDDEN, "where each deal stands"),
    TABLE(doubts, pipeline_doubts, 0, "doubts worth raising"),
    TABLE(visibility, pipeline_visibility, 0, "how well each partner's deals are seen"),
    TABLE(conversions, pipeline_conversions, 0, "from stage to stage, to won and to lost"),
    TABLE(registrations, pipeline_registrations, DETAIL, "who holds a registered customer and product"),
    TABLE(contenders, pipeline_contenders, DETAIL, "registrations alive while another one held"),
    TABLE(rates, pipeline_rates, 0, "win rates by stage"),
    TABLE(partner_rates, pipeline_partner_rates, DETAIL, "win rates by partner and stage"),
    TABLE(curves, pipeline_curves, DETAIL, "incidence of won and lost by stage over time"),
    TABLE(terms, pipeline_terms, DETAIL, "terms of the ridge model"),
    TABLE(contributions, pipeline_contributions, DETAIL, "what each term adds to each open deal's log-odds"),
    TABLE(win_model, win_model, PARTNER_FIELD_HIDDEN, "the ridge model"),
    TABLE(forecast, forecast, PARTNER_FIELD_SUMMARY, "what is expected to be won within the horizon"),
    TABLE(backtest, backtest, 0, "forecasts made on past days, and what came"),
    TABLE(measures, pipeline_measures, PARTNER_FIELD_SUMMARY, "how good the probabilities are, on a hold-out"),
    TABLE(calibration, pipeline_calibration, DETAIL, "what was said on the hold-out, and what came"),
};
const partner_record partner__pipeline_record =
    PARTNER__RECORD("pipeline", partner_pipeline, pipeline_fields, "the pipeline's figures and tables");
