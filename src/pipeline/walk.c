/* SPDX-License-Identifier: MIT
 * A deal on its way through time: reports are taken in their order, and a heap knows which milestone goes stale
 * next. A milestone is in the heap once at most, with a day not after the one on which it goes stale; when that
 * day comes and the milestone was reported again meanwhile, it goes back with the later day. */
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "timeline.h"

typedef struct partner__expiry {
    int64_t day;
    uint32_t milestone;
} partner__expiry;

static const int64_t NOT_HOLDING = INT64_MIN, NEVER = INT64_MAX;

static const partner__steps *steps_of(const partner__walk *w) { return w->timeline->in->steps; }

partner_status partner__walk_new(partner__walk *walk, const partner__timeline *timeline, partner_error *error)
{
    const partner__steps *steps = timeline->in->steps;
    const size_t m = steps->milestones, n = steps->stages;

    *walk = (partner__walk){.timeline = timeline, .stage = steps->start};
    walk->until = partner__alloc(m, sizeof *walk->until);
    walk->touched = partner__alloc(m, sizeof *walk->touched);
    walk->before = partner__alloc_zero(m, sizeof *walk->before);
    walk->expiry = partner__alloc(m, sizeof *walk->expiry);
    walk->expires = partner__alloc_zero(m, sizeof *walk->expires);
    walk->held = partner__alloc_zero(n, sizeof *walk->held);
    walk->missing = partner__alloc(n, sizeof *walk->missing);
    if (walk->until == NULL || walk->touched == NULL || walk->before == NULL || walk->expiry == NULL ||
        walk->expires == NULL || walk->held == NULL || walk->missing == NULL) {
        partner__walk_free(walk);
        return partner__no_memory(error);
    }
    for (size_t i = 0; i < m; i++) walk->until[i] = walk->touched[i] = NOT_HOLDING;
    memcpy(walk->missing, steps->needed, n * sizeof *walk->missing);
    return PARTNER_OK;
}

void partner__walk_free(partner__walk *walk)
{
    partner__free(walk->until);
    partner__free(walk->touched);
    partner__free(walk->before);
    partner__free(walk->expiry);
    partner__free(walk->expires);
    partner__free(walk->held);
    partner__free(walk->missing);
    memset(walk, 0, sizeof *walk);
}

/* --- the heap --- */

static void push(partner__walk *w, int64_t day, uint32_t milestone)
{
    size_t i = w->expiries++;

    for (; i > 0 && w->expiry[(i - 1) / 2].day > day; i = (i - 1) / 2) w->expiry[i] = w->expiry[(i - 1) / 2];
    w->expiry[i] = (partner__expiry){day, milestone};
    w->expires[milestone] = 1;
}

static uint32_t pop(partner__walk *w)
{
    const uint32_t top = w->expiry[0].milestone;
    const partner__expiry last = w->expiry[--w->expiries];
    size_t i = 0;

    for (size_t child; (child = 2 * i + 1) < w->expiries; i = child) {
        if (child + 1 < w->expiries && w->expiry[child + 1].day < w->expiry[child].day) child++;
        if (w->expiry[child].day >= last.day) break;
        w->expiry[i] = w->expiry[child];
    }
    w->expiry[i] = last;
    w->expires[top] = 0;
    return top;
}

/* --- a milestone comes to hold, or ceases to --- */

/* The first time on that day its state of the day before is kept. */
static void touch(partner__walk *w, uint32_t milestone, int64_t day, uint8_t held)
{
    if (w->touched[milestone] == day) return;
    w->touched[milestone] = day;
    w->before[milestone] = held;
}

static void hold(partner__walk *w, uint32_t milestone, int64_t day, int64_t until)
{
    const partner__steps *s = steps_of(w);
    const partner__step *step = &s->step[milestone];

    w->until[milestone] = until;
    touch(w, milestone, day, 0);
    if (!w->before[milestone]) w->gained++;
    w->holding++;
    w->weight += step->weight;
    w->held[step->stage]++;
    if (!step->required || --w->missing[step->stage] > 0 || step->stage != w->stage) return;
    while (w->stage < s->stages && w->missing[w->stage] == 0) w->stage++;
}

static void drop(partner__walk *w, uint32_t milestone, int64_t day)
{
    const partner__step *step = &steps_of(w)->step[milestone];

    w->until[milestone] = NOT_HOLDING;
    touch(w, milestone, day, 1);
    if (!w->before[milestone]) w->gained--;
    w->holding--;
    w->weight -= step->weight;
    w->held[step->stage]--;
    if (!step->required) return;
    w->missing[step->stage]++;
    if (step->stage < w->stage) w->stage = step->stage;
}

static void take_report(partner__walk *w, const partner__dated_row *report)
{
    const uint32_t milestone = report->what >> 1;
    const uint32_t valid = steps_of(w)->step[milestone].valid_days;
    const int64_t until = valid == 0 ? NEVER : (int64_t)report->day + valid;
    const int held = w->until[milestone] != NOT_HOLDING;

    if ((report->what & 1) == 0) {
        if (held) drop(w, milestone, report->day);
        return;
    }
    if (held) w->until[milestone] = until;
    else hold(w, milestone, report->day, until);
    if (valid > 0 && !w->expires[milestone]) push(w, until, milestone);
}

static void expire(partner__walk *w, int64_t day)
{
    while (w->expiries > 0 && w->expiry[0].day <= day) {
        const uint32_t milestone = pop(w);

        if (w->until[milestone] == NOT_HOLDING) continue;
        if (w->until[milestone] > day) push(w, w->until[milestone], milestone);
        else drop(w, milestone, day);
    }
}

/* --- walking --- */

/* What the last line left is undone report by report, for most milestones of a long process were never touched.
 */
void partner__walk_begin(partner__walk *walk, size_t line)
{
    const partner__dated *reports = &walk->timeline->reports;

    for (const partner__dated_row *r = walk->report; r != walk->next; r++) {
        const uint32_t milestone = r->what >> 1;
        if (walk->until[milestone] != NOT_HOLDING) drop(walk, milestone, NOT_HOLDING);
        walk->touched[milestone] = NOT_HOLDING;
        walk->expires[milestone] = 0;
    }
    walk->expiries = 0;
    walk->gained = 0;
    walk->day = PARTNER_NO_DAY;
    walk->report = walk->next = reports->row + reports->start[line];
    walk->end = reports->row + reports->start[line + 1];
}

int64_t partner__walk_next(const partner__walk *walk)
{
    int64_t next = walk->expiries > 0 ? walk->expiry[0].day : NEVER;

    return walk->next < walk->end && walk->next->day < next ? walk->next->day : next;
}

void partner__walk_to(partner__walk *walk, int32_t day)
{
    int64_t next;

    if (day > walk->day) walk->gained = 0;
    while ((next = partner__walk_next(walk)) <= day) {
        walk->gained = 0;
        expire(walk, next);
        for (; walk->next < walk->end && walk->next->day == next; walk->next++) take_report(walk, walk->next);
        if (next < day) walk->gained = 0;
    }
    walk->day = day;
}

double partner__walk_score(const partner__walk *walk)
{
    const uint64_t all = steps_of(walk)->weights;

    /* Both sides are below 2^53: one rounding. */
    return all == 0 ? NAN : (double)(100 * walk->weight) / (double)all;
}

uint32_t partner__walk_out_of_order(const partner__walk *walk)
{
    const uint32_t stages = steps_of(walk)->stages;
    uint32_t beyond = walk->holding;

    for (uint32_t i = 0; i < stages && i <= walk->stage; i++) beyond -= walk->held[i];
    return beyond;
}
