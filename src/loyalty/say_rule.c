/* SPDX-License-Identifier: MIT
 * What a rule does, in one sentence: what it gives for what, times what, for whom and when, how fractions end,
 * and what bounds it. */
#include <inttypes.h>
#include <string.h>

#include "../base/say.h"
#include "phrase.h"

/* --- what for what --- */

static void put_event(partner__speech *s, const partner_program_rule *r)
{
    if (partner__has(r, PARTNER_WHEN_FIRST)) partner__put(s, "a partner's first ");
    partner__put_kind(s, r->on);
}

static void put_earning(partner__speech *s, const partner_program_rule *r)
{
    partner__put_points(s, r->points);
    if (r->per > 0) {
        partner__put(s, " for every ");
        partner__put_money(s, r->per);
        partner__put(s, " of ");
    } else if (r->each) {
        partner__put(s, " for each unit of ");
    } else {
        partner__put(s, partner__has(r, PARTNER_WHEN_FIRST) ? " for " : " for each ");
    }
    put_event(s, r);
}

/* --- times what --- */

static int is_multiplied(const partner__speech *s, const partner_program_rule *r, size_t level)
{
    return partner__rule_knows(r, level) && partner__rule_times(s, r, level) != PARTNER__MULTIPLIER_ONE;
}

/* The i-th tier that the rule is multiplied for. */
static void put_multiplied(partner__speech *s, const void *of, size_t i)
{
    size_t level = 0;

    for (;; level++)
        if (is_multiplied(s, of, level) && i-- == 0) break;
    partner__put_multiplier(s, partner__rule_times(s, of, level));
    partner__put(s, " for ");
    partner__put_tier(s, level);
}

static int has_multipliers(const partner__speech *s)
{
    for (size_t level = 0; level < s->program.tiers; level++)
        if (partner__multiplier(partner__program_tier(&s->program, level).multiplier) !=
            PARTNER__MULTIPLIER_ONE)
            return 1;
    return 0;
}

static void put_times(partner__speech *s, const partner_program_rule *r)
{
    const uint64_t m = partner__multiplier(r->multiplier);
    size_t count = 0;

    if (m != PARTNER__MULTIPLIER_ONE) {
        partner__put(s, ", times ");
        partner__put_multiplier(s, m);
    }
    for (size_t level = 0; level < partner__levels(s); level++) count += (size_t)is_multiplied(s, r, level);
    if (count > 0) {
        partner__put(s, ", times ");
        partner__put_list(s, " and ", count, put_multiplied, r);
    }
    if (r->flat && has_multipliers(s)) partner__put(s, ", the same in every tier");
}

/* --- for whom and when --- */

typedef struct set {
    const uint32_t *member;
    uint32_t length;
    const partner_dict *dict;
    const char *what; /* a member of it when there is no name */
    int is_tier;
} set;

static void put_member(partner__speech *s, const void *of, size_t i)
{
    const set *from = of;
    const char *id = from->is_tier ? NULL : partner_dict_id(from->dict, from->member[i], NULL);

    if (from->is_tier) partner__put_tier(s, from->member[i]);
    else if (id != NULL) partner__put_id(s, id);
    else partner__put(s, "%s %" PRIu32, from->what, from->member[i]);
}

static void put_set(partner__speech *s, const set *of, const char *one, const char *none)
{
    if (of->length == 0 || of->member == NULL) {
        partner__put(s, "%s", none);
        return;
    }
    partner__put(s, "%s ", one);
    partner__put_list(s, " or ", of->length, put_member, of);
}

static void put_products(partner__speech *s, const partner_program_rule *r)
{
    const set of = {r->product, r->products, s->dicts.product, "no.", 0};

    put_set(s, &of, "product", "no product at all");
}

static void put_groups(partner__speech *s, const partner_program_rule *r)
{
    const set of = {r->group, r->groups, s->dicts.group, "no.", 0};

    put_set(s, &of, "partners of group", "partners of no group");
}

static void put_tiers(partner__speech *s, const partner_program_rule *r)
{
    const set of = {r->tier, r->tiers, NULL, "", 1};

    put_set(s, &of, "partners in tier", "partners in no tier");
}

typedef void (*put_value)(partner__speech *s, int64_t value);

static void put_number(partner__speech *s, int64_t value)
{
    char number[PARTNER__NUMBER];

    partner__put(s, "%s%s", value < 0 ? "-" : "",
                 partner__say_count(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, number));
}

static void put_rate(partner__speech *s, int64_t ppm)
{
    if (ppm < 0) partner__put(s, "-");
    partner__put_decimal(s, ppm < 0 ? 0 - (uint64_t)ppm : (uint64_t)ppm, 4, 0);
    partner__put(s, " %%");
}

/* "amounts from 500.00 to 900.00", with the bits of a minimum and the maximum after it. */
static void put_limits(partner__speech *s, const char *of, uint32_t bits, int64_t least, int64_t most,
                       put_value put)
{
    partner__put(s, "%s ", of);
    if (bits == 3 && least == most) {
        partner__put(s, "of exactly ");
        put(s, least);
    } else if (bits == 3) {
        partner__put(s, "from ");
        put(s, least);
        partner__put(s, " to ");
        put(s, most);
    } else {
        partner__put(s, bits == 1 ? "of at least " : "of at most ");
        put(s, bits == 1 ? least : most);
    }
}

static void put_amount(partner__speech *s, const partner_program_rule *r)
{
    put_limits(s, "amounts", r->when / PARTNER_WHEN_AMOUNT_MIN & 3, r->amount_min, r->amount_max,
               partner__put_money);
}

static void put_quantity(partner__speech *s, const partner_program_rule *r)
{
    put_limits(s, "quantities", r->when / PARTNER_WHEN_QUANTITY_MIN & 3, r->quantity_min, r->quantity_max,
               put_number);
}

static void put_margin(partner__speech *s, const partner_program_rule *r)
{
    put_limits(s, "margins", r->when / PARTNER_WHEN_MARGIN_MIN & 3, r->margin_min, r->margin_max,
               partner__put_money);
}

static void put_margin_rate(partner__speech *s, const partner_program_rule *r)
{
    put_limits(s, "margins", r->when / PARTNER_WHEN_MARGIN_RATE_MIN & 3, r->margin_rate_min, r->margin_rate_max,
               put_rate);
    partner__put(s, " of the amount");
}

static void put_days(partner__speech *s, const partner_program_rule *r)
{
    partner__put(s, "days ");
    if (partner__has(r, PARTNER_WHEN_FROM)) {
        partner__put(s, "from ");
        partner__put_day(s, r->from_day);
    }
    if (partner__has(r, PARTNER_WHEN_TO)) {
        partner__put(s, partner__has(r, PARTNER_WHEN_FROM) ? " through " : "through ");
        partner__put_day(s, (int64_t)r->to_day - 1);
    } else {
        partner__put(s, " on");
    }
}

typedef struct condition {
    uint32_t bits;
    void (*put)(partner__speech *s, const partner_program_rule *r);
} condition;

static const condition conditions[] = {
    {PARTNER_WHEN_PRODUCT, put_products},
    {PARTNER_WHEN_GROUP, put_groups},
    {PARTNER_WHEN_TIER, put_tiers},
    {PARTNER_WHEN_AMOUNT_MIN | PARTNER_WHEN_AMOUNT_MAX, put_amount},
    {PARTNER_WHEN_QUANTITY_MIN | PARTNER_WHEN_QUANTITY_MAX, put_quantity},
    {PARTNER_WHEN_MARGIN_MIN | PARTNER_WHEN_MARGIN_MAX, put_margin},
    {PARTNER_WHEN_MARGIN_RATE_MIN | PARTNER_WHEN_MARGIN_RATE_MAX, put_margin_rate},
    {PARTNER_WHEN_FROM | PARTNER_WHEN_TO, put_days},
};
enum { CONDITIONS = sizeof conditions / sizeof conditions[0] };

static void put_conditions(partner__speech *s, const partner_program_rule *r)
{
    size_t left = 0;
    int begun = 0;

    for (size_t i = 0; i < CONDITIONS; i++) left += (size_t)partner__has(r, conditions[i].bits);
    for (size_t i = 0; i < CONDITIONS; i++) {
        if (!partner__has(r, conditions[i].bits)) continue;
        partner__put(s, "%s", !begun ? "; only for " : left == 1 ? " and " : ", ");
        conditions[i].put(s, r);
        begun = 1;
        left--;
    }
}

/* --- how fractions end, and what bounds it --- */

static void put_fractions(partner__speech *s, const partner_program_rule *r)
{
    static const char *const rounded[] = {"down", "up", "to the nearest point, half a point up",
                                          "to the nearest point, half a point to the even one"};

    if (partner__rule_is_whole(s, r)) return;
    if (r->carry) partner__put(s, "; fractions are kept until they make a whole point");
    else if (r->round <= PARTNER_ROUND_EVEN) partner__put(s, "; rounded %s", rounded[r->round]);
}

static void put_bounds(partner__speech *s, const partner_program_rule *r)
{
    if (r->counts_for == PARTNER_COUNTS_REWARD) partner__put(s, "; to spend only, they do not count for tiers");
    if (r->counts_for == PARTNER_COUNTS_TIER) partner__put(s, "; for tiers only, they cannot be spent");
    if (r->cap_per == PARTNER_CAP_NONE) return;
    partner__put(s, "; at most ");
    partner__put_points(s, r->cap_points);
    partner__put(s, " %s", partner__say_period(s, r->cap_per));
}

/* The rules that exclude each other, for the same event. */
static int is_rival(const partner__speech *s, const partner_program_rule *r, size_t i)
{
    const partner_program_rule other = partner__program_rule(&s->program, i);

    return other.on == r->on && other.exclusive != NULL && strcmp(other.exclusive, r->exclusive) == 0;
}

static void put_rival(partner__speech *s, const void *of, size_t i)
{
    size_t rule = 0;

    for (;; rule++)
        if (is_rival(s, of, rule) && i-- == 0) break;
    partner__put_id(s, partner__program_rule(&s->program, rule).id);
}

static void put_exclusive(partner__speech *s, const partner_program_rule *r)
{
    size_t rivals = 0;

    for (size_t i = 0; i < s->program.rules && r->exclusive != NULL; i++) rivals += (size_t)is_rival(s, r, i);
    if (rivals < 2) return;
    partner__put(s, "; of ");
    partner__put_list(s, " and ", rivals, put_rival, r);
    partner__put(s, " only the one that gives most counts");
}

void partner__say_rule(partner__speech *s, size_t i)
{
    const partner_program_rule r = partner__program_rule(&s->program, i);

    partner__put_id(s, r.id);
    partner__put(s, ": ");
    put_earning(s, &r);
    put_times(s, &r);
    put_conditions(s, &r);
    put_fractions(s, &r);
    put_bounds(s, &r);
    put_exclusive(s, &r);
    partner__put(s, ".");
}
