/* SPDX-License-Identifier: MIT
 * What hours bring, all of them and the next one. */
#include <float.h>

#include "../base/error.h"
#include "allocate.h"

/* --- one partner --- */

static double expected_of(double gain, double scale, double hours) { return -gain * expm1(-hours / scale); }

/* gain / scale e^(-x) with x = hours / scale. Where one of the factors leaves double and the product need not,
 * powers of two are kept apart: e^(-x) = 2^-n e^-(x - n ln 2). */
static double marginal_of(double gain, double scale, double hours)
{
    /* ln 2 in two parts, the first of 32 bits, so that its products with n are exact. */
    static const double LN2_HIGH = 0x1.62e42feep-1, LN2_LOW = 0x1.a39ef35793c76p-33;
    const double x = hours / scale, ratio = gain / scale, plain = ratio * exp(-x);
    int of_gain, of_scale, n;

    if (gain == 0) return 0;
    if (ratio >= DBL_MIN && ratio <= DBL_MAX && plain >= DBL_MIN && x < 700) return plain;
    if (x > 4096) return 0; /* gain / scale is below 2^2100 */
    n = (int)(x / LN2_HIGH);
    gain = frexp(gain, &of_gain) / frexp(scale, &of_scale);
    return ldexp(gain * exp(-(x - n * LN2_HIGH - n * LN2_LOW)), of_gain - of_scale - n);
}

/* --- all of them --- */

typedef struct job {
    const partner__spread *spread;
    partner__spread_answer *answer;
} job;

static partner_status steep(const partner__spread *s, size_t i, partner_error *error)
{
    char whom[32];

    return partner__fail_at(error, PARTNER_E_RANGE,
                            partner__at("returns", "gain", i, partner__partner_of(&s->given, i)),
                            "returns row %zu%s: gain %.15g over scale %.15g is more than a double holds", i,
                            partner__spread_whom(&s->given, i, whom), s->given.gain[i], s->given.scale[i]);
}

static partner_status measure_block(void *context, size_t block, partner_error *error)
{
    const job *j = context;
    const partner_returns *g = &j->spread->given;
    const partner__spread_answer *a = j->answer;
    size_t i = block * PARTNER__HOURS_BLOCK, end = i + PARTNER__HOURS_BLOCK;

    if (end > g->rows) end = g->rows;
    for (; i < end; i++) {
        const double gain = g->gain[i] * a->gain_factor, scale = g->scale[i] * a->scale_factor;

        a->expected[i] = expected_of(gain, scale, a->hours[i]);
        a->marginal[i] = marginal_of(gain, scale, a->hours[i]);
        if (isinf(a->marginal[i])) return steep(j->spread, i, error);
    }
    return PARTNER_OK;
}

partner_status partner__spread_measure(const partner__spread *spread, partner__spread_answer *answer,
                                       partner_error *error)
{
    const partner_returns *g = &spread->given;
    job j = {spread, answer};
    partner__sum spent = {0, 0}, gain = {0, 0};
    partner_status status = partner__parallel(
        &spread->run, (g->rows + PARTNER__HOURS_BLOCK - 1) / PARTNER__HOURS_BLOCK, measure_block, &j, error);

    if (status != PARTNER_OK) return status;
    answer->lambda = 0;
    for (size_t i = 0; i < g->rows; i++) {
        partner__sum_add(&spent, answer->hours[i]);
        partner__sum_add(&gain, answer->expected[i]);
        if (answer->marginal[i] > answer->lambda && answer->hours[i] < partner__ceiling_of(g, i))
            answer->lambda = answer->marginal[i];
    }
    answer->spent = partner__sum_value(&spent);
    answer->gain = partner__sum_value(&gain);
    if (isfinite(answer->gain)) return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_RANGE,
                            partner__at("returns", "gain", PARTNER_NO_ROW, PARTNER_NONE),
                            "returns: what the hours bring sums to more than a double holds");
}

double partner__spread_gain_now(const partner__spread *spread)
{
    const partner_returns *g = &spread->given;
    partner__sum gain = {0, 0}, spent = {0, 0};

    if (g->hours == NULL) return NAN;
    for (size_t i = 0; i < g->rows; i++) {
        const double hours = g->hours[i];

        if (!(hours >= partner__floor_of(g, i) && hours <= partner__ceiling_of(g, i))) return NAN;
        partner__sum_add(&spent, hours);
        partner__sum_add(
            &gain, expected_of(g->gain[i] * spread->gain_factor, g->scale[i] * spread->scale_factor, hours));
    }
    if (!(partner__sum_value(&spent) - spread->budget <= PARTNER__HOURS_SLACK * spread->budget)) return NAN;
    return partner__sum_value(&gain);
}
