/* SPDX-License-Identifier: MIT
 * Accounts from bytes. Whatever is wrong sets the reader's `failed`, and is told apart from a want of memory at
 * the end. All that the engine relies on is checked: numbers of things, the order of days, sums that must not
 * overflow.
 */
#include <inttypes.h>

#include "../base/error.h"
#include "codec_form.h"
#include "worth.h"

typedef struct opening {
    partner__reader r;
    partner__account *a;
    const partner__plan *plan;
    partner_status status; /* NOMEM */
    partner_error *error;
    uint32_t lots; /* how many there will be */
} opening;

static void refuse_unless(opening *o, int possible)
{
    if (!possible) o->r.failed = 1;
}

static int stopped(const opening *o) { return o->r.failed || o->status != PARTNER_OK; }

static int64_t unpack_natural(opening *o) { return (int64_t)partner__unpack_below(&o->r, INT64_MAX); }

static uint32_t unpack_number(opening *o, uint64_t below)
{
    uint64_t value = partner__unpack_u(&o->r);

    refuse_unless(o, value < below);
    return value < below ? (uint32_t)value : 0;
}

/* How many of something that takes at least one byte each. */
static uint32_t unpack_count(opening *o)
{
    uint64_t left = partner__reader_left(&o->r);

    return unpack_number(o, (left < UINT32_MAX ? left : UINT32_MAX - 1) + 1);
}

/* A day that is not PARTNER_NO_DAY. */
static int32_t unpack_day(opening *o, int32_t near)
{
    int64_t day;

    if (partner__plus(near, partner__unpack_i(&o->r), &day) && day > INT32_MIN && day <= INT32_MAX)
        return (int32_t)day;
    o->r.failed = 1;
    return near;
}

/* A day from `from` through the settled one. */
static int32_t unpack_later_day(opening *o, int32_t from)
{
    int64_t days = unpack_natural(o);
    int possible = days <= (int64_t)o->a->settled - from;

    refuse_unless(o, possible);
    return possible ? (int32_t)(from + days) : from;
}

static partner__held unpack_held(opening *o, int32_t near)
{
    uint64_t packed = partner__unpack_u(&o->r);
    partner__held held = {0, PARTNER_NO_DAY};

    refuse_unless(o, packed >> 1 < o->plan->levels);
    if (packed & 1) held.until = unpack_day(o, near);
    if (!o->r.failed) held.level = (uint32_t)(packed >> 1);
    return held;
}

static void unpack_used(opening *o, int64_t *used, int32_t *period)
{
    *used = unpack_natural(o);
    refuse_unless(o, *used > 0);
    *period = unpack_day(o, 0);
}

static void unpack_sums(opening *o, uint64_t flags)
{
    partner__account *a = o->a;

    a->began = unpack_day(o, 0);
    refuse_unless(o, a->began >= PARTNER__FIRST_DAY && a->began <= PARTNER__LAST_DAY);
    a->settled = PARTNER__LAST_DAY;
    a->settled = unpack_later_day(o, a->began);
    if (flags & FAILED) a->failed = unpack_number(o, UINT32_MAX);
    a->now = unpack_held(o, a->settled);
    a->year = flags & YEAR_DIFFERS ? unpack_held(o, a->settled) : a->now;
    a->last = flags & LAST_DIFFERS ? unpack_held(o, a->settled) : a->year;
    if (flags & DEBT) a->debt = unpack_natural(o);
    a->earned = unpack_natural(o);
    a->spent = unpack_natural(o);
    a->lapsed = unpack_natural(o);
    if (flags & CAP_USED) unpack_used(o, &a->cap_used, &a->cap_period);
}

static void unpack_counter(opening *o, partner__counter *c)
{
    uint64_t flags = partner__unpack_below(&o->r, COUNTER_FLAGS), low = 0, high = 0;

    if (flags & REST) low = partner__unpack_u(&o->r);
    if (flags & REST_HIGH) high = partner__unpack_u(&o->r);
    c->rest = partner__u128_make(high, low);
    if (flags & WHOLE) c->whole = partner__unpack_i(&o->r);
    if (flags & USED) unpack_used(o, &c->used, &c->period);
    c->first = (flags & FIRST) != 0;
}

/* What only some rules have, the others' counters must not say. */
static void unpack_counters(opening *o)
{
    for (uint32_t i = 0; i < o->plan->counters; i++) unpack_counter(o, &o->a->counter[i]);
    for (uint32_t i = 0; i < o->plan->rules; i++) {
        const partner__plan_rule *rule = &o->plan->rule[i];
        const partner__counter *c = rule->counter == PARTNER_NONE ? NULL : &o->a->counter[rule->counter];

        if (c == NULL) continue;
        if (rule->says->carry) refuse_unless(o, partner__u128_less(c->rest, rule->below));
        else refuse_unless(o, partner__u128_is_zero(c->rest) && c->whole == 0);
        refuse_unless(o, rule->says->cap_per != PARTNER_CAP_NONE || c->used == 0);
        refuse_unless(o, (rule->says->when & PARTNER_WHEN_FIRST) != 0 || c->first == 0);
    }
}

static void unpack_progress(opening *o)
{
    for (uint32_t i = 0; i < o->plan->challenges; i++) o->a->progress[i].sum = partner__unpack_i(&o->r);
}

static uint32_t larger(uint32_t a, uint32_t b) { return a > b ? a : b; }

/* Room for so many more grants, draws and bonuses. */
static void make_room(opening *o, uint32_t grants, uint32_t draws, uint32_t bonuses)
{
    partner__account *a = o->a;

    if (grants > UINT32_MAX / 2 - a->grants || draws > UINT32_MAX / 2 - a->draws) o->r.failed = 1;
    if (stopped(o)) return;
    if (a->grants + grants <= a->grants_room && a->draws + draws <= a->draws_room && bonuses <= a->bonuses_room)
        return;
    /* twice as much as before at least, so that many events do not ask for room one by one */
    grants =
        a->grants + grants > a->grants_room ? larger(a->grants + grants, a->grants_room * 2) : a->grants_room;
    draws = a->draws + draws > a->draws_room ? larger(a->draws + draws, a->draws_room * 2) : a->draws_room;
    o->status = partner__account_room(a, o->plan, a->lots_room, a->pasts_room, grants, draws,
                                      larger(bonuses, a->bonuses_room), a->months_room, o->error);
}

/* Old events are only there for grants with carry, and their kind is forgotten. */
static int grants_for(const opening *o, const partner__past *past, uint64_t rule)
{
    const partner__plan *plan = o->plan;

    if (rule >= plan->rules) return 0;
    if (past->flags & PARTNER__EVENT_OLD) return plan->rule[rule].says->carry;
    return past->slot != PARTNER__NO_SLOT && plan->rule[rule].says->on == plan->kind[past->slot].kind;
}

static void unpack_grants(opening *o, uint32_t number)
{
    partner__account *a = o->a;
    partner__past *past = &a->past[number];
    uint32_t next = 0;

    make_room(o, past->count, 0, 0);
    past->first = a->grants;
    for (uint32_t i = 0; i < past->count && !stopped(o); i++) {
        uint64_t packed = partner__unpack_u(&o->r);
        uint64_t rule = (packed >> GRANT_BITS) + next;
        partner__grant g = {0};

        refuse_unless(o, grants_for(o, past, rule));
        g.rule = next = (uint32_t)rule;
        next++;
        g.event = number;
        g.first = (packed & USES_FIRST) != 0;
        g.lot = packed & WITH_LOT ? 0 : PARTNER_NONE;
        g.granted = g.held = unpack_natural(o);
        if (packed & TAKEN_BACK) g.held -= unpack_natural(o);
        if (packed & REFUSED) g.refused = unpack_natural(o);
        refuse_unless(o, g.held >= 0);
        a->grant[a->grants++] = g;
    }
}

static void unpack_draws(opening *o, uint32_t number)
{
    partner__account *a = o->a;
    partner__past *past = &a->past[number];
    int64_t sum = 0;
    uint32_t next = 0;

    make_room(o, 0, past->count, 0);
    past->first = a->draws;
    for (uint32_t i = 0; i < past->count && !stopped(o); i++) {
        uint64_t lot = partner__unpack_below(&o->r, UINT32_MAX) + next;
        partner__draw d = {0};

        refuse_unless(o, lot < o->lots);
        d.lot = (uint32_t)lot;
        next = d.lot + 1;
        d.event = number;
        d.points = unpack_natural(o);
        refuse_unless(o, d.points > 0 && partner__plus(sum, d.points, &sum));
        a->draw[a->draws++] = d;
    }
}

static int possible_past(const partner__past *p)
{
    const uint32_t use = p->flags & OTHER_THAN_SALES;

    if (p->amount == INT64_MIN || p->quantity == INT64_MIN) return 0;
    if ((uint64_t)p->reversed > partner__magnitude(p->amount)) return 0;
    if (use != 0 && (p->amount != 0 || p->quantity != 0)) return 0;
    return (p->flags & PARTNER__EVENT_ACCEPTED) == 0 || use == PARTNER__EVENT_REDEMPTION;
}

static void unpack_past(opening *o, uint32_t number)
{
    partner__past *p = &o->a->past[number];
    uint64_t flags = partner__unpack_below(&o->r, PAST_FLAGS);
    uint32_t slot;

    p->flags = flags & FLAGS ? (uint32_t)partner__unpack_below(&o->r, ALL_PAST_FLAGS) : 0;
    slot = unpack_number(o, (uint64_t)o->plan->kinds + 1);
    p->slot = slot == 0 ? (uint16_t)PARTNER__NO_SLOT : (uint16_t)(slot - 1);
    p->amount = flags & AMOUNT ? partner__unpack_i(&o->r) : 0;
    p->reversed = flags & REVERSED ? unpack_natural(o) : 0;
    p->quantity = flags & QUANTITY ? partner__unpack_i(&o->r) : partner__usual_quantity(p->flags);
    p->level = flags & LEVEL ? (uint16_t)unpack_number(o, o->plan->levels) : 0;
    p->count = flags & PARTS ? unpack_count(o) : 0;
    refuse_unless(o, possible_past(p));
    if (o->r.failed) return;
    if (p->flags & PARTNER__EVENT_REDEMPTION) unpack_draws(o, number);
    else unpack_grants(o, number);
}

static void unpack_pasts(opening *o)
{
    partner__account *a = o->a;
    uint32_t pasts = unpack_count(o);
    uint64_t id = 0;
    int32_t day = a->began;

    if (stopped(o)) return;
    o->status = partner__account_room(a, o->plan, larger(o->lots, a->lots_room), larger(pasts, a->pasts_room),
                                      a->grants_room, a->draws_room, a->bonuses_room, a->months_room, o->error);
    while (a->pasts < pasts && !stopped(o)) {
        a->past[a->pasts] = (partner__past){0};
        id += (uint64_t)partner__unpack_i(&o->r);
        day = unpack_later_day(o, day);
        a->past[a->pasts].id = id;
        a->past[a->pasts].day = day;
        unpack_past(o, a->pasts++);
    }
}

/* Where a lot comes from: what its grant says, or what it says itself. */
static void unpack_origin(opening *o, partner__lot *lot, uint32_t grant, uint64_t id, int32_t day)
{
    const partner__account *a = o->a;
    uint32_t source;

    if (grant < a->grants) {
        const partner__past *past = &a->past[a->grant[grant].event];
        lot->event = past->id;
        lot->source = a->grant[grant].rule;
        lot->day = past->day;
        refuse_unless(o, past->day >= day);
        return;
    }
    lot->event = id + (uint64_t)partner__unpack_i(&o->r);
    source = unpack_number(o, (uint64_t)o->plan->rules + o->plan->challenges + 1);
    lot->source = source == 0 ? PARTNER_NONE : source - 1;
    lot->day = unpack_later_day(o, day);
}

static int possible_lot(const partner__lot *lot, int32_t settled)
{
    int gone = lot->expiry != PARTNER_NO_DAY && lot->expiry <= settled;

    int64_t whole;

    if (gone ? lot->left != 0 : lot->expired != 0) return 0;
    return lot->excused <= lot->expired && partner__plus(lot->left, lot->expired, &whole);
}

/* Adjustments are usable at once. */
static int is_pending(const opening *o, const partner__lot *lot)
{
    if (lot->source == PARTNER_NONE) return 0;
    return (int64_t)lot->day + o->plan->pending_days > o->a->settled;
}

static void add_lot(opening *o, const partner__lot *lot)
{
    partner__account *a = o->a;
    int64_t *sum = lot->pending ? &a->pending : &a->usable;

    refuse_unless(o, possible_lot(lot, a->settled));
    refuse_unless(o, partner__plus(*sum, lot->left, sum));
    a->lot[a->lots++] = *lot;
}

static void unpack_lots(opening *o)
{
    partner__account *a = o->a;
    uint32_t grant = partner__next_with_lot(a, 0);
    uint64_t id = 0;
    int32_t day = a->began;

    while (a->lots < o->lots && !stopped(o)) {
        uint64_t flags = partner__unpack_below(&o->r, LOT_FLAGS);
        partner__lot lot = {0};

        refuse_unless(o, (flags & OF_GRANT) == 0 || grant < a->grants);
        unpack_origin(o, &lot, flags & OF_GRANT ? grant : UINT32_MAX, id, day);
        if (o->r.failed) return;
        if (flags & OF_GRANT) {
            a->grant[grant].lot = a->lots;
            grant = partner__next_with_lot(a, grant + 1);
        }
        if (flags & LEFT) lot.left = unpack_natural(o);
        if (flags & EXPIRED) lot.expired = unpack_natural(o);
        if (flags & EXCUSED) lot.excused = unpack_natural(o);
        lot.expiry = partner__expiry_of(o->plan, lot.day);
        lot.pending = (uint32_t)is_pending(o, &lot);
        add_lot(o, &lot);
        id = lot.event;
        day = lot.day;
    }
    refuse_unless(o, grant >= a->grants);
}

static int is_live(const partner__account *a, const partner__draw *draw)
{
    return (a->past[draw->event].flags & PARTNER__EVENT_UNDONE) == 0;
}

/* Redemptions that are taken back fill the lots again, which may expire then: no sum may overflow. For a moment
 * they are filled here. */
static void check_sums(opening *o)
{
    partner__account *a = o->a;
    int64_t spent = 0, all, whole;
    uint32_t filled = 0;

    for (; filled < a->draws && !o->r.failed; filled++) {
        const partner__draw *draw = &a->draw[filled];
        partner__lot *lot = &a->lot[draw->lot];

        if (!is_live(a, draw)) continue;
        refuse_unless(o, partner__plus(spent, draw->points, &spent) &&
                             partner__plus(lot->left, draw->points, &whole) &&
                             partner__plus(whole, lot->expired, &all));
        if (!o->r.failed) lot->left = whole;
    }
    while (filled-- > 0 && !o->r.failed)
        if (is_live(a, &a->draw[filled])) a->lot[a->draw[filled].lot].left -= a->draw[filled].points;
    refuse_unless(o, spent <= a->spent && partner__plus(a->usable, a->pending, &all));
    refuse_unless(o, a->debt == 0 || a->usable == 0);
}

static void unpack_bonuses(opening *o)
{
    partner__account *a = o->a;
    uint32_t bonuses = unpack_count(o), next = 0;

    make_room(o, 0, 0, bonuses);
    while (a->bonuses < bonuses && !stopped(o)) {
        uint32_t challenge = unpack_number(o, o->plan->challenges),
                 lot = unpack_number(o, (uint64_t)a->lots + 1);

        if (o->r.failed) return;
        if (lot > 0) {
            refuse_unless(o, lot > next && a->lot[lot - 1].source == o->plan->rules + challenge);
            next = lot;
        }
        a->progress[challenge].bonuses++;
        a->bonus[a->bonuses++] =
            (partner__bonus){.challenge = challenge, .lot = lot == 0 ? PARTNER_NONE : lot - 1};
    }
}

/* What can still be taken back was earned, so that this sum cannot fall below 0. */
static void check_earned(opening *o)
{
    const partner__account *a = o->a;
    int64_t sum = 0;

    for (uint32_t i = 0; i < a->grants && !o->r.failed; i++)
        if (o->plan->rule[a->grant[i].rule].reward)
            refuse_unless(o, partner__plus(sum, a->grant[i].held, &sum));
    for (uint32_t i = 0; i < a->bonuses && !o->r.failed; i++)
        refuse_unless(o, partner__plus(sum, o->plan->challenge[a->bonus[i].challenge].says->bonus, &sum));
    refuse_unless(o, sum <= a->earned);
}

/* With carry the partner holds max(0, whole) points from the rule: its grants cannot hold more together. */
static void check_carry(opening *o)
{
    const partner__account *a = o->a;

    for (uint32_t rule = 0; rule < o->plan->rules && !o->r.failed; rule++) {
        int64_t sum = 0;

        if (!o->plan->rule[rule].says->carry) continue;
        for (uint32_t i = 0; i < a->grants && !o->r.failed; i++)
            if (a->grant[i].rule == rule) refuse_unless(o, partner__plus(sum, a->grant[i].held, &sum));
        refuse_unless(o, sum == 0 || sum <= a->counter[o->plan->rule[rule].counter].whole);
    }
}

static void unpack_months(opening *o)
{
    partner__account *a = o->a;
    const size_t width = 1 + (size_t)o->plan->meters;
    uint32_t months = unpack_count(o), run;
    int64_t next = partner__month(a->began), last = partner__month(a->settled);

    if (stopped(o)) return;
    o->status = partner__account_room(a, o->plan, a->lots_room, a->pasts_room, a->grants_room, a->draws_room,
                                      a->bonuses_room, larger(months, a->months_room), o->error);
    while (a->months < months && !stopped(o)) {
        next += unpack_number(o, (uint64_t)UINT32_MAX + 1);
        run = unpack_number(o, (uint64_t)(months - a->months) + 1);
        refuse_unless(o, run > 0 && next + run - 1 <= last);
        for (uint32_t i = 0; i < run && !stopped(o); i++) {
            for (size_t k = 0; k < width; k++) a->sum[a->months * width + k] = partner__unpack_i(&o->r);
            a->month[a->months++] = (int32_t)next++;
        }
    }
}

static partner_status begin_only(opening *o, uint32_t partner, uint32_t group)
{
    partner__held held = unpack_held(o, 0);

    if (o->r.failed) return PARTNER_OK;
    return partner__account_begin(o->a, o->plan, partner, group, held.level, held.until, o->error);
}

static void unpack_history(opening *o, uint64_t flags)
{
    unpack_sums(o, flags);
    unpack_counters(o);
    unpack_progress(o);
    o->lots = unpack_count(o);
    unpack_pasts(o);
    if (!stopped(o)) unpack_lots(o);
    if (!stopped(o)) check_sums(o);
    if (!stopped(o)) unpack_bonuses(o);
    if (!stopped(o)) check_earned(o);
    if (!stopped(o)) check_carry(o);
    if (!stopped(o)) unpack_months(o);
}

partner_status partner__account_unpack(partner__account *a, const partner__plan *plan, uint32_t partner,
                                       uint32_t group, const uint8_t *bytes, size_t length,
                                       partner_error *error)
{
    opening o = {{bytes, bytes + length, 0}, a, plan, PARTNER_OK, error, 0};
    uint64_t flags = partner__unpack_below(&o.r, ACCOUNT_FLAGS);

    o.status = partner__account_begin(a, plan, partner, group, 0, PARTNER_NO_DAY, error);
    if (o.status != PARTNER_OK) return o.status;
    if (flags & BEGAN) unpack_history(&o, flags);
    else o.status = begin_only(&o, partner, group);
    if (o.status != PARTNER_OK) return o.status;
    if (o.r.failed || o.r.at != o.r.end)
        return partner__fail_at(error, PARTNER_E_DATA, partner__at(NULL, "", PARTNER_NO_ROW, partner),
                                "loyalty state: the saved bytes are damaged: partner %" PRIu32
                                " has an account that the program cannot have led to",
                                partner);
    partner__account_ready(a, plan);
    return PARTNER_OK;
}
