/* SPDX-License-Identifier: MIT
 * Days since 1970-01-01 and dates of the proleptic Gregorian calendar. */
#ifndef PARTNER_BASE_DAYS_H
#define PARTNER_BASE_DAYS_H

#include <stdint.h>

typedef struct partner__date {
    int32_t year;
    int month, day; /* 1 … 12, 1 … 31 */
} partner__date;

/* Whether there is such a date, with a year of 1 … 9999. */
int partner__date_exists(int32_t year, int month, int day);

/* Valid for dates that exist. */
int32_t partner__day_from_date(int32_t year, int month, int day);

/* Valid for every int32_t. */
partner__date partner__date_from_day(int32_t day);

/* Months since January 1970, and the first day of such a month: beyond int32_t for the first and last ones that
 * int32_t days reach into. */
int64_t partner__month_of_day(int32_t day);
int64_t partner__day_of_month(int64_t month);

#endif
