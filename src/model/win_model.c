/* SPDX-License-Identifier: MIT
 * The model itself: made, applied, released. What needs GSL is in fit.c, which a build without it leaves out.
 */
#include <math.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "model.h"

partner_status partner_win_model_fit(const partner_feature_matrix *features,
                                     const partner_win_model_options *options, partner_win_model **model,
                                     partner_error *error)
{
    if (model == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "model is NULL");
#if defined(PARTNER_WITH_GSL)
    return partner__win_model_fit(features, options, model, error);
#else
    (void)features;
    (void)options;
    return partner__fail(error, PARTNER_E_UNSUPPORTED, "this build cannot fit models: it is without GSL");
#endif
}

static int have_all(const partner__model *m)
{
    return m->column != NULL && m->missing != NULL && m->fill != NULL && m->coefficient != NULL &&
           m->coefficient_raw != NULL && m->mean != NULL && m->deviation != NULL && m->standard_error != NULL &&
           m->covariance != NULL && m->path_lambda != NULL && m->path_log_loss != NULL;
}

static void show(partner__model *m)
{
    m->visible.column = m->column;
    m->visible.missing = m->missing;
    m->visible.coefficient = m->coefficient;
    m->visible.coefficient_raw = m->coefficient_raw;
    m->visible.mean = m->mean;
    m->visible.deviation = m->deviation;
    m->visible.standard_error = m->standard_error;
    m->visible.covariance = m->covariance;
    m->visible.path_lambda = m->path_lambda;
    m->visible.path_log_loss = m->path_log_loss;
}

partner_status partner__model_new(size_t columns, size_t terms, size_t path, partner__model **model,
                                  partner_error *error)
{
    partner__model *m = partner__alloc_zero(1, sizeof *m);

    if (m == NULL) return partner__no_memory(error);
    m->column = partner__arena_alloc(&m->arena, terms, sizeof *m->column);
    m->missing = partner__arena_alloc(&m->arena, terms, 1);
    m->fill = partner__arena_alloc(&m->arena, columns, sizeof *m->fill);
    m->coefficient = partner__arena_alloc(&m->arena, terms, sizeof *m->coefficient);
    m->coefficient_raw = partner__arena_alloc(&m->arena, terms, sizeof *m->coefficient_raw);
    m->mean = partner__arena_alloc(&m->arena, terms, sizeof *m->mean);
    m->deviation = partner__arena_alloc(&m->arena, terms, sizeof *m->deviation);
    m->standard_error = partner__arena_alloc(&m->arena, terms, sizeof *m->standard_error);
    m->covariance = partner__arena_alloc(&m->arena, (1 + terms) * (1 + terms), sizeof *m->covariance);
    m->path_lambda = partner__arena_alloc(&m->arena, path, sizeof *m->path_lambda);
    m->path_log_loss = partner__arena_alloc(&m->arena, path, sizeof *m->path_log_loss);
    if (!have_all(m)) {
        partner_win_model_free(&m->visible);
        return partner__no_memory(error);
    }
    m->visible.columns = columns;
    m->visible.terms = terms;
    m->visible.path = path;
    show(m);
    *model = m;
    return PARTNER_OK;
}

void partner__model_complete(partner__model *m)
{
    size_t size = 1 + m->visible.terms;

    m->visible.intercept_raw = m->visible.intercept;
    for (size_t t = 0; t < m->visible.terms; t++) {
        m->coefficient_raw[t] = m->deviation[t] > 0 ? m->coefficient[t] / m->deviation[t] : 0;
        m->visible.intercept_raw -= m->coefficient_raw[t] * m->mean[t];
        m->standard_error[t] = sqrt(fmax(0, m->covariance[(1 + t) * size + 1 + t]));
    }
}

void partner_win_model_free(partner_win_model *model)
{
    partner__model *m = (partner__model *)model;

    if (m == NULL) return;
    partner__arena_free(&m->arena);
    partner__free(m);
}

/* Prediction */

static double contribution(const partner__model *m, size_t term, double x)
{
    if (!(m->deviation[term] > 0)) return 0;
    return m->coefficient[term] * partner__term_at(m, term, x);
}

/* A sum of contributions below this stays a number. */
static partner_status check_term(const partner__model *m, const partner_feature_matrix *f, size_t term,
                                 partner_error *error)
{
    const double most = 1e300 / (double)(1 + m->visible.terms);
    uint32_t column = m->column[term];
    const double *x = f->value + column * f->rows;

    for (size_t i = 0; i < f->rows; i++)
        if (isinf(x[i]) || !(fabs(contribution(m, term, x[i])) <= most))
            return partner__fail_at(error, PARTNER_E_DATA, partner__at("features", "value", i, column),
                                    "features row %zu: column %u is %g, expected a number that is not so far "
                                    "from those of training, or NaN for missing",
                                    i, (unsigned)column, x[i]);
    return PARTNER_OK;
}

static partner_status check(const partner__model *m, const partner_feature_matrix *f, partner_error *error)
{
    partner_status status = PARTNER_OK;

    if (f->columns != m->visible.columns)
        return partner__fail(error, PARTNER_E_ARGUMENT, "features: %zu columns, expected the model's %zu",
                             f->columns, m->visible.columns);
    for (size_t t = 0; t < m->visible.terms && status == PARTNER_OK && f->rows > 0; t++)
        status = check_term(m, f, t, error);
    return status;
}

static void apply(const partner__model *m, const partner_feature_matrix *f, double *probability,
                  double *contributions)
{
    size_t rows = f->rows;

    for (size_t i = 0; i < rows; i++) probability[i] = m->visible.intercept;
    for (size_t t = 0; t < m->visible.terms; t++) {
        const double *x = f->value + m->column[t] * rows;

        for (size_t i = 0; i < rows; i++) {
            double adds = contribution(m, t, x[i]);
            if (contributions != NULL) contributions[t * rows + i] = adds;
            probability[i] += adds;
        }
    }
    for (size_t i = 0; i < rows; i++) probability[i] = 1 / (1 + exp(-probability[i]));
}

partner_status partner_win_model_predict(const partner_win_model *model, const partner_feature_matrix *features,
                                         double *probability, double *contributions, partner_error *error)
{
    const partner__model *m = (const partner__model *)model;
    partner_feature_matrix f;
    partner_status status;

    if (model == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "model is NULL");
    status = partner__features_take(&f, features, 0, error);
    if (status != PARTNER_OK) return status;
    if (probability == NULL && f.rows > 0)
        return partner__fail(error, PARTNER_E_ARGUMENT, "probability is NULL, expected room for %zu rows",
                             f.rows);
    status = check(m, &f, error);
    if (status == PARTNER_OK && f.rows > 0) apply(m, &f, probability, contributions);
    return status;
}
