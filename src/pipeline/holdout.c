/* SPDX-License-Identifier: MIT
 * How good the probabilities are: learnt on one day, held against what came of the deals that were open then.
 */
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "../base/sum.h"
#include "learn.h"
#include "loss.h"

enum { FIELDS = 3 }; /* of the frequency model: partner, product, stage */

/* A gain is told from chance from this many standard errors on: 95 % of a normal distribution. */
static const double BEYOND_CHANCE = 1.96;

typedef struct exam {
    partner__learnt learnt;
    size_t rows;
    uint32_t *line;             /* [rows] open on the day, and closed since */
    uint32_t *stage;            /* [rows] on the day */
    uint8_t *label;             /* [rows] 1 = won */
    double constant;            /* won share of what had closed by the day */
    double *claim;              /* [rows] NaN = none */
    double *answer[PARTNER_BY]; /* [rows] NULL = that one did not take part */
    partner_measures *measures[PARTNER_BY];
    double gain[PARTNER_BY], error[PARTNER_BY];
} exam;

static const partner__inputs *inputs_of(const exam *e) { return e->learnt.set.landmarks->timeline->in; }

static void exam_free(exam *e)
{
    partner__learnt_free(&e->learnt);
    partner__free(e->line);
    partner__free(e->stage);
    partner__free(e->label);
    partner__free(e->claim);
    for (int by = 0; by < PARTNER_BY; by++) {
        partner__free(e->answer[by]);
        partner_measures_free(e->measures[by]);
    }
}

/* --- the day, and who is asked --- */

/* The first day by which 70 % of the closed deals had closed; *found 0 = none has closed. */
static partner_status find_split(const partner__inputs *in, int32_t *day, int *found, partner_error *error)
{
    uint64_t *words = partner__alloc(in->lines, sizeof *words),
             *spare = partner__alloc(in->lines, sizeof *spare);
    uint64_t *sorted = NULL;
    size_t n = 0;
    partner_status status = PARTNER_OK;

    if (words == NULL || spare == NULL) status = partner__no_memory(error);
    for (size_t i = 0; i < in->lines && status == PARTNER_OK; i++)
        if (in->closed[i] != PARTNER_NO_DAY) words[n++] = (uint32_t)in->closed[i] ^ UINT32_C(1) << 31;
    if (status == PARTNER_OK) status = partner__sort(words, spare, n, 0, 32, &in->set.run, &sorted, error);
    if (status == PARTNER_OK && n > 0)
        *day = (int32_t)((int64_t)sorted[(7 * n + 9) / 10 - 1] - (INT64_C(1) << 31));
    *found = n > 0;
    partner__free(words);
    partner__free(spare);
    return status;
}

static int is_asked(const partner__inputs *in, size_t line, int32_t day)
{
    return in->opened[line] <= day && in->closed[line] != PARTNER_NO_DAY && in->closed[line] > day;
}

static partner_status find_lines(exam *e, partner_error *error)
{
    const partner__inputs *in = inputs_of(e);
    const int32_t day = e->learnt.set.day;
    size_t n = 0, closed = 0, won = 0;

    for (size_t i = 0; i < in->lines; i++) {
        const uint8_t outcome = partner__outcome_on(in, i, day);

        e->rows += (size_t)is_asked(in, i, day);
        closed += outcome != PARTNER_OUTCOME_OPEN;
        won += outcome == PARTNER_OUTCOME_WON;
    }
    e->constant = closed == 0 ? NAN : (double)won / (double)closed;
    e->line = partner__alloc(e->rows, sizeof *e->line);
    e->stage = partner__alloc(e->rows, sizeof *e->stage);
    e->label = partner__alloc(e->rows, sizeof *e->label);
    e->claim = partner__alloc(e->rows, sizeof *e->claim);
    if (e->line == NULL || e->stage == NULL || e->label == NULL || e->claim == NULL)
        return partner__no_memory(error);
    for (size_t i = 0; i < in->lines; i++) {
        if (!is_asked(in, i, day)) continue;
        e->line[n] = (uint32_t)i;
        e->label[n] = in->outcome[i] == PARTNER_OUTCOME_WON;
        e->stage[n++] = partner__stage_on(e->learnt.set.landmarks->timeline, i, day).stage;
    }
    return PARTNER_OK;
}

/* --- the answers --- */

static partner_status new_answer(exam *e, int by, partner_error *error)
{
    e->answer[by] = partner__alloc(e->rows, sizeof *e->answer[by]);
    return e->answer[by] == NULL ? partner__no_memory(error) : PARTNER_OK;
}

static partner_status answer_by_rates(exam *e, partner_error *error)
{
    partner_status status = new_answer(e, PARTNER_BY_CONSTANT, error);

    if (status == PARTNER_OK) status = new_answer(e, PARTNER_BY_STAGE, error);
    for (size_t i = 0; i < e->rows && status == PARTNER_OK; i++) {
        e->answer[PARTNER_BY_CONSTANT][i] = e->constant;
        e->answer[PARTNER_BY_STAGE][i] =
            partner__rate_of(&e->learnt.rates, e->learnt.set.landmarks->partner_of[e->line[i]], e->stage[i]);
    }
    return status;
}

static partner_status answer_by_ridge(exam *e, partner_error *error)
{
    const uint8_t in_use = e->learnt.by;
    partner_status status;

    if (e->learnt.ridge == NULL) return PARTNER_OK;
    status = new_answer(e, PARTNER_BY_RIDGE, error);
    if (status != PARTNER_OK) return status;
    /* It takes the exam whether it is in use or not. */
    e->learnt.by = PARTNER_BY_RIDGE;
    status = partner__win_rates(&e->learnt, e->rows, e->line, NULL, e->answer[PARTNER_BY_RIDGE], error);
    e->learnt.by = in_use;
    return status;
}

static void put_levels(const exam *e, uint32_t *level, size_t rows, size_t row, size_t line, uint32_t stage)
{
    level[row] = partner__line_partner(inputs_of(e), line);
    level[rows + row] = partner__line_product(inputs_of(e), line);
    level[2 * rows + row] = stage;
}

/* At the landmarks of closed deals, each deal counting once. */
static void fill_lesson(const exam *e, uint32_t *level, uint8_t *label, double *weight)
{
    const partner__landmarks *l = e->learnt.set.landmarks;
    const int32_t day = e->learnt.set.day;
    size_t n = 0;

    for (size_t line = 0; line < inputs_of(e)->lines; line++) {
        const size_t known = partner__snapshots_by(l, line, day);
        const uint8_t outcome = partner__outcome_on(inputs_of(e), line, day);

        if (outcome == PARTNER_OUTCOME_OPEN) continue;
        for (size_t i = 0; i < known; i++, n++) {
            put_levels(e, level, e->learnt.set.labelled, n, line, l->snapshot[l->first[line] + i].stage);
            label[n] = outcome == PARTNER_OUTCOME_WON;
            weight[n] = 1 / (double)known;
        }
    }
}

static partner_status learn_frequency(const exam *e, partner_frequency_model **model, partner_error *error)
{
    const size_t n = e->learnt.set.labelled;
    partner_categories c = PARTNER_CATEGORIES_INIT;
    uint32_t *level = partner__alloc(n, FIELDS * sizeof *level);
    uint8_t *label = partner__alloc(n, sizeof *label);
    double *weight = partner__alloc(n, sizeof *weight);
    partner_status status = PARTNER_OK;

    if (level == NULL || label == NULL || weight == NULL) status = partner__no_memory(error);
    if (status == PARTNER_OK) {
        fill_lesson(e, level, label, weight);
        c.rows = n;
        c.columns = FIELDS;
        c.level = level;
        c.label = label;
        c.weight = weight;
        status = partner_frequency_model_fit(&c, model, error);
    }
    partner__free(level);
    partner__free(label);
    partner__free(weight);
    return status;
}

static partner_status answer_by_frequency(exam *e, partner_error *error)
{
    partner_categories c = PARTNER_CATEGORIES_INIT;
    partner_frequency_model *model = NULL;
    uint32_t *level = partner__alloc(e->rows, FIELDS * sizeof *level);
    partner_status status = new_answer(e, PARTNER_BY_FREQUENCY, error);

    if (level == NULL) status = partner__no_memory(error);
    if (status == PARTNER_OK) status = learn_frequency(e, &model, error);
    if (status == PARTNER_OK) {
        for (size_t i = 0; i < e->rows; i++) put_levels(e, level, e->rows, i, e->line[i], e->stage[i]);
        c.rows = e->rows;
        c.columns = FIELDS;
        c.level = level;
        status = partner_frequency_model_predict(model, &c, e->answer[PARTNER_BY_FREQUENCY], error);
    }
    partner_frequency_model_free(model);
    partner__free(level);
    return status;
}

/* Dated claims alone: what stands in a deal's own row was written at closing. */
static partner_status answer_by_claims(exam *e, partner_error *error)
{
    size_t claims = 0;

    for (size_t i = 0; i < e->rows; i++) {
        partner__claim claim;

        partner__claim_on(e->learnt.set.landmarks->claims, e->line[i], e->learnt.set.day, &claim);
        e->claim[i] = claim.probability;
        claims += isnan(claim.probability) ? 0 : 1;
    }
    if (claims == 0) return PARTNER_OK;
    if (new_answer(e, PARTNER_BY_CLAIMS, error) != PARTNER_OK) return PARTNER_E_NOMEM;
    memcpy(e->answer[PARTNER_BY_CLAIMS], e->claim, e->rows * sizeof *e->claim);
    return PARTNER_OK;
}

/* --- the marks --- */

/* Rows that were answered, moved together. */
static size_t keep_answered(const exam *e, int by, uint8_t *label, double *answer, double *claim)
{
    size_t n = 0;

    for (size_t i = 0; i < e->rows; i++) {
        if (isnan(e->answer[by][i])) continue;
        label[n] = e->label[i];
        answer[n] = e->answer[by][i];
        claim[n++] = e->claim[i];
    }
    return n;
}

/* The mean of what was gained on the constant, deal by deal, and its standard error. */
static void measure_gain(exam *e, int by, size_t n, const uint8_t *label, const double *answer, double *room)
{
    partner__sum sum = {0, 0}, squares = {0, 0};

    for (size_t i = 0; i < n; i++) {
        room[i] = partner__log_loss_of(label[i], e->constant) - partner__log_loss_of(label[i], answer[i]);
        partner__sum_add(&sum, room[i]);
    }
    e->gain[by] = partner__sum_value(&sum) / (double)n;
    for (size_t i = 0; i < n; i++)
        partner__sum_add(&squares, (room[i] - e->gain[by]) * (room[i] - e->gain[by]));
    e->error[by] = n < 2 ? NAN : sqrt(partner__sum_value(&squares) / (double)(n - 1) / (double)n);
}

static partner_status mark(exam *e, int by, uint8_t *label, double *answer, double *claim, partner_error *error)
{
    const partner__run *run = &inputs_of(e)->set.run;
    partner_predictions p = PARTNER_PREDICTIONS_INIT;
    partner_measures_options o = PARTNER_MEASURES_OPTIONS_INIT;
    partner_status status;

    p.rows = keep_answered(e, by, label, answer, claim);
    p.label = label;
    p.probability = answer;
    p.claim = claim;
    o.threads = run->threads;
    o.interrupt = run->interrupt;
    o.interrupt_data = run->interrupt_data;
    status = partner_measures_new(&p, &o, &e->measures[by], error);
    if (status == PARTNER_OK) measure_gain(e, by, p.rows, label, answer, claim);
    return status;
}

static partner_status mark_all(exam *e, partner_error *error)
{
    uint8_t *label = partner__alloc(e->rows, sizeof *label);
    double *answer = partner__alloc(e->rows, sizeof *answer), *claim = partner__alloc(e->rows, sizeof *claim);
    partner_status status = PARTNER_OK;

    if (label == NULL || answer == NULL || claim == NULL) status = partner__no_memory(error);
    for (int by = 0; by < PARTNER_BY && status == PARTNER_OK; by++)
        if (e->answer[by] != NULL) status = mark(e, by, label, answer, claim, error);
    partner__free(label);
    partner__free(answer);
    partner__free(claim);
    return status;
}

/* --- the tables --- */

typedef struct test_columns {
    uint8_t *by, *beats;
    size_t *rows, *positive, *clipped;
    double *log_loss, *auc, *brier, *reliability, *resolution, *uncertainty, *skill, *gain, *error;
} test_columns;

static void *column(partner__arena *arena, size_t count, size_t size, int *failed)
{
    void *memory = partner__arena_alloc(arena, count, size);

    if (memory == NULL) *failed = 1;
    return memory;
}

static int new_test_columns(partner__arena *arena, size_t n, test_columns *c)
{
    int failed = 0;

    c->by = column(arena, n, sizeof *c->by, &failed);
    c->beats = column(arena, n, sizeof *c->beats, &failed);
    c->rows = column(arena, n, sizeof *c->rows, &failed);
    c->positive = column(arena, n, sizeof *c->positive, &failed);
    c->clipped = column(arena, n, sizeof *c->clipped, &failed);
    c->log_loss = column(arena, n, sizeof *c->log_loss, &failed);
    c->auc = column(arena, n, sizeof *c->auc, &failed);
    c->brier = column(arena, n, sizeof *c->brier, &failed);
    c->reliability = column(arena, n, sizeof *c->reliability, &failed);
    c->resolution = column(arena, n, sizeof *c->resolution, &failed);
    c->uncertainty = column(arena, n, sizeof *c->uncertainty, &failed);
    c->skill = column(arena, n, sizeof *c->skill, &failed);
    c->gain = column(arena, n, sizeof *c->gain, &failed);
    c->error = column(arena, n, sizeof *c->error, &failed);
    return failed;
}

static void put_test(const exam *e, int by, const test_columns *c, size_t i)
{
    const partner_measures *m = e->measures[by];

    c->by[i] = (uint8_t)by;
    c->beats[i] = e->gain[by] > BEYOND_CHANCE * e->error[by];
    c->rows[i] = m->rows;
    c->positive[i] = m->positive;
    c->clipped[i] = m->clipped;
    c->log_loss[i] = m->log_loss;
    c->auc[i] = m->auc;
    c->brier[i] = m->brier;
    c->reliability[i] = m->reliability;
    c->resolution[i] = m->resolution;
    c->uncertainty[i] = m->uncertainty;
    c->skill[i] = m->skill;
    c->gain[i] = e->gain[by];
    c->error[i] = e->error[by];
}

static partner_status show_tests(const exam *e, partner__arena *arena,
                                 const partner_pipeline_measures **measures, partner_error *error)
{
    partner_pipeline_measures *to = partner__arena_alloc(arena, 1, sizeof *to);
    test_columns c;
    size_t n = 0, i = 0;

    for (int by = 0; by < PARTNER_BY; by++) n += e->measures[by] != NULL;
    if (to == NULL || new_test_columns(arena, n, &c)) return partner__no_memory(error);
    for (int by = 0; by < PARTNER_BY; by++)
        if (e->measures[by] != NULL) put_test(e, by, &c, i++);
    *to = (partner_pipeline_measures){.tests = n,
                                      .by = c.by,
                                      .rows = c.rows,
                                      .positive = c.positive,
                                      .log_loss = c.log_loss,
                                      .clipped = c.clipped,
                                      .auc = c.auc,
                                      .brier = c.brier,
                                      .reliability = c.reliability,
                                      .resolution = c.resolution,
                                      .uncertainty = c.uncertainty,
                                      .skill = c.skill,
                                      .gain = c.gain,
                                      .error = c.error,
                                      .beats = c.beats,
                                      .split_day = e->learnt.set.day};
    *measures = to;
    return PARTNER_OK;
}

static partner_status show_calibration(const exam *e, partner__arena *arena,
                                       const partner_pipeline_calibration **calibration, partner_error *error)
{
    partner_pipeline_calibration *to = partner__arena_alloc(arena, 1, sizeof *to);
    size_t n = 0, i = 0;
    int failed = to == NULL;
    uint8_t *by;
    size_t *rows;
    double *lowest, *highest, *expected, *observed;

    for (int k = 0; k < PARTNER_BY; k++) n += e->measures[k] == NULL ? 0 : e->measures[k]->calibration->groups;
    by = column(arena, n, sizeof *by, &failed);
    rows = column(arena, n, sizeof *rows, &failed);
    lowest = column(arena, n, sizeof *lowest, &failed);
    highest = column(arena, n, sizeof *highest, &failed);
    expected = column(arena, n, sizeof *expected, &failed);
    observed = column(arena, n, sizeof *observed, &failed);
    if (failed) return partner__no_memory(error);
    for (int k = 0; k < PARTNER_BY; k++) {
        const partner_calibration *c = e->measures[k] == NULL ? NULL : e->measures[k]->calibration;

        for (size_t g = 0; c != NULL && g < c->groups; g++, i++) {
            by[i] = (uint8_t)k;
            rows[i] = c->rows[g];
            lowest[i] = c->lowest[g];
            highest[i] = c->highest[g];
            expected[i] = c->expected[g];
            observed[i] = c->observed[g];
        }
    }
    *to = (partner_pipeline_calibration){n, by, rows, lowest, highest, expected, observed};
    *calibration = to;
    return PARTNER_OK;
}

/* --- the whole --- */

static partner_status examine(exam *e, partner_error *error)
{
    partner_status status = answer_by_rates(e, error);

    if (status == PARTNER_OK) status = answer_by_ridge(e, error);
    if (status == PARTNER_OK) status = answer_by_frequency(e, error);
    if (status == PARTNER_OK) status = answer_by_claims(e, error);
    return status == PARTNER_OK ? mark_all(e, error) : status;
}

partner_status partner__hold_out(const partner__landmarks *landmarks, partner__arena *arena,
                                 const partner_pipeline_measures **measures,
                                 const partner_pipeline_calibration **calibration, partner_error *error)
{
    const partner__inputs *in = landmarks->timeline->in;
    int32_t day = in->set.split_day;
    int found = 1;
    exam e = {.rows = 0};
    partner_status status = PARTNER_OK;

    *measures = NULL;
    *calibration = NULL;
    if (day == PARTNER_NO_DAY) status = find_split(in, &day, &found, error);
    if (status != PARTNER_OK || !found || day >= in->as_of_day) return status;
    status = partner__learnt_new(&e.learnt, landmarks, day, error);
    if (status == PARTNER_OK) status = find_lines(&e, error);
    if (status == PARTNER_OK && e.rows > 0 && e.learnt.set.labelled > 0) {
        status = examine(&e, error);
        if (status == PARTNER_OK) status = show_tests(&e, arena, measures, error);
        if (status == PARTNER_OK) status = show_calibration(&e, arena, calibration, error);
    }
    exam_free(&e);
    return status;
}
