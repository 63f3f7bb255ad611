/* SPDX-License-Identifier: MIT
 * Where every deal stood on any day.
 *
 * A milestone holds on day x if its latest report up to x (same day: the later row) says done and
 * x < day + valid_days; the objective stage is the number of leading stages whose required milestones all hold.
 * States are those at the end of a day. A state depends on the reports up to its day alone: one timeline, made
 * as of as_of_day, gives the states of all days before as they were known then.
 *
 * The stage on a day and since when is a search: partner__stage_on. All else of a state is found by a walk,
 * which goes through a deal's days in order, with a step per report and per report that goes stale:
 *
 *     partner__walk_begin(&walk, line);
 *     partner__walk_to(&walk, day);                       … days ascending
 *     partner__walk_holds(&walk, m), walk.stage, walk.weight …
 */
#ifndef PARTNER_PIPELINE_TIMELINE_H
#define PARTNER_PIPELINE_TIMELINE_H

#include "dated.h"

/* The objective stage came to this value at the end of this day. */
typedef struct partner__change {
    int32_t day;
    uint32_t stage;
} partner__change;

typedef struct partner__timeline {
    const partner__inputs *in;
    partner__dated reports;               /* `what` is milestone * 2 + done */
    struct partner__change_block *blocks; /* changes of neighbouring lines */
    size_t block_count;
    size_t *first_change; /* [lines] within the line's block */
    size_t *changes;      /* [lines] at least one: on the opening day */
    size_t reports_counted, before_opening, after_closing;
} partner__timeline;

/* A deal on its way through time. */
typedef struct partner__walk {
    const partner__timeline *timeline;
    int32_t day;       /* states are those at the end of this day */
    uint32_t stage;    /* objective, 0 … S */
    uint32_t holding;  /* milestones */
    uint32_t gained;   /* of them those that did not hold at the end of the day before */
    uint64_t weight;   /* of the holding ones */
    int64_t *until;    /* [milestones] the first day on which it no longer holds; not holding: INT64_MIN */
    uint32_t *held;    /* [stages] holding milestones of each stage, required or not */
    uint32_t *missing; /* [stages] required ones that do not hold */
    int64_t *touched;  /* [milestones] the last day on which it came or ceased to hold */
    uint8_t *before;   /* [milestones] whether it held before that day */
    struct partner__expiry *expiry; /* a heap: when milestones go stale, at the earliest */
    uint32_t expiries;
    uint8_t *expires;                              /* [milestones] 1 = is in the heap */
    const partner__dated_row *report, *next, *end; /* the deal's; the first one not yet taken */
} partner__walk;

/* Groups the reports and follows every deal from its opening to its closing or as_of_day. At the end of each
 * `visit` (may be NULL) sees the walk as it stands on that last day, on any thread, each line once, so it must
 * write to the line's own place only. To be released by partner__timeline_free, also after a failure.
 * Errors: RANGE, NOMEM, CANCELLED. O(reports log reports). */
typedef void (*partner__visit)(void *context, size_t line, const partner__walk *walk);
partner_status partner__timeline_new(partner__timeline *timeline, const partner__inputs *in,
                                     partner__visit visit, void *context, partner_error *error);
void partner__timeline_free(partner__timeline *timeline);

/* The days on which a line's objective stage changed, the opening day first, through its last day. */
const partner__change *partner__changes_of(const partner__timeline *timeline, size_t line, size_t *changes);

/* The objective stage of a line on a day from its opening on, and since when; a closed deal keeps that of its
 * closing day. O(log changes). */
partner__change partner__stage_on(const partner__timeline *timeline, size_t line, int32_t day);

/* How many reports of a line have a day up to that one, whether they count or not. O(log). */
static inline size_t partner__reports_by(const partner__timeline *timeline, size_t line, int32_t day)
{
    return partner__dated_by(&timeline->reports, line, day);
}

/* The latest report of a milestone up to a day; NULL = never reported. O(reports of the line). */
const partner__dated_row *partner__last_report(const partner__timeline *timeline, size_t line,
                                               uint32_t milestone, int32_t day);

/* --- walks --- */

/* A walk serves any number of lines, one after another, on one thread; many walks may read one timeline.
 * Errors: NOMEM. */
partner_status partner__walk_new(partner__walk *walk, const partner__timeline *timeline, partner_error *error);
void partner__walk_free(partner__walk *walk);

/* Before the first report of a line. */
void partner__walk_begin(partner__walk *walk, size_t line);

/* On to the end of that day, which is not before the last one asked for. Closing days are the caller's
 * business: a report after closing is taken like any other. */
void partner__walk_to(partner__walk *walk, int32_t day);

/* The next day on which anything may change; INT64_MAX = nothing more will. */
int64_t partner__walk_next(const partner__walk *walk);

static inline int partner__walk_holds(const partner__walk *walk, uint32_t milestone)
{
    return walk->until[milestone] > walk->day;
}

/* 100 * weight of holding milestones / all weights, correctly rounded; NaN without weights. */
double partner__walk_score(const partner__walk *walk);

/* Holding milestones in stages after the objective one. O(stages). */
uint32_t partner__walk_out_of_order(const partner__walk *walk);

#endif
