/* SPDX-License-Identifier: MIT
 * The inside of a dictionary. */
#ifndef PARTNER_DICT_TABLE_H
#define PARTNER_DICT_TABLE_H

#include <string.h>

#include "../base/int128.h"
#include "intern.h"

enum { PARTNER__SHORT = 15 }; /* bytes of the ids that a key holds all of */

/* An id as the table compares it. That of a short id is its bytes, with the length in the top byte. That of a
 * long one has 255 there and its length below; the other word is where a slot says where its text begins. */
typedef struct partner__key {
    uint64_t word[2];
    uint32_t hash;
} partner__key;

/* One place of the hash table. Growing moves slots without looking at an id. */
typedef struct partner__slot {
    uint64_t word[2];
    uint32_t hash;
    uint32_t next; /* index + 1, so that zeroed memory is an empty table */
} partner__slot;

/* The ids lie one after the other in `text`, each with a NUL behind it: id i begins at start[i] and start[i +
 * 1] is where the next one begins. The table is open addressing with linear probing, at most 3/4 full. */
struct partner_dict {
    size_t size, room; /* ids, and ids that `start` has room for */
    uint64_t *start;   /* [room + 1] */
    char *text;
    size_t text_room;
    partner__slot *slots;
    size_t mask; /* number of slots - 1 */
};

static inline partner__id partner__dict_at(const partner_dict *d, size_t i)
{
    return (partner__id){d->text + (size_t)d->start[i], (size_t)(d->start[i + 1] - d->start[i] - 1)};
}

static inline int partner__key_is_long(const partner__key *key) { return key->word[1] >> 56 == 0xff; }

/* --- keys: nearly all the work of a search that finds what it looks for, so in line --- */

static inline uint64_t partner__load_4(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;

    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24;
}

static inline uint64_t partner__load_8(const char *bytes)
{
    const unsigned char *b = (const unsigned char *)bytes;

    return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
           (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

/* Both halves of the product mix every bit of a with every bit of b. The constants are of the fraction of pi.
 */
static inline uint64_t partner__fold(uint64_t a, uint64_t b)
{
    partner__u128 p = partner__u128_mul(a ^ UINT64_C(0x243f6a8885a308d3), b ^ UINT64_C(0x13198a2e03707344));

    return partner__u128_high(p) ^ partner__u128_low(p);
}

static inline uint32_t partner__last_fold(uint64_t h)
{
    return (uint32_t)(partner__fold(h, UINT64_C(0x082efa98ec4e6c89)) & UINT32_MAX);
}

static inline partner__key partner__long_key(partner__id id)
{
    const char *end = id.bytes + id.length;
    uint64_t h = (uint64_t)id.length;

    for (const char *at = id.bytes; end - at > 16; at += 16)
        h = partner__fold(partner__load_8(at) ^ h, partner__load_8(at + 8));
    h = partner__fold(partner__load_8(end - 16) ^ h, partner__load_8(end - 8));
    return (partner__key){{0, (uint64_t)id.length | UINT64_C(0xff) << 56}, partner__last_fold(h)};
}

/* Loads overlap rather than go byte by byte; bytes that two loads have in common fall on each other. */
static inline partner__key partner__dict_key(partner__id id)
{
    const char *end = id.bytes + id.length;
    uint64_t low = 0, high = 0;

    if (id.length > PARTNER__SHORT) return partner__long_key(id);
    if (id.length >= 8) {
        low = partner__load_8(id.bytes);
        if (id.length > 8) high = partner__load_8(end - 8) >> (8 * (16 - id.length));
    } else if (id.length >= 4) {
        low = partner__load_4(id.bytes) | partner__load_4(end - 4) << (8 * (id.length - 4));
    } else {
        for (size_t i = 0; i < id.length; i++) low |= (uint64_t)(unsigned char)id.bytes[i] << (8 * i);
    }
    high |= (uint64_t)id.length << 56;
    return (partner__key){{low, high}, partner__last_fold(partner__fold(low, high))};
}

static inline int partner__dict_is_at(const partner_dict *d, const partner__slot *slot, partner__id id,
                                      const partner__key *key)
{
    if (slot->hash != key->hash || slot->word[1] != key->word[1]) return 0;
    if (!partner__key_is_long(key)) return slot->word[0] == key->word[0];
    return memcmp(d->text + (size_t)slot->word[0], id.bytes, id.length) == 0;
}

/* The slot that holds the id, or the empty one where it would go. */
static inline size_t partner__dict_slot(const partner_dict *d, partner__id id, const partner__key *key)
{
    size_t at = key->hash & d->mask;

    while (d->slots[at].next != 0 && !partner__dict_is_at(d, &d->slots[at], id, key)) at = (at + 1) & d->mask;
    return at;
}

/* Interns one id. */
partner_status partner__dict_put(partner_dict *d, partner__id id, const partner__key *key, uint32_t *index,
                                 partner_error *error);

#endif
