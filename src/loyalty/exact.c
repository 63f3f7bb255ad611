/* SPDX-License-Identifier: MIT */
#include "exact.h"

#include <inttypes.h>
#include <stdio.h>

#include "divide.h"

enum { FACTORS = PARTNER__FACTORS, ENDLESS = 6 };

uint64_t partner__common_divisor(uint64_t a, uint64_t b)
{
    while (b > 0) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* Pair by pair: when no factor above shares a divisor with one below, the products do not either. */
void partner__reduce(partner__fraction *fraction)
{
    for (int i = 0; i < FACTORS; i++)
        for (int j = 0; j < FACTORS; j++) {
            uint64_t divisor = partner__common_divisor(fraction->above[i], fraction->below[j]);

            fraction->above[i] /= divisor;
            fraction->below[j] /= divisor;
        }
}

partner__u128 partner__product(const uint64_t factor[FACTORS])
{
    partner__u128 product = partner__u128_from(1);

    for (int i = 0; i < FACTORS; i++) product = partner__u128_scale(product, factor[i]);
    return product;
}

/* What is below has no prime factors but 2 and 5, or the decimals never end; the more frequent of the two tells
 * how many there are. */
static int places_of(const partner__fraction *fraction)
{
    int twos = 0, fives = 0;

    for (int i = 0; i < FACTORS; i++) {
        uint64_t rest = fraction->below[i];

        for (; rest % 2 == 0; rest /= 2) twos++;
        for (; rest % 5 == 0; rest /= 5) fives++;
        if (rest != 1) return -1;
    }
    return twos > fives ? twos : fives;
}

/* The next digit of rest / below, which it takes off. */
static char digit(partner__u128 *rest, partner__u128 below)
{
    partner__u128 ten = partner__u128_scale(*rest, 10);

    return (char)('0' + partner__u128_low(partner__u128_divide(ten, below, rest)));
}

int partner__decimal(const partner__fraction *fraction, char buffer[PARTNER__DECIMAL])
{
    int places = places_of(fraction);
    partner__u128 below = partner__product(fraction->below), rest;
    uint64_t whole = partner__u128_low(partner__u128_divide(partner__product(fraction->above), below, &rest));
    char *at = buffer;

    at += snprintf(at, 24, "%" PRIu64, whole);
    if (places != 0) *at++ = '.';
    for (int i = 0; i < (places < 0 ? ENDLESS : places); i++) *at++ = digit(&rest, below);
    snprintf(at, 8, "%s", places < 0 ? "…" : "");
    return places;
}
