/* SPDX-License-Identifier: MIT
 * The tail of arbitrary amounts under arbitrary options; what comes out must hold together. */
#include <math.h>

#include "fuzz.h"

enum { MOST = 1024 };

static partner_pareto_options take_options(fuzz_input *in)
{
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    uint8_t flags = fuzz_u8(in);

    o.threads = flags & 3;
    o.discrete = flags >> 2 & 1;
    o.tail_replicates = flags >> 3 & 3;
    o.min_tail = fuzz_u8(in) % 64;
    o.seed = flags;
    /* And now and then an option that is out of its range. */
    if (flags == 0xff) o.discrete = 3;
    if (flags == 0xfe) o.tail_replicates = UINT32_MAX;
    return o;
}

static int is_share(double x) { return x >= 0 && x <= 1; }

/* R, z and p: p lies in 0 … 1, and z and p are undefined together. */
static void check_test(const double test[3])
{
    fuzz_demand(isfinite(test[0]), "R is a number");
    fuzz_demand(isnan(test[1]) ? isnan(test[2]) : is_share(test[2]), "p is in 0 … 1");
    fuzz_demand(isnan(test[1]) || (test[1] > 0) == (test[0] > 0), "z has the sign of R");
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The distance of a continuous tail by its definition; differences of large values are exact. */
static double plain_ks(const partner_tail *t, int64_t *amount, size_t rows)
{
    const int64_t *tail = amount + rows - t->n;
    double most = 0, n = (double)t->n;

    qsort(amount, rows, sizeof *amount, ascending);
    for (size_t j = 0; j < t->n; j++) {
        double log = log1p((double)(tail[j] - t->xmin) / (double)t->xmin);
        most = fmax(most, fabs(-expm1(-(t->alpha - 1) * log) - (double)j / n));
    }
    return most;
}

static void check(const partner_tail *t, int64_t *amount, size_t rows, const partner_pareto_options *o)
{
    size_t in_tail = 0, left_out = 0;
    int found = 0;

    for (size_t i = 0; i < rows; i++) {
        in_tail += amount[i] >= t->xmin;
        left_out += amount[i] <= 0;
        found |= amount[i] == t->xmin;
    }
    fuzz_demand(found && t->xmin > 0, "xmin is one of the amounts");
    fuzz_demand(in_tail == t->n && t->n >= (o->min_tail == 0 ? 25 : o->min_tail), "n counts the tail");
    fuzz_demand(left_out == t->left_out, "amounts <= 0 are counted");
    fuzz_demand(t->alpha >= 1 && isfinite(t->alpha) && isfinite(t->standard_error), "alpha is above 1");
    fuzz_demand(t->ks > 0 && t->ks <= 1, "the distance is in 0 … 1");
    fuzz_demand(o->tail_replicates == 0 ? isnan(t->p) : is_share(t->p), "p is a share, or not asked for");
    if (!t->discrete)
        fuzz_demand(fabs(plain_ks(t, amount, rows) - t->ks) <= 1e-10, "the distance is as defined");
    check_test(t->against->lognormal);
    check_test(t->against->exponential);
    fuzz_demand(!t->against->lognormal_is_power_law || t->against->lognormal[2] == 1,
                "a lognormal that is the power law is as good");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    partner_pareto_options options = take_options(&in);
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    size_t most = in.left < MOST ? in.left : MOST, rows = 0;
    int64_t *amount = fuzz_alloc(most, sizeof *amount);
    partner_tail *tail = NULL;
    partner_error error;

    while (rows < most && in.left > 0) amount[rows++] = fuzz_amount(&in);
    amounts.rows = rows;
    amounts.amount = amount;
    if (fuzz_ok(partner_tail_new(&amounts, &options, &tail, &error), &error))
        check(tail, amount, rows, &options);
    else fuzz_demand(error.code != PARTNER_E_CONVERGENCE, "every tail is found");
    partner_tail_free(tail);
    free(amount);
    return 0;
}
