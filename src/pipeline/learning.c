/* SPDX-License-Identifier: MIT */
#include "learning.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"

/* --- win rates --- */

static partner_status say_win_rates(partner__result *to, const partner__learnt *t, partner_error *error)
{
    const partner__inputs *in = t->set.landmarks->timeline->in;
    uint32_t *line = partner__alloc(in->lines, sizeof *line);
    double *rate = partner__alloc(in->lines, sizeof *rate);
    size_t n = 0;
    partner_status status = line == NULL || rate == NULL ? partner__no_memory(error) : PARTNER_OK;

    for (size_t i = 0; i < in->lines && status == PARTNER_OK; i++)
        if (partner__is_open(in, i)) line[n++] = (uint32_t)i;
    if (status == PARTNER_OK) status = partner__win_rates(t, n, line, NULL, rate, error);
    for (size_t i = 0; i < n && status == PARTNER_OK; i++) to->deal.win_rate[line[i]] = rate[i];
    partner__free(line);
    partner__free(rate);
    return status;
}

/* --- doubts, those that would change most first --- */

/* Words in the order of effects, the largest first, NaN last; 0 and -0 are equal. */
static uint64_t order_of(double effect)
{
    const uint64_t sign = UINT64_C(1) << 63;
    uint64_t bits;

    if (isnan(effect)) return UINT64_MAX;
    if (effect == 0) effect = 0;
    memcpy(&bits, &effect, sizeof bits);
    return (bits & sign) != 0 ? bits : ~(bits | sign);
}

typedef struct sorter {
    size_t n;
    const double *effect;
    uint64_t *words, *spare;
    uint32_t *place; /* [n] which doubt comes i-th */
    void *room;      /* [n] of 8 bytes */
} sorter;

/* Two stable sorts by half of the key each: the rest of a word is the doubt's number. */
static partner_status find_places(sorter *s, const partner__run *run, partner_error *error)
{
    uint64_t *sorted;
    partner_status status;

    for (size_t i = 0; i < s->n; i++) s->words[i] = order_of(s->effect[i]) << 32 | i;
    status = partner__sort(s->words, s->spare, s->n, 32, 64, run, &sorted, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < s->n; i++) s->place[i] = (uint32_t)(sorted[i] & UINT32_MAX);
    for (size_t i = 0; i < s->n; i++)
        s->words[i] = (order_of(s->effect[s->place[i]]) >> 32) << 32 | s->place[i];
    status = partner__sort(s->words, s->spare, s->n, 32, 64, run, &sorted, error);
    for (size_t i = 0; i < s->n && status == PARTNER_OK; i++) s->place[i] = (uint32_t)(sorted[i] & UINT32_MAX);
    return status;
}

static void move(const sorter *s, void *column, size_t size)
{
    unsigned char *to = s->room, *from = column;

    for (size_t i = 0; i < s->n; i++) memcpy(to + i * size, from + s->place[i] * size, size);
    memcpy(from, to, s->n * size);
}

static partner_status sort_doubts(partner__result *to, const partner__run *run, partner_error *error)
{
    const partner__doubt_columns *d = &to->doubt;
    const size_t n = to->doubts.doubts;
    sorter s = {.n = n,
                .effect = d->effect,
                .words = partner__alloc(n, sizeof *s.words),
                .spare = partner__alloc(n, sizeof *s.spare),
                .place = partner__alloc(n, sizeof *s.place),
                .room = partner__alloc(n, sizeof(double))};
    partner_status status = PARTNER_OK;

    if (s.words == NULL || s.spare == NULL || s.place == NULL || s.room == NULL)
        status = partner__no_memory(error);
    if (status == PARTNER_OK) status = find_places(&s, run, error);
    if (status == PARTNER_OK) {
        move(&s, d->deal, sizeof *d->deal);
        move(&s, d->partner, sizeof *d->partner);
        move(&s, d->milestone, sizeof *d->milestone);
        move(&s, d->reason, sizeof *d->reason);
        move(&s, d->day, sizeof *d->day);
        move(&s, d->question, sizeof *d->question);
        move(&s, d->line, sizeof *d->line);
        move(&s, d->number, sizeof *d->number);
        move(&s, d->effect, sizeof *d->effect);
    }
    partner__free(s.words);
    partner__free(s.spare);
    partner__free(s.place);
    partner__free(s.room);
    return status;
}

static partner_status judge_doubts(partner__result *to, const partner__learnt *t, partner_error *error)
{
    const partner__run *run = &t->set.landmarks->timeline->in->set.run;
    const partner__doubt_columns *d = &to->doubt;
    const size_t n = to->doubts.doubts;
    partner_status status;

    if (n >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_RANGE, "doubts: %zu of them, expected fewer than %u", n,
                             (unsigned)PARTNER_NONE);
    status = partner__effects(t, n, d->line, d->number, d->effect, error);
    return status == PARTNER_OK ? sort_doubts(to, run, error) : status;
}

/* --- the whole --- */

static partner_status show(partner__result *to, partner__learning *learning, partner_error *error)
{
    partner_pipeline *p = &to->pipeline;
    partner__learnt *t = &learning->learnt;
    partner_status status;

    p->model = t->by;
    p->stage_log_loss = t->stage_log_loss;
    p->ridge_log_loss = t->ridge_log_loss;
    p->win_model = t->ridge;
    learning->shown = 1;
    status = partner__show_rates(t, &to->arena, &p->rates, error);
    if (status == PARTNER_OK) status = partner__show_partner_rates(t, &to->arena, &p->partner_rates, error);
    if (status == PARTNER_OK) status = partner__show_curves(t, &to->arena, &p->curves, error);
    if (status == PARTNER_OK) status = partner__show_terms(t, &to->arena, &p->terms, error);
    if (status == PARTNER_OK) status = partner__show_contributions(t, &to->arena, &p->contributions, error);
    if (status == PARTNER_OK)
        status = partner__hold_out(&learning->landmarks, &to->arena, &p->measures, &p->calibration, error);
    return status;
}

partner_status partner__make_learning(partner__result *to, const partner__sources *from,
                                      partner__learning *learning, partner_error *error)
{
    partner_status status = partner__landmarks_new(&learning->landmarks, &from->timeline, &from->claims, error);

    if (status != PARTNER_OK) return status;
    status = partner__learnt_new(&learning->learnt, &learning->landmarks, from->in.as_of_day, error);
    if (status != PARTNER_OK || learning->learnt.set.labelled == 0) return status;
    status = show(to, learning, error);
    if (status == PARTNER_OK) status = say_win_rates(to, &learning->learnt, error);
    if (status == PARTNER_OK) status = judge_doubts(to, &learning->learnt, error);
    return status;
}

void partner__learning_free(partner__learning *learning)
{
    if (learning->shown) learning->learnt.ridge = NULL;
    partner__learnt_free(&learning->learnt);
    partner__landmarks_free(&learning->landmarks);
}
