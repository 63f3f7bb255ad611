/* SPDX-License-Identifier: MIT
 * The state of a loyalty program: however a history is split into appends, days and saved bytes, it comes to
 * what one run comes to, and nothing half-done is ever seen. LOYALTY_SEED and LOYALTY_SEEDS choose the worlds.
 */
#include "loyalty/state.h"
#include "loyalty_world.h"

static partner_error error;

static partner_loyalty_options all_of_it(const world *w)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;

    o.ledger = 1;
    o.roster = &w->roster;
    return o;
}

static partner_loyalty_state *new_state(const world *w)
{
    partner_loyalty_options o = all_of_it(w);
    partner_loyalty_state *state = NULL;

    must(partner_loyalty_state_new(&w->program, &o, &state, &error), error);
    return state;
}

static partner_bytes *save(const partner_loyalty_state *state)
{
    partner_bytes *bytes = NULL;

    must(partner_loyalty_state_save(state, NULL, &bytes, &error), error);
    return bytes;
}

static partner_loyalty_state *load(const world *w, const partner_bytes *bytes)
{
    partner_loyalty_state *state = NULL;

    must(partner_loyalty_state_load(bytes->bytes, bytes->length, &w->program, NULL, &state, &error), error);
    return state;
}

static int same_bytes(const partner_bytes *a, const partner_bytes *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* The state saved and loaded again. */
static void reload(const world *w, partner_loyalty_state **state)
{
    partner_bytes *bytes = save(*state);
    partner_loyalty_state *again = load(w, bytes);
    partner_bytes *second = save(again);

    ck_assert(same_bytes(bytes, second));
    ck_assert_uint_eq(partner_loyalty_state_version(*state), partner_loyalty_state_version(again));
    partner_loyalty_state_free(*state);
    *state = again;
    partner_bytes_free(bytes);
    partner_bytes_free(second);
}

/* Results that must be the same */

#define same(member) \
    ck_assert_msg(a->member == b->member, "seed %llu: %s differs", (unsigned long long)seed, #member)
#define same_column(member, count)                                                                         \
    do {                                                                                                   \
        for (size_t same_i = 0; same_i < (count); same_i++)                                                \
            ck_assert_msg(a->member[same_i] == b->member[same_i], "seed %llu: %s[%zu] differs: %lld %lld", \
                          (unsigned long long)seed, #member, same_i, (long long)a->member[same_i],         \
                          (long long)b->member[same_i]);                                                   \
    } while (0)

static void check_months(const partner_loyalty_months *a, const partner_loyalty_months *b, uint64_t seed)
{
    same(months);
    same_column(month, a->months);
    same_column(issued, a->months);
    same_column(redeemed, a->months);
    same_column(expired, a->months);
    same_column(reversed, a->months);
    same_column(adjusted, a->months);
    same_column(net, a->months);
    same_column(promotions, a->months);
    same_column(demotions, a->months);
}

static void check_tiers(const partner_loyalty_tiers *a, const partner_loyalty_tiers *b, uint64_t seed)
{
    same(tiers);
    same_column(tier, a->tiers);
    same_column(partners, a->tiers);
    same_column(promotions, a->tiers);
    same_column(demotions, a->tiers);
    same_column(outstanding, a->tiers);
}

static void check_missing(const partner_loyalty_missing *a, const partner_loyalty_missing *b, uint64_t seed)
{
    same(requirements);
    same_column(partner, a->requirements);
    same_column(tier, a->requirements);
    same_column(kind, a->requirements);
    same_column(measure, a->requirements);
    same_column(needed, a->requirements);
    same_column(reached, a->requirements);
}

static void check_notices(const partner_loyalty_notices *a, const partner_loyalty_notices *b, uint64_t seed)
{
    same(notices);
    same_column(partner, a->notices);
    same_column(notice, a->notices);
    same_column(tier, a->notices);
    same_column(rule, a->notices);
    same_column(points, a->notices);
    same_column(day, a->notices);
    for (size_t i = 0; i < a->notices; i++) ck_assert(same_bits(a->missing[i], b->missing[i]));
}

static void check_result(const partner_loyalty *a, const partner_loyalty *b, uint64_t seed)
{
    same(partners);
    same(as_of_day);
    same(events);
    same(unmentioned);
    same(credit_notes);
    same(duplicates);
    same(issued);
    same(redeemed);
    same(expired);
    same(reversed);
    same(adjusted);
    same(outstanding);
    same(debts);
    same(liability);
    same(promotions);
    same(demotions);
    same(minor_units);
    ck_assert(same_bits(a->breakage, b->breakage));
    same_column(partner, a->partners);
    same_column(balance, a->partners);
    same_column(pending, a->partners);
    same_column(earned, a->partners);
    same_column(spent, a->partners);
    same_column(lapsed, a->partners);
    same_column(qualifying, a->partners);
    same_column(tier, a->partners);
    same_column(valid_to, a->partners);
    same_column(next_tier, a->partners);
    same_column(points_missing, a->partners);
    same_column(requirements_missing, a->partners);
    same_column(expiring_30, a->partners);
    same_column(expiring_60, a->partners);
    same_column(expiring_90, a->partners);
    same_column(projected_tier, a->partners);
    same_column(projected, a->partners);
    same_column(to_keep, a->partners);
    check_months(a->months, b->months, seed);
    check_tiers(a->tiers, b->tiers, seed);
    check_missing(a->missing, b->missing, seed);
    check_notices(a->notices, b->notices, seed);
}

/* Histories, split */

/* How a history is split. */
typedef struct split {
    int by_day;    /* an append per day, else one for all */
    int by_row;    /* an append per row */
    int advancing; /* one day in so many is settled for all partners; 0 = never */
    int reloading; /* one append in so many is followed by save and load; 0 = never */
    uint32_t threads;
} split;

static void append(partner_loyalty_state *state, const world *w, size_t from, size_t end, const split *how,
                   entries *list)
{
    partner_loyalty_options o = all_of_it(w);
    partner_events e = world_events(w, from, end);
    uint64_t version = partner_loyalty_state_version(state);
    partner_loyalty *made = NULL;

    o.threads = how->threads;
    must(partner_loyalty_state_append(state, &e, version, &o, &made, &error), error);
    ck_assert_uint_eq(partner_loyalty_state_version(state), version + e.rows);
    add_entries(list, made->ledger);
    partner_loyalty_free(made);
}

static void advance(partner_loyalty_state *state, int32_t day, const split *how, entries *list)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *made = NULL;

    o.threads = how->threads;
    o.ledger = 1;
    must(partner_loyalty_state_advance(state, day, &o, &made, &error), error);
    add_entries(list, made->ledger);
    partner_loyalty_free(made);
}

/* The end of the rows that are appended together. */
static size_t stretch(const world *w, size_t from, const split *how)
{
    size_t end = from + 1;

    if (how->by_row) return end;
    while (end < w->rows && (!how->by_day || w->day[end] == w->day[from])) end++;
    return end;
}

static partner_loyalty_state *play(const world *w, const split *how, entries *list)
{
    partner_loyalty_state *state = new_state(w);
    int calls = 0;

    for (size_t from = 0, end; from < w->rows; from = end) {
        end = stretch(w, from, how);
        if (how->advancing > 0 && calls % how->advancing == 0) advance(state, w->day[from], how, list);
        append(state, w, from, end, how, list);
        if (how->reloading > 0 && calls++ % how->reloading == 0) reload(w, &state);
    }
    advance(state, w->as_of, how, list);
    sort_entries(list);
    return state;
}

/* One run over the whole history. */
static partner_loyalty *one_run(const world *w, entries *list)
{
    partner_loyalty_options o = all_of_it(w);
    partner_events e = world_events(w, 0, w->rows);
    partner_loyalty *made = NULL;

    o.as_of_day = w->as_of;
    o.partners = w->partners;
    o.notices = 1;
    must(partner_loyalty_new(&w->program, &e, &o, &made, &error), error);
    add_entries(list, made->ledger);
    return made;
}

static partner_loyalty *read_out(const partner_loyalty_state *state)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *made = NULL;

    o.notices = 1;
    must(partner_loyalty_from_state(state, &o, &made, &error), error);
    return made;
}

static void check_splits(uint64_t seed)
{
    static const split ways[] = {
        {0, 0, 0, 0, 1}, {1, 0, 0, 1, 2}, {1, 0, 1, 1, 1}, {1, 0, 3, 0, 1}, {0, 1, 5, 7, 1}};
    world *w = malloc(sizeof *w);
    entries once = {0, 0, NULL};
    partner_bytes *first = NULL;
    partner_loyalty *whole;

    ck_assert_ptr_nonnull(w);
    world_make(w, seed);
    whole = one_run(w, &once);
    sort_entries(&once);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        entries list = {0, 0, NULL};
        partner_loyalty_state *state = play(w, &ways[i], &list);
        partner_bytes *bytes = save(state);
        partner_loyalty *out = read_out(state);

        check_entries(&once, &list, seed, "one run and a state");
        if (w->rows > 0) check_result(whole, out, seed);
        if (first == NULL) first = bytes;
        ck_assert_msg(same_bytes(first, bytes), "seed %llu: way %zu gives other bytes (%zu, %zu)",
                      (unsigned long long)seed, i, first->length, bytes->length);
        if (bytes != first) partner_bytes_free(bytes);
        partner_loyalty_free(out);
        partner_loyalty_state_free(state);
        free(list.at);
    }
    partner_bytes_free(first);
    partner_loyalty_free(whole);
    free(once.at);
    free(w);
}

/* "splitting one run into save -> load -> append gives the identical bytes"; "a partner's ledger is the same
 * whichever way its days were settled" */
START_TEST(splits_change_nothing)
{
    const char *first = getenv("LOYALTY_SEED"), *count = getenv("LOYALTY_SEEDS");
    const uint64_t from = first == NULL ? 1 : strtoull(first, NULL, 10);
    const uint64_t seeds = count == NULL ? in_time(40, 5) : strtoull(count, NULL, 10);

    for (uint64_t seed = from; seed < from + seeds; seed++) check_splits(seed);
}
END_TEST

/* Single calls */

/* One partner's event, as most tests need it. */
typedef struct one {
    uint32_t partner, kind;
    int32_t day;
    uint64_t event, reverses;
    int64_t amount, quantity;
} one;

enum { MOST_ONES = 40 };

/* Columns of some events. */
typedef struct columns {
    uint32_t partner[MOST_ONES], kind[MOST_ONES];
    int32_t day[MOST_ONES];
    uint64_t event[MOST_ONES], reverses[MOST_ONES];
    int64_t amount[MOST_ONES], quantity[MOST_ONES];
    partner_events events;
} columns;

static const partner_events *events_of(columns *c, const one *rows, size_t count, int own_ids)
{
    ck_assert_uint_le(count, MOST_ONES);
    c->events = (partner_events)PARTNER_EVENTS_INIT;
    for (size_t i = 0; i < count; i++) {
        c->partner[i] = rows[i].partner;
        c->kind[i] = rows[i].kind;
        c->day[i] = rows[i].day;
        c->event[i] = rows[i].event;
        c->reverses[i] = rows[i].reverses;
        c->amount[i] = rows[i].amount;
        c->quantity[i] = rows[i].quantity;
    }
    c->events.rows = count;
    c->events.partner = c->partner;
    c->events.kind = c->kind;
    c->events.day = c->day;
    c->events.event = own_ids ? c->event : NULL;
    c->events.reverses = c->reverses;
    c->events.amount = c->amount;
    c->events.quantity = c->quantity;
    return &c->events;
}

#define NONE PARTNER_NO_ROW

static one sale(uint32_t partner, int32_t day, uint64_t event, int64_t amount)
{
    return (one){partner, SALE, FIRST_DAY + day, event, NONE, amount, 1};
}

static one back(uint32_t partner, int32_t day, uint64_t event, uint64_t reverses)
{
    return (one){partner, SALE, FIRST_DAY + day, event, reverses, 0, 1};
}

/* One point per 10.00, two tiers, events can be reversed for 100 days. */
typedef struct plain_program {
    partner_program program;
    partner_program_rule rule;
    partner_program_tier tier[2];
} plain_program;

static void make_plain(plain_program *p)
{
    memset(p, 0, sizeof *p);
    p->rule.struct_size = sizeof p->rule;
    p->rule.id = "base";
    p->rule.on = SALE;
    p->rule.points = 1;
    p->rule.per = 1000;
    p->tier[0].struct_size = p->tier[1].struct_size = sizeof p->tier[0];
    p->tier[0].id = "authorized";
    p->tier[1].id = "silver";
    p->tier[1].name = 1;
    p->tier[1].points = 50;
    p->program.struct_size = sizeof p->program;
    p->program.redeems = p->program.adjusts = 1;
    p->program.redeem_on = REDEMPTION;
    p->program.adjust_on = ADJUSTMENT;
    p->program.expiry_months = 12;
    p->program.reversible_days = 100;
    p->program.rule = &p->rule;
    p->program.rules = 1;
    p->program.tier = p->tier;
    p->program.tiers = 2;
}

static partner_loyalty_state *plain_state(plain_program *p)
{
    partner_loyalty_state *state = NULL;

    make_plain(p);
    must(partner_loyalty_state_new(&p->program, NULL, &state, &error), error);
    return state;
}

static partner_status try_append(partner_loyalty_state *state, const one *rows, size_t count, int own_ids)
{
    columns c;

    return partner_loyalty_state_append(state, events_of(&c, rows, count, own_ids), PARTNER_NO_ROW, NULL, NULL,
                                        &error);
}

static int64_t balance_of(const partner_loyalty_state *state, uint32_t partner)
{
    partner_loyalty *out = read_out(state);
    int64_t balance;

    ck_assert_uint_lt(partner, out->partners);
    balance = out->balance[partner];
    partner_loyalty_free(out);
    return balance;
}

/* "the state carries a version: `append` to a state that has moved on fails" */
START_TEST(two_writers)
{
    plain_program p;
    partner_loyalty_state *state = plain_state(&p);
    one first[] = {sale(0, 0, 1, 5000), sale(1, 0, 2, 3000)};
    one redeem[] = {{0, REDEMPTION, FIRST_DAY + 1, 3, NONE, 0, 5}};
    one same[] = {{0, REDEMPTION, FIRST_DAY + 1, 4, NONE, 0, 5}};
    uint64_t seen;
    columns c;

    ck_assert_uint_eq(partner_loyalty_state_version(NULL), 0);
    ck_assert_uint_eq(partner_loyalty_state_version(state), 0);
    must(try_append(state, first, 2, 1), error);
    seen = partner_loyalty_state_version(state);
    ck_assert_uint_eq(seen, 2);
    /* both have looked; both want to spend the same five points */
    must(partner_loyalty_state_append(state, events_of(&c, redeem, 1, 1), seen, NULL, NULL, &error), error);
    must_fail(partner_loyalty_state_append(state, events_of(&c, same, 1, 1), seen, NULL, NULL, &error),
              PARTNER_E_STATE, error);
    ck_assert_ptr_nonnull(strstr(error.message, "3"));
    ck_assert_ptr_nonnull(strstr(error.message, "2"));
    ck_assert_int_eq(balance_of(state, 0), 0);
    partner_loyalty_state_free(state);
}
END_TEST

/* The call fails and the state is what it was, to the last byte. */
#define refused(state, call, status)                 \
    do {                                             \
        partner_bytes *before = save(state), *after; \
        must_fail(call, status, error);              \
        after = save(state);                         \
        ck_assert(same_bytes(before, after));        \
        partner_bytes_free(before);                  \
        partner_bytes_free(after);                   \
    } while (0)

#define refused_rows(state, status, wrong_row, ...)                                       \
    do {                                                                                  \
        one rows[] = {__VA_ARGS__};                                                       \
        refused(state, try_append(state, rows, sizeof rows / sizeof rows[0], 1), status); \
        ck_assert_uint_eq(error.row, wrong_row);                                          \
    } while (0)

/* "All or nothing." "an event before its partner's last settled day" */
START_TEST(nothing_half_done)
{
    plain_program p;
    partner_loyalty_state *state = plain_state(&p), *none = NULL;
    one first[] = {sale(0, 0, 1, 5000), sale(1, 5, 2, 3000), back(1, 6, 3, 2), sale(0, 20, 9, 100)};
    one numbered[] = {sale(0, 30, 0, 100)};
    columns c;

    must(try_append(state, first, 4, 1), error);
    refused_rows(state, PARTNER_E_DATA, 1, sale(2, 7, 10, 1000), sale(1, 5, 11, 1000));
    refused_rows(state, PARTNER_E_DATA, 2, sale(2, 7, 10, 1000), sale(1, 7, 11, 9), sale(1, 7, 10, 9));
    refused_rows(state, PARTNER_E_DATA, 1, sale(1, 7, 10, 1000), sale(3, 7, 1, 1000)); /* of another partner */
    refused_rows(state, PARTNER_E_DATA, 0, back(1, 7, 10, 77));                        /* no such event */
    refused_rows(state, PARTNER_E_DATA, 0, back(1, 7, 10, 1));                         /* another partner's */
    refused_rows(state, PARTNER_E_DATA, 0, back(1, 7, 10, 3));                         /* a reversal */
    refused_rows(state, PARTNER_E_DATA, 0, back(0, 101, 10, 1));                       /* 101 days old */
    refused_rows(state, PARTNER_E_DATA, 0, sale(0, 30, PARTNER_NO_ROW, 1));
    refused_rows(state, PARTNER_E_DATA, 0, sale(PARTNER_NONE, 30, 10, 1));
    /* ids once, ids always */
    refused(state, try_append(state, numbered, 1, 0), PARTNER_E_STATE);
    refused(state, partner_loyalty_state_append(state, events_of(&c, numbered, 1, 1), 3, NULL, NULL, &error),
            PARTNER_E_STATE);
    refused(state, partner_loyalty_state_append(state, NULL, 4, NULL, NULL, &error), PARTNER_E_ARGUMENT);
    refused(state, partner_loyalty_state_advance(state, FIRST_DAY + 19, NULL, NULL, &error), PARTNER_E_STATE);
    refused(state, partner_loyalty_state_advance(state, PARTNER_NO_DAY, NULL, NULL, &error),
            PARTNER_E_ARGUMENT);
    refused(state, partner_loyalty_state_advance(state, INT32_MAX, NULL, NULL, &error), PARTNER_E_ARGUMENT);
    must_fail(partner_loyalty_state_append(NULL, NULL, 0, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_state_advance(NULL, 0, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_state_new(&p.program, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_state_new(NULL, NULL, &none, &error), PARTNER_E_ARGUMENT, error);
    p.rule.points = 0;
    must_fail(partner_loyalty_state_new(&p.program, NULL, &none, &error), PARTNER_E_DATA, error);
    ck_assert_ptr_null(none);
    ck_assert_int_eq(balance_of(state, 0), 5);
    partner_loyalty_state_free(state);
    partner_loyalty_state_free(NULL);
}
END_TEST

static int stop_at(void *data)
{
    int *left = data;

    return (*left)-- <= 0;
}

/* A call that is stopped wherever it asks changes nothing, and works when it is made again. */
START_TEST(cancelled_anywhere)
{
    world *w = malloc(sizeof *w);
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty_state *state;
    partner_events e;
    partner_loyalty *made = NULL;
    int stops = 0, left;

    ck_assert_ptr_nonnull(w);
    world_make(w, 6);
    e = world_events(w, 0, w->rows);
    state = new_state(w);
    o.interrupt = stop_at;
    o.interrupt_data = &left;
    for (int asked = 0;; asked++, stops++) {
        partner_bytes *before = save(state), *after;
        partner_status status;

        left = asked;
        status = partner_loyalty_state_append(state, &e, 0, &o, &made, &error);
        if (status == PARTNER_OK) {
            partner_bytes_free(before);
            break;
        }
        ck_assert_int_eq(status, PARTNER_E_CANCELLED);
        ck_assert_ptr_null(made);
        after = save(state);
        ck_assert(same_bytes(before, after));
        partner_bytes_free(before);
        partner_bytes_free(after);
    }
    ck_assert_int_gt(stops, 0);
    left = 0;
    refused(state, partner_loyalty_state_advance(state, w->as_of, &o, NULL, &error), PARTNER_E_CANCELLED);
    left = 0;
    partner_loyalty_free(made);
    made = NULL;
    must_fail(partner_loyalty_from_state(state, &o, &made, &error), PARTNER_E_CANCELLED, error);
    ck_assert_ptr_null(made);
    partner_loyalty_state_free(state);
    free(w);
}
END_TEST

/* "A repeated id is an error …: the same file appended twice cannot pay twice", across calls, partners and
 * saving; as long as the event can still be reversed. */
START_TEST(repeated_ids)
{
    plain_program p;
    partner_loyalty_state *state = plain_state(&p);
    const uint64_t large = UINT64_MAX - 1;
    one file[] = {sale(0, 0, 7, 5000),
                  sale(1, 0, large, 3000),
                  {1, OTHER, FIRST_DAY, 8, NONE, 0, 1},
                  {0, ADJUSTMENT, FIRST_DAY, 5, NONE, 0, 40}};
    one later[] = {sale(1, 100, 20, 10), sale(0, 101, 21, 10)};
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *made = NULL;
    partner_bytes *bytes;
    columns c;

    must(try_append(state, file, 4, 1), error);
    for (int i = 0; i < 2; i++) {
        refused(state, try_append(state, file, 4, 1), PARTNER_E_DATA);
        refused_rows(state, PARTNER_E_DATA, 0, sale(5, 3, 7, 1));
        refused_rows(state, PARTNER_E_DATA, 0, sale(5, 3, large, 1));
        refused_rows(state, PARTNER_E_DATA, 0, sale(5, 3, 8, 1)); /* no kind of the program, but an event */
        refused_rows(state, PARTNER_E_DATA, 0, sale(5, 3, 5, 1)); /* cannot be reversed, but is there */
        bytes = save(state);
        partner_loyalty_state_free(state);
        must(partner_loyalty_state_load(bytes->bytes, bytes->length, &p.program, NULL, &state, &error), error);
        partner_bytes_free(bytes);
    }
    o.skip_duplicates = 1;
    must(partner_loyalty_state_append(state, events_of(&c, file, 4, 1), 4, &o, &made, &error), error);
    ck_assert_uint_eq(made->duplicates, 4);
    ck_assert_uint_eq(made->events, 4);
    ck_assert_uint_eq(made->partners, 0);
    partner_loyalty_free(made);
    ck_assert_int_eq(balance_of(state, 0), 45);
    ck_assert_int_eq(balance_of(state, 1), 3);
    ck_assert_uint_eq(partner_loyalty_state_version(state), 8);
    /* after 100 days it is still known, after 101 it is not */
    must(try_append(state, later, 2, 1), error);
    refused_rows(state, PARTNER_E_DATA, 0, sale(1, 101, large, 1));
    refused_rows(state, PARTNER_E_DATA, 0, sale(1, 101, 8, 1));
    must(try_append(state, (one[]){sale(1, 101, 7, 1000)}, 1, 1), error);
    refused_rows(state, PARTNER_E_DATA, 0, sale(1, 101, 7, 1));
    partner_loyalty_state_free(state);
}
END_TEST

/* "default = row number from 0, counted on across appends" */
START_TEST(row_numbers_count_on)
{
    plain_program p;
    partner_loyalty_state *state = plain_state(&p);
    one first[] = {sale(0, 0, 0, 5000), sale(1, 9, 0, 3000), sale(0, 1, 0, 2000)};
    one second[] = {sale(2, 10, 0, 100), back(0, 10, 0, 2), back(1, 10, 0, 1)};
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *made = NULL;
    columns c;

    /* a row after as_of_day is not taken, and keeps its number */
    o.as_of_day = FIRST_DAY + 5;
    o.ledger = 1;
    must(partner_loyalty_state_append(state, events_of(&c, first, 3, 0), 0, &o, &made, &error), error);
    ck_assert_uint_eq(made->later, 1);
    ck_assert_uint_eq(made->events, 2);
    ck_assert_int_eq(made->as_of_day, FIRST_DAY + 5);
    ck_assert_uint_eq(made->partners, 1);
    ck_assert_uint_eq(made->partner[0], 0);
    ck_assert_uint_eq(made->ledger->entries, 2);
    ck_assert_uint_eq(made->ledger->event[0], 0);
    ck_assert_uint_eq(made->ledger->event[1], 2);
    partner_loyalty_free(made);
    ck_assert_uint_eq(partner_loyalty_state_version(state), 3);
    refused(state, partner_loyalty_state_append(state, events_of(&c, second, 3, 0), 3, NULL, NULL, &error),
            PARTNER_E_DATA);
    ck_assert_uint_eq(error.row, 2);
    must(partner_loyalty_state_append(state, events_of(&c, second, 2, 0), 3, NULL, NULL, &error), error);
    ck_assert_int_eq(balance_of(state, 0), 5);
    ck_assert_uint_eq(partner_loyalty_state_version(state), 5);
    partner_loyalty_state_free(state);
}
END_TEST

/* "a roster whose groups are taken over for the partners it lists"; tiers to start from are the state's. */
START_TEST(rosters)
{
    plain_program p;
    partner_loyalty_state *state = NULL;
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_roster roster = PARTNER_ROSTER_INIT;
    const uint32_t who[] = {3, 1}, silver[] = {1, 1}, group[] = {4, PARTNER_NONE}, wanted[] = {4},
                   four[] = {4, 4};
    one sales[] = {sale(0, 0, 0, 1000), sale(1, 0, 0, 1000), sale(3, 0, 0, 1000)};
    one more[] = {sale(0, 1, 0, 1000), sale(1, 1, 0, 1000), sale(3, 1, 0, 1000), sale(5, 1, 0, 1000)};
    partner_loyalty *out;
    columns c;

    make_plain(&p);
    p.rule.when = PARTNER_WHEN_GROUP;
    p.rule.group = wanted;
    p.rule.groups = 1;
    roster.group = group;
    o.roster = &roster;
    must(partner_loyalty_state_new(&p.program, &o, &state, &error), error);
    ck_assert_uint_eq(state->partners, 0); /* a roster of nobody */
    partner_loyalty_state_free(state);
    roster.rows = 2;
    roster.partner = who;
    roster.tier = silver;
    roster.group = group;
    o.roster = &roster;
    must(partner_loyalty_state_new(&p.program, &o, &state, &error), error);
    out = read_out(state);
    ck_assert_uint_eq(out->partners, 4);
    ck_assert_int_eq(out->as_of_day, PARTNER_NO_DAY);
    ck_assert_uint_eq(out->tier[0], 0);
    ck_assert_uint_eq(out->tier[1], 1);
    ck_assert_uint_eq(out->tier[3], 1);
    partner_loyalty_free(out);
    o.roster = NULL;
    must(partner_loyalty_state_append(state, events_of(&c, sales, 3, 0), 0, &o, NULL, &error), error);
    ck_assert_int_eq(balance_of(state, 0), 0);
    ck_assert_int_eq(balance_of(state, 1), 0);
    ck_assert_int_eq(balance_of(state, 3), 1);
    /* now 1 and 5 belong to the group and are silver, says this roster; the first is taken over */
    roster.partner = (const uint32_t[]){1, 5};
    roster.group = four;
    o.roster = &roster;
    must(partner_loyalty_state_append(state, events_of(&c, more, 4, 0), 3, &o, NULL, &error), error);
    out = read_out(state);
    ck_assert_uint_eq(out->partners, 6);
    ck_assert_int_eq(out->balance[0], 0);
    ck_assert_int_eq(out->balance[1], 1);
    ck_assert_int_eq(out->balance[3], 2);
    ck_assert_int_eq(out->balance[5], 1);
    ck_assert_uint_eq(out->tier[5], 0);
    partner_loyalty_free(out);
    partner_loyalty_state_free(state);
}
END_TEST

/* "every partner at its last settled day, or all at options.as_of_day, which must not lie before one" */
START_TEST(read_out_at_a_day)
{
    plain_program p;
    partner_loyalty_state *state = plain_state(&p);
    one sales[] = {sale(0, 0, 1, 5000), sale(1, 40, 2, 3000)};
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *out = NULL;
    partner_bytes *before, *after;

    must(try_append(state, sales, 2, 1), error);
    before = save(state);
    o.as_of_day = FIRST_DAY + 39;
    must_fail(partner_loyalty_from_state(state, &o, &out, &error), PARTNER_E_STATE, error);
    o.partners = 1;
    must_fail(partner_loyalty_from_state(state, &o, &out, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_from_state(state, NULL, NULL, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_from_state(NULL, NULL, &out, &error), PARTNER_E_ARGUMENT, error);
    ck_assert_ptr_null(out);
    /* twelve months on all points are gone, but not in the state; a third partner may yet come */
    o.as_of_day = FIRST_DAY + 500;
    o.partners = 3;
    must(partner_loyalty_from_state(state, &o, &out, &error), error);
    ck_assert_uint_eq(out->partners, 3);
    ck_assert_int_eq(out->as_of_day, FIRST_DAY + 500);
    ck_assert_int_eq(out->issued, 8);
    ck_assert_int_eq(out->expired, 8);
    ck_assert_int_eq(out->outstanding, 0);
    ck_assert_ptr_null(out->ledger);
    partner_loyalty_free(out);
    after = save(state);
    ck_assert(same_bytes(before, after));
    ck_assert_int_eq(balance_of(state, 1), 3);
    partner_bytes_free(before);
    partner_bytes_free(after);
    partner_loyalty_state_free(state);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loyalty state");
    TCase *splits = add_case(suite, "splits"), *calls = add_case(suite, "calls");

    tcase_set_timeout(splits, 600);
    tcase_add_test(splits, splits_change_nothing);
    tcase_add_test(calls, two_writers);
    tcase_add_test(calls, nothing_half_done);
    tcase_add_test(calls, cancelled_anywhere);
    tcase_add_test(calls, repeated_ids);
    tcase_add_test(calls, row_numbers_count_on);
    tcase_add_test(calls, rosters);
    tcase_add_test(calls, read_out_at_a_day);
    return run_suite(suite);
}
