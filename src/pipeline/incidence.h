/* SPDX-License-Identifier: MIT
 * Cumulative incidence of won and of lost with delayed entry (Aalen & Johansen 1978): the two compete, and
 * events come before censorings of the same day. */
#ifndef PARTNER_PIPELINE_INCIDENCE_H
#define PARTNER_PIPELINE_INCIDENCE_H

#include "landmarks.h"

enum { PARTNER__ANY_AGE = 0, PARTNER__YOUNG = 1, PARTNER__OLD = 2 };

/* Some snapshots of a learning set. */
typedef struct partner__group {
    uint32_t stage;        /* PARTNER_NONE = all */
    uint8_t ages;          /* PARTNER__YOUNG: age <= the median; PARTNER__OLD: age > it */
    int64_t twice_median;  /* twice the median age, which is whole or a half */
    const uint32_t *fold;  /* NULL, or [lines] of the deals; open ones are in none: PARTNER_NONE */
    uint32_t without_fold; /* left out */
} partner__group;

typedef struct partner__incidence {
    size_t snapshots, deals; /* deals are distinct */
    int32_t first_entry;     /* the least; INT32_MAX without snapshots: is anybody at risk by a day? */
    size_t points;           /* days with an event */
    int32_t *days;           /* [points] since the snapshot, ascending */
    size_t *at_risk;         /* [points] */
    double *won, *lost;      /* [points] after the day */
} partner__incidence;

/* Of a group of the set. To be released by partner__incidence_free, also after a failure.
 * Errors: NOMEM. O(snapshots of the stage). */
partner_status partner__incidence_new(partner__incidence *incidence, const partner__learning_set *set,
                                      const partner__group *group, partner_error *error);
void partner__incidence_free(partner__incidence *incidence);

/* After `days`; 0 before the first event. O(log points). */
double partner__won_by(const partner__incidence *incidence, int64_t days);
double partner__lost_by(const partner__incidence *incidence, int64_t days);

static inline double partner__won_at_end(const partner__incidence *incidence)
{
    return incidence->points == 0 ? 0 : incidence->won[incidence->points - 1];
}

#endif
