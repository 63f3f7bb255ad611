/* SPDX-License-Identifier: MIT
 * Values to text, as machines read it. Nothing here depends on the host's locale. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/int128.h"
#include "text.h"

void partner__write_decimal(uint64_t magnitude, int negative, int places, char text[32])
{
    char digits[32];
    size_t n = (size_t)snprintf(digits, sizeof digits, "%0*" PRIu64, places + 1, magnitude);
    size_t before = n - (size_t)places;

    if (negative) *text++ = '-';
    memcpy(text, digits, before);
    text += before;
    if (places > 0) {
        *text++ = '.';
        memcpy(text, digits + before, (size_t)places);
        text += places;
    }
    *text = '\0';
}

/* 0.8 for 800000: no more places than it takes. */
static void write_ppm(uint64_t ppm, char text[32])
{
    size_t n;

    partner__write_decimal(ppm, 0, 6, text);
    for (n = strlen(text); text[n - 1] == '0'; n--) text[n - 1] = '\0';
    if (text[n - 1] == '.') text[n - 1] = '\0';
}

static void write_class(const partner_record *record, const void *data, uint64_t class_of, char text[32])
{
    const partner_field *none = partner_record_field_find(record, "class_none");

    if (none != NULL && data != NULL &&
        partner_field_integer(none, partner_field_data(none, data), NULL) == class_of)
        memcpy(text, "none", sizeof "none");
    else if (class_of < 26) snprintf(text, 32, "%c", (char)('A' + (int)class_of));
    else partner__write_decimal(class_of, 0, 0, text);
}

/* In an option zero is the absence of a value where a constant stands for a zero that is meant. */
static const char *write_integer(const partner_record *record, const partner_field *field, const void *data,
                                 const void *element, const partner_format *format, char text[32])
{
    int negative, day;
    uint64_t value = partner_field_integer(field, element, &negative);

    if (field->zero != 0) {
        if (value == 0) return "";
        if (value == partner__magnitude(field->zero) && negative == (field->zero < 0)) value = 0;
        negative = negative && value > 0;
    }
    switch (field->unit) {
    case PARTNER_UNIT_DAY:
        day = negative ? -1 - (int)(value - 1) : (int)value;
        partner__write_day(day, text);
        return text;
    case PARTNER_UNIT_PPM: write_ppm(value, text); return text;
    case PARTNER_UNIT_FLAG: return value ? "true" : "false";
    case PARTNER_UNIT_CLASS: write_class(record, data, value, text); return text;
    case PARTNER_UNIT_ENUM:
        if (value < field->names_count) return field->names[value];
        break;
    case PARTNER_UNIT_COUNT:
        if (field->names_count > 0 && field->count == 1 && value == partner__limit(field))
            return field->names[0];
        break;
    default: break;
    }
    partner__write_decimal(value, negative, partner__places(field, format), text);
    return text;
}

size_t partner_print(const partner_record *record, const partner_field *field, const void *data,
                     const void *element, const partner_format *format, char *buffer, size_t size)
{
    partner_format local;
    char text[32];
    const char *shown = "";
    size_t length;
    double x;

    if (field != NULL && element != NULL && partner_type_size(field->type) > 0 &&
        !partner_field_is_null(field, element) && partner__take_format(&format, &local, NULL) == PARTNER_OK) {
        if (field->type == PARTNER_TYPE_F64) {
            memcpy(&x, element, sizeof x);
            if (field->zero != 0 && x == (double)field->zero) x = 0;
            partner__write_double(x, text);
            shown = text;
        } else {
            shown = write_integer(record, field, data, element, format, text);
        }
    }
    length = strlen(shown);
    if (buffer == NULL || size == 0) return length;
    memcpy(buffer, shown, length < size ? length + 1 : size);
    if (length >= size) buffer[size - 1] = '\0';
    return length;
}
