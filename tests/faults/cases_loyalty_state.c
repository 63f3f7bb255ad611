/* SPDX-License-Identifier: MIT
 * The state of a loyalty program: a call that fails leaves it as it was, bit for bit. */
#include <stdio.h>

#include "../programs.h"
#include "history.h"

static partner_bytes *saved(const partner_loyalty_state *state)
{
    partner_bytes *bytes = NULL;
    partner_error error;

    must(partner_loyalty_state_save(state, NULL, &bytes, &error), error);
    return bytes;
}

/* The state saves to the same bytes as one that has taken rows [0, end). */
static void check_saved(const partner_loyalty_state *state, const history *h, size_t end)
{
    state_bytes expected = bytes_of_state(h, end);
    partner_bytes *now = saved(state);

    ck_assert_uint_eq(now->length, expected.length);
    ck_assert_mem_eq(now->bytes, expected.bytes, now->length);
    partner_bytes_free(now);
}

static partner_status run_state_new(plan *p, partner_error *error)
{
    const history *h = history_of(BY_ROW, ALONE);
    partner_loyalty_state *state = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_loyalty_state_new(&h->w.program, &h->options, &state, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_uint_eq(partner_loyalty_state_version(state), 0);
        partner_loyalty_state_free(state);
    } else ck_assert_ptr_eq(state, UNTOUCHED);
    return status;
}

static partner_status run_state_free(plan *p, partner_error *error)
{
    const history *h = history_of(FAR_IDS, ALONE);
    partner_loyalty_state *state = history_state(h, h->rows);

    (void)error;
    arm(p);
    partner_loyalty_state_free(state);
    partner_loyalty_state_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

static partner_status run_state_version(plan *p, partner_error *error)
{
    const history *h = history_of(BY_ROW, ALONE);
    partner_loyalty_state *state = history_state(h, h->half);
    uint64_t version;

    (void)error;
    arm(p);
    version = partner_loyalty_state_version(state);
    disarm(p);
    ck_assert_uint_eq(version, h->half);
    partner_loyalty_state_free(state);
    return PARTNER_OK;
}

/* All or nothing: on failure the state is what it was, and takes the rows once there is memory. */
static partner_status append_half(plan *p, partner_error *error, const history *h, int with_result)
{
    partner_loyalty_state *state = history_state(h, h->half);
    partner_events e = history_rows(h, h->half, h->rows);
    partner_loyalty *loyalty = UNTOUCHED;
    partner_error later;
    partner_status status;

    (void)bytes_of_state(h, h->rows); /* made before faults_live is asked again */
    arm(p);
    status =
        partner_loyalty_state_append(state, &e, h->half, &h->options, with_result ? &loyalty : NULL, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(loyalty, UNTOUCHED);
        ck_assert_uint_eq(partner_loyalty_state_version(state), h->half);
        check_saved(state, h, h->half);
        must(partner_loyalty_state_append(state, &e, h->half, &h->options, NULL, &later), later);
    } else if (with_result) {
        ck_assert_uint_gt(loyalty->ledger->entries, 100);
        partner_loyalty_free(loyalty);
    }
    check_saved(state, h, h->rows);
    partner_loyalty_state_free(state);
    return status;
}

static partner_status run_append(plan *p, partner_error *error)
{
    return append_half(p, error, history_of(BY_ROW, TWO_BLOCKS), 1);
}

static partner_status run_append_far(plan *p, partner_error *error)
{
    return append_half(p, error, history_of(FAR_IDS, ALONE), 1);
}

static partner_status run_append_quiet(plan *p, partner_error *error)
{
    return append_half(p, error, history_of(ROLLING, ALONE), 0);
}

/* The first append, which has everything still to make. */
static partner_status run_append_first(plan *p, partner_error *error)
{
    const history *h = history_of(FAR_IDS, ALONE);
    partner_events e = history_rows(h, 0, h->rows);
    partner_loyalty_state *state = NULL;
    partner_loyalty_options none = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_error later;
    partner_status status;

    none.threads = case_threads;
    must(partner_loyalty_state_new(&h->w.program, &h->options, &state, error), *error);
    arm(p);
    status = partner_loyalty_state_append(state, &e, PARTNER_NO_ROW, &none, NULL, error);
    disarm(p);
    if (status != PARTNER_OK) {
        check_saved(state, h, 0);
        must(partner_loyalty_state_append(state, &e, PARTNER_NO_ROW, &none, NULL, &later), later);
    }
    check_saved(state, h, h->rows);
    partner_loyalty_state_free(state);
    return status;
}

static partner_status run_advance(plan *p, partner_error *error)
{
    const history *h = history_of(FEW_ROWS, QUIET_BLOCKS);
    partner_loyalty_state *state = history_state(h, h->rows);
    partner_loyalty *loyalty = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_loyalty_state_advance(state, h->w.as_of + 700, &h->options, &loyalty, error);
    disarm(p);
    if (status != PARTNER_OK) {
        partner_error later;

        ck_assert_ptr_eq(loyalty, UNTOUCHED);
        check_saved(state, h, h->rows);
        must(partner_loyalty_state_advance(state, h->w.as_of + 700, NULL, NULL, &later), later);
    } else {
        ck_assert_uint_gt(loyalty->ledger->entries, 0);
        ck_assert_uint_eq(loyalty->partners, h->partners);
        partner_loyalty_free(loyalty);
    }
    partner_loyalty_state_free(state);
    return status;
}

static partner_status run_from_state(plan *p, partner_error *error)
{
    const history *h = history_of(FEW_ROWS, QUIET_BLOCKS);
    partner_loyalty_state *state = history_state(h, h->rows);
    partner_loyalty *loyalty = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_loyalty_from_state(state, &h->options, &loyalty, error);
    disarm(p);
    if (status == PARTNER_OK) {
        ck_assert_uint_eq(loyalty->events, h->rows);
        ck_assert_uint_gt(loyalty->notices->notices, 0);
        partner_loyalty_free(loyalty);
    } else ck_assert_ptr_eq(loyalty, UNTOUCHED);
    check_saved(state, h, h->rows);
    partner_loyalty_state_free(state);
    return status;
}

static partner_status run_save(plan *p, partner_error *error)
{
    const history *h = history_of(ROLLING, ALONE);
    partner_loyalty_state *state = history_state(h, h->rows);
    partner_loyalty_dicts dicts = history_dicts();
    partner_bytes *bytes = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_loyalty_state_save(state, &dicts, &bytes, error);
    disarm(p);
    if (status == PARTNER_OK) partner_bytes_free(bytes);
    else ck_assert_ptr_eq(bytes, UNTOUCHED);
    partner_loyalty_state_free(state);
    free_history_dicts(&dicts);
    return status;
}

static partner_status load_state(plan *p, partner_error *error, uint64_t seed)
{
    const history *h = history_of(seed, ALONE);
    partner_loyalty_state *state = history_state(h, h->rows), *loaded = UNTOUCHED;
    partner_loyalty_dicts dicts = history_dicts();
    partner_bytes *bytes = NULL, *again = NULL;
    partner_status status;

    must(partner_loyalty_state_save(state, &dicts, &bytes, error), *error);
    arm(p);
    status = partner_loyalty_state_load(bytes->bytes, bytes->length, &h->w.program, &dicts, &loaded, error);
    disarm(p);
    if (status == PARTNER_OK) {
        must(partner_loyalty_state_save(loaded, &dicts, &again, error), *error);
        ck_assert_uint_eq(again->length, bytes->length);
        ck_assert_mem_eq(again->bytes, bytes->bytes, again->length);
        partner_bytes_free(again);
        partner_loyalty_state_free(loaded);
    } else ck_assert_ptr_eq(loaded, UNTOUCHED);
    partner_bytes_free(bytes);
    partner_loyalty_state_free(state);
    free_history_dicts(&dicts);
    return status;
}

static partner_status run_load(plan *p, partner_error *error) { return load_state(p, error, BY_ROW); }
static partner_status run_load_far(plan *p, partner_error *error) { return load_state(p, error, FAR_IDS); }

/* --- the object --- */

/* A whole life: what any of the calls has made is there when a later one fails. */
typedef struct life {
    const partner_object *object;
    const history *h;
    void *state, *loaded, *made, *settled, *result;
    partner_bytes *bytes;
} life;

static partner_status live(life *l, partner_dict *const *dicts, partner_error *error)
{
    const history *h = l->h;
    const partner_object *o = l->object;
    const partner_loyalty_options wanted = {sizeof wanted, 0, case_threads, 1, 1, 0, 0, NULL, NULL, NULL, 0, 0};
    const void *const options[] = {&wanted};
    partner_events e = history_rows(h, 0, h->rows);
    const void *inputs[] = {NULL, NULL, &h->roster, NULL, NULL};
    const void *rows[] = {&e, NULL, NULL, NULL, NULL};
    partner_status status = o->open(&h->w.program, inputs, NULL, &l->state, error);

    if (status == PARTNER_OK) status = o->append(l->state, rows, 0, &wanted, &l->made, error);
    if (status == PARTNER_OK) status = o->save_all(l->state, dicts, &l->bytes, error);
    if (status == PARTNER_OK)
        status = o->load_all(l->bytes->bytes, l->bytes->length, &h->w.program, dicts, &l->loaded, error);
    if (status == PARTNER_OK) status = o->advance(l->loaded, h->w.as_of + 700, &wanted, &l->settled, error);
    if (status == PARTNER_OK) status = o->finish(l->loaded, inputs, options, &l->result, error);
    return status;
}

static partner_status run_object(plan *p, partner_error *error)
{
    life l = {.object = partner_object_find("loyalty_state"), .h = history_of(BY_ROW, ALONE)};
    partner_loyalty_dicts d = history_dicts();
    partner_dict *const dicts[] = {d.kind, d.product, d.group, d.tier, d.rule, d.partner, d.event};
    partner_status status;

    ck_assert_uint_eq(l.object->dictionary_count, sizeof dicts / sizeof dicts[0]);
    arm(p);
    status = live(&l, dicts, error);
    disarm(p);
    if (status == PARTNER_OK) {
        const partner_loyalty *made = l.object->analysis->view(l.result, 0);

        ck_assert_uint_eq(made->events, l.h->rows);
        ck_assert_uint_eq(l.object->version(l.loaded), l.h->rows);
    } else ck_assert_ptr_null(l.result);
    l.object->analysis->free(l.made);
    l.object->analysis->free(l.settled);
    l.object->analysis->free(l.result);
    l.object->free(l.state);
    l.object->free(l.loaded);
    partner_bytes_free(l.bytes);
    free_history_dicts(&d);
    return status;
}

const fault_case loyalty_state_cases[] = {
    {"partner_loyalty_state_new", run_state_new, 0},
    {"partner_loyalty_state_free", run_state_free, 1},
    {"partner_loyalty_state_version", run_state_version, 1},
    {"partner_loyalty_state_append", run_append, FAULTS_SPARED},
    {"partner_loyalty_state_append.far_ids", run_append_far, FAULTS_SPARED},
    {"partner_loyalty_state_append.quiet", run_append_quiet, FAULTS_SPARED},
    {"partner_loyalty_state_append.first", run_append_first, FAULTS_SPARED},
    {"partner_loyalty_state_advance", run_advance, FAULTS_SPARED},
    {"partner_loyalty_from_state", run_from_state, 0},
    {"partner_loyalty_state_save", run_save, 0},
    {"partner_loyalty_state_load", run_load, FAULTS_SPARED},
    {"partner_loyalty_state_load.far_ids", run_load_far, FAULTS_SPARED},
    {"loyalty_state.finish", run_object, FAULTS_SPARED},
    {NULL, NULL, 0},
};
