/* SPDX-License-Identifier: MIT
 * Deals enough for a win model to be learnt from them. */
#ifndef PARTNER_TESTS_MANY_DEALS_H
#define PARTNER_TESTS_MANY_DEALS_H

#include <partner/pipeline.h>

#include "suite.h"

enum { MANY = 400, COLUMNS = 2 };

/* Deals of 90 days each, one a day; the need is met on the tenth day by two thirds of those that are won and a
 * third of the others. Half of what has closed is won. Own columns: noise, and the outcome with noise. */
typedef struct many {
    int32_t opened[MANY], closed[MANY];
    uint8_t outcome[MANY];
    uint32_t partner[MANY], report_deal[MANY], report_milestone[MANY];
    int32_t report_day[MANY];
    uint32_t own_deal[COLUMNS * MANY], own_feature[COLUMNS * MANY];
    double own[COLUMNS * MANY];
    partner_deals deals;
    partner_milestones reports;
    partner_deal_features features;
    partner_pipeline_options options;
} many;

enum { NOISE = 3, HINT = 70 }; /* indexes of the own columns */

static inline void make_many(many *m)
{
    uint64_t state = 11;
    size_t reports = 0;

    memset(m, 0, sizeof *m);
    for (uint32_t i = 0; i < MANY; i++) {
        const int won = i % 2 == 0;

        m->opened[i] = (int32_t)i + 1;
        m->closed[i] = i + 90 > MANY ? PARTNER_NO_DAY : (int32_t)i + 91;
        m->outcome[i] = m->closed[i] == PARTNER_NO_DAY ? PARTNER_OUTCOME_OPEN
                        : won                          ? PARTNER_OUTCOME_WON
                                                       : PARTNER_OUTCOME_LOST;
        m->partner[i] = (uint32_t)(draw(&state) % 5);
        m->own_deal[i] = m->own_deal[MANY + i] = i;
        m->own_feature[i] = NOISE;
        m->own_feature[MANY + i] = HINT;
        m->own[i] = (double)(draw(&state) % 1000) + 1;
        m->own[MANY + i] = (double)(draw(&state) % 1000) + 1 + 100 * won;
        if (draw(&state) % 3 >= (won ? 1U : 2U)) {
            m->report_deal[reports] = i;
            m->report_day[reports++] = (int32_t)i + 11;
        }
    }
    m->deals.struct_size = sizeof m->deals;
    m->deals.rows = MANY;
    m->deals.opened = m->opened;
    m->deals.closed = m->closed;
    m->deals.outcome = m->outcome;
    m->deals.partner = m->partner;
    m->reports.struct_size = sizeof m->reports;
    m->reports.rows = reports;
    m->reports.deal = m->report_deal;
    m->reports.milestone = m->report_milestone;
    m->reports.day = m->report_day;
    m->features.struct_size = sizeof m->features;
    m->features.rows = COLUMNS * MANY;
    m->features.deal = m->own_deal;
    m->features.feature = m->own_feature;
    m->features.value = m->own;
    m->options.struct_size = sizeof m->options;
    m->options.features = &m->features;
}

static inline partner_status run_many(const many *m, partner_pipeline **pipeline, partner_error *error)
{
    const partner_process_milestone need = {.struct_size = sizeof need, .id = "need"};
    const partner_process_stage stage = {
        .struct_size = sizeof stage, .id = "first", .milestone = &need, .milestones = 1};
    const partner_process process = {.struct_size = sizeof process, .stage = &stage, .stages = 1};

    return partner_pipeline_new(&process, &m->deals, &m->reports, NULL, &m->options, pipeline, error);
}

#endif
