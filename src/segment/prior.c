/* SPDX-License-Identifier: MIT
 * The prior that makes the evidence most likely. With c and t of each partner, m = c + t and s = a + b,
 *
 *     sum of ln B(a + c, b + t) - ln B(a, b) = A(a) + B(b) - C(s),    A(a) = sum of ln Gamma(a + c) - ln
 * Gamma(a)
 *
 * and likewise B of t and C of m: three functions of one number each. So the evidence is put once onto few
 * nodes (Chebyshev's, on intervals that widen with c), whose weights make every such sum what it is to 14
 * digits; what follows does not depend on how many partners there are. */
#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/gamma.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "segment.h"

enum {
    AXES = 3, /* c, t, m */
    OCTAVES = 40,
    PARTS = 8,   /* intervals of an octave */
    DEGREE = 10, /* nodes of an interval */
    NODES = OCTAVES * PARTS * DEGREE,
    LINES_PER_TASK = 1 << 16,
    GRID = 9,
    MOST_STEPS = 200
};

static const double LOG_2 = 0.69314718055994530941723212145818;

static const double STRENGTH_LEAST = 0.2, STRENGTH_MOST = 20, MEAN_LEAST = 0.01, MEAN_MOST = 0.99;

/* The least a or b. Added to the evidence, so that Gamma's pole is never near an interval; it lies in octave
 * FIRST, which frexp says. */
static const double LEAST = 0.002;
enum { FIRST = -8 };

/* What no evidence can tell apart, per partner. */
static const double NOTHING = 1e-11;

/* --- from evidence to nodes --- */

/* Sums of the Chebyshev polynomials at the places of an interval, in whole numbers: each term is OFFSET + T_k,
 * which is above 0, times `scale`. So they do not depend on any order. */
static const double OFFSET = 1.25;

typedef struct tally {
    uint64_t sum[AXES][OCTAVES * PARTS][DEGREE];
} tally;

typedef struct axis {
    size_t nodes;
    double count; /* evidence that is not 0 */
    double at[NODES], weight[NODES];
} axis;

typedef struct fit {
    const double *consultative, *transactional;
    size_t lines, lines_per_task;
    double scale;
    tally *tallies; /* of each task */
    axis axis[AXES];
} fit;

static void add_place(uint64_t sum[OCTAVES * PARTS][DEGREE], double evidence, double scale)
{
    int octave, part;
    double f = frexp(evidence + LEAST, &octave), place, before = 1, now;
    uint64_t *to;

    octave -= FIRST;
    if (octave >= OCTAVES) octave = OCTAVES - 1;
    part = (int)((f - 0.5) * (2 * PARTS));
    place = (f - 0.5) * (4 * PARTS) - (2 * part + 1);
    to = sum[octave * PARTS + part];
    to[0]++;
    now = place;
    for (int k = 1; k < DEGREE; k++) {
        double next = 2 * place * now - before;

        to[k] += (uint64_t)((now + OFFSET) * scale + 0.5);
        before = now;
        now = next;
    }
}

static partner_status tally_some(void *context, size_t task, partner_error *error)
{
    const fit *f = context;
    tally *to = &f->tallies[task];
    const size_t first = task * f->lines_per_task;
    const size_t end = f->lines - first < f->lines_per_task ? f->lines : first + f->lines_per_task;

    (void)error;
    for (size_t i = first; i < end; i++) {
        const double c = f->consultative[i], t = f->transactional[i];

        if (!(c + t > 0)) continue;
        if (c > 0) add_place(to->sum[0], c, f->scale);
        if (t > 0) add_place(to->sum[1], t, f->scale);
        add_place(to->sum[2], c + t, f->scale);
    }
    return PARTNER_OK;
}

/* The weights of an interval's nodes: those by which every polynomial of lower degree keeps its sum. */
static void add_nodes(axis *to, const uint64_t sum[DEGREE], int interval, double scale)
{
    const double pi = 3.1415926535897932384626433832795, count = (double)sum[0];
    const int octave = interval / PARTS + FIRST, part = interval % PARTS;

    if (sum[0] == 0) return;
    to->count += count;
    for (int j = 0; j < DEGREE; j++) {
        const double place = cos(pi * (j + 0.5) / DEGREE);
        double before = 1, now = place, weight = count;

        for (int k = 1; k < DEGREE; k++) {
            const double next = 2 * place * now - before;
            const int64_t centred = (int64_t)(sum[k] - (uint64_t)(OFFSET * scale * count));

            weight += 2 * now * ((double)centred / scale);
            before = now;
            now = next;
        }
        to->at[to->nodes] = ldexp(0.5 + (2 * part + 1 + place) / (4 * PARTS), octave);
        to->weight[to->nodes] = weight / DEGREE;
        to->nodes++;
    }
}

static void merge(tally *to, const tally *from)
{
    for (size_t x = 0; x < AXES; x++)
        for (size_t i = 0; i < OCTAVES * PARTS; i++)
            for (size_t k = 0; k < DEGREE; k++) to->sum[x][i][k] += from->sum[x][i][k];
}

static partner_status make_nodes(fit *f, const partner__run *run, partner_error *error)
{
    const uint32_t tasks = partner__threads(run, f->lines / LINES_PER_TASK + 1);
    partner_status status;

    /* lines terms, each below 3 times the scale, stay below 2^63 */
    f->scale = ldexp(1, 61 - (int)partner__bits(f->lines));
    f->lines_per_task = f->lines / tasks + 1;
    f->tallies = partner__alloc_zero(tasks, sizeof *f->tallies);
    if (f->tallies == NULL) return partner__no_memory(error);
    status = partner__parallel(run, tasks, tally_some, f, error);
    for (uint32_t i = 1; i < tasks && status == PARTNER_OK; i++) merge(&f->tallies[0], &f->tallies[i]);
    for (int x = 0; x < AXES && status == PARTNER_OK; x++)
        for (int i = 0; i < OCTAVES * PARTS; i++) add_nodes(&f->axis[x], f->tallies[0].sum[x][i], i, f->scale);
    partner__free(f->tallies);
    return status;
}

/* --- the likelihood --- */

/* A function with its first two derivatives. */
typedef struct bend {
    double value, first, second;
} bend;

/* One of A, B, C at z, less a constant. */
static double value_of(const axis *x, double z)
{
    const double step = z > LEAST ? z - LEAST : 0;
    double sum = 0;

    for (size_t i = 0; i < x->nodes; i++) sum += x->weight[i] * partner__log_gamma_step(x->at[i], step);
    return sum - x->count * partner__log_gamma_step(LEAST, step);
}

static bend bend_of(const axis *x, double z)
{
    const double step = z > LEAST ? z - LEAST : 0;
    bend sum = {value_of(x, z), 0, 0};
    double first, second;

    for (size_t i = 0; i < x->nodes; i++) {
        partner__polygamma(x->at[i] + step, &first, &second);
        sum.first += x->weight[i] * first;
        sum.second += x->weight[i] * second;
    }
    partner__polygamma(LEAST + step, &first, &second);
    sum.first -= x->count * first;
    sum.second -= x->count * second;
    return sum;
}

/* A prior as ln (a + b) and the logit of its mean: there the bounds make a box. */
typedef struct place {
    double at[2];
} place;

typedef struct box {
    double low[2], high[2];
} box;

static box bounds(void)
{
    const double far = log(MEAN_MOST / MEAN_LEAST);
    box b = {{log(STRENGTH_LEAST), -far}, {log(STRENGTH_MOST), far}};

    return b;
}

/* The bounds to the last bit, where they hold. */
static void prior_at(place p, double *a, double *b)
{
    const box within = bounds();
    double strength = exp(p.at[0]), mean = 1 / (1 + exp(-p.at[1])), rest = 1 / (1 + exp(p.at[1]));

    if (p.at[0] <= within.low[0]) strength = STRENGTH_LEAST;
    if (p.at[0] >= within.high[0]) strength = STRENGTH_MOST;
    if (p.at[1] <= within.low[1]) mean = MEAN_LEAST, rest = MEAN_MOST;
    if (p.at[1] >= within.high[1]) mean = MEAN_MOST, rest = MEAN_LEAST;
    *a = strength * mean;
    *b = strength * rest;
}

static double likelihood(const fit *f, place p)
{
    double a, b;

    prior_at(p, &a, &b);
    return value_of(&f->axis[0], a) + value_of(&f->axis[1], b) - value_of(&f->axis[2], a + b);
}

/* The likelihood with its slope and its second derivatives by the place. */
typedef struct hill {
    double value, slope[2], bend[2], cross;
} hill;

static hill hill_at(const fit *f, place p)
{
    double a, b, s, w;
    bend of_a, of_b, of_s;
    hill h;

    prior_at(p, &a, &b);
    s = a + b;
    w = a * (b / s); /* how a grows, and b falls, with the logit */
    of_a = bend_of(&f->axis[0], a);
    of_b = bend_of(&f->axis[1], b);
    of_s = bend_of(&f->axis[2], s);
    h.value = of_a.value + of_b.value - of_s.value;
    h.slope[0] = a * of_a.first + b * of_b.first - s * of_s.first;
    h.slope[1] = w * (of_a.first - of_b.first);
    h.bend[0] = a * a * of_a.second + b * b * of_b.second - s * s * of_s.second + h.slope[0];
    h.bend[1] = w * w * (of_a.second + of_b.second) + h.slope[1] * (b - a) / s;
    h.cross = w * (a * of_a.second - b * of_b.second) + h.slope[1];
    return h;
}

/* --- the top --- */

/* Coordinates that are at a bound and want beyond it, or are held, do not move. */
static void find_free(const hill *h, place p, const box *within, int free[2])
{
    for (int i = 0; i < 2; i++) {
        free[i] = within->low[i] < within->high[i];
        if (p.at[i] <= within->low[i] && h->slope[i] <= 0) free[i] = 0;
        if (p.at[i] >= within->high[i] && h->slope[i] >= 0) free[i] = 0;
    }
}

/* Newton's step of those that move; where the likelihood does not bend downwards, it is made to. Returns
 * whether it did by itself. */
static int newton_step(const hill *h, const int free[2], double step[2])
{
    double first = free[0] ? h->bend[0] : -1, second = free[1] ? h->bend[1] : -1;
    const double cross = free[0] && free[1] ? h->cross : 0;
    const double highest = (first + second) / 2 + hypot((first - second) / 2, cross);
    const double size = fabs(first) + fabs(second) + fabs(cross);
    const int downwards = highest < -1e-9 * size;
    const double slope[2] = {free[0] ? h->slope[0] : 0, free[1] ? h->slope[1] : 0};
    double of_both;

    if (!downwards) {
        const double more = highest + 1e-2 * size;
        first -= more;
        second -= more;
    }
    of_both = first * second - cross * cross;
    step[0] = (cross * slope[1] - second * slope[0]) / of_both;
    step[1] = (cross * slope[0] - first * slope[1]) / of_both;
    return downwards;
}

static double longer(const double step[2]) { return fmax(fabs(step[0]), fabs(step[1])); }

static place moved(place p, const double step[2], double part, const box *within)
{
    for (int i = 0; i < 2; i++) p.at[i] = fmin(fmax(p.at[i] + part * step[i], within->low[i]), within->high[i]);
    return p;
}

/* Goes along the step as far as that climbs; 0 = not at all. */
static int climb(const fit *f, place *p, double value, const double step[2], const box *within)
{
    double part = longer(step) > 1 ? 1 / longer(step) : 1;

    for (int i = 0; i < 30; i++, part /= 2) {
        const place next = moved(*p, step, part, within);

        if (likelihood(f, next) > value) {
            *p = next;
            return 1;
        }
    }
    return 0;
}

/* Climbs from p to a top within the box. Near it the likelihood is too flat to compare: Newton's steps go on
 * until they no longer shrink. */
static double top_from(const fit *f, place *p, const box *within)
{
    const double near = 1e-4, least = 1e-14;
    double last = near;

    for (int i = 0; i < MOST_STEPS; i++) {
        const hill h = hill_at(f, *p);
        double step[2], length;
        int free[2], downwards;

        find_free(&h, *p, within, free);
        if (!free[0] && !free[1]) return h.value;
        downwards = newton_step(&h, free, step);
        length = longer(step);
        if (!(length > least)) return h.value;
        if (downwards && length < near) {
            if (length > last / 2 && last < near) return h.value;
            last = length;
            *p = moved(*p, step, 1, within);
            continue;
        }
        if (climb(f, p, h.value, step, within)) continue;
        /* The step may run along a bound; what each coordinate alone gains does not. */
        for (int k = 0; k < 2; k++) step[k] = free[k] ? h.slope[k] / (fabs(h.bend[k]) + fabs(h.slope[k])) : 0;
        if (!climb(f, p, h.value, step, within)) return h.value;
    }
    return likelihood(f, *p);
}

static place grid_place(const box *within, int i, int j)
{
    const double u = (double)i / (GRID - 1), v = (double)j / (GRID - 1);
    place p;

    p.at[0] = i == GRID - 1 ? within->high[0] : within->low[0] + u * (within->high[0] - within->low[0]);
    p.at[1] = j == GRID - 1 ? within->high[1] : within->low[1] + v * (within->high[1] - within->low[1]);
    return p;
}

/* Whether no place around is higher. */
static int is_top(double value[GRID][GRID], int i, int j)
{
    for (int k = i - 1; k <= i + 1; k++)
        for (int l = j - 1; l <= j + 1; l++)
            if (k >= 0 && k < GRID && l >= 0 && l < GRID && value[k][l] > value[i][j]) return 0;
    return 1;
}

/* The highest of the tops that are reached from the tops of a grid over the whole box. */
static partner_status highest_top(const fit *f, const partner__run *run, place *best, double *most,
                                  partner_error *error)
{
    const box within = bounds();
    double value[GRID][GRID];

    *most = -INFINITY;
    for (int i = 0; i < GRID; i++) {
        partner_status status = partner__ask(run, error);

        if (status != PARTNER_OK) return status;
        for (int j = 0; j < GRID; j++) value[i][j] = likelihood(f, grid_place(&within, i, j));
    }
    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++) {
            place p = grid_place(&within, i, j);
            double top;

            if (!is_top(value, i, j)) continue;
            top = top_from(f, &p, &within);
            if (top > *most) {
                *most = top;
                *best = p;
            }
        }
    return PARTNER_OK;
}

/* Evidence of one interaction a partner says nothing about a + b, as all of that make it equally likely; then
 * it is 2, that of the uniform prior, and not what rounding makes of it. */
static void settle(const fit *f, place *best, double most)
{
    const double same = most - NOTHING * f->axis[2].count;
    const place uniform = {{LOG_2, 0}};
    box within = bounds();
    place weak = {{LOG_2, best->at[1]}};

    within.low[0] = within.high[0] = LOG_2;
    if (likelihood(f, uniform) >= same) *best = uniform;
    else if (top_from(f, &weak, &within) >= same) *best = weak;
}

static partner_status find_prior(fit *f, const partner__run *run, double *a, double *b, partner_error *error)
{
    place best = {{LOG_2, 0}};
    double most;
    partner_status status = make_nodes(f, run, error);

    if (status != PARTNER_OK) return status;
    if (f->axis[2].count > 0) {
        status = highest_top(f, run, &best, &most, error);
        if (status != PARTNER_OK) return status;
        settle(f, &best, most);
    }
    prior_at(best, a, b);
    return PARTNER_OK;
}

partner_status partner__prior_fit(const double *consultative, const double *transactional, size_t lines,
                                  const partner__run *run, double *a, double *b, partner_error *error)
{
    fit *f = partner__alloc_zero(1, sizeof *f);
    partner_status status;

    if (f == NULL) return partner__no_memory(error);
    f->consultative = consultative;
    f->transactional = transactional;
    f->lines = lines;
    status = find_prior(f, run, a, b, error);
    partner__free(f);
    return status;
}
