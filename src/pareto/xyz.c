/* SPDX-License-Identifier: MIT
 * ABC-XYZ: how regular the demand of each line of totals is, and the table of both classes. */
#include <inttypes.h>
#include <string.h>

#include "../base/arena.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "pareto.h"
#include "xyz.h"

enum { XYZ_CLASSES = PARTNER_XYZ_NONE + 1 };

typedef struct result {
    partner_xyz xyz; /* first: the caller's pointer is to it */
    partner_xyz_classes classes;
    partner_xyz_partners partners;
    partner__arena arena;
} result;

static partner_status missing_column(partner_error *error, const char *field)
{
    return partner__fail_at(error, PARTNER_E_ARGUMENT,
                            partner__at("sales", field, PARTNER_NO_ROW, PARTNER_NONE),
                            "sales: the column %s is NULL, expected it", field);
}

static partner_status take_sales(partner__demand *d, const partner_sales *sales, partner_error *error)
{
    partner_status status = partner__take(&d->sales, sizeof d->sales, sales, 0, "sales", error);

    if (status != PARTNER_OK || d->sales.rows == 0) return status;
    if (d->sales.partner == NULL) return missing_column(error, "partner");
    if (d->sales.amount == NULL) return missing_column(error, "amount");
    if (d->sales.day == NULL) return missing_column(error, "day");
    return status;
}

/* Of the options of totals only roll_up matters: the window is in the totals themselves. */
static partner_status take_family(partner__demand *d, const partner_totals_options *options,
                                  partner_error *error)
{
    partner_totals_options o;
    partner_status status = partner__take(&o, sizeof o, options, 1, "totals options", error);

    if (status != PARTNER_OK || !o.roll_up) return status;
    d->roll_up = 1;
    if (o.roster != NULL) status = partner__take(&d->roster, sizeof d->roster, o.roster, 0, "roster", error);
    if (status != PARTNER_OK) return status;
    if (o.roster == NULL || (d->roster.rows > 0 && d->roster.parent == NULL))
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("roster", "parent", PARTNER_NO_ROW, PARTNER_NONE),
                                "roll_up is %u, expected a roster with the column parent", (unsigned)o.roll_up);
    if (d->roster.partner == NULL && d->roster.rows > PARTNER_NONE)
        return partner__fail(error, PARTNER_E_ARGUMENT, "the roster has %zu rows, expected at most %" PRIu32,
                             d->roster.rows, PARTNER_NONE);
    return status;
}

static partner_status take_options(partner__demand *d, partner__regularity *r,
                                   const partner_pareto_options *options, partner_error *error)
{
    partner_pareto_options o;
    partner_status status = partner__take(&o, sizeof o, options, 1, "pareto options", error);

    if (status == PARTNER_OK) status = partner__xyz_options(&o, error);
    if (status != PARTNER_OK) return status;
    memcpy(r->cuts, o.xyz_cuts, sizeof r->cuts);
    r->since_first = o.since_first != PARTNER_SINCE_FIRST_0;
    d->periods.kind = o.xyz == PARTNER_PERIOD_NONE ? PARTNER_PERIOD_QUARTER : o.xyz;
    d->periods.days = d->periods.kind == PARTNER_PERIOD_DAYS ? o.xyz_days : 0;
    d->run.threads = o.threads;
    d->run.interrupt = o.interrupt;
    d->run.interrupt_data = o.interrupt_data;
    return status;
}

static partner_status allocate(result *r, size_t lines, partner__regularity *columns, partner_error *error)
{
    columns->cv = partner__arena_alloc(&r->arena, lines, sizeof *columns->cv);
    columns->xyz = partner__arena_alloc(&r->arena, lines, sizeof *columns->xyz);
    columns->periods = partner__arena_alloc(&r->arena, lines, sizeof *columns->periods);
    if (columns->cv == NULL || columns->xyz == NULL || columns->periods == NULL)
        return partner__no_memory(error);
    r->partners.partners = lines;
    r->partners.cv = columns->cv;
    r->partners.xyz = columns->xyz;
    r->partners.periods = columns->periods;
    r->xyz.partners = &r->partners;
    return PARTNER_OK;
}

static partner_status measure(partner__demand *d, const partner__regularity *columns, partner_error *error)
{
    partner_status status = partner__demand_lines(d, error);

    if (status == PARTNER_OK) status = partner__demand_periods(d, error);
    if (status == PARTNER_OK && d->periods.count > 0) status = partner__demand_sort(d, error);
    if (status == PARTNER_OK) status = partner__demand_measure(d, columns, error);
    return status;
}

/* The days from `start` to before `end`, if any. */
static void stretch(int64_t start, int64_t end, int32_t *from, int32_t *to)
{
    *from = *to = PARTNER_NO_DAY;
    if (start >= end) return;
    *from = (int32_t)start;
    *to = (int32_t)end;
}

/* With no whole period all of the window stands before the first one. */
static void publish(const partner__periods *p, partner_xyz *xyz)
{
    xyz->period = p->kind;
    xyz->period_days = p->days;
    xyz->periods = p->count;
    stretch(p->from, p->to, &xyz->from_day, &xyz->to_day);
    stretch(p->start, p->count == 0 ? p->end : p->from, &xyz->left_out_from, &xyz->left_out_to);
    stretch(p->count == 0 ? p->end : p->to, p->end, &xyz->after_from, &xyz->after_to);
}

/* Every pair of classes, A X, A Y … none none. */
static partner_status fill_table(const partner_totals *t, const partner_pareto *pareto, result *r,
                                 partner_error *error)
{
    size_t rows = ((size_t)pareto->class_none + 1) * XYZ_CLASSES;
    uint8_t *class_of = partner__arena_alloc(&r->arena, rows, sizeof *class_of);
    uint8_t *xyz = partner__arena_alloc(&r->arena, rows, sizeof *xyz);
    size_t *partners = partner__arena_alloc(&r->arena, rows, sizeof *partners);
    int64_t *amount = partner__arena_alloc(&r->arena, rows, sizeof *amount);

    if (class_of == NULL || xyz == NULL || partners == NULL || amount == NULL) return partner__no_memory(error);
    for (size_t row = 0; row < rows; row++) {
        class_of[row] = (uint8_t)(row / XYZ_CLASSES);
        xyz[row] = (uint8_t)(row % XYZ_CLASSES);
        partners[row] = 0;
        amount[row] = 0;
    }
    for (size_t i = 0; i < t->partners; i++) {
        size_t row = (size_t)pareto->class_of[i] * XYZ_CLASSES + r->partners.xyz[i];
        int64_t revenue = t->revenue[i] > 0 ? t->revenue[i] : 0;

        if (revenue > INT64_MAX - amount[row])
            return partner__fail(error, PARTNER_E_RANGE, "the revenue of a class is beyond %" PRId64,
                                 INT64_MAX);
        partners[row]++;
        amount[row] += revenue;
    }
    r->classes.rows = rows;
    r->classes.class_none = pareto->class_none;
    r->classes.class_of = class_of;
    r->classes.xyz = xyz;
    r->classes.partners = partners;
    r->classes.amount = amount;
    r->xyz.classes = &r->classes;
    return PARTNER_OK;
}

static partner_status check(const partner_totals *totals, const partner_pareto *pareto, partner_xyz **xyz,
                            partner_error *error)
{
    if (totals == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "xyz: totals is NULL");
    if (pareto == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "xyz: pareto is NULL");
    if (xyz == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "xyz is NULL, expected a place for it");
    if (totals->partners != pareto->partners)
        return partner__fail(error, PARTNER_E_STATE,
                             "xyz: totals have %zu lines and pareto has %zu, expected a pareto of the totals",
                             totals->partners, pareto->partners);
    return PARTNER_OK;
}

partner_status partner_xyz_new(const partner_sales *sales, const partner_totals_options *totals_options,
                               const partner_totals *totals, const partner_pareto *pareto,
                               const partner_pareto_options *options, partner_xyz **xyz, partner_error *error)
{
    partner__demand d = {.totals = totals};
    partner__regularity columns = {.since_first = 1};
    result *r;
    partner_status status = check(totals, pareto, xyz, error);

    if (status == PARTNER_OK) status = take_sales(&d, sales, error);
    if (status == PARTNER_OK) status = take_family(&d, totals_options, error);
    if (status == PARTNER_OK) status = take_options(&d, &columns, options, error);
    if (status != PARTNER_OK) return status;
    r = partner__alloc_zero(1, sizeof *r);
    if (r == NULL) return partner__no_memory(error);
    status = allocate(r, totals->partners, &columns, error);
    if (status == PARTNER_OK) status = measure(&d, &columns, error);
    if (status == PARTNER_OK) status = fill_table(totals, pareto, r, error);
    publish(&d.periods, &r->xyz);
    partner__demand_free(&d);
    if (status == PARTNER_OK) *xyz = &r->xyz;
    else partner_xyz_free(&r->xyz);
    return status;
}

void partner_xyz_free(partner_xyz *xyz)
{
    result *r = (result *)(void *)xyz;

    if (r == NULL) return;
    partner__arena_free(&r->arena);
    partner__free(r);
}
