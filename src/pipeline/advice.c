/* SPDX-License-Identifier: MIT
 * The one thing to do about a pipeline: whom to ask first about which doubt, or what the forecast lacks. */
#include "../base/leaders.h"
#include "../base/net.h"
#include "../base/say.h"
#include "analysis.h"
#include "result.h"

enum { NUMBER = PARTNER__NUMBER };

/* --- doubts --- */

/* The first doubts, one for each partner, in the order of the list: those that would change most. */
typedef struct asked {
    const partner__result *r;
    size_t count;
    size_t doubt[PARTNER__LEADERS];
} asked;

static int is_asked(const asked *a, uint32_t partner)
{
    for (size_t i = 0; i < a->count; i++)
        if (a->r->doubt.partner[a->doubt[i]] == partner) return 1;
    return 0;
}

static asked first_of(const partner__result *r)
{
    asked a = {.r = r};

    for (size_t i = 0; i < r->doubts.doubts && a.count < PARTNER__LEADERS; i++)
        if (r->doubt.partner[i] != PARTNER_NONE && !is_asked(&a, r->doubt.partner[i])) a.doubt[a.count++] = i;
    return a;
}

static void put_question(partner__words *w, const void *of, size_t i)
{
    const asked *a = of;
    const size_t doubt = a->doubt[i];

    partner__words_put(w, "{partner:%u} about ", (unsigned)a->r->doubt.partner[doubt]);
    partner__words_id(w, a->r->steps.id[a->r->doubt.number[doubt]], ' ');
}

/* What the deals that are claimed to be further than their evidence are worth, as far as that is known. */
static partner__net worth_of(const partner__result *r)
{
    partner__net sum = {.plus = partner__u128_from(0), .minus = partner__u128_from(0)};

    for (size_t i = 0; i < r->pipeline.deals; i++)
        if (r->deal.outcome[i] == PARTNER_OUTCOME_OPEN && r->deal.overclaim[i] > 0 &&
            r->deal.amount[i] != PARTNER_NO_AMOUNT)
            partner__net_add(&sum, r->deal.amount[i]);
    return sum;
}

static void advise_doubts(partner__words *w, const partner__result *r, const asked *a)
{
    const partner__net sum = worth_of(r);
    const partner__u128 size = sum.plus;
    char amount[NUMBER];

    partner__words_put(w, "Ask ");
    partner__words_all(w, " and ", a->count, put_question, a);
    partner__words_put(w, ": of ");
    partner__words_count(w, r->doubts.doubts, "doubt", "doubts");
    partner__words_put(w, a->count == 1 ? " that one weighs most" : " those weigh most");
    if (r->pipeline.overclaimed > 0) {
        partner__words_put(w, ", and ");
        partner__words_count(w, r->pipeline.overclaimed, "open deal is", "open deals are");
        partner__words_put(w, " claimed to be further than the evidence");
        if (!partner__u128_is_zero(size) && !partner__u128_less(partner__u128_from(INT64_MAX), size))
            partner__words_put(
                w, ", worth %s",
                partner__say_money((int64_t)partner__u128_low(size), r->pipeline.minor_units, amount));
    }
    partner__words_put(w, ".");
}

/* --- what is missing --- */

static void advise_stalled(partner__words *w, const partner_pipeline *p)
{
    partner__words_put(w, "Move or close the ");
    partner__words_count(w, p->stalled, "deal that has", "deals that have");
    partner__words_put(w, " been longer in %s stage than nearly all that moved on.",
                       p->stalled == 1 ? "its" : "their");
}

static void advise_amounts(partner__words *w, const partner_forecast *f)
{
    partner__words_put(w, "Find out what ");
    partner__words_count(w, f->without_amount, "open deal is", "open deals are");
    partner__words_put(w, " worth: without an amount %s in number only.",
                       f->without_amount == 1 ? "it counts" : "they count");
}

static void advise_history(partner__words *w, const partner_pipeline *p)
{
    partner__words_put(w, "Record how deals end: there is no forecast while fewer than 20 have, and ");
    partner__words_count(w, p->won + p->lost, "has", "have");
    partner__words_put(w, " so far.");
}

static void advise(partner__words *w, const partner__result *r)
{
    const partner_pipeline *p = &r->pipeline;
    const asked first = first_of(r);

    if (first.count > 0) advise_doubts(w, r, &first);
    else if (p->stalled > 0) advise_stalled(w, p);
    else if (p->forecast != NULL && p->forecast->without_amount > 0) advise_amounts(w, p->forecast);
    else if (p->rates != NULL && p->open > 0 && p->forecast == NULL) advise_history(w, p);
}

static void base(partner__words *w, const partner__result *r)
{
    const partner_pipeline *p = &r->pipeline;

    if (first_of(r).count > 0)
        partner__words_put(w, "This takes it that what was not reported, or not for long, has not been done.");
    else if (p->stalled > 0)
        partner__words_put(w, "This takes it that deals move on as those before them did.");
    else if (p->forecast != NULL && p->forecast->without_amount > 0)
        partner__words_put(w, "This takes it that an open deal without an amount is worth something.");
    else if (p->rates != NULL && p->open > 0 && p->forecast == NULL)
        partner__words_put(w, "This takes it that deals to come will go as those that have ended.");
}

size_t partner__pipeline_advice(const void *result, size_t part, char *buffer, size_t size)
{
    partner__words w = {.full = 0};

    if (buffer != NULL && size > 0) *buffer = '\0';
    if (result == NULL) return 0;
    if (part == 0) advise(&w, partner__result_of(result));
    if (part == 1) base(&w, partner__result_of(result));
    return partner__words_end(&w, buffer, size);
}
