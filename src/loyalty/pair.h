/* SPDX-License-Identifier: MIT
 * Walking over the statements of two results at once. */
#ifndef PARTNER_LOYALTY_PAIR_H
#define PARTNER_LOYALTY_PAIR_H

#include <partner/loyalty.h>

/* A partner and its statement in each result, SIZE_MAX where a result has none. */
typedef struct partner__pair {
    size_t first, second;
    uint32_t partner;
} partner__pair;

/* Whether there is one more partner in either result; then *found receives it. `at` says how far the walk is,
 * and begins as zero. */
static inline int partner__next_pair(const partner_loyalty *first, const partner_loyalty *second,
                                     partner__pair *at, partner__pair *found)
{
    int more_first = at->first < first->partners, more_second = at->second < second->partners;
    uint32_t a = more_first ? first->partner[at->first] : PARTNER_NONE;
    uint32_t b = more_second ? second->partner[at->second] : PARTNER_NONE;

    found->partner = a < b ? a : b;
    found->first = more_first && a <= b ? at->first++ : SIZE_MAX;
    found->second = more_second && b <= a ? at->second++ : SIZE_MAX;
    return more_first || more_second;
}

#endif
