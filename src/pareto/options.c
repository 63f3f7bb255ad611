/* SPDX-License-Identifier: MIT
 * The options of pareto: what is out of range is refused, what is not given gets its default. And the amounts,
 * as far as that takes no look at them. */
#include <string.h>

#include "../base/error.h"
#include "pareto.h"

/* cuts [8] of the options: the default where none is given, checked. */
static partner_status resolve_cuts(partner_pareto_options *options, partner__classes *classes,
                                   partner_error *error)
{
    static const uint32_t usual[2] = {PARTNER__USUAL_CUT, 950000}, none[PARTNER_PARETO_CUTS] = {0};
    unsigned cuts = 0;

    if (memcmp(options->cuts, none, sizeof none) == 0) memcpy(options->cuts, usual, sizeof usual);
    while (cuts < PARTNER_PARETO_CUTS && options->cuts[cuts] != 0) cuts++;
    for (unsigned c = 0; c < PARTNER_PARETO_CUTS; c++) {
        uint32_t cut = options->cuts[c], least = c == 0 ? 1 : options->cuts[c - 1] + 1;
        if (c < cuts ? cut >= least && cut <= 1000000 : cut == 0) continue;
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("pareto_options", "cuts", PARTNER_NO_ROW, PARTNER_NONE),
                                "pareto options: cut %u is %u ppm, expected cuts ascending from 1 to 1000000",
                                c + 1, (unsigned)cut);
    }
    memset(classes, 0, sizeof *classes);
    classes->cuts = cuts;
    memcpy(classes->cut, options->cuts, sizeof classes->cut);
    return PARTNER_OK;
}

static partner_status bad_option(partner_error *error, const char *field, uint32_t found, const char *expected)
{
    return partner__fail_at(error, PARTNER_E_ARGUMENT,
                            partner__at("pareto_options", field, PARTNER_NO_ROW, PARTNER_NONE),
                            "pareto options: %s is %u, expected %s", field, (unsigned)found, expected);
}

/* An option that must be within lowest … highest, or 0. */
typedef struct range {
    const char *field;
    uint32_t found, lowest, highest;
    const char *expected;
} range;

static partner_status check_ranges(const range *ranges, size_t count, partner_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const range *r = &ranges[i];
        if (r->found == 0 || (r->found >= r->lowest && r->found <= r->highest)) continue;
        return bad_option(error, r->field, r->found, r->expected);
    }
    return PARTNER_OK;
}

static partner_status check_pareto(const partner_pareto_options *o, partner_error *error)
{
    const range ranges[] = {
        {"points", o->points, 2, 1000000, "0 or 2 … 1000000"},
        {"population", o->population, 0, PARTNER_POPULATION_ACTIVE, "all (0) or active (1)"},
        {"negatives", o->negatives, 0, PARTNER_NEGATIVES_ERROR, "zero (0) or error (1)"},
        {"leave_one_out", o->leave_one_out, 0, 1, "0 or 1"},
        {"resample", o->resample, 0, 1, "0 or 1"},
        {"replicates", o->replicates, 2, 1000000, "0 or 2 … 1000000"},
        {"confidence", o->confidence, 1, 999999, "0 or 1 … 999999 ppm"},
        {"tail", o->tail, 0, 1, "0 or 1"},
    };

    return check_ranges(ranges, sizeof ranges / sizeof ranges[0], error);
}

partner_status partner__tail_options(const partner_pareto_options *o, partner_error *error)
{
    const range ranges[] = {
        {"discrete", o->discrete, 0, 1, "0 or 1"},
        {"min_tail", o->min_tail, 2, UINT32_MAX, "0 or at least 2"},
        {"tail_replicates", o->tail_replicates, 0, 1000000, "at most 1000000"},
    };

    return check_ranges(ranges, sizeof ranges / sizeof ranges[0], error);
}

partner_status partner__xyz_options(partner_pareto_options *o, partner_error *error)
{
    static const uint32_t usual[2] = {500000, 1000000};

    if (o->xyz > PARTNER_PERIOD_DAYS)
        return bad_option(error, "xyz", o->xyz, "none (0), month (1), quarter (2) or days (3)");
    if (o->xyz == PARTNER_PERIOD_DAYS && o->xyz_days == 0)
        return bad_option(error, "xyz_days", 0, "at least 1 where xyz is days");
    if (o->since_first > 1 && o->since_first != PARTNER_SINCE_FIRST_0)
        return bad_option(error, "since_first", o->since_first, "0, 1 or PARTNER_SINCE_FIRST_0 (255)");
    if (o->xyz_cuts[0] == 0 && o->xyz_cuts[1] == 0) memcpy(o->xyz_cuts, usual, sizeof usual);
    if (o->xyz_cuts[0] == 0) return bad_option(error, "xyz_cuts", 0, "a first cut of 1 ppm or more");
    if (o->xyz_cuts[1] <= o->xyz_cuts[0])
        return bad_option(error, "xyz_cuts", o->xyz_cuts[1], "a second cut above the first one");
    return PARTNER_OK;
}

partner_status partner__pareto_options(partner_pareto_options *options, partner__classes *classes,
                                       partner_error *error)
{
    partner_status status = check_pareto(options, error);

    if (status == PARTNER_OK) status = partner__tail_options(options, error);
    if (status == PARTNER_OK) status = partner__xyz_options(options, error);
    if (status == PARTNER_OK) status = resolve_cuts(options, classes, error);
    return status;
}

partner_status partner__check_amounts(const partner_amounts *amounts, partner_error *error)
{
    if (amounts->rows >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_ARGUMENT, "amounts: %zu rows, expected fewer than %u",
                             amounts->rows, (unsigned)PARTNER_NONE);
    if (amounts->rows > 0 && amounts->amount == NULL)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("amounts", "amount", PARTNER_NO_ROW, PARTNER_NONE),
                                "amounts: amount is NULL, expected a column");
    return PARTNER_OK;
}
