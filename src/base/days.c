/* SPDX-License-Identifier: MIT */
#include "days.h"

enum { DAYS_TO_EPOCH = 719468, DAYS_PER_ERA = 146097, YEARS_PER_ERA = 400 };

int partner__date_exists(int32_t year, int month, int day)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return 0;
    return day <= days[month - 1] + (month == 2 && leap);
}

/* Years begin in March, so that the leap day is the last of its year (the usual civil-day algorithm: a year's
 * day is a linear function of the month, an era of 400 years has a fixed length). */
static int64_t day_of(int64_t year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - (YEARS_PER_ERA - 1)) / YEARS_PER_ERA;
    int64_t year_of_era = y - era * YEARS_PER_ERA;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH;
}

int32_t partner__day_from_date(int32_t year, int month, int day) { return (int32_t)day_of(year, month, day); }

int64_t partner__month_of_day(int32_t day)
{
    partner__date date = partner__date_from_day(day);

    return ((int64_t)date.year - 1970) * 12 + date.month - 1;
}

int64_t partner__day_of_month(int64_t month)
{
    int64_t year = (month >= 0 ? month : month - 11) / 12;

    return day_of(1970 + year, (int)(month - 12 * year) + 1, 1);
}

partner__date partner__date_from_day(int32_t day)
{
    int64_t z = (int64_t)day + DAYS_TO_EPOCH;
    int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
    int64_t day_of_era = z - era * DAYS_PER_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month = (int)((5 * day_of_year + 2) / 153);
    partner__date date;

    date.day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    date.month = month < 10 ? month + 3 : month - 9;
    date.year = (int32_t)(year_of_era + era * YEARS_PER_ERA + (date.month <= 2));
    return date;
}
