/* SPDX-License-Identifier: MIT
 * What each analysis asks for: one sentence with its figures, and one with what it rests on; nothing where
 * there is nothing to ask for. Segmentation's is in test_segment.c. */
#include "base/leaders.h"
#include "loyalty/analysis.h"
#include "pareto/analysis.h"
#include "pipeline/analysis.h"
#include "pipeline_story.h"
#include "programs.h"
#include "totals/analysis.h"

static partner_error error;

typedef size_t (*advising)(const void *result, size_t part, char *buffer, size_t size);

/* NULL: nothing at all. */
static void must_advise(advising advise, const void *result, const char *what, const char *why)
{
    char said[1024], little[8];

    if (what == NULL) {
        strcpy(said, "left");
        ck_assert_uint_eq(advise(result, 0, said, sizeof said), 0);
        ck_assert_str_eq(said, "");
        ck_assert_uint_eq(advise(result, 1, said, sizeof said), 0);
        return;
    }
    ck_assert_uint_gt(advise(result, 0, said, sizeof said), 0);
    ck_assert_str_eq(said, what);
    ck_assert_uint_eq(advise(result, 0, little, sizeof little), strlen(what));
    ck_assert_uint_eq(advise(result, 0, NULL, 0), strlen(what));
    ck_assert_int_eq(strncmp(little, what, 7), 0);
    ck_assert_uint_gt(advise(result, 1, said, sizeof said), 0);
    ck_assert_str_eq(said, why);
    ck_assert_uint_eq(advise(result, 2, said, sizeof said), 0);
}

/* --- who comes first --- */

/* The three largest figures above 0, of equal ones the smaller partners, in whatever order they come. */
START_TEST(test_leaders)
{
    static const double figure[] = {5, 0, 7, 5, -1, 5, NAN, 6};
    static const uint32_t partner[] = {9, 8, 1, 4, 2, 6, 3, 7};

    for (size_t start = 0; start < 8; start++) {
        partner__leaders l = {.count = 0};
        partner__words w = {.full = 0};

        for (size_t k = 0; k < 8; k++) {
            const size_t i = (start + 3 * k) % 8;

            partner__leaders_try(&l, i, partner[i], figure[i]);
        }
        ck_assert_uint_eq(l.count, 3);
        ck_assert_uint_eq(l.line[0], 2);
        ck_assert_uint_eq(l.line[1], 7);
        ck_assert_uint_eq(l.line[2], 3);
        partner__leaders_put(&w, &l);
        ck_assert_str_eq(w.text, "{partner:1}, {partner:7} and {partner:4}");
    }
}
END_TEST

/* --- totals and pareto --- */

enum { WINDOW = 100, LENGTH = 50 };

/* Revenue of partner i in the window from WINDOW on, and in the one of the same length before it. */
typedef struct sold {
    size_t partners;
    int64_t before[16], now[16];
} sold;

static void run(const char *name, const sold *s, int with_before, uint32_t min_sales, void **result)
{
    const partner_analysis *analysis = partner_analysis_find(name);
    uint32_t partner[32];
    int64_t amount[32];
    int32_t day[32];
    partner_sales sales = PARTNER_SALES_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    const void *inputs[] = {&sales, NULL}, *given[] = {&options, NULL};

    for (uint32_t i = 0; i < s->partners; i++) {
        const size_t row = sales.rows;

        partner[row] = partner[row + 1] = i;
        amount[row] = s->now[i];
        day[row] = WINDOW + LENGTH - 1;
        amount[row + 1] = s->before[i];
        day[row + 1] = WINDOW - LENGTH;
        sales.rows += 2;
    }
    sales.partner = partner;
    sales.amount = amount;
    sales.day = day;
    options.partners = s->partners;
    options.min_sales = min_sales;
    options.from_day = WINDOW;
    options.to_day = WINDOW + LENGTH;
    if (with_before) {
        options.previous_from_day = WINDOW - LENGTH;
        options.previous_to_day = WINDOW;
    }
    must(analysis->run(inputs, given, result, &error), error);
}

static void must_advise_of(const char *name, const sold *s, int with_before, uint32_t min_sales,
                           const char *what, const char *why)
{
    const partner_analysis *analysis = partner_analysis_find(name);
    void *result = NULL;

    run(name, s, with_before, min_sales, &result);
    must_advise(analysis->advice, result, what, why);
    analysis->free(result);
}

static const char COMPARES[] =
    "This compares the two windows as they are: neither season nor prices are taken out.";

/* Losses of 3.00, 0, 5.00 (lost), none (it grew), 4.00 and 1.00: 13.00 by four partners, 12.00 by the first. */
START_TEST(test_totals_with_losses)
{
    const sold s = {6, {500, 100, 500, 100, 900, 200}, {200, 100, 0, 700, 500, 100}};
    const sold one = {2, {500, 100}, {-100, 100}};

    must_advise_of("totals", &s, 1, 0,
                   "Talk to {partner:2}, {partner:4} and {partner:0}: they bring 12.00 less than in the window "
                   "before, of 13.00 that 4 partners bring less in all.",
                   COMPARES);
    must_advise_of("totals", &one, 1, 0, "Talk to {partner:0}: it brings 6.00 less than in the window before.",
                   COMPARES);
}
END_TEST

/* Without losses, or without a window before: those who sold nothing. Active ones bring 4.00, 8.00 and 3.01, on
 * average 5.00 (15.01 / 3). */
START_TEST(test_totals_with_inactive_partners)
{
    const sold s = {5, {0, 0, 0, 0, 0}, {400, 0, 800, 0, 301}}, all = {2, {1, 1}, {5, 5}}, none = {3, {0}, {0}};
    static const char why[] = "Whether one who is won back would bring as much as the others is not known.";

    must_advise_of(
        "totals", &s, 0, 0,
        "Decide about the 2 of 5 partners that sold nothing, whether to win each back or to part: an "
        "active one brings 5.00 on average.",
        why);
    must_advise_of(
        "totals", &s, 1, 0,
        "Decide about the 2 of 5 partners that sold nothing, whether to win each back or to part: an "
        "active one brings 5.00 on average.",
        why);
    must_advise_of("totals", &all, 1, 0, NULL, NULL);
    must_advise_of("totals", &s, 0, 2, NULL, NULL);
    must_advise_of("totals", &none, 1, 0, NULL, NULL);
    must_advise(partner__totals_advice, NULL, NULL, NULL);
}
END_TEST

/* The window ends on day 150, and the last sale is of day 149: one day more, and it may not be whole. */
START_TEST(test_totals_of_a_window_that_may_not_be_whole)
{
    uint32_t partner[] = {0, 0};
    int64_t amount[] = {100, 300};
    int32_t day[] = {140, 90};
    partner_sales sales = PARTNER_SALES_INIT;
    partner_totals_options options = PARTNER_TOTALS_OPTIONS_INIT;
    const void *inputs[] = {&sales, NULL}, *given[] = {&options};
    const partner_analysis *analysis = partner_analysis_find("totals");
    void *result = NULL;

    sales.rows = 2;
    sales.partner = partner;
    sales.amount = amount;
    sales.day = day;
    options.from_day = WINDOW;
    options.to_day = WINDOW + LENGTH;
    options.previous_from_day = WINDOW - LENGTH;
    options.previous_to_day = WINDOW;
    must(analysis->run(inputs, given, &result, &error), error);
    must_advise(
        analysis->advice, result, "Talk to {partner:0}: it brings 2.00 less than in the window before.",
        "This compares the two windows as they are: neither season nor prices are taken out, and the later "
        "one ends after the last day seen, so that it may not be whole.");
    analysis->free(result);
}
END_TEST

/* Four of five bring 10 % or more each (40, 30, 15, 10), the first three 85 %. */
START_TEST(test_pareto_with_large_partners)
{
    const sold s = {5, {0}, {1500, 500, 4000, 1000, 3000}},
               one = {14, {0}, {500, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50}};
    static const char why[] =
        "This takes it that a partner who leaves takes all of its revenue along, and that no "
        "other picks it up.";

    must_advise_of(
        "pareto", &s, 0, 0,
        "Secure {partner:2}, {partner:4} and {partner:0} by agreements that last, and win others beside "
        "them: they bring 85.0 % of revenue together; 1 more brings 10.0 % or more.",
        why);
    /* 500 of 1150. */
    must_advise_of("pareto", &one, 0, 0,
                   "Secure {partner:0} by agreements that last, and win others beside it: it brings 43.5 % of "
                   "revenue.",
                   why);
}
END_TEST

/* Sixteen equal partners: 6.25 % each, and 13 of them bring 80 %. */
START_TEST(test_pareto_without_large_partners)
{
    sold s = {16, {0}, {0}};
    const sold nothing = {2, {0}, {0}};

    for (size_t i = 0; i < 16; i++) s.now[i] = 100;
    must_advise_of("pareto", &s, 0, 0,
                   "Give each of the 13 of 16 partners that bring 80.0 % of revenue somebody who knows it.",
                   "This takes it that those who brought most will go on doing so.");
    must_advise_of("pareto", &nothing, 0, 0, NULL, NULL);
    must_advise(partner__pareto_advice, NULL, NULL, NULL);
}
END_TEST

/* --- pipeline --- */

static const char NOT_REPORTED[] =
    "This takes it that what was not reported, or not for long, has not been done.";

static void must_advise_story(story *s, int32_t as_of_day, const char *what, const char *why)
{
    partner_pipeline *made = told_on(s, as_of_day);

    must_advise(partner__pipeline_advice, made, what, why);
    partner_pipeline_free(made);
}

#define TWO_STAGES                                                                                      \
    "{'stages': [{'id': 'one', 'milestones': [{'id': 'budget'}]}, {'id': 'two', 'milestones': [{'id': " \
    "'the_offer'}]}, {'id': 'three'}]}"

/* Deals of partners 6 and 4 are claimed to be past the second stage without any evidence, one of our own, too:
 * nobody is to be asked about that. */
START_TEST(test_pipeline_with_doubts)
{
    static const uint32_t who[] = {6, 4, PARTNER_NONE};
    story s;
    uint32_t deal[3];

    begin_story(&s, TWO_STAGES);
    for (size_t i = 0; i < 3; i++) {
        deal[i] = tell_deal(&s, 10);
        s.partner[deal[i]] = who[i];
        s.claimed_stage[deal[i]] = index_of(s.dicts.stage, "2");
        s.claimed_day[deal[i]] = 20;
    }
    tell_report(&s, deal[1], "budget", 15, 1);
    /* Two doubts about the first deal, one about the second, two about the third. */
    must_advise_story(
        &s, 30,
        "Ask {partner:6} about budget and {partner:4} about the offer: of 5 doubts those weigh most, "
        "and 3 open deals are claimed to be further than the evidence.",
        NOT_REPORTED);
    end_story(&s);
}
END_TEST

/* The one doubt is about the stage that a deal is in. */
START_TEST(test_pipeline_with_one_doubt)
{
    story s;
    uint32_t deal;

    begin_story(&s, TWO_STAGES);
    must_advise_story(&s, 30, NULL, NULL);
    deal = tell_deal(&s, 10);
    s.partner[deal] = 3;
    tell_report(&s, deal, "budget", 12, 1);
    must_advise_story(&s, 30, "Ask {partner:3} about the offer: of 1 doubt that one weighs most.",
                      NOT_REPORTED);
    tell_report(&s, deal, "the_offer", 13, 1);
    must_advise_story(&s, 30, NULL, NULL);
    must_advise(partner__pipeline_advice, NULL, NULL, NULL);
    end_story(&s);
}
END_TEST

/* A deal opened on that day and passed through both stages; what closed ones were worth is not known. */
static uint32_t tell_whole(story *s, int32_t opened, uint8_t outcome)
{
    const uint32_t deal =
        outcome == PARTNER_OUTCOME_OPEN ? tell_deal(s, opened) : tell_closed(s, opened, opened + 30, outcome);

    if (outcome == PARTNER_OUTCOME_OPEN) s->amount[deal] = 100000;
    tell_report(s, deal, "budget", opened + 1, 1);
    tell_report(s, deal, "the_offer", opened + 2, 1);
    return deal;
}

/* What is learnt takes GSL. */
static int can_learn(story *s)
{
    s->options.state_only = 0;
    s->options.draws = 1000;
    return (partner_features() & PARTNER_FEATURE_GSL) != 0;
}

/* Without doubts: there is no forecast until 20 deals have closed. */
START_TEST(test_pipeline_without_history)
{
    story s;

    begin_story(&s, TWO_STAGES);
    for (int32_t i = 0; i < 4; i++) tell_whole(&s, i, i % 2 == 0 ? PARTNER_OUTCOME_WON : PARTNER_OUTCOME_LOST);
    tell_whole(&s, 40, PARTNER_OUTCOME_OPEN);
    /* Half a year later nearly all that moved on had moved on sooner. */
    must_advise_story(
        &s, 220, "Move or close the 1 deal that has been longer in its stage than nearly all that moved on.",
        "This takes it that deals move on as those before them did.");
    if (can_learn(&s))
        must_advise_story(
            &s, 43, "Record how deals end: there is no forecast while fewer than 20 have, and 4 have so far.",
            "This takes it that deals to come will go as those that have ended.");
    end_story(&s);
}
END_TEST

/* Twenty-four closed deals, and two open ones of 1000.00 and of nobody knows how much; then with a claim. */
START_TEST(test_pipeline_with_a_forecast)
{
    story s;
    uint32_t known, unknown;

    begin_story(&s, TWO_STAGES);
    for (int32_t i = 0; i < 24; i++)
        tell_whole(&s, 10 * i, i % 2 == 0 ? PARTNER_OUTCOME_WON : PARTNER_OUTCOME_LOST);
    known = tell_whole(&s, 255, PARTNER_OUTCOME_OPEN);
    unknown = tell_whole(&s, 256, PARTNER_OUTCOME_OPEN);
    s.amount[unknown] = PARTNER_NO_AMOUNT;
    if (can_learn(&s)) {
        partner_pipeline *made = told_on(&s, 270);
        char said[1024];

        ck_assert_ptr_nonnull(made->forecast);
        ck_assert_uint_eq(made->forecast->without_amount, 1);
        must_advise(partner__pipeline_advice, made,
                    "Find out what 1 open deal is worth: without an amount it counts in number only.",
                    "This takes it that an open deal without an amount is worth something.");
        partner_pipeline_free(made);
        /* The report of the offer is taken back. */
        tell_report(&s, known, "the_offer", 260, 0);
        s.claimed_stage[known] = index_of(s.dicts.stage, "2");
        s.claimed_day[known] = 261;
        made = told_on(&s, 270);
        partner__pipeline_advice(made, 0, said, sizeof said);
        ck_assert_str_eq(said,
                         "Ask {partner:0} about the offer: of 1 doubt that one weighs most, and 1 open deal is "
                         "claimed to be further than the evidence, worth 1 000.00.");
        partner_pipeline_free(made);
    }
    end_story(&s);
}
END_TEST

/* --- loyalty --- */

typedef struct event {
    uint32_t partner;
    int32_t day;
    int64_t amount;
} event;

/* Runs a program on sales; 1 point for each 1.00. */
static void must_advise_program(const char *program, const event *events, size_t rows, int32_t as_of_day,
                                const char *what, const char *why)
{
    partner_loyalty_dicts dicts = new_dicts();
    partner_program *p = must_parse(program, &dicts);
    uint32_t partner[8], kind[8];
    int32_t day[8];
    int64_t amount[8];
    partner_events in = {.struct_size = sizeof in, .rows = rows};
    partner_loyalty_options options = {.struct_size = sizeof options, .as_of_day = as_of_day};
    partner__loyalty_outcome outcome = {.loyalty = NULL};

    for (size_t i = 0; i < rows; i++) {
        partner[i] = events[i].partner;
        day[i] = events[i].day;
        amount[i] = events[i].amount;
        kind[i] = partner_dict_find(dicts.kind, "sale", 4);
    }
    in.partner = partner;
    in.day = day;
    in.kind = kind;
    in.amount = amount;
    must(partner_loyalty_new(p, &in, &options, &outcome.loyalty, &error), error);
    must_advise(partner__loyalty_advice, &outcome, what, why);
    partner_loyalty_free(outcome.loyalty);
    partner_program_free(p);
    free_dicts(&dicts);
}

#define EARNS "'rules': [{'id': 'base', 'on': 'sale', 'earn': {'points': 1, 'per': 1}}]"

/* Of the 100 points for gold 15, 1, 18, 20 and 21 are missing, so that the fifth, with more than 20 %, is not
 * within reach; the sixth is there. Of 110 points only the second one is near. */
START_TEST(test_loyalty_with_partners_below_a_tier)
{
    static const event events[] = {{0, 20100, 8500}, {1, 20100, 9900}, {2, 20100, 8200},
                                   {3, 20100, 8000}, {4, 20100, 7900}, {5, 20100, 12000}};
    static const char why[] =
        "This takes the points of the window so far, and that one who knows will go for it.";

    must_advise_program(
        "{" EARNS ", 'tiers': [{'id': 'start'}, {'id': 'gold', 'points': 100}]}", events, 6, 20100,
        "Tell {partner:1} (1 point), {partner:0} (15 points) and {partner:2} (18 points) how little "
        "is missing to the next tier; of 4 partners just below one they are the nearest.",
        why);
    must_advise_program("{" EARNS ", 'tiers': [{'id': 'start'}, {'id': 'gold', 'points': 110}]}", events, 6,
                        20100, "Tell {partner:1} (11 points) how little is missing to the next tier.", why);
}
END_TEST

/* Earned on 2025-01-12 and 13, with the first of the month after the next: 2025-03-01, day 20148. */
START_TEST(test_loyalty_with_points_that_expire)
{
    static const event events[] = {{3, 20100, 500}, {1, 20101, 1200}};

    must_advise_program(
        "{" EARNS ", 'expiry': {'months': 1}}", events, 2, 20118,
        "Remind {partner:1} (12 points) and {partner:3} (5 points): 17 points of 2 partners expire "
        "within 30 days.",
        "This takes it that nobody redeems points before.");
}
END_TEST

START_TEST(test_loyalty_with_a_liability)
{
    static const event events[] = {{0, 20100, 150000}};

    must_advise_program("{" EARNS ", 'point_value': 0.5}", events, 1, 20100,
                        "Provide for a liability of 750.00: partners hold 1 500 points.",
                        "This takes it that all of them will be redeemed.");
    must_advise_program("{" EARNS "}", events, 1, 20100, NULL, NULL);
    must_advise(partner__loyalty_advice, NULL, NULL, NULL);
}
END_TEST

/* All analyses that a review shows say what to do. */
START_TEST(test_who_advises)
{
    static const char *const names[] = {"totals", "pareto", "segment", "pipeline", "loyalty"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert(partner_analysis_find(names[i])->advice != NULL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("advice");
    TCase *tcase = add_case(suite, "advice");

    tcase_add_test(tcase, test_leaders);
    tcase_add_test(tcase, test_totals_with_losses);
    tcase_add_test(tcase, test_totals_with_inactive_partners);
    tcase_add_test(tcase, test_totals_of_a_window_that_may_not_be_whole);
    tcase_add_test(tcase, test_pareto_with_large_partners);
    tcase_add_test(tcase, test_pareto_without_large_partners);
    tcase_add_test(tcase, test_pipeline_with_doubts);
    tcase_add_test(tcase, test_pipeline_with_one_doubt);
    tcase_add_test(tcase, test_pipeline_without_history);
    tcase_add_test(tcase, test_pipeline_with_a_forecast);
    tcase_add_test(tcase, test_loyalty_with_partners_below_a_tier);
    tcase_add_test(tcase, test_loyalty_with_points_that_expire);
    tcase_add_test(tcase, test_loyalty_with_a_liability);
    tcase_add_test(tcase, test_who_advises);
    return run_suite(suite);
}
