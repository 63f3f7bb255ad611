/* SPDX-License-Identifier: MIT
 * Landmarks, incidence, rates, models and the hold-out (spec/pipeline.md, Landmarks, Win probability, Time):
 * cases by hand, with the arithmetic shown. */
#include "many_deals.h"
#include "pipeline/correlation.h"
#include "pipeline/learn.h"
#include "pipeline/result.h"
#include "pipeline/strength.h"
#include "suite.h"

/* A world: a process of two stages with a milestone each, and what stands in the tables. */
typedef struct world {
    partner__steps steps;
    partner__arena arena;
    partner__inputs in;
    partner__timeline timeline;
    partner__claims claims;
    partner__landmarks landmarks;
} world;

static void open_world(world *w, const partner_deals *deals, const partner_milestones *milestones,
                       const partner_claims *claims, const partner_pipeline_options *options)
{
    const partner_process_milestone need = {.struct_size = sizeof need, .id = "need", .name = 0};
    const partner_process_milestone money = {.struct_size = sizeof money, .id = "money", .name = 1};
    const partner_process_stage stages[2] = {
        {.struct_size = sizeof stages[0], .id = "first", .name = 10, .milestone = &need, .milestones = 1},
        {.struct_size = sizeof stages[0], .id = "second", .name = 11, .milestone = &money, .milestones = 1}};
    const partner_process process = {.struct_size = sizeof process, .stage = stages, .stages = 2};
    partner_error error;

    memset(w, 0, sizeof *w);
    must(partner__pipeline_settings_take(&w->in.set, options, &error), error);
    must(partner__steps_take(&w->steps, &process, &w->arena, &error), error);
    must(partner__inputs_take(&w->in, &w->steps, deals, milestones, claims, &error), error);
    must(partner__claims_new(&w->claims, &w->in, &error), error);
    must(partner__timeline_new(&w->timeline, &w->in, NULL, NULL, &error), error);
    must(partner__landmarks_new(&w->landmarks, &w->timeline, &w->claims, &error), error);
}

static void close_world(world *w)
{
    partner__landmarks_free(&w->landmarks);
    partner__timeline_free(&w->timeline);
    partner__claims_free(&w->claims);
    partner__inputs_free(&w->in);
    partner__arena_free(&w->arena);
}

enum {
    OPEN = PARTNER_OUTCOME_OPEN,
    WON = PARTNER_OUTCOME_WON,
    LOST = PARTNER_OUTCOME_LOST,
    NEVER = PARTNER_NO_DAY
};

/* --- landmarks --- */

/* As of day 100, landmarks every 30 days. Deal 0: open from 10, ages 0, 30, 60, 90 on days 10, 40, 70, 100.
 * Deal 1: day 40 to 100, ages 0 and 30, and not age 60 on day 100, when it closed. Deal 2: closed on the day it
 * opened, age 0. Deal 3: open from 101, not there yet. Deal 4: day 0 to 31, ages 0 and 30. */
static const int32_t opened[] = {10, 40, 50, 101, 0};
static const int32_t closed[] = {NEVER, 100, 50, NEVER, 31};
static const uint8_t outcome[] = {OPEN, WON, LOST, OPEN, WON};
/* Deal 0 meets the need on day 40, deal 1 on day 41 until it is taken back on day 80. */
static const uint32_t report_deal[] = {0, 1, 1}, report_milestone[] = {0, 0, 0};
static const int32_t report_day[] = {40, 41, 80};
static const uint8_t report_done[] = {1, 1, 0};

static partner_deals few_deals(void)
{
    partner_deals d = PARTNER_DEALS_INIT;

    d.rows = 5;
    d.opened = opened;
    d.closed = closed;
    d.outcome = outcome;
    return d;
}

static partner_milestones few_reports(void)
{
    partner_milestones m = PARTNER_MILESTONES_INIT;

    m.rows = 3;
    m.deal = report_deal;
    m.milestone = report_milestone;
    m.day = report_day;
    m.done = report_done;
    return m;
}

static void open_few(world *w, int32_t known_from)
{
    const partner_deals deals = few_deals();
    const partner_milestones reports = few_reports();
    partner_pipeline_options o = {.struct_size = sizeof o};

    o.as_of_day = 100;
    o.known_from_day = known_from;
    open_world(w, &deals, &reports, NULL, &o);
}

START_TEST(test_landmarks)
{
    static const partner__snapshot expected[] = {{0, 0, 10, 10},  {0, 1, 40, 40}, {0, 1, 70, 40},
                                                 {0, 1, 100, 40}, {1, 0, 40, 40}, {1, 1, 70, 41},
                                                 {2, 0, 50, 50},  {3, 0, 0, 0},   {3, 0, 30, 0}};
    world w;

    open_few(&w, -1000);
    ck_assert_uint_eq(w.landmarks.snapshots, 9);
    for (size_t i = 0; i < 9; i++) {
        const partner__snapshot *s = &w.landmarks.snapshot[i];

        ck_assert_uint_eq(s->line, expected[i].line);
        ck_assert_uint_eq(s->stage, expected[i].stage);
        ck_assert_int_eq(s->day, expected[i].day);
        ck_assert_int_eq(s->since, expected[i].since);
        ck_assert_uint_eq(w.landmarks.holding[i] & 1, expected[i].stage);
    }
    close_world(&w);
}
END_TEST

/* Known from day 40 on: deal 4 closed on day 31 and was never at risk. Deal 0's first clock starts on day 10,
 * 30 days before. By day 69 deal 0 has its first two landmarks, deal 1 its first, deal 2 its only one; only
 * deal 2 is closed, and what is open ends on day 69. */
START_TEST(test_what_was_known)
{
    partner__learning_set set;
    partner_error error;
    world w;

    open_few(&w, 40);
    ck_assert_uint_eq(w.landmarks.snapshots, 7);
    ck_assert_int_eq(partner__entry(&w.landmarks, &w.landmarks.snapshot[0]), 30);
    ck_assert_int_eq(partner__entry(&w.landmarks, &w.landmarks.snapshot[1]), 0);
    must(partner__learning_set_new(&set, &w.landmarks, 69, &error), error);
    ck_assert_uint_eq(set.snapshots, 4);
    ck_assert_uint_eq(set.closed, 1);
    ck_assert_uint_eq(set.won, 0);
    ck_assert_uint_eq(set.labelled, 1);
    ck_assert_uint_eq(set.first[1] - set.first[0], 3); /* stage 0: deals 0, 1, 2 */
    ck_assert_uint_eq(set.number[set.first[1]], 1);    /* stage 1: deal 0 on day 40 */
    ck_assert_int_eq(partner__exit(&w.landmarks, &w.landmarks.snapshot[4], 69), 29);
    ck_assert_int_eq(partner__exit(&w.landmarks, &w.landmarks.snapshot[4], 100), 60);
    partner__learning_set_free(&set);
    /* Before day 40 nothing is known. */
    must(partner__learning_set_new(&set, &w.landmarks, 39, &error), error);
    ck_assert_uint_eq(set.snapshots, 0);
    partner__learning_set_free(&set);
    close_world(&w);
}
END_TEST

/* --- incidence --- */

static void must_be_near(double found, double expected)
{
    ck_assert_msg(fabs(found - expected) <= 1e-12 * (1 + fabs(expected)), "%.17g instead of %.17g", found,
                  expected);
}

/* Stage 0, as of day 100, known from day 40. Clocks: deal 0 from day 10: entry 30, ends (goes on) at 90. Deal 1
 * from day 40: entry 0, won at 60. Deal 2 from day 50: lost at 0. t = 0: at risk deals 1 and 2 (deal 0 enters
 * at 30): lost 1/2, surviving 1/2. t = 60: at risk deals 0 and 1: won 1/2 * 1/2 = 1/4, surviving 1/4. */
START_TEST(test_incidence_by_hand)
{
    const partner__group stage = {.stage = 0}, all = {.stage = PARTNER_NONE};
    partner__learning_set set;
    partner__incidence c;
    partner_error error;
    world w;

    open_few(&w, 40);
    must(partner__learning_set_new(&set, &w.landmarks, 100, &error), error);
    must(partner__incidence_new(&c, &set, &stage, &error), error);
    ck_assert_uint_eq(c.snapshots, 3);
    ck_assert_uint_eq(c.deals, 3);
    ck_assert_int_eq(c.first_entry, 0);
    ck_assert_uint_eq(c.points, 2);
    ck_assert_int_eq(c.days[0], 0);
    ck_assert_int_eq(c.days[1], 60);
    ck_assert_uint_eq(c.at_risk[0], 2);
    ck_assert_uint_eq(c.at_risk[1], 2);
    must_be_near(partner__lost_by(&c, 0), 0.5);
    must_be_near(partner__won_by(&c, 59), 0);
    must_be_near(partner__won_by(&c, 60), 0.25);
    must_be_near(partner__won_at_end(&c), 0.25);
    partner__incidence_free(&c);
    /* All: deal 1 is won at 60 from day 40 and at 30 from day 70; deal 0 has clocks from days 10, 40, 70, 100
     * that end at 90, 60, 30, 0. t = 0: at risk five of seven snapshots with entry 0 and deal 2's: all but that
     * of day 10: 6; lost 1/6. The clock of day 100 ends. t = 30: at risk days 10 (just entered), 40, 70 of deal
     * 0, both of deal 1: 5; won 5/6 * 1/5 = 1/6, surviving 4/6. t = 60: at risk days 10 and 40 of deal 0, day
     * 40 of deal 1: 3; won 1/6 + 4/6 * 1/3 = 7/18. */
    must(partner__incidence_new(&c, &set, &all, &error), error);
    ck_assert_uint_eq(c.snapshots, 7);
    ck_assert_uint_eq(c.deals, 3);
    ck_assert_uint_eq(c.at_risk[0], 6);
    ck_assert_uint_eq(c.at_risk[1], 5);
    ck_assert_uint_eq(c.at_risk[2], 3);
    must_be_near(partner__lost_by(&c, 1000), 1.0 / 6);
    must_be_near(partner__won_by(&c, 30), 1.0 / 6);
    must_be_near(partner__won_by(&c, 60), 7.0 / 18);
    partner__incidence_free(&c);
    partner__learning_set_free(&set);
    close_world(&w);
}
END_TEST

/* Median age 15.5: stage 0 has ages 0 (three deals) and, of deal 4, 30. */
START_TEST(test_groups_by_age)
{
    partner__group young = {.stage = 0, .ages = PARTNER__YOUNG, .twice_median = 31};
    partner__group old = {.stage = 0, .ages = PARTNER__OLD, .twice_median = 31};
    partner__learning_set set;
    partner__incidence c;
    partner_error error;
    world w;

    open_few(&w, -1000);
    must(partner__learning_set_new(&set, &w.landmarks, 100, &error), error);
    must(partner__incidence_new(&c, &set, &young, &error), error);
    ck_assert_uint_eq(c.snapshots, 4);
    partner__incidence_free(&c);
    must(partner__incidence_new(&c, &set, &old, &error), error);
    ck_assert_uint_eq(c.snapshots, 1);
    must_be_near(partner__won_by(&c, 1), 1);
    partner__incidence_free(&c);
    /* An age of exactly the median is young. */
    young.twice_median = 60;
    must(partner__incidence_new(&c, &set, &young, &error), error);
    ck_assert_uint_eq(c.snapshots, 5);
    partner__incidence_free(&c);
    partner__learning_set_free(&set);
    close_world(&w);
}
END_TEST

/* --- rates --- */

/* As of day 100, known from day 40: of all 7/18 (above). Stage 0: 3 deals, incidence 1/4: (3/4 + 10 * 7/18) /
 * 13 = (0.75 + 3.888…) / 13. Stage 1 has deal 0 (days 40, 70, 100) and deal 1 (day 70, won at 30): at 30 at
 * risk the clocks of days 40 and 70 and deal 1's: 1/3; 2 deals: (2/3 + 10 * rate 0) / 12. Stage 2 has none: its
 * rate is stage 1's. */
START_TEST(test_stage_rates_by_hand)
{
    const double first = (0.75 + 10 * 7.0 / 18) / 13, second = (2.0 / 3 + 10 * first) / 12;
    partner__learning_set set;
    partner__rates r;
    partner_error error;
    world w;

    open_few(&w, 40);
    must(partner__learning_set_new(&set, &w.landmarks, 100, &error), error);
    must(partner__rates_new(&r, &set, NULL, PARTNER_NONE, &error), error);
    ck_assert_uint_eq(r.stages, 3);
    ck_assert_uint_eq(r.deals[0], 3);
    ck_assert_uint_eq(r.deals[1], 2);
    ck_assert_uint_eq(r.deals[2], 0);
    must_be_near(r.incidence[0], 0.25);
    must_be_near(r.incidence[1], 1.0 / 3);
    must_be_near(r.rate[0], first);
    must_be_near(r.rate[1], second);
    must_be_near(r.rate[2], second);
    ck_assert_uint_eq(r.records, 0); /* all are direct */
    must_be_near(partner__rate_of(&r, PARTNER_NONE, 1), second);
    partner__rates_free(&r);
    partner__learning_set_free(&set);
    close_world(&w);
}
END_TEST

/* Partner 7 with three deals in stage 0. Deal 0: day 0 to 70, won: ages 0, 30, 60. Deal 1: day 0 to 20, lost:
 * age 0. Deal 2: open from day 20, ages 0, 30, 60 on days 20, 50, 80. Partner 3 (number 0): a direct record of
 * one deal, lost on day 10. As of day 90 partner 7 has 2 closed deals with 4 snapshots, 3 of them won: w = 2 *
 * 3/4 = 1.5. On day 50 only deal 1 (closed on 20) had closed: n = 1, w = 0; on day 20 it had not closed before;
 * on day 80 both had. */
START_TEST(test_partner_rates_by_hand)
{
    static const int32_t from[] = {0, 0, 20, 0}, to[] = {70, 20, NEVER, 10};
    static const uint8_t how[] = {WON, LOST, OPEN, LOST};
    static const uint32_t whose[] = {7, 7, 7, 3};
    partner_deals deals = PARTNER_DEALS_INIT;
    partner_pipeline_options o = {.struct_size = sizeof o};
    partner__learning_set set;
    const partner__partner_record *record;
    partner__rates r;
    partner_error error;
    world w;

    deals.rows = 4;
    deals.opened = from;
    deals.closed = to;
    deals.outcome = how;
    deals.partner = whose;
    o.as_of_day = 90;
    o.known_from_day = -1;
    open_world(&w, &deals, NULL, NULL, &o);
    ck_assert_uint_eq(w.landmarks.partners, 2);
    ck_assert_uint_eq(w.landmarks.partner[0], 3);
    ck_assert_uint_eq(w.landmarks.partner[1], 7);
    ck_assert_uint_eq(w.landmarks.snapshots, 3 + 1 + 3 + 1);
    ck_assert_uint_eq(w.landmarks.past_deals[4], 0); /* deal 2, day 20 */
    ck_assert_uint_eq(w.landmarks.past_deals[5], 1); /* day 50 */
    must_be_near(w.landmarks.past_won[5], 0);
    ck_assert_uint_eq(w.landmarks.past_deals[6], 2); /* day 80 */
    must_be_near(w.landmarks.past_won[6], 1.5);
    must(partner__learning_set_new(&set, &w.landmarks, 70, &error), error);
    must(partner__rates_new(&r, &set, NULL, PARTNER_NONE, &error), error);
    record = partner__record_of(&r, 1, 0);
    ck_assert_ptr_nonnull(record);
    ck_assert_uint_eq(record->all.deals, 2);
    must_be_near(partner__won_of(&record->all), 1.5);
    ck_assert_uint_eq(record->before.deals, 1); /* deal 0 closed on day 70 itself */
    must_be_near(partner__rate_of(&r, 1, 0), (1.5 + r.strength[0] * r.rate[0]) / (2 + r.strength[0]));
    ck_assert_ptr_null(partner__record_of(&r, 1, 1));
    partner__rates_free(&r);
    partner__learning_set_free(&set);
    close_world(&w);
}
END_TEST

/* --- the beta-binomial --- */

START_TEST(test_log_gamma)
{
    double factorial = 1;

    for (int n = 1; n <= 20; n++) {
        must_be_near(partner__log_gamma(n), log(factorial));
        factorial *= n;
    }
    must_be_near(partner__log_gamma(0.5), 0.57236494292470008707); /* ln √π */
    must_be_near(partner__log_gamma(1e-10), -log(1e-10) - 0.57721566490153286e-10);
    /* Γ(x + 1) = x Γ(x). */
    for (double x = 0.001; x < 1e6; x *= 3)
        must_be_near(partner__log_gamma(x + 1), partner__log_gamma(x) + log(x));
}
END_TEST

/* Two partners of 2 deals each, one with both won, one with none, mean 1/2: a = b = m/2, and the likelihood is
 * (2 * B(2 + a, a) / B(a, a))-like: a (a + 1) / (2a (2a + 1)) each, which falls with m: m = 1. Both with one of
 * two won: a² / (2a (2a + 1)) each, which rises with m: m = 1000. One deal each says nothing of m: 1000. */
START_TEST(test_strength_at_its_ends)
{
    const partner__tally apart[] = {{2, 2, 2}, {2, 2, 0}}, alike[] = {{2, 2, 1}, {2, 2, 1}};
    const partner__tally single[] = {{1, 1, 1}, {1, 1, 0}, {1, 1, 0}};
    partner_error error;
    double m;

    must(partner__strength_of(0.5, apart, 2, &m, &error), error);
    must_be_near(m, 1);
    must(partner__strength_of(0.5, alike, 2, &m, &error), error);
    must_be_near(m, 1000);
    must(partner__strength_of(0.3, single, 3, &m, &error), error);
    must_be_near(m, 1000);
    must(partner__strength_of(0.5, apart, 1, &m, &error), error);
    must_be_near(m, 1000);
    must(partner__strength_of(1, apart, 2, &m, &error), error);
    must_be_near(m, 1000);
}
END_TEST

/* Partners of 3 deals, mean 1/2, k of them with 0 or 3 won and j with 1 or 2. With a = m/2 the likelihood of 0
 * or 3 is a (a+1) (a+2) / (m (m+1) (m+2)) = (m+4) / (8 (m+1)), of 1 or 2 it is a² (a+1) / (…) = m / (8 (m+1)):
 * with x = m, k ln(x+4) + j ln x - (k+j) ln(x+1) is greatest where k/(x+4) + j/x = (k+j)/(x+1): kx(x+1) +
 * j(x+4)(x+1) = (k+j)x(x+4), so kx + 5jx + 4j = 4kx + 4jx, x = 4j / (3k - j). k = 4, j = 6: x = 24/6 = 4. */
START_TEST(test_strength_between)
{
    partner__tally t[10];
    partner_error error;
    double m;

    for (uint32_t i = 0; i < 10; i++) t[i] = (partner__tally){3, 3, i < 2 ? 0 : i < 4 ? 3 : i < 7 ? 1 : 2};
    must(partner__strength_of(0.5, t, 10, &m, &error), error);
    ck_assert_msg(fabs(m - 4) < 1e-12, "m is %.17g instead of 4", m);
}
END_TEST

/* --- a model --- */

static void must_run(const many *m, partner_pipeline **pipeline)
{
    partner_error error;

    must(run_many(m, pipeline, &error), error);
}

typedef struct term {
    uint8_t term;
    uint32_t milestone, feature;
} term;

/* 311 of the deals have closed by the last day, 401 - that of the last opening being 400: enough for a model.
 */
START_TEST(test_a_model_and_its_contributions)
{
    static const term terms[] = {{PARTNER_TERM_MILESTONE, 0, PARTNER_NONE},
                                 {PARTNER_TERM_AGE, PARTNER_NONE, PARTNER_NONE},
                                 {PARTNER_TERM_AGE_IN_STAGE, PARTNER_NONE, PARTNER_NONE},
                                 {PARTNER_TERM_PARTNER_RATE, PARTNER_NONE, PARTNER_NONE},
                                 {PARTNER_TERM_FEATURE, PARTNER_NONE, NOISE},
                                 {PARTNER_TERM_FEATURE, PARTNER_NONE, HINT}};
    enum { TERMS = sizeof terms / sizeof terms[0] };
    const partner_pipeline_contributions *c;
    partner_pipeline *p = NULL;
    size_t told = 0;
    many m;

    make_many(&m);
    m.options.contributions = 1;
    must_run(&m, &p);
    ck_assert_ptr_nonnull(p->win_model);
    ck_assert_uint_eq(p->terms->terms, TERMS);
    c = p->contributions;
    ck_assert_uint_eq(c->contributions, TERMS * p->open);
    ck_assert_uint_eq(p->model, PARTNER_BY_RIDGE);
    ck_assert(p->ridge_log_loss < p->stage_log_loss);
    for (size_t t = 0; t < TERMS; t++) {
        ck_assert_uint_eq(p->terms->term[t], terms[t].term);
        ck_assert_uint_eq(p->terms->milestone[t], terms[t].milestone);
        ck_assert_uint_eq(p->terms->feature[t], terms[t].feature);
        ck_assert_uint_eq(p->terms->missing[t], 0);
    }
    for (size_t i = 0; i < p->deal->deals; i++) {
        double odds = p->win_model->intercept;

        if (p->deal->outcome[i] != OPEN) {
            ck_assert(isnan(p->deal->win_rate[i]));
            continue;
        }
        for (size_t t = 0; t < TERMS; t++, told++) {
            ck_assert_uint_eq(c->deal[told], p->deal->deal[i]);
            ck_assert_uint_eq(c->term[told], terms[t].term);
            ck_assert_uint_eq(c->milestone[told], terms[t].milestone);
            ck_assert_uint_eq(c->feature[told], terms[t].feature);
            ck_assert_uint_eq(c->missing[told], 0);
            odds += c->contribution[told];
        }
        must_be_near(p->deal->win_rate[i], 1 / (1 + exp(-odds)));
    }
    ck_assert_uint_eq(told, c->contributions);
    partner_pipeline_free(p);
    m.options.contributions = 0;
    must_run(&m, &p);
    ck_assert_ptr_null(p->contributions);
    partner_pipeline_free(p);
    /* Without a ridge model there is nothing to contribute. */
    m.options.contributions = 1;
    m.deals.rows = 150;
    m.reports.rows = m.features.rows = 0;
    must_run(&m, &p);
    ck_assert(p->rates != NULL && p->terms == NULL && p->contributions == NULL && p->win_model == NULL);
    partner_pipeline_free(p);
}
END_TEST

/* The penalty that cross-validation chose, given, is the same model with the same loss. */
START_TEST(test_a_given_penalty)
{
    partner_pipeline *chosen = NULL, *given = NULL;
    many m;

    make_many(&m);
    must_run(&m, &chosen);
    m.options.lambda = chosen->win_model->lambda;
    must_run(&m, &given);
    ck_assert_uint_eq(given->win_model->path, 0);
    ck_assert(same_bits(given->win_model->lambda, chosen->win_model->lambda));
    ck_assert_double_eq_tol(given->ridge_log_loss, chosen->ridge_log_loss, 1e-9);
    ck_assert(same_bits(given->stage_log_loss, chosen->stage_log_loss));
    for (size_t i = 0; i < chosen->terms->terms; i++)
        ck_assert_double_eq_tol(given->terms->coefficient[i], chosen->terms->coefficient[i], 1e-9);
    partner_pipeline_free(chosen);
    partner_pipeline_free(given);
}
END_TEST

/* An effect is what the win rate would be with the milestone reported on the day, less what it is. */
START_TEST(test_effects)
{
    partner_pipeline *before = NULL, *after = NULL;
    size_t line;
    many m;

    make_many(&m);
    m.options.as_of_day = MANY;
    must_run(&m, &before);
    ck_assert_uint_gt(before->doubts->doubts, 1);
    for (size_t i = 1; i < before->doubts->doubts; i++)
        ck_assert(before->doubts->effect[i - 1] >= before->doubts->effect[i]);
    /* Reported on the last day, when nothing that is learnt depends on it: this deal is open. */
    line = before->doubts->deal[0];
    m.report_deal[m.reports.rows] = (uint32_t)line;
    m.report_day[m.reports.rows++] = MANY;
    must_run(&m, &after);
    ck_assert_double_eq_tol(after->deal->win_rate[line] - before->deal->win_rate[line],
                            before->doubts->effect[0], 1e-12);
    partner_pipeline_free(before);
    partner_pipeline_free(after);
}
END_TEST

/* *error receives what was said. */
static void must_refuse(const many *m, partner_status status, const char *field, partner_error *error)
{
    partner_pipeline *p = NULL;

    must_fail(run_many(m, &p, error), status, *error);
    ck_assert_str_eq(error->record, "features");
    ck_assert_str_eq(error->field, field);
    ck_assert_ptr_null(p);
}

static void must_leak(const many *m, uint32_t feature, const char *says)
{
    partner_error error;

    must_refuse(m, PARTNER_E_DATA, "feature", &error);
    ck_assert_uint_eq(error.index, feature);
    ck_assert_uint_eq(error.row, PARTNER_NO_ROW);
    ck_assert_msg(strstr(error.message, says) != NULL, "%s", error.message);
}

/* A column that is 0 or missing for what was lost is what CRMs write at closing. */
START_TEST(test_leaks_are_refused)
{
    partner_pipeline *p = NULL;
    size_t last, kept = 0;
    many m;

    make_many(&m);
    for (size_t i = 0; i < MANY; i++)
        if (m.outcome[i] == LOST) m.own[MANY + i] = 0;
    must_leak(&m, HINT, "feature 70 is zero alone");
    for (size_t i = 0; i < MANY; i++)
        if (m.outcome[i] == LOST) m.own[MANY + i] = i % 4 == 1 ? 0 : NAN;
    must_leak(&m, HINT, "feature 70 is missing or zero alone");
    /* The other way round as well. */
    make_many(&m);
    for (size_t i = 0; i < MANY; i++)
        if (m.outcome[i] == WON) m.own[i] = NAN;
    must_leak(&m, NOISE, "feature 3 is missing alone");
    /* Rows that are not there are missing as well. */
    make_many(&m);
    for (size_t i = 0; i < COLUMNS * MANY; i++) {
        if (i < MANY && m.outcome[i] == WON) continue;
        m.own_deal[kept] = m.own_deal[i];
        m.own_feature[kept] = m.own_feature[i];
        m.own[kept++] = m.own[i];
    }
    m.features.rows = kept;
    must_leak(&m, NOISE, "feature 3 is missing alone");
    /* Three quarters of the lost ones: AUC 0.875, which is not above 0.95. */
    make_many(&m);
    for (size_t i = 0; i < MANY; i++)
        if (m.outcome[i] == LOST && i % 8 != 1) m.own[i] = NAN;
    must_run(&m, &p);
    last = p->terms->terms - 1;
    ck_assert_uint_eq(p->terms->term[last], PARTNER_TERM_FEATURE);
    ck_assert_uint_eq(p->terms->feature[last], NOISE);
    ck_assert_uint_eq(p->terms->missing[last], 1);
    ck_assert_uint_eq(p->terms->missing[last - 1], 0);
    partner_pipeline_free(p);
}
END_TEST

static void must_refuse_row(const many *m, const char *field, size_t row, uint32_t index, const char *message)
{
    partner_error error;

    must_refuse(m, PARTNER_E_DATA, field, &error);
    ck_assert_uint_eq(error.row, row);
    ck_assert_uint_eq(error.index, index);
    ck_assert_str_eq(error.message, message);
}

START_TEST(test_own_features_are_checked)
{
    partner_error error;
    many m;

    make_many(&m);
    m.own[7] = INFINITY;
    must_refuse_row(
        &m, "value", 7, PARTNER_NONE,
        "features row 7: value is inf, expected a number up to 1e+150 in magnitude, or NaN for missing");
    m.own[7] = -1.5e150;
    must_refuse(&m, PARTNER_E_DATA, "value", &error);
    m.own[7] = 1;
    m.own_deal[11] = MANY;
    must_refuse_row(&m, "deal", 11, MANY,
                    "features row 11: there is no deal 400, expected one of the deals table");
    m.own_deal[11] = PARTNER_NONE;
    must_refuse_row(&m, "deal", 11, PARTNER_NONE, "features row 11: deal is missing");
    m.own_deal[11] = 11;
    m.own_feature[MANY + 2] = PARTNER_NONE;
    must_refuse_row(&m, "feature", MANY + 2, PARTNER_NONE, "features row 402: feature is missing");
    /* Whether the first one says something or not. */
    m.own_feature[MANY + 2] = NOISE;
    m.own[2] = NAN;
    must_refuse_row(&m, "feature", MANY + 2, NOISE,
                    "features row 402: feature 3 of deal 2 is there already in row 2, expected each once");
    make_many(&m);
    m.features.deal = NULL;
    must_refuse(&m, PARTNER_E_ARGUMENT, "deal", &error);
    make_many(&m);
    m.features.feature = NULL;
    must_refuse(&m, PARTNER_E_ARGUMENT, "feature", &error);
    make_many(&m);
    m.features.value = NULL;
    must_refuse(&m, PARTNER_E_ARGUMENT, "value", &error);
    make_many(&m);
    m.features.rows = (size_t)INT32_MAX + 1;
    must_refuse(&m, PARTNER_E_RANGE, "", &error);
}
END_TEST

/* 10,000 features are as many as there may be. */
START_TEST(test_too_many_features)
{
    enum { MOST = 10000 };
    static uint32_t deal[MOST + 1], feature[MOST + 1];
    static double value[MOST + 1];
    partner__own own = {0, NULL, NULL};
    partner_deal_features f = PARTNER_DEAL_FEATURES_INIT;
    partner_pipeline_options o = {.struct_size = sizeof o};
    const partner_deals deals = few_deals();
    const partner_milestones reports = few_reports();
    partner_error error;
    world w;

    for (uint32_t i = 0; i <= MOST; i++) {
        deal[i] = i % 3;
        feature[i] = 7 * (MOST - i);
        value[i] = i;
    }
    f.rows = MOST;
    f.deal = deal;
    f.feature = feature;
    f.value = value;
    open_world(&w, &deals, &reports, NULL, &o);
    w.in.set.features = &f;
    must(partner__own_take(&own, &w.in, &error), error);
    ck_assert_uint_eq(own.columns, MOST);
    ck_assert_uint_eq(own.feature[0], 7); /* ascending: that of row 9999, of deal 0 */
    ck_assert_double_eq(own.value[0], 9999);
    ck_assert(isnan(own.value[1]));
    partner__own_free(&own);
    f.rows++;
    must_fail(partner__own_take(&own, &w.in, &error), PARTNER_E_RANGE, error);
    ck_assert_str_eq(error.message, "features: 10001 different ones, expected at most 10000");
    partner__own_free(&own);
    close_world(&w);
}
END_TEST

/* Rows in any order, and a row about a deal that is not there yet, change nothing. */
START_TEST(test_order_of_features)
{
    partner_pipeline *p = NULL, *other = NULL;
    many m;

    make_many(&m);
    m.options.as_of_day = MANY - 1; /* the last deal opens on day 400 */
    must_run(&m, &p);
    for (size_t i = 0, k = COLUMNS * MANY - 1; i < k; i++, k--) {
        const uint32_t deal = m.own_deal[i], feature = m.own_feature[i];
        const double value = m.own[i];

        m.own_deal[i] = m.own_deal[k];
        m.own_feature[i] = m.own_feature[k];
        m.own[i] = m.own[k];
        m.own_deal[k] = deal;
        m.own_feature[k] = feature;
        m.own[k] = value;
    }
    for (size_t i = 0; i < COLUMNS * MANY; i++)
        if (m.own_deal[i] == MANY - 1) m.own[i] = 1e9;
    must_run(&m, &other);
    ck_assert_uint_eq(p->deal->deals, MANY - 1);
    for (size_t i = 0; i < p->deal->deals; i++)
        ck_assert(same_bits(p->deal->win_rate[i], other->deal->win_rate[i]));
    partner_pipeline_free(p);
    partner_pipeline_free(other);
}
END_TEST

/* --- the hold-out --- */

/* Ten deals, one closing on each of the days 10 … 100: 70 % have closed by day 70. Those that close on days 80,
 * 90, 100 were open then: won, lost, won. By day 70 four of seven were won: the constant is 4/7. Claims of the
 * first two, 3/4 and 1/4, dated before; the third one's is of day 71 and not known yet. */
START_TEST(test_hold_out_by_hand)
{
    static const int32_t from[10] = {0}, to[] = {10, 20, 30, 40, 50, 60, 70, 80, 90, 100};
    static const uint8_t how[] = {WON, LOST, WON, LOST, WON, LOST, WON, WON, LOST, WON};
    static const uint32_t claim_deal[] = {7, 8, 9};
    static const int32_t claim_day[] = {70, 5, 71};
    static const double claimed[] = {0.75, 0.25, 0.9};
    const double constant = -(2 * log(4.0 / 7) + log(3.0 / 7)) / 3, of_two = -(log(4.0 / 7) + log(3.0 / 7)) / 2;
    partner_deals deals = PARTNER_DEALS_INIT;
    partner_claims claims = PARTNER_CLAIMS_INIT;
    partner_pipeline_options o = {.struct_size = sizeof o};
    const partner_pipeline_measures *t;
    const partner_pipeline_calibration *c;
    partner__arena arena = {NULL};
    partner_error error;
    world w;

    deals.rows = 10;
    deals.opened = from;
    deals.closed = to;
    deals.outcome = how;
    claims.rows = 3;
    claims.deal = claim_deal;
    claims.day = claim_day;
    claims.probability = claimed;
    open_world(&w, &deals, NULL, &claims, &o);
    must(partner__hold_out(&w.landmarks, &arena, &t, &c, &error), error);
    ck_assert_int_eq(t->split_day, 70);
    ck_assert_uint_eq(t->tests, 4); /* no ridge model of seven deals */
    ck_assert_uint_eq(t->by[0], PARTNER_BY_CONSTANT);
    ck_assert_uint_eq(t->by[1], PARTNER_BY_STAGE);
    ck_assert_uint_eq(t->by[2], PARTNER_BY_FREQUENCY);
    ck_assert_uint_eq(t->by[3], PARTNER_BY_CLAIMS);
    ck_assert_uint_eq(t->rows[0], 3);
    ck_assert_uint_eq(t->positive[0], 2);
    must_be_near(t->log_loss[0], constant);
    must_be_near(t->gain[0], 0);
    ck_assert_uint_eq(t->beats[0], 0);
    must_be_near(t->auc[0], 0.5);
    /* Both claims lose -ln(3/4), the constant -ln(4/7) and -ln(3/7): gains ln(21/16) and ln(7/4), so that the
     * mean is half of their sum, and the standard error of two values half of their difference. */
    ck_assert_uint_eq(t->rows[3], 2);
    must_be_near(t->log_loss[3], -log(0.75));
    must_be_near(t->gain[3], of_two + log(0.75));
    must_be_near(t->error[3], (log(7.0 / 4) - log(21.0 / 16)) / 2);
    ck_assert_uint_eq(t->beats[3], 1);
    must_be_near(t->auc[3], 1);
    must_be_near(t->skill[3], 0);
    must_be_near(t->skill[0], 1 - of_two / -log(0.75));
    /* The claims are two groups, 1/4 lost and 3/4 won. */
    ck_assert_uint_eq(c->by[c->groups - 1], PARTNER_BY_CLAIMS);
    must_be_near(c->expected[c->groups - 1], 0.75);
    must_be_near(c->observed[c->groups - 1], 1);
    must_be_near(c->expected[c->groups - 2], 0.25);
    must_be_near(c->observed[c->groups - 2], 0);
    /* A day after which nothing closes is too little. */
    w.in.set.split_day = 100;
    must(partner__hold_out(&w.landmarks, &arena, &t, &c, &error), error);
    ck_assert_ptr_null(t);
    ck_assert_ptr_null(c);
    partner__arena_free(&arena);
    close_world(&w);
}
END_TEST

/* --- past days --- */

/* A world of many deals whose won amounts are nine times as large in every third month. */
static void open_seasons(world *w, many *m, int64_t *amount)
{
    partner_pipeline_options o = {.struct_size = sizeof o};

    make_many(m);
    for (int i = 0; i < MANY; i++) amount[i] = m->closed[i] / 30 % 3 == 0 ? 9000 : 1000;
    m->deals.amount = amount;
    o.as_of_day = MANY;
    o.horizon_days = 20;
    o.draws = 300;
    open_world(w, &m->deals, &m->reports, NULL, &o);
}

/* The smallest candidate that held in at least 80 % of the windows, every one of which is asked in full. */
static double plain_correlation(const world *w, int32_t day, size_t *count)
{
    static const double candidates[] = {0, 0.02, 0.05, 0.1, 0.2, 0.3};
    partner__windows windows = partner__windows_of(&w->landmarks, &w->claims);
    size_t held[6] = {0};
    partner_error error;

    *count = 0;
    for (day -= w->in.set.horizon_days; day >= 1; day -= w->in.set.horizon_days) {
        partner__window *window;

        must(partner__window_on(&windows, day, &window, &error), error);
        if (!window->enough) continue;
        ++*count;
        must(partner__window_learn(&windows, window, &error), error);
        for (size_t i = 0; i < 6; i++) {
            partner__simulated all = {.month = NULL};

            must(partner__outlook_draw(&window->outlook, &w->in.set, candidates[i], &all, &error), error);
            held[i] += all.money.p10 <= window->actual && window->actual <= all.money.p90;
        }
    }
    partner__windows_free(&windows);
    if (*count < 8) return 0.1;
    for (size_t i = 0; i < 6; i++)
        if (10 * held[i] >= 8 * *count) return candidates[i];
    return 0.3;
}

/* Whatever was asked before, and whether outlooks are kept or not. */
START_TEST(test_correlation_from_the_past)
{
    partner__windows kept, gone;
    size_t learnt = 0;
    int64_t amount[MANY];
    partner_error error;
    world w;
    many m;

    open_seasons(&w, &m, amount);
    kept = partner__windows_of(&w.landmarks, &w.claims);
    gone = partner__windows_of(&w.landmarks, &w.claims);
    gone.most = 0;
    for (int32_t day = MANY - 150; day <= MANY; day += 25) {
        partner__correlation a, b;
        size_t count;
        const double expected = plain_correlation(&w, day, &count);

        must(partner__correlation_on(&kept, day, &a, &error), error);
        must(partner__correlation_on(&gone, day, &b, &error), error);
        ck_assert_double_eq(a.value, expected);
        ck_assert_double_eq(b.value, expected);
        ck_assert_uint_eq(a.windows, count);
        ck_assert_uint_eq(b.windows, count);
        ck_assert_uint_eq(a.learnt, count >= 8);
        ck_assert_uint_eq(b.learnt, count >= 8);
        ck_assert_uint_eq(gone.size, 0);
        learnt += a.learnt && a.value > 0;
    }
    ck_assert_uint_gt(learnt, 0);
    ck_assert_uint_gt(kept.size, 0);
    partner__windows_free(&kept);
    partner__windows_free(&gone);
    close_world(&w);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pipeline learn");
    TCase *tcase = add_case(suite, "landmarks");

    tcase_add_test(tcase, test_landmarks);
    tcase_add_test(tcase, test_what_was_known);
    tcase = add_case(suite, "incidence");
    tcase_add_test(tcase, test_incidence_by_hand);
    tcase_add_test(tcase, test_groups_by_age);
    tcase = add_case(suite, "rates");
    tcase_add_test(tcase, test_stage_rates_by_hand);
    tcase_add_test(tcase, test_partner_rates_by_hand);
    tcase_add_test(tcase, test_log_gamma);
    tcase_add_test(tcase, test_strength_at_its_ends);
    tcase_add_test(tcase, test_strength_between);
    tcase = add_case(suite, "model");
    tcase_add_test(tcase, test_a_model_and_its_contributions);
    tcase_add_test(tcase, test_a_given_penalty);
    tcase_add_test(tcase, test_effects);
    tcase_add_test(tcase, test_leaks_are_refused);
    tcase_add_test(tcase, test_own_features_are_checked);
    tcase_add_test(tcase, test_too_many_features);
    tcase_add_test(tcase, test_order_of_features);
    tcase_add_test(tcase, test_hold_out_by_hand);
    tcase = add_case(suite, "past days");
    tcase_add_test(tcase, test_correlation_from_the_past);
    return run_suite(suite);
}
