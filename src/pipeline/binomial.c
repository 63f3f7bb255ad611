/* SPDX-License-Identifier: MIT */
#include "binomial.h"

#include <string.h>

#include "../base/error.h"
#include "../base/sum.h"

/* Smaller ones are dropped at both ends: they are slow where doubles lose digits, and even 20,000 of them are
 * nothing. */
static const double NOTHING = 1e-290;

/* One deal more: q[k] = q[k] (1 - p) + q[k - 1] p, from above so that it can be done in place. */
static void add_deal(double *q, size_t low, size_t high, double p)
{
    q[high + 1] = q[high] * p;
    for (size_t k = high; k > low; k--) q[k] = q[k] * (1 - p) + q[k - 1] * p;
    q[low] *= 1 - p;
}

partner_status partner__binomial(const double *probability, size_t deals, const partner__run *run,
                                 double *distribution, partner_error *error)
{
    size_t low = 0, high = 0;

    if (deals > PARTNER__BINOMIAL_MOST)
        return partner__fail(error, PARTNER_E_ARGUMENT, "binomial: %zu deals, expected at most %d", deals,
                             (int)PARTNER__BINOMIAL_MOST);
    memset(distribution, 0, (deals + 1) * sizeof *distribution);
    distribution[0] = 1;
    for (size_t i = 0; i < deals; i++) {
        if (i % 1024 == 0) {
            const partner_status status = partner__ask(run, error);
            if (status != PARTNER_OK) return status;
        }
        add_deal(distribution, low, high, probability[i]);
        high++;
        while (distribution[high] < NOTHING) distribution[high--] = 0;
        while (distribution[low] < NOTHING) distribution[low++] = 0;
    }
    return PARTNER_OK;
}

size_t partner__binomial_quantile(const double *distribution, size_t deals, unsigned percent)
{
    partner__sum sum = {0, 0};

    for (size_t k = 0; k < deals; k++) {
        partner__sum_add(&sum, distribution[k]);
        if (100 * partner__sum_value(&sum) >= percent) return k;
    }
    return deals;
}

double partner__binomial_reaches(const double *distribution, size_t deals, size_t k)
{
    partner__sum sum = {0, 0};

    for (size_t i = deals + 1; i-- > k;) partner__sum_add(&sum, distribution[i]);
    return partner__sum_value(&sum);
}
