/* SPDX-License-Identifier: MIT
 * A program and events written as people write them, for suites about what comes out of a run. */
#ifndef PARTNER_TESTS_LOYALTY_STORY_H
#define PARTNER_TESTS_LOYALTY_STORY_H

#include <stdio.h>

#include "base/days.h"
#include "programs.h"

enum { STORY_EVENTS = 4096 };

static partner_error error;

typedef struct story {
    partner_loyalty_dicts names;
    partner_program *program;
    size_t rows;
    uint32_t partner[STORY_EVENTS], kind[STORY_EVENTS], product[STORY_EVENTS];
    int32_t day[STORY_EVENTS];
    int64_t amount[STORY_EVENTS], quantity[STORY_EVENTS], margin[STORY_EVENTS];
    uint64_t event[STORY_EVENTS], reverses[STORY_EVENTS];
} story;

static const int64_t NONE = PARTNER_NO_AMOUNT;
static const uint64_t NOTHING = PARTNER_NO_ROW;

static inline uint32_t name_in(partner_dict *dict, const char *name)
{
    uint32_t index = PARTNER_NONE;

    if (name == NULL) return PARTNER_NONE;
    must(partner_dict_add_strings(dict, 1, &name, NULL, &index, &error), error);
    return index;
}

/* A program written with ' for ". */
static inline story *new_story(const char *program)
{
    story *w = calloc(1, sizeof *w);

    ck_assert_ptr_nonnull(w);
    w->names = new_dicts();
    must(partner_dict_new(&w->names.partner, &error), error);
    w->program = must_parse(program, &w->names);
    return w;
}

static inline void free_story(story *w)
{
    partner_program_free(w->program);
    partner_dict_free(w->names.partner);
    free_dicts(&w->names);
    free(w);
}

/* "2025-01-10" */
static inline int32_t day_of(const char *text)
{
    int year, month, day;

    ck_assert_int_eq(sscanf(text, "%d-%d-%d", &year, &month, &day), 3);
    ck_assert(partner__date_exists(year, month, day));
    return partner__day_from_date(year, month, day);
}

/* Appends an event, whose id is its row; gives the id. */
static inline uint64_t happens(story *w, const char *partner, const char *day, const char *kind, int64_t amount,
                               int64_t quantity, int64_t margin, const char *product, uint64_t reverses)
{
    size_t i = w->rows++;

    ck_assert_uint_lt(i, STORY_EVENTS);
    w->partner[i] = name_in(w->names.partner, partner);
    w->day[i] = day_of(day);
    w->kind[i] = name_in(w->names.kind, kind);
    w->amount[i] = amount;
    w->quantity[i] = quantity;
    w->margin[i] = margin;
    w->product[i] = name_in(w->names.product, product);
    w->reverses[i] = reverses;
    w->event[i] = i;
    return i;
}

static inline uint64_t sells(story *w, const char *partner, const char *day, int64_t amount)
{
    return happens(w, partner, day, "sale", amount, NONE, NONE, NULL, NOTHING);
}

/* The first `rows` events, as columns. */
static inline partner_events events_of(const story *w, size_t rows)
{
    partner_events e = PARTNER_EVENTS_INIT;

    e.rows = rows;
    e.partner = w->partner;
    e.day = w->day;
    e.kind = w->kind;
    e.event = w->event;
    e.amount = w->amount;
    e.quantity = w->quantity;
    e.margin = w->margin;
    e.product = w->product;
    e.reverses = w->reverses;
    return e;
}

/* The first `rows` events through a day (NULL = the last one's), with ledger and notices. */
static inline partner_loyalty *run_rows(const story *w, size_t rows, const char *as_of)
{
    partner_loyalty_options o = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_events e = events_of(w, rows);
    partner_loyalty *loyalty = NULL;

    o.ledger = 1;
    o.notices = 1;
    o.partners = partner_dict_size(w->names.partner);
    o.as_of_day = as_of == NULL ? 0 : day_of(as_of);
    must(partner_loyalty_new(w->program, &e, &o, &loyalty, &error), error);
    return loyalty;
}

static inline partner_loyalty *run_story(const story *w, const char *as_of)
{
    return run_rows(w, w->rows, as_of);
}

static inline uint32_t named(const partner_dict *dict, const char *name)
{
    uint32_t index = partner_dict_find(dict, name, strlen(name));

    ck_assert_msg(index != PARTNER_NONE, "no %s", name);
    return index;
}

static inline void tier_is(const story *w, uint32_t tier, const char *expected)
{
    if (expected == NULL) ck_assert_uint_eq(tier, PARTNER_NONE);
    else ck_assert_str_eq(partner_dict_id(w->names.tier, tier, NULL), expected);
}

/* The worked example: the program of loyalty.md and its events. */
static inline story *channel_rewards(void)
{
    story *w = new_story(CHANNEL_REWARDS);

    happens(w, "acme", "2025-01-10", "sale", 822650, NONE, 300000, "standard", NOTHING);
    happens(w, "acme", "2025-01-20", "payment", 0, 0, NONE, NULL, NOTHING);
    happens(w, "acme", "2025-03-05", "sale", 3000000, NONE, 600000, "premium", NOTHING);
    happens(w, "acme", "2025-03-20", "sale", 400000, NONE, 90000, "premium", NOTHING);
    happens(w, "acme", "2025-04-02", "sale", 1500000, NONE, NONE, "premium", 2);
    happens(w, "acme", "2025-04-10", "redemption", 0, 1000, NONE, NULL, NOTHING);
    happens(w, "acme", "2025-04-11", "redemption", 0, 975, NONE, NULL, NOTHING);
    happens(w, "acme", "2025-05-01", "certification", 0, 1, NONE, NULL, NOTHING);
    happens(w, "acme", "2025-05-02", "certification", 0, 1, NONE, NULL, NOTHING);
    happens(w, "acme", "2025-05-03", "demo_purchase", 0, 2, NONE, NULL, NOTHING);
    happens(w, "acme", "2025-10-01", "sale", 2500000, NONE, NONE, "standard", NOTHING);
    happens(w, "acme", "2026-02-01", "sale", 100000, NONE, NONE, "standard", NOTHING);
    happens(w, "bolt", "2025-06-01", "sale", 99999, NONE, NONE, "standard", NOTHING);
    happens(w, "bolt", "2025-06-01", "sale", -20000, NONE, NONE, "standard", NOTHING);
    happens(w, "bolt", "2025-07-15", "redemption", 0, 550, NONE, NULL, NOTHING);
    return w;
}

#endif
