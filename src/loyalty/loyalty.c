/* SPDX-License-Identifier: MIT
 * The whole history in one call. */
#include <string.h>

#include "../base/error.h"
#include "run.h"

static partner_status open_new(void *context, size_t segment, uint32_t partner, partner__account *a,
                               partner_error *error)
{
    const partner__play *play = context;

    (void)segment;
    return partner__enrolled_begin(play->enrolled, play->plan, partner, a, error);
}

static partner_loyalty counts_of(const partner__batch *batch)
{
    partner_loyalty counts;

    memset(&counts, 0, sizeof counts);
    counts.as_of_day = batch->as_of;
    counts.events = batch->taken;
    counts.later = batch->later;
    counts.unmentioned = batch->unmentioned;
    counts.credit_notes = batch->credit_notes;
    counts.duplicates = batch->duplicates;
    return counts;
}

static partner_status run_batch(partner__plan *plan, const partner__batch *batch,
                                const partner__enrolled *enrolled, const partner_loyalty_options *o,
                                partner_loyalty **loyalty, partner_error *error)
{
    partner__play play = {.plan = plan,
                          .batch = batch,
                          .partners = batch->partners,
                          .as_of = batch->as_of,
                          .open = open_new,
                          .enrolled = enrolled,
                          .lines = 1,
                          .ledger = o->ledger,
                          .notices = o->notices,
                          .run = {o->threads, o->interrupt, o->interrupt_data}};
    partner__played played = {0};
    partner_loyalty counts = counts_of(batch);
    partner_status status;

    play.context = &play;
    status = partner__play_run(&play, &played, error);
    if (status == PARTNER_OK) status = partner__result(&play, &played, &counts, loyalty, error);
    partner__played_free(&played);
    return status;
}

static partner_status run_plan(partner__plan *plan, const partner_events *events,
                               const partner_loyalty_options *o, partner_loyalty **loyalty,
                               partner_error *error)
{
    partner__batch batch = {0};
    partner__enrolled enrolled = {0};
    partner__run run = {o->threads, o->interrupt, o->interrupt_data};
    partner__batch_ask ask = {.partners = o->partners,
                              .as_of = o->as_of_day,
                              .at_least_day = PARTNER_NO_DAY,
                              .skip_duplicates = o->skip_duplicates};
    partner_status status = PARTNER_OK;

    if (o->roster != NULL) status = partner__enrol(o->roster, plan, o->partners, &enrolled, error);
    ask.at_least = enrolled.partners;
    if (status == PARTNER_OK) status = partner__batch_new(&batch, plan, events, &ask, &run, error);
    if (status == PARTNER_OK) status = run_batch(plan, &batch, &enrolled, o, loyalty, error);
    partner__batch_free(&batch);
    partner__enrolled_free(&enrolled);
    return status;
}

partner_status partner_loyalty_new(const partner_program *program, const partner_events *events,
                                   const partner_loyalty_options *options, partner_loyalty **loyalty,
                                   partner_error *error)
{
    partner_loyalty_options o;
    partner__plan *plan = NULL;
    partner_status status;

    if (loyalty == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "loyalty is NULL");
    status = partner__plan_new(program, &plan, error);
    if (status != PARTNER_OK) return status;
    status = partner__loyalty_options(&o, options, &plan->program, error);
    if (status == PARTNER_OK) status = run_plan(plan, events, &o, loyalty, error);
    partner__plan_release(plan);
    return status;
}
