/* SPDX-License-Identifier: MIT
 * A rule's JSON: what it earns, and when. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/nearest.h"
#include "parse.h"
#include "program.h"

typedef partner_program_rule rule;

static const char *const rounds[] = {"down", "up", "nearest", "even", NULL};
const char *const partner__cap_words[] = {"day", "month", "quarter", "year", "event", "life", NULL};

/* --- when --- */

/* Limits hold by being there. */
static partner_status hold(partner_status status, const partner__member *key, void *into)
{
    if (status == PARTNER_OK) ((partner_program_rule *)into)->when |= key->more;
    return status;
}

static partner_status limit_money(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    return hold(partner__parse_money(r, value, key, into), key, into);
}

static partner_status limit_number(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    return hold(partner__parse_i64(r, value, key, into), key, into);
}

static partner_status limit_rate(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    return hold(partner__parse_rate(r, value, key, into), key, into);
}

static partner_status limit_day(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    return hold(partner__parse_day(r, value, key, into), key, into);
}

static partner_status read_first(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const partner__member plain = {.offset = 0};
    uint8_t first = 0;
    partner_status status = partner__parse_flag(r, value, &plain, &first);

    return first ? hold(status, key, into) : status;
}

static partner_status read_amount(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("min", limit_money, rule, amount_min), .more = PARTNER_WHEN_AMOUNT_MIN},
        {PARTNER__MEMBER("max", limit_money, rule, amount_max), .more = PARTNER_WHEN_AMOUNT_MAX},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_quantity(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("min", limit_number, rule, quantity_min), .more = PARTNER_WHEN_QUANTITY_MIN},
        {PARTNER__MEMBER("max", limit_number, rule, quantity_max), .more = PARTNER_WHEN_QUANTITY_MAX},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_margin(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("min", limit_money, rule, margin_min), .more = PARTNER_WHEN_MARGIN_MIN},
        {PARTNER__MEMBER("max", limit_money, rule, margin_max), .more = PARTNER_WHEN_MARGIN_MAX},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_margin_rate(partner__parser *r, json_t *value, const partner__member *key,
                                       void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("min", limit_rate, rule, margin_rate_min), .more = PARTNER_WHEN_MARGIN_RATE_MIN},
        {PARTNER__MEMBER("max", limit_rate, rule, margin_rate_max), .more = PARTNER_WHEN_MARGIN_RATE_MAX},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static int is_repeated(const json_t *list, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (json_equal(json_array_get(list, k), json_array_get(list, i))) return 1;
    return 0;
}

static partner_status no_such_tier(partner__parser *r, const json_t *value)
{
    const partner_program *program = r->whole;
    partner__nearest nearest = PARTNER__NEAREST(json_string_value(value));
    char expected[160] = "the id of a tier, and the program has none";
    const char *found;

    for (size_t i = 0; i < program->tiers; i++)
        if (program->tier[i].id != NULL) partner__nearest_try(&nearest, program->tier[i].id);
    found = partner__nearest_found(&nearest);
    if (program->tiers > 0)
        snprintf(expected, sizeof expected, "the id of a tier%s%.80s%s",
                 found != NULL ? " (did you mean \"" : "", found != NULL ? found : "",
                 found != NULL ? "\"?)" : "");
    return partner__unexpected(r, value, expected);
}

/* A name to its index, or of a tier to its level. */
static partner_status read_member(partner__parser *r, json_t *value, uint32_t dict, uint32_t *index)
{
    const partner_program *program = r->whole;
    const char *name = json_string_value(value);

    if (name == NULL || *name == '\0') return partner__unexpected(r, value, "a name as text");
    if (dict != PARTNER__TIER) return partner__note(r, dict, name, index);
    for (size_t i = 0; i < program->tiers; i++)
        if (strcmp(program->tier[i].id, name) == 0) {
            *index = (uint32_t)i;
            return PARTNER_OK;
        }
    return no_such_tier(r, value);
}

static partner_status read_set(partner__parser *r, json_t *value, uint32_t dict, const uint32_t **set,
                               uint32_t *length)
{
    uint32_t *index;
    size_t count;
    partner_status status = partner__parse_list(r, value, 0, &count);

    if (status != PARTNER_OK) return status;
    index = partner__arena_alloc(r->arena, count, sizeof *index);
    if (index == NULL) return partner__no_memory(r->error);
    for (size_t i = 0; i < count; i++) {
        const size_t mark = partner__down_to(r, i);

        status = read_member(r, json_array_get(value, i), dict, &index[i]);
        if (status != PARTNER_OK) return status;
        if (is_repeated(value, i)) return partner__wrong(r, "is there twice");
        partner__up(r, mark);
    }
    *set = index;
    *length = (uint32_t)count;
    return PARTNER_OK;
}

static partner_status read_products(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    rule *to = into;

    return hold(read_set(r, value, PARTNER__PRODUCT, &to->product, &to->products), key, into);
}

static partner_status read_groups(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    rule *to = into;

    return hold(read_set(r, value, PARTNER__GROUP, &to->group, &to->groups), key, into);
}

static partner_status read_levels(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    rule *to = into;

    return hold(read_set(r, value, PARTNER__TIER, &to->tier, &to->tiers), key, into);
}

static partner_status read_when(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__PART("product", read_products), .more = PARTNER_WHEN_PRODUCT},
        {PARTNER__PART("group", read_groups), .more = PARTNER_WHEN_GROUP},
        {PARTNER__PART("tier", read_levels), .more = PARTNER_WHEN_TIER},
        {PARTNER__PART("amount", read_amount)},
        {PARTNER__PART("quantity", read_quantity)},
        {PARTNER__PART("margin", read_margin)},
        {PARTNER__PART("margin_rate", read_margin_rate)},
        {PARTNER__MEMBER("from", limit_day, rule, from_day), .more = PARTNER_WHEN_FROM},
        {PARTNER__MEMBER("to", limit_day, rule, to_day), .more = PARTNER_WHEN_TO},
        {PARTNER__PART("first", read_first), .more = PARTNER_WHEN_FIRST},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

/* --- rules --- */

static partner_status read_rule_id(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    rule *to = into;
    partner_status status = partner__parse_text(r, value, key, into);

    return status == PARTNER_OK ? partner__note(r, PARTNER__RULE, to->id, &to->name) : status;
}

static partner_status read_earn(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("points", partner__parse_i64, rule, points), .low = 1,
         .high = PARTNER_LOYALTY_POINTS_MAX, .needed = 1},
        {PARTNER__MEMBER("per", partner__parse_money, rule, per), .low = 1},
        {PARTNER__MEMBER("each", partner__parse_flag, rule, each)},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

static partner_status read_rule_cap(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("points", partner__parse_i64, rule, cap_points), .low = 1,
         .high = PARTNER_LOYALTY_POINTS_MAX, .needed = 1},
        {PARTNER__MEMBER("per", partner__parse_word, rule, cap_per), .low = PARTNER_CAP_DAY,
         .words = partner__cap_words, .needed = 1},
    };

    (void)key;
    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}

partner_status partner__parse_rule(partner__parser *r, json_t *value, void *into)
{
    static const partner__member keys[] = {
        {PARTNER__MEMBER("id", read_rule_id, rule, id), .needed = 1},
        {PARTNER__MEMBER("on", partner__parse_name, rule, on), .more = PARTNER__KIND, .needed = 1},
        {PARTNER__PART("when", read_when)},
        {PARTNER__PART("earn", read_earn), .needed = 1},
        {PARTNER__MEMBER("multiplier", partner__parse_multiplier, rule, multiplier)},
        {PARTNER__MEMBER("round", partner__parse_word, rule, round), .low = PARTNER_ROUND_DOWN,
         .words = rounds},
        {PARTNER__MEMBER("carry", partner__parse_flag, rule, carry)},
        {PARTNER__MEMBER("tier_multiplier", partner__parse_no_flag, rule, flat)},
        {PARTNER__MEMBER("counts_for", partner__parse_counts_for, rule, counts_for)},
        {PARTNER__PART("cap", read_rule_cap)},
        {PARTNER__MEMBER("exclusive", partner__parse_text, rule, exclusive)},
    };

    return partner__parse_object(r, value, keys, PARTNER__COUNT_OF(keys), into);
}
