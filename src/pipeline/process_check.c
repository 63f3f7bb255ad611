/* SPDX-License-Identifier: MIT
 * Whether a process can be used. */
#include <inttypes.h>
#include <stdio.h>

#include "../config/check.h"
#include "process.h"

/* Indexes that were there before: of stages' ids, of milestones', of numbers. */
enum { STAGE_NAMES = 0, MILESTONE_NAMES = 1, NUMBERS = 2, NAMES = 3 };
typedef struct checker {
    partner__checker c;
    partner_process process;
    partner_dict *milestone_ids;
    partner_dict *names[NAMES];
    size_t milestones; /* so far */
} checker;

/* Reports and claims say the index, so that two of one kind may not share one. */
static void check_name(checker *c, unsigned which, uint32_t name, const char *whose)
{
    const size_t before = partner_dict_size(c->names[which]);
    const int64_t wide = name;
    uint32_t index;

    if (name == PARTNER_NONE)
        partner__refuse(&c->c, ".name", "is none, expected the index of the id in its dictionary");
    if (c->c.status != PARTNER_OK) return;
    c->c.status = partner_dict_add_integers(c->names[which], 1, &wide, &index, c->c.error);
    if (c->c.status == PARTNER_OK && index < before)
        partner__refuse(&c->c, ".name", "is %" PRIu32 ", which another %s has already", name, whose);
}

static void check_id(checker *c, partner_dict *ids, const char *id, const char *whose)
{
    c->c.ids = ids;
    partner__check_id(&c->c, id, whose);
}

static void check_milestone(checker *c, const partner_process_milestone *m)
{
    check_id(c, c->milestone_ids, m->id, "milestone");
    check_name(c, MILESTONE_NAMES, m->name, "milestone");
    partner__check_within(&c->c, ".required", m->optional, 0, 1);
    if (m->weight != PARTNER_WEIGHT_0)
        partner__check_within(&c->c, ".weight", m->weight, 0, PARTNER__PROCESS_WEIGHT);
    partner__check_within(&c->c, ".valid_days", m->valid_days, 0, PARTNER__PROCESS_DAYS);
    if (m->question != NULL && *m->question == '\0')
        partner__refuse(&c->c, ".question", "is empty, expected some text");
}

static void check_milestones(checker *c, size_t stage, const partner_process_stage *s)
{
    char array[64];

    snprintf(array, sizeof array, "$.stages[%zu].milestones", stage);
    if (!partner__check_begin(&c->c, array, s->milestone, s->milestones)) return;
    c->milestones += s->milestones;
    if (c->milestones > PARTNER__PROCESS_ELEMENTS)
        partner__refuse(&c->c, "", "makes %zu milestones with those of the stages before, expected at most %d",
                        c->milestones, PARTNER__PROCESS_ELEMENTS);
    for (size_t i = 0; i < s->milestones && c->c.status == PARTNER_OK; i++) {
        partner_process_milestone m;

        partner__check_go_to(&c->c, array, s->milestone, i, sizeof m);
        c->c.index = (uint32_t)stage;
        if (c->c.status != PARTNER_OK) return;
        m = partner__process_milestone(s, i);
        check_milestone(c, &m);
    }
}

static void check_stages(checker *c, partner_dict *stage_ids)
{
    const partner_process *p = &c->process;

    if (p->stages == 0) partner__refuse(&c->c, ".stages", "is empty, expected at least one stage");
    if (!partner__check_begin(&c->c, "$.stages", p->stage, p->stages)) return;
    for (size_t i = 0; i < p->stages && c->c.status == PARTNER_OK; i++) {
        partner_process_stage s;

        partner__check_go_to(&c->c, "$.stages", p->stage, i, sizeof s);
        if (c->c.status != PARTNER_OK) return;
        s = partner__process_stage(p, i);
        check_id(c, stage_ids, s.id, "stage");
        check_name(c, STAGE_NAMES, s.name, "stage");
        check_milestones(c, i, &s);
    }
}

/* A number may have the index of a stage (its id is that number then) or none, but no two numbers the same. */
static void check_numbers(checker *c)
{
    const partner_process *p = &c->process;

    for (size_t i = 0; p->number != NULL && i <= p->stages && c->c.status == PARTNER_OK; i++) {
        const size_t before = partner_dict_size(c->names[NUMBERS]);
        const int64_t wide = p->number[i];
        uint32_t index;

        if (p->number[i] == PARTNER_NONE) continue;
        c->c.status = partner_dict_add_integers(c->names[NUMBERS], 1, &wide, &index, c->c.error);
        if (c->c.status == PARTNER_OK && index < before)
            c->c.status = partner__fail(c->c.error, PARTNER_E_ARGUMENT,
                                        "process: number %zu is index %" PRIu32
                                        ", which another number is already, expected one of its own",
                                        i, p->number[i]);
    }
}

static void check_process(checker *c)
{
    partner_dict *stage_ids = NULL;

    if (c->process.name != NULL && *c->process.name == '\0')
        partner__refuse(&c->c, ".name", "is empty, expected some text");
    partner__check_within(&c->c, ".fresh_days", c->process.fresh_days, 0, PARTNER__PROCESS_DAYS);
    if (c->c.status == PARTNER_OK) c->c.status = partner_dict_new(&stage_ids, c->c.error);
    for (size_t i = 0; i < NAMES && c->c.status == PARTNER_OK; i++)
        c->c.status = partner_dict_new(&c->names[i], c->c.error);
    if (c->c.status == PARTNER_OK) c->c.status = partner_dict_new(&c->milestone_ids, c->c.error);
    if (c->c.status == PARTNER_OK) check_stages(c, stage_ids);
    if (c->c.status == PARTNER_OK) check_numbers(c);
    for (size_t i = 0; i < NAMES; i++) partner_dict_free(c->names[i]);
    partner_dict_free(c->milestone_ids);
    partner_dict_free(stage_ids);
}

partner_status partner_process_check(const partner_process *process, partner_error *error)
{
    checker c = {.c = {.error = error, .index = PARTNER_NONE, .at = "$"}};

    c.c.status = partner__take(&c.process, sizeof c.process, process, 0, "process", error);
    if (c.c.status == PARTNER_OK) check_process(&c);
    return c.c.status;
}
