/* SPDX-License-Identifier: MIT
 * The result of an analysis: its figures, sentences and tables, read where they lie. */
#include <stdlib.h>
#include <string.h>

#include "binding.h"

bind_result *bind_result_at(lua_State *L, int index) { return bind_userdata_at(L, index, BIND_RESULT); }

void bind_check_open(lua_State *L, const bind_result *result)
{
    if (result->result == NULL) luaL_error(L, "the result is closed");
}

static bind_result *check_result(lua_State *L)
{
    bind_result *r = bind_result_at(L, 1);

    if (r == NULL) luaL_argerror(L, 1, "expected a result (is the method called with a colon?)");
    return r;
}

static bind_result *self(lua_State *L)
{
    bind_result *r = check_result(L);

    bind_check_open(L, r);
    return r;
}

/* Pushes the dictionaries of the ids in a result: those of the call, but for one whose ids rows had no use for.
 */
static void push_known(lua_State *L, const bind_call *call)
{
    size_t numbered = 0;

    for (size_t i = 0; i < BIND_USES && call->use[i].name != NULL; i++)
        numbered += (call->use[i].how & BIND_USES_NUMBERS) != 0;
    if (numbered == 0 || lua_isnil(L, call->dicts)) {
        lua_pushvalue(L, call->dicts);
        return;
    }
    lua_createtable(L, 0, 8);
    lua_pushnil(L);
    while (lua_next(L, call->dicts)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        if (bind_use_of(call, lua_tostring(L, -2)) & BIND_USES_NUMBERS) lua_pop(L, 2);
        else lua_rawset(L, -4);
    }
}

bind_result *bind_result_push(lua_State *L, bind_call *call)
{
    bind_result *r = lua_newuserdata(L, sizeof *r);

    memset(r, 0, sizeof *r);
    r->analysis = call->analysis;
    r->format.struct_size = sizeof r->format;
    r->format.minor_units = call->format.minor_units;
    bind_set_kind(L, BIND_RESULT);
    lua_createtable(L, 1, 4);
    push_known(L, call);
    lua_rawseti(L, -2, 1);
    bind_tie(L, -2);
    return r;
}

static int collect(lua_State *L)
{
    bind_result *r = bind_result_at(L, 1);

    if (r == NULL || r->result == NULL) return 0;
    r->analysis->free(r->result);
    r->result = NULL;
    return 0;
}

/* --- views --- */

static const char *main_name(const bind_result *r) { return partner_analysis_view(r->analysis, 0)->name; }

/* The structs of the views of that name; 0 = this result has none. */
static size_t find_view(lua_State *L, const bind_result *r, const char *name, bind_view *found)
{
    const partner_view *view;

    bind_check_open(L, r);
    memset(found, 0, sizeof *found);
    found->owner = r;
    for (size_t i = 0; (view = partner_analysis_view(r->analysis, i)) != NULL; i++) {
        const void *data;

        if (strcmp(view->name, name) != 0) continue;
        found->name = view->name;
        data = r->analysis->view(r->result, i);
        if (data != NULL && found->parts < BIND_PARTS)
            found->part[found->parts++] = (bind_part){view->record, data};
    }
    found->main = found->name != NULL && strcmp(found->name, main_name(r)) == 0;
    return found->parts;
}

static void push_dicts(lua_State *L, int result)
{
    bind_push_tied(L, result);
    lua_rawgeti(L, -1, 1);
    lua_remove(L, -2);
}

static void push_view(lua_State *L, int result, const bind_view *view)
{
    push_dicts(L, result);
    bind_view_push(L, result, -1, view);
    lua_remove(L, -2);
}

/* A record that hangs on a main view. Pushes a view or nil; 0 = there is no such record. */
static int push_record(lua_State *L, int result, const bind_view *main, const char *name)
{
    bind_check_open(L, main->owner);
    for (size_t p = 0; p < main->parts; p++) {
        const partner_field *field = partner_record_field_find(main->part[p].record, name);
        bind_view sub = {.owner = main->owner, .parts = 1};

        if (field == NULL || field->type != PARTNER_TYPE_RECORD || (field->flags & PARTNER_FIELD_HIDDEN))
            continue;
        sub.name = field->name;
        sub.part[0] = (bind_part){field->record, partner_field_data(field, main->part[p].data)};
        if (sub.part[0].data == NULL) lua_pushnil(L);
        else push_view(L, result, &sub);
        return 1;
    }
    return 0;
}

/* A figure of a main view: the first of its name. 0 = there is none. */
static int push_figure(lua_State *L, int result, const bind_view *main, const char *name, int form)
{
    for (size_t p = 0; p < main->parts; p++) {
        const bind_part *part = &main->part[p];
        const partner_field *field = partner_record_field_find(part->record, name);

        if (field == NULL || !partner_field_is_figure(part->record, field) || strcmp(field->name, name) != 0)
            continue;
        push_dicts(L, result);
        bind_push_figure(L, main->owner, lua_gettop(L), part, field, form);
        lua_remove(L, -2);
        return 1;
    }
    return 0;
}

/* --- summary and sentences --- */

static void push_summary(lua_State *L, int result, const bind_view *main)
{
    const partner_field *field;

    lua_createtable(L, 0, 32);
    for (size_t p = main->parts; p-- > 0;) /* the first of a name stays */
        for (size_t i = 0; (field = partner_record_field(main->part[p].record, i)) != NULL; i++) {
            if (!partner_field_is_figure(main->part[p].record, field)) continue;
            push_dicts(L, result);
            bind_push_figure(L, main->owner, lua_gettop(L), &main->part[p], field, BIND_VALUES);
            lua_remove(L, -2);
            lua_setfield(L, -2, field->name);
        }
}

/* How long sentence i is; 0 past the end. The last call may have run a finalizer that closed the result. */
static size_t sentence(lua_State *L, const bind_result *r, size_t i, char *buffer, size_t size)
{
    bind_check_open(L, r);
    return r->analysis->sentence(r->result, i, buffer, size);
}

static void push_sentences(lua_State *L, const bind_result *r)
{
    char *buffer = lua_newuserdata(L, 1024);
    size_t size = 1024, length;

    lua_createtable(L, 8, 0);
    for (size_t i = 0; (length = sentence(L, r, i, buffer, size)) > 0; i++) {
        if (length >= size) {
            size = length + 1;
            buffer = lua_newuserdata(L, size);
            lua_replace(L, -3);
            length = sentence(L, r, i, buffer, size);
        }
        lua_pushlstring(L, buffer, length);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_remove(L, -2);
}

/* --- reading --- */

static void try_names(const bind_result *r, bind_nearest *nearest)
{
    const partner_view *view;
    const partner_field *field;

    for (size_t v = 0; (view = partner_analysis_view(r->analysis, v)) != NULL; v++) {
        bind_nearest_try(nearest, view->name);
        for (size_t i = 0; (field = partner_record_field(view->record, i)) != NULL; i++)
            if (strcmp(view->name, main_name(r)) == 0 && !(field->flags & PARTNER_FIELD_HIDDEN) &&
                (partner_field_is_figure(view->record, field) || field->type == PARTNER_TYPE_RECORD))
                bind_nearest_try(nearest, field->name);
    }
}

static int refuse(lua_State *L, const bind_result *r, const char *name)
{
    bind_nearest nearest = {.wanted = name};

    bind_nearest_try(&nearest, "summary");
    bind_nearest_try(&nearest, "sentences");
    try_names(r, &nearest);
    bind_push_hint(L, &nearest);
    return luaL_error(L, "partner.%s: the result has no \"%s\"%s (partner.describe lists what there is)",
                      r->analysis->name, name, lua_tostring(L, -1));
}

static int is_view(const bind_result *r, const char *name)
{
    const partner_view *view;

    for (size_t i = 0; (view = partner_analysis_view(r->analysis, i)) != NULL; i++)
        if (strcmp(view->name, name) == 0) return 1;
    return 0;
}

/* Whether a main view has such a figure or record when other options ask for it. */
static int is_declared(const bind_result *r, const char *name)
{
    const partner_view *view;

    for (size_t i = 0; (view = partner_analysis_view(r->analysis, i)) != NULL; i++) {
        const partner_field *field = partner_record_field_find(view->record, name);

        if (strcmp(view->name, main_name(r)) != 0 || field == NULL || strcmp(field->name, name) != 0) continue;
        if (partner_field_is_figure(view->record, field)) return 1;
        if (field->type == PARTNER_TYPE_RECORD && !(field->flags & PARTNER_FIELD_HIDDEN)) return 1;
    }
    return 0;
}

/* Views win over records, and these over figures of the same name. */
static int push_named(lua_State *L, int result, const bind_result *r, const char *name)
{
    bind_view main, view;

    if (strcmp(name, "sentences") == 0) {
        push_sentences(L, r);
        return 1;
    }
    find_view(L, r, main_name(r), &main);
    if (strcmp(name, "summary") == 0) {
        push_summary(L, result, &main);
        return 1;
    }
    if (is_view(r, name)) {
        if (find_view(L, r, name, &view) > 0) push_view(L, result, &view);
        else lua_pushnil(L);
        return 1;
    }
    if (push_record(L, result, &main, name) || push_figure(L, result, &main, name, BIND_VALUES)) return 1;
    if (!is_declared(r, name)) return 0;
    lua_pushnil(L);
    return 1;
}

/* Tables that were looked at once are kept. */
static int index_of(lua_State *L)
{
    bind_result *r = check_result(L);
    const char *name;

    if (lua_type(L, 2) != LUA_TSTRING)
        return luaL_error(L, "a result is read by name, found a %s", luaL_typename(L, 2));
    lua_settop(L, 2);
    lua_rawgeti(L, BIND_STATE, BIND_METHODS + BIND_RESULT);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    if (!lua_isnil(L, -1)) return 1;
    bind_check_open(L, r);
    lua_settop(L, 2);
    bind_push_tied(L, 1);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    if (!lua_isnil(L, -1)) return 1;
    lua_settop(L, 3);
    name = lua_tostring(L, 2);
    if (!push_named(L, 1, r, name)) return refuse(L, r, name);
    if (!lua_isuserdata(L, -1)) return 1;
    lua_pushvalue(L, 2);
    lua_pushvalue(L, -2);
    lua_rawset(L, 3);
    return 1;
}

/* --- methods --- */

static int push_in_form(lua_State *L, int form)
{
    bind_result *r = self(L);
    const char *name = luaL_checkstring(L, 2);
    bind_view main;

    find_view(L, r, main_name(r), &main);
    return push_figure(L, 1, &main, name, form) ? 1 : refuse(L, r, name);
}

static int minor(lua_State *L) { return push_in_form(L, BIND_EXACTLY); }

static int text(lua_State *L) { return push_in_form(L, BIND_TEXTS); }

static int dict(lua_State *L)
{
    self(L);
    push_dicts(L, 1);
    if (lua_istable(L, -1)) lua_getfield(L, -1, luaL_checkstring(L, 2));
    return 1;
}

static size_t explanation(lua_State *L, const bind_result *r, size_t table, size_t row, char *buffer,
                          size_t size)
{
    bind_check_open(L, r);
    return r->analysis->explain(r->result, table, row, buffer, size);
}

/* The explained table of that name, the first one without a name. */
static size_t explained_table(lua_State *L, const bind_result *r, int index)
{
    const char *name = luaL_optstring(L, index, NULL);

    for (size_t i = 0; name != NULL && i < r->analysis->explained_count; i++)
        if (strcmp(r->analysis->explained[i], name) == 0) return i;
    if (name == NULL) return 0;
    luaL_where(L, 1);
    lua_pushfstring(L, "partner.%s: \"%s\" is no table whose rows are explained, expected", r->analysis->name,
                    name);
    lua_concat(L, 2);
    for (size_t i = 0; i < r->analysis->explained_count; i++) {
        lua_pushfstring(L, "%s \"%s\"", i == 0 ? "" : " or", r->analysis->explained[i]);
        lua_concat(L, 2);
    }
    return (size_t)lua_error(L);
}

/* Whether an option asks for the table of that name. */
static int is_asked_for(const partner_analysis *analysis, const char *name)
{
    int found = 0;

    for (size_t i = 0; i < analysis->option_count && !found; i++)
        found = partner_record_field_find(analysis->options[i], name) != NULL;
    return found;
}

/* r:explain(i, table): why row i of a table (the ledger, as a rule) is what it is; nil where there is no such
 * row. */
static int explain(lua_State *L)
{
    bind_result *r = self(L);
    const char *name;
    size_t size = 1024, table, length;
    char *buffer;
    int64_t row;

    if (r->analysis->explained_count == 0)
        return luaL_error(L, "partner.%s: the result explains no rows", r->analysis->name);
    if (lua_type(L, 2) != LUA_TNUMBER || !bind_whole(L, 2, &row))
        return luaL_argerror(L, 2, "expected the number of a row, from 1");
    table = explained_table(L, r, 3);
    name = r->analysis->explained[table];
    lua_settop(L, 2);
    lua_getfield(L, 1, name);
    if (lua_isnil(L, -1))
        return luaL_error(L,
                          is_asked_for(r->analysis, name)
                              ? "partner.%s: there is no %s to explain; ask for it with %s = true"
                              : "partner.%s: this result has no %s to explain",
                          r->analysis->name, name, name);
    buffer = lua_newuserdata(L, size);
    length = row < 1 ? 0 : explanation(L, r, table, (size_t)row - 1, buffer, size);
    if (length >= size) {
        buffer = lua_newuserdata(L, length + 1);
        explanation(L, r, table, (size_t)row - 1, buffer, length + 1);
    }
    if (length == 0) lua_pushnil(L);
    else lua_pushlstring(L, buffer, length);
    return 1;
}

/* Pushes the id that a mark stands for: "{partner:17}", of which `mark` is what follows the brace. Returns
 * where the text goes on; NULL = it is no mark, and nothing is pushed. */
static const char *push_marked(lua_State *L, int dicts, const char *mark)
{
    size_t name = strspn(mark, "abcdefghijklmnopqrstuvwxyz_"), digits;

    if (name == 0 || mark[name] != ':') return NULL;
    digits = strspn(mark + name + 1, "0123456789");
    if (digits == 0 || digits > 10 || mark[name + 1 + digits] != '}') return NULL;
    lua_pushlstring(L, mark, name);
    if (lua_istable(L, dicts)) lua_rawget(L, dicts);
    bind_push_id(L, bind_dict_at(L, -1), strtoull(mark + name + 1, NULL, 10));
    lua_remove(L, -2);
    return mark + name + digits + 2;
}

/* Pushes a text with ids in the place of marks. */
static void push_resolved(lua_State *L, int dicts, const char *text)
{
    luaL_Buffer out;
    const char *brace;

    luaL_buffinit(L, &out);
    while ((brace = strchr(text, '{')) != NULL) {
        const char *rest;

        luaL_addlstring(&out, text, (size_t)(brace - text));
        rest = push_marked(L, dicts, brace + 1);
        if (rest != NULL) luaL_addvalue(&out);
        else luaL_addlstring(&out, "{", 1);
        text = rest != NULL ? rest : brace + 1;
    }
    luaL_addstring(&out, text);
    luaL_pushresult(&out);
}

static size_t advised(lua_State *L, const bind_result *r, size_t part, char *buffer, size_t size)
{
    bind_check_open(L, r);
    return r->analysis->advice == NULL ? 0 : r->analysis->advice(r->result, part, buffer, size);
}

/* r:advice(): what to do, and what that rests on; nil where the result asks for nothing. */
static int advice(lua_State *L)
{
    bind_result *r = self(L);

    lua_settop(L, 1);
    push_dicts(L, 1);
    lua_createtable(L, 2, 0);
    for (size_t part = 0; part < 2; part++) {
        size_t size = 1024, length;
        char *buffer = lua_newuserdata(L, size);

        length = advised(L, r, part, buffer, size);
        if (length >= size) {
            buffer = lua_newuserdata(L, length + 1);
            advised(L, r, part, buffer, length + 1);
        }
        if (length == 0 && part == 0) lua_pushnil(L);
        if (length == 0 && part == 0) return 1;
        if (length == 0) break;
        push_resolved(L, 2, buffer);
        lua_rawseti(L, 3, (int)part + 1);
    }
    lua_settop(L, 3);
    return 1;
}

static void set_plain(lua_State *L)
{
    if (lua_type(L, -1) != LUA_TUSERDATA) return;
    bind_view_push_table(L, -1);
    lua_remove(L, -2);
}

/* Everything as plain tables: views and records by name, the figures under `summary`. */
static int to_table(lua_State *L)
{
    bind_result *r = self(L);
    const partner_view *view;
    const partner_field *field;
    bind_view main;

    find_view(L, r, main_name(r), &main);
    lua_createtable(L, 0, 8);
    for (size_t p = 0; p < main.parts; p++)
        for (size_t i = 0; (field = partner_record_field(main.part[p].record, i)) != NULL; i++) {
            if (field->type != PARTNER_TYPE_RECORD || !push_record(L, 1, &main, field->name)) continue;
            set_plain(L);
            lua_setfield(L, -2, field->name);
        }
    for (size_t i = 0; (view = partner_analysis_view(r->analysis, i)) != NULL; i++) {
        push_named(L, 1, r, view->name);
        set_plain(L);
        lua_setfield(L, -2, view->name);
    }
    push_summary(L, 1, &main);
    lua_setfield(L, -2, "summary");
    push_sentences(L, r);
    lua_setfield(L, -2, "sentences");
    return 1;
}

static int to_string(lua_State *L)
{
    bind_result *r = bind_result_at(L, 1);
    luaL_Buffer out;

    if (r == NULL || r->result == NULL) {
        lua_pushliteral(L, "partner.result (closed)");
        return 1;
    }
    lua_settop(L, 1);
    push_sentences(L, r);
    luaL_buffinit(L, &out);
    for (size_t i = 1; i <= lua_rawlen(L, 2); i++) {
        if (i > 1) luaL_addchar(&out, '\n');
        bind_raw_element(L, 2, i);
        luaL_addvalue(&out);
    }
    luaL_pushresult(&out);
    return 1;
}

void bind_result_register(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__gc", collect},
                                    {"__close", collect},
                                    {"__index", index_of},
                                    {"__tostring", to_string},
                                    {NULL, NULL}};
    static const luaL_Reg methods[] = {{"minor", minor},      {"text", text},       {"dict", dict},
                                       {"totable", to_table}, {"explain", explain}, {"advice", advice},
                                       {"close", collect},    {NULL, NULL}};

    bind_push_meta(L, BIND_RESULT);
    bind_set_functions(L, meta);
    lua_pop(L, 1);
    lua_createtable(L, 0, 8);
    bind_set_functions(L, methods);
    lua_rawseti(L, BIND_STATE, BIND_METHODS + BIND_RESULT);
}
