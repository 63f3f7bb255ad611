/* SPDX-License-Identifier: MIT
 * What the figures of pareto mean, for people who run a channel: one function per sentence, which says nothing
 * where there is nothing to say. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../base/say.h"
#include "analysis.h"

enum { NUMBER = PARTNER__NUMBER, SENTENCE = PARTNER__SENTENCE };

static const char *partners(uint64_t count) { return partner__one_or_many(count, "partner", "partners"); }

/* "80 %", "99.5 %": no more decimals than the cut has, at most one. */
static const char *say_cut(uint32_t ppm, char buffer[NUMBER])
{
    if (ppm % 10000 != 0) return partner__say_percent(ppm / 1e6, buffer);
    snprintf(buffer, NUMBER, "%u %%", (unsigned)(ppm / 10000));
    return buffer;
}

static void say_vital_few(const void *result, char *text)
{
    const partner__pareto_run *r = result;
    const partner_pareto *p = r->pareto;
    char cut[NUMBER], few[NUMBER], all[NUMBER], part[NUMBER];

    if (p->total == 0) {
        snprintf(text, SENTENCE, "No partner has revenue, so there is nothing to share out.");
        return;
    }
    snprintf(text, SENTENCE, "%s of revenue comes from %s of %s %s (%s).", say_cut(r->first_cut, cut),
             partner__say_count(p->vital_count, few), partner__say_count(p->counted, all), partners(p->counted),
             partner__say_percent(p->vital_fraction, part));
}

static void say_shape(const void *result, char *text)
{
    const partner_pareto *p = ((const partner__pareto_run *)result)->pareto;
    char top[NUMBER], gini[NUMBER], equal[NUMBER];
    uint64_t few;

    if (p->total == 0) return;
    few = (uint64_t)llround(p->effective_partners);
    snprintf(text, SENTENCE,
             "The top 20 %% of partners hold %s; revenue is as concentrated as if %s %s brought it all "
             "(Gini %s, where 0 is all equal and 1 is one partner has all).",
             partner__say_percent(p->top_share[3], top), partner__say_count(few, equal),
             partner__one_or_many(few, "partner", "equal partners"), partner__say_ratio(p->gini, gini));
}

static void say_without(const void *result, char *text)
{
    const partner_pareto *p = ((const partner__pareto_run *)result)->pareto;
    char zero[NUMBER], part[NUMBER];

    if (p->zero == 0 || p->total == 0) return;
    snprintf(text, SENTENCE, "%s %s (%s) brought no revenue at all.", partner__say_count(p->zero, zero),
             partners(p->zero), partner__say_percent((double)p->zero / (double)p->partners, part));
}

static void say_negative(const void *result, char *text)
{
    const partner__pareto_run *r = result;
    const partner_pareto *p = r->pareto;
    char count[NUMBER], amount[NUMBER];

    if (p->negative == 0) return;
    snprintf(text, SENTENCE, "%s %s returned more than %s sold (%s in all); they count as zero here.",
             partner__say_count(p->negative, count), partners(p->negative),
             partner__one_or_many(p->negative, "it", "they"),
             partner__say_money(p->negative_amount, r->totals->minor_units, amount));
}

static void say_at_risk(const void *result, char *text)
{
    const partner__pareto_run *r = result;
    const double *lost = r->pareto->leave_one_out != NULL ? r->pareto->leave_one_out->at_risk
                         : r->change != NULL              ? r->change->at_risk
                                                          : NULL;
    char one[NUMBER], three[NUMBER], five[NUMBER];

    if (lost == NULL || r->pareto->total == 0) return;
    snprintf(text, SENTENCE,
             "If the largest partner left, %s of revenue would be gone; with the top three %s, with the top "
             "five %s.",
             partner__say_percent(lost[0], one), partner__say_percent(lost[1], three),
             partner__say_percent(lost[2], five));
}

static void say_groups(const void *result, char *text)
{
    const partner_pareto *p = ((const partner__pareto_run *)result)->pareto;
    char part[NUMBER], groups[NUMBER];

    if (p->groups == NULL || p->groups->groups < 2 || !(p->theil > 0)) return;
    snprintf(text, SENTENCE,
             "Of the inequality between partners %s lies between the %s groups, the rest within them.",
             partner__say_percent(p->theil_between / p->theil, part),
             partner__say_count(p->groups->groups, groups));
}

/* Resampling */

static void say_how_far(const void *result, char *text)
{
    const partner_pareto *p = ((const partner__pareto_run *)result)->pareto;
    const partner_resampling *s = p->resampling;
    char all[NUMBER], gini[2][NUMBER], top[2][NUMBER], part[NUMBER], sets[NUMBER];

    if (s == NULL || isnan(s->gini[0])) return;
    snprintf(text, SENTENCE,
             "Had %s other %s of the same kind been enrolled, Gini could as well lie between %s and %s, "
             "and the top 20 %% hold between %s and %s (%s of %s random sets lie so).",
             partner__say_count(p->counted, all), partner__one_or_many(p->counted, "partner", "partners"),
             partner__say_ratio(s->gini[0], gini[0]), partner__say_ratio(s->gini[1], gini[1]),
             partner__say_percent(s->top_share_20[0], top[0]), partner__say_percent(s->top_share_20[1], top[1]),
             say_cut((uint32_t)llround(s->confidence * 1e6), part), partner__say_count(s->replicates, sets));
}

/* The tail */

/* Below this, so few samples of a power law are as far off that it is none (Clauset, Shalizi & Newman 2009). */
static const double LEAST_FIT = 0.1;

/* The mean of a power law is infinite up to an exponent of 2, its variance up to 3. */
static const char *say_exponent(double alpha)
{
    if (alpha <= 2) return "there is no usual size, and one new partner may outweigh all others";
    if (alpha <= 3) return "sizes differ so much that an average says little about any of them";
    return "partners much larger than the largest are rare, but nothing rules them out";
}

static void say_tail(const void *result, char *text)
{
    const partner__pareto_run *r = result;
    const partner_tail *t = r->pareto->tail;
    char from[NUMBER], many[NUMBER], alpha[NUMBER], fit[NUMBER];

    if (t == NULL) return;
    if (t->p < LEAST_FIT) {
        snprintf(
            text, SENTENCE,
            "The largest amounts do not follow a power law (goodness of fit %s, where 0.1 would do), so no "
            "formula says how large the next large partner may be.",
            partner__say_ratio(t->p, fit));
        return;
    }
    snprintf(text, SENTENCE, "From %s upwards amounts %s a power law with exponent %s (%s %s",
             partner__say_money(t->xmin, r->totals->minor_units, from),
             isnan(t->p) ? "come closest to" : "follow", partner__say_ratio(t->alpha, alpha),
             partner__say_count(t->n, many), partners(t->n));
    if (isnan(t->p))
        snprintf(text + strlen(text), SENTENCE - strlen(text),
                 "); whether they follow it was not tested, which takes tail_replicates.");
    else
        snprintf(text + strlen(text), SENTENCE - strlen(text), ", goodness of fit %s): %s.",
                 partner__say_ratio(t->p, fit), say_exponent(t->alpha));
}

static void say_lognormal(const void *result, char *text)
{
    enum { RATIO, Z, P };
    const partner_tail *t = ((const partner__pareto_run *)result)->pareto->tail;
    const double *lognormal;

    if (t == NULL || t->against == NULL || t->against->lognormal_is_power_law) return;
    lognormal = t->against->lognormal;
    if (isnan(lognormal[P])) return;
    snprintf(text, SENTENCE, "A lognormal describes these amounts %s.",
             lognormal[P] >= LEAST_FIT ? "about as well"
             : lognormal[RATIO] < 0    ? "better"
                                       : "less well");
}

/* Change */

static void say_moves(const void *result, char *text)
{
    const partner_change *c = ((const partner__pareto_run *)result)->change;
    const partner_change_moves *m;
    size_t up = 0, down = 0, top = 0, stayed = 0;
    char upward[NUMBER], downward[NUMBER], before[NUMBER], still[NUMBER];

    if (c == NULL) return;
    m = c->moves;
    for (size_t i = 0; i < m->moves; i++) {
        if (m->to[i] < m->from[i]) up += m->partners[i];
        if (m->to[i] > m->from[i]) down += m->partners[i];
        if (m->from[i] == 0) top += m->partners[i];
        if (m->from[i] == 0 && m->to[i] == 0) stayed = m->partners[i];
    }
    if (c->previous_total == 0) {
        snprintf(text, SENTENCE, "The window before has no revenue, so there are no classes to compare with.");
        return;
    }
    snprintf(text, SENTENCE,
             "Against the window before, %s %s moved up in class and %s down; of the %s in class A then, %s "
             "still %s.",
             partner__say_count(up, upward), partners(up), partner__say_count(down, downward),
             partner__say_count(top, before), partner__say_count(stayed, still),
             partner__one_or_many(stayed, "is", "are"));
}

static void say_gini_change(const void *result, char *text)
{
    const partner_change *c = ((const partner__pareto_run *)result)->change;
    char by[NUMBER], from[NUMBER], to[NUMBER];

    if (c == NULL || isnan(c->gini)) return;
    if (c->gini == 0) {
        snprintf(text, SENTENCE, "Revenue is spread as evenly as in the window before (Gini %s).",
                 partner__say_ratio(c->previous_gini, from));
        return;
    }
    snprintf(
        text, SENTENCE,
        "Revenue is spread %s evenly than before: Gini %s by %s, from %s to %s, over everybody enrolled in "
        "either window",
        c->gini > 0 ? "less" : "more", c->gini > 0 ? "rose" : "fell", partner__say_ratio(fabs(c->gini), by),
        partner__say_ratio(c->previous_gini, from), partner__say_ratio(c->previous_gini + c->gini, to));
    /* Gini looks at all partners alike, hhi at the largest. */
    if (c->gini * c->hhi < 0)
        snprintf(text + strlen(text), SENTENCE - strlen(text), "; yet the largest partners weigh %s.",
                 c->hhi > 0 ? "more" : "less");
    else snprintf(text + strlen(text), SENTENCE - strlen(text), ".");
}

static void say_not_whole(const void *result, char *text)
{
    const partner__pareto_run *r = result;
    char last[NUMBER];

    if (!r->after_last_day || r->totals->last_day_seen == PARTNER_NO_DAY) return;
    snprintf(text, SENTENCE,
             "The window ends after the last day seen (%s): it may not be whole, so do not read what partners "
             "changed as a whole window's.",
             partner__say_day(r->totals->last_day_seen, last));
}

/* Regularity */

static const char *say_periods(const partner_xyz *x, char buffer[2 * NUMBER])
{
    if (x->period == PARTNER_PERIOD_DAYS)
        snprintf(buffer, 2 * NUMBER, "%u %s of %u days", (unsigned)x->periods,
                 partner__one_or_many(x->periods, "period", "periods"), (unsigned)x->period_days);
    else
        snprintf(buffer, 2 * NUMBER, "%u %s%s", (unsigned)x->periods,
                 x->period == PARTNER_PERIOD_MONTH ? "month" : "quarter", x->periods == 1 ? "" : "s");
    return buffer;
}

/* Partners by regularity: of one class only, or of all. */
static void count_xyz(const partner_xyz_classes *classes, int only, uint8_t class_of, size_t count[4])
{
    memset(count, 0, 4 * sizeof *count);
    for (size_t i = 0; i < classes->rows; i++)
        if (!only || classes->class_of[i] == class_of) count[classes->xyz[i] & 3] += classes->partners[i];
}

static void say_regularity(const void *result, char *text)
{
    const partner_xyz *x = ((const partner__pareto_run *)result)->xyz;
    size_t count[4];
    char periods[2 * NUMBER], from[NUMBER], to[NUMBER], regular[NUMBER], varying[NUMBER], irregular[NUMBER];

    if (x == NULL) return;
    count_xyz(x->classes, 0, 0, count);
    if (x->periods == 0 || count[PARTNER_XYZ_X] + count[PARTNER_XYZ_Y] + count[PARTNER_XYZ_Z] == 0) {
        snprintf(text, SENTENCE,
                 "No partner has revenue in four whole periods or more (there are %s), so nothing can be said "
                 "about regularity.",
                 say_periods(x, periods));
        return;
    }
    snprintf(text, SENTENCE,
             "Over the %s from %s to %s, %s %s revenue regularly (X), %s with ups and downs (Y) and %s now and "
             "then (Z).",
             say_periods(x, periods), partner__say_day(x->from_day, from), partner__say_day(x->to_day - 1, to),
             partner__say_count(count[PARTNER_XYZ_X], regular),
             partner__one_or_many(count[PARTNER_XYZ_X], "partner brings", "partners bring"),
             partner__say_count(count[PARTNER_XYZ_Y], varying),
             partner__say_count(count[PARTNER_XYZ_Z], irregular));
}

static void say_regular_top(const void *result, char *text)
{
    const partner_xyz *x = ((const partner__pareto_run *)result)->xyz;
    size_t count[4], top;
    char all[NUMBER], regular[NUMBER];

    if (x == NULL || x->periods == 0) return;
    count_xyz(x->classes, 1, 0, count);
    top = count[0] + count[1] + count[2] + count[3];
    if (top == 0) return;
    snprintf(text, SENTENCE, "Of the %s %s in class A, %s %s regular: revenue to plan with.",
             partner__say_count(top, all), partners(top), partner__say_count(count[PARTNER_XYZ_X], regular),
             partner__one_or_many(count[PARTNER_XYZ_X], "is", "are"));
}

static void say_left_out(const void *result, char *text)
{
    const partner_xyz *x = ((const partner__pareto_run *)result)->xyz;
    const int before = x != NULL && x->left_out_from != PARTNER_NO_DAY;
    const int after = x != NULL && x->after_from != PARTNER_NO_DAY;
    char days[4][NUMBER];

    if (!before && !after) return;
    snprintf(text, SENTENCE, "Left out of regularity, being no whole period:");
    if (before)
        snprintf(text + strlen(text), SENTENCE - strlen(text), " %s to %s",
                 partner__say_day(x->left_out_from, days[0]), partner__say_day(x->left_out_to - 1, days[1]));
    if (after)
        snprintf(text + strlen(text), SENTENCE - strlen(text), "%s %s to %s", before ? " and" : "",
                 partner__say_day(x->after_from, days[2]), partner__say_day(x->after_to - 1, days[3]));
    snprintf(text + strlen(text), SENTENCE - strlen(text), ".");
}

size_t partner__pareto_sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {say_vital_few,  say_shape,       say_without,     say_negative,
                                              say_at_risk,    say_moves,       say_gini_change, say_not_whole,
                                              say_regularity, say_regular_top, say_left_out,    say_groups,
                                              say_how_far,    say_tail,        say_lognormal};

    return partner__say(result, sayings, sizeof sayings / sizeof sayings[0], i, buffer, size);
}
