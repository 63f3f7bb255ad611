/* SPDX-License-Identifier: MIT
 * What open deals may bring: draws of chances, of factors that deals share, of outcomes and of amounts.
 *
 * A deal is won within the horizon when
 *     √ρc F + √ρp G + √(1 - ρc - ρp) e < Φ⁻¹(p)
 * with F the channel's factor of the draw, G its partner's (direct deals have none) and e its own. Given both
 * factors deals are independent of each other, and are drawn so: their chance is taken from p and the factors,
 * and random bits are held against it. Amounts are integers and so are their sums. */
#ifndef PARTNER_PIPELINE_SIMULATE_H
#define PARTNER_PIPELINE_SIMULATE_H

#include <partner/base.h>

#include "../base/parallel.h"

/* A rate that deals share: drawn from Beta(deals rate + 1/2, deals (1 - rate) + 1/2). */
typedef struct partner__sim_cell {
    double rate;          /* of being won within the horizon */
    double deals;         /* it rests on; 0 = the rate is certain */
    const double *spread; /* [months] share of it by the end of each month: ascending, the last one 1 */
} partner__sim_cell;

typedef struct partner__sim_pool {
    const int64_t *amount; /* [amounts] each as likely as the other */
    size_t amounts;        /* at least 1 */
} partner__sim_pool;

typedef struct partner__sim_deal {
    uint32_t cell;
    uint32_t partner;  /* 0 … partners - 1 */
    uint32_t pool;     /* PARTNER_NONE = it brings `amount` */
    int64_t amount;    /* 0 where nobody knows */
    double shift;      /* of its log-odds against the cell's */
    const double *row; /* NULL, or [terms] what each coefficient's change adds to them */
} partner__sim_deal;

typedef struct partner__simulation {
    size_t deals, cells, pools, partners;
    const partner__sim_deal *deal;
    const partner__sim_cell *cell;
    const partner__sim_pool *pool;
    uint32_t direct; /* the partner that is none: without a factor; PARTNER_NONE = there are no direct deals */
    size_t months;   /* at least 1 */
    size_t terms;
    const double *root; /* [terms * terms] lower triangle R, row after row: covariance of coefficients = R R' */
    double correlation, partner_correlation; /* together below 1 */
    uint32_t draws;                          /* at least 1 */
    uint64_t seed;
    int64_t target;
    const partner__run *run;
} partner__simulation;

/* The ⌈q draws⌉-th smallest. */
typedef struct partner__band {
    int64_t p10, p50, p90;
} partner__band;

typedef struct partner__simulated {
    partner__band money, won;
    double reached;         /* share of the draws that reached the target */
    partner__band *month;   /* NULL or the caller's [months] */
    partner__band *partner; /* NULL or the caller's [partners] */
} partner__simulated;

/* Same figures for every number of threads. The order of deals matters within what chance leaves open.
 * Errors: RANGE (the sum of the largest amounts leaves int64), NOMEM, CANCELLED. O(draws * deals), of which
 * deals of one partner and cell that are shifted alike share most. */
partner_status partner__simulate(const partner__simulation *simulation, partner__simulated *simulated,
                                 partner_error *error);

/* Whether P10 … P90 of the money hold a value: the same answer, with as many draws as it takes. */
partner_status partner__simulate_holds(const partner__simulation *simulation, int64_t value, int *holds,
                                       partner_error *error);

#endif
