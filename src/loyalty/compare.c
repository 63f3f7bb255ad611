/* SPDX-License-Identifier: MIT
 * Two programs over the same events: one walk over the statements of both. */
#include <inttypes.h>
#include <partner/loyalty.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "ledger.h"
#include "pair.h"
#include "plan.h"
#include "worth.h"

/* The result and the block its columns lie in. */
typedef struct holder {
    partner_loyalty_comparison comparison;
    void *columns;
} holder;

/* The columns of one program. */
typedef struct columns {
    int64_t *earned, *balance, *cost;
    uint32_t *tier;
} columns;

/* One program's result, and its tiers by name: name << 32 | level, ascending. */
typedef struct side {
    const partner_loyalty *loyalty;
    uint64_t *levels;
    uint64_t point_value; /* 0 = not said */
    partner__wide earned;
    columns to;
} side;

/* --- levels --- */

/* Names mostly come in the order of their tiers, where insertion has nothing to move. */
static partner_status sort_levels(side *s, partner_error *error)
{
    const partner_loyalty_tiers *t = s->loyalty->tiers;

    s->levels = partner__alloc(t->tiers, sizeof *s->levels);
    if (s->levels == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < t->tiers; i++) {
        uint64_t word = (uint64_t)t->tier[i] << 32 | i;
        size_t at = i;

        for (; at > 0 && s->levels[at - 1] > word; at--) s->levels[at] = s->levels[at - 1];
        s->levels[at] = word;
    }
    return PARTNER_OK;
}

/* The level of the tier with this name; 0 for a name that no tier has, as PARTNER_NONE. */
static uint32_t level_of(const side *s, uint32_t name)
{
    uint64_t least = (uint64_t)name << 32;
    size_t low = 0, high = s->loyalty->tiers->tiers;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (s->levels[middle] < least) low = middle + 1;
        else high = middle;
    }
    if (low == s->loyalty->tiers->tiers || s->levels[low] >> 32 != name) return 0;
    return (uint32_t)s->levels[low];
}

/* --- lines --- */

static partner_status beyond(partner_error *error, const char *what, uint32_t partner)
{
    return partner__fail_at(error, PARTNER_E_RANGE, partner__at(NULL, what, PARTNER_NO_ROW, partner),
                            "%s of partner %" PRIu32 " does not fit 64 bits", what, partner);
}

/* What the partner's points have cost and will: those redeemed, and those that are owed. A debt is owed to
 * nobody, and takes nothing off what was redeemed. */
static partner_status cost_of(const side *s, size_t i, int64_t *cost, partner_error *error)
{
    const partner_loyalty *l = s->loyalty;
    uint64_t held = (uint64_t)(l->balance[i] > 0 ? l->balance[i] : 0) + (uint64_t)l->pending[i];

    *cost = PARTNER_NO_AMOUNT;
    if (s->point_value == 0) return PARTNER_OK;
    if ((uint64_t)l->spent[i] > UINT64_MAX - held) return beyond(error, "cost", l->partner[i]);
    return partner__worth((uint64_t)l->spent[i] + held, s->point_value, l->minor_units, cost, error);
}

/* Line `line` of the side's columns, from its statement i or from none. *level receives the tier's. */
static partner_status write_side(side *s, size_t line, size_t i, uint32_t *level, partner_error *error)
{
    const partner_loyalty *l = s->loyalty;

    *level = 0;
    s->to.earned[line] = s->to.balance[line] = 0;
    s->to.cost[line] = s->point_value == 0 ? PARTNER_NO_AMOUNT : 0;
    s->to.tier[line] = PARTNER_NONE;
    if (i == SIZE_MAX) return PARTNER_OK;
    *level = level_of(s, l->tier[i]);
    s->to.earned[line] = l->earned[i];
    s->to.tier[line] = l->tier[i];
    partner__wide_add(&s->earned, l->earned[i]);
    if (!partner__plus(l->balance[i], l->pending[i], &s->to.balance[line]))
        return beyond(error, "balance", l->partner[i]);
    return cost_of(s, i, &s->to.cost[line], error);
}

static size_t count_lines(const partner_loyalty *here, const partner_loyalty *there)
{
    partner__pair at = {0, 0, 0}, found;
    size_t lines = 0;

    while (partner__next_pair(here, there, &at, &found)) lines++;
    return lines;
}

/* One block for all columns, those of eight bytes first. */
static partner_status new_columns(holder *h, side sides[2], int64_t **change, uint32_t **partner,
                                  partner_error *error)
{
    size_t lines = h->comparison.partners;
    int64_t *block = partner__alloc(lines, 7 * sizeof *block + 3 * sizeof **partner);

    if (block == NULL) return partner__no_memory(error);
    h->columns = block;
    *change = block;
    for (size_t i = 0; i < 2; i++) {
        sides[i].to.earned = block + (3 * i + 1) * lines;
        sides[i].to.balance = sides[i].to.earned + lines;
        sides[i].to.cost = sides[i].to.balance + lines;
    }
    *partner = (uint32_t *)(void *)(block + 7 * lines);
    sides[0].to.tier = *partner + lines;
    sides[1].to.tier = sides[0].to.tier + lines;
    return PARTNER_OK;
}

static partner_status write_lines(holder *h, side sides[2], int64_t *change, uint32_t *partner,
                                  partner_error *error)
{
    partner__pair at = {0, 0, 0}, found;
    uint32_t level, other;

    for (size_t line = 0; partner__next_pair(sides[0].loyalty, sides[1].loyalty, &at, &found); line++) {
        partner_status status = write_side(&sides[0], line, found.first, &level, error);

        if (status == PARTNER_OK) status = write_side(&sides[1], line, found.second, &other, error);
        if (status != PARTNER_OK) return status;
        partner[line] = found.partner;
        h->comparison.higher += other > level;
        h->comparison.lower += other < level;
        if (!partner__minus(sides[1].to.earned[line], sides[0].to.earned[line], &change[line]))
            return beyond(error, "earned_change", found.partner);
    }
    return PARTNER_OK;
}

/* --- sums --- */

static partner_status write_sums(holder *h, const side sides[2], partner_error *error)
{
    const partner_loyalty *here = sides[0].loyalty, *there = sides[1].loyalty;
    partner_loyalty_comparison *c = &h->comparison;

    if (!partner__wide_value(&sides[0].earned, &c->earned_total) ||
        !partner__wide_value(&sides[1].earned, &c->other_earned_total))
        return partner__fail(error, PARTNER_E_RANGE, "the points earned sum to more than %" PRId64, INT64_MAX);
    c->outstanding = here->outstanding;
    c->other_outstanding = there->outstanding;
    c->liability = here->liability;
    c->other_liability = there->liability;
    c->liability_change = PARTNER_NO_AMOUNT;
    if (c->liability != PARTNER_NO_AMOUNT && c->other_liability != PARTNER_NO_AMOUNT &&
        !partner__minus(c->other_liability, c->liability, &c->liability_change))
        return partner__fail(error, PARTNER_E_RANGE, "the change of the liability does not fit 64 bits");
    c->minor_units = here->minor_units;
    return PARTNER_OK;
}

static void show(holder *h, const side sides[2], const int64_t *change, const uint32_t *partner)
{
    partner_loyalty_comparison *c = &h->comparison;

    c->partner = partner;
    c->earned = sides[0].to.earned;
    c->other_earned = sides[1].to.earned;
    c->earned_change = change;
    c->balance = sides[0].to.balance;
    c->other_balance = sides[1].to.balance;
    c->tier = sides[0].to.tier;
    c->other_tier = sides[1].to.tier;
    c->cost = sides[0].to.cost;
    c->other_cost = sides[1].to.cost;
}

/* --- the calls --- */

static partner_status compare(holder *h, side sides[2], partner_error *error)
{
    int64_t *change = NULL;
    uint32_t *partner = NULL;
    partner_status status = PARTNER_OK;

    h->comparison.partners = count_lines(sides[0].loyalty, sides[1].loyalty);
    for (int i = 0; i < 2 && status == PARTNER_OK; i++) {
        sides[i].point_value = partner__loyalty_program(sides[i].loyalty)->point_value;
        status = sort_levels(&sides[i], error);
    }
    if (status == PARTNER_OK) status = new_columns(h, sides, &change, &partner, error);
    if (status == PARTNER_OK) status = write_lines(h, sides, change, partner, error);
    if (status == PARTNER_OK) status = write_sums(h, sides, error);
    if (status == PARTNER_OK) show(h, sides, change, partner);
    partner__free(sides[0].levels);
    partner__free(sides[1].levels);
    return status;
}

partner_status partner_loyalty_compare(const partner_loyalty *loyalty, const partner_loyalty *other,
                                       partner_loyalty_comparison **comparison, partner_error *error)
{
    side sides[2] = {{.loyalty = loyalty}, {.loyalty = other}};
    holder *h;
    partner_status status;

    if (loyalty == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "loyalty is NULL");
    if (other == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "other is NULL");
    if (comparison == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "comparison is NULL");
    if (loyalty->minor_units != other->minor_units)
        return partner__fail(error, PARTNER_E_STATE,
                             "minor_units is %u in one result and %u in the other, expected the same",
                             (unsigned)loyalty->minor_units, (unsigned)other->minor_units);
    h = partner__alloc_zero(1, sizeof *h);
    if (h == NULL) return partner__no_memory(error);
    status = compare(h, sides, error);
    if (status == PARTNER_OK) *comparison = &h->comparison;
    else partner_loyalty_comparison_free(&h->comparison);
    return status;
}

void partner_loyalty_comparison_free(partner_loyalty_comparison *comparison)
{
    holder *h = (holder *)(void *)comparison;

    if (comparison == NULL) return;
    partner__free(h->columns);
    partner__free(h);
}
