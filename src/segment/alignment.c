/* SPDX-License-Identifier: MIT
 * Alignment: how far what partners expect is met, and give and get. The rows are sorted by partner and
 * dimension before anything is summed, so that their order does not change a bit of a figure; it does say in
 * which order the dimensions come, which is by the first row of each, and with that which of equal gaps is the
 * first. Rows of partners that are not in the portfolio are checked and left out: they weigh nothing. */
#include <inttypes.h>

#include "../base/error.h"
#include "../base/sort.h"
#include "../base/sum.h"
#include "segment.h"

enum { BLOCK = 1 << 16 /* rows between two looks at the interrupt */ };

/* Gaps of decimals that are equal differ by a rounding. */
static const double SAME_GAP = 1e-12;

/* Sums over the rows of one dimension or one partner. */
typedef struct weighing {
    partner__sum expects;
    partner__sum met;     /* expects * experiences */
    partner__sum missing; /* expects * (1 - experiences) */
    size_t rows;
} weighing;

typedef struct job {
    const partner__segment_settings *set;
    partner_expectations given;
    const partner__lookup *line; /* by partner */
    size_t lines;
    partner__arena scratch;
    uint32_t highest;         /* of all dimensions that are listed */
    partner__lookup place;    /* by dimension: its place in the order of first sight */
    uint32_t *dimension;      /* [dimensions] by place */
    weighing *of;             /* [dimensions] */
    double *weight;           /* [dimensions] */
    size_t dimensions, words; /* words: rows that are listed */
    unsigned row_bits;
    uint64_t *word, *spare; /* the rows, by line and dimension once they are sorted */
    uint64_t *sorted;
} job;

static partner_status ask_now_and_then(const job *j, size_t i, partner_error *error)
{
    return i % BLOCK == 0 ? partner__ask(&j->set->run, error) : PARTNER_OK;
}

/* --- the rows as they come --- */

static partner_status bad_cell(const job *j, const char *field, size_t row, double found, const char *expected,
                               partner_error *error)
{
    const partner__place place = partner__at("expectations", field, row, j->given.partner[row]);

    if (isnan(found))
        return partner__fail_at(error, PARTNER_E_DATA, place,
                                "expectations row %zu: %s is missing, expected %s", row, field, expected);
    return partner__fail_at(error, PARTNER_E_DATA, place, "expectations row %zu: %s is %.15g, expected %s", row,
                            field, found, expected);
}

static partner_status no_index(const char *field, size_t row, partner_error *error)
{
    return partner__fail_at(error, PARTNER_E_DATA, partner__at("expectations", field, row, PARTNER_NONE),
                            "expectations row %zu: %s is missing", row, field);
}

static int is_amount(double x) { return isfinite(x) && x >= 0; }

static int is_bad(const double *column, size_t row)
{
    return column != NULL && !isnan(column[row]) && !is_amount(column[row]);
}

static partner_status check_row(const job *j, size_t row, partner_error *error)
{
    const partner_expectations *g = &j->given;

    if (g->partner[row] == PARTNER_NONE) return no_index("partner", row, error);
    if (g->dimension[row] == PARTNER_NONE) return no_index("dimension", row, error);
    if (!is_amount(g->expects[row]))
        return bad_cell(j, "expects", row, g->expects[row], "a finite number, at least 0", error);
    if (!(g->experiences[row] >= 0 && g->experiences[row] <= 1))
        return bad_cell(j, "experiences", row, g->experiences[row], "0 to 1", error);
    if (is_bad(g->given, row))
        return bad_cell(j, "given", row, g->given[row], "a finite number, at least 0", error);
    if (is_bad(g->committed, row))
        return bad_cell(j, "committed", row, g->committed[row], "a finite number, at least 0", error);
    return PARTNER_OK;
}

static partner_status check_columns(const partner_expectations *g, partner_error *error)
{
    const char *missing = g->partner == NULL       ? "partner"
                          : g->dimension == NULL   ? "dimension"
                          : g->expects == NULL     ? "expects"
                          : g->experiences == NULL ? "experiences"
                                                   : NULL;

    if (g->rows >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_RANGE, "expectations: %zu rows, expected fewer than %" PRIu32,
                             g->rows, PARTNER_NONE);
    if (g->rows > 0 && missing != NULL)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("expectations", missing, PARTNER_NO_ROW, PARTNER_NONE),
                                "expectations: %s is NULL, expected a column", missing);
    return PARTNER_OK;
}

/* Checks all rows and counts those of partners that are listed. */
static partner_status look(job *j, size_t *unlisted, partner_error *error)
{
    *unlisted = j->words = 0;
    for (size_t row = 0; row < j->given.rows; row++) {
        partner_status status = ask_now_and_then(j, row, error);

        if (status == PARTNER_OK) status = check_row(j, row, error);
        if (status != PARTNER_OK) return status;
        if (partner__lookup_get(j->line, j->given.partner[row]) == PARTNER_NONE) {
            ++*unlisted;
            continue;
        }
        j->words++;
        if (j->given.dimension[row] > j->highest) j->highest = j->given.dimension[row];
    }
    return PARTNER_OK;
}

/* --- dimensions, and the rows in order --- */

static uint64_t row_of(const job *j, uint64_t word) { return word & ((UINT64_C(1) << j->row_bits) - 1); }

static uint32_t place_of(const job *j, size_t row)
{
    return partner__lookup_get(&j->place, j->given.dimension[row]);
}

/* Gives each dimension its place, and each listed row a word: its dimension above its number. */
static partner_status number_dimensions(job *j, partner_error *error)
{
    size_t n = 0;

    for (size_t row = 0; row < j->given.rows; row++) {
        const uint32_t dimension = j->given.dimension[row];
        partner_status status = ask_now_and_then(j, row, error);

        if (status != PARTNER_OK) return status;
        if (partner__lookup_get(j->line, j->given.partner[row]) == PARTNER_NONE) continue;
        j->word[n++] = (uint64_t)dimension << j->row_bits | row;
        if (partner__lookup_get(&j->place, dimension) != PARTNER_NONE) continue;
        *partner__lookup_at(&j->place, dimension) = (uint32_t)j->dimensions;
        j->dimension[j->dimensions++] = dimension;
    }
    return PARTNER_OK;
}

static partner_status sort_by_dimension(job *j, partner_error *error)
{
    partner_status status = partner__lookup_new(&j->place, j->words, j->highest, &j->scratch, error);

    if (status != PARTNER_OK) return status;
    j->row_bits = j->given.rows == 0 ? 0 : partner__bits(j->given.rows - 1);
    j->dimension = partner__arena_alloc(&j->scratch, j->words, sizeof *j->dimension);
    j->word = partner__arena_alloc(&j->scratch, j->words, sizeof *j->word);
    j->spare = partner__arena_alloc(&j->scratch, j->words, sizeof *j->spare);
    if (j->dimension == NULL || j->word == NULL || j->spare == NULL) return partner__no_memory(error);
    status = number_dimensions(j, error);
    if (status != PARTNER_OK) return status;
    return partner__sort(j->word, j->spare, j->words, j->row_bits, j->row_bits + partner__bits(j->highest),
                         &j->set->run, &j->sorted, error);
}

/* The sort is stable, so that within a line the dimensions stay in order. */
static partner_status sort_by_line(job *j, partner_error *error)
{
    uint64_t *words = j->sorted, *spare = words == j->word ? j->spare : j->word;

    for (size_t k = 0; k < j->words; k++) {
        const uint64_t row = row_of(j, words[k]);

        words[k] = (uint64_t)partner__lookup_get(j->line, j->given.partner[row]) << j->row_bits | row;
    }
    return partner__sort(words, spare, j->words, j->row_bits,
                         j->row_bits + partner__bits(j->lines == 0 ? 0 : j->lines - 1), &j->set->run,
                         &j->sorted, error);
}

/* Pairs stand side by side now, in the order of their rows. */
static partner_status refuse_twins(const job *j, partner_error *error)
{
    const partner_expectations *g = &j->given;
    size_t twin = SIZE_MAX, first = 0;

    for (size_t k = 1; k < j->words; k++) {
        const size_t before = (size_t)row_of(j, j->sorted[k - 1]), row = (size_t)row_of(j, j->sorted[k]);

        if (g->partner[row] != g->partner[before] || g->dimension[row] != g->dimension[before] || row > twin)
            continue;
        twin = row;
        first = before;
    }
    if (twin == SIZE_MAX) return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_DATA,
                            partner__at("expectations", "dimension", twin, g->partner[twin]),
                            "expectations row %zu: partner %" PRIu32 " has dimension %" PRIu32
                            " in row %zu already, expected each pair once",
                            twin, g->partner[twin], g->dimension[twin], first);
}

/* --- sums --- */

static void weigh(weighing *w, double expects, double experiences)
{
    partner__sum_add(&w->expects, expects);
    partner__sum_add_product(&w->met, expects, experiences);
    partner__sum_add(&w->missing, expects);
    partner__sum_add_product(&w->missing, -expects, experiences);
    w->rows++;
}

static double quotient(const partner__sum *above, const partner__sum *below)
{
    const double divisor = partner__sum_value(below);

    return divisor > 0 ? partner__sum_value(above) / divisor : NAN;
}

static partner_status weigh_dimensions(job *j, partner__sum *all, partner_error *error)
{
    j->of = partner__arena_alloc(&j->scratch, j->dimensions, sizeof *j->of);
    if (j->of == NULL) return partner__no_memory(error);
    for (size_t d = 0; d < j->dimensions; d++) j->of[d] = (weighing){.rows = 0};
    for (size_t k = 0; k < j->words; k++) {
        const size_t row = (size_t)row_of(j, j->sorted[k]);
        partner_status status = ask_now_and_then(j, k, error);

        if (status != PARTNER_OK) return status;
        weigh(&j->of[place_of(j, row)], j->given.expects[row], j->given.experiences[row]);
        partner__sum_add(all, j->given.expects[row]);
    }
    if (isfinite(partner__sum_value(all))) return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_RANGE,
                            partner__at("expectations", "expects", PARTNER_NO_ROW, PARTNER_NONE),
                            "expectations: all that is expected sums to more than a double holds");
}

static partner_status put_dimensions(job *j, partner__arena *arena, partner_segment_dimensions *table,
                                     partner_error *error)
{
    uint32_t *dimension = partner__arena_alloc(arena, j->dimensions, sizeof *dimension);
    size_t *partners = partner__arena_alloc(arena, j->dimensions, sizeof *partners);
    double *weight = partner__arena_alloc(arena, j->dimensions, sizeof *weight);
    double *experiences = partner__arena_alloc(arena, j->dimensions, sizeof *experiences);
    double *gap = partner__arena_alloc(arena, j->dimensions, sizeof *gap);
    partner__sum all = {0, 0};
    partner_status status;

    if (dimension == NULL || partners == NULL || weight == NULL || experiences == NULL || gap == NULL)
        return partner__no_memory(error);
    status = weigh_dimensions(j, &all, error);
    if (status != PARTNER_OK) return status;
    for (size_t d = 0; d < j->dimensions; d++) {
        dimension[d] = j->dimension[d];
        partners[d] = j->of[d].rows;
        weight[d] = quotient(&j->of[d].expects, &all);
        experiences[d] = quotient(&j->of[d].met, &j->of[d].expects);
        gap[d] = quotient(&j->of[d].missing, &all);
    }
    j->weight = weight;
    *table = (partner_segment_dimensions){j->dimensions, dimension, partners, weight, experiences, gap};
    return PARTNER_OK;
}

/* --- partners --- */

/* One partner's rows, as they are walked over. */
typedef struct walked {
    weighing sums;
    partner__sum given, committed;
    double gap; /* the largest so far */
    uint32_t place;
} walked;

static void keep_larger_gap(walked *w, double gap, uint32_t place)
{
    const double larger = gap > w->gap ? gap : w->gap;

    if (!(gap > 0)) return;
    if (fabs(gap - w->gap) <= SAME_GAP * larger ? place > w->place : gap < w->gap) return;
    w->gap = gap;
    w->place = place;
}

static double known(const double *column, size_t row)
{
    return column == NULL || isnan(column[row]) ? 0 : column[row];
}

static void walk_row(const job *j, walked *w, size_t row)
{
    const partner_expectations *g = &j->given;
    const uint32_t place = place_of(j, row);

    weigh(&w->sums, g->expects[row], g->experiences[row]);
    keep_larger_gap(w, fma(-g->expects[row], g->experiences[row], g->expects[row]), place);
    partner__sum_add_product(&w->given, j->weight[place], known(g->given, row));
    partner__sum_add_product(&w->committed, j->weight[place], known(g->committed, row));
}

static partner_status put_partner(const job *j, const walked *w, size_t line, partner__alignment *to,
                                  partner_error *error)
{
    /* Without anything expected at all there are no weights. */
    const int weighed = w->sums.rows > 0 && !isnan(j->weight[0]);

    to->alignment[line] = quotient(&w->sums.met, &w->sums.expects);
    to->largest_gap[line] = w->gap > 0 ? j->dimension[w->place] : PARTNER_NONE;
    to->give_get[line] = weighed ? quotient(&w->given, &w->committed) : NAN;
    if (!weighed || (isfinite(partner__sum_value(&w->given)) && isfinite(partner__sum_value(&w->committed))))
        return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_RANGE,
                            partner__at("expectations", "given", PARTNER_NO_ROW, PARTNER_NONE),
                            "expectations: what is given or committed sums to more than a double holds");
}

static partner_status put_partners(const job *j, partner__alignment *to, partner_error *error)
{
    for (size_t line = 0, k = 0; line < j->lines; line++) {
        walked w = {.place = 0};
        partner_status status = ask_now_and_then(j, line, error);

        if (status != PARTNER_OK) return status;
        for (; k < j->words && j->sorted[k] >> j->row_bits == line; k++)
            walk_row(j, &w, (size_t)row_of(j, j->sorted[k]));
        status = put_partner(j, &w, line, to, error);
        if (status != PARTNER_OK) return status;
    }
    return PARTNER_OK;
}

static partner_status find(job *j, partner__arena *arena, partner__alignment *to, partner_error *error)
{
    partner_status status = look(j, &to->unlisted, error);

    if (status == PARTNER_OK) status = sort_by_dimension(j, error);
    if (status == PARTNER_OK) status = sort_by_line(j, error);
    if (status == PARTNER_OK) status = refuse_twins(j, error);
    if (status == PARTNER_OK) status = put_dimensions(j, arena, &to->dimensions, error);
    if (status != PARTNER_OK) return status;
    to->alignment = partner__arena_alloc(arena, j->lines, sizeof *to->alignment);
    to->largest_gap = partner__arena_alloc(arena, j->lines, sizeof *to->largest_gap);
    to->give_get = partner__arena_alloc(arena, j->lines, sizeof *to->give_get);
    if (to->alignment == NULL || to->largest_gap == NULL || to->give_get == NULL)
        return partner__no_memory(error);
    return put_partners(j, to, error);
}

/* 1 - Σ e (1 - x) / Σ e is Σ e x / Σ e, which rounds once. */
partner_status partner__alignment_find(const partner__segment_settings *set,
                                       const partner_expectations *expectations, const partner__lookup *line,
                                       size_t lines, partner__arena *arena, partner__alignment *alignment,
                                       partner_error *error)
{
    job j = {.set = set, .line = line, .lines = lines};
    partner__alignment made = {.unlisted = 0};
    partner_status status = partner__take(&j.given, sizeof j.given, expectations, 0, "expectations", error);

    if (status == PARTNER_OK) status = check_columns(&j.given, error);
    if (status == PARTNER_OK) status = find(&j, arena, &made, error);
    partner__arena_free(&j.scratch);
    if (status == PARTNER_OK) *alignment = made;
    return status;
}
