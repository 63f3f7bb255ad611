/* SPDX-License-Identifier: MIT
 * Numbers in as few bytes as they need, on top of partner__writer and partner__reader. The trailing ones of the
 * first byte say how many bytes follow, the bits above them and the bytes that follow hold the number, least
 * significant first: n bytes hold 7n bits, nine hold 64. So a number is read and written at once, and each has
 * one form only: a reader refuses all others. */
#ifndef PARTNER_LOYALTY_PACK_H
#define PARTNER_LOYALTY_PACK_H

#include <string.h>

#include "../base/bytes.h"

enum { PARTNER__PACKED_MOST = 9, PARTNER__PACKED_ROOM = 16 };

/* Eight bytes, least significant first, whatever the machine. */
static inline void partner__put_word(uint8_t *bytes, uint64_t word)
{
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(word >> (8 * i));
}

static inline uint64_t partner__get_word(const uint8_t *bytes)
{
    uint64_t word = 0;

    for (int i = 0; i < 8; i++) word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

/* How many bytes a number takes: 1 … PARTNER__PACKED_MOST. */
static inline unsigned partner__packed_size(uint64_t value)
{
#if defined(__GNUC__)
    unsigned n = (unsigned)(70 - __builtin_clzll(value | 1)) / 7;

    return n < PARTNER__PACKED_MOST ? n : PARTNER__PACKED_MOST;
#else
    unsigned n = 1;

    while (n < PARTNER__PACKED_MOST && value >> (7 * n) != 0) n++;
    return n;
#endif
}

/* The same from its first byte. */
static inline unsigned partner__packed_length(uint8_t first)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctz(~(unsigned)first) + 1;
#else
    unsigned n = 1;

    while (n < PARTNER__PACKED_MOST && (first >> (n - 1) & 1) != 0) n++;
    return n;
#endif
}

/* Writes a number into PARTNER__PACKED_ROOM bytes, and gives how many of them it takes. */
static inline size_t partner__pack(uint8_t *bytes, uint64_t value)
{
    unsigned n;

    if (value < 0x80) {
        *bytes = (uint8_t)(value << 1);
        return 1;
    }
    n = partner__packed_size(value);
    if (n == PARTNER__PACKED_MOST) {
        *bytes = 0xff;
        partner__put_word(bytes + 1, value);
    } else {
        partner__put_word(bytes, value << n | ((UINT64_C(1) << (n - 1)) - 1));
    }
    return n;
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

static inline uint64_t partner__unpack_long(partner__reader *r)
{
    const size_t left = (size_t)(r->end - r->at);
    uint8_t padded[PARTNER__PACKED_MOST] = {0};
    const uint8_t *at = r->at;
    uint64_t value;
    unsigned n;

    if (left < PARTNER__PACKED_MOST) {
        if (left > 0) memcpy(padded, at, left);
        at = padded;
    }
    n = partner__packed_length(*at);
    if (n == PARTNER__PACKED_MOST) value = partner__get_word(at + 1);
    else value = partner__get_word(at) << (64 - 8 * n) >> (64 - 7 * n);
    if (n > left || (n > 1 && value >> (7 * (n - 1)) == 0)) {
        r->failed = 1;
        return 0;
    }
    r->at += n;
    return value;
}

/* The next number; 0, and `failed` set, at the end of the bytes or for a number that has a shorter form. */
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
