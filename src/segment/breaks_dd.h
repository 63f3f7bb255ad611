/* SPDX-License-Identifier: MIT
 * Sums of two doubles, the second below half a unit in the last place of the first: about 106 bits (Dekker
 * 1971; Hida, Li & Bailey 2001). Magnitudes have to stay below 2^900. */
#ifndef PARTNER_SEGMENT_BREAKS_DD_H
#define PARTNER_SEGMENT_BREAKS_DD_H

#include <math.h>

typedef struct partner__dd {
    double high, low;
} partner__dd;

/* a + b, exactly; the second form for |a| >= |b|. */
static inline partner__dd partner__dd_sum(double a, double b)
{
    const double sum = a + b, part = sum - a;
    const partner__dd result = {sum, (a - (sum - part)) + (b - part)};

    return result;
}
static inline partner__dd partner__dd_quick_sum(double a, double b)
{
    const double sum = a + b;
    const partner__dd result = {sum, b - (sum - a)};

    return result;
}

/* The upper part of a, so that it and the rest, a less it, have 26 bits each (Veltkamp). */
static inline double partner__dd_upper(double a)
{
    const double far = 134217729.0 * a; /* 2^27 + 1 */

    return far - (far - a);
}

/* a * b, exactly, but for what is below the smallest double. Both forms give the same bits. */
static inline partner__dd partner__dd_product(double a, double b)
{
    const double product = a * b;
#if defined(FP_FAST_FMA)
    const partner__dd result = {product, fma(a, b, -product)};
#else
    const double a_high = partner__dd_upper(a), b_high = partner__dd_upper(b);
    const double a_low = a - a_high, b_low = b - b_high;
    const partner__dd result = {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) +
                                             a_low * b_low};
#endif
    return result;
}

/* a + b. The error is below 2^-105 (|a| + |b|). */
static inline partner__dd partner__dd_add(partner__dd a, partner__dd b)
{
    const partner__dd sum = partner__dd_sum(a.high, b.high);

    return partner__dd_quick_sum(sum.high, sum.low + (a.low + b.low));
}

static inline partner__dd partner__dd_sub(partner__dd a, partner__dd b)
{
    const partner__dd minus = {-b.high, -b.low};

    return partner__dd_add(a, minus);
}

/* a^2 and a / b with relative errors below 2^-103. */
static inline partner__dd partner__dd_square(partner__dd a)
{
    const double product = a.high * a.high;
#if defined(FP_FAST_FMA)
    const double rest = fma(a.high, a.high, -product);
#else
    const double high = partner__dd_upper(a.high), low = a.high - high;
    const double rest = ((high * high - product) + 2 * high * low) + low * low;
#endif

    return partner__dd_quick_sum(product, rest + 2 * a.high * a.low);
}
static inline partner__dd partner__dd_over(partner__dd a, double b)
{
    const double quotient = a.high / b;
    const partner__dd back = partner__dd_product(quotient, b);

    return partner__dd_quick_sum(quotient, (((a.high - back.high) - back.low) + a.low) / b);
}

#endif
