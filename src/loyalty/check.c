/* SPDX-License-Identifier: MIT
 * Whether a program can be run. Everything is asked of the structs, so that a program made by hand meets the
 * same rules as one from a file; paths are those of the file. The first fault found is the one that is told. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "program.h"

typedef struct checker {
    partner_status status; /* of the first fault; after it nothing else is said */
    partner_error *error;
    partner_program program;
    partner_dict *ids; /* that were there before */
    uint32_t index;    /* the element of an array that is looked at, or PARTNER_NONE */
    char at[128];      /* its path: "$.rules[2]" */
} checker;

/* --- refusing --- */

/* DATA: "$.rules[2].earn.points <what>", where `member` is ".earn.points". */
static void refuse(checker *c, const char *member, const char *what, ...) PARTNER__PRINTF(3, 4);

static void refuse(checker *c, const char *member, const char *what, ...)
{
    partner__place place = partner__at(NULL, NULL, PARTNER_NO_ROW, c->index);
    char path[176], said[256];
    va_list arguments;

    if (c->status != PARTNER_OK) return;
    va_start(arguments, what);
    vsnprintf(said, sizeof said, what, arguments);
    va_end(arguments);
    snprintf(path, sizeof path, "%s%s", c->at, member);
    place.path = path;
    c->status = partner__fail_at(c->error, PARTNER_E_DATA, place, "%s %s", path, said);
}

static void within(checker *c, const char *member, int64_t value, int64_t low, int64_t high)
{
    if (value >= low && value <= high) return;
    if (high == INT64_MAX) refuse(c, member, "is %" PRId64 ", expected at least %" PRId64, value, low);
    else refuse(c, member, "is %" PRId64 ", expected %" PRId64 " to %" PRId64, value, low, high);
}

static void check_points(checker *c, const char *member, int64_t points, int64_t least)
{
    within(c, member, points, least, PARTNER_LOYALTY_POINTS_MAX);
}

static void check_multiplier(checker *c, uint32_t multiplier)
{
    if (multiplier > PARTNER__MULTIPLIER_MAX && multiplier != PARTNER_MULTIPLIER_0)
        refuse(c, ".multiplier", "is %" PRIu32 " ten-thousandths, expected at most %d", multiplier,
               PARTNER__MULTIPLIER_MAX);
}

static void check_cap(checker *c, uint8_t per, int64_t points)
{
    if (per > PARTNER_CAP_LIFE) refuse(c, ".cap.per", "is %d, expected 0 to %d", per, PARTNER_CAP_LIFE);
    else if (per != PARTNER_CAP_NONE) check_points(c, ".cap.points", points, 1);
    else if (points != 0) refuse(c, ".cap.per", "is missing, expected what the cap counts over");
}

static void check_kind(checker *c, uint32_t kind)
{
    if (kind == PARTNER_NONE) refuse(c, ".on", "is missing, expected a kind of event");
}

static void check_measure(checker *c, const char *of, uint8_t measure, int64_t target)
{
    static const char *const names[] = {"count", "amount", "quantity"};
    char member[32];

    if (measure < PARTNER_MEASURE_COUNT || measure > PARTNER_MEASURE_QUANTITY) {
        refuse(c, of, "does not say how much, expected one of count, amount and quantity");
        return;
    }
    snprintf(member, sizeof member, "%s.%s", of, names[measure - 1]);
    within(c, member, target, 1, INT64_MAX);
}

/* An id is needed, and once. */
static void check_id(checker *c, const char *id, const char *whose)
{
    const size_t before = partner_dict_size(c->ids);
    uint32_t index;

    if (id == NULL || *id == '\0') refuse(c, ".id", "is missing, expected some text");
    if (c->status != PARTNER_OK) return;
    c->status = partner_dict_add_strings(c->ids, 1, &id, NULL, &index, c->error);
    if (c->status == PARTNER_OK && index < before)
        refuse(c, ".id", "is \"%.60s\", which another %s has already", id, whose);
}

/* --- arrays --- */

static void bad_struct(checker *c, const char *member, uint32_t found, const char *expected)
{
    if (c->status == PARTNER_OK)
        c->status = partner__fail(c->error, PARTNER_E_ARGUMENT, "%s: %s is %u, expected %s", c->at, member,
                                  (unsigned)found, expected);
}

/* Goes to element i of an array, all of which are of one size. */
static void go_to(checker *c, const char *array, const void *elements, size_t i)
{
    uint32_t stride, head[2];

    c->index = (uint32_t)i;
    snprintf(c->at, sizeof c->at, "%s[%zu]", array, i);
    memcpy(&stride, elements, sizeof stride);
    if (stride < sizeof head) {
        bad_struct(c, "struct_size", stride, "the size of the struct");
        return;
    }
    memcpy(head, (const char *)elements + i * stride, sizeof head);
    if (head[0] != stride) bad_struct(c, "struct_size", head[0], "that of the first element");
    if (head[1] != 0) bad_struct(c, "reserved", head[1], "0");
}

/* What a later version's element says beyond ours must be nothing. */
static void check_known(checker *c, const void *elements, size_t i, size_t size)
{
    uint32_t stride;

    memcpy(&stride, elements, sizeof stride);
    for (size_t k = size; k < stride && c->status == PARTNER_OK; k++)
        if (((const unsigned char *)elements)[i * stride + k] != 0)
            c->status = partner__fail(c->error, PARTNER_E_UNSUPPORTED,
                                      "%s uses a member of a later version of the library than this one (%s)",
                                      c->at, partner_version());
}

/* Begins an array; false where there is nothing to look at. */
static int begin(checker *c, const char *array, const void *elements, size_t count)
{
    snprintf(c->at, sizeof c->at, "%s", array);
    c->index = PARTNER_NONE;
    if (count > PARTNER_LOYALTY_RULES_MAX)
        refuse(c, "", "has %zu elements, expected at most %d", count, PARTNER_LOYALTY_RULES_MAX);
    else if (count > 0 && elements == NULL && c->status == PARTNER_OK)
        c->status =
            partner__fail(c->error, PARTNER_E_ARGUMENT, "%s is NULL, expected %zu elements", array, count);
    return c->status == PARTNER_OK && count > 0;
}

/* --- rules --- */

static void check_earn(checker *c, const partner_program_rule *r)
{
    check_points(c, ".earn.points", r->points, 1);
    within(c, ".earn.per", r->per, 0, INT64_MAX);
    within(c, ".earn.each", r->each, 0, 1);
    if (r->each && r->per != 0) refuse(c, ".earn.each", "does not go together with per");
    check_multiplier(c, r->multiplier);
    within(c, ".round", r->round, PARTNER_ROUND_DOWN, PARTNER_ROUND_EVEN);
    within(c, ".carry", r->carry, 0, 1);
    if (r->carry && r->per == 0) refuse(c, ".carry", "needs earn.per, for fixed points leave no remainder");
    within(c, ".tier_multiplier", r->flat, 0, 1);
    within(c, ".counts_for", r->counts_for, PARTNER_COUNTS_DEFAULT, PARTNER_COUNTS_BOTH);
    check_cap(c, r->cap_per, r->cap_points);
    if (r->exclusive != NULL && *r->exclusive == '\0') refuse(c, ".exclusive", "is empty, expected some text");
}

static void check_set(checker *c, const char *member, const uint32_t *set, uint32_t length, uint64_t limit)
{
    char element[64];

    if (length > PARTNER_LOYALTY_RULES_MAX)
        refuse(c, member, "has %u elements, expected at most %d", (unsigned)length, PARTNER_LOYALTY_RULES_MAX);
    else if (length > 0 && set == NULL) refuse(c, member, "is NULL, expected %u indexes", (unsigned)length);
    for (uint32_t i = 0; i < length && c->status == PARTNER_OK; i++) {
        if (set[i] < limit) continue;
        snprintf(element, sizeof element, "%s[%u]", member, (unsigned)i);
        refuse(c, element, "is %u, expected less than %" PRIu64, (unsigned)set[i], limit);
    }
}

static void check_when(checker *c, const partner_program_rule *r)
{
    const uint64_t levels = c->program.tiers > 0 ? c->program.tiers : 1;

    if (r->when > PARTNER__CONDITIONS)
        refuse(c, ".when", "is %u, expected a sum of PARTNER_WHEN_…", (unsigned)r->when);
    if (partner__has(r, PARTNER_WHEN_PRODUCT))
        check_set(c, ".when.product", r->product, r->products, PARTNER_NONE);
    if (partner__has(r, PARTNER_WHEN_GROUP)) check_set(c, ".when.group", r->group, r->groups, PARTNER_NONE);
    if (partner__has(r, PARTNER_WHEN_TIER)) check_set(c, ".when.tier", r->tier, r->tiers, levels);
}

static void check_rules(checker *c)
{
    const partner_program *p = &c->program;

    if (!begin(c, "$.rules", p->rule, p->rules)) return;
    for (size_t i = 0; i < p->rules && c->status == PARTNER_OK; i++) {
        partner_program_rule r;

        go_to(c, "$.rules", p->rule, i);
        if (c->status != PARTNER_OK) return;
        check_known(c, p->rule, i, sizeof r);
        r = partner__program_rule(p, i);
        check_id(c, r.id, "rule");
        check_kind(c, r.on);
        check_earn(c, &r);
        check_when(c, &r);
    }
}

/* --- challenges --- */

static void check_challenges(checker *c)
{
    const partner_program *p = &c->program;

    if (!begin(c, "$.challenges", p->challenge, p->challenges)) return;
    for (size_t i = 0; i < p->challenges && c->status == PARTNER_OK; i++) {
        partner_program_challenge of;

        go_to(c, "$.challenges", p->challenge, i);
        if (c->status != PARTNER_OK) return;
        check_known(c, p->challenge, i, sizeof of);
        of = partner__program_challenge(p, i);
        check_id(c, of.id, "rule or challenge");
        check_kind(c, of.on);
        check_measure(c, ".target", of.measure, of.target);
        check_points(c, ".bonus", of.bonus, 1);
        within(c, ".repeat", of.repeat, 0, 1);
    }
}

/* --- tiers --- */

static void check_requirements(checker *c, size_t level, const partner_program_tier *t)
{
    char array[48];

    snprintf(array, sizeof array, "$.tiers[%zu].requires", level);
    if (!begin(c, array, t->requires_all, t->requirements)) return;
    for (size_t i = 0; i < t->requirements && c->status == PARTNER_OK; i++) {
        partner_program_requirement r;

        go_to(c, array, t->requires_all, i);
        c->index = (uint32_t)level;
        if (c->status != PARTNER_OK) return;
        check_known(c, t->requires_all, i, sizeof r);
        r = partner__program_requirement(t, i);
        check_kind(c, r.on);
        check_measure(c, "", r.measure, r.target);
        within(c, ".months", r.months, 0, PARTNER__MONTHS_MAX);
    }
}

/* Everyone is in the first tier; each other one is above the one before. */
static void check_threshold(checker *c, size_t level, const partner_program_tier *t)
{
    partner_program_tier below;

    if (level == 0) {
        if (t->points != 0)
            refuse(c, ".points", "is %" PRId64 ", expected none: everyone is in the first tier", t->points);
        if (t->requirements > 0)
            refuse(c, ".requires", "is there, expected none: everyone is in the first tier");
        return;
    }
    check_points(c, ".points", t->points, 1);
    below = partner__program_tier(&c->program, level - 1);
    if (t->points <= below.points)
        refuse(c, ".points", "is %" PRId64 ", expected more than the %" PRId64 " of the tier below", t->points,
               below.points);
}

static void check_tiers(checker *c)
{
    const partner_program *p = &c->program;

    if (!begin(c, "$.tiers", p->tier, p->tiers)) return;
    for (size_t i = 0; i < p->tiers && c->status == PARTNER_OK; i++) {
        partner_program_tier t;

        go_to(c, "$.tiers", p->tier, i);
        if (c->status != PARTNER_OK) return;
        check_known(c, p->tier, i, sizeof t);
        t = partner__program_tier(p, i);
        check_id(c, t.id, "tier");
        check_multiplier(c, t.multiplier);
        check_threshold(c, i, &t);
        check_requirements(c, i, &t);
    }
}

/* --- the program itself --- */

static void check_review(checker *c)
{
    const partner_program *p = &c->program;

    within(c, ".qualification.window", p->window, PARTNER_WINDOW_YEAR, PARTNER_WINDOW_ROLLING);
    within(c, ".qualification.grace_months", p->grace_months, 0, PARTNER__MONTHS_MAX);
    within(c, ".qualification.max_drop", p->max_drop, 0, PARTNER_LOYALTY_RULES_MAX);
    if (p->window == PARTNER_WINDOW_ROLLING) {
        if (p->window_months == 0)
            refuse(c, ".qualification.months", "is missing, which a rolling window needs");
        within(c, ".qualification.months", p->window_months, 1, PARTNER__MONTHS_MAX);
        return;
    }
    if (p->window_months != 0)
        refuse(c, ".qualification.months", "goes together with \"window\": \"rolling\" only");
    if (p->grace_months != 0)
        refuse(c, ".qualification.grace_months", "goes together with \"window\": \"rolling\" only");
}

static void check_life(checker *c)
{
    const partner_program *p = &c->program;

    within(c, ".expiry.months", p->expiry_months, 0, PARTNER__MONTHS_MAX);
    within(c, ".pending_days", p->pending_days, 0, PARTNER__DAYS_MAX);
    if (p->expiry_months != 0 && p->pending_days > 28 * (uint64_t)p->expiry_months)
        refuse(c, ".pending_days",
               "is %u, expected at most %u (28 per month of expiry): points must be usable before they expire",
               (unsigned)p->pending_days, 28 * (unsigned)p->expiry_months);
    if (p->reversible_days != PARTNER_REVERSIBLE_0)
        within(c, ".reversible_days", p->reversible_days, 0, PARTNER__DAYS_MAX);
}

static void check_spending(checker *c)
{
    const partner_program *p = &c->program;

    within(c, ".redeem", p->redeems, 0, 1);
    within(c, ".adjust", p->adjusts, 0, 1);
    check_points(c, ".redeem.minimum", p->redeem_minimum, 0);
    check_points(c, ".redeem.step", p->redeem_step, 0);
    within(c, ".adjust.counts_for", p->adjust_counts_for, PARTNER_COUNTS_DEFAULT, PARTNER_COUNTS_BOTH);
    if (p->adjusts && p->redeems && p->adjust_on == p->redeem_on)
        refuse(c, ".adjust.on", "is the kind of event that redeems, expected another one (or none)");
    if (p->point_value > PARTNER__POINT_VALUE_MAX)
        refuse(c, ".point_value", "is %" PRIu64 " x 10^-8, expected at most 10^9", p->point_value);
}

static void check_program(checker *c)
{
    const partner_program *p = &c->program;

    if (p->name != NULL && *p->name == '\0') refuse(c, ".name", "is empty, expected some text");
    if (p->minor_units != PARTNER_MINOR_UNITS_0) within(c, ".minor_units", p->minor_units, 0, 9);
    within(c, ".year_starts", p->year_starts, 0, 12);
    check_cap(c, p->cap_per, p->cap_points);
    within(c, ".credit_notes", p->credit_notes, PARTNER_CREDIT_NOTES_IGNORE, PARTNER_CREDIT_NOTES_REFUSE);
    check_review(c);
    check_life(c);
    check_spending(c);
}

/* Rules and challenges share their ids, tiers have their own. */
static void check_elements(checker *c)
{
    check_rules(c);
    check_challenges(c);
    partner_dict_free(c->ids);
    c->ids = NULL;
    if (c->status == PARTNER_OK) c->status = partner_dict_new(&c->ids, c->error);
    if (c->status == PARTNER_OK) check_tiers(c);
}

partner_status partner_program_check(const partner_program *program, partner_error *error)
{
    checker c = {.error = error, .index = PARTNER_NONE, .at = "$"};

    c.status = partner__take(&c.program, sizeof c.program, program, 0, "program", error);
    if (c.status == PARTNER_OK) check_program(&c);
    if (c.status == PARTNER_OK) c.status = partner_dict_new(&c.ids, error);
    if (c.status == PARTNER_OK) check_elements(&c);
    partner_dict_free(c.ids);
    return c.status;
}
