/* SPDX-License-Identifier: MIT
 * What evidence leaves of the prior, and the mode that follows. */
#include "../base/beta.h"
#include "segment.h"

enum { LINES_PER_TASK = 1 << 10 };

/* A 90 % credible interval. */
static const double LOW = 0.05, HIGH = 0.95;

typedef struct one {
    double mean, low, high, p_consultative, p_transactional;
} one;

typedef struct work {
    const partner__evidence *evidence;
    const partner__posterior *posterior;
    size_t lines;
    double a, b;
    partner__beta_place threshold;
    partner__beta_goal low, high;
    one prior; /* of all without evidence */
} work;

static one posterior_of(const work *w, double consultative, double transactional)
{
    const partner__beta beta = partner__beta_of(w->a + consultative, w->b + transactional);
    one o;

    o.mean = beta.a / beta.n;
    o.low = partner__beta_quantile_of(&beta, &w->low);
    o.high = partner__beta_quantile_of(&beta, &w->high);
    partner__beta_tails(&beta, w->threshold, &o.p_transactional, &o.p_consultative);
    return o;
}

static partner_status find_some(void *context, size_t task, partner_error *error)
{
    const work *w = context;
    const partner__evidence *e = w->evidence;
    const partner__posterior *p = w->posterior;
    const size_t first = task * LINES_PER_TASK;
    const size_t end = w->lines - first < LINES_PER_TASK ? w->lines : first + LINES_PER_TASK;

    (void)error;
    for (size_t i = first; i < end; i++) {
        const double c = e->consultative[i], t = e->transactional[i];
        const one o = c + t > 0 ? posterior_of(w, c, t) : w->prior;

        p->mean[i] = o.mean;
        p->low[i] = o.low;
        p->high[i] = o.high;
        p->p_consultative[i] = o.p_consultative;
        p->p_transactional[i] = o.p_transactional;
    }
    return PARTNER_OK;
}

partner_status partner__posterior_find(const partner__segment_settings *set, const partner__evidence *evidence,
                                       size_t lines, double a, double b, const partner__posterior *posterior,
                                       partner_error *error)
{
    work w = {.evidence = evidence, .posterior = posterior, .lines = lines, .a = a, .b = b};
    const size_t tasks = lines / LINES_PER_TASK + (lines % LINES_PER_TASK != 0);

    w.threshold = partner__beta_place_of(set->threshold_share, 1 - set->threshold_share);
    w.low = partner__beta_goal_of(LOW);
    w.high = partner__beta_goal_of(HIGH);
    w.prior = posterior_of(&w, 0, 0);
    return partner__parallel(&set->run, tasks, find_some, &w, error);
}

/* From a definite mode to the other at once takes a quarter of the doubt that is allowed else. */
static uint8_t mode_after(double p_other, double confidence, uint8_t before, uint8_t other)
{
    if (p_other < confidence) return before;
    return p_other >= (3 + confidence) / 4 ? other : PARTNER_MODE_MIXED;
}

uint8_t partner__mode_of(double p_consultative, double p_transactional, double confidence, uint8_t before)
{
    if (before == PARTNER_MODE_CONSULTATIVE)
        return mode_after(p_transactional, confidence, before, PARTNER_MODE_TRANSACTIONAL);
    if (before == PARTNER_MODE_TRANSACTIONAL)
        return mode_after(p_consultative, confidence, before, PARTNER_MODE_CONSULTATIVE);
    if (p_consultative >= confidence) return PARTNER_MODE_CONSULTATIVE;
    return p_transactional >= confidence ? PARTNER_MODE_TRANSACTIONAL : PARTNER_MODE_MIXED;
}
