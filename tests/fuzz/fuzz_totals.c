/* SPDX-License-Identifier: MIT
 * Totals with arbitrary sales, roster and options, in one call and as a tally in two batches: both must agree.
 */
#include <math.h>

#include "rows.h"

static void take_options(fuzz_input *in, fuzz_rows *to)
{
    partner_totals_options o = PARTNER_TOTALS_OPTIONS_INIT;
    uint8_t flags = fuzz_u8(in);

    o.threads = flags & 3;
    o.roll_up = flags >> 2 & 1;
    if (flags >> 3 & 1) o.min_sales = fuzz_u8(in);
    if (flags >> 4 & 1) o.from_day = fuzz_day(in);
    if (flags >> 4 & 1) o.to_day = fuzz_day(in);
    if (flags >> 5 & 1) o.previous_from_day = fuzz_day(in);
    if (flags >> 5 & 1) o.previous_to_day = fuzz_day(in);
    if (flags >> 6 & 1) o.minor_units = fuzz_u8(in);
    if (flags >> 7 & 1) o.partners = fuzz_u8(in);
    to->options = o;
}

static void check(const partner_totals *t)
{
    uint64_t rows = 0;
    int64_t revenue = 0;

    fuzz_demand(t->active <= t->partners, "no more active partners than there are");
    for (size_t i = 0; i < t->partners; i++) {
        fuzz_demand(i == 0 || t->partner[i - 1] < t->partner[i], "lines stand by ascending partner");
        fuzz_demand(t->gross[i] >= 0 && t->returned[i] >= 0, "sums of magnitudes are not negative");
        fuzz_demand(t->revenue[i] == t->gross[i] - t->returned[i], "revenue = gross - returned");
        fuzz_demand(t->first_day[i] <= t->last_day[i], "the first day is not after the last");
        rows += t->sales[i] + t->returns[i];
        revenue = (int64_t)((uint64_t)revenue + (uint64_t)t->revenue[i]);
    }
    fuzz_demand(rows <= t->rows, "no more sales and returns than rows");
    fuzz_demand(revenue == t->revenue_total, "the lines add up to the total");
}

static int same(const void *a, const void *b, size_t n, size_t size)
{
    if (a == NULL || b == NULL) return a == b;
    return n == 0 || memcmp(a, b, n * size) == 0;
}

static void demand_equal(const partner_totals *a, const partner_totals *b)
{
    size_t n = a->partners;

    fuzz_demand(n == b->partners && a->active == b->active && a->rows == b->rows &&
                    a->revenue_total == b->revenue_total && a->last_day_seen == b->last_day_seen,
                "one call and two batches agree");
    fuzz_demand(same(a->partner, b->partner, n, 4) && same(a->gross, b->gross, n, 8) &&
                    same(a->returned, b->returned, n, 8) && same(a->margin, b->margin, n, 8) &&
                    same(a->sales, b->sales, n, 8) && same(a->returns, b->returns, n, 8) &&
                    same(a->first_day, b->first_day, n, 4) && same(a->last_day, b->last_day, n, 4) &&
                    same(a->attainment, b->attainment, n, 8),
                "and so do their columns");
}

/* The rows from `first` on, `rows` of them. */
static partner_sales part(const partner_sales *sales, size_t first, size_t rows)
{
    partner_sales p = *sales;

    p.rows = rows;
    p.partner += first;
    p.amount += first;
    if (p.day != NULL) p.day += first;
    if (p.margin != NULL) p.margin += first;
    if (p.currency != NULL) p.currency += first;
    return p;
}

/* The second batch comes first. NULL when a batch is refused. */
static partner_totals *in_two_batches(const fuzz_rows *in)
{
    size_t half = in->sales.rows / 2;
    partner_sales first = part(&in->sales, 0, half), second = part(&in->sales, half, in->sales.rows - half);
    partner_totals_options finish = PARTNER_TOTALS_OPTIONS_INIT;
    partner_tally *tally = NULL;
    partner_totals *totals = NULL;
    partner_error error;

    finish.roster = in->options.roster;
    finish.roll_up = in->options.roll_up;
    if (fuzz_ok(partner_tally_new(&in->options, &tally, &error), &error) &&
        fuzz_ok(partner_tally_add(tally, &second, &error), &error) &&
        fuzz_ok(partner_tally_add(tally, &first, &error), &error))
        fuzz_ok(partner_totals_from_tally(tally, &finish, &totals, &error), &error);
    partner_tally_free(tally);
    return totals;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static fuzz_rows made;
    fuzz_input in = {data, size};
    partner_totals *totals = NULL, *batches;
    partner_growth *growth = NULL;
    partner_error error;

    take_options(&in, &made);
    fuzz_roster(&in, &made);
    fuzz_sales(&in, &made);
    if (fuzz_ok(partner_totals_new(&made.sales, &made.options, &totals, &error), &error)) {
        check(totals);
        batches = in_two_batches(&made);
        fuzz_demand(batches != NULL, "what one call takes, two batches take");
        demand_equal(totals, batches);
        partner_totals_free(batches);
    }
    if (fuzz_ok(partner_growth_new(&made.sales, &made.options, &growth, &error), &error))
        fuzz_demand(growth->states->states == 6, "growth has six states");
    partner_growth_free(growth);
    partner_totals_free(totals);
    return 0;
}
