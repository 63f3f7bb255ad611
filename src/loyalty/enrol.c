/* SPDX-License-Identifier: MIT
 * Options of a run, and what the roster says of partners. */
#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "run.h"

/* --- options --- */

static int places_of(uint8_t minor_units, int otherwise)
{
    return minor_units == 0 ? otherwise : minor_units == PARTNER_MINOR_UNITS_0 ? 0 : minor_units;
}

static partner_status check_flags(const partner_loyalty_options *o, partner_error *error)
{
    const char *field = o->ledger > 1            ? "ledger"
                        : o->notices > 1         ? "notices"
                        : o->skip_duplicates > 1 ? "skip_duplicates"
                                                 : NULL;

    if (field == NULL) return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_ARGUMENT,
                            partner__at("loyalty_options", field, PARTNER_NO_ROW, PARTNER_NONE),
                            "options: %s is above 1, expected 0 or 1", field);
}

partner_status partner__loyalty_options(partner_loyalty_options *local, const partner_loyalty_options *caller,
                                        const partner_program *program, partner_error *error)
{
    partner_status status = partner__take(local, sizeof *local, caller, 1, "options", error);
    int places = places_of(program->minor_units, 2);

    if (status == PARTNER_OK) status = check_flags(local, error);
    if (status != PARTNER_OK) return status;
    if (places_of(local->minor_units, places) != places)
        return partner__fail_at(
            error, PARTNER_E_STATE, partner__at("loyalty_options", "minor_units", PARTNER_NO_ROW, PARTNER_NONE),
            "options: the events' money has %d decimal places and the program's %d, expected the "
            "same",
            places_of(local->minor_units, places), places);
    if (local->partners >= PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("loyalty_options", "partners", PARTNER_NO_ROW, PARTNER_NONE),
                                "options: partners is %zu, expected fewer than 2^32 - 1", local->partners);
    if (local->as_of_day == 0) local->as_of_day = PARTNER_NO_DAY;
    else if (local->as_of_day == PARTNER_DAY_0) local->as_of_day = 0;
    if (local->as_of_day != PARTNER_NO_DAY &&
        (local->as_of_day < PARTNER__FIRST_DAY || local->as_of_day > PARTNER__LAST_DAY))
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("loyalty_options", "as_of_day", PARTNER_NO_ROW, PARTNER_NONE),
                                "options: as_of_day is %" PRId32 ", which lies outside the years 1 to 9999",
                                local->as_of_day);
    return PARTNER_OK;
}

/* --- the roster --- */

static partner__place at(const char *field, size_t row, uint32_t partner)
{
    return partner__at("roster", field, row, partner);
}

static uint32_t partner_of(const partner_roster *r, size_t row)
{
    return r->partner == NULL ? (uint32_t)row : r->partner[row];
}

static partner_status count_partners(const partner_roster *r, size_t limit, partner__enrolled *e,
                                     partner_error *error)
{
    if (r->partner == NULL && r->rows >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_ARGUMENT, "the roster has %zu rows, expected fewer than 2^32 - 1",
                             r->rows);
    if (limit == 0) limit = PARTNER_NONE;
    for (size_t i = 0; i < r->rows; i++) {
        uint32_t partner = partner_of(r, i);

        if (partner == PARTNER_NONE)
            return partner__fail_at(error, PARTNER_E_DATA, at("partner", i, partner),
                                    "roster row %zu: partner is missing", i);
        if (partner >= limit)
            return partner__fail_at(error, PARTNER_E_DATA, at("partner", i, partner),
                                    "roster row %zu: partner index %" PRIu32
                                    " is out of range, expected below %zu",
                                    i, partner, limit);
        if (partner >= e->partners) e->partners = (size_t)partner + 1;
    }
    return PARTNER_OK;
}

static int make_room(const partner_roster *r, partner__enrolled *e)
{
    e->listed = partner__alloc_zero(e->partners, sizeof *e->listed);
    if (r->group != NULL) e->group = partner__alloc(e->partners, sizeof *e->group);
    if (r->tier != NULL) {
        e->level = partner__alloc_zero(e->partners, sizeof *e->level);
        e->until = partner__alloc(e->partners, sizeof *e->until);
    }
    if (e->listed == NULL || (r->group != NULL && e->group == NULL) ||
        (r->tier != NULL && (e->level == NULL || e->until == NULL)))
        return 0;
    for (size_t i = 0; e->group != NULL && i < e->partners; i++) e->group[i] = PARTNER_NONE;
    for (size_t i = 0; e->until != NULL && i < e->partners; i++) e->until[i] = PARTNER_NO_DAY;
    return 1;
}

static partner_status read_row(const partner_roster *r, const partner__plan *plan, size_t i,
                               partner__enrolled *e, partner_error *error)
{
    uint32_t partner = partner_of(r, i), level = 0;

    if (e->listed[partner])
        return partner__fail_at(
            error, PARTNER_E_DATA, at("partner", i, partner),
            "roster row %zu: partner %" PRIu32 " is listed already, expected each partner once", i, partner);
    e->listed[partner] = 1;
    if (r->group != NULL) e->group[partner] = r->group[i];
    if (r->tier == NULL || r->tier[i] == PARTNER_NONE) return PARTNER_OK;
    level = partner__plan_level_named(plan, r->tier[i]);
    if (level == PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_DATA, at("tier", i, partner),
                                "roster row %zu: tier %" PRIu32
                                " is none of the program's, expected one of its %zu",
                                i, r->tier[i], plan->program.tiers);
    e->level[partner] = level;
    if (r->tier_until != NULL) e->until[partner] = r->tier_until[i];
    return PARTNER_OK;
}

partner_status partner__enrol(const partner_roster *roster, const partner__plan *plan, size_t limit,
                              partner__enrolled *enrolled, partner_error *error)
{
    partner__enrolled e = {0};
    partner_roster r;
    partner_status status = partner__take(&r, sizeof r, roster, 0, "roster", error);

    if (status == PARTNER_OK) status = count_partners(&r, limit, &e, error);
    if (status == PARTNER_OK && !make_room(&r, &e)) status = partner__no_memory(error);
    for (size_t i = 0; status == PARTNER_OK && i < r.rows; i++) status = read_row(&r, plan, i, &e, error);
    if (status == PARTNER_OK) *enrolled = e;
    else partner__enrolled_free(&e);
    return status;
}

void partner__enrolled_free(partner__enrolled *enrolled)
{
    partner__free(enrolled->group);
    partner__free(enrolled->level);
    partner__free(enrolled->until);
    partner__free(enrolled->listed);
    memset(enrolled, 0, sizeof *enrolled);
}

partner_status partner__enrolled_begin(const partner__enrolled *enrolled, const partner__plan *plan,
                                       uint32_t partner, partner__account *a, partner_error *error)
{
    int listed = partner < enrolled->partners;
    uint32_t group = listed && enrolled->group != NULL ? enrolled->group[partner] : PARTNER_NONE;
    uint32_t level = listed && enrolled->level != NULL ? enrolled->level[partner] : 0;
    int32_t until = listed && enrolled->until != NULL ? enrolled->until[partner] : PARTNER_NO_DAY;

    return partner__account_begin(a, plan, partner, group, level, until, error);
}
