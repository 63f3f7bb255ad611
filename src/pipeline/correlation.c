/* SPDX-License-Identifier: MIT */
#include "correlation.h"

#include <math.h>

enum { FEWEST_WINDOWS = 8 };

static const double candidates[] = {0, 0.02, 0.05, 0.1, 0.2, 0.3};
enum { CANDIDATES = sizeof candidates / sizeof *candidates, USUAL = 3 };

static partner__simulation simulation_of(const partner__outlook *outlook, const partner__pipeline_settings *set,
                                         double correlation)
{
    partner__simulation s = partner__outlook_simulation(outlook);

    s.correlation = correlation;
    s.partner_correlation = set->partner_correlation;
    s.draws = set->draws;
    s.seed = set->seed;
    s.target = set->target;
    s.run = &set->run;
    return s;
}

partner_status partner__outlook_draw(const partner__outlook *outlook, const partner__pipeline_settings *set,
                                     double correlation, partner__simulated *simulated, partner_error *error)
{
    const partner__simulation s = simulation_of(outlook, set, correlation);

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

/* --- the windows --- */

/* The day of the next window back from `day`; INT64_MIN = no earlier one has enough behind it. */
static int64_t before(const partner__windows *w, int64_t day)
{
    const int64_t past = day - w->landmarks->timeline->in->set.horizon_days;

    return past >= w->first_day && past >= w->ripe_day ? past : INT64_MIN;
}

static partner_status count_windows(partner__windows *w, int32_t day, size_t *count, partner_error *error)
{
    const partner__run *run = &w->landmarks->timeline->in->set.run;

    *count = 0;
    for (int64_t past = before(w, day); past != INT64_MIN; past = before(w, past)) {
        partner__window *window;
        partner_status status = partner__ask(run, error);

        if (status == PARTNER_OK) status = partner__window_on(w, (int32_t)past, &window, error);
        if (status != PARTNER_OK) return status;
        *count += window->enough;
    }
    return PARTNER_OK;
}

static partner_status ask(const partner__window *window, const partner__pipeline_settings *set,
                          size_t candidate, int *held, partner_error *error)
{
    const partner__simulation s = simulation_of(&window->outlook, set, candidates[candidate]);

    return partner__simulate_holds(&s, window->actual, held, error);
}

/* Whether a window's band held with a candidate; one whose outlook cannot stay is asked all at once. */
static partner_status find_held(partner__windows *w, partner__window *window, size_t candidate, int *held,
                                partner_error *error)
{
    const partner__pipeline_settings *set = &w->landmarks->timeline->in->set;
    partner_status status = PARTNER_OK;

    if ((window->asked >> candidate & 1) == 0) status = partner__window_learn(w, window, error);
    for (size_t i = candidate; i < allowed(set) && status == PARTNER_OK; i++) {
        if (i > candidate && !partner__window_must_go(w)) break;
        if ((window->asked >> i & 1) != 0) continue;
        status = ask(window, set, i, held, error);
        if (status != PARTNER_OK) break;
        window->asked = (uint8_t)(window->asked | 1U << i);
        window->held = (uint8_t)(window->held | (unsigned)*held << i);
    }
    partner__window_settle(w, window);
    *held = window->held >> candidate & 1;
    return status;
}

/* Whether a candidate's bands held in at least 80 % of the windows: no sooner than a fifth have failed, it is
 * known that they did not. */
static partner_status try_candidate(partner__windows *w, int32_t day, size_t count, size_t candidate, int *good,
                                    partner_error *error)
{
    size_t failed = 0;

    *good = 1;
    for (int64_t past = before(w, day); past != INT64_MIN && *good; past = before(w, past)) {
        partner__window *window;
        int held = 1;
        partner_status status = partner__window_on(w, (int32_t)past, &window, error);

        if (status == PARTNER_OK && window->enough) status = find_held(w, window, candidate, &held, error);
        if (status != PARTNER_OK) return status;
        failed += !held;
        *good = 10 * failed <= 2 * count;
    }
    return PARTNER_OK;
}

static partner_status choose(partner__windows *w, int32_t day, partner__correlation *found,
                             partner_error *error)
{
    const size_t n = allowed(&w->landmarks->timeline->in->set);
    int good = 0;

    found->value = candidates[n - 1 < USUAL ? n - 1 : USUAL];
    if (found->windows < FEWEST_WINDOWS) return PARTNER_OK;
    found->learnt = 1;
    for (size_t i = 0; i < n && !good; i++) {
        const partner_status status = try_candidate(w, day, found->windows, i, &good, error);

        if (status != PARTNER_OK) return status;
        found->value = candidates[i];
    }
    return PARTNER_OK;
}

partner_status partner__correlation_on(partner__windows *windows, int32_t day, partner__correlation *found,
                                       partner_error *error)
{
    const double given = windows->landmarks->timeline->in->set.correlation;
    partner_status status;

    *found = (partner__correlation){given, 0, 0};
    if (!isnan(given)) return PARTNER_OK;
    status = count_windows(windows, day, &found->windows, error);
    return status == PARTNER_OK ? choose(windows, day, found, error) : status;
}
