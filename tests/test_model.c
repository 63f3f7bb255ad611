/* SPDX-License-Identifier: MIT
 * Ridge models. The loss has one minimum, so that a vanishing gradient, worked out here row by row on columns
 * that are made ready here, says that the coefficients are right. */
#include "model_rows.h"

enum { COLUMNS = 14, MOST = 64 };

/* --- the same, plainly --- */

typedef struct plain {
    size_t rows, terms;
    double n;  /* sum of the weights */
    double *z; /* [terms][rows] */
    int live[MOST];
    const double *weight;
    const uint8_t *label;
} plain;

static double weight_at(const partner_feature_matrix *m, size_t i)
{
    return m->weight == NULL ? 1 : m->weight[i];
}

/* Of what is there, from the first such value on, so that it is exact for constant columns. */
static double mean_of(const partner_feature_matrix *m, const double *x)
{
    double sum = 0, weight = 0, first = NAN;

    for (size_t i = 0; i < m->rows; i++) {
        if (isnan(x[i])) continue;
        if (isnan(first)) first = x[i];
        sum += weight_at(m, i) * (x[i] - first);
        weight += weight_at(m, i);
    }
    return weight > 0 ? first + sum / weight : 0;
}

/* Standardises what is in z[term]; a constant column stays out. Taken as they are, columns are only centred,
 * which the free intercept does not notice, and the penalty is that of the spread. */
static void make_ready(const partner_feature_matrix *m, plain *p, size_t term, int unscaled)
{
    double *z = p->z + term * m->rows, mean = mean_of(m, z), square = 0, low = INFINITY, high = -INFINITY,
           sigma;

    for (size_t i = 0; i < m->rows; i++) {
        square += weight_at(m, i) * (z[i] - mean) * (z[i] - mean) / p->n;
        if (weight_at(m, i) > 0 && z[i] < low) low = z[i];
        if (weight_at(m, i) > 0 && z[i] > high) high = z[i];
    }
    p->live[term] = low < high;
    sigma = unscaled ? 1 : sqrt(square);
    for (size_t i = 0; i < m->rows; i++) z[i] = p->live[term] ? (z[i] - mean) / sigma : 0;
}

static plain ready(const partner_feature_matrix *m, int unscaled)
{
    plain p = {.rows = m->rows, .terms = m->columns, .weight = m->weight, .label = m->label};

    p.z = malloc((2 * m->columns + 1) * m->rows * sizeof *p.z);
    for (size_t i = 0; i < m->rows; i++) p.n += weight_at(m, i);
    for (size_t c = 0; c < m->columns; c++) {
        const double *x = m->value + c * m->rows;
        double *z = p.z + c * m->rows, *gap = p.z + p.terms * m->rows, mean = mean_of(m, x);
        int gaps = 0;

        for (size_t i = 0; i < m->rows; i++) {
            gap[i] = isnan(x[i]);
            gaps |= isnan(x[i]);
            z[i] = isnan(x[i]) ? mean : x[i];
        }
        p.terms += gaps != 0;
    }
    for (size_t t = 0; t < p.terms; t++) make_ready(m, &p, t, unscaled);
    return p;
}

static double expit(double odds) { return 1 / (1 + exp(-odds)); }

static double odds_at(const plain *p, const double *beta, size_t row)
{
    double odds = beta[0];

    for (size_t t = 0; t < p->terms; t++) odds += beta[1 + t] * p->z[t * p->rows + row];
    return odds;
}

static double z_at(const plain *p, size_t term, size_t row)
{
    return term == 0 ? 1 : p->z[(term - 1) * p->rows + row];
}

/* The largest part of the gradient of mean weighted loss + lambda / 2 sum of squares. */
static double gradient_at(const plain *p, const double *beta, double lambda)
{
    double gradient[MOST] = {0}, largest = 0;

    for (size_t i = 0; i < p->rows; i++) {
        double w = p->weight == NULL ? 1 : p->weight[i], off = expit(odds_at(p, beta, i)) - p->label[i];
        for (size_t t = 0; t <= p->terms; t++) gradient[t] += w * off * z_at(p, t, i) / p->n;
    }
    for (size_t t = 1; t <= p->terms; t++) gradient[t] += lambda * beta[t];
    for (size_t t = 0; t <= p->terms; t++)
        if (fabs(gradient[t]) > largest) largest = fabs(gradient[t]);
    return largest;
}

static double loss_at(const plain *p, const double *beta)
{
    double loss = 0;

    for (size_t i = 0; i < p->rows; i++) {
        double w = p->weight == NULL ? 1 : p->weight[i], odds = odds_at(p, beta, i);
        loss += w * log1p(exp(p->label[i] ? -odds : odds));
    }
    return loss / p->n;
}

/* Gauss and Jordan, without any pivoting but the diagonal: Hessians are positive definite. */
static void invert(double *a, size_t n, double *inverse)
{
    for (size_t i = 0; i < n * n; i++) inverse[i] = i % (n + 1) == 0;
    for (size_t i = 0; i < n; i++) {
        double by = 1 / a[i * n + i];
        for (size_t k = 0; k < n; k++) {
            a[i * n + k] *= by;
            inverse[i * n + k] *= by;
        }
        for (size_t r = 0; r < n; r++) {
            double times = a[r * n + i];
            for (size_t k = 0; k < n && r != i; k++) {
                a[r * n + k] -= times * a[i * n + k];
                inverse[r * n + k] -= times * inverse[i * n + k];
            }
        }
    }
}

/* H^-1 I H^-1 with I = sum of w p (1 - p) z z' and H = I + n lambda on the diagonal but for the intercept. */
static void check_covariance(const plain *p, const double *beta, const partner_win_model *m)
{
    size_t n = 1 + p->terms;
    double *info = calloc(n * n, sizeof *info), *hessian = malloc(n * n * sizeof *hessian),
           *inverse = malloc(n * n * sizeof *inverse);

    for (size_t i = 0; i < p->rows; i++) {
        double share = expit(odds_at(p, beta, i)), w = p->weight == NULL ? 1 : p->weight[i];
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b < n; b++)
                info[a * n + b] += w * share * (1 - share) * z_at(p, a, i) * z_at(p, b, i);
    }
    memcpy(hessian, info, n * n * sizeof *info);
    for (size_t a = 1; a < n; a++) hessian[a * n + a] += p->n * m->lambda;
    invert(hessian, n, inverse);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++) {
            double sum = 0, scale;

            if ((a > 0 && !p->live[a - 1]) || (b > 0 && !p->live[b - 1])) {
                ck_assert_double_eq(m->covariance[a * n + b], 0);
                continue;
            }
            for (size_t c = 0; c < n; c++)
                for (size_t d = 0; d < n; d++) sum += inverse[a * n + c] * info[c * n + d] * inverse[d * n + b];
            scale = sqrt(m->covariance[a * n + a] * m->covariance[b * n + b]);
            ck_assert_double_eq_tol(m->covariance[a * n + b], sum, 1e-9 * scale);
            if (a == b && a > 0) ck_assert_double_eq(m->standard_error[a - 1], sqrt(m->covariance[a * n + a]));
        }
    free(info);
    free(hessian);
    free(inverse);
}

static void take_beta(const partner_win_model *m, double beta[MOST])
{
    beta[0] = m->intercept;
    memcpy(beta + 1, m->coefficient, m->terms * sizeof *beta);
}

static void check_fit(const partner_feature_matrix *given, const partner_win_model *m)
{
    plain p = ready(given, 0);
    double beta[MOST], raw;

    ck_assert_uint_eq(m->terms, p.terms);
    ck_assert_uint_eq(m->rows, given->rows);
    ck_assert_double_eq_tol(m->weight, p.n, 1e-12 * p.n);
    take_beta(m, beta);
    ck_assert_double_le(m->gradient_norm, 1e-10);
    ck_assert_double_le(gradient_at(&p, beta, m->lambda), 1e-10);
    ck_assert_double_eq_tol(m->log_loss, loss_at(&p, beta), 1e-12);
    for (size_t t = 0; t < p.terms; t++) {
        ck_assert_int_eq(m->deviation[t] > 0, p.live[t]);
        if (!p.live[t]) ck_assert_double_eq(beta[1 + t], 0);
    }
    raw = m->intercept;
    for (size_t t = 0; t < m->terms; t++) raw -= m->coefficient_raw[t] * m->mean[t];
    ck_assert_double_eq_tol(m->intercept_raw, raw, 1e-9 * (1 + fabs(raw)));
    check_covariance(&p, beta, m);
    free(p.z);
}

/* --- the fit --- */

START_TEST(gradient_vanishes)
{
    static const double lambdas[] = {1, 0.01, 1e-4, 1e-6};
    rows r = draw_rows(150 + 50 * (size_t)_i, 2 + (size_t)_i % (COLUMNS - 1), (uint64_t)_i);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model *model;

    if (_i % 2 == 1) m.weight = r.weight;
    model = fit_with(&m, lambdas[_i % 4], 0);
    check_fit(&m, model);
    ck_assert_uint_eq(model->path, 0);
    ck_assert(isnan(model->cross_log_loss));
    partner_win_model_free(model);
    drop_rows(&r);
}
END_TEST

/* Rows of many blocks and stretches, whose sums are put together. */
START_TEST(many_rows)
{
    rows r = draw_rows(in_time(20000, 5000), 13, 3);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model *model = fit_with(&m, 0.001, 0);

    check_fit(&m, model);
    partner_win_model_free(model);
    drop_rows(&r);
}
END_TEST

/* As they are: the same minimum, written in the columns themselves. */
START_TEST(unscaled)
{
    rows r = draw_rows(400, 5, 9);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model *model = fit_with(&m, 0.01, 1);
    plain p = ready(&m, 1);
    double beta[MOST];

    take_beta(model, beta);
    ck_assert_double_eq(model->intercept, model->intercept_raw);
    for (size_t t = 0; t < model->terms; t++) {
        ck_assert_double_eq(model->coefficient[t], model->coefficient_raw[t]);
        ck_assert_double_eq(model->mean[t], 0);
        ck_assert_double_eq(model->deviation[t], 1);
    }
    /* The plain one centres, so that its intercept is another one. */
    for (size_t c = 0; c < m.columns; c++) beta[0] += beta[1 + c] * mean_of(&m, r.value + c * r.count);
    for (size_t t = m.columns; t < model->terms; t++) {
        double share = 0;
        for (size_t i = 0; i < r.count; i++) share += isnan(r.value[model->column[t] * r.count + i]);
        beta[0] += beta[1 + t] * share / (double)r.count;
    }
    ck_assert_double_le(gradient_at(&p, beta, 0.01), 1e-9);
    free(p.z);
    partner_win_model_free(model);
    drop_rows(&r);
}
END_TEST

/* On columns that have mean 0 and deviation 1 already both ways are one, covariance and all. */
START_TEST(unscaled_on_ready_columns)
{
    static const double x[] = {1, 1, -1, -1, 1, -1, 1, -1, 1, -1, -1, 1, -1, 1, 1, -1};
    static const uint8_t y[] = {1, 1, 0, 1, 0, 0, 1, 0};
    partner_feature_matrix m = PARTNER_FEATURE_MATRIX_INIT;
    partner_win_model *scaled, *as_they_are;

    m.rows = 8;
    m.columns = 2;
    m.value = x;
    m.label = y;
    scaled = fit_with(&m, 0.05, 0);
    as_they_are = fit_with(&m, 0.05, 1);
    ck_assert_double_eq_tol(scaled->intercept, as_they_are->intercept, 1e-12);
    for (int t = 0; t < 2; t++)
        ck_assert_double_eq_tol(scaled->coefficient[t], as_they_are->coefficient[t], 1e-12);
    for (int i = 0; i < 9; i++)
        ck_assert_double_eq_tol(scaled->covariance[i], as_they_are->covariance[i], 1e-12);
    partner_win_model_free(scaled);
    partner_win_model_free(as_they_are);
}
END_TEST

/* A column on another scale has another covariance as it is, in proportion: x' = 10 x + 5 has a tenth of the
 * coefficient when the penalty is a hundredth of the other. */
START_TEST(covariance_of_another_scale)
{
    rows r = draw_rows(300, 1, 4);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model *before = fit_with(&m, 0.0001, 1), *after;

    for (size_t i = 0; i < r.count; i++) r.value[i] = 10 * r.value[i] + 5;
    after = fit_with(&m, 0.01, 1);
    ck_assert_double_eq_tol(after->coefficient[0], before->coefficient[0] / 10, 1e-11);
    ck_assert_double_eq_tol(after->intercept, before->intercept - before->coefficient[0] / 2, 1e-10);
    ck_assert_double_eq_tol(after->covariance[3], before->covariance[3] / 100, 1e-9 * before->covariance[3]);
    ck_assert_double_eq_tol(after->covariance[1], before->covariance[1] / 10 - before->covariance[3] / 20,
                            1e-9 * fabs(before->covariance[1]));
    ck_assert_double_eq_tol(after->covariance[0],
                            before->covariance[0] - before->covariance[1] + before->covariance[3] / 4,
                            1e-9 * before->covariance[0]);
    partner_win_model_free(before);
    partner_win_model_free(after);
    drop_rows(&r);
}
END_TEST

/* Without a penalty to speak of the coefficient of a 0/1 column is the log of the odds ratio: 6 of 8 and 3 of
 * 12 won: (6/2) / (3/9) = 9; the intercept as it is, that of the others: ln(3/9). */
START_TEST(odds_ratio)
{
    double x[20];
    uint8_t y[20];
    partner_feature_matrix m = PARTNER_FEATURE_MATRIX_INIT;
    partner_win_model *model;

    for (int i = 0; i < 20; i++) {
        x[i] = i < 8;
        y[i] = i < 6 || (i >= 8 && i < 11);
    }
    m.rows = 20;
    m.columns = 1;
    m.value = x;
    m.label = y;
    model = fit_with(&m, 1e-13, 0);
    ck_assert_double_eq_tol(model->coefficient_raw[0], log(9), 1e-9);
    ck_assert_double_eq_tol(model->intercept_raw, log(1.0 / 3), 1e-9);
    /* The usual variance of a log odds ratio: 1/6 + 1/2 + 1/3 + 1/9. */
    ck_assert_double_eq_tol(model->standard_error[0] / model->deviation[0],
                            sqrt(1.0 / 6 + 0.5 + 1.0 / 3 + 1.0 / 9), 1e-9);
    partner_win_model_free(model);
}
END_TEST

/* --- data that would have no end --- */

START_TEST(separable)
{
    double x[40];
    uint8_t y[40];
    partner_feature_matrix m = PARTNER_FEATURE_MATRIX_INIT;
    partner_win_model *model;

    for (int i = 0; i < 40; i++) {
        x[i] = i;
        y[i] = i >= 13;
    }
    m.rows = 40;
    m.columns = 1;
    m.value = x;
    m.label = y;
    model = fit_with(&m, (double[]){1e-2, 1e-8, 1e-30, 1e-100}[_i], 0);
    ck_assert_double_le(model->gradient_norm, 1e-10);
    ck_assert(model->coefficient[0] > 0 && isfinite(model->coefficient[0]));
    partner_win_model_free(model);
    model = fit_with(&m, 0, 0);
    ck_assert(isfinite(model->coefficient[0]));
    partner_win_model_free(model);
}
END_TEST

/* Only constant columns, or none: the intercept is the log-odds of the rate. */
START_TEST(constant)
{
    double x[9];
    static const uint8_t y[9] = {1, 0, 0, 1, 0, 0, 1, 0, 0};
    partner_feature_matrix m = PARTNER_FEATURE_MATRIX_INIT;
    partner_win_model *model;

    for (int i = 0; i < 9; i++) x[i] = 0.1;
    m.rows = 9;
    m.columns = (size_t)_i % 2;
    m.value = _i % 2 == 0 ? NULL : x;
    m.label = y;
    model = fit_with(&m, _i < 2 ? 0.1 : 0, _i == 1);
    ck_assert_double_eq_tol(model->intercept, log(0.5), 1e-12);
    ck_assert_double_eq_tol(model->covariance[0], 1 / (9 * (1.0 / 3) * (2.0 / 3)), 1e-12);
    if (_i % 2 == 1) {
        ck_assert_double_eq(model->coefficient[0], 0);
        ck_assert_double_eq(model->deviation[0], 0);
    }
    partner_win_model_free(model);
}
END_TEST

/* The same column twice shares the coefficient; without a penalty to tell them apart that is said. */
START_TEST(twins)
{
    rows r = draw_rows(200, 2, 8);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model_options options = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_win_model *model;
    partner_error error;

    memcpy(r.value + r.count, r.value, r.count * sizeof *r.value);
    model = fit_with(&m, 0.001, 0);
    ck_assert_double_eq_tol(model->coefficient[0], model->coefficient[1], 1e-9);
    check_fit(&m, model);
    partner_win_model_free(model);
    model = NULL;
    options.lambda = 1e-60;
    must_fail(partner_win_model_fit(&m, &options, &model, &error), PARTNER_E_CONVERGENCE, error);
    ck_assert_ptr_null(model);
    drop_rows(&r);
}
END_TEST

/* Scales from 1e-140 to 1e140 in one matrix. */
START_TEST(any_scale)
{
    rows r = draw_rows(300, 2, 12), plainly = draw_rows(300, 2, 12);
    partner_feature_matrix m = matrix_of(&r), p = matrix_of(&plainly);
    partner_win_model *model, *expected = fit_with(&p, 0.01, 0);

    for (size_t i = 0; i < r.count; i++) {
        r.value[i] *= 1e140;
        r.value[r.count + i] *= 1e-140;
    }
    model = fit_with(&m, 0.01, 0);
    for (int t = 0; t < 2; t++) ck_assert_double_eq_tol(model->coefficient[t], expected->coefficient[t], 1e-10);
    partner_win_model_free(model);
    partner_win_model_free(expected);
    drop_rows(&r);
    drop_rows(&plainly);
}
END_TEST

/* --- penalties --- */

/* The pooled loss of a penalty: every fold predicted by a model of the other rows. */
static double plain_path_loss(const rows *r, const uint32_t *fold, uint32_t folds, double lambda, int weighted)
{
    double loss = 0, n = 0;

    for (uint32_t f = 0; f < folds; f++) {
        rows part = *r;
        partner_feature_matrix m, own = matrix_of(r);
        partner_win_model *model;
        double *p = malloc(r->count * sizeof *p);
        partner_error error;

        part.value = malloc(r->count * r->columns * sizeof *part.value);
        part.label = malloc(r->count);
        part.weight = malloc(r->count * sizeof *part.weight);
        part.count = 0;
        for (size_t i = 0; i < r->count; i++) part.count += fold[i] != f;
        for (size_t i = 0, to = 0; i < r->count; i++) {
            if (fold[i] == f) continue;
            for (size_t c = 0; c < r->columns; c++)
                part.value[c * part.count + to] = r->value[c * r->count + i];
            part.label[to] = r->label[i];
            part.weight[to++] = r->weight[i];
        }
        m = matrix_of(&part);
        if (weighted) m.weight = part.weight;
        model = fit_with(&m, lambda, 0);
        must(partner_win_model_predict(model, &own, p, NULL, &error), error);
        for (size_t i = 0; i < r->count; i++) {
            double w = weighted ? r->weight[i] : 1;
            if (fold[i] != f) continue;
            loss -= w * (r->label[i] ? log(p[i]) : log1p(-p[i]));
            n += w;
        }
        partner_win_model_free(model);
        free(p);
        free(part.value);
        free(part.label);
        free(part.weight);
    }
    return loss / n;
}

static void check_path(const rows *r, const partner_win_model *m, const uint32_t *fold, uint32_t folds,
                       int weighted)
{
    double best = INFINITY;

    ck_assert_uint_eq(m->path, PARTNER_WIN_MODEL_PATH);
    for (size_t i = 0; i < m->path; i++) {
        ck_assert_double_eq_tol(m->path_lambda[i], pow(1 / (6.25 * m->weight), (double)i / 12), 1e-13);
        if (i % 3 == 0)
            ck_assert_double_eq_tol(m->path_log_loss[i],
                                    plain_path_loss(r, fold, folds, m->path_lambda[i], weighted), 1e-9);
        if (m->path_log_loss[i] < best) {
            best = m->path_log_loss[i];
            ck_assert_double_le(m->lambda, m->path_lambda[i]);
        }
        if (m->path_lambda[i] == m->lambda) ck_assert_double_eq(m->cross_log_loss, m->path_log_loss[i]);
    }
    ck_assert_double_eq(m->cross_log_loss, best);
}

START_TEST(path)
{
    rows r = draw_rows(400, 4, 21);
    partner_feature_matrix m = matrix_of(&r);
    uint32_t fold[400], seen[2] = {0, 0};
    partner_win_model *model = fit_with(&m, 0, 0);

    for (size_t i = 0; i < r.count; i++) fold[i] = seen[r.label[i]]++ % 5;
    check_path(&r, model, fold, 5, 0);
    check_fit(&m, model);
    partner_win_model_free(model);
    drop_rows(&r);
}
END_TEST

START_TEST(path_with_folds_and_weights)
{
    rows r = draw_rows(300, 4, 22);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model_options options = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_win_model *model = NULL;
    partner_error error;

    options.folds = 3;
    m.fold = r.fold;
    m.weight = r.weight;
    must(partner_win_model_fit(&m, &options, &model, &error), error);
    check_path(&r, model, r.fold, 3, 1);
    check_fit(&m, model);
    partner_win_model_free(model);
    drop_rows(&r);
}
END_TEST

/* Labels that are noise: nothing beats the largest penalty, or hardly. Ties go to it: with a constant column
 * alone all losses are equal. */
START_TEST(ties_to_the_larger)
{
    double x[30];
    uint8_t y[30];
    partner_feature_matrix m = PARTNER_FEATURE_MATRIX_INIT;
    partner_win_model *model;

    for (int i = 0; i < 30; i++) {
        x[i] = 4;
        y[i] = i % 3 == 0;
    }
    m.rows = 30;
    m.columns = 1;
    m.value = x;
    m.label = y;
    model = fit_with(&m, 0, 0);
    ck_assert_double_eq(model->lambda, 1);
    partner_win_model_free(model);
}
END_TEST

START_TEST(same_for_every_thread_count)
{
    rows r = draw_rows(in_time(9000, 4500), 9, 31);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model_options options = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_win_model *one = NULL, *other;
    partner_error error;

    m.weight = r.weight;
    must(partner_win_model_fit(&m, &options, &one, &error), error);
    for (options.threads = 2; options.threads < 5; options.threads++) {
        size_t size = 1 + one->terms;

        other = NULL;
        must(partner_win_model_fit(&m, &options, &other, &error), error);
        ck_assert(same_bits(one->intercept, other->intercept) && same_bits(one->lambda, other->lambda));
        ck_assert(same_bits(one->cross_log_loss, other->cross_log_loss));
        ck_assert_mem_eq(one->coefficient, other->coefficient, one->terms * sizeof(double));
        ck_assert_mem_eq(one->covariance, other->covariance, size * size * sizeof(double));
        partner_win_model_free(other);
    }
    partner_win_model_free(one);
    drop_rows(&r);
}
END_TEST

/* --- prediction --- */

START_TEST(predictions)
{
    rows r = draw_rows(200, 6, 41);
    partner_feature_matrix m = matrix_of(&r), fresh;
    partner_win_model *model = fit_with(&m, 0.01, _i);
    double p[200], *adds = malloc(model->terms * 200 * sizeof *adds);
    partner_error error;

    fresh = m;
    fresh.label = NULL;
    must(partner_win_model_predict(model, &fresh, p, adds, &error), error);
    for (size_t i = 0; i < 200; i++) {
        double sum = model->intercept, raw = model->intercept_raw;

        for (size_t t = 0; t < model->terms; t++) {
            double x = r.value[model->column[t] * 200 + i];

            sum += adds[t * 200 + i];
            if (model->missing[t]) raw += model->coefficient_raw[t] * isnan(x);
            else
                raw +=
                    model->coefficient_raw[t] * (isnan(x) ? mean_of(&m, r.value + model->column[t] * 200) : x);
        }
        ck_assert_double_eq_tol(p[i], expit(sum), 1e-14);
        ck_assert_double_eq_tol(p[i], expit(raw), 1e-8);
    }
    free(adds);
    partner_win_model_free(model);
    drop_rows(&r);
}
END_TEST

/* A gap in a column that had none in training stands at its mean: it adds nothing. */
START_TEST(new_gap)
{
    rows r = draw_rows(100, 2, 42);
    partner_feature_matrix m = matrix_of(&r), one = PARTNER_FEATURE_MATRIX_INIT;
    partner_win_model *model = fit_with(&m, 0.01, 0);
    double p = 0, adds[2] = {7, 7}, x[2] = {NAN, NAN};
    partner_error error;

    one.rows = 1;
    one.columns = 2;
    one.value = x;
    must(partner_win_model_predict(model, &one, &p, adds, &error), error);
    ck_assert_double_eq(adds[0], 0);
    ck_assert_double_eq(adds[1], 0);
    ck_assert_double_eq_tol(p, expit(model->intercept), 1e-15);
    partner_win_model_free(model);
    drop_rows(&r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("win model");
    TCase *tcase = add_case(suite, "win model");

    tcase_add_loop_test(tcase, gradient_vanishes, 0, 24);
    tcase_add_test(tcase, many_rows);
    tcase_add_test(tcase, unscaled);
    tcase_add_test(tcase, unscaled_on_ready_columns);
    tcase_add_test(tcase, covariance_of_another_scale);
    tcase_add_test(tcase, odds_ratio);
    tcase_add_loop_test(tcase, separable, 0, 4);
    tcase_add_loop_test(tcase, constant, 0, 4);
    tcase_add_test(tcase, twins);
    tcase_add_test(tcase, any_scale);
    tcase_add_test(tcase, path);
    tcase_add_test(tcase, path_with_folds_and_weights);
    tcase_add_test(tcase, ties_to_the_larger);
    tcase_add_test(tcase, same_for_every_thread_count);
    tcase_add_loop_test(tcase, predictions, 0, 2);
    tcase_add_test(tcase, new_gap);
    return run_suite(suite);
}
