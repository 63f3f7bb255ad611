/* SPDX-License-Identifier: MIT
 * The hash table of a dictionary. */
#include "table.h"

#include <inttypes.h>

#include "../base/error.h"
#include "../base/memory.h"

static partner_status grow_table(partner_dict *d, partner_error *error)
{
    size_t count = d->mask + 1, mask = 2 * count - 1;
    partner__slot *slots;

    if (count > SIZE_MAX / 2) return partner__no_memory(error);
    slots = partner__alloc_zero(2 * count, sizeof *slots);
    if (slots == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < count; i++) {
        size_t at = d->slots[i].hash & mask;

        if (d->slots[i].next == 0) continue;
        while (slots[at].next != 0) at = (at + 1) & mask;
        slots[at] = d->slots[i];
    }
    partner__free(d->slots);
    d->slots = slots;
    d->mask = mask;
    return PARTNER_OK;
}

/* Grows a buffer of *room elements to hold `needed`, by half at least. */
static void *grow_buffer(void *buffer, size_t *room, size_t needed, size_t extra, size_t size)
{
    size_t wanted = *room > SIZE_MAX / 3 ? SIZE_MAX - extra : *room + *room / 2;
    void *grown;

    if (needed > SIZE_MAX - extra) return NULL;
    if (wanted < needed) wanted = needed;
    grown = partner__realloc(buffer, wanted + extra, size);
    if (grown != NULL) *room = wanted;
    return grown;
}

/* Makes room for one more id, and its place in the table if that is still to be found: returns whether the
 * table has moved in *moved. */
static partner_status make_room(partner_dict *d, size_t length, int *moved, partner_error *error)
{
    size_t used = (size_t)d->start[d->size];

    if (d->size >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_RANGE, "the dictionary is full, it holds %" PRIu32 " ids",
                             PARTNER_NONE);
    if (length >= SIZE_MAX - used) return partner__no_memory(error);
    if (d->size == d->room) {
        uint64_t *start = grow_buffer(d->start, &d->room, d->size + 1, 1, sizeof *start);
        if (start == NULL) return partner__no_memory(error);
        d->start = start;
    }
    if (used + length + 1 > d->text_room) {
        char *text = grow_buffer(d->text, &d->text_room, used + length + 1, 0, 1);
        if (text == NULL) return partner__no_memory(error);
        d->text = text;
    }
    *moved = d->size >= (d->mask + 1) / 4 * 3;
    return *moved ? grow_table(d, error) : PARTNER_OK;
}

partner_status partner__dict_put(partner_dict *d, partner__id id, const partner__key *key, uint32_t *index,
                                 partner_error *error)
{
    size_t at = partner__dict_slot(d, id, key), begin;
    int moved = 0;
    partner_status status;

    if (d->slots[at].next != 0) {
        *index = d->slots[at].next - 1;
        return PARTNER_OK;
    }
    status = make_room(d, id.length, &moved, error);
    if (status != PARTNER_OK) return status;
    if (moved) at = partner__dict_slot(d, id, key);
    begin = (size_t)d->start[d->size];
    if (id.length > 0) memcpy(d->text + begin, id.bytes, id.length);
    d->text[begin + id.length] = '\0';
    *index = (uint32_t)d->size;
    d->slots[at] = (partner__slot){{key->word[0], key->word[1]}, key->hash, *index + 1};
    if (partner__key_is_long(key)) d->slots[at].word[0] = begin;
    d->start[++d->size] = (uint64_t)begin + id.length + 1;
    return PARTNER_OK;
}

/* --- back to fewer ids; needs no memory --- */

/* Takes the id in slot `at` out of the table: whatever lies behind it and was pushed past it moves up, so
 * that no search meets a hole (Knuth, TAOCP 3, 6.4, algorithm R). */
static void clear_slot(partner_dict *d, size_t at)
{
    size_t next = at;

    for (;;) {
        size_t home;
        next = (next + 1) & d->mask;
        if (d->slots[next].next == 0) break;
        home = d->slots[next].hash & d->mask;
        if (((next - home) & d->mask) < ((next - at) & d->mask)) continue;
        d->slots[at] = d->slots[next];
        at = next;
    }
    d->slots[at].next = 0;
}

void partner__dict_shrink(partner_dict *d, size_t size)
{
    while (d->size > size) {
        partner__id last = partner__dict_at(d, d->size - 1);
        partner__key key = partner__dict_key(last);

        clear_slot(d, partner__dict_slot(d, last, &key));
        d->size--;
    }
}
