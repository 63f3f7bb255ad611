/* SPDX-License-Identifier: MIT
 * How long a day's events take on the state of a large program:
 *
 *     ninja -C build tests/loyalty_append && build/tests/loyalty_append [PARTNERS [EVENTS [DAYS]]]
 *
 * A year of events is appended to an empty state, which is saved and loaded; then come days of 10 000 events
 * each, of partners at random. Prints seconds and bytes. No test: docs/performance.md has the figures. */
#include <inttypes.h>
#include <partner/partner.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    USUAL_PARTNERS = 1000000,
    USUAL_EVENTS = 3000000,
    USUAL_DAYS = 20,
    A_DAY = 10000,
    FIRST_DAY = 19000,
    YEAR = 360
};

static partner_error error;

static void must(partner_status status)
{
    if (status == PARTNER_OK) return;
    fprintf(stderr, "%s\n", error.message);
    exit(EXIT_FAILURE);
}

static double now(void)
{
    struct timespec t;

    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* xorshift64* (Vigna 2016), so that nothing here depends on the library's own numbers. */
static uint64_t draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

/* Two rules, one of them capped, three tiers, expiry, events can be reversed for two years. */
typedef struct program {
    partner_program says;
    partner_program_rule rule[2];
    partner_program_tier tier[3];
} program;

static void make_program(program *p)
{
    static const char *const tiers[] = {"authorized", "silver", "gold"};
    static const int64_t points[] = {0, 1000, 5000};

    memset(p, 0, sizeof *p);
    for (uint32_t i = 0; i < 2; i++)
        p->rule[i] = (partner_program_rule){.struct_size = sizeof p->rule[0],
                                            .id = i == 0 ? "base" : "more",
                                            .name = i,
                                            .points = 1,
                                            .per = 1000};
    p->rule[1].multiplier = 5000;
    p->rule[1].cap_per = PARTNER_CAP_MONTH;
    p->rule[1].cap_points = 2000;
    for (uint32_t i = 0; i < 3; i++)
        p->tier[i] = (partner_program_tier){.struct_size = sizeof p->tier[0],
                                            .id = tiers[i],
                                            .name = i,
                                            .points = points[i],
                                            .multiplier = 10000 + 1250 * i};
    p->says = (partner_program)PARTNER_PROGRAM_INIT;
    p->says.rule = p->rule;
    p->says.rules = 2;
    p->says.tier = p->tier;
    p->says.tiers = 3;
    p->says.max_drop = 1;
    p->says.expiry_months = 24;
    p->says.reversible_days = 730;
}

/* Columns of events with ids of their own. */
typedef struct rows {
    size_t partners, room;
    uint32_t *partner, *kind;
    int32_t *day;
    int64_t *amount;
    uint64_t *event, state, next_id;
} rows;

static void make_rows(rows *r, size_t partners, size_t room)
{
    *r = (rows){.partners = partners, .room = room, .state = 88172645463325252};
    r->partner = malloc(room * sizeof *r->partner);
    r->kind = calloc(room, sizeof *r->kind);
    r->day = malloc(room * sizeof *r->day);
    r->amount = malloc(room * sizeof *r->amount);
    r->event = malloc(room * sizeof *r->event);
    if (r->partner == NULL || r->kind == NULL || r->day == NULL || r->amount == NULL || r->event == NULL)
        abort();
}

/* Events of `days` days from `day` on. */
static partner_events draw_rows(rows *r, size_t count, int32_t day, uint32_t days)
{
    partner_events e = PARTNER_EVENTS_INIT;

    for (size_t i = 0; i < count; i++) {
        r->partner[i] = (uint32_t)(draw(&r->state) % r->partners);
        r->day[i] = day + (int32_t)(draw(&r->state) % days);
        r->amount[i] = (int64_t)(draw(&r->state) % 500000);
        r->event[i] = r->next_id++ * UINT64_C(0x9e3779b97f4a7c15);
    }
    e.rows = count;
    e.partner = r->partner;
    e.kind = r->kind;
    e.day = r->day;
    e.amount = r->amount;
    e.event = r->event;
    return e;
}

/* A year, saved and loaded. */
static partner_loyalty_state *load_year(const program *p, rows *r, size_t events)
{
    partner_loyalty_state *state = NULL, *loaded = NULL;
    partner_events e = draw_rows(r, events, FIRST_DAY, YEAR);
    partner_bytes *bytes = NULL;
    double begun = now();

    must(partner_loyalty_state_new(&p->says, NULL, &state, &error));
    must(partner_loyalty_state_append(state, &e, 0, NULL, NULL, &error));
    printf("%zu events appended: %.2f s\n", events, now() - begun);
    begun = now();
    must(partner_loyalty_state_save(state, NULL, &bytes, &error));
    printf("saved: %.2f s, %zu bytes\n", now() - begun, bytes->length);
    partner_loyalty_state_free(state);
    begun = now();
    must(partner_loyalty_state_load(bytes->bytes, bytes->length, &p->says, NULL, &loaded, &error));
    printf("loaded: %.2f s\n", now() - begun);
    partner_bytes_free(bytes);
    return loaded;
}

static void append_days(partner_loyalty_state *state, rows *r, int32_t days)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    double sum = 0, longest = 0;

    o.ledger = 1;
    for (int32_t i = 0; i < days; i++) {
        partner_events e = draw_rows(r, A_DAY, FIRST_DAY + YEAR + i, 1);
        partner_loyalty *made = NULL;
        double begun = now(), took;

        must(partner_loyalty_state_append(state, &e, PARTNER_NO_ROW, &o, &made, &error));
        took = now() - begun;
        sum += took;
        if (took > longest) longest = took;
        partner_loyalty_free(made);
    }
    printf("a day of %d events with its ledger: %.1f ms, at most %.1f ms\n", A_DAY, sum / days * 1e3,
           longest * 1e3);
}

int main(int argc, char **argv)
{
    size_t partners = argc > 1 ? strtoull(argv[1], NULL, 10) : USUAL_PARTNERS;
    size_t events = argc > 2 ? strtoull(argv[2], NULL, 10) : USUAL_EVENTS;
    int32_t days = argc > 3 ? (int32_t)strtol(argv[3], NULL, 10) : USUAL_DAYS;
    partner_loyalty_state *state;
    double begun;
    program p;
    rows r;

    if (partners == 0 || days <= 0) return 2;
    make_program(&p);
    make_rows(&r, partners, events > A_DAY ? events : A_DAY);
    state = load_year(&p, &r, events);
    append_days(state, &r, days);
    begun = now();
    must(partner_loyalty_state_advance(state, FIRST_DAY + YEAR + days, NULL, NULL, &error));
    printf("all advanced: %.2f s\n", now() - begun);
    partner_loyalty_state_free(state);
    free(r.partner);
    free(r.kind);
    free(r.day);
    free(r.amount);
    free(r.event);
    return EXIT_SUCCESS;
}
