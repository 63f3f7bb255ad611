/* SPDX-License-Identifier: MIT
 * A hash table with linear probing, cut into shelves by some bits of the hash. A slot holds 32 other bits of
 * the hash (the tag), which is all that is needed to find its place again, and the partner. Each shelf grows
 * for itself and at another fill, so that no one append has to move all ids. */
#include "known.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/prefetch.h"

enum { SMALLEST = 8, SHELF_BITS = 10, AHEAD = 16 };

#define EMPTY UINT64_MAX

/* Stafford's mix 13 of murmur's finaliser: neighbouring ids go to shelves and places that have nothing in
 * common. */
static uint64_t hash_of(uint64_t id)
{
    id = (id ^ id >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    id = (id ^ id >> 27) * UINT64_C(0x94d049bb133111eb);
    return id ^ id >> 31;
}

static size_t shelf_of(uint64_t hash) { return (size_t)(hash >> (64 - SHELF_BITS)); }
static uint64_t slot_of(uint64_t hash, uint32_t partner) { return hash << 32 | partner; }
static uint32_t home_of(const partner__known_shelf *shelf, uint64_t slot)
{
    return (uint32_t)((slot >> 32) * shelf->size >> 32);
}
static uint32_t after(const partner__known_shelf *shelf, uint32_t i)
{
    return i + 1 == shelf->size ? 0 : i + 1;
}

/* So many a shelf holds at most: from 7/10 of its slots for the first shelf to nearly 9/10 for the last. */
static uint64_t most(size_t shelf, uint32_t size)
{
    const uint64_t thousandths = 700 + 190 * (uint64_t)shelf / PARTNER__KNOWN_SHELVES;

    return size * thousandths / 1000;
}

static void put(partner__known_shelf *shelf, uint64_t slot)
{
    uint32_t i = home_of(shelf, slot);

    while (shelf->slot[i] != EMPTY) i = after(shelf, i);
    shelf->slot[i] = slot;
    shelf->used++;
}

static partner_status grow(partner__known_shelf *shelf, size_t number, uint64_t needed, partner_error *error)
{
    partner__known_shelf grown = {NULL, 0, 0};
    uint64_t size = shelf->size;

    while (most(number, (uint32_t)size) < needed) {
        size = size < SMALLEST ? SMALLEST : size + size / 4;
        if (size > UINT32_MAX) return partner__no_memory(error);
    }
    if (size == shelf->size) return PARTNER_OK;
    grown.slot = partner__alloc((size_t)size, sizeof *grown.slot);
    if (grown.slot == NULL) return partner__no_memory(error);
    memset(grown.slot, 0xff, (size_t)size * sizeof *grown.slot);
    grown.size = (uint32_t)size;
    for (uint32_t i = 0; i < shelf->size; i++)
        if (shelf->slot[i] != EMPTY) put(&grown, shelf->slot[i]);
    partner__free(shelf->slot);
    *shelf = grown;
    return PARTNER_OK;
}

void partner__known_free(partner__known *known)
{
    for (size_t i = 0; known->shelf != NULL && i < PARTNER__KNOWN_SHELVES; i++)
        partner__free(known->shelf[i].slot);
    partner__free(known->shelf);
    known->shelf = NULL;
}

partner_status partner__known_reserve(partner__known *known, const uint64_t *ids, size_t count,
                                      partner_error *error)
{
    uint64_t *more;
    partner_status status = PARTNER_OK;

    if (count == 0) return PARTNER_OK;
    if (known->shelf == NULL) known->shelf = partner__alloc_zero(PARTNER__KNOWN_SHELVES, sizeof *known->shelf);
    more = partner__alloc_zero(PARTNER__KNOWN_SHELVES, sizeof *more);
    if (known->shelf == NULL || more == NULL) {
        partner__free(more);
        return partner__no_memory(error);
    }
    for (size_t i = 0; i < count; i++) more[shelf_of(hash_of(ids[i]))]++;
    for (size_t i = 0; i < PARTNER__KNOWN_SHELVES && status == PARTNER_OK; i++)
        if (more[i] > 0) status = grow(&known->shelf[i], i, known->shelf[i].used + more[i], error);
    partner__free(more);
    return status;
}

/* Says early that a slot will be asked for, as it is hardly ever in the cache. */
static void soon(const partner__known *known, uint64_t id)
{
    uint64_t hash = hash_of(id);
    const partner__known_shelf *shelf = &known->shelf[shelf_of(hash)];

    partner__prefetch_for_write(&shelf->slot[home_of(shelf, hash << 32)]);
}

void partner__known_add(partner__known *known, const uint64_t *ids, const uint32_t *partners, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = hash_of(ids[i]);

        if (i + AHEAD < count) soon(known, ids[i + AHEAD]);
        put(&known->shelf[shelf_of(hash)], slot_of(hash, partners[i]));
    }
}

uint32_t partner__known_next(const partner__known *known, uint64_t id, size_t *at)
{
    uint64_t hash = hash_of(id);
    const partner__known_shelf *shelf = known->shelf == NULL ? NULL : &known->shelf[shelf_of(hash)];

    if (shelf == NULL || shelf->size == 0) return PARTNER_NONE;
    for (uint32_t i = (uint32_t)((home_of(shelf, hash << 32) + *at) % shelf->size); shelf->slot[i] != EMPTY;
         i = after(shelf, i)) {
        ++*at;
        if (shelf->slot[i] >> 32 == (hash & UINT32_MAX)) return (uint32_t)shelf->slot[i];
    }
    return PARTNER_NONE;
}

/* Whether `i` lies in the stretch (from, to], cyclically. */
static int within(uint32_t from, uint32_t i, uint32_t to)
{
    return from <= to ? from < i && i <= to : from < i || i <= to;
}

/* Linear probing keeps no graves: what follows moves back as far as its home lets it. */
static void take_out(partner__known_shelf *shelf, uint32_t hole)
{
    for (uint32_t i = after(shelf, hole); shelf->slot[i] != EMPTY; i = after(shelf, i)) {
        if (within(hole, home_of(shelf, shelf->slot[i]), i)) continue;
        shelf->slot[hole] = shelf->slot[i];
        hole = i;
    }
    shelf->slot[hole] = EMPTY;
    shelf->used--;
}

void partner__known_remove(partner__known *known, uint64_t id, uint32_t partner)
{
    uint64_t hash = hash_of(id), slot = slot_of(hash, partner);
    partner__known_shelf *shelf = known->shelf == NULL ? NULL : &known->shelf[shelf_of(hash)];

    if (shelf == NULL || shelf->size == 0) return;
    for (uint32_t i = home_of(shelf, slot); shelf->slot[i] != EMPTY; i = after(shelf, i)) {
        if (shelf->slot[i] != slot) continue;
        take_out(shelf, i);
        return;
    }
}

uint64_t partner__known_size(const partner__known *known)
{
    uint64_t size = known->shelf == NULL ? 0 : PARTNER__KNOWN_SHELVES * sizeof *known->shelf;

    for (size_t i = 0; known->shelf != NULL && i < PARTNER__KNOWN_SHELVES; i++)
        size += known->shelf[i].size * sizeof *known->shelf[i].slot;
    return size;
}
