/* SPDX-License-Identifier: MIT
 * Apart from random.c, because a build without GSL leaves it out. */
#include "gsl.h"
#include "random.h"

/* 53 bits: one is the sign, the others choose one of 2^52 equal stretches of the lower half, by its middle. So
 * neither end comes up, and both tails have all their digits. */
double partner__random_normal(partner__random *r)
{
    uint64_t bits = partner__random_next(r) >> 11;
    double p = ((double)(bits >> 1) + 0.5) * 0x1p-53, x = 0;

    if (partner__normal_quantile(p, &x, NULL) != PARTNER_OK) return 0; /* p is inside 0 … 1/2 */
    return bits & 1 ? -x : x;
}
