/* SPDX-License-Identifier: MIT
 * Rows of a table that are about deals and have a day, grouped by deal and in order of their days. */
#ifndef PARTNER_PIPELINE_DATED_H
#define PARTNER_PIPELINE_DATED_H

#include "inputs.h"

typedef struct partner__dated_row {
    int32_t day;
    uint32_t what; /* as partner__dated_table's `what` says */
} partner__dated_row;

/* Those of a line are row[start[line]] … row[start[line + 1] - 1], by day, of the same day as in the table. */
typedef struct partner__dated {
    size_t *start; /* [lines + 1] */
    partner__dated_row *row;
} partner__dated;

typedef struct partner__dated_table {
    const char *name;
    size_t rows;
    const uint32_t *deal; /* checked */
    const int32_t *day;   /* checked */
    uint32_t (*what)(const partner__inputs *in, size_t row);
    uint32_t highest; /* value of `what` */
} partner__dated_table;

/* Takes the rows up to as_of_day of deals that have a line. To be released by partner__dated_free, also after a
 * failure. Errors: RANGE (days, deals and `what` together do not fit 64 bits), NOMEM, CANCELLED. */
partner_status partner__dated_take(partner__dated *dated, const partner__inputs *in,
                                   const partner__dated_table *table, partner_error *error);
void partner__dated_free(partner__dated *dated);

/* How many of a line's rows have a day up to that one. O(log). */
size_t partner__dated_by(const partner__dated *dated, size_t line, int32_t day);

static inline const partner__dated_row *partner__dated_of(const partner__dated *dated, size_t line,
                                                          size_t *rows)
{
    *rows = dated->start[line + 1] - dated->start[line];
    return dated->row + dated->start[line];
}

#endif
