/* SPDX-License-Identifier: MIT
 * Allocation of arbitrary returns: hours within their bounds and the budget at which the conditions of Karush,
 * Kuhn and Tucker hold, or an error that names what is wrong, as the header says. Equal partners get equal
 * hours, and several threads the same bits.
 * The first byte says what columns there are, the second what numbers are in them. */
#include <float.h>
#include <partner/segment.h>

#include "same.h"

enum { MOST = 200 };

/* What columns there are. */
enum { HAS_PARTNER = 1, HAS_FLOOR = 2, HAS_CEILING = 4, HAS_HOURS = 8, HAS_FACTORS = 16, HAS_SENSITIVITY = 32 };

enum { USUAL = 0, ROUND = 1, EXTREME = 2, ANY = 3, KINDS = 4 };

typedef struct problem {
    partner_returns returns;
    partner_allocation_options options;
    int kind;
    uint32_t partner[MOST];
    double gain[MOST], scale[MOST], floor[MOST], ceiling[MOST], hours[MOST];
} problem;

/* --- from bytes --- */

static double take_number(fuzz_input *in, int kind)
{
    double part;

    switch (kind) {
    case USUAL: return (double)fuzz_take(in, 2) / 16;
    case ROUND: return fuzz_u8(in) % 5 * 5;
    case EXTREME: part = 1 + fuzz_u8(in) / 256.0; return ldexp(part, (int)(fuzz_take(in, 2) % 2040) - 1020);
    default: return fuzz_double(in);
    }
}

/* A bound that may be missing. */
static double take_bound(fuzz_input *in, const problem *p, double otherwise)
{
    return fuzz_u8(in) % 3 == 0 ? otherwise : take_number(in, p->kind);
}

static void take_row(fuzz_input *in, problem *p, size_t i, uint8_t has)
{
    const double none[] = {NAN, INFINITY};

    p->partner[i] = p->kind == ANY && fuzz_u8(in) == 0xff ? PARTNER_NONE : (uint32_t)(i * 3);
    p->gain[i] = take_number(in, p->kind);
    p->scale[i] = take_number(in, p->kind);
    if (p->kind < EXTREME) p->scale[i] += 0.25;
    p->floor[i] = has & HAS_FLOOR ? take_bound(in, p, NAN) : NAN;
    p->ceiling[i] = has & HAS_CEILING ? take_bound(in, p, none[i % 2]) : NAN;
    p->hours[i] = has & HAS_HOURS ? take_number(in, p->kind) : 0;
    if (p->kind == ANY || !(p->floor[i] > p->ceiling[i])) return;
    p->ceiling[i] += p->floor[i];
}

static double low_of(const problem *p, size_t i) { return isnan(p->floor[i]) ? 0 : p->floor[i]; }
static double high_of(const problem *p, size_t i) { return isnan(p->ceiling[i]) ? INFINITY : p->ceiling[i]; }

static double sum_of(const double *column, size_t rows)
{
    long double sum = 0;

    for (size_t i = 0; i < rows; i++) sum += isnan(column[i]) ? 0 : column[i];
    return (double)sum;
}

/* Between the floors and a little above what there is room for, or any number. */
static double find_budget(const problem *p, uint8_t how, double any)
{
    double floors, room;

    if (how == 0) return 0;
    if (how == 0xff) return PARTNER_HOURS_0;
    if (how == 0xfe || p->kind == ANY) return any;
    floors = room = sum_of(p->floor, p->returns.rows);
    for (size_t i = 0; i < p->returns.rows; i++)
        room += isfinite(p->ceiling[i]) ? p->ceiling[i] - low_of(p, i) : 3 * p->scale[i];
    return floors + (room - floors) * how / 224;
}

static void take_problem(fuzz_input *in, problem *p)
{
    const uint8_t has = fuzz_u8(in), numbers = fuzz_u8(in), budget = fuzz_u8(in);
    size_t rows = 0;
    double any;

    memset(p, 0, sizeof *p);
    p->kind = numbers % KINDS;
    any = take_number(in, p->kind);
    p->options = (partner_allocation_options)PARTNER_ALLOCATION_OPTIONS_INIT;
    p->options.sensitivity = (has & HAS_SENSITIVITY) != 0;
    if (has & HAS_FACTORS) {
        p->options.gain_factor = take_number(in, p->kind);
        p->options.scale_factor = take_number(in, p->kind);
    }
    while (in->left > 0 && rows < MOST) take_row(in, p, rows++, has);
    p->returns = (partner_returns)PARTNER_RETURNS_INIT;
    p->returns.rows = rows;
    p->returns.gain = p->gain;
    p->returns.scale = p->scale;
    if (has & HAS_PARTNER) p->returns.partner = p->partner;
    if (has & HAS_FLOOR) p->returns.floor = p->floor;
    if (has & HAS_CEILING) p->returns.ceiling = p->ceiling;
    if (has & HAS_HOURS) p->returns.hours = p->hours;
    p->options.budget = find_budget(p, budget, any);
    /* And now and then what is not there, longer than can be, or out of its range. */
    if (numbers >> 2 == 63) p->returns.scale = NULL;
    if (numbers >> 2 == 62) p->returns.rows = PARTNER_NONE;
    if (numbers >> 2 == 61) p->options.sensitivity = 2;
}

/* --- what is refused --- */

static int is_amount(double x) { return x >= 0 && isfinite(x); }

static int is_good_row(const problem *p, size_t i)
{
    return (p->returns.partner == NULL || p->partner[i] != PARTNER_NONE) && is_amount(p->gain[i]) &&
           is_amount(p->scale[i]) && p->scale[i] > 0 && is_amount(low_of(p, i)) && high_of(p, i) >= 0 &&
           low_of(p, i) <= high_of(p, i) && (isnan(p->hours[i]) || is_amount(p->hours[i]));
}

static size_t first_fault(const problem *p)
{
    size_t i = 0;

    while (i < p->returns.rows && is_good_row(p, i)) i++;
    return i;
}

static int has_good_options(const partner_allocation_options *o)
{
    return o->sensitivity <= 1 && is_amount(o->gain_factor) && is_amount(o->scale_factor) &&
           (o->budget == PARTNER_HOURS_0 || is_amount(o->budget));
}

/* Hours to spread; NaN where neither options nor rows say how many. */
static double budget_of(const problem *p)
{
    if (p->options.budget != 0) return p->options.budget == PARTNER_HOURS_0 ? 0 : p->options.budget;
    if (p->returns.hours == NULL) return NAN;
    for (size_t i = 0; i < p->returns.rows; i++)
        if (isnan(p->hours[i])) return NAN;
    return sum_of(p->hours, p->returns.rows);
}

static void check_bad_row(const problem *p, const partner_error *error)
{
    const size_t i = first_fault(p);

    fuzz_demand(error->code == PARTNER_E_DATA && error->row == i && strcmp(error->record, "returns") == 0,
                "the first bad row is named");
    if (p->returns.partner != NULL && p->partner[i] != PARTNER_NONE)
        fuzz_demand(strstr(error->message, "(partner ") != NULL, "and the partner");
}

/* Floors above the budget; those that differ by a rounding may be either. */
static void check_floors(const problem *p, const partner_error *error)
{
    const double floors = sum_of(p->floor, p->returns.rows), budget = budget_of(p);
    char sum[32];

    snprintf(sum, sizeof sum, "%.15g", budget);
    fuzz_demand(floors > budget, "floors within the budget are no fault");
    fuzz_demand(strcmp(error->field, "floor") == 0 && error->row == PARTNER_NO_ROW &&
                    strstr(error->message, sum) != NULL,
                "floors above the budget are told with the sums");
}

static void check_refused(const problem *p, const partner_error *error)
{
    if (p->returns.rows == PARTNER_NONE)
        fuzz_demand(error->code == (has_good_options(&p->options) ? PARTNER_E_RANGE : PARTNER_E_ARGUMENT),
                    "too many rows");
    else if (!has_good_options(&p->options) || (p->returns.scale == NULL && p->returns.rows > 0))
        fuzz_demand(error->code == PARTNER_E_ARGUMENT, "the caller's fault");
    else if (first_fault(p) < p->returns.rows) check_bad_row(p, error);
    else if (isnan(budget_of(p))) fuzz_demand(error->code == PARTNER_E_ARGUMENT, "nobody says how many hours");
    else if (error->code == PARTNER_E_DATA) check_floors(p, error);
    else fuzz_demand(error->code == PARTNER_E_RANGE && p->kind >= EXTREME, "good numbers have an answer");
}

static int must_be_refused(const problem *p)
{
    return p->returns.rows == PARTNER_NONE || !has_good_options(&p->options) ||
           (p->returns.scale == NULL && p->returns.rows > 0) || first_fault(p) < p->returns.rows ||
           isnan(budget_of(p)) || sum_of(p->floor, p->returns.rows) > budget_of(p) * (1 + 1e-12);
}

/* --- what must hold --- */

/* The least double above 0. */
static const double LEAST = DBL_MIN * DBL_EPSILON;

static int is_near(double x, double y, double tolerance)
{
    return x == y || fabs(x - y) <= tolerance * fmax(fabs(x), fabs(y)) + 2 * MOST * LEAST;
}

static double factor_of(double given) { return given == 0 ? 1 : given; }
static double gain_of(const problem *p, size_t i) { return p->gain[i] * factor_of(p->options.gain_factor); }
static double scale_of(const problem *p, size_t i) { return p->scale[i] * factor_of(p->options.scale_factor); }

/* Beyond these e^x is no double of full precision, and none at all. */
static const long double SMALL = -700, GONE = -744;

/* ln of the marginal return, so that nothing leaves double. */
static long double log_marginal(const problem *p, size_t i, double hours)
{
    if (gain_of(p, i) == 0) return -INFINITY;
    return logl(gain_of(p, i)) - logl(scale_of(p, i)) - (long double)hours / scale_of(p, i);
}

static void check_row(const problem *p, const partner_allocation *a, size_t i)
{
    const double h = a->hours[i], low = low_of(p, i), high = high_of(p, i);
    const long double m = log_marginal(p, i, h);

    fuzz_demand(h >= low && h <= high, "hours keep their bounds");
    fuzz_demand(a->bound[i] == (h >= high  ? PARTNER_BOUND_CEILING
                                : h <= low ? PARTNER_BOUND_FLOOR
                                           : PARTNER_BOUND_NONE),
                "the bound says where they lie");
    fuzz_demand(gain_of(p, i) > 0 || h == low, "without gain the floor is enough");
    fuzz_demand(is_near(a->expected[i], -gain_of(p, i) * expm1(-h / scale_of(p, i)), 1e-12), "what they bring");
    fuzz_demand(m > SMALL ? is_near(a->marginal[i], (double)expl(m), 4e-12)
                          : a->marginal[i] >= 0 && a->marginal[i] <= 1e-303,
                "what one more would bring");
}

/* Karush, Kuhn and Tucker: who gets more than its floor brings no less with the last hour than anybody who
 * could get more, and λ is the largest such return. */
static void check_conditions(const problem *p, const partner_allocation *a)
{
    long double most_open = -INFINITY, least_given = INFINITY;
    double lambda = 0;

    for (size_t i = 0; i < a->rows; i++) {
        const long double m = log_marginal(p, i, a->hours[i]);
        /* By how much the smallest double changes it. */
        const long double step = 2 * (long double)LEAST / scale_of(p, i);

        check_row(p, a, i);
        if (a->hours[i] > low_of(p, i) && m + step < least_given) least_given = m + step;
        if (a->hours[i] >= high_of(p, i)) continue;
        if (m - step > most_open) most_open = m - step;
        lambda = fmax(lambda, a->marginal[i]);
    }
    fuzz_demand(most_open <= GONE || least_given >= most_open - 1e-9L, "no hour is better spent elsewhere");
    fuzz_demand(a->lambda == lambda, "lambda is the largest return of those below their ceilings");
}

static void check_budget(const problem *p, const partner_allocation *a)
{
    long double useful = 0, gain = 0;

    for (size_t i = 0; i < a->rows; i++) {
        useful += gain_of(p, i) > 0 ? high_of(p, i) : low_of(p, i);
        gain += a->expected[i];
    }
    fuzz_demand(is_near(a->budget, budget_of(p), 1e-15), "the budget is the one given");
    fuzz_demand(is_near(a->spent, sum_of(a->hours, a->rows), 1e-14), "hours add up");
    fuzz_demand(is_near(a->gain, (double)gain, 1e-14), "and so does what they bring");
    fuzz_demand(is_near(a->spent, fmin((double)useful, a->budget), 2e-12),
                "all is spent, or all useful hours are");
    if (useful < a->budget) fuzz_demand(a->lambda == 0, "then one more hour is worth nothing");
}

/* Today's hours, where they are allowed. */
static void check_now(const problem *p, const partner_allocation *a)
{
    long double gain = 0, spent = 0;

    if (p->returns.hours == NULL) {
        fuzz_demand(isnan(a->gain_now) && isnan(a->spent_now), "nothing is known of today");
        return;
    }
    fuzz_demand(isnan(a->gain_now) || a->gain_now <= a->gain, "today's hours do not bring more");
    for (size_t i = 0; i < a->rows; i++) {
        const double h = p->hours[i];

        if (!(h >= low_of(p, i) && h <= high_of(p, i))) return;
        spent += h;
        gain += -gain_of(p, i) * expm1(-h / scale_of(p, i));
    }
    if (spent <= a->budget)
        fuzz_demand(is_near(a->gain_now, (double)gain, 1e-9) && gain <= a->gain * (1 + 1e-9L),
                    "nor do they by another reckoning");
}

static void check_twins(const problem *p, const partner_allocation *a)
{
    for (size_t i = 0; i < a->rows; i++)
        for (size_t j = 0; j < i; j++)
            if (p->gain[i] == p->gain[j] && p->scale[i] == p->scale[j] && low_of(p, i) == low_of(p, j) &&
                high_of(p, i) == high_of(p, j))
                fuzz_demand(a->hours[i] == a->hours[j], "equal partners get equal hours");
}

static void check_sensitivity(const problem *p, const partner_allocation *a)
{
    const partner_allocation_sensitivity *s = a->sensitivity;

    fuzz_demand((s != NULL) == p->options.sensitivity, "other answers where they are asked for");
    if (s == NULL) return;
    fuzz_demand(s->answers == 5 && s->spent[0] == a->spent && s->gain[0] == a->gain &&
                    s->lambda[0] == a->lambda && s->moved[0] == 0,
                "the first is the answer");
    for (size_t k = 0; k < s->answers; k++) {
        fuzz_demand(s->spent[k] <= a->budget * (1 + 2e-12) && s->gain[k] >= 0 && s->lambda[k] >= 0,
                    "each keeps the budget");
        fuzz_demand(s->moved[k] >= 0 && s->moved[k] <= a->budget * (1 + 2e-12), "no more moves than there is");
    }
    fuzz_demand(s->moved[1] == 0 && s->moved[2] == 0, "gains that change alike move nothing");
}

static void check_threads(const problem *p, const partner_allocation *a)
{
    partner_allocation_options several = p->options;
    partner_allocation *again = fuzz_untouched();
    partner_error error;

    several.threads = 3;
    fuzz_demand(fuzz_ok(partner_allocate(&p->returns, &several, &again, &error), &error) &&
                    fuzz_same(fuzz_record("allocation"), a, again),
                "the same bits for any number of threads");
    partner_allocation_free(again);
}

static void check(const problem *p, const partner_allocation *a)
{
    fuzz_demand(a->rows == p->returns.rows && (a->partner == NULL) == (p->returns.partner == NULL),
                "a line for each row");
    check_conditions(p, a);
    check_budget(p, a);
    check_now(p, a);
    check_twins(p, a);
    check_sensitivity(p, a);
    fuzz_speak(partner_analysis_find("allocation")->sentence, a);
    check_threads(p, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static problem p;
    fuzz_input in = {data, size};
    partner_allocation *allocation = fuzz_untouched();
    partner_error error;

    take_problem(&in, &p);
    if (fuzz_ok(partner_allocate(&p.returns, &p.options, &allocation, &error), &error)) {
        fuzz_demand(!must_be_refused(&p), "what is bad is refused");
        check(&p, allocation);
        partner_allocation_free(allocation);
    } else {
        fuzz_demand(allocation == fuzz_untouched(), "a failed call leaves the result alone");
        check_refused(&p, &error);
    }
    return 0;
}
