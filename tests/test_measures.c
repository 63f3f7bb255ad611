/* SPDX-License-Identifier: MIT
 * How good probabilities are: by hand, and against plain definitions on drawn rows. */
#include <partner/model.h>

#include "suite.h"

enum { MOST = 600 };

static uint8_t label[MOST];
static double probability[MOST], claim[MOST];

static partner_measures *measure_with(size_t rows, const double *claims, uint32_t threads, uint32_t groups)
{
    partner_predictions given = PARTNER_PREDICTIONS_INIT;
    partner_measures_options options = PARTNER_MEASURES_OPTIONS_INIT;
    partner_measures *m = NULL;
    partner_error error;

    given.rows = rows;
    given.label = label;
    given.probability = probability;
    given.claim = claims;
    options.threads = threads;
    options.groups = groups;
    must(partner_measures_new(&given, &options, &m, &error), error);
    return m;
}

static partner_measures *measure(size_t rows) { return measure_with(rows, NULL, 1, 0); }

static void set(size_t row, uint8_t y, double p)
{
    label[row] = y;
    probability[row] = p;
}

static void near(double found, double expected) { ck_assert_double_eq_tol(found, expected, 1e-14); }

/* Pairs of a won and a lost one: (.4, .1) right, (.4, .4) half, (.8, .1) and (.8, .4) right: 3.5 of 4.
 * Squares: .01 + .36 + .16 + .04 = .57. Rising shares 0/1, 1/2, 1/1: nothing to pool; recalibrated, only the
 * two at .4 are off, by a half each: 2 / 4 in all. */
START_TEST(by_hand)
{
    partner_measures *m;

    set(0, 0, 0.1);
    set(1, 1, 0.4);
    set(2, 0, 0.4);
    set(3, 1, 0.8);
    m = measure(4);
    ck_assert_uint_eq(m->rows, 4);
    ck_assert_uint_eq(m->positive, 2);
    ck_assert_double_eq(m->rate, 0.5);
    ck_assert_double_eq(m->auc, 0.875);
    near(m->log_loss, -(log(0.9) + log(0.4) + log(0.6) + log(0.8)) / 4);
    near(m->constant_log_loss, log(2));
    near(m->brier, 0.57 / 4);
    near(m->uncertainty, 0.25);
    near(m->resolution, 0.25 - 0.5 / 4);
    near(m->reliability, 0.57 / 4 - 0.5 / 4);
    ck_assert_uint_eq(m->clipped, 0);
    ck_assert_uint_eq(m->compared, 0);
    ck_assert(isnan(m->claim_log_loss) && isnan(m->skill));
    partner_measures_free(m);
}
END_TEST

/* Shares in rising order of p: 1/1, 0/1, then 0/1, 1/1. The first two violate and pool to 1/2; 0/1 violates
 * that: 1/3; 1/1 does not. Recalibrated 1/3, 1/3, 1/3, 1: squares 4/9 + 1/9 + 1/9 = 2/3. */
START_TEST(pools_of_violators)
{
    partner_measures *m;

    set(0, 1, 0.1);
    set(1, 0, 0.2);
    set(2, 0, 0.3);
    set(3, 1, 0.4);
    m = measure(4);
    near(m->resolution, 0.25 - (2.0 / 3) / 4);
    near(m->reliability, (0.81 + 0.04 + 0.09 + 0.36) / 4 - (2.0 / 3) / 4);
    partner_measures_free(m);
}
END_TEST

/* Seven rows in three groups: ranks 0 … 6 times 3/7 rounded down: 0 0 0 1 1 2 2. The tie of ranks 2 and 3 goes
 * where rank 2 goes. */
START_TEST(calibration_by_hand)
{
    static const double p[] = {0.7, 0.1, 0.3, 0.2, 0.3, 0.5, 0.6};
    static const uint8_t y[] = {1, 0, 1, 0, 0, 1, 0};
    const partner_calibration *c;
    partner_measures *m;

    for (size_t i = 0; i < 7; i++) set(i, y[i], p[i]);
    m = measure_with(7, NULL, 1, 3);
    c = m->calibration;
    ck_assert_uint_eq(c->groups, 3);
    ck_assert_uint_eq(c->rows[0], 4);
    ck_assert_uint_eq(c->rows[1], 1);
    ck_assert_uint_eq(c->rows[2], 2);
    ck_assert_double_eq(c->lowest[0], 0.1);
    ck_assert_double_eq(c->highest[0], 0.3);
    ck_assert_double_eq(c->lowest[1], 0.5);
    ck_assert_double_eq(c->highest[2], 0.7);
    near(c->expected[0], 0.9 / 4);
    near(c->expected[2], 0.65);
    ck_assert_double_eq(c->observed[0], 0.25);
    ck_assert_double_eq(c->observed[1], 1);
    ck_assert_double_eq(c->observed[2], 0.5);
    partner_measures_free(m);
}
END_TEST

/* 0 said of what came would cost infinitely much: it counts as 10^-6. Bounds themselves are not clipped. */
START_TEST(clipping)
{
    partner_measures *m;

    set(0, 1, 0);
    set(1, 0, 1);
    set(2, 1, 1);
    set(3, 0, -0.0);
    set(4, 1, 1e-6);
    set(5, 0, 1 - 1e-6);
    m = measure(6);
    ck_assert_uint_eq(m->clipped, 4);
    ck_assert_double_eq_tol(m->log_loss, (4 * log(1e6) - 2 * log1p(-1e-6)) / 6, 1e-10);
    /* (won at 1e-6, lost at 0), (won at 1, lost at 0), (won at 1, lost at 1 - 1e-6), half for (1, 1), half for
     * (0, 0): 4 of 9. */
    ck_assert_double_eq(m->auc, 4.0 / 9);
    partner_measures_free(m);
}
END_TEST

START_TEST(one_class)
{
    partner_measures *m;

    for (size_t i = 0; i < 5; i++) set(i, 1, 0.25 * (double)i);
    m = measure(5);
    ck_assert(isnan(m->auc));
    ck_assert_double_eq(m->rate, 1);
    ck_assert_double_eq(m->uncertainty, 0);
    ck_assert_double_eq(m->resolution, 0);
    near(m->reliability, m->brier);
    near(m->constant_log_loss, -log(1 - 1e-6));
    partner_measures_free(m);
}
END_TEST

START_TEST(nothing)
{
    partner_measures *m = measure(0);

    ck_assert_uint_eq(m->rows, 0);
    ck_assert(isnan(m->rate) && isnan(m->log_loss) && isnan(m->constant_log_loss) && isnan(m->auc));
    ck_assert(isnan(m->brier) && isnan(m->reliability) && isnan(m->resolution) && isnan(m->uncertainty));
    ck_assert(isnan(m->claim_log_loss) && isnan(m->skill));
    ck_assert_uint_eq(m->calibration->groups, 0);
    partner_measures_free(m);
    partner_measures_free(NULL);
}
END_TEST

/* Both losses over the two rows with a claim: the model's ln(1/.8) + ln(1/.6), the claims' ln(1/.5) + ln(1/.5).
 */
START_TEST(skill)
{
    partner_measures *m;

    set(0, 1, 0.8);
    set(1, 0, 0.4);
    set(2, 1, 0.01);
    claim[0] = claim[1] = 0.5;
    claim[2] = NAN;
    m = measure_with(3, claim, 1, 0);
    ck_assert_uint_eq(m->compared, 2);
    near(m->claim_log_loss, log(2));
    near(m->skill, 1 - (log(1 / 0.8) + log(1 / 0.6)) / 2 / log(2));
    partner_measures_free(m);
}
END_TEST

/* Plain definitions, for drawn rows with many ties (on grids of 2 to 400 values). */

static void draw_rows(uint64_t *state, size_t rows, uint64_t values)
{
    for (size_t i = 0; i < rows; i++) {
        double p = (double)(draw(state) % values) / (double)(values - 1);

        set(i, (double)(draw(state) % 1000) / 1000 < p * p, values > 300 ? p * 0x1p-40 : p);
    }
}

static double plain_auc(size_t rows)
{
    double right = 0, pairs = 0;

    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < rows; k++) {
            if (!label[i] || label[k]) continue;
            pairs++;
            right += probability[i] > probability[k] ? 1 : probability[i] == probability[k] ? 0.5 : 0;
        }
    return pairs > 0 ? right / pairs : NAN;
}

/* The isotonic regression at p is the largest, over starts below, of the smallest, over ends above, of the mean
 * in between (Robertson, Wright & Dykstra 1988): no pools here. */
static double mean_between(size_t rows, double low, double high)
{
    double sum = 0, count = 0;

    for (size_t i = 0; i < rows; i++) {
        if (probability[i] < low || probability[i] > high) continue;
        sum += label[i];
        count++;
    }
    return sum / count;
}

static double plain_recalibrated(size_t rows, double p)
{
    double best = 0;

    for (size_t i = 0; i < rows; i++) {
        double least = 1;

        if (probability[i] > p) continue;
        for (size_t k = 0; k < rows; k++) {
            double mean = probability[k] < p ? 1 : mean_between(rows, probability[i], probability[k]);
            if (mean < least) least = mean;
        }
        if (least > best) best = least;
    }
    return best;
}

START_TEST(against_definitions)
{
    const size_t rows = 1 + (size_t)_i * 3;
    uint64_t state = 77 + (uint64_t)_i;
    double squares = 0, brier = 0, loss = 0;
    partner_measures *m;

    draw_rows(&state, rows, (uint64_t[]){2, 5, 20, 400}[_i % 4]);
    m = measure(rows);
    for (size_t i = 0; i < rows; i++) {
        double off = plain_recalibrated(rows, probability[i]) - label[i], p = probability[i];

        squares += off * off;
        brier += (p - label[i]) * (p - label[i]);
        p = p < 1e-6 ? 1e-6 : p > 1 - 1e-6 ? 1 - 1e-6 : p;
        loss -= label[i] ? log(p) : log1p(-p);
    }
    ck_assert(same_bits(m->auc, plain_auc(rows)));
    ck_assert_double_eq_tol(m->brier, brier / (double)rows, 1e-13);
    ck_assert_double_eq_tol(m->log_loss, loss / (double)rows, 1e-12);
    ck_assert_double_eq_tol(m->reliability, (brier - squares) / (double)rows, 1e-13);
    ck_assert_double_eq_tol(m->reliability - m->resolution + m->uncertainty, m->brier, 1e-15);
    partner_measures_free(m);
}
END_TEST

static void check_table(const partner_calibration *c, size_t rows, size_t most)
{
    size_t all = 0;

    ck_assert_uint_le(c->groups, most);
    for (size_t g = 0; g < c->groups; g++) {
        size_t here = 0, won = 0;
        double sum = 0;

        ck_assert(g == 0 || c->lowest[g] > c->highest[g - 1]);
        for (size_t i = 0; i < rows; i++) {
            if (probability[i] < c->lowest[g] || probability[i] > c->highest[g]) continue;
            here++;
            won += label[i];
            sum += probability[i];
        }
        ck_assert_uint_eq(here, c->rows[g]);
        ck_assert_double_eq_tol(c->expected[g], sum / (double)here, 1e-14);
        ck_assert_double_eq(c->observed[g], (double)won / (double)here);
        all += here;
    }
    ck_assert_uint_eq(all, rows);
}

START_TEST(tables)
{
    uint64_t state = 5 + (uint64_t)_i;
    partner_measures *m;
    size_t groups = 1 + (size_t)_i % 12;

    draw_rows(&state, MOST, (uint64_t[]){3, 30, 399}[_i % 3]);
    m = measure_with(MOST, NULL, 1, (uint32_t)groups);
    check_table(m->calibration, MOST, groups);

    partner_measures_free(m);
}
END_TEST

START_TEST(distinct_rows_make_even_groups)
{
    partner_measures *m;

    for (size_t i = 0; i < 101; i++) set(i, i % 3 == 0, (double)(i * 37 % 101) / 101);
    m = measure(101);
    ck_assert_uint_eq(m->calibration->groups, 10);
    for (size_t g = 0; g < 10; g++) ck_assert(m->calibration->rows[g] == 10 || m->calibration->rows[g] == 11);
    check_table(m->calibration, 101, 10);
    partner_measures_free(m);
}
END_TEST

/* Many rows: the sorts of all sizes, every thread count. */

typedef struct many {
    size_t rows;
    uint8_t *label;
    double *probability, *claim;
} many;

static many draw_many(size_t rows)
{
    many all = {rows, malloc(rows), malloc(rows * sizeof(double)), malloc(rows * sizeof(double))};
    uint64_t state = 11;

    for (size_t i = 0; i < rows; i++) {
        double p = (double)(draw(&state) >> 11) * 0x1p-53;

        p = i % 5 == 0 ? (double)(float)p : i % 7 == 0 ? p * p * p * p * p * p * p * p : p;
        all.probability[i] = p;
        all.label[i] = (double)(draw(&state) >> 11) * 0x1p-53 < p;
        all.claim[i] = i % 3 == 0 ? NAN : (double)(draw(&state) % 101) / 100;
    }
    return all;
}

static partner_measures *measure_many(const many *all, uint32_t threads)
{
    partner_predictions given = PARTNER_PREDICTIONS_INIT;
    partner_measures_options options = PARTNER_MEASURES_OPTIONS_INIT;
    partner_measures *m = NULL;
    partner_error error;

    given.rows = all->rows;
    given.label = all->label;
    given.probability = all->probability;
    given.claim = all->claim;
    options.threads = threads;
    must(partner_measures_new(&given, &options, &m, &error), error);
    return m;
}

static int by_probability(const void *a, const void *b)
{
    const double *x = *(const double *const *)a, *y = *(const double *const *)b;
    return (*x > *y) - (*x < *y);
}

/* The sum of mid-ranks, by the C library's sort. */
static double auc_by_ranks(const many *all)
{
    const double **order = malloc(all->rows * sizeof *order);
    double twice = 0, positive = 0, negative;

    for (size_t i = 0; i < all->rows; i++) order[i] = &all->probability[i];
    qsort(order, all->rows, sizeof *order, by_probability);
    for (size_t i = 0, end; i < all->rows; i = end) {
        for (end = i; end < all->rows && *order[end] == *order[i]; end++) {
        }
        for (size_t k = i; k < end; k++) {
            if (!all->label[order[k] - all->probability]) continue;
            twice += (double)(i + end + 1);
            positive++;
        }
    }
    free(order);
    negative = (double)all->rows - positive;
    return (twice - positive * (positive + 1)) / (2 * positive * negative);
}

START_TEST(many_rows)
{
    many all = draw_many(in_time(300000, 20000));
    partner_measures *one = measure_many(&all, 1), *other;

    ck_assert_double_eq(one->auc, auc_by_ranks(&all));
    for (uint32_t threads = 2; threads <= 5; threads++) {
        other = measure_many(&all, threads);
        ck_assert(same_bits(one->log_loss, other->log_loss) && same_bits(one->auc, other->auc));
        ck_assert(same_bits(one->brier, other->brier) && same_bits(one->reliability, other->reliability));
        ck_assert(same_bits(one->skill, other->skill) && same_bits(one->resolution, other->resolution));
        for (size_t g = 0; g < one->calibration->groups; g++)
            ck_assert(same_bits(one->calibration->expected[g], other->calibration->expected[g]));
        partner_measures_free(other);
    }
    partner_measures_free(one);
    free(all.label);
    free(all.probability);
    free(all.claim);
}
END_TEST

/* Errors */

static partner_status try_row(size_t row, uint8_t y, double p, double c, partner_error *error)
{
    partner_predictions given = PARTNER_PREDICTIONS_INIT;
    partner_measures *m = NULL;
    partner_status status;

    for (size_t i = 0; i < 10; i++) {
        set(i, i % 2, 0.5);
        claim[i] = NAN;
    }
    set(row, y, p);
    claim[row] = c;
    given.rows = 10;
    given.label = label;
    given.probability = probability;
    given.claim = claim;
    status = partner_measures_new(&given, NULL, &m, error);
    ck_assert(status == PARTNER_OK || m == NULL);
    partner_measures_free(m);
    return status;
}

START_TEST(bad_rows)
{
    partner_error error;

    must_fail(try_row(3, 2, 0.5, NAN, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 3);
    ck_assert_str_eq(error.field, "label");
    must_fail(try_row(7, 1, 1.5, NAN, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.field, "probability");
    ck_assert_str_eq(error.message, "predictions row 7: probability is 1.5, expected 0 to 1");
    must_fail(try_row(0, 1, NAN, NAN, &error), PARTNER_E_DATA, error);
    must_fail(try_row(0, 1, -1e-300, NAN, &error), PARTNER_E_DATA, error);
    must_fail(try_row(9, 1, 0.5, INFINITY, &error), PARTNER_E_DATA, error);
    ck_assert_str_eq(error.field, "claim");
    must(try_row(9, 1, 0.5, 1, &error), error);
}
END_TEST

static int stop(void *data) { return ++*(int *)data > 1; }

START_TEST(bad_calls)
{
    partner_predictions given = PARTNER_PREDICTIONS_INIT;
    partner_measures_options options = PARTNER_MEASURES_OPTIONS_INIT;
    partner_measures *m = NULL;
    partner_error error;
    int asked = 0;

    must_fail(partner_measures_new(&given, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_measures_new(NULL, NULL, &m, &error), PARTNER_E_ARGUMENT, error);
    given.rows = 1;
    must_fail(partner_measures_new(&given, NULL, &m, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.field, "label");
    given.label = label;
    must_fail(partner_measures_new(&given, NULL, &m, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.field, "probability");
    given.probability = probability;
    given.rows = PARTNER_NONE;
    must_fail(partner_measures_new(&given, NULL, &m, &error), PARTNER_E_ARGUMENT, error);
    given.rows = 1;
    options.groups = 1001;
    must_fail(partner_measures_new(&given, &options, &m, &error), PARTNER_E_ARGUMENT, error);
    options.groups = 1000;
    options.interrupt = stop;
    options.interrupt_data = &asked;
    set(0, 1, 0.5);
    must_fail(partner_measures_new(&given, &options, &m, &error), PARTNER_E_CANCELLED, error);
    ck_assert_ptr_null(m);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("measures");
    TCase *tcase = add_case(suite, "measures");

    tcase_add_test(tcase, by_hand);
    tcase_add_test(tcase, pools_of_violators);
    tcase_add_test(tcase, calibration_by_hand);
    tcase_add_test(tcase, clipping);
    tcase_add_test(tcase, one_class);
    tcase_add_test(tcase, nothing);
    tcase_add_test(tcase, skill);
    tcase_add_loop_test(tcase, against_definitions, 0, 20);
    tcase_add_loop_test(tcase, tables, 0, 24);
    tcase_add_test(tcase, distinct_rows_make_even_groups);
    tcase_add_test(tcase, many_rows);
    tcase_add_test(tcase, bad_rows);
    tcase_add_test(tcase, bad_calls);
    return run_suite(suite);
}
