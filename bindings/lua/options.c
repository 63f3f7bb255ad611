/* SPDX-License-Identifier: MIT
 * From the table of options to the options structs, the format of the columns, and the other inputs. */
#include <stdio.h>
#include <string.h>

#include "binding.h"

enum { OPTIONS = 2 }; /* stack index */

/* How columns are written; every call takes these besides its own options. */
static const partner_field format_fields[] = {
    {.name = "minor_units",
     .count = 1,
     .type = PARTNER_TYPE_U8,
     .unit = PARTNER_UNIT_PLACES,
     .zero = PARTNER_MINOR_UNITS_0},
    {.name = "decimal_comma", .count = 1, .type = PARTNER_TYPE_U8, .unit = PARTNER_UNIT_FLAG},
    {.name = "date_format", .count = 0},
    {.name = "thousands", .count = 0},
};

enum { MINOR_UNITS, DECIMAL_COMMA, DATE_FORMAT, THOUSANDS, FORMATS };

static const char dicts_name[] = "dicts", version_name[] = "version";

static int is_setting(const partner_field *field)
{
    return field != NULL && field->length == NULL && partner_type_size(field->type) > 0 &&
           !(field->flags & (PARTNER_FIELD_HIDDEN | PARTNER_FIELD_LENGTH));
}

static const partner_field *find_setting(const bind_call *call, size_t record, const char *name)
{
    const partner_field *field = partner_record_field_find(call->records[record], name);

    return is_setting(field) && strcmp(field->name, name) == 0 ? field : NULL;
}

/* --- values as text --- */

static void push_scalar_text(lua_State *L, const bind_call *call, const char *name, int value)
{
    char buffer[64];
    size_t length;

    switch (lua_type(L, value)) {
    case LUA_TSTRING: lua_pushvalue(L, value); return;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, value) ? "true" : "false"); return;
    case LUA_TNUMBER:
        length = bind_number_text(L, value, buffer);
        lua_pushlstring(L, buffer, length);
        return;
    default:
        luaL_error(L, "partner.%s: option %s: expected a value or a list of values, found a %s", call->name,
                   name, luaL_typename(L, value));
    }
}

/* Pushes the text of an option's value: a list's elements with commas between them. */
static void push_text(lua_State *L, const bind_call *call, const char *name, int value)
{
    size_t length;

    if (lua_type(L, value) != LUA_TTABLE) {
        push_scalar_text(L, call, name, value);
        return;
    }
    length = lua_rawlen(L, value);
    lua_pushliteral(L, "");
    for (size_t i = 1; i <= length; i++) {
        lua_pushstring(L, i > 1 ? "," : "");
        bind_raw_element(L, value, i);
        push_scalar_text(L, call, name, lua_gettop(L));
        lua_remove(L, -2);
        lua_concat(L, 3);
    }
}

static int parse(lua_State *L, bind_call *call, const partner_field *field, int value, void *element)
{
    partner_format format = PARTNER_FORMAT_INIT;
    size_t length;
    const char *text;

    format.minor_units = call->format.minor_units;
    push_text(L, call, field->name, value);
    text = lua_tolstring(L, -1, &length);
    if (partner_parse(field, text, length, &format, element, NULL, &call->error) == PARTNER_OK) {
        lua_pop(L, 1);
        return 1;
    }
    lua_pushfstring(L, "option %s: %s", field->name, call->error.message);
    snprintf(call->error.message, sizeof call->error.message, "%s", lua_tostring(L, -1));
    return 0;
}

int bind_day(lua_State *L, bind_call *call, int value, int32_t *day)
{
    static const partner_field field = {
        .name = "day", .member = "day", .count = 1, .type = PARTNER_TYPE_I32, .unit = PARTNER_UNIT_DAY};
    size_t length;
    const char *text;

    push_scalar_text(L, call, field.name, value);
    text = lua_tolstring(L, -1, &length);
    if (partner_parse(&field, text, length, &call->format, day, NULL, &call->error) != PARTNER_OK) return 0;
    lua_pop(L, 1);
    return 1;
}

/* --- the format --- */

static int format_at(const char *name)
{
    int i = 0;

    while (i < FORMATS && strcmp(format_fields[i].name, name) != 0) i++;
    return i;
}

static void take_text(lua_State *L, bind_call *call, int which)
{
    size_t length;
    const char *text;

    if (lua_type(L, -1) != LUA_TSTRING)
        luaL_error(L, "partner.%s: option %s: expected a text, found a %s", call->name,
                   format_fields[which].name, luaL_typename(L, -1));
    text = lua_tolstring(L, -1, &length);
    if (which == THOUSANDS) {
        if (length != 1) luaL_error(L, "partner.%s: option thousands: expected one character", call->name);
        call->format.thousands = text[0];
        return;
    }
    if (length >= sizeof call->date_format || strlen(text) != length)
        luaL_error(L, "partner.%s: option date_format: expected at most %d characters", call->name,
                   (int)sizeof call->date_format - 1);
    memcpy(call->date_format, text, length + 1);
    call->format.date_format = call->date_format;
}

/* Before the other options, because money among them is read by it. */
static int take_format(lua_State *L, bind_call *call)
{
    for (int i = 0; i < FORMATS; i++) {
        uint8_t *number = i == MINOR_UNITS ? &call->format.minor_units : &call->format.decimal_comma;

        lua_pushstring(L, format_fields[i].name);
        lua_rawget(L, OPTIONS);
        if (!lua_isnil(L, -1)) {
            if (format_fields[i].count == 0) take_text(L, call, i);
            else if (!parse(L, call, &format_fields[i], lua_gettop(L), number)) return 0;
        }
        lua_pop(L, 1);
    }
    return 1;
}

/* --- dictionaries --- */

static const char *config_dict_name(const partner_config *config, const char *name)
{
    for (size_t i = 0; i < config->dictionary_count; i++)
        if (strcmp(config->dictionaries[i], name) == 0) return config->dictionaries[i];
    return NULL;
}

static const char *input_dict_name(const partner_input *input, const char *name)
{
    const partner_field *field;

    if (input->record == NULL) return config_dict_name(input->config, name);
    for (size_t f = 0; (field = partner_record_field(input->record, f)) != NULL; f++)
        if (field->dictionary != NULL && strcmp(field->dictionary, name) == 0) return field->dictionary;
    return NULL;
}

/* The tables' own word for the name of a dictionary; NULL = no column or config refers to it. */
static const char *dict_name(const bind_call *call, const char *name)
{
    const partner_input *input;

    for (size_t i = 0; (input = partner_analysis_input(call->analysis, i)) != NULL; i++)
        if (input_dict_name(input, name) != NULL) return input_dict_name(input, name);
    return NULL;
}

static int take_dicts(lua_State *L, bind_call *call, int table)
{
    if (!lua_istable(L, table))
        return luaL_error(L, "partner.%s: option dicts: expected a table of dictionaries by name, found a %s",
                          call->name, luaL_typename(L, table));
    lua_pushnil(L);
    while (lua_next(L, table)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "";

        if (bind_dict_at(L, -1) == NULL)
            return luaL_error(L, "partner.%s: option dicts: %s is no dictionary of partner.dict", call->name,
                              name);
        if (dict_name(call, name) == NULL)
            return luaL_error(L, "partner.%s: option dicts: no column refers to \"%s\"", call->name, name);
        lua_pushvalue(L, -1);
        if (!bind_adopt_dict(L, call, name))
            return bind_fail(call, PARTNER_E_STATE, NULL, NULL, PARTNER_NO_ROW,
                             "option dicts: there is another dictionary of %s already", name);
        bind_note_use(call, dict_name(call, name), BIND_USES_GIVEN);
        lua_pop(L, 1);
    }
    return 1;
}

/* --- one option --- */

/* The input of that name that a script may give, and in *slot where; NULL = there is none. */
static const partner_input *find_input(const bind_call *call, const char *name, int *slot)
{
    const partner_input *input;

    for (size_t i = 0; (input = bind_call_input(call, i)) != NULL; i++) {
        *slot = call->first_input + (int)i;
        if (strcmp(input->name, name) == 0 && bind_is_taken(call, input)) return input;
    }
    *slot = 0;
    return NULL;
}

static void fill_slot(lua_State *L, const bind_call *call, const char *name, int slot, int value)
{
    if (!lua_isnil(L, slot)) luaL_error(L, "partner.%s: %s is given twice", call->name, name);
    lua_pushvalue(L, value);
    lua_replace(L, slot);
}

static int refuse(lua_State *L, const bind_call *call, const char *name)
{
    bind_nearest nearest = {.wanted = name};
    const partner_input *input;
    const partner_field *field;

    for (size_t i = 0; (input = bind_call_input(call, i)) != NULL; i++)
        if (bind_is_taken(call, input)) bind_nearest_try(&nearest, input->name);
    for (int i = 0; i < FORMATS; i++) bind_nearest_try(&nearest, format_fields[i].name);
    for (size_t r = 0; r < call->record_count; r++)
        for (size_t i = 0; (field = partner_record_field(call->records[r], i)) != NULL; i++)
            if (is_setting(field)) bind_nearest_try(&nearest, field->name);
    bind_push_hint(L, &nearest);
    return luaL_error(L, "partner.%s: there is no option \"%s\"%s (partner.describe lists them)", call->name,
                      name, lua_tostring(L, -1));
}

/* Sets an option in every struct that has it. */
static int take_option(lua_State *L, bind_call *call, const char *name, int value)
{
    int slot, known = format_at(name) < FORMATS;
    const partner_input *input = find_input(call, name, &slot);

    if (strcmp(name, dicts_name) == 0 || (call->versioned && strcmp(name, version_name) == 0)) return 1;
    if (input != NULL && input->config != NULL) return 1;
    /* An input and an option may have one name: a table of columns has no list in it. */
    if (slot != 0 && lua_istable(L, value)) {
        fill_slot(L, call, name, slot, value);
        return 1;
    }
    for (size_t r = 0; r < call->record_count; r++) {
        const partner_field *field = find_setting(call, r, name);

        if (field == NULL) continue;
        known = 1;
        if (!parse(L, call, field, value, (char *)call->options[r] + field->offset)) return 0;
    }
    if (known) return 1;
    if (slot != 0)
        return luaL_error(L, "partner.%s: expected %s as a table of columns, found a %s", call->name, name,
                          luaL_typename(L, value));
    return refuse(L, call, name);
}

static uint32_t threads_of(const bind_call *call)
{
    for (size_t r = 0; r < call->record_count; r++) {
        const partner_field *field = find_setting(call, r, "threads");
        uint32_t threads;

        if (field == NULL || field->type != PARTNER_TYPE_U32) continue;
        memcpy(&threads, (const char *)call->options[r] + field->offset, sizeof threads);
        return threads;
    }
    return 0;
}

static void take_version(lua_State *L, bind_call *call)
{
    int64_t version = 0;

    call->version = PARTNER_NO_ROW;
    if (!call->versioned || lua_isnil(L, OPTIONS)) return;
    lua_pushstring(L, version_name);
    lua_rawget(L, OPTIONS);
    if (!lua_isnil(L, -1)) {
        if (lua_type(L, -1) != LUA_TNUMBER || !bind_whole(L, -1, &version) || version < 0)
            luaL_error(L, "partner.%s: option version: expected what version() gave", call->name);
        call->version = (uint64_t)version;
    }
    lua_pop(L, 1);
}

/* What is to be known before the others are read: how they are written, whose ids are whose, and configs, whose
 * names come before those of rows and which say how many places money has. */
static int take_first(lua_State *L, bind_call *call)
{
    const partner_input *input;

    if (!take_format(L, call)) return 0;
    lua_pushstring(L, dicts_name);
    lua_rawget(L, OPTIONS);
    if (!lua_isnil(L, -1) && !take_dicts(L, call, lua_gettop(L))) return 0;
    lua_pop(L, 1);
    for (size_t i = 0; (input = bind_call_input(call, i)) != NULL; i++) {
        if (input->config == NULL || !bind_is_taken(call, input)) continue;
        lua_pushstring(L, input->name);
        lua_rawget(L, OPTIONS);
        if (!lua_isnil(L, -1)) fill_slot(L, call, input->name, call->first_input + (int)i, lua_gettop(L));
        lua_pop(L, 1);
    }
    return 1;
}

static int take_rest(lua_State *L, bind_call *call)
{
    lua_pushnil(L);
    while (lua_next(L, OPTIONS)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            return luaL_error(L, "partner.%s: expected options by name, found a list", call->name);
        if (!take_option(L, call, lua_tostring(L, -2), lua_gettop(L))) return 0;
        lua_pop(L, 1);
    }
    call->threads = threads_of(call);
    return 1;
}

/* Where the options do not say how many places money has, but a config did. */
static void set_places(bind_call *call)
{
    for (size_t r = 0; r < call->record_count; r++) {
        const partner_field *field = find_setting(call, r, format_fields[MINOR_UNITS].name);
        uint8_t *places;

        if (field == NULL || field->type != PARTNER_TYPE_U8) continue;
        places = (uint8_t *)call->options[r] + field->offset;
        if (*places == 0) *places = call->format.minor_units;
    }
}

int bind_options(lua_State *L, bind_call *call)
{
    if (!lua_isnil(L, OPTIONS) && !lua_istable(L, OPTIONS))
        return luaL_error(L, "partner.%s: expected a table of options, found a %s", call->name,
                          luaL_typename(L, OPTIONS));
    take_version(L, call);
    if (!lua_isnil(L, OPTIONS) && !take_first(L, call)) return 0;
    if (!bind_take_configs(L, call)) return 0;
    if (call->made_of != NULL) {
        call->made = bind_config_push(L, call, call->made_of->name, call->made_of, call->made_of_at);
        if (call->made == NULL) return 0;
        lua_replace(L, call->made_of_at);
    }
    if (!lua_isnil(L, OPTIONS) && !take_rest(L, call)) return 0;
    set_places(call);
    return 1;
}

void bind_set_bound(bind_call *call, const char *dictionary, uint32_t bound)
{
    const partner_field *field;

    for (size_t r = 0; r < call->record_count; r++)
        for (size_t i = 0; (field = partner_record_field(call->records[r], i)) != NULL; i++) {
            uint64_t wide = bound;
            char *member = (char *)call->options[r] + field->offset;

            if (field->unit != PARTNER_UNIT_COUNT || !is_setting(field)) continue;
            if (field->dictionary == NULL || strcmp(field->dictionary, dictionary) != 0) continue;
            if (field->type == PARTNER_TYPE_U32) memcpy(member, &bound, sizeof bound);
            if (field->type == PARTNER_TYPE_U64) memcpy(member, &wide, sizeof wide);
        }
}
