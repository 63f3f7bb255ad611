/* SPDX-License-Identifier: MIT */
#include "random.h"

partner__random partner__random_stream(uint64_t seed, uint64_t stream)
{
    const uint64_t of_seed = partner__random_mix(seed + UINT64_C(0x9e3779b97f4a7c15));
    partner__random r = {partner__random_mix(of_seed ^ (stream * UINT64_C(0xd1342543de82ef95) + 1)), 0};

    return r;
}

double partner__random_uniform(partner__random *r) { return (double)(partner__random_next(r) >> 11) * 0x1p-53; }
