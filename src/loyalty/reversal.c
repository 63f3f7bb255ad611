/* SPDX-License-Identifier: MIT
 * Taking an earlier event back, in part or wholly: the partner keeps of every grant what the rest of the amount
 * would have earned. */
#include <inttypes.h>

#include "../base/error.h"
#include "divide.h"
#include "engine.h"
#include "events.h"

/* The event that is taken back. A = amount; R = reversed goes from one value to the next. */
typedef struct original {
    uint32_t number;
    int64_t amount, before, after;
    int whole; /* nothing of it is left */
} original;

/* --- which event --- */

static partner_status refuse(const partner__turn *t, uint64_t id, const char *what, const char *expected)
{
    return partner__fail_at(t->error, PARTNER_E_DATA,
                            partner__at("events", "reverses", t->row->row, t->a->partner),
                            "events row %" PRIu64 ": reverses %" PRIu64 ", which is %s, expected %s",
                            t->row->row, id, what, expected);
}

static partner_status find_original(const partner__turn *t, uint32_t *number)
{
    uint64_t id = t->book->events->reverses[t->row->row];
    const partner__past *past;

    *number = partner__account_find(t->a, id);
    if (*number == PARTNER_NONE) return partner__no_original(t->book, t->row, id, t->error);
    past = &t->a->past[*number];
    if (past->flags & PARTNER__EVENT_REVERSAL)
        return refuse(t, id, "a reversal itself", "an event that can be taken back");
    if (past->flags & PARTNER__EVENT_ADJUSTMENT)
        return refuse(t, id, "an adjustment", "another adjustment with the opposite sign");
    if ((past->flags & PARTNER__EVENT_OLD) != 0 || (int64_t)t->row->day - past->day > t->plan->reversible_days)
        return refuse(t, id, "older than the days for which events can be reversed", "a later event");
    return PARTNER_OK;
}

/* --- what is kept --- */

/* Whether anything of a grant is kept when R of the original's amount is reversed: whether k > 0. */
static int keeps(const partner_program_rule *says, int64_t amount, int64_t reversed, int whole)
{
    if (whole) return 0;
    return (says->when & PARTNER_WHEN_AMOUNT_MIN) == 0 || amount - reversed >= says->amount_min;
}

/* G's share of `per` or `each`: round(x · k), at most G. */
static partner_status kept_share(const partner__turn *t, const original *o, const partner__grant *g,
                                 int64_t *kept)
{
    const partner__plan_rule *rule = &t->plan->rule[g->rule];
    const partner__past *past = &t->a->past[o->number];
    uint64_t rest = (uint64_t)(o->amount - o->after);
    partner__u128 above = rule->rate[past->level].above, under = rule->below;

    if (rule->says->each && (!partner__u128_times(above, (uint64_t)past->quantity, &above) ||
                             !partner__u128_times(under, (uint64_t)o->amount, &under)))
        return partner__too_many(t, g->rule);
    if (!partner__u128_times(above, rest, &above) || !partner__rounded(above, under, rule->says->round, kept))
        return partner__too_many(t, g->rule);
    if (*kept > g->granted) *kept = g->granted;
    return PARTNER_OK;
}

/* How many points of a grant (without carry) are taken back. */
static partner_status find_taken(const partner__turn *t, const original *o, const partner__grant *g,
                                 int64_t *taken)
{
    const partner_program_rule *says = t->plan->rule[g->rule].says;
    int64_t kept = g->granted;
    partner_status status = PARTNER_OK;

    if (!keeps(says, o->amount, o->after, o->whole)) kept = 0;
    else if (says->per > 0 || says->each) status = kept_share(t, o, g, &kept);
    *taken = g->held > kept ? g->held - kept : 0;
    return status;
}

int partner__effective(const partner__plan *plan, const partner__past *past, const partner__grant *g,
                       int64_t reversed, int whole, partner__u128 *x)
{
    const partner__plan_rule *rule = &plan->rule[g->rule];
    partner__u128 above = rule->rate[past->level].above, refused, share;

    *x = partner__u128_from(0);
    if (!keeps(rule->says, past->amount, reversed, whole)) return 1;
    if (!partner__u128_times(above, (uint64_t)past->amount, x) ||
        !partner__u128_times(above, (uint64_t)(past->amount - reversed), &share) ||
        !partner__u128_times(rule->below, (uint64_t)g->refused, &refused))
        return 0;
    *x = partner__u128_less(*x, refused) ? partner__u128_from(0) : partner__u128_sub(*x, refused);
    if (partner__u128_less(share, *x)) *x = share;
    return 1;
}

/* Takes a fraction off S. */
static int lower_sum(partner__counter *counter, partner__u128 fall, partner__u128 below)
{
    partner__u128 left, points;

    if (!partner__u128_less(counter->rest, fall)) {
        counter->rest = partner__u128_sub(counter->rest, fall);
        return 1;
    }
    fall = partner__u128_sub(fall, counter->rest);
    points = partner__u128_divide(fall, below, &left);
    counter->rest = partner__u128_from(0);
    if (!partner__u128_is_zero(left)) {
        points = partner__u128_add(points, partner__u128_from(1));
        counter->rest = partner__u128_sub(below, left);
    }
    return partner__u128_high(points) == 0 && partner__u128_low(points) <= INT64_MAX &&
           partner__minus(counter->whole, (int64_t)partner__u128_low(points), &counter->whole);
}

/* S falls by what the effective x falls; N has to follow where S passes below it. */
static partner_status carry_back(partner__turn *t, const original *o, const partner__grant *g, int64_t *taken)
{
    const partner__plan_rule *rule = &t->plan->rule[g->rule];
    const partner__past *past = &t->a->past[o->number];
    partner__counter *counter = &t->a->counter[rule->counter];
    int64_t before = counter->whole;
    partner__u128 was, is;

    if (!partner__effective(t->plan, past, g, o->before, 0, &was) ||
        !partner__effective(t->plan, past, g, o->after, o->whole, &is) ||
        !lower_sum(counter, partner__u128_sub(was, is), rule->below))
        return partner__too_many(t, g->rule);
    *taken = (before > 0 ? before : 0) - (counter->whole > 0 ? counter->whole : 0);
    return PARTNER_OK;
}

/* --- taking back --- */

/* Room that a grant had filled. */
static void give_room(partner__account *a, uint8_t per, int32_t day, int64_t points, int64_t *used,
                      int32_t period)
{
    if (per == PARTNER_CAP_NONE || per == PARTNER_CAP_EVENT || partner__period(a, per, day) != period) return;
    *used -= points < *used ? points : *used;
}

/* What an entry needs to know of all that was taken. */
typedef struct taking {
    partner__concerned concerned;
    int64_t points, left;
} taking;

static partner_status take_from(partner__turn *t, partner__grant *g, int64_t points, taking *all)
{
    partner__account *a = t->a;
    const partner__plan_rule *rule = &t->plan->rule[g->rule];
    const partner__past *past = &a->past[g->event];
    int64_t left = points;
    partner_status status = PARTNER_OK;

    if (points == 0) return PARTNER_OK;
    if (rule->reward) status = partner__take_back(t, g->lot, points, g->rule, &all->concerned, &left);
    if (status == PARTNER_OK && rule->tier)
        status = partner__month_add(t, partner__month_of_event(a, t->plan, past->day), 0, -points, g->rule);
    if (status != PARTNER_OK) return status;
    g->held -= points;
    if (rule->counter != PARTNER_NONE) {
        partner__counter *counter = &a->counter[rule->counter];

        give_room(a, rule->says->cap_per, past->day, points, &counter->used, counter->period);
    }
    give_room(a, t->plan->program.cap_per, past->day, points, &a->cap_used, a->cap_period);
    if (rule->reward) a->earned -= left;
    all->points += points;
    all->left += left;
    return PARTNER_OK;
}

/* From the original's grant first, then from the rule's other grants, latest first. */
static partner_status take_points(partner__turn *t, uint32_t number, int64_t points, taking *all)
{
    partner__account *a = t->a;
    uint32_t rule = a->grant[number].rule;
    int64_t own = points < a->grant[number].held ? points : a->grant[number].held;
    partner_status status = take_from(t, &a->grant[number], own, all);

    points -= own;
    for (uint32_t i = a->grants; i-- > 0 && points > 0 && status == PARTNER_OK;) {
        partner__grant *g = &a->grant[i];
        int64_t part = g->held < points ? g->held : points;

        if (g->rule != rule || i == number) continue;
        status = take_from(t, g, part, all);
        points -= part;
    }
    return status;
}

/* `first` is free again when nothing is left of the grant, unless points of it had expired. */
static void free_first(partner__turn *t, const original *o, partner__grant *g)
{
    const partner__plan_rule *rule = &t->plan->rule[g->rule];

    if (!g->first || keeps(rule->says, o->amount, o->after, o->whole)) return;
    if (g->lot != PARTNER_NONE && t->a->lot[g->lot].expired > 0) return;
    g->first = 0;
    t->a->counter[rule->counter].first = 0;
}

static partner_status reverse_grant(partner__turn *t, const original *o, uint32_t number)
{
    partner__grant *g = &t->a->grant[number];
    const partner__plan_rule *rule = &t->plan->rule[g->rule];
    partner__entry e = partner__entry_of(PARTNER_ENTRY_REVERSAL, t->id, g->rule);
    taking all = {{0, PARTNER_NO_DAY}, 0, 0};
    int64_t taken = 0;
    partner_status status = rule->says->carry ? carry_back(t, o, g, &taken) : find_taken(t, o, g, &taken);

    e.held = g->held;
    if (status == PARTNER_OK) free_first(t, o, g);
    if (status == PARTNER_OK && taken > 0) status = take_points(t, number, taken, &all);
    if (status != PARTNER_OK || all.points == 0) return status;
    e.points = -all.left;
    e.moved = rule->reward ? -all.left : 0;
    e.lot_expiry = all.concerned.any ? all.concerned.expiry : PARTNER_NO_DAY;
    e.reverses = t->a->past[o->number].id;
    e.basis = o->whole ? 0 : o->amount - o->after;
    e.whole = o->amount;
    e.carried = all.points;
    return partner__emit(t, &e);
}

/* --- the whole of it --- */

/* How far the reversal goes; 0 = there is nothing left to take back. */
static int measure(const partner__turn *t, original *o)
{
    const partner__past *past = &t->a->past[o->number];
    uint64_t asked = partner__magnitude(t->row->amount);

    o->amount = past->amount;
    o->before = o->after = past->reversed;
    o->whole = 1;
    if (past->flags & PARTNER__EVENT_UNDONE) return 0;
    if (o->amount <= 0) return 1;
    if (asked == 0 || asked >= (uint64_t)(o->amount - o->before)) {
        o->after = o->amount;
    } else {
        o->after = o->before + (int64_t)asked;
        o->whole = 0;
    }
    return 1;
}

/* The sums lose the amount that is taken back, and with the last of it the event. */
static partner_status take_sums_back(partner__turn *t, const original *o, const partner__past *past,
                                     int *challenges)
{
    int counted = o->whole && (past->flags & PARTNER__EVENT_CREDIT) == 0;
    int64_t amount = o->amount > 0 ? o->after - o->before : o->amount;
    const partner__measured sums = {past->day, {0, -counted, -amount, counted ? -past->quantity : 0}};

    *challenges = 0;
    if (past->slot == PARTNER__NO_SLOT) return PARTNER_OK;
    return partner__sum_up(t, &t->plan->kind[past->slot], &sums, challenges);
}

static partner_status take_back(partner__turn *t, const original *o)
{
    partner__account *a = t->a;
    partner__past *past = &a->past[o->number];
    partner__support before = partner__supported(a, t->plan);
    int challenges = 0;
    partner_status status = PARTNER_OK;

    for (uint32_t i = 0; i < past->count && status == PARTNER_OK; i++)
        status = reverse_grant(t, o, past->first + i);
    past->reversed = o->after;
    if (o->whole) past->flags |= PARTNER__EVENT_UNDONE;
    if (status == PARTNER_OK) status = take_sums_back(t, o, past, &challenges);
    if (status == PARTNER_OK && challenges) status = partner__challenges(t, o->number, 0);
    if (status == PARTNER_OK) status = partner__lower(t, &before);
    return status;
}

partner_status partner__reverse(partner__turn *t)
{
    original o;
    partner_status status = find_original(t, &o.number);

    if (status == PARTNER_OK) status = partner__note_event(t, PARTNER__EVENT_REVERSAL);
    if (status != PARTNER_OK) return status;
    if (t->a->past[o.number].flags & PARTNER__EVENT_REDEMPTION) return partner__unredeem(t, o.number);
    return measure(t, &o) ? take_back(t, &o) : PARTNER_OK;
}
