/* SPDX-License-Identifier: MIT
 * Partners are independent, so blocks of them are worked through by threads. What they leave is kept segment by
 * segment, a segment being blocks that follow each other, and put together in their order. Entries are by far
 * the most of it: one thread writes them where they belong at once; several write them to room of their own,
 * which stays in the cache, and copy them to their place as soon as it is known, which is when all segments
 * before have their entries. */
#include "run.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/turns.h"
#include "segment.h"

enum {
    QUIET_BLOCK = 1024,      /* partners of a block where there are no rows */
    SEGMENTS_PER_THREAD = 8, /* so that no thread waits long for the last one */
    BLOCKS_WITH_ENTRIES = 2, /* of a segment whose entries wait for their turn */
    LINES_AT_FIRST = 256
};

/* What one thread works with. */
typedef struct hand {
    atomic_flag taken;
    partner__account account;
    partner__sorting sorting;
    partner__book book;
    partner__ledger ledger; /* of its segment, where there are several */
} hand;

/* A play while it runs. */
typedef struct stage {
    const partner__play *play;
    partner__played *played;
    size_t blocks;
    hand *hand; /* [hands] one for each thread */
    size_t hands;
    partner__turns turns; /* of segments, to place their entries */
    partner__pulse pulse;
} stage;

static size_t block_count(const partner__play *play)
{
    if (play->batch != NULL) return play->batch->blocks;
    return play->partners / QUIET_BLOCK + (play->partners % QUIET_BLOCK != 0);
}

size_t partner__play_segments(const partner__play *play)
{
    size_t blocks = block_count(play), threads = partner__threads(&play->run, blocks);
    size_t segments = threads > 1 ? threads * SEGMENTS_PER_THREAD : 1;

    if (threads > 1 && play->ledger && play->close == NULL && blocks / BLOCKS_WITH_ENTRIES > segments)
        segments = blocks / BLOCKS_WITH_ENTRIES;
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

/* --- entries --- */

/* Guesses how many entries all rows will make, from those that all rows before a block's end have made. */
static void expect(const stage *stage, size_t end)
{
    const partner__batch *batch = stage->play->batch;
    partner__ledger *ledger = &stage->played->ledger;
    size_t done = batch == NULL ? 0 : batch->start[end];
    double likely;

    if (done == 0) return;
    likely = (double)ledger->entries * ((double)batch->taken / (double)done) * 1.04;
    if (likely < (double)(SIZE_MAX / 256)) ledger->likely = (size_t)likely;
}

/* Room for the entries of a segment whose turn it is: columns that move must not be written to meanwhile. */
static partner_status make_room(stage *stage, size_t entries, partner_error *error)
{
    partner__ledger *ledger = &stage->played->ledger;

    if (ledger->room - ledger->entries >= entries) return PARTNER_OK;
    partner__turns_alone(&stage->turns);
    return partner__ledger_reserve(ledger, entries, error);
}

static partner_status place_entries(stage *stage, size_t number, const partner__ledger *entries,
                                    partner_error *error)
{
    partner__ledger *ledger = &stage->played->ledger;
    partner_status status;
    size_t place;

    if (!partner__turns_wait(&stage->turns, number))
        return partner__fail(error, PARTNER_E_CANCELLED, "cancelled");
    status = make_room(stage, entries->entries, error);
    if (status != PARTNER_OK) return status;
    place = ledger->entries;
    ledger->entries += entries->entries;
    expect(stage, stage->played->segment[number].end_block);
    partner__turns_pass(&stage->turns);
    partner__ledger_place(ledger, place, entries);
    partner__turns_done(&stage->turns);
    return PARTNER_OK;
}

/* --- segments --- */

/* There are never more tasks at work than hands. */
static hand *take_hand(stage *stage)
{
    size_t i = 0;

    while (atomic_flag_test_and_set(&stage->hand[i].taken)) i = (i + 1) % stage->hands;
    return &stage->hand[i];
}

static partner_status play_blocks(stage *stage, size_t number, hand *h, partner_error *error)
{
    const partner__play *play = stage->play;
    const partner__segment *s = &stage->played->segment[number];
    const int several = stage->played->segments > 1;
    partner_status status = PARTNER_OK;

    for (size_t block = s->first_block; block < s->end_block && status == PARTNER_OK; block++) {
        status = partner__pulse_ask(&stage->pulse, error);
        if (status == PARTNER_OK) status = play_block(stage, number, block, h, error);
        if (status == PARTNER_OK && play->ledger && !several) expect(stage, block + 1);
    }
    if (status == PARTNER_OK && play->ledger && several)
        status = place_entries(stage, number, &h->ledger, error);
    return status;
}

static partner_status play_segment(void *context, size_t number, partner_error *error)
{
    stage *stage = context;
    const partner__play *play = stage->play;
    partner__segment *s = &stage->played->segment[number];
    hand *h = take_hand(stage);
    partner_status status = partner__figures_begin(&s->figures, play->plan->levels, error);

    h->book.figures = &s->figures;
    h->ledger.entries = 0;
    if (status == PARTNER_OK) status = play_blocks(stage, number, h, error);
    if (status != PARTNER_OK) partner__turns_fail(&stage->turns, number);
    atomic_flag_clear(&h->taken);
    return status;
}

static partner_status make_hands(stage *stage, partner_error *error)
{
    const partner__play *play = stage->play;
    size_t threads = partner__threads(&play->run, stage->played->segments);

    stage->hand = partner__alloc_zero(threads, sizeof *stage->hand);
    if (stage->hand == NULL) return partner__no_memory(error);
    stage->hands = threads;
    for (size_t i = 0; i < threads; i++) {
        hand *h = &stage->hand[i];
        partner__ledger *ledger = stage->played->segments > 1 ? &h->ledger : &stage->played->ledger;

        atomic_flag_clear(&h->taken);
        h->book = (partner__book){.plan = play->plan,
                                  .events = play->batch != NULL ? &play->batch->events : NULL,
                                  .taken = play->before,
                                  .ledger = play->ledger ? ledger : NULL,
                                  .pulse = &stage->pulse};
    }
    return PARTNER_OK;
}

static void free_hands(stage *stage)
{
    for (size_t i = 0; i < stage->hands; i++) {
        partner__account_free(&stage->hand[i].account);
        partner__sorting_free(&stage->hand[i].sorting);
        partner__book_free(&stage->hand[i].book);
        partner__ledger_free(&stage->hand[i].ledger);
    }
    partner__free(stage->hand);
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
    partner_status status;

    if (!partner__turns_begin(&stage.turns)) return partner__no_memory(error);
    status = make_segments(&stage, error);
    if (status == PARTNER_OK) status = make_hands(&stage, error);
    partner__pulse_start(&stage.pulse, &play->run);
    if (status == PARTNER_OK)
        status = partner__parallel(&play->run, made.segments, play_segment, &stage, error);
    if (status == PARTNER_OK) status = join_figures(play, &made, error);
    free_hands(&stage);
    partner__turns_end(&stage.turns);
    if (status == PARTNER_OK) *played = made;
    else partner__played_free(&made);
    return status;
}

void partner__played_free(partner__played *played)
{
    for (size_t i = 0; played->segment != NULL && i < played->segments; i++) {
        partner__segment *s = &played->segment[i];

        partner__figures_free(&s->figures);
        partner__free(s->line);
        partner__missing_free(&s->missing);
        partner__notices_free(&s->notices);
    }
    partner__free(played->segment);
    partner__ledger_free(&played->ledger);
    partner__figures_free(&played->figures);
    memset(played, 0, sizeof *played);
}
