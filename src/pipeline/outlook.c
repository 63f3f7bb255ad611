/* SPDX-License-Identifier: MIT */
#include "outlook.h"

#include <math.h>
#include <string.h>

#include "../base/days.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "chance.h"

enum { FEWEST_CLOSED = 20 };

static int is_open_on(const partner__inputs *in, size_t line, int32_t day)
{
    return in->opened[line] <= day && partner__outcome_on(in, line, day) == PARTNER_OUTCOME_OPEN;
}

int partner__has_open(const partner__inputs *in, int32_t day)
{
    for (size_t line = 0; line < in->lines; line++)
        if (is_open_on(in, line, day)) return 1;
    return 0;
}

/* Deals that one learns from: with a snapshot. */
int partner__has_enough_closed(const partner__landmarks *l, int32_t day)
{
    const partner__inputs *in = l->timeline->in;
    size_t closed = 0;

    for (size_t line = 0; line < in->lines && closed < FEWEST_CLOSED; line++)
        closed += partner__outcome_on(in, line, day) != PARTNER_OUTCOME_OPEN &&
                  partner__snapshots_by(l, line, day) > 0;
    return closed == FEWEST_CLOSED;
}

int partner__is_enough(const partner__landmarks *landmarks, int32_t day)
{
    return partner__has_enough_closed(landmarks, day) && partner__has_open(landmarks->timeline->in, day);
}

/* --- who is open, and for how long --- */

static partner_status take_open(partner__outlook *o, const partner__inputs *in, partner_error *error)
{
    for (size_t line = 0; line < in->lines; line++) o->deals += (size_t)is_open_on(in, line, o->day);
    o->deal = partner__alloc(o->deals, sizeof *o->deal);
    o->sim_deal = partner__alloc(o->deals, sizeof *o->sim_deal);
    if (o->deal == NULL || o->sim_deal == NULL) return partner__no_memory(error);
    for (size_t line = 0, i = 0; line < in->lines; line++)
        if (is_open_on(in, line, o->day)) o->deal[i++].line = (uint32_t)line;
    return PARTNER_OK;
}

static int64_t age_of(const partner__outlook *o, const partner__inputs *in, size_t i)
{
    return (int64_t)o->day - in->opened[o->deal[i].line];
}

static partner_status find_median(const partner__outlook *o, const partner__inputs *in, int64_t *twice,
                                  partner_error *error)
{
    const size_t n = o->deals;
    uint64_t *words = partner__alloc(n, sizeof *words), *spare = partner__alloc(n, sizeof *spare), *sorted;
    partner_status status;

    if (words == NULL || spare == NULL) {
        status = partner__no_memory(error);
        goto out;
    }
    for (size_t i = 0; i < n; i++) words[i] = (uint64_t)age_of(o, in, i);
    status = partner__sort(words, spare, n, 0, 33, &in->set.run, &sorted, error);
    if (status == PARTNER_OK) *twice = n == 0 ? 0 : (int64_t)(sorted[(n - 1) / 2] + sorted[n / 2]);
out:
    partner__free(words);
    partner__free(spare);
    return status;
}

/* The partners of open deals by ascending index, direct ones last. */
static partner_status number_partners(partner__outlook *o, const partner__landmarks *l, partner_error *error)
{
    uint32_t *number = partner__alloc_zero((size_t)l->partners + 1, sizeof *number);

    o->partner = partner__alloc((size_t)l->partners + 1, sizeof *o->partner);
    if (number == NULL || o->partner == NULL) {
        partner__free(number);
        return partner__no_memory(error);
    }
    for (size_t i = 0; i < o->deals; i++) {
        const uint32_t p = l->partner_of[o->deal[i].line];
        number[p == PARTNER_NONE ? l->partners : p] = 1;
    }
    for (size_t p = 0; p <= l->partners; p++)
        if (number[p]) {
            o->partner[o->partners] = p == l->partners ? PARTNER_NONE : l->partner[p];
            number[p] = (uint32_t)o->partners++;
        }
    for (size_t i = 0; i < o->deals; i++) {
        const uint32_t p = l->partner_of[o->deal[i].line];
        o->sim_deal[i].partner = number[p == PARTNER_NONE ? l->partners : p];
    }
    partner__free(number);
    return PARTNER_OK;
}

/* --- months --- */

/* Days from the outlook's day to the end of the m-th month that its horizon touches. */
static int64_t month_end(const partner__outlook *o, size_t m)
{
    const int64_t first = partner__month_of_day(o->day == INT32_MAX ? o->day : o->day + 1);
    const int64_t end = partner__day_of_month(first + (int64_t)m + 1) - 1 - o->day;

    return end < o->horizon ? end : o->horizon;
}

static partner_status find_months(partner__outlook *o, int by_month, partner_error *error)
{
    o->months = 1;
    while (by_month && month_end(o, o->months - 1) < o->horizon) o->months++;
    o->end = partner__alloc(o->months, sizeof *o->end);
    if (o->end == NULL) return partner__no_memory(error);
    for (size_t m = 0; m < o->months; m++) o->end[m] = (int32_t)month_end(o, m);
    o->end[o->months - 1] = o->horizon;
    return PARTNER_OK;
}

/* --- the model's coefficients as they are drawn --- */

/* Lower triangle R with R R' = covariance. Constant terms have no variance: their rows are 0. */
static void find_root(double *root, const double *covariance, size_t n)
{
    memset(root, 0, n * n * sizeof *root);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            const double pivot = root[j * n + j];
            double left = covariance[i * n + j];

            for (size_t k = 0; k < j; k++) left -= root[i * n + k] * root[j * n + k];
            if (i == j) root[i * n + i] = left > 1e-14 * covariance[i * n + i] ? sqrt(left) : 0;
            else root[i * n + j] = pivot > 0 ? left / pivot : 0;
        }
}

static partner_status take_root(partner__outlook *o, const partner__learnt *learnt, partner_error *error)
{
    o->root = partner__alloc(o->terms, o->terms * sizeof *o->root);
    if (o->root == NULL) return partner__no_memory(error);
    if (o->terms > 0) find_root(o->root, learnt->ridge->covariance, o->terms);
    return PARTNER_OK;
}

/* --- chances --- */

typedef struct features {
    uint32_t *line, *stage;
    double *values, *z;
} features;

static partner_status take_features(const partner__outlook *o, const partner__learnt *learnt, int moves,
                                    features *f, partner_error *error)
{
    const size_t n = o->deals;

    f->line = partner__alloc(n, sizeof *f->line);
    f->stage = partner__alloc(n, sizeof *f->stage);
    f->values = partner__alloc(moves ? learnt->columns.columns : 0, n * sizeof *f->values);
    f->z = partner__alloc(moves ? learnt->ridge->terms : 0, n * sizeof *f->z);
    if (f->line == NULL || f->stage == NULL || f->values == NULL || f->z == NULL)
        return partner__no_memory(error);
    for (size_t i = 0; i < n; i++) f->line[i] = o->deal[i].line;
    if (moves) {
        const partner_status status =
            partner__line_features(learnt, n, f->line, NULL, f->values, f->stage, error);

        if (status == PARTNER_OK) partner__terms_at(learnt, n, f->values, 1, f->z);
        return status;
    }
    for (size_t i = 0; i < n; i++)
        f->stage[i] = partner__stage_on(learnt->set.landmarks->timeline, f->line[i], o->day).stage;
    return PARTNER_OK;
}

static void free_features(features *f)
{
    partner__free(f->line);
    partner__free(f->stage);
    partner__free(f->values);
    partner__free(f->z);
}

/* How far the model moves the i-th deal from its cell. */
static double shift_of(const partner__outlook *o, const partner__forecast_cell *cell,
                       const partner_win_model *model, const double *z, size_t i)
{
    double odds = model->intercept - cell->odds;

    for (size_t t = 0; t < model->terms; t++) odds += model->coefficient[t] * z[t * o->deals + i];
    return odds;
}

/* What a change of intercept and coefficients moves it by. */
static void fill_row(const partner__outlook *o, const partner__forecast_cell *cell, const double *z, size_t i,
                     double *row)
{
    row[0] = 1 - cell->slope[0];
    for (size_t t = 1; t < o->terms; t++) row[t] = z[(t - 1) * o->deals + i] - cell->slope[t];
}

/* The last cell is that of deals beyond experience. */
static partner_status take_cells(partner__outlook *o, const partner__forecast_cells *c, int certain,
                                 partner_error *error)
{
    o->sim_cell = partner__alloc(c->cells + 1, sizeof *o->sim_cell);
    o->spread = partner__alloc(c->cells + 1, o->months * sizeof *o->spread);
    if (o->sim_cell == NULL || o->spread == NULL) return partner__no_memory(error);
    memcpy(o->spread, c->spreads, c->cells * o->months * sizeof *o->spread);
    for (size_t m = 0; m < o->months; m++) o->spread[c->cells * o->months + m] = 1;
    for (size_t i = 0; i <= c->cells; i++) {
        const int used = i < c->cells && c->cell[i].used && !c->cell[i].beyond;
        const double deals = used && !certain ? (double)c->cell[i].deals : 0;

        o->sim_cell[i] = (partner__sim_cell){used ? c->cell[i].rate : 0, deals, o->spread + i * o->months};
    }
    return PARTNER_OK;
}

/* Only cells in use are drawn. */
static void drop_cells(partner__outlook *o, size_t cells, uint32_t *number)
{
    memset(number, 0, cells * sizeof *number);
    for (size_t i = 0; i < o->deals; i++) number[o->deal[i].cell] = 1;
    for (size_t i = 0; i < cells; i++)
        if (number[i]) {
            o->sim_cell[o->cells] = o->sim_cell[i];
            number[i] = (uint32_t)o->cells++;
        }
    for (size_t i = 0; i < o->deals; i++) o->deal[i].cell = o->sim_deal[i].cell = number[o->deal[i].cell];
}

static partner_status place_deals(partner__outlook *o, partner__forecast_cells *c, const features *f,
                                  int certain, partner_error *error)
{
    const partner__learnt *learnt = c->learnt;
    const partner__inputs *in = learnt->set.landmarks->timeline->in;

    o->row = partner__alloc(o->terms, o->deals * sizeof *o->row);
    if (o->row == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < o->deals; i++) {
        partner__prospect *deal = &o->deal[i];
        partner__sim_deal *drawn = &o->sim_deal[i];
        const partner__forecast_cell *cell;
        size_t number;
        partner_status status = partner__cell_for(c, f->stage[i], age_of(o, in, i), &number, error);

        if (status != PARTNER_OK) return status;
        cell = &c->cell[number];
        deal->beyond = cell->beyond;
        deal->cell = (uint32_t)(cell->beyond ? c->cells : number);
        deal->probability = cell->beyond ? 0 : cell->rate;
        drawn->shift = 0;
        drawn->row = NULL;
        if (c->terms == 0 || cell->beyond) continue;
        drawn->shift = shift_of(o, cell, learnt->ridge, f->z, i);
        if (cell->rate > 0 && cell->rate < 1 && drawn->shift != 0)
            deal->probability = partner__chance_of_odds(partner__odds_of_chance(cell->rate) + drawn->shift);
        if (certain) continue;
        fill_row(o, cell, f->z, i, o->row + i * o->terms);
        drawn->row = o->row + i * o->terms;
    }
    return PARTNER_OK;
}

static partner_status find_chances(partner__outlook *o, const partner__learnt *learnt, int certain,
                                   partner_error *error)
{
    const partner__inputs *in = learnt->set.landmarks->timeline->in;
    const int moves = learnt->by == PARTNER_BY_RIDGE && learnt->ridge != NULL;
    features f = {NULL, NULL, NULL, NULL};
    partner__forecast_cells cells = {.learnt = learnt};
    uint32_t *number = NULL;
    int64_t twice = 0;
    partner_status status = find_median(o, in, &twice, error);

    o->terms = moves && !certain ? learnt->ridge->terms + 1 : 0;
    if (status == PARTNER_OK)
        status = partner__forecast_cells_new(&cells, learnt, twice, o->months, o->end, error);
    if (status == PARTNER_OK) status = take_root(o, learnt, error);
    if (status == PARTNER_OK) status = take_features(o, learnt, moves, &f, error);
    if (status == PARTNER_OK) status = place_deals(o, &cells, &f, certain, error);
    if (status == PARTNER_OK) status = take_cells(o, &cells, certain, error);
    if (status == PARTNER_OK) {
        number = partner__alloc(cells.cells + 1, sizeof *number);
        if (number == NULL) status = partner__no_memory(error);
        else drop_cells(o, cells.cells + 1, number);
    }
    partner__free(number);
    free_features(&f);
    partner__forecast_cells_free(&cells);
    return status;
}

static void find_worths(partner__outlook *o, const partner__landmarks *l, const partner__claims *claims,
                        int own_row)
{
    for (size_t i = 0; i < o->deals; i++) {
        const partner__worth worth =
            partner__worth_of(&o->amounts, l, claims, o->deal[i].line, o->day, own_row);

        o->deal[i].worth = worth;
        o->sim_deal[i].pool = worth.pool;
        o->sim_deal[i].amount = worth.amount;
    }
}

partner_status partner__outlook_new(partner__outlook *o, const partner__learnt *learnt,
                                    const partner__claims *claims, const partner__question *question,
                                    partner_error *error)
{
    const partner__landmarks *l = learnt->set.landmarks;
    partner_status status;

    memset(o, 0, sizeof *o);
    o->day = learnt->set.day;
    o->horizon = question->horizon;
    status = take_open(o, l->timeline->in, error);
    if (status == PARTNER_OK) status = number_partners(o, l, error);
    if (status == PARTNER_OK) status = find_months(o, question->by_month, error);
    if (status == PARTNER_OK) status = find_chances(o, learnt, question->certain, error);
    if (status == PARTNER_OK) status = partner__amounts_new(&o->amounts, l, o->day, error);
    if (status == PARTNER_OK) find_worths(o, l, claims, question->own_row);
    return status;
}

void partner__outlook_free(partner__outlook *o)
{
    partner__free(o->deal);
    partner__free(o->sim_deal);
    partner__free(o->sim_cell);
    partner__free(o->partner);
    partner__free(o->end);
    partner__free(o->spread);
    partner__free(o->row);
    partner__free(o->root);
    partner__amounts_free(&o->amounts);
}

partner__simulation partner__outlook_simulation(const partner__outlook *o)
{
    partner__simulation s = {.deals = o->deals, .cells = o->cells, .pools = o->amounts.pools};

    s.partners = o->partners;
    s.deal = o->sim_deal;
    s.cell = o->sim_cell;
    s.pool = o->amounts.pool;
    s.direct = o->partners > 0 && o->partner[o->partners - 1] == PARTNER_NONE ? (uint32_t)(o->partners - 1)
                                                                              : PARTNER_NONE;
    s.months = o->months;
    s.terms = o->terms;
    s.root = o->root;
    return s;
}

partner__sum partner__outlook_expected(const partner__outlook *o)
{
    partner__sum sum = {0, 0};

    for (size_t i = 0; i < o->deals; i++)
        partner__sum_add_product(&sum, o->deal[i].probability, o->deal[i].worth.mean);
    return sum;
}
