/* SPDX-License-Identifier: MIT
 * The likelihood in ln m is looked at on a grid and then by golden section between the best point's neighbours.
 */
#include "strength.h"

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "../base/sum.h"

enum { GRID = 61, STEPS = 40, DEALS_BITS = 20, SNAPSHOT_BITS = 24 };

static const double LOWEST = 1, HIGHEST = 1000;

/* A gain in likelihood below this, relative, is none: partners of one deal each say nothing of m. */
static const double NOTHING = 1e-9;

double partner__log_gamma(double x)
{
    /* Stirling's series: B(2k) / (2k (2k - 1)). */
    static const double series[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                    1.0 / 1188, -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400};
    const double half_log_two_pi = 0.91893853320467274178;
    double product = 1, sum = 0, power;

    for (; x < 10; x++) product *= x;
    power = 1 / x;
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) {
        sum += series[i] * power;
        power /= x * x;
    }
    return (x - 0.5) * log(x) - x + half_log_two_pi + sum - log(product);
}

static double log_beta(double a, double b)
{
    return partner__log_gamma(a) + partner__log_gamma(b) - partner__log_gamma(a + b);
}

/* Partners of equal tallies count together. */
typedef struct sample {
    double mean;
    size_t count;
    double *deals, *won, *times; /* [count] */
} sample;

static double likelihood(const sample *s, double log_m)
{
    const double m = exp(log_m), a = m * s->mean, b = m * (1 - s->mean), none = log_beta(a, b);
    partner__sum sum = {0, 0};

    for (size_t i = 0; i < s->count; i++)
        partner__sum_add(&sum, s->times[i] * (log_beta(s->won[i] + a, s->deals[i] - s->won[i] + b) - none));
    return partner__sum_value(&sum);
}

static int is_better(double found, double best) { return found > best + NOTHING * (1 + fabs(best)); }

static double grid_point(size_t i)
{
    return log(LOWEST) + (log(HIGHEST) - log(LOWEST)) * (double)i / (GRID - 1);
}

static double golden(const sample *s, double low, double high)
{
    const double ratio = (sqrt(5) - 1) / 2;
    double left = high - ratio * (high - low), right = low + ratio * (high - low);
    double at_left = likelihood(s, left), at_right = likelihood(s, right);

    for (int i = 0; i < STEPS; i++) {
        if (at_left < at_right) {
            low = left;
            left = right;
            at_left = at_right;
            right = low + ratio * (high - low);
            at_right = likelihood(s, right);
        } else {
            high = right;
            right = left;
            at_right = at_left;
            left = high - ratio * (high - low);
            at_left = likelihood(s, left);
        }
    }
    return (low + high) / 2;
}

static double search(const sample *s)
{
    size_t best = GRID - 1;
    double most = likelihood(s, grid_point(best)), between;

    for (size_t i = GRID - 1; i-- > 0;) {
        const double here = likelihood(s, grid_point(i));

        if (!is_better(here, most)) continue;
        most = here;
        best = i;
    }
    between = golden(s, grid_point(best == 0 ? 0 : best - 1), grid_point(best == GRID - 1 ? best : best + 1));
    if (is_better(likelihood(s, between), most)) return exp(between);
    return best == GRID - 1 ? HIGHEST : best == 0 ? LOWEST : exp(grid_point(best));
}

static void add(sample *s, const partner__tally *t)
{
    s->deals[s->count] = t->deals;
    s->won[s->count] = partner__won_of(t);
    s->times[s->count++] = 1;
}

static int is_small(const partner__tally *t)
{
    return t->deals >> DEALS_BITS == 0 && t->snapshots >> SNAPSHOT_BITS == 0 && t->won >> DEALS_BITS == 0;
}

/* Tallies of few deals are many and mostly alike. */
static partner_status gather(sample *s, const partner__tally *tally, size_t count, uint64_t *words,
                             uint64_t *spare, partner_error *error)
{
    uint64_t *sorted;
    size_t n = 0;
    partner_status status;

    for (size_t i = 0; i < count; i++) {
        const partner__tally *t = &tally[i];

        if (!is_small(t)) add(s, t);
        else words[n++] = ((uint64_t)t->deals << SNAPSHOT_BITS | t->snapshots) << DEALS_BITS | t->won;
    }
    status = partner__sort(words, spare, n, 0, 2 * DEALS_BITS + SNAPSHOT_BITS, NULL, &sorted, error);
    for (size_t i = 0; i < n && status == PARTNER_OK; i++) {
        const uint64_t word = sorted[i], low = (UINT64_C(1) << DEALS_BITS) - 1;
        const partner__tally t = {(uint32_t)(word >> (SNAPSHOT_BITS + DEALS_BITS)),
                                  (uint32_t)(word >> DEALS_BITS & ((UINT64_C(1) << SNAPSHOT_BITS) - 1)),
                                  (uint32_t)(word & low)};

        if (i > 0 && word == sorted[i - 1]) s->times[s->count - 1]++;
        else add(s, &t);
    }
    return status;
}

partner_status partner__strength_of(double mean, const partner__tally *tally, size_t count, double *strength,
                                    partner_error *error)
{
    uint64_t *words, *spare;
    sample s = {.mean = mean};
    partner_status status = PARTNER_OK;

    *strength = HIGHEST;
    if (count < 2 || !(mean > 0 && mean < 1)) return PARTNER_OK;
    s.deals = partner__alloc(count, sizeof *s.deals);
    s.won = partner__alloc(count, sizeof *s.won);
    s.times = partner__alloc(count, sizeof *s.times);
    words = partner__alloc(count, sizeof *words);
    spare = partner__alloc(count, sizeof *spare);
    if (s.deals == NULL || s.won == NULL || s.times == NULL || words == NULL || spare == NULL)
        status = partner__no_memory(error);
    if (status == PARTNER_OK) status = gather(&s, tally, count, words, spare, error);
    if (status == PARTNER_OK) *strength = search(&s);
    partner__free(s.deals);
    partner__free(s.won);
    partner__free(s.times);
    partner__free(words);
    partner__free(spare);
    return status;
}
