/* SPDX-License-Identifier: MIT
 * Small pipelines told row by row, for the suites about them. */
#ifndef PARTNER_TESTS_PIPELINE_STORY_H
#define PARTNER_TESTS_PIPELINE_STORY_H

#include "processes.h"

enum { STORY_ROWS = 128 };

/* The tables of a pipeline as they grow, and the process. */
typedef struct story {
    partner_process_dicts dicts;
    partner_process *process;
    partner_deals deals;
    partner_milestones milestones;
    partner_claims claims;
    partner_pipeline_options options; /* state_only, but for what a test says else */
    uint32_t partner[STORY_ROWS], customer[STORY_ROWS], product[STORY_ROWS], claimed_stage[STORY_ROWS];
    int32_t opened[STORY_ROWS], closed[STORY_ROWS], registered[STORY_ROWS], claimed_day[STORY_ROWS];
    uint8_t outcome[STORY_ROWS];
    int64_t amount[STORY_ROWS];
    double claimed_probability[STORY_ROWS];
    uint32_t report_deal[STORY_ROWS], report_milestone[STORY_ROWS];
    int32_t report_day[STORY_ROWS];
    uint8_t report_done[STORY_ROWS], report_source[STORY_ROWS];
    uint32_t claim_deal[STORY_ROWS], claim_stage[STORY_ROWS];
    int32_t claim_day[STORY_ROWS], claim_close[STORY_ROWS];
    double claim_probability[STORY_ROWS];
    int64_t claim_amount[STORY_ROWS];
} story;

static inline void begin_story(story *s, const char *process)
{
    memset(s, 0, sizeof *s);
    s->dicts = new_process_dicts();
    s->process = must_parse_process(process, &s->dicts);
    s->deals = (partner_deals){.struct_size = sizeof s->deals,
                               .partner = s->partner,
                               .opened = s->opened,
                               .closed = s->closed,
                               .outcome = s->outcome,
                               .amount = s->amount,
                               .customer = s->customer,
                               .product = s->product,
                               .registered = s->registered,
                               .claimed_stage = s->claimed_stage,
                               .claimed_probability = s->claimed_probability,
                               .claimed_day = s->claimed_day};
    s->milestones = (partner_milestones){.struct_size = sizeof s->milestones,
                                         .deal = s->report_deal,
                                         .milestone = s->report_milestone,
                                         .day = s->report_day,
                                         .done = s->report_done,
                                         .source = s->report_source};
    s->claims = (partner_claims){.struct_size = sizeof s->claims,
                                 .deal = s->claim_deal,
                                 .day = s->claim_day,
                                 .stage = s->claim_stage,
                                 .probability = s->claim_probability,
                                 .amount = s->claim_amount,
                                 .close = s->claim_close};
    s->options = (partner_pipeline_options){.struct_size = sizeof s->options, .state_only = 1};
}

static inline void end_story(story *s)
{
    partner_process_free(s->process);
    free_process_dicts(&s->dicts);
}

/* An open deal of partner 0 that says nothing more; returns its row. */
static inline uint32_t tell_deal(story *s, int32_t opened)
{
    const size_t i = s->deals.rows++;

    ck_assert_uint_lt(i, STORY_ROWS);
    s->partner[i] = 0;
    s->customer[i] = s->product[i] = s->claimed_stage[i] = PARTNER_NONE;
    s->opened[i] = opened;
    s->closed[i] = s->registered[i] = s->claimed_day[i] = PARTNER_NO_DAY;
    s->outcome[i] = PARTNER_OUTCOME_OPEN;
    s->amount[i] = PARTNER_NO_AMOUNT;
    s->claimed_probability[i] = NAN;
    return (uint32_t)i;
}

static inline uint32_t tell_closed(story *s, int32_t opened, int32_t closed, uint8_t outcome)
{
    const uint32_t i = tell_deal(s, opened);

    s->closed[i] = closed;
    s->outcome[i] = outcome;
    return i;
}

/* The index of an id, which need not be in the dictionary yet; NULL is none. */
static inline uint32_t index_of(partner_dict *dict, const char *id)
{
    uint32_t index = PARTNER_NONE;

    if (id != NULL) ck_assert_int_eq(partner_dict_add_strings(dict, 1, &id, NULL, &index, NULL), PARTNER_OK);
    return index;
}

static inline void tell_report(story *s, uint32_t deal, const char *milestone, int32_t day, uint8_t done)
{
    const size_t i = s->milestones.rows++;

    ck_assert_uint_lt(i, STORY_ROWS);
    s->report_deal[i] = deal;
    s->report_milestone[i] = index_of(s->dicts.milestone, milestone);
    s->report_day[i] = day;
    s->report_done[i] = done;
    s->report_source[i] = (uint8_t)(i % 2);
}

/* Returns the row, for what else it says. */
static inline size_t tell_claim(story *s, uint32_t deal, int32_t day, const char *stage)
{
    const size_t i = s->claims.rows++;

    ck_assert_uint_lt(i, STORY_ROWS);
    s->claim_deal[i] = deal;
    s->claim_day[i] = day;
    s->claim_stage[i] = index_of(s->dicts.stage, stage);
    s->claim_probability[i] = NAN;
    s->claim_amount[i] = PARTNER_NO_AMOUNT;
    s->claim_close[i] = PARTNER_NO_DAY;
    return i;
}

static inline partner_status run_story(const story *s, partner_pipeline **made, partner_error *error)
{
    return partner_pipeline_new(s->process, &s->deals, &s->milestones, &s->claims, &s->options, made, error);
}

static inline partner_pipeline *told_on(story *s, int32_t as_of_day)
{
    partner_pipeline *made = NULL;
    partner_error error;

    s->options.as_of_day = as_of_day == 0 ? PARTNER_DAY_0 : as_of_day;
    must(run_story(s, &made, &error), error);
    return made;
}

#endif
