/* SPDX-License-Identifier: MIT
 * What the files of xyz share: periods, and each line's rows brought together. */
#ifndef PARTNER_PARETO_XYZ_H
#define PARTNER_PARETO_XYZ_H

#include <partner/pareto.h>

#include "../base/int128.h"
#include "../base/parallel.h"

/* The whole periods of a window. Days are 64-bit: the ends of calendar periods may lie past those of int32_t.
 */
typedef struct partner__periods {
    uint8_t kind;       /* PARTNER_PERIOD_MONTH, _QUARTER or _DAYS */
    uint32_t days;      /* of a period, under PARTNER_PERIOD_DAYS */
    int64_t start, end; /* the window; the same when it is empty */
    int64_t from, to;   /* what the whole periods make up; the same when there is none */
    int64_t first;      /* of the calendar: months or quarters from 1970 to the first period */
    uint32_t count;
} partner__periods;

/* Cuts the window [start, end) into whole periods, counted back from its end. Its kind and days are set. */
void partner__periods_cut(partner__periods *periods, int64_t start, int64_t end);

/* The period of a day, from 0; `count` when it is in none. */
uint32_t partner__period_of(const partner__periods *periods, int32_t day);

/* What is looked at: all taken and checked by partner_xyz_new. */
typedef struct partner__demand {
    partner_sales sales;
    partner_roster roster; /* with roll_up */
    int roll_up;
    const partner_totals *totals;
    partner__run run;
    partner__periods periods;
    uint32_t *line_of; /* [limit] the line of each partner, PARTNER_NONE = none */
    size_t limit;
    uint64_t *words; /* [rows] line and row, by line and then by period, when sorted */
    uint64_t *spare;
    unsigned row_bits;
    size_t blocks;       /* of rows */
    int32_t *first_days; /* [blocks] of the rows in the window; INT32_MAX when none */
} partner__demand;

/* Says which line each partner's rows count for. Errors: DATA (a cycle), NOMEM, CANCELLED. */
partner_status partner__demand_lines(partner__demand *d, partner_error *error);

/* Looks at all rows and cuts the window into periods. Errors: DATA, STATE (a row of a partner without a line),
 * RANGE (no day after the last one), NOMEM, CANCELLED. */
partner_status partner__demand_periods(partner__demand *d, partner_error *error);

/* Brings the rows into the order of lines and periods. Errors: RANGE, NOMEM, CANCELLED. */
partner_status partner__demand_sort(partner__demand *d, partner_error *error);

/* Releases what the demand owns. */
void partner__demand_free(partner__demand *d);

/* What is measured, line by line. */
typedef struct partner__regularity {
    uint32_t cuts[2];
    int since_first;
    double *cv;        /* [lines] */
    uint8_t *xyz;      /* [lines] */
    uint32_t *periods; /* [lines] */
} partner__regularity;
partner_status partner__demand_measure(const partner__demand *d, const partner__regularity *r,
                                       partner_error *error);

#endif
