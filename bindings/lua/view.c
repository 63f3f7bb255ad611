/* SPDX-License-Identifier: MIT
 * Views: the tables and records of a result, read where they lie. */
#include <string.h>

#include "binding.h"

static bind_view *view_at(lua_State *L, int index)
{
    bind_view *view = bind_userdata_at(L, index, BIND_VIEW);

    if (view == NULL)
        luaL_argerror(L, index, "expected a table of a result (is the method called with a colon?)");
    bind_check_open(L, view->owner);
    return view;
}

static bind_view *self(lua_State *L) { return view_at(L, 1); }

void bind_view_push(lua_State *L, int result, int dicts, const bind_view *like)
{
    bind_view *view;

    result = bind_absolute(L, result);
    dicts = bind_absolute(L, dicts);
    view = lua_newuserdata(L, sizeof *view);
    *view = *like;
    bind_set_kind(L, BIND_VIEW);
    lua_createtable(L, 2, 4);
    lua_pushvalue(L, result);
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, dicts);
    lua_rawseti(L, -2, 2);
    bind_tie(L, -2);
}

/* --- fields --- */

int bind_is_column(const partner_field *field) { return field->length != NULL; }

static int is_record(const partner_field *field)
{
    return field->type == PARTNER_TYPE_RECORD && !(field->flags & PARTNER_FIELD_HIDDEN);
}

const bind_dict *bind_field_dict(lua_State *L, int dicts, const partner_field *field)
{
    const bind_dict *dict;

    if (field->dictionary == NULL || !lua_istable(L, dicts)) return NULL;
    lua_getfield(L, dicts, field->dictionary);
    dict = bind_dict_at(L, -1);
    lua_pop(L, 1);
    return dict;
}

void bind_push_figure(lua_State *L, const bind_result *owner, int dicts, const bind_part *part,
                      const partner_field *field, int form)
{
    bind_source source = {part->record, part->data, bind_field_dict(L, dicts, field), owner};

    bind_check_open(L, owner);
    if (partner_field_is_shown(part->record, field, part->data))
        bind_push_values(L, &source, field, partner_field_data(field, part->data), form);
    else lua_pushnil(L);
}

/* --- columns --- */

/* Whether a column says what a row of the main view is about. Where it is absent, a row's number is the index.
 */
static int is_identity(const bind_view *view, const partner_field *field)
{
    return view->main && (field->flags & PARTNER_FIELD_IDENTITY) != 0;
}

/* Whether a table has no rows, and none of its columns a place. */
static int is_empty(const bind_part *part, const partner_field *field)
{
    const partner_field *beside;

    if (partner_field_length(part->record, field, part->data) > 0) return 0;
    for (size_t i = 0; (beside = partner_record_field(part->record, i)) != NULL; i++)
        if (beside->length != NULL && strcmp(beside->length, field->length) == 0 &&
            partner_field_data(beside, part->data) != NULL)
            return 0;
    return 1;
}

static int is_there(const bind_view *view, const bind_part *part, const partner_field *field)
{
    return partner_field_is_shown(part->record, field, part->data) &&
           (partner_field_data(field, part->data) != NULL || is_identity(view, field) || is_empty(part, field));
}

/* The column of that name: the one that is there, else one that is only declared. */
static const partner_field *find_column(const bind_view *view, const char *name, const bind_part **part)
{
    const partner_field *declared = NULL;

    for (size_t p = 0; p < view->parts; p++) {
        const partner_field *field = partner_record_field_find(view->part[p].record, name);

        if (field == NULL || !bind_is_column(field) || strcmp(field->name, name) != 0) continue;
        if (field->flags & PARTNER_FIELD_HIDDEN) continue;
        if (declared != NULL && partner_field_data(field, view->part[p].data) == NULL) continue;
        declared = field;
        *part = &view->part[p];
        if (partner_field_data(field, view->part[p].data) != NULL) break;
    }
    return declared;
}

/* The first column: what the length and the rows of a view go by. */
static const partner_field *first_column(const bind_view *view, const bind_part **part)
{
    const partner_field *field;

    for (size_t p = 0; p < view->parts; p++)
        for (size_t i = 0; (field = partner_record_field(view->part[p].record, i)) != NULL; i++)
            if (bind_is_column(field)) {
                *part = &view->part[p];
                return field;
            }
    return NULL;
}

static size_t rows_of(const bind_view *view)
{
    const bind_part *part = NULL;
    const partner_field *field = first_column(view, &part);

    return field == NULL ? 0 : partner_field_length(part->record, field, part->data);
}

/* Whether a column belongs in the rows of a view. */
static int is_in_rows(const bind_view *view, const bind_part *part, const partner_field *field)
{
    const bind_part *first_part = NULL;
    const partner_field *first = first_column(view, &first_part);

    if (!bind_is_column(field) || (field->flags & PARTNER_FIELD_ORDER) || !is_there(view, part, field))
        return 0;
    return part != first_part || strcmp(field->length, first->length) == 0;
}

/* Pushes a column of the view at `view`. */
static void push_column(lua_State *L, int at, const bind_part *part, const partner_field *field, int form)
{
    const bind_view *view = bind_userdata_at(L, at, BIND_VIEW);
    bind_column *column;

    column = bind_column_push(L, 0);
    bind_check_open(L, view->owner);
    column->data = partner_field_data(field, part->data);
    column->rows = partner_field_length(part->record, field, part->data);
    column->owner = view->owner;
    column->record = part->record;
    column->field = field;
    column->parent = part->data;
    column->meaning = BIND_FIELD;
    column->form = (uint8_t)form;
    bind_push_tied(L, at);
    lua_rawgeti(L, -1, 1);
    lua_rawgeti(L, -2, 2);
    lua_remove(L, -3);
    column->dict = bind_field_dict(L, lua_gettop(L), field);
    lua_createtable(L, 2, 0);
    lua_insert(L, -3);
    lua_rawseti(L, -3, 2);
    lua_rawseti(L, -2, 1);
    bind_tie(L, -2);
}

/* --- rows --- */

static void push_cell(lua_State *L, int at, const bind_view *view, const bind_part *part,
                      const partner_field *field, size_t row)
{
    uint32_t number = (uint32_t)row;
    const char *data = partner_field_data(field, part->data);
    const void *element =
        data == NULL ? (const void *)&number : data + row * field->count * partner_type_size(field->type);
    bind_source source = {part->record, part->data, NULL, view->owner};

    bind_push_tied(L, at);
    lua_rawgeti(L, -1, 2);
    source.dict = bind_field_dict(L, lua_gettop(L), field);
    lua_pop(L, 2);
    bind_push_values(L, &source, field, element, BIND_VALUES);
}

static void push_row(lua_State *L, int at, const bind_view *view, size_t row)
{
    const partner_field *field;

    lua_createtable(L, 0, 8);
    for (size_t p = 0; p < view->parts; p++)
        for (size_t i = 0; (field = partner_record_field(view->part[p].record, i)) != NULL; i++) {
            bind_check_open(L, view->owner);
            if (!is_in_rows(view, &view->part[p], field)) continue;
            push_cell(L, at, view, &view->part[p], field, row);
            lua_setfield(L, -2, field->name);
        }
}

/* The column that says in which order people want to see the rows. */
static const uint32_t *order_of(const bind_view *view)
{
    const partner_field *field;

    for (size_t p = 0; p < view->parts; p++)
        for (size_t i = 0; (field = partner_record_field(view->part[p].record, i)) != NULL; i++)
            if ((field->flags & PARTNER_FIELD_ORDER) && field->type == PARTNER_TYPE_U32)
                return partner_field_data(field, view->part[p].data);
    return NULL;
}

/* Upvalues: 2 how many rows are done, 3 the view, 4 whether in order. */
static int next_row(lua_State *L)
{
    const bind_view *view;
    size_t done = (size_t)lua_tonumber(L, lua_upvalueindex(2)), row = done;

    lua_settop(L, 0);
    lua_pushvalue(L, lua_upvalueindex(3));
    view = self(L);
    if (done >= rows_of(view)) return 0;
    if (lua_toboolean(L, lua_upvalueindex(4))) row = order_of(view)[done];
    lua_pushnumber(L, (lua_Number)(done + 1));
    lua_replace(L, lua_upvalueindex(2));
    bind_push_integer(L, "row", (uint64_t)row + 1, 0);
    push_row(L, 1, view, row);
    return 2;
}

static int push_iterator(lua_State *L, int sorted)
{
    lua_pushvalue(L, BIND_STATE);
    lua_pushnumber(L, 0);
    lua_pushvalue(L, 1);
    lua_pushboolean(L, sorted);
    lua_pushcclosure(L, next_row, 4);
    return 1;
}

static int rows(lua_State *L)
{
    self(L);
    return push_iterator(L, 0);
}

static int sorted(lua_State *L)
{
    const bind_view *view = self(L);

    if (rows_of(view) > 0 && order_of(view) == NULL)
        return luaL_error(L, "%s has no order of its own; rows() goes through it", view->name);
    return push_iterator(L, 1);
}

/* --- names --- */

typedef void (*visitor)(lua_State *L, const bind_view *view, const bind_part *part, const partner_field *field,
                        void *data);

/* Calls for everything a script can name in a view. */
static void visit(lua_State *L, const bind_view *view, visitor call, void *data)
{
    const partner_field *field;

    for (size_t p = 0; p < view->parts; p++)
        for (size_t i = 0; (field = partner_record_field(view->part[p].record, i)) != NULL; i++) {
            const bind_part *part = &view->part[p];
            int shown = bind_is_column(field)
                            ? !(field->flags & PARTNER_FIELD_HIDDEN)
                            : !view->main && (is_record(field) || partner_field_is_figure(part->record, field));

            if (!shown) continue;
            bind_check_open(L, view->owner);
            call(L, view, part, field, data);
        }
}

static void try_name(lua_State *L, const bind_view *view, const bind_part *part, const partner_field *field,
                     void *data)
{
    (void)L;
    (void)view;
    (void)part;
    bind_nearest_try(data, field->name);
}

static int refuse(lua_State *L, const bind_view *view, const char *name)
{
    bind_nearest nearest = {.wanted = name};

    visit(L, view, try_name, &nearest);
    bind_push_hint(L, &nearest);
    return luaL_error(L, "%s has no \"%s\"%s (pairs() and columns() go through what it has)", view->name, name,
                      lua_tostring(L, -1));
}

/* A view that is no main one also has figures and records. Pushes nothing and gives 0 where `name` is none. */
static int push_other(lua_State *L, int at, const bind_view *view, const char *name, int form)
{
    for (size_t p = 0; p < view->parts && !view->main; p++) {
        const bind_part *part = &view->part[p];
        const partner_field *field = partner_record_field_find(part->record, name);
        bind_view sub = {.owner = view->owner, .name = name, .parts = 1};

        if (field == NULL || strcmp(field->name, name) != 0) continue;
        bind_push_tied(L, at);
        lua_rawgeti(L, -1, 2);
        if (partner_field_is_figure(part->record, field)) {
            bind_push_figure(L, view->owner, lua_gettop(L), part, field, form);
            return 1;
        }
        if (!is_record(field)) continue;
        sub.name = field->name;
        sub.part[0] = (bind_part){field->record, partner_field_data(field, part->data)};
        if (sub.part[0].data == NULL) lua_pushnil(L);
        else {
            lua_rawgeti(L, -2, 1);
            bind_view_push(L, -1, -2, &sub);
        }
        return 1;
    }
    return 0;
}

/* Whether the main view has such a column when other options ask for it. */
static int is_declared(const bind_view *view, const char *name)
{
    const partner_view *other;

    for (size_t i = 0; view->main && (other = partner_analysis_view(view->owner->analysis, i)) != NULL; i++) {
        const partner_field *field = partner_record_field_find(other->record, name);

        if (strcmp(other->name, view->name) == 0 && field != NULL && bind_is_column(field) &&
            strcmp(field->name, name) == 0 && !(field->flags & PARTNER_FIELD_HIDDEN))
            return 1;
    }
    return 0;
}

/* Pushes a column of the view at 1, or nil where this result has none. 0 = there is no such column. */
static int push_named_column(lua_State *L, const bind_view *view, const char *name, int form)
{
    const bind_part *part = NULL;
    const partner_field *field;

    bind_check_open(L, view->owner);
    field = find_column(view, name, &part);
    if (field == NULL && !is_declared(view, name)) return 0;
    if (field != NULL && is_there(view, part, field)) push_column(L, 1, part, field, form);
    else lua_pushnil(L);
    return 1;
}

/* What was looked at once is kept. */
static int index_of(lua_State *L)
{
    const bind_view *view = self(L);
    int64_t row;
    const char *name;

    if (lua_type(L, 2) == LUA_TNUMBER) {
        if (!bind_whole(L, 2, &row) || row < 1 || (uint64_t)row > rows_of(view)) return 0;
        push_row(L, 1, view, (size_t)row - 1);
        return 1;
    }
    if (lua_type(L, 2) != LUA_TSTRING) return 0;
    bind_push_tied(L, 1);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    if (!lua_isnil(L, -1)) return 1;
    lua_rawgeti(L, BIND_STATE, BIND_METHODS + BIND_VIEW);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    if (!lua_isnil(L, -1)) return 1;
    lua_settop(L, 3);
    name = lua_tostring(L, 2);
    if (!push_named_column(L, view, name, BIND_VALUES) && !push_other(L, 1, view, name, BIND_VALUES))
        return refuse(L, view, name);
    if (!lua_isuserdata(L, -1)) return 1;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 3);
    return 1;
}

/* --- methods --- */

static int length_of(lua_State *L)
{
    bind_push_integer(L, "length", rows_of(self(L)), 0);
    return 1;
}

static int push_in_form(lua_State *L, int form)
{
    const bind_view *view = self(L);
    const char *name = luaL_checkstring(L, 2);

    lua_settop(L, 2);
    if (push_named_column(L, view, name, form) || push_other(L, 1, view, name, form)) return 1;
    return refuse(L, view, name);
}

static int column(lua_State *L)
{
    const bind_view *view = self(L);
    const char *name = luaL_checkstring(L, 2);

    lua_settop(L, 2);
    return push_named_column(L, view, name, BIND_VALUES) ? 1 : refuse(L, view, name);
}

static int minor(lua_State *L) { return push_in_form(L, BIND_EXACTLY); }

static int text(lua_State *L) { return push_in_form(L, BIND_TEXTS); }

/* Sets what a field holds in the table on the top of the stack; `data` says whether columns only, and whether
 * as plain tables. */
typedef struct contents {
    int at, columns_only, plain;
} contents;

static void set_content(lua_State *L, const bind_view *view, const bind_part *part, const partner_field *field,
                        void *data)
{
    const contents *want = data;

    if (bind_is_column(field)) {
        if (!is_there(view, part, field)) return;
        push_column(L, want->at, part, field, BIND_VALUES);
        if (want->plain) {
            bind_column_push_list(L, bind_column_at(L, -1));
            lua_remove(L, -2);
        }
    } else {
        int top = lua_gettop(L);

        if (want->columns_only || !push_other(L, want->at, view, field->name, BIND_VALUES)) return;
        if (want->plain && lua_type(L, -1) == LUA_TUSERDATA) bind_view_push_table(L, lua_gettop(L));
        lua_replace(L, top + 1);
        lua_settop(L, top + 1);
    }
    lua_setfield(L, -2, field->name);
}

static void push_contents(lua_State *L, int at, int columns_only, int plain)
{
    contents want = {bind_absolute(L, at), columns_only, plain};

    luaL_checkstack(L, LUA_MINSTACK, "records are nested too deep");
    lua_createtable(L, 0, 8);
    visit(L, view_at(L, want.at), set_content, &want);
}

void bind_view_push_table(lua_State *L, int view) { push_contents(L, view, 0, 1); }

static int to_table(lua_State *L)
{
    push_contents(L, 1, 0, 1);
    return 1;
}

static int columns(lua_State *L)
{
    push_contents(L, 1, 1, 0);
    return 1;
}

static int next_content(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 2);
    return lua_next(L, 1) ? 2 : 0;
}

static int pairs(lua_State *L)
{
    bind_push_function(L, next_content, 0);
    push_contents(L, 1, 0, 0);
    return 2;
}

static int to_string(lua_State *L)
{
    const bind_view *view = self(L);

    lua_pushfstring(L, "%s: %d rows", view->name, (int)rows_of(view));
    return 1;
}

void bind_view_register(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__index", index_of},
                                    {"__len", length_of},
                                    {"__pairs", pairs},
                                    {"__tostring", to_string},
                                    {NULL, NULL}};
    static const luaL_Reg methods[] = {{"rows", rows},        {"sorted", sorted}, {"columns", columns},
                                       {"column", column},    {"minor", minor},   {"text", text},
                                       {"totable", to_table}, {NULL, NULL}};

    bind_push_meta(L, BIND_VIEW);
    bind_set_functions(L, meta);
    lua_pop(L, 1);
    lua_createtable(L, 0, 7);
    bind_set_functions(L, methods);
    lua_rawseti(L, BIND_STATE, BIND_METHODS + BIND_VIEW);
}
