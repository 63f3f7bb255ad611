/* SPDX-License-Identifier: MIT
 * What an open deal may bring as of a day: its own amount, or those of deals that were won. */
#ifndef PARTNER_PIPELINE_AMOUNTS_H
#define PARTNER_PIPELINE_AMOUNTS_H

#include "claims.h"
#include "landmarks.h"
#include "simulate.h"

/* Won amounts of the last two years. Pools are those of partners with enough of them, then the channel's. */
typedef struct partner__amounts {
    size_t pools;
    partner__sim_pool *pool; /* [pools] */
    double *mean;            /* [pools] */
    int64_t *told;           /* [pools] mean, rounded */
    uint32_t *pool_of;       /* [partners of the landmarks] PARTNER_NONE = too few */
    uint32_t channel;        /* PARTNER_NONE = nothing was won */
    int64_t *by_partner, *all;
} partner__amounts;

/* To be released by partner__amounts_free, also after a failure. Errors: NOMEM. O(lines). */
partner_status partner__amounts_new(partner__amounts *amounts, const partner__landmarks *landmarks, int32_t day,
                                    partner_error *error);
void partner__amounts_free(partner__amounts *amounts);

typedef struct partner__worth {
    uint8_t from;   /* PARTNER_AMOUNT_… */
    uint32_t pool;  /* PARTNER_NONE unless from PARTNER or CHANNEL */
    int64_t amount; /* 0 unless from OWN */
    double mean;    /* of what it may bring; 0 when nobody knows */
    int64_t told;   /* rounded; PARTNER_NO_AMOUNT when nobody knows */
} partner__worth;

/* Of a line that is open on the day. What stands in its own row is not asked for past days: `own_row` 0. */
partner__worth partner__worth_of(const partner__amounts *amounts, const partner__landmarks *landmarks,
                                 const partner__claims *claims, size_t line, int32_t day, int own_row);

#endif
