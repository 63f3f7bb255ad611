/* SPDX-License-Identifier: MIT
 * Arbitrary rows of sales and a roster, for the targets that make totals of them. */
#ifndef PARTNER_TESTS_FUZZ_ROWS_H
#define PARTNER_TESTS_FUZZ_ROWS_H

#include "fuzz.h"

enum { FUZZ_ROWS = 2048, FUZZ_ENROLLED = 64 };

typedef struct fuzz_rows {
    partner_sales sales;
    partner_roster roster;
    partner_totals_options options;
    uint32_t who[FUZZ_ROWS], currency[FUZZ_ROWS];
    int64_t amount[FUZZ_ROWS], margin[FUZZ_ROWS];
    int32_t day[FUZZ_ROWS];
    uint32_t enrolled[FUZZ_ENROLLED], group[FUZZ_ENROLLED], parent[FUZZ_ENROLLED];
    int32_t joined[FUZZ_ENROLLED], left[FUZZ_ENROLLED];
    int64_t target[FUZZ_ENROLLED];
} fuzz_rows;

/* Days of a few years, missing ones and the ends of the type. */
static inline int32_t fuzz_day(fuzz_input *in)
{
    uint32_t kind = (uint32_t)fuzz_take(in, 2);

    switch (kind) {
    case 0xffff: return PARTNER_NO_DAY;
    case 0xfffe: return INT32_MAX;
    case 0xfffd: return PARTNER_DAY_0;
    case 0xfffc: return (int32_t)(fuzz_take(in, 4) & 0x7fffffff);
    default: return (int32_t)(kind % 2000) - 100;
    }
}

/* Small indexes, so that partners meet; rarely a large one, for the sums per partner are an array. */
static inline uint32_t fuzz_partner(fuzz_input *in)
{
    uint32_t kind = fuzz_u8(in);

    if (kind == 0xff) return PARTNER_NONE;
    if (kind == 0xfe) return (uint32_t)fuzz_take(in, 2);
    return kind % 40;
}

static inline void fuzz_roster(fuzz_input *in, fuzz_rows *to)
{
    uint8_t columns = fuzz_u8(in), rows = fuzz_u8(in) % (FUZZ_ENROLLED + 1);

    to->roster = (partner_roster)PARTNER_ROSTER_INIT;
    to->roster.rows = rows;
    for (size_t i = 0; i < rows; i++) {
        to->enrolled[i] = fuzz_partner(in);
        to->group[i] = fuzz_u8(in) % 5u;
        to->parent[i] = fuzz_partner(in);
        to->joined[i] = fuzz_day(in);
        to->left[i] = fuzz_day(in);
        to->target[i] = fuzz_amount(in);
    }
    if (columns & 1) to->roster.partner = to->enrolled;
    if (columns & 2) to->roster.group = to->group;
    if (columns & 4) to->roster.parent = to->parent;
    if (columns & 8) to->roster.joined = to->joined;
    if (columns & 16) to->roster.left = to->left;
    if (columns & 32) to->roster.target = to->target;
    if (columns & 64) to->options.roster = &to->roster;
}

static inline void fuzz_sales(fuzz_input *in, fuzz_rows *to)
{
    uint8_t columns = fuzz_u8(in);
    size_t n = 0;

    while (in->left > 0 && n < FUZZ_ROWS) {
        to->who[n] = fuzz_partner(in);
        to->amount[n] = fuzz_amount(in);
        to->day[n] = columns & 1 ? fuzz_day(in) : 0;
        to->margin[n] = columns & 2 ? fuzz_amount(in) : 0;
        to->currency[n] = columns & 4 ? fuzz_u8(in) / 128u : 0;
        n++;
    }
    to->sales = (partner_sales)PARTNER_SALES_INIT;
    to->sales.rows = n;
    to->sales.partner = to->who;
    to->sales.amount = to->amount;
    if (columns & 1) to->sales.day = to->day;
    if (columns & 2) to->sales.margin = to->margin;
    if (columns & 4) to->sales.currency = to->currency;
}

#endif
