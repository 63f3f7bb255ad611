/* SPDX-License-Identifier: MIT
 * A win model from rows: the penalty, the fit with it, and what is told of it. */
#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "model.h"

enum { PATH = PARTNER_WIN_MODEL_PATH, DEFAULT_FOLDS = 5, MOST_FOLDS = 100 };

/* What is promised, and what Newton's last step reaches nearly always. */
static const double PROMISED = 1e-10, AIMED_AT = 1e-13;

/* The largest and the smallest penalty that say anything of numbers in double. */
static const double LEAST_LAMBDA = 1e-100, MOST_LAMBDA = 1e100;

static partner_status check_options(partner_win_model_options *o, partner_error *error)
{
    partner__place place = partner__at(NULL, "folds", PARTNER_NO_ROW, PARTNER_NONE);

    if (o->folds == 0) o->folds = DEFAULT_FOLDS;
    if (o->folds < 2 || o->folds > MOST_FOLDS)
        return partner__fail_at(error, PARTNER_E_ARGUMENT, place, "folds is %u, expected 2 to %d",
                                (unsigned)o->folds, MOST_FOLDS);
    place.field = "lambda";
    if (o->lambda != 0 && !(o->lambda >= LEAST_LAMBDA && o->lambda <= MOST_LAMBDA))
        return partner__fail_at(error, PARTNER_E_ARGUMENT, place, "lambda is %g, expected %g to %g, or 0",
                                o->lambda, LEAST_LAMBDA, MOST_LAMBDA);
    place.field = "unscaled";
    if (o->unscaled > 1)
        return partner__fail_at(error, PARTNER_E_ARGUMENT, place, "unscaled is %u, expected 0 or 1",
                                (unsigned)o->unscaled);
    return PARTNER_OK;
}

/* The smallest pooled loss; ties to the larger penalty. */
static size_t best_of(const double *lambda, const double *log_loss)
{
    size_t best = 0;

    for (size_t i = 1; i < PATH; i++)
        if (log_loss[i] < log_loss[best] || (log_loss[i] == log_loss[best] && lambda[i] > lambda[best]))
            best = i;
    return best;
}

static partner_status choose(const partner__training *t, const partner_win_model_options *o,
                             const partner__run *run, partner__model *m, partner_error *error)
{
    partner_status status;
    size_t best;

    m->visible.lambda = o->lambda;
    m->visible.cross_log_loss = NAN;
    if (o->lambda != 0) return PARTNER_OK;
    for (size_t i = 0; i < PATH; i++) m->path_lambda[i] = pow(6.25 * t->total, -(double)i / (PATH - 1));
    status = partner__path_try(t, o->folds, run, m->path_lambda, m->path_log_loss, error);
    if (status != PARTNER_OK) return status;
    best = best_of(m->path_lambda, m->path_log_loss);
    m->visible.lambda = m->path_lambda[best];
    m->visible.cross_log_loss = m->path_log_loss[best];
    return PARTNER_OK;
}

/* The fit with the penalty chosen, over all rows. */
typedef struct final_fit {
    partner__sample sample;
    partner__scaling scaling;
    partner__matrix matrix;
    partner__fit fit;
    uint32_t *live;
    double *ridge, *covariance;
    size_t columns;
} final_fit;

static void leave(final_fit *f)
{
    partner__sample_free(&f->sample);
    partner__scaling_free(&f->scaling);
    partner__matrix_free(&f->matrix);
    partner__fit_free(&f->fit);
    partner__free(f->live);
    partner__free(f->ridge);
    partner__free(f->covariance);
}

static partner_status prepare(const partner__training *t, const partner__run *run, final_fit *f,
                              partner_error *error)
{
    partner_status status = partner__sample_take(t, NULL, 0, 0, &f->sample, error);

    if (status != PARTNER_OK) return status;
    f->live = partner__alloc(t->terms, sizeof *f->live);
    f->ridge = partner__alloc(t->terms, sizeof *f->ridge);
    if (f->live == NULL || f->ridge == NULL) return partner__no_memory(error);
    status = partner__scaling_measure(t, &f->sample, run, &f->scaling, error);
    if (status != PARTNER_OK) return status;
    f->columns = partner__live_terms(t, &f->scaling, f->live, f->ridge);
    f->covariance = partner__alloc((1 + f->columns) * (1 + f->columns), sizeof *f->covariance);
    if (f->covariance == NULL) return partner__no_memory(error);
    return partner__matrix_build(t, &f->sample, &f->scaling, run, f->columns, f->live, &f->matrix, error);
}

/* The mean loss without the penalty. */
static double plain_loss(const final_fit *f, double lambda)
{
    double penalty = 0;

    for (size_t c = 0; c < f->columns; c++)
        penalty += lambda * f->ridge[c] * f->fit.beta[1 + c] * f->fit.beta[1 + c] / 2;
    return f->fit.loss - penalty;
}

static partner_status fit_all(const partner__training *t, const partner__run *run, double lambda, final_fit *f,
                              partner_error *error)
{
    partner__pulse pulse;
    partner__problem p = {&f->matrix, NULL, NULL, NULL, AIMED_AT, PROMISED, run, &pulse};
    partner_status status = prepare(t, run, f, error);

    if (status != PARTNER_OK) return status;
    p.label = f->sample.label;
    p.weight = f->sample.weight;
    p.ridge = f->ridge;
    partner__pulse_start(&pulse, run);
    status = partner__fit_new(&p, &f->fit, error);
    if (status != PARTNER_OK) return status;
    f->fit.beta[0] = partner__odds_of(&f->sample);
    status = partner__fit_run(&p, lambda, &f->fit, error);
    if (status == PARTNER_OK)
        status = partner__fit_covariance(&p, lambda, t->total, &f->fit, f->covariance, error);
    return status;
}

/* What the fit found, term by term. Where columns are to be taken as they are, their coefficients and
 * covariances go back to that scale: beta = J gamma with 1 / deviation on J's diagonal and -mean / deviation in
 * the row of the intercept. */

static void put_terms(const partner__training *t, const final_fit *f, partner__model *m)
{
    for (size_t i = 0; i < t->terms; i++) {
        m->column[i] = t->column[i];
        m->missing[i] = t->missing[i];
        m->mean[i] = t->unscaled ? 0 : f->scaling.mean[i];
        m->deviation[i] = t->unscaled && f->scaling.deviation[i] > 0 ? 1 : f->scaling.deviation[i];
        m->coefficient[i] = 0;
        if (!t->missing[i]) m->fill[t->column[i]] = f->scaling.mean[i];
    }
    m->visible.intercept = f->fit.beta[0];
    for (size_t c = 0; c < f->columns; c++) {
        size_t term = f->live[c];
        double by = t->unscaled ? 1 / f->scaling.deviation[term] : 1;

        m->coefficient[term] = by * f->fit.beta[1 + c];
        if (t->unscaled) m->visible.intercept -= m->coefficient[term] * f->scaling.mean[term];
    }
}

/* From the left by J; with a transposition between, twice is from both sides. */
static void unscale_rows(const partner__training *t, const final_fit *f, double *covariance)
{
    size_t size = 1 + f->columns;

    for (size_t c = 0; c < f->columns; c++) {
        double mean = f->scaling.mean[f->live[c]], by = 1 / f->scaling.deviation[f->live[c]];

        for (size_t k = 0; k < size && t->unscaled; k++) {
            covariance[(1 + c) * size + k] *= by;
            covariance[k] -= mean * covariance[(1 + c) * size + k];
        }
    }
}

static void transpose(double *matrix, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++) {
            double cell = matrix[i * n + k];
            matrix[i * n + k] = matrix[k * n + i];
            matrix[k * n + i] = cell;
        }
}

static void put_covariance(const partner__training *t, const final_fit *f, partner__model *m)
{
    size_t size = 1 + t->terms, own = 1 + f->columns;

    for (int side = 0; side < 2; side++) {
        unscale_rows(t, f, f->covariance);
        transpose(f->covariance, own);
    }
    memset(m->covariance, 0, size * size * sizeof *m->covariance);
    for (size_t i = 0; i < own; i++)
        for (size_t k = 0; k <= i; k++) {
            size_t to = i == 0 ? 0 : 1 + f->live[i - 1], from = k == 0 ? 0 : 1 + f->live[k - 1];
            double cell = f->covariance[i * own + k];

            /* A variance that is 0 to rounding, once taken to another scale, may fall below. */
            if (i == k) cell = fmax(0, cell);
            m->covariance[to * size + from] = m->covariance[from * size + to] = cell;
        }
}

/* Far from 1, the scale of a column can take what belongs to it out of double. */
static partner_status check_result(const partner__model *m, partner_error *error)
{
    size_t size = 1 + m->visible.terms;

    for (size_t t = 0; t < m->visible.terms; t++) {
        int ok =
            isfinite(m->coefficient_raw[t]) && isfinite(m->visible.intercept_raw) && isfinite(m->covariance[0]);

        for (size_t k = 0; k < size; k++) ok = ok && isfinite(m->covariance[(1 + t) * size + k]);
        if (!ok)
            return partner__fail_at(error, PARTNER_E_RANGE,
                                    partner__at("features", "value", PARTNER_NO_ROW, m->column[t]),
                                    "features: the figures of column %u leave the range of numbers, expected a "
                                    "column that is scaled",
                                    (unsigned)m->column[t]);
    }
    return PARTNER_OK;
}

static void put_summary(const partner__training *t, const final_fit *f, partner__model *m)
{
    m->visible.rows = t->given.rows;
    m->visible.positive = t->positive;
    m->visible.weight = t->total;
    m->visible.unscaled = (uint8_t)t->unscaled;
    m->visible.log_loss = plain_loss(f, m->visible.lambda);
    m->visible.gradient_norm = f->fit.norm;
    m->visible.iterations = f->fit.iterations;
}

static partner_status fit(const partner__training *t, const partner_win_model_options *o, partner__model *m,
                          partner_error *error)
{
    const partner__run run = {o->threads, o->interrupt, o->interrupt_data};
    final_fit f = {.live = NULL};
    partner_status status = choose(t, o, &run, m, error);

    if (status == PARTNER_OK) status = fit_all(t, &run, m->visible.lambda, &f, error);
    if (status == PARTNER_OK) {
        put_terms(t, &f, m);
        put_covariance(t, &f, m);
        put_summary(t, &f, m);
        partner__model_complete(m);
        status = check_result(m, error);
    }
    leave(&f);
    return status;
}

partner_status partner__win_model_fit(const partner_feature_matrix *features,
                                      const partner_win_model_options *options, partner_win_model **model,
                                      partner_error *error)
{
    partner_win_model_options o;
    partner__training t;
    partner__model *m = NULL;
    partner_status status = partner__take(&o, sizeof o, options, 1, "win model options", error);

    if (status == PARTNER_OK) status = check_options(&o, error);
    if (status == PARTNER_OK) status = partner__training_take(features, &o, &t, error);
    if (status != PARTNER_OK) return status;
    status = partner__model_new(t.given.columns, t.terms, o.lambda == 0 ? PATH : 0, &m, error);
    if (status == PARTNER_OK) status = fit(&t, &o, m, error);
    partner__training_free(&t);
    if (status == PARTNER_OK) *model = &m->visible;
    else partner_win_model_free(m == NULL ? NULL : &m->visible);
    return status;
}
