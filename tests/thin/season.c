/* SPDX-License-Identifier: MIT
 * A made-up configuration: what a season pays for each kind of bird.
 *
 *     {"season": "2026", "minor_units": 3, "pays": {"heron": 5, "gull": 0}} */
#include "season.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static partner_status bad(partner_error *error, const char *path, const char *what)
{
    partner__place place = partner__at(NULL, NULL, PARTNER_NO_ROW, PARTNER_NONE);

    place.path = path;
    return partner__fail_at(error, PARTNER_E_DATA, place, "%s: %s", path, what);
}

static partner_status read_pay(season *s, partner_dict *kinds, const char *name, const json_t *value,
                               partner_error *error)
{
    const size_t length = strlen(name);
    char path[120];

    snprintf(path, sizeof path, "$.pays.%.80s", name);
    if (s->pays == SEASON_KINDS) return bad(error, "$.pays", "too many kinds, expected at most 8");
    if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > 1000)
        return bad(error, path, "is no whole number from 0 to 1000");
    s->pay[s->pays] = (uint32_t)json_integer_value(value);
    snprintf(s->name[s->pays], sizeof s->name[0], "%s", name);
    return partner_dict_add_strings(kinds, 1, &name, &length, &s->kind[s->pays++], error);
}

static partner_status read_all(season *s, partner_dict *kinds, json_t *root, partner_error *error)
{
    const char *name;
    json_t *value, *places = json_object_get(root, "minor_units"), *pays = json_object_get(root, "pays");
    partner_status status = PARTNER_OK;

    json_object_foreach(root, name, value)
    {
        if (strcmp(name, "season") != 0 && value != places && value != pays)
            return bad(error, "$", "a season has \"season\", \"minor_units\" and \"pays\" only");
    }
    if (!json_is_object(pays)) return bad(error, "$.pays", "is missing, expected an object");
    s->minor_units = places != NULL ? (uint8_t)json_integer_value(places) : 2;
    json_object_foreach(pays, name, value)
    {
        if (status == PARTNER_OK) status = read_pay(s, kinds, name, value, error);
    }
    return status;
}

static partner_status parse(const char *text, size_t length, partner_dict *const *dicts, void **config,
                            partner_error *error)
{
    json_error_t said;
    json_t *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &said);
    season *made;
    partner_status status;

    if (root == NULL)
        return partner__fail(error, PARTNER_E_DATA, "line %d: is no JSON: %s", said.line, said.text);
    made = partner__alloc_zero(1, sizeof *made);
    status = made != NULL ? read_all(made, dicts[0], root, error) : partner__no_memory(error);
    json_decref(root);
    if (status == PARTNER_OK) *config = made;
    else partner__free(made);
    return status;
}

static size_t sentence(const void *config, partner_dict *const *dicts, size_t i, char *buffer, size_t size)
{
    const season *s = config;

    (void)dicts;
    if (i >= s->pays) return 0;
    return (size_t)snprintf(buffer, size, "%u points for every %s.", (unsigned)s->pay[i], s->name[i]);
}

static size_t warning(const void *config, partner_dict *const *dicts, size_t i, char *buffer, size_t size)
{
    const season *s = config;

    (void)dicts;
    for (size_t k = 0; k < s->pays; k++)
        if (s->pay[k] == 0 && i-- == 0)
            return (size_t)snprintf(buffer, size, "$.pays.%s: brings nothing", s->name[k]);
    return 0;
}

static uint8_t minor_units(const void *config) { return ((const season *)config)->minor_units; }

static const char *const dictionaries[] = {"kind"};

const partner_config season_config = {
    .name = "season",
    .text = "what each kind of bird brings",
    .dictionaries = dictionaries,
    .dictionary_count = 1,
    .parse = parse,
    .sentence = sentence,
    .warning = warning,
    .minor_units = minor_units,
    .free = partner__free,
    .example = "{\"season\": \"2026\", \"pays\": {\"heron\": 5, \"gull\": 1}}",
};
