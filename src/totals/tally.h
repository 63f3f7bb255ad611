/* SPDX-License-Identifier: MIT
 * The tally from inside: what tally.c (adding rows), saved.c (merging, saving) and totals.c (reading it out)
 * share. */
#ifndef PARTNER_TOTALS_TALLY_H
#define PARTNER_TOTALS_TALLY_H

#include <partner/totals.h>

#include "../base/parallel.h"

/* The sums of one partner, one cache line. All are sums or maxima of what came, so zero bytes are an empty
 * cell, and adding rows and merging cells are associative and commutative. */
typedef struct partner__cell {
    uint64_t gross, returned; /* sums of |amount| by sign; never above PARTNER__OVER */
    uint64_t gained, lost;    /* sums of |margin| by sign; likewise */
    uint64_t sales, returns;  /* rows with amount > 0 and < 0 */
    uint64_t rows;            /* all rows in the window */
    uint32_t first, last;     /* days of sales: last is a code, first an inverted code; 0 = none */
} partner__cell;

/* Sums stop here, one past INT64_MAX: that a sum left int64_t is seen at the end, whatever the order was. */
#define PARTNER__OVER (UINT64_C(1) << 63)

static inline uint64_t partner__capped(uint64_t sum) { return sum < PARTNER__OVER ? sum : PARTNER__OVER; }

/* Codes of days ascend as days do; 0 is PARTNER_NO_DAY. 0 - code descends, and keeps 0 for none. */
static inline uint32_t partner__code_of_day(int32_t day) { return (uint32_t)day ^ UINT32_C(0x80000000); }
static inline int32_t partner__day_of_code(uint32_t code) { return (int32_t)((int64_t)code + INT32_MIN); }

/* Cells 0 … count - 1; those up to `room` are zero. */
typedef struct partner__cells {
    size_t count, room;
    partner__cell *at; /* on a cache line's boundary within the block */
    void *block;
} partner__cells;

/* `count` empty cells; released by partner__cells_free, which leaves none. */
partner_status partner__cells_new(partner__cells *cells, size_t count, partner_error *error);
void partner__cells_free(partner__cells *cells);
/* Makes it `count` cells at least, the new ones empty; on failure nothing has changed. */
partner_status partner__cells_grow(partner__cells *cells, size_t count, partner_error *error);

/* Adds one cell to another. */
void partner__cell_add(partner__cell *into, const partner__cell *from);
/* RANGE, naming the partner, when a sum of the cell has left int64_t. */
partner_status partner__cell_check(const partner__cell *cell, uint32_t partner, partner_error *error);

/* The dictionary of a tally that was loaded without it. */
typedef struct partner__mark {
    uint64_t ids; /* how many ids it held */
    uint64_t fingerprint[2];
} partner__mark;

struct partner_tally {
    partner__run run;
    int32_t from_day, to_day; /* PARTNER_NO_DAY where open */
    uint32_t min_sales;       /* 1 at least */
    uint8_t minor_units;      /* 0 … 9 */
    uint8_t has_margin;       /* a row had the column */
    uint8_t foreign;          /* loaded without its dictionary, which `mark` describes */
    size_t partners;          /* as the options gave it; 0 = not given */
    size_t size;              /* highest index of any row + 1; cells.count is at most that */
    uint64_t rows;            /* in the window */
    uint64_t peak;            /* no sum in the cells is above it */
    int32_t last_day_seen;
    uint32_t currency; /* of the rows added here; PARTNER_NONE as long as none was said */
    partner__mark mark;
    partner__cells cells;
};

/* Adds `delta` (whose sums may be over) to the tally's cells: all or nothing, RANGE names the first partner
 * whose sum left int64_t. `delta` is used up. */
partner_status partner__tally_absorb(partner_tally *tally, partner__cells *delta, partner_error *error);

/* The caller's options, taken and checked but for previous window and roster. */
partner_status partner__totals_take(partner_totals_options *local, const partner_totals_options *caller,
                                    partner_error *error);
/* The day of an options member, PARTNER_NO_DAY where it is open. */
int32_t partner__option_day(int32_t day);
/* The options of growth, taken and checked: both windows are given, and `then` is `now` with the window before.
 */
partner_status partner__growth_windows(const partner_totals_options *options, partner_totals_options *then,
                                       partner_totals_options *now, partner_error *error);
/* The decimal places of an options member, 0 … 9. */
uint8_t partner__option_places(uint8_t minor_units);

#endif
