/* SPDX-License-Identifier: MIT
 * The one thing to do about a program: tell those who are just below the next tier, remind those whose points
 * are about to expire, or provide for what is outstanding. */
#include "../base/int128.h"
#include "../base/leaders.h"
#include "../base/say.h"
#include "analysis.h"

enum { NUMBER = PARTNER__NUMBER };

/* Within reach: at most this part of the next tier's points is missing, as for the notices. */
static const double NEAR = 0.2;

/* --- tiers --- */

/* Points that are missing are few where the qualifying ones are many beside them. */
static partner__leaders near_of(const partner_loyalty *l, size_t *many)
{
    partner__leaders near = {.count = 0};

    *many = 0;
    for (size_t i = 0; i < l->partners; i++) {
        const double missing = (double)l->points_missing[i], whole = missing + (double)l->qualifying[i];

        if (l->next_tier[i] == PARTNER_NONE || l->requirements_missing[i] > 0) continue;
        if (!(missing > 0 && whole > 0 && missing <= NEAR * whole)) continue;
        ++*many;
        partner__leaders_try(&near, i, l->partner[i], 1 - missing / whole);
    }
    return near;
}

/* What the sentence lists. */
typedef struct listing {
    const int64_t *points; /* [partners] */
    const partner__leaders *of;
} listing;

static void put_points(partner__words *w, const void *of, size_t i)
{
    const listing *l = of;

    partner__leaders_put_one(w, l->of, i);
    partner__words_put(w, " (");
    partner__words_count(w, (uint64_t)l->points[l->of->line[i]], "point", "points");
    partner__words_put(w, ")");
}

static void advise_near(partner__words *w, const partner_loyalty *l, const partner__leaders *near, size_t many)
{
    const listing list = {l->points_missing, near};

    partner__words_put(w, "Tell ");
    partner__words_all(w, " and ", near->count, put_points, &list);
    partner__words_put(w, " how little is missing to the next tier");
    if (many > near->count) {
        partner__words_put(w, "; of ");
        partner__words_count(w, many, "partner", "partners");
        partner__words_put(w, " just below one they are the nearest");
    }
    partner__words_put(w, ".");
}

/* --- points that expire --- */

static partner__leaders expiring_of(const partner_loyalty *l, uint64_t *points, size_t *many)
{
    partner__leaders first = {.count = 0};

    *points = 0;
    *many = 0;
    for (size_t i = 0; i < l->partners; i++) {
        if (l->expiring_30[i] <= 0) continue;
        *points += (uint64_t)l->expiring_30[i];
        ++*many;
        partner__leaders_try(&first, i, l->partner[i], (double)l->expiring_30[i]);
    }
    return first;
}

static void advise_expiring(partner__words *w, const partner_loyalty *l, const partner__leaders *first,
                            uint64_t points, size_t many)
{
    const listing list = {l->expiring_30, first};

    partner__words_put(w, "Remind ");
    partner__words_all(w, " and ", first->count, put_points, &list);
    partner__words_put(w, ": ");
    partner__words_count(w, points, "point", "points");
    partner__words_put(w, " of ");
    partner__words_count(w, many, "partner", "partners");
    partner__words_put(w, points == 1 ? " expires within 30 days." : " expire within 30 days.");
}

/* --- what is outstanding --- */

static void advise_liability(partner__words *w, const partner_loyalty *l)
{
    char worth[NUMBER];

    partner__words_put(w, "Provide for a liability of %s: partners hold ",
                       partner__say_money(l->liability, l->minor_units, worth));
    partner__words_count(w, partner__magnitude(l->outstanding), "point", "points");
    partner__words_put(w, ".");
}

size_t partner__loyalty_advice(const void *result, size_t part, char *buffer, size_t size)
{
    const partner__loyalty_outcome *o = result;
    partner__words w = {.full = 0};
    partner__leaders near, expiring;
    size_t near_ones, expiring_ones;
    uint64_t points;

    if (buffer != NULL && size > 0) *buffer = '\0';
    if (o == NULL) return 0;
    near = near_of(o->loyalty, &near_ones);
    expiring = expiring_of(o->loyalty, &points, &expiring_ones);
    if (near.count > 0) {
        if (part == 0) advise_near(&w, o->loyalty, &near, near_ones);
        if (part == 1)
            partner__words_put(
                &w, "This takes the points of the window so far, and that one who knows will go for it.");
    } else if (expiring.count > 0) {
        if (part == 0) advise_expiring(&w, o->loyalty, &expiring, points, expiring_ones);
        if (part == 1) partner__words_put(&w, "This takes it that nobody redeems points before.");
    } else if (o->loyalty->liability > 0) {
        if (part == 0) advise_liability(&w, o->loyalty);
        if (part == 1) partner__words_put(&w, "This takes it that all of them will be redeemed.");
    }
    return partner__words_end(&w, buffer, size);
}
