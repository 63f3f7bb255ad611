/* SPDX-License-Identifier: MIT
 * Natural breaks for anybody's numbers: sorted, merged into distinct values, cut, and told. */
#include <math.h>
#include <string.h>

#include "../base/arena.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "../base/sum.h"
#include "breaks.h"

enum { USUAL_CLASSES = 5, MOST_CLASSES = 10000, STRETCH = 1 << 16 };

static const double LARGEST = 1e150;

typedef struct job {
    partner_numbers given;
    size_t classes;
    double same; /* sums of squares that differ by less of the total are equal */
    partner__run run;
    uint64_t *word, *spare; /* [rows] */
    partner__breaks_values values;
    size_t *cut; /* [classes + 1] */
} job;

typedef struct result {
    partner_breaks visible;
    partner_breaks_classes classes;
    partner__arena arena;
    double *lowest, *highest, *mean, *within;
    size_t *count;
    uint32_t *class_of;
} result;

static partner_status take(job *j, const partner_numbers *numbers, const partner_breaks_options *options,
                           partner_error *error)
{
    partner_breaks_options o;
    partner_status status = partner__take(&j->given, sizeof j->given, numbers, 0, "numbers", error);

    if (status == PARTNER_OK) status = partner__take(&o, sizeof o, options, 1, "breaks options", error);
    if (status != PARTNER_OK) return status;
    if (j->given.rows >= PARTNER_NONE)
        return partner__fail(error, PARTNER_E_RANGE, "numbers: %zu rows, expected fewer than %u", j->given.rows,
                             (unsigned)PARTNER_NONE);
    if (j->given.rows > 0 && j->given.value == NULL)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("numbers", "value", PARTNER_NO_ROW, PARTNER_NONE),
                                "numbers: value is NULL, expected a column");
    if (o.classes > MOST_CLASSES)
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("breaks_options", "classes", PARTNER_NO_ROW, PARTNER_NONE),
                                "breaks options: classes is %u, expected 1 to %d, or 0 for %d",
                                (unsigned)o.classes, MOST_CLASSES, USUAL_CLASSES);
    j->classes = o.classes == 0 ? USUAL_CLASSES : o.classes;
    j->run = (partner__run){o.threads, o.interrupt, o.interrupt_data};
    return PARTNER_OK;
}

/* --- distinct values --- */

static size_t stretches(const job *j) { return (j->given.rows + STRETCH - 1) / STRETCH; }

static size_t stretch_end(const job *j, size_t task)
{
    const size_t from = task * STRETCH;

    return j->given.rows - from < STRETCH ? j->given.rows : from + STRETCH;
}

static partner_status read_stretch(void *context, size_t task, partner_error *error)
{
    const job *j = context;

    for (size_t i = task * STRETCH; i < stretch_end(j, task); i++) {
        const double value = j->given.value[i];

        if (!(fabs(value) <= LARGEST))
            return partner__fail_at(error, PARTNER_E_DATA, partner__at("numbers", "value", i, PARTNER_NONE),
                                    "numbers row %zu: value is %g, expected a number up to %g in magnitude", i,
                                    value, LARGEST);
        j->word[i] = partner__word_of_double(value);
    }
    return PARTNER_OK;
}

static partner_status merge(job *j, const uint64_t *sorted, partner_error *error)
{
    const size_t rows = j->given.rows;
    partner__breaks_values *v = &j->values;

    for (size_t i = 0; i < rows; i++) v->distinct += i == 0 || sorted[i] != sorted[i - 1];
    v->value = partner__alloc(v->distinct, sizeof *v->value);
    v->rows = partner__alloc(v->distinct + 1, sizeof *v->rows);
    if (v->value == NULL || v->rows == NULL) return partner__no_memory(error);
    v->rows[0] = 0;
    for (size_t i = 0, k = 0; i < rows; i++) {
        if (i > 0 && sorted[i] == sorted[i - 1]) {
            v->rows[k] = (double)(i + 1);
            continue;
        }
        v->value[k++] = partner__double_of_word(sorted[i]);
        v->rows[k] = (double)(i + 1);
    }
    return PARTNER_OK;
}

static partner_status sort_and_merge(job *j, partner_error *error)
{
    uint64_t *sorted = NULL;
    partner_status status;

    j->word = partner__alloc(j->given.rows, sizeof *j->word);
    j->spare = partner__alloc(j->given.rows, sizeof *j->spare);
    status = j->word == NULL || j->spare == NULL
                 ? partner__no_memory(error)
                 : partner__parallel(&j->run, stretches(j), read_stretch, j, error);
    if (status == PARTNER_OK)
        status = partner__sort(j->word, j->spare, j->given.rows, 0, 64, &j->run, &sorted, error);
    if (status == PARTNER_OK) status = merge(j, sorted, error);
    partner__free(j->word);
    partner__free(j->spare);
    j->word = j->spare = NULL;
    return status;
}

/* --- classes --- */

static partner_status find_cuts(job *j, partner_error *error)
{
    const size_t distinct = j->values.distinct;

    if (j->classes > distinct) j->classes = distinct;
    j->cut = partner__alloc(j->classes + 1, sizeof *j->cut);
    if (j->cut == NULL) return partner__no_memory(error);
    j->cut[0] = 0;
    j->cut[j->classes] = distinct;
    if (j->classes < 2) return PARTNER_OK;
    return partner__breaks_search(&j->values, j->classes, j->same, &j->run, j->cut, error);
}

static partner_status make_columns(const job *j, result *r, partner_error *error)
{
    const size_t k = j->classes;

    r->lowest = partner__arena_alloc(&r->arena, k, sizeof *r->lowest);
    r->highest = partner__arena_alloc(&r->arena, k, sizeof *r->highest);
    r->mean = partner__arena_alloc(&r->arena, k, sizeof *r->mean);
    r->within = partner__arena_alloc(&r->arena, k, sizeof *r->within);
    r->count = partner__arena_alloc(&r->arena, k, sizeof *r->count);
    r->class_of = partner__arena_alloc(&r->arena, j->given.rows, sizeof *r->class_of);
    if (r->lowest == NULL || r->highest == NULL || r->mean == NULL || r->within == NULL || r->count == NULL ||
        r->class_of == NULL)
        return partner__no_memory(error);
    r->classes = (partner_breaks_classes){k, r->lowest, r->highest, r->count, r->mean, r->within};
    r->visible.rows = j->given.rows;
    r->visible.class_of = r->class_of;
    r->visible.classes = &r->classes;
    return PARTNER_OK;
}

static partner_status fill_classes(const job *j, result *r, partner_error *error)
{
    const partner__breaks_values *v = &j->values;
    partner__sum within = {0, 0};

    for (size_t c = 0; c < j->classes; c++) {
        const size_t from = j->cut[c], to = j->cut[c + 1];
        const partner__breaks_moments m = partner__breaks_moments_of(v, from, to);

        r->lowest[c] = v->value[from];
        r->highest[c] = v->value[to - 1];
        r->count[c] = (size_t)(v->rows[to] - v->rows[from]);
        r->mean[c] = m.mean;
        r->within[c] = m.squares;
        partner__sum_add(&within, m.squares);
    }
    r->visible.total = v->distinct == 0 ? 0 : partner__breaks_moments_of(v, 0, v->distinct).squares;
    if (!isfinite(r->visible.total))
        return partner__fail_at(error, PARTNER_E_RANGE,
                                partner__at("numbers", "value", PARTNER_NO_ROW, PARTNER_NONE),
                                "numbers: the sum of squares about their mean is too large for a double");
    r->visible.within = partner__sum_value(&within);
    r->visible.fit = r->visible.total > 0 ? 1 - r->visible.within / r->visible.total : NAN;
    return PARTNER_OK;
}

typedef struct told {
    const job *job;
    result *result;
} told;

/* The class of each value: the last whose lowest value is not above it. */
static partner_status tell_stretch(void *context, size_t task, partner_error *error)
{
    const told *t = context;
    const result *r = t->result;

    (void)error;
    for (size_t i = task * STRETCH; i < stretch_end(t->job, task); i++) {
        const double value = t->job->given.value[i];
        size_t low = 0, count = r->classes.classes;

        while (count > 1) {
            const size_t half = count / 2;

            low += r->lowest[low + half] <= value ? half : 0;
            count -= half;
        }
        r->class_of[i] = (uint32_t)low;
    }
    return PARTNER_OK;
}

static partner_status find(job *j, result *r, partner_error *error)
{
    told t = {j, r};
    partner_status status = sort_and_merge(j, error);

    if (status == PARTNER_OK) status = find_cuts(j, error);
    if (status == PARTNER_OK) status = make_columns(j, r, error);
    if (status == PARTNER_OK) status = fill_classes(j, r, error);
    if (status == PARTNER_OK) status = partner__parallel(&j->run, stretches(j), tell_stretch, &t, error);
    return status;
}

partner_status partner__breaks_find(const partner_numbers *numbers, const partner_breaks_options *options,
                                    double same, partner_breaks **breaks, partner_error *error)
{
    job j = {.same = same};
    result *r;
    partner_status status;

    if (breaks == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "breaks is NULL");
    status = take(&j, numbers, options, error);
    if (status != PARTNER_OK) return status;
    r = partner__alloc_zero(1, sizeof *r);
    status = r == NULL ? partner__no_memory(error) : find(&j, r, error);
    partner__free(j.values.value);
    partner__free(j.values.rows);
    partner__free(j.cut);
    if (status == PARTNER_OK) *breaks = &r->visible;
    else partner_breaks_free(r == NULL ? NULL : &r->visible);
    return status;
}

partner_status partner_natural_breaks(const partner_numbers *numbers, const partner_breaks_options *options,
                                      partner_breaks **breaks, partner_error *error)
{
    return partner__breaks_find(numbers, options, ldexp(1, -70), breaks, error);
}

void partner_breaks_free(partner_breaks *breaks)
{
    result *r = (result *)breaks;

    if (r == NULL) return;
    partner__arena_free(&r->arena);
    partner__free(r);
}
