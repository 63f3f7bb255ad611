/* SPDX-License-Identifier: MIT
 * Periods of demand: months or quarters of the calendar, or so many days. Only whole ones count, for half a
 * month would look like a fall in demand. */
#include "../base/days.h"
#include "xyz.h"

static int64_t months_of(const partner__periods *p) { return p->kind == PARTNER_PERIOD_QUARTER ? 3 : 1; }

/* Months or quarters from 1970 to the one with this day, rounded down. */
static int64_t unit_of(const partner__periods *p, int32_t day)
{
    int64_t month = partner__month_of_day(day), length = months_of(p);

    return (month >= 0 ? month : month - (length - 1)) / length;
}

static int64_t start_of(const partner__periods *p, int64_t unit)
{
    return partner__day_of_month(unit * months_of(p));
}

/* The first period begins on the window's first day or after it, the last one ends with the window or before.
 */
static void cut_calendar(partner__periods *p)
{
    int64_t first = unit_of(p, (int32_t)p->start), last = unit_of(p, (int32_t)p->end);

    if (start_of(p, first) < p->start) first++;
    if (first >= last) return;
    p->first = first;
    p->count = (uint32_t)(last - first);
    p->from = start_of(p, first);
    p->to = start_of(p, last);
}

static void cut_days(partner__periods *p)
{
    int64_t count = (p->end - p->start) / p->days;

    if (count == 0) return;
    p->count = (uint32_t)count;
    p->from = p->end - count * p->days;
    p->to = p->end;
}

void partner__periods_cut(partner__periods *p, int64_t start, int64_t end)
{
    p->start = p->end = p->from = p->to = p->first = 0;
    p->count = 0;
    if (start >= end) return;
    p->start = start;
    p->end = end;
    if (p->kind == PARTNER_PERIOD_DAYS) cut_days(p);
    else cut_calendar(p);
}

uint32_t partner__period_of(const partner__periods *p, int32_t day)
{
    if (day < p->from || day >= p->to) return p->count;
    if (p->kind == PARTNER_PERIOD_DAYS) return (uint32_t)((day - p->from) / p->days);
    return (uint32_t)(unit_of(p, day) - p->first);
}
