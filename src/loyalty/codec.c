/* SPDX-License-Identifier: MIT
 * An account's bytes: flags and sums; counters and challenges; the events that can still be reversed, each with
 * its grants or draws; lots; bonuses; months. Ids, days and numbers of lots are differences to what came
 * before. A lot that a grant points to takes its event, rule and day from there; whether a lot is pending and
 * when it expires follows from its day and the program. */
#include "codec_form.h"

int partner__account_blank(const partner__account *a)
{
    return a->began == PARTNER_NO_DAY && a->now.level == 0 && a->now.until == PARTNER_NO_DAY;
}

/* Packing */

static void pack_day(partner__writer *w, int32_t day, int32_t near) { partner__pack_i(w, (int64_t)day - near); }

static void pack_held(partner__writer *w, partner__held held, int32_t near)
{
    int limited = held.until != PARTNER_NO_DAY;

    partner__pack_u(w, (uint64_t)held.level << 1 | (limited ? 1 : 0));
    if (limited) pack_day(w, held.until, near);
}

static int same_held(partner__held a, partner__held b) { return a.level == b.level && a.until == b.until; }

static void pack_used(partner__writer *w, int64_t used, int32_t period)
{
    partner__pack_u(w, (uint64_t)used);
    partner__pack_i(w, period);
}

static void pack_sums(const partner__account *a, partner__writer *w)
{
    uint64_t flags = BEGAN;

    if (a->failed != 0) flags |= FAILED;
    if (!same_held(a->year, a->now)) flags |= YEAR_DIFFERS;
    if (!same_held(a->last, a->year)) flags |= LAST_DIFFERS;
    if (a->debt != 0) flags |= DEBT;
    if (a->cap_used != 0) flags |= CAP_USED;
    partner__pack_u(w, flags);
    partner__pack_i(w, a->began);
    partner__pack_u(w, (uint64_t)((int64_t)a->settled - a->began));
    if (flags & FAILED) partner__pack_u(w, a->failed);
    pack_held(w, a->now, a->settled);
    if (flags & YEAR_DIFFERS) pack_held(w, a->year, a->settled);
    if (flags & LAST_DIFFERS) pack_held(w, a->last, a->settled);
    if (flags & DEBT) partner__pack_u(w, (uint64_t)a->debt);
    partner__pack_u(w, (uint64_t)a->earned);
    partner__pack_u(w, (uint64_t)a->spent);
    partner__pack_u(w, (uint64_t)a->lapsed);
    if (flags & CAP_USED) pack_used(w, a->cap_used, a->cap_period);
}

static void pack_counter(const partner__counter *c, partner__writer *w)
{
    uint64_t low = partner__u128_low(c->rest), high = partner__u128_high(c->rest), flags = 0;

    if ((low | high) != 0) flags |= REST;
    if (high != 0) flags |= REST_HIGH;
    if (c->whole != 0) flags |= WHOLE;
    if (c->used != 0) flags |= USED;
    if (c->first) flags |= FIRST;
    partner__pack_u(w, flags);
    if (flags & REST) partner__pack_u(w, low);
    if (flags & REST_HIGH) partner__pack_u(w, high);
    if (flags & WHOLE) partner__pack_i(w, c->whole);
    if (flags & USED) pack_used(w, c->used, c->period);
}

static void pack_grants(const partner__account *a, const partner__past *past, partner__writer *w)
{
    uint32_t next = 0;

    for (uint32_t i = past->first; i < past->first + past->count; i++) {
        const partner__grant *g = &a->grant[i];
        uint64_t flags = (g->lot != PARTNER_NONE ? WITH_LOT : 0) | (g->first ? USES_FIRST : 0);

        if (g->held != g->granted) flags |= TAKEN_BACK;
        if (g->refused != 0) flags |= REFUSED;
        partner__pack_u(w, (uint64_t)(g->rule - next) << GRANT_BITS | flags);
        partner__pack_u(w, (uint64_t)g->granted);
        if (flags & TAKEN_BACK) partner__pack_u(w, (uint64_t)(g->granted - g->held));
        if (flags & REFUSED) partner__pack_u(w, (uint64_t)g->refused);
        next = g->rule + 1;
    }
}

static void pack_draws(const partner__account *a, const partner__past *past, partner__writer *w)
{
    uint32_t next = 0;

    for (uint32_t i = past->first; i < past->first + past->count; i++) {
        partner__pack_u(w, a->draw[i].lot - next);
        partner__pack_u(w, (uint64_t)a->draw[i].points);
        next = a->draw[i].lot + 1;
    }
}

static void pack_past(const partner__account *a, const partner__past *past, partner__writer *w)
{
    uint64_t flags = 0;

    if (past->flags != 0) flags |= FLAGS;
    if (past->amount != 0) flags |= AMOUNT;
    if (past->reversed != 0) flags |= REVERSED;
    if (past->quantity != partner__usual_quantity(past->flags)) flags |= QUANTITY;
    if (past->level != 0) flags |= LEVEL;
    if (past->count != 0) flags |= PARTS;
    partner__pack_u(w, flags);
    if (flags & FLAGS) partner__pack_u(w, past->flags);
    partner__pack_u(w, past->slot == PARTNER__NO_SLOT ? 0 : (uint64_t)past->slot + 1);
    if (flags & AMOUNT) partner__pack_i(w, past->amount);
    if (flags & REVERSED) partner__pack_u(w, (uint64_t)past->reversed);
    if (flags & QUANTITY) partner__pack_i(w, past->quantity);
    if (flags & LEVEL) partner__pack_u(w, past->level);
    if ((flags & PARTS) == 0) return;
    partner__pack_u(w, past->count);
    if (past->flags & PARTNER__EVENT_REDEMPTION) pack_draws(a, past, w);
    else pack_grants(a, past, w);
}

static void pack_pasts(const partner__account *a, partner__writer *w)
{
    uint64_t id = 0;
    int32_t day = a->began;

    partner__pack_u(w, a->pasts);
    for (uint32_t i = 0; i < a->pasts; i++) {
        const partner__past *past = &a->past[i];

        partner__pack_i(w, (int64_t)(past->id - id));
        partner__pack_u(w, (uint64_t)((int64_t)past->day - day));
        pack_past(a, past, w);
        id = past->id;
        day = past->day;
    }
}

static void pack_lots(const partner__account *a, partner__writer *w)
{
    uint32_t grant = partner__next_with_lot(a, 0);
    uint64_t id = 0;
    int32_t day = a->began;

    for (uint32_t i = 0; i < a->lots; i++) {
        const partner__lot *lot = &a->lot[i];
        int of_grant = grant < a->grants && a->grant[grant].lot == i;
        uint64_t flags = of_grant ? OF_GRANT : 0;

        if (lot->left != 0) flags |= LEFT;
        if (lot->expired != 0) flags |= EXPIRED;
        if (lot->excused != 0) flags |= EXCUSED;
        partner__pack_u(w, flags);
        if (of_grant) grant = partner__next_with_lot(a, grant + 1);
        else {
            partner__pack_i(w, (int64_t)(lot->event - id));
            partner__pack_u(w, lot->source == PARTNER_NONE ? 0 : (uint64_t)lot->source + 1);
            partner__pack_u(w, (uint64_t)((int64_t)lot->day - day));
        }
        if (flags & LEFT) partner__pack_u(w, (uint64_t)lot->left);
        if (flags & EXPIRED) partner__pack_u(w, (uint64_t)lot->expired);
        if (flags & EXCUSED) partner__pack_u(w, (uint64_t)lot->excused);
        id = lot->event;
        day = lot->day;
    }
}

/* Months come in runs without gaps, each with its distance from the one before. */
static void pack_months(const partner__account *a, uint32_t meters, partner__writer *w)
{
    int32_t next = partner__month(a->began);
    size_t width = 1 + (size_t)meters;

    partner__pack_u(w, a->months);
    for (uint32_t i = 0, end; i < a->months; i = end) {
        for (end = i + 1; end < a->months && a->month[end] == a->month[end - 1] + 1; end++) {
        }
        partner__pack_u(w, (uint64_t)((int64_t)a->month[i] - next));
        partner__pack_u(w, end - i);
        for (size_t k = i * width; k < end * width; k++) partner__pack_i(w, a->sum[k]);
        next = a->month[end - 1] + 1;
    }
}

void partner__account_pack(const partner__account *a, const partner__plan *plan, partner__writer *w)
{
    if (a->began == PARTNER_NO_DAY) {
        partner__pack_u(w, 0);
        pack_held(w, a->now, 0);
        return;
    }
    pack_sums(a, w);
    for (uint32_t i = 0; i < plan->counters; i++) pack_counter(&a->counter[i], w);
    for (uint32_t i = 0; i < plan->challenges; i++) partner__pack_i(w, a->progress[i].sum);
    partner__pack_u(w, a->lots);
    pack_pasts(a, w);
    pack_lots(a, w);
    partner__pack_u(w, a->bonuses);
    for (uint32_t i = 0; i < a->bonuses; i++) {
        partner__pack_u(w, a->bonus[i].challenge);
        partner__pack_u(w, a->bonus[i].lot == PARTNER_NONE ? 0 : (uint64_t)a->bonus[i].lot + 1);
    }
    pack_months(a, plan->meters, w);
}
