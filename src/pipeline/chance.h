/* SPDX-License-Identifier: MIT
 * Chances on the scales a simulation needs them on: log-odds, standard normal scores, thresholds for random
 * bits. Φ and its inverse by way of the log-odds come from tables, made once per simulation: hundreds of
 * millions are asked for. */
#ifndef PARTNER_PIPELINE_CHANCE_H
#define PARTNER_PIPELINE_CHANCE_H

#include <math.h>
#include <partner/base.h>

#include "../base/random.h"

enum {
    PARTNER__CHANCE_STEPS = 64, /* per unit */
    PARTNER__SCORE_ENDS = 40,   /* log-odds beyond are taken for these: chances of 4e-18 and its complement */
    PARTNER__BELOW_ENDS = 9     /* scores beyond are certain: chances below 1e-18 */
};

/* A value and its slope times the step. */
typedef struct partner__knot {
    double value, slope;
} partner__knot;

/* Cubic between the knots; error below 1e-9 of both. */
typedef struct partner__chances {
    partner__knot score[2 * PARTNER__SCORE_ENDS * PARTNER__CHANCE_STEPS + 1]; /* Φ⁻¹ by log-odds */
    partner__knot below[2 * PARTNER__BELOW_ENDS * PARTNER__CHANCE_STEPS + 1]; /* Φ by score */
} partner__chances;

void partner__chances_make(partner__chances *c);

/* Hermite's cubic; `place` is within 0 … the last knot. */
static inline double partner__between(const partner__knot *knots, double place)
{
    const int i = (int)place;
    const double t = place - i;
    const partner__knot *a = knots + i;
    double rise, bend, twist;

    if (t == 0) return a->value;
    rise = a[1].value - a->value;
    bend = 3 * rise - 2 * a->slope - a[1].slope;
    twist = a->slope + a[1].slope - 2 * rise;
    return a->value + t * (a->slope + t * (bend + t * twist));
}

/* Φ⁻¹(1 / (1 + e^-odds)); infinite odds give infinite scores. */
static inline double partner__score_of_odds(const partner__chances *c, double odds)
{
    if (isinf(odds)) return odds;
    if (odds < -PARTNER__SCORE_ENDS) odds = -PARTNER__SCORE_ENDS;
    if (odds > PARTNER__SCORE_ENDS) odds = PARTNER__SCORE_ENDS;
    return partner__between(c->score, (odds + PARTNER__SCORE_ENDS) * PARTNER__CHANCE_STEPS);
}

/* Φ(score). */
static inline double partner__chance_below(const partner__chances *c, double score)
{
    if (score <= -PARTNER__BELOW_ENDS) return 0;
    if (score >= PARTNER__BELOW_ENDS) return 1;
    return partner__between(c->below, (score + PARTNER__BELOW_ENDS) * PARTNER__CHANCE_STEPS);
}

/* Φ((Φ⁻¹(1 / (1 + e^-odds)) - factor) / own) to PARTNER__GUESS_OFF (1 + 1 / own), from the nearest knots; NaN
 * for odds beyond the ends. It takes a fifth of the time. */
#define PARTNER__GUESS_OFF 0.004

static inline double partner__guess_below(const partner__chances *c, double odds, double factor, double by_own)
{
    double score, place;

    if (!(fabs(odds) < PARTNER__SCORE_ENDS)) return NAN;
    score = c->score[(int)((odds + PARTNER__SCORE_ENDS) * PARTNER__CHANCE_STEPS + 0.5)].value;
    place = ((score - factor) * by_own + PARTNER__BELOW_ENDS) * PARTNER__CHANCE_STEPS + 0.5;
    place = place > 0 ? place : 0;
    place = place < 2 * PARTNER__BELOW_ENDS * PARTNER__CHANCE_STEPS
                ? place
                : 2 * PARTNER__BELOW_ENDS * PARTNER__CHANCE_STEPS;
    return c->below[(int)place].value;
}

/* A share of a chance has a score for each of the chance's log-odds: a table of them, a step of
 * 1 / PARTNER__SHARE_STEPS apart; of NaN for shares below 10^-4. */
enum {
    PARTNER__SHARE_STEPS = 8,
    PARTNER__SHARE_ENDS = 30,
    PARTNER__SHARE_KNOTS = 2 * PARTNER__SHARE_ENDS * PARTNER__SHARE_STEPS + 1
};
void partner__shares_make(const partner__chances *c, double share, double *score);

/* Φ((score - factor) / own) by way of the table, to PARTNER__SHARE_OFF (1 + 1 / own); NaN for odds beyond the
 * ends. */
#define PARTNER__SHARE_OFF 0.0005

static inline double partner__share_below(const partner__chances *c, const double *score, double odds,
                                          double factor, double by_own)
{
    double place, below;
    int i;

    if (!(fabs(odds) < PARTNER__SHARE_ENDS)) return NAN;
    place = (odds + PARTNER__SHARE_ENDS) * PARTNER__SHARE_STEPS;
    i = (int)place;
    place = score[i] + (place - i) * (score[i + 1] - score[i]);
    below = ((place - factor) * by_own + PARTNER__BELOW_ENDS) * PARTNER__CHANCE_STEPS;
    if (below <= 0) return 0;
    if (below >= 2 * PARTNER__BELOW_ENDS * PARTNER__CHANCE_STEPS) return 1;
    if (isnan(below)) return NAN;
    i = (int)below;
    return c->below[i].value + (below - i) * (c->below[i + 1].value - c->below[i].value);
}

/* 1 / (1 + e^-odds), and its inverse, which is infinite at 0 and 1. */
double partner__chance_of_odds(double odds);
double partner__odds_of_chance(double chance);

/* Random bits, 64 of them as an integer, are below it with this chance, to 2^-64. */
static inline uint64_t partner__threshold(double chance)
{
    if (!(chance > 0)) return 0;
    return chance >= 1 ? UINT64_MAX : (uint64_t)(chance * 0x1p64);
}

/* A standard normal number, by inversion: one step of the stream. */
double partner__random_normal_of(const partner__chances *c, partner__random *random);

/* Log-odds of a number from a beta distribution, a, b > 0. The steps of the stream vary. */
double partner__random_beta_odds(const partner__chances *c, partner__random *random, double a, double b);

/* For each bit set in `lanes`, whether it happens with the chance of the threshold, independently: as exact as
 * 64 bits for each, at the price of about one step of the stream per doubling of lanes. */
static inline uint64_t partner__random_lanes(partner__random *random, uint64_t threshold, uint64_t lanes)
{
    uint64_t happens = 0;

    /* Every lane compares bits of its own with the threshold's, from the highest on, until they differ. */
    for (; lanes != 0 && threshold != 0; threshold <<= 1) {
        const uint64_t bits = partner__random_next(random);

        if (threshold >> 63) {
            happens |= lanes & ~bits;
            lanes &= bits;
        } else {
            lanes &= ~bits;
        }
    }
    return happens;
}

#endif
