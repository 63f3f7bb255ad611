/* SPDX-License-Identifier: MIT
 * Many ids at once. On several threads each takes a range of rows into a dictionary of its own, but for the
 * first, which fills the caller's; the others' ids then follow in the order of the ranges, so that every id
 * gets the index of its first sight whatever the number of threads. */
#include "intern.h"

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/prefetch.h"
#include "table.h"

enum {
    ROUND = 1 << 17, /* rows of a range between two questions to the interrupt; a multiple of PARTNER__IDS */
    FEWEST = 1 << 14 /* rows that are worth a thread */
};

/* --- a batch of rows --- */

/* A search misses the cache at the slot, and for a long id at its text. So the misses of a batch are taken
 * together, each kind in a loop of its own, before the searches. */
static void fetch_texts(const partner_dict *d, const partner__key *keys, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const partner__slot *slot = &d->slots[keys[i].hash & d->mask];

        if (partner__key_is_long(&keys[i]) && slot->word[1] == keys[i].word[1])
            partner__prefetch(d->text + (size_t)slot->word[0]);
    }
}

static partner_status put_batch(partner_dict *d, const partner__id *ids, size_t count, uint32_t *indexes,
                                partner_error *error)
{
    partner__key keys[PARTNER__IDS];
    int any_long = 0;

    for (size_t i = 0; i < count; i++) {
        keys[i] = ids[i].bytes != NULL ? partner__dict_key(ids[i]) : (partner__key){{0, 0}, 0};
        any_long |= partner__key_is_long(&keys[i]);
        partner__prefetch(&d->slots[keys[i].hash & d->mask]);
    }
    if (any_long) fetch_texts(d, keys, count);
    for (size_t i = 0; i < count; i++) {
        partner_status status;
        size_t at;

        if (ids[i].bytes == NULL) {
            indexes[i] = PARTNER_NONE;
            continue;
        }
        at = partner__dict_slot(d, ids[i], &keys[i]);
        if (d->slots[at].next != 0) {
            indexes[i] = d->slots[at].next - 1;
            continue;
        }
        status = partner__dict_put(d, ids[i], &keys[i], &indexes[i], error);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

/* --- ranges of rows --- */

typedef struct range {
    partner_dict *dict; /* the caller's for the first */
    size_t at, end;     /* rows to come */
    uint32_t *map;      /* from indexes of `dict` to the caller's; NULL = they are the same */
    partner_status status;
    partner_error error;
} range;

typedef struct job {
    partner__fetch fetch;
    const void *context;
    uint32_t *indexes;
    range *ranges;
    size_t count;
} job;

static partner_status put_rows(const job *j, range *r, size_t end, partner_error *error)
{
    char scratch[PARTNER__IDS][PARTNER__ID_TEXT];
    partner__id ids[PARTNER__IDS];
    partner_status status = PARTNER_OK;

    while (r->at < end && status == PARTNER_OK) {
        size_t count = end - r->at < PARTNER__IDS ? end - r->at : PARTNER__IDS;

        status = j->fetch(j->context, r->at, count, ids, scratch, error);
        if (status == PARTNER_OK) status = put_batch(r->dict, ids, count, j->indexes + r->at, error);
        r->at += count;
    }
    return status;
}

/* A range keeps its failure: one of a range before it, which may come later, counts more. */
static partner_status put_round(void *context, size_t task, partner_error *error)
{
    const job *j = context;
    range *r = &j->ranges[task];

    (void)error;
    if (r->status == PARTNER_OK)
        r->status = put_rows(j, r, r->end - r->at < ROUND ? r->end : r->at + ROUND, &r->error);
    return PARTNER_OK;
}

static int rows_are_left(const job *j)
{
    for (size_t i = 0; i < j->count; i++)
        if (j->ranges[i].status == PARTNER_OK && j->ranges[i].at < j->ranges[i].end) return 1;
    return 0;
}

static partner_status put_all(job *j, const partner__run *run, partner_error *error)
{
    while (rows_are_left(j)) {
        partner_status status = partner__parallel(run, j->count, put_round, j, error);

        if (status != PARTNER_OK) return status;
        for (size_t i = 0; i < j->count; i++)
            if (j->ranges[i].status != PARTNER_OK) j->count = i + 1;
    }
    for (size_t i = 0; i < j->count; i++) {
        if (j->ranges[i].status == PARTNER_OK) continue;
        if (error != NULL) *error = j->ranges[i].error;
        return j->ranges[i].status;
    }
    return PARTNER_OK;
}

/* --- several ranges --- */

static partner_status fetch_dict(const void *context, size_t row, size_t count, partner__id *ids,
                                 char scratch[PARTNER__IDS][PARTNER__ID_TEXT], partner_error *error)
{
    (void)scratch;
    (void)error;
    for (size_t i = 0; i < count; i++) ids[i] = partner__dict_at(context, row + i);
    return PARTNER_OK;
}

/* Fills map with the indexes in `into` of what `from` holds. A dictionary merged into itself finds every id, so
 * its text does not move while it is read. */
static partner_status merge(partner_dict *into, const partner_dict *from, uint32_t *map,
                            const partner__run *run, partner_error *error)
{
    const partner__run alone = {0, run == NULL ? NULL : run->interrupt,
                                run == NULL ? NULL : run->interrupt_data};

    return partner__dict_intern(into, from->size, fetch_dict, from, &alone, map, error);
}

static partner_status translate(void *context, size_t task, partner_error *error)
{
    const job *j = context;
    const range *r = &j->ranges[task];
    size_t begin = r->at, end = r->end;

    (void)error;
    if (r->map == NULL) return PARTNER_OK;
    for (size_t row = begin; row < end; row++)
        if (j->indexes[row] != PARTNER_NONE) j->indexes[row] = r->map[j->indexes[row]];
    return PARTNER_OK;
}

static partner_status join(job *j, size_t rows, const partner__run *run, partner_error *error)
{
    for (size_t i = 1; i < j->count; i++) {
        range *r = &j->ranges[i];
        partner_status status;

        r->map = partner__alloc(r->dict->size, sizeof *r->map);
        if (r->map == NULL) return partner__no_memory(error);
        status = merge(j->ranges[0].dict, r->dict, r->map, run, error);
        if (status != PARTNER_OK) return status;
    }
    for (size_t i = 0; i < j->count; i++) j->ranges[i].at = rows / j->count * i;
    return partner__parallel(run, j->count, translate, j, error);
}

static partner_status intern_ranges(partner_dict *d, job *j, size_t rows, const partner__run *run,
                                    partner_error *error)
{
    const size_t ranges = j->count;
    partner_status status = PARTNER_OK;

    j->ranges = partner__alloc_zero(ranges, sizeof *j->ranges);
    if (j->ranges == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < ranges && status == PARTNER_OK; i++) {
        range *r = &j->ranges[i];

        r->at = rows / ranges * i;
        r->end = i + 1 < ranges ? rows / ranges * (i + 1) : rows;
        if (i == 0) r->dict = d;
        else status = partner_dict_new(&r->dict, error);
    }
    if (status == PARTNER_OK) status = put_all(j, run, error);
    if (status == PARTNER_OK) status = join(j, rows, run, error);
    for (size_t i = 1; i < ranges; i++) {
        partner_dict_free(j->ranges[i].dict);
        partner__free(j->ranges[i].map);
    }
    partner__free(j->ranges);
    return status;
}

partner_status partner__dict_intern(partner_dict *d, size_t rows, partner__fetch fetch, const void *context,
                                    const partner__run *run, uint32_t *indexes, partner_error *error)
{
    range whole = {.dict = d, .end = rows};
    job j = {.fetch = fetch, .context = context, .indexes = indexes, .ranges = &whole, .count = 1};
    const size_t before = d->size;
    partner_status status;

    j.count = partner__threads(run, rows / FEWEST);
    status = j.count > 1 ? intern_ranges(d, &j, rows, run, error) : put_all(&j, run, error);
    if (status != PARTNER_OK) partner__dict_shrink(d, before);
    return status;
}

partner_status partner_dict_merge(partner_dict *into, const partner_dict *from, uint32_t *map,
                                  partner_error *error)
{
    if (into == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "into is NULL");
    if (from == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "from is NULL");
    if (map == NULL && from->size > 0)
        return partner__fail(error, PARTNER_E_ARGUMENT, "map is NULL, expected room for %zu indexes",
                             from->size);
    return merge(into, from, map, NULL, error);
}
