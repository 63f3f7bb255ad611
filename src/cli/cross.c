/* SPDX-License-Identifier: MIT
 * A table whose first two columns are crossed, for people: one as lines, the other as columns, and a small
 * table for each column after them. */
#include <stdlib.h>
#include <string.h>

#include "display.h"
#include "table.h"

enum { GAP = 2, INDENT = 2, WIDEST_CELL = 32 };

/* The values that a column has, each by the first row that has it. */
typedef struct keys {
    const cli_axis *axis;
    size_t *row;
    size_t count;
} keys;

typedef struct cross {
    const cli_out *out;
    const cli_grid *grid;
    keys down, across;
    size_t *cell;  /* [down.count * across.count] the row of both; SIZE_MAX */
    size_t *width; /* [across.count] of the table that is written */
} cross;

static int same_value(const cli_axis *axis, size_t a, size_t b)
{
    uint32_t x, y;

    return memcmp(cli_grid_element(axis, a, 0, &x), cli_grid_element(axis, b, 0, &y),
                  partner_type_size(axis->field->type)) == 0;
}

static size_t key_of(const keys *k, size_t row)
{
    size_t i = 0;

    while (i < k->count && !same_value(k->axis, k->row[i], row)) i++;
    return i;
}

/* Returns whether there was memory for it. */
static int find_keys(keys *k, const cli_axis *axis, size_t rows)
{
    k->axis = axis;
    k->row = calloc(rows, sizeof *k->row);
    if (k->row == NULL) return 0;
    for (size_t row = 0; row < rows; row++)
        if (key_of(k, row) == k->count) k->row[k->count++] = row;
    return 1;
}

/* Names that are also those of lines come in the order of these. */
static void align(keys *across, const keys *down)
{
    size_t placed = 0;

    if (across->axis->field->dictionary == NULL || down->axis->field->dictionary == NULL ||
        strcmp(across->axis->field->dictionary, down->axis->field->dictionary) != 0 ||
        across->axis->field->type != down->axis->field->type)
        return;
    for (size_t i = 0; i < down->count; i++)
        for (size_t k = placed; k < across->count; k++) {
            const size_t row = across->row[k];
            uint32_t x, y;

            if (memcmp(cli_grid_element(down->axis, down->row[i], 0, &x),
                       cli_grid_element(across->axis, row, 0, &y),
                       partner_type_size(down->axis->field->type)) != 0)
                continue;
            memmove(across->row + placed + 1, across->row + placed, (k - placed) * sizeof *across->row);
            across->row[placed++] = row;
        }
}

static int begin(cross *c, const cli_out *out, const cli_grid *grid)
{
    memset(c, 0, sizeof *c);
    c->out = out;
    c->grid = grid;
    if (!find_keys(&c->down, &grid->column[0], grid->rows) ||
        !find_keys(&c->across, &grid->column[1], grid->rows))
        return 0;
    align(&c->across, &c->down);
    c->cell = calloc(c->down.count, c->across.count * sizeof *c->cell);
    c->width = calloc(c->across.count, sizeof *c->width);
    if (c->cell == NULL || c->width == NULL) return 0;
    for (size_t i = 0; i < c->down.count * c->across.count; i++) c->cell[i] = SIZE_MAX;
    for (size_t row = 0; row < grid->rows; row++)
        c->cell[key_of(&c->down, row) * c->across.count + key_of(&c->across, row)] = row;
    return 1;
}

static void end(cross *c)
{
    free(c->down.row);
    free(c->across.row);
    free(c->cell);
    free(c->width);
}

/* A value right or left in its width; a width of 0 measures only. Returns its columns. */
static size_t put(const cross *c, const cli_axis *axis, size_t row, size_t width, int left)
{
    cli_sink text = {NULL, 0, 0, 0};
    size_t columns, rest;

    if (row == SIZE_MAX) columns = cli_put_safe(&text, "–", strlen("–"), 1);
    else columns = cli_put_human(c->out, &text, axis, row, 0, WIDEST_CELL);
    rest = width > columns ? width - columns : 0;
    if (width > 0) {
        cli_putf(c->out->sink, "%*s", left ? 0 : (int)rest, "");
        if (text.bytes != NULL) cli_put_bytes(c->out->sink, text.bytes, text.length);
        cli_putf(c->out->sink, "%*s", left ? (int)rest : 0, "");
    }
    c->out->sink->failed |= text.failed;
    free(text.bytes);
    return columns;
}

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static size_t label_width(const cross *c)
{
    size_t width = strlen(c->down.axis->field->name);

    for (size_t i = 0; i < c->down.count; i++)
        width = larger(width, put(c, c->down.axis, c->down.row[i], 0, 1));
    return width;
}

/* Sets the widths of the table of one value and returns that of the whole. */
static size_t measure(const cross *c, const cli_axis *value)
{
    size_t whole = INDENT + label_width(c);

    for (size_t k = 0; k < c->across.count; k++) {
        c->width[k] =
            larger(strlen(c->across.axis->field->name), put(c, c->across.axis, c->across.row[k], 0, 0));
        for (size_t i = 0; i < c->down.count; i++)
            c->width[k] = larger(c->width[k], put(c, value, c->cell[i * c->across.count + k], 0, 0));
        whole += GAP + c->width[k];
    }
    return whole;
}

static void put_headers(const cross *c, const cli_axis *value, size_t label)
{
    cli_sink *sink = c->out->sink;
    const char *across = c->across.axis->field->name;

    if (c->out->style->colour) cli_put(sink, CLI_DIM);
    cli_putf(sink, "%*s%s\n", INDENT, "", value->field->text);
    cli_putf(sink, "%*s%*s\n", (int)(INDENT + label + GAP), "", (int)c->width[0], across);
    cli_putf(sink, "%*s%-*s", INDENT, "", (int)label, c->down.axis->field->name);
    for (size_t k = 0; k < c->across.count; k++) {
        cli_putf(sink, "%*s", GAP, "");
        put(c, c->across.axis, c->across.row[k], c->width[k], 0);
    }
    cli_put(sink, c->out->style->colour ? CLI_PLAIN "\n" : "\n");
}

static void put_value(const cross *c, const cli_axis *value)
{
    cli_sink *sink = c->out->sink;
    const size_t label = label_width(c);

    measure(c, value);
    put_headers(c, value, label);
    for (size_t i = 0; i < c->down.count; i++) {
        cli_putf(sink, "%*s", INDENT, "");
        put(c, c->down.axis, c->down.row[i], label, 1);
        for (size_t k = 0; k < c->across.count; k++) {
            cli_putf(sink, "%*s", GAP, "");
            put(c, value, c->cell[i * c->across.count + k], c->width[k], 0);
        }
        cli_put(sink, "\n");
    }
}

int cli_is_cross(const cli_grid *grid)
{
    return grid->columns > 2 && grid->rows > 0 && (grid->column[1].field->flags & PARTNER_FIELD_ACROSS);
}

/* The values of which there is no table, and where they are to be had. */
static void put_rest(const cross *c, const size_t *left_out, size_t count, const char *view)
{
    cli_sink text = {NULL, 0, 0, 0};

    for (size_t i = 0; i < count; i++)
        cli_putf(&text, "%s%s", i > 0 ? ", " : "Too wide: ", c->grid->column[left_out[i]].field->name);
    cli_putf(&text, ". All of it: --format csv%s%s", view != NULL ? " --view " : "", view != NULL ? view : "");
    if (c->out->style->colour) cli_put(c->out->sink, CLI_DIM);
    if (text.bytes != NULL) cli_put_wrapped(c->out->sink, text.bytes, INDENT, CLI_LINE);
    if (c->out->style->colour) cli_put(c->out->sink, CLI_PLAIN);
    c->out->sink->failed |= text.failed;
    free(text.bytes);
}

static int put_values(const cross *c, const char *view, const cli_extent *extent)
{
    const size_t last = extent->parts ? c->grid->columns : 3;
    size_t *left_out = calloc(last, sizeof *left_out), count = 0;

    if (left_out == NULL) {
        c->out->sink->failed = 1;
        return 1;
    }
    for (size_t v = 2; v < last; v++) {
        const int fits = measure(c, &c->grid->column[v]) <= CLI_WIDEST;

        if (v == 2 && !fits) break;
        if (!fits) left_out[count++] = v;
        if (fits && v > 2) cli_put(c->out->sink, "\n");
        if (fits) put_value(c, &c->grid->column[v]);
    }
    if (count > 0 && extent->hints) put_rest(c, left_out, count, view);
    free(left_out);
    return measure(c, &c->grid->column[2]) <= CLI_WIDEST;
}

int cli_put_cross(const cli_out *out, const cli_grid *grid, const char *view, const cli_extent *extent)
{
    cross c;
    int fits = 1;

    if (begin(&c, out, grid)) fits = put_values(&c, view, extent);
    else out->sink->failed = 1;
    end(&c);
    return fits;
}
