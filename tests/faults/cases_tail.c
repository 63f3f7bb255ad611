/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/* Both kinds, with a goodness of fit, so that every part allocates. */
static partner_status run_tail(plan *p, partner_error *error, uint8_t discrete)
{
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;
    partner_tail *tail = UNTOUCHED;
    partner_status status;

    options.threads = case_threads;
    options.discrete = discrete;
    options.tail_replicates = 3;
    arm(p);
    status = partner_tail_new(&data()->amounts, &options, &tail, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(tail, UNTOUCHED);
        return status;
    }
    ck_assert(tail->n >= 25 && tail->alpha > 1 && tail->p >= 0 && tail->against != NULL);
    partner_tail_free(tail);
    return status;
}

static partner_status run_new(plan *p, partner_error *error)
{
    /* A build without GSL refuses, allocating nothing. */
    if (!(partner_features() & PARTNER_FEATURE_GSL)) return PARTNER_OK;
    return run_tail(p, error, 0);
}

static partner_status run_discrete(plan *p, partner_error *error)
{
    if (!(partner_features() & PARTNER_FEATURE_GSL)) return PARTNER_OK;
    return run_tail(p, error, 1);
}

static partner_status run_free(plan *p, partner_error *error)
{
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;
    partner_tail *tail = NULL;

    if (partner_features() & PARTNER_FEATURE_GSL)
        must(partner_tail_new(&data()->amounts, &options, &tail, error), *error);
    arm(p);
    partner_tail_free(tail);
    disarm(p);
    return PARTNER_OK;
}

const fault_case tail_cases[] = {
    {"partner_tail_new", run_new, 0},
    {"partner_tail_new", run_discrete, 0},
    {"partner_tail_free", run_free, 1},
    {NULL, NULL, 0},
};
