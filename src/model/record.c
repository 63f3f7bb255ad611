/* SPDX-License-Identifier: MIT
 * What the measures read and give, and a win model, as tables. */
#include <partner/model.h>

#include "../record/define.h"
#include "../record/tables.h"

enum { NULLS = PARTNER_FIELD_NULLABLE, HIDDEN = PARTNER_FIELD_HIDDEN };

static const partner_field predictions_fields[] = {
    PARTNER__INPUT_HEAD(partner_predictions),
    {PARTNER__SCALAR(partner_predictions, rows), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of rows"},
    {PARTNER__COLUMN(partner_predictions, label, rows), .unit = PARTNER_UNIT_FLAG,
     .flags = PARTNER_FIELD_REQUIRED, .aliases = "outcome,won,target,actual,y", .text = "whether it happened",
     .example = "true|false|true|false|true|false"},
    {PARTNER__COLUMN(partner_predictions, probability, rows), .unit = PARTNER_UNIT_SHARE,
     .flags = PARTNER_FIELD_REQUIRED, .aliases = "p,prediction,forecast,score",
     .text = "probability that was said", .example = "0.9|0.2|0.6|0.4|0.7|0.1"},
    {PARTNER__COLUMN(partner_predictions, claim, rows), .unit = PARTNER_UNIT_SHARE, .flags = NULLS,
     .aliases = "claimed_probability,claimed,other", .text = "somebody else's probability, to compare with"},
};
const partner_record partner__predictions_record = PARTNER__RECORD(
    "predictions", partner_predictions, predictions_fields, "probabilities beside what came of them");

static const partner_field options_fields[] = {
    PARTNER__INPUT_HEAD(partner_measures_options),
    PARTNER__THREADS_FIELD(partner_measures_options),
    {PARTNER__SCALAR(partner_measures_options, groups), .unit = PARTNER_UNIT_COUNT, .initial = "10",
     .text = "most groups of the calibration table, 1 to 1000"},
    PARTNER__RUN_FIELDS(partner_measures_options),
};
const partner_record partner__measures_options_record =
    PARTNER__RECORD("measures_options", partner_measures_options, options_fields, "options of the measures");

#define SHARE(m, t) PARTNER__COLUMN(partner_calibration, m, groups), .unit = PARTNER_UNIT_SHARE, .text = t

static const partner_field calibration_fields[] = {
    {PARTNER__SCALAR(partner_calibration, groups), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of groups"},
    {PARTNER__COLUMN(partner_calibration, rows, groups), .unit = PARTNER_UNIT_COUNT,
     .text = "rows in the group"},
    {SHARE(lowest, "smallest probability")},
    {SHARE(highest, "largest probability")},
    {SHARE(expected, "mean probability"), .flags = PARTNER_FIELD_KEY},
    {SHARE(observed, "share that happened"), .flags = PARTNER_FIELD_KEY},
};
const partner_record partner__calibration_record =
    PARTNER__RECORD("calibration", partner_calibration, calibration_fields, "what was said, and what came");

#define COUNT(m, t) PARTNER__SCALAR(partner_measures, m), .unit = PARTNER_UNIT_COUNT, .text = t
#define RATIO(m, t) PARTNER__SCALAR(partner_measures, m), .unit = PARTNER_UNIT_RATIO, .text = t

static const partner_field measures_fields[] = {
    {COUNT(rows, "rows")},
    {COUNT(positive, "rows of what happened")},
    {PARTNER__SCALAR(partner_measures, rate), .unit = PARTNER_UNIT_SHARE, .text = "positive / rows"},
    {RATIO(log_loss, "mean log loss; probabilities clipped to 10^-6 from 0 and 1")},
    {COUNT(clipped, "probabilities that were clipped")},
    {RATIO(constant_log_loss, "log loss of the rate itself: what a model has to stay below")},
    {RATIO(auc, "area under the ROC curve, ties half")},
    {RATIO(brier, "Brier score = reliability - resolution + uncertainty")},
    {RATIO(reliability, "what isotonic recalibration would take off")},
    {RATIO(resolution, "how far the recalibrated leaves the rate")},
    {RATIO(uncertainty, "rate (1 - rate)")},
    {COUNT(compared, "rows that have a claim")},
    {RATIO(claim_log_loss, "log loss of the claims, on those rows"), .flags = NULLS},
    {RATIO(skill, "1 - log loss / claim_log_loss, on those rows"), .flags = NULLS},
    {PARTNER__POINTER(partner_measures, calibration, &partner__calibration_record), .flags = HIDDEN,
     .text = "what was said, and what came"},
};
const partner_record partner__measures_record =
    PARTNER__RECORD("measures", partner_measures, measures_fields, "how good probabilities are");

#define OF_TERM(m, u, t)                                                                    \
    {                                                                                       \
        PARTNER__COLUMN(partner_win_model, m, terms), .unit = u, .flags = HIDDEN, .text = t \
    }
#define OF_MODEL(m, u, t) PARTNER__SCALAR(partner_win_model, m), .unit = u, .text = t

static const partner_field win_model_fields[] = {
    {OF_MODEL(rows, PARTNER_UNIT_COUNT, "rows that it was fitted to")},
    {OF_MODEL(positive, PARTNER_UNIT_COUNT, "rows of them won")},
    {OF_MODEL(weight, PARTNER_UNIT_RATIO, "sum of their weights")},
    {OF_MODEL(columns, PARTNER_UNIT_COUNT, "columns of the features")},
    {OF_MODEL(terms, PARTNER_UNIT_COUNT, "columns and their missing ones"), .flags = PARTNER_FIELD_LENGTH},
    {OF_MODEL(path, PARTNER_UNIT_COUNT, "penalties tried"), .flags = PARTNER_FIELD_LENGTH},
    {PARTNER__SCALAR_AS(partner_win_model, lambda, "penalty"), .unit = PARTNER_UNIT_RATIO,
     .text = "the penalty in use"},
    {OF_MODEL(intercept, PARTNER_UNIT_RATIO, "intercept, on standardised columns")},
    {OF_MODEL(intercept_raw, PARTNER_UNIT_RATIO, "intercept, on columns as they are")},
    {OF_MODEL(log_loss, PARTNER_UNIT_RATIO, "weighted mean log loss in training")},
    {OF_MODEL(gradient_norm, PARTNER_UNIT_RATIO, "norm of the gradient where it stopped")},
    {OF_MODEL(cross_log_loss, PARTNER_UNIT_RATIO, "log loss over the folds, at the penalty in use")},
    {OF_MODEL(iterations, PARTNER_UNIT_COUNT, "iterations of Newton's method")},
    {OF_MODEL(unscaled, PARTNER_UNIT_FLAG, "columns were taken as they are")},
    OF_TERM(column, PARTNER_UNIT_COUNT, "column that a term looks at"),
    OF_TERM(missing, PARTNER_UNIT_FLAG, "the term is whether the value is missing"),
    OF_TERM(coefficient, PARTNER_UNIT_RATIO, "coefficient, on standardised columns"),
    OF_TERM(coefficient_raw, PARTNER_UNIT_RATIO, "coefficient, on columns as they are"),
    OF_TERM(mean, PARTNER_UNIT_RATIO, "mean of the column"),
    OF_TERM(deviation, PARTNER_UNIT_RATIO, "deviation of the column"),
    OF_TERM(standard_error, PARTNER_UNIT_RATIO, "standard error of the coefficient"),
    OF_TERM(covariance, PARTNER_UNIT_RATIO, "covariance of intercept and coefficients: (terms + 1)^2 numbers"),
    {PARTNER__COLUMN(partner_win_model, path_lambda, path), .unit = PARTNER_UNIT_RATIO,
     .text = "penalties tried"},
    {PARTNER__COLUMN(partner_win_model, path_log_loss, path), .unit = PARTNER_UNIT_RATIO,
     .text = "log loss over the folds, of each"},
};
const partner_record partner__win_model_record =
    PARTNER__RECORD("win_model", partner_win_model, win_model_fields, "a ridge logistic model");
