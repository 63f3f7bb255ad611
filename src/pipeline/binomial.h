/* SPDX-License-Identifier: MIT
 * How many of independent deals are won: the Poisson-binomial distribution. */
#ifndef PARTNER_PIPELINE_BINOMIAL_H
#define PARTNER_PIPELINE_BINOMIAL_H

#include <partner/base.h>

#include "../base/parallel.h"

enum { PARTNER__BINOMIAL_MOST = 20000 };

/* distribution[k] receives the probability that k of them are won, k = 0 … deals; probabilities are within
 * 0 … 1. Relative error below 1e-11 where above 1e-250; smaller ones may be 0. Errors: ARGUMENT (more than
 * BINOMIAL_MOST), CANCELLED. O(deals^2), less where the ends have vanished. */
partner_status partner__binomial(const double *probability, size_t deals, const partner__run *run,
                                 double *distribution, partner_error *error);

/* The smallest k whose cumulated probability reaches percent / 100, 0 < percent < 100. */
size_t partner__binomial_quantile(const double *distribution, size_t deals, unsigned percent);

/* Probability of at least k. */
double partner__binomial_reaches(const double *distribution, size_t deals, size_t k);

#endif
