/* SPDX-License-Identifier: MIT
 * Which partner an event's own id belongs to, for the ids of all partners together: eight bytes for each and
 * little air. It may name a partner wrongly (once in 2^32 or so), so whoever asks looks into that account. */
#ifndef PARTNER_LOYALTY_KNOWN_H
#define PARTNER_LOYALTY_KNOWN_H

#include <partner/base.h>

enum { PARTNER__KNOWN_SHELVES = 1024 };

typedef struct partner__known_shelf {
    uint64_t *slot; /* [size] tag and partner; UINT64_MAX = empty */
    uint32_t size, used;
} partner__known_shelf;

/* Zero is an empty set. */
typedef struct partner__known {
    partner__known_shelf *shelf; /* [PARTNER__KNOWN_SHELVES], or NULL */
} partner__known;

void partner__known_free(partner__known *known);

/* Room for these ids. Errors: NOMEM. */
partner_status partner__known_reserve(partner__known *known, const uint64_t *ids, size_t count,
                                      partner_error *error);

/* Adds ids of these partners that room was reserved for; an id may be there several times. */
void partner__known_add(partner__known *known, const uint64_t *ids, const uint32_t *partners, size_t count);

/* Removes an id that is there. */
void partner__known_remove(partner__known *known, uint64_t id, uint32_t partner);

/* The partners that may have this id, one after the other: `*at` is 0 at first; PARTNER_NONE = no more. */
uint32_t partner__known_next(const partner__known *known, uint64_t id, size_t *at);

/* All bytes that it holds on to, for measuring. */
uint64_t partner__known_size(const partner__known *known);

#endif
