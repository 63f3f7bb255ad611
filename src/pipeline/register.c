/* SPDX-License-Identifier: MIT
 * Who holds a registered customer and product.
 *
 * A contest is of one customer and product: the registrations that name the product, and those that name all.
 * In line they stand by first day, then score, then row, and whoever lives and stands first holds. A holder is
 * never pushed aside, for those before it in line had begun when it came to hold and were dead, and the dead
 * stay dead. So one pass along the line finds all holders, and whoever contends stands behind the holder. */
#include "register.h"

#include "../base/memory.h"
#include "../base/say.h"
#include "../base/sort.h"
#include "../base/words.h"

/* --- lines --- */

/* The registrations in order of customer, product, first day, score and row. */
typedef struct line {
    const partner__registration *all;
    uint64_t *words, *spare; /* each a registration's number, below what it is being sorted by */
    size_t count;
    const partner__run *run;
} line;

typedef enum sorting { BY_SCORE_LOW, BY_SCORE_HIGH, BY_FIRST_DAY, BY_PRODUCT, BY_CUSTOMER, SORTINGS } sorting;

static uint32_t key_of(const partner__registration *r, sorting by)
{
    switch (by) {
    case BY_SCORE_LOW: return ~(uint32_t)r->score; /* the higher score first */
    case BY_SCORE_HIGH: return ~(uint32_t)(r->score >> 32);
    case BY_FIRST_DAY: return (uint32_t)r->from ^ UINT32_C(0x80000000);
    case BY_PRODUCT: return r->product;
    default: return r->customer;
    }
}

static const partner__registration *at(const line *l, size_t i) { return &l->all[l->words[i] & UINT32_MAX]; }

static partner_status line_up(line *l, partner_error *error)
{
    partner_status status = PARTNER_OK;

    for (size_t i = 0; i < l->count; i++) l->words[i] = i;
    for (int by = 0; by < SORTINGS && status == PARTNER_OK; by++) {
        uint64_t *sorted = l->words;

        for (size_t i = 0; i < l->count; i++)
            l->words[i] = (uint64_t)key_of(at(l, i), (sorting)by) << 32 | (l->words[i] & UINT32_MAX);
        status = partner__sort(l->words, l->spare, l->count, 32, 64, l->run, &sorted, error);
        if (sorted == l->words) continue;
        l->spare = l->words;
        l->words = sorted;
    }
    return status;
}

/* --- contests --- */

/* A part of the line. */
typedef struct part {
    size_t at, end;
} part;

/* Where to put what is found; without columns it is only counted. */
typedef struct rulings {
    size_t rows, contenders;
    uint32_t *customer, *product, *deal;
    int32_t *from, *to;
    uint8_t *ended_by, *ruling;
    uint8_t *beside;   /* what decides between the holder and the next in line */
    uint8_t *before;   /* why the one before ended, where it is followed */
    size_t *beside_it; /* how many contend */
    size_t *contender_row;
    uint32_t *contender_deal;
} rulings;

/* Whether a stands before b. In each part the line is in order, so this is asked across parts only. */
static int is_before(const partner__registration *a, const partner__registration *b)
{
    if (a->from != b->from) return a->from < b->from;
    if (a->score != b->score) return a->score > b->score;
    return a < b;
}

/* The next of two parts that stand in one contest; NULL after the last. */
static const partner__registration *next(const line *l, part *named, part *all)
{
    const int any = named->at < named->end;

    if (all->at < all->end && (!any || is_before(at(l, all->at), at(l, named->at)))) return at(l, all->at++);
    return any ? at(l, named->at++) : NULL;
}

/* Why the holder stands before the next in line. */
static uint8_t ruling_beside(const partner__registration *holder, const partner__registration *other)
{
    if (other->from > holder->from) return PARTNER_RULING_EARLIER;
    return other->score < holder->score ? PARTNER_RULING_SCORE : PARTNER_RULING_ROW;
}

/* Those behind the holder in line who live on some day of [from, to); returns why it stands before them. */
static uint8_t find_contenders(const line *l, part named, part all, const partner__registration *holder,
                               int32_t from, rulings *out)
{
    const partner__registration *other;
    uint8_t ruling = PARTNER_RULING_ONLY;

    while ((other = next(l, &named, &all)) != NULL && other->from < holder->to) {
        if (other->to <= from || other->to <= other->from) continue;
        if (ruling == PARTNER_RULING_ONLY) ruling = ruling_beside(holder, other);
        if (out->contender_deal != NULL) {
            out->contender_row[out->contenders] = out->rows;
            out->contender_deal[out->contenders] = other->deal;
        }
        if (out->contenders < SIZE_MAX) out->contenders++;
    }
    return ruling;
}

/* The holder's contenders are those from the `first` on. */
static void put_row(rulings *out, const partner__registration *holder, uint32_t product, int32_t from,
                    uint8_t beside, size_t first, const partner__registration *before)
{
    const size_t i = out->rows;
    const int follows = before != NULL && before->to == from && holder->from < from;

    if (i < SIZE_MAX) out->rows++;
    if (out->deal == NULL) return;
    out->customer[i] = holder->customer;
    out->product[i] = product;
    out->deal[i] = holder->deal;
    out->from[i] = from;
    out->to[i] = holder->to;
    out->ended_by[i] = holder->ended_by;
    out->ruling[i] = follows ? PARTNER_RULING_NEXT : beside;
    out->beside[i] = beside;
    out->before[i] = follows ? before->ended_by : UINT8_MAX;
    out->beside_it[i] = out->contenders - first;
}

static void hold_contest(const line *l, part named, part all, uint32_t product, int32_t as_of, rulings *out)
{
    const partner__registration *r, *before = NULL;

    while ((r = next(l, &named, &all)) != NULL) {
        const int32_t from = before != NULL && before->to > r->from ? before->to : r->from;
        size_t first;
        uint8_t beside;

        if (r->to <= from) continue;
        if (from > as_of) return;
        first = out->contenders;
        beside = find_contenders(l, named, all, r, from, out);
        put_row(out, r, product, from, beside, first, before);
        before = r;
    }
}

/* Where the part ends that begins at i: the same customer, and the same product when asked. */
static size_t end_of(const line *l, size_t i, size_t end, int product_too)
{
    const partner__registration *first = at(l, i);
    size_t k = i;

    while (k < end && at(l, k)->customer == first->customer &&
           (!product_too || at(l, k)->product == first->product))
        k++;
    return k;
}

/* A customer's contests: one for each product that is named, and one for all when a registration says so. */
static partner_status hold_contests(const line *l, size_t begin, size_t end, int32_t as_of, rulings *out,
                                    partner_error *error)
{
    size_t all = begin;
    partner_status status = PARTNER_OK;

    while (all < end && at(l, all)->product != PARTNER_NONE) all++;
    for (size_t i = begin, k; i < end && status == PARTNER_OK; i = k) {
        const uint32_t product = at(l, i)->product;

        k = end_of(l, i, end, 1);
        hold_contest(l, (part){i, k}, (part){product != PARTNER_NONE ? all : end, end}, product, as_of, out);
        status = partner__ask(l->run, error);
    }
    return status;
}

static partner_status hold_all(const line *l, int32_t as_of, rulings *out, partner_error *error)
{
    partner_status status = PARTNER_OK;

    out->rows = out->contenders = 0;
    for (size_t i = 0, k; i < l->count && status == PARTNER_OK; i = k) {
        /* Without a customer there is nobody to contend with. */
        k = at(l, i)->customer != PARTNER_NONE ? end_of(l, i, l->count, 0) : i + 1;
        status = hold_contests(l, i, k, as_of, out, error);
    }
    return status;
}

/* --- the result --- */

/* What sentences ask for lies behind what the caller sees. */
typedef struct known {
    partner_pipeline_registrations seen;
    partner_pipeline_contenders contenders;
    partner__protection days;
    const uint8_t *beside, *before;
} known;

static partner_status new_columns(partner__arena *arena, rulings *out, partner_error *error)
{
    const size_t n = out->rows;

    if (n == SIZE_MAX) return partner__no_memory(error);
    out->customer = partner__arena_alloc(arena, n, sizeof *out->customer);
    out->product = partner__arena_alloc(arena, n, sizeof *out->product);
    out->deal = partner__arena_alloc(arena, n, sizeof *out->deal);
    out->from = partner__arena_alloc(arena, n, sizeof *out->from);
    out->to = partner__arena_alloc(arena, n, sizeof *out->to);
    out->ended_by = partner__arena_alloc(arena, n, sizeof *out->ended_by);
    out->ruling = partner__arena_alloc(arena, n, sizeof *out->ruling);
    out->beside = partner__arena_alloc(arena, n, sizeof *out->beside);
    out->before = partner__arena_alloc(arena, n, sizeof *out->before);
    out->beside_it = partner__arena_alloc(arena, n, sizeof *out->beside_it);
    out->contender_row = partner__arena_alloc(arena, out->contenders, sizeof *out->contender_row);
    out->contender_deal = partner__arena_alloc(arena, out->contenders, sizeof *out->contender_deal);
    if (out->customer == NULL || out->product == NULL || out->deal == NULL || out->from == NULL ||
        out->to == NULL || out->ended_by == NULL || out->ruling == NULL || out->beside == NULL ||
        out->before == NULL || out->beside_it == NULL || out->contender_row == NULL ||
        out->contender_deal == NULL)
        return partner__no_memory(error);
    return PARTNER_OK;
}

static known *seal(partner__arena *arena, const rulings *found, const partner__protection *days)
{
    known *k = partner__arena_alloc(arena, 1, sizeof *k);

    if (k == NULL) return NULL;
    k->days = *days;
    k->beside = found->beside;
    k->before = found->before;
    k->seen = (partner_pipeline_registrations){.registrations = found->rows,
                                               .customer = found->customer,
                                               .product = found->product,
                                               .deal = found->deal,
                                               .from = found->from,
                                               .to = found->to,
                                               .ended_by = found->ended_by,
                                               .ruling = found->ruling,
                                               .contenders = found->beside_it};
    k->contenders =
        (partner_pipeline_contenders){found->contenders, found->contender_row, found->contender_deal};
    return k;
}

/* Once to count, once to fill in. */
static partner_status rule(const line *l, const partner__protection *days, int32_t as_of, partner__arena *arena,
                           const partner_pipeline_registrations **registrations,
                           const partner_pipeline_contenders **contenders, partner_error *error)
{
    rulings found = {.rows = 0};
    partner_status status = hold_all(l, as_of, &found, error);
    known *k;

    if (status == PARTNER_OK) status = new_columns(arena, &found, error);
    if (status == PARTNER_OK) status = hold_all(l, as_of, &found, error);
    if (status != PARTNER_OK) return status;
    k = seal(arena, &found, days);
    if (k == NULL) return partner__no_memory(error);
    *registrations = &k->seen;
    *contenders = &k->contenders;
    return PARTNER_OK;
}

partner_status partner__registrations(const partner__registration *all, size_t count,
                                      const partner__protection *days, int32_t as_of, partner__arena *arena,
                                      const partner__run *run,
                                      const partner_pipeline_registrations **registrations,
                                      const partner_pipeline_contenders **contenders, partner_error *error)
{
    uint64_t *words = partner__alloc(count, sizeof *words), *spare = partner__alloc(count, sizeof *spare);
    line l = {.all = all, .words = words, .spare = spare, .count = count, .run = run};
    partner_status status = words != NULL && spare != NULL ? line_up(&l, error) : partner__no_memory(error);

    if (status == PARTNER_OK) status = rule(&l, days, as_of, arena, registrations, contenders, error);
    partner__free(words);
    partner__free(spare);
    return status;
}

/* --- in words --- */

static const char *say_end(uint8_t ended_by)
{
    switch (ended_by) {
    case PARTNER_REGISTRATION_LAPSED: return "lapsed";
    case PARTNER_REGISTRATION_PROTECTED: return "lost its protection";
    default: return "closed";
    }
}

static void put_ruling(partner__words *w, const known *k, size_t i)
{
    if (k->before[i] != UINT8_MAX)
        partner__words_put(w, "the one before it had %s, and ", say_end(k->before[i]));
    switch (k->beside[i]) {
    case PARTNER_RULING_ONLY: partner__words_put(w, "nobody else had registered"); return;
    case PARTNER_RULING_EARLIER: partner__words_put(w, "it was registered before "); break;
    case PARTNER_RULING_SCORE:
        partner__words_put(w, "it had the highest score on the day it was registered, before ");
        break;
    default: partner__words_put(w, "it was the first row of its day and score, before "); break;
    }
    partner__words_count(w, k->seen.contenders[i], "other", "others");
}

static void put_end(partner__words *w, const known *k, size_t i)
{
    switch (k->seen.ended_by[i]) {
    case PARTNER_REGISTRATION_LAPSED:
        partner__words_put(w, "it lapses after ");
        partner__words_count(w, k->days.lapse, "day", "days");
        partner__words_put(w, " without progress");
        break;
    case PARTNER_REGISTRATION_PROTECTED:
        partner__words_put(w, "its protection ends after ");
        partner__words_count(w, k->days.protect, "day", "days");
        break;
    default: partner__words_put(w, "its deal closes");
    }
}

size_t partner__registration_explain(const partner_pipeline_registrations *registrations, size_t i,
                                     char *buffer, size_t size)
{
    const known *k = (const known *)registrations;
    char from[PARTNER__NUMBER], to[PARTNER__NUMBER];
    partner__words w = {.full = 0};

    if (k == NULL || i >= k->seen.registrations) return 0;
    partner__words_put(&w, "Holds from %s: ", partner__say_day(k->seen.from[i], from));
    put_ruling(&w, k, i);
    partner__words_put(&w, "; on %s ", partner__say_day(k->seen.to[i], to));
    put_end(&w, k, i);
    partner__words_put(&w, ".");
    return partner__words_end(&w, buffer, size);
}
