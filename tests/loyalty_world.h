/* SPDX-License-Identifier: MIT
 * Worlds for the tests of the loyalty state: a random program that uses every key, partners, and a history of
 * events that it accepts, in order of days. And ledgers as lists that calls can be added to. */
#ifndef PARTNER_TESTS_LOYALTY_WORLD_H
#define PARTNER_TESTS_LOYALTY_WORLD_H

#include "suite.h"

enum { SALE, PAYMENT, REDEMPTION, ADJUSTMENT, CERTIFICATION, OTHER };
enum { MOST_RULES = 6, MOST_TIERS = 4, MOST_ROWS = 400, MOST_PARTNERS = 12, FIRST_DAY = 19000 };

typedef struct world {
    partner_program program;
    partner_program_rule rule[MOST_RULES];
    partner_program_tier tier[MOST_TIERS];
    partner_program_requirement requirement[MOST_TIERS][2];
    partner_program_challenge challenge[2];
    uint32_t product_set[2], group_set[2], tier_set[2];
    char id[MOST_RULES + MOST_TIERS + 2][8];
    size_t rows, partners;
    uint32_t partner[MOST_ROWS], kind[MOST_ROWS], product[MOST_ROWS];
    int32_t day[MOST_ROWS];
    uint64_t event[MOST_ROWS], reverses[MOST_ROWS];
    int64_t amount[MOST_ROWS], quantity[MOST_ROWS], margin[MOST_ROWS];
    int own_ids;
    int32_t as_of; /* some days after the last event */
    uint32_t group[MOST_PARTNERS], roster_tier[MOST_PARTNERS];
    int32_t tier_until[MOST_PARTNERS];
    partner_roster roster;
} world;

static inline uint32_t below(uint64_t *state, uint32_t limit) { return (uint32_t)(draw(state) >> 33) % limit; }
static inline int one_in(uint64_t *state, uint32_t n) { return below(state, n) == 0; }
static inline int64_t between(uint64_t *state, int64_t low, int64_t high)
{
    return low + (int64_t)(draw(state) >> 11) % (high - low + 1);
}

static inline void world_conditions(world *w, partner_program_rule *r, uint64_t *s)
{
    if (one_in(s, 3)) {
        r->when |= PARTNER_WHEN_AMOUNT_MIN;
        r->amount_min = between(s, 0, 20000);
    }
    if (one_in(s, 8)) {
        r->when |= PARTNER_WHEN_AMOUNT_MAX;
        r->amount_max = between(s, 20000, 60000);
    }
    if (one_in(s, 8)) {
        r->when |= PARTNER_WHEN_QUANTITY_MIN;
        r->quantity_min = between(s, 0, 3);
    }
    if (one_in(s, 8)) {
        r->when |= PARTNER_WHEN_MARGIN_MIN;
        r->margin_min = between(s, -1000, 3000);
    }
    if (one_in(s, 8)) {
        r->when |= PARTNER_WHEN_MARGIN_RATE_MIN;
        r->margin_rate_min = between(s, 0, 500000);
    }
    if (one_in(s, 6)) {
        r->when |= PARTNER_WHEN_FROM | PARTNER_WHEN_TO;
        r->from_day = (int32_t)(FIRST_DAY + below(s, 300));
        r->to_day = (int32_t)(r->from_day + 100 + (int32_t)below(s, 300));
    }
    if (one_in(s, 6)) {
        r->when |= PARTNER_WHEN_PRODUCT;
        r->product = w->product_set;
        r->products = 2;
    }
    if (one_in(s, 6)) {
        r->when |= PARTNER_WHEN_GROUP;
        r->group = w->group_set;
        r->groups = 2;
    }
    if (w->program.tiers > 1 && one_in(s, 6)) {
        r->when |= PARTNER_WHEN_TIER;
        r->tier = w->tier_set;
        r->tiers = 2;
    }
    if (one_in(s, 5)) r->when |= PARTNER_WHEN_FIRST;
}

static inline void world_rule(world *w, size_t i, uint64_t *s)
{
    partner_program_rule *r = &w->rule[i];
    uint32_t sort = below(s, 4);

    r->struct_size = sizeof *r;
    r->id = w->id[i];
    r->name = (uint32_t)i;
    r->on = one_in(s, 4) ? PAYMENT : SALE;
    r->points = between(s, 1, 30);
    if (sort < 2) r->per = between(s, 1, 3000);
    r->each = sort == 2;
    r->carry = sort == 0;
    r->multiplier = one_in(s, 2) ? 0 : one_in(s, 20) ? PARTNER_MULTIPLIER_0 : 1 + below(s, 30000);
    r->round = (uint8_t)below(s, 4);
    r->flat = (uint8_t)one_in(s, 3);
    r->counts_for = (uint8_t)below(s, 4);
    if (one_in(s, 2)) {
        r->cap_per = (uint8_t)(1 + below(s, 6));
        r->cap_points = between(s, 1, 400);
    }
    if (one_in(s, 3)) r->exclusive = one_in(s, 2) ? "a" : "b";
    if (one_in(s, 2)) world_conditions(w, r, s);
}

static inline void world_tiers(world *w, uint64_t *s)
{
    int64_t points = 0;

    w->program.tiers = below(s, MOST_TIERS + 1);
    for (size_t i = 0; i < w->program.tiers; i++) {
        partner_program_tier *t = &w->tier[i];

        t->struct_size = sizeof *t;
        t->id = w->id[MOST_RULES + i];
        t->name = (uint32_t)i;
        t->multiplier = one_in(s, 2) ? 0 : 1 + below(s, 25000);
        if (i == 0) continue;
        points += between(s, 1, 400);
        t->points = points;
        t->requires_all = w->requirement[i];
        t->requirements = below(s, 3);
        for (size_t k = 0; k < 2; k++) {
            partner_program_requirement *r = &w->requirement[i][k];

            r->struct_size = sizeof *r;
            r->on = one_in(s, 2) ? CERTIFICATION : SALE;
            r->measure = (uint8_t)(1 + below(s, 3));
            r->months = one_in(s, 2) ? 0 : 1 + below(s, 14);
            r->target = r->measure == PARTNER_MEASURE_AMOUNT ? between(s, 1, 60000) : between(s, 1, 3);
        }
    }
}

static inline void world_challenges(world *w, uint64_t *s)
{
    w->program.challenges = below(s, 3);
    for (size_t i = 0; i < w->program.challenges; i++) {
        partner_program_challenge *c = &w->challenge[i];

        c->struct_size = sizeof *c;
        c->id = w->id[MOST_RULES + MOST_TIERS + i];
        c->name = (uint32_t)(MOST_RULES + i);
        c->on = one_in(s, 3) ? CERTIFICATION : SALE;
        c->from_day = (int32_t)(FIRST_DAY + below(s, 200));
        c->to_day = (int32_t)(c->from_day + 60 + (int32_t)below(s, 500));
        c->measure = (uint8_t)(1 + below(s, 3));
        c->repeat = (uint8_t)one_in(s, 2);
        c->target = c->measure == PARTNER_MEASURE_AMOUNT ? between(s, 5000, 90000) : between(s, 1, 6);
        c->bonus = between(s, 1, 300);
    }
}

static inline void world_program(world *w, uint64_t *s)
{
    partner_program *p = &w->program;

    p->struct_size = sizeof *p;
    p->year_starts = (uint8_t)below(s, 13);
    world_tiers(w, s);
    if (one_in(s, 2)) {
        p->window = PARTNER_WINDOW_ROLLING;
        p->window_months = 1 + below(s, 13);
        p->grace_months = below(s, 3);
    }
    p->max_drop = below(s, 3);
    p->expiry_months = one_in(s, 4) ? 0 : 1 + below(s, 8);
    p->pending_days = one_in(s, 2) ? 0 : 1 + below(s, 28);
    p->reversible_days = one_in(s, 3) ? 0 : one_in(s, 6) ? PARTNER_REVERSIBLE_0 : 1 + below(s, 400);
    p->redeems = p->adjusts = 1;
    p->redeem_on = REDEMPTION;
    p->adjust_on = ADJUSTMENT;
    p->redeem_minimum = one_in(s, 2) ? 0 : between(s, 1, 40);
    p->redeem_step = one_in(s, 2) ? 0 : between(s, 1, 10);
    p->adjust_counts_for = (uint8_t)below(s, 4);
    if (one_in(s, 3)) {
        p->cap_per = (uint8_t)(1 + below(s, 6));
        p->cap_points = between(s, 50, 2000);
    }
    p->point_value = one_in(s, 2) ? 0 : 80000000;
    p->rules = 1 + below(s, MOST_RULES);
    for (size_t i = 0; i < p->rules; i++) world_rule(w, i, s);
    world_challenges(w, s);
    p->rule = w->rule;
    p->tier = w->tier;
    p->challenge = w->challenge;
}

/* An earlier event of the same partner that may be taken back, or MOST_ROWS. */
static inline size_t world_original(const world *w, size_t row, uint64_t *s)
{
    int64_t days = w->program.reversible_days == 0                      ? INT64_MAX
                   : w->program.reversible_days == PARTNER_REVERSIBLE_0 ? 0
                                                                        : w->program.reversible_days;

    for (int attempt = 0; attempt < 20 && row > 0; attempt++) {
        size_t i = below(s, (uint32_t)row);

        if (w->partner[i] == w->partner[row] && w->reverses[i] == PARTNER_NO_ROW && w->kind[i] != ADJUSTMENT &&
            w->day[row] - w->day[i] <= days)
            return i;
    }
    return MOST_ROWS;
}

static inline void world_event(world *w, size_t i, uint64_t *s)
{
    static const uint32_t often[] = {SALE,          SALE,          SALE,       SALE,       SALE,
                                     SALE,          PAYMENT,       REDEMPTION, REDEMPTION, ADJUSTMENT,
                                     CERTIFICATION, CERTIFICATION, OTHER};
    size_t original = MOST_ROWS;

    w->partner[i] = below(s, (uint32_t)w->partners);
    w->kind[i] = often[below(s, sizeof often / sizeof often[0])];
    w->product[i] = one_in(s, 4) ? PARTNER_NONE : below(s, 4);
    w->event[i] = w->own_ids ? (uint64_t)i * UINT64_C(0x9e3779b97f4a7c15) >> (w->own_ids == 1 ? 1 : 40) : i;
    if (w->own_ids == 2) w->event[i] = w->event[i] << 10 | i;
    w->reverses[i] = PARTNER_NO_ROW;
    w->amount[i] = one_in(s, 12)   ? -between(s, 0, 9000)
                   : one_in(s, 20) ? PARTNER_NO_AMOUNT
                                   : between(s, 0, 50000);
    w->quantity[i] = one_in(s, 2) ? PARTNER_NO_AMOUNT : between(s, one_in(s, 9) ? -2 : 0, 5);
    w->margin[i] = one_in(s, 3) ? PARTNER_NO_AMOUNT : between(s, -2000, 20000);
    if (w->kind[i] == REDEMPTION) w->quantity[i] = between(s, 0, 120);
    if (w->kind[i] == ADJUSTMENT) w->quantity[i] = between(s, -150, 200);
    if (one_in(s, 5)) original = world_original(w, i, s);
    if (original == MOST_ROWS) return;
    w->reverses[i] = w->own_ids ? w->event[original] : original;
    w->amount[i] = one_in(s, 3) ? 0 : between(s, -60000, 60000);
}

/* The world of a seed. */
static inline void world_make(world *w, uint64_t seed)
{
    uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1, *s = &state;
    int32_t day = FIRST_DAY;

    memset(w, 0, sizeof *w);
    for (int i = 0; i < 8; i++) draw(s);
    for (size_t i = 0; i < MOST_RULES + MOST_TIERS + 2; i++) w->id[i][0] = (char)('A' + i);
    w->product_set[1] = 2;
    w->group_set[1] = 1;
    w->tier_set[1] = 1;
    world_program(w, s);
    w->partners = 1 + below(s, MOST_PARTNERS);
    w->own_ids = (int)below(s, 3);
    w->rows = below(s, 8) == 0 ? below(s, 8) : 20 + below(s, MOST_ROWS - 20);
    for (size_t i = 0; i < w->rows; i++) {
        if (one_in(s, 2)) day += (int32_t)below(s, one_in(s, 10) ? 90 : 8);
        w->day[i] = day;
        world_event(w, i, s);
    }
    w->as_of = day + (int32_t)below(s, 500);
    w->roster = (partner_roster)PARTNER_ROSTER_INIT;
    w->roster.rows = w->partners;
    w->roster.group = w->group;
    w->roster.tier = w->roster_tier;
    w->roster.tier_until = w->tier_until;
    for (size_t i = 0; i < w->partners; i++) {
        w->group[i] = one_in(s, 3) ? PARTNER_NONE : below(s, 3);
        w->roster_tier[i] =
            w->program.tiers == 0 || one_in(s, 2) ? PARTNER_NONE : below(s, (uint32_t)w->program.tiers);
        w->tier_until[i] = one_in(s, 2) ? PARTNER_NO_DAY : FIRST_DAY + (int32_t)below(s, 700);
    }
}

/* Rows [from, end) of a world. */
static inline partner_events world_events(const world *w, size_t from, size_t end)
{
    partner_events e = PARTNER_EVENTS_INIT;

    e.rows = end - from;
    e.partner = w->partner + from;
    e.day = w->day + from;
    e.kind = w->kind + from;
    e.event = w->own_ids ? w->event + from : NULL;
    e.amount = w->amount + from;
    e.quantity = w->quantity + from;
    e.margin = w->margin + from;
    e.product = w->product + from;
    e.reverses = w->reverses + from;
    return e;
}

/* Ledgers as lists */

typedef struct entry {
    uint32_t partner, rule, tier;
    int32_t day, lot_expiry;
    uint8_t kind;
    uint64_t event, reverses;
    int64_t points, capped, qualifying, balance, pending, basis, whole, held, carried;
    size_t place;
} entry;

typedef struct entries {
    size_t count, room;
    entry *at;
} entries;

static inline void add_entries(entries *list, const partner_ledger *l)
{
    ck_assert_ptr_nonnull(l);
    if (list->count + l->entries > list->room) {
        list->room = (list->count + l->entries) * 2;
        list->at = realloc(list->at, list->room * sizeof *list->at);
        ck_assert_ptr_nonnull(list->at);
    }
    for (size_t i = 0; i < l->entries; i++) {
        entry e;

        memset(&e, 0, sizeof e);
        e.partner = l->partner[i];
        e.rule = l->rule[i];
        e.tier = l->tier[i];
        e.day = l->day[i];
        e.lot_expiry = l->lot_expiry[i];
        e.kind = l->kind[i];
        e.event = l->event[i];
        e.reverses = l->reverses[i];
        e.points = l->points[i];
        e.capped = l->capped[i];
        e.qualifying = l->qualifying[i];
        e.balance = l->balance[i];
        e.pending = l->pending[i];
        e.basis = l->basis[i];
        e.whole = l->whole[i];
        e.held = l->held[i];
        e.carried = l->carried[i];
        e.place = list->count;
        list->at[list->count++] = e;
    }
}

static inline int by_partner(const void *a, const void *b)
{
    const entry *x = a, *y = b;

    if (x->partner != y->partner) return x->partner < y->partner ? -1 : 1;
    return x->place < y->place ? -1 : 1;
}

/* The partners' entries in the order of one run. */
static inline void sort_entries(entries *list)
{
    if (list->count > 0) qsort(list->at, list->count, sizeof *list->at, by_partner);
    for (size_t i = 0; i < list->count; i++) list->at[i].place = i;
}

/* Whether two lists are the same; the test names the seed. */
static inline void check_entries(const entries *a, const entries *b, uint64_t seed, const char *what)
{
    size_t most = a->count < b->count ? a->count : b->count;

    for (size_t i = 0; i < most; i++) {
        const entry *x = &a->at[i], *y = &b->at[i];
        ck_assert_msg(
            memcmp(x, y, sizeof *x) == 0,
            "seed %llu, %s: entry %zu differs: partner %u day %d kind %d event %llu rule %u points %lld, "
            "and partner %u day %d kind %d event %llu rule %u points %lld",
            (unsigned long long)seed, what, i, x->partner, x->day, x->kind, (unsigned long long)x->event,
            x->rule, (long long)x->points, y->partner, y->day, y->kind, (unsigned long long)y->event, y->rule,
            (long long)y->points);
    }
    ck_assert_msg(a->count == b->count, "seed %llu, %s: %zu and %zu entries", (unsigned long long)seed, what,
                  a->count, b->count);
}

#endif
