/* SPDX-License-Identifier: MIT
 * Values as text: DESIGN "Numbers", spec/cli.md (amounts as exact decimals, dates), record.h. */
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>

#include "suite.h"

static const char *const colours[] = {"red", "green", "dark blue"};
static const char *const all_word[] = {"all"};

static const partner_field money = {.name = "amount",
                                    .member = "amount",
                                    .length = "rows",
                                    .count = 1,
                                    .flags = PARTNER_FIELD_REQUIRED,
                                    .type = PARTNER_TYPE_I64,
                                    .unit = PARTNER_UNIT_MONEY};
static const partner_field margin = {.name = "margin",
                                     .member = "margin",
                                     .length = "rows",
                                     .count = 1,
                                     .flags = PARTNER_FIELD_NULLABLE,
                                     .type = PARTNER_TYPE_I64,
                                     .unit = PARTNER_UNIT_MONEY};
static const partner_field day = {.name = "day",
                                  .member = "day",
                                  .length = "rows",
                                  .count = 1,
                                  .flags = PARTNER_FIELD_NULLABLE,
                                  .type = PARTNER_TYPE_I32,
                                  .unit = PARTNER_UNIT_DAY};
static const partner_field from_day = {.name = "from_day",
                                       .member = "from_day",
                                       .count = 1,
                                       .zero = PARTNER_DAY_0,
                                       .type = PARTNER_TYPE_I32,
                                       .unit = PARTNER_UNIT_DAY};
static const partner_field count32 = {.name = "points",
                                      .member = "points",
                                      .count = 1,
                                      .initial = "0",
                                      .type = PARTNER_TYPE_U32,
                                      .unit = PARTNER_UNIT_COUNT};
static const partner_field count64 = {
    .name = "rows", .member = "rows", .count = 1, .type = PARTNER_TYPE_U64, .unit = PARTNER_UNIT_COUNT};
static const partner_field threads = {.name = "threads",
                                      .member = "threads",
                                      .count = 1,
                                      .initial = "1",
                                      .names = all_word,
                                      .names_count = 1,
                                      .type = PARTNER_TYPE_U32,
                                      .unit = PARTNER_UNIT_COUNT};
static const partner_field places = {.name = "minor_units",
                                     .member = "minor_units",
                                     .count = 1,
                                     .initial = "2",
                                     .zero = PARTNER_MINOR_UNITS_0,
                                     .type = PARTNER_TYPE_U8,
                                     .unit = PARTNER_UNIT_PLACES};
static const partner_field cuts = {.name = "cuts",
                                   .member = "cuts",
                                   .count = 8,
                                   .initial = "0.8,0.95",
                                   .type = PARTNER_TYPE_U32,
                                   .unit = PARTNER_UNIT_PPM};
static const partner_field ppm = {
    .name = "rate", .member = "rate", .count = 1, .type = PARTNER_TYPE_U32, .unit = PARTNER_UNIT_PPM};
static const partner_field colour = {.name = "colour",
                                     .member = "colour",
                                     .count = 1,
                                     .names = colours,
                                     .names_count = 3,
                                     .initial = "red",
                                     .type = PARTNER_TYPE_U8,
                                     .unit = PARTNER_UNIT_ENUM};
static const partner_field flag = {.name = "roll_up",
                                   .member = "roll_up",
                                   .count = 1,
                                   .initial = "false",
                                   .type = PARTNER_TYPE_U8,
                                   .unit = PARTNER_UNIT_FLAG};
static const partner_field real = {
    .name = "gini", .member = "gini", .count = 1, .type = PARTNER_TYPE_F64, .unit = PARTNER_UNIT_RATIO};
static const partner_field share = {.name = "share",
                                    .member = "share",
                                    .count = 1,
                                    .flags = PARTNER_FIELD_NULLABLE,
                                    .type = PARTNER_TYPE_F64,
                                    .unit = PARTNER_UNIT_SHARE};

static partner_format plain(void)
{
    partner_format format = PARTNER_FORMAT_INIT;
    return format;
}

static partner_format with_places(uint8_t minor_units)
{
    partner_format format = plain();

    format.minor_units = minor_units;
    return format;
}

static partner_format separated(int decimal_comma, char thousands)
{
    partner_format format = plain();

    format.decimal_comma = (uint8_t)decimal_comma;
    format.thousands = thousands;
    return format;
}

static partner_format dated(const char *pattern)
{
    partner_format format = plain();

    format.date_format = pattern;
    return format;
}

static partner_status parse(const partner_field *field, const char *text, const partner_format *format,
                            void *element, uint8_t *rounded, partner_error *error)
{
    return partner_parse(field, text, strlen(text), format, element, rounded, error);
}

static void is_money(const char *text, const partner_format *format, int64_t expected, int rounds)
{
    int64_t value = 17;
    uint8_t rounded = 0;
    partner_error error;

    must(parse(&money, text, format, &value, &rounded, &error), error);
    ck_assert_msg(value == expected, "%s is %" PRId64 ", expected %" PRId64, text, value, expected);
    ck_assert_msg(rounded == rounds, "%s: rounded is %d", text, rounded);
}

/* The text is refused, nothing is written, and the sentence holds `says`. */
static void is_refused(const partner_field *field, const char *text, const partner_format *format,
                       const char *says)
{
    unsigned char element[64], before[64];
    uint8_t rounded = 0;
    partner_error error;

    memset(element, 0xa5, sizeof element);
    memcpy(before, element, sizeof before);
    must_fail(parse(field, text, format, element, &rounded, &error), PARTNER_E_DATA, error);
    ck_assert_msg(strstr(error.message, says) != NULL, "%s: %s", text, error.message);
    ck_assert_str_eq(error.field, field->name);
    ck_assert(error.row == PARTNER_NO_ROW);
    ck_assert(memcmp(element, before, sizeof before) == 0);
}

static void prints(const partner_field *field, const void *element, const partner_format *format,
                   const char *expected)
{
    char text[64];
    size_t length = partner_print(NULL, field, NULL, element, format, text, sizeof text);

    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(length, strlen(expected));
}

/* --- money --- */

START_TEST(money_is_an_exact_decimal)
{
    partner_format none = with_places(PARTNER_MINOR_UNITS_0), three = with_places(3), nine = with_places(9);

    is_money("1234.5", NULL, 123450, 0); /* spec/cli.md */
    is_money("(12.50)", NULL, -1250, 0);
    is_money("12.50-", NULL, -1250, 0);
    is_money("-12.50", NULL, -1250, 0);
    is_money("+12.50", NULL, 1250, 0);
    is_money("  7\t", NULL, 700, 0);
    is_money("007", NULL, 700, 0);
    is_money(".5", NULL, 50, 0);
    is_money("5.", NULL, 500, 0);
    is_money("0", NULL, 0, 0);
    is_money("-0.00", NULL, 0, 0);
    is_money("12", &none, 12, 0);
    is_money("12.345", &three, 12345, 0);
    is_money("1.123456789", &nine, 1123456789, 0);
    is_money("12.3400", NULL, 1234, 0); /* zeros are no digits lost */
    is_money("1e3", NULL, 100000, 0);
    is_money("1.5E+3", NULL, 150000, 0);
    is_money("12345e-2", NULL, 12345, 0);
    is_money("0e999999999999999999999", NULL, 0, 0);
    is_money("0.1e1", NULL, 100, 0);
    is_money("100000000000000000000e-20", NULL, 100, 0);
}
END_TEST

START_TEST(money_rounds_half_to_even)
{
    partner_format none = with_places(PARTNER_MINOR_UNITS_0);

    is_money("0.005", NULL, 0, 1);
    is_money("0.015", NULL, 2, 1);
    is_money("0.025", NULL, 2, 1);
    is_money("-0.025", NULL, -2, 1);
    is_money("-0.035", NULL, -4, 1);
    is_money("0.02500000000000000000000000000000000000000000000000000001", NULL, 3, 1);
    is_money("0.02499999999999999999999999999999999999999999999999999999", NULL, 2, 1);
    is_money("25e-3", NULL, 2, 1);
    is_money("0.5", &none, 0, 1);
    is_money("1.5", &none, 2, 1);
    is_money("2.5", &none, 2, 1);
    is_money("1e-400", NULL, 0, 1);
    is_money("0.004e-999999999999999999999", NULL, 0, 1);
    is_money("999.995", NULL, 100000, 1);
    is_money("999.985", NULL, 99998, 1);
}
END_TEST

/* A number of cents followed by random digits: what is to come out follows from comparing these with 5000… */
START_TEST(money_rounds_any_length)
{
    uint64_t state = 20260101;

    for (int i = 0; i < 20000; i++) {
        int64_t cents = (int64_t)(draw(&state) >> (draw(&state) % 40 + 12));
        size_t digits = (size_t)(draw(&state) % 60), first = 0;
        char tail[64] = "", text[160], moved[200];
        int kind = (int)(draw(&state) % 4), compared = -1, lost = 0;

        for (size_t j = 0; j < digits; j++)
            tail[j] = (char)(kind == 0 ? (j == 0 ? '5' : '0') : '0' + (int)(draw(&state) % 10));
        if (kind == 1 && digits > 1) memset(tail + 1, '0', digits - 2), tail[0] = '5';
        for (; first < digits; first++) lost |= tail[first] != '0';
        if (digits > 0) {
            int rest = 0;
            for (size_t j = 1; j < digits; j++) rest |= tail[j] != '0';
            compared = tail[0] > '5' ? 1 : tail[0] < '5' ? -1 : rest;
        }
        snprintf(text, sizeof text, "%" PRId64 ".%02" PRId64 "%s", cents / 100, cents % 100, tail);
        is_money(text, NULL, cents + (compared > 0 || (compared == 0 && cents % 2 == 1)), lost);
        snprintf(moved, sizeof moved, "0.%018" PRId64 "%se16", cents, tail);
        is_money(moved, NULL, cents + (compared > 0 || (compared == 0 && cents % 2 == 1)), lost);
    }
}
END_TEST

START_TEST(money_ends_at_int64)
{
    partner_format none = with_places(PARTNER_MINOR_UNITS_0);

    is_money("92233720368547758.07", NULL, INT64_MAX, 0);
    is_money("-92233720368547758.07", NULL, -INT64_MAX, 0);
    is_money("92233720368547758.0749999", NULL, INT64_MAX, 1);
    is_money("9223372036854775807", &none, INT64_MAX, 0);
    is_refused(&money, "92233720368547758.08", NULL, "is beyond ±92233720368547758.07");
    is_refused(&money, "-92233720368547758.08", NULL, "is beyond ±92233720368547758.07");
    is_refused(&money, "92233720368547758.075", NULL, "is beyond");
    is_refused(&money, "1e17", NULL, "is beyond");
    is_refused(&money, "1e999999999999999999999", NULL, "is beyond");
    is_refused(&money, "99999999999999999999999999999999999999999", NULL, "is beyond");
    is_refused(&money, "184467440737095516.16", NULL, "is beyond"); /* 2^64 cents */
    is_refused(&money, "9223372036854775808", &none, "is beyond ±9223372036854775807");
}
END_TEST

START_TEST(money_with_separators)
{
    partner_format comma = separated(1, 0), thousands = separated(0, ','), german = separated(1, '.'),
                   spaces = separated(0, ' ');

    is_money("12,50", &comma, 1250, 0);
    is_money("1,234,567.89", &thousands, 123456789, 0);
    is_money("1234567.89", &thousands, 123456789, 0);
    is_money("123,456", &thousands, 12345600, 0);
    is_money("1.234.567,89", &german, 123456789, 0);
    is_money("-1.234,5", &german, -123450, 0);
    is_money("1 234.50", &spaces, 123450, 0);
    is_money("1\xc2\xa0"
             "234.50",
             &spaces, 123450, 0); /* no-break space */
    is_money("1\xe2\x80\xaf"
             "234.50",
             &spaces, 123450, 0); /* narrow no-break space */
    is_refused(&money, "12,34.5", &thousands, "is not a number");
    is_refused(&money, "1234,567", &thousands, "is not a number");
    is_refused(&money, "1,2345", &thousands, "is not a number");
    is_refused(&money, ",123", &thousands, "is not a number");
    is_refused(&money, "1,234,", &thousands, "is not a number");
    is_refused(&money, "1,,234", &thousands, "is not a number");
    is_refused(&money, "1.234,567", &thousands, "is not a number");
    is_refused(&money, "12.50", &comma, "is not a number");
}
END_TEST

START_TEST(money_that_is_none)
{
    static const char *const bad[] = {"-",     "+",     "--5",   "5--", "-5-",   "(-5)",     "(5",    "5)",
                                      "()",    ".",     "-.",    "e5",  "1e",    "1e+",      "1.2.3", "1 2",
                                      "abc",   "12abc", "NaN",   "nan", "inf",   "Infinity", "0x10",  "$5",
                                      "5 EUR", "5%",    "1e5e5", "٣",   "1_000", "+-5",      "1e5.5"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) is_refused(&money, bad[i], NULL, "is not a number");
    is_refused(&money, "", NULL, "is empty");
    is_refused(&money, " \t", NULL, "is empty");
}
END_TEST

/* The hint names the member of the format; spec/cli.md shows how the command puts it. */
START_TEST(hints_name_the_format)
{
    partner_format comma = separated(1, 0), date = dated("%d.%m.%Y");

    is_refused(&money, "12,50", NULL, "\"12,50\" is not a number (use decimal_comma?)");
    is_refused(&money, "1.234,50", NULL, "(use decimal_comma?)");
    is_refused(&money, "1,234.50", NULL, "(use thousands?)");
    is_refused(&money, "1 234.50", NULL, "(use thousands?)");
    is_refused(&money, "1.234,50", &comma, "(use thousands?)");
    is_refused(&day, "31.12.2013", NULL, "(use date_format?)");
    is_refused(&day, "2013-12-31", &date, "is not a date of the form %d.%m.%Y");
}
END_TEST

START_TEST(errors_show_what_was_found)
{
    partner_error error;
    int64_t value;

    is_refused(&money, "a\nb\x1b[31m\x7f", NULL, "\"a\\x0Ab\\x1B[31m\\x7F\" is not");
    is_refused(&money, "Caf\xe9", NULL, "\"Caf\\xE9\" is not");
    is_refused(&money, "\xc2\x85!", NULL, "\"\\xC2\\x85!\" is not"); /* a control character above ASCII */
    is_refused(&money, "zwölf", NULL, "\"zwölf\" is not");
    is_refused(&money, "0123456789012345678901234567890123456789x", NULL,
               "\"0123456789012345678901234567890123456789…\" is not");
    is_refused(&money, "012345678901234567890123456789012345678öx", NULL,
               "\"012345678901234567890123456789012345678ö…\" is not");
    must_fail(partner_parse(&money, "1\0002", 3, NULL, &value, NULL, &error), PARTNER_E_DATA, error);
    ck_assert_msg(strstr(error.message, "\"1\\x002\"") != NULL, "%s", error.message);
    ck_assert_int_eq(partner_parse(&money, "x", 1, NULL, &value, NULL, NULL), PARTNER_E_DATA);
}
END_TEST

START_TEST(null_values)
{
    int64_t amount = 1;
    int32_t when = 1;
    double x = 1;
    partner_error error;

    must(parse(&margin, " ", NULL, &amount, NULL, &error), error);
    ck_assert(amount == PARTNER_NO_AMOUNT);
    must(parse(&day, "", NULL, &when, NULL, &error), error);
    ck_assert(when == PARTNER_NO_DAY);
    must(partner_parse(&share, NULL, 0, NULL, &x, NULL, &error), error);
    ck_assert(isnan(x));
    prints(&margin, &amount, NULL, "");
    prints(&day, &when, NULL, "");
    prints(&share, &x, NULL, "");
    is_refused(&margin, "-92233720368547758.08", NULL, "is beyond"); /* the null value cannot be written */
}
END_TEST

START_TEST(money_prints_all_minor_digits)
{
    partner_format none = with_places(PARTNER_MINOR_UNITS_0), nine = with_places(9), comma = separated(1, '.');
    int64_t values[] = {0, 5, -5, 123450, INT64_MAX, -INT64_MAX, INT64_MIN};

    prints(&money, &values[0], NULL, "0.00");
    prints(&money, &values[1], NULL, "0.05");
    prints(&money, &values[2], NULL, "-0.05");
    prints(&money, &values[3], &comma, "1234.50"); /* machines read a point */
    prints(&money, &values[4], NULL, "92233720368547758.07");
    prints(&money, &values[5], NULL, "-92233720368547758.07");
    prints(&money, &values[6], NULL, "-92233720368547758.08");
    prints(&money, &values[6], &none, "-9223372036854775808");
    prints(&money, &values[3], &nine, "0.000123450");
}
END_TEST

START_TEST(money_reads_back)
{
    uint64_t state = 7;

    for (int i = 0; i < 100000; i++) {
        int64_t value = (int64_t)(draw(&state) >> (draw(&state) % 63 + 1)) * (i % 2 ? 1 : -1), back = 0;
        partner_format format = with_places((uint8_t)(draw(&state) % 10));
        char text[64];
        uint8_t rounded = 0;
        partner_error error;

        partner_print(NULL, &money, NULL, &value, &format, text, sizeof text);
        must(parse(&money, text, &format, &back, &rounded, &error), error);
        ck_assert_msg(back == value && !rounded, "%s", text);
    }
}
END_TEST

START_TEST(print_fits_the_buffer)
{
    int64_t value = 123450;
    char text[4] = "zzz";

    ck_assert_uint_eq(partner_print(NULL, &money, NULL, &value, NULL, text, sizeof text), 7);
    ck_assert_str_eq(text, "123");
    ck_assert_uint_eq(partner_print(NULL, &money, NULL, &value, NULL, NULL, 0), 7);
    ck_assert_uint_eq(partner_print(NULL, NULL, NULL, &value, NULL, text, sizeof text), 0);
    ck_assert_str_eq(text, "");
}
END_TEST

/* --- days --- */

static void is_day(const char *text, const char *pattern, int32_t expected)
{
    partner_format format = dated(pattern);
    int32_t value = 99;
    partner_error error;

    must(parse(&day, text, &format, &value, NULL, &error), error);
    ck_assert_msg(value == expected, "%s by %s is %d, expected %d", text, pattern ? pattern : "ISO", (int)value,
                  (int)expected);
}

static int days_in(int year, int month)
{
    int leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);

    if (month == 2) return 28 + leap;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Counting days one by one; the count is anchored at 1970-01-01 = 0 and checked there. */
START_TEST(every_date_from_1900_to_2100)
{
    static const char *const patterns[] = {"%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%e-%b-%Y",
                                           "%d %B %Y", "%Y-%j",    "%F"};
    static const char *const names[] = {"January", "February", "March",     "April",   "May",      "June",
                                        "July",    "August",   "September", "October", "November", "December"};
    int32_t count = -(70 * 365 + 17); /* 17 leap years from 1904 to 1968 */

    for (int year = 1900; year <= 2100; year++) {
        int of_year = 0;
        for (int month = 1; month <= 12; month++)
            for (int d = 1; d <= days_in(year, month); d++, count++) {
                char text[8][40];
                of_year++;
                if (year == 1970 && of_year == 1) ck_assert_int_eq(count, 0);
                snprintf(text[0], 40, "%02d.%02d.%04d", d, month, year);
                snprintf(text[1], 40, "%d/%d/%04d", month, d, year);
                snprintf(text[2], 40, "%04d%02d%02d", year, month, d);
                snprintf(text[3], 40, "%2d-%.3s-%04d", d, names[month - 1], year);
                snprintf(text[4], 40, "%d %s %04d", d, names[month - 1], year);
                snprintf(text[5], 40, "%04d-%03d", year, of_year);
                snprintf(text[6], 40, "%04d-%02d-%02d", year, month, d);
                for (size_t i = 0; i < 7; i++) is_day(text[i], patterns[i], count);
                is_day(text[2], NULL, count);
                is_day(text[6], NULL, count);
                prints(&day, &count, NULL, text[6]);
            }
    }
}
END_TEST

START_TEST(days_at_the_edges)
{
    int32_t values[] = {-719162, 2932896, INT32_MIN + 1, INT32_MAX, 0};
    char text[64];

    /* 0001-01-01 is 719162 days before 1970: 1969 · 365 + 492 − 19 + 4 leap days; 9999-12-31 likewise. */
    ck_assert_int_eq(1969 * 365 + 492 - 19 + 4, 719162);
    ck_assert_int_eq(9999 * 365 + 2499 - 99 + 24 - 719162 - 1, 2932896);
    is_day("0001-01-01", NULL, values[0]);
    is_day("9999-12-31", NULL, values[1]);
    prints(&day, &values[0], NULL, "0001-01-01");
    prints(&day, &values[1], NULL, "9999-12-31");
    ck_assert_uint_gt(partner_print(NULL, &day, NULL, &values[2], NULL, text, sizeof text), 10);
    ck_assert_uint_gt(partner_print(NULL, &day, NULL, &values[3], NULL, text, sizeof text), 10);
}
END_TEST

START_TEST(dates_that_do_not_exist)
{
    static const char *const none[] = {"2013-02-29", "2013-02-30", "1900-02-29", "2100-02-29",
                                       "2013-04-31", "2013-13-01", "2013-00-10", "2013-01-00",
                                       "2013-01-32", "0000-01-01", "20130230"};
    partner_format pattern = dated("%d.%m.%Y"), julian = dated("%Y-%j");

    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) is_refused(&day, none[i], NULL, "is no date");
    is_refused(&day, "2013-02-30", NULL, "\"2013-02-30\" is no date");
    is_refused(&day, "30.02.2013", &pattern, "is no date");
    is_refused(&day, "01.13.2013", &pattern, "is no date");
    is_refused(&day, "2013-366", &julian, "is no date");
    is_refused(&day, "2012-367", &julian, "is no date");
    is_refused(&day, "2012-000", &julian, "is no date");
    is_day("2012-366", "%Y-%j", 15705); /* 2012-12-31: (2012 - 1970) · 365 + 10 leap days before + 365 */
    ck_assert_int_eq((2012 - 1970) * 365 + 10 + 365, 15705);
    is_day("2000-02-29", NULL, 30 * 365 + 7 + 59);
}
END_TEST

START_TEST(dates_of_other_forms)
{
    static const char *const bad[] = {"2013-1-5",
                                      "13-01-05",
                                      "2013/01/05",
                                      "05.01.2013",
                                      "2013-01",
                                      "2013-01-05x",
                                      "2013-0105",
                                      "201301-05",
                                      "2013-01-05T",
                                      "2013-01-05 noon",
                                      "2013-01-05 25:00",
                                      "2013-01-05 12:60",
                                      "2013-01-05 12",
                                      "41275",
                                      "201301055",
                                      "-2013-01-05",
                                      "2013-01-05T12:30:00 CET"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        is_refused(&day, bad[i], NULL, "is not a date of the form YYYY-MM-DD");
}
END_TEST

START_TEST(the_time_of_day_is_ignored)
{
    static const char *const times[] = {"T12:30",           " 12:30:00",       "T23:59:60Z",
                                        " 00:00:00.000",    "T12:30:00+02:00", " 12:30:00 +0200",
                                        " 12:30:00.5 UTC",  " 1:30:00 PM",     "T123000",
                                        "T12:30:00,123-05", " 24:00"};
    char text[64];

    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        snprintf(text, sizeof text, "1970-01-02%s", times[i]);
        is_day(text, NULL, 1);
        snprintf(text, sizeof text, "02.01.1970%s", times[i]);
        is_day(text, "%d.%m.%Y", 1);
    }
}
END_TEST

START_TEST(patterns)
{
    partner_format format;
    partner_error error;
    int32_t value;
    static const char *const senseless[] = {"%Y-%m", "%d.%m.", "%H:%M", "", "%Q", "%Y-%m-%d %", "%Y-%m-%d %k"};

    is_day("Jan 2, 1970", "%b %d, %Y", 1);
    is_day("JANUARY 2 1970", "%B %d %Y", 1);
    is_day("2 may 1970", "%d %B %Y", 31 + 28 + 31 + 30 + 1);
    is_day("02/01/70", "%d/%m/%y", 1);
    is_day("01/02/70", "%D", 1);
    is_day("01/02/68", "%D", (2068 - 1970) * 365 + 24 + 1); /* POSIX: 00 to 68 are of this century */
    is_day("01/02/69", "%D", -365 + 1);
    is_day("1970-01-02T10:11:12.123456+0200", "%FT%T.%f%z", 1);
    is_day("1970-01-02 10:11:12 PM", "%Y-%m-%d %I:%M:%S %p", 1);
    is_day("100%1970-01-02", "100%%%F", 1);
    is_day("1970-01-02    10:11", "%F %H:%M", 1);
    for (size_t i = 0; i < sizeof senseless / sizeof senseless[0]; i++) {
        format = dated(senseless[i]);
        must_fail(parse(&day, "1970-01-02", &format, &value, NULL, &error), PARTNER_E_ARGUMENT, error);
        ck_assert_msg(strstr(error.message, "date_format") != NULL, "%s", error.message);
    }
}
END_TEST

START_TEST(an_explicit_day_0)
{
    int32_t value = 0;
    partner_error error;

    must(parse(&from_day, "1970-01-01", NULL, &value, NULL, &error), error);
    ck_assert_int_eq(value, PARTNER_DAY_0);
    prints(&from_day, &value, NULL, "1970-01-01");
    value = 0;
    prints(&from_day, &value, NULL, ""); /* open */
    must(parse(&day, "1970-01-01", NULL, &value, NULL, &error), error);
    ck_assert_int_eq(value, 0);
}
END_TEST

/* --- doubles --- */

static const double special[] = {0.0,
                                 -0.0,
                                 1.0,
                                 -1.0,
                                 0.1,
                                 1.0 / 3,
                                 2.0 / 3,
                                 1e15,
                                 1e16,
                                 123456789012345678.0,
                                 1e17,
                                 1e22,
                                 1e23,
                                 1e-4,
                                 1e-5,
                                 1e-6,
                                 1e-7,
                                 5e-324,
                                 2.2250738585072014e-308,
                                 1.7976931348623157e308,
                                 0.30000000000000004,
                                 9007199254740993.0,
                                 4.35,
                                 0.5427645545988777};

/* The text is read by the C library in the C locale and by partner_parse, and both give the double's bits; it
 * has no more digits than it takes. */
static void is_double(double x, int c_locale)
{
    char text[64], shorter[64];
    double back = 1;
    partner_error error;
    size_t digits = 0, first = 1;

    ck_assert_uint_lt(partner_print(NULL, &real, NULL, &x, NULL, text, sizeof text), sizeof text);
    ck_assert_msg(strspn(text, "0123456789.e-+") == strlen(text), "%s", text);
    must(parse(&real, text, NULL, &back, NULL, &error), error);
    ck_assert_msg(same_bits(x, back), "%s", text);
    if (!c_locale) return;
    ck_assert_msg(same_bits(strtod(text, NULL), x), "%s", text);
    for (const char *c = text; *c != '\0' && *c != 'e'; c++)
        if (*c >= '0' && *c <= '9' && !(first && *c == '0')) digits++, first = 0;
    ck_assert_uint_le(digits, 17);
    if (fabs(x) < 1e15 && fabs(x) >= 1e-300 && digits > 15) {
        snprintf(shorter, sizeof shorter, "%.*g", (int)digits - 1, x);
        ck_assert_msg(!same_bits(strtod(shorter, NULL), x), "%s is longer than %s", text, shorter);
    }
}

static double random_bits(uint64_t *state)
{
    double x;

    do {
        uint64_t bits = draw(state);
        memcpy(&x, &bits, sizeof x);
    } while (!isfinite(x));
    return x;
}

static void doubles(int c_locale)
{
    uint64_t state = 4711;

    for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) is_double(special[i], c_locale);
    for (int i = 0; i < 20000; i++) is_double(random_bits(&state), c_locale);
    for (int i = 0; i < 20000; i++) is_double((double)(draw(&state) >> 11) * 0x1p-53, c_locale);
}

START_TEST(doubles_read_back) { doubles(1); }
END_TEST

START_TEST(doubles_as_people_write_them)
{
    static const struct {
        double x;
        const char *text;
    } known[] = {{0.1, "0.1"},          {1.0, "1"},
                 {-2.5, "-2.5"},        {1e15, "1000000000000000"},
                 {1e22, "1e+22"},       {5e-324, "5e-324"},
                 {1e-7, "1e-07"},       {0.00012, "0.00012"},
                 {1.5e300, "1.5e+300"}, {0.30000000000000004, "0.30000000000000004"}};
    double infinite = INFINITY, x = 0;
    partner_error error;

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) prints(&real, &known[i].x, NULL, known[i].text);
    prints(&real, &infinite, NULL, "1e999");
    is_refused(&real, "1e999", NULL, "is beyond");
    is_refused(&real, "-1.8e308", NULL, "is beyond");
    must(parse(&share, "30 %", NULL, &x, NULL, &error), error);
    ck_assert(x == 0.3);
    must(parse(&real, "1e-999999999999", NULL, &x, NULL, &error), error);
    ck_assert(x == 0);
    is_refused(&real, "30 %", NULL, "is not a number");
}
END_TEST

/* Halfway between 1 and the next double, and the least bit more, 1000 digits out. */
START_TEST(doubles_take_all_digits_into_account)
{
    static const char half[] = "1.00000000000000011102230246251565404236316680908203125"; /* 1 + 2^-53 */
    char text[1200];
    double x = 0;
    partner_error error;

    must(parse(&real, half, NULL, &x, NULL, &error), error);
    ck_assert(x == 1.0);
    memset(text, '0', sizeof text);
    memcpy(text, half, sizeof half - 1);
    memcpy(text + 1100, "1", 2);
    must(parse(&real, text, NULL, &x, NULL, &error), error);
    ck_assert(x == 1.0 + 0x1p-52);
}
END_TEST

/* A host may have set a locale with a decimal comma: nothing changes. */
START_TEST(no_locale_matters)
{
    double half = 0.5;
    char with_comma[16];

    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL) {
        printf("skipped: no locale de_DE.UTF-8 on this machine\n");
        return;
    }
    snprintf(with_comma, sizeof with_comma, "%.1f", half);
    ck_assert_str_eq(with_comma, "0,5"); /* the locale is at work */
    doubles(0);
    prints(&real, &half, NULL, "0.5");
    is_money("1234.5", NULL, 123450, 0);
    is_day("2 May 1970", "%d %B %Y", 31 + 28 + 31 + 30 + 1);
    is_refused(&money, "12,50", NULL, "(use decimal_comma?)");
    setlocale(LC_ALL, "C");
}
END_TEST

/* --- counts, parts per million, names --- */

static void is_u32(const partner_field *field, const char *text, uint32_t expected)
{
    uint32_t value = 99;
    partner_error error;

    must(parse(field, text, NULL, &value, NULL, &error), error);
    ck_assert_uint_eq(value, expected);
}

START_TEST(counts)
{
    uint64_t wide = 0;
    uint32_t all = PARTNER_THREADS_ALL;
    partner_error error;

    is_u32(&count32, "0", 0);
    is_u32(&count32, "17", 17);
    is_u32(&count32, "3.0", 3);
    is_u32(&count32, "1e6", 1000000);
    is_u32(&count32, "4294967295", UINT32_MAX);
    is_refused(&count32, "4294967296", NULL, "is beyond 4294967295");
    is_refused(&count32, "-1", NULL, "is negative, expected 0 or more");
    is_refused(&count32, "2.5", NULL, "is not a whole number");
    is_refused(&count32, "all", NULL, "is not a whole number");
    must(parse(&count64, "18446744073709551615", NULL, &wide, NULL, &error), error);
    ck_assert(wide == UINT64_MAX);
    is_refused(&count64, "18446744073709551616", NULL, "is beyond 18446744073709551615");
    is_u32(&threads, "all", PARTNER_THREADS_ALL);
    is_u32(&threads, "8", 8);
    prints(&threads, &all, NULL, "all");
    prints(&count32, &all, NULL, "4294967295");
    prints(&count64, &wide, NULL, "18446744073709551615");
}
END_TEST

/* DESIGN: an explicit 0 means 0; where an option has no such value, it is refused instead of taken for absence.
 */
START_TEST(an_explicit_zero)
{
    uint8_t value = 0;
    partner_error error;

    must(parse(&places, "0", NULL, &value, NULL, &error), error);
    ck_assert_uint_eq(value, PARTNER_MINOR_UNITS_0);
    prints(&places, &value, NULL, "0");
    must(parse(&places, "9", NULL, &value, NULL, &error), error);
    ck_assert_uint_eq(value, 9);
    is_refused(&places, "10", NULL, "is beyond 9");
    is_refused(&threads, "0", NULL, "\"0\" is not possible here, expected more than 0");
    is_refused(&cuts, "0", NULL, "is not possible here");
    is_refused(&cuts, "0,0.8", NULL, "is not possible here");
    is_u32(&ppm, "0", 0);
}
END_TEST

START_TEST(parts_per_million)
{
    uint32_t values[] = {800000, 1, 1000000, 0, 123456};

    is_u32(&ppm, "0.8", 800000);
    is_u32(&ppm, "80 %", 800000);
    is_u32(&ppm, "80%", 800000);
    is_u32(&ppm, "12.3456%", 123456);
    is_u32(&ppm, "1", 1000000);
    is_u32(&ppm, "0.000001", 1);
    is_u32(&ppm, "0.8000000000", 800000);
    is_u32(&ppm, "8e-1", 800000);
    is_refused(&ppm, "0.1234567", NULL, "has more than 6 decimal places");
    is_refused(&ppm, "12.34567 %", NULL, "has more than 6 decimal places");
    is_refused(&ppm, "-0.1", NULL, "is negative");
    is_refused(&ppm, "%", NULL, "is not a number");
    is_refused(&ppm, "0.8 %%", NULL, "is not a number");
    is_refused(&ppm, "5000", NULL, "is beyond 4294.967295");
    prints(&ppm, &values[0], NULL, "0.8");
    prints(&ppm, &values[1], NULL, "0.000001");
    prints(&ppm, &values[2], NULL, "1");
    prints(&ppm, &values[3], NULL, "0");
    prints(&ppm, &values[4], NULL, "0.123456");
}
END_TEST

START_TEST(lists)
{
    uint32_t value[8];
    const uint32_t two[8] = {800000, 950000}, eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    partner_format comma = separated(1, 0);
    partner_error error;

    memset(value, 0xff, sizeof value);
    must(parse(&cuts, "0.8,0.95", NULL, value, NULL, &error), error);
    ck_assert(memcmp(value, two, sizeof two) == 0);
    must(parse(&cuts, " 80 % , 95 % ", &comma, value, NULL, &error), error);
    ck_assert(memcmp(value, two, sizeof two) == 0);
    must(parse(&cuts, "1e-6,2e-6,3e-6,4e-6,5e-6,6e-6,7e-6,8e-6", NULL, value, NULL, &error), error);
    ck_assert(memcmp(value, eight, sizeof eight) == 0);
    is_refused(&cuts, "1,1,1,1,1,1,1,1,1", NULL, "is a list of more than 8");
    is_refused(&cuts, "0.8,", NULL, "\"\" is not a number");
    is_refused(&cuts, "0.8;0.95", NULL, "is not a number");
    is_refused(&cuts, "", NULL, "is empty");
}
END_TEST

START_TEST(names_and_flags)
{
    uint8_t value = 9;
    partner_error error;
    static const char *const yes[] = {"true", "YES", "1", "True"}, *const no[] = {"false", "no", "0"};

    must(parse(&colour, "Dark Blue", NULL, &value, NULL, &error), error);
    ck_assert_uint_eq(value, 2);
    prints(&colour, &value, NULL, "dark blue");
    value = 3;
    prints(&colour, &value, NULL, "3");
    is_refused(&colour, "blue", NULL, "\"blue\" is not one of red, green, dark blue");
    is_refused(&colour, "", NULL, "is empty");
    /* Of a nullable one nothing is the first. */
    {
        partner_field free = colour;

        free.flags = PARTNER_FIELD_NULLABLE;
        value = 7;
        must(parse(&free, " ", NULL, &value, NULL, &error), error);
        ck_assert_uint_eq(value, 0);
        prints(&free, &value, NULL, "red");
    }
    is_refused(&colour, "re", NULL, "is not one of");
    is_refused(&colour, "redd", NULL, "is not one of");
    for (size_t i = 0; i < 4; i++) {
        must(parse(&flag, yes[i], NULL, &value, NULL, &error), error);
        ck_assert_uint_eq(value, 1);
    }
    prints(&flag, &value, NULL, "true");
    for (size_t i = 0; i < 3; i++) {
        must(parse(&flag, no[i], NULL, &value, NULL, &error), error);
        ck_assert_uint_eq(value, 0);
    }
    prints(&flag, &value, NULL, "false");
    is_refused(&flag, "2", NULL, "is not true or false");
    is_refused(&flag, "y", NULL, "is not true or false");
}
END_TEST

START_TEST(classes_are_letters)
{
    const partner_record *record = partner_record_find("pareto_classes");
    const partner_field *class_of = partner_record_field_find(record, "class");
    partner_pareto_classes classes = {.classes = 4, .class_none = 3};
    const char *const expected[] = {"A", "B", "C", "none"};
    char text[64];
    uint32_t value;
    partner_error error;

    for (uint8_t i = 0; i < 4; i++) {
        partner_print(record, class_of, &classes, &i, NULL, text, sizeof text);
        ck_assert_str_eq(text, expected[i]);
    }
    must_fail(parse(class_of, "A", NULL, &value, NULL, &error), PARTNER_E_ARGUMENT, error);
}
END_TEST

/* --- calls that are wrong --- */

START_TEST(wrong_calls)
{
    const partner_field *partner = partner_record_field_find(partner_record_find("sales"), "partner");
    partner_format format = plain();
    uint32_t value;
    int64_t amount;
    partner_error error;
    static const char bad[] = {'.', '5', '-', 'e', '%', '('};

    must_fail(parse(NULL, "1", NULL, &value, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(parse(&money, "1", NULL, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_parse(&money, NULL, 1, NULL, &amount, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(parse(partner, "1", NULL, &value, NULL, &error), PARTNER_E_ARGUMENT, error);
    format.minor_units = 10;
    must_fail(parse(&money, "1", &format, &amount, NULL, &error), PARTNER_E_ARGUMENT, error);
    for (size_t i = 0; i < sizeof bad; i++) {
        format = separated(0, bad[i]);
        must_fail(parse(&money, "1", &format, &amount, NULL, &error), PARTNER_E_ARGUMENT, error);
    }
    format = separated(1, ',');
    must_fail(parse(&money, "1", &format, &amount, NULL, &error), PARTNER_E_ARGUMENT, error);
}
END_TEST

/* A caller of an earlier version knows less of partner_format: the rest is the default. */
START_TEST(formats_of_other_versions)
{
    struct {
        partner_format format;
        uint64_t later;
    } newer = {.format = PARTNER_FORMAT_INIT};
    partner_format older = PARTNER_FORMAT_INIT;
    partner_error error;
    int64_t value;

    newer.format.struct_size = sizeof newer;
    newer.format.decimal_comma = 1;
    is_money("12,5", &newer.format, 1250, 0);
    newer.later = 1;
    must_fail(parse(&money, "12,5", &newer.format, &value, NULL, &error), PARTNER_E_UNSUPPORTED, error);
    older.struct_size = offsetof(partner_format, decimal_comma);
    older.minor_units = 3;
    older.decimal_comma = 1;
    is_money("12.5", &older, 12500, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("text");
    TCase *tcase = add_case(suite, "money");

    tcase_add_test(tcase, money_is_an_exact_decimal);
    tcase_add_test(tcase, money_rounds_half_to_even);
    tcase_add_test(tcase, money_rounds_any_length);
    tcase_add_test(tcase, money_ends_at_int64);
    tcase_add_test(tcase, money_with_separators);
    tcase_add_test(tcase, money_that_is_none);
    tcase_add_test(tcase, hints_name_the_format);
    tcase_add_test(tcase, errors_show_what_was_found);
    tcase_add_test(tcase, null_values);
    tcase_add_test(tcase, money_prints_all_minor_digits);
    tcase_add_test(tcase, money_reads_back);
    tcase_add_test(tcase, print_fits_the_buffer);
    tcase = add_case(suite, "days");
    tcase_add_test(tcase, every_date_from_1900_to_2100);
    tcase_add_test(tcase, days_at_the_edges);
    tcase_add_test(tcase, dates_that_do_not_exist);
    tcase_add_test(tcase, dates_of_other_forms);
    tcase_add_test(tcase, the_time_of_day_is_ignored);
    tcase_add_test(tcase, patterns);
    tcase_add_test(tcase, an_explicit_day_0);
    tcase = add_case(suite, "doubles");
    tcase_add_test(tcase, doubles_read_back);
    tcase_add_test(tcase, doubles_as_people_write_them);
    tcase_add_test(tcase, doubles_take_all_digits_into_account);
    tcase_add_test(tcase, no_locale_matters);
    tcase = add_case(suite, "others");
    tcase_add_test(tcase, counts);
    tcase_add_test(tcase, an_explicit_zero);
    tcase_add_test(tcase, parts_per_million);
    tcase_add_test(tcase, lists);
    tcase_add_test(tcase, names_and_flags);
    tcase_add_test(tcase, classes_are_letters);
    tcase_add_test(tcase, wrong_calls);
    tcase_add_test(tcase, formats_of_other_versions);
    return run_suite(suite);
}
