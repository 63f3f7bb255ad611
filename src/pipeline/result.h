/* SPDX-License-Identifier: MIT
 * The result of a pipeline while it is made: columns that can still be written, and what its sentences need
 * when the inputs are gone. */
#ifndef PARTNER_PIPELINE_RESULT_H
#define PARTNER_PIPELINE_RESULT_H

#include "learn.h"

/* partner_pipeline_deals, to be written. */
typedef struct partner__deal_columns {
    size_t *row;
    uint32_t *deal, *partner;
    uint8_t *outcome;
    uint32_t *stage, *stage_name;
    int32_t *since;
    double *score;
    uint32_t *out_of_order, *claimed;
    int32_t *overclaim;
    uint32_t *days, *covered;
    double *coverage;
    uint8_t *visibility, *stalled;
    double *win_rate, *probability;
    uint8_t *beyond;
    int64_t *amount;
    uint8_t *amount_from, *category;
} partner__deal_columns;

/* partner_pipeline_doubts, to be written. */
typedef struct partner__doubt_columns {
    uint32_t *deal, *partner, *milestone;
    uint8_t *reason;
    int32_t *day;
    uint32_t *question;
    double *effect;
    uint32_t *line;   /* of the deal */
    uint32_t *number; /* of the milestone in the process */
} partner__doubt_columns;

/* The public struct comes first: a partner_pipeline * is a pointer to this. */
typedef struct partner__result {
    partner_pipeline pipeline;
    partner__arena arena; /* of everything the result points to */
    partner__steps steps;
    partner_pipeline_deals deals;
    partner_pipeline_doubts doubts;
    partner_pipeline_visibility visibility;
    partner_pipeline_conversions conversions;
    partner__deal_columns deal;
    partner__doubt_columns doubt;
} partner__result;

static inline const partner__result *partner__result_of(const partner_pipeline *pipeline)
{
    return (const partner__result *)(const void *)pipeline;
}

/* A column of the result; *failed becomes 1 when there is no memory for it. */
static inline void *partner__column(partner__result *to, size_t count, size_t size, int *failed)
{
    void *column = partner__arena_alloc(&to->arena, count, size);

    if (column == NULL) *failed = 1;
    return column;
}

/* What the parts of a result are made from. */
typedef struct partner__sources {
    partner__inputs in;
    partner__claims claims;
    partner__timeline timeline;
    uint32_t *doubts; /* [lines] how many each deal raises */
} partner__sources;

/* Each fills its part of the result. Errors: NOMEM, CANCELLED, RANGE. */
partner_status partner__make_states(partner__result *to, partner__sources *from, partner_error *error);
partner_status partner__make_doubts(partner__result *to, const partner__sources *from, partner_error *error);
partner_status partner__make_visibility(partner__result *to, const partner__sources *from,
                                        partner_error *error);
partner_status partner__make_conversions(partner__result *to, const partner__sources *from,
                                         partner_error *error); /* and which deals are stalled */
partner_status partner__make_summary(partner__result *to, const partner__sources *from, partner_error *error);

/* The type 7 quantile at ppm / 10^6 of n > 0 ascending values, correctly rounded: the exact one is a whole
 * number of millionths. */
double partner__quantile(const uint64_t *ascending, size_t n, uint32_t ppm);

#endif
