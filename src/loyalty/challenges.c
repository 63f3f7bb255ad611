/* SPDX-License-Identifier: MIT
 * What requirements and challenges sum, and the bonuses of challenges. */
#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "engine.h"

/* A bonus is an entry and a lot: this many of one challenge are enough. */
enum { BONUSES_MOST = 1000000 };

static int takes_part(const partner__plan_challenge *challenge, int32_t day)
{
    return day >= challenge->from_day && day < challenge->to_day;
}

partner_status partner__sum_challenges(partner__turn *t, const partner__plan_kind *kind,
                                       const partner__measured *measured, int *challenges)
{
    const partner__plan *plan = t->plan;

    for (uint32_t i = 0; i < kind->challenges; i++) {
        uint32_t number = kind->challenge[i];
        const partner__plan_challenge *challenge = &plan->challenge[number];
        int64_t *sum = &t->a->progress[number].sum;

        if (!takes_part(challenge, measured->day)) continue;
        *challenges = 1;
        if (!partner__plus(*sum, measured->by[challenge->says->measure], sum))
            return partner__too_many(t, plan->rules + number);
    }
    return PARTNER_OK;
}

/* How many bonuses a sum earns. */
static uint64_t earned(const partner_program_challenge *says, int64_t sum)
{
    if (sum < says->target) return 0;
    return says->repeat ? (uint64_t)(sum / says->target) : 1;
}

static partner_status grant(partner__turn *t, uint32_t number)
{
    partner__account *a = t->a;
    uint32_t source = t->plan->rules + number;
    int64_t points = t->plan->challenge[number].says->bonus;
    partner__entry e = partner__entry_of(PARTNER_ENTRY_BONUS, t->id, source);
    partner_status status = a->bonuses < a->bonuses_room ? PARTNER_OK : partner__grow_bonuses(a, t->error);
    partner__bonus *bonus;
    uint32_t lot = PARTNER_NONE;

    if (status == PARTNER_OK) status = partner__lot_add(t, source, points, t->plan->pending_days > 0, &lot);
    if (status != PARTNER_OK) return status;
    if (!partner__plus(a->earned, points, &a->earned)) return partner__too_many(t, source);
    bonus = &a->bonus[a->bonuses++];
    bonus->challenge = number;
    bonus->lot = lot;
    a->progress[number].bonuses++;
    e.points = e.moved = points;
    e.lot_expiry = a->lot[lot].expiry;
    e.basis = a->progress[number].sum;
    e.whole = a->progress[number].bonuses;
    return partner__emit(t, &e);
}

static partner_status grant_all(partner__turn *t, uint32_t number, uint64_t count)
{
    if (count > BONUSES_MOST)
        return partner__fail_at(
            t->error, PARTNER_E_RANGE, partner__at("events", "amount", t->row->row, t->plan->rules + number),
            "events row %" PRIu64 ": challenge \"%.48s\" is met %" PRIu64 " times over, expected at most %d",
            t->row->row, t->plan->challenge[number].says->id, count, BONUSES_MOST);
    while (t->a->progress[number].bonuses < count) {
        partner_status status = grant(t, number);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

/* Removes a challenge's latest bonus from those that stand; gives its lot. */
static uint32_t latest(partner__account *a, uint32_t number)
{
    uint32_t i = a->bonuses, lot;

    while (i-- > 0 && a->bonus[i].challenge != number) {
    }
    lot = a->bonus[i].lot;
    memmove(&a->bonus[i], &a->bonus[i + 1], (a->bonuses - i - 1) * sizeof a->bonus[i]);
    a->bonuses--;
    a->progress[number].bonuses--;
    return lot;
}

static partner_status take_latest(partner__turn *t, uint32_t number, const partner__past *of)
{
    uint32_t source = t->plan->rules + number;
    int64_t points = t->plan->challenge[number].says->bonus, left;
    partner__entry e = partner__entry_of(PARTNER_ENTRY_REVERSAL, t->id, source);
    partner__concerned concerned = {0, PARTNER_NO_DAY};
    uint32_t lot = latest(t->a, number);
    partner_status status = partner__take_back(t, lot, points, source, &concerned, &left);

    if (status != PARTNER_OK) return status;
    t->a->earned -= left;
    e.reverses = of->id == t->id ? PARTNER_NO_ROW : of->id;
    e.points = e.moved = -left;
    e.lot_expiry = concerned.any ? concerned.expiry : PARTNER_NO_DAY;
    e.basis = of->flags & PARTNER__EVENT_UNDONE ? 0 : of->amount - of->reversed;
    e.whole = of->amount;
    e.held = e.carried = points;
    return partner__emit(t, &e);
}

partner_status partner__challenges(partner__turn *t, uint32_t of, int may_grant)
{
    partner__account *a = t->a;
    const partner__past *past = &a->past[of];
    const partner__plan_kind *kind = &t->plan->kind[past->slot];
    partner_status status = PARTNER_OK;

    for (uint32_t i = 0; i < kind->challenges && status == PARTNER_OK; i++) {
        uint32_t number = kind->challenge[i];
        uint64_t count;

        if (!takes_part(&t->plan->challenge[number], past->day)) continue;
        count = earned(t->plan->challenge[number].says, a->progress[number].sum);
        while (a->progress[number].bonuses > count && status == PARTNER_OK)
            status = take_latest(t, number, past);
        if (may_grant && status == PARTNER_OK) status = grant_all(t, number, count);
    }
    return status;
}
