/* SPDX-License-Identifier: MIT
 * Within a block a string of bytes has its partner and length in front, so that a block can be walked: what no
 * place points to is garbage. A block with much garbage is emptied into the open one and released; as each
 * settlement clears only so much as it has added, none takes long. */
#include "bank.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"

enum {
    BLOCK_SIZE = PARTNER__BANK_PORTION, /* of a block that short strings are added to */
    MOST_LENGTH = 10,                   /* bytes of a length */
    LIVING_PER_DEAD = 4                 /* garbage is let be up to a fourth of the living */
};

/* A partner's string of bytes, as it lies in a block. */
typedef struct entry {
    uint32_t partner;
    const uint8_t *bytes;
    size_t length, whole; /* without and with what is in front */
} entry;

/* Seven bits of a length to a byte, the high bit saying that more follow. */
static size_t write_length(uint8_t front[MOST_LENGTH], size_t length)
{
    size_t n = 0;

    for (; length >= 0x80; length >>= 7) front[n++] = (uint8_t)(length | 0x80);
    front[n++] = (uint8_t)length;
    return n;
}

static entry entry_at(const uint8_t *at)
{
    entry e = {0, at + 4, 0, 0};
    unsigned shift = 0;

    memcpy(&e.partner, at, 4);
    do {
        e.length |= (size_t)(*e.bytes & 0x7f) << shift;
        shift += 7;
    } while ((*e.bytes++ & 0x80) != 0);
    e.whole = (size_t)(e.bytes - at) + e.length;
    return e;
}

void partner__bank_free(partner__bank *bank)
{
    for (size_t i = 0; i < bank->blocks; i++) partner__free(bank->block[i].bytes);
    partner__free(bank->block);
    partner__free(bank->place);
    partner__free(bank->staged);
    memset(bank, 0, sizeof *bank);
}

const uint8_t *partner__bank_get(const partner__bank *bank, uint32_t partner, size_t *length)
{
    entry e;

    if (partner >= bank->partners || bank->place[partner].block == PARTNER_NONE) return NULL;
    e = entry_at(bank->block[bank->place[partner].block].bytes + bank->place[partner].offset);
    *length = e.length;
    return e.bytes;
}

void partner__bank_write(partner__writer *w, uint32_t partner, const uint8_t *bytes, size_t length)
{
    uint8_t front[MOST_LENGTH];

    partner__write_bytes(w, &partner, 4);
    partner__write_bytes(w, front, write_length(front, length));
    partner__write_bytes(w, bytes, length);
}

/* A number for a block that takes over `bytes`; PARTNER_NONE when there is no memory. Numbers that have become
 * free are used again. */
static uint32_t add_block(partner__bank *bank, uint8_t *bytes, uint32_t size)
{
    size_t number = bank->blocks_free > 0 ? 0 : bank->blocks;
    size_t room = bank->blocks_room < 16 ? 16 : bank->blocks_room * 2;

    while (number < bank->blocks && bank->block[number].bytes != NULL) number++;
    if (number == bank->blocks_room) {
        partner__bank_block *grown =
            room >= PARTNER_NONE ? NULL : partner__realloc(bank->block, room, sizeof *grown);
        if (grown == NULL) return PARTNER_NONE;
        bank->block = grown;
        bank->blocks_room = room;
    }
    if (number == bank->blocks) bank->blocks++;
    else bank->blocks_free--;
    bank->block[number] = (partner__bank_block){bytes, size, 0, 0, 1};
    return (uint32_t)number;
}

/* Makes a block with room for so many bytes the open one. */
static int open_block(partner__bank *bank, size_t needed)
{
    partner__bank_block *open = bank->open == 0 ? NULL : &bank->block[bank->open - 1];
    size_t size = needed > BLOCK_SIZE ? needed : BLOCK_SIZE;
    uint8_t *bytes;
    uint32_t number;

    if (open != NULL && open->size - open->used >= needed) return 1;
    bytes = partner__alloc(size, 1);
    number = bytes == NULL ? PARTNER_NONE : add_block(bank, bytes, (uint32_t)size);
    if (number == PARTNER_NONE) {
        partner__free(bytes);
        return 0;
    }
    bank->open = number + 1;
    return 1;
}

static int note_staged(partner__bank *bank, uint32_t partner, uint32_t block, size_t offset)
{
    size_t room = bank->staged_room < 64 ? 64 : bank->staged_room * 2;
    partner__bank_staged *grown;

    if (bank->staging == bank->staged_room) {
        grown = partner__realloc(bank->staged, room, sizeof *grown);
        if (grown == NULL) return 0;
        bank->staged = grown;
        bank->staged_room = room;
    }
    bank->staged[bank->staging++] = (partner__bank_staged){partner, {block, (uint32_t)offset}};
    return 1;
}

/* A large writer's bytes become a block as they are. */
static int adopt(partner__bank *bank, partner__writer *w)
{
    uint8_t *fitted = partner__realloc(w->bytes, w->length, 1);
    uint32_t number;

    if (fitted != NULL) {
        w->bytes = fitted;
        w->room = w->length;
    }
    number = add_block(bank, w->bytes, (uint32_t)w->room);
    if (number == PARTNER_NONE) return 0;
    bank->block[number].used = (uint32_t)w->length;
    bank->used += w->length;
    w->bytes = NULL;
    for (size_t at = 0; at < w->length;) {
        entry e = entry_at(bank->block[number].bytes + at);
        if (!note_staged(bank, e.partner, number, at)) return 0;
        at += e.whole;
    }
    return 1;
}

/* A small one's are added to the open block, each string for itself. */
static int add(partner__bank *bank, const partner__writer *w)
{
    for (size_t at = 0; at < w->length;) {
        entry e = entry_at(w->bytes + at);
        partner__bank_block *open;

        if (!open_block(bank, e.whole)) return 0;
        open = &bank->block[bank->open - 1];
        if (!note_staged(bank, e.partner, bank->open - 1, open->used)) return 0;
        memcpy(open->bytes + open->used, w->bytes + at, e.whole);
        open->used += (uint32_t)e.whole;
        bank->used += e.whole;
        at += e.whole;
    }
    return 1;
}

/* The first staging since the last settlement. */
static void remember(partner__bank *bank)
{
    if (bank->staging_since) return;
    bank->staging_since = 1;
    bank->open_before = bank->open;
    bank->used_before = bank->open == 0 ? 0 : bank->block[bank->open - 1].used;
}

partner_status partner__bank_stage(partner__bank *bank, partner__writer *w, partner_error *error)
{
    int done = 1;

    if (w->failed) return partner__no_memory(error);
    if (w->length > UINT32_MAX)
        return partner__fail(error, PARTNER_E_RANGE,
                             "the accounts of some partners take more than 4 GiB, expected less");
    remember(bank);
    if (w->length > 0) done = w->length >= BLOCK_SIZE / 2 ? adopt(bank, w) : add(bank, w);
    if (!done) return partner__no_memory(error);
    partner__free(w->bytes);
    memset(w, 0, sizeof *w);
    return PARTNER_OK;
}

partner_status partner__bank_reserve(partner__bank *bank, size_t partners, partner_error *error)
{
    size_t room = bank->places + bank->places / 2;
    partner__bank_place *grown;

    if (partners > bank->places) {
        if (room < partners) room = partners;
        grown = partner__realloc(bank->place, room, sizeof *grown);
        if (grown == NULL) return partner__no_memory(error);
        bank->place = grown;
        bank->places = room;
    }
    for (; bank->partners < partners; bank->partners++)
        bank->place[bank->partners] = (partner__bank_place){PARTNER_NONE, 0};
    return PARTNER_OK;
}

static void release_block(partner__bank *bank, partner__bank_block *block)
{
    partner__free(block->bytes);
    bank->used -= block->used;
    bank->dead -= block->dead;
    memset(block, 0, sizeof *block);
    bank->blocks_free++;
}

static void make_dead(partner__bank *bank, uint32_t partner)
{
    partner__bank_place place = bank->place[partner];
    uint32_t whole;

    if (place.block == PARTNER_NONE) return;
    whole = (uint32_t)entry_at(bank->block[place.block].bytes + place.offset).whole;
    bank->block[place.block].dead += whole;
    bank->dead += whole;
}

/* The block of which most is garbage; not the open one, which is closed if it were that. */
static partner__bank_block *worst_block(partner__bank *bank)
{
    partner__bank_block *worst = NULL;

    for (size_t i = 0; i < bank->blocks; i++) {
        partner__bank_block *b = &bank->block[i];
        if (b->bytes != NULL &&
            (worst == NULL || (uint64_t)b->dead * worst->used > (uint64_t)worst->dead * b->used))
            worst = b;
    }
    if (worst != NULL && bank->open != 0 && worst == &bank->block[bank->open - 1]) bank->open = 0;
    return worst;
}

/* Moves what lives in block `number` to the open one and releases it; 0 when there is no memory for that, which
 * does no harm. */
static int empty_block(partner__bank *bank, size_t number)
{
    for (size_t at = 0; at < bank->block[number].used;) {
        entry e = entry_at(bank->block[number].bytes + at);
        partner__bank_place *place = &bank->place[e.partner];
        partner__bank_block *open;

        if (place->block == number && place->offset == at) {
            if (!open_block(bank, e.whole)) return 0;
            make_dead(bank, e.partner);
            open = &bank->block[bank->open - 1];
            open->fresh = 0;
            memcpy(open->bytes + open->used, bank->block[number].bytes + at, e.whole);
            *place = (partner__bank_place){bank->open - 1, open->used};
            open->used += (uint32_t)e.whole;
            bank->used += e.whole;
        }
        at += e.whole;
    }
    release_block(bank, &bank->block[number]);
    return 1;
}

static void clear_garbage(partner__bank *bank)
{
    while (bank->dead > (bank->used - bank->dead) / LIVING_PER_DEAD + BLOCK_SIZE)
        if (!empty_block(bank, (size_t)(worst_block(bank) - bank->block))) return;
}

static void take_over(partner__bank *bank)
{
    for (size_t i = 0; i < bank->staging; i++) {
        make_dead(bank, bank->staged[i].partner);
        bank->place[bank->staged[i].partner] = bank->staged[i].place;
    }
    for (size_t i = 0; i < bank->blocks; i++) bank->block[i].fresh = 0;
    clear_garbage(bank);
}

static void drop(partner__bank *bank)
{
    for (size_t i = 0; i < bank->blocks; i++)
        if (bank->block[i].fresh) release_block(bank, &bank->block[i]);
    bank->open = bank->open_before;
    if (bank->open == 0) return;
    bank->used -= bank->block[bank->open - 1].used - bank->used_before;
    bank->block[bank->open - 1].used = bank->used_before;
}

void partner__bank_settle(partner__bank *bank, int take)
{
    if (!bank->staging_since) return;
    if (take) take_over(bank);
    else drop(bank);
    bank->staging = 0;
    bank->staging_since = 0;
    partner__free(bank->staged);
    bank->staged = NULL;
    bank->staged_room = 0;
}

uint64_t partner__bank_size(const partner__bank *bank)
{
    uint64_t size = (uint64_t)bank->places * sizeof *bank->place + bank->blocks_room * sizeof *bank->block;

    for (size_t i = 0; i < bank->blocks; i++) size += bank->block[i].size;
    return size + bank->staged_room * sizeof *bank->staged;
}
