/* SPDX-License-Identifier: MIT
 * Naive Bayes over categories. Levels may be any numbers, so the cells of a column are those that occur, in
 * ascending order. */
#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "../base/sum.h"
#include "model.h"

static const double SMOOTH = 0.1, LEAST = 0.0001, MOST = 0.9999;

/* Weights above this do not add up to a number in double. */
static const double HEAVIEST = 1e150;

typedef struct cells {
    size_t count;
    uint32_t *level; /* ascending */
    double *odds;    /* what the level adds to the log-odds */
} cells;

struct partner_frequency_model {
    size_t columns;
    cells *cells; /* [columns] */
    double prior; /* log-odds; infinite for one class */
};

static partner_status no_column(partner_error *error, const char *field)
{
    return partner__fail_at(error, PARTNER_E_ARGUMENT,
                            partner__at("categories", field, PARTNER_NO_ROW, PARTNER_NONE),
                            "categories: %s is NULL, expected a column", field);
}

static partner_status take(partner_categories *c, const partner_categories *categories, partner_error *error)
{
    partner_status status = partner__take(c, sizeof *c, categories, 0, "categories", error);

    if (status != PARTNER_OK) return status;
    if (c->rows >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_ARGUMENT, "categories: %zu rows, expected fewer than %u", c->rows,
                             (unsigned)PARTNER_NONE);
    if (c->rows > 0 && c->columns > SIZE_MAX / sizeof *c->level / c->rows)
        return partner__fail(error, PARTNER_E_ARGUMENT, "categories: %zu columns of %zu rows are beyond memory",
                             c->columns, c->rows);
    if (c->rows > 0 && c->columns > 0 && c->level == NULL) return no_column(error, "level");
    return PARTNER_OK;
}

static double weight_of(const partner_categories *c, size_t row)
{
    return c->weight == NULL ? 1 : c->weight[row];
}

static partner_status bad_cell(partner_error *error, const char *field, size_t row, double found,
                               const char *expected)
{
    return partner__fail_at(error, PARTNER_E_DATA, partner__at("categories", field, row, PARTNER_NONE),
                            "categories row %zu: %s is %g, expected %s", row, field, found, expected);
}

/* The prior, once all rows have been looked at. */
static partner_status weigh(const partner_categories *c, double *prior, partner_error *error)
{
    partner__sum total[2] = {{0, 0}, {0, 0}};
    double lost, won;

    if (c->rows > 0 && c->label == NULL) return no_column(error, "label");
    for (size_t i = 0; i < c->rows; i++) {
        double weight = weight_of(c, i);

        if (c->label[i] > 1) return bad_cell(error, "label", i, c->label[i], "0 or 1");
        if (!(weight >= 0 && weight <= HEAVIEST))
            return bad_cell(error, "weight", i, weight, "0 or more, at most 1e150");
        partner__sum_add(&total[c->label[i]], weight);
    }
    lost = partner__sum_value(&total[0]);
    won = partner__sum_value(&total[1]);
    if (!(lost + won > 0))
        return partner__fail(error, PARTNER_E_TOO_LITTLE,
                             "categories: %zu rows without weight, expected rows to learn from", c->rows);
    *prior = log(won) - log(lost);
    return PARTNER_OK;
}

/* Rows that have a level, as words level << 32 | row, in the order of levels. */
static partner_status sort_column(const partner_categories *c, size_t column, uint64_t *words, uint64_t *spare,
                                  uint64_t **sorted, size_t *count, partner_error *error)
{
    const uint32_t *level = c->level + column * c->rows;
    uint32_t any = 0;
    size_t n = 0;

    for (size_t i = 0; i < c->rows; i++) {
        if (level[i] == PARTNER_NONE) continue;
        any |= level[i];
        words[n++] = (uint64_t)level[i] << 32 | i;
    }
    *count = n;
    return partner__sort(words, spare, n, 32, 32 + partner__bits(any), NULL, sorted, error);
}

static size_t count_levels(const uint64_t *sorted, size_t n)
{
    size_t levels = 0;

    for (size_t i = 0; i < n; i++) levels += i == 0 || sorted[i] >> 32 != sorted[i - 1] >> 32;
    return levels;
}

/* Cells hold the counts of lost and won + 0.1; what they add is relative to the sums of all cells. */
static void fill_cells(const partner_categories *c, const uint64_t *sorted, size_t n, cells *to, double *lost)
{
    partner__sum all[2] = {{0, 0}, {0, 0}};
    size_t cell = 0;

    for (size_t i = 0; i < n; cell++) {
        uint32_t level = (uint32_t)(sorted[i] >> 32);
        partner__sum count[2] = {{SMOOTH, 0}, {SMOOTH, 0}};

        for (; i < n && sorted[i] >> 32 == level; i++) {
            size_t row = (size_t)(sorted[i] & UINT32_MAX);
            partner__sum_add(&count[c->label[row]], weight_of(c, row));
        }
        to->level[cell] = level;
        lost[cell] = partner__sum_value(&count[0]);
        to->odds[cell] = partner__sum_value(&count[1]);
        partner__sum_add(&all[0], lost[cell]);
        partner__sum_add(&all[1], to->odds[cell]);
    }
    for (size_t i = 0; i < cell; i++)
        to->odds[i] =
            log(to->odds[i] / partner__sum_value(&all[1])) - log(lost[i] / partner__sum_value(&all[0]));
}

/* `words` and `spare` are room; the latter takes the counts of lost ones too, which are no more than rows. */
static partner_status learn_column(const partner_categories *c, size_t column, uint64_t *words, uint64_t *spare,
                                   double *lost, cells *to, partner_error *error)
{
    uint64_t *sorted;
    size_t n;
    partner_status status = sort_column(c, column, words, spare, &sorted, &n, error);

    if (status != PARTNER_OK) return status;
    to->count = count_levels(sorted, n);
    to->level = partner__alloc(to->count, sizeof *to->level);
    to->odds = partner__alloc(to->count, sizeof *to->odds);
    if (to->level == NULL || to->odds == NULL) return partner__no_memory(error);
    fill_cells(c, sorted, n, to, lost);
    return PARTNER_OK;
}

static partner_status learn(const partner_categories *c, partner_frequency_model *m, partner_error *error)
{
    uint64_t *words = partner__alloc(c->rows, sizeof *words), *spare = partner__alloc(c->rows, sizeof *spare);
    double *lost = partner__alloc(c->rows, sizeof *lost);
    partner_status status = PARTNER_OK;

    m->cells = partner__alloc_zero(c->columns, sizeof *m->cells);
    if (words == NULL || spare == NULL || lost == NULL || m->cells == NULL) status = partner__no_memory(error);
    else m->columns = c->columns;
    for (size_t i = 0; i < m->columns && status == PARTNER_OK; i++)
        status = learn_column(c, i, words, spare, lost, &m->cells[i], error);
    partner__free(words);
    partner__free(spare);
    partner__free(lost);
    return status;
}

partner_status partner_frequency_model_fit(const partner_categories *categories,
                                           partner_frequency_model **model, partner_error *error)
{
    partner_categories c;
    partner_frequency_model *m;
    double prior = 0;
    partner_status status;

    if (model == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "model is NULL");
    status = take(&c, categories, error);
    if (status == PARTNER_OK) status = weigh(&c, &prior, error);
    if (status != PARTNER_OK) return status;
    m = partner__alloc_zero(1, sizeof *m);
    if (m == NULL) return partner__no_memory(error);
    m->prior = prior;
    status = learn(&c, m, error);
    if (status == PARTNER_OK) *model = m;
    else partner_frequency_model_free(m);
    return status;
}

/* What a level adds; nothing when it was not seen. */
static double odds_of(const cells *c, uint32_t level)
{
    size_t low = 0, high = c->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->level[middle] < level) low = middle + 1;
        else high = middle;
    }
    return low < c->count && c->level[low] == level ? c->odds[low] : 0;
}

partner_status partner_frequency_model_predict(const partner_frequency_model *model,
                                               const partner_categories *categories, double *probability,
                                               partner_error *error)
{
    partner_categories c;
    partner_status status;

    if (model == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "model is NULL");
    status = take(&c, categories, error);
    if (status != PARTNER_OK) return status;
    if (c.columns != model->columns)
        return partner__fail(error, PARTNER_E_ARGUMENT, "categories: %zu columns, expected the model's %zu",
                             c.columns, model->columns);
    if (c.rows > 0 && probability == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "probability is NULL, expected room for %zu rows",
                             c.rows);
    for (size_t i = 0; i < c.rows; i++) {
        double odds = model->prior;

        for (size_t k = 0; k < c.columns; k++) odds += odds_of(&model->cells[k], c.level[k * c.rows + i]);
        probability[i] = fmin(fmax(1 / (1 + exp(-odds)), LEAST), MOST);
    }
    return PARTNER_OK;
}

void partner_frequency_model_free(partner_frequency_model *model)
{
    if (model == NULL) return;
    for (size_t i = 0; i < model->columns; i++) {
        partner__free(model->cells[i].level);
        partner__free(model->cells[i].odds);
    }
    partner__free(model->cells);
    partner__free(model);
}
