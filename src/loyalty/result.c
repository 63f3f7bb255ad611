/* SPDX-License-Identifier: MIT
 * The result: statements into columns, sums over partners and months, the ledger put together. */
#include <math.h>
#include <string.h>

#include "../base/arena.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "run.h"
#include "segment.h"
#include "worth.h"

/* The result, and what its columns lie in. */
typedef struct holder {
    partner_loyalty loyalty;
    partner__plan *plan;
    partner__arena arena;
    partner__ledger entries;
    partner__missing missing_lines;
    partner__notices notice_lines;
    partner_ledger ledger;
    partner_loyalty_tiers tiers;
    partner_loyalty_months months;
    partner_loyalty_missing missing;
    partner_loyalty_notices notices;
} holder;

const partner__plan *partner__loyalty_plan(const partner_loyalty *loyalty)
{
    return ((const holder *)loyalty)->plan;
}

const partner_program *partner__loyalty_program(const partner_loyalty *loyalty)
{
    return &partner__loyalty_plan(loyalty)->program;
}

void partner_loyalty_free(partner_loyalty *loyalty)
{
    holder *h = (holder *)loyalty;

    if (h == NULL) return;
    partner__ledger_free(&h->entries);
    partner__missing_free(&h->missing_lines);
    partner__notices_free(&h->notice_lines);
    partner__arena_free(&h->arena);
    partner__plan_release(h->plan);
    partner__free(h);
}

/* A sum over all partners or months: RANGE where it leaves int64_t. */
static partner_status sum_fits(const partner__wide *sum, const char *what, int64_t *value, partner_error *error)
{
    if (partner__wide_value(sum, value)) return PARTNER_OK;
    return partner__fail(error, PARTNER_E_RANGE, "the points %s by all partners leave 64 bits, expected fewer",
                         what);
}

/* --- statements --- */

/* The columns while they are written. */
typedef struct columns {
    uint32_t *partner, *tier, *next_tier, *requirements_missing, *projected_tier;
    int32_t *valid_to;
    int64_t *balance, *pending, *earned, *spent, *lapsed, *qualifying, *points_missing, *expiring[3],
        *projected, *to_keep;
} columns;

static uint32_t *numbers(holder *h, const uint32_t **column)
{
    uint32_t *made = partner__arena_alloc(&h->arena, h->loyalty.partners, sizeof *made);

    *column = made;
    return made;
}

static int64_t *amounts(holder *h, const int64_t **column)
{
    int64_t *made = partner__arena_alloc(&h->arena, h->loyalty.partners, sizeof *made);

    *column = made;
    return made;
}

static int32_t *days(holder *h, const int32_t **column)
{
    int32_t *made = partner__arena_alloc(&h->arena, h->loyalty.partners, sizeof *made);

    *column = made;
    return made;
}

static int make_columns(holder *h, columns *c)
{
    partner_loyalty *l = &h->loyalty;
    int made = 1;

    made &= (c->partner = numbers(h, &l->partner)) != NULL;
    made &= (c->tier = numbers(h, &l->tier)) != NULL;
    made &= (c->next_tier = numbers(h, &l->next_tier)) != NULL;
    made &= (c->requirements_missing = numbers(h, &l->requirements_missing)) != NULL;
    made &= (c->projected_tier = numbers(h, &l->projected_tier)) != NULL;
    made &= (c->valid_to = days(h, &l->valid_to)) != NULL;
    made &= (c->balance = amounts(h, &l->balance)) != NULL;
    made &= (c->pending = amounts(h, &l->pending)) != NULL;
    made &= (c->earned = amounts(h, &l->earned)) != NULL;
    made &= (c->spent = amounts(h, &l->spent)) != NULL;
    made &= (c->lapsed = amounts(h, &l->lapsed)) != NULL;
    made &= (c->qualifying = amounts(h, &l->qualifying)) != NULL;
    made &= (c->points_missing = amounts(h, &l->points_missing)) != NULL;
    made &= (c->expiring[0] = amounts(h, &l->expiring_30)) != NULL;
    made &= (c->expiring[1] = amounts(h, &l->expiring_60)) != NULL;
    made &= (c->expiring[2] = amounts(h, &l->expiring_90)) != NULL;
    made &= (c->projected = amounts(h, &l->projected)) != NULL;
    made &= (c->to_keep = amounts(h, &l->to_keep)) != NULL;
    return made;
}

static uint32_t name_of(const partner__plan *plan, uint32_t level)
{
    return level == PARTNER_NONE ? PARTNER_NONE : plan->level[level].name;
}

static void write_statement(const columns *c, size_t i, const partner__line *line, const partner__plan *plan)
{
    c->partner[i] = line->partner;
    c->tier[i] = name_of(plan, line->level);
    c->next_tier[i] = name_of(plan, line->more.next);
    c->requirements_missing[i] = line->more.requirements_missing;
    c->projected_tier[i] = name_of(plan, line->more.projected_level);
    c->valid_to[i] = line->until;
    c->balance[i] = line->balance;
    c->pending[i] = line->pending;
    c->earned[i] = line->earned;
    c->spent[i] = line->spent;
    c->lapsed[i] = line->lapsed;
    c->qualifying[i] = line->qualifying;
    c->points_missing[i] = line->more.points_missing;
    for (int k = 0; k < PARTNER__EXPIRING; k++) c->expiring[k][i] = line->more.expiring[k];
    c->projected[i] = line->more.projected;
    c->to_keep[i] = line->more.to_keep;
}

/* --- sums over partners --- */

typedef struct held_points {
    partner__wide outstanding, debts;
    partner__wide *of_level; /* [levels] */
    size_t *partners;        /* [levels] */
} held_points;

static void add_line(held_points *p, const partner__line *line)
{
    int64_t held = (line->balance > 0 ? line->balance : 0) + line->pending;

    partner__wide_add(&p->outstanding, held);
    partner__wide_add(&p->debts, line->balance < 0 ? -line->balance : 0);
    partner__wide_add(&p->of_level[line->level], held);
    p->partners[line->level]++;
}

static partner_status write_lines(holder *h, const partner__played *played, held_points *points,
                                  partner_error *error)
{
    columns c;
    size_t i = 0;

    for (size_t k = 0; k < played->segments; k++) h->loyalty.partners += played->segment[k].lines;
    if (!make_columns(h, &c)) return partner__no_memory(error);
    for (size_t k = 0; k < played->segments; k++)
        for (size_t n = 0; n < played->segment[k].lines; n++) {
            write_statement(&c, i++, &played->segment[k].line[n], h->plan);
            add_line(points, &played->segment[k].line[n]);
        }
    return PARTNER_OK;
}

static partner_status write_tiers(holder *h, const held_points *points, const partner__figures *figures,
                                  partner_error *error)
{
    size_t n = h->plan->program.tiers;
    uint32_t *tier = partner__arena_alloc(&h->arena, n, sizeof *tier);
    uint64_t *promotions = partner__arena_alloc(&h->arena, n, sizeof *promotions);
    uint64_t *demotions = partner__arena_alloc(&h->arena, n, sizeof *demotions);
    int64_t *outstanding = partner__arena_alloc(&h->arena, n, sizeof *outstanding);
    partner_status status = PARTNER_OK;

    if (tier == NULL || promotions == NULL || demotions == NULL || outstanding == NULL)
        return partner__no_memory(error);
    for (size_t i = 0; i < n && status == PARTNER_OK; i++) {
        tier[i] = h->plan->level[i].name;
        promotions[i] = figures->promotions[i];
        demotions[i] = figures->demotions[i];
        status = sum_fits(&points->of_level[i], "held", &outstanding[i], error);
    }
    h->tiers = (partner_loyalty_tiers){n, tier, points->partners, promotions, demotions, outstanding};
    h->loyalty.tiers = &h->tiers;
    return status;
}

/* --- sums over months --- */

typedef struct month_columns {
    int32_t *month;
    int64_t *issued, *redeemed, *expired, *reversed, *adjusted, *net;
    uint64_t *promotions, *demotions;
} month_columns;

static int make_month_columns(holder *h, month_columns *c, size_t n)
{
    int64_t *sums = partner__arena_alloc(&h->arena, n, 6 * sizeof *sums);
    uint64_t *moves = partner__arena_alloc(&h->arena, n, 2 * sizeof *moves);

    c->month = partner__arena_alloc(&h->arena, n, sizeof *c->month);
    if (sums == NULL || moves == NULL || c->month == NULL) return 0;
    c->issued = sums;
    c->redeemed = sums + n;
    c->expired = sums + 2 * n;
    c->reversed = sums + 3 * n;
    c->adjusted = sums + 4 * n;
    c->net = sums + 5 * n;
    c->promotions = moves;
    c->demotions = moves + n;
    h->months = (partner_loyalty_months){n,           c->month,    c->issued, c->redeemed,   c->expired,
                                         c->reversed, c->adjusted, c->net,    c->promotions, c->demotions};
    h->loyalty.months = &h->months;
    return 1;
}

/* Adds what a month did to the points held at its end. */
static partner_status write_month(const month_columns *c, size_t i, const partner__sums *s, partner__wide *net,
                                  partner_error *error)
{
    partner_status status = sum_fits(&s->issued, "earned", &c->issued[i], error);

    if (status == PARTNER_OK) status = sum_fits(&s->redeemed, "redeemed", &c->redeemed[i], error);
    if (status == PARTNER_OK) status = sum_fits(&s->expired, "lost to expiry", &c->expired[i], error);
    if (status == PARTNER_OK) status = sum_fits(&s->reversed, "given back", &c->reversed[i], error);
    if (status == PARTNER_OK) status = sum_fits(&s->adjusted, "got by adjustments", &c->adjusted[i], error);
    if (status != PARTNER_OK) return status;
    c->promotions[i] = s->promotions;
    c->demotions[i] = s->demotions;
    partner__wide_add(net, c->issued[i]);
    partner__wide_add(net, c->adjusted[i]);
    net->bits = partner__u128_sub(net->bits, s->redeemed.bits);
    net->bits = partner__u128_sub(net->bits, s->expired.bits);
    net->bits = partner__u128_sub(net->bits, s->reversed.bits);
    return sum_fits(net, "held", &c->net[i], error);
}

static void add(partner__wide *into, const partner__wide *value)
{
    into->bits = partner__u128_add(into->bits, value->bits);
}

static partner_status write_months(holder *h, const partner__figures *figures, partner_error *error)
{
    partner_loyalty *l = &h->loyalty;
    partner__sums all = {0};
    partner__wide net = {partner__u128_from(0)};
    partner_status status = PARTNER_OK;
    month_columns c;

    if (!make_month_columns(h, &c, figures->months)) return partner__no_memory(error);
    for (uint32_t i = 0; i < figures->months && status == PARTNER_OK; i++) {
        const partner__sums *s = &figures->month[i];

        c.month[i] = partner__month_begins(figures->from + (int64_t)i);
        status = write_month(&c, i, s, &net, error);
        add(&all.issued, &s->issued);
        add(&all.redeemed, &s->redeemed);
        add(&all.expired, &s->expired);
        add(&all.reversed, &s->reversed);
        add(&all.adjusted, &s->adjusted);
        l->promotions += s->promotions;
        l->demotions += s->demotions;
    }
    if (status == PARTNER_OK) status = sum_fits(&all.issued, "earned", &l->issued, error);
    if (status == PARTNER_OK) status = sum_fits(&all.redeemed, "redeemed", &l->redeemed, error);
    if (status == PARTNER_OK) status = sum_fits(&all.expired, "lost to expiry", &l->expired, error);
    if (status == PARTNER_OK) status = sum_fits(&all.reversed, "given back", &l->reversed, error);
    if (status == PARTNER_OK) status = sum_fits(&all.adjusted, "got by adjustments", &l->adjusted, error);
    return status;
}

static partner_status write_figures(holder *h, const partner__play *play, const partner__played *played,
                                    const held_points *points, partner_error *error)
{
    partner__figures all = {0};
    partner_status status = partner__figures_begin(&all, h->plan->levels, error);

    if (status == PARTNER_OK && play->history != NULL)
        status = partner__figures_merge(&all, play->history, error);
    if (status == PARTNER_OK) status = partner__figures_merge(&all, &played->figures, error);
    if (status == PARTNER_OK) status = write_months(h, &all, error);
    if (status == PARTNER_OK) status = write_tiers(h, points, &all, error);
    partner__figures_free(&all);
    return status;
}

static partner_status write_summary(holder *h, const held_points *points, partner_error *error)
{
    partner_loyalty *l = &h->loyalty;
    uint64_t value = h->plan->program.point_value;
    partner__u128 lost = partner__u128_from((uint64_t)l->expired), used = partner__u128_from(0);
    partner_status status = sum_fits(&points->outstanding, "held", &l->outstanding, error);

    if (status == PARTNER_OK) status = sum_fits(&points->debts, "owed", &l->debts, error);
    if (status != PARTNER_OK) return status;
    if (l->redeemed > 0) used = partner__u128_from((uint64_t)l->redeemed);
    l->breakage = partner__ratio(lost, partner__u128_add(lost, used));
    l->liability = PARTNER_NO_AMOUNT;
    if (value == 0) return PARTNER_OK;
    return partner__worth((uint64_t)l->outstanding, value, l->minor_units, &l->liability, error);
}

/* --- the ledger --- */

static partner_status write_ledger(holder *h, partner__played *played, partner_error *error)
{
    partner__ledger *e = &h->entries;
    partner_status status;

    *e = played->ledger;
    memset(&played->ledger, 0, sizeof played->ledger);
    status = partner__ledger_reserve(e, 1, error); /* so that columns are there */
    h->ledger = (partner_ledger){e->entries,    e->partner,  e->day,        e->kind,    e->event,   e->rule,
                                 e->points,     e->capped,   e->qualifying, e->balance, e->pending, e->tier,
                                 e->lot_expiry, e->reverses, e->basis,      e->whole,   e->held,    e->carried};
    h->loyalty.ledger = &h->ledger;
    return status;
}

static partner_status join_lines(holder *h, const partner__play *play, const partner__played *played,
                                 partner_error *error)
{
    partner_status status = PARTNER_OK;

    for (size_t i = 0; i < played->segments && status == PARTNER_OK; i++)
        status = partner__missing_join(&h->missing_lines, &played->segment[i].missing, error);
    if (status == PARTNER_OK) status = partner__missing_show(&h->missing_lines, &h->missing, error);
    h->loyalty.missing = &h->missing;
    if (!play->notices) return status;
    for (size_t i = 0; i < played->segments && status == PARTNER_OK; i++)
        status = partner__notices_join(&h->notice_lines, &played->segment[i].notices, error);
    if (status == PARTNER_OK) status = partner__notices_show(&h->notice_lines, &h->notices, error);
    h->loyalty.notices = &h->notices;
    return status;
}

/* --- all of it --- */

static partner_status fill(holder *h, const partner__play *play, partner__played *played, partner_error *error)
{
    held_points points = {.of_level = partner__alloc_zero(h->plan->levels, sizeof *points.of_level)};
    partner_status status = PARTNER_OK;

    points.partners = partner__arena_alloc(&h->arena, h->plan->levels, sizeof *points.partners);
    if (points.of_level == NULL || points.partners == NULL) {
        partner__free(points.of_level);
        return partner__no_memory(error);
    }
    memset(points.partners, 0, h->plan->levels * sizeof *points.partners);
    status = write_lines(h, played, &points, error);
    if (status == PARTNER_OK) status = write_figures(h, play, played, &points, error);
    if (status == PARTNER_OK) status = write_summary(h, &points, error);
    if (status == PARTNER_OK) status = join_lines(h, play, played, error);
    if (status == PARTNER_OK && play->ledger) status = write_ledger(h, played, error);
    partner__free(points.of_level);
    return status;
}

partner_status partner__result(const partner__play *play, partner__played *played,
                               const partner_loyalty *counts, partner_loyalty **loyalty, partner_error *error)
{
    holder *h = partner__alloc_zero(1, sizeof *h);
    partner_status status;

    if (h == NULL) return partner__no_memory(error);
    h->plan = partner__plan_keep(play->plan);
    h->loyalty.as_of_day = counts->as_of_day;
    h->loyalty.events = counts->events;
    h->loyalty.later = counts->later;
    h->loyalty.unmentioned = counts->unmentioned;
    h->loyalty.credit_notes = counts->credit_notes;
    h->loyalty.duplicates = counts->duplicates;
    h->loyalty.minor_units = play->plan->minor_units;
    status = fill(h, play, played, error);
    if (status == PARTNER_OK) *loyalty = &h->loyalty;
    else partner_loyalty_free(&h->loyalty);
    return status;
}
