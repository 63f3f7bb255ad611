/* SPDX-License-Identifier: MIT
 * Saved bytes: a magic word, a version, little-endian values, and a checksum over all of it; and the hash
 * that dictionaries, fingerprints and checksums share. Same on every machine. */
#ifndef PARTNER_BASE_BYTES_H
#define PARTNER_BASE_BYTES_H

#include <partner/base.h>

/* 64 bits of hash of some bytes. Not for secrets. */
uint64_t partner__hash(const void *bytes, size_t length, uint64_t seed);

/* Collects bytes. After the first failed allocation it only counts what was to come; `failed` says so. */
typedef struct partner__writer {
    uint8_t *bytes;
    size_t length, room;
    int failed;
} partner__writer;

/* Begins bytes of a kind (8 characters) and version, with room for about `expected` bytes. */
void partner__writer_begin(partner__writer *w, const char kind[8], uint32_t version, size_t expected);
void partner__write_u32(partner__writer *w, uint32_t value);
void partner__write_u64(partner__writer *w, uint64_t value);
void partner__write_bytes(partner__writer *w, const void *bytes, size_t length);
/* Adds the checksum and hands the bytes over, or frees everything (NOMEM). */
partner_status partner__writer_end(partner__writer *w, partner_bytes **bytes, partner_error *error);

/* Reads them back. Reading past the end gives zeros and sets `failed`; no length in the bytes is trusted
 * before partner__reader_left was asked. */
typedef struct partner__reader {
    const uint8_t *at, *end;
    int failed;
} partner__reader;

/* Checks kind, version (1 … newest) and checksum. `what` names the object in messages: "tally". Errors:
 * ARGUMENT (NULL), DATA, UNSUPPORTED (a later version). */
partner_status partner__reader_begin(partner__reader *r, const uint8_t *bytes, size_t length,
                                     const char kind[8], uint32_t newest, const char *what,
                                     partner_error *error);
uint32_t partner__read_u32(partner__reader *r);
uint64_t partner__read_u64(partner__reader *r);
/* The next `length` bytes, or NULL. */
const uint8_t *partner__read_bytes(partner__reader *r, size_t length);
size_t partner__reader_left(const partner__reader *r);

#endif
