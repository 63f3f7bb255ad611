/* SPDX-License-Identifier: MIT
 * Numbers by index: the row of a deal, the line of a partner. Indexes from a dictionary are
 * dense and make a plain table; others a hash table. */
#ifndef PARTNER_BASE_LOOKUP_H
#define PARTNER_BASE_LOOKUP_H

#include <partner/base.h>

#include "arena.h"

typedef struct partner__lookup {
    uint32_t *value; /* [size] PARTNER_NONE = nothing there */
    uint32_t *key;   /* [size] of a hash table; NULL = keys are places */
    size_t size;     /* of a hash table a power of two */
    unsigned shift;  /* of a hash table: the place of a key is its product's bits from here on */
} partner__lookup;

/* Room for `count` keys, none of them above `highest` (which is below PARTNER_NONE). The memory is the
 * arena's. Errors: NOMEM. */
partner_status partner__lookup_new(partner__lookup *lookup, size_t count, uint32_t highest,
                                   partner__arena *arena, partner_error *error);

/* Where the key's value is or, when the key is new, may be put; only for keys there is room for. */
uint32_t *partner__lookup_at(const partner__lookup *lookup, uint32_t key);

/* The place of a key in a hash table, or the free one where it would be. */
size_t partner__lookup_place(const partner__lookup *lookup, uint32_t key);

/* The value of any key; PARTNER_NONE = there is none. */
static inline uint32_t partner__lookup_get(const partner__lookup *lookup, uint32_t key)
{
    if (lookup->key == NULL) return key < lookup->size ? lookup->value[key] : PARTNER_NONE;
    return lookup->value[partner__lookup_place(lookup, key)];
}

#endif
