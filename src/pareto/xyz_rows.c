/* SPDX-License-Identifier: MIT
 * The rows of each line of totals, period by period. There is no table of lines by periods, which could be far
 * larger than the rows: the rows are sorted by period and then, as the sort is stable, by line. A word holds
 * what is sorted by in its high bits and the row below. */
#include <inttypes.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "xyz.h"

enum { BLOCK = 1 << 16 };

static size_t block_end(const partner__demand *d, size_t block)
{
    return d->sales.rows - block * BLOCK < BLOCK ? d->sales.rows : (block + 1) * BLOCK;
}

/* Whose line a row counts for */

static uint32_t roster_partner(const partner_roster *r, size_t row)
{
    return r->partner == NULL ? (uint32_t)row : r->partner[row];
}

/* Indexes are below one more than the highest that totals or, with roll_up, the roster know. */
static partner_status find_limit(partner__demand *d, partner_error *error)
{
    const partner_totals *t = d->totals;

    d->limit = t->partners == 0 ? 0 : (size_t)t->partner[t->partners - 1] + 1;
    for (size_t i = 0; d->roll_up && i < d->roster.rows; i++) {
        uint32_t partner = roster_partner(&d->roster, i), parent = d->roster.parent[i];

        if (partner == PARTNER_NONE)
            return partner__fail_at(error, PARTNER_E_DATA, partner__at("roster", "partner", i, partner),
                                    "roster row %zu: partner is missing", i);
        if (partner >= d->limit) d->limit = (size_t)partner + 1;
        if (parent != PARTNER_NONE && parent >= d->limit) d->limit = (size_t)parent + 1;
    }
    return PARTNER_OK;
}

/* The head of a partner's family, or PARTNER_NONE when the way up goes round in a cycle. All on the way become
 * its children, so that nobody walks it again. */
static uint32_t head_of(uint32_t *parent, size_t limit, uint32_t partner)
{
    uint32_t head = partner;

    for (size_t steps = 0; parent[head] != PARTNER_NONE; steps++) {
        if (steps > limit) return PARTNER_NONE;
        head = parent[head];
    }
    while (partner != head) {
        uint32_t next = parent[partner];
        parent[partner] = head;
        partner = next;
    }
    return head;
}

/* Gives every member of a family its head's line. */
static partner_status line_up_families(partner__demand *d, partner_error *error)
{
    uint32_t *parent = partner__alloc(d->limit, sizeof *parent);
    partner_status status = PARTNER_OK;

    if (parent == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < d->limit; i++) parent[i] = PARTNER_NONE;
    for (size_t i = 0; i < d->roster.rows; i++) parent[roster_partner(&d->roster, i)] = d->roster.parent[i];
    for (size_t i = 0; i < d->limit && status == PARTNER_OK; i++) {
        uint32_t head = head_of(parent, d->limit, (uint32_t)i);

        if (head == PARTNER_NONE)
            status = partner__fail_at(
                error, PARTNER_E_DATA, partner__at("roster", "parent", PARTNER_NO_ROW, (uint32_t)i),
                "roster: the parents of partner %zu lead round in a cycle, expected none", i);
        else d->line_of[i] = d->line_of[head];
    }
    partner__free(parent);
    return status;
}

partner_status partner__demand_lines(partner__demand *d, partner_error *error)
{
    const partner_totals *t = d->totals;
    partner_status status = partner__ask(&d->run, error);

    if (status == PARTNER_OK) status = find_limit(d, error);
    if (status != PARTNER_OK) return status;
    d->line_of = partner__alloc(d->limit, sizeof *d->line_of);
    if (d->line_of == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < d->limit; i++) d->line_of[i] = PARTNER_NONE;
    for (size_t i = 0; i < t->partners; i++) d->line_of[t->partner[i]] = (uint32_t)i;
    return d->roll_up ? line_up_families(d, error) : PARTNER_OK;
}

/* The window and its periods */

static partner_status bad_row(const partner__demand *d, size_t row, partner_error *error)
{
    uint32_t partner = d->sales.partner[row];

    if (d->sales.amount[row] == PARTNER_NO_AMOUNT)
        return partner__fail_at(error, PARTNER_E_DATA, partner__at("sales", "amount", row, partner),
                                "sales row %zu: amount is missing", row);
    if (d->sales.day[row] == PARTNER_NO_DAY)
        return partner__fail_at(error, PARTNER_E_DATA, partner__at("sales", "day", row, partner),
                                "sales row %zu: day is missing, and periods of demand need it", row);
    return partner__fail_at(error, PARTNER_E_STATE, partner__at("sales", "partner", row, partner),
                            "sales row %zu: partner %" PRIu32
                            " has no line in the totals, expected the sales and options they were made with",
                            row, partner);
}

static partner_status look_at_block(void *context, size_t block, partner_error *error)
{
    const partner__demand *d = context;
    const partner_totals *t = d->totals;
    int32_t first = INT32_MAX;

    for (size_t row = block * BLOCK, end = block_end(d, block); row < end; row++) {
        int32_t day = d->sales.day[row];
        uint32_t partner = d->sales.partner[row];

        if (day == PARTNER_NO_DAY || d->sales.amount[row] == PARTNER_NO_AMOUNT) return bad_row(d, row, error);
        /* An open from_day is below every day. */
        if (day < t->from_day || (t->to_day != PARTNER_NO_DAY && day >= t->to_day)) continue;
        if (partner >= d->limit || d->line_of[partner] == PARTNER_NONE) return bad_row(d, row, error);
        if (day < first) first = day;
    }
    d->first_days[block] = first;
    return PARTNER_OK;
}

partner_status partner__demand_periods(partner__demand *d, partner_error *error)
{
    const partner_totals *t = d->totals;
    int32_t first = INT32_MAX;
    int64_t end = t->to_day;
    partner_status status;

    d->blocks = d->sales.rows / BLOCK + (d->sales.rows % BLOCK != 0);
    d->first_days = partner__alloc(d->blocks, sizeof *d->first_days);
    if (d->first_days == NULL) return partner__no_memory(error);
    status = partner__parallel(&d->run, d->blocks, look_at_block, d, error);
    if (status != PARTNER_OK) return status;
    if (t->to_day == PARTNER_NO_DAY) {
        if (t->last_day_seen == INT32_MAX)
            return partner__fail_at(error, PARTNER_E_RANGE,
                                    partner__at("sales", "day", PARTNER_NO_ROW, PARTNER_NONE),
                                    "the last day of sales is %" PRId32
                                    ", expected one that a day can follow, or a window that ends",
                                    t->last_day_seen);
        end = t->last_day_seen == PARTNER_NO_DAY ? PARTNER_NO_DAY : (int64_t)t->last_day_seen + 1;
    }
    for (size_t b = 0; b < d->blocks; b++) first = d->first_days[b] < first ? d->first_days[b] : first;
    partner__periods_cut(&d->periods, t->from_day == PARTNER_NO_DAY ? first : t->from_day, end);
    return PARTNER_OK;
}

/* Sorting */

static partner_status label_with_period(void *context, size_t block, partner_error *error)
{
    const partner__demand *d = context;

    (void)error;
    for (size_t row = block * BLOCK, end = block_end(d, block); row < end; row++)
        d->words[row] = (uint64_t)partner__period_of(&d->periods, d->sales.day[row]) << d->row_bits | row;
    return PARTNER_OK;
}

/* Rows that are in no period go behind the last line. */
static partner_status label_with_line(void *context, size_t block, partner_error *error)
{
    const partner__demand *d = context;
    const uint64_t mask = ((uint64_t)1 << d->row_bits) - 1;

    (void)error;
    for (size_t i = block * BLOCK, end = block_end(d, block); i < end; i++) {
        uint64_t word = d->words[i], row = word & mask;
        int counts = word >> d->row_bits < d->periods.count;
        uint64_t line = counts ? d->line_of[d->sales.partner[row]] : d->totals->partners;
        d->words[i] = line << d->row_bits | row;
    }
    return PARTNER_OK;
}

static partner_status sort_by_label(partner__demand *d, uint64_t highest, partner_error *error)
{
    uint64_t *sorted = d->words;
    partner_status status = partner__sort(d->words, d->spare, d->sales.rows, d->row_bits,
                                          d->row_bits + partner__bits(highest), &d->run, &sorted, error);

    if (sorted == d->spare) {
        d->spare = d->words;
        d->words = sorted;
    }
    return status;
}

partner_status partner__demand_sort(partner__demand *d, partner_error *error)
{
    const size_t rows = d->sales.rows, lines = d->totals->partners;
    const uint64_t highest = lines > d->periods.count ? lines : d->periods.count;
    partner_status status;

    d->row_bits = rows == 0 ? 0 : partner__bits(rows - 1);
    if (d->row_bits + partner__bits(highest) > 64)
        return partner__fail(error, PARTNER_E_RANGE,
                             "%zu rows of sales and %" PRIu64
                             " partners or periods are more than 64 bits can number together",
                             rows, highest);
    d->words = partner__alloc(rows, sizeof *d->words);
    d->spare = partner__alloc(rows, sizeof *d->spare);
    if (d->words == NULL || d->spare == NULL) return partner__no_memory(error);
    status = partner__parallel(&d->run, d->blocks, label_with_period, d, error);
    if (status == PARTNER_OK) status = sort_by_label(d, d->periods.count, error);
    if (status == PARTNER_OK) status = partner__parallel(&d->run, d->blocks, label_with_line, d, error);
    if (status == PARTNER_OK) status = sort_by_label(d, lines, error);
    partner__free(d->spare);
    d->spare = NULL;
    return status;
}

void partner__demand_free(partner__demand *d)
{
    partner__free(d->line_of);
    partner__free(d->words);
    partner__free(d->spare);
    partner__free(d->first_days);
}
