/* SPDX-License-Identifier: MIT
 * Exact sums of amounts of either sign. */
#ifndef PARTNER_BASE_NET_H
#define PARTNER_BASE_NET_H

#include "int128.h"

/* Zero is the empty sum. */
typedef struct partner__net {
    partner__u128 plus, minus;
} partner__net;

static inline void partner__net_add(partner__net *net, int64_t amount)
{
    partner__u128 *side = amount < 0 ? &net->minus : &net->plus;

    *side = partner__u128_add(*side, partner__u128_from(partner__magnitude(amount)));
}

/* |net|, and whether it is below 0. */
static inline partner__u128 partner__net_size(const partner__net *net, int *below)
{
    *below = partner__u128_less(net->plus, net->minus);
    return *below ? partner__u128_sub(net->minus, net->plus) : partner__u128_sub(net->plus, net->minus);
}

/* a / b, correctly rounded; NaN when b is 0. */
static inline double partner__net_ratio(const partner__net *a, const partner__net *b)
{
    int below_a, below_b;
    const partner__u128 size_a = partner__net_size(a, &below_a), size_b = partner__net_size(b, &below_b);
    const double ratio = partner__ratio(size_a, size_b);

    return below_a == below_b || ratio == 0 ? ratio : -ratio;
}

/* a / count, correctly rounded; NaN when count is 0. */
static inline double partner__net_mean(const partner__net *a, uint64_t count)
{
    const partner__net whole = {partner__u128_from(count), partner__u128_from(0)};

    return partner__net_ratio(a, &whole);
}

#endif
