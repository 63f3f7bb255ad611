/* SPDX-License-Identifier: MIT
 * Ridge logistic regression by Newton's method: mean weighted log loss + lambda / 2 * sum of ridge beta^2, the
 * intercept free. The loss is convex and, but for the intercept, strongly so; a step that does not lower it is
 * halved. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/gsl.h"
#include "../base/memory.h"
#include "../base/sum.h"
#include "model.h"

enum { MOST_STEPS = 200, MOST_HALVINGS = 40 };

/* A step has to lower the loss by this share of what the slope promises (Armijo 1966), but for rounding. */
static const double PROMISE = 1e-4, ROUNDING = 1e-14;

/* Beyond this a penalty leaves nothing of its coefficient. */
static const double MOST_PENALTY = 1e300;

static int have_all(const partner__fit *f)
{
    return f->beta != NULL && f->gradient != NULL && f->step != NULL && f->plain != NULL && f->kept != NULL &&
           f->information != NULL && f->factor != NULL && f->scale != NULL && f->spare != NULL &&
           f->order != NULL && f->odds != NULL && f->moved != NULL && f->shift != NULL && f->residual != NULL &&
           f->curve != NULL;
}

partner_status partner__fit_new(const partner__problem *problem, partner__fit *fit, partner_error *error)
{
    size_t rows = problem->matrix->rows, size = 1 + problem->matrix->columns;

    *fit = (partner__fit){.size = size};
    fit->beta = partner__alloc_zero(size, sizeof *fit->beta);
    fit->gradient = partner__alloc(size, sizeof *fit->gradient);
    fit->step = partner__alloc(size, sizeof *fit->step);
    fit->plain = partner__alloc(size, sizeof *fit->plain);
    fit->kept = partner__alloc(size, sizeof *fit->kept);
    fit->scale = partner__alloc(size, sizeof *fit->scale);
    fit->spare = partner__alloc(size, sizeof *fit->spare);
    fit->order = partner__alloc(size, sizeof *fit->order);
    fit->information = partner__alloc(size * size, sizeof *fit->information);
    fit->factor = partner__alloc(size * size, sizeof *fit->factor);
    fit->odds = partner__alloc(rows, sizeof *fit->odds);
    fit->moved = partner__alloc(rows, sizeof *fit->moved);
    fit->shift = partner__alloc(rows, sizeof *fit->shift);
    fit->residual = partner__alloc(rows, sizeof *fit->residual);
    fit->curve = partner__alloc(rows, sizeof *fit->curve);
    if (have_all(fit) && partner__sums_new(problem->matrix, &fit->sums, NULL) == PARTNER_OK) return PARTNER_OK;
    partner__fit_free(fit);
    return partner__no_memory(error);
}

void partner__fit_free(partner__fit *fit)
{
    partner__free(fit->beta);
    partner__free(fit->gradient);
    partner__free(fit->step);
    partner__free(fit->plain);
    partner__free(fit->kept);
    partner__free(fit->scale);
    partner__free(fit->spare);
    partner__free(fit->order);
    partner__free(fit->information);
    partner__free(fit->factor);
    partner__free(fit->odds);
    partner__free(fit->moved);
    partner__free(fit->shift);
    partner__free(fit->residual);
    partner__free(fit->curve);
    partner__sums_free(&fit->sums);
    *fit = (partner__fit){0};
}

/* The loss */

static double penalty_of(const partner__problem *p, double lambda, size_t column)
{
    return fmin(lambda * p->ridge[column], MOST_PENALTY);
}

static double penalty(const partner__problem *p, double lambda, const double *beta)
{
    partner__sum sum = {0, 0};

    for (size_t c = 0; c < p->matrix->columns; c++)
        partner__sum_add(&sum, penalty_of(p, lambda, c) * beta[1 + c] * beta[1 + c] / 2);
    return partner__sum_value(&sum);
}

typedef struct judging {
    const partner__problem *problem;
    partner__fit *fit;
    const double *odds;
    double *losses; /* [stretches] */
} judging;

/* Loss, residuals and curvatures of a stretch. e = e^-|odds| serves all three and never overflows. The loss is
 * only held against itself: ln(1 + e) need not be better than 1 is exact, and log1p takes three times as long.
 */
static partner_status judge_stretch(void *context, size_t stretch, partner_error *error)
{
    const judging *j = context;
    const partner__problem *p = j->problem;
    size_t rows = p->matrix->rows, from = stretch * PARTNER__STRETCH;
    size_t to = rows - from < PARTNER__STRETCH ? rows : from + PARTNER__STRETCH;
    double sum = 0;

    (void)error;
    for (size_t i = from; i < to; i++) {
        double odds = j->odds[i], e = exp(-fabs(odds)), part = 1 / (1 + e), w = p->weight[i];
        double won = odds >= 0 ? part : e * part, off = p->label[i] ? -odds : odds;

        sum += w * (log(1 + e) + (off > 0 ? off : 0));
        j->fit->residual[i] = w * (p->label[i] ? -(odds >= 0 ? e * part : part) : won);
        j->fit->curve[i] = w * (e * part * part);
    }
    j->losses[stretch] = sum;
    return PARTNER_OK;
}

static partner_status judge(const partner__problem *p, double lambda, partner__fit *f, const double *odds,
                            const double *beta, double *loss, partner_error *error)
{
    judging j = {p, f, odds, f->sums.vectors};
    partner__sum sum = {0, 0};
    partner_status status = partner__parallel(p->run, f->sums.stretches, judge_stretch, &j, error);

    if (status != PARTNER_OK) return status;
    for (size_t s = 0; s < f->sums.stretches; s++) partner__sum_add(&sum, j.losses[s]);
    *loss = partner__sum_value(&sum) + penalty(p, lambda, beta);
    return PARTNER_OK;
}

static void add_penalty(const partner__problem *p, double lambda, partner__fit *f)
{
    partner__sum sum = {0, 0};

    memcpy(f->gradient, f->plain, f->size * sizeof *f->gradient);
    for (size_t c = 0; c < p->matrix->columns; c++)
        f->gradient[1 + c] += penalty_of(p, lambda, c) * f->beta[1 + c];
    for (size_t i = 0; i < f->size; i++) partner__sum_add(&sum, f->gradient[i] * f->gradient[i]);
    f->norm = sqrt(partner__sum_value(&sum));
}

static partner_status find_gradient(const partner__problem *p, double lambda, partner__fit *f,
                                    partner_error *error)
{
    partner_status status = partner__matrix_gather(p->matrix, f->residual, p->run, &f->sums, f->plain, error);

    if (status == PARTNER_OK) add_penalty(p, lambda, f);
    return status;
}

/* The step */

static partner_status cannot(partner_error *error, const partner__fit *f)
{
    return partner__fail(error, PARTNER_E_CONVERGENCE,
                         "no fit after %u steps: the gradient's norm is %g and the loss falls no further; "
                         "expected a larger lambda, or columns of a common size",
                         (unsigned)f->iterations, f->norm);
}

/* Factors the Hessian with its diagonal scaled to 1, so that columns of any penalty go together. *changed says
 * whether it was too near to a singular one as it is. */
static partner_status factor(const partner__problem *p, double lambda, partner__fit *f, int *changed,
                             partner_error *error)
{
    size_t n = f->size;

    for (size_t i = 0; i < n; i++) {
        double diagonal = f->information[i * n + i] + (i > 0 ? penalty_of(p, lambda, i - 1) : 0);
        if (!(diagonal >= DBL_MIN)) return cannot(error, f);
        f->scale[i] = 1 / sqrt(diagonal);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            f->factor[i * n + k] = i == k ? 1 : f->information[i * n + k] * f->scale[i] * f->scale[k];
    return partner__factor(f->factor, n, f->order, f->spare, changed, error);
}

/* Multiplies the step by the inverse of the Hessian that was factored. */
static partner_status solve(partner__fit *f, partner_error *error)
{
    partner_status status;

    for (size_t i = 0; i < f->size; i++) f->step[i] *= f->scale[i];
    status = partner__factor_solve(f->factor, f->size, f->order, f->step, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < f->size; i++) f->step[i] *= f->scale[i];
    return PARTNER_OK;
}

static partner_status find_step(const partner__problem *p, double lambda, partner__fit *f, double *slope,
                                partner_error *error)
{
    partner__sum sum = {0, 0};
    int changed;
    partner_status status = factor(p, lambda, f, &changed, error);

    if (status != PARTNER_OK) return status;
    memcpy(f->step, f->gradient, f->size * sizeof *f->step);
    status = solve(f, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < f->size; i++) partner__sum_add(&sum, f->gradient[i] * f->step[i]);
    *slope = partner__sum_value(&sum);
    return *slope > 0 ? PARTNER_OK : cannot(error, f);
}

static void swap_odds(partner__fit *f)
{
    double *odds = f->odds;

    f->odds = f->moved;
    f->moved = odds;
}

/* Goes along the step, by halves of it as long as that does not lower the loss enough. Odds move with it, so
 * that no half costs a walk over the matrix. Returns in *size what was gone: 0 when nothing helped. */
static partner_status walk(const partner__problem *p, double lambda, partner__fit *f, double slope,
                           double *size, partner_error *error)
{
    double loss = 0, *beta = f->spare;
    partner_status status = partner__matrix_times(p->matrix, f->step, p->run, &f->sums, f->shift, error);

    *size = 1;
    for (int i = 0; i < MOST_HALVINGS && status == PARTNER_OK; i++, *size /= 2) {
        for (size_t k = 0; k < f->size; k++) beta[k] = f->beta[k] - *size * f->step[k];
        for (size_t k = 0; k < p->matrix->rows; k++) f->moved[k] = f->odds[k] - *size * f->shift[k];
        status = judge(p, lambda, f, f->moved, beta, &loss, error);
        if (status != PARTNER_OK ||
            !(loss <= f->loss - PROMISE * *size * slope + ROUNDING * (1 + fabs(f->loss))))
            continue;
        memcpy(f->beta, beta, f->size * sizeof *beta);
        swap_odds(f);
        f->loss = loss;
        return PARTNER_OK;
    }
    *size = 0;
    return status == PARTNER_OK ? judge(p, lambda, f, f->odds, f->beta, &loss, error) : status;
}

static partner_status begin(const partner__problem *p, double lambda, partner__fit *f, partner_error *error)
{
    partner_status status = partner__matrix_times(p->matrix, f->beta, p->run, &f->sums, f->odds, error);

    f->iterations = 0;
    if (status == PARTNER_OK) status = judge(p, lambda, f, f->odds, f->beta, &f->loss, error);
    if (status == PARTNER_OK) status = find_gradient(p, lambda, f, error);
    return status;
}

static partner_status find_information(const partner__problem *p, partner__fit *f, partner_error *error)
{
    f->measured = 1;
    return partner__matrix_gram(p->matrix, f->curve, p->run, &f->sums, f->information, error);
}

partner_status partner__fit_run(const partner__problem *problem, double lambda, partner__fit *fit,
                                partner_error *error)
{
    partner_status status = begin(problem, lambda, fit, error);

    while (status == PARTNER_OK && !(fit->norm <= problem->enough)) {
        double slope = 0, size = 0;

        status = partner__pulse_ask(problem->pulse, error);
        if (status == PARTNER_OK && (fit->iterations == MOST_STEPS || !isfinite(fit->loss)))
            return cannot(error, fit);
        if (status == PARTNER_OK) status = find_information(problem, fit, error);
        if (status == PARTNER_OK) status = find_step(problem, lambda, fit, &slope, error);
        /* What is left to gain is less than rounding. */
        if (status == PARTNER_OK && fit->norm <= problem->acceptable && slope <= ROUNDING * ROUNDING) break;
        if (status == PARTNER_OK) status = walk(problem, lambda, fit, slope, &size, error);
        if (status != PARTNER_OK) break;
        if (size == 0) return fit->norm <= problem->acceptable ? PARTNER_OK : cannot(error, fit);
        fit->iterations++;
        status = find_gradient(problem, lambda, fit, error);
    }
    return status;
}

/* From one penalty to the next. Loss and slope are left alone: a step is good when the gradient shrinks, and
 * where one is not, Newton's method begins again with all its care. */

enum { MOST_CHORDS = 20 };

/* Residuals and curvatures where the step leads. */
static void judge_block(void *context, size_t from, size_t rows, const double *product, double *r)
{
    const judging *j = context;
    const uint8_t *label = j->problem->label + from;
    const double *weight = j->problem->weight + from;
    double *odds = j->fit->odds + from, *curve = j->fit->curve + from;

    for (size_t i = 0; i < rows; i++) {
        double e, part, won;

        odds[i] -= product[i];
        e = exp(-fabs(odds[i]));
        part = 1 / (1 + e);
        won = odds[i] >= 0 ? part : e * part;
        r[i] = weight[i] * (label[i] ? -(odds[i] >= 0 ? e * part : part) : won);
        curve[i] = weight[i] * (e * part * part);
    }
}

/* Goes along the step, and by how much that shrinks the gradient. */
static partner_status go(const partner__problem *p, double lambda, partner__fit *f, double *ratio,
                         partner_error *error)
{
    const double norm = f->norm;
    judging j = {p, f, NULL, NULL};
    partner_status status =
        partner__matrix_pass(p->matrix, f->step, p->run, &f->sums, judge_block, &j, f->plain, error);

    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < f->size; i++) f->beta[i] -= f->step[i];
    add_penalty(p, lambda, f);
    *ratio = f->norm / norm;
    return PARTNER_OK;
}

/* Steps with one Hessian shrink the gradient by about the same ratio each: when two more of them are too few,
 * it is made anew; when one more is enough, it is taken unseen. *good becomes 0 when they do not shrink it. */
static partner_status follow(const partner__problem *p, double lambda, partner__fit *f, int *good,
                             partner_error *error)
{
    double ratio = 1;
    int changed, stale = 0;
    partner_status status = factor(p, lambda, f, &changed, error);

    *good = 1;
    for (int i = 0; i < MOST_CHORDS && status == PARTNER_OK; i++) {
        status = partner__pulse_ask(p->pulse, error);
        if (status == PARTNER_OK && stale) status = find_information(p, f, error);
        if (status == PARTNER_OK && stale) status = factor(p, lambda, f, &changed, error);
        if (status != PARTNER_OK) return status;
        memcpy(f->step, f->gradient, f->size * sizeof *f->step);
        status = solve(f, error);
        if (status != PARTNER_OK || ratio * f->norm <= p->enough / 10) return status;
        status = go(p, lambda, f, &ratio, error);
        if (status == PARTNER_OK && !(ratio <= 0.5)) break;
        stale = ratio * ratio * f->norm > p->enough / 10;
    }
    *good = 0;
    return status;
}

/* From the start: odds, gradient and Hessian at beta. */
static partner_status start(const partner__problem *p, double lambda, partner__fit *f, partner_error *error)
{
    partner_status status = begin(p, lambda, f, error);

    return status == PARTNER_OK ? find_information(p, f, error) : status;
}

partner_status partner__fit_follow(const partner__problem *problem, double lambda, partner__fit *fit,
                                   double *beta, partner_error *error)
{
    partner_status status = fit->measured ? PARTNER_OK : start(problem, lambda, fit, error);
    int good;

    if (status != PARTNER_OK) return status;
    memcpy(fit->kept, fit->beta, fit->size * sizeof *fit->kept);
    add_penalty(problem, lambda, fit);
    status = follow(problem, lambda, fit, &good, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < fit->size; i++) beta[i] = fit->beta[i] - fit->step[i];
    if (good) return PARTNER_OK;
    memcpy(fit->beta, fit->kept, fit->size * sizeof *fit->beta);
    status = partner__fit_run(problem, lambda, fit, error);
    memcpy(beta, fit->beta, fit->size * sizeof *beta);
    return status;
}

/* The covariance */

/* out = a b for square matrices. */
static void multiply(const double *a, const double *b, size_t n, double *out)
{
    memset(out, 0, n * n * sizeof *out);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            double by = a[i * n + k];
            for (size_t j = 0; j < n; j++) out[i * n + j] += by * b[k * n + j];
        }
}

/* `inverse` and `between` are room. */
static partner_status sandwich(const partner__problem *p, double lambda, double n, partner__fit *f,
                               double *inverse, double *between, double *covariance, partner_error *error)
{
    size_t size = f->size;
    int changed = 0;
    partner_status status = factor(p, lambda, f, &changed, error);

    if (status == PARTNER_OK && changed)
        status = partner__fail(error, PARTNER_E_CONVERGENCE,
                               "the columns depend on each other and lambda %g is too small to tell them apart",
                               lambda);
    if (status == PARTNER_OK) status = partner__factor_invert(f->factor, size, f->order, inverse, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < size; i++)
        for (size_t k = 0; k < size; k++) inverse[i * size + k] *= f->scale[i] * f->scale[k];
    multiply(inverse, f->information, size, between);
    multiply(between, inverse, size, covariance);
    for (size_t i = 0; i < size; i++)
        for (size_t k = 0; k <= i; k++)
            covariance[i * size + k] = covariance[k * size + i] =
                (covariance[i * size + k] + covariance[k * size + i]) / 2 / n;
    return PARTNER_OK;
}

partner_status partner__fit_covariance(const partner__problem *problem, double lambda, double n,
                                       partner__fit *fit, double *covariance, partner_error *error)
{
    size_t cells = fit->size * fit->size;
    double *inverse = partner__alloc(cells, sizeof *inverse), *between = partner__alloc(cells, sizeof *between);
    partner_status status = inverse == NULL || between == NULL ? partner__no_memory(error) : PARTNER_OK;

    if (status == PARTNER_OK) status = find_information(problem, fit, error);
    if (status == PARTNER_OK) status = sandwich(problem, lambda, n, fit, inverse, between, covariance, error);
    partner__free(inverse);
    partner__free(between);
    return status;
}
