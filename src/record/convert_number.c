/* SPDX-License-Identifier: MIT
 * Numbers to integers, days and doubles without a detour by way of their text, wherever arithmetic provably
 * gives what the text would give. Everything else, and every error, is left to the text. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "../base/days.h"
#include "../base/int128.h"
#include "convert.h"

enum { POWERS = 19 };

static const uint64_t power[POWERS] = {UINT64_C(1),
                                       UINT64_C(10),
                                       UINT64_C(100),
                                       UINT64_C(1000),
                                       UINT64_C(10000),
                                       UINT64_C(100000),
                                       UINT64_C(1000000),
                                       UINT64_C(10000000),
                                       UINT64_C(100000000),
                                       UINT64_C(1000000000),
                                       UINT64_C(10000000000),
                                       UINT64_C(100000000000),
                                       UINT64_C(1000000000000),
                                       UINT64_C(10000000000000),
                                       UINT64_C(100000000000000),
                                       UINT64_C(1000000000000000),
                                       UINT64_C(10000000000000000),
                                       UINT64_C(100000000000000000),
                                       UINT64_C(1000000000000000000)};

/* --- to a whole number of 10^-places --- */

/* magnitude × 10^-scale, rounded half to even to that many places. */
static int scale_whole(uint64_t magnitude, int64_t scale, int places, partner__scaled *out)
{
    uint64_t unit, rest;

    if (scale <= places) {
        if (places - scale >= POWERS) return 0;
        unit = power[places - scale];
        if (magnitude > UINT64_MAX / unit) return 0;
        out->magnitude = magnitude * unit;
        return 1;
    }
    if (scale - places >= POWERS) return 0;
    unit = power[scale - places];
    rest = magnitude % unit;
    out->magnitude = magnitude / unit;
    out->inexact = rest != 0;
    out->magnitude += rest > unit / 2 || (rest == unit / 2 && out->magnitude % 2 == 1);
    return 1;
}

enum { EXACT = 6 }; /* more places that are tried before the text */

/* Whether a decimal that reads back as the double is rounded as the double is: they differ by less than the
 * distance between neighbouring doubles. */
static int is_clear_of_halves(double scaled, double whole)
{
    return fabs(fabs(scaled - whole) - 0.5) > 8 * DBL_EPSILON * fabs(scaled);
}

/* A decimal of at most 15 digits survives a double, and division rounds correctly: where c / 10^k is x for a
 * whole c below 10^15, that decimal is what x stands for. Where it has more places than the unit, it is enough
 * to be clear of halves. */
static int scale_double(double x, int places, partner__scaled *out)
{
    const double most = 1e15;
    double size = fabs(x);

    for (int k = places; k <= places + EXACT; k++) {
        double unit = (double)power[k], scaled = size * unit, whole;

        if (!(scaled < most)) return 0;
        whole = (double)(int64_t)(scaled + 0.5);
        if (whole / unit == size) return scale_whole((uint64_t)whole, k, places, out);
        if (k == places && is_clear_of_halves(scaled, whole)) {
            out->magnitude = (uint64_t)whole;
            out->inexact = 1;
            return 1;
        }
    }
    return 0;
}

/* The same for floats with 6 digits. The double quotient of two integers below 2^24 and powers of ten that are
 * exact as floats may be rounded again to a float (Figueroa 1995: 53 >= 2 * 24 + 2). */
static int scale_float(double x, int places, partner__scaled *out)
{
    double size = fabs(x), unit = (double)power[places], whole;

    if (places > 10 || !(size * unit < 1e6)) return 0;
    whole = (double)(int64_t)(size * unit + 0.5);
    if ((float)(whole / unit) != (float)size) return 0;
    out->magnitude = (uint64_t)whole;
    return 1;
}

static int scale_decimal(const partner__column *c, size_t row, partner__scaled *out)
{
    uint64_t magnitude[2];

    partner__decimal_at(c, row, magnitude, &out->negative);
    return magnitude[1] == 0 && scale_whole(magnitude[0], c->in.scale, c->places, out);
}

static int scale_integer(const partner__column *c, size_t row, partner__scaled *out)
{
    int beyond = 0;
    int64_t number = partner__integer_at(c, row, &beyond);

    out->negative = !beyond && number < 0;
    return scale_whole(out->negative ? partner__magnitude(number) : (uint64_t)number, 0, c->places, out);
}

static int to_integer(const partner__column *c, size_t row, char *element, size_t *rounded)
{
    partner__scaled value = {0, 0, 0, 0};
    double x;
    int known;

    if (c->in.layout == PARTNER_VALUES_F32 || c->in.layout == PARTNER_VALUES_F64) {
        x = partner__float_at(c, row);
        value.negative = x < 0;
        known = c->in.layout == PARTNER_VALUES_F64 ? scale_double(x, c->places, &value)
                                                   : scale_float(x, c->places, &value);
    } else {
        known = c->in.layout == PARTNER_VALUES_DECIMAL128 ? scale_decimal(c, row, &value)
                                                          : scale_integer(c, row, &value);
    }
    if (!known || value.magnitude > c->limit) return 0;
    if (value.negative && value.magnitude > 0 && c->field->type != PARTNER_TYPE_I64 &&
        c->field->type != PARTNER_TYPE_I32)
        return 0;
    if (value.inexact) {
        if (c->field->unit != PARTNER_UNIT_MONEY) return 0;
        ++*rounded;
    }
    partner__store(c->field->type, element, value.magnitude, value.negative);
    return 1;
}

/* --- to a day --- */

/* 20240131, as ISO 8601 has it without dashes. */
static int to_day(const partner__column *c, size_t row, char *element)
{
    int beyond = 0;
    int64_t number;
    int32_t year, day;
    int month, day_of_month;

    if (!partner__is_integer(c->in.layout) || c->as_number.date_format != NULL) return 0;
    number = partner__integer_at(c, row, &beyond);
    if (beyond || number < 10000101 || number > 99991231) return 0;
    year = (int32_t)(number / 10000);
    month = (int)(number / 100 % 100);
    day_of_month = (int)(number % 100);
    if (!partner__date_exists(year, month, day_of_month)) return 0;
    day = partner__day_from_date(year, month, day_of_month);
    memcpy(element, &day, sizeof day);
    return 1;
}

partner_status partner__convert_time(const partner__column *c, size_t row, char *element, partner_error *error)
{
    const int64_t ticks = c->in.ticks_per_day;
    const int32_t first = partner__day_from_date(1, 1, 1), last = partner__day_from_date(9999, 12, 31);
    int beyond = 0;
    int64_t time = partner__integer_at(c, row, &beyond), whole;
    int32_t day;

    if (beyond && ticks > 1) whole = (int64_t)((uint64_t)time / (uint64_t)ticks);
    else whole = time / ticks - (time % ticks < 0);
    if (beyond && ticks == 1)
        return partner__bad_row(
            c, row, error, "%" PRIu64 " days since 1970-01-01 is no date, expected one of the years 1 to 9999",
            (uint64_t)time);
    if (whole < first || whole > last)
        return partner__bad_row(
            c, row, error, "%" PRId64 " days since 1970-01-01 is no date, expected one of the years 1 to 9999",
            whole);
    day = (int32_t)whole;
    memcpy(element, &day, sizeof day);
    return PARTNER_OK;
}

/* --- to a double --- */

static int to_double(const partner__column *c, size_t row, char *element)
{
    int beyond = 0;
    int64_t number;
    double x;

    if (c->in.layout == PARTNER_VALUES_F64) {
        x = partner__float_at(c, row);
    } else if (partner__is_integer(c->in.layout)) {
        number = partner__integer_at(c, row, &beyond);
        x = beyond ? (double)(uint64_t)number : (double)number;
    } else {
        return 0;
    }
    if (!isfinite(x)) return 0;
    memcpy(element, &x, sizeof x);
    return 1;
}

int partner__convert_number(const partner__column *c, size_t row, char *element, size_t *rounded)
{
    if (!c->plain) return 0;
    switch (c->field->unit) {
    case PARTNER_UNIT_ENUM:
    case PARTNER_UNIT_FLAG: return 0;
    case PARTNER_UNIT_DAY: return c->field->type == PARTNER_TYPE_I32 && to_day(c, row, element);
    case PARTNER_UNIT_INDEX:
        /* A float or decimal goes the way of ids: it must be whole, and exact. */
        if (!partner__is_integer(c->in.layout)) return 0;
        break;
    default: break;
    }
    return c->field->type == PARTNER_TYPE_F64 ? to_double(c, row, element)
                                              : to_integer(c, row, element, rounded);
}

/* --- many rows at once: the same for the most common columns, in loops that do nothing else --- */

/* Doubles as money, but for those that are near a half. */
static size_t run_of_doubles(const partner__column *c, size_t row, size_t end, size_t *rounded)
{
    const char *values = (const char *)c->in.values + c->in.offset * sizeof(double);
    const double unit = (double)power[c->places];

    for (; row < end && !partner__is_null_row(c, row); row++) {
        double x, scaled;
        int64_t whole;

        memcpy(&x, values + row * sizeof x, sizeof x);
        scaled = x * unit;
        if (!(fabs(scaled) < 1e15)) break;
        whole = (int64_t)(scaled + (x < 0 ? -0.5 : 0.5));
        if ((double)whole / unit != x) {
            if (!is_clear_of_halves(scaled, (double)whole)) break;
            ++*rounded;
        }
        memcpy(c->elements + row * sizeof whole, &whole, sizeof whole);
    }
    return row;
}

/* Dates as days, and timestamps, within the years that the calendar has. The least int64_t is none, though in
 * nanoseconds it would be a day of 1677. */
static size_t run_of_times(const partner__column *c, size_t row, size_t end)
{
    const int32_t first = partner__day_from_date(1, 1, 1), last = partner__day_from_date(9999, 12, 31);
    const int64_t ticks = c->in.ticks_per_day;
    int beyond = 0;

    for (; row < end && !partner__is_null_row(c, row); row++) {
        int64_t time = partner__integer_at(c, row, &beyond), whole = time;
        int32_t day;

        if (ticks != 1) whole = time / ticks - (time % ticks < 0);
        if (time == INT64_MIN || whole < first || whole > last) break;
        day = (int32_t)whole;
        memcpy(c->elements + row * sizeof day, &day, sizeof day);
    }
    return row;
}

size_t partner__convert_run(const partner__column *c, size_t row, size_t end, size_t *rounded)
{
    const partner_field *field = c->field;

    if (!c->plain) return row;
    if (field->unit == PARTNER_UNIT_MONEY && field->type == PARTNER_TYPE_I64 &&
        c->in.layout == PARTNER_VALUES_F64)
        return run_of_doubles(c, row, end, rounded);
    if (c->in.ticks_per_day != 0 && field->type == PARTNER_TYPE_I32 && c->in.layout != PARTNER_VALUES_U64)
        return run_of_times(c, row, end);
    return row;
}
