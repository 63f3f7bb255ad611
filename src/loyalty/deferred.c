/* SPDX-License-Identifier: MIT
 * Deferred revenue of points, cumulative first: the revenue to date is one rounded quotient, and every column
 * is a difference of such quotients, so that nothing drifts however many periods there are. */
#include <inttypes.h>
#include <partner/loyalty.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/parallel.h"
#include "worth.h"

/* The result and the block its columns lie in. */
typedef struct holder {
    partner_deferred deferred;
    void *columns;
} holder;

typedef struct columns {
    int64_t *opening, *added, *recognised, *reestimated, *revenue, *closing;
    int32_t *day;
} columns;

/* What has come together up to the end of a period; none of it falls. */
typedef struct to_date {
    int64_t allocated, redeemed, expected, revenue;
} to_date;

enum { PERIODS_BETWEEN_QUESTIONS = 1 << 16 };

static partner__place in_deferral(const char *field, size_t row)
{
    return partner__at("deferral", field, row, PARTNER_NONE);
}

static partner_status not_so_low(const char *field, size_t row, int64_t found, int64_t least,
                                 partner_error *error)
{
    if (found >= least) return PARTNER_OK;
    if (found == PARTNER_NO_AMOUNT)
        return partner__fail_at(error, PARTNER_E_DATA, in_deferral(field, row),
                                "deferral row %zu: %s is missing, expected %" PRId64 " or more", row, field,
                                least);
    return partner__fail_at(error, PARTNER_E_DATA, in_deferral(field, row),
                            "deferral row %zu: %s is %" PRId64 ", expected %" PRId64 " or more", row, field,
                            found, least);
}

static partner_status check_day(const partner_deferral *d, size_t row, partner_error *error)
{
    if (d->day == NULL) return PARTNER_OK;
    if (d->day[row] == PARTNER_NO_DAY)
        return partner__fail_at(error, PARTNER_E_DATA, in_deferral("day", row),
                                "deferral row %zu: day is missing, expected the last day of the period", row);
    if (row > 0 && d->day[row] <= d->day[row - 1])
        return partner__fail_at(error, PARTNER_E_DATA, in_deferral("day", row),
                                "deferral row %zu: day %" PRId32 " is not after day %" PRId32
                                " of the row before, expected periods in order",
                                row, d->day[row], d->day[row - 1]);
    return PARTNER_OK;
}

static partner_status add_to(int64_t *sum, int64_t value, const char *field, size_t row, partner_error *error)
{
    if (value > INT64_MAX - *sum)
        return partner__fail_at(error, PARTNER_E_RANGE, in_deferral(field, row),
                                "deferral row %zu: the sum of %s up to here is more than %" PRId64, row, field,
                                INT64_MAX);
    *sum += value;
    return PARTNER_OK;
}

static partner_status read_row(const partner_deferral *d, size_t row, to_date *to, partner_error *error)
{
    int64_t added = d->added == NULL || d->added[row] == PARTNER_NO_AMOUNT ? 0 : d->added[row];
    partner_status status = check_day(d, row, error);

    if (status == PARTNER_OK) status = not_so_low("added", row, added, 0, error);
    if (status == PARTNER_OK) status = not_so_low("redeemed", row, d->redeemed[row], 0, error);
    if (status == PARTNER_OK) status = not_so_low("expected", row, d->expected[row], 1, error);
    if (status == PARTNER_OK) status = add_to(&to->allocated, added, "added", row, error);
    if (status == PARTNER_OK) status = add_to(&to->redeemed, d->redeemed[row], "redeemed", row, error);
    to->expected = d->expected[row];
    return status;
}

/* min(most, allocated · redeemed / expected), rounded: revenue never goes beyond what was allocated, so an
 * estimate below what was redeemed already counts as if it were that. */
static int64_t earned(int64_t allocated, int64_t redeemed, int64_t expected, int64_t most)
{
    int64_t share;

    if (!partner__rounded_share((uint64_t)allocated, (uint64_t)redeemed, (uint64_t)expected, &share))
        return most;
    return share < most ? share : most;
}

/* The points redeemed in the period count at the rate before it, allocated per point expected, as far as there
 * is anything to recognise; what the new rate makes of all points redeemed so far is the re-estimate. Where
 * nothing was allocated before, there is no rate but the new one. */
static void write_period(const columns *to, size_t i, const to_date *before, to_date *now)
{
    int64_t at_old_rate;

    now->revenue = earned(now->allocated, now->redeemed, now->expected, now->allocated);
    at_old_rate = before->allocated == 0
                      ? now->revenue
                      : earned(before->allocated, now->redeemed, before->expected, now->allocated);
    to->opening[i] = before->allocated - before->revenue;
    to->added[i] = now->allocated - before->allocated;
    to->recognised[i] = at_old_rate - before->revenue;
    to->reestimated[i] = now->revenue - at_old_rate;
    to->revenue[i] = now->revenue - before->revenue;
    to->closing[i] = now->allocated - now->revenue;
}

static partner_status new_columns(holder *h, const partner_deferral *d, columns *to, partner_error *error)
{
    int64_t *block = partner__alloc(d->rows, 6 * sizeof *block + sizeof *to->day);

    if (block == NULL) return partner__no_memory(error);
    h->columns = block;
    to->opening = block;
    to->added = to->opening + d->rows;
    to->recognised = to->added + d->rows;
    to->reestimated = to->recognised + d->rows;
    to->revenue = to->reestimated + d->rows;
    to->closing = to->revenue + d->rows;
    to->day = (int32_t *)(void *)(to->closing + d->rows);
    return PARTNER_OK;
}

static partner_status write_periods(holder *h, const partner_deferral *d, const columns *to,
                                    const partner__run *run, partner_error *error)
{
    to_date before = {0, 0, 1, 0}, now = before;
    partner_status status = partner__ask(run, error);

    for (size_t i = 0; i < d->rows && status == PARTNER_OK; i++) {
        status = read_row(d, i, &now, error);
        if (status != PARTNER_OK) return status;
        write_period(to, i, &before, &now);
        if (d->day != NULL) to->day[i] = d->day[i];
        before = now;
        if ((i + 1) % PERIODS_BETWEEN_QUESTIONS == 0) status = partner__ask(run, error);
    }
    h->deferred.allocated = now.allocated;
    h->deferred.recognised_total = now.revenue;
    h->deferred.closing_total = now.allocated - now.revenue;
    return status;
}

static void show(holder *h, const partner_deferral *d, const partner_deferral_options *o, const columns *to)
{
    partner_deferred *p = &h->deferred;

    p->periods = d->rows;
    p->minor_units = o->minor_units == 0 ? 2 : o->minor_units;
    if (o->minor_units == PARTNER_MINOR_UNITS_0) p->minor_units = 0;
    p->day = d->day == NULL ? NULL : to->day;
    p->opening = to->opening;
    p->added = to->added;
    p->recognised = to->recognised;
    p->reestimated = to->reestimated;
    p->revenue = to->revenue;
    p->closing = to->closing;
}

static partner_status take(const partner_deferral *deferral, const partner_deferral_options *options,
                           partner_deferral *d, partner_deferral_options *o, partner_error *error)
{
    partner_status status = partner__take(d, sizeof *d, deferral, 0, "partner_deferral", error);

    if (status == PARTNER_OK)
        status = partner__take(o, sizeof *o, options, 1, "partner_deferral_options", error);
    if (status != PARTNER_OK) return status;
    if (o->minor_units > 9 && o->minor_units != PARTNER_MINOR_UNITS_0)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "minor_units is %u, expected 0 to 9 or PARTNER_MINOR_UNITS_0",
                             (unsigned)o->minor_units);
    if (d->rows == 0 || (d->redeemed != NULL && d->expected != NULL)) return PARTNER_OK;
    return partner__fail(error, PARTNER_E_ARGUMENT, "deferral.%s is NULL, expected a column of %zu rows",
                         d->redeemed == NULL ? "redeemed" : "expected", d->rows);
}

partner_status partner_deferred_new(const partner_deferral *deferral, const partner_deferral_options *options,
                                    partner_deferred **deferred, partner_error *error)
{
    partner_deferral d;
    partner_deferral_options o;
    partner__run run;
    columns to = {0};
    holder *h;
    partner_status status;

    if (deferred == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "deferred is NULL");
    status = take(deferral, options, &d, &o, error);
    if (status != PARTNER_OK) return status;
    h = partner__alloc_zero(1, sizeof *h);
    if (h == NULL) return partner__no_memory(error);
    run.threads = 1;
    run.interrupt = o.interrupt;
    run.interrupt_data = o.interrupt_data;
    status = new_columns(h, &d, &to, error);
    if (status == PARTNER_OK) status = write_periods(h, &d, &to, &run, error);
    if (status == PARTNER_OK) {
        show(h, &d, &o, &to);
        *deferred = &h->deferred;
    } else partner_deferred_free(&h->deferred);
    return status;
}

void partner_deferred_free(partner_deferred *deferred)
{
    holder *h = (holder *)(void *)deferred;

    if (deferred == NULL) return;
    partner__free(h->columns);
    partner__free(h);
}
