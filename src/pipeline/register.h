/* SPDX-License-Identifier: MIT
 * Deal registration: for how long one lives, and who holds a customer and product. */
#ifndef PARTNER_PIPELINE_REGISTER_H
#define PARTNER_PIPELINE_REGISTER_H

#include "timeline.h"

/* A registration as known on a day. */
typedef struct partner__registration {
    uint32_t deal;              /* index */
    uint32_t customer, product; /* PARTNER_NONE = none, all */
    int32_t from, to;           /* it lives on [from, to); none when to <= from */
    uint8_t ended_by;           /* PARTNER_REGISTRATION_… */
    uint64_t score;             /* weight that held on its first day */
} partner__registration;

/* How long registrations live, in days. */
typedef struct partner__protection {
    uint32_t protect, lapse;
} partner__protection;

/* --- registered.c --- */

/* Sets `to` and `ended_by`. last: day of the last progress before it lapsed, `from` where there was none.
 * closed: PARTNER_NO_DAY = open. */
void partner__registration_end(partner__registration *r, const partner__protection *days, int32_t last,
                               int32_t closed);

/* The rulings on all registered deals, as known on the timeline's as_of_day; *registrations and *contenders are
 * NULL when there is none. Everything lives in the arena. Errors: NOMEM, CANCELLED. */
partner_status partner__register(const partner__timeline *timeline, partner__arena *arena,
                                 const partner_pipeline_registrations **registrations,
                                 const partner_pipeline_contenders **contenders, partner_error *error);

/* --- register.c --- */

/* The rulings on registrations, given in the order of their rows: customers ascending and those without one
 * last, in each the products ascending and all of them last, in each by time. Rows that begin after as_of are
 * not known yet. Contenders come next in line first. Everything lives in the arena. Errors: NOMEM, CANCELLED.
 */
partner_status partner__registrations(const partner__registration *all, size_t count,
                                      const partner__protection *days, int32_t as_of, partner__arena *arena,
                                      const partner__run *run,
                                      const partner_pipeline_registrations **registrations,
                                      const partner_pipeline_contenders **contenders, partner_error *error);

/* As partner_pipeline_explain_registration, of registrations that partner__registrations made; NULL has none.
 */
size_t partner__registration_explain(const partner_pipeline_registrations *registrations, size_t i,
                                     char *buffer, size_t size);

#endif
