/* SPDX-License-Identifier: MIT
 * Small portfolios told partner by partner, for the suites about segmentation. */
#ifndef PARTNER_TESTS_SEGMENT_STORY_H
#define PARTNER_TESTS_SEGMENT_STORY_H

#include "segment_rules.h"

enum { STORY_ROWS = 512 };

/* Two bands, from 1000.00 on; what a partner gets an hour for weighs one, and does not age; nothing is believed
 * of a partner before any evidence. */
#define STORY_RULES                                                                                         \
    "{'bands': {'method': 'thresholds', 'thresholds': [1000]},\n"                                           \
    " 'mode': {'kinds': {'order': 'transactional', 'visit': 'consultative'}, 'unit': 60, 'per_hour': 60,\n" \
    "          'half_life_days': 0, 'prior': {'a': 1, 'b': 1}}}"

enum { ORDER = 0, VISIT = 1 }; /* kinds of these rules */

/* The tables of a period as they grow. */
typedef struct period {
    partner_portfolio portfolio;
    partner_interactions interactions;
    partner_segment_options options;
    uint32_t partner[STORY_ROWS], group[STORY_ROWS];
    int64_t revenue[STORY_ROWS], margin[STORY_ROWS], potential[STORY_ROWS];
    double strategic[STORY_ROWS], hours[STORY_ROWS], hours_min[STORY_ROWS], hours_max[STORY_ROWS];
    uint8_t mode[STORY_ROWS], active[STORY_ROWS];
    uint32_t with[STORY_ROWS], kind[STORY_ROWS];
    int32_t day[STORY_ROWS];
    double effort[STORY_ROWS];
} period;

static inline period *new_period(void)
{
    period *p = calloc(1, sizeof *p);

    ck_assert_ptr_nonnull(p);
    p->portfolio = (partner_portfolio)PARTNER_PORTFOLIO_INIT;
    p->portfolio.partner = p->partner;
    p->portfolio.revenue = p->revenue;
    p->portfolio.potential = p->potential;
    p->portfolio.strategic = p->strategic;
    p->portfolio.mode = p->mode;
    p->interactions = (partner_interactions)PARTNER_INTERACTIONS_INIT;
    p->interactions.partner = p->with;
    p->interactions.day = p->day;
    p->interactions.kind = p->kind;
    p->interactions.effort = p->effort;
    p->options = (partner_segment_options)PARTNER_SEGMENT_OPTIONS_INIT;
    p->options.interactions = &p->interactions;
    return p;
}

/* A partner with that revenue and stated potential, in minor units; returns its row. */
static inline size_t tell_partner(period *p, uint32_t partner, int64_t revenue, int64_t potential)
{
    const size_t i = p->portfolio.rows++;

    ck_assert_uint_lt(i, STORY_ROWS);
    p->partner[i] = partner;
    p->group[i] = PARTNER_NONE;
    p->revenue[i] = revenue;
    p->margin[i] = PARTNER_NO_AMOUNT;
    p->potential[i] = potential;
    p->strategic[i] = p->hours[i] = p->hours_min[i] = p->hours_max[i] = NAN;
    p->active[i] = 1;
    return i;
}

/* That many hours of one kind with a partner. */
static inline void tell_hours(period *p, uint32_t partner, uint32_t kind, size_t hours)
{
    for (size_t k = 0; k < hours; k++) {
        const size_t i = p->interactions.rows++;

        ck_assert_uint_lt(i, STORY_ROWS);
        p->with[i] = partner;
        p->kind[i] = kind;
        p->day[i] = (int32_t)(100 + i);
        p->effort[i] = 60;
    }
}

static inline partner_segmentation *segment_period(const period *p, const partner_segment_rules *rules)
{
    partner_segmentation *made = NULL;
    partner_error error;

    must(partner_segmentation_new(&p->portfolio, rules, &p->options, &made, &error), error);
    return made;
}

/* The line of a partner. */
static inline size_t line_of(const partner_segmentation *s, uint32_t partner)
{
    size_t i = 0;

    while (i < s->partners && s->partner->partner[i] != partner) i++;
    ck_assert_uint_lt(i, s->partners);
    return i;
}

#endif
