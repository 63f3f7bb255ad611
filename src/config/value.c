/* SPDX-License-Identifier: MIT
 * Single values in JSON that are no numbers. */
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../record/text.h"
#include "parse.h"

partner_status partner__parse_flag(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    if (!json_is_boolean(value)) return partner__unexpected(r, value, "true or false");
    *((uint8_t *)into + key->offset) = json_is_true(value);
    return PARTNER_OK;
}

partner_status partner__parse_no_flag(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    if (!json_is_boolean(value)) return partner__unexpected(r, value, "true or false");
    *((uint8_t *)into + key->offset) = json_is_false(value);
    return PARTNER_OK;
}

partner_status partner__parse_word(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const char *text = json_string_value(value);
    char expected[160];
    size_t n = 0;

    for (size_t i = 0; key->words[i] != NULL; i++) {
        if (text != NULL && strcmp(text, key->words[i]) == 0) {
            *((uint8_t *)into + key->offset) = (uint8_t)((size_t)key->low + i);
            return PARTNER_OK;
        }
        n += (size_t)snprintf(expected + n, sizeof expected - n, "%s\"%s\"",
                              i == 0                      ? ""
                              : key->words[i + 1] == NULL ? " or "
                                                          : ", ",
                              key->words[i]);
    }
    return partner__unexpected(r, value, expected);
}

partner_status partner__parse_day(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const char *at = json_string_value(value);
    const partner__text text = {at, at != NULL ? at + json_string_length(value) : NULL, NULL, NULL};
    int32_t day;

    /* The reader takes more forms than a program should have: times of day, and days without dashes. */
    if (at == NULL || json_string_length(value) != 10 || at[4] != '-' ||
        partner__read_day(&text, NULL, &day) != PARTNER_OK)
        return partner__unexpected(r, value, "a day that exists, as \"2025-03-01\"");
    memcpy((char *)into + key->offset, &day, sizeof day);
    return PARTNER_OK;
}

partner_status partner__parse_text(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const size_t length = json_string_length(value);
    char *text;

    if (!json_is_string(value) || length == 0) return partner__unexpected(r, value, "some text");
    text = partner__arena_alloc(r->arena, length + 1, 1);
    if (text == NULL) return partner__no_memory(r->error);
    memcpy(text, json_string_value(value), length + 1);
    memcpy((char *)into + key->offset, &text, sizeof text);
    return PARTNER_OK;
}

partner_status partner__parse_name(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    if (!json_is_string(value) || json_string_length(value) == 0)
        return partner__unexpected(r, value, "a name as text");
    return partner__note(r, key->more, json_string_value(value), (uint32_t *)((char *)into + key->offset));
}

partner_status partner__parse_schema(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    (void)key;
    (void)into;
    return json_is_string(value) ? PARTNER_OK : partner__unexpected(r, value, "some text");
}
