/* SPDX-License-Identifier: MIT
 * The frequency model that CRMs ship, by hand. */
#include <partner/model.h>

#include "suite.h"

enum { ROWS = 5 };

/* Region 7 at rows 0, 1, 4 (won, won, lost), region 9 at rows 2, 3 (won, lost); size 0 at rows 0, 3, missing
 * elsewhere. Won 3, lost 2. */
static const uint32_t level[2 * ROWS] = {7, 7, 9, 9, 7, 0, PARTNER_NONE, PARTNER_NONE, 0, PARTNER_NONE};
static const uint8_t label[ROWS] = {1, 1, 1, 0, 0};

static partner_frequency_model *fit(const double *weight)
{
    partner_categories c = PARTNER_CATEGORIES_INIT;
    partner_frequency_model *m = NULL;
    partner_error error;

    c.rows = ROWS;
    c.columns = 2;
    c.level = level;
    c.label = label;
    c.weight = weight;
    must(partner_frequency_model_fit(&c, &m, &error), error);
    return m;
}

static double p_of(const partner_frequency_model *m, uint32_t region, uint32_t size)
{
    partner_categories c = PARTNER_CATEGORIES_INIT;
    const uint32_t levels[2] = {region, size};
    partner_error error;
    double p = -1;

    c.rows = 1;
    c.columns = 2;
    c.level = levels;
    must(partner_frequency_model_predict(m, &c, &p, &error), error);
    return p;
}

static double share(double odds) { return odds / (1 + odds); }

/* Cells: region 7 won 2.1 lost 1.1, region 9 won 1.1 lost 1.1, sums 3.2 and 2.2; size 0 won 1.1 lost 1.1, sums
 * the same. Prior odds 3/2. */
START_TEST(by_hand)
{
    partner_frequency_model *m = fit(NULL);

    ck_assert_double_eq_tol(p_of(m, 7, 0), share(1.5 * (2.1 / 3.2) / (1.1 / 2.2)), 1e-14);
    ck_assert_double_eq_tol(p_of(m, 9, 0), share(1.5 * (1.1 / 3.2) / (1.1 / 2.2)), 1e-14);
    ck_assert_double_eq_tol(p_of(m, 8, 0), share(1.5), 1e-14);
    ck_assert_double_eq_tol(p_of(m, PARTNER_NONE, PARTNER_NONE), share(1.5), 1e-14);
    partner_frequency_model_free(m);
    partner_frequency_model_free(NULL);
}
END_TEST

/* Weights 1, 0, 2, 1, 4: won 3, lost 5; region 7 won 1.1 lost 4.1, region 9 won 2.1 lost 1.1. */
START_TEST(weighted)
{
    static const double weight[ROWS] = {1, 0, 2, 1, 4};
    partner_frequency_model *m = fit(weight);

    ck_assert_double_eq_tol(p_of(m, 7, 5), share(3.0 / 5 * (1.1 / 3.2) / (4.1 / 5.2)), 1e-14);
    ck_assert_double_eq_tol(p_of(m, 9, 5), share(3.0 / 5 * (2.1 / 3.2) / (1.1 / 5.2)), 1e-14);
    partner_frequency_model_free(m);
}
END_TEST

START_TEST(clamped)
{
    static const uint8_t won[3] = {1, 1, 1}, lost[3] = {0, 0, 0};
    static const uint32_t levels[3] = {0, UINT32_MAX - 1, 0};
    partner_categories c = PARTNER_CATEGORIES_INIT;
    partner_frequency_model *m = NULL;
    partner_error error;
    double p[3];

    c.rows = 3;
    c.columns = 1;
    c.level = levels;
    c.label = won;
    must(partner_frequency_model_fit(&c, &m, &error), error);
    must(partner_frequency_model_predict(m, &c, p, &error), error);
    for (int i = 0; i < 3; i++) ck_assert_double_eq(p[i], 0.9999);
    partner_frequency_model_free(m);
    c.label = lost;
    must(partner_frequency_model_fit(&c, &m, &error), error);
    must(partner_frequency_model_predict(m, &c, p, &error), error);
    for (int i = 0; i < 3; i++) ck_assert_double_eq(p[i], 0.0001);
    partner_frequency_model_free(m);
}
END_TEST

START_TEST(without_columns)
{
    partner_categories c = PARTNER_CATEGORIES_INIT;
    partner_frequency_model *m = NULL;
    partner_error error;
    double p[ROWS];

    c.rows = ROWS;
    c.label = label;
    must(partner_frequency_model_fit(&c, &m, &error), error);
    must(partner_frequency_model_predict(m, &c, p, &error), error);
    ck_assert_double_eq_tol(p[4], 0.6, 1e-15);
    partner_frequency_model_free(m);
}
END_TEST

START_TEST(errors)
{
    static const uint8_t two[ROWS] = {1, 0, 2, 0, 1};
    static const double bad[][ROWS] = {{1, 1, -1, 1, 1}, {1, NAN, 1, 1, 1}, {1, 1, 1, 1, INFINITY}},
                        none[ROWS] = {0};
    partner_categories c = PARTNER_CATEGORIES_INIT;
    partner_frequency_model *m = NULL;
    partner_error error;
    double p = 7;

    must_fail(partner_frequency_model_fit(&c, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_frequency_model_fit(NULL, &m, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_frequency_model_fit(&c, &m, &error), PARTNER_E_TOO_LITTLE, error);
    c.rows = ROWS;
    c.columns = 2;
    must_fail(partner_frequency_model_fit(&c, &m, &error), PARTNER_E_ARGUMENT, error);
    c.level = level;
    must_fail(partner_frequency_model_fit(&c, &m, &error), PARTNER_E_ARGUMENT, error);
    c.label = two;
    must_fail(partner_frequency_model_fit(&c, &m, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 2);
    c.label = label;
    for (int i = 0; i < 3; i++) {
        c.weight = bad[i];
        must_fail(partner_frequency_model_fit(&c, &m, &error), PARTNER_E_DATA, error);
        ck_assert_str_eq(error.field, "weight");
    }
    c.weight = none;
    must_fail(partner_frequency_model_fit(&c, &m, &error), PARTNER_E_TOO_LITTLE, error);
    c.weight = NULL;
    must(partner_frequency_model_fit(&c, &m, &error), error);
    must_fail(partner_frequency_model_predict(NULL, &c, &p, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_frequency_model_predict(m, &c, NULL, &error), PARTNER_E_ARGUMENT, error);
    c.columns = 1;
    must_fail(partner_frequency_model_predict(m, &c, &p, &error), PARTNER_E_ARGUMENT, error);
    c.rows = PARTNER_NONE;
    must_fail(partner_frequency_model_predict(m, &c, &p, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_double_eq(p, 7);
    partner_frequency_model_free(m);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frequency model");
    TCase *tcase = add_case(suite, "frequency model");

    tcase_add_test(tcase, by_hand);
    tcase_add_test(tcase, weighted);
    tcase_add_test(tcase, clamped);
    tcase_add_test(tcase, without_columns);
    tcase_add_test(tcase, errors);
    return run_suite(suite);
}
