/* SPDX-License-Identifier: MIT
 * How good probabilities are: what each row says is summed in stretches, what the order of the rows says is
 * read off a ranking. */
#include "measures.h"

#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/sum.h"
#include "model.h"

enum { STRETCH = 1 << 16, DEFAULT_GROUPS = 10, MOST_GROUPS = 1000 };

typedef struct result {
    partner_measures visible; /* the first member: its address is the result's */
    partner__arena arena;
    partner_calibration calibration;
} result;

/* Sums over a stretch of rows. */
typedef struct stretch {
    partner__sum loss, brier, compared_loss, claim_loss;
    size_t positive, clipped, compared;
} stretch;

typedef struct judged {
    partner_predictions given;
    partner__ranking ranking;
    stretch *stretches;
    size_t count;
} judged;

double partner__loss_of(uint8_t label, double probability, size_t *clipped)
{
    if (!(probability >= PARTNER__CLIP && probability <= 1 - PARTNER__CLIP)) {
        probability = probability < 0.5 ? PARTNER__CLIP : 1 - PARTNER__CLIP;
        if (clipped != NULL) ++*clipped;
    }
    if (label) return -log(probability);
    /* Where 1 - p has the digits that count, a plain logarithm is twice as fast. */
    return probability < 1.0 / 16 ? -log1p(-probability) : -log(1 - probability);
}

/* Checking */

static partner_status bad_cell(partner_error *error, const char *field, size_t row, double found,
                               const char *expected)
{
    return partner__fail_at(error, PARTNER_E_DATA, partner__at("predictions", field, row, PARTNER_NONE),
                            "predictions row %zu: %s is %g, expected %s", row, field, found, expected);
}

static int is_probability(double p) { return p >= 0 && p <= 1; }

static partner_status check_row(const partner_predictions *g, size_t i, partner_error *error)
{
    if (g->label[i] > 1) return bad_cell(error, "label", i, g->label[i], "0 or 1");
    if (!is_probability(g->probability[i]))
        return bad_cell(error, "probability", i, g->probability[i], "0 to 1");
    if (g->claim != NULL && !is_probability(g->claim[i]) && !isnan(g->claim[i]))
        return bad_cell(error, "claim", i, g->claim[i], "0 to 1, or NaN for none");
    return PARTNER_OK;
}

static partner_status check_predictions(const partner_predictions *g, partner_error *error)
{
    const char *missing = g->label == NULL ? "label" : g->probability == NULL ? "probability" : NULL;

    if (g->rows >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_ARGUMENT, "predictions: %zu rows, expected fewer than %u",
                             g->rows, (unsigned)PARTNER_NONE);
    if (g->rows > 0 && missing != NULL)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("predictions", missing, PARTNER_NO_ROW, PARTNER_NONE),
                                "predictions: %s is NULL, expected a column", missing);
    return PARTNER_OK;
}

/* Reading */

static void read_row(judged *j, stretch *s, size_t i)
{
    const partner_predictions *g = &j->given;
    uint8_t label = g->label[i];
    double p = g->probability[i], off = p - label;
    double loss = partner__loss_of(label, p, &s->clipped);

    partner__sum_add(&s->loss, loss);
    partner__sum_add(&s->brier, off * off);
    s->positive += label;
    j->ranking.word[i] = partner__rank_word(p, label);
    if (g->claim == NULL || isnan(g->claim[i])) return;
    s->compared++;
    partner__sum_add(&s->compared_loss, loss);
    partner__sum_add(&s->claim_loss, partner__loss_of(label, g->claim[i], NULL));
}

static partner_status read_stretch(void *context, size_t task, partner_error *error)
{
    judged *j = context;
    size_t from = task * STRETCH, to = j->given.rows - from < STRETCH ? j->given.rows : from + STRETCH;
    stretch s = {.positive = 0};

    for (size_t i = from; i < to; i++) {
        partner_status status = check_row(&j->given, i, error);
        if (status != PARTNER_OK) return status;
        read_row(j, &s, i);
    }
    j->stretches[task] = s;
    return PARTNER_OK;
}

static void join_sum(partner__sum *into, const partner__sum *from)
{
    partner__sum_add(into, from->sum);
    partner__sum_add(into, from->lost);
}

static stretch join(const judged *j)
{
    stretch all = {.positive = 0};

    for (size_t i = 0; i < j->count; i++) {
        const stretch *s = &j->stretches[i];

        join_sum(&all.loss, &s->loss);
        join_sum(&all.brier, &s->brier);
        join_sum(&all.compared_loss, &s->compared_loss);
        join_sum(&all.claim_loss, &s->claim_loss);
        all.positive += s->positive;
        all.clipped += s->clipped;
        all.compared += s->compared;
    }
    return all;
}

/* The result */

static double mean_of(const partner__sum *sum, size_t rows)
{
    return rows == 0 ? NAN : partner__sum_value(sum) / (double)rows;
}

/* The loss of the rate, said of every row. */
static double constant_loss(size_t rows, size_t positive, double rate)
{
    partner__sum sum = {0, 0};

    if (rows == 0) return NAN;
    if (positive > 0) partner__sum_add(&sum, (double)positive * partner__loss_of(1, rate, NULL));
    if (positive < rows) partner__sum_add(&sum, (double)(rows - positive) * partner__loss_of(0, rate, NULL));
    return partner__sum_value(&sum) / (double)rows;
}

static void fill_sums(const judged *j, const stretch *all, partner_measures *m)
{
    m->rows = j->given.rows;
    m->positive = all->positive;
    m->rate = m->rows == 0 ? NAN : partner__share(all->positive, m->rows);
    m->log_loss = mean_of(&all->loss, m->rows);
    m->clipped = all->clipped;
    m->constant_log_loss = constant_loss(m->rows, m->positive, m->rate);
    m->brier = mean_of(&all->brier, m->rows);
    m->compared = all->compared;
    m->claim_log_loss = mean_of(&all->claim_loss, m->compared);
    m->skill = 1 - mean_of(&all->compared_loss, m->compared) / m->claim_log_loss;
}

/* Isotonic regression is the best of all recalibrations that keep the order, the constant and the given ones
 * among them: neither part is negative but by rounding. */
static void fill_brier_parts(partner__ranking *r, partner_measures *m)
{
    double best;

    m->reliability = m->resolution = m->uncertainty = NAN;
    if (m->rows == 0) return;
    best = partner__ranking_recalibrated(r);
    m->uncertainty = partner__ratio(partner__u128_mul(m->positive, m->rows - m->positive),
                                    partner__u128_mul(m->rows, m->rows));
    m->reliability = fmax(0, m->brier - best);
    m->resolution = fmax(0, m->uncertainty - best);
}

static partner_status judge(judged *j, const partner_measures_options *o, result *r, partner_error *error)
{
    const partner__run run = {o->threads, o->interrupt, o->interrupt_data};
    stretch all;
    partner_status status = partner__parallel(&run, j->count, read_stretch, j, error);

    if (status != PARTNER_OK) return status;
    all = join(j);
    j->ranking.positive = all.positive;
    status = partner__ranking_sort(&j->ranking, &run, error);
    if (status == PARTNER_OK) status = partner__ask(&run, error);
    if (status != PARTNER_OK) return status;
    fill_sums(j, &all, &r->visible);
    r->visible.auc = partner__ranking_auc(&j->ranking);
    fill_brier_parts(&j->ranking, &r->visible);
    r->visible.calibration = &r->calibration;
    return partner__ranking_calibration(&j->ranking, o->groups == 0 ? DEFAULT_GROUPS : o->groups, &r->arena,
                                        &r->calibration, error);
}

static partner_status take(const partner_predictions *predictions, const partner_measures_options *options,
                           partner_predictions *given, partner_measures_options *o, partner_error *error)
{
    partner_status status = partner__take(given, sizeof *given, predictions, 0, "predictions", error);

    if (status == PARTNER_OK) status = partner__take(o, sizeof *o, options, 1, "measures options", error);
    if (status == PARTNER_OK) status = check_predictions(given, error);
    if (status == PARTNER_OK && o->groups > MOST_GROUPS)
        status = partner__fail_at(error, PARTNER_E_ARGUMENT,
                                  partner__at(NULL, "groups", PARTNER_NO_ROW, PARTNER_NONE),
                                  "groups is %u, expected 1 to %d", (unsigned)o->groups, MOST_GROUPS);
    return status;
}

partner_status partner_measures_new(const partner_predictions *predictions,
                                    const partner_measures_options *options, partner_measures **measures,
                                    partner_error *error)
{
    partner_measures_options o;
    judged j = {.stretches = NULL};
    result *r;
    partner_status status;

    if (measures == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "measures is NULL");
    status = take(predictions, options, &j.given, &o, error);
    if (status != PARTNER_OK) return status;
    j.count = (j.given.rows + STRETCH - 1) / STRETCH;
    j.ranking.rows = j.given.rows;
    j.ranking.word = partner__alloc(j.given.rows, sizeof *j.ranking.word);
    j.ranking.spare = partner__alloc(j.given.rows, sizeof *j.ranking.spare);
    j.stretches = partner__alloc(j.count, sizeof *j.stretches);
    r = partner__alloc_zero(1, sizeof *r);
    status = j.ranking.word == NULL || j.ranking.spare == NULL || j.stretches == NULL || r == NULL
                 ? partner__no_memory(error)
                 : judge(&j, &o, r, error);
    partner__free(j.ranking.word);
    partner__free(j.ranking.spare);
    partner__free(j.stretches);
    if (status == PARTNER_OK) *measures = &r->visible;
    else partner_measures_free(r == NULL ? NULL : &r->visible);
    return status;
}

void partner_measures_free(partner_measures *measures)
{
    result *r = (result *)measures;

    if (r == NULL) return;
    partner__arena_free(&r->arena);
    partner__free(r);
}
