/* SPDX-License-Identifier: MIT
 * Columns of events made into rows that lie together block by block, each block a range of partners whose rows
 * fit the cache; and the sorting of a block. */
#ifndef PARTNER_LOYALTY_EVENTS_H
#define PARTNER_LOYALTY_EVENTS_H

#include "ledger.h"

typedef struct partner__batch {
    const partner__plan *plan;
    partner_events events; /* the caller's, as this library knows the struct */
    partner__row *row;     /* [rows taken] */
    size_t *start;         /* [blocks + 1] where the rows of each block begin */
    size_t blocks;
    unsigned shift;    /* block = partner >> shift */
    size_t partners;   /* indexes are below this */
    int32_t as_of;     /* PARTNER_NO_DAY without events and option */
    int32_t first_day; /* of the rows taken; PARTNER_NO_DAY */
    uint64_t taken, later, unmentioned, credit_notes, duplicates;
} partner__batch;

/* What is asked for. */
typedef struct partner__batch_ask {
    size_t partners; /* as options.partners; at_least: more where no more than this was seen */
    size_t at_least;
    int32_t as_of;        /* PARTNER_NO_DAY = the last event's, but not before at_least_day */
    int32_t at_least_day; /* PARTNER_NO_DAY = none */
    int skip_duplicates;
    uint64_t before; /* events of earlier calls: row numbers count on from here */
    /* NULL, or whether an id was there in earlier calls: asked for every row in order, on one thread. */
    int (*known)(void *context, uint64_t id, uint32_t partner);
    void *context;
} partner__batch_ask;

/* Checks all rows and packs those up to as_of. `events` is the caller's struct. Errors: DATA naming the row: an
 * index out of range or missing, a day missing or outside the years 1 … 9999, a missing id, one that was there
 * before, a credit note that the program refuses. ARGUMENT, NOMEM, CANCELLED. */
partner_status partner__batch_new(partner__batch *batch, const partner__plan *plan,
                                  const partner_events *events, const partner__batch_ask *ask,
                                  const partner__run *run, partner_error *error);

/* Frees what it holds. Zero is fine. */
void partner__batch_free(partner__batch *batch);

/* Room for sorting, one per thread; zero is empty. */
typedef struct partner__sorting {
    uint64_t *words, *spare;
    partner__row *row;
    size_t room;
} partner__sorting;
void partner__sorting_free(partner__sorting *sorting);

/* The rows of a block by partner, day and row: *rows points into `sorting` or `batch`. Errors: NOMEM,
 * CANCELLED. */
partner_status partner__batch_sorted(const partner__batch *batch, size_t block, partner__sorting *sorting,
                                     const partner__row **rows, partner_error *error);

/* The error of a row whose `reverses` names no event that its partner's account has: looks through all rows for
 * what it is instead. */
partner_status partner__no_original(const partner__book *book, const partner__row *row, uint64_t id,
                                    partner_error *error);

#endif
