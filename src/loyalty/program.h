/* SPDX-License-Identifier: MIT
 * Programs as they come from callers, of whatever version of the structs. */
#ifndef PARTNER_LOYALTY_PROGRAM_H
#define PARTNER_LOYALTY_PROGRAM_H

#include <partner/loyalty.h>

/* The limits that loyalty.h does not name. */
enum {
    PARTNER__MONTHS_MAX = 1200,  /* of any number of months */
    PARTNER__DAYS_MAX = 100000,  /* of any number of days */
    PARTNER__CONDITIONS = 16383, /* all of PARTNER_WHEN_… */
    PARTNER__MULTIPLIER_MAX = 100000000
};
#define PARTNER__POINT_VALUE_MAX UINT64_C(100000000000000000) /* 10^9 of money */
#define PARTNER__MULTIPLIER_ONE UINT64_C(10000)

/* Copies of a program and of its elements, in our version of the structs: members that the caller's version has
 * not read as zero. i is below the length. Valid for every program that partner_program_check accepts. */
partner_program partner__program_copy(const partner_program *program);
partner_program_rule partner__program_rule(const partner_program *program, size_t i);
partner_program_tier partner__program_tier(const partner_program *program, size_t i);
partner_program_requirement partner__program_requirement(const partner_program_tier *tier, size_t i);
partner_program_challenge partner__program_challenge(const partner_program *program, size_t i);

/* A multiplier as it is meant, in ten-thousandths. */
static inline uint64_t partner__multiplier(uint32_t multiplier)
{
    return multiplier == 0 ? PARTNER__MULTIPLIER_ONE : multiplier == PARTNER_MULTIPLIER_0 ? 0 : multiplier;
}

/* What the members with a default mean: decimal places of money, and the month, 1 … 12. */
static inline unsigned partner__program_places(const partner_program *program)
{
    return program->minor_units == 0                       ? 2
           : program->minor_units == PARTNER_MINOR_UNITS_0 ? 0
                                                           : program->minor_units;
}
static inline int partner__program_year(const partner_program *program)
{
    return program->year_starts == 0 ? 1 : program->year_starts;
}

/* Whether a rule's grants count towards tiers, and can be spent. */
static inline int partner__counts_for_tier(uint8_t counts_for) { return counts_for != PARTNER_COUNTS_REWARD; }
static inline int partner__counts_for_reward(uint8_t counts_for) { return counts_for != PARTNER_COUNTS_TIER; }

/* Whether a condition of the rule is set. */
static inline int partner__has(const partner_program_rule *rule, uint32_t condition)
{
    return (rule->when & condition) != 0;
}

#endif
