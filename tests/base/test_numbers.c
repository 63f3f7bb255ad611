/* SPDX-License-Identifier: MIT
 * Random numbers and compensated sums. tables/make_random.py is another implementation of the generator. */
#include <stdio.h>

#include "../tables/random.h"
#include "base.h"
#include "base/random.h"
#include "base/sum.h"

START_TEST(test_random_table)
{
    for (size_t i = 0; i < sizeof random_table / sizeof random_table[0]; i++) {
        const struct random_row *row = &random_table[i];
        partner__random r = partner__random_stream(row->seed, row->stream);

        for (size_t k = 0; k < RANDOM_DRAWS; k++) ck_assert_uint_eq(partner__random_next(&r), row->next[k]);
        for (size_t k = 0; k < RANDOM_DRAWS; k++)
            ck_assert_uint_eq(partner__random_below(&r, row->below), row->drawn[k]);
        ck_assert(same_bits(partner__random_uniform(&r), row->uniform));
        ck_assert_uint_eq(r.counter, row->counter);
    }
}
END_TEST

START_TEST(test_below_stays_below)
{
    static const uint64_t limits[] = {
        1, 2, 3, 7, 1000, UINT32_MAX, (uint64_t)1 << 63, ((uint64_t)1 << 63) + 1, UINT64_MAX};

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        partner__random r = partner__random_stream(i, 0);
        uint64_t most = 0;

        for (int k = 0; k < 10000; k++) {
            uint64_t x = partner__random_below(&r, limits[i]);
            if (x >= limits[i])
                ck_abort_msg("%llu below %llu", (unsigned long long)x, (unsigned long long)limits[i]);
            if (x > most) most = x;
        }
        /* 10000 draws that all miss the upper hundredth have a probability below 1e-43. */
        ck_assert_uint_ge(most, limits[i] - 1 - limits[i] / 100);
    }
}
END_TEST

/* Pearson's statistic of counts that should be equal. */
static double chi_square(const unsigned *counts, size_t bins, size_t draws)
{
    double expected = (double)draws / (double)bins, sum = 0;

    for (size_t i = 0; i < bins; i++) sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    return sum;
}

/* Chi-square with k degrees of freedom has mean k and variance 2k; at six standard deviations an honest
 * generator fails less than once in a million seeds, for the bins used here. */
static void check_even(const unsigned *counts, size_t bins, size_t draws, const char *what, uint64_t seed)
{
    double freedom = (double)bins - 1, x = chi_square(counts, bins, draws);

    printf("chi-square of %s, seed %llu: %.1f with %.0f degrees of freedom\n", what, (unsigned long long)seed,
           x, freedom);
    ck_assert_double_lt(fabs(x - freedom), 6 * sqrt(2 * freedom));
}

enum { BINS = 1000, DRAWS = 1000000 };

START_TEST(test_uniform_is_uniform)
{
    unsigned counts[BINS] = {0}, low[BINS] = {0}, below[BINS] = {0};
    const uint64_t seed = 20240607;
    partner__random r = partner__random_stream(seed, 1);

    for (int i = 0; i < DRAWS; i++) {
        double u = partner__random_uniform(&r);
        if (!(u >= 0 && u < 1)) ck_abort_msg("%a", u);
        counts[(int)(u * BINS)]++;
        low[partner__random_next(&r) % BINS]++;
        below[partner__random_below(&r, BINS)]++;
    }
    check_even(counts, BINS, DRAWS, "uniform", seed);
    check_even(low, BINS, DRAWS, "low bits", seed);
    check_even(below, BINS, DRAWS, "below", seed);
}
END_TEST

/* Streams that differ in one number only, of seed or of stream: the pairs fill a square evenly. */
START_TEST(test_streams_are_independent)
{
    enum { SIDE = 32, PAIRS = 1000000 };
    unsigned by_stream[SIDE * SIDE] = {0}, by_seed[SIDE * SIDE] = {0}, in_turn[SIDE * SIDE] = {0};
    const uint64_t seed = 7;

    for (uint64_t i = 0; i < PAIRS / 10; i++) {
        partner__random a = partner__random_stream(seed, i), b = partner__random_stream(seed, i + 1);
        partner__random c = partner__random_stream(seed + i, 3), d = partner__random_stream(seed + i + 1, 3);

        for (int k = 0; k < 10; k++) {
            uint64_t x = partner__random_next(&a) >> 59;
            by_stream[x * SIDE + (partner__random_next(&b) >> 59)]++;
            by_seed[(partner__random_next(&c) >> 59) * SIDE + (partner__random_next(&d) >> 59)]++;
        }
    }
    check_even(by_stream, SIDE * SIDE, PAIRS, "neighbouring streams", seed);
    check_even(by_seed, SIDE * SIDE, PAIRS, "neighbouring seeds", seed);
    partner__random r = partner__random_stream(seed, 0);
    for (int i = 0; i < PAIRS; i++) {
        uint64_t x = partner__random_next(&r) >> 59;
        in_turn[x * SIDE + (partner__random_next(&r) >> 59)]++;
    }
    check_even(in_turn, SIDE * SIDE, PAIRS, "draws in turn", seed);
}
END_TEST

/* 1 + 1e100 + 1 - 1e100 is 2; plain summation says 0, Kahan's too. */
START_TEST(test_sum_keeps_what_plain_addition_loses)
{
    static const double terms[] = {1, 1e100, 1, -1e100};
    partner__sum s = {0, 0};

    for (size_t i = 0; i < 4; i++) partner__sum_add(&s, terms[i]);
    ck_assert(same_bits(partner__sum_value(&s), 2.0));
}
END_TEST

/* Terms k * 2^-40 whose exact sum is counted in integers; magnitudes differ by 2^52, signs cancel. Neumaier:
 * the error is within 2 units of the result plus n^2 eps^2 of the sum of magnitudes. */
START_TEST(test_sum_against_integers)
{
    enum { TERMS = 100000 };
    const double unit = 0x1p-40;
    uint64_t state = UINT64_C(0x4cf5ad432745937f);

    for (int round = 0; round < 10; round++) {
        partner__sum s = {0, 0};
        int64_t exact = 0;
        double magnitude = 0, bound;

        for (int i = 0; i < TERMS; i++) {
            int64_t k = (int64_t)(draw(&state) >> 12 >> draw(&state) % 52);
            /* Keeps the running sum near zero, and so within 2^53, where the integers are exact as doubles. */
            if (exact > 0) k = -k;
            exact += k;
            partner__sum_add(&s, (double)k * unit);
            magnitude += fabs((double)k * unit);
        }
        bound = 2 * 0x1p-52 * fabs((double)exact * unit) + (double)TERMS * TERMS * 0x1p-104 * magnitude;
        ck_assert_double_le(fabs(partner__sum_value(&s) - (double)exact * unit), bound);
    }
}
END_TEST

/* Ten million times 0.1: plain addition is off by 1e-4. The double 0.1 times 10^7 is 1000000 + 5.55e-11, so the
 * sum is 1000000 or the next double. */
START_TEST(test_sum_of_many_equal_terms)
{
    partner__sum s = {0, 0};

    for (int i = 0; i < 10000000; i++) partner__sum_add(&s, 0.1);
    ck_assert_double_le(fabs(partner__sum_value(&s) - 1e6), 0x1p-33);
}
END_TEST

void add_numbers_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "numbers");

    tcase_add_test(tcase, test_random_table);
    tcase_add_test(tcase, test_below_stays_below);
    tcase_add_test(tcase, test_uniform_is_uniform);
    tcase_add_test(tcase, test_streams_are_independent);
    tcase_add_test(tcase, test_sum_keeps_what_plain_addition_loses);
    tcase_add_test(tcase, test_sum_against_integers);
    tcase_add_test(tcase, test_sum_of_many_equal_terms);
}
