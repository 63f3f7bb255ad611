/* SPDX-License-Identifier: MIT
 * libpartner: Pareto analysis and concentration, how much hangs on how few. */
#ifndef PARTNER_PARETO_H
#define PARTNER_PARETO_H

#include <partner/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One amount per partner: columns of `rows` elements, owned by the caller and only read. */
typedef struct partner_amounts {
    uint32_t struct_size, reserved;
    size_t rows;             /* below PARTNER_NONE */
    const int64_t *amount;   /* needed: minor units (any integer unit will do); negatives see the options */
    const uint32_t *group;   /* NULL or a group (region, type); PARTNER_NONE = none, a group of its own */
    const uint32_t *partner; /* NULL = row i is partner i, or the partner's dense index, to be named */
} partner_amounts;

#define PARTNER_AMOUNTS_INIT                            \
    {                                                   \
        sizeof(partner_amounts), 0, 0, NULL, NULL, NULL \
    }

enum {
    PARTNER_POPULATION_ALL = 0,   /* partners without revenue are part of the concentration */
    PARTNER_POPULATION_ACTIVE = 1 /* only partners with an amount > 0 */
};

enum {
    PARTNER_NEGATIVES_ZERO = 0, /* negative amounts count as zero and are counted and summed apart */
    PARTNER_NEGATIVES_ERROR = 1 /* a negative amount is an error */
};

#define PARTNER_PARETO_CUTS 8  /* the most cuts between classes */
#define PARTNER_PARETO_TOPS 5  /* top shares that the summary carries: 1, 5, 10, 20, 50 % of partners */
#define PARTNER_PARETO_RISKS 3 /* the top 1, 3, 5 partners */

/* Options of pareto. Zero is the default of each. */
typedef struct partner_pareto_options {
    uint32_t struct_size, reserved;
    uint32_t threads;            /* 0 = 1; PARTNER_THREADS_ALL */
    uint32_t points;             /* most vertices of the Lorenz curve, 2 … 1000000; 0 = no curve */
    partner_interrupt interrupt; /* NULL = never asked */
    void *interrupt_data;
    uint32_t cuts[PARTNER_PARETO_CUTS]; /* ppm of revenue, ascending, 1 … 1000000, ended by the first 0;
                                           cuts[0] = 0: 800000, 950000 */
    uint8_t population;                 /* PARTNER_POPULATION_… */
    uint8_t negatives;                  /* PARTNER_NEGATIVES_… */
    uint8_t leave_one_out;              /* 1 = also compute it */
} partner_pareto_options;

#define PARTNER_PARETO_OPTIONS_INIT                                                            \
    {                                                                                          \
        sizeof(partner_pareto_options), 0, 0, 0, NULL, NULL, {0, 0, 0, 0, 0, 0, 0, 0}, 0, 0, 0 \
    }

/* One line per class: A, B, … and none (partners without revenue). */
typedef struct partner_pareto_classes {
    size_t classes;          /* number of cuts + 2 */
    uint8_t class_none;      /* the value that means none: number of cuts + 1 */
    const uint8_t *class_of; /* [classes] 0 = A, 1 = B … */
    const size_t *partners;  /* [classes] */
    const int64_t *amount;   /* [classes] sum of max(amount, 0), minor units */
    const double *share;     /* [classes] amount / total */
} partner_pareto_classes;

/* One line per group that has a partner, by ascending index, "none" last: each one's own summary as in
 * partner_pareto, with shares and ranks within the group. */
typedef struct partner_pareto_groups {
    size_t groups;
    const uint32_t *group;  /* [groups] PARTNER_NONE = the partners without a group */
    const size_t *partners; /* [groups] and so on, as in partner_pareto */
    const size_t *counted, *positive, *zero, *negative;
    const int64_t *negative_amount, *total, *net;
    const double *gini, *gini_unbiased, *hhi, *effective_partners, *theil, *hoover;
    const size_t *vital_count;
    const double *vital_fraction, *kolkata_index;
    const double *top_share;     /* [groups * PARTNER_PARETO_TOPS] line by line */
    const double *share;         /* [groups] s_g = the group's total / total */
    const double *theil_between; /* [groups] its part of the whole: s_g ln(s_g P / P_g) */
    const double *theil_within;  /* [groups] its part of the whole: s_g * its own theil */
} partner_pareto_groups;

/* The classes within each group: groups × classes lines. */
typedef struct partner_pareto_group_classes {
    size_t rows;
    uint8_t class_none;
    const uint32_t *group;   /* [rows] */
    const uint8_t *class_of; /* [rows] */
    const size_t *partners;  /* [rows] */
    const int64_t *amount;   /* [rows] */
    const double *share;     /* [rows] of the group's total */
} partner_pareto_group_classes;

/* The Lorenz curve, for plots: the poorest `partners` of the population hold `share` of the total. */
typedef struct partner_pareto_lorenz {
    size_t points;
    const double *partners; /* [points] j / P, ascending, from 0 to 1 */
    const double *share;    /* [points] S_j / T */
} partner_pareto_lorenz;

/* How much hangs on one: the figures' range when any one partner of the population leaves, and what the
 * largest fall and rise are. A leave that would leave no revenue at all is not counted; NaN when none
 * remains. For heavy tails this census arithmetic is what can be said exactly. Class: exact. */
typedef struct partner_pareto_leave_one_out {
    double gini_low, gini_high;  /* smallest and largest gini of the remaining partners */
    double gini_fall, gini_rise; /* gini - gini_low and gini_high - gini, 0 where it never falls or rises */
    double hhi_low, hhi_high;
    double hhi_fall, hhi_rise;
    int64_t total_low, total_high;        /* total without the largest and without the smallest partner */
    int64_t total_fall, total_rise;       /* total - total_low; 0, for no partner's leaving adds revenue */
    uint32_t gini_low_row, gini_high_row; /* the row whose leaving gives it, the first in `order`; or none */
    uint32_t hhi_low_row, hhi_high_row;
    double at_risk[PARTNER_PARETO_RISKS]; /* share of the total that leaves with the top 1, 3, 5 partners */
} partner_pareto_leave_one_out;

/* Concentration of one amount per partner.
 *
 * v_i = max(amount_i, 0), T = sum of v_i, P = `counted`; v_(1) <= … <= v_(P) ascending.
 * Missing values: PARTNER_NO_AMOUNT is refused. T = 0 or P = 0: every class none, every ratio NaN.
 * Ties and order: v descending, then row ascending; equal amounts are always in the same class.
 * Class: exact (rationals of 128-bit integers rounded once); theil and its parts: relative 1e-12. */
typedef struct partner_pareto {
    size_t partners;                 /* lines: rows of the input */
    size_t counted;                  /* P: all partners, or with population = active the positive ones */
    size_t positive, zero, negative; /* partners by the sign of their amount */
    int64_t negative_amount;         /* sum of the negative amounts, <= 0, minor units */
    int64_t total;                   /* T */
    int64_t net;                     /* sum of all amounts */
    double gini;               /* sum of (2j - P - 1) v_(j), over P T; 0 = equal, towards 1 = one has all */
    double gini_unbiased;      /* gini P / (P - 1); NaN for P = 1 */
    double hhi;                /* Herfindahl-Hirschman index: sum of share^2, 1/P … 1 */
    double effective_partners; /* 1 / hhi */
    double theil;              /* sum of share ln(share P), 0 ln 0 = 0; 0 … ln P (Theil 1967) */
    double theil_between, theil_within; /* its parts by group; NaN without groups */
    double hoover;                      /* sum of |share - 1/P| / 2: the part of T to be moved for equality */
    size_t vital_count;                 /* fewest top partners whose sum reaches the first cut */
    double vital_fraction;              /* vital_count / P */
    double kolkata_index;               /* k: the top 1 - k of partners hold share k; 0.8 = "80/20"
                                           (Ghosh, Chattopadhyay & Chakrabarti 2014) */
    double top_share[PARTNER_PARETO_TOPS]; /* share of the top 1, 5, 10, 20, 50 % of partners, linear on the
                                              Lorenz curve */
    uint8_t class_none;                    /* the value of class_of that means none: number of cuts + 1 */
    const partner_pareto_classes *classes;
    const partner_pareto_groups *groups;               /* NULL without a group column */
    const partner_pareto_group_classes *group_classes; /* NULL without a group column */
    const partner_pareto_lorenz *lorenz;               /* NULL unless options->points */
    const partner_pareto_leave_one_out *leave_one_out; /* NULL unless options->leave_one_out */
    const uint32_t *rank; /* [partners] competition ranking 1 2 2 4, by v descending; 0 = not counted */
    const double *share;  /* [partners] v_i / T */
    const double *cumulative_share; /* [partners] of all down to and including this one; NaN = not counted */
    const uint8_t *class_of;        /* [partners] 0 = A, 1 = B …; class_none for v_i = 0 */
    const uint32_t *order;          /* [partners] the rows, largest first; those not counted last */
} partner_pareto;

/* Classes, ranks, shares and every figure of concentration of one amount per partner.
 *
 * A partner is in the first class whose cut is greater than the share that all partners with a strictly
 * larger v hold together: so A is the smallest set of top partners, closed under equal revenue, that
 * reaches the cut. The comparison is exact: before * 10^6 < cut * T.
 *
 * amounts: needed.  options: NULL = defaults.  pareto: receives the result, for partner_pareto_free.
 * Errors: ARGUMENT (a NULL that is needed, cuts not ascending or out of range, rows >= PARTNER_NONE, options
 *         out of range), DATA naming the row (an amount is PARTNER_NO_AMOUNT, or is negative under
 *         PARTNER_NEGATIVES_ERROR), RANGE (total or negative_amount leaves int64_t), NOMEM, CANCELLED.
 * Complexity: O(rows) (radix sort); at most 40 bytes per row besides input and output.
 * Source: Gini 1912; Herfindahl 1950; Hoover 1936; Theil 1967. */
PARTNER_API partner_status partner_pareto_new(const partner_amounts *amounts,
                                              const partner_pareto_options *options, partner_pareto **pareto,
                                              partner_error *error);

/* The share of the total that the top `top` (ppm of the population, 0 … 1000000) hold, linear on the Lorenz
 * curve. amounts: those that `pareto` was made from. NaN when the total is 0. Errors: ARGUMENT. Class: exact.
 * Complexity: O(the partners in that top). */
PARTNER_API partner_status partner_pareto_top_share(const partner_amounts *amounts,
                                                    const partner_pareto *pareto, uint32_t top, double *share,
                                                    partner_error *error);

/* Releases a pareto. NULL is fine. */
PARTNER_API void partner_pareto_free(partner_pareto *pareto);

#ifdef __cplusplus
}
#endif

#endif
