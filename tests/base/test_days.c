/* SPDX-License-Identifier: MIT
 * Dates, against a calendar that counts day by day. */
#include <limits.h>

#include "base.h"
#include "base/days.h"

/* 0001-01-01 is day 1 of the Rata Die count and 1970-01-01 day 719163 (Reingold & Dershowitz, Calendrical
 * Calculations). */
enum { FIRST_DAY = 1 - 719163, DAYS_IN_400_YEARS = 400 * 365 + 97 };

static int month_length(int year, int month)
{
    if (month == 2) return year % 400 == 0 || (year % 4 == 0 && year % 100 != 0) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

START_TEST(test_every_day_of_the_years_1_to_9999)
{
    int32_t day = FIRST_DAY;

    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++)
            for (int d = 1; d <= month_length(year, month); d++, day++) {
                partner__date date = partner__date_from_day(day);
                if (partner__day_from_date(year, month, d) != day || date.year != year || date.month != month ||
                    date.day != d || !partner__date_exists(year, month, d))
                    ck_abort_msg("%04d-%02d-%02d", year, month, d);
            }
    ck_assert_int_eq(partner__day_from_date(1970, 1, 1), 0);
    ck_assert_int_eq(day, partner__day_from_date(9999, 12, 31) + 1);
}
END_TEST

/* The calendar repeats every 400 years: so far from the years above every day follows from one within them. */
START_TEST(test_every_int32_is_some_date)
{
    static const int32_t days[] = {INT32_MIN,       INT32_MIN + 1, INT32_MIN + 60, -1000000000, FIRST_DAY - 1,
                                   FIRST_DAY - 366, 1000000000,    INT32_MAX - 59, INT32_MAX};

    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        int64_t periods = days[i] / DAYS_IN_400_YEARS - 1, near = days[i] - periods * DAYS_IN_400_YEARS;
        partner__date far_date = partner__date_from_day(days[i]);
        partner__date date = partner__date_from_day((int32_t)near);

        ck_assert_int_ge(date.year, 1);
        ck_assert_int_le(date.year, 9999);
        ck_assert_int_eq(far_date.year, date.year + 400 * periods);
        ck_assert_int_eq(far_date.month, date.month);
        ck_assert_int_eq(far_date.day, date.day);
    }
}
END_TEST

/* Each month begins where the one before it ends. */
START_TEST(test_months_of_the_years_1_to_9999)
{
    int64_t month = (1 - 1970) * 12, day = FIRST_DAY;

    for (int year = 1; year <= 9999; year++)
        for (int m = 1; m <= 12; m++, month++) {
            int last = month_length(year, m) - 1;
            if (partner__day_of_month(month) != day || partner__month_of_day((int32_t)day) != month ||
                partner__month_of_day((int32_t)day + last) != month)
                ck_abort_msg("%04d-%02d", year, m);
            day += last + 1;
        }
}
END_TEST

/* Every day is in its month, at the ends of int32_t too, where a month begins or ends past them. */
START_TEST(test_every_day_is_in_its_month)
{
    for (int64_t day = INT32_MIN; day <= INT32_MAX; day += day % 1000 == 0 ? 999983 : 1) {
        int64_t month = partner__month_of_day((int32_t)day);
        if (partner__day_of_month(month) > day || partner__day_of_month(month + 1) <= day)
            ck_abort_msg("day %lld", (long long)day);
    }
    ck_assert_int_lt(partner__day_of_month(partner__month_of_day(INT32_MIN)), INT32_MIN);
    ck_assert_int_gt(partner__day_of_month(partner__month_of_day(INT32_MAX) + 1), INT32_MAX);
}
END_TEST

START_TEST(test_dates_that_do_not_exist)
{
    for (int year = 1890; year <= 2110; year++)
        for (int month = -1; month <= 14; month++)
            for (int day = -1; day <= 33; day++) {
                int exists = month >= 1 && month <= 12 && day >= 1 && day <= month_length(year, month);
                if (partner__date_exists(year, month, day) != exists)
                    ck_abort_msg("%04d-%02d-%02d", year, month, day);
            }
    ck_assert(!partner__date_exists(0, 1, 1));
    ck_assert(!partner__date_exists(-4, 2, 29));
    ck_assert(!partner__date_exists(10000, 1, 1));
    ck_assert(!partner__date_exists(INT32_MIN, 1, 1));
    ck_assert(!partner__date_exists(INT32_MAX, 12, 31));
    ck_assert(!partner__date_exists(2000, INT_MAX, 1));
    ck_assert(!partner__date_exists(2000, INT_MIN, 1));
    ck_assert(!partner__date_exists(2000, 1, INT_MAX));
    ck_assert(!partner__date_exists(2000, 1, INT_MIN));
}
END_TEST

void add_days_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "days");

    tcase_add_test(tcase, test_every_day_of_the_years_1_to_9999);
    tcase_add_test(tcase, test_every_int32_is_some_date);
    tcase_add_test(tcase, test_months_of_the_years_1_to_9999);
    tcase_add_test(tcase, test_every_day_is_in_its_month);
    tcase_add_test(tcase, test_dates_that_do_not_exist);
}
