/* SPDX-License-Identifier: MIT
 * The wall around GSL: double in, status out. gsl.c is the only file that includes gsl/. Arguments are checked
 * to be finite and in the domain before GSL sees them, GSL's status and the result afterwards; where GSL loses
 * digits inside a legal domain there is an accurate branch of our own. Without GSL (-Dgsl=disabled) this file
 * is not built. */
#ifndef PARTNER_BASE_GSL_H
#define PARTNER_BASE_GSL_H

#include <partner/base.h>

/* ln erfc(x), also where erfc itself underflows. Relative error below 1e-14, and absolute error below 1e-15
 * where the result is near 0. Errors: ARGUMENT (not finite), RANGE (the result leaves double). */
partner_status partner__log_erfc(double x, double *result, partner_error *error);

/* The normal distribution: P(X <= x), and the x of a probability, 0 < p < 1. Relative error below 1e-14 (for x
 * beyond -37 the former underflows to 0). Errors: ARGUMENT. */
partner_status partner__normal_below(double x, double *result, partner_error *error);
partner_status partner__normal_quantile(double p, double *result, partner_error *error);

/* Factors a symmetric matrix [n * n], n >= 1, in place, for the two functions below: Gill, Murray & Wright's
 * Cholesky, which raises the diagonal where the matrix is not positive definite. *changed says whether it did.
 * `order` and `spare` have n elements. Errors: ARGUMENT (not finite). */
partner_status partner__factor(double *matrix, size_t n, size_t *order, double *spare, int *changed,
                               partner_error *error);
/* Turns the right-hand side x into the solution. */
partner_status partner__factor_solve(const double *factored, size_t n, const size_t *order, double *x,
                                     partner_error *error);
/* inverse[n * n] of the matrix. */
partner_status partner__factor_invert(const double *factored, size_t n, const size_t *order, double *inverse,
                                      partner_error *error);

#endif
