/* SPDX-License-Identifier: MIT
 * How partners work with us: by evidence, by declaration, or as in the period before. */
#include <string.h>

#include "../base/error.h"
#include "result.h"

enum { FEWEST_FOR_A_PRIOR = 10 };

/* Without interactions nobody has evidence. */
static partner_status no_evidence(partner__segmented *to, partner__segment_sources *from, partner_error *error)
{
    const size_t lines = from->portfolio.rows;
    partner__evidence *e = &from->evidence;
    int failed = 0;

    *e = (partner__evidence){.unit = NAN};
    e->consultative = partner__segment_column(to, lines, sizeof *e->consultative, &failed);
    e->transactional = partner__segment_column(to, lines, sizeof *e->transactional, &failed);
    e->effort = partner__segment_column(to, lines, sizeof *e->effort, &failed);
    if (failed) return partner__no_memory(error);
    for (size_t i = 0; i < lines; i++) e->consultative[i] = e->transactional[i] = e->effort[i] = 0;
    return PARTNER_OK;
}

static partner_status find_evidence(partner__segmented *to, partner__segment_sources *from,
                                    partner_error *error)
{
    partner_segmentation *s = &to->segmentation;
    partner_status status =
        from->interactions == NULL
            ? no_evidence(to, from, error)
            : partner__evidence_sum(&from->set, &from->rules, &from->portfolio, from->interactions, &from->line,
                                    &to->arena, &from->evidence, error);

    if (status != PARTNER_OK) return status;
    s->interactions = from->evidence.interactions;
    s->unlisted = from->evidence.unlisted;
    s->with_evidence = from->evidence.with_evidence;
    s->unit = from->evidence.unit;
    to->partners.consultative = from->evidence.consultative;
    to->partners.transactional = from->evidence.transactional;
    to->partners.effort = from->evidence.effort;
    return PARTNER_OK;
}

static partner_status find_prior(partner__segmented *to, const partner__segment_sources *from,
                                 partner_error *error)
{
    partner_segmentation *s = &to->segmentation;

    if (from->set.prior_a > 0) {
        s->prior_from = PARTNER_PRIOR_GIVEN;
        s->prior_a = from->set.prior_a;
        s->prior_b = from->set.prior_b;
        return PARTNER_OK;
    }
    s->prior_from = PARTNER_PRIOR_UNIFORM;
    s->prior_a = s->prior_b = 1;
    if (from->evidence.with_evidence < FEWEST_FOR_A_PRIOR) return PARTNER_OK;
    s->prior_from = PARTNER_PRIOR_FITTED;
    return partner__prior_fit(from->evidence.consultative, from->evidence.transactional, from->portfolio.rows,
                              &from->set.run, &s->prior_a, &s->prior_b, error);
}

static partner_status find_posterior(partner__segmented *to, partner__segment_sources *from,
                                     partner_error *error)
{
    const size_t lines = from->portfolio.rows;
    const partner_segmentation *s = &to->segmentation;
    partner__posterior *p = &from->posterior;
    int failed = 0;

    p->mean = partner__segment_column(to, lines, sizeof *p->mean, &failed);
    p->low = partner__segment_column(to, lines, sizeof *p->low, &failed);
    p->high = partner__segment_column(to, lines, sizeof *p->high, &failed);
    p->p_consultative = partner__segment_column(to, lines, sizeof *p->p_consultative, &failed);
    p->p_transactional = partner__segment_column(to, lines, sizeof *p->p_transactional, &failed);
    if (failed) return partner__no_memory(error);
    to->partners.consultative_share = p->mean;
    to->partners.low = p->low;
    to->partners.high = p->high;
    to->partners.p_consultative = p->p_consultative;
    to->partners.p_transactional = p->p_transactional;
    return partner__posterior_find(&from->set, &from->evidence, lines, s->prior_a, s->prior_b, p, error);
}

/* What was known of a partner in the period before. */
typedef struct past {
    uint8_t mode, carried;
} past;

static past past_of(const partner__segment_sources *from, size_t line)
{
    past none = {PARTNER_MODE_UNKNOWN, 0};
    uint32_t before;

    if (from->before == NULL) return none;
    before = from->line_before[line];
    if (before == PARTNER_NONE) return none;
    return (past){from->before->column.mode[before], from->before->column.carried[before]};
}

/* A mode without evidence is carried once: what was carried then is not carried on. */
static void find_mode(partner__segmented *to, const partner__segment_sources *from, size_t line)
{
    const partner__evidence *e = &from->evidence;
    const past before = past_of(from, line);
    partner__partner_columns *c = &to->column;

    c->declared[line] = c->carried[line] = 0;
    if (from->portfolio.mode != NULL && from->portfolio.mode[line] != PARTNER_MODE_UNKNOWN) {
        c->mode[line] = from->portfolio.mode[line];
        c->declared[line] = 1;
    } else if (e->consultative[line] + e->transactional[line] > 0) {
        c->mode[line] =
            partner__mode_of(from->posterior.p_consultative[line], from->posterior.p_transactional[line],
                             from->set.confidence, before.mode);
    } else {
        c->carried[line] = before.mode != PARTNER_MODE_UNKNOWN && !before.carried;
        c->mode[line] = c->carried[line] ? before.mode : PARTNER_MODE_UNKNOWN;
    }
}

partner_status partner__make_modes(partner__segmented *to, partner__segment_sources *from, partner_error *error)
{
    partner_status status = find_evidence(to, from, error);

    if (status == PARTNER_OK) status = find_prior(to, from, error);
    if (status == PARTNER_OK) status = find_posterior(to, from, error);
    for (size_t i = 0; i < from->portfolio.rows && status == PARTNER_OK; i++) find_mode(to, from, i);
    return status;
}
