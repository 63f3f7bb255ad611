/* SPDX-License-Identifier: MIT */
#include "lookup.h"

#include "error.h"

enum { TABLE_TIMES = 4, TABLE_MORE = 1024 };

static partner_status new_columns(partner__lookup *lookup, int hashed, partner__arena *arena,
                                  partner_error *error)
{
    lookup->value = partner__arena_alloc(arena, lookup->size, sizeof *lookup->value);
    if (lookup->value == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < lookup->size; i++) lookup->value[i] = PARTNER_NONE;
    if (!hashed) return PARTNER_OK;
    lookup->key = partner__arena_alloc(arena, lookup->size, sizeof *lookup->key);
    if (lookup->key == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < lookup->size; i++) lookup->key[i] = PARTNER_NONE;
    return PARTNER_OK;
}

partner_status partner__lookup_new(partner__lookup *lookup, size_t count, uint32_t highest,
                                   partner__arena *arena, partner_error *error)
{
    *lookup = (partner__lookup){.key = NULL};
    if (highest / TABLE_TIMES < count || highest < TABLE_MORE) {
        lookup->size = (size_t)highest + 1;
        return new_columns(lookup, 0, arena, error);
    }
    /* At most half full, so that a free place is near. */
    lookup->shift = 63;
    for (lookup->size = 2; lookup->size / 2 < count; lookup->size *= 2) lookup->shift--;
    return new_columns(lookup, 1, arena, error);
}

/* Multiplicative hashing (Knuth, volume 3, 6.4) spreads keys that are multiples of something. Where a place is
 * taken, the next bits of the product say how far on to look, so that keys which share places, as somebody may
 * have chosen them, do not share the way from there. */
size_t partner__lookup_place(const partner__lookup *lookup, uint32_t key)
{
    const uint64_t product = key * UINT64_C(0x9e3779b97f4a7c15);
    const size_t step = (size_t)(product << (64 - lookup->shift) >> lookup->shift) | 1;
    size_t place = (size_t)(product >> lookup->shift);

    while (lookup->key[place] != key && lookup->key[place] != PARTNER_NONE)
        place = (place + step) & (lookup->size - 1);
    return place;
}

uint32_t *partner__lookup_at(const partner__lookup *lookup, uint32_t key)
{
    size_t place = key;

    if (lookup->key != NULL) {
        place = partner__lookup_place(lookup, key);
        lookup->key[place] = key;
    }
    return &lookup->value[place];
}
