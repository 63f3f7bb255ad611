/* SPDX-License-Identifier: MIT
 * Where the tail begins: the exact minimum of the Kolmogorov-Smirnov distance over every candidate.
 *
 * A candidate is given up at the first place that deviates more than the best distance so far, trying first the
 * places that rejected its neighbours. Where these do not, the places are looked at from coarse to fine:
 * survival and counts both rise from place to place, so that between two of them nothing can deviate more than
 * the one at this end and the other at that end do; most stretches are ruled out unseen. Candidates come in
 * rounds, each halving the step between them, so that a good distance is known early and few candidates improve
 * it. A round depends on the rounds before it only, never on the threads. */
#include <math.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/zeta.h"
#include "tail.h"

enum {
    FIRST_ROUND = 16,             /* at least so many candidates in it, all of them looked at on one thread */
    CANDIDATES = 256,             /* per task */
    SCATTERED = 64,               /* places looked at before an exact distance is worked out */
    NEIGHBOURS = 8,               /* on either side */
    WORTH_THREADS = 1 << 14,      /* candidates */
    LOOKS_PER_QUESTION = 1 << 15, /* between two looks at the interrupt */
    MOST_OPEN = 64                /* ends of stretches: one per halving of a size_t */
};

/* Rounding moves a deviation by less than this; no stretch is ruled out by less. */
static const double SLACK = 1e-14;

/* What is known about the places so far. */
typedef struct search {
    const partner__tail_sample *sample;
    size_t first, candidates, step; /* candidate c is the tail that begins at place first + c */
    uint32_t *farthest;             /* [candidates] the place that rejected it, or that deviates most */
    partner__tail_fit best, *bests; /* of the rounds before; of each task of this one */
    partner__pulse *pulse;
} search;

/* One candidate under examination. */
typedef struct candidate {
    const partner__tail_sample *sample;
    size_t place;
    double n, beta, scale;
    partner__zeta zeta;
    size_t farthest; /* and how far that deviates */
    double distance;
    unsigned looks;
} candidate;

/* The law at one place: P(X >= value), and P(X > value), which is the same when values are continuous. */
typedef struct survival {
    double here, beyond;
} survival;

static partner_status begin(candidate *c, const partner__tail_sample *sample, size_t place,
                            partner_error *error)
{
    partner_status status = partner__tail_beta(sample, place, &c->beta, error);

    if (status != PARTNER_OK) return status;
    c->sample = sample;
    c->place = place;
    c->n = sample->place[place].count;
    c->farthest = place;
    c->distance = 0;
    if (!sample->discrete) return PARTNER_OK;
    partner__zeta_prepare(c->beta, 1 / sample->place[place].inverse, &c->zeta);
    c->scale = 1 / partner__zeta_scaled(&c->zeta, sample->place[place].inverse);
    return PARTNER_OK;
}

static survival survival_at(const candidate *c, size_t at)
{
    double falls = exp(-c->beta * partner__tail_log(c->sample, at, c->place)), inverse, scaled;
    survival s = {falls, falls};

    if (!c->sample->discrete) return s;
    inverse = c->sample->place[at].inverse;
    scaled = partner__zeta_scaled(&c->zeta, inverse);
    s.here = falls * scaled * c->scale;
    s.beyond = falls * (scaled - inverse) * c->scale;
    return s;
}

/* How far sample and law are apart at a place. Continuous: |F(z_j) - (j - 1)/n| for the first and the last of
 * the equal amounts there. Discrete: at the value itself and at the integer below it. */
static double deviation(const candidate *c, size_t at, survival s)
{
    const partner__tail_place *p = &c->sample->place[at];

    if (!c->sample->discrete) return fmax(p->count / c->n - s.here, s.here - (p->above + 1.0) / c->n);
    return fmax(fabs(p->count / c->n - s.here), fabs(p->above / c->n - s.beyond));
}

static survival look(candidate *c, size_t at)
{
    survival s = survival_at(c, at);
    double distance = deviation(c, at, s);

    c->looks++;
    if (distance > c->distance) {
        c->distance = distance;
        c->farthest = at;
    }
    return s;
}

/* Between two places, neither included, no deviation is larger than this. */
static double most_between(const candidate *c, size_t from, survival at_from, size_t to, survival at_to)
{
    const partner__tail_place *place = c->sample->place;

    return fmax(place[to].above / c->n - at_from.here, at_to.beyond - place[from].count / c->n);
}

/* Looks wherever there may be a deviation larger than `limit`, or, where `limit` is below 0, than the largest
 * so far; until one larger than `enough` is found. */
static partner_status examine(candidate *c, double limit, double enough, partner__pulse *pulse,
                              partner_error *error)
{
    size_t open[MOST_OPEN], left = 0, depth = 1;
    survival at_open[MOST_OPEN], at_left = look(c, 0);

    open[0] = c->place;
    at_open[0] = look(c, c->place);
    while (depth > 0 && !(c->distance > enough)) {
        size_t right = open[depth - 1], middle = left + (right - left) / 2;

        if (middle == left || most_between(c, left, at_left, right, at_open[depth - 1]) + SLACK <=
                                  (limit < 0 ? c->distance : limit)) {
            left = right;
            at_left = at_open[--depth];
            continue;
        }
        open[depth] = middle;
        at_open[depth++] = look(c, middle);
        if (c->looks % LOOKS_PER_QUESTION == 0) {
            partner_status status = partner__pulse_ask(pulse, error);
            if (status != PARTNER_OK) return status;
        }
    }
    return PARTNER_OK;
}

static int better(const partner__tail_fit *a, const partner__tail_fit *b)
{
    return a->ks < b->ks || (a->ks == b->ks && a->place > b->place);
}

static void look_once(candidate *c, size_t place) { look(c, place < c->place ? place : c->place); }

/* The places that the neighbours, whose turn was in an earlier round, were farthest from their law at, the
 * nearest neighbours first; and the middle between two of them, for where the places move along with the
 * candidates. */
static void look_where_neighbours_failed(const search *s, candidate *c, size_t index, double enough)
{
    for (size_t away = s->step, i = 0; i < NEIGHBOURS && !(c->distance > enough); i++, away += 2 * s->step) {
        int before = index >= away, after = s->candidates - index > away;

        if (before) look_once(c, s->farthest[index - away]);
        if (after && !(c->distance > enough)) look_once(c, s->farthest[index + away]);
        if (i == 0 && before && after && !(c->distance > enough))
            look_once(c, s->farthest[index - away] / 2 + s->farthest[index + away] / 2);
    }
}

/* Sets *best to the candidate where it is better. */
static partner_status try_candidate(const search *s, size_t index, partner__tail_fit *best,
                                    partner_error *error)
{
    candidate c = {.looks = 0};
    partner_status status = begin(&c, s->sample, s->first + index, error);
    partner__tail_fit fit;

    if (status != PARTNER_OK) return status;
    if (s->step < s->candidates) look_where_neighbours_failed(s, &c, index, best->ks);
    if (!(c.distance > best->ks) && isfinite(best->ks))
        status = examine(&c, best->ks, best->ks, s->pulse, error);
    if (status == PARTNER_OK && !(c.distance > best->ks)) {
        for (size_t i = 1; i < SCATTERED; i++) look(&c, c.place / SCATTERED * i);
        status = examine(&c, -1, best->ks, s->pulse, error);
    }
    s->farthest[index] = (uint32_t)c.farthest;
    fit.place = c.place;
    fit.beta = c.beta;
    fit.ks = c.distance;
    if (status == PARTNER_OK && better(&fit, best)) *best = fit;
    return status;
}

/* Every candidate whose index is an odd multiple of the step. */
static size_t in_round(const search *s) { return (s->candidates - 1 + s->step) / (2 * s->step); }

static partner_status try_some(void *context, size_t task, partner_error *error)
{
    const search *s = context;
    size_t start = task * CANDIDATES, end = start + CANDIDATES < in_round(s) ? start + CANDIDATES : in_round(s);
    partner_status status = partner__pulse_ask(s->pulse, error);

    s->bests[task] = s->best;
    for (size_t i = start; status == PARTNER_OK && i < end; i++)
        status = try_candidate(s, (2 * i + 1) * s->step, &s->bests[task], error);
    return status;
}

static size_t tasks_in_round(const search *s) { return (in_round(s) + CANDIDATES - 1) / CANDIDATES; }

static partner_status all_rounds(search *s, const partner__run *run, partner_error *error)
{
    size_t first_step = 1;
    partner_status status = PARTNER_OK;

    while (s->candidates / (2 * first_step) >= FIRST_ROUND) first_step *= 2;
    s->best.ks = INFINITY;
    s->best.place = 0;
    s->step = s->candidates; /* no neighbours yet */
    for (size_t c = 0; status == PARTNER_OK && c < s->candidates; c += first_step)
        status = try_candidate(s, c, &s->best, error);
    for (s->step = first_step / 2; status == PARTNER_OK && s->step > 0; s->step /= 2) {
        status = partner__parallel(run, tasks_in_round(s), try_some, s, error);
        for (size_t task = 0; status == PARTNER_OK && task < tasks_in_round(s); task++)
            if (better(&s->bests[task], &s->best)) s->best = s->bests[task];
    }
    return status;
}

/* The first place whose tail is large enough and has two values. */
static size_t first_candidate(const partner__tail_sample *sample, size_t min_tail)
{
    size_t place = 1;

    while (sample->place[place].count < min_tail) place++;
    return place;
}

partner_status partner__tail_search(const partner__tail_sample *sample, size_t min_tail,
                                    const partner__run *run, partner__pulse *pulse, partner__tail_fit *fit,
                                    partner_error *error)
{
    static const partner__run alone = {1, NULL, NULL};
    search s = {.sample = sample, .first = first_candidate(sample, min_tail), .pulse = pulse};
    partner_status status;

    s.candidates = sample->places - s.first;
    if (s.candidates < WORTH_THREADS) run = &alone; /* the pulse still asks */
    s.farthest = partner__alloc(s.candidates, sizeof *s.farthest);
    s.bests = partner__alloc(s.candidates / CANDIDATES + 1, sizeof *s.bests);
    status = s.farthest == NULL || s.bests == NULL ? partner__no_memory(error) : all_rounds(&s, run, error);
    partner__free(s.farthest);
    partner__free(s.bests);
    if (status == PARTNER_OK) *fit = s.best;
    return status;
}
