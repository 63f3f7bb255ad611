/* SPDX-License-Identifier: MIT
 * Rows to learn from: taken, checked, and dealt out to samples. */
#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sum.h"
#include "model.h"

/* Squares of what is below must not leave double. */
static const double LARGEST = 1e150;

enum { MOST_COLUMNS = 20000 };

static partner_status bad_cell(partner_error *error, const char *field, size_t row, double found,
                               const char *expected)
{
    return partner__fail_at(error, PARTNER_E_DATA, partner__at("features", field, row, PARTNER_NONE),
                            "features row %zu: %s is %g, expected %s", row, field, found, expected);
}

static partner_status no_column(partner_error *error, const char *field)
{
    return partner__fail_at(error, PARTNER_E_ARGUMENT,
                            partner__at("features", field, PARTNER_NO_ROW, PARTNER_NONE),
                            "features: %s is NULL, expected a column", field);
}

partner_status partner__features_take(partner_feature_matrix *local, const partner_feature_matrix *features,
                                      int learns, partner_error *error)
{
    partner_status status = partner__take(local, sizeof *local, features, 0, "features", error);

    if (status != PARTNER_OK) return status;
    if (local->rows >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_ARGUMENT, "features: %zu rows, expected fewer than %u",
                             local->rows, (unsigned)PARTNER_NONE);
    if (local->columns > MOST_COLUMNS)
        return partner__fail(error, PARTNER_E_ARGUMENT, "features: %zu columns, expected at most %d",
                             local->columns, MOST_COLUMNS);
    if (local->rows > 0 && local->columns > SIZE_MAX / sizeof(double) / local->rows)
        return partner__fail(error, PARTNER_E_ARGUMENT, "features: %zu columns of %zu rows are beyond memory",
                             local->columns, local->rows);
    if (local->rows == 0) return PARTNER_OK;
    if (local->columns > 0 && local->value == NULL) return no_column(error, "value");
    if (learns && local->label == NULL) return no_column(error, "label");
    return PARTNER_OK;
}

/* *gaps receives whether a value is missing. The quick look decides for nearly all columns. */
static partner_status check_column(const partner_feature_matrix *f, size_t column, uint8_t *gaps,
                                   partner_error *error)
{
    const double *x = f->value + column * f->rows;
    size_t others = 0;

    *gaps = 0;
    for (size_t i = 0; i < f->rows; i++) others += !(fabs(x[i]) <= LARGEST);
    for (size_t i = 0; others > 0 && i < f->rows; i++) {
        if (fabs(x[i]) > LARGEST)
            return partner__fail_at(
                error, PARTNER_E_DATA, partner__at("features", "value", i, (uint32_t)column),
                "features row %zu: column %zu is %g, expected a number up to %g in magnitude,"
                " or NaN for missing",
                i, column, x[i], LARGEST);
        *gaps |= x[i] != x[i];
    }
    return PARTNER_OK;
}

static partner_status check_rows(const partner_win_model_options *o, partner__training *t, partner_error *error)
{
    const partner_feature_matrix *f = &t->given;
    uint32_t folds = o->folds;
    partner__sum total = {0, 0};
    size_t counted[2] = {0, 0};

    for (size_t i = 0; i < f->rows; i++) {
        double weight = partner__weight_of(f, i);

        if (f->label[i] > 1) return bad_cell(error, "label", i, f->label[i], "0 or 1");
        if (!(weight >= 0) || isinf(weight)) return bad_cell(error, "weight", i, weight, "0 or more, finite");
        if (f->fold != NULL && f->fold[i] >= folds)
            return bad_cell(error, "fold", i, f->fold[i], "a number below that of the folds");
        t->positive += f->label[i];
        counted[f->label[i]] += weight > 0;
        partner__sum_add(&total, weight);
    }
    if (counted[0] == 0 || counted[1] == 0)
        return partner__fail(error, PARTNER_E_TOO_LITTLE,
                             "features: %zu rows with label 1 and %zu with label 0 have weight, expected both "
                             "to learn from",
                             counted[1], counted[0]);
    t->total = partner__sum_value(&total);
    if (!(t->total < LARGEST && t->total > 1 / LARGEST))
        return partner__fail_at(
            error, PARTNER_E_DATA, partner__at("features", "weight", PARTNER_NO_ROW, PARTNER_NONE),
            "features: the weights sum to %g, expected %g to %g", t->total, 1 / LARGEST, LARGEST);
    return PARTNER_OK;
}

/* Each column is a term; those with gaps have a second one, after all columns. */
static partner_status list_terms(partner__training *t, partner_error *error)
{
    size_t columns = t->given.columns;

    t->column = partner__alloc(2 * columns, sizeof *t->column);
    t->missing = partner__alloc_zero(2 * columns, 1);
    if (t->column == NULL || t->missing == NULL) return partner__no_memory(error);
    t->terms = columns;
    for (size_t c = 0; c < columns; c++) {
        uint8_t gaps;
        partner_status status = check_column(&t->given, c, &gaps, error);

        if (status != PARTNER_OK) return status;
        t->column[c] = (uint32_t)c;
        if (!gaps) continue;
        t->missing[t->terms] = 1;
        t->column[t->terms++] = (uint32_t)c;
    }
    return PARTNER_OK;
}

partner_status partner__training_take(const partner_feature_matrix *features,
                                      const partner_win_model_options *options, partner__training *training,
                                      partner_error *error)
{
    partner_status status;

    memset(training, 0, sizeof *training);
    training->unscaled = options->unscaled != 0;
    status = partner__features_take(&training->given, features, 1, error);
    if (status == PARTNER_OK) status = check_rows(options, training, error);
    if (status == PARTNER_OK) status = list_terms(training, error);
    if (status != PARTNER_OK) partner__training_free(training);
    return status;
}

void partner__training_free(partner__training *training)
{
    partner__free(training->column);
    partner__free(training->missing);
    training->column = NULL;
    training->missing = NULL;
}

/* Samples */

static partner_status gather_rows(const partner__training *t, const uint32_t *fold, uint32_t but, int within,
                                  partner__sample *s, partner_error *error)
{
    size_t n = 0;

    s->row = partner__alloc(t->given.rows, sizeof *s->row);
    if (s->row == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < t->given.rows; i++)
        if ((fold[i] == but) == (within != 0)) s->row[n++] = (uint32_t)i;
    s->rows = n;
    return PARTNER_OK;
}

static void copy_labels(const partner__training *t, partner__sample *s, partner__sum total[2])
{
    for (size_t i = 0; i < s->rows; i++) {
        size_t row = s->row == NULL ? i : s->row[i];

        s->label[i] = t->given.label[row];
        s->weight[i] = partner__weight_of(&t->given, row);
        partner__sum_add(&total[s->label[i]], s->weight[i]);
    }
}

partner_status partner__sample_take(const partner__training *training, const uint32_t *fold, uint32_t but,
                                    int within, partner__sample *sample, partner_error *error)
{
    partner__sum total[2] = {{0, 0}, {0, 0}};
    double lost, won;
    partner_status status = PARTNER_OK;

    *sample = (partner__sample){.rows = training->given.rows};
    if (fold != NULL) status = gather_rows(training, fold, but, within, sample, error);
    if (status == PARTNER_OK && !within) {
        sample->label = partner__alloc(sample->rows, 1);
        sample->weight = partner__alloc(sample->rows, sizeof *sample->weight);
        if (sample->label == NULL || sample->weight == NULL) status = partner__no_memory(error);
    }
    if (status == PARTNER_OK && !within) {
        copy_labels(training, sample, total);
        lost = partner__sum_value(&total[0]);
        won = partner__sum_value(&total[1]);
        for (size_t i = 0; i < sample->rows; i++) sample->weight[i] /= lost + won;
        if (!(lost > 0 && won > 0))
            status = partner__fail(error, PARTNER_E_TOO_LITTLE,
                                   "without fold %u all rows have the label %d, expected both to learn from",
                                   (unsigned)but, won > 0);
    }
    if (status != PARTNER_OK) partner__sample_free(sample);
    return status;
}

void partner__sample_free(partner__sample *sample)
{
    partner__free(sample->row);
    partner__free(sample->label);
    partner__free(sample->weight);
    *sample = (partner__sample){0, NULL, NULL, NULL};
}

double partner__odds_of(const partner__sample *sample)
{
    partner__sum total[2] = {{0, 0}, {0, 0}};

    for (size_t i = 0; i < sample->rows; i++) partner__sum_add(&total[sample->label[i]], sample->weight[i]);
    return log(partner__sum_value(&total[1])) - log(partner__sum_value(&total[0]));
}

const double *partner__term_values(const partner__training *training, const partner__sample *sample,
                                   size_t term, double *room)
{
    const double *x = training->given.value + training->column[term] * training->given.rows;

    if (training->missing[term]) {
        for (size_t i = 0; i < sample->rows; i++) {
            double value = x[sample->row == NULL ? i : sample->row[i]];
            room[i] = value != value;
        }
        return room;
    }
    if (sample->row == NULL) return x;
    for (size_t i = 0; i < sample->rows; i++) room[i] = x[sample->row[i]];
    return room;
}

void partner__standardise(const double *x, size_t rows, double mean, double deviation, double *z)
{
    for (size_t i = 0; i < rows; i++) z[i] = x[i] != x[i] ? 0 : (x[i] - mean) / deviation;
}
