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
