/* SPDX-License-Identifier: MIT
 * For how long each registration lives: until its protection is over, its deal closes, or it lapses, which is
 * when too many days have passed since its last progress. Progress is a milestone that holds and did not hold
 * the day before; registering counts. */
#include "../base/error.h"
#include "../base/memory.h"
#include "register.h"

enum { LINES = 4096 }; /* registrations of a task */

void partner__registration_end(partner__registration *r, const partner__protection *days, int32_t last,
                               int32_t closed)
{
    const int64_t over = (int64_t)r->from + days->protect;
    int64_t to = (int64_t)last + days->lapse;

    r->ended_by = PARTNER_REGISTRATION_LAPSED;
    if (over < to) {
        to = over;
        r->ended_by = PARTNER_REGISTRATION_PROTECTED;
    }
    if (closed != PARTNER_NO_DAY && closed < to) {
        to = closed;
        r->ended_by = PARTNER_REGISTRATION_CLOSED;
    }
    r->to = to < INT32_MAX ? (int32_t)to : INT32_MAX;
}

/* The registered deals, in the order of their lines. */
typedef struct gathering {
    const partner__timeline *timeline;
    partner__protection days;
    size_t count;
    uint32_t *line;
    partner__registration *all;
} gathering;

/* The last progress from the first day, on which the walk stands, through the last one that counts. What has
 * lapsed stays lapsed, so nothing later is asked. */
static int32_t last_progress(partner__walk *walk, const partner__protection *days, int32_t from, int32_t end)
{
    int64_t last = from, day;

    while ((day = partner__walk_next(walk)) <= end && day < last + days->lapse) {
        partner__walk_to(walk, (int32_t)day);
        if (walk->gained > 0) last = day;
    }
    return (int32_t)last;
}

/* The score counts as it was on the day of registration, or for one that comes after closing, at closing. */
static void fill(const gathering *g, size_t i, partner__walk *walk)
{
    const partner__inputs *in = g->timeline->in;
    const size_t line = g->line[i];
    const int32_t end = partner__line_end(in, line);
    partner__registration *r = &g->all[i];

    *r = (partner__registration){.deal = partner__line_deal(in, line),
                                 .customer = partner__line_customer(in, line),
                                 .product = partner__line_product(in, line),
                                 .from = partner__line_registered(in, line)};
    partner__walk_begin(walk, line);
    partner__walk_to(walk, r->from < end ? r->from : end);
    r->score = walk->weight;
    partner__registration_end(r, &g->days, last_progress(walk, &g->days, r->from, end), in->closed[line]);
}

static partner_status fill_part(void *context, size_t task, partner_error *error)
{
    const gathering *g = context;
    const size_t begin = task * LINES, end = g->count - begin < LINES ? g->count : begin + LINES;
    partner__walk walk;
    partner_status status = partner__walk_new(&walk, g->timeline, error);

    if (status != PARTNER_OK) return status;
    for (size_t i = begin; i < end; i++) fill(g, i, &walk);
    partner__walk_free(&walk);
    return PARTNER_OK;
}

static size_t find_registered(const partner__inputs *in, uint32_t *line)
{
    size_t count = 0;

    for (size_t i = 0; i < in->lines && in->deals.registered != NULL; i++) {
        if (partner__line_registered(in, i) == PARTNER_NO_DAY) continue;
        if (line != NULL) line[count] = (uint32_t)i;
        count++;
    }
    return count;
}

partner_status partner__register(const partner__timeline *timeline, partner__arena *arena,
                                 const partner_pipeline_registrations **registrations,
                                 const partner_pipeline_contenders **contenders, partner_error *error)
{
    const partner__inputs *in = timeline->in;
    gathering g = {.timeline = timeline,
                   .days = {(uint32_t)in->set.protect_days, (uint32_t)in->set.lapse_days},
                   .count = find_registered(in, NULL)};
    partner_status status = PARTNER_OK;

    *registrations = NULL;
    *contenders = NULL;
    if (g.count == 0) return PARTNER_OK;
    g.line = partner__alloc(g.count, sizeof *g.line);
    g.all = partner__alloc(g.count, sizeof *g.all);
    if (g.line == NULL || g.all == NULL) {
        status = partner__no_memory(error);
    } else {
        find_registered(in, g.line);
        status = partner__parallel(&in->set.run, (g.count - 1) / LINES + 1, fill_part, &g, error);
    }
    if (status == PARTNER_OK)
        status = partner__registrations(g.all, g.count, &g.days, in->as_of_day, arena, &in->set.run,
                                        registrations, contenders, error);
    partner__free(g.line);
    partner__free(g.all);
    return status;
}
