/* SPDX-License-Identifier: MIT
 * One grid laid out for people: what fits the width, what is cut, what is wrapped. */
#include "table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "display.h"

enum {
    WIDEST = CLI_WIDEST,
    WIDEST_CELL = CLI_WIDEST_CELL,
    NARROWEST_CELL = 18,
    SENTENCE = 40, /* a longer text with spaces in it is a sentence: it comes last and takes what is left */
    LEAST_SENTENCE = 30 /* for which the other columns leave room */,
    BAR = 10,
    INDENT = 2,
    GAP = 2,
    HEADER = CLI_LABEL
};

/* One column as it is shown: an element of a grid's column. */
typedef struct slot {
    cli_axis axis;
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
    size_t last; /* the slot of sentences, shown after all others; SIZE_MAX */
    slot *slot;
    cell *cell;    /* [rows * slots] */
    size_t hidden; /* columns that do not fit */
    int detail;    /* there is nothing but columns for a closer look */
    cli_sink text;
} sheet;

/* --- laying out --- */

static size_t row_of(const sheet *s, size_t i) { return s->order != NULL ? s->order[i] : i; }

/* "cumulative_share" as "cumulative" above "share". */
static void set_label(slot *to, const partner_field *field, uint32_t element)
{
    char label[HEADER];
    char *space;

    cli_label_of(field, element, label);
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

/* The texts of a slot. Returns the columns of the widest. */
static size_t fill_cells(sheet *s, size_t i, size_t widest)
{
    const slot *to = &s->slot[i];
    size_t most = 0;

    for (size_t row = 0; row < s->rows; row++) {
        cell *c = &s->cell[row * s->slots + i];

        c->at = s->text.length;
        c->columns = cli_put_human(s->out, &s->text, &to->axis, row_of(s, row), to->element, widest);
        c->length = s->text.length - c->at;
        if (c->columns > most) most = c->columns;
    }
    return most;
}

/* Whether texts are sentences, which are wrapped: ids are cut, however long. */
static int is_sentence(const sheet *s, size_t i, size_t most)
{
    const partner_field *field = s->slot[i].axis.field;

    if (s->text.failed || field->unit != PARTNER_UNIT_INDEX || most <= SENTENCE || s->last != SIZE_MAX)
        return 0;
    for (size_t row = 0; row < s->rows; row++) {
        const cell *c = &s->cell[row * s->slots + i];

        if (c->columns > SENTENCE && memchr(s->text.bytes + c->at, ' ', c->length) != NULL) return 1;
    }
    return 0;
}

static int is_about_partner(const partner_field *field)
{
    return field->dictionary != NULL && strcmp(field->dictionary, "partner") == 0;
}

static void fill_slot(sheet *s, size_t i, const cli_axis *axis, uint32_t element, size_t widest)
{
    slot *to = &s->slot[i];
    const partner_field *field = axis->field;
    const int may_be_sentence = field->unit == PARTNER_UNIT_INDEX && !is_about_partner(field);
    size_t columns;
    cli_value value;

    to->axis = *axis;
    to->axis.places = cli_places_of(axis, element, s->order, s->rows);
    to->element = element;
    to->left = is_text(field);
    set_label(to, field, element);
    to->width = strlen(to->above) > strlen(to->header) ? strlen(to->above) : strlen(to->header);
    columns = fill_cells(s, i, may_be_sentence ? SIZE_MAX : widest);
    if (may_be_sentence && is_sentence(s, i, columns)) s->last = i;
    else if (may_be_sentence && columns > widest) columns = fill_cells(s, i, widest);
    if (columns > to->width) to->width = columns;
    for (size_t row = 0; row < s->rows && !to->shown; row++) {
        cli_grid_value(s->out, axis, row_of(s, row), element, &value);
        to->shown = value.kind != CLI_VALUE_NULL || cli_has_words(field);
    }
    to->shown &= s->detail || !(field->flags & PARTNER_FIELD_DETAIL);
}

static size_t slot_width(const slot *s) { return s->width + (s->largest > 0 ? GAP + BAR : 0); }

/* Columns that do not fit are not shown. */
static void fit(sheet *s)
{
    slot *last = s->last != SIZE_MAX && s->slot[s->last].shown ? &s->slot[s->last] : NULL;
    const size_t room = WIDEST - (last != NULL ? GAP + LEAST_SENTENCE : 0);
    size_t used = INDENT;

    s->hidden = 0;
    for (size_t i = 0; i < s->slots; i++) {
        slot *to = &s->slot[i];

        if (!to->shown || to == last) continue;
        to->shown = used + GAP + slot_width(to) <= room;
        if (to->shown) used += GAP + slot_width(to);
        else s->hidden++;
    }
    if (last != NULL && last->width > WIDEST - used - GAP) last->width = WIDEST - used - GAP;
}

static void drop(sheet *s)
{
    free(s->slot);
    free(s->cell);
    free(s->text.bytes);
    s->slot = NULL;
    s->cell = NULL;
    s->slots = s->hidden = 0;
    memset(&s->text, 0, sizeof s->text);
}

/* When memory runs out, s->text.failed is set. */
static void lay_out_within(sheet *s, const cli_grid *grid, size_t widest)
{
    const cli_axis *bars = cli_bars_of(grid);
    size_t i = 0;

    drop(s);
    s->last = SIZE_MAX;
    s->detail = !cli_has_more(grid);
    for (size_t c = 0; c < grid->columns; c++) s->slots += grid->column[c].field->count;
    s->slot = calloc(s->slots, sizeof *s->slot);
    if (s->rows < SIZE_MAX / sizeof *s->cell / s->slots)
        s->cell = calloc(s->rows * s->slots + 1, sizeof *s->cell);
    if (s->slot == NULL || s->cell == NULL) {
        drop(s);
        s->text.failed = 1;
        return;
    }
    for (size_t c = 0; c < grid->columns; c++)
        for (uint32_t e = 0; e < grid->column[c].field->count; e++) {
            s->slot[i].largest = &grid->column[c] == bars ? largest_of(bars, grid->rows) : 0;
            fill_slot(s, i++, &grid->column[c], e, widest);
        }
    fit(s);
}

/* Long names are cut before a column is given up. */
static int lay_out(sheet *s, const cli_grid *grid)
{
    size_t widest = WIDEST_CELL;

    for (lay_out_within(s, grid, widest); s->hidden > 0 && widest > NARROWEST_CELL;) {
        widest -= 2;
        lay_out_within(s, grid, widest);
    }
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
    double part = cli_number_of(&from->axis, row) / from->largest;
    size_t columns = part > 0 ? (size_t)(fmin(part, 1) * BAR * 8 + 0.5) : 0;

    columns = part > 0 && columns == 0 ? 1 : (columns + 7) / 8;
    cli_put_bar(s->out, &bar, part, BAR);
    l->pending += GAP;
    put_padded(l, bar.bytes, bar.length, columns, BAR, 1);
    l->sink->failed |= bar.failed;
    free(bar.bytes);
}

/* The slot that is shown in that place. */
static size_t slot_at(const sheet *s, size_t place)
{
    if (s->last == SIZE_MAX || place < s->last) return place;
    return place + 1 < s->slots ? place + 1 : s->last;
}

static void put_header(const sheet *s, int above)
{
    line l = {s->out->sink, INDENT - GAP};
    int any = 0;

    for (size_t i = 0; i < s->slots; i++) any |= s->slot[i].shown && s->slot[i].above[0] != '\0';
    if (above && !any) return;
    if (s->out->style->colour) cli_put(l.sink, CLI_DIM);
    for (size_t i = 0; i < s->slots; i++) {
        const slot *from = &s->slot[slot_at(s, i)];
        const char *text = above ? from->above : from->header;

        if (!from->shown) continue;
        l.pending += GAP;
        put_padded(&l, text, strlen(text), strlen(text), from->width, from->left);
        if (from->largest > 0) l.pending += GAP + BAR;
    }
    cli_put(l.sink, s->out->style->colour ? CLI_PLAIN "\n" : "\n");
}

/* What is left of a sentence, a line at a time, below its first line. */
static void put_sentence(const sheet *s, line *l, const cell *c, size_t width, int wrapped)
{
    const char *text = s->text.bytes + c->at, *end = text + c->length;
    size_t before = INDENT - GAP, length = wrapped ? cli_line_of(text, c->length, width) : c->length;

    for (size_t k = 0; k + 1 < s->slots; k++)
        if (s->slot[slot_at(s, k)].shown) before += GAP + slot_width(&s->slot[slot_at(s, k)]);
    for (;;) {
        cli_sink part = {NULL, 0, 0, 0};

        cli_put_safe(&part, text, length, width);
        put_padded(l, part.bytes, part.length, 0, 0, 1);
        l->sink->failed |= part.failed;
        free(part.bytes);
        text += length;
        while (text < end && *text == ' ') text++;
        if (text == end) return;
        cli_put(l->sink, "\n");
        l->pending = before + GAP;
        length = cli_line_of(text, (size_t)(end - text), width);
    }
}

static void put_row(const sheet *s, size_t row, int wrapped)
{
    line l = {s->out->sink, INDENT - GAP};

    for (size_t i = 0; i < s->slots; i++) {
        const size_t at = slot_at(s, i);
        const slot *from = &s->slot[at];
        const cell *c = &s->cell[row * s->slots + at];

        if (!from->shown) continue;
        l.pending += GAP;
        if (at == s->last) put_sentence(s, &l, c, from->width, wrapped);
        else put_padded(&l, s->text.bytes + c->at, c->length, c->columns, from->width, from->left);
        if (from->largest > 0) put_bar(s, &l, from, row_of(s, row));
    }
    cli_put(l.sink, "\n");
}

/* What the table leaves out, and where it is to be had. */
static void put_rest(const sheet *s, size_t grid_rows, const char *view, const cli_extent *extent)
{
    cli_sink text = {NULL, 0, 0, 0};
    const slot *from = s->slot;
    char more[32];
    size_t hidden = 0;

    if (grid_rows > s->rows) {
        snprintf(more, sizeof more, "%zu", grid_rows - s->rows);
        cli_put(&text, "… and ");
        cli_put_grouped(&text, more);
        cli_put(&text, " more. ");
    }
    for (size_t i = 0; i < s->slots && extent->hints; i++, from++)
        if (!from->shown && from->element == 0)
            cli_putf(&text, "%s%s", hidden++ > 0 ? ", " : "Not shown: ", from->axis.field->name);
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

int cli_has_more(const cli_grid *grid)
{
    for (size_t c = 0; c < grid->columns; c++)
        if (!(grid->column[c].field->flags & PARTNER_FIELD_DETAIL)) return 1;
    return 0;
}

/* The first rows of a grid in that order. */
static void put_sheet(const cli_out *out, const cli_grid *grid, const size_t *order, const char *view,
                      const cli_extent *extent)
{
    sheet s = {.out = out, .order = order, .rows = extent->top < grid->rows ? extent->top : grid->rows};

    if (grid->columns == 0) return;
    if (grid->rows == 0) {
        cli_putf(out->sink, "%*snone\n", INDENT, "");
        return;
    }
    if (cli_is_cross(grid) && cli_put_cross(out, grid, view, extent)) return;
    if (lay_out(&s, grid)) {
        put_header(&s, 1);
        put_header(&s, 0);
        for (size_t row = 0; row < s.rows; row++) put_row(&s, row, extent->wrap);
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

void cli_put_grid(const cli_out *out, const cli_grid *grid, const size_t *order, const char *view,
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
    numbered.column[0] = (cli_axis){grid->column[0].part, &row_number, NULL, grid->chosen, 0};
    memcpy(numbered.column + 1, grid->column, grid->columns * sizeof *grid->column);
    put_sheet(out, &numbered, order, view, extent);
    free(numbered.column);
}
