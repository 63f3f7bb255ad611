/* SPDX-License-Identifier: MIT
 * The suite of src/base. It is built twice: as the machine has it, and with PARTNER_NO_INT128, the form for
 * machines without 128-bit integers. */
#include "base/base.h"

int main(void)
{
    Suite *suite = suite_create("base");

    add_error_cases(suite);
    add_memory_cases(suite);
    add_int128_cases(suite);
    add_lookup_cases(suite);
    add_ratio_cases(suite);
    add_sort_cases(suite);
    add_days_cases(suite);
    add_parallel_cases(suite);
    add_bytes_cases(suite);
    add_numbers_cases(suite);
    return run_suite(suite);
}
