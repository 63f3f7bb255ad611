/* SPDX-License-Identifier: MIT
 * A segmentation from portfolio, rules and evidence, part by part. */
#include "../base/error.h"
#include "../base/memory.h"
#include "result.h"

/* --- what it is made from --- */

static partner_status take_rules(partner__segment_sources *from, const partner_segment_rules *rules,
                                 const partner_segment_options *options, partner_error *error)
{
    partner_segment_options o;
    unsigned places = 0;
    partner_status status = partner__portfolio_places(&from->portfolio, &places, error);

    if (status == PARTNER_OK)
        status = partner__segment_settings_take(&from->set, rules, options, places, error);
    if (status == PARTNER_OK) status = partner__take(&o, sizeof o, options, 1, "segment_options", error);
    if (status != PARTNER_OK) return status;
    from->rules = partner__rules_copy(rules);
    from->interactions = o.interactions;
    from->expectations = o.expectations;
    from->before = o.previous == NULL ? NULL : partner__segmented_of(o.previous);
    if (rules == NULL && from->interactions != NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "rules is NULL, expected rules that say what the kinds of interaction are");
    return PARTNER_OK;
}

/* The names, and whether they are those of the period before. */
static partner_status take_names(partner__segmented *to, const partner__segment_sources *from,
                                 partner_error *error)
{
    partner_status status = partner__cells_take(&to->cells, &from->rules, &to->arena, error);

    if (status != PARTNER_OK || from->before == NULL) return status;
    return partner__before_check(from->before, to, error);
}

/* --- the parts --- */

static partner_status new_columns(partner__segmented *to, const partner_portfolio *p, partner_error *error)
{
    partner__partner_columns *c = &to->column;
    const size_t n = p->rows;
    int failed = 0;

    c->partner = partner__segment_column(to, n, sizeof *c->partner, &failed);
    c->revenue = partner__segment_column(to, n, sizeof *c->revenue, &failed);
    c->level = partner__segment_column(to, n, sizeof *c->level, &failed);
    c->band = partner__segment_column(to, n, sizeof *c->band, &failed);
    c->mode = partner__segment_column(to, n, sizeof *c->mode, &failed);
    c->declared = partner__segment_column(to, n, sizeof *c->declared, &failed);
    c->carried = partner__segment_column(to, n, sizeof *c->carried, &failed);
    c->segment = partner__segment_column(to, n, sizeof *c->segment, &failed);
    c->reference = partner__segment_column(to, n, sizeof *c->reference, &failed);
    c->headroom = partner__segment_column(to, n, sizeof *c->headroom, &failed);
    c->priority = partner__segment_column(to, n, sizeof *c->priority, &failed);
    c->expected_gain = partner__segment_column(to, n, sizeof *c->expected_gain, &failed);
    c->previous_segment = partner__segment_column(to, n, sizeof *c->previous_segment, &failed);
    if (failed) return partner__no_memory(error);
    for (size_t i = 0; i < n; i++) {
        c->partner[i] = partner__portfolio_partner(p, i);
        c->revenue[i] = p->revenue[i];
    }
    return PARTNER_OK;
}

static partner_status make_bands(partner__segmented *to, const partner__segment_sources *from,
                                 partner_error *error)
{
    const uint32_t bands = from->set.bands;
    partner__partner_columns *c = &to->column;
    const size_t lines = from->portfolio.rows;
    partner_status status = partner__bands_find(&from->set, c->revenue, lines, to->from, error);

    if (status != PARTNER_OK) partner__blame_portfolio(error, "amounts");
    for (size_t i = 0; i < lines && status == PARTNER_OK; i++) {
        const uint32_t then = from->before == NULL ? PARTNER_NONE : from->line_before[i];

        c->level[i] = then == PARTNER_NONE
                          ? partner__band_of(to->from, bands, c->revenue[i])
                          : partner__band_kept(to->from, bands, from->set.margin,
                                               from->before->column.level[then], c->revenue[i]);
        c->band[i] = to->cells.band_name[c->level[i]];
    }
    return status;
}

static void name_segments(partner__segmented *to, size_t lines)
{
    partner__partner_columns *c = &to->column;

    for (size_t i = 0; i < lines; i++)
        c->segment[i] = to->cells.segment_name[partner__cell(c->level[i], c->mode[i])];
}

/* Nobody said what is expected. */
static partner_status no_alignment(partner__segmented *to, size_t lines, partner_error *error)
{
    int failed = 0;
    double *none = partner__segment_column(to, lines, sizeof *none, &failed);
    uint32_t *no_gap = partner__segment_column(to, lines, sizeof *no_gap, &failed);

    if (failed) return partner__no_memory(error);
    for (size_t i = 0; i < lines; i++) {
        none[i] = NAN;
        no_gap[i] = PARTNER_NONE;
    }
    to->partners.alignment = to->partners.give_get = none;
    to->partners.largest_gap = no_gap;
    return PARTNER_OK;
}

static partner_status make_alignment(partner__segmented *to, const partner__segment_sources *from,
                                     partner_error *error)
{
    partner__alignment made;
    partner_status status;

    if (from->expectations == NULL) return no_alignment(to, from->portfolio.rows, error);
    status = partner__alignment_find(&from->set, from->expectations, &from->line, from->portfolio.rows,
                                     &to->arena, &made, error);
    if (status != PARTNER_OK) return status;
    to->partners.alignment = made.alignment;
    to->partners.largest_gap = made.largest_gap;
    to->partners.give_get = made.give_get;
    to->dimensions = made.dimensions;
    to->segmentation.dimensions = &to->dimensions;
    to->segmentation.unlisted += made.unlisted;
    return PARTNER_OK;
}

static int32_t day_of(int32_t option)
{
    return option == 0 ? PARTNER_NO_DAY : option == PARTNER_DAY_0 ? 0 : option;
}

static void show(partner__segmented *to, const partner__segment_sources *from)
{
    partner_segmentation *s = &to->segmentation;
    partner_segment_partners *p = &to->partners;
    const partner__partner_columns *c = &to->column;

    s->partners = p->partners = from->portfolio.rows;
    s->bands = from->set.bands;
    s->minor_units = (uint8_t)from->set.places;
    s->threshold_share = (uint32_t)lround(from->set.threshold_share * PARTNER__MILLION);
    s->from_day = day_of(from->portfolio.from_day);
    s->to_day = day_of(from->portfolio.to_day);
    s->partner = p;
    p->partner = c->partner;
    p->revenue = c->revenue;
    p->level = c->level;
    p->band = c->band;
    p->mode = c->mode;
    p->declared = c->declared;
    p->carried = c->carried;
    p->segment = c->segment;
    p->reference = c->reference;
    p->headroom = c->headroom;
    p->priority = c->priority;
    p->expected_gain = c->expected_gain;
    p->previous_segment = c->previous_segment;
}

static partner_status make(partner__segmented *to, partner__segment_sources *from, partner_error *error)
{
    partner_status status;

    to->set = from->set;
    to->set.run = (partner__run){0, NULL, NULL};
    status = take_names(to, from, error);
    if (status == PARTNER_OK) status = partner__portfolio_take(from, error);
    if (status == PARTNER_OK) status = partner__find_before(from, error);
    if (status == PARTNER_OK) status = new_columns(to, &from->portfolio, error);
    if (status != PARTNER_OK) return status;
    show(to, from);
    status = make_bands(to, from, error);
    if (status == PARTNER_OK) status = partner__make_modes(to, from, error);
    if (status != PARTNER_OK) return status;
    name_segments(to, from->portfolio.rows);
    status = partner__potential_find(&from->set, &from->portfolio, to->column.reference, to->column.headroom,
                                     to->column.priority, error);
    if (status == PARTNER_OK) status = partner__make_hours(to, from, error);
    if (status == PARTNER_OK) status = make_alignment(to, from, error);
    if (status == PARTNER_OK) status = partner__make_lines(to, from, error);
    if (status == PARTNER_OK) status = partner__make_moves(to, from, error);
    return status;
}

partner_status partner_segmentation_new(const partner_portfolio *portfolio, const partner_segment_rules *rules,
                                        const partner_segment_options *options,
                                        partner_segmentation **segmentation, partner_error *error)
{
    partner__segment_sources from = {.line_before = NULL};
    partner__segmented *to;
    partner_status status;

    if (segmentation == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "segmentation is NULL");
    status = partner__take(&from.portfolio, sizeof from.portfolio, portfolio, 0, "portfolio", error);
    from.portfolio.struct_size = sizeof from.portfolio;
    if (status == PARTNER_OK) status = take_rules(&from, rules, options, error);
    if (status != PARTNER_OK) return status;
    to = partner__alloc_zero(1, sizeof *to);
    if (to == NULL) return partner__no_memory(error);
    status = make(to, &from, error);
    partner__arena_free(&from.arena);
    if (status == PARTNER_OK) *segmentation = &to->segmentation;
    else partner_segmentation_free(&to->segmentation);
    return status;
}

void partner_segmentation_free(partner_segmentation *segmentation)
{
    partner__segmented *made = (partner__segmented *)(void *)segmentation;

    if (made == NULL) return;
    partner_allocation_free(made->allocation);
    partner__arena_free(&made->arena);
    partner__free(made);
}
