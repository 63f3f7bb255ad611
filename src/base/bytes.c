/* SPDX-License-Identifier: MIT */
#include "bytes.h"

#include <string.h>

#include "error.h"
#include "int128.h"
#include "memory.h"

enum { KIND_SIZE = 8, CHECK_SIZE = 8, SMALLEST_ROOM = 256 };

/* Odd constants with well mixed bits (the fractions of the square roots of 2, 3, 5 and 7). */
static const uint64_t KEY[4] = {UINT64_C(0x6a09e667f3bcc909), UINT64_C(0xbb67ae8584caa73b),
                                UINT64_C(0x3c6ef372fe94f82b), UINT64_C(0xa54ff53a5f1d36f1)};

/* Written out, since compilers make one load of this and a loop of a loop. */
static uint64_t get_u64(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56;
}

static void put_u64(uint8_t *p, uint64_t v)
{
    for (int i = 0; i < 8; i++) p[i] = (uint8_t)(v >> (8 * i));
}

/* Both halves of the 128-bit product mix every bit of a with every bit of b. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    partner__u128 p = partner__u128_mul(a, b);
    return partner__u128_high(p) ^ partner__u128_low(p);
}

uint64_t partner__hash(const void *bytes, size_t length, uint64_t seed)
{
    const uint8_t *p = bytes;
    uint64_t h = fold(seed ^ KEY[0], (uint64_t)length ^ KEY[1]);
    uint8_t tail[16] = {0};
    size_t left = length;

    for (; left > 16; left -= 16, p += 16) h = fold(get_u64(p) ^ h ^ KEY[2], get_u64(p + 8) ^ KEY[3]);
    if (left > 0) memcpy(tail, p, left);
    h = fold(get_u64(tail) ^ h ^ KEY[2], get_u64(tail + 8) ^ KEY[3]);
    return fold(h ^ KEY[0], KEY[3]);
}

static int make_room(partner__writer *w, size_t more)
{
    size_t room = w->room;
    uint8_t *grown;

    if (w->failed) return 0;
    if (more <= room - w->length) return 1;
    while (more > room - w->length && room <= SIZE_MAX / 2)
        room = room < SMALLEST_ROOM ? SMALLEST_ROOM : room * 2;
    grown = more > room - w->length ? NULL : partner__realloc(w->bytes, room, 1);
    if (grown == NULL) {
        w->failed = 1;
        return 0;
    }
    w->bytes = grown;
    w->room = room;
    return 1;
}

void partner__write_bytes(partner__writer *w, const void *bytes, size_t length)
{
    if (length == 0 || !make_room(w, length)) return;
    memcpy(w->bytes + w->length, bytes, length);
    w->length += length;
}

void partner__write_u64(partner__writer *w, uint64_t value)
{
    uint8_t b[8];
    put_u64(b, value);
    partner__write_bytes(w, b, 8);
}

void partner__write_u32(partner__writer *w, uint32_t value)
{
    uint8_t b[8];
    put_u64(b, value);
    partner__write_bytes(w, b, 4);
}

void partner__writer_begin(partner__writer *w, const char kind[8], uint32_t version, size_t expected)
{
    memset(w, 0, sizeof *w);
    make_room(w, expected);
    partner__write_bytes(w, kind, KIND_SIZE);
    partner__write_u32(w, version);
}

partner_status partner__writer_end(partner__writer *w, partner_bytes **bytes, partner_error *error)
{
    partner_bytes *result = partner__alloc(1, sizeof *result);

    if (!w->failed) partner__write_u64(w, partner__hash(w->bytes, w->length, 0));
    if (w->failed || result == NULL) {
        partner__free(w->bytes);
        partner__free(result);
        return partner__no_memory(error);
    }
    result->length = w->length;
    result->bytes = w->bytes;
    *bytes = result;
    return PARTNER_OK;
}

void partner_bytes_free(partner_bytes *bytes)
{
    if (bytes == NULL) return;
    partner__free((void *)(uintptr_t)bytes->bytes);
    partner__free(bytes);
}

partner_status partner__reader_begin(partner__reader *r, const uint8_t *bytes, size_t length,
                                     const char kind[8], uint32_t newest, const char *what,
                                     partner_error *error)
{
    uint32_t version;

    if (bytes == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "%s: bytes is NULL", what);
    if (length < KIND_SIZE + 4 + CHECK_SIZE)
        return partner__fail(error, PARTNER_E_DATA, "%s: %zu bytes are too few for a saved %s", what, length,
                             what);
    if (memcmp(bytes, kind, KIND_SIZE) != 0)
        return partner__fail(error, PARTNER_E_DATA, "%s: these bytes are no saved %s", what, what);
    if (get_u64(bytes + length - CHECK_SIZE) != partner__hash(bytes, length - CHECK_SIZE, 0))
        return partner__fail(error, PARTNER_E_DATA, "%s: the saved bytes are damaged or cut short", what);
    r->at = bytes + KIND_SIZE;
    r->end = bytes + length - CHECK_SIZE;
    r->failed = 0;
    version = partner__read_u32(r);
    if (version < 1) return partner__fail(error, PARTNER_E_DATA, "%s: version 0 does not exist", what);
    if (version > newest)
        return partner__fail(error, PARTNER_E_UNSUPPORTED,
                             "%s: saved in format %u, this library (%s) reads up to %u", what,
                             (unsigned)version, partner_version(), (unsigned)newest);
    return PARTNER_OK;
}

const uint8_t *partner__read_bytes(partner__reader *r, size_t length)
{
    const uint8_t *at = r->at;

    if (length > partner__reader_left(r)) {
        r->failed = 1;
        return NULL;
    }
    r->at += length;
    return at;
}

uint64_t partner__read_u64(partner__reader *r)
{
    const uint8_t *p = partner__read_bytes(r, 8);
    return p == NULL ? 0 : get_u64(p);
}

uint32_t partner__read_u32(partner__reader *r)
{
    const uint8_t *p = partner__read_bytes(r, 4);
    uint8_t b[8] = {0};

    if (p == NULL) return 0;
    memcpy(b, p, 4);
    return (uint32_t)get_u64(b);
}

size_t partner__reader_left(const partner__reader *r) { return (size_t)(r->end - r->at); }
