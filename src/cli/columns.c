/* SPDX-License-Identifier: MIT */
#include "columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

enum { BLOCK = 4096 }; /* ids interned at once */

static int has_flag(const cli_vector *v, uint32_t flag) { return (v->field->flags & flag) != 0; }

/* Whether a column lists ids, each once. Of a nullable one the analysis sees to it. */
static int lists(const cli_vector *v)
{
    return has_flag(v, PARTNER_FIELD_UNIQUE) && !has_flag(v, PARTNER_FIELD_NULLABLE);
}

/* Writes an index as an element of the column; PARTNER_NONE as none. */
static void put_index(const cli_vector *v, size_t row, uint32_t index)
{
    uint64_t wide = index == PARTNER_NONE ? PARTNER_NO_ROW : index;
    char *element = v->data + row * v->size;

    if (v->size == sizeof wide) memcpy(element, &wide, sizeof wide);
    else memcpy(element, &index, sizeof index);
}

/* --- errors --- */

static cli_row_state fail(int exit_code)
{
    (void)exit_code;
    return CLI_ROW_FAIL;
}

static cli_row_state bad(int exit_code)
{
    (void)exit_code;
    return CLI_ROW_BAD;
}

static cli_row_state is_empty(const cli_columns *columns, const cli_vector *v, uint64_t line, cli_error *error)
{
    return bad(cli_fail(error, CLI_DATA, "%s:%llu: %s: is empty, expected a value (%s)",
                        cli_file_name(columns->request->path), (unsigned long long)line, v->field->name,
                        v->field->text));
}

/* A day in another spelling: which --date-format would read it. */
static const char *date_format_of(const cli_vector *v, const cli_cell *cell)
{
    static const char *const patterns[] = {"%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y",
                                           "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%y", "%m/%d/%y",
                                           "%d/%m/%y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y"};
    partner_format format = PARTNER_FORMAT_INIT;
    uint64_t element;

    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        format.date_format = patterns[i];
        if (partner_parse(v->field, cell->text, cell->length, &format, &element, NULL, NULL) == PARTNER_OK)
            return patterns[i];
    }
    return NULL;
}

/* The library ends the sentence in the member of partner_format that would read the text; users know that as an
 * option. */
static void name_option(char *message, size_t size, const char *pattern)
{
    char *open = strstr(message, "(use "), hint[48];
    size_t n = 0;

    if (open == NULL || strlen(open) < 8 || strcmp(message + strlen(message) - 2, "?)") != 0) return;
    for (const char *p = open + 5; *p != '?' && *p != 0 && n + 1 < sizeof hint; p++)
        hint[n++] = *p == '_' ? '-' : *p;
    hint[n] = 0;
    snprintf(open, size - (size_t)(open - message), "(use --%s%s%s?)", hint, pattern != NULL ? " " : "",
             pattern != NULL ? pattern : "");
}

/* A text that partner_parse refused. A bad pattern is the user's option, not the row's fault. */
static cli_row_state bad_value(const cli_columns *columns, const cli_vector *v, const cli_cell *cell,
                               uint64_t line, partner_error *from, cli_error *error)
{
    const char *pattern = NULL;

    if (from->code == PARTNER_E_ARGUMENT)
        return fail(cli_fail(error, CLI_USAGE, "partner: --date-format: %s", from->message));
    if (from->code == PARTNER_E_NOMEM) return fail(cli_no_memory(error));
    if (v->field->unit == PARTNER_UNIT_DAY && columns->format.date_format == NULL)
        pattern = date_format_of(v, cell);
    name_option(from->message, sizeof from->message, pattern);
    if (v->field->unit == PARTNER_UNIT_INDEX && v->field->numbered_without != NULL)
        return bad(
            cli_fail(error, CLI_DATA,
                     "%s:%llu: %s: %s; without a column for %s it is the number of a row, the first being 0",
                     cli_file_name(columns->request->path), (unsigned long long)line, v->field->name,
                     from->message, v->field->numbered_without));
    return bad(cli_fail(error, CLI_DATA, "%s:%llu: %s: %s", cli_file_name(columns->request->path),
                        (unsigned long long)line, v->field->name, from->message));
}

/* --- opening --- */

/* Numbers that are not below 0. An analysis would name the row of what it has made of the file, and only when
 * it looks at them. */
static const struct {
    const char *record, *field;
    int sign;
} signs[] = {
    {"interactions", "effort", 0},    {"expectations", "expects", 0}, {"expectations", "given", 0},
    {"expectations", "committed", 0}, {"roster", "potential", 0},     {"roster", "hours", 0},
    {"roster", "hours_min", 0},       {"roster", "hours_max", 0},     {"returns", "gain", 0},
    {"returns", "scale", 1},          {"returns", "floor", 0},        {"returns", "ceiling", 0},
    {"returns", "hours", 0},
};

static int sign_of(const partner_record *record, const partner_field *field)
{
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strcmp(signs[i].record, record->name) == 0 && strcmp(signs[i].field, field->name) == 0)
            return signs[i].sign;
    return -1;
}

/* Whether the ids that a column refers to have no column, so that it holds numbers of rows. */
static int is_numbered(const partner_field *field, const cli_match *match, size_t matches)
{
    if (field->numbered_without == NULL) return 0;
    for (size_t i = 0; i < matches; i++)
        if (strcmp(match[i].field->name, field->numbered_without) == 0) return 0;
    return 1;
}

static int open_vector(cli_columns *columns, const cli_match *match, int numbered, cli_dicts *dicts,
                       cli_error *error)
{
    cli_vector *v = &columns->vector[columns->vectors++];
    const partner_field *field = match->field;

    v->field = field;
    v->cell = match->cell;
    v->size = partner_type_size(field->type) * field->count;
    v->sign = sign_of(columns->request->record, field);
    if (field->unit == PARTNER_UNIT_DAY && field->type == PARTNER_TYPE_I32) {
        v->days = calloc(CLI_DAYS, sizeof *v->days);
        if (v->days == NULL) return cli_no_memory(error);
    }
    if (field->unit != PARTNER_UNIT_INDEX || numbered) return CLI_OK;
    v->dict = cli_dict(dicts, field->dictionary);
    v->row = malloc(BLOCK * sizeof *v->row);
    v->offset = malloc((BLOCK + 1) * sizeof *v->offset);
    v->waiting_room = BLOCK;
    return v->dict != NULL && v->row != NULL && v->offset != NULL ? CLI_OK : cli_no_memory(error);
}

/* A column of parents names partners too, but it is the UNIQUE column that lists them and gives them their
 * order: other columns of the same dictionary wait until all of it is interned. */
static int is_deferred(const cli_columns *columns, const cli_vector *v)
{
    for (size_t i = 0; i < columns->vectors; i++) {
        const cli_vector *other = &columns->vector[i];

        if (other != v && other->dict == v->dict && lists(other)) return 1;
    }
    return 0;
}

int cli_columns_open(cli_columns *columns, const cli_request *request, const cli_match *match, size_t matches,
                     cli_dicts *dicts, cli_error *error)
{
    memset(columns, 0, sizeof *columns);
    columns->request = request;
    columns->format = cli_dialect_format(request->dialect);
    for (size_t i = 0; i < matches; i++)
        if (open_vector(columns, &match[i], is_numbered(match[i].field, match, matches), dicts, error) !=
            CLI_OK)
            return error->exit_code;
    for (size_t i = 0; i < columns->vectors; i++) {
        cli_vector *v = &columns->vector[i];

        v->deferred = v->dict != NULL && is_deferred(columns, v);
    }
    return CLI_OK;
}

void cli_columns_free(cli_columns *columns)
{
    for (size_t i = 0; i < columns->vectors; i++) {
        cli_vector *v = &columns->vector[i];

        free(v->data);
        free(v->days);
        free(v->text);
        free(v->offset);
        free(v->row);
        free(v->owner);
        free(v->single);
    }
    memset(columns, 0, sizeof *columns);
}

/* --- ids --- */

/* `count` elements with room for one more: the new block, or NULL with the old one as it was. */
static void *grow(void *block, size_t *room, size_t wanted, size_t size)
{
    size_t more = *room;
    void *grown;

    if (wanted <= more) return block;
    while (more < wanted && more <= SIZE_MAX / 4) more = more < 256 ? 512 : 2 * more;
    if (more < wanted || more > SIZE_MAX / size) return NULL;
    grown = realloc(block, more * size);
    if (grown != NULL) *room = more;
    return grown;
}

/* Interns the ids that wait and writes their indexes to their rows. */
static int intern(cli_vector *v, cli_error *error)
{
    uint32_t *index = malloc((v->waiting + 1) * sizeof *index);
    partner_error from;

    if (index == NULL) return cli_no_memory(error);
    if (v->waiting > 0 &&
        partner_dict_add_offsets(v->dict, v->waiting, v->offset, v->text, index, &from) != PARTNER_OK) {
        free(index);
        return cli_fail_library(error, v->field->name, &from);
    }
    for (size_t i = 0; i < v->waiting; i++) put_index(v, v->row[i], index[i]);
    free(index);
    v->waiting = v->text_length = 0;
    return CLI_OK;
}

/* Puts an id in the queue for a row. */
static int put_id(cli_vector *v, size_t row, const cli_cell *cell)
{
    size_t room = v->waiting_room, offsets = v->waiting_room + 1;
    void *grown;

    if (v->waiting == v->waiting_room) {
        grown = grow(v->row, &room, v->waiting + 1, sizeof *v->row);
        if (grown == NULL) return 0;
        v->row = grown;
        grown = grow(v->offset, &offsets, room + 1, sizeof *v->offset);
        if (grown == NULL) return 0;
        v->offset = grown;
        v->waiting_room = room;
    }
    grown = grow(v->text, &v->text_room, v->text_length + cell->length + 1, 1);
    if (grown == NULL) return 0;
    v->text = grown;
    memcpy(v->text + v->text_length, cell->text, cell->length);
    v->offset[v->waiting] = (int64_t)v->text_length;
    v->text_length += cell->length;
    v->row[v->waiting++] = row;
    v->offset[v->waiting] = (int64_t)v->text_length;
    return 1;
}

/* An id of a UNIQUE column is interned at once, so that the next row can be held against it. */
static int put_unique(cli_vector *v, size_t row, const cli_cell *cell)
{
    size_t room = v->owner_room;
    uint32_t index;
    void *grown;

    if (partner_dict_add_strings(v->dict, 1, &cell->text, &cell->length, &index, NULL) != PARTNER_OK) return 0;
    grown = grow(v->owner, &v->owner_room, (size_t)index + 1, sizeof *v->owner);
    if (grown == NULL) return 0;
    v->owner = grown;
    memset(v->owner + room, 0, (v->owner_room - room) * sizeof *v->owner);
    v->owner[index] = row + 1;
    put_index(v, row, index);
    return 1;
}

static int is_blank(const cli_cell *cell)
{
    for (size_t i = 0; i < cell->length; i++)
        if (strchr(" \t\n\v\f\r", cell->text[i]) == NULL || cell->text[i] == '\0') return 0;
    return 1;
}

static cli_row_state check_single(const cli_columns *columns, cli_vector *v, const cli_cell *cell,
                                  uint64_t line, cli_error *error)
{
    if (columns->request->survey) return CLI_ROW;
    if (v->single == NULL) {
        v->single = malloc(cell->length + 1);
        if (v->single == NULL) return fail(cli_no_memory(error));
        memcpy(v->single, cell->text, cell->length);
        v->single_length = cell->length;
        v->single_line = line;
    }
    if (v->single_length == cell->length && memcmp(v->single, cell->text, cell->length) == 0) return CLI_ROW;
    /* Leaving out every other currency as bad rows would be a wrong answer, so no option skips this. */
    return fail(cli_fail(
        error, CLI_DATA, "%s:%llu: %s: \"%.*s\" found, but line %llu has \"%.*s\"; expected one %s in all rows",
        cli_file_name(columns->request->path), (unsigned long long)line, v->field->name,
        (int)(cell->length < 60 ? cell->length : 60), cell->text, (unsigned long long)v->single_line,
        (int)(v->single_length < 60 ? v->single_length : 60), v->single, v->field->name));
}

static cli_row_state check_unique(const cli_columns *columns, const cli_vector *v, const cli_cell *cell,
                                  uint64_t line, const cli_lines *lines, cli_error *error)
{
    uint32_t index = partner_dict_find(v->dict, cell->text, cell->length);

    if (index == PARTNER_NONE || index >= v->owner_room || v->owner[index] == 0) return CLI_ROW;
    return bad(cli_fail(error, CLI_DATA,
                        "%s:%llu: %s: \"%.*s\" stands in line %llu already, expected each once",
                        cli_file_name(columns->request->path), (unsigned long long)line, v->field->name,
                        (int)(cell->length < 100 ? cell->length : 100), cell->text,
                        (unsigned long long)cli_lines_find(lines, v->owner[index] - 1)));
}

static cli_row_state check_id(const cli_columns *columns, cli_vector *v, const cli_cell *cell, uint64_t line,
                              const cli_lines *lines, cli_error *error)
{
    if (is_blank(cell))
        return has_flag(v, PARTNER_FIELD_NULLABLE) ? CLI_ROW : is_empty(columns, v, line, error);
    if (cli_utf8_length(cell->text, cell->length) < cell->length)
        return fail(
            cli_not_utf8(columns->request->path, line, v->field->name, cell->text, cell->length, error));
    if (has_flag(v, PARTNER_FIELD_SINGLE)) return check_single(columns, v, cell, line, error);
    if (lists(v)) return check_unique(columns, v, cell, line, lines, error);
    return CLI_ROW;
}

/* --- rows --- */

static int make_room(cli_columns *columns)
{
    size_t room = columns->room;

    if (columns->rows < room) return 1;
    for (size_t i = 0; i < columns->vectors; i++) {
        cli_vector *v = &columns->vector[i];
        void *grown;

        room = columns->room;
        grown = grow(v->data, &room, columns->rows + 1, v->size);
        if (grown == NULL) return 0;
        v->data = grown;
    }
    columns->room = room;
    return 1;
}

/* Where a day's text would be: dates differ at their beginning or at their end. */
static cli_known_day *known_day(const cli_vector *v, const cli_cell *cell)
{
    uint64_t first, last;

    if (v->days == NULL || cell->length < sizeof first || cell->length > CLI_DAY_TEXT) return NULL;
    memcpy(&first, cell->text, sizeof first);
    memcpy(&last, cell->text + cell->length - sizeof last, sizeof last);
    return &v->days[((first ^ last << 1) * UINT64_C(0x9e3779b97f4a7c15)) >> 52];
}

/* A share of one that was meant as per cent. */
static cli_row_state check_share(const cli_columns *columns, const cli_vector *v, const cli_cell *cell,
                                 uint64_t line, const char *element, cli_error *error)
{
    char expected[48] = "0 to 1, or per cent with its sign";
    double share;

    if (v->field->unit != PARTNER_UNIT_SHARE || v->field->type != PARTNER_TYPE_F64) return CLI_ROW;
    memcpy(&share, element, sizeof share);
    if (isnan(share) || (share >= 0 && share <= 1)) return CLI_ROW;
    if (share > 1 && share <= 100)
        snprintf(expected, sizeof expected, "0 to 1: %.6g or \"%.6g %%\"", share / 100, share);
    return bad(cli_fail(error, CLI_DATA, "%s:%llu: %s: \"%.*s\" is no share, expected %s",
                        cli_file_name(columns->request->path), (unsigned long long)line, v->field->name,
                        (int)(cell->length < 60 ? cell->length : 60), cell->text, expected));
}

static cli_row_state check_sign(const cli_columns *columns, const cli_vector *v, const cli_cell *cell,
                                uint64_t line, const char *element, cli_error *error)
{
    double number = 0;
    int64_t amount = 0;

    if (v->sign < 0 || partner_field_is_null(v->field, element)) return CLI_ROW;
    if (v->field->type == PARTNER_TYPE_I64) memcpy(&amount, element, sizeof amount);
    else memcpy(&number, element, sizeof number);
    if (amount >= 0 && number >= 0 && (v->sign == 0 || amount > 0 || number > 0)) return CLI_ROW;
    return bad(cli_fail(error, CLI_DATA, "%s:%llu: %s: \"%.*s\" is %s 0, expected %s",
                        cli_file_name(columns->request->path), (unsigned long long)line, v->field->name,
                        (int)(cell->length < 60 ? cell->length : 60), cell->text,
                        v->sign == 0 ? "below" : "not above", v->sign == 0 ? "0 or more" : "more than 0"));
}

static cli_row_state check_value(const cli_columns *columns, const cli_vector *v, const cli_cell *cell,
                                 uint64_t line, const char *element, cli_error *error)
{
    cli_row_state state = check_share(columns, v, cell, line, element, error);

    return state == CLI_ROW ? check_sign(columns, v, cell, line, element, error) : state;
}

static cli_row_state take_value(cli_columns *columns, const cli_vector *v, const cli_cell *cell, uint64_t line,
                                size_t *rounded, cli_error *error)
{
    cli_known_day *known = known_day(v, cell);
    char *element = v->data + columns->rows * v->size;
    partner_error from;
    uint8_t inexact = 0;

    if (known != NULL && known->length == cell->length && memcmp(known->text, cell->text, cell->length) == 0) {
        memcpy(element, &known->day, sizeof known->day);
        return CLI_ROW;
    }
    if (has_flag(v, PARTNER_FIELD_REQUIRED) && is_blank(cell)) return is_empty(columns, v, line, error);
    if (partner_parse(v->field, cell->text, cell->length, &columns->format, element, &inexact, &from) !=
        PARTNER_OK)
        return bad_value(columns, v, cell, line, &from, error);
    *rounded += inexact;
    if (known == NULL) return check_value(columns, v, cell, line, element, error);
    memcpy(known->text, cell->text, cell->length);
    known->length = (uint8_t)cell->length;
    memcpy(&known->day, element, sizeof known->day);
    return CLI_ROW;
}

/* Past all checks: nothing of the row is refused any more. */
static int commit_id(cli_columns *columns, cli_vector *v, const cli_cell *cell)
{
    if (lists(v)) return put_unique(v, columns->rows, cell);
    if (!is_blank(cell)) return put_id(v, columns->rows, cell);
    put_index(v, columns->rows, PARTNER_NONE);
    return 1;
}

cli_row_state cli_columns_add(cli_columns *columns, const cli_cell *cells, uint64_t line,
                              const cli_lines *lines, cli_error *error)
{
    cli_row_state state = CLI_ROW;
    size_t rounded = 0;

    if (!make_room(columns)) return fail(cli_no_memory(error));
    for (size_t i = 0; i < columns->vectors && state == CLI_ROW; i++) {
        cli_vector *v = &columns->vector[i];

        if (v->dict == NULL) state = take_value(columns, v, &cells[v->cell], line, &rounded, error);
        else state = check_id(columns, v, &cells[v->cell], line, lines, error);
    }
    if (state != CLI_ROW) return state;
    for (size_t i = 0; i < columns->vectors; i++) {
        cli_vector *v = &columns->vector[i];

        if (v->dict == NULL) continue;
        if (!commit_id(columns, v, &cells[v->cell])) return fail(cli_no_memory(error));
        if (v->waiting >= BLOCK && !v->deferred && intern(v, error) != CLI_OK) return CLI_ROW_FAIL;
    }
    columns->rows++;
    columns->rounded += rounded;
    return CLI_ROW;
}

int cli_columns_end(cli_columns *columns, cli_error *error)
{
    for (int deferred = 0; deferred < 2; deferred++)
        for (size_t i = 0; i < columns->vectors; i++) {
            cli_vector *v = &columns->vector[i];

            if (v->dict != NULL && v->deferred == deferred && intern(v, error) != CLI_OK)
                return error->exit_code;
        }
    return CLI_OK;
}
