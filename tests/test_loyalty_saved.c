/* SPDX-License-Identifier: MIT
 * Saved loyalty states: damaged and forged bytes, other programs and dictionaries, and how large a state is. */
#include <stdio.h>

#include "base/bytes.h"
#include "loyalty/codec.h"
#include "loyalty/state.h"
#include "loyalty_world.h"

static partner_error error;

static partner_loyalty_state *state_of(const world *w)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_events e = world_events(w, 0, w->rows);
    partner_loyalty_state *state = NULL;

    o.roster = &w->roster;
    must(partner_loyalty_state_new(&w->program, &o, &state, &error), error);
    must(partner_loyalty_state_append(state, &e, 0, NULL, NULL, &error), error);
    return state;
}

static partner_bytes *save(const partner_loyalty_state *state, const partner_loyalty_dicts *dicts)
{
    partner_bytes *bytes = NULL;

    must(partner_loyalty_state_save(state, dicts, &bytes, &error), error);
    return bytes;
}

static int same_bytes(const partner_bytes *a, const partner_bytes *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* Bytes that were damaged or forged */

/* A world of some rows, whose state is small. */
static void small_world(world *w, uint64_t seed)
{
    world_make(w, seed);
    if (w->rows > 60) w->rows = 60;
}

/* "Any corrupted or truncated byte string is DATA" */
START_TEST(damaged_bytes)
{
    world *w = malloc(sizeof *w);
    partner_loyalty_state *state, *back = NULL;
    partner_bytes *saved;
    uint8_t *copy;
    size_t step, wrong = 0;

    ck_assert_ptr_nonnull(w);
    small_world(w, 5);
    state = state_of(w);
    saved = save(state, NULL);
    copy = malloc(saved->length + 1);
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, saved->bytes, saved->length);
    copy[saved->length] = 0;
    step = 1000 / in_time(1000, 20);
    for (size_t i = 0; i < saved->length; i += step) {
        for (int bit = 0; bit < 8; bit++) {
            copy[i] ^= (uint8_t)(1 << bit);
            wrong += partner_loyalty_state_load(copy, saved->length, &w->program, NULL, &back, &error) !=
                     PARTNER_E_DATA;
            copy[i] ^= (uint8_t)(1 << bit);
        }
        wrong += partner_loyalty_state_load(copy, i, &w->program, NULL, &back, &error) != PARTNER_E_DATA;
    }
    ck_assert_uint_eq(wrong, 0);
    must_fail(partner_loyalty_state_load(copy, saved->length + 1, &w->program, NULL, &back, &error),
              PARTNER_E_DATA, error);
    must_fail(partner_loyalty_state_load(NULL, 5, &w->program, NULL, &back, &error), PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_state_load(copy, saved->length, &w->program, NULL, NULL, &error),
              PARTNER_E_ARGUMENT, error);
    must_fail(partner_loyalty_state_load(copy, saved->length, NULL, NULL, &back, &error), PARTNER_E_ARGUMENT,
              error);
    ck_assert_ptr_null(back);
    free(copy);
    partner_bytes_free(saved);
    partner_loyalty_state_free(state);
    free(w);
}
END_TEST

static void seal(uint8_t *bytes, size_t length)
{
    uint64_t check = partner__hash(bytes, length - 8, 0);

    for (unsigned i = 0; i < 8; i++) bytes[length - 8 + i] = (uint8_t)(check >> (8 * i));
}

/* Whatever was loaded works: it can be saved as it came, read out, advanced and appended to. */
static void use(const world *w, partner_loyalty_state *state, const uint8_t *bytes, size_t length)
{
    partner_bytes *again = save(state, NULL);
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *made = NULL;
    partner_events e = world_events(w, w->rows - w->rows / 2, w->rows);
    int32_t day[MOST_ROWS];

    ck_assert_uint_eq(again->length, length);
    ck_assert(memcmp(again->bytes, bytes, length) == 0);
    partner_bytes_free(again);
    o.ledger = o.notices = o.skip_duplicates = 1;
    partner_loyalty_from_state(state, &o, &made, NULL);
    partner_loyalty_free(made);
    made = NULL;
    for (size_t i = 0; i < e.rows; i++) day[i] = e.day[i] + 200;
    e.day = day;
    partner_loyalty_state_append(state, &e, PARTNER_NO_ROW, &o, NULL, NULL);
    partner_loyalty_state_advance(state, w->as_of + 2000, &o, &made, NULL);
    partner_loyalty_free(made);
}

/* Bytes with some that were changed, under a right checksum. Gives whether they were taken. */
static int load_changed(const world *w, const partner_bytes *saved, uint64_t *s)
{
    uint8_t *copy = malloc(saved->length);
    partner_loyalty_state *state = NULL;
    partner_status status;

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, saved->bytes, saved->length);
    for (uint32_t n = 1 + below(s, 3); n > 0; n--) {
        size_t at = 12 + below(s, (uint32_t)saved->length - 20);
        copy[at] = (uint8_t)(one_in(s, 2) ? copy[at] ^ UINT32_C(1) << below(s, 8) : below(s, 256));
    }
    seal(copy, saved->length);
    status = partner_loyalty_state_load(copy, saved->length, &w->program, NULL, &state, &error);
    if (status == PARTNER_OK) use(w, state, copy, saved->length);
    else
        ck_assert_msg(status == PARTNER_E_DATA || status == PARTNER_E_STATE, "%d %s", (int)status,
                      error.message);
    partner_loyalty_state_free(state);
    free(copy);
    return status == PARTNER_OK;
}

/* "safe against well-checksummed garbage": nothing is believed, and what cannot be seen to be wrong still works
 */
START_TEST(forged_bytes)
{
    const uint64_t seeds = in_time(30, 2), tries = in_time(200, 20);
    world *w = malloc(sizeof *w);
    int taken = 0;

    ck_assert_ptr_nonnull(w);
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        uint64_t s = seed;
        partner_loyalty_state *state;
        partner_bytes *saved;

        small_world(w, seed);
        state = state_of(w);
        saved = save(state, NULL);
        for (uint64_t i = 0; i < tries; i++) taken += load_changed(w, saved, &s);
        partner_bytes_free(saved);
        partner_loyalty_state_free(state);
    }
    ck_assert_int_gt(taken, 0);
    free(w);
}
END_TEST

/* Bytes cut short, or with something behind them, under a right checksum. */
START_TEST(forged_lengths)
{
    world *w = malloc(sizeof *w);
    partner_loyalty_state *state, *back = NULL;
    partner_bytes *saved;
    uint8_t *copy;

    ck_assert_ptr_nonnull(w);
    small_world(w, 5);
    state = state_of(w);
    saved = save(state, NULL);
    copy = calloc(saved->length + 1, 1);
    ck_assert_ptr_nonnull(copy);
    for (size_t length = 20; length <= saved->length + 1; length++) {
        partner_status status;

        if (length == saved->length) continue;
        memcpy(copy, saved->bytes, length < saved->length ? length : saved->length);
        seal(copy, length);
        status = partner_loyalty_state_load(copy, length, &w->program, NULL, &back, &error);
        ck_assert_msg(status == PARTNER_E_DATA, "length %zu: %d %s", length, (int)status, error.message);
    }
    memcpy(copy, saved->bytes, saved->length);
    copy[8] = 2;
    seal(copy, saved->length);
    must_fail(partner_loyalty_state_load(copy, saved->length, &w->program, NULL, &back, &error),
              PARTNER_E_UNSUPPORTED, error);
    ck_assert_ptr_null(back);
    free(copy);
    partner_bytes_free(saved);
    partner_loyalty_state_free(state);
    free(w);
}
END_TEST

/* Programs and dictionaries */

/* A world whose program uses the members that are changed below. */
static void known_world(world *w)
{
    memset(w, 0, sizeof *w);
    world_make(w, 1);
    w->program.rules = 1;
    memset(&w->rule[0], 0, sizeof w->rule[0]);
    w->rule[0].struct_size = sizeof w->rule[0];
    w->rule[0].id = "base";
    w->rule[0].on = SALE;
    w->rule[0].points = 10;
    w->rule[0].per = 1000;
    w->rule[0].cap_per = PARTNER_CAP_MONTH;
    w->rule[0].cap_points = 300;
    w->rule[0].when = PARTNER_WHEN_PRODUCT | PARTNER_WHEN_GROUP | PARTNER_WHEN_TIER | PARTNER_WHEN_AMOUNT_MIN |
                      PARTNER_WHEN_AMOUNT_MAX | PARTNER_WHEN_QUANTITY_MIN | PARTNER_WHEN_QUANTITY_MAX |
                      PARTNER_WHEN_MARGIN_MIN | PARTNER_WHEN_MARGIN_MAX | PARTNER_WHEN_MARGIN_RATE_MIN |
                      PARTNER_WHEN_MARGIN_RATE_MAX | PARTNER_WHEN_FROM | PARTNER_WHEN_TO;
    w->rule[0].amount_max = w->rule[0].quantity_max = w->rule[0].margin_max = 1000000;
    w->rule[0].margin_rate_max = 900000;
    w->rule[0].to_day = 30000;
    w->rule[0].product = w->product_set;
    w->rule[0].group = w->group_set;
    w->rule[0].tier = w->tier_set;
    w->rule[0].products = w->rule[0].groups = w->rule[0].tiers = 2;
    w->program.tiers = 2;
    w->tier[0].struct_size = w->tier[1].struct_size = sizeof w->tier[0];
    w->tier[0].id = "low";
    w->tier[1].id = "high";
    w->tier[1].name = 1;
    w->tier[1].points = 100;
    w->tier[1].requires_all = w->requirement[1];
    w->tier[1].requirements = 1;
    w->requirement[1][0] =
        (partner_program_requirement){sizeof w->requirement[1][0], 0, SALE, PARTNER_MEASURE_COUNT, 2, 1};
    w->program.challenges = 1;
    w->challenge[0] =
        (partner_program_challenge){sizeof w->challenge[0], 0, "spring", 7, SALE, FIRST_DAY, FIRST_DAY + 90,
                                    PARTNER_MEASURE_COUNT,  0, 3,        50};
    w->program.window = PARTNER_WINDOW_ROLLING;
    w->program.window_months = 6;
    w->program.expiry_months = 3;
    w->program.cap_per = PARTNER_CAP_YEAR;
    w->program.cap_points = 5000;
    w->own_ids = 0;
    w->rows = 1;
    w->kind[0] = SALE;
    w->partner[0] = 0;
    w->amount[0] = 5000;
    w->reverses[0] = PARTNER_NO_ROW;
    w->partners = 1;
    w->roster.rows = 1;
    w->roster_tier[0] = 1;
}

#define other_program(change)                                                                           \
    do {                                                                                                \
        known_world(w);                                                                                 \
        change;                                                                                         \
        ck_assert_msg(partner_loyalty_state_load(saved->bytes, saved->length, &w->program, NULL, &back, \
                                                 &error) == PARTNER_E_STATE,                            \
                      "%s was not noticed: %s", #change, error.message);                                \
    } while (0)

/* "a state of another program … is refused" */
START_TEST(other_programs)
{
    world *w = malloc(sizeof *w);
    partner_loyalty_state *state, *back = NULL;
    partner_bytes *saved;

    ck_assert_ptr_nonnull(w);
    known_world(w);
    state = state_of(w);
    saved = save(state, NULL);
    partner_loyalty_state_free(state);
    other_program(w->program.minor_units = 3);
    other_program(w->program.year_starts = 4);
    other_program(w->program.cap_per = PARTNER_CAP_LIFE);
    other_program(w->program.cap_points++);
    other_program(w->program.window = PARTNER_WINDOW_YEAR;
                  w->program.window_months = w->program.grace_months = 0);
    other_program(w->program.window_months++);
    other_program(w->program.grace_months++);
    other_program(w->program.max_drop += 5);
    other_program(w->program.credit_notes = PARTNER_CREDIT_NOTES_REFUSE);
    other_program(w->program.adjust_counts_for = (uint8_t)(w->program.adjust_counts_for == 1 ? 2 : 1));
    other_program(w->program.expiry_months++);
    other_program(w->program.pending_days = w->program.pending_days == 3 ? 4 : 3);
    other_program(w->program.reversible_days = 777);
    other_program(w->program.redeem_on = 9);
    other_program(w->program.adjust_on = 9);
    other_program(w->program.redeem_minimum = 77);
    other_program(w->program.redeem_step = 77);
    other_program(w->program.point_value += 1000);
    other_program(w->program.rules = 0);
    other_program(w->program.challenges = 0);
    other_program(w->rule[0].id = "basis");
    other_program(w->rule[0].name = 9);
    other_program(w->rule[0].on = PAYMENT);
    other_program(w->rule[0].points++);
    other_program(w->rule[0].per++);
    other_program(w->rule[0].per = 0);
    other_program(w->rule[0].multiplier = 5000);
    other_program(w->rule[0].per = 0; w->rule[0].each = 1);
    other_program(w->rule[0].round = PARTNER_ROUND_EVEN);
    other_program(w->rule[0].carry = 1);
    other_program(w->rule[0].flat = 1);
    other_program(w->rule[0].counts_for = PARTNER_COUNTS_TIER);
    other_program(w->rule[0].cap_per = PARTNER_CAP_DAY);
    other_program(w->rule[0].cap_points++);
    other_program(w->rule[0].exclusive = "x");
    other_program(w->rule[0].when &= ~(uint32_t)PARTNER_WHEN_TO);
    other_program(w->rule[0].products = 1);
    other_program(w->rule[0].groups = 1);
    other_program(w->rule[0].tiers = 1);
    other_program(w->product_set[1]++);
    other_program(w->group_set[1]++);
    other_program(w->rule[0].tiers = 1; w->tier_set[0] = 1);
    other_program(w->rule[0].amount_min++);
    other_program(w->rule[0].amount_max++);
    other_program(w->rule[0].quantity_min++);
    other_program(w->rule[0].quantity_max++);
    other_program(w->rule[0].margin_min++);
    other_program(w->rule[0].margin_max++);
    other_program(w->rule[0].margin_rate_min++);
    other_program(w->rule[0].margin_rate_max++);
    other_program(w->rule[0].from_day++);
    other_program(w->rule[0].to_day++);
    other_program(w->tier[1].id = "higher");
    other_program(w->tier[1].name = 5);
    other_program(w->tier[1].multiplier = 20000);
    other_program(w->tier[1].points++);
    other_program(w->tier[1].requirements = 0);
    other_program(w->requirement[1][0].on = CERTIFICATION);
    other_program(w->requirement[1][0].measure = PARTNER_MEASURE_QUANTITY);
    other_program(w->requirement[1][0].months++);
    other_program(w->requirement[1][0].target++);
    other_program(w->challenge[0].id = "autumn");
    other_program(w->challenge[0].name++);
    other_program(w->challenge[0].on = CERTIFICATION);
    other_program(w->challenge[0].from_day++);
    other_program(w->challenge[0].to_day++);
    other_program(w->challenge[0].measure = PARTNER_MEASURE_QUANTITY);
    other_program(w->challenge[0].repeat = 1);
    other_program(w->challenge[0].target++);
    other_program(w->challenge[0].bonus++);
    /* the name is for people, and other memory holds the same program */
    known_world(w);
    w->program.name = "another name";
    must(partner_loyalty_state_load(saved->bytes, saved->length, &w->program, NULL, &back, &error), error);
    partner_loyalty_state_free(back);
    partner_bytes_free(saved);
    free(w);
}
END_TEST

static partner_dict *dict_of(int64_t first, size_t count)
{
    partner_dict *dict = NULL;

    must(partner_dict_new(&dict, &error), error);
    for (size_t i = 0; i < count; i++) {
        int64_t id = first + (int64_t)i;
        uint32_t index;
        must(partner_dict_add_integers(dict, 1, &id, &index, &error), error);
    }
    return dict;
}

enum { DICTS = 7, IDS = 30 };

static partner_dict **member(partner_loyalty_dicts *d, int i)
{
    partner_dict **members[DICTS];

    members[0] = &d->partner;
    members[1] = &d->kind;
    members[2] = &d->product;
    members[3] = &d->group;
    members[4] = &d->tier;
    members[5] = &d->rule;
    members[6] = &d->event;
    return members[i];
}

/* Seven dictionaries of `count` ids from 100 · i + first on. */
static partner_loyalty_dicts make_dicts(int64_t first, size_t count)
{
    partner_loyalty_dicts d = PARTNER_LOYALTY_DICTS_INIT;

    for (int i = 0; i < DICTS; i++) *member(&d, i) = dict_of(100 * i + first, count);
    return d;
}

static void free_dicts(partner_loyalty_dicts *d)
{
    for (int i = 0; i < DICTS; i++) partner_dict_free(*member(d, i));
}

/* A state all of whose dictionaries need two ids at least, with ids that are indexes below IDS. */
static partner_loyalty_state *indexed_state(world *w)
{
    partner_loyalty_state *state = NULL;
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_events e;

    known_world(w);
    w->rule[0].name = w->challenge[0].name = 1;
    w->own_ids = 1;
    w->rows = 2;
    for (uint32_t i = 0; i < 2; i++) {
        w->partner[i] = i;
        w->kind[i] = SALE;
        w->day[i] = FIRST_DAY;
        w->event[i] = i;
        w->reverses[i] = PARTNER_NO_ROW;
        w->group[i] = 1;
    }
    w->roster.rows = 2;
    o.roster = &w->roster;
    e = world_events(w, 0, 2);
    must(partner_loyalty_state_new(&w->program, &o, &state, &error), error);
    must(partner_loyalty_state_append(state, &e, 0, NULL, NULL, &error), error);
    return state;
}

static partner_status load_with(const world *w, const partner_bytes *saved, const partner_loyalty_dicts *d,
                                partner_loyalty_state **state)
{
    return partner_loyalty_state_load(saved->bytes, saved->length, &w->program, d, state, &error);
}

/* "a dictionary that has only grown since fits as it is; … a misfit is an error, never a silent mix of
 * strangers" */
START_TEST(dictionaries)
{
    static const char *const NAME[DICTS] = {"partner", "kind", "product", "group", "tier", "rule", "event"};
    world *w = malloc(sizeof *w);
    partner_loyalty_dicts own = make_dicts(0, IDS), grown = make_dicts(0, IDS + 5),
                          other = make_dicts(1, IDS + 5), small = make_dicts(0, 1),
                          partly = PARTNER_LOYALTY_DICTS_INIT;
    partner_loyalty_state *state, *back = NULL;
    partner_bytes *saved, *again = NULL;
    partner_events e;

    ck_assert_ptr_nonnull(w);
    state = indexed_state(w);
    e = world_events(w, 0, 0);
    saved = save(state, &own);
    must(load_with(w, saved, &own, &back), error);
    again = save(back, &own);
    ck_assert(same_bytes(saved, again));
    partner_bytes_free(again);
    partner_loyalty_state_free(back);
    must(load_with(w, saved, &grown, &back), error);
    must(partner_loyalty_state_append(back, &e, 2, NULL, NULL, &error), error);
    partner_loyalty_state_free(back);
    for (int i = 0; i < DICTS; i++) {
        partner_loyalty_dicts d = own;

        back = NULL;
        *member(&d, i) = *member(&other, i);
        must_fail(load_with(w, saved, &d, &back), PARTNER_E_STATE, error);
        ck_assert_ptr_nonnull(strstr(error.message, NAME[i]));
        *member(&d, i) = *member(&small, i);
        must_fail(load_with(w, saved, &d, &back), PARTNER_E_STATE, error);
        again = NULL;
        must_fail(partner_loyalty_state_save(state, &d, &again, &error), PARTNER_E_ARGUMENT, error);
        ck_assert_ptr_nonnull(strstr(error.message, NAME[i]));
        ck_assert_ptr_null(again);
        /* without it the state can be read out and saved, but not appended to */
        *member(&d, i) = NULL;
        must(load_with(w, saved, &d, &back), error);
        must_fail(partner_loyalty_state_append(back, &e, 2, NULL, NULL, &error), PARTNER_E_STATE, error);
        ck_assert_ptr_nonnull(strstr(error.message, NAME[i]));
        again = save(back, &d);
        ck_assert(same_bytes(saved, again));
        partner_bytes_free(again);
        again = save(back, &own);
        ck_assert(same_bytes(saved, again));
        partner_bytes_free(again);
        *member(&d, i) = *member(&other, i);
        again = NULL;
        must_fail(partner_loyalty_state_save(back, &d, &again, &error), PARTNER_E_STATE, error);
        partner_loyalty_state_free(back);
    }
    partner_bytes_free(saved);
    /* what it was saved without is not asked for; too few ids are seen all the same */
    *member(&partly, 1) = *member(&own, 1);
    saved = save(state, &partly);
    must(load_with(w, saved, &own, &back), error);
    must(partner_loyalty_state_append(back, &e, 2, NULL, NULL, &error), error);
    partner_loyalty_state_free(back);
    back = NULL;
    *member(&partly, 0) = *member(&small, 0);
    must_fail(load_with(w, saved, &partly, &back), PARTNER_E_STATE, error);
    ck_assert_ptr_null(back);
    partner_bytes_free(saved);
    partner_loyalty_state_free(state);
    free_dicts(&own);
    free_dicts(&grown);
    free_dicts(&other);
    free_dicts(&small);
    free(w);
}
END_TEST

/* Ids that are numbers of their own need no dictionary, which an empty one says as well. */
START_TEST(ids_without_dictionary)
{
    world *w = malloc(sizeof *w);
    partner_loyalty_dicts d = PARTNER_LOYALTY_DICTS_INIT;
    partner_loyalty_state *state, *back = NULL;
    partner_bytes *saved;

    ck_assert_ptr_nonnull(w);
    state = indexed_state(w);
    d.event = dict_of(0, 0);
    saved = save(state, &d);
    must(load_with(w, saved, &d, &back), error);
    partner_bytes_free(saved);
    partner_loyalty_state_free(back);
    partner_loyalty_state_free(state);
    partner_dict_free(d.event);
    free(w);
}
END_TEST

/* Sizes */

/* How many of the things that loyalty.h names a state holds. */
typedef struct held {
    uint64_t partners, lots, sums, events, grants;
} held;

static held count_held(const partner_loyalty_state *s)
{
    partner__account a = {0};
    held h = {0, 0, 0, 0, 0};

    h.partners = s->partners;
    for (uint32_t i = 0; i < s->partners; i++) {
        must(partner__state_open(s, i, PARTNER_NONE, &a, &error), error);
        for (uint32_t k = 0; k < a.lots; k++) h.lots += a.lot[k].left > 0;
        for (uint32_t k = 0; k < a.pasts; k++) h.events += (a.past[k].flags & PARTNER__EVENT_OLD) == 0;
        for (uint32_t k = 0; k < s->plan->rules; k++)
            h.sums += s->plan->rule[k].says->carry || s->plan->rule[k].says->cap_per != PARTNER_CAP_NONE;
        h.sums += s->plan->challenges + (uint64_t)a.months * s->plan->meters;
        h.grants += a.grants;
    }
    partner__account_free(&a);
    return h;
}

static uint64_t size_of(const partner_loyalty_state *s)
{
    return partner__bank_size(&s->bank) + partner__known_size(&s->known) + s->groups * sizeof *s->group;
}

/* What is there whatever the number of partners: a block that is open, one of garbage, the shelves of ids. */
enum { FIXED = 3 << 18 };

/* "Memory: at most 160 bytes per partner, 24 per open lot, 16 per partner and (rule with carry or cap,
 * challenge, requirement-month in the window), 40 + 16 per granting rule for each event that can still be
 * reversed." */
static void check_size(const partner_loyalty_state *s, const char *what)
{
    held h = count_held(s);
    uint64_t allowed = 160 * h.partners + 24 * h.lots + 16 * h.sums + 40 * h.events + 16 * h.grants,
             size = size_of(s);

    if (getenv("LOYALTY_SIZES") != NULL)
        fprintf(stderr,
                "%s: %llu partners, %llu lots, %llu sums, %llu events, %llu grants: %llu bytes of %llu\n", what,
                (unsigned long long)h.partners, (unsigned long long)h.lots, (unsigned long long)h.sums,
                (unsigned long long)h.events, (unsigned long long)h.grants, (unsigned long long)size,
                (unsigned long long)allowed);
    ck_assert_msg(size <= allowed + FIXED, "%s: %llu bytes, expected at most %llu", what,
                  (unsigned long long)size, (unsigned long long)allowed);
}

typedef struct channel {
    size_t partners;
    int months;          /* of history, one batch each */
    int64_t largest;     /* amount of a sale */
    int scattered_ids;   /* random 64-bit ids, else row numbers */
    uint32_t reversible; /* as in a program */
    int carry_and_caps;
} channel;

/* The three-tier program of the spec, as far as it matters for size. */
static void size_program(world *w, const channel *c)
{
    known_world(w);
    w->rule[0].when = 0;
    w->rule[0].points = 1;
    w->rule[0].cap_per = PARTNER_CAP_NONE;
    w->rule[0].cap_points = 0;
    w->program.rules = 2;
    w->rule[1] = w->rule[0];
    w->rule[1].id = "second";
    w->rule[1].on = PAYMENT;
    if (c->carry_and_caps) {
        w->rule[0].carry = 1;
        w->rule[1].cap_per = PARTNER_CAP_QUARTER;
        w->rule[1].cap_points = 500;
    }
    w->program.window = PARTNER_WINDOW_YEAR;
    w->program.window_months = w->program.grace_months = 0;
    w->program.cap_per = PARTNER_CAP_NONE;
    w->program.cap_points = 0;
    w->program.challenges = c->carry_and_caps ? 1 : 0;
    w->program.expiry_months = 12;
    w->program.pending_days = 0;
    w->program.reversible_days = c->reversible;
    w->program.redeem_minimum = w->program.redeem_step = 0;
    w->tier[1].requirements = c->carry_and_caps ? 1 : 0;
}

static void check_channel(const channel *c, const char *what)
{
    world *w = malloc(sizeof *w);
    size_t rows = c->partners;
    uint32_t *partner = malloc(rows * 4), *kind = malloc(rows * 4);
    int32_t *day = malloc(rows * 4);
    int64_t *amount = malloc(rows * 8);
    uint64_t *id = malloc(rows * 8), s = 99;
    partner_loyalty_state *state = NULL;
    partner_events e = PARTNER_EVENTS_INIT;

    ck_assert(w != NULL && partner != NULL && kind != NULL && day != NULL && amount != NULL && id != NULL);
    size_program(w, c);
    must(partner_loyalty_state_new(&w->program, NULL, &state, &error), error);
    e.rows = rows;
    e.partner = partner;
    e.kind = kind;
    e.day = day;
    e.amount = amount;
    if (c->scattered_ids) e.event = id;
    for (int m = 0; m < c->months; m++) {
        for (size_t i = 0; i < rows; i++) {
            partner[i] = (uint32_t)i;
            kind[i] = one_in(&s, 4) ? PAYMENT : SALE;
            day[i] = FIRST_DAY + m * 31 + (int32_t)below(&s, 28);
            amount[i] = between(&s, 0, c->largest);
            id[i] = draw(&s);
        }
        must(partner_loyalty_state_append(state, &e, PARTNER_NO_ROW, NULL, NULL, &error), error);
    }
    check_size(state, what);
    must(partner_loyalty_state_advance(state, FIRST_DAY + c->months * 31, NULL, NULL, &error), error);
    check_size(state, what);
    partner_loyalty_state_free(state);
    free(w);
    free(partner);
    free(kind);
    free(day);
    free(amount);
    free(id);
}

START_TEST(sizes)
{
    const size_t partners = in_time(5000, 1000), many = in_time(20000, 1000);
    const channel usual = {partners, 30, 500000, 0, 60, 1}, never = {partners, 30, 500000, 1, 0, 1},
                  quiet = {many, 1, 500000, 0, 60, 0}, plain = {partners, 30, 500000, 0, 60, 0},
                  large = {partners, 30, INT64_C(1000000000000), 1, 60, 1},
                  largest = {partners, 12, INT64_C(1000000000000000), 1, 0, 0};

    check_channel(&quiet, "one event each");
    check_channel(&usual, "a channel");
    check_channel(&plain, "a channel with a plain program");
    check_channel(&never, "all events can be reversed");
    check_channel(&large, "large amounts");
    check_channel(&largest, "very large amounts");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loyalty saved");
    TCase *bytes = add_case(suite, "bytes"), *marks = add_case(suite, "marks"), *size = add_case(suite, "size");

    tcase_set_timeout(bytes, 600);
    tcase_set_timeout(size, 600);
    tcase_add_test(bytes, damaged_bytes);
    tcase_add_test(bytes, forged_bytes);
    tcase_add_test(bytes, forged_lengths);
    tcase_add_test(marks, other_programs);
    tcase_add_test(marks, dictionaries);
    tcase_add_test(marks, ids_without_dictionary);
    tcase_add_test(size, sizes);
    return run_suite(suite);
}
