/* SPDX-License-Identifier: MIT
 * Which penalty: each fold is predicted by a fit of all others, one penalty after the other from the largest
 * on, each fit starting where the last one ended. Folds are tasks. */
#include <math.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sum.h"
#include "model.h"

enum { PATH = PARTNER_WIN_MODEL_PATH };

/* The loss of a fit this far from its optimum is off by the square of it. */
static const double ENOUGH = 1e-8;

typedef struct trial {
    const partner__training *training;
    const uint32_t *fold; /* [rows] */
    const double *lambda;
    partner__pulse *pulse;
    double *losses; /* [folds * PATH] sums over the rows of the fold */
} trial;

/* What one fold needs. */
typedef struct fold_room {
    partner__sample others, own;
    partner__scaling scaling;
    partner__matrix matrix;
    partner__fit fit;
    uint32_t *live;
    double *ridge;
    double *beta; /* [PATH * (1 + columns)] */
    double *odds; /* [PATH * rows of the fold] */
    double *room; /* [rows of the fold] */
} fold_room;

static void leave(fold_room *r)
{
    partner__sample_free(&r->others);
    partner__sample_free(&r->own);
    partner__scaling_free(&r->scaling);
    partner__matrix_free(&r->matrix);
    partner__fit_free(&r->fit);
    partner__free(r->live);
    partner__free(r->ridge);
    partner__free(r->beta);
    partner__free(r->odds);
    partner__free(r->room);
}

static partner_status prepare(const trial *t, uint32_t fold, fold_room *r, size_t *columns,
                              partner_error *error)
{
    size_t terms = t->training->terms;
    partner_status status = partner__sample_take(t->training, t->fold, fold, 0, &r->others, error);

    if (status == PARTNER_OK) status = partner__sample_take(t->training, t->fold, fold, 1, &r->own, error);
    if (status != PARTNER_OK) return status;
    if (r->own.rows == 0)
        return partner__fail(error, PARTNER_E_TOO_LITTLE, "fold %u has no rows, expected fewer folds",
                             (unsigned)fold);
    r->live = partner__alloc(terms, sizeof *r->live);
    r->ridge = partner__alloc(terms, sizeof *r->ridge);
    r->beta = partner__alloc(PATH * (1 + terms), sizeof *r->beta);
    r->odds = partner__alloc(r->own.rows, PATH * sizeof *r->odds);
    r->room = partner__alloc(r->own.rows, sizeof *r->room);
    if (r->live == NULL || r->ridge == NULL || r->beta == NULL || r->odds == NULL || r->room == NULL)
        return partner__no_memory(error);
    status = partner__scaling_measure(t->training, &r->others, NULL, &r->scaling, error);
    if (status != PARTNER_OK) return status;
    *columns = partner__live_terms(t->training, &r->scaling, r->live, r->ridge);
    return partner__matrix_build(t->training, &r->others, &r->scaling, NULL, *columns, r->live, &r->matrix,
                                 error);
}

static partner_status fit_path(const trial *t, fold_room *r, partner_error *error)
{
    partner__problem p = {&r->matrix, r->others.label, r->others.weight, r->ridge, ENOUGH, ENOUGH,
                          NULL,       t->pulse};
    partner_status status = partner__fit_new(&p, &r->fit, error);

    if (status == PARTNER_OK) r->fit.beta[0] = partner__odds_of(&r->others);
    for (size_t i = 0; i < PATH && status == PARTNER_OK; i++)
        status = partner__fit_follow(&p, t->lambda[i], &r->fit, r->beta + i * r->fit.size, error);
    return status;
}

/* The fold's own rows: each column is standardised once for all penalties. */
static void predict(const trial *t, fold_room *r)
{
    size_t rows = r->own.rows, size = r->fit.size;

    for (size_t i = 0; i < PATH; i++)
        for (size_t k = 0; k < rows; k++) r->odds[i * rows + k] = r->beta[i * size];
    for (size_t c = 0; c + 1 < size; c++) {
        size_t term = r->live[c];
        const double *x = partner__term_values(t->training, &r->own, term, r->room);

        partner__standardise(x, rows, r->scaling.mean[term], r->scaling.deviation[term], r->room);
        for (size_t i = 0; i < PATH; i++)
            for (size_t k = 0; k < rows; k++) r->odds[i * rows + k] += r->beta[i * size + 1 + c] * r->room[k];
    }
}

static void add_losses(const trial *t, const fold_room *r, double *losses)
{
    for (size_t i = 0; i < PATH; i++) {
        partner__sum sum = {0, 0};

        for (size_t k = 0; k < r->own.rows; k++) {
            size_t row = r->own.row[k];
            double p = 1 / (1 + exp(-r->odds[i * r->own.rows + k]));

            partner__sum_add(&sum, partner__weight_of(&t->training->given, row) *
                                       partner__loss_of(t->training->given.label[row], p, NULL));
        }
        losses[i] = partner__sum_value(&sum);
    }
}

static partner_status try_fold(void *context, size_t fold, partner_error *error)
{
    const trial *t = context;
    fold_room r = {.live = NULL};
    size_t columns;
    partner_status status = prepare(t, (uint32_t)fold, &r, &columns, error);

    if (status == PARTNER_OK) status = fit_path(t, &r, error);
    if (status == PARTNER_OK) {
        predict(t, &r);
        add_losses(t, &r, t->losses + fold * PATH);
    }
    leave(&r);
    return status;
}

/* The i-th row of each label goes to fold i mod folds. */
static void deal_out(const partner__training *t, uint32_t folds, uint32_t *fold)
{
    size_t seen[2] = {0, 0};

    for (size_t i = 0; i < t->given.rows; i++) fold[i] = (uint32_t)(seen[t->given.label[i]]++ % folds);
}

static partner_status try_folds(trial *t, uint32_t folds, const partner__run *run, double *log_loss,
                                partner_error *error)
{
    partner__pulse pulse;
    partner_status status;

    partner__pulse_start(&pulse, run);
    t->pulse = &pulse;
    status = partner__parallel(run, folds, try_fold, t, error);
    for (size_t i = 0; i < PATH && status == PARTNER_OK; i++) {
        partner__sum sum = {0, 0};

        for (size_t f = 0; f < folds; f++) partner__sum_add(&sum, t->losses[f * PATH + i]);
        log_loss[i] = partner__sum_value(&sum) / t->training->total;
    }
    return status;
}

partner_status partner__path_try(const partner__training *training, uint32_t folds, const partner__run *run,
                                 const double *lambda, double *log_loss, partner_error *error)
{
    trial t = {training, training->given.fold, lambda, NULL, NULL};
    uint32_t *own = NULL;
    partner_status status = PARTNER_OK;

    t.losses = partner__alloc(folds, PATH * sizeof *t.losses);
    if (t.fold == NULL) t.fold = own = partner__alloc(training->given.rows, sizeof *own);
    if (t.losses == NULL || t.fold == NULL) status = partner__no_memory(error);
    if (own != NULL) deal_out(training, folds, own);
    if (status == PARTNER_OK) status = try_folds(&t, folds, run, log_loss, error);
    partner__free(t.losses);
    partner__free(own);
    return status;
}
