/* SPDX-License-Identifier: MIT */
#include "result.h"

#include "../base/error.h"
#include "../base/memory.h"
#include "forecast.h"
#include "register.h"

static partner_status make_parts(partner__result *to, partner__sources *from, partner_error *error)
{
    partner_status status = partner__claims_new(&from->claims, &from->in, error);

    if (status == PARTNER_OK) status = partner__make_states(to, from, error);
    if (status == PARTNER_OK) status = partner__make_doubts(to, from, error);
    if (status == PARTNER_OK) status = partner__make_visibility(to, from, error);
    if (status == PARTNER_OK) status = partner__make_conversions(to, from, error);
    if (status == PARTNER_OK)
        status = partner__register(&from->timeline, &to->arena, &to->pipeline.registrations,
                                   &to->pipeline.contenders, error);
    if (status == PARTNER_OK) status = partner__make_summary(to, from, error);
    return status;
}

/* In a build without GSL the tables are not read in vain. */
static partner_status check_learning(const partner__pipeline_settings *set, partner_error *error)
{
#if defined(PARTNER_WITH_GSL)
    (void)error;
    (void)set;
#else
    if (!set->state_only)
        return partner__fail_at(error, PARTNER_E_UNSUPPORTED,
                                partner__at("options", "state_only", PARTNER_NO_ROW, PARTNER_NONE),
                                "this build cannot learn: it is without GSL, expected state_only");
#endif
    return PARTNER_OK;
}

static partner_status learn(partner__result *to, const partner__sources *from, partner_error *error)
{
    partner__learning learning = {.shown = 0};
    partner_status status = partner__make_learning(to, from, &learning, error);

    if (status == PARTNER_OK) status = partner__make_forecast(to, from, &learning, error);
    partner__learning_free(&learning);
    return status;
}

static void free_sources(partner__sources *from)
{
    partner__timeline_free(&from->timeline);
    partner__claims_free(&from->claims);
    partner__inputs_free(&from->in);
}

partner_status partner_pipeline_new(const partner_process *process, const partner_deals *deals,
                                    const partner_milestones *milestones, const partner_claims *claims,
                                    const partner_pipeline_options *options, partner_pipeline **pipeline,
                                    partner_error *error)
{
    partner__sources from = {.doubts = NULL};
    partner__result *to;
    partner_status status;

    if (pipeline == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "pipeline is NULL");
    status = partner__pipeline_settings_take(&from.in.set, options, error);
    if (status == PARTNER_OK) status = check_learning(&from.in.set, error);
    if (status == PARTNER_OK) status = partner_process_check(process, error);
    if (status != PARTNER_OK) return status;
    to = partner__alloc_zero(1, sizeof *to);
    if (to == NULL) return partner__no_memory(error);
    to->pipeline.minor_units = from.in.set.minor_units;
    status = partner__steps_take(&to->steps, process, &to->arena, error);
    if (status == PARTNER_OK)
        status = partner__inputs_take(&from.in, &to->steps, deals, milestones, claims, error);
    if (status == PARTNER_OK) status = make_parts(to, &from, error);
    if (status == PARTNER_OK && !from.in.set.state_only) status = learn(to, &from, error);
    free_sources(&from);
    if (status == PARTNER_OK) *pipeline = &to->pipeline;
    else partner_pipeline_free(&to->pipeline);
    return status;
}

void partner_pipeline_free(partner_pipeline *pipeline)
{
    partner__result *r = (partner__result *)(void *)pipeline;

    if (r == NULL) return;
    partner_win_model_free((partner_win_model *)r->pipeline.win_model);
    partner__arena_free(&r->arena);
    partner__free(r);
}

size_t partner_pipeline_explain_registration(const partner_pipeline *pipeline, size_t i, char *buffer,
                                             size_t size)
{
    if (buffer != NULL && size > 0) *buffer = '\0';
    return pipeline == NULL ? 0 : partner__registration_explain(pipeline->registrations, i, buffer, size);
}
