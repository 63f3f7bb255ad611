/* SPDX-License-Identifier: MIT
 * The parallel loop. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

#include "base.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/pulse.h"

static const uint32_t thread_counts[] = {0, 1, 2, 3, 8, 300, PARTNER_THREADS_ALL};
enum { THREAD_COUNTS = sizeof thread_counts / sizeof thread_counts[0], MOST_TASKS = 1000 };

typedef struct job {
    pthread_t caller;
    unsigned char ran[MOST_TASKS];
    unsigned char fails[MOST_TASKS];
    atomic_int open_signals; /* tasks on other threads that a signal could interrupt */
    int asked, asked_elsewhere, stop_at;
} job;

static job *job_new(void)
{
    job *j = calloc(1, sizeof *j);

    ck_assert_ptr_nonnull(j);
    j->caller = pthread_self();
    return j;
}

/* Low tasks take longer, so that failures of high tasks come first. */
static void dawdle(size_t task)
{
    for (size_t i = task % 8; i < 8; i++) sched_yield();
}

static partner_status task_of(void *context, size_t task, partner_error *error)
{
    job *j = context;

    j->ran[task]++;
    if (!pthread_equal(pthread_self(), j->caller)) {
        sigset_t blocked;
        pthread_sigmask(SIG_SETMASK, NULL, &blocked);
        if (!sigismember(&blocked, SIGINT) || !sigismember(&blocked, SIGALRM))
            atomic_fetch_add(&j->open_signals, 1);
    }
    if (!j->fails[task]) return PARTNER_OK;
    dawdle(task);
    return partner__fail_at(error, PARTNER_E_DATA, partner__at("x", "y", task, PARTNER_NONE), "task %zu", task);
}

static int ask(void *data)
{
    job *j = data;

    if (!pthread_equal(pthread_self(), j->caller)) j->asked_elsewhere++;
    return ++j->asked == j->stop_at;
}

START_TEST(test_every_task_runs_once)
{
    static const size_t counts[] = {0, 1, 2, 7, MOST_TASKS};

    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        job *j = job_new();
        partner__run run = {thread_counts[_i], NULL, NULL};
        partner_error error;

        must(partner__parallel(&run, counts[c], task_of, j, &error), error);
        for (size_t i = 0; i < MOST_TASKS; i++) ck_assert_uint_eq(j->ran[i], i < counts[c]);
        ck_assert_int_eq(atomic_load(&j->open_signals), 0);
        free(j);
    }
}
END_TEST

START_TEST(test_no_run_means_this_thread)
{
    job *j = job_new();
    partner_error error;

    must(partner__parallel(NULL, 5, task_of, j, &error), error);
    for (size_t i = 0; i < 5; i++) ck_assert_uint_eq(j->ran[i], 1);
    free(j);
}
END_TEST

/* "On failure the error is that of the lowest task that failed", whatever the timing. */
START_TEST(test_lowest_failure_wins)
{
    uint64_t state = UINT64_C(0x8ebc6af09c88c6e3);
    const int rounds = thread_counts[_i] == 300 ? 1 : 50; /* many threads take long to start */

    for (int round = 0; round < rounds; round++) {
        job *j = job_new();
        partner__run run = {thread_counts[_i], NULL, NULL};
        partner_error error;
        size_t first = draw(&state) % 50, more = draw(&state) % 20;

        j->fails[first] = 1;
        for (size_t i = 0; i < more; i++) j->fails[first + draw(&state) % (MOST_TASKS - first)] = 1;
        must_fail(partner__parallel(&run, MOST_TASKS, task_of, j, &error), PARTNER_E_DATA, error);
        ck_assert_uint_eq(error.row, first);
        ck_assert_str_eq(error.record, "x");
        for (size_t i = 0; i <= first; i++) ck_assert_uint_eq(j->ran[i], 1);
        free(j);
    }
}
END_TEST

START_TEST(test_failure_without_an_error_to_fill)
{
    job *j = job_new();
    partner__run run = {3, NULL, NULL};

    j->fails[5] = 1;
    ck_assert_int_eq(partner__parallel(&run, MOST_TASKS, task_of, j, NULL), PARTNER_E_DATA);
    free(j);
}
END_TEST

START_TEST(test_interrupt_is_asked_on_the_calling_thread_only)
{
    job *j = job_new();
    partner__run run = {thread_counts[_i], ask, j};
    partner_error error;

    must(partner__parallel(&run, MOST_TASKS, task_of, j, &error), error);
    ck_assert_int_ge(j->asked, 1);
    ck_assert_int_eq(j->asked_elsewhere, 0);
    free(j);
}
END_TEST

START_TEST(test_interrupt_cancels)
{
    job *j = job_new();
    partner__run run = {thread_counts[_i], ask, j};
    partner_error error;

    j->stop_at = 1;
    must_fail(partner__parallel(&run, MOST_TASKS, task_of, j, &error), PARTNER_E_CANCELLED, error);
    ck_assert_int_eq(j->asked, 1);
    for (size_t i = 0; i < MOST_TASKS; i++) ck_assert_uint_le(j->ran[i], 1);
    free(j);
}
END_TEST

/* With one thread nothing is left to timing: asked before each task, so task 9 never runs. */
START_TEST(test_interrupt_before_each_task)
{
    job *j = job_new();
    partner__run run = {1, ask, j};
    partner_error error;

    j->stop_at = 10;
    must_fail(partner__parallel(&run, MOST_TASKS, task_of, j, &error), PARTNER_E_CANCELLED, error);
    for (size_t i = 0; i < MOST_TASKS; i++) ck_assert_uint_eq(j->ran[i], i < 9);
    free(j);
}
END_TEST

START_TEST(test_threads_to_plan_for)
{
    partner__run run = {0, NULL, NULL};

    ck_assert_uint_eq(partner__threads(NULL, 10), 1);
    ck_assert_uint_eq(partner__threads(&run, 10), 1);
    run.threads = 4;
    ck_assert_uint_eq(partner__threads(&run, 10), 4);
    ck_assert_uint_eq(partner__threads(&run, 3), 3);
    ck_assert_uint_eq(partner__threads(&run, 0), 1);
    run.threads = PARTNER_THREADS_ALL;
    ck_assert_uint_ge(partner__threads(&run, 1000), 1);
    ck_assert_uint_eq(partner__threads(&run, 1), 1);
    run.threads = PARTNER_THREADS_ALL - 1;
    ck_assert_uint_le(partner__threads(&run, SIZE_MAX), 1024);
}
END_TEST

START_TEST(test_ask)
{
    job *j = job_new();
    partner__run run = {1, ask, j};
    partner_error error;

    must(partner__ask(NULL, &error), error);
    must(partner__ask(&run, &error), error);
    j->stop_at = 2;
    must_fail(partner__ask(&run, &error), PARTNER_E_CANCELLED, error);
    free(j);
}
END_TEST

/* Tasks that would go on for ever, but for the pulse. */
typedef struct long_job {
    partner__pulse pulse;
    atomic_int running;
} long_job;

static partner_status endless(void *context, size_t task, partner_error *error)
{
    long_job *l = context;
    partner_status status;

    (void)task;
    atomic_fetch_add(&l->running, 1);
    do {
        status = partner__pulse_ask(&l->pulse, error);
    } while (status == PARTNER_OK);
    return status;
}

START_TEST(test_pulse_ends_long_tasks_on_all_threads)
{
    job *j = job_new();
    partner__run run = {thread_counts[_i], ask, j};
    long_job l;
    partner_error error;

    if (run.threads == 0) run.threads = 1;
    j->stop_at = 5000;
    atomic_init(&l.running, 0);
    partner__pulse_start(&l.pulse, &run);
    must_fail(partner__parallel(&run, 4, endless, &l, &error), PARTNER_E_CANCELLED, error);
    ck_assert_int_eq(j->asked, 5000);
    ck_assert_int_eq(j->asked_elsewhere, 0);
    ck_assert_int_ge(atomic_load(&l.running), 1);
    must_fail(partner__pulse_ask(&l.pulse, &error), PARTNER_E_CANCELLED, error);
    ck_assert_int_eq(j->asked, 5000);
    free(j);
}
END_TEST

START_TEST(test_pulse_without_an_interrupt)
{
    partner__run run = {1, NULL, NULL};
    partner__pulse pulse;
    partner_error error;

    partner__pulse_start(&pulse, &run);
    for (int i = 0; i < 3; i++) must(partner__pulse_ask(&pulse, &error), error);
}
END_TEST

void add_parallel_cases(Suite *suite)
{
    TCase *tcase = add_case(suite, "parallel");

    tcase_add_loop_test(tcase, test_every_task_runs_once, 0, THREAD_COUNTS);
    tcase_add_test(tcase, test_no_run_means_this_thread);
    tcase_add_loop_test(tcase, test_lowest_failure_wins, 0, THREAD_COUNTS);
    tcase_add_test(tcase, test_failure_without_an_error_to_fill);
    tcase_add_loop_test(tcase, test_interrupt_is_asked_on_the_calling_thread_only, 0, THREAD_COUNTS);
    tcase_add_loop_test(tcase, test_interrupt_cancels, 0, THREAD_COUNTS);
    tcase_add_test(tcase, test_interrupt_before_each_task);
    tcase_add_test(tcase, test_threads_to_plan_for);
    tcase_add_test(tcase, test_ask);
    tcase_add_loop_test(tcase, test_pulse_ends_long_tasks_on_all_threads, 0, THREAD_COUNTS);
    tcase_add_test(tcase, test_pulse_without_an_interrupt);
}
