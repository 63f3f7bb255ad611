/* SPDX-License-Identifier: MIT
 * A layer of the search for natural breaks: breaks_search.c walks through layers and divides their rows,
 * breaks_rows.c finds the cut of a row, and the cuts of a few rows at once. What the letters mean stands in
 * breaks_search.c. */
#ifndef PARTNER_SEGMENT_BREAKS_LAYER_H
#define PARTNER_SEGMENT_BREAKS_LAYER_H

#include "../base/pulse.h"
#include "breaks.h"
#include "breaks_dd.h"

enum { PARTNER__LEAF = 512 }; /* rows and candidates that are looked at together: their doubles fit the cache */

typedef struct partner__search {
    const partner__breaks_values *values;
    size_t distinct, classes;
    double unit, origin;                  /* of sums: a value x is x * unit - origin there */
    double *high, *low;                   /* [distinct + 1] S */
    double squares, largest_sum, largest; /* sum of squares, |S| and |x| about the origin */
    double tie;
    double slack;                       /* sums may be that much worse than the best ones, and more */
    double least_error;                 /* of dd values, as doubles see them */
    double *best_high[2], *best_low[2]; /* [distinct + 1] B of two layers */
    uint32_t *cut;                      /* of the layers but the first and the last, `span` rows each */
    size_t span;
    partner__pulse *pulse;
} partner__search;

/* A layer: j = first … last, and what its classes up to i are worth in the layer before. */
typedef struct partner__layer {
    const partner__search *of;
    const double *from_high, *from_low;
    double *to_high, *to_low;
    uint32_t *cut; /* [last - first + 1] */
    size_t first, last;
    size_t lowest; /* i: each class before has a value */
} partner__layer;

/* Doubles about a few candidates: S and B about the mean of a class, and W, all from a reference on. */
typedef struct partner__block {
    double sum[PARTNER__LEAF], best[PARTNER__LEAF], rows[PARTNER__LEAF];
    double value[PARTNER__LEAF]; /* f, but for a constant */
    double spare[PARTNER__LEAF];
} partner__block;

static inline partner__dd partner__search_sum(const partner__search *s, size_t from, size_t to)
{
    const partner__dd a = {s->high[to], s->low[to]}, b = {s->high[from], s->low[from]};

    return partner__dd_sub(a, b);
}

/* The value at place i, as sums have it, rounded. */
static inline double partner__search_x(const partner__search *s, size_t i)
{
    return s->values->value[i] * s->unit - s->origin;
}

/* Finds the cut of row j among low … high, high < j, and what it is worth. */
void partner__layer_row(const partner__layer *layer, size_t j, size_t low, size_t high, partner__block *spare);

/* The same for the rows from … to, which with the candidates low … high, high < to, are no more than
 * PARTNER__LEAF. */
void partner__layer_rows(const partner__layer *layer, size_t from, size_t to, size_t low, size_t high,
                         partner__block *spare);

#endif
