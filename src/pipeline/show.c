/* SPDX-License-Identifier: MIT
 * What was learnt, as tables of the result. */
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

static const partner__steps *steps_of(const partner__learnt *t)
{
    return t->set.landmarks->timeline->in->steps;
}

partner_status partner__show_rates(const partner__learnt *learnt, partner__arena *arena,
                                   const partner_pipeline_rates **rates, partner_error *error)
{
    const partner__rates *r = &learnt->rates;
    const size_t n = r->stages;
    int failed = 0;
    partner_pipeline_rates *to = column(arena, 1, sizeof *to, &failed);
    uint32_t *stage = column(arena, n, sizeof *stage, &failed);
    uint32_t *stage_name = column(arena, n, sizeof *stage_name, &failed);
    size_t *deals = column(arena, n, sizeof *deals, &failed);
    double *incidence = column(arena, n, sizeof *incidence, &failed);
    double *rate = column(arena, n, sizeof *rate, &failed);
    double *weight = column(arena, n, sizeof *weight, &failed);

    if (failed) return partner__no_memory(error);
    for (uint32_t i = 0; i < n; i++) {
        stage[i] = i;
        stage_name[i] = partner__stage_name(steps_of(learnt), i);
    }
    memcpy(deals, r->deals, n * sizeof *deals);
    memcpy(incidence, r->incidence, n * sizeof *incidence);
    memcpy(rate, r->rate, n * sizeof *rate);
    memcpy(weight, r->strength, n * sizeof *weight);
    *to = (partner_pipeline_rates){n, stage, stage_name, deals, incidence, rate, weight};
    *rates = to;
    return PARTNER_OK;
}

partner_status partner__show_partner_rates(const partner__learnt *learnt, partner__arena *arena,
                                           const partner_pipeline_partner_rates **rates, partner_error *error)
{
    const partner__rates *r = &learnt->rates;
    const size_t n = r->records;
    int failed = 0;
    partner_pipeline_partner_rates *to = column(arena, 1, sizeof *to, &failed);
    uint32_t *partner = column(arena, n, sizeof *partner, &failed);
    uint32_t *stage = column(arena, n, sizeof *stage, &failed);
    uint32_t *stage_name = column(arena, n, sizeof *stage_name, &failed);
    size_t *closed = column(arena, n, sizeof *closed, &failed);
    double *won = column(arena, n, sizeof *won, &failed);
    double *rate = column(arena, n, sizeof *rate, &failed);

    if (failed) return partner__no_memory(error);
    for (size_t i = 0; i < n; i++) {
        const partner__partner_record *record = &r->record[i];

        partner[i] = learnt->set.landmarks->partner[record->partner];
        stage[i] = record->stage;
        stage_name[i] = partner__stage_name(steps_of(learnt), record->stage);
        closed[i] = record->all.deals;
        won[i] = partner__won_of(&record->all);
        rate[i] = partner__drawn(r, record->stage, record->all.deals, won[i]);
    }
    *to = (partner_pipeline_partner_rates){n, partner, stage, stage_name, closed, won, rate};
    *rates = to;
    return PARTNER_OK;
}

/* --- curves --- */

typedef struct curve_columns {
    uint32_t *stage, *stage_name;
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
    c.stage_name = column(arena, points, sizeof *c.stage_name, &failed);
    c.days = column(arena, points, sizeof *c.days, &failed);
    c.at_risk = column(arena, points, sizeof *c.at_risk, &failed);
    c.won = column(arena, points, sizeof *c.won, &failed);
    c.lost = column(arena, points, sizeof *c.lost, &failed);
    if (failed) return partner__no_memory(error);
    for (uint32_t i = 0; i < curves; i++)
        for (size_t k = 0; k < d->curve[i].points; k++, n++) {
            c.stage[n] = i;
            c.stage_name[n] = partner__stage_name(steps_of(d->learnt), i);
            c.days[n] = d->curve[i].days[k];
            c.at_risk[n] = d->curve[i].at_risk[k];
            c.won[n] = d->curve[i].won[k];
            c.lost[n] = d->curve[i].lost[k];
        }
    *to = (partner_pipeline_curves){points, c.stage, c.stage_name, c.days, c.at_risk, c.won, c.lost};
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
