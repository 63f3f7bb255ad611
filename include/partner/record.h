/* SPDX-License-Identifier: MIT
 * libpartner: records and analyses, what the structs hold and what can be done with them, as data.
 *
 * Every public struct is described by a record, every capability by an analysis, everything that lives on
 * by an object. Readers, writers and bindings work from these tables and know no struct of their own, so a
 * new field or analysis shows up everywhere at once. The tables are immutable and live as long as the
 * library; their structs only grow at the end and are reached by the functions below, never by arrays. */
#ifndef PARTNER_RECORD_H
#define PARTNER_RECORD_H

#include <partner/base.h>
#include <partner/dict.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct partner_record partner_record;
typedef struct partner_field partner_field;
typedef struct partner_analysis partner_analysis;
typedef struct partner_object partner_object;
typedef struct partner_config partner_config;

/* The C type of a scalar or of a column's elements. */
enum {
    PARTNER_TYPE_U8 = 1,
    PARTNER_TYPE_U32 = 2,
    PARTNER_TYPE_U64 = 3,
    PARTNER_TYPE_I32 = 4,
    PARTNER_TYPE_I64 = 5,
    PARTNER_TYPE_F64 = 6,
    PARTNER_TYPE_RECORD = 7, /* a pointer to another record's struct, or NULL */
    PARTNER_TYPE_POINTER = 8 /* a pointer that only C can use (interrupt and its data) */
};

/* What a number means, and so how it is read and written. */
enum {
    PARTNER_UNIT_NONE = 0,   /* a plain number */
    PARTNER_UNIT_COUNT = 1,  /* how many */
    PARTNER_UNIT_MONEY = 2,  /* minor units inside, exact decimal major units in text */
    PARTNER_UNIT_DAY = 3,    /* days since 1970-01-01 inside, ISO 8601 in text */
    PARTNER_UNIT_SHARE = 4,  /* a part of one, 0 … 1 as a rule; people see per cent */
    PARTNER_UNIT_RATIO = 5,  /* a pure number: an index, a coefficient */
    PARTNER_UNIT_PPM = 6,    /* parts per million inside, a fraction or "30 %" in text */
    PARTNER_UNIT_INDEX = 7,  /* an index into the dictionary named by the field */
    PARTNER_UNIT_ROW = 8,    /* a row of the main view */
    PARTNER_UNIT_ENUM = 9,   /* one of the field's names */
    PARTNER_UNIT_CLASS = 10, /* 0 = A, 1 = B …; the value of the record's class_none is "none" */
    PARTNER_UNIT_FLAG = 11,  /* 0 or 1; false and true */
    PARTNER_UNIT_PLACES = 12 /* decimal places of money: 0 … 9 */
};

enum {
    PARTNER_FIELD_REQUIRED = 1,    /* a column that the input must have */
    PARTNER_FIELD_NULLABLE = 2,    /* its type's null value means "missing" or "none" */
    PARTNER_FIELD_HIDDEN = 4,      /* machinery: struct_size, reserved, interrupt */
    PARTNER_FIELD_LENGTH = 8,      /* a scalar that holds the length of columns */
    PARTNER_FIELD_SINGLE = 16,     /* a column that may hold one distinct value only (currency) */
    PARTNER_FIELD_UNIQUE = 32,     /* a column that may hold each value once (the roster's partner); of a
                                      nullable one the analysis sees to it */
    PARTNER_FIELD_ORDER = 64,      /* a permutation of the rows: the order people want to see them in */
    PARTNER_FIELD_SUMMARY = 128,   /* a record that is written as part of the summary */
    PARTNER_FIELD_BAR = 256,       /* people like to see a bar */
    PARTNER_FIELD_DETAIL = 512,    /* for a closer look: left out of the tables that people see */
    PARTNER_FIELD_ACROSS = 1024,   /* a column, after one that it is crossed with: people like to see its values
                                     as  columns, the other's as lines */
    PARTNER_FIELD_IDENTITY = 2048, /* a result's INDEX column: what a row is about. Where it is absent, that is
                                      the row's number */
    PARTNER_FIELD_KEY = 4096       /* a figure that belongs in the short review of several analyses, or a column
                                      whose table does */
};

/* The null values by type: U8 0, the first of its names, which is a value like others; U32 PARTNER_NONE; U64
 * PARTNER_NO_ROW; I32 PARTNER_NO_DAY; I64 PARTNER_NO_AMOUNT; F64 every NaN. */

/* One member of a struct. Allocated by the library only. */
struct partner_field {
    const char *name;             /* as files, JSON and bindings call it: "class" */
    const char *member;           /* as the C struct calls it: "class_of" */
    const char *text;             /* one line of description */
    const char *aliases;          /* other headers that mean it, comma separated, in order; or NULL */
    const char *length;           /* a column's: member that holds its number of elements; NULL for a scalar */
    const char *dictionary;       /* the dictionary that an INDEX refers to, or whose number of ids an
                                     option's COUNT is: "partner"; or NULL */
    const char *initial;          /* an option's default as text, as partner_parse reads it; or NULL */
    const char *const *names;     /* ENUM: names of values 0, 1 …; a fixed array: names of its elements;
                                     a COUNT: a word for the type's largest value ("all" threads) */
    const char *when;             /* only meaningful where this RECORD member is not NULL; or NULL = always */
    const partner_record *record; /* RECORD: what it points to */
    int64_t zero;                 /* what stands for an explicit zero: PARTNER_DAY_0; 0 where 0 means 0 */
    size_t offset;                /* of the member, in bytes */
    uint32_t count;               /* elements of a fixed array, or per row of a column; 1 otherwise */
    uint32_t names_count;
    uint32_t flags;      /* PARTNER_FIELD_… */
    uint8_t type, unit;  /* PARTNER_TYPE_…, PARTNER_UNIT_… */
    const char *example; /* an input column's: a few values as text, separated by '|'; NULL = none. Columns of
                            one record have equally many: together they are the example of every binding */
    const char
        *numbered_without; /* an INDEX whose ids are those of this column of the record: where that one is
                              absent the values are numbers of rows, read as such and not interned; or NULL */
};

/* One public struct. */
struct partner_record {
    const char *name; /* "sales": the struct is partner_sales */
    const char *text;
    size_t size;                 /* of the struct, what struct_size holds */
    const partner_field *fields; /* by partner_record_field: elements may be longer than you know them */
    size_t field_count;
};

/* Something that people write by hand, as JSON: a program, a process, rules. */
struct partner_config {
    const char *name;                /* "program" */
    const char *text;                /* one line of description */
    const char *const *dictionaries; /* [dictionary_count] names of those that the names in it belong to */
    size_t dictionary_count;
    /* dicts: [dictionary_count], into which names are interned, all or nothing. Errors carry a path. */
    partner_status (*parse)(const char *text, size_t length, partner_dict *const *dicts, void **config,
                            partner_error *error);
    /* The i-th sentence that says what was understood, or what is legal and hardly meant; as an analysis's
     * `sentence`. */
    size_t (*sentence)(const void *config, partner_dict *const *dicts, size_t i, char *buffer, size_t size);
    size_t (*warning)(const void *config, partner_dict *const *dicts, size_t i, char *buffer, size_t size);
    uint8_t (*minor_units)(const void *config); /* decimal places of its money, 0 … 9; NULL = it has none */
    void (*free)(void *config);
    const char *example; /* the JSON text that goes with the example rows of the analysis */
    const char *initial; /* the JSON text that stands for an input that is not given; NULL = it stays NULL */
};

/* An input of an analysis: a file of the command, a table or a config of a binding. */
typedef struct partner_input {
    const char *name; /* "sales", "partners", "program": also the name of the file */
    const char *text;
    const partner_record *record; /* NULL for a config */
    uint8_t required;
    const partner_config *config; /* run takes what its parse has made; NULL for a record */
} partner_input;

/* One table of a result. Views of the same name have the same rows: their columns belong side by side. */
typedef struct partner_view {
    const char *name;  /* "partners": the main view; others by their own name */
    const char *title; /* for people */
    const partner_record *record;
} partner_view;

/* One capability. */
struct partner_analysis {
    const char *name;            /* "pareto" */
    const char *text;            /* one line of description */
    const partner_input *inputs; /* by partner_analysis_input */
    size_t input_count;
    const partner_record *const *options; /* the options structs it takes; but for `threads`, `interrupt`
                                             and its data names are unique among them */
    size_t option_count;
    const partner_view *views; /* by partner_analysis_view */
    size_t view_count;

    /* inputs [input_count]: structs, NULL where not given; options [option_count]: structs or NULL;
     * result: receives a handle for view, sentence and free. The result keeps no pointer into its inputs. */
    partner_status (*run)(const void *const *inputs, const void *const *options, void **result,
                          partner_error *error);
    /* The struct of view i; NULL when this result does not have it. */
    const void *(*view)(const void *result, size_t i);
    /* Writes the i-th sentence that says what the figures mean, 0-terminated, and returns its length (the
     * buffer of `size` bytes gets what fits); 0 = there are no more. */
    size_t (*sentence)(const void *result, size_t i, char *buffer, size_t size);
    void (*free)(void *result);

    const char *example;          /* summary figures that the example rows of its required inputs give:
                                     "gini=0.445|vital_count=2" */
    const char *const *explained; /* views or tables whose rows `explain` can explain: "ledger"; or NULL */
    size_t explained_count;
    /* Writes why that row of the explained table of that number is what it is, as `sentence` does; 0 = there is
     * no such row. NULL without such tables. */
    size_t (*explain)(const void *result, size_t table, size_t row, char *buffer, size_t size);

    /* What to act on, as `sentence` writes: part 0 says what to do and by which figures, part 1 what that rests
     * on; 0 = this result asks for nothing. A "{partner:17}" in the text stands for that id of the dictionary.
     * NULL = never asks for anything. */
    size_t (*advice)(const void *result, size_t part, char *buffer, size_t size);
};

/* Something that lives on: it takes rows, merges, is saved and loaded, and gives an analysis its result. */
struct partner_object {
    const char *name; /* "tally" */
    const char *text;
    const partner_record *options;
    const partner_record *input;
    const partner_analysis *analysis; /* what it can give: finish makes a result of this analysis */
    partner_status (*create)(const void *options, void **object, partner_error *error);
    partner_status (*add)(void *object, const void *input, partner_error *error);
    partner_status (*merge)(void *into, const void *from, const uint32_t *map, size_t map_length,
                            partner_error *error);
    partner_status (*save)(const void *object, const partner_dict *dict, partner_bytes **bytes,
                           partner_error *error);
    partner_status (*load)(const uint8_t *bytes, size_t length, const partner_dict *dict, void **object,
                           partner_error *error);
    /* inputs and options as of `analysis`; the input that the object takes itself is NULL. */
    partner_status (*finish)(const void *object, const void *const *inputs, const void *const *options,
                             void **result, partner_error *error);
    void (*free)(void *object);

    /* One that is made of a config, and that answers every append with a result: then these are there, and
     * create, add, merge, save and load are NULL. */
    const partner_config *config;
    const char *const
        *dictionaries; /* [dictionary_count] names, in the order in which _all functions take them */
    size_t dictionary_count;
    partner_status (*open)(const void *config, const void *const *inputs, const void *options, void **object,
                           partner_error *error);
    /* inputs as of `analysis`, its own among them; options: one struct; version: what `version` said, or
     * PARTNER_NO_ROW; result of `analysis`: what this call has made, or NULL. */
    partner_status (*append)(void *object, const void *const *inputs, uint64_t version, const void *options,
                             void **result, partner_error *error);
    partner_status (*advance)(void *object, int32_t day, const void *options, void **result,
                              partner_error *error);
    uint64_t (*version)(const void *object);
    partner_status (*save_all)(const void *object, partner_dict *const *dicts, partner_bytes **bytes,
                               partner_error *error);
    partner_status (*load_all)(const uint8_t *bytes, size_t length, const void *config,
                               partner_dict *const *dicts, void **object, partner_error *error);
};

/* All tables, in their order; NULL past the end, or when there is none of that name. */
PARTNER_API const partner_record *partner_record_at(size_t i);
PARTNER_API const partner_record *partner_record_find(const char *name);
PARTNER_API const partner_analysis *partner_analysis_at(size_t i);
PARTNER_API const partner_analysis *partner_analysis_find(const char *name);
PARTNER_API const partner_object *partner_object_at(size_t i);
PARTNER_API const partner_object *partner_object_find(const char *name);
PARTNER_API const partner_config *partner_config_at(size_t i);
PARTNER_API const partner_config *partner_config_find(const char *name);

/* A record's fields in the order of the struct; NULL past the end. */
PARTNER_API const partner_field *partner_record_field(const partner_record *record, size_t i);
/* The field of that name, or else of that member name; NULL when there is none. */
PARTNER_API const partner_field *partner_record_field_find(const partner_record *record, const char *name);

/* An analysis's inputs and views; NULL past the end. */
PARTNER_API const partner_input *partner_analysis_input(const partner_analysis *analysis, size_t i);
PARTNER_API const partner_view *partner_analysis_view(const partner_analysis *analysis, size_t i);

/* Bytes of one element of a type; 0 for RECORD and POINTER. */
PARTNER_API size_t partner_type_size(uint8_t type);

/* The scalar that holds a column's length, read from the struct; 1 for a scalar. */
PARTNER_API size_t partner_field_length(const partner_record *record, const partner_field *field,
                                        const void *data);
/* The address of a field's first element in the struct: of the scalar or fixed array itself, or where a
 * column starts (NULL when it is absent), or the struct that a RECORD points to. */
PARTNER_API const void *partner_field_data(const partner_field *field, const void *data);
/* Whether an element (at `element`, of the field's type) is the null value of a nullable or F64 field. */
PARTNER_API int partner_field_is_null(const partner_field *field, const void *element);
/* The integer that an element (at `element`, of the field's type) is: its magnitude, and in *negative (may be
 * NULL) whether it is less than zero. 0 for F64, RECORD and POINTER. Null values are not told from others. */
PARTNER_API uint64_t partner_field_integer(const partner_field *field, const void *element, int *negative);
/* Whether a field of the struct at `data` says anything to people: it is no machinery, and what it depends on
 * (`when`) is there. */
PARTNER_API int partner_field_is_shown(const partner_record *record, const partner_field *field,
                                       const void *data);
/* Whether a field, as declared, is one of the figures that make up a record's summary: a scalar or fixed array
 * that is no machinery. The length of columns is one, too, unless the record has nothing else but columns. */
PARTNER_API int partner_field_is_figure(const partner_record *record, const partner_field *field);

/* How text spells values. Zero is the default of each. */
typedef struct partner_format {
    uint32_t struct_size, reserved;
    const char *date_format; /* strftime pattern of %Y %y %m %d %e %b %B %j %H %I %M %S %p %f %z %T %F %D %%;
                                NULL = ISO 8601, extended or basic; a time of day is ignored */
    uint8_t minor_units;     /* decimal places of money: 0 = 2, PARTNER_MINOR_UNITS_0, 1 … 9 */
    uint8_t decimal_comma;   /* 1 = the decimal separator is a comma */
    char thousands;          /* the thousands separator in the input, or 0 = none is allowed */
} partner_format;

#define PARTNER_FORMAT_INIT                      \
    {                                            \
        sizeof(partner_format), 0, NULL, 0, 0, 0 \
    }

/* Reads one value of a field from text (not 0-terminated) into `element`, which has the field's type.
 *
 * Money: an exact decimal, "1234.5", "-12", "(12.50)" and "12.50-" for negatives, exponents as floats are
 * written; more places than minor units are rounded half to even and *rounded (may be NULL) is set to 1.
 * Days by format->date_format. PPM: "0.8", "80 %", "80%". Enums and flags by name (true, false, yes, no, 1, 0).
 * White space around a value is skipped; an empty text is the null value of a nullable field. A fixed
 * array is a comma separated list of at most `count` values. In an option an explicit zero becomes the
 * constant that stands for it. An INDEX that may be a number (of 64 bits, or numbered_without) is read as that
 * whole number; any other, and RECORD fields, are not for this function.
 * format: NULL = defaults. Errors: DATA, with what was found and what was expected; `row` is left to the
 * caller. O(length). */
PARTNER_API partner_status partner_parse(const partner_field *field, const char *text, size_t length,
                                         const partner_format *format, void *element, uint8_t *rounded,
                                         partner_error *error);

/* How someone else's column lies in memory: layouts of Apache Arrow, and arrays of C strings. */
enum {
    PARTNER_VALUES_I8 = 1,
    PARTNER_VALUES_I16 = 2,
    PARTNER_VALUES_I32 = 3,
    PARTNER_VALUES_I64 = 4,
    PARTNER_VALUES_U8 = 5,
    PARTNER_VALUES_U16 = 6,
    PARTNER_VALUES_U32 = 7,
    PARTNER_VALUES_U64 = 8,
    PARTNER_VALUES_F32 = 9,
    PARTNER_VALUES_F64 = 10,
    PARTNER_VALUES_BITS = 11,       /* booleans, one bit each */
    PARTNER_VALUES_BYTES = 12,      /* booleans, one byte each */
    PARTNER_VALUES_DECIMAL128 = 13, /* two's complement of 128 bits in the machine's order, times 10^-scale */
    PARTNER_VALUES_STRINGS = 14,    /* int32_t offsets [rows + 1] into data */
    PARTNER_VALUES_LARGE_STRINGS = 15, /* int64_t offsets [rows + 1] into data */
    PARTNER_VALUES_STRING_VIEWS = 16,  /* views of 16 bytes: inline, or into one of the buffers */
    PARTNER_VALUES_POINTERS = 17       /* const char *, each ending in NUL; NULL = null */
};

/* A column of values as the caller has it; owned by the caller and only read. */
typedef struct partner_values {
    uint32_t struct_size, reserved;
    uint32_t threads;            /* 0 = 1; PARTNER_THREADS_ALL */
    uint8_t layout;              /* PARTNER_VALUES_… */
    partner_interrupt interrupt; /* NULL = never asked */
    void *interrupt_data;
    size_t rows;
    size_t offset;              /* elements (bits) to skip at the front of validity and values */
    const uint8_t *validity;    /* a bit per row, least significant first, 0 = null; NULL = no nulls */
    const void *values;         /* the numbers, bits, offsets, views or pointers */
    const char *data;           /* bytes of STRINGS and LARGE_STRINGS */
    const char *const *buffers; /* STRING_VIEWS: where the views point into */
    const size_t *buffer_lengths;
    size_t buffer_count;
    int64_t ticks_per_day; /* the integers are times since 1970-01-01: 1 for days, 86400 for seconds …; 0 = they
                              are numbers */
    int32_t scale;         /* DECIMAL128 */
} partner_values;

#define PARTNER_VALUES_INIT                                                                      \
    {                                                                                            \
        sizeof(partner_values), 0, 0, 0, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL, NULL, 0, 0, 0 \
    }

/* Turns a column of values into a column of a field: what readers of files, frames and tables share.
 *
 * A number means what its decimal text means to partner_parse, so that a frame and the file it came from give
 * the same bits: money is in major units; a double stands for the shortest decimal that reads back as it;
 * 20240131 is a day under ISO 8601; 697 is the id "697". Times (ticks_per_day) are days, their time of day is
 * ignored, the least int64_t is none. NaN is a null. A null becomes the null value of a nullable field and is
 * DATA otherwise. Text is read as partner_parse reads it; ids are taken as they are, and an empty or blank
 * one is a null.
 *
 * field:    of an input record.
 * values:   the column.
 * format:   NULL = defaults.
 * dict:     for an INDEX field where its ids are interned, in the order of rows; else NULL. An INDEX that may
 *           be a number (of 64 bits, or numbered_without) is read as that whole number where dict is NULL.
 * elements: receives [rows] elements of the field's type.
 * rounded:  NULL, or receives how many amounts had more places than the minor units.
 * Errors:   DATA naming field and row (a null, a text that is no such value, a number out of range, a float id
 *           that is not whole or not below 2^53), ARGUMENT (a layout that cannot become such a field: names
 *           both; a NULL that is needed), NOMEM, CANCELLED, RANGE. On failure the dictionary holds what it
 *           held; elements may hold anything.
 * Complexity: O(rows + bytes of text). */
PARTNER_API partner_status partner_convert(const partner_field *field, const partner_values *values,
                                           const partner_format *format, partner_dict *dict, void *elements,
                                           size_t *rounded, partner_error *error);

/* Writes one value as machines read it: money as a decimal with exactly the minor digits, days as ISO dates,
 * doubles as the shortest text that reads back, PPM as a fraction, enums, classes and flags by name; an
 * INDEX or ROW as its number; the null value as no text at all. `data` is the struct the element belongs to
 * (a CLASS needs it). Returns the length without the ending 0; the buffer of `size` bytes gets what fits
 * (64 always do). */
PARTNER_API size_t partner_print(const partner_record *record, const partner_field *field, const void *data,
                                 const void *element, const partner_format *format, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
