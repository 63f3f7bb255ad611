/* SPDX-License-Identifier: MIT
 * What the files of the tail share. Everything works on logarithms of ratios of amounts, so that the unit of
 * the amounts does not matter, and a replicate of the goodness of fit need not consist of integers. */
#ifndef PARTNER_TAIL_PRIVATE_H
#define PARTNER_TAIL_PRIVATE_H

#include <partner/pareto.h>

#include "../base/pulse.h"

/* One distinct value. */
typedef struct partner__tail_place {
    double log, log_rest; /* ln(largest value / this one), as the sum of two doubles, so that differences keep
                             all their digits however near to each other the values are */
    double inverse;       /* 1 / value */
    uint32_t count;       /* amounts >= the value: the tail that begins here */
    uint32_t above;       /* amounts > the value */
} partner__tail_place;

/* A sample of positive amounts, largest first. */
typedef struct partner__tail_sample {
    partner__tail_place *place; /* [places] */
    double *mean_log;           /* [places] mean of ln(x / value) over the tail that begins here */
    size_t places, room;
    double spread, spread_rest; /* of the last place: n times its mean_log, as the sum of two doubles */
    int discrete;
} partner__tail_sample;

/* Room for `room` distinct values; NOMEM. Release with _free, after a failure too. */
partner_status partner__tail_sample_make(partner__tail_sample *sample, size_t room, int discrete,
                                         partner_error *error);
void partner__tail_sample_free(partner__tail_sample *sample);

/* Adds `count` amounts of one value: `gap` = ln(value before / this one) >= 0 (not looked at for the first). */
void partner__tail_append(partner__tail_sample *sample, double gap, double inverse, uint32_t count);

/* ln(value at the place `from` / value at the later place `to`). */
static inline double partner__tail_log(const partner__tail_sample *sample, size_t from, size_t to)
{
    const partner__tail_place *a = &sample->place[from], *b = &sample->place[to];

    return (b->log - a->log) + (b->log_rest - a->log_rest);
}

/* A power law and the place where its tail begins. */
typedef struct partner__tail_fit {
    size_t place;
    double beta; /* alpha - 1 */
    double ks;
} partner__tail_fit;

/* Beta of the tail that begins at a place. Errors: CONVERGENCE. */
partner_status partner__tail_beta(const partner__tail_sample *sample, size_t place, double *beta,
                                  partner_error *error);

/* The exact minimum of the Kolmogorov-Smirnov distance over all tails with min_tail amounts and two values, of
 * which there must be one. The same for every number of threads of `run`. Errors: NOMEM, CANCELLED,
 * CONVERGENCE.
 */
partner_status partner__tail_search(const partner__tail_sample *sample, size_t min_tail,
                                    const partner__run *run, partner__pulse *pulse, partner__tail_fit *fit,
                                    partner_error *error);

/* The power law against its alternatives on the same tail. Errors: NOMEM, CANCELLED, CONVERGENCE. */
partner_status partner__tail_compare(const partner__tail_sample *sample, const partner__tail_fit *fit,
                                     const partner__run *run, partner__pulse *pulse,
                                     partner_tail_against *against, partner_error *error);

/* The lognormal cut off below the tail. With t the logarithm over where the tail begins (discrete: over xmin -
 * 1/2) and y = t / unit - 1, its density on y > -1 is exp(-slope y - curve y^2 / 2 - log_norm). */
typedef struct partner__tail_lognormal {
    int is_power_law; /* sigma is past 50: nothing else is set */
    double unit, slope, curve, log_norm;
} partner__tail_lognormal;

/* Its likeliest parameters for the tail that begins at `place`; likewise. */
partner_status partner__tail_lognormal_fit(const partner__tail_sample *sample, size_t place,
                                           const partner__run *run, partner__pulse *pulse,
                                           partner__tail_lognormal *lognormal, partner_error *error);

/* ln of its probability of the integer at the place `at` (discrete), or of its density by y there. */
double partner__tail_lognormal_at(const partner__tail_lognormal *lognormal, const partner__tail_sample *sample,
                                  size_t place, size_t at);

/* The normal distribution cut off below: s > 0 with density ~ exp(-a s - s^2 / 2). */
typedef struct partner__cut_normal {
    double mean;          /* of s */
    double variance;      /* and its central moments */
    double third, fourth; /* of order 3 and 4 */
    double hazard;        /* density at 0: 1 / integral of exp(-a s - s^2 / 2) */
} partner__cut_normal;
partner__cut_normal partner__cut_normal_of(double a);

/* The a whose variance / mean^2 is `square`, 0 < square < 1. */
double partner__cut_normal_solve(double square);

/* The integral of exp(-slope y - curve y^2 / 2) over y from `from` to `from` + `width`, and moments of y under
 * it. */
typedef struct partner__cell {
    double log_integral;
    double mean, half_square;                     /* of y and of y^2 / 2 */
    double variance, covariance, square_variance; /* of these two */
} partner__cell;
partner__cell partner__cell_of(double slope, double curve, double from, double width);

/* Goodness of fit: the share of replicates whose distance is at least that of `fit`. Errors: NOMEM, CANCELLED,
 * CONVERGENCE. */
partner_status partner__tail_check(const partner__tail_sample *sample, const partner__tail_fit *fit,
                                   const partner_pareto_options *options, const partner__run *run,
                                   partner__pulse *pulse, double *p, partner_error *error);

#endif
