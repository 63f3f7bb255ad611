/* SPDX-License-Identifier: MIT */
#include "gsl.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_erf.h>
#include <math.h>

#include "error.h"

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
