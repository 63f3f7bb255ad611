/* SPDX-License-Identifier: MIT
 * Objects and lists, and errors that say where in them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/nearest.h"
#include "../base/say.h"
#include "../record/text.h"
#include "parse.h"

enum { SHOWN = PARTNER__SHOWN };

/* --- the path, and errors at it --- */

size_t partner__down(partner__parser *r, const char *key)
{
    const size_t mark = strlen(r->path);

    snprintf(r->path + mark, sizeof r->path - mark, ".%.*s", (int)partner__cut(key, strlen(key), 40), key);
    return mark;
}

size_t partner__down_to(partner__parser *r, size_t i)
{
    const size_t mark = strlen(r->path);

    snprintf(r->path + mark, sizeof r->path - mark, "[%zu]", i);
    return mark;
}

void partner__up(partner__parser *r, size_t mark) { r->path[mark] = '\0'; }

partner_status partner__wrong(partner__parser *r, const char *what)
{
    partner__place place = partner__at(NULL, NULL, PARTNER_NO_ROW, PARTNER_NONE);

    place.path = r->path;
    return partner__fail_at(r->error, PARTNER_E_DATA, place, "%s %s", r->path, what);
}

static void show_text(const char *text, char shown[SHOWN])
{
    const size_t length = strlen(text), cut = partner__cut(text, length, 40);

    snprintf(shown, SHOWN, "\"%.*s%s\"", (int)cut, text, cut < length ? "…" : "");
    for (char *c = shown; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) *c = ' ';
}

void partner__show(const json_t *value, char shown[PARTNER__SHOWN])
{
    switch (json_typeof(value)) {
    case JSON_OBJECT: snprintf(shown, SHOWN, "an object"); break;
    case JSON_ARRAY: snprintf(shown, SHOWN, "a list"); break;
    case JSON_STRING: show_text(json_string_value(value), shown); break;
    case JSON_INTEGER: snprintf(shown, SHOWN, "%" PRId64, (int64_t)json_integer_value(value)); break;
    case JSON_REAL: partner__write_double(json_real_value(value), shown); break;
    case JSON_TRUE: snprintf(shown, SHOWN, "true"); break;
    case JSON_FALSE: snprintf(shown, SHOWN, "false"); break;
    default: snprintf(shown, SHOWN, "null");
    }
}

partner_status partner__unexpected(partner__parser *r, const json_t *value, const char *expected)
{
    char shown[SHOWN], what[320];

    partner__show(value, shown);
    snprintf(what, sizeof what, "is %s, expected %s", shown, expected);
    return partner__wrong(r, what);
}

/* --- objects and lists --- */

static const partner__member *find_key(const partner__member *keys, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(keys[i].name, name) == 0) return &keys[i];
    return NULL;
}

static partner_status unknown_key(partner__parser *r, const char *name, const partner__member *keys,
                                  size_t count)
{
    partner__nearest nearest = PARTNER__NEAREST(name);
    const char *found;
    char what[320];
    size_t n;

    for (size_t i = 0; i < count; i++) partner__nearest_try(&nearest, keys[i].name);
    found = partner__nearest_found(&nearest);
    n = (size_t)snprintf(what, sizeof what, "is no key that is known here%s%s%s",
                         found != NULL ? " (did you mean \"" : ", expected one of ",
                         found != NULL ? found : keys[0].name, found != NULL ? "\"?)" : "");
    for (size_t i = 1; i < count && found == NULL && n < sizeof what; i++)
        n += (size_t)snprintf(what + n, sizeof what - n, "%s%s", i + 1 < count ? ", " : " and ", keys[i].name);
    partner__down(r, name);
    return partner__wrong(r, what);
}

static partner_status read_key(partner__parser *r, json_t *object, const partner__member *key, void *into)
{
    json_t *value = json_object_get(object, key->name);
    partner_status status = PARTNER_OK;
    size_t mark;

    if (value == NULL && !key->needed) return PARTNER_OK;
    mark = partner__down(r, key->name);
    status = value != NULL ? key->read(r, value, key, into) : partner__wrong(r, "is missing");
    if (status == PARTNER_OK) partner__up(r, mark);
    return status;
}

partner_status partner__parse_object(partner__parser *r, json_t *value, const partner__member *keys,
                                     size_t count, void *into)
{
    partner_status status = PARTNER_OK;

    if (!json_is_object(value)) return partner__unexpected(r, value, "an object");
    for (void *at = json_object_iter(value); at != NULL; at = json_object_iter_next(value, at))
        if (find_key(keys, count, json_object_iter_key(at)) == NULL)
            return unknown_key(r, json_object_iter_key(at), keys, count);
    for (size_t i = 0; i < count && status == PARTNER_OK; i++) status = read_key(r, value, &keys[i], into);
    return status;
}

partner_status partner__parse_list(partner__parser *r, json_t *value, size_t least, size_t *count)
{
    char what[96];

    if (!json_is_array(value)) return partner__unexpected(r, value, "a list");
    *count = json_array_size(value);
    if (*count >= least && *count <= PARTNER__ELEMENTS_MAX) return PARTNER_OK;
    snprintf(what, sizeof what, "has %zu elements, expected %zu to %d", *count, least, PARTNER__ELEMENTS_MAX);
    return partner__wrong(r, what);
}

/* An array of structs, each beginning with its size; NULL when there is no memory. */
static void *new_elements(partner__parser *r, size_t count, size_t size)
{
    const uint32_t stride = (uint32_t)size;
    char *elements = partner__arena_alloc(r->arena, count, size);

    for (size_t i = 0; elements != NULL && i < count; i++) {
        memset(elements + i * size, 0, size);
        memcpy(elements + i * size, &stride, sizeof stride);
    }
    return elements;
}

partner_status partner__parse_elements(partner__parser *r, json_t *value, size_t size,
                                       partner_status (*read)(partner__parser *, json_t *, void *),
                                       void **elements, size_t *count)
{
    partner_status status = partner__parse_list(r, value, 0, count);

    if (status != PARTNER_OK || *count == 0) return status;
    *elements = new_elements(r, *count, size);
    if (*elements == NULL) return partner__no_memory(r->error);
    for (size_t i = 0; i < *count && status == PARTNER_OK; i++) {
        const size_t mark = partner__down_to(r, i);

        status = read(r, json_array_get(value, i), (char *)*elements + i * size);
        if (status == PARTNER_OK) partner__up(r, mark);
    }
    return status;
}
