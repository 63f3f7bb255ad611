/* SPDX-License-Identifier: MIT
 * Results as grids of values, by the tables of records and views alone. */
#include "output.h"

#include <stdlib.h>
#include <string.h>

/* --- fields --- */

int cli_is_column(const partner_field *field) { return field->length != NULL; }

int cli_is_shown(const cli_part *part, const partner_field *field)
{
    return partner_field_is_shown(part->record, field, part->data);
}

int cli_is_figure(const cli_part *part, const partner_field *field)
{
    return partner_field_is_figure(part->record, field) && cli_is_shown(part, field);
}

int cli_has_columns(const partner_record *record)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++)
        if (cli_is_column(field)) return 1;
    return 0;
}

int cli_has_figures(const cli_part *part)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(part->record, i)) != NULL; i++)
        if (cli_is_figure(part, field)) return 1;
    return 0;
}

int cli_is_repeated(const cli_part *parts, size_t part, const char *name)
{
    const partner_field *field;

    for (size_t i = 0; i < part; i++) {
        field = partner_record_field_find(parts[i].record, name);
        if (field != NULL && cli_is_figure(&parts[i], field)) return 1;
    }
    return 0;
}

cli_part cli_sub_part(const cli_part *part, const partner_field *field)
{
    cli_part sub = {field->record, partner_field_data(field, part->data)};
    return sub;
}

/* --- views --- */

/* The struct of that name within a part, however deep; its record alone where this result has none. */
static int find_sub_part(const cli_part *part, const char *name, cli_part *found)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(part->record, i)) != NULL; i++) {
        cli_part sub;

        if (field->type != PARTNER_TYPE_RECORD || (field->flags & PARTNER_FIELD_HIDDEN)) continue;
        sub.record = field->record;
        sub.data = part->data != NULL ? partner_field_data(field, part->data) : NULL;
        if (strcmp(field->name, name) == 0) *found = sub;
        if (strcmp(field->name, name) == 0 || find_sub_part(&sub, name, found)) return 1;
    }
    return 0;
}

/* Whether a view is the one that a name like "xyz.classes" begins with, or any view will do. */
static int is_view_of(const partner_view *view, const char *name, const char *dot)
{
    return dot == NULL ||
           (strlen(view->name) == (size_t)(dot - name) && memcmp(view->name, name, (size_t)(dot - name)) == 0);
}

size_t cli_out_view(const cli_out *out, const char *name, cli_part parts[CLI_PARTS])
{
    const partner_analysis *analysis = out->result->analysis;
    const partner_view *view;
    const char *dot = strchr(name, '.');
    size_t count = 0;
    cli_part part;

    for (size_t i = 0; (view = partner_analysis_view(analysis, i)) != NULL && count < CLI_PARTS; i++) {
        part.record = view->record;
        part.data = analysis->view(out->result->result, i);
        if (strcmp(view->name, name) == 0 && part.data != NULL) parts[count++] = part;
    }
    for (size_t i = 0; count == 0 && (view = partner_analysis_view(analysis, i)) != NULL; i++) {
        part.record = view->record;
        part.data = analysis->view(out->result->result, i);
        if (is_view_of(view, name, dot) && find_sub_part(&part, dot != NULL ? dot + 1 : name, &parts[0]) &&
            parts[0].data != NULL)
            count = 1;
    }
    return count;
}

static const char *sub_name(const partner_record *record, size_t *i)
{
    const partner_field *field;

    for (size_t k = 0; (field = partner_record_field(record, k)) != NULL; k++) {
        const char *deeper;

        if (field->type != PARTNER_TYPE_RECORD || (field->flags & PARTNER_FIELD_HIDDEN)) continue;
        if ((*i)-- == 0) return field->name;
        deeper = sub_name(field->record, i);
        if (deeper != NULL) return deeper;
    }
    return NULL;
}

/* The i-th table: a view itself (each name once), or what hangs on one. NULL past the end. */
static const char *table_name(const partner_analysis *analysis, size_t i, const char **of)
{
    const partner_view *view, *before = NULL;
    const char *name;

    for (size_t k = 0; (view = partner_analysis_view(analysis, k)) != NULL; k++, before = view) {
        *of = view->name;
        if (before == NULL || strcmp(before->name, view->name) != 0)
            if (i-- == 0) return view->name;
        name = sub_name(view->record, &i);
        if (name != NULL) return name;
    }
    *of = NULL;
    return i == 0 ? "summary" : NULL;
}

const char *cli_view_name(const partner_analysis *analysis, size_t i, char buffer[CLI_VIEW_NAME])
{
    const char *of, *other_of, *name = table_name(analysis, i, &of);

    for (size_t k = 0; name != NULL && k < i; k++) {
        if (strcmp(table_name(analysis, k, &other_of), name) != 0) continue;
        snprintf(buffer, CLI_VIEW_NAME, "%.38s.%.38s", of, name);
        return buffer;
    }
    return name;
}

const char *cli_view_of(const partner_analysis *analysis, const char *view, const char *table,
                        char buffer[CLI_VIEW_NAME])
{
    const char *of, *name;

    for (size_t i = 0; (name = table_name(analysis, i, &of)) != NULL; i++)
        if (of != NULL && strcmp(of, view) == 0 && strcmp(name, table) == 0)
            return cli_view_name(analysis, i, buffer);
    return table;
}

/* --- grids --- */

static int is_identity(const partner_field *field) { return (field->flags & PARTNER_FIELD_IDENTITY) != 0; }

static int grid_has(const cli_grid *grid, const char *name)
{
    for (size_t i = 0; i < grid->columns; i++)
        if (strcmp(grid->column[i].field->name, name) == 0) return 1;
    return 0;
}

static void add_column(const cli_out *out, cli_grid *grid, const cli_part *part, const partner_field *field,
                       const char *values)
{
    cli_axis *column;

    if (out->sink->failed) return;
    column = realloc(grid->column, (grid->columns + 1) * sizeof *column);
    if (column == NULL) {
        out->sink->failed = 1;
        return;
    }
    grid->column = column;
    column[grid->columns++] = (cli_axis){*part, field, values, NULL, 0};
}

/* The identity comes first; where its column is absent, a row's number is the index. */
static void add_identity(const cli_out *out, const cli_part *parts, size_t count, const char *length,
                         cli_grid *grid)
{
    const partner_field *field;

    for (int numbered = 0; numbered < 2; numbered++)
        for (size_t p = 0; p < count; p++)
            for (size_t i = 0; (field = partner_record_field(parts[p].record, i)) != NULL; i++) {
                const char *values;

                if (!cli_is_column(field) || !is_identity(field)) continue;
                if (length != NULL && strcmp(length, field->length) != 0) continue;
                values = partner_field_data(field, parts[p].data);
                if (!numbered && values == NULL) continue;
                grid->rows = partner_field_length(parts[p].record, field, parts[p].data);
                add_column(out, grid, &parts[p], field, values);
                return;
            }
}

/* Whose rows they are: the column of partners that says what a row is about. */
static const cli_axis *partner_axis(const cli_grid *grid)
{
    const cli_axis *first = grid->column;

    if (grid->columns == 0 || !is_identity(first->field)) return NULL;
    return strcmp(first->field->dictionary, "partner") == 0 ? first : NULL;
}

/* Leaves the rows of the one partner that is wanted; of rows about something else none. */
static void choose_rows(const cli_out *out, cli_grid *grid)
{
    const cli_axis *who = partner_axis(grid);
    size_t count = 0;
    uint32_t number;

    if (out->partner == PARTNER_NONE || out->sink->failed) return;
    grid->chosen = malloc((grid->rows + 1) * sizeof *grid->chosen);
    if (grid->chosen == NULL) {
        out->sink->failed = 1;
        return;
    }
    for (size_t row = 0; who != NULL && row < grid->rows; row++)
        if (memcmp(cli_grid_element(who, row, 0, &number), &out->partner, sizeof out->partner) == 0)
            grid->chosen[count++] = row;
    for (size_t c = 0; c < grid->columns; c++) grid->column[c].chosen = grid->chosen;
    grid->rows = count;
}

static void give_up(const cli_out *out, cli_grid *grid)
{
    if (out->sink->failed) cli_grid_free(grid);
}

void cli_grid_of_columns(const cli_out *out, const cli_part *parts, size_t count, const char *length,
                         cli_grid *grid)
{
    const partner_field *field;

    memset(grid, 0, sizeof *grid);
    add_identity(out, parts, count, length, grid);
    for (size_t p = 0; p < count; p++)
        for (size_t i = 0; (field = partner_record_field(parts[p].record, i)) != NULL; i++) {
            const char *values;

            if (!cli_is_column(field) || (field->flags & PARTNER_FIELD_ORDER)) continue;
            if (!cli_is_shown(&parts[p], field) || grid_has(grid, field->name)) continue;
            if (length != NULL && strcmp(length, field->length) != 0) continue;
            values = partner_field_data(field, parts[p].data);
            if (values == NULL) continue;
            grid->rows = partner_field_length(parts[p].record, field, parts[p].data);
            add_column(out, grid, &parts[p], field, values);
        }
    choose_rows(out, grid);
    give_up(out, grid);
}

void cli_grid_of_figures(const cli_out *out, const cli_part *parts, size_t count, cli_grid *grid)
{
    const partner_field *field;

    memset(grid, 0, sizeof *grid);
    grid->rows = 1;
    for (size_t p = 0; p < count; p++)
        for (size_t i = 0; (field = partner_record_field(parts[p].record, i)) != NULL; i++)
            if (cli_is_figure(&parts[p], field) && !grid_has(grid, field->name))
                add_column(out, grid, &parts[p], field, partner_field_data(field, parts[p].data));
    give_up(out, grid);
}

void cli_grid_free(cli_grid *grid)
{
    free(grid->column);
    free(grid->chosen);
    memset(grid, 0, sizeof *grid);
}

void cli_out_begin(cli_out *out, const cli_result *result, const cli_style *style, const cli_dicts *dicts,
                   cli_sink *sink)
{
    memset(out, 0, sizeof *out);
    out->result = result;
    out->style = style;
    out->dicts = dicts;
    out->sink = sink;
    out->main_name = partner_analysis_view(result->analysis, 0)->name;
    out->parts = cli_out_view(out, out->main_name, out->part);
    /* All of it, for other tables refer to its rows. */
    out->partner = PARTNER_NONE;
    cli_grid_of_columns(out, out->part, out->parts, NULL, &out->main);
    out->partner = cli_partner_wanted(style, dicts);
}

void cli_out_end(cli_out *out) { cli_grid_free(&out->main); }

static const partner_dict *dict_of(const cli_dicts *dicts, const char *name)
{
    for (size_t i = 0; i < dicts->count; i++)
        if (strcmp(dicts->name[i], name) == 0) return dicts->dict[i];
    return NULL;
}

uint32_t cli_partner_wanted(const cli_style *style, const cli_dicts *dicts)
{
    if (style->partner == NULL) return PARTNER_NONE;
    return partner_dict_find(dict_of(dicts, "partner"), style->partner, strlen(style->partner));
}

int cli_is_explained(const partner_analysis *analysis, const char *view)
{
    for (size_t i = 0; i < analysis->explained_count; i++)
        if (strcmp(analysis->explained[i], view) == 0) return 1;
    return 0;
}

int cli_is_about_partners(const partner_record *record)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++)
        if (is_identity(field)) return strcmp(field->dictionary, "partner") == 0;
    return 0;
}

/* --- values --- */

static void set_text(cli_value *value, cli_kind kind, const char *text, size_t length)
{
    value->kind = length > 0 || kind == CLI_VALUE_TEXT ? kind : CLI_VALUE_NULL;
    value->text = text;
    value->length = length;
}

void cli_id_of(const cli_out *out, const char *dictionary, uint32_t index, cli_value *value)
{
    const char *id = NULL;
    size_t length = 0;
    int partner = strcmp(dictionary, "partner") == 0;

    if (out->style->anonymous && strcmp(dictionary, "name") == 0) {
        set_text(value, CLI_VALUE_NULL, "", 0);
        return;
    }
    if (!(out->style->anonymous && partner))
        id = partner_dict_id(dict_of(out->dicts, dictionary), index, &length);
    if (id == NULL) {
        length = (size_t)snprintf(value->buffer, sizeof value->buffer, "%s%lu",
                                  out->style->anonymous && partner ? "Partner " : "",
                                  (unsigned long)index + (out->style->anonymous && partner));
        id = value->buffer;
    }
    set_text(value, CLI_VALUE_TEXT, id, length);
}

const void *cli_grid_element(const cli_axis *axis, size_t row, uint32_t i, uint32_t *number)
{
    if (axis->chosen != NULL) row = axis->chosen[row];
    *number = (uint32_t)row;
    if (axis->values == NULL) return number;
    return axis->values + (row * axis->field->count + i) * partner_type_size(axis->field->type);
}

const char *cli_reference_of(const cli_out *out, const partner_field *field, const void *element,
                             uint32_t *index)
{
    const cli_axis *identity = out->main.column;
    uint32_t number;
    uint64_t wide;

    if (field->unit != PARTNER_UNIT_INDEX && field->unit != PARTNER_UNIT_ROW) return NULL;
    if (partner_field_is_null(field, element)) return NULL;
    wide = partner_field_integer(field, element, NULL);
    *index = (uint32_t)wide;
    if (field->unit == PARTNER_UNIT_INDEX) {
        /* Where no ids were read it is the number of a row. */
        if (field->type == PARTNER_TYPE_U64 &&
            wide >= partner_dict_size(dict_of(out->dicts, field->dictionary)))
            return NULL;
        return field->dictionary;
    }
    if (out->main.columns == 0 || !is_identity(identity->field)) return NULL;
    if (*index >= out->main.rows) return NULL;
    memcpy(index, cli_grid_element(identity, *index, 0, &number), sizeof *index);
    return identity->field->dictionary;
}

static cli_kind kind_of(const partner_field *field, const char *text)
{
    switch (field->unit) {
    case PARTNER_UNIT_FLAG: return CLI_VALUE_WORD;
    case PARTNER_UNIT_DAY:
    case PARTNER_UNIT_ENUM:
    case PARTNER_UNIT_CLASS: return CLI_VALUE_TEXT;
    default: return *text == '-' || (*text >= '0' && *text <= '9') ? CLI_VALUE_NUMBER : CLI_VALUE_TEXT;
    }
}

void cli_value_of(const cli_out *out, const cli_part *part, const partner_field *field, const void *element,
                  cli_value *value)
{
    uint32_t index;
    const char *dictionary = cli_reference_of(out, field, element, &index);
    size_t length;

    if (dictionary != NULL) {
        cli_id_of(out, dictionary, index, value);
        return;
    }
    length = partner_print(part->record, field, part->data, element, &out->style->text, value->buffer,
                           sizeof value->buffer);
    if (length >= sizeof value->buffer) length = sizeof value->buffer - 1;
    set_text(value, length > 0 ? kind_of(field, value->buffer) : CLI_VALUE_NULL, value->buffer, length);
}

void cli_grid_value(const cli_out *out, const cli_axis *axis, size_t row, uint32_t i, cli_value *value)
{
    uint32_t number;

    cli_value_of(out, &axis->part, axis->field, cli_grid_element(axis, row, i, &number), value);
}

/* --- options --- */

static int is_zero(const void *element, size_t size)
{
    static const unsigned char zeros[sizeof(uint64_t)];

    return memcmp(element, zeros, size) == 0;
}

int cli_option_is_default(const partner_field *field, const void *options)
{
    return is_zero((const char *)options + field->offset, partner_type_size(field->type));
}

const void *cli_option_in_effect(const partner_field *field, const void *options,
                                 uint64_t storage[CLI_OPTION_ELEMENTS], uint32_t *count)
{
    const size_t size = partner_type_size(field->type);
    const char *values = (const char *)options + field->offset;

    *count = 0;
    if (cli_option_is_default(field, options)) {
        values = (const char *)storage;
        memset(storage, 0, CLI_OPTION_ELEMENTS * sizeof *storage);
        if (field->initial == NULL || field->count > CLI_OPTION_ELEMENTS) return values;
        if (partner_parse(field, field->initial, strlen(field->initial), NULL, storage, NULL, NULL) !=
            PARTNER_OK)
            return values;
    }
    if (field->count == 1) *count = 1;
    else
        while (*count < field->count && !is_zero(values + *count * size, size)) ++*count;
    return values;
}

int cli_option_is_shown(const partner_analysis *analysis, size_t record, const partner_field *field)
{
    if ((field->flags & (PARTNER_FIELD_HIDDEN | PARTNER_FIELD_LENGTH)) || partner_type_size(field->type) == 0)
        return 0;
    for (size_t i = 0; i < record; i++)
        if (partner_record_field_find(analysis->options[i], field->name) != NULL) return 0;
    return 1;
}
