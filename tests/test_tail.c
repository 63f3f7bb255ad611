/* SPDX-License-Identifier: MIT
 * How heavy the tail is: every definition of the specification computed again the plain way, over every
 * candidate, and properties. The published figures on real data are in test_tail_data.py. */
#include <stdio.h>

#include "suite.h"

/* ---- the definitions, plainly ---- */

enum { MOST = 400, MOST_VALUE = 5000 };

typedef struct plain {
    int64_t x[MOST]; /* ascending */
    size_t n;
    double zeta[MOST_VALUE + 2]; /* zeta(alpha, x) for the alpha last asked for */
} plain;

typedef struct law {
    int64_t xmin;
    double alpha, ks;
    size_t n;
} law;

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* zeta(s, q): 200 terms, then the integral, half a term and one correction (Euler and Maclaurin). */
static double plain_zeta(double s, double q)
{
    double sum = 0, end = q + 200;

    for (int k = 199; k >= 0; k--) sum += pow(q + k, -s);
    return sum + pow(end, 1 - s) / (s - 1) + pow(end, -s) / 2 + s * pow(end, -s - 1) / 12;
}

static double discrete_likelihood(const int64_t *tail, size_t n, double alpha)
{
    double logs = 0;

    for (size_t i = 0; i < n; i++) logs += log((double)tail[i]);
    return -(double)n * log(plain_zeta(alpha, (double)tail[0])) - alpha * logs;
}

static double continuous_alpha(const int64_t *tail, size_t n)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) sum += log((double)tail[i] / (double)tail[0]);
    return 1 + (double)n / sum;
}

/* The likelihood is concave in alpha: thirds, on slopes of its difference quotient. */
static double discrete_alpha(const int64_t *tail, size_t n)
{
    double low = 1.001, high = 60;

    while (high - low > 1e-7) {
        double middle = (low + high) / 2, h = 1e-4;
        if (discrete_likelihood(tail, n, middle + h) > discrete_likelihood(tail, n, middle - h)) low = middle;
        else high = middle;
    }
    return (low + high) / 2;
}

/* |F(z_j) - (j - 1)/n|, j = 1 … n. */
static double continuous_ks(const int64_t *tail, size_t n, double alpha)
{
    double most = 0;

    for (size_t j = 1; j <= n; j++) {
        double f = 1 - pow((double)tail[j - 1] / (double)tail[0], 1 - alpha);
        most = fmax(most, fabs(f - (double)(j - 1) / (double)n));
    }
    return most;
}

/* Over every integer xmin … max. */
static double discrete_ks(const int64_t *tail, size_t n, double alpha)
{
    double total = plain_zeta(alpha, (double)tail[0]), f = 0, most = 0;
    size_t upto = 0;

    for (int64_t x = tail[0]; x <= tail[n - 1]; x++) {
        f += pow((double)x, -alpha) / total;
        while (upto < n && tail[upto] <= x) upto++;
        most = fmax(most, fabs(f - (double)upto / (double)n));
    }
    return most;
}

/* Every candidate in turn. */
static law plain_fit(plain *p, size_t min_tail, int discrete)
{
    law best = {0, 0, INFINITY, 0};

    for (size_t i = 0; i < p->n; i++) {
        const int64_t *tail = p->x + i;
        size_t n = p->n - i;
        double alpha, ks;

        if ((i > 0 && p->x[i] == p->x[i - 1]) || n < min_tail || tail[0] == tail[n - 1]) continue;
        alpha = discrete ? discrete_alpha(tail, n) : continuous_alpha(tail, n);
        ks = discrete ? discrete_ks(tail, n, alpha) : continuous_ks(tail, n, alpha);
        if (ks < best.ks) best = (law){tail[0], alpha, ks, n};
    }
    return best;
}

/* Vuong's ratio from two columns of log-likelihoods. */
static void plain_vuong(const double *one, const double *other, size_t n, double result[3])
{
    double sum = 0, mean, squares = 0, s;

    for (size_t i = 0; i < n; i++) sum += one[i] - other[i];
    mean = sum / (double)n;
    for (size_t i = 0; i < n; i++) squares += (one[i] - other[i] - mean) * (one[i] - other[i] - mean);
    s = sqrt(squares / (double)n);
    result[0] = sum;
    result[1] = sum / (sqrt((double)n) * s);
    result[2] = erfc(fabs(sum) / (sqrt(2.0 * (double)n) * s));
}

static double upper(double z) { return erfc(z / sqrt(2)) / 2; }

/* ln of the lognormal's density (probability, when discrete) of x, given that it is in the tail. */
static double plain_lognormal(int64_t x, int64_t xmin, double mu, double sigma, int discrete)
{
    double z = (log((double)x) - mu) / sigma;
    double edge = discrete ? (double)xmin - 0.5 : (double)xmin;
    double in_tail = upper((log(edge) - mu) / sigma);

    if (discrete)
        return log(upper((log((double)x - 0.5) - mu) / sigma) - upper((log((double)x + 0.5) - mu) / sigma)) -
               log(in_tail);
    return -z * z / 2 - log((double)x * sigma * sqrt(2 * acos(-1.0))) - log(in_tail);
}

static double lognormal_likelihood(const int64_t *tail, size_t n, double mu, double sigma, int discrete)
{
    double sum = 0;

    for (size_t i = 0; i < n; i++) sum += plain_lognormal(tail[i], tail[0], mu, sigma, discrete);
    return isfinite(sum) ? sum : -INFINITY;
}

enum { MOST_PLAIN_SIGMA = 6 };

/* Walks uphill with steps that shrink (Hooke and Jeeves), up to a sigma of 6; over ln sigma and the slope of
 * the density where the tail begins, (ln xmin - mu) / sigma^2, which stays in place as sigma runs off. */
static void plain_lognormal_best(const int64_t *tail, size_t n, int discrete, double *mu, double *sigma)
{
    static const double ways[8][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {1, -1}, {-1, 1}};
    double edge = log((double)tail[0]), slope = (edge - log((double)tail[n / 2])), l = 0, step = 1,
           best = -INFINITY;

    while (step > 1e-7) {
        int moved = 0;
        for (int i = 0; i < 8; i++) {
            double next = slope + step * ways[i][0], next_l = l + step * ways[i][1] / 2, s = exp(next_l);
            double value = lognormal_likelihood(tail, n, edge - next * s * s, s, discrete);
            if (s > MOST_PLAIN_SIGMA || !(value > best)) continue;
            best = value;
            slope = next;
            l = next_l;
            moved = 1;
        }
        if (!moved) step /= 2;
    }
    *sigma = exp(l);
    *mu = edge - slope * *sigma * *sigma;
}

/* ---- samples ---- */

static double uniform(uint64_t *state) { return (double)(draw(state) >> 11) * 0x1p-53; }

static int64_t pareto(uint64_t *state, double xmin, double alpha)
{
    double x = xmin * pow(1 - uniform(state), -1 / (alpha - 1));
    return x < 1e15 ? (int64_t)x : (int64_t)1e15;
}

static int64_t lognormal(uint64_t *state, double mu, double sigma)
{
    double z = sqrt(-2 * log(1 - uniform(state))) * cos(2 * acos(-1.0) * uniform(state));
    return 1 + (int64_t)exp(mu + sigma * z);
}

enum { SHAPES = 6 };

/* The i-th of `n` amounts of a shape. */
static int64_t amount_of(uint64_t *state, int shape, size_t i)
{
    switch (shape) {
    case 0: return pareto(state, 100, 2.5);
    case 1: return i % 3 == 0 ? pareto(state, 300, 2.2) : lognormal(state, 4, 0.7);
    case 2: return lognormal(state, 5, 1.5);
    case 3: return pareto(state, 3, 2.8); /* many ties */
    case 4: return 1 + (int64_t)(draw(state) % 40);
    default: return 20 + (int64_t)(-50 * log(1 - uniform(state)));
    }
}

static void fill(plain *p, uint64_t *state, int shape, size_t n)
{
    p->n = n;
    for (size_t i = 0; i < n; i++) {
        p->x[i] = amount_of(state, shape, i);
        if (p->x[i] > MOST_VALUE) p->x[i] = MOST_VALUE - (int64_t)(draw(state) % 100);
    }
    qsort(p->x, n, sizeof *p->x, ascending);
}

static partner_tail *tail_of(const int64_t *amount, size_t n, const partner_pareto_options *o)
{
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_tail *t = NULL;
    partner_error error;

    amounts.rows = n;
    amounts.amount = amount;
    must(partner_tail_new(&amounts, o, &t, &error), error);
    return t;
}

static void assert_same(const partner_tail *a, const partner_tail *b)
{
    ck_assert_int_eq(a->xmin, b->xmin);
    ck_assert_uint_eq(a->n, b->n);
    ck_assert(same_bits(a->alpha, b->alpha) && same_bits(a->standard_error, b->standard_error));
    ck_assert(same_bits(a->ks, b->ks) && same_bits(a->p, b->p));
    for (int i = 0; i < 3; i++)
        ck_assert(same_bits(a->against->lognormal[i], b->against->lognormal[i]) &&
                  same_bits(a->against->exponential[i], b->against->exponential[i]));
    ck_assert_uint_eq(a->against->lognormal_is_power_law, b->against->lognormal_is_power_law);
}

/* ---- the fit ---- */

static const double RELATIVE = 1e-9;

static void assert_near(const char *what, double found, double expected, double tolerance)
{
    ck_assert_msg(fabs(found - expected) <= tolerance, "%s: %.17g, expected %.17g", what, found, expected);
}

/* What bisection on a difference quotient gives of alpha is good to about 1e-6: so are the plain distances. */
static void compare_fit(plain *p, size_t min_tail, int discrete)
{
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    law expected = plain_fit(p, min_tail, discrete);
    double alpha_off = discrete ? 3e-6 : RELATIVE, ks_off = discrete ? 1e-5 : 1e-12;
    partner_tail *t;

    o.discrete = (uint8_t)discrete;
    o.min_tail = (uint32_t)min_tail;
    t = tail_of(p->x, p->n, &o);
    assert_near("ks", t->ks, expected.ks, ks_off);
    ck_assert_int_eq(t->xmin, expected.xmin);
    ck_assert_uint_eq(t->n, expected.n);
    assert_near("alpha", t->alpha, expected.alpha, alpha_off * expected.alpha);
    if (!discrete) assert_near("standard error", t->standard_error, (t->alpha - 1) / sqrt((double)t->n), 1e-14);
    ck_assert(isnan(t->p));
    ck_assert_uint_eq(t->replicates, 0);
    ck_assert_uint_eq(t->discrete, (unsigned)discrete);
    partner_tail_free(t);
}

START_TEST(continuous_as_defined)
{
    static plain p;
    uint64_t state = 7 + (uint64_t)_i;

    for (int shape = 0; shape < SHAPES; shape++) {
        fill(&p, &state, shape, 30 + draw(&state) % (MOST - 29));
        compare_fit(&p, 25, 0);
        fill(&p, &state, shape, 10 + draw(&state) % 30);
        if (p.x[0] < p.x[p.n - 1]) compare_fit(&p, 2 + draw(&state) % 8, 0);
    }
}
END_TEST

START_TEST(discrete_as_defined)
{
    static plain p;
    uint64_t state = 1007 + (uint64_t)_i;

    for (int shape = 0; shape < SHAPES; shape++) {
        fill(&p, &state, shape, 30 + draw(&state) % 50);
        compare_fit(&p, 25, 1);
    }
}
END_TEST

/* The discrete standard error: 1 / sqrt(-second derivative of the likelihood), by differences. */
START_TEST(discrete_standard_error)
{
    static plain p;
    uint64_t state = 99;
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_tail *t;
    double h = 1e-2, curvature;
    const int64_t *tail;

    o.discrete = 1;
    fill(&p, &state, 3, 300);
    t = tail_of(p.x, p.n, &o);
    tail = p.x + p.n - t->n;
    curvature = (discrete_likelihood(tail, t->n, t->alpha + h) + discrete_likelihood(tail, t->n, t->alpha - h) -
                 2 * discrete_likelihood(tail, t->n, t->alpha)) /
                (h * h);
    assert_near("standard error", t->standard_error, 1 / sqrt(-curvature), 1e-3 * t->standard_error);
    partner_tail_free(t);
}
END_TEST

/* Among equal distances the smaller xmin: two tails that are copies of each other but for the unit are as far
 * from their law. */
START_TEST(two_values)
{
    static const int64_t x[] = {10, 10, 10, 20};
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_tail *t;

    /* alpha = 1 + 4 / ln 2; F(20) = 1 - 2^(-4 / ln 2) = 1 - e^-4; the farthest is the third 10: (3 - 1)/4. */
    o.min_tail = 2;
    t = tail_of(x, 4, &o);
    ck_assert_int_eq(t->xmin, 10);
    assert_near("alpha", t->alpha, 1 + 4 / log(2), 1e-14);
    assert_near("ks", t->ks, 0.5, 1e-15);
    partner_tail_free(t);
}
END_TEST

/* ---- the alternatives ---- */

static void compare_exponential(const int64_t *tail, const partner_tail *t)
{
    static double one[MOST], other[MOST];
    double mean = 0, xmin = (double)t->xmin, expected[3];
    double scale =
        t->discrete ? -log(plain_zeta(t->alpha, xmin)) : log((t->alpha - 1) / xmin) + t->alpha * log(xmin);

    for (size_t i = 0; i < t->n; i++) mean += ((double)tail[i] - xmin) / (double)t->n;
    for (size_t i = 0; i < t->n; i++) {
        double k = (double)tail[i] - xmin;
        one[i] = scale - t->alpha * log((double)tail[i]);
        other[i] = t->discrete ? log(1 / (1 + mean)) + k * log(mean / (1 + mean)) : -log(mean) - k / mean;
    }
    plain_vuong(one, other, t->n, expected);
    assert_near("exponential R", t->against->exponential[0], expected[0], 1e-7 * (1 + fabs(expected[0])));
    assert_near("exponential z", t->against->exponential[1], expected[1], 1e-7 * (1 + fabs(expected[1])));
    assert_near("exponential p", t->against->exponential[2], expected[2], 1e-7);
}

/* The likelihood at the best parameters is flat, so that R is good to the square of how good they are. */
static void compare_lognormal(const int64_t *tail, const partner_tail *t)
{
    static double one[MOST], other[MOST];
    double mu, sigma, xmin = (double)t->xmin, expected[3];
    double scale =
        t->discrete ? -log(plain_zeta(t->alpha, xmin)) : log((t->alpha - 1) / xmin) + t->alpha * log(xmin);

    plain_lognormal_best(tail, t->n, t->discrete, &mu, &sigma);
    if (t->against->lognormal_is_power_law) {
        ck_assert_msg(sigma > 0.99 * MOST_PLAIN_SIGMA, "sigma is %g", sigma);
        ck_assert(t->against->lognormal[0] == 0 && t->against->lognormal[2] == 1);
        return;
    }
    if (sigma > 0.99 * MOST_PLAIN_SIGMA) return;
    for (size_t i = 0; i < t->n; i++) {
        one[i] = scale - t->alpha * log((double)tail[i]);
        other[i] = plain_lognormal(tail[i], tail[0], mu, sigma, t->discrete);
    }
    plain_vuong(one, other, t->n, expected);
    assert_near("lognormal R", t->against->lognormal[0], expected[0], 1e-6 * (1 + fabs(expected[0])));
    assert_near("lognormal z", t->against->lognormal[1], expected[1], 1e-4 * (1 + fabs(expected[1])));
    assert_near("lognormal p", t->against->lognormal[2], expected[2], 1e-4);
}

START_TEST(alternatives_as_defined)
{
    static plain p;
    uint64_t state = 31 + (uint64_t)_i;

    for (int shape = 0; shape < SHAPES; shape++)
        for (uint8_t discrete = 0; discrete < 2; discrete++) {
            partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
            partner_tail *t;

            o.discrete = discrete;
            /* A tail of nearly all amounts, and one of any. */
            o.min_tail = _i % 2 == 0 ? 100 : 0;
            fill(&p, &state, shape, 120);
            t = tail_of(p.x, p.n, &o);
            compare_exponential(p.x + p.n - t->n, t);
            compare_lognormal(p.x + p.n - t->n, t);
            partner_tail_free(t);
        }
}
END_TEST

/* A lognormal body fitted whole: its likelihood beats the power law's, significantly; and so does an
 * exponential's. A power law beats an exponential. */
START_TEST(the_right_one_wins)
{
    enum { N = 3000 };
    static int64_t x[N];
    uint64_t state = 5;
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_tail *t;

    o.min_tail = N - 100;
    for (size_t i = 0; i < N; i++) x[i] = lognormal(&state, 12, 0.5);
    t = tail_of(x, N, &o);
    ck_assert(t->against->lognormal[0] < 0 && t->against->lognormal[2] < 1e-6);
    partner_tail_free(t);
    for (size_t i = 0; i < N; i++) x[i] = 1 + (int64_t)(-1e6 * log(1 - uniform(&state)));
    t = tail_of(x, N, &o);
    ck_assert(t->against->exponential[0] < 0 && t->against->exponential[2] < 1e-6);
    partner_tail_free(t);
    for (size_t i = 0; i < N; i++) x[i] = pareto(&state, 1e6, 2.5);
    t = tail_of(x, N, &o);
    ck_assert(t->against->exponential[0] > 0 && t->against->exponential[2] < 1e-6);
    ck_assert(fabs(t->against->lognormal[1]) < 4);
    partner_tail_free(t);
}
END_TEST

/* ---- goodness of fit ---- */

/* Where the law is true p is evenly spread over 0 … 1: the mean of 40 has standard deviation 1 / sqrt(12 * 40)
 * = 0.046.
 */
START_TEST(p_is_even_under_the_law)
{
    enum { N = 250, SAMPLES = 40, REPLICATES = 40 };
    int64_t x[N];
    uint64_t state = 12;
    double sum = 0;
    size_t samples = in_time(SAMPLES, 4);

    for (size_t s = 0; s < samples; s++) {
        partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
        partner_tail *t;
        o.tail_replicates = REPLICATES;
        o.seed = s;
        o.discrete = (uint8_t)_i;
        /* Pareto from 10 - 1/2 on, rounded, is all but the zeta law from 10 on. */
        for (size_t i = 0; i < N; i++) x[i] = pareto(&state, _i == 1 ? 10 : 1e6, 2.3);
        t = tail_of(x, N, &o);
        ck_assert_uint_eq(t->replicates, REPLICATES);
        ck_assert(t->p >= 0 && t->p <= 1);
        assert_near("p is a count", t->p * REPLICATES, nearbyint(t->p * REPLICATES), 1e-9);
        sum += t->p;
        partner_tail_free(t);
    }
    if (samples == SAMPLES) assert_near("mean of p", sum / SAMPLES, 0.5, _i == 1 ? 0.3 : 0.2);
}
END_TEST

/* No power law anywhere in the upper half of an exponential. */
START_TEST(p_is_small_without_the_law)
{
    enum { N = 2000 };
    static int64_t x[N];
    uint64_t state = 13;
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_tail *t;

    o.tail_replicates = (uint32_t)in_time(100, 10);
    o.min_tail = N / 2;
    o.discrete = (uint8_t)_i;
    for (size_t i = 0; i < N; i++) x[i] = 1 + (int64_t)(-1e4 * log(1 - uniform(&state)));
    t = tail_of(x, N, &o);
    ck_assert_double_eq(t->p, 0);
    partner_tail_free(t);
}
END_TEST

/* Mostly one value: many a replicate has that one only and is drawn again. */
START_TEST(replicates_that_are_all_equal)
{
    int64_t x[40];
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_tail *t;

    for (size_t i = 0; i < 40; i++) x[i] = 1;
    x[39] = 2;
    o.tail_replicates = 500;
    o.discrete = 1;
    t = tail_of(x, 40, &o);
    ck_assert_int_eq(t->xmin, 1);
    ck_assert(t->p >= 0 && t->p <= 1);
    partner_tail_free(t);
}
END_TEST

/* ---- properties ---- */

static int64_t *many(uint64_t seed, size_t n, int shape)
{
    int64_t *x = malloc(n * sizeof *x);
    uint64_t state = seed;

    ck_assert_ptr_nonnull(x);
    for (size_t i = 0; i < n; i++) x[i] = amount_of(&state, shape, i);
    return x;
}

/* Threads share the candidates of a large sample, and the replicates of a small one. */
START_TEST(any_number_of_threads)
{
    static const uint32_t threads[] = {2, 3, 8, PARTNER_THREADS_ALL};
    size_t n = in_time(_i % 2 == 0 ? 150000 : 4000, 2000);
    int64_t *x = many(77, n, _i / 2 % SHAPES);

    for (uint8_t discrete = 0; discrete < 2; discrete++) {
        partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
        partner_tail *one, *several;

        o.discrete = discrete;
        o.tail_replicates = _i % 2 == 0 ? 1 : 6;
        o.seed = 3;
        one = tail_of(x, n, &o);
        for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
            o.threads = threads[i];
            several = tail_of(x, n, &o);
            assert_same(one, several);
            partner_tail_free(several);
        }
        partner_tail_free(one);
    }
    free(x);
}
END_TEST

START_TEST(order_does_not_matter)
{
    enum { N = 20000 };
    size_t n = in_time(N, 2000);
    int64_t *x = many(8, n, _i);
    uint64_t state = 4;
    partner_tail *before = tail_of(x, n, NULL), *after;

    for (size_t i = n - 1; i > 0; i--) {
        size_t k = draw(&state) % (i + 1);
        int64_t other = x[i];
        x[i] = x[k];
        x[k] = other;
    }
    after = tail_of(x, n, NULL);
    assert_same(before, after);
    partner_tail_free(before);
    partner_tail_free(after);
    free(x);
}
END_TEST

/* Continuous amounts have no unit: cents or thousands give the same bits. */
START_TEST(unit_does_not_matter)
{
    enum { N = 20000 };
    size_t n = in_time(N, 2000);
    int64_t *x = many(9, n, _i);
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_tail *before, *after;

    o.tail_replicates = 2;
    before = tail_of(x, n, &o);
    for (size_t i = 0; i < n; i++) x[i] *= 1000;
    after = tail_of(x, n, &o);
    ck_assert_int_eq(after->xmin, 1000 * before->xmin);
    after->xmin = before->xmin;
    assert_same(before, after);
    partner_tail_free(before);
    partner_tail_free(after);
    free(x);
}
END_TEST

START_TEST(amounts_of_no_revenue_are_left_out)
{
    enum { N = 500 };
    int64_t x[N + 4];
    uint64_t state = 3;
    partner_tail *without, *with;

    for (size_t i = 0; i < N; i++) x[i] = pareto(&state, 50, 2);
    without = tail_of(x, N, NULL);
    x[N] = 0;
    x[N + 1] = -5;
    x[N + 2] = -INT64_MAX;
    x[N + 3] = 0;
    with = tail_of(x, N + 4, NULL);
    ck_assert_uint_eq(without->left_out, 0);
    ck_assert_uint_eq(with->left_out, 4);
    assert_same(without, with);
    partner_tail_free(without);
    partner_tail_free(with);
}
END_TEST

/* KS of a sample of k >= 0 (ascending) under the geometric law P(k >= i) = e^(-r i), over every i. */
static double geometric_ks(const int64_t *k, size_t n, double r)
{
    double most = 0;
    size_t upto = 0;

    for (int64_t i = 0; i <= k[n - 1]; i++) {
        while (upto < n && k[upto] <= i) upto++;
        most = fmax(most, fabs(1 - exp(-r * (double)(i + 1)) - (double)upto / (double)n));
    }
    return most;
}

/* Near 10^18 a double tells apart every 128th integer only, and logarithms of such amounts none of these: the
 * tail must come out as well. With k = x - base, alpha = 1 + n / sum of ln(1 + k/base) = n base / sum of k. */
START_TEST(large_and_near_to_each_other)
{
    enum { N = 60 };
    static const int64_t bases[] = {INT64_C(1000000000000000001), INT64_MAX - 58};
    const int64_t base = bases[_i];
    int64_t x[N], k[N], sum = 0;
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_tail *t;
    double r;

    for (int i = 0; i < N; i++) k[i] = (i * i) % 59;
    for (int i = 0; i < N; i++) x[i] = base + k[i];
    for (int i = 0; i < N; i++) sum += k[i];
    qsort(k, N, sizeof *k, ascending);
    o.min_tail = N;
    t = tail_of(x, N, &o);
    ck_assert_int_eq(t->xmin, base);
    assert_near("alpha", t->alpha, N * ((double)base / (double)sum), 1e-14 * t->alpha);
    partner_tail_free(t);
    /* Discrete: a geometric law of k, by the same limit: mean k = 1 / (e^r - 1), alpha = r base. */
    o.discrete = 1;
    o.tail_replicates = 20;
    r = log1p(N / (double)sum);
    t = tail_of(x, N, &o);
    assert_near("discrete alpha", t->alpha, r * (double)base, 1e-9 * t->alpha);
    assert_near("discrete ks", t->ks, geometric_ks(k, N, r), 1e-9);
    ck_assert(t->p >= 0 && t->p <= 1);
    partner_tail_free(t);
}
END_TEST

START_TEST(extremes)
{
    int64_t x[50];
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;

    o.tail_replicates = 3;
    for (o.discrete = 0; o.discrete < 2; o.discrete++)
        for (int shape = 0; shape < 3; shape++) {
            partner_tail *t;
            for (int i = 0; i < 50; i++)
                x[i] = shape == 0 ? INT64_MAX - i * (INT64_MAX / 50) : shape == 1 ? INT64_MAX - i % 2 : 1;
            if (shape == 2) x[7] = INT64_MAX;
            t = tail_of(x, 50, &o);
            ck_assert(t->alpha > 1 && isfinite(t->alpha) && t->ks > 0 && t->ks <= 1);
            ck_assert(isfinite(t->standard_error) && isfinite(t->against->lognormal[0]));
            partner_tail_free(t);
        }
}
END_TEST

/* ---- what is refused ---- */

static void refused(const int64_t *x, size_t n, partner_pareto_options *o, partner_status expected,
                    const char *sentence)
{
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_tail *t = (partner_tail *)&amounts;
    partner_error error;

    amounts.rows = n;
    amounts.amount = x;
    must_fail(partner_tail_new(&amounts, o, &t, &error), expected, error);
    ck_assert_ptr_eq(t, &amounts);
    ck_assert_str_eq(error.message, sentence);
}

START_TEST(arguments)
{
    static const int64_t x[2] = {1, 2};
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_tail *t = NULL;
    partner_error error;

    must_fail(partner_tail_new(&amounts, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_tail_new(NULL, NULL, &t, &error), PARTNER_E_ARGUMENT, error);
    o.discrete = 2;
    refused(x, 2, &o, PARTNER_E_ARGUMENT, "pareto options: discrete is 2, expected 0 or 1");
    o.discrete = 0;
    o.min_tail = 1;
    refused(x, 2, &o, PARTNER_E_ARGUMENT, "pareto options: min_tail is 1, expected 0 or at least 2");
    o.min_tail = 0;
    o.tail_replicates = 1000001;
    refused(x, 2, &o, PARTNER_E_ARGUMENT,
            "pareto options: tail_replicates is 1000001, expected at most 1000000");
    refused(NULL, 2, NULL, PARTNER_E_ARGUMENT, "amounts: amount is NULL, expected a column");
    refused(x, PARTNER_NONE, NULL, PARTNER_E_ARGUMENT,
            "amounts: 4294967295 rows, expected fewer than 4294967295");
    partner_tail_free(NULL);
}
END_TEST

START_TEST(too_little)
{
    int64_t x[30];
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;

    for (int i = 0; i < 30; i++) x[i] = i < 24 ? i + 1 : -i;
    refused(x, 30, NULL, PARTNER_E_TOO_LITTLE, "amounts: 24 above 0, expected at least 25 for a tail");
    refused(NULL, 0, NULL, PARTNER_E_TOO_LITTLE, "amounts: 0 above 0, expected at least 25 for a tail");
    o.min_tail = 24;
    partner_tail_free(tail_of(x, 30, &o));
    for (int i = 0; i < 30; i++) x[i] = 7;
    refused(x, 30, NULL, PARTNER_E_TOO_LITTLE,
            "amounts: all 30 above 0 are equal, expected at least two values for a tail");
    x[5] = PARTNER_NO_AMOUNT;
    refused(x, 30, NULL, PARTNER_E_DATA, "amounts row 5: amount is missing");
}
END_TEST

static int stop(void *left) { return --*(int *)left < 0; }

/* Wherever it is stopped, nothing is touched, and asking is frequent. */
START_TEST(interrupted)
{
    enum { N = 3000 };
    int64_t *x = many(1, N, 1);
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;
    int left, asked = 1 << 20;

    o.interrupt = stop;
    o.tail_replicates = 3;
    o.discrete = (uint8_t)_i;
    o.interrupt_data = &asked;
    partner_tail_free(tail_of(x, N, &o));
    asked = (1 << 20) - asked;
    ck_assert_int_gt(asked, 20);
    o.interrupt_data = &left;
    for (int at = 0; at < asked; at++) {
        left = at;
        refused(x, N, &o, PARTNER_E_CANCELLED, "cancelled");
    }
    for (o.threads = 2, left = 1; o.threads < 5; o.threads++, left = 1)
        refused(x, N, &o, PARTNER_E_CANCELLED, "cancelled");
    free(x);
}
END_TEST

/* A build without GSL checks what it is given and says what it lacks. */
START_TEST(unsupported)
{
    static const int64_t x[2] = {1, 2};
    partner_pareto_options o = PARTNER_PARETO_OPTIONS_INIT;

    refused(
        x, 2, NULL, PARTNER_E_UNSUPPORTED,
        "the power-law tail takes distributions that this build (-Dgsl=disabled) is without, expected one with "
        "-Dgsl=private or -Dgsl=shared");
    o.min_tail = 1;
    refused(x, 2, &o, PARTNER_E_ARGUMENT, "pareto options: min_tail is 1, expected 0 or at least 2");
}
END_TEST

static void add_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "tail");

    tcase_add_loop_test(tcase, continuous_as_defined, 0, 20);
    tcase_add_loop_test(tcase, discrete_as_defined, 0, 3);
    tcase_add_test(tcase, discrete_standard_error);
    tcase_add_test(tcase, two_values);
    tcase_add_loop_test(tcase, alternatives_as_defined, 0, 6);
    tcase_add_test(tcase, the_right_one_wins);
    tcase_add_loop_test(tcase, p_is_even_under_the_law, 0, 2);
    tcase_add_loop_test(tcase, p_is_small_without_the_law, 0, 2);
    tcase_add_test(tcase, replicates_that_are_all_equal);
    tcase_add_loop_test(tcase, any_number_of_threads, 0, 2 * SHAPES);
    tcase_add_loop_test(tcase, order_does_not_matter, 0, SHAPES);
    tcase_add_loop_test(tcase, unit_does_not_matter, 0, SHAPES);
    tcase_add_test(tcase, amounts_of_no_revenue_are_left_out);
    tcase_add_loop_test(tcase, large_and_near_to_each_other, 0, 2);
    tcase_add_test(tcase, extremes);
    tcase_add_test(tcase, arguments);
    tcase_add_test(tcase, too_little);
    tcase_add_loop_test(tcase, interrupted, 0, 2);
}

int main(void)
{
    Suite *suite = suite_create("tail");

    if (partner_features() & PARTNER_FEATURE_GSL) add_cases(suite);
    else tcase_add_test(add_case(suite, "without GSL"), unsupported);
    return run_suite(suite);
}
