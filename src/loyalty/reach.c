/* SPDX-License-Identifier: MIT
 * Tiers that no one can reach, because caps allow too few qualifying points in the time that tiers look at. An
 * upper bound: everything that may count is taken to count as much as it can. */
#include "phrase.h"

static const int64_t NO_BOUND = INT64_MAX;

/* How many periods of a cap the window touches at most; 0 = without number. */
static int64_t periods(const partner_program *p, uint8_t per)
{
    const int64_t months = p->window == PARTNER_WINDOW_ROLLING ? (int64_t)p->window_months : 12;
    const int year = p->window == PARTNER_WINDOW_YEAR;

    switch (per) {
    case PARTNER_CAP_DAY: return year ? 366 : 31 * months;
    case PARTNER_CAP_MONTH: return months;
    case PARTNER_CAP_QUARTER: return year ? 4 : (months + 1) / 3 + 1;
    case PARTNER_CAP_YEAR: return year ? 1 : (months + 10) / 12 + 1;
    case PARTNER_CAP_LIFE: return 1;
    default: return 0;
    }
}

static int64_t capped(const partner_program *p, uint8_t per, int64_t points)
{
    const int64_t count = per == PARTNER_CAP_NONE ? 0 : periods(p, per);

    return count == 0 ? NO_BOUND : count * points;
}

/* points · m · t, rounded up: what a rule that applies once gives at most. */
static int64_t once(const partner__speech *s, const partner_program_rule *r, size_t below)
{
    uint64_t most = 0, scaled;

    if (r->points <= 0) return 0;
    for (size_t level = 0; level < below; level++)
        if (partner__rule_knows(r, level) && partner__rule_times(s, r, level) > most)
            most = partner__rule_times(s, r, level);
    scaled = partner__multiplier(r->multiplier) * most; /* at most 10^16 */
    if (scaled > (uint64_t)INT64_MAX / (uint64_t)r->points) return NO_BOUND;
    return (int64_t)(((uint64_t)r->points * scaled + 99999999) / 100000000);
}

/* What a rule can add to the qualifying points of a partner who is below that level. */
static int64_t rule_bound(const partner__speech *s, const partner_program_rule *r, size_t level)
{
    int64_t cap, single = NO_BOUND;
    int knows = 0;

    if (!partner__counts_for_tier(r->counts_for) || partner__rule_is_dead(s, r) != NULL) return 0;
    for (size_t below = 0; below < level && !knows; below++) knows = partner__rule_knows(r, below);
    if (!knows) return 0;
    cap = capped(&s->program, r->cap_per, r->cap_points);
    if (partner__has(r, PARTNER_WHEN_FIRST) && r->per == 0 && !r->each) single = once(s, r, level);
    if (partner__has(r, PARTNER_WHEN_FIRST) && r->cap_per == PARTNER_CAP_EVENT) cap = r->cap_points;
    return cap < single ? cap : single;
}

static int64_t bound(const partner__speech *s, size_t level)
{
    const partner_program *p = &s->program;
    const int64_t all = capped(p, p->cap_per, p->cap_points);
    int64_t sum = 0;

    if (p->adjusts && partner__counts_for_tier(p->adjust_counts_for) &&
        p->adjust_counts_for != PARTNER_COUNTS_DEFAULT)
        return NO_BOUND;
    for (size_t i = 0; i < p->rules; i++) {
        const partner_program_rule r = partner__program_rule(p, i);
        const int64_t more = rule_bound(s, &r, level);

        if (more == NO_BOUND) return all;
        sum = sum < NO_BOUND - more ? sum + more : NO_BOUND - 1;
    }
    return sum < all ? sum : all;
}

/* Thresholds ascend, and whoever is to pass one has only the rules below it: above the first tier that is out
 * of reach all are. */
size_t partner__tier_out_of_reach(const partner__speech *s, int64_t *best)
{
    for (size_t level = 1; level < s->program.tiers; level++) {
        const partner_program_tier t = partner__program_tier(&s->program, level);

        *best = bound(s, level);
        if (*best < t.points) return level;
    }
    return 0;
}
