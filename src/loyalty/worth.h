/* SPDX-License-Identifier: MIT
 * Points as money, money shared out by points, and sums of either: exact, rounded at most once, half to even.
 */
#ifndef PARTNER_LOYALTY_WORTH_H
#define PARTNER_LOYALTY_WORTH_H

#include <partner/base.h>

/* Whether a + b fits; then *sum receives it. The same for a - b. */
static inline int partner__plus(int64_t a, int64_t b, int64_t *sum)
{
#if defined(__GNUC__)
    int64_t all;

    if (__builtin_add_overflow(a, b, &all)) return 0; /* one instruction instead of five */
    *sum = all;
    return 1;
#else
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b) return 0;
    *sum = a + b;
    return 1;
#endif
}
static inline int partner__minus(int64_t a, int64_t b, int64_t *difference)
{
    if (b > 0 ? a < INT64_MIN + b : a > INT64_MAX + b) return 0;
    *difference = a - b;
    return 1;
}

/* Whether a·b/c, rounded, fits int64_t; then *share receives it. c > 0. Products from 2^127 on, which only a
 * result far beyond int64_t or numbers above it make, count as those that do not fit. */
int partner__rounded_share(uint64_t a, uint64_t b, uint64_t c, int64_t *share);

/* What points are worth in minor units at `point_value` (major units × 10^8 for one point), 0 <= minor_units <=
 * 9. Errors: RANGE. */
partner_status partner__worth(uint64_t points, uint64_t point_value, unsigned minor_units, int64_t *money,
                              partner_error *error);

#endif
