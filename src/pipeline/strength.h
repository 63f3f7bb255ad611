/* SPDX-License-Identifier: MIT
 * How many deals a stage's rate counts for beside a partner's own: m of the beta-binomial. */
#ifndef PARTNER_PIPELINE_STRENGTH_H
#define PARTNER_PIPELINE_STRENGTH_H

#include "rates.h"

/* ln of the gamma function for x > 0, absolute error below 1e-14 (1 + |result|). The C library's may write a
 * global.
 */
double partner__log_gamma(double x);

/* The m of 1 … 1000 of greatest likelihood; where m hardly matters the larger one, and 1000 for fewer than two
 * partners or a mean that is not between 0 and 1. Errors: NOMEM. About 70 likelihoods of the tallies that
 * differ. */
partner_status partner__strength_of(double mean, const partner__tally *tally, size_t count, double *strength,
                                    partner_error *error);

#endif
