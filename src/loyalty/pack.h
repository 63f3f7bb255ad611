/* SPDX-License-Identifier: MIT
 * Numbers in as few bytes as they need, on top of partner__writer and partner__reader: seven bits to a byte,
 * least significant first, the high bit saying that more follow; a ninth byte holds eight. So any 64 bits take
 * at most nine bytes, and each number has one form only: a reader refuses all others. */
#ifndef PARTNER_LOYALTY_PACK_H
#define PARTNER_LOYALTY_PACK_H

#include "../base/bytes.h"

enum { PARTNER__PACKED_MOST = 9 };

/* The bytes of a number, at most PARTNER__PACKED_MOST; gives how many there are. */
static inline size_t partner__pack(uint8_t *bytes, uint64_t value)
{
    size_t n = 0;

    while (value >= 0x80 && n < PARTNER__PACKED_MOST - 1) {
        bytes[n++] = (uint8_t)(value | 0x80);
        value >>= 7;
    }
    bytes[n++] = (uint8_t)value;
    return n;
}

static inline void partner__pack_u(partner__writer *w, uint64_t value)
{
    uint8_t bytes[PARTNER__PACKED_MOST];

    partner__write_bytes(w, bytes, partner__pack(bytes, value));
}

/* Signed numbers near 0 are short: 0, -1, 1, -2 … */
static inline void partner__pack_i(partner__writer *w, int64_t value)
{
    partner__pack_u(w, (uint64_t)value << 1 ^ (value < 0 ? UINT64_MAX : 0));
}

/* 0, and `failed` set, at the end of the bytes or for a number that has a shorter form. */
static inline uint64_t partner__unpack_u(partner__reader *r)
{
    uint64_t value = 0;

    for (unsigned n = 0; n < PARTNER__PACKED_MOST && r->at < r->end; n++) {
        uint8_t byte = *r->at++;
        int last = n == PARTNER__PACKED_MOST - 1;

        value |= (uint64_t)(last ? byte : byte & 0x7f) << (7 * n);
        if (!last && (byte & 0x80) != 0) continue;
        if (byte == 0 && n > 0) break;
        return value;
    }
    r->failed = 1;
    return 0;
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
