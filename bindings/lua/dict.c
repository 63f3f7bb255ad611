/* SPDX-License-Identifier: MIT
 * Dictionaries: from ids to the indexes from zero that columns hold, shared between calls. */
#include <math.h>
#include <string.h>

#include "binding.h"

bind_dict *bind_dict_at(lua_State *L, int index) { return bind_userdata_at(L, index, BIND_DICT); }

static bind_dict *self(lua_State *L)
{
    bind_dict *d = bind_dict_at(L, 1);

    if (d == NULL || d->dict == NULL)
        luaL_argerror(L, 1, "expected a dictionary (is the method called with a colon?)");
    return d;
}

/* A dictionary that holds nothing yet, not even a partner_dict. */
static bind_dict *push_empty(lua_State *L)
{
    bind_dict *d = lua_newuserdata(L, sizeof *d);

    memset(d, 0, sizeof *d);
    bind_set_kind(L, BIND_DICT);
    return d;
}

bind_dict *bind_dict_push(lua_State *L)
{
    bind_dict *d = push_empty(L);

    if (partner_dict_new(&d->dict, NULL) != PARTNER_OK) luaL_error(L, "not enough memory");
    return d;
}

int bind_dict_new(lua_State *L)
{
    bind_dict_push(L);
    return 1;
}

int bind_dict_load(lua_State *L)
{
    size_t length;
    const char *bytes = luaL_checklstring(L, 1, &length);
    bind_dict *d = push_empty(L);
    partner_error error;

    if (partner_dict_load((const uint8_t *)bytes, length, &d->dict, &error) != PARTNER_OK)
        return bind_push_error(L, &error);
    d->texts = 1;
    return 1;
}

static int collect(lua_State *L)
{
    bind_dict *d = bind_dict_at(L, 1);

    if (d == NULL) return 0;
    partner_dict_free(d->dict);
    d->dict = NULL;
    return 0;
}

static int size_of(lua_State *L)
{
    bind_push_integer(L, "size", partner_dict_size(self(L)->dict), 0);
    return 1;
}

static int to_string(lua_State *L)
{
    lua_pushfstring(L, "partner.dict of %d ids", (int)partner_dict_size(self(L)->dict));
    return 1;
}

/* The text of an id at an index, which a number stands for as its decimal. */
static const char *id_text(lua_State *L, int index, size_t *length, char buffer[64])
{
    int64_t whole;

    if (lua_type(L, index) == LUA_TSTRING) return lua_tolstring(L, index, length);
    if (lua_type(L, index) != LUA_TNUMBER || !bind_whole(L, index, &whole))
        luaL_error(L, "expected an id: text or a whole number, found %s", luaL_typename(L, index));
    *length = bind_number_text(L, index, buffer);
    return buffer;
}

static int index_of(lua_State *L)
{
    bind_dict *d = self(L);
    char buffer[64];
    size_t length;
    int number = lua_type(L, 2) == LUA_TNUMBER;
    const char *id = id_text(L, 2, &length, buffer);
    partner_error error;
    uint32_t index;

    if (partner_dict_add_strings(d->dict, 1, &id, &length, &index, &error) != PARTNER_OK)
        return bind_push_error(L, &error);
    if (number) d->numbers = 1;
    else d->texts = 1;
    bind_push_integer(L, "index", index, 0);
    return 1;
}

static int find(lua_State *L)
{
    char buffer[64];
    size_t length;
    bind_dict *d = self(L);
    const char *id = id_text(L, 2, &length, buffer);
    uint32_t index = partner_dict_find(d->dict, id, length);

    if (index == PARTNER_NONE) lua_pushnil(L);
    else bind_push_integer(L, "index", index, 0);
    return 1;
}

static int id_of(lua_State *L)
{
    bind_dict *d = self(L);
    int64_t index;

    if (lua_type(L, 2) != LUA_TNUMBER || !bind_whole(L, 2, &index))
        return luaL_argerror(L, 2, "expected an index: a whole number from 0");
    if (index < 0 || (uint64_t)index >= partner_dict_size(d->dict)) lua_pushnil(L);
    else bind_push_id(L, d, (uint64_t)index);
    return 1;
}

static const partner_field id_field = {.name = "id",
                                       .member = "id",
                                       .dictionary = "id",
                                       .count = 1,
                                       .flags = PARTNER_FIELD_REQUIRED,
                                       .type = PARTNER_TYPE_U32,
                                       .unit = PARTNER_UNIT_INDEX};

/* Makes the stack one of a call, so that a list is converted as a column of ids is. */
static int add(lua_State *L)
{
    bind_dict *d = self(L);
    bind_call call = {.name = "dict:add"};
    bind_list list;
    bind_column *column;
    void *indexes;

    lua_settop(L, 2);
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, id_field.dictionary);
    call.dicts = 3;
    call.format.struct_size = sizeof call.format;
    bind_list_open(L, 2, "dict:add: the ids", &list);
    indexes = bind_list_convert(L, &call, "dict:add", &id_field, &list, list.rows);
    if (indexes == NULL) return bind_push_error(L, &call.error);
    column = bind_column_push(L, 0);
    column->data = indexes;
    column->rows = list.rows;
    column->meaning = BIND_INDEXES;
    column->layout = PARTNER_VALUES_U32;
    column->dict = d;
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, -3);
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, 2);
    bind_tie(L, -2);
    return 1;
}

static int ids_of(lua_State *L)
{
    bind_dict *d = self(L);
    size_t size = partner_dict_size(d->dict);

    lua_createtable(L, size < INT32_MAX ? (int)size : 0, 0);
    for (size_t i = 0; i < size; i++) {
        bind_push_id(L, d, i);
        lua_rawseti(L, -2, (int)i + 1);
    }
    return 1;
}

/* A column with room for an index per id of `from`, which a finalizer may have grown while there was room made.
 */
static bind_column *push_map(lua_State *L, const bind_dict *from)
{
    size_t room = partner_dict_size(from->dict);
    bind_column *map = bind_column_push(L, room * sizeof(uint32_t));

    while (partner_dict_size(from->dict) > room) {
        lua_pop(L, 1);
        room = partner_dict_size(from->dict);
        map = bind_column_push(L, room * sizeof(uint32_t));
    }
    map->rows = partner_dict_size(from->dict);
    return map;
}

/* Adds the ids of another dictionary; gives the column of indexes that they have here, in the other's order. */
static int merge(lua_State *L)
{
    bind_dict *into = self(L), *from = bind_dict_at(L, 2);
    bind_column *map;
    partner_error error;

    if (from == NULL) return luaL_argerror(L, 2, "expected a dictionary");
    map = push_map(L, from);
    map->meaning = BIND_INDEXES;
    map->layout = PARTNER_VALUES_U32;
    if (partner_dict_merge(into->dict, from->dict, (uint32_t *)(map + 1), &error) != PARTNER_OK)
        return bind_push_error(L, &error);
    into->numbers |= from->numbers;
    into->texts |= from->texts;
    return 1;
}

static int collect_bytes(lua_State *L)
{
    partner_bytes **box = bind_userdata_at(L, 1, BIND_BYTES);

    if (box == NULL) return 0;
    partner_bytes_free(*box);
    *box = NULL;
    return 0;
}

partner_bytes **bind_bytes_push(lua_State *L)
{
    partner_bytes **box = lua_newuserdata(L, sizeof *box);

    *box = NULL;
    bind_set_kind(L, BIND_BYTES);
    return box;
}

int bind_bytes_deliver(lua_State *L, partner_bytes **box)
{
    lua_pushlstring(L, (const char *)(*box)->bytes, (*box)->length);
    partner_bytes_free(*box);
    *box = NULL;
    return 1;
}

static int save(lua_State *L)
{
    bind_dict *d = self(L);
    partner_bytes **box = bind_bytes_push(L);
    partner_error error;

    if (partner_dict_save(d->dict, box, &error) != PARTNER_OK) return bind_push_error(L, &error);
    return bind_bytes_deliver(L, box);
}

void bind_dict_register(lua_State *L)
{
    static const luaL_Reg meta[] = {
        {"__gc", collect}, {"__len", size_of}, {"__tostring", to_string}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"index", index_of}, {"find", find},   {"id", id_of},  {"add", add},
                                       {"ids", ids_of},     {"merge", merge}, {"save", save}, {NULL, NULL}};
    static const luaL_Reg bytes[] = {{"__gc", collect_bytes}, {NULL, NULL}};

    bind_push_meta(L, BIND_DICT);
    bind_set_functions(L, meta);
    lua_createtable(L, 0, 7);
    bind_set_functions(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    bind_push_meta(L, BIND_BYTES);
    bind_set_functions(L, bytes);
    lua_pop(L, 1);
}
