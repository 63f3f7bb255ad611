/* SPDX-License-Identifier: MIT
 * Segmentation, natural breaks and allocation as analyses, the rules as a config: the functions of segment.h
 * behind untyped pointers. */
#include "analysis.h"

#include "../base/error.h"
#include "../base/memory.h"
#include "../record/tables.h"
#include "segment.h"

enum { SALES, RULES, INTERACTIONS, PARTNERS, EXPECTATIONS, INPUTS };
enum { KIND, SEGMENT, BAND, DICTS };

/* --- the rules --- */

static const char *const dictionaries[DICTS] = {"kind", "segment", "band"};

static partner_status parse(const char *text, size_t length, partner_dict *const *dicts, void **config,
                            partner_error *error)
{
    partner_segment_dicts d = PARTNER_SEGMENT_DICTS_INIT;
    partner_segment_rules *rules = NULL;
    partner_status status;

    if (config == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "config is NULL");
    if (dicts == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "dicts is NULL");
    d.kind = dicts[KIND];
    d.segment = dicts[SEGMENT];
    d.band = dicts[BAND];
    status = partner_segment_rules_parse(text, length, &d, &rules, error);
    if (status == PARTNER_OK) *config = rules;
    return status;
}

static size_t config_sentence(const void *config, partner_dict *const *dicts, size_t i, char *buffer,
                              size_t size)
{
    (void)dicts;
    return partner_segment_rules_sentence(config, i, buffer, size);
}

static size_t config_warning(const void *config, partner_dict *const *dicts, size_t i, char *buffer,
                             size_t size)
{
    (void)dicts;
    return partner_segment_rules_warning(config, i, buffer, size);
}

static void config_free(void *config) { partner_segment_rules_free(config); }

const partner_config partner__segments_config = {
    .name = "segments",
    .text = "segmentation rules: bands, kinds of interaction, names, what attention brings",
    .dictionaries = dictionaries,
    .dictionary_count = DICTS,
    .parse = parse,
    .sentence = config_sentence,
    .warning = config_warning,
    .free = config_free,
    .example = "{\"bands\": {\"method\": \"thresholds\", \"thresholds\": [300]},\n"
               " \"mode\": {\"kinds\": {\"order\": \"transactional\", \"training\": \"consultative\",\n"
               "                    \"joint-visit\": \"consultative\", \"design-in\": \"consultative\"}}}",
    .initial = "{}",
};

/* --- running --- */

/* What a run is asked for. */
typedef struct request {
    const void *const *inputs;
    partner_totals_options totals;
    partner_segment_options segment;
    partner_segment_rules rules;
} request;

static void free_run(void *result)
{
    partner__segment_run *r = result;

    if (r == NULL) return;
    partner_segmentation_free(r->now);
    partner_segmentation_free(r->before);
    partner__free(r);
}

static uint32_t highest_of(uint32_t highest, const uint32_t *partner, size_t rows)
{
    if (partner == NULL) return highest;
    for (size_t i = 0; i < rows; i++)
        if (partner[i] != PARTNER_NONE && (highest == PARTNER_NONE || partner[i] > highest))
            highest = partner[i];
    return highest;
}

/* Without a partners file those are enrolled whom any table names: a partner that we visit and that has bought
 * nothing yet has a line. */
static partner_status count_partners(request *q, partner_error *error)
{
    partner_sales sales;
    partner_interactions interactions;
    partner_expectations expectations;
    uint32_t highest = PARTNER_NONE;
    partner_status status = partner__take(&sales, sizeof sales, q->inputs[SALES], 0, "sales", error);

    if (status == PARTNER_OK)
        status = partner__take(&interactions, sizeof interactions, q->inputs[INTERACTIONS], 1, "interactions",
                               error);
    if (status == PARTNER_OK)
        status = partner__take(&expectations, sizeof expectations, q->inputs[EXPECTATIONS], 1, "expectations",
                               error);
    if (status != PARTNER_OK || q->totals.partners != 0 || q->totals.roster != NULL) return status;
    highest = highest_of(highest, sales.partner, sales.rows);
    highest = highest_of(highest, interactions.partner, interactions.rows);
    highest = highest_of(highest, expectations.partner, expectations.rows);
    if (highest != PARTNER_NONE) q->totals.partners = (size_t)highest + 1;
    return PARTNER_OK;
}

static partner_status take(request *q, const void *const *in, const void *const *options, partner_error *error)
{
    partner_status status = partner__take(&q->totals, sizeof q->totals, options == NULL ? NULL : options[0], 1,
                                          "totals_options", error);

    if (status == PARTNER_OK)
        status = partner__take(&q->segment, sizeof q->segment, options == NULL ? NULL : options[1], 1,
                               "segment_options", error);
    if (status == PARTNER_OK) status = partner__take(&q->rules, sizeof q->rules, in[RULES], 1, "rules", error);
    if (status != PARTNER_OK) return status;
    if (q->totals.roll_up)
        return partner__fail_at(
            error, PARTNER_E_ARGUMENT, partner__at("totals_options", "roll_up", PARTNER_NO_ROW, PARTNER_NONE),
            "roll_up is set, expected none: a segment is of one partner, not of its family");
    q->inputs = in;
    q->totals.struct_size = sizeof q->totals;
    q->segment.struct_size = sizeof q->segment;
    q->rules.struct_size = sizeof q->rules;
    if (in[PARTNERS] != NULL) q->totals.roster = in[PARTNERS];
    if (in[INTERACTIONS] != NULL) q->segment.interactions = in[INTERACTIONS];
    if (in[EXPECTATIONS] != NULL) q->segment.expectations = in[EXPECTATIONS];
    return count_partners(q, error);
}

static partner_status segment(const request *q, const partner_totals *totals,
                              const partner_segment_options *options, const partner_segment_rules *rules,
                              partner_segmentation **made, partner_error *error)
{
    partner__arena arena = {NULL};
    partner_portfolio portfolio;
    partner_status status =
        partner__portfolio_of(totals, q->totals.roster, q->totals.min_sales, &arena, &portfolio, error);

    if (status == PARTNER_OK)
        status =
            partner_segmentation_new(&portfolio, q->inputs[RULES] == NULL ? NULL : rules, options, made, error);
    if (status == PARTNER_E_DATA) partner__portfolio_blame(totals, q->totals.roster, error);
    partner__arena_free(&arena);
    return status;
}

/* The period before, on its own: bands, modes and segments, without hours. Growth has the rule for the windows.
 */
static partner_status segment_before(const request *q, const partner_totals *now, partner__segment_run *made,
                                     partner_error *error)
{
    partner_totals_options then = q->totals;
    partner_segment_options options = q->segment;
    partner_segment_rules rules = q->rules;
    partner_totals *totals = NULL;
    partner_growth *growth = NULL;
    partner_status status;

    then.from_day = q->totals.previous_from_day;
    then.to_day = q->totals.previous_to_day;
    options.budget = rules.hours = 0;
    options.expectations = NULL;
    status = partner_totals_new(q->inputs[SALES], &then, &totals, error);
    if (status == PARTNER_OK) status = partner_growth_between(totals, now, &growth, error);
    if (status == PARTNER_OK) {
        made->after_last_day = growth->after_last_day;
        made->last_day = now->last_day_seen;
        status = segment(q, totals, &options, &rules, &made->before, error);
    }
    partner_totals_free(totals);
    partner_growth_free(growth);
    return status;
}

static partner_status compute(const request *q, partner__segment_run *made, partner_error *error)
{
    partner_segment_options options = q->segment;
    partner_totals *totals = NULL;
    partner_status status = partner_totals_new(q->inputs[SALES], &q->totals, &totals, error);

    if (status == PARTNER_OK && (q->totals.previous_from_day != 0 || q->totals.previous_to_day != 0)) {
        status = segment_before(q, totals, made, error);
        options.previous = made->before;
    }
    if (status == PARTNER_OK) status = segment(q, totals, &options, &q->rules, &made->now, error);
    partner_totals_free(totals);
    return status;
}

static partner_status run(const void *const *inputs, const void *const *options, void **result,
                          partner_error *error)
{
    request q;
    partner__segment_run *made;
    partner_status status;

    if (inputs == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "inputs is NULL");
    if (result == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "result is NULL");
    status = take(&q, inputs, options, error);
    if (status != PARTNER_OK) return status;
    made = partner__alloc_zero(1, sizeof *made);
    if (made == NULL) return partner__no_memory(error);
    status = compute(&q, made, error);
    if (status == PARTNER_OK) *result = made;
    else free_run(made);
    return status;
}

static const void *view(const void *result, size_t i)
{
    const partner__segment_run *r = result;

    if (r == NULL) return NULL;
    switch (i) {
    case 0: return r->now;
    case 1: return r->now->partner;
    default: return NULL;
    }
}

static size_t explain(const void *result, size_t table, size_t row, char *buffer, size_t size)
{
    const partner__segment_run *r = result;

    return partner_segmentation_explain(r == NULL || table != 0 ? NULL : r->now, row, buffer, size);
}

static const partner_input inputs_table[INPUTS] = {
    [SALES] = {.name = "sales", .text = "rows of sales", .record = &partner__sales_record, .required = 1},
    [RULES] = {.name = "rules", .text = "segmentation rules, JSON", .config = &partner__segments_config},
    [INTERACTIONS] = {.name = "interactions",
                      .text = "what we did with partners",
                      .record = &partner__interactions_record},
    [PARTNERS] = {.name = "partners", .text = "who is enrolled", .record = &partner__roster_record},
    [EXPECTATIONS] = {.name = "alignment",
                      .text = "what partners expect and experience",
                      .record = &partner__expectations_record},
};
static const partner_record *const options_records[] = {&partner__totals_options_record,
                                                        &partner__segment_options_record};
static const partner_view views[] = {
    {"partners", "Partners", &partner__segmentation_record},
    {"partners", "Partners", &partner__segment_partners_record},
};
static const char *const explained[] = {"movers"};

const partner_analysis partner__segment_analysis = {
    .name = "segment",
    .text = "who should get our resources and in what form: revenue bands, interaction modes, potential, hours",
    .inputs = inputs_table,
    .input_count = INPUTS,
    .options = options_records,
    .option_count = sizeof options_records / sizeof *options_records,
    .views = views,
    .view_count = sizeof views / sizeof *views,
    .run = run,
    .view = view,
    .sentence = partner__segment_sentence,
    .advice = partner__segment_advice,
    .free = free_run,
    .example = "partners=4|revenue=1000.00",
    .explained = explained,
    .explained_count = sizeof explained / sizeof *explained,
    .explain = explain,
};
