/* SPDX-License-Identifier: MIT
 * A counter-based random generator: the i-th number of a stream is a function of (seed, stream, i), so that
 * streams are independent of each other and of how many threads draw from them. Integers and uniforms are the
 * same on every machine. */
#ifndef PARTNER_BASE_RANDOM_H
#define PARTNER_BASE_RANDOM_H

#include <stdint.h>

typedef struct partner__random {
    uint64_t key, counter;
} partner__random;

/* A stream: each replicate, partner or deal has its own. */
partner__random partner__random_stream(uint64_t seed, uint64_t stream);

/* The next 64 random bits. */
uint64_t partner__random_next(partner__random *r);

/* Uniform on 0 … below - 1, exactly (by rejection); below > 0. */
uint64_t partner__random_below(partner__random *r, uint64_t below);

/* Uniform on the multiples of 2^-53 in [0, 1). */
double partner__random_uniform(partner__random *r);

/* Standard normal, by inversion of one uniform of 53 bits. Only in builds with GSL. */
double partner__random_normal(partner__random *r);

#endif
