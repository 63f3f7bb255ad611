/* SPDX-License-Identifier: MIT
 * Processes: every key of spec/pipeline.md arrives, every fault is told with its path, one made by hand meets
 * the same rules, and what a process says of itself. */
#include <stdio.h>

#include "processes.h"

#define STAGE(parts) "{'stages': [{'id': 's', " parts "}]}"
#define MILESTONE(parts) STAGE("'milestones': [{'id': 'm', " parts "}]")

static uint32_t find(const partner_dict *dict, const char *id)
{
    const uint32_t index = partner_dict_find(dict, id, strlen(id));

    ck_assert_msg(index != PARTNER_NONE, "%s was not interned", id);
    return index;
}

/* --- from text to process --- */

static void check_milestone(const partner_process_milestone *m, const partner_process_dicts *d, const char *id,
                            uint32_t weight, uint32_t valid_days, uint8_t optional)
{
    ck_assert_uint_eq(m->struct_size, sizeof *m);
    ck_assert_str_eq(m->id, id);
    ck_assert_uint_eq(m->name, find(d->milestone, id));
    ck_assert_uint_eq(m->weight, weight);
    ck_assert_uint_eq(m->valid_days, valid_days);
    ck_assert_uint_eq(m->optional, optional);
}

/* An absent weight is the default, an explicit 0 is 0. */
START_TEST(test_every_key)
{
    static const char *const stages[] = {"qualify", "show", "close"};
    partner_process_dicts d = new_process_dicts();
    partner_process *p = must_parse_process(SALES_PROCESS, &d);
    partner_error error;

    ck_assert_uint_eq(p->struct_size, sizeof *p);
    ck_assert_str_eq(p->name, "Channel sales");
    ck_assert_uint_eq(p->fresh_days, 21);
    ck_assert_uint_eq(p->stages, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(p->stage[i].struct_size, sizeof p->stage[i]);
        ck_assert_str_eq(p->stage[i].id, stages[i]);
        ck_assert_uint_eq(p->stage[i].name, i);
        ck_assert_uint_eq(p->stage[i].milestones, i == 0 ? 3 : 1);
    }
    check_milestone(&p->stage[0].milestone[0], &d, "budget", 3, 90, 0);
    check_milestone(&p->stage[0].milestone[1], &d, "decision_maker", 0, 0, 0);
    check_milestone(&p->stage[0].milestone[2], &d, "event_visited", PARTNER_WEIGHT_0, 0, 1);
    check_milestone(&p->stage[1].milestone[0], &d, "demo", 0, 0, 1);
    check_milestone(&p->stage[2].milestone[0], &d, "offer", 5, 14, 0);
    ck_assert_str_eq(p->stage[0].milestone[0].question, "Who has approved the budget?");
    ck_assert_uint_eq(p->stage[0].milestone[0].asked, find(d.question, "Who has approved the budget?"));
    ck_assert_uint_eq(p->stage[0].milestone[0].asked, 0);
    ck_assert_uint_eq(partner_dict_size(d.question), 1);
    ck_assert_ptr_null(p->stage[0].milestone[1].question);
    ck_assert_uint_eq(p->stage[0].milestone[1].asked, PARTNER_NONE);
    must(partner_process_check(p, &error), error);
    partner_process_free(p);
    free_process_dicts(&d);
}
END_TEST

/* Claims may say the stage's id or its number, 0 … S: both have an index. */
START_TEST(test_numbers_of_stages)
{
    partner_process_dicts d = new_process_dicts();
    partner_process *p = must_parse_process(SALES_PROCESS, &d);
    char number[8];

    ck_assert_uint_eq(partner_dict_size(d.stage), 3 + 4);
    for (uint32_t i = 0; i <= 3; i++) {
        snprintf(number, sizeof number, "%u", (unsigned)i);
        ck_assert_uint_eq(p->number[i], find(d.stage, number));
        ck_assert_uint_eq(p->number[i], 3 + i);
    }
    partner_process_free(p);
    free_process_dicts(&d);
}
END_TEST

/* Stages that are called 1 and 2: the id and the number are one text, so one index. */
START_TEST(test_stages_that_are_called_by_numbers)
{
    partner_process_dicts d = new_process_dicts();
    partner_process *p = must_parse_process("{'stages': [{'id': '1'}, {'id': '2'}]}", &d);
    partner_error error;

    ck_assert_uint_eq(partner_dict_size(d.stage), 3);
    ck_assert_uint_eq(p->stage[0].name, 0);
    ck_assert_uint_eq(p->stage[1].name, 1);
    ck_assert_uint_eq(p->number[0], 2);
    ck_assert_uint_eq(p->number[1], 0);
    ck_assert_uint_eq(p->number[2], 1);
    must(partner_process_check(p, &error), error);
    partner_process_free(p);
    free_process_dicts(&d);
}
END_TEST

START_TEST(test_ids_join_those_that_are_there)
{
    static const char *const before[] = {"other", "offer", "budget"};
    partner_process_dicts d = new_process_dicts();
    partner_process *p;
    uint32_t indexes[3];

    ck_assert_int_eq(partner_dict_add_strings(d.milestone, 3, before, NULL, indexes, NULL), PARTNER_OK);
    p = must_parse_process(SALES_PROCESS, &d);
    ck_assert_uint_eq(p->stage[0].milestone[0].name, 2);
    ck_assert_uint_eq(p->stage[0].milestone[1].name, 3);
    ck_assert_uint_eq(p->stage[2].milestone[0].name, 1);
    ck_assert_uint_eq(partner_dict_size(d.milestone), 6);
    partner_process_free(p);
    free_process_dicts(&d);
}
END_TEST

#define TWO_QUESTIONS                                                                       \
    "{'stages': [{'id': 's', 'milestones': [{'id': 'a', 'question': 'Who?'}, {'id': 'b'}, " \
    "{'id': 'c', 'question': 'Why?'}, {'id': 'd', 'question': 'Who?'}]}]}"

/* What is asked of two milestones is one text; without a dictionary no question has an index. */
START_TEST(test_questions)
{
    static const char *const before[] = {"Why?"};
    partner_process_dicts d = new_process_dicts(), without;
    partner_process *p;
    uint32_t index;

    ck_assert_int_eq(partner_dict_add_strings(d.question, 1, before, NULL, &index, NULL), PARTNER_OK);
    p = must_parse_process(TWO_QUESTIONS, &d);
    ck_assert_uint_eq(p->stage[0].milestone[0].asked, 1);
    ck_assert_uint_eq(p->stage[0].milestone[1].asked, PARTNER_NONE);
    ck_assert_uint_eq(p->stage[0].milestone[2].asked, 0);
    ck_assert_uint_eq(p->stage[0].milestone[3].asked, 1);
    ck_assert_uint_eq(partner_dict_size(d.question), 2);
    partner_process_free(p);
    without = d;
    without.question = NULL;
    p = must_parse_process(TWO_QUESTIONS, &without);
    for (size_t i = 0; i < 4; i++) ck_assert_uint_eq(p->stage[0].milestone[i].asked, PARTNER_NONE);
    ck_assert_str_eq(p->stage[0].milestone[3].question, "Who?");
    partner_process_free(p);
    /* A caller of a version that had no such dictionary. */
    without.question = d.question;
    without.struct_size = offsetof(partner_process_dicts, question);
    p = must_parse_process(TWO_QUESTIONS, &without);
    for (size_t i = 0; i < 4; i++) ck_assert_uint_eq(p->stage[0].milestone[i].asked, PARTNER_NONE);
    partner_process_free(p);
    free_process_dicts(&d);
}
END_TEST

/* Two milestones of one id are found when the names are interned already: all of them are forgotten. */
START_TEST(test_questions_of_a_bad_process)
{
    partner_process_dicts d = new_process_dicts();
    partner_process *p = NULL;
    partner_error error;

    must_fail(parse_process("{'stages': [{'id': 's', 'milestones': [{'id': 'a', 'question': 'Who?'}, "
                            "{'id': 'a', 'question': 'Why?'}]}]}",
                            &d, &p, &error),
              PARTNER_E_DATA, error);
    ck_assert_ptr_null(p);
    ck_assert_uint_eq(partner_dict_size(d.question), 0);
    ck_assert_uint_eq(partner_dict_size(d.milestone), 0);
    free_process_dicts(&d);
}
END_TEST

/* The least there can be, and the most: a stage without milestones is fine, and so are 4096 stages. */
START_TEST(test_sizes)
{
    enum { ROOM = 4097 * 24 + 64 };
    static const size_t counts[] = {1, 4096, 4097};
    char *text = malloc(ROOM);

    ck_assert_ptr_nonnull(text);
    for (size_t k = 0; k < 3; k++) {
        const size_t count = counts[k];
        partner_process_dicts d = new_process_dicts();
        partner_process *p = NULL;
        partner_error error;
        partner_status status;
        size_t n = (size_t)snprintf(text, ROOM, "{'stages': [");

        for (size_t i = 0; i < count; i++)
            n += (size_t)snprintf(text + n, ROOM - n, "%s{'id': 'stage%zu'}", i > 0 ? "," : "", i);
        snprintf(text + n, ROOM - n, "]}");
        status = parse_process(text, &d, &p, &error);
        if (count <= 4096) {
            must(status, error);
            ck_assert_uint_eq(p->stages, count);
            ck_assert_ptr_null(p->name);
            ck_assert_uint_eq(p->fresh_days, 0);
        } else {
            must_fail(status, PARTNER_E_DATA, error);
            ck_assert_str_eq(error.path, "$.stages");
            ck_assert_ptr_nonnull(strstr(error.message, "has 4097 elements, expected 0 to 4096"));
        }
        partner_process_free(p);
        free_process_dicts(&d);
    }
    free(text);
}
END_TEST

/* --- faults --- */

static const struct {
    const char *text, *path, *says;
} faults[] = {
    {"", "$", "ends at line 1"},
    {"{'stages': [{'id': 'a'}, {'id'; 'b'}]}", "$.stages[1].id", "line 1, column"},
    {"{'name': 'a', 'name': 'b'}", "$.name", "duplicate"},
    {"[]", "$", "is a list, expected an object"},
    /* Keys. */
    {"{'stage': []}", "$.stage", "did you mean \"stages\"?"},
    {"{'zzzzzzzz': 1}", "$.zzzzzzzz", "expected one of $schema, name, stages and fresh_days"},
    {"{'stages': [], 'fresh_dais': 3}", "$.fresh_dais", "did you mean \"fresh_days\"?"},
    {STAGE("'milestone': []"), "$.stages[0].milestone", "did you mean \"milestones\"?"},
    {STAGE("'required': true"), "$.stages[0].required", "no key that is known here"},
    {MILESTONE("'requird': true"), "$.stages[0].milestones[0].requird", "did you mean \"required\"?"},
    {MILESTONE("'wieght': 2"), "$.stages[0].milestones[0].wieght", "did you mean \"weight\"?"},
    {MILESTONE("'valid': 2"), "$.stages[0].milestones[0].valid", "no key that is known here"},
    /* What is missing, or there for nothing. */
    {"{}", "$.stages", "is missing"},
    {"{'stages': []}", "$.stages", "is empty, expected at least one stage"},
    {"{'stages': [{}]}", "$.stages[0].id", "is missing"},
    {STAGE("'milestones': [{'weight': 1}]"), "$.stages[0].milestones[0].id", "is missing"},
    /* Types. */
    {"{'stages': [{'id': 's'}], 'name': 1}", "$.name", "is 1, expected some text"},
    {"{'stages': [{'id': 's'}], 'name': ''}", "$.name", "is \"\", expected some text"},
    {"{'stages': [{'id': 's'}], '$schema': 1}", "$.$schema", "is 1, expected some text"},
    {"{'stages': {}}", "$.stages", "is an object, expected a list"},
    {"{'stages': ['s']}", "$.stages[0]", "is \"s\", expected an object"},
    {"{'stages': [{'id': 7}]}", "$.stages[0].id", "is 7, expected some text"},
    {STAGE("'milestones': 'm'"), "$.stages[0].milestones", "is \"m\", expected a list"},
    {STAGE("'milestones': ['m']"), "$.stages[0].milestones[0]", "is \"m\", expected an object"},
    {MILESTONE("'required': 1"), "$.stages[0].milestones[0].required", "is 1, expected true or false"},
    {MILESTONE("'required': 'yes'"), "$.stages[0].milestones[0].required",
     "is \"yes\", expected true or false"},
    {MILESTONE("'question': ''"), "$.stages[0].milestones[0].question", "is \"\", expected some text"},
    {MILESTONE("'question': null"), "$.stages[0].milestones[0].question", "is null, expected some text"},
    {MILESTONE("'weight': 1.5"), "$.stages[0].milestones[0].weight", "is 1.5, expected a whole number from 0"},
    {MILESTONE("'weight': '3'"), "$.stages[0].milestones[0].weight", "is \"3\", expected a whole number"},
    {MILESTONE("'valid_days': null"), "$.stages[0].milestones[0].valid_days", "is null, expected a whole"},
    /* Ranges: evidence that never holds and reports that are never fresh make no process. */
    {MILESTONE("'weight': -1"), "$.stages[0].milestones[0].weight",
     "is -1, expected a whole number from 0 to 1000000000"},
    {MILESTONE("'weight': 1000000001"), "$.stages[0].milestones[0].weight", "is 1000000001, expected"},
    {MILESTONE("'weight': 4294967296"), "$.stages[0].milestones[0].weight", "is 4294967296, expected"},
    {MILESTONE("'valid_days': 0"), "$.stages[0].milestones[0].valid_days",
     "is 0, expected a whole number from 1 to 100000"},
    {MILESTONE("'valid_days': 100001"), "$.stages[0].milestones[0].valid_days", "is 100001, expected"},
    {"{'stages': [{'id': 's'}], 'fresh_days': 0}", "$.fresh_days",
     "is 0, expected a whole number from 1 to 100000"},
    {"{'stages': [{'id': 's'}], 'fresh_days': -7}", "$.fresh_days", "is -7, expected"},
    /* Ids are unique, those of milestones in the whole process. */
    {"{'stages': [{'id': 'a'}, {'id': 'b'}, {'id': 'a'}]}", "$.stages[2].id",
     "is \"a\", which another stage has already"},
    {"{'stages': [{'id': 'a', 'milestones': [{'id': 'm'}]}, {'id': 'b', 'milestones': [{'id': 'n'}, {'id': "
     "'m'}]}]}",
     "$.stages[1].milestones[1].id", "is \"m\", which another milestone has already"},
};
enum { FAULTS = sizeof faults / sizeof faults[0] };

START_TEST(test_a_fault)
{
    partner_process_dicts d = new_process_dicts();
    partner_process *untouched = (partner_process *)&d, *process = untouched;
    partner_error error;

    must_fail(parse_process(faults[_i].text, &d, &process, &error), PARTNER_E_DATA, error);
    ck_assert_msg(strcmp(error.path, faults[_i].path) == 0, "%s: path %s instead of %s (%s)", faults[_i].text,
                  error.path, faults[_i].path, error.message);
    ck_assert_msg(strstr(error.message, faults[_i].says) != NULL, "%s: \"%s\" does not say \"%s\"",
                  faults[_i].text, error.message, faults[_i].says);
    ck_assert_ptr_eq(process, untouched);
    ck_assert_uint_eq(partner_dict_size(d.milestone) + partner_dict_size(d.stage), 0);
    free_process_dicts(&d);
}
END_TEST

/* A milestone may be called as a stage is. */
START_TEST(test_a_milestone_with_a_stage_s_id)
{
    partner_process_dicts d = new_process_dicts();

    partner_process_free(must_parse_process("{'stages': [{'id': 'a', 'milestones': [{'id': 'a'}]}]}", &d));
    free_process_dicts(&d);
}
END_TEST

/* 2049 milestones in each of two stages: each list is fine, together they are too many. */
START_TEST(test_too_many_milestones)
{
    enum { EACH = 2049, ROOM = 2 * EACH * 20 + 64 };
    partner_process_dicts d = new_process_dicts();
    partner_process *p = NULL;
    partner_error error;
    char *text = malloc(ROOM);
    size_t n = 0;

    ck_assert_ptr_nonnull(text);
    for (size_t s = 0; s < 2; s++) {
        n += (size_t)snprintf(text + n, ROOM - n, "%s{'id': 's%zu', 'milestones': [",
                              s == 0 ? "{'stages': [" : ", ", s);
        for (size_t i = 0; i < EACH; i++)
            n += (size_t)snprintf(text + n, ROOM - n, "%s{'id': 'm%zu'}", i > 0 ? "," : "", EACH * s + i);
        n += (size_t)snprintf(text + n, ROOM - n, "]}%s", s == 1 ? "]}" : "");
    }
    ck_assert_uint_lt(n, ROOM);
    must_fail(parse_process(text, &d, &p, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.path, "$.stages[1].milestones");
    ck_assert_ptr_nonnull(strstr(error.message, "4098 milestones"));
    free(text);
    free_process_dicts(&d);
}
END_TEST

START_TEST(test_arguments)
{
    partner_process_dicts d = new_process_dicts(), none = d, old = {.struct_size = 0};
    partner_process *p = NULL;
    partner_error error;

    must_fail(partner_process_parse(NULL, 0, &d, &p, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_process_parse("{}", 2, &d, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_process_parse("{}", 2, NULL, &p, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_process_parse("{}", 2, &old, &p, &error), PARTNER_E_ARGUMENT, error);
    none.stage = NULL;
    must_fail(partner_process_parse("{}", 2, &none, &p, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_nonnull(strstr(error.message, "stage is NULL"));
    none = d;
    none.milestone = NULL;
    must_fail(partner_process_parse("{}", 2, &none, &p, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_process_check(NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_int_eq(partner_process_check(NULL, NULL), PARTNER_E_ARGUMENT);
    ck_assert_uint_eq(partner_process_sentence(NULL, 0, NULL, 0), 0);
    ck_assert_uint_eq(partner_process_warning(NULL, 0, NULL, 0), 0);
    ck_assert_ptr_null(p);
    partner_process_free(NULL);
    free_process_dicts(&d);
}
END_TEST

/* --- made by hand --- */

enum { STAGES = 2, MILESTONES = 3 };

/* A process that is good, to be spoilt. */
typedef struct made {
    partner_process process;
    partner_process_stage stage[STAGES];
    partner_process_milestone milestone[STAGES][MILESTONES];
    uint32_t number[STAGES + 1];
} made;

static made *new_process(void)
{
    static const char *const ids[] = {"one", "two", "three", "four", "five", "six"};
    made *m = calloc(1, sizeof *m);

    ck_assert_ptr_nonnull(m);
    for (uint32_t i = 0; i < STAGES; i++) {
        for (uint32_t k = 0; k < MILESTONES; k++)
            m->milestone[i][k] = (partner_process_milestone){
                .struct_size = sizeof m->milestone[i][k], .id = ids[MILESTONES * i + k], .name = 10 * i + k};
        m->stage[i] = (partner_process_stage){.struct_size = sizeof m->stage[i],
                                              .id = ids[i],
                                              .name = i,
                                              .milestone = m->milestone[i],
                                              .milestones = MILESTONES};
    }
    m->process = (partner_process){.struct_size = sizeof m->process, .stage = m->stage, .stages = STAGES};
    for (uint32_t i = 0; i <= STAGES; i++) m->number[i] = 5 + i;
    return m;
}

static void must_refuse(made *m, partner_status status, const char *path, const char *says)
{
    partner_error error;

    must_fail(partner_process_check(&m->process, &error), status, error);
    ck_assert_str_eq(error.path, path);
    ck_assert_msg(strstr(error.message, says) != NULL, "\"%s\" does not say \"%s\"", error.message, says);
    free(m);
}

#define REFUSED(change, path, says)                 \
    do {                                            \
        made *m = new_process();                    \
        change;                                     \
        must_refuse(m, PARTNER_E_DATA, path, says); \
    } while (0)
#define MISUSED(change, says)                         \
    do {                                              \
        made *m = new_process();                      \
        change;                                       \
        must_refuse(m, PARTNER_E_ARGUMENT, "", says); \
    } while (0)

START_TEST(test_made_by_hand)
{
    made *m = new_process();
    partner_error error;

    must(partner_process_check(&m->process, &error), error);
    m->process.number = m->number;
    m->stage[1].milestones = 0;
    m->stage[1].milestone = NULL;
    m->milestone[0][0].weight = PARTNER_WEIGHT_0;
    m->milestone[0][1].weight = 1000000000;
    m->number[0] = m->number[1] = PARTNER_NONE;
    must(partner_process_check(&m->process, &error), error);
    free(m);

    REFUSED(m->process.name = "", "$.name", "is empty");
    REFUSED(m->process.fresh_days = 100001, "$.fresh_days", "is 100001, expected 0 to 100000");
    REFUSED(m->process.stages = 0, "$.stages", "is empty, expected at least one stage");
    REFUSED(m->process.stages = 4097, "$.stages", "has 4097 elements, expected at most 4096");
    REFUSED(m->stage[1].id = NULL, "$.stages[1].id", "is missing");
    REFUSED(m->stage[1].id = "one", "$.stages[1].id", "another stage has already");
    REFUSED(m->stage[1].name = 0, "$.stages[1].name", "is 0, which another stage has already");
    REFUSED(m->stage[1].name = PARTNER_NONE, "$.stages[1].name", "is none");
    REFUSED(m->stage[1].milestones = 4097, "$.stages[1].milestones", "has 4097 elements");
    REFUSED(m->milestone[1][2].id = "", "$.stages[1].milestones[2].id", "is missing");
    REFUSED(m->milestone[1][2].id = "two", "$.stages[1].milestones[2].id", "another milestone has already");
    REFUSED(m->milestone[1][2].name = 1, "$.stages[1].milestones[2].name", "is 1, which another milestone");
    REFUSED(m->milestone[0][1].name = PARTNER_NONE, "$.stages[0].milestones[1].name", "is none");
    REFUSED(m->milestone[0][1].optional = 2, "$.stages[0].milestones[1].required", "is 2, expected 0 to 1");
    REFUSED(m->milestone[0][1].weight = 1000000001, "$.stages[0].milestones[1].weight", "is 1000000001");
    REFUSED(m->milestone[0][1].valid_days = 100001, "$.stages[0].milestones[1].valid_days", "is 100001");
    REFUSED(m->milestone[0][1].question = "", "$.stages[0].milestones[1].question", "is empty");

    MISUSED(m->process.stage = NULL, "$.stages is NULL, expected 2 elements");
    MISUSED(m->stage[1].milestone = NULL, "$.stages[1].milestones is NULL, expected 3 elements");
    MISUSED(m->stage[0].struct_size = 4, "$.stages[0]: struct_size is 4");
    MISUSED(m->stage[1].struct_size--, "$.stages[1]: struct_size");
    MISUSED(m->milestone[1][1].reserved = 7, "$.stages[1].milestones[1]: reserved is 7, expected 0");
    MISUSED(m->process.struct_size = 0, "struct_size is 0");
    MISUSED((m->process.number = m->number, m->number[2] = 6),
            "number 2 is index 6, which another number is already");
}
END_TEST

/* The index in an error names the stage. */
START_TEST(test_the_index_of_an_error)
{
    made *m = new_process();
    partner_error error;

    m->milestone[1][0].valid_days = 100001;
    must_fail(partner_process_check(&m->process, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.index, 1);
    m->process.fresh_days = 100001;
    must_fail(partner_process_check(&m->process, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.index, PARTNER_NONE);
    free(m);
}
END_TEST

typedef struct later_milestone {
    partner_process_milestone milestone;
    uint64_t news;
} later_milestone;

/* Milestones of a later version are fine as long as they say nothing new; stages of an earlier one, whose
 * struct ended before its milestones, have none. */
START_TEST(test_other_versions)
{
    enum { LESS = offsetof(partner_process_stage, milestone) };
    made *m = new_process();
    later_milestone later[MILESTONES];
    _Alignas(partner_process_stage) char earlier[STAGES][LESS];
    partner_error error;
    char text[1024];

    memset(later, 0, sizeof later);
    for (size_t i = 0; i < MILESTONES; i++) {
        later[i].milestone = m->milestone[1][i];
        later[i].milestone.struct_size = sizeof later[i];
    }
    m->stage[1].milestone = &later[0].milestone;
    must(partner_process_check(&m->process, &error), error);
    ck_assert_uint_gt(partner_process_sentence(&m->process, 5, text, sizeof text), 0);
    ck_assert_str_eq(text, "two is passed when four, five and six hold.");
    later[2].news = 1;
    must_fail(partner_process_check(&m->process, &error), PARTNER_E_UNSUPPORTED, error);

    for (size_t i = 0; i < STAGES; i++) {
        m->stage[i].struct_size = LESS;
        memcpy(earlier[i], &m->stage[i], LESS);
    }
    m->process.stage = (const void *)earlier;
    must(partner_process_check(&m->process, &error), error);
    ck_assert_uint_gt(partner_process_sentence(&m->process, 0, text, sizeof text), 0);
    ck_assert_str_eq(text,
                     "This process has 2 stages and no milestones; a report keeps a deal in view for 30 days.");
    free(m);
}
END_TEST

/* --- in words --- */

typedef size_t (*saying)(const partner_process *process, size_t i, char *buffer, size_t size);

static void must_say(saying say, const char *text, const char *const *lines)
{
    partner_process_dicts d = new_process_dicts();
    partner_process *p = must_parse_process(text, &d);
    char said[1024], little[10];
    size_t i;

    for (i = 0; lines[i] != NULL; i++) {
        ck_assert_uint_eq(say(p, i, said, sizeof said), strlen(lines[i]));
        ck_assert_str_eq(said, lines[i]);
        ck_assert_uint_eq(say(p, i, little, sizeof little), strlen(lines[i]));
        ck_assert_int_eq(strncmp(little, said, 9), 0);
        ck_assert_uint_eq(say(p, i, NULL, 0), strlen(lines[i]));
    }
    ck_assert_msg(say(p, i, said, sizeof said) == 0, "and says %s", said);
    partner_process_free(p);
    free_process_dicts(&d);
}

/* The weights are 3, 1, 0, 1 and 5. */
START_TEST(test_sentences)
{
    static const char *const lines[] = {
        "Channel sales has 3 stages and 5 milestones; a report keeps a deal in view for 21 days.",
        "qualify is passed when budget and decision_maker hold; event_visited is not waited for.",
        "budget counts 3 of 10 in the score; its evidence holds for 90 days; where it is missing, ask: Who has "
        "approved the budget?",
        "decision_maker counts 1 of 10 in the score; its evidence holds for good.",
        "event_visited does not count in the score; its evidence holds for good.",
        "show waits for nothing and is passed at once; demo is not waited for.",
        "demo counts 1 of 10 in the score; its evidence holds for good.",
        "close is passed when offer holds.",
        "offer counts 5 of 10 in the score; its evidence holds for 14 days.",
        NULL};
    static const char *const bare[] = {
        "This process has 1 stage and no milestones; a report keeps a deal in view for 30 days.",
        "s waits for nothing and is passed at once.", NULL};

    must_say(partner_process_sentence, SALES_PROCESS, lines);
    must_say(partner_process_sentence, "{'stages': [{'id': 's'}]}", bare);
}
END_TEST

START_TEST(test_warnings)
{
    static const char *const lines[] = {
        "event_visited has the weight 0: it does not count in the score.",
        "show waits for nothing: whoever reaches it has passed it.",
        "offer goes stale after 14 days, while its report keeps the deal in view for 21 days.", NULL};
    static const char *const weightless[] = {"No milestone has a weight, so there is no score.", NULL};
    static const char *const numbers[] = {"In claims 1 is the stage of that id, which comes as number 0.",
                                          NULL};
    static const char *const none[] = {NULL};

    must_say(partner_process_warning, SALES_PROCESS, lines);
    must_say(partner_process_warning, MILESTONE("'weight': 0"), weightless);
    /* "2" would be the number of a third stage or of all passed; "01" and "7" are no numbers of this process.
     */
    must_say(partner_process_warning,
             "{'stages': [{'id': '1', 'milestones': [{'id': 'a'}]}, {'id': '01', 'milestones': [{'id': 'b'}]}, "
             "{'id': '2', 'milestones': [{'id': 'c'}]}, {'id': '7', 'milestones': [{'id': 'd'}]}]}",
             numbers);
    must_say(partner_process_warning, MILESTONE("'valid_days': 30"), none);
}
END_TEST

/* A sentence that would be too long for any buffer of 1024 bytes is cut with an ellipsis. */
START_TEST(test_a_long_question)
{
    partner_process_dicts d = new_process_dicts();
    partner_process *p;
    char text[2200], said[1024];

    memset(text, 'q', sizeof text);
    memcpy(text, "{'stages': [{'id': 's', 'milestones': [{'id': 'm', 'question': '", 64);
    strcpy(text + 2100, "'}]}]}");
    p = must_parse_process(text, &d);
    ck_assert_uint_lt(partner_process_sentence(p, 2, said, sizeof said), sizeof said);
    ck_assert_str_eq(said + strlen(said) - strlen("qq…"), "qq…");
    partner_process_free(p);
    free_process_dicts(&d);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("process");
    TCase *tcase = add_case(suite, "process");

    tcase_add_test(tcase, test_every_key);
    tcase_add_test(tcase, test_numbers_of_stages);
    tcase_add_test(tcase, test_stages_that_are_called_by_numbers);
    tcase_add_test(tcase, test_ids_join_those_that_are_there);
    tcase_add_test(tcase, test_questions);
    tcase_add_test(tcase, test_questions_of_a_bad_process);
    tcase_add_test(tcase, test_sizes);
    tcase_add_loop_test(tcase, test_a_fault, 0, FAULTS);
    tcase_add_test(tcase, test_a_milestone_with_a_stage_s_id);
    tcase_add_test(tcase, test_too_many_milestones);
    tcase_add_test(tcase, test_arguments);
    tcase_add_test(tcase, test_made_by_hand);
    tcase_add_test(tcase, test_the_index_of_an_error);
    tcase_add_test(tcase, test_other_versions);
    tcase_add_test(tcase, test_sentences);
    tcase_add_test(tcase, test_warnings);
    tcase_add_test(tcase, test_a_long_question);
    return run_suite(suite);
}
