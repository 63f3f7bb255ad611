/* SPDX-License-Identifier: MIT
 * The deals that are open on a day with their chances of being won within a horizon and what they may bring:
 * what a forecast sums and a simulation draws. It lives on when what it was learnt from is gone. */
#ifndef PARTNER_PIPELINE_OUTLOOK_H
#define PARTNER_PIPELINE_OUTLOOK_H

#include "amounts.h"
#include "cells.h"
#include "money.h"

typedef struct partner__prospect {
    uint32_t line;
    uint32_t cell; /* of sim_cell */
    double probability;
    uint8_t beyond;
    partner__worth worth;
} partner__prospect;

typedef struct partner__outlook {
    int32_t day, horizon;
    size_t deals;
    partner__prospect *deal; /* [deals] by line */
    size_t partners;         /* that have an open deal; direct deals are the last of them */
    uint32_t *partner;       /* [partners] index, ascending; PARTNER_NONE = direct */
    size_t months;
    int32_t *end; /* [months] days from the day to the end of each, the last = horizon */
    partner__amounts amounts;
    partner__sim_deal *sim_deal; /* [deals] */
    partner__sim_cell *sim_cell; /* [cells] */
    size_t cells, terms;
    double *spread, *row, *root;
} partner__outlook;

typedef struct partner__question {
    int32_t horizon;
    uint8_t by_month; /* 0 = the horizon is one month */
    uint8_t own_row;  /* 1 = amounts of the deals' own rows count */
    uint8_t certain;
} partner__question;

/* As of the day of what was learnt. To be released by partner__outlook_free, also after a failure.
 * Errors: NOMEM, CANCELLED. */
partner_status partner__outlook_new(partner__outlook *outlook, const partner__learnt *learnt,
                                    const partner__claims *claims, const partner__question *question,
                                    partner_error *error);
void partner__outlook_free(partner__outlook *outlook);

/* Whether a day up to as_of_day has enough behind it, and open deals before it, for a forecast to be made:
 * both of these. The first one stays true from some day on. O(lines). */
int partner__is_enough(const partner__landmarks *landmarks, int32_t day);
int partner__has_enough_closed(const partner__landmarks *landmarks, int32_t day);
int partner__has_open(const partner__inputs *in, int32_t day);

/* A simulation of the outlook; draws, seed, correlations, target and run are the caller's to set. */
partner__simulation partner__outlook_simulation(const partner__outlook *outlook);

/* Sum of probability * amount of the deals. */
partner__sum partner__outlook_expected(const partner__outlook *outlook);

#endif
