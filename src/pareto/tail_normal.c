/* SPDX-License-Identifier: MIT
 * The normal distribution cut off below, and moments over a stretch of it: what the lognormal consists of on
 * the logarithmic scale. */
#include <math.h>

#include "../base/gsl.h"
#include "tail.h"

static const double LOG_HALF_PI = 0.45158270528945486472619522989488; /* ln(pi / 2) */
static const double SQRT_HALF = 0.70710678118654752440084436210485;

/* Quotients r_k of the integrals of s^k and s^(k-1), k = 1 … 4, by the continued fraction r_k = k / (a +
 * r_k+1): positive terms only, and from a = 2 on these are enough. */
static void quotients(double a, double r[5])
{
    double next = sqrt(101); /* about what r_101 is for small a */

    for (int k = 100; k > 0; k--) {
        next = k / (a + next);
        if (k < 5) r[k] = next;
    }
}

static partner__cut_normal far_out(double a)
{
    partner__cut_normal c;
    double r[5];

    quotients(a, r);
    c.hazard = a + r[1];
    c.mean = r[1];
    c.variance = r[1] * (r[2] - r[1]);
    c.third = r[1] * (r[2] * r[3] - 3 * r[1] * r[2] + 2 * r[1] * r[1]);
    c.fourth =
        r[1] * (r[2] * r[3] * r[4] - 4 * r[1] * r[2] * r[3] + 6 * r[1] * r[1] * r[2] - 3 * r[1] * r[1] * r[1]);
    return c;
}

/* Cumulants: the derivatives of ln of the integral, h = hazard: h' = h (h - a). */
partner__cut_normal partner__cut_normal_of(double a)
{
    partner__cut_normal c;
    double log_erfc = 0, first, second;

    if (a > 2) return far_out(a);
    /* Finite and at most 1.5, so it cannot fail; down at -10^150 and less there is no cut to speak of. */
    if (partner__log_erfc(a * SQRT_HALF, &log_erfc, NULL) != PARTNER_OK) log_erfc = log(2);
    c.hazard = exp(-a * a / 2 - LOG_HALF_PI / 2 - log_erfc);
    c.mean = c.hazard - a;
    first = c.hazard * c.mean;
    c.variance = 1 - first;
    second = first * c.mean + c.hazard * (first - 1);
    c.third = second;
    c.fourth = 3 * c.variance * c.variance - second * (c.mean + c.hazard) - 2 * first * (first - 1);
    return c;
}

/* variance / mean^2 rises with a, from 0 to 1. Newton between bounds. */
double partner__cut_normal_solve(double square)
{
    double low = -10 - 2 / sqrt(square), high = 10 + 2 / sqrt(1 - square), a = 0;

    for (int i = 0; i < 200; i++) {
        partner__cut_normal c = partner__cut_normal_of(a);
        double found = c.variance / (c.mean * c.mean), next;

        if (found < square) low = a;
        else high = a;
        next = a + (square - found) * c.mean * c.mean / (2 * c.variance * c.variance / c.mean - c.third);
        if (!(next > low && next < high)) next = low + (high - low) / 2;
        if (fabs(next - a) <= 1e-14 * (1 + fabs(a))) return next;
        a = next;
    }
    return a;
}

/* Sums of weight * (1, d, d^2, d^3, d^4). */
typedef struct moments {
    double of[5];
} moments;

static void add(moments *m, double weight, double d)
{
    for (int k = 0; k < 5; k++) {
        m->of[k] += weight;
        weight *= d;
    }
}

/* Gauss and Legendre's nodes and weights, from the middle on. */
typedef struct rule {
    int pairs;
    double middle; /* weight of the middle node, 0 without */
    double node[4], weight[4];
} rule;

static const rule THREE = {1, 8.0 / 9, {0.77459666924148337704}, {5.0 / 9}};
static const rule EIGHT = {
    4,
    0,
    {0.18343464249564980494, 0.52553240991632898582, 0.79666647741362673959, 0.96028985649753623168},
    {0.36268378337836198297, 0.31370664587788728734, 0.22238103445337447054, 0.10122853629037625915}};

/* Of exp(-slope d - curve d^2 / 2) over d from `from` to `from` + `width`. */
static void integrate(moments *m, const rule *r, double slope, double curve, double from, double width)
{
    double half = width / 2, middle = from + half;

    if (r->middle > 0) add(m, half * r->middle * exp(-middle * (slope + curve * middle / 2)), middle);
    for (int i = 0; i < r->pairs; i++) {
        double left = middle - half * r->node[i], right = middle + half * r->node[i];
        add(m, half * r->weight[i] * exp(-left * (slope + curve * left / 2)), left);
        add(m, half * r->weight[i] * exp(-right * (slope + curve * right / 2)), right);
    }
}

/* A kernel that only falls, from d = 0 on to `width`, in pieces over which its exponent falls by 1; past 45
 * what is left no longer counts. `sign` turns d round. */
static void fall(moments *m, double slope, double curve, double width, double sign)
{
    double at = 0;

    while (at < width && at * (slope + curve * at / 2) < 45) {
        double here = slope + curve * at, piece = 2 / (here + sqrt(here * here + 2 * curve));

        if (!(piece < width - at)) piece = width - at;
        if (sign > 0) integrate(m, &EIGHT, slope, curve, at, piece);
        else integrate(m, &EIGHT, -slope, curve, -at - piece, piece);
        at += piece;
    }
}

/* Moments about `center`, where the exponent is `peak`, turned into those about 0. */
static partner__cell about_zero(const moments *m, double peak, double center)
{
    partner__cell c;
    double e1 = m->of[1] / m->of[0], e2 = m->of[2] / m->of[0], e3 = m->of[3] / m->of[0],
           e4 = m->of[4] / m->of[0];
    double v1 = e2 - e1 * e1, v12 = (e3 - e1 * e2) / 2, v2 = (e4 - e2 * e2) / 4;

    c.log_integral = peak + log(m->of[0]);
    c.mean = center + e1;
    c.half_square = center * (center / 2 + e1) + e2 / 2;
    c.variance = v1;
    c.covariance = center * v1 + v12;
    c.square_variance = center * (center * v1 + 2 * v12) + v2;
    return c;
}

partner__cell partner__cell_of(double slope, double curve, double from, double width)
{
    double center = from + width / 2, here = slope + curve * center;
    moments m = {{0, 0, 0, 0, 0}};

    if (fabs(here) * width + curve * width * width <= 0.05) {
        integrate(&m, &THREE, here, curve, -width / 2, width);
        return about_zero(&m, -center * (slope + curve * center / 2), center);
    }
    /* About the point where the density is largest. */
    center = -slope / curve;
    if (!(center > from)) center = from;
    if (!(center < from + width)) center = from + width;
    here = slope + curve * center;
    if (center < from + width) fall(&m, center > from ? 0 : here, curve, from + width - center, 1);
    if (center > from) fall(&m, center < from + width ? 0 : -here, curve, center - from, -1);
    return about_zero(&m, -center * (slope + curve * center / 2), center);
}
