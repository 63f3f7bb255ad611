/* SPDX-License-Identifier: MIT
 * Columns as userdata that are indexed: a host's arrays, amounts in minor units, dense indexes, and the columns
 * of results, read where they lie. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "binding.h"

bind_column *bind_column_at(lua_State *L, int index) { return bind_userdata_at(L, index, BIND_COLUMN); }

bind_column *bind_column_push(lua_State *L, size_t room)
{
    bind_column *column;

    if (room > SIZE_MAX / 2) luaL_error(L, "not enough memory");
    column = lua_newuserdata(L, sizeof *column + room);
    memset(column, 0, sizeof *column);
    column->data = column + 1;
    bind_set_kind(L, BIND_COLUMN);
    return column;
}

/* luaL_error in the manner of printf: Lua's own formats have no 64 bits in all versions. */
static void raise(lua_State *L, const char *format, ...)
{
    char message[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    luaL_error(L, "%s", message);
}

/* --- layouts --- */

static const struct {
    const char *name;
    uint8_t layout, size;
} layouts[] = {
    {"i8", PARTNER_VALUES_I8, 1},   {"i16", PARTNER_VALUES_I16, 2}, {"i32", PARTNER_VALUES_I32, 4},
    {"i64", PARTNER_VALUES_I64, 8}, {"u8", PARTNER_VALUES_U8, 1},   {"u16", PARTNER_VALUES_U16, 2},
    {"u32", PARTNER_VALUES_U32, 4}, {"u64", PARTNER_VALUES_U64, 8}, {"f32", PARTNER_VALUES_F32, 4},
    {"f64", PARTNER_VALUES_F64, 8},
};

enum { LAYOUTS = sizeof layouts / sizeof layouts[0] };

size_t bind_layout_size(uint8_t layout)
{
    for (size_t i = 0; i < LAYOUTS; i++)
        if (layouts[i].layout == layout) return layouts[i].size;
    return 0;
}

static const char *layout_name(uint8_t layout)
{
    for (size_t i = 0; i < LAYOUTS; i++)
        if (layouts[i].layout == layout) return layouts[i].name;
    return "value";
}

static uint8_t check_layout(lua_State *L, int index)
{
    const char *name = luaL_checkstring(L, index);

    for (size_t i = 0; i < LAYOUTS; i++)
        if (strcmp(layouts[i].name, name) == 0) return layouts[i].layout;
    luaL_error(L, "partner.column: \"%s\" is no type; there are i8, i16, i32, i64, u8, u16, u32, u64, f32, f64",
               name);
    return 0;
}

/* --- the host's memory --- */

/* How much memory a value of Lua holds or points to, and where. */
typedef struct memory {
    const void *data;
    size_t size;
    int sized; /* 0 = only the host knows its size */
} memory;

/* An array or pointer of LuaJIT's FFI: the FFI itself is asked, for C cannot tell them apart. */
static int take_cdata(lua_State *L, int index, memory *m)
{
    static const char script[] =
        "local ffi, value = require 'ffi', ...\n"
        "local type = tostring(ffi.typeof(value))\n"
        "if not type:find('[%[*]') then return end\n"
        "local address = tonumber(ffi.cast('uintptr_t', ffi.cast('const void *', value)))\n"
        "return address, type:find('[', 1, true) and ffi.sizeof(value) or nil\n";
    double address;

    if (strcmp(luaL_typename(L, index), "cdata") != 0) return 0;
    if (luaL_loadstring(L, script) != 0) lua_error(L);
    lua_pushvalue(L, index);
    lua_call(L, 1, 2);
    if (!lua_isnumber(L, -2)) return 0;
    address = lua_tonumber(L, -2);
    m->data = (const void *)(uintptr_t)address;
    m->sized = lua_isnumber(L, -1);
    if (m->sized) m->size = (size_t)lua_tonumber(L, -1);
    lua_pop(L, 2);
    return 1;
}

/* What a userdata of this module holds is no numbers. */
static int is_ours(lua_State *L, int index)
{
    for (int kind = BIND_COLUMN; kind <= BIND_BYTES; kind++)
        if (bind_userdata_at(L, index, kind) != NULL) return 1;
    return 0;
}

static void check_memory(lua_State *L, int index, memory *m)
{
    memset(m, 0, sizeof *m);
    m->sized = 1;
    if (lua_islightuserdata(L, index)) {
        m->data = lua_touserdata(L, index);
        m->sized = 0;
        if (m->data == NULL) luaL_argerror(L, index, "the pointer is NULL");
    } else if (lua_type(L, index) == LUA_TUSERDATA && !is_ours(L, index)) {
        m->data = lua_touserdata(L, index);
        m->size = lua_rawlen(L, index);
    } else if (lua_type(L, index) == LUA_TSTRING) {
        m->data = lua_tolstring(L, index, &m->size);
    } else if (!take_cdata(L, index, m)) {
        luaL_argerror(L, index, "expected a pointer, a block of memory or a string of packed numbers");
    }
}

static size_t check_rows(lua_State *L, int index, const memory *m, size_t size)
{
    int64_t rows = 0;

    if (lua_isnoneornil(L, index)) {
        if (!m->sized) luaL_argerror(L, index, "a pointer does not say how many rows there are");
        if (m->size % size != 0)
            raise(L, "partner.column: %zu bytes are no whole number of elements of %zu bytes", m->size, size);
        return m->size / size;
    }
    if (lua_type(L, index) != LUA_TNUMBER || !bind_whole(L, index, &rows) || rows < 0 ||
        (uint64_t)rows > SIZE_MAX / 16)
        luaL_argerror(L, index, "expected a number of rows");
    if (m->sized && (size_t)rows > m->size / size)
        raise(L, "partner.column: %" PRId64 " rows of %zu bytes are more than the %zu bytes there are", rows,
              size, m->size);
    return (size_t)rows;
}

/* Ties the value at an index to the column on the top of the stack. */
static void keep(lua_State *L, int index)
{
    lua_createtable(L, 1, 0);
    lua_pushvalue(L, index);
    lua_rawseti(L, -2, 1);
    bind_tie(L, -2);
}

int bind_column_new(lua_State *L)
{
    uint8_t layout = check_layout(L, 2);
    size_t size = bind_layout_size(layout), rows;
    bind_column *column;
    memory m;

    check_memory(L, 1, &m);
    rows = check_rows(L, 3, &m, size);
    /* A string's bytes or a field of a struct may lie anywhere. */
    if ((uintptr_t)m.data % size != 0) {
        column = bind_column_push(L, rows * size);
        memcpy(column + 1, m.data, rows * size);
    } else {
        column = bind_column_push(L, 0);
        column->data = m.data;
        keep(L, 1);
    }
    column->rows = rows;
    column->layout = layout;
    return 1;
}

/* --- minor units and indexes --- */

/* The same memory as the column at 1, under another meaning. */
static int push_marked(lua_State *L, const bind_column *from, uint8_t layout, uint8_t or_layout,
                       uint8_t meaning, const char *what)
{
    bind_column *column;

    if (from->meaning != BIND_PLAIN || (from->layout != layout && from->layout != or_layout))
        return luaL_error(L, "%s: expected a column of %s%s%s, found one of %s", what, layout_name(layout),
                          or_layout == layout ? "" : " or ", or_layout == layout ? "" : layout_name(or_layout),
                          from->meaning == BIND_PLAIN ? layout_name(from->layout) : "another meaning");
    column = bind_column_push(L, 0);
    column->data = from->data;
    column->rows = from->rows;
    column->layout = from->layout;
    column->meaning = meaning;
    keep(L, 1);
    return 1;
}

/* A whole number of a list, or INT64_MIN where it is missing. */
static int64_t check_whole(lua_State *L, const bind_list *list, size_t i, const char *what)
{
    int64_t value = PARTNER_NO_AMOUNT;

    bind_list_get(L, list, i);
    if (!bind_is_null(L, -1) && (lua_type(L, -1) != LUA_TNUMBER || !bind_whole(L, -1, &value)))
        raise(L, "%s: row %zu: found %s, expected a whole number", what, i,
              lua_type(L, -1) == LUA_TNUMBER ? lua_tostring(L, -1) : luaL_typename(L, -1));
    lua_pop(L, 1);
    return value;
}

/* The column on the top of the stack, from the list at 1. */
static bind_column *push_column(lua_State *L, size_t size, uint8_t layout, uint8_t meaning, const char *what,
                                bind_list *list)
{
    bind_column *column;

    bind_list_open(L, 1, what, list);
    if (list->rows > SIZE_MAX / 32) luaL_error(L, "not enough memory");
    column = bind_column_push(L, list->rows * size);
    column->rows = list->rows;
    column->layout = layout;
    column->meaning = meaning;
    return column;
}

int bind_minor(lua_State *L)
{
    static const char what[] = "partner.minor";
    const bind_column *from = bind_column_at(L, 1);
    bind_column *column;
    int64_t *amounts;
    bind_list list;

    lua_settop(L, 1);
    if (from != NULL) return push_marked(L, from, PARTNER_VALUES_I64, PARTNER_VALUES_I64, BIND_MINOR, what);
    column = push_column(L, sizeof *amounts, PARTNER_VALUES_I64, BIND_MINOR, what, &list);
    amounts = (int64_t *)(column + 1);
    for (size_t i = 0; i < list.rows; i++) amounts[i] = check_whole(L, &list, i + 1, what);
    return 1;
}

static uint32_t check_bound(lua_State *L, int index)
{
    int64_t bound = 0;

    if (lua_isnoneornil(L, index)) return 0;
    if (lua_type(L, index) != LUA_TNUMBER || !bind_whole(L, index, &bound) || bound < 0 ||
        bound >= (int64_t)PARTNER_NONE)
        luaL_argerror(L, index, "expected how many there are");
    return (uint32_t)bound;
}

/* Indexes as most columns have them. */
static void narrow(bind_column *column)
{
    char *memory = (char *)(column + 1);

    for (size_t i = 0; i < column->rows; i++) {
        uint32_t index;
        uint64_t wide;

        memcpy(&wide, memory + i * sizeof wide, sizeof wide);
        index = wide == PARTNER_NO_ROW ? PARTNER_NONE : (uint32_t)wide;
        memcpy(memory + i * sizeof index, &index, sizeof index);
    }
    column->layout = PARTNER_VALUES_U32;
}

int bind_indexes(lua_State *L)
{
    static const char what[] = "partner.indexes";
    const bind_column *from = bind_column_at(L, 1);
    uint32_t bound = check_bound(L, 2);
    bind_column *column;
    bind_list list;
    int wide = 0;

    lua_settop(L, 1);
    if (from != NULL) {
        push_marked(L, from, PARTNER_VALUES_U32, PARTNER_VALUES_U64, BIND_INDEXES, what);
        bind_column_at(L, -1)->bound = bound;
        return 1;
    }
    column = push_column(L, sizeof(uint64_t), PARTNER_VALUES_U64, BIND_INDEXES, what, &list);
    column->bound = bound;
    for (size_t i = 0; i < list.rows; i++) {
        int64_t value = check_whole(L, &list, i + 1, what);

        if (value != PARTNER_NO_AMOUNT && value < 0)
            raise(L, "%s: row %zu: %" PRId64 " is no index, expected 0 to 4294967294", what, i + 1, value);
        wide |= value >= (int64_t)PARTNER_NONE;
        ((uint64_t *)(column + 1))[i] = value == PARTNER_NO_AMOUNT ? PARTNER_NO_ROW : (uint64_t)value;
    }
    if (!wide) narrow(column);
    return 1;
}

/* --- reading --- */

static bind_column *self(lua_State *L)
{
    bind_column *column = bind_column_at(L, 1);

    if (column == NULL) luaL_argerror(L, 1, "expected a column (is the method called with a colon?)");
    if (column->owner != NULL) bind_check_open(L, column->owner);
    return column;
}

static void push_field_element(lua_State *L, const bind_column *c, size_t i)
{
    bind_source source = {c->record, c->parent, c->dict, c->owner};
    uint32_t number = (uint32_t)i;
    const void *element = &number;

    if (c->data != NULL)
        element = (const char *)c->data + i * c->field->count * partner_type_size(c->field->type);
    bind_push_values(L, &source, c->field, element, c->form);
}

static void push_number(lua_State *L, const bind_column *c, size_t i)
{
    const char *at = (const char *)c->data + i * bind_layout_size(c->layout);
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64 = 0;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    float f32;
    double f64;

    switch (c->layout) {
    case PARTNER_VALUES_I8: memcpy(&i8, at, sizeof i8), i64 = i8; break;
    case PARTNER_VALUES_I16: memcpy(&i16, at, sizeof i16), i64 = i16; break;
    case PARTNER_VALUES_I32: memcpy(&i32, at, sizeof i32), i64 = i32; break;
    case PARTNER_VALUES_I64: memcpy(&i64, at, sizeof i64); break;
    case PARTNER_VALUES_U8: memcpy(&u8, at, sizeof u8), i64 = u8; break;
    case PARTNER_VALUES_U16: memcpy(&u16, at, sizeof u16), i64 = u16; break;
    case PARTNER_VALUES_U32: memcpy(&u32, at, sizeof u32), i64 = u32; break;
    case PARTNER_VALUES_U64:
        memcpy(&u64, at, sizeof u64);
        bind_push_integer(L, "element", u64, 0);
        return;
    case PARTNER_VALUES_F32:
        memcpy(&f32, at, sizeof f32);
        lua_pushnumber(L, (lua_Number)f32);
        return;
    default:
        memcpy(&f64, at, sizeof f64);
        lua_pushnumber(L, f64);
        return;
    }
    bind_push_integer(L, "element", i64 < 0 ? 0 - (uint64_t)i64 : (uint64_t)i64, i64 < 0);
}

static void push_index(lua_State *L, const bind_column *c, size_t i)
{
    uint32_t narrow = PARTNER_NONE;
    uint64_t wide = PARTNER_NO_ROW;

    if (c->layout == PARTNER_VALUES_U64) memcpy(&wide, (const char *)c->data + i * sizeof wide, sizeof wide);
    else memcpy(&narrow, (const char *)c->data + i * sizeof narrow, sizeof narrow);
    if (narrow != PARTNER_NONE) wide = narrow;
    if (wide == PARTNER_NO_ROW) lua_pushnil(L);
    else bind_push_integer(L, "index", wide, 0);
}

/* Pushes element i, from 0; nil where there is no value. */
static void push_element(lua_State *L, const bind_column *c, size_t i)
{
    int64_t amount;

    if (c->meaning == BIND_FIELD) {
        push_field_element(L, c, i);
        return;
    }
    if (c->meaning == BIND_INDEXES) {
        push_index(L, c, i);
        return;
    }
    if (c->meaning == BIND_MINOR) {
        memcpy(&amount, (const char *)c->data + i * sizeof amount, sizeof amount);
        if (amount == PARTNER_NO_AMOUNT) {
            lua_pushnil(L);
            return;
        }
    }
    push_number(L, c, i);
    if (lua_tonumber(L, -1) != lua_tonumber(L, -1)) { /* NaN */
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

void bind_column_push_list(lua_State *L, const bind_column *column)
{
    lua_createtable(L, column->rows < INT32_MAX ? (int)column->rows : 0, 0);
    for (size_t i = 0; i < column->rows; i++) {
        push_element(L, column, i);
        lua_rawseti(L, -2, (int)i + 1);
    }
}

static int index_of(lua_State *L)
{
    bind_column *column;
    int64_t i;

    if (lua_type(L, 2) == LUA_TSTRING) {
        lua_rawgeti(L, BIND_STATE, BIND_METHODS + BIND_COLUMN);
        lua_pushvalue(L, 2);
        lua_rawget(L, -2);
        if (lua_isnil(L, -1))
            return luaL_error(L, "a column has no \"%s\"; it has each(), totable(), rows 1 to %d",
                              lua_tostring(L, 2), (int)self(L)->rows);
        return 1;
    }
    column = self(L);
    if (lua_type(L, 2) != LUA_TNUMBER || !bind_whole(L, 2, &i) || i < 1 || (uint64_t)i > column->rows)
        lua_pushnil(L);
    else push_element(L, column, (size_t)i - 1);
    return 1;
}

static int length_of(lua_State *L)
{
    bind_push_integer(L, "length", self(L)->rows, 0);
    return 1;
}

/* for i, value in column:each() do: all rows, those without a value too. */
static int next(lua_State *L)
{
    bind_column *column = self(L);
    int64_t i;

    if (!bind_whole(L, 2, &i) || i < 0 || (uint64_t)i >= column->rows) return 0;
    bind_push_integer(L, "row", (uint64_t)i + 1, 0);
    push_element(L, column, (size_t)i);
    return 2;
}

static int each(lua_State *L)
{
    self(L);
    bind_push_function(L, next, 0);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

static int to_table(lua_State *L)
{
    bind_column_push_list(L, self(L));
    return 1;
}

static int to_string(lua_State *L)
{
    bind_column *column = self(L);

    lua_pushfstring(L, "%s: %d rows", column->meaning == BIND_FIELD ? column->field->name : "partner.column",
                    (int)column->rows);
    return 1;
}

void bind_column_register(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__index", index_of}, {"__len", length_of},      {"__pairs", each},
                                    {"__ipairs", each},    {"__tostring", to_string}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"each", each}, {"totable", to_table}, {NULL, NULL}};

    bind_push_meta(L, BIND_COLUMN);
    bind_set_functions(L, meta);
    lua_pop(L, 1);
    lua_createtable(L, 0, 2);
    bind_set_functions(L, methods);
    lua_rawseti(L, BIND_STATE, BIND_METHODS + BIND_COLUMN);
}
