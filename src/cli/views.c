/* SPDX-License-Identifier: MIT
 * A part of a result alone: one table, what there is about one partner, the reason for one row. */
#include <stdlib.h>
#include <string.h>

#include "display.h"
#include "names.h"
#include "table.h"

/* --- whether it is there --- */

static int unknown_view(const cli_out *out, const char *name, cli_error *error)
{
    const partner_analysis *analysis = out->result->analysis;
    const char *known;
    char all[512] = "", buffer[CLI_VIEW_NAME];
    size_t n = 0;

    for (size_t i = 0; (known = cli_view_name(analysis, i, buffer)) != NULL && n < sizeof all; i++) {
        if (strcmp(known, name) == 0)
            return cli_fail(error, CLI_USAGE, "partner: --view %.60s: this result of %s has none", name,
                            analysis->name);
        n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", i > 0 ? ", " : "", known);
    }
    return cli_fail(error, CLI_USAGE, "partner: --view: \"%.60s\" is no table of %s, expected one of %s", name,
                    analysis->name, all);
}

/* The parts of a table; those of the main view for "summary". */
static size_t find_parts(const cli_out *out, const char *name, cli_part parts[CLI_PARTS])
{
    return cli_out_view(out, strcmp(name, "summary") == 0 ? out->main_name : name, parts);
}

static int unknown_partner(const cli_dicts *dicts, const char *wanted, cli_error *error)
{
    partner__nearest nearest = PARTNER__NEAREST(wanted);
    const char *found;
    size_t count = 0;

    for (size_t i = 0; i < dicts->count; i++) {
        if (strcmp(dicts->name[i], "partner") != 0) continue;
        count = partner_dict_size(dicts->dict[i]);
        for (size_t k = 0; k < count; k++)
            partner__nearest_try(&nearest, partner_dict_id(dicts->dict[i], (uint32_t)k, NULL));
    }
    found = partner__nearest_found(&nearest);
    return cli_fail(error, CLI_USAGE, "partner: --statement: none of the %zu partners is \"%.200s\"%s%.200s%s",
                    count, wanted, found != NULL ? " (did you mean " : "", found != NULL ? found : "",
                    found != NULL ? "?)" : "");
}

static int check_partner(const cli_out *out, const cli_style *style, cli_error *error)
{
    cli_grid grid;
    size_t rows;

    cli_grid_of_columns(out, out->part, out->parts, NULL, &grid);
    rows = grid.rows;
    cli_grid_free(&grid);
    if (rows > 0 || out->sink->failed) return CLI_OK;
    return cli_fail(error, CLI_USAGE, "partner: --statement: the result says nothing about \"%.200s\"",
                    style->partner);
}

int cli_check_style(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_error *error)
{
    cli_sink none = {NULL, 0, 0, 0};
    cli_part parts[CLI_PARTS];
    cli_out out;
    int exit_code = CLI_OK;

    if (style->partner != NULL && cli_partner_wanted(style, dicts) == PARTNER_NONE)
        return unknown_partner(dicts, style->partner, error);
    cli_out_begin(&out, result, style, dicts, &none);
    if (style->partner != NULL) exit_code = check_partner(&out, style, error);
    for (size_t i = 0; i < style->views && exit_code == CLI_OK; i++)
        if (find_parts(&out, style->view[i], parts) == 0) exit_code = unknown_view(&out, style->view[i], error);
    cli_out_end(&out);
    return none.failed ? cli_no_memory(error) : exit_code;
}

/* --- one table --- */

/* What people call a table: a view by its title, what hangs on one by its description. */
static const char *title_below(const partner_record *record, const char *name)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++) {
        const char *title;

        if (field->type != PARTNER_TYPE_RECORD || (field->flags & PARTNER_FIELD_HIDDEN)) continue;
        if (strcmp(field->name, name) == 0) return field->text;
        title = title_below(field->record, name);
        if (title != NULL) return title;
    }
    return NULL;
}

static const char *title_of(const partner_analysis *analysis, const char *name)
{
    const char *dot = strchr(name, '.'), *title = NULL;
    const partner_view *view;

    for (size_t i = 0; (view = partner_analysis_view(analysis, i)) != NULL; i++)
        if (strcmp(view->name, name) == 0) return view->title;
    for (size_t i = 0; title == NULL && (view = partner_analysis_view(analysis, i)) != NULL; i++)
        if (dot == NULL || strncmp(view->name, name, (size_t)(dot - name)) == 0)
            title = title_below(view->record, dot != NULL ? dot + 1 : name);
    return title != NULL ? title : name;
}

void cli_put_view(const cli_out *out, const char *name, const cli_extent *extent)
{
    const char *title = title_of(out->result->analysis, name);
    const int summary = strcmp(name, "summary") == 0;
    cli_extent own = *extent;
    cli_part parts[CLI_PARTS];
    cli_grid grid;
    size_t count = find_parts(out, name, parts);

    own.view = name;
    if (summary || cli_has_figures(&parts[0])) {
        cli_put_heading(out, title);
        cli_put_figures(out, parts, count, 0);
    }
    if (summary) return;
    cli_grid_of_columns(out, parts, count, NULL, &grid);
    cli_put_titled(out, title, parts, count, &grid, name, &own);
    cli_grid_free(&grid);
}

void cli_put_closer(const cli_out *out)
{
    const partner_field *field;
    char line[400] = "For a closer look:";
    size_t none = strlen(line), n = none;

    for (size_t p = 0; p < out->parts; p++)
        for (size_t i = 0; (field = partner_record_field(out->part[p].record, i)) != NULL; i++) {
            if (field->type != PARTNER_TYPE_RECORD || !(field->flags & PARTNER_FIELD_DETAIL)) continue;
            if (partner_field_data(field, out->part[p].data) == NULL || n + 60 > sizeof line) continue;
            n += (size_t)snprintf(line + n, sizeof line - n, "%s --view %.40s", n > none ? "," : "",
                                  field->name);
        }
    if (n == none) return;
    cli_put(out->sink, out->style->colour ? "\n" CLI_DIM : "\n");
    cli_put_wrapped(out->sink, line, 0, CLI_LINE);
    if (out->style->colour) cli_put(out->sink, CLI_PLAIN);
}

/* --- one partner --- */

/* Without the column that says who it is about. */
static cli_grid without_partner(const cli_grid *grid)
{
    cli_grid rest = *grid;

    rest.column++;
    rest.columns--;
    return rest;
}

/* The rows of a part about the partner, and those of the records that hang on it. */
static void put_about(const cli_out *out, const cli_part *part, const char *title, const char *name,
                      const cli_extent *extent)
{
    const partner_field *field;
    cli_grid grid, rest;

    if (title != NULL && cli_is_about_partners(part->record)) {
        cli_grid_of_columns(out, part, 1, NULL, &grid);
        if (grid.rows > 0) {
            rest = without_partner(&grid);
            cli_put_titled(out, title, part, 1, &rest, name, extent);
        }
        cli_grid_free(&grid);
    }
    for (size_t i = 0; (field = partner_record_field(part->record, i)) != NULL; i++) {
        cli_part sub = {field->record, NULL};

        if (field->type != PARTNER_TYPE_RECORD || !cli_is_shown(part, field)) continue;
        sub = cli_sub_part(part, field);
        if (sub.data != NULL) put_about(out, &sub, field->text, field->name, extent);
    }
}

/* "Aster GmbH (A-17)" */
static void put_name(const cli_out *out, const cli_axis *who)
{
    cli_sink name = {NULL, 0, 0, 0};

    cli_put_human(out, &name, who, 0, 0, CLI_LINE);
    cli_put(out->sink, "\n");
    if (name.bytes != NULL) cli_put_styled(out, out->sink, CLI_BOLD, name.bytes);
    cli_put(out->sink, "\n");
    out->sink->failed |= name.failed;
    free(name.bytes);
}

void cli_put_partner(const cli_out *out, const cli_extent *extent)
{
    const partner_analysis *analysis = out->result->analysis;
    const partner_view *view;
    cli_grid grid, rest;

    cli_grid_of_columns(out, out->part, out->parts, NULL, &grid);
    if (grid.rows > 0) {
        put_name(out, &grid.column[0]);
        rest = without_partner(&grid);
        cli_put_lines(out, &rest, 0, 0);
    }
    cli_grid_free(&grid);
    for (size_t p = 0; p < out->parts; p++) put_about(out, &out->part[p], NULL, NULL, extent);
    for (size_t i = 0; (view = partner_analysis_view(analysis, i)) != NULL; i++) {
        cli_part part = {view->record, analysis->view(out->result->result, i)};

        if (strcmp(view->name, out->main_name) != 0 && part.data != NULL)
            put_about(out, &part, view->title, view->name, extent);
    }
}

/* --- one reason --- */

int cli_explain(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_sink *sink,
                cli_error *error)
{
    const partner_analysis *analysis = result->analysis;
    const char *table = analysis->explained[style->explain_table];
    char text[4096];

    if (analysis->explain(result->result, style->explain_table, style->explain, text, sizeof text) == 0) {
        cli_part parts[CLI_PARTS];
        cli_grid grid = {0};
        cli_out out;
        size_t count;

        cli_out_begin(&out, result, style, dicts, sink);
        count = cli_out_view(&out, table, parts);
        cli_grid_of_columns(&out, parts, count, NULL, &grid);
        if (count == 0)
            cli_fail(error, CLI_USAGE, "partner: --explain %zu: this result of %s has no table %s",
                     style->explain, analysis->name, table);
        else
            cli_fail(error, CLI_USAGE, "partner: --explain %zu: the table %s has %zu row%s, counted from 0",
                     style->explain, table, grid.rows, grid.rows == 1 ? "" : "s");
        cli_grid_free(&grid);
        cli_out_end(&out);
        return error->exit_code;
    }
    if (style->format == CLI_JSON) {
        cli_json_reason(result, text, style, dicts, sink);
        return CLI_OK;
    }
    cli_put_safe(sink, text, strlen(text), (size_t)-1);
    cli_put(sink, "\n");
    return CLI_OK;
}
