/* SPDX-License-Identifier: MIT
 * Numbers in as few bytes as they need, on top of partner__writer and partner__reader. The trailing ones of the
 * first byte say how many bytes follow, the bits above them and the bytes that follow hold the number, least
 * significant first: n bytes hold 7n bits, nine hold 64. So a number is read and written at once, and each has
 * one form only: a reader refuses all others. */
#ifndef PARTNER_LOYALTY_PACK_H
#define PARTNER_LOYALTY_PACK_H

#include "../base/bytes.h"

enum { PARTNER__PACKED_MOST = 9, PARTNER__PACKED_ROOM = 16 };

/* Writes a number into PARTNER__PACKED_ROOM bytes, and gives how many of them it takes. _long: of any size. */
size_t partner__pack_long(uint8_t *bytes, uint64_t value);
static inline size_t partner__pack(uint8_t *bytes, uint64_t value)
{
    if (value >= 0x80) return partner__pack_long(bytes, value);
    *bytes = (uint8_t)(value << 1);
    return 1;
}

/* A signed number as one that is small when it is near 0: 0, -1, 1, -2 … */
static inline uint64_t partner__zigzag(int64_t value)
{
    return (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0);
}

static inline void partner__pack_u(partner__writer *w, uint64_t value)
{
    uint8_t bytes[PARTNER__PACKED_ROOM];

    partner__write_bytes(w, bytes, partner__pack(bytes, value));
}

static inline void partner__pack_i(partner__writer *w, int64_t value)
{
    partner__pack_u(w, partner__zigzag(value));
}

/* The next number; 0, and `failed` set, at the end of the bytes or for a number that has a shorter form. */
uint64_t partner__unpack_long(partner__reader *r);
static inline uint64_t partner__unpack_u(partner__reader *r)
{
    if (r->at < r->end && (*r->at & 1) == 0) return *r->at++ >> 1;
    return partner__unpack_long(r);
}

static inline int64_t partner__unpack_i(partner__reader *r)
{
    uint64_t value = partner__unpack_u(r), magnitude = value >> 1;

    return (value & 1) == 0 ? (int64_t)magnitude : -(int64_t)magnitude - 1;
}

/* At most `most`, else it failed. */
static inline uint64_t partner__unpack_below(partner__reader *r, uint64_t most)
{
    uint64_t value = partner__unpack_u(r);

    if (value <= most) return value;
    r->failed = 1;
    return 0;
}

#endif
