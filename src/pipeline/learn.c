/* SPDX-License-Identifier: MIT
 * Learning: rates by stage always, a ridge model where enough deals have closed, and which of them is in use.
 */
#include "learn.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sum.h"
#include "loss.h"

enum { MIN_CLOSED = 200, MIN_OUTCOME = 50 };

static const partner__inputs *inputs_of(const partner__learnt *t) { return t->set.landmarks->timeline->in; }

/* Snapshots of closed deals, line after line. A deal counts once, whatever its snapshots. */
typedef struct lesson {
    size_t rows;
    uint32_t *number;  /* [rows] in the landmarks */
    uint8_t *label;    /* [rows] 1 = won */
    double *weight;    /* [rows] 1 / snapshots of the deal */
    uint32_t *fold;    /* [rows] */
    uint32_t *of_line; /* [lines] fold; PARTNER_NONE = open, or none of its snapshots was at risk */
    double *values;    /* [columns * rows] */
} lesson;

static void lesson_free(lesson *s)
{
    partner__free(s->number);
    partner__free(s->label);
    partner__free(s->weight);
    partner__free(s->fold);
    partner__free(s->of_line);
    partner__free(s->values);
}

static partner_status lesson_new(const partner__learnt *t, lesson *s, partner_error *error)
{
    s->rows = t->set.labelled;
    s->number = partner__alloc(s->rows, sizeof *s->number);
    s->label = partner__alloc(s->rows, sizeof *s->label);
    s->weight = partner__alloc(s->rows, sizeof *s->weight);
    s->fold = partner__alloc(s->rows, sizeof *s->fold);
    s->of_line = partner__alloc(inputs_of(t)->lines, sizeof *s->of_line);
    s->values = partner__alloc(s->rows, t->columns.columns * sizeof *s->values);
    if (s->number == NULL || s->label == NULL || s->weight == NULL || s->fold == NULL || s->of_line == NULL ||
        s->values == NULL)
        return partner__no_memory(error);
    return PARTNER_OK;
}

/* The i-th deal of each outcome, in the order of rows, goes to fold i mod folds. */
static void lesson_fill(const partner__learnt *t, lesson *s)
{
    const partner__landmarks *l = t->set.landmarks;
    const partner__inputs *in = inputs_of(t);
    size_t n = 0, seen[2] = {0, 0};

    for (size_t line = 0; line < in->lines; line++) {
        const size_t known = partner__snapshots_by(l, line, t->set.day);
        const uint8_t outcome = partner__outcome_on(in, line, t->set.day);
        const uint8_t won = outcome == PARTNER_OUTCOME_WON;

        s->of_line[line] = PARTNER_NONE;
        if (known == 0 || outcome == PARTNER_OUTCOME_OPEN) continue;
        s->of_line[line] = (uint32_t)(seen[won]++ % in->set.folds);
        for (size_t i = 0; i < known; i++, n++) {
            s->number[n] = (uint32_t)(l->first[line] + i);
            s->label[n] = won;
            s->weight[n] = 1 / (double)known;
            s->fold[n] = s->of_line[line];
        }
    }
    partner__snapshot_features(t, s->rows, s->number, s->values);
}

/* --- cross-validation --- */

/* Sum of weight * loss over the rows of a fold. */
static void add_fold(const lesson *s, uint32_t fold, const double *probability, partner__sum *sum)
{
    for (size_t i = 0; i < s->rows; i++)
        if (s->fold[i] == fold)
            partner__sum_add(sum, s->weight[i] * partner__log_loss_of(s->label[i], probability[i]));
}

static void say_rates(const partner__learnt *t, const lesson *s, const partner__rates *rates, uint32_t fold,
                      double *probability)
{
    const partner__landmarks *l = t->set.landmarks;

    for (size_t i = 0; i < s->rows; i++) {
        const partner__snapshot *snapshot = &l->snapshot[s->number[i]];
        if (s->fold[i] == fold)
            probability[i] = partner__rate_of(rates, l->partner_of[snapshot->line], snapshot->stage);
    }
}

/* Deals that are open take part in every fold's rates. */
static partner_status cross_rates(const partner__learnt *t, const lesson *s, double *probability, double *loss,
                                  partner_error *error)
{
    partner__sum sum = {0, 0};

    for (uint32_t f = 0; f < inputs_of(t)->set.folds; f++) {
        partner__rates rates;
        partner_status status = partner__rates_new(&rates, &t->set, s->of_line, f, error);

        if (status == PARTNER_OK) say_rates(t, s, &rates, f, probability);
        partner__rates_free(&rates);
        if (status != PARTNER_OK) return status;
        add_fold(s, f, probability, &sum);
    }
    *loss = partner__sum_value(&sum) / (double)t->set.closed;
    return PARTNER_OK;
}

/* Of a penalty that was given: the fits of the other folds leave a fold's rows without weight. */
static partner_status cross_ridge(const partner__learnt *t, const lesson *s, const partner_win_model_options *o,
                                  const partner_feature_matrix *all, double *weight, double *probability,
                                  double *loss, partner_error *error)
{
    partner_feature_matrix others = *all;
    partner__sum sum = {0, 0};

    others.weight = weight;
    for (uint32_t f = 0; f < o->folds; f++) {
        partner_win_model *model = NULL;
        partner_status status;

        for (size_t i = 0; i < s->rows; i++) weight[i] = s->fold[i] == f ? 0 : s->weight[i];
        status = partner_win_model_fit(&others, o, &model, error);
        if (status == PARTNER_OK) status = partner_win_model_predict(model, all, probability, NULL, error);
        partner_win_model_free(model);
        if (status != PARTNER_OK) return status;
        add_fold(s, f, probability, &sum);
    }
    *loss = partner__sum_value(&sum) / (double)t->set.closed;
    return PARTNER_OK;
}

/* --- the ridge model --- */

static partner_status fit(partner__learnt *t, const lesson *s, double *weight, double *probability,
                          partner_error *error)
{
    const partner__pipeline_settings *set = &inputs_of(t)->set;
    partner_win_model_options o = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_feature_matrix all = PARTNER_FEATURE_MATRIX_INIT;
    partner_status status;

    o.threads = set->run.threads;
    o.interrupt = set->run.interrupt;
    o.interrupt_data = set->run.interrupt_data;
    o.folds = set->folds;
    o.lambda = set->lambda;
    all.rows = s->rows;
    all.columns = t->columns.columns;
    all.value = s->values;
    all.label = s->label;
    all.weight = s->weight;
    all.fold = s->fold;
    status = partner_win_model_fit(&all, &o, &t->ridge, error);
    if (status != PARTNER_OK) return status;
    t->ridge_log_loss = t->ridge->cross_log_loss;
    if (set->lambda == 0) return PARTNER_OK;
    return cross_ridge(t, s, &o, &all, weight, probability, &t->ridge_log_loss, error);
}

static partner_status learn_ridge(partner__learnt *t, lesson *s, partner_error *error)
{
    const partner__inputs *in = inputs_of(t);
    double *weight, *probability;
    partner_status status = lesson_new(t, s, error);

    if (status != PARTNER_OK) return status;
    lesson_fill(t, s);
    /* What was refused on as_of_day is not asked again of earlier days, where chance makes patterns of few
     * deals. */
    if (t->set.day == in->as_of_day)
        status = partner__own_guard(&t->set.landmarks->own, s->rows, s->values + t->columns.own * s->rows,
                                    s->label, error);
    if (status != PARTNER_OK) return status;
    weight = partner__alloc(s->rows, sizeof *weight);
    probability = partner__alloc(s->rows, sizeof *probability);
    if (weight == NULL || probability == NULL) status = partner__no_memory(error);
    if (status == PARTNER_OK) status = fit(t, s, weight, probability, error);
    if (status == PARTNER_OK) status = cross_rates(t, s, probability, &t->stage_log_loss, error);
    if (status == PARTNER_OK && t->ridge_log_loss < t->stage_log_loss) t->by = PARTNER_BY_RIDGE;
    partner__free(weight);
    partner__free(probability);
    return status;
}

/* --- the whole --- */

static partner__columns columns_of(const partner__landmarks *l, int32_t day)
{
    partner__columns c = {.age = l->timeline->in->steps->milestones, .amount = PARTNER_NONE};

    c.partner_rate = c.age + 2;
    if (l->first_claim_day <= day) c.amount = c.partner_rate++;
    c.own = c.partner_rate + 1;
    c.columns = c.own + l->own.columns;
    return c;
}

static partner_status learn(partner__learnt *t, partner_error *error)
{
    lesson s = {.rows = 0};
    size_t lost;
    partner_status status = partner__learning_set_new(&t->set, t->set.landmarks, t->set.day, error);

    if (status == PARTNER_OK) status = partner__rates_new(&t->rates, &t->set, NULL, PARTNER_NONE, error);
    if (status != PARTNER_OK) return status;
    t->columns = columns_of(t->set.landmarks, t->set.day);
    lost = t->set.closed - t->set.won;
    if (t->set.closed < MIN_CLOSED || t->set.won < MIN_OUTCOME || lost < MIN_OUTCOME) return PARTNER_OK;
    status = learn_ridge(t, &s, error);
    lesson_free(&s);
    return status;
}

partner_status partner__learnt_new(partner__learnt *learnt, const partner__landmarks *landmarks, int32_t day,
                                   partner_error *error)
{
    *learnt = (partner__learnt){.by = PARTNER_BY_STAGE, .stage_log_loss = NAN, .ridge_log_loss = NAN};
    learnt->set.landmarks = landmarks;
    learnt->set.day = day;
#if defined(PARTNER_WITH_GSL)
    return learn(learnt, error);
#else
    (void)learn;
    return partner__fail(error, PARTNER_E_UNSUPPORTED,
                         "this build cannot learn: it is without GSL, expected state_only");
#endif
}

void partner__learnt_free(partner__learnt *learnt)
{
    partner__learning_set_free(&learnt->set);
    partner__rates_free(&learnt->rates);
    partner_win_model_free(learnt->ridge);
    memset(learnt, 0, sizeof *learnt);
}
