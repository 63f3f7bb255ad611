/* SPDX-License-Identifier: MIT
 * The measures as an analysis, so that they serve anybody's probabilities. */
#include <math.h>
#include <stdio.h>

#include <partner/model.h>

#include "../base/error.h"
#include "../base/say.h"
#include "../record/tables.h"

static partner_status run(const void *const *inputs, const void *const *options, void **result,
                          partner_error *error)
{
    partner_measures *measures = NULL;
    partner_status status;

    if (inputs == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "inputs is NULL");
    if (result == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "result is NULL");
    status = partner_measures_new(inputs[0], options == NULL ? NULL : options[0], &measures, error);
    if (status == PARTNER_OK) *result = measures;
    return status;
}

static const void *view(const void *result, size_t i)
{
    const partner_measures *measures = result;

    if (measures == NULL) return NULL;
    switch (i) {
    case 0: return measures;
    case 1: return measures->calibration;
    default: return NULL;
    }
}

static void free_result(void *result) { partner_measures_free(result); }

/* --- sentences --- */

enum { NUMBER = PARTNER__NUMBER, SENTENCE = PARTNER__SENTENCE };

static void say_rows(const void *result, char *text)
{
    const partner_measures *m = result;
    char rows[NUMBER], rate[NUMBER];

    if (m->rows == 0) {
        snprintf(text, SENTENCE, "There are no rows.");
        return;
    }
    snprintf(text, SENTENCE, "%s %s: it happened in %s.", partner__say_count(m->rows, rows),
             partner__one_or_many(m->rows, "row", "rows"), partner__say_percent(m->rate, rate));
}

static void say_loss(const void *result, char *text)
{
    const partner_measures *m = result;
    char loss[NUMBER], constant[NUMBER];

    if (m->rows == 0) return;
    snprintf(text, SENTENCE, "The log loss is %s; saying the same rate of all would have given %s%s.",
             partner__say_ratio(m->log_loss, loss), partner__say_ratio(m->constant_log_loss, constant),
             m->log_loss < m->constant_log_loss ? "" : ": these probabilities do not beat a constant");
}

static void say_order(const void *result, char *text)
{
    const partner_measures *m = result;
    char auc[NUMBER], off[NUMBER];

    if (isnan(m->auc)) return;
    snprintf(text, SENTENCE,
             "The AUC is %s (0.5 = no better than chance); recalibration would take %s off the Brier score.",
             partner__say_ratio(m->auc, auc), partner__say_ratio(m->reliability, off));
}

static void say_skill(const void *result, char *text)
{
    const partner_measures *m = result;
    char rows[NUMBER], skill[NUMBER];

    if (isnan(m->skill)) return;
    snprintf(text, SENTENCE, "On the %s %s with a claim the log loss is %s %s than that of the claims.",
             partner__say_count(m->compared, rows), partner__one_or_many(m->compared, "row", "rows"),
             partner__say_percent(m->skill, skill), m->skill < 0 ? "higher" : "lower");
}

static size_t sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {say_rows, say_loss, say_order, say_skill};

    return partner__say(result, sayings, sizeof sayings / sizeof *sayings, i, buffer, size);
}

static const partner_input inputs_table[] = {
    {.name = "predictions",
     .text = "probabilities beside what came of them",
     .record = &partner__predictions_record,
     .required = 1},
};
static const partner_record *const options_records[] = {&partner__measures_options_record};
static const partner_view views[] = {
    {"calibration", "Calibration", &partner__measures_record},
    {"calibration", "Calibration", &partner__calibration_record},
};

const partner_analysis partner__measures_analysis = {
    .name = "measures",
    .text = "how good anybody's probabilities are: log loss, Brier score, AUC, calibration",
    .inputs = inputs_table,
    .input_count = 1,
    .options = options_records,
    .option_count = 1,
    .views = views,
    .view_count = sizeof views / sizeof views[0],
    .run = run,
    .view = view,
    .sentence = sentence,
    .free = free_result,
    /* Of the nine pairs of one that happened and one that did not all are in order, so the AUC is 1. */
    .example = "rows=6|positive=3|auc=1",
};
