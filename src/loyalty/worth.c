/* SPDX-License-Identifier: MIT */
#include "worth.h"

#include <inttypes.h>
#include <partner/loyalty.h>

#include "../base/error.h"
#include "divide.h"

int partner__rounded_share(uint64_t a, uint64_t b, uint64_t c, int64_t *share)
{
    partner__u128 product = partner__u128_mul(a, b);

    return partner__fits_127(product) &&
           partner__rounded(product, partner__u128_from(c), PARTNER_ROUND_EVEN, share);
}

/* 10^(8 - minor_units) minor units of worth make one of the value's; with 9 places it is the other way round.
 */
partner_status partner__worth(uint64_t points, uint64_t point_value, unsigned minor_units, int64_t *money,
                              partner_error *error)
{
    uint64_t factor = minor_units > 8 ? 10 : 1, divisor = 1;

    for (unsigned i = minor_units; i < 8; i++) divisor *= 10;
    if (point_value <= UINT64_MAX / factor &&
        partner__rounded_share(points, point_value * factor, divisor, money))
        return PARTNER_OK;
    return partner__fail(error, PARTNER_E_RANGE,
                         "%" PRIu64 " points are worth more than %" PRId64
                         " minor units, expected figures that fit 64 bits",
                         points, INT64_MAX);
}
