/* SPDX-License-Identifier: MIT
 * Whether a portfolio can be used. The first fault, by row, is the one that is told. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../record/text.h"
#include "result.h"

enum { PLACES_MAX = 9, USUAL_PLACES = 2, STEP = 1 << 16 };

static partner__place at(const char *field, size_t row, uint32_t partner)
{
    return partner__at("portfolio", field, row, partner);
}

partner_status partner__portfolio_places(const partner_portfolio *portfolio, unsigned *places,
                                         partner_error *error)
{
    const uint8_t given = portfolio->minor_units;

    if (given > PLACES_MAX && given != PARTNER_MINOR_UNITS_0)
        return partner__fail_at(
            error, PARTNER_E_ARGUMENT, partner__at("portfolio", "minor_units", PARTNER_NO_ROW, PARTNER_NONE),
            "portfolio: minor_units is %u, expected 0 to 9 or PARTNER_MINOR_UNITS_0", (unsigned)given);
    *places = given == 0 ? USUAL_PLACES : given == PARTNER_MINOR_UNITS_0 ? 0 : given;
    return PARTNER_OK;
}

void partner__blame_portfolio(partner_error *error, const char *record)
{
    const size_t length = strlen(record);
    char message[sizeof error->message];

    if (error == NULL || strncmp(error->message, record, length) != 0) return;
    memcpy(message, error->message, sizeof message);
    snprintf(error->message, sizeof error->message, "portfolio%.*s", (int)(sizeof message - sizeof "portfolio"),
             message + length);
    snprintf(error->record, sizeof error->record, "portfolio");
}

/* --- bounds of hours --- */

static double own(const double *column, size_t line, double otherwise)
{
    return column == NULL || isnan(column[line]) ? otherwise : column[line];
}

double partner__line_floor(const partner__segment_sources *from, size_t line)
{
    return own(from->portfolio.hours_min, line, from->set.floor);
}

double partner__line_ceiling(const partner__segment_sources *from, size_t line)
{
    return own(from->portfolio.hours_max, line, from->set.ceiling);
}

/* --- a row --- */

static partner_status refuse(size_t row, uint32_t partner, const char *field, double found,
                             const char *expected, partner_error *error)
{
    char shown[32] = "not a number";

    if (!isnan(found)) partner__write_double(found, shown);
    return partner__fail_at(error, PARTNER_E_DATA, at(field, row, partner),
                            "portfolio row %zu: %s of partner %" PRIu32 " is %s, expected %s", row, field,
                            partner, shown, expected);
}

static partner_status check_hours(const double *column, const char *field, size_t row, uint32_t partner,
                                  partner_error *error)
{
    if (column == NULL || isnan(column[row]) || (column[row] >= 0 && column[row] <= PARTNER__EFFORT_MOST))
        return PARTNER_OK;
    return refuse(row, partner, field, column[row], "hours from 0 to 10^12", error);
}

static partner_status check_bounds(const partner__segment_sources *from, size_t row, uint32_t partner,
                                   partner_error *error)
{
    const partner_portfolio *p = &from->portfolio;
    /* Bounds of the rules do not cross: one of these two is the partner's own. */
    const char *field = p->hours_min == NULL || isnan(p->hours_min[row]) ? "hours_max" : "hours_min";
    const double floor = partner__line_floor(from, row), ceiling = partner__line_ceiling(from, row);
    partner_status status = check_hours(p->hours, "hours", row, partner, error);
    char least[32], most[32];

    if (status == PARTNER_OK) status = check_hours(p->hours_min, "hours_min", row, partner, error);
    if (status == PARTNER_OK) status = check_hours(p->hours_max, "hours_max", row, partner, error);
    if (status != PARTNER_OK || !(floor > ceiling)) return status;
    partner__write_double(floor, least);
    partner__write_double(ceiling, most);
    return partner__fail_at(error, PARTNER_E_DATA, at(field, row, partner),
                            "portfolio row %zu: partner %" PRIu32
                            " is to get at least %s hours and at most %s, expected bounds that do not cross",
                            row, partner, least, most);
}

static partner_status check_row(const partner__segment_sources *from, size_t row, uint32_t partner,
                                partner_error *error)
{
    const partner_portfolio *p = &from->portfolio;

    if (p->revenue[row] == PARTNER_NO_AMOUNT)
        return partner__fail_at(error, PARTNER_E_DATA, at("revenue", row, partner),
                                "portfolio row %zu: revenue of partner %" PRIu32
                                " is missing, expected an amount, 0 where there is none",
                                row, partner);
    if (p->active != NULL && p->active[row] > 1)
        return refuse(row, partner, "active", p->active[row], "0 or 1", error);
    if (p->potential != NULL && p->potential[row] < 0 && p->potential[row] != PARTNER_NO_AMOUNT)
        return refuse(row, partner, "potential", (double)p->potential[row], "at least 0 minor units", error);
    if (p->strategic != NULL && !isnan(p->strategic[row]) &&
        !(p->strategic[row] >= 0 && p->strategic[row] <= 1))
        return refuse(row, partner, "strategic", p->strategic[row], "a rating from 0 to 1", error);
    if (p->mode != NULL && p->mode[row] >= PARTNER_MODES)
        return refuse(row, partner, "mode", p->mode[row], "0 to 3", error);
    return check_bounds(from, row, partner, error);
}

/* --- all rows --- */

static partner_status check_head(const partner_portfolio *p, partner_error *error)
{
    if (p->rows >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_RANGE, "portfolio has %zu rows, expected less than 2^32 - 1",
                             p->rows);
    if (p->revenue == NULL && p->rows > 0)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("portfolio", "revenue", PARTNER_NO_ROW, PARTNER_NONE),
                                "portfolio: revenue is NULL, expected a column of %zu rows", p->rows);
    if (p->from_day == PARTNER_NO_DAY || p->to_day == PARTNER_NO_DAY || p->last_day == PARTNER_NO_DAY)
        return partner__fail(
            error, PARTNER_E_ARGUMENT,
            "portfolio: a day of the window is PARTNER_NO_DAY, expected a day, or 0 where it is "
            "open");
    if (p->from_day != 0 && p->to_day != 0 &&
        (p->from_day == PARTNER_DAY_0 ? 0 : p->from_day) >= (p->to_day == PARTNER_DAY_0 ? 0 : p->to_day))
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("portfolio", "to_day", PARTNER_NO_ROW, PARTNER_NONE),
                                "portfolio: the window is empty, expected to_day after from_day");
    return PARTNER_OK;
}

static uint32_t highest_of(const partner_portfolio *p)
{
    uint32_t highest = 0;

    for (size_t i = 0; i < p->rows; i++) {
        const uint32_t partner = partner__portfolio_partner(p, i);

        if (partner != PARTNER_NONE && partner > highest) highest = partner;
    }
    return highest;
}

/* Gives a partner its line. */
static partner_status take_line(partner__segment_sources *from, size_t row, uint32_t partner,
                                partner_error *error)
{
    uint32_t *line;

    if (partner == PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_DATA, at("partner", row, PARTNER_NONE),
                                "portfolio row %zu: partner is missing, expected an index", row);
    line = partner__lookup_at(&from->line, partner);
    if (*line != PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_DATA, at("partner", row, partner),
                                "portfolio row %zu: partner %" PRIu32 " is in row %" PRIu32
                                " already, expected each once",
                                row, partner, *line);
    *line = (uint32_t)row;
    return PARTNER_OK;
}

partner_status partner__portfolio_take(partner__segment_sources *from, partner_error *error)
{
    partner_portfolio *p = &from->portfolio;
    partner_status status = check_head(p, error);

    if (status == PARTNER_OK)
        status = partner__lookup_new(&from->line, p->rows, highest_of(p), &from->arena, error);
    for (size_t i = 0; i < p->rows && status == PARTNER_OK; i++) {
        const uint32_t partner = partner__portfolio_partner(p, i);

        status = take_line(from, i, partner, error);
        if (status == PARTNER_OK) status = check_row(from, i, partner, error);
        if (status == PARTNER_OK && i % STEP == 0) status = partner__ask(&from->set.run, error);
    }
    return status;
}
