/* SPDX-License-Identifier: MIT */
#include "fixture.h"

static partner_pareto_options everything(void)
{
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;

    options.threads = case_threads;
    options.points = 50;
    options.leave_one_out = 1;
    options.resample = 1;
    options.replicates = 20;
    options.tail = (partner_features() & PARTNER_FEATURE_GSL) != 0;
    return options;
}

static int64_t positive_total(void)
{
    int64_t total = 0;

    for (size_t i = 0; i < PARTNERS; i++) total += data()->revenue[i] > 0 ? data()->revenue[i] : 0;
    return total;
}

static partner_status run_new(plan *p, partner_error *error)
{
    partner_pareto_options options = everything();
    partner_pareto *pareto = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_pareto_new(&data()->amounts, &options, &pareto, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(pareto, UNTOUCHED);
        return status;
    }
    ck_assert_int_eq(pareto->total, positive_total());
    ck_assert(pareto->groups != NULL && pareto->lorenz != NULL && pareto->leave_one_out != NULL &&
              pareto->resampling != NULL && (pareto->tail != NULL) == options.tail);
    partner_pareto_free(pareto);
    return status;
}

static partner_status run_top_share(plan *p, partner_error *error)
{
    partner_pareto *pareto = NULL;
    double share = -7;
    partner_status status;

    must(partner_pareto_new(&data()->amounts, NULL, &pareto, error), *error);
    arm(p);
    status = partner_pareto_top_share(&data()->amounts, pareto, 1000000, &share, error);
    disarm(p);
    ck_assert(same_bits(share, status == PARTNER_OK ? 1.0 : -7.0));
    partner_pareto_free(pareto);
    return status;
}

static partner_status run_free(plan *p, partner_error *error)
{
    partner_pareto_options options = everything();
    partner_pareto *pareto = NULL;

    must(partner_pareto_new(&data()->amounts, &options, &pareto, error), *error);
    arm(p);
    partner_pareto_free(pareto);
    partner_pareto_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

const fault_case pareto_cases[] = {
    {"partner_pareto_new", run_new, 0},
    {"partner_pareto_top_share", run_top_share, 0},
    {"partner_pareto_free", run_free, 1},
    {NULL, NULL, 0},
};
