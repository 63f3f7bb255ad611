/* SPDX-License-Identifier: MIT
 * The pieces of what people read. */
#ifndef PARTNER_CLI_TABLE_H
#define PARTNER_CLI_TABLE_H

#include "output.h"

/* How much of a result people get to see. */
typedef struct cli_extent {
    size_t top;  /* rows of a table */
    int figures; /* the list of figures */
    int parts;   /* the records that hang on the result, besides those of the summary and those with bars */
    int rows;    /* the main view even where there is no order that people want to see it in */
    int wrap;    /* sentences in a table whole, on as many lines as they take */
    int hints;   /* where what is left out is to be had */
    const char *view; /* the view whose parts are written */
} cli_extent;

/* Columns of running text, of a table, of a cell in it; room for a label. */
enum { CLI_LINE = 100, CLI_WIDEST = 120, CLI_WIDEST_CELL = 32, CLI_LABEL = 80 };

void cli_put_heading(const cli_out *out, const char *text);
/* The sentences that say what the figures mean. */
void cli_put_sentences(const cli_out *out);
/* The tables of a result. */
void cli_put_tables(const cli_out *out, const cli_extent *extent);
/* The first row of a grid as lines of label, value and what it is: of the columns with all flags that are
 * wanted and none of those that are not. */
void cli_put_lines(const cli_out *out, const cli_grid *grid, uint32_t wanted, uint32_t unwanted);
/* The same of the figures of parts. */
void cli_put_figures(const cli_out *out, const cli_part *parts, size_t count, uint32_t wanted);
/* What a field, or an element of its array, is called: "top share 20". */
void cli_label_of(const partner_field *field, uint32_t element, char label[CLI_LABEL]);
/* The column that gets bars and says which rows come first: the last one meant for it that has a number at all;
 * NULL = none. */
const cli_axis *cli_bars_of(const cli_grid *grid);
/* The first rows of a grid in that order; NULL = as they are. (sheet.c) */
void cli_put_grid(const cli_out *out, const cli_grid *grid, const size_t *order, const char *view,
                  const cli_extent *extent);
/* Whether a grid has columns that are not only for a closer look. (sheet.c) */
int cli_has_more(const cli_grid *grid);
/* A grid under a title; `view` is what --view calls it. */
void cli_put_titled(const cli_out *out, const char *title, const cli_part *parts, size_t count,
                    const cli_grid *grid, const char *view, const cli_extent *extent);
/* One table of a result, by the name that --view knows; and what there is about the partner that is wanted.
 * (views.c) */
void cli_put_view(const cli_out *out, const char *name, const cli_extent *extent);
void cli_put_partner(const cli_out *out, const cli_extent *extent);
/* The tables of a result that are for a closer look. (views.c) */
void cli_put_closer(const cli_out *out);
/* What to act on, of all results that ask for something. (advice.c) */
void cli_put_advice(const cli_result *results, size_t count, const cli_style *style, const cli_dicts *dicts,
                    cli_sink *sink);
/* For whoever audits it: version, inputs and the options that are not the defaults. (report.c) */
void cli_put_audit(const cli_result *results, size_t count, const cli_style *style, const cli_dicts *dicts,
                   cli_sink *sink);

/* Whether a grid's second column is to be crossed with its first; and the crossed tables, of all other columns
 * that are not too wide, or of the first of them. Returns 0, having written nothing, where that is. (cross.c)
 */
int cli_is_cross(const cli_grid *grid);
int cli_put_cross(const cli_out *out, const cli_grid *grid, const char *view, const cli_extent *extent);

/* A value as people read it: thousands grouped by spaces, shares as per cent, partners by name. Returns the
 * columns it takes, at most `most`. (people.c) */
size_t cli_put_human(const cli_out *out, cli_sink *sink, const cli_axis *axis, size_t row, uint32_t i,
                     size_t most);
/* The places of a column of which those rows are shown: the same in each, as its largest number wants them, and
 * none where all are whole. */
unsigned cli_places_of(const cli_axis *axis, uint32_t i, const size_t *order, size_t rows);
/* A partner as "Name (id)"; the id alone where there is no name or it says the same. */
size_t cli_put_partner_name(const cli_out *out, cli_sink *sink, uint32_t index, size_t most);
/* Whether a field's description says what it means that there is no value: "whose it is; absent = direct". */
int cli_has_words(const partner_field *field);
/* Digits of a decimal in groups of three. */
void cli_put_grouped(cli_sink *sink, const char *number);
/* A bar of at most `width` columns for a part of one. */
void cli_put_bar(const cli_out *out, cli_sink *sink, double part, size_t width);
/* The number behind a value, for bars and order; NaN where there is none. */
double cli_number_of(const cli_axis *axis, size_t row);
void cli_put_styled(const cli_out *out, cli_sink *sink, const char *style, const char *text);

#define CLI_BOLD "\033[1m"
#define CLI_DIM "\033[2m"
#define CLI_CYAN "\033[36m"
#define CLI_PLAIN "\033[0m"

#endif
