/* SPDX-License-Identifier: MIT
 * What partners said about their deals, and when. */
#ifndef PARTNER_PIPELINE_CLAIMS_H
#define PARTNER_PIPELINE_CLAIMS_H

#include "dated.h"

typedef struct partner__claims {
    const partner__inputs *in;
    partner__dated rows; /* `what` is the row of the claims table */
    size_t after_closing;
    uint8_t dated; /* 1 = there is one up to as_of_day */
} partner__claims;

/* To be released by partner__claims_free, also after a failure. Errors: RANGE, NOMEM, CANCELLED. */
partner_status partner__claims_new(partner__claims *claims, const partner__inputs *in, partner_error *error);
void partner__claims_free(partner__claims *claims);

/* One claim; what it leaves open is none. */
typedef struct partner__claim {
    uint32_t stage;     /* 0 … S; PARTNER_NONE */
    double probability; /* NaN */
    int64_t amount;     /* PARTNER_NO_AMOUNT */
    int32_t close;      /* PARTNER_NO_DAY */
} partner__claim;

/* The latest dated claim of a line up to a day, as a whole: what it leaves open is not taken from older ones.
 * Returns 0 when there is none. O(log). */
int partner__claim_on(const partner__claims *claims, size_t line, int32_t day, partner__claim *claim);

/* What is claimed of an open line on as_of_day: the latest dated claim, else what the deal's row says. */
partner__claim partner__claim_now(const partner__claims *claims, size_t line);

#endif
