/* SPDX-License-Identifier: MIT
 * The beta distribution. GSL's inverse does not converge for many parameters from 100 on, and then calls the
 * error handler. */
#ifndef PARTNER_BASE_BETA_H
#define PARTNER_BASE_BETA_H

#include <partner/base.h>

/* The x with P(X <= x) = p, for a and b from 0.1 to 10^9 and 10^-20 <= p < 1. Relative error of x below 1e-11.
 * Errors: ARGUMENT. O(sqrt(a + b)). */
partner_status partner__beta_quantile(double p, double a, double b, double *x, partner_error *error);

#endif
