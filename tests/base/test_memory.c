/* SPDX-License-Identifier: MIT
 * The allocator and the arena. What happens when memory runs out is for the fault tests. */
#include <stdalign.h>

#include "base.h"
#include "base/arena.h"
#include "base/memory.h"

START_TEST(test_sizes_that_overflow_are_refused)
{
    static const size_t halves[][2] = {
        {SIZE_MAX, 2}, {2, SIZE_MAX}, {SIZE_MAX / 2 + 1, 2}, {SIZE_MAX, SIZE_MAX}, {SIZE_MAX / 8 + 1, 8}};
    partner__arena arena = {0};

    for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++) {
        char *block = partner__alloc(1, 1);
        ck_assert_ptr_nonnull(block);
        *block = 7;
        ck_assert_ptr_null(partner__alloc(halves[i][0], halves[i][1]));
        ck_assert_ptr_null(partner__alloc_zero(halves[i][0], halves[i][1]));
        ck_assert_ptr_null(partner__realloc(block, halves[i][0], halves[i][1]));
        ck_assert_ptr_null(partner__arena_alloc(&arena, halves[i][0], halves[i][1]));
        ck_assert_int_eq(*block, 7);
        partner__free(block);
    }
    partner__arena_free(&arena);
}
END_TEST

START_TEST(test_nothing_is_no_failure)
{
    void *blocks[3];
    partner__arena arena = {0};

    blocks[0] = partner__alloc(0, 8);
    blocks[1] = partner__alloc_zero(8, 0);
    blocks[2] = partner__realloc(NULL, 0, 0);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_ptr_nonnull(blocks[i]);
        partner__free(blocks[i]);
    }
    ck_assert_ptr_nonnull(partner__arena_alloc(&arena, 0, 4));
    partner__arena_free(&arena);
    partner__arena_free(&arena);
    partner__free(NULL);
}
END_TEST

/* Large blocks too, which are treated apart from small ones. */
START_TEST(test_blocks_hold_what_was_asked_for)
{
    static const size_t sizes[] = {1, 4096, (size_t)3 << 20, ((size_t)9 << 20) + 5};

    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        unsigned char *zero = partner__alloc_zero(sizes[i], 1), *block = partner__alloc(1, sizes[i]);

        ck_assert(zero != NULL && block != NULL);
        for (size_t k = 0; k < sizes[i]; k++)
            if (zero[k] != 0) ck_abort_msg("byte %zu of %zu is not zero", k, sizes[i]);
        memset(block, (int)i + 1, sizes[i]);
        block = partner__realloc(block, sizes[i], 2);
        ck_assert_ptr_nonnull(block);
        for (size_t k = 0; k < sizes[i]; k++)
            if (block[k] != i + 1) ck_abort_msg("byte %zu of %zu was lost", k, sizes[i]);
        partner__free(zero);
        partner__free(block);
    }
}
END_TEST

START_TEST(test_arena_columns_are_apart_and_aligned)
{
    enum { COLUMNS = 50 };
    partner__arena arena = {0};
    unsigned char *column[COLUMNS];

    for (size_t i = 0; i < COLUMNS; i++) {
        column[i] = partner__arena_alloc(&arena, i * 7 + 1, 3);
        ck_assert_ptr_nonnull(column[i]);
        ck_assert_uint_eq((uintptr_t)column[i] % alignof(max_align_t), 0);
        memset(column[i], (int)i, (i * 7 + 1) * 3);
    }
    for (size_t i = 0; i < COLUMNS; i++)
        for (size_t k = 0; k < (i * 7 + 1) * 3; k++) ck_assert_uint_eq(column[i][k], i);
    partner__arena_free(&arena);
}
END_TEST

void add_memory_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "memory");

    tcase_add_test(tcase, test_sizes_that_overflow_are_refused);
    tcase_add_test(tcase, test_nothing_is_no_failure);
    tcase_add_test(tcase, test_blocks_hold_what_was_asked_for);
    tcase_add_test(tcase, test_arena_columns_are_apart_and_aligned);
}
