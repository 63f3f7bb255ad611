/* SPDX-License-Identifier: MIT
 * From a CSV file to the struct of a record. */
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "names.h"

/* --- which line a row was on --- */

int cli_lines_add(cli_lines *lines, uint64_t row, uint64_t line)
{
    if (line == lines->next && lines->jumps > 0) {
        lines->next++;
        return 1;
    }
    if (lines->jumps == lines->room) {
        size_t room = lines->room == 0 ? 64 : 2 * lines->room;
        uint64_t *rows = realloc(lines->row, room * sizeof *rows), *at;

        if (rows == NULL) return 0;
        lines->row = rows;
        at = realloc(lines->line, room * sizeof *at);
        if (at == NULL) return 0;
        lines->line = at;
        lines->room = room;
    }
    lines->row[lines->jumps] = row;
    lines->line[lines->jumps++] = line;
    lines->next = line + 1;
    return 1;
}

uint64_t cli_lines_find(const cli_lines *lines, uint64_t row)
{
    size_t low = 0, high = lines->jumps;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (lines->row[middle] <= row) low = middle;
        else high = middle;
    }
    return high == 0 ? 0 : lines->line[low] + (row - lines->row[low]);
}

void cli_lines_free(cli_lines *lines)
{
    free(lines->row);
    free(lines->line);
    memset(lines, 0, sizeof *lines);
}

/* --- reading --- */

typedef struct reading {
    cli_request request; /* a copy, for the record may be chosen by the headers */
    cli_rows *rows;
    cli_columns columns;
    cli_table *table;
    size_t keep;        /* cells of a row that are looked at */
    partner_dict *seen; /* digests of the rows, to find those that come again */
    uint64_t file_row;  /* number of the next row in the file */
    uint64_t *left_out; /* of the rows that were not taken, ascending */
    size_t left, left_room;
    cli_error *error;
} reading;

/* Remembers that the last row was not taken. */
static int leave_out(reading *r)
{
    if (r->left == r->left_room) {
        size_t room = r->left_room == 0 ? 64 : 2 * r->left_room;
        uint64_t *grown = realloc(r->left_out, room * sizeof *grown);

        if (grown == NULL) return 0;
        r->left_out = grown;
        r->left_room = room;
    }
    r->left_out[r->left++] = r->file_row - 1;
    return 1;
}

static char *copy_text(const char *text, size_t length)
{
    char *copy = malloc(length + 1);

    if (copy == NULL) return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

/* A header must be text: control characters are the surest sign of a file that is none. */
static int check_header(const reading *r, const cli_cell *cell, size_t column)
{
    const char *name = cli_file_name(r->request.path);
    char which[48];

    snprintf(which, sizeof which, "the header of column %zu", column + 1);
    for (size_t i = 0; i < cell->length; i++) {
        unsigned char c = (unsigned char)cell->text[i];

        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
            return cli_fail(r->error, CLI_DATA, "%s: is not a text file: %s holds the byte 0x%02X", name, which,
                            (unsigned)c);
    }
    if (cli_utf8_length(cell->text, cell->length) < cell->length)
        return cli_not_utf8(r->request.path, cli_rows_line(r->rows), which, cell->text, cell->length, r->error);
    return CLI_OK;
}

/* Takes the candidate that the headers fit best: all it needs is there and the most of what it knows. When none
 * fits, the error is that of the first one. */
static int choose_record(reading *r, const cli_cell *cells, size_t count)
{
    cli_request *request = &r->request;
    const partner_input *best = NULL;
    const int only_file = request->only_file;
    cli_error first = {CLI_OK, ""}, *error = &first, spare;
    size_t matches, most = 0;

    for (size_t i = 0; i < request->candidates; i++) {
        const partner_input *input = request->candidate[i];

        request->input = input->name;
        request->record = input->record;
        request->main = only_file || i == 0;
        if (cli_match_headers(request, cells, count, cli_rows_line(r->rows), r->table->match, &matches,
                              error) != CLI_OK) {
            if (error->exit_code == CLI_SYSTEM) return cli_no_memory(r->error);
            error = &spare;
        } else if (matches > most) {
            best = input;
            most = matches;
        }
    }
    *r->error = first;
    if (best == NULL) return first.exit_code;
    request->input = best->name;
    request->record = best->record;
    request->main = only_file || best == request->candidate[0];
    return CLI_OK;
}

static int read_headers(reading *r)
{
    cli_table *table = r->table;
    const cli_cell *cells;
    size_t count, most = 0;
    cli_row_state state = cli_rows_next(r->rows, SIZE_MAX, &cells, &count, r->error);

    if (state == CLI_ROW_END)
        return cli_fail(r->error, CLI_DATA, "%s: is empty, expected a line of headers",
                        cli_file_name(r->request.path));
    if (state != CLI_ROW) return r->error->exit_code;
    if (count > 16384)
        return cli_fail(r->error, CLI_DATA, "%s:%llu: %zu columns found, expected at most 16384",
                        cli_file_name(r->request.path), (unsigned long long)cli_rows_line(r->rows), count);
    table->header = calloc(count, sizeof *table->header);
    if (table->header == NULL) return cli_no_memory(r->error);
    for (size_t i = 0; i < count; i++) {
        if (check_header(r, &cells[i], i) != CLI_OK) return r->error->exit_code;
        table->header[table->headers] = copy_text(cells[i].text, cells[i].length);
        if (table->header[table->headers++] == NULL) return cli_no_memory(r->error);
    }
    if (r->request.record == NULL && choose_record(r, cells, count) != CLI_OK) return r->error->exit_code;
    table->record = r->request.record;
    table->input = r->request.input;
    table->main = r->request.main;
    if (cli_match_headers(&r->request, cells, count, cli_rows_line(r->rows), table->match, &table->matches,
                          r->error) != CLI_OK)
        return r->error->exit_code;
    for (size_t i = 0; i < table->matches; i++)
        if (table->match[i].cell > most) most = table->match[i].cell;
    r->keep = r->seen != NULL ? count : most + 1;
    return CLI_OK;
}

/* Whether a row came before, cell for cell. Rows are known by 128 bits of SHA-256, so that a file of any size
 * needs little memory. */
static cli_row_state is_repeated(reading *r, const cli_cell *cells, size_t count, int *repeated)
{
    struct sha256_ctx hash;
    uint8_t digest[16];
    const char *id = (const char *)digest;
    size_t length = sizeof digest, before = partner_dict_size(r->seen);
    uint32_t index;
    partner_error from;

    sha256_init(&hash);
    for (size_t i = 0; i < count; i++) {
        uint64_t cell_length = cells[i].length;

        sha256_update(&hash, sizeof cell_length, (const uint8_t *)&cell_length);
        sha256_update(&hash, cells[i].length, (const uint8_t *)cells[i].text);
    }
    sha256_digest(&hash, sizeof digest, digest);
    if (partner_dict_add_strings(r->seen, 1, &id, &length, &index, &from) != PARTNER_OK) {
        cli_fail_library(r->error, cli_file_name(r->request.path), &from);
        return CLI_ROW_FAIL;
    }
    *repeated = partner_dict_size(r->seen) == before;
    return CLI_ROW;
}

static cli_row_state out_of_memory(const reading *r)
{
    cli_no_memory(r->error);
    return CLI_ROW_FAIL;
}

static cli_row_state take_row(reading *r, const cli_cell *cells, size_t count)
{
    uint64_t line = cli_rows_line(r->rows);
    int repeated = 0;
    cli_row_state state;

    if (count != r->table->headers) {
        cli_fail(r->error, CLI_DATA, "%s:%llu: %zu cell%s found, expected %zu as there are headers",
                 cli_file_name(r->request.path), (unsigned long long)line, count, count == 1 ? "" : "s",
                 r->table->headers);
        return CLI_ROW_BAD;
    }
    if (r->seen != NULL && is_repeated(r, cells, count, &repeated) != CLI_ROW) return CLI_ROW_FAIL;
    if (repeated) {
        if (r->table->duplicates < CLI_NOTES) r->table->duplicate_line[r->table->duplicates] = line;
        r->table->duplicates++;
        if (r->request.skip_duplicates && leave_out(r)) return CLI_ROW;
        if (r->request.skip_duplicates) return out_of_memory(r);
    }
    state = cli_columns_add(&r->columns, cells, line, &r->table->lines, r->error);
    if (state == CLI_ROW && !cli_lines_add(&r->table->lines, r->columns.rows - 1, line))
        return out_of_memory(r);
    return state;
}

/* A row that cannot be taken is told or skipped, as asked for; otherwise it ends the reading. */
static cli_row_state skip_row(reading *r)
{
    cli_table *table = r->table;
    const cli_request *request = &r->request;

    if (!request->survey && table->bad >= request->skip_bad_rows) {
        size_t length = strlen(r->error->text);

        if (table->bad > 0)
            snprintf(r->error->text + length, sizeof r->error->text - length,
                     " (after %zu bad row%s that --skip-bad-rows left out)", table->bad,
                     table->bad == 1 ? "" : "s");
        return CLI_ROW_FAIL;
    }
    if (table->notes < CLI_NOTES) {
        table->bad_line[table->notes] = cli_rows_line(r->rows);
        table->note[table->notes] = copy_text(r->error->text, strlen(r->error->text));
        if (table->note[table->notes++] == NULL) return out_of_memory(r);
    }
    table->bad++;
    return leave_out(r) ? CLI_ROW : out_of_memory(r);
}

static int read_rows(reading *r)
{
    const cli_cell *cells;
    size_t count;

    for (;;) {
        cli_row_state state = cli_rows_next(r->rows, r->keep, &cells, &count, r->error);

        if (state == CLI_ROW_END) break;
        r->file_row++;
        if (state == CLI_ROW) state = take_row(r, cells, count);
        if (state == CLI_ROW_BAD) state = skip_row(r);
        if (state == CLI_ROW_FAIL) return r->error->exit_code;
    }
    if (r->columns.rows == 0 && r->table->bad == 0)
        return cli_fail(r->error, CLI_DATA, "%s: has a header but no rows", cli_file_name(r->request.path));
    if (r->columns.rows == 0 && !r->request.survey)
        return cli_fail(r->error, CLI_DATA, "%s: has no good row, %zu bad ones were left out",
                        cli_file_name(r->request.path), r->table->bad);
    return cli_columns_end(&r->columns, r->error);
}

static const cli_match *match_of(const cli_table *table, const char *name)
{
    for (size_t i = 0; i < table->matches; i++)
        if (strcmp(table->match[i].field->name, name) == 0) return &table->match[i];
    return NULL;
}

/* The column that other rows refer to by its ids, and that no header holds; NULL when there is none. */
static const partner_field *numbers_of(const cli_table *table)
{
    const partner_field *field, *numbers;

    for (size_t i = 0; (field = partner_record_field(table->record, i)) != NULL; i++) {
        numbers = partner_record_field_find(table->record, field->numbered_without);
        if (numbers != NULL && numbers->type == PARTNER_TYPE_U64 && match_of(table, numbers->name) == NULL)
            return numbers;
    }
    return NULL;
}

/* Where rows are known by their number and some were left out, those that were not keep the number that they
 * have in the file. */
static int keep_numbers(reading *r, char *data)
{
    const partner_field *field = r->left > 0 ? numbers_of(r->table) : NULL;
    uint64_t *number, in_file = 0;
    const void *column;

    if (field == NULL) return CLI_OK;
    column = number = malloc((r->columns.rows + 1) * sizeof *number);
    if (number == NULL) return cli_no_memory(r->error);
    for (size_t row = 0, out = 0; row < r->columns.rows; in_file++)
        if (out < r->left && r->left_out[out] == in_file) out++;
        else number[row++] = in_file;
    memcpy(data + field->offset, &column, sizeof column);
    r->table->numbers = field;
    return CLI_OK;
}

/* Hands the columns over to the record's struct. */
static int make_struct(reading *r)
{
    const partner_record *record = r->request.record;
    const partner_field *field;
    char *data = calloc(1, record->size);
    uint32_t struct_size = (uint32_t)record->size;

    if (data == NULL) return cli_no_memory(r->error);
    r->table->data = data;
    for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++) {
        uint64_t wide = r->columns.rows;
        uint32_t narrow = (uint32_t)r->columns.rows;

        if (strcmp(field->member, "struct_size") == 0)
            memcpy(data + field->offset, &struct_size, sizeof struct_size);
        if (!(field->flags & PARTNER_FIELD_LENGTH)) continue;
        if (field->type == PARTNER_TYPE_U64) memcpy(data + field->offset, &wide, sizeof wide);
        else memcpy(data + field->offset, &narrow, sizeof narrow);
    }
    for (size_t i = 0; i < r->columns.vectors; i++) {
        cli_vector *v = &r->columns.vector[i];
        const void *column = v->data;

        memcpy(data + v->field->offset, &column, sizeof column);
        v->data = NULL;
    }
    r->table->rows = r->columns.rows;
    r->table->rounded = r->columns.rounded;
    return keep_numbers(r, data);
}

int cli_table_read(const cli_request *request, cli_dicts *dicts, cli_table **table, cli_error *error)
{
    reading r = {.request = *request, .error = error};
    char delimiter = request->dialect->delimiter != 0 ? request->dialect->delimiter : ',';
    int exit_code = CLI_SYSTEM;

    memset(&r.columns, 0, sizeof r.columns);
    r.table = calloc(1, sizeof *r.table);
    if (r.table == NULL) return cli_no_memory(error);
    r.table->path = request->path;
    if ((request->skip_duplicates || request->survey) && partner_dict_new(&r.seen, NULL) != PARTNER_OK)
        exit_code = cli_no_memory(error);
    else exit_code = cli_rows_open(&r.rows, request->path, delimiter, !request->quiet, error);
    if (exit_code == CLI_OK) exit_code = read_headers(&r);
    if (exit_code == CLI_OK)
        exit_code = cli_columns_open(&r.columns, &r.request, r.table->match, r.table->matches, dicts, error);
    if (exit_code == CLI_OK) exit_code = read_rows(&r);
    if (exit_code == CLI_OK) exit_code = make_struct(&r);
    if (exit_code == CLI_OK) cli_rows_sha256(r.rows, r.table->sha256);
    partner_dict_free(r.seen);
    free(r.left_out);
    cli_columns_free(&r.columns);
    cli_rows_close(r.rows);
    if (exit_code == CLI_OK) *table = r.table;
    else cli_table_free(r.table);
    return exit_code;
}

static void free_column(const cli_table *table, const partner_field *field)
{
    void *column;

    memcpy(&column, (char *)table->data + field->offset, sizeof column);
    free(column);
}

void cli_table_free(cli_table *table)
{
    if (table == NULL) return;
    for (size_t i = 0; table->data != NULL && i < table->matches; i++)
        free_column(table, table->match[i].field);
    if (table->data != NULL && table->numbers != NULL) free_column(table, table->numbers);
    for (size_t i = 0; i < table->headers; i++) free(table->header[i]);
    for (size_t i = 0; i < table->notes; i++) free(table->note[i]);
    free(table->header);
    free(table->data);
    cli_lines_free(&table->lines);
    free(table);
}

int cli_is_numbered(const cli_table *table, const partner_field *field)
{
    return field->numbered_without != NULL && match_of(table, field->numbered_without) == NULL;
}

uint64_t cli_index_at(const partner_field *field, const void *column, size_t row)
{
    const char *element = (const char *)column + row * partner_type_size(field->type);

    if (partner_field_is_null(field, element)) return PARTNER_NO_ROW;
    return partner_field_integer(field, element, NULL);
}
