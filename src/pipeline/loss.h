/* SPDX-License-Identifier: MIT */
#ifndef PARTNER_PIPELINE_LOSS_H
#define PARTNER_PIPELINE_LOSS_H

#include <math.h>
#include <stdint.h>

/* -ln of what was said of what came, the probability held to 10^-6 … 1 - 10^-6 as in partner_measures. */
static inline double partner__log_loss_of(uint8_t label, double probability)
{
    const double least = 1e-6;

    if (!(probability >= least)) probability = least;
    if (probability > 1 - least) probability = 1 - least;
    return label ? -log(probability) : -log1p(-probability);
}

#endif
