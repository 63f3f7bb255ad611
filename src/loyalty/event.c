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
        a->now.until = a->cal.year_ends - 1;
        a->year = a->last = a->now;
    }
    partner__aim(a, plan);
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
static inline partner_status reach_day(partner__turn *t)
{
    partner__account *a = t->a;
    int32_t day = t->row->day;

    if (a->began == PARTNER_NO_DAY) {
        begin_history(a, t->plan, day);
        return partner__book_month(t->book, a->cal.month, t->error);
    }
    if (day < a->settled) return too_early(t);
    if (day == a->settled) return PARTNER_OK;
    if (partner__quiet(t)) {
        if (day >= a->cal.month_ends) return partner__settle_quietly(t, day);
    } else if (day >= a->cal.month_ends || partner__release_due(a, t->plan, day)) {
        return partner__settle(t, day);
    }
    a->settled = day;
    return PARTNER_OK;
}

/* Where nothing is ever reversed the last event is all that is remembered. */
static inline partner_status note(partner__turn *t, uint32_t flags, int64_t amount, int64_t quantity)
{
    partner__account *a = t->a;
    partner__past *p;

    if (!t->book->keep) a->pasts = a->grants = a->draws = 0;
    if (a->pasts == a->pasts_room) {
        partner_status status = partner__grow_pasts(a, t->error);
        if (status != PARTNER_OK) return status;
    }
    t->past = a->pasts++;
    p = &a->past[t->past];
    p->id = t->id;
    p->amount = amount;
    p->quantity = quantity;
    p->reversed = 0;
    p->day = t->row->day;
    p->slot = t->row->slot;
    p->level = (uint16_t)a->now.level;
    p->flags = flags;
    p->first = a->grants;
    p->count = 0;
    return PARTNER_OK;
}

partner_status partner__note_event(partner__turn *t, uint32_t flags) { return note(t, flags, 0, 0); }

/* A negative amount that reverses nothing only lowers the sums: it is neither counted nor has it a quantity. */
static partner_status credit_note(partner__turn *t)
{
    partner__account *a = t->a;
    const partner__measured sums = {t->row->day, {[PARTNER_MEASURE_AMOUNT] = t->row->amount}};
    partner__support before = partner__supported(a, t->plan);
    int challenges;
    partner_status status = partner__sum_up(t, &t->plan->kind[t->row->slot], &sums, &challenges);

    if (status == PARTNER_OK && challenges) status = partner__challenges(t, t->past, 0);
    if (status == PARTNER_OK) status = partner__lower(t, &before);
    return status;
}

static inline partner_status pass_rules(partner__turn *t, const partner__plan_kind *kind)
{
    partner__account *a = t->a;
    const partner__offers *offers = &kind->at[a->now.level];
    partner_status status;

    t->granted = 0;
    status = kind->exclusive ? partner__exclusive_rules(t, offers) : partner__rules(t, offers);
    if (t->book->keep) a->past[t->past].count = a->grants - a->past[t->past].first;
    return status;
}

static inline partner_status earn(partner__turn *t, const partner__plan_kind *kind)
{
    const partner__row *row = t->row;
    const partner__measured sums = {row->day, {0, 1, row->amount, row->quantity}};
    partner_status status;
    int challenges;

    if (kind->rules > 0) {
        status = pass_rules(t, kind);
        if (status != PARTNER_OK) return status;
    }
    status = partner__sum_up(t, kind, &sums, &challenges);
    return status == PARTNER_OK && challenges ? partner__challenges(t, t->past, 1) : status;
}

/* What no rule looks at, and what few events are. */
static partner_status handle_special(partner__turn *t, uint8_t use)
{
    partner_status status = partner__catch_up(t);

    if (status != PARTNER_OK) return status;
    if (t->row->reverses) return partner__reverse(t);
    if (use & PARTNER__KIND_REDEEM) {
        status = note(t, PARTNER__EVENT_REDEMPTION, 0, 0);
        return status == PARTNER_OK ? partner__redeem(t) : status;
    }
    if (use & PARTNER__KIND_ADJUST) {
        status = note(t, PARTNER__EVENT_ADJUSTMENT, 0, 0);
        return status == PARTNER_OK ? partner__adjust(t) : status;
    }
    status = note(t, PARTNER__EVENT_CREDIT, t->row->amount, t->row->quantity);
    return status == PARTNER_OK ? credit_note(t) : status;
}

static inline partner_status handle(partner__turn *t)
{
    const partner__row *row = t->row;
    const partner__plan_kind *kind = row->slot != PARTNER__NO_SLOT ? &t->plan->kind[row->slot] : NULL;
    partner_status status;

    if (row->reverses || (kind != NULL && (kind->use != 0 || row->amount < 0))) {
        status = handle_special(t, kind != NULL ? kind->use : 0);
    } else {
        status = note(t, 0, row->amount, row->quantity);
        if (kind == NULL) return status;
        if (status == PARTNER_OK) status = earn(t, kind);
    }
    return status == PARTNER_OK && t->a->qualifying >= t->a->rises_at ? partner__promote(t) : status;
}

partner_status partner__account_take(partner__account *a, const partner__row *rows, size_t n,
                                     partner__book *book, partner_error *error)
{
    partner__turn t = {.a = a, .plan = book->plan, .book = book, .error = error};
    partner_status status = partner__book_ready(book, error);

    if (status == PARTNER_OK && a->began != PARTNER_NO_DAY)
        status = partner__book_month(book, a->cal.month, error);
    for (size_t i = 0; i < n; i++) {
        if (status != PARTNER_OK) return status;
        t.row = &rows[i];
        t.id = partner__book_id(book, rows[i].row);
        if (i % ROWS_BETWEEN_LOOKS == ROWS_BETWEEN_LOOKS - 1 && book->pulse != NULL) {
            status = partner__pulse_ask(book->pulse, error);
            if (status != PARTNER_OK) return status;
        }
        status = reach_day(&t);
        if (status == PARTNER_OK) status = handle(&t);
    }
    return status == PARTNER_OK ? partner__catch_up(&t) : status;
}
