/* SPDX-License-Identifier: MIT
 * Natural numbers below 2^1024 in 32-bit limbs, least significant first: schoolbook arithmetic that shares
 * nothing with src/base, so that exact results can be checked against it. */
#ifndef PARTNER_TESTS_NATURAL_H
#define PARTNER_TESTS_NATURAL_H

#include <math.h>
#include <stdint.h>

enum { LIMBS = 32 };

typedef struct natural {
    uint32_t limb[LIMBS];
} natural;

static inline natural natural_make(uint64_t high, uint64_t low)
{
    natural n = {{(uint32_t)low, (uint32_t)(low >> 32), (uint32_t)high, (uint32_t)(high >> 32)}};
    return n;
}

static inline natural natural_add(natural a, natural b)
{
    uint64_t carry = 0;

    for (int i = 0; i < LIMBS; i++) {
        carry += (uint64_t)a.limb[i] + b.limb[i];
        a.limb[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return a;
}

/* a - b for a >= b. */
static inline natural natural_subtract(natural a, natural b)
{
    int64_t borrow = 0;

    for (int i = 0; i < LIMBS; i++) {
        int64_t d = (int64_t)a.limb[i] - b.limb[i] - borrow;
        borrow = d < 0;
        a.limb[i] = (uint32_t)(d + (borrow << 32));
    }
    return a;
}

static inline natural natural_multiply(natural a, natural b)
{
    natural r = {{0}};

    for (int i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;
        if (a.limb[i] == 0) continue;
        for (int j = 0; i + j < LIMBS; j++) {
            carry += (uint64_t)a.limb[i] * b.limb[j] + r.limb[i + j];
            r.limb[i + j] = (uint32_t)carry;
            carry >>= 32;
        }
    }
    return r;
}

static inline natural natural_shift(natural a, unsigned bits)
{
    natural r = {{0}};
    int words = (int)(bits / 32);
    unsigned rest = bits % 32;

    for (int i = LIMBS - 1; i >= words; i--) {
        uint64_t two = (uint64_t)a.limb[i - words] << 32 | (i > words ? a.limb[i - words - 1] : 0);
        r.limb[i] = (uint32_t)(two << rest >> 32);
    }
    return r;
}

/* The lowest `bits` bits, a multiple of 32. */
static inline natural natural_truncate(natural a, int bits)
{
    for (int i = bits / 32; i < LIMBS; i++) a.limb[i] = 0;
    return a;
}

static inline int natural_compare(natural a, natural b)
{
    for (int i = LIMBS - 1; i >= 0; i--)
        if (a.limb[i] != b.limb[i]) return a.limb[i] < b.limb[i] ? -1 : 1;
    return 0;
}

static inline int natural_is_zero(natural a) { return natural_compare(a, natural_make(0, 0)) == 0; }

/* Compares n/d with m * 2^e. */
static inline int natural_compare_ratio(natural n, natural d, natural m, int e)
{
    natural right = natural_multiply(d, m);

    if (e < 0) n = natural_shift(n, (unsigned)-e);
    if (e > 0) right = natural_shift(right, (unsigned)e);
    return natural_compare(n, right);
}

/* Whether q is n/d rounded to the nearest double, ties to even. No division: n/d is compared with the two
 * midpoints between q and its neighbours, which it must not pass, nor meet unless q's last digit is even.
 * For quotients in the range of normal doubles. */
static inline int natural_rounds_to(natural n, natural d, double q)
{
    int e, above, below;
    uint64_t m;

    if (natural_is_zero(n)) return q == 0 && !signbit(q);
    if (!(q > 0) || isinf(q)) return 0;
    m = (uint64_t)ldexp(frexp(q, &e), 53);
    e -= 53;
    above = natural_compare_ratio(n, d, natural_make(0, 2 * m + 1), e - 1);
    /* Below a power of two the doubles stand twice as close. */
    if (m == (uint64_t)1 << 52) below = natural_compare_ratio(n, d, natural_make(0, 4 * m - 1), e - 2);
    else below = natural_compare_ratio(n, d, natural_make(0, 2 * m - 1), e - 1);
    if (above == 0 || below == 0) return (m & 1) == 0;
    return above < 0 && below > 0;
}

static inline natural natural_square(uint64_t m)
{
    return natural_multiply(natural_make(0, m), natural_make(0, m));
}

/* Whether q is sqrt(n/d) rounded likewise: the squares of the midpoints are compared. */
static inline int natural_root_rounds_to(natural n, natural d, double q)
{
    int e, above, below;
    uint64_t m;

    if (natural_is_zero(n)) return q == 0 && !signbit(q);
    if (!(q > 0) || isinf(q)) return 0;
    m = (uint64_t)ldexp(frexp(q, &e), 53);
    e -= 53;
    above = natural_compare_ratio(n, d, natural_square(2 * m + 1), 2 * e - 2);
    if (m == (uint64_t)1 << 52) below = natural_compare_ratio(n, d, natural_square(4 * m - 1), 2 * e - 4);
    else below = natural_compare_ratio(n, d, natural_square(2 * m - 1), 2 * e - 2);
    if (above == 0 || below == 0) return (m & 1) == 0;
    return above < 0 && below > 0;
}

#endif
