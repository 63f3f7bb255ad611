/* SPDX-License-Identifier: MIT
 * Hours to spread, with what they bring: what the parts of partner_allocate share. */
#ifndef PARTNER_SEGMENT_ALLOCATE_H
#define PARTNER_SEGMENT_ALLOCATE_H

#include <math.h>
#include <partner/segment.h>

#include "../base/arena.h"
#include "../base/parallel.h"
#include "../base/sum.h"

/* Sums of decimals miss by a rounding or two: hours that differ by so little of the budget are the same. */
#define PARTNER__HOURS_SLACK 5e-13

enum { PARTNER__HOURS_BLOCK = 1 << 14 /* rows per task */ };

/* Returns and options, checked. */
typedef struct partner__spread {
    partner_returns given;
    partner__run run;
    double budget;
    uint8_t sensitivity;
    double gain_factor, scale_factor;
} partner__spread;

static inline double partner__floor_of(const partner_returns *given, size_t i)
{
    return given->floor == NULL || isnan(given->floor[i]) ? 0 : given->floor[i];
}

static inline double partner__ceiling_of(const partner_returns *given, size_t i)
{
    return given->ceiling == NULL || isnan(given->ceiling[i]) ? INFINITY : given->ceiling[i];
}

static inline uint32_t partner__partner_of(const partner_returns *given, size_t i)
{
    return given->partner == NULL ? (uint32_t)i : given->partner[i];
}

/* " (partner 7)" where a row is about somebody, else "". */
const char *partner__spread_whom(const partner_returns *given, size_t i, char text[32]);

/* --- allocate_check.c --- */

/* The sum of a column of hours; infinite or NaN where it leaves double, NaN where one is unknown. */
double partner__hours_sum(const double *hours, size_t rows);

/* Takes and checks what the caller gives. Errors: those of partner_allocate. */
partner_status partner__spread_take(partner__spread *spread, const partner_returns *returns,
                                    const partner_allocation_options *options, partner_error *error);

/* --- allocate_find.c --- */

/* The best hours [rows] with all gains and scales times a factor. Errors: RANGE, NOMEM, CANCELLED. */
partner_status partner__spread_find(const partner__spread *spread, double gain_factor, double scale_factor,
                                    double *hours, partner_error *error);

/* --- allocate_measure.c --- */

/* What hours bring. */
typedef struct partner__spread_answer {
    double *hours, *expected, *marginal; /* [rows] */
    double gain_factor, scale_factor;
    double spent, gain, lambda;
} partner__spread_answer;

/* Fills all but hours and factors. Errors: RANGE, CANCELLED. */
partner_status partner__spread_measure(const partner__spread *spread, partner__spread_answer *answer,
                                       partner_error *error);

/* What the hours that partners get now bring with the factors of the options; NaN where one is unknown or they
 * do not keep the bounds and the budget. */
double partner__spread_gain_now(const partner__spread *spread);

/* Hours that others get: what some get less is what others get more, but for roundings. */
double partner__hours_moved(const double *from, const double *to, size_t rows);

#endif
