/* SPDX-License-Identifier: MIT
 * The caller's own features: taken, and watched for what only a closed deal can tell. */
#ifndef PARTNER_PIPELINE_OWN_H
#define PARTNER_PIPELINE_OWN_H

#include "inputs.h"

typedef struct partner__own {
    uint32_t columns;
    uint32_t *feature; /* [columns] indexes, ascending */
    double *value;     /* [columns * lines] NaN = missing */
} partner__own;

/* Takes the rows and makes columns of them, one for each feature that has a row: deals there, no feature of a
 * deal twice, values not beyond 10^150, or NaN. To be released by partner__own_free, also after a failure.
 * Errors: DATA naming the row, ARGUMENT, RANGE (too many rows or features), NOMEM, CANCELLED. */
partner_status partner__own_take(partner__own *own, const partner__inputs *in, partner_error *error);
void partner__own_free(partner__own *own);

/* Refuses a column of which the missing values alone, the zeros alone, or both together tell won from lost with
 * an area under the curve above 0.95 (or below 0.05): it was written when the deal closed. values [columns *
 * n], label [n]. Errors: DATA naming the feature. */
partner_status partner__own_guard(const partner__own *own, size_t n, const double *values, const uint8_t *label,
                                  partner_error *error);

#endif
