/* SPDX-License-Identifier: MIT
 * What a portal or a mail would tell a partner at the day its account is settled through. */
#include <math.h>
#include <string.h>

#include "../base/columns.h"
#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "statement.h"
#include "worth.h"

enum { DAYS = 30 };

/* One notice before it goes into columns. */
typedef struct notice {
    uint8_t notice;
    uint32_t level, challenge; /* PARTNER_NONE */
    int64_t points;
    double missing;
    int32_t day;
} notice;

/* What the notices of one account are made from, and where they go. */
typedef struct desk {
    partner__notices *notices;
    const partner__account *a;
    const partner__plan *plan;
    const partner__statement *s;
} desk;

/* --- columns --- */

static const partner__column columns[] = {
    PARTNER__GROWING(partner__notices, partner), PARTNER__GROWING(partner__notices, tier),
    PARTNER__GROWING(partner__notices, rule),    PARTNER__GROWING(partner__notices, notice),
    PARTNER__GROWING(partner__notices, points),  PARTNER__GROWING(partner__notices, missing),
    PARTNER__GROWING(partner__notices, day),
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

void partner__notices_free(partner__notices *notices)
{
    partner__columns_free(notices, columns, COLUMNS);
    notices->count = notices->room = 0;
}

static partner_status make_room(partner__notices *notices, size_t more, partner_error *error)
{
    return partner__columns_reserve(notices, columns, COLUMNS, notices->count, more, &notices->room, error);
}

static partner_status put(const desk *d, const notice *n, partner_error *error)
{
    partner__notices *to = d->notices;
    size_t line = to->count;
    partner_status status = make_room(to, 1, error);

    if (status != PARTNER_OK) return status;
    to->partner[line] = d->a->partner;
    to->notice[line] = n->notice;
    to->tier[line] = n->level == PARTNER_NONE ? PARTNER_NONE : d->plan->level[n->level].name;
    to->rule[line] = n->challenge == PARTNER_NONE ? PARTNER_NONE : d->plan->challenge[n->challenge].says->name;
    to->points[line] = n->points;
    to->missing[line] = n->missing;
    to->day[line] = n->day;
    to->count++;
    return PARTNER_OK;
}

/* --- one function per notice --- */

static const notice BLANK = {0, PARTNER_NONE, PARTNER_NONE, 0, NAN, PARTNER_NO_DAY};

static partner_status welcome(const desk *d, partner_error *error)
{
    notice n = BLANK;

    if ((int64_t)d->a->settled - d->a->began >= DAYS) return PARTNER_OK;
    n.notice = PARTNER_NOTICE_WELCOME;
    return put(d, &n, error);
}

/* At most a fifth; part >= 0. */
static int is_near(int64_t part, int64_t whole) { return part <= whole / 5; }

static int32_t window_ends(const desk *d)
{
    return d->plan->rolling ? d->a->cal.month_ends : d->a->cal.year_ends;
}

static partner_status tier_in_reach(const desk *d, partner_error *error)
{
    notice n = BLANK;

    if (d->s->next == PARTNER_NONE || d->s->requirements_missing > 0 ||
        !is_near(d->s->points_missing, d->plan->level[d->s->next].points))
        return PARTNER_OK;
    n.notice = PARTNER_NOTICE_TIER_IN_REACH;
    n.level = d->s->next;
    n.points = d->s->points_missing;
    n.day = window_ends(d);
    return put(d, &n, error);
}

/* Whether the next review takes the tier away unless it is earned before. */
static int is_decided_next(const desk *d)
{
    if (d->plan->rolling) return d->a->failed >= d->plan->grace_months;
    return d->a->now.until != PARTNER_NO_DAY && d->a->now.until < d->a->cal.year_ends;
}

static partner_status tier_at_risk(const desk *d, partner_error *error)
{
    const partner__account *a = d->a;
    notice n = BLANK;

    if (a->now.level == 0 || !is_decided_next(d)) return PARTNER_OK;
    if (partner__account_earned(a, d->plan, a->cal.month) >= a->now.level) return PARTNER_OK;
    n.notice = PARTNER_NOTICE_TIER_AT_RISK;
    n.level = a->now.level;
    n.points = d->s->to_keep;
    n.day = window_ends(d);
    return put(d, &n, error);
}

static partner_status expiring(const desk *d, partner_error *error)
{
    notice n = BLANK;

    if (d->s->expiring[0] <= 0) return PARTNER_OK;
    n.notice = PARTNER_NOTICE_EXPIRING;
    n.points = d->s->expiring[0];
    n.day = d->s->first_expiry;
    return put(d, &n, error);
}

/* What is missing to a challenge's next bonus; 0 = nothing, or there is none to be had. */
static int64_t missing_to_bonus(const partner__progress *progress, const partner_program_challenge *c)
{
    int64_t target, missing;

    if (progress->bonuses > 0 && !c->repeat) return 0;
    if (!partner__rounded_share((uint64_t)c->target, (uint64_t)progress->bonuses + 1, 1, &target)) return 0;
    if (!partner__minus(target, progress->sum, &missing) || missing < 0) return 0;
    return missing;
}

static partner_status challenge_in_reach(const desk *d, uint32_t i, partner_error *error)
{
    const partner_program_challenge *c = d->plan->challenge[i].says;
    int64_t missing;
    notice n = BLANK;

    if (d->a->settled < c->from_day || d->a->settled >= c->to_day) return PARTNER_OK;
    missing = missing_to_bonus(partner__account_progress(d->a, i), c);
    if (missing == 0 || !is_near(missing, c->target)) return PARTNER_OK;
    n.notice = PARTNER_NOTICE_CHALLENGE_IN_REACH;
    n.challenge = i;
    n.missing = partner__measured(d->plan, c->measure, missing);
    n.day = c->to_day - 1;
    return put(d, &n, error);
}

/* --- the calls --- */

/* A partner without history has nothing to be told. */
partner_status partner__notices_add(partner__notices *notices, const partner__account *a,
                                    const partner__plan *plan, const partner__statement *s,
                                    partner_error *error)
{
    const desk d = {notices, a, plan, s};
    size_t before = notices->count;
    partner_status status;

    if (a->settled == PARTNER_NO_DAY) return PARTNER_OK;
    status = welcome(&d, error);
    if (status == PARTNER_OK) status = tier_in_reach(&d, error);
    if (status == PARTNER_OK) status = tier_at_risk(&d, error);
    if (status == PARTNER_OK) status = expiring(&d, error);
    for (uint32_t i = 0; i < plan->challenges && status == PARTNER_OK; i++)
        status = challenge_in_reach(&d, i, error);
    if (status != PARTNER_OK) notices->count = before;
    return status;
}

partner_status partner__notices_join(partner__notices *into, const partner__notices *from, partner_error *error)
{
    partner_status status;

    if (from->count == 0) return PARTNER_OK;
    status = make_room(into, from->count, error);
    if (status != PARTNER_OK) return status;
    partner__columns_place(into, into->count, from, columns, COLUMNS, from->count);
    into->count += from->count;
    return PARTNER_OK;
}

partner_status partner__notices_show(partner__notices *notices, partner_loyalty_notices *result,
                                     partner_error *error)
{
    partner_status status = make_room(notices, 1, error);

    if (status != PARTNER_OK) return status;
    result->notices = notices->count;
    result->partner = notices->partner;
    result->notice = notices->notice;
    result->tier = notices->tier;
    result->rule = notices->rule;
    result->points = notices->points;
    result->missing = notices->missing;
    result->day = notices->day;
    return PARTNER_OK;
}
