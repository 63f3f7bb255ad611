/* SPDX-License-Identifier: MIT
 * Win models as bytes. What follows from the rest is not kept but computed again. */
#include <math.h>
#include <string.h>

#include "../base/bytes.h"
#include "../base/error.h"
#include "model.h"

static const char KIND[8] = {'P', 'R', 'T', 'W', 'I', 'N', 'M', 'D'};

enum {
    NEWEST_VERSION = 1,
    HEAD_SIZE = 7 * 8 + 6 * 8, /* counts and doubles after kind and version */
    TERM_SIZE = 4 + 3 * 8,
    FILL_SIZE = 8,
    CELL_SIZE = 8,
    PATH_SIZE = 2 * 8,
    FRAME_SIZE = 8 + 4 + 8, /* kind, version, checksum */
    MOST_COLUMNS = 20000
};

/* Saving */

static void write_double(partner__writer *w, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    partner__write_u64(w, bits);
}

static void write_head(partner__writer *w, const partner_win_model *v)
{
    partner__write_u64(w, v->rows);
    partner__write_u64(w, v->positive);
    partner__write_u64(w, v->columns);
    partner__write_u64(w, v->terms);
    partner__write_u64(w, v->path);
    partner__write_u64(w, v->iterations);
    partner__write_u64(w, v->unscaled);
    write_double(w, v->weight);
    write_double(w, v->lambda);
    write_double(w, v->intercept);
    write_double(w, v->log_loss);
    write_double(w, v->gradient_norm);
    write_double(w, v->cross_log_loss);
}

static size_t body_size(size_t columns, size_t terms, size_t path)
{
    return columns * FILL_SIZE + terms * TERM_SIZE + (terms + 1) * (terms + 2) / 2 * CELL_SIZE +
           path * PATH_SIZE;
}

partner_status partner_win_model_save(const partner_win_model *model, partner_bytes **bytes,
                                      partner_error *error)
{
    const partner__model *m = (const partner__model *)model;
    const partner_win_model *v = model;
    partner__writer w;

    if (model == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "model is NULL");
    if (bytes == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "bytes is NULL");
    partner__writer_begin(&w, KIND, NEWEST_VERSION,
                          FRAME_SIZE + HEAD_SIZE + body_size(v->columns, v->terms, v->path));
    write_head(&w, v);
    for (size_t c = 0; c < v->columns; c++) write_double(&w, m->fill[c]);
    for (size_t t = 0; t < v->terms; t++) {
        partner__write_u32(&w, m->column[t]);
        write_double(&w, m->coefficient[t]);
        write_double(&w, m->mean[t]);
        write_double(&w, m->deviation[t]);
    }
    for (size_t i = 0; i <= v->terms; i++)
        for (size_t k = 0; k <= i; k++) write_double(&w, m->covariance[i * (v->terms + 1) + k]);
    for (size_t i = 0; i < v->path; i++) {
        write_double(&w, m->path_lambda[i]);
        write_double(&w, m->path_log_loss[i]);
    }
    return partner__writer_end(&w, bytes, error);
}

/* Loading. Nothing is believed: whatever prediction relies on is checked. */

static partner_status damaged(partner_error *error, const char *what)
{
    return partner__fail(error, PARTNER_E_DATA, "model: the saved bytes are damaged: %s", what);
}

static double read_double(partner__reader *r)
{
    uint64_t bits = partner__read_u64(r);
    double value;

    memcpy(&value, &bits, sizeof value);
    return value;
}

typedef struct head {
    uint64_t rows, positive, columns, terms, path, iterations, unscaled;
    double weight, lambda, intercept, log_loss, gradient_norm, cross_log_loss;
} head;

static head read_head(partner__reader *r)
{
    head h;

    h.rows = partner__read_u64(r);
    h.positive = partner__read_u64(r);
    h.columns = partner__read_u64(r);
    h.terms = partner__read_u64(r);
    h.path = partner__read_u64(r);
    h.iterations = partner__read_u64(r);
    h.unscaled = partner__read_u64(r);
    h.weight = read_double(r);
    h.lambda = read_double(r);
    h.intercept = read_double(r);
    h.log_loss = read_double(r);
    h.gradient_norm = read_double(r);
    h.cross_log_loss = read_double(r);
    return h;
}

static int is_positive(double x) { return x > 0 && isfinite(x); }
static int is_magnitude(double x) { return x >= 0 && isfinite(x); }

static partner_status check_head(const partner__reader *r, const head *h, partner_error *error)
{
    if (r->failed) return damaged(error, "they end too early");
    if (h->rows >= PARTNER_NONE || h->positive >= h->rows || h->positive == 0)
        return damaged(error, "rows that no model can have been fitted to");
    if (h->columns > MOST_COLUMNS || h->terms < h->columns || h->terms > 2 * h->columns)
        return damaged(error, "a number of columns that no model has");
    if (h->path != 0 && h->path != PARTNER_WIN_MODEL_PATH) return damaged(error, "penalties of another number");
    if (h->iterations > UINT32_MAX || h->unscaled > 1) return damaged(error, "a setting that does not exist");
    if (!is_positive(h->weight) || !is_positive(h->lambda) || !isfinite(h->intercept) ||
        !is_magnitude(h->gradient_norm) || !isfinite(h->log_loss))
        return damaged(error, "a figure that no model has");
    if (h->path == 0 ? !isnan(h->cross_log_loss) : !is_magnitude(h->cross_log_loss))
        return damaged(error, "a cross-validated loss that no model has");
    /* In 64 bits nothing of this overflows. */
    if (partner__reader_left(r) != h->columns * FILL_SIZE + h->terms * TERM_SIZE +
                                       (h->terms + 1) * (h->terms + 2) / 2 * CELL_SIZE + h->path * PATH_SIZE)
        return damaged(error, "the number of columns does not fit the bytes");
    return PARTNER_OK;
}

/* Every column has its term; after these, those of missing values, ascending. */
static int is_term(const partner__model *m, size_t t)
{
    size_t columns = m->visible.columns;

    if (t < columns) return m->column[t] == t;
    return m->column[t] < columns && (t == columns || m->column[t] > m->column[t - 1]);
}

static partner_status read_terms(partner__reader *r, partner__model *m, partner_error *error)
{
    for (size_t c = 0; c < m->visible.columns; c++) {
        m->fill[c] = read_double(r);
        if (!isfinite(m->fill[c])) return damaged(error, "a mean that is no number");
    }
    for (size_t t = 0; t < m->visible.terms; t++) {
        m->column[t] = partner__read_u32(r);
        m->missing[t] = t >= m->visible.columns;
        m->coefficient[t] = read_double(r);
        m->mean[t] = read_double(r);
        m->deviation[t] = read_double(r);
        if (!is_term(m, t)) return damaged(error, "columns out of order");
        if (!isfinite(m->coefficient[t]) || !isfinite(m->mean[t]) || !is_magnitude(m->deviation[t]))
            return damaged(error, "a coefficient that is no number");
        if (m->deviation[t] == 0 && m->coefficient[t] != 0)
            return damaged(error, "a coefficient of a constant column");
    }
    return PARTNER_OK;
}

static partner_status read_rest(partner__reader *r, partner__model *m, partner_error *error)
{
    size_t size = m->visible.terms + 1;

    for (size_t i = 0; i < size; i++)
        for (size_t k = 0; k <= i; k++) {
            double cell = read_double(r);
            if (!isfinite(cell) || (i == k && cell < 0))
                return damaged(error, "a covariance that is no number");
            m->covariance[i * size + k] = m->covariance[k * size + i] = cell;
        }
    for (size_t i = 0; i < m->visible.path; i++) {
        m->path_lambda[i] = read_double(r);
        m->path_log_loss[i] = read_double(r);
        if (!is_positive(m->path_lambda[i]) || !is_magnitude(m->path_log_loss[i]))
            return damaged(error, "a penalty that is no number");
    }
    return PARTNER_OK;
}

static void put_head(const head *h, partner_win_model *v)
{
    v->rows = (size_t)h->rows;
    v->positive = (size_t)h->positive;
    v->iterations = (uint32_t)h->iterations;
    v->unscaled = (uint8_t)h->unscaled;
    v->weight = h->weight;
    v->lambda = h->lambda;
    v->intercept = h->intercept;
    v->log_loss = h->log_loss;
    v->gradient_norm = h->gradient_norm;
    v->cross_log_loss = h->cross_log_loss;
}

/* Coefficients far out of range show on the columns as they are. */
static partner_status complete(partner__model *m, partner_error *error)
{
    partner__model_complete(m);
    for (size_t t = 0; t < m->visible.terms; t++)
        if (!isfinite(m->coefficient_raw[t])) return damaged(error, "a coefficient out of range");
    return isfinite(m->visible.intercept_raw) ? PARTNER_OK : damaged(error, "an intercept out of range");
}

partner_status partner_win_model_load(const uint8_t *bytes, size_t length, partner_win_model **model,
                                      partner_error *error)
{
    partner__reader r;
    partner__model *m = NULL;
    head h;
    partner_status status;

    if (model == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "model is NULL");
    status = partner__reader_begin(&r, bytes, length, KIND, NEWEST_VERSION, "model", error);
    if (status != PARTNER_OK) return status;
    h = read_head(&r);
    status = check_head(&r, &h, error);
    if (status == PARTNER_OK)
        status = partner__model_new((size_t)h.columns, (size_t)h.terms, (size_t)h.path, &m, error);
    if (status != PARTNER_OK) return status;
    put_head(&h, &m->visible);
    status = read_terms(&r, m, error);
    if (status == PARTNER_OK) status = read_rest(&r, m, error);
    if (status == PARTNER_OK) status = complete(m, error);
    if (status == PARTNER_OK) *model = &m->visible;
    else partner_win_model_free(&m->visible);
    return status;
}
