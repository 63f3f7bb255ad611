/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "../base/sum.h"
#include "measures.h"

/* The bits of 1. Doubles that are not negative are in the order of their bits; counted down from 1 these spread
 * over magnitudes at both ends, as the sort for amounts likes it, and leave room for the label. */
static const uint64_t ONE = UINT64_C(0x3ff0000000000000);

enum { LABEL_BITS = 1, WORD_BITS = 63 };

uint64_t partner__rank_word(double probability, uint8_t label)
{
    uint64_t bits;

    probability += 0.0; /* -0 becomes 0 */
    memcpy(&bits, &probability, sizeof bits);
    return (ONE - bits) << LABEL_BITS | label;
}

static double probability_of(uint64_t word)
{
    uint64_t bits = ONE - (word >> LABEL_BITS);
    double probability;

    memcpy(&probability, &bits, sizeof probability);
    return probability;
}

partner_status partner__ranking_sort(partner__ranking *r, const partner__run *run, partner_error *error)
{
    uint64_t *sorted;
    partner_status status =
        partner__sort_descending(r->word, r->spare, r->rows, LABEL_BITS, WORD_BITS, run, &sorted, error);

    if (status == PARTNER_OK && sorted != r->word) {
        r->spare = r->word;
        r->word = sorted;
    }
    return status;
}

partner__tie partner__ranking_tie(const partner__ranking *r, size_t from)
{
    partner__tie tie = {probability_of(r->word[from]), 0, 0};
    uint64_t value = r->word[from] >> LABEL_BITS;

    for (; from < r->rows && r->word[from] >> LABEL_BITS == value; from++) {
        tie.rows++;
        tie.positive += r->word[from] & 1;
    }
    return tie;
}

/* Twice the pairs in the right order stays below 2^63: rows are fewer than 2^32. */
double partner__ranking_auc(const partner__ranking *r)
{
    uint64_t positive = r->positive, negative = r->rows - r->positive, twice = 0, lower = 0;

    if (positive == 0 || negative == 0) return NAN;
    for (size_t i = 0; i < r->rows;) {
        partner__tie tie = partner__ranking_tie(r, i);
        uint64_t lost = tie.rows - tie.positive;

        twice += tie.positive * (2 * lower + lost);
        lower += lost;
        i += tie.rows;
    }
    return partner__share(twice, 2 * positive * negative);
}

/* A pool of neighbours in one word: how many, and how many of them happened. */
static uint64_t pool_of(uint64_t rows, uint64_t positive) { return rows << 32 | positive; }
static uint64_t pool_rows(uint64_t pool) { return pool >> 32; }
static uint64_t pool_positive(uint64_t pool) { return pool & UINT32_MAX; }

/* Whether the lower pool has at least the rate of the upper one. */
static int violates(uint64_t lower, uint64_t upper)
{
    return pool_positive(lower) * pool_rows(upper) >= pool_positive(upper) * pool_rows(lower);
}

/* Pools of adjacent violators (Ayer et al. 1955), on a stack. There are no more pools than rows behind them. */
static size_t make_pools(partner__ranking *r)
{
    uint64_t *pool = r->spare;
    size_t pools = 0;

    for (size_t i = 0; i < r->rows;) {
        partner__tie tie = partner__ranking_tie(r, i);
        uint64_t last = pool_of(tie.rows, tie.positive);

        i += tie.rows;
        /* Both halves add up apart: no count leaves 32 bits. */
        while (pools > 0 && violates(pool[pools - 1], last)) last += pool[--pools];
        pool[pools++] = last;
    }
    return pools;
}

double partner__ranking_recalibrated(partner__ranking *r)
{
    size_t pools = make_pools(r);
    partner__sum sum = {0, 0};

    for (size_t i = 0; i < pools; i++) {
        double rows = (double)pool_rows(r->spare[i]), positive = (double)pool_positive(r->spare[i]);
        partner__sum_add(&sum, positive * (rows - positive) / rows);
    }
    return partner__sum_value(&sum) / (double)r->rows;
}

/* Where a table is written; columns of `groups` lines each. */
typedef struct lines {
    size_t count, room;
    size_t *rows, *positive;
    double *lowest, *highest, *expected, *observed;
    partner__sum sum;
} lines;

static int lines_new(lines *l, size_t room, partner__arena *arena)
{
    *l = (lines){.room = room};
    l->rows = partner__arena_alloc(arena, room, sizeof *l->rows);
    l->positive = partner__arena_alloc(arena, room, sizeof *l->positive);
    l->lowest = partner__arena_alloc(arena, room, sizeof *l->lowest);
    l->highest = partner__arena_alloc(arena, room, sizeof *l->highest);
    l->expected = partner__arena_alloc(arena, room, sizeof *l->expected);
    l->observed = partner__arena_alloc(arena, room, sizeof *l->observed);
    return l->rows != NULL && l->positive != NULL && l->lowest != NULL && l->highest != NULL &&
           l->expected != NULL && l->observed != NULL;
}

static void begin_line(lines *l, double lowest)
{
    size_t i = l->count++;

    l->rows[i] = l->positive[i] = 0;
    l->lowest[i] = lowest;
    l->sum = (partner__sum){0, 0};
}

static void end_line(lines *l)
{
    size_t i = l->count - 1;

    if (l->count == 0) return;
    l->expected[i] = partner__sum_value(&l->sum) / (double)l->rows[i];
    l->observed[i] = partner__share(l->positive[i], l->rows[i]);
}

static void add_tie(lines *l, const partner__tie *tie)
{
    size_t i = l->count - 1;

    l->rows[i] += tie->rows;
    l->positive[i] += tie->positive;
    l->highest[i] = tie->probability;
    partner__sum_add(&l->sum, tie->probability * (double)tie->rows);
}

/* Rows in ascending order are cut at even shares of their number; equal ones go where the first of them goes.
 */
partner_status partner__ranking_calibration(const partner__ranking *r, size_t groups, partner__arena *arena,
                                            partner_calibration *table, partner_error *error)
{
    size_t room = groups < r->rows ? groups : r->rows;
    uint64_t next = 0; /* the row from which on another group begins */
    lines l;

    if (!lines_new(&l, room, arena)) return partner__no_memory(error);
    for (size_t i = 0; i < r->rows;) {
        partner__tie tie = partner__ranking_tie(r, i);

        if (i >= next) {
            uint64_t group = (uint64_t)groups * i / r->rows;

            end_line(&l);
            begin_line(&l, tie.probability);
            next = ((group + 1) * r->rows + groups - 1) / groups;
        }
        add_tie(&l, &tie);
        i += tie.rows;
    }
    end_line(&l);
    *table = (partner_calibration){l.count, l.rows, l.lowest, l.highest, l.expected, l.observed};
    return PARTNER_OK;
}
