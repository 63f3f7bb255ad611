/* SPDX-License-Identifier: MIT
 * jansson collects the bytes of every name, text and number in a buffer that grows with the longest of them.
 * When that cannot grow it drops bytes without a word, and then reads past the end or meets an assertion. So
 * the buffer is made to grow to its full size right at the beginning, over bytes that are ours: the text is
 * read as the second element of a list whose first one is a long row of x. A row that comes out whole means
 * that the buffer is large enough for all that follows, for longer names and numbers are refused before. */
#include "json.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "say.h"

/* --- where we are in a text, whether it is JSON or not --- */

typedef struct level {
    int is_list;
    size_t index;    /* of the element */
    const char *key; /* the last one of the object; NULL between members */
    size_t length;
} level;

typedef struct walk {
    const char *at, *end;
    level levels[PARTNER__JSON_DEEPEST];
    size_t depth;
} walk;

static int is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* The end of the name, text, number or word at c. */
static const char *token_end(const char *c, const char *end)
{
    if (*c != '"') {
        while (c < end && !is_space(*c) && strchr("[]{}:,\"", *c) == NULL) c++;
        return c;
    }
    for (c++; c < end && *c != '"'; c++)
        if (*c == '\\' && c + 1 < end) c++;
    return c < end ? c + 1 : c;
}

static const char *open_level(walk *w)
{
    if (w->depth == PARTNER__JSON_DEEPEST) return "is nested too deeply, expected at most 32 levels";
    w->levels[w->depth++] = (level){.is_list = *w->at == '['};
    w->at++;
    return NULL;
}

static const char *read_token(walk *w)
{
    level *in = w->depth > 0 ? &w->levels[w->depth - 1] : NULL;
    const char *end = token_end(w->at, w->end);

    if (end - w->at > PARTNER__JSON_LONGEST) return "holds a name or number of more than 4096 bytes";
    if (in != NULL && !in->is_list && in->key == NULL && *w->at == '"') {
        in->key = w->at + 1;
        in->length = (size_t)(end - w->at) - 1 - (end > w->at + 1 && end[-1] == '"');
    }
    w->at = end;
    return NULL;
}

/* Walks on to the token that begins at or after `stop`. Returns what is wrong there, or NULL. */
static const char *walk_to(walk *w, const char *stop)
{
    const char *fault = NULL;

    while (w->at < w->end && w->at < stop && fault == NULL) {
        level *in = w->depth > 0 ? &w->levels[w->depth - 1] : NULL;

        switch (*w->at) {
        case '\0': return "holds a zero byte";
        case '{':
        case '[': fault = open_level(w); continue;
        case '}':
        case ']': w->depth -= w->depth > 0; break;
        case ',':
            if (in != NULL) *in = (level){.is_list = in->is_list, .index = in->index + 1};
            break;
        case ':': break;
        default:
            if (is_space(*w->at)) break;
            fault = read_token(w);
            continue;
        }
        w->at++;
    }
    return fault;
}

/* The path as in $.rules[2].points. */
static void write_path(const walk *w, char path[176])
{
    size_t n = (size_t)snprintf(path, 176, "$");

    for (size_t i = 0; i < w->depth && n < 176; i++) {
        const level *in = &w->levels[i];

        if (in->is_list) n += (size_t)snprintf(path + n, 176 - n, "[%zu]", in->index);
        else if (in->key != NULL)
            n += (size_t)snprintf(path + n, 176 - n, ".%.*s", (int)partner__cut(in->key, in->length, 40),
                                  in->key);
    }
}

static partner__place place_at(const char *path)
{
    partner__place place = partner__at(NULL, NULL, PARTNER_NO_ROW, PARTNER_NONE);

    place.path = path;
    return place;
}

static partner_status check_limits(const char *text, size_t length, partner_error *error)
{
    walk w = {.at = text, .end = text + length};
    const char *fault = length > PARTNER__JSON_MOST ? "is longer than 16 MiB" : walk_to(&w, w.end);
    char path[176];

    if (fault == NULL) return PARTNER_OK;
    write_path(&w, path);
    return partner__fail_at(error, PARTNER_E_DATA, place_at(path), "%s %s", path, fault);
}

/* --- jansson --- */

/* The row is so long that the buffer grows for the last time (at 4096 bytes, to 8192) well before its end. */
enum { ROW = PARTNER__JSON_LONGEST + 2048, HEAD = ROW + 4 };

typedef struct feed {
    const char *text;
    size_t length, at;
} feed;

static char byte_at(const feed *f, size_t i)
{
    if (i == 0) return '[';
    if (i == 1 || i == HEAD - 2) return '"';
    if (i < HEAD) return i == HEAD - 1 ? ',' : 'x';
    return i - HEAD < f->length ? f->text[i - HEAD] : ']';
}

static size_t give(void *buffer, size_t room, void *data)
{
    feed *f = data;
    const size_t all = HEAD + f->length + 1;
    size_t n = 0;

    for (; n < room && f->at < all; n++, f->at++) ((char *)buffer)[n] = byte_at(f, f->at);
    return n;
}

static json_t *load(const char *text, size_t length, json_error_t *bad)
{
    feed f = {text, length, 0};

    memset(bad, 0, sizeof *bad);
    return json_load_callback(give, &f, JSON_REJECT_DUPLICATES, bad);
}

static partner_status say_bad(const char *text, size_t length, const json_error_t *bad, partner_error *error)
{
    const size_t position = bad->position > HEAD ? (size_t)bad->position - HEAD : 0;
    const int column = bad->line == 1 ? bad->column - HEAD : bad->column;
    walk w = {.at = text, .end = text + length};
    char path[176];

    walk_to(&w, text + (position < length ? position : length));
    write_path(&w, path);
    if (position > length)
        return partner__fail_at(error, PARTNER_E_DATA, place_at(path),
                                "not valid JSON: it ends at line %d before it is complete", bad->line);
    return partner__fail_at(error, PARTNER_E_DATA, place_at(path),
                            "not valid JSON at line %d, column %d: %s (in %s)", bad->line,
                            column < 1 ? 1 : column, bad->text, path);
}

/* Some failed allocations come out as a fault of the text, which a text that is read once more does not repeat.
 */
static partner_status explain(const char *text, size_t length, const json_error_t *bad, partner_error *error)
{
    json_error_t again;
    json_t *list;

    if (bad->text[0] == '\0') return partner__no_memory(error);
    list = load(text, length, &again);
    json_decref(list);
    if (list != NULL || again.position != bad->position || strcmp(again.text, bad->text) != 0)
        return partner__no_memory(error);
    return say_bad(text, length, bad, error);
}

static int is_whole(const json_t *row)
{
    const char *x = json_string_value(row);

    return x != NULL && json_string_length(row) == ROW && strspn(x, "x") == ROW;
}

partner_status partner__json_read(const char *text, size_t length, json_t **root, partner_error *error)
{
    partner_status status = check_limits(text, length, error);
    json_error_t bad;
    json_t *list;

    if (status != PARTNER_OK) return status;
    list = load(text, length, &bad);
    if (list == NULL) return explain(text, length, &bad, error);
    if (!is_whole(json_array_get(list, 0))) status = partner__no_memory(error);
    else if (json_array_size(list) != 2)
        status = partner__fail_at(error, PARTNER_E_DATA, place_at("$"),
                                  "not valid JSON: found %zu values one after the other, expected one",
                                  json_array_size(list) - 1);
    else *root = json_incref(json_array_get(list, 1));
    json_decref(list);
    return status;
}
