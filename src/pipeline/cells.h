/* SPDX-License-Identifier: MIT
 * Landmarks that stand for an open deal: those of its stage and half of the ages, or where these are of too few
 * deals of its stage, or of all. */
#ifndef PARTNER_PIPELINE_CELLS_H
#define PARTNER_PIPELINE_CELLS_H

#include "learn.h"

typedef struct partner__forecast_cell {
    uint32_t stage; /* PARTNER_NONE = all */
    uint8_t ages;   /* as of a group */
    uint8_t made, used;
    uint8_t beyond; /* nobody was at risk within the horizon */
    size_t deals;   /* distinct */
    double rate;    /* of being won within the horizon */
    double *spread; /* [months] share of it by the end of each */
    double odds;    /* the model's, of its mean probability over the cell's snapshots */
    double *slope;  /* [terms + 1] what a change of intercept and coefficients adds to them */
} partner__forecast_cell;

typedef struct partner__forecast_cells {
    const partner__learnt *learnt;
    int32_t horizon;
    int64_t twice_median; /* age of the deals that are open on the day */
    size_t months;
    const int32_t *end; /* [months] days from the set's day to the end of each month; the last = horizon */
    size_t terms;       /* of the model that moves rates; 0 = none does */
    size_t cells;       /* 3 * stages + 1 */
    partner__forecast_cell *cell; /* [cells] */
    double *spreads, *slopes, *values, *z;
    uint32_t *batch;
} partner__forecast_cells;

/* `end` must live as long. To be released by partner__forecast_cells_free, also after a failure. Errors: NOMEM.
 */
partner_status partner__forecast_cells_new(partner__forecast_cells *cells, const partner__learnt *learnt,
                                           int64_t twice_median, size_t months, const int32_t *end,
                                           partner_error *error);
void partner__forecast_cells_free(partner__forecast_cells *cells);

/* The number of the cell that stands for deals of a stage and age. Errors: NOMEM. */
partner_status partner__cell_for(partner__forecast_cells *cells, uint32_t stage, int64_t age, size_t *number,
                                 partner_error *error);

#endif
