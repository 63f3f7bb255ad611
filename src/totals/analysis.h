/* SPDX-License-Identifier: MIT
 * One run of the analysis totals, for those who make it and those who put it into words. */
#ifndef PARTNER_TOTALS_ANALYSIS_H
#define PARTNER_TOTALS_ANALYSIS_H

#include <partner/totals.h>

typedef struct partner__totals_run {
    partner_totals *totals;
    partner_growth *growth; /* NULL unless the options have a window to compare with */
    uint32_t min_sales;
} partner__totals_run;

/* What to act on, as partner_analysis.advice. */
size_t partner__totals_advice(const void *result, size_t part, char *buffer, size_t size);

#endif
