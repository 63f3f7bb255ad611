/* SPDX-License-Identifier: MIT
 * Results as JSON, written as they are walked: money must keep its decimals, which a tree of doubles would
 * lose. */
#include <stdlib.h>
#include <string.h>

#include "display.h"
#include "output.h"

typedef struct json {
    cli_out *out;
    cli_sink *sink;
    int depth;
    int flat;  /* how many of the open brackets stand on one line */
    int first; /* nothing was written since the last bracket opened */
} json;

/* --- the notation --- */

/* What is no valid UTF-8 is shown as the text \xNN. */
static void put_string(cli_sink *sink, const char *text, size_t length)
{
    const char *end = text + length;

    cli_put(sink, "\"");
    while (text < end) {
        uint32_t point;
        size_t bytes = cli_code_point(text, end, &point);

        if (bytes == 0) cli_putf(sink, "\\\\x%02X", (unsigned)(unsigned char)*text);
        else if (point == '"' || point == '\\') cli_putf(sink, "\\%c", (char)*text);
        else if (cli_is_control(point)) cli_putf(sink, "\\u%04lx", (unsigned long)point);
        else cli_put_bytes(sink, text, bytes);
        text += bytes > 0 ? bytes : 1;
    }
    cli_put(sink, "\"");
}

static void new_line(json *j) { cli_putf(j->sink, "\n%*s", 2 * j->depth, ""); }

/* Begins the next element of what is open; `key` NULL in arrays. */
static void next(json *j, const char *key)
{
    if (!j->first) cli_put(j->sink, j->flat ? ", " : ",");
    if (j->depth > 0 && !j->flat) new_line(j);
    j->first = 0;
    if (key == NULL) return;
    put_string(j->sink, key, strlen(key));
    cli_put(j->sink, ": ");
}

static void begin(json *j, const char *key, const char *bracket, int flat)
{
    next(j, key);
    cli_put(j->sink, bracket);
    j->depth++;
    if (flat || j->flat) j->flat++;
    j->first = 1;
}

static void end(json *j, const char *bracket)
{
    j->depth--;
    if (j->flat) j->flat--;
    else if (!j->first) new_line(j);
    cli_put(j->sink, bracket);
    j->first = 0;
}

static void put_text(json *j, const char *key, const char *text)
{
    next(j, key);
    put_string(j->sink, text, strlen(text));
}

static void put_value(json *j, const char *key, const cli_value *value)
{
    next(j, key);
    if (value->kind == CLI_VALUE_NULL) cli_put(j->sink, "null");
    else if (value->kind == CLI_VALUE_TEXT) put_string(j->sink, value->text, value->length);
    else cli_put_bytes(j->sink, value->text, value->length);
}

/* --- grids and figures --- */

/* A cell: a value, an array, or an object where its elements have names. */
static void put_cell(json *j, const cli_axis *axis, size_t row)
{
    const partner_field *field = axis->field;
    int named = field->names_count >= field->count;
    cli_value value;

    if (field->count > 1) begin(j, field->name, named ? "{" : "[", 1);
    for (uint32_t i = 0; i < field->count; i++) {
        cli_grid_value(j->out, axis, row, i, &value);
        put_value(j, field->count == 1 ? field->name : named ? field->names[i] : NULL, &value);
    }
    if (field->count > 1) end(j, named ? "}" : "]");
}

static void put_rows(json *j, const char *key, const cli_grid *grid)
{
    begin(j, key, "[", 0);
    for (size_t row = 0; row < grid->rows && !j->sink->failed; row++) {
        begin(j, NULL, "{", 1);
        for (size_t c = 0; c < grid->columns; c++) put_cell(j, &grid->column[c], row);
        end(j, "}");
    }
    end(j, "]");
}

static void put_part(json *j, const char *key, const cli_part *part);

static void put_sub_part(json *j, const cli_part *part, const partner_field *field)
{
    cli_part sub = cli_sub_part(part, field);

    if (sub.data != NULL && cli_is_shown(part, field)) put_part(j, field->name, &sub);
}

static int is_summary(const partner_field *field)
{
    return field->type == PARTNER_TYPE_RECORD && (field->flags & PARTNER_FIELD_SUMMARY);
}

/* Whether a member is the length of columns that are written under its name. */
static int is_array_name(const cli_part *part, const partner_field *field)
{
    const partner_field *other;

    for (size_t i = 0; (other = partner_record_field(part->record, i)) != NULL; i++)
        if (cli_is_column(other) && strcmp(other->length, field->member) == 0) return 1;
    return 0;
}

/* The figures of a part and its summary records, in their order. */
static void put_figures(json *j, const cli_part *parts, size_t p, int with_lengths)
{
    const cli_part *part = &parts[p];
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(part->record, i)) != NULL; i++) {
        if (is_summary(field)) put_sub_part(j, part, field);
        if (!cli_is_figure(part, field) || cli_is_repeated(parts, p, field->name)) continue;
        if (with_lengths || !is_array_name(part, field))
            put_cell(j, &(cli_axis){*part, field, partner_field_data(field, part->data), NULL, 0}, 0);
    }
}

/* Every other record that hangs on a part. */
static void put_sub_parts(json *j, const cli_part *part)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(part->record, i)) != NULL; i++)
        if (field->type == PARTNER_TYPE_RECORD && !is_summary(field)) put_sub_part(j, part, field);
}

/* Of one partner: the rows about it, and those of the records that hang on the part. Figures are about all. */
static void put_part_of_partner(json *j, const char *key, const cli_part *part)
{
    cli_grid grid;

    if (cli_is_about_partners(part->record)) {
        cli_grid_of_columns(j->out, part, 1, NULL, &grid);
        put_rows(j, key, &grid);
        cli_grid_free(&grid);
    }
    put_sub_parts(j, part);
    for (size_t i = 0; i < part->record->field_count; i++) {
        const partner_field *field = partner_record_field(part->record, i);

        if (is_summary(field)) put_sub_part(j, part, field);
    }
}

/* Only columns: an array of objects. Otherwise an object: figures, records, and the columns as an array under
 * the name of their length. */
static void put_part(json *j, const char *key, const cli_part *part)
{
    const partner_field *field;
    cli_grid grid;

    if (j->out->partner != PARTNER_NONE) {
        put_part_of_partner(j, key, part);
        return;
    }
    if (!cli_has_figures(part)) {
        cli_grid_of_columns(j->out, part, 1, NULL, &grid);
        put_rows(j, key, &grid);
        cli_grid_free(&grid);
        return;
    }
    begin(j, key, "{", 0);
    put_figures(j, part, 0, 0);
    put_sub_parts(j, part);
    for (size_t i = 0; (field = partner_record_field(part->record, i)) != NULL; i++) {
        if (!(field->flags & PARTNER_FIELD_LENGTH) || !is_array_name(part, field)) continue;
        cli_grid_of_columns(j->out, part, 1, field->member, &grid);
        put_rows(j, field->name, &grid);
        cli_grid_free(&grid);
    }
    end(j, "}");
}

/* --- the whole --- */

static void put_option(json *j, const cli_part *options, const partner_field *field)
{
    uint64_t storage[CLI_OPTION_ELEMENTS];
    uint32_t count;
    const char *values = cli_option_in_effect(field, options->data, storage, &count);
    cli_value value = {.kind = CLI_VALUE_NULL};

    if (field->count > 1) begin(j, field->name, "[", 1);
    for (uint32_t i = 0; i < count; i++) {
        cli_value_of(j->out, options, field, values + i * partner_type_size(field->type), &value);
        put_value(j, field->count == 1 ? field->name : NULL, &value);
    }
    if (field->count > 1) end(j, "]");
    else if (count == 0) put_value(j, field->name, &value);
}

static void put_options(json *j)
{
    const partner_analysis *analysis = j->out->result->analysis;
    const partner_field *field;

    begin(j, "options", "{", 0);
    for (size_t o = 0; o < analysis->option_count; o++) {
        cli_part options = {analysis->options[o], j->out->result->options[o]};

        for (size_t i = 0; (field = partner_record_field(options.record, i)) != NULL; i++)
            if (cli_option_is_shown(analysis, o, field)) put_option(j, &options, field);
    }
    end(j, "}");
}

static int is_known_input(const cli_result *results, size_t result, const char *input)
{
    for (size_t r = 0; r < result; r++)
        for (size_t i = 0; i < results[r].inputs; i++)
            if (strcmp(results[r].input[i].input, input) == 0) return 1;
    return 0;
}

static void put_inputs(json *j, const cli_result *results, size_t count)
{
    begin(j, "inputs", "{", 0);
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < results[r].inputs; i++) {
            const cli_provenance *from = &results[r].input[i];

            if (is_known_input(results, r, from->input)) continue;
            begin(j, from->input, "{", 1);
            put_text(j, "file", from->file);
            if (!from->is_config) {
                next(j, "rows");
                cli_putf(j->sink, "%zu", from->rows);
            }
            put_text(j, "sha256", from->sha256);
            end(j, "}");
        }
    end(j, "}");
}

/* Summary, main view, the records that hang on it, and the other views. */
static void put_result(json *j)
{
    const cli_out *out = j->out;
    const partner_view *view;
    cli_grid grid;

    if (out->partner == PARTNER_NONE) {
        begin(j, "summary", "{", 0);
        for (size_t p = 0; p < out->parts; p++) put_figures(j, out->part, p, 1);
        end(j, "}");
        put_rows(j, out->main_name, &out->main);
    } else {
        cli_grid_of_columns(out, out->part, out->parts, NULL, &grid);
        put_rows(j, out->main_name, &grid);
        cli_grid_free(&grid);
    }
    for (size_t p = 0; p < out->parts; p++) put_sub_parts(j, &out->part[p]);
    for (size_t i = 0; (view = partner_analysis_view(out->result->analysis, i)) != NULL; i++) {
        cli_part part = {view->record, out->result->analysis->view(out->result->result, i)};

        if (strcmp(view->name, out->main_name) != 0 && part.data != NULL) put_part(j, view->name, &part);
    }
}

/* One analysis: its result, or with a reason that alone. */
static void put_analysis(const cli_result *result, const char *reason, const cli_style *style,
                         const cli_dicts *dicts, cli_sink *sink)
{
    cli_out out;
    json j = {&out, sink, 0, 0, 1};

    cli_out_begin(&out, result, style, dicts, sink);
    begin(&j, NULL, "{", 0);
    put_text(&j, "version", partner_version());
    put_text(&j, "analysis", result->analysis->name);
    put_options(&j);
    put_inputs(&j, result, 1);
    if (reason != NULL) {
        begin(&j, "explanation", "{", 0);
        put_text(&j, "table", result->analysis->explained[style->explain_table]);
        next(&j, "row");
        cli_putf(sink, "%zu", style->explain);
        put_text(&j, "text", reason);
        end(&j, "}");
    } else {
        put_result(&j);
    }
    end(&j, "}");
    cli_put(sink, "\n");
    cli_out_end(&out);
}

void cli_json(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_sink *sink)
{
    put_analysis(result, NULL, style, dicts, sink);
}

void cli_json_reason(const cli_result *result, const char *reason, const cli_style *style,
                     const cli_dicts *dicts, cli_sink *sink)
{
    put_analysis(result, reason, style, dicts, sink);
}

static void put_said(json *j, const char *name, cli_sink *text)
{
    if (text->bytes != NULL) put_text(j, name, text->bytes);
    j->sink->failed |= text->failed;
    text->length = 0;
}

static void put_advice(json *j, const cli_result *results, size_t count, const cli_style *style,
                       const cli_dicts *dicts)
{
    cli_sink text = {NULL, 0, 0, 0};

    begin(j, "advice", "[", 0);
    for (size_t r = 0; r < count; r++) {
        cli_out out;

        cli_out_begin(&out, &results[r], style, dicts, j->sink);
        if (cli_advice(&out, 0, &text)) {
            begin(j, NULL, "{", 1);
            put_text(j, "analysis", results[r].analysis->name);
            put_said(j, "act", &text);
            if (cli_advice(&out, 1, &text)) put_said(j, "rests_on", &text);
            end(j, "}");
        }
        cli_out_end(&out);
    }
    end(j, "]");
    free(text.bytes);
}

void cli_json_report(const cli_result *results, size_t count, const cli_style *style, const cli_dicts *dicts,
                     cli_sink *sink)
{
    cli_out out;
    json j = {&out, sink, 0, 0, 1};

    begin(&j, NULL, "{", 0);
    put_text(&j, "version", partner_version());
    put_inputs(&j, results, count);
    put_advice(&j, results, count, style, dicts);
    for (size_t r = 0; r < count; r++) {
        cli_out_begin(&out, &results[r], style, dicts, sink);
        begin(&j, results[r].analysis->name, "{", 0);
        put_options(&j);
        put_result(&j);
        end(&j, "}");
        cli_out_end(&out);
    }
    end(&j, "}");
    cli_put(sink, "\n");
}
