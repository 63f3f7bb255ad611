/* SPDX-License-Identifier: MIT
 * A made-up configuration, and what it is parsed into. */
#ifndef PARTNER_TESTS_THIN_SEASON_H
#define PARTNER_TESTS_THIN_SEASON_H

#include <partner/record.h>

enum { SEASON_KINDS = 8 };

typedef struct season {
    uint8_t minor_units;
    size_t pays;
    uint32_t kind[SEASON_KINDS], pay[SEASON_KINDS];
    char name[SEASON_KINDS][40];
} season;

extern const partner_config season_config;

#endif
