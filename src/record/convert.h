/* SPDX-License-Identifier: MIT
 * What the parts of partner_convert share: someone's column on its way to a column of ours. */
#ifndef PARTNER_RECORD_CONVERT_H
#define PARTNER_RECORD_CONVERT_H

#include <stdatomic.h>
#include <string.h>

#include "../base/parallel.h"
#include "../dict/intern.h"
#include "text.h"

typedef struct partner__column {
    const partner_field *field;
    partner_values in; /* complete, whatever version of the struct the caller has */
    partner_format as_text, as_number;
    char *elements;
    size_t size;    /* of an element */
    int nullable;   /* whether the field has a null value */
    int plain;      /* a zero is a zero: numbers need not go by way of their text */
    int places;     /* behind the field's integer */
    uint64_t limit; /* of the field's integer */
    atomic_size_t rounded;
} partner__column;

/* One row's text; NULL bytes are a null. */
typedef struct partner__cell {
    const char *bytes;
    size_t length;
} partner__cell;

enum {
    PARTNER__SCRATCH = 128,   /* room for the text of any number */
    PARTNER__VIEW = 16,       /* bytes of a string view */
    PARTNER__VIEW_INLINE = 12 /* bytes of a string that lies in its view */
};

/* convert_cell.c: rows as text. */

static inline int partner__is_null_row(const partner__column *c, size_t row)
{
    size_t bit = c->in.offset + row;

    return c->in.validity != NULL && (c->in.validity[bit / 8] >> bit % 8 & 1) == 0;
}

int partner__is_string(uint8_t layout);
int partner__is_integer(uint8_t layout);

/* An integer of the column; *beyond is set where it is 2^63 or more, and the result wraps. */
static inline int64_t partner__integer_at(const partner__column *c, size_t row, int *beyond)
{
    const char *values = c->in.values;
    size_t i = c->in.offset + row;
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint16_t u16;
    uint32_t u32;

    switch (c->in.layout) {
    case PARTNER_VALUES_I8: memcpy(&i8, values + i, sizeof i8); return i8;
    case PARTNER_VALUES_I16: memcpy(&i16, values + i * sizeof i16, sizeof i16); return i16;
    case PARTNER_VALUES_I32: memcpy(&i32, values + i * sizeof i32, sizeof i32); return i32;
    case PARTNER_VALUES_U8: return (unsigned char)values[i];
    case PARTNER_VALUES_U16: memcpy(&u16, values + i * sizeof u16, sizeof u16); return u16;
    case PARTNER_VALUES_U32: memcpy(&u32, values + i * sizeof u32, sizeof u32); return u32;
    default:
        memcpy(&i64, values + i * sizeof i64, sizeof i64);
        *beyond = c->in.layout == PARTNER_VALUES_U64 && i64 < 0;
        return i64;
    }
}

/* A float of the column. */
double partner__float_at(const partner__column *c, size_t row);
/* The magnitude of a decimal of the column, without its scale, in two words. */
void partner__decimal_at(const partner__column *c, size_t row, uint64_t magnitude[2], int *negative);

/* The bytes of a row of strings. Errors: ARGUMENT (a row that lies outside of its buffers). */
partner_status partner__string_at(const partner__column *c, size_t row, partner__cell *cell,
                                  partner_error *error);

/* The text that a row stands for, for partner_parse. A number's is written to `scratch`. */
partner_status partner__cell_at(const partner__column *c, size_t row, char scratch[PARTNER__SCRATCH],
                                partner__cell *cell, partner_error *error);

/* The text of a row that is an id. Errors also: DATA (a number that is not whole). */
partner_status partner__id_at(const partner__column *c, size_t row, char scratch[PARTNER__ID_TEXT],
                              partner__cell *cell, partner_error *error);

/* DATA about a row: "row 17: amount: …". */
partner_status partner__bad_row(const partner__column *c, size_t row, partner_error *error, const char *what,
                                ...) PARTNER__PRINTF(4, 5);

/* convert_number.c */

/* Converts one row that is not null without its text, where that gives what its text would, and counts it where
 * it had to be rounded. False says nothing about the row. */
int partner__convert_number(const partner__column *c, size_t row, char *element, size_t *rounded);

/* Converts rows from `row` on as long as they are plain, and gives the first that is not, or `end`. */
size_t partner__convert_run(const partner__column *c, size_t row, size_t end, size_t *rounded);

/* Times to days. */
partner_status partner__convert_time(const partner__column *c, size_t row, char *element, partner_error *error);

/* convert_ids.c */

partner_status partner__convert_ids(partner__column *c, partner_dict *dict, partner_error *error);

#endif
