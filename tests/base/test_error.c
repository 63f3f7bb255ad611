/* SPDX-License-Identifier: MIT
 * Status, errors, and taking the caller's structs. */
#include <stdio.h>

#include "base.h"
#include "base/error.h"

/* DESIGN: fixed numbers that are never reused, in classes a binding can tell apart; strerror names each. */
START_TEST(test_strerror_names_every_status)
{
    static const partner_status all[] = {
        PARTNER_OK,           PARTNER_E_ARGUMENT,    PARTNER_E_STATE,       PARTNER_E_DATA,
        PARTNER_E_TOO_LITTLE, PARTNER_E_CONVERGENCE, PARTNER_E_RANGE,       PARTNER_E_NOMEM,
        PARTNER_E_IO,         PARTNER_E_CANCELLED,   PARTNER_E_UNSUPPORTED,
    };
    const size_t n = sizeof all / sizeof all[0];

    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(all[i], (partner_status)(100 * i));
        ck_assert_str_ne(partner_strerror(all[i]), "");
        ck_assert_str_ne(partner_strerror(all[i]), "unknown status");
        for (size_t j = 0; j < i; j++) ck_assert_str_ne(partner_strerror(all[i]), partner_strerror(all[j]));
    }
}
END_TEST

START_TEST(test_strerror_of_other_numbers)
{
    static const partner_status others[] = {-1, 1, 99, 101, 1001, 1100, INT32_MAX, INT32_MIN};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_str_eq(partner_strerror(others[i]), "unknown status");
}
END_TEST

START_TEST(test_version_is_that_of_the_header)
{
    char expected[64];

    snprintf(expected, sizeof expected, "%d.%d.%d", PARTNER_VERSION_MAJOR, PARTNER_VERSION_MINOR,
             PARTNER_VERSION_PATCH);
    ck_assert_str_eq(partner_version(), expected);
    ck_assert_str_eq(partner_version(), PROJECT_VERSION);
}
END_TEST

START_TEST(test_features_are_those_of_the_build) { ck_assert_uint_eq(partner_features(), BUILD_FEATURES); }
END_TEST

/* DESIGN: the layout of partner_error is frozen from the start. Binary interfaces are the numbers themselves.
 */
START_TEST(test_error_layout_is_frozen)
{
    ck_assert_uint_eq(offsetof(partner_error, code), 0);
    ck_assert_uint_eq(offsetof(partner_error, index), 4);
    ck_assert_uint_eq(offsetof(partner_error, row), 8);
    ck_assert_uint_eq(offsetof(partner_error, record), 16);
    ck_assert_uint_eq(offsetof(partner_error, field), 48);
    ck_assert_uint_eq(offsetof(partner_error, path), 80);
    ck_assert_uint_eq(offsetof(partner_error, message), 256);
    ck_assert_uint_eq(offsetof(partner_error, reserved), 768);
    ck_assert_uint_eq(sizeof(partner_error), 1024);
}
END_TEST

static int all_zero(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != 0) return 0;
    return 1;
}

START_TEST(test_fail_fills_every_member)
{
    partner_error error;

    memset(&error, 0xa5, sizeof error);
    ck_assert_int_eq(partner__fail(&error, PARTNER_E_STATE, "%s is %d", "x", 7), PARTNER_E_STATE);
    ck_assert_int_eq(error.code, PARTNER_E_STATE);
    ck_assert_uint_eq(error.index, PARTNER_NONE);
    ck_assert_uint_eq(error.row, PARTNER_NO_ROW);
    ck_assert_str_eq(error.record, "");
    ck_assert_str_eq(error.field, "");
    ck_assert_str_eq(error.path, "");
    ck_assert_str_eq(error.message, "x is 7");
    ck_assert(all_zero(error.reserved, sizeof error.reserved));
}
END_TEST

START_TEST(test_fail_at_keeps_the_place)
{
    partner_error error;
    partner__place place = partner__at("sales", "amount", 17, 3);

    memset(&error, 0xa5, sizeof error);
    place.path = "$.rules[2].points";
    ck_assert_int_eq(partner__fail_at(&error, PARTNER_E_DATA, place, "amount is missing"), PARTNER_E_DATA);
    ck_assert_uint_eq(error.index, 3);
    ck_assert_uint_eq(error.row, 17);
    ck_assert_str_eq(error.record, "sales");
    ck_assert_str_eq(error.field, "amount");
    ck_assert_str_eq(error.path, "$.rules[2].points");
    ck_assert_str_eq(error.message, "amount is missing");
    ck_assert(all_zero(error.reserved, sizeof error.reserved));
}
END_TEST

START_TEST(test_long_texts_are_cut_not_overrun)
{
    partner_error error;
    char text[2000];

    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memset(&error, 0xa5, sizeof error);
    partner__fail_at(&error, PARTNER_E_DATA, partner__at(text, text, 1, 2), "%s", text);
    ck_assert_uint_eq(strlen(error.record), sizeof error.record - 1);
    ck_assert_uint_eq(strlen(error.field), sizeof error.field - 1);
    ck_assert_uint_eq(strlen(error.message), sizeof error.message - 1);
    ck_assert(all_zero(error.reserved, sizeof error.reserved));
}
END_TEST

START_TEST(test_no_error_wanted)
{
    ck_assert_int_eq(partner__fail(NULL, PARTNER_E_IO, "x"), PARTNER_E_IO);
    ck_assert_int_eq(partner__fail_at(NULL, PARTNER_E_IO, partner__at(NULL, NULL, 0, 0), "x"), PARTNER_E_IO);
    ck_assert_int_eq(partner__no_memory(NULL), PARTNER_E_NOMEM);
}
END_TEST

/* A struct as this library knows it, and as a later version does. */
typedef struct now {
    uint32_t struct_size, reserved;
    uint64_t first, second;
} now;

typedef struct later {
    now known;
    uint64_t third;
} later;

START_TEST(test_take_null)
{
    now local;
    partner_error error;

    memset(&local, 0xa5, sizeof local);
    must(partner__take(&local, sizeof local, NULL, 1, "options", &error), error);
    ck_assert(all_zero((const unsigned char *)&local, sizeof local));
    must_fail(partner__take(&local, sizeof local, NULL, 0, "sales", &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_nonnull(strstr(error.message, "sales"));
}
END_TEST

START_TEST(test_take_the_same_version)
{
    now caller = {sizeof caller, 0, 5, 6}, local;
    partner_error error;

    must(partner__take(&local, sizeof local, &caller, 0, "x", &error), error);
    ck_assert_uint_eq(local.first, 5);
    ck_assert_uint_eq(local.second, 6);
}
END_TEST

/* DESIGN: a member beyond the caller's struct_size reads as zero. */
START_TEST(test_take_from_an_older_caller)
{
    partner_error error;

    for (uint32_t size = 8; size <= sizeof(now); size++) {
        /* The caller's struct ends at struct_size: on the heap, so that a sanitizer sees a byte too many. */
        now full = {size, 0, UINT64_MAX, UINT64_MAX}, local;
        unsigned char *caller = malloc(size);

        ck_assert_ptr_nonnull(caller);
        memcpy(caller, &full, size);
        must(partner__take(&local, sizeof local, caller, 0, "x", &error), error);
        ck_assert_int_eq(memcmp(&local, &full, size), 0);
        ck_assert(all_zero((const unsigned char *)&local + size, sizeof local - size));
        free(caller);
    }
}
END_TEST

START_TEST(test_take_from_a_later_caller)
{
    later caller = {{sizeof caller, 0, 5, 6}, 0};
    now local;
    partner_error error;

    must(partner__take(&local, sizeof local, &caller, 0, "x", &error), error);
    ck_assert_uint_eq(local.second, 6);
    for (unsigned bit = 0; bit < 64; bit++) {
        caller.third = (uint64_t)1 << bit;
        must_fail(partner__take(&local, sizeof local, &caller, 0, "x", &error), PARTNER_E_UNSUPPORTED, error);
    }
}
END_TEST

START_TEST(test_take_refuses_a_struct_without_init)
{
    now caller, local;
    partner_error error;

    for (uint32_t size = 0; size < 8; size++) {
        memset(&caller, 0, sizeof caller);
        caller.struct_size = size;
        must_fail(partner__take(&local, sizeof local, &caller, 0, "x", &error), PARTNER_E_ARGUMENT, error);
        ck_assert_ptr_nonnull(strstr(error.message, "struct_size"));
    }
    caller.struct_size = sizeof caller;
    caller.reserved = 1;
    must_fail(partner__take(&local, sizeof local, &caller, 0, "x", &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_nonnull(strstr(error.message, "reserved"));
}
END_TEST

void add_error_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "error");

    tcase_add_test(tcase, test_strerror_names_every_status);
    tcase_add_test(tcase, test_strerror_of_other_numbers);
    tcase_add_test(tcase, test_version_is_that_of_the_header);
    tcase_add_test(tcase, test_features_are_those_of_the_build);
    tcase_add_test(tcase, test_error_layout_is_frozen);
    tcase_add_test(tcase, test_fail_fills_every_member);
    tcase_add_test(tcase, test_fail_at_keeps_the_place);
    tcase_add_test(tcase, test_long_texts_are_cut_not_overrun);
    tcase_add_test(tcase, test_no_error_wanted);
    tcase_add_test(tcase, test_take_null);
    tcase_add_test(tcase, test_take_the_same_version);
    tcase_add_test(tcase, test_take_from_an_older_caller);
    tcase_add_test(tcase, test_take_from_a_later_caller);
    tcase_add_test(tcase, test_take_refuses_a_struct_without_init);
}
