/* SPDX-License-Identifier: MIT
 * Euler and Maclaurin's series, whose terms fall by a factor of about 39 each once q is past s + 20; below that
 * the terms of the sum itself come first, until they vanish or that point is reached. GSL has neither the
 * derivatives nor a form that is quick for many q. */
#include "zeta.h"

#include <math.h>

/* B_2j / (2j)! */
static const double BERNOULLI[PARTNER__ZETA_TERMS] = {1.0 / 12,
                                                      -1.0 / 720,
                                                      1.0 / 30240,
                                                      -1.0 / 1209600,
                                                      1.0 / 47900160,
                                                      -691.0 / 1307674368000,
                                                      1.0 / 74724249600,
                                                      -3617.0 / 10670622842880000,
                                                      43867.0 / 5109094217170944000.0};

static const double FAR_ENOUGH = 21; /* past beta: s + 20 */

/* Terms of the sum smaller than this part of it no longer count. */
static const double VANISHED = 1e-18;

void partner__zeta_prepare(double beta, double least, partner__zeta *zeta)
{
    double rising;

    zeta->beta = beta;
    zeta->series_from = beta + FAR_ENOUGH;
    zeta->least = least < zeta->series_from ? zeta->series_from : least;
    rising = (1 + beta) / zeta->least / zeta->least;
    for (unsigned j = 0; j < PARTNER__ZETA_TERMS; j++) {
        zeta->term[j] = BERNOULLI[j] * rising;
        zeta->terms = j + 1;
        if (fabs(zeta->term[j]) * beta <= VANISHED) break;
        rising *= (beta + 2 * j + 2) / zeta->least * ((beta + 2 * j + 3) / zeta->least);
    }
}

/* zeta(s, q) q^beta where the series holds. */
static double series(const partner__zeta *zeta, double inverse)
{
    double ratio = zeta->least * inverse, square = ratio * ratio, sum = 0;

    for (unsigned j = zeta->terms; j-- > 0;) sum = (sum + zeta->term[j]) * square;
    return 1 / zeta->beta + 0.5 * inverse + sum;
}

double partner__zeta_scaled(const partner__zeta *zeta, double inverse)
{
    double sum = 0, q, term = 1, s = 1 + zeta->beta;
    double k;

    if (inverse * zeta->series_from <= 1) return series(zeta, inverse);
    q = 1 / inverse;
    for (k = 0; q + k < zeta->series_from; k++) {
        term = exp(-s * log1p(k * inverse));
        sum += term;
        if (term <= sum * VANISHED) return sum * inverse;
    }
    /* What follows from q + k on, scaled by (q + k)^beta. */
    return sum * inverse + exp(-zeta->beta * log1p(k * inverse)) * series(zeta, 1 / (q + k));
}

/* A function of s and its first two derivatives. */
typedef struct jet {
    double value, first, second;
} jet;

/* (s)_(2j-1) / q^(2j), j = 1, 2 …, times its coefficient, summed, with derivatives. */
static jet correction(double s, double inverse)
{
    jet sum = {0, 0, 0}, rising = {s * inverse * inverse, inverse * inverse, 0};

    for (unsigned j = 0; j < PARTNER__ZETA_TERMS; j++) {
        double a = s + 2 * j + 1, b = s + 2 * j + 2;

        sum.value += BERNOULLI[j] * rising.value;
        sum.first += BERNOULLI[j] * rising.first;
        sum.second += BERNOULLI[j] * rising.second;
        if (fabs(BERNOULLI[j]) * rising.second < VANISHED * fabs(sum.second) &&
            fabs(BERNOULLI[j]) * rising.value < VANISHED * sum.value)
            break;
        /* Times (s + 2j + 1)(s + 2j + 2) / q^2. */
        rising.second =
            (rising.second * a * b + 2 * rising.first * (a + b) + 2 * rising.value) * inverse * inverse;
        rising.first = (rising.first * a * b + rising.value * (a + b)) * inverse * inverse;
        rising.value *= a * b * inverse * inverse;
    }
    return sum;
}

/* Sums of ((q + k) / q)^-s, times the logarithm and its square: zeta and its derivatives but for signs. */
partner__zeta_logs partner__zeta_logs_of(double beta, double inverse)
{
    double s = 1 + beta, q = 1 / inverse, k, sum = 0, of_log = 0, of_square = 0, log_k, term, b0, b1, b2;
    partner__zeta_logs logs;
    jet c;

    for (k = 0; q + k < beta + FAR_ENOUGH; k++) {
        log_k = log1p(k * inverse);
        term = exp(-s * log_k);
        sum += term;
        of_log += term * log_k;
        of_square += term * log_k * log_k;
        if (k > 0 && term * log_k * log_k <= of_square * VANISHED) break;
    }
    if (q + k >= beta + FAR_ENOUGH) {
        double at = 1 / (q + k), whole = (q + k) * exp(-s * log1p(k * inverse));
        log_k = log1p(k * inverse);
        c = correction(s, at);
        b0 = 1 / beta + 0.5 * at + c.value;
        b1 = 1 / (beta * beta) - c.first;
        b2 = 2 / (beta * beta * beta) + c.second;
        sum += whole * b0;
        of_log += whole * (log_k * b0 + b1);
        of_square += whole * (log_k * log_k * b0 + 2 * log_k * b1 + b2);
    }
    logs.scaled = sum * inverse;
    logs.mean = of_log / sum;
    logs.variance = of_square / sum - logs.mean * logs.mean;
    return logs;
}
