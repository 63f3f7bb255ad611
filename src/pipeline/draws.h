/* SPDX-License-Identifier: MIT
 * The draws of a simulation: blocks of them, each of which can be worked off by itself. */
#ifndef PARTNER_PIPELINE_DRAWS_H
#define PARTNER_PIPELINE_DRAWS_H

#include "chance.h"
#include "simulate.h"

enum { PARTNER__DRAWS = 128 /* of a block */ };

/* Deals of one partner with one chance, those of one cell that are shifted alike, and one kind of amount. */
typedef struct partner__sim_run {
    size_t first, deals; /* in the plan's order */
    uint32_t cell, pool;
    double shift;
    const double *row;
} partner__sim_run;

typedef struct partner__plan {
    const partner__simulation *s;
    partner__chances *chances;
    const partner__sim_deal **deal; /* [deals] by partner, then by cell, then by pool */
    int64_t *amount;                /* [deals] likewise */
    partner__sim_run *runs;
    size_t *first_run;          /* [partners + 1] */
    uint8_t *plain;             /* [cells] whether it has deals that are not shifted */
    double *odds;               /* [cells * draws] of the drawn rates */
    uint64_t *threshold;        /* [cells * draws] of those that have no partner's factor either */
    double *factor;             /* [draws] √ρc F */
    double *change;             /* [terms * draws] of the coefficients */
    int64_t *money;             /* [draws] */
    uint64_t *won;              /* [draws] */
    uint64_t *cut;              /* [cells * months] thresholds of the month where deals are not correlated */
    double *month_score;        /* NULL, or [cells * (months - 1) * PARTNER__SHARE_KNOTS] where they are */
    int64_t *month;             /* [draws * months] */
    int64_t *sums;              /* [partners at a time * draws] */
    size_t at_a_time, from, to; /* partners */
    size_t skipped;             /* blocks before the first one that is a task */
    partner__simulated *out;
} partner__plan;

static inline int partner__is_moved(const partner__sim_run *r) { return r->row != NULL || r->shift != 0; }

static inline int partner__is_correlated(const partner__simulation *s)
{
    return s->correlation > 0 || s->partner_correlation > 0;
}

/* Tasks of blocks, `context` being the plan: what all deals of a draw share, then the draws of the partners
 * `from` … `to` - 1. Errors: NOMEM. */
partner_status partner__draw_shared(void *context, size_t block, partner_error *error);
partner_status partner__draw_block(void *context, size_t block, partner_error *error);

#endif
