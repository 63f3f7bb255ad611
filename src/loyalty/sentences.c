/* SPDX-License-Identifier: MIT
 * What the figures of a program, of another beside it, and of a difference mean. */
#include <math.h>
#include <stdio.h>

#include "../base/int128.h"
#include "../base/say.h"
#include "analysis.h"

enum { NUMBER = PARTNER__NUMBER, SENTENCE = PARTNER__SENTENCE };

static const char *points(int64_t n, char buffer[NUMBER])
{
    return partner__say_count(partner__magnitude(n), buffer);
}

static const char *points_word(int64_t n)
{
    return partner__one_or_many(partner__magnitude(n), "point", "points");
}

static void say_through(const void *result, char *text)
{
    const partner_loyalty *l = ((const partner__loyalty_outcome *)result)->loyalty;
    char day[NUMBER], events[NUMBER], partners[NUMBER];

    if (l->as_of_day == PARTNER_NO_DAY) {
        snprintf(text, SENTENCE, "There are no events.");
        return;
    }
    snprintf(text, SENTENCE, "Through %s there are %s %s of %s %s.", partner__say_day(l->as_of_day, day),
             partner__say_count(l->events, events), partner__one_or_many(l->events, "event", "events"),
             partner__say_count(l->partners, partners),
             partner__one_or_many(l->partners, "partner", "partners"));
}

static void say_points(const void *result, char *text)
{
    const partner_loyalty *l = ((const partner__loyalty_outcome *)result)->loyalty;
    char issued[NUMBER], redeemed[NUMBER], expired[NUMBER], reversed[NUMBER];

    snprintf(text, SENTENCE, "%s %s issued, %s redeemed, %s expired, %s taken back.", points(l->issued, issued),
             l->issued == 1 ? "point was" : "points were", points(l->redeemed, redeemed),
             points(l->expired, expired), points(l->reversed, reversed));
}

static void say_outstanding(const void *result, char *text)
{
    const partner_loyalty *l = ((const partner__loyalty_outcome *)result)->loyalty;
    char held[NUMBER], worth[NUMBER];

    if (l->liability == PARTNER_NO_AMOUNT) {
        snprintf(text, SENTENCE, "Partners hold %s %s.", points(l->outstanding, held),
                 points_word(l->outstanding));
        return;
    }
    snprintf(text, SENTENCE, "Partners hold %s %s, a liability of %s.", points(l->outstanding, held),
             points_word(l->outstanding), partner__say_money(l->liability, l->minor_units, worth));
}

static void say_debts(const void *result, char *text)
{
    const partner_loyalty *l = ((const partner__loyalty_outcome *)result)->loyalty;
    char owed[NUMBER];

    if (l->debts == 0) return;
    snprintf(text, SENTENCE, "Partners owe %s %s, spent before what had earned them was returned.",
             points(l->debts, owed), points_word(l->debts));
}

static void say_breakage(const void *result, char *text)
{
    const partner_loyalty *l = ((const partner__loyalty_outcome *)result)->loyalty;
    char part[NUMBER];

    if (isnan(l->breakage) || l->expired <= 0) return;
    snprintf(text, SENTENCE, "Breakage is %s: that part of the points that were used up expired unused.",
             partner__say_percent(l->breakage, part));
}

static void say_tiers(const void *result, char *text)
{
    const partner_loyalty *l = ((const partner__loyalty_outcome *)result)->loyalty;
    char up[NUMBER], down[NUMBER], above[NUMBER], all[NUMBER];
    size_t higher = 0;

    if (l->tiers == NULL || l->tiers->tiers < 2) return;
    for (size_t i = 1; i < l->tiers->tiers; i++) higher += l->tiers->partners[i];
    snprintf(
        text, SENTENCE, "%s of %s %s %s above the first tier, after %s %s and %s %s.",
        partner__say_count(higher, above), partner__say_count(l->partners, all),
        partner__one_or_many(l->partners, "partner", "partners"), higher == 1 ? "is" : "are",
        partner__say_count(l->promotions, up), partner__one_or_many(l->promotions, "promotion", "promotions"),
        partner__say_count(l->demotions, down), partner__one_or_many(l->demotions, "demotion", "demotions"));
}

static void say_unmentioned(const void *result, char *text)
{
    const partner_loyalty *l = ((const partner__loyalty_outcome *)result)->loyalty;
    char count[NUMBER];

    if (l->unmentioned == 0) return;
    snprintf(text, SENTENCE, "%s %s of kinds that the program does not mention.",
             partner__say_count(l->unmentioned, count),
             partner__one_or_many(l->unmentioned, "event is", "events are"));
}

static void say_credit_notes(const void *result, char *text)
{
    const partner_loyalty *l = ((const partner__loyalty_outcome *)result)->loyalty;
    char count[NUMBER];

    if (l->credit_notes == 0) return;
    snprintf(text, SENTENCE,
             "%s negative %s no event: no points were taken back for %s; link credit notes by `reverses`.",
             partner__say_count(l->credit_notes, count),
             partner__one_or_many(l->credit_notes, "amount reverses", "amounts reverse"),
             l->credit_notes == 1 ? "it" : "them");
}

static void say_duplicates(const void *result, char *text)
{
    const partner_loyalty *l = ((const partner__loyalty_outcome *)result)->loyalty;
    char count[NUMBER];

    if (l->duplicates == 0) return;
    snprintf(text, SENTENCE, "%s %s left out because an event of that id was there before.",
             partner__say_count(l->duplicates, count),
             partner__one_or_many(l->duplicates, "event was", "events were"));
}

static void say_comparison(const void *result, char *text)
{
    const partner_loyalty_comparison *c = ((const partner__loyalty_outcome *)result)->comparison;
    char earned[NUMBER], other[NUMBER], up[NUMBER], down[NUMBER];

    if (c == NULL) return;
    snprintf(
        text, SENTENCE,
        "Under the other program partners would have earned %s points instead of %s; %s would be in a higher "
        "tier, %s in a lower one.",
        points(c->other_earned_total, other), points(c->earned_total, earned),
        partner__say_count(c->higher, up), partner__say_count(c->lower, down));
}

static void say_cost(const void *result, char *text)
{
    const partner_loyalty_comparison *c = ((const partner__loyalty_outcome *)result)->comparison;
    char before[NUMBER], after[NUMBER];

    if (c == NULL || c->liability == PARTNER_NO_AMOUNT || c->other_liability == PARTNER_NO_AMOUNT) return;
    snprintf(text, SENTENCE, "Its liability would be %s instead of %s.",
             partner__say_money(c->other_liability, c->minor_units, after),
             partner__say_money(c->liability, c->minor_units, before));
}

static void say_difference(const void *result, char *text)
{
    const partner_loyalty_difference *d = ((const partner__loyalty_outcome *)result)->difference;
    char who[NUMBER], entries[NUMBER], change[NUMBER];

    if (d == NULL) return;
    if (d->partners == 0) {
        snprintf(text, SENTENCE, "Against the events before nothing changes.");
        return;
    }
    snprintf(text, SENTENCE, "Against the events before %s %s of %s %s; together they hold %s %s %s.",
             partner__say_count(d->changes->entries, entries),
             partner__one_or_many(d->changes->entries, "entry changes", "entries change"),
             partner__say_count(d->partners, who), partner__one_or_many(d->partners, "partner", "partners"),
             points(d->points, change), points_word(d->points), d->points < 0 ? "less" : "more");
}

size_t partner__loyalty_sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {say_through,    say_points,     say_outstanding, say_debts,
                                              say_breakage,   say_tiers,      say_unmentioned, say_credit_notes,
                                              say_duplicates, say_comparison, say_cost,        say_difference};

    return partner__say(result, sayings, sizeof sayings / sizeof sayings[0], i, buffer, size);
}

static void say_recognised(const void *result, char *text)
{
    const partner_deferred *d = result;
    char revenue[NUMBER], allocated[NUMBER], rest[NUMBER];

    if (d->periods == 0) {
        snprintf(text, SENTENCE, "There are no periods.");
        return;
    }
    snprintf(text, SENTENCE, "Of %s allocated to points %s is recognised to date; %s stays deferred.",
             partner__say_money(d->allocated, d->minor_units, allocated),
             partner__say_money(d->recognised_total, d->minor_units, revenue),
             partner__say_money(d->closing_total, d->minor_units, rest));
}

size_t partner__deferral_sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {say_recognised};

    return partner__say(result, sayings, sizeof sayings / sizeof sayings[0], i, buffer, size);
}
