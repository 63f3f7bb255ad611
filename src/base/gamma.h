/* SPDX-License-Identifier: MIT
 * The gamma function's logarithm, its differences and its slopes, for arguments above 0. The C library's lgamma
 * writes a global, loses the difference of two large values, and has no slopes. */
#ifndef PARTNER_BASE_GAMMA_H
#define PARTNER_BASE_GAMMA_H

/* ln Gamma(z) less Stirling's (z - 1/2) ln z - z + ln(2 pi) / 2. Absolute error below 1e-14. */
double partner__stirling_rest(double z);

/* ln Gamma(z) is what is returned less the ln of *product, so that several share one logarithm. *product is 1
 * for z >= 10 and below 10^15. Absolute error below 1e-14 up to z = 30. */
double partner__log_gamma_and(double z, double *product);

/* ln Gamma(z + step) - ln Gamma(z) for step >= 0. Small steps keep their digits: for steps of 0.001 … 1 and z
 * >= 2, or z = 1 and step < 1/2, the relative error is below 1e-14. ln Gamma(1 + step) =
 * partner__log_gamma_step(1, step).
 */
double partner__log_gamma_step(double z, double step);

/* psi(z) and psi'(z). Relative error below 1e-14 (absolute near psi's root at 1.46). */
void partner__polygamma(double z, double *digamma, double *trigamma);

#endif
