/* SPDX-License-Identifier: MIT
 * Mean and sum of squares of a run of values, whatever their magnitude: distances from the lowest one, which
 * two doubles hold exactly, in a unit that makes the largest about 1. */
#include "../base/sum.h"
#include "breaks.h"
#include "breaks_dd.h"

typedef struct measure {
    const partner__breaks_values *values;
    double base, unit;
} measure;

/* The unit is a power of two, so that nothing is rounded. */
static int exponent_of(double range)
{
    const int lowest = -1000; /* 2^1000 is a double, and what is smaller still has room below */
    int exponent;

    frexp(range, &exponent);
    return exponent < lowest ? lowest : exponent;
}

static partner__dd distance(const measure *m, size_t i)
{
    partner__dd d = partner__dd_sum(m->values->value[i], -m->base);

    d.high *= m->unit;
    d.low *= m->unit;
    return d;
}

static double rows_of(const measure *m, size_t i) { return m->values->rows[i + 1] - m->values->rows[i]; }

static partner__dd mean_distance(const measure *m, size_t from, size_t to)
{
    partner__sum sum = {0, 0};

    for (size_t i = from; i < to; i++) {
        const partner__dd d = distance(m, i);
        const double rows = rows_of(m, i);

        if (rows == 1) partner__sum_add(&sum, d.high);
        else partner__sum_add_product(&sum, d.high, rows);
        sum.lost += d.low * rows;
    }
    return partner__dd_over(partner__dd_sum(sum.sum, sum.lost), m->values->rows[to] - m->values->rows[from]);
}

static double squares_about(const measure *m, partner__dd mean, size_t from, size_t to)
{
    partner__sum sum = {0, 0};

    for (size_t i = from; i < to; i++) {
        const partner__dd d = distance(m, i);
        const double off = (d.high - mean.high) + (d.low - mean.low);

        partner__sum_add(&sum, off * off * rows_of(m, i));
    }
    return partner__sum_value(&sum);
}

partner__breaks_moments partner__breaks_moments_of(const partner__breaks_values *values, size_t from, size_t to)
{
    measure m = {values, values->value[from], 1};
    partner__breaks_moments result = {m.base, 0};
    const double range = values->value[to - 1] - m.base;
    partner__dd mean, sum;
    int exponent;

    if (!(range > 0)) return result;
    exponent = exponent_of(range);
    m.unit = ldexp(1, -exponent);
    mean = mean_distance(&m, from, to);
    result.squares = ldexp(squares_about(&m, mean, from, to), 2 * exponent);
    sum = partner__dd_sum(m.base, ldexp(mean.high, exponent));
    result.mean = sum.high + (sum.low + ldexp(mean.low, exponent));
    return result;
}
