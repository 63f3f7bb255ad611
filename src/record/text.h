/* SPDX-License-Identifier: MIT
 * What the text forms share. Nothing here depends on the host's locale. */
#ifndef PARTNER_RECORD_TEXT_H
#define PARTNER_RECORD_TEXT_H

#include <partner/record.h>

#include "../base/error.h"

/* text.c */

/* Some text of a file or a user, on its way to a value. */
typedef struct partner__text {
    const char *at, *end;
    const partner_field *field; /* what it is to become */
    partner_error *error;
} partner__text;

/* DATA about this text: `"…" is not a number`, where `what` is the part after the quotes. */
partner_status partner__bad_text(const partner__text *text, const char *what, ...) PARTNER__PRINTF(2, 3);

static inline int partner__is_digit(char c) { return c >= '0' && c <= '9'; }
static inline int partner__is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/* Case of ASCII letters is ignored. */
int partner__same_letters(const char *at, size_t length, const char *word);

/* Gives a complete and valid format, whatever version of the struct the caller has: *format itself or `local`.
 */
partner_status partner__take_format(const partner_format **format, partner_format *local, partner_error *error);

/* Whether an INDEX may be read as the number it is, where there are no ids: the number of a row. */
int partner__is_numbered(const partner_field *field);

/* How many decimal places stand behind the field's integer. */
int partner__places(const partner_field *field, const partner_format *format);

/* The largest number a field holds; for signed types also the largest negative one. */
uint64_t partner__limit(const partner_field *field);

/* Writes a number, or the null value, as an element of that type; the number must be within the type. */
void partner__store(uint8_t type, void *element, uint64_t magnitude, int negative);
void partner__store_null(uint8_t type, void *element);

/* text_number.c */

/* How numbers may be written. */
typedef struct partner__spelling {
    char point;
    char thousands; /* 0 = none */
    int per_cent;   /* 1 = "30 %" is 0.3 */
} partner__spelling;

/* A number as it was written: digits from `digits` to `end`, `whole` of them before the decimal separator, and
 * separators in between; to be multiplied by 10^exponent. */
typedef struct partner__number {
    const char *digits, *end;
    int64_t whole, exponent;
    int negative;
} partner__number;

/* A whole number of 10^-places. */
typedef struct partner__scaled {
    uint64_t magnitude;
    int negative, inexact, overflow;
} partner__scaled;

/* Whether the text is a number. */
int partner__scan(const char *at, const char *end, const partner__spelling *as, partner__number *number);

/* The same at once for what nearly all numbers look like, "-1234.50" with at most 18 digits and that many
 * places; false says nothing about others. */
int partner__scan_plain(const char *at, const char *end, char point, int places, partner__scaled *scaled);

/* The number rounded half to even to that many decimal places. */
partner__scaled partner__scale(const partner__number *number, int places);

/* The number as the nearest double; infinite where it is too large. */
double partner__to_double(const partner__number *number);

/* A hint which member of the format would make the text a number, or "". */
const char *partner__format_hint(const char *at, const char *end, const partner__spelling *as);

/* text_double.c */

/* digits × 10^exponent, correctly rounded; infinite where it is too large. Whatever is no digit is skipped. */
double partner__read_double(const char *digits, const char *end, int64_t exponent);

/* The shortest text of 1 … 17 digits that reads back as the same double, which is not NaN. */
void partner__write_double(double x, char text[32]);

/* The same for a float: 0.1f is 0.1. */
void partner__write_float(float x, char text[32]);

/* text_day.c */

/* A date by a strftime pattern, or by ISO 8601 when it is NULL; a time of day after it is ignored. */
partner_status partner__read_day(const partner__text *text, const char *pattern, int32_t *day);

/* The ISO 8601 form of any day. */
void partner__write_day(int32_t day, char text[32]);

/* print.c */

/* magnitude × 10^-places with exactly that many decimal places. */
void partner__write_decimal(uint64_t magnitude, int negative, int places, char text[32]);

#endif
