/* SPDX-License-Identifier: MIT
 * What a run of loyalty came to, and what is said about it. */
#ifndef PARTNER_LOYALTY_ANALYSIS_H
#define PARTNER_LOYALTY_ANALYSIS_H

#include <partner/loyalty.h>

typedef struct partner__loyalty_outcome {
    partner_loyalty *loyalty;
    partner_loyalty_comparison *comparison; /* NULL unless there is another program */
    partner_loyalty_difference *difference; /* NULL unless there are events as they were */
    int shows_ledger;                       /* it may be there for the difference only */
    partner_loyalty shown;                  /* the loyalty that people see */
} partner__loyalty_outcome;

/* An analysis's `sentence`, for an outcome and for a partner_deferred. */
size_t partner__loyalty_sentence(const void *result, size_t i, char *buffer, size_t size);
size_t partner__deferral_sentence(const void *result, size_t i, char *buffer, size_t size);

/* What to act on, as an analysis's `advice`, for an outcome. */
size_t partner__loyalty_advice(const void *result, size_t part, char *buffer, size_t size);

#endif
