/* SPDX-License-Identifier: MIT
 * What comes out of accounts while they run: entries, in growing columns, and the figures that are summed from
 * them. */
#ifndef PARTNER_LOYALTY_LEDGER_H
#define PARTNER_LOYALTY_LEDGER_H

#include <partner/loyalty.h>

#include "../base/int128.h"
#include "../base/pulse.h"
#include "plan.h"

/* An event as accounts take it: packed, sorted, its kind looked up. */
typedef struct partner__row {
    int64_t amount, quantity, margin; /* margin: PARTNER_NO_AMOUNT = unknown */
    uint64_t row;                     /* in the columns of this call */
    uint32_t partner, product;
    int32_t day;
    uint16_t slot;     /* PARTNER__NO_SLOT */
    uint16_t reverses; /* 1 = the column `reverses` says what */
} partner__row;

/* One entry, before it goes into columns; the members are the columns of partner_ledger. */
typedef struct partner__entry {
    uint8_t kind;
    uint32_t source; /* rule, or rules + challenge; PARTNER_NONE */
    uint64_t event, reverses;
    int64_t points, capped;
    int32_t lot_expiry;
    uint32_t level; /* the tier as it stands */
    int64_t basis, whole, held, carried;
    int64_t moved; /* by how much balance + pending changed: not that of tier-only grants */
} partner__entry;

/* Growing columns. Zero is an empty ledger. */
typedef struct partner__ledger {
    size_t entries, room;
    size_t likely; /* a guess how many entries there will be, so that columns need not be moved often */
    uint32_t *partner;
    int32_t *day;
    uint8_t *kind;
    uint64_t *event;
    uint32_t *rule;
    int64_t *points, *capped, *qualifying, *balance, *pending;
    uint32_t *tier;
    int32_t *lot_expiry;
    uint64_t *reverses;
    int64_t *basis, *whole, *held, *carried;
} partner__ledger;

void partner__ledger_free(partner__ledger *ledger);
/* Room for so many more entries. Errors: NOMEM, with the ledger as it was. */
partner_status partner__ledger_reserve(partner__ledger *ledger, size_t more, partner_error *error);

/* Copies the entries of another to `place` on, for which there is room. */
void partner__ledger_place(partner__ledger *ledger, size_t place, const partner__ledger *other);

/* A signed sum that nothing overflows (two's complement). Zero is the empty sum. */
typedef struct partner__wide {
    partner__u128 bits;
} partner__wide;

static inline void partner__wide_add(partner__wide *sum, int64_t value)
{
    sum->bits = partner__u128_add(sum->bits, partner__u128_make(value < 0 ? UINT64_MAX : 0, (uint64_t)value));
}
/* The same for a value that is not negative. */
static inline void partner__wide_gain(partner__wide *sum, int64_t value)
{
    sum->bits = partner__u128_add(sum->bits, partner__u128_from((uint64_t)value));
}
/* Whether the sum fits; then *value receives it. */
int partner__wide_value(const partner__wide *sum, int64_t *value);

/* The figures of some entries: in all, and by month. */
typedef struct partner__sums {
    partner__wide issued, redeemed, expired, reversed, adjusted;
    uint64_t promotions, demotions;
} partner__sums;

/* Zero is no figures. */
typedef struct partner__figures {
    partner__sums *month; /* [months] of every month from `from` on */
    int32_t from;         /* months since January 1970; of use only with months > 0 */
    uint32_t months, room;
    uint64_t *promotions, *demotions; /* [levels] entered from below, from above */
    uint32_t levels;
} partner__figures;

void partner__figures_free(partner__figures *figures);
/* Errors: NOMEM. */
partner_status partner__figures_begin(partner__figures *figures, uint32_t levels, partner_error *error);
/* Makes room for a month. Errors: NOMEM. */
partner_status partner__figures_reach(partner__figures *figures, int32_t month, partner_error *error);
/* Adds one to the other: the order does not matter. Errors: NOMEM, with both as they were. */
partner_status partner__figures_merge(partner__figures *into, const partner__figures *from,
                                      partner_error *error);

/* Where an account that runs writes to, and where it reads what rows leave out. One per thread. */
typedef struct partner__book {
    const partner__plan *plan;
    const partner_events
        *events;             /* the call's, as this library knows the struct; NULL when only days are settled */
    uint64_t taken;          /* events before this call: what row numbers as ids count on from */
    partner__ledger *ledger; /* NULL = no entries wanted */
    partner__figures *figures;
    int keep;                         /* 1 = events are remembered, as some may be reversed */
    partner__pulse *pulse;            /* NULL = no interrupt */
    partner__sums *sums;              /* of the month that the account stands in */
    struct partner__scratch *scratch; /* room to work in, see partner__book_free */
} partner__book;

/* Frees the scratch; the rest is the caller's. A book begins as zero but for what its caller gives. */
void partner__book_free(partner__book *book);

/* The id of a row, and what it reverses. */
static inline uint64_t partner__book_id(const partner__book *book, uint64_t row)
{
    return book->events->event != NULL ? book->events->event[row] : book->taken + row;
}

#endif
