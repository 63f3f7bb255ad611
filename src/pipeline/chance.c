/* SPDX-License-Identifier: MIT */
#include "chance.h"

static const double ROOT_HALF = 0.70710678118654752440;
static const double INVERSE_ROOT_2PI = 0.39894228040143267794;

static double density(double y) { return INVERSE_ROOT_2PI * exp(-0.5 * y * y); }
static double normal_below(double y) { return 0.5 * erfc(-y * ROOT_HALF); }

double partner__chance_of_odds(double odds)
{
    const double e = exp(-fabs(odds));

    return odds < 0 ? e / (1 + e) : 1 / (1 + e);
}

double partner__odds_of_chance(double chance) { return log(chance) - log1p(-chance); }

/* The score of log-odds <= 0 by Newton's method on ln Φ, which is concave: from the left it never oversteps. */
static double solve_score(double odds, double start)
{
    const double wanted = odds - log1p(exp(odds));
    double y = start;

    for (int i = 0; i < 60; i++) {
        const double below = normal_below(y);
        const double step = (wanted - log(below)) * below / density(y);

        y += step;
        if (fabs(step) <= 1e-15 * fabs(y)) break;
    }
    return y;
}

static void make_scores(partner__chances *c)
{
    enum { MIDDLE = PARTNER__SCORE_ENDS * PARTNER__CHANCE_STEPS };
    double y = -9.5; /* ln Φ is -48 there, which is below all */

    for (int i = 0; i <= MIDDLE; i++) {
        const double odds = (double)(i - MIDDLE) / PARTNER__CHANCE_STEPS;
        const double p = partner__chance_of_odds(odds);
        partner__knot *left = &c->score[i], *right = &c->score[2 * MIDDLE - i];

        y = i == MIDDLE ? 0 : solve_score(odds, y);
        left->value = y;
        left->slope = right->slope = p * (1 - p) / density(y) / PARTNER__CHANCE_STEPS;
        right->value = -y;
    }
}

void partner__chances_make(partner__chances *c)
{
    make_scores(c);
    for (int i = 0; i <= 2 * PARTNER__BELOW_ENDS * PARTNER__CHANCE_STEPS; i++) {
        const double y = (double)i / PARTNER__CHANCE_STEPS - PARTNER__BELOW_ENDS;

        c->below[i].value = normal_below(y);
        c->below[i].slope = density(y) / PARTNER__CHANCE_STEPS;
    }
}

void partner__shares_make(const partner__chances *c, double share, double *score)
{
    for (int i = 0; i < PARTNER__SHARE_KNOTS; i++) {
        const double odds = (double)i / PARTNER__SHARE_STEPS - PARTNER__SHARE_ENDS;

        score[i] = share < 1e-4 ? NAN : partner__score_of_odds(c, -log((1 + exp(-odds)) / share - 1));
    }
}

/* Uniform on the odd multiples of 2^-53 in (0, 1): never 0 or 1, and symmetric. */
static double inner_uniform(partner__random *random)
{
    return ((double)(partner__random_next(random) >> 12) + 0.5) * 0x1p-52;
}

double partner__random_normal_of(const partner__chances *c, partner__random *random)
{
    return partner__score_of_odds(c, partner__odds_of_chance(inner_uniform(random)));
}

/* ln of a number from the gamma distribution of shape a. Marsaglia & Tsang 2000; a shape below 1 by way of
 * a + 1, in logarithms since such numbers may be smaller than any double. Their squeeze, which decides nearly
 * always, asks for no logarithm. */
static double log_gamma_number(const partner__chances *c, partner__random *random, double a)
{
    const double lifted = a < 1 ? log(inner_uniform(random)) / a : 0;
    const double d = (a < 1 ? a + 1 : a) - 1.0 / 3, scale = 1 / sqrt(9 * d);

    for (;;) {
        const double x = partner__random_normal_of(c, random), u = inner_uniform(random);
        const double root = 1 + scale * x, v = root * root * root, square = x * x;

        if (root > 0 && (u < 1 - 0.0331 * square * square || log(u) < 0.5 * x * x + d - d * v + d * log(v)))
            return log(d * v) + lifted;
    }
}

double partner__random_beta_odds(const partner__chances *c, partner__random *random, double a, double b)
{
    const double happens = log_gamma_number(c, random, a);

    return happens - log_gamma_number(c, random, b);
}
