/* SPDX-License-Identifier: MIT
 * The pipeline as an analysis, the process as a config: the functions of pipeline.h behind untyped pointers. */
#include "analysis.h"

#include "../base/error.h"
#include "../record/tables.h"

enum { DEALS, PROCESS, MILESTONES, CLAIMS, FEATURES, INPUTS };
enum { MILESTONE, STAGE, QUESTION, DICTS };
enum { DOUBTS, REGISTRATIONS };

/* --- the process --- */

static const char *const dictionaries[DICTS] = {"milestone", "stage", "question"};

static partner_status parse(const char *text, size_t length, partner_dict *const *dicts, void **config,
                            partner_error *error)
{
    partner_process_dicts d = PARTNER_PROCESS_DICTS_INIT;
    partner_process *process = NULL;
    partner_status status;

    if (config == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "config is NULL");
    if (dicts == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dicts is NULL");
    d.milestone = dicts[MILESTONE];
    d.stage = dicts[STAGE];
    d.question = dicts[QUESTION];
    status = partner_process_parse(text, length, &d, &process, error);
    if (status == PARTNER_OK) *config = process;
    return status;
}

static size_t config_sentence(const void *config, partner_dict *const *dicts, size_t i, char *buffer,
                              size_t size)
{
    (void)dicts;
    return partner_process_sentence(config, i, buffer, size);
}

static size_t config_warning(const void *config, partner_dict *const *dicts, size_t i, char *buffer,
                             size_t size)
{
    (void)dicts;
    return partner_process_warning(config, i, buffer, size);
}

static void config_free(void *config) { partner_process_free(config); }

const partner_config partner__process_config = {
    .name = "process",
    .text = "a sales process: its stages, and the milestones that prove them",
    .dictionaries = dictionaries,
    .dictionary_count = DICTS,
    .parse = parse,
    .sentence = config_sentence,
    .warning = config_warning,
    .free = config_free,
    .example =
        "{\"stages\": [\n"
        "  {\"id\": \"qualified\", \"milestones\": [{\"id\": \"budget\", \"question\": \"Who signs for the "
        "money?\"}]},\n"
        "  {\"id\": \"proposed\", \"milestones\": [{\"id\": \"contact\", \"valid_days\": 90}]}]}",
};

/* --- running --- */

static partner_status run(const void *const *inputs, const void *const *options, void **result,
                          partner_error *error)
{
    partner_pipeline_options o;
    partner_pipeline *pipeline = NULL;
    partner_status status;

    if (inputs == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "inputs is NULL");
    if (result == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "result is NULL");
    status = partner__take(&o, sizeof o, options == NULL ? NULL : options[0], 1, "pipeline_options", error);
    if (status != PARTNER_OK) return status;
    o.struct_size = (uint32_t)sizeof o;
    if (inputs[FEATURES] != NULL) o.features = inputs[FEATURES];
    status = partner_pipeline_new(inputs[PROCESS], inputs[DEALS], inputs[MILESTONES], inputs[CLAIMS], &o,
                                  &pipeline, error);
    if (status == PARTNER_OK) *result = pipeline;
    return status;
}

static const void *view(const void *result, size_t i)
{
    const partner_pipeline *pipeline = result;

    if (pipeline == NULL) return NULL;
    switch (i) {
    case 0: return pipeline;
    case 1: return pipeline->deal;
    default: return NULL;
    }
}

static size_t explain(const void *result, size_t table, size_t row, char *buffer, size_t size)
{
    if (table == REGISTRATIONS) return partner_pipeline_explain_registration(result, row, buffer, size);
    return partner_pipeline_explain_doubt(table == DOUBTS ? result : NULL, row, buffer, size);
}

static void free_result(void *result) { partner_pipeline_free(result); }

static const partner_input inputs_table[INPUTS] = {
    [DEALS] = {.name = "deals",
               .text = "deals, open and closed",
               .record = &partner__deals_record,
               .required = 1},
    [PROCESS] = {.name = "process",
                 .text = "the sales process, JSON",
                 .config = &partner__process_config,
                 .required = 1},
    [MILESTONES] = {.name = "milestones",
                    .text = "reports that milestones are done, or taken back",
                    .record = &partner__milestones_record},
    [CLAIMS] = {.name = "claims",
                .text = "what partners said of their deals, and when",
                .record = &partner__claims_record},
    [FEATURES] = {.name = "features",
                  .text = "numbers of your own about deals, for the model",
                  .record = &partner__deal_features_record},
};
static const partner_record *const options_records[] = {&partner__pipeline_options_record};
static const partner_view views[] = {
    {"deals", "Deals", &partner__pipeline_record},
    {"deals", "Deals", &partner__pipeline_deals_record},
};
static const char *const explained[] = {[DOUBTS] = "doubts", [REGISTRATIONS] = "registrations"};

const partner_analysis partner__pipeline_analysis = {
    .name = "pipeline",
    .text = "where deals stand by evidence, which claims to doubt, what will close",
    .inputs = inputs_table,
    .input_count = INPUTS,
    .options = options_records,
    .option_count = 1,
    .views = views,
    .view_count = sizeof views / sizeof views[0],
    .run = run,
    .view = view,
    .sentence = partner__pipeline_sentence,
    .advice = partner__pipeline_advice,
    .free = free_result,
    .example = "open=3|won=1|lost=1",
    .explained = explained,
    .explained_count = sizeof explained / sizeof explained[0],
    .explain = explain,
};
