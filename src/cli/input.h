/* SPDX-License-Identifier: MIT
 * The command's input side: bytes, rows, columns and whole tables. */
#ifndef PARTNER_CLI_INPUT_H
#define PARTNER_CLI_INPUT_H

#include "cli.h"

/* A text with control characters shown as \xNN, cut to `size`. */
void cli_escape(const char *text, char *escaped, size_t size);
/* Prints a line to a stream; control characters are shown as \xNN. (error.c) */
void cli_say(FILE *to, const char *text);

/* A file being read: plain or gzip, or standard input. (source.c) */
typedef struct cli_source cli_source;

/* Opens `path` ("-" is standard input). With `progress` a line on the terminal says how far it is, when it
 * takes over a second. */
int cli_source_open(cli_source **source, const char *path, int progress, cli_error *error);
/* Reads up to `size` bytes of content; *got is 0 at the end only. */
int cli_source_read(cli_source *source, char *bytes, size_t size, size_t *got, cli_error *error);
/* The SHA-256 of the file as it is on disk, once all of it was read. */
void cli_source_sha256(cli_source *source, char text[65]);
void cli_source_close(cli_source *source);
/* All of a file of at most `most` bytes, which `what` calls in errors: "a mapping file". *bytes, to be freed,
 * have a 0 after them. sha256 may be NULL. */
int cli_source_all(const char *path, size_t most, const char *what, char **bytes, size_t *length,
                   char sha256[65], cli_error *error);
/* How errors call a file. */
const char *cli_file_name(const char *path);
/* Fails when the first bytes of a file's content show that it is no UTF-8 text, naming the cure: what should
 * be `expected`, "CSV" or "JSON". Otherwise *skip receives the length of a byte order mark. */
int cli_source_inspect(const char *path, const char *expected, const char *bytes, size_t length, size_t *skip,
                       cli_error *error);

/* The error of a text that is not valid UTF-8, in a field or header. */
int cli_not_utf8(const char *path, uint64_t line, const char *field, const char *text, size_t length,
                 cli_error *error);

/* Rows of cells. (rows.c) */
typedef struct cli_cell {
    const char *text;
    size_t length;
} cli_cell;

typedef struct cli_rows cli_rows;

typedef enum cli_row_state {
    CLI_ROW,     /* there is a row */
    CLI_ROW_BAD, /* there is one, but it is broken: `error` says how; the next call goes on after it */
    CLI_ROW_END, /* there are no more */
    CLI_ROW_FAIL /* reading cannot go on */
} cli_row_state;

int cli_rows_open(cli_rows **rows, const char *path, char delimiter, int progress, cli_error *error);
/* The next row that is not empty. Its cells hold until the next call; *count is their number, of which the
 * first `keep` (or all) are there. */
cli_row_state cli_rows_next(cli_rows *rows, size_t keep, const cli_cell **cells, size_t *count,
                            cli_error *error);
/* The line on which the last row began, from 1. */
uint64_t cli_rows_line(const cli_rows *rows);
void cli_rows_sha256(cli_rows *rows, char text[65]);
void cli_rows_close(cli_rows *rows);

/* How the files of a run spell their values. Zero is "not given" of each. */
typedef struct cli_dialect {
    char delimiter;
    char thousands;
    int decimal_comma;
    int minor_units_given;
    uint8_t minor_units;
    const char *date_format;
} cli_dialect;

/* Whether a character may separate cells, or thousands. (mapping.c) */
int cli_is_delimiter(char c);
int cli_is_separator(char c);
/* Whether command line and mapping file go together. */
int cli_dialect_check(const cli_dialect *dialect, cli_error *error);
/* The dialect as partner_parse wants it. */
partner_format cli_dialect_format(const cli_dialect *dialect);

/* A field that the user mapped to a header. */
typedef struct cli_column {
    const char *input; /* NULL = the main input */
    size_t input_length;
    const char *field;
    size_t field_length;
    const char *header;
    const char *from; /* NULL = the command line; otherwise the mapping file */
} cli_column;

/* A mapping file. (mapping.c) */
typedef struct cli_mapping cli_mapping;
int cli_mapping_read(const char *path, cli_mapping **mapping, cli_error *error);
/* Whether a JSON text is one that no configuration could be. */
int cli_mapping_is(const char *text, size_t length);
/* The columns it maps. */
const cli_column *cli_mapping_columns(const cli_mapping *mapping, size_t *count);
/* Fills what the dialect does not say yet. */
void cli_mapping_dialect(const cli_mapping *mapping, cli_dialect *dialect);
void cli_mapping_free(cli_mapping *mapping);

/* What each field of a record is called in a file. (headers.c) */
enum { CLI_FIELDS = 64 };
typedef enum cli_matched { CLI_MATCH_NONE, CLI_MATCH_NAME, CLI_MATCH_ALIAS, CLI_MATCH_GIVEN } cli_matched;
typedef struct cli_match {
    const partner_field *field;
    size_t cell; /* column of the file */
    cli_matched how;
} cli_match;

/* Who asks for what: one input of an analysis and the file that holds it. */
typedef struct cli_request {
    const char *path;
    const char *input;            /* "sales" */
    const partner_record *record; /* NULL = whichever of the candidates fits its headers best */
    const partner_input *candidate[CLI_INPUTS];
    size_t candidates;
    int only_file;               /* it is the only one, so columns without an input's name are meant for it */
    int main;                    /* columns without an input's name are meant for this one */
    const cli_column *column[2]; /* of the command line, which win, and of the mapping file */
    size_t columns[2];
    const cli_dialect *dialect;
    size_t skip_bad_rows;
    int skip_duplicates, quiet;
    int survey; /* collect every fault instead of stopping at the first */
} cli_request;

/* Finds the column of each field. `match` has room for CLI_FIELDS; *matches receives how many it holds. */
int cli_match_headers(const cli_request *request, const cli_cell *headers, size_t count, uint64_t line,
                      cli_match *match, size_t *matches, cli_error *error);
/* The error of a field that a file with these headers lacks. `prefix` is what --column needs before the field's
 * name: "" or "partners."; `why` may say what needs the field: ", which --from needs". */
int cli_missing_column(const char *path, const char *prefix, const partner_field *field, const char *why,
                       const char *const *headers, size_t count, cli_error *error);

/* Line numbers of rows, kept where they jump only. */
typedef struct cli_lines {
    size_t jumps, room;
    uint64_t *row, *line;
    uint64_t next; /* the line the next row is on, unless it jumps */
} cli_lines;
int cli_lines_add(cli_lines *lines, uint64_t row, uint64_t line);
uint64_t cli_lines_find(const cli_lines *lines, uint64_t row);
void cli_lines_free(cli_lines *lines);

/* A table as it was read. (reader.c) */
enum { CLI_NOTES = 20 };
typedef struct cli_table {
    const partner_record *record;
    const char *input;
    int main;
    const char *path;
    void *data; /* the record's struct */
    size_t rows;
    char sha256[65];
    cli_lines lines;
    size_t headers;
    char **header;
    cli_match match[CLI_FIELDS];
    size_t matches;
    const partner_field *numbers; /* a column that no header holds: rows were left out, and this is the number
                                     in the file of those that were not; or NULL */
    size_t rounded, bad, duplicates;
    size_t notes; /* of the bad rows, the first ones are told */
    char *note[CLI_NOTES];
    uint64_t bad_line[CLI_NOTES];
    uint64_t duplicate_line[CLI_NOTES];
} cli_table;

/* Reads a file into a table; its ids go into the dictionaries. On failure there is nothing to free. */
int cli_table_read(const cli_request *request, cli_dicts *dicts, cli_table **table, cli_error *error);
void cli_table_free(cli_table *table);
/* Warns of rounded amounts, skipped rows and duplicates. (telling.c) */
void cli_table_warn(const cli_table *table, const cli_request *request);
/* Whether the values of an INDEX column are numbers of rows, not ids. */
int cli_is_numbered(const cli_table *table, const partner_field *field);
/* The index in a row of an INDEX column; PARTNER_NO_ROW where there is none. */
uint64_t cli_index_at(const partner_field *field, const void *column, size_t row);
/* An index says nothing to users: adds the id of the partner an error is about. (telling.c) */
void cli_name_partner(const cli_dicts *dicts, partner_error *from);
/* The library begins with the place ("sales row 17: …", from 0; "returns: …"), which users know by file and
 * line. Takes it out and returns 1, if the message begins with that of this record. (telling.c) */
int cli_drop_place(partner_error *from, const char *record);
/* A library's error about a row of the table becomes "file:line: field: …". (telling.c) */
int cli_table_fail(const cli_table *table, const cli_dicts *dicts, const partner_error *library,
                   cli_error *error);

/* Something that people write by hand, as it was read. (config.c) */
typedef struct cli_config {
    const partner_config *config;
    const char *input; /* "program" */
    const char *path;  /* NULL = what stands for it when there is no file */
    void *data;        /* what its parse has made */
    char sha256[65];
} cli_config;

/* Reads a file of that kind, or with path NULL what stands for it when there is none; its names go into the
 * dictionaries. On failure there is nothing to free. */
int cli_config_read(const partner_config *kind, const char *input, const char *path, cli_dicts *dicts,
                    cli_config *config, cli_error *error);
void cli_config_free(cli_config *config);
/* Its i-th sentence, or warning; 0 = there are no more. */
size_t cli_config_sentence(const cli_config *config, cli_dicts *dicts, int warning, size_t i, char *buffer,
                           size_t size);
/* A library's error about a place in it becomes "file: $.path: …". */
int cli_config_fail(const cli_config *config, const partner_error *library, cli_error *error);
/* Where the user has not said how many decimal places money has, the configurations of a run do, and must
 * agree. */
int cli_config_places(const cli_config *configs, size_t count, cli_dialect *dialect, cli_error *error);

#endif
