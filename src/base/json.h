/* SPDX-License-Identifier: MIT
 * JSON that people write by hand. base/json.c is the wall around jansson's parser: it is given no text that it
 * could come to grief over when memory is short. */
#ifndef PARTNER_BASE_JSON_H
#define PARTNER_BASE_JSON_H

#include <jansson.h>
#include <partner/base.h>

enum {
    PARTNER__JSON_LONGEST = 4096, /* bytes of a name, text or number, quotes included */
    PARTNER__JSON_DEEPEST = 32,   /* lists and objects within each other */
    PARTNER__JSON_MOST = 1 << 24  /* bytes of a text */
};

/* Reads a text of UTF-8 that holds one value; *root is released by json_decref. Errors: DATA with the path, for
 * what is no JSON (line and column), a key that is given twice, and what is beyond the limits above; NOMEM. */
partner_status partner__json_read(const char *text, size_t length, json_t **root, partner_error *error);

#endif
