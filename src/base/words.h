/* SPDX-License-Identifier: MIT
 * A sentence that is put together piece by piece, and cut where it becomes too long. */
#ifndef PARTNER_BASE_WORDS_H
#define PARTNER_BASE_WORDS_H

#include <stdarg.h>

#include "error.h"

enum { PARTNER__WORDS = 1024 }; /* room for any sentence */

/* Zero is an empty sentence. */
typedef struct partner__words {
    int full; /* cut short */
    size_t length;
    char text[PARTNER__WORDS];
} partner__words;

void partner__words_put(partner__words *w, const char *format, ...) PARTNER__PRINTF(2, 3);
void partner__words_put_list(partner__words *w, const char *format, va_list arguments);

/* "1 stage", "2 000 stages", "no stages". */
void partner__words_count(partner__words *w, uint64_t count, const char *one, const char *many);

/* An id, cut where it is very long, with `joint` for each underscore. */
void partner__words_id(partner__words *w, const char *id, char joint);

/* "a, b and c": one element by `item` each, where there are many some and how many more. */
typedef void (*partner__words_item)(partner__words *w, const void *of, size_t i);
void partner__words_all(partner__words *w, const char *last, size_t count, partner__words_item item,
                        const void *of);

/* The sentence into the caller's buffer, as much as fits; returns its length. */
size_t partner__words_end(const partner__words *w, char *buffer, size_t size);

#endif
