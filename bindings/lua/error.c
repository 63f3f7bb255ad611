/* SPDX-License-Identifier: MIT
 * What went wrong, as Lua is told: nil, message, code and place; and names that were nearly right. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "binding.h"

static void copy(char *to, size_t size, const char *text)
{
    if (text != NULL) snprintf(to, size, "%s", text);
}

int bind_fail(bind_call *call, partner_status code, const char *record, const char *field, uint64_t row,
              const char *format, ...)
{
    partner_error *error = &call->error;
    va_list arguments;

    memset(error, 0, sizeof *error);
    error->code = code;
    error->index = PARTNER_NONE;
    error->row = row;
    copy(error->record, sizeof error->record, record);
    copy(error->field, sizeof error->field, field);
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return 0;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

/* How long `phrase` is when `text` has it here, with a digit behind; else 0. */
static size_t match(const char *text, const char *phrase)
{
    size_t length = strlen(phrase);

    return strncmp(text, phrase, length) == 0 && is_digit(text[length]) ? length : 0;
}

/* How much of the text stands before a row of the library's here; 0 = no row is here. Data may say "row 5" too,
 * even between quotes of its own, so that only the phrases of the library count. */
static size_t before_row(const char *text)
{
    static const char *const phrases[] = {
        "\" found, but row ",        "\" stands in row ", " is listed already in row ",
        " is there already in row ", " is in row ",       ", the event of row "};
    size_t length = 0;

    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0] && length == 0; i++)
        length = match(text, phrases[i]);
    return length;
}

/* The same for where a message begins: "row 5: …" or "sales row 5: …". */
static size_t before_first_row(const char *message)
{
    size_t word = strcspn(message, " "), length = match(message, "row ");

    if (length > 0) return length;
    length = match(message + word, " row ");
    return length > 0 ? word + length : 0;
}

/* Copies up to a row and that, one higher; returns what is behind. */
static const char *add_row(luaL_Buffer *out, const char *at, size_t before)
{
    unsigned long long row = 0;
    char number[24];

    luaL_addlstring(out, at, before);
    for (at += before; is_digit(*at); at++) row = row * 10 + (unsigned long long)(*at - '0');
    snprintf(number, sizeof number, "%llu", row + 1);
    luaL_addstring(out, number);
    return at;
}

/* The library counts rows from 0, Lua from 1. */
static void push_message(lua_State *L, const partner_error *error)
{
    const char *at = error->message;
    int shift = error->row != PARTNER_NO_ROW;
    size_t before = shift ? before_first_row(at) : 0;
    luaL_Buffer out;

    luaL_buffinit(L, &out);
    while (*at != '\0') {
        if (before > 0) at = add_row(&out, at, before);
        else luaL_addchar(&out, *at++);
        before = shift ? before_row(at) : 0;
    }
    luaL_pushresult(&out);
}

static void set_text(lua_State *L, const char *key, const char *text)
{
    if (text[0] == '\0') return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, key);
}

int bind_push_error(lua_State *L, const partner_error *error)
{
    lua_pushnil(L);
    push_message(L, error);
    lua_pushinteger(L, error->code);
    lua_createtable(L, 0, 5);
    if (error->row != PARTNER_NO_ROW) {
        bind_push_integer(L, "row", error->row + 1, 0);
        lua_setfield(L, -2, "row");
    }
    if (error->index != PARTNER_NONE) {
        bind_push_integer(L, "index", error->index, 0);
        lua_setfield(L, -2, "index");
    }
    set_text(L, "record", error->record);
    set_text(L, "field", error->field);
    set_text(L, "path", error->path);
    return 4;
}

/* --- names --- */

enum { LONGEST = 48 };

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* How many letters to add, drop or change (Levenshtein), row by row. */
static size_t distance_of(const char *a, const char *b, size_t length)
{
    size_t row[LONGEST + 1];

    for (size_t j = 0; j <= length; j++) row[j] = j;
    for (size_t i = 1; a[i - 1] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t above = row[j];
            int same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);

            row[j] = least(above + 1, row[j - 1] + 1, diagonal + !same);
            diagonal = above;
        }
    }
    return row[length];
}

void bind_nearest_try(bind_nearest *nearest, const char *candidate)
{
    size_t length = strlen(candidate), distance;

    if (strlen(nearest->wanted) > LONGEST || length > LONGEST) return;
    distance = distance_of(nearest->wanted, candidate, length);
    if (nearest->best != NULL && distance >= nearest->distance) return;
    nearest->best = candidate;
    nearest->distance = distance;
}

void bind_push_hint(lua_State *L, const bind_nearest *nearest)
{
    if (nearest->best != NULL && nearest->distance <= strlen(nearest->wanted) / 3 + 1)
        lua_pushfstring(L, "; did you mean \"%s\"?", nearest->best);
    else lua_pushliteral(L, "");
}
