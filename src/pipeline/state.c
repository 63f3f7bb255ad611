/* SPDX-License-Identifier: MIT
 * Each deal as it stands: objective stage, score, what is claimed, what is seen of it. */
#include "../base/error.h"
#include "../base/int128.h"
#include "result.h"

enum { CLEAR = 3, OF_CLEAR = 4, PARTIAL = 2, OF_PARTIAL = 5 }; /* 0.75 and 0.40 */

typedef struct builder {
    partner__result *to;
    partner__sources *from;
} builder;

static partner_status new_columns(partner__result *to, size_t n, partner_error *error)
{
    partner__deal_columns *d = &to->deal;
    int failed = 0;

    d->row = partner__column(to, n, sizeof *d->row, &failed);
    d->deal = partner__column(to, n, sizeof *d->deal, &failed);
    d->partner = partner__column(to, n, sizeof *d->partner, &failed);
    d->outcome = partner__column(to, n, sizeof *d->outcome, &failed);
    d->stage = partner__column(to, n, sizeof *d->stage, &failed);
    d->stage_name = partner__column(to, n, sizeof *d->stage_name, &failed);
    d->since = partner__column(to, n, sizeof *d->since, &failed);
    d->score = partner__column(to, n, sizeof *d->score, &failed);
    d->out_of_order = partner__column(to, n, sizeof *d->out_of_order, &failed);
    d->claimed = partner__column(to, n, sizeof *d->claimed, &failed);
    d->overclaim = partner__column(to, n, sizeof *d->overclaim, &failed);
    d->days = partner__column(to, n, sizeof *d->days, &failed);
    d->covered = partner__column(to, n, sizeof *d->covered, &failed);
    d->coverage = partner__column(to, n, sizeof *d->coverage, &failed);
    d->visibility = partner__column(to, n, sizeof *d->visibility, &failed);
    d->stalled = partner__column(to, n, sizeof *d->stalled, &failed);
    d->win_rate = partner__column(to, n, sizeof *d->win_rate, &failed);
    d->probability = partner__column(to, n, sizeof *d->probability, &failed);
    d->beyond = partner__column(to, n, sizeof *d->beyond, &failed);
    d->amount = partner__column(to, n, sizeof *d->amount, &failed);
    d->amount_from = partner__column(to, n, sizeof *d->amount_from, &failed);
    d->category = partner__column(to, n, sizeof *d->category, &failed);
    return failed ? partner__no_memory(error) : PARTNER_OK;
}

static void publish(partner__result *to, size_t n)
{
    const partner__deal_columns *d = &to->deal;

    to->deals = (partner_pipeline_deals){
        .deals = n,
        .row = d->row,
        .deal = d->deal,
        .partner = d->partner,
        .outcome = d->outcome,
        .stage = d->stage,
        .stage_name = d->stage_name,
        .since = d->since,
        .score = d->score,
        .out_of_order = d->out_of_order,
        .claimed = d->claimed,
        .overclaim = d->overclaim,
        .days = d->days,
        .covered = d->covered,
        .coverage = d->coverage,
        .visibility = d->visibility,
        .stalled = d->stalled,
        .win_rate = d->win_rate,
        .probability = d->probability,
        .beyond = d->beyond,
        .amount = d->amount,
        .amount_from = d->amount_from,
        .category = d->category,
    };
    to->pipeline.deal = &to->deals;
}

/* Days of [opened, end) that some report of the last fresh_days covers. Reports are in order, so that what the
 * ones before covered ends at one day. */
static uint32_t count_covered(const partner__sources *from, size_t line, int64_t opened, int64_t end)
{
    const int64_t fresh = from->in.steps->fresh_days;
    size_t rows;
    const partner__dated_row *row = partner__dated_of(&from->timeline.reports, line, &rows);
    int64_t covered = 0, seen = opened; /* all that can be covered before this day has been counted */

    for (size_t i = 0; i < rows && row[i].day < end; i++) {
        const int64_t first = row[i].day > seen ? row[i].day : seen;
        const int64_t last = row[i].day + fresh < end ? row[i].day + fresh : end;

        if (last <= first) continue;
        covered += last - first;
        seen = last;
    }
    return (uint32_t)covered;
}

static uint8_t class_of(uint64_t covered, uint64_t days)
{
    if (covered == 0) return PARTNER_VISIBILITY_NONE;
    if (OF_CLEAR * covered >= CLEAR * days) return PARTNER_VISIBILITY_CLEAR;
    return OF_PARTIAL * covered >= PARTIAL * days ? PARTNER_VISIBILITY_PARTIAL : PARTNER_VISIBILITY_POOR;
}

static void write_visibility(const builder *b, size_t line)
{
    const partner__inputs *in = &b->from->in;
    const partner__deal_columns *d = &b->to->deal;
    const int64_t opened = in->opened[line];
    const int64_t end = partner__is_open(in, line) ? (int64_t)in->as_of_day + 1 : in->closed[line];

    d->days[line] = (uint32_t)(end - opened);
    d->covered[line] = count_covered(b->from, line, opened, end);
    d->coverage[line] = d->days[line] == 0 ? 0 : partner__share(d->covered[line], d->days[line]);
    d->visibility[line] = class_of(d->covered[line], d->days[line]);
}

/* Of open deals: what is claimed, and how many required milestones of the stages from the one in work to the
 * claimed one are missing; without a claim those of the one in work. */
static void write_claim(const builder *b, size_t line, const partner__walk *walk)
{
    const partner__deal_columns *d = &b->to->deal;
    const uint32_t claimed = partner__claim_now(&b->from->claims, line).stage;
    const uint32_t after = walk->stage < b->from->in.steps->stages ? walk->stage + 1 : walk->stage;
    const uint32_t end = claimed == PARTNER_NONE ? after : claimed;
    uint32_t missing = 0;

    d->claimed[line] = claimed;
    d->overclaim[line] = claimed == PARTNER_NONE ? INT32_MIN : (int32_t)claimed - (int32_t)walk->stage;
    if (partner__is_open(&b->from->in, line))
        for (uint32_t i = walk->stage; i < end; i++) missing += walk->missing[i];
    b->from->doubts[line] = missing;
}

/* What only learning can tell. */
static void write_unknown(const builder *b, size_t line)
{
    const partner__deal_columns *d = &b->to->deal;
    const size_t *start = b->from->timeline.reports.start;
    const int open = partner__is_open(&b->from->in, line), silent = start[line + 1] == start[line];

    d->stalled[line] = 0;
    d->win_rate[line] = d->probability[line] = NAN;
    d->beyond[line] = 0;
    d->amount[line] = PARTNER_NO_AMOUNT;
    d->amount_from[line] = open ? PARTNER_AMOUNT_UNKNOWN : PARTNER_AMOUNT_CLOSED;
    d->category[line] = !open    ? PARTNER_CATEGORY_CLOSED
                        : silent ? PARTNER_CATEGORY_OMITTED
                                 : PARTNER_CATEGORY_PIPELINE;
}

static void write_line(void *context, size_t line, const partner__walk *walk)
{
    const builder *b = context;
    const partner__inputs *in = &b->from->in;
    const partner__deal_columns *d = &b->to->deal;
    size_t changes;
    const partner__change *change = partner__changes_of(&b->from->timeline, line, &changes);

    d->row[line] = in->row[line];
    d->deal[line] = partner__line_deal(in, line);
    d->partner[line] = partner__line_partner(in, line);
    d->outcome[line] = in->outcome[line];
    d->stage[line] = walk->stage;
    d->stage_name[line] = partner__stage_name(in->steps, walk->stage);
    d->since[line] = change[changes - 1].day;
    d->score[line] = partner__walk_score(walk);
    d->out_of_order[line] = partner__walk_out_of_order(walk);
    write_claim(b, line, walk);
    write_visibility(b, line);
    write_unknown(b, line);
}

partner_status partner__make_states(partner__result *to, partner__sources *from, partner_error *error)
{
    const size_t n = from->in.lines;
    builder b = {to, from};
    partner_status status = new_columns(to, n, error);

    if (status != PARTNER_OK) return status;
    from->doubts = partner__arena_alloc(&from->in.arena, n, sizeof *from->doubts);
    if (from->doubts == NULL) return partner__no_memory(error);
    status = partner__timeline_new(&from->timeline, &from->in, write_line, &b, error);
    if (status == PARTNER_OK) publish(to, n);
    return status;
}
