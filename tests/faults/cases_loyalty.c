/* SPDX-License-Identifier: MIT
 * Whole histories of loyalty, and the analyses and the config that hang in the tables. */
#include <stdio.h>

#include "../programs.h"
#include "history.h"

static uint32_t kinds_of(const partner_ledger *l)
{
    uint32_t kinds = 0;

    for (size_t i = 0; i < l->entries; i++) kinds |= UINT32_C(1) << l->kind[i];
    return kinds;
}

/* What was worked out by hand is for other tests; here the whole has to fit its parts. */
static void check(const partner_loyalty *l, const history *h, uint32_t kinds)
{
    int64_t outstanding = 0, debts = 0;

    ck_assert_uint_eq(l->partners, h->partners);
    ck_assert_uint_eq(l->events + l->duplicates, h->rows);
    for (size_t i = 0; i < l->partners; i++) {
        outstanding += (l->balance[i] > 0 ? l->balance[i] : 0) + l->pending[i];
        debts += l->balance[i] < 0 ? -l->balance[i] : 0;
    }
    ck_assert_int_eq(outstanding, l->outstanding);
    ck_assert_int_eq(debts, l->debts);
    ck_assert_int_gt(outstanding + debts + l->expired, 0);
    ck_assert_uint_eq(kinds_of(l->ledger) & kinds, kinds);
    ck_assert_uint_gt(l->missing->requirements, 0);
    ck_assert_uint_gt(l->notices->notices, 0);
}

enum {
    ALL_KINDS = (1 << (PARTNER_ENTRY_RENEWAL + 1)) - 1,
    ROLLING_KINDS = ALL_KINDS & ~(1 << PARTNER_ENTRY_RENEWAL)
};

static partner_status run_world(plan *p, partner_error *error, uint64_t seed, size_t shared, uint32_t kinds)
{
    const history *h = history_of(seed, shared);
    partner_events e = history_rows(h, 0, h->rows);
    partner_loyalty *loyalty = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_loyalty_new(&h->w.program, &e, &h->options, &loyalty, error);
    disarm(p);
    if (status == PARTNER_OK) {
        check(loyalty, h, kinds);
        partner_loyalty_free(loyalty);
    } else ck_assert_ptr_eq(loyalty, UNTOUCHED);
    return status;
}

static partner_status run_new(plan *p, partner_error *error)
{
    return run_world(p, error, BY_ROW, TWO_BLOCKS, ALL_KINDS);
}

static partner_status run_far_ids(plan *p, partner_error *error)
{
    return run_world(p, error, FAR_IDS, ALONE, ALL_KINDS);
}

static partner_status run_rolling(plan *p, partner_error *error)
{
    return run_world(p, error, ROLLING, TWO_BLOCKS, ROLLING_KINDS);
}

/* Statements alone. */
static partner_status run_plain(plan *p, partner_error *error)
{
    const history *h = history_of(FEW_ROWS, TWO_PARTS);
    partner_events e = history_rows(h, 0, h->rows);
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *loyalty = UNTOUCHED;
    partner_status status;

    o.threads = case_threads;
    arm(p);
    status = partner_loyalty_new(&h->w.program, &e, &o, &loyalty, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_uint_eq(loyalty->events, h->rows);
        ck_assert_ptr_null(loyalty->ledger);
        ck_assert_ptr_null(loyalty->notices);
        partner_loyalty_free(loyalty);
    } else ck_assert_ptr_eq(loyalty, UNTOUCHED);
    return status;
}

/* Each row of the second half is one of the first half once more. */
static partner_status run_duplicates(plan *p, partner_error *error)
{
    const history *h = history_of(FAR_IDS, ALONE);
    partner_events e = history_rows(h, 0, 2 * h->half);
    partner_loyalty_options o = h->options;
    uint64_t event[MOST_ROWS], reverses[MOST_ROWS];
    partner_loyalty *loyalty = UNTOUCHED;
    partner_status status;

    for (size_t i = 0; i < h->half; i++) {
        event[i] = event[h->half + i] = h->event[i];
        reverses[i] = h->reverses[i];
        reverses[h->half + i] = PARTNER_NO_ROW;
    }
    e.event = event;
    e.reverses = reverses;
    o.skip_duplicates = 1;
    arm(p);
    status = partner_loyalty_new(&h->w.program, &e, &o, &loyalty, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_uint_eq(loyalty->events, h->half);
        ck_assert_uint_eq(loyalty->duplicates, h->half);
        partner_loyalty_free(loyalty);
    } else ck_assert_ptr_eq(loyalty, UNTOUCHED);
    return status;
}

static partner_status run_free(plan *p, partner_error *error)
{
    const history *h = history_of(BY_ROW, ALONE);
    partner_events e = history_rows(h, 0, h->rows);
    partner_loyalty *loyalty = NULL;

    must(partner_loyalty_new(&h->w.program, &e, &h->options, &loyalty, error), *error);
    arm(p);
    partner_loyalty_free(loyalty);
    partner_loyalty_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

/* --- the tables --- */

/* Everything that a result can show takes no memory any more. */
static void show(const partner_analysis *analysis, const void *result)
{
    char text[1024];
    size_t rows = 0;

    for (size_t i = 0; i < analysis->view_count; i++) ck_assert_ptr_nonnull(analysis->view(result, i));
    for (size_t i = 0; analysis->sentence(result, i, text, sizeof text) > 0; i++)
        ck_assert_uint_gt(strlen(text), 0);
    if (analysis->explain == NULL) return;
    while (analysis->explain(result, 0, rows, text, sizeof text) > 0) rows++;
    ck_assert_uint_gt(rows, 100);
}

/* With another program beside it, and the history as it was before its last event came in. */
static partner_status run_loyalty(plan *p, partner_error *error)
{
    const partner_analysis *analysis = partner_analysis_find("loyalty");
    const history *h = history_of(BY_ROW, ALONE), *other = history_of(ROLLING, ALONE);
    partner_events now = history_rows(h, 0, h->rows), before = history_rows(h, 0, h->rows - 1);
    partner_roster groups = h->roster;
    const void *inputs[] = {&now, &h->w.program, &groups, &other->w.program, &before},
               *options[] = {&h->options};
    void *result = UNTOUCHED;
    partner_status status;

    groups.tier = NULL; /* it would be one of either program */
    arm(p);
    status = analysis->run(inputs, options, &result, error);
    if (status == PARTNER_OK) show(analysis, result);
    disarm(p);
    if (status == PARTNER_OK) {
        analysis->free(result);
        analysis->free(NULL);
    } else ck_assert_ptr_eq(result, UNTOUCHED);
    return status;
}

static partner_status run_deferral(plan *p, partner_error *error)
{
    static const int64_t added[] = {9000, 0}, redeemed[] = {4500, 4000}, expected[] = {9700, 9900};
    const partner_analysis *analysis = partner_analysis_find("deferral");
    partner_deferral d = PARTNER_DEFERRAL_INIT;
    const void *inputs[] = {&d}, *options[] = {NULL};
    void *result = UNTOUCHED;
    partner_status status;

    d.rows = 2;
    d.added = added;
    d.redeemed = redeemed;
    d.expected = expected;
    arm(p);
    status = analysis->run(inputs, options, &result, error);
    if (status == PARTNER_OK) show(analysis, result);
    disarm(p);
    if (status == PARTNER_OK) analysis->free(result);
    else ck_assert_ptr_eq(result, UNTOUCHED);
    return status;
}

static partner_status run_config(plan *p, partner_error *error)
{
    const partner_config *config = partner_config_find("program");
    partner_loyalty_dicts d = new_dicts();
    partner_dict *const dicts[] = {d.kind, d.product, d.group, d.tier, d.rule};
    char *text = json(CHANNEL_REWARDS), said[1024];
    void *program = UNTOUCHED;
    size_t sentences = 0;
    partner_status status;

    ck_assert_uint_eq(config->dictionary_count, sizeof dicts / sizeof dicts[0]);
    arm(p);
    status = config->parse(text, strlen(text), dicts, &program, error);
    if (status == PARTNER_OK) {
        while (config->sentence(program, dicts, sentences, said, sizeof said) > 0) sentences++;
        ck_assert_uint_eq(config->warning(program, dicts, 0, said, sizeof said), 0);
        ck_assert_uint_eq(config->minor_units(program), 2);
    }
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_uint_gt(sentences, 10);
        config->free(program);
        config->free(NULL);
    } else ck_assert_ptr_eq(program, UNTOUCHED);
    free(text);
    free_dicts(&d);
    return status;
}

const fault_case loyalty_cases[] = {
    {"partner_loyalty_new", run_new, FAULTS_SPARED},
    {"partner_loyalty_new.far_ids", run_far_ids, FAULTS_SPARED},
    {"partner_loyalty_new.rolling", run_rolling, FAULTS_SPARED},
    {"partner_loyalty_new.plain", run_plain, FAULTS_SAID},
    {"partner_loyalty_new.duplicates", run_duplicates, FAULTS_SAID},
    {"partner_loyalty_free", run_free, 1},
    {"loyalty.run", run_loyalty, FAULTS_SAID},
    {"deferral.run", run_deferral, 0},
    {"program.parse", run_config, 0},
    {NULL, NULL, 0},
};
