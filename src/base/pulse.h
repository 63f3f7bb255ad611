/* SPDX-License-Identifier: MIT
 * An interrupt for tasks that take long themselves: partner__parallel asks between tasks only. */
#ifndef PARTNER_BASE_PULSE_H
#define PARTNER_BASE_PULSE_H

#include <pthread.h>
#include <stdatomic.h>

#include "parallel.h"

typedef struct partner__pulse {
    const partner__run *run;
    pthread_t caller;
    atomic_int stopped;
} partner__pulse;

/* To be called on the thread that the interrupt may be called on. `run` must live as long;
 * NULL = no interrupt. */
void partner__pulse_start(partner__pulse *pulse, const partner__run *run);

/* Asks the interrupt when this is the thread that started the pulse; CANCELLED, on any thread, once it said
 * stop. Cheap: a load and a comparison on the others. */
partner_status partner__pulse_ask(partner__pulse *pulse, partner_error *error);

#endif
