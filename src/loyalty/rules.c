/* SPDX-License-Identifier: MIT
 * An event passes the rules of its kind: which apply, what each is worth exactly, what caps leave of it. */
#include "../base/error.h"
#include "divide.h"
#include "entry.h"

enum { FEW = 8, MILLION = 1000000 };

/* A grant has two callers, and the calls would be a tenth of what a plain sale takes. */
#if defined(__GNUC__)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE inline
#endif

/* --- conditions --- */

static int in_set(const uint32_t *set, uint32_t count, uint32_t value)
{
    uint32_t low = 0, high = count;

    while (high - low > FEW) {
        uint32_t middle = low + (high - low) / 2;

        if (set[middle] <= value) low = middle;
        else high = middle;
    }
    for (; low < high; low++)
        if (set[low] == value) return 1;
    return 0;
}

/* a·b < c·d where a or c is negative; b, d >= 0. */
static int less_signed_product(int64_t a, uint64_t b, int64_t c, uint64_t d)
{
    partner__u128 left = partner__u128_mul(partner__magnitude(a), b);
    partner__u128 right = partner__u128_mul(partner__magnitude(c), d);

    if (a < 0 && c < 0) return partner__u128_less(right, left);
    return a < 0 && (!partner__u128_is_zero(left) || !partner__u128_is_zero(right));
}

/* The same for any a and c. */
static inline int less_product(int64_t a, uint64_t b, int64_t c, uint64_t d)
{
    if (a < 0 || c < 0) return less_signed_product(a, b, c, d);
    return partner__u128_less(partner__u128_mul((uint64_t)a, b), partner__u128_mul((uint64_t)c, d));
}

/* margin / amount against ppm, exactly. */
static inline int margin_rate_within(const partner_program_rule *says, const partner__row *row)
{
    uint64_t amount = (uint64_t)row->amount;

    if (row->margin == PARTNER_NO_AMOUNT || row->amount <= 0) return 0;
    if ((says->when & PARTNER_WHEN_MARGIN_RATE_MIN) != 0 &&
        less_product(row->margin, MILLION, says->margin_rate_min, amount))
        return 0;
    return (says->when & PARTNER_WHEN_MARGIN_RATE_MAX) == 0 ||
           !less_product(says->margin_rate_max, amount, row->margin, MILLION);
}

static int margin_within(const partner_program_rule *says, const partner__row *row)
{
    if (row->margin == PARTNER_NO_AMOUNT) return 0;
    if ((says->when & PARTNER_WHEN_MARGIN_MIN) != 0 && row->margin < says->margin_min) return 0;
    return (says->when & PARTNER_WHEN_MARGIN_MAX) == 0 || row->margin <= says->margin_max;
}

/* Conditions that few rules have. */
static inline int more_conditions(const partner__turn *t, const partner__plan_rule *rule)
{
    const partner_program_rule *says = rule->says;
    const uint32_t margins = PARTNER_WHEN_MARGIN_MIN | PARTNER_WHEN_MARGIN_MAX;
    const uint32_t rates = PARTNER_WHEN_MARGIN_RATE_MIN | PARTNER_WHEN_MARGIN_RATE_MAX;
    uint32_t when = says->when;

    if ((when & PARTNER_WHEN_PRODUCT) != 0 && !in_set(rule->product, says->products, t->row->product)) return 0;
    if ((when & PARTNER_WHEN_GROUP) != 0 && !in_set(rule->group, says->groups, t->a->group)) return 0;
    if ((when & margins) != 0 && !margin_within(says, t->row)) return 0;
    return (when & rates) == 0 || margin_rate_within(says, t->row);
}

static int within_limits(const partner__plan_rule *rule, const partner__row *row)
{
    return row->amount >= rule->amount_min && row->amount <= rule->amount_max &&
           row->quantity >= rule->quantity_min && row->quantity <= rule->quantity_max;
}

static inline int conditions_hold(const partner__turn *t, const partner__offer *offer)
{
    uint8_t asks = offer->asks;

    if ((asks & PARTNER__ASKS_FIRST) != 0 && t->a->counter[offer->counter].first) return 0;
    if ((asks & PARTNER__ASKS_LIMITS) != 0 && !within_limits(offer->rule, t->row)) return 0;
    return (asks & PARTNER__ASKS_MORE) == 0 || more_conditions(t, offer->rule);
}

/* --- values --- */

static inline int round_up(uint64_t whole, uint64_t left, uint64_t below, uint8_t round)
{
    if (round == PARTNER_ROUND_DOWN || left == 0) return 0;
    if (round == PARTNER_ROUND_UP || left > below - left) return 1;
    if (left < below - left) return 0;
    return round == PARTNER_ROUND_NEAREST || (whole & 1) != 0;
}

static int64_t not_negative(int64_t a) { return a > 0 ? a : 0; }

/* S has gained so many whole points: what of them the partner does not hold yet. */
static partner_status gained(const partner__turn *t, const partner__plan_rule *rule, uint64_t points,
                             partner__candidate *c)
{
    int64_t before;

    if (points > INT64_MAX) return partner__too_many(t, c->rule);
    c->whole = (int64_t)points;
    before = t->a->counter[rule->counter].whole;
    if (!partner__plus(before, c->whole, &c->whole)) return partner__too_many(t, c->rule);
    c->value = not_negative(c->whole) - not_negative(before);
    return PARTNER_OK;
}

/* With carry, when the product and what was left of earlier ones fit 64 bits. */
static partner_status carried_value(const partner__turn *t, const partner__plan_rule *rule, uint64_t product,
                                    partner__candidate *c)
{
    c->rest = partner__u128_from(product % rule->below64);
    return gained(t, rule, product / rule->below64, c);
}

static partner_status wide_value(const partner__turn *t, const partner__plan_rule *rule, uint64_t units,
                                 partner__u128 above, partner__u128 rest, partner__candidate *c)
{
    partner__u128 product, whole;

    if (!partner__u128_times(above, units, &product)) return partner__too_many(t, c->rule);
    if (!rule->carry)
        return partner__rounded(product, rule->below, rule->round, &c->value) ? PARTNER_OK
                                                                              : partner__too_many(t, c->rule);
    product = partner__u128_add(product, rest);
    if (!partner__fits_127(product)) return partner__too_many(t, c->rule);
    whole = partner__u128_divide(product, rule->below, &c->rest);
    if (partner__u128_high(whole) != 0) return partner__too_many(t, c->rule);
    return gained(t, rule, partner__u128_low(whole), c);
}

/* Where products do not fit 64 bits, or fractions are carried: then those points that S gains beyond N. */
static partner_status slow_value(const partner__turn *t, const partner__plan_rule *rule, uint64_t units,
                                 partner__candidate *c)
{
    const partner__rate *rate = &rule->rate[t->a->now.level];
    partner__u128 rest = rule->carry ? t->a->counter[rule->counter].rest : partner__u128_from(0);

    if (!rule->carry || units > rate->quick) return wide_value(t, rule, units, rate->above, rest, c);
    return carried_value(t, rule, units * rate->above64 + partner__u128_low(rest), c);
}

/* The points of the event under a rule at the partner's tier. */
static inline partner_status value_of(const partner__turn *t, const partner__offer *offer, uint64_t units,
                                      partner__candidate *c)
{
    uint64_t whole, left;

    if (units > offer->quick) return slow_value(t, offer->rule, units, c);
    whole = partner__divide_by(units * offer->above64, offer->below64, offer->inverse64, &left);
    whole += (uint64_t)round_up(whole, left, offer->below64, offer->round);
    c->value = (int64_t)whole;
    return whole <= INT64_MAX ? PARTNER_OK : partner__too_many(t, c->rule);
}

/* --- caps --- */

int32_t partner__period(const partner__account *a, uint8_t cap_per, int32_t day)
{
    switch (cap_per) {
    case PARTNER_CAP_DAY:
    case PARTNER_CAP_EVENT: return day;
    case PARTNER_CAP_MONTH: return day >= a->cal.month_begins ? a->cal.month : INT32_MIN;
    case PARTNER_CAP_QUARTER: return day >= a->cal.quarter_begins ? a->cal.quarter : INT32_MIN;
    case PARTNER_CAP_YEAR: return day >= a->cal.year_begins ? a->cal.year : INT32_MIN;
    default: return 0;
    }
}

static inline int32_t period_today(const partner__account *a, uint8_t cap_per)
{
    switch (cap_per) {
    case PARTNER_CAP_DAY: return a->settled;
    case PARTNER_CAP_MONTH: return a->cal.month;
    case PARTNER_CAP_QUARTER: return a->cal.quarter;
    case PARTNER_CAP_YEAR: return a->cal.year;
    default: return 0;
    }
}

/* What a cap leaves of a value when so much of it is used up. */
static inline int64_t under_cap(int64_t points, int64_t used, int64_t value)
{
    int64_t room = points > used ? points - used : 0;

    return value < room ? value : room;
}

static int64_t under_own_cap(const partner__account *a, const partner__plan_rule *rule, int64_t value)
{
    const partner__counter *counter = &a->counter[rule->counter];
    int same = rule->cap_per != PARTNER_CAP_EVENT && period_today(a, rule->cap_per) == counter->period;

    /* A new period begins when it is another than that of the last grant. */
    return under_cap(rule->says->cap_points, same ? counter->used : 0, value);
}

/* The points are never more than what the cap leaves. */
static void count_used(const partner__account *a, uint8_t per, int64_t points, partner__counter *counter)
{
    int32_t today = period_today(a, per);

    if (per == PARTNER_CAP_NONE || per == PARTNER_CAP_EVENT) return;
    if (counter->period != today) counter->used = 0;
    counter->period = today;
    counter->used += points;
}

/* --- which rules apply --- */

/* What an event has of each unit. */
enum { UNITS = PARTNER__UNIT_QUANTITY + 1 };

/* How many units of an event a rule counts when it applies; 0 = it does not. */
static inline uint64_t units_of(const partner__turn *t, const partner__offer *offer, int32_t day,
                                const int64_t units[UNITS])
{
    int64_t n = units[offer->unit];

    if ((uint32_t)day - (uint32_t)offer->from_day >= offer->days || n <= 0) return 0;
    return offer->asks == 0 || conditions_hold(t, offer) ? (uint64_t)n : 0;
}

/* What a rule that applies is worth. */
static inline partner_status weigh(const partner__turn *t, const partner__offer *offer, uint64_t units,
                                   partner__candidate *c)
{
    const partner__plan_rule *rule = offer->rule;
    partner_status status;

    c->rule = offer->number;
    status = value_of(t, offer, units, c);
    c->own = c->value;
    if (status == PARTNER_OK && rule->cap_per != PARTNER_CAP_NONE) c->own = under_own_cap(t->a, rule, c->value);
    return status;
}

/* Of those that share an exclusive name the one that grants most stays, the first among equals. */
static uint32_t choose(const partner__turn *t, uint32_t count)
{
    partner__candidate *c = t->book->scratch->candidate;
    uint32_t *best = t->book->scratch->best, kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t name = t->plan->rule[c[i].rule].exclusive;
        if (name != PARTNER_NONE) best[name] = PARTNER_NONE;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t name = t->plan->rule[c[i].rule].exclusive;
        if (name != PARTNER_NONE && (best[name] == PARTNER_NONE || c[i].own > c[best[name]].own))
            best[name] = i;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t name = t->plan->rule[c[i].rule].exclusive;
        if (name == PARTNER_NONE || best[name] == i) c[kept++] = c[i];
    }
    return kept;
}

/* What the program's cap leaves: it cuts in rule order. */
static inline int64_t under_program_cap(partner__turn *t, int64_t value)
{
    const partner_program *says = &t->plan->program;
    partner__account *a = t->a;
    int64_t taken, used;
    int32_t today;

    if (says->cap_per == PARTNER_CAP_EVENT) {
        int64_t room = says->cap_points - t->granted;

        taken = value < room ? value : room;
        t->granted += taken;
        return taken;
    }
    today = period_today(a, says->cap_per);
    used = a->cap_used & -(int64_t)(a->cap_period == today); /* 0 in a new period, without a branch */
    taken = under_cap(says->cap_points, used, value);
    if (taken > 0) {
        a->cap_period = today;
        a->cap_used = used + taken;
    }
    return taken;
}

/* --- granting --- */

/* What a reversal will need; a grant of nothing is remembered where it used up `first` or counts in a carry. */
static inline partner_status remember(partner__turn *t, const partner__plan_rule *rule,
                                      const partner__candidate *c, uint32_t lot)
{
    partner__account *a = t->a;
    partner__grant *g;

    if (c->taken == 0 && !rule->first && !rule->carry) return PARTNER_OK;
    if (a->grants == a->grants_room) {
        partner_status status = partner__grow_grants(a, t->error);
        if (status != PARTNER_OK) return status;
    }
    g = &a->grant[a->grants++];
    g->granted = g->held = c->taken;
    g->refused = rule->carry ? c->value - c->taken : 0;
    g->event = t->past;
    g->rule = c->rule;
    g->lot = lot;
    g->first = rule->first;
    return PARTNER_OK;
}

static void update_counter(partner__turn *t, const partner__plan_rule *rule, const partner__candidate *c)
{
    partner__counter *counter = &t->a->counter[rule->counter];

    count_used(t->a, rule->cap_per, c->taken, counter);
    if (rule->first) counter->first = 1;
    if (!rule->carry) return;
    counter->rest = c->rest;
    counter->whole = c->whole - (c->value - c->taken);
}

/* What was carried before the event, S - N in millionths of a point, rounded down. */
static int64_t millionths(const partner__turn *t, const partner__plan_rule *rule)
{
    const partner__counter *counter = &t->a->counter[rule->counter];
    partner__u128 product, left;
    int64_t part;

    if (counter->whole < INT64_MIN / MILLION + 1) return INT64_MIN;
    if (partner__u128_times(counter->rest, MILLION, &product)) {
        part = (int64_t)partner__u128_low(partner__u128_divide(product, rule->below, &left));
    } else {
        /* `below` is at least 2^107 then: its low half does not show in millionths. */
        part = (int64_t)partner__mul_div(partner__u128_high(counter->rest), MILLION,
                                         partner__u128_high(rule->below));
    }
    return counter->whole < 0 ? counter->whole * MILLION + part : part;
}

static partner_status say_grant(partner__turn *t, const partner__candidate *c, uint32_t lot, int64_t carried)
{
    const partner_program_rule *says = t->plan->rule[c->rule].says;
    partner__entry e = partner__entry_of(PARTNER_ENTRY_ACCRUAL, t->id, c->rule);

    e.points = c->taken;
    e.capped = c->value - c->taken;
    e.basis = says->per > 0 ? t->row->amount : says->each ? t->row->quantity : 1;
    e.held = c->value - c->own;
    e.carried = carried;
    if (lot != PARTNER_NONE) {
        e.moved = c->taken;
        e.lot_expiry = t->a->lot[lot].expiry;
    }
    return partner__emit_here(t, &e);
}

/* The points of a grant become a lot and count for tiers, as the rule says. */
static inline partner_status credit(partner__turn *t, const partner__plan_rule *rule,
                                    const partner__candidate *c, uint32_t *lot)
{
    partner__account *a = t->a;
    partner_status status = PARTNER_OK;

    if (rule->reward) {
        status = partner__lot_add(t, c->rule, c->taken, t->plan->pending_days > 0, lot);
        if (status != PARTNER_OK) return status;
        if (!partner__plus(a->earned, c->taken, &a->earned)) return partner__too_many(t, c->rule);
    }
    return rule->tier ? partner__this_month_add(t, 0, c->taken, c->rule) : PARTNER_OK;
}

static ALWAYS_INLINE partner_status grant(partner__turn *t, const partner__plan_rule *rule,
                                          partner__candidate *c)
{
    uint32_t lot = PARTNER_NONE;
    int64_t carried = 0;
    partner_status status;

    if (rule->carry && !partner__quiet(t)) carried = millionths(t, rule);
    c->taken = t->plan->program.cap_per == PARTNER_CAP_NONE ? c->own : under_program_cap(t, c->own);
    if (c->taken > 0) {
        status = credit(t, rule, c, &lot);
        if (status != PARTNER_OK) return status;
    }
    if (t->book->keep) {
        status = remember(t, rule, c, lot);
        if (status != PARTNER_OK) return status;
    }
    if (rule->counter != PARTNER_NONE) update_counter(t, rule, c);
    if (!partner__quiet(t)) return c->value == 0 ? PARTNER_OK : say_grant(t, c, lot, carried);
    if (lot != PARTNER_NONE) partner__wide_gain(&t->book->sums->issued, c->taken);
    return PARTNER_OK;
}

/* --- passing --- */

partner_status partner__exclusive_rules(partner__turn *t, const partner__offers *offers)
{
    const int64_t units[UNITS] = {1, t->row->amount, t->row->quantity};
    partner__candidate *c = t->book->scratch->candidate;
    uint32_t count = 0;
    partner_status status = PARTNER_OK;

    for (size_t i = 0; i < offers->count && status == PARTNER_OK; i++) {
        const partner__offer *offer = &offers->offer[i];
        uint64_t n = units_of(t, offer, t->row->day, units);

        if (n > 0) status = weigh(t, offer, n, &c[count++]);
    }
    if (status == PARTNER_OK) count = choose(t, count);
    for (uint32_t i = 0; i < count && status == PARTNER_OK; i++)
        status = grant(t, &t->plan->rule[c[i].rule], &c[i]);
    return status;
}

partner_status partner__rules(partner__turn *t, const partner__offers *offers)
{
    const int32_t day = t->row->day;
    const int64_t units[UNITS] = {1, t->row->amount, t->row->quantity};
    const partner__offer *end = offers->offer + offers->count;

    for (const partner__offer *offer = offers->offer; offer < end; offer++) {
        uint64_t n = units_of(t, offer, day, units);
        partner__candidate c;
        partner_status status;

        if (n == 0) continue;
        status = weigh(t, offer, n, &c);
        if (status == PARTNER_OK) status = grant(t, offer->rule, &c);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}
