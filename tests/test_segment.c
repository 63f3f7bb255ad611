/* SPDX-License-Identifier: MIT
 * Segmentation by spec/segment.md: bands × modes, lines, potential, hours, change against the period before,
 * and what is said of it. Bands, potential, evidence, posterior, allocation and alignment have suites of their
 * own.
 */
#include <stdio.h>

#include "record/tables.h"
#include "segment/analysis.h"
#include "segment_story.h"

/* --- the story --- */

/* Nine partners. With prior Beta(1, 1) and c consultative and t transactional hours the posterior is
 * Beta(1 + c, 1 + t), and P(share > 1/2) = P(Bin(c + t + 1, 1/2) <= c), which is written beside. */
enum {
    KEEN,     /* c 5, t 0: 1 - 2^-6 = 0.984 */
    MOVER,    /* c 0, t 4: 2^-5 = 0.031 */
    EDGE,     /* c 1, t 1: 1/2; its revenue is the threshold itself */
    SILENT,   /* nothing */
    GROWING,  /* c 2, t 0: 1 - 2^-3 = 0.875; a cent below the threshold */
    BUYER,    /* c 0, t 2: 2^-3 */
    ABSENT,   /* c 1, t 1; no revenue */
    RETURNER, /* nothing; more returned than bought */
    DECLARED, /* c 0, t 3, and declared consultative */
    PARTNERS
};

static const uint32_t ids[PARTNERS] = {7, 3, 12, 0, 5, 9, 1, 4, 20};

static const struct {
    int64_t revenue, potential;
    size_t visits, orders;
} told[PARTNERS] = {
    [KEEN] = {500000, 800000, 5, 0},   [MOVER] = {300000, 300000, 0, 4},  [EDGE] = {100000, 200000, 1, 1},
    [SILENT] = {120000, 100000, 0, 0}, [GROWING] = {99999, 199999, 2, 0}, [BUYER] = {40000, 50000, 0, 2},
    [ABSENT] = {0, 30000, 1, 1},       [RETURNER] = {-5000, 10000, 0, 0}, [DECLARED] = {25000, 0, 0, 3},
};

static period *new_story(void)
{
    period *p = new_period();

    for (size_t i = 0; i < PARTNERS; i++) {
        tell_partner(p, ids[i], told[i].revenue, told[i].potential);
        tell_hours(p, ids[i], VISIT, told[i].visits);
        tell_hours(p, ids[i], ORDER, told[i].orders);
    }
    p->mode[DECLARED] = PARTNER_MODE_CONSULTATIVE;
    p->strategic[GROWING] = 0.5;
    return p;
}

/* The story, its rules, and what becomes of it. */
typedef struct scene {
    partner_segment_dicts dicts;
    partner_segment_rules *rules;
    period *period;
    partner_segmentation *made;
} scene;

static scene begin_with(const char *rules)
{
    scene s = {.dicts = new_segment_dicts()};

    s.rules = must_parse_segment_rules(rules, &s.dicts);
    s.period = new_story();
    return s;
}

static void play(scene *s) { s->made = segment_period(s->period, s->rules); }

static void end(scene *s)
{
    partner_segmentation_free(s->made);
    partner_segment_rules_free(s->rules);
    free_segment_dicts(&s->dicts);
    free(s->period);
}

static uint32_t segment(const scene *s, const char *name)
{
    const uint32_t index = partner_dict_find(s->dicts.segment, name, strlen(name));

    ck_assert_uint_ne(index, PARTNER_NONE);
    return index;
}

/* The line of a segment among those of the result. */
static size_t row_of(const scene *s, const char *name)
{
    size_t k = 0;

    while (k < s->made->segments->segments && s->made->segments->segment[k] != segment(s, name)) k++;
    ck_assert_uint_lt(k, s->made->segments->segments);
    return k;
}

/* --- where partners are --- */

START_TEST(test_segments_of_partners)
{
    static const char *const names[PARTNERS] = {"strategic",    "volume", "core",  "align",  "develop",
                                                "self-service", "watch",  "watch", "develop"};
    static const uint8_t modes[PARTNERS] = {3, 1, 2, 0, 3, 1, 2, 0, 3};
    scene s = begin_with(STORY_RULES);
    const partner_segment_partners *p;

    play(&s);
    p = s.made->partner;
    ck_assert_uint_eq(s.made->partners, PARTNERS);
    ck_assert_uint_eq(p->partners, PARTNERS);
    for (size_t i = 0; i < PARTNERS; i++) {
        ck_assert_uint_eq(p->partner[i], ids[i]);
        ck_assert_int_eq(p->revenue[i], told[i].revenue);
        ck_assert_uint_eq(p->level[i], i < 4);
        ck_assert_uint_eq(p->band[i], i < 4);
        ck_assert_uint_eq(p->mode[i], modes[i]);
        ck_assert_uint_eq(p->declared[i], i == DECLARED);
        ck_assert_uint_eq(p->carried[i], 0);
        ck_assert_uint_eq(p->segment[i], segment(&s, names[i]));
        ck_assert_uint_eq(p->previous_segment[i], PARTNER_NONE);
    }
    end(&s);
}
END_TEST

/* P(share > 1/2) of Beta(1 + c, 1 + t), by the binomial identity. */
static double above_half(size_t c, size_t t)
{
    const size_t n = c + t + 1;
    double sum = 0, term = 1;

    for (size_t k = 0; k <= c; k++) {
        sum += term;
        term = term * (double)(n - k) / (double)(k + 1);
    }
    return ldexp(sum, -(int)n);
}

START_TEST(test_evidence_of_partners)
{
    scene s = begin_with(STORY_RULES);
    const partner_segment_partners *p;

    play(&s);
    p = s.made->partner;
    for (size_t i = 0; i < PARTNERS; i++) {
        const double c = (double)told[i].visits, t = (double)told[i].orders;

        ck_assert(same_bits(p->consultative[i], c));
        ck_assert(same_bits(p->transactional[i], t));
        ck_assert(same_bits(p->effort[i], 60 * (c + t)));
        ck_assert_double_eq_tol(p->consultative_share[i], (1 + c) / (2 + c + t), 1e-14);
        ck_assert_double_eq_tol(p->p_consultative[i], above_half(told[i].visits, told[i].orders), 1e-13);
        ck_assert_double_eq_tol(p->p_transactional[i], above_half(told[i].orders, told[i].visits), 1e-13);
    }
    /* Beta(6, 1) has the distribution function x^6, Beta(1, 1) the identity. */
    ck_assert_double_eq_tol(p->low[KEEN], pow(0.05, 1.0 / 6), 1e-10);
    ck_assert_double_eq_tol(p->high[KEEN], pow(0.95, 1.0 / 6), 1e-10);
    ck_assert_double_eq_tol(p->low[SILENT], 0.05, 1e-10);
    ck_assert_uint_eq(s.made->interactions, 20);
    ck_assert_uint_eq(s.made->with_evidence, 7);
    ck_assert_uint_eq(s.made->unlisted, 0);
    ck_assert(same_bits(s.made->unit, 60));
    ck_assert_uint_eq(s.made->prior_from, PARTNER_PRIOR_GIVEN);
    ck_assert(same_bits(s.made->prior_a, 1) && same_bits(s.made->prior_b, 1));
    ck_assert_uint_eq(s.made->threshold_share, 500000);
    end(&s);
}
END_TEST

/* Stated potential less revenue, of which less than 0 counts as 0. Headrooms are 3000, 0, 1000, 0, 1000, 100,
 * 300, 100 and 0, so that R = (smaller + half of the other equal ones) / 8. */
START_TEST(test_potential_of_partners)
{
    static const int64_t headroom[PARTNERS] = {300000, 0, 100000, 0, 100000, 10000, 30000, 10000, 0};
    static const double rank[PARTNERS] = {8, 1, 6.5, 1, 6.5, 3.5, 5, 3.5, 1};
    scene s = begin_with(STORY_RULES);

    play(&s);
    for (size_t i = 0; i < PARTNERS; i++) {
        const double r = rank[i] / 8;

        ck_assert_int_eq(s.made->partner->reference[i], told[i].potential);
        ck_assert_int_eq(s.made->partner->headroom[i], headroom[i]);
        ck_assert_double_eq_tol(s.made->partner->priority[i], i == GROWING ? 0.7 * r + 0.3 * 0.5 : r, 1e-15);
    }
    ck_assert_int_eq(s.made->headroom, 550000);
    end(&s);
}
END_TEST

/* Nothing that was not asked for is made up. */
START_TEST(test_what_is_not_there)
{
    scene s = begin_with(STORY_RULES);

    play(&s);
    ck_assert_ptr_null(s.made->assumptions);
    ck_assert_ptr_null(s.made->allocation);
    ck_assert_ptr_null(s.made->moves);
    ck_assert_ptr_null(s.made->movers);
    ck_assert_ptr_null(s.made->dimensions);
    for (size_t i = 0; i < PARTNERS; i++) {
        ck_assert(isnan(s.made->partner->hours[i]) && isnan(s.made->partner->marginal_return[i]));
        ck_assert(isnan(s.made->partner->alignment[i]) && isnan(s.made->partner->give_get[i]));
        ck_assert_int_eq(s.made->partner->expected_gain[i], PARTNER_NO_AMOUNT);
        ck_assert_uint_eq(s.made->partner->largest_gap[i], PARTNER_NONE);
    }
    for (size_t k = 0; k < s.made->segments->segments; k++) {
        ck_assert(isnan(s.made->segments->hours[k]));
        ck_assert_int_eq(s.made->segments->expected_gain[k], PARTNER_NO_AMOUNT);
        ck_assert_int_eq(s.made->segments->margin[k], PARTNER_NO_AMOUNT);
        ck_assert(isnan(s.made->segments->margin_share[k]));
    }
    ck_assert_int_eq(s.made->from_day, PARTNER_NO_DAY);
    ck_assert_int_eq(s.made->to_day, PARTNER_NO_DAY);
    ck_assert_uint_eq(s.made->minor_units, 2);
    end(&s);
}
END_TEST

/* --- lines --- */

/* All revenue is 5000 + 3000 + 1000 + 1200 + 999.99 + 400 + 0 - 50 + 250 = 11799.99. */
START_TEST(test_segment_lines)
{
    static const struct {
        const char *name;
        uint32_t band;
        uint8_t mode;
        size_t partners;
        int64_t revenue, headroom;
        double hours; /* of effort */
    } lines[] = {
        {"strategic", 1, PARTNER_MODE_CONSULTATIVE, 1, 500000, 300000, 5},
        {"core", 1, PARTNER_MODE_MIXED, 1, 100000, 100000, 2},
        {"volume", 1, PARTNER_MODE_TRANSACTIONAL, 1, 300000, 0, 4},
        {"align", 1, PARTNER_MODE_UNKNOWN, 1, 120000, 0, 0},
        {"develop", 0, PARTNER_MODE_CONSULTATIVE, 2, 124999, 100000, 5},
        {"watch", 0, PARTNER_MODE_SEVERAL, 2, -5000, 40000, 2},
        {"self-service", 0, PARTNER_MODE_TRANSACTIONAL, 1, 40000, 10000, 2},
    };
    enum { LINES = sizeof lines / sizeof *lines };
    const double all = 1179999;
    scene s = begin_with(STORY_RULES);
    const partner_segment_lines *l;

    play(&s);
    l = s.made->segments;
    ck_assert_int_eq(s.made->revenue, 1179999);
    ck_assert_uint_eq(l->segments, LINES);
    for (size_t k = 0; k < LINES; k++) {
        ck_assert_uint_eq(l->segment[k], segment(&s, lines[k].name));
        ck_assert_uint_eq(l->band[k], lines[k].band);
        ck_assert_uint_eq(l->mode[k], lines[k].mode);
        ck_assert_uint_eq(l->partners[k], lines[k].partners);
        ck_assert_int_eq(l->revenue[k], lines[k].revenue);
        ck_assert_int_eq(l->headroom[k], lines[k].headroom);
        ck_assert(same_bits(l->partner_share[k], (double)lines[k].partners / 9));
        ck_assert(same_bits(l->revenue_share[k], (double)lines[k].revenue / all));
        ck_assert(same_bits(l->effort[k], 60 * lines[k].hours));
        ck_assert(same_bits(l->effort_share[k], 60 * lines[k].hours / 1200));
        if (lines[k].hours > 0)
            ck_assert(same_bits(l->revenue_per_hour[k], (double)lines[k].revenue / 100 / lines[k].hours));
        else ck_assert(isnan(l->revenue_per_hour[k]));
    }
    end(&s);
}
END_TEST

/* Margins that are known: 100 and -20 in strategic and develop, 80 in all. */
START_TEST(test_margins)
{
    scene s = begin_with(STORY_RULES);
    const partner_segment_lines *l;

    s.period->portfolio.margin = s.period->margin;
    s.period->margin[KEEN] = 10000;
    s.period->margin[GROWING] = -2000;
    play(&s);
    l = s.made->segments;
    ck_assert_int_eq(l->margin[row_of(&s, "strategic")], 10000);
    ck_assert(same_bits(l->margin_share[row_of(&s, "strategic")], 1.25));
    ck_assert_int_eq(l->margin[row_of(&s, "develop")], -2000);
    ck_assert(same_bits(l->margin_share[row_of(&s, "develop")], -0.25));
    ck_assert_int_eq(l->margin[row_of(&s, "core")], PARTNER_NO_AMOUNT);
    ck_assert(isnan(l->margin_share[row_of(&s, "core")]));
    end(&s);
}
END_TEST

START_TEST(test_band_lines)
{
    scene s = begin_with(STORY_RULES);
    const partner_segment_bands *b;

    play(&s);
    b = s.made->band;
    ck_assert_uint_eq(s.made->bands, 2);
    ck_assert_uint_eq(b->bands, 2);
    ck_assert_uint_eq(b->band[0], partner_dict_find(s.dicts.band, "high", 4));
    ck_assert_uint_eq(b->band[1], partner_dict_find(s.dicts.band, "low", 3));
    ck_assert_uint_eq(b->level[0], 1);
    ck_assert_uint_eq(b->level[1], 0);
    ck_assert_int_eq(b->from[0], 100000);
    ck_assert_int_eq(b->from[1], PARTNER_NO_AMOUNT);
    ck_assert_uint_eq(b->partners[0], 4);
    ck_assert_uint_eq(b->partners[1], 5);
    ck_assert_int_eq(b->revenue[0], 1020000);
    ck_assert_int_eq(b->revenue[1], 159999);
    ck_assert(same_bits(b->revenue_share[0], 1020000.0 / 1179999));
    end(&s);
}
END_TEST

/* One name for a cell of either band: one line of several bands, and of one mode. */
START_TEST(test_a_segment_of_several_bands)
{
    scene s =
        begin_with("{'bands': {'method': 'thresholds', 'thresholds': [1000]}, 'mode': {'kinds': {'order': "
                   "'transactional', 'visit': 'consultative'}, 'half_life_days': 0, 'prior': {'a': 1, "
                   "'b': 1}}, 'segments': [{'id': 'desk', 'band': 'low', 'mode': 'transactional'}, {'id': "
                   "'desk', 'band': 'high', 'mode': 'transactional'}]}");
    size_t desk;

    play(&s);
    desk = row_of(&s, "desk");
    ck_assert_uint_eq(s.made->segments->segments, 6);
    ck_assert_uint_eq(desk, 2);
    ck_assert_uint_eq(s.made->segments->band[desk], PARTNER_NONE);
    ck_assert_uint_eq(s.made->segments->mode[desk], PARTNER_MODE_TRANSACTIONAL);
    ck_assert_uint_eq(s.made->segments->partners[desk], 2);
    ck_assert_int_eq(s.made->segments->revenue[desk], 340000);
    end(&s);
}
END_TEST

/* Shares of what is not above 0, and of nobody, have no figure. */
START_TEST(test_nothing_to_share)
{
    period *p = new_period();
    partner_segmentation *s;

    p->options.interactions = NULL;
    s = segment_period(p, NULL);
    ck_assert_uint_eq(s->partners, 0);
    ck_assert_uint_eq(s->segments->segments, 7);
    ck_assert(isnan(s->segments->partner_share[0]));
    ck_assert(isnan(s->unit));
    partner_segmentation_free(s);
    tell_partner(p, 4, -100, PARTNER_NO_AMOUNT);
    s = segment_period(p, NULL);
    for (size_t k = 0; k < 7; k++) ck_assert(isnan(s->segments->revenue_share[k]));
    ck_assert(isnan(s->band->revenue_share[0]));
    ck_assert_int_eq(s->band->from[0], PARTNER_NO_AMOUNT);
    ck_assert(same_bits(s->partner->priority[0], 0.5));
    partner_segmentation_free(s);
    free(p);
}
END_TEST

/* Without rules the names are numbers: those of the first cell so called. Without interactions every mode is
 * unknown, unless it is declared, and nothing is believed of anybody. */
START_TEST(test_without_rules_and_interactions)
{
    static const uint32_t order[] = {7, 6, 5, 4, 3, 0, 1};
    period *p = new_period();
    partner_segmentation *s;

    p->options.interactions = NULL;
    tell_partner(p, 0, 800, 800);
    tell_partner(p, 1, 100, 100);
    tell_partner(p, 2, 100, 100);
    p->mode[2] = PARTNER_MODE_TRANSACTIONAL;
    s = segment_period(p, NULL);
    ck_assert_uint_eq(s->partner->mode[0], PARTNER_MODE_UNKNOWN);
    ck_assert_uint_eq(s->partner->mode[2], PARTNER_MODE_TRANSACTIONAL);
    ck_assert_uint_eq(s->prior_from, PARTNER_PRIOR_UNIFORM);
    ck_assert(same_bits(s->prior_a, 1) && same_bits(s->prior_b, 1));
    ck_assert_double_eq_tol(s->partner->consultative_share[0], 0.5, 1e-15);
    ck_assert_uint_eq(s->with_evidence, 0);
    ck_assert_uint_eq(s->interactions, 0);
    /* 800 of 1000 is 80 %: the first partner alone is the high band. */
    ck_assert_uint_eq(s->partner->segment[0], 4);
    ck_assert_uint_eq(s->partner->segment[1], 0);
    ck_assert_uint_eq(s->partner->segment[2], 1);
    for (size_t k = 0; k < 7; k++) ck_assert_uint_eq(s->segments->segment[k], order[k]);
    partner_segmentation_free(s);
    p->options.interactions = &p->interactions;
    {
        partner_segmentation *none = NULL;
        partner_error error;

        must_fail(partner_segmentation_new(&p->portfolio, NULL, &p->options, &none, &error), PARTNER_E_ARGUMENT,
                  error);
        ck_assert_ptr_null(none);
    }
    free(p);
}
END_TEST

/* With ten partners that have evidence the prior is learnt, with nine it is uniform. */
START_TEST(test_when_the_prior_is_learnt)
{
    for (uint32_t with = 9; with <= 10; with++) {
        scene s = {.dicts = new_segment_dicts()};

        s.rules = must_parse_segment_rules("{'mode': {'kinds': {'order': 'transactional', 'visit': "
                                           "'consultative'}}}",
                                           &s.dicts);
        s.period = new_period();
        for (uint32_t i = 0; i < with; i++) {
            tell_partner(s.period, i, 100, 100);
            tell_hours(s.period, i, i % 3 == 0 ? VISIT : ORDER, 3);
        }
        play(&s);
        ck_assert_uint_eq(s.made->with_evidence, with);
        ck_assert_uint_eq(s.made->prior_from, with == 10 ? PARTNER_PRIOR_FITTED : PARTNER_PRIOR_UNIFORM);
        ck_assert(same_bits(s.made->prior_a, 1) == (with == 9));
        end(&s);
    }
}
END_TEST

/* The window is shown, and leaves out what lies outside; strangers are counted. */
START_TEST(test_window_and_strangers)
{
    scene s = begin_with(STORY_RULES);

    s.period->portfolio.from_day = PARTNER_DAY_0;
    s.period->portfolio.to_day = 103;
    tell_hours(s.period, 1000, VISIT, 1);
    s.period->day[s.period->interactions.rows - 1] = 50;
    play(&s);
    ck_assert_int_eq(s.made->from_day, 0);
    ck_assert_int_eq(s.made->to_day, 103);
    /* Days 100, 101 and 102: the first three visits to the first partner. */
    ck_assert_uint_eq(s.made->interactions, 3);
    ck_assert_uint_eq(s.made->unlisted, 1);
    ck_assert(same_bits(s.made->partner->consultative[KEEN], 3));
    ck_assert_uint_eq(s.made->with_evidence, 1);
    end(&s);
}
END_TEST

/* --- hours --- */

/* Gains are ρ headroom + retain revenue in major units, by the defaults of the spec. */
START_TEST(test_hours)
{
    static const double gain[PARTNERS] = {
        [KEEN] = 0.5 * 3000 + 0.1 * 5000, [MOVER] = 0.02 * 3000,
        [EDGE] = 0.3 * 1000 + 0.1 * 1000, [GROWING] = 0.5 * 1000 + 0.1 * 999.99,
        [BUYER] = 0.1 * 100 + 0.02 * 400, [ABSENT] = 0.3 * 300,
        [RETURNER] = 0.2 * 100,           [DECLARED] = 0.1 * 250};
    static const double scale[PARTNERS] = {40, 20, 60, 60, 40, 20, 60, 60, 40};
    scene s = begin_with(STORY_RULES);
    partner_returns returns = PARTNER_RETURNS_INIT;
    partner_allocation_options options = PARTNER_ALLOCATION_OPTIONS_INIT;
    partner_allocation *alone = NULL;
    partner_error error;
    double develop = 0;

    returns.rows = PARTNERS;
    returns.gain = gain;
    returns.scale = scale;
    options.budget = 100;
    must(partner_allocate(&returns, &options, &alone, &error), error);
    s.period->options.budget = 100;
    play(&s);
    ck_assert_double_eq_tol(s.made->allocation->lambda, alone->lambda, 1e-9 * alone->lambda);
    ck_assert_double_eq_tol(s.made->allocation->gain, alone->gain, 1e-9 * alone->gain);
    for (size_t i = 0; i < PARTNERS; i++) {
        ck_assert_double_eq_tol(s.made->partner->hours[i], alone->hours[i], 1e-7);
        ck_assert_double_eq_tol(s.made->partner->marginal_return[i], alone->marginal[i], 1e-7);
        /* Within a cent. */
        ck_assert_double_eq_tol((double)s.made->partner->expected_gain[i], 100 * alone->expected[i], 0.51);
        ck_assert_uint_eq(s.made->allocation->partner[i], ids[i]);
        if (i == GROWING || i == DECLARED) develop += s.made->partner->hours[i];
    }
    ck_assert_double_eq_tol(s.made->segments->hours[row_of(&s, "develop")], develop, 1e-12);
    ck_assert_int_eq(s.made->segments->expected_gain[row_of(&s, "develop")],
                     s.made->partner->expected_gain[GROWING] + s.made->partner->expected_gain[DECLARED]);
    ck_assert_ptr_nonnull(s.made->assumptions);
    ck_assert_uint_eq(s.made->assumptions->modes, PARTNER_MODES);
    for (uint8_t m = 0; m < PARTNER_MODES; m++) {
        static const double share[] = {0.2, 0.1, 0.3, 0.5}, kappa[] = {60, 20, 60, 40},
                            retain[] = {0, 0.02, 0.1, 0.1};

        ck_assert_uint_eq(s.made->assumptions->mode[m], m);
        ck_assert(same_bits(s.made->assumptions->share[m], share[m]));
        ck_assert(same_bits(s.made->assumptions->hours[m], kappa[m]));
        ck_assert(same_bits(s.made->assumptions->retain[m], retain[m]));
    }
    partner_allocation_free(alone);
    end(&s);
}
END_TEST

/* Own bounds win over those of the rules, either over none. */
START_TEST(test_bounds_of_hours)
{
    scene s = begin_with(STORY_RULES);
    partner_segment_rules rules = *s.rules;

    s.period->options.budget = 40;
    s.period->portfolio.hours_min = s.period->hours_min;
    s.period->portfolio.hours_max = s.period->hours_max;
    rules.floor = 1;
    rules.ceiling = 6;
    s.period->hours_min[SILENT] = 0;
    s.period->hours_min[RETURNER] = 5;
    s.period->hours_max[KEEN] = 20;
    s.made = segment_period(s.period, &rules);
    /* At the ceiling those with most to win, at the floor those with least. */
    ck_assert(same_bits(s.made->partner->hours[KEEN], 20));
    ck_assert(same_bits(s.made->partner->hours[GROWING], 6));
    ck_assert(same_bits(s.made->partner->hours[RETURNER], 5));
    ck_assert(same_bits(s.made->partner->hours[SILENT], 0));
    ck_assert(same_bits(s.made->partner->hours[ABSENT], 1));
    end(&s);
}
END_TEST

/* Today's hours are shown when they are known, and the answer is not worse; a budget of 0 hours is one. */
START_TEST(test_hours_of_today)
{
    scene s = begin_with(STORY_RULES);
    size_t none;

    s.period->portfolio.hours = s.period->hours;
    for (size_t i = 0; i < PARTNERS; i++) s.period->hours[i] = 10;
    s.period->options.budget = 90;
    play(&s);
    ck_assert_double_eq_tol(s.made->allocation->spent_now, 90, 1e-12);
    ck_assert_double_ge(s.made->allocation->gain, s.made->allocation->gain_now);
    partner_segmentation_free(s.made);
    s.period->hours[3] = NAN;
    play(&s);
    ck_assert(isnan(s.made->allocation->gain_now) && isnan(s.made->allocation->spent_now));
    partner_segmentation_free(s.made);
    s.period->options.budget = PARTNER_HOURS_0;
    play(&s);
    ck_assert_ptr_nonnull(s.made->allocation);
    for (none = 0; none < PARTNERS; none++) ck_assert(same_bits(s.made->partner->hours[none], 0));
    ck_assert_int_eq(s.made->partner->expected_gain[KEEN], 0);
    end(&s);
}
END_TEST

/* --- the period before --- */

/* Who was where in the story, and what the next period brings. The threshold is 1000, so that a partner leaves
 * low from 1050 on and high below 950. */
static const struct {
    int64_t revenue;
    size_t visits, orders;
    uint8_t level, mode, carried;
} next[PARTNERS] = {
    /* Nothing was done with it: consultative, as it was. */
    [KEEN] = {500000, 0, 0, 1, PARTNER_MODE_CONSULTATIVE, 1},
    /* One visit: P(share > 1/2) = 3/4 is less than 0.8, so that it stays transactional; mixed without a past.
     */
    [MOVER] = {300000, 1, 0, 1, PARTNER_MODE_TRANSACTIONAL, 0},
    /* It was mixed: by the plain rule 7/8 makes it consultative. 960 is not below 950. */
    [EDGE] = {96000, 2, 0, 1, PARTNER_MODE_CONSULTATIVE, 0},
    /* It was unknown, and there is nothing to carry. 949.99 is below 950. */
    [SILENT] = {94999, 0, 0, 0, PARTNER_MODE_UNKNOWN, 0},
    /* It was consultative: 7/8 for the other side is at least 0.8 and less than 0.95: mixed. 1040 < 1050. */
    [GROWING] = {104000, 0, 2, 0, PARTNER_MODE_MIXED, 0},
    /* It was transactional: 31/32 for the other side is at least 0.95. */
    [BUYER] = {40000, 4, 0, 0, PARTNER_MODE_CONSULTATIVE, 0},
    /* It was mixed and is again; 1060 is beyond 1050. */
    [ABSENT] = {106000, 1, 1, 1, PARTNER_MODE_MIXED, 0},
    /* No longer there. */
    [RETURNER] = {0, 0, 0, 0, 0, 0},
    /* It was declared consultative, and says nothing now. */
    [DECLARED] = {25000, 0, 0, 0, PARTNER_MODE_CONSULTATIVE, 1},
};
enum { NEWCOMER = 33 };

static period *new_next(void)
{
    period *p = new_period();

    tell_partner(p, NEWCOMER, 200000, 200000);
    for (size_t i = 0; i < PARTNERS; i++) {
        if (i == RETURNER) continue;
        tell_partner(p, ids[i], next[i].revenue, told[i].potential);
        tell_hours(p, ids[i], VISIT, next[i].visits);
        tell_hours(p, ids[i], ORDER, next[i].orders);
    }
    return p;
}

START_TEST(test_hysteresis)
{
    scene s = begin_with(STORY_RULES);
    period *after = new_next();
    partner_segmentation *made;

    play(&s);
    after->options.previous = s.made;
    made = segment_period(after, s.rules);
    for (size_t i = 0; i < PARTNERS; i++) {
        size_t line;

        if (i == RETURNER) continue;
        line = line_of(made, ids[i]);
        ck_assert_msg(made->partner->level[line] == next[i].level, "%zu", i);
        ck_assert_msg(made->partner->mode[line] == next[i].mode, "%zu: %u", i, made->partner->mode[line]);
        ck_assert_uint_eq(made->partner->carried[line], next[i].carried);
        ck_assert_uint_eq(made->partner->declared[line], 0);
        ck_assert_uint_eq(made->partner->previous_segment[line], s.made->partner->segment[i]);
    }
    ck_assert_uint_eq(made->partner->previous_segment[0], PARTNER_NONE);
    ck_assert_uint_eq(made->partner->level[0], 1);
    partner_segmentation_free(made);
    free(after);
    end(&s);
}
END_TEST

/* The same without a past: by the plain rules. */
START_TEST(test_without_hysteresis)
{
    static const uint8_t mode[PARTNERS] = {0, 2, 3, 0, 1, 3, 2, 0, 0},
                         level[PARTNERS] = {1, 1, 0, 0, 1, 0, 1, 0, 0};
    scene s = begin_with(STORY_RULES);
    period *after = new_next();

    s.made = segment_period(after, s.rules);
    for (size_t i = 0; i < PARTNERS; i++) {
        size_t line;

        if (i == RETURNER) continue;
        line = line_of(s.made, ids[i]);
        ck_assert_uint_eq(s.made->partner->mode[line], mode[i]);
        ck_assert_uint_eq(s.made->partner->level[line], level[i]);
    }
    free(after);
    end(&s);
}
END_TEST

/* What was carried is carried for one period only, and is a definite mode where there is evidence again. */
START_TEST(test_carried_once)
{
    scene s = begin_with(STORY_RULES);
    period *after = new_next(), *third = new_period();
    partner_segmentation *second, *last;

    play(&s);
    after->options.previous = s.made;
    second = segment_period(after, s.rules);
    tell_partner(third, ids[KEEN], 500000, 0);
    tell_partner(third, ids[DECLARED], 25000, 0);
    tell_hours(third, ids[DECLARED], ORDER, 1); /* P(share < 1/2) = 3/4: a definite mode is kept */
    third->options.previous = second;
    last = segment_period(third, s.rules);
    partner_segmentation_free(second);
    ck_assert_uint_eq(last->partner->mode[0], PARTNER_MODE_UNKNOWN);
    ck_assert_uint_eq(last->partner->carried[0], 0);
    ck_assert_uint_eq(last->partner->mode[1], PARTNER_MODE_CONSULTATIVE);
    ck_assert_uint_eq(last->partner->carried[1], 0);
    partner_segmentation_free(last);
    free(third);
    free(after);
    end(&s);
}
END_TEST

/* From strategic to strategic: KEEN; volume: MOVER; core to strategic: EDGE; align to watch: SILENT; develop to
 * watch: GROWING; self-service to develop: BUYER; watch to core: ABSENT; watch to nowhere: RETURNER; develop to
 * develop: DECLARED; from nowhere to align: NEWCOMER. */
START_TEST(test_moves)
{
    static const struct {
        const char *from, *to;
        int64_t before, now;
    } moves[] = {
        {"strategic", "strategic", 500000, 500000},
        {"core", "strategic", 100000, 96000},
        {"volume", "volume", 300000, 300000},
        {"align", "watch", 120000, 94999},
        {"develop", "develop", 25000, 25000},
        {"develop", "watch", 99999, 104000},
        {"watch", "core", 0, 106000},
        {"watch", NULL, -5000, 0},
        {"self-service", "develop", 40000, 40000},
        {NULL, "align", 0, 200000},
    };
    enum { MOVES = sizeof moves / sizeof *moves };
    scene s = begin_with(STORY_RULES);
    period *after = new_next();
    partner_segmentation *made;

    play(&s);
    after->options.previous = s.made;
    made = segment_period(after, s.rules);
    ck_assert_uint_eq(made->moves->moves, MOVES);
    for (size_t i = 0; i < MOVES; i++) {
        ck_assert_uint_eq(made->moves->from[i],
                          moves[i].from == NULL ? PARTNER_NONE : segment(&s, moves[i].from));
        ck_assert_uint_eq(made->moves->to[i], moves[i].to == NULL ? PARTNER_NONE : segment(&s, moves[i].to));
        ck_assert_uint_eq(made->moves->partners[i], 1);
        ck_assert_int_eq(made->moves->previous_revenue[i], moves[i].before);
        ck_assert_int_eq(made->moves->revenue[i], moves[i].now);
    }
    partner_segmentation_free(made);
    free(after);
    end(&s);
}
END_TEST

/* By the larger of the two revenues: SILENT 1200, ABSENT 1060, GROWING 1040, EDGE 1000, BUYER 400. Each with
 * its reason. */
START_TEST(test_movers)
{
    static const struct {
        size_t who;
        const char *from, *to, *why;
    } movers[] = {
        {SILENT, "align", "watch",
         "Revenue of 949.99 (1 200.00 before) is 5.0 % below 1 000.00, where high begins: low instead of "
         "high."},
        {ABSENT, "watch", "core",
         "Revenue of 1 060.00 (0.00 before) is 6.0 % above 1 000.00, where high begins: high instead of low."},
        {GROWING, "develop", "watch",
         "0 of 2 interactions' worth are consultative, so that a share above 50 % has a probability of 12.5 %, "
         "and "
         "one below 50 % has a probability of 87.5 %: mixed instead of consultative."},
        {EDGE, "core", "strategic",
         "2 of 2 interactions' worth are consultative, so that a share above 50 % has a probability of 87.5 %: "
         "consultative instead of mixed."},
        {BUYER, "self-service", "develop",
         "4 of 4 interactions' worth are consultative, so that a share above 50 % has a probability of 96.9 %: "
         "consultative instead of transactional."},
    };
    enum { MOVERS = sizeof movers / sizeof *movers };
    scene s = begin_with(STORY_RULES);
    period *after = new_next();
    partner_segmentation *made;
    const partner_segment_movers *m;
    char said[1024];

    play(&s);
    after->options.previous = s.made;
    made = segment_period(after, s.rules);
    m = made->movers;
    ck_assert_uint_eq(m->movers, MOVERS);
    for (size_t i = 0; i < MOVERS; i++) {
        const size_t who = movers[i].who;
        const uint8_t modes[PARTNERS] = {3, 1, 2, 0, 3, 1, 2, 0, 3};

        ck_assert_uint_eq(m->partner[i], ids[who]);
        ck_assert_uint_eq(m->from[i], segment(&s, movers[i].from));
        ck_assert_uint_eq(m->to[i], segment(&s, movers[i].to));
        ck_assert_uint_eq(m->previous_band[i], who < 4);
        ck_assert_uint_eq(m->band[i], next[who].level);
        ck_assert_uint_eq(m->previous_mode[i], modes[who]);
        ck_assert_uint_eq(m->mode[i], next[who].mode);
        ck_assert_int_eq(m->previous_revenue[i], told[who].revenue);
        ck_assert_int_eq(m->revenue[i], next[who].revenue);
        ck_assert(same_bits(m->consultative[i], (double)next[who].visits));
        ck_assert(same_bits(m->transactional[i], (double)next[who].orders));
        ck_assert_double_eq_tol(m->p_consultative[i], above_half(next[who].visits, next[who].orders), 1e-13);
        ck_assert_double_eq_tol(m->p_transactional[i], above_half(next[who].orders, next[who].visits), 1e-13);
        ck_assert_uint_gt(partner_segmentation_explain(made, i, said, sizeof said), 0);
        ck_assert_str_eq(said, movers[i].why);
        ck_assert_uint_eq(partner_segmentation_explain(made, i, NULL, 0), strlen(movers[i].why));
    }
    ck_assert_uint_eq(partner_segmentation_explain(made, MOVERS, said, sizeof said), 0);
    ck_assert_str_eq(said, "");
    ck_assert_uint_eq(partner_segmentation_explain(s.made, 0, said, sizeof said), 0);
    ck_assert_uint_eq(partner_segmentation_explain(NULL, 0, NULL, 0), 0);
    partner_segmentation_free(made);
    free(after);
    end(&s);
}
END_TEST

/* Band and mode at once, what is declared, and who was not seen for two periods. */
START_TEST(test_other_reasons)
{
    static const char *const why[] = {
        "Revenue of 2 000.00 (400.00 before) is 100.0 % above 1 000.00, where high begins: high instead of "
        "low; "
        "4 of 4 interactions' worth are consultative, so that a share above 50 % has a probability of 96.9 %: "
        "consultative instead of transactional.",
        "The partner is declared transactional instead of mixed.",
        "Revenue of 10.00 (999.99 before) is 99.0 % below 1 000.00, where high begins: low instead of high.",
    };
    scene s = begin_with(STORY_RULES);
    period *after = new_period(), *third = new_period();
    partner_segmentation *second, *last;
    char said[1024];

    play(&s);
    tell_partner(after, ids[BUYER], 200000, 0);
    tell_hours(after, ids[BUYER], VISIT, 4);
    tell_partner(after, ids[EDGE], 99999, 0);
    after->mode[1] = PARTNER_MODE_TRANSACTIONAL;
    after->options.previous = s.made;
    second = segment_period(after, s.rules);
    ck_assert_uint_eq(second->movers->movers, 2);
    for (size_t i = 0; i < 2; i++) {
        partner_segmentation_explain(second, i, said, sizeof said);
        ck_assert_str_eq(said, why[i]);
    }
    /* The declaration is carried, the revenue is not; nothing was done with the other for one period. */
    tell_partner(third, ids[EDGE], 1000, 0);
    tell_partner(third, ids[BUYER], 200000, 0);
    third->options.previous = second;
    last = segment_period(third, s.rules);
    ck_assert_uint_eq(last->movers->movers, 1);
    partner_segmentation_explain(last, 0, said, sizeof said);
    ck_assert_str_eq(said, why[2]);
    third->options.previous = last;
    partner_segmentation_free(second);
    second = segment_period(third, s.rules);
    ck_assert_uint_eq(second->movers->movers, 2);
    partner_segmentation_explain(second, 0, said, sizeof said);
    ck_assert_str_eq(said, "Nothing was seen of it for two periods: unknown instead of consultative.");
    partner_segmentation_free(second);
    partner_segmentation_free(last);
    free(third);
    free(after);
    end(&s);
}
END_TEST

static void must_not_follow(const scene *s, const char *rules, partner_segment_dicts *dicts, uint8_t places,
                            const char *says)
{
    partner_segment_rules *other = must_parse_segment_rules(rules, dicts);
    period *after = new_period();
    partner_segmentation *made = NULL;
    partner_error error;

    after->options.interactions = NULL;
    after->options.previous = s->made;
    after->portfolio.minor_units = places;
    must_fail(partner_segmentation_new(&after->portfolio, other, &after->options, &made, &error),
              PARTNER_E_STATE, error);
    ck_assert_msg(strstr(error.message, says) != NULL, "\"%s\" does not say \"%s\"", error.message, says);
    ck_assert_ptr_null(made);
    partner_segment_rules_free(other);
    free(after);
}

START_TEST(test_periods_that_do_not_go_together)
{
    scene s = begin_with(STORY_RULES);
    partner_segment_dicts strange = new_segment_dicts();
    const char *const one = "one", *const high = "high";
    uint32_t index;

    play(&s);
    must_not_follow(&s, "{'bands': {'count': 3}}", &s.dicts, 0, "previous has 2 bands, expected 3");
    must_not_follow(&s, "{'bands': {'names': ['low', 'top']}}", &s.dicts, 0,
                    "previous has a band \"high\", expected \"top\"");
    must_not_follow(&s, "{'segments': [{'id': 'care', 'band': 'high', 'mode': 'mixed'}]}", &s.dicts, 0,
                    "previous has a segment \"core\", expected \"care\"");
    must_not_follow(&s, "{}", &s.dicts, 3, "previous has 2 decimal places, expected 3");
    ck_assert_int_eq(partner_dict_add_strings(strange.segment, 1, &one, NULL, &index, NULL), PARTNER_OK);
    must_not_follow(&s, "{}", &strange, 0, "the segment \"watch\" has the index 0, expected 1");
    ck_assert_int_eq(partner_dict_add_strings(strange.band, 1, &high, NULL, &index, NULL), PARTNER_OK);
    free_segment_dicts(&strange);
    strange = new_segment_dicts();
    ck_assert_int_eq(partner_dict_add_strings(strange.band, 1, &high, NULL, &index, NULL), PARTNER_OK);
    must_not_follow(&s, "{}", &strange, 0, "the band \"low\" has the index 0, expected 1");
    free_segment_dicts(&strange);
    end(&s);
}
END_TEST

/* --- faults --- */

static void must_refuse_made(scene *s, partner_status status, const char *record, const char *field,
                             uint64_t row, uint32_t partner, const char *says)
{
    partner_segmentation *untouched = (partner_segmentation *)(void *)s, *made = untouched;
    partner_error error;

    must_fail(partner_segmentation_new(&s->period->portfolio, s->rules, &s->period->options, &made, &error),
              status, error);
    ck_assert_ptr_eq(made, untouched);
    ck_assert_str_eq(error.record, record);
    ck_assert_str_eq(error.field, field);
    ck_assert_msg(strstr(error.message, says) != NULL, "\"%s\" does not say \"%s\"", error.message, says);
    ck_assert_uint_eq(error.row, row);
    ck_assert_uint_eq(error.index, partner);
    end(s);
}

#define REFUSED(change, field, who, says)                                                               \
    do {                                                                                                \
        scene s = begin_with(STORY_RULES);                                                              \
        period *p = s.period;                                                                           \
        change;                                                                                         \
        must_refuse_made(&s, PARTNER_E_DATA, "portfolio", field, who, p->portfolio.partner[who], says); \
    } while (0)
#define MISUSED(change, field, says)                                                                      \
    do {                                                                                                  \
        scene s = begin_with(STORY_RULES);                                                                \
        period *p = s.period;                                                                             \
        change;                                                                                           \
        must_refuse_made(&s, PARTNER_E_ARGUMENT, field[0] == 0 ? "" : "portfolio", field, PARTNER_NO_ROW, \
                         PARTNER_NONE, says);                                                             \
    } while (0)

START_TEST(test_faults_of_the_portfolio)
{
    REFUSED(p->partner[3] = PARTNER_NONE, "partner", 3, "partner is missing");
    REFUSED((p->partner[3] = PARTNER_NONE, p->mode[1] = 4), "mode", 1, "is 4"); /* the first row is told */
    REFUSED(p->partner[3] = 7, "partner", 3, "partner 7 is in row 0 already");
    REFUSED(p->revenue[2] = PARTNER_NO_AMOUNT, "revenue", 2, "revenue of partner 12 is missing");
    REFUSED((p->portfolio.active = p->active, p->active[1] = 2), "active", 1, "is 2, expected 0 or 1");
    REFUSED(p->potential[1] = -1, "potential", 1, "is -1, expected at least 0");
    REFUSED(p->strategic[1] = 1.5, "strategic", 1,
            "strategic of partner 3 is 1.5, expected a rating from 0 to 1");
    REFUSED(p->strategic[1] = -0.1, "strategic", 1, "is -0.1, expected a rating");
    REFUSED(p->mode[4] = 4, "mode", 4, "is 4, expected 0 to 3");
    REFUSED((p->portfolio.hours = p->hours, p->hours[4] = -1), "hours", 4, "is -1, expected hours from 0");
    REFUSED((p->portfolio.hours_min = p->hours_min, p->hours_min[4] = INFINITY), "hours_min", 4,
            "expected hours");
    REFUSED((p->portfolio.hours_max = p->hours_max, p->hours_max[4] = -2), "hours_max", 4, "is -2, expected");
    REFUSED((p->portfolio.hours_max = p->hours_max, p->portfolio.hours_min = p->hours_min, p->hours_max[4] = 2,
             p->hours_min[4] = 3),
            "hours_min", 4,
            "partner 5 is to get at least 3 hours and at most 2, expected bounds that do not cross");
    REFUSED((p->portfolio.hours_min = p->hours_min, p->hours_min[4] = 3, s.rules->ceiling = 2), "hours_min", 4,
            "at least 3 hours and at most 2");
    REFUSED((p->portfolio.hours_max = p->hours_max, p->hours_max[4] = 2, s.rules->floor = 3), "hours_max", 4,
            "at least 3 hours and at most 2");
    REFUSED((p->portfolio.hours_max = p->hours_max, p->portfolio.hours_min = p->hours_min, p->hours_max[4] = 2,
             s.rules->floor = 3),
            "hours_max", 4, "at least 3 hours and at most 2");
    MISUSED(p->portfolio.revenue = NULL, "revenue", "revenue is NULL");
    MISUSED(p->portfolio.minor_units = 10, "minor_units", "minor_units is 10");
    MISUSED((p->portfolio.from_day = 5, p->portfolio.to_day = 5), "to_day", "the window is empty");
    MISUSED((p->portfolio.from_day = PARTNER_DAY_0, p->portfolio.to_day = -1), "to_day", "the window is empty");
    MISUSED(p->portfolio.to_day = PARTNER_NO_DAY, "", "a day of the window is PARTNER_NO_DAY");
    MISUSED(p->portfolio.struct_size = 1, "", "struct_size");
    MISUSED(p->portfolio.reserved = 1, "", "reserved");
}
END_TEST

START_TEST(test_other_faults)
{
    scene s = begin_with(STORY_RULES);
    partner_segmentation *made = NULL;
    partner_error error;

    must_fail(partner_segmentation_new(NULL, s.rules, NULL, &made, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_segmentation_new(&s.period->portfolio, s.rules, NULL, NULL, &error), PARTNER_E_ARGUMENT,
              error);
    s.period->options.struct_size = 2;
    must_fail(partner_segmentation_new(&s.period->portfolio, s.rules, &s.period->options, &made, &error),
              PARTNER_E_ARGUMENT, error);
    s.period->options.struct_size = sizeof s.period->options;
    s.rules->confidence = 1;
    must_fail(partner_segmentation_new(&s.period->portfolio, s.rules, &s.period->options, &made, &error),
              PARTNER_E_DATA, error);
    ck_assert_str_eq(error.path, "$.mode.confidence");
    s.rules->confidence = 0;
    s.period->kind[5] = 9;
    must_fail(partner_segmentation_new(&s.period->portfolio, s.rules, &s.period->options, &made, &error),
              PARTNER_E_DATA, error);
    ck_assert_str_eq(error.record, "interactions");
    ck_assert_uint_eq(error.row, 5);
    ck_assert_ptr_nonnull(strstr(error.message, "order, visit"));
    ck_assert_ptr_null(made);
    partner_segmentation_free(NULL);
    end(&s);
}
END_TEST

/* Floors that ask for more than there is: the message has both sums. */
START_TEST(test_floors_above_the_budget)
{
    scene s = begin_with(STORY_RULES);
    partner_segmentation *made = NULL;
    partner_error error;

    s.rules->floor = 2;
    s.period->options.budget = 17;
    must_fail(partner_segmentation_new(&s.period->portfolio, s.rules, &s.period->options, &made, &error),
              PARTNER_E_DATA, error);
    ck_assert_ptr_nonnull(strstr(error.message, "18"));
    ck_assert_ptr_nonnull(strstr(error.message, "17"));
    ck_assert_ptr_eq(strstr(error.message, "portfolio: "), error.message);
    ck_assert_str_eq(error.record, "portfolio");
    s.period->options.budget = 18;
    play(&s);
    ck_assert_double_eq_tol(s.made->allocation->spent, 18, 1e-12);
    end(&s);
}
END_TEST

/* Sums that leave 64 bits. */
START_TEST(test_sums_out_of_range)
{
    period *p = new_period();
    partner_segmentation *made = NULL;
    partner_error error;

    p->options.interactions = NULL;
    p->portfolio.potential = NULL;
    tell_partner(p, 0, INT64_MAX / 2 + 1, 0);
    tell_partner(p, 1, INT64_MAX / 2 + 1, 0);
    must_fail(partner_segmentation_new(&p->portfolio, NULL, &p->options, &made, &error), PARTNER_E_RANGE,
              error);
    ck_assert_ptr_null(made);
    ck_assert_str_eq(error.record, "portfolio");
    ck_assert_ptr_eq(strstr(error.message, "portfolio: "), error.message);
    p->revenue[0] = p->revenue[1] = 0;
    p->potential[0] = p->potential[1] = INT64_MAX;
    p->portfolio.potential = p->potential;
    must_fail(partner_segmentation_new(&p->portfolio, NULL, &p->options, &made, &error), PARTNER_E_RANGE,
              error);
    ck_assert_str_eq(error.field, "headroom");
    free(p);
}
END_TEST

static int stop(void *data)
{
    (void)data;
    return 1;
}

START_TEST(test_interrupt)
{
    scene s = begin_with(STORY_RULES);
    partner_segmentation *made = NULL;
    partner_error error;

    s.period->options.interrupt = stop;
    must_fail(partner_segmentation_new(&s.period->portfolio, s.rules, &s.period->options, &made, &error),
              PARTNER_E_CANCELLED, error);
    ck_assert_ptr_null(made);
    end(&s);
}
END_TEST

/* A portfolio of a version before hours, whose struct ended sooner. */
START_TEST(test_an_earlier_portfolio)
{
    enum { LESS = offsetof(partner_portfolio, mode) };
    scene s = begin_with(STORY_RULES);
    _Alignas(partner_portfolio) char earlier[LESS];
    partner_error error;

    s.period->portfolio.struct_size = LESS;
    memcpy(earlier, &s.period->portfolio, LESS);
    must(partner_segmentation_new((const void *)earlier, s.rules, &s.period->options, &s.made, &error), error);
    ck_assert_uint_eq(s.made->partner->declared[DECLARED], 0);
    ck_assert_uint_eq(s.made->partner->mode[DECLARED], PARTNER_MODE_TRANSACTIONAL);
    end(&s);
}
END_TEST

/* --- what changes nothing --- */

enum { MANY = 300 };

static period *random_period(uint64_t *state)
{
    period *p = new_period();

    p->portfolio.group = p->group;
    p->portfolio.hours = p->hours;
    for (uint32_t i = 0; i < MANY; i++) {
        const size_t row =
            tell_partner(p, 3 * i + 1, (int64_t)(draw(state) % 1000000) - 50000, PARTNER_NO_AMOUNT);

        p->group[row] = (uint32_t)(draw(state) % 3);
        p->hours[row] = (double)(draw(state) % 5);
        if (draw(state) % 4 == 0) p->strategic[row] = (double)(draw(state) % 100) / 100;
        if (draw(state) % 20 == 0) p->mode[row] = (uint8_t)(draw(state) % PARTNER_MODES);
    }
    for (size_t i = 0; i + 1 < STORY_ROWS; i++) {
        tell_hours(p, (uint32_t)(3 * (draw(state) % MANY) + 1), (uint32_t)(draw(state) % 2), 1);
        p->effort[i] = (double)(draw(state) % 100);
        p->day[i] = (int32_t)(draw(state) % 400);
    }
    return p;
}

static void swap_bytes(void *column, size_t size, size_t a, size_t b)
{
    unsigned char *bytes = column, spare[8];

    memcpy(spare, bytes + a * size, size);
    memcpy(bytes + a * size, bytes + b * size, size);
    memcpy(bytes + b * size, spare, size);
}

#define SWAP(column, a, b) swap_bytes(column, sizeof *(column), a, b)

static void shuffle_interactions(period *p, uint64_t *state)
{
    for (size_t i = p->interactions.rows; i > 1; i--) {
        const size_t j = (size_t)(draw(state) % i);

        SWAP(p->with, i - 1, j);
        SWAP(p->kind, i - 1, j);
        SWAP(p->day, i - 1, j);
        SWAP(p->effort, i - 1, j);
    }
}

static void shuffle_partners(period *p, uint64_t *state)
{
    for (size_t i = p->portfolio.rows; i > 1; i--) {
        const size_t j = (size_t)(draw(state) % i);

        SWAP(p->partner, i - 1, j);
        SWAP(p->group, i - 1, j);
        SWAP(p->revenue, i - 1, j);
        SWAP(p->potential, i - 1, j);
        SWAP(p->strategic, i - 1, j);
        SWAP(p->hours, i - 1, j);
        SWAP(p->mode, i - 1, j);
    }
}

static int near(double a, double b) { return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-9 * (1 + fabs(a)); }

/* Every column of partner i of a and partner j of b; `exact` = to the last bit. */
static void must_agree(const partner_segmentation *x, size_t i, const partner_segmentation *y, size_t j,
                       int exact)
{
    const partner_segment_partners *a = x->partner, *b = y->partner;
    const double *const left[] = {a->consultative,
                                  a->transactional,
                                  a->consultative_share,
                                  a->low,
                                  a->high,
                                  a->p_consultative,
                                  a->p_transactional,
                                  a->effort,
                                  a->priority,
                                  a->marginal_return,
                                  a->hours};
    const double *const right[] = {b->consultative,
                                   b->transactional,
                                   b->consultative_share,
                                   b->low,
                                   b->high,
                                   b->p_consultative,
                                   b->p_transactional,
                                   b->effort,
                                   b->priority,
                                   b->marginal_return,
                                   b->hours};

    ck_assert_uint_eq(a->partner[i], b->partner[j]);
    ck_assert_int_eq(a->revenue[i], b->revenue[j]);
    ck_assert_uint_eq(a->level[i], b->level[j]);
    ck_assert_uint_eq(a->mode[i], b->mode[j]);
    ck_assert_uint_eq(a->declared[i], b->declared[j]);
    ck_assert_uint_eq(a->carried[i], b->carried[j]);
    ck_assert_uint_eq(a->segment[i], b->segment[j]);
    ck_assert_uint_eq(a->previous_segment[i], b->previous_segment[j]);
    ck_assert_int_eq(a->reference[i], b->reference[j]);
    ck_assert_int_eq(a->headroom[i], b->headroom[j]);
    for (size_t k = 0; k < sizeof left / sizeof *left; k++)
        ck_assert_msg(exact ? same_bits(left[k][i], right[k][j]) : near(left[k][i], right[k][j]),
                      "column %zu of %zu: %.17g and %.17g", k, i, left[k][i], right[k][j]);
}

static void same_tables(const partner_segmentation *a, const partner_segmentation *b, int exact)
{
    ck_assert_int_eq(a->revenue, b->revenue);
    ck_assert_int_eq(a->headroom, b->headroom);
    ck_assert_uint_eq(a->with_evidence, b->with_evidence);
    for (size_t k = 0; k < a->segments->segments; k++) {
        ck_assert_uint_eq(a->segments->segment[k], b->segments->segment[k]);
        ck_assert_uint_eq(a->segments->partners[k], b->segments->partners[k]);
        ck_assert_int_eq(a->segments->revenue[k], b->segments->revenue[k]);
        ck_assert(exact ? same_bits(a->segments->effort[k], b->segments->effort[k])
                        : near(a->segments->effort[k], b->segments->effort[k]));
        ck_assert(exact ? same_bits(a->segments->hours[k], b->segments->hours[k])
                        : near(a->segments->hours[k], b->segments->hours[k]));
    }
    ck_assert_uint_eq(a->moves->moves, b->moves->moves);
    for (size_t k = 0; k < a->moves->moves; k++) {
        ck_assert_uint_eq(a->moves->from[k], b->moves->from[k]);
        ck_assert_uint_eq(a->moves->to[k], b->moves->to[k]);
        ck_assert_uint_eq(a->moves->partners[k], b->moves->partners[k]);
        ck_assert_int_eq(a->moves->previous_revenue[k], b->moves->previous_revenue[k]);
        ck_assert_int_eq(a->moves->revenue[k], b->moves->revenue[k]);
    }
    ck_assert_uint_eq(a->movers->movers, b->movers->movers);
    for (size_t k = 0; k < a->movers->movers; k++)
        ck_assert_uint_eq(a->movers->partner[k], b->movers->partner[k]);
}

/* The order of interactions and the number of threads change no bit; the order of partners changes the order of
 * lines, and sums over partners by their rounding. */
START_TEST(test_orders_and_threads)
{
    uint64_t state = 77 + (uint64_t)_i;
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *rules = must_parse_segment_rules(
        "{'bands': {'method': 'quantile', 'count': 3}, 'mode': {'kinds': {'order': 'transactional', 'visit': "
        "'consultative'}}}",
        &d);
    period *first = random_period(&state), *p = random_period(&state);
    partner_segmentation *before = segment_period(first, rules), *plain, *again;

    p->options.previous = before;
    p->options.budget = 700;
    plain = segment_period(p, rules);
    shuffle_interactions(p, &state);
    p->options.threads = 3;
    again = segment_period(p, rules);
    for (size_t i = 0; i < MANY; i++) must_agree(plain, i, again, i, 1);
    same_tables(plain, again, 1);
    partner_segmentation_free(again);
    shuffle_partners(p, &state);
    again = segment_period(p, rules);
    for (size_t i = 0; i < MANY; i++)
        must_agree(plain, i, again, line_of(again, plain->partner->partner[i]), 0);
    same_tables(plain, again, 0);
    partner_segmentation_free(again);
    partner_segmentation_free(plain);
    partner_segmentation_free(before);
    partner_segment_rules_free(rules);
    free_segment_dicts(&d);
    free(first);
    free(p);
}
END_TEST

/* Moves add up: those from a segment are those that were in it, those to it are in it. */
START_TEST(test_moves_add_up)
{
    uint64_t state = 1234 + (uint64_t)_i;
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *rules = must_parse_segment_rules(STORY_RULES, &d);
    period *first = random_period(&state), *p = random_period(&state);
    partner_segmentation *before, *now;

    for (size_t i = 0; i < 40; i++) p->partner[i] += 10000;
    before = segment_period(first, rules);
    p->options.previous = before;
    now = segment_period(p, rules);
    for (size_t k = 0; k < now->segments->segments; k++) {
        const uint32_t name = now->segments->segment[k];
        size_t were = 0, are = 0;
        int64_t then = 0, revenue = 0;

        for (size_t i = 0; i < now->moves->moves; i++) {
            if (now->moves->from[i] == name) {
                were += now->moves->partners[i];
                then += now->moves->previous_revenue[i];
            }
            if (now->moves->to[i] == name) {
                are += now->moves->partners[i];
                revenue += now->moves->revenue[i];
            }
        }
        ck_assert_uint_eq(were, before->segments->partners[k]);
        ck_assert_int_eq(then, before->segments->revenue[k]);
        ck_assert_uint_eq(are, now->segments->partners[k]);
        ck_assert_int_eq(revenue, now->segments->revenue[k]);
    }
    partner_segmentation_free(before);
    for (size_t k = 1; k < now->movers->movers; k++) {
        const partner_segment_movers *m = now->movers;
        const int64_t a =
            m->revenue[k - 1] > m->previous_revenue[k - 1] ? m->revenue[k - 1] : m->previous_revenue[k - 1];
        const int64_t b = m->revenue[k] > m->previous_revenue[k] ? m->revenue[k] : m->previous_revenue[k];

        ck_assert(a > b || (a == b && m->partner[k - 1] < m->partner[k]));
        ck_assert_uint_ne(m->from[k], m->to[k]);
    }
    partner_segmentation_free(now);
    partner_segment_rules_free(rules);
    free_segment_dicts(&d);
    free(first);
    free(p);
}
END_TEST

/* --- in words --- */

static void must_say(const partner_segmentation *made, const char *const *lines)
{
    const partner__segment_run run = {.now = (partner_segmentation *)made};
    char said[1024];
    size_t i;

    for (i = 0; lines[i] != NULL; i++) {
        ck_assert_uint_gt(partner__segment_sentence(&run, i, said, sizeof said), 0);
        ck_assert_str_eq(said, lines[i]);
    }
    ck_assert_msg(partner__segment_sentence(&run, i, said, sizeof said) == 0, "and says %s", said);
}

static void must_advise(const partner_segmentation *made, const char *what, const char *why)
{
    const partner__segment_run run = {.now = (partner_segmentation *)made};
    char said[1024];

    ck_assert_uint_eq(partner__segment_advice(&run, 0, said, sizeof said), strlen(what));
    ck_assert_str_eq(said, what);
    ck_assert_uint_eq(partner__segment_advice(&run, 1, said, sizeof said), strlen(why));
    ck_assert_str_eq(said, why);
    ck_assert_uint_eq(partner__segment_advice(&run, 2, said, sizeof said), 0);
}

/* Shares of 11 799.99: 42.4 %, 8.5 %, 25.4 %, 10.2 %, 10.6 %, -0.4 % and 3.4 %; 3000 of 5500 headroom is 54.5
 * %. */
START_TEST(test_sentences)
{
    static const char *const lines[] = {
        "strategic: 1 partner with 42.4 % of revenue; core: 1 partner with 8.5 %; volume: 1 partner with 25.4 "
        "%; "
        "align: 1 partner with 10.2 %; develop: 2 partners with 10.6 %; watch: 2 partners with -0.4 %; "
        "self-service: 1 partner with 3.4 %.",
        "A partner is in high from 1 000.00 on, else in low.",
        "By how they work with us 3 consultative, 2 mixed, 2 transactional and 2 unknown (7 with evidence, 1 "
        "declared).",
        "20 interactions were weighed, each by its effort against 60; before any evidence a partner is taken "
        "to be "
        "50.0 % consultative with a weight of 2 interactions, given by the rules.",
        "Together they could bring 5 500.00 more (headroom), 54.5 % of it in strategic.",
        NULL};
    scene s = begin_with(STORY_RULES);

    play(&s);
    must_say(s.made, lines);
    must_advise(
        s.made,
        "Turn to {partner:7}, {partner:12} and {partner:5} first: they have the highest priority and could "
        "bring 3 000.00, 1 000.00 and 1 000.00 more.",
        "This rests on what they state as their potential, or else on what 75 % of their active peers do "
        "not exceed and at most 3 times what they bring now.");
    end(&s);
}
END_TEST

/* Two partners of one mode share 80 hours equally when their gains are equal, 0.5 * 2000: each brings
 * 1000 (1 - 1/e) = 632.12, and one more hour 1000 / 40 / e = 9.20. With 70 and 10 hours it would be
 * 1000 (2 - e^-1.75 - e^-0.25) = 1000 (2 - 0.173774 - 0.778801) = 1047.43. */
START_TEST(test_sentences_about_hours)
{
    static const char *const lines[] = {
        "develop: 2 partners.",
        "By how they work with us 2 consultative, 0 mixed, 0 transactional and 0 unknown (0 with evidence, 2 "
        "declared).",
        "Together they could bring 4 000.00 more (headroom), 100.0 % of it in develop.",
        "All 80 hours would go out: 80 to develop; they are expected to bring 1 264.24.",
        "One more hour is worth about 9.20.",
        "Today's 80 hours bring 1 047.43 by the same reckoning.",
        "The hours rest on assumptions, not on data: that attention wins 50 % of the headroom of a "
        "consultative "
        "partner (63 % of that with 40 hours) and keeps 10 % of its revenue; 30 % of mixed (60 hours) and 10 "
        "%; "
        "10 % of transactional (20 hours) and 2 %; 20 % of unknown (60 hours) and 0 %.",
        NULL};
    scene s = {.dicts = new_segment_dicts()};

    s.rules = must_parse_segment_rules("{}", &s.dicts);
    s.period = new_period();
    s.period->options.interactions = NULL;
    s.period->options.budget = 80;
    s.period->portfolio.hours = s.period->hours;
    for (uint32_t i = 0; i < 2; i++) {
        tell_partner(s.period, i, 0, 200000);
        s.period->mode[i] = PARTNER_MODE_CONSULTATIVE;
    }
    s.period->hours[0] = 70;
    s.period->hours[1] = 10;
    play(&s);
    must_say(s.made, lines);
    must_advise(
        s.made,
        "Give 40 hours to {partner:1}: that is expected to bring 632.12 of the 1 264.24 that 80 hours bring "
        "in all (today's hours: 1 047.43).",
        "This was not measured: attention is assumed to win 50 % of the headroom of a consultative partner, "
        "63 % of that with 40 hours, and to keep 10 % of its revenue.");
    end(&s);
}
END_TEST

/* The sentence of a result that begins so; NULL = there is none. */
static const char *find_sentence(const partner_segmentation *made, const char *begins, char said[1024])
{
    const partner__segment_run run = {.now = (partner_segmentation *)made};

    for (size_t i = 0; partner__segment_sentence(&run, i, said, 1024) > 0; i++)
        if (strncmp(said, begins, strlen(begins)) == 0) return said;
    return NULL;
}

/* Of the eight who were there and are, five moved; the largest move by revenue now is that of ABSENT. */
START_TEST(test_sentences_about_change)
{
    scene s = begin_with(STORY_RULES);
    period *after = new_next();
    partner_segmentation *made;
    char said[1024];

    play(&s);
    tell_hours(after, 777, VISIT, 2);
    after->options.previous = s.made;
    made = segment_period(after, s.rules);
    ck_assert_str_eq(
        find_sentence(made, "Of the", said),
        "Of the 8 partners of both periods 5 are in another segment than before; most revenue went from "
        "watch to core, 1 060.00 of 1 partner.");
    /* EDGE and GROWING. */
    ck_assert_str_eq(
        find_sentence(made, "A partner", said),
        "A partner is in high from 1 000.00 on, else in low; 2 partners are still in the band of the "
        "period before, not having passed its edge by 5 %.");
    ck_assert_str_eq(find_sentence(made, "By how", said),
                     "By how they work with us 4 consultative, 2 mixed, 1 transactional and 2 unknown (5 with "
                     "evidence, 2 as in the period before, for lack of evidence).");
    ck_assert_str_eq(find_sentence(made, "2 interactions", said),
                     "2 interactions or expectations are of partners that are not listed and do not count.");
    partner_segmentation_free(made);
    free(after);
    end(&s);
}
END_TEST

/* What partners expect: 4 + 1 of one dimension and 5 of the other; missing are 4 * 0.5 + 1 * 1 = 3 and 5 * 0.2
 * = 1, so 4 of 10, three quarters of it in the first. */
START_TEST(test_expectations)
{
    static const uint32_t partner[] = {7, 3, 7, 999}, dimension[] = {5, 5, 2, 2};
    static const double expects[] = {4, 1, 5, 3}, experiences[] = {0.5, 0, 0.8, 1};
    scene s = begin_with(STORY_RULES);
    partner_expectations e = PARTNER_EXPECTATIONS_INIT;
    char said[1024];

    e.rows = 4;
    e.partner = partner;
    e.dimension = dimension;
    e.expects = expects;
    e.experiences = experiences;
    s.period->options.expectations = &e;
    play(&s);
    ck_assert_uint_eq(s.made->unlisted, 1);
    ck_assert_uint_eq(s.made->dimensions->dimensions, 2);
    ck_assert_uint_eq(s.made->dimensions->dimension[0], 5);
    ck_assert_double_eq_tol(s.made->dimensions->gap[0], 0.3, 1e-12);
    ck_assert_double_eq_tol(s.made->partner->alignment[KEEN], 1 - (4 * 0.5 + 5 * 0.2) / 9, 1e-12);
    ck_assert_double_eq_tol(s.made->partner->alignment[MOVER], 0, 1e-12);
    ck_assert_uint_eq(s.made->partner->largest_gap[KEEN], 5);
    ck_assert_uint_eq(s.made->partner->largest_gap[EDGE], PARTNER_NONE);
    ck_assert(isnan(s.made->partner->alignment[EDGE]));
    ck_assert_str_eq(
        find_sentence(s.made, "Of what", said),
        "Of what 2 partners expect from us 40.0 % is missing, and 75.0 % of that in one of 2 dimensions.");
    end(&s);
}
END_TEST

START_TEST(test_sentences_about_sensitivity)
{
    scene s = begin_with(STORY_RULES);
    char said[1024];

    s.period->options.budget = 200;
    s.period->options.sensitivity = 1;
    play(&s);
    ck_assert_ptr_nonnull(s.made->allocation->sensitivity);
    ck_assert_ptr_nonnull(find_sentence(s.made,
                                        "Were what attention wins or the hours it takes half or twice as much, "
                                        "at most ",
                                        said));
    partner_segmentation_free(s.made);
    s.period->options.sensitivity = 0;
    play(&s);
    ck_assert_ptr_null(s.made->allocation->sensitivity);
    ck_assert_ptr_null(find_sentence(s.made, "Were what", said));
    end(&s);
}
END_TEST

/* A ceiling for everybody leaves hours over; today's hours that break it are not compared. */
START_TEST(test_sentences_about_bounds)
{
    scene s = begin_with(STORY_RULES);
    char said[1024];

    s.rules->ceiling = 2;
    s.period->options.budget = 1000;
    s.period->portfolio.hours = s.period->hours;
    for (size_t i = 0; i < PARTNERS; i++) s.period->hours[i] = 3;
    play(&s);
    /* All but SILENT, from which nothing is to be won, get two hours. */
    ck_assert_str_eq(find_sentence(s.made, "One more", said),
                     "One more hour would bring nothing: all that is of use is given.");
    ck_assert_str_eq(find_sentence(s.made, "Today's", said),
                     "Today's 27 hours do not keep bounds and budget, so they are not compared.");
    ck_assert_ptr_nonnull(
        strstr(find_sentence(s.made, "Of 1 000", said), "Of 1 000 hours 16 would go out: 2 to"));
    end(&s);
}
END_TEST

/* --- in words, at the ends --- */

/* The sentence has to be there. */
static void must_find(const partner_segmentation *made, const char *sentence)
{
    char said[1024];

    ck_assert_msg(find_sentence(made, sentence, said) != NULL && strcmp(said, sentence) == 0, "%s", sentence);
}

/* One partner, of both periods; hours that are one, or none. 0.1 of no headroom and 2 % of 500.00 are 10.00, of
 * which an hour brings 10 (1 - e^-0.05) = 0.49. */
START_TEST(test_sentences_about_one)
{
    static const double none = 0, one = 1;
    partner_segment_dicts d = new_segment_dicts();
    partner_segment_rules *rules = must_parse_segment_rules("{}", &d);
    period *p = new_period();
    partner_segmentation *before, *now;
    char said[1024];

    p->options.interactions = NULL;
    tell_partner(p, 4, 50000, 50000);
    p->mode[0] = PARTNER_MODE_TRANSACTIONAL;
    p->portfolio.hours = &one;
    p->options.budget = 1;
    before = segment_period(p, rules);
    must_find(before, "Of 1 hour 1 would go out: 1 to volume; they are expected to bring 0.49.");
    must_find(before, "Today's 1 hour brings 0.49 by the same reckoning.");
    ck_assert_ptr_null(find_sentence(before, "The one", said));
    p->options.previous = before;
    p->options.budget = PARTNER_HOURS_0;
    p->portfolio.hours = &none;
    p->potential[0] = 60000;
    now = segment_period(p, rules);
    must_find(now, "A partner is in high from 500.00 on, else in low.");
    must_find(now, "The one partner of both periods is in the same segment as before.");
    must_find(now, "The one partner could bring 100.00 more (headroom), 100.0 % of it in volume.");
    must_find(now, "The budget is 0 hours, so that nobody gets any.");
    partner_segmentation_free(now);
    p->portfolio.hours = &one;
    p->mode[0] = PARTNER_MODE_CONSULTATIVE;
    now = segment_period(p, rules);
    must_find(now, "The one partner of both periods is in another segment than before; most revenue went from "
                   "volume to strategic, 500.00 of 1 partner.");
    must_find(now, "Today's 1 hour does not keep bounds and budget, so it is not compared.");
    partner_segmentation_free(now);
    p->partner[0] = 5;
    now = segment_period(p, rules);
    must_find(now, "No partner was there in both periods.");
    partner_segmentation_free(now);
    partner_segmentation_free(before);
    partner_segment_rules_free(rules);
    free_segment_dicts(&d);
    free(p);
}
END_TEST

/* Hours that nobody would use, and a mover who has no revenue left: what went is what it was. */
START_TEST(test_sentences_about_nothing)
{
    scene s = begin_with(STORY_RULES);
    period *p = new_period();
    partner_segmentation *now;

    tell_partner(s.period, 30, 200000, 200000);
    play(&s);
    tell_partner(p, 30, 0, 0);
    tell_partner(p, 7, 400000, 400000);
    tell_hours(p, 7, VISIT, 1);
    tell_hours(p, 31, VISIT, 1);
    p->options.previous = s.made;
    now = segment_period(p, s.rules);
    must_find(now, "Of the 2 partners of both periods 1 is in another segment than before; most revenue went "
                   "from align to watch, 2 000.00 before of 1 partner and 0.00 now.");
    must_find(now, "1 interaction or expectation is of a partner that is not listed and does not count.");
    partner_segmentation_free(now);
    p->revenue[0] = 200000;
    p->potential[0] = 200000;
    p->effort[0] = p->effort[1] = 0;
    s.rules->unit = 0;
    p->options.budget = 50;
    s.rules->retain[PARTNER_MODE_CONSULTATIVE] = PARTNER_SHARE_0;
    now = segment_period(p, s.rules);
    must_find(now, "Of the 2 partners of both periods none is in another segment than before.");
    must_find(now, "1 interaction took no effort, so that nothing speaks for either mode; before any evidence "
                   "a partner is taken to be 50.0 % consultative with a weight of 2 interactions, given by the "
                   "rules.");
    must_find(now, "Of 50 hours none would go out: nobody would bring anything with them.");
    partner_segmentation_free(now);
    free(p);
    end(&s);
}
END_TEST

/* Today's hours are the best ones already: two of one kind share equally. Then there is nobody to give more. */
START_TEST(test_no_advice_where_all_is_well)
{
    scene s = begin_with(STORY_RULES);
    partner__segment_run run;
    char said[1024];

    free(s.period);
    s.period = new_period();
    s.period->portfolio.hours = s.period->hours;
    s.period->options.budget = 0.3;
    for (uint32_t i = 0; i < 3; i++) {
        tell_partner(s.period, i, 30000, 60000);
        s.period->hours[i] = 0.1;
    }
    play(&s);
    run = (partner__segment_run){.now = s.made};
    ck_assert(!isnan(s.made->allocation->gain_now));
    ck_assert_uint_eq(partner__segment_advice(&run, 0, said, sizeof said), 0);
    ck_assert_uint_eq(partner__segment_advice(&run, 1, said, sizeof said), 0);
    end(&s);
}
END_TEST

/* Whom to turn to, and what that rests on, where some or all of them bring nothing yet. */
START_TEST(test_advice_about_those_without_revenue)
{
    scene s = begin_with(STORY_RULES);

    free(s.period);
    s.period = new_period();
    tell_partner(s.period, 1, 0, 50000);
    play(&s);
    must_advise(s.made, "Turn to {partner:1} first: it has the highest priority and could bring 500.00 more.",
                "This rests on what they state as their potential, or else on what 25 % of their active peers "
                "do not exceed, times the part of these peers that is active.");
    partner_segmentation_free(s.made);
    tell_partner(s.period, 2, 10000, 40000);
    play(&s);
    must_advise(s.made, "Turn to {partner:1} first: it has the highest priority and could bring 500.00 more.",
                "This rests on what they state as their potential, or else on what 25 % of their active peers "
                "do not exceed, times the part of these peers that is active.");
    partner_segmentation_free(s.made);
    tell_partner(s.period, 3, 10000, 10000);
    play(&s);
    must_advise(s.made,
                "Turn to {partner:1} and {partner:2} first: they have the highest priority and could bring "
                "500.00 and 300.00 more.",
                "This rests on what they state as their potential, or else on what 75 % of their active peers "
                "do not exceed and at most 3 times what they bring now; for one without revenue, on what 25 % "
                "of their active peers do not exceed, times the part of these peers that is active.");
    end(&s);
}
END_TEST

/* Long names: a list ends where it would not fit, and the sentence is whole. */
START_TEST(test_sentences_with_long_names)
{
    static char names[PARTNER_MODES * PARTNER_BANDS_MAX][64];
    static const char *segment[PARTNER_MODES * PARTNER_BANDS_MAX];
    partner_segment_rules rules;
    period *p = new_period();
    partner_segmentation *s;
    char said[1024];

    memset(&rules, 0, sizeof rules);
    rules.struct_size = sizeof rules;
    rules.method = PARTNER_BANDS_THRESHOLDS;
    rules.bands = 4;
    for (int i = 0; i < 3; i++) rules.threshold[i] = 100 * (i + 1);
    for (size_t i = 0; i < 4 * PARTNER_MODES; i++) {
        snprintf(names[i], sizeof names[i], "%02zu a segment with a name that is as long as", i);
        segment[i] = names[i];
    }
    rules.segment = segment;
    rules.hours = 100;
    rules.floor = 1;
    p->options.interactions = NULL;
    for (uint32_t i = 0; i < 4 * PARTNER_MODES; i++) {
        tell_partner(p, i, 100 * (i / PARTNER_MODES) + 50, 1000);
        p->mode[i] = (uint8_t)(i % PARTNER_MODES);
    }
    s = segment_period(p, &rules);
    ck_assert_ptr_nonnull(find_sentence(s, "15 a segment", said));
    ck_assert_ptr_nonnull(strstr(said, "; and others."));
    ck_assert_ptr_nonnull(find_sentence(s, "All 100 hours would go out: ", said));
    ck_assert_ptr_nonnull(strstr(said, ", the rest to others; they are expected to bring "));
    ck_assert_int_eq(said[strlen(said) - 1], '.');
    ck_assert_uint_lt(strlen(said), 639);
    partner_segmentation_free(s);
    free(p);
}
END_TEST

/* As totals and pareto: a window that goes beyond the data may not be whole. 2026-03-01 is day 20513. */
START_TEST(test_a_window_that_may_not_be_whole)
{
    scene s = begin_with(STORY_RULES);
    partner__segment_run run;
    char said[1024];
    int told = 0;

    play(&s);
    run = (partner__segment_run){.now = s.made, .after_last_day = 1, .last_day = 20513};
    for (size_t i = 0; partner__segment_sentence(&run, i, said, sizeof said) > 0; i++)
        told += strcmp(said, "The window ends after the last day seen (2026-03-01): it may not be whole, so do "
                             "not read who moved as a whole window's.") == 0;
    ck_assert_int_eq(told, 1);
    run.last_day = PARTNER_NO_DAY;
    for (size_t i = 0; partner__segment_sentence(&run, i, said, sizeof said) > 0; i++)
        ck_assert_ptr_null(strstr(said, "The window ends"));
    end(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("segment");
    TCase *tcase = add_case(suite, "segment");

    tcase_add_test(tcase, test_segments_of_partners);
    tcase_add_test(tcase, test_evidence_of_partners);
    tcase_add_test(tcase, test_potential_of_partners);
    tcase_add_test(tcase, test_what_is_not_there);
    tcase_add_test(tcase, test_segment_lines);
    tcase_add_test(tcase, test_margins);
    tcase_add_test(tcase, test_band_lines);
    tcase_add_test(tcase, test_a_segment_of_several_bands);
    tcase_add_test(tcase, test_nothing_to_share);
    tcase_add_test(tcase, test_without_rules_and_interactions);
    tcase_add_test(tcase, test_when_the_prior_is_learnt);
    tcase_add_test(tcase, test_window_and_strangers);
    tcase_add_test(tcase, test_hours);
    tcase_add_test(tcase, test_bounds_of_hours);
    tcase_add_test(tcase, test_hours_of_today);
    tcase_add_test(tcase, test_hysteresis);
    tcase_add_test(tcase, test_without_hysteresis);
    tcase_add_test(tcase, test_carried_once);
    tcase_add_test(tcase, test_moves);
    tcase_add_test(tcase, test_movers);
    tcase_add_test(tcase, test_other_reasons);
    tcase_add_test(tcase, test_periods_that_do_not_go_together);
    tcase_add_test(tcase, test_faults_of_the_portfolio);
    tcase_add_test(tcase, test_other_faults);
    tcase_add_test(tcase, test_floors_above_the_budget);
    tcase_add_test(tcase, test_sums_out_of_range);
    tcase_add_test(tcase, test_interrupt);
    tcase_add_test(tcase, test_an_earlier_portfolio);
    tcase_add_loop_test(tcase, test_orders_and_threads, 0, 4);
    tcase_add_loop_test(tcase, test_moves_add_up, 0, 4);
    tcase_add_test(tcase, test_sentences);
    tcase_add_test(tcase, test_sentences_about_hours);
    tcase_add_test(tcase, test_sentences_about_change);
    tcase_add_test(tcase, test_expectations);
    tcase_add_test(tcase, test_sentences_about_sensitivity);
    tcase_add_test(tcase, test_sentences_about_bounds);
    tcase_add_test(tcase, test_sentences_about_one);
    tcase_add_test(tcase, test_sentences_about_nothing);
    tcase_add_test(tcase, test_no_advice_where_all_is_well);
    tcase_add_test(tcase, test_advice_about_those_without_revenue);
    tcase_add_test(tcase, test_sentences_with_long_names);
    tcase_add_test(tcase, test_a_window_that_may_not_be_whole);
    return run_suite(suite);
}
