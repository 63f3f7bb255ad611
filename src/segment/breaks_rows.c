/* SPDX-License-Identifier: MIT
 * The cut of a row: doubles find the few candidates that can be it, within a bound of their error, and sums of
 * two doubles decide between these. Doubles are taken about a class's own mean and from a candidate nearby on,
 * so that their error is in proportion to what is compared, wherever the class lies. */
#include <math.h>

#include "breaks_layer.h"

enum { LEAST_STEP = 16 }; /* from sample to sample of the candidates of a row with many of them */

typedef struct frame {
    const partner__layer *of;
    size_t reference;
    double centre; /* with so few bits that its product with a number of rows is exact */
    double error;  /* of any value */
} frame;

/* --- in sums of two doubles --- */

static double rows_of(const partner__search *s, size_t from, size_t to)
{
    return s->values->rows[to] - s->values->rows[from];
}

static partner__dd worth(const partner__layer *l, size_t j, size_t i)
{
    const partner__dd before = {l->from_high[i], l->from_low[i]};
    const partner__dd square = partner__dd_square(partner__search_sum(l->of, i, j));

    return partner__dd_add(before, partner__dd_over(square, rows_of(l->of, i, j)));
}

/* How far b is below a. */
static double lacks(partner__dd a, partner__dd b) { return (a.high - b.high) + (a.low - b.low); }

static void settle(const partner__layer *l, size_t j, size_t i)
{
    const partner__dd best = worth(l, j, i);

    l->cut[j - l->first] = (uint32_t)i;
    l->to_high[j] = best.high;
    l->to_low[j] = best.low;
}

/* What `worth` says of `count` rows whose cuts are there. What lies at their cuts is collected first, so that
 * the compiler can take several rows at once. */
static void settle_rows(const partner__layer *l, size_t from, size_t count, partner__block *b)
{
    const partner__search *s = l->of;
    const double *restrict high = s->high + from, *restrict low = s->low + from;
    const double *restrict rows = s->values->rows + from;
    double *restrict to_high = l->to_high + from, *restrict to_low = l->to_low + from;

    for (size_t t = 0; t < count; t++) {
        const size_t i = l->cut[from + t - l->first];

        b->sum[t] = s->high[i];
        b->spare[t] = s->low[i];
        b->rows[t] = s->values->rows[i];
        b->best[t] = l->from_high[i];
        b->value[t] = l->from_low[i];
    }
    for (size_t t = 0; t < count; t++) {
        const partner__dd to = {high[t], low[t]}, cut = {b->sum[t], b->spare[t]};
        const partner__dd before = {b->best[t], b->value[t]};
        const partner__dd square = partner__dd_square(partner__dd_sub(to, cut));
        const partner__dd best = partner__dd_add(before, partner__dd_over(square, rows[t] - b->rows[t]));

        to_high[t] = best.high;
        to_low[t] = best.low;
    }
}

/* --- in doubles --- */

static double larger(double a, double b) { return a > b ? a : b; }

/* S_j from the reference on, about the centre: rounded twice at the end. */
static double row_sum(const frame *f, size_t j)
{
    const partner__search *s = f->of->of;
    const size_t r = f->reference;
    const partner__dd sum = partner__dd_sum(s->high[j], -s->high[r]);

    return (sum.high - f->centre * rows_of(s, r, j)) + (sum.low + (s->low[j] - s->low[r]));
}

/* A bound of the error of all values for candidates low … high and rows j = first … last, in units of 2^-53:
 * `near` bounds |x| and |centre| together among the candidates, `far` the distance of any value of a class from
 * the centre, `sum` a class's sum about it and `mean` its mean. Each rounding of fill_block and row_values is
 * counted once, and every factor rounded up. */
static double bound_error(const frame *f, size_t low, size_t high, size_t first, size_t last, size_t middle)
{
    const partner__layer *l = f->of;
    const partner__search *s = l->of;
    const double ulp = ldexp(1, -53), span = rows_of(s, low, high);
    const double at_low = partner__search_x(s, low),
                 at_high = partner__search_x(s, high > low ? high - 1 : low);
    const double near = larger(fabs(at_low), fabs(at_high)) + fabs(f->centre);
    const double far = larger(fabs(at_low - f->centre), fabs(partner__search_x(s, last - 1) - f->centre));
    const double sum = fabs(row_sum(f, middle)) + far * rows_of(s, first, last) + near * span;
    const double fewest = first > high ? rows_of(s, high, first) : 1;
    const double mean = sum < far * fewest ? sum / fewest : far;
    const double gain = fabs(l->from_high[high] - l->from_high[low]);

    return 1.01 * ulp * (24 * near * near * span + 4 * gain + 10 * mean * (near * span + sum)) + s->least_error;
}

/* The first 21 bits: there are fewer than 2^32 rows. */
static double shorten(double a)
{
    const double far = 4294967297.0 * a; /* 2^32 + 1 */

    return far - (far - a);
}

/* Candidates low … high of the rows first … last, high < last. */
static frame make_frame(const partner__layer *l, size_t low, size_t high, size_t first, size_t last)
{
    const partner__search *s = l->of;
    size_t middle = first + (last - first) / 2;
    frame f = {l, low + (high - low) / 2, 0, 0};

    if (middle <= f.reference) middle = f.reference + 1;
    f.centre = shorten(partner__search_sum(s, f.reference, middle).high / rows_of(s, f.reference, middle));
    f.error = bound_error(&f, low, high, first, last, middle);
    return f;
}

/* About the centre c, sums are S - c W, and B becomes B - 2 c S + c^2 W. */
static void fill_block(const frame *f, size_t from, size_t count, partner__block *b)
{
    const partner__layer *l = f->of;
    const partner__search *s = l->of;
    const size_t r = f->reference;
    const double c = f->centre;
    const double *restrict high = s->high + from, *restrict low = s->low + from;
    const double *restrict rows = s->values->rows + from;
    const double *restrict best_high = l->from_high + from, *restrict best_low = l->from_low + from;
    const double high_0 = s->high[r], low_0 = s->low[r], rows_0 = s->values->rows[r];
    const double best_high_0 = l->from_high[r], best_low_0 = l->from_low[r];

    for (size_t t = 0; t < count; t++) {
        const double whole = (high[t] - high_0) + (low[t] - low_0), n = rows[t] - rows_0;
        const double centred = whole - c * n;

        b->sum[t] = centred;
        b->rows[t] = n;
        b->best[t] = ((best_high[t] - best_high_0) + (best_low[t] - best_low_0)) - c * (whole + centred);
    }
}

/* The values of `count` candidates of a block for a row with this sum and number of rows. */
static void row_values(partner__block *b, size_t at, size_t count, double sum, double rows)
{
    const double *restrict sums = b->sum + at, *restrict bests = b->best + at, *restrict all = b->rows + at;
    double *restrict value = b->value;

    for (size_t t = 0; t < count; t++) {
        const double d = sum - sums[t];

        value[t] = bests[t] + d * d / (rows - all[t]);
    }
}

/* Four at a time, since the next comparison need not wait for the last one then. */
static double largest_of(const double *value, size_t count)
{
    double most[4] = {value[0], value[0], value[0], value[0]};
    size_t t = 0;

    for (; t + 4 <= count; t += 4)
        for (size_t lane = 0; lane < 4; lane++)
            most[lane] = value[t + lane] > most[lane] ? value[t + lane] : most[lane];
    for (; t < count; t++) most[0] = larger(value[t], most[0]);
    return larger(larger(most[0], most[1]), larger(most[2], most[3]));
}

/* --- those that doubles cannot tell apart --- */

typedef struct rivals {
    const partner__layer *of;
    size_t j;
    double least; /* value of a candidate that may be the best */
    size_t found, first;
    partner__dd best;
} rivals;

static void meet(rivals *r, size_t i)
{
    partner__dd met;

    if (r->found++ == 0) {
        r->first = i;
        return;
    }
    if (r->found == 2) r->best = worth(r->of, r->j, r->first);
    met = worth(r->of, r->j, i);
    if (lacks(r->best, met) < 0) r->best = met;
}

static void meet_all(rivals *r, const partner__block *b, size_t from, size_t count)
{
    for (size_t t = 0; t < count; t++)
        if (b->value[t] >= r->least) meet(r, from + t);
}

/* The lowest that is as good as the best; SIZE_MAX = none of these is. */
static size_t lowest_rival(const rivals *r, const partner__block *b, size_t from, size_t count)
{
    for (size_t t = 0; t < count; t++)
        if (b->value[t] >= r->least && lacks(r->best, worth(r->of, r->j, from + t)) <= r->of->of->tie)
            return from + t;
    return SIZE_MAX;
}

static double least_of(const frame *f, double largest) { return largest - 2 * f->error - f->of->of->tie; }

/* --- a row with any number of candidates --- */

/* Samples of the candidates low … high, and a bound of the values from each up to the next one. */
typedef struct wide {
    frame frame;
    size_t low, high, step, samples;
    double sum, rows; /* of the row */
    double bound[PARTNER__LEAF];
} wide;

static size_t sample_at(const wide *w, size_t k)
{
    return k + 1 == w->samples ? w->high : w->low + k * w->step;
}

static void fill_samples(const wide *w, partner__block *b)
{
    const partner__layer *l = w->frame.of;
    const partner__search *s = l->of;
    const size_t r = w->frame.reference;
    const double c = w->frame.centre;

    for (size_t k = 0; k < w->samples; k++) {
        const size_t i = sample_at(w, k);
        const double whole = (s->high[i] - s->high[r]) + (s->low[i] - s->low[r]);

        b->rows[k] = rows_of(s, r, i);
        b->sum[k] = whole - c * b->rows[k];
        b->best[k] =
            ((l->from_high[i] - l->from_high[r]) + (l->from_low[i] - l->from_low[r])) - c * (whole + b->sum[k]);
    }
    row_values(b, 0, w->samples, w->sum, w->rows);
}

/* The sum of squares within classes grows with the values before i, and that of the class i … j with those
 * after it. So from sample a to sample b the sum of both is at least that within classes before a and that of
 * b … j: f is at most f(b) + (Q_b - Q_a) - (B_b - B_a), Q being the sum of squares about the centre. */
static void bound_values(wide *w, const partner__block *b)
{
    const partner__search *s = w->frame.of->of;
    const double c = w->frame.centre;

    for (size_t k = 0; k + 1 < w->samples; k++) {
        const double at_a = partner__search_x(s, sample_at(w, k)) - c,
                     at_b = partner__search_x(s, sample_at(w, k + 1) - 1) - c;
        const double most = larger(at_a * at_a, at_b * at_b);

        w->bound[k] = b->value[k + 1] + most * (b->rows[k + 1] - b->rows[k]) - (b->best[k + 1] - b->best[k]);
    }
    w->bound[w->samples - 1] = b->value[w->samples - 1];
}

/* Where the values from sample k on end. */
static size_t stretch_end(const wide *w, size_t k)
{
    return k + 1 == w->samples ? w->high + 1 : sample_at(w, k + 1);
}

static size_t next_block(const wide *w, size_t from, size_t end, partner__block *b)
{
    const size_t count = end - from < PARTNER__LEAF ? end - from : PARTNER__LEAF;

    fill_block(&w->frame, from, count, b);
    row_values(b, 0, count, w->sum, w->rows);
    return count;
}

/* The largest value, given that of the samples; bounds become largest values where it matters. */
static double look_through(wide *w, double largest, partner__block *b)
{
    const double slack = 5 * w->frame.error + w->frame.of->of->slack;

    for (size_t k = 0; k < w->samples; k++) {
        const size_t end = stretch_end(w, k);
        double here = -INFINITY;

        if (w->bound[k] >= largest - slack)
            for (size_t i = sample_at(w, k), count; i < end; i += count) {
                count = next_block(w, i, end, b);
                here = larger(here, largest_of(b->value, count));
            }
        w->bound[k] = here;
        largest = larger(largest, here);
    }
    return largest;
}

/* Meets the rivals or, the second time, returns the lowest of the best. */
static size_t go_through(const wide *w, partner__block *b, rivals *r, int again)
{
    for (size_t k = 0; k < w->samples; k++) {
        const size_t end = stretch_end(w, k);

        if (w->bound[k] < r->least) continue;
        for (size_t i = sample_at(w, k), count; i < end; i += count) {
            size_t found = SIZE_MAX;

            count = next_block(w, i, end, b);
            if (again) found = lowest_rival(r, b, i, count);
            else meet_all(r, b, i, count);
            if (found != SIZE_MAX) return found;
        }
    }
    return r->first;
}

static size_t find_wide(const partner__layer *l, size_t j, size_t low, size_t high, partner__block *b)
{
    wide w = {.frame = {.of = l}, .low = low, .high = high, .step = LEAST_STEP};
    rivals r = {.of = l, .j = j};

    w.frame = make_frame(l, low, high, j, j);
    w.sum = row_sum(&w.frame, j);
    w.rows = rows_of(l->of, w.frame.reference, j);
    if (w.step < (high - low) / (PARTNER__LEAF - 2) + 1) w.step = (high - low) / (PARTNER__LEAF - 2) + 1;
    w.samples = (high - low - 1) / w.step + 2;
    fill_samples(&w, b);
    bound_values(&w, b);
    r.least = least_of(&w.frame, look_through(&w, largest_of(b->value, w.samples), b));
    go_through(&w, b, &r, 0);
    return r.found == 1 ? r.first : go_through(&w, b, &r, 1);
}

void partner__layer_row(const partner__layer *l, size_t j, size_t low, size_t high, partner__block *spare)
{
    settle(l, j, low == high ? low : find_wide(l, j, low, high, spare));
}

/* --- a leaf: few rows with few candidates, whose doubles are made once --- */

typedef struct leaf {
    frame frame;
    size_t from; /* the candidate at the front of the partner__block */
    partner__block *block;
} leaf;

static size_t find_in_leaf(const leaf *f, size_t j, size_t low, size_t high)
{
    partner__block *b = f->block;
    const size_t count = high - low + 1;
    rivals r = {.of = f->frame.of, .j = j};

    row_values(b, low - f->from, count, row_sum(&f->frame, j), rows_of(r.of->of, f->frame.reference, j));
    r.least = least_of(&f->frame, largest_of(b->value, count));
    meet_all(&r, b, low, count);
    return r.found == 1 ? r.first : lowest_rival(&r, b, low, count);
}

static void divide_leaf(const leaf *f, size_t from, size_t to, size_t low, size_t high)
{
    const partner__layer *l = f->frame.of;

    while (from <= to) {
        const size_t j = from + (to - from) / 2, most = high < j ? high : j - 1;
        const size_t i = low == most ? low : find_in_leaf(f, j, low, most);

        l->cut[j - l->first] = (uint32_t)i;
        if (from < j) divide_leaf(f, from, j - 1, low, i);
        from = j + 1;
        low = i;
    }
}

void partner__layer_rows(const partner__layer *l, size_t from, size_t to, size_t low, size_t high,
                         partner__block *spare)
{
    const leaf f = {make_frame(l, low, high, from, to), low, spare};

    fill_block(&f.frame, low, high - low + 1, spare);
    divide_leaf(&f, from, to, low, high);
    settle_rows(l, from, to - from + 1, spare);
}
