/* SPDX-License-Identifier: MIT
 * Writing an entry down and counting it, for those who write millions: where its kind is known the counting is
 * chosen by the compiler. All others call partner__emit. */
#ifndef PARTNER_LOYALTY_ENTRY_H
#define PARTNER_LOYALTY_ENTRY_H

#include "engine.h"

/* The kind comes last: after a byte is written a compiler takes every pointer for a new one. */
static inline void partner__write_down(partner__ledger *l, const partner__account *a, const partner__plan *plan,
                                       const partner__entry *e)
{
    size_t i = l->entries++;

    l->partner[i] = a->partner;
    l->day[i] = a->settled;
    l->event[i] = e->event;
    l->rule[i] = partner__plan_source_name(plan, e->source);
    l->points[i] = e->points;
    l->capped[i] = e->capped;
    l->qualifying[i] = a->qualifying;
    l->balance[i] = partner__account_balance(a);
    l->pending[i] = a->pending;
    l->tier[i] = plan->level[a->now.level].name;
    l->lot_expiry[i] = e->lot_expiry;
    l->reverses[i] = e->reverses;
    l->basis[i] = e->basis;
    l->whole[i] = e->whole;
    l->held[i] = e->held;
    l->carried[i] = e->carried;
    l->kind[i] = e->kind;
}

static inline void partner__count_entry(partner__book *book, const partner__account *a, const partner__entry *e)
{
    partner__sums *s = book->sums;

    switch (e->kind) {
    case PARTNER_ENTRY_ACCRUAL:
    case PARTNER_ENTRY_BONUS: partner__wide_add(&s->issued, e->moved); break;
    case PARTNER_ENTRY_REVERSAL:
        if (e->source == PARTNER_NONE) partner__wide_add(&s->redeemed, -e->moved);
        else partner__wide_add(&s->reversed, -e->moved);
        break;
    case PARTNER_ENTRY_EXPIRY: partner__wide_add(&s->expired, -e->moved); break;
    case PARTNER_ENTRY_REDEMPTION: partner__wide_add(&s->redeemed, -e->moved); break;
    case PARTNER_ENTRY_ADJUSTMENT: partner__wide_add(&s->adjusted, e->moved); break;
    case PARTNER_ENTRY_PROMOTION:
        s->promotions++;
        book->figures->promotions[a->now.level]++;
        break;
    case PARTNER_ENTRY_DEMOTION:
        s->demotions++;
        book->figures->demotions[a->now.level]++;
        break;
    default: break;
    }
}

/* As partner__emit. */
static inline partner_status partner__emit_here(partner__turn *t, const partner__entry *e)
{
    partner__ledger *ledger = t->book->ledger;

    partner__count_entry(t->book, t->a, e);
    if (ledger == NULL) return PARTNER_OK;
    if (ledger->entries == ledger->room) {
        partner_status status = partner__ledger_reserve(ledger, 1, t->error);
        if (status != PARTNER_OK) return status;
    }
    partner__write_down(ledger, t->a, t->plan, e);
    return PARTNER_OK;
}

#endif
