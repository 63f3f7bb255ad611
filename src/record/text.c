/* SPDX-License-Identifier: MIT
 * Text to values.
 *
 * Where another partner_format would have read a text, the error ends in the name of the member that says so:
 * `"12,50" is not a number (use decimal_comma?)`. The command shows it as its option. */
#include "text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../base/int128.h"

static int lower(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; }

int partner__same_letters(const char *at, size_t length, const char *word)
{
    for (size_t i = 0; i < length; i++)
        if (word[i] == '\0' || lower(at[i]) != lower(word[i])) return 0;
    return word[length] == '\0';
}

/* --- errors --- */

/* The bytes of the UTF-8 sequence of a printable character; 0 for anything else. */
static size_t printable(const char *at, const char *end)
{
    unsigned char lead = (unsigned char)*at;
    size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;

    if (length == 1) return lead >= 0x20 && lead != 0x7f;
    if ((size_t)(end - at) < length) return 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)at[i] & 0xc0) != 0x80) return 0;
    return lead == 0xc2 && (unsigned char)at[1] < 0xa0 ? 0 : length;
}

enum { SHOWN_BYTES = 40, SHOWN = 4 * SHOWN_BYTES + 8 };

/* The text as an error shows it: cut after 40 bytes, with \xNN for what is no printable UTF-8. */
static const char *show(const partner__text *text, char shown[SHOWN])
{
    const char *cut = (size_t)(text->end - text->at) > SHOWN_BYTES ? text->at + SHOWN_BYTES : text->end;
    const char *c = text->at;
    size_t n = 0;

    while (c < cut) {
        size_t length = printable(c, text->end);

        if (length == 0) {
            n += (size_t)snprintf(shown + n, SHOWN - n, "\\x%02X", (unsigned)(unsigned char)*c++);
        } else {
            memcpy(shown + n, c, length);
            n += length;
            c += length;
        }
    }
    snprintf(shown + n, SHOWN - n, "%s", c < text->end ? "…" : "");
    return shown;
}

partner_status partner__bad_text(const partner__text *text, const char *what, ...)
{
    char shown[SHOWN], said[256];
    va_list arguments;

    if (text->error == NULL) return PARTNER_E_DATA;
    va_start(arguments, what);
    vsnprintf(said, sizeof said, what, arguments);
    va_end(arguments);
    return partner__fail_at(text->error, PARTNER_E_DATA,
                            partner__at(NULL, text->field->name, PARTNER_NO_ROW, PARTNER_NONE), "\"%s\" %s",
                            show(text, shown), said);
}

/* --- what a field takes --- */

int partner__is_numbered(const partner_field *field)
{
    return field->unit == PARTNER_UNIT_INDEX &&
           (field->type == PARTNER_TYPE_U64 ||
            (field->type == PARTNER_TYPE_U32 && field->numbered_without != NULL));
}

static int is_signed(uint8_t type) { return type == PARTNER_TYPE_I32 || type == PARTNER_TYPE_I64; }

/* The largest number of a type, which for the signed ones is also the largest negative one: what is below is
 * their null value. The unsigned ones' null value is their largest number. */
uint64_t partner__limit(const partner_field *field)
{
    uint64_t null = (field->flags & PARTNER_FIELD_NULLABLE) != 0 || field->unit == PARTNER_UNIT_INDEX;

    if (field->unit == PARTNER_UNIT_PLACES) return 9;
    switch (field->type) {
    case PARTNER_TYPE_U8: return UINT8_MAX;
    case PARTNER_TYPE_U32: return UINT32_MAX - null;
    case PARTNER_TYPE_I32: return INT32_MAX;
    case PARTNER_TYPE_I64: return INT64_MAX;
    default: return UINT64_MAX - null;
    }
}

/* Wraps on purpose: two's complement is what the type holds. */
void partner__store(uint8_t type, void *element, uint64_t magnitude, int negative)
{
    uint64_t bits = negative ? 0 - magnitude : magnitude;
    uint32_t narrow = (uint32_t)(bits & UINT32_MAX);
    uint8_t byte = (uint8_t)(bits & UINT8_MAX);

    if (type == PARTNER_TYPE_U8) memcpy(element, &byte, sizeof byte);
    if (type == PARTNER_TYPE_U32 || type == PARTNER_TYPE_I32) memcpy(element, &narrow, sizeof narrow);
    if (type == PARTNER_TYPE_U64 || type == PARTNER_TYPE_I64) memcpy(element, &bits, sizeof bits);
}

void partner__store_null(uint8_t type, void *element)
{
    double none = NAN;

    switch (type) {
    case PARTNER_TYPE_U8: partner__store(type, element, 0, 0); break;
    case PARTNER_TYPE_U32: partner__store(type, element, PARTNER_NONE, 0); break;
    case PARTNER_TYPE_U64: partner__store(type, element, PARTNER_NO_ROW, 0); break;
    case PARTNER_TYPE_I32: partner__store(type, element, (uint64_t)INT32_MAX + 1, 1); break;
    case PARTNER_TYPE_I64: partner__store(type, element, (uint64_t)INT64_MAX + 1, 1); break;
    default: memcpy(element, &none, sizeof none);
    }
}

int partner__places(const partner_field *field, const partner_format *format)
{
    if (field->unit == PARTNER_UNIT_PPM) return 6;
    if (field->unit != PARTNER_UNIT_MONEY || format->minor_units == PARTNER_MINOR_UNITS_0) return 0;
    return format->minor_units == 0 ? 2 : format->minor_units;
}

static partner__spelling spelling_of(const partner_field *field, const partner_format *format)
{
    partner__spelling as = {format->decimal_comma ? ',' : '.', format->thousands, 0};

    as.per_cent = field->unit == PARTNER_UNIT_PPM || field->unit == PARTNER_UNIT_SHARE;
    return as;
}

static partner_status not_a_number(const partner__text *text, const partner__spelling *as)
{
    const int whole = text->field->unit == PARTNER_UNIT_COUNT || text->field->unit == PARTNER_UNIT_INDEX;

    return partner__bad_text(text, "is not a %snumber%s", whole ? "whole " : "",
                             partner__format_hint(text->at, text->end, as));
}

static partner_status beyond(const partner__text *text, uint64_t limit, int places)
{
    char shown[32];

    partner__write_decimal(limit, 0, places, shown);
    return partner__bad_text(text, "is beyond %s%s", is_signed(text->field->type) ? "±" : "", shown);
}

/* Money, parts per million and whole numbers. */
static partner_status read_integer(const partner__text *text, const partner_format *format, void *element,
                                   uint8_t *rounded)
{
    const partner_field *field = text->field;
    const uint64_t limit = partner__limit(field);
    const int places = partner__places(field, format);
    const partner__spelling as = spelling_of(field, format);
    partner__number number;
    partner__scaled value;

    if (field->type == PARTNER_TYPE_I64 && partner__scan_plain(text->at, text->end, as.point, places, &value)) {
        partner__store(field->type, element, value.magnitude, value.negative);
        return PARTNER_OK;
    }
    if (field->unit == PARTNER_UNIT_COUNT && field->names_count > 0 &&
        partner__same_letters(text->at, (size_t)(text->end - text->at), field->names[0])) {
        partner__store(field->type, element, limit, 0);
        return PARTNER_OK;
    }
    if (!partner__scan(text->at, text->end, &as, &number)) return not_a_number(text, &as);
    value = partner__scale(&number, places);
    if (value.overflow || value.magnitude > limit) return beyond(text, limit, places);
    if (value.inexact && field->unit == PARTNER_UNIT_PPM)
        return partner__bad_text(text, "has more than 6 decimal places");
    if (value.inexact && field->unit != PARTNER_UNIT_MONEY)
        return partner__bad_text(text, "is not a whole number");
    if (value.negative && value.magnitude > 0 && !is_signed(field->type))
        return partner__bad_text(text, "is negative, expected 0 or more");
    partner__store(field->type, element, value.magnitude, value.negative);
    if (rounded != NULL && value.inexact) *rounded = 1;
    return PARTNER_OK;
}

static partner_status read_double(const partner__text *text, const partner_format *format, void *element)
{
    const partner__spelling as = spelling_of(text->field, format);
    partner__number number;
    double x;

    if (!partner__scan(text->at, text->end, &as, &number)) return not_a_number(text, &as);
    x = partner__to_double(&number);
    if (isinf(x)) return partner__bad_text(text, "is beyond the largest double, 1.8e308");
    memcpy(element, &x, sizeof x);
    return PARTNER_OK;
}

static partner_status read_flag(const partner__text *text, void *element)
{
    static const char *const words[] = {"false", "true", "no", "yes", "0", "1"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!partner__same_letters(text->at, (size_t)(text->end - text->at), words[i])) continue;
        partner__store(text->field->type, element, i % 2, 0);
        return PARTNER_OK;
    }
    return partner__bad_text(text, "is not true or false");
}

static partner_status read_enum(const partner__text *text, void *element)
{
    const partner_field *field = text->field;
    char all[160] = "";
    size_t n = 0;

    for (uint32_t i = 0; i < field->names_count; i++) {
        if (partner__same_letters(text->at, (size_t)(text->end - text->at), field->names[i])) {
            partner__store(field->type, element, i, 0);
            return PARTNER_OK;
        }
        if (n < sizeof all)
            n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", i > 0 ? ", " : "", field->names[i]);
    }
    return partner__bad_text(text, "is not one of %s", all);
}

static partner_status read_day(const partner__text *text, const partner_format *format, void *element)
{
    int32_t day;
    partner_status status = partner__read_day(text, format->date_format, &day);

    if (status == PARTNER_OK) memcpy(element, &day, sizeof day);
    return status;
}

static partner_status read_value(const partner__text *text, const partner_format *format, void *element,
                                 uint8_t *rounded)
{
    switch (text->field->unit) {
    case PARTNER_UNIT_DAY: return read_day(text, format, element);
    case PARTNER_UNIT_ENUM: return read_enum(text, element);
    case PARTNER_UNIT_FLAG: return read_flag(text, element);
    default:
        if (text->field->type == PARTNER_TYPE_F64) return read_double(text, format, element);
        return read_integer(text, format, element, rounded);
    }
}

/* --- options: a zero that a user writes is not the zero that means "the default" --- */

/* Whether 0 is what the option is when nobody says anything. */
static int zero_is_initial(const partner_field *field)
{
    partner_format plain = PARTNER_FORMAT_INIT;
    partner__text text = {field->initial, field->initial + strlen(field->initial), field, NULL};
    uint64_t element = 0;

    if (field->count > 1) return 0; /* a list ends at its first zero */
    return read_value(&text, &plain, &element, NULL) == PARTNER_OK && element == 0;
}

static partner_status mark_zero(const partner__text *text, void *element)
{
    const partner_field *field = text->field;

    if (field->zero != 0) {
        const double number = (double)field->zero;

        if (field->type == PARTNER_TYPE_F64) memcpy(element, &number, sizeof number);
        else partner__store(field->type, element, partner__magnitude(field->zero), field->zero < 0);
        return PARTNER_OK;
    }
    if (field->initial == NULL || zero_is_initial(field)) return PARTNER_OK;
    return partner__bad_text(text, "is not possible here, expected more than 0");
}

/* Whether a number is the one that stands for an explicit zero, which nobody means who writes it. */
static int stands_for_zero(const partner_field *field, const void *element)
{
    double number;

    if (field->zero == 0 || field->type != PARTNER_TYPE_F64) return 0;
    memcpy(&number, element, sizeof number);
    return number == (double)field->zero;
}

static partner_status read_one(const partner__text *text, const partner_format *format, void *element,
                               uint8_t *rounded)
{
    uint64_t value = 0; /* room for every type, and a failure leaves the caller's element alone */
    partner_status status = read_value(text, format, &value, rounded);

    if (status == PARTNER_OK && value == 0) status = mark_zero(text, &value);
    else if (status == PARTNER_OK && stands_for_zero(text->field, &value))
        status = partner__bad_text(text, "is not possible here, expected 0 or more");
    if (status == PARTNER_OK) memcpy(element, &value, partner_type_size(text->field->type));
    return status;
}

/* --- partner_parse --- */

static partner__text trimmed(const char *at, const char *end, const partner_field *field, partner_error *error)
{
    partner__text text = {at, end, field, error};

    while (text.at < text.end && partner__is_space(*text.at)) text.at++;
    while (text.at < text.end && partner__is_space(text.end[-1])) text.end--;
    return text;
}

enum { LIST = 64 };

/* The comma separates, so numbers in a list have a decimal point. */
static partner_status read_list(const partner__text *text, const partner_format *format, void *element,
                                uint8_t *rounded)
{
    const partner_field *field = text->field;
    const size_t size = partner_type_size(field->type);
    partner_format point = *format;
    uint64_t values[LIST] = {0};
    uint32_t n = 0;

    if (field->count > LIST)
        return partner__fail(text->error, PARTNER_E_UNSUPPORTED, "%s has more than %d elements", field->name,
                             LIST);
    point.decimal_comma = 0;
    point.thousands = 0;
    for (const char *c = text->at, *comma;; c = comma + 1) {
        partner__text item;
        partner_status status;

        comma = memchr(c, ',', (size_t)(text->end - c));
        item = trimmed(c, comma != NULL ? comma : text->end, field, text->error);
        if (n == field->count)
            return partner__bad_text(text, "is a list of more than %u", (unsigned)field->count);
        status = read_one(&item, &point, (char *)values + n++ * size, rounded);
        if (status != PARTNER_OK) return status;
        if (comma == NULL) break;
    }
    memcpy(element, values, field->count * size);
    return PARTNER_OK;
}

/* What is needed of a format, whatever version of the struct the caller has. */
partner_status partner__take_format(const partner_format **format, partner_format *local, partner_error *error)
{
    if (*format == NULL || (*format)->struct_size != sizeof **format) {
        partner_status status = partner__take(local, sizeof *local, *format, 1, "format", error);

        if (status != PARTNER_OK) return status;
        *format = local;
    }
    if ((*format)->minor_units > 9 && (*format)->minor_units != PARTNER_MINOR_UNITS_0)
        return partner__fail(error, PARTNER_E_ARGUMENT, "format: minor_units is %u, expected 0 to 9 or %d",
                             (unsigned)(*format)->minor_units, PARTNER_MINOR_UNITS_0);
    if ((*format)->thousands != 0 &&
        ((*format)->thousands == ((*format)->decimal_comma ? ',' : '.') ||
         partner__is_digit((*format)->thousands) || memchr("+-()eE%", (*format)->thousands, 7) != NULL))
        return partner__fail(
            error, PARTNER_E_ARGUMENT,
            "format: thousands is '%c', expected a character that has no other part in a number",
            (*format)->thousands);
    return PARTNER_OK;
}

static int is_readable(const partner_field *field)
{
    return partner_type_size(field->type) > 0 && field->unit != PARTNER_UNIT_CLASS &&
           field->unit != PARTNER_UNIT_ROW &&
           (field->unit != PARTNER_UNIT_INDEX || partner__is_numbered(field));
}

partner_status partner_parse(const partner_field *field, const char *text, size_t length,
                             const partner_format *format, void *element, uint8_t *rounded,
                             partner_error *error)
{
    partner_format local;
    partner__text found;
    partner_status status;

    if (field == NULL || element == NULL || (text == NULL && length > 0))
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s is NULL",
                             field == NULL     ? "field"
                             : element == NULL ? "element"
                                               : "text");
    if (!is_readable(field))
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s is nothing that is read from text", field->name);
    status = partner__take_format(&format, &local, error);
    if (status != PARTNER_OK) return status;
    found = trimmed(text != NULL ? text : "", text != NULL ? text + length : "", field, error);
    if (found.at == found.end && (field->flags & PARTNER_FIELD_NULLABLE)) {
        partner__store_null(field->type, element);
        return PARTNER_OK;
    }
    if (found.at == found.end)
        return partner__bad_text(&found, "is empty, expected a %s",
                                 field->unit == PARTNER_UNIT_DAY ? "date" : "value");
    if (field->count > 1 && field->length == NULL) return read_list(&found, format, element, rounded);
    return read_one(&found, format, element, rounded);
}
