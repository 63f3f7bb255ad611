/* SPDX-License-Identifier: MIT
 * Three passes over the columns, each split among threads by rows: one that checks them and finds how far
 * partners and days reach, one that counts how many rows fall into each block, and one in which every row is
 * packed and written to its block's next place. Blocks are ranges of partners whose rows fit the cache, so that
 * sorting and all that comes after it stay there. */
#include "events.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/prefetch.h"
#include "../base/sort.h"
#include "repeated.h"

enum {
    BLOCK_ROWS = 1 << 13,   /* of a block, about */
    AHEAD = 4,              /* rows of a block that are asked for before they are written */
    STEP = 1 << 12,         /* rows that are checked at a time */
    PACKED = 64,            /* rows that are packed at a time */
    SMALLEST_PART = 1 << 16 /* rows; below this a thread costs more than it brings */
};

/* What one part of the rows has. */
typedef struct part {
    size_t partners; /* highest index + 1 */
    int32_t first, last;
    uint64_t later, unmentioned, credit_notes;
    size_t *next; /* [blocks] rows counted, then the place of the block's next row */
} part;

typedef struct reading {
    partner__batch *batch;
    const partner_events *events;
    size_t limit; /* indexes are below this */
    part *part;   /* [parts] */
    size_t parts;
    const uint8_t *skip; /* NULL, or bit i = row i is left out */
    int some_later;      /* than the last day that counts */
} reading;

static size_t part_begins(const reading *r, size_t part)
{
    return part == r->parts ? r->events->rows : r->events->rows / r->parts * part;
}

/* --- checking --- */

static partner__place at(const char *field, size_t row, uint32_t partner)
{
    return partner__at("events", field, row, partner);
}

static partner_status bad_row(const reading *r, size_t row, partner_error *error)
{
    const partner_events *e = r->events;
    uint32_t partner = e->partner[row];

    if (partner == PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_DATA, at("partner", row, partner),
                                "events row %zu: partner is missing", row);
    if (partner >= r->limit)
        return partner__fail_at(error, PARTNER_E_DATA, at("partner", row, partner),
                                "events row %zu: partner index %" PRIu32 " is out of range, expected below %zu",
                                row, partner, r->limit);
    if (e->day[row] == PARTNER_NO_DAY)
        return partner__fail_at(error, PARTNER_E_DATA, at("day", row, partner),
                                "events row %zu: day is missing", row);
    if (e->day[row] < PARTNER__FIRST_DAY || e->day[row] > PARTNER__LAST_DAY)
        return partner__fail_at(error, PARTNER_E_DATA, at("day", row, partner),
                                "events row %zu: day %" PRId32
                                " lies outside the years 1 to 9999, expected one inside",
                                row, e->day[row]);
    if (e->kind[row] == PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_DATA, at("kind", row, partner),
                                "events row %zu: kind is missing", row);
    return partner__fail_at(error, PARTNER_E_DATA, at("event", row, partner),
                            "events row %zu: event is missing", row);
}

/* How far some rows reach. */
typedef struct reach {
    uint32_t highest, kind; /* of partners, of kinds */
    int32_t first, last;
    uint64_t event;
} reach;

/* Without a branch, so that several rows are looked at at once. */
static reach reach_of(const partner_events *e, size_t i, size_t end)
{
    reach r = {0, 0, INT32_MAX, INT32_MIN, 0};

    for (size_t k = i; k < end; k++) {
        r.highest = e->partner[k] > r.highest ? e->partner[k] : r.highest;
        r.kind = e->kind[k] > r.kind ? e->kind[k] : r.kind;
        r.first = e->day[k] < r.first ? e->day[k] : r.first;
        r.last = e->day[k] > r.last ? e->day[k] : r.last;
    }
    for (size_t k = i; e->event != NULL && k < end; k++)
        r.event = e->event[k] > r.event ? e->event[k] : r.event;
    return r;
}

/* An index that is missing is above every limit, a day that is missing before every day. */
static int reach_is_bad(const reading *r, const reach *reach)
{
    return reach->highest >= r->limit || reach->kind == PARTNER_NONE || reach->first < PARTNER__FIRST_DAY ||
           reach->last > PARTNER__LAST_DAY || reach->event == PARTNER_NO_ROW;
}

static partner_status first_bad_row(const reading *r, size_t i, partner_error *error)
{
    for (;; i++) {
        reach one = reach_of(r->events, i, i + 1);
        if (reach_is_bad(r, &one)) return bad_row(r, i, error);
    }
}

static partner_status check_part(void *context, size_t number, partner_error *error)
{
    reading *r = context;
    part *p = &r->part[number];
    size_t end = part_begins(r, number + 1);
    uint32_t highest = 0;

    p->first = INT32_MAX;
    p->last = INT32_MIN;
    for (size_t i = part_begins(r, number); i < end; i += STEP) {
        reach step = reach_of(r->events, i, end - i < STEP ? end : i + STEP);

        if (reach_is_bad(r, &step)) return first_bad_row(r, i, error);
        if (step.highest > highest) highest = step.highest;
        if (step.first < p->first) p->first = step.first;
        if (step.last > p->last) p->last = step.last;
        if (end - i < STEP) break;
    }
    p->partners = p->first <= p->last ? (size_t)highest + 1 : 0;
    return PARTNER_OK;
}

/* How far partners and days reach, and what day is the last to count. */
static void find_reach(reading *r, const partner__batch_ask *ask)
{
    partner__batch *b = r->batch;
    int32_t last = PARTNER_NO_DAY;

    b->partners = ask->at_least;
    b->first_day = PARTNER_NO_DAY;
    for (size_t i = 0; i < r->parts; i++) {
        const part *p = &r->part[i];

        if (p->partners > b->partners) b->partners = p->partners;
        if (p->last == INT32_MIN) continue;
        if (p->last > last) last = p->last;
        if (b->first_day == PARTNER_NO_DAY || p->first < b->first_day) b->first_day = p->first;
    }
    if (ask->partners > b->partners) b->partners = ask->partners;
    b->as_of = last > ask->at_least_day ? last : ask->at_least_day;
    if (ask->as_of != PARTNER_NO_DAY) b->as_of = ask->as_of;
    if (b->first_day > b->as_of) b->first_day = PARTNER_NO_DAY;
    r->some_later = last > b->as_of;
}

/* --- blocks --- */

static partner_status find_blocks(reading *r, partner_error *error)
{
    partner__batch *b = r->batch;
    size_t most = r->events->rows / BLOCK_ROWS + 1;

    b->shift = 0;
    while (b->partners > 0 && ((b->partners - 1) >> b->shift) >= most) b->shift++;
    b->blocks = b->partners > 0 ? ((b->partners - 1) >> b->shift) + 1 : 1;
    for (size_t i = 0; i < r->parts; i++) {
        r->part[i].next = partner__alloc_zero(b->blocks, sizeof *r->part[i].next);
        if (r->part[i].next == NULL) return partner__no_memory(error);
    }
    b->start = partner__alloc(b->blocks + 1, sizeof *b->start);
    return b->start == NULL ? partner__no_memory(error) : PARTNER_OK;
}

static int skipped(const reading *r, size_t row)
{
    return r->skip != NULL && (r->skip[row / 8] >> (row % 8) & 1) != 0;
}

static partner_status refuse_credit_note(const reading *r, size_t row, partner_error *error)
{
    return partner__fail_at(
        error, PARTNER_E_DATA, at("amount", row, r->events->partner[row]),
        "events row %zu: a negative amount that reverses no event, which the program refuses, "
        "expected the event that it takes back",
        row);
}

/* Whether a row counts. */
static inline int counts(const reading *r, size_t row)
{
    return (!r->some_later || r->events->day[row] <= r->batch->as_of) && !skipped(r, row);
}

static partner_status count_part(void *context, size_t number, partner_error *error)
{
    reading *r = context;
    const uint32_t *partner = r->events->partner;
    const unsigned shift = r->batch->shift;
    part *p = &r->part[number];
    size_t end = part_begins(r, number + 1);

    (void)error;
    for (size_t i = part_begins(r, number); i < end; i++) {
        if (counts(r, i)) p->next[partner[i] >> shift]++;
        else p->later += r->events->day[i] > r->batch->as_of;
    }
    return PARTNER_OK;
}

/* Turns counts into places; each block's rows keep the order of the parts. */
static void place(reading *r)
{
    partner__batch *b = r->batch;
    size_t sum = 0;

    for (size_t block = 0; block < b->blocks; block++) {
        b->start[block] = sum;
        for (size_t i = 0; i < r->parts; i++) {
            size_t here = r->part[i].next[block];
            r->part[i].next[block] = sum;
            sum += here;
        }
    }
    b->start[b->blocks] = sum;
    b->taken = sum;
    for (size_t i = 0; i < r->parts; i++) b->later += r->part[i].later;
}

/* The amounts of some rows, as far as they fit. */
typedef struct narrow {
    int32_t amount[PACKED], quantity[PACKED], margin[PACKED];
    int wide; /* one of them does not */
} narrow;

static inline int is_wide(int64_t value)
{
    return (value != PARTNER_NO_AMOUNT) & ((uint64_t)value + INT32_MAX > 2 * (uint64_t)INT32_MAX);
}

/* Columns without gaps of amounts that all fit, several at once; 0 = this is none. */
static int narrow_quickly(const int64_t *column, size_t n, int32_t *to)
{
    uint64_t seen = 0;

    for (size_t k = 0; k < n; k++) {
        uint64_t value = (uint64_t)column[k];

        to[k] = (int32_t)column[k];
        seen |= (value + INT32_MAX) | (value + INT32_MAX + 1);
    }
    return seen >> 32 == 0;
}

/* A column that may be missing: then each of its values is `none`. Gives whether one is wide. */
static int narrow_column(const int64_t *column, size_t n, int32_t none, int32_t *to)
{
    int wide = 0;

    for (size_t k = 0; column == NULL && k < n; k++) to[k] = none;
    if (column == NULL || narrow_quickly(column, n, to)) return 0;
    for (size_t k = 0; k < n; k++) {
        if (column[k] == PARTNER_NO_AMOUNT) to[k] = none;
        wide |= is_wide(column[k]);
    }
    return wide;
}

static const int64_t *from_row(const int64_t *column, size_t row)
{
    return column == NULL ? NULL : column + row;
}

static void narrow_rows(const partner_events *e, size_t i, size_t n, narrow *to)
{
    to->wide = narrow_column(from_row(e->amount, i), n, 0, to->amount) |
               narrow_column(from_row(e->quantity, i), n, 1, to->quantity) |
               narrow_column(from_row(e->margin, i), n, INT32_MIN, to->margin);
}

/* What few rows need: amounts that are wide, and counting those that earn nothing. */
static partner_status pack_odd(const reading *r, part *p, size_t i, partner__packed_row *row,
                               partner_error *error)
{
    const partner_events *e = r->events;

    if ((e->amount != NULL && is_wide(e->amount[i])) || (e->quantity != NULL && is_wide(e->quantity[i])) ||
        (e->margin != NULL && is_wide(e->margin[i])))
        row->marks |= PARTNER__ROW_IN_COLUMNS;
    if ((row->marks & PARTNER__ROW_REVERSES) != 0) return PARTNER_OK;
    p->unmentioned += row->slot == PARTNER__NO_SLOT;
    if (e->amount == NULL || e->amount[i] >= 0 || e->amount[i] == PARTNER_NO_AMOUNT) return PARTNER_OK;
    p->credit_notes++;
    return r->batch->plan->program.credit_notes == PARTNER_CREDIT_NOTES_REFUSE ? refuse_credit_note(r, i, error)
                                                                               : PARTNER_OK;
}

/* What rows have where the columns are missing. */
typedef struct absent {
    uint32_t product[PACKED];
    uint64_t reverses[PACKED];
} absent;

static void fill_absent(absent *a)
{
    for (size_t k = 0; k < PACKED; k++) {
        a->product[k] = PARTNER_NONE;
        a->reverses[k] = PARTNER_NO_ROW;
    }
}

/* Few columns at a time, as there are more than a processor has registers. */
static partner_status pack_rows(const reading *r, part *p, size_t first, size_t n, const absent *absent,
                                partner_error *error)
{
    const partner_events *e = r->events;
    const partner__batch *b = r->batch;
    const partner__plan *plan = b->plan;
    const uint32_t *partner = e->partner + first, *kind = e->kind + first,
                   *product = e->product != NULL ? e->product + first : absent->product;
    const uint64_t *reversed = e->reverses != NULL ? e->reverses + first : absent->reverses;
    const int32_t *day = e->day + first;
    const int all = !r->some_later && r->skip == NULL;
    const unsigned shift = b->shift;
    partner__packed_row *rows = b->row;
    size_t *next = p->next;
    narrow money;

    narrow_rows(e, first, n, &money);
    for (size_t k = 0; k < n; k++) {
        partner__packed_row *row;

        if (!all && !counts(r, first + k)) continue;
        row = &rows[next[partner[k] >> shift]++];
        partner__prefetch_for_write(row + AHEAD);
        row->partner = partner[k];
        row->product = product[k];
        row->day = day[k];
        row->amount = money.amount[k];
        row->quantity = money.quantity[k];
        row->margin = money.margin[k];
        row->row = (uint32_t)(first + k);
        row->slot = partner__plan_slot(plan, kind[k]);
        row->marks = (uint16_t)((uint64_t)(first + k) >> 32 << PARTNER__ROW_MARKS |
                                (reversed[k] != PARTNER_NO_ROW ? PARTNER__ROW_REVERSES : 0));
        if (money.wide || money.amount[k] < 0 || row->slot == PARTNER__NO_SLOT) {
            partner_status status = pack_odd(r, p, first + k, row, error);
            if (status != PARTNER_OK) return status;
        }
    }
    return PARTNER_OK;
}

static partner_status pack_part(void *context, size_t number, partner_error *error)
{
    reading *r = context;
    size_t end = part_begins(r, number + 1);
    partner_status status = PARTNER_OK;
    absent absent;

    fill_absent(&absent);
    for (size_t i = part_begins(r, number); i < end && status == PARTNER_OK; i += PACKED)
        status = pack_rows(r, &r->part[number], i, end - i < PACKED ? end - i : PACKED, &absent, error);
    return status;
}

/* --- all of it --- */

static partner_status need_columns(const partner_events *e, partner_error *error)
{
    const char *missing = e->partner == NULL ? "partner"
                          : e->day == NULL   ? "day"
                          : e->kind == NULL  ? "kind"
                                             : NULL;

    if (e->rows == 0 || missing == NULL) return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_ARGUMENT, at(missing, PARTNER_NO_ROW, PARTNER_NONE),
                            "events: %s is NULL, expected a column", missing);
}

static partner_status make_parts(reading *r, const partner__run *run, partner_error *error)
{
    r->parts = partner__threads(run, r->events->rows / SMALLEST_PART + 1);
    r->part = partner__alloc_zero(r->parts, sizeof *r->part);
    return r->part == NULL ? partner__no_memory(error) : PARTNER_OK;
}

/* None of them lies in two lines of the cache, and the last ones may be looked ahead from. */
static partner_status make_rows(partner__batch *b, partner_error *error)
{
    const size_t size = sizeof *b->row;
    uintptr_t at;

    b->memory = b->taken < SIZE_MAX - AHEAD ? partner__alloc((size_t)b->taken + AHEAD + 1, size) : NULL;
    if (b->memory == NULL) return partner__no_memory(error);
    at = (uintptr_t)b->memory % size;
    b->row = (partner__packed_row *)(void *)((char *)b->memory + (at > 0 ? size - at : 0));
    return PARTNER_OK;
}

static partner_status read_all(reading *r, const partner__batch_ask *ask, const partner__run *run,
                               partner_error *error)
{
    partner__batch *b = r->batch;
    uint8_t *skip = NULL;
    partner_status status = partner__parallel(run, r->parts, check_part, r, error);

    if (status != PARTNER_OK) return status;
    find_reach(r, ask);
    status = partner__repeated(b, ask, run, &skip, error);
    r->skip = skip;
    if (status == PARTNER_OK) status = find_blocks(r, error);
    if (status == PARTNER_OK) status = partner__parallel(run, r->parts, count_part, r, error);
    if (status == PARTNER_OK) {
        place(r);
        status = make_rows(b, error);
    }
    if (status == PARTNER_OK) status = partner__parallel(run, r->parts, pack_part, r, error);
    for (size_t i = 0; i < r->parts && status == PARTNER_OK; i++) {
        b->unmentioned += r->part[i].unmentioned;
        b->credit_notes += r->part[i].credit_notes;
    }
    partner__free(skip);
    return status;
}

partner_status partner__batch_new(partner__batch *batch, const partner__plan *plan,
                                  const partner_events *events, const partner__batch_ask *ask,
                                  const partner__run *run, partner_error *error)
{
    partner__batch b = {.plan = plan};
    reading r = {.batch = &b, .events = &b.events};
    partner_status status = partner__take(&b.events, sizeof b.events, events, 0, "events", error);

    r.limit = ask->partners > 0 ? ask->partners : PARTNER_NONE;
    if (status == PARTNER_OK) status = need_columns(&b.events, error);
    if (status == PARTNER_OK) status = make_parts(&r, run, error);
    if (status == PARTNER_OK) status = read_all(&r, ask, run, error);
    for (size_t i = 0; i < r.parts && r.part != NULL; i++) partner__free(r.part[i].next);
    partner__free(r.part);
    if (status == PARTNER_OK) *batch = b;
    else partner__batch_free(&b);
    return status;
}

void partner__batch_free(partner__batch *batch)
{
    partner__free(batch->memory);
    partner__free(batch->start);
    memset(batch, 0, sizeof *batch);
}

/* --- sorting a block --- */

void partner__sorting_free(partner__sorting *sorting)
{
    partner__free(sorting->words);
    partner__free(sorting->spare);
    partner__free(sorting->row);
    memset(sorting, 0, sizeof *sorting);
}

static partner_status reserve(partner__sorting *s, size_t rows, partner_error *error)
{
    if (rows <= s->room) return PARTNER_OK;
    partner__sorting_free(s);
    s->words = partner__alloc(rows, sizeof *s->words);
    s->spare = partner__alloc(rows, sizeof *s->spare);
    s->row = partner__alloc(rows, sizeof *s->row);
    if (s->words == NULL || s->spare == NULL || s->row == NULL) {
        partner__sorting_free(s);
        return partner__no_memory(error);
    }
    s->room = rows;
    return PARTNER_OK;
}

/* Places in the block, in order of partner, day and row, in the low `bits` of the words. One sort by both where
 * they fit a word beside the place, else one after the other. */
static partner_status sort_places(const partner__batch *b, const partner__packed_row *row, size_t n,
                                  unsigned bits, partner__sorting *s, uint64_t **sorted, partner_error *error)
{
    unsigned days = partner__bits((uint64_t)((int64_t)b->as_of - b->first_day));
    uint64_t mask = ((uint64_t)1 << b->shift) - 1;
    int at_once = bits + days + b->shift <= 64;
    uint64_t *other;
    partner_status status;

    for (size_t i = 0; i < n; i++) {
        uint64_t day = (uint64_t)((int64_t)row[i].day - b->first_day);
        s->words[i] = day << bits | i;
        if (at_once && b->shift > 0) s->words[i] |= (row[i].partner & mask) << (bits + days);
    }
    status = partner__sort(s->words, s->spare, n, bits, at_once ? bits + days + b->shift : bits + days, NULL,
                           sorted, error);
    if (status != PARTNER_OK || at_once) return status;
    other = *sorted == s->words ? s->spare : s->words;
    for (size_t i = 0; i < n; i++) {
        uint64_t place = (*sorted)[i] & (((uint64_t)1 << bits) - 1);
        (*sorted)[i] = (row[place].partner & mask) << bits | place;
    }
    return partner__sort(*sorted, other, n, bits, bits + b->shift, NULL, sorted, error);
}

static int in_order(const partner__packed_row *row, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (row[i].partner < row[i - 1].partner ||
            (row[i].partner == row[i - 1].partner && row[i].day < row[i - 1].day))
            return 0;
    return 1;
}

static int64_t value_at(const int64_t *column, size_t row, int64_t none)
{
    return column == NULL || column[row] == PARTNER_NO_AMOUNT ? none : column[row];
}

static inline void unpack(const partner_events *e, const partner__packed_row *from, partner__row *row)
{
    size_t number = partner__packed_number(from);

    row->amount = from->amount;
    row->quantity = from->quantity;
    row->margin = from->margin == INT32_MIN ? PARTNER_NO_AMOUNT : from->margin;
    row->row = number;
    row->partner = from->partner;
    row->product = from->product;
    row->day = from->day;
    row->slot = from->slot;
    row->reverses = from->marks & PARTNER__ROW_REVERSES;
    if ((from->marks & PARTNER__ROW_IN_COLUMNS) == 0) return;
    row->amount = value_at(e->amount, number, 0);
    row->quantity = value_at(e->quantity, number, 1);
    row->margin = value_at(e->margin, number, PARTNER_NO_AMOUNT);
}

partner_status partner__batch_sorted(const partner__batch *batch, size_t block, partner__sorting *sorting,
                                     const partner__row **rows, partner_error *error)
{
    const partner__packed_row *row = &batch->row[batch->start[block]];
    const partner_events *e = &batch->events;
    size_t n = batch->start[block + 1] - batch->start[block];
    unsigned bits = partner__bits(n);
    uint64_t *sorted;
    partner_status status = reserve(sorting, n, error);

    if (status != PARTNER_OK) return status;
    *rows = sorting->row;
    if (in_order(row, n)) {
        for (size_t i = 0; i < n; i++) unpack(e, &row[i], &sorting->row[i]);
        return PARTNER_OK;
    }
    status = sort_places(batch, row, n, bits, sorting, &sorted, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < n; i++) unpack(e, &row[sorted[i] & (((uint64_t)1 << bits) - 1)], &sorting->row[i]);
    return PARTNER_OK;
}

/* --- what a `reverses` names instead --- */

static partner_status not_reversible(const partner__book *book, const partner__row *row, uint64_t id,
                                     const char *what, partner_error *error)
{
    (void)book;
    return partner__fail_at(error, PARTNER_E_DATA, at("reverses", (size_t)row->row, row->partner),
                            "events row %" PRIu64 ": reverses %" PRIu64
                            ", %s, expected an earlier event of its "
                            "partner",
                            row->row, id, what);
}

/* The row of an id, or one past the last. */
static size_t row_of(const partner__book *book, uint64_t id)
{
    const partner_events *e = book->events;

    if (e->event == NULL)
        return id >= book->taken && id - book->taken < e->rows ? (size_t)(id - book->taken) : e->rows;
    for (size_t i = 0; i < e->rows; i++)
        if (e->event[i] == id) return i;
    return e->rows;
}

partner_status partner__no_original(const partner__book *book, const partner__row *row, uint64_t id,
                                    partner_error *error)
{
    const partner_events *e = book->events;
    size_t found = row_of(book, id);
    char what[96];

    if (found == row->row) return not_reversible(book, row, id, "which is the event itself", error);
    if (found == e->rows) return not_reversible(book, row, id, "which is no event of this partner", error);
    if (e->partner[found] != row->partner)
        snprintf(what, sizeof what, "the event of row %zu, which is another partner's", found);
    else snprintf(what, sizeof what, "the event of row %zu, which comes later", found);
    return not_reversible(book, row, id, what, error);
}
