/* SPDX-License-Identifier: MIT
 * Change between two arbitrary columns of amounts, with arbitrary options; what comes out must hold together.
 */
#include <math.h>

#include "fuzz.h"

enum { MOST = 4096 };

static partner_pareto_options take_options(fuzz_input *in)
{
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    uint8_t flags = fuzz_u8(in), cuts = fuzz_u8(in);

    o.threads = flags & 3;
    o.population = flags >> 2 & 1;
    o.negatives = flags >> 3 & 1;
    for (unsigned i = 0, last = 0; i < cuts % 9u && i < PARTNER_PARETO_CUTS; i++) {
        uint32_t step = (uint32_t)fuzz_take(in, 3) % 300000;
        last = cuts & 0x80 ? step : last + step;
        o.cuts[i] = last;
    }
    /* What change does not look at may be anything. */
    o.leave_one_out = o.resample = flags >> 4 & 1;
    o.tail = o.xyz = flags >> 5;
    if (flags == 0xff) o.population = cuts;
    return o;
}

static int64_t value_of(int64_t amount) { return amount > 0 ? amount : 0; }

static void check_partners(const partner_change *c, const int64_t *before, const int64_t *after, size_t n)
{
    fuzz_demand(c->partners->partners == n && c->partners->class_none == c->moves->class_none,
                "everybody has a line");
    for (size_t i = 0; i < n; i++) {
        int64_t change = value_of(after[i]) - value_of(before[i]);
        double share = c->partners->contribution_share[i];

        fuzz_demand(c->partners->contribution[i] == change, "a contribution is v2 - v1");
        fuzz_demand((c->partners->previous_class[i] == c->moves->class_none) == (before[i] <= 0),
                    "class none is for no revenue");
        if (c->previous_total == 0) fuzz_demand(isnan(share), "no share of nothing");
        else fuzz_demand((share > 0) == (change > 0) && (share < 0) == (change < 0), "shares have the sign");
    }
}

static void check_moves(const partner_change *c, size_t n)
{
    const size_t classes = (size_t)c->moves->class_none + 1;
    size_t partners = 0;
    int64_t amount = 0;

    fuzz_demand(c->moves->moves == classes * classes, "every pair of classes has a line");
    for (size_t i = 0; i < c->moves->moves; i++) {
        partners += c->moves->partners[i];
        amount += c->moves->amount[i];
        fuzz_demand(c->moves->from[i] == i / classes && c->moves->to[i] == i % classes, "pairs come in order");
        fuzz_demand(c->moves->partners[i] > 0 || c->moves->amount[i] == 0, "nobody changes nothing");
    }
    fuzz_demand(partners == n, "everybody moves from a class to a class");
    fuzz_demand(amount == c->total - c->previous_total, "the moves add up to the change");
}

static void check_figures(const partner_change *c)
{
    const int whole = c->total > 0 && c->previous_total > 0;

    fuzz_demand(isnan(c->gini) == !whole && isnan(c->hhi) == !whole, "differences are of two figures");
    if (whole) fuzz_demand(fabs(c->gini) <= 1 && fabs(c->hhi) <= 1, "gini and hhi are in 0 … 1");
    for (int i = 0; i < PARTNER_PARETO_RISKS && c->total > 0; i++)
        fuzz_demand(c->at_risk[i] > 0 && c->at_risk[i] <= 1 && (i == 0 || c->at_risk[i] >= c->at_risk[i - 1]),
                    "more partners are more at risk");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    partner_pareto_options options = take_options(&in);
    const size_t most = in.left < MOST ? in.left : MOST;
    int64_t *before = fuzz_alloc(most, sizeof *before), *after = fuzz_alloc(most, sizeof *after);
    partner_amounts a = PARTNER_AMOUNTS_INIT, b = PARTNER_AMOUNTS_INIT;
    partner_change *change = NULL;
    partner_error error;
    size_t n = 0;

    for (; n < most && in.left > 0; n++) {
        before[n] = fuzz_amount(&in);
        after[n] = fuzz_amount(&in);
    }
    a.rows = b.rows = n;
    a.amount = before;
    b.amount = after;
    if (fuzz_ok(partner_change_new(&a, &b, &options, &change, &error), &error)) {
        check_partners(change, before, after, n);
        check_moves(change, n);
        check_figures(change);
    }
    partner_change_free(change);
    free(before);
    free(after);
    return 0;
}
