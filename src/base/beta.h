/* SPDX-License-Identifier: MIT
 * The beta distribution: its distribution function and its quantiles, both tails with all their digits. GSL's
 * distribution function is NaN from a = 10^6 on, and its inverse does not converge for many parameters from 100
 * on, and then calls the error handler. */
#ifndef PARTNER_BASE_BETA_H
#define PARTNER_BASE_BETA_H

#include <partner/base.h>

/* P(X <= x) and P(X > x), each with a relative error below 3e-13 + 5e-15 (a + b), for a and b from 0.001 to
 * 10^10 and 0 <= x <= 1; below 10^-308 a tail may be 0. Errors: ARGUMENT. O(1). */
partner_status partner__beta_below(double x, double a, double b, double *p, partner_error *error);
partner_status partner__beta_above(double x, double a, double b, double *p, partner_error *error);

/* The x with P(X <= x) = p, for the same a and b and 10^-300 <= p < 1. Relative error of x below 1e-12; it is 0
 * or 1 where no double is nearer. Errors: ARGUMENT, CONVERGENCE. */
partner_status partner__beta_quantile(double p, double a, double b, double *x, partner_error *error);

/* The same for one who asks a lot. Arguments are not checked: they are as above. */

/* A beta distribution: Beta(a, b) = X, P(ln X / (1 - X) = l) = x^a y^b / B(a, b) with l = ln x / y. */
typedef struct partner__beta {
    double a, b, n;
    double log_front; /* -ln B(a, b), or that and ln of x^a y^b at the peak x = a / n when `peaked` */
    double log_below, log_above; /* -ln a B(a, b) where a <= 1, -ln b B(a, b) where b <= 1 */
    int peaked;
} partner__beta;

partner__beta partner__beta_of(double a, double b);

/* A place x, 0 < x < 1, and what is on either side of it. y = 1 - x, and logit = ln x / y. */
typedef struct partner__beta_place {
    double x, y, logit;
} partner__beta_place;

partner__beta_place partner__beta_place_of(double x, double y);
void partner__beta_tails(const partner__beta *beta, partner__beta_place place, double *below, double *above);

/* A probability p of a quantile, made ready. */
typedef struct partner__beta_goal {
    double log_tail; /* of the smaller of p and 1 - p */
    double log_below, log_above;
    double z; /* the standard normal quantile */
    int upper;
} partner__beta_goal;

partner__beta_goal partner__beta_goal_of(double p);

/* NaN when no answer is found. */
double partner__beta_quantile_of(const partner__beta *beta, const partner__beta_goal *goal);

#endif
