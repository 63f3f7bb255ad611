/* SPDX-License-Identifier: MIT
 * Exact fractions as decimals. */
#ifndef PARTNER_LOYALTY_EXACT_H
#define PARTNER_LOYALTY_EXACT_H

#include <stddef.h>
#include <stdint.h>

#include "../base/int128.h"

enum {
    PARTNER__FACTORS = 4,
    PARTNER__DECIMAL = 160 /* room for any number below */
};

/* The product of all above (less than 2^127) over the product of all below (not 0, less than 2^120). */
typedef struct partner__fraction {
    uint64_t above[PARTNER__FACTORS], below[PARTNER__FACTORS];
} partner__fraction;

uint64_t partner__common_divisor(uint64_t a, uint64_t b);

/* To lowest terms: no factor above has a divisor in common with one below. */
void partner__reduce(partner__fraction *fraction);

partner__u128 partner__product(const uint64_t factor[PARTNER__FACTORS]);

/* A fraction in lowest terms, below 2^64, as a decimal: every digit it has, or where they never end six places
 * and an ellipsis. Gives how many places it has; -1 = they never end. */
int partner__decimal(const partner__fraction *fraction, char buffer[PARTNER__DECIMAL]);

#endif
