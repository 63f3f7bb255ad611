/* SPDX-License-Identifier: MIT
 * Saved bytes under a right checksum: without it no fuzzer gets past the first test of a loader. */
#ifndef PARTNER_TESTS_SEALED_H
#define PARTNER_TESTS_SEALED_H

#include "base/bytes.h"
#include "fuzz.h"

enum { FUZZ_HEAD = 12, FUZZ_CHECK = 8 }; /* kind and version; checksum */

/* `head`, what `in` holds, and the checksum; to be freed. */
static inline uint8_t *fuzz_seal(const uint8_t head[FUZZ_HEAD], const fuzz_input *in, size_t *length)
{
    size_t body = FUZZ_HEAD + in->left;
    uint8_t *bytes = fuzz_alloc(body + FUZZ_CHECK, 1);
    uint64_t check;

    memcpy(bytes, head, FUZZ_HEAD);
    if (in->left > 0) memcpy(bytes + FUZZ_HEAD, in->at, in->left);
    check = partner__hash(bytes, body, 0);
    for (unsigned i = 0; i < FUZZ_CHECK; i++) bytes[body + i] = (uint8_t)(check >> (8 * i));
    *length = body + FUZZ_CHECK;
    return bytes;
}

#endif
