/* SPDX-License-Identifier: MIT
 * Means and deviations of the terms over a sample, and the matrix of standardised columns. */
#include <math.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sum.h"
#include "model.h"

/* Sums go in pieces, plainly within and compensated across. */
enum { PIECE = 512 };

/* A variance below this leaves nothing to divide by. */
static const double LEAST_VARIANCE = 1e-300;

/* Measuring: one task per term */

typedef struct measuring {
    const partner__training *training;
    const partner__sample *sample;
    partner__scaling *scaling;
} measuring;

/* Sums side by side, for one that runs through all rows waits for itself. */
enum { SIDES = 4 };

typedef struct sides {
    double sum[SIDES], weight[SIDES];
} sides;

static double all_of(const double side[SIDES]) { return (side[0] + side[1]) + (side[2] + side[3]); }

static inline void add(sides *s, size_t side, double x, double w, double from, int squared)
{
    double off = x - from, by = x == x ? w : 0;

    off = x == x ? off : 0;
    s->sum[side] += by * (squared ? off * off : off);
    s->weight[side] += by;
}

/* Sum of w (x - from), or of w (x - from)^2, and in *there that of the weights of values that are there. */
static inline double piece_of(const double *x, const double *w, size_t rows, double from, int squared,
                              double *there)
{
    sides s = {{0}, {0}};
    size_t i = 0;

    for (; i + SIDES <= rows; i += SIDES)
        for (size_t side = 0; side < SIDES; side++) add(&s, side, x[i + side], w[i + side], from, squared);
    for (; i < rows; i++) add(&s, 0, x[i], w[i], from, squared);
    *there = all_of(s.weight);
    return all_of(s.sum);
}

static double sum_of(const double *x, const double *w, size_t rows, double from, int squared, double *there)
{
    partner__sum sum = {0, 0}, weight = {0, 0};

    for (size_t at = 0; at < rows; at += PIECE) {
        size_t length = rows - at < PIECE ? rows - at : PIECE;
        double piece_weight, piece = squared ? piece_of(x + at, w + at, length, from, 1, &piece_weight)
                                             : piece_of(x + at, w + at, length, from, 0, &piece_weight);

        partner__sum_add(&sum, piece);
        partner__sum_add(&weight, piece_weight);
    }
    *there = partner__sum_value(&weight);
    return partner__sum_value(&sum);
}

/* The first value that counts; 0 without any. */
static double first_of(const double *x, const double *w, size_t rows)
{
    for (size_t i = 0; i < rows; i++)
        if (w[i] > 0 && x[i] == x[i]) return x[i];
    return 0;
}

/* Sums start from a value of the column: those of a constant one are then 0, whatever its value. What is
 * missing stands at the mean. */
static partner_status measure_term(void *context, size_t term, partner_error *error)
{
    const measuring *m = context;
    size_t rows = m->sample->rows;
    const double *w = m->sample->weight, *x;
    double *room = partner__alloc(rows, sizeof *room), first, mean, weight, square;

    if (room == NULL) return partner__no_memory(error);
    x = partner__term_values(m->training, m->sample, term, room);
    mean = first = first_of(x, w, rows);
    square = sum_of(x, w, rows, first, 0, &weight);
    if (weight > 0) mean += square / weight;
    square = sum_of(x, w, rows, mean, 1, &weight);
    m->scaling->mean[term] = mean;
    m->scaling->deviation[term] = square > LEAST_VARIANCE ? sqrt(square) : 0;
    partner__free(room);
    return PARTNER_OK;
}

partner_status partner__scaling_measure(const partner__training *training, const partner__sample *sample,
                                        const partner__run *run, partner__scaling *scaling,
                                        partner_error *error)
{
    measuring m = {training, sample, scaling};
    partner_status status;

    scaling->mean = partner__alloc(training->terms, sizeof *scaling->mean);
    scaling->deviation = partner__alloc(training->terms, sizeof *scaling->deviation);
    status = scaling->mean == NULL || scaling->deviation == NULL
                 ? partner__no_memory(error)
                 : partner__parallel(run, training->terms, measure_term, &m, error);
    if (status != PARTNER_OK) partner__scaling_free(scaling);
    return status;
}

void partner__scaling_free(partner__scaling *scaling)
{
    partner__free(scaling->mean);
    partner__free(scaling->deviation);
    scaling->mean = scaling->deviation = NULL;
}

/* Centering changes the intercept alone, which is free; so also columns that are to be taken as they are get
 * standardised for the fit, and their penalty with them: (b sigma)^2 / sigma^2. */
size_t partner__live_terms(const partner__training *training, const partner__scaling *scaling, uint32_t *live,
                           double *ridge)
{
    size_t columns = 0;

    for (size_t t = 0; t < training->terms; t++) {
        double deviation = scaling->deviation[t];

        if (!(deviation > 0)) continue;
        ridge[columns] = training->unscaled ? 1 / (deviation * deviation) : 1;
        live[columns++] = (uint32_t)t;
    }
    return columns;
}

/* Laying out: one task per column */

/* The rows of a sparse column that differ from its base. */
typedef struct exceptions {
    size_t count; /* of dense ones too */
    double base;  /* as the column has it; NaN = missing */
    int sparse;
    uint32_t *row;
    double *value;
} exceptions;

typedef struct layout {
    const partner__training *training;
    const partner__sample *sample;
    const partner__scaling *scaling;
    const uint32_t *live;
    partner__matrix *matrix;
    exceptions *of; /* [columns] */
} layout;

/* A column's values; *room is to be freed. NULL without memory. */
static const double *values_of(const layout *l, size_t column, double **room)
{
    *room = partner__alloc(l->sample->rows, sizeof **room);
    if (*room == NULL) return NULL;
    return partner__term_values(l->training, l->sample, l->live[column], *room);
}

static double standardised(const layout *l, size_t column, double x)
{
    size_t term = l->live[column];

    return x != x ? 0 : (x - l->scaling->mean[term]) / l->scaling->deviation[term];
}

/* The value that most of the rows have, if there is one: the majority (Boyer & Moore 1981) of a few rows that
 * stand evenly apart. If it is not that of all rows, the count of the others says so. */
static double commonest(const double *x, size_t rows)
{
    const size_t step = rows / 1000 + 1;
    double candidate = 0;
    size_t votes = 0;

    for (size_t i = 0; i < rows; i += step) {
        int same = x[i] == candidate || (x[i] != x[i] && candidate != candidate);

        if (votes == 0) candidate = x[i];
        votes = votes == 0 || same ? votes + 1 : votes - 1;
    }
    return candidate;
}

static size_t count_others(const double *x, size_t rows, double base)
{
    size_t others = 0;

    if (base != base)
        for (size_t i = 0; i < rows; i++) others += x[i] == x[i];
    else
        for (size_t i = 0; i < rows; i++) others += !(x[i] == base);
    return others;
}

/* A sparse pair of entries costs several times a dense one, and there are share^2 of them. A base far from the
 * mean, as weights can bring about, would cost digits. */
static partner_status look_at(void *context, size_t column, partner_error *error)
{
    const layout *l = context;
    size_t rows = l->sample->rows;
    exceptions *e = &l->of[column];
    double *room;
    const double *x = values_of(l, column, &room);

    if (x == NULL) return partner__no_memory(error);
    e->base = commonest(x, rows);
    e->count = count_others(x, rows, e->base);
    e->sparse = e->count <= rows / 3 && fabs(standardised(l, column, e->base)) <= 2;
    partner__free(room);
    return PARTNER_OK;
}

/* Panels that have room take the fullest of the sparse columns. */
static size_t fill_up(const layout *l, size_t dense)
{
    for (; dense % PARTNER__LANES != 0; dense++) {
        exceptions *fullest = NULL;

        for (size_t c = 0; c < l->matrix->columns; c++)
            if (l->of[c].sparse && (fullest == NULL || l->of[c].count > fullest->count)) fullest = &l->of[c];
        if (fullest == NULL) break;
        fullest->sparse = 0;
    }
    return dense;
}

static void give_places(const layout *l)
{
    partner__matrix *m = l->matrix;
    size_t dense = 1, sparse = 0;

    for (size_t c = 0; c < m->columns; c++) dense += !l->of[c].sparse;
    dense = fill_up(l, dense);
    m->panels = (dense + PARTNER__LANES - 1) / PARTNER__LANES;
    dense = 1;
    for (size_t c = 0; c < m->columns; c++) {
        m->base[c] = l->of[c].sparse ? standardised(l, c, l->of[c].base) : 0;
        m->place[c] = (uint32_t)(l->of[c].sparse ? m->panels * PARTNER__LANES + sparse++ : dense++);
    }
    m->sparse = sparse;
    m->places = m->panels * PARTNER__LANES + sparse;
}

static partner_status keep_exceptions(const layout *l, size_t column, const double *x, partner_error *error)
{
    exceptions *e = &l->of[column];
    int missing = e->base != e->base;
    size_t n = 0;

    e->row = partner__alloc(e->count + 1, sizeof *e->row);
    e->value = partner__alloc(e->count, sizeof *e->value);
    if (e->row == NULL || e->value == NULL) return partner__no_memory(error);
    /* Every row is written, and the next one over it unless it stays. */
    for (size_t i = 0; i < l->sample->rows; i++) {
        e->row[n] = (uint32_t)i;
        n += missing ? x[i] == x[i] : !(x[i] == e->base);
    }
    for (size_t i = 0; i < n; i++)
        e->value[i] = standardised(l, column, x[e->row[i]]) - l->matrix->base[column];
    return PARTNER_OK;
}

static void put_dense(const layout *l, size_t column, const double *x)
{
    const partner__matrix *m = l->matrix;
    size_t place = m->place[column], block_size = m->panels * PARTNER__ROWS * PARTNER__LANES;
    double *to = m->dense + place / PARTNER__LANES * PARTNER__ROWS * PARTNER__LANES + place % PARTNER__LANES;

    for (size_t i = 0; i < m->rows; i++)
        to[i / PARTNER__ROWS * block_size + i % PARTNER__ROWS * PARTNER__LANES] = standardised(l, column, x[i]);
}

static partner_status lay_out(void *context, size_t column, partner_error *error)
{
    const layout *l = context;
    double *room;
    const double *x = values_of(l, column, &room);
    partner_status status = PARTNER_OK;

    if (x == NULL) return partner__no_memory(error);
    if (l->of[column].sparse) status = keep_exceptions(l, column, x, error);
    else put_dense(l, column, x);
    partner__free(room);
    return status;
}

/* The ones are there before the columns. */
static partner_status make_panels(partner__matrix *m, partner_error *error)
{
    size_t blocks = (m->rows + PARTNER__ROWS - 1) / PARTNER__ROWS, lanes = m->panels * PARTNER__LANES;

    if (blocks > SIZE_MAX / (PARTNER__ROWS * sizeof(double)) / lanes) return partner__no_memory(error);
    m->dense = partner__alloc_zero(blocks * lanes, PARTNER__ROWS * sizeof *m->dense);
    if (m->dense == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < m->rows; i++)
        m->dense[i / PARTNER__ROWS * lanes * PARTNER__ROWS + i % PARTNER__ROWS * PARTNER__LANES] = 1;
    return PARTNER_OK;
}

/* From columns to rows by counting. */
static partner_status join_sparse(const layout *l, partner_error *error)
{
    partner__matrix *m = l->matrix;
    size_t entries = 0;

    if (m->sparse == 0) return PARTNER_OK;
    m->start = partner__alloc_zero(m->rows + 2, sizeof *m->start);
    if (m->start == NULL) return partner__no_memory(error);
    for (size_t c = 0; c < m->columns; c++)
        for (size_t i = 0; l->of[c].sparse && i < l->of[c].count; i++) m->start[l->of[c].row[i] + 2]++;
    for (size_t i = 2; i < m->rows + 2; i++) m->start[i] += m->start[i - 1];
    entries = m->start[m->rows + 1];
    m->at = partner__alloc(entries, sizeof *m->at);
    m->value = partner__alloc(entries, sizeof *m->value);
    if (m->at == NULL || m->value == NULL) return partner__no_memory(error);
    for (size_t c = 0; c < m->columns; c++)
        for (size_t i = 0; l->of[c].sparse && i < l->of[c].count; i++) {
            size_t to = m->start[l->of[c].row[i] + 1]++;
            m->at[to] = m->place[c];
            m->value[to] = l->of[c].value[i];
        }
    return PARTNER_OK;
}

static void forget(layout *l)
{
    for (size_t c = 0; l->of != NULL && c < l->matrix->columns; c++) {
        partner__free(l->of[c].row);
        partner__free(l->of[c].value);
    }
    partner__free(l->of);
}

partner_status partner__matrix_build(const partner__training *training, const partner__sample *sample,
                                     const partner__scaling *scaling, const partner__run *run, size_t columns,
                                     const uint32_t *live, partner__matrix *matrix, partner_error *error)
{
    layout l = {training, sample, scaling, live, matrix, NULL};
    partner_status status;

    *matrix = (partner__matrix){.rows = sample->rows, .columns = columns};
    matrix->place = partner__alloc(columns, sizeof *matrix->place);
    matrix->base = partner__alloc(columns, sizeof *matrix->base);
    l.of = partner__alloc_zero(columns, sizeof *l.of);
    status = matrix->place == NULL || matrix->base == NULL || l.of == NULL
                 ? partner__no_memory(error)
                 : partner__parallel(run, columns, look_at, &l, error);
    if (status == PARTNER_OK) {
        give_places(&l);
        status = make_panels(matrix, error);
    }
    if (status == PARTNER_OK) status = partner__parallel(run, columns, lay_out, &l, error);
    if (status == PARTNER_OK) status = join_sparse(&l, error);
    forget(&l);
    if (status != PARTNER_OK) partner__matrix_free(matrix);
    return status;
}

void partner__matrix_free(partner__matrix *matrix)
{
    partner__free(matrix->place);
    partner__free(matrix->base);
    partner__free(matrix->dense);
    partner__free(matrix->start);
    partner__free(matrix->at);
    partner__free(matrix->value);
    *matrix = (partner__matrix){0};
}
