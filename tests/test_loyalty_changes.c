/* SPDX-License-Identifier: MIT
 * Two programs side by side, and what late events change: figures worked by hand, and the properties of
 * differences between random histories. */
#include "loyalty_story.h"

/* --- two programs --- */

static partner_loyalty *run_of(const partner_program *program, const partner_events *events, size_t partners)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *l = NULL;

    o.partners = partners;
    must(partner_loyalty_new(program, events, &o, &l, &error), error);
    return l;
}

/* One point per 10.00, or 3 per 20.00 and silver from 10 on. a: 100.00 = 10 points, of which 4 are spent; 15
 * under the other. b: 30.00 = 3, or 4 (4.5 rounded down). At 0.05 a point: a costs 0.50, b 0.15; at 0.03 under
 * the other 0.45 and 0.12. */
START_TEST(compare)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 10}}],"
                         " 'redeem': {'on': 'redemption'}, 'point_value': 0.05}");
    static const char *const other_text =
        "{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 3, 'per': 20}}],"
        " 'tiers': [{'id': 'one'}, {'id': 'silver', 'points': 10}],"
        " 'redeem': {'on': 'redemption'}, 'point_value': 0.03}";
    partner_program *other_program = NULL;
    partner_loyalty *here, *there;
    partner_loyalty_comparison *c = NULL;
    partner_events e;

    other_program = must_parse(other_text, &w->names);
    sells(w, "a", "2025-01-01", 10000);
    happens(w, "a", "2025-01-02", "redemption", 0, 4, NONE, NULL, NOTHING);
    sells(w, "b", "2025-01-03", 3000);
    e = events_of(w, w->rows);
    here = run_of(w->program, &e, 3);
    there = run_of(other_program, &e, 2);
    must(partner_loyalty_compare(here, there, &c, &error), error);
    ck_assert_uint_eq(c->partners, 3);
    for (uint32_t i = 0; i < 3; i++) ck_assert_uint_eq(c->partner[i], i);
    ck_assert_int_eq(c->earned[0], 10);
    ck_assert_int_eq(c->other_earned[0], 15);
    ck_assert_int_eq(c->earned_change[0], 5);
    ck_assert_int_eq(c->balance[0], 6);
    ck_assert_int_eq(c->other_balance[0], 11);
    ck_assert_int_eq(c->cost[0], 50);
    ck_assert_int_eq(c->other_cost[0], 45);
    ck_assert_int_eq(c->earned[1], 3);
    ck_assert_int_eq(c->other_earned[1], 4);
    ck_assert_int_eq(c->cost[1], 15);
    ck_assert_int_eq(c->other_cost[1], 12);
    /* The third is known to one result only. */
    ck_assert_int_eq(c->other_earned[2], 0);
    ck_assert_int_eq(c->other_cost[2], 0);
    tier_is(w, c->tier[0], NULL);
    tier_is(w, c->other_tier[0], "silver");
    tier_is(w, c->other_tier[1], "one");
    ck_assert_int_eq(c->earned_total, 13);
    ck_assert_int_eq(c->other_earned_total, 19);
    ck_assert_int_eq(c->outstanding, 9);
    ck_assert_int_eq(c->other_outstanding, 15);
    ck_assert_int_eq(c->liability, 45);
    ck_assert_int_eq(c->other_liability, 45);
    ck_assert_int_eq(c->liability_change, 0);
    ck_assert_uint_eq(c->higher, 1);
    ck_assert_uint_eq(c->lower, 0);
    ck_assert_uint_eq(c->minor_units, 2);
    partner_loyalty_comparison_free(c);
    /* The other way round. */
    must(partner_loyalty_compare(there, here, &c, &error), error);
    ck_assert_int_eq(c->earned_change[0], -5);
    ck_assert_uint_eq(c->higher, 0);
    ck_assert_uint_eq(c->lower, 1);
    partner_loyalty_comparison_free(c);
    partner_loyalty_comparison_free(NULL);
    partner_loyalty_free(here);
    partner_loyalty_free(there);
    partner_program_free(other_program);
    free_story(w);
}
END_TEST

/* Without a point's value nothing has a cost; a debt takes nothing off what was spent: 10 points spent of 10
 * whose sale is then returned cost 10 points. */
START_TEST(compare_costs)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 10}}],"
                         " 'redeem': {'on': 'redemption'}, 'point_value': 2}");
    story *without = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 10}}]}");
    story *yen = new_story("{'rules': [], 'minor_units': 0}");
    partner_loyalty *here, *there, *in_yen;
    partner_loyalty_comparison *c = NULL;
    uint64_t sale = sells(w, "a", "2025-01-01", 10000);

    happens(w, "a", "2025-01-02", "redemption", 0, 10, NONE, NULL, NOTHING);
    happens(w, "a", "2025-01-03", "sale", 0, NONE, NONE, NULL, sale);
    sells(without, "a", "2025-01-01", 10000);
    here = run_story(w, NULL);
    there = run_story(without, NULL);
    in_yen = run_story(yen, NULL);
    must(partner_loyalty_compare(here, there, &c, &error), error);
    ck_assert_int_eq(c->balance[0], -10);
    ck_assert_int_eq(c->cost[0], 2000);
    ck_assert_int_eq(c->other_cost[0], PARTNER_NO_AMOUNT);
    ck_assert_int_eq(c->other_liability, PARTNER_NO_AMOUNT);
    ck_assert_int_eq(c->liability_change, PARTNER_NO_AMOUNT);
    ck_assert_int_eq(c->liability, 0);
    partner_loyalty_comparison_free(c);
    c = NULL;
    must_fail(partner_loyalty_compare(here, in_yen, &c, &error), PARTNER_E_STATE, error);
    must_fail(partner_loyalty_compare(NULL, here, &c, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_compare(here, NULL, &c, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_compare(here, here, NULL, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_null(c);
    partner_loyalty_free(here);
    partner_loyalty_free(there);
    partner_loyalty_free(in_yen);
    free_story(w);
    free_story(without);
    free_story(yen);
}
END_TEST

/* 9 · 10^18 points, all spent: nothing is owed, but at 0.02 each they cost 1.8 · 10^19 minor units. */
START_TEST(compare_beyond_64_bits)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 0.01}}],"
                         " 'redeem': {'on': 'redemption'}, 'point_value': 0.02}");
    partner_loyalty_comparison *c = NULL;
    partner_loyalty *l;

    sells(w, "a", "2025-01-01", INT64_C(9000000000000000000));
    happens(w, "a", "2025-01-02", "redemption", 0, INT64_C(9000000000000000000), NONE, NULL, NOTHING);
    l = run_story(w, NULL);
    ck_assert_int_eq(l->spent[0], INT64_C(9000000000000000000));
    must_fail(partner_loyalty_compare(l, l, &c, &error), PARTNER_E_RANGE, error);
    ck_assert_ptr_null(c);
    partner_loyalty_free(l);
    free_story(w);
}
END_TEST

/* --- differences --- */

typedef struct line {
    uint32_t partner;
    int32_t day;
    uint8_t kind;
    uint64_t event;
    uint32_t rule;
    int64_t points, capped;
    uint32_t tier;
} line;

/* What the entry is compared by; in entries that are not about tiers the tier runs along. */
static line line_at(const partner_ledger *l, size_t i)
{
    line r;

    memset(&r, 0, sizeof r);
    r.partner = l->partner[i];
    r.day = l->day[i];
    r.kind = l->kind[i];
    r.event = l->event[i];
    r.rule = l->rule[i];
    r.points = l->points[i];
    r.capped = l->capped[i];
    r.tier = l->kind[i] >= PARTNER_ENTRY_PROMOTION ? l->tier[i] : 0;
    return r;
}

static line change_at(const partner_loyalty_changes *c, size_t i)
{
    line r;

    memset(&r, 0, sizeof r);
    r.partner = c->partner[i];
    r.day = c->day[i];
    r.kind = c->kind[i];
    r.event = c->event[i];
    r.rule = c->rule[i];
    r.points = c->points[i];
    r.capped = c->capped[i];
    r.tier = c->kind[i] >= PARTNER_ENTRY_PROMOTION ? c->tier[i] : 0;
    return r;
}

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, sizeof(line)); }

/* before + new = after + gone, as multisets; no entry both goes and comes; in the order that was promised. */
static void check_entries(const partner_ledger *before, const partner_ledger *after,
                          const partner_loyalty_changes *c)
{
    size_t room = before->entries + after->entries + c->entries + 1, left = 0, right = 0;
    line *a = malloc(room * sizeof *a), *b = malloc(room * sizeof *b);

    ck_assert(a != NULL && b != NULL);
    for (size_t i = 0; i < before->entries; i++) a[left++] = line_at(before, i);
    for (size_t i = 0; i < after->entries; i++) b[right++] = line_at(after, i);
    for (size_t i = 0; i < c->entries; i++) {
        if (c->change[i]) a[left++] = change_at(c, i);
        else b[right++] = change_at(c, i);
        ck_assert(
            i == 0 || c->partner[i - 1] < c->partner[i] ||
            (c->partner[i - 1] == c->partner[i] &&
             (c->day[i - 1] < c->day[i] || (c->day[i - 1] == c->day[i] && c->change[i - 1] <= c->change[i]))));
    }
    ck_assert_uint_eq(left, right);
    qsort(a, left, sizeof *a, by_bytes);
    qsort(b, right, sizeof *b, by_bytes);
    ck_assert_int_eq(memcmp(a, b, left * sizeof *a), 0);
    left = right = 0;
    for (size_t i = 0; i < c->entries; i++) {
        if (c->change[i]) a[left++] = change_at(c, i);
        else b[right++] = change_at(c, i);
    }
    qsort(a, left, sizeof *a, by_bytes);
    for (size_t i = 0; i < right; i++) ck_assert_ptr_null(bsearch(&b[i], a, left, sizeof *a, by_bytes));
    free(a);
    free(b);
}

/* before + change = after for every partner, listed or not; the sums too. */
static void check_statements(const partner_loyalty *before, const partner_loyalty *after,
                             const partner_loyalty_difference *d)
{
    int64_t points = 0;
    size_t at = 0;

    ck_assert_uint_eq(before->partners, after->partners);
    for (size_t i = 0; i < before->partners; i++) {
        int listed = at < d->partners && d->partner[at] == before->partner[i];

        ck_assert_int_eq(before->balance[i] + (listed ? d->balance[at] : 0), after->balance[i]);
        ck_assert_int_eq(before->pending[i] + (listed ? d->pending[at] : 0), after->pending[i]);
        ck_assert_int_eq(before->earned[i] + (listed ? d->earned[at] : 0), after->earned[i]);
        ck_assert_int_eq(before->spent[i] + (listed ? d->spent[at] : 0), after->spent[i]);
        ck_assert_int_eq(before->lapsed[i] + (listed ? d->lapsed[at] : 0), after->lapsed[i]);
        points += after->balance[i] + after->pending[i] - before->balance[i] - before->pending[i];
        if (listed) {
            ck_assert_uint_eq(d->tier_before[at], before->tier[i]);
            ck_assert_uint_eq(d->tier_after[at], after->tier[i]);
            ck_assert_int_eq(d->valid_before[at], before->valid_to[i]);
            ck_assert_int_eq(d->valid_after[at], after->valid_to[i]);
            at++;
        } else {
            ck_assert_uint_eq(before->tier[i], after->tier[i]);
            ck_assert_int_eq(before->valid_to[i], after->valid_to[i]);
        }
    }
    ck_assert_uint_eq(at, d->partners);
    ck_assert_int_eq(d->points, points);
    ck_assert_int_eq(before->liability + d->liability, after->liability);
}

static partner_loyalty_difference *difference_of(const partner_loyalty *before, const partner_loyalty *after)
{
    partner_loyalty_difference *d = NULL;

    must(partner_loyalty_difference_new(before, after, &d, &error), error);
    check_entries(before->ledger, after->ledger, d->changes);
    check_statements(before, after, d);
    return d;
}

static void change_is(const story *w, const partner_loyalty_changes *c, size_t i, unsigned is_new,
                      const char *day, uint8_t kind, uint64_t event, const char *rule, int64_t points)
{
    ck_assert_uint_eq(c->change[i], is_new);
    ck_assert_int_eq(c->day[i], day_of(day));
    ck_assert_uint_eq(c->kind[i], kind);
    ck_assert_uint_eq(c->event[i], event);
    ck_assert_uint_eq(c->rule[i], rule == NULL ? PARTNER_NONE : named(w->names.rule, rule));
    ck_assert_int_eq(c->points[i], points);
}

/* bolt's sale of 4010.00 on 2025-06-10 comes in late: 401 points make its 599 the 1000 that silver takes. They
 * are usable from 2025-07-10, so that the redemption of July is as it was. Worth 401 · 0.80 = 320.80. */
START_TEST(late_sale)
{
    story *w = channel_rewards();
    partner_loyalty *before, *after;
    partner_loyalty_difference *d;

    sells(w, "bolt", "2025-06-10", 401000);
    before = run_rows(w, 15, "2025-07-31");
    after = run_rows(w, 16, "2025-07-31");
    d = difference_of(before, after);
    ck_assert_uint_eq(d->partners, 1);
    ck_assert_uint_eq(d->partner[0], named(w->names.partner, "bolt"));
    ck_assert_int_eq(d->points, 401);
    ck_assert_int_eq(d->liability, 32080);
    ck_assert_uint_eq(d->minor_units, 2);
    ck_assert_int_eq(d->balance[0], 401);
    ck_assert_int_eq(d->earned[0], 401);
    ck_assert_int_eq(d->spent[0], 0);
    tier_is(w, d->tier_before[0], "authorized");
    tier_is(w, d->tier_after[0], "silver");
    ck_assert_int_eq(d->valid_before[0], PARTNER_NO_DAY);
    ck_assert_int_eq(d->valid_after[0], day_of("2026-12-31"));
    ck_assert_uint_eq(d->changes->entries, 3);
    change_is(w, d->changes, 0, 1, "2025-06-10", PARTNER_ENTRY_ACCRUAL, 15, "base", 401);
    change_is(w, d->changes, 1, 1, "2025-06-10", PARTNER_ENTRY_PROMOTION, NOTHING, NULL, 0);
    change_is(w, d->changes, 2, 1, "2025-07-10", PARTNER_ENTRY_RELEASE, 15, "base", 401);
    partner_loyalty_difference_free(d);
    partner_loyalty_free(before);
    partner_loyalty_free(after);
    free_story(w);
}
END_TEST

/* A return entered late. One point per 10.00, twice from 100 points on. Sale of 1000.00 (100 points, promoted),
 * then of 100.00 (20 points at × 2). That the first was returned in between takes its 100 points and the tier,
 * and leaves 10 of the 20. */
START_TEST(late_return)
{
    story *w = new_story("{'rules': [{'id': 'r', 'on': 'sale', 'earn': {'points': 1, 'per': 10}}],"
                         " 'tiers': [{'id': 'one'}, {'id': 'two', 'points': 100, 'multiplier': 2}],"
                         " 'point_value': 1}");
    partner_loyalty *before, *after;
    partner_loyalty_difference *d;
    uint64_t sale = sells(w, "a", "2025-01-01", 100000);

    sells(w, "a", "2025-01-20", 10000);
    happens(w, "a", "2025-01-10", "sale", 100000, NONE, NONE, NULL, sale);
    before = run_rows(w, 2, "2025-01-31");
    after = run_rows(w, 3, "2025-01-31");
    d = difference_of(before, after);
    ck_assert_uint_eq(d->partners, 1);
    ck_assert_int_eq(d->points, -110);
    ck_assert_int_eq(d->liability, -11000);
    tier_is(w, d->tier_before[0], "two");
    tier_is(w, d->tier_after[0], "one");
    ck_assert_uint_eq(d->changes->entries, 4);
    change_is(w, d->changes, 0, 1, "2025-01-10", PARTNER_ENTRY_REVERSAL, 2, "r", -100);
    change_is(w, d->changes, 1, 1, "2025-01-10", PARTNER_ENTRY_DEMOTION, NOTHING, NULL, 0);
    change_is(w, d->changes, 2, 0, "2025-01-20", PARTNER_ENTRY_ACCRUAL, 1, "r", 20);
    change_is(w, d->changes, 3, 1, "2025-01-20", PARTNER_ENTRY_ACCRUAL, 1, "r", 10);
    partner_loyalty_difference_free(d);
    partner_loyalty_free(before);
    partner_loyalty_free(after);
    free_story(w);
}
END_TEST

/* Entries that are equal are told apart by how many there are: two equal bonuses of one event instead of three.
 */
START_TEST(equal_entries)
{
    story *w = new_story("{'rules': [], 'challenges': [{'id': 'c', 'on': 'sale', 'from': '2025-01-01',"
                         " 'to': '2026-01-01', 'target': {'amount': 10}, 'bonus': 5, 'repeat': true}],"
                         " 'point_value': 1}");
    partner_loyalty *before, *after;
    partner_loyalty_difference *d;

    sells(w, "a", "2025-01-05", 3000);
    before = run_story(w, "2025-01-31");
    w->amount[0] = 2000;
    after = run_story(w, "2025-01-31");
    ck_assert_uint_eq(before->ledger->entries, 3);
    d = difference_of(before, after);
    ck_assert_uint_eq(d->changes->entries, 1);
    change_is(w, d->changes, 0, 0, "2025-01-05", PARTNER_ENTRY_BONUS, 0, "c", 5);
    partner_loyalty_difference_free(d);
    d = difference_of(before, before);
    ck_assert_uint_eq(d->changes->entries, 0);
    ck_assert_uint_eq(d->partners, 0);
    ck_assert_int_eq(d->points, 0);
    partner_loyalty_difference_free(d);
    partner_loyalty_difference_free(NULL);
    partner_loyalty_free(before);
    partner_loyalty_free(after);
    free_story(w);
}
END_TEST

static const char *random_name(uint64_t *state, const char *const *names, size_t count)
{
    return names[draw(state) % count];
}

/* Any event of the worked example's program; returns of earlier sales by the same partner among them. */
static void random_event(story *w, uint64_t *state, const char *partner)
{
    static const char *const kinds[] = {"sale",          "sale",       "sale",       "payment",
                                        "certification", "redemption", "adjustment", "demo_purchase"};
    static const char *const products[] = {"standard", "premium", NULL};
    char day[40];
    const char *kind = random_name(state, kinds, 8);
    uint64_t reverses = NOTHING;
    int64_t amount = strcmp(kind, "sale") == 0 ? (int64_t)(draw(state) % 1500000) - 50000 : 0;

    snprintf(day, sizeof day, "%d-%02d-%02d", 2024 + (int)(draw(state) % 3), 1 + (int)(draw(state) % 12),
             1 + (int)(draw(state) % 28));
    for (size_t i = 0; i < w->rows && draw(state) % 2 == 0; i++) {
        int may = w->partner[i] == named(w->names.partner, partner) && w->reverses[i] == NOTHING &&
                  w->kind[i] == named(w->names.kind, "sale") && day_of(day) > w->day[i] &&
                  day_of(day) - w->day[i] <= 730;

        if (may && draw(state) % 4 == 0) reverses = i;
    }
    if (reverses != NOTHING) kind = "sale";
    happens(w, partner, day, kind, amount, (int64_t)(draw(state) % 12) * 50,
            draw(state) % 2 ? NONE : amount / 3, random_name(state, products, 3), reverses);
}

/* Whatever the entry, there is a sentence that fits. */
static void check_sentences(const partner_loyalty *l)
{
    char text[512];

    for (size_t i = 0; i < l->ledger->entries; i++) {
        size_t length = partner_loyalty_explain(l, i, text, sizeof text);

        ck_assert_uint_gt(length, 0);
        ck_assert_uint_eq(length, strlen(text));
    }
}

/* Random histories with some events entered late: the difference leads from one to the other. */
START_TEST(differences_of_random_histories)
{
    static const char *const partners[] = {"a", "b", "c", "d", "e"};
    size_t rounds = in_time(300, 20), changed = 0;

    for (uint64_t seed = 1; seed <= rounds; seed++) {
        uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15);
        story *w = new_story(CHANNEL_REWARDS);
        size_t rows = 1 + draw(&state) % 120, late = draw(&state) % 4;
        partner_loyalty *before, *after;
        partner_loyalty_difference *d;

        for (int i = 0; i < 5; i++) name_in(w->names.partner, partners[i]);
        name_in(w->names.kind, "sale");
        for (size_t i = 0; i < rows + late; i++) random_event(w, &state, random_name(&state, partners, 5));
        before = run_rows(w, rows, "2027-06-30");
        after = run_rows(w, rows + late, "2027-06-30");
        d = difference_of(before, after);
        changed += d->changes->entries;
        check_sentences(after);
        partner_loyalty_difference_free(d);
        d = difference_of(after, before);
        partner_loyalty_difference_free(d);
        partner_loyalty_free(before);
        partner_loyalty_free(after);
        free_story(w);
    }
    ck_assert_uint_gt(changed, rounds);
}
END_TEST

START_TEST(difference_refuses)
{
    story *w = channel_rewards(), *other = new_story("{'rules': []}");
    partner_loyalty *l = run_story(w, "2025-12-31"), *later = run_story(w, "2026-12-31"), *stranger,
                    *bare = NULL;
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_events e = events_of(w, w->rows);
    partner_loyalty_difference *d = NULL;

    stranger = run_story(other, "2025-12-31");
    o.as_of_day = day_of("2025-12-31");
    must(partner_loyalty_new(w->program, &e, &o, &bare, &error), error);
    must_fail(partner_loyalty_difference_new(NULL, l, &d, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_difference_new(l, NULL, &d, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_difference_new(l, l, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_difference_new(l, later, &d, &error), PARTNER_E_STATE, error);
    must_fail(partner_loyalty_difference_new(l, stranger, &d, &error), PARTNER_E_STATE, error);
    must_fail(partner_loyalty_difference_new(l, bare, &d, &error), PARTNER_E_STATE, error);
    ck_assert(strstr(error.message, "the result after has no ledger") != NULL);
    ck_assert_ptr_null(d);
    partner_loyalty_free(l);
    partner_loyalty_free(later);
    partner_loyalty_free(stranger);
    partner_loyalty_free(bare);
    free_story(w);
    free_story(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loyalty changes");
    TCase *programs = add_case(suite, "two programs"), *history = add_case(suite, "differences");

    tcase_add_test(programs, compare);
    tcase_add_test(programs, compare_costs);
    tcase_add_test(programs, compare_beyond_64_bits);
    tcase_add_test(history, late_sale);
    tcase_add_test(history, late_return);
    tcase_add_test(history, equal_entries);
    tcase_add_test(history, differences_of_random_histories);
    tcase_add_test(history, difference_refuses);
    return run_suite(suite);
}
