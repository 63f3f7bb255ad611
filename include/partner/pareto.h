/* SPDX-License-Identifier: MIT
 * libpartner: Pareto analysis and concentration, how much hangs on how few; how far the figures would move with
 * other partners, how heavy the tail is, what changed between two periods, how regular demand is. */
#ifndef PARTNER_PARETO_H
#define PARTNER_PARETO_H

#include <partner/base.h>
#include <partner/totals.h>

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
    uint8_t resample;                   /* 1 = also compute resampling ranges */
    uint8_t tail;                       /* 1 = also fit the tail */
    uint8_t discrete;                   /* tail: 1 = the amounts are counts, not measurements */
    uint8_t xyz;                        /* PARTNER_PERIOD_…: also measure how regular demand is */
    uint8_t since_first;                /* xyz: 0 = from the period of a partner's first sale on, or
                                           PARTNER_SINCE_FIRST_0 = over all periods */
    uint32_t replicates;                /* resampling: 2 … 1000000; 0 = 1000 */
    uint32_t confidence; /* resampling: part of the replicates in the range, ppm below 1000000; 0 = 950000 */
    uint64_t seed;       /* of resampling and the tail's goodness of fit */
    uint32_t min_tail;   /* tail: the fewest points it may have, at least 2; 0 = 25 */
    uint32_t tail_replicates; /* tail: of the goodness of fit, at most 1000000; 0 = not computed */
    uint32_t xyz_days;        /* xyz: length of a period under PARTNER_PERIOD_DAYS */
    uint32_t xyz_cuts[2];     /* xyz: largest cv of X and of Y, ppm, ascending; xyz_cuts[0] = 0:
                                 500000, 1000000 */
} partner_pareto_options;

/* Periods of demand. */
enum {
    PARTNER_PERIOD_NONE = 0, /* not asked for */
    PARTNER_PERIOD_MONTH = 1,
    PARTNER_PERIOD_QUARTER = 2,
    PARTNER_PERIOD_DAYS = 3 /* of xyz_days days */
};

#define PARTNER_SINCE_FIRST_0 255 /* periods before a partner's first sale count too */

#define PARTNER_PARETO_OPTIONS_INIT                                                                            \
    {                                                                                                          \
        sizeof(partner_pareto_options), 0, 0, 0, NULL, NULL, {0, 0, 0, 0, 0, 0, 0, 0}, 0, 0, 0, 0, 0, 0, 0, 0, \
            0, 0, 0, 0, 0, 0,                                                                                  \
        {                                                                                                      \
            0, 0                                                                                               \
        }                                                                                                      \
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

/* How far the figures would move had another set of partners of the same kind been enrolled: the resampling
 * range. All partners are observed, so this is no confidence interval, and for heavy tails it does not cover as
 * one (docs/pareto.md has its measured coverage).
 *
 * Each replicate draws P partners with replacement from the population; its own random stream is (seed,
 * replicate). Bounds are the order statistics ceil((1 - c) / 2 * R) and ceil((1 + c) / 2 * R). A replicate
 * without revenue is drawn again and counted. Class: exact, the same for every number of threads. NaN where the
 * total is 0. */
typedef struct partner_resampling {
    double gini[2];           /* low, high */
    double top_share_20[2];   /* of the top 20 % of partners */
    double vital_fraction[2]; /* of the partners that reach the first cut */
    double confidence;        /* the part of the replicates within the range */
    uint64_t seed;
    uint32_t replicates;
    uint64_t redrawn; /* replicates drawn again */
} partner_resampling;

/* The tail's alternatives: Vuong's likelihood ratio test on the same tail. Positive ratios favour the power
 * law, and a small p says that the sign means something. */
typedef struct partner_tail_against {
    double lognormal[3];            /* ratio R, z = R / (sqrt(n) s), p = erfc(|z| / sqrt 2) */
    double exponential[3];          /* likewise (geometric when discrete) */
    uint8_t lognormal_is_power_law; /* 1: the best lognormal is the power law itself; R = 0, p = 1 */
} partner_tail_against;

/* How heavy the tail is: a power law p(x) ~ x^-alpha for x >= xmin, fitted as Clauset, Shalizi & Newman, SIAM
 * Review 51 (2009) 661. Amounts <= 0 are left out and counted. Continuous: alpha = 1 + n / sum ln(x / xmin);
 * discrete: alpha maximises -n ln zeta(alpha, xmin) - alpha sum ln x. xmin is the exact minimum of the
 * Kolmogorov-Smirnov distance over every distinct amount that leaves at least min_tail points and two values
 * (the smaller xmin on ties). Class: iterative, relative 1e-9; n and xmin exact. */
typedef struct partner_tail {
    int64_t xmin;          /* where the tail begins, minor units */
    double alpha;          /* the exponent */
    double standard_error; /* of alpha: (alpha - 1) / sqrt(n), or from the likelihood's curvature */
    size_t n;              /* amounts in the tail */
    size_t left_out;       /* amounts <= 0 */
    double ks;             /* the Kolmogorov-Smirnov distance */
    double p;              /* goodness of fit: share of replicates at least as far off; below 0.1 it is no power
                              law; NaN without tail_replicates */
    uint32_t replicates;   /* of p */
    uint8_t discrete;
    const partner_tail_against *against;
} partner_tail;

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
    const partner_resampling *resampling;              /* NULL unless options->resample */
    const partner_tail *tail;                          /* NULL unless options->tail */
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
 *         PARTNER_NEGATIVES_ERROR), RANGE (total or negative_amount leaves int64_t), NOMEM, CANCELLED; with
 *         options->tail also those of partner_tail_new.
 * Complexity: O(rows) (radix sort); at most 40 bytes per row besides input and output. Resampling: O(rows) for
 *         each replicate, and 4 bytes more per row and thread. The tail: see partner_tail_new.
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

/* The tail alone: what partner_pareto_new puts into `tail`.
 *
 * amounts: needed; group and partner are not looked at.
 * options: NULL = defaults; discrete, min_tail, tail_replicates, seed, threads and interrupt are looked at.
 * tail:    receives the result, for partner_tail_free.
 * Errors:  ARGUMENT, DATA naming the row (PARTNER_NO_AMOUNT), TOO_LITTLE (fewer than min_tail positive amounts,
 *          or all equal), CONVERGENCE, NOMEM, CANCELLED, UNSUPPORTED (a build without GSL).
 * Complexity: O(rows) to sort, then every candidate for xmin against its tail, most of them given up at once;
 *          worst case quadratic (docs/performance.md has the measured growth). About 60 bytes per row; with
 *          tail_replicates as many again for each thread. */
PARTNER_API partner_status partner_tail_new(const partner_amounts *amounts,
                                            const partner_pareto_options *options, partner_tail **tail,
                                            partner_error *error);

/* Releases a tail. NULL is fine. */
PARTNER_API void partner_tail_free(partner_tail *tail);

/* One line per pair of classes, class before × class after. */
typedef struct partner_change_moves {
    size_t moves;           /* classes × classes */
    uint8_t class_none;     /* the value that means none */
    const uint8_t *from;    /* [moves] class before, 0 = A, 1 = B … */
    const uint8_t *to;      /* [moves] class after */
    const size_t *partners; /* [moves] */
    const int64_t *amount;  /* [moves] what they changed: sum of v2 - v1, minor units */
} partner_change_moves;

/* What each partner changed: columns beside those of partner_pareto. */
typedef struct partner_change_partners {
    size_t partners;
    uint8_t class_none;
    const uint8_t *previous_class;    /* [partners] class before */
    const int64_t *contribution;      /* [partners] v2 - v1, minor units */
    const double *contribution_share; /* [partners] as a part of the total before */
} partner_change_partners;

/* What changed for the same partners between two periods, v1 before and v2 after (negative amounts count as
 * zero). Class: exact, differences of figures are rounded once. */
typedef struct partner_change {
    int64_t previous_total, total; /* T1, T2 */
    double gini, hhi;              /* after - before; NaN when either is */
    double previous_gini, previous_hhi;
    double at_risk[PARTNER_PARETO_RISKS]; /* share of T2 that leaves with the top 1, 3, 5 partners */
    const partner_change_moves *moves;
    const partner_change_partners *partners;
} partner_change;

/* Change between two columns of amounts of the same partners: row i of both is one partner.
 *
 * previous, current: needed; their groups and partners are not looked at.
 * options: NULL = defaults; cuts, population, negatives, threads and interrupt are looked at.
 * change:  receives the result, for partner_change_free.
 * Errors:  ARGUMENT (also: different numbers of rows), and as partner_pareto_new, with "before: " or "after: "
 *          for the column that is meant.
 * Complexity: as two partner_pareto_new. */
PARTNER_API partner_status partner_change_new(const partner_amounts *previous, const partner_amounts *current,
                                              const partner_pareto_options *options, partner_change **change,
                                              partner_error *error);

/* Releases a change. NULL is fine. */
PARTNER_API void partner_change_free(partner_change *change);

enum { PARTNER_XYZ_X = 0, PARTNER_XYZ_Y = 1, PARTNER_XYZ_Z = 2, PARTNER_XYZ_NONE = 3 };

/* One line per pair of classes: ABC by revenue × XYZ by regularity. */
typedef struct partner_xyz_classes {
    size_t rows;
    uint8_t class_none;      /* the value of class_of that means none */
    const uint8_t *class_of; /* [rows] 0 = A, 1 = B … */
    const uint8_t *xyz;      /* [rows] PARTNER_XYZ_… */
    const size_t *partners;  /* [rows] */
    const int64_t *amount;   /* [rows] sum of max(revenue, 0) in the window, minor units */
} partner_xyz_classes;

/* Regularity of each partner: columns beside those of partner_pareto. */
typedef struct partner_xyz_partners {
    size_t partners;
    const double *cv;   /* [partners] sigma / mu of net revenue per period (population sigma); NaN = none */
    const uint8_t *xyz; /* [partners] PARTNER_XYZ_… */
    const uint32_t *periods; /* [partners] whole periods looked at */
} partner_xyz_partners;

/* How regular demand is (ABC-XYZ). Whole periods only, counted back from the end of the window; for each
 * partner from the period of its first sale on. X: cv <= first cut, Y: <= second cut, Z above; none: fewer than
 * 4 periods or no revenue in them. Compared exactly: (m sum x^2 - S^2) 10^12 <= cut^2 S^2. Class: exact. */
typedef struct partner_xyz {
    uint8_t period;           /* PARTNER_PERIOD_… */
    uint32_t period_days;     /* under PARTNER_PERIOD_DAYS; 0 */
    uint32_t periods;         /* whole periods */
    int32_t from_day, to_day; /* the window they make up; PARTNER_NO_DAY when there is none */
    int32_t left_out_from,
        left_out_to;              /* days of the window before the first whole period; PARTNER_NO_DAY = none */
    int32_t after_from, after_to; /* days after the last whole period; PARTNER_NO_DAY = none */
    const partner_xyz_classes *classes;
    const partner_xyz_partners *partners;
} partner_xyz;

/* Regularity of demand of the lines of `totals`.
 *
 * sales, totals_options: those that `totals` was made with; days are needed.
 * pareto:  made from the totals' revenue; its classes are the table's ABC.
 * options: NULL = quarters since the first sale; xyz, xyz_days, xyz_cuts, since_first, threads and interrupt
 *          are looked at (xyz = 0 means quarters here).
 * xyz:     receives the result, for partner_xyz_free.
 * Errors:  ARGUMENT (also: a missing day column, cuts not ascending, xyz_days 0 under PARTNER_PERIOD_DAYS),
 *          DATA naming the row, STATE (totals and pareto have different lines), RANGE, NOMEM, CANCELLED.
 * Complexity: O(rows) (radix sort); 16 bytes per row besides input and output. */
PARTNER_API partner_status partner_xyz_new(const partner_sales *sales,
                                           const partner_totals_options *totals_options,
                                           const partner_totals *totals, const partner_pareto *pareto,
                                           const partner_pareto_options *options, partner_xyz **xyz,
                                           partner_error *error);

/* Releases an xyz. NULL is fine. */
PARTNER_API void partner_xyz_free(partner_xyz *xyz);

#ifdef __cplusplus
}
#endif

#endif
