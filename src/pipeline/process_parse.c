/* SPDX-License-Identifier: MIT
 * A process's JSON into its structs, by one table per object. What can be asked of the structs is left to
 * partner_process_check; here is what the text alone shows: types, keys, and zeros that would be taken for
 * defaults. */
#include <stdio.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../config/parse.h"
#include "process.h"

enum { MILESTONE = 0, STAGE = 1, QUESTION = 2, DICTS = 3, DIGITS = 8 };

/* --- milestones --- */

static partner_status read_milestone_id(partner__parser *r, json_t *value, const partner__member *key,
                                        void *into)
{
    partner_process_milestone *to = into;
    partner_status status = partner__parse_text(r, value, key, into);

    return status == PARTNER_OK ? partner__note(r, MILESTONE, to->id, &to->name) : status;
}

static partner_status read_weight(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_process_milestone *to = into;
    partner_status status = partner__parse_u32(r, value, key, into);

    if (status == PARTNER_OK && to->weight == 0) to->weight = PARTNER_WEIGHT_0;
    return status;
}

static partner_status read_question(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_process_milestone *to = into;
    partner_status status = partner__parse_text(r, value, key, into);

    return status == PARTNER_OK ? partner__note(r, QUESTION, to->question, &to->asked) : status;
}

static partner_status read_milestone(partner__parser *r, json_t *value, void *into)
{
    typedef partner_process_milestone type;
    static const partner__member keys[] = {
        {PARTNER__MEMBER("id", read_milestone_id, type, id), .needed = 1},
        {PARTNER__MEMBER("required", partner__parse_no_flag, type, optional)},
        {PARTNER__MEMBER("weight", read_weight, type, weight), .low = 0, .high = PARTNER__PROCESS_WEIGHT},
        {PARTNER__MEMBER("question", read_question, type, question)},
        {PARTNER__MEMBER("valid_days", partner__parse_u32, type, valid_days), .low = 1,
         .high = PARTNER__PROCESS_DAYS},
    };

    ((type *)into)->asked = PARTNER_NONE;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_milestones(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_process_stage *stage = into;
    void *elements = NULL;
    partner_status status = partner__parse_elements(r, value, sizeof *stage->milestone, read_milestone,
                                                    &elements, &stage->milestones);

    (void)key;
    stage->milestone = elements;
    return status;
}

/* --- stages --- */

static partner_status read_stage_id(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_process_stage *to = into;
    partner_status status = partner__parse_text(r, value, key, into);

    return status == PARTNER_OK ? partner__note(r, STAGE, to->id, &to->name) : status;
}

static partner_status read_stage(partner__parser *r, json_t *value, void *into)
{
    typedef partner_process_stage type;
    static const partner__member keys[] = {
        {PARTNER__MEMBER("id", read_stage_id, type, id), .needed = 1},
        {PARTNER__PART("milestones", read_milestones)},
    };

    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_stages(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_process *process = into;
    void *elements = NULL;
    partner_status status =
        partner__parse_elements(r, value, sizeof *process->stage, read_stage, &elements, &process->stages);

    (void)key;
    process->stage = elements;
    return status;
}

/* --- the process --- */

static partner_status read_process(partner__parser *r, json_t *root)
{
    typedef partner_process type;
    static const partner__member keys[] = {
        {PARTNER__PART("$schema", partner__parse_schema)},
        {PARTNER__MEMBER("name", partner__parse_text, type, name)},
        {PARTNER__PART("stages", read_stages), .needed = 1},
        {PARTNER__MEMBER("fresh_days", partner__parse_u32, type, fresh_days), .low = 1,
         .high = PARTNER__PROCESS_DAYS},
    };

    return partner__parse_object(r, root, keys, PARTNER__COUNT_OF(keys), r->whole);
}

/* "0" … "S", after the ids, so that these have their indexes first. */
static partner_status note_numbers(partner__parser *r)
{
    partner_process *process = r->whole;
    const size_t count = process->stages + 1;
    uint32_t *number = partner__arena_alloc(r->arena, count, sizeof *number);
    char *text = partner__arena_alloc(r->arena, count, DIGITS);
    partner_status status = PARTNER_OK;

    if (number == NULL || text == NULL) return partner__no_memory(r->error);
    for (size_t i = 0; i < count && status == PARTNER_OK; i++) {
        snprintf(text + i * DIGITS, DIGITS, "%u", (unsigned)i);
        status = partner__note(r, STAGE, text + i * DIGITS, &number[i]);
    }
    process->number = number;
    return status;
}

static partner_status read_all(partner__parser *r, json_t *root)
{
    partner_status status = read_process(r, root);

    return status == PARTNER_OK ? note_numbers(r) : status;
}

static partner_status check(const void *process, partner_error *error)
{
    return partner_process_check(process, error);
}

/* --- from text to process --- */

typedef struct parsed {
    partner_process process; /* what the caller sees */
    partner__arena arena;
} parsed;

static partner_status take_dicts(const partner_process_dicts *dicts, partner_dict *taken[DICTS],
                                 partner_error *error)
{
    static const char *const names[] = {"milestone", "stage"};
    partner_process_dicts local;
    partner_status status = partner__take(&local, sizeof local, dicts, 0, "dicts", error);

    if (status != PARTNER_OK) return status;
    taken[MILESTONE] = local.milestone;
    taken[STAGE] = local.stage;
    taken[QUESTION] = local.question;
    for (size_t d = 0; d < PARTNER__COUNT_OF(names); d++)
        if (taken[d] == NULL)
            return partner__fail(error, PARTNER_E_ARGUMENT, "dicts: %s is NULL, expected a dictionary",
                                 names[d]);
    return PARTNER_OK;
}

partner_status partner_process_parse(const char *text, size_t length, const partner_process_dicts *dicts,
                                     partner_process **process, partner_error *error)
{
    static const partner__form form = {read_all, check, DICTS};
    partner_dict *taken[DICTS];
    partner_status status;
    parsed *made;

    if (text == NULL || process == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s is NULL", text == NULL ? "text" : "process");
    status = take_dicts(dicts, taken, error);
    if (status != PARTNER_OK) return status;
    made = partner__alloc_zero(1, sizeof *made);
    if (made == NULL) return partner__no_memory(error);
    made->process.struct_size = sizeof made->process;
    status = partner__parse_config(&form, text, length, taken, &made->process, &made->arena, error);
    if (status == PARTNER_OK) *process = &made->process;
    else partner_process_free(&made->process);
    return status;
}

void partner_process_free(partner_process *process)
{
    parsed *made = (parsed *)process;

    if (made == NULL) return;
    partner__arena_free(&made->arena);
    partner__free(made);
}
