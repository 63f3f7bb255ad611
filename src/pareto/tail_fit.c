/* SPDX-License-Identifier: MIT
 * A sample's distinct values, and the exponent of the tail that begins at one of them. */
#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/zeta.h"
#include "tail.h"

partner_status partner__tail_sample_make(partner__tail_sample *sample, size_t room, int discrete,
                                         partner_error *error)
{
    memset(sample, 0, sizeof *sample);
    sample->room = room;
    sample->discrete = discrete;
    sample->place = partner__alloc(room, sizeof *sample->place);
    sample->mean_log = partner__alloc(room, sizeof *sample->mean_log);
    return sample->place == NULL || sample->mean_log == NULL ? partner__no_memory(error) : PARTNER_OK;
}

void partner__tail_sample_free(partner__tail_sample *sample)
{
    partner__free(sample->place);
    partner__free(sample->mean_log);
}

/* *sum + *rest += x, to twice the digits of a double (Knuth's exact sum). */
static void add(double *sum, double *rest, double x)
{
    double t = *sum + x, part = t - *sum;

    *rest += (*sum - (t - part)) + (x - part);
    *sum = t + *rest;
    *rest -= *sum - t;
}

/* Lowering the start of the tail by a gap adds the gap to the logarithm of each amount that was in it before:
 * only positive terms, so nothing cancels. */
void partner__tail_append(partner__tail_sample *sample, double gap, double inverse, uint32_t count)
{
    partner__tail_place *place = &sample->place[sample->places];

    if (sample->places > 0 && !(gap > 0)) {
        place[-1].count += count;
        sample->mean_log[sample->places - 1] = (sample->spread + sample->spread_rest) / place[-1].count;
        return;
    }
    place->log = place->log_rest = 0;
    place->above = 0;
    if (sample->places > 0) {
        place->log = place[-1].log;
        place->log_rest = place[-1].log_rest;
        place->above = place[-1].count;
        add(&place->log, &place->log_rest, gap);
        add(&sample->spread, &sample->spread_rest, gap * place->above);
    }
    place->inverse = inverse;
    place->count = place->above + count;
    sample->mean_log[sample->places++] = (sample->spread + sample->spread_rest) / place->count;
}

/* Newton on ln(mean of ln(X / xmin) under the law) = ln(mean in the sample), by beta: convex and falling, so
 * that from the left it nears the root from the left, and from the right its first step goes left. */
static partner_status discrete_beta(double inverse, double mean, double *result, partner_error *error)
{
    double beta = 1 / (mean - log1p(-0.5 * inverse)); /* as if continuous from xmin - 1/2 on */

    for (int i = 0; i < 200; i++) {
        partner__zeta_logs logs = partner__zeta_logs_of(beta, inverse);
        double next;

        if (!(logs.mean > 0 && logs.variance > 0)) {
            beta /= 2;
            continue;
        }
        next = beta + log(logs.mean / mean) * logs.mean / logs.variance;
        if (!(next > beta / 4)) next = beta / 4;
        if (fabs(next - beta) <= 1e-11 * beta) {
            *result = next;
            return PARTNER_OK;
        }
        beta = next;
    }
    return partner__fail(error, PARTNER_E_CONVERGENCE,
                         "tail: no exponent found for a mean logarithm of %g above %g", mean, 1 / inverse);
}

partner_status partner__tail_beta(const partner__tail_sample *sample, size_t place, double *beta,
                                  partner_error *error)
{
    if (sample->discrete)
        return discrete_beta(sample->place[place].inverse, sample->mean_log[place], beta, error);
    *beta = 1 / sample->mean_log[place];
    return PARTNER_OK;
}
