/* SPDX-License-Identifier: MIT
 * Unsigned 128-bit integers, exact ratios, and just enough of 256 bits to compare products and to take the root
 * of a ratio.
 *
 * Used through these functions only: where the compiler has no 128-bit type (32-bit machines) the same
 * functions work on two words. PARTNER_NO_INT128 forces that form, for the tests. */
#ifndef PARTNER_BASE_INT128_H
#define PARTNER_BASE_INT128_H

#include <stdint.h>

#if defined(__SIZEOF_INT128__) && !defined(PARTNER_NO_INT128)

__extension__ typedef unsigned __int128 partner__u128;

static inline partner__u128 partner__u128_make(uint64_t high, uint64_t low)
{
    return (partner__u128)high << 64 | low;
}
static inline partner__u128 partner__u128_from(uint64_t a) { return a; }
static inline uint64_t partner__u128_high(partner__u128 a) { return (uint64_t)(a >> 64); }
static inline uint64_t partner__u128_low(partner__u128 a) { return (uint64_t)a; }
static inline partner__u128 partner__u128_add(partner__u128 a, partner__u128 b) { return a + b; }
static inline partner__u128 partner__u128_sub(partner__u128 a, partner__u128 b) { return a - b; }
static inline partner__u128 partner__u128_mul(uint64_t a, uint64_t b) { return (partner__u128)a * b; }
static inline partner__u128 partner__u128_scale(partner__u128 a, uint64_t b) { return a * b; }
static inline partner__u128 partner__u128_shl(partner__u128 a, unsigned n) { return a << n; }
static inline int partner__u128_less(partner__u128 a, partner__u128 b) { return a < b; }

#else

typedef struct partner__u128 {
    uint64_t low, high;
} partner__u128;

static inline partner__u128 partner__u128_make(uint64_t high, uint64_t low)
{
    partner__u128 r;
    r.low = low;
    r.high = high;
    return r;
}
static inline partner__u128 partner__u128_from(uint64_t a) { return partner__u128_make(0, a); }
static inline uint64_t partner__u128_high(partner__u128 a) { return a.high; }
static inline uint64_t partner__u128_low(partner__u128 a) { return a.low; }
static inline partner__u128 partner__u128_add(partner__u128 a, partner__u128 b)
{
    uint64_t low = a.low + b.low;
    return partner__u128_make(a.high + b.high + (low < a.low), low);
}
static inline partner__u128 partner__u128_sub(partner__u128 a, partner__u128 b)
{
    return partner__u128_make(a.high - b.high - (a.low < b.low), a.low - b.low);
}
static inline partner__u128 partner__u128_mul(uint64_t a, uint64_t b)
{
    uint64_t a0 = a & UINT32_MAX, a1 = a >> 32, b0 = b & UINT32_MAX, b1 = b >> 32;
    uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    uint64_t cross = a0 * b1 + (middle & UINT32_MAX);
    return partner__u128_make(a1 * b1 + (middle >> 32) + (cross >> 32), cross << 32 | (a0 * b0 & UINT32_MAX));
}
static inline partner__u128 partner__u128_scale(partner__u128 a, uint64_t b)
{
    partner__u128 r = partner__u128_mul(a.low, b);
    r.high += a.high * b;
    return r;
}
static inline partner__u128 partner__u128_shl(partner__u128 a, unsigned n)
{
    if (n == 0) return a;
    if (n >= 64) return partner__u128_make(a.low << (n - 64), 0);
    return partner__u128_make(a.high << n | a.low >> (64 - n), a.low << n);
}
static inline int partner__u128_less(partner__u128 a, partner__u128 b)
{
    return a.high != b.high ? a.high < b.high : a.low < b.low;
}

#endif

static inline int partner__u128_is_zero(partner__u128 a)
{
    return (partner__u128_high(a) | partner__u128_low(a)) == 0;
}

/* |a| without the overflow of -INT64_MIN. */
static inline uint64_t partner__magnitude(int64_t a) { return a < 0 ? 0 - (uint64_t)a : (uint64_t)a; }

/* numerator / denominator, correctly rounded (to nearest, ties to even); NaN when the denominator is 0. */
double partner__ratio(partner__u128 numerator, partner__u128 denominator);

/* The same for part <= whole with whole >= 2^53; part of partner__share. */
double partner__share_wide(uint64_t part, uint64_t whole);

/* part / whole, correctly rounded, for part <= whole < 2^63. Where both fit a double one division already is.
 */
static inline double partner__share(uint64_t part, uint64_t whole)
{
    const uint64_t exact = (uint64_t)1 << 53;

    return whole <= exact ? (double)(int64_t)part / (double)(int64_t)whole : partner__share_wide(part, whole);
}

/* a/b - c/d, correctly rounded; NaN when b or d is 0. a b c d < 2^127. */
double partner__ratio_difference(partner__u128 a, partner__u128 b, partner__u128 c, partner__u128 d);

/* 256 bits, least significant word first. */
typedef struct partner__u256 {
    uint64_t word[4];
} partner__u256;

partner__u256 partner__u256_mul(partner__u128 a, partner__u128 b);
partner__u256 partner__u256_sub(partner__u256 a, partner__u256 b); /* for a >= b */
int partner__u256_less(partner__u256 a, partner__u256 b);

/* sqrt(a / b), correctly rounded, for a < 2^255; NaN when b is 0. */
double partner__root_of_ratio(partner__u256 a, partner__u128 b);

/* a * b / c rounded down, for results below 2^64 and c > 0. */
uint64_t partner__mul_div(uint64_t a, uint64_t b, uint64_t c);

#endif
