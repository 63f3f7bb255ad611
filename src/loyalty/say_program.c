/* SPDX-License-Identifier: MIT
 * A program in plain sentences: all that it says and all that it leaves to the rules everybody has, for the
 * partner whose points they are. */
#include <string.h>

#include "../base/days.h"
#include "../base/say.h"
#include "phrase.h"

static void put_count(partner__speech *s, uint64_t count, const char *one, const char *many)
{
    partner__words_count(&s->words, count, one, many);
}

static void say_head(partner__speech *s, size_t i)
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    const partner_program *p = &s->program;
    const int month = partner__program_year(p);

    (void)i;
    if (p->name != NULL) partner__put_id(s, p->name);
    else partner__put(s, "This program");
    partner__put(s, " has ");
    put_count(s, p->rules, "rule", "rules");
    partner__put(s, ", ");
    put_count(s, p->tiers, "tier", "tiers");
    partner__put(s, " and ");
    put_count(s, p->challenges, "challenge", "challenges");
    partner__put(s, "; its year begins in %s.", month <= 12 ? months[month - 1] : "?");
}

static void say_cap(partner__speech *s, size_t i)
{
    (void)i;
    partner__put(s, "All rules together give a partner at most ");
    partner__put_points(s, s->program.cap_points);
    partner__put(s, " %s%s.", partner__say_period(s, s->program.cap_per),
                 s->program.challenges > 0 ? "; bonuses of challenges come on top" : "");
}

/* --- tiers --- */

/* "within the calendar year", "within the last 24 calendar months". */
static void put_window(partner__speech *s, uint32_t months)
{
    char number[PARTNER__NUMBER];

    if (months == 0 && s->program.window == PARTNER_WINDOW_YEAR) {
        partner__put(s, "within the %s", partner__say_year(s));
        return;
    }
    if (months == 0) months = s->program.window_months;
    if (months == 1) partner__put(s, "within the calendar month");
    else partner__put(s, "within the last %s calendar months", partner__say_count(months, number));
}

/* "at least 50 000.00 of sale", "at least 8 units of sale", "certification at least 2 times". */
static void put_measure(partner__speech *s, const char *least, uint32_t kind, uint8_t measure, int64_t target)
{
    if (measure == PARTNER_MEASURE_COUNT) {
        partner__put_kind(s, kind);
        partner__put(s, " %s", least);
        put_count(s, (uint64_t)target, "time", "times");
        return;
    }
    partner__put(s, "%s", least);
    if (measure == PARTNER_MEASURE_AMOUNT) partner__put_money(s, target);
    else put_count(s, (uint64_t)target, "unit", "units");
    partner__put(s, " of ");
    partner__put_kind(s, kind);
}

static void put_requirement(partner__speech *s, const void *of, size_t i)
{
    const partner_program_requirement r = partner__program_requirement(of, i);

    put_measure(s, "at least ", r.on, r.measure, r.target);
    partner__put(s, " ");
    put_window(s, r.months);
}

static void say_tier(partner__speech *s, size_t level)
{
    const partner_program_tier t = partner__program_tier(&s->program, level);
    const uint64_t m = partner__multiplier(t.multiplier);

    partner__put_id(s, t.id);
    if (level == 0) {
        partner__put(s, ": where every partner begins");
    } else {
        partner__put(s, ": for ");
        partner__put_points(s, t.points);
        partner__put(s, " ");
        put_window(s, 0);
        if (t.requirements > 0 && t.requires_all != NULL) {
            partner__put(s, ", with ");
            partner__put_list(s, " and ", t.requirements, put_requirement, &t);
        }
    }
    if (m != PARTNER__MULTIPLIER_ONE) {
        partner__put(s, "; rules give ");
        partner__put_multiplier(s, m);
        partner__put(s, " times their points");
    }
    partner__put(s, ".");
}

static void put_drop(partner__speech *s)
{
    if (s->program.max_drop > 0) {
        partner__put(s, ", by at most ");
        put_count(s, s->program.max_drop, "tier", "tiers");
        partner__put(s, " at a time");
    }
    partner__put(s, ".");
}

static void say_review(partner__speech *s, size_t i)
{
    (void)i;
    if (s->program.window == PARTNER_WINDOW_YEAR) {
        partner__put(
            s,
            "Whoever reaches a tier has it at once, until the end of the next %s; whoever has not earned "
            "it again by then drops to the tier that the last year has earned",
            partner__say_year(s));
    } else {
        partner__put(s, "Whoever reaches a tier has it at once. On the first of every month ");
        if (s->program.window_months == 1) partner__put(s, "the month just ended is");
        else {
            partner__put(s, "the ");
            put_count(s, s->program.window_months, "month", "months");
            partner__put(s, " just ended are");
        }
        partner__put(s, " looked at: whoever is below the tier");
        if (s->program.grace_months > 0) {
            partner__put(s, " more than ");
            put_count(s, s->program.grace_months, "time", "times");
            partner__put(s, " in a row");
        }
        partner__put(s, " drops to the one that they have earned");
    }
    put_drop(s);
}

/* --- points --- */

static const char *ordinal(uint32_t n)
{
    if (n / 10 % 10 == 1) return "th";
    return n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
}

/* With an example: points of 15 March 2025. */
static void put_expiry(partner__speech *s)
{
    const int32_t day = partner__day_from_date(2025, 3, 15);
    const uint32_t months = s->program.expiry_months;
    const int64_t gone = partner__day_of_month(partner__month_of_day(day) + months + 1);
    char number[PARTNER__NUMBER];

    partner__put(s, "they are valid until the end of the ");
    if (months > 1) partner__put(s, "%s%s ", partner__say_count(months, number), ordinal(months));
    partner__put(s, "month");
    partner__put(s, " after the one they were earned in (those of ");
    partner__put_day(s, day);
    partner__put(s, " through ");
    partner__put_day(s, gone - 1);
    partner__put(s, ")");
}

static void say_points(partner__speech *s, size_t i)
{
    (void)i;
    partner__put(s, "Points can be used ");
    if (s->program.pending_days == 0) {
        partner__put(s, "at once");
    } else {
        put_count(s, s->program.pending_days, "day", "days");
        partner__put(s, " after they were earned");
    }
    if (s->program.expiry_months == 0) {
        partner__put(s, " and never expire.");
        return;
    }
    partner__put(s, "; ");
    put_expiry(s);
    partner__put(s, ", and those that expire first are used first.");
}

static void say_redeem(partner__speech *s, size_t i)
{
    const partner_program *p = &s->program;

    (void)i;
    if (!p->redeems) {
        partner__put(s, "There is no kind of event by which points are redeemed.");
        return;
    }
    partner__put(s, "Points are redeemed by ");
    partner__put_kind(s, p->redeem_on);
    if (p->redeem_minimum > 1) {
        partner__put(s, ", at least ");
        partner__put_points(s, p->redeem_minimum);
    }
    if (p->redeem_step > 1) {
        partner__put(s, ", in steps of ");
        partner__put_points(s, p->redeem_step);
    }
    partner__put(s, ", and no more than are there.");
}

static void say_adjust(partner__speech *s, size_t i)
{
    const uint8_t counts_for = s->program.adjust_counts_for;

    (void)i;
    partner__put(s, "Points are corrected by hand by ");
    partner__put_kind(s, s->program.adjust_on);
    partner__put(s, "; such points %s.",
                 counts_for == PARTNER_COUNTS_TIER   ? "count for tiers and cannot be spent"
                 : counts_for == PARTNER_COUNTS_BOTH ? "can be spent and count for tiers"
                                                     : "can be spent and do not count for tiers");
}

static void say_reversals(partner__speech *s, size_t i)
{
    const uint32_t days = s->program.reversible_days;

    (void)i;
    partner__put(s,
                 "What is taken back takes with it its share of the points, and a tier or bonus that does not "
                 "hold without it; ");
    if (days == 0) {
        partner__put(s, "this is possible at any time.");
    } else if (days == PARTNER_REVERSIBLE_0) {
        partner__put(s, "this is possible on the same day only.");
    } else {
        partner__put(s, "this is possible for ");
        put_count(s, days, "day", "days");
        partner__put(s, ".");
    }
}

static void say_credit_notes(partner__speech *s, size_t i)
{
    (void)i;
    partner__put(s, "A credit note that does not say what it takes back ");
    partner__put(s, s->program.credit_notes == PARTNER_CREDIT_NOTES_REFUSE
                        ? "is refused."
                        : "leaves points alone and lowers the amounts that tiers and challenges ask for.");
}

static void say_challenge(partner__speech *s, size_t i)
{
    const partner_program_challenge c = partner__program_challenge(&s->program, i);

    partner__put_id(s, c.id);
    partner__put(s, ": a bonus of ");
    partner__put_points(s, c.bonus);
    partner__put(s, c.repeat ? " for every full " : " for ");
    put_measure(s, "", c.on, c.measure, c.target);
    partner__put(s, " from ");
    partner__put_day(s, c.from_day);
    partner__put(s, " through ");
    partner__put_day(s, (int64_t)c.to_day - 1);
    partner__put(s, c.repeat ? "." : ", once.");
}

static void say_value(partner__speech *s, size_t i)
{
    (void)i;
    partner__put(s, "A point is worth ");
    partner__put_decimal(s, s->program.point_value, 8, s->places < 8 ? s->places : 8);
    partner__put(s, ".");
}

/* --- one after the other --- */

typedef struct section {
    void (*say)(partner__speech *s, size_t i);
    size_t count;
} section;

size_t partner_program_sentence(const partner_program *program, const partner_loyalty_dicts *dicts, size_t i,
                                char *buffer, size_t size)
{
    partner__speech s;
    const partner_program *p = &s.program;

    if (!partner__speech_begin(&s, program, dicts)) return 0;
    {
        const section sections[] = {
            {say_head, 1},
            {partner__say_rule, p->rules},
            {say_cap, p->cap_per != PARTNER_CAP_NONE},
            {say_challenge, p->challenges},
            {say_tier, p->tiers},
            {say_review, p->tiers > 1},
            {say_points, 1},
            {say_redeem, 1},
            {say_adjust, p->adjusts},
            {say_reversals, 1},
            {say_credit_notes, 1},
            {say_value, p->point_value > 0},
        };

        for (size_t k = 0; k < sizeof sections / sizeof sections[0]; k++) {
            if (i < sections[k].count) {
                sections[k].say(&s, i);
                return partner__speech_end(&s, buffer, size);
            }
            i -= sections[k].count;
        }
    }
    return 0;
}
