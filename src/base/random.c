/* SPDX-License-Identifier: MIT */
#include "random.h"

#include "int128.h"

/* The finaliser of SplitMix64 (Steele, Lea & Flood 2014): a bijection in which each input bit changes each
 * output bit with probability 1/2. Its counter form, key + i * odd constant, has period 2^64. */
static uint64_t mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static const uint64_t GOLDEN = UINT64_C(0x9e3779b97f4a7c15);

partner__random partner__random_stream(uint64_t seed, uint64_t stream)
{
    partner__random r = {mix(mix(seed + GOLDEN) ^ (stream * UINT64_C(0xd1342543de82ef95) + 1)), 0};
    return r;
}

uint64_t partner__random_next(partner__random *r) { return mix(r->key + ++r->counter * GOLDEN); }

/* Lemire 2019: the high word of bits * below is uniform once the low words that would make some results more
 * frequent are rejected. */
uint64_t partner__random_below(partner__random *r, uint64_t below)
{
    partner__u128 product = partner__u128_mul(partner__random_next(r), below);

    if (partner__u128_low(product) < below) {
        uint64_t threshold = (0 - below) % below;
        while (partner__u128_low(product) < threshold)
            product = partner__u128_mul(partner__random_next(r), below);
    }
    return partner__u128_high(product);
}

double partner__random_uniform(partner__random *r) { return (double)(partner__random_next(r) >> 11) * 0x1p-53; }
