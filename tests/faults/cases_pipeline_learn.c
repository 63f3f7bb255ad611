/* SPDX-License-Identifier: MIT
 * What a pipeline learns. A build without GSL refuses, and learns nothing. */
#include "../many_deals.h"
#include "fixture.h"

static int can_learn(void) { return (partner_features() & PARTNER_FEATURE_GSL) != 0; }

/* Few folds, snapshots and draws: every allocation is there all the same. */
static void prepare(many *m)
{
    make_many(m);
    m->options.threads = case_threads;
    m->options.folds = 2;
    m->options.landmark_days = 100;
    m->options.draws = 2;
    m->options.correlation = 0.1;
}

static partner_status run_learn(plan *p, partner_error *error)
{
    partner_pipeline *made = UNTOUCHED;
    partner_status status;
    many m;

    if (!can_learn()) return PARTNER_OK;
    prepare(&m);
    arm(p);
    status = run_many(&m, &made, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(made, UNTOUCHED);
        return status;
    }
    ck_assert(made->win_model != NULL && made->rates != NULL && made->curves != NULL && made->tests != NULL);
    partner_pipeline_free(made);
    return status;
}

/* The loss of a penalty that was given takes fits of its own. */
static partner_status run_given(plan *p, partner_error *error)
{
    partner_pipeline *made = UNTOUCHED;
    partner_status status;
    many m;

    if (!can_learn()) return PARTNER_OK;
    prepare(&m);
    m.options.lambda = 0.1;
    arm(p);
    status = run_many(&m, &made, error);
    disarm(p);
    if (status == PARTNER_OK) partner_pipeline_free(made);
    else ck_assert_ptr_eq(made, UNTOUCHED);
    return status;
}

static partner_status run_contributions(plan *p, partner_error *error)
{
    double adds[16] = {0}, sum = 0;
    partner_pipeline *made = NULL;
    partner_status status;
    many m;

    if (!can_learn()) return PARTNER_OK;
    prepare(&m);
    must(run_many(&m, &made, error), *error);
    arm(p);
    status = partner_pipeline_contributions(made, MANY - 1, adds, error);
    disarm(p);
    for (size_t i = 0; i < made->terms->terms; i++) sum += fabs(adds[i]);
    ck_assert(status == PARTNER_OK ? sum > 0 : sum == 0);
    partner_pipeline_free(made);
    return status;
}

const fault_case pipeline_learn_cases[] = {
    {"partner_pipeline_new.learn", run_learn, FAULTS_SAID},
    {"partner_pipeline_new.lambda", run_given, FAULTS_SAID},
    {"partner_pipeline_contributions", run_contributions, FAULTS_SAID},
    {NULL, NULL, 0},
};
