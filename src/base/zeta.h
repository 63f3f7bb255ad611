/* SPDX-License-Identifier: MIT
 * The Hurwitz zeta function as the normalising constant of p(x) ~ x^-s on the integers x >= q: at many q for
 * one s, and with its derivatives. Everything is scaled by powers of q, so that nothing underflows or loses
 * digits for any s > 1 and q >= 1, and takes s as beta = s - 1, which may be tiny. */
#ifndef PARTNER_BASE_ZETA_H
#define PARTNER_BASE_ZETA_H

enum { PARTNER__ZETA_TERMS = 9 };

/* One s, ready for many q. */
typedef struct partner__zeta {
    double beta;
    double series_from;               /* the series holds for q from here on */
    double least;                     /* the smallest q that it is to be summed for */
    double term[PARTNER__ZETA_TERMS]; /* at that q */
    unsigned terms;                   /* as many as are needed there */
} partner__zeta;

/* Prepares beta > 0 for every q >= least. */
void partner__zeta_prepare(double beta, double least, partner__zeta *zeta);

/* q^beta * zeta(1 + beta, q) for q = 1 / inverse; 1 / beta for inverse = 0. So P(X >= x), X being at least q,
 * is (q / x)^beta times the quotient of this at x and at q. Relative error below 1e-14. */
double partner__zeta_scaled(const partner__zeta *zeta, double inverse);

/* Mean and variance of ln(X / q), X having the law: minus the first and the second derivative by s of
 * ln zeta(s, q), but for ln q. Relative error below 1e-13. */
typedef struct partner__zeta_logs {
    double scaled; /* q^beta * zeta(1 + beta, q) */
    double mean, variance;
} partner__zeta_logs;
partner__zeta_logs partner__zeta_logs_of(double beta, double inverse);

#endif
