/* SPDX-License-Identifier: MIT
 * Dictionaries: DESIGN.md, "Names to indexes". */
#include "base/bytes.h"
#include "suite.h"

#include <stdio.h>

static partner_error error;

static partner_dict *new_dict(void)
{
    partner_dict *dict = NULL;

    must(partner_dict_new(&dict, &error), error);
    ck_assert_ptr_nonnull(dict);
    return dict;
}

static void check_id(const partner_dict *dict, uint32_t index, const char *bytes, size_t length)
{
    size_t got = 99;
    const char *id = partner_dict_id(dict, index, &got);

    ck_assert_ptr_nonnull(id);
    ck_assert_uint_eq(got, length);
    ck_assert_int_eq(memcmp(id, bytes, length), 0);
    ck_assert_int_eq(id[length], '\0');
    ck_assert_uint_eq(partner_dict_find(dict, bytes, length), index);
}

/* "interns external ids (strings of any bytes) to dense indexes in order of first sight" */
START_TEST(order_of_first_sight)
{
    const char *const ids[] = {"b", "a", "b", "", "c", "a", ""};
    const uint32_t expected[] = {0, 1, 0, 2, 3, 1, 2};
    uint32_t indexes[7];
    partner_dict *dict = new_dict();

    ck_assert_uint_eq(partner_dict_size(dict), 0);
    must(partner_dict_add_strings(dict, 7, ids, NULL, indexes, &error), error);
    ck_assert_int_eq(memcmp(indexes, expected, sizeof expected), 0);
    ck_assert_uint_eq(partner_dict_size(dict), 4);
    check_id(dict, 0, "b", 1);
    check_id(dict, 2, "", 0);
    check_id(dict, 3, "c", 1);
    ck_assert_ptr_null(partner_dict_id(dict, 4, NULL));
    ck_assert_ptr_null(partner_dict_id(dict, PARTNER_NONE, NULL));
    ck_assert_uint_eq(partner_dict_find(dict, "d", 1), PARTNER_NONE);
    ck_assert_uint_eq(partner_dict_find(dict, NULL, 0), 2);
    partner_dict_free(dict);
}
END_TEST

START_TEST(any_bytes)
{
    static const char binary[] = "a\0b\xff\n", umlaut[] = "M\xc3\xbcller GmbH", joined[] = "a";
    const char *const ids[] = {binary, umlaut, joined, binary, binary};
    const size_t lengths[] = {5, sizeof umlaut - 1, 1, 3, 0};
    uint32_t indexes[5];
    partner_dict *dict = new_dict();

    must(partner_dict_add_strings(dict, 5, ids, lengths, indexes, &error), error);
    ck_assert_uint_eq(partner_dict_size(dict), 5);
    for (uint32_t i = 0; i < 5; i++) check_id(dict, i, ids[i], lengths[i]);
    partner_dict_free(dict);
}
END_TEST

/* "Arrow-style offset + data buffers"; a sliced column does not begin at 0. */
START_TEST(offsets)
{
    const int64_t of[] = {2, 4, 4, 6, 8}, empty[] = {0, 0, 0};
    const uint32_t expected[] = {0, 1, 0, 2};
    uint32_t indexes[4];
    partner_dict *dict = new_dict();

    must(partner_dict_add_offsets(dict, 4, of, "xxababcd", indexes, &error), error);
    ck_assert_int_eq(memcmp(indexes, expected, sizeof expected), 0);
    check_id(dict, 2, "cd", 2);
    must(partner_dict_add_offsets(dict, 2, empty, NULL, indexes, &error), error);
    ck_assert_uint_eq(indexes[0], 1);
    ck_assert_uint_eq(indexes[1], 1);
    must(partner_dict_add_offsets(dict, 0, NULL, NULL, NULL, &error), error);
    partner_dict_free(dict);
}
END_TEST

/* "a 64-bit integer is the id of its decimal text" */
START_TEST(integers)
{
    const int64_t numbers[] = {697, 0, -5, INT64_MAX, INT64_MIN, 697};
    const char *const texts[] = {"697", "0", "-5", "9223372036854775807", "-9223372036854775808", "697"};
    uint32_t first[6], second[6];
    partner_dict *dict = new_dict();

    must(partner_dict_add_integers(dict, 6, numbers, first, &error), error);
    must(partner_dict_add_strings(dict, 6, texts, NULL, second, &error), error);
    ck_assert_int_eq(memcmp(first, second, sizeof first), 0);
    ck_assert_uint_eq(partner_dict_size(dict), 5);
    partner_dict_free(dict);
}
END_TEST

/* "All or nothing: on failure the dictionary holds what it held before" */
START_TEST(all_or_nothing)
{
    enum { ROWS = 5000 };
    static char texts[ROWS][16];
    static const char *ids[ROWS];
    static uint32_t indexes[ROWS];
    const char *const before[] = {"7", "x", "4999"};
    const int64_t descending[] = {0, 2, 1}, negative[] = {-1, 2};
    partner_dict *dict = new_dict();
    uint64_t old[2], now[2];

    must(partner_dict_add_strings(dict, 3, before, NULL, indexes, &error), error);
    must(partner_dict_fingerprint(dict, 3, old, &error), error);
    for (int i = 0; i < ROWS; i++) {
        snprintf(texts[i], sizeof texts[i], "%d", i);
        ids[i] = texts[i];
    }
    ids[ROWS - 1] = NULL;
    must_fail(partner_dict_add_strings(dict, ROWS, ids, NULL, indexes, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, ROWS - 1);
    must_fail(partner_dict_add_offsets(dict, 2, descending, "ab", indexes, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_uint_eq(error.row, 1);
    must_fail(partner_dict_add_offsets(dict, 1, negative, "ab", indexes, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_uint_eq(partner_dict_size(dict), 3);
    must(partner_dict_fingerprint(dict, 3, now, &error), error);
    ck_assert_int_eq(memcmp(old, now, sizeof old), 0);
    for (int i = 0; i < ROWS - 1; i++) {
        uint32_t found = partner_dict_find(dict, texts[i], strlen(texts[i]));
        ck_assert_uint_eq(found, i == 7 ? 0 : PARTNER_NONE);
    }
    for (uint32_t i = 0; i < 3; i++) check_id(dict, i, before[i], strlen(before[i]));
    ids[ROWS - 1] = texts[ROWS - 1];
    must(partner_dict_add_strings(dict, ROWS, ids, NULL, indexes, &error), error);
    ck_assert_uint_eq(partner_dict_size(dict), ROWS + 1);
    ck_assert_uint_eq(indexes[7], 0);
    ck_assert_uint_eq(indexes[ROWS - 1], 2);
    for (int i = 0; i < ROWS; i++) check_id(dict, indexes[i], texts[i], strlen(texts[i]));
    partner_dict_free(dict);
}
END_TEST

/* Rolling back takes ids out of the table one by one. Here the table grows (at 48 ids) while doomed ids are in
 * it already, so that afterwards survivors lie behind them: each must still be found. */
START_TEST(roll_back_after_growth)
{
    enum { KEPT = 40, DOOMED = 40 };

    for (uint64_t seed = 1; seed <= 300; seed++) {
        uint64_t state = seed * 2654435761;
        int64_t kept[KEPT];
        const char *doomed[DOOMED + 1];
        char texts[DOOMED][24];
        uint32_t indexes[KEPT];
        partner_dict *dict = new_dict();

        for (size_t i = 0; i < KEPT; i++) kept[i] = (int64_t)draw(&state);
        for (size_t i = 0; i < DOOMED; i++) {
            snprintf(texts[i], sizeof texts[i], "%llx", (unsigned long long)draw(&state));
            doomed[i] = texts[i];
        }
        doomed[DOOMED] = NULL;
        must(partner_dict_add_integers(dict, KEPT, kept, indexes, &error), error);
        must_fail(partner_dict_add_strings(dict, DOOMED + 1, doomed, NULL, indexes, &error), PARTNER_E_DATA,
                  error);
        ck_assert_uint_eq(partner_dict_size(dict), KEPT);
        for (uint32_t i = 0; i < KEPT; i++) {
            size_t length;
            const char *id = partner_dict_id(dict, i, &length);
            ck_assert_uint_eq(partner_dict_find(dict, id, length), i);
        }
        for (size_t i = 0; i < DOOMED; i++)
            ck_assert_uint_eq(partner_dict_find(dict, texts[i], strlen(texts[i])), PARTNER_NONE);
        partner_dict_free(dict);
    }
}
END_TEST

/* "a 128-bit fingerprint of the first n": depends on ids, their order and their limits, not on the way in. */
START_TEST(fingerprints)
{
    const char *const ab[] = {"ab", "c"}, *const a[] = {"a", "bc"}, *const ba[] = {"c", "ab"};
    uint32_t indexes[2];
    uint64_t f[4][2], none[2], first[2];
    partner_dict *d[4];

    for (int i = 0; i < 4; i++) d[i] = new_dict();
    must(partner_dict_fingerprint(d[0], 0, none, &error), error);
    must(partner_dict_add_strings(d[0], 2, ab, NULL, indexes, &error), error);
    must(partner_dict_add_strings(d[1], 2, a, NULL, indexes, &error), error);
    must(partner_dict_add_strings(d[2], 2, ba, NULL, indexes, &error), error);
    must(partner_dict_add_strings(d[3], 1, ab, NULL, indexes, &error), error);
    must(partner_dict_add_strings(d[3], 2, ab, NULL, indexes, &error), error);
    for (int i = 0; i < 4; i++) must(partner_dict_fingerprint(d[i], 2, f[i], &error), error);
    ck_assert_int_ne(memcmp(f[0], f[1], sizeof f[0]), 0);
    ck_assert_int_ne(memcmp(f[0], f[2], sizeof f[0]), 0);
    ck_assert_int_eq(memcmp(f[0], f[3], sizeof f[0]), 0);
    must(partner_dict_fingerprint(d[0], 1, first, &error), error);
    ck_assert_int_ne(memcmp(f[0], first, sizeof first), 0);
    ck_assert_int_ne(memcmp(none, first, sizeof first), 0);
    for (int lane = 0; lane < 2; lane++) ck_assert_uint_ne(f[0][lane], f[1][lane]);
    ck_assert_uint_ne(f[0][0], f[0][1]);
    must_fail(partner_dict_fingerprint(d[0], 3, first, &error), PARTNER_E_ARGUMENT, error);
    for (int i = 0; i < 4; i++) partner_dict_free(d[i]);
}
END_TEST

/* "_merge(into, from, map) fills map[index in from] = index in into" */
START_TEST(merging)
{
    const char *const left[] = {"a", "b"}, *const right[] = {"c", "b", "", "a"};
    const uint32_t expected[] = {2, 1, 3, 0};
    uint32_t indexes[4], map[4];
    partner_dict *into = new_dict(), *from = new_dict();

    must(partner_dict_add_strings(into, 2, left, NULL, indexes, &error), error);
    must(partner_dict_add_strings(from, 4, right, NULL, indexes, &error), error);
    must(partner_dict_merge(into, from, map, &error), error);
    ck_assert_int_eq(memcmp(map, expected, sizeof map), 0);
    ck_assert_uint_eq(partner_dict_size(into), 4);
    ck_assert_uint_eq(partner_dict_size(from), 4);
    must(partner_dict_merge(from, from, map, &error), error);
    for (uint32_t i = 0; i < 4; i++) ck_assert_uint_eq(map[i], i);
    partner_dict_free(from);
    from = new_dict();
    must(partner_dict_merge(into, from, NULL, &error), error);
    partner_dict_free(into);
    partner_dict_free(from);
}
END_TEST

static partner_dict *sample(void)
{
    static const char binary[] = "\0\1\2";
    const char *const ids[] = {"Acme", "", "M\xc3\xbcller", binary, "697"};
    const size_t lengths[] = {4, 0, 7, 3, 3};
    uint32_t indexes[5];
    partner_dict *dict = new_dict();

    must(partner_dict_add_strings(dict, 5, ids, lengths, indexes, &error), error);
    return dict;
}

START_TEST(save_and_load)
{
    partner_dict *dict = sample(), *back = NULL;
    partner_bytes *bytes = NULL, *again = NULL;

    must(partner_dict_save(dict, &bytes, &error), error);
    must(partner_dict_load(bytes->bytes, bytes->length, &back, &error), error);
    ck_assert_uint_eq(partner_dict_size(back), 5);
    for (uint32_t i = 0; i < 5; i++) {
        size_t length;
        const char *id = partner_dict_id(dict, i, &length);
        check_id(back, i, id, length);
    }
    must(partner_dict_save(back, &again, &error), error);
    ck_assert_uint_eq(again->length, bytes->length);
    ck_assert_int_eq(memcmp(again->bytes, bytes->bytes, bytes->length), 0);
    partner_bytes_free(bytes);
    partner_bytes_free(again);
    partner_dict_free(dict);
    partner_dict_free(back);
}
END_TEST

/* "Any corrupted or truncated byte string is refused with DATA." */
START_TEST(damaged_bytes)
{
    partner_dict *dict = sample(), *back = NULL;
    partner_bytes *saved = NULL;
    uint8_t *copy;

    must(partner_dict_save(dict, &saved, &error), error);
    copy = malloc(saved->length + 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, saved->bytes, saved->length);
    copy[saved->length] = 0;
    for (size_t i = 0; i < saved->length; i++) {
        for (int bit = 0; bit < 8; bit++) {
            copy[i] ^= (uint8_t)(1 << bit);
            must_fail(partner_dict_load(copy, saved->length, &back, &error), PARTNER_E_DATA, error);
            copy[i] ^= (uint8_t)(1 << bit);
        }
        must_fail(partner_dict_load(copy, i, &back, &error), PARTNER_E_DATA, error);
    }
    must_fail(partner_dict_load(copy, saved->length + 1, &back, &error), PARTNER_E_DATA, error);
    must_fail(partner_dict_load(NULL, 0, &back, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_null(back);
    free(copy);
    partner_bytes_free(saved);
    partner_dict_free(dict);
}
END_TEST

/* Bytes with a right checksum that no dictionary has written. */
static partner_status load_crafted(uint32_t version, uint64_t count, const uint64_t *lengths, size_t given,
                                   const char *text)
{
    partner__writer w;
    partner_bytes *bytes = NULL;
    partner_dict *back = NULL;
    partner_status status;

    partner__writer_begin(&w, "PRTNDICT", version, 0);
    partner__write_u64(&w, count);
    for (size_t i = 0; i < given; i++) {
        partner__write_u64(&w, lengths[i]);
        partner__write_bytes(&w, text + i, 1);
    }
    must(partner__writer_end(&w, &bytes, &error), error);
    status = partner_dict_load(bytes->bytes, bytes->length, &back, &error);
    partner_bytes_free(bytes);
    partner_dict_free(back);
    return status;
}

START_TEST(crafted_bytes)
{
    const uint64_t ones[] = {1, 1, 1}, huge[] = {1, UINT64_MAX, 1};

    ck_assert_int_eq(load_crafted(1, 3, ones, 3, "abc"), PARTNER_OK);
    ck_assert_int_eq(load_crafted(1, 3, ones, 3, "aba"), PARTNER_E_DATA);
    ck_assert_int_eq(load_crafted(1, 3, huge, 3, "abc"), PARTNER_E_DATA);
    ck_assert_int_eq(load_crafted(1, 2, ones, 3, "abc"), PARTNER_E_DATA);
    ck_assert_int_eq(load_crafted(1, 4, ones, 3, "abc"), PARTNER_E_DATA);
    ck_assert_int_eq(load_crafted(1, UINT64_MAX, ones, 3, "abc"), PARTNER_E_DATA);
    ck_assert_int_eq(load_crafted(0, 3, ones, 3, "abc"), PARTNER_E_DATA);
    ck_assert_int_eq(load_crafted(2, 3, ones, 3, "abc"), PARTNER_E_UNSUPPORTED);
}
END_TEST

START_TEST(arguments)
{
    uint32_t indexes[1];
    const int64_t number = 1;
    partner_dict *dict = new_dict();
    partner_bytes *bytes = NULL;

    must_fail(partner_dict_new(NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_add_integers(NULL, 1, &number, indexes, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_add_integers(dict, 1, NULL, indexes, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_add_integers(dict, 1, &number, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_merge(dict, NULL, indexes, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_merge(NULL, dict, indexes, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_save(NULL, &bytes, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_save(dict, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_load((const uint8_t *)"", 0, NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_int_eq(partner_dict_add_integers(NULL, 1, &number, indexes, NULL), PARTNER_E_ARGUMENT);
    ck_assert_uint_eq(partner_dict_size(NULL), 0);
    ck_assert_uint_eq(partner_dict_find(NULL, "a", 1), PARTNER_NONE);
    ck_assert_ptr_null(partner_dict_id(NULL, 0, NULL));
    partner_dict_free(NULL);
    partner_dict_free(dict);
}
END_TEST

/* Many ids: the table and both buffers grow many times, and a naive search agrees. */
/* --- many ids at once --- */

/* "one after the other", "PARTNER_NONE gives an empty one". */
START_TEST(ids_in_bulk)
{
    const char *const names[] = {"b", "", "a longer id than fits a key", "a"};
    const uint32_t wanted[] = {3, PARTNER_NONE, 2, 1, 0, 0};
    const int64_t expected[] = {0, 1, 1, 28, 28, 29, 30}, in_order[] = {0, 1, 1, 28, 29};
    uint32_t indexes[4];
    int64_t offsets[7];
    char data[31] = "";
    partner_dict *dict = new_dict();

    must(partner_dict_add_strings(dict, 4, names, NULL, indexes, &error), error);
    must(partner_dict_ids(dict, 6, wanted, offsets, NULL, &error), error);
    ck_assert_mem_eq(offsets, expected, sizeof expected);
    must(partner_dict_ids(dict, 6, wanted, offsets, data, &error), error);
    ck_assert_mem_eq(offsets, expected, sizeof expected);
    ck_assert_str_eq(data, "aa longer id than fits a keybb");
    must(partner_dict_ids(dict, 4, NULL, offsets, data, &error), error);
    ck_assert_mem_eq(offsets, in_order, sizeof in_order);
    ck_assert_mem_eq(data, "ba longer id than fits a keya", 29);
    must(partner_dict_ids(dict, 0, NULL, offsets, data, &error), error);
    ck_assert_int_eq(offsets[0], 0);
    partner_dict_free(dict);
}
END_TEST

START_TEST(integers_in_bulk)
{
    const int64_t numbers[] = {697, -5, 0, INT64_MAX, INT64_MIN + 1, INT64_MIN};
    const uint32_t wanted[] = {5, 0, PARTNER_NONE, 1};
    uint32_t indexes[6];
    int64_t got[6];
    partner_dict *dict = new_dict();

    must(partner_dict_add_integers(dict, 6, numbers, indexes, &error), error);
    must(partner_dict_integers(dict, 6, NULL, got, &error), error);
    ck_assert_mem_eq(got, numbers, sizeof numbers);
    must(partner_dict_integers(dict, 4, wanted, got, &error), error);
    ck_assert(got[0] == INT64_MIN && got[1] == 697 && got[2] == INT64_MIN && got[3] == -5);
    must(partner_dict_integers(dict, 0, NULL, NULL, &error), error);
    partner_dict_free(dict);
}
END_TEST

/* "an id is no such number: names it": only what partner_dict_add_integers would have made is one. */
START_TEST(ids_that_are_no_integers)
{
    const char *const bad[] = {"",
                               "-",
                               "007",
                               "-0",
                               "+1",
                               "1.0",
                               " 1",
                               "1 ",
                               "9223372036854775808",
                               "-9223372036854775809",
                               "12345678901234567890123",
                               "x"};
    int64_t got = 77;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        partner_dict *dict = new_dict();
        uint32_t indexes[2], second = 1;
        const char *ids[] = {"7", bad[i]};

        must(partner_dict_add_strings(dict, 2, ids, NULL, indexes, &error), error);
        must_fail(partner_dict_integers(dict, 1, &second, &got, &error), PARTNER_E_DATA, error);
        ck_assert_uint_eq(error.row, 0);
        ck_assert_uint_eq(error.index, 1);
        ck_assert_ptr_nonnull(strstr(error.message, bad[i]));
        ck_assert_int_eq(got, 77);
        partner_dict_free(dict);
    }
}
END_TEST

START_TEST(bulk_arguments)
{
    const uint32_t wanted[] = {0, 1};
    const char *const names[] = {"1"};
    uint32_t index;
    int64_t offsets[3] = {7, 7, 7};
    char data[4] = "xyz";
    partner_dict *dict = new_dict();

    must(partner_dict_add_strings(dict, 1, names, NULL, &index, &error), error);
    must_fail(partner_dict_ids(dict, 2, wanted, offsets, data, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_uint_eq(error.row, 1);
    must_fail(partner_dict_ids(dict, 2, NULL, offsets, data, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_ids(dict, 2, wanted, NULL, data, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_ids(NULL, 0, NULL, offsets, data, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_integers(dict, 2, wanted, offsets, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_uint_eq(error.row, 1);
    must_fail(partner_dict_integers(dict, 1, wanted, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_dict_integers(NULL, 0, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert(offsets[0] == 7 && offsets[1] == 7 && strcmp(data, "xyz") == 0);
    partner_dict_free(dict);
}
END_TEST

/* Ids of every length around what a key holds, with bytes that differ in one place, or in trailing zeros only.
 */
START_TEST(ids_of_every_length)
{
    enum { LONGEST = 40 };
    partner_dict *dict = new_dict();
    char id[LONGEST];
    const char *ids = id;
    uint32_t index, next = 0;

    for (int pass = 0; pass < 2; pass++, next = 0)
        for (size_t length = 0; length <= LONGEST; length++)
            for (size_t at = 0; at <= length; at++) {
                memset(id, 0, sizeof id);
                if (at < length) id[at] = 'x'; /* all zeros when at == length */
                must(partner_dict_add_strings(dict, 1, &ids, &length, &index, &error), error);
                ck_assert_uint_eq(index, next++);
            }
    ck_assert_uint_eq(partner_dict_size(dict), (LONGEST + 1) * (LONGEST + 2) / 2);
    partner_dict_free(dict);
}
END_TEST

START_TEST(many)
{
    enum { ROWS = 200000, IDS = 70001 };
    static int64_t numbers[ROWS];
    static uint32_t indexes[ROWS], expected[IDS];
    uint64_t state = 4711;
    uint32_t next = 0;
    partner_dict *dict = new_dict();

    for (size_t i = 0; i < IDS; i++) expected[i] = PARTNER_NONE;
    for (size_t i = 0; i < ROWS; i++) numbers[i] = (int64_t)(draw(&state) % IDS);
    must(partner_dict_add_integers(dict, ROWS, numbers, indexes, &error), error);
    for (size_t i = 0; i < ROWS; i++) {
        if (expected[numbers[i]] == PARTNER_NONE) expected[numbers[i]] = next++;
        ck_assert_uint_eq(indexes[i], expected[numbers[i]]);
    }
    ck_assert_uint_eq(partner_dict_size(dict), next);
    partner_dict_free(dict);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dict");
    TCase *tcase = add_case(suite, "dict");

    tcase_add_test(tcase, order_of_first_sight);
    tcase_add_test(tcase, any_bytes);
    tcase_add_test(tcase, offsets);
    tcase_add_test(tcase, integers);
    tcase_add_test(tcase, all_or_nothing);
    tcase_add_test(tcase, roll_back_after_growth);
    tcase_add_test(tcase, fingerprints);
    tcase_add_test(tcase, merging);
    tcase_add_test(tcase, save_and_load);
    tcase_add_test(tcase, damaged_bytes);
    tcase_add_test(tcase, crafted_bytes);
    tcase_add_test(tcase, arguments);
    tcase_add_test(tcase, ids_in_bulk);
    tcase_add_test(tcase, integers_in_bulk);
    tcase_add_test(tcase, ids_that_are_no_integers);
    tcase_add_test(tcase, bulk_arguments);
    tcase_add_test(tcase, ids_of_every_length);
    tcase_add_test(tcase, many);
    return run_suite(suite);
}
