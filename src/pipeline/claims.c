/* SPDX-License-Identifier: MIT */
#include "claims.h"

#include <string.h>

static const partner__claim NOTHING = {PARTNER_NONE, NAN, PARTNER_NO_AMOUNT, PARTNER_NO_DAY};

static uint32_t own_row(const partner__inputs *in, size_t row)
{
    (void)in;
    return (uint32_t)row;
}

static size_t rows_after_closing(const partner__claims *c, size_t line)
{
    const partner__inputs *in = c->in;
    const size_t rows = c->rows.start[line + 1] - c->rows.start[line];

    return partner__is_open(in, line) ? 0 : rows - partner__dated_by(&c->rows, line, in->closed[line]);
}

partner_status partner__claims_new(partner__claims *claims, const partner__inputs *in, partner_error *error)
{
    const partner_claims *c = &in->claims;
    const partner__dated_table table = {.name = "claims",
                                        .rows = c->rows,
                                        .deal = c->deal,
                                        .day = c->day,
                                        .what = own_row,
                                        .highest = c->rows == 0 ? 0 : (uint32_t)c->rows - 1};
    partner_status status;

    memset(claims, 0, sizeof *claims);
    claims->in = in;
    status = partner__dated_take(&claims->rows, in, &table, error);
    if (status != PARTNER_OK) return status;
    claims->dated = claims->rows.start[in->lines] > 0;
    for (size_t i = 0; claims->dated && i < in->lines; i++)
        claims->after_closing += rows_after_closing(claims, i);
    return PARTNER_OK;
}

void partner__claims_free(partner__claims *claims)
{
    partner__dated_free(&claims->rows);
    memset(claims, 0, sizeof *claims);
}

static uint32_t stage_of(const partner__inputs *in, const uint32_t *stage, size_t row)
{
    if (stage == NULL || stage[row] == PARTNER_NONE) return PARTNER_NONE;
    return partner__lookup_get(&in->steps->stage_of, stage[row]);
}

int partner__claim_on(const partner__claims *claims, size_t line, int32_t day, partner__claim *claim)
{
    const partner_claims *c = &claims->in->claims;
    const size_t count = partner__dated_by(&claims->rows, line, day);
    size_t row;

    *claim = NOTHING;
    if (count == 0) return 0;
    row = claims->rows.row[claims->rows.start[line] + count - 1].what;
    claim->stage = stage_of(claims->in, c->stage, row);
    if (c->probability != NULL) claim->probability = c->probability[row];
    if (c->amount != NULL) claim->amount = c->amount[row];
    if (c->close != NULL) claim->close = c->close[row];
    return 1;
}

partner__claim partner__claim_now(const partner__claims *claims, size_t line)
{
    const partner__inputs *in = claims->in;
    const partner_deals *d = &in->deals;
    const size_t row = in->row[line];
    partner__claim claim;

    if (!partner__is_open(in, line)) return NOTHING;
    if (partner__claim_on(claims, line, in->as_of_day, &claim) || partner__row_is_later(in, line)) return claim;
    claim.stage = stage_of(in, d->claimed_stage, row);
    if (d->claimed_probability != NULL) claim.probability = d->claimed_probability[row];
    if (d->amount != NULL) claim.amount = d->amount[row];
    if (d->claimed_day != NULL) claim.close = d->claimed_day[row];
    return claim;
}
