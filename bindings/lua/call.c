/* SPDX-License-Identifier: MIT
 * A call from its arguments to its result. */
#include <stdio.h>
#include <string.h>

#include "binding.h"

/* Structs lie apart by what suits any of their members. */
static size_t aligned(size_t size)
{
    return (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
}

const partner_input *bind_call_input(const bind_call *call, size_t i)
{
    return call->inputless ? NULL : partner_analysis_input(call->analysis, i);
}

int bind_is_taken(const bind_call *call, const partner_input *input)
{
    return call->object == NULL || (input->record != NULL && input->record != call->object->input);
}

static size_t input_count(const bind_call *call)
{
    size_t count = 0;

    while (bind_call_input(call, count) != NULL) count++;
    return count;
}

static size_t struct_size(const partner_input *input)
{
    return input->record == NULL ? 0 : aligned(input->record->size);
}

static size_t block_size(const bind_call *call, size_t pointers)
{
    size_t size = aligned(pointers * sizeof(void *));
    const partner_input *input;

    for (size_t i = 0; i < call->record_count; i++) size += aligned(call->records[i]->size);
    for (size_t i = 0; (input = bind_call_input(call, i)) != NULL; i++) size += struct_size(input);
    return size;
}

static void begin_options(const bind_call *call, char *at)
{
    for (size_t i = 0; i < call->record_count; i++) {
        const partner_record *record = call->records[i];
        const partner_field *field = partner_record_field_find(record, "struct_size");
        uint32_t size = (uint32_t)record->size;

        call->options[i] = at;
        if (field != NULL && field->type == PARTNER_TYPE_U32) memcpy(at + field->offset, &size, sizeof size);
        at += aligned(record->size);
    }
}

/* The stack: 1 columns or object, 2 options, what else is kept, then dictionaries, one block for all structs
 * where it is large, and the inputs. */
void bind_begin(lua_State *L, bind_call *call, int kept)
{
    size_t inputs = input_count(call), pointers = inputs + call->record_count,
           size = block_size(call, pointers);
    char *block;

    lua_settop(L, kept);
    luaL_checkstack(L, (int)inputs + 2 * LUA_MINSTACK, "too many inputs");
    lua_pushnil(L);
    call->dicts = kept + 1;
    block = (char *)call->room;
    if (size > sizeof call->room) block = lua_newuserdata(L, size);
    else lua_pushnil(L);
    memset(block, 0, size);
    call->inputs = (const void **)(void *)block;
    call->options = (void **)(void *)block + inputs;
    begin_options(call, block + aligned(pointers * sizeof(void *)));
    call->first_input = kept + 3;
    lua_settop(L, kept + 2 + (int)inputs);
    memset(&call->format, 0, sizeof call->format);
    call->format.struct_size = sizeof call->format;
    memset(call->use, 0, sizeof call->use);
    call->threads = 0;
}

static int take_input(lua_State *L, bind_call *call, const partner_input *input, size_t i, char *at)
{
    if (!bind_input(L, call, input->name, input->record, call->first_input + (int)i, at)) return 0;
    call->inputs[i] = at;
    return 1;
}

/* Where the structs of the inputs begin: behind those of the options. */
static char *inputs_start(const bind_call *call)
{
    char *at = (char *)call->inputs + aligned((input_count(call) + call->record_count) * sizeof(void *));

    for (size_t i = 0; i < call->record_count; i++) at += aligned(call->records[i]->size);
    return at;
}

/* What lists who there is comes first: its order is the dictionary's. */
int bind_take_inputs(lua_State *L, bind_call *call)
{
    const partner_input *input;

    for (int listing = 1; listing >= 0; listing--) {
        char *at = inputs_start(call);

        for (size_t i = 0; (input = bind_call_input(call, i)) != NULL; i++) {
            int wanted = input->record != NULL && !lua_isnil(L, call->first_input + (int)i) &&
                         (bind_listing_field(input->record) != NULL) == listing;

            if (wanted && !take_input(L, call, input, i, at)) return 0;
            at += struct_size(input);
        }
    }
    return 1;
}

/* The columns that were found are on the stack for as long as the call lasts. */
void bind_check_inputs(lua_State *L)
{
    for (int i = lua_gettop(L); i > 0; i--) {
        const bind_column *column = bind_column_at(L, i);

        if (column != NULL && column->owner != NULL) bind_check_open(L, column->owner);
    }
}

/* --- dictionaries --- */

static void ensure_dicts(lua_State *L, const bind_call *call)
{
    if (!lua_isnil(L, call->dicts)) return;
    lua_createtable(L, 0, 2);
    lua_replace(L, call->dicts);
}

int bind_note_use(bind_call *call, const char *name, int how)
{
    bind_use *use = call->use;
    int both = BIND_USES_INDEXES | BIND_USES_IDS, numbered = BIND_USES_NUMBERS | BIND_USES_IDS;

    while (use < call->use + BIND_USES - 1 && use->name != NULL && strcmp(use->name, name) != 0) use++;
    use->name = name;
    how |= use->how;
    if ((how & both) == both && !(how & BIND_USES_GIVEN)) return 0;
    if ((how & numbered) == numbered) return 0;
    use->how = how;
    return 1;
}

int bind_use_of(const bind_call *call, const char *name)
{
    for (size_t i = 0; i < BIND_USES && call->use[i].name != NULL; i++)
        if (strcmp(call->use[i].name, name) == 0) return call->use[i].how;
    return 0;
}

bind_dict *bind_call_dict(lua_State *L, bind_call *call, const char *name)
{
    bind_dict *dict;

    ensure_dicts(L, call);
    lua_getfield(L, call->dicts, name);
    dict = bind_dict_at(L, -1);
    if (dict == NULL) {
        lua_pop(L, 1);
        dict = bind_dict_push(L);
        lua_pushvalue(L, -1);
        lua_setfield(L, call->dicts, name);
    }
    lua_pop(L, 1);
    return dict;
}

int bind_adopt_dict(lua_State *L, bind_call *call, const char *name)
{
    int fits;

    ensure_dicts(L, call);
    lua_getfield(L, call->dicts, name);
    fits = lua_isnil(L, -1) || lua_rawequal(L, -1, -2);
    lua_pop(L, 1);
    if (fits) lua_setfield(L, call->dicts, name);
    else lua_pop(L, 1);
    return fits;
}

/* --- what Lua's collector cannot see --- */

/* As many bytes as a row of results takes, roughly, and what the library keeps besides. */
enum { ROW_BYTES = 160, RESULT_BYTES = 2048, STEP = 256 * 1024 };

/* Lua counts a result as a hundred bytes, whatever hangs on it. Without steps that make up for it, a loop over
 * large results would fill the memory before the first is collected. */
void bind_pay(lua_State *L, size_t bytes)
{
    size_t debt;

    lua_rawgeti(L, BIND_STATE, BIND_DEBT);
    debt = (size_t)lua_tonumber(L, -1) + bytes;
    lua_pop(L, 1);
    if (debt >= STEP && bind_collects(L)) {
        lua_gc(L, LUA_GCSTEP, debt / 1024 < INT32_MAX ? (int)(debt / 1024) : INT32_MAX);
        debt = 0;
    }
    lua_pushnumber(L, (lua_Number)debt);
    lua_rawseti(L, BIND_STATE, BIND_DEBT);
}

static size_t rows_of(const bind_result *r)
{
    const partner_view *view = partner_analysis_view(r->analysis, 0);
    const void *data = view == NULL ? NULL : r->analysis->view(r->result, 0);
    const partner_field *field;

    for (size_t i = 0; data != NULL && (field = partner_record_field(view->record, i)) != NULL; i++)
        if (field->length != NULL) return partner_field_length(view->record, field, data);
    return 0;
}

/* A result that carries the places of its money says them itself: a loaded tally brings its own. */
void bind_take_places(bind_result *r)
{
    const partner_view *view;
    const partner_field *field;

    for (size_t v = 0; (view = partner_analysis_view(r->analysis, v)) != NULL; v++) {
        const void *data = r->analysis->view(r->result, v);
        uint8_t places;

        for (size_t i = 0; data != NULL && (field = partner_record_field(view->record, i)) != NULL; i++) {
            if (field->unit != PARTNER_UNIT_PLACES || field->length != NULL) continue;
            memcpy(&places, partner_field_data(field, data), sizeof places);
            r->format.minor_units = places == 0 ? PARTNER_MINOR_UNITS_0 : places;
            return;
        }
    }
}

/* The column whose id in the row an error is about says most: its own, or else who the row is of. NULL = none.
 */
static const partner_field *telling_field(const partner_input *input, const partner_error *error)
{
    const partner_field *field = partner_record_field_find(input->record, error->field);

    if (field != NULL && field->unit == PARTNER_UNIT_INDEX)
        return field->type == PARTNER_TYPE_U64 || error->index != PARTNER_NONE ? field : NULL;
    for (size_t i = 0; error->index != PARTNER_NONE; i++) {
        field = partner_record_field(input->record, i);
        if (field == NULL) break;
        if (field->unit == PARTNER_UNIT_INDEX && field->type == PARTNER_TYPE_U32) return field;
    }
    return NULL;
}

/* The id that a column has in the row that an error is about; NULL = none is known. */
static const char *id_of_row(lua_State *L, const bind_call *call, const partner_input *input, const void *data,
                             const partner_field *field, uint64_t *index, size_t *length)
{
    const size_t row = (size_t)call->error.row;
    const char *column = partner_field_data(field, data);
    const bind_dict *dict = bind_field_dict(L, call->dicts, field);
    uint32_t narrow;

    if (column == NULL || dict == NULL || bind_is_bare(bind_use_of(call, field->dictionary))) return NULL;
    if (row >= partner_field_length(input->record, field, data)) return NULL;
    if (field->type == PARTNER_TYPE_U64) {
        memcpy(index, column + row * sizeof *index, sizeof *index);
    } else {
        memcpy(&narrow, column + row * sizeof narrow, sizeof narrow);
        *index = narrow;
    }
    if (*index >= partner_dict_size(dict->dict)) return NULL;
    return partner_dict_id(dict->dict, (uint32_t)*index, length);
}

/* Says in an error which id the row has that it is about: 'events row 1: … (event 2 is "SO-3")'. */
static void name_row(lua_State *L, bind_call *call)
{
    partner_error *error = &call->error;
    size_t used = strlen(error->message), id_length;
    const partner_input *input;

    for (size_t i = 0; error->row != PARTNER_NO_ROW && (input = bind_call_input(call, i)) != NULL; i++) {
        const partner_field *field;
        uint64_t index;
        const char *id;

        if (input->record == NULL || call->inputs[i] == NULL) continue;
        if (strcmp(input->name, error->record) != 0 && strcmp(input->record->name, error->record) != 0)
            continue;
        field = telling_field(input, error);
        id = field == NULL ? NULL : id_of_row(L, call, input, call->inputs[i], field, &index, &id_length);
        if (id == NULL || id_length > 80) continue;
        snprintf(error->message + used, sizeof error->message - used, " (%s %llu is \"%.*s\")", field->name,
                 (unsigned long long)index, (int)id_length, id);
        return;
    }
}

int bind_deliver(lua_State *L, bind_call *call, partner_status status)
{
    bind_result *r;

    if (status != PARTNER_OK) {
        name_row(L, call);
        return bind_push_error(L, &call->error);
    }
    r = bind_result_at(L, -1);
    bind_take_places(r);
    bind_pay(L, RESULT_BYTES + rows_of(r) * ROW_BYTES);
    return 1;
}
