/* SPDX-License-Identifier: MIT
 * Dates as text: ISO 8601, or a strftime pattern by a matcher of our own, since strptime depends on the locale.
 */
#include "../base/days.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

/* What a pattern has said so far; -1 = nothing. */
typedef struct moment {
    int32_t year;
    int month, day, day_of_year;
} moment;

static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                     "July",    "August",   "September", "October", "November", "December"};

/* Reads a number of least … most digits within low … high. */
static int number(const char **at, const char *end, int least, int most, int low, int high, int *value)
{
    const char *c = *at;
    int n = 0, v = 0;

    for (; n < most && c < end && partner__is_digit(*c); n++, c++) v = v * 10 + (*c - '0');
    if (n < least || v < low || v > high) return 0;
    *at = c;
    *value = v;
    return 1;
}

static int literal(const char **at, const char *end, char c)
{
    if (*at == end || **at != c) return 0;
    ++*at;
    return 1;
}

static void skip_spaces(const char **at, const char *end)
{
    while (*at < end && partner__is_space(**at)) ++*at;
}

/* Z, UTC or an offset, as +02, +0200 or +02:00. */
static int zone(const char **at, const char *end)
{
    int ignored;

    if (literal(at, end, 'Z') || literal(at, end, 'z')) return 1;
    if (end - *at >= 3 && partner__same_letters(*at, 3, "UTC")) {
        *at += 3;
        return 1;
    }
    if (!literal(at, end, '+') && !literal(at, end, '-')) return 0;
    if (!number(at, end, 2, 2, 0, 23, &ignored)) return 0;
    if (literal(at, end, ':')) return number(at, end, 2, 2, 0, 59, &ignored);
    number(at, end, 2, 2, 0, 59, &ignored);
    return 1;
}

static int noon(const char **at, const char *end)
{
    if (end - *at < 2 || !(partner__same_letters(*at, 2, "AM") || partner__same_letters(*at, 2, "PM")))
        return 0;
    *at += 2;
    return 1;
}

/* Whether the rest is nothing, or a time of day: 12:30, T12:30:00.000Z, 123000, 1:30 PM +02:00. */
static int is_time(const char *at, const char *end)
{
    int ignored, colon;

    if (at == end) return 1;
    if (!literal(&at, end, 'T') && !partner__is_space(*at)) return 0;
    skip_spaces(&at, end);
    if (!number(&at, end, 1, 2, 0, 24, &ignored)) return 0;
    colon = literal(&at, end, ':');
    if (!number(&at, end, 2, 2, 0, 59, &ignored)) return 0;
    if (literal(&at, end, ':') || (!colon && at < end && partner__is_digit(*at))) {
        if (!number(&at, end, 2, 2, 0, 60, &ignored)) return 0;
        if (literal(&at, end, '.') || literal(&at, end, ','))
            for (; at < end && partner__is_digit(*at);) at++;
    }
    skip_spaces(&at, end);
    noon(&at, end);
    skip_spaces(&at, end);
    zone(&at, end);
    return at == end;
}

static int month_name(const char **at, const char *end, int *month)
{
    size_t left = (size_t)(end - *at);

    for (int i = 0; i < 12; i++) {
        size_t whole = strlen(months[i]);

        if (left < 3 ||
            !partner__same_letters(*at, 3, (const char[]){months[i][0], months[i][1], months[i][2], 0}))
            continue;
        *month = i + 1;
        *at += left >= whole && partner__same_letters(*at, whole, months[i]) ? whole : 3;
        return 1;
    }
    return 0;
}

/* The POSIX rule for years of two digits. */
static int short_year(const char **at, const char *end, int32_t *year)
{
    int value;

    if (!number(at, end, 2, 2, 0, 99, &value)) return 0;
    *year = value + (value < 69 ? 2000 : 1900);
    return 1;
}

static int long_year(const char **at, const char *end, int32_t *year)
{
    int value;

    if (!number(at, end, 4, 4, 0, 9999, &value)) return 0;
    *year = value;
    return 1;
}

/* Matches what stands for one conversion; composed ones are in `expand`. Whether there is such a day is asked
 * of the whole date, so that 2013-02-30 and 2013-13-01 are both called what they are. */
static int convert(char conversion, const char **at, const char *end, moment *m)
{
    int ignored;

    switch (conversion) {
    case 'Y': return long_year(at, end, &m->year);
    case 'y': return short_year(at, end, &m->year);
    case 'm': return number(at, end, 1, 2, 0, 99, &m->month);
    case 'e': skip_spaces(at, end); return number(at, end, 1, 2, 0, 99, &m->day);
    case 'd': return number(at, end, 1, 2, 0, 99, &m->day);
    case 'b':
    case 'B': return month_name(at, end, &m->month);
    case 'j': return number(at, end, 1, 3, 0, 999, &m->day_of_year);
    case 'H': return number(at, end, 1, 2, 0, 24, &ignored);
    case 'I': return number(at, end, 1, 2, 1, 12, &ignored);
    case 'M': return number(at, end, 1, 2, 0, 59, &ignored);
    case 'S': return number(at, end, 1, 2, 0, 60, &ignored);
    case 'f': return number(at, end, 1, 9, 0, 999999999, &ignored);
    case 'p': return noon(at, end);
    case 'z': return zone(at, end);
    case '%': return literal(at, end, '%');
    default: return 0;
    }
}

static const char *expand(char conversion)
{
    switch (conversion) {
    case 'T': return "%H:%M:%S";
    case 'F': return "%Y-%m-%d";
    case 'D': return "%m/%d/%y";
    default: return NULL;
    }
}

static int match(const char *pattern, const char **at, const char *end, moment *m)
{
    for (; *pattern != '\0'; pattern++) {
        if (partner__is_space(*pattern)) {
            skip_spaces(at, end);
        } else if (*pattern != '%') {
            if (!literal(at, end, *pattern)) return 0;
        } else {
            const char *longer = expand(*++pattern);

            if (!(longer != NULL ? match(longer, at, end, m) : convert(*pattern, at, end, m))) return 0;
        }
    }
    return 1;
}

/* A pattern must be made of known conversions and give a year and a day in it. */
static partner_status check_pattern(const partner__text *text, const char *pattern)
{
    int year = 0, month = 0, day = 0, day_of_year = 0;

    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c != '%') continue;
        c++;
        if (*c == '\0' || strchr("YymdebBjHIMSpfzTFD%", *c) == NULL)
            return partner__fail(
                text->error, PARTNER_E_ARGUMENT,
                "date_format \"%.60s\" has an unknown conversion, expected %%Y %%y %%m %%d %%e %%b "
                "%%B %%j %%H %%I %%M %%S %%p %%f %%z %%T %%F %%D or %%%%",
                pattern);
        year |= strchr("YyFD", *c) != NULL;
        month |= strchr("mbBFD", *c) != NULL;
        day |= strchr("deFD", *c) != NULL;
        day_of_year |= *c == 'j';
    }
    if (year && ((month && day) || day_of_year)) return PARTNER_OK;
    return partner__fail(text->error, PARTNER_E_ARGUMENT,
                         "date_format \"%.60s\" does not say which day it is, expected year, month and day",
                         pattern);
}

static partner_status exact_day(const partner__text *text, const moment *m, int32_t *day)
{
    int by_month = m->month >= 0 && m->day >= 0;
    int leap = partner__date_exists(m->year, 2, 29);

    if (by_month ? !partner__date_exists(m->year, m->month, m->day)
                 : m->year < 1 || m->day_of_year < 1 || m->day_of_year > 365 + leap)
        return partner__bad_text(text, "is no date, expected one that exists (years 1 to 9999)");
    *day = by_month ? partner__day_from_date(m->year, m->month, m->day)
                    : partner__day_from_date(m->year, 1, 1) + m->day_of_year - 1;
    return PARTNER_OK;
}

/* YYYY-MM-DD or YYYYMMDD. */
static int match_iso(const char **at, const char *end, moment *m)
{
    int dash;

    if (!long_year(at, end, &m->year)) return 0;
    dash = literal(at, end, '-');
    return number(at, end, 2, 2, 0, 99, &m->month) && (!dash || literal(at, end, '-')) &&
           number(at, end, 2, 2, 0, 99, &m->day);
}

/* The same at once for the ten characters that nearly all dates are. */
static int plain_iso(const char *c, const char *end, int32_t *day)
{
    static const unsigned char at[] = {0, 1, 2, 3, 5, 6, 8, 9};
    int digit[8], month, day_of_month;
    int32_t year;

    if (end - c != 10 || c[4] != '-' || c[7] != '-') return 0;
    for (int i = 0; i < 8; i++) {
        if (!partner__is_digit(c[at[i]])) return 0;
        digit[i] = c[at[i]] - '0';
    }
    year = digit[0] * 1000 + digit[1] * 100 + digit[2] * 10 + digit[3];
    month = digit[4] * 10 + digit[5];
    day_of_month = digit[6] * 10 + digit[7];
    if (!partner__date_exists(year, month, day_of_month)) return 0;
    *day = partner__day_from_date(year, month, day_of_month);
    return 1;
}

partner_status partner__read_day(const partner__text *text, const char *pattern, int32_t *day)
{
    moment m = {-1, -1, -1, -1};
    const char *at = text->at;

    if (pattern == NULL) {
        if (plain_iso(at, text->end, day)) return PARTNER_OK;
        if (match_iso(&at, text->end, &m) && is_time(at, text->end)) return exact_day(text, &m, day);
        return partner__bad_text(text, "is not a date of the form YYYY-MM-DD (use date_format?)");
    }
    if (match(pattern, &at, text->end, &m) && is_time(at, text->end) && m.year >= 0 &&
        ((m.month >= 0 && m.day >= 0) || m.day_of_year >= 0))
        return exact_day(text, &m, day);
    if (check_pattern(text, pattern) != PARTNER_OK) return PARTNER_E_ARGUMENT;
    return partner__bad_text(text, "is not a date of the form %.60s", pattern);
}

void partner__write_day(int32_t day, char text[32])
{
    partner__date date = partner__date_from_day(day);

    snprintf(text, 32, "%s%04" PRId32 "-%02d-%02d", date.year < 0 ? "-" : "",
             date.year < 0 ? -date.year : date.year, date.month, date.day);
}
