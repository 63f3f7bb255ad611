/* SPDX-License-Identifier: MIT
 * partner_convert and partner_parse of ids in columns of 64 bits, and of numbers of rows: record.h,
 * "numbered_without", and spec/loyalty.md, "Events". */
#include "convert.h"

#include <stdio.h>
#include <stdlib.h>

/* Ids are interned as in any other column; only the elements are wider. */
START_TEST(ids_become_wide_indexes)
{
    const char *const ids[] = {"E7", "E9", "E7", NULL, " ", "E1"};
    const int64_t numbers[] = {-5, INT64_MAX, -5};
    const uint64_t expected[] = {0, 1, 0, PARTNER_NO_ROW, PARTNER_NO_ROW, 2}, again[] = {3, 4, 3};
    uint64_t got[6];
    partner_dict *dict = NULL;
    partner_values v = column(PARTNER_VALUES_POINTERS, ids, 6);

    must(partner_dict_new(&dict, &error), error);
    must(partner_convert(&reverses, &v, NULL, dict, got, NULL, &error), error);
    ck_assert(memcmp(got, expected, sizeof expected) == 0);
    ck_assert_uint_eq(partner_dict_size(dict), 3);
    v = column(PARTNER_VALUES_I64, numbers, 3);
    must(partner_convert(&reverses, &v, NULL, dict, got, NULL, &error), error);
    ck_assert(memcmp(got, again, sizeof again) == 0);
    ck_assert_str_eq(partner_dict_id(dict, 4, NULL), "9223372036854775807");
    v.rows = 0;
    must(partner_convert(&reverses, &v, NULL, dict, NULL, NULL, &error), error);
    partner_dict_free(dict);
}
END_TEST

/* An event's id may come twice for the reader: whether it may for the program is the analysis's to say. */
START_TEST(a_nullable_column_is_unique_for_the_analysis)
{
    const char *const ids[] = {"E7", "E7"};
    uint64_t got[2];
    partner_dict *dict = NULL;
    partner_values v = column(PARTNER_VALUES_POINTERS, ids, 2);

    must(partner_dict_new(&dict, &error), error);
    must(partner_convert(&event, &v, NULL, dict, got, NULL, &error), error);
    ck_assert(got[0] == 0 && got[1] == 0);
    partner_dict_free(dict);
}
END_TEST

/* The same ids give the same numbers as a column of 32 bits has, for any number of threads. */
START_TEST(wide_as_narrow)
{
    enum { ROWS = 40000 };
    int64_t *ids = malloc(ROWS * sizeof *ids);
    uint32_t *narrow = malloc(ROWS * sizeof *narrow);
    uint64_t *wide = malloc(ROWS * sizeof *wide);

    ck_assert(ids != NULL && narrow != NULL && wide != NULL);
    for (size_t i = 0; i < ROWS; i++) ids[i] = (int64_t)(i * UINT64_C(2654435761) % 9973);
    for (uint32_t threads = 1; threads <= 3; threads++) {
        partner_values v = column(PARTNER_VALUES_I64, ids, ROWS);
        partner_dict *a = NULL, *b = NULL;

        v.threads = threads;
        must(partner_dict_new(&a, &error), error);
        must(partner_dict_new(&b, &error), error);
        must(partner_convert(&product, &v, NULL, a, narrow, NULL, &error), error);
        must(partner_convert(&reverses, &v, NULL, b, wide, NULL, &error), error);
        for (size_t i = 0; i < ROWS; i++) ck_assert_uint_eq(wide[i], narrow[i]);
        partner_dict_free(a);
        partner_dict_free(b);
    }
    free(ids);
    free(narrow);
    free(wide);
}
END_TEST

/* Without a dictionary the values are what they say: numbers of rows, none where there is none. */
START_TEST(numbers_are_taken_as_they_are)
{
    const int32_t i32[] = {0, INT32_MAX};
    const uint64_t u64[] = {UINT64_MAX - 1, UINT64_C(9223372036854775808)};
    const double f64[] = {3, NAN, 9007199254740991.0, -0.0};
    const float f32[] = {16777215.0f};
    const char *const text[] = {" 12", "18446744073709551614", "", "1e3"};
    const decimal decimals[] = {small(1700)};
    uint64_t got[4];
    partner_values v = column(PARTNER_VALUES_I32, i32, 2);

    must(convert(&reverses, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 0 && got[1] == INT32_MAX);
    v = column(PARTNER_VALUES_U64, u64, 2);
    must(convert(&reverses, &v, NULL, got, NULL), error);
    ck_assert(got[0] == UINT64_MAX - 1 && got[1] == UINT64_C(9223372036854775808));
    v = column(PARTNER_VALUES_F64, f64, 4);
    must(convert(&reverses, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 3 && got[1] == PARTNER_NO_ROW && got[2] == UINT64_C(9007199254740991) && got[3] == 0);
    v = column(PARTNER_VALUES_F32, f32, 1);
    must(convert(&reverses, &v, NULL, got, NULL), error);
    ck_assert_uint_eq(got[0], 16777215);
    v = column(PARTNER_VALUES_POINTERS, text, 4);
    must(convert(&reverses, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 12 && got[1] == UINT64_MAX - 1 && got[2] == PARTNER_NO_ROW && got[3] == 1000);
    v = column(PARTNER_VALUES_DECIMAL128, decimals, 1);
    v.scale = 2;
    must(convert(&reverses, &v, NULL, got, NULL), error);
    ck_assert_uint_eq(got[0], 17);
}
END_TEST

START_TEST(what_is_no_number_of_a_row)
{
    const int8_t negative[] = {4, -1};
    const uint64_t none[] = {UINT64_MAX};
    const double half[] = {0, 2.5}, large[] = {9007199254740992.0};
    const float coarse[] = {16777216.0f};
    const char *const word[] = {"E7"}, *const beyond[] = {"18446744073709551615"}, *const part[] = {"1", "1.5"};
    const decimal decimals[] = {small(1750)};
    const unsigned char bits[] = {1};
    partner_values v = column(PARTNER_VALUES_I8, negative, 2);

    refused(&reverses, &v, NULL, 1, "row 1: reverses: \"-1\" is negative, expected 0 or more");
    v = column(PARTNER_VALUES_U64, none, 1);
    refused(&reverses, &v, NULL, 0, "\"18446744073709551615\" is beyond 18446744073709551614");
    v = column(PARTNER_VALUES_F64, half, 2);
    refused(&reverses, &v, NULL, 1, "2.5 is not whole");
    v = column(PARTNER_VALUES_F64, large, 1);
    refused(&reverses, &v, NULL, 0, "not below 9007199254740992");
    v = column(PARTNER_VALUES_F32, coarse, 1);
    refused(&reverses, &v, NULL, 0, "not below 16777216");
    v = column(PARTNER_VALUES_POINTERS, word, 1);
    refused(&reverses, &v, NULL, 0, "\"E7\" is not a whole number");
    v = column(PARTNER_VALUES_POINTERS, beyond, 1);
    refused(&reverses, &v, NULL, 0, "is beyond 18446744073709551614");
    v = column(PARTNER_VALUES_POINTERS, part, 2);
    refused(&reverses, &v, NULL, 1, "\"1.5\" is not a whole number");
    v = column(PARTNER_VALUES_DECIMAL128, decimals, 1);
    v.scale = 2;
    refused(&reverses, &v, NULL, 0, "17.50 is not whole");
    v = column(PARTNER_VALUES_BITS, bits, 1);
    argument(&reverses, &v, NULL, "found booleans, expected text or whole numbers");
}
END_TEST

/* Where null is not allowed, the largest number is still none. */
START_TEST(needed_numbers)
{
    partner_field needed = reverses;
    const char *const text[] = {"18446744073709551615"}, *const missing[] = {NULL};
    partner_values v = column(PARTNER_VALUES_POINTERS, text, 1);

    needed.flags = 0;
    refused(&needed, &v, NULL, 0, "is beyond 18446744073709551614");
    v.values = missing;
    refused(&needed, &v, NULL, 0, "is null, expected a value (which it takes back)");
}
END_TEST

/* A column of 32 bits may hold numbers where it says so; others need their ids. */
START_TEST(narrow_numbers)
{
    partner_field numbered = product;
    const uint64_t numbers[] = {7, UINT32_MAX - 1}, beyond[] = {UINT32_MAX};
    uint32_t got[2];
    partner_values v = column(PARTNER_VALUES_U64, numbers, 2);

    argument(&product, &v, NULL, "dict is NULL, expected one for the ids");
    numbered.numbered_without = "deal";
    must(convert(&numbered, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 7 && got[1] == UINT32_MAX - 1);
    v = column(PARTNER_VALUES_U64, beyond, 1);
    refused(&numbered, &v, NULL, 0, "is beyond 4294967294");
}
END_TEST

START_TEST(text_of_files)
{
    static const struct {
        const char *text;
        uint64_t number;
    } of[] = {{"0", 0}, {" 41 ", 41}, {"", PARTNER_NO_ROW}, {"18446744073709551614", UINT64_MAX - 1}};
    uint64_t got;
    uint32_t index = 7;
    char text[64];
    partner_error from;

    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        must(partner_parse(&reverses, of[i].text, strlen(of[i].text), NULL, &got, NULL, &from), from);
        ck_assert_uint_eq(got, of[i].number);
    }
    must_fail(partner_parse(&reverses, "E7", 2, NULL, &got, NULL, &from), PARTNER_E_DATA, from);
    ck_assert_str_eq(from.message, "\"E7\" is not a whole number");
    must_fail(partner_parse(&product, "7", 1, NULL, &index, NULL, &from), PARTNER_E_ARGUMENT, from);
    ck_assert_uint_eq(index, 7);
    /* and back */
    got = UINT64_MAX - 1;
    ck_assert_uint_eq(partner_print(NULL, &reverses, NULL, &got, NULL, text, sizeof text), 20);
    ck_assert_str_eq(text, "18446744073709551614");
    got = PARTNER_NO_ROW;
    ck_assert_uint_eq(partner_print(NULL, &reverses, NULL, &got, NULL, text, sizeof text), 0);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("convert_numbers");
    TCase *ids = add_case(s, "ids"), *numbers = add_case(s, "numbers");

    tcase_add_test(ids, ids_become_wide_indexes);
    tcase_add_test(ids, a_nullable_column_is_unique_for_the_analysis);
    tcase_add_test(ids, wide_as_narrow);
    tcase_add_test(numbers, numbers_are_taken_as_they_are);
    tcase_add_test(numbers, what_is_no_number_of_a_row);
    tcase_add_test(numbers, needed_numbers);
    tcase_add_test(numbers, narrow_numbers);
    tcase_add_test(numbers, text_of_files);
    return s;
}

int main(void) { return run_suite(suite()); }
