/* SPDX-License-Identifier: MIT
 * What the files share that move an account: settle.c (days), event.c (events), rules.c, lots.c, challenges.c,
 * review.c (tiers), reversal.c. */
#ifndef PARTNER_LOYALTY_ENGINE_H
#define PARTNER_LOYALTY_ENGINE_H

#include "account.h"
#include "worth.h"

/* What is being done to an account: an event that it takes, or a day that begins (row NULL). */
typedef struct partner__turn {
    partner__account *a;
    const partner__plan *plan;
    partner__book *book;
    const partner__row *row;
    uint64_t id;     /* of the event */
    uint32_t past;   /* its number among the account's */
    int64_t granted; /* for it so far, as a cap per event counts */
    partner_error *error;
} partner__turn;

/* A rule that applies to an event. */
typedef struct partner__candidate {
    uint32_t rule;
    int64_t value;      /* in points, rounded; with carry what S - N comes to */
    int64_t own;        /* what its own cap leaves of it */
    int64_t taken;      /* what the program's cap leaves of that */
    partner__u128 rest; /* with carry: S as it becomes */
    int64_t whole;
} partner__candidate;

typedef struct partner__scratch {
    partner__candidate *candidate; /* room for the rules of any kind */
    uint32_t *best;                /* [plan.exclusives] */
} partner__scratch;

partner_status partner__book_ready(partner__book *book, partner_error *error);

/* RANGE: the points of the event under this rule or challenge leave int64_t. */
partner_status partner__too_many(const partner__turn *t, uint32_t source);

/* --- entries --- */

/* An entry that moves nothing, of this turn's event. */
static inline partner__entry partner__entry_of(uint8_t kind, uint64_t event, uint32_t source)
{
    partner__entry e = {.kind = kind,
                        .source = source,
                        .event = event,
                        .reverses = PARTNER_NO_ROW,
                        .lot_expiry = PARTNER_NO_DAY};
    return e;
}

/* Writes an entry down and counts it, after the account has moved. */
partner_status partner__emit(partner__turn *t, const partner__entry *e);

/* Whether nobody wants entries: what has points is counted all the same. */
static inline int partner__quiet(const partner__turn *t) { return t->book->ledger == NULL; }

/* --- room (account.c) --- */

/* Makes room for more elements. Errors: NOMEM, RANGE. */
partner_status partner__grow_lots(partner__account *a, partner_error *error);
partner_status partner__grow_grants(partner__account *a, partner_error *error);
partner_status partner__grow_draws(partner__account *a, partner_error *error);
partner_status partner__grow_bonuses(partner__account *a, partner_error *error);
partner_status partner__grow_pasts(partner__account *a, partner_error *error);

/* --- events (event.c) --- */

/* Notes this turn's event among the account's, as one whose amount and quantity are of no account. */
partner_status partner__note_event(partner__turn *t, uint32_t flags);

/* --- days (settle.c) --- */

/* Settles through the beginning of a later day. Where nobody wants entries (the second), releases and expiries
 * can wait until somebody asks for lots, debts or balances: then, and in the end, catch up. */
partner_status partner__settle(partner__turn *t, int32_t day);
partner_status partner__settle_quietly(partner__turn *t, int32_t day);
partner_status partner__catch_up(partner__turn *t);

/* Counts what follows in this month's figures; the first makes room for a month that has none. */
partner_status partner__book_open(partner__book *book, int32_t month, partner_error *error);
static inline partner_status partner__book_month(partner__book *book, int32_t month, partner_error *error)
{
    const partner__figures *f = book->figures;

    if (month < f->from || month - f->from >= (int32_t)f->months) return partner__book_open(book, month, error);
    book->sums = &f->month[month - f->from];
    return PARTNER_OK;
}

/* Works out `rises_at`: what is there to be earned next is the next tier, or the present one anew. To be asked
 * for when tier, validity or program year have changed. */
static inline void partner__aim(partner__account *a, const partner__plan *plan)
{
    uint32_t level = a->now.level;

    if (level > 0 && !plan->rolling && a->now.until < a->cal.next_year_ends - 1)
        a->rises_at = plan->level[level].points;
    else a->rises_at = level + 1 < plan->levels ? plan->level[level + 1].points : INT64_MAX;
}

/* Whether the account's program year is the one in which its history began. */
static inline int partner__first_year(const partner__account *a) { return a->began >= a->cal.year_begins; }

/* --- months (account.c) --- */

/* Works out the calendar of the day `settled`. */
static inline void partner__account_calendar(partner__account *a, const partner__plan *plan)
{
    a->this_month = NULL;
    partner__plan_calendar(plan, a->settled, &a->cal);
}

/* The sums of a month, made if need be. Errors: NOMEM. */
partner_status partner__month_seek(partner__turn *t, int32_t month, int64_t **sums);

/* The same for this month, which mostly comes after all those that have sums. */
static inline partner_status partner__this_month(partner__turn *t, int64_t **sums)
{
    partner__account *a = t->a;
    const uint32_t place = a->months, columns = 1 + t->plan->meters;
    int64_t *made;

    if (place == 0 || place >= a->months_room || a->month[place - 1] >= a->cal.month)
        return partner__month_seek(t, a->cal.month, sums);
    a->month[place] = a->cal.month;
    a->months++;
    made = &a->sum[(size_t)place * columns];
    made[0] = 0;
    for (uint32_t i = 1; i < columns; i++) made[i] = 0;
    *sums = a->this_month = made;
    return PARTNER_OK;
}

/* Adds to the qualifying points (column 0) or to meter `column` - 1 of this month; of any month. Errors: RANGE
 * as above, NOMEM. */
static inline partner_status partner__this_month_add(partner__turn *t, uint32_t column, int64_t value,
                                                     uint32_t source)
{
    partner__account *a = t->a;
    int64_t *sums = a->this_month;

    if (value == 0) return PARTNER_OK;
    if (sums == NULL) {
        partner_status status = partner__this_month(t, &sums);
        if (status != PARTNER_OK) return status;
    }
    if (!partner__plus(sums[column], value, &sums[column])) return partner__too_many(t, source);
    if (column > 0 || partner__plus(a->qualifying, value, &a->qualifying)) return PARTNER_OK;
    return partner__too_many(t, source);
}
partner_status partner__month_add(partner__turn *t, int32_t month, uint32_t column, int64_t value,
                                  uint32_t source);

/* The month of an event, which mostly is this one. */
static inline int32_t partner__month_of_event(const partner__account *a, const partner__plan *plan, int32_t day)
{
    return day >= a->cal.month_begins ? a->cal.month : partner__plan_month(plan, day);
}

/* --- lots (lots.c) --- */

/* Where points went or came from: the one expiry of all lots concerned. */
typedef struct partner__concerned {
    int any;
    int32_t expiry; /* PARTNER_NO_DAY where they differ */
} partner__concerned;

/* Fills a debt from one usable lot. */
static inline void partner__fill_debt(partner__account *a, partner__lot *lot)
{
    int64_t points = a->debt < lot->left ? a->debt : lot->left;

    lot->left -= points;
    a->usable -= points;
    a->debt -= points;
}

/* Whether a lot is to be released by that day; lots that are not pending are passed over. */
static inline int partner__release_due(partner__account *a, const partner__plan *plan, int32_t day)
{
    while (a->waiting < a->lots && !a->lot[a->waiting].pending) a->waiting++;
    return a->waiting < a->lots && (int64_t)a->lot[a->waiting].day + plan->pending_days <= day;
}

/* A new lot of this event; usable at once unless `pending`. *lot receives its number. */
static inline partner_status partner__lot_add(partner__turn *t, uint32_t source, int64_t points, int pending,
                                              uint32_t *lot)
{
    partner__account *a = t->a;
    partner__lot *l;
    int64_t held;

    if (a->lots == a->lots_room) {
        partner_status status = partner__grow_lots(a, t->error);
        if (status != PARTNER_OK) return status;
    }
    if (!partner__plus(a->usable + a->pending, points, &held)) {
        partner_status status = partner__catch_up(t);
        if (status != PARTNER_OK) return status;
        if (!partner__plus(a->usable + a->pending, points, &held)) return partner__too_many(t, source);
    }
    *lot = a->lots++;
    l = &a->lot[*lot];
    l->event = t->id;
    l->left = points;
    l->expired = l->excused = 0;
    l->day = a->settled;
    l->expiry = a->cal.expiry;
    l->source = source;
    l->pending = pending != 0;
    if (pending) {
        a->pending += points;
        return PARTNER_OK;
    }
    a->usable += points;
    partner__fill_debt(a, l);
    return PARTNER_OK;
}

/* Takes points back: from this lot (or PARTNER_NONE), then those that have expired from it, then usable lots in
 * order of expiry, then as a debt. *left receives how many left the balance. */
partner_status partner__take_back(partner__turn *t, uint32_t lot, int64_t points, uint32_t source,
                                  partner__concerned *concerned, int64_t *left);

partner_status partner__redeem(partner__turn *t);
partner_status partner__adjust(partner__turn *t);
/* Gives the points of a redemption back. */
partner_status partner__unredeem(partner__turn *t, uint32_t original);

/* All that a lot still holds expires. */
partner_status partner__expire(partner__turn *t, partner__lot *lot);

/* --- rules (rules.c) --- */

/* A number for the period of a cap that a day lies in, the account's last settled day or one before it;
 * INT32_MIN for periods of more than a day that are over. */
int32_t partner__period(const partner__account *a, uint8_t cap_per, int32_t day);

/* Lets the event pass the rules of its kind at the account's tier; the second where rules exclude each other:
 * all of them are looked at before one is taken. */
partner_status partner__rules(partner__turn *t, const partner__offers *offers);
partner_status partner__exclusive_rules(partner__turn *t, const partner__offers *offers);

/* --- sums and challenges (challenges.c) --- */

/* What an event on a day adds to sums, or takes from them. */
typedef struct partner__measured {
    int32_t day;
    int64_t by[4]; /* [PARTNER_MEASURE_…] */
} partner__measured;

/* Adds to what requirements sum: `month` is that of the day. */
static inline partner_status partner__sum_meters(partner__turn *t, const partner__plan_kind *kind,
                                                 const partner__measured *measured, int32_t month)
{
    for (uint32_t i = 0; i < kind->meters; i++) {
        uint32_t meter = kind->meter[i];
        int64_t value = measured->by[t->plan->meter[meter].measure];
        partner_status status = month == t->a->cal.month
                                    ? partner__this_month_add(t, 1 + meter, value, PARTNER_NONE)
                                    : partner__month_add(t, month, 1 + meter, value, PARTNER_NONE);

        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

/* Adds to what challenges sum, if one takes part on that day: see below. */
partner_status partner__sum_challenges(partner__turn *t, const partner__plan_kind *kind,
                                       const partner__measured *measured, int *challenges);

/* Adds to what requirements and challenges sum. *challenges receives whether the sum of one is among them. */
static inline partner_status partner__sum_up(partner__turn *t, const partner__plan_kind *kind,
                                             const partner__measured *measured, int *challenges)
{
    *challenges = 0;
    if (kind->meters > 0) {
        int32_t month = partner__month_of_event(t->a, t->plan, measured->day);
        partner_status status = partner__sum_meters(t, kind, measured, month);

        if (status != PARTNER_OK) return status;
    }
    if ((uint32_t)measured->day - (uint32_t)kind->challenge_from >= kind->challenge_days) return PARTNER_OK;
    return partner__sum_challenges(t, kind, measured, challenges);
}

/* After that, where a challenge is: bonuses that are earned (with `grant`), and those that are earned no
 * longer. */
partner_status partner__challenges(partner__turn *t, uint32_t of, int grant);

/* --- tiers (review.c) --- */

/* What net figures support, and what they supported when the program year began. */
typedef struct partner__support {
    partner__held now, year;
} partner__support;

partner__support partner__supported(const partner__account *a, const partner__plan *plan);

/* Moves the partner when an event has lowered what is supported. */
partner_status partner__lower(partner__turn *t, const partner__support *before);

/* The check after every event. */
partner_status partner__promote(partner__turn *t);

/* The review on the first day of a program year or month. */
partner_status partner__review(partner__turn *t);

/* --- reversals (reversal.c) --- */

partner_status partner__reverse(partner__turn *t);

/* The effective x of a grant with carry when so much of its event is reversed, over the rule's `below`: x less
 * what caps refused, at most x · k. 0 = it leaves 127 bits. */
int partner__effective(const partner__plan *plan, const partner__past *past, const partner__grant *g,
                       int64_t reversed, int whole, partner__u128 *x);

#endif
