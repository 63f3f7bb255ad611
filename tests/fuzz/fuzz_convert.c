/* SPDX-License-Identifier: MIT
 * partner_convert with any bytes in any layout for any field: it is refused and the dictionary stays as it was,
 * or gives what it gives row by row, and what the rows' texts give. */
#include <inttypes.h>
#include <math.h>

#include "fuzz.h"

enum { MOST_ROWS = 40, TEXT = 64 };

typedef struct column {
    partner_values v;
    char *values, *data, *buffers[2];
    uint8_t *validity;
    size_t lengths[2];
} column;

static const partner_field *pick(size_t at)
{
    const partner_record *record;
    const partner_field *field = NULL;

    for (size_t r = 0; (record = partner_record_at(r)) != NULL; r++)
        for (size_t f = 0; (field = partner_record_field(record, f)) != NULL; f++)
            if (at-- == 0) return field;
    return partner_record_field(partner_record_find("sales"), 3);
}

static size_t size_of(uint8_t layout)
{
    static const uint8_t sizes[] = {1, 1, 2, 4, 8, 1, 2, 4, 8, 4, 8, 1, 1, 16, 4, 8, 16, sizeof(char *)};

    return layout < sizeof sizes ? sizes[layout] : 1;
}

/* Bytes of exactly this size: what is left of the input, then zeros. */
static char *some_bytes(fuzz_input *in, size_t size)
{
    char *bytes = fuzz_alloc(size, 1);

    for (size_t i = 0; i < size; i++) bytes[i] = (char)fuzz_u8(in);
    return bytes;
}

/* Offsets that may fall, but stay within the data, whose end the library cannot know. */
static void make_offsets(column *c, fuzz_input *in, size_t count, size_t length)
{
    int64_t at = 0;

    for (size_t i = 0; i < count; i++) {
        uint8_t step = fuzz_u8(in);
        int32_t narrow;

        at = step == 0xff ? -1 : step == 0xfe ? 0 : at + step % 16;
        if (at > (int64_t)length) at = (int64_t)length;
        narrow = (int32_t)at;
        if (c->v.layout == PARTNER_VALUES_STRINGS)
            memcpy(c->values + i * sizeof narrow, &narrow, sizeof narrow);
        else memcpy(c->values + i * sizeof at, &at, sizeof at);
    }
}

/* Each string is one byte after the other of the data, up to its next NUL. */
static void make_pointers(column *c, fuzz_input *in, size_t count, size_t length)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t at = fuzz_u8(in);
        const char *string = at == 0xff ? NULL : c->data + at % length;

        memcpy(c->values + i * sizeof string, &string, sizeof string);
    }
}

static void make(column *c, fuzz_input *in)
{
    size_t length = 1 + fuzz_u8(in) % 200, count;
    uint8_t shape = fuzz_u8(in);

    memset(c, 0, sizeof *c);
    c->v = (partner_values)PARTNER_VALUES_INIT;
    c->v.layout = fuzz_u8(in) % 19;
    c->v.rows = fuzz_u8(in) % MOST_ROWS;
    c->v.offset = shape % 16;
    c->v.threads = 1 + shape % 2;
    c->v.scale = (int8_t)fuzz_u8(in);
    c->v.ticks_per_day = shape >> 6 == 3 ? (int64_t)fuzz_u32(in) * 1000 : 0;
    count = c->v.offset + c->v.rows + 1;
    if ((shape & 16) != 0) c->validity = (uint8_t *)some_bytes(in, count / 8 + 1);
    for (size_t i = 0; i < 2; i++) {
        c->lengths[i] = fuzz_u8(in) % 64;
        c->buffers[i] = some_bytes(in, c->lengths[i]);
    }
    c->data = some_bytes(in, length);
    c->data[length - 1] = '\0';
    c->values = some_bytes(in, count * size_of(c->v.layout));
    if (c->v.layout == PARTNER_VALUES_STRINGS || c->v.layout == PARTNER_VALUES_LARGE_STRINGS)
        make_offsets(c, in, count, length);
    if (c->v.layout == PARTNER_VALUES_POINTERS) make_pointers(c, in, count, length);
    c->v.values = c->values;
    c->v.validity = c->validity;
    c->v.data = c->data;
    c->v.buffers = (const char *const *)c->buffers;
    c->v.buffer_lengths = c->lengths;
    c->v.buffer_count = 2;
}

static void drop(column *c)
{
    free(c->values);
    free(c->data);
    free(c->buffers[0]);
    free(c->buffers[1]);
    free(c->validity);
}

static partner_dict *dict_for(const partner_field *field)
{
    partner_dict *dict = NULL;
    partner_error error;
    const char *known = "known before";
    uint32_t index;

    if (field->unit != PARTNER_UNIT_INDEX) return NULL;
    fuzz_demand(fuzz_ok(partner_dict_new(&dict, &error), &error), "there is a dictionary");
    fuzz_demand(fuzz_ok(partner_dict_add_strings(dict, 1, &known, NULL, &index, &error), &error), "with an id");
    return dict;
}

/* Both columns of elements are the same; all NaNs are. */
static int same(const partner_field *field, const void *a, const void *b)
{
    size_t size = partner_type_size(field->type);

    return memcmp(a, b, size) == 0 || (field->type == PARTNER_TYPE_F64 && partner_field_is_null(field, a) &&
                                       partner_field_is_null(field, b));
}

static void row_by_row(const partner_field *field, const column *c, const partner_format *format,
                       const uint64_t *whole, size_t rounded)
{
    const size_t size = partner_type_size(field->type);
    partner_dict *dict = dict_for(field);
    partner_values one = c->v;
    partner_error error;
    size_t sum = 0, part;

    one.rows = 1;
    for (size_t row = 0; row < c->v.rows; row++) {
        uint64_t element = 0;

        one.offset = c->v.offset + row;
        fuzz_demand(fuzz_ok(partner_convert(field, &one, format, dict, &element, &part, &error), &error),
                    "a row of what was converted can be");
        fuzz_demand(same(field, &element, (const char *)whole + row * size), "and gives the same");
        sum += part;
    }
    fuzz_demand(sum == rounded, "and is rounded as often");
    partner_dict_free(dict);
}

/* The text of a number as the C library finds it; 0 for what has none here. */
static int write_number(const column *c, size_t row, char text[TEXT])
{
    const char *at = c->values + (c->v.offset + row) * size_of(c->v.layout);
    uint64_t bits = 0;
    double x;
    float narrow;

    if (c->v.layout == PARTNER_VALUES_F64 || c->v.layout == PARTNER_VALUES_F32) {
        memcpy(&x, at, c->v.layout == PARTNER_VALUES_F64 ? sizeof x : 0);
        memcpy(&narrow, at, sizeof narrow);
        if (c->v.layout == PARTNER_VALUES_F32) x = (double)narrow;
        if (!isfinite(x)) return 0;
        for (int digits = 1; digits <= 17; digits++) {
            snprintf(text, TEXT, "%.*e", digits - 1, x);
            if (c->v.layout == PARTNER_VALUES_F32 ? strtof(text, NULL) == narrow : strtod(text, NULL) == x)
                break;
        }
        return 1;
    }
    if (c->v.layout != PARTNER_VALUES_I64 && c->v.layout != PARTNER_VALUES_U64) return 0;
    memcpy(&bits, at, sizeof bits);
    if (c->v.layout == PARTNER_VALUES_U64) snprintf(text, TEXT, "%" PRIu64, bits);
    else snprintf(text, TEXT, "%s%" PRIu64, bits >> 63 ? "-" : "", bits >> 63 ? 0 - bits : bits);
    return 1;
}

/* Whether its texts may have an exponent, as those above have. */
static int is_number(const partner_field *field)
{
    return field->unit != PARTNER_UNIT_DAY && field->unit != PARTNER_UNIT_FLAG &&
           field->unit != PARTNER_UNIT_ENUM;
}

static void as_text(const partner_field *field, const column *c, const partner_format *format)
{
    partner_format plain = *format;
    char text[TEXT];

    plain.decimal_comma = 0;
    plain.thousands = 0;
    for (size_t row = 0; row < c->v.rows; row++) {
        partner_values one = c->v;
        uint64_t element = 0, expected = 0;
        size_t rounded = 0;
        uint8_t inexact = 0;
        partner_error error;
        partner_status status;

        one.rows = 1;
        one.offset += row;
        one.validity = NULL;
        if (!write_number(c, row, text)) continue;
        status = partner_convert(field, &one, format, NULL, &element, &rounded, &error);
        if (status == PARTNER_E_ARGUMENT) return;
        fuzz_demand(partner_parse(field, text, strlen(text), &plain, &expected, &inexact, &error) == status,
                    "a number is taken or refused as its text is");
        if (status != PARTNER_OK) continue;
        fuzz_demand(same(field, &element, &expected), "and means what its text means");
        fuzz_demand(rounded == inexact, "and is rounded as its text is");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const patterns[] = {NULL, NULL, "%Y%m%d", "%d.%m.%y", "%j/%Y", "%"};
    fuzz_input in = {data, size};
    const partner_field *field = pick(fuzz_u8(&in));
    partner_format format = PARTNER_FORMAT_INIT;
    uint8_t flags = fuzz_u8(&in);
    size_t rounded = 0;
    partner_dict *dict;
    partner_error error;
    uint64_t *elements;
    column c;

    format.date_format = patterns[flags % 6];
    format.decimal_comma = flags >> 3 & 1;
    format.minor_units = flags >> 5 == 7 ? PARTNER_MINOR_UNITS_0 : flags >> 5;
    make(&c, &in);
    dict = dict_for(field);
    elements = fuzz_alloc(MOST_ROWS, sizeof *elements);
    if (fuzz_ok(partner_convert(field, &c.v, &format, dict, elements, &rounded, &error), &error)) {
        row_by_row(field, &c, &format, elements, rounded);
    } else {
        fuzz_demand(error.row == PARTNER_NO_ROW || error.row < c.v.rows, "the row is one of the column");
        fuzz_demand(dict == NULL || partner_dict_size(dict) == 1, "the dictionary stays as it was");
    }
    if (dict == NULL && c.v.ticks_per_day == 0 && is_number(field)) as_text(field, &c, &format);
    free(elements);
    partner_dict_free(dict);
    drop(&c);
    return 0;
}
