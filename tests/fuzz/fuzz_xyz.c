/* SPDX-License-Identifier: MIT
 * Regularity of demand of arbitrary sales, roster and options: what comes out must hold together, and be the
 * same for rows in reverse and several threads. */
#include <math.h>

#include "rows.h"

static void take_totals_options(fuzz_input *in, fuzz_rows *to)
{
    partner_totals_options o = PARTNER_TOTALS_OPTIONS_INIT;
    uint8_t flags = fuzz_u8(in);

    o.roll_up = flags & 1;
    if (flags >> 1 & 1) o.from_day = fuzz_day(in);
    if (flags >> 2 & 1) o.to_day = fuzz_day(in);
    if (flags >> 3 & 1) o.partners = fuzz_u8(in);
    to->options = o;
}

static partner_pareto_options take_options(fuzz_input *in)
{
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    uint8_t flags = fuzz_u8(in), cuts = fuzz_u8(in);

    o.xyz = flags & 3;
    if (flags >> 2 & 1) o.since_first = PARTNER_SINCE_FIRST_0;
    if (o.xyz == PARTNER_PERIOD_DAYS) o.xyz_days = flags >> 3 & 1 ? fuzz_u32(in) : fuzz_u8(in);
    if (cuts & 1) o.xyz_cuts[0] = (uint32_t)fuzz_take(in, 3);
    if (cuts & 1) o.xyz_cuts[1] = cuts & 2 ? fuzz_u32(in) : o.xyz_cuts[0] + cuts;
    /* And now and then an option that is out of its range. */
    if (flags == 0xff) o.xyz = cuts;
    if (flags == 0xfe) o.since_first = cuts;
    return o;
}

static int whole(int32_t from, int32_t to)
{
    return (from == PARTNER_NO_DAY) == (to == PARTNER_NO_DAY) && from <= to;
}

static void check_window(const partner_xyz *x)
{
    fuzz_demand(whole(x->from_day, x->to_day) && whole(x->left_out_from, x->left_out_to) &&
                    whole(x->after_from, x->after_to),
                "a stretch of days has both ends or none");
    fuzz_demand((x->periods == 0) == (x->from_day == PARTNER_NO_DAY), "whole periods have days");
    if (x->periods == 0) {
        fuzz_demand(x->after_from == PARTNER_NO_DAY, "nothing comes after nothing");
        return;
    }
    fuzz_demand(x->left_out_to == PARTNER_NO_DAY || x->left_out_to == x->from_day,
                "left out is what is before");
    fuzz_demand(x->after_from == PARTNER_NO_DAY || x->after_from == x->to_day, "after is what is after");
    if (x->period == PARTNER_PERIOD_DAYS)
        fuzz_demand((int64_t)x->to_day - x->from_day == (int64_t)x->periods * x->period_days &&
                        x->after_to == PARTNER_NO_DAY,
                    "so many days make up the periods, and end with the window");
    else
        fuzz_demand((int64_t)x->to_day - x->from_day >= (int64_t)x->periods * 28,
                    "months have 28 days or more");
}

static void check_partners(const partner_xyz *x, const partner_totals *t, const partner_pareto_options *o)
{
    double cuts[2] = {o->xyz_cuts[0] / 1e6, o->xyz_cuts[1] / 1e6};
    const partner_xyz_partners *p = x->partners;

    if (o->xyz_cuts[0] == 0) cuts[0] = 0.5, cuts[1] = 1;
    fuzz_demand(p->partners == t->partners, "every line is judged");
    for (size_t i = 0; i < p->partners; i++) {
        double cv = p->cv[i];

        fuzz_demand(p->periods[i] <= x->periods, "no partner has more periods than there are");
        fuzz_demand(isnan(cv) == (p->xyz[i] == PARTNER_XYZ_NONE), "no class, no variation");
        if (isnan(cv)) continue;
        fuzz_demand(p->periods[i] >= 4 && cv >= 0, "four periods at least");
        fuzz_demand(p->xyz[i] != PARTNER_XYZ_X || cv <= cuts[0], "X is up to the first cut");
        fuzz_demand(p->xyz[i] != PARTNER_XYZ_Y || (cv >= cuts[0] && cv <= cuts[1]), "Y is between the cuts");
        fuzz_demand(p->xyz[i] != PARTNER_XYZ_Z || cv >= cuts[1], "Z is above the second cut");
        /* One period of all has sqrt(m - 1), if none is negative. */
        fuzz_demand(t->returns[i] > 0 || cv <= sqrt(p->periods[i] - 1.0) * (1 + 1e-15), "nothing varies more");
    }
}

static void check_table(const partner_xyz *x, const partner_totals *t, const partner_pareto *pareto)
{
    size_t partners = 0;
    int64_t amount = 0;

    for (size_t i = 0; i < x->classes->rows; i++) {
        partners += x->classes->partners[i];
        amount += x->classes->amount[i];
    }
    fuzz_demand(partners == t->partners && amount == pareto->total, "the table holds everyone and everything");
}

/* The rows from the last to the first. */
static partner_sales reverse(const partner_sales *s, fuzz_rows *to)
{
    partner_sales r = *s;

    for (size_t i = 0; i < s->rows; i++) {
        to->who[i] = s->partner[s->rows - 1 - i];
        to->amount[i] = s->amount[s->rows - 1 - i];
        if (s->day != NULL) to->day[i] = s->day[s->rows - 1 - i];
    }
    r.partner = to->who;
    r.amount = to->amount;
    if (s->day != NULL) r.day = to->day;
    return r;
}

static void demand_equal(const partner_xyz *a, const partner_xyz *b)
{
    size_t n = a->partners->partners;

    fuzz_demand(a->periods == b->periods && a->from_day == b->from_day && a->after_to == b->after_to,
                "the same periods for rows in reverse");
    fuzz_demand(n == 0 || (memcmp(a->partners->cv, b->partners->cv, n * sizeof(double)) == 0 &&
                           memcmp(a->partners->xyz, b->partners->xyz, n) == 0 &&
                           memcmp(a->partners->periods, b->partners->periods, n * 4) == 0),
                "and the same lines");
}

static void judge(const fuzz_rows *made, const partner_pareto_options *o, const partner_totals *totals,
                  const partner_pareto *pareto)
{
    static fuzz_rows backwards;
    partner_pareto_options threaded = *o;
    partner_sales reversed;
    partner_xyz *xyz = NULL, *again = NULL;
    partner_error error;

    if (!fuzz_ok(partner_xyz_new(&made->sales, &made->options, totals, pareto, o, &xyz, &error), &error)) {
        fuzz_demand(error.code == PARTNER_E_ARGUMENT || error.code == PARTNER_E_DATA ||
                        error.code == PARTNER_E_RANGE,
                    "sales that totals were made of fit them");
        return;
    }
    check_window(xyz);
    check_partners(xyz, totals, o);
    check_table(xyz, totals, pareto);
    threaded.threads = 3;
    reversed = reverse(&made->sales, &backwards);
    fuzz_demand(partner_xyz_new(&reversed, &made->options, totals, pareto, &threaded, &again, &error) ==
                    PARTNER_OK,
                "rows in reverse are as good");
    demand_equal(xyz, again);
    partner_xyz_free(again);
    partner_xyz_free(xyz);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static fuzz_rows made;
    fuzz_input in = {data, size};
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto_options options;
    partner_totals *totals = NULL;
    partner_pareto *pareto = NULL;
    partner_error error;

    take_totals_options(&in, &made);
    options = take_options(&in);
    fuzz_roster(&in, &made);
    fuzz_sales(&in, &made);
    if (!fuzz_ok(partner_totals_new(&made.sales, &made.options, &totals, &error), &error)) return 0;
    amounts.rows = totals->partners;
    amounts.amount = totals->revenue;
    if (fuzz_ok(partner_pareto_new(&amounts, NULL, &pareto, &error), &error))
        judge(&made, &options, totals, pareto);
    partner_pareto_free(pareto);
    partner_totals_free(totals);
    return 0;
}
