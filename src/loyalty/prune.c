/* SPDX-License-Identifier: MIT
 * What an account can forget. Everything is decided by what the account holds and the day through which it is
 * settled, and what was once forgotten would be so again: an account that was pruned on the way ends as one
 * that was not. */
#include <string.h>

#include "divide.h"
#include "engine.h"

static const uint32_t GONE = UINT32_MAX;

static int is_old(const partner__account *a, const partner__plan *plan, const partner__past *past)
{
    if (past->flags & PARTNER__EVENT_OLD) return 1;
    return plan->reversible_days != UINT32_MAX && (int64_t)a->settled - past->day > plan->reversible_days;
}

/* --- old grants of rules with carry --- */

/* A reversal may take points from other grants of its rule, also from those that can't be reversed any more.
 * Without caps these are as many as N would stand above S if everything were reversed that can be; the latest
 * are taken first, so the others are never touched. */
static uint64_t needed_of_old(const partner__account *a, const partner__plan *plan, uint32_t rule)
{
    const partner__plan_rule *r = &plan->rule[rule];
    partner__u128 whole = partner__u128_from(0), rest = partner__u128_from(0);
    uint64_t held = 0;

    for (uint32_t i = 0; i < a->grants; i++) {
        const partner__grant *g = &a->grant[i];
        const partner__past *past = &a->past[g->event];
        partner__u128 x, left;

        if (g->rule != rule || is_old(a, plan, past)) continue;
        held += (uint64_t)g->held;
        if (!partner__effective(plan, past, g, past->reversed, (past->flags & PARTNER__EVENT_UNDONE) != 0, &x))
            return UINT64_MAX;
        whole = partner__u128_add(whole, partner__u128_divide(x, r->below, &left));
        rest = partner__u128_add(rest, left);
        if (partner__u128_less(rest, r->below)) continue;
        rest = partner__u128_sub(rest, r->below);
        whole = partner__u128_add(whole, partner__u128_from(1));
    }
    if (partner__u128_less(a->counter[r->counter].rest, rest))
        whole = partner__u128_add(whole, partner__u128_from(1));
    return partner__u128_low(whole) > held ? partner__u128_low(whole) - held : 0;
}

/* Old grants that are not needed are marked by holding nothing. */
static void forget_untouched(partner__account *a, const partner__plan *plan, uint32_t rule)
{
    uint64_t needed = needed_of_old(a, plan, rule);

    for (uint32_t i = a->grants; i-- > 0;) {
        partner__grant *g = &a->grant[i];

        if (g->rule != rule || !is_old(a, plan, &a->past[g->event])) continue;
        if (needed == 0) g->held = 0;
        needed -= needed < (uint64_t)g->held ? needed : (uint64_t)g->held;
    }
}

/* What taking points from an old grant does beside: with equal marks it is the same for both. */
typedef struct effect {
    int own_lot, excused;        /* its lot still matters; all that it holds has expired from it */
    int64_t month;               /* whose qualifying points it lowers */
    int32_t period, all_periods; /* of caps to which it gives room */
} effect;

/* The period of a cap that a day gives room to. */
static int32_t open_period(const partner__account *a, uint8_t per, int32_t day)
{
    int32_t period = partner__period(a, per, day);

    if (per == PARTNER_CAP_NONE || per == PARTNER_CAP_EVENT) return INT32_MIN;
    return period == partner__period(a, per, a->settled) ? period : INT32_MIN;
}

static effect effect_of(const partner__account *a, const partner__plan *plan, const partner__grant *g)
{
    const partner__plan_rule *rule = &plan->rule[g->rule];
    const partner__lot *lot = g->lot == PARTNER_NONE ? NULL : &a->lot[g->lot];
    int32_t day = a->past[g->event].day, month = partner__month(day);
    int64_t expired = lot == NULL ? 0 : lot->expired - lot->excused;
    effect e = {0, 0, INT64_MIN, open_period(a, rule->cap_per, day),
                open_period(a, plan->program.cap_per, day)};

    e.excused = lot != NULL && expired == g->held;
    e.own_lot = lot != NULL && (lot->left > 0 || lot->mark != 0 || (expired > 0 && !e.excused));
    if (rule->tier && (int64_t)a->cal.month - month <= plan->months_kept) e.month = month;
    return e;
}

static int same_effect(const effect *a, const effect *b)
{
    return !a->own_lot && !b->own_lot && a->excused == b->excused && a->month == b->month &&
           a->period == b->period && a->all_periods == b->all_periods;
}

/* Lots that a redemption may still give points back to. */
static void mark_drawn(partner__account *a, const partner__plan *plan)
{
    for (uint32_t i = 0; i < a->lots; i++) a->lot[i].mark = 0;
    for (uint32_t i = 0; i < a->draws; i++) {
        const partner__past *past = &a->past[a->draw[i].event];
        if (!is_old(a, plan, past) && (past->flags & PARTNER__EVENT_UNDONE) == 0)
            a->lot[a->draw[i].lot].mark = 1;
    }
}

static void merge_into(partner__account *a, partner__grant *into, partner__grant *g)
{
    into->held += g->held;
    if (into->lot != PARTNER_NONE) a->lot[into->lot].expired += g->held;
    g->held = 0;
}

/* With caps S can fall for good, so that any old grant may be needed: those that follow each other and are
 * alike become one, the earliest of them. */
static void merge_alike(partner__account *a, const partner__plan *plan, uint32_t rule)
{
    partner__grant *last = NULL;
    effect of_last = {0};

    for (uint32_t i = 0; i < a->grants; i++) {
        partner__grant *g = &a->grant[i];
        effect e;

        if (g->rule != rule || g->held == 0 || !is_old(a, plan, &a->past[g->event])) continue;
        e = effect_of(a, plan, g);
        if (!e.own_lot && !e.excused) g->lot = PARTNER_NONE;
        if (!e.own_lot && e.excused) {
            a->lot[g->lot].expired = g->held;
            a->lot[g->lot].excused = 0;
        }
        if (last != NULL && same_effect(&of_last, &e)) {
            merge_into(a, last, g);
            continue;
        }
        last = g;
        of_last = e;
    }
}

static void forget_old_grants(partner__account *a, const partner__plan *plan)
{
    mark_drawn(a, plan);
    for (uint32_t rule = 0; rule < plan->rules; rule++) {
        if (!plan->rule[rule].carry) continue;
        if (plan->rule[rule].cap_per == PARTNER_CAP_NONE && plan->program.cap_per == PARTNER_CAP_NONE)
            forget_untouched(a, plan, rule);
        merge_alike(a, plan, rule);
    }
}

/* --- events --- */

static int keeps_grant(const partner__plan *plan, const partner__past *past, int old, const partner__grant *g)
{
    int undone = (past->flags & PARTNER__EVENT_UNDONE) != 0;

    if (plan->rule[g->rule].carry && (g->held > 0 || (!undone && !old))) return 1;
    return !old && !undone && (g->held > 0 || g->first);
}

static uint32_t keep_grants(partner__account *a, const partner__plan *plan, const partner__past *past, int old,
                            uint32_t event, uint32_t *grants)
{
    uint32_t first = *grants;

    for (uint32_t i = past->first; i < past->first + past->count; i++) {
        if (!keeps_grant(plan, past, old, &a->grant[i])) continue;
        a->grant[*grants] = a->grant[i];
        a->grant[*grants].event = event;
        if (old || (past->flags & PARTNER__EVENT_UNDONE)) a->grant[*grants].first = 0;
        if (old) {
            a->grant[*grants].granted = a->grant[*grants].held;
            a->grant[*grants].refused = 0;
        }
        ++*grants;
    }
    return *grants - first;
}

static uint32_t keep_draws(partner__account *a, const partner__past *past, int old, uint32_t event,
                           uint32_t *draws)
{
    uint32_t first = *draws;

    if (old || (past->flags & PARTNER__EVENT_UNDONE)) return 0;
    for (uint32_t i = past->first; i < past->first + past->count; i++) {
        a->draw[*draws] = a->draw[i];
        a->draw[(*draws)++].event = event;
    }
    return *draws - first;
}

/* An old event is only there for its grants. */
static void age(partner__past *past)
{
    past->flags = PARTNER__EVENT_OLD;
    past->amount = past->quantity = past->reversed = 0;
    past->slot = PARTNER__NO_SLOT;
    past->level = 0;
}

static void forget_events(partner__account *a, const partner__plan *plan)
{
    uint32_t pasts = 0, grants = 0, draws = 0;

    for (uint32_t i = 0; i < a->pasts; i++) {
        partner__past past = a->past[i];
        int old = is_old(a, plan, &past), redemption = (past.flags & PARTNER__EVENT_REDEMPTION) != 0;
        uint32_t first = redemption ? draws : grants;

        if (redemption) past.count = keep_draws(a, &past, old, pasts, &draws);
        else past.count = keep_grants(a, plan, &past, old, pasts, &grants);
        past.first = first;
        if (old && past.count == 0) continue;
        if (old) age(&past);
        a->past[pasts++] = past;
    }
    a->pasts = pasts;
    a->grants = grants;
    a->draws = draws;
    a->indexed = 0;
}

/* --- challenges, caps, months --- */

static int is_over(const partner__account *a, const partner__plan *plan, uint32_t challenge)
{
    int64_t last = (int64_t)plan->challenge[challenge].says->to_day - 1;

    return plan->reversible_days != UINT32_MAX && a->settled - last > plan->reversible_days;
}

static void forget_challenges(partner__account *a, const partner__plan *plan)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < a->bonuses; i++)
        if (!is_over(a, plan, a->bonus[i].challenge)) a->bonus[kept++] = a->bonus[i];
    a->bonuses = kept;
    for (uint32_t i = 0; i < plan->challenges; i++)
        if (is_over(a, plan, i)) a->progress[i] = (partner__progress){0, 0};
}

static void forget_cap(const partner__account *a, uint8_t per, int64_t *used, int32_t *period)
{
    if (*used != 0 && partner__period(a, per, a->settled) == *period) return;
    *used = 0;
    *period = 0;
}

static void forget_caps(partner__account *a, const partner__plan *plan)
{
    for (uint32_t i = 0; i < plan->rules; i++) {
        uint32_t counter = plan->rule[i].counter;

        if (counter == PARTNER_NONE) continue;
        forget_cap(a, plan->rule[i].says->cap_per, &a->counter[counter].used, &a->counter[counter].period);
    }
    forget_cap(a, plan->program.cap_per, &a->cap_used, &a->cap_period);
}

static void forget_months(partner__account *a, const partner__plan *plan)
{
    size_t columns = 1 + (size_t)plan->meters;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < a->months; i++) {
        int64_t *sum = &a->sum[i * columns];
        int any = 0;

        for (size_t k = 0; k < columns; k++) any |= sum[k] != 0;
        if (!any || (int64_t)a->cal.month - a->month[i] > plan->months_kept) continue;
        a->month[kept] = a->month[i];
        memmove(&a->sum[kept * columns], sum, columns * sizeof *sum);
        kept++;
    }
    a->months = kept;
}

/* --- lots --- */

/* A lot is of use as long as it holds points, or may get some back from a redemption, or has expired points
 * that a reversal still has to take into account. */
static void mark_lots(partner__account *a)
{
    for (uint32_t i = 0; i < a->lots; i++) a->lot[i].mark = a->lot[i].left > 0 ? 0 : GONE;
    for (uint32_t i = 0; i < a->draws; i++) a->lot[a->draw[i].lot].mark = 0;
    for (uint32_t i = 0; i < a->grants; i++) {
        partner__lot *lot = a->grant[i].lot == PARTNER_NONE ? NULL : &a->lot[a->grant[i].lot];

        if (lot == NULL) continue;
        if (a->grant[i].held > 0 && lot->expired > lot->excused) lot->mark = 0;
        if (a->grant[i].first && lot->expired > 0) lot->mark = 0;
    }
    for (uint32_t i = 0; i < a->bonuses; i++) {
        partner__lot *lot = a->bonus[i].lot == PARTNER_NONE ? NULL : &a->lot[a->bonus[i].lot];
        if (lot != NULL && lot->expired > lot->excused) lot->mark = 0;
    }
}

static uint32_t place_of(const partner__account *a, uint32_t lot)
{
    return lot == PARTNER_NONE ? PARTNER_NONE : a->lot[lot].mark;
}

static void forget_lots(partner__account *a)
{
    uint32_t kept = 0;

    mark_lots(a);
    for (uint32_t i = 0; i < a->lots; i++)
        if (a->lot[i].mark != GONE) a->lot[i].mark = kept++;
    for (uint32_t i = 0; i < a->draws; i++) a->draw[i].lot = place_of(a, a->draw[i].lot);
    for (uint32_t i = 0; i < a->grants; i++) a->grant[i].lot = place_of(a, a->grant[i].lot);
    for (uint32_t i = 0; i < a->bonuses; i++) a->bonus[i].lot = place_of(a, a->bonus[i].lot);
    kept = 0;
    for (uint32_t i = 0; i < a->lots; i++)
        if (a->lot[i].mark != GONE) a->lot[kept++] = a->lot[i];
    a->lots = kept;
    a->open = a->waiting = 0;
}

void partner__account_prune(partner__account *a, const partner__plan *plan)
{
    if (a->began == PARTNER_NO_DAY) return;
    if (plan->reversible_days != UINT32_MAX) forget_old_grants(a, plan);
    forget_events(a, plan);
    forget_challenges(a, plan);
    forget_caps(a, plan);
    forget_months(a, plan);
    forget_lots(a);
}
