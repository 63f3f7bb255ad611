/* SPDX-License-Identifier: MIT
 * How long the objective state of a large pipeline takes, beside sorting its reports alone:
 *
 *     ninja -C build tests/pipeline_state && build/tests/pipeline_state [DEALS [REPORTS [THREADS]]]
 *
 * Deals of five years, reports in the order of their days or of their deals or in none. The peer is qsort over
 * the same reports by deal and day, which any way of doing it has to do first. Prints seconds. No test:
 * docs/performance.md has the figures. */
#include <inttypes.h>
#include <partner/pipeline.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    USUAL_DEALS = 1000000,
    USUAL_REPORTS = 10000000,
    STAGES = 5,
    MILESTONES = 3, /* of each stage */
    FIRST_DAY = 18000,
    DAYS = 1826,
    LONGEST = 240, /* days from opening to closing */
    PARTNERS = 5000
};

static partner_error error;

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

/* Five stages of three milestones, one of which is optional and one goes stale. */
typedef struct process {
    partner_process says;
    partner_process_stage stage[STAGES];
    partner_process_milestone milestone[STAGES][MILESTONES];
} process;

static void make_process(process *p)
{
    static char ids[STAGES][MILESTONES + 1][8];

    memset(p, 0, sizeof *p);
    for (uint32_t i = 0; i < STAGES; i++) {
        snprintf(ids[i][MILESTONES], sizeof ids[i][0], "s%u", (unsigned)i);
        for (uint32_t k = 0; k < MILESTONES; k++) {
            snprintf(ids[i][k], sizeof ids[i][0], "m%u%c", (unsigned)i, "abc"[k]);
            p->milestone[i][k] = (partner_process_milestone){.struct_size = sizeof p->milestone[0][0],
                                                             .id = ids[i][k],
                                                             .name = i * MILESTONES + k,
                                                             .valid_days = k == 1 ? 90 : 0,
                                                             .optional = k == 2};
        }
        p->stage[i] = (partner_process_stage){.struct_size = sizeof p->stage[0],
                                              .id = ids[i][MILESTONES],
                                              .name = i,
                                              .milestone = p->milestone[i],
                                              .milestones = MILESTONES};
    }
    p->says = (partner_process){.struct_size = sizeof p->says, .stage = p->stage, .stages = STAGES};
}

typedef struct rows {
    size_t deals, reports;
    uint32_t *partner, *deal, *milestone;
    int32_t *opened, *closed, *day;
    uint8_t *outcome, *done;
    int64_t *amount;
} rows;

static void *room(size_t count, size_t size)
{
    void *made = malloc(count * size);

    if (made == NULL) abort();
    return made;
}

static void make_deals(rows *r, uint64_t *state)
{
    r->partner = room(r->deals, sizeof *r->partner);
    r->opened = room(r->deals, sizeof *r->opened);
    r->closed = room(r->deals, sizeof *r->closed);
    r->outcome = room(r->deals, sizeof *r->outcome);
    r->amount = room(r->deals, sizeof *r->amount);
    for (size_t i = 0; i < r->deals; i++) {
        r->partner[i] = (uint32_t)(draw(state) % PARTNERS);
        r->opened[i] = FIRST_DAY + (int32_t)(draw(state) % DAYS);
        r->closed[i] = r->opened[i] + (int32_t)(draw(state) % LONGEST);
        r->outcome[i] = (uint8_t)(1 + draw(state) % 2);
        r->amount[i] = (int64_t)(draw(state) % 10000000);
        if (r->closed[i] < FIRST_DAY + DAYS) continue;
        r->closed[i] = PARTNER_NO_DAY;
        r->outcome[i] = PARTNER_OUTCOME_OPEN;
    }
}

enum { BY_CHANCE, BY_DEAL, BY_DAY, ORDERS };

static int compare_words(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Steps in about their order, one in ten of them taken back. */
static void make_reports(rows *r, uint64_t *state, int order)
{
    uint64_t *words = room(r->reports, sizeof *words);

    for (size_t i = 0; i < r->reports; i++) {
        const uint64_t deal = draw(state) % r->deals;
        const uint64_t age = draw(state) % LONGEST;
        const uint64_t day = (uint64_t)(r->opened[deal] - FIRST_DAY) + age;
        words[i] = order == BY_DAY ? day << 32 | deal : deal << 32 | day;
    }
    if (order != BY_CHANCE) qsort(words, r->reports, sizeof *words, compare_words);
    for (size_t i = 0; i < r->reports; i++) {
        const uint64_t high = words[i] >> 32, low = words[i] & UINT32_MAX;
        const uint64_t deal = order == BY_DAY ? low : high, day = order == BY_DAY ? high : low;
        const uint64_t age = day - (uint64_t)(r->opened[deal] - FIRST_DAY);
        const uint64_t about = age * STAGES * MILESTONES / LONGEST + draw(state) % 4;

        r->deal[i] = (uint32_t)deal;
        r->day[i] = (int32_t)day + FIRST_DAY;
        r->milestone[i] = (uint32_t)(about < STAGES * MILESTONES ? about : about - 4);
        r->done[i] = draw(state) % 10 > 0;
    }
    free(words);
}

static double sort_alone(const rows *r)
{
    uint64_t *words = room(r->reports, sizeof *words);
    double begun = now(), took;

    for (size_t i = 0; i < r->reports; i++) words[i] = (uint64_t)r->deal[i] << 32 | (uint32_t)r->day[i];
    qsort(words, r->reports, sizeof *words, compare_words);
    took = now() - begun;
    free(words);
    return took;
}

static double run(const process *p, const rows *r, uint32_t threads)
{
    const partner_deals deals = {.struct_size = sizeof deals,
                                 .rows = r->deals,
                                 .partner = r->partner,
                                 .opened = r->opened,
                                 .closed = r->closed,
                                 .outcome = r->outcome,
                                 .amount = r->amount};
    const partner_milestones reports = {.struct_size = sizeof reports,
                                        .rows = r->reports,
                                        .deal = r->deal,
                                        .milestone = r->milestone,
                                        .day = r->day,
                                        .done = r->done};
    const partner_pipeline_options options = {
        .struct_size = sizeof options, .threads = threads, .state_only = 1, .as_of_day = FIRST_DAY + DAYS};
    partner_pipeline *made = NULL;
    double begun = now(), took;

    if (partner_pipeline_new(&p->says, &deals, &reports, NULL, &options, &made, &error) != PARTNER_OK) {
        fprintf(stderr, "%s\n", error.message);
        exit(EXIT_FAILURE);
    }
    took = now() - begun;
    printf("%zu open, %zu doubts, %zu stalled: ", made->open, made->doubts->doubts, made->stalled);
    partner_pipeline_free(made);
    return took;
}

int main(int argc, char **argv)
{
    static const char *const orders[ORDERS] = {"in no order", "by deal", "by day"};
    uint64_t state = 88172645463325252;
    uint32_t threads = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 1;
    process p;
    rows r = {.deals = argc > 1 ? strtoull(argv[1], NULL, 10) : USUAL_DEALS,
              .reports = argc > 2 ? strtoull(argv[2], NULL, 10) : USUAL_REPORTS};

    if (r.deals == 0 || r.deals >= INT32_MAX) return 2;
    make_process(&p);
    make_deals(&r, &state);
    r.deal = room(r.reports, sizeof *r.deal);
    r.milestone = room(r.reports, sizeof *r.milestone);
    r.day = room(r.reports, sizeof *r.day);
    r.done = room(r.reports, sizeof *r.done);
    for (int order = 0; order < ORDERS; order++) {
        double alone, took;

        make_reports(&r, &state, order);
        alone = sort_alone(&r);
        took = run(&p, &r, threads);
        printf("%zu deals, %zu reports %s: %.2f s, qsort of the reports alone %.2f s\n", r.deals, r.reports,
               orders[order], took, alone);
    }
    free(r.partner);
    free(r.opened);
    free(r.closed);
    free(r.outcome);
    free(r.amount);
    free(r.deal);
    free(r.milestone);
    free(r.day);
    free(r.done);
    return EXIT_SUCCESS;
}
