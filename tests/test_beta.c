/* SPDX-License-Identifier: MIT
 * The beta distribution against tables made with mpmath and against what is known in closed form, and the gamma
 * function's differences and slopes below it. */
#include "base/beta.h"
#include "base/gamma.h"
#include "suite.h"
#include "tables/beta.h"

enum {
    TAILS = sizeof beta_tails / sizeof beta_tails[0],
    QUANTILES = sizeof beta_quantiles / sizeof beta_quantiles[0]
};

/* As the specification says it of the posterior. */
static double allowed(double a, double b) { return a + b <= 200 ? 1e-12 : 1e-12 * (a + b) / 200; }

static void near(const char *what, const double *row, double found, double expected, double relative)
{
    ck_assert_msg(fabs(found - expected) <= relative * fabs(expected), "%s (%g, %g, %g): %.17g, expected %.17g",
                  what, row[0], row[1], row[2], found, expected);
}

static double below(double x, double a, double b)
{
    double p = 7;
    partner_error error;

    must(partner__beta_below(x, a, b, &p, &error), error);
    return p;
}

static double above(double x, double a, double b)
{
    double p = 7;
    partner_error error;

    must(partner__beta_above(x, a, b, &p, &error), error);
    return p;
}

static double quantile(double p, double a, double b)
{
    double x = 7;
    partner_error error;

    must(partner__beta_quantile(p, a, b, &x, &error), error);
    return x;
}

/* ---- tables ---- */

START_TEST(tails)
{
    const double *row = beta_tails[_i], x = row[0], a = row[1], b = row[2];

    near("below", row, below(x, a, b), row[3], allowed(a, b));
    near("above", row, above(x, a, b), row[4], allowed(a, b));
}
END_TEST

START_TEST(quantiles)
{
    const double *row = beta_quantiles[_i];

    near("quantile", row, quantile(row[0], row[1], row[2]), row[3], 1e-12);
}
END_TEST

/* ---- closed forms ---- */

/* P(X <= x) of Beta(k, n + 1 - k) is P(at least k of n), and that is a sum of whole numbers over 16^n. */
START_TEST(whole_parameters_are_binomial)
{
    const int n = 1 + _i % 12;
    double choose[13] = {1};

    for (int k = 1; k <= n; k++) choose[k] = choose[k - 1] * (n + 1 - k) / k;
    for (int s = 1; s < 16; s++) {
        double sum = 0, all = pow(16, n), rest = 0;

        for (int k = n; k >= 1; k--) {
            const double row[] = {s / 16.0, k, n + 1 - k};
            double part;

            sum += choose[k] * pow(s, k) * pow(16 - s, n - k);
            rest = all - sum;
            part = sum / all;
            near("below", row, below(row[0], row[1], row[2]), part, 1e-14 * n);
            near("above", row, above(row[0], row[1], row[2]), rest / all, 1e-14 * n);
            near("quantile", row, quantile(part, row[1], row[2]), row[0], 1e-13);
        }
    }
}
END_TEST

/* Beta(a, 1) and Beta(1, b) are powers. */
START_TEST(powers)
{
    static const double parameters[] = {0.001, 0.0314, 0.25, 1, 1.5, 7, 31, 33, 1000, 1e6, 1e10};
    static const double places[] = {0x1p-900, 1e-9, 0.125, 0.5, 0.75};

    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++)
        for (size_t j = 0; j < sizeof places / sizeof places[0]; j++) {
            const double a = parameters[i], x = places[j], row[] = {x, a, 1}, log_p = a * log(x);

            if (log_p > -690) near("power", row, below(x, a, 1), exp(log_p), 1e-12 + 4e-16 * fabs(log_p));
            if (log_p < -1e-290) near("rest", row, above(x, a, 1), -expm1(log_p), 1e-12);
            if (log_p > -690) near("turned", row, above(x, 1, a), exp(a * log1p(-x)), 1e-12);
            near("turned rest", row, below(x, 1, a), -expm1(a * log1p(-x)), 1e-12);
            if (log_p > -690 && log_p < -1e-3)
                near("quantile", row, quantile(exp(log_p), a, 1), x, 1e-12 + 1e-15 / a);
        }
}
END_TEST

/* ---- properties ---- */

static double uniform(uint64_t *state) { return (double)(draw(state) >> 11) * 0x1p-53; }

/* 10 to the power of something uniform. */
static double wide(uint64_t *state, double low, double high)
{
    return pow(10, low + (high - low) * uniform(state));
}

/* A quantile x of p belongs to a probability that x a little to either side of it encloses: by 1e-12 of x, and
 * by the distance of doubles below 1. */
static void assert_inverse(double p, double a, double b)
{
    const double x = quantile(p, a, b), apart = x > 0.5 ? 0x1p-53 : 0, less = x * (1 - 1e-12) - apart;
    const double more = fmin(x * (1 + 1e-12) + apart, 1), loose = 1 + allowed(a, b);

    ck_assert_msg(x >= 0 && x <= 1, "%g of (%g, %g): %g", p, a, b, x);
    if (x < 1e-290) ck_assert_msg(p <= below(1e-290, a, b) * loose, "%g of (%g, %g) is %g", p, a, b, x);
    else if (p <= 0.5)
        ck_assert_msg(below(less, a, b) <= p * loose && p <= below(more, a, b) * loose, "%g of (%g, %g): %.17g",
                      p, a, b, x);
    else
        ck_assert_msg(above(more, a, b) <= (1 - p) * loose && 1 - p <= above(less, a, b) * loose,
                      "%g of (%g, %g): %.17g", p, a, b, x);
}

START_TEST(quantiles_invert)
{
    uint64_t state = 0x9e3779b97f4a7c15u + (uint64_t)_i;

    for (size_t i = 0; i < in_time(3000, 50); i++) {
        const double a = wide(&state, -3, _i % 2 == 0 ? 3 : 10), b = wide(&state, -3, _i < 2 ? 3 : 10);

        assert_inverse(wide(&state, -290, 0), a, b);
        assert_inverse(0.001 + 0.998 * uniform(&state), a, b);
        assert_inverse(1 - wide(&state, -9, -0.5), a, b);
    }
}
END_TEST

/* Turned round it is the same: where x and 1 - x are both exact. */
START_TEST(symmetry)
{
    uint64_t state = 77 + (uint64_t)_i;

    for (size_t i = 0; i < in_time(3000, 50); i++) {
        const double a = wide(&state, -3, 6), b = i % 2 == 0 ? wide(&state, -3, 6) : a * wide(&state, 0, 1);
        const double x = uniform(&state), row[] = {x, a, b};

        if (above(x, a, b) > 1e-300) near("turned", row, below(1 - x, b, a), above(x, a, b), allowed(a, b));
        near("sum", row, below(x, a, b) + above(x, a, b), 1, 1e-15);
    }
}
END_TEST

/* Also where one way of computing gives way to another. */
START_TEST(tails_are_monotone)
{
    uint64_t state = 5 + (uint64_t)_i;
    const double a = wide(&state, -3, 5), b = _i % 2 == 0 ? wide(&state, -3, 5) : a * wide(&state, 0, 1);
    double before = 0, rest = 1;

    for (double x = 0x1p-10; x < 1; x += 0x1p-10) {
        const double p = below(x, a, b), q = above(x, a, b);

        ck_assert_msg(p >= before * (1 - 2 * allowed(a, b)), "P(X <= %g) of (%g, %g): %.17g after %.17g", x, a,
                      b, p, before);
        ck_assert(q <= rest * (1 + 2 * allowed(a, b)) && p <= 1 && q >= 0);
        before = p;
        rest = q;
    }
}
END_TEST

START_TEST(ends)
{
    ck_assert_double_eq(below(0, 2, 3), 0);
    ck_assert_double_eq(above(0, 2, 3), 1);
    ck_assert_double_eq(below(1, 2, 3), 1);
    ck_assert_double_eq(above(1, 2, 3), 0);
    /* 0.05 = x^0.001 times about 1: x is below e^-2900. */
    ck_assert_double_eq(quantile(0.05, 0.001, 5), 0);
    ck_assert_double_eq(quantile(0.95, 5, 0.001), 1);
    ck_assert_double_eq(quantile(0.4, 0.001, 1e10), 0);
    /* far out both ways: Beta(10^9, 10^9) is 1/2 to four digits */
    ck_assert_double_eq(below(0.49, 1e9, 1e9), 0);
    ck_assert_double_eq(above(0.49, 1e9, 1e9), 1);
}
END_TEST

START_TEST(bad_arguments)
{
    static const double bad[][3] = {{-0.1, 1, 1},     {1.1, 1, 1},   {NAN, 1, 1},        {0.5, 0.0009, 1},
                                    {0.5, 1, 1.1e10}, {0.5, NAN, 1}, {0.5, 1, INFINITY}, {0.5, -1, 1}};
    double x = 7;
    partner_error error;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        const double *row = bad[i];
        must_fail(partner__beta_below(row[0], row[1], row[2], &x, &error), PARTNER_E_ARGUMENT, error);
        must_fail(partner__beta_above(row[0], row[1], row[2], &x, &error), PARTNER_E_ARGUMENT, error);
        must_fail(partner__beta_quantile(row[0], row[1], row[2], &x, &error), PARTNER_E_ARGUMENT, error);
    }
    must_fail(partner__beta_quantile(1, 2, 3, &x, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner__beta_quantile(0, 2, 3, &x, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_double_eq(x, 7);
}
END_TEST

/* ---- the gamma function ---- */

START_TEST(log_gamma_of_whole_numbers)
{
    double factorial = 1, product, found;

    for (int n = 1; n <= 20; n++) {
        const double row[] = {n, 0, 0};

        factorial *= n;
        near("n!", row, partner__log_gamma_step(1, n), log(factorial), n == 1 ? 1 : 2e-15);
        found = partner__log_gamma_and(n + 1, &product) - log(product);
        ck_assert_double_eq_tol(found, log(factorial), 2e-14);
        ck_assert_double_eq_tol(partner__stirling_rest(n + 1),
                                log(factorial) - (n + 0.5) * log(n + 1) + n + 1 - 0.5 * log(2 * acos(-1)),
                                2e-14);
    }
    /* Gamma(2) = Gamma(1): what is left is rounding */
    ck_assert_double_eq_tol(partner__log_gamma_step(1, 1), 0, 1e-15);
}
END_TEST

/* Gamma(2 z) sqrt(pi) = 2^(2 z - 1) Gamma(z) Gamma(z + 1/2) (Legendre), and its derivatives. */
START_TEST(duplication)
{
    static const double places[] = {0.002, 0.03, 0.5, 1, 1.4616321449683623, 4.9, 5, 9.99, 10, 33, 1e4, 1e9};

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const double z = places[i], row[] = {z, 0, 0};
        double one, two, half, of_one, of_two, of_half;

        /* ln Gamma(2 z) - ln Gamma(z + 1/2) = ln Gamma(z) + (2 z - 1) ln 2 - ln(pi) / 2 */
        if (z >= 0.5)
            near("ln Gamma", row,
                 partner__log_gamma_step(z + 0.5, z - 0.5) + log(acos(-1)) / 2 - (2 * z - 1) * log(2),
                 z >= 1 ? partner__log_gamma_step(1, z - 1) : log(acos(-1)) / 2, z == 1 ? 1e9 : 1e-13);
        partner__polygamma(z, &one, &of_one);
        partner__polygamma(2 * z, &two, &of_two);
        partner__polygamma(z + 0.5, &half, &of_half);
        ck_assert_double_eq_tol(2 * two, one + half + 2 * log(2), 1e-14 * (1 + fabs(one)));
        near("psi'", row, 4 * of_two, of_one + of_half, 1e-14);
    }
}
END_TEST

START_TEST(slopes_at_1)
{
    const double pi = acos(-1), gamma = 0.57721566490153286060651209008240;
    double digamma, trigamma;

    partner__polygamma(1, &digamma, &trigamma);
    ck_assert_double_eq_tol(digamma, -gamma, 1e-15);
    ck_assert_double_eq_tol(trigamma, pi * pi / 6, 2e-15);
    partner__polygamma(0.5, &digamma, &trigamma);
    ck_assert_double_eq_tol(digamma, -gamma - 2 * log(2), 4e-15);
    ck_assert_double_eq_tol(trigamma, pi * pi / 2, 5e-15);
}
END_TEST

/* A small step has all its digits: ln Gamma(1 + s) = -gamma s + zeta(2) / 2 s^2 - zeta(3) / 3 s^3 + ...; and
 * further out steps add up. */
START_TEST(small_steps)
{
    static const double pi = 3.1415926535897932384626433832795, gamma = 0.57721566490153286060651209008240;
    const double zeta[] = {pi * pi / 6,      1.2020569031595942854, pow(pi, 4) / 90,  1.0369277551433699263,
                           pow(pi, 6) / 945, 1.0083492773819228268, pow(pi, 8) / 9450};

    for (double s = 0.001; s <= 0.0101; s += 0.0015) {
        const double row[] = {1, s, 0};
        double expected = 0;

        for (int k = 8; k >= 2; k--) expected = s * (zeta[k - 2] / k - expected);
        expected = s * (expected - gamma);
        near("step", row, partner__log_gamma_step(1, s), expected, 1e-14);
        for (double z = 2; z <= 0x1p30; z *= 8) {
            /* Gamma(z + 1) = z Gamma(z), also after the step */
            const double of_z = partner__log_gamma_step(z, s), of_next = partner__log_gamma_step(z + 1, s);
            ck_assert_double_eq_tol(of_next - of_z, log1p(s / z), 2e-14 * fabs(of_z));
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("beta");
    TCase *tables = add_case(suite, "tables"), *known = add_case(suite, "closed forms");
    TCase *properties = add_case(suite, "properties"), *gamma = add_case(suite, "gamma");

    tcase_add_loop_test(tables, tails, 0, TAILS);
    tcase_add_loop_test(tables, quantiles, 0, QUANTILES);
    tcase_add_loop_test(known, whole_parameters_are_binomial, 0, 12);
    tcase_add_test(known, powers);
    tcase_add_loop_test(properties, quantiles_invert, 0, 4);
    tcase_add_loop_test(properties, symmetry, 0, 2);
    tcase_add_loop_test(properties, tails_are_monotone, 0, 40);
    tcase_add_test(properties, ends);
    tcase_add_test(properties, bad_arguments);
    tcase_add_test(gamma, log_gamma_of_whole_numbers);
    tcase_add_test(gamma, duplication);
    tcase_add_test(gamma, slopes_at_1);
    tcase_add_test(gamma, small_steps);
    return run_suite(suite);
}
