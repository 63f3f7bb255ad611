/* SPDX-License-Identifier: MIT */
#include <partner/dict.h>

#include "../base/bytes.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "table.h"

enum {
    SMALLEST_SLOTS = 64, /* a power of two */
    SMALLEST_IDS = 32,
    SMALLEST_TEXT = 512
};

static const char KIND[8] = {'P', 'R', 'T', 'N', 'D', 'I', 'C', 'T'};
enum { NEWEST_VERSION = 1 };

partner_status partner_dict_new(partner_dict **dict, partner_error *error)
{
    partner_dict *d;

    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    d = partner__alloc_zero(1, sizeof *d);
    if (d == NULL) return partner__no_memory(error);
    d->start = partner__alloc_zero(SMALLEST_IDS + 1, sizeof *d->start);
    d->text = partner__alloc(SMALLEST_TEXT, 1);
    d->slots = partner__alloc_zero(SMALLEST_SLOTS, sizeof *d->slots);
    if (d->start == NULL || d->text == NULL || d->slots == NULL) {
        partner_dict_free(d);
        return partner__no_memory(error);
    }
    d->room = SMALLEST_IDS;
    d->text_room = SMALLEST_TEXT;
    d->mask = SMALLEST_SLOTS - 1;
    *dict = d;
    return PARTNER_OK;
}

void partner_dict_free(partner_dict *dict)
{
    if (dict == NULL) return;
    partner__free(dict->start);
    partner__free(dict->text);
    partner__free(dict->slots);
    partner__free(dict);
}

size_t partner_dict_size(const partner_dict *dict) { return dict == NULL ? 0 : dict->size; }

uint32_t partner_dict_find(const partner_dict *dict, const char *id, size_t length)
{
    partner__id s = {id != NULL ? id : "", length};
    partner__key key;

    if (dict == NULL || (id == NULL && length > 0)) return PARTNER_NONE;
    key = partner__dict_key(s);
    /* An empty slot holds 0, and 0 - 1 is PARTNER_NONE. */
    return dict->slots[partner__dict_slot(dict, s, &key)].next - 1;
}

const char *partner_dict_id(const partner_dict *dict, uint32_t index, size_t *length)
{
    partner__id s;

    if (dict == NULL || index >= dict->size) return NULL;
    s = partner__dict_at(dict, index);
    if (length != NULL) *length = s.length;
    return s.bytes;
}

/* Two lanes of 64 bits, each the hash of an id seeded with the lane before it. */
partner_status partner_dict_fingerprint(const partner_dict *dict, size_t ids, uint64_t fingerprint[2],
                                        partner_error *error)
{
    uint64_t a = UINT64_C(0x243f6a8885a308d3), b = UINT64_C(0x13198a2e03707344); /* of the fraction of pi */

    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    if (fingerprint == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "fingerprint is NULL");
    if (ids > dict->size)
        return partner__fail(error, PARTNER_E_ARGUMENT, "ids is %zu, expected at most the dictionary's %zu",
                             ids, dict->size);
    for (size_t i = 0; i < ids; i++) {
        partner__id s = partner__dict_at(dict, i);
        a = partner__hash(s.bytes, s.length, a);
        b = partner__hash(s.bytes, s.length, b);
    }
    fingerprint[0] = a;
    fingerprint[1] = b;
    return PARTNER_OK;
}

/* Saved are the number of ids, then each one's length and bytes. */
partner_status partner_dict_save(const partner_dict *dict, partner_bytes **bytes, partner_error *error)
{
    partner__writer w;
    size_t expected;

    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    if (bytes == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "bytes is NULL");
    /* 28 bytes around it, and 8 instead of the NUL for each id. */
    expected = 28 + (size_t)dict->start[dict->size];
    if (dict->size > (SIZE_MAX / 2 - expected) / 7) return partner__no_memory(error);
    partner__writer_begin(&w, KIND, NEWEST_VERSION, expected + 7 * dict->size);
    partner__write_u64(&w, dict->size);
    for (size_t i = 0; i < dict->size; i++) {
        partner__id s = partner__dict_at(dict, i);
        partner__write_u64(&w, s.length);
        partner__write_bytes(&w, s.bytes, s.length);
    }
    return partner__writer_end(&w, bytes, error);
}

static partner_status damaged(partner_error *error, const char *what, size_t i)
{
    return partner__fail(error, PARTNER_E_DATA, "dictionary: the saved bytes are damaged: %s at id %zu", what,
                         i);
}

static partner_status read_ids(partner__reader *r, partner_dict *d, partner_error *error)
{
    uint64_t count = partner__read_u64(r);

    if (r->failed || count > PARTNER_NONE || count > partner__reader_left(r) / 8)
        return damaged(error, "the number of ids does not fit the bytes", 0);
    for (size_t i = 0; i < (size_t)count; i++) {
        uint64_t length = partner__read_u64(r);
        partner__id s = {"", 0};
        partner__key key;
        uint32_t index;
        partner_status status;

        if (r->failed || length > partner__reader_left(r)) return damaged(error, "the length is too large", i);
        s.length = (size_t)length;
        if (s.length > 0) s.bytes = (const char *)partner__read_bytes(r, s.length);
        key = partner__dict_key(s);
        status = partner__dict_put(d, s, &key, &index, error);
        if (status != PARTNER_OK) return status;
        if (index != i) return damaged(error, "the same id was there before", i);
    }
    if (partner__reader_left(r) != 0) return damaged(error, "bytes are left over", (size_t)count);
    return PARTNER_OK;
}

partner_status partner_dict_load(const uint8_t *bytes, size_t length, partner_dict **dict, partner_error *error)
{
    partner__reader r;
    partner_dict *d = NULL;
    partner_status status;

    if (dict == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dict is NULL");
    status = partner__reader_begin(&r, bytes, length, KIND, NEWEST_VERSION, "dictionary", error);
    if (status == PARTNER_OK) status = partner_dict_new(&d, error);
    if (status == PARTNER_OK) status = read_ids(&r, d, error);
    if (status == PARTNER_OK) *dict = d;
    else partner_dict_free(d);
    return status;
}
