/* SPDX-License-Identifier: MIT
 * Rates of being won by stage, each drawn towards the stage before, and what the partners make of them. */
#ifndef PARTNER_PIPELINE_RATES_H
#define PARTNER_PIPELINE_RATES_H

#include "incidence.h"

/* What closed deals of a partner say of a stage. */
typedef struct partner__tally {
    uint32_t deals;          /* distinct: n */
    uint32_t snapshots, won; /* of them in the stage: w = n * won / snapshots */
} partner__tally;

/* Adds a closed line with its first `known` snapshots to the tallies of stages; last[stages] begins as
 * PARTNER_NONE. */
void partner__tally_line(const partner__landmarks *landmarks, size_t line, size_t known, partner__tally *tally,
                         uint32_t *last);

typedef struct partner__partner_record {
    uint32_t partner; /* number */
    uint32_t stage;
    partner__tally all;    /* deals closed by the day of the set */
    partner__tally before; /* closed before it */
} partner__partner_record;

typedef struct partner__rates {
    uint32_t stages;   /* S + 1 */
    size_t *deals;     /* [stages] distinct */
    double *incidence; /* [stages] at its end */
    double *rate;      /* [stages] NaN without snapshots */
    double *strength;  /* [stages] m */
    size_t records;
    partner__partner_record *record; /* [records] by partner, then stage; all.deals > 0 */
    size_t *first_record;            /* [partners + 1] */
} partner__rates;

/* `fold`, `without_fold`: as of a group.
 * To be released by partner__rates_free, also after a failure. Errors: NOMEM, CANCELLED. */
partner_status partner__rates_new(partner__rates *rates, const partner__learning_set *set, const uint32_t *fold,
                                  uint32_t without_fold, partner_error *error);
void partner__rates_free(partner__rates *rates);

/* The record of a partner's number in a stage; NULL = none. PARTNER_NONE has none. O(log). */
const partner__partner_record *partner__record_of(const partner__rates *rates, uint32_t partner,
                                                  uint32_t stage);

static inline double partner__won_of(const partner__tally *tally)
{
    return tally->snapshots == 0 ? 0 : (double)tally->deals * (double)tally->won / (double)tally->snapshots;
}

/* (w + m * rate) / (n + m). */
static inline double partner__drawn(const partner__rates *rates, uint32_t stage, double deals, double won)
{
    const double m = rates->strength[stage];

    return (won + m * rates->rate[stage]) / (deals + m);
}

/* A partner's rate in a stage by all deals closed by the day of the set; a direct deal has the stage's. */
double partner__rate_of(const partner__rates *rates, uint32_t partner, uint32_t stage);

#endif
