/* SPDX-License-Identifier: MIT
 * What a pipeline is asked for: options with their defaults resolved, the three tables checked, and the deals
 * that exist on the day as of which everything is said.
 *
 * A deal that exists has a line: 0, 1, … in the order of rows. All the pipeline's own columns are by line. */
#ifndef PARTNER_PIPELINE_INPUTS_H
#define PARTNER_PIPELINE_INPUTS_H

#include <math.h>
#include <partner/pipeline.h>

#include "../base/parallel.h"
#include "steps.h"

enum { PARTNER__MILLION = 1000000 };

/* Options as they are meant: no zero that stands for something else. */
typedef struct partner__pipeline_settings {
    partner__run run;
    uint8_t state_only, backtest, certain, contributions;
    uint8_t minor_units;
    int32_t as_of_day;      /* PARTNER_NO_DAY = the last day in the data */
    int32_t known_from_day; /* PARTNER_NO_DAY = the first closing in the data */
    int32_t split_day;      /* PARTNER_NO_DAY = by the share of closed deals */
    int32_t horizon_days, landmark_days, protect_days, lapse_days;
    uint32_t folds, draws;
    uint64_t seed;
    int64_t target;     /* 0 = none */
    double lambda;      /* 0 = by cross-validation */
    uint32_t stall_ppm; /* the quantile */
    double commit, best_case;
    double correlation; /* NaN = to be learnt */
    double partner_correlation;
    const partner_deal_features *features;       /* as the caller gave it */
    size_t backtest_days;                        /* 0 = every month's end */
    int32_t backtest_day[PARTNER_BACKTEST_DAYS]; /* [backtest_days] ascending */
} partner__pipeline_settings;

/* Errors: ARGUMENT naming the option; UNSUPPORTED. */
partner_status partner__pipeline_settings_take(partner__pipeline_settings *settings,
                                               const partner_pipeline_options *options, partner_error *error);

typedef struct partner__inputs {
    partner__pipeline_settings set;
    const partner__steps *steps;
    partner_deals deals;           /* the caller's columns */
    partner_milestones milestones; /* without rows where there are none */
    partner_claims claims;
    int32_t as_of_day;       /* PARTNER_NO_DAY only when no table has a row */
    size_t lines;            /* deals opened by as_of_day */
    uint32_t *row;           /* [lines] of the caller's deals */
    int32_t *opened;         /* [lines] */
    int32_t *closed;         /* [lines] PARTNER_NO_DAY = open on as_of_day, whatever the file says of later */
    uint8_t *outcome;        /* [lines] as known on as_of_day */
    partner__lookup by_deal; /* line by the deal's index; PARTNER__LATER = opened after as_of_day */
    partner__arena arena;
} partner__inputs;

enum { PARTNER__ROWS_MAX = INT32_MAX }; /* of deals and of claims */
#define PARTNER__LATER (PARTNER_NONE - 1)

/* Takes and checks everything. The tables must stay as they are while the inputs live, which
 * partner__inputs_free ends, also after a failure. Errors: DATA naming table and row; ARGUMENT; RANGE (more
 * deals than indexes); NOMEM; CANCELLED. */
partner_status partner__inputs_take(partner__inputs *in, const partner__steps *steps,
                                    const partner_deals *deals, const partner_milestones *milestones,
                                    const partner_claims *claims, partner_error *error);
void partner__inputs_free(partner__inputs *in);

/* --- a line's own row, as it was known on as_of_day --- */

static inline int partner__is_open(const partner__inputs *in, size_t line)
{
    return in->closed[line] == PARTNER_NO_DAY;
}

/* A row that closes after as_of_day holds what was known at closing: on as_of_day nobody knew it. */
static inline int partner__row_is_later(const partner__inputs *in, size_t line)
{
    return partner__is_open(in, line) && in->deals.closed != NULL &&
           in->deals.closed[in->row[line]] != PARTNER_NO_DAY;
}
static inline uint32_t partner__line_deal(const partner__inputs *in, size_t line)
{
    return in->deals.deal == NULL ? in->row[line] : in->deals.deal[in->row[line]];
}
static inline uint32_t partner__line_partner(const partner__inputs *in, size_t line)
{
    return in->deals.partner == NULL ? PARTNER_NONE : in->deals.partner[in->row[line]];
}
static inline int64_t partner__line_amount(const partner__inputs *in, size_t line)
{
    if (in->deals.amount == NULL || partner__row_is_later(in, line)) return PARTNER_NO_AMOUNT;
    return in->deals.amount[in->row[line]];
}
static inline uint32_t partner__line_customer(const partner__inputs *in, size_t line)
{
    return in->deals.customer == NULL ? PARTNER_NONE : in->deals.customer[in->row[line]];
}
static inline uint32_t partner__line_product(const partner__inputs *in, size_t line)
{
    return in->deals.product == NULL ? PARTNER_NONE : in->deals.product[in->row[line]];
}
static inline int32_t partner__line_registered(const partner__inputs *in, size_t line)
{
    int32_t day = in->deals.registered == NULL ? PARTNER_NO_DAY : in->deals.registered[in->row[line]];

    return day > in->as_of_day ? PARTNER_NO_DAY : day;
}
/* The last day that counts for the deal's state: that of closing, else as_of_day. */
static inline int32_t partner__line_end(const partner__inputs *in, size_t line)
{
    return partner__is_open(in, line) ? in->as_of_day : in->closed[line];
}

#endif
