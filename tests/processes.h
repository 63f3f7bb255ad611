/* SPDX-License-Identifier: MIT
 * What the suites about processes share: processes written with ' for ", and dictionaries to read them into. */
#ifndef PARTNER_TESTS_PROCESSES_H
#define PARTNER_TESTS_PROCESSES_H

#include <partner/pipeline.h>

#include "suite.h"

/* Every key: three stages, the second of which waits for nothing. */
#define SALES_PROCESS                                                                       \
    "{\n"                                                                                   \
    "  '$schema': 'process.schema.json', 'name': 'Channel sales',\n"                        \
    "  'stages': [\n"                                                                       \
    "    {'id': 'qualify', 'milestones': [\n"                                               \
    "      {'id': 'budget', 'weight': 3, 'question': 'Who has approved the budget?',\n"     \
    "       'valid_days': 90},\n"                                                           \
    "      {'id': 'decision_maker', 'required': true},\n"                                   \
    "      {'id': 'event_visited', 'required': false, 'weight': 0}]},\n"                    \
    "    {'id': 'show', 'milestones': [{'id': 'demo', 'required': false}]},\n"              \
    "    {'id': 'close', 'milestones': [{'id': 'offer', 'weight': 5, 'valid_days': 14}]}\n" \
    "  ],\n"                                                                                \
    "  'fresh_days': 21\n"                                                                  \
    "}\n"

/* The text with ' turned into ", to be freed. */
static inline char *process_json(const char *text)
{
    char *copy = strdup(text);

    ck_assert_ptr_nonnull(copy);
    for (char *c = copy; *c != '\0'; c++)
        if (*c == '\'') *c = '"';
    return copy;
}

static inline partner_process_dicts new_process_dicts(void)
{
    partner_process_dicts dicts = PARTNER_PROCESS_DICTS_INIT;

    ck_assert_int_eq(partner_dict_new(&dicts.milestone, NULL), PARTNER_OK);
    ck_assert_int_eq(partner_dict_new(&dicts.stage, NULL), PARTNER_OK);
    ck_assert_int_eq(partner_dict_new(&dicts.question, NULL), PARTNER_OK);
    return dicts;
}

static inline void free_process_dicts(partner_process_dicts *dicts)
{
    partner_dict_free(dicts->milestone);
    partner_dict_free(dicts->stage);
    partner_dict_free(dicts->question);
}

static inline partner_status parse_process(const char *text, const partner_process_dicts *dicts,
                                           partner_process **process, partner_error *error)
{
    char *copy = process_json(text);
    partner_status status = partner_process_parse(copy, strlen(copy), dicts, process, error);

    free(copy);
    return status;
}

static inline partner_process *must_parse_process(const char *text, const partner_process_dicts *dicts)
{
    partner_process *process = NULL;
    partner_error error;

    must(parse_process(text, dicts, &process, &error), error);
    return process;
}

#endif
