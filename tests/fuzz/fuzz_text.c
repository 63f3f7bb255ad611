/* SPDX-License-Identifier: MIT
 * partner_parse with any text for any field: it is refused, or printing and reading it again gives the same. */
#include "fuzz.h"

enum { MOST_VALUE = 256 };

static const partner_field *pick(size_t at, const partner_record **record)
{
    const partner_field *field = NULL;

    for (size_t r = 0; (*record = partner_record_at(r)) != NULL; r++)
        for (size_t f = 0; (field = partner_record_field(*record, f)) != NULL; f++)
            if (at-- == 0) return field;
    *record = partner_record_at(0);
    return partner_record_field(*record, 0);
}

static int can_be_read(const partner_field *field)
{
    return partner_type_size(field->type) != 0 && field->unit != PARTNER_UNIT_INDEX &&
           field->unit != PARTNER_UNIT_CLASS && !(field->flags & PARTNER_FIELD_HIDDEN);
}

/* Text is printed in the machine's spelling: dates as ISO, a decimal point, no thousands. */
static void read_again(const partner_record *record, const partner_field *field, const partner_format *format,
                       const void *element)
{
    partner_format plain = PARTNER_FORMAT_INIT;
    unsigned char again[MOST_VALUE];
    size_t size = partner_type_size(field->type);
    char text[64];
    partner_error error;
    size_t length;

    if (field->length == NULL && field->count > 1) return; /* arrays are printed one by one */
    plain.minor_units = format->minor_units;
    length = partner_print(record, field, NULL, element, &plain, text, sizeof text);
    fuzz_demand(length < sizeof text && text[length] == '\0', "64 bytes hold every value");
    if (length == 0) return;
    memcpy(again, element, size);
    fuzz_demand(fuzz_ok(partner_parse(field, text, length, &plain, again, NULL, &error), &error),
                "what was printed can be read");
    fuzz_demand(memcmp(again, element, size) == 0, "and is the same value");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const patterns[] = {
        NULL, "%Y%m%d", "%d.%m.%y", "%b %e, %Y", "%j/%Y", "%m/%d/%Y %I:%M %p", "%"};
    fuzz_input in = {data, size};
    const partner_record *record;
    const partner_field *field = pick(fuzz_u8(&in), &record);
    partner_format format = PARTNER_FORMAT_INIT;
    unsigned char element[MOST_VALUE];
    partner_error error;
    uint8_t flags = fuzz_u8(&in), rounded = 7;
    char *text;

    if (!can_be_read(field)) return 0;
    format.date_format = patterns[flags % 7];
    format.decimal_comma = flags >> 3 & 1;
    format.thousands = (flags >> 4 & 1) != 0 ? (flags >> 3 & 1) != 0 ? '.' : ',' : '\0';
    format.minor_units = flags >> 5 == 7 ? PARTNER_MINOR_UNITS_0 : flags >> 5;
    text = fuzz_alloc(in.left, 1);
    if (in.left > 0) memcpy(text, in.at, in.left);
    memset(element, 0, sizeof element);
    if (fuzz_ok(partner_parse(field, text, in.left, &format, element, &rounded, &error), &error)) {
        fuzz_demand(rounded == 0 || rounded == 1 || rounded == 7, "rounded is a flag");
        read_again(record, field, &format, element);
    }
    free(text);
    return 0;
}
