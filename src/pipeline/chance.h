/* SPDX-License-Identifier: MIT
 * Chances on the scales a simulation needs them on: log-odds, standard normal scores, thresholds for random
 * bits. Φ and its inverse by way of the log-odds come from tables, made once per simulation: hundreds of
 * millions are asked for. */
#ifndef PARTNER_PIPELINE_CHANCE_H
#define PARTNER_PIPELINE_CHANCE_H

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

/* Φ⁻¹(1 / (1 + e^-odds)); infinite odds give infinite scores. */
double partner__score_of_odds(const partner__chances *c, double odds);

/* Φ(score). */
double partner__chance_below(const partner__chances *c, double score);

/* 1 / (1 + e^-odds), and its inverse, which is infinite at 0 and 1. */
double partner__chance_of_odds(double odds);
double partner__odds_of_chance(double chance);

/* Random bits, 64 of them as an integer, are below it with this chance, to 2^-64. */
uint64_t partner__threshold(double chance);

/* A standard normal number, by inversion: one step of the stream. */
double partner__random_normal_of(const partner__chances *c, partner__random *random);

/* Log-odds of a number from a beta distribution, a, b > 0. The steps of the stream vary. */
double partner__random_beta_odds(const partner__chances *c, partner__random *random, double a, double b);

/* For each bit set in `lanes`, whether it happens with the chance of the threshold, independently: as exact as
 * 64 bits for each, at the price of about one step of the stream per doubling of lanes. */
uint64_t partner__random_lanes(partner__random *random, uint64_t threshold, uint64_t lanes);

#endif
