/* SPDX-License-Identifier: MIT
 * Products and quotients of 128 bits, with or without a type for them. */
#ifndef PARTNER_LOYALTY_DIVIDE_H
#define PARTNER_LOYALTY_DIVIDE_H

#include "../base/int128.h"

/* n / d rounded down, with `inverse` = floor((2^64 - 1) / d): a third of what a division takes. The first guess
 * is at most 2 too small, as n/d - n·inverse/2^64 <= (1 + 1/d)·n/2^64 < 2. */
static inline uint64_t partner__divide_by(uint64_t n, uint64_t d, uint64_t inverse, uint64_t *left)
{
    uint64_t quotient = partner__u128_high(partner__u128_mul(n, inverse));

    *left = n - quotient * d;
    while (*left >= d) {
        *left -= d;
        quotient++;
    }
    return quotient;
}

/* Values stay below 2^127. */
static inline int partner__fits_127(partner__u128 a) { return partner__u128_high(a) >> 63 == 0; }

/* Whether a·b stays below 2^127; then *product receives it. */
int partner__u128_times(partner__u128 a, uint64_t b, partner__u128 *product);

/* a / b rounded down, and what is left; b > 0, both below 2^127. */
partner__u128 partner__u128_divide(partner__u128 a, partner__u128 b, partner__u128 *left);

/* Whether the quotient, rounded as PARTNER_ROUND_… says, fits int64_t; then *points receives it. */
int partner__rounded(partner__u128 above, partner__u128 below, uint8_t round, int64_t *points);

#endif
