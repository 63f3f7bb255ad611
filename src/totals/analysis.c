/* SPDX-License-Identifier: MIT
 * Totals and growth as an analysis, the tally as an object, and the sentences that say what the figures mean.
 */
#include "analysis.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/say.h"
#include "../record/tables.h"
#include "tally.h"

enum { SALES, PARTNERS, INPUTS };

typedef partner__totals_run outcome;

/* Running */

static void free_outcome(void *result)
{
    outcome *o = result;

    if (o == NULL) return;
    partner_totals_free(o->totals);
    partner_growth_free(o->growth);
    partner__free(o);
}

/* The caller's options with the roster among the inputs. */
static partner_status take_options(const void *const *inputs, const void *const *options,
                                   partner_totals_options *o, partner_error *error)
{
    const void *given = options == NULL ? NULL : options[0];
    partner_status status = partner__totals_take(o, given, error);

    if (status != PARTNER_OK) return status;
    o->struct_size = (uint32_t)sizeof *o;
    if (inputs != NULL && inputs[PARTNERS] != NULL) o->roster = inputs[PARTNERS];
    return PARTNER_OK;
}

static int wants_growth(const partner_totals_options *o)
{
    return o->previous_from_day != 0 || o->previous_to_day != 0;
}

static partner_status compute(const partner_sales *sales, const partner_totals_options *options,
                              outcome *result, partner_error *error)
{
    partner_totals_options then, now;
    partner_totals *before = NULL;
    partner_status status;

    if (!wants_growth(options)) return partner_totals_new(sales, options, &result->totals, error);
    status = partner__growth_windows(options, &then, &now, error);
    if (status == PARTNER_OK) status = partner_totals_new(sales, &then, &before, error);
    if (status == PARTNER_OK) status = partner_totals_new(sales, &now, &result->totals, error);
    if (status == PARTNER_OK) status = partner_growth_between(before, result->totals, &result->growth, error);
    partner_totals_free(before);
    return status;
}

/* Hands the outcome over, or releases it when something has failed. */
static partner_status finish(outcome *made, partner_status status, const partner_totals_options *options,
                             void **result)
{
    if (status != PARTNER_OK) {
        free_outcome(made);
        return status;
    }
    made->min_sales = options->min_sales == 0 ? 1 : options->min_sales;
    *result = made;
    return PARTNER_OK;
}

static partner_status run(const void *const *inputs, const void *const *options, void **result,
                          partner_error *error)
{
    partner_totals_options o;
    outcome *made;
    partner_status status;

    if (inputs == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "inputs is NULL");
    if (result == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "result is NULL");
    status = take_options(inputs, options, &o, error);
    if (status != PARTNER_OK) return status;
    made = partner__alloc_zero(1, sizeof *made);
    if (made == NULL) return partner__no_memory(error);
    return finish(made, compute(inputs[SALES], &o, made, error), &o, result);
}

static const void *view(const void *result, size_t i)
{
    const outcome *o = result;

    if (o == NULL) return NULL;
    if (i == 0) return o->totals;
    return i == 1 ? o->growth : NULL;
}

/* Sentences: each writes one, or nothing when it has nothing to say. */

enum { NUMBER = PARTNER__NUMBER, SENTENCE = PARTNER__SENTENCE };

static void say_active(const void *result, char *text)
{
    const outcome *o = result;
    const partner_totals *t = o->totals;
    int windowed = t->from_day != PARTNER_NO_DAY || t->to_day != PARTNER_NO_DAY;
    char active[NUMBER], all[NUMBER], rate[NUMBER], least[NUMBER], sold[2 * NUMBER];

    if (t->partners == 0) {
        snprintf(text, SENTENCE, "No partner is enrolled.");
        return;
    }
    snprintf(sold, sizeof sold, "sold");
    if (o->min_sales > 1)
        snprintf(sold, sizeof sold, "made at least %s sales", partner__say_count(o->min_sales, least));
    snprintf(
        text, SENTENCE,
        "%s of %s %s %s%s (%s); 60–90 %% is usual in successful channels, 20–30 %% on average (ABD agency).",
        partner__say_count(t->active, active), partner__say_count(t->partners, all),
        partner__one_or_many(t->partners, "partner", "partners"), sold, windowed ? " in the window" : "",
        partner__say_percent(t->activity_rate, rate));
}

static void say_revenue(const void *result, char *text)
{
    const outcome *o = result;
    const partner_totals *t = o->totals;
    char amount[NUMBER], rows[NUMBER];

    snprintf(text, SENTENCE, "Revenue is %s, from %s %s of sales.",
             partner__say_money(t->revenue_total, t->minor_units, amount), partner__say_count(t->rows, rows),
             partner__one_or_many(t->rows, "row", "rows"));
}

static void say_returned(const void *result, char *text)
{
    const outcome *o = result;
    const partner_totals *t = o->totals;
    partner__u128 gross = partner__u128_from(0), returned = gross;
    char part[NUMBER];

    for (size_t i = 0; i < t->partners; i++) {
        gross = partner__u128_add(gross, partner__u128_from((uint64_t)t->gross[i]));
        returned = partner__u128_add(returned, partner__u128_from((uint64_t)t->returned[i]));
    }
    if (partner__u128_is_zero(gross) || partner__u128_is_zero(returned)) return;
    snprintf(text, SENTENCE, "Returns and credit notes took back %s of gross revenue.",
             partner__say_percent(partner__ratio(returned, gross), part));
}

static void say_attainment(const void *result, char *text)
{
    const outcome *o = result;
    const partner_totals *t = o->totals;
    size_t with = 0, reached = 0;
    char some[NUMBER], all[NUMBER];

    if (t->attainment == NULL) return;
    for (size_t i = 0; i < t->partners; i++) {
        if (isnan(t->attainment[i])) continue;
        with++;
        reached += t->attainment[i] >= 1.0;
    }
    if (with == 0) return;
    snprintf(text, SENTENCE, "%s of %s %s with a target reached it.", partner__say_count(reached, some),
             partner__say_count(with, all), partner__one_or_many(with, "partner", "partners"));
}

static void say_growth(const void *result, char *text)
{
    const outcome *o = result;
    const partner_growth *g = o->growth;
    char before[NUMBER], after[NUMBER], rate[NUMBER], went[2 * NUMBER];

    if (g == NULL) return;
    if (isnan(g->growth_total)) {
        snprintf(text, SENTENCE, "The window before has no revenue, so growth has no figure.");
        return;
    }
    snprintf(went, sizeof went, "is the same as");
    if (g->change != 0)
        snprintf(went, sizeof went, "%s by %s against", g->change > 0 ? "grew" : "fell",
                 partner__say_percent(g->growth_total, rate));
    snprintf(text, SENTENCE,
             "Revenue %s the window before, from %s to %s; 30 %% a year is the usual reference for a growing "
             "channel.",
             went, partner__say_money(g->previous_total, g->minor_units, before),
             partner__say_money(g->total, g->minor_units, after));
}

static void say_states(const void *result, char *text)
{
    const outcome *o = result;
    static const struct {
        uint8_t state, down;
        const char *one, *many;
    } parts[] = {{PARTNER_GROWTH_NEW, 0, "new partner brought", "new partners brought"},
                 {PARTNER_GROWTH_LOST, 1, "lost one took", "lost ones took"},
                 {PARTNER_GROWTH_GROWN, 0, "grew by", "grew by"},
                 {PARTNER_GROWTH_SHRUNK, 1, "shrank by", "shrank by"}};
    const partner_growth *g = o->growth;
    char count[NUMBER], change[NUMBER];
    size_t length = 0;

    if (g == NULL) return;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        size_t partners = g->states->partners[parts[i].state];
        int64_t amount = g->states->change[parts[i].state];
        if (partners == 0) continue;
        length += (size_t)snprintf(
            text + length, SENTENCE - length, "%s%s %s %s", length == 0 ? "" : "; ",
            partner__say_count(partners, count), partner__one_or_many(partners, parts[i].one, parts[i].many),
            partner__say_money(parts[i].down ? -amount : amount, g->minor_units, change));
    }
    if (length > 0) snprintf(text + length, SENTENCE - length, ".");
}

static void say_not_whole(const void *result, char *text)
{
    const outcome *o = result;
    char last[NUMBER];

    if (o->growth == NULL || !o->growth->after_last_day) return;
    if (o->totals->last_day_seen == PARTNER_NO_DAY) {
        snprintf(text, SENTENCE, "No row has a day, so there is nothing to compare.");
        return;
    }
    snprintf(
        text, SENTENCE,
        "The window ends after the last day seen (%s): it may not be whole, so do not read its growth as a "
        "whole window's.",
        partner__say_day(o->totals->last_day_seen, last));
}

static size_t sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {say_active, say_revenue, say_returned, say_attainment,
                                              say_growth, say_states,  say_not_whole};

    return partner__say(result, sayings, sizeof sayings / sizeof sayings[0], i, buffer, size);
}

static const partner_input inputs[] = {
    {.name = "sales", .text = "rows of sales", .record = &partner__sales_record, .required = 1},
    {.name = "partners", .text = "who is enrolled", .record = &partner__roster_record},
};
static const partner_record *const options_records[] = {&partner__totals_options_record};
static const partner_view views[] = {
    {"partners", "Totals by partner", &partner__totals_record},
    {"growth", "Growth between the windows", &partner__growth_record},
};

const partner_analysis partner__totals_analysis = {
    .name = "totals",
    .text = "one line per partner: revenue, returns, margin, sales, activity; and growth between two windows",
    .inputs = inputs,
    .input_count = INPUTS,
    .options = options_records,
    .option_count = 1,
    .views = views,
    .view_count = sizeof views / sizeof views[0],
    .run = run,
    .view = view,
    .sentence = sentence,
    .advice = partner__totals_advice,
    .free = free_outcome,
    .example = "active=4|revenue_total=1000.00|rows=6",
};

/* The tally as an object: the functions of totals.h behind untyped pointers. */

static partner_status object_create(const void *options, void **object, partner_error *error)
{
    partner_tally *tally = NULL;
    partner_status status;

    if (object == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "object is NULL");
    status = partner_tally_new(options, &tally, error);
    if (status == PARTNER_OK) *object = tally;
    return status;
}

static partner_status object_add(void *object, const void *input, partner_error *error)
{
    return partner_tally_add(object, input, error);
}

static partner_status object_merge(void *into, const void *from, const uint32_t *map, size_t map_length,
                                   partner_error *error)
{
    return partner_tally_merge(into, from, map, map_length, error);
}

static partner_status object_save(const void *object, const partner_dict *dict, partner_bytes **bytes,
                                  partner_error *error)
{
    return partner_tally_save(object, dict, bytes, error);
}

static partner_status object_load(const uint8_t *bytes, size_t length, const partner_dict *dict, void **object,
                                  partner_error *error)
{
    partner_tally *tally = NULL;
    partner_status status;

    if (object == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "object is NULL");
    status = partner_tally_load(bytes, length, dict, &tally, error);
    if (status == PARTNER_OK) *object = tally;
    return status;
}

static partner_status object_finish(const void *object, const void *const *given, const void *const *options,
                                    void **result, partner_error *error)
{
    const partner_tally *tally = object;
    partner_totals_options o;
    outcome *made;
    partner_status status;

    if (tally == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "tally is NULL");
    if (result == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "result is NULL");
    status = take_options(given, options, &o, error);
    if (status != PARTNER_OK) return status;
    if (wants_growth(&o))
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "a tally holds one window and no other: growth takes two tallies and "
                             "partner_growth_between");
    made = partner__alloc_zero(1, sizeof *made);
    if (made == NULL) return partner__no_memory(error);
    o.min_sales = o.min_sales == 0 ? tally->min_sales : o.min_sales;
    return finish(made, partner_totals_from_tally(tally, &o, &made->totals, error), &o, result);
}

static void object_free(void *object) { partner_tally_free(object); }

const partner_object partner__tally_object = {
    .name = "tally",
    .text = "totals in the making, for rows that come in batches, from several workers or over months",
    .options = &partner__totals_options_record,
    .input = &partner__sales_record,
    .analysis = &partner__totals_analysis,
    .create = object_create,
    .add = object_add,
    .merge = object_merge,
    .save = object_save,
    .load = object_load,
    .finish = object_finish,
    .free = object_free,
};
