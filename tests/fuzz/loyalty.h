/* SPDX-License-Identifier: MIT
 * Arbitrary loyalty programs, partners and events, for the target that runs them. */
#ifndef PARTNER_TESTS_FUZZ_LOYALTY_H
#define PARTNER_TESTS_FUZZ_LOYALTY_H

#include "fuzz.h"

enum {
    FUZZ_RULES = 6,
    FUZZ_TIERS = 4,
    FUZZ_CHALLENGES = 2,
    FUZZ_EVENTS = 400,
    FUZZ_PARTNERS = 8,
    FUZZ_KINDS = 7
};

/* Programs that hang in this struct; ids are single letters, names count on. */
typedef struct fuzz_program {
    partner_program program;
    partner_program_rule rule[FUZZ_RULES];
    partner_program_tier tier[FUZZ_TIERS];
    partner_program_requirement requirement[FUZZ_TIERS][2];
    partner_program_challenge challenge[FUZZ_CHALLENGES];
    uint32_t set[2];
    char id[FUZZ_RULES + FUZZ_TIERS + FUZZ_CHALLENGES][2];
} fuzz_program;

typedef struct fuzz_events {
    partner_events events;
    partner_roster roster;
    uint32_t partner[FUZZ_EVENTS], kind[FUZZ_EVENTS], product[FUZZ_EVENTS];
    int32_t day[FUZZ_EVENTS];
    uint64_t event[FUZZ_EVENTS], reverses[FUZZ_EVENTS];
    int64_t amount[FUZZ_EVENTS], quantity[FUZZ_EVENTS], margin[FUZZ_EVENTS];
    uint32_t group[FUZZ_PARTNERS], tier[FUZZ_PARTNERS];
    int32_t until[FUZZ_PARTNERS];
} fuzz_events;

static inline uint32_t fuzz_below(fuzz_input *in, uint32_t limit) { return fuzz_u8(in) % limit; }

/* Mostly `low` to `low` + 255 times `step`, now and then whatever a number can be. */
static inline int64_t fuzz_some(fuzz_input *in, int64_t low, int64_t step)
{
    uint8_t kind = fuzz_u8(in);

    return kind == 0xff ? fuzz_amount(in) : low + kind * step;
}

/* From the third day of 2022 on; the ends of the calendar and beyond now and then. */
static inline int32_t fuzz_calendar(fuzz_input *in)
{
    uint32_t kind = (uint32_t)fuzz_take(in, 2);

    switch (kind) {
    case 0xffff: return PARTNER_NO_DAY;
    case 0xfffe: return INT32_MAX;
    case 0xfffd: return -719162; /* 0001-01-01 */
    case 0xfffc: return 2932896; /* 9999-12-31 */
    case 0xfffb: return (int32_t)(fuzz_take(in, 4) & 0x7fffffff);
    default: return 18995 + (int32_t)(kind % 1500);
    }
}

static inline uint32_t fuzz_multiplier(fuzz_input *in)
{
    uint8_t kind = fuzz_u8(in);

    if (kind == 0xff) return PARTNER_MULTIPLIER_0;
    if (kind == 0xfe) return 100000000;
    if (kind == 0xfd) return fuzz_u32(in);
    return kind < 128 ? 0 : 1 + 211 * (uint32_t)kind;
}

static inline void fuzz_conditions(fuzz_input *in, fuzz_program *p, partner_program_rule *r)
{
    r->when = (uint32_t)fuzz_take(in, 2) & 0x3fff;
    r->product = r->group = r->tier = p->set;
    if (r->when & PARTNER_WHEN_PRODUCT) r->products = 2;
    if (r->when & PARTNER_WHEN_GROUP) r->groups = 2;
    if (p->program.tiers < 2 && r->points != 2) r->when &= ~(uint32_t)PARTNER_WHEN_TIER;
    if (r->when & PARTNER_WHEN_TIER) r->tiers = 2;
    r->amount_min = fuzz_some(in, 0, 100);
    r->amount_max = fuzz_some(in, 20000, 400);
    r->quantity_min = (int64_t)fuzz_below(in, 4) - 1;
    r->quantity_max = fuzz_some(in, 1, 1);
    r->margin_min = fuzz_some(in, -1000, 20);
    r->margin_max = fuzz_some(in, 4000, 100);
    r->margin_rate_min = fuzz_some(in, 0, 2000);
    r->margin_rate_max = fuzz_some(in, 500000, 2000);
    r->from_day = fuzz_calendar(in);
    r->to_day = fuzz_calendar(in);
}

static inline void fuzz_rule(fuzz_input *in, fuzz_program *p, uint32_t i)
{
    partner_program_rule *r = &p->rule[i];
    uint8_t sort = fuzz_u8(in), more = fuzz_u8(in);

    r->struct_size = sizeof *r;
    r->id = p->id[i];
    r->name = i;
    r->on = more >> 6;
    r->points = fuzz_some(in, 1, 1);
    if (sort & 1) r->per = fuzz_some(in, 1, 40);
    else r->each = sort >> 1 & 1;
    r->carry = (sort & 3) == 3;
    r->round = sort >> 2 & 3;
    r->flat = sort >> 4 & 1;
    r->counts_for = sort >> 5 & 3;
    r->multiplier = fuzz_multiplier(in);
    r->cap_per = (uint8_t)((more & 7) % 7);
    r->cap_points = r->cap_per > 0 ? fuzz_some(in, 1, 3) : 0;
    if (more >> 3 & 1) r->exclusive = more >> 4 & 1 ? "a" : "b";
    if (more >> 5 & 1) fuzz_conditions(in, p, r);
}

static inline void fuzz_tier(fuzz_input *in, fuzz_program *p, uint32_t i)
{
    partner_program_tier *t = &p->tier[i];

    t->struct_size = sizeof *t;
    t->id = p->id[FUZZ_RULES + i];
    t->name = i;
    t->multiplier = fuzz_multiplier(in);
    if (i == 0) return;
    t->points = (int64_t)((uint64_t)t[-1].points + (uint64_t)fuzz_some(in, 1, 2));
    t->requires_all = p->requirement[i];
    t->requirements = fuzz_below(in, 3);
    for (size_t k = 0; k < t->requirements; k++) {
        partner_program_requirement *r = &p->requirement[i][k];

        r->struct_size = sizeof *r;
        r->on = fuzz_below(in, FUZZ_KINDS);
        r->measure = 1 + (uint8_t)fuzz_below(in, 3);
        r->months = fuzz_below(in, 20);
        r->target = fuzz_some(in, 1, r->measure == PARTNER_MEASURE_AMOUNT ? 300 : 1);
    }
}

/* Many bonuses are many entries, so a target is not too small. */
static inline void fuzz_challenge(fuzz_input *in, fuzz_program *p, uint32_t i)
{
    partner_program_challenge *c = &p->challenge[i];

    c->struct_size = sizeof *c;
    c->id = p->id[FUZZ_RULES + FUZZ_TIERS + i];
    c->name = FUZZ_RULES + i;
    c->on = fuzz_below(in, FUZZ_KINDS);
    c->measure = 1 + (uint8_t)fuzz_below(in, 3);
    c->repeat = fuzz_u8(in) & 1;
    c->target =
        c->measure == PARTNER_MEASURE_COUNT ? 1 + (int64_t)fuzz_below(in, 5) : fuzz_some(in, 20000, 300);
    if (c->measure == PARTNER_MEASURE_QUANTITY && !c->repeat) c->target %= 9;
    c->bonus = fuzz_some(in, 1, 7);
    c->from_day = fuzz_calendar(in);
    c->to_day = fuzz_calendar(in);
}

/* Of kinds 0 to 3 rules are made, 4 redeems, 5 adjusts, 6 is whatever requirements make of it. */
static inline void fuzz_make_program(fuzz_input *in, fuzz_program *p)
{
    uint8_t flags = fuzz_u8(in), counts = fuzz_u8(in);
    partner_program *of = &p->program;

    memset(p, 0, sizeof *p);
    for (size_t i = 0; i < sizeof p->id / sizeof p->id[0]; i++) p->id[i][0] = (char)('A' + i);
    p->set[1] = 1;
    of->struct_size = sizeof *of;
    of->redeems = 1;
    of->redeem_on = 4;
    of->adjusts = flags & 1;
    of->adjust_on = 5;
    of->credit_notes = flags >> 1 & 1 && flags >> 2 & 1;
    of->adjust_counts_for = flags >> 2 & 3;
    of->window = flags >> 4 & 1;
    if (of->window) of->window_months = fuzz_below(in, 255) % 15 + 1;
    if (of->window) of->grace_months = fuzz_below(in, 4);
    of->year_starts = fuzz_u8(in) % 13;
    of->max_drop = fuzz_below(in, 3);
    of->expiry_months = fuzz_below(in, 9);
    of->pending_days = flags >> 5 & 1 ? fuzz_below(in, 29) : 0;
    of->reversible_days = flags >> 6 & 1 ? 3 * fuzz_below(in, 200) : 0;
    of->redeem_minimum = fuzz_below(in, 30);
    of->redeem_step = fuzz_below(in, 6);
    of->cap_per = flags >> 7 ? fuzz_u8(in) % 7 : 0;
    of->cap_points = of->cap_per > 0 ? fuzz_some(in, 1, 6) : 0;
    of->point_value = flags & 1 ? fuzz_u32(in) : 0;
    of->rules = counts % (FUZZ_RULES + 1);
    of->tiers = counts / 8 % (FUZZ_TIERS + 1);
    of->challenges = counts / 64 % (FUZZ_CHALLENGES + 1);
    for (uint32_t i = 0; i < of->tiers; i++) fuzz_tier(in, p, i);
    for (uint32_t i = 0; i < of->rules; i++) fuzz_rule(in, p, i);
    for (uint32_t i = 0; i < of->challenges; i++) fuzz_challenge(in, p, i);
    of->rule = p->rule;
    of->tier = p->tier;
    of->challenge = p->challenge;
}

/* `tiers`: how many the program has. */
static inline void fuzz_partners(fuzz_input *in, fuzz_events *to, uint32_t tiers)
{
    uint8_t columns = fuzz_u8(in);

    to->roster = (partner_roster)PARTNER_ROSTER_INIT;
    if ((columns & 1) == 0) return;
    to->roster.rows = FUZZ_PARTNERS;
    for (size_t i = 0; i < FUZZ_PARTNERS; i++) {
        uint8_t says = fuzz_u8(in);

        to->group[i] = says & 1 ? PARTNER_NONE : says >> 1 & 3u;
        to->tier[i] = says >> 3 & 1 || tiers == 0 ? PARTNER_NONE : (says >> 4 & 3u) % tiers;
        to->until[i] = says >> 6 ? PARTNER_NO_DAY : fuzz_calendar(in);
    }
    if (columns & 2) to->roster.group = to->group;
    if (columns & 4) to->roster.tier = to->tier;
    if (columns & 8) to->roster.tier_until = to->until;
}

/* An earlier event, mostly; a number that may be anything now and then. */
static inline uint64_t fuzz_original(fuzz_input *in, const fuzz_events *e, size_t row, int own_ids)
{
    uint8_t back = fuzz_u8(in);
    size_t i = row;

    if (back == 0xff) return fuzz_take(in, 2);
    for (unsigned steps = back % 32u + 1; i-- > 0;)
        if (e->partner[i] == e->partner[row] && e->reverses[i] == PARTNER_NO_ROW && --steps == 0) break;
    if (i >= row) return PARTNER_NO_ROW;
    return own_ids ? e->event[i] : i;
}

/* Rarely a large index, for every partner below it has a statement. */
static inline uint32_t fuzz_far_partner(fuzz_input *in)
{
    uint8_t far = fuzz_u8(in);

    if (far == 0xff) return (uint32_t)fuzz_take(in, 2) & 0xfff;
    return far == 0xfe ? PARTNER_NONE : far;
}

/* Most rows are as a seller's system has them; a high bit of the first byte says what is unusual. */
static inline void fuzz_event(fuzz_input *in, fuzz_events *e, size_t i, int own_ids)
{
    uint8_t sort = fuzz_u8(in), who = fuzz_u8(in);
    int32_t before = i > 0 ? e->day[i - 1] : 19000;

    e->partner[i] = who == 0xff ? fuzz_far_partner(in) : who % FUZZ_PARTNERS;
    e->kind[i] = sort % 8u < FUZZ_KINDS ? sort % 8u : 9;
    e->day[i] = before;
    if (who >> 4 & 1) e->day[i] = before + (int32_t)fuzz_u8(in);
    if (who >> 5 == 6) e->day[i] = fuzz_calendar(in);
    e->amount[i] = sort >> 3 & 1 ? fuzz_amount(in) : 50 * (int64_t)fuzz_u8(in);
    e->quantity[i] = sort >> 4 & 1 ? fuzz_amount(in) : (int64_t)fuzz_u8(in) % 40 - 1;
    e->margin[i] = sort >> 5 & 1 ? fuzz_amount(in) : PARTNER_NO_AMOUNT;
    e->product[i] = who >> 3 & 1 ? PARTNER_NONE : who >> 6;
    e->event[i] = sort >> 5 & 1 && own_ids ? fuzz_take(in, 3) : 7 * (uint64_t)i;
    e->reverses[i] = sort >> 6 == 3 ? fuzz_original(in, e, i, own_ids) : PARTNER_NO_ROW;
}

static inline void fuzz_take_events(fuzz_input *in, fuzz_events *to, uint32_t tiers)
{
    uint8_t columns = fuzz_u8(in);
    const int own_ids = columns & 1;
    size_t n = 0;

    fuzz_partners(in, to, tiers);
    for (; in->left > 0 && n < FUZZ_EVENTS; n++) fuzz_event(in, to, n, own_ids);
    to->events = (partner_events)PARTNER_EVENTS_INIT;
    to->events.rows = n;
    to->events.partner = to->partner;
    to->events.day = to->day;
    to->events.kind = to->kind;
    if (own_ids) to->events.event = to->event;
    if (columns & 2) to->events.amount = to->amount;
    if (columns & 4) to->events.quantity = to->quantity;
    if (columns & 8) to->events.margin = to->margin;
    if (columns & 16) to->events.product = to->product;
    if (columns & 32) to->events.reverses = to->reverses;
}

/* Whether every partner's events are in order of days. */
static inline int fuzz_sorted(const partner_events *e)
{
    for (size_t i = 1; i < e->rows; i++)
        if (e->day[i] < e->day[i - 1]) return 0;
    return 1;
}

/* Makes a row that was refused one that is not, so that the others are looked at as well. */
static inline void fuzz_mend(fuzz_events *e, size_t row)
{
    e->partner[row] %= FUZZ_PARTNERS;
    e->day[row] = row > 0 ? e->day[row - 1] : 19000;
    e->event[row] = ((uint64_t)1 << 40) + row;
    e->amount[row] = e->quantity[row] = 1;
    e->reverses[row] = PARTNER_NO_ROW;
}

/* Rows [from, end). */
static inline partner_events fuzz_rows_of(const partner_events *e, size_t from, size_t end)
{
    partner_events part = *e;

    part.rows = end - from;
    part.partner += from;
    part.day += from;
    part.kind += from;
    if (part.event != NULL) part.event += from;
    if (part.amount != NULL) part.amount += from;
    if (part.quantity != NULL) part.quantity += from;
    if (part.margin != NULL) part.margin += from;
    if (part.product != NULL) part.product += from;
    if (part.reverses != NULL) part.reverses += from;
    return part;
}

#endif
