/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "../base/days.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "divide.h"
#include "exact.h"
#include "program.h"

enum {
    SCALE = 10000,    /* of a multiplier */
    SLOTS_MOST = 4096 /* kinds with a lower index are looked up by it */
};

/* --- a copy of the program --- */

static void *take(partner__plan *p, size_t count, size_t size)
{
    return partner__arena_alloc(&p->arena, count == 0 ? 1 : count, size);
}

static int copy_text(partner__plan *p, const char **text)
{
    size_t size;
    char *copy;

    if (*text == NULL) return 1;
    size = strlen(*text) + 1;
    copy = take(p, size, 1);
    if (copy == NULL) return 0;
    memcpy(copy, *text, size);
    *text = copy;
    return 1;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Sets are kept ascending. */
static int copy_set(partner__plan *p, const uint32_t **set, uint32_t count)
{
    uint32_t *copy = take(p, count, sizeof *copy);

    if (copy == NULL) return 0;
    if (count > 0) {
        memcpy(copy, *set, count * sizeof *copy);
        qsort(copy, count, sizeof *copy, by_number);
    }
    *set = copy;
    return 1;
}

static int copy_rules(partner__plan *p, const partner_program *program)
{
    partner_program_rule *rule = take(p, program->rules, sizeof *rule);

    if (rule == NULL) return 0;
    for (size_t i = 0; i < program->rules; i++) {
        partner_program_rule *r = &rule[i];

        *r = partner__program_rule(program, i);
        r->struct_size = sizeof *r;
        if (!partner__has(r, PARTNER_WHEN_PRODUCT)) r->products = 0;
        if (!partner__has(r, PARTNER_WHEN_GROUP)) r->groups = 0;
        if (!partner__has(r, PARTNER_WHEN_TIER)) r->tiers = 0;
        if (!copy_text(p, &r->id) || !copy_text(p, &r->exclusive) || !copy_set(p, &r->product, r->products) ||
            !copy_set(p, &r->group, r->groups) || !copy_set(p, &r->tier, r->tiers))
            return 0;
    }
    p->program.rule = rule;
    return 1;
}

static int copy_tiers(partner__plan *p, const partner_program *program)
{
    partner_program_tier *tier = take(p, program->tiers, sizeof *tier);

    if (tier == NULL) return 0;
    for (size_t i = 0; i < program->tiers; i++) {
        partner_program_requirement *copy;

        tier[i] = partner__program_tier(program, i);
        copy = take(p, tier[i].requirements, sizeof *copy);
        if (copy == NULL || !copy_text(p, &tier[i].id)) return 0;
        for (size_t k = 0; k < tier[i].requirements; k++) {
            copy[k] = partner__program_requirement(&tier[i], k);
            copy[k].struct_size = sizeof *copy;
        }
        tier[i].requires_all = copy;
        tier[i].struct_size = sizeof *tier;
    }
    p->program.tier = tier;
    return 1;
}

static int copy_challenges(partner__plan *p, const partner_program *program)
{
    partner_program_challenge *challenge = take(p, program->challenges, sizeof *challenge);

    if (challenge == NULL) return 0;
    for (size_t i = 0; i < program->challenges; i++) {
        challenge[i] = partner__program_challenge(program, i);
        challenge[i].struct_size = sizeof *challenge;
        if (!copy_text(p, &challenge[i].id)) return 0;
    }
    p->program.challenge = challenge;
    return 1;
}

/* --- kinds --- */

/* What looks at kinds of events: rules, challenges, requirements, redemptions, adjustments. */
static size_t most_kinds(const partner_program *program)
{
    size_t most = program->rules + program->challenges + 2;

    for (size_t i = 0; i < program->tiers; i++) most += program->tier[i].requirements;
    return most;
}

static uint32_t mentioned(const partner_program *program, uint32_t *kind)
{
    uint32_t n = 0, kept = 0;

    for (size_t i = 0; i < program->rules; i++) kind[n++] = program->rule[i].on;
    for (size_t i = 0; i < program->challenges; i++) kind[n++] = program->challenge[i].on;
    for (size_t i = 0; i < program->tiers; i++)
        for (size_t k = 0; k < program->tier[i].requirements; k++)
            kind[n++] = program->tier[i].requires_all[k].on;
    if (program->redeems) kind[n++] = program->redeem_on;
    if (program->adjusts) kind[n++] = program->adjust_on;
    if (n > 0) qsort(kind, n, sizeof *kind, by_number);
    for (uint32_t i = 0; i < n; i++)
        if (i == 0 || kind[i] != kind[i - 1]) kind[kept++] = kind[i];
    return kept;
}

static partner_status list_kinds(partner__plan *p, partner__plan_kind **kinds, partner_error *error)
{
    uint32_t *index = take(p, most_kinds(&p->program), sizeof *index);
    partner__plan_kind *kind;

    if (index == NULL) return partner__no_memory(error);
    p->kinds = mentioned(&p->program, index);
    if (p->kinds >= PARTNER__NO_SLOT)
        return partner__fail(error, PARTNER_E_RANGE,
                             "the program mentions %u kinds of events, expected fewer than %u",
                             (unsigned)p->kinds, (unsigned)PARTNER__NO_SLOT);
    kind = take(p, p->kinds, sizeof *kind);
    if (kind == NULL) return partner__no_memory(error);
    memset(kind, 0, p->kinds * sizeof *kind);
    for (uint32_t i = 0; i < p->kinds; i++) {
        kind[i].kind = index[i];
        if (p->program.redeems && index[i] == p->program.redeem_on) kind[i].use |= PARTNER__KIND_REDEEM;
        if (p->program.adjusts && index[i] == p->program.adjust_on) kind[i].use |= PARTNER__KIND_ADJUST;
        if (index[i] < SLOTS_MOST) p->slots = index[i] + 1;
    }
    p->kind = *kinds = kind;
    return PARTNER_OK;
}

/* Kinds with small indexes are looked up in a table. */
static partner_status list_slots(partner__plan *p, partner_error *error)
{
    uint16_t *slot = take(p, p->slots, sizeof *slot);

    if (slot == NULL) return partner__no_memory(error);
    for (uint32_t i = 0; i < p->slots; i++) slot[i] = PARTNER__NO_SLOT;
    for (uint32_t i = 0; i < p->kinds; i++)
        if (p->kind[i].kind < p->slots) slot[p->kind[i].kind] = (uint16_t)i;
    p->slot = slot;
    return PARTNER_OK;
}

uint16_t partner__plan_slot_of_large(const partner__plan *plan, uint32_t kind)
{
    uint32_t low = 0, high = plan->kinds;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (plan->kind[middle].kind < kind) low = middle + 1;
        else high = middle;
    }
    return low < plan->kinds && plan->kind[low].kind == kind ? (uint16_t)low : (uint16_t)PARTNER__NO_SLOT;
}

/* Fills a kind's list of the numbers i below `count` for which `of(plan, i)` is its slot. */
static int list_of_kind(partner__plan *p, uint16_t slot, uint32_t count,
                        uint16_t (*of)(const partner__plan *, uint32_t), const uint32_t **list,
                        uint32_t *length)
{
    uint32_t n = 0, *numbers;

    for (uint32_t i = 0; i < count; i++) n += of(p, i) == slot;
    numbers = take(p, n, sizeof *numbers);
    if (numbers == NULL) return 0;
    *length = n;
    *list = numbers;
    for (uint32_t i = 0; i < count; i++)
        if (of(p, i) == slot) *numbers++ = i;
    return 1;
}

static uint16_t slot_of_rule(const partner__plan *p, uint32_t i)
{
    return partner__plan_slot(p, p->rule[i].says->on);
}
static uint16_t slot_of_challenge(const partner__plan *p, uint32_t i) { return p->challenge[i].slot; }
static uint16_t slot_of_meter(const partner__plan *p, uint32_t i) { return p->meter[i].slot; }

static partner_status list_months(partner__plan *p, partner_error *error)
{
    int32_t *begins = take(p, PARTNER__TABLE_MONTHS + 2, sizeof *begins);
    partner__calendar *calendar = take(p, PARTNER__CALENDAR_MONTHS, sizeof *calendar);

    if (begins == NULL || calendar == NULL) return partner__no_memory(error);
    for (int32_t i = 0; i < PARTNER__TABLE_MONTHS + 2; i++) begins[i] = partner__month_begins(i);
    p->begins = begins;
    for (int32_t i = 0; i < PARTNER__CALENDAR_MONTHS; i++) calendar[i] = partner__calendar_of(p, i);
    p->calendar = calendar;
    return PARTNER_OK;
}

/* Whether a rule could ever apply at a level. */
static int offered(const partner__plan_rule *rule, uint32_t level)
{
    return !partner__u128_is_zero(rule->rate[level].above) && (rule->at_level == NULL || rule->at_level[level]);
}

static partner__offer offer_of(const partner__plan_rule *rule, uint32_t number, uint32_t level)
{
    const partner__rate *rate = &rule->rate[level];
    partner__offer offer = {.rule = rule,
                            .quick = rule->carry ? 0 : rate->quick,
                            .above64 = rate->above64,
                            .below64 = rule->below64,
                            .inverse64 = rule->inverse64,
                            .number = number,
                            .counter = rule->counter,
                            .from_day = rule->from_day,
                            .asks = rule->asks,
                            .unit = rule->unit,
                            .round = rule->round};

    if (rule->to_day > rule->from_day) offer.days = (uint32_t)rule->to_day - (uint32_t)rule->from_day;
    return offer;
}

static int list_offers(partner__plan *p, partner__plan_kind *kind)
{
    partner__offers *at = take(p, p->levels, sizeof *at);

    if (at == NULL) return 0;
    for (uint32_t level = 0; level < p->levels; level++) {
        partner__offer *offer = take(p, kind->rules, sizeof *offer);

        if (offer == NULL) return 0;
        at[level].offer = offer;
        at[level].count = 0;
        for (uint32_t i = 0; i < kind->rules; i++)
            if (offered(&p->rule[kind->rule[i]], level))
                offer[at[level].count++] = offer_of(&p->rule[kind->rule[i]], kind->rule[i], level);
    }
    kind->at = at;
    return 1;
}

/* The days that the kind's challenges take in altogether. */
static void span_challenges(const partner__plan *p, partner__plan_kind *kind)
{
    int32_t from = INT32_MAX, to = INT32_MIN;

    for (uint32_t i = 0; i < kind->challenges; i++) {
        const partner__plan_challenge *challenge = &p->challenge[kind->challenge[i]];

        if (challenge->from_day < from) from = challenge->from_day;
        if (challenge->to_day > to) to = challenge->to_day;
    }
    kind->challenge_from = from;
    kind->challenge_days = to > from ? (uint32_t)to - (uint32_t)from : 0;
}

static partner_status list_by_kind(partner__plan *p, partner__plan_kind *kind, partner_error *error)
{
    for (uint32_t i = 0; i < p->kinds; i++)
        if (!list_of_kind(p, (uint16_t)i, p->rules, slot_of_rule, &kind[i].rule, &kind[i].rules) ||
            !list_of_kind(p, (uint16_t)i, p->challenges, slot_of_challenge, &kind[i].challenge,
                          &kind[i].challenges) ||
            !list_of_kind(p, (uint16_t)i, p->meters, slot_of_meter, &kind[i].meter, &kind[i].meters) ||
            !list_offers(p, &kind[i]))
            return partner__no_memory(error);
    for (uint32_t i = 0; i < p->kinds; i++) {
        span_challenges(p, &kind[i]);
        for (uint32_t k = 0; k < kind[i].rules; k++)
            if (p->rule[kind[i].rule[k]].exclusive != PARTNER_NONE) kind[i].exclusive = 1;
    }
    return PARTNER_OK;
}

/* --- levels --- */

/* The number of the sum that a requirement looks at; sums are shared. */
static uint32_t meter_of(partner__plan *p, partner__plan_meter *meter, const partner_program_requirement *says)
{
    uint16_t slot = partner__plan_slot(p, says->on);

    for (uint32_t i = 0; i < p->meters; i++)
        if (meter[i].slot == slot && meter[i].measure == says->measure) return i;
    meter[p->meters].slot = slot;
    meter[p->meters].measure = says->measure;
    return p->meters++;
}

static int plan_requirements(partner__plan *p, partner__plan_level *level, const partner_program_tier *tier,
                             partner__plan_meter *meter)
{
    partner__plan_requirement *requirement = take(p, tier->requirements, sizeof *requirement);

    if (requirement == NULL) return 0;
    for (size_t i = 0; i < tier->requirements; i++) {
        const partner_program_requirement *says = &tier->requires_all[i];

        requirement[i].says = says;
        requirement[i].meter = meter_of(p, meter, says);
        requirement[i].months = says->months;
        requirement[i].target = says->target;
    }
    level->requirement = requirement;
    level->requirements = tier->requirements;
    return 1;
}

static partner_status plan_levels(partner__plan *p, partner_error *error)
{
    partner__plan_meter *meter = take(p, most_kinds(&p->program), sizeof *meter);
    partner__plan_level *level;

    p->levels = p->program.tiers == 0 ? 1 : (uint32_t)p->program.tiers;
    level = take(p, p->levels, sizeof *level);
    if (meter == NULL || level == NULL) return partner__no_memory(error);
    memset(level, 0, p->levels * sizeof *level);
    level[0].name = PARTNER_NONE;
    level[0].multiplier = SCALE;
    for (size_t i = 0; i < p->program.tiers; i++) {
        const partner_program_tier *tier = &p->program.tier[i];

        level[i].name = tier->name;
        level[i].multiplier = (uint32_t)partner__multiplier(tier->multiplier);
        level[i].points = tier->points;
        if (!plan_requirements(p, &level[i], tier, meter)) return partner__no_memory(error);
    }
    p->meter = meter;
    p->level = level;
    return PARTNER_OK;
}

uint32_t partner__plan_level_named(const partner__plan *plan, uint32_t name)
{
    for (uint32_t i = 0; i < plan->program.tiers; i++)
        if (plan->level[i].name == name) return i;
    return PARTNER_NONE;
}

/* --- rules --- */

/* What one unit is worth at a tier: points · m · t / (per · 10^8), t = 10^4 where the tier's is left out. All
 * tiers share one denominator: what they and the rule have in common with it is taken out. */
typedef struct factors {
    uint64_t above[3], below[3]; /* points, m, what all t have in common; per, 10^4, 10^4 */
} factors;

static uint64_t level_multiplier(const partner__plan *p, const partner_program_rule *says, uint32_t level)
{
    return says->flat ? SCALE : p->level[level].multiplier;
}

static void reduce(factors *f)
{
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            uint64_t common = partner__common_divisor(f->above[i], f->below[k]);

            if (common == 0) continue;
            f->above[i] /= common;
            f->below[k] /= common;
        }
}

static partner__rate rate_of(const factors *f, uint64_t shared, uint64_t multiplier, uint64_t below64)
{
    partner__rate rate = {partner__u128_from(0), 0, 0};
    uint64_t own = shared == 0 ? 0 : multiplier / shared * f->above[2];

    rate.above = partner__u128_scale(partner__u128_mul(f->above[0], f->above[1]), own);
    if (below64 == 0 || partner__u128_high(rate.above) != 0) return rate;
    rate.above64 = partner__u128_low(rate.above);
    if (rate.above64 > 0) rate.quick = (UINT64_MAX - below64) / rate.above64;
    return rate;
}

static int plan_rates(partner__plan *p, partner__plan_rule *rule)
{
    const partner_program_rule *says = rule->says;
    partner__rate *rate = take(p, p->levels, sizeof *rate);
    uint64_t shared = 0;
    factors f = {{(uint64_t)says->points, partner__multiplier(says->multiplier), 0},
                 {says->per > 0 ? (uint64_t)says->per : 1, SCALE, SCALE}};

    if (rate == NULL) return 0;
    for (uint32_t i = 0; i < p->levels; i++)
        shared = partner__common_divisor(shared, level_multiplier(p, says, i));
    f.above[2] = shared;
    reduce(&f);
    rule->below = partner__u128_scale(partner__u128_mul(f.below[0], f.below[1]), f.below[2]);
    rule->below64 = partner__u128_high(rule->below) == 0 ? partner__u128_low(rule->below) : 0;
    rule->inverse64 = rule->below64 > 0 ? UINT64_MAX / rule->below64 : 0;
    for (uint32_t i = 0; i < p->levels; i++)
        rate[i] = rate_of(&f, shared, level_multiplier(p, says, i), rule->below64);
    rule->rate = rate;
    return 1;
}

static int plan_tier_set(partner__plan *p, partner__plan_rule *rule)
{
    uint8_t *at = NULL;

    if (partner__has(rule->says, PARTNER_WHEN_TIER)) {
        at = take(p, p->levels, 1);
        if (at == NULL) return 0;
        memset(at, 0, p->levels);
        for (uint32_t i = 0; i < rule->says->tiers; i++)
            if (rule->says->tier[i] < p->levels) at[rule->says->tier[i]] = 1;
    }
    rule->at_level = at;
    return 1;
}

static int same_name(const partner_program_rule *a, const partner_program_rule *b)
{
    return a->on == b->on && a->exclusive != NULL && b->exclusive != NULL &&
           strcmp(a->exclusive, b->exclusive) == 0;
}

/* Rules of a kind that share an exclusive name share its number; a name that is nobody else's excludes nobody.
 */
static void plan_exclusive(partner__plan *p, partner__plan_rule *rule)
{
    for (uint32_t i = 0; i < p->rules; i++) {
        rule[i].exclusive = PARTNER_NONE;
        for (uint32_t k = 0; k < i && rule[i].exclusive == PARTNER_NONE; k++) {
            if (rule[i].says->exclusive == NULL || !same_name(rule[i].says, rule[k].says)) continue;
            if (rule[k].exclusive == PARTNER_NONE) rule[k].exclusive = p->exclusives++;
            rule[i].exclusive = rule[k].exclusive;
        }
    }
}

static int64_t limit(const partner_program_rule *says, uint32_t condition, int64_t value, int64_t otherwise)
{
    return partner__has(says, condition) ? value : otherwise;
}

static void plan_limits(partner__plan_rule *rule, const partner_program_rule *says)
{
    const uint32_t days = PARTNER_WHEN_FROM | PARTNER_WHEN_TO;
    const uint32_t limits = PARTNER_WHEN_AMOUNT_MIN | PARTNER_WHEN_AMOUNT_MAX | PARTNER_WHEN_QUANTITY_MIN |
                            PARTNER_WHEN_QUANTITY_MAX;

    rule->from_day = (int32_t)limit(says, PARTNER_WHEN_FROM, says->from_day, INT32_MIN);
    rule->to_day = (int32_t)limit(says, PARTNER_WHEN_TO, says->to_day, INT32_MAX);
    rule->amount_min = limit(says, PARTNER_WHEN_AMOUNT_MIN, says->amount_min, INT64_MIN);
    rule->amount_max = limit(says, PARTNER_WHEN_AMOUNT_MAX, says->amount_max, INT64_MAX);
    rule->quantity_min = limit(says, PARTNER_WHEN_QUANTITY_MIN, says->quantity_min, INT64_MIN);
    rule->quantity_max = limit(says, PARTNER_WHEN_QUANTITY_MAX, says->quantity_max, INT64_MAX);
    rule->first = (uint8_t)partner__has(says, PARTNER_WHEN_FIRST);
    if ((says->when & limits) != 0) rule->asks |= PARTNER__ASKS_LIMITS;
    if (rule->first) rule->asks |= PARTNER__ASKS_FIRST;
    if ((says->when & ~(days | limits | PARTNER_WHEN_FIRST | PARTNER_WHEN_TIER)) != 0)
        rule->asks |= PARTNER__ASKS_MORE;
}

static void plan_rule(partner__plan *p, partner__plan_rule *rule, const partner_program_rule *says)
{
    memset(rule, 0, sizeof *rule);
    rule->says = says;
    rule->product = says->product;
    rule->group = says->group;
    rule->reward = (uint8_t)partner__counts_for_reward(says->counts_for);
    rule->tier = (uint8_t)partner__counts_for_tier(says->counts_for);
    rule->unit = says->per > 0 ? PARTNER__UNIT_AMOUNT : says->each ? PARTNER__UNIT_QUANTITY : PARTNER__UNIT_ONE;
    rule->round = says->round;
    rule->carry = says->carry;
    rule->cap_per = says->cap_per;
    plan_limits(rule, says);
    rule->counter =
        rule->carry || rule->cap_per != PARTNER_CAP_NONE || rule->first ? p->counters++ : PARTNER_NONE;
}

static partner_status plan_rules(partner__plan *p, partner_error *error)
{
    partner__plan_rule *rule = take(p, p->program.rules, sizeof *rule);

    p->rules = (uint32_t)p->program.rules;
    if (rule == NULL) return partner__no_memory(error);
    for (uint32_t i = 0; i < p->rules; i++) {
        plan_rule(p, &rule[i], &p->program.rule[i]);
        if (!plan_rates(p, &rule[i]) || !plan_tier_set(p, &rule[i])) return partner__no_memory(error);
    }
    plan_exclusive(p, rule);
    p->rule = rule;
    return PARTNER_OK;
}

static partner_status plan_challenges(partner__plan *p, partner_error *error)
{
    partner__plan_challenge *challenge = take(p, p->program.challenges, sizeof *challenge);

    p->challenges = (uint32_t)p->program.challenges;
    if (challenge == NULL) return partner__no_memory(error);
    for (uint32_t i = 0; i < p->challenges; i++) {
        challenge[i].says = &p->program.challenge[i];
        challenge[i].from_day = challenge[i].says->from_day;
        challenge[i].to_day = challenge[i].says->to_day;
        challenge[i].slot = partner__plan_slot(p, challenge[i].says->on);
    }
    p->challenge = challenge;
    return PARTNER_OK;
}

/* --- the rest --- */

/* Months before the current one that something can still ask for: in a `year` window a reversal looks at the
 * year before and at requirements that end there; in a rolling one at the windows that were reviewed last. */
static uint32_t months_kept(const partner__plan *p)
{
    uint64_t longest = p->rolling ? p->window_months : 1, kept;

    for (uint32_t i = 0; i < p->levels; i++)
        for (size_t k = 0; k < p->level[i].requirements; k++)
            if (p->level[i].requirement[k].months > longest) longest = p->level[i].requirement[k].months;
    kept = (p->rolling ? (uint64_t)p->grace_months + 1 : 23) + longest - 1;
    return kept > UINT32_MAX ? UINT32_MAX : (uint32_t)kept;
}

static void plan_scalars(partner__plan *p)
{
    const partner_program *says = &p->program;

    p->rolling = says->window == PARTNER_WINDOW_ROLLING;
    p->window_months = p->rolling ? says->window_months : 12;
    p->grace_months = says->grace_months;
    p->max_drop = says->max_drop == 0 ? UINT32_MAX : says->max_drop;
    p->expiry_months = says->expiry_months;
    p->pending_days = says->pending_days;
    p->reversible_days = says->reversible_days == 0                      ? UINT32_MAX
                         : says->reversible_days == PARTNER_REVERSIBLE_0 ? 0
                                                                         : says->reversible_days;
    p->redeem_minimum = says->redeem_minimum == 0 ? 1 : says->redeem_minimum;
    p->redeem_step = says->redeem_step == 0 ? 1 : says->redeem_step;
    p->minor_units = (uint8_t)partner__program_places(says);
    p->year_starts = (uint8_t)(partner__program_year(says) - 1);
    p->adjust_reward = says->adjust_counts_for != PARTNER_COUNTS_TIER;
    p->adjust_tier =
        says->adjust_counts_for == PARTNER_COUNTS_TIER || says->adjust_counts_for == PARTNER_COUNTS_BOTH;
}

static partner_status fill(partner__plan *p, const partner_program *program, partner_error *error)
{
    partner__plan_kind *kinds = NULL;
    partner_status status;

    p->program = partner__program_copy(program);
    p->program.struct_size = sizeof p->program;
    plan_scalars(p);
    if (!copy_text(p, &p->program.name) || !copy_rules(p, program) || !copy_tiers(p, program) ||
        !copy_challenges(p, program))
        return partner__no_memory(error);
    status = list_kinds(p, &kinds, error);
    if (status == PARTNER_OK) status = list_slots(p, error);
    if (status == PARTNER_OK) status = plan_levels(p, error);
    if (status == PARTNER_OK) status = plan_rules(p, error);
    if (status == PARTNER_OK) status = plan_challenges(p, error);
    if (status == PARTNER_OK) status = list_by_kind(p, kinds, error);
    if (status == PARTNER_OK) status = list_months(p, error);
    p->months_kept = status == PARTNER_OK ? months_kept(p) : 0;
    return status;
}

partner_status partner__plan_new(const partner_program *program, partner__plan **plan, partner_error *error)
{
    partner__plan *p;
    partner_status status = partner_program_check(program, error);

    if (status != PARTNER_OK) return status;
    p = partner__alloc_zero(1, sizeof *p);
    if (p == NULL) return partner__no_memory(error);
    atomic_init(&p->users, 1);
    status = fill(p, program, error);
    if (status != PARTNER_OK) {
        partner__plan_release(p);
        return status;
    }
    *plan = p;
    return PARTNER_OK;
}

partner__plan *partner__plan_keep(partner__plan *plan)
{
    if (plan != NULL) atomic_fetch_add(&plan->users, 1);
    return plan;
}

void partner__plan_release(partner__plan *plan)
{
    if (plan == NULL || atomic_fetch_sub(&plan->users, 1) != 1) return;
    partner__arena_free(&plan->arena);
    partner__free(plan);
}

/* --- the calendar --- */

static int32_t floor_mod(int32_t a, int32_t b) { return (a % b + b) % b; }

int32_t partner__month(int32_t day) { return (int32_t)partner__month_of_day(day); }

int32_t partner__year_of(const partner__plan *plan, int32_t month)
{
    return month - floor_mod(month - plan->year_starts, 12);
}

partner__calendar partner__calendar_of(const partner__plan *plan, int32_t month)
{
    int32_t year = partner__year_of(plan, month), quarter = year + (month - year) / 3 * 3;
    partner__calendar c = {
        .month = month,
        .month_begins = partner__plan_begins(plan, month),
        .month_ends = partner__plan_begins(plan, (int64_t)month + 1),
        .quarter = quarter,
        .quarter_begins = partner__plan_begins(plan, quarter),
        .year = year,
        .year_begins = partner__plan_begins(plan, year),
        .year_ends = partner__plan_begins(plan, (int64_t)year + 12),
        .next_year_ends = partner__plan_begins(plan, (int64_t)year + 24),
        .expiry = plan->expiry_months == 0
                      ? PARTNER_NO_DAY
                      : partner__plan_begins(plan, (int64_t)month + plan->expiry_months + 1),
    };

    return c;
}

int32_t partner__month_begins(int64_t month)
{
    int64_t day = partner__day_of_month(month);

    return day > INT32_MIN && day <= INT32_MAX ? (int32_t)day : PARTNER_NO_DAY;
}
