/* SPDX-License-Identifier: MIT
 * Tiers: what figures earn, promotions and renewals after events, reviews, and what is left of a tier when what
 * earned it is taken back. */
#include "../base/error.h"
#include "engine.h"

/* --- what figures earn --- */

static int requirements_hold(const partner__account *a, const partner__plan *plan, uint32_t level, int32_t last)
{
    const partner__plan_level *l = &plan->level[level];

    for (size_t i = 0; i < l->requirements; i++)
        if (partner__account_required(a, plan, &l->requirement[i], last) < l->requirement[i].target) return 0;
    return 1;
}

int partner__account_earns(const partner__account *a, const partner__plan *plan, uint32_t level, int32_t last)
{
    return level == 0 || (plan->level[level].points <= partner__account_qualifying(a, plan, last) &&
                          requirements_hold(a, plan, level, last));
}

/* The highest level whose points are reached: they ascend. */
static uint32_t reached(const partner__plan *plan, int64_t qualifying)
{
    uint32_t level = 0;

    while (level + 1 < plan->levels && plan->level[level + 1].points <= qualifying) level++;
    return level;
}

uint32_t partner__account_earned(const partner__account *a, const partner__plan *plan, int32_t last)
{
    uint32_t level = reached(plan, partner__account_qualifying(a, plan, last));

    while (level > 0 && !requirements_hold(a, plan, level, last)) level--;
    return level;
}

/* A requirement with months of its own may end with any month from `first` to `last`. */
static int holds_some_time(const partner__account *a, const partner__plan *plan,
                           const partner__plan_requirement *requirement, int32_t first, int32_t last)
{
    if (requirement->months == 0) first = last;
    for (int32_t month = last; month >= first; month--)
        if (partner__account_required(a, plan, requirement, month) >= requirement->target) return 1;
    return 0;
}

/* The highest level that a program year's figures earn, up to its month `last`. */
static uint32_t earned_in_year(const partner__account *a, const partner__plan *plan, int32_t last)
{
    uint32_t level = reached(plan, partner__account_qualifying(a, plan, last));

    for (; level > 0; level--) {
        const partner__plan_level *l = &plan->level[level];
        size_t i = 0;

        while (i < l->requirements &&
               holds_some_time(a, plan, &l->requirement[i], partner__year_of(plan, last), last))
            i++;
        if (i == l->requirements) break;
    }
    return level;
}

/* --- comparing --- */

static int sooner(int32_t a, int32_t b) { return a != PARTNER_NO_DAY && (b == PARTNER_NO_DAY || a < b); }

/* First by tier, then by validity. */
static int below(partner__held a, partner__held b)
{
    return a.level != b.level ? a.level < b.level : sooner(a.until, b.until);
}

/* --- entries --- */

/* The partner has been moved from a level; `qualifying` decided. */
static partner_status say_move(partner__turn *t, uint8_t kind, uint32_t from, int64_t qualifying)
{
    partner__entry e = partner__entry_of(kind, PARTNER_NO_ROW, PARTNER_NONE);

    e.basis = qualifying;
    e.whole = from;
    e.carried = t->a->now.until == PARTNER_NO_DAY ? INT64_MIN : (int64_t)t->a->now.until + 1;
    return partner__emit(t, &e);
}

/* --- after events --- */

static void hold(partner__account *a, const partner__plan *plan, uint32_t level, int32_t until)
{
    a->now.level = level;
    a->now.until = until;
    partner__aim(a, plan);
}

static partner_status promote_to(partner__turn *t, uint32_t level)
{
    partner__account *a = t->a;
    uint32_t from = a->now.level;

    hold(a, t->plan, level, t->plan->rolling ? PARTNER_NO_DAY : a->cal.next_year_ends - 1);
    a->failed = 0;
    return say_move(t, PARTNER_ENTRY_PROMOTION, from, a->qualifying);
}

partner_status partner__promote(partner__turn *t)
{
    partner__account *a = t->a;
    const partner__plan *plan = t->plan;
    uint32_t level = a->now.level;
    int32_t until = a->cal.next_year_ends - 1;

    while (level + 1 < plan->levels && plan->level[level + 1].points <= a->qualifying) level++;
    for (; level > a->now.level; level--)
        if (requirements_hold(a, plan, level, a->cal.month)) return promote_to(t, level);
    if (level == 0 || plan->rolling || !sooner(a->now.until, until)) return PARTNER_OK;
    if (plan->level[level].points > a->qualifying || !requirements_hold(a, plan, level, a->cal.month))
        return PARTNER_OK;
    hold(a, plan, level, until);
    return say_move(t, PARTNER_ENTRY_RENEWAL, level, a->qualifying);
}

/* --- reviews --- */

/* Where a partner at a level falls to when figures earn another. */
static uint32_t dropped(const partner__plan *plan, uint32_t level, uint32_t earned)
{
    uint32_t floor = level > plan->max_drop ? level - plan->max_drop : 0;

    return earned >= level ? level : earned > floor ? earned : floor;
}

/* A tier whose validity has ended falls to what the year's figures earn, and is valid one more year. */
static partner__held reviewed(const partner__plan *plan, partner__held held, uint32_t earned, int32_t year_ends)
{
    held.level = dropped(plan, held.level, earned);
    held.until = held.level > 0 ? year_ends - 1 : PARTNER_NO_DAY;
    return held;
}

static partner_status review_year(partner__turn *t)
{
    partner__account *a = t->a;
    uint32_t from = a->now.level;
    int32_t last = a->cal.month - 1;

    if (from == 0 || !sooner(a->now.until, a->settled)) return PARTNER_OK;
    a->year = reviewed(t->plan, a->now, partner__account_earned(a, t->plan, last), a->cal.year_ends);
    hold(a, t->plan, a->year.level, a->year.until);
    return say_move(t, a->now.level < from ? PARTNER_ENTRY_DEMOTION : PARTNER_ENTRY_RENEWAL, from,
                    partner__account_qualifying(a, t->plan, last));
}

static partner_status review_month(partner__turn *t)
{
    partner__account *a = t->a;
    uint32_t from = a->now.level, earned;
    int32_t last = a->cal.month - 1;

    if (from == 0) return PARTNER_OK;
    earned = partner__account_earned(a, t->plan, last);
    if (earned >= from) {
        a->failed = 0;
        return PARTNER_OK;
    }
    if (a->failed++ < t->plan->grace_months) return PARTNER_OK;
    a->failed = 0;
    hold(a, t->plan, dropped(t->plan, from, earned), a->now.until);
    return say_move(t, PARTNER_ENTRY_DEMOTION, from, partner__account_qualifying(a, t->plan, last));
}

partner_status partner__review(partner__turn *t) { return t->plan->rolling ? review_month(t) : review_year(t); }

/* --- what net figures support --- */

/* A promotion or renewal in the program year that ends with day year_ends - 1 holds to the end of the next. */
static void rise(partner__held *held, uint32_t earned, int32_t next_year_ends)
{
    if (earned < held->level || earned == 0) return;
    if (earned > held->level || sooner(held->until, next_year_ends - 1)) held->until = next_year_ends - 1;
    held->level = earned;
}

static partner__support supported_by_years(const partner__account *a, const partner__plan *plan)
{
    partner__held held = a->year;
    partner__support support;

    if (!partner__first_year(a)) {
        int32_t last = a->cal.year - 1;

        held = a->last;
        rise(&held, earned_in_year(a, plan, last), a->cal.year_ends);
        if (held.level > 0 && sooner(held.until, a->cal.year_begins))
            held = reviewed(plan, held, partner__account_earned(a, plan, last), a->cal.year_ends);
    }
    support.year = held;
    rise(&held, earned_in_year(a, plan, a->cal.month), a->cal.next_year_ends);
    support.now = held;
    return support;
}

/* The best of the current window and those that were reviewed last; before the first month with figures none
 * supports anything. */
static partner__support supported_by_months(const partner__account *a, const partner__plan *plan)
{
    partner__support support = {{0, PARTNER_NO_DAY}, {0, PARTNER_NO_DAY}};
    int64_t last = (int64_t)a->cal.month - plan->grace_months - 1;

    if (a->months > 0 && last < a->month[0]) last = a->month[0];
    for (int64_t month = a->cal.month; a->months > 0 && month >= last; month--) {
        uint32_t earned = partner__account_earned(a, plan, (int32_t)month);
        if (earned > support.now.level) support.now.level = earned;
    }
    return support;
}

partner__support partner__supported(const partner__account *a, const partner__plan *plan)
{
    partner__support nothing = {{0, PARTNER_NO_DAY}, {0, PARTNER_NO_DAY}};

    if (a->now.level == 0 && a->year.level == 0) return nothing;
    return plan->rolling ? supported_by_months(a, plan) : supported_by_years(a, plan);
}

partner_status partner__lower(partner__turn *t, const partner__support *before)
{
    partner__account *a = t->a;
    partner__support after = partner__supported(a, t->plan);
    uint32_t from = a->now.level;

    if (below(after.year, before->year) && below(after.year, a->year)) a->year = after.year;
    if (!below(after.now, before->now) || !below(after.now, a->now)) return PARTNER_OK;
    hold(a, t->plan, after.now.level, after.now.until);
    if (from == after.now.level) return PARTNER_OK;
    a->failed = 0;
    return say_move(t, PARTNER_ENTRY_DEMOTION, from, a->qualifying);
}
