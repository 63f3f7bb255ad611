/* SPDX-License-Identifier: MIT */
#include "steps.h"

#include <string.h>

#include "../base/error.h"
#include "process.h"

static partner_status new_columns(partner__steps *s, partner__arena *arena, partner_error *error)
{
    const size_t m = s->milestones, n = s->stages;

    s->step = partner__arena_alloc(arena, m, sizeof *s->step);
    s->id = partner__arena_alloc(arena, m, sizeof *s->id);
    s->question = partner__arena_alloc(arena, m, sizeof *s->question);
    s->first = partner__arena_alloc(arena, n + 1, sizeof *s->first);
    s->needed = partner__arena_alloc(arena, n, sizeof *s->needed);
    s->stage_index = partner__arena_alloc(arena, n, sizeof *s->stage_index);
    s->stage_id = partner__arena_alloc(arena, n, sizeof *s->stage_id);
    if (s->step == NULL || s->id == NULL || s->question == NULL || s->first == NULL || s->needed == NULL ||
        s->stage_index == NULL || s->stage_id == NULL)
        return partner__no_memory(error);
    return PARTNER_OK;
}

/* NULL stays NULL. */
static partner_status copy_text(char **to, const char *text, partner__arena *arena, partner_error *error)
{
    const size_t size = text == NULL ? 0 : strlen(text) + 1;

    *to = NULL;
    if (text == NULL) return PARTNER_OK;
    *to = partner__arena_alloc(arena, size, 1);
    if (*to == NULL) return partner__no_memory(error);
    memcpy(*to, text, size);
    return PARTNER_OK;
}

static partner_status take_milestone(partner__steps *s, uint32_t m, uint32_t stage,
                                     const partner_process_milestone *from, partner__arena *arena,
                                     partner_error *error)
{
    partner_status status = copy_text(&s->id[m], from->id, arena, error);

    if (status == PARTNER_OK) status = copy_text(&s->question[m], from->question, arena, error);
    s->step[m] = (partner__step){.stage = stage,
                                 .weight = partner__process_weight(from),
                                 .valid_days = from->valid_days,
                                 .name = from->name,
                                 .asked = from->question == NULL ? PARTNER_NONE : from->asked,
                                 .required = !from->optional};
    s->weights += s->step[m].weight;
    s->needed[stage] += s->step[m].required;
    return status;
}

static partner_status take_stages(partner__steps *s, const partner_process *p, partner__arena *arena,
                                  partner_error *error)
{
    partner_status status = PARTNER_OK;
    uint32_t m = 0;

    for (uint32_t i = 0; i < s->stages && status == PARTNER_OK; i++) {
        partner_process_stage stage = partner__process_stage(p, i);

        s->first[i] = m;
        s->needed[i] = 0;
        s->stage_index[i] = stage.name;
        status = copy_text(&s->stage_id[i], stage.id, arena, error);
        for (size_t k = 0; k < stage.milestones && status == PARTNER_OK; k++) {
            partner_process_milestone one = partner__process_milestone(&stage, k);
            status = take_milestone(s, m++, i, &one, arena, error);
        }
    }
    s->first[s->stages] = m;
    return status;
}

static partner_status look_milestones_up(partner__steps *s, partner__arena *arena, partner_error *error)
{
    uint32_t highest = 0;
    partner_status status;

    for (uint32_t m = 0; m < s->milestones; m++)
        if (s->step[m].name > highest) highest = s->step[m].name;
    status = partner__lookup_new(&s->milestone_of, s->milestones, highest, arena, error);
    for (uint32_t m = 0; m < s->milestones && status == PARTNER_OK; m++)
        *partner__lookup_at(&s->milestone_of, s->step[m].name) = m;
    return status;
}

/* Where a stage's id looks like a number, it is the id that counts. */
static partner_status look_stages_up(partner__steps *s, const partner_process *p, partner__arena *arena,
                                     partner_error *error)
{
    uint32_t highest = 0;
    partner_status status;

    for (uint32_t i = 0; i < s->stages; i++)
        if (s->stage_index[i] > highest) highest = s->stage_index[i];
    for (size_t i = 0; p->number != NULL && i <= p->stages; i++)
        if (p->number[i] != PARTNER_NONE && p->number[i] > highest) highest = p->number[i];
    status = partner__lookup_new(&s->stage_of, 2 * p->stages + 1, highest, arena, error);
    for (uint32_t i = 0; i < s->stages && status == PARTNER_OK; i++)
        *partner__lookup_at(&s->stage_of, s->stage_index[i]) = i;
    for (uint32_t i = 0; p->number != NULL && i <= s->stages && status == PARTNER_OK; i++) {
        uint32_t *at;
        if (p->number[i] == PARTNER_NONE) continue;
        at = partner__lookup_at(&s->stage_of, p->number[i]);
        if (*at == PARTNER_NONE) *at = i;
    }
    return status;
}

partner_status partner__steps_take(partner__steps *steps, const partner_process *process, partner__arena *arena,
                                   partner_error *error)
{
    partner_process p = partner__process_copy(process);
    partner__steps s = {.stages = (uint32_t)p.stages, .fresh_days = partner__process_fresh(&p)};
    partner_status status;

    for (size_t i = 0; i < p.stages; i++) s.milestones += (uint32_t)partner__process_stage(&p, i).milestones;
    status = new_columns(&s, arena, error);
    if (status == PARTNER_OK) status = take_stages(&s, &p, arena, error);
    if (status == PARTNER_OK) status = look_milestones_up(&s, arena, error);
    if (status == PARTNER_OK) status = look_stages_up(&s, &p, arena, error);
    if (status != PARTNER_OK) return status;
    while (s.start < s.stages && s.needed[s.start] == 0) s.start++;
    *steps = s;
    return PARTNER_OK;
}
