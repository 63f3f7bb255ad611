/* SPDX-License-Identifier: MIT
 * What deals that closed teach about those that are open: rates by stage, a ridge model where there is enough,
 * and which of the two is in use.
 *
 *     partner__landmarks_new(&landmarks, &timeline, &claims, error);          once, as of as_of_day
 *     partner__learnt_new(&learnt, &landmarks, day, error);                  for any day up to it
 *     partner__win_rates(&learnt, n, lines, probability, error);             of deals open on that day
 *     partner__incidence_new(&cell, &learnt.set, &group, error);             cells of a forecast
 *
 * The columns of features are, in this order: each milestone of the process (holding 0/1), age, age in stage,
 * log of the dated claimed amount (only when a claim is dated by then), the partner's past rate, the caller's
 * own. Neither the state at closing nor what stands in a deal's own row is among them. */
#ifndef PARTNER_PIPELINE_LEARN_H
#define PARTNER_PIPELINE_LEARN_H

#include "rates.h"

typedef struct partner__columns {
    uint32_t columns; /* all */
    uint32_t age;     /* the column of the age; age + 1 is that of the age in the stage */
    uint32_t amount;  /* PARTNER_NONE = there is none */
    uint32_t partner_rate;
    uint32_t own; /* the first of the caller's; == columns without any */
} partner__columns;

typedef struct partner__learnt {
    partner__learning_set set;
    partner__rates rates;
    partner__columns columns;
    partner_win_model *ridge;              /* NULL = too few closed deals */
    uint8_t by;                            /* in use: PARTNER_BY_STAGE or PARTNER_BY_RIDGE */
    double stage_log_loss, ridge_log_loss; /* cross-validated; NaN without a ridge model */
} partner__learnt;

/* Learns from what was known on a day. Without a closed deal there is nothing to ask: learnt->set.labelled is
 * 0. To be released by partner__learnt_free, also after a failure. Errors: DATA (on as_of_day: a caller's
 * feature that predicts by being missing or zero, named), NOMEM, CANCELLED, CONVERGENCE; UNSUPPORTED (a build
 * without GSL). */
partner_status partner__learnt_new(partner__learnt *learnt, const partner__landmarks *landmarks, int32_t day,
                                   partner_error *error);
void partner__learnt_free(partner__learnt *learnt);

/* --- features --- */

/* values [columns * n], column after column: of n snapshots, by their numbers in the landmarks. */
void partner__snapshot_features(const partner__learnt *learnt, size_t n, const uint32_t *number,
                                double *values);

/* The same of n lines as they stood on the day of the set, on which they were open. `held` NULL, or a milestone
 * of the process each that is taken to hold, PARTNER_NONE = none. stage[n] (may be NULL) receives the objective
 * stage. Fast when equal lines follow each other. Errors: NOMEM. */
partner_status partner__line_features(const partner__learnt *learnt, size_t n, const uint32_t *line,
                                      const uint32_t *held, double *values, uint32_t *stage,
                                      partner_error *error);

/* z [terms * n], term after term: the values as the ridge model standardises them, 0 for constant terms and for
 * the age and age in stage if `timeless`. The log-odds are intercept + sum of coefficient * z. */
void partner__terms_at(const partner__learnt *learnt, size_t n, const double *values, int timeless, double *z);

/* --- probabilities --- */

/* Probability of being won of n lines that are open on the day of the set, by the model in use; NaN when
 * nothing was labelled. `held` as above. Errors: NOMEM, CANCELLED. */
partner_status partner__win_rates(const partner__learnt *learnt, size_t n, const uint32_t *line,
                                  const uint32_t *held, double *probability, partner_error *error);

/* Win rate if the milestone held, less win rate: for n doubts, of lines and milestones of the process; NaN when
 * nothing was labelled. Errors: NOMEM, CANCELLED. */
partner_status partner__effects(const partner__learnt *learnt, size_t n, const uint32_t *line,
                                const uint32_t *milestone, double *effect, partner_error *error);

/* --- what is told of it: tables of the result, whose memory is the arena's --- */

partner_status partner__show_rates(const partner__learnt *learnt, partner__arena *arena,
                                   const partner_pipeline_rates **rates, partner_error *error);
partner_status partner__show_partner_rates(const partner__learnt *learnt, partner__arena *arena,
                                           const partner_pipeline_partner_rates **rates, partner_error *error);
/* By stage, then S + 1 = all. */
partner_status partner__show_curves(const partner__learnt *learnt, partner__arena *arena,
                                    const partner_pipeline_curves **curves, partner_error *error);
/* *terms receives NULL without a ridge model. */
partner_status partner__show_terms(const partner__learnt *learnt, partner__arena *arena,
                                   const partner_pipeline_terms **terms, partner_error *error);
/* Of the deals that are open on as_of_day, which is the day learnt of; *contributions receives NULL without a
 * ridge model, and where they are not asked for. Errors: NOMEM, CANCELLED. */
partner_status partner__show_contributions(const partner__learnt *learnt, partner__arena *arena,
                                           const partner_pipeline_contributions **contributions,
                                           partner_error *error);

/* The hold-out: learnt on the split day, tested on the deals open at its end that have closed since. Both
 * tables receive NULL when there is too little data. Errors: as partner__learnt_new. */
partner_status partner__hold_out(const partner__landmarks *landmarks, partner__arena *arena,
                                 const partner_pipeline_measures **measures,
                                 const partner_pipeline_calibration **calibration, partner_error *error);

#endif
