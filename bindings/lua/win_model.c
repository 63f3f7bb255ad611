/* SPDX-License-Identifier: MIT
 * Win models: fitted to columns of a script, asked for probabilities, saved and loaded. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "binding.h"

/* The table tied to it holds the list of the names of its features (1), or nothing. */
typedef struct bind_win_model {
    partner_win_model *model; /* NULL when closed */
} bind_win_model;

static const char *const dictionaries[] = {"feature"};

static bind_win_model *model_at(lua_State *L, int index)
{
    bind_win_model *m = bind_userdata_at(L, index, BIND_WIN_MODEL);

    if (m == NULL) luaL_argerror(L, index, "expected a win model (is the method called with a colon?)");
    if (m->model == NULL) luaL_error(L, "the win model is closed");
    return m;
}

static int collect(lua_State *L)
{
    bind_win_model *m = bind_userdata_at(L, 1, BIND_WIN_MODEL);

    if (m == NULL) return 0;
    partner_win_model_free(m->model);
    m->model = NULL;
    return 0;
}

/* Pushes a model that holds nothing yet; its features have the names at an index, or none where that is nil. */
static bind_win_model *push_empty(lua_State *L, int names)
{
    bind_win_model *m = lua_newuserdata(L, sizeof *m);

    memset(m, 0, sizeof *m);
    bind_set_kind(L, BIND_WIN_MODEL);
    lua_createtable(L, 1, 0);
    lua_pushvalue(L, names);
    lua_rawseti(L, -2, 1);
    bind_tie(L, -2);
    return m;
}

static void push_names(lua_State *L, int model)
{
    bind_push_tied(L, model);
    lua_rawgeti(L, -1, 1);
    lua_remove(L, -2);
}

static size_t bytes_of(const partner_win_model *model)
{
    return sizeof(double) * (model->terms + 9) * (model->terms + 1);
}

/* Pushes what a call comes to: the model on the top of the stack where `status` is OK. */
static int deliver(lua_State *L, const bind_win_model *m, partner_status status, const partner_error *error)
{
    if (status != PARTNER_OK) return bind_push_error(L, error);
    bind_pay(L, bytes_of(m->model));
    return 1;
}

/* --- options --- */

enum { OPTIONS = 3, PENALTY = 0, FOLDS, STANDARDISE, THREADS, WEIGHT, FOLD, KNOWN };

static const char *const known[KNOWN] = {"penalty", "folds", "standardise", "threads", "weight", "fold"};

/* Pushes an option; nil where it is not given. */
static void push_option(lua_State *L, int option)
{
    if (lua_istable(L, OPTIONS)) lua_getfield(L, OPTIONS, known[option]);
    else lua_pushnil(L);
    if (!lua_isnil(L, -1) && bind_is_null(L, -1)) {
        lua_pop(L, 1);
        lua_pushnil(L);
    }
}

static int bad_option(lua_State *L, bind_call *call, int option, const char *expected)
{
    char number[64];
    int is_number = lua_type(L, -1) == LUA_TNUMBER;

    if (is_number) bind_number_text(L, -1, number);
    return bind_fail(call, PARTNER_E_ARGUMENT, NULL, known[option], PARTNER_NO_ROW,
                     "%s: found %s%s, expected %s", known[option], is_number ? "" : "a ",
                     is_number ? number : luaL_typename(L, -1), expected);
}

static int take_penalty(lua_State *L, bind_call *call, partner_win_model_options *o)
{
    push_option(L, PENALTY);
    if (!lua_isnil(L, -1)) {
        o->lambda = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : 0;
        if (!(o->lambda > 0) || isinf(o->lambda)) return bad_option(L, call, PENALTY, "a number above 0");
    }
    lua_pop(L, 1);
    return 1;
}

static int take_folds(lua_State *L, bind_call *call, partner_win_model_options *o)
{
    int64_t whole = 0;

    push_option(L, FOLDS);
    if (!lua_isnil(L, -1)) {
        if (lua_type(L, -1) != LUA_TNUMBER || !bind_whole(L, -1, &whole) || whole < 2 || whole > 100)
            return bad_option(L, call, FOLDS, "2 to 100");
        o->folds = (uint32_t)whole;
    }
    lua_pop(L, 1);
    return 1;
}

static int take_standardise(lua_State *L, bind_call *call, partner_win_model_options *o)
{
    push_option(L, STANDARDISE);
    if (!lua_isnil(L, -1)) {
        if (!lua_isboolean(L, -1)) return bad_option(L, call, STANDARDISE, "true or false");
        o->unscaled = !lua_toboolean(L, -1);
    }
    lua_pop(L, 1);
    return 1;
}

static int take_threads(lua_State *L, bind_call *call, partner_win_model_options *o)
{
    int64_t whole = 0;

    push_option(L, THREADS);
    if (lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), "all") == 0) {
        o->threads = PARTNER_THREADS_ALL;
    } else if (!lua_isnil(L, -1)) {
        if (lua_type(L, -1) != LUA_TNUMBER || !bind_whole(L, -1, &whole) || whole < 1 || whole > UINT32_MAX)
            return bad_option(L, call, THREADS, "a number above 0, or \"all\"");
        o->threads = (uint32_t)whole;
    }
    lua_pop(L, 1);
    return 1;
}

static int take_options(lua_State *L, bind_call *call, partner_win_model_options *o)
{
    return take_penalty(L, call, o) && take_folds(L, call, o) && take_standardise(L, call, o) &&
           take_threads(L, call, o);
}

/* Pushes what rows have among the options. */
static int take_rows(lua_State *L, bind_call *call, partner_feature_matrix *matrix)
{
    push_option(L, WEIGHT);
    if (!lua_isnil(L, -1)) {
        matrix->weight = bind_weights_push(L, call, lua_gettop(L), matrix->rows);
        if (matrix->weight == NULL) return 0;
    }
    push_option(L, FOLD);
    if (!lua_isnil(L, -1)) {
        matrix->fold = bind_folds_push(L, call, lua_gettop(L), matrix->rows);
        if (matrix->fold == NULL) return 0;
    }
    return 1;
}

/* --- fitting --- */

/* partner.win_model(columns, labels, options) */
int bind_win_model_new(lua_State *L)
{
    bind_call call = {.name = "win_model"};
    partner_win_model_options o = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_feature_matrix matrix = PARTNER_FEATURE_MATRIX_INIT;
    partner_status status;
    bind_features f;
    bind_win_model *m;

    lua_settop(L, OPTIONS);
    luaL_checkstack(L, 2 * LUA_MINSTACK, "too many columns");
    bind_check_options(L, call.name, OPTIONS, known, KNOWN);
    if (!take_options(L, &call, &o)) return bind_push_error(L, &call.error);
    matrix.label = bind_labels_push(L, &call, 2, &f.rows);
    if (matrix.label == NULL || !bind_features_open(L, &call, 1, &f)) return bind_push_error(L, &call.error);
    matrix.rows = f.rows;
    matrix.columns = f.columns;
    if (!take_rows(L, &call, &matrix)) return bind_push_error(L, &call.error);
    matrix.value = bind_features_push_matrix(L, &call, &f);
    if (matrix.value == NULL) return bind_push_error(L, &call.error);
    m = push_empty(L, f.names);
    status = partner_win_model_fit(&matrix, &o, &m->model, &call.error);
    if (status != PARTNER_OK) bind_features_name_error(L, &f, &call.error);
    return deliver(L, m, status, &call.error);
}

/* --- predicting --- */

/* Reads the columns at 2 for the model at 1; pushes what that needs. */
static int take_columns(lua_State *L, bind_call *call, const partner_win_model *model, bind_features *f,
                        partner_feature_matrix *matrix)
{
    lua_settop(L, 2);
    luaL_checkstack(L, 2 * LUA_MINSTACK, "too many columns");
    push_names(L, 1);
    if (!bind_features_find(L, call, 2, model->columns, 3, f)) return 0;
    f->rows = bind_features_rows(L, call, f);
    matrix->rows = f->rows;
    matrix->columns = f->columns;
    matrix->value = bind_features_push_matrix(L, call, f);
    return matrix->value != NULL;
}

/* Pushes a column of numbers with memory of its own. */
static bind_column *push_numbers(lua_State *L, size_t rows)
{
    bind_column *column;

    if (rows > SIZE_MAX / 4 / sizeof(double)) luaL_error(L, "not enough memory");
    column = bind_column_push(L, rows * sizeof(double));
    column->rows = rows;
    column->layout = PARTNER_VALUES_F64;
    return column;
}

/* m:predict(columns): the probabilities, as a column. */
static int predict(lua_State *L)
{
    bind_win_model *m = model_at(L, 1);
    bind_call call = {.name = "win_model:predict"};
    partner_feature_matrix matrix = PARTNER_FEATURE_MATRIX_INIT;
    bind_column *column;
    bind_features f;

    if (!take_columns(L, &call, m->model, &f, &matrix)) return bind_push_error(L, &call.error);
    column = push_numbers(L, f.rows);
    model_at(L, 1); /* a finalizer may have closed it */
    if (partner_win_model_predict(m->model, &matrix, (double *)(column + 1), NULL, &call.error) == PARTNER_OK)
        return 1;
    bind_features_name_error(L, &f, &call.error);
    return bind_push_error(L, &call.error);
}

/* Pushes a list of columns, one per term, that lie in the column at an index. */
static void push_terms(lua_State *L, const bind_column *all, int at, size_t terms, size_t rows)
{
    lua_createtable(L, (int)terms, 0);
    for (size_t t = 0; t < terms; t++) {
        bind_column *column = bind_column_push(L, 0);

        column->data = (const double *)all->data + t * rows;
        column->rows = rows;
        column->layout = PARTNER_VALUES_F64;
        lua_createtable(L, 1, 0);
        lua_pushvalue(L, at);
        lua_rawseti(L, -2, 1);
        bind_tie(L, -2);
        lua_rawseti(L, -2, (int)t + 1);
    }
}

/* m:contributions(columns): what each term adds to the log-odds, a column per term in the order of the
 * coefficients. */
static int contributions(lua_State *L)
{
    bind_win_model *m = model_at(L, 1);
    size_t terms = m->model->terms;
    bind_call call = {.name = "win_model:contributions"};
    partner_feature_matrix matrix = PARTNER_FEATURE_MATRIX_INIT;
    bind_column *probability, *all;
    bind_features f;

    if (!take_columns(L, &call, m->model, &f, &matrix)) return bind_push_error(L, &call.error);
    if (f.rows > 0 && terms > SIZE_MAX / 4 / sizeof(double) / f.rows) luaL_error(L, "not enough memory");
    probability = push_numbers(L, f.rows);
    all = push_numbers(L, terms * f.rows);
    model_at(L, 1);
    if (partner_win_model_predict(m->model, &matrix, (double *)(probability + 1), (double *)(all + 1),
                                  &call.error) != PARTNER_OK) {
        bind_features_name_error(L, &f, &call.error);
        return bind_push_error(L, &call.error);
    }
    push_terms(L, all, lua_gettop(L), terms, f.rows);
    return 1;
}

/* --- as bytes --- */

/* Pushes a dictionary of the names at an index. */
static const bind_dict *push_dict(lua_State *L, int names, size_t columns)
{
    bind_dict *dict = bind_dict_push(L);

    for (size_t i = 0; i < columns; i++) {
        size_t length;
        uint32_t index;
        const char *text;

        lua_rawgeti(L, names, (int)i + 1);
        text = lua_tolstring(L, -1, &length);
        if (partner_dict_add_strings(dict->dict, 1, &text, &length, &index, NULL) != PARTNER_OK)
            luaL_error(L, "not enough memory");
        lua_pop(L, 1);
    }
    dict->texts = 1;
    return dict;
}

/* m:save() gives the model and the names of its features, as Python reads them too. */
static int save(lua_State *L)
{
    bind_win_model *m = model_at(L, 1);
    partner_bytes **model, **names, *saved[2] = {NULL, NULL};
    const bind_dict *dict = NULL;
    partner_error error;

    lua_settop(L, 1);
    push_names(L, 1);
    if (!lua_isnil(L, 2)) dict = push_dict(L, 2, m->model->columns);
    model = bind_bytes_push(L);
    names = bind_bytes_push(L);
    model_at(L, 1);
    if (partner_win_model_save(m->model, model, &error) != PARTNER_OK ||
        (dict != NULL && partner_dict_save(dict->dict, names, &error) != PARTNER_OK))
        return bind_push_error(L, &error);
    saved[0] = *model;
    saved[1] = *names;
    bind_bundle_push(L, dictionaries, 1, saved, &dict, "", 0);
    return 1;
}

/* Pushes the names that are in the dictionaries at an index, nil where there are none. */
static void push_saved_names(lua_State *L, int dicts)
{
    const bind_dict *dict;
    size_t count;

    lua_getfield(L, dicts, dictionaries[0]);
    dict = bind_dict_at(L, -1);
    if (dict == NULL) return;
    count = partner_dict_size(dict->dict);
    lua_createtable(L, count < INT32_MAX ? (int)count : 0, 0);
    for (size_t i = 0; i < count; i++) {
        size_t length;
        const char *text = partner_dict_id(dict->dict, (uint32_t)i, &length);

        lua_pushlstring(L, text, length);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_remove(L, -2);
}

/* partner.load_win_model(bytes): of Lua, Python or C. */
int bind_win_model_load(lua_State *L)
{
    bind_call call = {.name = "win_model"};
    bind_bundle bundle;
    bind_win_model *m;
    partner_status status;
    size_t length;
    const char *bytes = luaL_checklstring(L, 1, &length);

    lua_settop(L, 1);
    lua_createtable(L, 0, 1);
    call.dicts = 2;
    if (bind_is_bundle(bytes, length)) {
        if (!bind_bundle_read(L, &call, dictionaries, 1, bytes, length, &bundle))
            return bind_push_error(L, &call.error);
        bytes = bundle.object;
        length = bundle.object_length;
    }
    push_saved_names(L, 2);
    m = push_empty(L, 3);
    status = partner_win_model_load((const uint8_t *)bytes, length, &m->model, &call.error);
    if (status == PARTNER_OK && !lua_isnil(L, 3) && lua_rawlen(L, 3) != m->model->columns) {
        status = PARTNER_E_DATA;
        bind_fail(&call, status, NULL, NULL, PARTNER_NO_ROW,
                  "win_model: %llu names of features found, expected %llu",
                  (unsigned long long)lua_rawlen(L, 3), (unsigned long long)m->model->columns);
    }
    return deliver(L, m, status, &call.error);
}

/* --- figures --- */

enum { NUMBER, WHOLE, COUNT };

static const struct {
    const char *name;
    size_t offset;
    int kind;
} figures[] = {
    {"penalty", offsetof(partner_win_model, lambda), NUMBER},
    {"intercept", offsetof(partner_win_model, intercept), NUMBER},
    {"intercept_raw", offsetof(partner_win_model, intercept_raw), NUMBER},
    {"log_loss", offsetof(partner_win_model, log_loss), NUMBER},
    {"cross_log_loss", offsetof(partner_win_model, cross_log_loss), NUMBER},
    {"gradient_norm", offsetof(partner_win_model, gradient_norm), NUMBER},
    {"weight", offsetof(partner_win_model, weight), NUMBER},
    {"iterations", offsetof(partner_win_model, iterations), WHOLE},
    {"rows", offsetof(partner_win_model, rows), COUNT},
    {"positive", offsetof(partner_win_model, positive), COUNT},
};

enum { FIGURES = sizeof figures / sizeof figures[0] };

static void push_figure(lua_State *L, const partner_win_model *model, int i)
{
    const char *at = (const char *)model + figures[i].offset;
    uint32_t whole;
    size_t count;
    double number;

    if (figures[i].kind == WHOLE) {
        memcpy(&whole, at, sizeof whole);
        bind_push_integer(L, figures[i].name, whole, 0);
    } else if (figures[i].kind == COUNT) {
        memcpy(&count, at, sizeof count);
        bind_push_integer(L, figures[i].name, count, 0);
    } else {
        memcpy(&number, at, sizeof number);
        if (number == number) lua_pushnumber(L, number);
        else lua_pushnil(L);
    }
}

/* Sets a list of numbers in the table on the top of the stack. A script cannot close the model meanwhile but in
 * a finalizer, so that it is looked at before each number. */
static void set_numbers(lua_State *L, const char *name, size_t offset, size_t count)
{
    lua_createtable(L, (int)count, 0);
    for (size_t i = 0; i < count; i++) {
        const double *numbers;

        memcpy(&numbers, (const char *)model_at(L, 1)->model + offset, sizeof numbers);
        lua_pushnumber(L, numbers[i]);
        lua_rawseti(L, -2, (int)i + 1);
    }
    lua_setfield(L, -2, name);
}

/* Sets the list of features, by name where they have one, and whether the term is that they are missing. */
static void set_features(lua_State *L, size_t terms)
{
    int names, lists;

    push_names(L, 1);
    names = lua_gettop(L);
    lua_createtable(L, (int)terms, 0);
    lua_createtable(L, (int)terms, 0);
    lists = lua_gettop(L);
    for (size_t i = 0; i < terms; i++) {
        const partner_win_model *model = model_at(L, 1)->model;
        int column = (int)model->column[i] + 1, missing = model->missing[i];

        if (lua_isnil(L, names)) lua_pushinteger(L, column);
        else lua_rawgeti(L, names, column);
        lua_rawseti(L, lists - 1, (int)i + 1);
        lua_pushboolean(L, missing);
        lua_rawseti(L, lists, (int)i + 1);
    }
    lua_setfield(L, names - 1, "missing");
    lua_setfield(L, names - 1, "name");
    lua_pop(L, 1);
}

static void push_coefficients(lua_State *L, size_t terms)
{
    lua_createtable(L, 0, 7);
    set_features(L, terms);
    set_numbers(L, "coefficient", offsetof(partner_win_model, coefficient), terms);
    set_numbers(L, "standard_error", offsetof(partner_win_model, standard_error), terms);
    set_numbers(L, "coefficient_raw", offsetof(partner_win_model, coefficient_raw), terms);
    set_numbers(L, "mean", offsetof(partner_win_model, mean), terms);
    set_numbers(L, "deviation", offsetof(partner_win_model, deviation), terms);
}

static void push_path(lua_State *L, size_t path)
{
    if (path == 0) {
        lua_pushnil(L);
        return;
    }
    lua_createtable(L, 0, 2);
    set_numbers(L, "penalty", offsetof(partner_win_model, path_lambda), path);
    set_numbers(L, "log_loss", offsetof(partner_win_model, path_log_loss), path);
}

static int refuse_figure(lua_State *L, const char *name)
{
    bind_nearest nearest = {.wanted = name};
    static const char *const others[] = {"coefficients",  "path", "standardised", "predict",
                                         "contributions", "save", "close"};

    for (int i = 0; i < FIGURES; i++) bind_nearest_try(&nearest, figures[i].name);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) bind_nearest_try(&nearest, others[i]);
    bind_push_hint(L, &nearest);
    return luaL_error(L, "a win model has no \"%s\"%s", name, lua_tostring(L, -1));
}

static int index_of(lua_State *L)
{
    const char *name = luaL_checkstring(L, 2);
    const partner_win_model *model;

    lua_rawgeti(L, BIND_STATE, BIND_METHODS + BIND_WIN_MODEL);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    if (!lua_isnil(L, -1)) return 1;
    model = model_at(L, 1)->model;
    for (int i = 0; i < FIGURES; i++)
        if (strcmp(figures[i].name, name) == 0) {
            push_figure(L, model, i);
            return 1;
        }
    if (strcmp(name, "coefficients") == 0) push_coefficients(L, model->terms);
    else if (strcmp(name, "path") == 0) push_path(L, model->path);
    else if (strcmp(name, "standardised") == 0) lua_pushboolean(L, !model->unscaled);
    else return refuse_figure(L, name);
    return 1;
}

static int to_string(lua_State *L)
{
    const bind_win_model *m = bind_userdata_at(L, 1, BIND_WIN_MODEL);

    if (m == NULL || m->model == NULL) lua_pushliteral(L, "partner.win_model (closed)");
    else
        lua_pushfstring(L, "partner.win_model of %d features, fitted to %d rows", (int)m->model->columns,
                        (int)m->model->rows);
    return 1;
}

void bind_win_model_register(lua_State *L)
{
    static const luaL_Reg meta[] = {{"__gc", collect},
                                    {"__close", collect},
                                    {"__index", index_of},
                                    {"__tostring", to_string},
                                    {NULL, NULL}};
    static const luaL_Reg methods[] = {{"predict", predict},
                                       {"contributions", contributions},
                                       {"save", save},
                                       {"close", collect},
                                       {NULL, NULL}};

    bind_push_meta(L, BIND_WIN_MODEL);
    bind_set_functions(L, meta);
    lua_pop(L, 1);
    lua_createtable(L, 0, 4);
    bind_set_functions(L, methods);
    lua_rawseti(L, BIND_STATE, BIND_METHODS + BIND_WIN_MODEL);
}
