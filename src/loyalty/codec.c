/* SPDX-License-Identifier: MIT
 * An account's bytes: flags and sums; counters and challenges; the events that can still be reversed, each with
 * its grants or draws; lots; bonuses; months. Ids, days and numbers of lots are differences to what came
 * before. A lot that a grant points to takes its event, rule and day from there; whether a lot is pending and
 * when it expires follows from its day and the program.
 *
 * Room for the longest form is made first, so that the numbers are written one after the other without asking.
 */
#include "../base/memory.h"
#include "codec_form.h"

/* The most numbers of each part. */
enum {
    OF_ACCOUNT = 32,
    OF_COUNTER = 6,
    OF_PAST = 10,
    OF_GRANT_ITSELF = 4,
    OF_DRAW = 2,
    OF_LOT = 7,
    OF_BONUS = 2,
    OF_MONTH = 3 /* beside the meters */
};

int partner__account_blank(const partner__account *a)
{
    return a->began == PARTNER_NO_DAY && a->now.level == 0 && a->now.until == PARTNER_NO_DAY;
}

/* Makes room; 0 = there is no memory, and the writer says so. */
static int make_room(const partner__account *a, const partner__plan *plan, partner__writer *w)
{
    uint64_t numbers = OF_ACCOUNT + (uint64_t)plan->counters * OF_COUNTER + plan->challenges;
    uint8_t *grown;

    numbers += (uint64_t)a->pasts * OF_PAST + (uint64_t)a->grants * OF_GRANT_ITSELF;
    numbers += (uint64_t)a->draws * OF_DRAW + (uint64_t)a->lots * OF_LOT + (uint64_t)a->bonuses * OF_BONUS;
    numbers += (uint64_t)a->months * (OF_MONTH + (uint64_t)plan->meters);
    if (w->failed || numbers <= (w->room - w->length) / PARTNER__PACKED_ROOM) return !w->failed;
    grown = numbers > (SIZE_MAX - w->length) / PARTNER__PACKED_ROOM / 2
                ? NULL
                : partner__realloc(w->bytes, w->length + (size_t)numbers * PARTNER__PACKED_ROOM * 3 / 2, 1);
    if (grown == NULL) {
        w->failed = 1;
        return 0;
    }
    w->bytes = grown;
    w->room = w->length + (size_t)numbers * PARTNER__PACKED_ROOM * 3 / 2;
    return 1;
}

/* Each of these writes at `at` and gives where the next number goes. */

static inline uint8_t *put(uint8_t *at, uint64_t value) { return at + partner__pack(at, value); }
static inline uint8_t *put_signed(uint8_t *at, int64_t value) { return put(at, partner__zigzag(value)); }

static uint8_t *put_held(uint8_t *at, partner__held held, int32_t near)
{
    int limited = held.until != PARTNER_NO_DAY;

    at = put(at, (uint64_t)held.level << 1 | (limited ? 1 : 0));
    return limited ? put_signed(at, (int64_t)held.until - near) : at;
}

static uint8_t *put_used(uint8_t *at, int64_t used, int32_t period)
{
    return put_signed(put(at, (uint64_t)used), period);
}

static int same_held(partner__held a, partner__held b) { return a.level == b.level && a.until == b.until; }

static uint8_t *put_sums(uint8_t *at, const partner__account *a)
{
    uint64_t flags = BEGAN;

    if (a->failed != 0) flags |= FAILED;
    if (!same_held(a->year, a->now)) flags |= YEAR_DIFFERS;
    if (!same_held(a->last, a->year)) flags |= LAST_DIFFERS;
    if (a->debt != 0) flags |= DEBT;
    if (a->cap_used != 0) flags |= CAP_USED;
    at = put(at, flags);
    at = put_signed(at, a->began);
    at = put(at, (uint64_t)((int64_t)a->settled - a->began));
    if (flags & FAILED) at = put(at, a->failed);
    at = put_held(at, a->now, a->settled);
    if (flags & YEAR_DIFFERS) at = put_held(at, a->year, a->settled);
    if (flags & LAST_DIFFERS) at = put_held(at, a->last, a->settled);
    if (flags & DEBT) at = put(at, (uint64_t)a->debt);
    at = put(at, (uint64_t)a->earned);
    at = put(at, (uint64_t)a->spent);
    at = put(at, (uint64_t)a->lapsed);
    return flags & CAP_USED ? put_used(at, a->cap_used, a->cap_period) : at;
}

static uint8_t *put_counter(uint8_t *at, const partner__counter *c)
{
    uint64_t low = partner__u128_low(c->rest), high = partner__u128_high(c->rest), flags = 0;

    if ((low | high) != 0) flags |= REST;
    if (high != 0) flags |= REST_HIGH;
    if (c->whole != 0) flags |= WHOLE;
    if (c->used != 0) flags |= USED;
    if (c->first) flags |= FIRST;
    at = put(at, flags);
    if (flags & REST) at = put(at, low);
    if (flags & REST_HIGH) at = put(at, high);
    if (flags & WHOLE) at = put_signed(at, c->whole);
    return flags & USED ? put_used(at, c->used, c->period) : at;
}

static uint8_t *put_grants(uint8_t *at, const partner__account *a, const partner__past *past)
{
    uint32_t next = 0;

    for (uint32_t i = past->first; i < past->first + past->count; i++) {
        const partner__grant *g = &a->grant[i];
        uint64_t flags = (g->lot != PARTNER_NONE ? WITH_LOT : 0) | (g->first ? USES_FIRST : 0);

        if (g->held != g->granted) flags |= TAKEN_BACK;
        if (g->refused != 0) flags |= REFUSED;
        at = put(at, (uint64_t)(g->rule - next) << GRANT_BITS | flags);
        at = put(at, (uint64_t)g->granted);
        if (flags & TAKEN_BACK) at = put(at, (uint64_t)(g->granted - g->held));
        if (flags & REFUSED) at = put(at, (uint64_t)g->refused);
        next = g->rule + 1;
    }
    return at;
}

static uint8_t *put_draws(uint8_t *at, const partner__account *a, const partner__past *past)
{
    uint32_t next = 0;

    for (uint32_t i = past->first; i < past->first + past->count; i++) {
        at = put(at, a->draw[i].lot - next);
        at = put(at, (uint64_t)a->draw[i].points);
        next = a->draw[i].lot + 1;
    }
    return at;
}

static uint8_t *put_past(uint8_t *at, const partner__account *a, const partner__past *past)
{
    uint64_t flags = 0;

    if (past->flags != 0) flags |= FLAGS;
    if (past->amount != 0) flags |= AMOUNT;
    if (past->reversed != 0) flags |= REVERSED;
    if (past->quantity != partner__usual_quantity(past->flags)) flags |= QUANTITY;
    if (past->level != 0) flags |= LEVEL;
    if (past->count != 0) flags |= PARTS;
    at = put(at, flags);
    if (flags & FLAGS) at = put(at, past->flags);
    at = put(at, past->slot == PARTNER__NO_SLOT ? 0 : (uint64_t)past->slot + 1);
    if (flags & AMOUNT) at = put_signed(at, past->amount);
    if (flags & REVERSED) at = put(at, (uint64_t)past->reversed);
    if (flags & QUANTITY) at = put_signed(at, past->quantity);
    if (flags & LEVEL) at = put(at, past->level);
    if ((flags & PARTS) == 0) return at;
    at = put(at, past->count);
    return past->flags & PARTNER__EVENT_REDEMPTION ? put_draws(at, a, past) : put_grants(at, a, past);
}

static uint8_t *put_pasts(uint8_t *at, const partner__account *a)
{
    uint64_t id = 0;
    int32_t day = a->began;

    at = put(at, a->pasts);
    for (uint32_t i = 0; i < a->pasts; i++) {
        const partner__past *past = &a->past[i];

        at = put_signed(at, (int64_t)(past->id - id));
        at = put(at, (uint64_t)((int64_t)past->day - day));
        at = put_past(at, a, past);
        id = past->id;
        day = past->day;
    }
    return at;
}

static uint8_t *put_lots(uint8_t *at, const partner__account *a)
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
        at = put(at, flags);
        if (of_grant) grant = partner__next_with_lot(a, grant + 1);
        else {
            at = put_signed(at, (int64_t)(lot->event - id));
            at = put(at, lot->source == PARTNER_NONE ? 0 : (uint64_t)lot->source + 1);
            at = put(at, (uint64_t)((int64_t)lot->day - day));
        }
        if (flags & LEFT) at = put(at, (uint64_t)lot->left);
        if (flags & EXPIRED) at = put(at, (uint64_t)lot->expired);
        if (flags & EXCUSED) at = put(at, (uint64_t)lot->excused);
        id = lot->event;
        day = lot->day;
    }
    return at;
}

static uint8_t *put_bonuses(uint8_t *at, const partner__account *a)
{
    at = put(at, a->bonuses);
    for (uint32_t i = 0; i < a->bonuses; i++) {
        at = put(at, a->bonus[i].challenge);
        at = put(at, a->bonus[i].lot == PARTNER_NONE ? 0 : (uint64_t)a->bonus[i].lot + 1);
    }
    return at;
}

/* Months come in runs without gaps, each with its distance from the one before. */
static uint8_t *put_months(uint8_t *at, const partner__account *a, uint32_t meters)
{
    int32_t next = partner__month(a->began);
    size_t width = 1 + (size_t)meters;

    at = put(at, a->months);
    for (uint32_t i = 0, end; i < a->months; i = end) {
        end = i + 1;
        while (end < a->months && a->month[end] == a->month[end - 1] + 1) end++;
        at = put(at, (uint64_t)((int64_t)a->month[i] - next));
        at = put(at, end - i);
        for (size_t k = i * width; k < end * width; k++) at = put_signed(at, a->sum[k]);
        next = a->month[end - 1] + 1;
    }
    return at;
}

static uint8_t *put_history(uint8_t *at, const partner__account *a, const partner__plan *plan)
{
    at = put_sums(at, a);
    for (uint32_t i = 0; i < plan->counters; i++) at = put_counter(at, &a->counter[i]);
    for (uint32_t i = 0; i < plan->challenges; i++) at = put_signed(at, a->progress[i].sum);
    at = put(at, a->lots);
    at = put_pasts(at, a);
    at = put_lots(at, a);
    at = put_bonuses(at, a);
    return put_months(at, a, plan->meters);
}

void partner__account_pack(const partner__account *a, const partner__plan *plan, partner__writer *w)
{
    uint8_t *at;

    if (!make_room(a, plan, w)) return;
    at = w->bytes + w->length;
    if (a->began == PARTNER_NO_DAY) at = put_held(put(at, 0), a->now, 0);
    else at = put_history(at, a, plan);
    w->length = (size_t)(at - w->bytes);
}
