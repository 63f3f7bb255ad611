/* SPDX-License-Identifier: MIT
 * What was learnt, as tables of the result. */
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "learn.h"

static void *column(partner__arena *arena, size_t count, size_t size, int *failed)
{
    void *memory = partner__arena_alloc(arena, count, size);

    if (memory == NULL) *failed = 1;
    return memory;
}

/* --- rates --- */

static partner_status copy_stages(const partner__rates *r, partner__arena *arena, partner_pipeline_rates *to,
                                  partner_error *error)
{
    const size_t n = r->stages;
    int failed = 0;
    size_t *deals = column(arena, n, sizeof *deals, &failed);
    double *incidence = column(arena, n, sizeof *incidence, &failed);
    double *rate = column(arena, n, sizeof *rate, &failed);
    double *weight = column(arena, n, sizeof *weight, &failed);

    if (failed) return partner__no_memory(error);
    memcpy(deals, r->deals, n * sizeof *deals);
    memcpy(incidence, r->incidence, n * sizeof *incidence);
    memcpy(rate, r->rate, n * sizeof *rate);
    memcpy(weight, r->strength, n * sizeof *weight);
    to->stages = n;
    to->deals = deals;
    to->incidence = incidence;
    to->rate = rate;
    to->weight = weight;
    return PARTNER_OK;
}

static partner_status copy_partners(const partner__learnt *t, partner__arena *arena, partner_pipeline_rates *to,
                                    partner_error *error)
{
    const partner__rates *r = &t->rates;
    const size_t n = r->records;
    int failed = 0;
    uint32_t *partner = column(arena, n, sizeof *partner, &failed);
    uint32_t *stage = column(arena, n, sizeof *stage, &failed);
    size_t *closed = column(arena, n, sizeof *closed, &failed);
    double *won = column(arena, n, sizeof *won, &failed);
    double *rate = column(arena, n, sizeof *rate, &failed);

    if (failed) return partner__no_memory(error);
    for (size_t i = 0; i < n; i++) {
        const partner__partner_record *record = &r->record[i];

        partner[i] = t->set.landmarks->partner[record->partner];
        stage[i] = record->stage;
        closed[i] = record->all.deals;
        won[i] = partner__won_of(&record->all);
        rate[i] = partner__drawn(r, record->stage, record->all.deals, won[i]);
    }
    to->partner_rates = n;
    to->partner = partner;
    to->stage = stage;
    to->closed = closed;
    to->won = won;
    to->partner_rate = rate;
    return PARTNER_OK;
}

partner_status partner__show_rates(const partner__learnt *learnt, partner__arena *arena,
                                   const partner_pipeline_rates **rates, partner_error *error)
{
    partner_pipeline_rates *to = partner__arena_alloc(arena, 1, sizeof *to);
    partner_status status;

    if (to == NULL) return partner__no_memory(error);
    status = copy_stages(&learnt->rates, arena, to, error);
    if (status == PARTNER_OK) status = copy_partners(learnt, arena, to, error);
    if (status == PARTNER_OK) *rates = to;
    return status;
}

/* --- curves --- */

typedef struct curve_columns {
    uint32_t *stage;
    int32_t *days;
    size_t *at_risk;
    double *won, *lost;
} curve_columns;

typedef struct drawer {
    const partner__learnt *learnt;
    partner__incidence *curve; /* [stages + 1] */
} drawer;

static partner_status draw_curve(void *context, size_t task, partner_error *error)
{
    const drawer *d = context;
    const uint32_t stages = d->learnt->rates.stages;
    const partner__group group = {.stage = task == stages ? PARTNER_NONE : (uint32_t)task};

    return partner__incidence_new(&d->curve[task], &d->learnt->set, &group, error);
}

static partner_status join_curves(const drawer *d, partner__arena *arena, partner_pipeline_curves *to,
                                  partner_error *error)
{
    const uint32_t curves = d->learnt->rates.stages + 1;
    size_t points = 0, n = 0;
    int failed = 0;
    curve_columns c;

    for (uint32_t i = 0; i < curves; i++) points += d->curve[i].points;
    c.stage = column(arena, points, sizeof *c.stage, &failed);
    c.days = column(arena, points, sizeof *c.days, &failed);
    c.at_risk = column(arena, points, sizeof *c.at_risk, &failed);
    c.won = column(arena, points, sizeof *c.won, &failed);
    c.lost = column(arena, points, sizeof *c.lost, &failed);
    if (failed) return partner__no_memory(error);
    for (uint32_t i = 0; i < curves; i++)
        for (size_t k = 0; k < d->curve[i].points; k++, n++) {
            c.stage[n] = i;
            c.days[n] = d->curve[i].days[k];
            c.at_risk[n] = d->curve[i].at_risk[k];
            c.won[n] = d->curve[i].won[k];
            c.lost[n] = d->curve[i].lost[k];
        }
    *to = (partner_pipeline_curves){points, c.stage, c.days, c.at_risk, c.won, c.lost};
    return PARTNER_OK;
}

partner_status partner__show_curves(const partner__learnt *learnt, partner__arena *arena,
                                    const partner_pipeline_curves **curves, partner_error *error)
{
    const size_t count = (size_t)learnt->rates.stages + 1;
    drawer d = {learnt, partner__alloc_zero(count, sizeof *d.curve)};
    partner_pipeline_curves *to = partner__arena_alloc(arena, 1, sizeof *to);
    partner_status status;

    if (d.curve == NULL || to == NULL) {
        partner__free(d.curve);
        return partner__no_memory(error);
    }
    status = partner__parallel(&learnt->set.landmarks->timeline->in->set.run, count, draw_curve, &d, error);
    if (status == PARTNER_OK) status = join_curves(&d, arena, to, error);
    for (size_t i = 0; i < count; i++) partner__incidence_free(&d.curve[i]);
    partner__free(d.curve);
    if (status == PARTNER_OK) *curves = to;
    return status;
}

/* --- terms --- */

static const char *name_of(const partner__learnt *t, uint32_t column, const char **before)
{
    const partner__inputs *in = t->set.landmarks->timeline->in;
    const partner__columns *c = &t->columns;

    *before = "";
    if (column < c->age) {
        *before = "milestone ";
        return in->steps->id[column];
    }
    if (column == c->age) return "age";
    if (column == c->age + 1) return "age in stage";
    if (column == c->amount) return "log amount";
    if (column == c->partner_rate) return "partner rate";
    return in->set.feature_names[column - c->own];
}

static const char *term_name(const partner__learnt *t, size_t term, partner__arena *arena)
{
    const char *missing = t->ridge->missing[term] ? "missing: " : "", *before;
    const char *name = name_of(t, t->ridge->column[term], &before);
    const size_t size = strlen(missing) + strlen(before) + strlen(name) + 1;
    char *text = partner__arena_alloc(arena, size, 1);

    if (text != NULL) snprintf(text, size, "%s%s%s", missing, before, name);
    return text;
}

partner_status partner__show_terms(const partner__learnt *learnt, partner__arena *arena,
                                   const partner_pipeline_terms **terms, partner_error *error)
{
    const partner_win_model *m = learnt->ridge;
    partner_pipeline_terms *to;
    const char **name;

    *terms = NULL;
    if (m == NULL) return PARTNER_OK;
    to = partner__arena_alloc(arena, 1, sizeof *to);
    name = (const char **)partner__arena_alloc(arena, m->terms, sizeof *name);
    if (to == NULL || name == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < m->terms; i++) {
        name[i] = term_name(learnt, i, arena);
        if (name[i] == NULL) return partner__no_memory(error);
    }
    *to = (partner_pipeline_terms){m->terms, name, m->coefficient, m->standard_error, m->coefficient_raw};
    *terms = to;
    return PARTNER_OK;
}
