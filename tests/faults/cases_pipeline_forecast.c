/* SPDX-License-Identifier: MIT
 * Forecasts: with all that looks back, a backtest and a correlation learnt from past windows; and an exact one.
 */
#include "../many_deals.h"
#include "fixture.h"

/* One past day, and windows so long that few of them fit. */
static partner_status run_forecast(plan *p, partner_error *error)
{
    partner_pipeline *made = UNTOUCHED;
    partner_status status;
    many m;

    if ((partner_features() & PARTNER_FEATURE_GSL) == 0) return PARTNER_OK;
    make_many(&m);
    m.options.threads = case_threads;
    m.options.folds = 2;
    m.options.landmark_days = 100;
    m.options.draws = 2;
    m.options.horizon_days = 150;
    m.options.lambda = 0.1;
    m.options.backtest = 1;
    m.options.backtest_day[0] = 251; /* of 401 */
    arm(p);
    status = run_many(&m, &made, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(made, UNTOUCHED);
        return status;
    }
    ck_assert(made->forecast != NULL && made->backtest != NULL && made->forecast->windows > 0);
    ck_assert_uint_eq(made->backtest->windows, 1);
    partner_pipeline_free(made);
    return status;
}

/* Certain probabilities of deals that are independent and worth the same: the exact distribution. */
static partner_status run_exact(plan *p, partner_error *error)
{
    partner_pipeline *made = UNTOUCHED;
    partner_status status;
    int64_t amount[MANY];
    many m;

    if ((partner_features() & PARTNER_FEATURE_GSL) == 0) return PARTNER_OK;
    make_many(&m);
    for (size_t i = 0; i < MANY; i++) amount[i] = 1000;
    m.deals.amount = amount;
    m.options.threads = case_threads;
    m.options.folds = 2;
    m.options.landmark_days = 100;
    m.options.draws = 2;
    m.options.lambda = 0.1;
    m.options.certain = 1;
    m.options.correlation = PARTNER_CORRELATION_0;
    m.options.target = 5000;
    arm(p);
    status = run_many(&m, &made, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(made, UNTOUCHED);
        return status;
    }
    ck_assert(made->forecast != NULL && made->forecast->exact);
    partner_pipeline_free(made);
    return status;
}

const fault_case pipeline_forecast_cases[] = {
    {"partner_pipeline_new.forecast", run_forecast, FAULTS_SAID},
    {"partner_pipeline_new.exact", run_exact, FAULTS_SAID},
    {NULL, NULL, 0},
};
