/* SPDX-License-Identifier: MIT
 * The radix sort against the C library's qsort with the position as second key, which makes it stable. */
#include "base.h"
#include "base/sort.h"

typedef struct item {
    uint64_t key, word;
    size_t position;
} item;

static int by_key_then_position(const void *a, const void *b)
{
    const item *x = a, *y = b;

    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return (x->position > y->position) - (x->position < y->position);
}

/* Shapes of data: what random words do not show is a pass that has nothing to move, runs, and few keys. */
enum { RANDOM, SHORT, FEW, EQUAL, ASCENDING, DESCENDING, ONE_APART, SHAPES };

static uint64_t word_of(int shape, size_t i, size_t n, uint64_t *state)
{
    switch (shape) {
    case SHORT: return draw(state) >> 40;
    case FEW: return (draw(state) % 5) * UINT64_C(0x0123456789abcdef);
    case EQUAL: return UINT64_C(0xfedcba9876543210);
    case ASCENDING: return i * UINT64_C(0x0000100010001001);
    case DESCENDING: return (n - i) * UINT64_C(0x0000100010001001);
    case ONE_APART: return i == n / 2 ? 1 : UINT64_C(0x8000000000000000);
    default: return draw(state);
    }
}

static uint64_t bits_of(uint64_t word, unsigned low, unsigned high)
{
    if (low == high) return 0;
    return word << (64 - high) >> (64 - high) >> low;
}

static void sort_by_qsort(const uint64_t *words, size_t n, unsigned low, unsigned high, uint64_t *expected)
{
    item *items = malloc((n + 1) * sizeof *items);

    ck_assert_ptr_nonnull(items);
    for (size_t i = 0; i < n; i++) {
        items[i].key = bits_of(words[i], low, high);
        items[i].word = words[i];
        items[i].position = i;
    }
    qsort(items, n, sizeof *items, by_key_then_position);
    for (size_t i = 0; i < n; i++) expected[i] = items[i].word;
    free(items);
}

static void check_sort(const uint64_t *words, size_t n, unsigned low, unsigned high, uint32_t threads,
                       const uint64_t *expected)
{
    uint64_t *copy = malloc((n + 1) * sizeof *copy), *spare = malloc((n + 1) * sizeof *spare), *sorted = NULL;
    partner__run run = {threads, NULL, NULL};
    partner_error error;

    ck_assert(copy != NULL && spare != NULL);
    memcpy(copy, words, n * sizeof *copy);
    must(partner__sort(copy, spare, n, low, high, &run, &sorted, &error), error);
    ck_assert(sorted == copy || sorted == spare);
    if (memcmp(sorted, expected, n * sizeof *sorted) != 0)
        ck_abort_msg("%zu words by bits %u to %u with %u threads", n, low, high, (unsigned)threads);
    free(copy);
    free(spare);
}

static void check_all_threads(const uint64_t *words, size_t n, unsigned low, unsigned high)
{
    static const uint32_t threads[] = {0, 1, 2, 3, 8, PARTNER_THREADS_ALL};
    uint64_t *expected = malloc((n + 1) * sizeof *expected);

    ck_assert_ptr_nonnull(expected);
    sort_by_qsort(words, n, low, high, expected);
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
        check_sort(words, n, low, high, threads[i], expected);
    free(expected);
}

/* Sizes around the digits (2^11) and around the parts that threads take (2^15). */
static const size_t sizes[] = {0, 1, 2, 3, 17, 2047, 2048, 2049, 32767, 32768, 65537, 150001};

START_TEST(test_sort_by_size_and_shape)
{
    const size_t n = in_time(sizes[_i], 3000);
    uint64_t *words = malloc((n + 1) * sizeof *words), state = UINT64_C(0xa0761d6478bd642f);

    ck_assert_ptr_nonnull(words);
    for (int shape = 0; shape < SHAPES; shape++) {
        for (size_t i = 0; i < n; i++) words[i] = word_of(shape, i, n, &state);
        check_all_threads(words, n, 0, 64);
        check_all_threads(words, n, 20, 64);
    }
    free(words);
}
END_TEST

/* Every length of key, most of them no multiple of the digit; bits outside the key must not matter but stay. */
START_TEST(test_sort_by_every_range_of_bits)
{
    enum { N = 1000 };
    uint64_t words[N], expected[N], state = UINT64_C(0xe7037ed1a0b428db);

    for (size_t i = 0; i < N; i++) words[i] = draw(&state);
    for (unsigned low = 0; low <= 64; low++)
        for (unsigned high = low; high <= 64; high += low % 7 == 0 ? 1 : 5) {
            sort_by_qsort(words, N, low, high, expected);
            check_sort(words, N, low, high, 1, expected);
        }
}
END_TEST

/* The largest values first, equal ones by payload: by qsort on the complement. */
static void check_descending(int shape, size_t n, unsigned low, uint32_t threads)
{
    uint64_t *words = malloc((n + 1) * sizeof *words), *spare = malloc((n + 1) * sizeof *spare), *sorted = NULL;
    item *items = malloc((n + 1) * sizeof *items);
    uint64_t state = UINT64_C(0x8ebc6af09c88c6e3), largest = 0;
    partner__run run = {threads, NULL, NULL};
    partner_error error;

    ck_assert(words != NULL && spare != NULL && items != NULL);
    for (size_t i = 0; i < n; i++) {
        uint64_t value = word_of(shape, i, n, &state) >> low;
        if (shape == RANDOM) value >>= draw(&state) % 40;
        if (value > largest) largest = value;
        words[i] = value << low | i;
        items[i].key = ~value;
        items[i].word = words[i];
        items[i].position = i;
    }
    qsort(items, n, sizeof *items, by_key_then_position);
    must(partner__sort_descending(words, spare, n, low, low + partner__bits(largest), &run, &sorted, &error),
         error);
    ck_assert(sorted == words || sorted == spare);
    for (size_t i = 0; i < n; i++)
        if (sorted[i] != items[i].word)
            ck_abort_msg("shape %d, %zu words, %u threads: place %zu", shape, n, (unsigned)threads, i);
    free(words);
    free(spare);
    free(items);
}

START_TEST(test_sort_descending)
{
    const size_t n = in_time(sizes[_i], 3000);

    for (int shape = 0; shape < SHAPES; shape++)
        for (uint32_t threads = 1; threads <= 3; threads++) {
            check_descending(shape, n, partner__bits(n), threads);
            check_descending(shape, n, 30, threads);
        }
}
END_TEST

static int always(void *data)
{
    ++*(int *)data;
    return 1;
}

START_TEST(test_sort_can_be_cancelled)
{
    uint64_t words[3] = {3, 1, 2}, spare[3], *sorted;
    int asked = 0;
    partner__run run = {2, always, &asked};
    partner_error error;

    must_fail(partner__sort(words, spare, 3, 0, 64, &run, &sorted, &error), PARTNER_E_CANCELLED, error);
    ck_assert_int_gt(asked, 0);
}
END_TEST

START_TEST(test_bits)
{
    ck_assert_uint_eq(partner__bits(0), 0);
    for (unsigned bit = 0; bit < 64; bit++) {
        ck_assert_uint_eq(partner__bits((uint64_t)1 << bit), bit + 1);
        ck_assert_uint_eq(partner__bits(UINT64_MAX >> bit), 64 - bit);
    }
}
END_TEST

void add_sort_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "sort");

    tcase_add_loop_test(tcase, test_sort_by_size_and_shape, 0, sizeof sizes / sizeof sizes[0]);
    tcase_add_test(tcase, test_sort_by_every_range_of_bits);
    tcase_add_loop_test(tcase, test_sort_descending, 0, sizeof sizes / sizeof sizes[0]);
    tcase_add_test(tcase, test_sort_can_be_cancelled);
    tcase_add_test(tcase, test_bits);
}
