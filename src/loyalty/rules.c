/* SPDX-License-Identifier: MIT
 * An event passes the rules of its kind: which apply, what each is worth exactly, what caps leave of it. */
#include "../base/error.h"
#include "divide.h"
#include "engine.h"

enum { FEW = 8, MILLION = 1000000 };

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

static int within(const partner_program_rule *says, uint32_t at_least, uint32_t at_most, int64_t value,
                  int64_t low, int64_t high)
{
    if ((says->when & at_least) != 0 && value < low) return 0;
    return (says->when & at_most) == 0 || value <= high;
}

/* a·b < c·d for signed a, c and b, d >= 0. */
static int less_product(int64_t a, uint64_t b, int64_t c, uint64_t d)
{
    partner__u128 left = partner__u128_mul(partner__magnitude(a), b);
    partner__u128 right = partner__u128_mul(partner__magnitude(c), d);

    if (a < 0 && c < 0) return partner__u128_less(right, left);
    if (a < 0) return !partner__u128_is_zero(left) || !partner__u128_is_zero(right);
    if (c < 0) return 0;
    return partner__u128_less(left, right);
}

/* margin / amount against ppm, exactly. */
static int margin_rate_within(const partner_program_rule *says, const partner__row *row)
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
    return within(says, PARTNER_WHEN_MARGIN_MIN, PARTNER_WHEN_MARGIN_MAX, row->margin, says->margin_min,
                  says->margin_max);
}

/* All conditions but `first`. */
static int conditions_hold(const partner__turn *t, const partner__plan_rule *rule)
{
    const partner_program_rule *says = rule->says;
    const partner__row *row = t->row;
    const uint32_t margins = PARTNER_WHEN_MARGIN_MIN | PARTNER_WHEN_MARGIN_MAX;
    const uint32_t rates = PARTNER_WHEN_MARGIN_RATE_MIN | PARTNER_WHEN_MARGIN_RATE_MAX;
    uint32_t when = says->when;

    if ((when & PARTNER_WHEN_FROM) != 0 && row->day < says->from_day) return 0;
    if ((when & PARTNER_WHEN_TO) != 0 && row->day >= says->to_day) return 0;
    if ((when & PARTNER_WHEN_TIER) != 0 && !rule->at_level[t->a->now.level]) return 0;
    if ((when & PARTNER_WHEN_PRODUCT) != 0 && !in_set(rule->product, says->products, row->product)) return 0;
    if ((when & PARTNER_WHEN_GROUP) != 0 && !in_set(rule->group, says->groups, t->a->group)) return 0;
    if (!within(says, PARTNER_WHEN_AMOUNT_MIN, PARTNER_WHEN_AMOUNT_MAX, row->amount, says->amount_min,
                says->amount_max) ||
        !within(says, PARTNER_WHEN_QUANTITY_MIN, PARTNER_WHEN_QUANTITY_MAX, row->quantity, says->quantity_min,
                says->quantity_max))
        return 0;
    if ((when & margins) != 0 && !margin_within(says, row)) return 0;
    return (when & rates) == 0 || margin_rate_within(says, row);
}

/* --- values --- */

static uint64_t units_of(const partner_program_rule *says, const partner__row *row)
{
    int64_t units = says->per > 0 ? row->amount : says->each ? row->quantity : 1;

    return units > 0 ? (uint64_t)units : 0;
}

static int round_up(uint64_t whole, uint64_t left, uint64_t below, uint8_t round)
{
    if (left == 0 || round == PARTNER_ROUND_DOWN) return 0;
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
    c->value = c->whole = (int64_t)points;
    if (!rule->says->carry) return PARTNER_OK;
    before = t->a->counter[rule->counter].whole;
    if (!partner__plus(before, c->whole, &c->whole)) return partner__too_many(t, c->rule);
    c->value = not_negative(c->whole) - not_negative(before);
    return PARTNER_OK;
}

/* The value when all fits 64 bits. */
static partner_status quick_value(const partner__turn *t, const partner__plan_rule *rule, uint64_t product,
                                  partner__candidate *c)
{
    uint64_t whole = product / rule->below64, left = product % rule->below64;

    if (rule->says->carry) c->rest = partner__u128_from(left);
    else whole += (uint64_t)round_up(whole, left, rule->below64, rule->says->round);
    return gained(t, rule, whole, c);
}

static partner_status wide_value(const partner__turn *t, const partner__plan_rule *rule, uint64_t units,
                                 partner__u128 above, partner__u128 rest, partner__candidate *c)
{
    partner__u128 product, whole;

    if (!partner__u128_times(above, units, &product)) return partner__too_many(t, c->rule);
    if (!rule->says->carry)
        return partner__rounded(product, rule->below, rule->says->round, &c->value)
                   ? PARTNER_OK
                   : partner__too_many(t, c->rule);
    product = partner__u128_add(product, rest);
    if (!partner__fits_127(product)) return partner__too_many(t, c->rule);
    whole = partner__u128_divide(product, rule->below, &c->rest);
    if (partner__u128_high(whole) != 0) return partner__too_many(t, c->rule);
    return gained(t, rule, partner__u128_low(whole), c);
}

/* The points of `units` under a rule at the partner's tier; with carry those that S gains beyond N. */
static partner_status value_of(const partner__turn *t, const partner__plan_rule *rule, uint64_t units,
                               partner__candidate *c)
{
    const partner__rate *rate = &rule->rate[t->a->now.level];
    partner__u128 rest = rule->says->carry ? t->a->counter[rule->counter].rest : partner__u128_from(0);

    if (units <= rate->quick) return quick_value(t, rule, units * rate->above64 + partner__u128_low(rest), c);
    return wide_value(t, rule, units, rate->above, rest, c);
}

/* --- caps --- */

int32_t partner__period(const partner__account *a, uint8_t cap_per, int32_t day)
{
    switch (cap_per) {
    case PARTNER_CAP_DAY:
    case PARTNER_CAP_EVENT: return day;
    case PARTNER_CAP_MONTH: return day >= a->month_begins ? a->this_month : INT32_MIN;
    case PARTNER_CAP_QUARTER: return day >= a->quarter_begins ? a->this_quarter : INT32_MIN;
    case PARTNER_CAP_YEAR: return day >= a->year_begins ? a->this_year : INT32_MIN;
    default: return 0;
    }
}

/* What a cap has left today; a new period begins when it is another than that of the last grant. */
static int64_t room_of(const partner__account *a, uint8_t per, int64_t points, int64_t used, int32_t period)
{
    if (per == PARTNER_CAP_EVENT || partner__period(a, per, a->settled) != period) return points;
    return points > used ? points - used : 0;
}

static int64_t own_cap(const partner__account *a, const partner__plan_rule *rule, int64_t value)
{
    const partner_program_rule *says = rule->says;
    const partner__counter *counter;
    int64_t room;

    if (says->cap_per == PARTNER_CAP_NONE) return value;
    counter = &a->counter[rule->counter];
    room = room_of(a, says->cap_per, says->cap_points, counter->used, counter->period);
    return value < room ? value : room;
}

static void count_used(const partner__account *a, uint8_t per, int64_t points, int64_t *used, int32_t *period)
{
    int32_t now = partner__period(a, per, a->settled);

    if (per == PARTNER_CAP_NONE || per == PARTNER_CAP_EVENT) return;
    if (*period != now) *used = 0;
    *period = now;
    *used += points; /* never above the cap's points */
}

/* --- passing --- */

/* Collects the rules that apply, in order. */
static partner_status find_candidates(const partner__turn *t, const partner__plan_kind *kind, uint32_t *count)
{
    partner__candidate *c = t->book->scratch->candidate;
    const partner__account *a = t->a;

    for (uint32_t i = 0; i < kind->rules; i++) {
        const partner__plan_rule *rule = &t->plan->rule[kind->rule[i]];
        uint64_t units = units_of(rule->says, t->row);
        partner_status status;

        if (units == 0 || partner__u128_is_zero(rule->rate[a->now.level].above)) continue;
        if (rule->says->when != 0) {
            if (!conditions_hold(t, rule)) continue;
            if ((rule->says->when & PARTNER_WHEN_FIRST) != 0 && a->counter[rule->counter].first) continue;
        }
        c->rule = kind->rule[i];
        status = value_of(t, rule, units, c);
        if (status != PARTNER_OK) return status;
        c->own = own_cap(a, rule, c->value);
        c++;
    }
    *count = (uint32_t)(c - t->book->scratch->candidate);
    return PARTNER_OK;
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

/* The program's cap cuts in rule order. */
static void program_cap(const partner__turn *t, uint32_t count)
{
    partner__candidate *c = t->book->scratch->candidate;
    const partner_program *says = &t->plan->program;
    int64_t room = INT64_MAX;

    if (says->cap_per != PARTNER_CAP_NONE)
        room = room_of(t->a, says->cap_per, says->cap_points, t->a->cap_used, t->a->cap_period);
    for (uint32_t i = 0; i < count; i++) {
        c[i].taken = c[i].own < room ? c[i].own : room;
        if (says->cap_per != PARTNER_CAP_NONE) room -= c[i].taken;
    }
}

/* --- granting --- */

/* What a reversal will need; a grant of nothing is remembered where it used up `first` or counts in a carry. */
static partner_status remember(partner__turn *t, const partner__plan_rule *rule, const partner__candidate *c,
                               uint32_t lot)
{
    partner__account *a = t->a;
    int first = (rule->says->when & PARTNER_WHEN_FIRST) != 0;
    partner_status status;
    partner__grant *g;

    if (c->taken == 0 && !first && !rule->says->carry) return PARTNER_OK;
    status = partner__more_grants(a, t->error);
    if (status != PARTNER_OK) return status;
    g = &a->grant[a->grants++];
    g->granted = g->held = c->taken;
    g->refused = rule->says->carry ? c->value - c->taken : 0;
    g->event = t->past;
    g->rule = c->rule;
    g->lot = lot;
    g->first = first != 0;
    a->past[t->past].count++;
    return PARTNER_OK;
}

static void update_counter(partner__turn *t, const partner__plan_rule *rule,
                                     const partner__candidate *c)
{
    partner__counter *counter;

    if (rule->counter == PARTNER_NONE) return;
    counter = &t->a->counter[rule->counter];
    count_used(t->a, rule->says->cap_per, c->taken, &counter->used, &counter->period);
    if ((rule->says->when & PARTNER_WHEN_FIRST) != 0) counter->first = 1;
    if (!rule->says->carry) return;
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

static partner_status grant(partner__turn *t, const partner__candidate *c)
{
    partner__account *a = t->a;
    const partner__plan_rule *rule = &t->plan->rule[c->rule];
    partner__entry e = partner__entry_of(PARTNER_ENTRY_ACCRUAL, t->id, c->rule);
    uint32_t lot = PARTNER_NONE;
    partner_status status = PARTNER_OK;

    if (rule->says->carry) e.carried = millionths(t, rule);
    if (rule->reward && c->taken > 0) {
        status = partner__lot_add(t, c->rule, c->taken, t->plan->pending_days > 0, &lot);
        if (status == PARTNER_OK && !partner__plus(a->earned, c->taken, &a->earned))
            status = partner__too_many(t, c->rule);
        if (status != PARTNER_OK) return status;
        e.moved = c->taken;
        e.lot_expiry = a->lot[lot].expiry;
    }
    if (rule->tier) status = partner__month_add(t, a->this_month, 0, c->taken, c->rule);
    if (status == PARTNER_OK) status = remember(t, rule, c, lot);
    update_counter(t, rule, c);
    if (status != PARTNER_OK || c->value == 0) return status;
    e.points = c->taken;
    e.capped = c->value - c->taken;
    e.basis = rule->says->per > 0 ? t->row->amount : rule->says->each ? t->row->quantity : 1;
    e.held = c->value - c->own;
    return partner__emit(t, &e);
}

partner_status partner__rules(partner__turn *t)
{
    const partner__plan_kind *kind = &t->plan->kind[t->row->slot];
    partner__account *a = t->a;
    uint32_t count = 0;
    partner_status status;

    if (kind->rules == 0) return PARTNER_OK;
    status = find_candidates(t, kind, &count);
    if (status != PARTNER_OK) return status;
    if (t->plan->exclusives > 0) count = choose(t, count);
    program_cap(t, count);
    for (uint32_t i = 0; i < count; i++) {
        const partner__candidate *c = &t->book->scratch->candidate[i];

        status = grant(t, c);
        if (status != PARTNER_OK) return status;
        if (c->taken > 0) count_used(a, t->plan->program.cap_per, c->taken, &a->cap_used, &a->cap_period);
    }
    return PARTNER_OK;
}
