/* SPDX-License-Identifier: MIT
 * Figures of money as whole minor units: rounded once, half to even, from what is exact or compensated. */
#ifndef PARTNER_PIPELINE_MONEY_H
#define PARTNER_PIPELINE_MONEY_H

#include <partner/base.h>

#include "../base/net.h"
#include "../base/sum.h"

/* A figure of the result, for the error. */
typedef struct partner__figure {
    const char *record, *field;
} partner__figure;

/* *money receives the sum. Errors: RANGE naming the figure. */
partner_status partner__money_of_sum(const partner__sum *sum, partner__figure figure, int64_t *money,
                                     partner_error *error);

/* *money receives net * times / by, exactly rounded; by is above 0 and below 2^127. Errors: as above. */
partner_status partner__money_of_net(const partner__net *net, partner__u128 times, partner__u128 by,
                                     partner__figure figure, int64_t *money, partner_error *error);

/* Mean of n > 0 amounts, none of which is PARTNER_NO_AMOUNT. */
int64_t partner__money_mean(const partner__net *net, uint64_t n);

#endif
