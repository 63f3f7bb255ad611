/* SPDX-License-Identifier: MIT
 * The wall around GSL: double in, status out. gsl.c is the only file that includes gsl/. Arguments are checked
 * to be finite and in the domain before GSL sees them, GSL's status and the result afterwards; where GSL loses
 * digits inside a legal domain there is an accurate branch of our own. Without GSL (-Dgsl=disabled) this file
 * is not built. */
#ifndef PARTNER_BASE_GSL_H
#define PARTNER_BASE_GSL_H

#include <partner/base.h>

/* ln erfc(x), also where erfc itself underflows. Relative error below 1e-14, and absolute error below 1e-15
 * where the result is near 0. Errors: ARGUMENT (not finite), RANGE (the result leaves double). */
partner_status partner__log_erfc(double x, double *result, partner_error *error);

#endif
