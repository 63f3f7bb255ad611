/* SPDX-License-Identifier: MIT
 * What a segmentation is made of: rules and options with their defaults resolved, the portfolio checked, and
 * what each part of the work gives the next one. Columns of partners are by line, in the portfolio's order. */
#ifndef PARTNER_SEGMENT_SEGMENT_H
#define PARTNER_SEGMENT_SEGMENT_H

#include <math.h>
#include <partner/segment.h>

#include "../base/arena.h"
#include "../base/lookup.h"
#include "../base/parallel.h"

enum { PARTNER__MILLION = 1000000, PARTNER__TEN_THOUSAND = 10000 };

/* Rules and options as they are meant: no zero that stands for something else. */
typedef struct partner__segment_settings {
    partner__run run;
    uint8_t sensitivity;
    uint8_t method;
    uint32_t bands;
    unsigned places;                          /* of the portfolio's money, and so of what is below */
    int64_t threshold[PARTNER_BANDS_MAX - 1]; /* ascending, at least 1 */
    uint32_t quantile[PARTNER_BANDS_MAX - 1]; /* ppm; quantile[0] = 0: j / k */
    uint32_t margin;                          /* ppm */
    int64_t scale;                            /* at least 1 */
    double threshold_share, confidence;
    double unit; /* 0 = the mean effort */
    double per_hour;
    uint32_t half_life_days;             /* 0 = evidence does not age */
    double prior_a, prior_b;             /* 0 = to be fitted */
    uint32_t reference_quantile, weight; /* ppm */
    uint32_t own_growth, max_multiple;   /* ten-thousandths */
    double budget;                       /* NaN = none */
    double share[PARTNER_MODES], for_share[PARTNER_MODES], retain[PARTNER_MODES];
    double floor, ceiling; /* ceiling INFINITY = none */
} partner__segment_settings;

/* --- bands.c --- */

/* The least revenue of each band [set->bands]: from[0] is INT64_MIN, the others ascend and are at least 1;
 * INT64_MAX for a band that nobody is in (methods pareto and natural), also when a higher one is not empty: a
 * partner is in the highest band whose `from` is not above its revenue and not INT64_MAX. Errors: RANGE, NOMEM,
 * CANCELLED. */
partner_status partner__bands_find(const partner__segment_settings *set, const int64_t *revenue, size_t lines,
                                   int64_t from[PARTNER_BANDS_MAX], partner_error *error);

uint8_t partner__band_of(const int64_t *from, uint32_t bands, int64_t revenue);

/* The band of one that was in `before`: it leaves that only when its revenue passes the edge by margin ppm of
 * the edge. Upwards the edge is the least revenue of the next band above that has one, downwards that of
 * `before`. */
uint8_t partner__band_kept(const int64_t *from, uint32_t bands, uint32_t margin, uint8_t before,
                           int64_t revenue);

/* --- potential.c --- */

/* Reference, headroom and priority by line. Errors: RANGE (a reference leaves int64_t), NOMEM, CANCELLED. */
partner_status partner__potential_find(const partner__segment_settings *set, const partner_portfolio *portfolio,
                                       int64_t *reference, int64_t *headroom, double *priority,
                                       partner_error *error);

/* --- evidence.c --- */

/* Columns by line; sums are the same for any order of rows. */
typedef struct partner__evidence {
    double *consultative, *transactional; /* c, t */
    double *effort;                       /* not aged; a row without effort counts the unit */
    double unit;                          /* NaN without interactions in the window */
    size_t interactions, unlisted, with_evidence;
} partner__evidence;

/* `rules` say the kinds, `line` gives a partner's line. Errors: DATA naming the row (an index that is
 * PARTNER_NONE, a day missing, a kind that is not declared: the message lists the declared ones, negative or
 * infinite effort), NOMEM, CANCELLED. The columns are the arena's. */
partner_status partner__evidence_sum(const partner__segment_settings *set, const partner_segment_rules *rules,
                                     const partner_portfolio *portfolio,
                                     const partner_interactions *interactions, const partner__lookup *line,
                                     partner__arena *arena, partner__evidence *evidence, partner_error *error);

/* --- prior.c --- */

/* Maximum likelihood of a, b for those with evidence, within 0.2 <= a + b <= 20 and 0.01 <= a / (a + b) <=
 * 0.99. Errors: NOMEM, CANCELLED. Class: iterative. */
partner_status partner__prior_fit(const double *consultative, const double *transactional, size_t lines,
                                  const partner__run *run, double *a, double *b, partner_error *error);

/* --- posterior.c --- */

typedef struct partner__posterior {
    double *mean, *low, *high, *p_consultative, *p_transactional; /* by line */
} partner__posterior;

/* The posterior Beta(a + c, b + t) of each line. Errors: NOMEM, CANCELLED. */
partner_status partner__posterior_find(const partner__segment_settings *set, const partner__evidence *evidence,
                                       size_t lines, double a, double b, const partner__posterior *posterior,
                                       partner_error *error);

/* The mode by the two probabilities; `before` is the mode of the period before, PARTNER_MODE_UNKNOWN = none. */
uint8_t partner__mode_of(double p_consultative, double p_transactional, double confidence, uint8_t before);

/* --- alignment.c --- */

/* By line, and by dimension. */
typedef struct partner__alignment {
    double *alignment;     /* NaN */
    uint32_t *largest_gap; /* PARTNER_NONE */
    double *give_get;      /* NaN */
    size_t unlisted;
    partner_segment_dimensions dimensions;
} partner__alignment;

/* Errors: DATA naming the row (an index that is PARTNER_NONE, negative or not finite, experiences outside 0 …
 * 1, a pair twice), NOMEM, CANCELLED. The columns are the arena's. */
partner_status partner__alignment_find(const partner__segment_settings *set,
                                       const partner_expectations *expectations, const partner__lookup *line,
                                       size_t lines, partner__arena *arena, partner__alignment *alignment,
                                       partner_error *error);

/* --- rules.c --- */

/* Checks rules (NULL = defaults) and options and resolves their defaults. `places` are the portfolio's. Errors:
 * those of partner_segment_rules_check; ARGUMENT, DATA (money of the rules that is not whole in `places`). */
partner_status partner__segment_settings_take(partner__segment_settings *set,
                                              const partner_segment_rules *rules,
                                              const partner_segment_options *options, unsigned places,
                                              partner_error *error);

#endif
