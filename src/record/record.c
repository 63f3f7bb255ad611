/* SPDX-License-Identifier: MIT
 * Looking things up in the tables, and reading structs by them. */
#include <math.h>
#include <partner/record.h>
#include <string.h>

#include "../base/int128.h"

const partner_record *partner_record_find(const char *name)
{
    const partner_record *record = NULL;

    for (size_t i = 0; name != NULL && (record = partner_record_at(i)) != NULL; i++)
        if (strcmp(record->name, name) == 0) break;
    return record;
}

const partner_config *partner_config_find(const char *name)
{
    const partner_config *config = NULL;

    for (size_t i = 0; name != NULL && (config = partner_config_at(i)) != NULL; i++)
        if (strcmp(config->name, name) == 0) break;
    return config;
}

const partner_analysis *partner_analysis_find(const char *name)
{
    const partner_analysis *analysis = NULL;

    for (size_t i = 0; name != NULL && (analysis = partner_analysis_at(i)) != NULL; i++)
        if (strcmp(analysis->name, name) == 0) break;
    return analysis;
}

const partner_object *partner_object_find(const char *name)
{
    const partner_object *object = NULL;

    for (size_t i = 0; name != NULL && (object = partner_object_at(i)) != NULL; i++)
        if (strcmp(object->name, name) == 0) break;
    return object;
}

const partner_field *partner_record_field(const partner_record *record, size_t i)
{
    return record != NULL && i < record->field_count ? &record->fields[i] : NULL;
}

const partner_field *partner_record_field_find(const partner_record *record, const char *name)
{
    const partner_field *field, *found = NULL;

    for (size_t i = 0; name != NULL && (field = partner_record_field(record, i)) != NULL; i++) {
        if (strcmp(field->name, name) == 0) return field;
        if (found == NULL && strcmp(field->member, name) == 0) found = field;
    }
    return found;
}

const partner_input *partner_analysis_input(const partner_analysis *analysis, size_t i)
{
    return analysis != NULL && i < analysis->input_count ? &analysis->inputs[i] : NULL;
}

const partner_view *partner_analysis_view(const partner_analysis *analysis, size_t i)
{
    return analysis != NULL && i < analysis->view_count ? &analysis->views[i] : NULL;
}

size_t partner_type_size(uint8_t type)
{
    switch (type) {
    case PARTNER_TYPE_U8: return sizeof(uint8_t);
    case PARTNER_TYPE_U32: return sizeof(uint32_t);
    case PARTNER_TYPE_I32: return sizeof(int32_t);
    case PARTNER_TYPE_U64: return sizeof(uint64_t);
    case PARTNER_TYPE_I64: return sizeof(int64_t);
    case PARTNER_TYPE_F64: return sizeof(double);
    default: return 0;
    }
}

size_t partner_field_length(const partner_record *record, const partner_field *field, const void *data)
{
    const partner_field *length;

    if (record == NULL || field == NULL || data == NULL) return 0;
    if (field->length == NULL) return 1;
    length = partner_record_field_find(record, field->length);
    return (size_t)partner_field_integer(length, partner_field_data(length, data), NULL);
}

const void *partner_field_data(const partner_field *field, const void *data)
{
    const void *pointer;
    const char *member;

    if (field == NULL || data == NULL) return NULL;
    member = (const char *)data + field->offset;
    if (field->length == NULL && field->type != PARTNER_TYPE_RECORD) return member;
    memcpy(&pointer, member, sizeof pointer);
    return pointer;
}

int partner_field_is_null(const partner_field *field, const void *element)
{
    uint32_t u32;
    uint64_t u64;
    int32_t i32;
    int64_t i64;
    double f64;

    if (field == NULL || element == NULL) return 1;
    if (field->type == PARTNER_TYPE_F64) {
        memcpy(&f64, element, sizeof f64);
        return isnan(f64) != 0;
    }
    if (!(field->flags & PARTNER_FIELD_NULLABLE)) return 0;
    switch (field->type) {
    case PARTNER_TYPE_U32: memcpy(&u32, element, sizeof u32); return u32 == PARTNER_NONE;
    case PARTNER_TYPE_U64: memcpy(&u64, element, sizeof u64); return u64 == PARTNER_NO_ROW;
    case PARTNER_TYPE_I32: memcpy(&i32, element, sizeof i32); return i32 == PARTNER_NO_DAY;
    case PARTNER_TYPE_I64: memcpy(&i64, element, sizeof i64); return i64 == PARTNER_NO_AMOUNT;
    default: return 0;
    }
}

uint64_t partner_field_integer(const partner_field *field, const void *element, int *negative)
{
    uint8_t u8;
    uint32_t u32;
    uint64_t u64;
    int32_t i32;
    int64_t i64;

    if (negative != NULL) *negative = 0;
    if (field == NULL || element == NULL) return 0;
    switch (field->type) {
    case PARTNER_TYPE_U8: memcpy(&u8, element, sizeof u8); return u8;
    case PARTNER_TYPE_U32: memcpy(&u32, element, sizeof u32); return u32;
    case PARTNER_TYPE_U64: memcpy(&u64, element, sizeof u64); return u64;
    case PARTNER_TYPE_I32:
        memcpy(&i32, element, sizeof i32);
        i64 = i32;
        break;
    case PARTNER_TYPE_I64: memcpy(&i64, element, sizeof i64); break;
    default: return 0;
    }
    if (negative != NULL) *negative = i64 < 0;
    return partner__magnitude(i64);
}

int partner_field_is_shown(const partner_record *record, const partner_field *field, const void *data)
{
    if (field == NULL || (field->flags & PARTNER_FIELD_HIDDEN) || field->type == PARTNER_TYPE_POINTER) return 0;
    if (field->when == NULL) return 1;
    return partner_field_data(partner_record_field_find(record, field->when), data) != NULL;
}

static int is_scalar(const partner_field *field)
{
    return field->length == NULL && partner_type_size(field->type) > 0 &&
           !(field->flags & PARTNER_FIELD_HIDDEN);
}

/* Whether there is nothing to a record but columns and how long they are. */
static int is_mere_columns(const partner_record *record)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++)
        if ((is_scalar(field) && !(field->flags & PARTNER_FIELD_LENGTH)) || field->type == PARTNER_TYPE_RECORD)
            return 0;
    return 1;
}

int partner_field_is_figure(const partner_record *record, const partner_field *field)
{
    if (record == NULL || field == NULL || !is_scalar(field)) return 0;
    return !(field->flags & PARTNER_FIELD_LENGTH) || !is_mere_columns(record);
}
