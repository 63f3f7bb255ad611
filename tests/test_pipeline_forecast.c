/* SPDX-License-Identifier: MIT
 * Forecasts: the exact distribution of a count, draws against it and against closed forms, and the same draws
 * for every number of threads (spec/pipeline.md, Forecast). */
#include <partner/pipeline.h>

#include "pipeline/binomial.h"
#include "pipeline/chance.h"
#include "pipeline/money.h"
#include "pipeline/simulate.h"
#include "suite.h"

enum { DRAWS = 40000, MOST_DEALS = 100 };

static const double PI = 3.14159265358979323846;

/* --- the exact distribution --- */

/* .9*.8*.7 = .504; .1*.8*.7 + .9*.2*.7 + .9*.8*.3 = .056 + .126 + .216 = .398;
 * .1*.2*.7 + .1*.8*.3 + .9*.2*.3 = .014 + .024 + .054 = .092; .1*.2*.3 = .006. */
START_TEST(test_three_deals)
{
    static const double p[] = {0.1, 0.2, 0.3}, expected[] = {0.504, 0.398, 0.092, 0.006};
    double q[4];
    partner_error error;

    must(partner__binomial(p, 3, NULL, q, &error), error);
    for (int k = 0; k < 4; k++) ck_assert_double_eq_tol(q[k], expected[k], 1e-15);
    ck_assert_uint_eq(partner__binomial_quantile(q, 3, 10), 0);
    ck_assert_uint_eq(partner__binomial_quantile(q, 3, 50), 0);
    ck_assert_uint_eq(partner__binomial_quantile(q, 3, 51), 1);
    ck_assert_uint_eq(partner__binomial_quantile(q, 3, 90), 1);
    ck_assert_uint_eq(partner__binomial_quantile(q, 3, 91), 2);
    ck_assert_double_eq_tol(partner__binomial_reaches(q, 3, 2), 0.098, 1e-15);
    ck_assert_double_eq_tol(partner__binomial_reaches(q, 3, 0), 1, 1e-15);
}
END_TEST

START_TEST(test_certain_deals)
{
    static const double p[] = {1, 0, 1, 1, 0};
    double q[6];
    partner_error error;

    must(partner__binomial(p, 5, NULL, q, &error), error);
    for (int k = 0; k < 6; k++) ck_assert_double_eq(q[k], k == 3);
    ck_assert_uint_eq(partner__binomial_quantile(q, 5, 10), 3);
    ck_assert_uint_eq(partner__binomial_quantile(q, 5, 90), 3);
    must(partner__binomial(p, 0, NULL, q, &error), error);
    ck_assert_double_eq(q[0], 1);
    ck_assert_int_eq(partner__binomial(p, PARTNER__BINOMIAL_MOST + 1, NULL, q, &error), PARTNER_E_ARGUMENT);
}
END_TEST

/* Equal chances: n! / k! (n - k)! p^k (1 - p)^(n - k), as many deals as there may be. */
START_TEST(test_most_deals)
{
    enum { N = PARTNER__BINOMIAL_MOST };
    double *p = malloc(N * sizeof *p), *q = malloc((N + 1) * sizeof *q), sum = 0;
    partner_error error;

    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_nonnull(q);
    for (int i = 0; i < N; i++) p[i] = 0.3;
    must(partner__binomial(p, N, NULL, q, &error), error);
    for (int k = 0; k <= N; k++) sum += q[k];
    ck_assert_double_eq_tol(sum, 1, 1e-11);
    for (int k = 5700; k <= 6300; k += 50) {
        const double log_q =
            lgamma(N + 1.0) - lgamma(k + 1.0) - lgamma(N - k + 1.0) + k * log(0.3) + (N - k) * log(0.7);

        ck_assert_double_eq_tol(q[k] / exp(log_q), 1, 1e-9); /* lgamma is 2e5 here: 1e-10 of it is lost */
    }
    free(p);
    free(q);
}
END_TEST

/* --- chances --- */

/* Quantiles as every table has them. */
START_TEST(test_scores)
{
    static const double table[][2] = {{0.975, 1.959963984540054},
                                      {0.9, 1.2815515655446004},
                                      {0.75, 0.6744897501960817},
                                      {0.999, 3.090232306167813},
                                      {1e-9, -5.9978070150076865}};
    partner__chances *c = malloc(sizeof *c);

    ck_assert_ptr_nonnull(c);
    partner__chances_make(c);
    ck_assert_double_eq(partner__score_of_odds(c, 0), 0);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const double odds = partner__odds_of_chance(table[i][0]);

        ck_assert_double_eq_tol(partner__score_of_odds(c, odds), table[i][1], 1e-9);
        ck_assert_double_eq_tol(partner__score_of_odds(c, -odds), -table[i][1], 1e-9);
        ck_assert_double_eq_tol(partner__chance_below(c, table[i][1]), table[i][0], 1e-9);
        ck_assert_double_eq_tol(partner__chance_of_odds(odds), table[i][0], 1e-15);
    }
    for (double y = -8; y <= 8; y += 0.0123)
        ck_assert_double_eq_tol(partner__chance_below(c, y), 0.5 * erfc(-y / sqrt(2)), 1e-9);
    ck_assert(isinf(partner__score_of_odds(c, -INFINITY)));
    ck_assert_double_eq(partner__chance_below(c, -INFINITY), 0);
    ck_assert_double_eq(partner__chance_below(c, INFINITY), 1);
    free(c);
}
END_TEST

/* A guess is not farther off than it says, and none is made beyond the ends. */
START_TEST(test_guesses)
{
    partner__chances *c = malloc(sizeof *c);

    ck_assert_ptr_nonnull(c);
    partner__chances_make(c);
    for (double own = 0.1; own <= 1; own += 0.3)
        for (double factor = -3; factor <= 3; factor += 0.75)
            for (double odds = -39.9; odds < 39.9; odds += 0.037) {
                const double exact = partner__chance_below(c, (partner__score_of_odds(c, odds) - factor) / own);
                const double guess = partner__guess_below(c, odds, factor, 1 / own);

                ck_assert(fabs(guess - exact) < PARTNER__GUESS_OFF * (1 + 1 / own));
            }
    ck_assert(isnan(partner__guess_below(c, 40, 0, 1)) && isnan(partner__guess_below(c, -INFINITY, 0, 1)));
    free(c);
}
END_TEST

/* p times the share, with p = 1 / (1 + e^-odds), has log-odds -ln (1 / (p share) - 1). */
START_TEST(test_guesses_of_shares)
{
    static const double shares[] = {1e-4, 0.01, 0.1, 0.3, 0.5, 0.9, 0.999, 1};
    partner__chances *c = malloc(sizeof *c);
    double *score = malloc(PARTNER__SHARE_KNOTS * sizeof *score);

    ck_assert(c != NULL && score != NULL);
    partner__chances_make(c);
    for (size_t s = 0; s < sizeof shares / sizeof *shares; s++) {
        partner__shares_make(c, shares[s], score);
        for (double own = 0.1; own <= 1; own += 0.3)
            for (double factor = -3; factor <= 3; factor += 0.75)
                for (double odds = -29.9; odds < 29.9; odds += 0.037) {
                    const double of_share = -log((1 + exp(-odds)) / shares[s] - 1);
                    const double exact =
                        partner__chance_below(c, (partner__score_of_odds(c, of_share) - factor) / own);
                    const double guess = partner__share_below(c, score, odds, factor, 1 / own);

                    ck_assert(fabs(guess - exact) < PARTNER__SHARE_OFF * (1 + 1 / own));
                }
    }
    ck_assert(isnan(partner__share_below(c, score, 30, 0, 1)));
    partner__shares_make(c, 0, score);
    ck_assert(isnan(partner__share_below(c, score, 0, 0, 1)));
    free(c);
    free(score);
}
END_TEST

START_TEST(test_thresholds)
{
    ck_assert_uint_eq(partner__threshold(0), 0);
    ck_assert_uint_eq(partner__threshold(-1), 0);
    ck_assert_uint_eq(partner__threshold(NAN), 0);
    ck_assert_uint_eq(partner__threshold(0.5), UINT64_C(1) << 63);
    ck_assert_uint_eq(partner__threshold(1), UINT64_MAX);
    ck_assert_uint_eq(partner__threshold(2), UINT64_MAX);
}
END_TEST

/* Five standard errors of a share. */
static double margin(double p, double n) { return 5 * sqrt(p * (1 - p) / n); }

START_TEST(test_lanes)
{
    static const double chances[] = {0.01, 0.25, 0.5, 0.7, 0.999};
    partner__random random = partner__random_stream(3, 1);

    for (size_t i = 0; i < sizeof chances / sizeof *chances; i++) {
        const uint64_t threshold = partner__threshold(chances[i]);
        size_t of_lane[64] = {0}, all = 0;

        for (int round = 0; round < 4000; round++) {
            const uint64_t bits = partner__random_lanes(&random, threshold, UINT64_MAX);

            for (int lane = 0; lane < 64; lane++) of_lane[lane] += bits >> lane & 1;
        }
        for (int lane = 0; lane < 64; lane++) {
            ck_assert_double_eq_tol((double)of_lane[lane] / 4000, chances[i], margin(chances[i], 4000) + 1e-3);
            all += of_lane[lane];
        }
        ck_assert_double_eq_tol((double)all / (4000 * 64), chances[i], margin(chances[i], 4000 * 64));
    }
    ck_assert_uint_eq(partner__random_lanes(&random, 0, UINT64_MAX), 0);
    ck_assert_uint_eq(partner__random_lanes(&random, UINT64_MAX, 5), 5);
    ck_assert_uint_eq(partner__random_lanes(&random, UINT64_C(1) << 63, 6) & ~UINT64_C(6), 0);
}
END_TEST

/* Mean a / (a + b) and variance ab / ((a + b)^2 (a + b + 1)), small shapes too. */
START_TEST(test_beta_numbers)
{
    static const double shapes[][2] = {{0.5, 20.5}, {0.5, 0.5}, {3.5, 1.5}, {200, 800}};
    partner__chances *c = malloc(sizeof *c);
    partner__random random = partner__random_stream(5, 2);

    ck_assert_ptr_nonnull(c);
    partner__chances_make(c);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const double a = shapes[i][0], b = shapes[i][1], mean = a / (a + b);
        const double variance = mean * (1 - mean) / (a + b + 1);
        double sum = 0, squares = 0;

        for (int k = 0; k < DRAWS; k++) {
            const double p = partner__chance_of_odds(partner__random_beta_odds(c, &random, a, b));

            sum += p;
            squares += (p - mean) * (p - mean);
        }
        ck_assert_double_eq_tol(sum / DRAWS, mean, 5 * sqrt(variance / DRAWS));
        ck_assert_double_eq_tol(squares / DRAWS / variance, 1, 0.08);
    }
    free(c);
}
END_TEST

/* --- draws --- */

static const double whole[] = {1};

/* Deals of one partner that bring 1, each in a cell of its own. */
typedef struct world {
    partner__sim_deal deal[MOST_DEALS];
    partner__sim_cell cell[MOST_DEALS];
    partner__simulation s;
} world;

static void make_world(world *w, size_t deals, const double *p)
{
    memset(w, 0, sizeof *w);
    for (size_t i = 0; i < deals; i++) {
        w->deal[i] = (partner__sim_deal){(uint32_t)i, 0, PARTNER_NONE, 1, 0, NULL};
        w->cell[i] = (partner__sim_cell){p[i], 0, whole};
    }
    w->s.deals = w->s.cells = deals;
    w->s.deal = w->deal;
    w->s.cell = w->cell;
    w->s.partners = w->s.months = 1;
    w->s.direct = PARTNER_NONE;
    w->s.draws = DRAWS;
    w->s.seed = 11;
}

static partner__simulated simulated(const world *w)
{
    partner__simulated out = {.month = NULL};
    partner_error error;

    must(partner__simulate(&w->s, &out, &error), error);
    return out;
}

static double reached(world *w, int64_t target)
{
    w->s.target = target;
    return simulated(w).reached;
}

static void check_reached(world *w, int64_t target, double expected)
{
    const double found = reached(w, target);

    ck_assert_msg(fabs(found - expected) <= margin(expected, DRAWS), "target %d: %g, expected %g", (int)target,
                  found, expected);
}

static double up_to(const double *q, double k)
{
    double sum = 0;

    for (int i = 0; i <= (int)k; i++) sum += q[i];
    return sum;
}

/* The smallest number whose cumulated probability reaches q, or one that chance may mistake for it. */
static void check_quantile(const double *q, double found, double percent)
{
    const double error = margin(percent, DRAWS);

    ck_assert_double_ge(up_to(q, found), percent - error);
    ck_assert_double_lt(up_to(q, found - 1), percent + error);
}

START_TEST(test_draws_against_the_exact_distribution)
{
    enum { N = 90 };
    double p[N], q[N + 1];
    world w;
    partner__simulated out;
    partner_error error;

    for (int i = 0; i < N; i++) p[i] = (i * 37 % 100) / 99.0;
    must(partner__binomial(p, N, NULL, q, &error), error);
    make_world(&w, N, p);
    for (size_t k = 35; k <= 55; k += 2) check_reached(&w, (int64_t)k, partner__binomial_reaches(q, N, k));
    out = simulated(&w);
    check_quantile(q, (double)out.won.p10, 0.1);
    check_quantile(q, (double)out.won.p50, 0.5);
    check_quantile(q, (double)out.won.p90, 0.9);
    ck_assert_mem_eq(&out.won, &out.money, sizeof out.won); /* each brings 1 */
    for (size_t i = 0; i < N; i++) w.deal[i].cell = 33;     /* 33 * 37 % 100 = 21: one run of equal chances */
    for (int i = 0; i < N; i++) p[i] = 21 / 99.0;
    must(partner__binomial(p, N, NULL, q, &error), error);
    for (size_t k = 12; k <= 28; k += 2) check_reached(&w, (int64_t)k, partner__binomial_reaches(q, N, k));
}
END_TEST

/* Two deals of chance 1/2 whose scores have correlation r are both won with 1/4 + asin(r) / 2π (Sheppard). */
START_TEST(test_correlation)
{
    static const double half[] = {0.5, 0.5};
    world w;

    make_world(&w, 2, half);
    check_reached(&w, 2, 0.25);
    w.s.correlation = 0.3;
    check_reached(&w, 2, 0.25 + asin(0.3) / (2 * PI));
    w.s.partner_correlation = 0.4;
    check_reached(&w, 2, 0.25 + asin(0.7) / (2 * PI));
    w.s.direct = 0; /* direct deals share the channel's factor alone */
    check_reached(&w, 2, 0.25 + asin(0.3) / (2 * PI));
    w.s.direct = PARTNER_NONE;
    w.s.partners = 2; /* two partners, too */
    w.deal[1].partner = 1;
    check_reached(&w, 2, 0.25 + asin(0.3) / (2 * PI));
    check_reached(&w, 1, 1 - (0.25 + asin(0.3) / (2 * PI)));
}
END_TEST

/* Correlation leaves each deal's own chance as it is, and a shift moves it on the logit scale:
 * odds 1/3 times e^ln 6 = 2, so 2/3. */
START_TEST(test_chances_of_one)
{
    static const double quarter[] = {0.25};
    world w;

    make_world(&w, 1, quarter);
    for (int i = 0; i < 3; i++) {
        w.s.correlation = 0.2 * i;
        w.deal[0].shift = 0;
        check_reached(&w, 1, 0.25);
        w.deal[0].shift = log(6);
        check_reached(&w, 1, 2.0 / 3);
    }
    w.cell[0].rate = 0;
    ck_assert_double_eq(reached(&w, 1), 0);
    w.cell[0].rate = 1;
    ck_assert_double_eq(reached(&w, 1), 1);
}
END_TEST

/* Deals of one cell share its drawn rate: the count is beta-binomial. None of 3 is won with
 * B(a, b + 3) / B(a, b) = b (b + 1) (b + 2) / (n (n + 1) (n + 2)), n = a + b; with 20 deals and rate .2
 * a = 4.5, b = 16.5: 16.5 * 17.5 * 18.5 / (21 * 22 * 23) = 5341.875 / 10626. */
START_TEST(test_drawn_rates)
{
    static const double fifth[] = {0.2, 0.2, 0.2};
    world w;

    make_world(&w, 3, fifth);
    for (int i = 0; i < 3; i++) w.deal[i].cell = 0;
    w.cell[0].deals = 20;
    check_reached(&w, 1, 1 - 5341.875 / 10626);
    check_reached(&w, 3, 4.5 * 5.5 * 6.5 / 10626);
}
END_TEST

/* Log-odds with mean 1 and standard deviation 2 by way of two coefficients of covariance R R',
 * R = (2 0; 1 1): row (-1, 2) gives (-2 + 2, 2) = (0, 2). The chance is the integral of the logistic function
 * over the normal density, here by the midpoint rule. */
START_TEST(test_drawn_coefficients)
{
    static const double root[] = {2, 0, 1, 1}, row[] = {-1, 2}, half[] = {0.5};
    double expected = 0;
    world w;

    for (double z = -8 + 0.005; z < 8; z += 0.01)
        expected += 0.01 * exp(-z * z / 2) / sqrt(2 * PI) / (1 + exp(-(1 + 2 * z)));
    make_world(&w, 1, half);
    w.s.terms = 2;
    w.s.root = root;
    w.deal[0].row = row;
    w.deal[0].shift = 1;
    check_reached(&w, 1, expected);
}
END_TEST

/* Won with 1/2, then each amount of the pool as likely as the other. */
START_TEST(test_pools)
{
    static const double half[] = {0.5};
    static const int64_t amounts[] = {100, 700, 300, 400, 200};
    const partner__sim_pool pool = {amounts, 5};
    world w;

    make_world(&w, 1, half);
    w.deal[0].pool = 0;
    w.s.pool = &pool;
    w.s.pools = 1;
    for (int64_t k = 1; k <= 4; k++) check_reached(&w, k * 100, (6 - (double)k) / 10);
    check_reached(&w, 500, 0.1);
    ck_assert_double_eq(reached(&w, 701), 0);
}
END_TEST

/* A deal is won with .8, a quarter of it in the first of two months: .2 and .6, whatever the correlation. */
START_TEST(test_months)
{
    static const double p[] = {0.8}, spread[] = {0.25, 1};
    partner__band month[2];
    partner__simulated out = {.month = month};
    partner_error error;
    world w;

    make_world(&w, 1, p);
    w.cell[0].spread = spread;
    w.s.months = 2;
    for (int i = 0; i < 2; i++) {
        w.s.correlation = 0.3 * i;
        must(partner__simulate(&w.s, &out, &error), error);
        ck_assert_int_eq(month[0].p10, 0);
        ck_assert_int_eq(month[0].p50, 0);
        ck_assert_int_eq(month[0].p90, 1);
        ck_assert_int_eq(month[1].p10, 0);
        ck_assert_int_eq(month[1].p50, 1);
        ck_assert_int_eq(month[1].p90, 1);
    }
    /* Fifty such deals: mean 10 in the first month and 30 in the second, standard deviation sqrt(50 * .16) and
     * sqrt(50 * .24), so that P10 and P90 are 1.28 of them away, to a deal. */
    w.s.correlation = 0;
    w.s.deals = 50;
    for (int i = 0; i < 50; i++) w.deal[i] = w.deal[0];
    must(partner__simulate(&w.s, &out, &error), error);
    ck_assert_double_eq_tol((double)month[0].p50, 10, 1);
    ck_assert_double_eq_tol((double)month[0].p10, 10 - 1.2816 * sqrt(8), 1);
    ck_assert_double_eq_tol((double)month[0].p90, 10 + 1.2816 * sqrt(8), 1);
    ck_assert_double_eq_tol((double)month[1].p50, 30, 1);
    ck_assert_double_eq_tol((double)month[1].p10, 30 - 1.2816 * sqrt(12), 1);
    ck_assert_double_eq_tol((double)month[1].p90, 30 + 1.2816 * sqrt(12), 1);
}
END_TEST

/* ⌈q·draws⌉-th smallest: of one draw, and of certain deals, all are the same. */
START_TEST(test_ranks)
{
    static const double certain[] = {1, 1, 0};
    partner__band partner[3] = {{7, 7, 7}, {7, 7, 7}, {7, 7, 7}};
    partner__simulated out = {.partner = partner};
    partner_error error;
    world w;

    make_world(&w, 3, certain);
    w.deal[0].amount = -50;
    w.deal[1].amount = 20;
    w.deal[1].partner = 2;
    w.s.partners = 3; /* the second has no deal */
    for (w.s.draws = 1; w.s.draws <= 300; w.s.draws += 37) {
        must(partner__simulate(&w.s, &out, &error), error);
        ck_assert_int_eq(out.money.p10, -30);
        ck_assert_int_eq(out.money.p90, -30);
        ck_assert_int_eq(out.won.p50, 2);
        ck_assert_int_eq(partner[0].p50, -50);
        ck_assert_int_eq(partner[1].p50, 0);
        ck_assert_int_eq(partner[2].p10, 20);
    }
}
END_TEST

START_TEST(test_amounts_too_large)
{
    static const double half[] = {0.5, 0.5};
    partner__simulated out = {.month = NULL};
    partner_error error;
    world w;

    make_world(&w, 2, half);
    w.deal[0].amount = INT64_MAX - 5;
    w.deal[1].amount = -4;
    must(partner__simulate(&w.s, &out, &error), error);
    w.deal[1].amount = -5;
    must_fail(partner__simulate(&w.s, &out, &error), PARTNER_E_RANGE, error);
    ck_assert_str_eq(error.message,
                     "forecast: the amounts of the open deals together leave 64 bits, expected at "
                     "most 9223372036854775806 minor units in magnitude");
}
END_TEST

typedef struct figures {
    partner__simulated all;
    partner__band month[3], partner[7];
} figures;

static void draw_with_threads(world *w, uint32_t threads, figures *f)
{
    const partner__run run = {threads, NULL, NULL};
    partner_error error;

    memset(f, 0, sizeof *f);
    f->all.month = f->month;
    f->all.partner = f->partner;
    w->s.run = &run;
    must(partner__simulate(&w->s, &f->all, &error), error);
    f->all.month = f->all.partner = NULL;
}

/* Everything at once: cells that are drawn, months, partners and direct deals, pools, shifts, coefficients. */
static void make_mixed(world *w)
{
    static const double spread[] = {0.2, 0.7, 1}, root[] = {0.3}, row[] = {1.5};
    static const int64_t amounts[] = {10, 20, 700};
    static const partner__sim_pool pool = {amounts, 3};
    double p[MOST_DEALS];

    for (int i = 0; i < MOST_DEALS; i++) p[i] = 0.05 + 0.009 * i;
    make_world(w, MOST_DEALS, p);
    for (int i = 0; i < MOST_DEALS; i++) {
        w->cell[i].spread = spread;
        w->cell[i].deals = i % 2 * 25;
        w->deal[i] = (partner__sim_deal){(uint32_t)(i % 9), (uint32_t)(i % 7),    i % 3 ? PARTNER_NONE : 0,
                                         i * 1000,          i % 5 == 0 ? 0.5 : 0, i % 4 == 0 ? row : NULL};
    }
    w->s.months = 3;
    w->s.partners = 7;
    w->s.direct = 6;
    w->s.pool = &pool;
    w->s.pools = w->s.terms = 1;
    w->s.root = root;
}

/* Bit for bit. */
START_TEST(test_threads)
{
    figures one, many;
    world w;

    make_mixed(&w);
    w.s.draws = 1111;
    w.s.target = 2000000;
    for (int i = 0; i < 2; i++) {
        w.s.correlation = 0.1 * i;
        w.s.partner_correlation = 0.2 * i;
        draw_with_threads(&w, 1, &one);
        ck_assert_int_lt(one.all.money.p10, one.all.money.p90);
        for (uint32_t threads = 2; threads <= 5; threads++) {
            draw_with_threads(&w, threads, &many);
            ck_assert_mem_eq(&one, &many, sizeof one);
        }
        w.s.seed++;
        draw_with_threads(&w, 1, &many);
        ck_assert_mem_ne(&one, &many, sizeof one);
    }
}
END_TEST

/* The answer without all draws is the one that the bands give. */
START_TEST(test_what_a_band_holds)
{
    static const uint32_t draws[] = {1, 7, 1111, 2500};
    partner_error error;
    world w;

    make_mixed(&w);
    for (int c = 0; c < 3; c++)
        for (size_t d = 0; d < 4; d++) {
            partner__simulated all;

            w.s.correlation = 0.2 * c;
            w.s.partner_correlation = 0.1 * c;
            w.s.draws = draws[d];
            all = simulated(&w);
            for (int64_t i = -2; i <= 2; i++) {
                const int64_t between = all.money.p50 + i * (all.money.p90 - all.money.p10) / 4;
                const int64_t at[] = {between, all.money.p10 + i, all.money.p90 + i};

                for (size_t k = 0; k < 3; k++) {
                    int holds = -1;

                    must(partner__simulate_holds(&w.s, at[k], &holds, &error), error);
                    ck_assert_int_eq(holds, all.money.p10 <= at[k] && at[k] <= all.money.p90);
                }
            }
        }
}
END_TEST

/* --- money --- */

typedef struct rounded {
    partner__sum sum;
    int64_t money;
} rounded;

static const partner__figure figure = {"forecast", "expected"};

/* 2^53 is 9007199254740992, 2^63 - 1024 the largest double below 2^63. What the sum has lost decides. */
START_TEST(test_sums_to_whole_units)
{
    static const rounded sums[] = {{{0, 0}, 0},
                                   {{0.5, 0}, 0},
                                   {{1.5, 0}, 2},
                                   {{2.5, 0}, 2},
                                   {{-0.5, 0}, 0},
                                   {{-1.5, 0}, -2},
                                   {{-2.5, 0}, -2},
                                   {{2.5, 1e-20}, 3},
                                   {{2.5, -1e-20}, 2},
                                   {{3.5, -1e-20}, 3},
                                   {{-2.5, -1e-20}, -3},
                                   {{1, -0.75}, 0},
                                   {{-1, 0.75}, 0},
                                   {{0x1p53, 0.5}, 9007199254740992},
                                   {{0x1p53, 0.75}, 9007199254740993},
                                   {{0x1p53, 1.5}, 9007199254740994},
                                   {{-0x1p53, -2.5}, -9007199254740994},
                                   {{0x1p63 - 1024, 1023}, INT64_MAX},
                                   {{-0x1p63 + 1024, -1023}, -INT64_MAX}};
    static const partner__sum beyond[] = {{0x1p63 - 1024, 1024},
                                          {-0x1p63 + 1024, -1024},
                                          {0x1p63, 0},
                                          {-0x1p63, 0},
                                          {1e300, 0},
                                          {INFINITY, 0},
                                          {NAN, 0}};
    partner_error error;
    int64_t money;

    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) {
        must(partner__money_of_sum(&sums[i].sum, figure, &money, &error), error);
        ck_assert_msg(money == sums[i].money, "%.17g + %g: %lld", sums[i].sum.sum, sums[i].sum.lost,
                      (long long)money);
    }
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++) {
        must_fail(partner__money_of_sum(&beyond[i], figure, &money, &error), PARTNER_E_RANGE, error);
        ck_assert_str_eq(error.record, "forecast");
        ck_assert_str_eq(error.field, "expected");
        ck_assert_str_eq(error.message, "forecast: expected leaves 64 bits, expected at most "
                                        "9223372036854775807 minor units in magnitude");
    }
}
END_TEST

static partner__net net_of(int64_t amount, int times)
{
    partner__net net = {partner__u128_from(0), partner__u128_from(0)};

    for (int i = 0; i < times; i++) partner__net_add(&net, amount);
    return net;
}

/* n times / by for all small ones: the nearest whole number q has |2 (n times - q by)| < by, or = by and is
 * even. */
START_TEST(test_quotients_to_whole_units)
{
    partner_error error;
    partner__net net;
    int64_t q = 0;

    for (int n = -30; n <= 30; n++)
        for (uint64_t times = 1; times <= 3; times++)
            for (uint64_t by = 1; by <= 12; by++) {
                int64_t twice;

                net = net_of(n, 1);
                must(partner__money_of_net(&net, partner__u128_from(times), partner__u128_from(by), figure, &q,
                                           &error),
                     error);
                twice = 2 * (n * (int64_t)times - q * (int64_t)by);
                ck_assert(llabs(twice) < (int64_t)by || (llabs(twice) == (int64_t)by && q % 2 == 0));
            }
    net = net_of(-INT64_MAX, 7);
    ck_assert_int_eq(partner__money_mean(&net, 7), -INT64_MAX);
    must_fail(partner__money_of_net(&net, partner__u128_from(1), partner__u128_from(6), figure, &q, &error),
              PARTNER_E_RANGE, error);
    /* (2^63 - 1) 2^62 2^30 / (2^62 2^31) = 2^62 - 1/2, which is to the even 2^62. */
    net = net_of(INT64_MAX, 1);
    must(partner__money_of_net(&net, partner__u128_scale(partner__u128_from(UINT64_C(1) << 62), 1U << 30),
                               partner__u128_scale(partner__u128_from(UINT64_C(1) << 62), UINT64_C(1) << 31),
                               figure, &q, &error),
         error);
    ck_assert_int_eq(q, INT64_C(1) << 62);
}
END_TEST

/* --- a pipeline by hand --- */

/* Thirty deals opened on day 500. 0 … 11 were won on day 510, 12 … 17 lost then, 18 … 29 won on day 540. As of
 * day 1000 four are open: 30 and 31 since that day, 32 and 33 since day 995.
 *
 * The median age is 2.5. Landmarks of age 0 are those of all 34 deals; those open are censored on days 0 and 5
 * of their clocks, so that 30 are at risk on day 10: 12 won, I(30) = 12/30 = .4. Of age 30 there are those of
 * 12 deals, too few, so that deals 32 and 33 have the stage's: on day 10 there are 30 + 12 at risk, and 12 + 12
 * are won, I(30) = 24/42 = 4/7. */
enum { CLOSED = 30, HAND_DEALS = 34, AS_OF = 1000, AHEAD = 30 };

typedef struct hand {
    uint32_t partner[HAND_DEALS];
    int32_t opened[HAND_DEALS], closed[HAND_DEALS];
    uint8_t outcome[HAND_DEALS];
    int64_t amount[HAND_DEALS];
    partner_claims claims;
    partner_pipeline_options options;
    partner_pipeline *pipeline;
} hand;

/* Partner 7 won five deals of 100 … 500, partner 8 four of 1000; of the others nobody knows the amount. */
static void write_hand(hand *h)
{
    memset(h, 0, sizeof *h);
    for (int i = 0; i < HAND_DEALS; i++) {
        const int is_open = i >= CLOSED;

        h->partner[i] = i < 5 ? 7 : i >= 18 && i < 22 ? 8 : PARTNER_NONE;
        h->opened[i] = !is_open ? 500 : i < 32 ? 1000 : 995;
        h->closed[i] = is_open ? PARTNER_NO_DAY : i < 18 ? 510 : 540;
        h->outcome[i] = is_open             ? PARTNER_OUTCOME_OPEN
                        : i >= 12 && i < 18 ? PARTNER_OUTCOME_LOST
                                            : PARTNER_OUTCOME_WON;
        h->amount[i] = i < 5 ? 100 * (i + 1) : i >= 18 && i < 22 ? 1000 : PARTNER_NO_AMOUNT;
    }
    h->partner[30] = 7;
    h->partner[31] = h->partner[33] = 8;
    h->amount[32] = 70;
    h->amount[33] = 30;
    h->claims.struct_size = sizeof h->claims;
    h->options.struct_size = sizeof h->options;
    h->options.as_of_day = AS_OF;
    h->options.known_from_day = 100;
    h->options.horizon_days = AHEAD;
    h->options.draws = 1000;
}

/* Nobody said anything but of deal 31, of which a milestone was taken back. */
static partner_status try_hand(hand *h, partner_error *error)
{
    static const uint32_t deal[] = {31}, name[] = {0};
    static const int32_t day[] = {AS_OF};
    static const uint8_t done[] = {0};
    const partner_process_milestone need = {.struct_size = sizeof need, .id = "need", .name = 0};
    const partner_process_stage stage = {
        .struct_size = sizeof stage, .id = "first", .name = 10, .milestone = &need, .milestones = 1};
    const partner_process process = {.struct_size = sizeof process, .stage = &stage, .stages = 1};
    partner_milestones reports = PARTNER_MILESTONES_INIT;
    partner_deals deals = PARTNER_DEALS_INIT;

    deals.rows = HAND_DEALS;
    deals.partner = h->partner;
    deals.opened = h->opened;
    deals.closed = h->closed;
    deals.outcome = h->outcome;
    deals.amount = h->amount;
    reports.rows = 1;
    reports.deal = deal;
    reports.milestone = name;
    reports.day = day;
    reports.done = done;
    return partner_pipeline_new(&process, &deals, &reports, &h->claims, &h->options, &h->pipeline, error);
}

static const partner_pipeline *run_hand(hand *h)
{
    partner_error error;

    must(try_hand(h, &error), error);
    return h->pipeline;
}

/* Deal 30 brings the mean of its partner's, 300; deal 31's partner has won four, which is too few, so the
 * channel's, 5500 / 9 = 611.1…; the others their own. Expected are .4 * 300 = 120, .4 * 5500 / 9 = 244.4…,
 * 4/7 * 70 = 40 and 4/7 * 30 = 17.1…, together 421.58… */
static const double young = 0.4, old = 4.0 / 7;

START_TEST(test_open_deals)
{
    static const uint8_t from[] = {PARTNER_AMOUNT_PARTNER, PARTNER_AMOUNT_CHANNEL, PARTNER_AMOUNT_OWN,
                                   PARTNER_AMOUNT_OWN};
    static const int64_t amount[] = {300, 611, 70, 30};
    const partner_pipeline_deals *d;
    hand h;

    write_hand(&h);
    d = run_hand(&h)->deal;
    ck_assert_uint_eq(d->deals, HAND_DEALS);
    for (int i = 0; i < 4; i++) {
        ck_assert_double_eq_tol(d->probability[CLOSED + i], i < 2 ? young : old, 1e-14);
        ck_assert_uint_eq(d->beyond[CLOSED + i], 0);
        ck_assert_uint_eq(d->amount_from[CLOSED + i], from[i]);
        ck_assert_int_eq(d->amount[CLOSED + i], amount[i]);
        ck_assert_uint_eq(d->category[CLOSED + i],
                          i == 1 ? PARTNER_CATEGORY_PIPELINE : PARTNER_CATEGORY_OMITTED);
    }
    ck_assert_double_nan(d->probability[0]);
    ck_assert_uint_eq(d->category[0], PARTNER_CATEGORY_CLOSED);
    ck_assert_uint_eq(d->amount_from[0], PARTNER_AMOUNT_CLOSED);
    partner_pipeline_free(h.pipeline);
}
END_TEST

/* Between day 540 and day 995 nothing is open, and on day 520 only 18 deals have closed: no past window says
 * anything, so the correlation is 0.1. In the 16 windows of 30 days back to day 520 nothing was both opened and
 * won. */
START_TEST(test_totals)
{
    const partner_forecast *f;
    hand h;

    write_hand(&h);
    f = run_hand(&h)->forecast;
    ck_assert_uint_eq(f->horizon_days, AHEAD);
    ck_assert_uint_eq(f->deals, 4);
    ck_assert_uint_eq(f->without_amount, 0);
    ck_assert_uint_eq(f->beyond, 0);
    ck_assert_int_eq(f->expected, 422);
    ck_assert_double_eq_tol(f->expected_won, 2 * young + 2 * old, 1e-14);
    ck_assert_double_eq(f->correlation, 0.1);
    ck_assert_uint_eq(f->correlation_learnt, 0);
    ck_assert_uint_eq(f->windows, 0);
    ck_assert_uint_eq(f->exact, 0);
    ck_assert_int_eq(f->target, PARTNER_NO_AMOUNT);
    ck_assert_double_nan(f->target_probability);
    ck_assert_int_eq(f->new_business, 0);
    partner_pipeline_free(h.pipeline);
}
END_TEST

/* Day 1000 is 27 September 1972. All of the curves rises on day 10, so in October, of which the horizon reaches
 * the 27th, day 1030. */
START_TEST(test_parts)
{
    static const uint32_t partner[] = {7, 8, PARTNER_NONE};
    static const size_t deals[] = {1, 2, 1};
    static const int64_t expected[] = {120, 262, 40}; /* of partner 8 244.4… + 17.1… = 261.58… */
    const partner_forecast *f;
    hand h;

    write_hand(&h);
    f = run_hand(&h)->forecast;
    ck_assert_uint_eq(f->months->months, 2);
    ck_assert_int_eq(f->months->day[0], 1003);
    ck_assert_int_eq(f->months->day[1], 1030);
    ck_assert_int_eq(f->months->expected[0], 0);
    ck_assert_int_eq(f->months->p90[0], 0);
    ck_assert_int_eq(f->months->expected[1], 422);
    ck_assert_int_eq(f->months->p90[1], f->p90);
    ck_assert_uint_eq(f->partners->partners, 3);
    for (int i = 0; i < 3; i++) {
        ck_assert_uint_eq(f->partners->partner[i], partner[i]);
        ck_assert_uint_eq(f->partners->deals[i], deals[i]);
        ck_assert_int_eq(f->partners->expected[i], expected[i]);
    }
    ck_assert_int_eq(f->partners->p10[2], 0); /* .57: lost in more than a tenth of the draws */
    ck_assert_int_eq(f->partners->p90[2], 70);
    ck_assert_uint_eq(f->categories->categories, PARTNER_CATEGORIES);
    ck_assert_uint_eq(f->categories->deals[PARTNER_CATEGORY_PIPELINE], 1);
    ck_assert_uint_eq(f->categories->deals[PARTNER_CATEGORY_OMITTED], 3);
    ck_assert_int_eq(f->categories->expected[PARTNER_CATEGORY_PIPELINE], 244);
    ck_assert_int_eq(f->categories->expected[PARTNER_CATEGORY_OMITTED], 177); /* 120 + 40 + 17.1… */
    ck_assert_int_eq(f->categories->expected[PARTNER_CATEGORY_COMMIT], 0);
    partner_pipeline_free(h.pipeline);
}
END_TEST

/* Certain chances .4, .4, 4/7, 4/7, no correlation, 50 each: none is won with .36 * 9/49 = .0661, one with
 * .48 * 9/49 + .36 * 24/49 = .2645, two with .16 * 9/49 + .48 * 24/49 + .36 * 16/49 = .3820, so that P10 is
 * one, P50 two and P90 three; three or four bring 150. */
START_TEST(test_exactly)
{
    const partner_forecast *f;
    hand h;

    write_hand(&h);
    for (int i = CLOSED; i < HAND_DEALS; i++) h.amount[i] = 50;
    h.options.certain = 1;
    h.options.correlation = PARTNER_CORRELATION_0;
    h.options.target = 150;
    f = run_hand(&h)->forecast;
    ck_assert_uint_eq(f->exact, 1);
    ck_assert_double_eq(f->won_p10, 1);
    ck_assert_double_eq(f->won_p50, 2);
    ck_assert_double_eq(f->won_p90, 3);
    ck_assert_int_eq(f->p10, 50);
    ck_assert_int_eq(f->p50, 100);
    ck_assert_int_eq(f->p90, 150);
    ck_assert_int_eq(f->target, 150);
    ck_assert_double_eq_tol(f->target_probability, (0.16 * 24 + 0.48 * 16 + 0.16 * 16) / 49, 1e-14);
    partner_pipeline_free(h.pipeline);
}
END_TEST

/* Amounts of deals won more than two years ago say nothing any more. */
START_TEST(test_old_amounts)
{
    const partner_pipeline *p;
    hand h;

    write_hand(&h);
    h.options.as_of_day = 540 + 730;
    for (int i = CLOSED; i < HAND_DEALS; i++) h.opened[i] += 270;
    h.amount[32] = PARTNER_NO_AMOUNT;
    p = run_hand(&h);
    ck_assert_uint_eq(p->deal->amount_from[30], PARTNER_AMOUNT_UNKNOWN);
    ck_assert_int_eq(p->deal->amount[30], PARTNER_NO_AMOUNT);
    ck_assert_uint_eq(p->forecast->without_amount, 3);
    ck_assert_int_eq(p->forecast->expected, 17); /* 4/7 * 30 = 17.1… */
    ck_assert_double_eq_tol(p->forecast->expected_won, 2 * young + 2 * old, 1e-14);
    partner_pipeline_free(h.pipeline);
}
END_TEST

/* Too little data is an answer: on day 525 eighteen deals have closed, on day 970 none is open. What came is
 * told all the same: twelve deals won on day 540, four of them of 1000. Day 980 is not over. */
START_TEST(test_too_little)
{
    static const int32_t days[] = {970, 980, 525}; /* told ascending */
    const partner_backtest *b;
    hand h;

    write_hand(&h);
    h.options.backtest = 1;
    memcpy(h.options.backtest_day, days, sizeof days);
    b = run_hand(&h)->backtest;
    ck_assert_uint_eq(b->windows, 2);
    ck_assert_int_eq(b->day[0], 525);
    ck_assert_int_eq(b->day[1], 970);
    for (int i = 0; i < 2; i++) {
        ck_assert_uint_eq(b->too_little[i], 1);
        ck_assert_int_eq(b->expected[i], PARTNER_NO_AMOUNT);
        ck_assert_int_eq(b->p10[i], PARTNER_NO_AMOUNT);
        ck_assert_int_eq(b->claimed[i], PARTNER_NO_AMOUNT);
        ck_assert_double_nan(b->expected_won[i]);
        ck_assert_int_eq(b->actual[i], i == 0 ? 4000 : 0);
        ck_assert_uint_eq(b->won[i], i == 0 ? 12 : 0);
    }
    ck_assert_double_nan(b->bias);
    ck_assert_double_nan(b->coverage);
    ck_assert_uint_eq(b->apart, 0);
    partner_pipeline_free(h.pipeline);
}
END_TEST

/* A past day with enough behind it: with deals 12 … 17 lost a day later and eight more won on day 510, on day
 * 510 twenty have closed and ten are open, of age 10, which is the median: young, like landmarks of age 0. Of
 * 30 at risk 20 were won on day 10 and the rest is open: I(30) = 20/30, ten deals, 20/3 expected won. Four are
 * won on day 540, six are lost: bias (20/3 - 4) / 4 = 2/3. */
START_TEST(test_one_past_day)
{
    const partner_backtest *b;
    hand h;

    write_hand(&h);
    for (int i = 12; i < 18; i++) h.closed[i] = 511;
    for (int i = 18; i < 26; i++) h.closed[i] = 510;
    h.options.backtest = 1;
    h.options.backtest_day[0] = 510;
    b = run_hand(&h)->backtest;
    ck_assert_uint_eq(b->too_little[0], 0);
    ck_assert_double_eq_tol(b->expected_won[0], 20.0 / 3, 1e-13);
    ck_assert_uint_eq(b->won[0], 4);
    ck_assert_double_eq_tol(b->won_bias, 2.0 / 3, 1e-13);
    ck_assert_double_eq_tol(b->won_wape, 2.0 / 3, 1e-13);
    ck_assert_int_eq(b->expected[0], 4074); /* 20/3 * 5500/9 = 4074.07…: the amounts were known by then */
    ck_assert_int_eq(b->actual[0], 0);
    ck_assert_double_nan(b->bias); /* nothing came whose amount is known */
    ck_assert_uint_eq(b->apart, 1);
    partner_pipeline_free(h.pipeline);
}
END_TEST

/* Day 525 is too little for a forecast; what was claimed of two deals open then, and what four of them brought,
 * is more than there is room for. */
START_TEST(test_past_money_out_of_range)
{
    static const uint32_t deal[] = {18, 19};
    static const int32_t day[] = {520, 525};
    static const double certain[] = {1, 1};
    int64_t amount[] = {INT64_MAX / 2, INT64_MAX / 2};
    partner_error error;
    hand h;

    write_hand(&h);
    h.options.as_of_day = 540 + 730; /* so that no open deal is worth what these brought */
    for (int i = CLOSED; i < HAND_DEALS; i++) h.opened[i] += 270;
    h.options.backtest = 1;
    h.options.backtest_day[0] = 525;
    h.claims.rows = 2;
    h.claims.deal = deal;
    h.claims.day = day;
    h.claims.probability = certain;
    h.claims.amount = amount;
    amount[0] -= 4096;
    /* As doubles 2^62 - 4097 is 2^62 - 4096, and 2^62 - 1 is 2^62: together 2^63 - 4096. */
    ck_assert_int_eq(run_hand(&h)->backtest->claimed[0], INT64_MAX - 4095);
    partner_pipeline_free(h.pipeline);
    h.pipeline = NULL;
    amount[0] = INT64_MAX;
    must_fail(try_hand(&h, &error), PARTNER_E_RANGE, error);
    ck_assert_str_eq(error.record, "backtest");
    ck_assert_str_eq(error.field, "claimed");
    h.claims.rows = 0;
    h.amount[18] = INT64_MAX;
    must_fail(try_hand(&h, &error), PARTNER_E_RANGE, error);
    ck_assert_str_eq(error.record, "backtest");
    ck_assert_str_eq(error.field, "actual");
    ck_assert_ptr_null(h.pipeline);
    h.amount[18] = INT64_MAX - 3000; /* the other three bring 1000 each */
    ck_assert_int_eq(run_hand(&h)->backtest->actual[0], INT64_MAX);
    partner_pipeline_free(h.pipeline);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("forecast");
    TCase *exact = add_case(suite, "exact"), *chances = add_case(suite, "chances");
    TCase *draws = add_case(suite, "draws"), *by_hand = add_case(suite, "by hand");
    TCase *money = add_case(suite, "money");

    tcase_add_test(exact, test_three_deals);
    tcase_add_test(exact, test_certain_deals);
    tcase_add_test(exact, test_most_deals);
    tcase_add_test(chances, test_scores);
    tcase_add_test(chances, test_guesses);
    tcase_add_test(chances, test_guesses_of_shares);
    tcase_add_test(chances, test_thresholds);
    tcase_add_test(chances, test_lanes);
    tcase_add_test(chances, test_beta_numbers);
    tcase_add_test(draws, test_draws_against_the_exact_distribution);
    tcase_add_test(draws, test_correlation);
    tcase_add_test(draws, test_chances_of_one);
    tcase_add_test(draws, test_drawn_rates);
    tcase_add_test(draws, test_drawn_coefficients);
    tcase_add_test(draws, test_pools);
    tcase_add_test(draws, test_months);
    tcase_add_test(draws, test_ranks);
    tcase_add_test(draws, test_amounts_too_large);
    tcase_add_test(draws, test_threads);
    tcase_add_test(draws, test_what_a_band_holds);
    tcase_add_test(money, test_sums_to_whole_units);
    tcase_add_test(money, test_quotients_to_whole_units);
    tcase_add_test(by_hand, test_open_deals);
    tcase_add_test(by_hand, test_totals);
    tcase_add_test(by_hand, test_parts);
    tcase_add_test(by_hand, test_exactly);
    tcase_add_test(by_hand, test_old_amounts);
    tcase_add_test(by_hand, test_too_little);
    tcase_add_test(by_hand, test_one_past_day);
    tcase_add_test(by_hand, test_past_money_out_of_range);
    return run_suite(suite);
}
