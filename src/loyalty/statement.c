/* SPDX-License-Identifier: MIT */
#include "statement.h"

#include <string.h>

#include "../base/columns.h"
#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"

/* --- the pace --- */

/* A window: [begins, ends), of which the day is one. */
typedef struct window {
    int64_t begins, ends, day;
} window;

static window months_window(const partner__account *a, uint32_t months)
{
    window w = {partner__month_begins((int64_t)a->cal.month - months + 1), a->cal.month_ends, a->settled};
    return w;
}

static window tier_window(const partner__account *a, const partner__plan *plan)
{
    window w = {a->cal.year_begins, a->cal.year_ends, a->settled};
    return plan->rolling ? months_window(a, plan->window_months) : w;
}

static uint64_t elapsed(const window *w) { return (uint64_t)(w->day - w->begins + 1); }

static uint64_t length(const window *w) { return (uint64_t)(w->ends - w->begins); }

/* value × length / elapsed, toward zero, at most INT64_MAX. */
static int64_t carried(const window *w, int64_t value)
{
    partner__u128 most = partner__u128_mul((uint64_t)INT64_MAX, elapsed(w));
    int64_t end;

    if (partner__u128_less(most, partner__u128_mul(partner__magnitude(value), length(w)))) end = INT64_MAX;
    else end = (int64_t)partner__mul_div(partner__magnitude(value), length(w), elapsed(w));
    return value < 0 ? -end : end;
}

/* --- tiers --- */

static int64_t reached(const partner__account *a, const partner__plan *plan,
                       const partner__plan_requirement *requirement)
{
    return partner__account_required(a, plan, requirement, a->cal.month);
}

/* Whether a requirement holds, or its pace reaches it. */
static int comes_to_hold(const partner__account *a, const partner__plan *plan, const window *tiers,
                         const partner__plan_requirement *requirement)
{
    int64_t sum = reached(a, plan, requirement);
    window own;

    if (sum >= requirement->target) return 1;
    if (sum <= 0 || a->settled == PARTNER_NO_DAY) return 0;
    own = requirement->months > 0 ? months_window(a, requirement->months) : *tiers;
    return !partner__u128_less(partner__u128_mul((uint64_t)sum, length(&own)),
                               partner__u128_mul((uint64_t)requirement->target, elapsed(&own)));
}

static int is_projected(const partner__account *a, const partner__plan *plan, const window *tiers,
                        int64_t points, const partner__plan_level *level)
{
    if (points < level->points) return 0;
    for (size_t i = 0; i < level->requirements; i++)
        if (!comes_to_hold(a, plan, tiers, &level->requirement[i])) return 0;
    return 1;
}

static void project(const partner__account *a, const partner__plan *plan, partner__statement *s)
{
    window w = {0, 1, 0};
    uint32_t level = plan->levels - 1;

    if (a->settled != PARTNER_NO_DAY) {
        w = tier_window(a, plan);
        s->projected = carried(&w, a->qualifying);
    }
    while (level > 0 && !is_projected(a, plan, &w, s->projected, &plan->level[level])) level--;
    s->projected_level = level;
}

static int64_t missing_to(int64_t have, int64_t target)
{
    if (have >= target) return 0;
    return have < 0 && target > INT64_MAX + have ? INT64_MAX : target - have;
}

static int64_t qualifying(const partner__account *a)
{
    return a->settled == PARTNER_NO_DAY ? 0 : a->qualifying;
}

static void look_up(const partner__account *a, const partner__plan *plan, partner__statement *s)
{
    const partner__plan_level *next;

    s->next = PARTNER_NONE;
    if (a->now.level + 1 >= plan->levels) return;
    s->next = a->now.level + 1;
    next = &plan->level[s->next];
    s->points_missing = missing_to(qualifying(a), next->points);
    for (size_t i = 0; i < next->requirements; i++)
        s->requirements_missing += reached(a, plan, &next->requirement[i]) < next->requirement[i].target;
}

/* Whether the next review decides about the tier: the one of a rolling window about every tier. */
static int ends_at_review(const partner__account *a, const partner__plan *plan)
{
    return plan->rolling || (a->now.until != PARTNER_NO_DAY && a->now.until < a->cal.year_ends);
}

static void look_down(const partner__account *a, const partner__plan *plan, partner__statement *s)
{
    if (a->now.level == 0 || (a->settled != PARTNER_NO_DAY && !ends_at_review(a, plan))) return;
    s->to_keep = missing_to(qualifying(a), plan->level[a->now.level].points);
}

/* --- lots --- */

/* Lots ascend by expiry, so the first beyond the last of the days ends the walk. */
static void expire(const partner__account *a, const partner__plan *plan, partner__statement *s)
{
    if (plan->expiry_months == 0) return;
    for (uint32_t i = a->open; i < a->lots; i++) {
        const partner__lot *lot = &a->lot[i];
        int64_t days = (int64_t)lot->expiry - a->settled;

        if (days > 30 * PARTNER__EXPIRING) return;
        if (lot->left <= 0 || lot->expiry == PARTNER_NO_DAY || days <= 0) continue;
        if (s->first_expiry == PARTNER_NO_DAY) s->first_expiry = lot->expiry;
        for (int k = 0; k < PARTNER__EXPIRING; k++)
            if (days <= 30 * (k + 1)) s->expiring[k] += lot->left;
    }
}

void partner__statement_of(const partner__account *a, const partner__plan *plan, partner__statement *s)
{
    memset(s, 0, sizeof *s);
    s->first_expiry = PARTNER_NO_DAY;
    look_up(a, plan, s);
    look_down(a, plan, s);
    project(a, plan, s);
    if (a->settled != PARTNER_NO_DAY) expire(a, plan, s);
}

/* --- what is missing beside points --- */

double partner__measured(const partner__plan *plan, uint8_t measure, int64_t value)
{
    const uint64_t exact = (uint64_t)1 << 53; /* up to here a double is a whole number as it is */
    uint64_t unit = 1, size = partner__magnitude(value);
    double figure;

    for (unsigned i = 0; measure == PARTNER_MEASURE_AMOUNT && i < plan->minor_units; i++) unit *= 10;
    if (size <= exact) figure = (double)(int64_t)size / (double)(int64_t)unit;
    else figure = partner__ratio(partner__u128_from(size), partner__u128_from(unit));
    return value < 0 ? -figure : figure;
}

static const partner__column columns[] = {
    PARTNER__GROWING(partner__missing, partner), PARTNER__GROWING(partner__missing, tier),
    PARTNER__GROWING(partner__missing, kind),    PARTNER__GROWING(partner__missing, measure),
    PARTNER__GROWING(partner__missing, needed),  PARTNER__GROWING(partner__missing, reached),
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

void partner__missing_free(partner__missing *missing)
{
    partner__columns_free(missing, columns, COLUMNS);
    missing->count = missing->room = 0;
}

static partner_status make_room(partner__missing *missing, size_t more, partner_error *error)
{
    return partner__columns_reserve(missing, columns, COLUMNS, missing->count, more, &missing->room, error);
}

partner_status partner__missing_add(partner__missing *missing, const partner__account *a,
                                    const partner__plan *plan, const partner__statement *s,
                                    partner_error *error)
{
    const partner__plan_level *next;
    partner_status status;

    if (s->requirements_missing == 0) return PARTNER_OK;
    status = make_room(missing, s->requirements_missing, error);
    if (status != PARTNER_OK) return status;
    next = &plan->level[s->next];
    for (size_t i = 0; i < next->requirements; i++) {
        const partner__plan_requirement *r = &next->requirement[i];
        int64_t sum = reached(a, plan, r);
        size_t line = missing->count;

        if (sum >= r->target) continue;
        missing->partner[line] = a->partner;
        missing->tier[line] = next->name;
        missing->kind[line] = r->says->on;
        missing->measure[line] = r->says->measure;
        missing->needed[line] = partner__measured(plan, r->says->measure, r->target);
        missing->reached[line] = partner__measured(plan, r->says->measure, sum);
        missing->count++;
    }
    return PARTNER_OK;
}

partner_status partner__missing_join(partner__missing *into, const partner__missing *from, partner_error *error)
{
    partner_status status;

    if (from->count == 0) return PARTNER_OK;
    status = make_room(into, from->count, error);
    if (status != PARTNER_OK) return status;
    partner__columns_place(into, into->count, from, columns, COLUMNS, from->count);
    into->count += from->count;
    return PARTNER_OK;
}

partner_status partner__missing_show(partner__missing *missing, partner_loyalty_missing *result,
                                     partner_error *error)
{
    partner_status status = make_room(missing, 1, error);

    if (status != PARTNER_OK) return status;
    result->requirements = missing->count;
    result->partner = missing->partner;
    result->tier = missing->tier;
    result->kind = missing->kind;
    result->measure = missing->measure;
    result->needed = missing->needed;
    result->reached = missing->reached;
    return PARTNER_OK;
}
