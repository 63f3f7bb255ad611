/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/* What hours bring to the partners of the fixture, of which each gets 20 now. */
typedef struct world {
    double gain[PARTNERS], scale[PARTNERS], hours[PARTNERS];
    partner_returns returns;
    partner_allocation_options options;
} world;

static void make(world *w)
{
    *w = (world){.returns = PARTNER_RETURNS_INIT, .options = PARTNER_ALLOCATION_OPTIONS_INIT};
    for (size_t i = 0; i < PARTNERS; i++) {
        w->gain[i] = data()->revenue[i] > 0 ? (double)data()->revenue[i] : 0;
        w->scale[i] = 20 + (double)(i % 40);
        w->hours[i] = 20;
    }
    w->returns.rows = PARTNERS;
    w->returns.partner = data()->enrolled;
    w->returns.gain = w->gain;
    w->returns.scale = w->scale;
    w->returns.hours = w->hours;
    w->options.threads = case_threads;
    w->options.sensitivity = 1;
}

static partner_status run_allocate(plan *p, partner_error *error)
{
    partner_allocation *allocation = UNTOUCHED;
    partner_status status;
    world w;

    make(&w);
    arm(p);
    status = partner_allocate(&w.returns, &w.options, &allocation, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(allocation, UNTOUCHED);
        return status;
    }
    ck_assert(fabs(allocation->spent - 20.0 * PARTNERS) <= 1e-12 * 20 * PARTNERS);
    ck_assert(allocation->gain > allocation->gain_now);
    partner_allocation_free(allocation);
    return status;
}

static partner_status run_free(plan *p, partner_error *error)
{
    partner_allocation *allocation = NULL;
    world w;

    make(&w);
    must(partner_allocate(&w.returns, &w.options, &allocation, error), *error);
    arm(p);
    partner_allocation_free(allocation);
    partner_allocation_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

const fault_case allocation_cases[] = {
    {"partner_allocate", run_allocate, 0},
    {"partner_allocation_free", run_free, 1},
    {NULL, NULL, 0},
};
