/* SPDX-License-Identifier: MIT
 * An account's bytes: flags and sums; counters and challenges; the events that can still be reversed, each with
 * its grants or draws; lots; bonuses; months. Ids, days and numbers of lots are differences to what came
 * before. A lot that a grant points to takes its event, rule and day from there; whether a lot is pending and
 * when it expires follows from its day and the program. */
#include "../base/memory.h"
#include "codec_form.h"

int partner__account_blank(const partner__account *a)
{
    return a->began == PARTNER_NO_DAY && a->now.level == 0 && a->now.until == PARTNER_NO_DAY;
}

/* Where the numbers are written: each step makes sure of the bytes that it may need, then writes them one after
 * the other. */
typedef struct packing {
    uint8_t *at, *end;
    partner__writer *w;
} packing;

enum { A_NUMBER = PARTNER__PACKED_ROOM, SOME_NUMBERS = 16 * PARTNER__PACKED_ROOM };

static void begin(packing *p, partner__writer *w)
{
    p->w = w;
    p->at = w->bytes == NULL ? NULL : w->bytes + w->length;
    p->end = w->bytes == NULL ? NULL : w->bytes + w->room;
}

static void finish(packing *p)
{
    if (!p->w->failed && p->w->bytes != NULL) p->w->length = (size_t)(p->at - p->w->bytes);
}

/* 0 = there is no memory, and the writer says so. */
static int ensure(packing *p, size_t bytes)
{
    partner__writer *w = p->w;
    size_t room = w->room < SIZE_MAX / 2 - bytes ? w->room * 2 + bytes : 0;
    uint8_t *grown;

    if ((size_t)(p->end - p->at) >= bytes) return !w->failed;
    finish(p);
    grown = w->failed || room == 0 ? NULL : partner__realloc(w->bytes, room, 1);
    if (grown == NULL) {
        w->failed = 1;
        return 0;
    }
    w->bytes = grown;
    w->room = room;
    begin(p, w);
    return 1;
}

static void put(packing *p, uint64_t value) { p->at += partner__pack(p->at, value); }
static void put_signed(packing *p, int64_t value) { put(p, partner__zigzag(value)); }

static void pack_day(packing *p, int32_t day, int32_t near) { put_signed(p, (int64_t)day - near); }

static void pack_held(packing *p, partner__held held, int32_t near)
{
    int limited = held.until != PARTNER_NO_DAY;

    put(p, (uint64_t)held.level << 1 | (limited ? 1 : 0));
    if (limited) pack_day(p, held.until, near);
}

static int same_held(partner__held a, partner__held b) { return a.level == b.level && a.until == b.until; }

static void pack_used(packing *p, int64_t used, int32_t period)
{
    put(p, (uint64_t)used);
    put_signed(p, period);
}

static void pack_sums(const partner__account *a, packing *p)
{
    uint64_t flags = BEGAN;

    if (!ensure(p, SOME_NUMBERS)) return;
    if (a->failed != 0) flags |= FAILED;
    if (!same_held(a->year, a->now)) flags |= YEAR_DIFFERS;
    if (!same_held(a->last, a->year)) flags |= LAST_DIFFERS;
    if (a->debt != 0) flags |= DEBT;
    if (a->cap_used != 0) flags |= CAP_USED;
    put(p, flags);
    put_signed(p, a->began);
    put(p, (uint64_t)((int64_t)a->settled - a->began));
    if (flags & FAILED) put(p, a->failed);
    pack_held(p, a->now, a->settled);
    if (flags & YEAR_DIFFERS) pack_held(p, a->year, a->settled);
    if (flags & LAST_DIFFERS) pack_held(p, a->last, a->settled);
    if (flags & DEBT) put(p, (uint64_t)a->debt);
    put(p, (uint64_t)a->earned);
    put(p, (uint64_t)a->spent);
    put(p, (uint64_t)a->lapsed);
    if (flags & CAP_USED) pack_used(p, a->cap_used, a->cap_period);
}

static void pack_counter(const partner__counter *c, packing *p)
{
    uint64_t low = partner__u128_low(c->rest), high = partner__u128_high(c->rest), flags = 0;

    if (!ensure(p, SOME_NUMBERS)) return;
    if ((low | high) != 0) flags |= REST;
    if (high != 0) flags |= REST_HIGH;
    if (c->whole != 0) flags |= WHOLE;
    if (c->used != 0) flags |= USED;
    if (c->first) flags |= FIRST;
    put(p, flags);
    if (flags & REST) put(p, low);
    if (flags & REST_HIGH) put(p, high);
    if (flags & WHOLE) put_signed(p, c->whole);
    if (flags & USED) pack_used(p, c->used, c->period);
}

static void pack_grants(const partner__account *a, const partner__past *past, packing *p)
{
    uint32_t next = 0;

    for (uint32_t i = past->first; i < past->first + past->count; i++) {
        const partner__grant *g = &a->grant[i];
        uint64_t flags = (g->lot != PARTNER_NONE ? WITH_LOT : 0) | (g->first ? USES_FIRST : 0);

        if (!ensure(p, SOME_NUMBERS)) return;
        if (g->held != g->granted) flags |= TAKEN_BACK;
        if (g->refused != 0) flags |= REFUSED;
        put(p, (uint64_t)(g->rule - next) << GRANT_BITS | flags);
        put(p, (uint64_t)g->granted);
        if (flags & TAKEN_BACK) put(p, (uint64_t)(g->granted - g->held));
        if (flags & REFUSED) put(p, (uint64_t)g->refused);
        next = g->rule + 1;
    }
}

static void pack_draws(const partner__account *a, const partner__past *past, packing *p)
{
    uint32_t next = 0;

    for (uint32_t i = past->first; i < past->first + past->count; i++) {
        if (!ensure(p, SOME_NUMBERS)) return;
        put(p, a->draw[i].lot - next);
        put(p, (uint64_t)a->draw[i].points);
        next = a->draw[i].lot + 1;
    }
}

static void pack_past(const partner__account *a, const partner__past *past, packing *p)
{
    uint64_t flags = 0;

    if (past->flags != 0) flags |= FLAGS;
    if (past->amount != 0) flags |= AMOUNT;
    if (past->reversed != 0) flags |= REVERSED;
    if (past->quantity != partner__usual_quantity(past->flags)) flags |= QUANTITY;
    if (past->level != 0) flags |= LEVEL;
    if (past->count != 0) flags |= PARTS;
    put(p, flags);
    if (flags & FLAGS) put(p, past->flags);
    put(p, past->slot == PARTNER__NO_SLOT ? 0 : (uint64_t)past->slot + 1);
    if (flags & AMOUNT) put_signed(p, past->amount);
    if (flags & REVERSED) put(p, (uint64_t)past->reversed);
    if (flags & QUANTITY) put_signed(p, past->quantity);
    if (flags & LEVEL) put(p, past->level);
    if ((flags & PARTS) == 0) return;
    put(p, past->count);
    if (past->flags & PARTNER__EVENT_REDEMPTION) pack_draws(a, past, p);
    else pack_grants(a, past, p);
}

static void pack_pasts(const partner__account *a, packing *p)
{
    uint64_t id = 0;
    int32_t day = a->began;

    if (!ensure(p, A_NUMBER)) return;
    put(p, a->pasts);
    for (uint32_t i = 0; i < a->pasts; i++) {
        const partner__past *past = &a->past[i];

        if (!ensure(p, SOME_NUMBERS)) return;
        put_signed(p, (int64_t)(past->id - id));
        put(p, (uint64_t)((int64_t)past->day - day));
        pack_past(a, past, p);
        id = past->id;
        day = past->day;
    }
}

static void pack_lots(const partner__account *a, packing *p)
{
    uint32_t grant = partner__next_with_lot(a, 0);
    uint64_t id = 0;
    int32_t day = a->began;

    for (uint32_t i = 0; i < a->lots; i++) {
        const partner__lot *lot = &a->lot[i];
        int of_grant = grant < a->grants && a->grant[grant].lot == i;
        uint64_t flags = of_grant ? OF_GRANT : 0;

        if (!ensure(p, SOME_NUMBERS)) return;
        if (lot->left != 0) flags |= LEFT;
        if (lot->expired != 0) flags |= EXPIRED;
        if (lot->excused != 0) flags |= EXCUSED;
        put(p, flags);
        if (of_grant) grant = partner__next_with_lot(a, grant + 1);
        else {
            put_signed(p, (int64_t)(lot->event - id));
            put(p, lot->source == PARTNER_NONE ? 0 : (uint64_t)lot->source + 1);
            put(p, (uint64_t)((int64_t)lot->day - day));
        }
        if (flags & LEFT) put(p, (uint64_t)lot->left);
        if (flags & EXPIRED) put(p, (uint64_t)lot->expired);
        if (flags & EXCUSED) put(p, (uint64_t)lot->excused);
        id = lot->event;
        day = lot->day;
    }
}

/* Months come in runs without gaps, each with its distance from the one before. */
static void pack_months(const partner__account *a, uint32_t meters, packing *p)
{
    int32_t next = partner__month(a->began);
    size_t width = 1 + (size_t)meters;

    if (!ensure(p, A_NUMBER)) return;
    put(p, a->months);
    for (uint32_t i = 0, end; i < a->months; i = end) {
        for (end = i + 1; end < a->months && a->month[end] == a->month[end - 1] + 1; end++) {
        }
        if (!ensure(p, SOME_NUMBERS)) return;
        put(p, (uint64_t)((int64_t)a->month[i] - next));
        put(p, end - i);
        for (size_t k = i * width; k < end * width && ensure(p, A_NUMBER); k++) put_signed(p, a->sum[k]);
        next = a->month[end - 1] + 1;
    }
}

static void pack_bonuses(const partner__account *a, packing *p)
{
    if (!ensure(p, A_NUMBER)) return;
    put(p, a->bonuses);
    for (uint32_t i = 0; i < a->bonuses && ensure(p, SOME_NUMBERS); i++) {
        put(p, a->bonus[i].challenge);
        put(p, a->bonus[i].lot == PARTNER_NONE ? 0 : (uint64_t)a->bonus[i].lot + 1);
    }
}

static void pack_beginning(const partner__account *a, packing *p)
{
    if (!ensure(p, SOME_NUMBERS)) return;
    put(p, 0);
    pack_held(p, a->now, 0);
}

static void pack_history(const partner__account *a, const partner__plan *plan, packing *p)
{
    pack_sums(a, p);
    for (uint32_t i = 0; i < plan->counters; i++) pack_counter(&a->counter[i], p);
    for (uint32_t i = 0; i < plan->challenges && ensure(p, A_NUMBER); i++) put_signed(p, a->progress[i].sum);
    if (ensure(p, A_NUMBER)) put(p, a->lots);
    pack_pasts(a, p);
    pack_lots(a, p);
    pack_bonuses(a, p);
    pack_months(a, plan->meters, p);
}

void partner__account_pack(const partner__account *a, const partner__plan *plan, partner__writer *w)
{
    packing p;

    begin(&p, w);
    if (a->began == PARTNER_NO_DAY) pack_beginning(a, &p);
    else pack_history(a, plan, &p);
    finish(&p);
}
