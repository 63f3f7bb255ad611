/* SPDX-License-Identifier: MIT */
#include "parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

enum { MOST_THREADS = 256 };

typedef struct loop {
    partner__task task;
    void *context;
    size_t tasks;
    atomic_size_t next;
    atomic_int stop;
    pthread_mutex_t lock; /* guards the three below */
    partner_status status;
    size_t failed;
    partner_error error;
} loop;

static void keep_first_failure(loop *l, size_t task, partner_status status, const partner_error *error)
{
    pthread_mutex_lock(&l->lock);
    if (l->status == PARTNER_OK || task < l->failed) {
        l->status = status;
        l->failed = task;
        l->error = *error;
    }
    pthread_mutex_unlock(&l->lock);
    atomic_store(&l->stop, 1);
}

/* Tasks are taken in ascending order, so every task below one that failed has been taken as well and runs to
 * its end: the lowest failure does not depend on timing. */
static void work(loop *l, const partner__run *caller)
{
    while (!atomic_load(&l->stop)) {
        partner_error error;
        size_t task;
        partner_status status = caller == NULL ? PARTNER_OK : partner__ask(caller, &error);

        if (status != PARTNER_OK) {
            keep_first_failure(l, SIZE_MAX, status, &error);
            return;
        }
        task = atomic_fetch_add(&l->next, 1);
        if (task >= l->tasks) return;
        memset(&error, 0, sizeof error);
        status = l->task(l->context, task, &error);
        if (status != PARTNER_OK) keep_first_failure(l, task, status, &error);
    }
}

static void *thread_main(void *argument)
{
    work(argument, NULL);
    return NULL;
}

/* The host's signal handlers must not run on our threads: they start with all signals blocked. */
static uint32_t start(loop *l, pthread_t threads[], uint32_t count)
{
    sigset_t all, before;
    uint32_t started = 0;

    sigfillset(&all);
    if (count == 0 || pthread_sigmask(SIG_SETMASK, &all, &before) != 0) return 0;
    while (started < count && pthread_create(&threads[started], NULL, thread_main, l) == 0) started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

uint32_t partner__threads(const partner__run *run, size_t most)
{
    size_t wanted = run == NULL ? 1 : run->threads;

    if (wanted == PARTNER_THREADS_ALL) {
        long online = sysconf(_SC_NPROCESSORS_ONLN);
        wanted = online < 1 ? 1 : (size_t)online;
    }
    if (wanted > most) wanted = most;
    if (wanted > MOST_THREADS) wanted = MOST_THREADS;
    return wanted == 0 ? 1 : (uint32_t)wanted;
}

partner_status partner__ask(const partner__run *run, partner_error *error)
{
    if (run == NULL || run->interrupt == NULL || run->interrupt(run->interrupt_data) == 0) return PARTNER_OK;
    return partner__fail(error, PARTNER_E_CANCELLED, "cancelled");
}

static partner_status on_this_thread(const partner__run *run, size_t tasks, partner__task task, void *context,
                                     partner_error *error)
{
    for (size_t i = 0; i < tasks; i++) {
        partner_status status = partner__ask(run, error);
        if (status == PARTNER_OK) status = task(context, i, error);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

partner_status partner__parallel(const partner__run *run, size_t tasks, partner__task task, void *context,
                                 partner_error *error)
{
    static const partner__run alone = {0, NULL, NULL};
    pthread_t threads[MOST_THREADS];
    uint32_t count = partner__threads(run, tasks), started;
    loop l = {.task = task, .context = context, .tasks = tasks};

    if (run == NULL) run = &alone;
    if (count <= 1 || pthread_mutex_init(&l.lock, NULL) != 0)
        return on_this_thread(run, tasks, task, context, error);
    started = start(&l, threads, count - 1);
    work(&l, run);
    for (uint32_t i = 0; i < started; i++) pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&l.lock);
    if (l.status != PARTNER_OK && error != NULL) *error = l.error;
    return l.status;
}
