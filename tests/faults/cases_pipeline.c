/* SPDX-License-Identifier: MIT
 * The objective part of a pipeline. */
#include "../pipeline_story.h"
#include "fixture.h"

enum { DEALS = 9000, REPORTS = 3 * DEALS, MILESTONES = 5 };

/* More deals than one task takes, some of them registered, their reports and a claim each. */
typedef struct large {
    partner_deals deals;
    partner_milestones milestones;
    partner_claims claims;
    uint32_t of[REPORTS], milestone[REPORTS], partner[DEALS], customer[DEALS];
    int32_t day[REPORTS], opened[DEALS], closed[DEALS], registered[DEALS];
    uint8_t outcome[DEALS];
} large;

static void fill(large *l)
{
    uint64_t random = 5;

    for (uint32_t i = 0; i < DEALS; i++) {
        l->partner[i] = (uint32_t)(draw(&random) % 100);
        l->customer[i] = (uint32_t)(draw(&random) % 50);
        l->opened[i] = (int32_t)(draw(&random) % 300);
        l->registered[i] = i % 100 == 0 ? l->opened[i] : PARTNER_NO_DAY;
        l->outcome[i] = (uint8_t)(draw(&random) % 3);
        l->closed[i] = l->outcome[i] == PARTNER_OUTCOME_OPEN ? PARTNER_NO_DAY : l->opened[i] + 100;
    }
    for (uint32_t i = 0; i < REPORTS; i++) {
        l->of[i] = (uint32_t)(draw(&random) % DEALS);
        l->milestone[i] = (uint32_t)(draw(&random) % MILESTONES);
        l->day[i] = (int32_t)(draw(&random) % 400);
    }
    l->deals = (partner_deals){.struct_size = sizeof l->deals,
                               .rows = DEALS,
                               .partner = l->partner,
                               .opened = l->opened,
                               .closed = l->closed,
                               .outcome = l->outcome,
                               .customer = l->customer,
                               .registered = l->registered};
    l->milestones = (partner_milestones){.struct_size = sizeof l->milestones,
                                         .rows = REPORTS,
                                         .deal = l->of,
                                         .milestone = l->milestone,
                                         .day = l->day};
    l->claims = (partner_claims){
        .struct_size = sizeof l->claims, .rows = DEALS, .deal = l->of + DEALS, .day = l->day + DEALS};
}

/* The same data every time; made at the first call, only read afterwards. */
static const large *all(void)
{
    static large *made;

    if (made == NULL) {
        made = malloc(sizeof *made);
        ck_assert_ptr_nonnull(made);
        fill(made);
    }
    return made;
}

/* With a process made for each call, for nothing of the library's may stay behind. */
static partner_status make(plan *p, const partner_deals *deals, const partner_milestones *milestones,
                           const partner_claims *claims, partner_pipeline **made, partner_error *error)
{
    const partner_pipeline_options options = {
        .struct_size = sizeof options, .threads = case_threads, .state_only = 1};
    partner_process_dicts dicts = new_process_dicts();
    partner_process *process = must_parse_process(SALES_PROCESS, &dicts);
    partner_status status;

    if (p != NULL) arm(p);
    status = partner_pipeline_new(process, deals, milestones, claims, &options, made, error);
    if (p != NULL) disarm(p);
    partner_process_free(process);
    free_process_dicts(&dicts);
    return status;
}

static partner_status make_large(plan *p, partner_pipeline **made, partner_error *error)
{
    return make(p, &all()->deals, &all()->milestones, &all()->claims, made, error);
}

static partner_status run_new(plan *p, partner_error *error)
{
    partner_pipeline *made = UNTOUCHED;
    const partner_status status = make_large(p, &made, error);

    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(made, UNTOUCHED);
        return status;
    }
    ck_assert_uint_eq(made->deals, DEALS);
    ck_assert_uint_eq(made->visibility->partners, 100);
    ck_assert(made->doubts->doubts > 0 && made->conversions->conversions > 0 && made->registrations != NULL);
    partner_pipeline_free(made);
    return status;
}

/* Bad data is told as such, whatever fails on the way says that memory was short. */
static partner_status run_bad(plan *p, partner_error *error)
{
    static const uint32_t far[] = {4000000000U, 3, 4000000000U};
    static const int32_t opened[] = {1, 2, 3};
    partner_deals deals = PARTNER_DEALS_INIT;
    partner_pipeline *made = UNTOUCHED;
    partner_status status;

    deals.rows = 3;
    deals.deal = far;
    deals.opened = opened;
    status = make(p, &deals, NULL, NULL, &made, error);
    ck_assert_ptr_eq(made, UNTOUCHED);
    if (p->failed > 0) return status;
    ck_assert_int_eq(status, PARTNER_E_DATA);
    return PARTNER_OK;
}

typedef size_t (*explaining)(const partner_pipeline *pipeline, size_t i, char *buffer, size_t size);

static partner_status run_explain(plan *p, explaining explain)
{
    partner_pipeline *made = NULL;
    partner_error error;
    char text[1024];
    size_t said = 0;

    must(make_large(NULL, &made, &error), error);
    arm(p);
    while (explain(made, said, text, sizeof text) > 0) said++;
    disarm(p);
    ck_assert_uint_gt(said, 20);
    partner_pipeline_free(made);
    return PARTNER_OK;
}

static partner_status run_explain_doubt(plan *p, partner_error *error)
{
    (void)error;
    return run_explain(p, partner_pipeline_explain_doubt);
}

static partner_status run_explain_registration(plan *p, partner_error *error)
{
    (void)error;
    return run_explain(p, partner_pipeline_explain_registration);
}

static partner_status run_free(plan *p, partner_error *error)
{
    partner_pipeline *made = NULL;

    must(make_large(NULL, &made, error), *error);
    arm(p);
    partner_pipeline_free(made);
    disarm(p);
    return PARTNER_OK;
}

const fault_case pipeline_cases[] = {
    {"partner_pipeline_new", run_new, FAULTS_SAID},
    {"partner_pipeline_new.bad", run_bad, FAULTS_SAID},
    {"partner_pipeline_explain_doubt", run_explain_doubt, FAULTS_NEVER},
    {"partner_pipeline_explain_registration", run_explain_registration, FAULTS_NEVER},
    {"partner_pipeline_free", run_free, FAULTS_NEVER},
    {NULL, NULL, 0},
};
