/* SPDX-License-Identifier: MIT
 * A process as deals are held against it: its milestones in one row, stages by number, texts of its own. */
#ifndef PARTNER_PIPELINE_STEPS_H
#define PARTNER_PIPELINE_STEPS_H

#include <partner/pipeline.h>

#include "../base/lookup.h"

typedef struct partner__step {
    uint32_t stage;      /* 0 … S - 1 */
    uint32_t weight;     /* in the score */
    uint32_t valid_days; /* 0 = for ever */
    uint32_t name;       /* as in reports */
    uint32_t asked;      /* index of the question; PARTNER_NONE = there is none */
    uint8_t required;
} partner__step;

typedef struct partner__steps {
    uint32_t stages; /* S */
    uint32_t milestones;
    uint32_t fresh_days;
    uint32_t start;               /* objective stage of a deal of which nothing holds */
    uint64_t weights;             /* of all milestones together */
    partner__step *step;          /* [milestones] in the order of the process */
    uint32_t *first;              /* [stages + 1] first milestone of each stage */
    uint32_t *needed;             /* [stages] required milestones of each stage */
    partner__lookup milestone_of; /* milestone by the index that reports say */
    partner__lookup stage_of;     /* stage 0 … S by the index that claims say */
    uint32_t *stage_index;        /* [stages] as in claims */
    char **stage_id;              /* [stages] copies */
    char **id, **question;        /* [milestones] copies; a question may be NULL */
} partner__steps;

/* A stage's index as in claims; PARTNER_NONE from S on, where all are passed. */
static inline uint32_t partner__stage_name(const partner__steps *steps, uint32_t stage)
{
    return stage < steps->stages ? steps->stage_index[stage] : PARTNER_NONE;
}

/* Takes a process that partner_process_check accepts; everything is the arena's. Errors: NOMEM. */
partner_status partner__steps_take(partner__steps *steps, const partner_process *process, partner__arena *arena,
                                   partner_error *error);

#endif
