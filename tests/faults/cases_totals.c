/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/* Two windows of the same length within the days of the data. */
static partner_totals_options windows(void)
{
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;

    options.threads = case_threads;
    options.roster = &data()->roster;
    options.roll_up = 1;
    options.previous_from_day = 19000;
    options.previous_to_day = 19365;
    options.from_day = 19365;
    options.to_day = 19730;
    return options;
}

static int64_t sum_of_amounts(void)
{
    int64_t sum = 0;

    for (size_t i = 0; i < ROWS; i++) sum += data()->amount[i];
    return sum;
}

/* A tally without a window that holds the first `rows` rows. */
static partner_tally *tally_of(size_t rows, partner_error *error)
{
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_sales sales = data()->sales;
    partner_tally *tally = NULL;

    options.threads = case_threads;
    sales.rows = rows;
    must(partner_tally_new(&options, &tally, error), *error);
    must(partner_tally_add(tally, &sales, error), *error);
    return tally;
}

static partner_bytes *tally_bytes(const partner_tally *tally, partner_error *error)
{
    partner_bytes *bytes = NULL;

    must(partner_tally_save(tally, NULL, &bytes, error), *error);
    return bytes;
}

static void check_same_bytes(partner_bytes *a, partner_bytes *b)
{
    ck_assert_uint_eq(a->length, b->length);
    ck_assert_mem_eq(a->bytes, b->bytes, a->length);
    partner_bytes_free(a);
    partner_bytes_free(b);
}

/* A dictionary that has an id for every partner. */
static partner_dict *partner_names(partner_error *error)
{
    static int64_t number[PARTNERS];
    static uint32_t index[PARTNERS];
    partner_dict *dict = NULL;

    for (int64_t i = 0; i < PARTNERS; i++) number[i] = 1000 + i;
    must(partner_dict_new(&dict, error), *error);
    must(partner_dict_add_integers(dict, PARTNERS, number, index, error), *error);
    return dict;
}

static partner_status run_totals_new(plan *p, partner_error *error)
{
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *totals = UNTOUCHED;
    partner_status status;

    options.threads = case_threads;
    options.roster = &data()->roster;
    options.roll_up = 1;
    arm(p);
    status = partner_totals_new(&data()->sales, &options, &totals, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(totals, UNTOUCHED);
        return status;
    }
    ck_assert_int_eq(totals->revenue_total, sum_of_amounts());
    ck_assert_uint_eq(totals->rows, ROWS);
    partner_totals_free(totals);
    return status;
}

static partner_status run_totals_free(plan *p, partner_error *error)
{
    partner_totals *totals = NULL;

    must(partner_totals_new(&data()->sales, NULL, &totals, error), *error);
    arm(p);
    partner_totals_free(totals);
    partner_totals_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

static partner_status run_tally_new(plan *p, partner_error *error)
{
    partner_totals_options options = windows();
    partner_tally *tally = UNTOUCHED;
    partner_status status;

    options.partners = PARTNERS;
    arm(p);
    status = partner_tally_new(&options, &tally, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(tally, UNTOUCHED);
        return status;
    }
    partner_tally_free(tally);
    return status;
}

/* All or nothing: on failure the tally is what it was, and takes the rows once there is memory. */
static partner_status run_tally_add(plan *p, partner_error *error)
{
    partner_tally *tally = tally_of(10, error), *twice = tally_of(10, error);
    partner_bytes *before = tally_bytes(tally, error);
    partner_error later;
    partner_status status;

    arm(p);
    status = partner_tally_add(tally, &data()->sales, error);
    disarm(p);
    if (status != PARTNER_OK) {
        check_same_bytes(before, tally_bytes(tally, &later));
        must(partner_tally_add(tally, &data()->sales, &later), later);
    } else {
        partner_bytes_free(before);
    }
    must(partner_tally_add(twice, &data()->sales, &later), later);
    check_same_bytes(tally_bytes(tally, &later), tally_bytes(twice, &later));
    partner_tally_free(tally);
    partner_tally_free(twice);
    return status;
}

/* The partners of `from` are counted from the other end in `into`, so that it has to grow. */
static partner_status run_tally_merge(plan *p, partner_error *error)
{
    static uint32_t map[PARTNERS];
    partner_tally *into = tally_of(0, error), *from = tally_of(ROWS, error);
    partner_bytes *before = tally_bytes(into, error), *from_before = tally_bytes(from, error);
    partner_error later;
    partner_status status;

    for (uint32_t i = 0; i < PARTNERS; i++) map[i] = 2 * PARTNERS - i;
    arm(p);
    status = partner_tally_merge(into, from, map, PARTNERS, error);
    disarm(p);
    check_same_bytes(from_before, tally_bytes(from, &later));
    if (status != PARTNER_OK) {
        check_same_bytes(before, tally_bytes(into, &later));
        must(partner_tally_merge(into, from, map, PARTNERS, &later), later);
    } else {
        partner_bytes_free(before);
    }
    partner_totals *totals = NULL;
    must(partner_totals_from_tally(into, NULL, &totals, &later), later);
    ck_assert_int_eq(totals->revenue_total, sum_of_amounts());
    partner_totals_free(totals);
    partner_tally_free(into);
    partner_tally_free(from);
    return status;
}

static partner_status run_tally_save(plan *p, partner_error *error)
{
    partner_tally *tally = tally_of(ROWS, error);
    partner_dict *dict = partner_names(error);
    partner_bytes *bytes = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_tally_save(tally, dict, &bytes, error);
    disarm(p);
    if (status == PARTNER_OK) partner_bytes_free(bytes);
    else ck_assert_ptr_eq(bytes, UNTOUCHED);
    partner_tally_free(tally);
    partner_dict_free(dict);
    return status;
}

static partner_status run_tally_load(plan *p, partner_error *error)
{
    partner_tally *tally = tally_of(ROWS, error), *loaded = UNTOUCHED;
    partner_dict *dict = partner_names(error);
    partner_bytes *bytes = NULL, *again = NULL;
    partner_status status;

    must(partner_tally_save(tally, dict, &bytes, error), *error);
    arm(p);
    status = partner_tally_load(bytes->bytes, bytes->length, dict, &loaded, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(loaded, UNTOUCHED);
        partner_bytes_free(bytes);
    } else {
        must(partner_tally_save(loaded, dict, &again, error), *error);
        check_same_bytes(bytes, again);
        partner_tally_free(loaded);
    }
    partner_tally_free(tally);
    partner_dict_free(dict);
    return status;
}

static partner_status run_totals_from_tally(plan *p, partner_error *error)
{
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_tally *tally = tally_of(ROWS, error);
    partner_bytes *before = tally_bytes(tally, error);
    partner_totals *totals = UNTOUCHED;
    partner_error later;
    partner_status status;

    options.threads = case_threads;
    options.roster = &data()->roster;
    options.roll_up = 1;
    arm(p);
    status = partner_totals_from_tally(tally, &options, &totals, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(totals, UNTOUCHED);
    } else {
        ck_assert_int_eq(totals->revenue_total, sum_of_amounts());
        partner_totals_free(totals);
    }
    check_same_bytes(before, tally_bytes(tally, &later));
    partner_tally_free(tally);
    return status;
}

static partner_status run_tally_free(plan *p, partner_error *error)
{
    partner_tally *tally = tally_of(ROWS, error);

    arm(p);
    partner_tally_free(tally);
    partner_tally_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

static void check_growth(const partner_growth *growth)
{
    int64_t before = 0, after = 0;

    for (size_t i = 0; i < ROWS; i++) {
        if (data()->day[i] < 19365) before += data()->amount[i];
        if (data()->day[i] >= 19365 && data()->day[i] < 19730) after += data()->amount[i];
    }
    ck_assert_int_eq(growth->previous_total, before);
    ck_assert_int_eq(growth->total, after);
}

static partner_status run_growth_new(plan *p, partner_error *error)
{
    partner_totals_options options = windows();
    partner_growth *growth = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_growth_new(&data()->sales, &options, &growth, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(growth, UNTOUCHED);
        return status;
    }
    check_growth(growth);
    partner_growth_free(growth);
    return status;
}

static partner_status run_growth_between(plan *p, partner_error *error)
{
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    partner_totals *previous = NULL, *current = NULL;
    partner_growth *growth = UNTOUCHED;
    partner_status status;

    options.from_day = 19000;
    options.to_day = 19365;
    must(partner_totals_new(&data()->sales, &options, &previous, error), *error);
    options.from_day = 19365;
    options.to_day = 19730;
    must(partner_totals_new(&data()->sales, &options, &current, error), *error);
    arm(p);
    status = partner_growth_between(previous, current, &growth, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(growth, UNTOUCHED);
    } else {
        check_growth(growth);
        partner_growth_free(growth);
    }
    partner_totals_free(previous);
    partner_totals_free(current);
    return status;
}

static partner_status run_growth_free(plan *p, partner_error *error)
{
    partner_totals_options options = windows();
    partner_growth *growth = NULL;

    must(partner_growth_new(&data()->sales, &options, &growth, error), *error);
    arm(p);
    partner_growth_free(growth);
    partner_growth_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

const fault_case totals_cases[] = {
    {"partner_totals_new", run_totals_new, 0},
    {"partner_totals_free", run_totals_free, 1},
    {"partner_tally_new", run_tally_new, 0},
    {"partner_tally_add", run_tally_add, 0},
    {"partner_tally_merge", run_tally_merge, 0},
    {"partner_tally_save", run_tally_save, 0},
    {"partner_tally_load", run_tally_load, 0},
    {"partner_totals_from_tally", run_totals_from_tally, 0},
    {"partner_tally_free", run_tally_free, 1},
    {"partner_growth_new", run_growth_new, 0},
    {"partner_growth_between", run_growth_between, 0},
    {"partner_growth_free", run_growth_free, 1},
    {NULL, NULL, 0},
};
