/* SPDX-License-Identifier: MIT
 * The Lua module `partner`: what its files share.
 *
 * The module knows the tables of partner/record.h and no analysis, so that a new one shows up by itself; but
 * for the models of partner/model.h, which are fitted to columns of any number and name (features.c,
 * win_model.c, frequency_model.c).
 *
 * A Lua error is a longjmp that runs nobody's cleanup. So all scratch memory is userdata on the stack of the
 * running function, and what the library allocates belongs to a userdata with __gc that was there before it.
 * There are no C statics that change: what a state needs to know is a table in the first upvalue of every
 * function.
 *
 * A script may do anything between two calls into Lua that can allocate or run metamethods (finalizers run
 * then), so nothing is kept that points into a table or string of its. */
#ifndef PARTNER_LUA_BINDING_H
#define PARTNER_LUA_BINDING_H

#include <partner/dict.h>
#include <partner/model.h>
#include <partner/record.h>

#include "compat.h"

/* The table in the first upvalue of every function, and what is in it. */
enum { BIND_STATE = lua_upvalueindex(1) };
enum {
    BIND_COLUMN = 1, /* the metatables of our userdata */
    BIND_DICT,
    BIND_RESULT,
    BIND_VIEW,
    BIND_OBJECT,
    BIND_CONFIG,
    BIND_WIN_MODEL,
    BIND_FREQUENCY_MODEL,
    BIND_BYTES,       /* the last kind */
    BIND_DEBT,        /* bytes the library allocated and the collector has not been told of */
    BIND_METHODS = 16 /* the methods of a kind stand here and on */
};

/* --- userdata --- */

/* A dictionary. */
typedef struct bind_dict {
    partner_dict *dict;
    uint8_t numbers, texts; /* the kinds of ids that went in: where all were numbers, numbers come out */
} bind_dict;

/* The result of an analysis. The table tied to it holds its dictionaries (1) and what was looked at already. */
typedef struct bind_result {
    const partner_analysis *analysis;
    void *result; /* NULL when closed */
    partner_format format;
} bind_result;

/* What the elements of a column are. */
enum {
    BIND_PLAIN = 0,   /* numbers as in a table: money in major units */
    BIND_MINOR = 1,   /* int64_t in minor units */
    BIND_INDEXES = 2, /* uint32_t or uint64_t, dense indexes from zero, or numbers of a column of 64 bits */
    BIND_FIELD = 3    /* of a result: what its field says */
};

/* How a column of a result is read. */
enum { BIND_VALUES = 0, BIND_EXACTLY = 1, BIND_TEXTS = 2 };

/* A column: of a host's array, of memory of its own (behind the struct), or of a result. */
typedef struct bind_column {
    const void *data; /* NULL in a column of a result: element i is i */
    size_t rows;
    const bind_result *owner; /* whose memory it is; NULL = none */
    const bind_dict *dict;    /* that indexes refer to; NULL = none */
    const partner_record *record;
    const partner_field *field;
    const void *parent;    /* the struct that has the column */
    uint32_t bound;        /* INDEXES: how many there are; 0 = not said */
    uint8_t layout;        /* PARTNER_VALUES_ of a number */
    uint8_t meaning, form; /* BIND_… */
} bind_column;

/* Columns of equally many rows, figures and further records: one or more structs of a result side by side. The
 * table tied to it holds the result (1), its dictionaries (2) and the columns that were looked at. */
typedef struct bind_part {
    const partner_record *record;
    const void *data;
} bind_part;

enum { BIND_PARTS = 16 };

typedef struct bind_view {
    const bind_result *owner;
    const char *name;
    int main; /* the rows an analysis is about: its figures are the result's */
    size_t parts;
    bind_part part[BIND_PARTS];
} bind_view;

/* --- a call --- */

/* How a call uses the dictionary of a name. Indexes that come as numbers and ids may not meet in one
 * dictionary, unless the script says which one the numbers are of: they would be each other's strangers. */
enum {
    BIND_USES_INDEXES = 1,
    BIND_USES_IDS = 2,
    BIND_USES_GIVEN = 4,
    BIND_USES_NUMBERS = 8, /* rows have no ids of their own: their numbers stand for them */
    BIND_USES = 16,
    BIND_DICTS = 16 /* of a config or an object, at most */
};

typedef struct bind_use {
    const char *name; /* NULL = none */
    int how;
} bind_use;

/* What one call reads and holds; lies on the C stack, what it points to in userdata on Lua's. */
typedef struct bind_call {
    const char *name; /* what the script called: "pareto" */
    const partner_analysis *analysis;
    const partner_object *object;  /* whose inputs of its own the script cannot give; or NULL */
    int inputless;                 /* the call takes none of the analysis's inputs */
    const partner_config *made_of; /* a config at `made_of_at` is to be read too, into `made`; or NULL */
    int made_of_at;
    const void *made;
    int versioned; /* there is an option `version` */
    uint64_t version;
    const partner_record *const *records; /* of the options */
    size_t record_count;
    const void **inputs;
    void **options;
    int first_input; /* stack index of the table of the first input; the others follow */
    int dicts;       /* stack index of the table of dictionaries by name; nil until there is one */
    bind_use use[BIND_USES];
    partner_format format;
    char date_format[64];
    uint32_t threads;
    partner_error error;
    max_align_t room[64]; /* for the structs, where they fit */
} bind_call;

/* error.c */

/* Fills the call's error with a sentence in the manner of the library's. Returns 0, for "it went wrong". */
int bind_fail(bind_call *call, partner_status code, const char *record, const char *field, uint64_t row,
              const char *format, ...);
/* Pushes nil, message, code and where it is; returns 4. */
int bind_push_error(lua_State *L, const partner_error *error);

/* The name that comes nearest to what was written; what is given to it lives on. */
typedef struct bind_nearest {
    const char *wanted, *best;
    size_t distance;
} bind_nearest;

void bind_nearest_try(bind_nearest *nearest, const char *candidate);
/* Pushes `; did you mean "x"?`, or nothing where no name is near. */
void bind_push_hint(lua_State *L, const bind_nearest *nearest);

/* call.c */

/* The inputs that a call takes; NULL past the end. */
const partner_input *bind_call_input(const bind_call *call, size_t i);
/* Notes how a dictionary is used. 0 = that does not go together with how it was used before. */
int bind_note_use(bind_call *call, const char *name, int how);
/* How it was used so far: BIND_USES_… */
int bind_use_of(const bind_call *call, const char *name);
/* Lays out the stack of a call, of which `kept` values stay: 1 is the table of columns (or an object), 2 the
 * options. */
void bind_begin(lua_State *L, bind_call *call, int kept);
/* Whether the script gives an input of a call. */
int bind_is_taken(const bind_call *call, const partner_input *input);
/* Fills call->inputs from the tables in the input slots. 0 = the call's error says why not. */
int bind_take_inputs(lua_State *L, bind_call *call);
/* Raises an error when the result that a column on the stack belongs to is closed: the inputs lie in its
 * memory. Nothing may allocate between this and what reads them. */
void bind_check_inputs(lua_State *L);
/* Has the collector make up for memory of the library that it cannot see. */
void bind_pay(lua_State *L, size_t bytes);
/* Pushes what a call comes to: the result on the top of the stack where `status` is OK, the error otherwise. */
int bind_deliver(lua_State *L, bind_call *call, partner_status status);
/* Takes the places of money from what the result says of itself, if it does. */
void bind_take_places(bind_result *result);
/* The dictionary of that name that the call has, made where it has none. Pushes nothing. */
bind_dict *bind_call_dict(lua_State *L, bind_call *call, const char *name);
/* Takes the dictionary on the top of the stack as the one of that name; pops it. 0 = there is another one. */
int bind_adopt_dict(lua_State *L, bind_call *call, const char *name);

/* options.c */

/* Reads the table of options (stack index 2, may be nil) into call->options, call->format and the input slots.
 */
int bind_options(lua_State *L, bind_call *call);
/* Reads a day. 0 = the call's error says why not. */
int bind_day(lua_State *L, bind_call *call, int value, int32_t *day);
/* Sets an option that says how many there are of what a dictionary names: `partners` for "partner". */
void bind_set_bound(bind_call *call, const char *dictionary, uint32_t bound);

/* json.c and config.c */

/* Pushes the text of JSON that a table stands for. 0 = the call's error says why it stands for none; what is on
 * the stack above is the caller's to pop. */
int bind_push_json(lua_State *L, bind_call *call, int value);
/* Pushes a userdata that holds what the library makes of the config at an index, and gives that; its names are
 * in the dictionaries of the call. NULL = the call's error says why not. */
const void *bind_config_push(lua_State *L, bind_call *call, const char *input, const partner_config *config,
                             int value);
/* Pushes the text of such a userdata. */
void bind_config_push_text(lua_State *L, int config);
/* Reads the configs in the input slots, and those that stand for configs that are not given. 0 = the call's
 * error says why not. */
int bind_take_configs(lua_State *L, bind_call *call);
/* The dictionaries of those names that the call has, made where it has none. Pushes nothing. */
void bind_collect_dicts(lua_State *L, bind_call *call, const char *const *names, size_t count,
                        partner_dict **dicts);
int bind_config_new(lua_State *L); /* partner.program and its like */
void bind_config_register(lua_State *L);

/* input.c */

/* Fills the struct of a record with the columns of the table at `table`; pushes what it needs. `input` names it
 * in messages. 0 = the call's error says why not. */
int bind_input(lua_State *L, bind_call *call, const char *input, const partner_record *record, int table,
               void *data);
/* The field by which a record lists each of its ids once; NULL = none. */
const partner_field *bind_listing_field(const partner_record *record);

/* list.c */

/* A list of a script (a table, or anything that is indexed and has a length), or a missing one (rows = 0). */
typedef struct bind_list {
    int at;   /* stack index */
    int raw;  /* a table without metatable */
    int open; /* it may end in gaps, which no table remembers */
    size_t rows;
} bind_list;

/* Looks at a value that should be a list; raises an error where it is none. `what` names it. */
void bind_list_open(lua_State *L, int at, const char *what, bind_list *list);
/* Pushes element i (from 1). */
void bind_list_get(lua_State *L, const bind_list *list, size_t i);
/* A column of categories; of this one, booleans are values too. */
extern const partner_field bind_level;

/* Whether the value at an index stands for "missing": nil, or the NULL that JSON and other libraries use. */
int bind_is_null(lua_State *L, int index);
/* Rows with ids and rows without do not go together. */
int bind_fail_some_without(bind_call *call, const char *input, const char *column);
int bind_fail_strangers(bind_call *call, const char *input, const partner_field *field);
/* Fills `elements` with what values of the caller come to in a field. 0 = error. */
int bind_convert(lua_State *L, bind_call *call, const char *input, const partner_field *field,
                 partner_values *values, void *elements);
/* Turns a list into `rows` elements of a field; pushes one userdata that holds them. NULL = error. */
void *bind_list_convert(lua_State *L, bind_call *call, const char *input, const partner_field *field,
                        const bind_list *list, size_t rows);
/* Reads a whole number of at most 64 bits; 0 = it is none, or beyond what this Lua holds exactly. */
int bind_whole(lua_State *L, int index, int64_t *value);
/* The text of a number, the shortest that reads back; returns its length. */
size_t bind_number_text(lua_State *L, int index, char buffer[64]);

/* column.c */

bind_column *bind_column_push(lua_State *L, size_t room);
bind_column *bind_column_at(lua_State *L, int index); /* NULL when it is none */
int bind_column_new(lua_State *L);                    /* partner.column */
int bind_minor(lua_State *L);                         /* partner.minor */
int bind_indexes(lua_State *L);                       /* partner.indexes */
void bind_column_register(lua_State *L);
/* Pushes the list of its values. */
void bind_column_push_list(lua_State *L, const bind_column *column);
/* The bytes of an element in a layout; 0 = it is no layout of numbers. */
size_t bind_layout_size(uint8_t layout);

/* value.c */

/* Where a value comes from. */
typedef struct bind_source {
    const partner_record *record;
    const void *parent;
    const bind_dict *dict;    /* NULL = indexes stay numbers */
    const bind_result *owner; /* whose memory it is */
} bind_source;

/* Pushes an element; raises an error where a number of this Lua cannot hold it without losing a digit, and
 * where a finalizer has closed the result since. */
void bind_push_value(lua_State *L, const bind_source *source, const partner_field *field, const void *element,
                     int form);
/* The same for a scalar or row that may be a fixed array: a table by name, or a list. */
void bind_push_values(lua_State *L, const bind_source *source, const partner_field *field, const void *element,
                      int form);
void bind_push_integer(lua_State *L, const char *what, uint64_t magnitude, int negative);
void bind_push_id(lua_State *L, const bind_dict *dict, uint64_t index);
/* The decimal places of money. */
unsigned bind_places(const partner_format *format);
const char *bind_unit_name(uint8_t unit);
const char *bind_type_name(uint8_t type);

/* dict.c */

bind_dict *bind_dict_push(lua_State *L);
bind_dict *bind_dict_at(lua_State *L, int index); /* NULL when it is none */
int bind_dict_new(lua_State *L);                  /* partner.dict */
int bind_dict_load(lua_State *L);                 /* partner.load_dict */
void bind_dict_register(lua_State *L);
/* Bytes of the library belong to a userdata before they are there; what delivers them pushes them as a string.
 */
partner_bytes **bind_bytes_push(lua_State *L);
int bind_bytes_deliver(lua_State *L, partner_bytes **box);

/* result.c and view.c */

bind_result *bind_result_push(lua_State *L, bind_call *call);
bind_result *bind_result_at(lua_State *L, int index);
void bind_result_register(lua_State *L);
void bind_view_register(lua_State *L);
/* Pushes a view of some structs of the result at `result`, whose dictionaries are the table at `dicts`. */
void bind_view_push(lua_State *L, int result, int dicts, const bind_view *like);
/* Raises an error when the result is closed. */
void bind_check_open(lua_State *L, const bind_result *result);
int bind_is_column(const partner_field *field);
/* Pushes a figure of a struct. */
void bind_push_figure(lua_State *L, const bind_result *owner, int dicts, const bind_part *part,
                      const partner_field *field, int form);
/* Pushes the totable() of the view on the top of the stack. */
void bind_view_push_table(lua_State *L, int view);
/* The dictionary of a field among those at `dicts` (a table or nil); NULL = none. */
const bind_dict *bind_field_dict(lua_State *L, int dicts, const partner_field *field);

/* object.c, state.c, bundle.c and describe.c */

/* What lives on. The table tied to it holds its dictionaries (1) and the text of its config (2). */
typedef struct bind_object {
    const partner_object *object;
    void *made; /* NULL when closed */
    bind_use use[BIND_USES];
    partner_format format;
    char date_format[64];
} bind_object;

bind_object *bind_object_at(lua_State *L, int index);
/* Lays out a call on the object at 1, with the dictionaries and the format it has; `kept` as of bind_begin. */
void bind_object_begin(lua_State *L, bind_call *call, const bind_object *o, int kept);
void bind_object_name_call(bind_call *call, const partner_object *object);
/* Pushes an object that holds nothing yet, as the options of the call want it. */
bind_object *bind_object_push(lua_State *L, const bind_call *call, const partner_object *object);
/* Which input of its analysis an object takes itself; past the end where it is none. */
size_t bind_own_input(const partner_object *object);
/* Whether indexes of a dictionary come from elsewhere. */
int bind_is_bare(int use);
int bind_object_use_of(const bind_object *o, const char *dictionary);

void bind_object_register(lua_State *L);
int bind_object_new(lua_State *L);  /* partner.tally and its like */
int bind_object_load(lua_State *L); /* partner.load_tally and its like */

/* Of objects that are made of a config. */
int bind_state_new(lua_State *L);     /* partner.loyalty_state and its like */
int bind_state_load(lua_State *L);    /* partner.load_loyalty_state and its like */
int bind_state_append(lua_State *L);  /* s:append(rows, options) */
int bind_state_advance(lua_State *L); /* s:advance(day, options) */
int bind_state_version(lua_State *L); /* s:version() */
int bind_state_save(lua_State *L);

/* An object of the library, its config and its dictionaries as one string, as Python has it too. */
typedef struct bind_bundle {
    const char *object, *config; /* in the string */
    size_t object_length, config_length;
    const char *bare[BIND_DICTS]; /* names of dictionaries that indexes come from elsewhere for; static */
    size_t bare_count;
} bind_bundle;

int bind_is_bundle(const char *bytes, size_t length);
/* Pushes the string. `names` are those of its dictionaries, `dicts` these, NULL where indexes come from
 * elsewhere; `saved` are what they and, in front, the object were saved as. */
void bind_bundle_push(lua_State *L, const char *const *names, size_t count, partner_bytes *const *saved,
                      const bind_dict *const *dicts, const char *config, size_t config_length);
/* Reads one into the dictionaries of the call, but for those that were given. 0 = the call's error says why
 * not.
 */
int bind_bundle_read(lua_State *L, bind_call *call, const char *const *names, size_t count, const char *bytes,
                     size_t length, bind_bundle *bundle);

int bind_describe(lua_State *L); /* partner.describe */

/* features.c */

/* Rows for a model: columns by name, in the order of their names, or as a list. */
typedef struct bind_features {
    size_t rows, columns;
    int named;
    int names, list; /* stack indexes of the list of names, nil where there are none, and of the columns */
} bind_features;

/* Raises an error when the table of options at an index has one that is none of those known. */
void bind_check_options(lua_State *L, const char *call, int at, const char *const *known, size_t count);
/* Finds out which columns there are in the table at an index, or finds those of a model, whose names are at
 * `names`; pushes what it needs. 0 = the call's error says why not. */
int bind_features_open(lua_State *L, bind_call *call, int table, bind_features *f);
int bind_features_find(lua_State *L, bind_call *call, int table, size_t columns, int names, bind_features *f);
/* How many rows the longest column has. */
size_t bind_features_rows(lua_State *L, const bind_call *call, const bind_features *f);
/* Pushes a column and opens it. 0 = it has not as many rows as `f` says. */
int bind_features_column(lua_State *L, bind_call *call, const bind_features *f, size_t column, bind_list *list);
/* Pushes the numbers, column after column. NULL = the call's error says why not. */
double *bind_features_push_matrix(lua_State *L, bind_call *call, const bind_features *f);
/* What a message calls a column. */
const char *bind_features_label(lua_State *L, const bind_features *f, size_t column, char *label, size_t size);
/* Calls the column that an error of the library is about as the script does. */
void bind_features_name_error(lua_State *L, const bind_features *f, partner_error *error);
/* Push what a row has besides, from the list at an index. NULL = the call's error says why not. */
uint8_t *bind_labels_push(lua_State *L, bind_call *call, int at, size_t *rows);
double *bind_weights_push(lua_State *L, bind_call *call, int at, size_t rows);
uint32_t *bind_folds_push(lua_State *L, bind_call *call, int at, size_t rows);

/* win_model.c and frequency_model.c */

int bind_win_model_new(lua_State *L);       /* partner.win_model */
int bind_win_model_load(lua_State *L);      /* partner.load_win_model */
int bind_frequency_model_new(lua_State *L); /* partner.frequency_model */
void bind_win_model_register(lua_State *L);
void bind_frequency_model_register(lua_State *L);

/* partner.c */

/* Pushes a function that knows the state, and a number it finds in its second upvalue. */
void bind_push_function(lua_State *L, lua_CFunction function, size_t number);
/* Sets functions, by name, in the table on the top of the stack. */
void bind_set_functions(lua_State *L, const luaL_Reg *functions);
/* Whether the userdata at an index is one of ours of a kind; its memory or NULL. */
void *bind_userdata_at(lua_State *L, int index, int kind);
/* Gives the userdata on the top of the stack its kind. */
void bind_set_kind(lua_State *L, int kind);
/* Pushes the metatable of a kind. */
void bind_push_meta(lua_State *L, int kind);

#endif
