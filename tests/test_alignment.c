/* SPDX-License-Identifier: MIT
 * Alignment (spec/segment.md, "Alignment"): cases worked by hand, random rows against a plain walk over
 * partners and dimensions, any order of rows, and every error. */
#include "segment/segment.h"
#include "suite.h"

static partner_error error;

enum { MOST = 3000, MOST_LINES = 600, MOST_DIMENSIONS = 12 };

/* Rows, who is listed, and what is made of both. */
typedef struct world {
    size_t rows, lines;
    uint32_t partner[MOST], dimension[MOST];
    double expects[MOST], experiences[MOST], given[MOST], committed[MOST];
    uint32_t listed[MOST_LINES];
    partner_expectations expectations;
    partner__segment_settings set;
    partner__arena arena;
    partner__lookup line;
    partner__alignment found;
} world;

static void start(world *w, size_t lines)
{
    memset(w, 0, sizeof *w);
    w->lines = lines;
    w->expectations = (partner_expectations)PARTNER_EXPECTATIONS_INIT;
    w->expectations.partner = w->partner;
    w->expectations.dimension = w->dimension;
    w->expectations.expects = w->expects;
    w->expectations.experiences = w->experiences;
    w->expectations.given = w->given;
    w->expectations.committed = w->committed;
    for (size_t i = 0; i < lines; i++) w->listed[i] = (uint32_t)i;
}

static void add(world *w, uint32_t partner, uint32_t dimension, double expects, double experiences)
{
    const size_t i = w->rows++;

    w->partner[i] = partner;
    w->dimension[i] = dimension;
    w->expects[i] = expects;
    w->experiences[i] = experiences;
    w->given[i] = w->committed[i] = NAN;
}

static partner_status ask(world *w)
{
    uint32_t highest = 0;

    for (size_t i = 0; i < w->lines; i++)
        if (w->listed[i] > highest) highest = w->listed[i];
    must(partner__lookup_new(&w->line, w->lines, highest, &w->arena, &error), error);
    for (size_t i = 0; i < w->lines; i++) *partner__lookup_at(&w->line, w->listed[i]) = (uint32_t)i;
    w->expectations.rows = w->rows;
    return partner__alignment_find(&w->set, &w->expectations, &w->line, w->lines, &w->arena, &w->found, &error);
}

static void finish(world *w) { partner__arena_free(&w->arena); }

#define assert_near(found, expected)                                                                           \
    ck_assert_msg(fabs((found) - (expected)) <= 1e-13 * fabs(expected), "%s is %.17g, expected %.17g", #found, \
                  found, (double)(expected))
#define assert_bits(found, expected) \
    ck_assert_msg(same_bits(found, expected), "%s is %.17g, expected %.17g", #found, found, (double)(expected))

/* --- by hand --- */

enum { PRICE, DELIVERY, TRAINING };
enum { ASTER, BIRCH, CEDAR };

static void small(world *w)
{
    start(w, 3);
    add(w, ASTER, PRICE, 5, 0.9);
    add(w, ASTER, DELIVERY, 3, 0.6);
    add(w, BIRCH, TRAINING, 5, 0.4);
    add(w, BIRCH, PRICE, 1, 0.8);
}

/* Gaps 0.5 and 1.2 of 8, 3 and 0.2 of 6; of 14 in all price has 6, delivery 3, training 5. Nobody asked Cedar.
 */
START_TEST(two_partners)
{
    static world w;
    const partner_segment_dimensions *d = &w.found.dimensions;

    small(&w);
    must(ask(&w), error);
    assert_near(w.found.alignment[ASTER], 1 - 1.7 / 8);
    assert_near(w.found.alignment[BIRCH], 1 - 3.2 / 6);
    ck_assert(isnan(w.found.alignment[CEDAR]));
    ck_assert_uint_eq(w.found.largest_gap[ASTER], DELIVERY);
    ck_assert_uint_eq(w.found.largest_gap[BIRCH], TRAINING);
    ck_assert_uint_eq(w.found.largest_gap[CEDAR], PARTNER_NONE);
    ck_assert_uint_eq(w.found.unlisted, 0);
    ck_assert_uint_eq(d->dimensions, 3);
    for (uint32_t k = 0; k < 3; k++) {
        static const size_t partners[] = {2, 1, 1};
        static const double expects[] = {6, 3, 5}, met[] = {4.5 + 0.8, 1.8, 2};

        ck_assert_uint_eq(d->dimension[k], k);
        ck_assert_uint_eq(d->partners[k], partners[k]);
        assert_near(d->weight[k], expects[k] / 14);
        assert_near(d->experiences[k], met[k] / expects[k]);
        assert_near(d->gap[k], (expects[k] - met[k]) / 14);
    }
    finish(&w);
}
END_TEST

/* Weights 6, 3 and 5 of 14. Aster was given 10 of 20 in price, and 4 in delivery where nothing was agreed:
 * (60 + 12) / 120. Birch got nothing of 7 in training. */
START_TEST(give_and_get)
{
    static world w;

    small(&w);
    w.given[0] = 10;
    w.committed[0] = 20;
    w.given[1] = 4;
    w.committed[2] = 7;
    must(ask(&w), error);
    assert_near(w.found.give_get[ASTER], 0.6);
    assert_bits(w.found.give_get[BIRCH], 0);
    ck_assert(isnan(w.found.give_get[CEDAR]));
    finish(&w);
    /* Nothing agreed, or no such column. */
    w.committed[0] = 0;
    must(ask(&w), error);
    ck_assert(isnan(w.found.give_get[ASTER]));
    finish(&w);
    w.committed[0] = 20;
    w.expectations.given = NULL;
    must(ask(&w), error);
    assert_bits(w.found.give_get[ASTER], 0);
    finish(&w);
    w.expectations.given = w.given;
    w.expectations.committed = NULL;
    must(ask(&w), error);
    ck_assert(isnan(w.found.give_get[ASTER]) && isnan(w.found.give_get[BIRCH]));
    finish(&w);
}
END_TEST

/* "NaN when Σ e = 0" */
START_TEST(nothing_expected)
{
    static world w;

    start(&w, 2);
    add(&w, 0, 4, 0, 0.5);
    w.given[0] = w.committed[0] = 1;
    must(ask(&w), error);
    ck_assert(isnan(w.found.alignment[0]) && isnan(w.found.give_get[0]));
    ck_assert_uint_eq(w.found.largest_gap[0], PARTNER_NONE);
    ck_assert_uint_eq(w.found.dimensions.dimensions, 1);
    ck_assert_uint_eq(w.found.dimensions.dimension[0], 4);
    ck_assert(isnan(w.found.dimensions.weight[0]) && isnan(w.found.dimensions.experiences[0]) &&
              isnan(w.found.dimensions.gap[0]));
    finish(&w);
    /* One that is expected by somebody else has a weight, and nothing met. */
    add(&w, 1, 5, 2, 1);
    must(ask(&w), error);
    ck_assert(isnan(w.found.alignment[0]));
    assert_bits(w.found.alignment[1], 1);
    ck_assert_uint_eq(w.found.largest_gap[1], PARTNER_NONE);
    assert_bits(w.found.dimensions.weight[0], 0);
    assert_bits(w.found.dimensions.weight[1], 1);
    assert_bits(w.found.dimensions.gap[1], 0);
    ck_assert(isnan(w.found.dimensions.experiences[0]));
    /* Its weight is 0, and so is what was agreed there. */
    ck_assert(isnan(w.found.give_get[0]));
    finish(&w);
    /* No rows and nobody. */
    start(&w, 0);
    must(ask(&w), error);
    ck_assert_uint_eq(w.found.dimensions.dimensions, 0);
    finish(&w);
    start(&w, 2);
    w.expectations = (partner_expectations)PARTNER_EXPECTATIONS_INIT;
    must(ask(&w), error);
    ck_assert(isnan(w.found.alignment[0]) && isnan(w.found.alignment[1]));
    finish(&w);
}
END_TEST

/* "first on ties": by the rows, whatever the numbers of the dimensions. 5 (1 - 0.9) and 1 (1 - 0.5) are equal
 * though doubles miss by a rounding. */
START_TEST(ties)
{
    static world w;

    start(&w, 3);
    add(&w, 2, 9, 1, 1);
    add(&w, 0, 3, 1, 0.5);
    add(&w, 0, 9, 5, 0.9);
    add(&w, 1, 3, 5, 0.9);
    add(&w, 1, 9, 1, 0.5);
    must(ask(&w), error);
    ck_assert_uint_eq(w.found.dimensions.dimension[0], 9);
    ck_assert_uint_eq(w.found.dimensions.dimension[1], 3);
    ck_assert_uint_eq(w.found.largest_gap[0], 9);
    ck_assert_uint_eq(w.found.largest_gap[1], 9);
    ck_assert_uint_eq(w.found.largest_gap[2], PARTNER_NONE);
    finish(&w);
    w.dimension[0] = 3;
    must(ask(&w), error);
    ck_assert_uint_eq(w.found.dimensions.dimension[0], 3);
    ck_assert_uint_eq(w.found.largest_gap[0], 3);
    ck_assert_uint_eq(w.found.largest_gap[1], 3);
    finish(&w);
    /* A millionth more is no tie. */
    w.expects[2] = 5.000001;
    must(ask(&w), error);
    ck_assert_uint_eq(w.found.largest_gap[0], 9);
    finish(&w);
}
END_TEST

/* Rows of partners that are not in the portfolio are left out, with a dimension that only they have. */
START_TEST(unlisted)
{
    static world w;
    double alignment, give_get;

    small(&w);
    w.given[0] = w.committed[0] = w.committed[1] = 1;
    must(ask(&w), error);
    alignment = w.found.alignment[ASTER];
    give_get = w.found.give_get[ASTER];
    finish(&w);
    start(&w, 2); /* Aster is 5, Birch is 4000000000 here */
    w.listed[0] = 5;
    w.listed[1] = 4000000000;
    add(&w, 0, DELIVERY, 100, 0);
    add(&w, 5, PRICE, 5, 0.9);
    add(&w, 5, DELIVERY, 3, 0.6);
    w.given[1] = w.committed[1] = w.committed[2] = 1;
    add(&w, 77, 4000000001, 100, 0);
    add(&w, 4000000000, TRAINING, 5, 0.4);
    add(&w, 4000000000, PRICE, 1, 0.8);
    add(&w, 0, DELIVERY, 100, 0); /* twice, but nobody's */
    must(ask(&w), error);
    ck_assert_uint_eq(w.found.unlisted, 3);
    assert_bits(w.found.alignment[0], alignment);
    assert_bits(w.found.give_get[0], give_get);
    ck_assert_uint_eq(w.found.dimensions.dimensions, 3);
    ck_assert_uint_eq(w.found.dimensions.dimension[0], PRICE);
    ck_assert_uint_eq(w.found.largest_gap[1], TRAINING);
    finish(&w);
    /* They have to be right all the same. */
    w.experiences[0] = 2;
    must_fail(ask(&w), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 0);
    finish(&w);
}
END_TEST

/* --- random rows --- */

static double uniform(uint64_t *state) { return (double)(draw(state) >> 11) * 0x1p-53; }

/* Every third pair or so, in any order; partner p is line p but for those from `lines` on, which are nobody. */
static void random_world(world *w, uint64_t *state, size_t lines, const uint32_t *dimension)
{
    start(w, lines);
    for (uint32_t p = 0; p < lines + 3; p++)
        for (int d = 0; d < MOST_DIMENSIONS; d++) {
            size_t i = w->rows;

            if (draw(state) % 3 != 0 || w->rows == MOST) continue;
            add(w, p, dimension[d], draw(state) % 6 == 0 ? 0 : 10 * uniform(state), uniform(state));
            if (draw(state) % 2 == 0) w->given[i] = 1000 * uniform(state);
            if (draw(state) % 2 == 0) w->committed[i] = 1000 * uniform(state);
        }
}

static void swap_rows(world *w, size_t i, size_t j)
{
    double *columns[] = {w->expects, w->experiences, w->given, w->committed};
    uint32_t *indexes[] = {w->partner, w->dimension};

    for (int c = 0; c < 4; c++) {
        double x = columns[c][i];
        columns[c][i] = columns[c][j];
        columns[c][j] = x;
    }
    for (int c = 0; c < 2; c++) {
        uint32_t x = indexes[c][i];
        indexes[c][i] = indexes[c][j];
        indexes[c][j] = x;
    }
}

static void shuffle(world *w, uint64_t *state)
{
    for (size_t i = w->rows; i > 1; i--) swap_rows(w, i - 1, draw(state) % i);
}

/* The sums of the specification by walking over all rows for each partner. */
static long double weight_of(const world *w, uint32_t dimension)
{
    long double part = 0, all = 0;

    for (size_t i = 0; i < w->rows; i++) {
        if (w->partner[i] >= w->lines) continue;
        all += w->expects[i];
        if (w->dimension[i] == dimension) part += w->expects[i];
    }
    return part / all;
}

static void check_partner(const world *w, uint32_t p, const long double *weight)
{
    long double expects = 0, gap = 0, given = 0, committed = 0, largest = 0;
    uint32_t at = PARTNER_NONE;

    for (size_t i = 0; i < w->rows; i++) {
        const long double missing = w->expects[i] * (1 - (long double)w->experiences[i]);

        if (w->partner[i] != p) continue;
        expects += w->expects[i];
        gap += missing;
        if (missing > largest) {
            largest = missing;
            at = w->dimension[i];
        }
        if (!isnan(w->given[i])) given += weight[i] * w->given[i];
        if (!isnan(w->committed[i])) committed += weight[i] * w->committed[i];
    }
    ck_assert_uint_eq(w->found.largest_gap[p], at);
    if (expects > 0) assert_near(w->found.alignment[p], (double)(1 - gap / expects));
    else ck_assert(isnan(w->found.alignment[p]));
    if (committed > 0) assert_near(w->found.give_get[p], (double)(given / committed));
    else ck_assert(isnan(w->found.give_get[p]));
}

static const uint32_t dense[MOST_DIMENSIONS] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11},
                      spread[MOST_DIMENSIONS] = {4294967294, 0,     17,  2000000000, 5,   6,
                                                 1000,       65536, 999, 4000000000, 123, 3000000000};

START_TEST(as_walked_over)
{
    static world w;
    static long double weight[MOST];
    uint64_t state = 0x5eed6001 + (uint64_t)_i;

    for (size_t k = 0; k < in_time(20, 3); k++) {
        random_world(&w, &state, 40, _i == 0 ? dense : spread);
        shuffle(&w, &state);
        must(ask(&w), error);
        for (size_t i = 0; i < w.rows; i++) weight[i] = weight_of(&w, w.dimension[i]);
        for (uint32_t p = 0; p < w.lines; p++) check_partner(&w, p, weight);
        finish(&w);
    }
}
END_TEST

typedef struct kept {
    double alignment[MOST_LINES], give_get[MOST_LINES];
    uint32_t largest_gap[MOST_LINES];
    double weight[MOST_DIMENSIONS], gap[MOST_DIMENSIONS], experiences[MOST_DIMENSIONS];
} kept;

static void keep(const world *w, kept *k)
{
    const partner_segment_dimensions *d = &w->found.dimensions;

    memcpy(k->alignment, w->found.alignment, w->lines * sizeof *k->alignment);
    memcpy(k->give_get, w->found.give_get, w->lines * sizeof *k->give_get);
    memcpy(k->largest_gap, w->found.largest_gap, w->lines * sizeof *k->largest_gap);
    ck_assert_uint_eq(d->dimensions, MOST_DIMENSIONS);
    for (size_t i = 0; i < d->dimensions; i++) { /* by their number, as their order follows the rows */
        k->weight[d->dimension[i]] = d->weight[i];
        k->gap[d->dimension[i]] = d->gap[i];
        k->experiences[d->dimension[i]] = d->experiences[i];
    }
}

/* Not a bit changes with the order of the rows; with threads neither. */
START_TEST(any_order_and_threads)
{
    static world w;
    static kept first, now;
    uint64_t state = 0x5eed7001;

    random_world(&w, &state, MOST_LINES, dense);
    memset(&first, 0, sizeof first);
    memset(&now, 0, sizeof now);
    must(ask(&w), error);
    keep(&w, &first);
    finish(&w);
    for (uint32_t k = 0; k < 6; k++) {
        shuffle(&w, &state);
        w.set.run.threads = k;
        must(ask(&w), error);
        keep(&w, &now);
        ck_assert_mem_eq(&first, &now, sizeof now);
        finish(&w);
    }
}
END_TEST

/* --- bad input --- */

static void refused(world *w, partner_status status, const char *field, uint64_t row, uint32_t partner,
                    const char *message)
{
    const partner__alignment before = w->found;

    must_fail(ask(w), status, error);
    ck_assert_str_eq(error.message, message);
    ck_assert_str_eq(error.field, field);
    ck_assert_uint_eq(error.row, row);
    ck_assert_uint_eq(error.index, partner);
    ck_assert_mem_eq(&before, &w->found, sizeof before);
    finish(w);
}

START_TEST(bad_rows)
{
    static world w;
    static const struct {
        int column;
        double value;
        const char *field, *message;
    } bad[] = {
        {0, -1, "expects", "expectations row 2: expects is -1, expected a finite number, at least 0"},
        {0, NAN, "expects", "expectations row 2: expects is missing, expected a finite number, at least 0"},
        {0, INFINITY, "expects", "expectations row 2: expects is inf, expected a finite number, at least 0"},
        {1, -0.1, "experiences", "expectations row 2: experiences is -0.1, expected 0 to 1"},
        {1, 1.5, "experiences", "expectations row 2: experiences is 1.5, expected 0 to 1"},
        {1, NAN, "experiences", "expectations row 2: experiences is missing, expected 0 to 1"},
        {2, -1, "given", "expectations row 2: given is -1, expected a finite number, at least 0"},
        {2, INFINITY, "given", "expectations row 2: given is inf, expected a finite number, at least 0"},
        {3, -1, "committed", "expectations row 2: committed is -1, expected a finite number, at least 0"},
        {3, INFINITY, "committed",
         "expectations row 2: committed is inf, expected a finite number, at least 0"},
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double *columns[] = {w.expects, w.experiences, w.given, w.committed};

        small(&w);
        columns[bad[i].column][2] = bad[i].value;
        refused(&w, PARTNER_E_DATA, bad[i].field, 2, BIRCH, bad[i].message);
    }
    small(&w);
    w.partner[1] = PARTNER_NONE;
    refused(&w, PARTNER_E_DATA, "partner", 1, PARTNER_NONE, "expectations row 1: partner is missing");
    small(&w);
    w.dimension[1] = PARTNER_NONE;
    refused(&w, PARTNER_E_DATA, "dimension", 1, PARTNER_NONE, "expectations row 1: dimension is missing");
}
END_TEST

/* Of several pairs that are there twice the first is named. */
START_TEST(pairs_twice)
{
    static world w;

    small(&w);
    add(&w, BIRCH, TRAINING, 1, 1);
    add(&w, ASTER, PRICE, 1, 1);
    refused(&w, PARTNER_E_DATA, "dimension", 4, BIRCH,
            "expectations row 4: partner 1 has dimension 2 in row 2 already, expected each pair once");
}
END_TEST

START_TEST(bad_columns)
{
    static world w;

    small(&w);
    w.expectations.partner = NULL;
    refused(&w, PARTNER_E_ARGUMENT, "partner", PARTNER_NO_ROW, PARTNER_NONE,
            "expectations: partner is NULL, expected a column");
    small(&w);
    w.expectations.dimension = NULL;
    refused(&w, PARTNER_E_ARGUMENT, "dimension", PARTNER_NO_ROW, PARTNER_NONE,
            "expectations: dimension is NULL, expected a column");
    small(&w);
    w.expectations.expects = NULL;
    refused(&w, PARTNER_E_ARGUMENT, "expects", PARTNER_NO_ROW, PARTNER_NONE,
            "expectations: expects is NULL, expected a column");
    small(&w);
    w.expectations.experiences = NULL;
    refused(&w, PARTNER_E_ARGUMENT, "experiences", PARTNER_NO_ROW, PARTNER_NONE,
            "expectations: experiences is NULL, expected a column");
    small(&w);
    w.expectations.struct_size = 0;
    must_fail(ask(&w), PARTNER_E_ARGUMENT, error);
    finish(&w);
}
END_TEST

START_TEST(ranges)
{
    static world w;

    small(&w);
    w.expects[0] = w.expects[1] = 1.5e308;
    refused(&w, PARTNER_E_RANGE, "expects", PARTNER_NO_ROW, PARTNER_NONE,
            "expectations: all that is expected sums to more than a double holds");
    start(&w, 1);
    for (uint32_t d = 0; d < 2; d++) {
        add(&w, 0, d, 1, 1);
        w.given[d] = 1.7e308;
        w.committed[d] = 1.7e308;
    }
    must(ask(&w), error); /* half of each */
    assert_bits(w.found.give_get[0], 1);
    finish(&w);
}
END_TEST

static int stop_at(void *data)
{
    size_t *left = data;

    return (*left)-- == 0;
}

START_TEST(stops)
{
    static world w;
    uint64_t state = 0x5eed8001;
    size_t stopped = 0;

    random_world(&w, &state, MOST_LINES, spread);
    w.set.run.interrupt = stop_at;
    for (size_t asked = 0;; asked++, stopped++) {
        size_t left = asked;
        partner_status status;

        w.set.run.interrupt_data = &left;
        status = ask(&w);
        finish(&w);
        if (status == PARTNER_OK) break;
        ck_assert_int_eq(status, PARTNER_E_CANCELLED);
    }
    ck_assert_uint_gt(stopped, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("alignment");
    TCase *by_hand = add_case(suite, "by hand"), *random = add_case(suite, "random"),
          *bad = add_case(suite, "bad input");

    tcase_add_test(by_hand, two_partners);
    tcase_add_test(by_hand, give_and_get);
    tcase_add_test(by_hand, nothing_expected);
    tcase_add_test(by_hand, ties);
    tcase_add_test(by_hand, unlisted);
    tcase_add_loop_test(random, as_walked_over, 0, 2);
    tcase_add_test(random, any_order_and_threads);
    tcase_add_test(random, stops);
    tcase_add_test(bad, bad_rows);
    tcase_add_test(bad, pairs_twice);
    tcase_add_test(bad, bad_columns);
    tcase_add_test(bad, ranges);
    return run_suite(suite);
}
