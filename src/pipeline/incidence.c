/* SPDX-License-Identifier: MIT */
#include "incidence.h"

#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"

/* What happens to a snapshot on a day of its clock, in the order in which it counts: it is at risk from its
 * entry on, and through the day on which it ends. */
enum { ENTRY = 0, WON = 1, LOST = 2, CENSORED = 3, KIND_BITS = 2 };

typedef struct happenings {
    uint64_t *words, *spare; /* day << KIND_BITS | kind */
    size_t count, at_start;  /* entries on day 0 are only counted */
    uint64_t any;
} happenings;

static int is_in(const partner__group *g, const partner__landmarks *l, const partner__snapshot *s)
{
    if (g->fold != NULL && g->fold[s->line] == g->without_fold) return 0;
    if (g->ages == PARTNER__ANY_AGE) return 1;
    return (2 * (int64_t)partner__age(l, s) > g->twice_median) == (g->ages == PARTNER__OLD);
}

static void add(happenings *h, int32_t day, unsigned kind)
{
    const uint64_t word = (uint64_t)day << KIND_BITS | kind;

    h->words[h->count++] = word;
    h->any |= word;
}

static unsigned ending(const partner__learning_set *set, const partner__snapshot *s)
{
    const uint8_t outcome = partner__outcome_on(set->landmarks->timeline->in, s->line, set->day);

    return outcome == PARTNER_OUTCOME_WON ? WON : outcome == PARTNER_OUTCOME_LOST ? LOST : CENSORED;
}

/* Those of a stage come by line, so that deals are counted as they change. */
static void read_stage(const partner__learning_set *set, const partner__group *g, uint32_t stage, happenings *h,
                       partner__incidence *to, uint32_t *seen)
{
    const partner__landmarks *l = set->landmarks;
    uint32_t last = PARTNER_NONE;

    for (size_t i = set->first[stage]; i < set->first[stage + 1]; i++) {
        const partner__snapshot *s = &l->snapshot[set->number[i]];
        int32_t entry;

        if (!is_in(g, l, s)) continue;
        entry = partner__entry(l, s);
        if (entry < to->first_entry) to->first_entry = entry;
        if (entry == 0) h->at_start++;
        else add(h, entry, ENTRY);
        add(h, partner__exit(l, s, set->day), ending(set, s));
        to->snapshots++;
        if (seen == NULL) to->deals += s->line != last;
        else if (!(seen[s->line / 32] >> s->line % 32 & 1)) {
            seen[s->line / 32] |= UINT32_C(1) << s->line % 32;
            to->deals++;
        }
        last = s->line;
    }
}

static partner_status new_points(partner__incidence *to, size_t points, partner_error *error)
{
    to->days = partner__alloc(points, sizeof *to->days);
    to->at_risk = partner__alloc(points, sizeof *to->at_risk);
    to->won = partner__alloc(points, sizeof *to->won);
    to->lost = partner__alloc(points, sizeof *to->lost);
    if (to->days == NULL || to->at_risk == NULL || to->won == NULL || to->lost == NULL)
        return partner__no_memory(error);
    return PARTNER_OK;
}

static size_t count_points(const uint64_t *sorted, size_t n)
{
    uint64_t last = UINT64_MAX;
    size_t points = 0;

    for (size_t i = 0; i < n; i++) {
        const uint64_t kind = sorted[i] & CENSORED, day = sorted[i] >> KIND_BITS;

        if ((kind != WON && kind != LOST) || day == last) continue;
        last = day;
        points++;
    }
    return points;
}

static void follow(const uint64_t *sorted, size_t n, size_t at_risk, partner__incidence *to)
{
    double won = 0, lost = 0, surviving = 1;

    for (size_t i = 0; i < n;) {
        const uint64_t day = sorted[i] >> KIND_BITS;
        size_t of[CENSORED + 1] = {0, 0, 0, 0}, events;

        for (; i < n && sorted[i] >> KIND_BITS == day; i++) of[sorted[i] & CENSORED]++;
        at_risk += of[ENTRY];
        events = of[WON] + of[LOST];
        if (events > 0) {
            won += surviving * (double)of[WON] / (double)at_risk;
            lost += surviving * (double)of[LOST] / (double)at_risk;
            surviving *= 1 - (double)events / (double)at_risk;
            to->days[to->points] = (int32_t)day;
            to->at_risk[to->points] = at_risk;
            /* Rounding may take a sum that is 1 a bit beyond it. */
            to->won[to->points] = fmin(won, 1);
            to->lost[to->points++] = fmin(lost, 1);
        }
        at_risk -= events + of[CENSORED];
    }
}

static partner_status measure(happenings *h, partner__incidence *to, partner_error *error)
{
    uint64_t *sorted;
    /* Groups are made side by side, so each is sorted on its own thread. */
    partner_status status =
        partner__sort(h->words, h->spare, h->count, 0, partner__bits(h->any), NULL, &sorted, error);

    if (status == PARTNER_OK) status = new_points(to, count_points(sorted, h->count), error);
    if (status == PARTNER_OK) follow(sorted, h->count, h->at_start, to);
    return status;
}

partner_status partner__incidence_new(partner__incidence *incidence, const partner__learning_set *set,
                                      const partner__group *group, partner_error *error)
{
    const uint32_t stages = set->landmarks->stages;
    const uint32_t from = group->stage == PARTNER_NONE ? 0 : group->stage;
    const uint32_t to = group->stage == PARTNER_NONE ? stages : group->stage + 1;
    const size_t most = set->first[to] - set->first[from];
    happenings h = {.words = partner__alloc(most, 2 * sizeof *h.words),
                    .spare = partner__alloc(most, 2 * sizeof *h.spare)};
    uint32_t *seen = NULL;
    partner_status status = PARTNER_OK;

    *incidence = (partner__incidence){.first_entry = INT32_MAX};
    if (to - from > 1) {
        seen = partner__alloc_zero(set->landmarks->timeline->in->lines / 32 + 1, sizeof *seen);
        if (seen == NULL) status = partner__no_memory(error);
    }
    if (h.words == NULL || h.spare == NULL) status = partner__no_memory(error);
    for (uint32_t s = from; s < to && status == PARTNER_OK; s++) read_stage(set, group, s, &h, incidence, seen);
    if (status == PARTNER_OK) status = measure(&h, incidence, error);
    partner__free(h.words);
    partner__free(h.spare);
    partner__free(seen);
    return status;
}

void partner__incidence_free(partner__incidence *incidence)
{
    partner__free(incidence->days);
    partner__free(incidence->at_risk);
    partner__free(incidence->won);
    partner__free(incidence->lost);
    memset(incidence, 0, sizeof *incidence);
}

/* How many points there are up to that day. */
static size_t points_by(const partner__incidence *incidence, int64_t days)
{
    size_t low = 0, high = incidence->points;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (incidence->days[middle] <= days) low = middle + 1;
        else high = middle;
    }
    return low;
}

double partner__won_by(const partner__incidence *incidence, int64_t days)
{
    const size_t points = points_by(incidence, days);

    return points == 0 ? 0 : incidence->won[points - 1];
}

double partner__lost_by(const partner__incidence *incidence, int64_t days)
{
    const size_t points = points_by(incidence, days);

    return points == 0 ? 0 : incidence->lost[points - 1];
}
