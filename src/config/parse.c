/* SPDX-License-Identifier: MIT
 * From a text to a struct with its names interned. */
#include "parse.h"

#include "../base/error.h"
#include "../base/memory.h"
#include "../dict/intern.h"

/* Names of one dictionary, and where their indexes are to go once the whole config is good. */
struct partner__names {
    const char **text;
    uint32_t **index;
    size_t count, room;
};

partner_status partner__note(partner__parser *r, uint32_t dict, const char *text, uint32_t *index)
{
    partner__names *n = &r->names[dict];

    if (n->count == n->room) {
        const size_t room = 2 * n->room + 16;
        const char **texts = partner__realloc(n->text, room, sizeof *texts);
        uint32_t **indexes;

        if (texts == NULL) return partner__no_memory(r->error);
        n->text = texts;
        indexes = partner__realloc(n->index, room, sizeof *indexes);
        if (indexes == NULL) return partner__no_memory(r->error);
        n->index = indexes;
        n->room = room;
    }
    n->text[n->count] = text;
    n->index[n->count++] = index;
    return PARTNER_OK;
}

static partner_status intern(partner__parser *r, partner_dict *dict, const partner__names *names)
{
    uint32_t *indexes;
    partner_status status;

    for (size_t i = 0; dict == NULL && i < names->count; i++) *names->index[i] = PARTNER_NONE;
    if (dict == NULL) return PARTNER_OK;
    indexes = partner__alloc(names->count, sizeof *indexes);
    if (indexes == NULL) return partner__no_memory(r->error);
    status = partner_dict_add_strings(dict, names->count, names->text, NULL, indexes, r->error);
    for (size_t i = 0; status == PARTNER_OK && i < names->count; i++) *names->index[i] = indexes[i];
    partner__free(indexes);
    return status;
}

/* What was interned for a bad config is forgotten. */
static partner_status intern_all(partner__parser *r, const partner__form *form, partner_dict *const *dicts)
{
    partner_status status = PARTNER_OK;
    size_t before[PARTNER__CONFIG_DICTS];

    for (size_t d = 0; d < form->dicts; d++) before[d] = dicts[d] == NULL ? 0 : partner_dict_size(dicts[d]);
    for (size_t d = 0; d < form->dicts && status == PARTNER_OK; d++) status = intern(r, dicts[d], &r->names[d]);
    if (status == PARTNER_OK) status = form->check(r->whole, r->error);
    for (size_t d = 0; d < form->dicts && status != PARTNER_OK; d++)
        if (dicts[d] != NULL) partner__dict_shrink(dicts[d], before[d]);
    return status;
}

partner_status partner__parse_config(const partner__form *form, const char *text, size_t length,
                                     partner_dict *const *dicts, void *whole, partner__arena *arena,
                                     partner_error *error)
{
    partner__names names[PARTNER__CONFIG_DICTS] = {{NULL, NULL, 0, 0}};
    partner__parser r = {
        .whole = whole, .arena = arena, .names = names, .places = 2, .path = "$", .error = error};
    json_t *root = NULL;
    partner_status status = partner__json_read(text, length, &root, error);

    if (status != PARTNER_OK) return status;
    status = form->read(&r, root);
    if (status == PARTNER_OK) status = intern_all(&r, form, dicts);
    for (size_t d = 0; d < form->dicts; d++) {
        partner__free(names[d].text);
        partner__free(names[d].index);
    }
    json_decref(root);
    return status;
}
