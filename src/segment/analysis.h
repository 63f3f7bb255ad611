/* SPDX-License-Identifier: MIT
 * Segmentation as an analysis: it makes totals and portfolio from sales and the partners file itself. */
#ifndef PARTNER_SEGMENT_ANALYSIS_H
#define PARTNER_SEGMENT_ANALYSIS_H

#include <partner/segment.h>

/* What a run has made. */
typedef struct partner__segment_run {
    partner_segmentation *now, *before; /* before: NULL without a period before */
    int after_last_day;                 /* with one: the window ends after the last day of sales */
    int32_t last_day;                   /* of sales; PARTNER_NO_DAY = none */
} partner__segment_run;

/* As an analysis's `sentence` and `advice`. */
size_t partner__segment_sentence(const void *result, size_t i, char *buffer, size_t size);
size_t partner__segment_advice(const void *result, size_t part, char *buffer, size_t size);

/* A portfolio of totals and the partners file (NULL = none); its columns are the arena's or the totals'. `line`
 * becomes the line of each partner. Errors: ARGUMENT, NOMEM. */
struct partner__arena;
partner_status partner__portfolio_of(const partner_totals *totals, const partner_roster *roster,
                                     uint32_t min_sales, struct partner__arena *arena,
                                     partner_portfolio *portfolio, partner_error *error);

/* Makes of an error about a row of such a portfolio one about the row of the partners file that it comes from.
 */
void partner__portfolio_blame(const partner_totals *totals, const partner_roster *roster, partner_error *error);

#endif
