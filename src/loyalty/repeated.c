/* SPDX-License-Identifier: MIT
 * Ids that are dense (row numbers, indexes of a dictionary) are marked in a bitmap, others kept in a hash table
 * of row numbers. */
#include "repeated.h"

#include <inttypes.h>

#include "../base/error.h"
#include "../base/memory.h"

enum { DENSE = 16, STEP = 1 << 16 };

typedef struct seen {
    const partner_events *events;
    uint8_t *bit;   /* by id, where ids are dense */
    uint64_t *slot; /* [size] row + 1; 0 = empty */
    size_t size;
} seen;

static partner_status make_room(seen *s, partner_error *error)
{
    const partner_events *e = s->events;
    uint64_t highest = 0;

    for (size_t i = 0; i < e->rows; i++)
        if (e->event[i] > highest) highest = e->event[i];
    if (highest / DENSE < e->rows) {
        s->bit = partner__alloc_zero((size_t)(highest / 8) + 1, 1);
        return s->bit == NULL ? partner__no_memory(error) : PARTNER_OK;
    }
    for (s->size = 64; s->size / 2 < e->rows && s->size <= SIZE_MAX / 4; s->size *= 2) {
    }
    s->slot = partner__alloc_zero(s->size, sizeof *s->slot);
    return s->slot == NULL ? partner__no_memory(error) : PARTNER_OK;
}

/* Whether the row's id was there; it is from now on. */
static int was_there(seen *s, size_t row)
{
    uint64_t id = s->events->event[row], hash = id * UINT64_C(0x9e3779b97f4a7c15);
    size_t i;

    if (s->bit != NULL) {
        uint8_t bit = (uint8_t)(1U << (id % 8)), *byte = &s->bit[id / 8];
        int was = (*byte & bit) != 0;

        *byte |= bit;
        return was;
    }
    hash ^= hash >> 32;
    for (i = (size_t)hash & (s->size - 1); s->slot[i] != 0; i = (i + 1) & (s->size - 1))
        if (s->events->event[s->slot[i] - 1] == id) return 1;
    s->slot[i] = (uint64_t)row + 1;
    return 0;
}

static partner_status refuse(const partner__batch *b, size_t row, int here, partner_error *error)
{
    const partner_events *e = &b->events;
    partner__place place = partner__at("events", "event", row, e->partner[row]);
    size_t first = 0;

    if (!here)
        return partner__fail_at(error, PARTNER_E_DATA, place,
                                "events row %zu: event %" PRIu64
                                " was taken in an earlier call, expected each event once",
                                row, e->event[row]);
    while (e->event[first] != e->event[row] || e->day[first] > b->as_of) first++;
    return partner__fail_at(error, PARTNER_E_DATA, place,
                            "events row %zu: event %" PRIu64 " is in row %zu already, expected each event once",
                            row, e->event[row], first);
}

static int known(const partner__batch_ask *ask, const partner_events *e, size_t row)
{
    return ask->known != NULL && ask->known(ask->context, e->event[row], e->partner[row]);
}

static partner_status mark(partner__batch *b, size_t row, uint8_t **skip, partner_error *error)
{
    if (*skip == NULL) *skip = partner__alloc_zero(b->events.rows / 8 + 1, 1);
    if (*skip == NULL) return partner__no_memory(error);
    (*skip)[row / 8] |= (uint8_t)(1U << (row % 8));
    b->duplicates++;
    return PARTNER_OK;
}

partner_status partner__repeated(partner__batch *batch, const partner__batch_ask *ask, const partner__run *run,
                                 uint8_t **skip, partner_error *error)
{
    const partner_events *e = &batch->events;
    seen s = {.events = e};
    partner_status status = PARTNER_OK;

    if (e->event == NULL || e->rows == 0) return PARTNER_OK;
    status = make_room(&s, error);
    for (size_t i = 0; i < e->rows && status == PARTNER_OK; i++) {
        int here, before;

        if (i % STEP == 0) status = partner__ask(run, error);
        if (status != PARTNER_OK || e->day[i] > batch->as_of) continue;
        here = was_there(&s, i);
        before = !here && known(ask, e, i);
        if (!here && !before) continue;
        status = ask->skip_duplicates ? mark(batch, i, skip, error) : refuse(batch, i, here, error);
    }
    partner__free(s.bit);
    partner__free(s.slot);
    return status;
}
