/* SPDX-License-Identifier: MIT */
#include "ledger.h"

#include <inttypes.h>
#include <string.h>

#include "../base/columns.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "entry.h"

/* --- columns --- */

static const partner__column columns[] = {
    PARTNER__GROWING(partner__ledger, partner),  PARTNER__GROWING(partner__ledger, day),
    PARTNER__GROWING(partner__ledger, kind),     PARTNER__GROWING(partner__ledger, event),
    PARTNER__GROWING(partner__ledger, rule),     PARTNER__GROWING(partner__ledger, points),
    PARTNER__GROWING(partner__ledger, capped),   PARTNER__GROWING(partner__ledger, qualifying),
    PARTNER__GROWING(partner__ledger, balance),  PARTNER__GROWING(partner__ledger, pending),
    PARTNER__GROWING(partner__ledger, tier),     PARTNER__GROWING(partner__ledger, lot_expiry),
    PARTNER__GROWING(partner__ledger, reverses), PARTNER__GROWING(partner__ledger, basis),
    PARTNER__GROWING(partner__ledger, whole),    PARTNER__GROWING(partner__ledger, held),
    PARTNER__GROWING(partner__ledger, carried),
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

void partner__ledger_free(partner__ledger *ledger)
{
    partner__columns_free(ledger, columns, COLUMNS);
    ledger->entries = ledger->room = 0;
}

/* A guess that was too high must not be why memory runs out. */
partner_status partner__ledger_reserve(partner__ledger *ledger, size_t more, partner_error *error)
{
    if (ledger->room - ledger->entries < more && ledger->entries + more < ledger->likely &&
        partner__columns_grow(ledger, columns, COLUMNS, ledger->entries, ledger->likely))
        ledger->room = ledger->likely;
    return partner__columns_reserve(ledger, columns, COLUMNS, ledger->entries, more, &ledger->room, error);
}

void partner__ledger_place(partner__ledger *ledger, size_t place, const partner__ledger *other)
{
    partner__columns_place(ledger, place, other, columns, COLUMNS, other->entries);
}

/* --- figures --- */

int partner__wide_value(const partner__wide *sum, int64_t *value)
{
    uint64_t high = partner__u128_high(sum->bits), low = partner__u128_low(sum->bits);

    if (high != (low >> 63 != 0 ? UINT64_MAX : 0)) return 0;
    *value = low > INT64_MAX ? -(int64_t)(UINT64_MAX - low) - 1 : (int64_t)low;
    return 1;
}

void partner__figures_free(partner__figures *figures)
{
    partner__free(figures->month);
    partner__free(figures->promotions);
    partner__free(figures->demotions);
    *figures = (partner__figures){0};
}

partner_status partner__figures_begin(partner__figures *figures, uint32_t levels, partner_error *error)
{
    *figures = (partner__figures){.levels = levels};
    figures->promotions = partner__alloc_zero(levels, sizeof *figures->promotions);
    figures->demotions = partner__alloc_zero(levels, sizeof *figures->demotions);
    if (figures->promotions != NULL && figures->demotions != NULL) return PARTNER_OK;
    partner__figures_free(figures);
    return partner__no_memory(error);
}

/* Makes them begin with month `from` and have `months` months, which those they have lie in. */
static int widen(partner__figures *f, int32_t from, uint32_t months)
{
    static const partner__sums nothing = {0};
    uint32_t before = f->months > 0 ? (uint32_t)(f->from - from) : 0, room = months + months / 2;

    if (months > f->room) {
        partner__sums *grown = partner__realloc(f->month, room, sizeof *grown);
        if (grown == NULL) return 0;
        f->month = grown;
        f->room = room;
    }
    for (uint32_t i = f->months; before > 0 && i-- > 0;) f->month[i + before] = f->month[i];
    for (uint32_t i = 0; i < before; i++) f->month[i] = nothing;
    for (uint32_t i = f->months + before; i < months; i++) f->month[i] = nothing;
    f->from = from;
    f->months = months;
    return 1;
}

partner_status partner__figures_reach(partner__figures *figures, int32_t month, partner_error *error)
{
    int32_t from = figures->months > 0 && figures->from < month ? figures->from : month;
    int32_t end = month + 1;

    if (figures->months > 0 && figures->from + (int32_t)figures->months > end)
        end = figures->from + (int32_t)figures->months;
    if (figures->months > 0 && from == figures->from && end - from == (int32_t)figures->months)
        return PARTNER_OK;
    return widen(figures, from, (uint32_t)(end - from)) ? PARTNER_OK : partner__no_memory(error);
}

static void add_wide(partner__wide *into, const partner__wide *from)
{
    into->bits = partner__u128_add(into->bits, from->bits);
}

static void add_sums(partner__sums *into, const partner__sums *from)
{
    add_wide(&into->issued, &from->issued);
    add_wide(&into->redeemed, &from->redeemed);
    add_wide(&into->expired, &from->expired);
    add_wide(&into->reversed, &from->reversed);
    add_wide(&into->adjusted, &from->adjusted);
    into->promotions += from->promotions;
    into->demotions += from->demotions;
}

partner_status partner__figures_merge(partner__figures *into, const partner__figures *from,
                                      partner_error *error)
{
    partner_status status = PARTNER_OK;

    if (from->months > 0) {
        status = partner__figures_reach(into, from->from, error);
        if (status == PARTNER_OK)
            status = partner__figures_reach(into, from->from + (int32_t)from->months - 1, error);
    }
    if (status != PARTNER_OK) return status;
    for (uint32_t i = 0; i < from->months; i++)
        add_sums(&into->month[(uint32_t)(from->from - into->from) + i], &from->month[i]);
    for (uint32_t i = 0; i < from->levels && i < into->levels; i++) {
        into->promotions[i] += from->promotions[i];
        into->demotions[i] += from->demotions[i];
    }
    return PARTNER_OK;
}

/* --- the book --- */

partner_status partner__emit(partner__turn *t, const partner__entry *e) { return partner__emit_here(t, e); }

partner_status partner__book_open(partner__book *book, int32_t month, partner_error *error)
{
    partner_status status = partner__figures_reach(book->figures, month, error);

    if (status == PARTNER_OK) book->sums = &book->figures->month[month - book->figures->from];
    return status;
}

partner_status partner__book_ready(partner__book *book, partner_error *error)
{
    const partner__plan *plan = book->plan;
    partner__scratch *s;
    uint32_t most = 0;

    if (book->scratch != NULL) return PARTNER_OK;
    for (uint32_t i = 0; i < plan->kinds; i++)
        if (plan->kind[i].rules > most) most = plan->kind[i].rules;
    s = partner__alloc_zero(1, sizeof *s);
    if (s == NULL) return partner__no_memory(error);
    book->scratch = s;
    s->candidate = partner__alloc(most, sizeof *s->candidate);
    s->best = partner__alloc(plan->exclusives, sizeof *s->best);
    if (s->candidate != NULL && s->best != NULL) return PARTNER_OK;
    partner__book_free(book);
    return partner__no_memory(error);
}

void partner__book_free(partner__book *book)
{
    if (book->scratch == NULL) return;
    partner__free(book->scratch->candidate);
    partner__free(book->scratch->best);
    partner__free(book->scratch);
    book->scratch = NULL;
}

partner_status partner__too_many(const partner__turn *t, uint32_t source)
{
    const partner__plan *plan = t->plan;
    const char *what = source == PARTNER_NONE ? ""
                       : source < plan->rules ? " under rule \""
                                              : " of challenge \"";
    const char *id = source == PARTNER_NONE ? ""
                     : source < plan->rules ? plan->rule[source].says->id
                                            : plan->challenge[source - plan->rules].says->id;
    const char *end = source == PARTNER_NONE ? "" : "\"";

    if (t->row == NULL)
        return partner__fail_at(
            t->error, PARTNER_E_RANGE, partner__at("events", "amount", PARTNER_NO_ROW, source),
            "partner %" PRIu32 ": its points or sums%s%.48s%s leave 64 bits, expected fewer", t->a->partner,
            what, id, end);
    return partner__fail_at(
        t->error, PARTNER_E_RANGE, partner__at("events", "amount", t->row->row, source),
        "events row %" PRIu64
        ": its points or sums%s%.48s%s leave 64 bits, or their calculation 127, expected fewer",
        t->row->row, what, id, end);
}
