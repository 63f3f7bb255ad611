/* SPDX-License-Identifier: MIT */
#include "fixture.h"

/* The same partners a period later: whoever had something has half of it, the others begin. */
static partner_amounts later(int64_t amount[PARTNERS])
{
    partner_amounts amounts = data()->amounts;

    for (size_t i = 0; i < PARTNERS; i++)
        amount[i] = data()->revenue[i] > 0 ? data()->revenue[i] / 2 : (int64_t)i;
    amounts.amount = amount;
    return amounts;
}

static partner_status run_new(plan *p, partner_error *error)
{
    int64_t amount[PARTNERS], sum = 0;
    partner_amounts after = later(amount);
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;
    partner_change *change = UNTOUCHED;
    partner_status status;

    options.threads = case_threads;
    arm(p);
    status = partner_change_new(&data()->amounts, &after, &options, &change, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(change, UNTOUCHED);
        return status;
    }
    for (size_t i = 0; i < change->moves->moves; i++) sum += change->moves->amount[i];
    ck_assert_int_eq(sum, change->total - change->previous_total);
    partner_change_free(change);
    return status;
}

static partner_status run_free(plan *p, partner_error *error)
{
    partner_change *change = NULL;

    must(partner_change_new(&data()->amounts, &data()->amounts, NULL, &change, error), *error);
    arm(p);
    partner_change_free(change);
    partner_change_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

const fault_case change_cases[] = {
    {"partner_change_new", run_new, 0},
    {"partner_change_free", run_free, 1},
    {NULL, NULL, 0},
};
