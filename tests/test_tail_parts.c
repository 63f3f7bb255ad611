/* SPDX-License-Identifier: MIT
 * What the lognormal alternative of the tail is made of, against tables made with mpmath. */
#include "pareto/tail.h"
#include "suite.h"
#include "tables/normal.h"

enum {
    CUT_ROWS = sizeof cut_normal_table / sizeof cut_normal_table[0],
    CELL_ROWS = sizeof cell_table / sizeof cell_table[0]
};

/* `scale` is what the figure is small against. */
static void near_to(const char *what, int row, double found, double expected, double scale, double relative)
{
    ck_assert_msg(fabs(found - expected) <= relative * fmax(fabs(expected), scale),
                  "row %d: %s %.17g, expected %.17g", row, what, found, expected);
}

static void near(const char *what, int row, double found, double expected, double scale)
{
    near_to(what, row, found, expected, scale, 1e-12);
}

START_TEST(cut_normal)
{
    const double *row = cut_normal_table[_i];
    partner__cut_normal c = partner__cut_normal_of(row[0]);

    near("mean", _i, c.mean, row[1], 0);
    near("variance", _i, c.variance, row[2], 0);
    near("third moment", _i, c.third, row[3], 1e-3 * pow(row[2], 1.5));
    near("fourth moment", _i, c.fourth, row[4], 0);
    near("hazard", _i, c.hazard, row[5], 0);
}
END_TEST

/* variance / mean^2 tells a; below a = 1000, as it nears 1 with 2 / a^2. */
START_TEST(cut_normal_is_solved)
{
    const double *row = cut_normal_table[_i];
    double a = partner__cut_normal_solve(row[2] / (row[1] * row[1]));

    if (row[0] < 1000) ck_assert_double_eq_tol(a, row[0], 1e-9 * (1 + fabs(row[0])));
}
END_TEST

START_TEST(cell)
{
    const double *row = cell_table[_i];
    partner__cell c = partner__cell_of(row[0], row[1], row[2], row[3]);
    /* Variances only lead the way to the likeliest parameters. */
    double spread = sqrt(row[7]), near_zero = fmax(fabs(row[5]), spread);

    near("integral", _i, c.log_integral, row[4], 1);
    near("mean", _i, c.mean, row[5], spread);
    near("mean of y^2 / 2", _i, c.half_square, row[6], 0);
    near_to("variance", _i, c.variance, row[7], 0, 1e-9);
    near_to("covariance", _i, c.covariance, row[8], row[7] * near_zero, 1e-9);
    near_to("variance of y^2 / 2", _i, c.square_variance, row[9], row[7] * near_zero * near_zero, 1e-9);
}
END_TEST

/* Cells side by side make up a large one. */
START_TEST(cells_add_up)
{
    partner__cell all = partner__cell_of(0.7, 3, -1, 4);
    double sum = 0, mean = 0;

    for (int i = 0; i < 400; i++) {
        partner__cell c = partner__cell_of(0.7, 3, -1 + i * 0.01, 0.01);
        sum += exp(c.log_integral);
        mean += exp(c.log_integral) * c.mean;
    }
    near("integral", 0, sum, exp(all.log_integral), 0);
    near("mean", 0, mean / sum, all.mean, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tail_parts");
    TCase *tcase = add_case(suite, "normal");

    tcase_add_loop_test(tcase, cut_normal, 0, CUT_ROWS);
    tcase_add_loop_test(tcase, cut_normal_is_solved, 0, CUT_ROWS);
    tcase_add_loop_test(tcase, cell, 0, CELL_ROWS);
    tcase_add_test(tcase, cells_add_up);
    return run_suite(suite);
}
