/* SPDX-License-Identifier: MIT
 * Exact ratios. Each result is checked without a division: the quotient must lie between the midpoints to the
 * neighbouring doubles (natural_rounds_to), and a root's square between their squares; and a table made by
 * tables/make_ratio.py says the same. */
#include "../tables/ratio.h"
#include "base.h"
#include "base/int128.h"
#include "natural.h"

enum { ROUNDS = 10000 };

typedef struct pair {
    uint64_t high, low;
} pair;

static pair random_pair(uint64_t *state, unsigned bits)
{
    unsigned keep = (unsigned)(draw(state) % bits) + 1;
    pair p = {draw(state), draw(state)};

    if (keep <= 64) {
        p.high = 0;
        p.low >>= 64 - keep;
    } else {
        p.high = keep == 128 ? p.high : p.high & (((uint64_t)1 << (keep - 64)) - 1);
    }
    return p;
}

static partner__u128 u128(pair p) { return partner__u128_make(p.high, p.low); }
static natural nat(pair p) { return natural_make(p.high, p.low); }
static double ratio(pair n, pair d) { return partner__ratio(u128(n), u128(d)); }

static void check_ratio(pair n, pair d)
{
    double q = ratio(n, d);

    if (!natural_rounds_to(nat(n), nat(d), q))
        ck_abort_msg("(%llx:%llx) / (%llx:%llx) is not %a", (unsigned long long)n.high,
                     (unsigned long long)n.low, (unsigned long long)d.high, (unsigned long long)d.low, q);
}

START_TEST(test_ratio_is_correctly_rounded)
{
    uint64_t state = UINT64_C(0x2545f4914f6cdd1d);

    for (int i = 0; i < ROUNDS; i++) {
        pair n = random_pair(&state, 128), d = random_pair(&state, 128);
        if (d.high == 0 && d.low == 0) d.low = 1;
        check_ratio(n, d);
    }
}
END_TEST

/* Quotients of 54 binary digits ending in 1 lie exactly half way between two doubles; one more or less in the
 * numerator leaves the tie by less than anything a double sees. */
START_TEST(test_ratio_at_and_next_to_ties)
{
    uint64_t state = UINT64_C(0x9f1c3b5a7e2d4861);

    for (int i = 0; i < ROUNDS; i++) {
        uint64_t odd = draw(&state) >> 10 | (uint64_t)1 << 53 | 1;
        uint64_t scale = draw(&state) >> draw(&state) % 64 | 1;
        unsigned shift = (unsigned)(draw(&state) % 64);
        partner__u128 n = partner__u128_mul(odd, scale);
        partner__u128 d = partner__u128_shl(partner__u128_from(scale), shift);
        pair below = {partner__u128_high(d), partner__u128_low(d)};

        for (uint64_t step = 0; step < 3; step++) {
            partner__u128 m =
                partner__u128_sub(partner__u128_add(n, partner__u128_from(step)), partner__u128_from(1));
            pair above = {partner__u128_high(m), partner__u128_low(m)};
            check_ratio(above, below);
        }
    }
}
END_TEST

START_TEST(test_ratio_edges)
{
    static const pair edges[] = {
        {0, 1},
        {0, 2},
        {0, 3},
        {0, ((uint64_t)1 << 53) - 1},
        {0, (uint64_t)1 << 53},
        {0, ((uint64_t)1 << 53) + 1},
        {0, ((uint64_t)1 << 54) - 1},
        {0, INT64_MAX},
        {0, (uint64_t)1 << 63},
        {0, UINT64_MAX},
        {1, 0},
        {1, 1},
        {UINT64_MAX, 0},
        {UINT64_MAX, UINT64_MAX - 1},
        {UINT64_MAX, UINT64_MAX},
    };
    const size_t n = sizeof edges / sizeof edges[0];
    const pair none = {0, 0};

    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++) check_ratio(edges[i], edges[j]);
        ck_assert(same_bits(ratio(none, edges[i]), 0.0));
        ck_assert(isnan(ratio(edges[i], none)));
        ck_assert(same_bits(ratio(edges[i], edges[i]), 1.0));
    }
    ck_assert(isnan(ratio(none, none)));
}
END_TEST

START_TEST(test_ratio_table)
{
    for (size_t i = 0; i < sizeof ratio_table / sizeof ratio_table[0]; i++) {
        const struct ratio_row *r = &ratio_table[i];
        double q =
            partner__ratio(partner__u128_make(r->n_high, r->n_low), partner__u128_make(r->d_high, r->d_low));
        if (!same_bits(q, r->quotient)) ck_abort_msg("row %zu: %a instead of %a", i, q, r->quotient);
    }
}
END_TEST

static void check_share(uint64_t part, uint64_t whole)
{
    double q = partner__share(part, whole);

    if (!natural_rounds_to(natural_make(0, part), natural_make(0, whole), q))
        ck_abort_msg("%llu / %llu is not %a", (unsigned long long)part, (unsigned long long)whole, q);
}

START_TEST(test_share_is_correctly_rounded)
{
    uint64_t state = UINT64_C(0x77b5c1a2d3e4f607);

    for (int i = 0; i < 10 * ROUNDS; i++) {
        uint64_t whole = (draw(&state) >> 1 >> draw(&state) % 63) + (i % 2 == 0 ? 1 : 0);
        uint64_t part;

        if (whole == 0) whole = 1;
        part = (draw(&state) >> draw(&state) % 64) % (whole + 1);
        check_share(part, whole);
        /* Near the whole and near its halves, where the spacing of doubles changes. */
        if (whole >= 8) check_share(whole - part % 8, whole);
        for (unsigned half = 1; half < 4; half++) {
            uint64_t middle = whole >> half;
            check_share(middle, whole);
            if (middle > 0) check_share(middle - 1, whole);
            if (middle < whole) check_share(middle + 1, whole);
        }
    }
}
END_TEST

/* Doubles stand twice as close below a power of two as above it: quotients from some units below to some above,
 * where a first guess may fall on the wrong side. */
START_TEST(test_share_around_powers_of_two)
{
    uint64_t state = UINT64_C(0x853c49e6748fea9b);

    for (int i = 0; i < 300; i++) {
        uint64_t whole = draw(&state) >> 1 >> draw(&state) % 6 | (uint64_t)1 << 57;

        for (unsigned half = 1; half < 5; half++) {
            uint64_t unit = whole >> (53 + half), middle = whole >> half, step = unit / 7 + 1;
            for (uint64_t part = middle - 6 * unit; part <= middle + 6 * unit; part += step)
                check_share(part, whole);
        }
    }
}
END_TEST

/* part / whole = odd / 2^shift exactly, with `odd` of 54 digits: ties. */
START_TEST(test_share_at_ties)
{
    uint64_t state = UINT64_C(0xc2b2ae3d27d4eb4f);

    for (int i = 0; i < 10 * ROUNDS; i++) {
        uint64_t odd = draw(&state) >> 10 | (uint64_t)1 << 53 | 1;
        unsigned shift = 54 + (unsigned)(draw(&state) % 9);
        uint64_t scale = shift < 62 ? draw(&state) % ((uint64_t)1 << (62 - shift)) + 1 : 1;

        check_share(odd * scale, scale << shift);
        check_share(odd * scale - 1, scale << shift);
        check_share(odd * scale + 1, scale << shift);
    }
}
END_TEST

START_TEST(test_share_edges)
{
    static const uint64_t wholes[] = {1,
                                      3,
                                      ((uint64_t)1 << 53) - 1,
                                      (uint64_t)1 << 53,
                                      ((uint64_t)1 << 53) + 1,
                                      ((uint64_t)1 << 62) + 1,
                                      INT64_MAX};

    for (size_t i = 0; i < sizeof wholes / sizeof wholes[0]; i++) {
        for (uint64_t k = 0; k < 20 && k <= wholes[i]; k++) {
            check_share(k, wholes[i]);
            check_share(wholes[i] - k, wholes[i]);
        }
        ck_assert(same_bits(partner__share(0, wholes[i]), 0.0));
        ck_assert(same_bits(partner__share(wholes[i], wholes[i]), 1.0));
    }
    ck_assert(isnan(partner__share(0, 0)));
}
END_TEST

static void check_difference(pair a, pair b, pair c, pair d)
{
    double q = partner__ratio_difference(u128(a), u128(b), u128(c), u128(d));
    natural left = natural_multiply(nat(a), nat(d)), right = natural_multiply(nat(c), nat(b));
    natural below = natural_multiply(nat(b), nat(d));
    int ok;

    if (natural_compare(left, right) >= 0) ok = natural_rounds_to(natural_subtract(left, right), below, q);
    else ok = natural_rounds_to(natural_subtract(right, left), below, -q);
    if (!ok) ck_abort_msg("difference is not %a", q);
}

START_TEST(test_ratio_difference_is_correctly_rounded)
{
    uint64_t state = UINT64_C(0x5851f42d4c957f2d);

    for (int i = 0; i < ROUNDS; i++) {
        pair a = random_pair(&state, 127), b = random_pair(&state, 127);
        pair c = random_pair(&state, 127), d = random_pair(&state, 127);

        if (b.high == 0 && b.low == 0) b.low = 1;
        if (d.high == 0 && d.low == 0) d.low = 1;
        check_difference(a, b, c, d);
        /* Nearly equal: all leading digits cancel. */
        c = a;
        d = b;
        if (d.low < UINT64_MAX) d.low++;
        check_difference(a, b, c, d);
    }
}
END_TEST

START_TEST(test_ratio_difference_edges)
{
    const pair zero = {0, 0}, one = {0, 1}, three = {0, 3}, most = {INT64_MAX, UINT64_MAX};
    const pair nearly = {INT64_MAX, UINT64_MAX - 1};

    ck_assert(isnan(partner__ratio_difference(u128(one), u128(zero), u128(one), u128(one))));
    ck_assert(isnan(partner__ratio_difference(u128(one), u128(one), u128(one), u128(zero))));
    ck_assert(isnan(partner__ratio_difference(u128(zero), u128(zero), u128(zero), u128(zero))));
    ck_assert(same_bits(partner__ratio_difference(u128(one), u128(three), u128(one), u128(three)), 0.0));
    check_difference(zero, one, most, one);
    check_difference(most, one, zero, one);
    check_difference(most, nearly, nearly, most);
    check_difference(nearly, most, most, nearly);
    check_difference(one, most, one, nearly);
    check_difference(one, three, one, most);
}
END_TEST

static natural nat_of(partner__u256 a)
{
    return natural_add(natural_make(a.word[1], a.word[0]),
                       natural_shift(natural_make(a.word[3], a.word[2]), 128));
}

static void check_root(partner__u256 a, partner__u128 b)
{
    double q = partner__root_of_ratio(a, b);

    if (!natural_root_rounds_to(nat_of(a), natural_make(partner__u128_high(b), partner__u128_low(b)), q))
        ck_abort_msg("the root of %llx:%llx:%llx:%llx over %llx:%llx is not %a", (unsigned long long)a.word[3],
                     (unsigned long long)a.word[2], (unsigned long long)a.word[1],
                     (unsigned long long)a.word[0], (unsigned long long)partner__u128_high(b),
                     (unsigned long long)partner__u128_low(b), q);
}

START_TEST(test_products_of_256_bits)
{
    uint64_t state = UINT64_C(0xd6e8feb86659fd93);

    for (int i = 0; i < ROUNDS; i++) {
        pair a = random_pair(&state, 128), b = random_pair(&state, 128), c = random_pair(&state, 128);
        partner__u256 x = partner__u256_mul(u128(a), u128(b)), y = partner__u256_mul(u128(a), u128(c));
        natural left = natural_multiply(nat(a), nat(b)), right = natural_multiply(nat(a), nat(c));
        int less = natural_compare(left, right) < 0;

        ck_assert_int_eq(natural_compare(nat_of(x), left), 0);
        ck_assert_int_eq(partner__u256_less(x, y), less);
        ck_assert(!partner__u256_less(x, x));
        if (less)
            ck_assert_int_eq(natural_compare(nat_of(partner__u256_sub(y, x)), natural_subtract(right, left)),
                             0);
        else
            ck_assert_int_eq(natural_compare(nat_of(partner__u256_sub(x, y)), natural_subtract(left, right)),
                             0);
    }
}
END_TEST

START_TEST(test_root_is_correctly_rounded)
{
    uint64_t state = UINT64_C(0xa0761d6478bd642f);

    for (int i = 0; i < ROUNDS; i++) {
        pair a = random_pair(&state, 128), b = random_pair(&state, 127), d = random_pair(&state, 128);
        partner__u256 n = partner__u256_mul(u128(a), u128(b));

        if (d.high == 0 && d.low == 0) d.low = 1;
        check_root(n, u128(d));
        check_root(partner__u256_mul(u128(a), partner__u128_from(1)), u128(d));
    }
}
END_TEST

/* Roots that are doubles, or lie half way between two, and their next neighbours. */
START_TEST(test_root_of_squares)
{
    uint64_t state = UINT64_C(0xe7037ed1a0b428db);

    for (int i = 0; i < ROUNDS; i++) {
        unsigned digits = i % 3 == 0 ? 54 : (unsigned)(draw(&state) % 54) + 1;
        uint64_t root = draw(&state) >> (64 - digits) | (uint64_t)1 << (digits - 1) | (digits == 54);
        uint64_t scale = draw(&state) >> draw(&state) % 64 | 1;
        unsigned shift = 2 * (unsigned)(draw(&state) % 32);
        partner__u256 n = partner__u256_mul(partner__u128_mul(root, root), partner__u128_from(scale));
        partner__u256 one = partner__u256_mul(partner__u128_from(1), partner__u128_from(1));
        partner__u128 d = partner__u128_shl(partner__u128_from(scale), shift);
        double exact = ldexp((double)root, -(int)shift / 2);

        check_root(n, d);
        if (digits < 54) ck_assert(same_bits(partner__root_of_ratio(n, d), exact));
        check_root(partner__u256_sub(n, one), d);
        if (++n.word[0] == 0) continue;
        check_root(n, d);
    }
}
END_TEST

/* Doubles stand twice as close below a power of two. */
START_TEST(test_root_around_powers_of_two)
{
    const partner__u128 one = partner__u128_from(1);

    for (unsigned i = 1; i < 127; i++)
        for (uint64_t step = 0; step < 5; step++) {
            partner__u128 a = partner__u128_shl(one, i);
            partner__u128 near =
                partner__u128_add(partner__u128_sub(a, partner__u128_from(2)), partner__u128_from(step));

            check_root(partner__u256_mul(near, one), one);
            check_root(partner__u256_mul(near, near), one);
            check_root(partner__u256_mul(near, near), a);
            check_root(partner__u256_mul(a, a), partner__u128_add(near, one));
            check_root(partner__u256_mul(one, one), partner__u128_add(near, one));
        }
}
END_TEST

START_TEST(test_root_edges)
{
    const partner__u128 zero = partner__u128_from(0), one = partner__u128_from(1);
    const partner__u128 most = partner__u128_make(INT64_MAX, UINT64_MAX),
                        all = partner__u128_make(UINT64_MAX, UINT64_MAX);

    ck_assert(same_bits(partner__root_of_ratio(partner__u256_mul(zero, one), most), 0.0));
    ck_assert(isnan(partner__root_of_ratio(partner__u256_mul(one, one), zero)));
    ck_assert(isnan(partner__root_of_ratio(partner__u256_mul(zero, one), zero)));
    check_root(partner__u256_mul(most, all), one);
    check_root(partner__u256_mul(most, all), all);
    check_root(partner__u256_mul(one, one), all);
    check_root(partner__u256_mul(all, one), most);
}
END_TEST

START_TEST(test_mul_div_is_the_floor)
{
    uint64_t state = UINT64_C(0x14057b7ef767814f);

    for (int i = 0; i < 4 * ROUNDS; i++) {
        uint64_t a = draw(&state) >> draw(&state) % 64, b = draw(&state) >> draw(&state) % 64;
        uint64_t c = draw(&state) >> draw(&state) % 64, q;
        natural product = natural_multiply(natural_make(0, a), natural_make(0, b)), low;

        if (c <= partner__u128_high(partner__u128_mul(a, b))) c = a > b ? a : b; /* the result must fit */
        if (c == 0) c = 1;
        q = partner__mul_div(a, b, c);
        low = natural_multiply(natural_make(0, q), natural_make(0, c));
        if (natural_compare(low, product) > 0 ||
            natural_compare(natural_add(low, natural_make(0, c)), product) <= 0)
            ck_abort_msg("%llu * %llu / %llu is not %llu", (unsigned long long)a, (unsigned long long)b,
                         (unsigned long long)c, (unsigned long long)q);
    }
    ck_assert_uint_eq(partner__mul_div(0, 5, 7), 0);
    ck_assert_uint_eq(partner__mul_div(UINT64_MAX, UINT64_MAX, UINT64_MAX), UINT64_MAX);
    ck_assert_uint_eq(partner__mul_div(UINT64_MAX, 1, 1), UINT64_MAX);
    ck_assert_uint_eq(partner__mul_div(6, 1, 7), 0);
}
END_TEST

void add_ratio_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "ratio");

    tcase_add_test(tcase, test_ratio_is_correctly_rounded);
    tcase_add_test(tcase, test_ratio_at_and_next_to_ties);
    tcase_add_test(tcase, test_ratio_edges);
    tcase_add_test(tcase, test_ratio_table);
    tcase_add_test(tcase, test_share_is_correctly_rounded);
    tcase_add_test(tcase, test_share_around_powers_of_two);
    tcase_add_test(tcase, test_share_at_ties);
    tcase_add_test(tcase, test_share_edges);
    tcase_add_test(tcase, test_ratio_difference_is_correctly_rounded);
    tcase_add_test(tcase, test_ratio_difference_edges);
    tcase_add_test(tcase, test_products_of_256_bits);
    tcase_add_test(tcase, test_root_is_correctly_rounded);
    tcase_add_test(tcase, test_root_of_squares);
    tcase_add_test(tcase, test_root_around_powers_of_two);
    tcase_add_test(tcase, test_root_edges);
    tcase_add_test(tcase, test_mul_div_is_the_floor);
}
