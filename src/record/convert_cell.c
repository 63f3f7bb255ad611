/* SPDX-License-Identifier: MIT
 * Rows of any layout, and the texts they stand for. Nothing is assumed about alignment. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../base/int128.h"
#include "convert.h"

enum { DIGITS = 40 }; /* of 2^127, and one to spare */

partner_status partner__bad_row(const partner__column *c, size_t row, partner_error *error, const char *what,
                                ...)
{
    char said[sizeof error->message];
    va_list arguments;

    va_start(arguments, what);
    vsnprintf(said, sizeof said, what, arguments);
    va_end(arguments);
    return partner__fail_at(error, PARTNER_E_DATA, partner__at(NULL, c->field->name, row, PARTNER_NONE),
                            "row %zu: %s: %s", row, c->field->name, said);
}

int partner__is_string(uint8_t layout) { return layout >= PARTNER_VALUES_STRINGS; }
int partner__is_integer(uint8_t layout) { return layout <= PARTNER_VALUES_U64; }

/* --- numbers --- */

double partner__float_at(const partner__column *c, size_t row)
{
    const char *values = c->in.values;
    size_t i = c->in.offset + row;
    float narrow;
    double wide;

    if (c->in.layout == PARTNER_VALUES_F32) {
        memcpy(&narrow, values + i * sizeof narrow, sizeof narrow);
        return narrow;
    }
    memcpy(&wide, values + i * sizeof wide, sizeof wide);
    return wide;
}

void partner__decimal_at(const partner__column *c, size_t row, uint64_t magnitude[2], int *negative)
{
    static const uint16_t order = 1;
    size_t low = *(const unsigned char *)&order == 1 ? 0 : 1;
    uint64_t words[2];

    memcpy(words, (const char *)c->in.values + (c->in.offset + row) * sizeof words, sizeof words);
    magnitude[0] = words[low];
    magnitude[1] = words[1 - low];
    *negative = magnitude[1] >> 63 != 0;
    if (!*negative) return;
    magnitude[0] = 0 - magnitude[0];
    magnitude[1] = ~magnitude[1] + (magnitude[0] == 0);
}

/* The decimal digits of a magnitude, right-aligned before `end`. */
static char *write_digits(uint64_t low, uint64_t high, char *end)
{
    while (high > 0) {
        /* Long division by 10 in four steps of 32 bits. */
        uint64_t left = high % 10, upper, lower;

        high /= 10;
        upper = left << 32 | low >> 32;
        lower = (upper % 10) << 32 | (low & UINT32_MAX);
        low = (upper / 10) << 32 | lower / 10;
        *--end = (char)('0' + lower % 10);
    }
    do {
        *--end = (char)('0' + low % 10);
        low /= 10;
    } while (low > 0);
    return end;
}

static partner__cell write_integer(int64_t number, int beyond, char *scratch, size_t size)
{
    char *end = scratch + size, *at;
    int negative = !beyond && number < 0;

    at = write_digits(negative ? partner__magnitude(number) : (uint64_t)number, 0, end);
    if (negative) *--at = '-';
    return (partner__cell){at, (size_t)(end - at)};
}

static partner__cell write_float(const partner__column *c, size_t row, char scratch[PARTNER__SCRATCH])
{
    double x = partner__float_at(c, row);

    if (isnan(x)) return (partner__cell){NULL, 0};
    if (c->in.layout == PARTNER_VALUES_F32) partner__write_float((float)x, scratch);
    else partner__write_double(x, scratch);
    return (partner__cell){scratch, strlen(scratch)};
}

/* 123.45, or 12345e-400 where zeros would fill pages. */
static partner__cell write_decimal(const partner__column *c, size_t row, char scratch[PARTNER__SCRATCH])
{
    char digits[2 * DIGITS], *end = digits + sizeof digits, *at;
    int scale = c->in.scale, negative, written;
    uint64_t magnitude[2];

    partner__decimal_at(c, row, magnitude, &negative);
    at = write_digits(magnitude[0], magnitude[1], end);
    if (scale > 0 && scale <= DIGITS) {
        while (end - at <= scale) *--at = '0';
        written = snprintf(scratch, PARTNER__SCRATCH, "%s%.*s.%.*s", negative ? "-" : "",
                           (int)(end - at) - scale, at, scale, end - scale);
    } else {
        written = snprintf(scratch, PARTNER__SCRATCH, "%s%.*s", negative ? "-" : "", (int)(end - at), at);
        if (scale != 0) written += snprintf(scratch + written, 16, "e%" PRId64, -(int64_t)scale);
    }
    return (partner__cell){scratch, (size_t)written};
}

/* --- strings --- */

static partner_status outside(const partner__column *c, size_t row, partner_error *error, const char *what)
{
    return partner__fail_at(error, PARTNER_E_ARGUMENT, partner__at(NULL, c->field->name, row, PARTNER_NONE),
                            "row %zu: %s: %s", row, c->field->name, what);
}

static partner_status at_offsets(const partner__column *c, size_t row, int64_t begin, int64_t end,
                                 partner__cell *cell, partner_error *error)
{
    if (begin < 0 || end < begin || (uint64_t)end > SIZE_MAX)
        return outside(c, row, error, "the offsets are no range of bytes, expected ascending ones from 0 on");
    if (c->in.data == NULL && end > begin)
        return outside(c, row, error, "data is NULL, expected the bytes of the strings");
    *cell = (partner__cell){c->in.data == NULL ? "" : c->in.data + (size_t)begin, (size_t)(end - begin)};
    return PARTNER_OK;
}

static partner_status at_view(const partner__column *c, size_t row, partner__cell *cell, partner_error *error)
{
    const char *view = (const char *)c->in.values + (c->in.offset + row) * PARTNER__VIEW;
    int32_t length, buffer, offset;

    memcpy(&length, view, sizeof length);
    if (length >= 0 && length <= PARTNER__VIEW_INLINE) {
        *cell = (partner__cell){view + sizeof length, (size_t)length};
        return PARTNER_OK;
    }
    memcpy(&buffer, view + 8, sizeof buffer);
    memcpy(&offset, view + 12, sizeof offset);
    if (length < 0 || buffer < 0 || offset < 0 || (uint32_t)buffer >= c->in.buffer_count ||
        c->in.buffers[buffer] == NULL || (uint32_t)offset > c->in.buffer_lengths[buffer] ||
        (uint32_t)length > c->in.buffer_lengths[buffer] - (uint32_t)offset)
        return outside(c, row, error, "the view leads out of its buffers");
    *cell = (partner__cell){c->in.buffers[buffer] + offset, (size_t)length};
    return PARTNER_OK;
}

partner_status partner__string_at(const partner__column *c, size_t row, partner__cell *cell,
                                  partner_error *error)
{
    const char *values = c->in.values;
    size_t i = c->in.offset + row;
    int32_t narrow[2];
    int64_t wide[2];

    switch (c->in.layout) {
    case PARTNER_VALUES_STRINGS:
        memcpy(narrow, values + i * sizeof *narrow, sizeof narrow);
        return at_offsets(c, row, narrow[0], narrow[1], cell, error);
    case PARTNER_VALUES_LARGE_STRINGS:
        memcpy(wide, values + i * sizeof *wide, sizeof wide);
        return at_offsets(c, row, wide[0], wide[1], cell, error);
    case PARTNER_VALUES_STRING_VIEWS: return at_view(c, row, cell, error);
    default:
        memcpy(&cell->bytes, values + i * sizeof cell->bytes, sizeof cell->bytes);
        cell->length = cell->bytes == NULL ? 0 : strlen(cell->bytes);
        return PARTNER_OK;
    }
}

/* --- any row --- */

static partner__cell write_boolean(const partner__column *c, size_t row)
{
    const unsigned char *values = c->in.values;
    size_t i = c->in.offset + row;
    int is = c->in.layout == PARTNER_VALUES_BYTES ? values[i] != 0 : values[i / 8] >> i % 8 & 1;

    return is ? (partner__cell){"true", 4} : (partner__cell){"false", 5};
}

partner_status partner__cell_at(const partner__column *c, size_t row, char scratch[PARTNER__SCRATCH],
                                partner__cell *cell, partner_error *error)
{
    int beyond = 0;
    int64_t number;

    if (partner__is_null_row(c, row)) {
        *cell = (partner__cell){NULL, 0};
        return PARTNER_OK;
    }
    switch (c->in.layout) {
    case PARTNER_VALUES_F32:
    case PARTNER_VALUES_F64: *cell = write_float(c, row, scratch); return PARTNER_OK;
    case PARTNER_VALUES_BITS:
    case PARTNER_VALUES_BYTES: *cell = write_boolean(c, row); return PARTNER_OK;
    case PARTNER_VALUES_DECIMAL128: *cell = write_decimal(c, row, scratch); return PARTNER_OK;
    default: break;
    }
    if (partner__is_string(c->in.layout)) return partner__string_at(c, row, cell, error);
    number = partner__integer_at(c, row, &beyond);
    *cell = write_integer(number, beyond, scratch, PARTNER__SCRATCH);
    return PARTNER_OK;
}

static partner_status float_id(const partner__column *c, size_t row, char scratch[PARTNER__ID_TEXT],
                               partner__cell *cell, partner_error *error)
{
    const double exact = c->in.layout == PARTNER_VALUES_F32 ? 0x1p24 : 0x1p53;
    double x = partner__float_at(c, row);
    char text[PARTNER__SCRATCH];

    *cell = write_float(c, row, text);
    if (cell->bytes == NULL) return PARTNER_OK;
    /* The neighbour above that bound is read as the bound itself: it could already be another partner. */
    if (!(fabs(x) < exact))
        return partner__bad_row(c, row, error,
                                "%s is not below %.0f, where floats begin to skip whole numbers; expected ids "
                                "as integers or text",
                                text, exact);
    if (x != floor(x)) return partner__bad_row(c, row, error, "%s is not whole, expected an id", text);
    *cell = write_integer((int64_t)x, 0, scratch, PARTNER__ID_TEXT);
    return PARTNER_OK;
}

/* A decimal is an id when only zeros stand behind its point. */
static partner_status decimal_id(const partner__column *c, size_t row, char scratch[PARTNER__ID_TEXT],
                                 partner__cell *cell, partner_error *error)
{
    char text[PARTNER__SCRATCH], *end = scratch + PARTNER__ID_TEXT, *at;
    uint64_t magnitude[2];
    int64_t scale = c->in.scale;
    int negative;

    partner__decimal_at(c, row, magnitude, &negative);
    at = write_digits(magnitude[0], magnitude[1], end);
    while (scale > 0 && end - at > 1 && end[-1] == '0') {
        end--;
        scale--;
    }
    if (end - at == 1 && *at == '0') scale = 0;
    if (scale > 0) {
        *cell = write_decimal(c, row, text);
        return partner__bad_row(c, row, error, "%s is not whole, expected an id", text);
    }
    if ((end - at) - scale > PARTNER__ID_TEXT - 1) {
        *cell = write_decimal(c, row, text);
        return partner__bad_row(c, row, error, "%s has more digits than an id may have", text);
    }
    if (negative) *--at = '-';
    memmove(scratch, at, (size_t)(end - at));
    memset(scratch + (end - at), '0', (size_t)-scale);
    *cell = (partner__cell){scratch, (size_t)((end - at) - scale)};
    return PARTNER_OK;
}

partner_status partner__id_at(const partner__column *c, size_t row, char scratch[PARTNER__ID_TEXT],
                              partner__cell *cell, partner_error *error)
{
    int beyond = 0;
    int64_t number;

    if (partner__is_null_row(c, row)) {
        *cell = (partner__cell){NULL, 0};
        return PARTNER_OK;
    }
    if (partner__is_string(c->in.layout)) return partner__string_at(c, row, cell, error);
    if (c->in.layout == PARTNER_VALUES_DECIMAL128) return decimal_id(c, row, scratch, cell, error);
    if (!partner__is_integer(c->in.layout)) return float_id(c, row, scratch, cell, error);
    number = partner__integer_at(c, row, &beyond);
    *cell = write_integer(number, beyond, scratch, PARTNER__ID_TEXT);
    return PARTNER_OK;
}
