/* SPDX-License-Identifier: MIT
 * The library's tables as tables of Lua, for hosts that build forms, help or tests from them. */
#include <string.h>

#include "binding.h"

static void set_text(lua_State *L, const char *key, const char *text)
{
    if (text == NULL) return;
    lua_pushstring(L, text);
    lua_setfield(L, -2, key);
}

static void set_flag(lua_State *L, const char *key, int flag)
{
    if (!flag) return;
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, key);
}

/* Sets the list of what stands between the separators of a text. */
static void set_list(lua_State *L, const char *key, const char *text, char separator)
{
    const char all[2] = {separator, '\0'};
    int i = 0;

    if (text == NULL) return;
    lua_createtable(L, 8, 0);
    for (;;) {
        size_t length = strcspn(text, all);

        lua_pushlstring(L, text, length);
        lua_rawseti(L, -2, ++i);
        if (text[length] == '\0') break;
        text += length + 1;
    }
    lua_setfield(L, -2, key);
}

/* "gini=0.445|vital_count=2" as {gini = "0.445", vital_count = "2"}. */
static void set_pairs(lua_State *L, const char *key, const char *text)
{
    if (text == NULL) return;
    lua_createtable(L, 0, 8);
    while (*text != '\0') {
        size_t name = strcspn(text, "=|"), value = text[name] == '=' ? strcspn(text + name + 1, "|") : 0;

        lua_pushlstring(L, text, name);
        text += name + (text[name] == '=');
        lua_pushlstring(L, text, value);
        lua_rawset(L, -3);
        text += value + (text[value] == '|');
    }
    lua_setfield(L, -2, key);
}

static void set_names(lua_State *L, const partner_field *field)
{
    if (field->names_count == 0) return;
    lua_createtable(L, (int)field->names_count, 0);
    for (uint32_t i = 0; i < field->names_count; i++) {
        lua_pushstring(L, field->names[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "names");
}

static void push_fields(lua_State *L, const partner_record *record);

static void push_field(lua_State *L, const partner_field *field)
{
    lua_createtable(L, 0, 12);
    set_text(L, "name", field->name);
    set_text(L, "text", field->text);
    set_text(L, "type", bind_type_name(field->type));
    set_text(L, "unit", bind_unit_name(field->unit));
    set_text(L, "dictionary", field->dictionary);
    set_text(L, "default", field->initial);
    set_text(L, "when", field->when);
    set_flag(L, "column", bind_is_column(field));
    set_flag(L, "length", (field->flags & PARTNER_FIELD_LENGTH) != 0);
    set_flag(L, "required", (field->flags & PARTNER_FIELD_REQUIRED) != 0);
    set_flag(L, "nullable", (field->flags & PARTNER_FIELD_NULLABLE) != 0);
    set_flag(L, "order", (field->flags & PARTNER_FIELD_ORDER) != 0);
    set_list(L, "aliases", field->aliases, ',');
    set_list(L, "example", field->example, '|');
    set_names(L, field);
    if (field->count > 1) {
        bind_push_integer(L, "count", field->count, 0);
        lua_setfield(L, -2, "count");
    }
    if (field->type == PARTNER_TYPE_RECORD) {
        push_fields(L, field->record);
        lua_setfield(L, -2, "fields");
    }
}

static void push_fields(lua_State *L, const partner_record *record)
{
    const partner_field *field;
    int n = 0;

    luaL_checkstack(L, LUA_MINSTACK, "records are nested too deep");
    lua_createtable(L, (int)record->field_count, 0);
    for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++) {
        if ((field->flags & PARTNER_FIELD_HIDDEN) || field->type == PARTNER_TYPE_POINTER) continue;
        push_field(L, field);
        lua_rawseti(L, -2, ++n);
    }
}

static void push_input(lua_State *L, const partner_input *input)
{
    lua_createtable(L, 0, 5);
    set_text(L, "name", input->name);
    set_text(L, "text", input->text);
    set_flag(L, "required", input->required);
    if (input->config != NULL) set_text(L, "config", input->config->name);
    if (input->record == NULL) return;
    set_text(L, "record", input->record->name);
    push_fields(L, input->record);
    lua_setfield(L, -2, "fields");
}

static void push_view(lua_State *L, const partner_view *view)
{
    lua_createtable(L, 0, 4);
    set_text(L, "name", view->name);
    set_text(L, "title", view->title);
    set_text(L, "record", view->record->name);
    push_fields(L, view->record);
    lua_setfield(L, -2, "fields");
}

static void set_options(lua_State *L, const partner_record *const *records, size_t count)
{
    int n = 0;

    lua_createtable(L, 16, 0);
    for (size_t r = 0; r < count; r++) {
        const partner_field *field;

        for (size_t i = 0; (field = partner_record_field(records[r], i)) != NULL; i++) {
            int repeated = 0;

            if ((field->flags & PARTNER_FIELD_HIDDEN) || partner_type_size(field->type) == 0) continue;
            for (size_t before = 0; before < r; before++)
                repeated |= partner_record_field_find(records[before], field->name) != NULL;
            if (repeated) continue;
            push_field(L, field);
            lua_rawseti(L, -2, ++n);
        }
    }
    lua_setfield(L, -2, "options");
}

static void push_strings(lua_State *L, const char *const *strings, size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        lua_pushstring(L, strings[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
}

static void push_analysis(lua_State *L, const partner_analysis *analysis)
{
    const partner_input *input;
    const partner_view *view;

    lua_createtable(L, 0, 6);
    set_text(L, "name", analysis->name);
    set_text(L, "text", analysis->text);
    push_strings(L, analysis->explained, analysis->explained_count);
    lua_setfield(L, -2, "explains");
    set_pairs(L, "example", analysis->example);
    set_options(L, analysis->options, analysis->option_count);
    lua_createtable(L, 2, 0);
    for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++) {
        push_input(L, input);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "inputs");
    lua_createtable(L, 4, 0);
    for (size_t i = 0; (view = partner_analysis_view(analysis, i)) != NULL; i++) {
        push_view(L, view);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "views");
}

static void push_config(lua_State *L, const partner_config *config)
{
    lua_createtable(L, 0, 4);
    set_text(L, "name", config->name);
    set_text(L, "text", config->text);
    set_text(L, "example", config->example);
    push_strings(L, config->dictionaries, config->dictionary_count);
    lua_setfield(L, -2, "dictionaries");
}

static void push_object(lua_State *L, const partner_object *object)
{
    lua_createtable(L, 0, 6);
    set_text(L, "name", object->name);
    set_text(L, "text", object->text);
    set_text(L, "analysis", object->analysis->name);
    if (object->config != NULL) set_text(L, "config", object->config->name);
    set_options(L, &object->options, 1);
    push_fields(L, object->input);
    lua_setfield(L, -2, "fields");
}

/* The names of all analyses, objects and configs. */
static void push_names(lua_State *L)
{
    const partner_analysis *analysis;
    const partner_object *object;
    const partner_config *config;

    lua_createtable(L, 0, 3);
    lua_createtable(L, 4, 0);
    for (size_t i = 0; (analysis = partner_analysis_at(i)) != NULL; i++) {
        lua_pushstring(L, analysis->name);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "analyses");
    lua_createtable(L, 2, 0);
    for (size_t i = 0; (object = partner_object_at(i)) != NULL; i++) {
        lua_pushstring(L, object->name);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "objects");
    lua_createtable(L, 2, 0);
    for (size_t i = 0; (config = partner_config_at(i)) != NULL; i++) {
        lua_pushstring(L, config->name);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, "configs");
}

static int refuse(lua_State *L, const char *name)
{
    bind_nearest nearest = {.wanted = name};

    for (size_t i = 0; partner_analysis_at(i) != NULL; i++)
        bind_nearest_try(&nearest, partner_analysis_at(i)->name);
    for (size_t i = 0; partner_object_at(i) != NULL; i++)
        bind_nearest_try(&nearest, partner_object_at(i)->name);
    for (size_t i = 0; partner_config_at(i) != NULL; i++)
        bind_nearest_try(&nearest, partner_config_at(i)->name);
    bind_push_hint(L, &nearest);
    return luaL_error(L, "partner.describe: there is no \"%s\"%s", name, lua_tostring(L, -1));
}

int bind_describe(lua_State *L)
{
    const char *name = luaL_optstring(L, 1, NULL);

    if (name == NULL) push_names(L);
    else if (partner_analysis_find(name) != NULL) push_analysis(L, partner_analysis_find(name));
    else if (partner_object_find(name) != NULL) push_object(L, partner_object_find(name));
    else if (partner_config_find(name) != NULL) push_config(L, partner_config_find(name));
    else return refuse(L, name);
    return 1;
}
