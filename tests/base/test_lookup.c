/* SPDX-License-Identifier: MIT
 * Numbers by index, as a plain table and as a hash table, against a plain list. */
#include "base.h"
#include "base/lookup.h"

enum { KEYS = 1 << 15 };

/* Puts i at each key, all different, and finds it there again, and nothing elsewhere. */
static void check_keys(partner__lookup *lookup, partner__arena *arena, const uint32_t *key, size_t keys)
{
    uint32_t highest = 0;
    size_t early = 0, lost = 0;
    partner_error error;

    for (size_t i = 0; i < keys; i++) highest = key[i] > highest ? key[i] : highest;
    must(partner__lookup_new(lookup, keys, highest, arena, &error), error);
    for (size_t i = 0; i < keys; i++) {
        early += partner__lookup_get(lookup, key[i]) != PARTNER_NONE;
        *partner__lookup_at(lookup, key[i]) = (uint32_t)i;
    }
    for (size_t i = 0; i < keys; i++) lost += partner__lookup_get(lookup, key[i]) != i;
    ck_assert_uint_eq(early, 0);
    ck_assert_uint_eq(lost, 0);
    ck_assert_uint_eq(partner__lookup_get(lookup, highest + 1), PARTNER_NONE);
}

START_TEST(dense_keys)
{
    uint32_t key[1000];
    partner__arena arena = {NULL};
    partner__lookup lookup;

    for (uint32_t i = 0; i < 1000; i++) key[i] = i * 7 % 1000;
    check_keys(&lookup, &arena, key, 1000);
    ck_assert_ptr_null(lookup.key);
    check_keys(&lookup, &arena, key, 0);
    ck_assert_uint_eq(partner__lookup_get(&lookup, 0), PARTNER_NONE);
    partner__arena_free(&arena);
}
END_TEST

START_TEST(sparse_keys)
{
    static const uint32_t step[] = {1, 3, 1 << 6, 1 << 16, 65537, 99991};
    static uint32_t key[KEYS];
    partner__arena arena = {NULL};
    partner__lookup lookup;

    for (uint32_t i = 0; i < KEYS; i++) key[i] = UINT32_MAX - 1 - i * step[_i];
    check_keys(&lookup, &arena, key, KEYS);
    ck_assert_ptr_nonnull(lookup.key);
    key[0] = 5000;
    check_keys(&lookup, &arena, key, 1);
    check_keys(&lookup, &arena, key, 0);
    partner__arena_free(&arena);
}
END_TEST

/* Keys that somebody has chosen to begin in the same few places do not fill them up one after the other, which
 * would take time by their square: the table stays as it is with any keys. */
START_TEST(chosen_keys)
{
    static uint32_t key[KEYS];
    partner__arena arena = {NULL};
    partner__lookup empty, lookup;
    size_t keys = 0, run = 0, longest = 0, few;
    partner_error error;

    must(partner__lookup_new(&empty, KEYS, UINT32_MAX - 1, &arena, &error), error);
    few = empty.size / 64;
    for (uint32_t k = 1; keys < KEYS; k++)
        if (partner__lookup_place(&empty, k) < few) key[keys++] = k;
    key[0] = UINT32_MAX - 1;
    check_keys(&lookup, &arena, key, KEYS);
    ck_assert_uint_eq(lookup.size, empty.size);
    for (size_t i = 0; i < lookup.size; i++) {
        run = lookup.key[i] == PARTNER_NONE ? 0 : run + 1;
        longest = run > longest ? run : longest;
    }
    ck_assert_uint_ge(longest, 1);
    ck_assert_uint_lt(longest, 2 * few); /* next to each other they would be KEYS = 32 few, at half full */
    partner__arena_free(&arena);
}
END_TEST

void add_lookup_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "lookup");

    tcase_add_test(tcase, dense_keys);
    tcase_add_loop_test(tcase, sparse_keys, 0, 6);
    tcase_add_test(tcase, chosen_keys);
}
