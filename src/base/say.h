/* SPDX-License-Identifier: MIT
 * Sentences for people, the same in every locale: thousands apart by a space, a point before the decimals. */
#ifndef PARTNER_BASE_SAY_H
#define PARTNER_BASE_SAY_H

#include <stddef.h>
#include <stdint.h>

enum {
    PARTNER__NUMBER = 48,   /* room for any number below */
    PARTNER__SENTENCE = 640 /* room for any sentence */
};

/* Each writes into the buffer and returns a text in it. */
const char *partner__say_count(uint64_t value, char buffer[PARTNER__NUMBER]);
const char *partner__say_money(int64_t amount, unsigned places, char buffer[PARTNER__NUMBER]);
const char *partner__say_percent(double share, char buffer[PARTNER__NUMBER]); /* the magnitude, one decimal */
const char *partner__say_ratio(double ratio, char buffer[PARTNER__NUMBER]);   /* 0 … 10^15, three decimals */
const char *partner__say_day(int32_t day, char buffer[PARTNER__NUMBER]);      /* ISO 8601 */

/* How many bytes of UTF-8 text to show: all, or at most `most` without breaking a character. */
size_t partner__cut(const char *text, size_t length, size_t most);

const char *partner__one_or_many(uint64_t count, const char *one, const char *many);

/* Writes one sentence about a result into PARTNER__SENTENCE bytes, or leaves it empty when it has nothing to
 * say. */
typedef void (*partner__saying)(const void *result, char *text);

/* An analysis's `sentence`: the i-th of those that have something to say. */
size_t partner__say(const void *result, const partner__saying *sayings, size_t count, size_t i, char *buffer,
                    size_t size);

#endif
