/* SPDX-License-Identifier: MIT
 * One short string of bytes per partner, a million of them, in a few large blocks: eight bytes to find each,
 * five or so in front of it. Bytes are replaced, never changed: new ones are staged while the old ones stand,
 * and taken over all at once. What they replaced is garbage, which is cleared block by block. */
#ifndef PARTNER_LOYALTY_BANK_H
#define PARTNER_LOYALTY_BANK_H

#include "../base/bytes.h"

/* So many bytes in one writer are a good portion to stage. */
enum { PARTNER__BANK_PORTION = 1 << 18 };

/* Where a partner's bytes are; block PARTNER_NONE = the partner has none. */
typedef struct partner__bank_place {
    uint32_t block, offset;
} partner__bank_place;

typedef struct partner__bank_block {
    uint8_t *bytes; /* NULL = this number is free */
    uint32_t size, used, dead;
    int fresh; /* came with what is staged */
} partner__bank_block;

typedef struct partner__bank_staged {
    uint32_t partner;
    partner__bank_place place;
} partner__bank_staged;

/* Zero is an empty bank. */
typedef struct partner__bank {
    partner__bank_place *place; /* [partners] */
    size_t partners, places;    /* places: room for so many */
    partner__bank_block *block; /* [blocks] */
    size_t blocks, blocks_room, blocks_free;
    uint32_t open; /* number of the block that short strings are added to, + 1; 0 = none */
    uint64_t used, dead;
    partner__bank_staged *staged; /* [staging] */
    size_t staging, staged_room;
    int staging_since;                 /* the last settlement */
    uint32_t open_before, used_before; /* how things stood before staging */
} partner__bank;

void partner__bank_free(partner__bank *bank);

/* The bytes of a partner, or NULL when it has none. */
const uint8_t *partner__bank_get(const partner__bank *bank, uint32_t partner, size_t *length);

/* What partner__bank_stage takes: adds one partner's bytes to a writer that was zero at first. Errors show in
 * the writer. */
void partner__bank_write(partner__writer *w, uint32_t partner, const uint8_t *bytes, size_t length);

/* Puts what a writer collected (each partner once between two settlements) beside what there is, and leaves the
 * writer empty. Errors: NOMEM, RANGE (4 GiB in one writer); bank and writer are to be given up by
 * partner__bank_settle(bank, 0) and partner__free(w->bytes) then. */
partner_status partner__bank_stage(partner__bank *bank, partner__writer *w, partner_error *error);

/* Room for indexes below `partners`: needed before the take over of staged bytes. */
partner_status partner__bank_reserve(partner__bank *bank, size_t partners, partner_error *error);

/* Takes the staged bytes over, clearing garbage where there is much of it, or drops them. Never fails. */
void partner__bank_settle(partner__bank *bank, int take);

/* All bytes that the bank holds on to, for measuring. */
uint64_t partner__bank_size(const partner__bank *bank);

#endif
