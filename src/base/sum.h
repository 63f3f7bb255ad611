/* SPDX-License-Identifier: MIT
 * Compensated summation of doubles (Neumaier 1974): the error does not grow with the number of terms. */
#ifndef PARTNER_BASE_SUM_H
#define PARTNER_BASE_SUM_H

#include <math.h>

typedef struct partner__sum {
    double sum, lost;
} partner__sum;

static inline void partner__sum_add(partner__sum *s, double x)
{
    double t = s->sum + x;

    s->lost += fabs(s->sum) >= fabs(x) ? (s->sum - t) + x : (x - t) + s->sum;
    s->sum = t;
}

/* Adds a * b. A product's rounding error is itself a double, so that it is not lost. */
static inline void partner__sum_add_product(partner__sum *s, double a, double b)
{
    const double product = a * b;

    partner__sum_add(s, product);
    partner__sum_add(s, fma(a, b, -product));
}

static inline double partner__sum_value(const partner__sum *s) { return s->sum + s->lost; }

#endif
