/* SPDX-License-Identifier: MIT
 * What lives on and is made of a config (a loyalty program's state): rows are appended in order of time, and
 * each batch is answered with what it has brought about. */
#include <string.h>

#include "binding.h"

/* --- making --- */

/* Ties the text of the config on the top of the stack to the object at `at`; pops nothing. */
static void keep_text(lua_State *L, int at, int config)
{
    bind_push_tied(L, at);
    bind_config_push_text(L, config);
    lua_rawseti(L, -2, 2);
    lua_pop(L, 1);
}

/* Lays out a call: nothing or bytes, the options, the config. */
static void begin(lua_State *L, bind_call *call, const partner_object *object)
{
    bind_object_name_call(call, object);
    call->records = &object->options;
    call->record_count = 1;
    bind_begin(L, call, 3);
}

/* partner.loyalty_state(program, options): options as of the object, and the inputs that are not its own. */
int bind_state_new(lua_State *L)
{
    const partner_object *object = partner_object_at((size_t)lua_tointeger(L, lua_upvalueindex(2)));
    partner_dict *dicts[BIND_DICTS];
    bind_call call;
    bind_object *o;
    int at;

    lua_settop(L, 2);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    lua_replace(L, 1);
    begin(L, &call, object);
    if (lua_isnil(L, 3))
        return luaL_error(L, "partner.%s: expected a %s, found nothing", object->name, object->config->name);
    call.made_of = object->config;
    call.made_of_at = 3;
    if (!bind_options(L, &call) || !bind_take_inputs(L, &call)) return bind_push_error(L, &call.error);
    at = lua_gettop(L);
    bind_collect_dicts(L, &call, object->dictionaries, object->dictionary_count, dicts);
    o = bind_object_push(L, &call, object);
    keep_text(L, at + 1, 3);
    bind_check_inputs(L);
    if (object->open(call.made, call.inputs, call.options[0], &o->made, &call.error) != PARTNER_OK)
        return bind_push_error(L, &call.error);
    return 1;
}

/* --- loading --- */

/* Whether a dictionary's ids are not in what was saved. */
static int is_listed(const bind_bundle *bundle, const char *name)
{
    for (size_t i = 0; i < bundle->bare_count; i++)
        if (strcmp(bundle->bare[i], name) == 0) return 1;
    return 0;
}

/* What the library itself has saved, for C: the dictionaries are those that were given. */
static void take_plain(const bind_call *call, const partner_object *object, const char *bytes, size_t length,
                       bind_bundle *bundle)
{
    memset(bundle, 0, sizeof *bundle);
    bundle->object = bytes;
    bundle->object_length = length;
    for (size_t i = 0; i < object->dictionary_count && i < BIND_DICTS; i++)
        if (!(bind_use_of(call, object->dictionaries[i]) & BIND_USES_GIVEN))
            bundle->bare[bundle->bare_count++] = object->dictionaries[i];
}

/* A dictionary of the config's names is there in any case. */
static int is_of_config(const partner_config *config, const char *name)
{
    for (size_t i = 0; i < config->dictionary_count; i++)
        if (strcmp(config->dictionaries[i], name) == 0) return 1;
    return 0;
}

static partner_status load(lua_State *L, bind_call *call, const partner_object *object,
                           const bind_bundle *bundle, const void *config, bind_object *o)
{
    partner_dict *dicts[BIND_DICTS];
    partner_status status;

    bind_collect_dicts(L, call, object->dictionaries, object->dictionary_count, dicts);
    for (size_t i = 0; i < object->dictionary_count; i++)
        if (is_listed(bundle, object->dictionaries[i]) &&
            !is_of_config(object->config, object->dictionaries[i]))
            dicts[i] = NULL;
    status = object->load_all((const uint8_t *)bundle->object, bundle->object_length, config, dicts, &o->made,
                              &call->error);
    if (status != PARTNER_OK || object->version(o->made) == 0) return status;
    for (size_t i = 0; i < object->dictionary_count; i++)
        if (dicts[i] == NULL) bind_note_use(call, object->dictionaries[i], BIND_USES_INDEXES);
    memcpy(o->use, call->use, sizeof o->use);
    return status;
}

/* partner.load_loyalty_state(bytes, program, options): the program may be missing where the bytes have it. */
int bind_state_load(lua_State *L)
{
    const partner_object *object = partner_object_at((size_t)lua_tointeger(L, lua_upvalueindex(2)));
    bind_bundle bundle;
    const void *config;
    bind_call call;
    bind_object *o;
    const char *bytes;
    size_t length;
    int at, known;

    lua_settop(L, 3);
    bytes = luaL_checklstring(L, 1, &length);
    lua_pushvalue(L, 2);
    lua_remove(L, 2);
    begin(L, &call, object);
    call.inputless = 1;
    call.record_count = 0;
    if (!bind_options(L, &call)) return bind_push_error(L, &call.error);
    known = bind_is_bundle(bytes, length);
    if (!known) take_plain(&call, object, bytes, length, &bundle);
    else if (!bind_bundle_read(L, &call, object->dictionaries, object->dictionary_count, bytes, length,
                               &bundle))
        return bind_push_error(L, &call.error);
    if (lua_isnil(L, 3)) {
        if (!known)
            return luaL_error(L, "partner.load_%s: expected the %s too, there is none in these bytes",
                              object->name, object->config->name);
        lua_pushlstring(L, bundle.config, bundle.config_length);
        lua_replace(L, 3);
    }
    config = bind_config_push(L, &call, object->config->name, object->config, 3);
    if (config == NULL) return bind_push_error(L, &call.error);
    at = lua_gettop(L);
    o = bind_object_push(L, &call, object);
    keep_text(L, at + 1, at);
    if (load(L, &call, object, &bundle, config, o) != PARTNER_OK) return bind_push_error(L, &call.error);
    return 1;
}

/* --- methods --- */

/* s:append(rows, options): the result of what these rows have brought about. Options as of the object,
 * `version` (what version() gave when the caller looked), and the inputs that are not its own. */
int bind_state_append(lua_State *L)
{
    bind_object *o = bind_object_at(L, 1);
    const partner_object *object = o->object;
    bind_call call;
    bind_result *r;
    partner_status status;
    int own;

    lua_settop(L, 3);
    lua_pushvalue(L, 2); /* the object, the options, the rows */
    lua_remove(L, 2);
    bind_object_name_call(&call, object);
    call.records = &object->options;
    call.record_count = 1;
    call.versioned = 1;
    bind_object_begin(L, &call, o, 3);
    own = call.first_input + (int)bind_own_input(object);
    if (!bind_options(L, &call)) return bind_push_error(L, &call.error);
    lua_pushvalue(L, 3);
    lua_replace(L, own);
    if (lua_isnil(L, own))
        return luaL_error(L, "%s:append: expected a table of columns, found nothing", object->name);
    if (!bind_take_inputs(L, &call)) return bind_push_error(L, &call.error);
    r = bind_result_push(L, &call);
    bind_check_inputs(L);
    if (o->made == NULL) return luaL_error(L, "the %s is closed", object->name);
    status = object->append(o->made, call.inputs, call.version, call.options[0], &r->result, &call.error);
    if (status == PARTNER_OK) memcpy(o->use, call.use, sizeof o->use);
    return bind_deliver(L, &call, status);
}

/* s:advance(day, options): everything on to the end of a day, and the result of what that has brought about. */
int bind_state_advance(lua_State *L)
{
    bind_object *o = bind_object_at(L, 1);
    bind_call call;
    bind_result *r;
    int32_t day;

    lua_settop(L, 3);
    lua_pushvalue(L, 2); /* the object, the options, the day */
    lua_remove(L, 2);
    bind_object_name_call(&call, o->object);
    call.inputless = 1;
    call.records = &o->object->options;
    call.record_count = 1;
    bind_object_begin(L, &call, o, 3);
    if (!bind_options(L, &call) || !bind_day(L, &call, 3, &day)) return bind_push_error(L, &call.error);
    r = bind_result_push(L, &call);
    if (o->made == NULL) return luaL_error(L, "the %s is closed", o->object->name);
    return bind_deliver(L, &call, o->object->advance(o->made, day, call.options[0], &r->result, &call.error));
}

int bind_state_version(lua_State *L)
{
    const bind_object *o = bind_object_at(L, 1);

    bind_push_integer(L, "version", o->object->version(o->made), 0);
    return 1;
}

/* s:save() gives the bytes of everything: the state, its config and its ids. */
int bind_state_save(lua_State *L)
{
    bind_object *o = bind_object_at(L, 1);
    const partner_object *object = o->object;
    const bind_dict *known[BIND_DICTS];
    partner_dict *dicts[BIND_DICTS];
    partner_bytes *saved[BIND_DICTS + 1];
    partner_bytes **box[BIND_DICTS + 1];
    bind_call call = {.name = object->name};
    const char *text;
    size_t length;

    luaL_checkstack(L, BIND_DICTS + LUA_MINSTACK, "too many dictionaries");
    for (size_t i = 0; i <= object->dictionary_count && i <= BIND_DICTS; i++) box[i] = bind_bytes_push(L);
    bind_push_tied(L, 1);
    lua_rawgeti(L, -1, 1);
    call.dicts = lua_gettop(L);
    lua_rawgeti(L, -2, 2);
    text = lua_tolstring(L, -1, &length);
    bind_collect_dicts(L, &call, object->dictionaries, object->dictionary_count, dicts);
    for (size_t i = 0; i < object->dictionary_count; i++) {
        int bare = bind_is_bare(bind_object_use_of(o, object->dictionaries[i]));

        known[i] = bare ? NULL : bind_call_dict(L, &call, object->dictionaries[i]);
        if (bare) dicts[i] = NULL;
    }
    if (o->made == NULL) return luaL_error(L, "the %s is closed", object->name);
    if (object->save_all(o->made, dicts, box[0], &call.error) != PARTNER_OK)
        return bind_push_error(L, &call.error);
    for (size_t i = 0; i < object->dictionary_count; i++)
        if (dicts[i] != NULL && partner_dict_save(dicts[i], box[i + 1], &call.error) != PARTNER_OK)
            return bind_push_error(L, &call.error);
    for (size_t i = 0; i <= object->dictionary_count; i++) saved[i] = *box[i];
    bind_bundle_push(L, object->dictionaries, object->dictionary_count, saved, known, text, length);
    return 1;
}
