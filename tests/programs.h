/* SPDX-License-Identifier: MIT
 * What the suites about programs share: programs written with ' for ", and dictionaries to read them into. */
#ifndef PARTNER_TESTS_PROGRAMS_H
#define PARTNER_TESTS_PROGRAMS_H

#include <partner/loyalty.h>

#include "suite.h"

/* The program of the specification. */
#define CHANNEL_REWARDS                                                                               \
    "{\n"                                                                                             \
    "  'name': 'Channel Rewards', 'minor_units': 2, 'year_starts': 1,\n"                              \
    "  'rules': [\n"                                                                                  \
    "    {'id': 'base', 'on': 'sale', 'earn': {'points': 1, 'per': 10}, 'round': 'down'},\n"          \
    "    {'id': 'premium', 'on': 'sale', 'when': {'product': ['premium'], 'amount': {'min': 500},\n"  \
    "     'from': '2025-03-01', 'to': '2025-06-01'}, 'earn': {'points': 1, 'per': 10},\n"             \
    "     'multiplier': 0.5, 'cap': {'points': 2000, 'per': 'month'}},\n"                             \
    "    {'id': 'margin', 'on': 'sale', 'when': {'margin_rate': {'min': 300000}},\n"                  \
    "     'earn': {'points': 25}, 'exclusive': 'bonus'},\n"                                           \
    "    {'id': 'prompt', 'on': 'payment', 'when': {'quantity': {'max': 0}},\n"                       \
    "     'earn': {'points': 50}, 'tier_multiplier': false},\n"                                       \
    "    {'id': 'demo', 'on': 'demo_purchase', 'earn': {'points': 200, 'each': true},\n"              \
    "     'counts_for': ['reward']},\n"                                                               \
    "    {'id': 'welcome', 'on': 'sale', 'when': {'first': true}, 'earn': {'points': 500}}\n"         \
    "  ],\n"                                                                                          \
    "  'cap': {'points': 20000, 'per': 'quarter'},\n"                                                 \
    "  'tiers': [\n"                                                                                  \
    "    {'id': 'authorized'},\n"                                                                     \
    "    {'id': 'silver', 'points': 1000, 'multiplier': 1.1},\n"                                      \
    "    {'id': 'gold', 'points': 5000, 'multiplier': 1.25, 'requires': [\n"                          \
    "      {'on': 'certification', 'count': 2, 'months': 24}, {'on': 'sale', 'amount': 50000}]}\n"    \
    "  ],\n"                                                                                          \
    "  'qualification': {'window': 'year', 'max_drop': 1},\n"                                         \
    "  'expiry': {'months': 24}, 'pending_days': 30,\n"                                               \
    "  'redeem': {'on': 'redemption', 'minimum': 100, 'step': 50}, 'adjust': {'on': 'adjustment'},\n" \
    "  'reversible_days': 730,\n"                                                                     \
    "  'challenges': [{'id': 'autumn', 'on': 'sale', 'from': '2025-09-01', 'to': '2025-12-01',\n"     \
    "    'target': {'amount': 20000}, 'bonus': 1000}],\n"                                             \
    "  'point_value': 0.8\n"                                                                          \
    "}\n"

/* Programs in which one thing stands out. */
#define WITH_RULE(parts) "{'rules': [{'id': 'a', 'on': 'sale', 'earn': {'points': 1}, " parts "}]}"
#define WHEN(parts) WITH_RULE("'when': {" parts "}")
#define EARN(parts) "{'rules': [{'id': 'a', 'on': 'sale', 'earn': {" parts "}}]}"
#define WITH_CHALLENGE(target, rest)                                                                        \
    "{'challenges': [{'id': 'c', 'on': 'sale', 'from': '2025-01-01', 'to': '2025-02-01', 'target': " target \
    ", " rest "}]}"
#define GOLD(parts) "{'tiers': [{'id': 'start'}, {'id': 'gold', 'points': 100, " parts "}]}"

/* The text with ' turned into ", to be freed. */
static inline char *json(const char *text)
{
    char *copy = strdup(text);

    ck_assert_ptr_nonnull(copy);
    for (char *c = copy; *c != '\0'; c++)
        if (*c == '\'') *c = '"';
    return copy;
}

static inline partner_loyalty_dicts new_dicts(void)
{
    partner_loyalty_dicts dicts = PARTNER_LOYALTY_DICTS_INIT;
    partner_dict **const all[] = {&dicts.kind, &dicts.product, &dicts.group, &dicts.tier, &dicts.rule};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        ck_assert_int_eq(partner_dict_new(all[i], NULL), PARTNER_OK);
    return dicts;
}

static inline void free_dicts(partner_loyalty_dicts *dicts)
{
    partner_dict_free(dicts->kind);
    partner_dict_free(dicts->product);
    partner_dict_free(dicts->group);
    partner_dict_free(dicts->tier);
    partner_dict_free(dicts->rule);
}

static inline partner_status parse(const char *text, const partner_loyalty_dicts *dicts,
                                   partner_program **program, partner_error *error)
{
    char *copy = json(text);
    partner_status status = partner_program_parse(copy, strlen(copy), dicts, program, error);

    free(copy);
    return status;
}

static inline partner_program *must_parse(const char *text, const partner_loyalty_dicts *dicts)
{
    partner_program *program = NULL;
    partner_error error;

    must(parse(text, dicts, &program, &error), error);
    return program;
}

#endif
