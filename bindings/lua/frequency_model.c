/* SPDX-License-Identifier: MIT
 * The frequency model that CRMs ship, the baseline to beat: fitted to columns of categories. */
#include <string.h>

#include "binding.h"

/* The table tied to it holds the list of the names of its features (1), or nothing, and the list of the
 * dictionaries of their levels (2), which no script can reach. */
typedef struct bind_frequency_model {
    partner_frequency_model *model; /* NULL when closed */
    size_t columns;
} bind_frequency_model;

static bind_frequency_model *model_at(lua_State *L, int index)
{
    bind_frequency_model *m = bind_userdata_at(L, index, BIND_FREQUENCY_MODEL);

    if (m == NULL) luaL_argerror(L, index, "expected a frequency model (is the method called with a colon?)");
    if (m->model == NULL) luaL_error(L, "the frequency model is closed");
    return m;
}

static int collect(lua_State *L)
{
    bind_frequency_model *m = bind_userdata_at(L, 1, BIND_FREQUENCY_MODEL);

    if (m == NULL) return 0;
    partner_frequency_model_free(m->model);
    m->model = NULL;
    return 0;
}

/* Pushes a column's dictionary and its levels. NULL = the call's error says why not. */
static uint32_t *push_levels(lua_State *L, bind_call *call, const bind_features *f, size_t column,
                             const bind_dict **dict)
{
    uint32_t *levels;
    bind_list list;

    *dict = bind_dict_push(L);
    lua_createtable(L, 0, 1);
    lua_pushvalue(L, -2);
    lua_setfield(L, -2, bind_level.dictionary);
    lua_replace(L, call->dicts);
    memset(call->use, 0, sizeof call->use);
    if (!bind_features_column(L, call, f, column, &list)) return NULL;
    levels = bind_list_convert(L, call, "features", &bind_level, &list, f->rows);
    if (levels != NULL) lua_remove(L, -2);
    return levels;
}

/* Where the levels of one dictionary are in another; PARTNER_NONE for those that are not. */
static void find_levels(uint32_t *levels, size_t rows, const bind_dict *from, const bind_dict *known)
{
    for (size_t i = 0; i < rows; i++) {
        size_t length;
        const char *id = partner_dict_id(from->dict, levels[i], &length);

        levels[i] = id == NULL ? PARTNER_NONE : partner_dict_find(known->dict, id, length);
    }
}

/* Reads all columns, column after column; pushes the levels, the list of dictionaries at `dicts` is filled, or,
 * where it is full already (`known`), gone by. */
static uint32_t *push_categories(lua_State *L, bind_call *call, const bind_features *f, int dicts, int is_known)
{
    int top = lua_gettop(L) + 1;
    uint32_t *all;

    if (f->rows > 0 && f->columns > SIZE_MAX / 4 / sizeof *all / f->rows) luaL_error(L, "not enough memory");
    all = lua_newuserdata(L, (f->rows * f->columns + 1) * sizeof *all);
    for (size_t c = 0; c < f->columns; c++) {
        const bind_dict *dict;
        uint32_t *levels = push_levels(L, call, f, c, &dict);

        if (levels == NULL) return NULL;
        if (is_known) {
            lua_rawgeti(L, dicts, (int)c + 1);
            find_levels(levels, f->rows, dict, bind_dict_at(L, -1));
        } else {
            lua_pushvalue(L, top + 1);
            lua_rawseti(L, dicts, (int)c + 1);
        }
        if (f->rows > 0) memcpy(all + c * f->rows, levels, f->rows * sizeof *all);
        lua_settop(L, top);
    }
    return all;
}

static void begin(lua_State *L, bind_call *call, int dicts)
{
    luaL_checkstack(L, 2 * LUA_MINSTACK, "too many columns");
    call->dicts = dicts;
    call->format.struct_size = sizeof call->format;
}

static int fail(lua_State *L, const bind_call *call) { return bind_push_error(L, &call->error); }

static const char *const known[] = {"weight"};

/* partner.frequency_model(columns, labels, options) */
int bind_frequency_model_new(lua_State *L)
{
    bind_call call = {.name = "frequency_model"};
    partner_categories given = PARTNER_CATEGORIES_INIT;
    bind_frequency_model *m;
    bind_features f;

    lua_settop(L, 3);
    bind_check_options(L, call.name, 3, known, 1);
    lua_createtable(L, 0, 0); /* 4: dictionaries of a column; 5: all of them */
    lua_createtable(L, 0, 0);
    begin(L, &call, 4);
    given.label = bind_labels_push(L, &call, 2, &f.rows);
    if (given.label == NULL || !bind_features_open(L, &call, 1, &f)) return fail(L, &call);
    given.rows = f.rows;
    given.columns = f.columns;
    if (lua_istable(L, 3)) {
        lua_getfield(L, 3, "weight");
        if (!lua_isnil(L, -1)) {
            given.weight = bind_weights_push(L, &call, lua_gettop(L), f.rows);
            if (given.weight == NULL) return fail(L, &call);
        }
    }
    given.level = push_categories(L, &call, &f, 5, 0);
    if (given.level == NULL) return fail(L, &call);
    m = lua_newuserdata(L, sizeof *m);
    memset(m, 0, sizeof *m);
    m->columns = f.columns;
    bind_set_kind(L, BIND_FREQUENCY_MODEL);
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, f.names);
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, 5);
    lua_rawseti(L, -2, 2);
    bind_tie(L, -2);
    if (partner_frequency_model_fit(&given, &m->model, &call.error) != PARTNER_OK) return fail(L, &call);
    return 1;
}

/* m:predict(columns): the probabilities, as a column. */
static int predict(lua_State *L)
{
    bind_frequency_model *m = model_at(L, 1);
    bind_call call = {.name = "frequency_model:predict"};
    partner_categories given = PARTNER_CATEGORIES_INIT;
    bind_column *column;
    bind_features f;

    lua_settop(L, 2);
    bind_push_tied(L, 1);
    lua_rawgeti(L, 3, 1);
    lua_rawgeti(L, 3, 2);
    lua_createtable(L, 0, 0);
    begin(L, &call, 6);
    if (!bind_features_find(L, &call, 2, m->columns, 4, &f)) return fail(L, &call);
    if (f.columns != m->columns) {
        bind_fail(&call, PARTNER_E_ARGUMENT, "features", NULL, PARTNER_NO_ROW,
                  "features: %llu columns, expected the model's %llu", (unsigned long long)f.columns,
                  (unsigned long long)m->columns);
        return fail(L, &call);
    }
    f.rows = bind_features_rows(L, &call, &f);
    given.rows = f.rows;
    given.columns = f.columns;
    given.level = push_categories(L, &call, &f, 5, 1);
    if (given.level == NULL) return fail(L, &call);
    column = bind_column_push(L, f.rows * sizeof(double));
    column->rows = f.rows;
    column->layout = PARTNER_VALUES_F64;
    model_at(L, 1); /* a finalizer may have closed it */
    if (partner_frequency_model_predict(m->model, &given, (double *)(column + 1), &call.error) != PARTNER_OK)
        return fail(L, &call);
    return 1;
}

static int to_string(lua_State *L)
{
    const bind_frequency_model *m = bind_userdata_at(L, 1, BIND_FREQUENCY_MODEL);

    if (m == NULL || m->model == NULL) lua_pushliteral(L, "partner.frequency_model (closed)");
    else lua_pushfstring(L, "partner.frequency_model of %d features", (int)m->columns);
    return 1;
}

void bind_frequency_model_register(lua_State *L)
{
    static const luaL_Reg meta[] = {
        {"__gc", collect}, {"__close", collect}, {"__tostring", to_string}, {NULL, NULL}};
    static const luaL_Reg methods[] = {{"predict", predict}, {"close", collect}, {NULL, NULL}};

    bind_push_meta(L, BIND_FREQUENCY_MODEL);
    bind_set_functions(L, meta);
    lua_createtable(L, 0, 2);
    bind_set_functions(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
}
