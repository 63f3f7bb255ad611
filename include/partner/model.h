/* SPDX-License-Identifier: MIT
 * libpartner: win models, and how good anybody's probabilities are.
 *
 * The measures stand alone: labels and probabilities in, log loss, Brier score with its parts, AUC and a
 * calibration table out. The ridge model is fitted once, saved and loaded, applied to new rows; its
 * coefficients and every row's contributions can be read. */
#ifndef PARTNER_MODEL_H
#define PARTNER_MODEL_H

#include <partner/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Probabilities beside what came of them: columns of `rows` elements, owned by the caller and only read. */
typedef struct partner_predictions {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint8_t *label;      /* needed: 1 = it happened, 0 = it did not */
    const double *probability; /* needed: 0 … 1 */
    const double *claim;       /* NULL or somebody else's probability of it; NaN = none */
} partner_predictions;

#define PARTNER_PREDICTIONS_INIT                            \
    {                                                       \
        sizeof(partner_predictions), 0, 0, NULL, NULL, NULL \
    }

typedef struct partner_measures_options {
    uint32_t struct_size, reserved;
    uint32_t threads;            /* 0 = 1; PARTNER_THREADS_ALL */
    uint32_t groups;             /* most groups of the calibration table, 1 … 1000; 0 = 10 */
    partner_interrupt interrupt; /* NULL = never asked */
    void *interrupt_data;
} partner_measures_options;

#define PARTNER_MEASURES_OPTIONS_INIT                         \
    {                                                         \
        sizeof(partner_measures_options), 0, 0, 0, NULL, NULL \
    }

/* Groups of about equal count by ascending probability, equal ones together: what was said, and what came. */
typedef struct partner_calibration {
    size_t groups;
    const size_t *rows;     /* [groups] */
    const double *lowest;   /* [groups] smallest probability */
    const double *highest;  /* [groups] largest */
    const double *expected; /* [groups] mean probability */
    const double *observed; /* [groups] share that happened */
} partner_calibration;

/* Class: AUC and calibration exact, rounded once; the rest relative. */
typedef struct partner_measures {
    size_t rows;              /* labels */
    size_t positive;          /* that happened */
    double rate;              /* positive / rows; NaN without rows */
    double log_loss;          /* mean of -ln p of what came, p clipped to 10^-6 … 1 - 10^-6 */
    size_t clipped;           /* probabilities that were */
    double constant_log_loss; /* of the rate itself, in hindsight: what a model has to stay below */
    double auc;               /* ties half; NaN for one class */
    double brier;             /* = reliability - resolution + uncertainty */
    double reliability;       /* what isotonic recalibration would take off */
    double resolution;        /* how far the recalibrated leaves the rate */
    double uncertainty;       /* rate (1 - rate) */
    size_t compared;          /* rows that have a claim */
    double claim_log_loss;    /* of the claims, on those rows; NaN without any */
    double skill;             /* 1 - log loss / log loss of the claims, on those rows; NaN without any */
    const partner_calibration *calibration;
} partner_measures;

/* Errors: DATA naming the row (a label other than 0 and 1, a probability outside 0 … 1), ARGUMENT, NOMEM,
 * CANCELLED. O(rows log rows). Source: Dimitriadis, Gneiting, Jordan (2021), CORP. */
PARTNER_API partner_status partner_measures_new(const partner_predictions *predictions,
                                                const partner_measures_options *options,
                                                partner_measures **measures, partner_error *error);
PARTNER_API void partner_measures_free(partner_measures *measures);

/* Rows to learn from or to judge: a matrix, column after column. */
typedef struct partner_feature_matrix {
    uint32_t struct_size, reserved;
    size_t rows, columns;
    const double *value;  /* needed: [columns * rows], column after column; NaN = missing, nothing infinite */
    const uint8_t *label; /* fit: needed: 1 = won, 0 = lost */
    const double *weight; /* fit: NULL = 1, or >= 0 and finite */
    const uint32_t
        *fold; /* fit: NULL = the i-th row of each label goes to fold i mod folds, or the row's fold */
} partner_feature_matrix;

#define PARTNER_FEATURE_MATRIX_INIT                                     \
    {                                                                   \
        sizeof(partner_feature_matrix), 0, 0, 0, NULL, NULL, NULL, NULL \
    }

#define PARTNER_WIN_MODEL_PATH 13 /* penalties that are tried */

typedef struct partner_win_model_options {
    uint32_t struct_size, reserved;
    uint32_t threads;            /* 0 = 1; PARTNER_THREADS_ALL: folds are fitted side by side */
    uint32_t folds;              /* 2 … 100; 0 = 5 */
    partner_interrupt interrupt; /* NULL = never asked */
    void *interrupt_data;
    double lambda;    /* penalty, > 0; 0 = by cross-validation */
    uint8_t unscaled; /* 1 = columns are taken as they are ("standardise" off) */
} partner_win_model_options;

#define PARTNER_WIN_MODEL_OPTIONS_INIT                               \
    {                                                                \
        sizeof(partner_win_model_options), 0, 0, 0, NULL, NULL, 0, 0 \
    }

/* A ridge logistic model. Columns with a missing value in training have a second, 0/1 column "is missing"; they
 * come after all others, `terms` counts them all. Class: iterative, gradient norm below 10^-10. */
typedef struct partner_win_model {
    size_t rows, positive; /* it was fitted to */
    double weight;         /* their sum */
    size_t columns;        /* of the features */
    size_t terms;          /* columns and their missing ones */
    size_t path;           /* penalties tried: PARTNER_WIN_MODEL_PATH, or 0 where it was given */
    double lambda;         /* the penalty in use */
    double intercept;      /* on standardised columns */
    double intercept_raw;  /* on columns as they are */
    double log_loss;       /* in training, weighted mean */
    double gradient_norm;  /* where it stopped */
    double cross_log_loss; /* pooled over the folds, at the penalty in use; NaN where it was given */
    uint32_t iterations;
    uint8_t unscaled;
    const uint32_t *column;         /* [terms] the feature column */
    const uint8_t *missing;         /* [terms] 1 = whether it is missing */
    const double *coefficient;      /* [terms] on standardised columns */
    const double *coefficient_raw;  /* [terms] on columns as they are */
    const double *mean, *deviation; /* [terms] that standardise; deviation 0 = constant, coefficient 0 */
    const double *standard_error;   /* [terms] of coefficient; sandwich */
    const double *covariance;       /* [(terms + 1)^2] of intercept and coefficients, H^-1 I H^-1 */
    const double *path_lambda, *path_log_loss; /* [path] */
} partner_win_model;

/* Fits by Newton's method with step halving.
 * Errors: DATA naming row and column (infinite), TOO_LITTLE (no rows, one label only, a fold without rows),
 * CONVERGENCE, RANGE (figures of a column leave double), ARGUMENT, NOMEM, CANCELLED, UNSUPPORTED (a build
 * without GSL).
 * Complexity: O(iterations · rows · terms^2). */
PARTNER_API partner_status partner_win_model_fit(const partner_feature_matrix *features,
                                                 const partner_win_model_options *options,
                                                 partner_win_model **model, partner_error *error);
PARTNER_API void partner_win_model_free(partner_win_model *model);

/* Probabilities of rows, and what each term adds to their log-odds.
 *
 * probability:   receives [rows].
 * contributions: NULL, or receives [terms * rows], term after term; with the intercept they sum to the
 * log-odds. Errors:        ARGUMENT (another number of columns), DATA (infinite). Complexity:    O(rows ·
 * terms). */
PARTNER_API partner_status partner_win_model_predict(const partner_win_model *model,
                                                     const partner_feature_matrix *features,
                                                     double *probability, double *contributions,
                                                     partner_error *error);

/* As bytes, versioned and checked, and back.
 *
 * Errors: ARGUMENT, NOMEM; DATA (corrupted), UNSUPPORTED (of a later version). */
PARTNER_API partner_status partner_win_model_save(const partner_win_model *model, partner_bytes **bytes,
                                                  partner_error *error);
PARTNER_API partner_status partner_win_model_load(const uint8_t *bytes, size_t length,
                                                  partner_win_model **model, partner_error *error);

/* The frequency model that CRMs ship, the baseline to beat: naive Bayes over categorical columns. */
typedef struct partner_categories {
    uint32_t struct_size, reserved;
    size_t rows, columns;
    const uint32_t *level; /* needed: [columns * rows], column after column; PARTNER_NONE = missing */
    const uint8_t *label;  /* fit: needed */
    const double *weight;  /* fit: NULL = 1 */
} partner_categories;

#define PARTNER_CATEGORIES_INIT                               \
    {                                                         \
        sizeof(partner_categories), 0, 0, 0, NULL, NULL, NULL \
    }

typedef struct partner_frequency_model partner_frequency_model;

/* counts + 0.1, prior W / (W + L), totals = sums of the cells, clamped to 0.0001 … 0.9999. A level not seen in
 * training, or missing, adds nothing.
 *
 * Errors:     DATA, TOO_LITTLE (no rows), ARGUMENT, NOMEM.
 * Complexity: O(rows · columns). */
PARTNER_API partner_status partner_frequency_model_fit(const partner_categories *categories,
                                                       partner_frequency_model **model, partner_error *error);
PARTNER_API partner_status partner_frequency_model_predict(const partner_frequency_model *model,
                                                           const partner_categories *categories,
                                                           double *probability, partner_error *error);
PARTNER_API void partner_frequency_model_free(partner_frequency_model *model);

#ifdef __cplusplus
}
#endif

#endif
