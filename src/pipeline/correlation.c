/* SPDX-License-Identifier: MIT */
#include "correlation.h"

#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"

enum { FEWEST_WINDOWS = 8 };

static const double candidates[] = {0, 0.02, 0.05, 0.1, 0.2, 0.3};
enum { CANDIDATES = sizeof candidates / sizeof *candidates, USUAL = 3 };

/* --- past days --- */

static partner_status look_after(partner__window *w, const partner__inputs *in, partner_error *error)
{
    const partner__figure figure = {"backtest", "actual"};
    const partner__u128 one = partner__u128_from(1);
    const int64_t end = (int64_t)w->day + in->set.horizon_days;
    partner__net sum = {partner__u128_from(0), partner__u128_from(0)};

    for (size_t line = 0; line < in->lines; line++) {
        if (in->opened[line] > w->day || in->outcome[line] != PARTNER_OUTCOME_WON) continue;
        if (in->closed[line] <= w->day || in->closed[line] > end) continue;
        w->won++;
        if (partner__line_amount(in, line) != PARTNER_NO_AMOUNT)
            partner__net_add(&sum, partner__line_amount(in, line));
    }
    return partner__money_of_net(&sum, one, one, figure, &w->actual, error);
}

partner_status partner__window_new(partner__window *w, const partner__landmarks *landmarks,
                                   const partner__claims *claims, int32_t day, partner_error *error)
{
    const partner__inputs *in = landmarks->timeline->in;
    const partner__question question = {in->set.horizon_days, 0, 0, in->set.certain};
    partner__learnt learnt;
    partner_status status;

    memset(w, 0, sizeof *w);
    w->day = day;
    status = look_after(w, in, error);
    if (status != PARTNER_OK) return status;
    status = partner__learnt_new(&learnt, landmarks, day, error);
    if (status == PARTNER_OK && partner__is_enough(&learnt)) {
        w->enough = 1;
        status = partner__outlook_new(&w->outlook, &learnt, claims, &question, error);
    }
    partner__learnt_free(&learnt);
    return status;
}

void partner__window_free(partner__window *w) { partner__outlook_free(&w->outlook); }

partner_status partner__outlook_draw(const partner__outlook *outlook, const partner__pipeline_settings *set,
                                     double correlation, partner__simulated *simulated, partner_error *error)
{
    partner__simulation s = partner__outlook_simulation(outlook);

    s.correlation = correlation;
    s.partner_correlation = set->partner_correlation;
    s.draws = set->draws;
    s.seed = set->seed;
    s.target = set->target;
    s.run = &set->run;
    return partner__simulate(&s, simulated, error);
}

/* --- the correlation --- */

/* Those that leave something to the deals themselves. */
static size_t allowed(const partner__pipeline_settings *set)
{
    size_t n = CANDIDATES;

    while (n > 1 && candidates[n - 1] + set->partner_correlation >= 1) n--;
    return n;
}

typedef struct windows {
    size_t count, room;
    partner__window *window;
} windows;

static partner_status look_back(windows *w, const partner__landmarks *landmarks, const partner__claims *claims,
                                int32_t day, partner_error *error)
{
    const partner__inputs *in = landmarks->timeline->in;
    const int32_t horizon = in->set.horizon_days;
    int64_t first = day, past;
    partner_status status = PARTNER_OK;

    for (size_t line = 0; line < in->lines; line++)
        if (in->opened[line] < first) first = in->opened[line];
    w->room = (size_t)((day - first) / horizon);
    w->window = partner__alloc(w->room, sizeof *w->window);
    if (w->window == NULL) return partner__no_memory(error);
    for (past = (int64_t)day - horizon; past >= first && status == PARTNER_OK; past -= horizon) {
        partner__window *window = &w->window[w->count];

        status = partner__window_new(window, landmarks, claims, (int32_t)past, error);
        if (status == PARTNER_OK && window->enough) w->count++;
        else partner__window_free(window);
    }
    return status;
}

static partner_status try_correlation(const windows *w, const partner__pipeline_settings *set, double value,
                                      size_t *held, partner_error *error)
{
    partner_status status = PARTNER_OK;

    *held = 0;
    for (size_t i = 0; i < w->count && status == PARTNER_OK; i++) {
        partner__simulated drawn = {.month = NULL};

        status = partner__outlook_draw(&w->window[i].outlook, set, value, &drawn, error);
        if (status == PARTNER_OK)
            *held += drawn.money.p10 <= w->window[i].actual && w->window[i].actual <= drawn.money.p90;
    }
    return status;
}

static partner_status choose(const windows *w, const partner__pipeline_settings *set,
                             partner__correlation *found, partner_error *error)
{
    const size_t n = allowed(set);

    found->value = candidates[n - 1 < USUAL ? n - 1 : USUAL];
    if (w->count < FEWEST_WINDOWS) return PARTNER_OK;
    found->learnt = 1;
    for (size_t i = 0; i < n; i++) {
        size_t held;
        const partner_status status = try_correlation(w, set, candidates[i], &held, error);

        if (status != PARTNER_OK) return status;
        found->value = candidates[i];
        if (10 * held >= 8 * w->count) break;
    }
    return PARTNER_OK;
}

partner_status partner__correlation_on(const partner__landmarks *landmarks, const partner__claims *claims,
                                       int32_t day, partner__correlation *found, partner_error *error)
{
    const partner__pipeline_settings *set = &landmarks->timeline->in->set;
    windows w = {0, 0, NULL};
    partner_status status;

    *found = (partner__correlation){set->correlation, 0, 0};
    if (!isnan(set->correlation)) return PARTNER_OK;
    status = look_back(&w, landmarks, claims, day, error);
    found->windows = w.count;
    if (status == PARTNER_OK) status = choose(&w, set, found, error);
    for (size_t i = 0; i < w.count; i++) partner__window_free(&w.window[i]);
    partner__free(w.window);
    return status;
}
