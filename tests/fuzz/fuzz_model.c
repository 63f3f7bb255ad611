/* SPDX-License-Identifier: MIT
 * Win models of arbitrary columns: each fit gives a result or a named error, and what it gives holds together;
 * measures and the frequency model of the same rows; and arbitrary bytes for the loader.
 * The first byte says which: below 0x40 bytes are loaded as they are, below 0x80 under a right head and
 * checksum, else rows are fitted. */
#include <math.h>
#include <partner/model.h>

#include "sealed.h"

enum { MOST_ROWS = 300, MOST_COLUMNS = 6 };

typedef struct columns {
    size_t rows, columns;
    double *value, *weight, *probability, *claim;
    uint8_t *label;
    uint32_t *fold, *level;
} columns;

static double take_double(fuzz_input *in)
{
    uint8_t kind = fuzz_u8(in);
    uint64_t bits;
    double x;

    switch (kind) {
    case 0xff: return NAN;
    case 0xfe: return INFINITY;
    case 0xfd: return 1e150;
    case 0xfc: return -1e-150;
    case 0xfb:
        bits = fuzz_take(in, 8);
        memcpy(&x, &bits, sizeof x);
        return x;
    case 0xfa: return ldexp((double)fuzz_u8(in) - 100, (int)fuzz_u8(in) * 8 - 1000);
    default: return kind < 0x80 ? kind % 3 : (double)kind - 0x90;
    }
}

static void check_model(const partner_win_model *m, const partner_feature_matrix *f)
{
    size_t size = 1 + m->terms;
    double *p = fuzz_alloc(f->rows, sizeof *p), *adds = fuzz_alloc(m->terms * f->rows, sizeof *adds);
    partner_error error;

    fuzz_demand(isfinite(m->intercept) && isfinite(m->intercept_raw), "the intercept is a number");
    for (size_t t = 0; t < m->terms; t++)
        fuzz_demand(isfinite(m->coefficient[t]) && isfinite(m->coefficient_raw[t]) && m->standard_error[t] >= 0,
                    "coefficients are numbers");
    for (size_t i = 0; i < size; i++)
        for (size_t k = 0; k < size; k++)
            fuzz_demand(m->covariance[i * size + k] == m->covariance[k * size + i], "covariance is symmetric");
    if (fuzz_ok(partner_win_model_predict(m, f, p, adds, &error), &error))
        for (size_t i = 0; i < f->rows; i++) {
            double odds = m->intercept;

            for (size_t t = 0; t < m->terms; t++) odds += adds[t * f->rows + i];
            fuzz_demand(p[i] >= 0 && p[i] <= 1, "a probability");
            fuzz_demand(fabs(p[i] - 1 / (1 + exp(-odds))) < 1e-12, "contributions sum to the log-odds");
        }
    free(p);
    free(adds);
}

static void save_and_load(const partner_win_model *m)
{
    partner_bytes *first = NULL, *second = NULL;
    partner_win_model *again = NULL;
    partner_error error;

    fuzz_demand(fuzz_ok(partner_win_model_save(m, &first, &error), &error), "a model can be saved");
    fuzz_demand(fuzz_ok(partner_win_model_load(first->bytes, first->length, &again, &error), &error),
                "what was saved can be loaded");
    fuzz_demand(fuzz_ok(partner_win_model_save(again, &second, &error), &error), "and saved again");
    fuzz_demand(first->length == second->length && memcmp(first->bytes, second->bytes, first->length) == 0,
                "saving, loading and saving gives the same bytes");
    partner_bytes_free(first);
    partner_bytes_free(second);
    partner_win_model_free(again);
}

static void load(fuzz_input *in, int sealed)
{
    static const uint8_t head[FUZZ_HEAD] = {'P', 'R', 'T', 'W', 'I', 'N', 'M', 'D', 1, 0, 0, 0};
    partner_win_model *m = NULL;
    partner_error error;
    uint8_t *made = NULL;
    const uint8_t *bytes = in->at;
    size_t length = in->left;

    if (sealed) bytes = made = fuzz_seal(head, in, &length);
    if (fuzz_ok(partner_win_model_load(bytes, length, &m, &error), &error)) {
        partner_feature_matrix f = PARTNER_FEATURE_MATRIX_INIT;
        double *value = fuzz_alloc(2 * m->columns, sizeof *value);

        for (size_t i = 0; i < 2 * m->columns; i++) value[i] = i % 3 == 0 ? NAN : (double)i;
        f.rows = 2;
        f.columns = m->columns;
        f.value = value;
        save_and_load(m);
        check_model(m, &f);
        free(value);
    }
    partner_win_model_free(m);
    free(made);
}

static columns take_columns(fuzz_input *in, size_t count)
{
    columns c = {.columns = count};
    size_t rows = in->left / (count + 1);

    c.rows = rows < MOST_ROWS ? rows : MOST_ROWS;
    c.value = fuzz_alloc(c.rows * count, sizeof *c.value);
    c.weight = fuzz_alloc(c.rows, sizeof *c.weight);
    c.probability = fuzz_alloc(c.rows, sizeof *c.probability);
    c.claim = fuzz_alloc(c.rows, sizeof *c.claim);
    c.label = fuzz_alloc(c.rows, 1);
    c.fold = fuzz_alloc(c.rows, sizeof *c.fold);
    c.level = fuzz_alloc(c.rows * count, sizeof *c.level);
    for (size_t i = 0; i < c.rows; i++) {
        uint8_t bits = fuzz_u8(in);

        c.label[i] = bits == 0xff ? 2 : bits & 1;
        c.fold[i] = bits >> 1 & 3;
        c.weight[i] = bits >> 5 == 7 ? take_double(in) : bits >> 5;
        for (size_t k = 0; k < count; k++) {
            double x = c.value[k * c.rows + i] = take_double(in);
            c.level[k * c.rows + i] = isnan(x)        ? PARTNER_NONE
                                      : fabs(x) < 1e9 ? (uint32_t)fabs(x)
                                                      : PARTNER_NONE - 1;
        }
        c.probability[i] = count > 0 ? 1 / (1 + exp(-c.value[i])) : 0.5;
        c.claim[i] = count > 1 ? c.value[c.rows + i] : NAN;
    }
    return c;
}

static void fit(const columns *c, uint8_t how)
{
    static const double lambdas[4] = {0, 1e-3, 1e-100, 1e50};
    partner_feature_matrix f = PARTNER_FEATURE_MATRIX_INIT;
    partner_win_model_options options = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_win_model *m = NULL;
    partner_error error;

    f.rows = c->rows;
    f.columns = c->columns;
    f.value = c->value;
    f.label = c->label;
    if (how & 1) f.weight = c->weight;
    if (how & 2) f.fold = c->fold;
    options.folds = how & 4 ? 4 : 2;
    options.unscaled = how >> 3 & 1;
    options.lambda = lambdas[how >> 4 & 3];
    if (fuzz_ok(partner_win_model_fit(&f, &options, &m, &error), &error)) {
        fuzz_demand(m->gradient_norm <= 1e-10, "the gradient vanishes");
        save_and_load(m);
        check_model(m, &f);
    }
    partner_win_model_free(m);
}

static void measure(const columns *c, int with_claims)
{
    partner_predictions given = PARTNER_PREDICTIONS_INIT;
    partner_measures *m = NULL;
    partner_error error;

    given.rows = c->rows;
    given.label = c->label;
    given.probability = c->probability;
    if (with_claims) given.claim = c->claim;
    if (fuzz_ok(partner_measures_new(&given, NULL, &m, &error), &error) && m->rows > 0) {
        fuzz_demand(fabs(m->reliability - m->resolution + m->uncertainty - m->brier) < 1e-14, "parts of Brier");
        fuzz_demand(isnan(m->auc) == (m->positive == 0 || m->positive == m->rows), "AUC is of two classes");
        fuzz_demand(!(m->auc < 0) && !(m->auc > 1) && m->log_loss >= 0, "measures in their range");
        fuzz_demand(m->calibration->groups >= 1 && m->calibration->groups <= 10, "a calibration table");
    }
    partner_measures_free(m);
}

static void count_levels(const columns *c, int with_weights)
{
    partner_categories given = PARTNER_CATEGORIES_INIT;
    partner_frequency_model *m = NULL;
    double *p = fuzz_alloc(c->rows, sizeof *p);
    partner_error error;

    given.rows = c->rows;
    given.columns = c->columns;
    given.level = c->level;
    given.label = c->label;
    if (with_weights) given.weight = c->weight;
    if (fuzz_ok(partner_frequency_model_fit(&given, &m, &error), &error) &&
        fuzz_ok(partner_frequency_model_predict(m, &given, p, &error), &error))
        for (size_t i = 0; i < c->rows; i++)
            fuzz_demand(p[i] >= 0.0001 && p[i] <= 0.9999, "a clamped probability");
    partner_frequency_model_free(m);
    free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    uint8_t what = fuzz_u8(&in), how;
    columns c;

    if (what < 0x80) {
        load(&in, what >= 0x40);
        return 0;
    }
    how = fuzz_u8(&in);
    c = take_columns(&in, what % (MOST_COLUMNS + 1));
    fit(&c, how);
    measure(&c, how & 1);
    count_levels(&c, how & 1);
    free(c.value);
    free(c.weight);
    free(c.probability);
    free(c.claim);
    free(c.label);
    free(c.fold);
    free(c.level);
    return 0;
}
