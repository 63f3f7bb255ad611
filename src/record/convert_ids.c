/* SPDX-License-Identifier: MIT
 * Columns of ids. */
#include <string.h>

#include "../base/memory.h"
#include "convert.h"

/* Nothing, or nothing but blanks, which in a file is nothing too. */
static int is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!partner__is_space(bytes[i])) return 0;
    return 1;
}

static partner_status take_id(const partner__column *c, size_t row, char scratch[PARTNER__ID_TEXT],
                              partner__id *id, partner_error *error)
{
    partner__cell cell;
    partner_status status = partner__id_at(c, row, scratch, &cell, error);

    if (status != PARTNER_OK) return status;
    *id = (partner__id){cell.bytes, cell.length};
    if (cell.bytes != NULL && !is_blank(cell.bytes, cell.length)) return PARTNER_OK;
    *id = (partner__id){NULL, 0};
    if (c->nullable) return PARTNER_OK;
    return partner__bad_row(c, row, error, "is %s, expected a value (%s)",
                            cell.bytes == NULL ? "null" : "empty",
                            c->field->text != NULL ? c->field->text : c->field->name);
}

static partner_status fetch_any(const void *context, size_t row, size_t count, partner__id *ids,
                                char scratch[PARTNER__IDS][PARTNER__ID_TEXT], partner_error *error)
{
    const partner__column *c = context;

    for (size_t i = 0; i < count; i++) {
        partner_status status = take_id(c, row + i, scratch[i], &ids[i], error);

        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

/* The same for what most rows of the most common layouts are: not null, and beginning with something to see. */
static int is_plain(const partner__column *c, size_t row, const char *bytes)
{
    return (unsigned char)bytes[0] > ' ' && !partner__is_null_row(c, row);
}

static partner_status fetch_views(const void *context, size_t row, size_t count, partner__id *ids,
                                  char scratch[PARTNER__IDS][PARTNER__ID_TEXT], partner_error *error)
{
    const partner__column *c = context;
    const char *view = (const char *)c->in.values + (c->in.offset + row) * PARTNER__VIEW;

    for (size_t i = 0; i < count; i++, view += PARTNER__VIEW) {
        partner_status status;
        uint32_t length;

        memcpy(&length, view, sizeof length);
        ids[i] = (partner__id){view + sizeof length, length};
        if (length - 1 < PARTNER__VIEW_INLINE && is_plain(c, row + i, view + sizeof length)) continue;
        status = take_id(c, row + i, scratch[i], &ids[i], error);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

static partner_status fetch_large(const void *context, size_t row, size_t count, partner__id *ids,
                                  char scratch[PARTNER__IDS][PARTNER__ID_TEXT], partner_error *error)
{
    const partner__column *c = context;
    const char *offsets = (const char *)c->in.values + (c->in.offset + row) * sizeof(int64_t);

    for (size_t i = 0; i < count; i++, offsets += sizeof(int64_t)) {
        partner_status status;
        int64_t at[2];

        memcpy(at, offsets, sizeof at);
        if (at[0] >= 0 && at[1] > at[0] && (uint64_t)at[1] <= SIZE_MAX && c->in.data != NULL &&
            is_plain(c, row + i, c->in.data + (size_t)at[0])) {
            ids[i] = (partner__id){c->in.data + (size_t)at[0], (size_t)(at[1] - at[0])};
            continue;
        }
        status = take_id(c, row + i, scratch[i], &ids[i], error);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

static partner__fetch fetch_of(const partner__column *c)
{
    switch (c->in.layout) {
    case PARTNER_VALUES_STRING_VIEWS: return fetch_views;
    case PARTNER_VALUES_LARGE_STRINGS: return fetch_large;
    default: return fetch_any;
    }
}

/* --- columns that do not hold just any ids --- */

static const char *shown(const partner_dict *dict, uint32_t index)
{
    return partner_dict_id(dict, index, NULL);
}

static partner_status check_single(const partner__column *c, const partner_dict *dict, const uint32_t *indexes,
                                   partner_error *error)
{
    size_t first = 0;

    while (first < c->in.rows && indexes[first] == PARTNER_NONE) first++;
    for (size_t row = first; row < c->in.rows; row++)
        if (indexes[row] != PARTNER_NONE && indexes[row] != indexes[first])
            return partner__bad_row(
                c, row, error, "\"%.60s\" found, but row %zu has \"%.60s\"; expected one %s in all rows",
                shown(dict, indexes[row]), first, shown(dict, indexes[first]), c->field->name);
    return PARTNER_OK;
}

static partner_status stands_twice(const partner__column *c, const partner_dict *dict, const uint32_t *indexes,
                                   size_t row, partner_error *error)
{
    size_t first = 0;

    while (indexes[first] != indexes[row]) first++;
    return partner__bad_row(c, row, error, "\"%.100s\" stands in row %zu already, expected each once",
                            shown(dict, indexes[row]), first);
}

static partner_status check_unique(const partner__column *c, const partner_dict *dict, const uint32_t *indexes,
                                   partner_error *error)
{
    uint8_t *seen = partner__alloc_zero(partner_dict_size(dict) / 8 + 1, 1);
    partner_status status = PARTNER_OK;

    if (seen == NULL) return partner__no_memory(error);
    for (size_t row = 0; row < c->in.rows && status == PARTNER_OK; row++) {
        uint32_t index = indexes[row];

        if (index == PARTNER_NONE) continue;
        if (seen[index / 8] >> index % 8 & 1) status = stands_twice(c, dict, indexes, row, error);
        else seen[index / 8] = (uint8_t)(seen[index / 8] | 1u << index % 8);
    }
    partner__free(seen);
    return status;
}

static partner_status check_column(const partner__column *c, const partner_dict *dict, const uint32_t *indexes,
                                   partner_error *error)
{
    const uint32_t flags = c->field->flags;
    partner_status status = PARTNER_OK;

    if (flags & PARTNER_FIELD_SINGLE) status = check_single(c, dict, indexes, error);
    /* Of a nullable column the analysis sees to it, which may be told to leave such rows out. */
    if (status == PARTNER_OK && (flags & PARTNER_FIELD_UNIQUE) != 0 && !c->nullable)
        status = check_unique(c, dict, indexes, error);
    return status;
}

/* Indexes as elements of 64 bits. */
static void widen(const partner__column *c, const uint32_t *indexes)
{
    for (size_t row = 0; row < c->in.rows; row++) {
        uint64_t wide = indexes[row] == PARTNER_NONE ? PARTNER_NO_ROW : indexes[row];

        memcpy(c->elements + row * sizeof wide, &wide, sizeof wide);
    }
}

partner_status partner__convert_ids(partner__column *c, partner_dict *dict, partner_error *error)
{
    const partner__run run = {c->in.threads, c->in.interrupt, c->in.interrupt_data};
    const int is_wide = c->field->type == PARTNER_TYPE_U64;
    size_t before = partner_dict_size(dict);
    uint32_t *indexes = (uint32_t *)(void *)c->elements;
    partner_status status;

    if (is_wide) indexes = partner__alloc(c->in.rows, sizeof *indexes);
    if (indexes == NULL && is_wide) return partner__no_memory(error);
    status = partner__dict_intern(dict, c->in.rows, fetch_of(c), c, &run, indexes, error);
    if (status == PARTNER_OK) status = check_column(c, dict, indexes, error);
    if (status != PARTNER_OK) partner__dict_shrink(dict, before);
    if (status == PARTNER_OK && is_wide) widen(c, indexes);
    if (is_wide) partner__free(indexes);
    return status;
}
