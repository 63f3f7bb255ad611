/* SPDX-License-Identifier: MIT */
#include "money.h"

#include <inttypes.h>

#include "../base/error.h"

/* Doubles below this in magnitude are in int64_t. */
static const double BEYOND = 9223372036854775808.0;

static partner_status out_of_range(partner__figure f, partner_error *error)
{
    return partner__fail_at(error, PARTNER_E_RANGE,
                            partner__at(f.record, f.field, PARTNER_NO_ROW, PARTNER_NONE),
                            "%s: %s leaves 64 bits, expected at most %" PRId64 " minor units in magnitude",
                            f.record, f.field, INT64_MAX);
}

/* --- sums --- */

/* Whether x + lost = whole + part, 0 <= part < 1, rounds to more than `whole`. A tie is decided by what the
 * addition itself lost, then by whether `whole` belongs to an odd number. */
static int goes_up(double x, double lost, double whole, int odd)
{
    const double sum = x + lost, part = sum - whole, back = sum - x;
    const double rest = (x - (sum - back)) + (lost - back);

    if (part != 0.5) return part > 0.5;
    return rest > 0 || (rest == 0 && odd);
}

static int whole_sum(const partner__sum *sum, int64_t *money)
{
    const double base = floor(sum->sum), x = sum->sum - base, more = floor(x + sum->lost);
    int64_t a, b;

    if (!(fabs(base) < BEYOND && fabs(more) < BEYOND / 2)) return 0;
    a = (int64_t)base;
    b = (int64_t)more;
    b += goes_up(x, sum->lost, more, ((a ^ b) & 1) != 0);
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return 0;
    *money = a + b;
    return 1;
}

partner_status partner__money_of_sum(const partner__sum *sum, partner__figure figure, int64_t *money,
                                     partner_error *error)
{
    return whole_sum(sum, money) ? PARTNER_OK : out_of_range(figure, error);
}

/* --- quotients --- */

/* a / b rounded down, bit by bit from 2^62 on; *rest receives what is left. 0 = it is 2^63 or more. */
static int divide(partner__u256 a, partner__u128 b, uint64_t *quotient, partner__u128 *rest)
{
    partner__u256 left;
    uint64_t q = 0;

    if (!partner__u256_less(a, partner__u256_mul(b, partner__u128_from(UINT64_C(1) << 63)))) return 0;
    for (uint64_t bit = UINT64_C(1) << 62; bit > 0; bit >>= 1)
        if (!partner__u256_less(a, partner__u256_mul(b, partner__u128_from(q | bit)))) q |= bit;
    left = partner__u256_sub(a, partner__u256_mul(b, partner__u128_from(q)));
    *quotient = q;
    *rest = partner__u128_make(left.word[1], left.word[0]);
    return 1;
}

static int whole_quotient(const partner__net *net, partner__u128 times, partner__u128 by, int64_t *money)
{
    int below;
    uint64_t quotient;
    partner__u128 rest, twice;

    if (!divide(partner__u256_mul(partner__net_size(net, &below), times), by, &quotient, &rest)) return 0;
    twice = partner__u128_shl(rest, 1);
    if (partner__u128_less(by, twice) || (!partner__u128_less(twice, by) && (quotient & 1) != 0)) quotient++;
    if (quotient > INT64_MAX) return 0;
    *money = below ? -(int64_t)quotient : (int64_t)quotient;
    return 1;
}

partner_status partner__money_of_net(const partner__net *net, partner__u128 times, partner__u128 by,
                                     partner__figure figure, int64_t *money, partner_error *error)
{
    return whole_quotient(net, times, by, money) ? PARTNER_OK : out_of_range(figure, error);
}

int64_t partner__money_mean(const partner__net *net, uint64_t n)
{
    int64_t mean = 0;

    whole_quotient(net, partner__u128_from(1), partner__u128_from(n), &mean);
    return mean;
}
