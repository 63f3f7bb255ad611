/* SPDX-License-Identifier: MIT
 * Pareto with arbitrary amounts, groups and options; what comes out must hold together. */
#include <math.h>

#include "fuzz.h"

enum { MOST = 4096, OF_PARTS = 10 /* bytes */ };

typedef struct columns {
    size_t rows;
    int64_t *amount;
    uint32_t *group;
} columns;

/* The last bytes, if there are more: the parts that are made on demand read them, and what comes first in an
 * input means what it always did. */
static fuzz_input split_end(fuzz_input *in)
{
    fuzz_input end = {in->at + in->left, 0};

    if (in->left <= OF_PARTS) return end;
    in->left -= OF_PARTS;
    end.at = in->at + in->left;
    end.left = OF_PARTS;
    return end;
}

/* Few replicates, for each costs as much as all the rest. */
static void take_parts(fuzz_input *in, partner_pareto_options *o)
{
    uint8_t parts = fuzz_u8(in), wrong = fuzz_u8(in);

    o->resample = parts & 1;
    o->replicates = 2 + (parts >> 1 & 7);
    if (parts >> 4 & 1) o->confidence = (uint32_t)fuzz_take(in, 3) % 1000000;
    o->seed = fuzz_u8(in);
    o->tail = (parts >> 5 & 1) && o->seed % 4 == 0; /* a tail that there is too little for ends all */
    o->discrete = parts >> 6 & 1;
    if (parts >> 7 & 1) o->min_tail = 2 + fuzz_u8(in) % 30u;
    if (o->tail) o->tail_replicates = fuzz_u8(in) % 4u;
    /* And now and then one that is out of its range, or that only xyz looks at. */
    if (wrong == 0xff) o->resample = parts;
    if (wrong == 0xfe) o->replicates = (uint32_t)fuzz_take(in, 3) % 2 * 2000000 + 1;
    if (wrong == 0xfd) o->confidence = fuzz_u32(in) | 1000000;
    if (wrong == 0xfc) o->tail = parts;
    if (wrong == 0xfb) o->min_tail = parts;
    if (wrong == 0xfa) o->tail_replicates = fuzz_u32(in) | 0x40000000;
    if (wrong == 0xf9) o->xyz = parts;
    if (wrong == 0xf8) o->xyz_cuts[parts & 1] = fuzz_u32(in);
}

static partner_pareto_options take_options(fuzz_input *in)
{
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    uint8_t flags = fuzz_u8(in), cuts = fuzz_u8(in);
    fuzz_input end = split_end(in);

    o.threads = flags & 3;
    o.population = flags >> 2 & 1;
    o.negatives = flags >> 3 & 1;
    o.leave_one_out = flags >> 4 & 1;
    if (flags >> 5 & 1) o.points = (uint32_t)fuzz_take(in, 2);
    take_parts(&end, &o);
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

static void check_resampling(const partner_pareto *p)
{
    const partner_resampling *r = p->resampling;

    if (r == NULL) return;
    if (p->total == 0) {
        fuzz_demand(isnan(r->gini[0]) && isnan(r->top_share_20[1]) && isnan(r->vital_fraction[0]),
                    "no revenue, no range");
        return;
    }
    fuzz_demand(is_share(r->gini[0]) && is_share(r->gini[1]) && r->gini[0] <= r->gini[1], "a range of gini");
    fuzz_demand(is_share(r->top_share_20[0]) && is_share(r->top_share_20[1]) &&
                    r->top_share_20[0] <= r->top_share_20[1],
                "a range of the top share");
    fuzz_demand(r->vital_fraction[0] > 0 && is_share(r->vital_fraction[1]) &&
                    r->vital_fraction[0] <= r->vital_fraction[1],
                "a range of vital_fraction");
    fuzz_demand(p->zero + p->negative > 0 || r->redrawn == 0, "only partners without revenue make redraws");
}

static void check_tail(const partner_pareto *p)
{
    const partner_tail *t = p->tail;

    if (t == NULL) return;
    fuzz_demand(t->xmin > 0 && t->n >= 2 && t->n <= p->positive, "the tail is of positive amounts");
    fuzz_demand(t->left_out == p->zero + p->negative, "the others are left out");
    fuzz_demand(t->alpha > 1 && t->ks >= 0 && t->ks <= 1, "alpha > 1 and a distance");
    fuzz_demand(t->replicates == 0 ? isnan(t->p) : is_share(t->p), "p is a share of the replicates");
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
        check_resampling(pareto);
        check_tail(pareto);
        if (fuzz_ok(partner_pareto_top_share(&amounts, pareto, top, &share, &error), &error))
            fuzz_demand(isnan(share) == (pareto->total == 0), "top_share is NaN without revenue only");
    }
    partner_pareto_free(pareto);
    free(c.amount);
    free(c.group);
    return 0;
}
