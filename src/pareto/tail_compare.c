/* SPDX-License-Identifier: MIT
 * The power law against its alternatives: Vuong's test (Econometrica 57 (1989) 307). */
#include <math.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sum.h"
#include "../base/zeta.h"
#include "tail.h"

enum { BLOCK = 1 << 13 /* places per task */ };

typedef struct job {
    const partner__tail_sample *sample;
    const partner__tail_fit *fit;
    partner__pulse *pulse;
    const partner__tail_lognormal *lognormal; /* or NULL: the exponential */
    double log_scale;   /* ln of the power law's probability or density where the tail begins */
    double mean_excess; /* mean of x / xmin - 1 */
    double *difference; /* [places of the tail] of the logarithms of both laws */
} job;

static size_t places(const job *j) { return j->fit->place + 1; }

static double amounts_at(const job *j, size_t at)
{
    return j->sample->place[at].count - j->sample->place[at].above;
}

/* x / xmin - 1 */
static double excess(const job *j, size_t at) { return expm1(partner__tail_log(j->sample, at, j->fit->place)); }

/* The exponential's ln density by x / xmin, or the geometric distribution's ln probability. */
static double exponential_at(const job *j, size_t at)
{
    double xmin, mean;

    if (!j->sample->discrete) return -log(j->mean_excess) - excess(j, at) / j->mean_excess;
    xmin = 1 / j->sample->place[j->fit->place].inverse;
    mean = j->mean_excess * xmin;
    return -log1p(mean) - excess(j, at) * xmin * log1p(1 / mean);
}

/* Densities are by x / xmin, but for the lognormal's: by its y, ln(x / xmin) = unit (y + 1). */
static double difference_at(const job *j, size_t at)
{
    double t = partner__tail_log(j->sample, at, j->fit->place), beta = j->fit->beta;

    if (j->sample->discrete)
        return j->log_scale - (1 + beta) * t -
               (j->lognormal == NULL ? exponential_at(j, at)
                                     : partner__tail_lognormal_at(j->lognormal, j->sample, j->fit->place, at));
    if (j->lognormal == NULL) return j->log_scale - (1 + beta) * t - exponential_at(j, at);
    return log(beta * j->lognormal->unit) - beta * t -
           partner__tail_lognormal_at(j->lognormal, j->sample, j->fit->place, at);
}

static partner_status fill_block(void *context, size_t block, partner_error *error)
{
    const job *j = context;
    size_t end = (block + 1) * BLOCK < places(j) ? (block + 1) * BLOCK : places(j);
    partner_status status = partner__pulse_ask(j->pulse, error);

    if (status != PARTNER_OK) return status;
    for (size_t at = block * BLOCK; at < end; at++) j->difference[at] = difference_at(j, at);
    return PARTNER_OK;
}

/* result: R, z, p; z and p are undefined when all differences are equal. */
static void vuong(const job *j, double result[3])
{
    double n = j->sample->place[j->fit->place].count, mean, deviation;
    partner__sum sum = {0, 0}, squares = {0, 0};

    for (size_t at = 0; at < places(j); at++) partner__sum_add(&sum, amounts_at(j, at) * j->difference[at]);
    mean = partner__sum_value(&sum) / n;
    for (size_t at = 0; at < places(j); at++) {
        double d = j->difference[at] - mean;
        partner__sum_add(&squares, amounts_at(j, at) * d * d);
    }
    deviation = sqrt(partner__sum_value(&squares) / n);
    result[0] = partner__sum_value(&sum);
    result[1] = deviation > 0 ? result[0] / (sqrt(n) * deviation) : NAN;
    result[2] = erfc(fabs(result[1]) * sqrt(0.5));
}

static partner_status compare(job *j, const partner__run *run, double result[3], partner_error *error)
{
    partner_status status = partner__parallel(run, (places(j) + BLOCK - 1) / BLOCK, fill_block, j, error);

    if (status == PARTNER_OK) vuong(j, result);
    return status;
}

static void prepare(job *j)
{
    partner__sum sum = {0, 0};
    double inverse = j->sample->place[j->fit->place].inverse;

    for (size_t at = 0; at < places(j); at++) partner__sum_add(&sum, amounts_at(j, at) * excess(j, at));
    j->mean_excess = partner__sum_value(&sum) / j->sample->place[j->fit->place].count;
    j->log_scale = log(j->fit->beta);
    if (j->sample->discrete) j->log_scale = log(inverse / partner__zeta_logs_of(j->fit->beta, inverse).scaled);
}

partner_status partner__tail_compare(const partner__tail_sample *sample, const partner__tail_fit *fit,
                                     const partner__run *run, partner__pulse *pulse,
                                     partner_tail_against *against, partner_error *error)
{
    job j = {.sample = sample, .fit = fit, .pulse = pulse};
    partner__tail_lognormal lognormal = {.is_power_law = 0};
    partner_status status = partner__tail_lognormal_fit(sample, fit->place, run, pulse, &lognormal, error);

    if (status != PARTNER_OK) return status;
    j.difference = partner__alloc(places(&j), sizeof *j.difference);
    if (j.difference == NULL) return partner__no_memory(error);
    prepare(&j);
    status = compare(&j, run, against->exponential, error);
    against->lognormal_is_power_law = (uint8_t)lognormal.is_power_law;
    against->lognormal[0] = against->lognormal[1] = 0;
    against->lognormal[2] = 1;
    j.lognormal = &lognormal;
    if (status == PARTNER_OK && !lognormal.is_power_law) status = compare(&j, run, against->lognormal, error);
    partner__free(j.difference);
    return status;
}
