/* SPDX-License-Identifier: MIT
 * What the suites about segmentation rules share: rules written with ' for ", and dictionaries to read them
 * into. */
#ifndef PARTNER_TESTS_SEGMENT_RULES_H
#define PARTNER_TESTS_SEGMENT_RULES_H

#include "suite.h"

static inline partner_segment_dicts new_segment_dicts(void)
{
    partner_segment_dicts dicts = PARTNER_SEGMENT_DICTS_INIT;

    ck_assert_int_eq(partner_dict_new(&dicts.kind, NULL), PARTNER_OK);
    ck_assert_int_eq(partner_dict_new(&dicts.segment, NULL), PARTNER_OK);
    ck_assert_int_eq(partner_dict_new(&dicts.band, NULL), PARTNER_OK);
    return dicts;
}

static inline void free_segment_dicts(const partner_segment_dicts *dicts)
{
    partner_dict_free(dicts->kind);
    partner_dict_free(dicts->segment);
    partner_dict_free(dicts->band);
}

/* Parses the text with ' turned into ". */
static inline partner_status parse_segment_rules(const char *text, const partner_segment_dicts *dicts,
                                                 partner_segment_rules **rules, partner_error *error)
{
    char *copy = strdup(text);
    partner_status status;

    ck_assert_ptr_nonnull(copy);
    for (char *c = copy; *c != '\0'; c++)
        if (*c == '\'') *c = '"';
    status = partner_segment_rules_parse(copy, strlen(copy), dicts, rules, error);
    free(copy);
    return status;
}

static inline partner_segment_rules *must_parse_segment_rules(const char *text,
                                                              const partner_segment_dicts *dicts)
{
    partner_segment_rules *rules = NULL;
    partner_error error;

    must(parse_segment_rules(text, dicts, &rules, &error), error);
    return rules;
}

#endif
