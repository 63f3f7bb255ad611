/* SPDX-License-Identifier: MIT
 * A stable radix sort of 64-bit words by some of their bits. */
#ifndef PARTNER_BASE_SORT_H
#define PARTNER_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "parallel.h"

/* Sorts `words` by the bits low … high - 1, ascending and stable; `spare` has the same length. *sorted receives
 * whichever of the two holds the result. Equal for every thread count. Errors: NOMEM (a few histograms),
 * CANCELLED. O(n) per 11 bits, fewer where all words agree. */
partner_status partner__sort(uint64_t *words, uint64_t *spare, size_t n, unsigned low, unsigned high,
                             const partner__run *run, uint64_t **sorted, partner_error *error);

/* Sorts words that hold a value in the bits low … high - 1 and a payload below, by value descending and, for
 * words that come with ascending payloads, payload ascending; above `high` all bits are 0. Made for amounts,
 * which spread over magnitudes. As partner__sort else. */
partner_status partner__sort_descending(uint64_t *words, uint64_t *spare, size_t n, unsigned low, unsigned high,
                                        const partner__run *run, uint64_t **sorted, partner_error *error);

/* How many bits it takes to write `value`; 0 for 0. */
unsigned partner__bits(uint64_t value);

/* Doubles as words of the same order, and back: negatives complemented, the others above them; no NaN. 0 and -0
 * are one. */
uint64_t partner__word_of_double(double x);
double partner__double_of_word(uint64_t word);

#endif
