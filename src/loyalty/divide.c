/* SPDX-License-Identifier: MIT */
#include "divide.h"

#include <partner/loyalty.h>

int partner__u128_times(partner__u128 a, uint64_t b, partner__u128 *product)
{
    partner__u128 low = partner__u128_mul(partner__u128_low(a), b);
    partner__u128 high = partner__u128_mul(partner__u128_high(a), b);
    uint64_t top = partner__u128_low(high) + partner__u128_high(low);

    if (partner__u128_high(high) != 0 || top < partner__u128_high(low) || top >> 63 != 0) return 0;
    *product = partner__u128_make(top, partner__u128_low(low));
    return 1;
}

#if defined(__SIZEOF_INT128__) && !defined(PARTNER_NO_INT128)

partner__u128 partner__u128_divide(partner__u128 a, partner__u128 b, partner__u128 *left)
{
    *left = a % b;
    return a / b;
}

#else

/* Long division by bits; seldom asked for, as what fits 64 bits is divided there. */
partner__u128 partner__u128_divide(partner__u128 a, partner__u128 b, partner__u128 *left)
{
    partner__u128 quotient = partner__u128_from(0), rest = partner__u128_from(0);

    if ((partner__u128_high(a) | partner__u128_high(b)) == 0) {
        *left = partner__u128_from(partner__u128_low(a) % partner__u128_low(b));
        return partner__u128_from(partner__u128_low(a) / partner__u128_low(b));
    }
    for (unsigned i = 128; i-- > 0;) {
        uint64_t word = i < 64 ? partner__u128_low(a) : partner__u128_high(a);

        rest = partner__u128_add(partner__u128_shl(rest, 1), partner__u128_from(word >> (i % 64) & 1));
        quotient = partner__u128_shl(quotient, 1);
        if (partner__u128_less(rest, b)) continue;
        rest = partner__u128_sub(rest, b);
        quotient = partner__u128_add(quotient, partner__u128_from(1));
    }
    *left = rest;
    return quotient;
}

#endif

int partner__rounded(partner__u128 above, partner__u128 below, uint8_t round, int64_t *points)
{
    partner__u128 left, twice, whole = partner__u128_divide(above, below, &left);
    int up = 0, beyond, half;

    twice = partner__u128_shl(left, 1);
    beyond = partner__u128_less(below, twice);
    half = !beyond && !partner__u128_less(twice, below);
    if (round == PARTNER_ROUND_UP) up = !partner__u128_is_zero(left);
    else if (round == PARTNER_ROUND_NEAREST) up = beyond || half;
    else if (round == PARTNER_ROUND_EVEN) up = beyond || (half && (partner__u128_low(whole) & 1) != 0);
    whole = partner__u128_add(whole, partner__u128_from((uint64_t)up));
    if (partner__u128_high(whole) != 0 || partner__u128_low(whole) > INT64_MAX) return 0;
    *points = (int64_t)partner__u128_low(whole);
    return 1;
}
