/* SPDX-License-Identifier: MIT
 * What partner_allocate is given: each number, the bounds, and whether the floors fit into the budget. */
#include <inttypes.h>
#include <stdio.h>

#include "../base/error.h"
#include "allocate.h"

const char *partner__spread_whom(const partner_returns *given, size_t i, char text[32])
{
    text[0] = '\0';
    if (given->partner != NULL) snprintf(text, 32, " (partner %" PRIu32 ")", given->partner[i]);
    return text;
}

/* --- rows --- */

static partner_status bad_cell(const partner__spread *s, const char *field, size_t i, double found,
                               const char *expected, partner_error *error)
{
    const partner__place place = partner__at("returns", field, i, partner__partner_of(&s->given, i));
    char whom[32];

    partner__spread_whom(&s->given, i, whom);
    if (isnan(found))
        return partner__fail_at(error, PARTNER_E_DATA, place, "returns row %zu%s: %s is missing, expected %s",
                                i, whom, field, expected);
    return partner__fail_at(error, PARTNER_E_DATA, place, "returns row %zu%s: %s is %.15g, expected %s", i,
                            whom, field, found, expected);
}

static partner_status crossing(const partner__spread *s, size_t i, partner_error *error)
{
    char whom[32];

    return partner__fail_at(error, PARTNER_E_DATA,
                            partner__at("returns", "floor", i, partner__partner_of(&s->given, i)),
                            "returns row %zu%s: floor is %.15g, above the ceiling of %.15g", i,
                            partner__spread_whom(&s->given, i, whom), partner__floor_of(&s->given, i),
                            partner__ceiling_of(&s->given, i));
}

static int is_amount(double x) { return isfinite(x) && x >= 0; }

static partner_status check_row(const partner__spread *s, size_t i, partner_error *error)
{
    const partner_returns *g = &s->given;
    double floor = partner__floor_of(g, i), ceiling = partner__ceiling_of(g, i);

    if (g->partner != NULL && g->partner[i] == PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_DATA, partner__at("returns", "partner", i, PARTNER_NONE),
                                "returns row %zu: partner is missing", i);
    if (!is_amount(g->gain[i])) return bad_cell(s, "gain", i, g->gain[i], "a finite number, at least 0", error);
    if (!is_amount(g->scale[i]) || g->scale[i] == 0)
        return bad_cell(s, "scale", i, g->scale[i], "a finite number of hours above 0", error);
    if (!is_amount(floor)) return bad_cell(s, "floor", i, floor, "a finite number of hours, at least 0", error);
    if (!(ceiling >= 0)) return bad_cell(s, "ceiling", i, ceiling, "hours, at least 0", error);
    if (g->hours != NULL && !isnan(g->hours[i]) && !is_amount(g->hours[i]))
        return bad_cell(s, "hours", i, g->hours[i], "a finite number of hours, at least 0", error);
    return floor > ceiling ? crossing(s, i, error) : PARTNER_OK;
}

static partner_status check_block(void *context, size_t block, partner_error *error)
{
    const partner__spread *s = context;
    size_t i = block * PARTNER__HOURS_BLOCK, end = i + PARTNER__HOURS_BLOCK;

    if (end > s->given.rows) end = s->given.rows;
    for (; i < end; i++) {
        partner_status status = check_row(s, i, error);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

static partner_status check_columns(const partner_returns *g, partner_error *error)
{
    const char *missing = g->gain == NULL ? "gain" : g->scale == NULL ? "scale" : NULL;

    if (g->rows >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_RANGE, "returns: %zu rows, expected fewer than %" PRIu32, g->rows,
                             PARTNER_NONE);
    if (g->rows > 0 && missing != NULL)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("returns", missing, PARTNER_NO_ROW, PARTNER_NONE),
                                "returns: %s is NULL, expected a column", missing);
    return PARTNER_OK;
}

/* --- options --- */

static partner_status bad_option(partner_error *error, const char *field, double found, const char *expected)
{
    return partner__fail_at(error, PARTNER_E_ARGUMENT,
                            partner__at("allocation_options", field, PARTNER_NO_ROW, PARTNER_NONE),
                            "allocation options: %s is %.15g, expected %s", field, found, expected);
}

static partner_status take_factor(double given, const char *field, double *factor, partner_error *error)
{
    *factor = given == 0 ? 1 : given;
    if (is_amount(given)) return PARTNER_OK;
    return bad_option(error, field, given, "a finite number above 0, or 0 for 1");
}

static partner_status take_options(partner__spread *s, const partner_allocation_options *given,
                                   partner_error *error)
{
    partner_allocation_options o;
    partner_status status = partner__take(&o, sizeof o, given, 1, "allocation options", error);

    if (status != PARTNER_OK) return status;
    s->run = (partner__run){o.threads, o.interrupt, o.interrupt_data};
    s->sensitivity = o.sensitivity;
    s->budget = o.budget;
    if (o.sensitivity > 1) return bad_option(error, "sensitivity", o.sensitivity, "0 or 1");
    if (o.budget != PARTNER_HOURS_0 && !is_amount(o.budget))
        return bad_option(error, "budget", o.budget,
                          "a finite number of hours, 0 for those given now, or PARTNER_HOURS_0");
    status = take_factor(o.gain_factor, "gain_factor", &s->gain_factor, error);
    if (status != PARTNER_OK) return status;
    return take_factor(o.scale_factor, "scale_factor", &s->scale_factor, error);
}

/* --- the budget --- */

double partner__hours_sum(const double *hours, size_t rows)
{
    partner__sum sum = {0, 0};

    for (size_t i = 0; i < rows; i++) partner__sum_add(&sum, hours[i]);
    return partner__sum_value(&sum);
}

static partner_status too_many(const char *field, const char *what, partner_error *error)
{
    return partner__fail_at(error, PARTNER_E_RANGE, partner__at("returns", field, PARTNER_NO_ROW, PARTNER_NONE),
                            "returns: %s sum to more hours than a double holds", what);
}

/* A budget that is not given is what partners get now. */
static partner_status hours_of_now(partner__spread *s, partner_error *error)
{
    const double *hours = s->given.hours;

    if (hours == NULL)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("allocation_options", "budget", PARTNER_NO_ROW, PARTNER_NONE),
                                "allocation options: budget is not given, expected the hours to spread, or a "
                                "column of the hours that partners get now");
    for (size_t i = 0; i < s->given.rows; i++) {
        char whom[32];

        if (!isnan(hours[i])) continue;
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("returns", "hours", i, partner__partner_of(&s->given, i)),
                                "returns row %zu%s: hours are missing, expected those that it gets now, or a "
                                "budget among the options",
                                i, partner__spread_whom(&s->given, i, whom));
    }
    s->budget = partner__hours_sum(hours, s->given.rows);
    return isfinite(s->budget) ? PARTNER_OK : too_many("hours", "the hours given now", error);
}

static partner_status check_floors(const partner__spread *s, partner_error *error)
{
    partner__sum sum = {0, 0};
    double floors;

    for (size_t i = 0; i < s->given.rows; i++) partner__sum_add(&sum, partner__floor_of(&s->given, i));
    floors = partner__sum_value(&sum);
    if (!isfinite(floors)) return too_many("floor", "the floors", error);
    if (floors - s->budget <= PARTNER__HOURS_SLACK * s->budget) return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_DATA,
                            partner__at("returns", "floor", PARTNER_NO_ROW, PARTNER_NONE),
                            "returns: the floors sum to %.15g hours, expected no more than the budget of "
                            "%.15g hours",
                            floors, s->budget);
}

partner_status partner__spread_take(partner__spread *s, const partner_returns *returns,
                                    const partner_allocation_options *options, partner_error *error)
{
    partner_status status = partner__take(&s->given, sizeof s->given, returns, 0, "returns", error);

    if (status == PARTNER_OK) status = take_options(s, options, error);
    if (status == PARTNER_OK) status = check_columns(&s->given, error);
    if (status == PARTNER_OK)
        status = partner__parallel(&s->run, (s->given.rows + PARTNER__HOURS_BLOCK - 1) / PARTNER__HOURS_BLOCK,
                                   check_block, s, error);
    if (status != PARTNER_OK) return status;
    if (s->budget == PARTNER_HOURS_0) s->budget = 0;
    else if (s->budget == 0) status = hours_of_now(s, error);
    return status == PARTNER_OK ? check_floors(s, error) : status;
}
