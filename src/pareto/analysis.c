/* SPDX-License-Identifier: MIT
 * Pareto as an analysis: it makes its totals from sales itself. */
#include <math.h>
#include <partner/pareto.h>
#include <partner/totals.h>
#include <stdio.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/say.h"
#include "../record/tables.h"
#include "pareto.h"

typedef struct run {
    partner_totals *totals;
    partner_amounts amounts; /* the totals' columns */
    partner_pareto *pareto;
    uint32_t first_cut; /* ppm */
} run;

enum { SALES, PARTNERS };

static const partner_input inputs[] = {
    {.name = "sales", .text = "rows of sales", .record = &partner__sales_record, .required = 1},
    {.name = "partners", .text = "who is enrolled", .record = &partner__roster_record},
};

static const partner_record *const options[] = {&partner__totals_options_record,
                                                &partner__pareto_options_record};

static const partner_view views[] = {
    {.name = "partners", .title = "Partners", .record = &partner__amounts_record},
    {.name = "partners", .title = "Pareto", .record = &partner__pareto_record},
};

static void free_run(void *result)
{
    run *r = result;

    if (r == NULL) return;
    partner_totals_free(r->totals);
    partner_pareto_free(r->pareto);
    partner__free(r);
}

static partner_status analyse(const void *const *in, const void *const *opts, void **result,
                              partner_error *error)
{
    partner_totals_options totals_options;
    partner_pareto_options own;
    run *r;
    partner_status status;

    if (in == NULL || result == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "pareto: inputs or result is NULL");
    status = partner__take(&totals_options, sizeof totals_options, opts == NULL ? NULL : opts[0], 1,
                           "totals options", error);
    if (status == PARTNER_OK)
        status = partner__take(&own, sizeof own, opts == NULL ? NULL : opts[1], 1, "pareto options", error);
    if (status != PARTNER_OK) return status;
    if (totals_options.previous_from_day != 0 || totals_options.previous_to_day != 0)
        return partner__fail_at(
            error, PARTNER_E_ARGUMENT,
            partner__at("totals_options", "previous_from_day", PARTNER_NO_ROW, PARTNER_NONE),
            "pareto looks at one window, found one to compare with (totals compares two)");
    own.struct_size = sizeof own;
    totals_options.struct_size = sizeof totals_options;
    if (in[PARTNERS] != NULL) totals_options.roster = in[PARTNERS];
    r = partner__alloc_zero(1, sizeof *r);
    if (r == NULL) return partner__no_memory(error);
    status = partner_totals_new(in[SALES], &totals_options, &r->totals, error);
    if (status == PARTNER_OK) {
        r->amounts.struct_size = sizeof r->amounts;
        r->amounts.rows = r->totals->partners;
        r->amounts.amount = r->totals->revenue;
        r->amounts.partner = r->totals->partner;
        r->amounts.group = r->totals->group;
        status = partner_pareto_new(&r->amounts, &own, &r->pareto, error);
    }
    if (status != PARTNER_OK) {
        free_run(r);
        return status;
    }
    r->first_cut = own.cuts[0] == 0 ? PARTNER__USUAL_CUT : own.cuts[0];
    *result = r;
    return PARTNER_OK;
}

static const void *view(const void *result, size_t i)
{
    const run *r = result;
    return i == 0 ? (const void *)&r->amounts : i == 1 ? r->pareto : NULL;
}

enum { NUMBER = PARTNER__NUMBER, SENTENCE = PARTNER__SENTENCE };

static const char *partners(uint64_t count) { return partner__one_or_many(count, "partner", "partners"); }

/* "80 %", "99.5 %": no more decimals than the cut has, at most one. */
static const char *say_cut(uint32_t ppm, char buffer[NUMBER])
{
    if (ppm % 10000 != 0) return partner__say_percent(ppm / 1e6, buffer);
    snprintf(buffer, NUMBER, "%u %%", (unsigned)(ppm / 10000));
    return buffer;
}

static void say_vital_few(const void *result, char *text)
{
    const run *r = result;
    const partner_pareto *p = r->pareto;
    char cut[NUMBER], few[NUMBER], all[NUMBER], part[NUMBER];

    if (p->total == 0) {
        snprintf(text, SENTENCE, "No partner has revenue, so there is nothing to share out.");
        return;
    }
    snprintf(text, SENTENCE, "%s of revenue comes from %s of %s %s (%s).", say_cut(r->first_cut, cut),
             partner__say_count(p->vital_count, few), partner__say_count(p->counted, all), partners(p->counted),
             partner__say_percent(p->vital_fraction, part));
}

static void say_shape(const void *result, char *text)
{
    const partner_pareto *p = ((const run *)result)->pareto;
    char top[NUMBER], gini[NUMBER], equal[NUMBER];

    if (p->total == 0) return;
    snprintf(
        text, SENTENCE,
        "The top 20 %% of partners hold %s; revenue is as concentrated as if %s equal partners brought it all "
        "(Gini %s, where 0 is all equal and 1 is one partner has all).",
        partner__say_percent(p->top_share[3], top),
        partner__say_count((uint64_t)llround(p->effective_partners), equal), partner__say_ratio(p->gini, gini));
}

static void say_without(const void *result, char *text)
{
    const partner_pareto *p = ((const run *)result)->pareto;
    char zero[NUMBER], part[NUMBER];

    if (p->zero == 0 || p->total == 0) return;
    snprintf(text, SENTENCE, "%s %s (%s) brought no revenue at all.", partner__say_count(p->zero, zero),
             partners(p->zero), partner__say_percent((double)p->zero / (double)p->partners, part));
}

static void say_negative(const void *result, char *text)
{
    const run *r = result;
    const partner_pareto *p = r->pareto;
    char count[NUMBER], amount[NUMBER];

    if (p->negative == 0) return;
    snprintf(text, SENTENCE, "%s %s returned more than %s sold (%s in all); they count as zero here.",
             partner__say_count(p->negative, count), partners(p->negative),
             partner__one_or_many(p->negative, "it", "they"),
             partner__say_money(p->negative_amount, r->totals->minor_units, amount));
}

static void say_at_risk(const void *result, char *text)
{
    const partner_pareto *p = ((const run *)result)->pareto;
    char one[NUMBER], three[NUMBER], five[NUMBER];

    if (p->leave_one_out == NULL || p->total == 0) return;
    snprintf(text, SENTENCE,
             "If the largest partner left, %s of revenue would be gone; with the top three %s, with the top "
             "five %s.",
             partner__say_percent(p->leave_one_out->at_risk[0], one),
             partner__say_percent(p->leave_one_out->at_risk[1], three),
             partner__say_percent(p->leave_one_out->at_risk[2], five));
}

static void say_groups(const void *result, char *text)
{
    const partner_pareto *p = ((const run *)result)->pareto;
    char part[NUMBER], groups[NUMBER];

    if (p->groups == NULL || p->groups->groups < 2 || !(p->theil > 0)) return;
    snprintf(text, SENTENCE,
             "Of the inequality between partners %s lies between the %s groups, the rest within them.",
             partner__say_percent(p->theil_between / p->theil, part),
             partner__say_count(p->groups->groups, groups));
}

static size_t sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {say_vital_few, say_shape,   say_without,
                                              say_negative,  say_at_risk, say_groups};

    return partner__say(result, sayings, sizeof sayings / sizeof sayings[0], i, buffer, size);
}

const partner_analysis partner__pareto_analysis = {
    .name = "pareto",
    .text = "how much hangs on how few: classes, shares and every figure of concentration",
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof inputs[0],
    .options = options,
    .option_count = sizeof options / sizeof options[0],
    .views = views,
    .view_count = sizeof views / sizeof views[0],
    .run = analyse,
    .view = view,
    .sentence = sentence,
    .free = free_run,
    .example = "total=1000.00|gini=0.445|hhi=0.4194|vital_count=2",
};
