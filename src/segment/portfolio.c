/* SPDX-License-Identifier: MIT
 * Totals and the partners file, side by side: one line per enrolled partner. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../record/tables.h"
#include "analysis.h"
#include "segment.h"

/* A column of the partners file by the lines of the portfolio; what is not listed is `missing`. */
typedef struct joined {
    size_t at, size; /* of the column in either struct's pointer, and of an element */
    size_t to;
    const void *missing;
} joined;

static const int64_t no_amount = PARTNER_NO_AMOUNT;
static const uint8_t not_declared = PARTNER_MODE_UNKNOWN;

static const void *column_at(const void *base, size_t offset)
{
    const void *column;

    memcpy(&column, (const char *)base + offset, sizeof column);
    return column;
}

/* row [lines]: the roster's row of each line, PARTNER_NONE = not listed. */
static partner_status join(const partner_roster *roster, const joined *j, const uint32_t *row, size_t lines,
                           partner__arena *arena, partner_portfolio *portfolio, partner_error *error)
{
    const char *from = column_at(roster, j->at);
    char *to;

    if (from == NULL) return PARTNER_OK;
    to = partner__arena_alloc(arena, lines, j->size);
    if (to == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < lines; i++)
        memcpy(to + i * j->size, row[i] == PARTNER_NONE ? j->missing : from + row[i] * j->size, j->size);
    memcpy((char *)portfolio + j->to, &to, sizeof to);
    return PARTNER_OK;
}

static uint32_t roster_partner(const partner_roster *roster, size_t i)
{
    return roster->partner == NULL ? (uint32_t)i : roster->partner[i];
}

static partner_status find_rows(const partner_totals *totals, const partner_roster *roster,
                                partner__arena *arena, uint32_t **row, partner_error *error)
{
    const size_t lines = totals->partners;
    partner__lookup by_partner;
    uint32_t highest = 0;
    partner_status status;

    for (size_t i = 0; i < roster->rows; i++)
        if (roster_partner(roster, i) > highest) highest = roster_partner(roster, i);
    status = partner__lookup_new(&by_partner, roster->rows, highest, arena, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < roster->rows; i++)
        *partner__lookup_at(&by_partner, roster_partner(roster, i)) = (uint32_t)i;
    *row = partner__arena_alloc(arena, lines, sizeof **row);
    if (*row == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < lines; i++) (*row)[i] = partner__lookup_get(&by_partner, totals->partner[i]);
    return PARTNER_OK;
}

static partner_status join_all(const partner_roster *roster, const uint32_t *row, partner__arena *arena,
                               partner_portfolio *portfolio, partner_error *error)
{
#define JOINED(member, missing)                                                                                \
    {                                                                                                          \
        offsetof(partner_roster, member), sizeof *roster->member, offsetof(partner_portfolio, member), missing \
    }
    static const double nan = NAN;
    const joined columns[] = {
        JOINED(potential, &no_amount), JOINED(strategic, &nan), JOINED(mode, &not_declared),
        JOINED(hours, &nan),           JOINED(hours_min, &nan), JOINED(hours_max, &nan),
    };
#undef JOINED
    partner_status status = PARTNER_OK;

    for (size_t i = 0; i < sizeof columns / sizeof *columns && status == PARTNER_OK; i++)
        status = join(roster, &columns[i], row, portfolio->rows, arena, portfolio, error);
    return status;
}

static partner_status find_active(const partner_totals *totals, uint32_t min_sales, partner__arena *arena,
                                  partner_portfolio *portfolio, partner_error *error)
{
    uint8_t *active = partner__arena_alloc(arena, totals->partners, sizeof *active);

    if (active == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < totals->partners; i++)
        active[i] = totals->sales[i] >= (min_sales == 0 ? 1 : min_sales);
    portfolio->active = active;
    return PARTNER_OK;
}

/* As an option says a day: 0 is open. */
static int32_t day_option(int32_t day)
{
    if (day == PARTNER_NO_DAY) return 0;
    return day == 0 ? PARTNER_DAY_0 : day;
}

partner_status partner__portfolio_of(const partner_totals *totals, const partner_roster *roster,
                                     uint32_t min_sales, partner__arena *arena, partner_portfolio *portfolio,
                                     partner_error *error)
{
    partner_roster listed;
    uint32_t *row = NULL;
    partner_status status = partner__take(&listed, sizeof listed, roster, 1, "partners", error);

    if (status != PARTNER_OK) return status;
    *portfolio = (partner_portfolio)PARTNER_PORTFOLIO_INIT;
    portfolio->rows = totals->partners;
    portfolio->from_day = day_option(totals->from_day);
    portfolio->to_day = day_option(totals->to_day);
    portfolio->last_day = day_option(totals->last_day_seen);
    portfolio->minor_units = totals->minor_units == 0 ? PARTNER_MINOR_UNITS_0 : totals->minor_units;
    portfolio->partner = totals->partner;
    portfolio->revenue = totals->revenue;
    portfolio->margin = totals->margin;
    portfolio->group = totals->group;
    status = find_active(totals, min_sales, arena, portfolio, error);
    if (status != PARTNER_OK || roster == NULL) return status;
    status = find_rows(totals, &listed, arena, &row, error);
    if (status == PARTNER_OK) status = join_all(&listed, row, arena, portfolio, error);
    return status;
}

/* "portfolio row 2: …" as "partners row 7: …". */
static void rename_row(partner_error *error, size_t row)
{
    char before[48], message[sizeof error->message];
    const int length = snprintf(before, sizeof before, "portfolio row %" PRIu64, error->row);

    if (strncmp(error->message, before, (size_t)length) == 0) {
        memcpy(message, error->message, sizeof message);
        snprintf(error->message, sizeof error->message, "partners row %zu%.*s", row, (int)sizeof message - 48,
                 message + length);
    }
    error->row = row;
    snprintf(error->record, sizeof error->record, "partners");
}

void partner__portfolio_blame(const partner_totals *totals, const partner_roster *roster, partner_error *error)
{
    const partner_field *field;
    partner_roster listed;
    uint32_t who;

    if (error == NULL || roster == NULL || strcmp(error->record, "portfolio") != 0) return;
    field = partner_record_field_find(&partner__roster_record, error->field);
    if (field == NULL || error->row >= totals->partners) return;
    if (partner__take(&listed, sizeof listed, roster, 1, "partners", NULL) != PARTNER_OK) return;
    if (partner_field_data(field, &listed) == NULL) return;
    who = totals->partner[error->row];
    for (size_t row = 0; row < listed.rows; row++)
        if (roster_partner(&listed, row) == who) {
            rename_row(error, row);
            return;
        }
}
