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
    ck_assert(made->win_model != NULL && made->rates != NULL && made->curves != NULL && made->measures != NULL);
    partner_pipeline_free(made);
    return status;
}

/* The loss of a penalty that was given takes fits of its own; and what terms add is told. */
static partner_status run_given(plan *p, partner_error *error)
{
    partner_pipeline *made = UNTOUCHED;
    partner_status status;
    many m;

    if (!can_learn()) return PARTNER_OK;
    prepare(&m);
    m.options.lambda = 0.1;
    m.options.contributions = 1;
    arm(p);
    status = run_many(&m, &made, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(made, UNTOUCHED);
        return status;
    }
    ck_assert_uint_eq(made->contributions->contributions, made->open * made->terms->terms);
    partner_pipeline_free(made);
    return status;
}

/* A row that is there twice is told as such, whatever fails on the way says that memory was short. */
static partner_status run_twice(plan *p, partner_error *error)
{
    partner_pipeline *made = UNTOUCHED;
    partner_status status;
    many m;

    if (!can_learn()) return PARTNER_OK;
    prepare(&m);
    m.own_deal[7] = 6;
    arm(p);
    status = run_many(&m, &made, error);
    disarm(p);
    ck_assert_ptr_eq(made, UNTOUCHED);
    if (p->failed > 0) return status;
    ck_assert_int_eq(status, PARTNER_E_DATA);
    return PARTNER_OK;
}

const fault_case pipeline_learn_cases[] = {
    {"partner_pipeline_new.learn", run_learn, FAULTS_SAID},
    {"partner_pipeline_new.lambda", run_given, FAULTS_SAID},
    {"partner_pipeline_new.features", run_twice, FAULTS_SAID},
    {NULL, NULL, 0},
};
