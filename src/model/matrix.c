/* SPDX-License-Identifier: MIT
 * Sums over the rows of a matrix. Each stretch of rows is summed for itself and the stretches in their order,
 * so that threads change nothing. */
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sum.h"
#include "model.h"

enum { LANES = PARTNER__LANES, ROWS = PARTNER__ROWS, STRETCH = PARTNER__STRETCH, MOST_TASKS = 16 };

typedef struct walk {
    const partner__matrix *matrix;
    partner__sums *sums;
    const double *in;
    double *out;
    double shift; /* what the bases of sparse columns come to */
} walk;

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static const double *panel_at(const partner__matrix *m, size_t block, size_t panel)
{
    return m->dense + (block * m->panels + panel) * ROWS * LANES;
}

/* Squares take rows * places of memory at most, as the matrix itself may. */
partner_status partner__sums_new(const partner__matrix *matrix, partner__sums *sums, partner_error *error)
{
    size_t places = matrix->places, stretches = (matrix->rows + STRETCH - 1) / STRETCH;

    sums->stretches = stretches;
    sums->tasks = smaller(smaller(MOST_TASKS, stretches), 1 + matrix->rows / places);
    sums->vectors = partner__alloc(stretches * places, sizeof *sums->vectors);
    sums->squares = partner__alloc(sums->tasks * places * places, sizeof *sums->squares);
    sums->by_place = partner__alloc(places, sizeof *sums->by_place);
    if (sums->vectors != NULL && sums->squares != NULL && sums->by_place != NULL) return PARTNER_OK;
    partner__sums_free(sums);
    return partner__no_memory(error);
}

void partner__sums_free(partner__sums *sums)
{
    partner__free(sums->vectors);
    partner__free(sums->squares);
    partner__free(sums->by_place);
    *sums = (partner__sums){0};
}

/* Matrix times vector */

static void times_panel(const double *restrict panel, const double *restrict by, double *restrict out,
                        size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        out[i] += (panel[LANES * i] * by[0] + panel[LANES * i + 1] * by[1]) +
                  (panel[LANES * i + 2] * by[2] + panel[LANES * i + 3] * by[3]);
}

static void times_sparse(const partner__matrix *m, const double *by, double *out, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        double sum = 0;

        for (size_t e = m->start[i]; e < m->start[i + 1]; e++) sum += m->value[e] * by[m->at[e]];
        out[i] += sum;
    }
}

static partner_status times_stretch(void *context, size_t stretch, partner_error *error)
{
    const walk *w = context;
    const partner__matrix *m = w->matrix;
    size_t from = stretch * STRETCH, to = smaller(m->rows, from + STRETCH);

    (void)error;
    for (size_t i = from; i < to; i++) w->out[i] = w->shift;
    for (size_t i = from; i < to; i += ROWS)
        for (size_t p = 0; p < m->panels; p++)
            times_panel(panel_at(m, i / ROWS, p), w->sums->by_place + p * LANES, w->out + i,
                        smaller(ROWS, to - i));
    if (m->sparse > 0) times_sparse(m, w->sums->by_place, w->out, from, to);
    return PARTNER_OK;
}

/* Puts a vector's numbers in their places; returns what the bases of sparse columns come to. */
static double place_vector(const partner__matrix *matrix, const double *vector, partner__sums *sums)
{
    double shift = 0;

    memset(sums->by_place, 0, matrix->places * sizeof *sums->by_place);
    sums->by_place[0] = vector[0];
    for (size_t c = 0; c < matrix->columns; c++) {
        sums->by_place[matrix->place[c]] = vector[1 + c];
        shift += matrix->base[c] * vector[1 + c];
    }
    return shift;
}

partner_status partner__matrix_times(const partner__matrix *matrix, const double *vector,
                                     const partner__run *run, partner__sums *sums, double *out,
                                     partner_error *error)
{
    walk w = {matrix, sums, NULL, out, place_vector(matrix, vector, sums)};

    return partner__parallel(run, sums->stretches, times_stretch, &w, error);
}

/* Sums of residuals */

static void gather_panel(const double *restrict panel, const double *restrict r, double *restrict out,
                         size_t rows)
{
    double sum[LANES] = {0};

    for (size_t i = 0; i < rows; i++)
        for (size_t lane = 0; lane < LANES; lane++) sum[lane] += r[i] * panel[LANES * i + lane];
    for (size_t lane = 0; lane < LANES; lane++) out[lane] += sum[lane];
}

static partner_status gather_stretch(void *context, size_t stretch, partner_error *error)
{
    const walk *w = context;
    const partner__matrix *m = w->matrix;
    size_t from = stretch * STRETCH, to = smaller(m->rows, from + STRETCH);
    double *out = w->sums->vectors + stretch * m->places;

    (void)error;
    memset(out, 0, m->places * sizeof *out);
    for (size_t i = from; i < to; i += ROWS)
        for (size_t p = 0; p < m->panels; p++)
            gather_panel(panel_at(m, i / ROWS, p), w->in + i, out + p * LANES, smaller(ROWS, to - i));
    for (size_t i = from; m->sparse > 0 && i < to; i++)
        for (size_t e = m->start[i]; e < m->start[i + 1]; e++) out[m->at[e]] += w->in[i] * m->value[e];
    return PARTNER_OK;
}

/* The stretches in their order, and from places to columns. */
static void join_stretches(const partner__matrix *matrix, const partner__sums *sums, double *out)
{
    for (size_t place = 0; place < matrix->places; place++) {
        partner__sum sum = {0, 0};

        for (size_t s = 0; s < sums->stretches; s++)
            partner__sum_add(&sum, sums->vectors[s * matrix->places + place]);
        sums->by_place[place] = partner__sum_value(&sum);
    }
    out[0] = sums->by_place[0];
    for (size_t c = 0; c < matrix->columns; c++)
        out[1 + c] = sums->by_place[matrix->place[c]] + matrix->base[c] * out[0];
}

partner_status partner__matrix_gather(const partner__matrix *matrix, const double *r, const partner__run *run,
                                      partner__sums *sums, double *out, partner_error *error)
{
    walk w = {matrix, sums, r, NULL, 0};
    partner_status status = partner__parallel(run, sums->stretches, gather_stretch, &w, error);

    if (status == PARTNER_OK) join_stretches(matrix, sums, out);
    return status;
}

/* Both in one walk: what is done with a block's rows in between finds them near at hand. */

typedef struct pass {
    const partner__matrix *matrix;
    partner__sums *sums;
    double shift;
    partner__visit visit;
    void *context;
} pass;

static void pass_block(const pass *p, size_t from, size_t rows, double *out)
{
    const partner__matrix *m = p->matrix;
    double product[ROWS], r[ROWS];

    for (size_t i = 0; i < rows; i++) product[i] = p->shift;
    for (size_t k = 0; k < m->panels; k++)
        times_panel(panel_at(m, from / ROWS, k), p->sums->by_place + k * LANES, product, rows);
    for (size_t i = 0; m->sparse > 0 && i < rows; i++) {
        double sum = 0;

        for (size_t e = m->start[from + i]; e < m->start[from + i + 1]; e++)
            sum += m->value[e] * p->sums->by_place[m->at[e]];
        product[i] += sum;
    }
    p->visit(p->context, from, rows, product, r);
    for (size_t k = 0; k < m->panels; k++) gather_panel(panel_at(m, from / ROWS, k), r, out + k * LANES, rows);
    for (size_t i = 0; m->sparse > 0 && i < rows; i++)
        for (size_t e = m->start[from + i]; e < m->start[from + i + 1]; e++)
            out[m->at[e]] += r[i] * m->value[e];
}

static partner_status pass_stretch(void *context, size_t stretch, partner_error *error)
{
    const pass *p = context;
    const partner__matrix *m = p->matrix;
    size_t from = stretch * STRETCH, to = smaller(m->rows, from + STRETCH);
    double *out = p->sums->vectors + stretch * m->places;

    (void)error;
    memset(out, 0, m->places * sizeof *out);
    for (size_t i = from; i < to; i += ROWS) pass_block(p, i, smaller(ROWS, to - i), out);
    return PARTNER_OK;
}

partner_status partner__matrix_pass(const partner__matrix *matrix, const double *vector,
                                    const partner__run *run, partner__sums *sums, partner__visit visit,
                                    void *context, double *out, partner_error *error)
{
    pass p = {matrix, sums, place_vector(matrix, vector, sums), visit, context};
    partner_status status = partner__parallel(run, sums->stretches, pass_stretch, &p, error);

    if (status == PARTNER_OK) join_stretches(matrix, sums, out);
    return status;
}

/* Sums of squares. The lower triangle by place; dense columns in tiles of LANES by LANES that stay in registers
 * over a block of rows. */

static void tile(const double *restrict weighted, const double *restrict panel, size_t rows,
                 double *restrict out, size_t stride)
{
    double sum[LANES][LANES] = {{0}};

    for (size_t i = 0; i < rows; i++)
        for (size_t a = 0; a < LANES; a++)
            for (size_t b = 0; b < LANES; b++) sum[a][b] += weighted[LANES * i + a] * panel[LANES * i + b];
    for (size_t a = 0; a < LANES; a++)
        for (size_t b = 0; b < LANES; b++) out[a * stride + b] += sum[a][b];
}

static void square_dense(const partner__matrix *m, const double *h, size_t block, size_t rows, double *out)
{
    double weighted[ROWS * LANES];

    for (size_t p = 0; p < m->panels; p++) {
        const double *panel = panel_at(m, block, p);

        for (size_t i = 0; i < rows * LANES; i++) weighted[i] = h[i / LANES] * panel[i];
        for (size_t q = 0; q <= p; q++)
            tile(weighted, panel_at(m, block, q), rows, out + p * LANES * m->places + q * LANES, m->places);
    }
}

/* One row's entries with its dense values and with each other. */
static void square_row(const partner__matrix *m, double h, const double *restrict dense, size_t row,
                       double *restrict out)
{
    size_t from = m->start[row], to = m->start[row + 1];

    for (size_t e = from; e < to; e++) {
        double by = h * m->value[e], *restrict line = out + m->at[e] * m->places;

        for (size_t p = 0; p < m->panels; p++)
            for (size_t lane = 0; lane < LANES; lane++)
                line[p * LANES + lane] += by * dense[p * ROWS * LANES + lane];
        for (size_t f = from; f <= e; f++) line[m->at[f]] += by * m->value[f];
    }
}

static partner_status square_task(void *context, size_t task, partner_error *error)
{
    const walk *w = context;
    const partner__matrix *m = w->matrix;
    size_t each = (w->sums->stretches + w->sums->tasks - 1) / w->sums->tasks * STRETCH;
    size_t from = smaller(m->rows, task * each), to = smaller(m->rows, from + each);
    double *out = w->sums->squares + task * m->places * m->places;

    (void)error;
    memset(out, 0, m->places * m->places * sizeof *out);
    for (size_t i = from; i < to; i += ROWS) {
        size_t rows = smaller(ROWS, to - i);

        square_dense(m, w->in + i, i / ROWS, rows, out);
        for (size_t k = 0; m->sparse > 0 && k < rows; k++)
            square_row(m, w->in[i + k], panel_at(m, i / ROWS, 0) + k * LANES, i + k, out);
    }
    return PARTNER_OK;
}

static double square_at(const partner__matrix *m, const double *squares, size_t a, size_t b)
{
    return a >= b ? squares[a * m->places + b] : squares[b * m->places + a];
}

/* From places to columns, and from what sparse columns differ by to what they are. */
static void arrange(const partner__matrix *m, const double *squares, double *out)
{
    size_t size = 1 + m->columns;
    double ones = squares[0];

    out[0] = ones;
    for (size_t j = 0; j < m->columns; j++) {
        double by_one = square_at(m, squares, m->place[j], 0);

        out[(1 + j) * size] = out[1 + j] = by_one + m->base[j] * ones;
        for (size_t k = 0; k <= j; k++) {
            double sum = square_at(m, squares, m->place[j], m->place[k]);

            sum += m->base[j] * square_at(m, squares, m->place[k], 0) + m->base[k] * by_one +
                   m->base[j] * m->base[k] * ones;
            out[(1 + j) * size + 1 + k] = out[(1 + k) * size + 1 + j] = sum;
        }
    }
}

partner_status partner__matrix_gram(const partner__matrix *matrix, const double *h, const partner__run *run,
                                    partner__sums *sums, double *out, partner_error *error)
{
    size_t cells = matrix->places * matrix->places;
    walk w = {matrix, sums, h, NULL, 0};
    partner_status status = partner__parallel(run, sums->tasks, square_task, &w, error);

    if (status != PARTNER_OK) return status;
    for (size_t t = 1; t < sums->tasks; t++)
        for (size_t i = 0; i < cells; i++) sums->squares[i] += sums->squares[t * cells + i];
    arrange(matrix, sums->squares, out);
    return PARTNER_OK;
}
