/* SPDX-License-Identifier: MIT
 * What one thread works through, and what that leaves: shared by run.c, which fills it, and result.c. */
#ifndef PARTNER_LOYALTY_SEGMENT_H
#define PARTNER_LOYALTY_SEGMENT_H

#include "run.h"
#include "statement.h"

/* A statement before it goes into columns. */
typedef struct partner__line {
    uint32_t partner, level;
    int32_t until;
    int64_t balance, pending, earned, spent, lapsed, qualifying;
    partner__statement more;
} partner__line;

typedef struct partner__segment {
    size_t first_block, end_block;
    partner__figures figures;
    partner__line *line; /* [lines] */
    size_t lines, room;
    partner__missing missing;
    partner__notices notices;
} partner__segment;

#endif
