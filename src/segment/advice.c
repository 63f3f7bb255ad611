/* SPDX-License-Identifier: MIT
 * The one thing to do about a segmentation: whom to give hours, or whom to turn to first. */
#include "../base/leaders.h"
#include "../base/say.h"
#include "analysis.h"
#include "result.h"
#include "words.h"

/* What the sentence lists. */
typedef struct listing {
    const partner__segmented *s;
    const partner__leaders *of;
} listing;

static void put_hours(partner__words *w, const void *of, size_t i)
{
    const listing *l = of;
    const double hours = l->s->partners.hours[l->of->line[i]];

    partner__put_hours(w, hours);
    partner__words_put(w, " to ");
    partner__leaders_put_one(w, l->of, i);
}

static void put_headroom(partner__words *w, const void *of, size_t i)
{
    const listing *l = of;
    char amount[PARTNER__NUMBER];

    partner__words_put(w, "%s",
                       partner__say_money(l->s->partners.headroom[l->of->line[i]], l->s->set.places, amount));
}

/* --- with a budget --- */

/* Whom the hours bring most with; where today's hours are known, those who are to get more than today, by more
 * than rounding gives. */
static partner__leaders best_of(const partner__segmented *s)
{
    const double rounding = 1e-9 * s->allocation->budget;
    const int known = !isnan(s->allocation->gain_now);
    partner__leaders l = {.count = 0};

    for (size_t i = 0; i < s->partners.partners; i++) {
        if (!(s->partners.hours[i] > 0)) continue;
        if (known && !(s->partners.hours[i] - s->hours_now[i] > rounding)) continue;
        partner__leaders_try(&l, i, s->partners.partner[i], s->allocation->expected[i]);
    }
    return l;
}

static void advise_hours(partner__words *w, const partner__segmented *s)
{
    const partner_allocation *a = s->allocation;
    const partner__leaders best = best_of(s);
    const listing list = {s, &best};
    double brought = 0;

    if (best.count == 0) return;
    for (size_t i = 0; i < best.count; i++) brought += best.figure[i];
    partner__words_put(w, "Give ");
    partner__words_all(w, " and ", best.count, put_hours, &list);
    partner__words_put(w, ": that is expected to bring ");
    partner__put_amount(w, brought, s->set.places);
    partner__words_put(w, " of the ");
    partner__put_amount(w, a->gain, s->set.places);
    partner__words_put(w, " that ");
    partner__put_hours(w, a->spent);
    partner__words_put(w, a->spent == 1 ? " brings" : " bring");
    if (!isnan(a->gain_now)) {
        partner__words_put(w, " in all (today's hours: ");
        partner__put_amount(w, a->gain_now, s->set.places);
        partner__words_put(w, ")");
    } else partner__words_put(w, " in all");
    partner__words_put(w, ".");
}

/* The modes of those who are named, each once. */
static void base_hours(partner__words *w, const partner__segmented *s)
{
    const partner__leaders best = best_of(s);
    int named[PARTNER_MODES] = {0};
    size_t told = 0;

    if (best.count == 0) return;
    for (size_t i = 0; i < best.count; i++) named[s->partners.mode[best.line[i]]] = 1;
    partner__words_put(w, "This was not measured: attention is assumed to win ");
    for (uint8_t m = PARTNER_MODES; m-- > 0;) {
        if (!named[m]) continue;
        partner__words_put(w, "%s", told++ == 0 ? "" : "; ");
        partner__put_assumption(w, &s->set, m);
    }
    partner__words_put(w, ".");
}

/* --- without one --- */

static partner__leaders first_of(const partner__segmented *s)
{
    partner__leaders l = {.count = 0};

    for (size_t i = 0; i < s->partners.partners; i++)
        if (s->partners.headroom[i] > 0)
            partner__leaders_try(&l, i, s->partners.partner[i], s->partners.priority[i]);
    return l;
}

static void advise_priority(partner__words *w, const partner__segmented *s)
{
    const partner__leaders first = first_of(s);
    const listing list = {s, &first};

    if (first.count == 0) return;
    partner__words_put(w, "Turn to ");
    partner__leaders_put(w, &first);
    partner__words_put(w, " first: %s highest priority and could bring ",
                       first.count == 1 ? "it has the" : "they have the");
    partner__words_all(w, " and ", first.count, put_headroom, &list);
    partner__words_put(w, " more.");
}

/* Those without revenue have a reference of their own kind: it is named where one of the first is among them.
 */
static void base_priority(partner__words *w, const partner__segmented *s)
{
    const partner__leaders first = first_of(s);
    size_t without = 0;

    if (first.count == 0) return;
    for (size_t i = 0; i < first.count; i++) without += s->partners.revenue[first.line[i]] <= 0;
    partner__words_put(w, "This rests on what they state as their potential, or else on what ");
    if (without < first.count) {
        partner__put_share(w, s->set.reference_quantile / 1e6);
        partner__words_put(w, " of their active peers do not exceed and at most ");
        partner__put_number(w, s->set.max_multiple / 1e4);
        partner__words_put(w, " times what they bring now");
    }
    if (without > 0)
        partner__words_put(w,
                           "%s25 %% of their active peers do not exceed, times the part of these "
                           "peers that is active",
                           without < first.count ? "; for one without revenue, on what " : "");
    partner__words_put(w, ".");
}

size_t partner__segment_advice(const void *result, size_t part, char *buffer, size_t size)
{
    const partner__segment_run *run = result;
    partner__words w = {.full = 0};
    const partner__segmented *s;

    if (buffer != NULL && size > 0) *buffer = '\0';
    if (run == NULL || run->now == NULL) return 0;
    s = partner__segmented_of(run->now);
    if (part == 0 && s->allocation != NULL) advise_hours(&w, s);
    if (part == 1 && s->allocation != NULL) base_hours(&w, s);
    if (part == 0 && s->allocation == NULL) advise_priority(&w, s);
    if (part == 1 && s->allocation == NULL) base_priority(&w, s);
    return partner__words_end(&w, buffer, size);
}
