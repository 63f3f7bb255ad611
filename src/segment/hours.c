/* SPDX-License-Identifier: MIT
 * A budget of hours, spread over the portfolio by what attention is assumed to bring. */
#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "allocate.h"
#include "result.h"

int partner__minor_of(double amount, unsigned places, int64_t *minor)
{
    const double beyond = 9223372036854775808.0;
    double scaled = amount, whole, part;

    for (unsigned i = 0; i < places; i++) scaled *= 10;
    whole = floor(scaled);
    part = scaled - whole;
    if (part > 0.5 || (part == 0.5 && fmod(whole, 2) != 0)) whole += 1;
    if (!(fabs(whole) < beyond)) return 0;
    *minor = (int64_t)whole;
    return 1;
}

/* What attention without limit would bring: part of what could be won, and part of what there is. */
static double gain_of(const partner__segmented *to, const partner__segment_sources *from, size_t line,
                      double share_factor, double major)
{
    const uint8_t mode = to->column.mode[line];
    const int64_t revenue = from->portfolio.revenue[line];

    return (share_factor * from->set.share[mode] * (double)to->column.headroom[line] +
            from->set.retain[mode] * (double)(revenue > 0 ? revenue : 0)) /
           major;
}

static partner_status make_returns(const partner__segmented *to, const partner__segment_sources *from,
                                   double share_factor, partner__arena *arena, partner_returns *returns,
                                   partner_error *error)
{
    const size_t rows = from->portfolio.rows;
    double *gain = partner__arena_alloc(arena, rows, sizeof *gain);
    double *scale = partner__arena_alloc(arena, rows, sizeof *scale);
    double *floor = partner__arena_alloc(arena, rows, sizeof *floor);
    double *ceiling = partner__arena_alloc(arena, rows, sizeof *ceiling);
    double major = 1;

    if (gain == NULL || scale == NULL || floor == NULL || ceiling == NULL) return partner__no_memory(error);
    for (unsigned i = 0; i < from->set.places; i++) major *= 10;
    for (size_t i = 0; i < rows; i++) {
        const double most = partner__line_ceiling(from, i);

        gain[i] = gain_of(to, from, i, share_factor, major);
        scale[i] = from->set.for_share[to->column.mode[i]];
        floor[i] = partner__line_floor(from, i);
        ceiling[i] = isinf(most) ? NAN : most;
    }
    *returns = (partner_returns)PARTNER_RETURNS_INIT;
    returns->rows = rows;
    returns->partner = to->column.partner;
    returns->gain = gain;
    returns->scale = scale;
    returns->floor = floor;
    returns->ceiling = ceiling;
    returns->hours = from->portfolio.hours;
    return PARTNER_OK;
}

/* The hours that are best when attention wins so many times as much, and takes so many times as long. */
static partner_status allocate(const partner__segmented *to, const partner__segment_sources *from,
                               double share_factor, double scale_factor, partner_allocation **allocation,
                               partner_error *error)
{
    const partner__segment_settings *set = &from->set;
    partner_allocation_options options = PARTNER_ALLOCATION_OPTIONS_INIT;
    partner__arena arena = {NULL};
    partner_returns returns;
    partner_status status = make_returns(to, from, share_factor, &arena, &returns, error);

    options.threads = set->run.threads;
    options.interrupt = set->run.interrupt;
    options.interrupt_data = set->run.interrupt_data;
    options.budget = set->budget == 0 ? PARTNER_HOURS_0 : set->budget;
    options.scale_factor = scale_factor;
    if (status == PARTNER_OK) status = partner_allocate(&returns, &options, allocation, error);
    partner__arena_free(&arena);
    if (status != PARTNER_OK) partner__blame_portfolio(error, "returns");
    return status;
}

/* --- other assumptions --- */

/* Factors of ρ and of κ. */
static const double others[][2] = {{1, 1}, {0.5, 1}, {2, 1}, {1, 0.5}, {1, 2}};
enum { OTHERS = sizeof others / sizeof others[0], COLUMNS = 6 };

static partner_status put_other(const partner__segmented *to, const partner__segment_sources *from, size_t k,
                                double *column[COLUMNS], partner_error *error)
{
    partner_allocation *other = NULL;
    partner_status status = allocate(to, from, others[k][0], others[k][1], &other, error);

    if (status != PARTNER_OK) return status;
    column[0][k] = others[k][0];
    column[1][k] = others[k][1];
    column[2][k] = other->spent;
    column[3][k] = other->gain;
    column[4][k] = other->lambda;
    column[5][k] = partner__hours_moved(to->allocation->hours, other->hours, other->rows);
    partner_allocation_free(other);
    return PARTNER_OK;
}

/* Not that of partner_allocate: with retain a gain is not ρ times anything. */
static partner_status make_sensitivity(partner__segmented *to, const partner__segment_sources *from,
                                       partner_error *error)
{
    double *column[COLUMNS];
    partner_status status = PARTNER_OK;
    int failed = 0;

    for (size_t c = 0; c < COLUMNS; c++)
        column[c] = partner__segment_column(to, OTHERS, sizeof **column, &failed);
    if (failed) return partner__no_memory(error);
    for (size_t k = 0; k < OTHERS && status == PARTNER_OK; k++) status = put_other(to, from, k, column, error);
    to->sensitivity = (partner_allocation_sensitivity){OTHERS,    column[0], column[1], column[2],
                                                       column[3], column[4], column[5]};
    to->allocation->sensitivity = &to->sensitivity;
    return status;
}

/* --- all of it --- */

static partner_status take_expected(partner__segmented *to, unsigned places, partner_error *error)
{
    for (size_t i = 0; i < to->allocation->rows; i++)
        if (!partner__minor_of(to->allocation->expected[i], places, &to->column.expected_gain[i]))
            return partner__fail_at(
                error, PARTNER_E_RANGE, partner__at("portfolio", "expected_gain", i, to->column.partner[i]),
                "portfolio row %zu: what the hours of partner %" PRIu32 " bring leaves 64 bits of minor units",
                i, to->column.partner[i]);
    return PARTNER_OK;
}

static partner_status make_assumptions(partner__segmented *to, partner_error *error)
{
    int failed = 0;
    uint8_t *mode = partner__segment_column(to, PARTNER_MODES, sizeof *mode, &failed);
    double *share = partner__segment_column(to, PARTNER_MODES, sizeof *share, &failed);
    double *hours = partner__segment_column(to, PARTNER_MODES, sizeof *hours, &failed);
    double *retain = partner__segment_column(to, PARTNER_MODES, sizeof *retain, &failed);

    if (failed) return partner__no_memory(error);
    for (uint8_t m = 0; m < PARTNER_MODES; m++) {
        mode[m] = m;
        share[m] = to->set.share[m];
        hours[m] = to->set.for_share[m];
        retain[m] = to->set.retain[m];
    }
    to->assumptions = (partner_segment_assumptions){PARTNER_MODES, mode, share, hours, retain};
    to->segmentation.assumptions = &to->assumptions;
    return PARTNER_OK;
}

/* What partners get now, for the advice. */
static partner_status keep_hours(partner__segmented *to, const partner_portfolio *p, partner_error *error)
{
    double *kept;

    if (p->hours == NULL) return PARTNER_OK;
    kept = partner__arena_alloc(&to->arena, p->rows, sizeof *kept);
    if (kept == NULL) return partner__no_memory(error);
    if (p->rows > 0) memcpy(kept, p->hours, p->rows * sizeof *kept);
    to->hours_now = kept;
    return PARTNER_OK;
}

/* Without a budget nobody gets hours. */
static partner_status no_hours(partner__segmented *to, size_t lines, partner_error *error)
{
    int failed = 0;
    double *none = partner__segment_column(to, lines, sizeof *none, &failed);

    if (failed) return partner__no_memory(error);
    for (size_t i = 0; i < lines; i++) {
        none[i] = NAN;
        to->column.expected_gain[i] = PARTNER_NO_AMOUNT;
    }
    to->partners.hours = to->partners.marginal_return = none;
    return PARTNER_OK;
}

partner_status partner__make_hours(partner__segmented *to, const partner__segment_sources *from,
                                   partner_error *error)
{
    partner_status status;

    if (isnan(from->set.budget)) return no_hours(to, from->portfolio.rows, error);
    status = allocate(to, from, 1, 1, &to->allocation, error);
    if (status == PARTNER_OK && from->set.sensitivity) status = make_sensitivity(to, from, error);
    if (status == PARTNER_OK) status = take_expected(to, from->set.places, error);
    if (status == PARTNER_OK) status = make_assumptions(to, error);
    if (status == PARTNER_OK) status = keep_hours(to, &from->portfolio, error);
    if (status != PARTNER_OK) return status;
    to->segmentation.allocation = to->allocation;
    to->partners.hours = to->allocation->hours;
    to->partners.marginal_return = to->allocation->marginal;
    return PARTNER_OK;
}
