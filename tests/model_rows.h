/* SPDX-License-Identifier: MIT
 * Drawn rows for the tests of win models. */
#ifndef PARTNER_TESTS_MODEL_ROWS_H
#define PARTNER_TESTS_MODEL_ROWS_H

#include <partner/model.h>

#include "suite.h"

typedef struct rows {
    size_t count, columns;
    double *value, *weight;
    uint8_t *label;
    uint32_t *fold;
} rows;

static inline double uniform(uint64_t *state) { return (double)(draw(state) >> 11) * 0x1p-53; }

/* Columns by turns: spread out on a scale of their own; 0/1; one-hot and rare; mostly 0 with counts; a third
 * missing; constant. The label depends on the first ones. */
static inline double draw_value(uint64_t *state, size_t column)
{
    double u = uniform(state);

    switch (column % 6) {
    case 0: return (u + uniform(state) + uniform(state) - 1.5) * pow(10, (double)column) + 3;
    case 1: return u < 0.45;
    case 2: return u < 0.07;
    case 3: return u < 0.8 ? 0 : floor(u * 40) - 31;
    case 4: return u < 0.33 ? NAN : u * u;
    default: return 1e6 + 0.1;
    }
}

static inline rows draw_rows(size_t count, size_t columns, uint64_t seed)
{
    rows r = {count,
              columns,
              malloc((count * columns + 1) * sizeof(double)),
              malloc((count + 1) * sizeof(double)),
              malloc(count + 1),
              malloc((count + 1) * sizeof(uint32_t))};
    uint64_t state = seed * 2 + 1;

    for (size_t c = 0; c < columns; c++)
        for (size_t i = 0; i < count; i++) r.value[c * count + i] = draw_value(&state, c);
    for (size_t i = 0; i < count; i++) {
        double odds = columns > 1 ? (r.value[i] - 3) * 2 + r.value[count + i] - 1 : -1;

        r.label[i] = i < 2 ? i % 2 == 0 : uniform(&state) < 1 / (1 + exp(-odds));
        r.weight[i] = i < 2 ? 1 : floor(uniform(&state) * 5) / 2;
        r.fold[i] = (uint32_t)(draw(&state) % 3);
    }
    return r;
}

static inline void drop_rows(rows *r)
{
    free(r->value);
    free(r->weight);
    free(r->label);
    free(r->fold);
}

static inline partner_feature_matrix matrix_of(const rows *r)
{
    partner_feature_matrix m = PARTNER_FEATURE_MATRIX_INIT;

    m.rows = r->count;
    m.columns = r->columns;
    m.value = r->value;
    m.label = r->label;
    return m;
}

static inline partner_win_model *fit_with(const partner_feature_matrix *m, double lambda, int unscaled)
{
    partner_win_model_options options = PARTNER_WIN_MODEL_OPTIONS_INIT;
    partner_win_model *model = NULL;
    partner_error error;

    options.lambda = lambda;
    options.unscaled = (uint8_t)unscaled;
    must(partner_win_model_fit(m, &options, &model, &error), error);
    return model;
}

#endif
