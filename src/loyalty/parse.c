/* SPDX-License-Identifier: MIT
 * A program's JSON into its structs, by one table per object. What can be asked of the structs is left to
 * partner_program_check; here is what the text alone shows: types, keys, and zeros that would be taken for
 * defaults. */
#include <stddef.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "parse.h"
#include "program.h"

static const char *const windows[] = {"year", "rolling", NULL};
static const char *const credit_notes[] = {"ignore", "refuse", NULL};

/* --- targets --- */

/* One of count, amount and quantity. */
static partner_status read_measure(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const partner__member target = {.offset = key->offset};
    uint8_t *measure = (uint8_t *)into + key->more;

    if (*measure != 0) return partner__wrong(r, "is one too many, expected one of count, amount and quantity");
    *measure = (uint8_t)key->low;
    return key->low == PARTNER_MEASURE_AMOUNT ? partner__parse_money(r, value, &target, into)
                                              : partner__parse_i64(r, value, &target, into);
}

static partner_status need_measure(partner__parser *r, uint8_t measure)
{
    if (measure != 0) return PARTNER_OK;
    return partner__wrong(r, "does not say how much, expected one of count, amount and quantity");
}

/* --- tiers --- */

static partner_status read_requirement(partner__parser *r, json_t *value, void *into)
{
    typedef partner_program_requirement type;
    static const partner__member keys[] = {
        {PARTNER__MEMBER("on", partner__parse_name, type, on), .more = PARTNER__KIND, .needed = 1},
        {PARTNER__MEMBER("count", read_measure, type, target), .low = PARTNER_MEASURE_COUNT,
         .more = offsetof(type, measure)},
        {PARTNER__MEMBER("amount", read_measure, type, target), .low = PARTNER_MEASURE_AMOUNT,
         .more = offsetof(type, measure)},
        {PARTNER__MEMBER("quantity", read_measure, type, target), .low = PARTNER_MEASURE_QUANTITY,
         .more = offsetof(type, measure)},
        {PARTNER__MEMBER("months", partner__parse_u32, type, months), .low = 1, .high = PARTNER__MONTHS_MAX},
    };
    partner_status status = partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);

    return status == PARTNER_OK ? need_measure(r, ((type *)into)->measure) : status;
}

static partner_status read_requires(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_program_tier *tier = into;
    void *elements = NULL;
    partner_status status = partner__parse_elements(r, value, sizeof *tier->requires_all, read_requirement,
                                                    &elements, &tier->requirements);

    (void)key;
    tier->requires_all = elements;
    return status;
}

static partner_status read_tier_id(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_program_tier *tier = into;
    partner_status status = partner__parse_text(r, value, key, into);

    return status == PARTNER_OK ? partner__note(r, PARTNER__TIER, tier->id, &tier->name) : status;
}

static partner_status read_tier(partner__parser *r, json_t *value, void *into)
{
    typedef partner_program_tier type;
    static const partner__member keys[] = {
        {PARTNER__MEMBER("id", read_tier_id, type, id), .needed = 1},
        {PARTNER__MEMBER("points", partner__parse_i64, type, points), .low = 0,
         .high = PARTNER_LOYALTY_POINTS_MAX},
        {PARTNER__MEMBER("multiplier", partner__parse_multiplier, type, multiplier)},
        {PARTNER__PART("requires", read_requires)},
    };

    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_tiers(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_program *program = into;
    void *elements = NULL;
    partner_status status =
        partner__parse_elements(r, value, sizeof *program->tier, read_tier, &elements, &program->tiers);

    (void)key;
    program->tier = elements;
    return status;
}

/* --- challenges --- */

typedef partner_program_challenge challenge;

static partner_status read_challenge_id(partner__parser *r, json_t *value, const partner__member *key,
                                        void *into)
{
    challenge *to = into;
    partner_status status = partner__parse_text(r, value, key, into);

    return status == PARTNER_OK ? partner__note(r, PARTNER__RULE, to->id, &to->name) : status;
}

static partner_status read_target(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const uint32_t measure = offsetof(challenge, measure);
    const partner__member keys[] = {
        {PARTNER__MEMBER("count", read_measure, challenge, target), .low = PARTNER_MEASURE_COUNT,
         .more = measure},
        {PARTNER__MEMBER("amount", read_measure, challenge, target), .low = PARTNER_MEASURE_AMOUNT,
         .more = measure},
        {PARTNER__MEMBER("quantity", read_measure, challenge, target), .low = PARTNER_MEASURE_QUANTITY,
         .more = measure},
    };
    partner_status status = partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);

    (void)key;
    return status == PARTNER_OK ? need_measure(r, ((challenge *)into)->measure) : status;
}

static partner_status read_challenge(partner__parser *r, json_t *value, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("id", read_challenge_id, challenge, id), .needed = 1},
        {PARTNER__MEMBER("on", partner__parse_name, challenge, on), .more = PARTNER__KIND, .needed = 1},
        {PARTNER__MEMBER("from", partner__parse_day, challenge, from_day), .needed = 1},
        {PARTNER__MEMBER("to", partner__parse_day, challenge, to_day), .needed = 1},
        {PARTNER__PART("target", read_target), .needed = 1},
        {PARTNER__MEMBER("bonus", partner__parse_i64, challenge, bonus), .low = 1,
         .high = PARTNER_LOYALTY_POINTS_MAX, .needed = 1},
        {PARTNER__MEMBER("repeat", partner__parse_flag, challenge, repeat)},
    };

    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_challenges(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_program *program = into;
    void *elements = NULL;
    partner_status status = partner__parse_elements(r, value, sizeof *program->challenge, read_challenge,
                                                    &elements, &program->challenges);

    (void)key;
    program->challenge = elements;
    return status;
}

/* --- the program --- */

static partner_status read_rules(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    partner_program *program = into;
    void *elements = NULL;
    partner_status status = partner__parse_elements(r, value, sizeof *program->rule, partner__parse_rule,
                                                    &elements, &program->rules);

    (void)key;
    program->rule = elements;
    return status;
}

typedef partner_program type;

static partner_status read_minor_units(partner__parser *r, json_t *value, const partner__member *key,
                                       void *into)
{
    type *program = into;
    partner_status status = partner__parse_u8(r, value, key, into);

    if (status != PARTNER_OK) return status;
    r->places = program->minor_units;
    if (program->minor_units == 0) program->minor_units = PARTNER_MINOR_UNITS_0;
    return PARTNER_OK;
}

static partner_status read_reversible(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    type *program = into;
    partner_status status;

    /* A limit of 0 would read as none. */
    status = partner__parse_u32(r, value, key, into);
    if (status == PARTNER_OK && program->reversible_days == 0) program->reversible_days = PARTNER_REVERSIBLE_0;
    return status;
}

static partner_status read_cap(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("points", partner__parse_i64, type, cap_points), .low = 1,
         .high = PARTNER_LOYALTY_POINTS_MAX, .needed = 1},
        {PARTNER__MEMBER("per", partner__parse_word, type, cap_per), .low = PARTNER_CAP_DAY,
         .words = partner__cap_words, .needed = 1},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_qualification(partner__parser *r, json_t *value, const partner__member *key,
                                         void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("window", partner__parse_word, type, window), .low = PARTNER_WINDOW_YEAR,
         .words = windows},
        {PARTNER__MEMBER("months", partner__parse_u32, type, window_months), .low = 1,
         .high = PARTNER__MONTHS_MAX},
        {PARTNER__MEMBER("grace_months", partner__parse_u32, type, grace_months), .low = 0,
         .high = PARTNER__MONTHS_MAX},
        {PARTNER__MEMBER("max_drop", partner__parse_u32, type, max_drop), .low = 1,
         .high = PARTNER_LOYALTY_RULES_MAX},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_expiry(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("months", partner__parse_u32, type, expiry_months), .low = 1,
         .high = PARTNER__MONTHS_MAX, .needed = 1},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_redeem(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("on", partner__parse_name, type, redeem_on), .more = PARTNER__KIND, .needed = 1},
        {PARTNER__MEMBER("minimum", partner__parse_i64, type, redeem_minimum), .low = 1,
         .high = PARTNER_LOYALTY_POINTS_MAX},
        {PARTNER__MEMBER("step", partner__parse_i64, type, redeem_step), .low = 1,
         .high = PARTNER_LOYALTY_POINTS_MAX},
    };

    (void)key;
    ((type *)into)->redeems = 1;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_adjust(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("on", partner__parse_name, type, adjust_on), .more = PARTNER__KIND, .needed = 1},
        {PARTNER__MEMBER("counts_for", partner__parse_counts_for, type, adjust_counts_for)},
    };

    (void)key;
    ((type *)into)->adjusts = 1;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

/* Money is read after its places, names of tiers after the tiers. */
static partner_status read_program(partner__parser *r, json_t *root)
{
    static const partner__member keys[] = {
        {PARTNER__PART("$schema", partner__parse_schema)},
        {PARTNER__MEMBER("name", partner__parse_text, type, name)},
        {PARTNER__MEMBER("minor_units", read_minor_units, type, minor_units), .low = 0, .high = 9},
        {PARTNER__MEMBER("year_starts", partner__parse_u8, type, year_starts), .low = 1, .high = 12},
        {PARTNER__PART("tiers", read_tiers)},
        {PARTNER__PART("rules", read_rules)},
        {PARTNER__PART("cap", read_cap)},
        {PARTNER__PART("qualification", read_qualification)},
        {PARTNER__PART("expiry", read_expiry)},
        {PARTNER__MEMBER("pending_days", partner__parse_u32, type, pending_days), .low = 0,
         .high = PARTNER__DAYS_MAX},
        {PARTNER__PART("redeem", read_redeem)},
        {PARTNER__PART("adjust", read_adjust)},
        {PARTNER__MEMBER("reversible_days", read_reversible, type, reversible_days), .low = 0,
         .high = PARTNER__DAYS_MAX},
        {PARTNER__MEMBER("credit_notes", partner__parse_word, type, credit_notes),
         .low = PARTNER_CREDIT_NOTES_IGNORE, .words = credit_notes},
        {PARTNER__PART("challenges", read_challenges)},
        {PARTNER__MEMBER("point_value", partner__parse_point_value, type, point_value)},
    };

    return partner__parse_object(r, root, keys, PARTNER__COUNT_OF(keys), r->whole);
}

/* --- from text to program --- */

typedef struct parsed {
    partner_program program; /* what the caller sees */
    partner__arena arena;
} parsed;

static partner_status check(const void *program, partner_error *error)
{
    return partner_program_check(program, error);
}

static partner_status take_dicts(const partner_loyalty_dicts *dicts, partner_dict *taken[PARTNER__DICTS],
                                 partner_error *error)
{
    static const char *const names[PARTNER__DICTS] = {"kind", "product", "group", "tier", "rule"};
    partner_loyalty_dicts local;
    partner_status status = partner__take(&local, sizeof local, dicts, 0, "dicts", error);

    if (status != PARTNER_OK) return status;
    taken[PARTNER__KIND] = local.kind;
    taken[PARTNER__PRODUCT] = local.product;
    taken[PARTNER__GROUP] = local.group;
    taken[PARTNER__TIER] = local.tier;
    taken[PARTNER__RULE] = local.rule;
    for (size_t d = 0; d < PARTNER__DICTS; d++)
        if (taken[d] == NULL)
            return partner__fail(error, PARTNER_E_ARGUMENT, "dicts: %s is NULL, expected a dictionary",
                                 names[d]);
    return PARTNER_OK;
}

partner_status partner_program_parse(const char *text, size_t length, const partner_loyalty_dicts *dicts,
                                     partner_program **program, partner_error *error)
{
    static const partner__form form = {read_program, check, PARTNER__DICTS};
    partner_dict *taken[PARTNER__DICTS];
    partner_status status;
    parsed *made = NULL;

    if (text == NULL || program == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "%s is NULL", text == NULL ? "text" : "program");
    status = take_dicts(dicts, taken, error);
    if (status != PARTNER_OK) return status;
    made = partner__alloc_zero(1, sizeof *made);
    if (made == NULL) return partner__no_memory(error);
    made->program.struct_size = sizeof made->program;
    status = partner__parse_config(&form, text, length, taken, &made->program, &made->arena, error);
    if (status == PARTNER_OK) *program = &made->program;
    else partner_program_free(&made->program);
    return status;
}

void partner_program_free(partner_program *program)
{
    parsed *made = (parsed *)program;

    if (made == NULL) return;
    partner__arena_free(&made->arena);
    partner__free(made);
}
