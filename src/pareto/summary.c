/* SPDX-License-Identifier: MIT
 * The figures of concentration as exact rationals of 128-bit integers, rounded once. With P < 2^32 and T < 2^63
 * every numerator and denominator below stays under 2^127. */
#include <math.h>

#include "pareto.h"

static const uint32_t MILLION = 1000000;
static const uint32_t TOPS[PARTNER_PARETO_TOPS] = {10000, 50000, 100000, 200000, 500000};

static partner__u128 product(uint64_t a, uint64_t b) { return partner__u128_mul(a, b); }

static double to_double(partner__u128 a)
{
    return ldexp((double)partner__u128_high(a), 64) + (double)partner__u128_low(a);
}

double partner__excess(partner__u128 a, partner__u128 b)
{
    if (partner__u128_less(a, b)) return -(to_double(partner__u128_sub(b, a)) / to_double(b));
    return to_double(partner__u128_sub(a, b)) / to_double(b);
}

double partner__entropy_term(double d)
{
    /* 1 / (k (k - 1)) for k = 2, 3 …: 0.25^27 / (28 * 27) is below half an ulp of the first term. */
    static const double coefficients[] = {
        1.0 / 2,   1.0 / 6,   1.0 / 12,  1.0 / 20,  1.0 / 30,  1.0 / 42,  1.0 / 56,  1.0 / 72,  1.0 / 90,
        1.0 / 110, 1.0 / 132, 1.0 / 156, 1.0 / 182, 1.0 / 210, 1.0 / 240, 1.0 / 272, 1.0 / 306, 1.0 / 342,
        1.0 / 380, 1.0 / 420, 1.0 / 462, 1.0 / 506, 1.0 / 552, 1.0 / 600, 1.0 / 650, 1.0 / 702};
    double sum = 0, x = 1 + d;

    if (d <= -1) return 1;
    if (fabs(d) >= 0.25) return x * log(x) - d;
    /* The series d^2 / 2 - d^3 / 6 + d^4 / 12 - … from its far end. */
    for (size_t k = sizeof coefficients / sizeof coefficients[0]; k-- > 0;) sum = coefficients[k] - d * sum;
    return d * d * sum;
}

/* Far from the mean v P / T a product of doubles is accurate enough; near it what counts is the difference,
 * which is taken exactly. */
static double entropy_of(const partner__ranked *r, double per_mean, uint64_t value)
{
    double ratio = (double)value * per_mean;

    if (fabs(ratio - 1) >= 0.25) return ratio * log(ratio) - (ratio - 1);
    return partner__entropy_term(partner__excess(product(value, r->counted), partner__u128_from(r->total)));
}

partner__moments partner__moments_of(const partner__ranked *r, size_t start, size_t end)
{
    partner__moments m = {.deviation = {0, 0}};
    uint64_t sum = start < end ? partner__sum_of_first(r, start) : 0;
    double per_mean = (double)r->counted / (double)r->total;

    for (size_t i = start; i < end; i++) {
        uint64_t value = r->value[i];

        sum += value;
        m.prefix_sum = partner__u128_add(m.prefix_sum, partner__u128_from(sum));
        m.squares = partner__u128_add(m.squares, product(value, value));
        partner__sum_add(&m.deviation, entropy_of(r, per_mean, value));
    }
    return m;
}

/* sum of (P - 2i + 1) v_(i) = 2 sum of (P - i + 1) v_(i) - (P + 1) T, and the first sum is that of S_1 … S_P,
 * of which those past the positive values are T. */
partner__u128 partner__gini_numerator(const partner__ranked *r, const partner__moments *m)
{
    partner__u128 sums = partner__u128_add(m->prefix_sum, product(r->counted - r->positive, r->total));

    return partner__u128_sub(partner__u128_shl(sums, 1), product((uint64_t)r->counted + 1, r->total));
}

/* |v/T - 1/P| summed is twice its positive part: of the m values with v P > T, (P S_m - m T) / (P T). */
static double hoover(const partner__ranked *r)
{
    partner__u128 total = partner__u128_from(r->total);
    size_t low = 0, high = r->positive;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (partner__u128_less(total, product(r->value[middle], r->counted))) low = middle + 1;
        else high = middle;
    }
    return partner__ratio(
        partner__u128_sub(product(partner__sum_of_first(r, low), r->counted), product(low, r->total)),
        product(r->counted, r->total));
}

/* On the i-th segment of the curve of the largest, from (i/P, S_i/T) with slope v P / T, the share held by the
 * top part x equals 1 - x at k = 1 - x = (S_i + (P - i) v) / (T + P v). i is the last with S_i/T <= 1 - i/P. */
static double kolkata_index(const partner__ranked *r)
{
    partner__u128 whole = product(r->counted, r->total);
    size_t low = 0, high = r->positive;
    uint64_t value;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        partner__u128 place =
            partner__u128_add(product(partner__sum_of_first(r, middle), r->counted), product(middle, r->total));
        if (partner__u128_less(whole, place)) high = middle;
        else low = middle;
    }
    value = r->value[low];
    return partner__ratio(
        partner__u128_add(partner__u128_from(partner__sum_of_first(r, low)), product(r->counted - low, value)),
        partner__u128_add(partner__u128_from(r->total), product(r->counted, value)));
}

/* q P / 10^6 = i and a rest: S_i and that part of the next value, over T. */
double partner__top_share(const partner__ranked *r, uint32_t top)
{
    uint64_t place = (uint64_t)top * r->counted, i = place / MILLION, rest = place % MILLION;
    partner__u128 held;

    if (r->total == 0) return NAN;
    if (i >= r->positive) return 1.0;
    held = partner__u128_add(product(partner__sum_of_first(r, (size_t)i), MILLION), product(r->value[i], rest));
    return partner__ratio(held, product(r->total, MILLION));
}

static void no_figures(partner__summary *s)
{
    s->gini = s->gini_unbiased = s->hhi = s->effective_partners = s->theil = s->hoover = NAN;
    s->vital_fraction = s->kolkata_index = NAN;
    s->vital_count = 0;
    for (int i = 0; i < PARTNER_PARETO_TOPS; i++) s->top_share[i] = NAN;
}

void partner__summarise(const partner__ranked *r, const partner__moments *m, uint32_t first_cut,
                        partner__summary *s)
{
    partner__u128 numerator;
    double zeros = (double)(r->counted - r->positive);

    no_figures(s);
    if (r->total == 0) return;
    numerator = partner__gini_numerator(r, m);
    s->gini = partner__ratio(numerator, product(r->counted, r->total));
    if (r->counted > 1) s->gini_unbiased = partner__ratio(numerator, product(r->counted - 1, r->total));
    s->hhi = partner__ratio(m->squares, product(r->total, r->total));
    s->effective_partners = partner__ratio(product(r->total, r->total), m->squares);
    s->theil = (partner__sum_value(&m->deviation) + zeros) / (double)r->counted;
    s->hoover = hoover(r);
    s->vital_count = partner__first_reaching(r, partner__reach(first_cut, r->total));
    s->vital_fraction = partner__ratio(partner__u128_from(s->vital_count), partner__u128_from(r->counted));
    s->kolkata_index = kolkata_index(r);
    for (int i = 0; i < PARTNER_PARETO_TOPS; i++) s->top_share[i] = partner__top_share(r, TOPS[i]);
}
