/* SPDX-License-Identifier: MIT
 * The lognormal on the same tail. On the scale of logarithms it is a normal distribution cut off below; scaled
 * by the mean logarithm there are two parameters: the slope of -ln density at the mean and its curvature, which
 * is 0 for the power law itself. */
#include <math.h>

#include "../base/error.h"
#include "../base/gsl.h"
#include "../base/memory.h"
#include "../base/sum.h"
#include "tail.h"

enum { BLOCK = 1 << 13 /* places per task */, MOST_STEPS = 100, USUAL_STEPS = 40 };

static const double MOST_SIGMA = 50;

/* The data's part of the likelihood and of its derivatives, per amount: discrete values are cells of a
 * logarithm each. */
typedef partner__cell part;

typedef struct job {
    const partner__tail_sample *sample;
    size_t place;
    double unit;         /* the mean logarithm, which is 1 on the scale of y + 1 */
    double slope, curve; /* at these parameters */
    part *parts;         /* [blocks of places] */
    const partner__run *run;
    partner__pulse *pulse;
} job;

/* ln of value - 1/2 at `at` over value - 1/2 where the tail begins, and the width of the value's cell. */
static double lower_edge(const partner__tail_sample *sample, size_t place, size_t at)
{
    return partner__tail_log(sample, at, place) +
           (log1p(-0.5 * sample->place[at].inverse) - log1p(-0.5 * sample->place[place].inverse));
}

static double width(const partner__tail_sample *sample, size_t at)
{
    return 2 * atanh(0.5 * sample->place[at].inverse);
}

static partner__cell cell_at(const job *j, size_t at)
{
    return partner__cell_of(j->slope, j->curve, lower_edge(j->sample, j->place, at) / j->unit - 1,
                            width(j->sample, at) / j->unit);
}

static size_t blocks(const job *j) { return j->place / BLOCK + 1; }

static double amounts_at(const job *j, size_t at)
{
    return j->sample->place[at].count - j->sample->place[at].above;
}

typedef struct sums {
    partner__sum of[6];
} sums;

static void add_part(sums *s, double weight, const part *p)
{
    partner__sum_add(&s->of[0], weight * p->log_integral);
    partner__sum_add(&s->of[1], weight * p->mean);
    partner__sum_add(&s->of[2], weight * p->half_square);
    partner__sum_add(&s->of[3], weight * p->variance);
    partner__sum_add(&s->of[4], weight * p->covariance);
    partner__sum_add(&s->of[5], weight * p->square_variance);
}

static part part_of(const sums *s, double weight)
{
    part p = {.log_integral = partner__sum_value(&s->of[0]) * weight,
              .mean = partner__sum_value(&s->of[1]) * weight,
              .half_square = partner__sum_value(&s->of[2]) * weight,
              .variance = partner__sum_value(&s->of[3]) * weight,
              .covariance = partner__sum_value(&s->of[4]) * weight,
              .square_variance = partner__sum_value(&s->of[5]) * weight};
    return p;
}

static partner_status walk_block(void *context, size_t block, partner_error *error)
{
    const job *j = context;
    size_t end = (block + 1) * BLOCK <= j->place ? (block + 1) * BLOCK : j->place + 1;
    partner_status status = partner__pulse_ask(j->pulse, error);
    sums s = {{{0, 0}}};

    if (status != PARTNER_OK) return status;
    for (size_t at = block * BLOCK; at < end; at++) {
        partner__cell c = cell_at(j, at);
        add_part(&s, amounts_at(j, at), &c);
    }
    j->parts[block] = part_of(&s, 1);
    return PARTNER_OK;
}

static partner_status walk(job *j, part *mean, partner_error *error)
{
    partner_status status = partner__parallel(j->run, blocks(j), walk_block, j, error);
    sums s = {{{0, 0}}};

    if (status != PARTNER_OK) return status;
    for (size_t block = 0; block < blocks(j); block++) add_part(&s, 1, &j->parts[block]);
    *mean = part_of(&s, 1.0 / j->sample->place[j->place].count);
    return PARTNER_OK;
}

/* The whole tail as one cell. y + 1 = s / sqrt(curve) where s is normal, cut off at a. */
static part whole(double slope, double curve)
{
    double scale = 1 / sqrt(curve), a = (slope - curve) * scale, mean, log_erfc;
    partner__cut_normal c = partner__cut_normal_of(a);
    double variance = c.variance * scale * scale, third = c.third * scale * scale * scale,
           fourth = c.fourth * scale * scale * scale * scale;
    part p;

    if (a <= 2) {
        mean = c.hazard * scale - slope / curve;
        if (partner__log_erfc(a * sqrt(0.5), &log_erfc, NULL) != PARTNER_OK) log_erfc = log(2);
        /* sqrt(pi / 2) = exp(0.2257913526447274…) */
        p.log_integral = slope * slope / (2 * curve) + log(scale) + 0.22579135264472743236 + log_erfc;
    } else {
        mean = c.mean * scale - 1;
        p.log_integral = slope - curve / 2 + log(scale / c.hazard);
    }
    p.mean = mean;
    p.half_square = (variance + mean * mean) / 2;
    p.variance = variance;
    p.covariance = third / 2 + mean * variance;
    p.square_variance = (fourth - variance * variance) / 4 + mean * (third + mean * variance);
    return p;
}

/* The slope that gives the whole tail the mean y = 0 and a = (slope - curve) / sqrt(curve). */
static double slope_for(double curve, double a) { return curve + a * sqrt(curve); }

/* The a at which the mean of s is `mean`: 1 / mean of s is nearly linear in a. */
static double a_for_mean(double mean)
{
    double low = -1 / mean - mean - 10, high = 1 / mean + 1, a = 1 / mean - mean;

    for (int i = 0; i < MOST_STEPS; i++) {
        partner__cut_normal c = partner__cut_normal_of(a);
        double next = a - (1 / c.mean - 1 / mean) * c.mean * c.mean / c.variance;

        if (c.mean > mean) low = a;
        else high = a;
        if (!(next > low && next < high)) next = low + (high - low) / 2;
        if (fabs(next - a) <= 1e-14 * (1 + fabs(a))) return next;
        a = next;
    }
    return a;
}

/* Continuous: mean and variance of y under the law are those of the sample, and the law's coefficient of
 * variation depends on a only. */
static partner_status fit_moments(const job *j, double square, partner__tail_lognormal *l)
{
    partner__cut_normal c = partner__cut_normal_of(a_for_mean(j->unit / MOST_SIGMA));
    double a;

    l->is_power_law = !(square < c.variance / (c.mean * c.mean));
    if (l->is_power_law) return PARTNER_OK;
    a = partner__cut_normal_solve(square);
    c = partner__cut_normal_of(a);
    l->curve = c.mean * c.mean;
    l->slope = slope_for(l->curve, a);
    l->log_norm = whole(l->slope, l->curve).log_integral;
    return PARTNER_OK;
}

/* Mean logarithm of the amounts, and their variance over its square; cells count as their middles. */
static double middle(const job *j, size_t at)
{
    return j->sample->discrete ? lower_edge(j->sample, j->place, at) + width(j->sample, at) / 2
                               : partner__tail_log(j->sample, at, j->place);
}

static partner_status measure(job *j, double *square, partner_error *error)
{
    double n = j->sample->place[j->place].count;
    partner__sum sum = {0, 0}, squares = {0, 0};
    partner_status status = partner__pulse_ask(j->pulse, error);

    for (size_t at = 0; at <= j->place; at++) partner__sum_add(&sum, amounts_at(j, at) * middle(j, at));
    j->unit = partner__sum_value(&sum) / n;
    if (status == PARTNER_OK) status = partner__pulse_ask(j->pulse, error);
    for (size_t at = 0; at <= j->place; at++) {
        double y = middle(j, at) / j->unit - 1;
        partner__sum_add(&squares, amounts_at(j, at) * y * y);
    }
    *square = partner__sum_value(&squares) / n;
    return status;
}

/* ---- discrete: two parameters by Newton ---- */

typedef struct state {
    double value;              /* the mean log-likelihood */
    double by_slope, by_curve; /* its derivatives */
    part data, law;
} state;

static partner_status evaluate(job *j, double slope, double curve, state *s, partner_error *error)
{
    partner_status status;

    j->slope = slope;
    j->curve = curve;
    status = walk(j, &s->data, error);
    if (status != PARTNER_OK) return status;
    s->law = whole(slope, curve);
    s->value = s->data.log_integral - s->law.log_integral;
    s->by_slope = s->law.mean - s->data.mean;
    s->by_curve = s->law.half_square - s->data.half_square;
    return PARTNER_OK;
}

static partner_status no_convergence(partner_error *error)
{
    return partner__fail(error, PARTNER_E_CONVERGENCE,
                         "tail: the lognormal's parameters were not found in %d steps", (int)MOST_STEPS);
}

/* The likeliest slope for a curve: the derivative falls as the slope rises. */
static partner_status fit_slope(job *j, double curve, double slope, state *s, partner_error *error)
{
    double low = -INFINITY, high = INFINITY;

    for (int i = 0; i < MOST_STEPS; i++) {
        partner_status status = evaluate(j, slope, curve, s, error);
        double fall, next;

        if (status != PARTNER_OK) return status;
        fall = s->law.variance - s->data.variance;
        if (!(fall > 0.01 * s->law.variance)) fall = s->law.variance;
        next = slope + s->by_slope / fall;
        if (s->by_slope > 0) low = slope;
        else high = slope;
        if (!(next > low && next < high)) next = low + (high - low) / 2;
        if (fabs(s->by_slope) <= 1e-10 * sqrt(s->law.variance) || !isfinite(next) || next == slope)
            return PARTNER_OK;
        slope = next;
    }
    return no_convergence(error);
}

/* One step of Newton; where the likelihood is not concave, as if no value were a cell, which always leads up.
 */
static void direction(const state *s, double *slope, double *curve)
{
    double a = s->law.variance - s->data.variance, b = s->law.covariance - s->data.covariance,
           c = s->law.square_variance - s->data.square_variance, determinant;

    if (!(a > 0 && a * c - b * b > 1e-10 * s->law.variance * s->law.square_variance)) {
        a = s->law.variance;
        b = s->law.covariance;
        c = s->law.square_variance;
    }
    determinant = a * c - b * b;
    *slope = (c * s->by_slope - b * s->by_curve) / determinant;
    *curve = (a * s->by_curve - b * s->by_slope) / determinant;
}

static partner_status climb(job *j, double slope, double curve, double least_curve, partner__tail_lognormal *l,
                            partner_error *error)
{
    state s, next;
    partner_status status = evaluate(j, slope, curve, &s, error);

    for (int i = 0; status == PARTNER_OK && i < MOST_STEPS; i++) {
        double by_slope, by_curve, part = 1;

        direction(&s, &by_slope, &by_curve);
        /* Twice what the step would bring. Two values side by side are matched by ever narrower lognormals:
         * the likelihood then only flattens. */
        if (!(s.by_slope * by_slope + s.by_curve * by_curve > (i < USUAL_STEPS ? 1e-20 : 1e-8))) {
            l->slope = slope;
            l->curve = curve;
            l->log_norm = s.law.log_integral;
            return PARTNER_OK;
        }
        if (by_curve < 0 && curve < 1.0001 * least_curve) {
            l->is_power_law = 1;
            return PARTNER_OK;
        }
        if (curve + by_curve < least_curve) part = (curve - least_curve) / -by_curve / 2;
        do {
            status = evaluate(j, slope + part * by_slope, curve + part * by_curve, &next, error);
            if (status != PARTNER_OK) return status;
            part /= 2;
        } while (!(next.value >= s.value - 1e-13) && part > 1e-12);
        slope += 2 * part * by_slope;
        curve += 2 * part * by_curve;
        s = next;
    }
    return status == PARTNER_OK ? no_convergence(error) : status;
}

/* Is the likeliest sigma past 50? It is when, at sigma = 50 and its likeliest slope, a larger one is likelier.
 */
static partner_status fit_cells(job *j, double square, partner__tail_lognormal *l, partner_error *error)
{
    double least = (j->unit / MOST_SIGMA) * (j->unit / MOST_SIGMA);
    state s;
    partner_status status = fit_slope(j, least, slope_for(least, a_for_mean(j->unit / MOST_SIGMA)), &s, error);

    if (status != PARTNER_OK) return status;
    l->is_power_law = !(s.by_curve > 0);
    if (l->is_power_law) return PARTNER_OK;
    l->slope = j->slope;
    l->curve = least;
    if (square < 1) {
        double a = partner__cut_normal_solve(square), mean = partner__cut_normal_of(a).mean;
        if (mean * mean > least) {
            l->curve = mean * mean;
            l->slope = slope_for(l->curve, a);
        }
    }
    return climb(j, l->slope, l->curve, least, l, error);
}

partner_status partner__tail_lognormal_fit(const partner__tail_sample *sample, size_t place,
                                           const partner__run *run, partner__pulse *pulse,
                                           partner__tail_lognormal *lognormal, partner_error *error)
{
    job j = {.sample = sample, .place = place, .run = run, .pulse = pulse};
    double square;
    partner_status status = measure(&j, &square, error);

    if (status != PARTNER_OK) return status;
    lognormal->unit = j.unit;
    if (!sample->discrete) return fit_moments(&j, square, lognormal);
    j.parts = partner__alloc(blocks(&j), sizeof *j.parts);
    status = j.parts == NULL ? partner__no_memory(error) : fit_cells(&j, square, lognormal, error);
    partner__free(j.parts);
    return status;
}

double partner__tail_lognormal_at(const partner__tail_lognormal *l, const partner__tail_sample *sample,
                                  size_t place, size_t at)
{
    double y;

    if (sample->discrete)
        return partner__cell_of(l->slope, l->curve, lower_edge(sample, place, at) / l->unit - 1,
                                width(sample, at) / l->unit)
                   .log_integral -
               l->log_norm;
    y = partner__tail_log(sample, at, place) / l->unit - 1;
    return -y * (l->slope + l->curve * y / 2) - l->log_norm;
}
