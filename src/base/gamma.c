/* SPDX-License-Identifier: MIT
 * Stirling's series from 10 on (Abramowitz & Stegun 6.1.40, 6.3.18, 6.4.12). What is below is brought there by
 * Gamma(z) = Gamma(z + 10) / (z (z + 1) ... (z + 9)). */
#include "gamma.h"

#include <math.h>

enum { FROM = 10 };

static const double HALF_LOG_2PI = 0.91893853320467274178032973640562;

/* The series itself: B_2k / (2k (2k - 1) z^(2k - 1)). */
static double far_rest(double z)
{
    double v = 1 / (z * z), sum = -3617.0 / 122400;

    sum = sum * v + 1.0 / 156;
    sum = sum * v - 691.0 / 360360;
    sum = sum * v + 1.0 / 1188;
    sum = sum * v - 1.0 / 1680;
    sum = sum * v + 1.0 / 1260;
    sum = sum * v - 1.0 / 360;
    sum = sum * v + 1.0 / 12;
    return sum / z;
}

/* z (z + 1) ... (z + 9), in pairs from the outside: each is z (z + 9) and an integer. */
static double rising(double z)
{
    double q = z * (z + 9);

    return q * (q + 8) * (q + 14) * (q + 18) * (q + 20);
}

double partner__log_gamma_and(double z, double *product)
{
    *product = 1;
    if (z < FROM) {
        *product = rising(z);
        z += FROM;
    }
    return (z - 0.5) * log(z) - z + HALF_LOG_2PI + far_rest(z);
}

double partner__stirling_rest(double z)
{
    double product, whole;

    if (z >= FROM) return far_rest(z);
    whole = partner__log_gamma_and(z, &product);
    return whole - log(product) - ((z - 0.5) * log(z) - z + HALF_LOG_2PI);
}

/* The product of 1 + step / (z + i) is kept less 1: where step is small, that has all its digits. */
double partner__log_gamma_step(double z, double step)
{
    double above = 0;

    if (z < FROM) {
        for (int i = 0; i < FROM; i++) {
            double more = step / (z + i);
            above += more + above * more;
        }
        z += FROM;
    }
    return (z - 0.5) * log1p(step / z) + step * (log(z + step) - 1) + (far_rest(z + step) - far_rest(z)) -
           log1p(above);
}

void partner__polygamma(double z, double *digamma, double *trigamma)
{
    double first = 0, second = 0, v, inverse;

    for (; z < FROM; z++) {
        inverse = 1 / z;
        first -= inverse;
        second += inverse * inverse;
    }
    inverse = 1 / z;
    v = inverse * inverse;
    *digamma =
        first + log(z) - inverse / 2 -
        v * (1.0 / 12 -
             v * (1.0 / 120 -
                  v * (1.0 / 252 - v * (1.0 / 240 - v * (1.0 / 132 - v * (691.0 / 32760 - v * (1.0 / 12)))))));
    *trigamma =
        second + inverse + v / 2 +
        inverse * v *
            (1.0 / 6 -
             v * (1.0 / 30 -
                  v * (1.0 / 42 - v * (1.0 / 30 - v * (5.0 / 66 - v * (691.0 / 2730 - v * (7.0 / 6)))))));
}
