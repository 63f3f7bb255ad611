/* SPDX-License-Identifier: MIT
 * What the files of pareto share. */
#ifndef PARTNER_PARETO_PRIVATE_H
#define PARTNER_PARETO_PRIVATE_H

#include <partner/pareto.h>

#include "../base/arena.h"
#include "../base/int128.h"
#include "../base/parallel.h"
#include "../base/sum.h"

enum {
    PARTNER__BLOCK = 1 << 16,   /* values per task and per kept prefix sum */
    PARTNER__USUAL_CUT = 800000 /* the first cut where none is given */
};

/* The positive values of a population, largest first, and prefix sums at every block. */
typedef struct partner__ranked {
    const uint64_t *value;  /* [positive] descending */
    const uint64_t *before; /* [positive / BLOCK + 1] sum of the values before each block */
    size_t positive;
    size_t counted; /* P: the positive and, where they count, the others */
    uint64_t total; /* T, below 2^63 */
} partner__ranked;

/* Sums over the ranked values that every figure of concentration is made of. */
typedef struct partner__moments {
    partner__u128 prefix_sum; /* of S_1 … S_positive, S_i = sum of the i largest */
    partner__u128 squares;    /* of v^2 */
    partner__sum deviation;   /* of h(v P / T - 1), see partner__entropy_term */
} partner__moments;

/* The figures of concentration of one population. */
typedef struct partner__summary {
    double gini, gini_unbiased, hhi, effective_partners, theil, hoover, vital_fraction, kolkata_index;
    double top_share[PARTNER_PARETO_TOPS];
    size_t vital_count;
} partner__summary;

/* Classes as the places in the order where they end. */
typedef struct partner__classes {
    unsigned cuts;
    uint32_t cut[PARTNER_PARETO_CUTS];   /* ppm */
    size_t end[PARTNER_PARETO_CUTS];     /* class c holds the ranked values from end[c - 1] to end[c] - 1 */
    uint64_t floor[PARTNER_PARETO_CUTS]; /* and no value below this */
} partner__classes;

/* Checks all options and sets the cuts, of the classes too. */
partner_status partner__pareto_options(partner_pareto_options *options, partner__classes *classes,
                                       partner_error *error);

/* Checks that there are amounts, and not too many. */
partner_status partner__check_amounts(const partner_amounts *amounts, partner_error *error);

/* Checks the options that the tail looks at. */
partner_status partner__tail_options(const partner_pareto_options *options, partner_error *error);

/* Checks the options that xyz looks at, and sets xyz_cuts. */
partner_status partner__xyz_options(partner_pareto_options *options, partner_error *error);

/* Number of blocks of n values. */
size_t partner__blocks(size_t n);

/* Fills `before` [positive / BLOCK + 1] from the values. */
void partner__prefix(const uint64_t *value, size_t positive, uint64_t *before);

/* S_i: the sum of the first i values. O(BLOCK). */
uint64_t partner__sum_of_first(const partner__ranked *r, size_t i);

/* The smallest i with S_i >= sum, for sum <= T. */
size_t partner__first_reaching(const partner__ranked *r, uint64_t sum);

/* The least sum s with s * 10^6 >= cut * T. */
uint64_t partner__reach(uint32_t cut, uint64_t total);

/* Finds where the classes end. */
void partner__classify(const partner__ranked *r, partner__classes *classes);

/* (1 + d) ln(1 + d) - d, accurate for every d >= -1. With d_i = v_i P / T - 1 the Theil index is the mean of
 * these: the terms d_i left out and put in add up to zero, and what remains is never negative, so that nothing
 * cancels. */
double partner__entropy_term(double d);

/* a / b - 1, accurate near zero. */
double partner__excess(partner__u128 a, partner__u128 b);

/* The moments of the ranked values from place `start` to `end` - 1. */
partner__moments partner__moments_of(const partner__ranked *r, size_t start, size_t end);

/* The numerator of the Gini coefficient over P T: sum of (P - 2i + 1) v_(i), largest first. */
partner__u128 partner__gini_numerator(const partner__ranked *r, const partner__moments *m);

/* Every figure from values and moments; vital_count for the first cut. */
void partner__summarise(const partner__ranked *r, const partner__moments *m, uint32_t first_cut,
                        partner__summary *summary);

/* The share of the top `top` ppm of the population. */
double partner__top_share(const partner__ranked *r, uint32_t top);

/* One walk down the order: it gathers the moments of each block and brings rank and cumulative share of the
 * ranked values to their rows; those of other rows stay as they are. */
typedef struct partner__delivery {
    const partner__ranked *ranked;
    const uint32_t *order; /* [positive] the row of each ranked value */
    size_t rows;
    uint64_t *labels;          /* [positive] to work in */
    double *sums;              /* [positive] to work in */
    uint32_t *rank;            /* [rows] */
    double *cumulative_share;  /* [rows] */
    partner__moments *moments; /* [blocks of the ranked values] */
} partner__delivery;
partner_status partner__deliver(const partner__delivery *delivery, const partner__run *run,
                                partner_error *error);

/* The parts that are made on demand; each returns NOMEM or CANCELLED at most. */
partner_status partner__pareto_lorenz(const partner__ranked *r, uint32_t points, partner__arena *arena,
                                      const partner_pareto_lorenz **lorenz, partner_error *error);
partner_status partner__pareto_leave_one_out(const partner__ranked *r, const partner__moments *m,
                                             const partner_pareto *pareto, const partner__run *run,
                                             partner__arena *arena,
                                             const partner_pareto_leave_one_out **leave_one_out,
                                             partner_error *error);
partner_status partner__pareto_resampling(const partner__ranked *r, const partner_pareto_options *options,
                                          const partner__run *run, partner__arena *arena,
                                          const partner_resampling **resampling, partner_error *error);

/* The classes of ranked values as lines from `line` on. */
typedef struct partner__class_lines {
    uint8_t *class_of;
    size_t *partners;
    int64_t *amount;
    double *share;
} partner__class_lines;
void partner__class_lines_fill(const partner__ranked *r, const partner__classes *classes, size_t partners,
                               partner__class_lines lines, size_t line);

/* What the groups are made from. */
typedef struct partner__group_input {
    const partner_amounts *amounts;
    const partner__ranked *ranked;
    const partner_pareto_options *options; /* cuts resolved */
    const partner__classes *classes;       /* cuts */
    const uint32_t *order;                 /* all rows, the ranked ones first */
    partner__run run;
} partner__group_input;
partner_status partner__pareto_groups(const partner__group_input *input, partner__arena *arena,
                                      partner_pareto *pareto, partner_error *error);

#endif
