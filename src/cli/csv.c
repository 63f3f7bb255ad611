/* SPDX-License-Identifier: MIT
 * One table of a result as CSV (RFC 4180, with LF). */
#include <string.h>

#include "output.h"

static void put_cell(cli_sink *sink, const char *text, size_t length)
{
    const char *quote;

    if (strcspn(text, ",\"\r\n") >= length && memchr(text, 0, length) == NULL) {
        cli_put_bytes(sink, text, length);
        return;
    }
    cli_put(sink, "\"");
    while ((quote = memchr(text, '"', length)) != NULL) {
        cli_put_bytes(sink, text, (size_t)(quote - text) + 1);
        cli_put(sink, "\"");
        length -= (size_t)(quote - text) + 1;
        text = quote + 1;
    }
    cli_put_bytes(sink, text, length);
    cli_put(sink, "\"");
}

/* A cell of several numbers is as many columns: top_share_1, top_share_5 … */
static void put_header(cli_sink *sink, const cli_grid *grid)
{
    for (size_t c = 0; c < grid->columns; c++) {
        const partner_field *field = grid->column[c].field;

        for (uint32_t i = 0; i < field->count; i++) {
            if (c + i > 0) cli_put(sink, ",");
            cli_put(sink, field->name);
            if (field->count > 1 && i < field->names_count) cli_putf(sink, "_%s", field->names[i]);
            else if (field->count > 1) cli_putf(sink, "_%lu", (unsigned long)i + 1);
        }
    }
    cli_put(sink, "\n");
}

static void put_row(const cli_out *out, const cli_grid *grid, size_t row)
{
    cli_value value;

    for (size_t c = 0; c < grid->columns; c++)
        for (uint32_t i = 0; i < grid->column[c].field->count; i++) {
            if (c + i > 0) cli_put(out->sink, ",");
            cli_grid_value(out, &grid->column[c], row, i, &value);
            put_cell(out->sink, value.text, value.length);
        }
    cli_put(out->sink, "\n");
}

static int has_columns(const cli_part *parts, size_t count)
{
    for (size_t p = 0; p < count; p++)
        if (cli_has_columns(parts[p].record)) return 1;
    return 0;
}

void cli_csv(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_sink *sink)
{
    cli_part parts[CLI_PARTS];
    cli_grid grid;
    cli_out out;
    size_t count;
    const char *view = style->views > 0 ? style->view[0] : NULL;
    int summary = view != NULL && strcmp(view, "summary") == 0;

    cli_out_begin(&out, result, style, dicts, sink);
    count = cli_out_view(&out, view == NULL || summary ? out.main_name : view, parts);
    if (summary || !has_columns(parts, count)) cli_grid_of_figures(&out, parts, count, &grid);
    else cli_grid_of_columns(&out, parts, count, NULL, &grid);
    put_header(sink, &grid);
    for (size_t row = 0; row < grid.rows && !sink->failed; row++) put_row(&out, &grid, row);
    cli_grid_free(&grid);
    cli_out_end(&out);
}
