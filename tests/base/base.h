/* SPDX-License-Identifier: MIT
 * The parts of the suite of src/base, one file each. */
#ifndef PARTNER_TESTS_BASE_H
#define PARTNER_TESTS_BASE_H

#include "../suite.h"

void add_error_cases(Suite *suite);
void add_memory_cases(Suite *suite);
void add_int128_cases(Suite *suite);
void add_lookup_cases(Suite *suite);
void add_ratio_cases(Suite *suite);
void add_sort_cases(Suite *suite);
void add_days_cases(Suite *suite);
void add_parallel_cases(Suite *suite);
void add_bytes_cases(Suite *suite);
void add_numbers_cases(Suite *suite);

#endif
