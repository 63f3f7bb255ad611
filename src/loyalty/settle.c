/* SPDX-License-Identifier: MIT
 * Days that begin: expiries, then releases, then the review. Days on which nothing can happen are passed over.
 */
#include "../base/error.h"
#include "engine.h"

/* The day is the account's last settled one from now on; what was held when years began moves along. */
static partner_status enter(partner__turn *t, int32_t day)
{
    partner__account *a = t->a;
    int32_t year = a->cal.year;

    a->settled = day;
    if (day < a->cal.month_ends) return PARTNER_OK;
    partner__account_calendar(a, t->plan);
    if (a->cal.year != year) {
        a->last = a->cal.year - year > 12 ? a->now : a->year;
        a->year = a->now;
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

/* The first day after the settled one on which something may happen, at most `day`. Releases that nobody wants
 * to read of can wait for the next expiry and the end: until then nothing asks what is usable. */
static int32_t next_stop(partner__account *a, const partner__plan *plan, int quiet, int32_t expiry, int32_t day)
{
    if (expiry < day) day = expiry;
    if (!quiet && partner__release_due(a, plan, day))
        day = a->lot[a->waiting].day + (int32_t)plan->pending_days;
    if (a->now.level > 0) {
        int32_t review = plan->rolling ? a->cal.month_ends : a->cal.year_ends;
        if (review < day) day = review;
    }
    return day;
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

static partner_status release(partner__turn *t, partner__lot *lot)
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
    status = partner__emit(t, &e);
    partner__fill_debt(a, lot);
    return status;
}

/* Lots that are usable from the settled day on. */
static partner_status releases(partner__turn *t)
{
    partner__account *a = t->a;

    while (partner__release_due(a, t->plan, a->settled)) {
        partner_status status = release(t, &a->lot[a->waiting++]);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

static int review_due(const partner__turn *t)
{
    return t->a->settled == (t->plan->rolling ? t->a->cal.month_begins : t->a->cal.year_begins);
}

partner_status partner__settle(partner__turn *t, int32_t day)
{
    partner__account *a = t->a;
    int quiet = partner__quiet(t);
    partner_status status = PARTNER_OK;

    while (a->settled < day) {
        int32_t expiry = next_expiry(a);

        status = enter(t, next_stop(a, t->plan, quiet, expiry, day));
        if (status != PARTNER_OK) return status;
        if (expiry <= a->settled) {
            if (quiet) partner__release_quietly(a, t->plan, a->settled - 1);
            status = expiries(t);
        }
        if (status == PARTNER_OK && !quiet) status = releases(t);
        if (status == PARTNER_OK && review_due(t)) status = partner__review(t);
        if (status != PARTNER_OK) return status;
    }
    if (quiet) partner__release_quietly(a, t->plan, day);
    return PARTNER_OK;
}

partner_status partner__account_settle(partner__account *a, int32_t day, partner__book *book,
                                       partner_error *error)
{
    partner__turn t = {.a = a, .plan = book->plan, .book = book, .error = error};
    partner_status status;

    if (a->began == PARTNER_NO_DAY || day <= a->settled) return PARTNER_OK;
    status = partner__book_month(book, a->cal.month, error);
    return status == PARTNER_OK ? partner__settle(&t, day) : status;
}
