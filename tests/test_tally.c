/* SPDX-License-Identifier: MIT
 * Adding to tallies and merging them: spec/totals.md, "Accumulation". Random rows come from seeds that are
 * printed, so that the one at fault is the last. */
#include <stdio.h>

#include "sales.h"

/* Everything again, the simple way: partner by partner over all rows. */
static void check_against_naive(const rows *r, const partner_totals *t, int has_window)
{
    size_t active = 0;
    uint64_t rows_in = 0;
    int64_t total = 0;

    for (uint32_t p = 0; p < t->partners; p++) {
        int64_t gross = 0, returned = 0, margin = 0;
        uint64_t sales = 0, returns = 0;
        int32_t first = PARTNER_NO_DAY, last = PARTNER_NO_DAY;

        for (size_t i = 0; i < r->count; i++) {
            if (r->partner[i] != p || (has_window && (r->day[i] < FROM || r->day[i] >= TO))) continue;
            rows_in++;
            if (r->margin[i] != PARTNER_NO_AMOUNT) margin += r->margin[i];
            if (r->amount[i] < 0) {
                returned -= r->amount[i];
                returns++;
            }
            if (r->amount[i] <= 0) continue;
            gross += r->amount[i];
            sales++;
            if (first == PARTNER_NO_DAY || r->day[i] < first) first = r->day[i];
            if (last == PARTNER_NO_DAY || r->day[i] > last) last = r->day[i];
        }
        ck_assert_uint_eq(t->partner[p], p);
        ck_assert_int_eq(t->gross[p], gross);
        ck_assert_int_eq(t->returned[p], returned);
        ck_assert_int_eq(t->revenue[p], gross - returned);
        ck_assert_int_eq(t->margin[p], margin);
        ck_assert_uint_eq(t->sales[p], sales);
        ck_assert_uint_eq(t->returns[p], returns);
        ck_assert_int_eq(t->first_day[p], first);
        ck_assert_int_eq(t->last_day[p], last);
        total += gross - returned;
        active += sales >= (has_window ? 3 : 1);
    }
    ck_assert_int_eq(t->revenue_total, total);
    ck_assert_uint_eq(t->active, active);
    ck_assert_uint_eq(t->rows, rows_in);
}

static void shuffle(rows *r, uint64_t *state)
{
    for (size_t i = r->count; i > 1; i--) {
        size_t j = draw(state) % i;
        rows t = {0, &(uint32_t){r->partner[j]}, &(int64_t){r->amount[j]}, &(int64_t){r->margin[j]},
                  &(int32_t){r->day[j]}};

        r->partner[j] = r->partner[i - 1];
        r->amount[j] = r->amount[i - 1];
        r->margin[j] = r->margin[i - 1];
        r->day[j] = r->day[i - 1];
        r->partner[i - 1] = *t.partner;
        r->amount[i - 1] = *t.amount;
        r->margin[i - 1] = *t.margin;
        r->day[i - 1] = *t.day;
    }
}

/* The naive computation agrees, for one batch and for batches cut anywhere, in any order. */
START_TEST(any_split_any_order)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        uint64_t state = seed * 7919;
        uint32_t partners = (uint32_t)(draw(&state) % 40) + 1;
        rows r = random_rows(&state, draw(&state) % 900 + 1, partners);
        partner_totals_options options = windowed(), all = PARTNER_TOTALS_OPTIONS_INIT;
        int has_window = seed % 4 != 0;
        const partner_totals_options *o = has_window ? &options : &all;
        partner_sales whole = slice(&r, 0, r.count);
        partner_totals *once = NULL, *later;
        partner_tally *tally = new_tally(o);

        printf("seed %u\n", (unsigned)seed);
        must(partner_totals_new(&whole, o, &once, &error), error);
        check_against_naive(&r, once, has_window);
        shuffle(&r, &state);
        for (size_t at = 0; at < r.count;) {
            size_t end = at + draw(&state) % 60;
            if (end > r.count) end = r.count;
            add(tally, &r, at, end);
            at = end;
        }
        later = finish(tally);
        check_same_totals(once, later);
        partner_totals_free(once);
        partner_totals_free(later);
        partner_tally_free(tally);
        free_rows(&r);
    }
}
END_TEST

/* "Results are bit-identical for every thread count." Enough rows that every thread gets its own cells. */
START_TEST(any_number_of_threads)
{
    enum { ROWS = 700000, PARTNERS = 300 };
    const uint32_t threads[] = {1, 2, 3, 8, PARTNER_THREADS_ALL};
    uint64_t state = 99;
    rows r = random_rows(&state, ROWS, PARTNERS);
    partner_sales whole = slice(&r, 0, ROWS);
    partner_totals *first = NULL;

    for (size_t i = 0; i < 5; i++) {
        partner_totals_options options = windowed();
        partner_totals *t = NULL;

        options.threads = threads[i];
        must(partner_totals_new(&whole, &options, &t, &error), error);
        if (first == NULL) {
            first = t;
            check_against_naive(&r, first, 1);
            continue;
        }
        check_same_totals(first, t);
        partner_totals_free(t);
    }
    /* A bad row is the same bad row. */
    r.amount[650000] = r.amount[3] = PARTNER_NO_AMOUNT;
    for (size_t i = 0; i < 5; i++) {
        partner_totals_options options = windowed();
        partner_totals *t = NULL;

        options.threads = threads[i];
        must_fail(partner_totals_new(&whole, &options, &t, &error), PARTNER_E_DATA, error);
        ck_assert_uint_eq(error.row, 3);
    }
    partner_totals_free(first);
    free_rows(&r);
}
END_TEST

/* Each column may be left out. */
START_TEST(optional_columns)
{
    uint64_t state = 5;
    rows r = random_rows(&state, 400, 7);
    partner_sales full = slice(&r, 0, 400), bare = full;
    partner_totals_options options = windowed();
    partner_totals *a = NULL, *b = NULL;

    bare.margin = NULL;
    bare.day = NULL;
    must(partner_totals_new(&full, NULL, &a, &error), error);
    must(partner_totals_new(&bare, NULL, &b, &error), error);
    ck_assert_ptr_null(b->margin);
    ck_assert_int_eq(memcmp(a->revenue, b->revenue, 7 * 8), 0);
    ck_assert_int_eq(memcmp(a->sales, b->sales, 7 * 8), 0);
    for (size_t i = 0; i < 7; i++) ck_assert_int_eq(b->last_day[i], PARTNER_NO_DAY);
    partner_totals_free(b);
    bare = full;
    bare.day = NULL;
    must(partner_totals_new(&bare, NULL, &b, &error), error);
    ck_assert_int_eq(memcmp(a->margin, b->margin, 7 * 8), 0);
    partner_totals_free(a);
    partner_totals_free(b);
    /* The column is there when rows have it, in the window or not. */
    for (size_t i = 0; i < 400; i++) r.day[i] = TO;
    must(partner_totals_new(&full, &options, &b, &error), error);
    ck_assert_uint_eq(b->rows, 0);
    ck_assert_ptr_nonnull(b->margin);
    partner_totals_free(b);
    free_rows(&r);
}
END_TEST

enum { PARTS = 5, IDS = 23 };

/* A worker with a dictionary of its own: it meets the partners in an order of its own. */
typedef struct worker {
    partner_dict *dict;
    partner_tally *tally;
} worker;

static void intern_rows(partner_dict *dict, const rows *r, size_t begin, size_t end, rows *own)
{
    for (size_t i = begin; i < end; i++) {
        int64_t id = 1000 + r->partner[i];
        must(partner_dict_add_integers(dict, 1, &id, &own->partner[i - begin], &error), error);
        own->amount[i - begin] = r->amount[i];
        own->margin[i - begin] = r->margin[i];
        own->day[i - begin] = r->day[i];
    }
    own->count = end - begin;
}

static worker new_worker(const rows *r, size_t begin, size_t end, const partner_totals_options *options)
{
    worker w = {NULL, new_tally(options)};
    rows own = new_rows(end - begin);

    must(partner_dict_new(&w.dict, &error), error);
    intern_rows(w.dict, r, begin, end, &own);
    add(w.tally, &own, 0, own.count);
    free_rows(&own);
    return w;
}

static void free_worker(worker *w)
{
    partner_dict_free(w->dict);
    partner_tally_free(w->tally);
}

/* Now and then a tally goes through a file, with its dictionary at both ends. */
static void travel(worker *w)
{
    partner_bytes *bytes = save(w->tally, w->dict);
    partner_tally *back = load(bytes, w->dict);

    partner_tally_free(w->tally);
    w->tally = back;
    partner_bytes_free(bytes);
}

static void merge_worker(worker *into, const worker *from)
{
    size_t size = partner_dict_size(from->dict);
    uint32_t *map = malloc((size + 1) * sizeof *map);

    ck_assert_ptr_nonnull(map);
    must(partner_dict_merge(into->dict, from->dict, map, &error), error);
    must(partner_tally_merge(into->tally, from->tally, map, size, &error), error);
    free(map);
}

/* What a worker knows of an id, as one line of text. */
static void describe(const worker *w, int64_t number, char *text, size_t size)
{
    partner_totals *t = finish(w->tally);
    char id[32];
    uint32_t i;

    snprintf(id, sizeof id, "%lld", (long long)number);
    i = partner_dict_find(w->dict, id, strlen(id));
    if (i == PARTNER_NONE) snprintf(text, size, "unknown");
    else
        snprintf(text, size, "%lld %lld %lld %llu %llu %d %d of %zu %llu %lld", (long long)t->gross[i],
                 (long long)t->returned[i], (long long)t->margin[i], (unsigned long long)t->sales[i],
                 (unsigned long long)t->returns[i], (int)t->first_day[i], (int)t->last_day[i], t->partners,
                 (unsigned long long)t->rows, (long long)t->revenue_total);
    partner_totals_free(t);
}

/* "Merging is associative and commutative": workers with dictionaries of their own, merged through maps in a
 * random tree, with trips through saved bytes, know what one worker knows who saw all rows. */
START_TEST(any_merge_tree)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        uint64_t state = seed * 104729;
        partner_totals_options options = windowed();
        rows r = random_rows(&state, 200, IDS);
        worker whole = new_worker(&r, 0, 200, &options), part[PARTS];
        size_t left = PARTS, at = 0;

        printf("seed %u\n", (unsigned)seed);
        for (size_t i = 0; i < PARTS; i++) {
            size_t end = i + 1 == PARTS ? 200 : at + draw(&state) % (200 - at);
            part[i] = new_worker(&r, at, end, &options);
            at = end;
        }
        while (left > 1) {
            size_t i = draw(&state) % left, j = draw(&state) % left;
            if (i == j) continue;
            if (draw(&state) % 2) travel(&part[i]);
            merge_worker(&part[i], &part[j]);
            free_worker(&part[j]);
            part[j] = part[--left];
        }
        for (int64_t id = 1000; id < 1000 + IDS; id++) {
            char a[200], b[200];
            describe(&whole, id, a, sizeof a);
            describe(&part[0], id, b, sizeof b);
            ck_assert_str_eq(a, b);
        }
        free_worker(&whole);
        free_worker(&part[0]);
        free_rows(&r);
    }
}
END_TEST

/* Without maps the same to the bit, either way round; an empty tally changes nothing. */
START_TEST(merge_commutes)
{
    uint64_t state = 31;
    rows r = random_rows(&state, 300, 12);
    partner_totals_options options = windowed();
    partner_tally *whole = new_tally(&options), *a[2], *b[2], *empty = new_tally(&options);

    add(whole, &r, 0, 300);
    for (int i = 0; i < 2; i++) {
        a[i] = new_tally(&options);
        b[i] = new_tally(&options);
        add(a[i], &r, 0, 77);
        add(b[i], &r, 77, 300);
    }
    must(partner_tally_merge(a[0], b[0], NULL, 0, &error), error);
    must(partner_tally_merge(b[1], a[1], NULL, 0, &error), error);
    must(partner_tally_merge(b[1], empty, NULL, 0, &error), error);
    must(partner_tally_merge(empty, a[0], NULL, 0, &error), error);
    check_same(whole, a[0]);
    check_same(whole, b[1]);
    check_same(whole, empty);
    must_fail(partner_tally_merge(whole, whole, NULL, 0, &error), PARTNER_E_ARGUMENT, error);
    for (int i = 0; i < 2; i++) {
        partner_tally_free(a[i]);
        partner_tally_free(b[i]);
    }
    partner_tally_free(whole);
    partner_tally_free(empty);
    free_rows(&r);
}
END_TEST

/* "two indexes may map to one" */
START_TEST(merge_two_to_one)
{
    uint32_t partner[] = {0, 1, 2};
    int64_t amount[] = {5, 7, -1};
    const uint32_t map[] = {3, 3, 0};
    partner_sales s = PARTNER_SALES_INIT;
    partner_tally *into = new_tally(NULL), *from = new_tally(NULL);
    partner_totals *t;

    s.rows = 3;
    s.partner = partner;
    s.amount = amount;
    must(partner_tally_add(from, &s, &error), error);
    must_fail(partner_tally_merge(into, from, map, 2, &error), PARTNER_E_ARGUMENT, error);
    must(partner_tally_merge(into, from, map, 3, &error), error);
    t = finish(into);
    ck_assert_uint_eq(t->partners, 4);
    ck_assert_int_eq(t->revenue[3], 12);
    ck_assert_int_eq(t->revenue[0], -1);
    ck_assert_int_eq(t->revenue[1], 0);
    partner_totals_free(t);
    /* Their sum leaves the range though each fits: nothing changes. */
    amount[0] = INT64_MAX - 20;
    s.rows = 1;
    must(partner_tally_add(from, &s, &error), error);
    must_fail(partner_tally_merge(into, from, map, 3, &error), PARTNER_E_RANGE, error);
    ck_assert_uint_eq(error.index, 3);
    t = finish(into);
    ck_assert_int_eq(t->revenue[3], 12);
    ck_assert_uint_eq(t->rows, 3);
    partner_totals_free(t);
    partner_tally_free(into);
    partner_tally_free(from);
}
END_TEST

static void check_misfit(const partner_totals_options *a, const partner_totals_options *b, const char *what)
{
    partner_tally *into = new_tally(a), *from = new_tally(b);

    must_fail(partner_tally_merge(into, from, NULL, 0, &error), PARTNER_E_STATE, error);
    ck_assert_ptr_nonnull(strstr(error.message, what));
    partner_tally_free(into);
    partner_tally_free(from);
}

/* "Tallies merge when window, min_sales and minor units agree (else an error naming what differs); partners 0
 * grows to the larger, two given numbers must be equal" */
START_TEST(merge_misfits)
{
    const partner_totals_options zero = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals_options a = zero, b = zero;
    const uint32_t partner[] = {8}, map[] = {0, 1, 2, 3, 4, 5, 6, 7, 4, 9};
    const int64_t amount[] = {1};
    partner_sales s = PARTNER_SALES_INIT;
    partner_tally *given, *grown, *small;
    partner_totals *t;

    a.from_day = 1;
    check_misfit(&a, &b, "from_day");
    a = zero;
    a.to_day = 1;
    check_misfit(&a, &b, "to_day");
    a = zero;
    a.min_sales = 2;
    check_misfit(&a, &b, "min_sales");
    b.min_sales = 1;
    a = zero;
    small = new_tally(&a);
    grown = new_tally(&b); /* 0 and 1 are the same */
    must(partner_tally_merge(grown, small, NULL, 0, &error), error);
    partner_tally_free(small);
    partner_tally_free(grown);
    b = zero;
    b.minor_units = 3;
    check_misfit(&a, &b, "minor_units");
    a.partners = 10;
    b = zero;
    b.partners = 11;
    check_misfit(&a, &b, "partners");
    given = new_tally(&a);
    grown = new_tally(NULL);
    s.rows = 1;
    s.partner = partner;
    s.amount = amount;
    must(partner_tally_add(grown, &s, &error), error);
    must(partner_tally_merge(grown, given, NULL, 0, &error), error);
    t = finish(grown);
    ck_assert_uint_eq(t->partners, 10);
    partner_totals_free(t);
    /* Partners that were given but have no row are enrolled after the merge too: the map must know them. */
    must_fail(partner_tally_merge(grown, given, map, 9, &error), PARTNER_E_ARGUMENT, error);
    b.partners = 8;
    small = new_tally(&b);
    partner_tally_free(grown);
    grown = new_tally(NULL);
    must(partner_tally_add(grown, &s, &error), error);
    must_fail(partner_tally_merge(grown, small, NULL, 0, &error), PARTNER_E_STATE, error);
    must_fail(partner_tally_merge(small, grown, NULL, 0, &error), PARTNER_E_STATE, error);
    must_fail(partner_tally_merge(small, grown, map + 1, 9, &error), PARTNER_E_ARGUMENT, error);
    must(partner_tally_merge(small, grown, map, 9, &error), error);
    partner_tally_free(small);
    partner_tally_free(grown);
    partner_tally_free(given);
}
END_TEST

/* "_add and _merge are all or nothing": batches smaller and larger than the tally, each with its fault last. */
START_TEST(all_or_nothing)
{
    const size_t sizes[] = {20, 500};

    for (size_t k = 0; k < 2; k++) {
        uint64_t state = 12;
        partner_totals_options options = windowed();
        size_t n = sizes[k], end = n - 1;
        rows base = random_rows(&state, 400, 100), r = random_rows(&state, n, 100);
        partner_sales s = slice(&r, 0, n);
        uint32_t currency[500];
        partner_tally *tally;

        options.partners = 100;
        tally = new_tally(&options);
        base.partner[0] = 99;
        add(tally, &base, 0, 400);
        for (size_t i = 0; i < n; i++) currency[i] = 1;
        r.partner[end] = 100;
        check_untouched(tally, &s, PARTNER_E_DATA);
        r.partner[end] = 99;
        r.amount[end] = PARTNER_NO_AMOUNT;
        check_untouched(tally, &s, PARTNER_E_DATA);
        r.amount[end] = 1;
        r.day[end] = PARTNER_NO_DAY;
        check_untouched(tally, &s, PARTNER_E_DATA);
        r.day[end] = FROM;
        s.currency = currency;
        currency[end] = 2;
        check_untouched(tally, &s, PARTNER_E_DATA);
        currency[end] = 1;
        r.partner[0] = r.partner[end] = 5;
        r.day[0] = r.day[end] = FROM;
        r.amount[0] = r.amount[end] = INT64_MAX / 2 + 1;
        check_untouched(tally, &s, PARTNER_E_RANGE);
        ck_assert_uint_eq(error.index, 5);
        r.amount[0] = 1;
        must(partner_tally_add(tally, &s, &error), error);
        check_untouched(tally, &s, PARTNER_E_RANGE);
        /* "One currency per run", whatever the batch. */
        for (size_t i = 0; i < n; i++) currency[i] = 2;
        r.amount[end] = 1;
        check_untouched(tally, &s, PARTNER_E_DATA);
        ck_assert_uint_eq(error.row, 0);
        partner_tally_free(tally);
        free_rows(&base);
        free_rows(&r);
    }
}
END_TEST

/* A sum may come to exactly INT64_MAX in small batches; the next unit is one too many, credit notes or not. */
START_TEST(range_in_batches)
{
    enum { CELLS = 64 };
    uint32_t partner[CELLS];
    int64_t amount[CELLS] = {0};
    partner_sales s = PARTNER_SALES_INIT;
    partner_tally *tally = new_tally(NULL);
    partner_totals *t;

    for (uint32_t i = 0; i < CELLS; i++) partner[i] = i;
    s.rows = CELLS;
    s.partner = partner;
    s.amount = amount;
    must(partner_tally_add(tally, &s, &error), error);
    s.rows = 2;
    partner[1] = 0;
    for (int i = 0; i < 7; i++) {
        amount[0] = INT64_MAX / 7; /* 2^63 - 1 is divisible by 7 */
        amount[1] = -INT64_MAX / 7;
        must(partner_tally_add(tally, &s, &error), error);
    }
    t = finish(tally);
    ck_assert_int_eq(t->gross[0], INT64_MAX);
    ck_assert_int_eq(t->returned[0], INT64_MAX);
    partner_totals_free(t);
    amount[0] = 1;
    amount[1] = 0;
    check_untouched(tally, &s, PARTNER_E_RANGE);
    amount[0] = -1;
    check_untouched(tally, &s, PARTNER_E_RANGE);
    amount[0] = 0;
    must(partner_tally_add(tally, &s, &error), error);
    partner[0] = partner[1] = 1;
    amount[0] = INT64_MAX;
    amount[1] = -INT64_MAX;
    must(partner_tally_add(tally, &s, &error), error);
    partner_tally_free(tally);
}
END_TEST

/* "its window, min_sales, partners and minor_units must be zero or the tally's" */
START_TEST(finishing_options)
{
    partner_totals_options made = windowed(), o;
    const partner_totals_options zero = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *t = NULL;
    partner_tally *tally;

    made.partners = 5;
    made.minor_units = 4;
    tally = new_tally(&made);
    must(partner_totals_from_tally(tally, &made, &t, &error), error);
    ck_assert_uint_eq(t->partners, 5);
    ck_assert_uint_eq(t->minor_units, 4);
    partner_totals_free(t);
    t = NULL;
    for (int i = 0; i < 5; i++) {
        o = zero;
        if (i == 0) o.from_day = FROM + 1;
        if (i == 1) o.to_day = TO + 1;
        if (i == 2) o.min_sales = 1;
        if (i == 3) o.partners = 6;
        if (i == 4) o.minor_units = 2;
        must_fail(partner_totals_from_tally(tally, &o, &t, &error), PARTNER_E_STATE, error);
    }
    ck_assert_ptr_null(t);
    partner_tally_free(tally);
    partner_tally_free(NULL);
}
END_TEST

/* A tally takes one currency, across batches and, where the dictionaries are the same, across merges. */
START_TEST(currencies)
{
    const uint32_t partner[] = {0};
    const int64_t amount[] = {1};
    uint32_t currency[] = {PARTNER_NONE}, map[] = {0};
    partner_sales s = PARTNER_SALES_INIT;
    partner_tally *a = new_tally(NULL), *b = new_tally(NULL);

    s.rows = 1;
    s.partner = partner;
    s.amount = amount;
    s.currency = currency;
    must(partner_tally_add(a, &s, &error), error);
    currency[0] = 3;
    must(partner_tally_add(a, &s, &error), error);
    currency[0] = 4;
    must(partner_tally_add(b, &s, &error), error);
    must_fail(partner_tally_merge(a, b, NULL, 0, &error), PARTNER_E_STATE, error);
    must(partner_tally_merge(a, b, map, 1, &error), error);
    partner_tally_free(a);
    partner_tally_free(b);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tally");
    TCase *tcase = add_case(suite, "tally");

    tcase_add_test(tcase, any_split_any_order);
    tcase_add_test(tcase, any_number_of_threads);
    tcase_add_test(tcase, optional_columns);
    tcase_add_test(tcase, any_merge_tree);
    tcase_add_test(tcase, merge_commutes);
    tcase_add_test(tcase, merge_two_to_one);
    tcase_add_test(tcase, merge_misfits);
    tcase_add_test(tcase, all_or_nothing);
    tcase_add_test(tcase, range_in_batches);
    tcase_add_test(tcase, finishing_options);
    tcase_add_test(tcase, currencies);
    return run_suite(suite);
}
