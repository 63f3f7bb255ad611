/* SPDX-License-Identifier: MIT
 * Whether two results are the same, bit for bit, and whether what is said about them can be said. */
#ifndef PARTNER_TESTS_FUZZ_SAME_H
#define PARTNER_TESTS_FUZZ_SAME_H

#include "fuzz.h"

static inline int fuzz_same_field(const partner_record *r, const partner_field *f, const void *a,
                                  const void *b);

static inline int fuzz_same(const partner_record *record, const void *a, const void *b)
{
    if (a == NULL || b == NULL) return a == b;
    for (size_t i = 0; partner_record_field(record, i) != NULL; i++)
        if (!fuzz_same_field(record, partner_record_field(record, i), a, b)) return 0;
    return 1;
}

static inline int fuzz_same_field(const partner_record *r, const partner_field *f, const void *a, const void *b)
{
    const void *x = partner_field_data(f, a), *y = partner_field_data(f, b);
    size_t n = partner_field_length(r, f, a);

    if (f->type == PARTNER_TYPE_RECORD) return fuzz_same(f->record, x, y);
    if (n != partner_field_length(r, f, b) || (x == NULL) != (y == NULL)) return 0;
    return x == NULL || n == 0 || memcmp(x, y, n * f->count * partner_type_size(f->type)) == 0;
}

static inline const partner_record *fuzz_record(const char *name)
{
    const partner_record *record = partner_record_find(name);

    if (record == NULL) abort();
    return record;
}

typedef size_t (*fuzz_saying)(const void *result, size_t i, char *buffer, size_t size);

/* Each sentence fits, ends as one, and is cut to a buffer that is too short. */
static inline void fuzz_speak(fuzz_saying say, const void *result)
{
    char text[1024], *cut = fuzz_alloc(9, 1);
    size_t length;

    for (size_t i = 0; (length = say(result, i, text, sizeof text)) > 0; i++) {
        fuzz_demand(length < sizeof text && strlen(text) == length, "1024 bytes hold every sentence");
        fuzz_demand(text[length - 1] == '.', "a sentence ends");
        say(result, i, cut, 9);
        fuzz_demand(memchr(cut, '\0', 9) != NULL && strncmp(cut, text, strlen(cut)) == 0, "a beginning of it");
    }
    free(cut);
}

#endif
