/* SPDX-License-Identifier: MIT
 * Loyalty and deferral as analyses, the program as a config, its state as an object: the functions of loyalty.h
 * behind untyped pointers. */
#include "analysis.h"

#include <stdio.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../record/tables.h"

enum { EVENTS, PROGRAM, PARTNERS, COMPARE, BEFORE, INPUTS };
enum { KIND, PRODUCT, GROUP, TIER, RULE, CONFIG_DICTS };
enum { STATE_PARTNER = CONFIG_DICTS, STATE_EVENT, STATE_DICTS };

/* --- the program --- */

static const char *const dictionaries[] = {"kind", "product", "group", "tier", "rule", "partner", "event"};

static partner_loyalty_dicts dicts_of(partner_dict *const *dicts, size_t count)
{
    partner_loyalty_dicts d = PARTNER_LOYALTY_DICTS_INIT;

    if (dicts == NULL) return d;
    d.kind = dicts[KIND];
    d.product = dicts[PRODUCT];
    d.group = dicts[GROUP];
    d.tier = dicts[TIER];
    d.rule = dicts[RULE];
    if (count == STATE_DICTS) {
        d.partner = dicts[STATE_PARTNER];
        d.event = dicts[STATE_EVENT];
    }
    return d;
}

static partner_status parse(const char *text, size_t length, partner_dict *const *dicts, void **config,
                            partner_error *error)
{
    partner_loyalty_dicts d = dicts_of(dicts, CONFIG_DICTS);
    partner_program *program = NULL;
    partner_status status;

    if (config == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "config is NULL");
    status = partner_program_parse(text, length, &d, &program, error);
    if (status == PARTNER_OK) *config = program;
    return status;
}

static size_t config_sentence(const void *config, partner_dict *const *dicts, size_t i, char *buffer,
                              size_t size)
{
    partner_loyalty_dicts d = dicts_of(dicts, CONFIG_DICTS);

    return partner_program_sentence(config, &d, i, buffer, size);
}

static size_t config_warning(const void *config, partner_dict *const *dicts, size_t i, char *buffer,
                             size_t size)
{
    partner_loyalty_dicts d = dicts_of(dicts, CONFIG_DICTS);

    return partner_program_warning(config, &d, i, buffer, size);
}

static uint8_t config_minor_units(const void *config)
{
    const partner_program *program = config;

    if (program->minor_units == 0) return 2;
    return program->minor_units == PARTNER_MINOR_UNITS_0 ? 0 : program->minor_units;
}

static void config_free(void *config) { partner_program_free(config); }

const partner_config partner__program_config = {
    .name = "program",
    .text = "a loyalty program: what earns points, tiers, expiry, redemption",
    .dictionaries = dictionaries,
    .dictionary_count = CONFIG_DICTS,
    .parse = parse,
    .sentence = config_sentence,
    .warning = config_warning,
    .minor_units = config_minor_units,
    .free = config_free,
    .example =
        "{\"rules\": [{\"id\": \"base\", \"on\": \"sale\", \"earn\": {\"points\": 1, \"per\": 10}}],\n"
        " \"tiers\": [{\"id\": \"authorized\"}, {\"id\": \"silver\", \"points\": 15, \"multiplier\": 1.5}],\n"
        " \"redeem\": {\"on\": \"redemption\"}}",
};

/* --- running --- */

static void free_outcome(void *result)
{
    partner__loyalty_outcome *o = result;

    if (o == NULL) return;
    partner_loyalty_free(o->loyalty);
    partner_loyalty_comparison_free(o->comparison);
    partner_loyalty_difference_free(o->difference);
    partner__free(o);
}

static partner_status take_options(const void *const *inputs, const void *given, partner_loyalty_options *o,
                                   partner_error *error)
{
    partner_status status = partner__take(o, sizeof *o, given, 1, "loyalty_options", error);

    if (status != PARTNER_OK) return status;
    o->struct_size = (uint32_t)sizeof *o;
    if (inputs != NULL && inputs[PARTNERS] != NULL) o->roster = inputs[PARTNERS];
    return PARTNER_OK;
}

static partner_status compare(const void *const *inputs, const partner_loyalty_options *options,
                              partner__loyalty_outcome *made, partner_error *error)
{
    partner_loyalty_options o = *options;
    partner_loyalty *other = NULL;
    partner_status status;

    o.ledger = 0;
    o.notices = 0;
    status = partner_loyalty_new(inputs[COMPARE], inputs[EVENTS], &o, &other, error);
    if (status == PARTNER_OK) status = partner_loyalty_compare(made->loyalty, other, &made->comparison, error);
    partner_loyalty_free(other);
    return status;
}

/* An error about rows, or a program, that are not those of the main inputs. */
static void name_input(partner_error *error, const char *name)
{
    if (error != NULL && (error->record[0] != 0 || error->path[0] != 0))
        snprintf(error->record, sizeof error->record, "%s", name);
}

/* Both histories run through the same day. */
static partner_status difference(const void *const *inputs, const partner_loyalty_options *options,
                                 partner__loyalty_outcome *made, partner_error *error)
{
    partner_loyalty_options o = *options;
    partner_loyalty *before = NULL;
    partner_status status;

    o.notices = 0;
    o.ledger = 1;
    if (made->loyalty->as_of_day != PARTNER_NO_DAY)
        o.as_of_day = made->loyalty->as_of_day == 0 ? PARTNER_DAY_0 : made->loyalty->as_of_day;
    status = partner_loyalty_new(inputs[PROGRAM], inputs[BEFORE], &o, &before, error);
    if (status != PARTNER_OK) name_input(error, "before");
    if (status == PARTNER_OK)
        status = partner_loyalty_difference_new(before, made->loyalty, &made->difference, error);
    partner_loyalty_free(before);
    return status;
}

static partner_status hand_over(partner__loyalty_outcome *made, partner_status status, void **result)
{
    if (status == PARTNER_OK) *result = made;
    else free_outcome(made);
    return status;
}

static partner_status run(const void *const *inputs, const void *const *options, void **result,
                          partner_error *error)
{
    partner_loyalty_options o;
    partner__loyalty_outcome *made;
    partner_status status;

    if (inputs == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "inputs is NULL");
    if (result == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "result is NULL");
    status = take_options(inputs, options == NULL ? NULL : options[0], &o, error);
    if (status != PARTNER_OK) return status;
    made = partner__alloc_zero(1, sizeof *made);
    if (made == NULL) return partner__no_memory(error);
    made->shows_ledger = o.ledger != 0;
    if (inputs[BEFORE] != NULL) o.ledger = 1;
    status = partner_loyalty_new(inputs[PROGRAM], inputs[EVENTS], &o, &made->loyalty, error);
    if (status == PARTNER_OK && inputs[COMPARE] != NULL) status = compare(inputs, &o, made, error);
    if (status == PARTNER_OK && inputs[BEFORE] != NULL) status = difference(inputs, &o, made, error);
    if (status == PARTNER_OK) {
        made->shown = *made->loyalty;
        if (!made->shows_ledger) made->shown.ledger = NULL;
    }
    return hand_over(made, status, result);
}

static const void *view(const void *result, size_t i)
{
    const partner__loyalty_outcome *o = result;

    if (o == NULL) return NULL;
    switch (i) {
    case 0: return &o->shown;
    case 1: return o->comparison;
    case 2: return o->difference;
    default: return NULL;
    }
}

static size_t explain(const void *result, size_t table, size_t row, char *buffer, size_t size)
{
    const partner__loyalty_outcome *o = result;

    if (o == NULL || table > 0 || !o->shows_ledger) {
        if (size > 0 && buffer != NULL) *buffer = 0;
        return 0;
    }
    return partner_loyalty_explain(o->loyalty, row, buffer, size);
}

static const partner_input inputs_table[] = {
    {.name = "events", .text = "events of partners", .record = &partner__events_record, .required = 1},
    {.name = "program", .text = "the loyalty program, JSON", .config = &partner__program_config, .required = 1},
    {.name = "partners",
     .text = "who is enrolled, with group, tier and tier_until",
     .record = &partner__roster_record},
    {.name = "compare",
     .text = "another program, to see what a change would have cost",
     .config = &partner__program_config},
    {.name = "before",
     .text = "the events as they were, to see what late ones change",
     .record = &partner__events_record},
};
static const char *const explained[] = {"ledger"};
static const partner_record *const options_records[] = {&partner__loyalty_options_record};
static const partner_view views[] = {
    {"partners", "Statements", &partner__loyalty_record},
    {"comparison", "The other program beside this one", &partner__loyalty_comparison_record},
    {"difference", "What changes in history", &partner__loyalty_difference_record},
};

const partner_analysis partner__loyalty_analysis = {
    .name = "loyalty",
    .text = "points, tiers and the ledger of a loyalty program, with the reason for every point",
    .inputs = inputs_table,
    .input_count = INPUTS,
    .options = options_records,
    .option_count = 1,
    .views = views,
    .view_count = sizeof views / sizeof views[0],
    .run = run,
    .view = view,
    .sentence = partner__loyalty_sentence,
    .advice = partner__loyalty_advice,
    .free = free_outcome,
    .example = "issued=47|outstanding=42|promotions=1",
    .explained = explained,
    .explained_count = sizeof explained / sizeof explained[0],
    .explain = explain,
};

/* --- the state --- */

/* What a call that makes entries needs, and a place for its result: had before the state changes, for nothing
 * may fail afterwards. */
typedef struct call {
    partner_loyalty_options options;
    partner__loyalty_outcome *made;
} call;

static partner_status begin(const void *object, const void *const *inputs, const void *options, void **result,
                            call *c, partner_error *error)
{
    partner_status status;

    c->made = NULL;
    if (object == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "state is NULL");
    status = take_options(inputs, options, &c->options, error);
    if (status != PARTNER_OK || result == NULL) return status;
    c->made = partner__alloc_zero(1, sizeof *c->made);
    if (c->made == NULL) return partner__no_memory(error);
    c->made->shows_ledger = c->options.ledger != 0;
    return PARTNER_OK;
}

static partner_loyalty **place_of(const call *c) { return c->made == NULL ? NULL : &c->made->loyalty; }

static partner_status end(const call *c, partner_status status, void **result)
{
    if (result == NULL) return status;
    if (status == PARTNER_OK) c->made->shown = *c->made->loyalty;
    return hand_over(c->made, status, result);
}

static partner_status object_open(const void *config, const void *const *inputs, const void *options,
                                  void **object, partner_error *error)
{
    partner_loyalty_options o;
    partner_loyalty_state *state = NULL;
    partner_status status;

    if (object == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "object is NULL");
    status = take_options(inputs, options, &o, error);
    if (status == PARTNER_OK) status = partner_loyalty_state_new(config, &o, &state, error);
    if (status == PARTNER_OK) *object = state;
    return status;
}

static partner_status object_append(void *object, const void *const *inputs, uint64_t version,
                                    const void *options, void **result, partner_error *error)
{
    call c;
    partner_status status;

    if (inputs == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "inputs is NULL");
    status = begin(object, inputs, options, result, &c, error);
    if (status != PARTNER_OK) return status;
    status = partner_loyalty_state_append(object, inputs[EVENTS], version, &c.options, place_of(&c), error);
    return end(&c, status, result);
}

static partner_status object_advance(void *object, int32_t day, const void *options, void **result,
                                     partner_error *error)
{
    call c;
    partner_status status = begin(object, NULL, options, result, &c, error);

    if (status != PARTNER_OK) return status;
    return end(&c, partner_loyalty_state_advance(object, day, &c.options, place_of(&c), error), result);
}

static partner_status object_finish(const void *object, const void *const *inputs, const void *const *options,
                                    void **result, partner_error *error)
{
    call c;
    partner_status status;

    if (result == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "result is NULL");
    status = begin(object, inputs, options == NULL ? NULL : options[0], result, &c, error);
    if (status != PARTNER_OK) return status;
    return end(&c, partner_loyalty_from_state(object, &c.options, place_of(&c), error), result);
}

static uint64_t object_version(const void *object) { return partner_loyalty_state_version(object); }

static partner_status object_save(const void *object, partner_dict *const *dicts, partner_bytes **bytes,
                                  partner_error *error)
{
    partner_loyalty_dicts d = dicts_of(dicts, STATE_DICTS);

    return partner_loyalty_state_save(object, &d, bytes, error);
}

static partner_status object_load(const uint8_t *bytes, size_t length, const void *config,
                                  partner_dict *const *dicts, void **object, partner_error *error)
{
    partner_loyalty_dicts d = dicts_of(dicts, STATE_DICTS);
    partner_loyalty_state *state = NULL;
    partner_status status;

    if (object == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "object is NULL");
    status = partner_loyalty_state_load(bytes, length, config, &d, &state, error);
    if (status == PARTNER_OK) *object = state;
    return status;
}

static void object_free(void *object) { partner_loyalty_state_free(object); }

const partner_object partner__loyalty_state_object = {
    .name = "loyalty_state",
    .text = "a loyalty program's history, folded, that events can be appended to",
    .options = &partner__loyalty_options_record,
    .input = &partner__events_record,
    .analysis = &partner__loyalty_analysis,
    .finish = object_finish,
    .free = object_free,
    .config = &partner__program_config,
    .dictionaries = dictionaries,
    .dictionary_count = STATE_DICTS,
    .open = object_open,
    .append = object_append,
    .advance = object_advance,
    .version = object_version,
    .save_all = object_save,
    .load_all = object_load,
};

/* --- deferral --- */

static partner_status run_deferral(const void *const *inputs, const void *const *options, void **result,
                                   partner_error *error)
{
    partner_deferred *deferred = NULL;
    partner_status status;

    if (inputs == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "inputs is NULL");
    if (result == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "result is NULL");
    status = partner_deferred_new(inputs[0], options == NULL ? NULL : options[0], &deferred, error);
    if (status == PARTNER_OK) *result = deferred;
    return status;
}

static const void *view_deferral(const void *result, size_t i) { return i == 0 ? result : NULL; }

static void free_deferral(void *result) { partner_deferred_free(result); }

static const partner_input deferral_inputs[] = {
    {.name = "deferral",
     .text = "periods: amount allocated, points redeemed, estimate",
     .record = &partner__deferral_record,
     .required = 1},
};
static const partner_record *const deferral_options[] = {&partner__deferral_options_record};
static const partner_view deferral_views[] = {
    {"periods", "Deferred revenue by period", &partner__deferred_record},
};

const partner_analysis partner__deferral_analysis = {
    .name = "deferral",
    .text = "deferred revenue of points (IFRS 15, ASC 606): recognised to date and the roll-forward",
    .inputs = deferral_inputs,
    .input_count = 1,
    .options = deferral_options,
    .option_count = 1,
    .views = deferral_views,
    .view_count = 1,
    .run = run_deferral,
    .view = view_deferral,
    .sentence = partner__deferral_sentence,
    .free = free_deferral,
    .example = "allocated=9000.00|recognised_total=7727.27|closing_total=1272.73",
};
