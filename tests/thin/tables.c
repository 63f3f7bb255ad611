/* SPDX-License-Identifier: MIT
 * The library's tables, with those of this folder behind them. The library's own file is included as it is;
 * only its functions get other names. */
#include "record/tables.h"
#include "birds.h"

static const partner_record *library_record_at(size_t i);
static const partner_config *library_config_at(size_t i);
static const partner_analysis *library_analysis_at(size_t i);

#define partner_record_at library_record_at
#define partner_config_at library_config_at
#define partner_analysis_at library_analysis_at
#include "record/tables.c"
#undef partner_record_at
#undef partner_config_at
#undef partner_analysis_at

const partner_record *partner_record_at(size_t i)
{
    if (i < RECORDS) return library_record_at(i);
    for (size_t n = 0; thin_records[n] != NULL; n++)
        if (i == RECORDS + n) return thin_records[n];
    return NULL;
}

const partner_config *partner_config_at(size_t i)
{
    size_t own = 0;

    while (library_config_at(own) != NULL) own++;
    if (i < own) return library_config_at(i);
    for (size_t n = 0; thin_configs[n] != NULL; n++)
        if (i == own + n) return thin_configs[n];
    return NULL;
}

const partner_analysis *partner_analysis_at(size_t i)
{
    if (i < ANALYSES) return library_analysis_at(i);
    for (size_t n = 0; thin_analyses[n] != NULL; n++)
        if (i == ANALYSES + n) return thin_analyses[n];
    return NULL;
}
