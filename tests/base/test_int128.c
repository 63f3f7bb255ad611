/* SPDX-License-Identifier: MIT
 * 128-bit arithmetic, against natural numbers in 32-bit limbs. */
#include "base.h"
#include "base/int128.h"
#include "natural.h"

enum { ROUNDS = 20000, WIDTH = 128 };

/* Random words of every length, with runs of zeros and ones: carries happen at their ends. */
static uint64_t ragged(uint64_t *state)
{
    uint64_t a = draw(state) >> draw(state) % 64;

    if (draw(state) % 4 == 0) a |= UINT64_MAX << draw(state) % 64;
    if (draw(state) % 4 == 0) a &= UINT64_MAX << draw(state) % 64;
    return draw(state) % 8 == 0 ? 0 - a : a;
}

static natural of_u128(partner__u128 a) { return natural_make(partner__u128_high(a), partner__u128_low(a)); }

static int same(partner__u128 a, natural b)
{
    return natural_compare(of_u128(a), natural_truncate(b, WIDTH)) == 0;
}

START_TEST(test_arithmetic_modulo_2_128)
{
    uint64_t state = UINT64_C(0x1d872b41d0f3c5a7);

    for (int i = 0; i < ROUNDS; i++) {
        uint64_t x = ragged(&state), y = ragged(&state);
        partner__u128 a = partner__u128_make(ragged(&state), ragged(&state));
        partner__u128 b = partner__u128_make(ragged(&state), ragged(&state));
        natural na = of_u128(a), nb = of_u128(b), round = natural_shift(natural_make(0, 1), WIDTH);
        int ok = same(partner__u128_add(a, b), natural_add(na, nb));

        ok = ok && same(partner__u128_sub(a, b), natural_subtract(natural_add(na, round), nb));
        ok = ok && same(partner__u128_mul(x, y), natural_multiply(natural_make(0, x), natural_make(0, y)));
        ok = ok && same(partner__u128_scale(a, x), natural_multiply(na, natural_make(0, x)));
        ok = ok && partner__u128_less(a, b) == (natural_compare(na, nb) < 0);
        ok = ok && partner__u128_less(a, a) == 0;
        if (!ok) ck_abort_msg("round %d", i);
    }
}
END_TEST

START_TEST(test_shifts)
{
    partner__u128 a = partner__u128_make(UINT64_C(0x8123456789abcdef), UINT64_C(0xfedcba9876543211));

    for (unsigned n = 0; n < WIDTH; n++) ck_assert(same(partner__u128_shl(a, n), natural_shift(of_u128(a), n)));
}
END_TEST

START_TEST(test_zero_and_magnitude)
{
    ck_assert(partner__u128_is_zero(partner__u128_from(0)));
    ck_assert(!partner__u128_is_zero(partner__u128_from(1)));
    ck_assert(!partner__u128_is_zero(partner__u128_make(1, 0)));
    ck_assert_uint_eq(partner__magnitude(0), 0);
    ck_assert_uint_eq(partner__magnitude(-1), 1);
    ck_assert_uint_eq(partner__magnitude(INT64_MAX), UINT64_C(0x7fffffffffffffff));
    ck_assert_uint_eq(partner__magnitude(INT64_MIN), UINT64_C(0x8000000000000000));
}
END_TEST

void add_int128_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "int128");

    tcase_add_test(tcase, test_arithmetic_modulo_2_128);
    tcase_add_test(tcase, test_shifts);
    tcase_add_test(tcase, test_zero_and_magnitude);
}
