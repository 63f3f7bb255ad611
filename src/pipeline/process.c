/* SPDX-License-Identifier: MIT */
#include "process.h"

#include "../base/error.h"

partner_process partner__process_copy(const partner_process *process)
{
    partner_process p;

    partner__take_element(&p, sizeof p, process, 0);
    return p;
}

partner_process_stage partner__process_stage(const partner_process *process, size_t i)
{
    partner_process_stage s;

    partner__take_element(&s, sizeof s, process->stage, i);
    return s;
}

partner_process_milestone partner__process_milestone(const partner_process_stage *stage, size_t i)
{
    partner_process_milestone m;

    partner__take_element(&m, sizeof m, stage->milestone, i);
    return m;
}
