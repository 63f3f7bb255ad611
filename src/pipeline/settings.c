/* SPDX-License-Identifier: MIT */
#include <float.h>
#include <inttypes.h>
#include <stdio.h>

#include "../base/error.h"
#include "inputs.h"

enum { DAYS_MAX = 100000, FOLDS_MAX = 100, DRAWS_MAX = 10000000, PLACES_MAX = 9, USUAL_PLACES = 2 };

/* The first option found wrong is the one that is told. */
typedef struct taker {
    partner_status status;
    partner_error *error;
} taker;

static partner__place at_option(const char *option)
{
    return partner__at("options", option, PARTNER_NO_ROW, PARTNER_NONE);
}

static void refuse(taker *t, const char *option, double found, const char *expected)
{
    if (t->status != PARTNER_OK) return;
    t->status = partner__fail_at(t->error, PARTNER_E_ARGUMENT, at_option(option), "%s is %g, expected %s",
                                 option, found, expected);
}

static uint8_t flag(taker *t, const char *option, uint8_t value)
{
    if (value > 1) refuse(t, option, value, "0 or 1");
    return value;
}

static int32_t days(taker *t, const char *option, uint32_t value, int32_t usual)
{
    if (value > DAYS_MAX) refuse(t, option, value, "at most 100 000 days");
    return value == 0 ? usual : (int32_t)value;
}

static int32_t day(taker *t, const char *option, int32_t value)
{
    if (value == PARTNER_NO_DAY) refuse(t, option, value, "a day, or 0 for the default");
    return value == 0 ? PARTNER_NO_DAY : value == PARTNER_DAY_0 ? 0 : value;
}

static uint32_t count(taker *t, const char *option, uint32_t value, uint32_t least, uint32_t most,
                      uint32_t usual)
{
    char expected[64];

    if (value == 0) return usual;
    snprintf(expected, sizeof expected, "%" PRIu32 " to %" PRIu32, least, most);
    if (value < least || value > most) refuse(t, option, value, expected);
    return value;
}

static uint8_t places(taker *t, uint8_t value)
{
    if (value == PARTNER_MINOR_UNITS_0) return 0;
    if (value > PLACES_MAX) refuse(t, "minor_units", value, "0 to 9 or PARTNER_MINOR_UNITS_0");
    return value == 0 ? USUAL_PLACES : value;
}

/* A probability; NaN is none. */
static double cut(taker *t, const char *option, double value, double usual)
{
    if (!(value >= 0 && value <= 1)) refuse(t, option, value, "0 to 1");
    return value == 0 ? usual : value;
}

/* To six places, so that the quantile of whole days is exact. */
static uint32_t quantile(taker *t, double value, uint32_t usual)
{
    double ppm = value * PARTNER__MILLION;

    if (value == 0) return usual;
    if (!(ppm >= 0.5 && ppm < PARTNER__MILLION - 0.5)) {
        refuse(t, "stall_quantile", value, "more than 0 and less than 1, to six places");
        return usual;
    }
    return (uint32_t)(ppm + 0.5);
}

static void take_correlations(taker *t, const partner_pipeline_options *o, partner__pipeline_settings *s)
{
    const double most = 0.99;

    s->correlation = o->correlation == PARTNER_CORRELATION_0 ? 0 : o->correlation == 0 ? NAN : o->correlation;
    s->partner_correlation = o->partner_correlation;
    if (o->correlation != PARTNER_CORRELATION_0 && !(o->correlation >= 0 && o->correlation <= most))
        refuse(t, "correlation", o->correlation, "0 to 0.99, or PARTNER_CORRELATION_0");
    if (!(o->partner_correlation >= 0 && o->partner_correlation <= most))
        refuse(t, "partner_correlation", o->partner_correlation, "0 to 0.99");
    if (s->correlation + s->partner_correlation >= 1)
        refuse(t, "partner_correlation", o->partner_correlation, "less than 1 together with correlation");
}

static void take_days(taker *t, const partner_pipeline_options *o, partner__pipeline_settings *s)
{
    s->as_of_day = day(t, "as_of_day", o->as_of_day);
    s->known_from_day = day(t, "known_from_day", o->known_from_day);
    s->split_day = day(t, "split_day", o->split_day);
    s->horizon_days = days(t, "horizon_days", o->horizon_days, 90);
    s->landmark_days = days(t, "landmark_days", o->landmark_days, 30);
    s->protect_days = days(t, "protect_days", o->protect_days, 90);
    s->lapse_days = days(t, "lapse_days", o->lapse_days, 60);
}

/* Puts a day in its place among those before it. */
static void add_backtest_day(taker *t, partner__pipeline_settings *s, int32_t added)
{
    size_t i = s->backtest_days++;

    for (; i > 0 && s->backtest_day[i - 1] >= added; i--) {
        if (s->backtest_day[i - 1] == added) refuse(t, "backtest_day", added, "each day once");
        s->backtest_day[i] = s->backtest_day[i - 1];
    }
    s->backtest_day[i] = added;
}

static void take_backtest(taker *t, const partner_pipeline_options *o, partner__pipeline_settings *s)
{
    for (size_t i = 0; i < PARTNER_BACKTEST_DAYS && o->backtest_day[i] != 0; i++)
        add_backtest_day(t, s, day(t, "backtest_day", o->backtest_day[i]));
}

static void take_learning(taker *t, const partner_pipeline_options *o, partner__pipeline_settings *s)
{
    s->folds = count(t, "folds", o->folds, 2, FOLDS_MAX, 5);
    s->draws = count(t, "draws", o->draws, 1, DRAWS_MAX, 10000);
    s->seed = o->seed;
    s->target = o->target;
    s->lambda = o->lambda;
    if (!(o->lambda >= 0 && o->lambda <= DBL_MAX)) refuse(t, "lambda", o->lambda, "0 or more");
    s->stall_ppm = quantile(t, o->stall_quantile, 900000);
    s->commit = cut(t, "commit", o->commit, 0.8);
    s->best_case = cut(t, "best_case", o->best_case, 0.5);
    if (s->best_case > s->commit) refuse(t, "best_case", s->best_case, "at most commit");
    take_correlations(t, o, s);
    s->features = o->features;
}

partner_status partner__pipeline_settings_take(partner__pipeline_settings *settings,
                                               const partner_pipeline_options *options, partner_error *error)
{
    partner_pipeline_options o;
    partner__pipeline_settings s = {.state_only = 0};
    taker t = {.error = error};

    t.status = partner__take(&o, sizeof o, options, 1, "pipeline options", error);
    if (t.status != PARTNER_OK) return t.status;
    s.run = (partner__run){o.threads, o.interrupt, o.interrupt_data};
    s.state_only = flag(&t, "state_only", o.state_only);
    s.backtest = flag(&t, "backtest", o.backtest);
    s.certain = flag(&t, "certain", o.certain);
    s.contributions = flag(&t, "contributions", o.contributions);
    s.minor_units = places(&t, o.minor_units);
    take_days(&t, &o, &s);
    take_learning(&t, &o, &s);
    take_backtest(&t, &o, &s);
    if (t.status == PARTNER_OK) *settings = s;
    return t.status;
}
