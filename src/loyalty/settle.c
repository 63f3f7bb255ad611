/* SPDX-License-Identifier: MIT
 * Days that begin: expiries, then releases, then the review. Days on which nothing can happen are passed over.
 */
#include "../base/error.h"
#include "engine.h"

/* The day is the account's last settled one from now on; what was held when years began moves along. */
static partner_status enter(partner__turn *t, int32_t day)
{
    partner__account *a = t->a;
    int32_t year = a->this_year;

    a->settled = day;
    if (day < a->month_ends) return PARTNER_OK;
    partner__account_calendar(a, t->plan);
    if (a->this_year != year) {
        a->last = a->this_year - year > 12 ? a->now : a->year;
        a->year = a->now;
    }
    if (t->plan->rolling) a->qualifying = partner__account_qualifying(a, t->plan, a->this_month);
    else if (a->this_year != year) a->qualifying = 0;
    return partner__book_month(t->book, a->this_month, t->error);
}

/* The first day after the settled one on which something may happen, at most `day`. Releases that nobody wants
 * to read of can wait for the next such day: until then nothing asks what is usable. */
static int32_t next_stop(partner__account *a, const partner__plan *plan, int quiet, int32_t day)
{
    int64_t stop = day;

    while (a->open < a->lots && a->lot[a->open].left == 0) a->open++;
    if (a->open < a->lots) {
        int32_t expiry = a->lot[a->open].expiry;
        if (expiry != PARTNER_NO_DAY && expiry < stop) stop = expiry;
    }
    if (!quiet && partner__release_due(a, plan, day)) {
        int32_t release = a->lot[a->waiting].day + (int32_t)plan->pending_days;
        if (release < stop) stop = release;
    }
    if (a->now.level > 0) {
        int32_t review = plan->rolling ? a->month_ends : a->year_ends;
        if (review < stop) stop = review;
    }
    return (int32_t)stop;
}

static partner_status expiries(partner__turn *t)
{
    partner__account *a = t->a;

    for (; a->open < a->lots; a->open++) {
        partner__lot *lot = &a->lot[a->open];
        partner_status status;

        if (lot->left == 0) continue;
        if (lot->expiry == PARTNER_NO_DAY || lot->expiry > a->settled) break;
        status = partner__expire(t, lot);
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

/* Lots that are usable from `day` or an earlier one. */
static partner_status releases(partner__turn *t, int32_t day)
{
    partner__account *a = t->a;

    if (partner__quiet(t)) {
        partner__release_quietly(a, t->plan, day);
        return PARTNER_OK;
    }
    while (partner__release_due(a, t->plan, day)) {
        partner_status status = release(t, &a->lot[a->waiting++]);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

partner_status partner__settle(partner__turn *t, int32_t day)
{
    partner__account *a = t->a;

    while (a->settled < day) {
        partner_status status = enter(t, next_stop(a, t->plan, partner__quiet(t), day));

        if (status == PARTNER_OK && partner__quiet(t)) status = releases(t, a->settled - 1);
        if (status == PARTNER_OK) status = expiries(t);
        if (status == PARTNER_OK) status = releases(t, a->settled);
        if (status == PARTNER_OK && a->settled == (t->plan->rolling ? a->month_begins : a->year_begins))
            status = partner__review(t);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

partner_status partner__account_settle(partner__account *a, int32_t day, partner__book *book,
                                       partner_error *error)
{
    partner__turn t = {.a = a, .plan = book->plan, .book = book, .error = error};
    partner_status status;

    if (a->began == PARTNER_NO_DAY || day <= a->settled) return PARTNER_OK;
    status = partner__book_month(book, a->this_month, error);
    return status == PARTNER_OK ? partner__settle(&t, day) : status;
}
