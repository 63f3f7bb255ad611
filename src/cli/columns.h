/* SPDX-License-Identifier: MIT
 * The columns of a table while it is being read: typed arrays that grow together, row by row. */
#ifndef PARTNER_CLI_COLUMNS_H
#define PARTNER_CLI_COLUMNS_H

#include "input.h"

/* Days repeat: sales of years are on some hundred days. A text seen lately needs no parsing. */
enum { CLI_DAY_TEXT = 15, CLI_DAYS = 4096 };
typedef struct cli_known_day {
    char text[CLI_DAY_TEXT];
    uint8_t length; /* 0 = nothing known here */
    int32_t day;
} cli_known_day;

/* One column. Ids wait in `text` until a block of them is interned at once. */
typedef struct cli_vector {
    const partner_field *field;
    size_t cell; /* its column in the file */
    size_t size; /* bytes per element */
    char *data;
    cli_known_day *days; /* of a column of days, [CLI_DAYS]; otherwise NULL */
    partner_dict *dict;  /* of ids; NULL for values */
    int deferred;        /* interned after all other columns: see cli_columns_open */
    int sign;            /* of numbers: -1 = any, 0 = not below 0, 1 = above 0 */
    size_t waiting, waiting_room;
    char *text;
    size_t text_length, text_room;
    int64_t *offset; /* [waiting + 1] */
    size_t *row;     /* [waiting] */
    size_t *owner;   /* UNIQUE: row + 1 of the row that holds an index */
    size_t owner_room;
    char *single; /* SINGLE: the one value, and where it stands */
    size_t single_length;
    uint64_t single_line;
} cli_vector;

typedef struct cli_columns {
    const cli_request *request;
    cli_vector vector[CLI_FIELDS];
    size_t vectors;
    size_t rows, room;
    size_t rounded; /* values with more places than minor units */
    partner_format format;
} cli_columns;

/* Columns for the fields that `match` found. */
int cli_columns_open(cli_columns *columns, const cli_request *request, const cli_match *match, size_t matches,
                     cli_dicts *dicts, cli_error *error);
/* Takes a row, all of it or nothing. CLI_ROW_BAD: `error` says why this row cannot be taken. */
cli_row_state cli_columns_add(cli_columns *columns, const cli_cell *cells, uint64_t line,
                              const cli_lines *lines, cli_error *error);
/* Interns what still waits. */
int cli_columns_end(cli_columns *columns, cli_error *error);
void cli_columns_free(cli_columns *columns);

#endif
