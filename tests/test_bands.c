/* SPDX-License-Identifier: MIT
 * Revenue bands and potential: by hand, and against the definitions in whole numbers on random partners. */
#include "segment/segment.h"
#include "suite.h"

__extension__ typedef __int128 i128;

enum { K = PARTNER_BANDS_MAX };
static const int64_t NOBODY = INT64_MAX;

static partner__segment_settings settings(uint8_t method, uint32_t bands)
{
    partner__segment_settings set;

    memset(&set, 0, sizeof set);
    set.method = method;
    set.bands = bands;
    set.margin = 50000;
    set.scale = 100;
    set.reference_quantile = 750000;
    set.weight = 700000;
    set.own_growth = 11000;
    set.max_multiple = 30000;
    return set;
}

/* The edges are these, lowest band first without its own. */
static void check_edges(const partner__segment_settings *set, const int64_t *revenue, size_t lines,
                        const int64_t *expected)
{
    int64_t from[K];
    partner_error error;

    must(partner__bands_find(set, revenue, lines, from, &error), error);
    ck_assert_int_eq(from[0], INT64_MIN);
    for (uint32_t b = 1; b < set->bands; b++) ck_assert_int_eq(from[b], expected[b - 1]);
}

#define EDGES(set, revenue, ...) \
    check_edges(set, revenue, sizeof revenue / sizeof *revenue, (const int64_t[]){__VA_ARGS__})

/* ---- pareto ---- */

/* A partner is in the first class whose cut is above the share of those before it. */
START_TEST(pareto_by_hand)
{
    /* Before each of them: 0, 500, 750 | 850, 930 | 970 | 990 of 1000. */
    static const int64_t revenue[] = {40, 500, 10, 100, 250, 20, 80, 0, -30};
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 2);

    EDGES(&set, revenue, 100);
    set.bands = 3;
    EDGES(&set, revenue, 40, 100);
    set.bands = 4;
    EDGES(&set, revenue, 20, 40, 100);
    set.bands = 5;
    EDGES(&set, revenue, 10, 20, 40, 100);
    set.bands = 8;
    EDGES(&set, revenue, NOBODY, NOBODY, NOBODY, 10, 20, 40, 100);
}
END_TEST

/* 80, 95, 99, 99.9, 99.99, 99.999 and 99.9999 % of a million are reached by the partner before, each time. */
START_TEST(pareto_of_eight)
{
    static const int64_t revenue[] = {800000, 150000, 40000, 9000, 900, 90, 9, 1};
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 8);
    int64_t from[K];
    partner_error error;

    EDGES(&set, revenue, 9, 90, 900, 9000, 40000, 150000, 800000);
    must(partner__bands_find(&set, revenue, 8, from, &error), error);
    for (uint32_t i = 0; i < 8; i++) ck_assert_uint_eq(partner__band_of(from, 8, revenue[i]), 7 - i);
}
END_TEST

START_TEST(pareto_edges)
{
    static const int64_t equal[] = {100, 100, 100, 100}, one[] = {7}, none[] = {0, -5, 0};
    static const int64_t large[] = {INT64_MAX, 1}, largest[] = {-1, INT64_MAX};
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 3);
    int64_t from[K] = {1, 2, 3};
    partner_error error;

    EDGES(&set, equal, NOBODY, 100);
    EDGES(&set, one, NOBODY, 7);
    EDGES(&set, none, NOBODY, NOBODY);
    check_edges(&set, NULL, 0, (const int64_t[]){NOBODY, NOBODY});
    must_fail(partner__bands_find(&set, large, 2, from, &error), PARTNER_E_RANGE, error);
    ck_assert(from[0] == 1 && from[1] == 2 && from[2] == 3);
    ck_assert_str_eq(error.record, "portfolio");
    ck_assert_str_eq(
        error.message,
        "portfolio: the revenues above 0, or those below, sum to more than 9223372036854775807 minor units");
    must(partner__bands_find(&set, largest, 2, from, &error), error);
    ck_assert_uint_eq(partner__band_of(from, 3, INT64_MAX), 2);
    ck_assert_uint_eq(partner__band_of(from, 3, -1), 0);
    set.method = PARTNER_BANDS_NATURAL;
    must(partner__bands_find(&set, largest, 2, from, &error), error);
    ck_assert_uint_eq(partner__band_of(from, 3, INT64_MAX), 2);
}
END_TEST

/* ---- thresholds ---- */

START_TEST(thresholds)
{
    static const int64_t revenue[] = {3}, below[] = {INT64_MIN, -1, 0, 9}, within[] = {10, 19};
    const int64_t from[] = {INT64_MIN, 10, 20};
    partner__segment_settings set = settings(PARTNER_BANDS_THRESHOLDS, 3);

    set.threshold[0] = 10;
    set.threshold[1] = 20;
    EDGES(&set, revenue, 10, 20);
    for (size_t i = 0; i < 4; i++) ck_assert_uint_eq(partner__band_of(from, 3, below[i]), 0);
    for (size_t i = 0; i < 2; i++) ck_assert_uint_eq(partner__band_of(from, 3, within[i]), 1);
    ck_assert_uint_eq(partner__band_of(from, 3, 20), 2);
    ck_assert_uint_eq(partner__band_of(from, 3, INT64_MAX), 2);
}
END_TEST

/* ---- quantiles ---- */

START_TEST(quantiles_by_hand)
{
    static const int64_t revenue[] = {50, 10, 0, 30, 20, -7, 40}, two[] = {1, 2}, thirds[] = {4, 1};
    static const int64_t one[] = {0, 5}, none[] = {0, -1}, same[] = {9, 9, 9}, most[] = {INT64_MAX};
    static const int64_t wide[] = {INT64_MAX, 1};
    partner__segment_settings set = settings(PARTNER_BANDS_QUANTILE, 2);

    EDGES(&set, revenue, 31); /* place 4 / 2: 30 */
    set.bands = 4;
    EDGES(&set, revenue, 21, 31, 41); /* places 1, 2, 3 */
    set.bands = 3;
    EDGES(&set, revenue, 24, 37); /* places 4 / 3 and 8 / 3: 23.3 and 36.7 */
    EDGES(&set, thirds, 3, 4);    /* 1 + 3 / 3 = 2 exactly, and 3 */
    set.quantile[0] = 333333;
    set.quantile[1] = 900000;
    EDGES(&set, thirds, 2, 4);    /* 1 + 0.999999 and 3.7 */
    EDGES(&set, revenue, 24, 47); /* 23.33332 and 46 */
    set.bands = 2;
    set.quantile[0] = 500000;
    EDGES(&set, two, 2); /* 1.5 */
    EDGES(&set, one, 6);
    EDGES(&set, same, 10);
    EDGES(&set, none, NOBODY);
    EDGES(&set, most, NOBODY);
    EDGES(&set, wide, (INT64_C(1) << 62) + 1); /* 1 + (2^63 - 2) / 2 = 2^62 */
}
END_TEST

/* ---- natural breaks ---- */

/* By logarithms 1.00, 1.10, 1.20 | 100, 110 | 10 000 stand apart. Fewer distinct values fill the bands from the
 * top.
 */
START_TEST(natural_by_hand)
{
    static const int64_t revenue[] = {11000, 100, -4, 1000000, 110, 0, 10000, 120}, two[] = {300, 200, 300};
    static const int64_t one[] = {0, 5}, none[] = {-1, 0};
    partner__segment_settings set = settings(PARTNER_BANDS_NATURAL, 3);

    EDGES(&set, revenue, 10000, 1000000);
    EDGES(&set, two, 200, 300);
    EDGES(&set, one, NOBODY, 5);
    EDGES(&set, none, NOBODY, NOBODY);
    set.bands = 8;
    EDGES(&set, two, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, 200, 300);
}
END_TEST

/* The scale decides what the logarithm makes of amounts. 1, 4 and 9 are 3 and 5 apart; of a scale far above
 * them so are their logarithms, in proportion, and far below them these are ln 101, ln 401 and ln 901, 1.38 and
 * 0.81 apart. */
START_TEST(natural_scale)
{
    static const int64_t revenue[] = {100, 400, 900};
    partner__segment_settings set = settings(PARTNER_BANDS_NATURAL, 2);

    set.scale = INT64_C(1000000000000);
    EDGES(&set, revenue, 900);
    set.scale = 1;
    EDGES(&set, revenue, 400);
}
END_TEST

/* Amounts b^e - 1 of scale 1 have the logarithms e ln b, so that their best cuts are those of the whole numbers
 * e: all are tried, sums of squares as multiples of 1 / 2520, and of equal ones the lower cuts count, however
 * the logarithms are rounded. */
enum { POWERS = 6, OF_ALL = 2520 };

static int64_t squares_of(const int64_t *e, size_t from, size_t to)
{
    int64_t sum = 0, squares = 0, n = (int64_t)(to - from);

    for (size_t i = from; i < to; i++) {
        sum += e[i];
        squares += e[i] * e[i];
    }
    return OF_ALL * squares - OF_ALL / n * sum * sum;
}

/* first[c]: where class c of three begins. */
static void best_of_three(const int64_t *e, size_t first[3])
{
    int64_t least = INT64_MAX;

    for (size_t j = 2; j < POWERS; j++)
        for (size_t i = 1; i < j; i++) {
            const int64_t within = squares_of(e, 0, i) + squares_of(e, i, j) + squares_of(e, j, POWERS);

            if (within >= least) continue;
            least = within;
            first[1] = i;
            first[2] = j;
        }
}

START_TEST(natural_ties)
{
    partner__segment_settings set = settings(PARTNER_BANDS_NATURAL, 3);
    const int64_t base = _i + 2;
    uint64_t state = (uint64_t)base;

    set.scale = 1;
    for (int round = 0; round < 50; round++) {
        int64_t exponent[POWERS], revenue[POWERS], at = 0;
        size_t first[3] = {0, 0, 0};

        for (size_t i = 0; i < POWERS; i++) {
            exponent[i] = at += 1 + (int64_t)(draw(&state) >> 40) % 2;
            revenue[i] = 1;
            for (int64_t k = 0; k < at; k++) revenue[i] *= base;
            revenue[i]--;
        }
        best_of_three(exponent, first);
        EDGES(&set, revenue, revenue[first[1]], revenue[first[2]]);
    }
}
END_TEST

/* ---- any method: the definitions, partner by partner ---- */

static int in_pareto_class(const int64_t *revenue, size_t lines, size_t i, int64_t cut)
{
    i128 total = 0, before = 0;

    for (size_t k = 0; k < lines; k++) {
        if (revenue[k] > 0) total += revenue[k];
        if (revenue[k] > revenue[i]) before += revenue[k];
    }
    return revenue[i] > 0 && before * 1000000 < (i128)cut * total;
}

static int by_amount(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* revenue > value[k] + (place - k) * (value[k + 1] - value[k]), times the parts of the place. */
static int above_quantile(const int64_t *sorted, size_t n, int64_t revenue, int64_t number, int64_t parts)
{
    const i128 place = (i128)(n - 1) * number;
    const size_t k = (size_t)(place / parts), next = k + 1 < n ? k + 1 : k;

    return (i128)revenue * parts >
           (i128)sorted[k] * parts + (place - (i128)k * parts) * ((i128)sorted[next] - sorted[k]);
}

enum { MANY = 40 };

START_TEST(random_partners)
{
    static const int64_t cuts[] = {800000, 950000, 990000, 999000, 999900, 999990, 999999};
    const uint32_t bands = 2 + (uint32_t)_i % 7;
    uint64_t state = 17 + (uint64_t)_i;
    const size_t lines = 1 + draw(&state) % MANY;
    int64_t revenue[MANY], sorted[MANY], from[3][K];
    partner__segment_settings set[3] = {settings(PARTNER_BANDS_PARETO, bands),
                                        settings(PARTNER_BANDS_QUANTILE, bands),
                                        settings(PARTNER_BANDS_QUANTILE, bands)};
    partner_error error;
    size_t n = 0;

    for (size_t i = 0; i < lines; i++) {
        revenue[i] = (int64_t)(draw(&state) >> (2 + draw(&state) % 60)) / MANY - 2;
        if (revenue[i] > 0) sorted[n++] = revenue[i];
    }
    qsort(sorted, n, sizeof *sorted, by_amount);
    for (uint32_t b = 0; b + 1 < bands; b++) set[2].quantile[b] = (b + 1) * 1000000 / bands - b % 2;
    for (size_t m = 0; m < 3; m++) must(partner__bands_find(&set[m], revenue, lines, from[m], &error), error);
    for (size_t i = 0; i < lines; i++) {
        uint8_t pareto = 0, parts = 0, given = 0;

        for (uint32_t b = bands - 1; b > 0 && pareto == 0; b--)
            if (in_pareto_class(revenue, lines, i, cuts[bands - 1 - b])) pareto = (uint8_t)b;
        for (uint32_t b = 1; revenue[i] > 0 && b < bands; b++) {
            if (above_quantile(sorted, n, revenue[i], b, bands)) parts = (uint8_t)b;
            if (above_quantile(sorted, n, revenue[i], set[2].quantile[b - 1], 1000000)) given = (uint8_t)b;
        }
        ck_assert_uint_eq(partner__band_of(from[0], bands, revenue[i]), pareto);
        ck_assert_uint_eq(partner__band_of(from[1], bands, revenue[i]), parts);
        ck_assert_uint_eq(partner__band_of(from[2], bands, revenue[i]), given);
    }
}
END_TEST

static int after(void *left) { return (*(int *)left)-- <= 0; }

START_TEST(interrupted)
{
    static const uint8_t methods[] = {PARTNER_BANDS_PARETO, PARTNER_BANDS_QUANTILE, PARTNER_BANDS_NATURAL};
    static int64_t revenue[3000];
    partner__segment_settings set = settings(methods[_i % 3], 4);
    int64_t from[K];
    partner_error error;
    int left = _i / 3;

    for (int i = 0; i < 3000; i++) revenue[i] = 1 + i * i % 2003;
    set.run.interrupt = after;
    set.run.interrupt_data = &left;
    must_fail(partner__bands_find(&set, revenue, 3000, from, &error), PARTNER_E_CANCELLED, error);
}
END_TEST

/* ---- hysteresis ---- */

/* "A partner leaves its band only when its revenue passes the edge by band_margin": edges 100 and 1000, 5 %. */
START_TEST(kept_bands)
{
    static const struct {
        uint8_t before;
        int64_t revenue;
        uint8_t now;
    } cases[] = {
        {0, 99, 0},  {0, 100, 0},  {0, 104, 0},  {0, 105, 1},  {0, 1000, 2}, {0, -9, 0},
        {1, 100, 1}, {1, 99, 1},   {1, 95, 1},   {1, 94, 0},   {1, 0, 0},    {1, -1, 0},
        {1, 999, 1}, {1, 1000, 1}, {1, 1049, 1}, {1, 1050, 2}, {2, 1000, 2}, {2, 999, 2},
        {2, 950, 2}, {2, 949, 1},  {2, 100, 1},  {2, 99, 0},
    };
    const int64_t from[] = {INT64_MIN, 100, 1000};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(partner__band_kept(from, 3, 50000, cases[i].before, cases[i].revenue) == cases[i].now,
                      "from %u with %d", cases[i].before, (int)cases[i].revenue);
}
END_TEST

/* 101 and 5 % are 106.05 and 95.95. */
START_TEST(kept_fractions)
{
    const int64_t from[] = {INT64_MIN, 101};

    ck_assert_uint_eq(partner__band_kept(from, 2, 50000, 0, 106), 0);
    ck_assert_uint_eq(partner__band_kept(from, 2, 50000, 0, 107), 1);
    ck_assert_uint_eq(partner__band_kept(from, 2, 50000, 1, 96), 1);
    ck_assert_uint_eq(partner__band_kept(from, 2, 50000, 1, 95), 0);
    ck_assert_uint_eq(partner__band_kept(from, 2, 999999, 1, 1), 1);
    ck_assert_uint_eq(partner__band_kept(from, 2, 999999, 0, 201), 0);
    ck_assert_uint_eq(partner__band_kept(from, 2, 999999, 0, 202), 1);
    for (int64_t revenue = 90; revenue < 110; revenue++)
        for (uint8_t before = 0; before < 2; before++)
            ck_assert_uint_eq(partner__band_kept(from, 2, 0, before, revenue), revenue >= 101);
}
END_TEST

/* The next edge above is that of a band that has one; a band without holds nobody back. */
START_TEST(kept_without_edge)
{
    const int64_t from[] = {INT64_MIN, NOBODY, 1000}, none[] = {INT64_MIN, NOBODY, NOBODY};
    const int64_t large[] = {INT64_MIN, INT64_MAX - 1};

    ck_assert_uint_eq(partner__band_kept(from, 3, 50000, 0, 1049), 0);
    ck_assert_uint_eq(partner__band_kept(from, 3, 50000, 0, 1050), 2);
    ck_assert_uint_eq(partner__band_kept(from, 3, 50000, 1, 999), 0);
    ck_assert_uint_eq(partner__band_kept(from, 3, 50000, 1, 1000), 2);
    ck_assert_uint_eq(partner__band_kept(from, 3, 50000, 2, 950), 2);
    ck_assert_uint_eq(partner__band_kept(from, 3, 50000, 2, 949), 0);
    for (uint8_t before = 0; before < 3; before++)
        ck_assert_uint_eq(partner__band_kept(none, 3, 50000, before, INT64_MAX), 0);
    ck_assert_uint_eq(partner__band_kept(large, 2, 50000, 0, INT64_MAX), 0);
    ck_assert_uint_eq(partner__band_kept(large, 2, 50000, 1, INT64_MAX / 2), 0);
    ck_assert_uint_eq(partner__band_kept(large, 2, 0, 0, INT64_MAX), 1);
}
END_TEST

/* ---- potential ---- */

typedef struct found {
    int64_t reference[MANY], headroom[MANY];
    double priority[MANY];
} found;

static found potential_of(const partner__segment_settings *set, const partner_portfolio *given)
{
    found f;
    partner_error error;

    must(partner__potential_find(set, given, f.reference, f.headroom, f.priority, &error), error);
    return f;
}

static partner_portfolio portfolio(const int64_t *revenue, size_t rows)
{
    partner_portfolio given = PARTNER_PORTFOLIO_INIT;

    given.rows = rows;
    given.revenue = revenue;
    return given;
}

/* Of 100, 200 … 800 the quantile of 0.75 is at place 5.25: 625; that of 0.25 at 1.75: 275, and 8 of 10 are
 * active, 220. 100 and 200 may triple at most, from 600 on 1.1 times is more than 625. */
START_TEST(potential_by_hand)
{
    static const int64_t revenue[] = {100, 200, 300, 400, 500, 600, 700, 800, 0, -50};
    static const int64_t reference[] = {300, 600, 625, 625, 625, 660, 770, 880, 220, 220};
    static const int64_t headroom[] = {200, 400, 325, 225, 125, 60, 70, 80, 220, 220};
    static const double below[] = {4, 9, 8, 7, 3, 0, 1, 2, 5.5, 5.5};
    static const double strategic[] = {1, 0, NAN, 0.5, NAN, 1, NAN, NAN, NAN, 0.25};
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 2);
    partner_portfolio given = portfolio(revenue, 10);
    found f = potential_of(&set, &given);

    for (size_t i = 0; i < 10; i++) {
        ck_assert_int_eq(f.reference[i], reference[i]);
        ck_assert_int_eq(f.headroom[i], headroom[i]);
        ck_assert(same_bits(f.priority[i], below[i] / 9));
    }
    given.strategic = strategic;
    f = potential_of(&set, &given);
    for (size_t i = 0; i < 10; i++)
        ck_assert_double_eq_tol(
            f.priority[i], isnan(strategic[i]) ? below[i] / 9 : 0.7 * below[i] / 9 + 0.3 * strategic[i], 1e-15);
    set.weight = 0;
    f = potential_of(&set, &given);
    ck_assert(f.priority[0] == 1 && f.priority[1] == 0 && f.priority[9] == 0.25 &&
              f.priority[2] == below[2] / 9);
}
END_TEST

/* Half to even, once: 5.5 and 16.5; quantiles 1.5 and 2.5; 2.25 * 2 / 3 = 1.5, 3.75 * 2 / 3 = 2.5. */
START_TEST(potential_rounding)
{
    static const int64_t five[] = {5}, fifteen[] = {15}, low[] = {1, 2}, high[] = {2, 3};
    static const int64_t ninth[] = {2, 3, 0}, quarters[] = {3, 0, 6};
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 2);
    partner_portfolio given = portfolio(five, 1);

    ck_assert_int_eq(potential_of(&set, &given).reference[0], 6);
    given.revenue = fifteen;
    ck_assert_int_eq(potential_of(&set, &given).reference[0], 16);
    set.reference_quantile = 500000;
    set.own_growth = 0;
    given = portfolio(low, 2);
    ck_assert_int_eq(potential_of(&set, &given).reference[0], 2);
    given.revenue = high;
    ck_assert_int_eq(potential_of(&set, &given).reference[0], 2);
    given = portfolio(ninth, 3);
    ck_assert_int_eq(potential_of(&set, &given).reference[2], 2);
    given.revenue = quarters;
    ck_assert_int_eq(potential_of(&set, &given).reference[1], 2);
}
END_TEST

/* Group 7 has 8 active partners, 10 … 80, and one of 9 is not: 27.5 * 8 / 9 = 24.4. Group 4000000 has one, so
 * all 9 active of 11 measure it: 0.75 of 10 … 80, 1000 is 70, 0.25 is 30, and 30 * 9 / 11 = 24.5…. */
START_TEST(potential_of_groups)
{
    static const int64_t revenue[] = {1000, 10, 20, 30, 40, 0, 50, 60, 70, 80, 0};
    static const uint32_t group[] = {4000000, 7, 7, 7, 7, 7, 7, 7, 7, 7, 4000000};
    static const int64_t reference[] = {1100, 30, 60, 62, 62, 24, 62, 66, 77, 88, 25};
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 2);
    partner_portfolio given = portfolio(revenue, 11);
    found f;

    given.group = group;
    f = potential_of(&set, &given);
    /* 0.75 of group 7 is at place 5.25: 62.5, which is 62. */
    for (size_t i = 0; i < 11; i++) ck_assert_int_eq(f.reference[i], reference[i]);
}
END_TEST

/* Partners without a group are a group: 0.75 of 1 … 8 is 6.25, of the others 600 … 1300 1125. */
START_TEST(potential_without_group)
{
    int64_t revenue[16];
    uint32_t group[16];
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 2);
    partner_portfolio given = portfolio(revenue, 16);
    found f;

    for (int i = 0; i < 8; i++) {
        revenue[i] = i + 1;
        group[i] = PARTNER_NONE;
        revenue[8 + i] = 600 + 100 * i;
        group[8 + i] = 3;
    }
    given.group = group;
    f = potential_of(&set, &given);
    ck_assert_int_eq(f.reference[2], 6);
    ck_assert_int_eq(f.reference[7], 9); /* 8.8 */
    ck_assert_int_eq(f.reference[8], 1125);
    ck_assert_int_eq(f.reference[15], 1430);
}
END_TEST

/* Those who are active by the caller's word count even without revenue, as 0; with nobody active there is only
 * the partner's own growth. */
START_TEST(potential_of_active)
{
    static const int64_t revenue[] = {100, 50, -20, 0}, stated[] = {80, PARTNER_NO_AMOUNT, 0, 9};
    static const uint8_t active[] = {0, 1, 1, 0}, nobody[] = {0, 0, 0, 0};
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 2);
    partner_portfolio given = portfolio(revenue, 4);
    found f;

    given.active = active;
    f = potential_of(&set, &given);
    /* 0 and 50: 0.75 is 37.5, 0.25 is 12.5, and 12.5 * 2 / 4 = 6.25. */
    ck_assert(f.reference[0] == 110 && f.reference[1] == 55 && f.reference[2] == 6 && f.reference[3] == 6);
    ck_assert(f.headroom[2] == 6);
    given.active = nobody;
    f = potential_of(&set, &given);
    ck_assert(f.reference[0] == 110 && f.reference[1] == 55 && f.reference[2] == 0 && f.reference[3] == 0);
    given.potential = stated;
    f = potential_of(&set, &given);
    ck_assert(f.reference[0] == 80 && f.reference[1] == 55 && f.reference[2] == 0 && f.reference[3] == 9);
    ck_assert(f.headroom[0] == 0 && f.headroom[1] == 5 && f.headroom[2] == 0 && f.headroom[3] == 9);
    /* 0, 5, 0, 9: mid-ranks 0.5, 2, 0.5, 3 of 3 */
    ck_assert(f.priority[0] == 0.5 / 3 && f.priority[1] == 2.0 / 3 && f.priority[2] == 0.5 / 3 &&
              f.priority[3] == 1);
}
END_TEST

START_TEST(potential_edges)
{
    static const int64_t one[] = {0}, large[] = {3, INT64_MAX}, stated[] = {PARTNER_NO_AMOUNT, INT64_MAX};
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 2);
    partner_portfolio given = portfolio(NULL, 0);
    int64_t reference[2] = {-1, -1}, headroom[2];
    double priority[2];
    partner_error error;
    found f;

    potential_of(&set, &given);
    given = portfolio(one, 1);
    f = potential_of(&set, &given);
    ck_assert(f.reference[0] == 0 && f.headroom[0] == 0 && f.priority[0] == 0.5);
    given = portfolio(large, 2);
    must_fail(partner__potential_find(&set, &given, reference, headroom, priority, &error), PARTNER_E_RANGE,
              error);
    ck_assert_uint_eq(error.row, 1);
    ck_assert_uint_eq(error.index, 1);
    ck_assert_str_eq(error.message,
                     "portfolio row 1: 1.1 times the revenue of partner 1 is its reference, expected at "
                     "most 9223372036854775807 minor units");
    given.potential = stated;
    f = potential_of(&set, &given);
    ck_assert_int_eq(f.reference[1], INT64_MAX);
    ck_assert_int_eq(f.reference[0], 9);
    given.potential = NULL;
    set.max_multiple = 10000;
    f = potential_of(&set, &given);
    ck_assert_int_eq(f.reference[1], INT64_MAX);
    /* 0.75 of the way from 3 to 2^63 - 1, but no more than the partner has */
    ck_assert_int_eq(f.reference[0], 3);
    set.max_multiple = 100000000;
    set.own_growth = 100000000;
    must_fail(partner__potential_find(&set, &given, reference, headroom, priority, &error), PARTNER_E_RANGE,
              error);
}
END_TEST

/* ---- potential by its definition, on random partners ---- */

/* a / b for a >= 0, rounded half to even. */
static int64_t rounded(i128 a, i128 b)
{
    const i128 whole = a / b, rest = a % b;

    return (int64_t)(whole + (2 * rest > b || (2 * rest == b && whole % 2 == 1)));
}

static int64_t at_least_0(int64_t a) { return a > 0 ? a : 0; }

static int is_active(const partner_portfolio *g, size_t i)
{
    return g->active == NULL ? g->revenue[i] > 0 : g->active[i] == 1;
}

/* Collects the active peers of i, all of them when i is SIZE_MAX; returns how many, and all peers in *members.
 */
static size_t peers_of(const partner_portfolio *g, size_t i, int64_t *sorted, size_t *members)
{
    size_t n = 0;

    *members = 0;
    for (size_t k = 0; k < g->rows; k++) {
        if (i != SIZE_MAX && g->group != NULL && g->group[k] != g->group[i]) continue;
        ++*members;
        if (is_active(g, k)) sorted[n++] = at_least_0(g->revenue[k]);
    }
    qsort(sorted, n, sizeof *sorted, by_amount);
    return n;
}

/* parts times the quantile number / parts */
static i128 quantile_of(const int64_t *sorted, size_t n, int64_t number, int64_t parts)
{
    const i128 place = (i128)(n - 1) * number;
    const size_t k = (size_t)(place / parts), next = k + 1 < n ? k + 1 : k;

    return (i128)sorted[k] * parts + (place - (i128)k * parts) * (sorted[next] - sorted[k]);
}

static int64_t reference_by_definition(const partner__segment_settings *set, const partner_portfolio *g,
                                       size_t i)
{
    int64_t sorted[MANY];
    size_t members, n = peers_of(g, i, sorted, &members);
    const int64_t revenue = at_least_0(g->revenue[i]);
    int64_t peers = 0, own, most;

    if (n < 8) n = peers_of(g, SIZE_MAX, sorted, &members);
    if (g->potential != NULL && g->potential[i] != PARTNER_NO_AMOUNT) return g->potential[i];
    if (revenue == 0)
        return n == 0 ? 0 : rounded(quantile_of(sorted, n, 1, 4) * (i128)n, (i128)4 * (i128)members);
    if (n > 0) peers = rounded(quantile_of(sorted, n, set->reference_quantile, 1000000), 1000000);
    own = rounded((i128)revenue * set->own_growth, 10000);
    most = rounded((i128)revenue * set->max_multiple, 10000);
    if (own < peers) own = peers;
    return own < most ? own : most;
}

START_TEST(random_potential)
{
    uint64_t state = 333 + (uint64_t)_i;
    const size_t rows = 1 + draw(&state) % MANY, groups = 1 + draw(&state) % 4;
    int64_t revenue[MANY], stated[MANY];
    uint32_t group[MANY];
    uint8_t active[MANY];
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 2);
    partner_portfolio given = portfolio(revenue, rows);
    found f;

    for (size_t i = 0; i < rows; i++) {
        revenue[i] = (int64_t)(draw(&state) >> (8 + draw(&state) % 54)) - 3;
        stated[i] = draw(&state) % 5 == 0 ? (int64_t)(draw(&state) % 1000) : PARTNER_NO_AMOUNT;
        group[i] = (uint32_t)(draw(&state) % groups * (_i % 2 == 0 ? 1 : 70000000));
        if (group[i] == 0 && _i % 3 == 0) group[i] = PARTNER_NONE;
        active[i] = draw(&state) % 3 != 0;
    }
    set.reference_quantile = (uint32_t)(draw(&state) % 1000001);
    set.own_growth = (uint32_t)(draw(&state) % 30000);
    set.max_multiple = 10000 + (uint32_t)(draw(&state) % 40000);
    if (_i % 5 != 0) given.group = group;
    if (_i % 7 == 0) given.active = active;
    if (_i % 4 == 0) given.potential = stated;
    f = potential_of(&set, &given);
    for (size_t i = 0; i < rows; i++) {
        const int64_t reference = reference_by_definition(&set, &given, i);
        double smaller = 0, equal = 0;

        ck_assert_int_eq(f.reference[i], reference);
        ck_assert_int_eq(f.headroom[i], at_least_0(reference - at_least_0(revenue[i])));
        for (size_t k = 0; k < rows; k++) {
            smaller += f.headroom[k] < f.headroom[i];
            equal += k != i && f.headroom[k] == f.headroom[i];
        }
        ck_assert_double_eq_tol(f.priority[i], rows == 1 ? 0.5 : (smaller + equal / 2) / (double)(rows - 1),
                                1e-15);
    }
}
END_TEST

/* Enough partners that lists are sorted the long way and in several threads: 0.75 of 1 … 50 001 is 37 501, 0.25
 * is 12 501 and 50 001 of 60 000 are active: 10 417.7…. */
START_TEST(many_partners)
{
    enum { ACTIVE = 50001, ALL = 60000 };
    int64_t *revenue = malloc(ALL * sizeof *revenue), *reference = malloc(ALL * sizeof *reference);
    int64_t *headroom = malloc(ALL * sizeof *headroom);
    double *priority = malloc(ALL * sizeof *priority);
    partner__segment_settings set = settings(PARTNER_BANDS_PARETO, 2);
    partner_portfolio given = portfolio(revenue, ALL);
    partner_error error;
    int left = 0;

    set.run.threads = 1 + (uint32_t)_i;
    for (int64_t i = 0; i < ALL; i++) revenue[i] = i * 7919 % ALL < ACTIVE ? i * 7919 % ALL + 1 : 0;
    must(partner__potential_find(&set, &given, reference, headroom, priority, &error), error);
    for (size_t i = 0; i < ALL; i++) {
        const int64_t r = revenue[i], own = rounded((i128)r * 11, 10), most = 3 * r;
        const int64_t expected = r == 0 ? 10418 : own > 37501 ? own : most < 37501 ? most : 37501;

        ck_assert_int_eq(reference[i], expected);
    }
    set.run.interrupt = after;
    set.run.interrupt_data = &left;
    must_fail(partner__potential_find(&set, &given, reference, headroom, priority, &error), PARTNER_E_CANCELLED,
              error);
    free(revenue);
    free(reference);
    free(headroom);
    free(priority);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("bands");
    TCase *bands = add_case(suite, "bands"), *kept = add_case(suite, "kept");
    TCase *potential = add_case(suite, "potential");

    tcase_add_test(bands, pareto_by_hand);
    tcase_add_test(bands, pareto_of_eight);
    tcase_add_test(bands, pareto_edges);
    tcase_add_test(bands, thresholds);
    tcase_add_test(bands, quantiles_by_hand);
    tcase_add_test(bands, natural_by_hand);
    tcase_add_test(bands, natural_scale);
    tcase_add_loop_test(bands, natural_ties, 0, 30);
    tcase_add_loop_test(bands, random_partners, 0, 350);
    tcase_add_loop_test(bands, interrupted, 0, 9);
    tcase_add_test(kept, kept_bands);
    tcase_add_test(kept, kept_fractions);
    tcase_add_test(kept, kept_without_edge);
    tcase_add_test(potential, potential_by_hand);
    tcase_add_test(potential, potential_rounding);
    tcase_add_test(potential, potential_of_groups);
    tcase_add_test(potential, potential_without_group);
    tcase_add_test(potential, potential_of_active);
    tcase_add_test(potential, potential_edges);
    tcase_add_loop_test(potential, random_potential, 0, 400);
    tcase_add_loop_test(potential, many_partners, 0, 3);
    return run_suite(suite);
}
