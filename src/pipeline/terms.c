/* SPDX-License-Identifier: MIT
 * What the terms of the ridge model look at, and what each adds to the odds of open deals. */
#include "../base/error.h"
#include "../base/memory.h"
#include "learn.h"

enum { BLOCK = 1 << 10 };

typedef struct term_columns {
    uint8_t *term, *missing;
    uint32_t *milestone, *feature;
} term_columns;

static int new_columns(partner__arena *arena, size_t n, size_t each, term_columns *c)
{
    c->term = partner__arena_alloc(arena, n, each * sizeof *c->term);
    c->missing = partner__arena_alloc(arena, n, each * sizeof *c->missing);
    c->milestone = partner__arena_alloc(arena, n, each * sizeof *c->milestone);
    c->feature = partner__arena_alloc(arena, n, each * sizeof *c->feature);
    return c->term != NULL && c->missing != NULL && c->milestone != NULL && c->feature != NULL;
}

static uint8_t kind_of(const partner__columns *c, uint32_t column)
{
    if (column < c->age) return PARTNER_TERM_MILESTONE;
    if (column == c->age) return PARTNER_TERM_AGE;
    if (column == c->age + 1) return PARTNER_TERM_AGE_IN_STAGE;
    if (column == c->amount) return PARTNER_TERM_LOG_AMOUNT;
    return column == c->partner_rate ? PARTNER_TERM_PARTNER_RATE : PARTNER_TERM_FEATURE;
}

static void put_term(const partner__learnt *t, size_t term, const term_columns *to, size_t i)
{
    const partner__landmarks *l = t->set.landmarks;
    const uint32_t column = t->ridge->column[term];
    const uint8_t kind = kind_of(&t->columns, column);

    to->term[i] = kind;
    to->missing[i] = t->ridge->missing[term];
    to->milestone[i] =
        kind == PARTNER_TERM_MILESTONE ? l->timeline->in->steps->step[column].name : PARTNER_NONE;
    to->feature[i] = kind == PARTNER_TERM_FEATURE ? l->own.feature[column - t->columns.own] : PARTNER_NONE;
}

partner_status partner__show_terms(const partner__learnt *learnt, partner__arena *arena,
                                   const partner_pipeline_terms **terms, partner_error *error)
{
    const partner_win_model *m = learnt->ridge;
    partner_pipeline_terms *to;
    term_columns c;

    *terms = NULL;
    if (m == NULL) return PARTNER_OK;
    to = partner__arena_alloc(arena, 1, sizeof *to);
    if (to == NULL || !new_columns(arena, m->terms, 1, &c)) return partner__no_memory(error);
    for (size_t i = 0; i < m->terms; i++) put_term(learnt, i, &c, i);
    *to = (partner_pipeline_terms){.terms = m->terms,
                                   .term = c.term,
                                   .milestone = c.milestone,
                                   .feature = c.feature,
                                   .missing = c.missing,
                                   .coefficient = m->coefficient,
                                   .standard_error = m->standard_error,
                                   .coefficient_raw = m->coefficient_raw};
    *terms = to;
    return PARTNER_OK;
}

/* --- contributions --- */

typedef struct contributor {
    const partner__learnt *learnt;
    size_t n;
    uint32_t *line; /* [n] open, ascending */
    uint32_t *deal;
    term_columns of;
    double *adds;
} contributor;

/* [columns * n] values, [terms * n] contributions and [n] probabilities of a block. */
static partner_status measure(const contributor *a, size_t from, size_t n, double *values, double *adds,
                              double *probability, partner_error *error)
{
    const partner__learnt *t = a->learnt;
    const size_t terms = t->ridge->terms;
    partner_feature_matrix f = PARTNER_FEATURE_MATRIX_INIT;
    partner_status status = partner__line_features(t, n, a->line + from, NULL, values, NULL, error);

    f.rows = n;
    f.columns = t->columns.columns;
    f.value = values;
    if (status == PARTNER_OK) status = partner_win_model_predict(t->ridge, &f, probability, adds, error);
    for (size_t i = 0; i < n && status == PARTNER_OK; i++)
        for (size_t k = 0; k < terms; k++) {
            const size_t to = (from + i) * terms + k;

            a->deal[to] = partner__line_deal(t->set.landmarks->timeline->in, a->line[from + i]);
            put_term(t, k, &a->of, to);
            a->adds[to] = adds[k * n + i];
        }
    return status;
}

static partner_status contribute_block(void *context, size_t block, partner_error *error)
{
    const contributor *a = context;
    const size_t from = block * BLOCK, n = a->n - from < BLOCK ? a->n - from : BLOCK;
    double *values = partner__alloc(n, a->learnt->columns.columns * sizeof *values);
    double *adds = partner__alloc(n, a->learnt->ridge->terms * sizeof *adds);
    double *probability = partner__alloc(n, sizeof *probability);
    partner_status status = PARTNER_OK;

    if (values == NULL || adds == NULL || probability == NULL) status = partner__no_memory(error);
    if (status == PARTNER_OK) status = measure(a, from, n, values, adds, probability, error);
    partner__free(values);
    partner__free(adds);
    partner__free(probability);
    return status;
}

static size_t open_lines(const partner__learnt *t, uint32_t *line)
{
    const partner__inputs *in = t->set.landmarks->timeline->in;
    size_t n = 0;

    for (size_t i = 0; i < in->lines; i++)
        if (partner__is_open(in, i)) line[n++] = (uint32_t)i;
    return n;
}

static partner_status contribute(contributor *a, partner__arena *arena,
                                 const partner_pipeline_contributions **contributions, partner_error *error)
{
    const size_t terms = a->learnt->ridge->terms;
    partner_pipeline_contributions *to = partner__arena_alloc(arena, 1, sizeof *to);
    partner_status status;

    a->n = open_lines(a->learnt, a->line);
    a->deal = partner__arena_alloc(arena, a->n, terms * sizeof *a->deal);
    a->adds = partner__arena_alloc(arena, a->n, terms * sizeof *a->adds);
    if (to == NULL || a->deal == NULL || a->adds == NULL || !new_columns(arena, a->n, terms, &a->of))
        return partner__no_memory(error);
    status = partner__parallel(&a->learnt->set.landmarks->timeline->in->set.run, (a->n + BLOCK - 1) / BLOCK,
                               contribute_block, a, error);
    if (status != PARTNER_OK) return status;
    *to = (partner_pipeline_contributions){.contributions = a->n * terms,
                                           .deal = a->deal,
                                           .term = a->of.term,
                                           .milestone = a->of.milestone,
                                           .feature = a->of.feature,
                                           .missing = a->of.missing,
                                           .contribution = a->adds};
    *contributions = to;
    return PARTNER_OK;
}

partner_status partner__show_contributions(const partner__learnt *learnt, partner__arena *arena,
                                           const partner_pipeline_contributions **contributions,
                                           partner_error *error)
{
    const partner__inputs *in = learnt->set.landmarks->timeline->in;
    contributor a = {.learnt = learnt};
    partner_status status;

    *contributions = NULL;
    if (learnt->ridge == NULL || !in->set.contributions) return PARTNER_OK;
    a.line = partner__alloc(in->lines, sizeof *a.line);
    status = a.line == NULL ? partner__no_memory(error) : contribute(&a, arena, contributions, error);
    partner__free(a.line);
    return status;
}
