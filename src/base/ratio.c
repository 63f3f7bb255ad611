/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "int128.h"

enum { EXACT_BITS = 53 };

static const uint64_t EXACT = (uint64_t)1 << EXACT_BITS;

static unsigned leading_zeros(uint64_t a)
{
    unsigned n = 0;
    if (a == 0) return 64;
    for (unsigned step = 32; step > 0; step /= 2)
        if (a >> (64 - step) == 0) {
            n += step;
            a <<= step;
        }
    return n;
}

/* Long division needs the same steps at 128 and at 256 bits. */
typedef partner__u256 wide;

static int wide_bits(const wide *a)
{
    for (int i = 3; i >= 0; i--)
        if (a->word[i] != 0) return 64 * (i + 1) - (int)leading_zeros(a->word[i]);
    return 0;
}

static int wide_less(const wide *a, const wide *b)
{
    for (int i = 3; i >= 0; i--)
        if (a->word[i] != b->word[i]) return a->word[i] < b->word[i];
    return 0;
}

static void wide_subtract(wide *a, const wide *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        uint64_t first = a->word[i] - b->word[i];
        uint64_t next = (a->word[i] < b->word[i]) | (first < borrow);
        a->word[i] = first - borrow;
        borrow = next;
    }
}

static void wide_shift_left(wide *a, unsigned n)
{
    unsigned words = n / 64, bits = n % 64;
    for (int i = 3; i >= 0; i--) {
        int from = i - (int)words;
        uint64_t high = from >= 0 ? a->word[from] : 0, low = from >= 1 ? a->word[from - 1] : 0;
        a->word[i] = bits == 0 ? high : high << bits | low >> (64 - bits);
    }
}

static wide wide_multiply(partner__u128 a, partner__u128 b)
{
    const uint64_t x[2] = {partner__u128_low(a), partner__u128_high(a)};
    const uint64_t y[2] = {partner__u128_low(b), partner__u128_high(b)};
    wide r = {{0, 0, 0, 0}};

    for (int i = 0; i < 2; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < 2; j++) {
            partner__u128 t = partner__u128_mul(x[i], y[j]);
            t = partner__u128_add(t, partner__u128_from(r.word[i + j]));
            t = partner__u128_add(t, partner__u128_from(carry));
            r.word[i + j] = partner__u128_low(t);
            carry = partner__u128_high(t);
        }
        r.word[i + 2] += carry;
    }
    return r;
}

/* Long division by shift and subtract: 55 bits of quotient and whether anything is left decide the rounding.
 * Both are first shifted to equal length (at most 255 bits, so that one more shift never overflows). */
static double wide_ratio(wide a, wide b)
{
    int a_bits = wide_bits(&a), b_bits = wide_bits(&b), exponent = a_bits - b_bits;
    uint64_t quotient = 0;
    const int digits = EXACT_BITS + 2;

    if (b_bits == 0) return NAN;
    if (a_bits == 0) return 0.0;
    if (exponent < 0) wide_shift_left(&a, (unsigned)-exponent);
    if (exponent > 0) wide_shift_left(&b, (unsigned)exponent);
    if (wide_less(&a, &b)) {
        wide_shift_left(&a, 1);
        exponent--;
    }
    for (int i = 0; i < digits; i++) {
        quotient <<= 1;
        if (!wide_less(&a, &b)) {
            wide_subtract(&a, &b);
            quotient |= 1;
        }
        wide_shift_left(&a, 1);
    }
    /* The two last digits and the rest: below, at or above half of the last place that stays. */
    uint64_t kept = quotient >> 2, rest = (quotient & 3) << 1 | (wide_bits(&a) != 0);
    kept += rest > 4 || (rest == 4 && (kept & 1));
    return ldexp((double)kept, exponent - (EXACT_BITS - 1));
}

static wide widen(partner__u128 a)
{
    wide r = {{partner__u128_low(a), partner__u128_high(a), 0, 0}};
    return r;
}

double partner__ratio(partner__u128 numerator, partner__u128 denominator)
{
    if (partner__u128_high(numerator) == 0 && partner__u128_high(denominator) == 0) {
        uint64_t a = partner__u128_low(numerator), b = partner__u128_low(denominator);
        if (b == 0) return NAN;
        if (a <= EXACT && b <= EXACT) return (double)a / (double)b;
    }
    return wide_ratio(widen(numerator), widen(denominator));
}

/* The quotient of the rounded operands is at most three units off in the last place, and the exact remainder
 * part * 2^s - m * whole says by how much. */
double partner__share_wide(uint64_t part, uint64_t whole)
{
    int exponent;
    uint64_t mantissa;
    partner__u128 rest, twice, unit = partner__u128_from(whole);

    if (part == 0) return 0.0;
    mantissa = (uint64_t)ldexp(frexp((double)part / (double)whole, &exponent), EXACT_BITS);
    /* Next to a power of two the spacing changes: leave these few to the general way. */
    if (mantissa < EXACT / 2 + 4 || mantissa > EXACT - 4)
        return partner__ratio(partner__u128_from(part), partner__u128_from(whole));
    /* What m - 3 lacks of the quotient, as a multiple of `whole`: between 0 and 6. */
    mantissa -= 3;
    rest = partner__u128_shl(partner__u128_from(part), (unsigned)(EXACT_BITS - exponent));
    rest = partner__u128_sub(rest, partner__u128_mul(mantissa, whole));
    while (!partner__u128_less(rest, unit)) {
        rest = partner__u128_sub(rest, unit);
        mantissa++;
    }
    twice = partner__u128_shl(rest, 1);
    if (partner__u128_less(unit, twice) || (!partner__u128_less(twice, unit) && (mantissa & 1))) mantissa++;
    return ldexp((double)mantissa, exponent - EXACT_BITS);
}

double partner__ratio_difference(partner__u128 a, partner__u128 b, partner__u128 c, partner__u128 d)
{
    wide left = wide_multiply(a, d), right = wide_multiply(c, b), below = wide_multiply(b, d);

    if (wide_less(&left, &right)) {
        wide_subtract(&right, &left);
        return -wide_ratio(right, below);
    }
    wide_subtract(&left, &right);
    return wide_ratio(left, below);
}

partner__u256 partner__u256_mul(partner__u128 a, partner__u128 b) { return wide_multiply(a, b); }

partner__u256 partner__u256_sub(partner__u256 a, partner__u256 b)
{
    wide_subtract(&a, &b);
    return a;
}

int partner__u256_less(partner__u256 a, partner__u256 b) { return wide_less(&a, &b); }

/* Compares (m * 2^exponent)^2 * b with a: below 0, 0 or above. For a root near enough neither side leaves 256
 * bits: m has 55 bits at most. */
static int compare_square(uint64_t m, int exponent, wide a, partner__u128 b)
{
    wide square = wide_multiply(partner__u128_mul(m, m), b);

    if (exponent < 0) wide_shift_left(&a, (unsigned)(-2 * exponent));
    else wide_shift_left(&square, (unsigned)(2 * exponent));
    if (wide_less(&square, &a)) return -1;
    return wide_less(&a, &square);
}

/* The root of the rounded quotient is at most one unit off in the last place: a step or two lead to the largest
 * double that is not above, and the square half way to the next one decides. */
double partner__root_of_ratio(partner__u256 a, partner__u128 b)
{
    double guess = sqrt(wide_ratio(a, widen(b)));
    int exponent, half;
    uint64_t m;

    if (!(guess > 0)) return guess;
    m = (uint64_t)ldexp(frexp(guess, &exponent), EXACT_BITS);
    exponent -= EXACT_BITS;
    /* Below a power of two the doubles stand twice as close. */
    if (m == EXACT / 2 && compare_square(m, exponent, a, b) > 0) {
        m = EXACT - 1;
        exponent--;
    }
    while (compare_square(m, exponent, a, b) > 0) m--;
    while (compare_square(m + 1, exponent, a, b) <= 0) m++;
    half = compare_square(2 * m + 1, exponent - 1, a, b);
    if (half < 0 || (half == 0 && (m & 1))) m++;
    return ldexp((double)m, exponent);
}

uint64_t partner__mul_div(uint64_t a, uint64_t b, uint64_t c)
{
    partner__u128 product = partner__u128_mul(a, b);
    wide rest = widen(product), divisor = widen(partner__u128_from(c));
    uint64_t quotient = 0;
    int shift;

    if (partner__u128_high(product) == 0 && c > 0) return partner__u128_low(product) / c;
    shift = wide_bits(&rest) - wide_bits(&divisor);
    if (shift < 0) return 0;
    wide_shift_left(&divisor, (unsigned)shift);
    for (; shift >= 0; shift--) {
        quotient <<= 1;
        if (!wide_less(&rest, &divisor)) {
            wide_subtract(&rest, &divisor);
            quotient |= 1;
        }
        wide_shift_left(&rest, 1);
    }
    return quotient;
}
