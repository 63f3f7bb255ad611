/* SPDX-License-Identifier: MIT */
#include "pack.h"

#include <string.h>

/* Eight bytes, least significant first, whatever the machine. */
static void put_word(uint8_t *bytes, uint64_t word)
{
    for (int i = 0; i < 8; i++) bytes[i] = (uint8_t)(word >> (8 * i));
}

static uint64_t get_word(const uint8_t *bytes)
{
    uint64_t word = 0;

    for (int i = 0; i < 8; i++) word |= (uint64_t)bytes[i] << (8 * i);
    return word;
}

/* How many bytes a number takes: 1 … PARTNER__PACKED_MOST. */
static unsigned size_of(uint64_t value)
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
static unsigned size_from(uint8_t first)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctz(~(unsigned)first) + 1;
#else
    unsigned n = 1;

    while (n < PARTNER__PACKED_MOST && (first >> (n - 1) & 1) != 0) n++;
    return n;
#endif
}

size_t partner__pack_long(uint8_t *bytes, uint64_t value)
{
    unsigned n = size_of(value);

    if (n < PARTNER__PACKED_MOST) {
        put_word(bytes, value << n | ((UINT64_C(1) << (n - 1)) - 1));
    } else {
        *bytes = 0xff;
        put_word(bytes + 1, value);
    }
    return n;
}

uint64_t partner__unpack_long(partner__reader *r)
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
    n = size_from(*at);
    if (n == PARTNER__PACKED_MOST) value = get_word(at + 1);
    else value = get_word(at) << (64 - 8 * n) >> (64 - 7 * n);
    if (n > left || (n > 1 && value >> (7 * (n - 1)) == 0)) {
        r->failed = 1;
        return 0;
    }
    r->at += n;
    return value;
}
