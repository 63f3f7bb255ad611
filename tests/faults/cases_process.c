/* SPDX-License-Identifier: MIT
 * Processes. jansson's allocations fail like all others: test_faults.c sees to that. */
#include "../processes.h"
#include "fixture.h"

static partner_status run_parse(plan *p, partner_error *error, const char *text)
{
    partner_process_dicts d = new_process_dicts();
    partner_process *process = UNTOUCHED;
    char *copy = process_json(text);
    partner_status status;

    arm(p);
    status = partner_process_parse(copy, strlen(copy), &d, &process, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_str_eq(process->stage[0].milestone[0].id, "budget");
        partner_process_free(process);
    } else {
        ck_assert_ptr_eq(process, UNTOUCHED);
        ck_assert_uint_eq(partner_dict_size(d.milestone) + partner_dict_size(d.stage), 0);
    }
    free(copy);
    free_process_dicts(&d);
    return status;
}

static partner_status run_parse_process(plan *p, partner_error *error)
{
    return run_parse(p, error, SALES_PROCESS);
}

/* A fault of the process is told as one, whatever fails on the way says that memory was short. */
static partner_status run_parse_bad(plan *p, partner_error *error)
{
    partner_status status = run_parse(p, error,
                                      "{'stages': [{'id': 'a', 'milestones': [{'id': 'budget'}]}, {'id': 'b', "
                                      "'milestones': [{'id': 'budget'}]}]}");

    if (p->failed > 0) return status;
    ck_assert_int_eq(status, PARTNER_E_DATA);
    return PARTNER_OK;
}

static partner_status run_check(plan *p, partner_error *error)
{
    partner_process_dicts d = new_process_dicts();
    partner_process *process = must_parse_process(SALES_PROCESS, &d);
    partner_status status;

    arm(p);
    status = partner_process_check(process, error);
    disarm(p);
    partner_process_free(process);
    free_process_dicts(&d);
    return status;
}

typedef size_t (*saying)(const partner_process *process, size_t i, char *buffer, size_t size);

static partner_status run_saying(plan *p, saying say, size_t count)
{
    partner_process_dicts d = new_process_dicts();
    partner_process *process = must_parse_process(SALES_PROCESS, &d);
    char text[1024];
    size_t said = 0;

    arm(p);
    while (say(process, said, text, sizeof text) > 0) said++;
    disarm(p);
    ck_assert_uint_eq(said, count);
    partner_process_free(process);
    free_process_dicts(&d);
    return PARTNER_OK;
}

/* A line for the process, for each of the 3 stages and each of the 5 milestones. */
static partner_status run_sentence(plan *p, partner_error *error)
{
    (void)error;
    return run_saying(p, partner_process_sentence, 9);
}

static partner_status run_warning(plan *p, partner_error *error)
{
    (void)error;
    return run_saying(p, partner_process_warning, 3);
}

static partner_status run_free(plan *p, partner_error *error)
{
    partner_process_dicts d = new_process_dicts();
    partner_process *process = must_parse_process(SALES_PROCESS, &d);

    (void)error;
    arm(p);
    partner_process_free(process);
    disarm(p);
    free_process_dicts(&d);
    return PARTNER_OK;
}

const fault_case process_cases[] = {
    {"partner_process_parse", run_parse_process, FAULTS_SAID},
    {"partner_process_parse.bad", run_parse_bad, FAULTS_SAID},
    {"partner_process_check", run_check, FAULTS_SAID},
    {"partner_process_sentence", run_sentence, FAULTS_NEVER},
    {"partner_process_warning", run_warning, FAULTS_NEVER},
    {"partner_process_free", run_free, FAULTS_NEVER},
    {NULL, NULL, 0},
};
