/* SPDX-License-Identifier: MIT
 * Ids of the caller's in the forms they come in, and back. */
#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "table.h"

/* What a fetch of this file works on. */
typedef struct source {
    const char *const *strings;
    const size_t *lengths;
    const int64_t *numbers; /* offsets or integers */
    const char *data;
} source;

static partner_status check_call(const partner_dict *dict, size_t rows, const void *column, const char *name,
                                 const void *indexes, partner_error *error)
{
    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    if (rows > 0 && column == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s is NULL, expected a column of %zu rows", name,
                             rows);
    if (rows > 0 && indexes == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "indexes is NULL, expected room for %zu rows", rows);
    return PARTNER_OK;
}

static partner_status fetch_strings(const void *context, size_t row, size_t count, partner__id *ids,
                                    char scratch[PARTNER__IDS][PARTNER__ID_TEXT], partner_error *error)
{
    const source *from = context;

    (void)scratch;
    for (size_t i = 0; i < count; i++) {
        const char *id = from->strings[row + i];
        if (id == NULL)
            return partner__fail_at(error, PARTNER_E_DATA, partner__at(NULL, "id", row + i, PARTNER_NONE),
                                    "row %zu: id is NULL, expected a string", row + i);
        ids[i].bytes = id;
        ids[i].length = from->lengths == NULL ? strlen(id) : from->lengths[row + i];
    }
    return PARTNER_OK;
}

partner_status partner_dict_add_strings(partner_dict *dict, size_t rows, const char *const *ids,
                                        const size_t *lengths, uint32_t *indexes, partner_error *error)
{
    source from = {.strings = ids, .lengths = lengths};
    partner_status status = check_call(dict, rows, ids, "ids", indexes, error);

    return status != PARTNER_OK ? status
                                : partner__dict_intern(dict, rows, fetch_strings, &from, NULL, indexes, error);
}

static partner_status fetch_offsets(const void *context, size_t row, size_t count, partner__id *ids,
                                    char scratch[PARTNER__IDS][PARTNER__ID_TEXT], partner_error *error)
{
    const source *from = context;

    (void)scratch;
    for (size_t i = 0; i < count; i++) {
        int64_t begin = from->numbers[row + i], end = from->numbers[row + i + 1];
        if (begin < 0 || end < begin || (uint64_t)end > SIZE_MAX)
            return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                    partner__at(NULL, "offsets", row + i, PARTNER_NONE),
                                    "row %zu: offsets %" PRId64 " and %" PRId64
                                    " are no range of bytes, expected ascending offsets from 0 on",
                                    row + i, begin, end);
        if (from->data == NULL && end > begin)
            return partner__fail(error, PARTNER_E_ARGUMENT, "data is NULL, expected the bytes of the ids");
        ids[i].bytes = from->data == NULL ? "" : from->data + (size_t)begin;
        ids[i].length = (size_t)(end - begin);
    }
    return PARTNER_OK;
}

partner_status partner_dict_add_offsets(partner_dict *dict, size_t rows, const int64_t *offsets,
                                        const char *data, uint32_t *indexes, partner_error *error)
{
    source from = {.numbers = offsets, .data = data};
    partner_status status = check_call(dict, rows, offsets, "offsets", indexes, error);

    return status != PARTNER_OK ? status
                                : partner__dict_intern(dict, rows, fetch_offsets, &from, NULL, indexes, error);
}

/* The decimal text of a number, right-aligned in the buffer. */
static partner__id decimal(int64_t number, char buffer[PARTNER__ID_TEXT])
{
    uint64_t left = partner__magnitude(number);
    char *at = buffer + PARTNER__ID_TEXT;
    partner__id s;

    do {
        *--at = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (number < 0) *--at = '-';
    s.bytes = at;
    s.length = (size_t)(buffer + PARTNER__ID_TEXT - at);
    return s;
}

static partner_status fetch_integers(const void *context, size_t row, size_t count, partner__id *ids,
                                     char scratch[PARTNER__IDS][PARTNER__ID_TEXT], partner_error *error)
{
    const source *from = context;

    (void)scratch;
    (void)error;
    for (size_t i = 0; i < count; i++) ids[i] = decimal(from->numbers[row + i], scratch[i]);
    return PARTNER_OK;
}

partner_status partner_dict_add_integers(partner_dict *dict, size_t rows, const int64_t *ids, uint32_t *indexes,
                                         partner_error *error)
{
    source from = {.numbers = ids};
    partner_status status = check_call(dict, rows, ids, "ids", indexes, error);

    return status != PARTNER_OK ? status
                                : partner__dict_intern(dict, rows, fetch_integers, &from, NULL, indexes, error);
}

/* --- many ids at once --- */

static partner_status check_outputs(const partner_dict *dict, size_t rows, const void *out, const char *name,
                                    partner_error *error)
{
    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    if (out == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s is NULL, expected room for %zu rows", name, rows);
    return PARTNER_OK;
}

/* The id of a row: PARTNER_NONE has NULL bytes. */
static partner_status id_of_row(const partner_dict *d, size_t row, const uint32_t *indexes, partner__id *id,
                                partner_error *error)
{
    size_t index = indexes == NULL ? row : indexes[row];

    *id = (partner__id){NULL, 0};
    if (index < d->size) *id = partner__dict_at(d, index);
    else if (indexes == NULL || index != PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_ARGUMENT, partner__at(NULL, "indexes", row, PARTNER_NONE),
                                "row %zu: index %zu has no id, expected one below %zu", row, index, d->size);
    return PARTNER_OK;
}

partner_status partner_dict_ids(const partner_dict *dict, size_t rows, const uint32_t *indexes,
                                int64_t *offsets, char *data, partner_error *error)
{
    partner_status status = check_outputs(dict, rows, offsets, "offsets", error);
    uint64_t length = 0;
    partner__id id;

    for (size_t row = 0; row < rows && status == PARTNER_OK; row++) {
        status = id_of_row(dict, row, indexes, &id, error);
        length += id.length;
        if (status == PARTNER_OK && length > INT64_MAX)
            status =
                partner__fail_at(error, PARTNER_E_RANGE, partner__at(NULL, "indexes", row, PARTNER_NONE),
                                 "row %zu: the ids up to here have more bytes than an offset can count", row);
    }
    if (status != PARTNER_OK) return status;
    length = 0;
    for (size_t row = 0; row < rows; row++) {
        offsets[row] = (int64_t)length;
        id_of_row(dict, row, indexes, &id, NULL);
        if (data != NULL && id.length > 0) memcpy(data + (size_t)length, id.bytes, id.length);
        length += id.length;
    }
    offsets[rows] = (int64_t)length;
    return PARTNER_OK;
}

/* Reads what `decimal` writes, and nothing else: "007" and "-0" are other ids than 7 and 0. */
static int read_decimal(partner__id id, int64_t *number)
{
    const int negative = id.length > 0 && id.bytes[0] == '-';
    const uint64_t most = (uint64_t)INT64_MAX + (uint64_t)negative;
    const char *at = id.bytes + negative, *end = id.bytes + id.length;
    uint64_t magnitude = 0;

    if (at == end || (*at == '0' && id.length > 1)) return 0;
    for (; at < end; at++) {
        uint64_t digit = (uint64_t)((unsigned char)*at - '0');

        if (*at < '0' || *at > '9' || magnitude > (most - digit) / 10) return 0;
        magnitude = magnitude * 10 + digit;
    }
    *number = negative && magnitude > 0 ? -(int64_t)(magnitude - 1) - 1 : (int64_t)magnitude;
    return 1;
}

static partner_status integer_of_row(const partner_dict *d, size_t row, const uint32_t *indexes,
                                     int64_t *number, partner_error *error)
{
    partner__id id;
    partner_status status = id_of_row(d, row, indexes, &id, error);

    *number = INT64_MIN;
    if (status != PARTNER_OK || id.bytes == NULL || read_decimal(id, number)) return status;
    return partner__fail_at(error, PARTNER_E_DATA,
                            partner__at(NULL, "id", row, indexes == NULL ? (uint32_t)row : indexes[row]),
                            "row %zu: the id \"%.60s\" is not an integer of 64 bits", row, id.bytes);
}

partner_status partner_dict_integers(const partner_dict *dict, size_t rows, const uint32_t *indexes,
                                     int64_t *ids, partner_error *error)
{
    partner_status status =
        rows == 0 && dict != NULL ? PARTNER_OK : check_outputs(dict, rows, ids, "ids", error);
    int64_t number;

    for (size_t row = 0; row < rows && status == PARTNER_OK; row++)
        status = integer_of_row(dict, row, indexes, &number, error);
    for (size_t row = 0; row < rows && status == PARTNER_OK; row++)
        integer_of_row(dict, row, indexes, &ids[row], NULL);
    return status;
}
