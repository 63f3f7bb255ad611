/* SPDX-License-Identifier: MIT
 * Columns of events made into rows that lie together block by block, each block a range of partners whose rows
 * fit the cache; and the sorting of a block. */
#ifndef PARTNER_LOYALTY_EVENTS_H
#define PARTNER_LOYALTY_EVENTS_H

#include "ledger.h"

/* A row that waits in its block: half a line of the cache, for there are many. Amounts that do not fit are
 * looked up in the columns again when its block's turn comes. */
typedef struct partner__packed_row {
    uint32_t partner, product;
    int32_t day;
    int32_t amount, quantity;
    int32_t margin; /* INT32_MIN = unknown */
    uint32_t row;   /* its number's lower half */
    uint16_t slot;
    uint16_t marks; /* sum of PARTNER__ROW_…; above them the upper bits of its number */
} partner__packed_row;

enum { PARTNER__ROW_REVERSES = 1, PARTNER__ROW_IN_COLUMNS = 2, PARTNER__ROW_MARKS = 2 };

/* No column of 46 bits of rows has room in the addresses of any machine so far. */
static inline size_t partner__packed_number(const partner__packed_row *row)
{
    return (size_t)((uint64_t)(row->marks >> PARTNER__ROW_MARKS) << 32 | row->row);
}

typedef struct partner__batch {
    const partner__plan *plan;
    partner_events events;    /* the caller's, as this library knows the struct */
    partner__packed_row *row; /* [rows taken] in `memory` */
    void *memory;
    size_t *start; /* [blocks + 1] where the rows of each block begin */
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

/* The rows of a block by partner, day and row, in `sorting`. Errors: NOMEM, CANCELLED. */
partner_status partner__batch_sorted(const partner__batch *batch, size_t block, partner__sorting *sorting,
                                     const partner__row **rows, partner_error *error);

/* The error of a row whose `reverses` names no event that its partner's account has: looks through all rows for
 * what it is instead. */
partner_status partner__no_original(const partner__book *book, const partner__row *row, uint64_t id,
                                    partner_error *error);

#endif
