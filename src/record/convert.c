/* SPDX-License-Identifier: MIT
 * Columns of others to columns of ours: what goes together, and rows in blocks on the threads there are. */
#include "convert.h"

#include <stdio.h>
#include <string.h>

enum { BLOCK = 8192 }; /* rows between two questions to the interrupt */

/* --- what goes together --- */

static const char *found_name(const partner_values *in)
{
    switch (in->layout) {
    case PARTNER_VALUES_F32:
    case PARTNER_VALUES_F64: return "floats";
    case PARTNER_VALUES_BITS:
    case PARTNER_VALUES_BYTES: return "booleans";
    case PARTNER_VALUES_DECIMAL128: return "decimals";
    default: break;
    }
    if (partner__is_string(in->layout)) return "text";
    return in->ticks_per_day != 0 ? "times" : "integers";
}

static const char *expected_name(const partner_field *field)
{
    switch (field->unit) {
    case PARTNER_UNIT_DAY: return "dates, times, or days as text or as 20240131";
    case PARTNER_UNIT_INDEX: return "text or whole numbers";
    case PARTNER_UNIT_ENUM: return "text";
    case PARTNER_UNIT_FLAG: return "booleans, 0 and 1, or text";
    default: return "numbers or text";
    }
}

static int goes_together(const partner_field *field, const partner_values *in)
{
    if (in->layout == PARTNER_VALUES_BITS || in->layout == PARTNER_VALUES_BYTES)
        return field->unit == PARTNER_UNIT_FLAG;
    if (field->unit == PARTNER_UNIT_ENUM) return partner__is_string(in->layout);
    return in->ticks_per_day == 0 || field->unit == PARTNER_UNIT_DAY;
}

static partner_status wrong(const partner_field *field, partner_error *error, const char *what)
{
    return partner__fail_at(error, PARTNER_E_ARGUMENT,
                            partner__at(NULL, field->name, PARTNER_NO_ROW, PARTNER_NONE), "%s: %s", field->name,
                            what);
}

static partner_status check_field(const partner_field *field, const partner_dict *dict, partner_error *error)
{
    const int is_id = field->unit == PARTNER_UNIT_INDEX;

    if (partner_type_size(field->type) == 0 || field->unit == PARTNER_UNIT_CLASS ||
        field->unit == PARTNER_UNIT_ROW ||
        (is_id && field->type != PARTNER_TYPE_U32 && field->type != PARTNER_TYPE_U64))
        return wrong(field, error, "is nothing that is read from a column");
    if (field->count > 1) return wrong(field, error, "has several numbers per row, expected a column of one");
    if (is_id && dict == NULL && !partner__is_numbered(field))
        return wrong(field, error, "dict is NULL, expected one for the ids");
    if (!is_id && dict != NULL) return wrong(field, error, "a dict is given, but the column holds no ids");
    return PARTNER_OK;
}

/* Bytes of a row; views and pointers included. */
static size_t row_size(uint8_t layout)
{
    switch (layout) {
    case PARTNER_VALUES_I16:
    case PARTNER_VALUES_U16: return 2;
    case PARTNER_VALUES_I32:
    case PARTNER_VALUES_U32:
    case PARTNER_VALUES_F32:
    case PARTNER_VALUES_STRINGS: return 4;
    case PARTNER_VALUES_I64:
    case PARTNER_VALUES_U64:
    case PARTNER_VALUES_F64:
    case PARTNER_VALUES_LARGE_STRINGS: return 8;
    case PARTNER_VALUES_DECIMAL128:
    case PARTNER_VALUES_STRING_VIEWS: return 16;
    case PARTNER_VALUES_POINTERS: return sizeof(void *);
    default: return 1;
    }
}

static partner_status check_values(const partner__column *c, partner_error *error)
{
    const partner_values *in = &c->in;
    char said[128];

    if (in->layout < PARTNER_VALUES_I8 || in->layout > PARTNER_VALUES_POINTERS) {
        snprintf(said, sizeof said, "layout is %u, expected one of PARTNER_VALUES_", (unsigned)in->layout);
        return wrong(c->field, error, said);
    }
    if (in->ticks_per_day < 0 || (in->ticks_per_day > 0 && !partner__is_integer(in->layout)))
        return wrong(c->field, error,
                     in->ticks_per_day < 0 ? "ticks_per_day is negative, expected 0 or more"
                                           : "ticks_per_day is given, but only integers are times");
    if (!goes_together(c->field, in)) {
        snprintf(said, sizeof said, "found %s, expected %s", found_name(in), expected_name(c->field));
        return wrong(c->field, error, said);
    }
    if (in->rows == 0) return PARTNER_OK;
    if (in->values == NULL) return wrong(c->field, error, "values is NULL, expected a column");
    if (c->elements == NULL) return wrong(c->field, error, "elements is NULL, expected room for the rows");
    if (in->offset > SIZE_MAX - in->rows || in->offset + in->rows > SIZE_MAX / row_size(in->layout) - 1 ||
        in->rows > SIZE_MAX / c->size)
        return wrong(c->field, error, "rows is more than memory can hold");
    if (in->layout == PARTNER_VALUES_STRING_VIEWS && in->buffer_count > 0 &&
        (in->buffers == NULL || in->buffer_lengths == NULL))
        return wrong(c->field, error, "buffers or buffer_lengths is NULL, expected both");
    return PARTNER_OK;
}

static partner_status prepare(partner__column *c, const partner_field *field, const partner_values *values,
                              const partner_format *format, void *elements, partner_error *error)
{
    partner_format local;
    partner_status status = partner__take(&c->in, sizeof c->in, values, 0, "values", error);

    if (status == PARTNER_OK) status = partner__take_format(&format, &local, error);
    if (status != PARTNER_OK) return status;
    c->field = field;
    c->as_text = *format;
    c->as_text.struct_size = sizeof c->as_text;
    c->as_text.reserved = 0;
    /* The text of a number is ours, whatever the texts of the caller look like. */
    c->as_number = c->as_text;
    c->as_number.decimal_comma = 0;
    c->as_number.thousands = 0;
    c->elements = elements;
    c->size = partner_type_size(field->type);
    c->nullable = (field->flags & PARTNER_FIELD_NULLABLE) != 0;
    c->plain = field->zero == 0 && field->initial == NULL;
    c->places = partner__places(field, format);
    c->limit = partner__limit(field);
    return check_values(c, error);
}

/* --- rows --- */

static partner_status take_null(const partner__column *c, size_t row, char *element, partner_error *error)
{
    if (!c->nullable)
        return partner__bad_row(c, row, error, "is null, expected a value (%s)",
                                c->field->text != NULL ? c->field->text : c->field->name);
    partner__store_null(c->field->type, element);
    return PARTNER_OK;
}

/* What partner_parse found, with the row that it could not know. */
static partner_status name_row(const partner__column *c, size_t row, partner_status status,
                               partner_error *error)
{
    char said[sizeof error->message];

    if (error == NULL || status != PARTNER_E_DATA) return status;
    snprintf(said, sizeof said, "%s", error->message);
    return partner__bad_row(c, row, error, "%s", said);
}

static partner_status take_text(const partner__column *c, size_t row, char *element, size_t *rounded,
                                partner_error *error)
{
    char scratch[PARTNER__SCRATCH];
    uint8_t inexact = 0;
    partner__cell cell;
    partner_status status = c->field->unit == PARTNER_UNIT_INDEX
                                ? partner__id_at(c, row, scratch, &cell, error)
                                : partner__cell_at(c, row, scratch, &cell, error);

    if (status != PARTNER_OK) return status;
    if (cell.bytes == NULL) return take_null(c, row, element, error);
    status =
        partner_parse(c->field, cell.bytes, cell.length,
                      partner__is_string(c->in.layout) ? &c->as_text : &c->as_number, element, &inexact, error);
    if (status != PARTNER_OK) return name_row(c, row, status, error);
    *rounded += inexact;
    return PARTNER_OK;
}

static int is_none(const partner__column *c, size_t row)
{
    int beyond = 0;

    return c->in.layout == PARTNER_VALUES_I64 && partner__integer_at(c, row, &beyond) == INT64_MIN;
}

static partner_status take_row(const partner__column *c, size_t row, size_t *rounded, partner_error *error)
{
    char *element = c->elements + row * c->size;

    if (partner__is_string(c->in.layout)) return take_text(c, row, element, rounded, error);
    if (partner__is_null_row(c, row)) return take_null(c, row, element, error);
    if (c->in.ticks_per_day != 0)
        return is_none(c, row) ? take_null(c, row, element, error)
                               : partner__convert_time(c, row, element, error);
    if (partner__convert_number(c, row, element, rounded)) return PARTNER_OK;
    return take_text(c, row, element, rounded, error);
}

static partner_status take_block(void *context, size_t block, partner_error *error)
{
    partner__column *c = context;
    size_t row = block * BLOCK, end = c->in.rows - row < BLOCK ? c->in.rows : row + BLOCK;
    partner_status status = PARTNER_OK;
    size_t rounded = 0;

    while (row < end && status == PARTNER_OK) {
        row = partner__convert_run(c, row, end, &rounded);
        if (row < end) status = take_row(c, row++, &rounded, error);
    }
    atomic_fetch_add(&c->rounded, rounded);
    return status;
}

partner_status partner_convert(const partner_field *field, const partner_values *values,
                               const partner_format *format, partner_dict *dict, void *elements,
                               size_t *rounded, partner_error *error)
{
    partner__column c = {0};
    partner_status status;

    if (field == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "field is NULL");
    atomic_init(&c.rounded, 0);
    status = check_field(field, dict, error);
    if (status == PARTNER_OK) status = prepare(&c, field, values, format, elements, error);
    if (status != PARTNER_OK) return status;
    if (dict != NULL) {
        status = partner__convert_ids(&c, dict, error);
    } else {
        partner__run run = {c.in.threads, c.in.interrupt, c.in.interrupt_data};

        status = partner__parallel(&run, c.in.rows / BLOCK + (c.in.rows % BLOCK > 0), take_block, &c, error);
    }
    if (status == PARTNER_OK && rounded != NULL) *rounded = atomic_load(&c.rounded);
    return status;
}
