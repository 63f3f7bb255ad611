/* SPDX-License-Identifier: MIT
 * A program made ready to run: its own deep copy, fractions reduced, rules by kind of event, requirements as
 * sums that are kept once. Made once, shared by states and results, and never written to but for its count of
 * users. */
#ifndef PARTNER_LOYALTY_PLAN_H
#define PARTNER_LOYALTY_PLAN_H

#include <partner/loyalty.h>
#include <stdatomic.h>

#include "../base/arena.h"
#include "../base/int128.h"

enum {
    PARTNER__TABLE_MONTHS = 2400,    /* from 1970 on, whose first days are looked up */
    PARTNER__CALENDAR_MONTHS = 1200, /* likewise, of which all is looked up */
    PARTNER__FIRST_DAY = -719162,    /* 0001-01-01 and 9999-12-31: events lie between them */
    PARTNER__LAST_DAY = 2932896,
    PARTNER__NO_MONTH = INT32_MIN
};

/* What holds in a month (counted from January 1970; quarters and years go by their first months). */
typedef struct partner__calendar {
    int32_t month, month_begins, month_ends; /* its days are [month_begins, month_ends) */
    int32_t quarter, quarter_begins;
    int32_t year, year_begins, year_ends; /* the program's year: first days of it and of the next */
    int32_t next_year_ends;               /* first day of the one after that */
    int32_t expiry;                       /* of points earned in this month; PARTNER_NO_DAY = never */
} partner__calendar;

/* What a kind of event is for. */
enum { PARTNER__KIND_REDEEM = 1, PARTNER__KIND_ADJUST = 2 };

/* No slot: a kind that the program does not mention. */
enum { PARTNER__NO_SLOT = UINT16_MAX };

/* One unit (of amount with per, of quantity with each, or 1) is worth above / below points under a rule at a
 * tier. `below` is the rule's, the same for all tiers, so that remainders can be carried from one to the other.
 */
typedef struct partner__rate {
    partner__u128 above;
    uint64_t quick;   /* up to so many units the product and `below` fit 64 bits; 0 = never, or `above` is 0 */
    uint64_t above64; /* where quick > 0 */
} partner__rate;

/* What a rule's units are. */
enum { PARTNER__UNIT_ONE = 0, PARTNER__UNIT_AMOUNT = 1, PARTNER__UNIT_QUANTITY = 2 };

/* What has to be looked at before a rule applies, beside days: amounts or quantities; `first`; anything else.
 */
enum { PARTNER__ASKS_LIMITS = 1, PARTNER__ASKS_FIRST = 2, PARTNER__ASKS_MORE = 4 };

/* Limits that a rule does not have are as wide as their type. */
typedef struct partner__plan_rule {
    const partner__rate *rate;           /* [levels] */
    uint64_t below64;                    /* 0 = does not fit */
    uint64_t inverse64;                  /* floor((2^64 - 1) / below64), see partner__divide_by */
    int32_t from_day, to_day;            /* [from_day, to_day) */
    int64_t amount_min, amount_max;      /* inclusive */
    int64_t quantity_min, quantity_max;  /* likewise */
    uint8_t unit, round, carry, cap_per; /* as the program says */
    uint8_t reward, tier;                /* what it counts for */
    uint8_t first, asks;                 /* has the condition `first`; sum of PARTNER__ASKS_… */
    uint32_t exclusive;                  /* number of an exclusive name that it shares; PARTNER_NONE = none */
    uint32_t counter;                    /* its place in an account's counters: rules with carry, cap or
                                            first; PARTNER_NONE = needs none */
    const partner_program_rule *says;    /* in the plan's copy of the program */
    const uint32_t *product;             /* [says->products] ascending */
    const uint32_t *group;               /* [says->groups] ascending */
    const uint8_t *at_level;             /* [levels] 1 = the rule may apply there; NULL = everywhere */
    partner__u128 below;
} partner__plan_rule;

/* A rule as it stands at a tier, with all at hand that most events ask of it. Where it can't apply it is no
 * offer.
 */
typedef struct partner__offer {
    const partner__plan_rule *rule;
    uint64_t quick; /* as the rate's; 0 also where fractions are carried */
    uint64_t above64, below64, inverse64;
    uint32_t number, counter; /* the rule's */
    int32_t from_day;
    uint32_t days; /* so many from `from_day` on */
    uint8_t asks, unit, round;
} partner__offer;

typedef struct partner__offers {
    const partner__offer *offer; /* [count] in the order of the rules */
    size_t count;
} partner__offers;

/* A sum that requirements look at, month by month: of a kind of event, by a measure. */
typedef struct partner__plan_meter {
    uint16_t slot;
    uint8_t measure;
} partner__plan_meter;

typedef struct partner__plan_requirement {
    const partner_program_requirement *says;
    uint32_t meter;
    uint32_t months; /* of its own; 0 = the program's window */
    int64_t target;
} partner__plan_requirement;

/* Programs without tiers have one level without a name (PARTNER_NONE). */
typedef struct partner__plan_level {
    uint32_t name;
    uint32_t multiplier; /* ten-thousandths */
    int64_t points;
    const partner__plan_requirement *requirement; /* [requirements] */
    size_t requirements;
} partner__plan_level;

typedef struct partner__plan_challenge {
    const partner_program_challenge *says;
    int32_t from_day, to_day; /* [from_day, to_day) */
    uint16_t slot;
} partner__plan_challenge;

/* A kind of event that the program mentions, and what looks at it: numbers in the plan's arrays. */
typedef struct partner__plan_kind {
    uint32_t kind;          /* index as in events */
    uint8_t use;            /* sum of PARTNER__KIND_… */
    uint8_t exclusive;      /* 1 = some of its rules share an exclusive name */
    int32_t challenge_from; /* its challenges lie in so many days from this one on */
    uint32_t challenge_days;
    const uint32_t *rule, *challenge, *meter;
    uint32_t rules, challenges, meters;
    const partner__offers *at; /* [levels] what its rules offer */
} partner__plan_kind;

typedef struct partner__plan {
    atomic_size_t users;
    partner__arena arena;
    partner_program program; /* a deep copy, ids included, every struct as this library knows it; defaults stay
                                as they were given */
    const partner__plan_rule *rule;           /* [program.rules] */
    const partner__plan_level *level;         /* [levels] */
    const partner__plan_challenge *challenge; /* [program.challenges] */
    const partner__plan_meter *meter;         /* [meters] */
    const partner__plan_kind *kind;           /* [kinds], the number is the slot; ascending kind */
    const uint16_t *slot;                     /* [slots] of the first indexes of kinds */
    const int32_t *begins;                    /* [PARTNER__TABLE_MONTHS + 2] first days of months */
    const partner__calendar *calendar;        /* [PARTNER__CALENDAR_MONTHS] */
    uint32_t rules, levels, challenges, meters, kinds, slots, counters, exclusives;
    uint32_t window_months; /* of a rolling window; 12 */
    uint32_t grace_months;
    uint32_t max_drop;      /* UINT32_MAX = no limit */
    uint32_t expiry_months; /* 0 = never */
    uint32_t pending_days;
    uint32_t reversible_days; /* UINT32_MAX = always */
    uint32_t months_kept;     /* months before the current one that a review or a reversal can still ask for */
    int64_t redeem_minimum, redeem_step;
    uint8_t rolling, minor_units, year_starts; /* year_starts: 0 … 11 */
    uint8_t adjust_reward, adjust_tier;
} partner__plan;

/* The plan of a checked program (partner_program_check is asked here). */
partner_status partner__plan_new(const partner_program *program, partner__plan **plan, partner_error *error);

/* One more user; and one user less, the last of which frees the plan. NULL is fine. */
partner__plan *partner__plan_keep(partner__plan *plan);
void partner__plan_release(partner__plan *plan);

/* The slot of a kind, or PARTNER__NO_SLOT; the second for kinds with large indexes. */
uint16_t partner__plan_slot_of_large(const partner__plan *plan, uint32_t kind);
static inline uint16_t partner__plan_slot(const partner__plan *plan, uint32_t kind)
{
    return kind < plan->slots ? plan->slot[kind] : partner__plan_slot_of_large(plan, kind);
}

/* The level of a tier's name, or PARTNER_NONE. */
uint32_t partner__plan_level_named(const partner__plan *plan, uint32_t name);

/* Numbers of what earns in an account: rules first, then challenges. The name is the ledger's. */
static inline uint32_t partner__plan_source_name(const partner__plan *plan, uint32_t source)
{
    if (source == PARTNER_NONE) return PARTNER_NONE;
    return source < plan->rules ? plan->rule[source].says->name
                                : plan->challenge[source - plan->rules].says->name;
}

/* --- the calendar: months are counted from January 1970, years and quarters named by their first month --- */

/* The first day of a month, PARTNER_NO_DAY where that leaves int32_t; and the month of a day. */
int32_t partner__month_begins(int64_t month);
int32_t partner__month(int32_t day);

/* The same two by the plan's table. */
static inline int32_t partner__plan_begins(const partner__plan *plan, int64_t month)
{
    return month >= 0 && month <= PARTNER__TABLE_MONTHS ? plan->begins[month] : partner__month_begins(month);
}

static inline int32_t partner__plan_month(const partner__plan *plan, int32_t day)
{
    uint32_t month;

    if (day < 0 || day >= plan->begins[PARTNER__TABLE_MONTHS]) return partner__month(day);
    month = (uint32_t)day * 8611 >> 18; /* days / 30.443, never too late and at most two too early */
    month += (uint32_t)(plan->begins[month + 1] <= day) + (uint32_t)(plan->begins[month + 2] <= day);
    return (int32_t)month;
}

/* The calendar of any month; and of a day, by the plan's table where it has it. */
partner__calendar partner__calendar_of(const partner__plan *plan, int32_t month);
static inline void partner__plan_calendar(const partner__plan *plan, int32_t day, partner__calendar *calendar)
{
    int32_t month = partner__plan_month(plan, day);

    if (month >= 0 && month < PARTNER__CALENDAR_MONTHS) *calendar = plan->calendar[month];
    else *calendar = partner__calendar_of(plan, month);
}

/* The program's year that a month lies in. */
int32_t partner__year_of(const partner__plan *plan, int32_t month);

/* The day on which points accrued on this day are gone; PARTNER_NO_DAY = never. */
static inline int32_t partner__expiry_of(const partner__plan *plan, int32_t day)
{
    if (plan->expiry_months == 0) return PARTNER_NO_DAY;
    return partner__plan_begins(plan, (int64_t)partner__plan_month(plan, day) + plan->expiry_months + 1);
}

/* The result's own copy of its program, for those who have nothing but the result. */
const partner_program *partner__loyalty_program(const partner_loyalty *loyalty);
const partner__plan *partner__loyalty_plan(const partner_loyalty *loyalty);

#endif
