/* SPDX-License-Identifier: MIT
 * Which known name a mistyped one may have meant. */
#ifndef PARTNER_BASE_NEAREST_H
#define PARTNER_BASE_NEAREST_H

#include <stddef.h>

/* Finds the candidate nearest to `wanted`: begin with PARTNER__NEAREST(wanted), try all, ask for the answer. */
typedef struct partner__nearest {
    const char *wanted, *best;
    size_t distance;
} partner__nearest;
#define PARTNER__NEAREST(text)   \
    {                            \
        (text), NULL, (size_t)-1 \
    }
void partner__nearest_try(partner__nearest *nearest, const char *candidate);
/* The nearest candidate; NULL when none is near enough to be what was meant. */
const char *partner__nearest_found(const partner__nearest *nearest);

#endif
