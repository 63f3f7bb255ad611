/* SPDX-License-Identifier: MIT
 * What a model sees of a deal on a day: nothing that was written later. */
#include "learn.h"

#include "../base/error.h"
#include "../base/memory.h"

enum { BITS = 8 };

static const partner__inputs *inputs_of(const partner__learnt *t) { return t->set.landmarks->timeline->in; }

/* A row that is filled. */
typedef struct row {
    double *at; /* its value of column 0 */
    size_t stride;
} row;

static void put(const row *r, uint32_t column, double value) { r->at[column * r->stride] = value; }

static void put_ages(const partner__learnt *t, const row *r, size_t line, int32_t day, int32_t since)
{
    put(r, t->columns.age, (double)day - inputs_of(t)->opened[line]);
    put(r, t->columns.age + 1, (double)day - since);
}

static void put_own(const partner__learnt *t, const row *r, size_t line)
{
    const partner__own *own = &t->set.landmarks->own;
    const size_t lines = inputs_of(t)->lines;

    for (uint32_t c = 0; c < own->columns; c++) put(r, t->columns.own + c, own->value[c * lines + line]);
}

static void put_snapshot(const partner__learnt *t, const row *r, uint32_t number)
{
    const partner__landmarks *l = t->set.landmarks;
    const partner__snapshot *s = &l->snapshot[number];
    const uint8_t *bits = l->holding + number * l->bytes;
    double rate = t->rates.rate[s->stage];

    for (uint32_t m = 0; m < t->columns.age; m++) put(r, m, bits[m / BITS] >> m % BITS & 1);
    put_ages(t, r, s->line, s->day, s->since);
    if (t->columns.amount != PARTNER_NONE) put(r, t->columns.amount, l->log_amount[number]);
    if (l->partner_of[s->line] != PARTNER_NONE)
        rate = partner__drawn(&t->rates, s->stage, l->past_deals[number], l->past_won[number]);
    put(r, t->columns.partner_rate, rate);
    put_own(t, r, s->line);
}

void partner__snapshot_features(const partner__learnt *learnt, size_t n, const uint32_t *number, double *values)
{
    for (size_t i = 0; i < n; i++) {
        const row r = {values + i, n};
        put_snapshot(learnt, &r, number[i]);
    }
}

/* --- open lines --- */

/* The stage that a milestone more would bring. */
static uint32_t stage_with(const partner__walk *w, const partner__steps *steps, uint32_t held)
{
    const partner__step *step = held == PARTNER_NONE ? NULL : &steps->step[held];
    uint32_t stage = w->stage;

    if (step == NULL || !step->required || step->stage != stage || partner__walk_holds(w, held) ||
        w->missing[stage] > 1)
        return stage;
    while (++stage < steps->stages && w->missing[stage] == 0) continue;
    return stage;
}

/* By the deals that closed before the day. */
static double past_rate(const partner__learnt *t, size_t line, uint32_t stage)
{
    const uint32_t partner = t->set.landmarks->partner_of[line];
    const partner__partner_record *record = partner__record_of(&t->rates, partner, stage);

    if (record == NULL) return t->rates.rate[stage];
    return partner__drawn(&t->rates, stage, record->before.deals, partner__won_of(&record->before));
}

static void put_line(const partner__learnt *t, const row *r, const partner__walk *w, size_t line, uint32_t held,
                     uint32_t stage)
{
    const int32_t day = t->set.day;
    const partner__change change = partner__stage_on(t->set.landmarks->timeline, line, day);

    for (uint32_t m = 0; m < t->columns.age; m++) put(r, m, m == held || partner__walk_holds(w, m));
    put_ages(t, r, line, day, stage == change.stage ? change.day : day);
    if (t->columns.amount != PARTNER_NONE)
        put(r, t->columns.amount, partner__log_claimed(t->set.landmarks, line, day));
    put(r, t->columns.partner_rate, past_rate(t, line, stage));
    put_own(t, r, line);
}

partner_status partner__line_features(const partner__learnt *learnt, size_t n, const uint32_t *line,
                                      const uint32_t *held, double *values, uint32_t *stage,
                                      partner_error *error)
{
    partner__walk walk;
    partner_status status = partner__walk_new(&walk, learnt->set.landmarks->timeline, error);

    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < n; i++) {
        const uint32_t more = held == NULL ? PARTNER_NONE : held[i];
        const row r = {values + i, n};
        uint32_t reached;

        if (i == 0 || line[i] != line[i - 1]) {
            partner__walk_begin(&walk, line[i]);
            partner__walk_to(&walk, learnt->set.day);
        }
        reached = stage_with(&walk, inputs_of(learnt)->steps, more);
        if (stage != NULL) stage[i] = reached;
        if (values != NULL) put_line(learnt, &r, &walk, line[i], more, reached);
    }
    partner__walk_free(&walk);
    return PARTNER_OK;
}

void partner__terms_at(const partner__learnt *learnt, size_t n, const double *values, int timeless, double *z)
{
    const partner_win_model *m = learnt->ridge;

    for (size_t t = 0; t < m->terms; t++) {
        const uint32_t column = m->column[t];
        const int is_age = column == learnt->columns.age || column == learnt->columns.age + 1;
        const int dead = !(m->deviation[t] > 0) || (timeless && is_age);
        const double *x = values + column * n;

        for (size_t i = 0; i < n; i++) {
            const int gone = isnan(x[i]);
            /* A missing value is filled with the mean. */
            const double from = m->missing[t] ? gone : gone ? m->mean[t] : x[i];
            z[t * n + i] = dead ? 0 : (from - m->mean[t]) / m->deviation[t];
        }
    }
}
