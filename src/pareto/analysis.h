/* SPDX-License-Identifier: MIT
 * One run of the analysis pareto, for those who make it and those who put it into words. */
#ifndef PARTNER_PARETO_ANALYSIS_H
#define PARTNER_PARETO_ANALYSIS_H

#include <partner/pareto.h>
#include <partner/totals.h>

typedef struct partner__pareto_run {
    partner_totals *totals;
    partner_amounts amounts; /* the totals' columns */
    partner_pareto *pareto;
    partner_xyz *xyz;       /* NULL unless options->xyz */
    partner_change *change; /* of everybody enrolled in one window or both; NULL without one */
    partner_change_partners *change_of_lines; /* of the lines of `totals`, with the columns behind it; NULL */
    uint32_t first_cut;                       /* ppm */
    uint8_t after_last_day;                   /* change: the window ends after the last day seen */
} partner__pareto_run;

/* The i-th sentence about a run, as partner_analysis.sentence. */
size_t partner__pareto_sentence(const void *result, size_t i, char *buffer, size_t size);

/* What to act on, as partner_analysis.advice. */
size_t partner__pareto_advice(const void *result, size_t part, char *buffer, size_t size);

#endif
