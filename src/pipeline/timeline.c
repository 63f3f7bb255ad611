/* SPDX-License-Identifier: MIT */
#include "timeline.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"

enum { BLOCK_BITS = 12, FEWEST = 1024 };

/* Changes of 2^BLOCK_BITS neighbouring lines, one line's after another's; one task makes them. */
typedef struct partner__change_block {
    partner__change *change;
    size_t count, room;
    size_t counted, before, after; /* reports */
} partner__change_block;

typedef struct maker {
    partner__timeline *timeline;
    partner__visit visit;
    void *context;
} maker;

static uint32_t milestone_and_done(const partner__inputs *in, size_t row)
{
    const partner_milestones *m = &in->milestones;
    const uint32_t done = m->done == NULL ? 1 : m->done[row];

    return partner__lookup_get(&in->steps->milestone_of, m->milestone[row]) << 1 | done;
}

static partner_status add_change(partner__change_block *b, int32_t day, uint32_t stage, partner_error *error)
{
    if (b->count == b->room) {
        const size_t room = b->room == 0 ? FEWEST : 2 * b->room;
        partner__change *grown = partner__realloc(b->change, room, sizeof *grown);

        if (grown == NULL) return partner__no_memory(error);
        b->change = grown;
        b->room = room;
    }
    b->change[b->count++] = (partner__change){day, stage};
    return PARTNER_OK;
}

static partner_status follow(const partner__timeline *t, size_t line, partner__walk *walk,
                             partner__change_block *b, partner_error *error)
{
    const int32_t end = partner__line_end(t->in, line);
    uint32_t stage;
    int64_t next;
    partner_status status;

    partner__walk_begin(walk, line);
    partner__walk_to(walk, t->in->opened[line]);
    stage = walk->stage;
    status = add_change(b, t->in->opened[line], stage, error);
    while (status == PARTNER_OK && (next = partner__walk_next(walk)) <= end) {
        partner__walk_to(walk, (int32_t)next);
        if (walk->stage == stage) continue;
        stage = walk->stage;
        status = add_change(b, (int32_t)next, stage, error);
    }
    partner__walk_to(walk, end);
    return status;
}

static void count_reports(const partner__timeline *t, size_t line, partner__change_block *b)
{
    const int32_t opened = t->in->opened[line], end = partner__line_end(t->in, line);
    size_t rows, i = 0;
    const partner__dated_row *row = partner__dated_of(&t->reports, line, &rows);

    while (i < rows && row[i].day < opened) i++;
    b->before += i;
    while (i < rows && row[i].day <= end) i++;
    b->counted += i;
    b->after += rows - i;
}

static partner_status make_block(void *context, size_t block, partner_error *error)
{
    const maker *m = context;
    partner__timeline *t = m->timeline;
    partner__change_block *b = &t->blocks[block];
    const size_t start = block << BLOCK_BITS, full = start + ((size_t)1 << BLOCK_BITS);
    const size_t end = full < t->in->lines ? full : t->in->lines;
    partner__walk walk;
    partner_status status = partner__walk_new(&walk, t, error);

    if (status != PARTNER_OK) return status;
    for (size_t line = start; line < end && status == PARTNER_OK; line++) {
        t->first_change[line] = b->count;
        status = follow(t, line, &walk, b, error);
        if (status != PARTNER_OK) break;
        t->changes[line] = b->count - t->first_change[line];
        count_reports(t, line, b);
        if (m->visit != NULL) m->visit(m->context, line, &walk);
    }
    partner__walk_free(&walk);
    return status;
}

static partner_status make_blocks(maker *m, partner_error *error)
{
    partner__timeline *t = m->timeline;
    const size_t lines = t->in->lines;
    partner_status status;

    t->block_count = (lines + ((size_t)1 << BLOCK_BITS) - 1) >> BLOCK_BITS;
    t->blocks = partner__alloc_zero(t->block_count, sizeof *t->blocks);
    t->first_change = partner__alloc(lines, sizeof *t->first_change);
    t->changes = partner__alloc(lines, sizeof *t->changes);
    if (t->blocks == NULL || t->first_change == NULL || t->changes == NULL) {
        if (t->blocks == NULL) t->block_count = 0;
        return partner__no_memory(error);
    }
    status = partner__parallel(&t->in->set.run, t->block_count, make_block, m, error);
    for (size_t i = 0; i < t->block_count; i++) {
        t->reports_counted += t->blocks[i].counted;
        t->before_opening += t->blocks[i].before;
        t->after_closing += t->blocks[i].after;
    }
    return status;
}

partner_status partner__timeline_new(partner__timeline *timeline, const partner__inputs *in,
                                     partner__visit visit, void *context, partner_error *error)
{
    const partner__dated_table reports = {.name = "milestones",
                                          .rows = in->milestones.rows,
                                          .deal = in->milestones.deal,
                                          .day = in->milestones.day,
                                          .what = milestone_and_done,
                                          .highest = 2 * in->steps->milestones + 1};
    maker m = {timeline, visit, context};
    partner_status status;

    memset(timeline, 0, sizeof *timeline);
    timeline->in = in;
    status = partner__dated_take(&timeline->reports, in, &reports, error);
    return status == PARTNER_OK ? make_blocks(&m, error) : status;
}

void partner__timeline_free(partner__timeline *timeline)
{
    for (size_t i = 0; i < timeline->block_count; i++) partner__free(timeline->blocks[i].change);
    partner__free(timeline->blocks);
    partner__free(timeline->first_change);
    partner__free(timeline->changes);
    partner__dated_free(&timeline->reports);
    memset(timeline, 0, sizeof *timeline);
}

const partner__change *partner__changes_of(const partner__timeline *timeline, size_t line, size_t *changes)
{
    *changes = timeline->changes[line];
    return timeline->blocks[line >> BLOCK_BITS].change + timeline->first_change[line];
}

partner__change partner__stage_on(const partner__timeline *timeline, size_t line, int32_t day)
{
    size_t count, low = 1;
    const partner__change *change = partner__changes_of(timeline, line, &count);

    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (change[middle].day <= day) low = middle + 1;
        else count = middle;
    }
    return change[low - 1];
}

const partner__dated_row *partner__last_report(const partner__timeline *timeline, size_t line,
                                               uint32_t milestone, int32_t day)
{
    size_t rows = partner__reports_by(timeline, line, day), all;
    const partner__dated_row *row = partner__dated_of(&timeline->reports, line, &all);

    while (rows-- > 0)
        if (row[rows].what >> 1 == milestone) return &row[rows];
    return NULL;
}
