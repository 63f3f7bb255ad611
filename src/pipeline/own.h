/* SPDX-License-Identifier: MIT
 * The caller's own features: taken, and watched for what only a closed deal can tell. */
#ifndef PARTNER_PIPELINE_OWN_H
#define PARTNER_PIPELINE_OWN_H

#include "inputs.h"

/* Takes and checks the columns: as many rows as deals, names there and unique, values of deals that exist
 * finite and not beyond 10^150, or NaN. Without any *own has 0 columns. Errors: ARGUMENT, DATA. */
partner_status partner__own_features_take(partner_feature_matrix *own, const partner__inputs *in,
                                          partner_error *error);

/* Refuses a column of which the missing values alone, the zeros alone, or both together tell won from lost with
 * an area under the curve above 0.95 (or below 0.05): it was written when the deal closed. values [columns *
 * n], label [n]. Errors: DATA naming the feature. */
partner_status partner__own_features_guard(const partner__inputs *in, size_t columns, size_t n,
                                           const double *values, const uint8_t *label, partner_error *error);

#endif
