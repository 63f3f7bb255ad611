/* SPDX-License-Identifier: MIT */
#include "fixture.h"

uint32_t case_threads = 1;

static void fill_sales(fixture *f)
{
    uint64_t state = UINT64_C(0x6a5d39eae116586d);

    for (size_t i = 0; i < ROWS; i++) {
        /* Squared, so that low indexes sell more; the highest index sells too. */
        uint64_t u = draw(&state) % PARTNERS;
        f->who[i] = i == 0 ? PARTNERS - 1 : (uint32_t)(u * u / PARTNERS);
        f->amount[i] = (int64_t)(draw(&state) % 1000000) + 1;
        if (i % 29 == 0) f->amount[i] = -f->amount[i];
        f->margin[i] = f->amount[i] / 5;
        f->day[i] = (int32_t)(19000 + draw(&state) % DAYS);
        f->product[i] = (uint32_t)(draw(&state) % 5);
    }
    f->sales = (partner_sales)PARTNER_SALES_INIT;
    f->sales.rows = ROWS;
    f->sales.partner = f->who;
    f->sales.amount = f->amount;
    f->sales.day = f->day;
    f->sales.margin = f->margin;
    f->sales.product = f->product;
    f->sales.currency = f->currency;
}

static void fill_roster(fixture *f)
{
    for (uint32_t i = 0; i < PARTNERS; i++) {
        f->enrolled[i] = i;
        f->group[i] = i % 11 == 0 ? PARTNER_NONE : i % GROUPS;
        f->parent[i] = i % 5 == 4 ? i - 1 : PARTNER_NONE;
        f->joined[i] = i % 3 == 0 ? 19000 + (int32_t)i : PARTNER_NO_DAY;
        f->left[i] = i % 13 == 0 ? 19700 : PARTNER_NO_DAY;
        f->target[i] = i % 2 == 0 ? 10000000 : PARTNER_NO_AMOUNT;
    }
    f->roster = (partner_roster)PARTNER_ROSTER_INIT;
    f->roster.rows = PARTNERS;
    f->roster.partner = f->enrolled;
    f->roster.group = f->group;
    f->roster.parent = f->parent;
    f->roster.joined = f->joined;
    f->roster.left = f->left;
    f->roster.target = f->target;
}

static void fill_amounts(fixture *f)
{
    for (size_t i = 0; i < ROWS; i++) f->revenue[f->who[i]] += f->amount[i];
    f->amounts = (partner_amounts)PARTNER_AMOUNTS_INIT;
    f->amounts.rows = PARTNERS;
    f->amounts.amount = f->revenue;
    f->amounts.group = f->group;
}

const fixture *data(void)
{
    static fixture made;
    static int ready;

    if (!ready) {
        fill_sales(&made);
        fill_roster(&made);
        fill_amounts(&made);
        ready = 1;
    }
    return &made;
}
