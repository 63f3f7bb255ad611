/* SPDX-License-Identifier: MIT
 * Pareto with arbitrary amounts, groups and options; what comes out must hold together. */
#include <math.h>

#include "fuzz.h"

enum { MOST = 4096 };

typedef struct columns {
    size_t rows;
    int64_t *amount;
    uint32_t *group;
} columns;

static partner_pareto_options take_options(fuzz_input *in)
{
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    uint8_t flags = fuzz_u8(in), cuts = fuzz_u8(in);

    o.threads = flags & 3;
    o.population = flags >> 2 & 1;
    o.negatives = flags >> 3 & 1;
    o.leave_one_out = flags >> 4 & 1;
    if (flags >> 5 & 1) o.points = (uint32_t)fuzz_take(in, 2);
    /* Cuts rise from where the last one was, as a rule; odd bits of `cuts` let one fall. */
    for (unsigned i = 0, last = 0; i < cuts % 9u && i < PARTNER_PARETO_CUTS; i++) {
        uint32_t step = (uint32_t)fuzz_take(in, 3) % 300000;
        last = cuts & 0x80 ? step : last + step;
        o.cuts[i] = last;
    }
    /* And now and then an option that is out of its range. */
    if (flags == 0xff) o.population = cuts;
    if (flags == 0xfe) o.negatives = cuts;
    if (flags == 0xfd) o.leave_one_out = cuts;
    return o;
}

/* Every group of 0 … 7 and none, or any number at all. */
static columns take_columns(fuzz_input *in)
{
    uint8_t groups = fuzz_u8(in);
    columns c = {0, NULL, NULL};
    size_t most = in->left < MOST ? in->left : MOST;

    c.amount = fuzz_alloc(most, sizeof *c.amount);
    if (groups % 4 != 0) c.group = fuzz_alloc(most, sizeof *c.group);
    while (c.rows < most && in->left > 0) {
        c.amount[c.rows] = fuzz_amount(in);
        if (c.group != NULL) {
            uint32_t g = groups % 4 == 3 ? fuzz_u32(in) : fuzz_u8(in) % 9u;
            c.group[c.rows] = g == 8 ? PARTNER_NONE : g;
        }
        c.rows++;
    }
    return c;
}

static int is_share(double x) { return x >= 0 && x <= 1; }

static void check_summary(const partner_pareto *p)
{
    size_t in_classes = 0;
    int64_t amount = 0;

    fuzz_demand(p->positive + p->zero + p->negative == p->partners, "every partner has a sign");
    fuzz_demand(p->total >= 0 && p->negative_amount <= 0 && p->net == p->total + p->negative_amount,
                "net = total + negative_amount");
    for (size_t i = 0; i < p->classes->classes; i++) {
        in_classes += p->classes->partners[i];
        amount += p->classes->amount[i];
    }
    fuzz_demand(in_classes == p->partners && amount == p->total, "the classes hold everyone and everything");
    if (p->total == 0) {
        fuzz_demand(isnan(p->gini) && isnan(p->hhi) && isnan(p->hoover) && isnan(p->theil),
                    "no revenue, no ratio");
        return;
    }
    fuzz_demand(is_share(p->gini) && is_share(p->hhi) && is_share(p->hoover),
                "gini, hhi and hoover are in 0 … 1");
    fuzz_demand(p->hhi * (double)p->counted >= 1 - 1e-12, "hhi is at least 1/P");
    fuzz_demand(p->theil > -1e-9 && p->theil <= log((double)p->counted) + 1e-9, "theil is in 0 … ln P");
    fuzz_demand(p->kolkata_index >= 0.5 && p->kolkata_index <= 1, "kolkata_index is in 1/2 … 1");
    fuzz_demand(p->vital_count >= 1 && p->vital_count <= p->positive, "the vital few have revenue");
    for (int i = 0; i < PARTNER_PARETO_TOPS; i++)
        fuzz_demand(is_share(p->top_share[i]) && (i == 0 || p->top_share[i] >= p->top_share[i - 1]),
                    "top shares rise");
}

static void check_columns(const partner_pareto *p, const columns *c)
{
    unsigned char *seen = calloc(c->rows + 1, 1);
    double before = 0;

    if (seen == NULL) abort();
    for (size_t i = 0; i < p->partners; i++) {
        uint32_t row = p->order[i];
        fuzz_demand(row < c->rows && !seen[row], "order is a permutation");
        seen[row] = 1;
        fuzz_demand(i == 0 || c->amount[p->order[i - 1]] >= c->amount[row] || c->amount[row] <= 0,
                    "largest first");
        fuzz_demand((c->amount[row] <= 0) == (p->class_of[row] == p->class_none),
                    "class none is for no revenue");
        if (p->total == 0 || isnan(p->cumulative_share[row])) continue;
        fuzz_demand(is_share(p->share[row]) && p->cumulative_share[row] >= before, "cumulative shares rise");
        before = p->cumulative_share[row];
    }
    fuzz_demand(p->total == 0 || before == 1.0, "and end at 1");
    free(seen);
}

static void check_parts(const partner_pareto *p)
{
    int64_t total = 0;
    size_t partners = 0;

    for (size_t i = 0; p->groups != NULL && i < p->groups->groups; i++) {
        total += p->groups->total[i];
        partners += p->groups->partners[i];
        fuzz_demand(p->groups->total[i] == 0 || is_share(p->groups->gini[i]), "each group's gini is in 0 … 1");
    }
    if (p->groups != NULL) {
        fuzz_demand(total == p->total && partners == p->partners, "the groups hold everyone and everything");
        if (p->total > 0)
            fuzz_demand(fabs(p->theil_between + p->theil_within - p->theil) < 1e-9, "theil's parts add up");
    }
    for (size_t i = 1; p->lorenz != NULL && i < p->lorenz->points; i++)
        fuzz_demand(!(p->lorenz->partners[i] < p->lorenz->partners[i - 1]) &&
                        !(p->lorenz->share[i] < p->lorenz->share[i - 1]),
                    "the Lorenz curve rises");
    if (p->leave_one_out != NULL && p->total > 0 && !isnan(p->leave_one_out->gini_low))
        fuzz_demand(p->leave_one_out->gini_low <= p->leave_one_out->gini_high &&
                        p->leave_one_out->hhi_low <= p->leave_one_out->hhi_high,
                    "low is not above high");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    partner_pareto_options options = take_options(&in);
    columns c = take_columns(&in);
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto *pareto = NULL;
    partner_error error;
    const uint32_t top = (uint32_t)(size * 3571 % 1000001);
    double share;

    amounts.rows = c.rows;
    amounts.amount = c.amount;
    amounts.group = c.group;
    if (fuzz_ok(partner_pareto_new(&amounts, &options, &pareto, &error), &error)) {
        check_summary(pareto);
        check_columns(pareto, &c);
        check_parts(pareto);
        if (fuzz_ok(partner_pareto_top_share(&amounts, pareto, top, &share, &error), &error))
            fuzz_demand(isnan(share) == (pareto->total == 0), "top_share is NaN without revenue only");
    }
    partner_pareto_free(pareto);
    free(c.amount);
    free(c.group);
    return 0;
}
