/* SPDX-License-Identifier: MIT
 * Interning from any source, for the parts of the library that read ids themselves. */
#ifndef PARTNER_DICT_INTERN_H
#define PARTNER_DICT_INTERN_H

#include <partner/dict.h>

#include "../base/parallel.h"

enum {
    PARTNER__IDS = 32,     /* rows fetched at once */
    PARTNER__ID_TEXT = 48, /* room for an id that is made of a number */
};

/* An id; NULL bytes are a row without one. */
typedef struct partner__id {
    const char *bytes;
    size_t length;
} partner__id;

/* Where ids come from: gives those of `count` (at most PARTNER__IDS) rows from `row` on. The bytes hold until
 * the next call with the same scratch. */
typedef partner_status (*partner__fetch)(const void *context, size_t row, size_t count, partner__id *ids,
                                         char scratch[PARTNER__IDS][PARTNER__ID_TEXT], partner_error *error);

/* Interns the ids of all rows in their order; a row without one gets PARTNER_NONE. All or nothing. Errors: as
 * partner_dict_add_strings, and those of fetch; CANCELLED. */
partner_status partner__dict_intern(partner_dict *dict, size_t rows, partner__fetch fetch, const void *context,
                                    const partner__run *run, uint32_t *indexes, partner_error *error);

/* Forgets all ids but the first `size`. */
void partner__dict_shrink(partner_dict *dict, size_t size);

#endif
