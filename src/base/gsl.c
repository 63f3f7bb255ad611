/* SPDX-License-Identifier: MIT */
#include "gsl.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_zeta.h>
#include <math.h>

#include "error.h"

/* GSL's own sum has ten terms before Euler and Maclaurin's correction: good where the terms fall slowly and
 * nothing underflows (measured against mpmath, tests/tables/make_zeta.py). */
static int gsl_is_accurate(double s, double q) { return s <= 20 && q >= 1 && q <= 1e6; }

/* The sum over k >= 1 of (1 + k/q)^-s: directly until the terms vanish or q + k is past s, where the correction
 * of Euler and Maclaurin converges. */
static double tail(double s, double q)
{
    /* B_2j / (2j)! */
    static const double bernoulli[] = {1.0 / 12,
                                       -1.0 / 720,
                                       1.0 / 30240,
                                       -1.0 / 1209600,
                                       1.0 / 47900160,
                                       -691.0 / 1307674368000,
                                       1.0 / 74724249600,
                                       -3617.0 / 10670622842880000,
                                       43867.0 / 5109094217170944000.0};
    double sum = 0, term = 1, from = s + 30 > q + 10 ? s + 30 - q : 10, k, factor;

    for (k = 1; k < from; k++) {
        term = exp(-s * log1p(k / q));
        sum += term;
        if (term <= sum * 1e-18) return sum;
    }
    term = exp(-s * log1p(k / q));
    sum += term * ((q + k) / (s - 1) + 0.5);
    factor = term * s / (q + k);
    for (unsigned j = 0; j < sizeof bernoulli / sizeof bernoulli[0]; j++) {
        sum += bernoulli[j] * factor;
        factor *= (s + 2 * j + 1) * (s + 2 * j + 2) / ((q + k) * (q + k));
    }
    return sum;
}

partner_status partner__log_zeta(double s, double q, double *result, partner_error *error)
{
    gsl_sf_result zeta;

    if (!(isfinite(s) && isfinite(q) && s > 1 && q > 0))
        return partner__fail(error, PARTNER_E_ARGUMENT, "zeta: s is %g and q is %g, expected s > 1 and q > 0",
                             s, q);
    if (gsl_is_accurate(s, q) && gsl_sf_hzeta_e(s, q, &zeta) == GSL_SUCCESS && zeta.val > 0 &&
        isfinite(zeta.val)) {
        *result = log(zeta.val);
        return PARTNER_OK;
    }
    *result = -s * log(q) + log1p(tail(s, q));
    return PARTNER_OK;
}

partner_status partner__log_erfc(double x, double *result, partner_error *error)
{
    gsl_sf_result log_erfc;

    if (!isfinite(x))
        return partner__fail(error, PARTNER_E_ARGUMENT, "log_erfc: x is %g, expected a number", x);
    if (gsl_sf_log_erfc_e(x, &log_erfc) != GSL_SUCCESS || !isfinite(log_erfc.val))
        return partner__fail(error, PARTNER_E_RANGE, "log_erfc of %g is not to be had", x);
    *result = log_erfc.val;
    return PARTNER_OK;
}
