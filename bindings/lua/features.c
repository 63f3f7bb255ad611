/* SPDX-License-Identifier: MIT
 * What models learn from: columns of a script as a matrix of numbers, its labels and weights. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "binding.h"

enum { LABEL = 64 };

/* Memory that the running function's stack holds. */
static void *push_room(lua_State *L, size_t count, size_t size)
{
    if (count >= SIZE_MAX / 2 / size) luaL_error(L, "not enough memory");
    return lua_newuserdata(L, (count + 1) * size);
}

void bind_check_options(lua_State *L, const char *call, int at, const char *const *known, size_t count)
{
    if (lua_isnoneornil(L, at)) return;
    luaL_checktype(L, at, LUA_TTABLE);
    lua_pushnil(L);
    while (lua_next(L, at)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : luaL_typename(L, -2);
        bind_nearest nearest = {.wanted = name};
        int found = 0;

        for (size_t i = 0; i < count; i++) {
            found |= strcmp(known[i], name) == 0;
            bind_nearest_try(&nearest, known[i]);
        }
        if (!found) {
            bind_push_hint(L, &nearest);
            luaL_error(L, "partner.%s: there is no option \"%s\"%s", call, name, lua_tostring(L, -1));
        }
        lua_pop(L, 1);
    }
}

/* --- which columns --- */

typedef struct keys {
    size_t names, numbers;
} keys;

static keys count_keys(lua_State *L, const char *call, int table)
{
    keys k = {0, 0};

    lua_pushnil(L);
    while (lua_next(L, table)) {
        if (lua_type(L, -2) == LUA_TSTRING) k.names++;
        else if (lua_type(L, -2) == LUA_TNUMBER) k.numbers++;
        else luaL_error(L, "partner.%s: found a column named by a %s", call, luaL_typename(L, -2));
        lua_pop(L, 1);
    }
    if (k.names > 0 && k.numbers > 0)
        luaL_error(L, "partner.%s: found columns with names and without, expected all or none", call);
    return k;
}

typedef struct name {
    const char *text;
    size_t length;
} name;

static int by_text(const void *a, const void *b)
{
    const name *x = a, *y = b;
    int order = memcmp(x->text, y->text, x->length < y->length ? x->length : y->length);

    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* Pushes a list of the string keys of a table. */
static void push_keys(lua_State *L, const char *call, int table, size_t count)
{
    size_t i = 0;

    lua_createtable(L, (int)count, 0);
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        if (i < count && lua_type(L, -1) == LUA_TSTRING) {
            lua_pushvalue(L, -1);
            lua_rawseti(L, -3, (int)++i);
        } else {
            luaL_error(L, "partner.%s: the columns changed while they were read", call);
        }
    }
    if (i < count) luaL_error(L, "partner.%s: the columns changed while they were read", call);
}

/* Pushes the names of a table's columns in the order of their bytes: a table has none of its own. The texts are
 * held by the list of keys until all are in the one that is sorted. */
static void push_sorted_names(lua_State *L, const char *call, int table, size_t count)
{
    name *names;

    push_keys(L, call, table, count);
    names = push_room(L, count, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, -2, (int)i + 1);
        names[i].text = lua_tolstring(L, -1, &names[i].length);
        lua_pop(L, 1);
    }
    qsort(names, count, sizeof *names, by_text);
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushlstring(L, names[i].text, names[i].length);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_replace(L, -3);
    lua_pop(L, 1);
}

/* Pushes the columns themselves, in the order of the names, or as the table lists them. */
static int push_list(lua_State *L, bind_call *call, int table, bind_features *f)
{
    char label[LABEL];

    lua_createtable(L, (int)f->columns, 0);
    f->list = lua_gettop(L);
    for (size_t c = 0; c < f->columns; c++) {
        if (f->named) {
            lua_rawgeti(L, f->names, (int)c + 1);
            lua_rawget(L, table);
        } else {
            lua_rawgeti(L, table, (int)c + 1);
        }
        if (lua_isnil(L, -1))
            return bind_fail(call, PARTNER_E_DATA, "features", "value", PARTNER_NO_ROW,
                             "features: %s is missing", bind_features_label(L, f, c, label, sizeof label));
        lua_rawseti(L, f->list, (int)c + 1);
    }
    return 1;
}

/* A name that the model does not know. */
static void refuse_unknown(lua_State *L, const bind_call *call, int table, const bind_features *f)
{
    lua_createtable(L, 0, (int)f->columns);
    for (size_t c = 0; c < f->columns; c++) {
        lua_rawgeti(L, f->names, (int)c + 1);
        lua_pushboolean(L, 1);
        lua_rawset(L, -3);
    }
    lua_pushnil(L);
    while (lua_next(L, table)) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_rawget(L, -3);
        if (lua_isnil(L, -1))
            luaL_error(L, "partner.%s: there is no feature \"%s\" in the model", call->name,
                       lua_tostring(L, -2));
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void check_table(lua_State *L, const bind_call *call, int table)
{
    if (lua_type(L, table) != LUA_TTABLE)
        luaL_error(L, "partner.%s: expected a table of columns, by name or as a list, found a %s", call->name,
                   luaL_typename(L, table));
}

int bind_features_open(lua_State *L, bind_call *call, int table, bind_features *f)
{
    keys k;

    check_table(L, call, table);
    k = count_keys(L, call->name, table);
    f->columns = k.names + k.numbers;
    if (f->columns == 0 || f->columns >= INT32_MAX)
        luaL_error(L, "partner.%s: expected a table of columns, found an empty one", call->name);
    f->named = k.names > 0;
    if (f->named) push_sorted_names(L, call->name, table, f->columns);
    else lua_pushnil(L);
    f->names = lua_gettop(L);
    return push_list(L, call, table, f);
}

int bind_features_find(lua_State *L, bind_call *call, int table, size_t columns, int names, bind_features *f)
{
    keys k;

    check_table(L, call, table);
    k = count_keys(L, call->name, table);
    f->named = !lua_isnil(L, names);
    f->names = names;
    f->columns = f->named ? columns : k.numbers;
    if (f->named && k.numbers > 0)
        luaL_error(L, "partner.%s: found columns without names, expected those that the model was fitted to",
                   call->name);
    if (!f->named && k.names > 0)
        luaL_error(L, "partner.%s: found columns with names, but the model was fitted to columns without",
                   call->name);
    if (f->named && k.names > columns) refuse_unknown(L, call, table, f);
    return push_list(L, call, table, f);
}

const char *bind_features_label(lua_State *L, const bind_features *f, size_t column, char *label, size_t size)
{
    if (f->named) {
        lua_rawgeti(L, f->names, (int)column + 1);
        snprintf(label, size, "column \"%.40s\"", lua_tostring(L, -1));
        lua_pop(L, 1);
    } else {
        snprintf(label, size, "column %zu", column + 1);
    }
    return label;
}

/* --- rows --- */

static void open_column(lua_State *L, const bind_call *call, const bind_features *f, size_t column,
                        bind_list *list)
{
    char label[LABEL], what[2 * LABEL];
    const bind_column *of;

    lua_rawgeti(L, f->list, (int)column + 1);
    of = bind_column_at(L, -1);
    if (of != NULL && of->owner != NULL) bind_check_open(L, of->owner);
    snprintf(what, sizeof what, "partner.%.40s: %s", call->name,
             bind_features_label(L, f, column, label, sizeof label));
    bind_list_open(L, lua_gettop(L), what, list);
}

size_t bind_features_rows(lua_State *L, const bind_call *call, const bind_features *f)
{
    size_t rows = 0;

    for (size_t c = 0; c < f->columns; c++) {
        bind_list list;

        open_column(L, call, f, c, &list);
        if (list.rows > rows) rows = list.rows;
        lua_pop(L, 1);
    }
    return rows;
}

/* Whether a column has all rows, but for such as are missing at its end. */
static int check_rows(lua_State *L, bind_call *call, const bind_features *f, size_t column,
                      const bind_list *list)
{
    char label[LABEL];
    size_t row = list->rows < f->rows ? list->rows : f->rows;

    if (list->rows == f->rows || (list->open && list->rows < f->rows)) return 1;
    return bind_fail(call, PARTNER_E_DATA, "features", "value", row,
                     "features row %llu: %s has %llu rows, expected %llu", (unsigned long long)row,
                     bind_features_label(L, f, column, label, sizeof label), (unsigned long long)list->rows,
                     (unsigned long long)f->rows);
}

int bind_features_column(lua_State *L, bind_call *call, const bind_features *f, size_t column, bind_list *list)
{
    open_column(L, call, f, column, list);
    return check_rows(L, call, f, column, list);
}

/* --- numbers --- */

/* The number on the top of the stack; 0 = it is none. */
static int number_of(lua_State *L, double *number)
{
    switch (lua_type(L, -1)) {
    case LUA_TNUMBER: *number = lua_tonumber(L, -1); return 1;
    case LUA_TBOOLEAN: *number = lua_toboolean(L, -1); return 1;
    default: *number = NAN; return bind_is_null(L, -1);
    }
}

static int no_number(lua_State *L, bind_call *call, const bind_features *f, size_t column, size_t row)
{
    char label[LABEL];
    int is_text = lua_type(L, -1) == LUA_TSTRING;

    return bind_fail(call, PARTNER_E_DATA, "features", "value", row,
                     "features row %llu: %s: found a %s, expected a number%s", (unsigned long long)row,
                     bind_features_label(L, f, column, label, sizeof label), luaL_typename(L, -1),
                     is_text ? "; encode text, as one 0/1 column per value, say" : "");
}

static int read_column(lua_State *L, bind_call *call, const bind_features *f, size_t column, double *to)
{
    const bind_column *of;
    bind_list list;

    if (!bind_features_column(L, call, f, column, &list)) return 0;
    of = bind_column_at(L, -1);
    if (of != NULL && of->owner == NULL && of->meaning == BIND_PLAIN && of->layout == PARTNER_VALUES_F64) {
        memcpy(to, of->data, f->rows * sizeof *to);
        list.rows = f->rows;
    } else {
        for (size_t i = 0; i < list.rows; i++) {
            bind_list_get(L, &list, i + 1);
            if (!number_of(L, &to[i])) return no_number(L, call, f, column, i);
            lua_pop(L, 1);
        }
    }
    for (size_t i = list.rows; i < f->rows; i++) to[i] = NAN;
    lua_pop(L, 1);
    return 1;
}

double *bind_features_push_matrix(lua_State *L, bind_call *call, const bind_features *f)
{
    double *matrix;

    if (f->rows > 0 && f->columns > SIZE_MAX / 2 / sizeof *matrix / f->rows) luaL_error(L, "not enough memory");
    matrix = push_room(L, f->rows * f->columns, sizeof *matrix);
    for (size_t c = 0; c < f->columns; c++)
        if (!read_column(L, call, f, c, matrix + c * f->rows)) return NULL;
    return matrix;
}

void bind_features_name_error(lua_State *L, const bind_features *f, partner_error *error)
{
    char label[LABEL], found[32], after[sizeof error->message];
    char *at;

    snprintf(found, sizeof found, "column %u ", (unsigned)error->index);
    at = error->index < f->columns ? strstr(error->message, found) : NULL;
    if (at == NULL) return;
    snprintf(after, sizeof after, "%s", at + strlen(found) - 1);
    snprintf(at, sizeof error->message - (size_t)(at - error->message), "%s%s",
             bind_features_label(L, f, error->index, label, sizeof label), after);
}

/* --- labels and what else a row has --- */

/* The label on the top of the stack; 2 = it is none. */
static uint8_t label_of(lua_State *L)
{
    int64_t whole;

    if (lua_type(L, -1) == LUA_TBOOLEAN) return (uint8_t)lua_toboolean(L, -1);
    if (lua_type(L, -1) == LUA_TNUMBER && bind_whole(L, -1, &whole) && (whole == 0 || whole == 1))
        return (uint8_t)whole;
    return 2;
}

static int no_label(lua_State *L, bind_call *call, size_t row)
{
    char number[64];
    int is_number = lua_type(L, -1) == LUA_TNUMBER, is_null = bind_is_null(L, -1);

    if (is_number) bind_number_text(L, -1, number);
    return bind_fail(call, PARTNER_E_DATA, "labels", "label", row,
                     "labels row %llu: found %s%s, expected true or false, or 1 or 0", (unsigned long long)row,
                     is_number || is_null ? "" : "a ",
                     is_number ? number
                     : is_null ? "nothing"
                               : luaL_typename(L, -1));
}

/* A table may say that it has a thousand million rows: they are looked at before there is memory for them. */
uint8_t *bind_labels_push(lua_State *L, bind_call *call, int at, size_t *rows)
{
    char what[LABEL];
    uint8_t *labels;
    bind_list list;

    snprintf(what, sizeof what, "partner.%.40s: labels", call->name);
    bind_list_open(L, at, what, &list);
    for (size_t i = 0; i < list.rows; i++) {
        bind_list_get(L, &list, i + 1);
        if (label_of(L) > 1) {
            no_label(L, call, i);
            return NULL;
        }
        lua_pop(L, 1);
    }
    labels = push_room(L, list.rows, 1);
    for (size_t i = 0; i < list.rows; i++) {
        bind_list_get(L, &list, i + 1);
        labels[i] = label_of(L);
        if (labels[i] > 1) luaL_error(L, "%s changed while they were read", what);
        lua_pop(L, 1);
    }
    *rows = list.rows;
    return labels;
}

/* Opens a list of an option that has an element per row. */
static int open_option(lua_State *L, bind_call *call, const char *option, int at, size_t rows, bind_list *list)
{
    char what[2 * LABEL];

    snprintf(what, sizeof what, "partner.%.30s: option %.20s", call->name, option);
    bind_list_open(L, at, what, list);
    if (list->rows == rows) return 1;
    return bind_fail(call, PARTNER_E_DATA, option, option, PARTNER_NO_ROW,
                     "%s has %llu rows, expected %llu as labels has", option, (unsigned long long)list->rows,
                     (unsigned long long)rows);
}

double *bind_weights_push(lua_State *L, bind_call *call, int at, size_t rows)
{
    bind_list list;
    double *weights;

    if (!open_option(L, call, "weight", at, rows, &list)) return NULL;
    weights = push_room(L, rows, sizeof *weights);
    for (size_t i = 0; i < rows; i++) {
        bind_list_get(L, &list, i + 1);
        if (lua_type(L, -1) != LUA_TNUMBER) {
            bind_fail(call, PARTNER_E_DATA, "weight", "weight", i,
                      "weight row %llu: found a %s, expected a number", (unsigned long long)i,
                      luaL_typename(L, -1));
            return NULL;
        }
        weights[i] = lua_tonumber(L, -1);
        lua_pop(L, 1);
    }
    return weights;
}

uint32_t *bind_folds_push(lua_State *L, bind_call *call, int at, size_t rows)
{
    uint32_t *folds;
    bind_list list;

    if (!open_option(L, call, "fold", at, rows, &list)) return NULL;
    folds = push_room(L, rows, sizeof *folds);
    for (size_t i = 0; i < rows; i++) {
        int64_t whole = -1;

        bind_list_get(L, &list, i + 1);
        if (lua_type(L, -1) != LUA_TNUMBER || !bind_whole(L, -1, &whole) || whole < 0 ||
            whole >= PARTNER_NONE) {
            bind_fail(call, PARTNER_E_DATA, "fold", "fold", i,
                      "fold row %llu: found a %s, expected a whole number from 0", (unsigned long long)i,
                      luaL_typename(L, -1));
            return NULL;
        }
        folds[i] = (uint32_t)whole;
        lua_pop(L, 1);
    }
    return folds;
}
