/* SPDX-License-Identifier: MIT
 * How partners work with us: evidence by hand, the prior against a plain optimiser, the posterior against
 * tables made with mpmath, the rules of modes, and what hysteresis does to partners who change and to those who
 * do not. */
#include <float.h>
#include <stdio.h>

#include "base/beta.h"
#include "segment/segment.h"
#include "suite.h"
#include "tables/beta.h"

enum {
    TAILS = sizeof beta_tails / sizeof beta_tails[0],
    QUANTILES = sizeof beta_quantiles / sizeof beta_quantiles[0]
};

static double uniform(uint64_t *state) { return (double)(draw(state) >> 11) * 0x1p-53; }

static partner__segment_settings usual(void)
{
    return (partner__segment_settings){.threshold_share = 0.5, .confidence = 0.8, .half_life_days = 365};
}

static void assert_near(double found, double expected, double relative)
{
    ck_assert_msg(fabs(found - expected) <= relative * fabs(expected), "%.17g, expected %.17g", found,
                  expected);
}

/* ---- evidence ---- */

enum { ORDER, DELIVERY, TRAINING, VISIT, KINDS };

static const uint32_t kinds[] = {ORDER, DELIVERY, TRAINING, VISIT};
static const uint8_t kind_modes[] = {PARTNER_MODE_TRANSACTIONAL, PARTNER_MODE_TRANSACTIONAL,
                                     PARTNER_MODE_CONSULTATIVE, PARTNER_MODE_CONSULTATIVE};
static const char *const kind_ids[] = {"order", "delivery", "training", "visit"};

/* What evidence is summed of; zero is empty. */
typedef struct world {
    partner__segment_settings set;
    partner_segment_rules rules;
    partner_portfolio portfolio;
    partner_interactions in;
    partner__arena arena;
    partner__evidence evidence;
    partner_error error;
} world;

static world world_of(size_t lines, size_t rows, const uint32_t *partner, const int32_t *day,
                      const uint32_t *kind, const double *effort)
{
    world w = {.set = usual(), .portfolio = PARTNER_PORTFOLIO_INIT, .in = PARTNER_INTERACTIONS_INIT};

    w.rules.struct_size = sizeof w.rules;
    w.rules.kind = kinds;
    w.rules.kind_mode = kind_modes;
    w.rules.kind_id = kind_ids;
    w.rules.kinds = KINDS;
    w.portfolio.rows = lines;
    w.in.rows = rows;
    w.in.partner = partner;
    w.in.day = day;
    w.in.kind = kind;
    w.in.effort = effort;
    return w;
}

static void unmake(world *w) { partner__arena_free(&w->arena); }

static partner_status sum(world *w)
{
    const partner_portfolio *p = &w->portfolio;
    partner__lookup line;
    uint32_t highest = 0;

    unmake(w);
    w->arena = (partner__arena){NULL};
    for (size_t i = 0; i < p->rows; i++) {
        uint32_t partner = p->partner == NULL ? (uint32_t)i : p->partner[i];
        if (partner > highest) highest = partner;
    }
    must(partner__lookup_new(&line, p->rows, highest, &w->arena, &w->error), w->error);
    for (size_t i = 0; i < p->rows; i++)
        *partner__lookup_at(&line, p->partner == NULL ? (uint32_t)i : p->partner[i]) = (uint32_t)i;
    return partner__evidence_sum(&w->set, &w->rules, p, &w->in, &line, &w->arena, &w->evidence, &w->error);
}

static void assert_evidence(const world *w, size_t line, double c, double t, double effort)
{
    assert_near(w->evidence.consultative[line], c, 1e-15);
    assert_near(w->evidence.transactional[line], t, 1e-15);
    assert_near(w->evidence.effort[line], effort, 1e-15);
}

/* The window ends with day 830: a row of that day is 0 days old, one of day 465 a half-life, one of day 100
 * two. Those of day 99 and 831 are outside. */
START_TEST(evidence_ages_to_the_end_of_the_window)
{
    static const uint32_t partner[] = {0, 0, 0, 1, 1, 0, 1};
    static const int32_t day[] = {830, 465, 100, 99, 831, 830, 647};
    static const uint32_t kind[] = {TRAINING, VISIT, TRAINING, ORDER, ORDER, ORDER, DELIVERY};
    world w = world_of(3, 7, partner, day, kind, NULL);

    w.portfolio.from_day = 100;
    w.portfolio.to_day = 831;
    must(sum(&w), w.error);
    assert_evidence(&w, 0, 1 + 0.5 + 0.25, 1, 4);
    assert_evidence(&w, 1, 0, pow(2, -183.0 / 365), 1);
    assert_evidence(&w, 2, 0, 0, 0);
    ck_assert_uint_eq(w.evidence.interactions, 5);
    ck_assert_uint_eq(w.evidence.with_evidence, 2);
    ck_assert_double_eq(w.evidence.unit, 1);
    w.set.half_life_days = 0;
    must(sum(&w), w.error);
    assert_evidence(&w, 0, 3, 1, 4);
    assert_evidence(&w, 1, 0, 1, 1);
    w.set.half_life_days = 73;
    must(sum(&w), w.error);
    assert_evidence(&w, 0, 1 + pow(2, -5) + pow(2, -10), 1, 4);
    unmake(&w);
}
END_TEST

/* Open at its end, the window ends with the last day of the data: of sales or of interactions. */
START_TEST(evidence_ages_to_the_last_day)
{
    static const uint32_t partner[] = {0, 1, 7}, kind[] = {ORDER, TRAINING, ORDER};
    static const int32_t day[] = {0, 365, 365};
    world w = world_of(2, 3, partner, day, kind, NULL);

    must(sum(&w), w.error);
    assert_evidence(&w, 0, 0, 0.5, 1);
    assert_evidence(&w, 1, 1, 0, 1);
    ck_assert_uint_eq(w.evidence.unlisted, 1);
    w.portfolio.last_day = 2 * 365;
    must(sum(&w), w.error);
    assert_evidence(&w, 0, 0, 0.25, 1);
    assert_evidence(&w, 1, 0.5, 0, 1);
    w.portfolio.last_day = PARTNER_DAY_0; /* before the last interaction */
    must(sum(&w), w.error);
    assert_evidence(&w, 0, 0, 0.5, 1);
    /* the window [-365, 0) has none, [0, open) all, [open, 1) one, which is 0 days old */
    w.portfolio.from_day = -365;
    w.portfolio.to_day = PARTNER_DAY_0;
    must(sum(&w), w.error);
    ck_assert_uint_eq(w.evidence.interactions + w.evidence.unlisted + w.evidence.with_evidence, 0);
    ck_assert(isnan(w.evidence.unit));
    w.portfolio.from_day = PARTNER_DAY_0;
    w.portfolio.to_day = 0;
    must(sum(&w), w.error);
    ck_assert_uint_eq(w.evidence.interactions, 2);
    w.portfolio.from_day = 0;
    w.portfolio.to_day = 1;
    must(sum(&w), w.error);
    assert_evidence(&w, 0, 0, 1, 1);
    ck_assert_uint_eq(w.evidence.interactions, 1);
    unmake(&w);
}
END_TEST

/* The mean effort is (30 + 90) / 2 = 60: the row that says none counts that, the partner that is not listed and
 * the row outside the window do not. */
START_TEST(effort_counts_in_units)
{
    static const uint32_t partner[] = {0, 1, 1, 5, 0};
    static const int32_t day[] = {10, 10, 10, 10, 11};
    static const uint32_t kind[] = {TRAINING, ORDER, VISIT, ORDER, ORDER};
    static const double effort[] = {30, 90, NAN, 1000, 500};
    world w = world_of(2, 5, partner, day, kind, effort);

    w.portfolio.to_day = 11;
    must(sum(&w), w.error);
    ck_assert_double_eq(w.evidence.unit, 60);
    assert_evidence(&w, 0, 0.5, 0, 30);
    assert_evidence(&w, 1, 1, 1.5, 150);
    /* the whole evidence weighs as much as the number of interactions */
    ck_assert_uint_eq(w.evidence.interactions, 3);
    w.set.unit = 15;
    must(sum(&w), w.error);
    ck_assert_double_eq(w.evidence.unit, 15);
    assert_evidence(&w, 0, 2, 0, 30);
    assert_evidence(&w, 1, 1, 6, 105);
    ck_assert_uint_eq(w.evidence.unlisted, 1);
    unmake(&w);
}
END_TEST

START_TEST(no_effort_is_no_evidence)
{
    static const uint32_t partner[] = {0, 1}, kind[] = {TRAINING, ORDER};
    static const int32_t day[] = {10, 10};
    double effort[] = {0, NAN};
    world w = world_of(2, 2, partner, day, kind, effort);

    must(sum(&w), w.error);
    ck_assert_double_eq(w.evidence.unit, 0);
    ck_assert_uint_eq(w.evidence.with_evidence, 0);
    ck_assert_uint_eq(w.evidence.interactions, 2);
    assert_evidence(&w, 0, 0, 0, 0);
    assert_evidence(&w, 1, 0, 0, 0);
    w.set.unit = 2;
    must(sum(&w), w.error);
    ck_assert_uint_eq(w.evidence.with_evidence, 1);
    assert_evidence(&w, 0, 0, 0, 0);
    assert_evidence(&w, 1, 0, 1, 2);
    /* nobody says any: each row is 1 */
    w.set.unit = 0;
    effort[0] = NAN;
    must(sum(&w), w.error);
    ck_assert_double_eq(w.evidence.unit, 1);
    assert_evidence(&w, 0, 1, 0, 1);
    unmake(&w);
}
END_TEST

START_TEST(no_rows_and_no_partners)
{
    static const uint32_t partner[] = {0}, kind[] = {ORDER};
    static const int32_t day[] = {1};
    world w = world_of(2, 0, NULL, NULL, NULL, NULL), none = world_of(0, 1, partner, day, kind, NULL);

    must(sum(&w), w.error);
    ck_assert(isnan(w.evidence.unit));
    assert_evidence(&w, 1, 0, 0, 0);
    must(sum(&none), none.error);
    ck_assert_uint_eq(none.evidence.unlisted, 1);
    ck_assert_uint_eq(none.evidence.interactions, 0);
    ck_assert(isnan(none.evidence.unit));
    unmake(&w);
    unmake(&none);
}
END_TEST

/* Partners and kinds of any index; an old caller's struct has no effort. */
START_TEST(indexes_may_be_anything)
{
    static const uint32_t partner[] = {4000000000u, 12, 3000000000u, 4000000000u, 13};
    static const uint32_t listed[] = {3000000000u, 4000000000u, 13};
    static const uint32_t kind[] = {2000000000u, 5, 5, 2000000000u, 5}, declared[] = {5, 2000000000u};
    static const uint8_t modes[] = {PARTNER_MODE_TRANSACTIONAL, PARTNER_MODE_CONSULTATIVE};
    static const int32_t day[] = {-7, -7, -7, -7, -7};
    static const double effort[] = {-1, -1, -1, -1, -1};
    world w = world_of(3, 5, partner, day, kind, effort);

    w.in.struct_size = offsetof(partner_interactions, effort);
    w.portfolio.partner = listed;
    w.rules.kind = declared;
    w.rules.kind_mode = modes;
    w.rules.kinds = 2;
    must(sum(&w), w.error);
    assert_evidence(&w, 0, 0, 1, 1);
    assert_evidence(&w, 1, 2, 0, 2);
    assert_evidence(&w, 2, 0, 1, 1);
    ck_assert_uint_eq(w.evidence.unlisted, 1);
    unmake(&w);
}
END_TEST

/* A world at random, whose columns can be put in another order. */
typedef struct columns {
    size_t lines, rows;
    uint32_t *partner, *kind;
    int32_t *day;
    double *effort;
} columns;

static columns random_columns(size_t lines, size_t rows, uint64_t *state)
{
    columns c = {lines, rows, calloc(rows, 4), calloc(rows, 4), calloc(rows, 4), calloc(rows, 8)};

    ck_assert(c.partner != NULL && c.kind != NULL && c.day != NULL && c.effort != NULL);
    for (size_t i = 0; i < rows; i++) {
        c.partner[i] = (uint32_t)(draw(state) % (lines + lines / 8));
        c.kind[i] = (uint32_t)(draw(state) % KINDS);
        c.day[i] = (int32_t)(draw(state) % 1500) - 200;
        c.effort[i] = draw(state) % 7 == 0 ? NAN : exp(8 * uniform(state) - 3);
    }
    return c;
}

static void shuffle(columns *c, uint64_t *state)
{
    for (size_t i = c->rows; i-- > 1;) {
        const size_t j = (size_t)(draw(state) % (i + 1));
        const uint32_t partner = c->partner[i], kind = c->kind[i];
        const int32_t day = c->day[i];
        const double effort = c->effort[i];

        c->partner[i] = c->partner[j];
        c->kind[i] = c->kind[j];
        c->day[i] = c->day[j];
        c->effort[i] = c->effort[j];
        c->partner[j] = partner;
        c->kind[j] = kind;
        c->day[j] = day;
        c->effort[j] = effort;
    }
}

static void free_columns(columns *c)
{
    free(c->partner);
    free(c->kind);
    free(c->day);
    free(c->effort);
}

static world world_of_columns(const columns *c)
{
    world w = world_of(c->lines, c->rows, c->partner, c->day, c->kind, c->effort);

    w.portfolio.from_day = PARTNER_DAY_0;
    w.portfolio.to_day = 1000;
    return w;
}

static int in_the_window(const columns *c, size_t i)
{
    return c->day[i] >= 0 && c->day[i] < 1000 && c->partner[i] < c->lines;
}

/* The sums the plain way, of one line. */
static void assert_plain(const world *w, const columns *c, double unit, size_t line)
{
    double consultative = 0, transactional = 0, effort = 0;

    for (size_t i = 0; i < c->rows; i++) {
        const double e = isnan(c->effort[i]) ? unit : c->effort[i];
        const double left = e / unit * pow(0.5, (999.0 - c->day[i]) / 365);

        if (!in_the_window(c, i) || c->partner[i] != line) continue;
        if (c->kind[i] >= TRAINING) consultative += left;
        else transactional += left;
        effort += e;
    }
    assert_near(w->evidence.consultative[line], consultative, 1e-13);
    assert_near(w->evidence.transactional[line], transactional, 1e-13);
    assert_near(w->evidence.effort[line], effort, 1e-13);
}

START_TEST(evidence_the_plain_way)
{
    uint64_t state = 4711;
    columns c = random_columns(300, in_time(6000, 2000), &state);
    world w = world_of_columns(&c);
    double total = 0, rows = 0;

    for (size_t i = 0; i < c.rows; i++)
        if (in_the_window(&c, i) && !isnan(c.effort[i])) {
            total += c.effort[i];
            rows++;
        }
    must(sum(&w), w.error);
    assert_near(w.evidence.unit, total / rows, 1e-13);
    for (size_t line = 0; line < c.lines; line++) assert_plain(&w, &c, total / rows, line);
    unmake(&w);
    free_columns(&c);
}
END_TEST

static void assert_same_evidence(const world *a, const world *b)
{
    const size_t size = a->portfolio.rows * sizeof(double);

    ck_assert(same_bits(a->evidence.unit, b->evidence.unit));
    ck_assert_uint_eq(a->evidence.interactions, b->evidence.interactions);
    ck_assert_uint_eq(a->evidence.unlisted, b->evidence.unlisted);
    ck_assert_uint_eq(a->evidence.with_evidence, b->evidence.with_evidence);
    ck_assert(memcmp(a->evidence.consultative, b->evidence.consultative, size) == 0);
    ck_assert(memcmp(a->evidence.transactional, b->evidence.transactional, size) == 0);
    ck_assert(memcmp(a->evidence.effort, b->evidence.effort, size) == 0);
}

START_TEST(order_and_threads_change_no_evidence)
{
    static const uint32_t threads[] = {1, 2, 3, 7};
    uint64_t state = 99;
    columns c = random_columns(in_time(60000, 40000), in_time(200000, 70000), &state);
    world first = world_of_columns(&c);

    must(sum(&first), first.error);
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        world w;

        shuffle(&c, &state);
        w = world_of_columns(&c);
        w.set.run.threads = threads[i];
        must(sum(&w), w.error);
        assert_same_evidence(&first, &w);
        unmake(&w);
    }
    unmake(&first);
    free_columns(&c);
}
END_TEST

/* ---- evidence that is refused ---- */

typedef struct fault {
    const char *field, *message;
    uint32_t index, partner, kind;
    int32_t day;
    double effort;
} fault;

#define DECLARED "expected one of order, delivery, training, visit"

/* The index is that of the kind where that is wrong, of the partner else. */
static const fault faults[] = {
    {"partner", "partner is missing", PARTNER_NONE, PARTNER_NONE, ORDER, 5, 1},
    {"day", "day is missing", 0, 0, ORDER, PARTNER_NO_DAY, 1},
    {"kind", "kind is missing", 1, 1, PARTNER_NONE, 5, 1},
    {"kind", "kind 4 is not declared, " DECLARED, 4, 1, 4, 5, 1},
    {"effort", "effort is -0.5, expected 0 to 10^12", 1, 1, ORDER, 5, -0.5},
    {"effort", "effort is infinite, expected 0 to 10^12", 1, 1, ORDER, 5, INFINITY},
    {"effort", "effort is 2000000000000, expected 0 to 10^12", 1, 1, ORDER, 5, 2e12},
    {"effort", "effort is 8000000000, expected at most 10^9 times the unit 4", 1, 1, ORDER, 5, 8e9},
    /* the same outside the window and of a partner that is not listed */
    {"kind", "kind 4 is not declared, " DECLARED, 4, 9, 4, 99, 1},
};

START_TEST(bad_rows)
{
    const fault *f = &faults[_i];
    const uint32_t partner[] = {0, 1, f->partner, PARTNER_NONE}, kind[] = {ORDER, VISIT, f->kind, 77};
    const int32_t day[] = {5, 5, f->day, 5};
    const double effort[] = {1, 0, f->effort, -1};
    world w = world_of(2, 4, partner, day, kind, effort);
    char message[512];

    w.portfolio.to_day = 50;
    w.set.unit = 4;
    w.evidence.unit = 17;
    must_fail(sum(&w), PARTNER_E_DATA, w.error);
    snprintf(message, sizeof message, "interactions row 2: %s", f->message);
    ck_assert_str_eq(w.error.message, message);
    ck_assert_str_eq(w.error.record, "interactions");
    ck_assert_str_eq(w.error.field, f->field);
    ck_assert_uint_eq(w.error.row, 2);
    ck_assert_uint_eq(w.error.index, f->index);
    ck_assert_double_eq(w.evidence.unit, 17);
    unmake(&w);
}
END_TEST

/* As many kinds are listed as a sentence holds. */
START_TEST(many_kinds)
{
    enum { MANY = 100 };
    static const uint32_t partner[] = {0}, kind[] = {MANY};
    static const int32_t day[] = {5};
    uint32_t declared[MANY];
    uint8_t modes[MANY];
    char text[MANY][16];
    const char *ids[MANY];
    world w = world_of(1, 1, partner, day, kind, NULL);
    char *more;

    for (uint32_t i = 0; i < MANY; i++) {
        declared[i] = i;
        modes[i] = PARTNER_MODE_CONSULTATIVE;
        snprintf(text[i], sizeof text[i], "sort-of-%02u", (unsigned)i);
        ids[i] = text[i];
    }
    w.rules.kind = declared;
    w.rules.kind_mode = modes;
    w.rules.kind_id = ids;
    w.rules.kinds = MANY;
    must_fail(sum(&w), PARTNER_E_DATA, w.error);
    more = strstr(w.error.message, " and ");
    ck_assert(strstr(w.error.message, "expected one of sort-of-00, sort-of-01, ") != NULL && more != NULL);
    /* those that are named and those that are counted are all */
    ck_assert_int_eq(atoi(more + 5) + atoi(more - 2) + 1, MANY);
    ck_assert_str_eq(strchr(more + 5, ' '), " more");
    w.rules.kinds = 0;
    must_fail(sum(&w), PARTNER_E_DATA, w.error);
    ck_assert_str_eq(w.error.message,
                     "interactions row 0: kind 100 is not declared, expected rules that declare kinds");
    unmake(&w);
}
END_TEST

/* Two rows of 6 * 10^8 units of one partner. */
START_TEST(more_than_a_partner_can_need)
{
    static const uint32_t partner[] = {30, 20, 30}, kind[] = {ORDER, VISIT, VISIT}, listed[] = {20, 30};
    static const int32_t day[] = {5, 5, 5};
    static const double effort[] = {6e8, 6e8, 6e8};
    world w = world_of(2, 3, partner, day, kind, effort);

    w.portfolio.partner = listed;
    w.set.unit = 1;
    must_fail(sum(&w), PARTNER_E_RANGE, w.error);
    ck_assert_uint_eq(w.error.index, 30);
    ck_assert_str_eq(w.error.message,
                     "interactions of partner 30 weigh as much as 1200000000 of one unit of effort, "
                     "expected at most 10^9");
    w.set.unit = 0;
    must(sum(&w), w.error);
    assert_evidence(&w, 1, 1, 1, 1.2e9);
    unmake(&w);
}
END_TEST

static int stop(void *data)
{
    (void)data;
    return 1;
}

START_TEST(bad_calls)
{
    static const uint32_t partner[] = {0}, kind[] = {ORDER};
    static const int32_t day[] = {5};
    world w = world_of(1, 1, NULL, day, kind, NULL);

    must_fail(sum(&w), PARTNER_E_ARGUMENT, w.error);
    ck_assert_str_eq(w.error.message, "interactions: partner is NULL, expected a column of 1 rows");
    w.in.partner = partner;
    w.in.day = NULL;
    must_fail(sum(&w), PARTNER_E_ARGUMENT, w.error);
    ck_assert_str_eq(w.error.field, "day");
    w.in.day = day;
    w.in.kind = NULL;
    must_fail(sum(&w), PARTNER_E_ARGUMENT, w.error);
    ck_assert_str_eq(w.error.field, "kind");
    w.in.kind = kind;
    w.in.struct_size = 1;
    must_fail(sum(&w), PARTNER_E_ARGUMENT, w.error);
    w.in.struct_size = sizeof w.in;
    w.set.run.interrupt = stop;
    must_fail(sum(&w), PARTNER_E_CANCELLED, w.error);
    unmake(&w);
}
END_TEST

/* ---- the prior ---- */

typedef struct sample {
    size_t n;
    double *c, *t;
} sample;

static sample sample_of(size_t n)
{
    sample s = {n, calloc(n, sizeof(double)), calloc(n, sizeof(double))};

    ck_assert(s.c != NULL && s.t != NULL);
    return s;
}

static void free_sample(sample *s)
{
    free(s->c);
    free(s->t);
}

static void fit(const sample *s, uint32_t threads, double *a, double *b)
{
    const partner__run run = {threads, NULL, NULL};
    partner_error error;

    must(partner__prior_fit(s->c, s->t, s->n, &run, a, b, &error), error);
}

static double log_beta(double a, double b) { return lgamma(a) + lgamma(b) - lgamma(a + b); }

static double likelihood(const sample *s, double a, double b)
{
    double sum_of = 0;

    for (size_t i = 0; i < s->n; i++)
        if (s->c[i] + s->t[i] > 0) sum_of += log_beta(a + s->c[i], b + s->t[i]) - log_beta(a, b);
    return sum_of;
}

/* By strength and mean, kept within the bounds. */
static double likelihood_at(const sample *s, double *log_strength, double *logit)
{
    const double far = log(99), strength = fmin(fmax(*log_strength, log(0.2)), log(20));
    const double mean = fmin(fmax(*logit, -far), far);

    *log_strength = strength;
    *logit = mean;
    return likelihood(s, exp(strength) / (1 + exp(-mean)), exp(strength) / (1 + exp(mean)));
}

/* A plain optimiser: a grid over the box, and then, from each of its tops, steps of a half of the last where
 * none of the four directions and four diagonals is higher. */
static double climb(const sample *s, double *x, double *y, double width, double height)
{
    double best = likelihood_at(s, x, y);

    while (width > 1e-8) {
        int better = 0;

        for (int i = -1; i <= 1; i++)
            for (int j = -1; j <= 1; j++) {
                double u = *x + i * width, v = *y + j * height, value = likelihood_at(s, &u, &v);

                if (!(value > best)) continue;
                best = value;
                *x = u;
                *y = v;
                better = 1;
            }
        if (better) continue;
        width /= 2;
        height /= 2;
    }
    return best;
}

static double plain_fit(const sample *s, double *a, double *b)
{
    enum { STEPS = 11 };
    const double left = log(0.2), width = (log(20) - left) / (STEPS - 1), far = log(99);
    const double height = 2 * far / (STEPS - 1);
    double value[STEPS][STEPS], most = -DBL_MAX;

    for (int i = 0; i < STEPS; i++)
        for (int j = 0; j < STEPS; j++) {
            double x = left + i * width, y = -far + j * height;
            value[i][j] = likelihood_at(s, &x, &y);
        }
    for (int i = 0; i < STEPS; i++)
        for (int j = 0; j < STEPS; j++) {
            double x = left + i * width, y = -far + j * height, top;

            if ((i > 0 && value[i - 1][j] > value[i][j]) || (i < STEPS - 1 && value[i + 1][j] > value[i][j]) ||
                (j > 0 && value[i][j - 1] > value[i][j]) || (j < STEPS - 1 && value[i][j + 1] > value[i][j]))
                continue;
            top = climb(s, &x, &y, width / 2, height / 2);
            if (top <= most) continue;
            most = top;
            *a = exp(x) / (1 + exp(-y));
            *b = exp(x) / (1 + exp(y));
        }
    return most;
}

static void assert_within(double a, double b)
{
    ck_assert_msg(a + b >= 0.2 * (1 - 1e-15) && a + b <= 20 * (1 + 1e-15), "a + b is %.17g", a + b);
    ck_assert_msg(a / (a + b) >= 0.01 * (1 - 1e-14) && a / (a + b) <= 0.99 * (1 + 1e-14), "mean is %.17g",
                  a / (a + b));
}

/* Not below the plain optimiser, whose steps end at 1e-8: the top is flat, so places agree to the root of what
 * rounding leaves of the likelihood. */
static void assert_as_plain(const sample *s)
{
    double a = 7, b = 7, plain_a = 0, plain_b = 0, most = plain_fit(s, &plain_a, &plain_b);

    fit(s, 1, &a, &b);
    assert_within(a, b);
    ck_assert_msg(likelihood(s, a, b) >= most - 1e-12 * (fabs(most) + (double)s->n),
                  "%.17g and %.17g: %.17g is below %.17g", a, b, likelihood(s, a, b), most);
    assert_near(a, plain_a, 2e-5);
    assert_near(b, plain_b, 2e-5);
}

static double normal(uint64_t *state)
{
    return sqrt(-2 * log(1 - uniform(state))) * cos(6.283185307179586 * uniform(state));
}

/* Shares around a mean, more or less alike, with more or less evidence, whole or not. */
static sample random_sample(size_t n, uint64_t *state)
{
    const double mean = 4 * uniform(state) - 2, spread = 0.3 + 2 * uniform(state),
                 much = exp(4 * uniform(state));
    const int whole = draw(state) % 2 == 0;
    sample s = sample_of(n);

    for (size_t i = 0; i < n; i++) {
        const double share = 1 / (1 + exp(-mean - spread * normal(state))), m = much * exp(normal(state));

        s.c[i] = whole ? floor(m * share + uniform(state)) : m * share;
        s.t[i] = whole ? floor(m * (1 - share) + uniform(state)) : m * (1 - share);
        if (draw(state) % 10 == 0) s.c[i] = s.t[i] = 0;
    }
    return s;
}

START_TEST(fit_on_random_worlds)
{
    uint64_t state = 1000 + (uint64_t)_i;
    sample s = random_sample(10 + (size_t)(draw(&state) % 150), &state);

    assert_as_plain(&s);
    free_sample(&s);
}
END_TEST

/* Partners that are all of one kind, both ways; and those that are one or the other. */
START_TEST(fit_at_the_bounds)
{
    uint64_t state = 5;
    sample s = sample_of(40);
    double a, b;

    for (size_t i = 0; i < s.n; i++) s.t[i] = 1 + (double)(draw(&state) % 9);
    fit(&s, 1, &a, &b);
    assert_near(a / (a + b), 0.01, 1e-15);
    assert_as_plain(&s);
    for (size_t i = 0; i < s.n; i++) {
        s.c[i] = s.t[i];
        s.t[i] = 0;
    }
    fit(&s, 1, &a, &b);
    assert_near(b / (a + b), 0.01, 1e-15);
    assert_as_plain(&s);
    /* half of them one, half the other: the mean is 1/2 by symmetry, and nothing speaks for shares in between
     */
    for (size_t i = 0; i < s.n; i++) {
        s.c[i] = i % 2 == 0 ? 8 : 0;
        s.t[i] = 8 - s.c[i];
    }
    fit(&s, 1, &a, &b);
    assert_near(a, 0.1, 1e-9);
    assert_near(b, 0.1, 1e-9);
    /* all alike: nothing speaks for shares that differ */
    for (size_t i = 0; i < s.n; i++) s.c[i] = s.t[i] = 4;
    fit(&s, 1, &a, &b);
    assert_near(a, 10, 1e-9);
    assert_near(b, 10, 1e-9);
    for (size_t i = 0; i < s.n; i++) s.t[i] = 1;
    assert_as_plain(&s);
    free_sample(&s);
}
END_TEST

/* One interaction a partner tells the mean (12 of 40), and nothing about a + b: that stays 2. No evidence tells
 * nothing. */
START_TEST(fit_of_what_says_little)
{
    sample s = sample_of(40);
    double a, b;

    fit(&s, 1, &a, &b);
    ck_assert_double_eq(a, 1);
    ck_assert_double_eq(b, 1);
    for (size_t i = 0; i < s.n; i++) {
        s.c[i] = i < 12;
        s.t[i] = i >= 12;
    }
    fit(&s, 1, &a, &b);
    assert_near(a, 0.6, 1e-10);
    assert_near(b, 1.4, 1e-10);
    s.n = 0;
    fit(&s, 1, &a, &b);
    ck_assert_double_eq(a, 1);
    free_sample(&s);
}
END_TEST

/* c of 10 of shares of Beta(2, 3), as the median of three is of Beta(2, 2): here by order statistics, the
 * second of four uniform numbers. */
START_TEST(fit_finds_the_truth)
{
    uint64_t state = 31;
    sample s = sample_of(in_time(20000, 4000));
    double a, b;

    for (size_t i = 0; i < s.n; i++) {
        double u[4], share;

        for (int k = 0; k < 4; k++) {
            int j = k;
            u[k] = uniform(&state);
            for (; j > 0 && u[j - 1] > u[j]; j--) {
                const double swap = u[j];
                u[j] = u[j - 1];
                u[j - 1] = swap;
            }
        }
        share = u[1];
        for (int k = 0; k < 10; k++) s.c[i] += uniform(&state) < share;
        s.t[i] = 10 - s.c[i];
    }
    fit(&s, 1, &a, &b);
    /* the standard error of either is some 0.05 with 20000 and 0.1 with 4000 */
    ck_assert_msg(fabs(a - 2) < 0.4 && fabs(b - 3) < 0.6, "a %g, b %g", a, b);
    assert_near(a / (a + b), 0.4, 0.02);
    free_sample(&s);
}
END_TEST

START_TEST(order_and_threads_change_no_fit)
{
    uint64_t state = 8;
    sample s = random_sample(in_time(300000, 140000), &state);
    double a, b, other_a, other_b;

    fit(&s, 1, &a, &b);
    for (uint32_t threads = 2; threads <= 4; threads++) {
        for (size_t i = s.n; i-- > 1;) {
            const size_t j = (size_t)(draw(&state) % (i + 1));
            const double c = s.c[i], t = s.t[i];

            s.c[i] = s.c[j];
            s.t[i] = s.t[j];
            s.c[j] = c;
            s.t[j] = t;
        }
        fit(&s, threads, &other_a, &other_b);
        ck_assert(same_bits(a, other_a) && same_bits(b, other_b));
    }
    free_sample(&s);
}
END_TEST

/* Any evidence has a fit within the bounds, and partners turned round have it turned round. */
START_TEST(fit_of_anything)
{
    uint64_t state = 400 + (uint64_t)_i;
    sample s = sample_of(1 + (size_t)(draw(&state) % 60)), turned = {s.n, s.t, s.c};
    double a, b, other_a, other_b;

    for (size_t i = 0; i < s.n; i++) {
        s.c[i] = draw(&state) % 4 == 0 ? 0 : pow(10, 21 * uniform(&state) - 12.5);
        s.t[i] = draw(&state) % 4 == 0 ? 0 : pow(10, 21 * uniform(&state) - 12.5);
    }
    fit(&s, 1, &a, &b);
    assert_within(a, b);
    fit(&turned, 1, &other_a, &other_b);
    assert_near(likelihood(&s, other_b, other_a), likelihood(&s, a, b), 1e-9);
    free_sample(&s);
}
END_TEST

START_TEST(fit_can_be_cancelled)
{
    const partner__run run = {1, stop, NULL};
    sample s = sample_of(20);
    double a = 7, b = 7;
    partner_error error;

    must_fail(partner__prior_fit(s.c, s.t, s.n, &run, &a, &b, &error), PARTNER_E_CANCELLED, error);
    ck_assert_double_eq(a, 7);
    ck_assert_double_eq(b, 7);
    free_sample(&s);
}
END_TEST

/* ---- the posterior ---- */

enum { FIELDS = 5 };

/* Columns of a posterior, one after the other. */
static partner__posterior posterior_in(double *to, size_t n)
{
    return (partner__posterior){to, to + n, to + 2 * n, to + 3 * n, to + 4 * n};
}

static void find(const partner__segment_settings *set, const sample *s, double a, double b,
                 const partner__posterior *p)
{
    const partner__evidence e = {.consultative = s->c, .transactional = s->t};
    partner_error error;

    must(partner__posterior_find(set, &e, s->n, a, b, p, &error), error);
}

/* The specification's 1e-12 for a + b <= 200 and 1e-12 (a + b) / 200 above. */
static double allowed(double a, double b) { return a + b <= 200 ? 1e-12 : 1e-12 * (a + b) / 200; }

/* Half of a and b as prior, half as evidence: their sums are exact. */
static void posterior_of(double threshold, double a, double b, double found[FIELDS])
{
    partner__segment_settings set = usual();
    double c = a / 2, t = b / 2;
    const sample s = {1, &c, &t};
    const partner__posterior p = posterior_in(found, 1);

    set.threshold_share = threshold;
    find(&set, &s, a / 2, b / 2, &p);
}

START_TEST(probabilities_of_the_table)
{
    const double *row = beta_tails[_i];
    double found[FIELDS];

    posterior_of(row[0], row[1], row[2], found);
    assert_near(found[0], row[1] / (row[1] + row[2]), 1e-15);
    assert_near(found[4], row[3], allowed(row[1], row[2]));
    assert_near(found[3], row[4], allowed(row[1], row[2]));
}
END_TEST

START_TEST(intervals_of_the_table)
{
    const double *row = beta_quantiles[_i];
    double found[FIELDS];

    if (row[0] != 0.05 && row[0] != 0.95) return;
    posterior_of(0.5, row[1], row[2], found);
    assert_near(found[row[0] == 0.05 ? 1 : 2], row[3], 1e-12);
}
END_TEST

/* Beta(1 + 3, 1 + 1), by hand: mean 4/6, P(share < 1/2) = (C(5,4) + 1) / 2^5 = 6/32. Without evidence it is the
 * prior: of Beta(1, 1) the ends of the interval are 0.05 and 0.95. */
START_TEST(posterior_by_hand)
{
    const partner__segment_settings set = usual();
    double c[] = {3, 0}, t[] = {1, 0}, found[2 * FIELDS];
    const sample s = {2, c, t};
    const partner__posterior p = posterior_in(found, 2);

    find(&set, &s, 1, 1, &p);
    assert_near(p.mean[0], 4.0 / 6, 1e-15);
    assert_near(p.p_transactional[0], 6.0 / 32, 1e-14);
    assert_near(p.p_consultative[0], 26.0 / 32, 1e-14);
    assert_near(5 * pow(p.low[0], 4) - 4 * pow(p.low[0], 5), 0.05, 1e-13);
    assert_near(5 * pow(p.high[0], 4) - 4 * pow(p.high[0], 5), 0.95, 1e-13);
    ck_assert_double_eq(p.mean[1], 0.5);
    assert_near(p.low[1], 0.05, 1e-14);
    assert_near(p.high[1], 0.95, 1e-14);
    assert_near(p.p_consultative[1], 0.5, 1e-15);
    assert_near(p.p_transactional[1], 0.5, 1e-15);
}
END_TEST

START_TEST(threads_change_no_posterior)
{
    partner__segment_settings set = usual();
    uint64_t state = 3;
    sample s = random_sample(in_time(20000, 3000), &state);
    double *one = calloc(s.n * FIELDS, sizeof *one), *many = calloc(s.n * FIELDS, sizeof *many);
    const partner__posterior p = posterior_in(one, s.n), q = posterior_in(many, s.n);
    partner__evidence e = {.consultative = s.c, .transactional = s.t};
    partner_error error;

    ck_assert(one != NULL && many != NULL);
    find(&set, &s, 0.7, 1.9, &p);
    set.run.threads = 3;
    find(&set, &s, 0.7, 1.9, &q);
    ck_assert(memcmp(one, many, s.n * FIELDS * sizeof *one) == 0);
    for (size_t i = 0; i < s.n; i++) {
        ck_assert(p.low[i] <= p.high[i] && p.low[i] >= 0 && p.high[i] <= 1);
        assert_near(p.p_consultative[i] + p.p_transactional[i], 1, 1e-15);
    }
    set.run.interrupt = stop;
    must_fail(partner__posterior_find(&set, &e, s.n, 1, 1, &p, &error), PARTNER_E_CANCELLED, error);
    free(one);
    free(many);
    free_sample(&s);
}
END_TEST

/* ---- the mode ---- */

enum {
    U = PARTNER_MODE_UNKNOWN,
    T = PARTNER_MODE_TRANSACTIONAL,
    M = PARTNER_MODE_MIXED,
    C = PARTNER_MODE_CONSULTATIVE
};

typedef struct judged {
    double p_consultative, p_transactional, confidence;
    uint8_t before, mode;
} judged;

static const judged judgements[] = {
    /* the plain rule, at and next to the confidence */
    {0.8, 0.2, 0.8, U, C},
    {0.79999, 0.20001, 0.8, U, M},
    {0.2, 0.8, 0.8, U, T},
    {0.20001, 0.79999, 0.8, U, M},
    {0.5, 0.5, 0.8, U, M},
    {0.5, 0.5, 0.5, U, C},
    {0.8, 0.2, 0.8, M, C},
    {0.2, 0.8, 0.8, M, T},
    {0.3, 0.7, 0.8, M, M},
    /* a definite mode is kept until the other side is as likely as the confidence */
    {0.5, 0.5, 0.8, C, C},
    {0.2000001, 0.7999999, 0.8, C, C},
    {0.2, 0.8, 0.8, C, M},
    {0.0500001, 0.9499999, 0.8, C, M},
    {0.05, 0.95, 0.8, C, T},
    {0.7999999, 0.2000001, 0.8, T, T},
    {0.8, 0.2, 0.8, T, M},
    {0.9499999, 0.0500001, 0.8, T, M},
    {0.95, 0.05, 0.8, T, C},
    /* the quarter of 0.4 and of 0.5 */
    {0.6, 0.4, 0.6, T, M},
    {0.8999999, 0.1000001, 0.6, T, M},
    {0.9, 0.1, 0.6, T, C},
    {0.49, 0.51, 0.5, C, M},
    {0.125, 0.875, 0.5, C, T},
};

START_TEST(modes_by_hand)
{
    const judged *j = &judgements[_i];
    uint8_t mode = partner__mode_of(j->p_consultative, j->p_transactional, j->confidence, j->before);

    ck_assert_msg(mode == j->mode, "%g, %g at %g after %u: %u instead of %u", j->p_consultative,
                  j->p_transactional, j->confidence, (unsigned)j->before, (unsigned)mode, (unsigned)j->mode);
}
END_TEST

/* ---- hysteresis ---- */

enum { PARTNERS = 4000, PERIOD = 365, MOST_ROWS = 60 };

/* Poisson, by the product of uniform numbers (Knuth). */
static size_t poisson(double mean, uint64_t *state)
{
    const double least = exp(-mean);
    double product = uniform(state);
    size_t n = 0;

    for (; product > least && n < MOST_ROWS; n++) product *= uniform(state);
    return n;
}

/* A channel that is seen period by period. */
typedef struct channel {
    size_t partners;
    double *share; /* the true ones */
    uint8_t *plain, *mode;
    int fitted;
    uint64_t state;
    int32_t from;
    size_t plain_jumps, jumps;
} channel;

static int opposite(uint8_t a, uint8_t b) { return (a == T && b == C) || (a == C && b == T); }

static void judge(channel *ch, const world *w)
{
    const sample s = {ch->partners, w->evidence.consultative, w->evidence.transactional};
    double a = 1, b = 1, *found = calloc(ch->partners * FIELDS, sizeof *found);
    const partner__posterior p = posterior_in(found, ch->partners);

    ck_assert(found != NULL);
    if (ch->fitted) fit(&s, 1, &a, &b);
    find(&w->set, &s, a, b, &p);
    for (size_t i = 0; i < ch->partners; i++) {
        const uint8_t plain = partner__mode_of(p.p_consultative[i], p.p_transactional[i], 0.8, U);
        const uint8_t mode = partner__mode_of(p.p_consultative[i], p.p_transactional[i], 0.8, ch->mode[i]);

        ch->plain_jumps += (size_t)opposite(ch->plain[i], plain);
        ch->jumps += (size_t)opposite(ch->mode[i], mode);
        ch->plain[i] = plain;
        ch->mode[i] = mode;
    }
    free(found);
}

/* Poisson(12) interactions of each partner on any days of a period, and what they say at its end. */
static void one_period(channel *ch)
{
    columns c = {ch->partners,
                 0,
                 calloc(ch->partners * MOST_ROWS, 4),
                 calloc(ch->partners * MOST_ROWS, 4),
                 calloc(ch->partners * MOST_ROWS, 4),
                 NULL};
    world w;

    ck_assert(c.partner != NULL && c.kind != NULL && c.day != NULL);
    for (size_t i = 0; i < ch->partners; i++)
        for (size_t rows = poisson(12, &ch->state); rows > 0; rows--) {
            c.partner[c.rows] = (uint32_t)i;
            c.kind[c.rows] = uniform(&ch->state) < ch->share[i] ? VISIT : ORDER;
            c.day[c.rows++] = ch->from + (int32_t)(draw(&ch->state) % PERIOD);
        }
    w = world_of(ch->partners, c.rows, c.partner, c.day, c.kind, NULL);
    w.set.half_life_days = 0;
    w.portfolio.from_day = ch->from;
    w.portfolio.to_day = ch->from + PERIOD;
    must(sum(&w), w.error);
    judge(ch, &w);
    ch->from += PERIOD;
    unmake(&w);
    free_columns(&c);
}

static channel new_channel(int fitted, uint64_t seed)
{
    channel ch = {.partners = in_time(PARTNERS, 1000), .fitted = fitted, .state = seed, .from = 10000};

    ch.share = calloc(ch.partners, sizeof *ch.share);
    ch.plain = calloc(ch.partners, 1);
    ch.mode = calloc(ch.partners, 1);
    ck_assert(ch.share != NULL && ch.plain != NULL && ch.mode != NULL);
    return ch;
}

static void free_channel(channel *ch)
{
    free(ch->share);
    free(ch->plain);
    free(ch->mode);
}

/* Partners of a true share of 1/2: direct jumps between opposite modes are at most half of those without
 * hysteresis; with a uniform and with a fitted prior. */
START_TEST(hysteresis_halves_jumps)
{
    const uint64_t seed = 20240611 + (uint64_t)(_i / 2);
    channel ch = new_channel(_i % 2, seed);

    for (size_t i = 0; i < ch.partners; i++) ch.share[i] = 0.5;
    for (int period = 0; period < 8; period++) one_period(&ch);
    printf("seed %llu, %s prior: %zu jumps, %zu without hysteresis\n", (unsigned long long)seed,
           ch.fitted ? "fitted" : "uniform", ch.jumps, ch.plain_jumps);
    ck_assert_msg(ch.plain_jumps >= 10, "seed %llu: %zu jumps without hysteresis", (unsigned long long)seed,
                  ch.plain_jumps);
    ck_assert_msg(2 * ch.jumps <= ch.plain_jumps, "seed %llu: %zu jumps, %zu without hysteresis",
                  (unsigned long long)seed, ch.jumps, ch.plain_jumps);
    free_channel(&ch);
}
END_TEST

/* Partners `step` apart move from a share of 0.15 to one of 0.85 after four periods. */
typedef struct moves {
    size_t moved, found, left; /* within two periods: consultative, no longer transactional */
} moves;

static moves move_and_look(channel *ch, size_t step)
{
    moves m = {0};
    uint8_t *seen = calloc(ch->partners, 1);

    ck_assert(seen != NULL);
    for (size_t i = 0; i < ch->partners; i++) ch->share[i] = 0.15;
    for (int period = 0; period < 6; period++) {
        for (size_t i = 0; period == 4 && i < ch->partners; i += step) ch->share[i] = 0.85;
        one_period(ch);
        for (size_t i = 0; period >= 4 && i < ch->partners; i++)
            seen[i] |= (uint8_t)(ch->mode[i] == C ? 3 : ch->mode[i] != T);
    }
    for (size_t i = 0; i < ch->partners; i += step) {
        m.moved++;
        m.found += seen[i] >= 2;
        m.left += seen[i] >= 1;
    }
    free(seen);
    return m;
}

static void say_moves(uint64_t seed, const char *prior, const moves *m)
{
    printf("seed %llu, %s prior: of %zu moves %zu found within two periods, %zu left their mode\n",
           (unsigned long long)seed, prior, m->moved, m->found, m->left);
}

/* All move, and the prior is fitted, as it is by default: at least 99 % are found within two periods. */
START_TEST(hysteresis_finds_real_moves)
{
    const uint64_t seed = 42 + (uint64_t)_i;
    channel ch = new_channel(1, seed);
    const moves m = move_and_look(&ch, 1);

    say_moves(seed, "fitted", &m);
    ck_assert_msg(100 * m.found >= 99 * m.moved, "seed %llu: %zu of %zu", (unsigned long long)seed, m.found,
                  m.moved);
    free_channel(&ch);
}
END_TEST

/* P(share > 1/2) of Beta(1 + c, 1 + t) is P(at most c of c + t + 1 tosses). */
static double p_consultative(int c, int t)
{
    double term = pow(0.5, c + t + 1), sum_of = 0;

    for (int k = 0; k <= c; k++) {
        sum_of += term;
        term *= (double)(c + t + 1 - k) / (k + 1);
    }
    return sum_of;
}

/* How often Poisson(12) interactions of a share of 0.85 make that at least p: their two kinds are Poisson(10.2)
 * and Poisson(1.8). */
static double chance_of(double p)
{
    double chance = 0, of_c = exp(-10.2);

    for (int c = 0; c < MOST_ROWS; of_c *= 10.2 / ++c) {
        double of_t = exp(-1.8);
        for (int t = 0; t < MOST_ROWS; of_t *= 1.8 / ++t)
            if (p_consultative(c, t) >= p) chance += of_c * of_t;
    }
    return chance;
}

/* With a uniform prior the rule's own chance follows from the distribution: at once with 0.95 in either period,
 * or by way of mixed. Some 99.9 % leave their mode. */
START_TEST(moves_with_a_uniform_prior)
{
    const double at_once = chance_of(0.95), some = chance_of(0.8);
    const double expected = at_once + (some - at_once) * some + (1 - some) * at_once;
    const uint64_t seed = 77 + (uint64_t)_i;
    channel ch = new_channel(0, seed);
    const moves m = move_and_look(&ch, 2);
    const double found = (double)m.found / (double)m.moved;

    say_moves(seed, "uniform", &m);
    ck_assert_msg(fabs(found - expected) <= 4 * sqrt(expected * (1 - expected) / (double)m.moved),
                  "seed %llu: %g, expected %g", (unsigned long long)seed, found, expected);
    ck_assert_msg(100 * m.left >= 99 * m.moved, "seed %llu: %zu of %zu", (unsigned long long)seed, m.left,
                  m.moved);
    free_channel(&ch);
}
END_TEST

static void add_evidence(Suite *suite)
{
    TCase *hand = add_case(suite, "evidence"), *refused = add_case(suite, "refused");

    tcase_add_test(hand, evidence_ages_to_the_end_of_the_window);
    tcase_add_test(hand, evidence_ages_to_the_last_day);
    tcase_add_test(hand, effort_counts_in_units);
    tcase_add_test(hand, no_effort_is_no_evidence);
    tcase_add_test(hand, no_rows_and_no_partners);
    tcase_add_test(hand, indexes_may_be_anything);
    tcase_add_test(hand, evidence_the_plain_way);
    tcase_add_test(hand, order_and_threads_change_no_evidence);
    tcase_add_loop_test(refused, bad_rows, 0, (int)(sizeof faults / sizeof faults[0]));
    tcase_add_test(refused, many_kinds);
    tcase_add_test(refused, more_than_a_partner_can_need);
    tcase_add_test(refused, bad_calls);
}

int main(void)
{
    Suite *suite = suite_create("modes");
    TCase *prior = add_case(suite, "prior"), *posterior = add_case(suite, "posterior");
    TCase *mode = add_case(suite, "mode");

    add_evidence(suite);
    tcase_add_loop_test(prior, fit_on_random_worlds, 0, 12);
    tcase_add_test(prior, fit_at_the_bounds);
    tcase_add_test(prior, fit_of_what_says_little);
    tcase_add_test(prior, fit_finds_the_truth);
    tcase_add_test(prior, order_and_threads_change_no_fit);
    tcase_add_loop_test(prior, fit_of_anything, 0, 30);
    tcase_add_test(prior, fit_can_be_cancelled);
    tcase_add_loop_test(posterior, probabilities_of_the_table, 0, TAILS);
    tcase_add_loop_test(posterior, intervals_of_the_table, 0, QUANTILES);
    tcase_add_test(posterior, posterior_by_hand);
    tcase_add_test(posterior, threads_change_no_posterior);
    tcase_add_loop_test(mode, modes_by_hand, 0, (int)(sizeof judgements / sizeof judgements[0]));
    tcase_add_loop_test(mode, hysteresis_halves_jumps, 0, 4);
    tcase_add_loop_test(mode, hysteresis_finds_real_moves, 0, 3);
    tcase_add_loop_test(mode, moves_with_a_uniform_prior, 0, 3);
    return run_suite(suite);
}
