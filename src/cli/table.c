/* SPDX-License-Identifier: MIT
 * Figures, tables and whole results laid out for people. */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "display.h"

enum { WIDEST_CELL = CLI_WIDEST_CELL, INDENT = 2, GAP = 2, LABEL = CLI_LABEL };

/* --- figures: label, value, what it is --- */

/* "top_share" and "20" as "top share 20". */
void cli_label_of(const partner_field *field, uint32_t element, char label[LABEL])
{
    if (field->count > 1 && element < field->names_count)
        snprintf(label, LABEL, "%.60s %.16s", field->name, field->names[element]);
    else snprintf(label, LABEL, "%.60s", field->name);
    for (char *c = label; *c != '\0'; c++)
        if (*c == '_') *c = ' ';
}

static void put_figure(const cli_out *out, const cli_axis *axis, uint32_t element, size_t label_width,
                       size_t value_width)
{
    cli_sink value = {NULL, 0, 0, 0};
    char label[LABEL];
    size_t columns = cli_put_human(out, &value, axis, 0, element, WIDEST_CELL);

    cli_label_of(axis->field, element, label);
    cli_putf(out->sink, "%*s%-*s%*s", INDENT, "", (int)(label_width + GAP), label, (int)(value_width - columns),
             "");
    if (value.bytes != NULL) cli_put(out->sink, value.bytes);
    if (element == 0) {
        cli_putf(out->sink, "%*s", GAP, "");
        cli_put_styled(out, out->sink, CLI_DIM, axis->field->text);
    }
    cli_put(out->sink, "\n");
    out->sink->failed |= value.failed;
    free(value.bytes);
}

/* People do not miss what a result may do without and does. */
static int is_seen(const cli_axis *axis, uint32_t wanted, uint32_t unwanted)
{
    uint32_t number;

    if ((axis->field->flags & unwanted) || (axis->field->flags & wanted) != wanted) return 0;
    return !((axis->field->flags & PARTNER_FIELD_NULLABLE) &&
             partner_field_is_null(axis->field, cli_grid_element(axis, 0, 0, &number)));
}

void cli_put_lines(const cli_out *out, const cli_grid *grid, uint32_t wanted, uint32_t unwanted)
{
    size_t label_width = 0, value_width = 0;

    for (size_t c = 0; c < grid->columns; c++)
        for (uint32_t e = 0; e < grid->column[c].field->count && is_seen(&grid->column[c], wanted, unwanted);
             e++) {
            cli_sink value = {NULL, 0, 0, 0};
            size_t columns = cli_put_human(out, &value, &grid->column[c], 0, e, WIDEST_CELL);
            char label[LABEL];

            out->sink->failed |= value.failed;
            free(value.bytes);
            cli_label_of(grid->column[c].field, e, label);
            if (columns > value_width) value_width = columns;
            if (strlen(label) > label_width) label_width = strlen(label);
        }
    for (size_t c = 0; c < grid->columns; c++)
        for (uint32_t e = 0; e < grid->column[c].field->count && is_seen(&grid->column[c], wanted, unwanted);
             e++)
            put_figure(out, &grid->column[c], e, label_width, value_width);
}

void cli_put_figures(const cli_out *out, const cli_part *parts, size_t count, uint32_t wanted)
{
    cli_grid grid;

    cli_grid_of_figures(out, parts, count, &grid);
    cli_put_lines(out, &grid, wanted, PARTNER_FIELD_DETAIL);
    cli_grid_free(&grid);
}

/* Whether there are key figures, or is a key column. */
static int has_key(const cli_part *parts, size_t count, int columns)
{
    const partner_field *field;

    for (size_t p = 0; p < count; p++)
        for (size_t i = 0; (field = partner_record_field(parts[p].record, i)) != NULL; i++)
            if ((field->flags & PARTNER_FIELD_KEY) && cli_is_column(field) == columns) return 1;
    return 0;
}

/* --- a whole result --- */

void cli_put_heading(const cli_out *out, const char *text)
{
    char first[2] = {text[0] >= 'a' && text[0] <= 'z' ? (char)(text[0] - 'a' + 'A') : text[0], '\0'};
    cli_sink heading = {NULL, 0, 0, 0};

    cli_putf(&heading, "%s%s", first, text + (text[0] != '\0'));
    cli_put(out->sink, "\n");
    if (heading.bytes != NULL) cli_put_styled(out, out->sink, CLI_BOLD, heading.bytes);
    cli_put(out->sink, "\n");
    out->sink->failed |= heading.failed;
    free(heading.bytes);
}

void cli_put_sentences(const cli_out *out)
{
    const partner_analysis *analysis = out->result->analysis;
    char text[2048];
    size_t i = 0;

    while (analysis->sentence(out->result->result, i, text, sizeof text) > 0) {
        if (i++ == 0) cli_put(out->sink, "\n");
        cli_put_wrapped(out->sink, text, 0, CLI_LINE);
    }
}

static const partner_field *find_flag(const cli_part *parts, size_t count, uint32_t flag, const cli_part **part)
{
    const partner_field *field;

    for (size_t p = 0; p < count; p++)
        for (size_t i = 0; (field = partner_record_field(parts[p].record, i)) != NULL; i++)
            if ((field->flags & flag) && cli_is_column(field) &&
                partner_field_data(field, parts[p].data) != NULL) {
                *part = &parts[p];
                return field;
            }
    return NULL;
}

typedef struct key {
    double value;
    size_t row;
} key;

/* Largest first, then the smaller row; what has no number last. */
static int by_value(const void *a, const void *b)
{
    const key *x = a, *y = b;
    double u = isnan(x->value) ? -INFINITY : x->value, v = isnan(y->value) ? -INFINITY : y->value;

    if (u != v) return u < v ? 1 : -1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static size_t *order_by_column(const cli_axis *axis, size_t rows)
{
    size_t *order = calloc(rows + 1, sizeof *order);
    key *keys = calloc(rows + 1, sizeof *keys);

    if (order != NULL && keys != NULL) {
        for (size_t i = 0; i < rows; i++) keys[i] = (key){cli_number_of(axis, i), i};
        qsort(keys, rows, sizeof *keys, by_value);
        for (size_t i = 0; i < rows; i++) order[i] = keys[i].row;
        free(keys);
        return order;
    }
    free(order);
    free(keys);
    return NULL;
}

const cli_axis *cli_bars_of(const cli_grid *grid)
{
    const cli_axis *found = NULL;

    for (size_t c = 0; c < grid->columns; c++) {
        const cli_axis *axis = &grid->column[c];
        size_t row = 0;

        if (!(axis->field->flags & PARTNER_FIELD_BAR) || axis->field->count > 1) continue;
        while (row < grid->rows && isnan(cli_number_of(axis, row))) row++;
        if (row < grid->rows) found = axis;
    }
    return found;
}

/* The rows as people want to see them: by the permutation that comes with them, or else the largest first. NULL
 * with *has_order 0: as they are. */
static size_t *order_of(const cli_out *out, const cli_part *parts, size_t count, const cli_grid *grid,
                        int *has_order)
{
    const cli_part *part;
    const partner_field *field = find_flag(parts, count, PARTNER_FIELD_ORDER, &part);
    const cli_axis *bars = cli_bars_of(grid);
    size_t *order = NULL;

    *has_order = field != NULL;
    if (out->partner != PARTNER_NONE) return NULL;
    if (field != NULL) {
        const char *values = partner_field_data(field, part->data);
        uint32_t row;

        order = calloc(grid->rows + 1, sizeof *order);
        for (size_t i = 0; order != NULL && i < grid->rows; i++) {
            memcpy(&row, values + i * sizeof row, sizeof row);
            order[i] = row;
        }
    } else {
        if (bars == NULL) return NULL;
        order = order_by_column(bars, grid->rows);
    }
    if (order == NULL) out->sink->failed = 1;
    return order;
}

static void put_heading_of(const cli_out *out, const char *title, size_t rows, size_t top, const char *which)
{
    char heading[160], number[32];
    cli_sink all = {NULL, 0, 0, 0};

    snprintf(heading, sizeof heading, "%.80s", title);
    if (rows > top && which != NULL) {
        snprintf(number, sizeof number, "%zu", rows);
        cli_put_grouped(&all, number);
        snprintf(heading, sizeof heading, "%.80s: the %s %zu of %s", title, which, top,
                 all.bytes != NULL ? all.bytes : number);
    }
    out->sink->failed |= all.failed;
    free(all.bytes);
    cli_put_heading(out, heading);
}

/* --- what hangs on a result --- */

static void put_sub_parts(const cli_out *out, const cli_part *part, int summary, const cli_extent *extent);

/* How many lines of a table are shown: a short one whole, whatever --top says. */
static size_t lines_of(const cli_extent *extent, size_t rows)
{
    enum { WHOLE = 12, IN_SHORT = 5 };

    if (rows <= WHOLE) return WHOLE;
    return extent->parts || extent->top < IN_SHORT ? extent->top : IN_SHORT;
}

/* A record that hangs on another: its figures, or its columns as a table (of one that is not shown whole the
 * largest), and what hangs on it. */
static void put_sub_part(const cli_out *out, const cli_part *part, const partner_field *field,
                         const cli_extent *extent)
{
    cli_part sub = cli_sub_part(part, field);
    cli_extent own = *extent;
    char view[CLI_VIEW_NAME];
    size_t *order = NULL;
    int has_order;
    cli_grid grid;

    if (sub.data == NULL || !cli_is_shown(part, field)) return;
    cli_grid_of_columns(out, &sub, 1, NULL, &grid);
    own.top = lines_of(extent, grid.rows);
    if (grid.rows > own.top) order = order_of(out, &sub, 1, &grid, &has_order);
    put_heading_of(out, field->text, grid.rows, own.top, order != NULL ? "top" : NULL);
    if (cli_has_figures(&sub))
        cli_put_figures(out, &sub, 1, !extent->parts && has_key(&sub, 1, 0) ? PARTNER_FIELD_KEY : 0);
    cli_put_grid(out, &grid, order, cli_view_of(out->result->analysis, extent->view, field->name, view), &own);
    free(order);
    cli_grid_free(&grid);
    put_sub_parts(out, &sub, 1, extent);
    put_sub_parts(out, &sub, 0, extent);
}

/* Whether a table that hangs on a result is seen in short: not the figures that are not key. */
static int is_brief(const cli_part *sub, int summary)
{
    const cli_part *found;

    if (cli_has_figures(sub)) return has_key(sub, 1, 0) || has_key(sub, 1, 1);
    return summary || has_key(sub, 1, 1) ||
           find_flag(sub, 1, PARTNER_FIELD_BAR | PARTNER_FIELD_ACROSS, &found) != NULL;
}

/* Those of the summary, or all others. */
static void put_sub_parts(const cli_out *out, const cli_part *part, int summary, const cli_extent *extent)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(part->record, i)) != NULL; i++) {
        cli_part sub = {field->record, NULL};

        if (field->type != PARTNER_TYPE_RECORD || ((field->flags & PARTNER_FIELD_SUMMARY) != 0) != summary ||
            (field->flags & PARTNER_FIELD_DETAIL) != 0)
            continue;
        sub.data = partner_field_data(field, part->data);
        if (sub.data == NULL) continue;
        if (extent->parts || is_brief(&sub, summary)) put_sub_part(out, part, field, extent);
    }
}

void cli_put_titled(const cli_out *out, const char *title, const cli_part *parts, size_t count,
                    const cli_grid *grid, const char *view, const cli_extent *extent)
{
    int has_order;
    size_t *order = order_of(out, parts, count, grid, &has_order);

    if (grid->columns > 0 && !out->sink->failed && (extent->rows || has_order || has_key(parts, count, 1))) {
        put_heading_of(out, title, grid->rows, extent->top,
                       cli_is_cross(grid) ? NULL
                       : order != NULL    ? "top"
                                          : "first");
        cli_put_grid(out, grid, order, view, extent);
    }
    free(order);
}

/* In short there is no heading: the tables that hang on it have their own. */
static void put_other_view(const cli_out *out, const partner_view *view, const cli_part *part,
                           const cli_extent *extent)
{
    cli_extent own = *extent;
    cli_grid grid;

    own.view = view->name;
    if (extent->figures && cli_has_figures(part)) {
        cli_put_heading(out, view->title);
        cli_put_figures(out, part, 1, 0);
    }
    put_sub_parts(out, part, 1, &own);
    put_sub_parts(out, part, 0, &own);
    cli_grid_of_columns(out, part, 1, NULL, &grid);
    cli_put_titled(out, view->title, part, 1, &grid, view->name, &own);
    cli_grid_free(&grid);
}

void cli_put_tables(const cli_out *out, const cli_extent *extent)
{
    const partner_analysis *analysis = out->result->analysis;
    const partner_view *view;
    cli_extent own = *extent;

    own.view = out->main_name;
    if (extent->figures || has_key(out->part, out->parts, 0)) {
        cli_put_heading(out, "Summary");
        cli_put_figures(out, out->part, out->parts, extent->figures ? 0 : PARTNER_FIELD_KEY);
    }
    for (size_t p = 0; p < out->parts; p++) put_sub_parts(out, &out->part[p], 1, &own);
    for (size_t p = 0; p < out->parts; p++) put_sub_parts(out, &out->part[p], 0, &own);
    if (cli_has_more(&out->main))
        cli_put_titled(out, partner_analysis_view(analysis, 0)->title, out->part, out->parts, &out->main, NULL,
                       &own);
    for (size_t i = 0; (view = partner_analysis_view(analysis, i)) != NULL; i++) {
        cli_part part = {view->record, analysis->view(out->result->result, i)};

        if (strcmp(view->name, out->main_name) != 0 && part.data != NULL)
            put_other_view(out, view, &part, extent);
    }
}
