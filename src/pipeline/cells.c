/* SPDX-License-Identifier: MIT */
#include "cells.h"

#include <math.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sum.h"
#include "chance.h"

enum { FEWEST_DEALS = 20, BATCH = 256, AGES = 3 };

partner_status partner__forecast_cells_new(partner__forecast_cells *c, const partner__learnt *learnt,
                                           int64_t twice_median, size_t months, const int32_t *end,
                                           partner_error *error)
{
    const size_t stages = learnt->set.landmarks->stages;
    const int moves = learnt->by == PARTNER_BY_RIDGE && learnt->ridge != NULL;

    *c =
        (partner__forecast_cells){.learnt = learnt, .twice_median = twice_median, .months = months, .end = end};
    c->horizon = end[months - 1];
    c->terms = moves ? learnt->ridge->terms : 0;
    c->cells = AGES * stages + 1;
    c->cell = partner__alloc_zero(c->cells, sizeof *c->cell);
    c->spreads = partner__alloc(c->cells, months * sizeof *c->spreads);
    c->slopes = partner__alloc_zero(c->cells, (c->terms + 1) * sizeof *c->slopes);
    c->values = partner__alloc(moves ? learnt->columns.columns : 0, BATCH * sizeof *c->values);
    c->z = partner__alloc(c->terms, BATCH * sizeof *c->z);
    c->batch = partner__alloc(BATCH, sizeof *c->batch);
    if (c->cell == NULL || c->spreads == NULL || c->slopes == NULL || c->values == NULL || c->z == NULL ||
        c->batch == NULL)
        return partner__no_memory(error);
    for (size_t i = 0; i < c->cells; i++) {
        c->cell[i].stage = i + 1 == c->cells ? PARTNER_NONE : (uint32_t)(i / AGES);
        c->cell[i].ages = (uint8_t)(i % AGES);
        c->cell[i].spread = c->spreads + i * months;
        c->cell[i].slope = c->slopes + i * (c->terms + 1);
    }
    return PARTNER_OK;
}

void partner__forecast_cells_free(partner__forecast_cells *c)
{
    partner__free(c->cell);
    partner__free(c->spreads);
    partner__free(c->slopes);
    partner__free(c->values);
    partner__free(c->z);
    partner__free(c->batch);
}

/* Shares of the rate by the end of each month, as the curve rises; evenly where it does not. */
static void spread_rate(const partner__forecast_cells *c, const partner__incidence *curve,
                        partner__forecast_cell *cell)
{
    for (size_t m = 0; m < c->months; m++)
        cell->spread[m] =
            cell->rate > 0 ? partner__won_by(curve, c->end[m]) / cell->rate : (double)c->end[m] / c->horizon;
}

static partner_status make_cell(partner__forecast_cells *c, partner__forecast_cell *cell, partner_error *error)
{
    const partner__group group = {cell->stage, cell->ages, c->twice_median, NULL, 0};
    partner__incidence curve;
    partner_status status;

    if (cell->made) return PARTNER_OK;
    status = partner__incidence_new(&curve, &c->learnt->set, &group, error);
    if (status == PARTNER_OK) {
        cell->deals = curve.deals;
        cell->rate = partner__won_by(&curve, c->horizon);
        cell->beyond = curve.first_entry > c->horizon;
        spread_rate(c, &curve, cell);
        cell->made = 1;
    }
    partner__incidence_free(&curve);
    return status;
}

/* --- what the model says of the cell's snapshots on average --- */

typedef struct average {
    size_t snapshots, waiting;
    partner__sum chance;
    double *slope; /* [terms + 1] sums of p (1 - p) z */
} average;

static void take_batch(partner__forecast_cells *c, average *a)
{
    const partner_win_model *model = c->learnt->ridge;
    const size_t n = a->waiting;

    if (n == 0) return;
    partner__snapshot_features(c->learnt, n, c->batch, c->values);
    partner__terms_at(c->learnt, n, c->values, 1, c->z);
    for (size_t i = 0; i < n; i++) {
        double odds = model->intercept, p;

        for (size_t t = 0; t < c->terms; t++) odds += model->coefficient[t] * c->z[t * n + i];
        p = partner__chance_of_odds(odds);
        partner__sum_add(&a->chance, p);
        a->slope[0] += p * (1 - p);
        for (size_t t = 0; t < c->terms; t++) a->slope[1 + t] += p * (1 - p) * c->z[t * n + i];
    }
    a->snapshots += n;
    a->waiting = 0;
}

static int is_of(const partner__forecast_cells *c, const partner__forecast_cell *cell, uint32_t number)
{
    const partner__landmarks *l = c->learnt->set.landmarks;

    if (cell->ages == PARTNER__ANY_AGE) return 1;
    return (2 * (int64_t)partner__age(l, &l->snapshot[number]) > c->twice_median) ==
           (cell->ages == PARTNER__OLD);
}

/* The derivative of logit(mean p) is mean (p (1 - p) z) / (m (1 - m)), m the mean. */
static void average_model(partner__forecast_cells *c, partner__forecast_cell *cell)
{
    const partner__learning_set *set = &c->learnt->set;
    const int all = cell->stage == PARTNER_NONE;
    const size_t from = all ? 0 : set->first[cell->stage];
    const size_t to = all ? set->snapshots : set->first[cell->stage + 1];
    average a = {0, 0, {0, 0}, cell->slope};
    double mean, scale;

    for (size_t i = from; i < to; i++) {
        if (!is_of(c, cell, set->number[i])) continue;
        c->batch[a.waiting++] = set->number[i];
        if (a.waiting == BATCH) take_batch(c, &a);
    }
    take_batch(c, &a);
    if (a.snapshots == 0) return;
    mean = partner__sum_value(&a.chance) / (double)a.snapshots;
    cell->odds = partner__odds_of_chance(mean);
    scale = 1 / (mean * (1 - mean) * (double)a.snapshots);
    for (size_t t = 0; t <= c->terms; t++) cell->slope[t] *= scale;
}

partner_status partner__cell_for(partner__forecast_cells *c, uint32_t stage, int64_t age, size_t *number,
                                 partner_error *error)
{
    const size_t first = (size_t)stage * AGES;
    const size_t wider[] = {first + (2 * age > c->twice_median ? PARTNER__OLD : PARTNER__YOUNG), first,
                            c->cells - 1};

    for (size_t i = 0; i < 3; i++) {
        partner__forecast_cell *cell = &c->cell[wider[i]];
        const partner_status status = make_cell(c, cell, error);

        if (status != PARTNER_OK) return status;
        if (cell->deals < FEWEST_DEALS && i < 2) continue;
        if (!cell->used && c->terms > 0) average_model(c, cell);
        cell->used = 1;
        *number = wider[i];
        break;
    }
    return PARTNER_OK;
}
