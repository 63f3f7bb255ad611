/* SPDX-License-Identifier: MIT */
#include "beta.h"

#include <math.h>

#include "error.h"

enum { MOST_TERMS = 200000, MOST_STEPS = 200 };

static const double HALF_LOG_2PI = 0.91893853320467274178032973640562;
static const double SMALLEST = 0.1, LARGEST = 1e9, LEAST_P = 1e-20;

/* Newton doubles the digits: a step this small leaves an error that rounding hides. */
static const double ENOUGH = 1e-10;

/* One beta distribution, turned so that the x in question is at most 1/2. */
typedef struct beta {
    double a, b, n;
    double log_front; /* ln of what x^a (1 - x)^b has before it, at its peak x = a / n */
} beta;

/* ln Gamma(z) less Stirling's (z - 1/2) ln z - z + ln(2 pi) / 2. */
static double stirling_rest(double z)
{
    double rest = 0, inverse;

    for (; z < 12; z++) rest += (z + 0.5) * log1p(1 / z) - 1;
    inverse = 1 / (z * z);
    return rest +
           (1.0 / 12 -
            inverse * (1.0 / 360 - inverse * (1.0 / 1260 -
                                              inverse * (1.0 / 1680 -
                                                         inverse * (1.0 / 1188 - inverse * 691.0 / 360360))))) /
               z;
}

static beta beta_of(double a, double b)
{
    beta t = {a, b, a + b, 0};

    t.log_front = 0.5 * (log(a) + log(b) - log(t.n)) - HALF_LOG_2PI + stirling_rest(t.n) - stirling_rest(a) -
                  stirling_rest(b);
    return t;
}

/* m ln(m / at) + at - m for at = m + off, without loss where they are near (Loader 2000). */
static double deviance(double m, double at, double off)
{
    double v = off / (m + at), square = v * v, term, sum;

    if (fabs(v) > 0.1) return m * log(m / at) + off;
    sum = off * v;
    term = -2 * m * v;
    for (int k = 3;; k += 2) {
        double more = (term *= square) / k;
        if (sum + more == sum) return sum;
        sum += more;
    }
}

/* ln of x^a (1 - x)^b / B(a, b), y = 1 - x. */
static double log_weight(const beta *t, double x, double y)
{
    double off = t->n * x - t->a;

    return t->log_front - deviance(t->a, t->n * x, off) - deviance(t->b, t->n * y, -off);
}

/* What x^a y^b / B(a, b) is divided by to give P(X <= x): the continued fraction of DiDonato & Morris (1992) by
 * Lentz's method. For x up to the mean `below` = a - (a + b) x is not negative and all terms are positive; it
 * is handed over because x near 1 has lost its digits. */
static double fraction(double a, double b, double x, double y, double below)
{
    double result = a / (a + 1) * (below + 1), c = result, d = 0;

    for (double m = 1; m < MOST_TERMS; m++) {
        double s = a + 2 * m - 1, w = m * (b - m) * x;
        double over = (a + m - 1) / s * ((a + b + m - 1) / s) * w * x;
        double under = m + w / s + (a + m) / (s + 2) * (below + 1 + m * (1 + y));
        double change;

        d = 1 / (under + over * d);
        c = under + over / c;
        change = c * d;
        result *= change;
        if (fabs(change - 1) < 1e-15) break;
    }
    return result;
}

/* ln P(X <= x), or of P(X > x), and its slope by ln x. The smaller tail is the one that is computed. */
static double log_tail(const beta *t, double log_x, int upper, double *slope)
{
    double x = exp(log_x), y = -expm1(log_x), weight = log_weight(t, x, y), below = t->a - t->n * x, tail;

    tail = weight - log(below >= 0 ? fraction(t->a, t->b, x, y, below) : fraction(t->b, t->a, y, x, -below));
    if (upper == (below >= 0)) tail = log1p(-exp(tail));
    *slope = exp(weight - tail) / (upper ? -y : y);
    return tail;
}

/* From the powers that either tail is, or the normal approximation of Abramowitz & Stegun 26.5.22. */
static double first_guess(const beta *t, double p, double q)
{
    double tail = sqrt(-2 * log(p < q ? p : q)), z, h, lambda, w;

    if (t->a <= 1 || t->b <= 1) {
        double low = exp(t->a * log(t->a / t->n)) / t->a, high = exp(t->b * log(t->b / t->n)) / t->b;

        if (p < low / (low + high)) return log(t->a * (low + high) * p) / t->a;
        return log1p(-fmin(1 - 1e-9, pow(t->b * (low + high) * q, 1 / t->b)));
    }
    z = (2.30753 + tail * 0.27061) / (1 + tail * (0.99229 + tail * 0.04481)) - tail;
    if (p < q) z = -z;
    lambda = (z * z - 3) / 6;
    h = 2 / (1 / (2 * t->a - 1) + 1 / (2 * t->b - 1));
    w = z * sqrt(h + lambda) / h - (1 / (2 * t->b - 1) - 1 / (2 * t->a - 1)) * (lambda + 5.0 / 6 - 2 / (3 * h));
    return -log1p(t->b / t->a * exp(2 * w));
}

/* Newton on logarithms: a tail is about a power of x, which makes that a straight line. Between bounds that
 * close in on the root. */
static double solve(const beta *t, double p, double q)
{
    int upper = p > q;
    double goal = log(upper ? q : p), low = -740, high = -0.69, u = first_guess(t, p, q);

    for (int i = 0; i < MOST_STEPS; i++) {
        double slope, off, next;

        if (!(u > low && u < high)) u = low / 2 + high / 2;
        off = log_tail(t, u, upper, &slope) - goal;
        if ((off > 0) == upper) low = u;
        else high = u;
        next = u - off / slope;
        if (fabs(next - u) <= ENOUGH) return next;
        u = next;
    }
    return u;
}

/* The smaller of p and q tells it better. */
static int lies_below_half(const beta *t, double p, double q)
{
    const double log_half = -0.69314718055994530941723212145818;
    double slope;

    if (p <= q) return log(p) <= log_tail(t, log_half, 0, &slope);
    return log(q) >= log_tail(t, log_half, 1, &slope);
}

partner_status partner__beta_quantile(double p, double a, double b, double *x, partner_error *error)
{
    beta t;

    if (!(p >= LEAST_P && p < 1))
        return partner__fail(error, PARTNER_E_ARGUMENT, "beta_quantile: p is %g, expected %g to 1", p, LEAST_P);
    if (!(a >= SMALLEST && a <= LARGEST && b >= SMALLEST && b <= LARGEST))
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "beta_quantile: a and b are %g and %g, expected %g to %g", a, b, SMALLEST,
                             LARGEST);
    t = beta_of(a, b);
    if (lies_below_half(&t, p, 1 - p)) {
        *x = exp(solve(&t, p, 1 - p));
    } else {
        t = beta_of(b, a);
        *x = -expm1(solve(&t, 1 - p, p));
    }
    return PARTNER_OK;
}
