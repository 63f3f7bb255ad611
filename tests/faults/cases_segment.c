/* SPDX-License-Identifier: MIT
 * Segmentation and its rules, with everything that can be asked for. */
#include "../segment_story.h"
#include "fixture.h"

enum { ENROLLED = 40, GAPS = 12, SENTENCES = 15, WARNINGS = 2 };

#define WORLD_RULES                                                              \
    "{'bands': {'method': 'natural', 'count': 3, 'quantiles': [0.2, 0.4]},\n"    \
    " 'mode': {'kinds': {'order': 'transactional', 'visit': 'consultative'}},\n" \
    " 'segments': [{'id': 'core', 'band': 'mid', 'mode': 'mixed'}],\n"           \
    " 'allocation': {'hours': 100}}"

/* Two periods, and what partners expect in the second. */
typedef struct world {
    partner_segment_dicts dicts;
    partner_segment_rules *rules;
    period *now;
    partner_segmentation *before;
    partner_expectations expectations;
    uint32_t partner[GAPS], dimension[GAPS];
    double expects[GAPS], experiences[GAPS];
} world;

static period *make_period(uint64_t state)
{
    period *p = new_period();

    p->portfolio.hours = p->hours;
    p->portfolio.group = p->group;
    for (uint32_t i = 0; i < ENROLLED; i++) {
        tell_partner(p, 2 * i, (int64_t)(draw(&state) % 1000000), PARTNER_NO_AMOUNT);
        p->group[i] = i % 3;
        p->hours[i] = i % 4;
        tell_hours(p, 2 * i, (uint32_t)(draw(&state) % 2), i % 7);
    }
    p->options.threads = case_threads;
    return p;
}

static void make(world *w)
{
    period *first = make_period(5);

    memset(w, 0, sizeof *w);
    w->dicts = new_segment_dicts();
    w->rules = must_parse_segment_rules(WORLD_RULES, &w->dicts);
    w->before = segment_period(first, w->rules);
    free(first);
    w->now = make_period(6);
    for (uint32_t i = 0; i < GAPS; i++) {
        w->partner[i] = 2 * (i / 3);
        w->dimension[i] = i % 3;
        w->expects[i] = i;
        w->experiences[i] = 0.5;
    }
    w->expectations = (partner_expectations)PARTNER_EXPECTATIONS_INIT;
    w->expectations.rows = GAPS;
    w->expectations.partner = w->partner;
    w->expectations.dimension = w->dimension;
    w->expectations.expects = w->expects;
    w->expectations.experiences = w->experiences;
    w->now->options.expectations = &w->expectations;
    w->now->options.previous = w->before;
    w->now->options.sensitivity = 1;
}

static void end(world *w)
{
    partner_segmentation_free(w->before);
    partner_segment_rules_free(w->rules);
    free_segment_dicts(&w->dicts);
    free(w->now);
}

/* --- the rules --- */

static partner_status run_parse(plan *p, partner_error *error, const char *text)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *rules = UNTOUCHED;
    partner_status status;
    char *copy = strdup(text);

    ck_assert_ptr_nonnull(copy);
    for (char *c = copy; *c != '\0'; c++)
        if (*c == '\'') *c = '"';
    arm(p);
    status = partner_segment_rules_parse(copy, strlen(copy), &d, &rules, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_uint_eq(rules->bands, 3);
        partner_segment_rules_free(rules);
    } else {
        ck_assert_ptr_eq(rules, UNTOUCHED);
        ck_assert_uint_eq(partner_dict_size(d.kind) + partner_dict_size(d.segment) + partner_dict_size(d.band),
                          0);
    }
    free(copy);
    free_segment_dicts(&d);
    return status;
}

static partner_status run_parse_rules(plan *p, partner_error *error)
{
    return run_parse(p, error, WORLD_RULES);
}

/* A fault of the rules is told as one, whatever fails on the way says that memory was short. */
static partner_status run_parse_bad(plan *p, partner_error *error)
{
    partner_status status = run_parse(p, error, "{'bands': {'names': ['a', 'b', 'a']}}");

    if (p->failed > 0) return status;
    ck_assert_int_eq(status, PARTNER_E_DATA);
    return PARTNER_OK;
}

static partner_status run_check(plan *p, partner_error *error)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *rules = must_parse_segment_rules(WORLD_RULES, &d);
    partner_status status;

    arm(p);
    status = partner_segment_rules_check(rules, error);
    disarm(p);
    partner_segment_rules_free(rules);
    free_segment_dicts(&d);
    return status;
}

typedef size_t (*saying)(const partner_segment_rules *rules, size_t i, char *buffer, size_t size);

static partner_status run_saying(plan *p, saying say, size_t count)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *rules = must_parse_segment_rules(WORLD_RULES, &d);
    char text[1024];
    size_t said = 0;

    arm(p);
    while (say(rules, said, text, sizeof text) > 0) said++;
    disarm(p);
    ck_assert_uint_eq(said, count);
    partner_segment_rules_free(rules);
    free_segment_dicts(&d);
    return PARTNER_OK;
}

/* One more than of two bands. */
static partner_status run_sentence(plan *p, partner_error *error)
{
    (void)error;
    return run_saying(p, partner_segment_rules_sentence, SENTENCES + 1);
}

/* The quantiles are not used, and `core` is of two bands. */
static partner_status run_warning(plan *p, partner_error *error)
{
    (void)error;
    return run_saying(p, partner_segment_rules_warning, WARNINGS);
}

static partner_status run_rules_free(plan *p, partner_error *error)
{
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *rules = must_parse_segment_rules(WORLD_RULES, &d);

    (void)error;
    arm(p);
    partner_segment_rules_free(rules);
    partner_segment_rules_free(NULL);
    disarm(p);
    free_segment_dicts(&d);
    return PARTNER_OK;
}

/* --- segmentation --- */

static partner_status run_new(plan *p, partner_error *error)
{
    partner_segmentation *made = UNTOUCHED;
    partner_status status;
    world w;

    make(&w);
    arm(p);
    status = partner_segmentation_new(&w.now->portfolio, w.rules, &w.now->options, &made, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_uint_eq(made->partners, ENROLLED);
        ck_assert_uint_eq(made->prior_from, PARTNER_PRIOR_FITTED);
        ck_assert(made->movers != NULL && made->allocation != NULL && made->dimensions != NULL);
        partner_segmentation_free(made);
    } else {
        ck_assert_ptr_eq(made, UNTOUCHED);
    }
    end(&w);
    return status;
}

static partner_status run_explain(plan *p, partner_error *error)
{
    partner_segmentation *made = NULL;
    char text[1024];
    size_t told = 0;
    world w;

    make(&w);
    must(partner_segmentation_new(&w.now->portfolio, w.rules, &w.now->options, &made, error), *error);
    arm(p);
    while (partner_segmentation_explain(made, told, text, sizeof text) > 0) told++;
    disarm(p);
    ck_assert_uint_gt(told, 0);
    ck_assert_uint_eq(told, made->movers->movers);
    partner_segmentation_free(made);
    end(&w);
    return PARTNER_OK;
}

static partner_status run_free(plan *p, partner_error *error)
{
    partner_segmentation *made = NULL;
    world w;

    make(&w);
    must(partner_segmentation_new(&w.now->portfolio, w.rules, &w.now->options, &made, error), *error);
    arm(p);
    partner_segmentation_free(made);
    partner_segmentation_free(NULL);
    disarm(p);
    end(&w);
    return PARTNER_OK;
}

const fault_case segment_cases[] = {
    {"partner_segment_rules_parse", run_parse_rules, FAULTS_SAID},
    {"partner_segment_rules_parse.bad", run_parse_bad, FAULTS_SAID},
    {"partner_segment_rules_check", run_check, FAULTS_SAID},
    {"partner_segment_rules_sentence", run_sentence, FAULTS_NEVER},
    {"partner_segment_rules_warning", run_warning, FAULTS_NEVER},
    {"partner_segment_rules_free", run_rules_free, FAULTS_NEVER},
    {"partner_segmentation_new", run_new, FAULTS_SAID},
    {"partner_segmentation_explain", run_explain, FAULTS_NEVER},
    {"partner_segmentation_free", run_free, FAULTS_NEVER},
    {NULL, NULL, 0},
};
