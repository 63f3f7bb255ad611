/* SPDX-License-Identifier: MIT
 * The form of an account's bytes: what codec.c, which writes them, and codec_read.c share. */
#ifndef PARTNER_LOYALTY_CODEC_FORM_H
#define PARTNER_LOYALTY_CODEC_FORM_H

#include "codec.h"
#include "pack.h"

/* Of the account. */
enum {
    BEGAN = 1,
    FAILED = 2,
    YEAR_DIFFERS = 4,
    LAST_DIFFERS = 8,
    DEBT = 16,
    CAP_USED = 32,
    ACCOUNT_FLAGS = 63
};
/* Of a counter. */
enum { REST = 1, REST_HIGH = 2, WHOLE = 4, USED = 8, FIRST = 16, COUNTER_FLAGS = 31 };
/* Of an event. */
enum { FLAGS = 1, AMOUNT = 2, REVERSED = 4, QUANTITY = 8, LEVEL = 16, PARTS = 32, PAST_FLAGS = 63 };
/* Of a grant, in the lowest bits in front of its rule. */
enum { WITH_LOT = 1, USES_FIRST = 2, TAKEN_BACK = 4, REFUSED = 8, GRANT_BITS = 4 };
/* Of a lot. */
enum { OF_GRANT = 1, LEFT = 2, EXPIRED = 4, EXCUSED = 8, LOT_FLAGS = 15 };

enum {
    OTHER_THAN_SALES = PARTNER__EVENT_REDEMPTION | PARTNER__EVENT_ADJUSTMENT | PARTNER__EVENT_REVERSAL,
    ALL_PAST_FLAGS = OTHER_THAN_SALES | PARTNER__EVENT_CREDIT | PARTNER__EVENT_ACCEPTED |
                     PARTNER__EVENT_UNDONE | PARTNER__EVENT_OLD
};

/* An event's quantity when nothing is said. */
static inline int64_t partner__usual_quantity(uint32_t flags)
{
    return (flags & OTHER_THAN_SALES) != 0 ? 0 : 1;
}

/* The first grant from `i` on that points to a lot; grants and lots come in the same order. */
static inline uint32_t partner__next_with_lot(const partner__account *a, uint32_t i)
{
    while (i < a->grants && a->grant[i].lot == PARTNER_NONE) i++;
    return i;
}

#endif
