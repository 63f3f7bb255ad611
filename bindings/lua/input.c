/* SPDX-License-Identifier: MIT
 * From a table of columns to the struct of a record. */
#include <stdio.h>
#include <string.h>

#include "binding.h"

enum { FIELDS = 32 };

/* A column as the script gave it. */
typedef struct given {
    const partner_field *field;
    bind_column *column; /* NULL = a list */
    bind_list list;
    size_t rows;
} given;

typedef struct inputs {
    lua_State *L;
    bind_call *call;
    const char *name; /* "sales" */
    const partner_record *record;
    given given[FIELDS];
    size_t count, rows;
    int failed; /* the call's error says why a column is not ready */
} inputs;

static int is_input_column(const partner_field *field)
{
    return field->length != NULL && partner_type_size(field->type) > 0 &&
           !(field->flags & PARTNER_FIELD_HIDDEN);
}

const partner_field *bind_listing_field(const partner_record *record)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++)
        if ((field->flags & PARTNER_FIELD_UNIQUE) && !(field->flags & PARTNER_FIELD_NULLABLE) &&
            field->unit == PARTNER_UNIT_INDEX)
            return field;
    return NULL;
}

/* --- names --- */

/* Pushes "partner, amount, day". */
static void push_columns(lua_State *L, const partner_record *record)
{
    const partner_field *field;
    luaL_Buffer out;
    int any = 0;

    luaL_buffinit(L, &out);
    for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++) {
        if (!is_input_column(field)) continue;
        if (any++) luaL_addstring(&out, ", ");
        luaL_addstring(&out, field->name);
    }
    luaL_pushresult(&out);
}

static int is_alias(const partner_field *field, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = field->aliases; at != NULL; at = strchr(at, ',') == NULL ? NULL : strchr(at, ',') + 1)
        if (strcspn(at, ",") == length && memcmp(at, name, length) == 0) return 1;
    return 0;
}

static int refuse_column(inputs *in, const char *name)
{
    bind_nearest nearest = {.wanted = name};
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(in->record, i)) != NULL; i++) {
        if (!is_input_column(field)) continue;
        bind_nearest_try(&nearest, field->name);
        if (!is_alias(field, name)) continue;
        nearest.best = field->name;
        nearest.distance = 0;
        break;
    }
    bind_push_hint(in->L, &nearest);
    push_columns(in->L, in->record);
    return luaL_error(in->L, "partner.%s: %s has no column \"%s\"%s (there are %s)", in->call->name, in->name,
                      name, lua_tostring(in->L, -2), lua_tostring(in->L, -1));
}

static int check_key(inputs *in)
{
    lua_State *L = in->L;

    if (lua_type(L, -2) == LUA_TSTRING) return 1;
    push_columns(L, in->record);
    return luaL_error(L, "partner.%s: expected %s as a table of columns by name (%s), found a list",
                      in->call->name, in->name, lua_tostring(L, -1));
}

/* --- what is there --- */

static void open_column(inputs *in, given *g, int at)
{
    char what[128];

    g->column = bind_column_at(in->L, at);
    if (g->column != NULL) {
        if (g->column->owner != NULL) bind_check_open(in->L, g->column->owner);
        g->list.at = at;
        g->list.raw = g->list.open = 0;
        g->list.rows = g->rows = g->column->rows;
        return;
    }
    snprintf(what, sizeof what, "partner.%.40s: %.30s.%.40s", in->call->name, in->name, g->field->name);
    bind_list_open(in->L, at, what, &g->list);
    g->rows = g->list.rows;
}

/* Finds the columns of the table, in the order of the struct, and pushes them. */
static void find_columns(inputs *in, int table)
{
    lua_State *L = in->L;
    const partner_field *field;
    size_t known = 0, keys = 0;

    for (size_t i = 0; (field = partner_record_field(in->record, i)) != NULL; i++) {
        if (!is_input_column(field)) continue;
        lua_pushstring(L, field->name);
        lua_rawget(L, table);
        if (lua_isnil(L, -1)) {
            lua_pop(L, 1);
            continue;
        }
        known++;
        if (in->count == FIELDS) luaL_error(L, "partner.%s: %s has too many columns", in->call->name, in->name);
        in->given[in->count].field = field;
        open_column(in, &in->given[in->count++], lua_gettop(L));
    }
    lua_pushnil(L);
    while (lua_next(L, table)) {
        check_key(in);
        keys++;
        lua_pop(L, 1);
    }
    if (keys == known) return;
    lua_pushnil(L);
    while (lua_next(L, table)) {
        field = partner_record_field_find(in->record, lua_tostring(L, -2));
        if (field == NULL || !is_input_column(field) || strcmp(field->name, lua_tostring(L, -2)) != 0)
            refuse_column(in, lua_tostring(L, -2));
        lua_pop(L, 1);
    }
}

static const given *find_given(const inputs *in, const partner_field *field)
{
    for (size_t i = 0; i < in->count; i++)
        if (in->given[i].field == field) return &in->given[i];
    return NULL;
}

static int fail_missing(inputs *in, const partner_field *field)
{
    char there[FIELDS * 34];
    size_t length = 0;

    for (size_t i = 0; i < in->count; i++)
        length += (size_t)snprintf(there + length, sizeof there - length, "%s%.30s", i == 0 ? "" : ", ",
                                   in->given[i].field->name);
    return bind_fail(in->call, PARTNER_E_DATA, in->name, field->name, PARTNER_NO_ROW,
                     "%s: column %s is missing; %s%s", in->name, field->name,
                     in->count == 0 ? "there is none" : "there are ", in->count == 0 ? "" : there);
}

static int check_required(inputs *in)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(in->record, i)) != NULL; i++)
        if ((field->flags & PARTNER_FIELD_REQUIRED) && find_given(in, field) == NULL)
            return fail_missing(in, field);
    return 1;
}

/* Rows without ids of their own are named by their numbers, which are of no dictionary. 0 = other rows have
 * ids.
 */
static int number_rows(inputs *in)
{
    const partner_field *field, *base;

    for (size_t i = 0; (field = partner_record_field(in->record, i)) != NULL; i++) {
        if (!is_input_column(field) || field->numbered_without == NULL) continue;
        base = partner_record_field_find(in->record, field->numbered_without);
        if (base == NULL || find_given(in, base) != NULL) continue;
        if (!bind_note_use(in->call, field->dictionary, BIND_USES_NUMBERS))
            return bind_fail_some_without(in->call, in->name, base->name);
    }
    return 1;
}

/* The longest column counts; a required one decides before one that may end in gaps. */
static const given *measure(inputs *in)
{
    const given *longest = NULL;

    for (size_t i = 0; i < in->count; i++) {
        const given *g = &in->given[i];
        int decides = (g->field->flags & PARTNER_FIELD_REQUIRED) != 0 || !g->list.open;
        int decided =
            longest != NULL && ((longest->field->flags & PARTNER_FIELD_REQUIRED) != 0 || !longest->list.open);

        if (longest == NULL || (decides && !decided) || (decides == decided && g->rows > longest->rows))
            longest = g;
    }
    in->rows = longest == NULL ? 0 : longest->rows;
    return longest;
}

static int fail_length(inputs *in, const given *g, const given *longest)
{
    size_t row = g->rows < in->rows ? g->rows : in->rows;

    return bind_fail(in->call, PARTNER_E_DATA, in->name, g->field->name, row,
                     "%s row %llu: %s is %s (rows in %s: %llu, in %s: %llu)", in->name, (unsigned long long)row,
                     g->field->name, g->rows < in->rows ? "missing" : "beyond the end", g->field->name,
                     (unsigned long long)g->rows, longest->field->name, (unsigned long long)in->rows);
}

static int check_lengths(inputs *in)
{
    const given *longest = measure(in);

    for (size_t i = 0; i < in->count; i++) {
        const given *g = &in->given[i];
        int may_end = g->list.open && !(g->field->flags & PARTNER_FIELD_REQUIRED);

        if (g->rows == in->rows || (g->rows < in->rows && may_end)) continue;
        return fail_length(in, g, longest);
    }
    return 1;
}

/* --- from columns to arrays --- */

static const uint64_t nothing[1] = {0};

static const void *not_null(const void *data) { return data != NULL ? data : nothing; }

/* Indexes of one width as indexes of the other; in a column of 64 bits they may be any numbers. NULL = one of
 * them does not fit. */
static const void *push_fitted(inputs *in, const given *g)
{
    const bind_column *c = g->column;
    int widens = g->field->type == PARTNER_TYPE_U64;
    char *fitted = lua_newuserdata(in->L, (g->rows + 1) * partner_type_size(g->field->type));

    bind_check_inputs(in->L);
    for (size_t i = 0; i < g->rows; i++) {
        uint32_t narrow;
        uint64_t wide;

        if (widens) {
            memcpy(&narrow, (const char *)c->data + i * sizeof narrow, sizeof narrow);
            wide = narrow == PARTNER_NONE ? PARTNER_NO_ROW : narrow;
            memcpy(fitted + i * sizeof wide, &wide, sizeof wide);
            continue;
        }
        memcpy(&wide, (const char *)c->data + i * sizeof wide, sizeof wide);
        if (wide >= PARTNER_NONE && wide != PARTNER_NO_ROW) {
            in->failed = 1;
            bind_fail(in->call, PARTNER_E_RANGE, in->name, g->field->name, i,
                      "%s row %llu: %s: index %llu found, expected 0 to 4294967294", in->name,
                      (unsigned long long)i, g->field->name, (unsigned long long)wide);
            return NULL;
        }
        narrow = wide == PARTNER_NO_ROW ? PARTNER_NONE : (uint32_t)wide;
        memcpy(fitted + i * sizeof narrow, &narrow, sizeof narrow);
    }
    return fitted;
}

/* Takes over the dictionary that the indexes of a column refer to. 0 = they are of another one. */
static int adopt(inputs *in, const given *g)
{
    lua_State *L = in->L;
    const char *name = g->field->dictionary;

    if (g->column->dict == NULL) return bind_note_use(in->call, name, BIND_USES_INDEXES);
    bind_push_tied(L, g->list.at);
    lua_rawgeti(L, -1, 2);
    if (lua_istable(L, -1)) {
        lua_getfield(L, -1, g->column->field->dictionary);
        lua_remove(L, -2);
    }
    lua_remove(L, -2);
    return bind_adopt_dict(L, in->call, name) && bind_note_use(in->call, name, BIND_USES_IDS);
}

/* A column of ids in a result that never heard of ids: what it holds are indexes. */
static int is_bare(const given *g)
{
    const bind_column *c = g->column;

    if (g->field->unit != PARTNER_UNIT_INDEX || c->dict != NULL) return 0;
    return c->meaning == BIND_INDEXES ||
           (c->meaning == BIND_FIELD && c->field->unit == PARTNER_UNIT_INDEX && c->form != BIND_TEXTS);
}

/* The indexes of a column that a result leaves out: 0, 1, 2 … */
static const void *push_count(inputs *in, const given *g)
{
    uint32_t *indexes = lua_newuserdata(in->L, (g->rows + 1) * sizeof *indexes);

    for (size_t i = 0; i < g->rows; i++) indexes[i] = (uint32_t)i;
    return indexes;
}

/* Where a column lies ready as the field wants it; NULL = it must be converted. */
static const void *ready(inputs *in, const given *g)
{
    const bind_column *c = g->column;
    const partner_field *field = g->field;

    if (c->meaning == BIND_MINOR) return field->unit == PARTNER_UNIT_MONEY ? not_null(c->data) : NULL;
    if (c->meaning == BIND_INDEXES) {
        if (field->unit != PARTNER_UNIT_INDEX || !adopt(in, g)) return NULL;
        if (c->bound > 0) bind_set_bound(in->call, field->dictionary, c->bound);
        if ((c->layout == PARTNER_VALUES_U64) != (field->type == PARTNER_TYPE_U64)) return push_fitted(in, g);
        return not_null(c->data);
    }
    if (is_bare(g) && c->data == NULL) return adopt(in, g) ? push_count(in, g) : NULL;
    if (c->meaning != BIND_FIELD || c->field->unit != field->unit || c->field->type != field->type) return NULL;
    if (c->field->count != 1 || (c->data == NULL && c->rows > 0) || c->form == BIND_TEXTS) return NULL;
    if (field->unit == PARTNER_UNIT_MONEY && bind_places(&c->owner->format) != bind_places(&in->call->format))
        return NULL;
    if (field->unit == PARTNER_UNIT_ENUM || field->unit == PARTNER_UNIT_ROW ||
        field->unit == PARTNER_UNIT_CLASS)
        return NULL;
    if (field->unit == PARTNER_UNIT_INDEX && !adopt(in, g)) return NULL;
    return not_null(c->data);
}

static const void *convert_plain(inputs *in, const given *g)
{
    partner_values values = PARTNER_VALUES_INIT;
    size_t size = partner_type_size(g->field->type);
    void *elements = lua_newuserdata(in->L, (g->rows + 1) * size);

    values.layout = g->column->layout;
    values.values = g->column->data;
    values.rows = g->rows;
    return bind_convert(in->L, in->call, in->name, g->field, &values, elements) ? elements : NULL;
}

/* A mark that says of numbers what they are not. */
static void check_meaning(inputs *in, const given *g)
{
    const bind_column *c = g->column;
    uint8_t meaning = c->meaning, unit = g->field->unit;

    if (meaning == BIND_MINOR && unit != PARTNER_UNIT_MONEY)
        luaL_error(in->L, "partner.%s: %s.%s: partner.minor is for amounts of money, this is no amount",
                   in->call->name, in->name, g->field->name);
    if (meaning == BIND_INDEXES && unit != PARTNER_UNIT_INDEX)
        luaL_error(in->L, "partner.%s: %s.%s: partner.indexes is for columns of ids, this is none",
                   in->call->name, in->name, g->field->name);
    if (meaning == BIND_FIELD && c->form == BIND_EXACTLY && unit == PARTNER_UNIT_MONEY &&
        bind_places(&c->owner->format) != bind_places(&in->call->format))
        luaL_error(in->L, "partner.%s: %s.%s: minor units with %d decimal places, expected %d (minor_units)",
                   in->call->name, in->name, g->field->name, (int)bind_places(&c->owner->format),
                   (int)bind_places(&in->call->format));
}

static int fail_beyond(inputs *in, const given *g, size_t row, uint64_t index, size_t size)
{
    return bind_fail(in->call, PARTNER_E_DATA, in->name, g->field->name, row,
                     "%s row %llu: %s: index %llu is not in the dictionary, which has %llu ids", in->name,
                     (unsigned long long)row, g->field->name, (unsigned long long)index,
                     (unsigned long long)size);
}

/* Index i of a column of the field; PARTNER_NO_ROW = none. */
static uint64_t index_at(const partner_field *field, const char *indexes, size_t i)
{
    uint32_t narrow;
    uint64_t wide;

    if (field->type == PARTNER_TYPE_U64) {
        memcpy(&wide, indexes + i * sizeof wide, sizeof wide);
        return wide;
    }
    memcpy(&narrow, indexes + i * sizeof narrow, sizeof narrow);
    return narrow == PARTNER_NONE ? PARTNER_NO_ROW : narrow;
}

/* Indexes beyond the dictionary that they are said to be of would be whoever is added to it next. */
static int check_indexes(inputs *in, const given *g, const void *data)
{
    const char *indexes = data, *name = g->field->dictionary;
    int use = is_bare(g) ? bind_use_of(in->call, name) : 0;
    size_t size;

    if (!(use & BIND_USES_GIVEN) || (use & BIND_USES_NUMBERS)) return 1;
    size = partner_dict_size(bind_call_dict(in->L, in->call, name)->dict);
    bind_check_inputs(in->L);
    for (size_t i = 0; i < g->rows; i++) {
        uint64_t index = index_at(g->field, indexes, i);

        if (index != PARTNER_NO_ROW && index >= size) return fail_beyond(in, g, i, index, size);
    }
    return 1;
}

static const void *take(inputs *in, const given *g)
{
    const void *data;

    if (g->column == NULL) return bind_list_convert(in->L, in->call, in->name, g->field, &g->list, in->rows);
    check_meaning(in, g);
    data = ready(in, g);
    if (data != NULL) return check_indexes(in, g, data) ? data : NULL;
    if (in->failed) return NULL;
    if (g->column->meaning == BIND_PLAIN) return convert_plain(in, g);
    if (g->column->meaning == BIND_INDEXES || is_bare(g)) {
        bind_fail_strangers(in->call, in->name, g->field);
        return NULL;
    }
    return bind_list_convert(in->L, in->call, in->name, g->field, &g->list, in->rows);
}

static void store_size(const partner_record *record, const char *member, uint64_t value, char *data)
{
    const partner_field *field = partner_record_field_find(record, member);
    uint32_t narrow = (uint32_t)value;

    if (field == NULL) return;
    if (field->type == PARTNER_TYPE_U32) memcpy(data + field->offset, &narrow, sizeof narrow);
    if (field->type == PARTNER_TYPE_U64) memcpy(data + field->offset, &value, sizeof value);
}

int bind_input(lua_State *L, bind_call *call, const char *input, const partner_record *record, int table,
               void *data)
{
    inputs in;

    in.L = L;
    in.call = call;
    in.name = input;
    in.record = record;
    in.count = in.rows = 0;
    in.failed = 0;
    if (!lua_istable(L, table))
        return luaL_error(L, "partner.%s: expected %s as a table of columns, found a %s", call->name, input,
                          luaL_typename(L, table));
    luaL_checkstack(L, (int)record->field_count + LUA_MINSTACK, "too many columns");
    find_columns(&in, table);
    if (!check_required(&in) || !check_lengths(&in) || !number_rows(&in)) return 0;
    store_size(record, "struct_size", record->size, data);
    for (size_t i = 0; i < in.count; i++) {
        const void *column = take(&in, &in.given[i]);

        if (column == NULL) return 0;
        memcpy((char *)data + in.given[i].field->offset, &column, sizeof column);
        store_size(record, in.given[i].field->length, in.rows, data);
    }
    return 1;
}
