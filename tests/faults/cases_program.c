/* SPDX-License-Identifier: MIT
 * Programs. jansson's allocations fail like all others: test_faults.c sees to that. */
#include "../programs.h"
#include "fixture.h"

/* Names and texts of more than 15 bytes make jansson's buffer grow. */
static const char long_names[] =
    "{'name': 'a name that is longer than sixteen bytes', 'rules': [{'id': 'certification-in-time', 'on': "
    "'certification_of_engineers', 'earn': {'points': 1000, 'per': '12345678901234567.89'}, 'when': "
    "{'product': "
    "['appliances of the upper range', 'b', 'c'], 'group': ['system integrators'], 'tier': ['partner of the "
    "year'], 'amount': {'min': 1234567890123.25}}}], 'tiers': [{'id': 'somebody who has just joined'}, {'id': "
    "'partner of the year', 'points': 1, 'requires': [{'on': 'x', 'count': 1}]}]}";

static partner_status run_parse(plan *p, partner_error *error, const char *text)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *program = UNTOUCHED;
    char *copy = json(text);
    partner_status status;

    arm(p);
    status = partner_program_parse(copy, strlen(copy), &d, &program, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_str_eq(program->tier[1].id, text == long_names ? "partner of the year" : "silver");
        partner_program_free(program);
    } else {
        ck_assert_ptr_eq(program, UNTOUCHED);
        ck_assert_uint_eq(partner_dict_size(d.kind) + partner_dict_size(d.product) +
                              partner_dict_size(d.group) + partner_dict_size(d.tier) +
                              partner_dict_size(d.rule),
                          0);
    }
    free(copy);
    free_dicts(&d);
    return status;
}

static partner_status run_parse_program(plan *p, partner_error *error)
{
    return run_parse(p, error, CHANNEL_REWARDS);
}

static partner_status run_parse_long_names(plan *p, partner_error *error)
{
    return run_parse(p, error, long_names);
}

/* A fault of the program is told as one, whatever fails on the way says that memory was short. */
static partner_status run_parse_bad(plan *p, partner_error *error)
{
    static const char *const bad[] = {
        "{'name': 'a name of more than sixteen bytes', 'rules': [{'id': 'x', 'on': "
        "'sale', 'earn': {'points': 0}}]}",
        "{'tiers': [{'id': 'a'}, {'id': 'a', 'points': 1}]}"};
    partner_status status = PARTNER_OK;

    for (size_t i = 0; i < 2 && status == PARTNER_OK; i++) {
        plan one = *p;

        status = run_parse(&one, error, bad[i]);
        p->failed += one.failed;
        if (one.failed == 0) ck_assert_int_eq(status, PARTNER_E_DATA);
        if (one.failed == 0) status = PARTNER_OK;
    }
    return status;
}

static partner_status run_check(plan *p, partner_error *error)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *program = must_parse(CHANNEL_REWARDS, &d);
    partner_status status;

    arm(p);
    status = partner_program_check(program, error);
    disarm(p);
    partner_program_free(program);
    free_dicts(&d);
    return status;
}

static partner_status run_free(plan *p, partner_error *error)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *program = must_parse(CHANNEL_REWARDS, &d);

    (void)error;
    arm(p);
    partner_program_free(program);
    disarm(p);
    free_dicts(&d);
    return PARTNER_OK;
}

static partner_status run_sentence(plan *p, partner_error *error)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *program = must_parse(CHANNEL_REWARDS, &d);
    char text[1024];
    size_t i = 0;

    (void)error;
    arm(p);
    while (partner_program_sentence(program, &d, i, text, sizeof text) > 0) i++;
    disarm(p);
    ck_assert_uint_gt(i, 10);
    partner_program_free(program);
    free_dicts(&d);
    return PARTNER_OK;
}

static partner_status run_warning(plan *p, partner_error *error)
{
    partner_loyalty_dicts d = new_dicts();
    partner_program *program = must_parse("{}", &d);
    char text[1024];
    size_t length;

    (void)error;
    arm(p);
    length = partner_program_warning(program, &d, 0, text, sizeof text);
    disarm(p);
    ck_assert_uint_gt(length, 0);
    partner_program_free(program);
    free_dicts(&d);
    return PARTNER_OK;
}

const fault_case program_cases[] = {
    {"partner_program_parse", run_parse_program, 0},
    {"partner_program_parse.long_names", run_parse_long_names, 0},
    {"partner_program_parse.bad", run_parse_bad, 0},
    {"partner_program_check", run_check, 0},
    {"partner_program_free", run_free, 1},
    {"partner_program_sentence", run_sentence, 1},
    {"partner_program_warning", run_warning, 1},
    {NULL, NULL, 0},
};
