/* SPDX-License-Identifier: MIT */
#include "gsl.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
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

partner_status partner__normal_below(double x, double *result, partner_error *error)
{
    if (!isfinite(x))
        return partner__fail(error, PARTNER_E_ARGUMENT, "normal_below: x is %g, expected a number", x);
    *result = gsl_cdf_ugaussian_P(x);
    return PARTNER_OK;
}

partner_status partner__normal_quantile(double p, double *result, partner_error *error)
{
    if (!(p > 0 && p < 1))
        return partner__fail(error, PARTNER_E_ARGUMENT, "normal_quantile: p is %g, expected 0 < p < 1", p);
    *result = gsl_cdf_ugaussian_Pinv(p);
    return PARTNER_OK;
}

/* Linear algebra. GSL's plain Cholesky tells the error handler, which may end the program, when a matrix is not
 * positive definite; this one never fails. */

static partner_status check_matrix(const double *matrix, size_t n, partner_error *error)
{
    for (size_t i = 0; i < n * n; i++)
        if (!isfinite(matrix[i]))
            return partner__fail(error, PARTNER_E_ARGUMENT, "matrix: cell %zu, %zu is %g, expected a number",
                                 i / n, i % n, matrix[i]);
    return PARTNER_OK;
}

static partner_status check_result(int status, const double *result, size_t n, partner_error *error)
{
    if (status != GSL_SUCCESS)
        return partner__fail(error, PARTNER_E_CONVERGENCE, "GSL: %s", gsl_strerror(status));
    for (size_t i = 0; i < n; i++)
        if (!isfinite(result[i]))
            return partner__fail(error, PARTNER_E_CONVERGENCE, "a linear system has no finite solution");
    return PARTNER_OK;
}

partner_status partner__factor(double *matrix, size_t n, size_t *order, double *spare, int *changed,
                               partner_error *error)
{
    partner_status status = check_matrix(matrix, n, error);
    gsl_permutation permutation = {n, order};
    gsl_matrix_view a;
    gsl_vector_view raised;

    if (status != PARTNER_OK) return status;
    a = gsl_matrix_view_array(matrix, n, n);
    raised = gsl_vector_view_array(spare, n);
    status = check_result(gsl_linalg_mcholesky_decomp(&a.matrix, &permutation, &raised.vector), matrix, n * n,
                          error);
    *changed = 0;
    for (size_t i = 0; i < n; i++) *changed |= spare[i] != 0;
    return status;
}

partner_status partner__factor_solve(const double *factored, size_t n, const size_t *order, double *x,
                                     partner_error *error)
{
    gsl_permutation permutation = {n, (size_t *)(uintptr_t)order};
    gsl_matrix_const_view a = gsl_matrix_const_view_array(factored, n, n);
    gsl_vector_view solution = gsl_vector_view_array(x, n);

    return check_result(gsl_linalg_mcholesky_svx(&a.matrix, &permutation, &solution.vector), x, n, error);
}

partner_status partner__factor_invert(const double *factored, size_t n, const size_t *order, double *inverse,
                                      partner_error *error)
{
    gsl_permutation permutation = {n, (size_t *)(uintptr_t)order};
    gsl_matrix_const_view a = gsl_matrix_const_view_array(factored, n, n);
    gsl_matrix_view result = gsl_matrix_view_array(inverse, n, n);

    return check_result(gsl_linalg_mcholesky_invert(&a.matrix, &permutation, &result.matrix), inverse, n * n,
                        error);
}
