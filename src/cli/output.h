/* SPDX-License-Identifier: MIT
 * The command's output side: results as grids of values, whatever they are about, for the writers of JSON, CSV
 * and tables. */
#ifndef PARTNER_CLI_OUTPUT_H
#define PARTNER_CLI_OUTPUT_H

#include "cli.h"

/* A struct and the record that describes it. */
typedef struct cli_part {
    const partner_record *record;
    const void *data;
} cli_part;

/* One column of a grid. */
typedef struct cli_axis {
    cli_part part;
    const partner_field *field;
    const char *values;   /* the first element; NULL: an index that is the number of the row */
    const size_t *chosen; /* the rows that there are; NULL = all */
    unsigned places;      /* for people: 1 + decimals of a number in this column; 0 = each as it is */
} cli_axis;

/* Rows that belong side by side. */
typedef struct cli_grid {
    size_t rows, columns;
    cli_axis *column;
    size_t *chosen;
} cli_grid;

enum { CLI_PARTS = 16 };

/* One result on its way out. */
typedef struct cli_out {
    const cli_result *result;
    const cli_style *style;
    const cli_dicts *dicts;
    cli_sink *sink;
    const char *main_name; /* of the main view, as "partners" */
    cli_part part[CLI_PARTS];
    size_t parts; /* of the main view */
    cli_grid main;
    uint32_t partner; /* whose rows alone grids have; PARTNER_NONE = all */
} cli_out;

/* Memory may run out: then out->sink->failed is set and everything is empty. */
void cli_out_begin(cli_out *out, const cli_result *result, const cli_style *style, const cli_dicts *dicts,
                   cli_sink *sink);
void cli_out_end(cli_out *out);
/* The index of the one partner that the style asks for; PARTNER_NONE. */
uint32_t cli_partner_wanted(const cli_style *style, const cli_dicts *dicts);
/* Whether reasons can be had for the rows of that view or table. */
int cli_is_explained(const partner_analysis *analysis, const char *view);

/* Whether rows of a record are about partners. */
int cli_is_about_partners(const partner_record *record);

/* The parts of the view of that name which this result has; a table that hangs on a view has its own name, and
 * may also be called by both, "xyz.classes". */
size_t cli_out_view(const cli_out *out, const char *name, cli_part parts[CLI_PARTS]);

/* Whether a field is written at all: not hidden, and there in this struct. */
int cli_is_shown(const cli_part *part, const partner_field *field);
int cli_is_column(const partner_field *field);
/* A scalar or fixed array that stands in a summary; the length of a record of mere columns does not. */
int cli_is_figure(const cli_part *part, const partner_field *field);
/* Whether a record, as declared, has columns, figures. */
int cli_has_columns(const partner_record *record);
int cli_has_figures(const cli_part *part);
/* Whether an earlier one of the parts has a field of that name already. */
int cli_is_repeated(const cli_part *parts, size_t part, const char *name);
/* The struct that a RECORD field points to. */
cli_part cli_sub_part(const cli_part *part, const partner_field *field);

/* The columns of parts with the same rows, the one that says what a row is about first; `length` is the member
 * that holds their length, NULL = any. Where one partner is wanted, the rows are those about it. The second
 * form has the scalars as columns of one row. */
void cli_grid_of_columns(const cli_out *out, const cli_part *parts, size_t count, const char *length,
                         cli_grid *grid);
void cli_grid_of_figures(const cli_out *out, const cli_part *parts, size_t count, cli_grid *grid);
void cli_grid_free(cli_grid *grid);

/* A value as text. */
typedef enum cli_kind {
    CLI_VALUE_NULL,
    CLI_VALUE_NUMBER,
    CLI_VALUE_WORD,
    CLI_VALUE_TEXT
} cli_kind; /* WORD: true or false */
typedef struct cli_value {
    cli_kind kind;
    const char *text;
    size_t length;
    char buffer[64];
} cli_value;

/* The value of an element: ids for indexes and rows, everything else as partner_print writes it. */
void cli_value_of(const cli_out *out, const cli_part *part, const partner_field *field, const void *element,
                  cli_value *value);
/* Element `i` of the cell in that row and column. */
void cli_grid_value(const cli_out *out, const cli_axis *axis, size_t row, uint32_t i, cli_value *value);
/* Its address; `number` has room for a row's number where that is the value. */
const void *cli_grid_element(const cli_axis *axis, size_t row, uint32_t i, uint32_t *number);
/* The dictionary and index that an INDEX or ROW element stands for; NULL for any other field, or none, or a
 * number of a row. */
const char *cli_reference_of(const cli_out *out, const partner_field *field, const void *element,
                             uint32_t *index);
/* The id of an index, or its number where there is no such dictionary. */
void cli_id_of(const cli_out *out, const char *dictionary, uint32_t index, cli_value *value);

/* An option as it was in effect: what the struct says, or its default where it says nothing. `storage` holds a
 * default; *count receives the number of elements, 0 = there is none. */
enum { CLI_OPTION_ELEMENTS = 64 };
const void *cli_option_in_effect(const partner_field *field, const void *options,
                                 uint64_t storage[CLI_OPTION_ELEMENTS], uint32_t *count);
/* Whether the struct says nothing of it. */
int cli_option_is_default(const partner_field *field, const void *options);
/* Whether an option is written: the first of its name that users can set. */
int cli_option_is_shown(const partner_analysis *analysis, size_t record, const partner_field *field);

/* The names that --view knows: every table of an analysis, as declared; where an earlier one has the same name,
 * after that of its view. NULL past the end. */
enum { CLI_VIEW_NAME = 80 };
const char *cli_view_name(const partner_analysis *analysis, size_t i, char buffer[CLI_VIEW_NAME]);
/* The name among them of the table that hangs on a view. */
const char *cli_view_of(const partner_analysis *analysis, const char *view, const char *table,
                        char buffer[CLI_VIEW_NAME]);

/* What a result asks to be done (part 0) and what that rests on (1), with ids; 0 = nothing. (advice.c) */
int cli_advice(const cli_out *out, size_t part, cli_sink *sink);

/* json.c, csv.c, table.c, report.c: what cli_check_style let pass */
void cli_json(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_sink *sink);
void cli_json_report(const cli_result *results, size_t count, const cli_style *style, const cli_dicts *dicts,
                     cli_sink *sink);
void cli_csv(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_sink *sink);
/* Whether this result has what the style asks for: the tables, the partner. (views.c) */
int cli_check_style(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_error *error);
/* The reason for the row that the style asks for. (views.c) */
int cli_explain(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_sink *sink,
                cli_error *error);
void cli_json_reason(const cli_result *result, const char *reason, const cli_style *style,
                     const cli_dicts *dicts, cli_sink *sink);
void cli_table_text(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_sink *sink);
void cli_table_report(const cli_result *results, size_t count, const cli_style *style, const cli_dicts *dicts,
                      cli_sink *sink);

#endif
