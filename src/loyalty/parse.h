/* SPDX-License-Identifier: MIT
 * Reading JSON by tables of keys: which keys an object may have, what each holds, and where it goes. */
#ifndef PARTNER_LOYALTY_PARSE_H
#define PARTNER_LOYALTY_PARSE_H

#include <partner/loyalty.h>

#include "../base/arena.h"
#include "../base/json.h"

/* Dictionaries that names go to. */
enum {
    PARTNER__KIND = 0,
    PARTNER__PRODUCT = 1,
    PARTNER__GROUP = 2,
    PARTNER__TIER = 3,
    PARTNER__RULE = 4,
    PARTNER__DICTS = 5
};

#define PARTNER__COUNT_OF(table) (sizeof(table) / sizeof(table)[0])

/* Names of one dictionary, and where their indexes are to go once the whole program is good. */
typedef struct partner__names {
    const char **text;
    uint32_t **index;
    size_t count, room;
} partner__names;

typedef struct partner__parser {
    partner_program *program;
    partner__arena *arena; /* of what the program points to */
    partner__names names[PARTNER__DICTS];
    int places;     /* of money */
    char path[176]; /* where we are */
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

/* --- parse_object.c --- */

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

/* A list of at most PARTNER_LOYALTY_RULES_MAX values of at least `least`; *count receives how many. */
partner_status partner__parse_list(partner__parser *r, json_t *value, size_t least, size_t *count);

/* A list of structs, each read by `read`, into an array of the parser's arena. */
partner_status partner__parse_elements(partner__parser *r, json_t *value, size_t size,
                                       partner_status (*read)(partner__parser *, json_t *, void *),
                                       void **elements, size_t *count);

/* A value as an error shows it. */
enum { PARTNER__SHOWN = 64 };
void partner__show(const json_t *value, char shown[PARTNER__SHOWN]);

/* --- parse_value.c --- */

/* Notes that the text's index is wanted there. Errors: NOMEM. */
partner_status partner__note(partner__parser *r, uint32_t dict, const char *text, uint32_t *index);

partner_status partner__parse_u8(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_u32(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_i64(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_money(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_multiplier(partner__parser *r, json_t *value, const partner__member *key,
                                         void *into);
partner_status partner__parse_point_value(partner__parser *r, json_t *value, const partner__member *key,
                                          void *into);
partner_status partner__parse_rate(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_flag(partner__parser *r, json_t *value, const partner__member *key, void *into);
/* The member says the opposite of the key. */
partner_status partner__parse_no_flag(partner__parser *r, json_t *value, const partner__member *key,
                                      void *into);
partner_status partner__parse_word(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_day(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_text(partner__parser *r, json_t *value, const partner__member *key, void *into);
partner_status partner__parse_name(partner__parser *r, json_t *value, const partner__member *key, void *into);
/* ["reward", "tier"] as PARTNER_COUNTS_… */
partner_status partner__parse_counts_for(partner__parser *r, json_t *value, const partner__member *key,
                                         void *into);

/* --- parse_rule.c --- */

partner_status partner__parse_rule(partner__parser *r, json_t *value, void *into);

/* What a cap counts over, from PARTNER_CAP_DAY on. */
extern const char *const partner__cap_words[];

#endif
