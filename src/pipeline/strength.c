/* SPDX-License-Identifier: MIT
 * The likelihood in ln m is looked at on a grid; between the best point's neighbours its slope is followed to
 * where it is 0, for the likelihood itself is too flat there to tell more than half of m's digits. */
#include "strength.h"

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "../base/sum.h"

enum { GRID = 61, MOST_STEPS = 100, DEALS_BITS = 20, SNAPSHOT_BITS = 24 };

static const double LOWEST = 1, HIGHEST = 1000;

/* A gain in likelihood below this, relative, is none: partners of one deal each say nothing of m. */
static const double NOTHING = 1e-9;

double partner__log_gamma(double x)
{
    /* Stirling's series: B(2k) / (2k (2k - 1)). */
    static const double series[] = {1.0 / 12,   -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                    1.0 / 1188, -691.0 / 360360, 1.0 / 156,  -3617.0 / 122400};
    const double half_log_two_pi = 0.91893853320467274178;
    double product = 1, sum = 0, power, square;

    for (; x < 10; x++) product *= x;
    power = 1 / x;
    square = power * power;
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) {
        sum += series[i] * power;
        power *= square;
    }
    return (x - 0.5) * log(x) - x + half_log_two_pi + sum - log(product);
}

/* Partners of equal deals and won deals count together; those of equal deals follow on each other. */
typedef struct sample {
    double mean;
    size_t count;
    double *deals, *won, *times; /* [count] */
} sample;

/* Sum of ln (B(won + a, lost + b) / B(a, b)). */
static double likelihood(const sample *s, double log_m)
{
    const double m = exp(log_m), a = m * s->mean, b = m * (1 - s->mean);
    const double of_a = partner__log_gamma(a), of_b = partner__log_gamma(b), of_both = partner__log_gamma(m);
    double none = 0;
    partner__sum sum = {0, 0};

    for (size_t i = 0; i < s->count; i++) {
        const double won = s->won[i], lost = s->deals[i] - won;
        const double of_won = won > 0 ? partner__log_gamma(won + a) : of_a;
        const double of_lost = lost > 0 ? partner__log_gamma(lost + b) : of_b;

        if (i == 0 || s->deals[i] != s->deals[i - 1])
            none = partner__log_gamma(s->deals[i] + m) - of_both + of_a + of_b;
        partner__sum_add(&sum, s->times[i] * (of_won + of_lost - none));
    }
    return partner__sum_value(&sum);
}

static int is_better(double found, double best) { return found > best + NOTHING * (1 + fabs(best)); }

static double grid_point(size_t i)
{
    return log(LOWEST) + (log(HIGHEST) - log(LOWEST)) * (double)i / (GRID - 1);
}

/* The derivative of ln of the gamma function, x > 0. */
static double digamma(double x)
{
    /* B(2k) / 2k. */
    static const double series[] = {1.0 / 12,  -1.0 / 120,     1.0 / 252, -1.0 / 240,
                                    1.0 / 132, -691.0 / 32760, 1.0 / 12,  -3617.0 / 8160};
    double sum = 0, power, square;

    for (; x < 10; x++) sum -= 1 / x;
    power = square = 1 / (x * x);
    for (size_t i = 0; i < sizeof series / sizeof series[0]; i++) {
        sum -= series[i] * power;
        power *= square;
    }
    return log(x) - 0.5 / x + sum;
}

/* Of the likelihood, by m. */
static double slope(const sample *s, double log_m)
{
    const double m = exp(log_m), a = m * s->mean, b = m * (1 - s->mean);
    const double of_a = digamma(a), of_b = digamma(b), of_both = digamma(m);
    double all = 0;
    partner__sum sum = {0, 0};

    for (size_t i = 0; i < s->count; i++) {
        const double won = s->won[i], lost = s->deals[i] - won;
        const double by_won = won > 0 ? digamma(won + a) - of_a : 0;
        const double by_lost = lost > 0 ? digamma(lost + b) - of_b : 0;

        if (i == 0 || s->deals[i] != s->deals[i - 1]) all = digamma(s->deals[i] + m) - of_both;
        partner__sum_add(&sum, s->times[i] * (s->mean * by_won + (1 - s->mean) * by_lost - all));
    }
    return partner__sum_value(&sum);
}

/* Where the slope is 0, by false position with the Illinois rule (Dowell & Jarratt 1971); an end where there is
 * no such place. */
static double summit(const sample *s, double low, double high)
{
    double at_low = slope(s, low), at_high = slope(s, high);
    int side = 0;

    if (!(at_low > 0)) return low;
    if (!(at_high < 0)) return high;
    for (int i = 0; i < MOST_STEPS && high - low > 1e-14; i++) {
        const double middle = low + (high - low) * at_low / (at_low - at_high), here = slope(s, middle);

        if (here == 0 || !(low < middle && middle < high)) return middle;
        if (here > 0) {
            low = middle;
            at_low = here;
            if (side > 0) at_high /= 2;
            side = 1;
        } else {
            high = middle;
            at_high = here;
            if (side < 0) at_low /= 2;
            side = -1;
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
    between = summit(s, grid_point(best == 0 ? 0 : best - 1), grid_point(best == GRID - 1 ? best : best + 1));
    if (is_better(likelihood(s, between), most)) return exp(between);
    return best == GRID - 1 ? HIGHEST : best == 0 ? LOWEST : exp(grid_point(best));
}

static void add(sample *s, const partner__tally *t)
{
    s->deals[s->count] = t->deals;
    s->won[s->count] = partner__won_of(t);
    s->times[s->count++] = 1;
}

/* The same with its share in lowest terms: w is equal for all that reduce to it. */
static partner__tally reduced(partner__tally t)
{
    uint32_t a = t.snapshots, b = t.won;

    while (b != 0) {
        const uint32_t rest = a % b;

        a = b;
        b = rest;
    }
    if (a > 0) t = (partner__tally){t.deals, t.snapshots / a, t.won / a};
    return t;
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
        const partner__tally t = reduced(tally[i]);

        if (!is_small(&t)) add(s, &t);
        else words[n++] = ((uint64_t)t.deals << SNAPSHOT_BITS | t.snapshots) << DEALS_BITS | t.won;
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
