/* SPDX-License-Identifier: MIT */
#include "tally.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/prefetch.h"

enum {
    CHUNK = 1 << 16,      /* rows between two looks at the interrupt */
    CELL_CHUNK = 1 << 14, /* cells merged by one task */
    AHEAD = 24,           /* rows between asking for a cell and needing it */
    ROWS_PER_CELL = 4,    /* rows that a thread must have per cell of its own to be worth its while */
    ROWS_PER_THREAD = 1 << 16
};

#if defined(__GNUC__)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE inline
#endif

/* Options */

int32_t partner__option_day(int32_t day)
{
    if (day == 0) return PARTNER_NO_DAY;
    return day == PARTNER_DAY_0 ? 0 : day;
}

uint8_t partner__option_places(uint8_t minor_units)
{
    if (minor_units == PARTNER_MINOR_UNITS_0) return 0;
    return minor_units == 0 ? 2 : minor_units;
}

partner_status partner__totals_take(partner_totals_options *local, const partner_totals_options *caller,
                                    partner_error *error)
{
    partner_status status = partner__take(local, sizeof *local, caller, 1, "totals options", error);
    int32_t from, to;

    if (status != PARTNER_OK) return status;
    from = partner__option_day(local->from_day);
    to = partner__option_day(local->to_day);
    if (from != PARTNER_NO_DAY && to != PARTNER_NO_DAY && from >= to)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "the window is empty: from_day is %" PRId32 " and to_day is %" PRId32
                             ", expected from_day before to_day",
                             from, to);
    if (local->minor_units > 9 && local->minor_units != PARTNER_MINOR_UNITS_0)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "minor_units is %u, expected 0 to 9 or PARTNER_MINOR_UNITS_0",
                             (unsigned)local->minor_units);
    if (local->roll_up > 1)
        return partner__fail(error, PARTNER_E_ARGUMENT, "roll_up is %u, expected 0 or 1",
                             (unsigned)local->roll_up);
    if (local->partners > PARTNER_NONE)
        return partner__fail(error, PARTNER_E_ARGUMENT, "partners is %zu, expected at most %" PRIu32,
                             local->partners, PARTNER_NONE);
    return PARTNER_OK;
}

/* Cells */

partner_status partner__cells_new(partner__cells *cells, size_t count, partner_error *error)
{
    const size_t line = sizeof(partner__cell);
    size_t skip;
    void *block = count == SIZE_MAX ? NULL : partner__alloc_zero(count + 1, line);

    if (block == NULL) return partner__no_memory(error);
    skip = (line - (uintptr_t)block % line) % line;
    cells->block = block;
    cells->at = (partner__cell *)(void *)((char *)block + skip);
    cells->count = cells->room = count;
    return PARTNER_OK;
}

void partner__cells_free(partner__cells *cells)
{
    partner__free(cells->block);
    memset(cells, 0, sizeof *cells);
}

partner_status partner__cells_grow(partner__cells *cells, size_t count, partner_error *error)
{
    partner__cells grown;
    partner_status status;

    if (count > cells->room) {
        size_t room = cells->room + cells->room / 2;
        status = partner__cells_new(&grown, room < count ? count : room, error);
        if (status != PARTNER_OK) return status;
        if (cells->count > 0) memcpy(grown.at, cells->at, cells->count * sizeof *cells->at);
        grown.count = cells->count;
        partner__cells_free(cells);
        *cells = grown;
    }
    if (count > cells->count) cells->count = count;
    return PARTNER_OK;
}

static inline uint32_t later(uint32_t a, uint32_t b) { return a < b ? b : a; }

/* Both are at most PARTNER__OVER; the sum of two such may wrap. */
static inline uint64_t sum_of(uint64_t a, uint64_t b) { return a > PARTNER__OVER - b ? PARTNER__OVER : a + b; }

void partner__cell_add(partner__cell *into, const partner__cell *from)
{
    into->gross = sum_of(into->gross, from->gross);
    into->returned = sum_of(into->returned, from->returned);
    into->gained = sum_of(into->gained, from->gained);
    into->lost = sum_of(into->lost, from->lost);
    into->sales += from->sales;
    into->returns += from->returns;
    into->rows += from->rows;
    into->first = later(into->first, from->first);
    into->last = later(into->last, from->last);
}

static inline uint64_t higher(uint64_t a, uint64_t b) { return a > b ? a : b; }

static uint64_t highest_sum(const partner__cell *c)
{
    return higher(higher(c->gross, c->returned), higher(c->gained, c->lost));
}

partner_status partner__cell_check(const partner__cell *cell, uint32_t partner, partner_error *error)
{
    const char *what = "negative margins", *field = "margin";

    if (highest_sum(cell) < PARTNER__OVER) return PARTNER_OK;
    if (cell->gained >= PARTNER__OVER) what = "positive margins";
    if (cell->returned >= PARTNER__OVER) {
        what = "negative amounts";
        field = "amount";
    }
    if (cell->gross >= PARTNER__OVER) {
        what = "positive amounts";
        field = "amount";
    }
    return partner__fail_at(error, PARTNER_E_RANGE, partner__at("sales", field, PARTNER_NO_ROW, partner),
                            "the %s of partner %" PRIu32 " sum to more than %" PRId64
                            " minor units, expected sums that fit 64 bits",
                            what, partner, INT64_MAX);
}

/* The tally */

partner_status partner_tally_new(const partner_totals_options *options, partner_tally **tally,
                                 partner_error *error)
{
    partner_totals_options o;
    partner_tally *t;
    partner_status status;

    if (tally == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "tally is NULL");
    status = partner__totals_take(&o, options, error);
    if (status != PARTNER_OK) return status;
    t = partner__alloc_zero(1, sizeof *t);
    if (t == NULL) return partner__no_memory(error);
    t->run.threads = o.threads;
    t->run.interrupt = o.interrupt;
    t->run.interrupt_data = o.interrupt_data;
    t->from_day = partner__option_day(o.from_day);
    t->to_day = partner__option_day(o.to_day);
    t->min_sales = o.min_sales == 0 ? 1 : o.min_sales;
    t->minor_units = partner__option_places(o.minor_units);
    t->partners = o.partners;
    t->last_day_seen = PARTNER_NO_DAY;
    t->currency = PARTNER_NONE;
    *tally = t;
    return PARTNER_OK;
}

void partner_tally_free(partner_tally *tally)
{
    if (tally == NULL) return;
    partner__cells_free(&tally->cells);
    partner__free(tally);
}

partner_status partner__tally_absorb(partner_tally *tally, partner__cells *delta, partner_error *error)
{
    partner__cells *cells = &tally->cells;
    uint64_t peak = 0;
    partner_status status = PARTNER_OK;

    for (size_t i = 0; i < delta->count && status == PARTNER_OK; i++) {
        partner__cell sum = delta->at[i];
        if (i < cells->count) partner__cell_add(&sum, &cells->at[i]);
        status = partner__cell_check(&sum, (uint32_t)i, error);
        peak = higher(peak, highest_sum(&sum));
    }
    for (size_t i = delta->count; i < cells->count; i++) peak = higher(peak, highest_sum(&cells->at[i]));
    if (status == PARTNER_OK && cells->count > 0) status = partner__cells_grow(cells, delta->count, error);
    if (status != PARTNER_OK) return status;
    if (cells->count == 0) {
        partner__cells_free(cells);
        *cells = *delta;
        memset(delta, 0, sizeof *delta);
    }
    for (size_t i = 0; i < delta->count; i++) partner__cell_add(&cells->at[i], &delta->at[i]);
    tally->peak = peak;
    partner__cells_free(delta);
    return PARTNER_OK;
}

/* Rows, as the loops see them */

typedef struct batch {
    partner_sales sales;
    int windowed;
    uint32_t from, width; /* day is in the window when day - from < width, modulo 2^32 */
} batch;

static inline int in_window(const batch *b, int32_t day) { return (uint32_t)day - b->from < b->width; }

/* What a part of the rows showed besides its sums. */
typedef struct seen {
    uint64_t rows; /* in the window */
    uint32_t last; /* code of the last day of all rows */
    int missing;   /* an amount or a needed day is missing */
} seen;

static void note(seen *all, const seen *part)
{
    all->rows += part->rows;
    all->last = later(all->last, part->last);
    all->missing |= part->missing;
}

static ALWAYS_INLINE void add_sale(partner__cell *cell, int64_t amount, uint32_t code)
{
    cell->rows++;
    if (amount > 0) {
        cell->gross = partner__capped(cell->gross + (uint64_t)amount);
        cell->sales++;
        cell->first = later(cell->first, 0 - code);
        cell->last = later(cell->last, code);
    } else if (amount < 0) {
        cell->returned = partner__capped(cell->returned + partner__magnitude(amount));
        cell->returns++;
    }
}

static ALWAYS_INLINE void add_margin(partner__cell *cell, int64_t margin)
{
    if (margin > 0) cell->gained = partner__capped(cell->gained + (uint64_t)margin);
    else if (margin != PARTNER_NO_AMOUNT) cell->lost = partner__capped(cell->lost + partner__magnitude(margin));
}

/* The loop that everything hangs on. Every row goes to a cell somewhere in memory, so it is bound by cache
 * misses: cells are asked for AHEAD rows before they are needed. */
static ALWAYS_INLINE void add_rows(const batch *b, size_t begin, size_t end, partner__cell *cells, seen *s,
                                   int has_window, int has_day, int has_margin)
{
    const uint32_t *partner = b->sales.partner;
    const int64_t *amount = b->sales.amount;
    const int32_t *day = b->sales.day;
    uint64_t rows = 0;
    uint32_t last = 0;
    int missing = 0;

    for (size_t i = begin; i < end; i++) {
        uint32_t code = has_day ? partner__code_of_day(day[i]) : 0;
        partner__cell *cell = &cells[partner[i]];

        if (i + AHEAD < end) {
            /* All ones or zero rather than a branch: nobody can foretell the window of unsorted rows. */
            uint32_t wanted = has_window ? 0 - (uint32_t)in_window(b, day[i + AHEAD]) : UINT32_MAX;
            partner__prefetch_for_write(&cells[partner[i + AHEAD] & wanted]);
        }
        missing |= amount[i] == PARTNER_NO_AMOUNT;
        if (has_day) last = later(last, code);
        if (has_window) {
            missing |= code == 0;
            if (!in_window(b, day[i])) continue;
        }
        rows++;
        add_sale(cell, amount[i], code);
        if (has_margin) add_margin(cell, b->sales.margin[i]);
    }
    s->rows = rows;
    s->last = last;
    s->missing = missing;
}

static void sum_rows(const batch *b, size_t begin, size_t end, partner__cell *cells, seen *s)
{
    if (b->sales.margin != NULL) {
        if (b->windowed) add_rows(b, begin, end, cells, s, 1, 1, 1);
        else if (b->sales.day != NULL) add_rows(b, begin, end, cells, s, 0, 1, 1);
        else add_rows(b, begin, end, cells, s, 0, 0, 1);
    } else {
        if (b->windowed) add_rows(b, begin, end, cells, s, 1, 1, 0);
        else if (b->sales.day != NULL) add_rows(b, begin, end, cells, s, 0, 1, 0);
        else add_rows(b, begin, end, cells, s, 0, 0, 0);
    }
}

/* Adding rows: the checks */

/* Indexes must be below this. */
static size_t index_limit(const partner_tally *t) { return t->partners > 0 ? t->partners : PARTNER_NONE; }

/* What a walk over all rows found out. */
typedef struct survey {
    uint32_t highest;          /* partner index */
    uint32_t currency;         /* PARTNER_NONE where none is said */
    uint64_t amounts, margins; /* sums of |amount| and |margin|: no partner's sums can be above */
} survey;

static partner_status bad_row(partner_error *error, const char *field, size_t row, uint32_t partner,
                              const char *what)
{
    return partner__fail_at(error, PARTNER_E_DATA, partner__at("sales", field, row, partner),
                            "sales row %zu: %s", row, what);
}

static partner_status bad_partner(partner_error *error, size_t row, uint32_t partner, size_t limit)
{
    partner__place place = partner__at("sales", "partner", row, partner);

    if (partner == PARTNER_NONE) return bad_row(error, "partner", row, partner, "partner is missing");
    return partner__fail_at(error, PARTNER_E_DATA, place,
                            "sales row %zu: partner index %" PRIu32 " is out of range, expected below %zu", row,
                            partner, limit);
}

static partner_status two_currencies(partner_error *error, size_t row, uint32_t partner, uint32_t first,
                                     uint32_t second)
{
    return partner__fail_at(error, PARTNER_E_DATA, partner__at("sales", "currency", row, partner),
                            "sales row %zu: currency %" PRIu32 " after currency %" PRIu32
                            ", expected one currency in all rows",
                            row, second, first);
}

static partner_status check_row(const batch *b, size_t limit, size_t i, survey *found, partner_error *error)
{
    uint32_t partner = b->sales.partner[i];
    uint32_t currency = b->sales.currency == NULL ? PARTNER_NONE : b->sales.currency[i];
    int64_t margin = b->sales.margin == NULL ? PARTNER_NO_AMOUNT : b->sales.margin[i];

    if (partner >= limit) return bad_partner(error, i, partner, limit);
    if (b->sales.amount[i] == PARTNER_NO_AMOUNT)
        return bad_row(error, "amount", i, partner, "amount is missing");
    if (b->windowed && b->sales.day[i] == PARTNER_NO_DAY)
        return bad_row(error, "day", i, partner, "day is missing, and a window needs it");
    if (currency != PARTNER_NONE) {
        if (found->currency != PARTNER_NONE && found->currency != currency)
            return two_currencies(error, i, partner, found->currency, currency);
        found->currency = currency;
    }
    if (partner > found->highest) found->highest = partner;
    found->amounts = partner__capped(found->amounts + partner__magnitude(b->sales.amount[i]));
    if (margin != PARTNER_NO_AMOUNT)
        found->margins = partner__capped(found->margins + partner__magnitude(margin));
    return PARTNER_OK;
}

/* Walks over the rows in their order, so that of all bad rows the first is named. */
static partner_status check_rows(const partner_tally *t, const batch *b, survey *found, partner_error *error)
{
    size_t limit = index_limit(t);
    partner_status status = PARTNER_OK;

    memset(found, 0, sizeof *found);
    found->currency = t->currency;
    for (size_t i = 0; i < b->sales.rows && status == PARTNER_OK; i++) {
        if (i % CHUNK == 0) status = partner__ask(&t->run, error);
        if (status == PARTNER_OK) status = check_row(b, limit, i, found, error);
    }
    return status;
}

static partner_status missing_column(partner_error *error, const char *field, const char *why)
{
    return partner__fail_at(error, PARTNER_E_ARGUMENT,
                            partner__at("sales", field, PARTNER_NO_ROW, PARTNER_NONE),
                            "sales: the column %s is NULL, expected it%s", field, why);
}

static partner_status take_batch(const partner_tally *t, const partner_sales *sales, batch *b,
                                 partner_error *error)
{
    partner_sales *s = &b->sales;
    int32_t from = t->from_day == PARTNER_NO_DAY ? PARTNER_NO_DAY + 1 : t->from_day;
    partner_status status = partner__take(s, sizeof *s, sales, 0, "sales", error);

    if (status != PARTNER_OK) return status;
    b->windowed = t->from_day != PARTNER_NO_DAY || t->to_day != PARTNER_NO_DAY;
    b->from = (uint32_t)from;
    b->width = (t->to_day == PARTNER_NO_DAY ? UINT32_C(0x80000000) : (uint32_t)t->to_day) - b->from;
    if (s->rows == 0) return PARTNER_OK;
    if (s->partner == NULL) return missing_column(error, "partner", "");
    if (s->amount == NULL) return missing_column(error, "amount", "");
    if (s->day == NULL && b->windowed) return missing_column(error, "day", " because a window is given");
    if (t->foreign)
        return partner__fail(error, PARTNER_E_STATE,
                             "the tally was loaded without its dictionary, so its indexes cannot be told from "
                             "those of new rows: load it with the dictionary, or merge it through a map");
    if (s->rows > UINT64_MAX - t->rows)
        return partner__fail(error, PARTNER_E_RANGE, "the tally's number of rows leaves 64 bits");
    return PARTNER_OK;
}

static void remember(partner_tally *t, const batch *b, const seen *all, const survey *found)
{
    int32_t last = partner__day_of_code(all->last);

    t->rows += all->rows;
    t->currency = found->currency;
    if (last > t->last_day_seen) t->last_day_seen = last;
    if ((size_t)found->highest + 1 > t->size) t->size = (size_t)found->highest + 1;
    if (b->sales.margin != NULL) t->has_margin = 1;
}

/* Adding rows: many of them, into cells apart */

typedef struct part {
    partner__cells cells;
    seen seen;
    atomic_flag busy;
} part;

typedef struct spread {
    const batch *rows;
    part *parts;
    size_t count;
    size_t cells;
    atomic_uint_fast32_t highest;
} spread;

static size_t chunks_of(size_t rows) { return (rows - 1) / CHUNK + 1; }

static size_t chunk_end(const batch *b, size_t begin)
{
    return b->sales.rows - begin < CHUNK ? b->sales.rows : begin + CHUNK;
}

static partner_status find_highest(void *context, size_t task, partner_error *error)
{
    spread *s = context;
    const uint32_t *partner = s->rows->sales.partner;
    size_t begin = task * CHUNK, end = chunk_end(s->rows, begin);
    uint_fast32_t before = atomic_load(&s->highest);
    uint32_t highest = 0;

    (void)error;
    for (size_t i = begin; i < end; i++) highest = later(highest, partner[i]);
    while (before < highest && !atomic_compare_exchange_weak(&s->highest, &before, highest)) continue;
    return PARTNER_OK;
}

/* There are as many parts as threads, so one is always free; which one does not matter, for they are added. */
static partner_status sum_chunk(void *context, size_t task, partner_error *error)
{
    spread *s = context;
    part *p = s->parts;
    size_t begin = task * CHUNK;
    seen seen;

    (void)error;
    while (atomic_flag_test_and_set(&p->busy)) p = p + 1 < s->parts + s->count ? p + 1 : s->parts;
    sum_rows(s->rows, begin, chunk_end(s->rows, begin), p->cells.at, &seen);
    note(&p->seen, &seen);
    atomic_flag_clear(&p->busy);
    return PARTNER_OK;
}

static partner_status join_cells(void *context, size_t task, partner_error *error)
{
    spread *s = context;
    size_t begin = task * CELL_CHUNK;
    size_t end = s->cells - begin < CELL_CHUNK ? s->cells : begin + CELL_CHUNK;

    (void)error;
    for (size_t p = 1; p < s->count; p++)
        for (size_t i = begin; i < end; i++)
            partner__cell_add(&s->parts[0].cells.at[i], &s->parts[p].cells.at[i]);
    return PARTNER_OK;
}

static partner_status new_parts(spread *s, size_t count, size_t cells, partner_error *error)
{
    s->parts = partner__alloc_zero(count, sizeof *s->parts);
    if (s->parts == NULL) return partner__no_memory(error);
    s->cells = cells;
    while (s->count < count) {
        part *p = &s->parts[s->count];
        partner_status status = partner__cells_new(&p->cells, cells, error);
        if (status != PARTNER_OK) return status;
        atomic_flag_clear(&p->busy);
        s->count++;
    }
    return PARTNER_OK;
}

static void free_parts(spread *s)
{
    for (size_t p = 0; p < s->count; p++) partner__cells_free(&s->parts[p].cells);
    partner__free(s->parts);
}

/* The highest index decides how many cells it takes; a currency asks for the walk row by row. */
static partner_status survey_apart(const partner_tally *t, spread *s, survey *found, partner_error *error)
{
    const batch *b = s->rows;
    partner_status status;

    if (b->sales.currency != NULL) return check_rows(t, b, found, error);
    memset(found, 0, sizeof *found);
    found->currency = t->currency;
    status = partner__parallel(&t->run, chunks_of(b->sales.rows), find_highest, s, error);
    if (status != PARTNER_OK) return status;
    found->highest = (uint32_t)atomic_load(&s->highest);
    return found->highest < index_limit(t) ? PARTNER_OK : check_rows(t, b, found, error);
}

/* How many threads bring more than their cells cost. */
static size_t worthwhile(size_t rows, size_t cells)
{
    size_t threads = rows / ROWS_PER_CELL / (cells + ROWS_PER_THREAD / ROWS_PER_CELL);
    return threads < chunks_of(rows) ? threads : chunks_of(rows);
}

static partner_status add_apart(partner_tally *t, const batch *b, partner_error *error)
{
    spread s = {.rows = b};
    partner__run run = t->run;
    survey found, again;
    seen all = {0, 0, 0};
    size_t rows = b->sales.rows, cells;
    partner_status status;

    atomic_init(&s.highest, 0);
    status = survey_apart(t, &s, &found, error);
    if (status != PARTNER_OK) return status;
    cells = (size_t)found.highest + 1;
    run.threads = partner__threads(&t->run, worthwhile(rows, cells));
    status = new_parts(&s, run.threads, cells, error);
    if (status == PARTNER_OK) status = partner__parallel(&run, chunks_of(rows), sum_chunk, &s, error);
    for (size_t p = 0; p < s.count; p++) note(&all, &s.parts[p].seen);
    if (status == PARTNER_OK && all.missing) status = check_rows(t, b, &again, error);
    if (status == PARTNER_OK && s.count > 1)
        status = partner__parallel(&run, (cells - 1) / CELL_CHUNK + 1, join_cells, &s, error);
    if (status == PARTNER_OK) status = partner__tally_absorb(t, &s.parts[0].cells, error);
    if (status == PARTNER_OK) remember(t, b, &all, &found);
    free_parts(&s);
    return status;
}

/* Adding rows: a few of them, where they belong. Only once the walk over the rows has shown that nothing can go
 * wrong; *done = 0 when a sum might leave its type, so that they must be added apart. */
static partner_status add_in_place(partner_tally *t, const batch *b, int *done, partner_error *error)
{
    survey found;
    uint64_t bound;
    seen all;
    partner_status status = check_rows(t, b, &found, error);

    if (status != PARTNER_OK) return status;
    bound = higher(found.amounts, found.margins);
    *done = bound <= (uint64_t)INT64_MAX - t->peak;
    if (!*done) return PARTNER_OK;
    status = partner__cells_grow(&t->cells, (size_t)found.highest + 1, error);
    if (status != PARTNER_OK) return status;
    sum_rows(b, 0, b->sales.rows, t->cells.at, &all);
    t->peak += bound;
    remember(t, b, &all, &found);
    return PARTNER_OK;
}

partner_status partner_tally_add(partner_tally *tally, const partner_sales *sales, partner_error *error)
{
    batch b;
    int done = 0;
    partner_status status;

    if (tally == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "tally is NULL");
    status = take_batch(tally, sales, &b, error);
    if (status != PARTNER_OK || b.sales.rows == 0) return status;
    if (b.sales.rows <= tally->cells.count) status = add_in_place(tally, &b, &done, error);
    if (status != PARTNER_OK || done) return status;
    return add_apart(tally, &b, error);
}
