/* SPDX-License-Identifier: MIT
 * Whether a program can be run. */
#include <inttypes.h>
#include <stdio.h>

#include "../config/check.h"
#include "program.h"

static void check_points(partner__checker *c, const char *member, int64_t points, int64_t least)
{
    partner__check_within(c, member, points, least, PARTNER_LOYALTY_POINTS_MAX);
}

static void check_multiplier(partner__checker *c, uint32_t multiplier)
{
    if (multiplier > PARTNER__MULTIPLIER_MAX && multiplier != PARTNER_MULTIPLIER_0)
        partner__refuse(c, ".multiplier", "is %" PRIu32 " ten-thousandths, expected at most %d", multiplier,
                        PARTNER__MULTIPLIER_MAX);
}

static void check_cap(partner__checker *c, uint8_t per, int64_t points)
{
    if (per > PARTNER_CAP_LIFE)
        partner__refuse(c, ".cap.per", "is %d, expected 0 to %d", per, PARTNER_CAP_LIFE);
    else if (per != PARTNER_CAP_NONE) check_points(c, ".cap.points", points, 1);
    else if (points != 0) partner__refuse(c, ".cap.per", "is missing, expected what the cap counts over");
}

static void check_kind(partner__checker *c, uint32_t kind)
{
    if (kind == PARTNER_NONE) partner__refuse(c, ".on", "is missing, expected a kind of event");
}

static void check_measure(partner__checker *c, const char *of, uint8_t measure, int64_t target)
{
    static const char *const names[] = {"count", "amount", "quantity"};
    char member[32];

    if (measure < PARTNER_MEASURE_COUNT || measure > PARTNER_MEASURE_QUANTITY) {
        partner__refuse(c, of, "does not say how much, expected one of count, amount and quantity");
        return;
    }
    snprintf(member, sizeof member, "%s.%s", of, names[measure - 1]);
    partner__check_within(c, member, target, 1, INT64_MAX);
}

/* --- rules --- */

static void check_earn(partner__checker *c, const partner_program_rule *r)
{
    check_points(c, ".earn.points", r->points, 1);
    partner__check_within(c, ".earn.per", r->per, 0, INT64_MAX);
    partner__check_within(c, ".earn.each", r->each, 0, 1);
    if (r->each && r->per != 0) partner__refuse(c, ".earn.each", "does not go together with per");
    check_multiplier(c, r->multiplier);
    partner__check_within(c, ".round", r->round, PARTNER_ROUND_DOWN, PARTNER_ROUND_EVEN);
    partner__check_within(c, ".carry", r->carry, 0, 1);
    if (r->carry && r->per == 0)
        partner__refuse(c, ".carry", "needs earn.per, for fixed points leave no remainder");
    partner__check_within(c, ".tier_multiplier", r->flat, 0, 1);
    partner__check_within(c, ".counts_for", r->counts_for, PARTNER_COUNTS_DEFAULT, PARTNER_COUNTS_BOTH);
    check_cap(c, r->cap_per, r->cap_points);
    if (r->exclusive != NULL && *r->exclusive == '\0')
        partner__refuse(c, ".exclusive", "is empty, expected some text");
}

static void check_set(partner__checker *c, const char *member, const uint32_t *set, uint32_t length,
                      uint64_t limit)
{
    char element[64];

    if (length > PARTNER_LOYALTY_RULES_MAX)
        partner__refuse(c, member, "has %u elements, expected at most %d", (unsigned)length,
                        PARTNER_LOYALTY_RULES_MAX);
    else if (length > 0 && set == NULL)
        partner__refuse(c, member, "is NULL, expected %u indexes", (unsigned)length);
    for (uint32_t i = 0; i < length && c->status == PARTNER_OK; i++) {
        if (set[i] < limit) continue;
        snprintf(element, sizeof element, "%s[%u]", member, (unsigned)i);
        partner__refuse(c, element, "is %u, expected less than %" PRIu64, (unsigned)set[i], limit);
    }
}

static void check_when(partner__checker *c, const partner_program_rule *r)
{
    const size_t tiers = ((const partner_program *)c->whole)->tiers;
    const uint64_t levels = tiers > 0 ? tiers : 1;

    if (r->when > PARTNER__CONDITIONS)
        partner__refuse(c, ".when", "is %u, expected a sum of PARTNER_WHEN_…", (unsigned)r->when);
    if (partner__has(r, PARTNER_WHEN_PRODUCT))
        check_set(c, ".when.product", r->product, r->products, PARTNER_NONE);
    if (partner__has(r, PARTNER_WHEN_GROUP)) check_set(c, ".when.group", r->group, r->groups, PARTNER_NONE);
    if (partner__has(r, PARTNER_WHEN_TIER)) check_set(c, ".when.tier", r->tier, r->tiers, levels);
}

static void check_rules(partner__checker *c)
{
    const partner_program *p = c->whole;

    if (!partner__check_begin(c, "$.rules", p->rule, p->rules)) return;
    for (size_t i = 0; i < p->rules && c->status == PARTNER_OK; i++) {
        partner_program_rule r;

        partner__check_go_to(c, "$.rules", p->rule, i, sizeof r);
        if (c->status != PARTNER_OK) return;
        r = partner__program_rule(p, i);
        partner__check_id(c, r.id, "rule");
        check_kind(c, r.on);
        check_earn(c, &r);
        check_when(c, &r);
    }
}

/* --- challenges --- */

static void check_challenges(partner__checker *c)
{
    const partner_program *p = c->whole;

    if (!partner__check_begin(c, "$.challenges", p->challenge, p->challenges)) return;
    for (size_t i = 0; i < p->challenges && c->status == PARTNER_OK; i++) {
        partner_program_challenge of;

        partner__check_go_to(c, "$.challenges", p->challenge, i, sizeof of);
        if (c->status != PARTNER_OK) return;
        of = partner__program_challenge(p, i);
        partner__check_id(c, of.id, "rule or challenge");
        check_kind(c, of.on);
        check_measure(c, ".target", of.measure, of.target);
        check_points(c, ".bonus", of.bonus, 1);
        partner__check_within(c, ".repeat", of.repeat, 0, 1);
    }
}

/* --- tiers --- */

static void check_requirements(partner__checker *c, size_t level, const partner_program_tier *t)
{
    char array[48];

    snprintf(array, sizeof array, "$.tiers[%zu].requires", level);
    if (!partner__check_begin(c, array, t->requires_all, t->requirements)) return;
    for (size_t i = 0; i < t->requirements && c->status == PARTNER_OK; i++) {
        partner_program_requirement r;

        partner__check_go_to(c, array, t->requires_all, i, sizeof r);
        c->index = (uint32_t)level;
        if (c->status != PARTNER_OK) return;
        r = partner__program_requirement(t, i);
        check_kind(c, r.on);
        check_measure(c, "", r.measure, r.target);
        partner__check_within(c, ".months", r.months, 0, PARTNER__MONTHS_MAX);
    }
}

/* Everyone is in the first tier; each other one is above the one before. */
static void check_threshold(partner__checker *c, size_t level, const partner_program_tier *t)
{
    partner_program_tier below;

    if (level == 0) {
        if (t->points != 0)
            partner__refuse(c, ".points", "is %" PRId64 ", expected none: everyone is in the first tier",
                            t->points);
        if (t->requirements > 0)
            partner__refuse(c, ".requires", "is there, expected none: everyone is in the first tier");
        return;
    }
    check_points(c, ".points", t->points, 1);
    below = partner__program_tier(c->whole, level - 1);
    if (t->points <= below.points)
        partner__refuse(c, ".points", "is %" PRId64 ", expected more than the %" PRId64 " of the tier below",
                        t->points, below.points);
}

static void check_tiers(partner__checker *c)
{
    const partner_program *p = c->whole;

    if (!partner__check_begin(c, "$.tiers", p->tier, p->tiers)) return;
    for (size_t i = 0; i < p->tiers && c->status == PARTNER_OK; i++) {
        partner_program_tier t;

        partner__check_go_to(c, "$.tiers", p->tier, i, sizeof t);
        if (c->status != PARTNER_OK) return;
        t = partner__program_tier(p, i);
        partner__check_id(c, t.id, "tier");
        check_multiplier(c, t.multiplier);
        check_threshold(c, i, &t);
        check_requirements(c, i, &t);
    }
}

/* --- the program itself --- */

static void check_review(partner__checker *c)
{
    const partner_program *p = c->whole;

    partner__check_within(c, ".qualification.window", p->window, PARTNER_WINDOW_YEAR, PARTNER_WINDOW_ROLLING);
    partner__check_within(c, ".qualification.grace_months", p->grace_months, 0, PARTNER__MONTHS_MAX);
    partner__check_within(c, ".qualification.max_drop", p->max_drop, 0, PARTNER_LOYALTY_RULES_MAX);
    if (p->window == PARTNER_WINDOW_ROLLING) {
        if (p->window_months == 0)
            partner__refuse(c, ".qualification.months", "is missing, which a rolling window needs");
        partner__check_within(c, ".qualification.months", p->window_months, 1, PARTNER__MONTHS_MAX);
        return;
    }
    if (p->window_months != 0)
        partner__refuse(c, ".qualification.months", "goes together with \"window\": \"rolling\" only");
    if (p->grace_months != 0)
        partner__refuse(c, ".qualification.grace_months", "goes together with \"window\": \"rolling\" only");
}

static void check_life(partner__checker *c)
{
    const partner_program *p = c->whole;

    partner__check_within(c, ".expiry.months", p->expiry_months, 0, PARTNER__MONTHS_MAX);
    partner__check_within(c, ".pending_days", p->pending_days, 0, PARTNER__DAYS_MAX);
    if (p->expiry_months != 0 && p->pending_days > 28 * (uint64_t)p->expiry_months)
        partner__refuse(
            c, ".pending_days",
            "is %u, expected at most %u (28 per month of expiry): points must be usable before they expire",
            (unsigned)p->pending_days, 28 * (unsigned)p->expiry_months);
    if (p->reversible_days != PARTNER_REVERSIBLE_0)
        partner__check_within(c, ".reversible_days", p->reversible_days, 0, PARTNER__DAYS_MAX);
}

static void check_spending(partner__checker *c)
{
    const partner_program *p = c->whole;

    partner__check_within(c, ".redeem", p->redeems, 0, 1);
    partner__check_within(c, ".adjust", p->adjusts, 0, 1);
    check_points(c, ".redeem.minimum", p->redeem_minimum, 0);
    check_points(c, ".redeem.step", p->redeem_step, 0);
    partner__check_within(c, ".adjust.counts_for", p->adjust_counts_for, PARTNER_COUNTS_DEFAULT,
                          PARTNER_COUNTS_BOTH);
    if (p->adjusts && p->redeems && p->adjust_on == p->redeem_on)
        partner__refuse(c, ".adjust.on", "is the kind of event that redeems, expected another one (or none)");
    if (p->point_value > PARTNER__POINT_VALUE_MAX)
        partner__refuse(c, ".point_value", "is %" PRIu64 " x 10^-8, expected at most 10^9", p->point_value);
}

static void check_program(partner__checker *c)
{
    const partner_program *p = c->whole;

    if (p->name != NULL && *p->name == '\0') partner__refuse(c, ".name", "is empty, expected some text");
    if (p->minor_units != PARTNER_MINOR_UNITS_0) partner__check_within(c, ".minor_units", p->minor_units, 0, 9);
    partner__check_within(c, ".year_starts", p->year_starts, 0, 12);
    check_cap(c, p->cap_per, p->cap_points);
    partner__check_within(c, ".credit_notes", p->credit_notes, PARTNER_CREDIT_NOTES_IGNORE,
                          PARTNER_CREDIT_NOTES_REFUSE);
    check_review(c);
    check_life(c);
    check_spending(c);
}

/* Rules and challenges share their ids, tiers have their own. */
static void check_elements(partner__checker *c)
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
    partner_program ours;
    partner__checker c = {.error = error, .whole = &ours, .index = PARTNER_NONE, .at = "$"};

    c.status = partner__take(&ours, sizeof ours, program, 0, "program", error);
    if (c.status == PARTNER_OK) check_program(&c);
    if (c.status == PARTNER_OK) c.status = partner_dict_new(&c.ids, error);
    if (c.status == PARTNER_OK) check_elements(&c);
    partner_dict_free(c.ids);
    return c.status;
}
