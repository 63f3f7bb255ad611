/* SPDX-License-Identifier: MIT
 * Natural breaks inside: distinct values with their weights, their moments, and the search for the best cuts.
 */
#ifndef PARTNER_SEGMENT_BREAKS_H
#define PARTNER_SEGMENT_BREAKS_H

#include <partner/segment.h>

#include "../base/parallel.h"

/* Distinct values, ascending, and how many rows have one of the first i, i = 0 … distinct: whole numbers as
 * doubles. */
typedef struct partner__breaks_values {
    size_t distinct;
    double *value; /* [distinct] */
    double *rows;  /* [distinct + 1] */
} partner__breaks_values;

/* The best cuts into `classes`, 2 … distinct: class c has the values cut[c] … cut[c + 1] - 1, and cut has
 * classes + 1 elements. Of cuts whose sums of squares differ by less than `same` of the total one, the lower
 * ones. Errors: NOMEM, CANCELLED. */
partner_status partner__breaks_search(const partner__breaks_values *values, size_t classes, double same,
                                      const partner__run *run, size_t *cut, partner_error *error);

/* partner_natural_breaks with another idea of which sums are the same, 2^-70 … 1: for values that are rounded
 * themselves. */
partner_status partner__breaks_find(const partner_numbers *numbers, const partner_breaks_options *options,
                                    double same, partner_breaks **breaks, partner_error *error);

typedef struct partner__breaks_moments {
    double mean, squares; /* sum of squares about the mean, which may be infinite */
} partner__breaks_moments;

/* Of the values from … to - 1, at least one. Relative error below 1e-14. */
partner__breaks_moments partner__breaks_moments_of(const partner__breaks_values *values, size_t from,
                                                   size_t to);

#endif
