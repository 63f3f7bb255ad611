/* SPDX-License-Identifier: MIT
 * Which column of a file holds which field: an explicit --column first, then a mapping file, then the field's
 * exact name, then its aliases in their order. */
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "names.h"

/* What matching works on. */
typedef struct matcher {
    const cli_request *request;
    const cli_cell *header;
    size_t headers;
    uint64_t line;
    cli_error *error;
} matcher;

/* A list of names in a sentence, cut where it gets too long for one. */
typedef struct list {
    char text[600];
    size_t length, left_out;
} list;

static void list_add(list *l, const char *text, size_t length)
{
    if (l->length + length + 4 >= sizeof l->text || l->left_out > 0) {
        l->left_out++;
        return;
    }
    l->length += (size_t)snprintf(l->text + l->length, sizeof l->text - l->length, "%s%.*s",
                                  l->length > 0 ? ", " : "", (int)length, text);
}

static void list_end(list *l)
{
    if (l->left_out > 0)
        snprintf(l->text + l->length, sizeof l->text - l->length, " and %zu more", l->left_out);
}

/* The k-th text that means a field: its name, then its aliases in their order. */
static int meaning(const partner_field *field, size_t k, const char **text, size_t *length)
{
    const char *at = field->aliases;

    if (k == 0) {
        *text = field->name;
        *length = strlen(field->name);
        return 1;
    }
    while (at != NULL && --k > 0) {
        at = strchr(at, ',');
        if (at != NULL) at++;
    }
    if (at == NULL) return 0;
    *text = at;
    *length = strcspn(at, ",");
    return 1;
}

/* The header that comes nearest to one of a field's meanings; NULL when none is near. */
static const char *nearest_header(const partner_field *field, const char *const *headers, size_t count)
{
    const char *text, *best = NULL;
    size_t length, distance = (size_t)-1;
    char name[64];

    for (size_t k = 0; meaning(field, k, &text, &length); k++) {
        partner__nearest nearest = PARTNER__NEAREST(name);

        snprintf(name, sizeof name, "%.*s", (int)length, text);
        for (size_t i = 0; i < count; i++) partner__nearest_try(&nearest, headers[i]);
        if (partner__nearest_found(&nearest) == NULL || nearest.distance >= distance) continue;
        best = nearest.best;
        distance = nearest.distance;
    }
    return best;
}

/* A file with one header that holds another delimiter was not meant to have one column. */
static const char *delimiter_hint(const char *const *headers, size_t count)
{
    if (count != 1) return "";
    if (strchr(headers[0], ';') != NULL) return "; use --delimiter ';'?";
    if (strchr(headers[0], '\t') != NULL) return "; use --delimiter tab?";
    if (strchr(headers[0], '|') != NULL) return "; use --delimiter '|'?";
    if (strchr(headers[0], ',') != NULL) return "; use --delimiter ,?";
    return "";
}

int cli_missing_column(const char *path, const char *prefix, const partner_field *field, const char *why,
                       const char *const *headers, size_t count, cli_error *error)
{
    list tried = {.length = 0, .left_out = 0}, there = {.length = 0, .left_out = 0};
    const char *text, *nearest = nearest_header(field, headers, count);
    size_t length;

    for (size_t k = 0; meaning(field, k, &text, &length); k++) list_add(&tried, text, length);
    for (size_t i = 0; i < count; i++) list_add(&there, headers[i], strlen(headers[i]));
    list_end(&tried);
    list_end(&there);
    return cli_fail(
        error, CLI_DATA,
        "%s: no column for %s%s (tried %s); the headers are %s; name it with --column %s%s=%.100s%s",
        cli_file_name(path), field->name, why, tried.text, there.text, prefix, field->name,
        nearest != NULL ? nearest : "HEADER", delimiter_hint(headers, count));
}

enum { PREFIX = 48 };

/* What --column needs before the field's name. */
static void column_prefix(const cli_request *request, char prefix[PREFIX])
{
    snprintf(prefix, PREFIX, "%.40s%s", request->main ? "" : request->input, request->main ? "" : ".");
}

static int missing(const matcher *m, const partner_field *field)
{
    char **headers = calloc(m->headers + 1, sizeof *headers);
    char prefix[PREFIX];
    int exit_code = CLI_SYSTEM;

    if (headers == NULL) return cli_no_memory(m->error);
    for (size_t i = 0; i < m->headers; i++) {
        headers[i] = malloc(m->header[i].length + 1);
        if (headers[i] == NULL) goto out;
        memcpy(headers[i], m->header[i].text, m->header[i].length);
        headers[i][m->header[i].length] = 0;
    }
    column_prefix(m->request, prefix);
    exit_code = cli_missing_column(m->request->path, prefix, field, "", (const char *const *)headers,
                                   m->headers, m->error);
out:
    for (size_t i = 0; i < m->headers; i++) free(headers[i]);
    free(headers);
    return exit_code == CLI_SYSTEM ? cli_no_memory(m->error) : exit_code;
}

/* Two headers for one field. */
static int ambiguous(const matcher *m, const partner_field *field, size_t a, size_t b)
{
    const cli_cell *one = &m->header[a], *two = &m->header[b];
    char which[PREFIX];

    if (one->length == two->length && memcmp(one->text, two->text, one->length) == 0)
        return cli_fail(
            m->error, CLI_DATA,
            "%s:%llu: %s: the header \"%.*s\" stands twice, in columns %zu and %zu; rename one of them",
            cli_file_name(m->request->path), (unsigned long long)m->line, field->name,
            (int)(one->length < 100 ? one->length : 100), one->text, a + 1, b + 1);
    column_prefix(m->request, which);
    return cli_fail(m->error, CLI_DATA,
                    "%s:%llu: %s: both \"%.*s\" and \"%.*s\" could hold it; choose one with --column %s%s=%.*s",
                    cli_file_name(m->request->path), (unsigned long long)m->line, field->name,
                    (int)(one->length < 100 ? one->length : 100), one->text,
                    (int)(two->length < 100 ? two->length : 100), two->text, which, field->name,
                    (int)(one->length < 100 ? one->length : 100), one->text);
}

typedef int (*same_text)(const char *a, size_t a_length, const char *b, size_t b_length);

static int same_bytes(const char *a, size_t a_length, const char *b, size_t b_length)
{
    return a_length == b_length && memcmp(a, b, a_length) == 0;
}

/* The one header that is `text`; *found = 0 when there is none, an error when there are two. */
static int find_header(const matcher *m, const partner_field *field, const char *text, size_t length,
                       same_text same, size_t *cell, int *found)
{
    *found = 0;
    for (size_t i = 0; i < m->headers; i++) {
        if (!same(m->header[i].text, m->header[i].length, text, length)) continue;
        if (*found) return ambiguous(m, field, *cell, i);
        *cell = i;
        *found = 1;
    }
    return CLI_OK;
}

/* The column the user named for a field, from the command line before the mapping file; NULL when none. */
static const cli_column *given_column(const cli_request *request, const partner_field *field)
{
    for (size_t source = 0; source < 2; source++)
        for (size_t i = 0; i < request->columns[source]; i++) {
            const cli_column *column = &request->column[source][i];
            int ours = column->input == NULL
                           ? request->main
                           : column->input_length == strlen(request->input) &&
                                 memcmp(column->input, request->input, column->input_length) == 0;

            if (ours && column->field_length == strlen(field->name) &&
                memcmp(column->field, field->name, column->field_length) == 0)
                return column;
        }
    return NULL;
}

static int match_given(const matcher *m, const partner_field *field, const cli_column *column, cli_match *match)
{
    size_t length = strlen(column->header);
    list there = {.length = 0, .left_out = 0};
    int found;

    if (find_header(m, field, column->header, length, same_bytes, &match->cell, &found) != CLI_OK)
        return CLI_DATA;
    if (!found &&
        find_header(m, field, column->header, length, cli_same_letters, &match->cell, &found) != CLI_OK)
        return CLI_DATA;
    match->how = CLI_MATCH_GIVEN;
    if (found) return CLI_OK;
    for (size_t i = 0; i < m->headers; i++) list_add(&there, m->header[i].text, m->header[i].length);
    list_end(&there);
    return cli_fail(m->error, CLI_DATA,
                    "%s:%llu: %s: there is no header \"%.100s\", which %.200s names; the headers are %s",
                    cli_file_name(m->request->path), (unsigned long long)m->line, field->name, column->header,
                    column->from != NULL ? column->from : "--column", there.text);
}

/* Whether another field has taken a column by name or because the user says so. */
static int is_taken(const cli_match *match, size_t matches, const cli_match *but, size_t cell)
{
    for (size_t i = 0; i < matches; i++)
        if (&match[i] != but && (match[i].how == CLI_MATCH_GIVEN || match[i].how == CLI_MATCH_NAME) &&
            match[i].cell == cell)
            return 1;
    return 0;
}

static int match_name(const matcher *m, cli_match *match)
{
    const char *name = match->field->name;
    int found;

    if (find_header(m, match->field, name, strlen(name), cli_same_header, &match->cell, &found) != CLI_OK)
        return CLI_DATA;
    if (found) match->how = CLI_MATCH_NAME;
    return CLI_OK;
}

/* A file that holds a name and an alias, or two aliases, does not say which one is meant; guessing would give
 * wrong figures without a word. */
static int match_alias(const matcher *m, const cli_match *all, size_t matches, cli_match *match)
{
    const char *text;
    size_t length, cell;
    int found;

    for (size_t k = 1; meaning(match->field, k, &text, &length); k++) {
        if (find_header(m, match->field, text, length, cli_same_header, &cell, &found) != CLI_OK)
            return CLI_DATA;
        if (!found || is_taken(all, matches, match, cell)) continue;
        if (match->how != CLI_MATCH_NONE && cell != match->cell)
            return ambiguous(m, match->field, match->cell, cell);
        if (match->how == CLI_MATCH_NONE) match->how = CLI_MATCH_ALIAS;
        match->cell = cell;
    }
    return CLI_OK;
}

static int match_one(const matcher *m, cli_match *match)
{
    const cli_column *column = given_column(m->request, match->field);

    match->how = CLI_MATCH_NONE;
    return column != NULL ? match_given(m, match->field, column, match) : match_name(m, match);
}

int cli_match_headers(const cli_request *request, const cli_cell *headers, size_t count, uint64_t line,
                      cli_match *match, size_t *matches, cli_error *error)
{
    matcher m = {.request = request, .header = headers, .headers = count, .line = line, .error = error};
    const partner_field *field;
    size_t n = 0, kept = 0;

    for (size_t f = 0; (field = partner_record_field(request->record, f)) != NULL && n < CLI_FIELDS; f++) {
        if (field->length == NULL) continue;
        match[n].field = field;
        if (match_one(&m, &match[n++]) != CLI_OK) return error->exit_code;
    }
    for (size_t i = 0; i < n; i++) {
        if (match[i].how != CLI_MATCH_GIVEN && match_alias(&m, match, n, &match[i]) != CLI_OK)
            return error->exit_code;
        if (match[i].how == CLI_MATCH_NONE && (match[i].field->flags & PARTNER_FIELD_REQUIRED))
            return missing(&m, match[i].field);
    }
    for (size_t i = 0; i < n; i++)
        if (match[i].how != CLI_MATCH_NONE) match[kept++] = match[i];
    *matches = kept;
    return CLI_OK;
}
