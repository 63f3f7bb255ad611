/* SPDX-License-Identifier: MIT
 * Natural breaks: published results of Ckmeans.1d.dp, exact arithmetic over all cuts of small inputs and by
 * plain dynamic programming of larger ones, ties, magnitudes, and properties. */
#include <float.h>
#include <inttypes.h>

#include <partner/record.h>

#include "suite.h"

__extension__ typedef __int128 i128;

static partner_breaks *breaks_with(const double *value, size_t rows, const partner_breaks_options *options)
{
    partner_numbers numbers = PARTNER_NUMBERS_INIT;
    partner_breaks *b = NULL;
    partner_error error;

    numbers.rows = rows;
    numbers.value = value;
    must(partner_natural_breaks(&numbers, options, &b, &error), error);
    return b;
}

static partner_breaks *breaks_of(const double *value, size_t rows, uint32_t classes)
{
    partner_breaks_options options = PARTNER_BREAKS_OPTIONS_INIT;

    options.classes = classes;
    return breaks_with(value, rows, &options);
}

static void assert_near(double found, double expected, double relative)
{
    ck_assert_msg(fabs(found - expected) <= relative * fabs(expected), "%.17g, expected %.17g", found,
                  expected);
}

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- published: tests/testthat/test_Ckmeans.1d.dp.R of the R package Ckmeans.1d.dp (Wang, Song & Zhong),
 * which compares to 1.5e-8 ---- */

typedef struct published {
    uint32_t classes;
    size_t rows, found;
    const double *value;
    const uint32_t *class_of;
    const double *mean, *within;
} published;

static void check_published(const published *p)
{
    partner_breaks *b = breaks_of(p->value, p->rows, p->classes);
    double within = 0;

    ck_assert_uint_eq(b->classes->classes, p->found);
    for (size_t i = 0; i < p->rows; i++) ck_assert_uint_eq(b->class_of[i] + 1, p->class_of[i]);
    for (size_t c = 0; c < p->found; c++) {
        ck_assert_double_eq_tol(b->classes->mean[c], p->mean[c], 1.5e-8);
        ck_assert_double_eq_tol(b->classes->within[c], p->within[c], 1.5e-8);
        within += p->within[c];
    }
    ck_assert_double_eq_tol(b->within, within, 1.5e-8);
    partner_breaks_free(b);
}

START_TEST(ckmeans_given_classes)
{
    static const double a[] = {-1, 2, -1, 2, 4, 5, 6, -1, 2, -1}, b[] = {3, 2, -5.4, 0.1};
    static const double c[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, d[] = {3, 3, 3, 3, 1, 1, 1, 2, 2, 2};
    static const double e[] = {-3, 2.2, -6, 7, 9, 11, -6.3, 75, 82.6, 32.3, -9.5, 62.5, 7, 95.2};
    static const double f[] = {3.5, 3.6, 3.7, 3.1, 1.1, 0.9, 0.8, 2.2, 1.9, 2.1};
    static const uint32_t of_a[] = {1, 2, 1, 2, 3, 3, 3, 1, 2, 1}, of_b[] = {4, 3, 1, 2};
    static const uint32_t of_c[] = {1, 1, 1, 1, 1, 2, 2, 2, 2, 2}, of_d[] = {3, 3, 3, 3, 1, 1, 1, 2, 2, 2};
    static const uint32_t of_e[] = {2, 2, 1, 3, 3, 3, 1, 6, 7, 4, 1, 5, 3, 8};
    static const double mean_a[] = {-1, 2, 5}, within_a[] = {0, 0, 2}, zero[] = {0, 0, 0, 0};
    static const double mean_b[] = {-5.4, 0.1, 2, 3}, mean_c[] = {3, 8}, within_c[] = {10, 10};
    static const double mean_d[] = {1, 2, 3};
    static const double mean_e[] = {-7.266666667, -0.4, 8.5, 32.3, 62.5, 75, 82.6, 95.2};
    static const double within_e[] = {7.526666667, 13.52, 11, 0, 0, 0, 0, 0};
    static const double mean_f[] = {0.933333333333, 2.066666666667, 3.475};
    static const double within_f[] = {0.0466666666667, 0.0466666666667, 0.2075};
    const published cases[] = {
        {3, LENGTH(a), 3, a, of_a, mean_a, within_a}, {4, LENGTH(b), 4, b, of_b, mean_b, zero},
        {2, LENGTH(c), 2, c, of_c, mean_c, within_c}, {3, LENGTH(d), 3, d, of_d, mean_d, zero},
        {8, LENGTH(e), 8, e, of_e, mean_e, within_e}, {3, LENGTH(f), 3, f, of_d, mean_f, within_f},
    };

    check_published(&cases[_i]);
}
END_TEST

/* Two classes of cos(-10 … 10), three of the density of the gamma distribution of shape 2 at 1, 1.5 … 10, as
 * the package chooses itself. */
START_TEST(ckmeans_curves)
{
    static const uint32_t of_cos[] = {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 1, 1, 1};
    static const double mean_cos[] = {-0.6592474631, 0.6751193405}, within_cos[] = {1.0564793100, 0.6232976959};
    static const uint32_t of_gamma[] = {3, 3, 3, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    static const double mean_gamma[] = {0.01702193495, 0.15342151455, 0.32441508262};
    static const double within_gamma[] = {0.006126754998, 0.004977009034, 0.004883305120};
    double curve[21], gamma[19];
    const published cases[] = {{2, 21, 2, curve, of_cos, mean_cos, within_cos},
                               {3, 19, 3, gamma, of_gamma, mean_gamma, within_gamma}};

    for (int i = 0; i < 21; i++) curve[i] = cos(i - 10);
    for (int i = 0; i < 19; i++) gamma[i] = (1 + i * 0.5) * exp(-(1 + i * 0.5));
    check_published(&cases[_i]);
}
END_TEST

/* ---- exact: whole numbers, sums of squares as multiples of 1 / scale ---- */

enum { MOST_ROWS = 60 };

typedef struct sorted {
    size_t distinct;
    int64_t value[MOST_ROWS];
    size_t first[MOST_ROWS + 1]; /* row, in order, of each distinct value */
    int64_t row[MOST_ROWS];
    i128 scale; /* a multiple of every number of rows */
} sorted;

static i128 common_multiple(size_t rows)
{
    i128 multiple = 1;

    for (size_t i = 2; i <= rows; i++) {
        i128 a = multiple, b = (i128)i;
        while (b != 0) {
            const i128 rest = a % b;
            a = b;
            b = rest;
        }
        multiple = multiple / a * (i128)i;
    }
    return multiple;
}

static int by_value(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static sorted sort_rows(const int64_t *row, size_t rows)
{
    sorted s = {.distinct = 0, .scale = common_multiple(rows)};

    for (size_t i = 0; i < rows; i++) s.row[i] = row[i];
    qsort(s.row, rows, sizeof *s.row, by_value);
    for (size_t i = 0; i < rows; i++) {
        if (i > 0 && s.row[i] == s.row[i - 1]) continue;
        s.first[s.distinct] = i;
        s.value[s.distinct++] = s.row[i];
    }
    s.first[s.distinct] = rows;
    return s;
}

/* Sum of squares about the mean of the distinct values from … to - 1: squares - sum^2 / n. */
static i128 cost_of(const sorted *s, size_t from, size_t to)
{
    const i128 n = (i128)(s->first[to] - s->first[from]);
    i128 sum = 0, squares = 0;

    for (size_t i = s->first[from]; i < s->first[to]; i++) {
        sum += s->row[i];
        squares += (i128)s->row[i] * s->row[i];
    }
    return (n * squares - sum * sum) * (s->scale / n);
}

/* All cuts, one after the other. The best ones with the lowest cuts are not above any other best ones. */
typedef struct all_cuts {
    const sorted *s;
    size_t classes, cut[MOST_ROWS + 1], best_cut[MOST_ROWS + 1];
    i128 best;
    int found, looking; /* looking: whether the best ones are compared with the lowest */
} all_cuts;

static void each_cut(all_cuts *a, size_t class, i128 cost)
{
    if (class + 1 == a->classes) {
        cost += cost_of(a->s, a->cut[class], a->s->distinct);
        if (a->looking) {
            for (size_t c = 1; cost == a->best && c < a->classes; c++)
                ck_assert_uint_le(a->best_cut[c], a->cut[c]);
        } else if (!a->found || cost < a->best) {
            a->best = cost;
            a->found = 1;
            memcpy(a->best_cut, a->cut, sizeof a->cut);
        }
        return;
    }
    for (size_t next = a->cut[class] + 1; next + a->classes - class - 1 <= a->s->distinct; next++) {
        a->cut[class + 1] = next;
        each_cut(a, class + 1, cost + cost_of(a->s, a->cut[class], next));
    }
}

/* The classes are these. */
static void check_cuts(const partner_breaks *b, const double *value, const sorted *s, const size_t *cut,
                       size_t classes, double unit, i128 best)
{
    size_t rows = s->first[s->distinct];

    ck_assert_uint_eq(b->rows, rows);
    ck_assert_uint_eq(b->classes->classes, classes);
    for (size_t c = 0; c < classes; c++) {
        const size_t end = c + 1 < classes ? cut[c + 1] : s->distinct;

        ck_assert_msg(b->classes->lowest[c] == (double)s->value[cut[c]] * unit,
                      "class %zu of %zu begins at %g, not %g", c, classes, b->classes->lowest[c],
                      (double)s->value[cut[c]] * unit);
        ck_assert(b->classes->highest[c] == (double)s->value[end - 1] * unit);
        ck_assert_uint_eq(b->classes->count[c], s->first[end] - s->first[cut[c]]);
        assert_near(b->classes->within[c] / unit / unit, (double)cost_of(s, cut[c], end) / (double)s->scale,
                    1e-14);
    }
    for (size_t i = 0; i < rows; i++) {
        ck_assert(value[i] >= b->classes->lowest[b->class_of[i]]);
        ck_assert(value[i] <= b->classes->highest[b->class_of[i]]);
    }
    assert_near(b->within / unit / unit, (double)best / (double)s->scale, 1e-14);
    assert_near(b->total / unit / unit, (double)cost_of(s, 0, s->distinct) / (double)s->scale, 1e-14);
    if (s->distinct == 1) ck_assert_double_nan(b->fit);
    else ck_assert_double_eq_tol(b->fit, 1 - b->within / b->total, 1e-15);
}

/* Ranges that give many ties, and few. */
static const int64_t RANGES[] = {3, 6, 12, 40, 1000, 1000000};

static void check_all_cuts(const int64_t *row, size_t rows, uint32_t wanted)
{
    double value[MOST_ROWS];
    const sorted s = sort_rows(row, rows);
    all_cuts a = {.s = &s, .classes = wanted < s.distinct ? wanted : s.distinct};
    partner_breaks *b;

    for (size_t i = 0; i < rows; i++) value[i] = (double)row[i];
    each_cut(&a, 0, 0);
    a.looking = 1;
    each_cut(&a, 0, 0);
    b = breaks_of(value, rows, wanted);
    check_cuts(b, value, &s, a.best_cut, a.classes, 1, a.best);
    partner_breaks_free(b);
}

START_TEST(all_cuts_of_small_inputs)
{
    uint64_t state = 77 + (uint64_t)_i;

    for (int turn = 0; turn < 12; turn++) {
        const size_t rows = 1 + draw(&state) % 11;
        const uint32_t wanted = 1 + (uint32_t)(draw(&state) % 7);
        const int64_t range = RANGES[draw(&state) % LENGTH(RANGES)];
        int64_t row[11];

        for (size_t i = 0; i < rows; i++) row[i] = (int64_t)(draw(&state) % (uint64_t)range) - range / 2;
        check_all_cuts(row, rows, wanted);
    }
}
END_TEST

/* Mirror images have two optima; moved by a unit of 2^52 one of them is better by some 2^-52 of the total,
 * which doubles do not see. Sums of such numbers do not fit a double. */
START_TEST(nearly_mirrored)
{
    const uint64_t range = (uint64_t)1 << 52;
    uint64_t state = 4000 + (uint64_t)_i;

    for (int turn = 0; turn < 20; turn++) {
        const size_t rows = 3 + draw(&state) % 4;
        int64_t row[6];

        for (size_t i = 0; i < rows / 2; i++) {
            row[i] = (int64_t)(range / 2 + draw(&state) % (range / 2));
            row[rows - 1 - i] = -row[i];
        }
        if (rows % 2 == 1) row[rows / 2] = 0;
        for (size_t i = 0; i < rows; i++) row[i] += (int64_t)(draw(&state) % 3) - 1;
        check_all_cuts(row, rows, 2 + (uint32_t)(draw(&state) % 2));
    }
}
END_TEST

/* The same by dynamic programming, for up to 60 rows, in units of any power of two. */
static void plain_cuts(const sorted *s, size_t classes, size_t *cut, i128 *best)
{
    static i128 least[MOST_ROWS + 1][MOST_ROWS + 1], cost[MOST_ROWS + 1][MOST_ROWS + 1];
    static size_t from[MOST_ROWS + 1][MOST_ROWS + 1];

    for (size_t i = 0; i < s->distinct; i++)
        for (size_t j = i + 1; j <= s->distinct; j++) cost[i][j] = cost_of(s, i, j);
    for (size_t j = 1; j <= s->distinct; j++) least[1][j] = cost[0][j];
    for (size_t q = 2; q <= classes; q++)
        for (size_t j = q; j <= s->distinct; j++)
            for (size_t i = q - 1; i < j; i++) {
                const i128 with = least[q - 1][i] + cost[i][j];

                if (i > q - 1 && with >= least[q][j]) continue;
                least[q][j] = with;
                from[q][j] = i;
            }
    *best = least[classes][s->distinct];
    cut[classes] = s->distinct;
    for (size_t q = classes; q > 1; q--) cut[q - 1] = from[q][cut[q]];
    cut[0] = 0;
}

START_TEST(plain_programming)
{
    static const int exponents[] = {0, -1, 100, 470, -300, -490};
    uint64_t state = 5 + (uint64_t)_i;

    for (int turn = 0; turn < 6; turn++) {
        const size_t rows = 12 + draw(&state) % (MOST_ROWS - 11);
        const uint32_t wanted = 2 + (uint32_t)(draw(&state) % 11);
        const int64_t range = RANGES[2 + draw(&state) % 3];
        const double unit = ldexp(1, exponents[turn]);
        int64_t row[MOST_ROWS];
        double value[MOST_ROWS];
        size_t cut[MOST_ROWS + 1];
        sorted s;
        size_t classes;
        i128 best;
        partner_breaks *b;

        for (size_t i = 0; i < rows; i++) {
            row[i] = (int64_t)(draw(&state) % (uint64_t)range) - (int64_t)(draw(&state) % 3 == 0) * range;
            value[i] = (double)row[i] * unit;
        }
        s = sort_rows(row, rows);
        classes = wanted < s.distinct ? wanted : s.distinct;
        plain_cuts(&s, classes, cut, &best);
        b = breaks_of(value, rows, wanted);
        check_cuts(b, value, &s, cut, classes, unit, best);
        partner_breaks_free(b);
    }
}
END_TEST

/* ---- ties at scale ---- */

/* k classes of n numbers next to each other are best when their sizes differ by one at most; with lower cuts
 * the larger ones are the last. The sum of squares of m such numbers is (m^3 - m) / 12. */
START_TEST(numbers_in_a_row)
{
    static const size_t rows[] = {1, 17, 511, 512, 513, 4100, 100003};
    static const uint32_t classes[] = {2, 3, 8};
    const size_t n = in_time(rows[_i / 3], 4100);
    const uint32_t k = classes[_i % 3] < n ? classes[_i % 3] : (uint32_t)n;
    double *value = malloc(n * sizeof *value), within = 0;
    partner_breaks *b;

    for (size_t i = 0; i < n; i++) value[i] = (double)i - 1000;
    b = breaks_of(value, n, k);
    ck_assert_uint_eq(b->classes->classes, k);
    for (size_t c = 0; c < k; c++) {
        const size_t size = n / k + (c >= k - n % k);

        ck_assert_uint_eq(b->classes->count[c], size);
        within += ((double)size * (double)size - 1) * (double)size / 12;
    }
    assert_near(b->within, within, 1e-14);
    partner_breaks_free(b);
    free(value);
}
END_TEST

/* Four classes of two clusters of 1000 such numbers: each is halved. At 10^6 apart doubles cannot tell where.
 */
START_TEST(clusters_far_apart)
{
    static const double apart[] = {1e4, 1e6, -1e6};
    double value[2000];
    partner_breaks *b;

    for (int i = 0; i < 2000; i++) value[i] = i < 1000 ? i : apart[_i] + i - 1000;
    b = breaks_of(value, 2000, 4);
    for (size_t c = 0; c < 4; c++) ck_assert_uint_eq(b->classes->count[c], 500);
    assert_near(b->within, 4 * (500.0 * 500 * 500 - 500) / 12, 1e-14);
    partner_breaks_free(b);
}
END_TEST

/* At 2^40 apart where a cluster is cut matters less than 2^-70 of the total to begin with: the lower cuts, and
 * not worse than that. */
START_TEST(beyond_what_counts)
{
    double value[2000], least = 4 * (500.0 * 500 * 500 - 500) / 12;
    partner_breaks *b;

    for (int i = 0; i < 2000; i++) value[i] = i < 1000 ? i : 0x1p40 + i - 1000;
    b = breaks_of(value, 2000, 4);
    ck_assert_uint_eq(b->classes->count[0] + b->classes->count[1], 1000);
    ck_assert_uint_le(b->classes->count[0], 500);
    ck_assert_uint_le(b->classes->count[2], 500);
    ck_assert(b->within >= least * (1 - 1e-14));
    ck_assert(b->within <= least + ldexp(b->total, -70));
    partner_breaks_free(b);
}
END_TEST

/* ---- larger inputs, against a plain programme in long doubles ---- */

enum { SHAPES = 8 };

static double uniform(uint64_t *state) { return (double)(draw(state) >> 11) * 0x1p-53; }

static double normal(uint64_t *state)
{
    return sqrt(-2 * log(1 - uniform(state))) * cos(6.283185307179586 * uniform(state));
}

static double shaped(int shape, uint64_t *state)
{
    const double z = normal(state);

    switch (shape) {
    case 0: return uniform(state);
    case 1: return z;
    case 2: return exp(2 * z);
    case 3: return -exp(3 * z);
    case 4: return z / uniform(state);
    case 5: return floor(100 * exp(z));
    case 6: return 1e9 + z;
    default: return (uniform(state) < 0.3 ? 0 : 1e7) + exp(z);
    }
}

static int by_double(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The least sum of squares within k classes of sorted values, about their median. */
static long double plain_least(const double *value, size_t n, size_t k)
{
    long double *sum = calloc(n + 1, sizeof *sum), *squares = calloc(n + 1, sizeof *squares);
    long double *least = calloc(n + 1, sizeof *least), *next = calloc(n + 1, sizeof *next), *swap, result;

    for (size_t i = 0; i < n; i++) {
        const long double x = (long double)value[i] - value[n / 2];

        sum[i + 1] = sum[i] + x;
        squares[i + 1] = squares[i] + x * x;
        least[i + 1] = squares[i + 1] - sum[i + 1] * sum[i + 1] / (long double)(i + 1);
    }
    for (size_t q = 2; q <= k; q++) {
        for (size_t j = q; j <= n; j++) {
            next[j] = INFINITY;
            for (size_t i = q - 1; i < j; i++) {
                const long double s = sum[j] - sum[i];
                const long double with = least[i] + squares[j] - squares[i] - s * s / (long double)(j - i);

                if (with < next[j]) next[j] = with;
            }
        }
        swap = least;
        least = next;
        next = swap;
    }
    result = least[n];
    free(sum);
    free(squares);
    free(least);
    free(next);
    return result;
}

START_TEST(shapes_are_cut_best)
{
    const size_t n = in_time(2600, 700), k = 2 + (size_t)_i % 5;
    double *value = malloc(n * sizeof *value);
    uint64_t state = 900 + (uint64_t)_i;
    partner_breaks *b;
    long double least;

    for (size_t i = 0; i < n; i++) value[i] = shaped(_i % SHAPES, &state);
    b = breaks_of(value, n, (uint32_t)k);
    qsort(value, n, sizeof *value, by_double);
    least = plain_least(value, n, k);
    /* Long doubles have 11 bits more than doubles where they are not the same: the sums of n of them are off by
     * n units in the last place of the total at most. */
    ck_assert_msg(fabsl(b->within - least) <= 8 * (long double)n * LDBL_EPSILON * b->total + 1e-14L * least,
                  "%.17g, expected %.17Lg", b->within, least);
    partner_breaks_free(b);
    free(value);
}
END_TEST

/* A class ends half way between its mean and the next one's: a necessary condition that is quick to check. */
static void check_halves(const partner_breaks *b)
{
    const partner_breaks_classes *c = b->classes;

    for (size_t i = 0; i + 1 < c->classes; i++) {
        const double half = c->mean[i] + (c->mean[i + 1] - c->mean[i]) / 2,
                     slack = 1e-9 * (c->mean[i + 1] - c->mean[i]);

        ck_assert_msg(c->highest[i] <= half + slack && c->lowest[i + 1] >= half - slack,
                      "class %zu: %.17g | %.17g, half way %.17g", i, c->highest[i], c->lowest[i + 1], half);
    }
}

static void shuffle(double *value, size_t n, uint64_t *state)
{
    for (size_t i = n; i > 1; i--) {
        const size_t k = draw(state) % i;
        const double moved = value[k];

        value[k] = value[i - 1];
        value[i - 1] = moved;
    }
}

/* "Order of rows, and threads, do not change a bit." */
START_TEST(order_and_threads)
{
    const size_t n = in_time(70000, 40000);
    double *value = malloc(n * sizeof *value);
    partner_breaks_options options = PARTNER_BREAKS_OPTIONS_INIT;
    uint64_t state = 31 + (uint64_t)_i;
    partner_breaks *b, *again;
    size_t outside = 0;

    options.classes = 6;
    for (size_t i = 0; i < n; i++) value[i] = shaped(_i, &state);
    b = breaks_with(value, n, &options);
    check_halves(b);
    for (uint32_t threads = 2; threads < 5; threads++) {
        options.threads = threads;
        shuffle(value, n, &state);
        again = breaks_with(value, n, &options);
        ck_assert_uint_eq(again->classes->classes, b->classes->classes);
        ck_assert(same_bits(again->within, b->within) && same_bits(again->total, b->total));
        for (size_t c = 0; c < b->classes->classes; c++) {
            ck_assert(same_bits(again->classes->lowest[c], b->classes->lowest[c]));
            ck_assert(same_bits(again->classes->highest[c], b->classes->highest[c]));
            ck_assert(same_bits(again->classes->mean[c], b->classes->mean[c]));
            ck_assert(same_bits(again->classes->within[c], b->classes->within[c]));
            ck_assert_uint_eq(again->classes->count[c], b->classes->count[c]);
        }
        for (size_t i = 0; i < n; i++)
            outside += value[i] < b->classes->lowest[again->class_of[i]] ||
                       value[i] > b->classes->highest[again->class_of[i]];
        ck_assert_uint_eq(outside, 0);
        partner_breaks_free(again);
    }
    partner_breaks_free(b);
    free(value);
}
END_TEST

/* Each value twice is each value with weight two: twice the sums of squares, the same cuts. */
START_TEST(weights)
{
    enum { N = 3000 };
    double *value = malloc(2 * N * sizeof *value);
    uint64_t state = 8 + (uint64_t)_i;
    partner_breaks *once, *twice;

    for (size_t i = 0; i < N; i++) value[i] = value[N + i] = shaped(_i, &state);
    once = breaks_of(value, N, 7);
    twice = breaks_of(value, 2 * N, 7);
    for (size_t c = 0; c < 7; c++) {
        ck_assert_uint_eq(twice->classes->count[c], 2 * once->classes->count[c]);
        ck_assert(same_bits(twice->classes->lowest[c], once->classes->lowest[c]));
    }
    assert_near(twice->within, 2 * once->within, 1e-13);
    partner_breaks_free(once);
    partner_breaks_free(twice);
    free(value);
}
END_TEST

/* ---- edges ---- */

START_TEST(few_values)
{
    static const double same[] = {2.5, 2.5, 2.5}, zeros[] = {0.0, -0.0, 0.0}, three[] = {7, -1, 7, 3};
    partner_breaks *b = breaks_of(NULL, 0, 3);

    ck_assert_uint_eq(b->rows, 0);
    ck_assert_uint_eq(b->classes->classes, 0);
    ck_assert(b->total == 0 && b->within == 0 && isnan(b->fit));
    partner_breaks_free(b);
    b = breaks_of(same, 3, 0);
    ck_assert_uint_eq(b->classes->classes, 1);
    ck_assert(b->classes->mean[0] == 2.5 && b->classes->count[0] == 3 && b->total == 0 && isnan(b->fit));
    partner_breaks_free(b);
    b = breaks_of(zeros, 3, 2);
    ck_assert_uint_eq(b->classes->classes, 1);
    ck_assert(!signbit(b->classes->lowest[0]) && !signbit(b->classes->highest[0]));
    partner_breaks_free(b);
    b = breaks_of(three, 4, 10000);
    ck_assert_uint_eq(b->classes->classes, 3);
    ck_assert(b->within == 0 && b->fit == 1);
    ck_assert(b->class_of[0] == 2 && b->class_of[1] == 0 && b->class_of[2] == 2 && b->class_of[3] == 1);
    partner_breaks_free(b);
    b = breaks_of(three, 4, 1);
    /* 16 of 4 rows: the mean is 4, and 9 + 25 + 9 + 1 are 44. */
    ck_assert(b->total == 44 && b->within == 44 && b->fit == 0 && b->classes->mean[0] == 4);
    partner_breaks_free(b);
    partner_breaks_free(NULL);
}
END_TEST

START_TEST(usual_number_of_classes)
{
    double value[40];
    partner_breaks *b;

    for (int i = 0; i < 40; i++) value[i] = i * i;
    b = breaks_with(value, 40, NULL);
    ck_assert_uint_eq(b->classes->classes, 5);
    partner_breaks_free(b);
}
END_TEST

START_TEST(magnitudes)
{
    /* The large ones have nothing in common with the small ones, which are told apart all the same. */
    static const double far[] = {-1e150, 1e-150, 2e-150, 4e-150, 1e150};
    static const double least[] = {0, 4.9406564584124654e-324, 3 * 4.9406564584124654e-324};
    static const double ulps[] = {1, 1 + 0x1p-52, 1 + 0x1p-51, 1 + 0x1.8p-51};
    static const double around[] = {-1, 1 + 0x1p-40};
    partner_breaks *b = breaks_of(far, 5, 3);

    ck_assert(b->class_of[0] == 0 && b->class_of[1] == 1 && b->class_of[3] == 1 && b->class_of[4] == 2);
    /* 1, 2, 4 about 7 / 3: 42 / 9 */
    assert_near(b->classes->within[1] / 1e-300, 42.0 / 9, 1e-12);
    assert_near(b->classes->mean[1], 7e-150 / 3, 1e-15);
    assert_near(b->total, 2e300, 1e-12);
    partner_breaks_free(b);
    b = breaks_of(least, 3, 2);
    ck_assert(b->class_of[0] == 0 && b->class_of[1] == 0 && b->class_of[2] == 1);
    ck_assert(b->total == 0 && isnan(b->fit));
    partner_breaks_free(b);
    b = breaks_of(ulps, 4, 1);
    /* 0, 1, 2, 3 units about 1.5 */
    ck_assert(b->total == 5 * 0x1p-104 && b->classes->mean[0] == 1 + 0x1.8p-52);
    partner_breaks_free(b);
    b = breaks_of(around, 2, 1);
    ck_assert(b->classes->mean[0] == 0x1p-41);
    partner_breaks_free(b);
}
END_TEST

/* As many classes as there can be, and nearly. */
START_TEST(many_classes)
{
    enum { N = 3000 };
    double value[N];
    partner_breaks *b;

    for (int i = 0; i < N; i++) value[i] = i + (i % 7 == 0 ? 0.25 : 0);
    b = breaks_of(value, N, N);
    ck_assert(b->classes->classes == N && b->within == 0);
    partner_breaks_free(b);
    /* One pair has to stay together: one of those that are 0.75 apart, and with the lower cuts the last, 2996
     * and 2997. */
    b = breaks_of(value, N, N - 1);
    ck_assert(b->within == 0.75 * 0.75 / 2);
    for (uint32_t i = 0; i < N; i++) ck_assert_uint_eq(b->class_of[i], i < 2997 ? i : i - 1);
    partner_breaks_free(b);
}
END_TEST

/* ---- refused ---- */

START_TEST(bad_arguments)
{
    static const double value[] = {1, 2};
    partner_numbers numbers = PARTNER_NUMBERS_INIT;
    partner_breaks_options options = PARTNER_BREAKS_OPTIONS_INIT;
    partner_breaks *b = NULL;
    partner_error error;

    numbers.rows = 2;
    must_fail(partner_natural_breaks(&numbers, NULL, &b, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.field, "value");
    numbers.value = value;
    must_fail(partner_natural_breaks(&numbers, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_natural_breaks(NULL, NULL, &b, &error), PARTNER_E_ARGUMENT, error);
    options.classes = 10001;
    must_fail(partner_natural_breaks(&numbers, &options, &b, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.field, "classes");
    options.classes = 0;
    options.struct_size = 4;
    must_fail(partner_natural_breaks(&numbers, &options, &b, &error), PARTNER_E_ARGUMENT, error);
    numbers.rows = PARTNER_NONE;
    must_fail(partner_natural_breaks(&numbers, NULL, &b, &error), PARTNER_E_RANGE, error);
    ck_assert_ptr_null(b);
}
END_TEST

START_TEST(bad_values)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY, 1.0000001e150, -2e150};
    double value[300];
    partner_numbers numbers = PARTNER_NUMBERS_INIT;
    partner_breaks *b = NULL;
    partner_error error;

    for (size_t i = 0; i < 300; i++) value[i] = (double)i;
    value[217] = bad[_i];
    numbers.rows = 300;
    numbers.value = value;
    must_fail(partner_natural_breaks(&numbers, NULL, &b, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 217);
    ck_assert_str_eq(error.record, "numbers");
    ck_assert_str_eq(error.field, "value");
    ck_assert_ptr_nonnull(strstr(error.message, "numbers row 217: value is "));
    ck_assert_ptr_null(b);
}
END_TEST

static int after(void *left) { return (*(int *)left)-- <= 0; }

START_TEST(interrupts)
{
    const size_t n = in_time(300000, 60000);
    double *value = malloc(n * sizeof *value);
    partner_numbers numbers = PARTNER_NUMBERS_INIT;
    partner_breaks_options options = PARTNER_BREAKS_OPTIONS_INIT;
    uint64_t state = 3;
    partner_breaks *b = NULL;
    partner_error error;
    int left = 2 * _i;

    for (size_t i = 0; i < n; i++) value[i] = shaped(1, &state);
    numbers.rows = n;
    numbers.value = value;
    options.classes = 4;
    options.threads = 1 + (uint32_t)_i % 2;
    options.interrupt = after;
    options.interrupt_data = &left;
    must_fail(partner_natural_breaks(&numbers, &options, &b, &error), PARTNER_E_CANCELLED, error);
    ck_assert_ptr_null(b);
    free(value);
}
END_TEST

/* ---- the analysis ---- */

/* On 1, 2, 3, 10, 11, 12, 30, 31, by hand: the mean is 12.5 and 2240 - 8 * 156.25 = 990; of five classes three
 * have two values next to each other, 0.5 each, and with the lower cuts 1 and 10 are alone. */
START_TEST(analysis)
{
    static const double value[] = {1, 2, 3, 10, 11, 12, 30, 31};
    static const uint32_t classes[] = {0, 1, 1, 2, 3, 3, 4, 4};
    const partner_analysis *found = partner_analysis_find("breaks");
    partner_numbers numbers = PARTNER_NUMBERS_INIT;
    const void *inputs[] = {&numbers}, *options[] = {NULL};
    const partner_breaks *b;
    void *result = NULL;
    partner_error error;
    char text[200];

    numbers.rows = 8;
    numbers.value = value;
    ck_assert_ptr_nonnull(found);
    must(found->run(inputs, options, &result, &error), error);
    b = found->view(result, 0);
    ck_assert_ptr_null(found->view(result, 1));
    ck_assert(b->total == 990 && b->within == 1.5);
    for (size_t i = 0; i < 8; i++) ck_assert_uint_eq(b->class_of[i], classes[i]);
    ck_assert_uint_gt(found->sentence(result, 0, text, sizeof text), 0);
    ck_assert_str_eq(text, "8 values fall into 5 classes.");
    /* 1 - 1.5 / 990 = 1 - 1 / 660 */
    found->sentence(result, 1, text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, "99.8 %"));
    found->sentence(result, 2, text, sizeof text);
    ck_assert_str_eq(
        text, "The cuts lie between 1 and 2, between 3 and 10, between 10 and 11 and between 12 and 30.");
    found->sentence(result, 3, text, sizeof text);
    ck_assert_str_eq(text, "The fullest class, from 2 to 3, holds 2 of them, 25.0 %.");
    ck_assert_uint_eq(found->sentence(result, 4, text, sizeof text), 0);
    found->free(result);
    must_fail(found->run(NULL, options, &result, &error), PARTNER_E_ARGUMENT, error);
    must_fail(found->run(inputs, options, NULL, &error), PARTNER_E_ARGUMENT, error);
}
END_TEST

START_TEST(sentences_of_little)
{
    static const double one[] = {4, 4}, two[] = {4, 5};
    const partner_analysis *found = partner_analysis_find("breaks");
    partner_breaks *b = breaks_of(NULL, 0, 2);
    char text[200];

    ck_assert_uint_gt(found->sentence(b, 0, text, sizeof text), 0);
    ck_assert_str_eq(text, "There are no values.");
    ck_assert_uint_eq(found->sentence(b, 1, text, sizeof text), 0);
    partner_breaks_free(b);
    b = breaks_of(one, 2, 2);
    found->sentence(b, 0, text, sizeof text);
    ck_assert_str_eq(text, "2 values fall into one class.");
    ck_assert_uint_eq(found->sentence(b, 1, text, sizeof text), 0);
    partner_breaks_free(b);
    b = breaks_of(two, 2, 2);
    found->sentence(b, 1, text, sizeof text);
    ck_assert_str_eq(text, "Within each class all values are equal: nothing is left to explain.");
    found->sentence(b, 2, text, sizeof text);
    ck_assert_str_eq(text, "The cut lies between 4 and 5.");
    partner_breaks_free(b);
    ck_assert_uint_eq(found->sentence(NULL, 0, text, sizeof text), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("breaks");
    TCase *figures = add_case(suite, "published"), *exact = add_case(suite, "exact"),
          *ties = add_case(suite, "ties");
    TCase *larger = add_case(suite, "larger"), *edges = add_case(suite, "edges");
    TCase *refused = add_case(suite, "refused"), *told = add_case(suite, "analysis");

    tcase_add_loop_test(figures, ckmeans_given_classes, 0, 6);
    tcase_add_loop_test(figures, ckmeans_curves, 0, 2);
    tcase_add_loop_test(exact, all_cuts_of_small_inputs, 0, briefly() ? 100 : 400);
    tcase_add_loop_test(exact, nearly_mirrored, 0, 100);
    tcase_add_loop_test(exact, plain_programming, 0, briefly() ? 20 : 60);
    tcase_add_loop_test(ties, numbers_in_a_row, 0, 21);
    tcase_add_loop_test(ties, clusters_far_apart, 0, 3);
    tcase_add_test(ties, beyond_what_counts);
    tcase_add_loop_test(larger, shapes_are_cut_best, 0, 3 * SHAPES);
    tcase_add_loop_test(larger, order_and_threads, 0, SHAPES);
    tcase_add_loop_test(larger, weights, 0, SHAPES);
    tcase_add_test(edges, few_values);
    tcase_add_test(edges, usual_number_of_classes);
    tcase_add_test(edges, magnitudes);
    tcase_add_test(edges, many_classes);
    tcase_add_test(refused, bad_arguments);
    tcase_add_loop_test(refused, bad_values, 0, 5);
    tcase_add_loop_test(refused, interrupts, 0, 24);
    tcase_add_test(told, analysis);
    tcase_add_test(told, sentences_of_little);
    return run_suite(suite);
}
