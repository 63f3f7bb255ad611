/* SPDX-License-Identifier: MIT
 * What the files of the ridge model share: rows made ready to be fitted, the fit itself, and the model's form.
 */
#ifndef PARTNER_MODEL_MODEL_H
#define PARTNER_MODEL_MODEL_H

#include <partner/model.h>

#include "../base/arena.h"
#include "../base/parallel.h"
#include "../base/pulse.h"

/* Probabilities are held to 10^-6 … 1 - 10^-6 where a log loss is taken of them. */
#define PARTNER__CLIP 1e-6

/* -ln of what was said of what came; *clipped is raised when the probability was. */
double partner__loss_of(uint8_t label, double probability, size_t *clipped);

/* --- rows and columns --- */

/* The features, taken and checked: values are finite or NaN, labels 0 and 1. */
typedef struct partner__training {
    partner_feature_matrix given;
    size_t terms;
    uint32_t *column; /* [terms] */
    uint8_t *missing; /* [terms] */
    double total;     /* of the weights */
    size_t positive;
    int unscaled;
} partner__training;

/* Checks rows to learn from and lists their terms. Errors: ARGUMENT, DATA, TOO_LITTLE, NOMEM. */
partner_status partner__training_take(const partner_feature_matrix *features,
                                      const partner_win_model_options *options, partner__training *training,
                                      partner_error *error);
void partner__training_free(partner__training *training);

/* Takes and checks a matrix's head: sizes, pointers. `learns`: labels are needed. */
partner_status partner__features_take(partner_feature_matrix *local, const partner_feature_matrix *features,
                                      int learns, partner_error *error);

/* What the weight of a row is. */
static inline double partner__weight_of(const partner_feature_matrix *f, size_t row)
{
    return f->weight == NULL ? 1 : f->weight[row];
}

/* Some of the rows, with weights that sum to 1. */
typedef struct partner__sample {
    size_t rows;
    uint32_t *row; /* [rows]; NULL = the rows of the training themselves */
    uint8_t *label;
    double *weight;
} partner__sample;

/* The rows that are in fold `but` (`within`) or in all others; `fold` NULL = all rows. `but`'s rows have no
 * weights. Errors: TOO_LITTLE, NOMEM. */
partner_status partner__sample_take(const partner__training *training, const uint32_t *fold, uint32_t but,
                                    int within, partner__sample *sample, partner_error *error);
void partner__sample_free(partner__sample *sample);

/* The log-odds of its rate: the intercept to start from. */
double partner__odds_of(const partner__sample *sample);

/* A term's values at the rows of a sample: NaN where a value is missing, or 1 there and 0 elsewhere. Gives them
 * where they lie, or in `room`. */
const double *partner__term_values(const partner__training *training, const partner__sample *sample,
                                   size_t term, double *room);

/* (x - mean) / deviation for `rows` values, 0 for the missing. */
void partner__standardise(const double *x, size_t rows, double mean, double deviation, double *z);

/* --- the matrix of a fit: standardised columns, built for sums over rows --- */

enum {
    PARTNER__LANES = 4,         /* dense columns that lie together */
    PARTNER__ROWS = 128,        /* rows of a block: a panel of it is 4 KB */
    PARTNER__STRETCH = 32 * 128 /* rows that are summed apart, whatever the threads */
};

/* Columns that differ in many rows lie in panels of LANES columns, block after block; of the others (one-hot
 * columns, counts that are mostly 0) only the rows that differ from the commonest value are kept, row after
 * row. Constant columns are left out. A place is that of a column in sums: the ones first, then dense, then
 * sparse. */
typedef struct partner__matrix {
    size_t rows, columns;          /* without the ones */
    size_t panels, sparse, places; /* places = panels * LANES + sparse */
    uint32_t *place;               /* [columns] */
    double *base;                  /* [columns] what sparse entries are added to; 0 of dense ones */
    double *dense;                 /* [blocks][panels][ROWS][LANES] */
    size_t *start;                 /* [rows + 1] of a row's entries, NULL without sparse columns */
    uint32_t *at;                  /* place of each entry, ascending within its row */
    double *value;
} partner__matrix;

/* How each term is standardised. */
typedef struct partner__scaling {
    double *mean, *deviation; /* [terms]; deviation 0 = constant */
} partner__scaling;

/* Measures the terms over a sample. Errors: NOMEM, CANCELLED. */
partner_status partner__scaling_measure(const partner__training *training, const partner__sample *sample,
                                        const partner__run *run, partner__scaling *scaling,
                                        partner_error *error);
void partner__scaling_free(partner__scaling *scaling);

/* Lays the live terms out: live[i] is the term of column i. Errors: NOMEM, CANCELLED. */
partner_status partner__matrix_build(const partner__training *training, const partner__sample *sample,
                                     const partner__scaling *scaling, const partner__run *run, size_t columns,
                                     const uint32_t *live, partner__matrix *matrix, partner_error *error);
void partner__matrix_free(partner__matrix *matrix);

/* Room for the sums of stretches; of one matrix. */
typedef struct partner__sums {
    size_t stretches, tasks;
    double *vectors;  /* [stretches * places] */
    double *squares;  /* [tasks * places^2] */
    double *by_place; /* [places] */
} partner__sums;

partner_status partner__sums_new(const partner__matrix *matrix, partner__sums *sums, partner_error *error);
void partner__sums_free(partner__sums *sums);

/* out[row] = vector[0] + sum of vector[1 + column] z. */
partner_status partner__matrix_times(const partner__matrix *matrix, const double *vector,
                                     const partner__run *run, partner__sums *sums, double *out,
                                     partner_error *error);
/* out[0] = sum of r, out[1 + column] = sum of r z. */
partner_status partner__matrix_gather(const partner__matrix *matrix, const double *r, const partner__run *run,
                                      partner__sums *sums, double *out, partner_error *error);
/* Both at once: `visit` sees the products of some rows and gives their r. On any thread, each row once. */
typedef void (*partner__visit)(void *context, size_t from, size_t rows, const double *product, double *r);
partner_status partner__matrix_pass(const partner__matrix *matrix, const double *vector,
                                    const partner__run *run, partner__sums *sums, partner__visit visit,
                                    void *context, double *out, partner_error *error);
/* out, (1 + columns)^2, symmetric: sum of h (1, z) (1, z)'. */
partner_status partner__matrix_gram(const partner__matrix *matrix, const double *h, const partner__run *run,
                                    partner__sums *sums, double *out, partner_error *error);

/* --- the fit --- */

typedef struct partner__problem {
    const partner__matrix *matrix;
    const uint8_t *label;
    const double *weight;
    const double *ridge; /* [columns] what each squared coefficient counts in the penalty */
    double enough;       /* gradient norm to stop at */
    double acceptable;   /* and the one to be content with where rounding leaves nothing more to gain */
    const partner__run *run;
    partner__pulse *pulse;
} partner__problem;

/* Where a fit stands, and its room; beta is where the next fit starts. */
typedef struct partner__fit {
    size_t size; /* 1 + columns */
    double *beta, *gradient, *step;
    double *plain, *kept; /* the gradient without the penalty; room */
    double *information;  /* [size^2] at beta, mean scale */
    int measured;         /* information is that of a beta that was gone through */
    double *factor;       /* [size^2] */
    double *scale, *spare;
    size_t *order;
    double *odds, *moved, *shift, *residual, *curve; /* [rows] */
    partner__sums sums;
    double loss, norm;
    uint32_t iterations;
} partner__fit;

partner_status partner__fit_new(const partner__problem *problem, partner__fit *fit, partner_error *error);
void partner__fit_free(partner__fit *fit);

/* Newton's method from fit->beta on. Errors: CONVERGENCE, CANCELLED, NOMEM. */
partner_status partner__fit_run(const partner__problem *problem, double lambda, partner__fit *fit,
                                partner_error *error);
/* The same for one penalty after another: to where the last fit stopped the next one is near, and it is a
 * matter of few steps with a Hessian that is seldom made anew. `beta` [size] receives the coefficients, whose
 * gradient's norm is expected to be below problem->enough; fit->beta stays where the next fit starts. */
partner_status partner__fit_follow(const partner__problem *problem, double lambda, partner__fit *fit,
                                   double *beta, partner_error *error);
/* Covariance [size^2] of beta, information^-1 between two inverted Hessians; `n` = sum of the weights. Errors:
 * CONVERGENCE (they cannot be inverted), CANCELLED, NOMEM. */
partner_status partner__fit_covariance(const partner__problem *problem, double lambda, double n,
                                       partner__fit *fit, double *covariance, partner_error *error);

/* What each squared coefficient counts: 1, or where columns are taken as they are 1 / variance; and the terms
 * that are fitted. `live` and `ridge` have room for all terms; returns how many there are. */
size_t partner__live_terms(const partner__training *training, const partner__scaling *scaling, uint32_t *live,
                           double *ridge);

/* Tries the penalties lambda[PARTNER_WIN_MODEL_PATH] over the folds; log_loss receives the pooled losses.
 * Errors: as partner_win_model_fit. */
partner_status partner__path_try(const partner__training *training, uint32_t folds, const partner__run *run,
                                 const double *lambda, double *log_loss, partner_error *error);

/* --- the model --- */

typedef struct partner__model {
    partner_win_model visible; /* the first member: its address is the model's */
    partner__arena arena;
    uint32_t *column;
    uint8_t *missing;
    double *fill; /* [columns] for the missing */
    double *coefficient, *coefficient_raw, *mean, *deviation, *standard_error, *covariance;
    double *path_lambda, *path_log_loss;
} partner__model;

/* partner_win_model_fit, in builds that can. */
partner_status partner__win_model_fit(const partner_feature_matrix *features,
                                      const partner_win_model_options *options, partner_win_model **model,
                                      partner_error *error);
/* A model with room for all its columns. Errors: NOMEM. */
partner_status partner__model_new(size_t columns, size_t terms, size_t path, partner__model **model,
                                  partner_error *error);
/* Fills in what follows from the rest: coefficients on columns as they are, standard errors. */
void partner__model_complete(partner__model *model);

/* The value of a term at x, its column's value, as the model standardises it. */
static inline double partner__term_at(const partner__model *m, size_t term, double x)
{
    int missing = x != x;
    double value = m->missing[term] ? missing : missing ? m->fill[m->column[term]] : x;

    return (value - m->mean[term]) / m->deviation[term];
}

#endif
