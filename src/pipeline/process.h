/* SPDX-License-Identifier: MIT
 * Processes as they come from callers, of whatever version of the structs. */
#ifndef PARTNER_PIPELINE_PROCESS_H
#define PARTNER_PIPELINE_PROCESS_H

#include <partner/pipeline.h>

/* The limits of a process. */
enum {
    PARTNER__PROCESS_ELEMENTS = 4096, /* stages, and milestones of all stages together */
    PARTNER__PROCESS_DAYS = 100000,   /* of any number of days */
    PARTNER__PROCESS_WEIGHT = 1000000000
};

/* Copies of a process and of its elements, in our version of the structs: members that the caller's version has
 * not read as zero. i is below the length. Valid for every process that partner_process_check accepts. */
partner_process partner__process_copy(const partner_process *process);
partner_process_stage partner__process_stage(const partner_process *process, size_t i);
partner_process_milestone partner__process_milestone(const partner_process_stage *stage, size_t i);

/* What the members with a default mean. */
static inline uint32_t partner__process_fresh(const partner_process *process)
{
    return process->fresh_days == 0 ? 30 : process->fresh_days;
}
static inline uint32_t partner__process_weight(const partner_process_milestone *milestone)
{
    return milestone->weight == 0 ? 1 : milestone->weight == PARTNER_WEIGHT_0 ? 0 : milestone->weight;
}

#endif
