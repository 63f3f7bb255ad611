/* SPDX-License-Identifier: MIT
 * The hours of each partner at the optimum. All partners between their bounds have one marginal return λ there
 * (Karush, Kuhn & Tucker): h = scale (ln(gain / scale) - ln λ), cut to the bounds. So with μ = ln λ what a
 * partner gets above its floor is 0 from `top` upwards, all of its width from `bottom` downwards and a straight
 * line between, and the sum S(μ) falls. Bisection over the sorted tops and bottoms finds the two neighbours
 * between which S(μ) is what there is to give; there the sum is one straight line, which is solved. What a step
 * settles for good is kept as a sum, so that the steps become shorter and all take O(rows).
 *
 * Nothing is ever the small difference of large numbers: above the floors only, from the upper end of the
 * interval downwards all terms have one sign, and sums and products keep what they round off. */
#include <float.h>
#include <string.h>

#include "../base/error.h"
#include "../base/sort.h"
#include "allocate.h"

enum { ASK = 1 << 18 /* rows between two looks at the interrupt */ };

typedef struct search {
    const partner__spread *spread;
    double gain_factor, scale_factor;
    double *top, *bottom, *scale, *width; /* [rows]; top -INFINITY: there is nothing to win above the floor */
    uint32_t *open;                       /* [opened] rows with a top or bottom between low and high */
    size_t opened;
    uint64_t *edge; /* [edges] tops and bottoms as words, ascending, each once */
    size_t edges;
    double high, low; /* S(high) < what there is to give < S(low) */
    double left_at_high, left_at_low;
    partner__sum left;         /* to give, less what the settled ones take down to `high` */
    partner__sum slope, taken; /* of those settled on their straight line: sum of scales, and what they take */
} search;

/* --- tops and bottoms --- */

static double log_ratio(double gain, double scale)
{
    double ratio = gain / scale;

    return ratio >= DBL_MIN && ratio <= DBL_MAX ? log(ratio) : log(gain) - log(scale);
}

static partner_status out_of_range(const search *s, size_t i, const char *field, double factor,
                                   partner_error *error)
{
    const partner_returns *g = &s->spread->given;
    char whom[32];

    return partner__fail_at(error, PARTNER_E_RANGE, partner__at("returns", field, i, partner__partner_of(g, i)),
                            "returns row %zu%s: %s times %.15g is no number that a double holds", i,
                            partner__spread_whom(g, i, whom), field, factor);
}

static partner_status prepare_row(const search *s, size_t i, partner_error *error)
{
    const partner_returns *g = &s->spread->given;
    double gain = g->gain[i] * s->gain_factor, scale = g->scale[i] * s->scale_factor;
    double floor = partner__floor_of(g, i), top;

    if (isinf(gain)) return out_of_range(s, i, "gain", s->gain_factor, error);
    if (isinf(scale) || scale == 0) return out_of_range(s, i, "scale", s->scale_factor, error);
    s->scale[i] = scale;
    s->width[i] = partner__ceiling_of(g, i) - floor;
    s->top[i] = s->bottom[i] = -INFINITY;
    if (gain == 0 || s->width[i] <= 0) return PARTNER_OK;
    top = log_ratio(gain, scale) - floor / scale;
    s->top[i] = top > -DBL_MAX ? top : -DBL_MAX; /* with so high a floor nobody gets more before all others */
    s->bottom[i] = s->top[i] - s->width[i] / scale;
    return PARTNER_OK;
}

static partner_status prepare_block(void *context, size_t block, partner_error *error)
{
    const search *s = context;
    size_t i = block * PARTNER__HOURS_BLOCK, end = i + PARTNER__HOURS_BLOCK;

    if (end > s->spread->given.rows) end = s->spread->given.rows;
    for (; i < end; i++) {
        partner_status status = prepare_row(s, i, error);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

static size_t keep_each_once(uint64_t *words, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (kept == 0 || words[i] != words[kept - 1]) words[kept++] = words[i];
    return kept;
}

static partner_status sort_edges(search *s, partner__arena *arena, partner_error *error)
{
    const size_t rows = s->spread->given.rows;
    uint64_t *words = partner__arena_alloc(arena, rows, 2 * sizeof *words);
    uint64_t *spare = partner__arena_alloc(arena, rows, 2 * sizeof *spare);
    size_t n = 0;
    partner_status status;

    if (words == NULL || spare == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < rows; i++) {
        if (isinf(s->top[i])) continue;
        words[n++] = partner__word_of_double(s->top[i]);
        if (!isinf(s->bottom[i])) words[n++] = partner__word_of_double(s->bottom[i]);
    }
    status = partner__sort(words, spare, n, 0, 64, &s->spread->run, &s->edge, error);
    if (status == PARTNER_OK) s->edges = keep_each_once(s->edge, n);
    return status;
}

static partner_status prepare(search *s, partner__arena *arena, partner_error *error)
{
    const size_t rows = s->spread->given.rows;
    partner_status status;

    s->top = partner__arena_alloc(arena, rows, sizeof *s->top);
    s->bottom = partner__arena_alloc(arena, rows, sizeof *s->bottom);
    s->scale = partner__arena_alloc(arena, rows, sizeof *s->scale);
    s->width = partner__arena_alloc(arena, rows, sizeof *s->width);
    s->open = partner__arena_alloc(arena, rows, sizeof *s->open);
    if (s->top == NULL || s->bottom == NULL || s->scale == NULL || s->width == NULL || s->open == NULL)
        return partner__no_memory(error);
    status = partner__parallel(&s->spread->run, (rows + PARTNER__HOURS_BLOCK - 1) / PARTNER__HOURS_BLOCK,
                               prepare_block, s, error);
    return status == PARTNER_OK ? sort_edges(s, arena, error) : status;
}

/* --- bisection --- */

static partner_status ask_now_and_then(const search *s, size_t i, partner_error *error)
{
    return i % ASK == 0 ? partner__ask(&s->spread->run, error) : PARTNER_OK;
}

/* Whether a row gives what it can: also where rounding has made its top and bottom one. */
static int is_full(const search *s, size_t i, double high) { return s->bottom[i] >= high && s->top[i] > high; }

static void take(partner__sum *from, const partner__sum *what)
{
    partner__sum_add(from, -what->sum);
    partner__sum_add(from, -what->lost);
}

/* What is left to give at μ, which is between low and high; -INFINITY where far too much is given. */
static partner_status find_left(const search *s, double mu, double *found, partner_error *error)
{
    const double enough = -s->spread->budget;
    const double slope = partner__sum_value(&s->slope);
    partner__sum left = s->left;

    take(&left, &s->taken);
    if (slope > 0) partner__sum_add_product(&left, -slope, s->high - mu);
    for (size_t k = 0; k < s->opened; k++) {
        const size_t i = s->open[k];
        partner_status status = ask_now_and_then(s, k, error);

        if (status != PARTNER_OK) return status;
        if (!(left.sum > enough)) break;
        if (s->top[i] <= mu) continue;
        if (s->bottom[i] >= mu) partner__sum_add(&left, -s->width[i]);
        else partner__sum_add_product(&left, -s->scale[i], s->top[i] - mu);
    }
    *found = left.sum > enough ? partner__sum_value(&left) : -INFINITY;
    return PARTNER_OK;
}

/* Settles the rows that have no top or bottom between low and high any more. */
static partner_status settle(search *s, partner_error *error)
{
    size_t kept = 0;

    for (size_t k = 0; k < s->opened; k++) {
        const uint32_t i = s->open[k];
        partner_status status = ask_now_and_then(s, k, error);

        if (status != PARTNER_OK) return status;
        if (s->top[i] <= s->low) continue;
        if (is_full(s, i, s->high)) {
            partner__sum_add(&s->left, -s->width[i]);
        } else if (s->top[i] >= s->high && s->bottom[i] <= s->low) {
            partner__sum_add(&s->slope, s->scale[i]);
            partner__sum_add_product(&s->taken, s->scale[i], s->top[i] - s->high);
        } else {
            s->open[kept++] = i;
        }
    }
    s->opened = kept;
    return PARTNER_OK;
}

static void lower_high(search *s, double mu, double left)
{
    partner__sum_add_product(&s->taken, partner__sum_value(&s->slope), s->high - mu);
    s->high = mu;
    s->left_at_high = left;
}

/* From all to where no top or bottom is left between low and high; low = high where one of them gives exactly
 * what there is to give. */
static partner_status bisect(search *s, partner_error *error)
{
    size_t from = 0, to = s->edges - 1;
    partner_status status = PARTNER_OK;

    s->high = partner__double_of_word(s->edge[to]);
    s->low = s->left_at_low = -INFINITY;
    s->left_at_high = partner__sum_value(&s->left);
    while (from < to && status == PARTNER_OK) {
        const size_t middle = from + (to - from) / 2;
        const double mu = partner__double_of_word(s->edge[middle]);
        double left = 0;

        status = find_left(s, mu, &left, error);
        if (status != PARTNER_OK) break;
        if (left > 0) {
            lower_high(s, mu, left);
            to = middle;
        } else {
            s->low = mu;
            s->left_at_low = left;
            from = middle + 1;
        }
        if (left == 0) {
            s->high = mu;
            break;
        }
        status = settle(s, error);
    }
    return status;
}

/* --- the straight line --- */

/* Gives what is settled at low and high; the others become the open ones. */
static partner_status give_settled(search *s, partner__sum *left, double *hours, partner_error *error)
{
    const partner_returns *g = &s->spread->given;

    s->opened = 0;
    for (size_t i = 0; i < g->rows; i++) {
        partner_status status = ask_now_and_then(s, i, error);

        if (status != PARTNER_OK) return status;
        hours[i] = partner__floor_of(g, i);
        if (s->top[i] <= s->low) continue;
        if (!is_full(s, i, s->high)) {
            s->open[s->opened++] = (uint32_t)i;
            continue;
        }
        partner__sum_add(left, -s->width[i]);
        hours[i] = partner__ceiling_of(g, i);
    }
    return PARTNER_OK;
}

/* Where one end of the interval gives what there is to give but for roundings of the input, and nobody lies
 * between its bounds there, that end is meant. */
static int is_an_end(search *s)
{
    const double slack = PARTNER__HOURS_SLACK * s->spread->budget;
    int none_above = s->left_at_high <= slack, none_below = -s->left_at_low <= slack;

    for (size_t k = 0; k < s->opened; k++) {
        none_above &= s->top[s->open[k]] <= s->high;
        none_below &= s->bottom[s->open[k]] >= s->low;
    }
    if (none_above) s->low = s->high;
    else if (none_below) s->high = s->low;
    return none_above || none_below;
}

/* How far below `high` the open ones use up what is left. Those that would pass their ceiling on the way, by
 * less than the rounding of a bottom, give it all; the others then have to go a little further. */
static partner_status find_depth(const search *s, const partner__sum *left, double *depth, partner_error *error)
{
    const double slack = PARTNER__HOURS_SLACK * s->spread->budget;
    size_t full = SIZE_MAX, before;

    *depth = 0;
    do {
        partner__sum rest = *left, slope = {0, 0};
        double more, sum;

        before = full;
        full = 0;
        for (size_t k = 0; k < s->opened; k++) {
            const size_t i = s->open[k];
            const double down = s->top[i] - s->high;
            partner_status status = ask_now_and_then(s, k, error);

            if (status != PARTNER_OK) return status;
            if (s->scale[i] * (down + *depth) >= s->width[i]) {
                partner__sum_add(&rest, -s->width[i]);
                full++;
                continue;
            }
            partner__sum_add(&slope, s->scale[i]);
            partner__sum_add_product(&rest, -s->scale[i], down);
        }
        if (full == s->opened) return PARTNER_OK;
        more = partner__sum_value(&rest);
        sum = more / partner__sum_value(&slope);
        if (!isfinite(sum) || isinf(slope.sum) || (sum < DBL_MIN && more > slack))
            return partner__fail(error, PARTNER_E_RANGE,
                                 "returns: a budget of %.15g hours and scales that sum to %.15g are too far "
                                 "apart for doubles",
                                 s->spread->budget, slope.sum);
        if (sum > *depth) *depth = sum;
    } while (full != before);
    return PARTNER_OK;
}

static partner_status give(search *s, const partner__sum *all, double *hours, partner_error *error)
{
    const partner_returns *g = &s->spread->given;
    partner__sum left = *all;
    double depth = 0;
    partner_status status = give_settled(s, &left, hours, error);

    if (status == PARTNER_OK && s->opened > 0 && s->low < s->high && is_an_end(s)) {
        left = *all;
        status = give_settled(s, &left, hours, error);
    }
    if (status == PARTNER_OK) status = find_depth(s, &left, &depth, error);
    if (status != PARTNER_OK) return status;
    for (size_t k = 0; k < s->opened; k++) {
        const size_t i = s->open[k];
        const double more = s->scale[i] * (s->top[i] - s->high + depth), ceiling = partner__ceiling_of(g, i);

        hours[i] += more;
        if (more >= s->width[i] || hours[i] > ceiling) hours[i] = ceiling;
    }
    return PARTNER_OK;
}

/* --- all of it --- */

static partner__sum above_floors(const partner__spread *spread)
{
    partner__sum left = {spread->budget, 0};

    for (size_t i = 0; i < spread->given.rows; i++)
        partner__sum_add(&left, -partner__floor_of(&spread->given, i));
    return left;
}

/* Opens all rows that have something to win, and says what is left when all of them are full. */
static partner_status open_all(search *s, double *left, partner_error *error)
{
    s->opened = 0;
    for (size_t i = 0; i < s->spread->given.rows; i++)
        if (!isinf(s->top[i])) s->open[s->opened++] = (uint32_t)i;
    s->high = 0; /* nothing is settled, so it does not matter */
    return find_left(s, -INFINITY, left, error);
}

static partner_status find(search *s, double *hours, partner_error *error)
{
    const double slack = PARTNER__HOURS_SLACK * s->spread->budget;
    const partner__sum all = above_floors(s->spread);
    double unused = 0;
    partner_status status;

    s->left = all;
    status = open_all(s, &unused, error);
    if (status != PARTNER_OK) return status;
    if (partner__sum_value(&all) <= slack) s->low = s->high = INFINITY; /* floors for all */
    else if (unused >= -slack) s->low = s->high = -INFINITY;            /* ceilings for all */
    else status = bisect(s, error);
    return status == PARTNER_OK ? give(s, &all, hours, error) : status;
}

partner_status partner__spread_find(const partner__spread *spread, double gain_factor, double scale_factor,
                                    double *hours, partner_error *error)
{
    search s = {.spread = spread, .gain_factor = gain_factor, .scale_factor = scale_factor};
    partner__arena arena = {NULL};
    partner_status status = prepare(&s, &arena, error);

    if (status == PARTNER_OK) status = find(&s, hours, error);
    partner__arena_free(&arena);
    return status;
}
