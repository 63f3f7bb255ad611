/* SPDX-License-Identifier: MIT
 * What is said of a table that was read: warnings, and the library's errors in the user's words. */
#include <stdlib.h>
#include <string.h>

#include "input.h"

/* "3, 17, 20 and 2 more" */
static void list_lines(const cli_table *table, char *text, size_t size)
{
    size_t n = 0, told = table->notes < 5 ? table->notes : 5;

    for (size_t i = 0; i < told; i++)
        n += (size_t)snprintf(text + n, size - n, "%s%llu", i > 0 ? ", " : "",
                              (unsigned long long)table->bad_line[i]);
    if (table->bad > told) snprintf(text + n, size - n, " and %zu more", table->bad - told);
}

void cli_table_warn(const cli_table *table, const cli_request *request)
{
    const char *name = cli_file_name(table->path);
    char text[900], lines[200];
    unsigned places = request->dialect->minor_units_given ? request->dialect->minor_units : 2;

    if (request->quiet) return;
    if (table->rounded > 0) {
        snprintf(text, sizeof text,
                 "%s: %zu amount%s had more than %u decimal place%s and %s rounded half to even", name,
                 table->rounded, table->rounded == 1 ? "" : "s", places, places == 1 ? "" : "s",
                 table->rounded == 1 ? "was" : "were");
        cli_say(stderr, text);
    }
    if (table->bad > 0) {
        list_lines(table, lines, sizeof lines);
        snprintf(text, sizeof text, "%s: %zu bad row%s left out (line%s %s), the first: %.500s", name,
                 table->bad, table->bad == 1 ? " was" : "s were", table->bad == 1 ? "" : "s", lines,
                 table->note[0]);
        cli_say(stderr, text);
    }
    if (table->duplicates > 0) {
        snprintf(text, sizeof text,
                 "%s: %zu row%s an earlier one exactly and %s left out, the first in line %llu", name,
                 table->duplicates, table->duplicates == 1 ? " repeats" : "s repeat",
                 table->duplicates == 1 ? "was" : "were", (unsigned long long)table->duplicate_line[0]);
        cli_say(stderr, text);
    }
}

/* A field the library missed because the file has no column for it. */
static const partner_field *absent_field(const cli_table *table, const partner_error *from)
{
    const partner_field *field = partner_record_field_find(table->record, from->field);

    if (field == NULL || field->length == NULL) return NULL;
    return partner_field_data(field, table->data) == NULL ? field : NULL;
}

int cli_drop_place(partner_error *from, const char *record)
{
    char place[80], whom[32];
    size_t length;

    if (from->row == PARTNER_NO_ROW) length = (size_t)snprintf(place, sizeof place, "%.32s", record);
    else
        length = (size_t)snprintf(place, sizeof place, "%.32s row %llu", record, (unsigned long long)from->row);
    if (strncmp(from->message, place, length) != 0) return 0;
    snprintf(whom, sizeof whom, " (partner %lu)", (unsigned long)from->index);
    if (strncmp(from->message + length, whom, strlen(whom)) == 0) length += strlen(whom);
    if (strncmp(from->message + length, ": ", 2) != 0) return 0;
    length += 2;
    memmove(from->message, from->message + length, strlen(from->message + length) + 1);
    return 1;
}

void cli_name_partner(const cli_dicts *dicts, partner_error *from)
{
    size_t used = strlen(from->message), length;

    for (size_t i = 0; from->index != PARTNER_NONE && i < dicts->count; i++) {
        const char *id = strcmp(dicts->name[i], "partner") == 0
                             ? partner_dict_id(dicts->dict[i], from->index, &length)
                             : NULL;

        if (id != NULL)
            snprintf(from->message + used, sizeof from->message - used, " (partner %lu is \"%.100s\")",
                     (unsigned long)from->index, id);
    }
}

/* The whole number after a word at the beginning of a text; 0 = there is none. */
static int number_after(const char *text, const char *word, long long *number, char **end)
{
    const size_t length = strlen(word);

    if (strncmp(text, word, length) != 0) return 0;
    text += length;
    if ((text[0] < '0' || text[0] > '9') && !(text[0] == '-' && text[1] >= '0' && text[1] <= '9')) return 0;
    *number = strtoll(text, end, 10);
    return 1;
}

/* The same of other rows that it names, and of days: "row 3" becomes "line 5", "day 20454" "2026-01-01". */
static void name_lines(const cli_table *table, char *message, size_t size)
{
    const partner_field day = {.name = "day", .count = 1, .type = PARTNER_TYPE_I32, .unit = PARTNER_UNIT_DAY};
    char said[sizeof((partner_error *)0)->message];
    size_t n = 0;

    for (const char *p = message; *p != 0 && n + 32 < sizeof said;) {
        const int word = p == message || p[-1] == ' ';
        long long number;
        char *end;

        if (word && number_after(p, "row ", &number, &end) && number >= 0 &&
            (unsigned long long)number < table->rows) {
            n += (size_t)snprintf(said + n, sizeof said - n, "line %llu",
                                  (unsigned long long)cli_lines_find(&table->lines, (uint64_t)number));
            p = end;
        } else if (word && number_after(p, "day ", &number, &end) && number > INT32_MIN &&
                   number <= INT32_MAX) {
            const int32_t found = (int32_t)number;

            n += partner_print(table->record, &day, table->data, &found, NULL, said + n, sizeof said - n);
            p = end;
        } else {
            said[n++] = *p++;
        }
    }
    said[n] = 0;
    snprintf(message, size, "%s", said);
}

/* Puts the id in the place of its index: "there is no deal 7" becomes 'there is no deal "D3"', "stage index 5"
 * becomes '"proposal"'. Returns whether the message names the index. */
static int put_id(partner_error *from, const char *field, uint64_t index, const char *id)
{
    const char *const patterns[] = {"%s index %llu", "%s %llu"};
    char said[sizeof from->message], looked_for[80], *found;

    for (size_t i = 0; i < 2; i++) {
        const size_t length =
            (size_t)snprintf(looked_for, sizeof looked_for, patterns[i], field, (unsigned long long)index);

        found = strstr(from->message, looked_for);
        if (found == NULL || (found[length] >= '0' && found[length] <= '9')) continue;
        snprintf(said, sizeof said, "%.*s%s%s\"%.100s\"%s", (int)(found - from->message), from->message,
                 i > 0 ? field : "", i > 0 ? " " : "", id, found + length);
        memcpy(from->message, said, sizeof said);
        return 1;
    }
    return 0;
}

/* Names the id behind an index that the error is about. */
static void name_id(const cli_table *table, const cli_dicts *dicts, partner_error *from)
{
    const partner_field *field = partner_record_field_find(table->record, from->field);
    const void *column = partner_field_data(field, table->data);
    size_t used = strlen(from->message);
    uint64_t index = from->index;

    if (field == NULL || column == NULL || field->unit != PARTNER_UNIT_INDEX || field == table->numbers ||
        cli_is_numbered(table, field) || strcmp(field->dictionary, "partner") == 0)
        return;
    if (from->row < table->rows) index = cli_index_at(field, column, (size_t)from->row);
    for (size_t i = 0; index < PARTNER_NONE && i < dicts->count; i++) {
        const char *id = strcmp(dicts->name[i], field->dictionary) == 0
                             ? partner_dict_id(dicts->dict[i], (uint32_t)index, NULL)
                             : NULL;

        if (id != NULL && !put_id(from, field->name, index, id))
            snprintf(from->message + used, sizeof from->message - used, " (%s is \"%.100s\")", field->name, id);
    }
}

/* Whether the index of an error about a table is that of a partner: not where the row has another, or none. */
static int is_of_partner(const cli_table *table, const partner_error *from)
{
    const partner_field *field = partner_record_field_find(table->record, from->field);

    if (field != NULL && field->unit == PARTNER_UNIT_INDEX && field->type == PARTNER_TYPE_U32)
        return strcmp(field->dictionary, "partner") == 0;
    for (size_t i = 0; i < table->matches && from->row < table->rows; i++) {
        field = table->match[i].field;
        if (field->unit == PARTNER_UNIT_INDEX && strcmp(field->dictionary, "partner") == 0)
            return cli_index_at(field, partner_field_data(field, table->data), (size_t)from->row) ==
                   from->index;
    }
    return from->row >= table->rows;
}

int cli_table_fail(const cli_table *table, const cli_dicts *dicts, const partner_error *library,
                   cli_error *error)
{
    partner_error copy = *library, *from = &copy;
    const partner_field *absent = absent_field(table, from);
    char where[600], prefix[48];

    if (!cli_drop_place(from, table->record->name)) cli_drop_place(from, table->input);
    name_lines(table, from->message, sizeof from->message);
    name_id(table, dicts, from);
    if (is_of_partner(table, from)) cli_name_partner(dicts, from);

    if (absent != NULL && from->row == PARTNER_NO_ROW) {
        snprintf(prefix, sizeof prefix, "%.40s%s", table->main ? "" : table->input, table->main ? "" : ".");
        return cli_missing_column(table->path, prefix, absent, ", which these options need",
                                  (const char *const *)table->header, table->headers, error);
    }
    if (from->row == PARTNER_NO_ROW || from->row >= table->rows)
        snprintf(where, sizeof where, "%.500s", cli_file_name(table->path));
    else
        snprintf(where, sizeof where, "%.500s:%llu", cli_file_name(table->path),
                 (unsigned long long)cli_lines_find(&table->lines, from->row));
    return cli_fail_library(error, where, from);
}
