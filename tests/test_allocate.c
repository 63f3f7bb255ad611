/* SPDX-License-Identifier: MIT
 * Allocation (spec/segment.md, "Resources under a budget"): cases worked by hand, the conditions of Karush,
 * Kuhn and Tucker on random problems of all sizes of numbers, a plain second implementation (bisection on ln
 * λ), a grid, and every error. */
#include <float.h>

#include "suite.h"

static partner_error error;

enum { MOST = 64 };

typedef struct problem {
    size_t rows;
    double gain[MOST], scale[MOST], floor[MOST], ceiling[MOST], hours[MOST];
    uint32_t partner[MOST];
    partner_returns returns;
    partner_allocation_options options;
} problem;

/* Floors 0, no ceilings, no hours: the columns are there, to be written into. */
static void clear(problem *p, size_t rows, double budget)
{
    *p = (problem){.rows = rows, .returns = PARTNER_RETURNS_INIT, .options = PARTNER_ALLOCATION_OPTIONS_INIT};
    for (size_t i = 0; i < rows; i++) {
        p->gain[i] = p->scale[i] = 1;
        p->ceiling[i] = p->hours[i] = NAN;
        p->partner[i] = (uint32_t)(100 + i);
    }
    p->returns.rows = rows;
    p->returns.partner = p->partner;
    p->returns.gain = p->gain;
    p->returns.scale = p->scale;
    p->returns.floor = p->floor;
    p->returns.ceiling = p->ceiling;
    p->returns.hours = p->hours;
    p->options.budget = budget == 0 ? PARTNER_HOURS_0 : budget;
}

static partner_allocation *solve(const problem *p)
{
    partner_allocation *a = NULL;

    must(partner_allocate(&p->returns, &p->options, &a, &error), error);
    ck_assert_uint_eq(a->rows, p->rows);
    return a;
}

#define assert_near(found, expected, tolerance)                                            \
    ck_assert_msg(fabs((found) - (expected)) <= (tolerance)*fmax(fabs(expected), DBL_MIN), \
                  "%s is %.17g, expected %.17g", #found, (double)(found), (double)(expected))
#define assert_bits(found, expected) \
    ck_assert_msg(same_bits(found, expected), "%s is %.17g, expected %.17g", #found, found, (double)(expected))

/* --- by hand --- */

/* 100 / 10 = 10 an hour at first, and 50 / 10 = 5: the first is 10 ln 2 hours ahead. 20 hours are 10 ± 5 ln 2,
 * and at the end either brings 10 e^-(1 + ln 2 / 2) = 10 / (e √2). */
static void two_partners(problem *p, double budget)
{
    clear(p, 2, budget);
    p->gain[0] = 100;
    p->gain[1] = 50;
    p->scale[0] = p->scale[1] = 10;
}

START_TEST(between_the_bounds)
{
    problem p;
    partner_allocation *a;

    two_partners(&p, 20);
    a = solve(&p);
    assert_near(a->hours[0], 10 + 5 * log(2), 1e-14);
    assert_near(a->hours[1], 10 - 5 * log(2), 1e-14);
    assert_near(a->lambda, 10 / (exp(1) * sqrt(2)), 1e-14);
    assert_near(a->marginal[0], a->lambda, 1e-14);
    assert_near(a->marginal[1], a->lambda, 1e-14);
    /* 100 (1 - 1 / (e √2)) and 50 (1 - √2 / e) */
    assert_near(a->expected[0], 100 - 100 / (exp(1) * sqrt(2)), 1e-14);
    assert_near(a->expected[1], 50 - 50 * sqrt(2) / exp(1), 1e-14);
    assert_near(a->gain, a->expected[0] + a->expected[1], 1e-15);
    assert_bits(a->budget, 20);
    assert_near(a->spent, 20.0, 1e-15);
    ck_assert(isnan(a->gain_now) && isnan(a->spent_now));
    ck_assert_uint_eq(a->bound[0], PARTNER_BOUND_NONE);
    ck_assert_uint_eq(a->bound[1], PARTNER_BOUND_NONE);
    ck_assert_uint_eq(a->partner[0], 100);
    ck_assert_uint_eq(a->partner[1], 101);
    ck_assert_ptr_null(a->sensitivity);
    partner_allocation_free(a);
}
END_TEST

/* The first is stopped at 12 hours, the second takes the rest. */
START_TEST(at_a_ceiling)
{
    problem p;
    partner_allocation *a;

    two_partners(&p, 20);
    p.ceiling[0] = 12;
    a = solve(&p);
    assert_bits(a->hours[0], 12);
    assert_bits(a->hours[1], 8);
    assert_near(a->lambda, 5 * exp(-0.8), 1e-15);
    assert_near(a->marginal[0], 10 * exp(-1.2), 1e-15);
    ck_assert(a->marginal[0] > a->lambda);
    ck_assert_uint_eq(a->bound[0], PARTNER_BOUND_CEILING);
    ck_assert_uint_eq(a->bound[1], PARTNER_BOUND_NONE);
    partner_allocation_free(a);
}
END_TEST

/* After 5 hours the first still brings 10 / √e = 6.07 an hour, more than the second's first one. */
START_TEST(at_a_floor)
{
    problem p;
    partner_allocation *a;

    two_partners(&p, 5);
    a = solve(&p);
    assert_bits(a->hours[0], 5);
    assert_bits(a->hours[1], 0);
    assert_near(a->lambda, 10 * exp(-0.5), 1e-15);
    assert_bits(a->marginal[1], 5);
    assert_bits(a->expected[1], 0);
    ck_assert_uint_eq(a->bound[1], PARTNER_BOUND_FLOOR);
    partner_allocation_free(a);
    p.floor[1] = 2;
    a = solve(&p);
    assert_bits(a->hours[0], 3);
    assert_bits(a->hours[1], 2);
    assert_near(a->lambda, 10 * exp(-0.3), 1e-15);
    partner_allocation_free(a);
    /* A floor that is the ceiling too: nothing to decide, and no word in λ. */
    p.floor[0] = p.ceiling[0] = 1;
    p.ceiling[1] = 9;
    a = solve(&p);
    assert_bits(a->hours[0], 1);
    assert_bits(a->hours[1], 4);
    assert_near(a->lambda, 5 * exp(-0.4), 1e-15);
    ck_assert_uint_eq(a->bound[0], PARTNER_BOUND_CEILING);
    partner_allocation_free(a);
}
END_TEST

/* "0 when all useful hours are given; the rest stays unspent"; "gain 0 → floor" */
START_TEST(more_than_is_useful)
{
    problem p;
    partner_allocation *a;

    two_partners(&p, 10);
    p.ceiling[0] = 3;
    p.ceiling[1] = 4;
    a = solve(&p);
    assert_bits(a->spent, 7);
    assert_bits(a->lambda, 0);
    partner_allocation_free(a);

    clear(&p, 3, 10);
    p.gain[0] = 5;
    p.ceiling[0] = 4;
    p.gain[1] = p.gain[2] = 0;
    p.floor[1] = 1;
    a = solve(&p);
    assert_bits(a->hours[0], 4);
    assert_bits(a->hours[1], 1);
    assert_bits(a->hours[2], 0);
    assert_bits(a->spent, 5);
    assert_bits(a->lambda, 0);
    assert_bits(a->expected[1], 0);
    assert_bits(a->marginal[1], 0);
    ck_assert_uint_eq(a->bound[0], PARTNER_BOUND_CEILING);
    ck_assert_uint_eq(a->bound[1], PARTNER_BOUND_FLOOR);
    ck_assert_uint_eq(a->bound[2], PARTNER_BOUND_FLOOR);
    partner_allocation_free(a);
}
END_TEST

START_TEST(edges_of_the_budget)
{
    problem p;
    partner_allocation *a;

    /* Exactly the floors: the next hour goes to the second, 5 e^0 against 10 e^-1. */
    two_partners(&p, 10);
    p.floor[0] = 10;
    a = solve(&p);
    assert_bits(a->hours[0], 10);
    assert_bits(a->hours[1], 0);
    assert_bits(a->lambda, 5);
    partner_allocation_free(a);
    /* Exactly the ceilings. */
    p.ceiling[0] = 10;
    p.ceiling[1] = 2.5;
    p.options.budget = 12.5;
    a = solve(&p);
    assert_bits(a->spent, 12.5);
    assert_bits(a->lambda, 0);
    partner_allocation_free(a);
    /* None at all. */
    two_partners(&p, 0);
    a = solve(&p);
    assert_bits(a->budget, 0);
    assert_bits(a->spent, 0);
    assert_bits(a->gain, 0);
    assert_bits(a->lambda, 10);
    partner_allocation_free(a);
    /* Nobody. */
    clear(&p, 0, 5);
    a = solve(&p);
    assert_bits(a->spent, 0);
    assert_bits(a->lambda, 0);
    assert_bits(a->gain_now, 0);
    assert_bits(a->spent_now, 0);
    partner_allocation_free(a);
    p.returns = (partner_returns)PARTNER_RETURNS_INIT; /* and no columns */
    a = solve(&p);
    assert_bits(a->gain, 0);
    ck_assert(isnan(a->gain_now) && isnan(a->spent_now));
    ck_assert_ptr_null(a->partner);
    partner_allocation_free(a);
}
END_TEST

/* 3 × 1.1 is 3.3 though doubles say 3.3000000000000003: three strong partners are full, and one more hour is
 * worth what it brings with the weak one. The same for floors, and for ceilings that are all there is. */
START_TEST(decimals_that_sum_to_the_budget)
{
    problem p;
    partner_allocation *a;

    clear(&p, 4, 3.3);
    for (int i = 0; i < 3; i++) {
        p.gain[i] = 1000;
        p.ceiling[i] = 1.1;
    }
    a = solve(&p);
    for (int i = 0; i < 3; i++) assert_bits(a->hours[i], 1.1);
    assert_bits(a->hours[3], 0);
    assert_bits(a->lambda, 1);
    partner_allocation_free(a);

    p.ceiling[3] = 0;
    a = solve(&p);
    assert_bits(a->lambda, 0);
    partner_allocation_free(a);

    clear(&p, 4, 3.3);
    for (int i = 0; i < 3; i++) p.floor[i] = 1.1;
    p.gain[3] = 0.5;
    a = solve(&p);
    assert_bits(a->lambda, 0.5);
    ck_assert_uint_eq(a->bound[0], PARTNER_BOUND_FLOOR);
    partner_allocation_free(a);

    /* Ten times 0.1 below an hour; here it is the sum of all hours before that misses by a rounding. */
    clear(&p, 11, 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1 + 0.1);
    for (int i = 0; i < 10; i++) {
        p.gain[i] = 7;
        p.ceiling[i] = 0.1;
    }
    ck_assert(p.options.budget < 1);
    a = solve(&p);
    assert_bits(a->lambda, 1);
    for (int i = 0; i < 10; i++) ck_assert_uint_eq(a->bound[i], PARTNER_BOUND_CEILING);
    partner_allocation_free(a);
}
END_TEST

START_TEST(equal_partners_get_equal_hours)
{
    problem p;
    partner_allocation *a;

    clear(&p, 7, 1);
    for (int i = 0; i < 7; i++) {
        p.gain[i] = 123.4;
        p.scale[i] = 5.6;
    }
    a = solve(&p);
    for (int i = 0; i < 7; i++) assert_bits(a->hours[i], a->hours[0]);
    assert_near(a->hours[0], 1.0 / 7, 1e-15);
    partner_allocation_free(a);
}
END_TEST

/* "not below the current hours' objective where these are feasible" */
START_TEST(hours_of_now)
{
    problem p;
    partner_allocation *a;

    two_partners(&p, 20);
    p.hours[0] = p.hours[1] = 10;
    a = solve(&p);
    assert_near(a->gain_now, 150 * (1 - exp(-1)), 1e-15);
    assert_bits(a->spent_now, 20);
    ck_assert(a->gain > a->gain_now);
    partner_allocation_free(a);
    /* Without a budget it is these hours that are spread anew. */
    p.options.budget = 0;
    a = solve(&p);
    assert_bits(a->budget, 20);
    assert_near(a->hours[0], 10 + 5 * log(2), 1e-14);
    partner_allocation_free(a);
    a = NULL;
    must(partner_allocate(&p.returns, NULL, &a, &error), error);
    assert_bits(a->budget, 20);
    partner_allocation_free(a);
    /* Beyond a bound, beyond the budget, unknown. */
    p.ceiling[0] = 9;
    a = solve(&p);
    ck_assert(isnan(a->gain_now));
    assert_bits(a->spent_now, 20);
    partner_allocation_free(a);
    p.ceiling[0] = NAN;
    p.floor[0] = 10.5;
    a = solve(&p);
    ck_assert(isnan(a->gain_now));
    partner_allocation_free(a);
    p.floor[0] = NAN;
    p.options.budget = 19;
    a = solve(&p);
    ck_assert(isnan(a->gain_now));
    assert_bits(a->spent_now, 20);
    partner_allocation_free(a);
    p.hours[1] = NAN;
    a = solve(&p);
    ck_assert(isnan(a->gain_now) && isnan(a->spent_now));
    partner_allocation_free(a);
    /* The best hours themselves. */
    p.options.budget = 20;
    a = solve(&p);
    p.hours[0] = a->hours[0];
    p.hours[1] = a->hours[1];
    partner_allocation_free(a);
    a = solve(&p);
    ck_assert(a->gain_now <= a->gain);
    assert_near(a->gain_now, a->gain, 1e-15);
    partner_allocation_free(a);
    /* Nobody gets anything now: there is nothing to spread. */
    p.hours[0] = p.hours[1] = p.options.budget = 0;
    a = solve(&p);
    assert_bits(a->budget, 0);
    assert_bits(a->gain_now, 0);
    partner_allocation_free(a);
}
END_TEST

/* Gains and scales times a factor are those gains and scales. */
START_TEST(factors)
{
    problem p, q;
    partner_allocation *a, *b;

    two_partners(&p, 20);
    q = p;
    q.returns.gain = q.gain;
    q.returns.scale = q.scale;
    for (int i = 0; i < 2; i++) {
        q.gain[i] *= 4;
        q.scale[i] *= 0.25;
    }
    p.options.gain_factor = 4;
    p.options.scale_factor = 0.25;
    a = solve(&p);
    b = solve(&q);
    for (int i = 0; i < 2; i++) {
        assert_bits(a->hours[i], b->hours[i]);
        assert_bits(a->expected[i], b->expected[i]);
        assert_bits(a->marginal[i], b->marginal[i]);
    }
    assert_bits(a->lambda, b->lambda);
    partner_allocation_free(a);
    partner_allocation_free(b);
}
END_TEST

/* Two partners as above, with 10 hours. As they are: 5 ± 5 ln 2. Scales of 5: 20 and 10 an hour, 5 ln 2 ahead:
 * 5 ± 2.5 ln 2. Scales of 20: 20 ln 2 = 13.9 ahead, so the first has them all. */
START_TEST(sensitivity)
{
    static const double gain_factor[] = {1, 0.5, 2, 1, 1}, scale_factor[] = {1, 1, 1, 0.5, 2};
    const double moved[] = {0, 0, 0, 2.5 * log(2), 5 - 5 * log(2)};
    problem p;
    partner_allocation *a, *other;

    two_partners(&p, 10);
    p.options.sensitivity = 1;
    a = solve(&p);
    ck_assert_uint_eq(a->sensitivity->answers, 5);
    for (int k = 0; k < 5; k++) {
        assert_bits(a->sensitivity->gain_factor[k], gain_factor[k]);
        assert_bits(a->sensitivity->scale_factor[k], scale_factor[k]);
        assert_near(a->sensitivity->spent[k], 10.0, 1e-15);
        assert_near(a->sensitivity->moved[k], moved[k], 1e-14);
        p.options.gain_factor = gain_factor[k];
        p.options.scale_factor = scale_factor[k];
        p.options.sensitivity = 0;
        other = solve(&p);
        assert_near(a->sensitivity->gain[k], other->gain, 1e-15);
        assert_near(a->sensitivity->lambda[k], other->lambda, 1e-15);
        partner_allocation_free(other);
    }
    assert_near(a->sensitivity->lambda[1], a->lambda / 2, 1e-15);
    assert_near(a->sensitivity->lambda[4], 5 * exp(-0.5), 1e-15);
    partner_allocation_free(a);

    /* On top of factors: they multiply. */
    p.options = (partner_allocation_options)PARTNER_ALLOCATION_OPTIONS_INIT;
    p.options.budget = 10;
    p.options.sensitivity = 1;
    p.options.gain_factor = 3;
    p.options.scale_factor = 2;
    a = solve(&p);
    assert_bits(a->sensitivity->gain_factor[2], 6);
    assert_bits(a->sensitivity->scale_factor[3], 1);
    assert_near(a->sensitivity->gain[3], 3 * (150 - 100 * exp(-0.5) / sqrt(2) - 50 * exp(-0.5) * sqrt(2)),
                1e-14);
    assert_near(a->sensitivity->moved[3], 5 - 5 * log(2), 1e-14);
    partner_allocation_free(a);
}
END_TEST

/* --- random problems --- */

static double uniform(uint64_t *state) { return (double)(draw(state) >> 11) * 0x1p-53; }

/* Between 10^low and 10^high, evenly by magnitude. */
static double magnitude(uint64_t *state, double low, double high)
{
    return pow(10, low + (high - low) * uniform(state));
}

/* What kind of numbers a problem has. */
enum { USUAL, ROUND, EXTREME, KINDS };

static double random_gain(uint64_t *state, int kind)
{
    if (draw(state) % 8 == 0) return 0;
    if (kind == ROUND) return (double)(draw(state) % 4 + 1) * 100;
    return kind == USUAL ? magnitude(state, 1, 6) : magnitude(state, -299, 299);
}

static double random_scale(uint64_t *state, int kind)
{
    if (kind == ROUND) return (double)(draw(state) % 3 + 1) * 10;
    return kind == USUAL ? magnitude(state, 0, 3) : magnitude(state, -9, 9);
}

static double random_hours(uint64_t *state, int kind)
{
    if (kind == ROUND) return (double)(draw(state) % 5) * 5;
    return kind == USUAL ? magnitude(state, -2, 2) : magnitude(state, -9, 6);
}

static double sum_of(const double *x, size_t n)
{
    long double sum = 0;

    for (size_t i = 0; i < n; i++) sum += x[i];
    return (double)sum;
}

/* Floors and ceilings, and a budget from the floors to a little above the ceilings. */
static void random_problem(problem *p, uint64_t *state, int kind)
{
    double room = 0;

    clear(p, draw(state) % 40 + 1, 1);
    for (size_t i = 0; i < p->rows; i++) {
        p->gain[i] = random_gain(state, kind);
        p->scale[i] = random_scale(state, kind);
        if (p->gain[i] > 0 && log10(p->gain[i]) - log10(p->scale[i]) > 307) p->gain[i] = 1; /* for doubles */
        p->floor[i] = draw(state) % 3 == 0 ? random_hours(state, kind) : draw(state) % 2 == 0 ? NAN : 0;
        p->ceiling[i] = NAN;
        switch (draw(state) % 4) {
        case 0: p->ceiling[i] = (isnan(p->floor[i]) ? 0 : p->floor[i]) + random_hours(state, kind); break;
        case 1: p->ceiling[i] = INFINITY; break;
        case 2:
            if (draw(state) % 4 == 0) p->ceiling[i] = isnan(p->floor[i]) ? 0 : p->floor[i];
            break;
        default: break;
        }
        if (i > 0 && draw(state) % 5 == 0) { /* a tie */
            p->gain[i] = p->gain[i - 1];
            p->scale[i] = p->scale[i - 1];
        }
        room += isfinite(p->ceiling[i]) ? p->ceiling[i] : random_hours(state, kind) * 3;
    }
    p->options.budget = 0;
    for (size_t i = 0; i < p->rows; i++) p->options.budget += isnan(p->floor[i]) ? 0 : p->floor[i];
    if (draw(state) % 10 > 0 && room > p->options.budget)
        p->options.budget += (room - p->options.budget) * 1.05 * uniform(state);
    if (p->options.budget == 0) p->options.budget = PARTNER_HOURS_0;
}

static double low_of(const problem *p, size_t i) { return isnan(p->floor[i]) ? 0 : p->floor[i]; }
static double high_of(const problem *p, size_t i) { return isnan(p->ceiling[i]) ? INFINITY : p->ceiling[i]; }
static double budget_of(const problem *p) { return p->options.budget < 0 ? 0 : p->options.budget; }

/* ln of the marginal return, so that nothing leaves double. */
static long double log_marginal(const problem *p, size_t i, double hours)
{
    if (p->gain[i] == 0) return -INFINITY;
    return logl(p->gain[i]) - logl(p->scale[i]) - (long double)hours / p->scale[i];
}

/* Below this a marginal return is no double any more. */
static const long double GONE = -744;

static void check_conditions(const problem *p, const partner_allocation *a)
{
    long double most_open = -INFINITY, least_given = INFINITY;
    double ceilings = 0;

    for (size_t i = 0; i < p->rows; i++) {
        const double h = a->hours[i], low = low_of(p, i), high = high_of(p, i);
        const long double m = log_marginal(p, i, h);

        ck_assert(h >= low && h <= high);
        ck_assert_uint_eq(a->bound[i], h >= high  ? PARTNER_BOUND_CEILING
                                       : h <= low ? PARTNER_BOUND_FLOOR
                                                  : PARTNER_BOUND_NONE);
        if (m > GONE) assert_near(a->marginal[i], (double)expl(m), 2e-12);
        if (h < high && m > most_open) most_open = m;
        if (h > low && m < least_given) least_given = m;
        if (p->gain[i] == 0) ck_assert(h == low);
        ceilings += p->gain[i] == 0 ? low : high;
    }
    /* Nobody who gets more than he must brings less than anybody who could get more. */
    ck_assert_msg(most_open <= GONE || least_given >= most_open - 1e-9L, "ln %Lg is given, %Lg is not",
                  least_given, most_open);
    if (most_open > GONE) assert_near(a->lambda, (double)expl(most_open), 2e-12);
    else ck_assert(a->lambda <= 1e-320);
    /* All is spent, or all useful hours are given. */
    if (ceilings <= budget_of(p)) {
        assert_near(a->spent, ceilings, 1e-12);
        ck_assert(a->lambda == 0);
    } else {
        assert_near(a->spent, budget_of(p), 1e-12);
    }
    assert_near(sum_of(a->hours, p->rows), a->spent, 1e-14);
}

START_TEST(conditions_hold)
{
    uint64_t state = 0x5eed0001 + (uint64_t)_i;
    size_t problems = in_time(6000, 300);

    for (size_t k = 0; k < problems; k++) {
        problem p;
        partner_allocation *a;

        random_problem(&p, &state, _i);
        a = solve(&p);
        check_conditions(&p, a);
        partner_allocation_free(a);
    }
}
END_TEST

/* The plain way: bisection on ln λ in long double until it does not move. */
static void plainly(const problem *p, long double *hours)
{
    long double low = -1e7L, high = 2000;

    for (int step = 0; step < 200; step++) {
        const long double middle = (low + high) / 2;
        long double sum = 0;

        for (size_t i = 0; i < p->rows; i++) {
            long double h = low_of(p, i);
            if (p->gain[i] > 0) h = fmaxl(h, p->scale[i] * (logl(p->gain[i]) - logl(p->scale[i]) - middle));
            hours[i] = fminl(h, high_of(p, i));
            sum += hours[i];
        }
        if (sum > budget_of(p)) low = middle;
        else high = middle;
    }
}

static long double gain_of(const problem *p, const long double *hours)
{
    long double gain = 0;

    for (size_t i = 0; i < p->rows; i++) gain -= p->gain[i] * expm1l(-hours[i] / p->scale[i]);
    return gain;
}

START_TEST(as_the_plain_way)
{
    uint64_t state = 0x5eed1001 + (uint64_t)_i;
    size_t problems = in_time(1500, 60);

    for (size_t k = 0; k < problems; k++) {
        problem p;
        partner_allocation *a;
        long double hours[MOST], plain;

        random_problem(&p, &state, _i);
        plainly(&p, hours);
        plain = gain_of(&p, hours);
        a = solve(&p);
        for (size_t i = 0; i < p.rows; i++) {
            const double off = fabs((double)hours[i] - a->hours[i]);
            ck_assert_msg(off <= 1e-12 * (budget_of(&p) + p.scale[i]), "row %zu: %.17g hours, expected %.17Lg",
                          i, a->hours[i], hours[i]);
        }
        /* Hours that differ by less than 5e-13 of the budget are the same, and worth λ each. */
        ck_assert_msg(fabs(a->gain - (double)plain) <=
                          3e-14 * (double)plain + (5e-13 * budget_of(&p) + 1e-15) * a->lambda,
                      "%.17g, plainly %.20Lg", a->gain, plain);
        partner_allocation_free(a);
    }
}
END_TEST

/* No point of a grid over the bounds is better. */
START_TEST(as_a_grid)
{
    enum { STEPS = 40 };
    uint64_t state = 0x5eed2001;

    for (size_t k = 0; k < in_time(60, 6); k++) {
        problem p;
        partner_allocation *a;

        clear(&p, 3, 1 + 60 * uniform(&state));
        for (int i = 0; i < 3; i++) {
            p.gain[i] = magnitude(&state, 1, 3);
            p.scale[i] = magnitude(&state, 0, 2);
            p.floor[i] = draw(&state) % 2 == 0 ? 0 : p.options.budget / 4 * uniform(&state);
            p.ceiling[i] = p.floor[i] + p.options.budget * uniform(&state);
        }
        a = solve(&p);
        for (int g = 0; g < (STEPS + 1) * (STEPS + 1); g++) {
            const int step[2] = {g / (STEPS + 1), g % (STEPS + 1)};
            long double hours[3], left = p.options.budget;

            for (int i = 0; i < 2; i++) {
                hours[i] = p.floor[i] + (p.ceiling[i] - p.floor[i]) * step[i] / STEPS;
                left -= hours[i];
            }
            if (left < p.floor[2]) continue;
            hours[2] = fminl(left, p.ceiling[2]);
            ck_assert((double)gain_of(&p, hours) <= a->gain * (1 + 1e-14));
        }
        partner_allocation_free(a);
    }
}
END_TEST

/* Any hours within bounds and budget; also the best ones, once more. */
START_TEST(never_below_the_hours_of_now)
{
    uint64_t state = 0x5eed3001 + (uint64_t)_i;
    size_t problems = in_time(1500, 60);

    for (size_t k = 0; k < problems; k++) {
        problem p;
        partner_allocation *a;
        long double hours[MOST], left;

        random_problem(&p, &state, _i);
        left = budget_of(&p);
        for (size_t i = 0; i < p.rows; i++) left -= low_of(&p, i);
        for (size_t i = 0; i < p.rows; i++) {
            const double room = fmin(high_of(&p, i) - low_of(&p, i), fmax((double)left, 0) * uniform(&state));
            p.hours[i] = fmin(low_of(&p, i) + room, high_of(&p, i));
            left -= room;
            hours[i] = p.hours[i];
        }
        a = solve(&p);
        ck_assert_msg(a->gain_now <= a->gain, "%.17g now, then %.17g", a->gain_now, a->gain);
        assert_near(a->gain_now, fmin((double)gain_of(&p, hours), a->gain), 1e-12);
        assert_near(a->spent_now, sum_of(p.hours, p.rows), 1e-14);
        memcpy(p.hours, a->hours, p.rows * sizeof *p.hours);
        partner_allocation_free(a);
        a = solve(&p);
        ck_assert(a->gain_now <= a->gain);
        assert_near(a->gain_now, a->gain, 1e-14);
        partner_allocation_free(a);
    }
}
END_TEST

/* In another order everybody gets the same, to 1e-12 of the budget or the scale. */
START_TEST(any_order)
{
    uint64_t state = 0x5eed4001 + (uint64_t)_i;
    size_t problems = in_time(500, 30);

    for (size_t k = 0; k < problems; k++) {
        problem p, q;
        partner_allocation *a, *b;

        random_problem(&p, &state, _i);
        clear(&q, p.rows, p.options.budget);
        for (size_t i = 0; i < p.rows; i++) {
            const size_t j = p.rows - 1 - i;
            q.gain[j] = p.gain[i];
            q.scale[j] = p.scale[i];
            q.floor[j] = p.floor[i];
            q.ceiling[j] = p.ceiling[i];
        }
        a = solve(&p);
        b = solve(&q);
        for (size_t i = 0; i < p.rows; i++)
            ck_assert(fabs(a->hours[i] - b->hours[p.rows - 1 - i]) <= 1e-12 * fmin(budget_of(&p), 1e300));
        assert_near(a->lambda, b->lambda, 1e-12);
        assert_near(a->gain, b->gain, 1e-12);
        partner_allocation_free(a);
        partner_allocation_free(b);
    }
}
END_TEST

/* --- large ones --- */

typedef struct crowd {
    double *gain, *scale, *ceiling, *hours;
    partner_returns returns;
    partner_allocation_options options;
} crowd;

static crowd new_crowd(size_t rows)
{
    crowd c = {.returns = PARTNER_RETURNS_INIT, .options = PARTNER_ALLOCATION_OPTIONS_INIT};
    uint64_t state = 0x5eed5001;

    c.gain = malloc(rows * sizeof *c.gain);
    c.scale = malloc(rows * sizeof *c.scale);
    c.ceiling = malloc(rows * sizeof *c.ceiling);
    c.hours = malloc(rows * sizeof *c.hours);
    for (size_t i = 0; i < rows; i++) {
        c.gain[i] = magnitude(&state, 0, 7);
        c.scale[i] = 10 + 50 * uniform(&state);
        c.ceiling[i] = i % 3 == 0 ? 80 : NAN;
        c.hours[i] = 20;
    }
    c.returns.rows = rows;
    c.returns.gain = c.gain;
    c.returns.scale = c.scale;
    c.returns.ceiling = c.ceiling;
    c.returns.hours = c.hours;
    c.options.sensitivity = 1;
    return c;
}

static void free_crowd(crowd *c)
{
    free(c->gain);
    free(c->scale);
    free(c->ceiling);
    free(c->hours);
}

static void assert_same(const partner_allocation *a, const partner_allocation *b)
{
    ck_assert_mem_eq(a->hours, b->hours, a->rows * sizeof *a->hours);
    ck_assert_mem_eq(a->expected, b->expected, a->rows * sizeof *a->expected);
    ck_assert_mem_eq(a->marginal, b->marginal, a->rows * sizeof *a->marginal);
    assert_bits(a->lambda, b->lambda);
    assert_bits(a->gain, b->gain);
    assert_bits(a->gain_now, b->gain_now);
    for (int k = 0; k < 5; k++) {
        assert_bits(a->sensitivity->gain[k], b->sensitivity->gain[k]);
        assert_bits(a->sensitivity->moved[k], b->sensitivity->moved[k]);
    }
}

START_TEST(any_number_of_threads)
{
    static const uint32_t threads[] = {2, 5, PARTNER_THREADS_ALL};
    crowd c = new_crowd(in_time(150000, 40000));
    partner_allocation *one = NULL;

    must(partner_allocate(&c.returns, &c.options, &one, &error), error);
    assert_near(one->spent, 20.0 * (double)c.returns.rows, 1e-12);
    ck_assert(one->gain > one->gain_now);
    for (int t = 0; t < 3; t++) {
        partner_allocation *several = NULL;

        c.options.threads = threads[t];
        must(partner_allocate(&c.returns, &c.options, &several, &error), error);
        assert_same(one, several);
        partner_allocation_free(several);
    }
    partner_allocation_free(one);
    free_crowd(&c);
}
END_TEST

static int stop_at(void *data)
{
    size_t *left = data;

    return (*left)-- == 0;
}

/* Whenever it is asked to stop it stops, with nothing to show. */
START_TEST(stops)
{
    crowd c = new_crowd(in_time(40000, 20000));
    partner_allocation *none = NULL;
    size_t asked = 0, stopped = 0;

    c.options.interrupt = stop_at;
    for (;; stopped++) {
        size_t left = asked++;
        partner_status status;

        c.options.interrupt_data = &left;
        status = partner_allocate(&c.returns, &c.options, &none, &error);
        if (status == PARTNER_OK) break;
        ck_assert_int_eq(status, PARTNER_E_CANCELLED);
        ck_assert_ptr_null(none);
    }
    ck_assert_uint_gt(stopped, 20);
    partner_allocation_free(none);
    free_crowd(&c);
}
END_TEST

/* --- numbers at the edge of doubles --- */

/* One partner takes it all, whatever the sizes. */
START_TEST(one_partner)
{
    static const double sizes[] = {1e-300, 1e-9, 1, 1e9, 1e300};

    for (int g = 0; g < 5; g++)
        for (int s = 1; s < 4; s++)
            for (int b = 1; b < 4; b++) {
                problem p;
                partner_allocation *a;

                clear(&p, 1, sizes[b]);
                p.gain[0] = sizes[g];
                p.scale[0] = sizes[s];
                if (g == 4 && s == 1 && b == 1) continue; /* 1e309 / e an hour: see ranges */
                a = solve(&p);
                assert_near(a->hours[0], sizes[b], 1e-15);
                partner_allocation_free(a);
            }
}
END_TEST

/* 1e300 over 1e-9, an hour at 1e-9 * 10: 1e309 e^-10 = 4.54e304, though 1e309 is no double. */
START_TEST(beyond_doubles_and_back)
{
    problem p;
    partner_allocation *a;

    clear(&p, 1, 1e-8);
    p.gain[0] = 1e300;
    p.scale[0] = 1e-9;
    a = solve(&p);
    assert_near(a->lambda, exp(-10) * 1e9 * 1e300, 1e-13);
    partner_allocation_free(a);
    /* e^-800 is none, 1e300 of it are. */
    clear(&p, 1, 800);
    p.gain[0] = 1e300;
    a = solve(&p);
    assert_near(a->lambda, exp(300 * log(10) - 800), 1e-12);
    partner_allocation_free(a);
    /* Floors so far out that e^-x is nothing: the second gets what there is. */
    clear(&p, 2, 1e9 + 5);
    p.floor[0] = 1e9;
    p.scale[0] = 1e-9;
    a = solve(&p);
    assert_bits(a->hours[0], 1e9);
    assert_bits(a->hours[1], 5);
    assert_near(a->lambda, exp(-5), 1e-15);
    partner_allocation_free(a);
    p.floor[0] = 1e301;
    p.options.budget = 1.5e301;
    a = solve(&p);
    assert_near(a->spent, 1.5e301, 1e-15);
    assert_bits(a->hours[0], 1e301);
    partner_allocation_free(a);
    /* Ceilings closer than the roundings of ln λ: 1e-9 h of a scale of 1e9 is e^-1e-18. */
    clear(&p, 4, 2.5e-9);
    for (int i = 0; i < 4; i++) {
        p.gain[i] = 1e12;
        p.scale[i] = 1e9;
        p.ceiling[i] = i == 3 ? 1e-10 : 1e-9;
    }
    a = solve(&p);
    assert_near(a->spent, 2.5e-9, 1e-15);
    assert_bits(a->hours[3], 1e-10);
    for (int i = 0; i < 3; i++) assert_near(a->hours[i], 0.8e-9, 1e-15);
    partner_allocation_free(a);
    /* The same beside one without a ceiling and a tiny scale. */
    clear(&p, 3, 3e-9);
    p.gain[0] = p.gain[1] = 1e12;
    p.scale[0] = p.scale[1] = 1e9;
    p.ceiling[0] = p.ceiling[1] = 1e-9;
    p.gain[2] = 1e-6;
    p.scale[2] = 1e-9;
    a = solve(&p);
    assert_bits(a->hours[0], 1e-9);
    assert_near(a->hours[2], 1e-9, 1e-12);
    assert_near(a->lambda, 1000 * exp(-1), 1e-12);
    partner_allocation_free(a);
}
END_TEST

static void fails_in_range(const problem *p, const char *words)
{
    partner_allocation *none = NULL;

    must_fail(partner_allocate(&p->returns, &p->options, &none, &error), PARTNER_E_RANGE, error);
    ck_assert_msg(strstr(error.message, words) != NULL, "%s", error.message);
    ck_assert_ptr_null(none);
}

START_TEST(ranges)
{
    problem p;

    clear(&p, 2, 1e-300);
    p.gain[1] = 1e300;
    p.scale[1] = 1e-9;
    fails_in_range(&p, "row 1 (partner 101): gain 1e+300 over scale 1e-09");
    ck_assert_uint_eq(error.row, 1);
    ck_assert_uint_eq(error.index, 101);
    clear(&p, 2, 10);
    p.gain[0] = p.gain[1] = 1.5e308;
    p.scale[0] = p.scale[1] = 2;
    fails_in_range(&p, "what the hours bring sums to more than a double holds");
    p.gain[1] = 1e308;
    p.options.gain_factor = 1e9;
    fails_in_range(&p, "row 0 (partner 100): gain times 1000000000");
    p.options.gain_factor = 0;
    p.options.scale_factor = 1e-320;
    p.scale[1] = 1e-5;
    fails_in_range(&p, "row 1 (partner 101): scale times");
    clear(&p, 1, 10);
    p.gain[0] = 1e308;
    p.options.sensitivity = 1;
    fails_in_range(&p, "gains times 2");
    clear(&p, 2, 10);
    p.scale[0] = p.scale[1] = 1.5e308;
    fails_in_range(&p, "too far apart");
    clear(&p, 1, 1e308);
    p.scale[0] = 1e-9;
    fails_in_range(&p, "too far apart");
    clear(&p, 1, 1e-300); /* 1e-300 / 1e100 is below all doubles: the hours would not be spent */
    p.scale[0] = 1e100;
    fails_in_range(&p, "too far apart");
    clear(&p, 2, 1e308);
    p.floor[0] = p.floor[1] = 1.5e308;
    fails_in_range(&p, "the floors sum to more hours");
    clear(&p, 2, 1);
    p.options.budget = 0;
    p.hours[0] = p.hours[1] = 1.5e308;
    fails_in_range(&p, "the hours given now sum to more");
    /* Where they are not the budget they are only not to be had. */
    p.options.budget = 1;
    {
        partner_allocation *a = solve(&p);
        ck_assert(isnan(a->spent_now) && isnan(a->gain_now));
        partner_allocation_free(a);
    }
#if SIZE_MAX > UINT32_MAX
    p.returns.rows = PARTNER_NONE;
    fails_in_range(&p, "4294967295 rows");
#endif
}
END_TEST

/* --- bad input --- */

static void fails(const problem *p, partner_status status, const char *field, uint64_t row, uint32_t partner,
                  const char *message)
{
    partner_allocation *none = NULL;

    must_fail(partner_allocate(&p->returns, &p->options, &none, &error), status, error);
    ck_assert_str_eq(error.message, message);
    ck_assert_str_eq(error.field, field);
    ck_assert_uint_eq(error.row, row);
    ck_assert_uint_eq(error.index, partner);
    ck_assert_ptr_null(none);
    must_fail(partner_allocate(&p->returns, &p->options, &none, NULL), status, error);
}

/* A cell of row 2 of 3 that is refused. */
static void refused(size_t column, double value, const char *field, const char *message)
{
    problem p;
    double *columns[] = {p.gain, p.scale, p.floor, p.ceiling, p.hours};

    clear(&p, 3, 10);
    columns[column][2] = value;
    fails(&p, PARTNER_E_DATA, field, 2, 102, message);
}

START_TEST(bad_rows)
{
    enum { GAIN, SCALE, FLOOR, CEILING, HOURS };
    problem p;

    refused(GAIN, -1, "gain", "returns row 2 (partner 102): gain is -1, expected a finite number, at least 0");
    refused(GAIN, NAN, "gain",
            "returns row 2 (partner 102): gain is missing, expected a finite number, at least 0");
    refused(GAIN, INFINITY, "gain",
            "returns row 2 (partner 102): gain is inf, expected a finite number, at least 0");
    refused(SCALE, 0, "scale",
            "returns row 2 (partner 102): scale is 0, expected a finite number of hours above 0");
    refused(SCALE, -2.5, "scale",
            "returns row 2 (partner 102): scale is -2.5, expected a finite number of hours above 0");
    refused(SCALE, NAN, "scale",
            "returns row 2 (partner 102): scale is missing, expected a finite number of hours above 0");
    refused(SCALE, INFINITY, "scale",
            "returns row 2 (partner 102): scale is inf, expected a finite number of hours above 0");
    refused(FLOOR, -3, "floor",
            "returns row 2 (partner 102): floor is -3, expected a finite number of hours, at least 0");
    refused(FLOOR, INFINITY, "floor",
            "returns row 2 (partner 102): floor is inf, expected a finite number of hours, at least 0");
    refused(CEILING, -1, "ceiling", "returns row 2 (partner 102): ceiling is -1, expected hours, at least 0");
    refused(HOURS, -1, "hours",
            "returns row 2 (partner 102): hours is -1, expected a finite number of hours, at least 0");
    refused(HOURS, INFINITY, "hours",
            "returns row 2 (partner 102): hours is inf, expected a finite number of hours, at least 0");

    clear(&p, 3, 10);
    p.floor[1] = 4;
    p.ceiling[1] = 3.5;
    fails(&p, PARTNER_E_DATA, "floor", 1, 101,
          "returns row 1 (partner 101): floor is 4, above the ceiling of 3.5");
    p.returns.partner = NULL;
    fails(&p, PARTNER_E_DATA, "floor", 1, 1, "returns row 1: floor is 4, above the ceiling of 3.5");
    clear(&p, 3, 10);
    p.partner[0] = PARTNER_NONE;
    fails(&p, PARTNER_E_DATA, "partner", 0, PARTNER_NONE, "returns row 0: partner is missing");
    /* "an infeasible budget is an error that states both sums" */
    clear(&p, 3, 10);
    p.floor[0] = 4.5;
    p.floor[2] = 6;
    fails(&p, PARTNER_E_DATA, "floor", PARTNER_NO_ROW, PARTNER_NONE,
          "returns: the floors sum to 10.5 hours, expected no more than the budget of 10 hours");
    p.options.budget = PARTNER_HOURS_0;
    fails(&p, PARTNER_E_DATA, "floor", PARTNER_NO_ROW, PARTNER_NONE,
          "returns: the floors sum to 10.5 hours, expected no more than the budget of 0 hours");
}
END_TEST

/* Whichever thread sees it, the first bad row is named. */
START_TEST(the_first_bad_row_is_named)
{
    crowd c = new_crowd(100000);
    partner_allocation *none = NULL;

    c.gain[31000] = -1;
    c.scale[30999] = -1;
    c.gain[99999] = -1;
    c.options.threads = 4;
    must_fail(partner_allocate(&c.returns, &c.options, &none, &error), PARTNER_E_DATA, error);
    ck_assert_uint_eq(error.row, 30999);
    free_crowd(&c);
}
END_TEST

START_TEST(bad_options)
{
    problem p;

    clear(&p, 2, 10);
    p.options.budget = -2;
    fails(&p, PARTNER_E_ARGUMENT, "budget", PARTNER_NO_ROW, PARTNER_NONE,
          "allocation options: budget is -2, expected a finite number of hours, 0 for those given now, or "
          "PARTNER_HOURS_0");
    p.options.budget = INFINITY;
    fails(&p, PARTNER_E_ARGUMENT, "budget", PARTNER_NO_ROW, PARTNER_NONE,
          "allocation options: budget is inf, expected a finite number of hours, 0 for those given now, or "
          "PARTNER_HOURS_0");
    clear(&p, 2, 10);
    p.options.gain_factor = -1;
    fails(&p, PARTNER_E_ARGUMENT, "gain_factor", PARTNER_NO_ROW, PARTNER_NONE,
          "allocation options: gain_factor is -1, expected a finite number above 0, or 0 for 1");
    clear(&p, 2, 10);
    p.options.scale_factor = INFINITY;
    fails(&p, PARTNER_E_ARGUMENT, "scale_factor", PARTNER_NO_ROW, PARTNER_NONE,
          "allocation options: scale_factor is inf, expected a finite number above 0, or 0 for 1");
    clear(&p, 2, 10);
    p.options.sensitivity = 2;
    fails(&p, PARTNER_E_ARGUMENT, "sensitivity", PARTNER_NO_ROW, PARTNER_NONE,
          "allocation options: sensitivity is 2, expected 0 or 1");
    /* Neither budget nor hours. */
    clear(&p, 2, 10);
    p.options.budget = 0;
    p.hours[0] = 3;
    fails(&p, PARTNER_E_ARGUMENT, "hours", 1, 101,
          "returns row 1 (partner 101): hours are missing, expected those that it gets now, or a budget among "
          "the options");
    p.returns.hours = NULL;
    fails(
        &p, PARTNER_E_ARGUMENT, "budget", PARTNER_NO_ROW, PARTNER_NONE,
        "allocation options: budget is not given, expected the hours to spread, or a column of the hours that "
        "partners get now");
}
END_TEST

START_TEST(bad_structs)
{
    problem p;
    partner_allocation *none = NULL;

    clear(&p, 2, 10);
    must_fail(partner_allocate(NULL, &p.options, &none, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_allocate(&p.returns, &p.options, NULL, &error), PARTNER_E_ARGUMENT, error);
    p.returns.gain = NULL;
    fails(&p, PARTNER_E_ARGUMENT, "gain", PARTNER_NO_ROW, PARTNER_NONE,
          "returns: gain is NULL, expected a column");
    p.returns.gain = p.gain;
    p.returns.scale = NULL;
    fails(&p, PARTNER_E_ARGUMENT, "scale", PARTNER_NO_ROW, PARTNER_NONE,
          "returns: scale is NULL, expected a column");
    p.returns.scale = p.scale;
    p.options.struct_size = 4;
    must_fail(partner_allocate(&p.returns, &p.options, &none, &error), PARTNER_E_ARGUMENT, error);
    p.options.struct_size = sizeof p.options;
    p.returns.reserved = 1;
    must_fail(partner_allocate(&p.returns, &p.options, &none, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_null(none);
    partner_allocation_free(NULL);
}
END_TEST

/* --- the analysis --- */

static const partner_analysis *analysis(void)
{
    const partner_analysis *found = partner_analysis_find("allocation");

    ck_assert_ptr_nonnull(found);
    return found;
}

static void says(const void *result, size_t i, const char *expected)
{
    char text[700] = "";

    ck_assert_uint_eq(analysis()->sentence(result, i, text, sizeof text), strlen(expected));
    ck_assert_str_eq(text, expected);
}

/* The example of the documentation: Cedar has its floor of 1 hour; Aster and Birch begin at 25 an hour and
 * share 60 hours 2 : 1, to 25 / e = 9.197. All bring 1500 (1 - 1 / e) = 948.181. Today's 30 and 20 hours bring
 * 1000 (1 - e^-0.75) + 500 (1 - e^-1) = 527.633 + 316.060 = 843.694, so 104.487 more are 12.4 %. */
START_TEST(example)
{
    static const double gain[] = {1000, 500, 0}, scale[] = {40, 20, 20}, floor[] = {0, 0, 1},
                        ceiling[] = {80, 80, 80}, hours[] = {30, 20, 11};
    partner_returns returns = PARTNER_RETURNS_INIT;
    const void *inputs[] = {&returns};
    const partner_allocation *a;
    void *result = NULL;

    returns.rows = 3;
    returns.gain = gain;
    returns.scale = scale;
    returns.floor = floor;
    returns.ceiling = ceiling;
    returns.hours = hours;
    must(analysis()->run(inputs, NULL, &result, &error), error);
    a = analysis()->view(result, 0);
    ck_assert_ptr_null(analysis()->view(result, 1));
    assert_bits(a->budget, 61);
    assert_bits(a->hours[0], 40);
    assert_bits(a->hours[1], 20);
    assert_bits(a->hours[2], 1);
    assert_bits(a->spent, 61);
    assert_near(a->lambda, 25 * exp(-1), 1e-15);
    assert_near(a->gain, 1500 * (1 - exp(-1)), 1e-15);
    says(result, 0, "61 hours for 3 of 3 partners bring 948.181.");
    says(result, 1, "One more hour would bring 9.197.");
    says(result, 2, "Today's hours (61) bring 843.694: these bring 104.487 more (12.4 %).");
    says(result, 3, "");
    analysis()->free(result);
    analysis()->free(NULL);
}
END_TEST

START_TEST(sentences)
{
    partner_allocation_options options = PARTNER_ALLOCATION_OPTIONS_INIT;
    const void *inputs[1], *given[] = {&options};
    problem p;
    void *result = NULL;

    /* Ceilings of 3 and 4 hours; scales so long that an hour brings gain / scale, 1e20 and 1e-5. */
    clear(&p, 2, 10);
    inputs[0] = &p.returns;
    options.budget = 10;
    options.sensitivity = 1;
    p.gain[0] = 1e35;
    p.gain[1] = 1e10;
    p.scale[0] = p.scale[1] = 1e15;
    p.ceiling[0] = 3;
    p.ceiling[1] = 4;
    must(analysis()->run(inputs, given, &result, &error), error);
    says(result, 0, "7 hours for 2 of 2 partners bring 3e+20.");
    says(result, 1, "One more hour would bring nothing: nobody who would gain by it is below the ceiling.");
    says(result, 2, "3 of 10 hours are not given: everybody who would gain by them is at the ceiling.");
    says(
        result, 3,
        "Were attention twice as quick to work, 0 of these hours would go elsewhere and all would bring 6e+20; "
        "were it half as quick, 0 and 1.5e+20.");
    says(result, 4, "");
    analysis()->free(result);
    /* As today; and what does not compare. */
    options.sensitivity = 0;
    p.hours[0] = 3;
    p.hours[1] = 4;
    must(analysis()->run(inputs, given, &result, &error), error);
    says(result, 2, "Today's hours (7) bring as much.");
    analysis()->free(result);
    p.hours[0] = 3 * (1 - 1e-15);
    must(analysis()->run(inputs, given, &result, &error), error);
    says(result, 2, "Today's hours (7) bring as much.");
    analysis()->free(result);
    p.hours[0] = 1;
    p.hours[1] = 0;
    p.ceiling[1] = 0;
    options.budget = 0.5;
    must(analysis()->run(inputs, given, &result, &error), error);
    says(result, 0, "0.5 hours for 1 of 2 partners bring 5e+19.");
    says(result, 1, "One more hour would bring 1e+20.");
    says(result, 2,
         "Today's hours (1) do not keep the bounds and the budget, so they do not compare with these.");
    says(result, 3, "");
    analysis()->free(result);
    /* 10^4 hours are 5000 times as long as it takes: e^-5000 is no double, but nobody is at a ceiling. */
    clear(&p, 1, 10);
    p.gain[0] = 10;
    p.scale[0] = 2;
    options.budget = 1e4;
    must(analysis()->run(inputs, given, &result, &error), error);
    says(result, 0, "10 000 hours for 1 of 1 partner bring 10.");
    says(result, 1, "One more hour would bring next to nothing.");
    says(result, 2, "");
    analysis()->free(result);
    clear(&p, 2, 10);
    p.scale[0] = p.scale[1] = 1e15;
    p.ceiling[0] = 3;
    p.ceiling[1] = 0;
    p.gain[1] = 1e10;
    /* Nothing to give, and nobody. */
    options.budget = PARTNER_HOURS_0;
    p.gain[0] = 1e10;
    must(analysis()->run(inputs, given, &result, &error), error);
    says(result, 0, "No partner gets any hours.");
    says(result, 1, "One more hour would bring 1e-05.");
    analysis()->free(result);
    p.returns.rows = 0;
    must(analysis()->run(inputs, given, &result, &error), error);
    says(result, 0, "There are no partners to give hours to.");
    says(result, 1, "");
    analysis()->free(result);

    must_fail(analysis()->run(NULL, NULL, &result, &error), PARTNER_E_ARGUMENT, error);
    must_fail(analysis()->run(inputs, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_uint_eq(analysis()->sentence(NULL, 0, NULL, 0), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("allocate");
    TCase *by_hand = add_case(suite, "by hand"), *random = add_case(suite, "random"),
          *bad = add_case(suite, "bad input"), *said = add_case(suite, "analysis");

    tcase_add_test(by_hand, between_the_bounds);
    tcase_add_test(by_hand, at_a_ceiling);
    tcase_add_test(by_hand, at_a_floor);
    tcase_add_test(by_hand, more_than_is_useful);
    tcase_add_test(by_hand, edges_of_the_budget);
    tcase_add_test(by_hand, decimals_that_sum_to_the_budget);
    tcase_add_test(by_hand, equal_partners_get_equal_hours);
    tcase_add_test(by_hand, hours_of_now);
    tcase_add_test(by_hand, factors);
    tcase_add_test(by_hand, sensitivity);
    tcase_add_test(by_hand, one_partner);
    tcase_add_test(by_hand, beyond_doubles_and_back);
    tcase_add_loop_test(random, conditions_hold, 0, KINDS);
    tcase_add_loop_test(random, as_the_plain_way, 0, EXTREME);
    tcase_add_test(random, as_a_grid);
    tcase_add_loop_test(random, never_below_the_hours_of_now, 0, EXTREME);
    tcase_add_loop_test(random, any_order, 0, EXTREME);
    tcase_add_test(random, any_number_of_threads);
    tcase_add_test(random, stops);
    tcase_add_test(bad, ranges);
    tcase_add_test(bad, bad_rows);
    tcase_add_test(bad, the_first_bad_row_is_named);
    tcase_add_test(bad, bad_options);
    tcase_add_test(bad, bad_structs);
    tcase_add_test(said, example);
    tcase_add_test(said, sentences);
    return run_suite(suite);
}
