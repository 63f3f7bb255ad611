/* SPDX-License-Identifier: MIT
 * Rows of a CSV file. A row without a quote, as nearly all are, is split where it lies; libcsv reads the
 * others. Both count physical lines the same way and hold a row of at most 16 MiB. */
#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"

enum { BLOCK = 1 << 20, LONGEST_ROW = 16 << 20, MOST_CELLS = 16384 };

struct cli_rows {
    const char *path;
    cli_source *source;
    /* The content not taken yet is buffer[begin … end); buffer[end] is a line end that stops every scan. */
    char *buffer;
    size_t room, begin, end;
    int ended; /* there is nothing after buffer[end] */
    char delimiter;
    unsigned char special[256]; /* the bytes a scan stops at */
    uint64_t line, row_line;    /* of the byte at begin; where the last row began */
    size_t keep;
    cli_cell *cell;
    size_t cells, cell_room;
    /* libcsv gives the cells one after the other and reuses their memory: they are copied to `copy`, and
     * `start` says where each begins. */
    struct csv_parser parser;
    int parser_ready, row_done, short_of_memory;
    char *copy;
    size_t copied, copy_room;
};

static int never(unsigned char c)
{
    (void)c;
    return 0;
}

static int fail_line(const cli_rows *rows, cli_error *error, const char *text)
{
    return cli_fail(error, CLI_DATA, "%s:%llu: %s", cli_file_name(rows->path),
                    (unsigned long long)rows->row_line, text);
}

/* The state after a failure that `error` tells. */
static cli_row_state stop(int exit_code)
{
    (void)exit_code;
    return CLI_ROW_FAIL;
}

static int too_long(const cli_rows *rows, cli_error *error)
{
    return fail_line(rows, error, "the row that begins here is longer than 16 MiB (is a quote not closed?)");
}

/* Reads more content behind what there is, moving it to the front of the buffer or growing that first. */
static int refill(cli_rows *rows, cli_error *error)
{
    size_t got = 1;

    if (rows->begin > 0) {
        memmove(rows->buffer, rows->buffer + rows->begin, rows->end - rows->begin);
        rows->end -= rows->begin;
        rows->begin = 0;
    }
    if (rows->end > LONGEST_ROW) return too_long(rows, error);
    if (rows->end == rows->room) {
        char *grown = realloc(rows->buffer, 2 * rows->room + 1);

        if (grown == NULL) return cli_no_memory(error);
        rows->buffer = grown;
        rows->room *= 2;
    }
    while (got > 0 && rows->end < rows->room) {
        if (cli_source_read(rows->source, rows->buffer + rows->end, rows->room - rows->end, &got, error) !=
            CLI_OK)
            return error->exit_code;
        rows->end += got;
    }
    rows->buffer[rows->end] = '\n';
    rows->ended = got == 0;
    return CLI_OK;
}

/* libcsv: strict, and white space belongs to the cells. */
static int begin_parser(cli_rows *rows)
{
    if (rows->parser_ready) csv_free(&rows->parser);
    rows->parser_ready = csv_init(&rows->parser, CSV_STRICT | CSV_STRICT_FINI) == 0;
    if (!rows->parser_ready) return 0;
    csv_set_delim(&rows->parser, (unsigned char)rows->delimiter);
    csv_set_space_func(&rows->parser, never);
    csv_set_blk_size(&rows->parser, 1 << 16);
    return 1;
}

static int begin(cli_rows *rows, cli_error *error)
{
    size_t skip;

    rows->buffer = malloc(BLOCK + 1);
    if (rows->buffer == NULL) return cli_no_memory(error);
    rows->room = BLOCK;
    rows->line = rows->row_line = 1;
    if (!begin_parser(rows)) return cli_no_memory(error);
    rows->special[0] = rows->special['\n'] = rows->special['\r'] = rows->special['"'] = 1;
    rows->special[(unsigned char)rows->delimiter] = 1;
    if (refill(rows, error) != CLI_OK) return error->exit_code;
    if (cli_source_inspect(rows->path, "CSV", rows->buffer, rows->end, &skip, error) != CLI_OK)
        return error->exit_code;
    rows->begin = skip;
    return CLI_OK;
}

int cli_rows_open(cli_rows **rows, const char *path, char delimiter, int progress, cli_error *error)
{
    cli_rows *made = calloc(1, sizeof *made);

    if (made == NULL) return cli_no_memory(error);
    made->path = path;
    made->delimiter = delimiter;
    if (cli_source_open(&made->source, path, progress, error) != CLI_OK || begin(made, error) != CLI_OK) {
        cli_rows_close(made);
        return error->exit_code;
    }
    *rows = made;
    return CLI_OK;
}

void cli_rows_close(cli_rows *rows)
{
    if (rows == NULL) return;
    if (rows->parser_ready) csv_free(&rows->parser);
    cli_source_close(rows->source);
    free(rows->buffer);
    free(rows->cell);
    free(rows->copy);
    free(rows);
}

uint64_t cli_rows_line(const cli_rows *rows) { return rows->row_line; }

void cli_rows_sha256(cli_rows *rows, char text[65]) { cli_source_sha256(rows->source, text); }

/* Room for one more cell; those beyond `keep` are only counted. */
static int make_room(cli_rows *rows)
{
    size_t room = rows->cell_room == 0 ? 64 : 2 * rows->cell_room;
    cli_cell *grown = realloc(rows->cell, room * sizeof *grown);

    if (grown == NULL) return 0;
    rows->cell = grown;
    rows->cell_room = room;
    return 1;
}

static int add_cell(cli_rows *rows, const char *text, size_t length)
{
    if (rows->cells < rows->keep) {
        if (rows->cells == rows->cell_room && !make_room(rows)) return 0;
        rows->cell[rows->cells].text = text;
        rows->cell[rows->cells].length = length;
    }
    rows->cells++;
    return 1;
}

/* What a look at the row that begins at `begin` found. */
typedef enum split {
    SPLIT_ROW,
    SPLIT_EMPTY,
    SPLIT_MORE,
    SPLIT_QUOTE,
    SPLIT_ZERO,
    SPLIT_LONG,
    SPLIT_MEMORY
} split;

/* Ends the row at p, which is a line end or the end of the file. */
static split end_row(cli_rows *rows, const char *start, const char *p)
{
    const char *end = rows->buffer + rows->end;
    size_t step = 1;

    if (p < end && *p == '\r') {
        if (p + 1 == end && !rows->ended) return SPLIT_MORE;
        if (p + 1 < end && p[1] == '\n') step = 2;
    }
    if ((size_t)(p - rows->buffer) - rows->begin > LONGEST_ROW) return SPLIT_LONG;
    rows->begin = p == end ? rows->end : (size_t)(p - rows->buffer) + step;
    rows->line++;
    if (rows->cells == 0 && p == start) return SPLIT_EMPTY;
    return add_cell(rows, start, (size_t)(p - start)) ? SPLIT_ROW : SPLIT_MEMORY;
}

static split split_row(cli_rows *rows)
{
    const char *p = rows->buffer + rows->begin, *end = rows->buffer + rows->end, *start = p;
    const unsigned char *special = rows->special;
    const char delimiter = rows->delimiter;

    rows->cells = 0;
    for (;;) {
        while (!special[(unsigned char)*p]) p++;
        if (*p != delimiter) break;
        if (!add_cell(rows, start, (size_t)(p - start))) return SPLIT_MEMORY;
        start = ++p;
    }
    if (p == end && !rows->ended) return SPLIT_MORE;
    if (*p == '"') return SPLIT_QUOTE;
    if (*p == 0) return SPLIT_ZERO;
    return end_row(rows, start, p);
}

static void take_cell(void *text, size_t length, void *data)
{
    cli_rows *rows = data;

    if (rows->copied + length > rows->copy_room) {
        size_t room = 2 * (rows->copied + length) + BLOCK / 16;
        char *grown = realloc(rows->copy, room);

        if (grown == NULL) {
            rows->short_of_memory = 1;
            return;
        }
        rows->copy = grown;
        rows->copy_room = room;
    }
    if (length > 0) memcpy(rows->copy + rows->copied, text, length);
    rows->copied += length;
    /* The copy may still move: where the cell is, is filled in at the end of the row. */
    if (!add_cell(rows, NULL, length)) rows->short_of_memory = 1;
}

static void take_row(int end, void *data)
{
    (void)end;
    ((cli_rows *)data)->row_done = 1;
}

static void place_cells(cli_rows *rows)
{
    size_t at = 0;

    for (size_t i = 0; i < rows->cells && i < rows->keep; i++) {
        rows->cell[i].text = rows->copy != NULL ? rows->copy + at : "";
        at += rows->cell[i].length;
    }
}

/* Finds the end of the physical line at `begin`, its line end included: *length. A carriage return ends a line
 * here too; whether it does so for the reader depends on quotes, which libcsv knows. */
static int find_line(cli_rows *rows, size_t *length, cli_error *error)
{
    size_t i = rows->begin;

    for (;;) {
        while (rows->buffer[i] != '\n' && rows->buffer[i] != '\r') i++;
        if (i < rows->end && (rows->buffer[i] == '\n' || i + 1 < rows->end || rows->ended)) break;
        if (i >= rows->end && rows->ended) break;
        i -= rows->begin;
        if (refill(rows, error) != CLI_OK) return error->exit_code;
        i += rows->begin;
    }
    if (i >= rows->end) *length = rows->end - rows->begin;
    else if (rows->buffer[i] == '\r' && i + 1 < rows->end && rows->buffer[i + 1] == '\n')
        *length = i + 2 - rows->begin;
    else *length = i + 1 - rows->begin;
    return CLI_OK;
}

/* Whether bytes end in a line feed, or only in a carriage return. */
static int ends_in(const char *bytes, size_t length, char c) { return length > 0 && bytes[length - 1] == c; }

static cli_row_state bad_quote(cli_rows *rows, uint64_t line, cli_error *error)
{
    if (!begin_parser(rows)) return stop(cli_no_memory(error));
    cli_fail(
        error, CLI_DATA,
        "%s:%llu: a quote stands where none may (on line %llu): a cell with quotes must begin and end with "
        "one, and quotes inside it are doubled",
        cli_file_name(rows->path), (unsigned long long)rows->row_line, (unsigned long long)line);
    return CLI_ROW_BAD;
}

/* A row with quotes, by libcsv, line by line until it says that the row ended. */
static cli_row_state quoted_row(cli_rows *rows, cli_error *error)
{
    size_t taken = 0, length = 0;

    rows->cells = rows->copied = 0;
    rows->row_done = rows->short_of_memory = 0;
    while (!rows->row_done) {
        const char *text;
        size_t parsed;

        if (find_line(rows, &length, error) != CLI_OK) return CLI_ROW_FAIL;
        text = rows->buffer + rows->begin;
        taken += length;
        if (taken > LONGEST_ROW) return stop(too_long(rows, error));
        if (memchr(text, 0, length) != NULL) return stop(fail_line(rows, error, "is not a text file"));
        if (length == 0) {
            if (csv_fini(&rows->parser, take_cell, take_row, rows) == 0) break;
            return stop(
                fail_line(rows, error, "a quote that opens in this row is not closed before the file ends"));
        }
        parsed = csv_parse(&rows->parser, text, length, take_cell, take_row, rows);
        rows->begin += length;
        if (parsed != length && csv_error(&rows->parser) == CSV_EPARSE) {
            uint64_t line = rows->line++;

            return bad_quote(rows, line, error);
        }
        if (parsed != length || rows->short_of_memory) return stop(cli_no_memory(error));
        if (ends_in(text, length, '\n') || (rows->row_done && ends_in(text, length, '\r'))) rows->line++;
    }
    if (rows->short_of_memory) return stop(cli_no_memory(error));
    place_cells(rows);
    return CLI_ROW;
}

cli_row_state cli_rows_next(cli_rows *rows, size_t keep, const cli_cell **cells, size_t *count,
                            cli_error *error)
{
    cli_row_state state = CLI_ROW;

    rows->keep = keep < MOST_CELLS ? keep : MOST_CELLS;
    for (;;) {
        split found;

        if (rows->begin == rows->end && rows->ended) return CLI_ROW_END;
        rows->row_line = rows->line;
        found = split_row(rows);
        if (found == SPLIT_ROW) break;
        if (found == SPLIT_MEMORY) return stop(cli_no_memory(error));
        if (found == SPLIT_LONG) return stop(too_long(rows, error));
        if (found == SPLIT_ZERO) return stop(fail_line(rows, error, "is not a text file"));
        if (found == SPLIT_MORE && refill(rows, error) != CLI_OK) return CLI_ROW_FAIL;
        if (found == SPLIT_QUOTE) {
            state = quoted_row(rows, error);
            break;
        }
    }
    *cells = rows->cell;
    *count = rows->cells;
    return state;
}
