/* SPDX-License-Identifier: MIT
 * Where deals stand by evidence: what partners claim beside what they have reported, what to ask them, and who
 * holds a customer that two of them have registered.
 *
 *     cc pipeline.c $(pkg-config --cflags --libs partner) -o pipeline
 *     ./pipeline */
#include <inttypes.h>
#include <partner/partner.h>
#include <stdio.h>
#include <string.h>

/* The sales process: two stages, each passed when its milestones hold. An offer holds for 30 days. */
static const char process_text[] =
    "{\"stages\": ["
    "{\"id\": \"qualified\", \"milestones\": ["
    "{\"id\": \"budget\", \"weight\": 2, \"question\": \"Who has set the money aside?\"}, {\"id\": \"need\"}]},"
    "{\"id\": \"proposed\", \"milestones\": ["
    "{\"id\": \"offer\", \"valid_days\": 30, \"question\": \"Does the customer still look at your "
    "offer?\"}]}]}";

/* Five deals of two partners, days counted from 1970-01-01 (20454 is 2026-01-01), amounts in cents. Both
 * partners have registered customer 7. */
enum { DEALS = 5, ASTER = 0, BIRCH = 1, OPEN = PARTNER_NO_DAY };
static const char *const partner[] = {"Aster", "Birch"};
static const uint32_t who[DEALS] = {ASTER, BIRCH, ASTER, BIRCH, ASTER};
static const int32_t opened[DEALS] = {20458, 20465, 20486, 20486, 20514};
static const int32_t closed[DEALS] = {20525, 20511, OPEN, OPEN, OPEN};
static const uint8_t outcome[DEALS] = {PARTNER_OUTCOME_WON, PARTNER_OUTCOME_LOST};
static const int64_t amount[DEALS] = {1200000, 800000, 1500000, 2000000, PARTNER_NO_AMOUNT};
static const uint32_t customer[DEALS] = {5, 6, 7, 7, 8};
static const int32_t registered[DEALS] = {OPEN, OPEN, 20486, 20488, OPEN};

/* What was reported, and what is claimed. */
enum { REPORTS = 8, CLAIMS = 2 };
static const uint32_t report_deal[REPORTS] = {0, 0, 0, 1, 2, 2, 2, 3};
static const char *const report[REPORTS] = {"need", "budget", "offer", "need",
                                            "need", "budget", "offer", "need"};
static const int32_t report_day[REPORTS] = {20460, 20470, 20500, 20470, 20490, 20495, 20500, 20500};
static const uint32_t claim_deal[CLAIMS] = {2, 3};
static const char *const claim[CLAIMS] = {"2", "proposed"}; /* past both stages; in the second one */
static const int32_t claim_day[CLAIMS] = {20520, 20520};

static const char *stage_name(const partner_process *process, uint32_t stage)
{
    return stage < process->stages ? process->stage[stage].id : "all passed";
}

static void print(const partner_pipeline *pipeline, const partner_process *process)
{
    static const char *const seen[] = {"clear", "partial", "poor", "none"};
    const partner_pipeline_deals *d = pipeline->deal;
    char text[512];

    for (size_t i = 0; i < d->deals; i++)
        printf("deal %zu of %s: %s, score %.0f, view %s\n", i, partner[d->partner[i]],
               stage_name(process, d->stage[i]), d->score[i], seen[d->visibility[i]]);
    for (size_t i = 0; i < pipeline->doubts->doubts; i++) {
        partner_pipeline_explain_doubt(pipeline, i, text, sizeof text);
        printf("doubt about deal %" PRIu32 ": %s\n", pipeline->doubts->deal[i], text);
    }
    if (pipeline->registrations == NULL) return;
    for (size_t i = 0; i < pipeline->registrations->registrations; i++) {
        partner_pipeline_explain_registration(pipeline, i, text, sizeof text);
        printf("customer %" PRIu32 " is deal %" PRIu32 "'s: %s\n", pipeline->registrations->customer[i],
               pipeline->registrations->deal[i], text);
    }
}

int main(void)
{
    uint32_t milestones[REPORTS], stages[CLAIMS];
    partner_process_dicts names = PARTNER_PROCESS_DICTS_INIT;
    partner_deals deals = PARTNER_DEALS_INIT;
    partner_milestones reports = PARTNER_MILESTONES_INIT;
    partner_claims claims = PARTNER_CLAIMS_INIT;
    partner_pipeline_options options = {.struct_size = sizeof options};
    partner_process *process = NULL;
    partner_pipeline *pipeline = NULL;
    partner_error error;
    int failed = 1;

    /* Names of milestones and stages become indexes, the same in the process and in the tables. */
    if (partner_dict_new(&names.milestone, &error) != PARTNER_OK) goto out;
    if (partner_dict_new(&names.stage, &error) != PARTNER_OK) goto out;
    if (partner_process_parse(process_text, strlen(process_text), &names, &process, &error) != PARTNER_OK)
        goto out;
    if (partner_dict_add_strings(names.milestone, REPORTS, report, NULL, milestones, &error) != PARTNER_OK)
        goto out;
    if (partner_dict_add_strings(names.stage, CLAIMS, claim, NULL, stages, &error) != PARTNER_OK) goto out;

    deals.rows = DEALS;
    deals.partner = who;
    deals.opened = opened;
    deals.closed = closed;
    deals.outcome = outcome;
    deals.amount = amount;
    deals.customer = customer;
    deals.registered = registered;
    reports.rows = REPORTS;
    reports.deal = report_deal;
    reports.milestone = milestones;
    reports.day = report_day;
    claims.rows = CLAIMS;
    claims.deal = claim_deal;
    claims.stage = stages;
    claims.day = claim_day;
    options.as_of_day = 20540;
    options.state_only = 1; /* two closed deals are too few to learn from */
    if (partner_pipeline_new(process, &deals, &reports, &claims, &options, &pipeline, &error) != PARTNER_OK)
        goto out;
    print(pipeline, process);
    failed = 0;
out:
    if (failed) fprintf(stderr, "pipeline: %s\n", error.message);
    partner_pipeline_free(pipeline);
    partner_process_free(process);
    partner_dict_free(names.milestone);
    partner_dict_free(names.stage);
    return failed;
}
