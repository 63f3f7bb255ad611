/* SPDX-License-Identifier: MIT
 * A table of a script as the text of JSON that it stands for: what people write by hand (a program, rules) may
 * as well be written in Lua. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binding.h"

enum { DEEPEST = 64, PATH = 160 };

/* What is written so far: a userdata at `at` that makes room for itself. */
typedef struct writer {
    lua_State *L;
    bind_call *call;
    int at;
    char *text;
    size_t length, room;
    char path[PATH]; /* where we are: "$.rules[2].points" */
} writer;

static void put(writer *w, const char *bytes, size_t length)
{
    if (length > w->room - w->length) {
        size_t room = w->room * 2 + length;
        char *text = lua_newuserdata(w->L, room);

        memcpy(text, w->text, w->length);
        lua_replace(w->L, w->at);
        w->text = text;
        w->room = room;
    }
    memcpy(w->text + w->length, bytes, length);
    w->length += length;
}

static void put_text(writer *w, const char *text) { put(w, text, strlen(text)); }

/* A string between quotes. Bytes that are no UTF-8 are for the library to refuse. */
static void put_string(writer *w, const char *bytes, size_t length)
{
    size_t start = 0;

    put(w, "\"", 1);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)bytes[i];
        char escaped[8];

        if (c >= 0x20 && c != '"' && c != '\\') continue;
        put(w, bytes + start, i - start);
        snprintf(escaped, sizeof escaped, c < 0x20 ? "\\u%04x" : "\\%c", c);
        put_text(w, escaped);
        start = i + 1;
    }
    put(w, bytes + start, length - start);
    put(w, "\"", 1);
}

static int fail(writer *w, const char *found, const char *expected)
{
    bind_call *call = w->call;

    bind_fail(call, PARTNER_E_DATA, NULL, NULL, PARTNER_NO_ROW, "%s: found %s, expected %s", w->path, found,
              expected);
    snprintf(call->error.path, sizeof call->error.path, "%s", w->path);
    return 0;
}

static int write_value(writer *w, int depth);

/* --- objects --- */

typedef struct key {
    const char *text;
    size_t length;
} key;

static int by_text(const void *a, const void *b)
{
    const key *x = a, *y = b;
    int order = memcmp(x->text, y->text, x->length < y->length ? x->length : y->length);

    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* Pushes a list of the keys of the table at `table`, which holds them, and an array of them in order: a table
 * has none, and the same table shall be the same text. */
static key *push_keys(lua_State *L, int table, size_t count)
{
    key *keys;
    size_t n = 0;
    int list;

    lua_createtable(L, (int)count, 0);
    list = lua_gettop(L);
    keys = lua_newuserdata(L, (count + 1) * sizeof *keys);
    lua_pushnil(L);
    while (n < count && lua_next(L, table)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TSTRING) break;
        keys[n].text = lua_tolstring(L, -1, &keys[n].length);
        lua_pushvalue(L, -1);
        lua_rawseti(L, list, (int)++n);
    }
    if (n < count) luaL_error(L, "a table changed while it was read"); /* by a finalizer */
    lua_settop(L, list + 1);
    qsort(keys, count, sizeof *keys, by_text);
    return keys;
}

static int write_object(writer *w, int table, size_t count, int depth)
{
    lua_State *L = w->L;
    const key *keys = push_keys(L, table, count);
    size_t here = strlen(w->path);

    put_text(w, "{");
    for (size_t i = 0; i < count; i++) {
        if (i > 0) put_text(w, ", ");
        put_string(w, keys[i].text, keys[i].length);
        put_text(w, ": ");
        snprintf(w->path + here, sizeof w->path - here, ".%s", keys[i].text);
        lua_pushlstring(L, keys[i].text, keys[i].length);
        lua_rawget(L, table);
        if (!write_value(w, depth + 1)) return 0;
        w->path[here] = '\0';
    }
    put_text(w, "}");
    lua_pop(L, 2);
    return 1;
}

static int write_list(writer *w, int table, size_t count, int depth)
{
    size_t here = strlen(w->path);

    put_text(w, "[");
    for (size_t i = 1; i <= count; i++) {
        if (i > 1) put_text(w, ", ");
        snprintf(w->path + here, sizeof w->path - here, "[%lu]", (unsigned long)(i - 1));
        bind_raw_element(w->L, table, i);
        if (!write_value(w, depth + 1)) return 0;
        w->path[here] = '\0';
    }
    put_text(w, "]");
    return 1;
}

/* Counts the keys of the table on the top of the stack: *names strings, *rows numbers from 1 to *last. 0 =
 * there are others. */
static int count_keys(lua_State *L, size_t *names, size_t *rows, size_t *last)
{
    int table = lua_gettop(L);
    int64_t row;

    *names = *rows = *last = 0;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING) ++*names;
        else if (lua_type(L, -1) == LUA_TNUMBER && bind_whole(L, -1, &row) && row >= 1) {
            ++*rows;
            if ((uint64_t)row > *last) *last = (size_t)row;
        } else {
            lua_settop(L, table);
            return 0;
        }
    }
    return 1;
}

/* An empty table is a list, but for the whole, which is none. */
static int write_table(writer *w, int depth)
{
    lua_State *L = w->L;
    int table = lua_gettop(L);
    size_t names, rows, last;

    if (depth > DEEPEST) return fail(w, "tables within tables without end", "a few");
    luaL_checkstack(L, LUA_MINSTACK, "tables are nested too deep");
    if (!count_keys(L, &names, &rows, &last) || (names > 0 && rows > 0))
        return fail(w, "a table with keys of several kinds", "names, or a list");
    if (rows != last) return fail(w, "a list with gaps", "a list without (partner.null stands for null)");
    if (names > 0 || (rows == 0 && depth == 0)) return write_object(w, table, names, depth);
    return write_list(w, table, rows, depth);
}

/* --- values --- */

static int write_number(writer *w)
{
    char text[64];
    double x = lua_tonumber(w->L, -1);

    if (x != x || isinf(x)) return fail(w, x != x ? "nan" : "inf", "a finite number");
    put(w, text, bind_number_text(w->L, -1, text));
    return 1;
}

/* Writes the value on the top of the stack and pops it. 0 = the call's error says why not. */
static int write_value(writer *w, int depth)
{
    lua_State *L = w->L;
    int top = lua_gettop(L), done = 1;
    size_t length;
    const char *text;

    switch (lua_type(L, top)) {
    case LUA_TTABLE: done = write_table(w, depth); break;
    case LUA_TNUMBER: done = write_number(w); break;
    case LUA_TBOOLEAN: put_text(w, lua_toboolean(L, top) ? "true" : "false"); break;
    case LUA_TSTRING:
        text = lua_tolstring(L, top, &length);
        put_string(w, text, length);
        break;
    default:
        if (!bind_is_null(L, top)) return fail(w, luaL_typename(L, top), "what JSON has");
        put_text(w, "null");
    }
    lua_settop(L, top - 1);
    return done;
}

int bind_push_json(lua_State *L, bind_call *call, int value)
{
    writer w = {.L = L, .call = call, .room = 1024, .path = "$"};

    value = bind_absolute(L, value);
    w.text = lua_newuserdata(L, w.room);
    w.at = lua_gettop(L);
    lua_pushvalue(L, value);
    if (!write_value(&w, 0)) return 0;
    lua_pushlstring(L, w.text, w.length);
    lua_replace(L, w.at);
    return 1;
}
