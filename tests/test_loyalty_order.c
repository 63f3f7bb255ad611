/* SPDX-License-Identifier: MIT
 * What must hold of every ledger, on random programs and histories (loyalty_world.h): the order of rows of
 * different partners, the number of threads, other partners, later events and whether a ledger is wanted change
 * nothing; sums of entries are what the statements say. Seeds are named by what fails. */
#include "loyalty_world.h"

static partner_error error;

enum { COPIES = 96, COPIED = COPIES * MOST_ROWS };

static partner_loyalty *run(const world *w, const partner_events *e, const partner_loyalty_options *options,
                            uint64_t seed)
{
    partner_loyalty *loyalty = NULL;
    partner_status status = partner_loyalty_new(&w->program, e, options, &loyalty, &error);

    ck_assert_msg(status == PARTNER_OK, "seed %llu: %s", (unsigned long long)seed, error.message);
    return loyalty;
}

static partner_loyalty_options options_of(const world *w)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;

    o.ledger = 1;
    o.roster = &w->roster;
    o.as_of_day = w->as_of;
    return o;
}

static entries entries_of(const partner_loyalty *loyalty)
{
    entries list = {0, 0, NULL};

    add_entries(&list, loyalty->ledger);
    return list;
}

static world *make(uint64_t seed)
{
    world *w = malloc(sizeof *w);

    ck_assert_ptr_nonnull(w);
    world_make(w, seed);
    return w;
}

/* --- sums --- */

static int moves_balance(const partner_ledger *l, size_t i, const world *w)
{
    uint8_t kind = l->kind[i];

    if (kind == PARTNER_ENTRY_RELEASE) return 0;
    if (kind == PARTNER_ENTRY_ADJUSTMENT) return w->program.adjust_counts_for != PARTNER_COUNTS_TIER;
    if (kind != PARTNER_ENTRY_ACCRUAL && kind != PARTNER_ENTRY_REVERSAL) return 1;
    return l->rule[i] >= w->program.rules || w->rule[l->rule[i]].counts_for != PARTNER_COUNTS_TIER;
}

/* Points of all entries but releases and tier-only grants are balance and pending, after each entry. */
START_TEST(entries_add_up)
{
    for (uint64_t seed = 1; seed <= in_time(300, 10); seed++) {
        world *w = make(seed);
        partner_loyalty_options o = options_of(w);
        partner_events e = world_events(w, 0, w->rows);
        partner_loyalty *loyalty = run(w, &e, &o, seed);
        const partner_ledger *l = loyalty->ledger;
        int64_t sum = 0, outstanding = 0, debts = 0;

        for (size_t i = 0; i < l->entries; i++) {
            if (i == 0 || l->partner[i] != l->partner[i - 1]) sum = 0;
            if (moves_balance(l, i, w)) sum += l->points[i];
            ck_assert_msg(l->balance[i] + l->pending[i] == sum, "seed %llu entry %zu", (unsigned long long)seed,
                          i);
            ck_assert_int_ge(l->pending[i], 0);
            ck_assert_int_ge(l->capped[i], 0);
        }
        for (size_t i = 0; i < loyalty->partners; i++) {
            outstanding += (loyalty->balance[i] > 0 ? loyalty->balance[i] : 0) + loyalty->pending[i];
            debts += loyalty->balance[i] < 0 ? -loyalty->balance[i] : 0;
        }
        ck_assert_int_eq(loyalty->outstanding, outstanding);
        ck_assert_int_eq(loyalty->debts, debts);
        ck_assert_msg(loyalty->issued - loyalty->reversed + loyalty->adjusted - loyalty->redeemed -
                              loyalty->expired ==
                          outstanding - debts,
                      "seed %llu", (unsigned long long)seed);
        partner_loyalty_free(loyalty);
        free(w);
    }
}
END_TEST

/* --- later events --- */

/* A run through an earlier day has the first entries of each partner. */
START_TEST(entries_never_change)
{
    for (uint64_t seed = 1; seed <= in_time(200, 10); seed++) {
        world *w = make(seed);
        partner_loyalty_options o = options_of(w);
        partner_events e = world_events(w, 0, w->rows);
        partner_loyalty *whole = run(w, &e, &o, seed), *early;
        entries all = entries_of(whole), first;
        size_t kept = 0;

        o.as_of_day = FIRST_DAY + (w->as_of - FIRST_DAY) / 2;
        early = run(w, &e, &o, seed);
        first = entries_of(early);
        for (size_t i = 0; i < all.count; i++) {
            if (all.at[i].day > o.as_of_day) continue;
            all.at[kept] = all.at[i];
            all.at[kept].place = kept;
            kept++;
        }
        all.count = kept;
        check_entries(&all, &first, seed, "through half of the time");
        partner_loyalty_free(whole);
        partner_loyalty_free(early);
        free(all.at);
        free(first.at);
        free(w);
    }
}
END_TEST

/* --- without a ledger --- */

START_TEST(statements_do_without_a_ledger)
{
    for (uint64_t seed = 1; seed <= in_time(300, 10); seed++) {
        world *w = make(seed);
        partner_loyalty_options o = options_of(w);
        partner_events e = world_events(w, 0, w->rows);
        partner_loyalty *with = run(w, &e, &o, seed), *without;

        o.ledger = 0;
        without = run(w, &e, &o, seed);
        ck_assert_ptr_null(without->ledger);
        ck_assert_uint_eq(without->partners, with->partners);
        for (size_t i = 0; i < with->partners; i++)
            ck_assert_msg(with->balance[i] == without->balance[i] && with->pending[i] == without->pending[i] &&
                              with->earned[i] == without->earned[i] && with->spent[i] == without->spent[i] &&
                              with->lapsed[i] == without->lapsed[i] &&
                              with->qualifying[i] == without->qualifying[i] &&
                              with->tier[i] == without->tier[i] && with->valid_to[i] == without->valid_to[i] &&
                              with->expiring_90[i] == without->expiring_90[i] &&
                              with->projected[i] == without->projected[i],
                          "seed %llu partner %zu", (unsigned long long)seed, i);
        ck_assert_int_eq(with->issued, without->issued);
        ck_assert_int_eq(with->expired, without->expired);
        ck_assert_int_eq(with->reversed, without->reversed);
        ck_assert_uint_eq(with->demotions, without->demotions);
        ck_assert_uint_eq(with->months->months, without->months->months);
        for (size_t i = 0; i < with->months->months; i++)
            ck_assert_int_eq(with->months->net[i], without->months->net[i]);
        partner_loyalty_free(with);
        partner_loyalty_free(without);
        free(w);
    }
}
END_TEST

/* --- many partners, any order, any number of threads --- */

/* The columns of a world's copies: copy c of partner p is partner c · partners + p. */
typedef struct copies {
    uint32_t partner[COPIED], kind[COPIED], product[COPIED], group[COPIES * MOST_PARTNERS],
        tier[COPIES * MOST_PARTNERS];
    int32_t day[COPIED], until[COPIES * MOST_PARTNERS];
    uint64_t event[COPIED], reverses[COPIED];
    int64_t amount[COPIED], quantity[COPIED], margin[COPIED];
    partner_roster roster;
    partner_events events;
} copies;

static uint64_t copied_id(uint64_t id, size_t copy) { return id == PARTNER_NO_ROW ? id : id * COPIES + copy; }

static void put(copies *c, const world *w, size_t to, size_t from, size_t copy)
{
    c->partner[to] = (uint32_t)(copy * w->partners) + w->partner[from];
    c->day[to] = w->day[from];
    c->kind[to] = w->kind[from];
    c->product[to] = w->product[from];
    c->event[to] = copied_id(from, copy);
    c->amount[to] = w->amount[from];
    c->quantity[to] = w->quantity[from];
    c->margin[to] = w->margin[from];
    c->reverses[to] = PARTNER_NO_ROW;
    for (size_t k = 0; k < w->rows && w->reverses[from] != PARTNER_NO_ROW; k++)
        if (w->event[k] == w->reverses[from]) c->reverses[to] = copied_id(k, copy);
}

/* Rows of the copies in random turns, those of each copy in their order. */
static copies *copy(const world *w, uint64_t *state)
{
    copies *c = calloc(1, sizeof *c);
    size_t next[COPIES] = {0}, rows = 0;

    ck_assert_ptr_nonnull(c);
    while (rows < COPIES * w->rows) {
        size_t i = below(state, COPIES);
        while (next[i] == w->rows) i = (i + 1) % COPIES;
        put(c, w, rows++, next[i]++, i);
    }
    for (size_t i = 0; i < COPIES * w->partners; i++) {
        c->group[i] = w->group[i % w->partners];
        c->tier[i] = w->roster_tier[i % w->partners];
        c->until[i] = w->tier_until[i % w->partners];
    }
    c->roster = (partner_roster)PARTNER_ROSTER_INIT;
    c->roster.rows = COPIES * w->partners;
    c->roster.group = c->group;
    c->roster.tier = c->tier;
    c->roster.tier_until = c->until;
    c->events = (partner_events)PARTNER_EVENTS_INIT;
    c->events.rows = rows;
    c->events.partner = c->partner;
    c->events.day = c->day;
    c->events.kind = c->kind;
    c->events.event = c->event;
    c->events.amount = c->amount;
    c->events.quantity = c->quantity;
    c->events.margin = c->margin;
    c->events.product = c->product;
    c->events.reverses = c->reverses;
    return c;
}

/* Each copy's entries are those of the world alone, with its own partners and ids. */
static void check_copies(const entries *all, const entries *one, const world *w, uint64_t seed)
{
    entries expected = {0, 0, NULL};

    ck_assert_msg(all->count == one->count * COPIES, "seed %llu", (unsigned long long)seed);
    expected.at = malloc((one->count + 1) * sizeof *expected.at);
    ck_assert_ptr_nonnull(expected.at);
    for (size_t c = 0; c < COPIES && one->count > 0; c++) {
        entries found = {one->count, 0, all->at + c * one->count};

        for (size_t i = 0; i < one->count; i++) {
            expected.at[i] = one->at[i];
            expected.at[i].partner += (uint32_t)(c * w->partners);
            expected.at[i].event = copied_id(one->at[i].event, c);
            expected.at[i].reverses = copied_id(one->at[i].reverses, c);
            found.at[i].place = i;
        }
        expected.count = one->count;
        check_entries(&expected, &found, seed, "a copy among others");
    }
    free(expected.at);
}

START_TEST(partners_do_not_matter_to_each_other)
{
    static const uint32_t threads[] = {1, 2, 5, PARTNER_THREADS_ALL};

    for (uint64_t seed = 1; seed <= in_time(12, 1); seed++) {
        world *w = make(seed);
        partner_loyalty_options o = options_of(w);
        partner_events e;
        uint64_t state = seed + 77;
        copies *c = copy(w, &state);
        partner_loyalty *alone;
        entries one;

        for (size_t i = 0; i < w->rows; i++)
            for (size_t k = 0; k < w->rows && w->own_ids && w->reverses[i] != PARTNER_NO_ROW; k++)
                if (w->event[k] == w->reverses[i]) {
                    w->reverses[i] = k;
                    break;
                }
        w->own_ids = 0; /* ids by row, which the copies are made from */
        e = world_events(w, 0, w->rows);
        alone = run(w, &e, &o, seed);
        one = entries_of(alone);
        o.roster = &c->roster;
        for (size_t t = 0; t < 4; t++) {
            partner_loyalty *together;
            entries all;

            o.threads = threads[t];
            together = run(w, &c->events, &o, seed);
            all = entries_of(together);
            check_copies(&all, &one, w, seed);
            ck_assert_int_eq(together->issued, alone->issued * COPIES);
            ck_assert_int_eq(together->outstanding, alone->outstanding * COPIES);
            partner_loyalty_free(together);
            free(all.at);
        }
        partner_loyalty_free(alone);
        free(one.at);
        free(c);
        free(w);
    }
}
END_TEST

/* One partner with all rows, and indexes far apart: both ways of sorting a block. */
START_TEST(partners_far_apart)
{
    enum { FAR = 70000 };
    world *w = make(5);
    partner_program_rule rule = {.struct_size = sizeof rule, .id = "a", .on = SALE, .points = 1, .per = 1};
    partner_program program = {
        .struct_size = sizeof program, .redeem_on = PARTNER_NONE, .adjust_on = PARTNER_NONE};
    uint32_t *partner = malloc(FAR * sizeof *partner), *kind = calloc(FAR, sizeof *kind);
    int32_t *day = malloc(FAR * sizeof *day);
    int64_t *amount = malloc(FAR * sizeof *amount);
    partner_events e = PARTNER_EVENTS_INIT;
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *loyalty;
    uint64_t state = 9;

    ck_assert(partner != NULL && kind != NULL && day != NULL && amount != NULL);
    program.rule = &rule;
    program.rules = 1;
    for (size_t i = 0; i < FAR; i++) {
        partner[i] = i % 1000 == 0 ? 3000000 : 17;
        day[i] = (int32_t)below(&state, 3000000) - 100000;
        amount[i] = (int64_t)i + 1;
    }
    e.rows = FAR;
    e.partner = partner;
    e.kind = kind;
    e.day = day;
    e.amount = amount;
    o.ledger = 1;
    must(partner_loyalty_new(&program, &e, &o, &loyalty, &error), error);
    ck_assert_uint_eq(loyalty->ledger->entries, FAR);
    for (size_t i = 1; i < FAR; i++) {
        const partner_ledger *l = loyalty->ledger;
        uint64_t row = l->event[i], before = l->event[i - 1];

        ck_assert(l->partner[i] > l->partner[i - 1] || l->day[i] > l->day[i - 1] ||
                  (l->day[i] == l->day[i - 1] && row > before));
        ck_assert_int_eq(l->points[i], amount[row]);
        ck_assert_int_eq(l->day[i], day[row]);
        ck_assert_uint_eq(l->partner[i], partner[row]);
    }
    partner_loyalty_free(loyalty);
    free(partner);
    free(kind);
    free(day);
    free(amount);
    free(w);
}
END_TEST

/* --- many blocks --- */

enum { CROWD = 200000, CROWD_PARTNERS = 1000 };

/* Sales of a thousand partners in turns; one rule grants a point per unit of amount. */
typedef struct crowd {
    partner_program_rule rule;
    partner_program program;
    uint32_t partner[CROWD], kind[CROWD];
    int32_t day[CROWD];
    int64_t amount[CROWD], quantity[CROWD], margin[CROWD];
    uint64_t reverses[CROWD];
    partner_events events;
} crowd;

static crowd *gather(void)
{
    crowd *c = calloc(1, sizeof *c);
    uint64_t state = 4;

    ck_assert_ptr_nonnull(c);
    c->rule =
        (partner_program_rule){.struct_size = sizeof c->rule, .id = "a", .on = SALE, .points = 1, .per = 1};
    c->program = (partner_program)PARTNER_PROGRAM_INIT;
    c->program.redeem_on = c->program.adjust_on = PARTNER_NONE;
    c->program.rule = &c->rule;
    c->program.rules = 1;
    for (size_t i = 0; i < CROWD; i++) {
        c->partner[i] = (uint32_t)(i % CROWD_PARTNERS);
        c->kind[i] = SALE;
        c->day[i] = FIRST_DAY + (int32_t)below(&state, 700);
        c->amount[i] = (int64_t)below(&state, 100000);
        c->quantity[i] = 1;
        c->margin[i] = PARTNER_NO_AMOUNT;
        c->reverses[i] = PARTNER_NO_ROW;
    }
    c->events = (partner_events)PARTNER_EVENTS_INIT;
    c->events.rows = CROWD;
    c->events.partner = c->partner;
    c->events.kind = c->kind;
    c->events.day = c->day;
    c->events.amount = c->amount;
    c->events.quantity = c->quantity;
    c->events.margin = c->margin;
    c->events.reverses = c->reverses;
    return c;
}

/* Each entry is an accrual of its event, in order of partner, day and row, whatever the number of threads, also
 * where the first partners let expect no entries at all. */
START_TEST(entries_of_many_blocks)
{
    crowd *c = gather();
    size_t granting = 0;

    for (size_t i = 0; i < CROWD; i++) {
        if (c->partner[i] < CROWD_PARTNERS / 2) c->amount[i] = 0;
        granting += c->amount[i] > 0;
    }
    for (uint32_t threads = 1; threads <= 3; threads++) {
        partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
        partner_loyalty *loyalty = NULL;
        const partner_ledger *l;

        o.threads = threads;
        o.ledger = 1;
        must(partner_loyalty_new(&c->program, &c->events, &o, &loyalty, &error), error);
        l = loyalty->ledger;
        ck_assert_uint_eq(l->entries, granting);
        for (size_t i = 0; i < l->entries; i++) {
            uint64_t row = l->event[i];

            ck_assert_int_eq(l->points[i], c->amount[row]);
            ck_assert_int_eq(l->day[i], c->day[row]);
            ck_assert_uint_eq(l->partner[i], c->partner[row]);
            ck_assert(i == 0 || l->partner[i] > l->partner[i - 1] ||
                      (l->partner[i] == l->partner[i - 1] &&
                       (l->day[i] > l->day[i - 1] || (l->day[i] == l->day[i - 1] && row > l->event[i - 1]))));
        }
        partner_loyalty_free(loyalty);
    }
    free(c);
}
END_TEST

/* The error is that of the lowest partner, whatever the number of threads, and nobody waits for the segment
 * that failed. */
START_TEST(errors_of_many_blocks)
{
    const uint64_t wrong[] = {150300, 900, 700};
    crowd *c = gather();

    for (size_t i = 0; i < 3; i++) c->reverses[wrong[i]] = wrong[i];
    for (uint32_t threads = 1; threads <= 3; threads++)
        for (uint8_t ledger = 0; ledger < 2; ledger++) {
            partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
            partner_loyalty *loyalty = NULL;

            o.threads = threads;
            o.ledger = ledger;
            ck_assert_int_eq(partner_loyalty_new(&c->program, &c->events, &o, &loyalty, &error),
                             PARTNER_E_DATA);
            ck_assert_uint_eq(error.row, 150300);
            ck_assert_ptr_null(loyalty);
        }
    free(c);
}
END_TEST

/* Amounts around the ends of 32 bits, and missing ones, alone among small ones and side by side. */
START_TEST(amounts_of_any_width)
{
    static const int64_t values[] = {INT32_MAX - 1LL,  INT32_MAX,        INT32_MAX + 1LL,   UINT32_MAX,
                                     UINT32_MAX + 1LL, (int64_t)1 << 40, INT32_MIN,         -INT32_MAX,
                                     INT32_MIN - 1LL,  -(1LL << 32) + 5, PARTNER_NO_AMOUNT, 1};
    enum { VALUES = sizeof values / sizeof values[0] };
    crowd *c = gather();
    partner_program_rule rule[3] = {c->rule, c->rule, c->rule};
    int64_t earned[CROWD_PARTNERS] = {0};

    rule[1].name = 1; /* a point for each that has any margin */
    rule[1].id = "b";
    rule[1].per = 0;
    rule[1].when = PARTNER_WHEN_MARGIN_MIN;
    rule[1].margin_min = INT64_MIN + 1;
    rule[2].name = 2; /* a point for each of the quantity */
    rule[2].id = "c";
    rule[2].per = 0;
    rule[2].each = 1;
    c->program.rule = rule;
    c->program.rules = 3;
    for (size_t i = 0; i < CROWD; i++) {
        size_t turn = i % 1009;

        if (turn < VALUES) c->amount[i] = values[turn];
        else if (turn < 2 * VALUES) c->quantity[i] = values[turn - VALUES];
        else if (turn < 3 * VALUES) c->margin[i] = values[turn - 2 * VALUES];
        else if (turn == 500) c->amount[i] = c->quantity[i] = c->margin[i] = values[i / 1009 % VALUES];
        if (c->amount[i] < 0 && c->amount[i] != PARTNER_NO_AMOUNT) continue; /* passes no rule */
        if (c->amount[i] > 0) earned[c->partner[i]] += c->amount[i];
        earned[c->partner[i]] += c->margin[i] != PARTNER_NO_AMOUNT;
        if (c->quantity[i] > 0) earned[c->partner[i]] += c->quantity[i];
        earned[c->partner[i]] += c->quantity[i] == PARTNER_NO_AMOUNT;
    }
    for (uint32_t threads = 1; threads <= 2; threads++) {
        partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
        partner_loyalty *loyalty = NULL;

        o.threads = threads;
        must(partner_loyalty_new(&c->program, &c->events, &o, &loyalty, &error), error);
        for (size_t i = 0; i < CROWD_PARTNERS; i++) ck_assert_int_eq(loyalty->earned[i], earned[i]);
        partner_loyalty_free(loyalty);
    }
    free(c);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loyalty order");
    TCase *sums = add_case(suite, "sums"), *order = add_case(suite, "order");

    tcase_add_test(sums, entries_add_up);
    tcase_add_test(sums, entries_never_change);
    tcase_add_test(sums, statements_do_without_a_ledger);
    tcase_add_test(order, partners_do_not_matter_to_each_other);
    tcase_add_test(order, partners_far_apart);
    tcase_add_test(order, entries_of_many_blocks);
    tcase_add_test(order, errors_of_many_blocks);
    tcase_add_test(order, amounts_of_any_width);
    return run_suite(suite);
}
