/* SPDX-License-Identifier: MIT */
#include <partner/model.h>

#include "fixture.h"

enum { MODEL_ROWS = 9000, COLUMNS = 4, LEVELS = 5 };

/* Enough rows for several stretches and threads: spread out, 0/1, mostly 0, with gaps. */
typedef struct made {
    double value[COLUMNS * MODEL_ROWS], probability[MODEL_ROWS], claim[MODEL_ROWS];
    uint8_t label[MODEL_ROWS];
    uint32_t level[2 * MODEL_ROWS];
} made;

static const made *rows(void)
{
    static made m;
    static int ready;
    uint64_t state = 99;

    for (size_t i = 0; !ready && i < MODEL_ROWS; i++) {
        uint64_t u = draw(&state);

        m.value[i] = (double)(u % 1000);
        m.value[MODEL_ROWS + i] = (double)(u >> 20 & 1);
        m.value[2 * MODEL_ROWS + i] = (u >> 30 & 15) == 0;
        m.value[3 * MODEL_ROWS + i] = (u >> 40 & 3) == 0 ? NAN : (double)(u >> 50);
        m.label[i] = u % 1000 > draw(&state) % 1000;
        m.probability[i] = (double)(u % 1000) / 1000;
        m.claim[i] = i % 2 == 0 ? NAN : 0.5;
        m.level[i] = (uint32_t)(u % LEVELS);
        m.level[MODEL_ROWS + i] = (uint32_t)(u >> 32);
    }
    ready = 1;
    return &m;
}

static partner_feature_matrix features(void)
{
    partner_feature_matrix f = PARTNER_FEATURE_MATRIX_INIT;

    f.rows = MODEL_ROWS;
    f.columns = COLUMNS;
    f.value = rows()->value;
    f.label = rows()->label;
    return f;
}

static partner_categories categories(void)
{
    partner_categories c = PARTNER_CATEGORIES_INIT;

    c.rows = MODEL_ROWS;
    c.columns = 2;
    c.level = rows()->level;
    c.label = rows()->label;
    return c;
}

static partner_status run_measures(plan *p, partner_error *error)
{
    partner_predictions given = PARTNER_PREDICTIONS_INIT;
    partner_measures_options options = PARTNER_MEASURES_OPTIONS_INIT;
    partner_measures *m = UNTOUCHED;
    partner_status status;

    given.rows = MODEL_ROWS;
    given.label = rows()->label;
    given.probability = rows()->probability;
    given.claim = rows()->claim;
    options.threads = case_threads;
    arm(p);
    status = partner_measures_new(&given, &options, &m, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(m, UNTOUCHED);
        return status;
    }
    ck_assert(m->rows == MODEL_ROWS && m->calibration->groups == 10 && m->compared == MODEL_ROWS / 2);
    partner_measures_free(m);
    return status;
}

static partner_status run_measures_free(plan *p, partner_error *error)
{
    partner_predictions given = PARTNER_PREDICTIONS_INIT;
    partner_measures *m = NULL;

    must(partner_measures_new(&given, NULL, &m, error), *error);
    arm(p);
    partner_measures_free(m);
    partner_measures_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

/* A build without GSL has no fits, and so no models. */
static int has_models(void) { return (partner_features() & PARTNER_FEATURE_GSL) != 0; }

static partner_win_model *some_model(partner_error *error)
{
    partner_feature_matrix f = features();
    partner_win_model_options options = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_win_model *m = NULL;

    options.lambda = 0.01;
    if (has_models()) must(partner_win_model_fit(&f, &options, &m, error), *error);
    return m;
}

static partner_status run_fit_with(plan *p, double lambda, size_t count, partner_error *error)
{
    partner_feature_matrix f = features();
    partner_win_model_options options = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_win_model *m = UNTOUCHED;
    partner_status status;

    if (!has_models()) return PARTNER_OK;
    /* The first rows, but the columns would have to move for fewer of several. */
    f.rows = count;
    f.columns = count == MODEL_ROWS ? COLUMNS : 1;
    options.threads = case_threads;
    options.lambda = lambda;
    options.folds = 2;
    arm(p);
    status = partner_win_model_fit(&f, &options, &m, error);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(m, UNTOUCHED);
        return status;
    }
    ck_assert(m->rows == count && m->gradient_norm < 1e-10);
    ck_assert_uint_eq(m->terms, count == MODEL_ROWS ? COLUMNS + 1 : 1);
    partner_win_model_free(m);
    return status;
}

static partner_status run_fit(plan *p, partner_error *error)
{
    return run_fit_with(p, 0.01, MODEL_ROWS, error);
}

static partner_status run_path(plan *p, partner_error *error) { return run_fit_with(p, 0, 200, error); }

static partner_status run_model_free(plan *p, partner_error *error)
{
    partner_win_model *m = some_model(error);

    arm(p);
    partner_win_model_free(m);
    partner_win_model_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

static partner_status run_predict(plan *p, partner_error *error)
{
    static double probability[MODEL_ROWS], adds[(COLUMNS + 1) * MODEL_ROWS];
    partner_win_model *m = some_model(error);
    partner_feature_matrix f = features();
    partner_status status = PARTNER_OK;

    if (m == NULL) return PARTNER_OK;
    arm(p);
    status = partner_win_model_predict(m, &f, probability, adds, error);
    disarm(p);
    ck_assert(probability[0] > 0 && probability[0] < 1);
    partner_win_model_free(m);
    return status;
}

static partner_status run_save(plan *p, partner_error *error)
{
    partner_win_model *m = some_model(error);
    partner_bytes *bytes = UNTOUCHED;
    partner_status status;

    if (m == NULL) return PARTNER_OK;
    arm(p);
    status = partner_win_model_save(m, &bytes, error);
    disarm(p);
    if (status != PARTNER_OK) ck_assert_ptr_eq(bytes, UNTOUCHED);
    else partner_bytes_free(bytes);
    partner_win_model_free(m);
    return status;
}

static partner_status run_load(plan *p, partner_error *error)
{
    partner_win_model *m = some_model(error), *loaded = UNTOUCHED;
    partner_bytes *bytes = NULL;
    partner_status status;

    if (m == NULL) return PARTNER_OK;
    must(partner_win_model_save(m, &bytes, error), *error);
    arm(p);
    status = partner_win_model_load(bytes->bytes, bytes->length, &loaded, error);
    disarm(p);
    partner_bytes_free(bytes);
    if (status == PARTNER_OK) {
        ck_assert(same_bits(loaded->intercept, m->intercept));
        partner_win_model_free(loaded);
    } else {
        ck_assert_ptr_eq(loaded, UNTOUCHED);
    }
    partner_win_model_free(m);
    return status;
}

static partner_status run_frequency_fit(plan *p, partner_error *error)
{
    partner_categories c = categories();
    partner_frequency_model *m = UNTOUCHED;
    partner_status status;

    arm(p);
    status = partner_frequency_model_fit(&c, &m, error);
    disarm(p);
    if (status != PARTNER_OK) ck_assert_ptr_eq(m, UNTOUCHED);
    else partner_frequency_model_free(m);
    return status;
}

static partner_status run_frequency_predict(plan *p, partner_error *error)
{
    static double probability[MODEL_ROWS];
    partner_categories c = categories();
    partner_frequency_model *m = NULL;
    partner_status status;

    must(partner_frequency_model_fit(&c, &m, error), *error);
    arm(p);
    status = partner_frequency_model_predict(m, &c, probability, error);
    disarm(p);
    ck_assert(probability[0] >= 0.0001 && probability[0] <= 0.9999);
    partner_frequency_model_free(m);
    return status;
}

static partner_status run_frequency_free(plan *p, partner_error *error)
{
    partner_categories c = categories();
    partner_frequency_model *m = NULL;

    must(partner_frequency_model_fit(&c, &m, error), *error);
    arm(p);
    partner_frequency_model_free(m);
    partner_frequency_model_free(NULL);
    disarm(p);
    return PARTNER_OK;
}

const fault_case model_cases[] = {
    {"partner_measures_new", run_measures, 0},
    {"partner_measures_free", run_measures_free, 1},
    {"partner_win_model_fit", run_fit, 0},
    {"partner_win_model_fit", run_path, 0},
    {"partner_win_model_free", run_model_free, 1},
    {"partner_win_model_predict", run_predict, 1},
    {"partner_win_model_save", run_save, 0},
    {"partner_win_model_load", run_load, 0},
    {"partner_frequency_model_fit", run_frequency_fit, 0},
    {"partner_frequency_model_predict", run_frequency_predict, 1},
    {"partner_frequency_model_free", run_frequency_free, 1},
    {NULL, NULL, 0},
};
