/* SPDX-License-Identifier: MIT
 * Landmarks: every deal as it stood at ages 0, 30, 60 … days while it was open.
 *
 * They are made once, as of as_of_day. What was known on an earlier day is a set of them: snapshots up to that
 * day, exits cut there, labels only of deals closed by then. The clock of a snapshot starts on its day; it is
 * at risk from `entry` to `exit`, both days included. Deals that closed before known_from_day have no snapshot,
 * for they were never at risk, so that entry <= exit. */
#ifndef PARTNER_PIPELINE_LANDMARKS_H
#define PARTNER_PIPELINE_LANDMARKS_H

#include "claims.h"
#include "own.h"
#include "timeline.h"

typedef struct partner__snapshot {
    uint32_t line;
    uint32_t stage; /* objective, 0 … S */
    int32_t day;
    int32_t since; /* the day on which the stage came to its value */
} partner__snapshot;

typedef struct partner__landmarks {
    const partner__timeline *timeline;
    const partner__claims *claims;
    partner__own own;            /* the caller's columns */
    int32_t known_from_day;      /* PARTNER_NO_DAY = nothing has closed */
    uint32_t stages;             /* S + 1 */
    size_t snapshots;            /* fewer than PARTNER_NONE */
    size_t *first;               /* [lines + 1] those of a line, by day */
    partner__snapshot *snapshot; /* [snapshots] */
    size_t bytes;                /* of `holding` for each snapshot */
    uint8_t *holding;            /* [snapshots * bytes] milestone m is bit m % 8 of byte m / 8 */
    double *log_amount;          /* [snapshots] of the dated claim, NaN = none; NULL without dated claims */
    uint32_t *past_deals;        /* [snapshots] of the partner, closed before its day, with one in the stage */
    double *past_won;            /* [snapshots] past_deals * won share of their snapshots in the stage */
    uint32_t partners;           /* numbers of partners, by ascending index */
    uint32_t *partner;           /* [partners] index */
    uint32_t *partner_of;        /* [lines] number of the partner; PARTNER_NONE = direct */
    size_t *partner_first;       /* [partners + 1] */
    uint32_t *partner_line;      /* lines of each partner, ascending */
    int32_t first_claim_day;     /* INT32_MAX = none */
} partner__landmarks;

/* Takes what the deals table and the timeline say; both and the claims must live as long. To be released by
 * partner__landmarks_free, also after a failure. Equal for every number of threads.
 * Errors: ARGUMENT, DATA (as partner__own_take); RANGE (a deal open for more than INT32_MAX days, too
 * many snapshots), NOMEM, CANCELLED. O(reports + snapshots log). */
partner_status partner__landmarks_new(partner__landmarks *landmarks, const partner__timeline *timeline,
                                      const partner__claims *claims, partner_error *error);
void partner__landmarks_free(partner__landmarks *landmarks);

/* The part of partner__landmarks_new that fills past_deals and past_won. Errors: NOMEM, CANCELLED. */
partner_status partner__pasts_fill(partner__landmarks *landmarks, partner_error *error);

/* ln of the amount in the latest dated claim of a line up to a day; NaN = none, or not positive. */
double partner__log_claimed(const partner__landmarks *landmarks, size_t line, int32_t day);

/* --- what was known on a day --- */

/* The outcome of a line as it was known on a day. */
static inline uint8_t partner__outcome_on(const partner__inputs *in, size_t line, int32_t day)
{
    return in->closed[line] != PARTNER_NO_DAY && in->closed[line] <= day ? in->outcome[line]
                                                                         : (uint8_t)PARTNER_OUTCOME_OPEN;
}
static inline int32_t partner__entry(const partner__landmarks *l, const partner__snapshot *s)
{
    return l->known_from_day > s->day ? l->known_from_day - s->day : 0;
}
static inline int32_t partner__exit(const partner__landmarks *l, const partner__snapshot *s, int32_t day)
{
    const int32_t closed = l->timeline->in->closed[s->line];

    return (closed != PARTNER_NO_DAY && closed < day ? closed : day) - s->day;
}
static inline int32_t partner__age(const partner__landmarks *l, const partner__snapshot *s)
{
    return s->day - l->timeline->in->opened[s->line];
}

/* The snapshots to learn from on a day up to as_of_day; none when that is before known_from_day. */
typedef struct partner__learning_set {
    const partner__landmarks *landmarks;
    int32_t day;
    size_t snapshots;
    uint32_t *number;   /* [snapshots] in landmarks->snapshot: by stage, of a stage by line and day */
    size_t *first;      /* [stages + 1] where those of a stage begin */
    size_t closed, won; /* deals with a snapshot that closed by the day, and of them the won ones */
    size_t labelled;    /* snapshots of the closed deals */
} partner__learning_set;

/* To be released by partner__learning_set_free, also after a failure. Errors: NOMEM. O(snapshots). */
partner_status partner__learning_set_new(partner__learning_set *set, const partner__landmarks *landmarks,
                                         int32_t day, partner_error *error);
void partner__learning_set_free(partner__learning_set *set);

/* How many snapshots of a line are known on a day up to as_of_day. */
size_t partner__snapshots_by(const partner__landmarks *landmarks, size_t line, int32_t day);

#endif
