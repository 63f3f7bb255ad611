/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <partner/partner.h>
#include <stdio.h>
#include <string.h>

static const char process_text[] =
    "{\"stages\": ["
    "{\"id\": \"qualified\", \"milestones\": ["
    "{\"id\": \"need\", \"question\": \"What does the customer want to change?\"},"
    "{\"id\": \"budget\", \"valid_days\": 60, \"question\": \"Is the money set aside?\"}]},"
    "{\"id\": \"proposed\", \"milestones\": ["
    "{\"id\": \"offer\", \"question\": \"Does the customer have the offer in writing?\"}]}]}";

/* Days are counted from 1970-01-01: 20458 is 2026-01-05. */
enum { DEALS = 5, REPORTS = 10, CLAIMS = 4, TODAY = 20543 };
static const uint32_t partners[DEALS] = {0, 1, 0, 1, 2};
static const int32_t opened[DEALS] = {20458, 20465, 20486, 20493, 20500};
static const int32_t closed[DEALS] = {20532, 20511, PARTNER_NO_DAY, PARTNER_NO_DAY, PARTNER_NO_DAY};
static const uint8_t outcomes[DEALS] = {PARTNER_OUTCOME_WON, PARTNER_OUTCOME_LOST, PARTNER_OUTCOME_OPEN,
                                        PARTNER_OUTCOME_OPEN, PARTNER_OUTCOME_OPEN};

static const uint32_t reported_on[REPORTS] = {0, 0, 0, 1, 2, 2, 2, 2, 3, 3};
static const char *const reported[REPORTS] = {"need",   "budget", "offer", "need", "need",
                                              "budget", "offer",  "offer", "need", "budget"};
static const int32_t report_days[REPORTS] = {20462, 20486, 20514, 20473, 20488,
                                             20509, 20522, 20536, 20481, 20481};
static const uint8_t done[REPORTS] = {1, 1, 1, 1, 1, 1, 1, 0, 1, 1};

static const uint32_t claimed_of[CLAIMS] = {2, 3, 3, 4};
static const char *const claimed[CLAIMS] = {"2", "qualified", "2", "proposed"};
static const int32_t claim_days[CLAIMS] = {20528, 20496, 20538, 20539};

static const char *const outcome_names[] = {"open", "won", "lost"};
static const char *const visibility_names[] = {"clear", "partial", "poor", "none"};

static void show(const partner_pipeline *pipeline)
{
    const partner_pipeline_deals *d = pipeline->deal;
    char why[512];

    for (size_t i = 0; i < d->deals; i++)
        printf("D%" PRIu32 " is %s at %" PRIu32 " of %" PRIu32 " stages, seen: %s\n", d->deal[i] + 1,
               outcome_names[d->outcome[i]], d->stage[i], pipeline->stages, visibility_names[d->visibility[i]]);
    for (size_t i = 0; i < pipeline->doubts->doubts; i++) {
        partner_pipeline_explain_doubt(pipeline, i, why, sizeof why);
        printf("D%" PRIu32 ": %s\n", pipeline->doubts->deal[i] + 1, why);
    }
}

int main(void)
{
    uint32_t what[REPORTS], stages[CLAIMS];
    partner_process_dicts names = PARTNER_PROCESS_DICTS_INIT;
    partner_deals deals = PARTNER_DEALS_INIT;
    partner_milestones milestones = PARTNER_MILESTONES_INIT;
    partner_claims claims = PARTNER_CLAIMS_INIT;
    partner_pipeline_options options = {.struct_size = sizeof options};
    partner_process *process = NULL;
    partner_pipeline *pipeline = NULL;
    partner_error error;
    int failed = 1;

    if (partner_dict_new(&names.milestone, &error) != PARTNER_OK) goto out;
    if (partner_dict_new(&names.stage, &error) != PARTNER_OK) goto out;
    if (partner_process_parse(process_text, strlen(process_text), &names, &process, &error) != PARTNER_OK)
        goto out;
    if (partner_dict_add_strings(names.milestone, REPORTS, reported, NULL, what, &error) != PARTNER_OK)
        goto out;
    if (partner_dict_add_strings(names.stage, CLAIMS, claimed, NULL, stages, &error) != PARTNER_OK) goto out;

    deals.rows = DEALS;
    deals.partner = partners;
    deals.opened = opened;
    deals.closed = closed;
    deals.outcome = outcomes;
    milestones.rows = REPORTS;
    milestones.deal = reported_on;
    milestones.milestone = what;
    milestones.day = report_days;
    milestones.done = done;
    claims.rows = CLAIMS;
    claims.deal = claimed_of;
    claims.day = claim_days;
    claims.stage = stages;
    options.as_of_day = TODAY;
    options.state_only = 1; /* five deals teach nothing; with a few hundred, leave this out */
    if (partner_pipeline_new(process, &deals, &milestones, &claims, &options, &pipeline, &error) != PARTNER_OK)
        goto out;
    show(pipeline);
    failed = 0;
out:
    if (failed) fprintf(stderr, "%s\n", error.message);
    partner_pipeline_free(pipeline);
    partner_process_free(process);
    partner_dict_free(names.milestone);
    partner_dict_free(names.stage);
    return failed;
}
