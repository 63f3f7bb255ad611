/* SPDX-License-Identifier: MIT */
#include "pulse.h"

#include "error.h"

void partner__pulse_start(partner__pulse *pulse, const partner__run *run)
{
    static const partner__run alone = {0, NULL, NULL};

    pulse->run = run == NULL ? &alone : run;
    pulse->caller = pthread_self();
    atomic_init(&pulse->stopped, 0);
}

partner_status partner__pulse_ask(partner__pulse *pulse, partner_error *error)
{
    partner_status status;

    if (atomic_load_explicit(&pulse->stopped, memory_order_relaxed))
        return partner__fail(error, PARTNER_E_CANCELLED, "cancelled");
    if (pulse->run->interrupt == NULL || !pthread_equal(pthread_self(), pulse->caller)) return PARTNER_OK;
    status = partner__ask(pulse->run, error);
    if (status != PARTNER_OK) atomic_store_explicit(&pulse->stopped, 1, memory_order_relaxed);
    return status;
}
