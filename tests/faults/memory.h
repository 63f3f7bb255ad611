/* SPDX-License-Identifier: MIT
 * The hostile allocator of the fault tests: it fails on demand, always moves on realloc, fills new and freed
 * memory with junk, and checks guard bytes around every block when it is freed. */
#ifndef PARTNER_TESTS_FAULTS_H
#define PARTNER_TESTS_FAULTS_H

#include <stddef.h>

/* From now on allocations are counted, and the `fail_at`-th (from 1; 0 = none) fails: that one only, or it and
 * all that follow. */
void faults_arm(size_t fail_at, int for_ever);

/* No more failures. Returns how many there were. */
size_t faults_disarm(void);

/* Allocations asked for since faults_arm. */
size_t faults_asked(void);

/* Blocks not yet freed. */
size_t faults_live(void);

/* Blocks whose guard bytes were overwritten or that were freed twice or never allocated, so far. */
size_t faults_damaged(void);

#endif
