/* SPDX-License-Identifier: MIT
 * Random rows of sales and shorthands for tallies, for the suites about them. */
#ifndef PARTNER_TESTS_SALES_H
#define PARTNER_TESTS_SALES_H

#include "suite.h"

static partner_error error;

enum { FROM = 100, TO = 200 };

/* Rows that a test owns. */
typedef struct rows {
    size_t count;
    uint32_t *partner;
    int64_t *amount, *margin;
    int32_t *day;
} rows;

static inline rows new_rows(size_t count)
{
    rows r = {count, malloc(count * 4 + 1), malloc(count * 8 + 1), malloc(count * 8 + 1),
              malloc(count * 4 + 1)};

    ck_assert(r.partner != NULL && r.amount != NULL && r.margin != NULL && r.day != NULL);
    return r;
}

static inline void free_rows(rows *r)
{
    free(r->partner);
    free(r->amount);
    free(r->margin);
    free(r->day);
}

/* Sales, returns, zeros, unknown margins, days around the window [FROM, TO). */
static inline rows random_rows(uint64_t *state, size_t count, uint32_t partners)
{
    rows r = new_rows(count);

    for (size_t i = 0; i < count; i++) {
        r.partner[i] = (uint32_t)(draw(state) % partners);
        r.amount[i] = (int64_t)(draw(state) % 1000000) - 100000;
        if (draw(state) % 16 == 0) r.amount[i] = 0;
        r.margin[i] = draw(state) % 8 == 0 ? PARTNER_NO_AMOUNT : (int64_t)(draw(state) % 4000) - 1000;
        r.day[i] = (int32_t)(draw(state) % 140) + 80;
    }
    return r;
}

static inline partner_sales slice(const rows *r, size_t begin, size_t end)
{
    partner_sales s = PARTNER_SALES_INIT;

    s.rows = end - begin;
    s.partner = r->partner + begin;
    s.amount = r->amount + begin;
    s.margin = r->margin + begin;
    s.day = r->day + begin;
    return s;
}

static inline partner_totals_options windowed(void)
{
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;

    options.from_day = FROM;
    options.to_day = TO;
    options.min_sales = 3;
    return options;
}

static inline partner_tally *new_tally(const partner_totals_options *options)
{
    partner_tally *tally = NULL;

    must(partner_tally_new(options, &tally, &error), error);
    return tally;
}

static inline void add(partner_tally *tally, const rows *r, size_t begin, size_t end)
{
    partner_sales s = slice(r, begin, end);
    must(partner_tally_add(tally, &s, &error), error);
}

static inline partner_bytes *save(const partner_tally *tally, const partner_dict *dict)
{
    partner_bytes *bytes = NULL;
    must(partner_tally_save(tally, dict, &bytes, &error), error);
    return bytes;
}

static inline partner_tally *load(const partner_bytes *bytes, const partner_dict *dict)
{
    partner_tally *tally = NULL;
    must(partner_tally_load(bytes->bytes, bytes->length, dict, &tally, &error), error);
    return tally;
}

static inline int same_bytes(const partner_bytes *a, const partner_bytes *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* Saved bytes hold all that a tally is, so equal tallies are equal bytes. */
static inline void check_same(const partner_tally *a, const partner_tally *b)
{
    partner_bytes *x = save(a, NULL), *y = save(b, NULL);

    ck_assert(same_bytes(x, y));
    partner_bytes_free(x);
    partner_bytes_free(y);
}

static inline void check_same_totals(const partner_totals *a, const partner_totals *b)
{
    size_t n = a->partners;

    ck_assert_uint_eq(n, b->partners);
    ck_assert_uint_eq(a->active, b->active);
    ck_assert(same_bits(a->activity_rate, b->activity_rate));
    ck_assert_int_eq(a->revenue_total, b->revenue_total);
    ck_assert_uint_eq(a->rows, b->rows);
    ck_assert_int_eq(a->last_day_seen, b->last_day_seen);
    ck_assert_int_eq(memcmp(a->partner, b->partner, n * 4), 0);
    ck_assert_int_eq(memcmp(a->revenue, b->revenue, n * 8), 0);
    ck_assert_int_eq(memcmp(a->gross, b->gross, n * 8), 0);
    ck_assert_int_eq(memcmp(a->returned, b->returned, n * 8), 0);
    ck_assert_int_eq(memcmp(a->margin, b->margin, n * 8), 0);
    ck_assert_int_eq(memcmp(a->sales, b->sales, n * 8), 0);
    ck_assert_int_eq(memcmp(a->returns, b->returns, n * 8), 0);
    ck_assert_int_eq(memcmp(a->first_day, b->first_day, n * 4), 0);
    ck_assert_int_eq(memcmp(a->last_day, b->last_day, n * 4), 0);
}

static inline partner_totals *finish(const partner_tally *tally)
{
    partner_totals *totals = NULL;
    must(partner_totals_from_tally(tally, NULL, &totals, &error), error);
    return totals;
}

/* Adding `bad` must fail and leave the tally to the bit as it was. */
static inline void check_untouched(partner_tally *tally, const partner_sales *bad, partner_status expected)
{
    partner_bytes *before = save(tally, NULL), *after;

    must_fail(partner_tally_add(tally, bad, &error), expected, error);
    after = save(tally, NULL);
    ck_assert(same_bytes(before, after));
    partner_bytes_free(before);
    partner_bytes_free(after);
}

#endif
