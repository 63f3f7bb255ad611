/* SPDX-License-Identifier: MIT
 * Points as lots: granted, taken in order of expiry, expired, given back; and the debt that is left when there
 * are too few. Balance = usable lots - debt; while there is a debt every usable lot is empty. */
#include "../base/error.h"
#include "engine.h"

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static void concern(partner__concerned *c, const partner__lot *lot)
{
    if (c->any && c->expiry != lot->expiry) c->expiry = PARTNER_NO_DAY;
    if (!c->any) c->expiry = lot->expiry;
    c->any = 1;
}

static int32_t expiry_of(const partner__concerned *c) { return c->any ? c->expiry : PARTNER_NO_DAY; }

/* Takes points from usable lots in order; returns how many there were none for. With `past` notes what was
 * taken from where. */
static partner_status take_usable(partner__turn *t, int64_t *points, partner__concerned *concerned, int drawn)
{
    partner__account *a = t->a;

    for (uint32_t i = a->open; i < a->lots; i++) {
        partner__lot *lot = &a->lot[i];
        int64_t taken = lot->pending ? 0 : least(lot->left, *points);

        if (*points == 0) break;
        if (taken == 0) continue;
        if (drawn) {
            partner_status status = a->draws < a->draws_room ? PARTNER_OK : partner__grow_draws(a, t->error);
            partner__draw *draw = &a->draw[a->draws];

            if (status != PARTNER_OK) return status;
            draw->points = taken;
            draw->lot = i;
            draw->event = t->past;
            a->draws++;
        }
        lot->left -= taken;
        a->usable -= taken;
        *points -= taken;
        concern(concerned, lot);
    }
    return PARTNER_OK;
}

/* Points that usable lots lose, and for the rest a debt. */
static partner_status take_or_owe(partner__turn *t, int64_t points, uint32_t source,
                                  partner__concerned *concerned)
{
    partner_status status = take_usable(t, &points, concerned, 0);

    if (status == PARTNER_OK && !partner__plus(t->a->debt, points, &t->a->debt))
        status = partner__too_many(t, source);
    return status;
}

partner_status partner__take_back(partner__turn *t, uint32_t lot, int64_t points, uint32_t source,
                                  partner__concerned *concerned, int64_t *left)
{
    partner__account *a = t->a;
    int64_t excused = 0, own = 0;
    /* Also where no event says so: a bonus goes when a negative quantity lowers what it was earned by. */
    partner_status status = partner__catch_up(t);

    if (status != PARTNER_OK) return status;
    if (lot != PARTNER_NONE) {
        partner__lot *l = &a->lot[lot];

        own = least(l->left, points);
        excused = least(l->expired - l->excused, points - own);
        l->left -= own;
        l->excused += excused;
        if (l->pending) a->pending -= own;
        else a->usable -= own;
        if (own > 0) concern(concerned, l);
    }
    *left = points - excused;
    return take_or_owe(t, points - own - excused, source, concerned);
}

partner_status partner__expire(partner__turn *t, partner__lot *lot)
{
    partner__account *a = t->a;
    int64_t points = lot->left;
    partner__entry e;

    a->usable -= points;
    lot->expired += points;
    if (!partner__plus(a->lapsed, points, &a->lapsed)) return partner__too_many(t, lot->source);
    if (partner__quiet(t)) {
        lot->left = 0;
        partner__wide_add(&t->book->sums->expired, points);
        return PARTNER_OK;
    }
    e = partner__entry_of(PARTNER_ENTRY_EXPIRY, lot->event, lot->source);
    e.points = e.moved = -points;
    e.lot_expiry = lot->expiry;
    e.basis = lot->day;
    lot->left = 0;
    return partner__emit(t, &e);
}

/* --- redemptions --- */

static int may_redeem(const partner__turn *t, int64_t points)
{
    return points > 0 && points >= t->plan->redeem_minimum && points % t->plan->redeem_step == 0 &&
           points <= t->a->usable - t->a->debt;
}

partner_status partner__redeem(partner__turn *t)
{
    partner__account *a = t->a;
    partner__past *past = &a->past[t->past];
    partner__entry e = partner__entry_of(PARTNER_ENTRY_REDEMPTION, t->id, PARTNER_NONE);
    partner__concerned concerned = {0, 0};
    int64_t points = t->row->quantity, rest = points;
    partner_status status;

    e.basis = partner__account_balance(a);
    if (!may_redeem(t, points)) {
        e.kind = PARTNER_ENTRY_REJECTED;
        e.whole = points;
        return partner__emit(t, &e);
    }
    past->flags |= PARTNER__EVENT_ACCEPTED;
    past->first = a->draws;
    status = take_usable(t, &rest, &concerned, t->book->keep);
    if (status != PARTNER_OK) return status;
    past->count = a->draws - past->first;
    if (!partner__plus(a->spent, points, &a->spent)) return partner__too_many(t, PARTNER_NONE);
    e.points = e.moved = -points;
    e.lot_expiry = expiry_of(&concerned);
    return partner__emit(t, &e);
}

/* The entry says what comes back in all; then a debt is filled, from what expires last on. */
static partner_status give_back(partner__turn *t, const partner__past *original)
{
    partner__account *a = t->a;
    partner__draw *draw = &a->draw[original->first];
    partner__entry e = partner__entry_of(PARTNER_ENTRY_REVERSAL, t->id, PARTNER_NONE);
    partner__concerned concerned = {0, 0};
    int64_t points = 0;
    partner_status status;

    for (uint32_t i = 0; i < original->count; i++) {
        points += draw[i].points;
        concern(&concerned, &a->lot[draw[i].lot]);
    }
    if (points > INT64_MAX - a->usable - a->pending) return partner__too_many(t, PARTNER_NONE);
    for (uint32_t i = 0; i < original->count; i++) {
        a->lot[draw[i].lot].left += draw[i].points;
        if (draw[i].lot < a->open) a->open = draw[i].lot;
    }
    a->usable += points;
    a->spent -= points;
    e.reverses = original->id;
    e.points = e.moved = e.held = points;
    e.lot_expiry = expiry_of(&concerned);
    status = partner__emit(t, &e);
    for (uint32_t i = original->count; i-- > 0;) partner__fill_debt(a, &a->lot[draw[i].lot]);
    return status;
}

partner_status partner__unredeem(partner__turn *t, uint32_t original)
{
    partner__account *a = t->a;
    partner__past *past = &a->past[original];
    partner_status status;

    if ((past->flags & PARTNER__EVENT_ACCEPTED) == 0 || (past->flags & PARTNER__EVENT_UNDONE) != 0)
        return PARTNER_OK;
    past->flags |= PARTNER__EVENT_UNDONE;
    status = give_back(t, past);
    for (uint32_t i = 0; i < past->count && status == PARTNER_OK; i++) {
        partner__lot *lot = &a->lot[a->draw[past->first + i].lot];

        if (lot->left > 0 && lot->expiry != PARTNER_NO_DAY && lot->expiry <= a->settled)
            status = partner__expire(t, lot);
    }
    return status;
}

/* --- adjustments --- */

static partner_status adjust_up(partner__turn *t, partner__entry *e)
{
    partner__account *a = t->a;
    partner_status status;
    uint32_t lot = PARTNER_NONE;

    if (!t->plan->adjust_reward) return PARTNER_OK;
    status = partner__lot_add(t, PARTNER_NONE, e->points, 0, &lot);
    if (status != PARTNER_OK) return status;
    e->moved = e->points;
    e->lot_expiry = a->lot[lot].expiry;
    return partner__plus(a->earned, e->points, &a->earned) ? PARTNER_OK : partner__too_many(t, PARTNER_NONE);
}

static partner_status adjust_down(partner__turn *t, partner__entry *e)
{
    partner__concerned concerned = {0, 0};
    partner_status status;

    if (!t->plan->adjust_reward) return PARTNER_OK;
    if (e->points < -INT64_MAX) return partner__too_many(t, PARTNER_NONE);
    status = take_or_owe(t, -e->points, PARTNER_NONE, &concerned);
    e->moved = e->points;
    e->lot_expiry = expiry_of(&concerned);
    return status;
}

partner_status partner__adjust(partner__turn *t)
{
    partner__entry e = partner__entry_of(PARTNER_ENTRY_ADJUSTMENT, t->id, PARTNER_NONE);
    partner_status status;

    e.points = e.basis = t->row->quantity;
    if (e.points == 0) return PARTNER_OK;
    status = e.points > 0 ? adjust_up(t, &e) : adjust_down(t, &e);
    if (status == PARTNER_OK && t->plan->adjust_tier)
        status = partner__month_add(t, t->a->cal.month, 0, e.points, PARTNER_NONE);
    return status == PARTNER_OK ? partner__emit(t, &e) : status;
}
