/* SPDX-License-Identifier: MIT */
#include "use.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 2000 };

static int64_t amount[ROWS];
static int wrong;

static void expect(int holds, const char *what)
{
    if (holds) return;
    fprintf(stderr, "host: %s\n", what);
    wrong++;
}

/* The quantiles of a power law with exponent 2.5 from `xmin` on. */
static void make_power_law(double xmin, double shift)
{
    for (int i = 0; i < ROWS; i++)
        amount[i] = (int64_t)((xmin - shift) * pow((ROWS - i - 0.5) / ROWS, -1 / 1.5) + shift);
}

static partner_amounts amounts_of(size_t rows)
{
    partner_amounts a = PARTNER_AMOUNTS_INIT;

    a.rows = rows;
    a.amount = amount;
    return a;
}

static partner_status fit(const library *l, size_t rows, const partner_pareto_options *options, double *alpha)
{
    partner_amounts a = amounts_of(rows);
    partner_tail *tail = NULL;
    partner_error error;
    partner_status status = l->tail_new(&a, options, &tail, &error);

    *alpha = status == PARTNER_OK ? tail->alpha : NAN;
    l->tail_free(tail);
    return status;
}

static void good(const library *l, uint8_t discrete)
{
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;
    partner_amounts a = amounts_of(ROWS);
    partner_pareto *pareto = NULL;
    partner_error error;
    double alpha;

    options.discrete = discrete;
    options.tail_replicates = 3;
    options.tail = 1;
    options.threads = 2;
    make_power_law(discrete ? 10 : 10000, discrete ? 0.5 : 0);
    expect(fit(l, ROWS, &options, &alpha) == PARTNER_OK && fabs(alpha - 2.5) < 0.25, "no tail of exponent 2.5");
    expect(l->pareto_new(&a, &options, &pareto, &error) == PARTNER_OK && pareto->tail != NULL,
           "no tail among the figures of pareto");
    l->pareto_free(pareto);
}

/* The ends of what amounts can be: whatever comes out, it is a result or a documented refusal. */
static void extreme(const library *l, uint8_t discrete)
{
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;
    double alpha;

    options.discrete = discrete;
    options.min_tail = 2;
    for (int shape = 0; shape < 4; shape++) {
        partner_status status;

        for (int i = 0; i < 100; i++) {
            if (shape == 0) amount[i] = i % 2 == 0 ? 1 : INT64_MAX / 100;
            if (shape == 1) amount[i] = INT64_MAX / 100 - i;
            if (shape == 2) amount[i] = 1 + i / 99;
            if (shape == 3) amount[i] = (int64_t)ldexp(1, i % 56);
        }
        status = fit(l, 100, &options, &alpha);
        expect(status == PARTNER_OK ? alpha > 1
                                    : status == PARTNER_E_TOO_LITTLE || status == PARTNER_E_CONVERGENCE,
               "an extreme column gives neither a tail nor a refusal");
    }
}

static void bad(const library *l)
{
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;
    double alpha;

    for (int i = 0; i < ROWS; i++) amount[i] = 700;
    for (uint8_t discrete = 0; discrete <= 1; discrete++) {
        options.discrete = discrete;
        expect(fit(l, 0, &options, &alpha) == PARTNER_E_TOO_LITTLE, "no rows are a tail");
        expect(fit(l, 3, &options, &alpha) == PARTNER_E_TOO_LITTLE, "three rows are a tail");
        expect(fit(l, ROWS, &options, &alpha) == PARTNER_E_TOO_LITTLE, "equal amounts are a tail");
    }
    options.discrete = 7;
    expect(fit(l, ROWS, &options, &alpha) == PARTNER_E_ARGUMENT, "discrete may be 7");
    amount[5] = PARTNER_NO_AMOUNT;
    expect(fit(l, ROWS, NULL, &alpha) == PARTNER_E_DATA, "a missing amount is an amount");
}

int use_library(const library *l)
{
    wrong = 0;
    expect((l->features() & PARTNER_FEATURE_GSL_PRIVATE) != 0, "the library has no copy of GSL of its own");
    for (uint8_t discrete = 0; discrete <= 1; discrete++) {
        good(l, discrete);
        extreme(l, discrete);
    }
    bad(l);
    return wrong;
}
