/* SPDX-License-Identifier: MIT
 * How likely open deals are to be won, and what a milestone would change. */
#include "../base/error.h"
#include "../base/memory.h"
#include "learn.h"

enum { BLOCK = 1 << 12 };

typedef struct asker {
    const partner__learnt *learnt;
    size_t n;
    const uint32_t *line, *held; /* held NULL = none */
    double *probability;
} asker;

static partner_status say_stages(const asker *a, size_t from, size_t n, partner_error *error)
{
    const partner__landmarks *l = a->learnt->set.landmarks;
    uint32_t *stage = partner__alloc(n, sizeof *stage);
    partner_status status;

    if (stage == NULL) return partner__no_memory(error);
    status = partner__line_features(a->learnt, n, a->line + from, a->held == NULL ? NULL : a->held + from, NULL,
                                    stage, error);
    for (size_t i = 0; i < n && status == PARTNER_OK; i++)
        a->probability[from + i] =
            partner__rate_of(&a->learnt->rates, l->partner_of[a->line[from + i]], stage[i]);
    partner__free(stage);
    return status;
}

static partner_status say_ridge(const asker *a, size_t from, size_t n, partner_error *error)
{
    partner_feature_matrix f = PARTNER_FEATURE_MATRIX_INIT;
    double *values = partner__alloc(n, a->learnt->columns.columns * sizeof *values);
    partner_status status;

    if (values == NULL) return partner__no_memory(error);
    status = partner__line_features(a->learnt, n, a->line + from, a->held == NULL ? NULL : a->held + from,
                                    values, NULL, error);
    f.rows = n;
    f.columns = a->learnt->columns.columns;
    f.value = values;
    if (status == PARTNER_OK)
        status = partner_win_model_predict(a->learnt->ridge, &f, a->probability + from, NULL, error);
    partner__free(values);
    return status;
}

static partner_status say_block(void *context, size_t block, partner_error *error)
{
    const asker *a = context;
    const size_t from = block * BLOCK, n = a->n - from < BLOCK ? a->n - from : BLOCK;

    if (a->learnt->set.labelled == 0) {
        for (size_t i = 0; i < n; i++) a->probability[from + i] = NAN;
        return PARTNER_OK;
    }
    if (a->learnt->by == PARTNER_BY_RIDGE) return say_ridge(a, from, n, error);
    return say_stages(a, from, n, error);
}

partner_status partner__win_rates(const partner__learnt *learnt, size_t n, const uint32_t *line,
                                  const uint32_t *held, double *probability, partner_error *error)
{
    asker a = {learnt, n, line, held, probability};

    return partner__parallel(&learnt->set.landmarks->timeline->in->set.run, (n + BLOCK - 1) / BLOCK, say_block,
                             &a, error);
}

partner_status partner__effects(const partner__learnt *learnt, size_t n, const uint32_t *line,
                                const uint32_t *milestone, double *effect, partner_error *error)
{
    double *now = partner__alloc(n, sizeof *now);
    partner_status status;

    if (now == NULL) return partner__no_memory(error);
    status = partner__win_rates(learnt, n, line, NULL, now, error);
    if (status == PARTNER_OK) status = partner__win_rates(learnt, n, line, milestone, effect, error);
    for (size_t i = 0; i < n && status == PARTNER_OK; i++) effect[i] -= now[i];
    partner__free(now);
    return status;
}

/* --- contributions --- */

static size_t open_lines(const partner__learnt *t, uint32_t *line)
{
    const partner__inputs *in = t->set.landmarks->timeline->in;
    size_t n = 0;

    for (size_t i = 0; i < in->lines; i++) {
        if (in->opened[i] > t->set.day || partner__outcome_on(in, i, t->set.day) != PARTNER_OUTCOME_OPEN)
            continue;
        if (line != NULL) line[n] = (uint32_t)i;
        n++;
    }
    return n;
}

partner_status partner__keep(const partner__learnt *learnt, partner__arena *arena, partner__kept *kept,
                             partner_error *error)
{
    *kept = (partner__kept){.columns = learnt->columns.columns};
    if (learnt->ridge == NULL) return PARTNER_OK;
    kept->rows = open_lines(learnt, NULL);
    kept->line = partner__arena_alloc(arena, kept->rows, sizeof *kept->line);
    kept->values = partner__arena_alloc(arena, kept->rows, kept->columns * sizeof *kept->values);
    if (kept->line == NULL || kept->values == NULL) return partner__no_memory(error);
    open_lines(learnt, kept->line);
    return partner__line_features(learnt, kept->rows, kept->line, NULL, kept->values, NULL, error);
}

static size_t find_line(const partner__kept *kept, size_t line)
{
    size_t low = 0, high = kept->rows;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (kept->line[middle] < line) low = middle + 1;
        else high = middle;
    }
    return low;
}

partner_status partner__contributions(const partner_win_model *ridge, const partner__kept *kept, size_t line,
                                      double *contribution, partner_error *error)
{
    partner_feature_matrix f = PARTNER_FEATURE_MATRIX_INIT;
    const size_t row = find_line(kept, line);
    double *values, probability;
    partner_status status;

    if (contribution == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "contribution is NULL");
    if (ridge == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "there is no ridge model: too few deals have closed");
    if (row == kept->rows || kept->line[row] != line)
        return partner__fail(error, PARTNER_E_ARGUMENT, "line %zu is not that of an open deal", line);
    values = partner__alloc(kept->columns, sizeof *values);
    if (values == NULL) return partner__no_memory(error);
    for (size_t c = 0; c < kept->columns; c++) values[c] = kept->values[c * kept->rows + row];
    f.rows = 1;
    f.columns = kept->columns;
    f.value = values;
    status = partner_win_model_predict(ridge, &f, &probability, contribution, error);
    partner__free(values);
    return status;
}
