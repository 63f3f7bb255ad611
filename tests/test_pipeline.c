/* SPDX-License-Identifier: MIT
 * Where deals stand: every rule of the objective part by hand, with its arithmetic. Random worlds are compared
 * with a plain implementation by pipeline/test_states.py. */
#include "pipeline_story.h"

/* Weights 3 + 1 + 2 + 4 + 0 = 10. "wait" has no milestones, so it is passed. */
#define PROCESS                                                                                    \
    "{'fresh_days': 10, 'stages': ["                                                               \
    "{'id': 'qualify', 'milestones': ["                                                            \
    "{'id': 'budget', 'weight': 3, 'valid_days': 30, 'question': 'Who has approved the budget?'}," \
    "{'id': 'need'}, {'id': 'visit', 'required': false, 'weight': 2}]},"                           \
    "{'id': 'propose', 'milestones': [{'id': 'offer', 'weight': 4}]},"                             \
    "{'id': 'wait'},"                                                                              \
    "{'id': 'close', 'milestones': [{'id': 'order', 'weight': 0}]}]}"
enum { QUALIFY = 0, PROPOSE = 1, WAIT = 2, CLOSE = 3, STAGES = 4 };

/* Two stages of one milestone each, for what takes time. */
#define TWO_STAGES                                               \
    "{'stages': [{'id': 'first', 'milestones': [{'id': 'a'}]}, " \
    "{'id': 'second', 'milestones': [{'id': 'b'}]}]}"

typedef struct state {
    uint32_t stage;
    int32_t since;
    double score;
    uint32_t out_of_order;
} state;

/* The state of deal 0 as of a day. */
static state state_on(story *s, int32_t day)
{
    partner_pipeline *p = told_on(s, day);
    const state found = {p->deal->stage[0], p->deal->since[0], p->deal->score[0], p->deal->out_of_order[0]};

    ck_assert_int_eq(p->as_of_day, day);
    partner_pipeline_free(p);
    return found;
}

#define assert_state(found, at_stage, on_day, points, beyond)                                            \
    do {                                                                                                 \
        const state is = (found);                                                                        \
        ck_assert_msg(is.stage == (at_stage) && is.since == (on_day) && same_bits(is.score, points) &&   \
                          is.out_of_order == (beyond),                                                   \
                      "stage %u since %d, score %g, %u out of order", (unsigned)is.stage, (int)is.since, \
                      is.score, (unsigned)is.out_of_order);                                              \
    } while (0)

/* ---- objective stage and score ---- */

START_TEST(gates)
{
    story s;
    uint32_t d;

    begin_story(&s, PROCESS);
    d = tell_deal(&s, 100);
    assert_state(state_on(&s, 100), QUALIFY, 100, 0.0, 0);
    tell_report(&s, d, "budget", 105, 1);
    /* One of two required milestones is not enough: 100 * 3 / 10. */
    assert_state(state_on(&s, 105), QUALIFY, 100, 30.0, 0);
    tell_report(&s, d, "need", 110, 1);
    /* The visit is not required: 100 * (3 + 1) / 10. */
    assert_state(state_on(&s, 110), PROPOSE, 110, 40.0, 0);
    tell_report(&s, d, "visit", 111, 1);
    assert_state(state_on(&s, 111), PROPOSE, 110, 60.0, 0);
    tell_report(&s, d, "offer", 112, 1);
    /* "wait" waits for nothing. */
    assert_state(state_on(&s, 112), CLOSE, 112, 100.0, 0);
    tell_report(&s, d, "order", 113, 1);
    /* All stages are passed; the order has no weight. */
    assert_state(state_on(&s, 113), STAGES, 113, 100.0, 0);
    end_story(&s);
}
END_TEST

START_TEST(stale_evidence)
{
    story s;
    uint32_t d;

    begin_story(&s, PROCESS);
    d = tell_deal(&s, 100);
    tell_report(&s, d, "need", 100, 1);
    tell_report(&s, d, "budget", 110, 1);
    /* Holds while x < 110 + 30. */
    assert_state(state_on(&s, 139), PROPOSE, 110, 40.0, 0);
    assert_state(state_on(&s, 140), QUALIFY, 140, 10.0, 0);
    assert_state(state_on(&s, 200), QUALIFY, 140, 10.0, 0);
    /* Renewed on its last day: to 139 + 30, as if it had never been in doubt. */
    tell_report(&s, d, "budget", 139, 1);
    assert_state(state_on(&s, 168), PROPOSE, 110, 40.0, 0);
    assert_state(state_on(&s, 169), QUALIFY, 169, 10.0, 0);
    /* Renewed on the very day on which it goes stale: no day without. */
    tell_report(&s, d, "budget", 169, 1);
    assert_state(state_on(&s, 170), PROPOSE, 110, 40.0, 0);
    /* Later than that: two days without, 199 and 200. */
    tell_report(&s, d, "budget", 201, 1);
    assert_state(state_on(&s, 200), QUALIFY, 199, 10.0, 0);
    assert_state(state_on(&s, 201), PROPOSE, 201, 40.0, 0);
    end_story(&s);
}
END_TEST

START_TEST(evidence_taken_back)
{
    story s;
    uint32_t d;

    begin_story(&s, PROCESS);
    d = tell_deal(&s, 100);
    tell_report(&s, d, "need", 100, 1);
    tell_report(&s, d, "budget", 101, 1);
    tell_report(&s, d, "need", 105, 0);
    assert_state(state_on(&s, 104), PROPOSE, 101, 40.0, 0);
    assert_state(state_on(&s, 105), QUALIFY, 105, 30.0, 0);
    /* What is taken back does not go stale, and comes again with a report. */
    tell_report(&s, d, "budget", 106, 0);
    tell_report(&s, d, "need", 107, 1);
    assert_state(state_on(&s, 200), QUALIFY, 105, 10.0, 0);
    tell_report(&s, d, "budget", 108, 1);
    assert_state(state_on(&s, 108), PROPOSE, 108, 40.0, 0);
    /* Taken back before it went stale on 138: it was never there on that day. */
    tell_report(&s, d, "budget", 120, 0);
    assert_state(state_on(&s, 140), QUALIFY, 120, 10.0, 0);
    end_story(&s);
}
END_TEST

/* Of one day the later row counts, wherever in the table it stands; rows come in any order of days. */
START_TEST(later_row_of_a_day)
{
    story s;
    uint32_t d;

    begin_story(&s, PROCESS);
    d = tell_deal(&s, 100);
    tell_report(&s, d, "budget", 110, 0);
    tell_report(&s, d, "need", 120, 1);
    tell_report(&s, d, "budget", 110, 1);
    assert_state(state_on(&s, 120), PROPOSE, 120, 40.0, 0);
    tell_report(&s, d, "need", 120, 0);
    assert_state(state_on(&s, 120), QUALIFY, 100, 30.0, 0);
    /* A row further down with an earlier day does not change that. */
    tell_report(&s, d, "need", 119, 1);
    assert_state(state_on(&s, 119), PROPOSE, 119, 40.0, 0);
    assert_state(state_on(&s, 120), QUALIFY, 120, 30.0, 0);
    end_story(&s);
}
END_TEST

START_TEST(out_of_order)
{
    story s;
    uint32_t d;
    partner_pipeline *p;

    begin_story(&s, PROCESS);
    d = tell_deal(&s, 100);
    tell_report(&s, d, "offer", 101, 1);
    tell_report(&s, d, "order", 102, 1);
    tell_report(&s, d, "visit", 103, 1);
    /* Two milestones hold after stage 0; the visit belongs to it. 100 * (4 + 0 + 2) / 10. */
    assert_state(state_on(&s, 103), QUALIFY, 100, 60.0, 2);
    tell_report(&s, d, "need", 104, 1);
    tell_report(&s, d, "budget", 104, 1);
    /* All at once. */
    assert_state(state_on(&s, 104), STAGES, 104, 100.0, 0);
    /* The offer is taken back: the order is ahead of it. */
    tell_report(&s, d, "offer", 105, 0);
    assert_state(state_on(&s, 105), PROPOSE, 105, 60.0, 1);
    tell_deal(&s, 100);
    p = told_on(&s, 105);
    ck_assert_uint_eq(p->out_of_order, 1);
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

START_TEST(score_without_weights)
{
    story s;

    begin_story(&s, "{'stages': [{'id': 'only', 'milestones': [{'id': 'a', 'weight': 0}]}]}");
    tell_report(&s, tell_deal(&s, 5), "a", 5, 1);
    assert_state(state_on(&s, 5), 1, 5, (double)NAN, 0);
    end_story(&s);
}
END_TEST

/* 100 / 3 is rounded once: 100 * (1 / 3) would be another double. */
START_TEST(score_is_rounded_once)
{
    story s;

    begin_story(&s, "{'stages': [{'id': 'only', 'milestones': [{'id': 'a', 'weight': 999999999},"
                    "{'id': 'b', 'weight': 7}, {'id': 'c', 'weight': 1000000000}]}]}");
    tell_report(&s, tell_deal(&s, 5), "b", 5, 1);
    /* 700 / 2 000 000 006 */
    ck_assert(same_bits(state_on(&s, 5).score, 700.0 / 2000000006.0));
    end_story(&s);
}
END_TEST

START_TEST(a_process_that_waits_for_nothing)
{
    story s;
    partner_pipeline *p;

    begin_story(&s, "{'stages': [{'id': 'a'}, {'id': 'b', 'milestones': [{'id': 'm', 'required': false}]}]}");
    tell_deal(&s, 5);
    assert_state(state_on(&s, 6), 2, 5, 0.0, 0);
    tell_report(&s, 0, "m", 6, 1);
    /* Stage 2 is the end; nothing comes after it. */
    assert_state(state_on(&s, 6), 2, 5, 100.0, 0);
    p = told_on(&s, 6);
    ck_assert_uint_eq(p->doubts->doubts, 0);
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* ---- reports before opening and after closing ---- */

START_TEST(a_closed_deal_keeps_its_state)
{
    story s;
    uint32_t d;
    partner_pipeline *p;

    begin_story(&s, PROCESS);
    d = tell_closed(&s, 100, 120, PARTNER_OUTCOME_WON);
    tell_report(&s, d, "budget", 95, 1); /* before opening: counts */
    tell_report(&s, d, "need", 120, 1);  /* on the closing day: counts */
    tell_report(&s, d, "offer", 121, 1); /* after it: does not */
    p = told_on(&s, 200);
    ck_assert_uint_eq(p->deal->stage[0], PROPOSE);
    ck_assert_int_eq(p->deal->since[0], 120);
    ck_assert(same_bits(p->deal->score[0], 40.0));
    ck_assert_uint_eq(p->before_opening, 1);
    ck_assert_uint_eq(p->after_closing, 1);
    ck_assert_uint_eq(p->reports, 2);
    ck_assert_uint_eq(p->won, 1);
    ck_assert_uint_eq(p->open + p->lost, 0);
    ck_assert_uint_eq(p->deal->outcome[0], PARTNER_OUTCOME_WON);
    ck_assert_uint_eq(p->deal->claimed[0], PARTNER_NONE);
    ck_assert_int_eq(p->deal->overclaim[0], INT32_MIN);
    ck_assert_uint_eq(p->doubts->doubts, 0);
    partner_pipeline_free(p);
    /* The budget goes stale on 95 + 30 = 125, when the deal is closed; were it open, it would be in stage 0. */
    s.closed[0] = 130;
    assert_state(state_on(&s, 200), QUALIFY, 125, 50.0, 1);
    end_story(&s);
}
END_TEST

/* ---- as of ---- */

START_TEST(as_of_replay)
{
    story s;
    uint32_t d;
    partner_pipeline *p;

    begin_story(&s, PROCESS);
    d = tell_closed(&s, 100, 130, PARTNER_OUTCOME_LOST);
    tell_deal(&s, 121);
    tell_report(&s, d, "budget", 105, 1);
    tell_report(&s, d, "need", 110, 1);
    tell_report(&s, d, "need", 115, 0);
    s.amount[0] = 500;
    s.claimed_stage[0] = index_of(s.dicts.stage, "close");
    s.registered[0] = 121;
    assert_state(state_on(&s, 104), QUALIFY, 100, 0.0, 0);
    assert_state(state_on(&s, 110), PROPOSE, 110, 40.0, 0);
    p = told_on(&s, 120);
    ck_assert_uint_eq(p->deals, 1);
    ck_assert_uint_eq(p->open, 1);
    ck_assert_uint_eq(p->deal->stage[0], QUALIFY);
    ck_assert_int_eq(p->deal->since[0], 115);
    /* On day 120 nobody knew what its row says at closing, nor of the registration. */
    ck_assert_uint_eq(p->deal->claimed[0], PARTNER_NONE);
    ck_assert(isnan(p->visibility->amount_share[0]));
    ck_assert_ptr_null(p->registrations);
    partner_pipeline_free(p);
    /* Of the day before the first: nothing. */
    p = told_on(&s, 99);
    ck_assert_uint_eq(p->deals, 0);
    ck_assert_uint_eq(p->deal->deals, 0);
    ck_assert_uint_eq(p->visibility->partners, 0);
    ck_assert_uint_eq(p->conversions->conversions, 0);
    ck_assert_uint_eq(p->reports, 0);
    ck_assert(isnan(p->median_age) && isnan(p->win_share) && p->velocity == PARTNER_NO_AMOUNT);
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* Without an option it is the last day in the data; the day on which a deal is said to close is none of it. */
START_TEST(last_day_in_the_data)
{
    story s;
    uint32_t d;
    partner_pipeline *p = NULL;

    begin_story(&s, PROCESS);
    must(run_story(&s, &p, NULL), (partner_error){0});
    ck_assert_int_eq(p->as_of_day, PARTNER_NO_DAY);
    ck_assert_uint_eq(p->deals, 0);
    partner_pipeline_free(p);
    d = tell_closed(&s, 10, 20, PARTNER_OUTCOME_WON);
    s.claimed_day[0] = 900;
    s.claim_close[tell_claim(&s, d, 5, NULL)] = 901;
    for (int32_t last = 20; last <= 23; last++) {
        if (last == 21) s.registered[0] = last;
        if (last == 22) tell_claim(&s, d, last, NULL);
        if (last == 23) tell_report(&s, d, "need", last, 1);
        must(run_story(&s, &p, NULL), (partner_error){0});
        ck_assert_int_eq(p->as_of_day, last);
        partner_pipeline_free(p);
    }
    /* The day 0 can be asked for. */
    s.opened[0] = -1;
    p = told_on(&s, 0);
    ck_assert_int_eq(p->as_of_day, 0);
    ck_assert_uint_eq(p->open, 1);
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* ---- claims and doubts ---- */

static void assert_claimed(story *s, int32_t day, uint32_t claimed, int32_t overclaim)
{
    partner_pipeline *p = told_on(s, day);

    ck_assert_uint_eq(p->deal->claimed[0], claimed);
    ck_assert_int_eq(p->deal->overclaim[0], overclaim);
    ck_assert_uint_eq(p->overclaimed, overclaim > 0);
    partner_pipeline_free(p);
}

START_TEST(claims)
{
    story s;
    uint32_t d;

    begin_story(&s, PROCESS);
    d = tell_deal(&s, 100);
    tell_report(&s, d, "budget", 100, 1);
    tell_report(&s, d, "need", 100, 1);
    assert_claimed(&s, 110, PARTNER_NONE, INT32_MIN);
    /* In its own row, by id: stage 3 of which stages 0 to 2 are passed; it is in stage 1. */
    s.claimed_stage[0] = index_of(s.dicts.stage, "close");
    assert_claimed(&s, 110, CLOSE, 2);
    /* By number; 4 is past the last stage. */
    s.claimed_stage[0] = index_of(s.dicts.stage, "4");
    assert_claimed(&s, 110, STAGES, 3);
    /* A dated claim comes first, and may be behind the facts. */
    tell_claim(&s, d, 105, "0");
    assert_claimed(&s, 104, STAGES, 3);
    assert_claimed(&s, 105, QUALIFY, -1);
    /* The later row of a day; an earlier day further down does not matter. */
    tell_claim(&s, d, 105, "wait");
    tell_claim(&s, d, 103, "close");
    assert_claimed(&s, 103, CLOSE, 2);
    assert_claimed(&s, 105, WAIT, 1);
    /* The latest row as a whole: it says no stage. */
    s.claim_probability[tell_claim(&s, d, 107, NULL)] = 0.5;
    assert_claimed(&s, 107, PARTNER_NONE, INT32_MIN);
    /* A claim from before the opening counts like any other. */
    s.opened[0] = 106;
    assert_claimed(&s, 106, WAIT, 1);
    /* Not of a closed deal. */
    s.closed[0] = 108;
    s.outcome[0] = PARTNER_OUTCOME_LOST;
    tell_claim(&s, d, 109, "close");
    assert_claimed(&s, 109, PARTNER_NONE, INT32_MIN);
    end_story(&s);
}
END_TEST

/* Where stages are called 1 and 2, the id 1 is stage 0 and not number 1. */
START_TEST(ids_that_look_like_numbers)
{
    story s;
    uint32_t d;

    begin_story(&s, "{'stages': [{'id': '1', 'milestones': [{'id': 'a'}]}, {'id': '2'}]}");
    d = tell_deal(&s, 100);
    tell_claim(&s, d, 100, "1");
    assert_claimed(&s, 100, 0, 0);
    tell_claim(&s, d, 101, "2");
    assert_claimed(&s, 101, 1, 1);
    tell_claim(&s, d, 102, "0");
    assert_claimed(&s, 102, 0, 0);
    end_story(&s);
}
END_TEST

static void assert_doubt(const story *s, const partner_pipeline *p, size_t i, uint32_t deal,
                         const char *milestone, uint8_t reason, int32_t day)
{
    ck_assert_uint_eq(p->doubts->deal[i], deal);
    ck_assert_str_eq(partner_dict_id(s->dicts.milestone, p->doubts->milestone[i], NULL), milestone);
    ck_assert_uint_eq(p->doubts->reason[i], reason);
    ck_assert_int_eq(p->doubts->day[i], day);
    ck_assert(isnan(p->doubts->effect[i]));
}

START_TEST(doubts)
{
    story s;
    uint32_t d;
    partner_pipeline *p;

    begin_story(&s, PROCESS);
    d = tell_deal(&s, 100);
    /* Without a claim: required milestones of the stage in work. */
    p = told_on(&s, 100);
    ck_assert_uint_eq(p->doubts->doubts, 2);
    assert_doubt(&s, p, 0, d, "budget", PARTNER_DOUBT_NEVER, PARTNER_NO_DAY);
    assert_doubt(&s, p, 1, d, "need", PARTNER_DOUBT_NEVER, PARTNER_NO_DAY);
    partner_pipeline_free(p);
    tell_report(&s, d, "budget", 100, 1);
    tell_report(&s, d, "need", 101, 1);
    tell_report(&s, d, "need", 102, 0);
    tell_claim(&s, d, 103, "close");
    /* Of stages 0 to 2: the budget, last on 100, is stale from 130 on; "close" is not passed by the claim. */
    p = told_on(&s, 140);
    ck_assert_uint_eq(p->doubts->doubts, 3);
    assert_doubt(&s, p, 0, d, "budget", PARTNER_DOUBT_STALE, 100);
    assert_doubt(&s, p, 1, d, "need", PARTNER_DOUBT_TAKEN_BACK, 102);
    assert_doubt(&s, p, 2, d, "offer", PARTNER_DOUBT_NEVER, PARTNER_NO_DAY);
    partner_pipeline_free(p);
    /* While the budget holds it is in no doubt. */
    p = told_on(&s, 129);
    ck_assert_uint_eq(p->doubts->doubts, 2);
    assert_doubt(&s, p, 0, d, "need", PARTNER_DOUBT_TAKEN_BACK, 102);
    partner_pipeline_free(p);
    /* A claim of no more than what is so, or a deal that closes: none. Another deal's come after. */
    tell_claim(&s, d, 104, "qualify");
    tell_deal(&s, 100);
    p = told_on(&s, 129);
    ck_assert_uint_eq(p->doubts->doubts, 2);
    assert_doubt(&s, p, 0, 1, "budget", PARTNER_DOUBT_NEVER, PARTNER_NO_DAY);
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

static void assert_sentence(const partner_pipeline *p, size_t i, const char *expected)
{
    char text[512], little[8];
    const size_t length = partner_pipeline_explain_doubt(p, i, text, sizeof text);

    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(length, strlen(expected));
    ck_assert_uint_eq(partner_pipeline_explain_doubt(p, i, NULL, 0), length);
    ck_assert_uint_eq(partner_pipeline_explain_doubt(p, i, little, sizeof little), length);
    ck_assert_uint_lt(strlen(little), sizeof little);
    ck_assert_int_eq(strncmp(little, expected, strlen(little)), 0);
}

START_TEST(doubts_in_words)
{
    story s;
    uint32_t d;
    char text[8] = "before";
    partner_pipeline *p;

    begin_story(&s, PROCESS);
    d = tell_deal(&s, 100);
    tell_report(&s, d, "budget", 0, 1);
    tell_report(&s, d, "need", 31, 0);
    p = told_on(&s, 140);
    assert_sentence(p, 0,
                    "In work is qualify, but budget was last reported done on 1970-01-01, which holds for 30 "
                    "days; ask: Who has approved the budget?");
    assert_sentence(p, 1, "In work is qualify, but need was taken back on 1970-02-01.");
    ck_assert_uint_eq(partner_pipeline_explain_doubt(p, 2, text, sizeof text), 0);
    ck_assert_str_eq(text, "");
    ck_assert_uint_eq(partner_pipeline_explain_doubt(NULL, 0, text, sizeof text), 0);
    partner_pipeline_free(p);
    tell_claim(&s, d, 140, "close");
    p = told_on(&s, 140);
    assert_sentence(p, 2, "Claimed to be in close, but offer of propose was never reported.");
    partner_pipeline_free(p);
    tell_claim(&s, d, 140, "4");
    /* The process may be gone: the result has its own copy. */
    p = told_on(&s, 140);
    end_story(&s);
    assert_sentence(p, 3, "Claimed to be past the last stage, but order of close was never reported.");
    ck_assert_uint_eq(partner_pipeline_explain_registration(p, 0, text, sizeof text), 0);
    ck_assert_uint_eq(partner_pipeline_explain_registration(NULL, 0, text, sizeof text), 0);
    partner_pipeline_free(p);
}
END_TEST

/* ---- visibility ---- */

static void assert_sight(story *s, int32_t day, uint32_t covered, uint32_t days, uint8_t class)
{
    partner_pipeline *p = told_on(s, day);

    ck_assert_uint_eq(p->deal->covered[0], covered);
    ck_assert_uint_eq(p->deal->days[0], days);
    ck_assert(same_bits(p->deal->coverage[0], days == 0 ? 0.0 : (double)covered / days));
    ck_assert_uint_eq(p->deal->visibility[0], class);
    partner_pipeline_free(p);
}

START_TEST(visibility_classes)
{
    story s;
    uint32_t d;

    begin_story(&s, PROCESS); /* fresh for 10 days */
    d = tell_deal(&s, 100);
    assert_sight(&s, 100, 0, 1, PARTNER_VISIBILITY_NONE);
    /* Covers 102 … 111. Of 100 … 103: 2 days of 4, of 100 … 107: 6 of 8, exactly 0.75. */
    tell_report(&s, d, "need", 102, 0);
    assert_sight(&s, 103, 2, 4, PARTNER_VISIBILITY_PARTIAL);
    assert_sight(&s, 106, 5, 7, PARTNER_VISIBILITY_PARTIAL);
    assert_sight(&s, 107, 6, 8, PARTNER_VISIBILITY_CLEAR);
    /* 10 of 25 is exactly 0.40, 10 of 26 is less. */
    assert_sight(&s, 124, 10, 25, PARTNER_VISIBILITY_PARTIAL);
    assert_sight(&s, 125, 10, 26, PARTNER_VISIBILITY_POOR);
    /* Overlapping reports count a day once: 102 … 111 and 106 … 115 are 14 days. */
    tell_report(&s, d, "budget", 106, 1);
    tell_report(&s, d, "visit", 106, 1);
    assert_sight(&s, 125, 14, 26, PARTNER_VISIBILITY_PARTIAL);
    end_story(&s);
}
END_TEST

START_TEST(visibility_at_the_ends)
{
    story s;
    uint32_t d;

    begin_story(&s, PROCESS);
    d = tell_closed(&s, 100, 110, PARTNER_OUTCOME_WON);
    /* The closing day is no part of the span [100, 110). */
    tell_report(&s, d, "need", 110, 1);
    assert_sight(&s, 200, 0, 10, PARTNER_VISIBILITY_NONE);
    /* From before the opening: 95 … 104 covers 100 … 104. */
    tell_report(&s, d, "budget", 95, 1);
    assert_sight(&s, 200, 5, 10, PARTNER_VISIBILITY_PARTIAL);
    /* To the end and no further: 100 … 104 and 109. */
    tell_report(&s, d, "budget", 109, 1);
    assert_sight(&s, 200, 6, 10, PARTNER_VISIBILITY_PARTIAL);
    /* While it was open, that day counts: 100 … 104 of 100 … 105. */
    assert_sight(&s, 105, 5, 6, PARTNER_VISIBILITY_CLEAR);
    /* 104 is covered and no day of [100, 104). */
    s.closed[0] = 104;
    assert_sight(&s, 200, 4, 4, PARTNER_VISIBILITY_CLEAR);
    /* Closed on the day of its opening: an empty span. */
    s.closed[0] = 100;
    assert_sight(&s, 200, 0, 0, PARTNER_VISIBILITY_NONE);
    end_story(&s);
}
END_TEST

START_TEST(visibility_of_partners)
{
    /* Partner 7 has a clear deal of 300 and two unseen ones, of 100 and of nobody knows; partner 2 an unseen
     * one of nobody knows; a direct deal is seen. */
    static const uint32_t partners[] = {7, PARTNER_NONE, 7, 2, 7};
    static const int64_t amounts[] = {300, 50, 100, PARTNER_NO_AMOUNT, PARTNER_NO_AMOUNT};
    story s;
    partner_pipeline *p;
    const partner_pipeline_visibility *v;

    begin_story(&s, PROCESS);
    for (uint32_t i = 0; i < 5; i++) {
        tell_deal(&s, 100);
        s.partner[i] = partners[i];
        s.amount[i] = amounts[i];
    }
    tell_report(&s, 0, "need", 100, 1);
    tell_report(&s, 1, "need", 100, 1);
    p = told_on(&s, 105);
    v = p->visibility;
    ck_assert_uint_eq(v->partners, 3);
    ck_assert_uint_eq(v->partner[0], 2);
    ck_assert_uint_eq(v->partner[1], 7);
    ck_assert_uint_eq(v->partner[2], PARTNER_NONE);
    ck_assert_uint_eq(v->deals[1], 3);
    ck_assert_uint_eq(v->of_class[4 * 1 + PARTNER_VISIBILITY_CLEAR], 1);
    ck_assert_uint_eq(v->of_class[4 * 1 + PARTNER_VISIBILITY_NONE], 2);
    ck_assert(same_bits(v->share[4 * 1 + PARTNER_VISIBILITY_CLEAR], 1.0 / 3.0));
    ck_assert(same_bits(v->amount_share[4 * 1 + PARTNER_VISIBILITY_CLEAR], 300.0 / 400.0));
    ck_assert(isnan(v->amount_share[4 * 0 + PARTNER_VISIBILITY_NONE]));
    ck_assert(same_bits(v->share[4 * 2 + PARTNER_VISIBILITY_CLEAR], 1.0));
    /* The channel: four deals of partners, one of them seen; 300 of 400. */
    ck_assert_uint_eq(p->visibility_deals[PARTNER_VISIBILITY_CLEAR], 1);
    ck_assert_uint_eq(p->visibility_deals[PARTNER_VISIBILITY_NONE], 3);
    ck_assert(same_bits(p->visibility_share[PARTNER_VISIBILITY_CLEAR], 0.25));
    ck_assert(same_bits(p->visibility_amount_share[PARTNER_VISIBILITY_CLEAR], 0.75));
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* ---- time ---- */

enum {
    MOVED = PARTNER_SPELL_MOVED,
    WON = PARTNER_SPELL_WON,
    LOST = PARTNER_SPELL_LOST,
    OPEN = PARTNER_SPELL_OPEN,
    NOWHERE = -1
};

/* The name of a stage of TWO_STAGES by its number; of 2 and of nowhere there is none. */
static uint32_t name_of_stage(const story *s, int stage)
{
    return index_of(s->dicts.stage, stage == 0 ? "first" : stage == 1 ? "second" : NULL);
}

static void assert_conversion(const story *s, const partner_pipeline *p, size_t i, int stage, uint8_t ended,
                              int to, size_t spells, double share, double median)
{
    const partner_pipeline_conversions *c = p->conversions;

    ck_assert_uint_lt(i, c->conversions);
    ck_assert_uint_eq(c->stage[i], (uint32_t)stage);
    ck_assert_uint_eq(c->stage_name[i], name_of_stage(s, stage));
    ck_assert_uint_eq(c->ended[i], ended);
    ck_assert_uint_eq(c->to[i], to == NOWHERE ? PARTNER_NONE : (uint32_t)to);
    ck_assert_uint_eq(c->to_name[i], name_of_stage(s, to));
    ck_assert_uint_eq(c->spells[i], spells);
    ck_assert_msg(same_bits(c->share[i], share) && same_bits(c->median_days[i], median), "%g, %g", c->share[i],
                  c->median_days[i]);
}

/* A deal goes from 0 to 1 after 10 days, back after 5, from 0 to 2 at once after 20, and is won 7 days later;
 * one goes from 0 to 1 after 13 days and is lost after 2; one is open. */
START_TEST(conversions)
{
    story s;
    uint32_t d;
    partner_pipeline *p;

    begin_story(&s, TWO_STAGES);
    d = tell_closed(&s, 100, 142, PARTNER_OUTCOME_WON);
    tell_report(&s, d, "a", 110, 1);
    tell_report(&s, d, "a", 115, 0);
    tell_report(&s, d, "b", 135, 1);
    tell_report(&s, d, "a", 135, 1);
    d = tell_closed(&s, 100, 115, PARTNER_OUTCOME_LOST);
    tell_report(&s, d, "a", 113, 1);
    tell_deal(&s, 140);
    p = told_on(&s, 150);
    ck_assert_uint_eq(p->conversions->conversions, 6);
    assert_conversion(&s, p, 0, 0, MOVED, 1, 2, 2.0 / 4.0, 11.5); /* 10 and 13 */
    assert_conversion(&s, p, 1, 0, MOVED, 2, 1, 1.0 / 4.0, 20.0);
    assert_conversion(&s, p, 2, 0, OPEN, NOWHERE, 1, 1.0 / 4.0, (double)NAN);
    assert_conversion(&s, p, 3, 1, MOVED, 0, 1, 1.0 / 2.0, 5.0);
    assert_conversion(&s, p, 4, 1, LOST, NOWHERE, 1, 1.0 / 2.0, 2.0);
    assert_conversion(&s, p, 5, 2, WON, NOWHERE, 1, 1.0, 7.0);
    /* Only 4 spells went up: 10, 13, 20, 7. */
    for (size_t i = 0; i < 6; i++) ck_assert(isnan(p->conversions->limit[i]));
    ck_assert_uint_eq(p->stalled, 0);
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* Eight deals leave stage 0 after 10, 20 … 80 days: place 0.9 * 7 = 6.3, so 70 + 0.3 * 10 = 73 days. */
START_TEST(stalled_deals)
{
    story s;
    partner_pipeline *p;
    uint32_t old, new, back;

    begin_story(&s, TWO_STAGES);
    for (int32_t i = 1; i <= 8; i++)
        tell_report(&s, tell_closed(&s, 100, 100 + 10 * i + 5, PARTNER_OUTCOME_LOST), "a", 100 + 10 * i, 1);
    old = tell_deal(&s, 1000 - 74);
    new = tell_deal(&s, 1000 - 73);
    /* Fell back to stage 0 on 990, and has been there for ten days only. */
    back = tell_deal(&s, 200);
    tell_report(&s, back, "a", 300, 1);
    tell_report(&s, back, "a", 990, 0);
    p = told_on(&s, 1000);
    /* The spell of that deal from 200 to 300 makes it nine: place 0.9 * 8 = 7.2, 80 + 0.2 * 20 = 84. */
    ck_assert(same_bits(p->conversions->limit[0], 84.0));
    ck_assert_uint_eq(p->stalled, 0);
    partner_pipeline_free(p);
    s.milestones.rows -= 2;
    p = told_on(&s, 1000);
    ck_assert(same_bits(p->conversions->limit[0], 73.0));
    ck_assert_uint_eq(p->deal->stalled[old], 1);
    ck_assert_uint_eq(p->deal->stalled[new], 0);
    ck_assert_uint_eq(p->deal->stalled[back], 1);
    ck_assert_uint_eq(p->deal->stalled[0], 0); /* closed */
    ck_assert_uint_eq(p->stalled, 2);
    partner_pipeline_free(p);
    /* The median of them: 45. Of all lines it is that of their stage. */
    s.options.stall_quantile = 0.5;
    p = told_on(&s, 1000);
    ck_assert(same_bits(p->conversions->limit[0], 45.0));
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* Stage 1 has but one spell of its own that went up (a win after 5 days): the nine of both stages are 5, 10 …
 * 80, and place 0.9 * 8 = 7.2 is 70 + 0.2 * 10. With seven in all there is no limit. */
START_TEST(stalls_of_the_channel)
{
    story s;
    partner_pipeline *p;
    uint32_t waits;

    begin_story(&s, TWO_STAGES);
    for (int32_t i = 1; i <= 8; i++)
        tell_report(&s,
                    tell_closed(&s, 100, 100 + 10 * i + 5, i == 1 ? PARTNER_OUTCOME_WON : PARTNER_OUTCOME_LOST),
                    "a", 100 + 10 * i, 1);
    waits = tell_deal(&s, 500);
    tell_report(&s, waits, "a", 400, 1);
    p = told_on(&s, 572);
    ck_assert_uint_eq(p->deal->stage[waits], 1);
    ck_assert_int_eq(p->deal->since[waits], 500); /* a spell begins with the deal */
    ck_assert(same_bits(p->conversions->limit[0], 73.0));
    ck_assert(same_bits(p->conversions->limit[p->conversions->conversions - 1], 72.0));
    ck_assert_uint_eq(p->deal->stalled[waits], 0);
    partner_pipeline_free(p);
    p = told_on(&s, 573);
    ck_assert_uint_eq(p->deal->stalled[waits], 1);
    partner_pipeline_free(p);
    for (uint32_t i = 2; i < 4; i++) s.report_done[i - 1] = 0;
    p = told_on(&s, 10000);
    ck_assert(isnan(p->conversions->limit[0]));
    ck_assert_uint_eq(p->stalled, 0);
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* Of the last 365 days: two won of three closed, amounts 100 and 301 (one unknown would not count), 10 and 25
 * days. Three are open: 3 * 2/3 * 200.5 / 17.5 = 22.91… a day. The mean amount 200.5 is half way: to the even
 * 200. */
START_TEST(velocity)
{
    story s;
    partner_pipeline *p;

    begin_story(&s, TWO_STAGES);
    s.amount[tell_closed(&s, 600, 635, PARTNER_OUTCOME_WON)] = 9999; /* 365 days ago: no more */
    s.amount[tell_closed(&s, 626, 636, PARTNER_OUTCOME_WON)] = 100;
    s.amount[tell_closed(&s, 975, 1000, PARTNER_OUTCOME_WON)] = 301;
    s.amount[tell_closed(&s, 700, 800, PARTNER_OUTCOME_LOST)] = 5000;
    for (int32_t i = 0; i < 2; i++) tell_deal(&s, 990 - 5 * i);
    s.amount[tell_closed(&s, 901, 1001, PARTNER_OUTCOME_WON)] = 7777; /* tomorrow */
    p = told_on(&s, 1000);
    ck_assert_uint_eq(p->open, 3);
    ck_assert_uint_eq(p->won, 3);
    ck_assert_uint_eq(p->lost, 1);
    ck_assert(same_bits(p->win_share, 2.0 / 3.0));
    ck_assert_int_eq(p->mean_won_amount, 200);
    ck_assert(same_bits(p->mean_won_days, 17.5));
    ck_assert_int_eq(p->velocity, 23);
    ck_assert(same_bits(p->median_age, 15.0)); /* 10, 15 and 99 days */
    partner_pipeline_free(p);
    s.amount[2] = PARTNER_NO_AMOUNT;
    p = told_on(&s, 1000);
    ck_assert_int_eq(p->mean_won_amount, 100);
    partner_pipeline_free(p);
    /* 3 * 2/3 * -125 / 17.5 = -14.28… */
    s.amount[1] = -126;
    s.amount[2] = -124;
    p = told_on(&s, 1000);
    ck_assert_int_eq(p->mean_won_amount, -125);
    ck_assert_int_eq(p->velocity, -14);
    partner_pipeline_free(p);
    /* Won on the day of opening all: no days to divide by. */
    s.opened[1] = 636;
    s.opened[2] = 1000;
    p = told_on(&s, 1000);
    ck_assert(same_bits(p->mean_won_days, 0.0));
    ck_assert_int_eq(p->velocity, PARTNER_NO_AMOUNT);
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* One won of one closed in one day: velocity is open deals * the amount. One open deal makes the most that
 * there is, two of them one too many. */
START_TEST(velocity_out_of_range)
{
    partner_pipeline *p;
    partner_error error;
    story s;

    begin_story(&s, TWO_STAGES);
    s.amount[tell_closed(&s, 999, 1000, PARTNER_OUTCOME_WON)] = INT64_MAX;
    tell_deal(&s, 1000);
    p = told_on(&s, 1000);
    ck_assert_int_eq(p->velocity, INT64_MAX);
    ck_assert_int_eq(p->mean_won_amount, INT64_MAX);
    partner_pipeline_free(p);
    tell_deal(&s, 1000);
    p = NULL;
    must_fail(run_story(&s, &p, &error), PARTNER_E_RANGE, error);
    ck_assert_ptr_null(p);
    ck_assert_str_eq(error.record, "pipeline");
    ck_assert_str_eq(error.field, "velocity");
    ck_assert_str_eq(error.message, "pipeline: velocity leaves 64 bits, expected at most 9223372036854775807 "
                                    "minor units in magnitude");
    s.amount[0] = -INT64_MAX;
    must_fail(run_story(&s, &p, &error), PARTNER_E_RANGE, error);
    end_story(&s);
}
END_TEST

/* Deals say the name of the stage that they are in, doubts the question of their milestone where it has one;
 * what is of open deals only says so of those that closed. */
START_TEST(names_and_questions)
{
    story s;
    uint32_t d;
    partner_pipeline *p;

    begin_story(&s, PROCESS);
    d = tell_deal(&s, 100);
    tell_closed(&s, 100, 105, PARTNER_OUTCOME_WON);
    s.options.minor_units = 3;
    p = told_on(&s, 110);
    ck_assert_uint_eq(p->minor_units, 3);
    ck_assert_uint_eq(p->deal->stage_name[d], index_of(s.dicts.stage, "qualify"));
    ck_assert_uint_eq(p->doubts->doubts, 2); /* budget and need */
    ck_assert_uint_eq(p->doubts->question[0], index_of(s.dicts.question, "Who has approved the budget?"));
    ck_assert_uint_eq(p->doubts->question[1], PARTNER_NONE);
    ck_assert_uint_eq(p->deal->category[0], PARTNER_CATEGORY_OMITTED);
    ck_assert_uint_eq(p->deal->amount_from[0], PARTNER_AMOUNT_UNKNOWN);
    ck_assert_uint_eq(p->deal->category[1], PARTNER_CATEGORY_CLOSED);
    ck_assert_uint_eq(p->deal->amount_from[1], PARTNER_AMOUNT_CLOSED);
    partner_pipeline_free(p);
    for (size_t i = 0; i < 4; i++)
        tell_report(&s, d, (const char *[]){"need", "budget", "offer", "order"}[i], 110, 1);
    s.options.minor_units = PARTNER_MINOR_UNITS_0;
    p = told_on(&s, 110);
    ck_assert_uint_eq(p->minor_units, 0);
    ck_assert_uint_eq(p->deal->stage[d], STAGES);
    ck_assert_uint_eq(p->deal->stage_name[d], PARTNER_NONE);
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* ---- what is left out ---- */

START_TEST(only_the_deals_needed)
{
    static const int32_t opened[] = {5, 7};
    partner_deals deals = PARTNER_DEALS_INIT;
    story s;
    partner_pipeline *p = NULL;
    partner_error error;

    begin_story(&s, PROCESS);
    deals.rows = 2;
    deals.opened = opened;
    must(partner_pipeline_new(s.process, &deals, NULL, NULL, &s.options, &p, &error), error);
    ck_assert_uint_eq(p->open, 2);
    ck_assert_int_eq(p->as_of_day, 7);
    ck_assert_uint_eq(p->deal->deal[1], 1);
    ck_assert_uint_eq(p->deal->partner[1], PARTNER_NONE);
    ck_assert_uint_eq(p->visibility->partners, 1);
    ck_assert_uint_eq(p->visibility_deals[PARTNER_VISIBILITY_NONE], 0); /* of partners */
    ck_assert(isnan(p->visibility_share[0]));
    ck_assert_uint_eq(p->claims_dated, 0);
    ck_assert_ptr_null(p->forecast);
    ck_assert_ptr_null(p->rates);
    ck_assert(isnan(p->deal->win_rate[0]) && isnan(p->deal->probability[0]));
    partner_pipeline_free(p);
    partner_pipeline_free(NULL);
    end_story(&s);
}
END_TEST

/* Deals may have any indexes, close together or far apart, in any order of rows. */
START_TEST(indexes_of_deals)
{
    static const uint32_t near[] = {2, 0, 1}, far[] = {4000000000U, 7, 123456789U};
    const uint32_t *const both[] = {near, far};
    partner_pipeline *p;

    for (size_t k = 0; k < 2; k++) {
        const uint32_t *of = both[k];
        story s;

        begin_story(&s, PROCESS);
        for (uint32_t i = 0; i < 3; i++) tell_deal(&s, 100);
        s.deals.deal = of;
        tell_report(&s, of[2], "need", 101, 1);
        tell_claim(&s, of[1], 101, "close");
        p = told_on(&s, 102);
        for (uint32_t i = 0; i < 3; i++) {
            ck_assert_uint_eq(p->deal->row[i], i);
            ck_assert_uint_eq(p->deal->deal[i], of[i]);
            ck_assert(same_bits(p->deal->score[i], i == 2 ? 10.0 : 0.0));
            ck_assert_uint_eq(p->deal->claimed[i], i == 1 ? CLOSE : PARTNER_NONE);
        }
        ck_assert_uint_eq(p->doubts->deal[0], of[0]);
        partner_pipeline_free(p);
        end_story(&s);
    }
}
END_TEST

/* Days at the ends of what there is. */
START_TEST(the_first_and_the_last_day)
{
    story s;
    partner_pipeline *p;

    begin_story(&s, PROCESS);
    tell_deal(&s, INT32_MIN + 1);
    tell_report(&s, 0, "budget", INT32_MIN + 1, 1);
    tell_report(&s, 0, "need", INT32_MAX, 1);
    tell_report(&s, 0, "budget", INT32_MAX, 1);
    p = told_on(&s, INT32_MAX);
    ck_assert_uint_eq(p->deal->stage[0], PROPOSE);
    ck_assert_int_eq(p->deal->since[0], INT32_MAX);
    ck_assert_uint_eq(p->deal->days[0], UINT32_MAX); /* 2^32 - 1 */
    ck_assert_uint_eq(p->deal->covered[0], 11);      /* 10 and the last */
    ck_assert(same_bits(p->median_age, 4294967294.0));
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* ---- threads ---- */

enum { MANY = 20000, PER_DEAL = 6 };

static void assert_same(const partner_pipeline *a, const partner_pipeline *b)
{
    const size_t n = a->deals;
    const partner_pipeline_deals *x = a->deal, *y = b->deal;

    ck_assert_uint_eq(b->deals, n);
    ck_assert_int_eq(memcmp(x->stage, y->stage, n * sizeof *x->stage), 0);
    ck_assert_int_eq(memcmp(x->since, y->since, n * sizeof *x->since), 0);
    ck_assert_int_eq(memcmp(x->score, y->score, n * sizeof *x->score), 0);
    ck_assert_int_eq(memcmp(x->covered, y->covered, n * sizeof *x->covered), 0);
    ck_assert_int_eq(memcmp(x->stalled, y->stalled, n * sizeof *x->stalled), 0);
    ck_assert_uint_eq(a->doubts->doubts, b->doubts->doubts);
    ck_assert_int_eq(memcmp(a->doubts->deal, b->doubts->deal, a->doubts->doubts * sizeof *a->doubts->deal), 0);
    ck_assert_uint_eq(a->conversions->conversions, b->conversions->conversions);
    ck_assert_int_eq(memcmp(a->conversions->median_days, b->conversions->median_days,
                            a->conversions->conversions * sizeof(double)),
                     0);
    ck_assert_uint_eq(a->reports, b->reports);
    ck_assert_uint_eq(a->before_opening, b->before_opening);
    ck_assert_uint_eq(a->after_closing, b->after_closing);
}

/* Enough deals for several blocks. The order of rows of different days does not matter either. */
START_TEST(threads_and_order_of_rows)
{
    enum { ROWS = MANY * PER_DEAL };
    int32_t *opened = malloc(MANY * sizeof *opened), *day = malloc(2 * ROWS * sizeof *day);
    uint32_t *deal = malloc(2 * ROWS * sizeof *deal), *milestone = malloc(2 * ROWS * sizeof *milestone);
    partner_deals deals = PARTNER_DEALS_INIT;
    partner_milestones reports = PARTNER_MILESTONES_INIT;
    uint64_t random = 20240229;
    partner_pipeline *p[3];
    partner_error error;
    story s;

    begin_story(&s, PROCESS);
    for (size_t i = 0; i < MANY; i++) opened[i] = (int32_t)(draw(&random) % 300);
    for (size_t i = 0; i < ROWS; i++) {
        /* A day of its own for each report of a deal. */
        deal[i] = (uint32_t)(i % MANY);
        milestone[i] = (uint32_t)(draw(&random) % 5);
        day[i] = (int32_t)(i / MANY * 60 + draw(&random) % 60);
        deal[2 * ROWS - 1 - i] = deal[i];
        milestone[2 * ROWS - 1 - i] = milestone[i];
        day[2 * ROWS - 1 - i] = day[i];
    }
    deals.rows = MANY;
    deals.opened = opened;
    for (uint32_t i = 0; i < 3; i++) {
        const size_t from = i == 2 ? ROWS : 0; /* backwards */

        reports = (partner_milestones){.struct_size = sizeof reports,
                                       .rows = ROWS,
                                       .deal = deal + from,
                                       .milestone = milestone + from,
                                       .day = day + from};
        s.options.threads = i == 1 ? 5 : 1;
        must(partner_pipeline_new(s.process, &deals, &reports, NULL, &s.options, &p[i], &error), error);
    }
    assert_same(p[0], p[1]);
    assert_same(p[0], p[2]);
    for (size_t i = 0; i < 3; i++) partner_pipeline_free(p[i]);
    end_story(&s);
    free(opened);
    free(day);
    free(deal);
    free(milestone);
}
END_TEST

static int stop(void *data)
{
    int *asked = data;

    return --*asked < 0;
}

START_TEST(interrupt)
{
    story s;
    int asked = 0;
    partner_pipeline *p = (partner_pipeline *)&s;
    partner_error error;

    begin_story(&s, PROCESS);
    tell_report(&s, tell_deal(&s, 5), "need", 5, 1);
    s.options.interrupt = stop;
    s.options.interrupt_data = &asked;
    for (int after = 0;; after++) {
        partner_status status;

        asked = after;
        status = run_story(&s, &p, &error);
        if (status == PARTNER_OK) {
            ck_assert_int_gt(after, 3);
            break;
        }
        ck_assert_int_eq(status, PARTNER_E_CANCELLED);
        ck_assert_ptr_eq(p, (partner_pipeline *)&s);
    }
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

/* ---- options ---- */

static void refuse_option(story *s, const char *option)
{
    partner_pipeline *p = (partner_pipeline *)s;
    partner_error error;

    must_fail(run_story(s, &p, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_str_eq(error.field, option);
    ck_assert_ptr_eq(p, (partner_pipeline *)s);
    s->options = (partner_pipeline_options){.struct_size = sizeof s->options, .state_only = 1};
}

START_TEST(bad_options)
{
    story s;
    partner_pipeline *p = (partner_pipeline *)&s;
    partner_error error;

    begin_story(&s, PROCESS);
#define REFUSED(member, value) (s.options.member = (value), refuse_option(&s, #member))
    REFUSED(state_only, 2);
    REFUSED(backtest, 2);
    REFUSED(certain, 2);
    REFUSED(contributions, 2);
    REFUSED(minor_units, 10);
    REFUSED(as_of_day, PARTNER_NO_DAY);
    REFUSED(known_from_day, PARTNER_NO_DAY);
    REFUSED(split_day, PARTNER_NO_DAY);
    REFUSED(horizon_days, 100001);
    REFUSED(landmark_days, 100001);
    REFUSED(protect_days, 100001);
    REFUSED(lapse_days, 100001);
    REFUSED(folds, 1);
    REFUSED(folds, 101);
    REFUSED(draws, 10000001);
    REFUSED(lambda, -1.0);
    REFUSED(lambda, (double)NAN);
    REFUSED(lambda, (double)INFINITY);
    REFUSED(stall_quantile, 1.0);
    REFUSED(stall_quantile, -0.5);
    REFUSED(stall_quantile, (double)NAN);
    REFUSED(commit, 1.5);
    REFUSED(best_case, (double)NAN);
    REFUSED(best_case, 0.9);
    REFUSED(correlation, 1.0);
    REFUSED(correlation, (double)NAN);
    REFUSED(partner_correlation, -0.1);
    s.options.correlation = 0.5;
    REFUSED(partner_correlation, 0.5);
#undef REFUSED
    s.options.backtest_day[0] = PARTNER_NO_DAY;
    refuse_option(&s, "backtest_day");
    for (int32_t i = 0; i < PARTNER_BACKTEST_DAYS; i++) s.options.backtest_day[i] = PARTNER_BACKTEST_DAYS - i;
    s.options.backtest_day[7] = s.options.backtest_day[50]; /* each day once */
    refuse_option(&s, "backtest_day");
    must_fail(partner_pipeline_new(s.process, &s.deals, NULL, NULL, &s.options, NULL, &error),
              PARTNER_E_ARGUMENT, error);
    must_fail(partner_pipeline_new(NULL, &s.deals, NULL, NULL, &s.options, &p, &error), PARTNER_E_ARGUMENT,
              error);
    must_fail(partner_pipeline_new(s.process, NULL, NULL, NULL, &s.options, &p, &error), PARTNER_E_ARGUMENT,
              error);
    s.options.struct_size = 4;
    must_fail(run_story(&s, &p, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_eq(p, (partner_pipeline *)&s);
    end_story(&s);
}
END_TEST

/* ---- bad data ---- */

/* Two sound deals, reports and claims, into which a test puts one fault. */
static void begin_sound(story *s)
{
    begin_story(s, PROCESS);
    tell_deal(s, 100);
    tell_closed(s, 100, 120, PARTNER_OUTCOME_WON);
    tell_report(s, 0, "budget", 101, 1);
    tell_report(s, 1, "need", 102, 1);
    tell_claim(s, 0, 103, "close");
    tell_claim(s, 1, 104, "0");
}

static void refuse(story *s, partner_status code, const char *record, const char *field, uint64_t row)
{
    partner_pipeline *p = (partner_pipeline *)s;
    partner_error error;

    must_fail(run_story(s, &p, &error), code, error);
    ck_assert_str_eq(error.record, record);
    ck_assert_str_eq(error.field, field);
    ck_assert_uint_eq(error.row, row);
    ck_assert_msg(strncmp(error.message, record, strlen(record)) == 0, "%s", error.message);
    ck_assert_ptr_eq(p, (partner_pipeline *)s);
    end_story(s);
    begin_sound(s);
}

#define REFUSED(change, record, field, row) ((change), refuse(&s, PARTNER_E_DATA, record, field, row))

START_TEST(bad_deals)
{
    static const uint32_t twice[] = {4, 4}, none[] = {0, PARTNER_NONE};
    story s;

    begin_sound(&s);
    s.milestones.rows = s.claims.rows = 0;
    REFUSED(s.deals.deal = twice, "deals", "deal", 1);
    s.milestones.rows = s.claims.rows = 0;
    REFUSED(s.deals.deal = none, "deals", "deal", 1);
    REFUSED(s.opened[0] = PARTNER_NO_DAY, "deals", "opened", 0);
    REFUSED(s.outcome[1] = 3, "deals", "outcome", 1);
    REFUSED(s.closed[1] = 99, "deals", "closed", 1);
    REFUSED(s.closed[1] = PARTNER_NO_DAY, "deals", "closed", 1);
    REFUSED(s.closed[0] = 130, "deals", "outcome", 0);
    REFUSED(s.deals.closed = NULL, "deals", "closed", 1);
    REFUSED(s.claimed_stage[1] = index_of(s.dicts.stage, "5"), "deals", "claimed_stage", 1);
    REFUSED(s.claimed_stage[1] = 4000000000U, "deals", "claimed_stage", 1);
    REFUSED(s.claimed_probability[1] = 1.0001, "deals", "claimed_probability", 1);
    REFUSED(s.claimed_probability[1] = -0.0001, "deals", "claimed_probability", 1);
    REFUSED(s.claimed_probability[0] = (double)INFINITY, "deals", "claimed_probability", 0);
    /* Rows of days to come are checked like all others. */
    s.options.as_of_day = 50;
    REFUSED(s.closed[1] = 99, "deals", "closed", 1);
    s.deals.opened = NULL;
    refuse(&s, PARTNER_E_ARGUMENT, "deals", "opened", PARTNER_NO_ROW);
    s.deals.outcome = NULL;
    refuse(&s, PARTNER_E_ARGUMENT, "deals", "outcome", PARTNER_NO_ROW);
    s.deals.rows = (size_t)INT32_MAX + 1;
    refuse(&s, PARTNER_E_RANGE, "deals", "", PARTNER_NO_ROW);
    end_story(&s);
}
END_TEST

START_TEST(bad_reports)
{
    story s;

    begin_sound(&s);
    REFUSED(s.report_deal[1] = 2, "milestones", "deal", 1);
    REFUSED(s.report_deal[0] = PARTNER_NONE, "milestones", "deal", 0);
    REFUSED(s.report_milestone[1] = index_of(s.dicts.milestone, "nobody"), "milestones", "milestone", 1);
    REFUSED(s.report_milestone[1] = PARTNER_NONE, "milestones", "milestone", 1);
    REFUSED(s.report_day[1] = PARTNER_NO_DAY, "milestones", "day", 1);
    REFUSED(s.report_done[0] = 2, "milestones", "done", 0);
    REFUSED(s.report_source[0] = 2, "milestones", "source", 0);
    s.milestones.deal = NULL;
    refuse(&s, PARTNER_E_ARGUMENT, "milestones", "deal", PARTNER_NO_ROW);
    s.milestones.milestone = NULL;
    refuse(&s, PARTNER_E_ARGUMENT, "milestones", "milestone", PARTNER_NO_ROW);
    s.milestones.day = NULL;
    refuse(&s, PARTNER_E_ARGUMENT, "milestones", "day", PARTNER_NO_ROW);
    end_story(&s);
}
END_TEST

START_TEST(bad_claims)
{
    story s;

    begin_sound(&s);
    REFUSED(s.claim_deal[1] = 2, "claims", "deal", 1);
    REFUSED(s.claim_deal[0] = PARTNER_NONE, "claims", "deal", 0);
    REFUSED(s.claim_day[1] = PARTNER_NO_DAY, "claims", "day", 1);
    REFUSED(s.claim_stage[1] = index_of(s.dicts.stage, "-1"), "claims", "stage", 1);
    REFUSED(s.claim_probability[1] = 1.01, "claims", "probability", 1);
    REFUSED(s.claim_probability[1] = -(double)INFINITY, "claims", "probability", 1);
    s.claims.deal = NULL;
    refuse(&s, PARTNER_E_ARGUMENT, "claims", "deal", PARTNER_NO_ROW);
    s.claims.day = NULL;
    refuse(&s, PARTNER_E_ARGUMENT, "claims", "day", PARTNER_NO_ROW);
    s.claims.rows = (size_t)INT32_MAX + 1;
    refuse(&s, PARTNER_E_RANGE, "claims", "", PARTNER_NO_ROW);
    end_story(&s);
}
END_TEST

/* Claims after closing, and that there are dated ones, are told. */
START_TEST(stray_claims)
{
    story s;
    partner_pipeline *p;

    begin_sound(&s);
    tell_claim(&s, 1, 121, "close");
    tell_claim(&s, 1, 120, "close");
    p = told_on(&s, 121);
    ck_assert_uint_eq(p->claims_after_closing, 1);
    ck_assert_uint_eq(p->claims_dated, 1);
    partner_pipeline_free(p);
    p = told_on(&s, 102);
    ck_assert_uint_eq(p->claims_dated, 0);
    partner_pipeline_free(p);
    end_story(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pipeline");
    TCase *state_case = add_case(suite, "state"), *claim_case = add_case(suite, "claims");
    TCase *sight_case = add_case(suite, "visibility"), *time_case = add_case(suite, "time");
    TCase *input_case = add_case(suite, "input");

    tcase_add_test(state_case, gates);
    tcase_add_test(state_case, stale_evidence);
    tcase_add_test(state_case, evidence_taken_back);
    tcase_add_test(state_case, later_row_of_a_day);
    tcase_add_test(state_case, out_of_order);
    tcase_add_test(state_case, score_without_weights);
    tcase_add_test(state_case, score_is_rounded_once);
    tcase_add_test(state_case, a_process_that_waits_for_nothing);
    tcase_add_test(state_case, a_closed_deal_keeps_its_state);
    tcase_add_test(state_case, as_of_replay);
    tcase_add_test(state_case, last_day_in_the_data);
    tcase_add_test(claim_case, claims);
    tcase_add_test(claim_case, ids_that_look_like_numbers);
    tcase_add_test(claim_case, doubts);
    tcase_add_test(claim_case, doubts_in_words);
    tcase_add_test(claim_case, stray_claims);
    tcase_add_test(sight_case, visibility_classes);
    tcase_add_test(sight_case, visibility_at_the_ends);
    tcase_add_test(sight_case, visibility_of_partners);
    tcase_add_test(time_case, conversions);
    tcase_add_test(time_case, stalled_deals);
    tcase_add_test(time_case, stalls_of_the_channel);
    tcase_add_test(time_case, velocity);
    tcase_add_test(time_case, velocity_out_of_range);
    tcase_add_test(time_case, names_and_questions);
    tcase_add_test(input_case, only_the_deals_needed);
    tcase_add_test(input_case, indexes_of_deals);
    tcase_add_test(input_case, the_first_and_the_last_day);
    tcase_add_test(input_case, threads_and_order_of_rows);
    tcase_add_test(input_case, interrupt);
    tcase_add_test(input_case, bad_options);
    tcase_add_test(input_case, bad_deals);
    tcase_add_test(input_case, bad_reports);
    tcase_add_test(input_case, bad_claims);
    return run_suite(suite);
}
