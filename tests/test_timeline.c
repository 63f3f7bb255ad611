/* SPDX-License-Identifier: MIT
 * The timeline that all learning rests on: on every day of every deal it says what going through all reports
 * again says. */
#include "pipeline/timeline.h"
#include "pipeline_story.h"

enum { MILESTONES = 6, DEALS = 12, REPORTS = 90, LAST = 120 };

/* Milestones are numbered 0 … 5, in stages 0 0 1 1 3 4 (stage 2 has none); 1 and 4 are optional. */
static const uint32_t STAGE[MILESTONES] = {0, 0, 1, 1, 3, 4}, VALID[MILESTONES] = {9, 0, 25, 1, 4, 0};
static const uint64_t WEIGHT[MILESTONES] = {1, 2, 4, 8, 16, 32};
static const int REQUIRED[MILESTONES] = {1, 0, 1, 1, 0, 1};
#define PROCESS                                                                                            \
    "{'stages': [{'id': 's0', 'milestones': [{'id': '0', 'valid_days': 9}, {'id': '1', 'required': false," \
    " 'weight': 2}]}, {'id': 's1', 'milestones': [{'id': '2', 'valid_days': 25, 'weight': 4}, {'id': '3'," \
    " 'valid_days': 1, 'weight': 8}]}, {'id': 's2'}, {'id': 's3', 'milestones': [{'id': '4', 'required':"  \
    " false, 'valid_days': 4, 'weight': 16}]}, {'id': 's4', 'milestones': [{'id': '5', 'weight': 32}]}]}"

/* The inputs and the timeline of a story as of LAST, or of one that fails. */
typedef struct made {
    partner__arena arena;
    partner__steps steps;
    partner__inputs in;
    partner__timeline timeline;
} made;

static partner_status make(made *m, const story *s, partner__visit visit, void *context, partner_error *error)
{
    partner_status status;

    memset(m, 0, sizeof *m);
    must(partner__pipeline_settings_take(&m->in.set, &s->options, error), *error);
    must(partner__steps_take(&m->steps, s->process, &m->arena, error), *error);
    status = partner__inputs_take(&m->in, &m->steps, &s->deals, &s->milestones, &s->claims, error);
    return status == PARTNER_OK ? partner__timeline_new(&m->timeline, &m->in, visit, context, error) : status;
}

static void unmake(made *m)
{
    partner__timeline_free(&m->timeline);
    partner__inputs_free(&m->in);
    partner__arena_free(&m->arena);
}

/* Opening days 0 … 40, some deals closed; reports on any day, in no order. */
static void tell_by_chance(story *s, uint64_t *random)
{
    begin_story(s, PROCESS);
    for (uint32_t i = 0; i < DEALS; i++) {
        const int32_t opened = (int32_t)(draw(random) % 40);

        if (draw(random) % 2) tell_closed(s, opened, opened + (int32_t)(draw(random) % 70), 1);
        else tell_deal(s, opened);
    }
    for (size_t i = 0; i < REPORTS; i++) {
        const char id[] = {(char)('0' + draw(random) % MILESTONES), '\0'};

        tell_report(s, (uint32_t)(draw(random) % DEALS), id, (int32_t)(draw(random) % 130) - 10,
                    draw(random) % 4 > 0);
    }
    s->options.as_of_day = LAST;
}

/* The row of the latest report of a milestone up to a day, the last one of its day; REPORTS = none. */
static size_t latest(const story *s, uint32_t deal, uint32_t milestone, int32_t day)
{
    size_t found = REPORTS;

    for (size_t i = 0; i < REPORTS; i++)
        if (s->report_deal[i] == deal && s->report_milestone[i] == milestone && s->report_day[i] <= day &&
            (found == REPORTS || s->report_day[i] >= s->report_day[found]))
            found = i;
    return found;
}

static int holds(const story *s, uint32_t deal, uint32_t milestone, int32_t day)
{
    const size_t row = latest(s, deal, milestone, day);

    if (row == REPORTS || !s->report_done[row]) return 0;
    return VALID[milestone] == 0 || day < s->report_day[row] + (int32_t)VALID[milestone];
}

static uint32_t stage_of(const story *s, uint32_t deal, int32_t day)
{
    uint32_t stage = 5;

    for (uint32_t m = 0; m < MILESTONES; m++)
        if (REQUIRED[m] && !holds(s, deal, m, day) && STAGE[m] < stage) stage = STAGE[m];
    return stage;
}

static void assert_walk(const story *s, const partner__walk *walk, uint32_t deal, int32_t day)
{
    uint64_t weight = 0;
    uint32_t gained = 0, beyond = 0, holding = 0;
    const uint32_t stage = stage_of(s, deal, day);

    for (uint32_t m = 0; m < MILESTONES; m++) {
        const int held = holds(s, deal, m, day);

        ck_assert_int_eq(partner__walk_holds(walk, m), held);
        holding += (uint32_t)held;
        weight += held ? WEIGHT[m] : 0;
        beyond += held && STAGE[m] > stage;
        gained += held && !holds(s, deal, m, day - 1);
    }
    ck_assert_uint_eq(walk->stage, stage);
    ck_assert_uint_eq(walk->holding, holding);
    ck_assert_uint_eq(walk->weight, weight);
    ck_assert_uint_eq(walk->gained, gained);
    ck_assert_uint_eq(partner__walk_out_of_order(walk), beyond);
    ck_assert(same_bits(partner__walk_score(walk), 100.0 * (double)weight / 63.0));
}

static void assert_deal(const story *s, const made *m, partner__walk *walk, uint32_t deal)
{
    const int32_t closed = s->closed[deal], end = closed == PARTNER_NO_DAY ? LAST : closed;
    int32_t since = s->opened[deal];
    size_t reports = 0;

    partner__walk_begin(walk, deal);
    for (int32_t day = -12; day <= LAST; day++) {
        partner__walk_to(walk, day);
        assert_walk(s, walk, deal, day);
        for (size_t i = 0; i < REPORTS; i++) reports += s->report_deal[i] == deal && s->report_day[i] == day;
        ck_assert_uint_eq(partner__reports_by(&m->timeline, deal, day), reports);
        if (day > since && day <= end && stage_of(s, deal, day) != stage_of(s, deal, day - 1)) since = day;
        if (day >= s->opened[deal]) {
            const partner__change now = partner__stage_on(&m->timeline, deal, day);

            ck_assert_uint_eq(now.stage, stage_of(s, deal, day < end ? day : end));
            ck_assert_int_eq(now.day, since);
        }
        for (uint32_t i = 0; i < MILESTONES; i++) {
            const partner__dated_row *found = partner__last_report(&m->timeline, deal, i, day);
            const size_t row = latest(s, deal, i, day);

            ck_assert_int_eq(found == NULL, row == REPORTS);
            if (found == NULL) continue;
            ck_assert_int_eq(found->day, s->report_day[row]);
            ck_assert_uint_eq(found->what, 2 * i + s->report_done[row]);
        }
    }
}

/* With steps of many days as well: what lies between is not lost, nor is what was gained there told again. */
static void assert_strides(const story *s, partner__walk *walk, uint32_t deal, uint64_t *random)
{
    partner__walk_begin(walk, deal);
    for (int32_t day = -12; day <= LAST; day += (int32_t)(draw(random) % 20)) {
        partner__walk_to(walk, day);
        assert_walk(s, walk, deal, day);
    }
}

START_TEST(day_by_day)
{
    uint64_t random = 20240301 + (uint64_t)_i;
    partner__walk walk;
    partner_error error;
    story s;
    made m;

    tell_by_chance(&s, &random);
    must(make(&m, &s, NULL, NULL, &error), error);
    must(partner__walk_new(&walk, &m.timeline, &error), error);
    for (uint32_t deal = 0; deal < DEALS; deal++) assert_deal(&s, &m, &walk, deal);
    /* One walk serves deals in any order. */
    for (uint32_t i = 0; i < 2 * DEALS; i++)
        assert_strides(&s, &walk, (uint32_t)(draw(&random) % DEALS), &random);
    partner__walk_free(&walk);
    unmake(&m);
    end_story(&s);
}
END_TEST

/* A walk can be led from one day on which something may happen to the next. */
START_TEST(from_event_to_event)
{
    uint64_t random = 7;
    partner__walk walk;
    partner_error error;
    story s;
    made m;

    tell_by_chance(&s, &random);
    must(make(&m, &s, NULL, NULL, &error), error);
    must(partner__walk_new(&walk, &m.timeline, &error), error);
    for (uint32_t deal = 0; deal < DEALS; deal++) {
        int64_t next;
        int32_t last = -12;

        partner__walk_begin(&walk, deal);
        while ((next = partner__walk_next(&walk)) <= LAST) {
            for (; last < next; last++)
                for (uint32_t i = 0; i < MILESTONES; i++)
                    ck_assert_int_eq(partner__walk_holds(&walk, i), holds(&s, deal, i, last));
            partner__walk_to(&walk, (int32_t)next);
            assert_walk(&s, &walk, deal, (int32_t)next);
        }
    }
    partner__walk_free(&walk);
    unmake(&m);
    end_story(&s);
}
END_TEST

static void note_end(void *context, size_t line, const partner__walk *walk)
{
    int32_t *days = context;

    days[line] = walk->day;
}

START_TEST(visits_the_last_day)
{
    uint64_t random = 11;
    int32_t days[DEALS];
    partner_error error;
    story s;
    made m;

    tell_by_chance(&s, &random);
    must(make(&m, &s, note_end, days, &error), error);
    for (uint32_t i = 0; i < DEALS; i++)
        ck_assert_int_eq(days[i], s.closed[i] == PARTNER_NO_DAY ? LAST : s.closed[i]);
    unmake(&m);
    end_story(&s);
}
END_TEST

/* 2^32 days take 32 bits; with 2^17 deals and 2^17 claims beside them there are no more than 64 to be had. */
START_TEST(too_many_days)
{
    enum { ROWS = 1 << 17 };
    int32_t *opened = calloc(ROWS, sizeof *opened), *day = calloc(ROWS, sizeof *day);
    uint32_t *deal = calloc(ROWS, sizeof *deal);
    partner_deals deals = PARTNER_DEALS_INIT;
    partner_claims claims = PARTNER_CLAIMS_INIT;
    partner_pipeline *p = NULL;
    partner_error error;
    story s;

    begin_story(&s, PROCESS);
    day[0] = INT32_MIN + 1;
    day[1] = INT32_MAX;
    deals.rows = claims.rows = ROWS;
    deals.opened = opened;
    claims.deal = deal;
    claims.day = day;
    must_fail(partner_pipeline_new(s.process, &deals, NULL, &claims, &s.options, &p, &error), PARTNER_E_RANGE,
              error);
    ck_assert_str_eq(error.record, "claims");
    ck_assert_str_eq(error.field, "day");
    claims.rows = 1 << 14;
    must(partner_pipeline_new(s.process, &deals, NULL, &claims, &s.options, &p, &error), error);
    partner_pipeline_free(p);
    end_story(&s);
    free(opened);
    free(day);
    free(deal);
}
END_TEST

/* Keys close together, far apart, multiples of something. */
START_TEST(lookups)
{
    static const uint32_t steps[] = {1, 4, 65536, 4000003};
    enum { KEYS = 1000 };

    for (size_t k = 0; k < 4; k++) {
        const uint32_t step = steps[k];
        partner__arena arena = {NULL};
        partner__lookup lookup;

        must(partner__lookup_new(&lookup, KEYS, (KEYS - 1) * step, &arena, NULL), (partner_error){0});
        for (uint32_t i = 0; i < KEYS; i++) {
            uint32_t *at = partner__lookup_at(&lookup, i * step);
            ck_assert_uint_eq(*at, PARTNER_NONE);
            *at = i;
        }
        for (uint32_t i = 0; i < KEYS; i++) {
            ck_assert_uint_eq(partner__lookup_get(&lookup, i * step), i);
            ck_assert_uint_eq(*partner__lookup_at(&lookup, i * step), i);
            if (step > 1) ck_assert_uint_eq(partner__lookup_get(&lookup, i * step + 1), PARTNER_NONE);
        }
        ck_assert_uint_eq(partner__lookup_get(&lookup, PARTNER_NONE), PARTNER_NONE);
        ck_assert_uint_eq(partner__lookup_get(&lookup, KEYS * step), PARTNER_NONE);
        partner__arena_free(&arena);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("timeline");
    TCase *tcase = add_case(suite, "timeline");

    tcase_add_loop_test(tcase, day_by_day, 0, 20);
    tcase_add_test(tcase, from_event_to_event);
    tcase_add_test(tcase, visits_the_last_day);
    tcase_add_test(tcase, too_many_days);
    tcase_add_test(tcase, lookups);
    return run_suite(suite);
}
