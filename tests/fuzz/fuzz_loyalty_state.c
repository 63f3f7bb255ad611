/* SPDX-License-Identifier: MIT
 * The loader of loyalty states: any bytes are refused or give a state that works like any other.
 * Of the first byte the lowest bit says whether the rest is taken as it is (0) or as what follows the program's
 * fingerprint, under a right head and checksum; the next two say which program. */
#include "sealed.h"

enum { SALE, PAYMENT, REDEMPTION, ADJUSTMENT, VISIT, STAMP = 16, FIRST_DAY = 19000 };

/* Programs that use every key between them. */
typedef struct programs {
    partner_program program;
    partner_program_rule rule[5];
    partner_program_tier tier[3];
    partner_program_requirement requirement[2];
    partner_program_challenge challenge[2];
} programs;

static void add_rules(programs *p)
{
    static const char *const ID[] = {"carry", "capped", "each", "first", "plain"};

    for (uint32_t i = 0; i < 5; i++) {
        p->rule[i].struct_size = sizeof p->rule[i];
        p->rule[i].id = ID[i];
        p->rule[i].name = i;
        p->rule[i].on = i == 4 ? PAYMENT : SALE;
        p->rule[i].points = 3 + i;
    }
    p->rule[0].per = 700;
    p->rule[0].carry = 1;
    p->rule[0].cap_per = PARTNER_CAP_QUARTER;
    p->rule[0].cap_points = 90;
    p->rule[1].per = 1000;
    p->rule[1].cap_per = PARTNER_CAP_LIFE;
    p->rule[1].cap_points = 500;
    p->rule[1].counts_for = PARTNER_COUNTS_TIER;
    p->rule[2].each = 1;
    p->rule[2].exclusive = "one";
    p->rule[3].when = PARTNER_WHEN_FIRST | PARTNER_WHEN_AMOUNT_MIN;
    p->rule[3].amount_min = 500;
    p->rule[4].per = 1;
    p->rule[4].round = PARTNER_ROUND_EVEN;
    p->program.rule = p->rule;
    p->program.rules = 5;
}

static void add_tiers(programs *p)
{
    static const char *const ID[] = {"low", "middle", "high"};

    for (uint32_t i = 0; i < 3; i++) {
        p->tier[i].struct_size = sizeof p->tier[i];
        p->tier[i].id = ID[i];
        p->tier[i].name = i;
        p->tier[i].multiplier = 10000 + 1234 * i;
        p->tier[i].points = 50 * i;
    }
    p->requirement[0] =
        (partner_program_requirement){sizeof p->requirement[0], 0, VISIT, PARTNER_MEASURE_COUNT, 14, 1};
    p->requirement[1] =
        (partner_program_requirement){sizeof p->requirement[1], 0, SALE, PARTNER_MEASURE_AMOUNT, 0, 9};
    p->tier[2].requires_all = p->requirement;
    p->tier[2].requirements = 2;
    p->program.tier = p->tier;
    p->program.tiers = 3;
}

static void make_program(programs *p, unsigned which)
{
    memset(p, 0, sizeof *p);
    add_rules(p);
    add_tiers(p);
    for (uint32_t i = 0; i < 2; i++)
        p->challenge[i] =
            (partner_program_challenge){sizeof p->challenge[0],
                                        0,
                                        i == 0 ? "once" : "again",
                                        5 + i,
                                        SALE,
                                        FIRST_DAY,
                                        FIRST_DAY + 400,
                                        i == 0 ? PARTNER_MEASURE_AMOUNT : PARTNER_MEASURE_QUANTITY,
                                        (uint8_t)i,
                                        3000 - 2990 * (int64_t)i,
                                        40};
    p->program.challenge = p->challenge;
    p->program.challenges = 2;
    p->program.struct_size = sizeof p->program;
    p->program.redeems = p->program.adjusts = 1;
    p->program.redeem_on = REDEMPTION;
    p->program.adjust_on = ADJUSTMENT;
    p->program.expiry_months = 4;
    p->program.pending_days = 10;
    p->program.cap_per = PARTNER_CAP_YEAR;
    p->program.cap_points = 400;
    if (which & 1) p->program.reversible_days = 60;
    if ((which & 2) == 0) return;
    p->program.window = PARTNER_WINDOW_ROLLING;
    p->program.window_months = 5;
    p->program.grace_months = 1;
}

/* A program's state without a partner: head and fingerprint. */
static void take_head(const partner_program *program, uint8_t head[FUZZ_HEAD], uint8_t stamp[STAMP])
{
    partner_loyalty_state *state = NULL;
    partner_bytes *bytes = NULL;
    partner_error error;

    if (!fuzz_ok(partner_loyalty_state_new(program, NULL, &state, &error), &error)) abort();
    if (!fuzz_ok(partner_loyalty_state_save(state, NULL, &bytes, &error), &error)) abort();
    memcpy(head, bytes->bytes, FUZZ_HEAD);
    memcpy(stamp, bytes->bytes + FUZZ_HEAD, STAMP);
    partner_bytes_free(bytes);
    partner_loyalty_state_free(state);
}

/* Saved and loaded again it is the same state. */
static void save_and_load(const partner_program *program, const partner_loyalty_state *state)
{
    partner_bytes *first = NULL, *second = NULL;
    partner_loyalty_state *again = NULL;
    partner_error error;

    fuzz_demand(fuzz_ok(partner_loyalty_state_save(state, NULL, &first, &error), &error),
                "a loaded state can be saved");
    fuzz_demand(
        fuzz_ok(partner_loyalty_state_load(first->bytes, first->length, program, NULL, &again, &error), &error),
        "what was saved can be loaded");
    fuzz_demand(fuzz_ok(partner_loyalty_state_save(again, NULL, &second, &error), &error), "and saved again");
    fuzz_demand(first->length == second->length && memcmp(first->bytes, second->bytes, first->length) == 0,
                "saving, loading and saving gives the same bytes");
    partner_bytes_free(first);
    partner_bytes_free(second);
    partner_loyalty_state_free(again);
}

/* One row at a time, so that one that is refused does not keep the others away. */
static void append(partner_loyalty_state *state, int own_ids)
{
    static const uint32_t kind[] = {SALE,       REDEMPTION, SALE, SALE,       SALE,
                                    ADJUSTMENT, PAYMENT,    SALE, REDEMPTION, VISIT};
    static const uint64_t reverses[] = {PARTNER_NO_ROW, 1, 0, 2, 3, PARTNER_NO_ROW, 4, PARTNER_NO_ROW, 5, 6};
    static const int64_t amount[] = {5000, 0, 100, 0, 0, 0, 700, -300, 0, 0},
                         quantity[] = {1, 9, 1, 1, 1, -7, 1, 2, 5, 1};

    for (uint32_t partner = 0; partner < 3; partner++) {
        for (size_t i = 0; i < sizeof kind / sizeof kind[0]; i++) {
            const int32_t day = (int32_t)(FIRST_DAY + 40 * (int32_t)(i / 4) + 30);
            const uint64_t id = 1000 * (partner + 1) + i;
            partner_events e = PARTNER_EVENTS_INIT;
            partner_loyalty *made = NULL;
            partner_error error;

            e.rows = 1;
            e.partner = &partner;
            e.day = &day;
            e.kind = &kind[i];
            e.amount = &amount[i];
            e.quantity = &quantity[i];
            e.reverses = &reverses[i];
            e.event = own_ids ? &id : NULL;
            fuzz_ok(partner_loyalty_state_append(state, &e, PARTNER_NO_ROW, NULL, &made, &error), &error);
            partner_loyalty_free(made);
        }
    }
}

static void use(const partner_program *program, partner_loyalty_state *state)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *made = NULL;
    partner_error error;

    o.ledger = o.notices = 1;
    save_and_load(program, state);
    fuzz_ok(partner_loyalty_from_state(state, &o, &made, &error), &error);
    partner_loyalty_free(made);
    append(state, 1);
    append(state, 0);
    save_and_load(program, state);
    made = NULL;
    fuzz_ok(partner_loyalty_state_advance(state, FIRST_DAY + 900, &o, &made, &error), &error);
    partner_loyalty_free(made);
    save_and_load(program, state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static programs p[4];
    static uint8_t head[4][FUZZ_HEAD], stamp[4][STAMP];
    fuzz_input in = {data, size};
    uint8_t how = fuzz_u8(&in);
    unsigned which = how >> 1 & 3;
    partner_loyalty_state *state = NULL;
    partner_error error;
    uint8_t *sealed = NULL, *body = NULL;
    const uint8_t *bytes = in.at;
    size_t length = in.left;

    if (head[which][0] == 0) {
        make_program(&p[which], which);
        take_head(&p[which].program, head[which], stamp[which]);
    }
    if (how & 1) {
        body = fuzz_alloc(STAMP + in.left, 1);
        memcpy(body, stamp[which], STAMP);
        if (in.left > 0) memcpy(body + STAMP, in.at, in.left);
        in = (fuzz_input){body, STAMP + in.left};
        bytes = sealed = fuzz_seal(head[which], &in, &length);
    }
    if (fuzz_ok(partner_loyalty_state_load(bytes, length, &p[which].program, NULL, &state, &error), &error))
        use(&p[which].program, state);
    partner_loyalty_state_free(state);
    free(sealed);
    free(body);
    return 0;
}
