/* SPDX-License-Identifier: MIT
 * The wall around GSL, and what GSL does not have, against tables made with mpmath. */
#include "base/gsl.h"
#include "base/zeta.h"
#include "suite.h"
#include "tables/log_erfc.h"
#include "tables/zeta.h"
#include "tables/zeta_logs.h"

enum {
    ROWS = sizeof zeta_table / sizeof zeta_table[0],
    LOGS_ROWS = sizeof zeta_logs_table / sizeof zeta_logs_table[0],
    ERFC_ROWS = sizeof log_erfc_table / sizeof log_erfc_table[0]
};

/* An absolute error of ln zeta is a relative one of zeta; beta ln q itself is only known to its own last
 * digits. */
START_TEST(log_zeta)
{
    const double *row = zeta_table[_i], beta = row[0] - 1, q = row[1];
    double found, tolerance = 1e-13 + 4e-16 * fabs(row[2]);

    found = log(partner__zeta_logs_of(beta, 1 / q).scaled) - beta * log(q);
    ck_assert_msg(fabs(found - row[2]) <= tolerance, "ln zeta(%g, %g) = %.17g, expected %.17g", row[0], q,
                  found, row[2]);
}
END_TEST

static void near(const char *what, const double *row, double found, double expected, double relative)
{
    ck_assert_msg(fabs(found - expected) <= relative * fabs(expected), "%s (%g, %g): %.17g, expected %.17g",
                  what, row[0], row[1], found, expected);
}

/* Each P(X >= x) is also had from a preparation for all q >= 1, of which more terms are asked. */
START_TEST(zeta_logs)
{
    const double *row = zeta_logs_table[_i], beta = row[0], q = row[1], x = row[2];
    partner__zeta_logs logs = partner__zeta_logs_of(beta, 1 / q);
    partner__zeta close, wide;
    double falls = exp(-beta * log1p((x - q) / q)), tolerance = 1e-14 + 4e-16 * beta * log(x / q);

    near("scaled", row, logs.scaled, row[3], 1e-14);
    near("mean", row, logs.mean, row[4], 1e-13);
    near("variance", row, logs.variance, row[5], 1e-13);
    partner__zeta_prepare(beta, q, &close);
    partner__zeta_prepare(beta, 1, &wide);
    near("prepared", row, partner__zeta_scaled(&close, 1 / q), row[3], 1e-14);
    near("prepared for all", row, partner__zeta_scaled(&wide, 1 / q), row[3], 1e-14);
    near("survival", row, falls * partner__zeta_scaled(&close, 1 / x) / partner__zeta_scaled(&close, 1 / q),
         row[6], tolerance);
}
END_TEST

/* Far out the law is the continuous one: q^beta zeta(1 + beta, q) becomes 1 / beta. */
START_TEST(at_infinity)
{
    partner__zeta zeta;

    partner__zeta_prepare(0.75, 3, &zeta);
    ck_assert_double_eq(partner__zeta_scaled(&zeta, 0), 1 / 0.75);
    near("mean", (const double[]){0.75, INFINITY}, partner__zeta_logs_of(0.75, 1e-18).mean, 1 / 0.75, 1e-15);
}
END_TEST

/* Where q and s grow together, ((q + k) / q)^-s becomes e^(-k r), r = s / q: a geometric law. */
START_TEST(geometric_limit)
{
    static const double q = 0x1p62, r[] = {1e-3, 0.5, 0.99, 1, 3, 30};

    for (size_t i = 0; i < sizeof r / sizeof r[0]; i++) {
        double row[2] = {r[i], q}, falls = exp(-r[i]);
        partner__zeta_logs logs = partner__zeta_logs_of(r[i] * q, 1 / q);
        partner__zeta zeta;

        partner__zeta_prepare(r[i] * q, q, &zeta);
        near("prepared", row, partner__zeta_scaled(&zeta, 1 / q) * q, -1 / expm1(-r[i]), 1e-14);
        near("scaled", row, logs.scaled * q, -1 / expm1(-r[i]), 1e-14);
        near("mean", row, logs.mean * q, falls / (1 - falls), 1e-12);
        near("variance", row, logs.variance * q * q, falls / ((1 - falls) * (1 - falls)), 1e-12);
    }
}
END_TEST

START_TEST(log_erfc)
{
    const double *row = log_erfc_table[_i];
    double found = 7;
    partner_error error;

    must(partner__log_erfc(row[0], &found, &error), error);
    ck_assert_msg(fabs(found - row[1]) <= 1e-14 * fabs(row[1]), "ln erfc(%g) = %.17g, expected %.17g", row[0],
                  found, row[1]);
}
END_TEST

START_TEST(log_erfc_outside)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY};
    double found = 7;
    partner_error error;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        must_fail(partner__log_erfc(bad[i], &found, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner__log_erfc(1e200, &found, &error), PARTNER_E_RANGE, error);
    ck_assert_double_eq(found, 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gsl");
    TCase *tcase = add_case(suite, "zeta");

    tcase_add_loop_test(tcase, log_zeta, 0, ROWS);
    tcase_add_loop_test(tcase, zeta_logs, 0, LOGS_ROWS);
    tcase_add_test(tcase, at_infinity);
    tcase_add_test(tcase, geometric_limit);
    tcase_add_loop_test(tcase, log_erfc, 0, ERFC_ROWS);
    tcase_add_test(tcase, log_erfc_outside);
    return run_suite(suite);
}
