/* SPDX-License-Identifier: MIT
 * Optimal one-dimensional k-means by dynamic programming over classes (Wang & Song 2011), each layer by divide
 * and conquer over cuts that move one way only (Song & Zhong 2020).
 *
 * With S_i and W_i the sum and the number of the first i values, the sum of squares within classes is smallest
 * where that between them, the sum of (S_j - S_i)^2 / (W_j - W_i) over the classes i … j, is largest. So layer
 * q finds, for each j, the lowest i with the largest
 *     f(i) = B[i] + (S_j - S_i)^2 / (W_j - W_i),
 * B being what layer q - 1 found. Where the origin lies does not matter to the differences of f; it is the
 * median here, which is within one standard deviation of the mean.
 *
 * Rounding. Doubles find the few i that can be the best, within a bound of their error, and sums of two doubles
 * (dd, 106 bits) decide between these. S is kept as a dd of a sum of three doubles. Values of f that differ by
 * less than `tie` are equal, and the lowest i wins. A choice within `tie` of the best at one row costs the rows
 * that it bounds at most `tie` (the costs satisfy the quadrangle inequality, whatever B is), so all choices
 * together at most k (1 + log2 n) tie: `tie` is chosen so that this is half of `same` T, T being the total sum
 * of squares. With 2^-70 for `same` that is well above the error of dd, of which `error_of_dd` is a bound,
 * unless k log2 n sqrt(k n) leaves 2^29 (8 classes of 10^11 rows, 100 of 10^8, 1000 of 10^5); then `tie` is
 * four times that error, so that cuts which are equal in exact arithmetic are always seen to be equal. */
#include <math.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "breaks_layer.h"

enum {
    TOP = 6,                /* levels of the division that are done row by row, so that 2^6 tasks are left */
    SMALLEST_TOP = 1 << 15, /* rows; below this it is one task */
    PATIENCE = 1 << 18      /* candidates between two looks at the interrupt */
};

/* One task of a layer. */
typedef struct worker {
    const partner__layer *layer;
    size_t looked; /* candidates since the interrupt was asked */
    partner__block block;
} worker;

/* --- a layer --- */

static partner_status ask_now_and_then(worker *k, partner_error *error)
{
    if (k->looked < PATIENCE) return PARTNER_OK;
    k->looked = 0;
    return partner__pulse_ask(k->layer->of->pulse, error);
}

static size_t cut_of(const partner__layer *l, size_t j) { return l->cut[j - l->first]; }

/* Rows from … to, whose cuts are low … high. The row in the middle halves both. Where rows are divided depends
 * on their numbers only, so that any number of threads gives the same. */
static partner_status divide(worker *k, size_t from, size_t to, size_t low, size_t high, partner_error *error)
{
    while (from <= to) {
        const size_t j = from + (to - from) / 2, most = high < to ? high : to - 1;
        partner_status status = ask_now_and_then(k, error);

        if (status != PARTNER_OK) return status;
        if (to - from + most - low + 2 <= PARTNER__LEAF) {
            k->looked += PARTNER__LEAF;
            partner__layer_rows(k->layer, from, to, low, most, &k->block);
            return PARTNER_OK;
        }
        k->looked += most - low;
        partner__layer_row(k->layer, j, low, high < j ? high : j - 1, &k->block);
        if (from < j) status = divide(k, from, j - 1, low, cut_of(k->layer, j), error);
        if (status != PARTNER_OK) return status;
        low = cut_of(k->layer, j);
        from = j + 1;
    }
    return PARTNER_OK;
}

/* The rows and candidates of a node of the division, whose ancestors have their cuts. */
typedef struct node {
    size_t from, to, low, high;
} node;

static node find_node(const partner__layer *l, unsigned depth, size_t number)
{
    node n = {l->first, l->last, l->lowest, l->last - 1};

    while (depth-- > 0) {
        const size_t j = n.from + (n.to - n.from) / 2, i = cut_of(l, j);

        if (number >> depth & 1) {
            n.from = j + 1;
            n.low = i;
        } else {
            n.to = j - 1;
            n.high = i;
        }
    }
    return n;
}

typedef struct level {
    const partner__layer *layer;
    unsigned depth;
} level;

static partner_status solve_row(void *context, size_t task, partner_error *error)
{
    const level *v = context;
    const node n = find_node(v->layer, v->depth, task);
    const size_t j = n.from + (n.to - n.from) / 2;
    partner__block spare;

    (void)error;
    partner__layer_row(v->layer, j, n.low, n.high < j ? n.high : j - 1, &spare);
    return PARTNER_OK;
}

static partner_status solve_rows(void *context, size_t task, partner_error *error)
{
    const level *v = context;
    const node n = find_node(v->layer, v->depth, task);
    worker k;

    k.layer = v->layer;
    k.looked = 0;
    return divide(&k, n.from, n.to, n.low, n.high, error);
}

static partner_status solve(const partner__layer *l, const partner__run *run, partner_error *error)
{
    level v = {l, 0};
    partner_status status = PARTNER_OK;

    if (l->last - l->first < SMALLEST_TOP) return partner__parallel(run, 1, solve_rows, &v, error);
    for (; v.depth < TOP && status == PARTNER_OK; v.depth++)
        status = partner__parallel(run, (size_t)1 << v.depth, solve_row, &v, error);
    if (status != PARTNER_OK) return status;
    return partner__parallel(run, (size_t)1 << v.depth, solve_rows, &v, error);
}

/* --- the search --- */

/* Adds to a sum of three doubles (Ogita, Rump & Oishi 2005): its error is of the order of 2^-150. */
static void add(double sum[3], double x)
{
    partner__dd part = partner__dd_sum(sum[0], x);

    sum[0] = part.high;
    part = partner__dd_sum(sum[1], part.low);
    sum[1] = part.high;
    sum[2] += part.low;
}

static void add_product(double sum[3], double x, double rows)
{
    const partner__dd product = partner__dd_product(x, rows);

    add(sum, product.high);
    add(sum, product.low);
}

static void put_sum(partner__search *s, size_t i, const double sum[3])
{
    const partner__dd low = partner__dd_sum(sum[1], sum[2]), high = partner__dd_sum(sum[0], low.high);
    const partner__dd both = partner__dd_quick_sum(high.high, high.low + low.low);

    s->high[i] = both.high;
    s->low[i] = both.low;
    s->largest_sum = fmax(s->largest_sum, fabs(both.high));
}

static partner_status sum_up(partner__search *s, partner_error *error)
{
    const partner__breaks_values *v = s->values;
    double sum[3] = {0, 0, 0};

    put_sum(s, 0, sum);
    for (size_t i = 0; i < s->distinct; i++) {
        const partner__dd x = partner__dd_sum(v->value[i] * s->unit, -s->origin);
        const double rows = v->rows[i + 1] - v->rows[i];
        partner_status status = i % PATIENCE == 0 ? partner__pulse_ask(s->pulse, error) : PARTNER_OK;

        if (status != PARTNER_OK) return status;
        add_product(sum, x.high, rows);
        add_product(sum, x.low, rows);
        s->squares += x.high * x.high * rows;
        put_sum(s, i + 1, sum);
    }
    return PARTNER_OK;
}

/* The first value with half of the rows up to it. */
static double median_of(const partner__breaks_values *v)
{
    size_t low = 0, high = v->distinct - 1;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (2 * v->rows[middle + 1] >= v->rows[v->distinct]) high = middle;
        else low = middle + 1;
    }
    return v->value[low];
}

/* A bound of the error of the sum over classes in dd. Each class's part, (S_j - S_i)^2 / W, is off by 2 |mean|
 * times the error of S_j - S_i, which is at most 4 * 2^-105 largest_sum, and the classes' |mean| sum up to at
 * most sqrt(k squares); the rest is relative. */
static double error_of_dd(const partner__search *s)
{
    const double k = (double)s->classes;

    return ldexp(s->largest_sum * sqrt(k * s->squares), -102) + ldexp(s->squares * (1 + k / 16), -101);
}

static partner_status prepare(partner__search *s, double same, partner_error *error)
{
    const partner__breaks_values *v = s->values;
    const int lowest = -900; /* values of that range leave room above and below */
    double total, levels = 2;
    partner_status status;
    int exponent;

    frexp(v->value[s->distinct - 1] - v->value[0], &exponent);
    s->unit = ldexp(1, exponent < lowest ? -lowest : -exponent);
    s->origin = median_of(v) * s->unit;
    s->largest = fmax(fabs(partner__search_x(s, 0)), fabs(partner__search_x(s, s->distinct - 1)));
    status = sum_up(s, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = s->distinct; i > 0; i /= 2) levels++;
    total = s->squares - s->high[s->distinct] * s->high[s->distinct] / v->rows[s->distinct];
    s->tie = fmax(total * same / 2 / (levels * (double)s->classes), 4 * error_of_dd(s));
    s->slack = total * same + s->tie * levels * (double)s->classes;
    s->least_error = ldexp(s->squares + s->largest * s->largest_sum, -98);
    return PARTNER_OK;
}

/* The first layer has no choice. */
static void begin(const partner__search *s)
{
    const size_t last = s->distinct - s->classes + 1;

    for (size_t j = 1; j <= last; j++) {
        const partner__dd square = partner__dd_square(partner__search_sum(s, 0, j));
        const partner__dd best = partner__dd_over(square, s->values->rows[j]);

        s->best_high[1][j] = best.high;
        s->best_low[1][j] = best.low;
    }
}

static partner_status walk(partner__search *s, const partner__run *run, size_t *cut, partner_error *error)
{
    const size_t k = s->classes;
    uint32_t last = 0;
    partner_status status = PARTNER_OK;

    begin(s);
    for (size_t q = 2; q <= k && status == PARTNER_OK; q++) {
        const int from = (q - 1) % 2, to = q % 2;
        partner__layer l = {.of = s,
                            .from_high = s->best_high[from],
                            .from_low = s->best_low[from],
                            .to_high = s->best_high[to],
                            .to_low = s->best_low[to],
                            .cut = q < k ? s->cut + (q - 2) * s->span : &last,
                            .first = q < k ? q : s->distinct,
                            .last = s->distinct - (k - q),
                            .lowest = q - 1};

        status = solve(&l, run, error);
    }
    if (status != PARTNER_OK) return status;
    cut[k] = s->distinct;
    cut[k - 1] = last;
    for (size_t q = k - 1; q > 1; q--) cut[q - 1] = s->cut[(q - 2) * s->span + cut[q] - q];
    cut[0] = 0;
    return PARTNER_OK;
}

partner_status partner__breaks_search(const partner__breaks_values *values, size_t classes, double same,
                                      const partner__run *run, size_t *cut, partner_error *error)
{
    partner__search s = {.values = values, .distinct = values->distinct, .classes = classes};
    const size_t places = values->distinct + 1;
    double *doubles = partner__alloc(places, 6 * sizeof *doubles);
    partner__pulse pulse;
    partner_status status;

    s.span = values->distinct - classes + 1;
    s.cut = partner__alloc(classes - 2, s.span * sizeof *s.cut);
    if (doubles == NULL || s.cut == NULL) {
        partner__free(doubles);
        partner__free(s.cut);
        return partner__no_memory(error);
    }
    s.high = doubles;
    s.low = doubles + places;
    for (size_t i = 0; i < 2; i++) {
        s.best_high[i] = doubles + (2 + 2 * i) * places;
        s.best_low[i] = doubles + (3 + 2 * i) * places;
    }
    partner__pulse_start(&pulse, run);
    s.pulse = &pulse;
    status = prepare(&s, same, error);
    if (status == PARTNER_OK) status = walk(&s, run, cut, error);
    partner__free(doubles);
    partner__free(s.cut);
    return status;
}
