/* SPDX-License-Identifier: MIT
 * Grids and figures laid out for people. */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "display.h"

enum { WIDEST = CLI_WIDEST, WIDEST_CELL = 32, NARROWEST_CELL = 18, BAR = 10, INDENT = 2, GAP = 2, HEADER = 80 };

/* One column as it is shown: an element of a grid's column. */
typedef struct slot {
    const cli_axis *axis;
    uint32_t element;
    char above[HEADER], header[HEADER]; /* its label in two lines */
    size_t width;
    double largest; /* BAR: what the longest bar stands for */
    int left, shown;
} slot;

typedef struct cell {
    size_t at, length, columns; /* in the sheet's text */
} cell;

typedef struct sheet {
    const cli_out *out;
    const size_t *order; /* rows of the grid in the order they are shown, or NULL */
    size_t rows, slots;
    slot *slot;
    cell *cell; /* [rows * slots] */
    cli_sink text;
} sheet;

/* --- laying out --- */

static size_t row_of(const sheet *s, size_t i) { return s->order != NULL ? s->order[i] : i; }

/* "cumulative_share" as "cumulative" above "share". */
static void set_label(slot *to, const partner_field *field, uint32_t element)
{
    char label[HEADER];
    char *space;

    if (field->count > 1 && element < field->names_count)
        snprintf(label, sizeof label, "%.60s %.16s", field->name, field->names[element]);
    else snprintf(label, sizeof label, "%.60s", field->name);
    for (char *c = label; *c != '\0'; c++)
        if (*c == '_') *c = ' ';
    space = strrchr(label, ' ');
    if (space != NULL) *space = '\0';
    snprintf(to->above, sizeof to->above, "%s", space != NULL ? label : "");
    snprintf(to->header, sizeof to->header, "%s", space != NULL ? space + 1 : label);
}

static int is_text(const partner_field *field)
{
    switch (field->unit) {
    case PARTNER_UNIT_DAY:
    case PARTNER_UNIT_INDEX:
    case PARTNER_UNIT_ROW:
    case PARTNER_UNIT_ENUM:
    case PARTNER_UNIT_CLASS:
    case PARTNER_UNIT_FLAG: return 1;
    default: return 0;
    }
}

static double largest_of(const cli_axis *axis, size_t rows)
{
    double largest = 0;

    for (size_t row = 0; row < rows; row++) {
        double x = cli_number_of(axis, row);
        if (x > largest) largest = x;
    }
    return largest;
}

static void fill_slot(sheet *s, size_t i, const cli_axis *axis, uint32_t element, size_t grid_rows,
                      size_t widest)
{
    slot *to = &s->slot[i];
    const partner_field *field = axis->field;
    cli_value value;

    to->axis = axis;
    to->element = element;
    to->left = is_text(field);
    set_label(to, field, element);
    to->width = strlen(to->above) > strlen(to->header) ? strlen(to->above) : strlen(to->header);
    if ((field->flags & PARTNER_FIELD_BAR) && field->count == 1) to->largest = largest_of(axis, grid_rows);
    for (size_t row = 0; row < s->rows; row++) {
        cell *c = &s->cell[row * s->slots + i];

        c->at = s->text.length;
        c->columns = cli_put_human(s->out, &s->text, axis, row_of(s, row), element, widest);
        c->length = s->text.length - c->at;
        if (c->columns > to->width) to->width = c->columns;
        cli_grid_value(s->out, axis, row_of(s, row), element, &value);
        to->shown |= value.kind != CLI_VALUE_NULL;
    }
    to->shown &= !(field->flags & PARTNER_FIELD_DETAIL);
}

static size_t slot_width(const slot *s) { return s->width + (s->largest > 0 ? GAP + BAR : 0); }

/* Columns that do not fit are not shown. Returns whether all do. */
static int fit(sheet *s)
{
    size_t used = INDENT;
    int all = 1;

    for (size_t i = 0; i < s->slots; i++) {
        slot *to = &s->slot[i];

        if (!to->shown) continue;
        to->shown = used + GAP + slot_width(to) <= WIDEST;
        if (to->shown) used += GAP + slot_width(to);
        else all = 0;
    }
    return all;
}

static void drop(sheet *s)
{
    free(s->slot);
    free(s->cell);
    free(s->text.bytes);
    s->slot = NULL;
    s->cell = NULL;
    s->slots = 0;
    memset(&s->text, 0, sizeof s->text);
}

/* Returns whether every column fits. When memory runs out, s->text.failed is set. */
static int lay_out_within(sheet *s, const cli_grid *grid, size_t widest)
{
    size_t i = 0;

    drop(s);
    for (size_t c = 0; c < grid->columns; c++) s->slots += grid->column[c].field->count;
    s->slot = calloc(s->slots, sizeof *s->slot);
    if (s->rows < SIZE_MAX / sizeof *s->cell / s->slots)
        s->cell = calloc(s->rows * s->slots + 1, sizeof *s->cell);
    if (s->slot == NULL || s->cell == NULL) {
        s->text.failed = 1;
        return 1;
    }
    for (size_t c = 0; c < grid->columns; c++)
        for (uint32_t e = 0; e < grid->column[c].field->count; e++)
            fill_slot(s, i++, &grid->column[c], e, grid->rows, widest);
    return fit(s);
}

/* Long names are cut before a column is given up. */
static int lay_out(sheet *s, const cli_grid *grid)
{
    size_t widest = WIDEST_CELL;

    while (!lay_out_within(s, grid, widest) && widest > NARROWEST_CELL) widest -= 2;
    return !s->text.failed;
}

/* --- writing --- */

/* Spaces are written when something follows them, so that no line ends in any. */
typedef struct line {
    cli_sink *sink;
    size_t pending;
} line;

static void put_padded(line *l, const char *text, size_t length, size_t columns, size_t width, int left)
{
    size_t rest = width - columns;

    if (length > 0) {
        cli_putf(l->sink, "%*s", (int)(l->pending + (left ? 0 : rest)), "");
        cli_put_bytes(l->sink, text, length);
        l->pending = left ? rest : 0;
    } else {
        l->pending += width;
    }
}

static void put_bar(const sheet *s, line *l, const slot *from, size_t row)
{
    cli_sink bar = {NULL, 0, 0, 0};
    double part = cli_number_of(from->axis, row) / from->largest;
    size_t columns = part > 0 ? (size_t)(fmin(part, 1) * BAR * 8 + 0.5) : 0;

    columns = part > 0 && columns == 0 ? 1 : (columns + 7) / 8;
    cli_put_bar(s->out, &bar, part, BAR);
    l->pending += GAP;
    put_padded(l, bar.bytes, bar.length, columns, BAR, 1);
    l->sink->failed |= bar.failed;
    free(bar.bytes);
}

static void put_header(const sheet *s, int above)
{
    line l = {s->out->sink, INDENT - GAP};
    int any = 0;

    for (size_t i = 0; i < s->slots; i++) any |= s->slot[i].shown && s->slot[i].above[0] != '\0';
    if (above && !any) return;
    if (s->out->style->colour) cli_put(l.sink, CLI_DIM);
    for (size_t i = 0; i < s->slots; i++) {
        const slot *from = &s->slot[i];
        const char *text = above ? from->above : from->header;

        if (!from->shown) continue;
        l.pending += GAP;
        put_padded(&l, text, strlen(text), strlen(text), from->width, from->left);
        if (from->largest > 0) l.pending += GAP + BAR;
    }
    cli_put(l.sink, s->out->style->colour ? CLI_PLAIN "\n" : "\n");
}

static void put_row(const sheet *s, size_t row)
{
    line l = {s->out->sink, INDENT - GAP};

    for (size_t i = 0; i < s->slots; i++) {
        const slot *from = &s->slot[i];
        const cell *c = &s->cell[row * s->slots + i];

        if (!from->shown) continue;
        l.pending += GAP;
        put_padded(&l, s->text.bytes + c->at, c->length, c->columns, from->width, from->left);
        if (from->largest > 0) put_bar(s, &l, from, row_of(s, row));
    }
    cli_put(l.sink, "\n");
}

/* What the table leaves out, and where it is to be had. */
static void put_rest(const sheet *s, size_t grid_rows, const char *view, const cli_extent *extent)
{
    cli_sink text = {NULL, 0, 0, 0};
    const slot *from = s->slot;
    size_t hidden = 0;

    if (grid_rows > s->rows) cli_putf(&text, "… and %zu more. ", grid_rows - s->rows);
    for (size_t i = 0; i < s->slots && extent->hints; i++, from++)
        if (!from->shown && from->element == 0)
            cli_putf(&text, "%s%s", hidden++ > 0 ? ", " : "Not shown: ", from->axis->field->name);
    if (hidden > 0) cli_put(&text, ". ");
    if (text.length > 0 && extent->hints)
        cli_putf(&text, "All of it: --format csv%s%s", view != NULL ? " --view " : "",
                 view != NULL ? view : "");
    if (text.bytes != NULL) {
        if (s->out->style->colour) cli_put(s->out->sink, CLI_DIM);
        cli_put_wrapped(s->out->sink, text.bytes, INDENT, CLI_LINE);
        if (s->out->style->colour) cli_put(s->out->sink, CLI_PLAIN);
    }
    s->out->sink->failed |= text.failed;
    free(text.bytes);
}

/* The first rows of a grid in that order. */
static void put_sheet(const cli_out *out, const cli_grid *grid, const size_t *order, const char *view,
                      const cli_extent *extent)
{
    sheet s = {.out = out, .order = order, .rows = extent->top < grid->rows ? extent->top : grid->rows};

    if (grid->columns == 0) return;
    if (cli_is_cross(grid) && cli_put_cross(out, grid, extent->parts)) return;
    if (lay_out(&s, grid)) {
        put_header(&s, 1);
        put_header(&s, 0);
        for (size_t row = 0; row < s.rows; row++) put_row(&s, row);
        put_rest(&s, grid->rows, view, extent);
    } else {
        out->sink->failed = 1;
    }
    drop(&s);
}

/* The numbers that rows of the explained table are known by. */
static const partner_field row_number = {.name = "#",
                                         .member = "#",
                                         .text = "number of the row",
                                         .count = 1,
                                         .type = PARTNER_TYPE_U32,
                                         .unit = PARTNER_UNIT_COUNT};

static void put_grid(const cli_out *out, const cli_grid *grid, const size_t *order, const char *view,
                     const cli_extent *extent)
{
    cli_grid numbered = *grid;

    if (grid->columns == 0 || view == NULL || !cli_is_explained(out->result->analysis, view)) {
        put_sheet(out, grid, order, view, extent);
        return;
    }
    numbered.column = malloc((grid->columns + 1) * sizeof *numbered.column);
    if (numbered.column == NULL) {
        out->sink->failed = 1;
        return;
    }
    numbered.columns = grid->columns + 1;
    numbered.column[0] = (cli_axis){grid->column[0].part, &row_number, NULL, grid->chosen};
    memcpy(numbered.column + 1, grid->column, grid->columns * sizeof *grid->column);
    put_sheet(out, &numbered, order, view, extent);
    free(numbered.column);
}

/* --- figures: label, value, what it is --- */

/* "top_share" and "20" as "top share 20". */
static void set_figure_label(char label[2 * HEADER], const cli_axis *axis, uint32_t element)
{
    slot lines = {.axis = axis};

    set_label(&lines, axis->field, element);
    snprintf(label, 2 * HEADER, "%s%s%s", lines.above, lines.above[0] != '\0' ? " " : "", lines.header);
}

static void put_figure(const cli_out *out, const cli_axis *axis, uint32_t element, size_t label_width,
                       size_t value_width)
{
    cli_sink value = {NULL, 0, 0, 0};
    char label[2 * HEADER];
    size_t columns = cli_put_human(out, &value, axis, 0, element, WIDEST_CELL);

    set_figure_label(label, axis, element);
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
            char label[2 * HEADER];

            out->sink->failed |= value.failed;
            free(value.bytes);
            set_figure_label(label, &grid->column[c], e);
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

static void put_sub_parts(const cli_out *out, const cli_part *part, int summary, const cli_extent *extent);

/* A record that hangs on another: its figures, or its columns as a table, and what hangs on it. */
static void put_sub_part(const cli_out *out, const cli_part *part, const partner_field *field,
                         const cli_extent *extent)
{
    cli_part sub = cli_sub_part(part, field);
    char view[CLI_VIEW_NAME];
    cli_grid grid;

    if (sub.data == NULL || !cli_is_shown(part, field)) return;
    cli_put_heading(out, field->text);
    if (cli_has_figures(&sub)) cli_put_figures(out, &sub, 1, 0);
    cli_grid_of_columns(out, &sub, 1, NULL, &grid);
    put_grid(out, &grid, NULL, cli_view_of(out->result->analysis, extent->view, field->name, view), extent);
    cli_grid_free(&grid);
    put_sub_parts(out, &sub, 1, extent);
    put_sub_parts(out, &sub, 0, extent);
}

/* Those of the summary, or all others: in short the ones with bars or crossed. */
static void put_sub_parts(const cli_out *out, const cli_part *part, int summary, const cli_extent *extent)
{
    enum { WHOLE = 12 }; /* a table of so few lines is shown whole, whatever --top says */
    const partner_field *field;
    const cli_part *found;
    cli_extent own = *extent;

    if (own.top < WHOLE) own.top = WHOLE;
    for (size_t i = 0; (field = partner_record_field(part->record, i)) != NULL; i++) {
        cli_part sub = {field->record, NULL};

        if (field->type != PARTNER_TYPE_RECORD || ((field->flags & PARTNER_FIELD_SUMMARY) != 0) != summary ||
            (field->flags & PARTNER_FIELD_DETAIL) != 0)
            continue;
        sub.data = partner_field_data(field, part->data);
        if (sub.data == NULL) continue;
        if (summary || extent->parts ||
            find_flag(&sub, 1, PARTNER_FIELD_BAR | PARTNER_FIELD_ACROSS, &found) != NULL)
            put_sub_part(out, part, field, &own);
    }
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

/* The rows as people want to see them: by the permutation that comes with them, or else the largest first. NULL
 * with *has_order 0: as they are. */
static size_t *order_of(const cli_out *out, const cli_part *parts, size_t count, size_t rows, int *has_order)
{
    const cli_part *part;
    const partner_field *field = find_flag(parts, count, PARTNER_FIELD_ORDER, &part);
    size_t *order = NULL;

    *has_order = field != NULL;
    if (out->partner != PARTNER_NONE) return NULL;
    if (field != NULL) {
        const char *values = partner_field_data(field, part->data);
        uint32_t row;

        order = calloc(rows + 1, sizeof *order);
        for (size_t i = 0; order != NULL && i < rows; i++) {
            memcpy(&row, values + i * sizeof row, sizeof row);
            order[i] = row;
        }
    } else {
        field = find_flag(parts, count, PARTNER_FIELD_BAR, &part);
        if (field == NULL) return NULL;
        order = order_by_column(&(cli_axis){*part, field, partner_field_data(field, part->data), NULL}, rows);
    }
    if (order == NULL) out->sink->failed = 1;
    return order;
}

void cli_put_titled(const cli_out *out, const char *title, const cli_part *parts, size_t count,
                    const cli_grid *grid, const char *view, const cli_extent *extent)
{
    int has_order;
    size_t *order = order_of(out, parts, count, grid->rows, &has_order);
    char heading[160];

    if (grid->columns > 0 && !out->sink->failed && (extent->rows || has_order || has_key(parts, count, 1))) {
        snprintf(heading, sizeof heading, "%.80s", title);
        if (grid->rows > extent->top)
            snprintf(heading, sizeof heading, "%.80s: the %s %zu of %zu", title,
                     order != NULL ? "top" : "first", extent->top, grid->rows);
        cli_put_heading(out, heading);
        put_grid(out, grid, order, view, extent);
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
    cli_put_titled(out, partner_analysis_view(analysis, 0)->title, out->part, out->parts, &out->main, NULL,
                   &own);
    for (size_t i = 0; (view = partner_analysis_view(analysis, i)) != NULL; i++) {
        cli_part part = {view->record, analysis->view(out->result->result, i)};

        if (strcmp(view->name, out->main_name) != 0 && part.data != NULL)
            put_other_view(out, view, &part, extent);
    }
}
