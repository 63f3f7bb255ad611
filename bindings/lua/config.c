/* SPDX-License-Identifier: MIT
 * What people write by hand: a program, a process, rules. A text of JSON or a table, checked once where a
 * script wants to look at it (partner.program), and read into the dictionaries of every call that takes it. */
#include <stdio.h>
#include <string.h>

#include "binding.h"

/* The table tied to one holds its text (1) and the table of the dictionaries of its names (2). */
typedef struct bind_config {
    const partner_config *config;
    void *made;
} bind_config;

static bind_config *self(lua_State *L)
{
    bind_config *c = bind_userdata_at(L, 1, BIND_CONFIG);

    if (c == NULL || c->made == NULL) luaL_argerror(L, 1, "expected a config (a program, a process …)");
    return c;
}

static int collect(lua_State *L)
{
    bind_config *c = bind_userdata_at(L, 1, BIND_CONFIG);

    if (c == NULL || c->made == NULL) return 0;
    c->config->free(c->made);
    c->made = NULL;
    return 0;
}

/* --- reading --- */

/* Pushes the text of JSON that a value stands for. 0 = the call's error says why it is none. */
static int push_text(lua_State *L, bind_call *call, const char *input, const partner_config *config, int value)
{
    const bind_config *known = bind_userdata_at(L, value, BIND_CONFIG);

    if (known != NULL && known->config == config) {
        bind_push_tied(L, value);
        lua_rawgeti(L, -1, 1);
        lua_remove(L, -2);
        return 1;
    }
    if (lua_type(L, value) == LUA_TSTRING) {
        lua_pushvalue(L, value);
        return 1;
    }
    if (lua_istable(L, value)) return bind_push_json(L, call, value);
    if (lua_isnil(L, value)) return luaL_error(L, "partner.%s: expected %s, found nothing", call->name, input);
    lua_pushfstring(L, known != NULL ? "what partner.%s gives" : "a %s",
                    known != NULL ? known->config->name : luaL_typename(L, value));
    return luaL_error(L,
                      "partner.%s: expected %s as a table, a text of JSON or what partner.%s gives, found %s",
                      call->name, input, config->name, lua_tostring(L, -1));
}

void bind_collect_dicts(lua_State *L, bind_call *call, const char *const *names, size_t count,
                        partner_dict **dicts)
{
    if (count > BIND_DICTS) luaL_error(L, "partner.%s: too many dictionaries", call->name);
    for (size_t i = 0; i < count; i++) dicts[i] = bind_call_dict(L, call, names[i])->dict;
}

/* Names that the library has interned are texts. */
static void note_names(lua_State *L, bind_call *call, const partner_config *config, const size_t *before)
{
    for (size_t i = 0; i < config->dictionary_count; i++) {
        bind_dict *dict = bind_call_dict(L, call, config->dictionaries[i]);

        if (partner_dict_size(dict->dict) > before[i]) dict->texts = 1;
    }
}

/* "program: $.rules[0].on: …" */
static int name_error(bind_call *call, const char *input)
{
    partner_error *error = &call->error;
    char message[sizeof error->message];
    size_t length = strlen(input);

    if (error->record[0] == '\0') snprintf(error->record, sizeof error->record, "%s", input);
    if (strncmp(error->message, input, length) == 0 && error->message[length] == ':') return 0;
    memcpy(message, error->message, sizeof message);
    snprintf(error->message, sizeof error->message, "%.*s: %.*s", 40, input, (int)sizeof message - 50, message);
    return 0;
}

/* Whether the names of a config go together with what columns have said of their dictionaries. */
static int note_uses(bind_call *call, const char *input, const partner_config *config)
{
    for (size_t i = 0; i < config->dictionary_count; i++)
        if (!bind_note_use(call, config->dictionaries[i], BIND_USES_IDS))
            return bind_fail(
                call, PARTNER_E_STATE, input, NULL, PARTNER_NO_ROW,
                "%s: indexes of %s were given without the dictionary that they are of (option dicts)", input,
                config->dictionaries[i]);
    return 1;
}

/* Where the caller does not say how many places money has, the config does. */
static void take_places(bind_call *call, const bind_config *c)
{
    uint8_t places;

    if (call->format.minor_units != 0 || c->config->minor_units == NULL) return;
    places = c->config->minor_units(c->made);
    call->format.minor_units = places == 0 ? PARTNER_MINOR_UNITS_0 : places;
}

const void *bind_config_push(lua_State *L, bind_call *call, const char *input, const partner_config *config,
                             int value)
{
    partner_dict *dicts[BIND_DICTS];
    size_t before[BIND_DICTS], length;
    const char *text;
    bind_config *c;

    value = bind_absolute(L, value);
    if (!push_text(L, call, input, config, value)) {
        name_error(call, input);
        return NULL;
    }
    c = lua_newuserdata(L, sizeof *c);
    c->config = config;
    c->made = NULL;
    bind_set_kind(L, BIND_CONFIG);
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, -3);
    lua_rawseti(L, -2, 1);
    bind_collect_dicts(L, call, config->dictionaries, config->dictionary_count, dicts);
    lua_pushvalue(L, call->dicts);
    lua_rawseti(L, -2, 2);
    bind_tie(L, -2);
    if (!note_uses(call, input, config)) return NULL;
    for (size_t i = 0; i < config->dictionary_count; i++) before[i] = partner_dict_size(dicts[i]);
    text = lua_tolstring(L, -2, &length);
    if (config->parse(text, length, dicts, &c->made, &call->error) != PARTNER_OK) {
        name_error(call, input);
        return NULL;
    }
    note_names(L, call, config, before);
    take_places(call, c);
    lua_remove(L, -2);
    return c->made;
}

void bind_config_push_text(lua_State *L, int config)
{
    bind_push_tied(L, config);
    lua_rawgeti(L, -1, 1);
    lua_remove(L, -2);
}

/* Puts what stands for a config that is not given into its slot. */
static void fill_initial(lua_State *L, const bind_call *call, const partner_input *input, int slot)
{
    if (!lua_isnil(L, slot) || input->config->initial == NULL || !bind_is_taken(call, input)) return;
    lua_pushstring(L, input->config->initial);
    lua_replace(L, slot);
}

int bind_take_configs(lua_State *L, bind_call *call)
{
    const partner_input *input;

    for (size_t i = 0; (input = bind_call_input(call, i)) != NULL; i++) {
        int slot = call->first_input + (int)i;

        if (input->config == NULL) continue;
        fill_initial(L, call, input, slot);
        if (lua_isnil(L, slot)) continue;
        call->inputs[i] = bind_config_push(L, call, input->name, input->config, slot);
        if (call->inputs[i] == NULL) return 0;
        lua_replace(L, slot);
    }
    return 1;
}

/* partner.program(source) and its like. */
int bind_config_new(lua_State *L)
{
    const partner_config *config = partner_config_at((size_t)lua_tointeger(L, lua_upvalueindex(2)));
    bind_call call = {.name = config->name};

    lua_settop(L, 1);
    lua_createtable(L, 0, (int)config->dictionary_count);
    call.dicts = 2;
    call.format.struct_size = sizeof call.format;
    return bind_config_push(L, &call, config->name, config, 1) != NULL ? 1 : bind_push_error(L, &call.error);
}

/* --- what a script sees --- */

typedef size_t (*speaker)(const void *config, partner_dict *const *dicts, size_t i, char *buffer, size_t size);

static void push_sentences(lua_State *L, const bind_config *c, speaker say)
{
    bind_call call = {.name = c->config->name};
    partner_dict *dicts[BIND_DICTS];
    size_t size = 1024, length;
    char *buffer;

    bind_push_tied(L, 1);
    lua_rawgeti(L, -1, 2);
    call.dicts = lua_gettop(L);
    bind_collect_dicts(L, &call, c->config->dictionaries, c->config->dictionary_count, dicts);
    buffer = lua_newuserdata(L, size);
    lua_createtable(L, 8, 0);
    for (size_t i = 0; (length = say(c->made, dicts, i, buffer, size)) > 0; i++) {
        if (length >= size) {
            size = length + 1;
            buffer = lua_newuserdata(L, size);
            lua_replace(L, -3);
            say(c->made, dicts, i, buffer, size);
        }
        lua_pushlstring(L, buffer, length);
        lua_rawseti(L, -2, (int)i + 1);
    }
}

/* Pushes the names that it uses as lists, by what they are names of. */
static void push_names(lua_State *L, const bind_config *c)
{
    bind_push_tied(L, 1);
    lua_rawgeti(L, -1, 2);
    lua_createtable(L, 0, (int)c->config->dictionary_count);
    for (size_t i = 0; i < c->config->dictionary_count; i++) {
        const bind_dict *dict;

        lua_getfield(L, -2, c->config->dictionaries[i]);
        dict = bind_dict_at(L, -1);
        lua_newtable(L);
        for (size_t id = 0; dict != NULL && id < partner_dict_size(dict->dict); id++) {
            bind_push_id(L, dict, id);
            lua_rawseti(L, -2, (int)id + 1);
        }
        lua_remove(L, -2);
        lua_setfield(L, -2, c->config->dictionaries[i]);
    }
}

static int index_of(lua_State *L)
{
    const bind_config *c = self(L);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";

    if (strcmp(name, "sentences") == 0) push_sentences(L, c, c->config->sentence);
    else if (strcmp(name, "warnings") == 0) push_sentences(L, c, c->config->warning);
    else if (strcmp(name, "names") == 0) push_names(L, c);
    else if (strcmp(name, "text") == 0) bind_config_push_text(L, 1);
    else if (strcmp(name, "minor_units") != 0)
        return luaL_error(L, "a %s has no \"%s\"; it has sentences, warnings, names, text, minor_units",
                          c->config->name, name);
    else if (c->config->minor_units == NULL) lua_pushnil(L);
    else lua_pushinteger(L, c->config->minor_units(c->made));
    return 1;
}

static int to_string(lua_State *L)
{
    const bind_config *c = self(L);
    luaL_Buffer out;

    lua_settop(L, 1);
    push_sentences(L, c, c->config->sentence);
    lua_replace(L, 1);
    lua_settop(L, 1);
    luaL_buffinit(L, &out);
    for (size_t i = 1; i <= lua_rawlen(L, 1); i++) {
        if (i > 1) luaL_addchar(&out, '\n');
        bind_raw_element(L, 1, i);
        luaL_addvalue(&out);
    }
    luaL_pushresult(&out);
    return 1;
}

void bind_config_register(lua_State *L)
{
    static const luaL_Reg meta[] = {
        {"__gc", collect}, {"__index", index_of}, {"__tostring", to_string}, {NULL, NULL}};

    bind_push_meta(L, BIND_CONFIG);
    bind_set_functions(L, meta);
    lua_pop(L, 1);
}
