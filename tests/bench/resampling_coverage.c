/* SPDX-License-Identifier: MIT
 * How often the 95 % resampling range holds the figure of the distribution that the partners were drawn from:
 *
 *     ninja -C build tests/resampling_coverage && build/tests/resampling_coverage [CHANNELS]
 *
 * Channels of 400 partners are drawn from distributions whose Gini coefficient, top 20 % share and fraction of
 * vital partners are known in closed form. A range that covered as a confidence interval should would hold the
 * known figure in 95 % of the channels. No test: docs/pareto.md has the figures. */
#include <inttypes.h>
#include <math.h>
#include <partner/partner.h>
#include <stdio.h>
#include <stdlib.h>

enum { PARTNERS = 400, USUAL_CHANNELS = 2000, FIGURES = 3, UNITS = 1000000 };

/* xorshift64* (Vigna 2016), so that nothing here depends on the library's own numbers. */
static double uniform(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return ((double)(*state * UINT64_C(0x2545f4914f6cdd1d) >> 11) + 0.5) * 0x1p-53;
}

/* Box & Muller 1958. */
static double lognormal(double sigma, uint64_t *state)
{
    double radius = sqrt(-2 * log(uniform(state))), angle = 6.283185307179586 * uniform(state);

    return exp(sigma * radius * cos(angle));
}

static double exponential(double unused, uint64_t *state)
{
    (void)unused;
    return -log(uniform(state));
}

static double normal_cdf(double x) { return erfc(-x / sqrt(2)) / 2; }

static const double NORMAL_80 = 0.8416212335729143; /* the standard normal's 80 % quantile */

/* What a distribution's partners are in the limit: gini, top 20 % share, vital fraction. */
typedef struct distribution {
    const char *name;
    double (*draw)(double parameter, uint64_t *state);
    double parameter, known[FIGURES];
} distribution;

/* The top part q holds 1 - Phi(Phi^-1(1 - q) - sigma), and gini = erf(sigma / 2). */
static distribution of_lognormal(const char *name, double sigma)
{
    distribution d = {name,
                      lognormal,
                      sigma,
                      {erf(sigma / 2), 1 - normal_cdf(NORMAL_80 - sigma), 1 - normal_cdf(sigma - NORMAL_80)}};
    return d;
}

/* The top part q holds q (1 - ln q), and gini = 1/2; the part that holds 0.8 by bisection. */
static distribution of_exponential(void)
{
    distribution d = {"exponential", exponential, 0, {0.5, 0.2 * (1 - log(0.2)), 0}};
    double low = 1e-9, high = 1;

    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (middle * (1 - log(middle)) < 0.8) low = middle;
        else high = middle;
    }
    d.known[2] = low;
    return d;
}

static int holds(const double range[2], double known) { return range[0] <= known && known <= range[1]; }

static int measure(const distribution *d, int channels)
{
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    int64_t amount[PARTNERS];
    uint64_t state = UINT64_C(0x5eed0fc0ffee1234);
    int held[FIGURES] = {0, 0, 0};

    options.threads = PARTNER_THREADS_ALL;
    options.resample = 1;
    amounts.rows = PARTNERS;
    amounts.amount = amount;
    for (int channel = 0; channel < channels; channel++) {
        partner_pareto *pareto = NULL;
        partner_error error;

        for (int i = 0; i < PARTNERS; i++) amount[i] = (int64_t)(UNITS * d->draw(d->parameter, &state));
        options.seed = (uint64_t)channel;
        if (partner_pareto_new(&amounts, &options, &pareto, &error) != PARTNER_OK) {
            fprintf(stderr, "%s\n", error.message);
            return 0;
        }
        held[0] += holds(pareto->resampling->gini, d->known[0]);
        held[1] += holds(pareto->resampling->top_share_20, d->known[1]);
        held[2] += holds(pareto->resampling->vital_fraction, d->known[2]);
        partner_pareto_free(pareto);
    }
    printf("%-22s", d->name);
    for (int f = 0; f < FIGURES; f++) printf("  %.4f %5.1f %%", d->known[f], 100.0 * held[f] / channels);
    printf("\n");
    return 1;
}

int main(int argc, char **argv)
{
    int channels = argc > 1 ? atoi(argv[1]) : USUAL_CHANNELS, ok = 1;
    const distribution distributions[] = {of_lognormal("lognormal, sigma 2", 2),
                                          of_lognormal("lognormal, sigma 1", 1), of_exponential()};

    if (channels < 1) return fprintf(stderr, "resampling_coverage [CHANNELS]\n"), EXIT_FAILURE;
    printf("%d channels of %d partners, 1000 replicates each: known figure, and how often the range holds it\n"
           "%-22s  %-14s  %-14s  %s\n",
           channels, PARTNERS, "", "gini", "top 20 %", "vital fraction");
    for (size_t i = 0; i < sizeof distributions / sizeof distributions[0] && ok; i++)
        ok = measure(&distributions[i], channels);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
