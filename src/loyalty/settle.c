/* SPDX-License-Identifier: MIT
 * Days that begin: expiries, then releases, then the review. Days on which nothing can happen are passed over.
 */
#include "../base/error.h"
#include "entry.h"

/* The day is the account's last settled one from now on; what was held when years began moves along. */
static inline partner_status enter(partner__turn *t, int32_t day)
{
    partner__account *a = t->a;
    int32_t year = a->cal.year;

    a->settled = day;
    if (day < a->cal.month_ends) return PARTNER_OK;
    partner__account_calendar(a, t->plan);
    if (a->cal.year != year) {
        a->last = a->cal.year - year > 12 ? a->now : a->year;
        a->year = a->now;
        partner__aim(a, t->plan);
    }
    if (t->plan->rolling) a->qualifying = partner__account_qualifying(a, t->plan, a->cal.month);
    else if (a->cal.year != year) a->qualifying = 0;
    return partner__book_month(t->book, a->cal.month, t->error);
}

/* The day on which the next lot expires; INT32_MAX = none does. */
static int32_t next_expiry(partner__account *a)
{
    while (a->open < a->lots && a->lot[a->open].left == 0) a->open++;
    if (a->open == a->lots || a->lot[a->open].expiry == PARTNER_NO_DAY) return INT32_MAX;
    return a->lot[a->open].expiry;
}

/* The next review, or `day` where that is sooner. */
static int32_t next_review(const partner__account *a, const partner__plan *plan, int32_t day)
{
    int32_t review = plan->rolling ? a->cal.month_ends : a->cal.year_ends;

    return a->now.level > 0 && review < day ? review : day;
}

/* The day on which the next lot is released; INT64_MAX = none is. */
static inline int64_t next_release(partner__account *a, const partner__plan *plan)
{
    while (a->waiting < a->lots && !a->lot[a->waiting].pending) a->waiting++;
    return a->waiting < a->lots ? (int64_t)a->lot[a->waiting].day + plan->pending_days : INT64_MAX;
}

/* The first day after the settled one on which something may happen, at most `day`. */
static inline int32_t next_stop(const partner__account *a, const partner__plan *plan, int32_t expiry,
                                int64_t release, int32_t day)
{
    if (expiry < day) day = expiry;
    if (release < day) day = (int32_t)release;
    return next_review(a, plan, day);
}

static partner_status expiries(partner__turn *t)
{
    partner__account *a = t->a;

    while (next_expiry(a) <= a->settled) {
        partner_status status = partner__expire(t, &a->lot[a->open]);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

static inline partner_status release(partner__turn *t, partner__lot *lot)
{
    partner__account *a = t->a;
    partner__entry e = partner__entry_of(PARTNER_ENTRY_RELEASE, lot->event, lot->source);
    partner_status status;

    lot->pending = 0;
    if (lot->left == 0) return PARTNER_OK;
    a->pending -= lot->left;
    a->usable += lot->left;
    e.points = lot->left;
    e.lot_expiry = lot->expiry;
    e.basis = lot->day;
    status = partner__emit_here(t, &e);
    partner__fill_debt(a, lot);
    return status;
}

/* Lots that are usable from the settled day on, of which there is one. */
static inline partner_status releases(partner__turn *t)
{
    partner__account *a = t->a;
    partner_status status;

    do status = release(t, &a->lot[a->waiting++]);
    while (status == PARTNER_OK && next_release(a, t->plan) <= a->settled);
    return status;
}

static partner_status review(partner__turn *t)
{
    const partner__account *a = t->a;

    if (a->settled != (t->plan->rolling ? a->cal.month_begins : a->cal.year_begins)) return PARTNER_OK;
    return partner__review(t);
}

partner_status partner__settle_quietly(partner__turn *t, int32_t day)
{
    partner__account *a = t->a;

    while (a->settled < day) {
        partner_status status = enter(t, next_review(a, t->plan, day));

        if (status == PARTNER_OK) status = review(t);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

partner_status partner__settle(partner__turn *t, int32_t day)
{
    partner__account *a = t->a;

    while (a->settled < day) {
        int32_t expiry = next_expiry(a);
        int64_t due = next_release(a, t->plan);
        partner_status status = enter(t, next_stop(a, t->plan, expiry, due, day));

        if (status == PARTNER_OK && expiry <= a->settled) status = expiries(t);
        if (status == PARTNER_OK && due <= a->settled) status = releases(t);
        if (status == PARTNER_OK) status = review(t);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

/* Makes usable what is due, in order: a lot is released before it expires, and one that fills a debt is empty.
 */
static void release_quietly(partner__account *a, const partner__plan *plan)
{
    const int64_t last = (int64_t)a->settled - plan->pending_days;
    partner__lot *lot = a->lot;
    uint32_t i = a->waiting;
    int64_t released = 0;

    for (; i < a->lots; i++) {
        if (!lot[i].pending) continue;
        if (lot[i].day > last) break;
        lot[i].pending = 0;
        released += lot[i].left;
    }
    a->pending -= released;
    a->usable += released;
    for (uint32_t k = a->waiting; a->debt > 0 && k < i; k++) partner__fill_debt(a, &lot[k]);
    a->waiting = i;
}

partner_status partner__catch_up(partner__turn *t)
{
    partner__account *a = t->a;
    int32_t day = PARTNER_NO_DAY, expiry;
    partner_status status = PARTNER_OK;

    if (!partner__quiet(t)) return PARTNER_OK;
    release_quietly(a, t->plan);
    while ((expiry = next_expiry(a)) <= a->settled && status == PARTNER_OK) {
        if (expiry != day)
            status = partner__book_month(t->book, partner__plan_month(t->plan, expiry), t->error);
        if (status == PARTNER_OK) status = partner__expire(t, &a->lot[a->open]);
        day = expiry;
    }
    if (status == PARTNER_OK && day != PARTNER_NO_DAY)
        status = partner__book_month(t->book, a->cal.month, t->error);
    return status;
}

partner_status partner__account_settle(partner__account *a, int32_t day, partner__book *book,
                                       partner_error *error)
{
    partner__turn t = {.a = a, .plan = book->plan, .book = book, .error = error};
    partner_status status;

    if (a->began == PARTNER_NO_DAY || day <= a->settled) return PARTNER_OK;
    status = partner__book_month(book, a->cal.month, error);
    if (status == PARTNER_OK)
        status = partner__quiet(&t) ? partner__settle_quietly(&t, day) : partner__settle(&t, day);
    return status == PARTNER_OK ? partner__catch_up(&t) : status;
}
