/* SPDX-License-Identifier: MIT
 * What the pipeline's figures mean, for people who run a channel: one function per sentence, which says nothing
 * where there is nothing to say. */
#include <math.h>
#include <stdio.h>

#include "../base/say.h"
#include "analysis.h"

enum { NUMBER = PARTNER__NUMBER, SENTENCE = PARTNER__SENTENCE };

/* The correlations that are tried end here. */
static const double LARGEST_TRIED = 0.3;

static const char *deals(size_t n) { return partner__one_or_many(n, "deal", "deals"); }

static void say_deals(const void *result, char *text)
{
    const partner_pipeline *p = result;
    char day[NUMBER], all[NUMBER], open[NUMBER], won[NUMBER], lost[NUMBER];

    if (p->deals == 0) {
        snprintf(text, SENTENCE, "There are no deals.");
        return;
    }
    snprintf(text, SENTENCE, "As of %s there %s %s %s: %s open, %s won, %s lost.",
             partner__say_day(p->as_of_day, day), partner__one_or_many(p->deals, "is", "are"),
             partner__say_count(p->deals, all), deals(p->deals), partner__say_count(p->open, open),
             partner__say_count(p->won, won), partner__say_count(p->lost, lost));
}

static void say_visibility(const void *result, char *text)
{
    const partner_pipeline *p = result;
    char clear[NUMBER], none[NUMBER], reference[NUMBER];

    if (isnan(p->visibility_share[PARTNER_VISIBILITY_CLEAR])) return;
    snprintf(text, SENTENCE,
             "The view of partners' deals is clear for %s and %s are not seen at all; vendors as a rule see %s "
             "clearly.",
             partner__say_percent(p->visibility_share[PARTNER_VISIBILITY_CLEAR], clear),
             partner__say_percent(p->visibility_share[PARTNER_VISIBILITY_NONE], none),
             partner__say_percent(PARTNER_VISIBILITY_REFERENCE, reference));
}

static void say_doubts(const void *result, char *text)
{
    const partner_pipeline *p = result;
    char claimed[NUMBER], doubts[NUMBER];

    if (p->open == 0) return;
    snprintf(text, SENTENCE, "%s open %s claimed to be further than the evidence; %s %s worth raising.",
             partner__say_count(p->overclaimed, claimed), p->overclaimed == 1 ? "deal is" : "deals are",
             partner__say_count(p->doubts->doubts, doubts), p->doubts->doubts == 1 ? "doubt is" : "doubts are");
}

static void say_stalled(const void *result, char *text)
{
    const partner_pipeline *p = result;
    char stalled[NUMBER];

    if (p->stalled == 0) return;
    snprintf(text, SENTENCE, "%s %s been longer in %s stage than nearly all that moved on.",
             partner__say_count(p->stalled, stalled), p->stalled == 1 ? "deal has" : "deals have",
             p->stalled == 1 ? "its" : "their");
}

static void say_velocity(const void *result, char *text)
{
    const partner_pipeline *p = result;
    char share[NUMBER], amount[NUMBER], velocity[NUMBER];

    if (p->velocity == PARTNER_NO_AMOUNT || isnan(p->win_share)) return;
    snprintf(text, SENTENCE,
             "Of the deals closed within a year %s were won, for %s on average; the pipeline moves %s a day.",
             partner__say_percent(p->win_share, share),
             partner__say_money(p->mean_won_amount, p->minor_units, amount),
             partner__say_money(p->velocity, p->minor_units, velocity));
}

static void say_model(const void *result, char *text)
{
    const partner_pipeline *p = result;
    char ridge[NUMBER], stage[NUMBER];

    if (p->rates == NULL) return;
    if (p->model == PARTNER_BY_RIDGE)
        snprintf(text, SENTENCE,
                 "Win rates come from a ridge model (cross-validated log loss %s, stage rates %s).",
                 partner__say_ratio(p->ridge_log_loss, ridge), partner__say_ratio(p->stage_log_loss, stage));
    else if (isnan(p->ridge_log_loss))
        snprintf(text, SENTENCE,
                 "Win rates are those of the stages: there are too few closed deals for a model.");
    else
        snprintf(text, SENTENCE,
                 "Win rates are those of the stages (cross-validated log loss %s); a ridge model is no better "
                 "(%s).",
                 partner__say_ratio(p->stage_log_loss, stage), partner__say_ratio(p->ridge_log_loss, ridge));
}

static const char *name_of(uint8_t by)
{
    switch (by) {
    case PARTNER_BY_STAGE: return "the stage rates";
    case PARTNER_BY_RIDGE: return "the ridge model";
    case PARTNER_BY_FREQUENCY: return "the frequency model";
    default: return "the constant";
    }
}

static const char *is_or_are(uint8_t by) { return by == PARTNER_BY_STAGE ? "are" : "is"; }

/* The one of the smallest loss among those that beat the constant. The claims are about fewer deals, so their
 * loss says nothing beside the others'. */
static size_t best_of(const partner_pipeline_measures *m)
{
    size_t best = SIZE_MAX;

    for (size_t i = 0; i < m->tests; i++)
        if (m->beats[i] && m->by[i] != PARTNER_BY_CLAIMS &&
            (best == SIZE_MAX || m->log_loss[i] < m->log_loss[best]))
            best = i;
    return best;
}

static void say_measures(const void *result, char *text)
{
    const partner_pipeline *p = result;
    const partner_pipeline_measures *m = p->measures;
    char day[NUMBER], rows[NUMBER], loss[NUMBER], constant[NUMBER];
    size_t best;

    if (m == NULL || m->tests == 0) return;
    best = best_of(m);
    if (best == SIZE_MAX)
        snprintf(text, SENTENCE,
                 "On the %s %s open on %s, learnt from what was known then, no model beats the constant: it is "
                 "not known which of them are won.",
                 partner__say_count(m->rows[0], rows), deals(m->rows[0]), partner__say_day(m->split_day, day));
    else
        snprintf(text, SENTENCE,
                 "On the %s %s open on %s, learnt from what was known then, %s %s best: log loss %s, the "
                 "constant %s.",
                 partner__say_count(m->rows[0], rows), deals(m->rows[0]), partner__say_day(m->split_day, day),
                 name_of(m->by[best]), is_or_are(m->by[best]), partner__say_ratio(m->log_loss[best], loss),
                 partner__say_ratio(m->log_loss[0], constant));
}

/* On deals that have a claim, the model that is best of all of them. */
static void say_claims(const void *result, char *text)
{
    const partner_pipeline *p = result;
    const partner_pipeline_measures *m = p->measures;
    char rows[NUMBER], skill[NUMBER];
    size_t best, claims = 0;

    if (m == NULL) return;
    best = best_of(m);
    while (claims < m->tests && m->by[claims] != PARTNER_BY_CLAIMS) claims++;
    if (best == SIZE_MAX || claims == m->tests || isnan(m->skill[best])) return;
    snprintf(text, SENTENCE,
             "On the %s of them with a claim the log loss of %s is %s %s than that of the claims.",
             partner__say_count(m->rows[claims], rows), name_of(m->by[best]),
             partner__say_percent(m->skill[best], skill), m->skill[best] < 0 ? "higher" : "lower");
}

static void say_forecast(const void *result, char *text)
{
    const partner_pipeline *p = result;
    const partner_forecast *f = p->forecast;
    char days[NUMBER], expected[NUMBER], low[NUMBER], high[NUMBER];

    if (p->rates == NULL || p->open == 0) return;
    if (f == NULL) {
        snprintf(text, SENTENCE,
                 "There is too little data for a forecast: fewer than 20 deals have closed so far.");
        return;
    }
    snprintf(text, SENTENCE,
             "Within %s days %s is expected from the deals open now, with a chance of eight in ten between %s "
             "and %s.",
             partner__say_count(f->horizon_days, days),
             partner__say_money(f->expected, p->minor_units, expected),
             partner__say_money(f->p10, p->minor_units, low), partner__say_money(f->p90, p->minor_units, high));
}

static void say_width(const void *result, char *text)
{
    const partner_pipeline *p = result;
    const partner_forecast *f = p->forecast;
    char correlation[NUMBER], windows[NUMBER];

    if (f == NULL || f->exact) return;
    if (f->correlation_learnt)
        snprintf(text, SENTENCE,
                 "Deals are taken to be won together with a correlation of %s, the %s in %s past %s.",
                 partner__say_ratio(f->correlation, correlation),
                 f->correlation < LARGEST_TRIED ? "smallest whose bands held often enough"
                                                : "largest that was tried",
                 partner__say_count(f->windows, windows),
                 partner__one_or_many(f->windows, "window", "windows"));
    else
        snprintf(text, SENTENCE, "Deals are taken to be won together with a correlation of %s%s.",
                 partner__say_ratio(f->correlation, correlation),
                 f->windows > 0 ? "; there are too few past windows to learn it from" : "");
}

static void say_beyond(const void *result, char *text)
{
    const partner_pipeline *p = result;
    char beyond[NUMBER];

    if (p->forecast == NULL || p->forecast->beyond == 0) return;
    snprintf(text, SENTENCE, "%s open %s beyond experience: nothing like %s was ever seen, so %s not counted.",
             partner__say_count(p->forecast->beyond, beyond),
             p->forecast->beyond == 1 ? "deal is" : "deals are", p->forecast->beyond == 1 ? "it" : "them",
             p->forecast->beyond == 1 ? "it is" : "they are");
}

static void say_backtest(const void *result, char *text)
{
    const partner_pipeline *p = result;
    const partner_backtest *b = p->backtest;
    size_t windows = 0;
    char count[NUMBER], bias[NUMBER], coverage[NUMBER];

    if (b == NULL) return;
    for (size_t i = 0; i < b->windows; i++) windows += !b->too_little[i];
    if (windows == 0 || isnan(b->bias)) {
        snprintf(text, SENTENCE, "There is too little data for a backtest.");
        return;
    }
    snprintf(text, SENTENCE, "%s past %s %s too %s in total; %s of the actual amounts lay between P10 and P90.",
             partner__say_count(windows, count), windows == 1 ? "forecast was" : "forecasts were",
             partner__say_percent(b->bias, bias), b->bias < 0 ? "low" : "high",
             partner__say_percent(b->coverage, coverage));
}

static void say_registrations(const void *result, char *text)
{
    const partner_pipeline *p = result;
    char all[NUMBER], contested[NUMBER];
    size_t n = 0;

    if (p->registrations == NULL) return;
    for (size_t i = 0; i < p->registrations->registrations; i++) n += p->registrations->contenders[i] > 0;
    snprintf(text, SENTENCE, "%s %s been granted, %s of them with others beside.",
             partner__say_count(p->registrations->registrations, all),
             p->registrations->registrations == 1 ? "registration has" : "registrations have",
             partner__say_count(n, contested));
}

size_t partner__pipeline_sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {
        say_deals,  say_visibility, say_doubts, say_stalled, say_velocity, say_model,        say_measures,
        say_claims, say_forecast,   say_width,  say_beyond,  say_backtest, say_registrations};

    return partner__say(result, sayings, sizeof sayings / sizeof *sayings, i, buffer, size);
}
