/* SPDX-License-Identifier: MIT
 * Win models as bytes and back, and calls that are refused. */
#include "base/bytes.h"
#include "model_rows.h"

static partner_win_model *some_model(int with_path)
{
    rows r = draw_rows(120, 5, 3);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model *model = fit_with(&m, with_path ? 0 : 0.1, with_path);

    drop_rows(&r);
    return model;
}

static partner_bytes *save(const partner_win_model *model)
{
    partner_bytes *bytes = NULL;
    partner_error error;

    must(partner_win_model_save(model, &bytes, &error), error);
    return bytes;
}

static int same(const double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!same_bits(a[i], b[i])) return 0;
    return 1;
}

static void check_same(const partner_win_model *a, const partner_win_model *b)
{
    size_t size = 1 + a->terms;

    ck_assert(a->rows == b->rows && a->positive == b->positive && a->columns == b->columns &&
              a->terms == b->terms && a->path == b->path && a->iterations == b->iterations &&
              a->unscaled == b->unscaled);
    ck_assert(same_bits(a->weight, b->weight) && same_bits(a->lambda, b->lambda) &&
              same_bits(a->intercept, b->intercept) && same_bits(a->intercept_raw, b->intercept_raw) &&
              same_bits(a->log_loss, b->log_loss) && same_bits(a->gradient_norm, b->gradient_norm) &&
              same_bits(a->cross_log_loss, b->cross_log_loss));
    ck_assert_mem_eq(a->column, b->column, a->terms * sizeof *a->column);
    ck_assert_mem_eq(a->missing, b->missing, a->terms);
    ck_assert(
        same(a->coefficient, b->coefficient, a->terms) && same(a->mean, b->mean, a->terms) &&
        same(a->coefficient_raw, b->coefficient_raw, a->terms) && same(a->deviation, b->deviation, a->terms) &&
        same(a->standard_error, b->standard_error, a->terms) &&
        same(a->covariance, b->covariance, size * size) && same(a->path_lambda, b->path_lambda, a->path) &&
        same(a->path_log_loss, b->path_log_loss, a->path));
}

START_TEST(there_and_back)
{
    partner_win_model *model = some_model(_i), *again = NULL;
    partner_bytes *bytes = save(model), *second;
    rows r = draw_rows(50, 5, 77);
    partner_feature_matrix m = matrix_of(&r);
    double before[50], after[50];
    partner_error error;

    must(partner_win_model_load(bytes->bytes, bytes->length, &again, &error), error);
    check_same(model, again);
    second = save(again);
    ck_assert_uint_eq(bytes->length, second->length);
    ck_assert_mem_eq(bytes->bytes, second->bytes, bytes->length);
    must(partner_win_model_predict(model, &m, before, NULL, &error), error);
    must(partner_win_model_predict(again, &m, after, NULL, &error), error);
    ck_assert_mem_eq(before, after, sizeof before);
    partner_bytes_free(bytes);
    partner_bytes_free(second);
    partner_win_model_free(model);
    partner_win_model_free(again);
    drop_rows(&r);
}
END_TEST

/* Every byte counts, and so does each at the end. */
START_TEST(damage)
{
    partner_win_model *model = some_model(1), *loaded = NULL;
    partner_bytes *bytes = save(model);
    uint8_t *copy = malloc(bytes->length);
    partner_error error;

    for (size_t i = 0; i < bytes->length; i++) {
        memcpy(copy, bytes->bytes, bytes->length);
        copy[i] ^= 0x10;
        must_fail(partner_win_model_load(copy, bytes->length, &loaded, &error), PARTNER_E_DATA, error);
        must_fail(partner_win_model_load(bytes->bytes, i, &loaded, &error), PARTNER_E_DATA, error);
    }
    ck_assert_ptr_null(loaded);
    free(copy);
    partner_bytes_free(bytes);
    partner_win_model_free(model);
}
END_TEST

/* Where things lie in the bytes of a model of 5 columns, one with gaps: kind and version, seven counts and six
 * doubles, a mean per column, then 28 bytes per term, 28 covariances, 13 penalties with their losses. */
enum {
    VERSION = 8,
    COUNTS = 12,
    FIGURES = COUNTS + 7 * 8,
    MEANS = FIGURES + 6 * 8,
    TERMS = MEANS + 5 * 8,
    COVARIANCE = TERMS + 6 * 28,
    PATH = COVARIANCE + 28 * 8
};

typedef struct lie {
    size_t at;
    uint64_t value;
    int bytes;
    partner_status expected;
} lie;

#define NOT_A_NUMBER UINT64_C(0x7ff8000000000000)
#define MINUS_ONE UINT64_C(0xbff0000000000000)

static const lie lies[] = {
    {VERSION, 2, 4, PARTNER_E_UNSUPPORTED},
    {VERSION, 0, 4, PARTNER_E_DATA},
    {COUNTS, 0, 8, PARTNER_E_DATA}, /* rows */
    {COUNTS, PARTNER_NONE, 8, PARTNER_E_DATA},
    {COUNTS + 8, 0, 8, PARTNER_E_DATA}, /* positive */
    {COUNTS + 8, 120, 8, PARTNER_E_DATA},
    {COUNTS + 16, 4, 8, PARTNER_E_DATA}, /* columns */
    {COUNTS + 16, UINT64_MAX, 8, PARTNER_E_DATA},
    {COUNTS + 24, 5, 8, PARTNER_E_DATA}, /* terms */
    {COUNTS + 24, 11, 8, PARTNER_E_DATA},
    {COUNTS + 32, 12, 8, PARTNER_E_DATA},                /* path */
    {COUNTS + 40, UINT64_C(1) << 32, 8, PARTNER_E_DATA}, /* iterations */
    {COUNTS + 48, 2, 8, PARTNER_E_DATA},                 /* unscaled */
    {FIGURES, NOT_A_NUMBER, 8, PARTNER_E_DATA},          /* weight */
    {FIGURES + 8, 0, 8, PARTNER_E_DATA},                 /* lambda */
    {FIGURES + 16, NOT_A_NUMBER, 8, PARTNER_E_DATA},     /* intercept */
    {FIGURES + 24, NOT_A_NUMBER, 8, PARTNER_E_DATA},     /* loss */
    {FIGURES + 32, MINUS_ONE, 8, PARTNER_E_DATA},        /* gradient */
    {FIGURES + 40, NOT_A_NUMBER, 8, PARTNER_E_DATA},     /* cross-validated loss */
    {MEANS, NOT_A_NUMBER, 8, PARTNER_E_DATA},
    {TERMS, 1, 4, PARTNER_E_DATA},                /* column of the first term */
    {TERMS + 5 * 28, 5, 4, PARTNER_E_DATA},       /* and of the one of gaps */
    {TERMS + 4, NOT_A_NUMBER, 8, PARTNER_E_DATA}, /* coefficient */
    {TERMS + 20, MINUS_ONE, 8, PARTNER_E_DATA},   /* deviation */
    {TERMS + 20, 0, 8, PARTNER_E_DATA},
    {TERMS + 20, 1, 8, PARTNER_E_DATA}, /* so small that the coefficient leaves double */
    {COVARIANCE, MINUS_ONE, 8, PARTNER_E_DATA},
    {COVARIANCE + 8, NOT_A_NUMBER, 8, PARTNER_E_DATA},
    {PATH, 0, 8, PARTNER_E_DATA},
    {PATH + 8, MINUS_ONE, 8, PARTNER_E_DATA},
};

static void put(uint8_t *at, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++) at[i] = (uint8_t)(value >> (8 * i));
}

/* Bytes with a right checksum that say what no model can be. */
START_TEST(lies_are_refused)
{
    const lie *l = &lies[_i];
    rows r = draw_rows(120, 5, 3);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model *model = fit_with(&m, 0, 0), *loaded = NULL;
    partner_bytes *bytes = save(model);
    uint8_t *copy = malloc(bytes->length);
    partner_error error;

    ck_assert_uint_eq(bytes->length, PATH + 13 * 16 + 8);
    memcpy(copy, bytes->bytes, bytes->length);
    put(copy + l->at, l->value, l->bytes);
    put(copy + bytes->length - 8, partner__hash(copy, bytes->length - 8, 0), 8);
    must_fail(partner_win_model_load(copy, bytes->length, &loaded, &error), l->expected, error);
    ck_assert_ptr_null(loaded);
    free(copy);
    partner_bytes_free(bytes);
    partner_win_model_free(model);
    drop_rows(&r);
}
END_TEST

START_TEST(bad_calls_of_saving)
{
    partner_win_model *model = some_model(0), *loaded = NULL;
    partner_bytes *bytes = NULL;
    partner_error error;

    must_fail(partner_win_model_save(NULL, &bytes, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_win_model_save(model, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_win_model_load(NULL, 0, &loaded, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_win_model_load((const uint8_t *)"x", 1, NULL, &error), PARTNER_E_ARGUMENT, error);
    partner_win_model_free(model);
    partner_win_model_free(NULL);
}
END_TEST

/* Fits that are refused */

static partner_status try_fit(const partner_feature_matrix *m, const partner_win_model_options *options,
                              partner_error *error)
{
    partner_win_model *model = NULL;
    partner_status status = partner_win_model_fit(m, options, &model, error);

    ck_assert(status == PARTNER_OK || model == NULL);
    partner_win_model_free(model);
    return status;
}

START_TEST(too_little)
{
    double x[6] = {1, 2, 3, 4, 5, 6};
    uint8_t y[6] = {0};
    double weight[6] = {0, 0, 1, 1, 1, 1};
    partner_feature_matrix m = PARTNER_FEATURE_MATRIX_INIT;
    partner_win_model_options options = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_error error;

    m.columns = 1;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_TOO_LITTLE, error);
    m.rows = 6;
    m.value = x;
    m.label = y;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_TOO_LITTLE, error);
    y[0] = y[1] = 1;
    m.weight = weight;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_TOO_LITTLE, error);
    m.weight = NULL;
    /* Two of one label and four of the other: fold 4 of 5 has no rows. */
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_TOO_LITTLE, error);
    ck_assert_str_eq(error.message, "fold 4 has no rows, expected fewer folds");
    options.folds = 2;
    must(try_fit(&m, &options, &error), error);
    options.folds = 3;
    must(try_fit(&m, &options, &error), error);
    y[1] = 0;
    must_fail(try_fit(&m, &options, &error), PARTNER_E_TOO_LITTLE, error);
    ck_assert_str_eq(error.message, "without fold 0 all rows have the label 0, expected both to learn from");
    options.lambda = 0.5;
    must(try_fit(&m, &options, &error), error);
}
END_TEST

START_TEST(bad_cells)
{
    rows r = draw_rows(50, 3, 5);
    partner_feature_matrix m = matrix_of(&r);
    partner_error error;

    m.weight = r.weight;
    m.fold = r.fold;
    r.value[100 + 7] = INFINITY;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 7);
    ck_assert_uint_eq(error.index, 2);
    r.value[100 + 7] = 1e151;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_DATA, error);
    r.value[100 + 7] = 0;
    r.label[9] = 3;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.field, "label");
    r.label[9] = 1;
    r.weight[4] = -1;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.field, "weight");
    r.weight[4] = NAN;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_DATA, error);
    r.weight[4] = INFINITY;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_DATA, error);
    r.weight[4] = 1e200;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_DATA, error);
    r.weight[4] = 1;
    r.fold[30] = 5;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.field, "fold");
    ck_assert_uint_eq(error.row, 30);
    drop_rows(&r);
}
END_TEST

START_TEST(bad_options)
{
    rows r = draw_rows(50, 3, 5);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model_options options = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_error error;

    must_fail(partner_win_model_fit(&m, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(try_fit(NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    options.folds = 1;
    must_fail(try_fit(&m, &options, &error), PARTNER_E_ARGUMENT, error);
    options.folds = 101;
    must_fail(try_fit(&m, &options, &error), PARTNER_E_ARGUMENT, error);
    options.folds = 0;
    for (int i = 0; i < 4; i++) {
        options.lambda = (double[]){-1, NAN, INFINITY, 1e-300}[i];
        must_fail(try_fit(&m, &options, &error), PARTNER_E_ARGUMENT, error);
        ck_assert_str_eq(error.field, "lambda");
    }
    options.lambda = 1;
    options.unscaled = 2;
    must_fail(try_fit(&m, &options, &error), PARTNER_E_ARGUMENT, error);
    m.value = NULL;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_ARGUMENT, error);
    m = matrix_of(&r);
    m.label = NULL;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_ARGUMENT, error);
    m = matrix_of(&r);
    m.columns = 20001;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_ARGUMENT, error);
    m.columns = 3;
    m.rows = PARTNER_NONE;
    must_fail(try_fit(&m, NULL, &error), PARTNER_E_ARGUMENT, error);
    drop_rows(&r);
}
END_TEST

/* Asked often enough to stop anywhere. */
static int stop_later(void *data) { return --*(int *)data < 0; }

START_TEST(cancelled)
{
    rows r = draw_rows(60, 4, 6);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model_options options = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_status status = PARTNER_E_CANCELLED;
    partner_error error;
    int left, stopped = 0;

    options.interrupt = stop_later;
    options.interrupt_data = &left;
    options.threads = 1 + (uint32_t)_i;
    for (int i = 0; status != PARTNER_OK; i++, stopped++) {
        left = i;
        status = try_fit(&m, &options, &error);
        if (status != PARTNER_OK) ck_assert_int_eq(status, PARTNER_E_CANCELLED);
        ck_assert_int_lt(i, 100000);
    }
    ck_assert_int_gt(stopped, 50);
    drop_rows(&r);
}
END_TEST

START_TEST(bad_predictions)
{
    rows r = draw_rows(50, 5, 5);
    partner_feature_matrix m = matrix_of(&r);
    partner_win_model *model = some_model(0);
    double p[50];
    partner_error error;

    for (int i = 0; i < 50; i++) p[i] = 7;
    must_fail(partner_win_model_predict(NULL, &m, p, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_win_model_predict(model, NULL, p, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_win_model_predict(model, &m, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    r.value[3 * 50 + 8] = -INFINITY;
    must_fail(partner_win_model_predict(model, &m, p, NULL, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 8);
    ck_assert_uint_eq(error.index, 3);
    r.value[3 * 50 + 8] = 1e305;
    must_fail(partner_win_model_predict(model, &m, p, NULL, &error), PARTNER_E_DATA, error);
    m.columns = 4;
    must_fail(partner_win_model_predict(model, &m, p, NULL, &error), PARTNER_E_ARGUMENT, error);
    for (int i = 0; i < 50; i++) ck_assert_double_eq(p[i], 7);
    m.columns = 5;
    m.rows = 0;
    m.value = NULL;
    must(partner_win_model_predict(model, &m, NULL, NULL, &error), error);
    partner_win_model_free(model);
    drop_rows(&r);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("saved win model");
    TCase *tcase = add_case(suite, "saved win model");

    tcase_add_loop_test(tcase, there_and_back, 0, 2);
    tcase_add_test(tcase, damage);
    tcase_add_loop_test(tcase, lies_are_refused, 0, sizeof lies / sizeof lies[0]);
    tcase_add_test(tcase, bad_calls_of_saving);
    tcase_add_test(tcase, too_little);
    tcase_add_test(tcase, bad_cells);
    tcase_add_test(tcase, bad_options);
    tcase_add_loop_test(tcase, cancelled, 0, 2);
    tcase_add_test(tcase, bad_predictions);
    return run_suite(suite);
}
