/* SPDX-License-Identifier: MIT
 * Partners are independent, so blocks of them are worked through by threads. What they leave is kept segment by
 * segment, a segment being blocks that follow each other, and put together in their order. */
#include "run.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "segment.h"

enum {
    QUIET_BLOCK = 1024,      /* partners of a block where there are no rows */
    SEGMENTS_PER_THREAD = 8, /* so that no thread waits long for the last one */
    LINES_AT_FIRST = 256
};

/* A play while it runs. */
typedef struct stage {
    const partner__play *play;
    partner__played *played;
    size_t blocks;
    partner__pulse pulse;
} stage;

/* What one thread works with. */
typedef struct hand {
    partner__account account;
    partner__sorting sorting;
    partner__book book;
} hand;

static size_t block_count(const partner__play *play)
{
    if (play->batch != NULL) return play->batch->blocks;
    return play->partners / QUIET_BLOCK + (play->partners % QUIET_BLOCK != 0);
}

size_t partner__play_segments(const partner__play *play)
{
    size_t blocks = block_count(play), threads = partner__threads(&play->run, blocks);
    size_t segments = threads > 1 ? threads * SEGMENTS_PER_THREAD : 1;

    return segments < blocks ? segments : blocks;
}

/* The partners of a block: [first, end). */
static size_t block_begins(const partner__play *play, size_t block)
{
    size_t partner;

    if (play->batch == NULL) {
        partner = block * QUIET_BLOCK;
        return partner < play->partners ? partner : play->partners;
    }
    if (block > (SIZE_MAX >> play->batch->shift)) return play->partners;
    partner = block << play->batch->shift;
    return partner < play->partners ? partner : play->partners;
}

/* --- one partner --- */

static partner_status write_line(const partner__play *play, partner__segment *s, const partner__account *a,
                                 partner_error *error)
{
    size_t room = s->room < LINES_AT_FIRST ? LINES_AT_FIRST : s->room + s->room / 2;
    partner_status status = PARTNER_OK;
    partner__line *line;

    if (s->lines == s->room) {
        partner__line *grown = partner__realloc(s->line, room, sizeof *grown);
        if (grown == NULL) return partner__no_memory(error);
        s->line = grown;
        s->room = room;
    }
    line = &s->line[s->lines];
    line->partner = a->partner;
    line->level = a->now.level;
    line->until = a->now.until;
    line->balance = partner__account_balance(a);
    line->pending = a->pending;
    line->earned = a->earned;
    line->spent = a->spent;
    line->lapsed = a->lapsed;
    line->qualifying = a->qualifying;
    partner__statement_of(a, play->plan, &line->more);
    if (line->more.requirements_missing > 0)
        status = partner__missing_add(&s->missing, a, play->plan, &line->more, error);
    if (status == PARTNER_OK && play->notices)
        status = partner__notices_add(&s->notices, a, play->plan, &line->more, error);
    if (status == PARTNER_OK) s->lines++;
    return status;
}

static partner_status play_partner(const stage *stage, size_t number, uint32_t partner,
                                   const partner__row *rows, size_t n, hand *h, partner_error *error)
{
    const partner__play *play = stage->play;
    partner_status status = play->open(play->context, number, partner, &h->account, error);

    if (status == PARTNER_OK && n > 0) status = partner__account_take(&h->account, rows, n, &h->book, error);
    if (status == PARTNER_OK && !play->touched && play->as_of != PARTNER_NO_DAY)
        status = partner__account_settle(&h->account, play->as_of, &h->book, error);
    if (status == PARTNER_OK && play->lines)
        status = write_line(play, &stage->played->segment[number], &h->account, error);
    if (status == PARTNER_OK && play->close != NULL)
        status = play->close(play->context, number, &h->account, error);
    return status;
}

/* --- blocks --- */

/* The rows of a partner, and whether one of them reverses another. */
static size_t rows_of(const partner__row *rows, size_t n, uint32_t partner, int *reverses)
{
    size_t i = 0;

    *reverses = 0;
    for (; i < n && rows[i].partner == partner; i++) *reverses |= rows[i].reverses;
    return i;
}

static partner_status play_block(const stage *stage, size_t number, size_t block, hand *h, partner_error *error)
{
    const partner__play *play = stage->play;
    const partner__row *rows = NULL;
    size_t n = 0, next = block_begins(play, block), end = block_begins(play, block + 1);
    partner_status status = PARTNER_OK;

    if (play->batch != NULL) {
        n = play->batch->start[block + 1] - play->batch->start[block];
        status = partner__batch_sorted(play->batch, block, &h->sorting, &rows, error);
    }
    while (status == PARTNER_OK) {
        size_t count;
        int reverses;

        if (play->touched) next = n > 0 ? rows[0].partner : end;
        if (next >= end) break;
        count = rows_of(rows, n, (uint32_t)next, &reverses);
        h->book.keep = reverses || play->close != NULL;
        status = play_partner(stage, number, (uint32_t)next, rows, count, h, error);
        if (count > 0) rows += count;
        n -= count;
        next++;
    }
    return status;
}

/* Guesses after each block how many entries all of the segment will make, from those of its rows so far. */
static void expect(partner__segment *s, const partner__batch *batch, size_t block)
{
    size_t first = batch->start[s->first_block], done = batch->start[block + 1] - first;
    double all = (double)(batch->start[s->end_block] - first), likely;

    if (done == 0) return;
    likely = (double)s->ledger.entries * (all / (double)done) * 1.04;
    if (likely < (double)(SIZE_MAX / 256)) s->ledger.likely = (size_t)likely;
}

static partner_status play_segment(void *context, size_t number, partner_error *error)
{
    stage *stage = context;
    const partner__play *play = stage->play;
    partner__segment *s = &stage->played->segment[number];
    hand h = {.book = {.plan = play->plan,
                       .events = play->batch != NULL ? &play->batch->events : NULL,
                       .taken = play->before,
                       .ledger = play->ledger ? &s->ledger : NULL,
                       .figures = &s->figures,
                       .pulse = &stage->pulse}};
    partner_status status = partner__figures_begin(&s->figures, play->plan->levels, error);

    for (size_t block = s->first_block; block < s->end_block && status == PARTNER_OK; block++) {
        status = partner__pulse_ask(&stage->pulse, error);
        if (status == PARTNER_OK) status = play_block(stage, number, block, &h, error);
        if (status == PARTNER_OK && play->ledger && play->batch != NULL) expect(s, play->batch, block);
    }
    partner__account_free(&h.account);
    partner__sorting_free(&h.sorting);
    partner__book_free(&h.book);
    return status;
}

/* --- all of it --- */

/* Blocks have about as many rows each. */
static partner_status make_segments(stage *stage, partner_error *error)
{
    partner__played *p = stage->played;

    p->segments = partner__play_segments(stage->play);
    p->segment = partner__alloc_zero(p->segments, sizeof *p->segment);
    if (p->segment == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < p->segments; i++) {
        p->segment[i].first_block =
            stage->blocks / p->segments * i + stage->blocks % p->segments * i / p->segments;
        if (i > 0) p->segment[i - 1].end_block = p->segment[i].first_block;
    }
    if (p->segments > 0) p->segment[p->segments - 1].end_block = stage->blocks;
    return PARTNER_OK;
}

static partner_status join_figures(const partner__play *play, partner__played *played, partner_error *error)
{
    partner_status status = partner__figures_begin(&played->figures, play->plan->levels, error);

    for (size_t i = 0; i < played->segments && status == PARTNER_OK; i++)
        status = partner__figures_merge(&played->figures, &played->segment[i].figures, error);
    return status;
}

partner_status partner__play_run(const partner__play *play, partner__played *played, partner_error *error)
{
    partner__played made = {0};
    stage stage = {.play = play, .played = &made, .blocks = block_count(play)};
    partner_status status = make_segments(&stage, error);

    partner__pulse_start(&stage.pulse, &play->run);
    if (status == PARTNER_OK)
        status = partner__parallel(&play->run, made.segments, play_segment, &stage, error);
    if (status == PARTNER_OK) status = join_figures(play, &made, error);
    if (status == PARTNER_OK) *played = made;
    else partner__played_free(&made);
    return status;
}

void partner__played_free(partner__played *played)
{
    for (size_t i = 0; played->segment != NULL && i < played->segments; i++) {
        partner__segment *s = &played->segment[i];

        partner__figures_free(&s->figures);
        partner__ledger_free(&s->ledger);
        partner__free(s->line);
        partner__missing_free(&s->missing);
        partner__notices_free(&s->notices);
    }
    partner__free(played->segment);
    partner__figures_free(&played->figures);
    memset(played, 0, sizeof *played);
}
