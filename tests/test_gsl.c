/* SPDX-License-Identifier: MIT
 * The wall around GSL, against tables made with mpmath. */
#include "base/gsl.h"
#include "suite.h"
#include "tables/zeta.h"

enum { ROWS = sizeof zeta_table / sizeof zeta_table[0] };

/* An absolute error of ln zeta is a relative one of zeta; -s ln q itself is only known to its own last digits.
 */
START_TEST(log_zeta)
{
    const double *row = zeta_table[_i];
    double found = 0, tolerance = 1e-13 + 4e-16 * fabs(row[2]);
    partner_error error;

    must(partner__log_zeta(row[0], row[1], &found, &error), error);
    ck_assert_msg(fabs(found - row[2]) <= tolerance, "ln zeta(%g, %g) = %.17g, expected %.17g", row[0], row[1],
                  found, row[2]);
}
END_TEST

START_TEST(outside_the_domain)
{
    static const double bad[][2] = {{1, 2},   {0.5, 2}, {2, 0},        {2, -1},
                                    {NAN, 1}, {2, NAN}, {INFINITY, 1}, {2, INFINITY}};
    double found = 7;
    partner_error error;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        must_fail(partner__log_zeta(bad[i][0], bad[i][1], &found, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_double_eq(found, 7);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gsl");
    TCase *tcase = add_case(suite, "zeta");

    tcase_add_loop_test(tcase, log_zeta, 0, ROWS);
    tcase_add_test(tcase, outside_the_domain);
    return run_suite(suite);
}
