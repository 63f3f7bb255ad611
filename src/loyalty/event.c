/* SPDX-License-Identifier: MIT
 * An account takes its events: each passes the rules in order, then the challenges, then the tier check. */
#include <inttypes.h>

#include "../base/error.h"
#include "../base/say.h"
#include "engine.h"

enum { ROWS_BETWEEN_LOOKS = 4096 };

/* The history begins; a tier of the roster without a last day is held to the end of this program year. */
static void begin_history(partner__account *a, const partner__plan *plan, int32_t day)
{
    a->began = a->settled = day;
    partner__account_calendar(a, plan);
    if (!plan->rolling && a->now.level > 0 && a->now.until == PARTNER_NO_DAY) {
        a->now.until = a->year_ends - 1;
        a->year = a->last = a->now;
    }
}

static partner_status too_early(const partner__turn *t)
{
    char settled[PARTNER__NUMBER], day[PARTNER__NUMBER];

    return partner__fail_at(t->error, PARTNER_E_DATA, partner__at("events", "day", t->row->row, t->a->partner),
                            "events row %" PRIu64 ": its day %s lies before %s, through which the partner is "
                            "settled, expected that day or a later one",
                            t->row->row, partner__say_day(t->row->day, day),
                            partner__say_day(t->a->settled, settled));
}

/* Within a month nothing happens on days without events but releases: all else is due on the first of one. */
static partner_status reach_day(partner__turn *t)
{
    partner__account *a = t->a;
    int32_t day = t->row->day;

    if (a->began == PARTNER_NO_DAY) {
        begin_history(a, t->plan, day);
        return partner__book_month(t->book, a->this_month, t->error);
    }
    if (day < a->settled) return too_early(t);
    if (day == a->settled) return PARTNER_OK;
    if (day >= a->month_ends || (!partner__quiet(t) && partner__release_due(a, t->plan, day)))
        return partner__settle(t, day);
    a->settled = day;
    if (partner__quiet(t)) partner__release_quietly(a, t->plan, day);
    return PARTNER_OK;
}

/* Where nothing is ever reversed the last event is all that is remembered. */
static void forget(partner__account *a) { a->pasts = a->grants = a->draws = 0; }

partner_status partner__note_event(partner__turn *t, uint32_t flags, int counts)
{
    partner__account *a = t->a;
    partner__past *p;

    if (!t->book->keep) forget(a);
    if (a->pasts == a->pasts_room) {
        partner_status status = partner__grow_pasts(a, t->error);
        if (status != PARTNER_OK) return status;
    }
    t->past = a->pasts++;
    p = &a->past[t->past];
    p->id = t->id;
    p->amount = counts ? t->row->amount : 0;
    p->quantity = counts ? t->row->quantity : 0;
    p->reversed = 0;
    p->day = t->row->day;
    p->slot = t->row->slot;
    p->level = (uint16_t)a->now.level;
    p->flags = flags;
    p->first = a->grants;
    p->count = 0;
    return PARTNER_OK;
}

/* A negative amount that reverses nothing only lowers the sums. */
static partner_status credit_note(partner__turn *t)
{
    partner__account *a = t->a;
    partner__support before = partner__supported(a, t->plan);
    int challenges;
    partner_status status = partner__sum_up(t, t->past, a->past[t->past].amount, 0, 1, &challenges);

    if (status == PARTNER_OK && challenges) status = partner__challenges(t, t->past, 0);
    if (status == PARTNER_OK) status = partner__lower(t, &before);
    return status;
}

static partner_status earn(partner__turn *t)
{
    const partner__plan_kind *kind = &t->plan->kind[t->row->slot];
    partner_status status = kind->rules > 0 ? partner__rules(t) : PARTNER_OK;
    int challenges = 0;

    if (kind->meters == 0 && kind->challenges == 0) return status;
    if (status == PARTNER_OK) status = partner__sum_up(t, t->past, t->row->amount, 1, 1, &challenges);
    if (status == PARTNER_OK && challenges) status = partner__challenges(t, t->past, 1);
    return status;
}

/* Whether the tier check could do anything: the next tier's points are reached, or the tier's validity could be
 * extended. */
static int may_rise(const partner__turn *t)
{
    const partner__account *a = t->a;
    uint32_t level = a->now.level;

    if (level + 1 < t->plan->levels && t->plan->level[level + 1].points <= a->qualifying) return 1;
    return level > 0 && a->now.until < a->next_year_ends - 1;
}

static partner_status handle(partner__turn *t)
{
    uint8_t use = t->row->slot == PARTNER__NO_SLOT ? 0 : t->plan->kind[t->row->slot].use;
    partner_status status;

    if (t->row->reverses) {
        status = partner__reverse(t);
    } else if (t->row->slot == PARTNER__NO_SLOT) {
        return partner__note_event(t, 0, 1);
    } else if (use & PARTNER__KIND_REDEEM) {
        status = partner__note_event(t, PARTNER__EVENT_REDEMPTION, 0);
        if (status == PARTNER_OK) status = partner__redeem(t);
    } else if (use & PARTNER__KIND_ADJUST) {
        status = partner__note_event(t, PARTNER__EVENT_ADJUSTMENT, 0);
        if (status == PARTNER_OK) status = partner__adjust(t);
    } else if (t->row->amount < 0) {
        status = partner__note_event(t, PARTNER__EVENT_CREDIT, 1);
        if (status == PARTNER_OK) status = credit_note(t);
    } else {
        status = partner__note_event(t, 0, 1);
        if (status == PARTNER_OK) status = earn(t);
    }
    return status == PARTNER_OK && may_rise(t) ? partner__promote(t) : status;
}

partner_status partner__account_take(partner__account *a, const partner__row *rows, size_t n,
                                     partner__book *book, partner_error *error)
{
    partner__turn t = {.a = a, .plan = book->plan, .book = book, .error = error};
    partner_status status = partner__book_ready(book, error);

    if (status == PARTNER_OK && a->began != PARTNER_NO_DAY)
        status = partner__book_month(book, a->this_month, error);
    for (size_t i = 0; i < n && status == PARTNER_OK; i++) {
        t.row = &rows[i];
        t.id = partner__book_id(book, rows[i].row);
        if (i % ROWS_BETWEEN_LOOKS == ROWS_BETWEEN_LOOKS - 1 && book->pulse != NULL)
            status = partner__pulse_ask(book->pulse, error);
        if (status == PARTNER_OK) status = reach_day(&t);
        if (status == PARTNER_OK) status = handle(&t);
    }
    return status;
}
