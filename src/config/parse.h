/* SPDX-License-Identifier: MIT
 * Reading JSON that people write by hand, by tables of keys: which keys an object may have, what each holds,
 * and where it goes. Dictionaries and whoever reads a config come through here; the first fault found is the
 * one that is told, with its path. */
#ifndef PARTNER_CONFIG_PARSE_H
#define PARTNER_CONFIG_PARSE_H

#include <partner/dict.h>
#include <stddef.h>

#include "../base/arena.h"
#include "../base/json.h"

enum {
    PARTNER__ELEMENTS_MAX = 4096, /* of a list */
    PARTNER__CONFIG_DICTS = 8     /* most dictionaries of a config */
};

#define PARTNER__COUNT_OF(table) (sizeof(table) / sizeof(table)[0])

typedef struct partner__names partner__names;

typedef struct partner__parser {
    void *whole;           /* the struct that the config becomes */
    partner__arena *arena; /* of what it points to */
    partner__names *names; /* of each dictionary */
    int places;            /* of money */
    char path[176];        /* where we are */
    partner_error *error;
} partner__parser;

typedef struct partner__member partner__member;

/* Reads a value into the member of the struct at `into` that the key names. */
typedef partner_status (*partner__parse)(partner__parser *r, json_t *value, const partner__member *key,
                                         void *into);

struct partner__member {
    const char *name;
    partner__parse read;
    size_t offset;            /* of the member */
    int64_t low, high;        /* limits, when one of them is not 0 */
    const char *const *words; /* of a word: what it may be, ended by NULL; the first one stands for `low` */
    uint32_t more;            /* of a name: its dictionary; of a limit: the condition that holds by it; of a
                                 measure: the offset of the member that says which */
    int needed;
};

/* The beginning of a table's row: a member of a struct, or a part that knows its members itself. */
#define PARTNER__MEMBER(key, reader, type, member) \
    .name = (key), .read = (reader), .offset = offsetof(type, member)
#define PARTNER__PART(key, reader) .name = (key), .read = (reader)

/* --- parse.c --- */

/* Reads a config of that form. Names are interned into the dictionaries, all or nothing: whether two of them
 * mean the same is known once they are indexes, so `check` comes last. Without a dictionary (NULL) its indexes
 * are PARTNER_NONE. What was made for a config that is refused is the caller's to release. Errors: DATA with
 * the path, NOMEM, and those of partner_dict_add_strings.
 */
typedef struct partner__form {
    partner_status (*read)(partner__parser *r, json_t *root);
    partner_status (*check)(const void *whole, partner_error *error);
    size_t dicts;
} partner__form;
partner_status partner__parse_config(const partner__form *form, const char *text, size_t length,
                                     partner_dict *const *dicts, void *whole, partner__arena *arena,
                                     partner_error *error);

/* Notes that the text's index in that dictionary is wanted there. The text has to live as long as the parser.
 * Errors: NOMEM. */
partner_status partner__note(partner__parser *r, uint32_t dict, const char *text, uint32_t *index);

/* --- object.c --- */

/* Adds a key's name, or an element's number, to the path; returns what partner__up needs to take it back. */
size_t partner__down(partner__parser *r, const char *key);
size_t partner__down_to(partner__parser *r, size_t i);
void partner__up(partner__parser *r, size_t mark);

/* DATA at the path: "$.rules[2].points is <value>, expected <expected>". */
partner_status partner__unexpected(partner__parser *r, const json_t *value, const char *expected);
/* DATA at the path: "$.rules[2].points <what>". */
partner_status partner__wrong(partner__parser *r, const char *what);

/* An object by its keys, in the order of the table. */
partner_status partner__parse_object(partner__parser *r, json_t *value, const partner__member *keys,
                                     size_t count, void *into);

/* A list of at most PARTNER__ELEMENTS_MAX values of at least `least`; *count receives how many. */
partner_status partner__parse_list(partner__parser *r, json_t *value, size_t least, size_t *count);

/* A list of structs, each read by `read`, into an array of the parser's arena. */
partner_status partner__parse_elements(partner__parser *r, json_t *value, size_t size,
                                       partner_status (*read)(partner__parser *, json_t *, void *),
                                       void **elements, size_t *count);

/* A value as an error shows it. */
enum { PARTNER__SHOWN = 64 };
void partner__show(const json_t *value, char shown[PARTNER__SHOWN]);

/* --- number.c --- */

typedef enum partner__number_fault {
    PARTNER__NUMBER_FINE,
    PARTNER__NO_NUMBER,
    PARTNER__TOO_MANY_PLACES,
    PARTNER__INEXACT,
    PARTNER__TOO_LARGE
} partner__number_fault;

/* A number, or where it may be one a text, as a whole number of 10^-places. */
partner__number_fault partner__parse_decimal(const json_t *value, int places, int text_too, int64_t *number);
/* What was expected instead of a value with that fault. */
partner_status partner__bad_decimal(partner__parser *r, const json_t *value, partner__number_fault fault,
                                    int places, const char *what);

partner_status partner__parse_u8(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_u32(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_i64(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_money(partner__parser *r, json_t *value, const partner__member *key, void *into);
/* Parts per million, or "30 %". */
partner_status partner__parse_rate(partner__parser *r, json_t *value, const partner__member *key, void *into);
/* A share of 0 to 1 as parts per million in a uint32_t: 0.3 with at most six decimal places, or "30 %". */
partner_status partner__parse_share(partner__parser *r, json_t *value, const partner__member *key, void *into);

/* --- value.c --- */

partner_status partner__parse_flag(partner__parser *r, json_t *value, const partner__member *key, void *into);
/* The member says the opposite of the key. */
partner_status partner__parse_no_flag(partner__parser *r, json_t *value, const partner__member *key,
                                      void *into);
partner_status partner__parse_word(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_day(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_text(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_name(partner__parser *r, json_t *value, const partner__member *key, void *into);
/* The schema that an editor checks the file by: read and forgotten. */
partner_status partner__parse_schema(partner__parser *r, json_t *value, const partner__member *key, void *into);

#endif
