/* SPDX-License-Identifier: MIT
 * What the library rules on registered deals, for test_registrations.py. Standard input holds any number of
 * worlds, numbers and spaces but for the process, which is a line of JSON:
 *
 *     process
 *     as_of protect_days lapse_days threads
 *     deals, and for each: opened closed outcome customer product registered
 *     reports, and for each: deal milestone day done
 *
 * Milestones are numbered in the order of the process. Out come for each world its rulings, a line each, and a
 * line "end": customer product deal from to ended_by ruling, and the contenders. */
#include <inttypes.h>
#include <partner/pipeline.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 1 << 16 };

static int64_t number(void)
{
    int64_t value;

    if (scanf("%" SCNd64, &value) != 1) exit(2);
    return value;
}

static void *column(size_t rows, size_t size)
{
    void *made = malloc(rows * size + 1);

    if (made == NULL) exit(2);
    return made;
}

static void must(partner_status status, const partner_error *error)
{
    if (status == PARTNER_OK) return;
    printf("%s\n", error->message);
    exit(3);
}

static partner_process *read_process(void)
{
    static char text[LINE];
    partner_process_dicts dicts = PARTNER_PROCESS_DICTS_INIT;
    partner_process *process = NULL;
    partner_error error;

    if (scanf(" %65535[^\n]", text) != 1) return NULL;
    must(partner_dict_new(&dicts.milestone, &error), &error);
    must(partner_dict_new(&dicts.stage, &error), &error);
    must(partner_process_parse(text, strlen(text), &dicts, &process, &error), &error);
    partner_dict_free(dicts.milestone);
    partner_dict_free(dicts.stage);
    return process;
}

static partner_deals read_deals(void)
{
    const size_t rows = (size_t)number();
    int32_t *opened = column(rows, sizeof *opened), *closed = column(rows, sizeof *closed);
    int32_t *registered = column(rows, sizeof *registered);
    uint32_t *customer = column(rows, sizeof *customer), *product = column(rows, sizeof *product);
    uint8_t *outcome = column(rows, sizeof *outcome);
    partner_deals deals = PARTNER_DEALS_INIT;

    for (size_t i = 0; i < rows; i++) {
        opened[i] = (int32_t)number();
        closed[i] = (int32_t)number();
        outcome[i] = (uint8_t)number();
        customer[i] = (uint32_t)number();
        product[i] = (uint32_t)number();
        registered[i] = (int32_t)number();
    }
    deals.rows = rows;
    deals.opened = opened;
    deals.closed = closed;
    deals.outcome = outcome;
    deals.customer = customer;
    deals.product = product;
    deals.registered = registered;
    return deals;
}

static partner_milestones read_reports(void)
{
    const size_t rows = (size_t)number();
    uint32_t *deal = column(rows, sizeof *deal), *milestone = column(rows, sizeof *milestone);
    int32_t *day = column(rows, sizeof *day);
    uint8_t *done = column(rows, sizeof *done);
    partner_milestones reports = PARTNER_MILESTONES_INIT;

    for (size_t i = 0; i < rows; i++) {
        deal[i] = (uint32_t)number();
        milestone[i] = (uint32_t)number();
        day[i] = (int32_t)number();
        done[i] = (uint8_t)number();
    }
    reports.rows = rows;
    reports.deal = deal;
    reports.milestone = milestone;
    reports.day = day;
    reports.done = done;
    return reports;
}

static void print(const partner_pipeline_registrations *r, const partner_pipeline_contenders *c)
{
    size_t at = 0;

    for (size_t i = 0; r != NULL && i < r->registrations; i++) {
        printf("%" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRId32 " %" PRId32 " %d %d", r->customer[i],
               r->product[i], r->deal[i], r->from[i], r->to[i], r->ended_by[i], r->ruling[i]);
        for (size_t end = at + r->contenders[i]; at < end && c->registration[at] == i; at++)
            printf(" %" PRIu32, c->deal[at]);
        printf("\n");
    }
    if (c != NULL && at != c->contenders) exit(4);
    printf("end\n");
}

static void judge(const partner_process *process)
{
    partner_pipeline_options options = {.struct_size = sizeof options, .state_only = 1};
    partner_deals deals;
    partner_milestones reports;
    partner_pipeline *pipeline = NULL;
    partner_error error;

    options.as_of_day = (int32_t)number();
    options.protect_days = (uint32_t)number();
    options.lapse_days = (uint32_t)number();
    options.threads = (uint32_t)number();
    deals = read_deals();
    reports = read_reports();
    must(partner_pipeline_new(process, &deals, &reports, NULL, &options, &pipeline, &error), &error);
    print(pipeline->registrations, pipeline->contenders);
    partner_pipeline_free(pipeline);
    free((void *)deals.opened);
    free((void *)deals.closed);
    free((void *)deals.outcome);
    free((void *)deals.customer);
    free((void *)deals.product);
    free((void *)deals.registered);
    free((void *)reports.deal);
    free((void *)reports.milestone);
    free((void *)reports.day);
    free((void *)reports.done);
}

int main(void)
{
    partner_process *process;

    while ((process = read_process()) != NULL) {
        judge(process);
        partner_process_free(process);
    }
    return EXIT_SUCCESS;
}
