/* SPDX-License-Identifier: MIT
 * What lives on (a tally): it takes rows in batches, merges, is saved and loaded, and gives results. */
#include <string.h>

#include "binding.h"

bind_object *bind_object_at(lua_State *L, int index)
{
    bind_object *o = bind_userdata_at(L, index, BIND_OBJECT);

    if (o == NULL)
        luaL_argerror(L, index, "expected an object of partner (is the method called with a colon?)");
    if (o->made == NULL) luaL_error(L, "the %s is closed", o->object->name);
    return o;
}

static int collect(lua_State *L)
{
    bind_object *o = bind_userdata_at(L, 1, BIND_OBJECT);

    if (o == NULL || o->made == NULL) return 0;
    o->object->free(o->made);
    o->made = NULL;
    return 0;
}

/* The dictionary that the rows of an object are about: that of the first column it needs. */
static const partner_field *subject(const partner_object *object)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(object->input, i)) != NULL; i++)
        if (field->unit == PARTNER_UNIT_INDEX && (field->flags & PARTNER_FIELD_REQUIRED)) return field;
    return NULL;
}

int bind_object_use_of(const bind_object *o, const char *dictionary)
{
    for (size_t i = 0; i < BIND_USES && o->use[i].name != NULL; i++)
        if (strcmp(o->use[i].name, dictionary) == 0) return o->use[i].how;
    return 0;
}

static int use_of(const bind_object *o)
{
    const partner_field *field = subject(o->object);

    return field == NULL ? 0 : bind_object_use_of(o, field->dictionary);
}

/* --- calls --- */

void bind_object_name_call(bind_call *call, const partner_object *object)
{
    call->name = object->name;
    call->analysis = object->analysis;
    call->object = object->config == NULL ? NULL : object;
    call->made_of = NULL;
    call->inputless = call->versioned = 0;
    call->records = NULL;
    call->record_count = 0;
}

void bind_object_begin(lua_State *L, bind_call *call, const bind_object *o, int kept)
{
    bind_begin(L, call, kept);
    bind_push_tied(L, 1);
    lua_rawgeti(L, -1, 1);
    lua_replace(L, call->dicts);
    lua_pop(L, 1);
    memcpy(call->use, o->use, sizeof call->use);
    memcpy(call->date_format, o->date_format, sizeof call->date_format);
    call->format = o->format;
    if (call->format.date_format != NULL) call->format.date_format = call->date_format;
}

bind_object *bind_object_push(lua_State *L, const bind_call *call, const partner_object *object)
{
    bind_object *o = lua_newuserdata(L, sizeof *o);

    memset(o, 0, sizeof *o);
    o->object = object;
    memcpy(o->use, call->use, sizeof o->use);
    memcpy(o->date_format, call->date_format, sizeof o->date_format);
    o->format = call->format;
    if (o->format.date_format != NULL) o->format.date_format = o->date_format;
    bind_set_kind(L, BIND_OBJECT);
    lua_createtable(L, 1, 0);
    if (lua_isnil(L, call->dicts)) lua_createtable(L, 0, 2);
    else lua_pushvalue(L, call->dicts);
    lua_rawseti(L, -2, 1);
    bind_tie(L, -2);
    return o;
}

int bind_object_new(lua_State *L)
{
    const partner_object *object = partner_object_at((size_t)lua_tointeger(L, lua_upvalueindex(2)));
    bind_call call;
    bind_object *o;

    bind_object_name_call(&call, object);
    call.inputless = 1;
    call.records = &object->options;
    call.record_count = 1;
    lua_settop(L, 1);
    lua_pushnil(L);
    lua_insert(L, 1); /* the options are the second of a call */
    bind_begin(L, &call, 2);
    if (!bind_options(L, &call)) return bind_push_error(L, &call.error);
    o = bind_object_push(L, &call, object);
    if (object->create(call.options[0], &o->made, &call.error) != PARTNER_OK)
        return bind_push_error(L, &call.error);
    return 1;
}

/* The places of the money that a loaded object holds, which only its result says. Options that are not the
 * object's are refused here. */
static int learn_places(lua_State *L, bind_call *call, bind_object *o)
{
    bind_result *r = bind_result_push(L, call);

    if (o->object->finish(o->made, call->inputs, (const void *const *)call->options, &r->result,
                          &call->error) != PARTNER_OK)
        return 0;
    bind_take_places(r);
    o->format.minor_units = r->format.minor_units;
    r->analysis->free(r->result);
    r->result = NULL;
    lua_pop(L, 1);
    return 1;
}

/* partner.load_tally(bytes, options): options as of the object, dicts above all. */
int bind_object_load(lua_State *L)
{
    const partner_object *object = partner_object_at((size_t)lua_tointeger(L, lua_upvalueindex(2)));
    const partner_field *field = subject(object);
    const bind_dict *dict = NULL;
    size_t length;
    const char *bytes;
    bind_call call;
    bind_object *o;
    partner_status status;

    lua_settop(L, 2);
    bytes = luaL_checklstring(L, 1, &length);
    bind_object_name_call(&call, object);
    call.records = object->analysis->options;
    call.record_count = object->analysis->option_count;
    bind_begin(L, &call, 2);
    if (!bind_options(L, &call)) return bind_push_error(L, &call.error);
    o = bind_object_push(L, &call, object);
    if (field != NULL) dict = bind_field_dict(L, call.dicts, field);
    status =
        object->load((const uint8_t *)bytes, length, dict == NULL ? NULL : dict->dict, &o->made, &call.error);
    if (status != PARTNER_OK || !learn_places(L, &call, o)) return bind_push_error(L, &call.error);
    if (field != NULL && dict == NULL) {
        bind_note_use(&call, field->dictionary, BIND_USES_INDEXES);
        memcpy(o->use, call.use, sizeof o->use);
    }
    return 1;
}

/* --- methods --- */

size_t bind_own_input(const partner_object *object)
{
    const partner_input *input;
    size_t i = 0;

    while ((input = partner_analysis_input(object->analysis, i)) != NULL && input->record != object->input) i++;
    return i;
}

static const char *input_name(const partner_object *object)
{
    const partner_input *input = partner_analysis_input(object->analysis, bind_own_input(object));

    return input != NULL ? input->name : object->input->name;
}

static int refuse(lua_State *L, const bind_object *o, const char *method, const char *instead)
{
    return luaL_error(L, "a %s has no %s(); it has %s()", o->object->name, method, instead);
}

/* t:add(columns) adds rows and gives t. */
static int add(lua_State *L)
{
    bind_object *o = bind_object_at(L, 1);
    bind_call call;
    void *data;

    if (o->object->add == NULL) return refuse(L, o, "add", "append");
    bind_object_name_call(&call, o->object);
    call.inputless = 1;
    bind_object_begin(L, &call, o, 2);
    data = lua_newuserdata(L, o->object->input->size);
    memset(data, 0, o->object->input->size);
    if (!bind_input(L, &call, input_name(o->object), o->object->input, 2, data))
        return bind_push_error(L, &call.error);
    bind_check_inputs(L);
    if (o->object->add(o->made, data, &call.error) != PARTNER_OK) return bind_push_error(L, &call.error);
    memcpy(o->use, call.use, sizeof o->use);
    lua_settop(L, 1);
    return 1;
}

static void push_dicts(lua_State *L, int index)
{
    bind_push_tied(L, index);
    lua_rawgeti(L, -1, 1);
    lua_remove(L, -2);
}

/* Where the ids of another object's dictionary are in ours; pushes the map. */
static uint32_t *push_map(lua_State *L, bind_call *call, const partner_field *field, const bind_dict *from,
                          size_t *length)
{
    bind_dict *into = bind_call_dict(L, call, field->dictionary);
    uint32_t *map;

    *length = from == NULL ? 0 : partner_dict_size(from->dict);
    map = lua_newuserdata(L, (*length + 1) * sizeof *map);
    if (from == NULL) return map;
    while (partner_dict_size(from->dict) > *length) { /* a finalizer has grown it */
        lua_pop(L, 1);
        *length = partner_dict_size(from->dict);
        map = lua_newuserdata(L, (*length + 1) * sizeof *map);
    }
    if (partner_dict_merge(into->dict, from->dict, map, &call->error) != PARTNER_OK) return NULL;
    into->numbers |= from->numbers;
    into->texts |= from->texts;
    return map;
}

int bind_is_bare(int use)
{
    return (use & BIND_USES_NUMBERS) || ((use & BIND_USES_INDEXES) && !(use & BIND_USES_GIVEN));
}

/* Where the rows of `from` are in the dictionary of `into`: *map stays NULL where both mean the same indexes. 0
 * = they are each other's strangers. The dictionaries of `from` are the table at `dicts`. */
static int match(lua_State *L, bind_call *call, const bind_object *into, const bind_object *from, int dicts,
                 uint32_t **map, size_t *length)
{
    const partner_field *field = subject(into->object);
    const bind_dict *ours, *theirs;
    int bare = bind_is_bare(use_of(into)), bare_from = bind_is_bare(use_of(from));

    if (field == NULL || (bare && bare_from)) return 1;
    ours = bind_field_dict(L, call->dicts, field);
    theirs = bind_field_dict(L, dicts, field);
    if (ours == theirs && ours != NULL) return 1;
    if ((bare_from && use_of(into) != 0) || (bare && use_of(from) != 0))
        return bind_fail_strangers(call, input_name(into->object), field);
    if (bare_from) return 1;
    *map = push_map(L, call, field, theirs, length);
    return *map != NULL;
}

/* t:merge(other) adds all of another one and gives t. */
static int merge(lua_State *L)
{
    bind_object *into = bind_object_at(L, 1), *from = bind_object_at(L, 2);
    uint32_t *map = NULL;
    size_t length = 0;
    bind_call call;

    if (into->object->merge == NULL) return refuse(L, into, "merge", "append");
    if (from->object != into->object)
        return luaL_error(L, "%s:merge: expected another %s, found a %s", into->object->name,
                          into->object->name, from->object->name);
    lua_settop(L, 2);
    bind_object_name_call(&call, into->object);
    call.inputless = 1;
    bind_object_begin(L, &call, into, 2);
    push_dicts(L, 2);
    if (!match(L, &call, into, from, lua_gettop(L), &map, &length) ||
        into->object->merge(into->made, from->made, map, length, &call.error) != PARTNER_OK)
        return bind_push_error(L, &call.error);
    if (use_of(into) == 0 && use_of(from) != 0) {
        bind_note_use(&call, subject(into->object)->dictionary,
                      bind_is_bare(use_of(from)) ? BIND_USES_INDEXES : BIND_USES_IDS);
        memcpy(into->use, call.use, sizeof into->use);
    }
    lua_settop(L, 1);
    return 1;
}

/* t:save() gives the bytes; those of the dictionary are its own. */
static int save(lua_State *L)
{
    bind_object *o = bind_object_at(L, 1);
    const partner_field *field = subject(o->object);
    const bind_dict *dict = NULL;
    partner_bytes **box;
    partner_error error;

    if (o->object->config != NULL) return bind_state_save(L);
    push_dicts(L, 1);
    if (field != NULL && !bind_is_bare(use_of(o))) dict = bind_field_dict(L, lua_gettop(L), field);
    box = bind_bytes_push(L);
    if (o->object->save(o->made, dict == NULL ? NULL : dict->dict, box, &error) != PARTNER_OK)
        return bind_push_error(L, &error);
    return bind_bytes_deliver(L, box);
}

/* t:finish(options), also under the name of the analysis: the result of what was added so far. */
static int finish(lua_State *L)
{
    bind_object *o = bind_object_at(L, 1);
    bind_call call;
    bind_result *r;

    lua_settop(L, 2);
    bind_object_name_call(&call, o->object);
    call.name = call.analysis->name;
    call.records = call.analysis->options;
    call.record_count = call.analysis->option_count;
    bind_object_begin(L, &call, o, 2);
    if (!bind_options(L, &call)) return bind_push_error(L, &call.error);
    if (call.object == NULL && bind_call_input(&call, bind_own_input(o->object)) != NULL &&
        !lua_isnil(L, call.first_input + (int)bind_own_input(o->object)))
        return luaL_error(L, "%s:finish: %s are what add() takes", o->object->name, input_name(o->object));
    if (!bind_take_inputs(L, &call)) return bind_push_error(L, &call.error);
    r = bind_result_push(L, &call);
    bind_check_inputs(L);
    return bind_deliver(
        L, &call,
        o->object->finish(o->made, call.inputs, (const void *const *)call.options, &r->result, &call.error));
}

static int append(lua_State *L)
{
    const bind_object *o = bind_object_at(L, 1);

    return o->object->append == NULL ? refuse(L, o, "append", "add") : bind_state_append(L);
}

static int advance(lua_State *L)
{
    const bind_object *o = bind_object_at(L, 1);

    return o->object->advance == NULL ? refuse(L, o, "advance", "finish") : bind_state_advance(L);
}

static int version(lua_State *L)
{
    const bind_object *o = bind_object_at(L, 1);

    return o->object->version == NULL ? refuse(L, o, "version", "finish") : bind_state_version(L);
}

static int dict(lua_State *L)
{
    bind_object_at(L, 1);
    luaL_checkstring(L, 2);
    push_dicts(L, 1);
    lua_getfield(L, -1, lua_tostring(L, 2));
    return 1;
}

static int index_of(lua_State *L)
{
    const bind_object *o = bind_userdata_at(L, 1, BIND_OBJECT);
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "";

    if (o != NULL && strcmp(name, o->object->analysis->name) == 0) {
        lua_pushliteral(L, "finish");
        lua_replace(L, 2);
    }
    lua_rawgeti(L, BIND_STATE, BIND_METHODS + BIND_OBJECT);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    return 1;
}

static int to_string(lua_State *L)
{
    const bind_object *o = bind_userdata_at(L, 1, BIND_OBJECT);

    lua_pushfstring(L, "partner.%s%s", o == NULL ? "object" : o->object->name,
                    o == NULL || o->made != NULL ? "" : " (closed)");
    return 1;
}

void bind_object_register(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__gc", collect},
                                    {"__close", collect},
                                    {"__index", index_of},
                                    {"__tostring", to_string},
                                    {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"add", add},   {"merge", merge},   {"append", append}, {"advance", advance}, {"version", version},
        {"save", save}, {"finish", finish}, {"dict", dict},     {"close", collect},   {NULL, NULL}};

    bind_push_meta(L, BIND_OBJECT);
    bind_set_functions(L, meta);
    lua_pop(L, 1);
    lua_createtable(L, 0, 9);
    bind_set_functions(L, methods);
    lua_rawseti(L, BIND_STATE, BIND_METHODS + BIND_OBJECT);
}
