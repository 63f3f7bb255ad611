/* SPDX-License-Identifier: MIT
 * A parallel loop. Threads live only inside the call; a thread that cannot be had is done without. */
#ifndef PARTNER_BASE_PARALLEL_H
#define PARTNER_BASE_PARALLEL_H

#include <partner/base.h>

/* One of the tasks 0 … tasks - 1. Tasks run in any order on any thread: a task must depend on its number only
 * and write to its own place, so that the result is the same for every thread count. */
typedef partner_status (*partner__task)(void *context, size_t task, partner_error *error);

/* What the options of every capability say about running. */
typedef struct partner__run {
    uint32_t threads; /* as in options: 0 = 1 */
    partner_interrupt interrupt;
    void *interrupt_data;
} partner__run;

/* The number of threads to plan for: at least 1, at most `most`. */
uint32_t partner__threads(const partner__run *run, size_t most);

/* Runs all tasks. The caller's thread works too, and asks the interrupt before each of its tasks. On failure
 * the error is that of the lowest task that failed. `run` NULL = one thread, no interrupt. */
partner_status partner__parallel(const partner__run *run, size_t tasks, partner__task task, void *context,
                                 partner_error *error);

/* Asks the interrupt between the steps of a call that runs on one thread. */
partner_status partner__ask(const partner__run *run, partner_error *error);

#endif
