/* SPDX-License-Identifier: MIT */
#include "inputs.h"

#include <inttypes.h>
#include <string.h>

#include "../base/error.h"

enum { CHUNK = 1 << 16 }; /* rows between two looks at the interrupt */

/* A table while it is read. */
typedef struct reader {
    partner__inputs *in;
    int32_t last_day; /* of all tables so far; PARTNER_NO_DAY */
    partner_error *error;
} reader;

typedef partner_status (*read_row)(reader *r, size_t row);

static partner_status read_rows(reader *r, size_t rows, read_row read)
{
    partner_status status = PARTNER_OK;

    for (size_t i = 0; i < rows && status == PARTNER_OK; i++) {
        if (i % CHUNK == 0) status = partner__ask(&r->in->set.run, r->error);
        if (status == PARTNER_OK) status = read(r, i);
    }
    return status;
}

static void see_day(reader *r, int32_t day)
{
    if (day > r->last_day) r->last_day = day;
}

static partner_status missing_column(const char *table, const char *field, partner_error *error)
{
    return partner__fail_at(error, PARTNER_E_ARGUMENT, partner__at(table, field, PARTNER_NO_ROW, PARTNER_NONE),
                            "%s: %s is NULL, expected a column", table, field);
}

static partner_status missing_value(reader *r, const char *table, const char *field, size_t row)
{
    return partner__fail_at(r->error, PARTNER_E_DATA, partner__at(table, field, row, PARTNER_NONE),
                            "%s row %zu: %s is missing", table, row, field);
}

static partner_status too_many(const char *table, size_t rows, partner_error *error)
{
    return partner__fail_at(error, PARTNER_E_RANGE, partner__at(table, NULL, PARTNER_NO_ROW, PARTNER_NONE),
                            "%s: %zu rows, expected at most %d", table, rows, PARTNER__ROWS_MAX);
}

/* --- what several tables say --- */

static partner_status check_deal(reader *r, const char *table, size_t row, uint32_t deal)
{
    if (deal == PARTNER_NONE) return missing_value(r, table, "deal", row);
    if (partner__lookup_get(&r->in->by_deal, deal) != PARTNER_NONE) return PARTNER_OK;
    return partner__fail_at(r->error, PARTNER_E_DATA, partner__at(table, "deal", row, deal),
                            "%s row %zu: there is no deal %" PRIu32 ", expected one of the deals table", table,
                            row, deal);
}

static partner_status check_stage(reader *r, const char *table, const char *field, size_t row, uint32_t stage)
{
    if (stage == PARTNER_NONE) return PARTNER_OK;
    if (partner__lookup_get(&r->in->steps->stage_of, stage) != PARTNER_NONE) return PARTNER_OK;
    return partner__fail_at(
        r->error, PARTNER_E_DATA, partner__at(table, field, row, stage),
        "%s row %zu: %s index %" PRIu32
        " is no stage of the process, expected the id of one or a number from 0 to %" PRIu32,
        table, row, field, stage, r->in->steps->stages);
}

static partner_status check_probability(reader *r, const char *table, const char *field, size_t row,
                                        uint32_t partner, double probability)
{
    if (isnan(probability) || (probability >= 0 && probability <= 1)) return PARTNER_OK;
    return partner__fail_at(r->error, PARTNER_E_DATA, partner__at(table, field, row, partner),
                            "%s row %zu: %s is %g, expected 0 to 1", table, row, field, probability);
}

static partner_status check_code(reader *r, const char *field, size_t row, uint8_t code, const char *expected)
{
    return partner__fail_at(r->error, PARTNER_E_DATA, partner__at("milestones", field, row, PARTNER_NONE),
                            "milestones row %zu: %s is %u, expected %s", row, field, (unsigned)code, expected);
}

/* --- deals --- */

static uint32_t deal_of_row(const partner_deals *d, size_t row)
{
    return d->deal == NULL ? (uint32_t)row : d->deal[row];
}

static uint32_t partner_of_row(const partner_deals *d, size_t row)
{
    return d->partner == NULL ? PARTNER_NONE : d->partner[row];
}

static partner_status note_deal(reader *r, size_t row, uint32_t deal)
{
    uint32_t *at;

    if (deal == PARTNER_NONE) return missing_value(r, "deals", "deal", row);
    at = partner__lookup_at(&r->in->by_deal, deal);
    if (*at != PARTNER_NONE)
        return partner__fail_at(r->error, PARTNER_E_DATA, partner__at("deals", "deal", row, deal),
                                "deals row %zu: deal %" PRIu32 " is there already in row %" PRIu32
                                ", expected each deal once",
                                row, deal, *at);
    *at = (uint32_t)row;
    return PARTNER_OK;
}

static partner_status check_closing(reader *r, size_t row)
{
    static const char *const outcomes[] = {"open", "won", "lost"};
    const partner_deals *d = &r->in->deals;
    const int32_t closed = d->closed == NULL ? PARTNER_NO_DAY : d->closed[row];
    const uint8_t outcome = d->outcome == NULL ? PARTNER_OUTCOME_OPEN : d->outcome[row];
    const uint32_t partner = partner_of_row(d, row);

    if (outcome > PARTNER_OUTCOME_LOST)
        return partner__fail_at(r->error, PARTNER_E_DATA, partner__at("deals", "outcome", row, partner),
                                "deals row %zu: outcome is %u, expected 0 to %d", row, (unsigned)outcome,
                                PARTNER_OUTCOME_LOST);
    if (outcome != PARTNER_OUTCOME_OPEN && closed == PARTNER_NO_DAY)
        return partner__fail_at(r->error, PARTNER_E_DATA, partner__at("deals", "closed", row, partner),
                                "deals row %zu: outcome is %s but there is no closing day, expected both or "
                                "neither",
                                row, outcomes[outcome]);
    if (outcome == PARTNER_OUTCOME_OPEN && closed != PARTNER_NO_DAY)
        return partner__fail_at(r->error, PARTNER_E_DATA, partner__at("deals", "outcome", row, partner),
                                "deals row %zu: closed on day %" PRId32
                                " but the outcome is open, expected won or lost",
                                row, closed);
    if (closed != PARTNER_NO_DAY && closed < d->opened[row])
        return partner__fail_at(r->error, PARTNER_E_DATA, partner__at("deals", "closed", row, partner),
                                "deals row %zu: closed on day %" PRId32 " before opened on day %" PRId32
                                ", expected closed not before opened",
                                row, closed, d->opened[row]);
    see_day(r, closed);
    return PARTNER_OK;
}

static partner_status read_deal(reader *r, size_t row)
{
    const partner_deals *d = &r->in->deals;
    const uint32_t deal = deal_of_row(d, row);
    partner_status status = note_deal(r, row, deal);

    if (status != PARTNER_OK) return status;
    if (d->opened[row] == PARTNER_NO_DAY) return missing_value(r, "deals", "opened", row);
    see_day(r, d->opened[row]);
    if (d->registered != NULL) see_day(r, d->registered[row]);
    status = check_closing(r, row);
    if (status == PARTNER_OK && d->claimed_stage != NULL)
        status = check_stage(r, "deals", "claimed_stage", row, d->claimed_stage[row]);
    if (status == PARTNER_OK && d->claimed_probability != NULL)
        status = check_probability(r, "deals", "claimed_probability", row, partner_of_row(d, row),
                                   d->claimed_probability[row]);
    return status;
}

static partner_status read_deals(reader *r, const partner_deals *deals)
{
    partner_deals *d = &r->in->deals;
    partner_status status = partner__take(d, sizeof *d, deals, 0, "deals", r->error);
    uint32_t highest = 0;

    if (status != PARTNER_OK) return status;
    if (d->rows > PARTNER__ROWS_MAX) return too_many("deals", d->rows, r->error);
    if (d->rows > 0 && d->opened == NULL) return missing_column("deals", "opened", r->error);
    if (d->rows > 0 && d->closed != NULL && d->outcome == NULL)
        return missing_column("deals", "outcome", r->error);
    for (size_t i = 0; i < d->rows; i++) {
        uint32_t deal = deal_of_row(d, i);
        if (deal != PARTNER_NONE && deal > highest) highest = deal;
    }
    status = partner__lookup_new(&r->in->by_deal, d->rows, highest, &r->in->arena, r->error);
    return status == PARTNER_OK ? read_rows(r, d->rows, read_deal) : status;
}

/* --- milestones and claims --- */

static partner_status read_report(reader *r, size_t row)
{
    const partner_milestones *m = &r->in->milestones;
    const uint32_t deal = m->deal[row];
    partner_status status = check_deal(r, "milestones", row, deal);

    if (status != PARTNER_OK) return status;
    if (m->milestone[row] == PARTNER_NONE) return missing_value(r, "milestones", "milestone", row);
    if (partner__lookup_get(&r->in->steps->milestone_of, m->milestone[row]) == PARTNER_NONE)
        return partner__fail_at(r->error, PARTNER_E_DATA,
                                partner__at("milestones", "milestone", row, m->milestone[row]),
                                "milestones row %zu: milestone index %" PRIu32
                                " is not in the process, expected one of its %" PRIu32 " milestones",
                                row, m->milestone[row], r->in->steps->milestones);
    if (m->day[row] == PARTNER_NO_DAY) return missing_value(r, "milestones", "day", row);
    if (m->done != NULL && m->done[row] > 1)
        return check_code(r, "done", row, m->done[row], "1, or 0 for taken back");
    if (m->source != NULL && m->source[row] > PARTNER_SOURCE_VERIFIED)
        return check_code(r, "source", row, m->source[row], "0 for reported or 1 for verified");
    see_day(r, m->day[row]);
    return PARTNER_OK;
}

static partner_status read_milestones(reader *r, const partner_milestones *milestones)
{
    partner_milestones *m = &r->in->milestones;
    partner_status status = partner__take(m, sizeof *m, milestones, 1, "milestones", r->error);

    if (status != PARTNER_OK || m->rows == 0) return status;
    if (m->deal == NULL) return missing_column("milestones", "deal", r->error);
    if (m->milestone == NULL) return missing_column("milestones", "milestone", r->error);
    if (m->day == NULL) return missing_column("milestones", "day", r->error);
    return read_rows(r, m->rows, read_report);
}

static partner_status read_claim(reader *r, size_t row)
{
    const partner_claims *c = &r->in->claims;
    const uint32_t deal = c->deal[row];
    partner_status status = check_deal(r, "claims", row, deal);

    if (status != PARTNER_OK) return status;
    if (c->day[row] == PARTNER_NO_DAY) return missing_value(r, "claims", "day", row);
    see_day(r, c->day[row]);
    if (c->stage != NULL) status = check_stage(r, "claims", "stage", row, c->stage[row]);
    if (status == PARTNER_OK && c->probability != NULL)
        status = check_probability(r, "claims", "probability", row, PARTNER_NONE, c->probability[row]);
    return status;
}

static partner_status read_claims(reader *r, const partner_claims *claims)
{
    partner_claims *c = &r->in->claims;
    partner_status status = partner__take(c, sizeof *c, claims, 1, "claims", r->error);

    if (status != PARTNER_OK || c->rows == 0) return status;
    if (c->rows > PARTNER__ROWS_MAX) return too_many("claims", c->rows, r->error);
    if (c->deal == NULL) return missing_column("claims", "deal", r->error);
    if (c->day == NULL) return missing_column("claims", "day", r->error);
    return read_rows(r, c->rows, read_claim);
}

/* --- lines --- */

static partner_status make_lines(partner__inputs *in, partner_error *error)
{
    const partner_deals *d = &in->deals;

    for (size_t i = 0; i < d->rows; i++) in->lines += d->opened[i] <= in->as_of_day;
    in->row = partner__arena_alloc(&in->arena, in->lines, sizeof *in->row);
    in->opened = partner__arena_alloc(&in->arena, in->lines, sizeof *in->opened);
    in->closed = partner__arena_alloc(&in->arena, in->lines, sizeof *in->closed);
    in->outcome = partner__arena_alloc(&in->arena, in->lines, sizeof *in->outcome);
    if (in->row == NULL || in->opened == NULL || in->closed == NULL || in->outcome == NULL)
        return partner__no_memory(error);
    for (size_t i = 0, line = 0; i < d->rows; i++) {
        int32_t closed = d->closed == NULL ? PARTNER_NO_DAY : d->closed[i];
        uint32_t *at = partner__lookup_at(&in->by_deal, deal_of_row(d, i));

        *at = PARTNER__LATER;
        if (d->opened[i] > in->as_of_day) continue;
        if (closed > in->as_of_day) closed = PARTNER_NO_DAY;
        *at = (uint32_t)line;
        in->row[line] = (uint32_t)i;
        in->opened[line] = d->opened[i];
        in->closed[line] = closed;
        in->outcome[line] = closed == PARTNER_NO_DAY ? PARTNER_OUTCOME_OPEN : d->outcome[i];
        line++;
    }
    return PARTNER_OK;
}

partner_status partner__inputs_take(partner__inputs *in, const partner__steps *steps,
                                    const partner_deals *deals, const partner_milestones *milestones,
                                    const partner_claims *claims, partner_error *error)
{
    reader r = {.in = in, .last_day = PARTNER_NO_DAY, .error = error};
    partner_status status;

    in->steps = steps;
    status = read_deals(&r, deals);
    if (status == PARTNER_OK) status = read_milestones(&r, milestones);
    if (status == PARTNER_OK) status = read_claims(&r, claims);
    if (status != PARTNER_OK) return status;
    in->as_of_day = in->set.as_of_day == PARTNER_NO_DAY ? r.last_day : in->set.as_of_day;
    return make_lines(in, error);
}

void partner__inputs_free(partner__inputs *in)
{
    partner__arena_free(&in->arena);
    memset(in, 0, sizeof *in);
}
