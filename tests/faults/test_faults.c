/* SPDX-License-Identifier: MIT
 * Every public function with every allocation failing in turn, once and from then on for ever, in the manner of
 * SQLite: each time the call says PARTNER_E_NOMEM, leaves its outputs alone, leaks nothing, and works the next
 * time. `test_faults --list` names the functions; check_symbols.py compares that with the headers. */
#include <jansson.h>
#include <stdio.h>

#include "base/memory.h"
#include "fixture.h"

static const fault_case *const tables[] = {
    allocation_cases,     base_cases,    breaks_cases,          change_cases,
    dict_cases,           loyalty_cases, loyalty_figures_cases, loyalty_state_cases,
    model_cases,          pareto_cases,  pipeline_cases,        pipeline_forecast_cases,
    pipeline_learn_cases, process_cases, program_cases,         record_cases,
    segment_cases,        tail_cases,    totals_cases,          xyz_cases};
enum { TABLES = sizeof tables / sizeof tables[0], MOST_ALLOCATIONS = 10000 };

static const fault_case *case_at(size_t i)
{
    for (size_t t = 0; t < TABLES; t++)
        for (const fault_case *c = tables[t]; c->function != NULL; c++)
            if (i-- == 0) return c;
    return NULL;
}

static int count_cases(void)
{
    size_t n = 0;

    while (case_at(n) != NULL) n++;
    return (int)n;
}

/* One run; nothing of it may stay behind. */
static partner_status run_clean(const fault_case *c, plan *p)
{
    size_t live = faults_live();
    partner_error error;
    partner_status status;

    memset(&error, 0, sizeof error);
    status = c->run(p, &error);
    ck_assert_msg(faults_live() == live, "%s leaks when allocation %zu fails%s", c->function, p->fail_at,
                  p->for_ever ? " and all after it" : "");
    ck_assert_uint_eq(faults_damaged(), 0);
    if (status != PARTNER_OK) ck_assert_int_eq(error.code, status);
    return status;
}

/* Whether a run in which allocations failed came out as it may. */
static void check_failing(const fault_case *c, partner_status status, size_t n)
{
    ck_assert_msg(c->manner != FAULTS_NEVER, "%s allocates, but could not say that it failed", c->function);
    if (c->manner == FAULTS_SPARED && status == PARTNER_OK) return;
    ck_assert_msg(status == PARTNER_E_NOMEM, "%s gives %d when allocation %zu fails", c->function, (int)status,
                  n);
}

/* The allocation to fail after the n-th. Every one in turn; but which one is the n-th depends on who is quicker
 * where threads share the work, so there some of the later ones will do. */
static size_t next_to_fail(size_t n) { return n + 1 + (briefly() ? n / 2 : case_threads > 1 ? n / 16 : 0); }

static void run_until_it_works(const fault_case *c, int for_ever)
{
    size_t spared = 0;

    for (size_t n = 1; n < MOST_ALLOCATIONS; n = next_to_fail(n)) {
        plan failing = {n, for_ever, 0}, working = {0, 0, 0};
        partner_status status = run_clean(c, &failing);

        if (failing.failed == 0) {
            ck_assert_int_eq(status, PARTNER_OK);
            if (c->manner != FAULTS_NEVER)
                printf("%s: up to %zu allocations, %zu of them spared\n", c->function, n - 1, spared);
            return;
        }
        check_failing(c, status, n);
        spared += status == PARTNER_OK;
        ck_assert_int_eq(run_clean(c, &working), PARTNER_OK);
    }
    ck_abort_msg("%s: still failing", c->function);
}

START_TEST(test_fail_once) { run_until_it_works(case_at((size_t)_i), 0); }
END_TEST

START_TEST(test_fail_for_ever) { run_until_it_works(case_at((size_t)_i), 1); }
END_TEST

START_TEST(test_with_threads)
{
    case_threads = 3;
    run_until_it_works(case_at((size_t)_i), 0);
    run_until_it_works(case_at((size_t)_i), 1);
}
END_TEST

/* What the cases look for must be findable: the allocator notices overruns and leaks. */
START_TEST(test_the_allocator_sees_damage)
{
    size_t live = faults_live();
    uint8_t *block = partner__alloc(10, 3);

    ck_assert_uint_eq(faults_live(), live + 1);
    block[30] ^= 1; /* one past the end */
    partner__free(block);
    ck_assert_uint_eq(faults_damaged(), 1);
    ck_assert_uint_eq(faults_live(), live + 1);
    block[30] ^= 1;
    partner__free(block);
    ck_assert_uint_eq(faults_live(), live);
}
END_TEST

/* This is the one build in which jansson is told whom to ask for memory. */
static void *json_alloc(size_t size) { return partner__alloc(size, 1); }

int main(int argc, char **argv)
{
    Suite *suite = suite_create("faults");
    TCase *tcase = add_case(suite, "faults");

    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (size_t i = 0; case_at(i) != NULL; i++) puts(case_at(i)->function);
        return EXIT_SUCCESS;
    }
    json_set_alloc_funcs(json_alloc, partner__free);
    tcase_add_loop_test(tcase, test_fail_once, 0, count_cases());
    tcase_add_loop_test(tcase, test_fail_for_ever, 0, count_cases());
    tcase_add_loop_test(tcase, test_with_threads, 0, count_cases());
    tcase_add_test(tcase, test_the_allocator_sees_damage);
    return run_suite(suite);
}
