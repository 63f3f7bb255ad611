/* SPDX-License-Identifier: MIT
 * What the fuzz targets share. Each is linked with libFuzzer, or with replay.c into a plain program. */
#ifndef PARTNER_TESTS_FUZZ_H
#define PARTNER_TESTS_FUZZ_H

#include <math.h>
#include <partner/partner.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is left of the input; past its end come zeros. */
typedef struct fuzz_input {
    const uint8_t *at;
    size_t left;
} fuzz_input;

static inline uint64_t fuzz_take(fuzz_input *in, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes && in->left > 0; i++, in->left--) value |= (uint64_t)*in->at++ << (8 * i);
    return value;
}

static inline uint8_t fuzz_u8(fuzz_input *in) { return (uint8_t)fuzz_take(in, 1); }
static inline uint32_t fuzz_u32(fuzz_input *in) { return (uint32_t)fuzz_take(in, 4); }

/* Small numbers mostly, and now and then those at the ends of the type: the first byte says which. */
static inline int64_t fuzz_amount(fuzz_input *in)
{
    uint8_t kind = fuzz_u8(in);

    switch (kind) {
    case 0xff: return INT64_MAX;
    case 0xfe: return INT64_MIN;
    case 0xfd: return INT64_MIN + 1;
    case 0xfc: return INT64_MAX / 2;
    case 0xfb: return (int64_t)fuzz_take(in, 8);
    case 0xfa: return (int64_t)fuzz_take(in, 4) << 24;
    default: return (int64_t)fuzz_take(in, kind % 4) - (kind >= 0xc0 ? 0x10000 : 0);
    }
}

/* Numbers as data have them mostly, and now and then any double: the first byte says which. */
static inline double fuzz_double(fuzz_input *in)
{
    uint8_t kind = fuzz_u8(in);
    uint64_t bits;
    double any;

    switch (kind) {
    case 0xff: return NAN;
    case 0xfe: return INFINITY;
    case 0xfd: return -INFINITY;
    case 0xfc: bits = fuzz_take(in, 8); break;
    case 0xfb: bits = fuzz_take(in, 2) << 48; break;
    case 0xfa: return -(double)fuzz_take(in, 2) / 8;
    default: return (double)fuzz_take(in, kind % 4) / (kind >= 0x80 ? 64 : 1);
    }
    memcpy(&any, &bits, sizeof any);
    return any;
}

/* A property that must hold for every input. */
static inline void fuzz_demand(int holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "this must hold: %s\n", what);
    abort();
}

/* A call succeeds, or fails as documented: the error is filled, with a sentence, and says the same. */
static inline int fuzz_ok(partner_status status, const partner_error *error)
{
    if (status == PARTNER_OK) return 1;
    fuzz_demand(error->code == status, "the error carries the status");
    fuzz_demand(memchr(error->message, '\0', sizeof error->message) != NULL && error->message[0] != '\0',
                "the error has a sentence");
    fuzz_demand(strcmp(partner_strerror(status), "unknown status") != 0, "the status is one of the list");
    return 0;
}

/* What a result is set to before a call: one that fails leaves it so. */
static inline void *fuzz_untouched(void)
{
    static max_align_t nothing;

    return &nothing;
}

/* Memory of exactly this size, so that a sanitizer sees one byte too many. */
static inline void *fuzz_alloc(size_t count, size_t size)
{
    void *block = malloc(count * size + (count * size == 0));

    if (block == NULL) abort();
    return block;
}

#endif
