/* SPDX-License-Identifier: MIT
 * The Lua module `partner`: one function per analysis and per object of the library's tables, and a few to say
 * what the columns are. See binding.h for how it is made. */
#include <string.h>

#include "binding.h"

/* --- the state --- */

void bind_push_function(lua_State *L, lua_CFunction function, size_t number)
{
    lua_pushvalue(L, BIND_STATE);
    lua_pushinteger(L, (lua_Integer)number);
    lua_pushcclosure(L, function, 2);
}

void bind_set_functions(lua_State *L, const luaL_Reg *functions)
{
    for (; functions->name != NULL; functions++) {
        bind_push_function(L, functions->func, 0);
        lua_setfield(L, -2, functions->name);
    }
}

void bind_push_meta(lua_State *L, int kind) { lua_rawgeti(L, BIND_STATE, kind); }

void *bind_userdata_at(lua_State *L, int index, int kind)
{
    int ours;

    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return NULL;
    bind_push_meta(L, kind);
    ours = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return ours ? lua_touserdata(L, index) : NULL;
}

void bind_set_kind(lua_State *L, int kind)
{
    bind_push_meta(L, kind);
    lua_setmetatable(L, -2);
}

/* --- calls --- */

static int is_leading(const partner_input *input) { return input->config != NULL && input->required; }

/* partner.loyalty(program, events, options): configs that are needed come first, then the first rows. Puts both
 * where a call wants them: rows, options, configs. Returns how many values that are. */
static int arrange(lua_State *L, const partner_analysis *analysis)
{
    const partner_input *input;
    int configs = 0;

    for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++) configs += is_leading(input);
    lua_settop(L, configs + 2);
    for (int i = 0; i < configs; i++) {
        lua_pushvalue(L, 1);
        lua_remove(L, 1);
    }
    return configs + 2;
}

/* Puts what was given without a name into its slot. The others are among the options. */
static void place(lua_State *L, const bind_call *call)
{
    const partner_input *input;
    int config = 3, rows = 1;

    for (size_t i = 0; (input = bind_call_input(call, i)) != NULL; i++) {
        int at = is_leading(input) ? config++ : input->record != NULL && rows ? 1 : 0;

        if (at == 0) continue;
        if (at == 1) rows = 0;
        lua_pushvalue(L, at);
        lua_replace(L, call->first_input + (int)i);
        if (lua_isnil(L, at) && input->required)
            luaL_error(L, "partner.%s: expected %s as %s, found nothing", call->name, input->name,
                       input->record != NULL ? "a table of columns" : "a table or a text of JSON");
    }
}

static int call_analysis(lua_State *L)
{
    const partner_analysis *analysis = partner_analysis_at((size_t)lua_tointeger(L, lua_upvalueindex(2)));
    bind_call call;
    bind_result *r;

    call.name = analysis->name;
    call.analysis = analysis;
    call.object = NULL;
    call.made_of = NULL;
    call.inputless = call.versioned = 0;
    call.records = analysis->options;
    call.record_count = analysis->option_count;
    bind_begin(L, &call, arrange(L, analysis));
    place(L, &call);
    if (!bind_options(L, &call) || !bind_take_inputs(L, &call)) return bind_push_error(L, &call.error);
    r = bind_result_push(L, &call);
    bind_check_inputs(L);
    return bind_deliver(L, &call,
                        analysis->run(call.inputs, (const void *const *)call.options, &r->result, &call.error));
}

static int version(lua_State *L)
{
    lua_pushstring(L, partner_version());
    return 1;
}

static int features(lua_State *L)
{
    lua_createtable(L, 0, 2);
    lua_pushboolean(L, (partner_features() & PARTNER_FEATURE_GSL) != 0);
    lua_setfield(L, -2, "gsl");
    lua_pushboolean(L, (partner_features() & PARTNER_FEATURE_GSL_PRIVATE) != 0);
    lua_setfield(L, -2, "gsl_private");
    return 1;
}

/* --- opening --- */

static void set_analyses(lua_State *L)
{
    const partner_analysis *analysis;

    for (size_t i = 0; (analysis = partner_analysis_at(i)) != NULL; i++) {
        bind_push_function(L, call_analysis, i);
        lua_setfield(L, -2, analysis->name);
    }
}

static void set_objects(lua_State *L)
{
    const partner_object *object;

    for (size_t i = 0; (object = partner_object_at(i)) != NULL; i++) {
        bind_push_function(L, object->config == NULL ? bind_object_new : bind_state_new, i);
        lua_setfield(L, -2, object->name);
        lua_pushfstring(L, "load_%s", object->name);
        bind_push_function(L, object->config == NULL ? bind_object_load : bind_state_load, i);
        lua_rawset(L, -3);
    }
}

static void set_configs(lua_State *L)
{
    const partner_config *config;

    for (size_t i = 0; (config = partner_config_at(i)) != NULL; i++) {
        bind_push_function(L, bind_config_new, i);
        lua_setfield(L, -2, config->name);
    }
}

static void make_metas(lua_State *L)
{
    static const char *const names[] = {
        "partner.column", "partner.dict",      "partner.result",          "partner.view", "partner.object",
        "partner.config", "partner.win_model", "partner.frequency_model", "partner.bytes"};

    for (int kind = BIND_COLUMN; kind <= BIND_BYTES; kind++) {
        lua_createtable(L, 0, 8);
        lua_pushstring(L, names[kind - BIND_COLUMN]);
        lua_pushvalue(L, -1);
        lua_setfield(L, -3, "__name");
        lua_setfield(L, -2, "__metatable");
        lua_rawseti(L, BIND_STATE, kind);
    }
    bind_column_register(L);
    bind_dict_register(L);
    bind_result_register(L);
    bind_view_register(L);
    bind_object_register(L);
    bind_config_register(L);
    bind_win_model_register(L);
    bind_frequency_model_register(L);
}

/* Runs with the state as its upvalue, so that everything it makes has it too. */
static int open_module(lua_State *L)
{
    static const luaL_Reg functions[] = {{"column", bind_column_new},
                                         {"minor", bind_minor},
                                         {"indexes", bind_indexes},
                                         {"dict", bind_dict_new},
                                         {"load_dict", bind_dict_load},
                                         {"describe", bind_describe},
                                         {"version", version},
                                         {"features", features},
                                         {"win_model", bind_win_model_new},
                                         {"load_win_model", bind_win_model_load},
                                         {"frequency_model", bind_frequency_model_new},
                                         {NULL, NULL}};

    make_metas(L);
    lua_createtable(L, 0, 24);
    bind_set_functions(L, functions);
    set_analyses(L);
    set_objects(L);
    set_configs(L);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    return 1;
}

PARTNER_API int luaopen_partner(lua_State *L)
{
    lua_createtable(L, 32, 0);
    lua_pushcclosure(L, open_module, 1);
    lua_call(L, 0, 1);
    return 1;
}
