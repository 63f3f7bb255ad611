/* SPDX-License-Identifier: MIT
 * Why an entry is what it is: one sentence with every factor, worked out again from the entry's facts and the
 * result's own copy of the program. Numbers are written to be reckoned with: no thousands apart. */
#include <inttypes.h>
#include <partner/loyalty.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/say.h"
#include "exact.h"
#include "plan.h"
#include "program.h"
#include "worth.h"

enum { SENTENCE = 512, ID = 48, MILLION = 1000000 };

/* The sentence as it grows, and what it is about. */
typedef struct text {
    char buffer[SENTENCE];
    size_t length;
    const partner_program *program;
    const partner_ledger *ledger;
    size_t entry;
    unsigned places; /* of money */
} text;

PARTNER__PRINTF(2, 3) static void say(text *t, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(t->buffer + t->length, SENTENCE - t->length, format, arguments);
    va_end(arguments);
    if (length > 0) t->length += (size_t)length;
    if (t->length > SENTENCE - 1) t->length = SENTENCE - 1;
}

/* --- words --- */

static void say_points(text *t, int64_t points)
{
    say(t, "%" PRId64 " %s", points, partner__one_or_many(partner__magnitude(points), "point", "points"));
}

static void say_money(text *t, int64_t amount)
{
    uint64_t unit = 1, value = partner__magnitude(amount);

    for (unsigned i = 0; i < t->places; i++) unit *= 10;
    say(t, "%s%" PRIu64, amount < 0 ? "-" : "", value / unit);
    if (t->places > 0) say(t, ".%0*" PRIu64, (int)t->places, value % unit);
}

/* At most ID bytes of an id, cut where a character ends. */
static void say_id(text *t, const char *id)
{
    size_t length = id == NULL ? 0 : strlen(id), cut = ID;

    if (length <= ID) {
        say(t, "%s", id == NULL ? "" : id);
        return;
    }
    while (cut > 0 && ((unsigned char)id[cut] & 0xc0) == 0x80) cut--;
    say(t, "%.*s…", (int)cut, id);
}

static void say_day(text *t, int64_t day)
{
    char buffer[PARTNER__NUMBER];

    if (day >= INT32_MIN && day <= INT32_MAX) say(t, "%s", partner__say_day((int32_t)day, buffer));
}

static void say_measure(text *t, uint8_t measure, int64_t value)
{
    if (measure == PARTNER_MEASURE_AMOUNT) say_money(t, value);
    else say(t, "%" PRId64, value);
}

/* --- exact values --- */

/* Says whether the value is whole. */
static int say_exact(text *t, const partner__fraction *f)
{
    char buffer[PARTNER__DECIMAL];
    int places = partner__decimal(f, buffer);

    say(t, "%s", buffer);
    return places == 0;
}

static void say_multiplier(text *t, uint64_t multiplier)
{
    partner__fraction f = {{multiplier, 1, 1, 1}, {PARTNER__MULTIPLIER_ONE, 1, 1, 1}};

    partner__reduce(&f);
    say(t, " × ");
    say_exact(t, &f);
}

/* --- looking things up --- */

static const partner_program_rule *rule_of(const text *t)
{
    for (size_t i = 0; i < t->program->rules; i++)
        if (t->program->rule[i].name == t->ledger->rule[t->entry]) return &t->program->rule[i];
    return NULL;
}

static const partner_program_challenge *challenge_of(const text *t)
{
    for (size_t i = 0; i < t->program->challenges; i++)
        if (t->program->challenge[i].name == t->ledger->rule[t->entry]) return &t->program->challenge[i];
    return NULL;
}

/* The tier after the entry; NULL in a program without tiers. */
static const partner_program_tier *tier_of(const text *t)
{
    for (size_t i = 0; i < t->program->tiers; i++)
        if (t->program->tier[i].name == t->ledger->tier[t->entry]) return &t->program->tier[i];
    return NULL;
}

/* --- accruals --- */

static uint64_t tier_multiplier(const partner_program_rule *r, const partner_program_tier *tier)
{
    return r->flat || tier == NULL ? PARTNER__MULTIPLIER_ONE : partner__multiplier(tier->multiplier);
}

/* The exact value that the rule gives `basis`, under the tier. */
static partner__fraction value_of(const partner_program_rule *r, const partner_program_tier *tier,
                                  int64_t basis)
{
    partner__fraction f = {
        {(uint64_t)(basis > 0 ? basis : 0), (uint64_t)r->points, partner__multiplier(r->multiplier),
         tier_multiplier(r, tier)},
        {(uint64_t)(r->per > 0 ? r->per : 1), PARTNER__MULTIPLIER_ONE, PARTNER__MULTIPLIER_ONE, 1}};

    partner__reduce(&f);
    return f;
}

static void say_source(text *t, const partner_program_rule *r, int64_t basis)
{
    say(t, "%" PRId64, r->points);
    if (r->per > 0) {
        say(t, " per ");
        say_money(t, r->per);
        say(t, " of ");
        say_money(t, basis);
    } else if (r->each) say(t, " for each of %" PRId64, basis);
    else say(t, (r->when & PARTNER_WHEN_FIRST) != 0 ? " once" : " for the event");
}

/* The factors after the points; says whether there were any. */
static int say_factors(text *t, const partner_program_rule *r, const partner_program_tier *tier)
{
    uint64_t own = partner__multiplier(r->multiplier);

    if (own != PARTNER__MULTIPLIER_ONE) say_multiplier(t, own);
    if (r->flat || tier == NULL) return own != PARTNER__MULTIPLIER_ONE;
    say_multiplier(t, partner__multiplier(tier->multiplier));
    say(t, " (");
    say_id(t, tier->id);
    say(t, ")");
    return 1;
}

static void say_rounding(text *t, const partner_program_rule *r)
{
    switch (r->round) {
    case PARTNER_ROUND_UP: say(t, ", rounded up"); break;
    case PARTNER_ROUND_NEAREST: say(t, ", rounded to the nearest"); break;
    case PARTNER_ROUND_EVEN: say(t, ", rounded to the nearest, half to even"); break;
    default: say(t, ", rounded down");
    }
}

/* The least number of parts of a point that every exact value of the rule is a multiple of, whatever the amount
 * and the tier; 0 = more than a million. */
static uint64_t parts_of(const text *t, const partner_program_rule *r)
{
    uint64_t parts = 1;

    for (size_t i = 0; i == 0 || i < t->program->tiers; i++) {
        partner__fraction one = value_of(r, t->program->tiers == 0 ? NULL : &t->program->tier[i], 1);
        partner__u128 below = partner__product(one.below);
        uint64_t own = partner__u128_low(below);

        if (partner__u128_high(below) != 0 || own > MILLION) return 0;
        parts *= own / partner__common_divisor(parts, own);
        if (parts > MILLION) return 0;
    }
    return parts;
}

/* The remainder comes in millionths, rounded down. With at most a million parts to a point only one multiple of
 * a part can have been meant. */
static void say_carried(text *t, const partner_program_rule *r, int64_t millionths)
{
    uint64_t parts = parts_of(t, r), above, magnitude = partner__magnitude(millionths);
    int negative = millionths < 0;
    partner__fraction f = {{1, 1, 1, 1}, {parts > 0 ? parts : MILLION, 1, 1, 1}};

    if (millionths == 0) return;
    above = magnitude / MILLION * f.below[0];
    /* Up from zero, as far as the sign goes: a negative number was rounded away from it. */
    above += (magnitude % MILLION * f.below[0] + (negative ? 0 : MILLION - 1)) / MILLION;
    f.above[0] = above;
    partner__reduce(&f);
    say(t, ", with %s", negative ? "-" : "");
    say_exact(t, &f);
    say(t, "%s carried over from before", parts > 0 ? "" : "…");
}

static const char *period(uint8_t cap_per)
{
    static const char *const names[] = {"",          " per day",   " per month",   " per quarter",
                                        " per year", " per event", " for all time"};

    return cap_per < sizeof names / sizeof names[0] ? names[cap_per] : "";
}

/* held = how many of the points refused the rule's own cap refused; the program's refused the rest. */
static void say_caps(text *t, const partner_program_rule *r, int64_t capped, int64_t own)
{
    if (capped <= 0) return;
    say(t, ", of which ");
    if (own > 0)
        say(t, "%" PRId64 " refused by the cap of %" PRId64 "%s", own, r->cap_points, period(r->cap_per));
    if (capped > own)
        say(t, "%s%" PRId64 " refused by the program's cap of %" PRId64 "%s", own > 0 ? " and " : "",
            capped - own, t->program->cap_points, period(t->program->cap_per));
}

static void say_counting(text *t, uint8_t counts_for)
{
    if (counts_for == PARTNER_COUNTS_TIER) say(t, ", counted for the tier only");
    if (counts_for == PARTNER_COUNTS_REWARD) say(t, ", not counted for the tier");
}

static void say_accrual(text *t)
{
    const partner_ledger *l = t->ledger;
    const partner_program_rule *r = rule_of(t);
    const partner_program_tier *tier = tier_of(t);
    partner__fraction value;
    int factors, whole = 1;

    say_points(t, l->points[t->entry]);
    if (r == NULL) return;
    value = value_of(r, tier, l->basis[t->entry]);
    say(t, ": ");
    say_source(t, r, l->basis[t->entry]);
    factors = say_factors(t, r, tier);
    if (factors || r->per > 0 || r->each) {
        say(t, " = ");
        whole = say_exact(t, &value);
    }
    if (r->carry) {
        say_carried(t, r, l->carried[t->entry]);
        if (!whole || l->carried[t->entry] != 0) say(t, ", in whole points");
    } else if (!whole) say_rounding(t, r);
    say_caps(t, r, l->capped[t->entry], l->held[t->entry]);
    say_counting(t, r->counts_for);
}

/* --- bonuses and reversals --- */

static void say_bonus(text *t)
{
    const partner_ledger *l = t->ledger;
    const partner_program_challenge *c = challenge_of(t);
    int64_t times = l->whole[t->entry], target;

    say_points(t, l->points[t->entry]);
    if (c == NULL) return;
    say(t, ": challenge ");
    say_id(t, c->id);
    say(t, " reached");
    if (times > 1) say(t, " %" PRId64 " times", times);
    if (times < 1 || !partner__rounded_share((uint64_t)times, (uint64_t)c->target, 1, &target)) return;
    say(t, ", ");
    say_measure(t, c->measure, l->basis[t->entry]);
    say(t, " of ");
    say_measure(t, c->measure, target);
    if (c->measure == PARTNER_MEASURE_COUNT) say(t, " %s", target == 1 ? "event" : "events");
}

/* Of the points taken back, those that had left the balance before by expiring. */
static void say_expired_before(text *t)
{
    int64_t taken = t->ledger->carried[t->entry], left, gone;

    if (!partner__plus(taken, t->ledger->points[t->entry], &gone) || gone <= 0) return;
    left = taken - gone;
    if (left == 0) say(t, ", which had expired already");
    else say(t, ", %" PRId64 " of which had expired already", gone);
}

static void say_bonus_reversal(text *t, const partner_program_challenge *c)
{
    say(t, ": challenge ");
    say_id(t, c->id);
    say(t, " no longer reaches ");
    say_measure(t, c->measure, c->target);
    if (c->measure == PARTNER_MEASURE_COUNT) say(t, " %s", c->target == 1 ? "event" : "events");
    say(t, "%s, so a bonus of %" PRId64 " is taken back", c->repeat ? " as often" : "", c->bonus);
    say_expired_before(t);
}

/* What is left of the original: the part of it that still earns. */
static void say_what_is_left(text *t, const partner_program_rule *r)
{
    int64_t left = t->ledger->basis[t->entry], whole = t->ledger->whole[t->entry];

    if (whole <= 0 || left <= 0) {
        say(t, ": nothing is left of the event");
        if (whole > 0) {
            say(t, " of ");
            say_money(t, whole);
        }
        return;
    }
    say(t, ": ");
    say_money(t, left);
    say(t, " of ");
    say_money(t, whole);
    say(t, " is left");
    if ((r->when & PARTNER_WHEN_AMOUNT_MIN) == 0 || left >= r->amount_min) return;
    say(t, ", less than the ");
    say_money(t, r->amount_min);
    say(t, " that it takes");
}

static void say_grant_reversal(text *t, const partner_program_rule *r)
{
    int64_t taken = t->ledger->carried[t->entry], held = t->ledger->held[t->entry];

    say_what_is_left(t, r);
    say(t, ", so ");
    if (taken > held) {
        say_points(t, taken);
        say(t, " of the rule are taken back");
    } else if (taken == held) say(t, "all %" PRId64 " earned by it are taken back", held);
    else say(t, "%" PRId64 " of the %" PRId64 " earned by it are taken back", taken, held);
    say_expired_before(t);
    if (r->counts_for == PARTNER_COUNTS_TIER) say(t, ", from the tier's points only");
}

static void say_reversal(text *t)
{
    const partner_ledger *l = t->ledger;
    const partner_program_rule *r;
    const partner_program_challenge *c;

    say_points(t, l->points[t->entry]);
    if (l->rule[t->entry] == PARTNER_NONE) {
        say(t, ": the redemption of %" PRId64 " is taken back, so its points return", l->held[t->entry]);
        return;
    }
    r = rule_of(t);
    if (r != NULL) {
        say_grant_reversal(t, r);
        return;
    }
    c = challenge_of(t);
    if (c != NULL) say_bonus_reversal(t, c);
}

/* --- lots --- */

static void say_earned_on(text *t)
{
    say_points(t, t->ledger->points[t->entry]);
    say(t, ": earned on ");
    say_day(t, t->ledger->basis[t->entry]);
}

static void say_expiry(text *t)
{
    uint32_t months = t->program->expiry_months;
    int32_t expiry = t->ledger->lot_expiry[t->entry];

    say_earned_on(t);
    say(t, ", expired after %" PRIu32 " %s", months, partner__one_or_many(months, "month", "months"));
    if (expiry == PARTNER_NO_DAY) return;
    say(t, " (valid to ");
    say_day(t, (int64_t)expiry - 1);
    say(t, ")");
}

static void say_release(text *t)
{
    uint32_t days = t->program->pending_days;

    say_earned_on(t);
    say(t, ", usable after %" PRIu32 " %s", days, partner__one_or_many(days, "day", "days"));
}

static void say_redemption(text *t)
{
    say_points(t, t->ledger->points[t->entry]);
    say(t, ": redeemed of %" PRId64 " usable", t->ledger->basis[t->entry]);
}

static void say_rejected(text *t)
{
    int64_t asked = t->ledger->whole[t->entry], usable = t->ledger->basis[t->entry];
    int64_t minimum = t->program->redeem_minimum, step = t->program->redeem_step;

    say_points(t, t->ledger->points[t->entry]);
    say(t, ": a redemption of %" PRId64 " is refused, ", asked);
    if (asked <= 0) say(t, "it takes 1 or more");
    else if (asked < minimum) say(t, "it takes %" PRId64 " or more", minimum);
    else if (step > 1 && asked % step != 0) say(t, "it takes a multiple of %" PRId64, step);
    else say(t, "only %" PRId64 " are usable", usable);
}

static void say_adjustment(text *t)
{
    int64_t points = t->ledger->points[t->entry];

    say_points(t, points);
    say(t, ": %s by hand", points < 0 ? "taken off" : "added");
    if (t->program->adjust_counts_for == PARTNER_COUNTS_TIER) say(t, ", counted for the tier only");
    if (t->program->adjust_counts_for == PARTNER_COUNTS_BOTH) say(t, ", counted for the tier too");
}

/* --- tiers --- */

static void say_validity(text *t)
{
    int64_t end = t->ledger->carried[t->entry];

    if (end == INT64_MIN) return;
    say(t, ", valid to ");
    say_day(t, end - 1);
}

static void say_requirements(text *t, const partner_program_tier *tier, const char *before, const char *after)
{
    if (tier->requirements == 0) return;
    say(t, "%s%zu %s%s", before, tier->requirements, tier->requirements == 1 ? "requirement" : "requirements",
        after);
}

static void say_step(text *t, const char *what, const partner_program_tier *from,
                     const partner_program_tier *to)
{
    say(t, "%s", what);
    if (from != NULL) {
        say(t, " from ");
        say_id(t, from->id);
    }
    say(t, " to ");
    say_id(t, to->id);
}

static const partner_program_tier *level_before(const text *t)
{
    int64_t level = t->ledger->whole[t->entry];

    return level >= 0 && (uint64_t)level < t->program->tiers ? &t->program->tier[level] : NULL;
}

static void say_reached(text *t, const partner_program_tier *tier)
{
    say(t, ": %" PRId64 " qualifying points of the %" PRId64 " it takes", t->ledger->basis[t->entry],
        tier->points);
    say_requirements(t, tier, ", and its ", tier->requirements == 1 ? " holds" : " hold");
    say_validity(t);
}

static void say_promotion(text *t)
{
    const partner_program_tier *tier = tier_of(t);

    if (tier == NULL) return;
    say_step(t, "promotion", level_before(t), tier);
    say_reached(t, tier);
}

static void say_renewal(text *t)
{
    const partner_program_tier *tier = tier_of(t);

    if (tier == NULL) return;
    say(t, "renewal of ");
    say_id(t, tier->id);
    say_reached(t, tier);
}

static void say_demotion(text *t)
{
    const partner_program_tier *tier = tier_of(t), *before = level_before(t);
    int64_t points = t->ledger->basis[t->entry];

    if (tier == NULL) return;
    say_step(t, "demotion", before, tier);
    if (before == NULL) return;
    say(t, ": %" PRId64 " qualifying points of the %" PRId64 " that ", points, before->points);
    say_id(t, before->id);
    say(t, " takes");
    if (points >= before->points)
        say_requirements(t, before, ", but not all of its ", before->requirements == 1 ? " holds" : " hold");
    /* Fewer points than the new tier's: the program held the partner there. */
    if (points < tier->points && t->program->max_drop > 0 && before - tier == (ptrdiff_t)t->program->max_drop)
        say(t, ", at most %" PRIu32 " %s down at once", t->program->max_drop,
            partner__one_or_many(t->program->max_drop, "level", "levels"));
    say_validity(t);
}

/* --- the call --- */

static void say_entry(text *t)
{
    static void (*const sentences[])(text *) = {
        [PARTNER_ENTRY_ACCRUAL] = say_accrual,     [PARTNER_ENTRY_REVERSAL] = say_reversal,
        [PARTNER_ENTRY_EXPIRY] = say_expiry,       [PARTNER_ENTRY_REDEMPTION] = say_redemption,
        [PARTNER_ENTRY_REJECTED] = say_rejected,   [PARTNER_ENTRY_RELEASE] = say_release,
        [PARTNER_ENTRY_BONUS] = say_bonus,         [PARTNER_ENTRY_ADJUSTMENT] = say_adjustment,
        [PARTNER_ENTRY_PROMOTION] = say_promotion, [PARTNER_ENTRY_DEMOTION] = say_demotion,
        [PARTNER_ENTRY_RENEWAL] = say_renewal,
    };
    uint8_t kind = t->ledger->kind[t->entry];

    if (kind < sizeof sentences / sizeof sentences[0]) sentences[kind](t);
}

size_t partner_loyalty_explain(const partner_loyalty *loyalty, size_t entry, char *buffer, size_t size)
{
    text t;

    if (buffer != NULL && size > 0) *buffer = '\0';
    if (loyalty == NULL || loyalty->ledger == NULL || entry >= loyalty->ledger->entries) return 0;
    t.length = 0;
    t.buffer[0] = '\0';
    t.program = partner__loyalty_program(loyalty);
    t.ledger = loyalty->ledger;
    t.entry = entry;
    t.places = loyalty->minor_units;
    say_entry(&t);
    if (buffer != NULL && size > 0) snprintf(buffer, size, "%s", t.buffer);
    return t.length;
}
