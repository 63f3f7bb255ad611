/* SPDX-License-Identifier: MIT
 * A counter-based random generator: the i-th number of a stream is a function of (seed, stream, i), so that
 * streams are independent of each other and of how many threads draw from them. Integers and uniforms are the
 * same on every machine. */
#ifndef PARTNER_BASE_RANDOM_H
#define PARTNER_BASE_RANDOM_H

#include <stdint.h>

#include "int128.h"

typedef struct partner__random {
    uint64_t key, counter;
} partner__random;

/* The finaliser of SplitMix64 (Steele, Lea & Flood 2014): a bijection in which each input bit changes each
 * output bit with probability 1/2. Its counter form, key + i * odd constant, has period 2^64. */
static inline uint64_t partner__random_mix(uint64_t x)
{
    x ^= x >> 30;
    x *= UINT64_C(0xbf58476d1ce4e5b9);
    x ^= x >> 27;
    x *= UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* A stream: each replicate, partner or deal has its own. */
static inline partner__random partner__random_stream(uint64_t seed, uint64_t stream)
{
    const uint64_t of_seed = partner__random_mix(seed + UINT64_C(0x9e3779b97f4a7c15));
    partner__random r = {partner__random_mix(of_seed ^ (stream * UINT64_C(0xd1342543de82ef95) + 1)), 0};

    return r;
}

/* The next 64 random bits. */
static inline uint64_t partner__random_next(partner__random *r)
{
    return partner__random_mix(r->key + ++r->counter * UINT64_C(0x9e3779b97f4a7c15));
}

/* Uniform on 0 … below - 1, exactly; below > 0. Lemire 2019: the high word of bits * below is uniform once the
 * low words that would make some results more frequent are rejected. */
static inline uint64_t partner__random_below(partner__random *r, uint64_t below)
{
    partner__u128 product = partner__u128_mul(partner__random_next(r), below);

    if (partner__u128_low(product) < below) {
        const uint64_t threshold = (0 - below) % below;

        while (partner__u128_low(product) < threshold)
            product = partner__u128_mul(partner__random_next(r), below);
    }
    return partner__u128_high(product);
}

/* Uniform on the multiples of 2^-53 in [0, 1). */
double partner__random_uniform(partner__random *r);

/* Standard normal, by inversion of one uniform of 53 bits. Only in builds with GSL. */
double partner__random_normal(partner__random *r);

#endif
