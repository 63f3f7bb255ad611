/* SPDX-License-Identifier: MIT
 * partner_convert on text and ids: record.h and DESIGN.md, "Names to indexes". */
#include "convert.h"

#include <inttypes.h>
#include <stdio.h>

/* --- text and nulls --- */

/* The same five rows in every layout of strings; the fourth is longer than a view holds. */
static const char *const rows_as_text[] = {"Aster", "Birch", "Aster", "Cedar & Sons Limited", "Aster"};
enum { TEXTS = 5 };

typedef struct texts {
    int32_t narrow[TEXTS + 1];
    int64_t wide[TEXTS + 1];
    unsigned char views[TEXTS][16];
    char bytes[128];
    const char *buffer;
    size_t buffer_length;
} texts;

static void put_view(unsigned char view[16], const char *text, int32_t buffer, int32_t offset)
{
    int32_t length = (int32_t)strlen(text);

    memset(view, 0, 16);
    memcpy(view, &length, 4);
    memcpy(view + 4, text, length <= 12 ? (size_t)length : 4);
    if (length <= 12) return;
    memcpy(view + 8, &buffer, 4);
    memcpy(view + 12, &offset, 4);
}

static texts texts_of(const char *const rows[TEXTS])
{
    texts t = {0};
    size_t at = 3; /* a column need not begin at 0 */

    for (size_t i = 0; i < TEXTS; i++) {
        t.narrow[i] = (int32_t)at;
        t.wide[i] = (int64_t)at;
        put_view(t.views[i], rows[i], 0, (int32_t)at);
        memcpy(t.bytes + at, rows[i], strlen(rows[i]));
        at += strlen(rows[i]);
    }
    t.narrow[TEXTS] = (int32_t)at;
    t.wide[TEXTS] = (int64_t)at;
    t.buffer_length = at;
    return t;
}

static partner_values strings_of(texts *t, const char *const *pointers, uint8_t layout)
{
    partner_values v = column(layout, pointers, TEXTS);

    t->buffer = t->bytes;
    if (layout == PARTNER_VALUES_STRINGS) v.values = t->narrow;
    if (layout == PARTNER_VALUES_LARGE_STRINGS) v.values = t->wide;
    if (layout == PARTNER_VALUES_STRING_VIEWS) v.values = t->views;
    v.data = t->bytes;
    v.buffers = &t->buffer;
    v.buffer_lengths = &t->buffer_length;
    v.buffer_count = 1;
    return v;
}

START_TEST(layouts_of_text)
{
    const uint32_t expected[] = {0, 1, 0, 2, 0}, sliced[] = {0, 1, 2};
    texts t = texts_of(rows_as_text);
    uint32_t got[TEXTS];
    partner_dict *dict;

    for (uint8_t layout = PARTNER_VALUES_STRINGS; layout <= PARTNER_VALUES_POINTERS; layout++) {
        partner_values v = strings_of(&t, rows_as_text, layout);

        must(partner_dict_new(&dict, &error), error);
        must(partner_convert(&who, &v, NULL, dict, got, NULL, &error), error);
        ck_assert_int_eq(memcmp(got, expected, sizeof expected), 0);
        ck_assert_str_eq(partner_dict_id(dict, 2, NULL), "Cedar & Sons Limited");
        partner_dict_free(dict);
        must(partner_dict_new(&dict, &error), error);
        v.offset = 1;
        v.rows = 3;
        must(partner_convert(&who, &v, NULL, dict, got, NULL, &error), error);
        ck_assert_int_eq(memcmp(got, sliced, sizeof sliced), 0);
        ck_assert_str_eq(partner_dict_id(dict, 0, NULL), "Birch");
        partner_dict_free(dict);
    }
}
END_TEST

START_TEST(amounts_as_text)
{
    const char *const rows[TEXTS] = {"1234.5", " -12 ", "(0.30)", "0.000000000000125e15", "1.005"};
    const int64_t expected[] = {123450, -1200, -30, 12500, 100};
    texts t = texts_of(rows);
    int64_t got[TEXTS];
    size_t rounded;

    for (uint8_t layout = PARTNER_VALUES_STRINGS; layout <= PARTNER_VALUES_POINTERS; layout++) {
        partner_values v = strings_of(&t, rows, layout);

        rounded = 9;
        must(convert(&money, &v, NULL, got, &rounded), error);
        ck_assert_int_eq(memcmp(got, expected, sizeof expected), 0);
        ck_assert_uint_eq(rounded, 1);
    }
}
END_TEST

/* The spelling is the texts'; numbers have none. */
START_TEST(decimal_comma)
{
    const char *const comma[] = {"1.234,50"};
    const double x = 1234.5;
    partner_format format = PARTNER_FORMAT_INIT;
    partner_values v = column(PARTNER_VALUES_POINTERS, comma, 1);
    int64_t got;

    refused(&money, &v, NULL, 0, "row 0: amount: \"1.234,50\" is not a number (use decimal_comma?)");
    format.decimal_comma = 1;
    format.thousands = '.';
    must(convert(&money, &v, &format, &got, NULL), error);
    ck_assert_int_eq(got, 123450);
    v = column(PARTNER_VALUES_F64, &x, 1);
    must(convert(&money, &v, &format, &got, NULL), error);
    ck_assert_int_eq(got, 123450);
}
END_TEST

START_TEST(nulls)
{
    const double of[] = {1, 2, NAN, 4, 5};
    const unsigned char valid[] = {0x5e}; /* rows 1, 2, 3, 4, 6 */
    const char *const text[] = {"1", "", "3"};
    partner_values v = column(PARTNER_VALUES_F64, of, 5);
    int64_t got[5];

    v.validity = valid;
    must(convert(&margin, &v, NULL, got, NULL), error);
    ck_assert(got[0] == PARTNER_NO_AMOUNT && got[1] == 200 && got[2] == PARTNER_NO_AMOUNT && got[3] == 400);
    refused(&money, &v, NULL, 0, "row 0: amount: is null, expected a value (what it brought)");
    v.offset = 1;
    v.rows = 4;
    refused(&money, &v, NULL, 1, "row 1: amount: is null");
    v.offset = 3;
    v.rows = 2;
    must(convert(&money, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 400 && got[1] == 500);
    v = column(PARTNER_VALUES_POINTERS, text, 3);
    must(convert(&margin, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 100 && got[1] == PARTNER_NO_AMOUNT && got[2] == 300);
    refused(&money, &v, NULL, 1, "is empty");
}
END_TEST

/* Whatever lies in the place of a null is not looked at. */
START_TEST(nulls_hide_anything)
{
    const int32_t offsets[] = {5, -3, 4};
    const unsigned char none[] = {0};
    unsigned char view[16];
    partner_values v = column(PARTNER_VALUES_STRINGS, offsets, 2);
    int64_t got[2];

    v.validity = none;
    must(convert(&margin, &v, NULL, got, NULL), error);
    ck_assert(got[0] == PARTNER_NO_AMOUNT && got[1] == PARTNER_NO_AMOUNT);
    memset(view, 0xff, sizeof view);
    v = column(PARTNER_VALUES_STRING_VIEWS, view, 1);
    v.validity = none;
    must(convert(&margin, &v, NULL, got, NULL), error);
    ck_assert(got[0] == PARTNER_NO_AMOUNT);
}
END_TEST

START_TEST(bad_offsets_and_views)
{
    const int32_t falling[] = {0, 3, 1}, negative[] = {-1, 3};
    const int64_t wide[] = {0, 3, 1};
    const char *buffer = "a text of more than twelve";
    const size_t length = strlen(buffer);
    unsigned char view[16];
    int32_t bad;
    partner_values v = column(PARTNER_VALUES_STRINGS, falling, 2);

    v.data = "123";
    argument(&money, &v, NULL, "row 1: amount: the offsets are no range of bytes");
    v.values = negative;
    v.rows = 1;
    argument(&money, &v, NULL, "row 0");
    v = column(PARTNER_VALUES_LARGE_STRINGS, wide, 2);
    v.data = "123";
    argument(&money, &v, NULL, "row 1");
    v.data = NULL;
    argument(&money, &v, NULL, "data is NULL");
    v = column(PARTNER_VALUES_STRING_VIEWS, view, 1);
    v.buffers = &buffer;
    v.buffer_lengths = &length;
    v.buffer_count = 1;
    put_view(view, buffer, 1, 0);
    argument(&money, &v, NULL, "row 0: amount: the view leads out of its buffers");
    put_view(view, buffer, -1, 0);
    argument(&money, &v, NULL, "leads out");
    put_view(view, buffer, 0, 1);
    argument(&money, &v, NULL, "leads out");
    put_view(view, buffer, 0, -1);
    argument(&money, &v, NULL, "leads out");
    put_view(view, buffer, 0, 0);
    bad = -1;
    memcpy(view, &bad, sizeof bad);
    argument(&money, &v, NULL, "leads out");
    v.buffer_lengths = NULL;
    argument(&money, &v, NULL, "buffers or buffer_lengths is NULL");
}
END_TEST

/* --- ids --- */

static partner_dict *dict_of(const partner_field *field, const partner_values *v, uint32_t *got)
{
    partner_dict *dict = NULL;

    must(partner_dict_new(&dict, &error), error);
    must(partner_convert(field, v, NULL, dict, got, NULL, &error), error);
    return dict;
}

/* "697 is the id "697"", from whatever type. */
START_TEST(numbers_as_ids)
{
    const int16_t i16[] = {697, -5, 697};
    const uint64_t u64[] = {697, UINT64_MAX};
    const double f64[] = {697, -5, 9007199254740991.0};
    const float f32[] = {697};
    const decimal decimals[] = {small(69700), small(-500), small(0), decimal_of(INT64_MAX, UINT64_MAX)};
    uint32_t got[4];
    partner_values v = column(PARTNER_VALUES_I16, i16, 3);
    partner_dict *dict = dict_of(&who, &v, got);

    ck_assert(got[0] == 0 && got[1] == 1 && got[2] == 0);
    ck_assert_uint_eq(partner_dict_find(dict, "697", 3), 0);
    ck_assert_uint_eq(partner_dict_find(dict, "-5", 2), 1);
    v = column(PARTNER_VALUES_U64, u64, 2);
    must(partner_convert(&who, &v, NULL, dict, got, NULL, &error), error);
    ck_assert_uint_eq(got[0], 0);
    ck_assert_str_eq(partner_dict_id(dict, got[1], NULL), "18446744073709551615");
    v = column(PARTNER_VALUES_F64, f64, 3);
    must(partner_convert(&who, &v, NULL, dict, got, NULL, &error), error);
    ck_assert(got[0] == 0 && got[1] == 1);
    ck_assert_str_eq(partner_dict_id(dict, got[2], NULL), "9007199254740991");
    v = column(PARTNER_VALUES_F32, f32, 1);
    must(partner_convert(&who, &v, NULL, dict, got, NULL, &error), error);
    ck_assert_uint_eq(got[0], 0);
    v = column(PARTNER_VALUES_DECIMAL128, decimals, 3);
    v.scale = 2;
    must(partner_convert(&who, &v, NULL, dict, got, NULL, &error), error);
    ck_assert(got[0] == 0 && got[1] == 1);
    ck_assert_str_eq(partner_dict_id(dict, got[2], NULL), "0");
    v.scale = -1;
    v.rows = 4;
    must(partner_convert(&who, &v, NULL, dict, got, NULL, &error), error);
    ck_assert_str_eq(partner_dict_id(dict, got[0], NULL), "697000");
    ck_assert_str_eq(partner_dict_id(dict, got[3], NULL), "1701411834604692317316873037158841057270");
    v.scale = -9;
    refused(&who, &v, dict, 3, "more digits than an id may have");
    partner_dict_free(dict);
}
END_TEST

START_TEST(numbers_that_are_no_ids)
{
    const double half[] = {1, 2.5}, large[] = {9007199254740992.0}, endless[] = {INFINITY}, missing[] = {NAN};
    const float coarse[] = {16777216.0f};
    const decimal decimals[] = {small(100), small(150)};
    uint32_t got[2];
    partner_values v = column(PARTNER_VALUES_F64, half, 1);
    partner_dict *dict = dict_of(&who, &v, got);

    v.rows = 2;
    refused(&who, &v, dict, 1, "row 1: partner: 2.5 is not whole, expected an id");
    v = column(PARTNER_VALUES_F64, large, 1);
    refused(&who, &v, dict, 0, "not below 9007199254740992");
    v.values = endless;
    refused(&who, &v, dict, 0, "not below");
    v.values = missing;
    refused(&who, &v, dict, 0, "row 0: partner: is null, expected a value (who sold)");
    v = column(PARTNER_VALUES_F32, coarse, 1);
    refused(&who, &v, dict, 0, "not below 16777216");
    v = column(PARTNER_VALUES_DECIMAL128, decimals, 2);
    v.scale = 2;
    refused(&who, &v, dict, 1, "1.50 is not whole");
    ck_assert_uint_eq(partner_dict_size(dict), 1);
    partner_dict_free(dict);
}
END_TEST

/* An empty id is a null, and so is one of blanks, as in a file. */
START_TEST(ids_without_a_value)
{
    const char *const ids[] = {"a", "", NULL, " \t", " a "}, *const empty[] = {"a", "b", ""};
    uint32_t got[5];
    partner_values v = column(PARTNER_VALUES_POINTERS, ids, 5);
    partner_dict *dict = dict_of(&product, &v, got);

    ck_assert(got[0] == 0 && got[1] == PARTNER_NONE && got[2] == PARTNER_NONE && got[3] == PARTNER_NONE);
    ck_assert_str_eq(partner_dict_id(dict, got[4], NULL), " a ");
    v = column(PARTNER_VALUES_POINTERS, empty, 3);
    refused(&who, &v, dict, 2, "row 2: partner: is empty, expected a value (who sold)");
    ck_assert_uint_eq(partner_dict_find(dict, "b", 1), PARTNER_NONE);
    v.values = ids;
    v.offset = 2;
    v.rows = 1;
    refused(&who, &v, dict, 0, "is null");
    partner_dict_free(dict);
}
END_TEST

START_TEST(one_value_in_all_rows)
{
    const char *const one[] = {NULL, "EUR", "EUR", ""}, *const two[] = {"", "EUR", "", "EUR", "USD"};
    uint32_t got[5];
    partner_values v = column(PARTNER_VALUES_POINTERS, one, 4);
    partner_dict *dict = dict_of(&currency, &v, got);

    ck_assert(got[0] == PARTNER_NONE && got[1] == 0 && got[2] == 0 && got[3] == PARTNER_NONE);
    v = column(PARTNER_VALUES_POINTERS, two, 5);
    refused(&currency, &v, dict, 4,
            "row 4: currency: \"USD\" found, but row 1 has \"EUR\"; expected one currency in all rows");
    ck_assert_uint_eq(partner_dict_size(dict), 1);
    partner_dict_free(dict);
}
END_TEST

START_TEST(each_value_once)
{
    const char *const once[] = {"a", "b", "c"}, *const twice[] = {"c", "d", "a", "d"};
    uint32_t got[4];
    partner_values v = column(PARTNER_VALUES_POINTERS, once, 3);
    partner_dict *dict = dict_of(&enrolled, &v, got);

    must(partner_convert(&enrolled, &v, NULL, dict, got, NULL, &error), error); /* another roster */
    v = column(PARTNER_VALUES_POINTERS, twice, 4);
    refused(&enrolled, &v, dict, 3, "row 3: partner: \"d\" stands in row 1 already, expected each once");
    ck_assert_uint_eq(partner_dict_size(dict), 3);
    partner_dict_free(dict);
}
END_TEST

/* --- many rows --- */

enum { MANY = 100000 };

/* Ids of a few sizes, of few and of many partners, some in the dictionary before. */
static char (*some_ids(size_t rows, uint64_t partners))[24]
{
    char(*ids)[24] = malloc(rows * sizeof *ids);
    uint64_t state = 7;

    ck_assert_ptr_nonnull(ids);
    for (size_t i = 0; i < rows; i++) {
        uint64_t who_is = draw(&state) % partners;

        snprintf(ids[i], sizeof *ids, who_is % 3 == 0 ? "%" PRIu64 : "partner %" PRIu64 " of us", who_is);
    }
    return ids;
}

static void same_for_threads(size_t rows, uint64_t partners)
{
    char(*ids)[24] = some_ids(rows, partners);
    const char **pointers = malloc(rows * sizeof *pointers);
    uint32_t *expected = malloc(rows * sizeof *expected), *got = malloc(rows * sizeof *got);
    partner_dict *one_by_one = NULL, *dict = NULL;
    partner_values v = column(PARTNER_VALUES_POINTERS, pointers, rows);

    ck_assert(pointers != NULL && expected != NULL && got != NULL);
    for (size_t i = 0; i < rows; i++) pointers[i] = ids[i];
    must(partner_dict_new(&one_by_one, &error), error);
    for (size_t i = 0; i < rows; i++)
        must(partner_dict_add_strings(one_by_one, 1, &pointers[i], NULL, &expected[i], &error), error);
    for (uint32_t threads = 1; threads <= 4; threads++) {
        uint64_t a[2], b[2];
        size_t half = rows / 3;

        must(partner_dict_new(&dict, &error), error);
        v.threads = threads;
        v.offset = 0;
        v.rows = half;
        must(partner_convert(&who, &v, NULL, dict, got, NULL, &error), error);
        v.offset = half;
        v.rows = rows - half;
        must(partner_convert(&who, &v, NULL, dict, got + half, NULL, &error), error);
        ck_assert_int_eq(memcmp(got, expected, rows * sizeof *got), 0);
        ck_assert_uint_eq(partner_dict_size(dict), partner_dict_size(one_by_one));
        must(partner_dict_fingerprint(dict, partner_dict_size(dict), a, &error), error);
        must(partner_dict_fingerprint(one_by_one, partner_dict_size(dict), b, &error), error);
        ck_assert(a[0] == b[0] && a[1] == b[1]);
        partner_dict_free(dict);
    }
    partner_dict_free(one_by_one);
    free(got);
    free(expected);
    free(pointers);
    free(ids);
}

START_TEST(same_indexes_for_every_thread_count)
{
    same_for_threads(in_time(MANY, 20000), 50);
    same_for_threads(in_time(MANY, 20000), 40000);
    same_for_threads(in_time(MANY, 20000), UINT64_C(1) << 40);
}
END_TEST

/* All or nothing, wherever the bad row is. */
START_TEST(failure_leaves_the_dictionary)
{
    const size_t rows = in_time(MANY, 20000);
    char(*ids)[24] = some_ids(rows, 100000);
    const char **pointers = malloc(rows * sizeof *pointers);
    uint32_t *expected = malloc(rows * sizeof *expected), *got = malloc(rows * sizeof *got);
    partner_dict *dict = NULL;
    partner_values v = column(PARTNER_VALUES_POINTERS, pointers, rows / 2);
    size_t size;

    ck_assert(pointers != NULL && expected != NULL && got != NULL);
    for (size_t i = 0; i < rows; i++) pointers[i] = ids[i];
    must(partner_dict_new(&dict, &error), error);
    must(partner_convert(&who, &v, NULL, dict, expected, NULL, &error), error);
    size = partner_dict_size(dict);
    v.rows = rows;
    for (uint32_t threads = 1; threads <= 3; threads++)
        for (size_t bad = rows - 1; bad > rows / 2; bad -= rows / 5) {
            const char *saved = pointers[bad];
            uint64_t before[2], after[2];

            must(partner_dict_fingerprint(dict, size, before, &error), error);
            pointers[bad] = NULL;
            if (bad + 10 < rows) pointers[bad + 10] = ""; /* the first bad row counts */
            v.threads = threads;
            must_fail(partner_convert(&who, &v, NULL, dict, got, NULL, &error), PARTNER_E_DATA, error);
            ck_assert_uint_eq(error.row, bad);
            pointers[bad] = saved;
            if (bad + 10 < rows) pointers[bad + 10] = ids[bad + 10];
            ck_assert_uint_eq(partner_dict_size(dict), size);
            must(partner_dict_fingerprint(dict, size, after, &error), error);
            ck_assert(before[0] == after[0] && before[1] == after[1]);
            for (size_t i = 0; i < rows / 2; i += 97)
                ck_assert_uint_eq(partner_dict_find(dict, ids[i], strlen(ids[i])), expected[i]);
        }
    partner_dict_free(dict);
    free(got);
    free(expected);
    free(pointers);
    free(ids);
}
END_TEST

static int count_calls(void *data)
{
    size_t *calls = data;

    return ++*calls > 2;
}

static int never(void *data)
{
    ++*(size_t *)data;
    return 0;
}

START_TEST(interrupt)
{
    enum { LONG = 1 << 20 };
    int64_t *numbers = malloc(LONG * sizeof *numbers), *got = malloc(LONG * sizeof *got);
    partner_dict *dict = NULL;
    size_t calls = 0;
    partner_values v = column(PARTNER_VALUES_I64, numbers, LONG);

    ck_assert(numbers != NULL && got != NULL);
    for (size_t i = 0; i < LONG; i++) numbers[i] = (int64_t)(i / 3);
    v.interrupt = never;
    v.interrupt_data = &calls;
    must(convert(&money, &v, NULL, got, NULL), error);
    ck_assert_uint_ge(calls, 10);
    calls = 0;
    must(partner_dict_new(&dict, &error), error);
    v.interrupt = count_calls;
    must_fail(convert(&money, &v, NULL, got, NULL), PARTNER_E_CANCELLED, error);
    for (uint32_t threads = 1; threads <= 2; threads++) {
        calls = 0;
        v.threads = threads;
        must_fail(partner_convert(&who, &v, NULL, dict, got, NULL, &error), PARTNER_E_CANCELLED, error);
        ck_assert_uint_eq(partner_dict_size(dict), 0);
    }
    partner_dict_free(dict);
    free(got);
    free(numbers);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("convert_text");
    TCase *text = add_case(s, "text"), *ids = add_case(s, "ids");

    tcase_add_test(text, layouts_of_text);
    tcase_add_test(text, amounts_as_text);
    tcase_add_test(text, decimal_comma);
    tcase_add_test(text, nulls);
    tcase_add_test(text, nulls_hide_anything);
    tcase_add_test(text, bad_offsets_and_views);
    tcase_add_test(ids, numbers_as_ids);
    tcase_add_test(ids, numbers_that_are_no_ids);
    tcase_add_test(ids, ids_without_a_value);
    tcase_add_test(ids, one_value_in_all_rows);
    tcase_add_test(ids, each_value_once);
    tcase_add_test(ids, same_indexes_for_every_thread_count);
    tcase_add_test(ids, failure_leaves_the_dictionary);
    tcase_add_test(ids, interrupt);
    return s;
}

int main(void) { return run_suite(suite()); }
