/* SPDX-License-Identifier: MIT
 * Lists of a script (tables, or what can be indexed and has a length) as columns of a record. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "binding.h"

/* --- values --- */

int bind_is_null(lua_State *L, int index)
{
    if (lua_isnoneornil(L, index)) return 1;
    return lua_islightuserdata(L, index) && lua_touserdata(L, index) == NULL;
}

int bind_whole(lua_State *L, int index, int64_t *value)
{
    double x;

    if (bind_is_integer(L, index)) {
        *value = (int64_t)lua_tointeger(L, index);
        return 1;
    }
    x = lua_tonumber(L, index);
    /* 2^53 itself may have been 2^53 + 1 before it was a double. */
    if (!(x > -(double)BIND_EXACT && x < (double)BIND_EXACT) || x != floor(x)) return 0;
    *value = (int64_t)x;
    return 1;
}

size_t bind_number_text(lua_State *L, int index, char buffer[64])
{
    static const partner_field number = {.name = "number", .count = 1, .type = PARTNER_TYPE_F64};
    int64_t whole;
    double x;

    if (bind_whole(L, index, &whole)) return (size_t)snprintf(buffer, 64, "%" PRId64, whole);
    x = lua_tonumber(L, index);
    if (isinf(x)) return (size_t)snprintf(buffer, 64, "%sinf", x < 0 ? "-" : "");
    return partner_print(NULL, &number, NULL, &x, NULL, buffer, 64);
}

/* --- lists --- */

static size_t length_of(lua_State *L, int at, const char *what)
{
    int64_t length = 0;

    if (!luaL_callmeta(L, at, "__len")) return lua_rawlen(L, at);
    if (lua_type(L, -1) != LUA_TNUMBER || !bind_whole(L, -1, &length) || length < 0)
        luaL_error(L, "%s: its length is no whole number", what);
    lua_pop(L, 1);
    return (size_t)length;
}

/* A table may say how long it is, as table.pack does, for gaps at its end. */
static int said_length(lua_State *L, int at, size_t *rows)
{
    int64_t n;
    int said;

    lua_pushliteral(L, "n");
    lua_rawget(L, at);
    said = lua_type(L, -1) == LUA_TNUMBER && bind_whole(L, -1, &n) && n >= 0;
    if (said) *rows = (size_t)n;
    lua_pop(L, 1);
    return said;
}

static void refuse_key(lua_State *L, const char *what)
{
    int is_name = lua_type(L, -2) == LUA_TSTRING;

    luaL_error(L, "%s: expected a list of values, found a table with the key %s%s%s", what, is_name ? "\"" : "",
               is_name ? lua_tostring(L, -2) : luaL_typename(L, -2), is_name ? "\"" : "");
}

/* The last row of a table. Where it has gaps, # may be any of their edges; rows behind one must not be lost. */
static size_t last_row(lua_State *L, int at, const char *what)
{
    size_t last = 0;
    int64_t row;

    lua_pushnil(L);
    while (lua_next(L, at)) {
        int is_row = lua_type(L, -2) == LUA_TNUMBER && bind_whole(L, -2, &row) && row >= 1;

        if (is_row && (uint64_t)row > last) last = (size_t)row;
        if (!is_row && !(lua_type(L, -2) == LUA_TSTRING && strcmp(lua_tostring(L, -2), "n") == 0))
            refuse_key(L, what);
        lua_pop(L, 1);
    }
    return last;
}

static void open_table(lua_State *L, int at, const char *what, bind_list *list)
{
    size_t last, said;

    list->raw = 1;
    list->rows = last = last_row(L, at, what);
    if (!said_length(L, at, &said)) return;
    if (said < last) luaL_error(L, "%s: n is %d, but there is a row %d", what, (int)said, (int)last);
    list->rows = said;
    list->open = 0;
}

void bind_list_open(lua_State *L, int at, const char *what, bind_list *list)
{
    int type = lua_type(L, at);

    list->at = at;
    list->raw = 0;
    list->open = 1;
    if (type == LUA_TTABLE && !lua_getmetatable(L, at)) {
        open_table(L, at, what, list);
        return;
    }
    if (type == LUA_TTABLE) lua_pop(L, 1);
    else if (type != LUA_TUSERDATA || !luaL_getmetafield(L, at, "__len"))
        luaL_error(L, "%s: expected a list of values, found a %s", what, luaL_typename(L, at));
    else lua_pop(L, 1);
    list->open = 0;
    list->rows = length_of(L, at, what);
}

void bind_list_get(lua_State *L, const bind_list *list, size_t i)
{
    if (list->raw) {
        bind_raw_element(L, list->at, i);
        return;
    }
#if BIND_INTEGERS
    lua_pushinteger(L, (lua_Integer)i);
#else
    lua_pushnumber(L, (lua_Number)i);
#endif
    lua_gettable(L, list->at);
}

/* --- what is in a list --- */

const partner_field bind_level = {.name = "level",
                                  .member = "level",
                                  .dictionary = "level",
                                  .count = 1,
                                  .flags = PARTNER_FIELD_NULLABLE,
                                  .type = PARTNER_TYPE_U32,
                                  .unit = PARTNER_UNIT_INDEX};

typedef struct survey {
    size_t nulls, wholes, reals, texts; /* how many of each; booleans are texts */
    size_t bytes;                       /* room for all as text */
    int wide;                           /* a whole number that is no double */
} survey;

enum { NUMBER_TEXT = 64 };

static int bad_value(lua_State *L, bind_call *call, const char *input, const partner_field *field, size_t row,
                     const char *expected)
{
    char shown[NUMBER_TEXT];
    const char *found = luaL_typename(L, -1), *article = "a ";

    if (lua_type(L, -1) == LUA_TNUMBER) {
        bind_number_text(L, -1, shown);
        found = shown;
        article = "";
    }
    return bind_fail(call, PARTNER_E_DATA, input, field->name, row, "%s row %llu: %s: found %s%s, expected %s",
                     input, (unsigned long long)row, field->name, article, found, expected);
}

/* A null that the field cannot have is told at once: a table may say that it has a thousand million rows. */
static int survey_null(bind_call *call, const char *input, const partner_field *field, size_t row, survey *s)
{
    s->nulls++;
    if (field->flags & PARTNER_FIELD_NULLABLE) return 1;
    return bind_fail(call, PARTNER_E_DATA, input, field->name, row, "%s row %llu: %s is missing", input,
                     (unsigned long long)row, field->name);
}

static int survey_number(lua_State *L, bind_call *call, const char *input, const partner_field *field,
                         size_t row, survey *s)
{
    int64_t whole;

    s->bytes += NUMBER_TEXT;
    if (bind_whole(L, -1, &whole)) {
        s->wholes++;
        s->wide |= whole > BIND_EXACT || whole < -BIND_EXACT;
        return 1;
    }
    if (lua_tonumber(L, -1) != lua_tonumber(L, -1)) return survey_null(call, input, field, row, s); /* NaN */
    if (field->unit == PARTNER_UNIT_INDEX)
        return bad_value(L, call, input, field, row,
                         "an id: text or a whole number that this Lua holds exactly");
    s->reals++;
    return 1;
}

/* Looks at the value on the top of the stack. */
static int survey_value(lua_State *L, bind_call *call, const char *input, const partner_field *field,
                        size_t row, survey *s)
{
    switch (lua_type(L, -1)) {
    case LUA_TNUMBER: return survey_number(L, call, input, field, row, s);
    case LUA_TSTRING:
        s->texts++;
        s->bytes += lua_rawlen(L, -1);
        return 1;
    case LUA_TBOOLEAN:
        if (field->unit != PARTNER_UNIT_FLAG && field != &bind_level) break;
        s->texts++;
        s->bytes += sizeof "false";
        return 1;
    default:
        if (!bind_is_null(L, -1)) break;
        return survey_null(call, input, field, row, s);
    }
    return bad_value(L, call, input, field, row, "a number or text");
}

static int survey_list(lua_State *L, bind_call *call, const char *input, const partner_field *field,
                       const bind_list *list, size_t rows, survey *s)
{
    memset(s, 0, sizeof *s);
    for (size_t i = 1; i <= rows; i++) {
        bind_list_get(L, list, i);
        if (!survey_value(L, call, input, field, i - 1, s)) return 0;
        lua_pop(L, 1);
    }
    return 1;
}

/* --- gathering --- */

/* Room for the values of a list in the one layout that holds them all. */
typedef struct room {
    partner_values values;
    uint8_t *validity;
    int64_t *wholes;
    double *reals;
    int64_t *offsets;
    char *data;
    size_t size;
} room;

static void *push_room(lua_State *L, size_t rows, size_t size)
{
    if (rows >= SIZE_MAX / 2 / size) luaL_error(L, "not enough memory");
    return lua_newuserdata(L, (rows + 1) * size);
}

static void make_room(lua_State *L, const survey *s, size_t rows, room *r)
{
    memset(r, 0, sizeof *r);
    r->values.struct_size = sizeof r->values;
    r->values.rows = rows;
    if (s->nulls > 0) {
        r->validity = push_room(L, rows / 8, 1);
        memset(r->validity, 0xff, rows / 8 + 1);
        r->values.validity = r->validity;
    }
    if (s->texts > 0 || (s->reals > 0 && s->wide)) {
        r->values.layout = PARTNER_VALUES_LARGE_STRINGS;
        r->values.values = r->offsets = push_room(L, rows, sizeof *r->offsets);
        r->values.data = r->data = push_room(L, s->bytes, 1);
        r->offsets[0] = 0;
        r->size = s->bytes;
    } else if (s->reals > 0) {
        r->values.layout = PARTNER_VALUES_F64;
        r->values.values = r->reals = push_room(L, rows, sizeof *r->reals);
    } else {
        r->values.layout = PARTNER_VALUES_I64;
        r->values.values = r->wholes = push_room(L, rows, sizeof *r->wholes);
    }
}

static void gather_null(room *r, size_t i)
{
    r->validity[i / 8] = (uint8_t)(r->validity[i / 8] & ~(1U << (i % 8)));
    if (r->offsets != NULL) r->offsets[i + 1] = r->offsets[i];
    if (r->reals != NULL) r->reals[i] = 0;
    if (r->wholes != NULL) r->wholes[i] = 0;
}

static int gather_text(lua_State *L, room *r, size_t i)
{
    char buffer[NUMBER_TEXT];
    const char *text = buffer;
    size_t length, at = (size_t)r->offsets[i];

    switch (lua_type(L, -1)) {
    case LUA_TNUMBER: length = bind_number_text(L, -1, buffer); break;
    case LUA_TBOOLEAN:
        length = (size_t)snprintf(buffer, sizeof buffer, lua_toboolean(L, -1) ? "true" : "false");
        break;
    case LUA_TSTRING: text = lua_tolstring(L, -1, &length); break;
    default: return 0;
    }
    if (length > r->size - at) return 0;
    memcpy(r->data + at, text, length);
    r->offsets[i + 1] = (int64_t)(at + length);
    return 1;
}

/* Takes the value on the top of the stack. 0 = it is not what the survey saw. */
static int gather_value(lua_State *L, room *r, size_t i)
{
    int is_number = lua_type(L, -1) == LUA_TNUMBER;

    if (bind_is_null(L, -1) || (is_number && lua_tonumber(L, -1) != lua_tonumber(L, -1))) {
        if (r->validity == NULL) return 0;
        gather_null(r, i);
        return 1;
    }
    if (r->offsets != NULL) return gather_text(L, r, i);
    if (!is_number) return 0;
    if (r->wholes != NULL) return bind_whole(L, -1, &r->wholes[i]);
    r->reals[i] = lua_tonumber(L, -1);
    return 1;
}

static void gather(lua_State *L, const char *input, const partner_field *field, const bind_list *list,
                   size_t rows, room *r)
{
    for (size_t i = 0; i < rows; i++) {
        bind_list_get(L, list, i + 1);
        if (!gather_value(L, r, i)) luaL_error(L, "%s: %s changed while it was read", input, field->name);
        lua_pop(L, 1);
    }
}

int bind_fail_some_without(bind_call *call, const char *input, const char *column)
{
    return bind_fail(
        call, PARTNER_E_DATA, input, column, PARTNER_NO_ROW,
        "%s: some rows have ids for %s and others, counted by number, have none; expected ids for all "
        "of them or for none",
        input, column);
}

int bind_fail_strangers(bind_call *call, const char *input, const partner_field *field)
{
    if (bind_use_of(call, field->dictionary) & BIND_USES_NUMBERS)
        return bind_fail_some_without(call, input, field->name);
    return bind_fail(
        call, PARTNER_E_STATE, input, field->name, PARTNER_NO_ROW,
        "%s: %s: indexes and ids of %s do not go together without the dictionary that the indexes are "
        "of (option dicts)",
        input, field->name, field->dictionary);
}

/* Whether a column names rows by their numbers, which no dictionary has. */
static int is_numbered(const bind_call *call, const partner_field *field)
{
    return field->numbered_without != NULL && (bind_use_of(call, field->dictionary) & BIND_USES_NUMBERS);
}

int bind_convert(lua_State *L, bind_call *call, const char *input, const partner_field *field,
                 partner_values *values, void *elements)
{
    bind_dict *dict = NULL;
    char message[sizeof call->error.message];

    values->threads = call->threads;
    if (field->unit == PARTNER_UNIT_INDEX && !is_numbered(call, field)) {
        if (!bind_note_use(call, field->dictionary, BIND_USES_IDS))
            return bind_fail_strangers(call, input, field);
        dict = bind_call_dict(L, call, field->dictionary);
    }
    if (partner_convert(field, values, &call->format, dict != NULL ? dict->dict : NULL, elements, NULL,
                        &call->error) == PARTNER_OK) {
        if (dict != NULL && values->rows > 0 && values->layout < PARTNER_VALUES_STRINGS) dict->numbers = 1;
        if (dict != NULL && values->rows > 0 && values->layout >= PARTNER_VALUES_STRINGS) dict->texts = 1;
        return 1;
    }
    if (call->error.record[0] != '\0') return 0;
    memcpy(message, call->error.message, sizeof message);
    snprintf(call->error.record, sizeof call->error.record, "%s", input);
    snprintf(call->error.message, sizeof call->error.message, "%.*s%s%.*s", 40, input,
             strncmp(message, "row ", 4) == 0 ? " " : ": ", (int)sizeof message - 50, message);
    return 0;
}

void *bind_list_convert(lua_State *L, bind_call *call, const char *input, const partner_field *field,
                        const bind_list *list, size_t rows)
{
    int top = lua_gettop(L);
    void *elements;
    survey s;
    room r;

    if (!survey_list(L, call, input, field, list, rows, &s)) return NULL;
    elements = push_room(L, rows, partner_type_size(field->type));
    make_room(L, &s, rows, &r);
    gather(L, input, field, list, rows, &r);
    if (!bind_convert(L, call, input, field, &r.values, elements)) return NULL;
    lua_settop(L, top + 1);
    return elements;
}
