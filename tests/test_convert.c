/* SPDX-License-Identifier: MIT
 * partner_convert: record.h, "Turns a column of values into a column of a field", and DESIGN.md, "Numbers". */
#include "convert.h"

#include <inttypes.h>
#include <stdio.h>

/* A single number as money with two places. */
static int64_t cents(uint8_t layout, const void *value)
{
    partner_values v = column(layout, value, 1);
    int64_t amount = -7;

    must(convert(&money, &v, NULL, &amount, NULL), error);
    return amount;
}

static int64_t cents_of(double x, size_t *rounded)
{
    partner_values v = column(PARTNER_VALUES_F64, &x, 1);
    int64_t amount = -7;

    must(convert(&money, &v, NULL, &amount, rounded), error);
    return amount;
}

/* --- money --- */

START_TEST(integers_are_major_units)
{
    const int8_t i8 = -128;
    const int16_t i16 = INT16_MIN;
    const int32_t i32 = INT32_MIN;
    const int64_t i64 = INT64_MAX / 100, less = -(INT64_MAX / 100), more = INT64_MAX / 100 + 1;
    const uint8_t u8 = 255;
    const uint16_t u16 = 65535;
    const uint32_t u32 = UINT32_MAX;
    const uint64_t u64 = UINT64_MAX;
    partner_values v = column(PARTNER_VALUES_I64, &more, 1);

    ck_assert_int_eq(cents(PARTNER_VALUES_I8, &i8), -12800);
    ck_assert_int_eq(cents(PARTNER_VALUES_I16, &i16), -3276800);
    ck_assert_int_eq(cents(PARTNER_VALUES_I32, &i32), INT64_C(-214748364800));
    ck_assert_int_eq(cents(PARTNER_VALUES_I64, &i64), INT64_MAX / 100 * 100);
    ck_assert_int_eq(cents(PARTNER_VALUES_I64, &less), -(INT64_MAX / 100 * 100));
    ck_assert_int_eq(cents(PARTNER_VALUES_U8, &u8), 25500);
    ck_assert_int_eq(cents(PARTNER_VALUES_U16, &u16), 6553500);
    ck_assert_int_eq(cents(PARTNER_VALUES_U32, &u32), INT64_C(429496729500));
    refused(&money, &v, NULL, 0, "row 0: amount: \"92233720368547759\" is beyond ±92233720368547758.07");
    v = column(PARTNER_VALUES_U64, &u64, 1);
    refused(&money, &v, NULL, 0, "\"18446744073709551615\" is beyond");
}
END_TEST

/* The least 64-bit integer is no amount: it stands for "none". */
START_TEST(whole_range_without_places)
{
    const int64_t of[] = {INT64_MAX, -INT64_MAX, INT64_MIN};
    partner_values v = column(PARTNER_VALUES_I64, of, 2);
    partner_format format = PARTNER_FORMAT_INIT;
    int64_t amount[3];

    format.minor_units = PARTNER_MINOR_UNITS_0;
    must(convert(&margin, &v, &format, amount, NULL), error);
    ck_assert_int_eq(amount[0], INT64_MAX);
    ck_assert_int_eq(amount[1], -INT64_MAX);
    v.rows = 3;
    must_fail(convert(&margin, &v, &format, amount, NULL), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 2);
}
END_TEST

/* "A float stands for the shortest decimal that reads back as the same float; that decimal is rounded half to
 * even to minor units and counted when it had more places." */
START_TEST(doubles_are_shortest_decimals)
{
    static const struct {
        double x;
        int64_t cents;
        size_t rounded;
    } of[] = {
        {0.1, 10, 0},
        {-0.29, -29, 0},
        {1.15, 115, 0},
        {4.35, 435, 0},
        {0.0, 0, 0},
        {-0.0, 0, 0},
        {1e13 + 0.25, INT64_C(1000000000000025), 0},
        {0.125, 12, 1},
        {0.135, 14, 1},
        {0.375, 38, 1},
        {2.675, 268, 1},
        {2.665, 266, 1},
        {1.005, 100, 1},
        {-1.005, -100, 1},
        {-1.015, -102, 1},
        {0.1 + 0.2, 30, 1},
        {1.1 * 3, 330, 1},
        {0.0049999999, 0, 1},
        {0.005, 0, 1},
        {0.0050000001, 1, 1},
        {1e-300, 0, 1},
        {5e-324, 0, 1},
        {1e15, INT64_C(100000000000000000), 0},
        {9007199254740993.0, INT64_C(900719925474099200), 0},
        {123456789012345.67, INT64_C(12345678901234567), 0},
        {90071992547409.925, INT64_C(9007199254740992), 0},
        {5e16, INT64_C(5000000000000000000), 0},
    };

    for (size_t i = 0; i < sizeof of / sizeof of[0]; i++) {
        size_t rounded = 9;

        ck_assert_msg(cents_of(of[i].x, &rounded) == of[i].cents, "%.17g", of[i].x);
        ck_assert_msg(rounded == of[i].rounded, "%.17g", of[i].x);
    }
}
END_TEST

START_TEST(doubles_out_of_range)
{
    const double big[] = {1.0, 1e17}, endless[] = {1.0, -INFINITY};
    partner_values v = column(PARTNER_VALUES_F64, big, 2);

    refused(&money, &v, NULL, 1, "\"1e+17\" is beyond ±92233720368547758.07");
    v.values = endless;
    refused(&money, &v, NULL, 1, "is beyond");
    refused(&share, &v, NULL, 1, "is beyond the largest double");
}
END_TEST

/* The shortest of the texts of 1 … 17 digits that read back, by the C library; tests run in the locale C. */
static const char *shortest(double x, int is_float, char text[64])
{
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, 64, "%.*e", digits - 1, x);
        if (is_float ? strtof(text, NULL) == (float)x : strtod(text, NULL) == x) break;
    }
    return text;
}

/* Amounts as spreadsheets, products of prices and measurements have them. */
static double some_amount(uint64_t *state, int places)
{
    double unit = pow(10, places), whole = (double)(int64_t)(draw(state) % 100000000) - 5e7;
    uint64_t bits = draw(state);
    double any;

    switch (draw(state) % 8) {
    case 0: return whole / unit;
    case 1: return whole / unit / 10;
    case 2: return nextafter(whole / unit, INFINITY);
    case 3: return (whole + 0.5) / unit;
    case 4: return nextafter((whole + 0.5) / unit, -INFINITY);
    case 5: return whole / unit * 1.19;
    case 6: return ldexp(whole, (int)(bits % 60) - 30) / unit;
    default: memcpy(&any, &bits, sizeof any); return any;
    }
}

static void same_as_text(const partner_field *field, const partner_format *format, double x, int is_float)
{
    float narrow = (float)x;
    partner_values v = column(is_float ? PARTNER_VALUES_F32 : PARTNER_VALUES_F64, &x, 1);
    uint64_t got = 7, expected = 7;
    size_t rounded = 7;
    uint8_t inexact = 0;
    char text[64];
    partner_status status;

    if (is_float) {
        v.values = &narrow;
        x = (double)narrow;
    }
    if (!isfinite(x)) return;
    shortest(x, is_float, text);
    status = partner_parse(field, text, strlen(text), format, &expected, &inexact, NULL);
    ck_assert_msg(convert(field, &v, format, &got, &rounded) == status, "%s", text);
    if (status != PARTNER_OK) return;
    ck_assert_msg(got == expected && rounded == inexact, "%s: %" PRId64 " instead of %" PRId64, text,
                  (int64_t)got, (int64_t)expected);
}

START_TEST(floats_mean_what_their_text_means)
{
    const partner_field *const fields[] = {&money, &part, &count, &share};
    uint64_t state = 2026;

    for (size_t i = 0; i < in_time(200000, 4000); i++) {
        partner_format format = PARTNER_FORMAT_INIT;
        int places = (int)(draw(&state) % 10);
        const partner_field *field = fields[i % 16 < 13 ? 0 : i % 16 - 12];

        format.minor_units = places == 0 ? PARTNER_MINOR_UNITS_0 : (uint8_t)places;
        same_as_text(field, &format, some_amount(&state, places), i % 3 == 0);
    }
}
END_TEST

START_TEST(floats_of_32_bits)
{
    const float of[] = {0.1f, 19.99f, -1234.56f, 16777216.0f, 0.125f, 12345.678f};
    const int64_t expected[] = {10, 1999, -123456, 1677721600, 12, 1234568};
    partner_values v = column(PARTNER_VALUES_F32, of, 6);
    int64_t amount[6];
    double x[6];
    size_t rounded = 0;

    must(convert(&money, &v, NULL, amount, &rounded), error);
    ck_assert_int_eq(memcmp(amount, expected, sizeof expected), 0);
    ck_assert_uint_eq(rounded, 2);
    must(convert(&share, &v, NULL, x, NULL), error);
    ck_assert(same_bits(x[0], 0.1));
    ck_assert(same_bits(x[5], 12345.678));
}
END_TEST

START_TEST(decimals)
{
    const decimal of[] = {small(12345), small(-12345), small(125), small(135), small(-5), small(0)};
    static const struct {
        int32_t scale;
        int64_t cents[6];
        size_t rounded;
    } as[] = {
        {2, {12345, -12345, 125, 135, -5, 0}, 0},
        {0, {1234500, -1234500, 12500, 13500, -500, 0}, 0},
        {-3, {INT64_C(1234500000), INT64_C(-1234500000), 12500000, 13500000, -500000, 0}, 0},
        {3, {1234, -1234, 12, 14, 0, 0}, 5},
        {4, {123, -123, 1, 1, 0, 0}, 5},
        {30, {0, 0, 0, 0, 0, 0}, 5},
        {400, {0, 0, 0, 0, 0, 0}, 5},
        {INT32_MAX, {0, 0, 0, 0, 0, 0}, 5},
    };

    for (size_t i = 0; i < sizeof as / sizeof as[0]; i++) {
        partner_values v = column(PARTNER_VALUES_DECIMAL128, of, 6);
        int64_t amount[6];
        size_t rounded = 0;

        v.scale = as[i].scale;
        must(convert(&money, &v, NULL, amount, &rounded), error);
        for (size_t k = 0; k < 6; k++)
            ck_assert_msg(amount[k] == as[i].cents[k], "scale %d, row %zu", (int)v.scale, k);
        ck_assert_uint_eq(rounded, as[i].rounded);
    }
}
END_TEST

/* 2^127 - 1 = 170141183460469231731687303715884105727 and its negative, and 2^100 =
 * 1267650600228229401496703205376, which Python says. */
START_TEST(wide_decimals)
{
    const decimal of[] = {decimal_of(INT64_MAX, UINT64_MAX), decimal_of(UINT64_C(1) << 63, 1),
                          decimal_of(UINT64_C(1) << 36, 0)};
    partner_values v = column(PARTNER_VALUES_DECIMAL128, of, 3);
    int64_t amount[3];
    double x[3];

    v.scale = 25;
    must(convert(&money, &v, NULL, amount, NULL), error);
    ck_assert_int_eq(amount[0], INT64_C(1701411834604692));
    ck_assert_int_eq(amount[1], INT64_C(-1701411834604692));
    ck_assert_int_eq(amount[2], INT64_C(12676506));
    must(convert(&share, &v, NULL, x, NULL), error);
    ck_assert(same_bits(x[0], 17014118346046.9231731687303715884105727));
    v.scale = 10;
    refused(&money, &v, NULL, 0, "\"17014118346046923173168730371.5884105727\" is beyond");
    v.scale = INT32_MIN;
    refused(&money, &v, NULL, 0, "is beyond");
}
END_TEST

/* --- other numbers --- */

START_TEST(counts_and_parts)
{
    const int64_t of[] = {0, 7, UINT32_MAX}, negative[] = {1, -1}, above[] = {INT64_C(4294967296)};
    const double parts[] = {0.8, 1.0, 0.000001}, uneven[] = {1.5, 2.0}, fine[] = {0.1234567};
    partner_values v = column(PARTNER_VALUES_I64, of, 3);
    uint32_t got[3];

    must(convert(&count, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 0 && got[1] == 7 && got[2] == UINT32_MAX);
    v = column(PARTNER_VALUES_I64, negative, 2);
    refused(&count, &v, NULL, 1, "is negative");
    v = column(PARTNER_VALUES_I64, above, 1);
    refused(&count, &v, NULL, 0, "is beyond 4294967295");
    v = column(PARTNER_VALUES_F64, parts, 3);
    must(convert(&part, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 800000 && got[1] == 1000000 && got[2] == 1);
    v = column(PARTNER_VALUES_F64, uneven, 2);
    refused(&count, &v, NULL, 0, "\"1.5\" is not a whole number");
    v = column(PARTNER_VALUES_F64, fine, 1);
    refused(&part, &v, NULL, 0, "more than 6 decimal places");
}
END_TEST

START_TEST(doubles_stay_doubles)
{
    const double of[] = {0.1, -0.0, 1e308}, with_nan[] = {1, NAN};
    const uint64_t wide[] = {UINT64_MAX, 1};
    partner_values v = column(PARTNER_VALUES_F64, of, 3);
    double x[3];

    must(convert(&share, &v, NULL, x, NULL), error);
    for (size_t i = 0; i < 3; i++) ck_assert(same_bits(x[i], of[i]));
    v = column(PARTNER_VALUES_F64, with_nan, 2);
    must(convert(&share, &v, NULL, x, NULL), error);
    ck_assert(isnan(x[1]));
    v = column(PARTNER_VALUES_U64, wide, 2);
    must(convert(&share, &v, NULL, x, NULL), error);
    ck_assert(same_bits(x[0], 18446744073709551615.0));
}
END_TEST

START_TEST(flags_and_names)
{
    const unsigned char bits[] = {0x0d, 0x80}, bytes[] = {0, 1, 2};
    const int32_t numbers[] = {0, 1}, two[] = {2};
    const char *const texts[] = {"no", "TRUE"}, *const colors[] = {"Green", "red", "blue"};
    partner_values v = column(PARTNER_VALUES_BITS, bits, 16);
    uint8_t got[16];

    must(convert(&flag, &v, NULL, got, NULL), error);
    for (size_t i = 0; i < 16; i++) ck_assert_uint_eq(got[i], i == 0 || i == 2 || i == 3 || i == 15);
    v.offset = 2;
    v.rows = 3;
    must(convert(&flag, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 1 && got[1] == 1 && got[2] == 0);
    v = column(PARTNER_VALUES_BYTES, bytes, 3);
    must(convert(&flag, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 0 && got[1] == 1 && got[2] == 1);
    v = column(PARTNER_VALUES_I32, numbers, 2);
    must(convert(&flag, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 0 && got[1] == 1);
    v = column(PARTNER_VALUES_I32, two, 1);
    refused(&flag, &v, NULL, 0, "\"2\" is not true or false");
    v = column(PARTNER_VALUES_POINTERS, texts, 2);
    must(convert(&flag, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 0 && got[1] == 1);
    v = column(PARTNER_VALUES_POINTERS, colors, 2);
    must(convert(&color, &v, NULL, got, NULL), error);
    ck_assert(got[0] == 1 && got[1] == 0);
    v.rows = 3;
    refused(&color, &v, NULL, 2, "\"blue\" is not one of red, green");
}
END_TEST

/* --- days --- */

/* 2024-01-31 is day 19753: 54 years of 365 days, 13 leap days (1972 … 2020), and 30. */
enum { JAN_31 = 54 * 365 + 13 + 30 };

START_TEST(days_as_numbers)
{
    const int32_t numbers[] = {20240131, 19700101, 10000101}, bad[] = {20240131, 20240231};
    const double floats[] = {20240131.0, NAN};
    const int64_t days[] = {JAN_31, -1, 0};
    partner_values v = column(PARTNER_VALUES_I32, numbers, 3);
    int32_t got[3];

    must(convert(&day, &v, NULL, got, NULL), error);
    ck_assert(got[0] == JAN_31 && got[1] == 0);
    ck_assert_int_eq(got[2], -354285); /* date(1000, 1, 1) - date(1970, 1, 1) in Python */
    v = column(PARTNER_VALUES_I32, bad, 2);
    refused(&day, &v, NULL, 1, "row 1: day: \"20240231\" is no date");
    v = column(PARTNER_VALUES_F64, floats, 2);
    must(convert(&day, &v, NULL, got, NULL), error);
    ck_assert(got[0] == JAN_31 && got[1] == PARTNER_NO_DAY);
    v = column(PARTNER_VALUES_I64, days, 3);
    refused(&day, &v, NULL, 0, "\"19753\" is not a date");
    v.ticks_per_day = 1;
    must(convert(&day, &v, NULL, got, NULL), error);
    ck_assert(got[0] == JAN_31 && got[1] == -1 && got[2] == 0);
}
END_TEST

START_TEST(times)
{
    const int64_t seconds = 86400, nanoseconds = seconds * 1000000000;
    const int64_t of[] = {JAN_31 * seconds, JAN_31 * seconds + 86399, -1, -86400, -86401, INT64_MIN};
    const int32_t expected[] = {JAN_31, JAN_31, -1, -1, -2, PARTNER_NO_DAY};
    const int64_t none[] = {0, INT64_MIN}, far[] = {0, INT64_MAX}, exact[] = {-nanoseconds, nanoseconds - 1};
    const uint64_t late[] = {UINT64_MAX};
    partner_field required = day;
    partner_values v = column(PARTNER_VALUES_I64, of, 6);
    int32_t got[6];

    v.ticks_per_day = seconds;
    must(convert(&day, &v, NULL, got, NULL), error);
    ck_assert_int_eq(memcmp(got, expected, sizeof expected), 0);
    required.flags = 0;
    refused(&required, &v, NULL, 5, "row 5: day: is null, expected a value (when)");
    v = column(PARTNER_VALUES_I64, far, 2);
    v.ticks_per_day = seconds;
    refused(&day, &v, NULL, 1, "expected one of the years 1 to 9999");
    v = column(PARTNER_VALUES_I64, exact, 2);
    v.ticks_per_day = nanoseconds;
    must(convert(&day, &v, NULL, got, NULL), error);
    ck_assert(got[0] == -1 && got[1] == 0);
    v = column(PARTNER_VALUES_I64, none, 2);
    v.ticks_per_day = nanoseconds; /* as a number of nanoseconds it would be a day of 1677 */
    refused(&required, &v, NULL, 1, "row 1: day: is null");
    v = column(PARTNER_VALUES_U64, late, 1);
    v.ticks_per_day = nanoseconds;
    must(convert(&day, &v, NULL, got, NULL), error);
    ck_assert_int_eq(got[0], 213503); /* floor(2^64 / 8.64e13) */
    v.ticks_per_day = 1;
    refused(&day, &v, NULL, 0, "is no date");
    v.ticks_per_day = -1;
    argument(&day, &v, NULL, "ticks_per_day is negative");
    v.ticks_per_day = 1;
    argument(&money, &v, NULL, "amount: found times, expected numbers or text");
    v = column(PARTNER_VALUES_F64, far, 1);
    v.ticks_per_day = 1;
    argument(&day, &v, NULL, "only integers are times");
}
END_TEST

START_TEST(days_as_text)
{
    const char *const texts[] = {"2024-01-31", " 20240131 ", "2024-01-31T12:30:00Z", "", NULL},
                      *const german[] = {"31.01.2024"};
    const int32_t packed[] = {31012024};
    partner_format format = PARTNER_FORMAT_INIT;
    partner_values v = column(PARTNER_VALUES_POINTERS, texts, 5);
    int32_t got[5];

    must(convert(&day, &v, NULL, got, NULL), error);
    for (size_t i = 0; i < 5; i++) ck_assert_int_eq(got[i], i < 3 ? JAN_31 : PARTNER_NO_DAY);
    v = column(PARTNER_VALUES_POINTERS, german, 1);
    refused(&day, &v, NULL, 0, "(use date_format?)");
    format.date_format = "%d.%m.%Y";
    must(convert(&day, &v, &format, got, NULL), error);
    ck_assert_int_eq(got[0], JAN_31);
    v = column(PARTNER_VALUES_I32, packed, 1);
    format.date_format = "%d%m%Y";
    must(convert(&day, &v, &format, got, NULL), error);
    ck_assert_int_eq(got[0], JAN_31);
    format.date_format = "%Q";
    must_fail(convert(&day, &v, &format, got, NULL), PARTNER_E_ARGUMENT, error);
}
END_TEST

START_TEST(amounts_for_every_thread_count)
{
    const size_t rows = in_time(300000, 20000);
    double *of = malloc(rows * sizeof *of);
    int64_t *expected = malloc(rows * sizeof *expected), *got = malloc(rows * sizeof *got);
    partner_values v = column(PARTNER_VALUES_F64, of, rows);
    size_t counted = 0, rounded;

    ck_assert(of != NULL && expected != NULL && got != NULL);
    for (size_t i = 0; i < rows; i++) { /* every fifth has a place more */
        expected[i] = (int64_t)i % 1000 * 7 - 900;
        of[i] = (double)(expected[i] * 10 + (i % 5 == 0 ? 3 : 0)) / 1000;
        counted += i % 5 == 0;
    }
    for (v.threads = 1; v.threads <= 4; v.threads++) {
        rounded = 0;
        must(convert(&money, &v, NULL, got, &rounded), error);
        ck_assert_int_eq(memcmp(got, expected, rows * sizeof *got), 0);
        ck_assert_uint_eq(rounded, counted);
        of[rows / 2] = of[rows - 1] = NAN;
        must_fail(convert(&money, &v, NULL, got, NULL), PARTNER_E_DATA, error);
        ck_assert_uint_eq(error.row, rows / 2);
        of[rows / 2] = (double)expected[rows / 2] / 100 + (rows / 2 % 5 == 0 ? 0.003 : 0);
        of[rows - 1] = (double)expected[rows - 1] / 100;
    }
    free(got);
    free(expected);
    free(of);
}
END_TEST

/* --- the call itself --- */

START_TEST(what_does_not_go_together)
{
    const unsigned char bits[] = {1};
    const double x = 1;
    partner_field wrong = money;
    partner_dict *dict = NULL;
    partner_values v = column(PARTNER_VALUES_BITS, bits, 1), old;
    int64_t got;

    must(partner_dict_new(&dict, &error), error);
    argument(&money, &v, NULL, "amount: found booleans, expected numbers or text");
    argument(&who, &v, dict, "partner: found booleans, expected text or whole numbers");
    argument(&day, &v, NULL, "day: found booleans");
    v = column(PARTNER_VALUES_F64, &x, 1);
    argument(&color, &v, NULL, "color: found floats, expected text");
    argument(&who, &v, NULL, "dict is NULL");
    argument(&money, &v, dict, "a dict is given");
    wrong.unit = PARTNER_UNIT_CLASS;
    argument(&wrong, &v, NULL, "is nothing that is read");
    wrong.unit = PARTNER_UNIT_ROW;
    argument(&wrong, &v, NULL, "is nothing that is read");
    wrong = money;
    wrong.count = 2;
    argument(&wrong, &v, NULL, "several numbers per row");
    wrong.type = PARTNER_TYPE_RECORD;
    argument(&wrong, &v, NULL, "is nothing that is read");
    v.layout = 0;
    argument(&money, &v, NULL, "layout is 0");
    v.layout = 18;
    argument(&money, &v, NULL, "layout is 18");
    v = column(PARTNER_VALUES_F64, NULL, 1);
    argument(&money, &v, NULL, "values is NULL");
    v = column(PARTNER_VALUES_F64, &x, 1);
    must_fail(convert(&money, &v, NULL, NULL, NULL), PARTNER_E_ARGUMENT, error);
    must_fail(convert(NULL, &v, NULL, &got, NULL), PARTNER_E_ARGUMENT, error);
    must_fail(convert(&money, NULL, NULL, &got, NULL), PARTNER_E_ARGUMENT, error);
    v.rows = SIZE_MAX;
    argument(&money, &v, NULL, "more than memory can hold");
    v.offset = SIZE_MAX;
    argument(&money, &v, NULL, "more than memory can hold");
    /* no rows need nothing */
    v = column(PARTNER_VALUES_STRING_VIEWS, NULL, 0);
    must(convert(&money, &v, NULL, NULL, NULL), error);
    must(partner_convert(&who, &v, NULL, dict, NULL, NULL, &error), error);
    /* a caller of an older version, whose struct ended before ticks_per_day and scale */
    old = column(PARTNER_VALUES_F64, &x, 1);
    old.struct_size = offsetof(partner_values, ticks_per_day);
    old.ticks_per_day = 77;
    must(convert(&money, &old, NULL, &got, NULL), error);
    ck_assert_int_eq(got, 100);
    old.struct_size = 0;
    must_fail(convert(&money, &old, NULL, &got, NULL), PARTNER_E_ARGUMENT, error);
    partner_dict_free(dict);
}
END_TEST

/* Values need not be aligned, and a NULL error is no trouble. */
START_TEST(unaligned_and_without_error)
{
    char bytes[1 + 2 * sizeof(double)];
    const double of[] = {0.25, NAN};
    partner_values v = column(PARTNER_VALUES_F64, bytes + 1, 1);
    int64_t got[2];

    memcpy(bytes + 1, of, sizeof of);
    must(convert(&money, &v, NULL, got, NULL), error);
    ck_assert_int_eq(got[0], 25);
    v.rows = 2;
    ck_assert_int_eq(partner_convert(&money, &v, NULL, NULL, got, NULL, NULL), PARTNER_E_DATA);
}
END_TEST

/* The records' own columns can be filled from the text that their examples have. */
START_TEST(columns_of_the_records)
{
    const char *const names[] = {"sales", "roster"};
    uint64_t got[1];

    for (size_t r = 0; r < 2; r++) {
        const partner_record *record = partner_record_find(names[r]);
        const partner_field *field;

        for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++) {
            const char *text = field->unit == PARTNER_UNIT_DAY    ? "2024-01-31"
                               : field->unit == PARTNER_UNIT_ENUM ? field->names[0]
                                                                  : "12";
            partner_values v = column(PARTNER_VALUES_POINTERS, &text, 1);
            partner_dict *dict = NULL;

            if (field->length == NULL) continue;
            if (field->unit == PARTNER_UNIT_INDEX) must(partner_dict_new(&dict, &error), error);
            must(partner_convert(field, &v, NULL, dict, got, NULL, &error), error);
            partner_dict_free(dict);
        }
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("convert");
    TCase *numbers = add_case(s, "numbers"), *days = add_case(s, "days"), *call = add_case(s, "call");

    tcase_add_test(numbers, integers_are_major_units);
    tcase_add_test(numbers, whole_range_without_places);
    tcase_add_test(numbers, doubles_are_shortest_decimals);
    tcase_add_test(numbers, doubles_out_of_range);
    tcase_add_test(numbers, floats_mean_what_their_text_means);
    tcase_add_test(numbers, floats_of_32_bits);
    tcase_add_test(numbers, decimals);
    tcase_add_test(numbers, wide_decimals);
    tcase_add_test(numbers, counts_and_parts);
    tcase_add_test(numbers, doubles_stay_doubles);
    tcase_add_test(numbers, flags_and_names);
    tcase_add_test(days, days_as_numbers);
    tcase_add_test(days, times);
    tcase_add_test(days, days_as_text);
    tcase_add_test(call, amounts_for_every_thread_count);
    tcase_add_test(call, what_does_not_go_together);
    tcase_add_test(call, unaligned_and_without_error);
    tcase_add_test(call, columns_of_the_records);
    return s;
}

int main(void) { return run_suite(suite()); }
