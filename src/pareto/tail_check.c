/* SPDX-License-Identifier: MIT
 * Goodness of fit by a semi-parametric bootstrap: each replicate has as many amounts as the sample, each from
 * the fitted law with the probability of the tail and else one of the amounts below it; its own tail is
 * searched for anew. */
#include <math.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/random.h"
#include "../base/zeta.h"
#include "tail.h"

enum {
    LARGE = 1 << 17, /* amounts: from here on threads share one replicate, below each has its own */
    MOST_REDRAWN = 1000,
    DRAWS_PER_QUESTION = 1 << 16 /* between two looks at the interrupt */
};

/* Integers up to here are apart from each other as doubles. */
static const double EXACT = 0x1p52;

typedef struct check {
    const partner__tail_sample *sample;
    const partner__tail_fit *fit;
    size_t amounts, tail, min_tail; /* of the sample, in its tail */
    uint64_t seed;
    uint32_t *place_of; /* [amounts - tail] the place of each amount below the tail */
    double inverse;     /* discrete: 1 / xmin, the law, and what it makes of xmin */
    partner__zeta zeta;
    double scaled;
    const partner__run *run; /* within a replicate */
    partner__pulse *pulse;
    uint8_t *farther; /* [replicates] */
} check;

/* One replicate in the making. */
typedef struct replicate {
    const check *check;
    partner__random random;
    partner__tail_sample sample;
    double *spacing; /* [amounts] of the draws from the law, on the logarithmic scale, smallest first */
    uint32_t *below; /* [places] how often each value below the tail was drawn */
} replicate;

static partner_status ask(const replicate *r, size_t i, partner_error *error)
{
    return i % DRAWS_PER_QUESTION == 0 ? partner__pulse_ask(r->check->pulse, error) : PARTNER_OK;
}

/* Draws the amounts below the tail; *tail receives how many are to come from the law. */
static partner_status draw_below(replicate *r, size_t *tail, partner_error *error)
{
    const check *c = r->check;
    partner_status status = PARTNER_OK;

    for (size_t i = c->fit->place + 1; i < c->sample->places; i++) r->below[i] = 0;
    *tail = 0;
    for (size_t i = 0; status == PARTNER_OK && i < c->amounts; i++) {
        size_t which = (size_t)partner__random_below(&r->random, c->amounts);
        if (which < c->tail) ++*tail;
        else r->below[c->place_of[which - c->tail]]++;
        status = ask(r, i, error);
    }
    return status;
}

/* ln(x / xmin) beta is exponential. Of n such the smallest is exponential with mean 1/n, the next larger by one
 * of mean 1/(n - 1), and so on (Renyi 1953): in order without sorting. */
static partner_status draw_spacings(replicate *r, size_t tail, partner_error *error)
{
    partner_status status = PARTNER_OK;

    for (size_t i = 0; status == PARTNER_OK && i < tail; i++) {
        r->spacing[i] = -log1p(-partner__random_uniform(&r->random)) / (double)(tail - i);
        status = ask(r, i, error);
    }
    return status;
}

/* -ln P(X >= xmin + k) */
static double rareness(const check *c, double k)
{
    double inverse = c->inverse / (1 + k * c->inverse);

    return c->fit->beta * log1p(k * c->inverse) - log(partner__zeta_scaled(&c->zeta, inverse) / c->scaled);
}

/* ln(x / xmin) of the largest integer x = xmin + k with rareness(k) <= rare; *k is at most that at first and
 * becomes it. Far out rareness is nearly beta ln(x - 1/2) and a constant, so that this is off by one at most;
 * near xmin it is a start. Past the integers that doubles tell apart the law is continuous. */
static double log_at(const check *c, double rare, double *k)
{
    double log_ratio = (rare - log(c->fit->beta * c->scaled)) / c->fit->beta;
    double at = floor(0.5 + expm1(log_ratio) / c->inverse), least = *k, step = 1;

    if (!(at < EXACT)) return log_ratio;
    if (!(at > least)) at = least;
    while (at > least && rareness(c, at) > rare) {
        at = at - step > least ? at - step : least;
        step *= 2;
    }
    for (step = 1; rareness(c, at + step) <= rare; step *= 2) at += step;
    for (; step > 1; step /= 2)
        if (rareness(c, at + step / 2) <= rare) at += step / 2;
    *k = at;
    return log1p(at * c->inverse);
}

/* Adds the draws from the law, largest first, as continuous ones; *gap receives the logarithm from the smallest
 * to xmin. */
static void append_continuous(replicate *r, size_t tail, double *gap)
{
    double beta = r->check->fit->beta;

    *gap = 0;
    for (size_t i = tail; i-- > 0;) {
        partner__tail_append(&r->sample, *gap, 0, 1);
        *gap = r->spacing[i] / beta;
    }
}

/* Likewise as integers: the spacings give way to the logarithms of each draw over xmin. */
static partner_status append_discrete(replicate *r, size_t tail, double *gap, partner_error *error)
{
    const check *c = r->check;
    double rare = 0, k = 0, before = 0;
    partner_status status = PARTNER_OK;

    for (size_t i = 0; status == PARTNER_OK && i < tail; i++) {
        rare += r->spacing[i];
        r->spacing[i] = log_at(c, rare, &k);
        status = ask(r, i, error);
    }
    for (size_t i = tail; status == PARTNER_OK && i-- > 0;) {
        partner__tail_append(&r->sample, before - r->spacing[i], c->inverse * exp(-r->spacing[i]), 1);
        before = r->spacing[i];
    }
    *gap = before;
    return status;
}

/* The values below the tail that were drawn; `gap` leads from the value before down to xmin. */
static void append_below(replicate *r, double gap)
{
    const partner__tail_sample *from = r->check->sample;
    size_t before = r->check->fit->place;

    for (size_t i = before + 1; i < from->places; i++) {
        if (r->below[i] == 0) continue;
        gap += partner__tail_log(from, before, i);
        partner__tail_append(&r->sample, gap, from->place[i].inverse, r->below[i]);
        gap = 0;
        before = i;
    }
}

static partner_status draw(replicate *r, partner_error *error)
{
    size_t tail;
    double gap = 0;
    partner_status status = draw_below(r, &tail, error);

    r->sample.places = 0;
    r->sample.spread = r->sample.spread_rest = 0;
    if (status == PARTNER_OK) status = draw_spacings(r, tail, error);
    if (status != PARTNER_OK) return status;
    if (r->sample.discrete) status = append_discrete(r, tail, &gap, error);
    else append_continuous(r, tail, &gap);
    if (status == PARTNER_OK) append_below(r, gap);
    return status;
}

/* A replicate whose amounts are all equal has no tail: it is drawn again. */
static partner_status draw_and_search(replicate *r, partner__tail_fit *fit, partner_error *error)
{
    partner_status status = PARTNER_OK;
    const check *c = r->check;

    for (int i = 0; status == PARTNER_OK && r->sample.places < 2; i++) {
        if (i == MOST_REDRAWN)
            return partner__fail(error, PARTNER_E_CONVERGENCE,
                                 "tail: %d replicates in a row had equal amounts only", (int)MOST_REDRAWN);
        status = draw(r, error);
    }
    if (status != PARTNER_OK) return status;
    return partner__tail_search(&r->sample, c->min_tail, c->run, c->pulse, fit, error);
}

static partner_status run_replicate(void *context, size_t number, partner_error *error)
{
    const check *c = context;
    replicate r = {.check = c, .random = partner__random_stream(c->seed, number)};
    partner__tail_fit fit;
    partner_status status = partner__tail_sample_make(&r.sample, c->amounts, c->sample->discrete, error);

    r.spacing = partner__alloc(c->amounts, sizeof *r.spacing);
    r.below = partner__alloc(c->sample->places, sizeof *r.below);
    if (status == PARTNER_OK && (r.spacing == NULL || r.below == NULL)) status = partner__no_memory(error);
    if (status == PARTNER_OK) status = draw_and_search(&r, &fit, error);
    if (status == PARTNER_OK) c->farther[number] = fit.ks >= c->fit->ks;
    partner__free(r.spacing);
    partner__free(r.below);
    partner__tail_sample_free(&r.sample);
    return status;
}

static partner_status prepare(check *c, uint32_t replicates, partner_error *error)
{
    size_t to = 0;

    c->place_of = partner__alloc(c->amounts - c->tail, sizeof *c->place_of);
    c->farther = partner__alloc_zero(replicates, sizeof *c->farther);
    if (c->place_of == NULL || c->farther == NULL) return partner__no_memory(error);
    for (size_t i = c->fit->place + 1; i < c->sample->places; i++)
        for (uint32_t k = c->sample->place[i].above; k < c->sample->place[i].count; k++)
            c->place_of[to++] = (uint32_t)i;
    c->inverse = c->sample->place[c->fit->place].inverse;
    if (c->sample->discrete) {
        partner__zeta_prepare(c->fit->beta, 1 / c->inverse, &c->zeta);
        c->scaled = partner__zeta_scaled(&c->zeta, c->inverse);
    }
    return PARTNER_OK;
}

partner_status partner__tail_check(const partner__tail_sample *sample, const partner__tail_fit *fit,
                                   const partner_pareto_options *options, const partner__run *run,
                                   partner__pulse *pulse, double *p, partner_error *error)
{
    static const partner__run alone = {1, NULL, NULL};
    check c = {.sample = sample,
               .fit = fit,
               .amounts = sample->place[sample->places - 1].count,
               .tail = sample->place[fit->place].count,
               .min_tail = options->min_tail,
               .seed = options->seed,
               .pulse = pulse};
    uint32_t farther = 0, replicates = options->tail_replicates;
    partner_status status = prepare(&c, replicates, error);

    c.run = c.amounts < LARGE ? &alone : run;
    if (status == PARTNER_OK)
        status = partner__parallel(c.amounts < LARGE ? run : &alone, replicates, run_replicate, &c, error);
    for (uint32_t i = 0; status == PARTNER_OK && i < replicates; i++) farther += c.farther[i];
    if (status == PARTNER_OK) *p = (double)farther / replicates;
    partner__free(c.place_of);
    partner__free(c.farther);
    return status;
}
