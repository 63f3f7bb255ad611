/* SPDX-License-Identifier: MIT
 * What is legal in a program and hardly meant. */
#include <string.h>

#include "phrase.h"

/* Goes through all warnings, in order; only the one that is asked for is put into words. */
typedef struct warner {
    partner__speech s;
    size_t left; /* so many come before it */
    int found;
} warner;

static int is_wanted(warner *w)
{
    if (w->found || w->left-- > 0) return 0;
    w->found = 1;
    return 1;
}

/* --- rules that never give anything --- */

static int is_empty(const partner_program_rule *r, uint32_t least_bit, int64_t least, int64_t most)
{
    const uint32_t both = least_bit | least_bit << 1;

    return (r->when & both) == both && least > most;
}

static int is_at_most(const partner_program_rule *r, uint32_t most_bit, int64_t most, int64_t limit)
{
    return partner__has(r, most_bit) && most <= limit;
}

static const char *passes_no_rule(const partner__speech *s, uint32_t kind)
{
    if (kind == PARTNER_NONE) return NULL;
    if (s->program.redeems && kind == s->program.redeem_on)
        return "its kind of event redeems points, which nothing else counts";
    return s->program.adjusts && kind == s->program.adjust_on
               ? "its kind of event corrects points by hand, which nothing else counts"
               : NULL;
}

static const char *is_never_met(const partner_program_rule *r)
{
    if (partner__has(r, PARTNER_WHEN_PRODUCT) && r->products == 0) return "it names no product";
    if (partner__has(r, PARTNER_WHEN_GROUP) && r->groups == 0) return "it names no group";
    if (partner__has(r, PARTNER_WHEN_TIER) && r->tiers == 0) return "it names no tier";
    if (is_empty(r, PARTNER_WHEN_AMOUNT_MIN, r->amount_min, r->amount_max))
        return "its least amount is more than its largest";
    if (is_empty(r, PARTNER_WHEN_QUANTITY_MIN, r->quantity_min, r->quantity_max))
        return "its least quantity is more than its largest";
    if (is_empty(r, PARTNER_WHEN_MARGIN_MIN, r->margin_min, r->margin_max))
        return "its least margin is more than its largest";
    if (is_empty(r, PARTNER_WHEN_MARGIN_RATE_MIN, r->margin_rate_min, r->margin_rate_max))
        return "its least margin rate is more than its largest";
    if (partner__has(r, PARTNER_WHEN_FROM) && partner__has(r, PARTNER_WHEN_TO) && r->from_day >= r->to_day)
        return "its days end before they begin";
    return NULL;
}

static const char *gives_nothing(const partner__speech *s, const partner_program_rule *r)
{
    if (is_at_most(r, PARTNER_WHEN_AMOUNT_MAX, r->amount_max, -1)) return "negative amounts pass no rule";
    if (r->per > 0 && is_at_most(r, PARTNER_WHEN_AMOUNT_MAX, r->amount_max, 0))
        return "it pays by the amount, and amounts are at most 0";
    if (partner__has(r, PARTNER_WHEN_MARGIN_RATE_MIN | PARTNER_WHEN_MARGIN_RATE_MAX) &&
        is_at_most(r, PARTNER_WHEN_AMOUNT_MAX, r->amount_max, 0))
        return "a margin rate needs an amount above 0";
    if (r->each && is_at_most(r, PARTNER_WHEN_QUANTITY_MAX, r->quantity_max, 0))
        return "it pays by the unit, and quantities are at most 0";
    if (partner__multiplier(r->multiplier) == 0) return "its multiplier is 0";
    for (size_t level = 0; level < partner__levels(s); level++)
        if (partner__rule_knows(r, level) && partner__rule_times(s, r, level) > 0) return NULL;
    return "the multiplier of its tiers is 0";
}

const char *partner__rule_is_dead(const partner__speech *s, const partner_program_rule *r)
{
    const char *why = passes_no_rule(s, r->on);

    if (why == NULL) why = is_never_met(r);
    return why != NULL ? why : gives_nothing(s, r);
}

/* --- rules that give something else than they seem to --- */

static void warn_of_rounding(warner *w, const partner_program_rule *r)
{
    const int splits = (r->per > 0 || r->each) && !partner__has(r, PARTNER_WHEN_FIRST);

    if (r->carry && r->round != PARTNER_ROUND_DOWN && is_wanted(w)) {
        partner__put_id(&w->s, r->id);
        partner__put(&w->s,
                     " says how to round, but \"carry\" keeps fractions exactly and nothing is rounded.");
    }
    if (r->round == PARTNER_ROUND_UP && !r->carry && splits && !partner__rule_is_whole(&w->s, r) &&
        is_wanted(w)) {
        partner__put_id(&w->s, r->id);
        partner__put(&w->s, " rounds up, so an order split in many earns more than the same order in one");
        partner__put(&w->s, r->per > 0 ? "; \"carry\": true keeps fractions instead." : ".");
    }
}

/* A rate of 30 is 0.003 %, where 30 % was meant. */
static void warn_of_rates(warner *w, const partner_program_rule *r)
{
    const int64_t rates[] = {r->margin_rate_min, r->margin_rate_max};

    for (uint32_t i = 0; i < 2; i++) {
        if (!partner__has(r, (uint32_t)PARTNER_WHEN_MARGIN_RATE_MIN << i) || rates[i] == 0 || rates[i] < -100 ||
            rates[i] > 100 || !is_wanted(w))
            continue;
        partner__put_id(&w->s, r->id);
        partner__put(&w->s, " asks for a margin rate of %s", rates[i] < 0 ? "-" : "");
        partner__put_decimal(&w->s, (uint64_t)(rates[i] < 0 ? -rates[i] : rates[i]), 4, 0);
        partner__put(&w->s, " %%: the number is in parts per million, 30 %% is 300000 or \"30 %%\".");
    }
    if (!partner__has(r, PARTNER_WHEN_MARGIN_RATE_MIN) || r->margin_rate_min <= 1000000 || !is_wanted(w))
        return;
    partner__put_id(&w->s, r->id);
    partner__put(&w->s, " asks for a margin that is more than the amount itself.");
}

/* The cap cuts even one grant, in the first tier that the rule knows. */
static void warn_of_cap(warner *w, const partner_program_rule *r)
{
    uint64_t times = partner__multiplier(r->multiplier), points;
    size_t level = 0;

    if (r->cap_per == PARTNER_CAP_NONE || r->per > 0 || r->points <= 0) return;
    while (level + 1 < partner__levels(&w->s) && !partner__rule_knows(r, level)) level++;
    times *= partner__rule_times(&w->s, r, level);
    if (times / 10000 > UINT64_MAX / (uint64_t)r->points) return;
    points = (uint64_t)r->points * (times / 10000) / 10000;
    if (points <= (uint64_t)r->cap_points || points > INT64_MAX || !is_wanted(w)) return;
    partner__put_id(&w->s, r->id);
    partner__put(&w->s, " gives ");
    partner__put_points(&w->s, (int64_t)points);
    partner__put(&w->s, " at a time, but its cap allows ");
    partner__put_points(&w->s, r->cap_points);
    partner__put(&w->s, " %s.", partner__say_period(&w->s, r->cap_per));
}

static void warn_of_rules(warner *w)
{
    for (size_t i = 0; i < w->s.program.rules && !w->found; i++) {
        const partner_program_rule r = partner__program_rule(&w->s.program, i);
        const char *why = partner__rule_is_dead(&w->s, &r);

        if (why != NULL && is_wanted(w)) {
            partner__put_id(&w->s, r.id);
            partner__put(&w->s, " can never give points: %s.", why);
        }
        if (why == NULL) {
            warn_of_rounding(w, &r);
            warn_of_cap(w, &r);
        }
        warn_of_rates(w, &r);
    }
    if (w->s.program.rules == 0 && is_wanted(w))
        partner__put(&w->s, "There are no rules, so no event earns points by itself.");
}

/* --- challenges --- */

static void warn_of_challenges(warner *w)
{
    for (size_t i = 0; i < w->s.program.challenges && !w->found; i++) {
        const partner_program_challenge c = partner__program_challenge(&w->s.program, i);
        const char *why = passes_no_rule(&w->s, c.on);

        if (why == NULL && c.from_day >= c.to_day) why = "its days end before they begin";
        if (why == NULL || !is_wanted(w)) continue;
        partner__put_id(&w->s, c.id);
        partner__put(&w->s, " can never be met: %s.", why);
    }
}

/* --- tiers --- */

static void warn_of_requirements(warner *w, const partner_program_tier *t)
{
    for (size_t i = 0; i < t->requirements && t->requires_all != NULL && !w->found; i++) {
        const partner_program_requirement r = partner__program_requirement(t, i);
        const char *why = passes_no_rule(&w->s, r.on);

        if (why == NULL || !is_wanted(w)) continue;
        partner__put_id(&w->s, t->id);
        partner__put(&w->s, " can never be reached, for it requires ");
        partner__put_kind(&w->s, r.on);
        partner__put(&w->s, ": %s.", why);
    }
}

static void warn_of_multiplier(warner *w, size_t level, const partner_program_tier *t)
{
    const uint64_t m = partner__multiplier(t->multiplier);
    uint64_t below;

    if (m == 0 && is_wanted(w)) {
        partner__put_id(&w->s, t->id);
        partner__put(&w->s, " has the multiplier 0: its partners earn nothing.");
    }
    if (m == 0 || level == 0) return;
    below = partner__multiplier(partner__program_tier(&w->s.program, level - 1).multiplier);
    if (m >= below || !is_wanted(w)) return;
    partner__put_id(&w->s, t->id);
    partner__put(&w->s, " has a lower multiplier (");
    partner__put_multiplier(&w->s, m);
    partner__put(&w->s, ") than the tier below it (");
    partner__put_multiplier(&w->s, below);
    partner__put(&w->s, "): whoever is promoted earns less.");
}

static void warn_of_reach(warner *w)
{
    int64_t best = 0;
    const size_t level = partner__tier_out_of_reach(&w->s, &best);
    partner_program_tier t;

    if (level == 0 || !is_wanted(w)) return;
    t = partner__program_tier(&w->s.program, level);
    partner__put_id(&w->s, t.id);
    partner__put(&w->s, " is out of reach: it needs ");
    partner__put_points(&w->s, t.points);
    if (best == 0) {
        partner__put(&w->s, ", and no rule below it gives points that count for tiers.");
        return;
    }
    partner__put(&w->s, ", and in the time that counts caps allow at most ");
    partner__put_points(&w->s, best);
    partner__put(&w->s, ".");
}

static void warn_of_tiers(warner *w)
{
    for (size_t level = 0; level < w->s.program.tiers && !w->found; level++) {
        const partner_program_tier t = partner__program_tier(&w->s.program, level);

        warn_of_multiplier(w, level, &t);
        warn_of_requirements(w, &t);
    }
    if (!w->found) warn_of_reach(w);
}

/* --- the rest --- */

static void warn_of_redeeming(warner *w)
{
    const partner_program *p = &w->s.program;
    int64_t least;

    if (!p->redeems || p->redeem_minimum <= 1 || p->redeem_step <= 1 ||
        p->redeem_minimum % p->redeem_step == 0 || !is_wanted(w))
        return;
    least = (p->redeem_minimum / p->redeem_step + 1) * p->redeem_step;
    partner__put(&w->s, "The least that can be redeemed is ");
    partner__put_points(&w->s, least);
    partner__put(&w->s, ": the minimum of ");
    partner__put_points(&w->s, p->redeem_minimum);
    partner__put(&w->s, " is no step.");
}

size_t partner_program_warning(const partner_program *program, const partner_loyalty_dicts *dicts, size_t i,
                               char *buffer, size_t size)
{
    warner w = {.left = i};

    if (!partner__speech_begin(&w.s, program, dicts)) return 0;
    warn_of_rules(&w);
    if (!w.found) warn_of_challenges(&w);
    if (!w.found) warn_of_tiers(&w);
    if (!w.found) warn_of_redeeming(&w);
    return w.found ? partner__speech_end(&w.s, buffer, size) : 0;
}
