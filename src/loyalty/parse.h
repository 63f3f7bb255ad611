/* SPDX-License-Identifier: MIT
 * What the parts of a program's parser share. */
#ifndef PARTNER_LOYALTY_PARSE_H
#define PARTNER_LOYALTY_PARSE_H

#include <partner/loyalty.h>

#include "../config/parse.h"

/* Dictionaries that names go to. */
enum {
    PARTNER__KIND = 0,
    PARTNER__PRODUCT = 1,
    PARTNER__GROUP = 2,
    PARTNER__TIER = 3,
    PARTNER__RULE = 4,
    PARTNER__DICTS = 5
};

_Static_assert(PARTNER__ELEMENTS_MAX == PARTNER_LOYALTY_RULES_MAX, "lists are as long as programs may be");

/* --- parse_value.c --- */

partner_status partner__parse_multiplier(partner__parser *r, json_t *value, const partner__member *key,
                                         void *into);
partner_status partner__parse_point_value(partner__parser *r, json_t *value, const partner__member *key,
                                          void *into);
/* ["reward", "tier"] as PARTNER_COUNTS_… */
partner_status partner__parse_counts_for(partner__parser *r, json_t *value, const partner__member *key,
                                         void *into);

/* --- parse_rule.c --- */

partner_status partner__parse_rule(partner__parser *r, json_t *value, void *into);

/* What a cap counts over, from PARTNER_CAP_DAY on. */
extern const char *const partner__cap_words[];

#endif
