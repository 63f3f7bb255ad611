/* SPDX-License-Identifier: MIT */
#include "rates.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "strength.h"

enum { FEWEST = 256 };

/* Of how many deals a stage's parent counts. */
static const double PARENT = 10;

typedef struct maker {
    const partner__learning_set *set;
    const uint32_t *fold;
    uint32_t without_fold;
    partner__rates *rates;
    size_t room;        /* of records */
    double all;         /* incidence of all stages together */
    uint32_t *of_stage; /* [records] by stage */
    size_t *first;      /* [stages + 1] */
} maker;

static partner_status new_columns(partner__rates *r, uint32_t partners, partner_error *error)
{
    r->deals = partner__alloc(r->stages, sizeof *r->deals);
    r->incidence = partner__alloc(r->stages, sizeof *r->incidence);
    r->rate = partner__alloc(r->stages, sizeof *r->rate);
    r->strength = partner__alloc(r->stages, sizeof *r->strength);
    r->first_record = partner__alloc((size_t)partners + 1, sizeof *r->first_record);
    if (r->deals == NULL || r->incidence == NULL || r->rate == NULL || r->strength == NULL ||
        r->first_record == NULL)
        return partner__no_memory(error);
    return PARTNER_OK;
}

/* --- records of partners --- */

static partner_status add_record(maker *m, const partner__partner_record *record, partner_error *error)
{
    partner__rates *r = m->rates;

    if (r->records == m->room) {
        const size_t room = m->room == 0 ? FEWEST : 2 * m->room;
        partner__partner_record *grown = partner__realloc(r->record, room, sizeof *grown);

        if (grown == NULL) return partner__no_memory(error);
        r->record = grown;
        m->room = room;
    }
    r->record[r->records++] = *record;
    return PARTNER_OK;
}

/* Room for the tallies of a partner, stage by stage. */
typedef struct tallies {
    partner__tally *all, *before;
    uint32_t *last_all, *last_before;
    uint32_t low, high; /* stages touched */
} tallies;

static void tally_partner(const maker *m, uint32_t partner, tallies *t)
{
    const partner__landmarks *l = m->set->landmarks;
    const partner__inputs *in = l->timeline->in;

    for (size_t i = l->partner_first[partner]; i < l->partner_first[partner + 1]; i++) {
        const uint32_t line = l->partner_line[i];
        const size_t known = partner__snapshots_by(l, line, m->set->day);

        if (partner__outcome_on(in, line, m->set->day) == PARTNER_OUTCOME_OPEN) continue;
        if (m->fold != NULL && m->fold[line] == m->without_fold) continue;
        partner__tally_line(l, line, known, t->all, t->last_all);
        if (in->closed[line] < m->set->day) partner__tally_line(l, line, known, t->before, t->last_before);
        for (size_t k = l->first[line]; k < l->first[line] + known; k++) {
            const uint32_t stage = l->snapshot[k].stage;
            if (stage < t->low) t->low = stage;
            if (stage >= t->high) t->high = stage + 1;
        }
    }
}

static partner_status record_partner(maker *m, uint32_t partner, tallies *t, partner_error *error)
{
    partner_status status = PARTNER_OK;

    m->rates->first_record[partner] = m->rates->records;
    t->low = m->rates->stages;
    t->high = 0;
    tally_partner(m, partner, t);
    for (uint32_t s = t->low; s < t->high && status == PARTNER_OK; s++) {
        const partner__partner_record record = {partner, s, t->all[s], t->before[s]};

        if (t->all[s].deals > 0) status = add_record(m, &record, error);
        t->all[s] = t->before[s] = (partner__tally){0, 0, 0};
        t->last_all[s] = t->last_before[s] = PARTNER_NONE;
    }
    return status;
}

static partner_status record_partners(maker *m, partner_error *error)
{
    const uint32_t stages = m->rates->stages, partners = m->set->landmarks->partners;
    tallies t = {.all = partner__alloc_zero(stages, sizeof *t.all),
                 .before = partner__alloc_zero(stages, sizeof *t.before),
                 .last_all = partner__alloc(stages, sizeof *t.last_all),
                 .last_before = partner__alloc(stages, sizeof *t.last_before)};
    partner_status status = PARTNER_OK;

    if (t.all == NULL || t.before == NULL || t.last_all == NULL || t.last_before == NULL)
        status = partner__no_memory(error);
    for (uint32_t s = 0; s < stages && status == PARTNER_OK; s++)
        t.last_all[s] = t.last_before[s] = PARTNER_NONE;
    for (uint32_t p = 0; p < partners && status == PARTNER_OK; p++) status = record_partner(m, p, &t, error);
    m->rates->first_record[partners] = m->rates->records;
    partner__free(t.all);
    partner__free(t.before);
    partner__free(t.last_all);
    partner__free(t.last_before);
    return status;
}

const partner__partner_record *partner__record_of(const partner__rates *r, uint32_t partner, uint32_t stage)
{
    size_t low, high;

    if (partner == PARTNER_NONE) return NULL;
    low = r->first_record[partner];
    high = r->first_record[partner + 1];
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (r->record[middle].stage < stage) low = middle + 1;
        else high = middle;
    }
    return low < r->first_record[partner + 1] && r->record[low].stage == stage ? &r->record[low] : NULL;
}

double partner__rate_of(const partner__rates *rates, uint32_t partner, uint32_t stage)
{
    const partner__partner_record *record = partner__record_of(rates, partner, stage);

    if (record == NULL) return rates->rate[stage];
    return partner__drawn(rates, stage, record->all.deals, partner__won_of(&record->all));
}

/* --- rates of stages --- */

/* The last task is that of all stages together. */
static partner_status measure_stage(void *context, size_t task, partner_error *error)
{
    maker *m = context;
    partner__rates *r = m->rates;
    const partner__group group = {.stage = task == r->stages ? PARTNER_NONE : (uint32_t)task,
                                  .fold = m->fold,
                                  .without_fold = m->without_fold};
    partner__incidence incidence;
    partner_status status = partner__incidence_new(&incidence, m->set, &group, error);

    if (status == PARTNER_OK) {
        if (task == r->stages) m->all = incidence.snapshots == 0 ? NAN : partner__won_at_end(&incidence);
        else {
            r->deals[task] = incidence.deals;
            r->incidence[task] = partner__won_at_end(&incidence);
        }
    }
    partner__incidence_free(&incidence);
    return status;
}

static void draw_towards_parents(maker *m)
{
    partner__rates *r = m->rates;
    double parent = m->all;

    for (uint32_t s = 0; s < r->stages; s++) {
        const double deals = (double)r->deals[s];

        if (isnan(m->all)) r->incidence[s] = NAN;
        r->rate[s] = parent =
            (deals * (isnan(m->all) ? 0 : r->incidence[s]) + PARENT * parent) / (deals + PARENT);
    }
}

/* --- how much a stage's rate counts beside a partner's own --- */

static partner_status sort_by_stage(maker *m, partner_error *error)
{
    const partner__rates *r = m->rates;

    m->first = partner__alloc_zero((size_t)r->stages + 2, sizeof *m->first);
    m->of_stage = partner__alloc(r->records, sizeof *m->of_stage);
    if (m->first == NULL || m->of_stage == NULL) return partner__no_memory(error);
    /* Counted two places on, so that filling leaves each stage's beginning where it belongs. */
    for (size_t i = 0; i < r->records; i++) m->first[r->record[i].stage + 2]++;
    for (uint32_t s = 0; s < r->stages; s++) m->first[s + 2] += m->first[s + 1];
    for (size_t i = 0; i < r->records; i++) m->of_stage[m->first[r->record[i].stage + 1]++] = (uint32_t)i;
    return PARTNER_OK;
}

static partner_status find_strength(void *context, size_t stage, partner_error *error)
{
    maker *m = context;
    partner__rates *r = m->rates;
    const size_t from = m->first[stage], count = m->first[stage + 1] - from;
    partner__tally *tally = partner__alloc(count, sizeof *tally);
    partner_status status;

    if (tally == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < count; i++) tally[i] = r->record[m->of_stage[from + i]].all;
    status = partner__strength_of(r->rate[stage], tally, count, &r->strength[stage], error);
    partner__free(tally);
    return status;
}

static partner_status make(maker *m, partner_error *error)
{
    const partner__run *run = &m->set->landmarks->timeline->in->set.run;
    partner_status status = new_columns(m->rates, m->set->landmarks->partners, error);

    if (status == PARTNER_OK) status = record_partners(m, error);
    if (status == PARTNER_OK)
        status = partner__parallel(run, (size_t)m->rates->stages + 1, measure_stage, m, error);
    if (status != PARTNER_OK) return status;
    draw_towards_parents(m);
    status = sort_by_stage(m, error);
    if (status == PARTNER_OK) status = partner__parallel(run, m->rates->stages, find_strength, m, error);
    return status;
}

partner_status partner__rates_new(partner__rates *rates, const partner__learning_set *set, const uint32_t *fold,
                                  uint32_t without_fold, partner_error *error)
{
    maker m = {.set = set, .fold = fold, .without_fold = without_fold, .rates = rates};
    partner_status status;

    *rates = (partner__rates){.stages = set->landmarks->stages};
    status = make(&m, error);
    partner__free(m.first);
    partner__free(m.of_stage);
    return status;
}

void partner__rates_free(partner__rates *r)
{
    partner__free(r->deals);
    partner__free(r->incidence);
    partner__free(r->rate);
    partner__free(r->strength);
    partner__free(r->record);
    partner__free(r->first_record);
    memset(r, 0, sizeof *r);
}
