/* SPDX-License-Identifier: MIT
 * What differs between two histories of one program: per partner the multiset difference of its entries, by a
 * hash of those that are left between a common beginning and a common end. Linear in the entries. */
#include <inttypes.h>
#include <partner/loyalty.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "ledger.h"
#include "pair.h"
#include "plan.h"
#include "stamp.h"
#include "worth.h"

/* The result and the blocks its columns lie in. */
typedef struct holder {
    partner_loyalty_difference difference;
    partner_loyalty_changes changes;
    void *columns, *entries;
} holder;

/* An entry of one of the ledgers. */
typedef struct change {
    size_t entry;
    uint8_t after; /* 0 = of the ledger before, so it is gone; 1 = new */
} change;

/* A partner's entries of one ledger, or what is left of them to compare: [begin, end). */
typedef struct range {
    size_t begin, end;
} range;

/* Working memory for one partner's entries; it only grows. */
typedef struct scratch {
    size_t *head, *next;    /* chains of the entries before, by hash: numbers + 1, 0 = the end */
    uint8_t *gone, *is_new; /* of the entries before and after: whether they have no match */
    size_t heads, before, after;
} scratch;

typedef struct work {
    const partner_loyalty *before, *after;
    scratch s;
    change *changes;
    size_t change_count, change_room;
    partner__pair *lines;
    size_t line_count, line_room;
} work;

/* --- entries --- */

static int is_tier_entry(uint8_t kind)
{
    return kind == PARTNER_ENTRY_PROMOTION || kind == PARTNER_ENTRY_DEMOTION || kind == PARTNER_ENTRY_RENEWAL;
}

/* The tier is what a tier entry is about; in the others it is a running column. */
static uint32_t tier_of(const partner_ledger *l, size_t i)
{
    return is_tier_entry(l->kind[i]) ? l->tier[i] : 0;
}

static int same_entry(const partner_ledger *a, size_t i, const partner_ledger *b, size_t j)
{
    return a->day[i] == b->day[j] && a->kind[i] == b->kind[j] && a->event[i] == b->event[j] &&
           a->rule[i] == b->rule[j] && a->points[i] == b->points[j] && a->capped[i] == b->capped[j] &&
           tier_of(a, i) == tier_of(b, j);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t hash_entry(const partner_ledger *l, size_t i)
{
    uint64_t hash = mix((uint64_t)(uint32_t)l->day[i] << 8 | l->kind[i], l->event[i]);

    hash = mix(hash, (uint64_t)l->rule[i] << 32 | tier_of(l, i));
    hash = mix(hash, (uint64_t)l->points[i]);
    return mix(hash, (uint64_t)l->capped[i]);
}

/* --- matching --- */

static void scratch_free(scratch *s)
{
    partner__free(s->head);
    partner__free(s->next);
    partner__free(s->gone);
    partner__free(s->is_new);
}

static size_t room_for(size_t wanted, size_t have)
{
    if (wanted <= have) return have;
    return wanted / 2 < have ? 2 * have : wanted;
}

/* Room for so many entries, their contents lost. */
static partner_status reserve(scratch *s, size_t before, size_t after, partner_error *error)
{
    size_t heads = s->heads > 0 ? s->heads : 64;

    if (before <= s->before && after <= s->after) return PARTNER_OK;
    before = room_for(before, s->before);
    after = room_for(after, s->after);
    while (heads < before) heads *= 2;
    scratch_free(s);
    memset(s, 0, sizeof *s);
    s->head = partner__alloc(heads, sizeof *s->head);
    s->next = partner__alloc(before, sizeof *s->next);
    s->gone = partner__alloc(before, 1);
    s->is_new = partner__alloc(after, 1);
    if (s->head == NULL || s->next == NULL || s->gone == NULL || s->is_new == NULL)
        return partner__no_memory(error);
    s->heads = heads;
    s->before = before;
    s->after = after;
    return PARTNER_OK;
}

/* Takes off what both begin and end with: all of it, for a partner whose history is as it was. */
static void trim(const partner_ledger *a, range *before, const partner_ledger *b, range *after)
{
    while (before->begin < before->end && after->begin < after->end &&
           same_entry(a, before->begin, b, after->begin)) {
        before->begin++;
        after->begin++;
    }
    while (before->begin < before->end && after->begin < after->end &&
           same_entry(a, before->end - 1, b, after->end - 1)) {
        before->end--;
        after->end--;
    }
}

/* Takes an entry's equal out of its chain. Equal entries lie in one chain, so that one of many is found at
 * once.
 */
static int match(scratch *s, size_t mask, const partner_ledger *a, range before, const partner_ledger *b,
                 size_t entry)
{
    size_t *link = &s->head[hash_entry(b, entry) & mask];

    for (; *link > 0; link = &s->next[*link - 1]) {
        size_t i = *link - 1;

        if (!same_entry(a, before.begin + i, b, entry)) continue;
        *link = s->next[i];
        s->gone[i] = 0;
        return 1;
    }
    return 0;
}

static void match_all(scratch *s, const partner_ledger *a, range before, const partner_ledger *b, range after)
{
    size_t count = before.end - before.begin, heads = 64;

    while (heads < count) heads *= 2;
    memset(s->head, 0, heads * sizeof *s->head);
    for (size_t i = count; i-- > 0;) {
        size_t *head = &s->head[hash_entry(a, before.begin + i) & (heads - 1)];

        s->next[i] = *head;
        *head = i + 1;
        s->gone[i] = 1;
    }
    for (size_t i = after.begin; i < after.end; i++)
        s->is_new[i - after.begin] = !match(s, heads - 1, a, before, b, i);
}

/* --- what was found --- */

/* Room for one more in a growing array. */
static partner_status grow(void **items, size_t count, size_t *room, size_t size, partner_error *error)
{
    size_t more = *room < 64 ? 64 : *room + *room / 2;
    void *grown;

    if (count < *room) return PARTNER_OK;
    grown = partner__realloc(*items, more, size);
    if (grown == NULL) return partner__no_memory(error);
    *items = grown;
    *room = more;
    return PARTNER_OK;
}

static partner_status note_change(work *w, size_t entry, uint8_t after, partner_error *error)
{
    void *items = w->changes;
    partner_status status = grow(&items, w->change_count, &w->change_room, sizeof *w->changes, error);

    w->changes = items;
    if (status != PARTNER_OK) return status;
    w->changes[w->change_count].entry = entry;
    w->changes[w->change_count++].after = after;
    return PARTNER_OK;
}

static partner_status note_line(work *w, const partner__pair *line, partner_error *error)
{
    void *items = w->lines;
    partner_status status = grow(&items, w->line_count, &w->line_room, sizeof *w->lines, error);

    w->lines = items;
    if (status == PARTNER_OK) w->lines[w->line_count++] = *line;
    return status;
}

/* By day, on each day those gone before those new, each in the order of its ledger. */
static partner_status note_changes(work *w, range before, range after, partner_error *error)
{
    const int32_t *day_before = w->before->ledger->day, *day_after = w->after->ledger->day;
    size_t i = before.begin, j = after.begin;
    partner_status status = PARTNER_OK;

    while (status == PARTNER_OK && (i < before.end || j < after.end)) {
        if (i < before.end && !w->s.gone[i - before.begin]) i++;
        else if (j < after.end && !w->s.is_new[j - after.begin]) j++;
        else if (i < before.end && (j == after.end || day_before[i] <= day_after[j]))
            status = note_change(w, i++, 0, error);
        else status = note_change(w, j++, 1, error);
    }
    return status;
}

/* The partner's entries, the first of which lies at *cursor, and moves the cursor behind them. */
static range entries_of(const partner_ledger *l, uint32_t partner, size_t *cursor)
{
    range r = {*cursor, *cursor};

    while (r.end < l->entries && l->partner[r.end] == partner) r.end++;
    *cursor = r.end;
    return r;
}

/* A partner that only one result knows is compared with zeros, and its tier with nothing: being enrolled later
 * is no change of history. */
static int same_statement(const partner_loyalty *b, size_t i, const partner_loyalty *a, size_t j)
{
    const partner_loyalty *l = i == SIZE_MAX ? a : b;
    size_t k = i == SIZE_MAX ? j : i;

    if (i == SIZE_MAX || j == SIZE_MAX)
        return l->balance[k] == 0 && l->pending[k] == 0 && l->earned[k] == 0 && l->spent[k] == 0 &&
               l->lapsed[k] == 0;
    return b->balance[i] == a->balance[j] && b->pending[i] == a->pending[j] && b->earned[i] == a->earned[j] &&
           b->spent[i] == a->spent[j] && b->lapsed[i] == a->lapsed[j] && b->tier[i] == a->tier[j] &&
           b->valid_to[i] == a->valid_to[j];
}

static partner_status compare_partner(work *w, const partner__pair *line, range before, range after,
                                      partner_error *error)
{
    const partner_ledger *a = w->before->ledger, *b = w->after->ledger;
    size_t noted = w->change_count;
    partner_status status;

    trim(a, &before, b, &after);
    if (before.begin < before.end || after.begin < after.end) {
        status = reserve(&w->s, before.end - before.begin, after.end - after.begin, error);
        if (status != PARTNER_OK) return status;
        match_all(&w->s, a, before, b, after);
        status = note_changes(w, before, after, error);
        if (status != PARTNER_OK) return status;
    }
    if (w->change_count == noted && same_statement(w->before, line->first, w->after, line->second))
        return PARTNER_OK;
    return note_line(w, line, error);
}

static partner_status compare_all(work *w, partner_error *error)
{
    partner__pair at = {0, 0, 0}, line;
    size_t cursor_before = 0, cursor_after = 0;
    partner_status status = PARTNER_OK;

    while (status == PARTNER_OK && partner__next_pair(w->before, w->after, &at, &line)) {
        range before = entries_of(w->before->ledger, line.partner, &cursor_before);
        range after = entries_of(w->after->ledger, line.partner, &cursor_after);

        status = compare_partner(w, &line, before, after, error);
    }
    return status;
}

/* --- the result --- */

/* The columns of the changes while they are written. */
typedef struct entry_columns {
    int64_t *points, *capped;
    uint64_t *event;
    uint32_t *partner, *rule, *tier;
    int32_t *day;
    uint8_t *kind, *change;
} entry_columns;

/* One block, the widest first. */
static entry_columns entry_columns_in(void *block, size_t n)
{
    entry_columns to;

    to.points = block;
    to.capped = to.points + n;
    to.event = (uint64_t *)(void *)(to.capped + n);
    to.partner = (uint32_t *)(void *)(to.event + n);
    to.rule = to.partner + n;
    to.tier = to.rule + n;
    to.day = (int32_t *)(void *)(to.tier + n);
    to.kind = (uint8_t *)(void *)(to.day + n);
    to.change = to.kind + n;
    return to;
}

static void write_change(const entry_columns *to, size_t i, const partner_ledger *l, const change *c)
{
    to->points[i] = l->points[c->entry];
    to->capped[i] = l->capped[c->entry];
    to->event[i] = l->event[c->entry];
    to->partner[i] = l->partner[c->entry];
    to->rule[i] = l->rule[c->entry];
    to->tier[i] = l->tier[c->entry];
    to->day[i] = l->day[c->entry];
    to->kind[i] = l->kind[c->entry];
    to->change[i] = c->after;
}

static partner_status write_changes(holder *h, const work *w, partner_error *error)
{
    size_t n = w->change_count;
    entry_columns to;

    h->entries = partner__alloc(n, 3 * sizeof *to.points + 4 * sizeof *to.tier + 2);
    if (h->entries == NULL) return partner__no_memory(error);
    to = entry_columns_in(h->entries, n);
    for (size_t i = 0; i < n; i++)
        write_change(&to, i, w->changes[i].after ? w->after->ledger : w->before->ledger, &w->changes[i]);
    h->changes = (partner_loyalty_changes){n,        to.change, to.partner, to.day,    to.kind,
                                           to.event, to.rule,   to.points,  to.capped, to.tier};
    h->difference.changes = &h->changes;
    return PARTNER_OK;
}

enum { FIGURES = 5 };

/* Where the columns of one figure lie in both results. */
typedef struct figure {
    const char *name;
    const int64_t *before, *after;
    int64_t *change;
} figure;

static partner_status write_figure(const work *w, const figure *f, partner_error *error)
{
    for (size_t i = 0; i < w->line_count; i++) {
        const partner__pair *line = &w->lines[i];
        int64_t before = line->first == SIZE_MAX ? 0 : f->before[line->first];
        int64_t after = line->second == SIZE_MAX ? 0 : f->after[line->second];

        if (!partner__minus(after, before, &f->change[i]))
            return partner__fail_at(
                error, PARTNER_E_RANGE, partner__at(NULL, f->name, PARTNER_NO_ROW, line->partner),
                "the change of %s of partner %" PRIu32 " does not fit 64 bits", f->name, line->partner);
    }
    return PARTNER_OK;
}

static void write_tiers(const work *w, uint32_t *partner, uint32_t *tier[2], int32_t *valid[2])
{
    for (size_t i = 0; i < w->line_count; i++) {
        const partner__pair *line = &w->lines[i];
        const size_t at[2] = {line->first, line->second};
        const partner_loyalty *of[2] = {w->before, w->after};

        partner[i] = line->partner;
        for (int k = 0; k < 2; k++) {
            tier[k][i] = at[k] == SIZE_MAX ? PARTNER_NONE : of[k]->tier[at[k]];
            valid[k][i] = at[k] == SIZE_MAX ? PARTNER_NO_DAY : of[k]->valid_to[at[k]];
        }
    }
}

static partner_status write_lines(holder *h, const work *w, partner_error *error)
{
    const partner_loyalty *b = w->before, *a = w->after;
    partner_loyalty_difference *d = &h->difference;
    size_t n = w->line_count;
    figure figures[FIGURES] = {{"balance", b->balance, a->balance, NULL},
                               {"pending", b->pending, a->pending, NULL},
                               {"earned", b->earned, a->earned, NULL},
                               {"spent", b->spent, a->spent, NULL},
                               {"lapsed", b->lapsed, a->lapsed, NULL}};
    int64_t *block = partner__alloc(n, FIGURES * sizeof *block + 5 * sizeof(uint32_t));
    uint32_t *partner, *tier[2];
    int32_t *valid[2];
    partner_status status = PARTNER_OK;

    if (block == NULL) return partner__no_memory(error);
    h->columns = block;
    for (size_t i = 0; i < FIGURES && status == PARTNER_OK; i++) {
        figures[i].change = block + i * n;
        status = write_figure(w, &figures[i], error);
    }
    partner = (uint32_t *)(void *)(block + FIGURES * n);
    for (size_t k = 0; k < 2; k++) {
        tier[k] = partner + (1 + k) * n;
        valid[k] = (int32_t *)(void *)(partner + (3 + k) * n);
    }
    write_tiers(w, partner, tier, valid);
    d->partners = n;
    d->partner = partner;
    d->balance = figures[0].change;
    d->pending = figures[1].change;
    d->earned = figures[2].change;
    d->spent = figures[3].change;
    d->lapsed = figures[4].change;
    d->tier_before = tier[0];
    d->tier_after = tier[1];
    d->valid_before = valid[0];
    d->valid_after = valid[1];
    return status;
}

static partner_status write_sums(holder *h, const work *w, partner_error *error)
{
    partner_loyalty_difference *d = &h->difference;
    partner__wide points;

    memset(&points, 0, sizeof points);
    for (size_t i = 0; i < d->partners; i++) {
        partner__wide_add(&points, d->balance[i]);
        partner__wide_add(&points, d->pending[i]);
    }
    if (!partner__wide_value(&points, &d->points))
        return partner__fail(error, PARTNER_E_RANGE, "the changes of all points do not fit 64 bits");
    d->minor_units = w->before->minor_units;
    d->liability = PARTNER_NO_AMOUNT;
    if (w->before->liability != PARTNER_NO_AMOUNT && w->after->liability != PARTNER_NO_AMOUNT &&
        !partner__minus(w->after->liability, w->before->liability, &d->liability))
        return partner__fail(error, PARTNER_E_RANGE, "the change of the liability does not fit 64 bits");
    return PARTNER_OK;
}

/* --- the calls --- */

static int same_program(const partner_loyalty *before, const partner_loyalty *after)
{
    const partner_program *a = partner__loyalty_program(before), *b = partner__loyalty_program(after);
    uint64_t stamp[2], other[2];

    partner__program_stamp(a, stamp);
    partner__program_stamp(b, other);
    return stamp[0] == other[0] && stamp[1] == other[1];
}

static partner_status check(const partner_loyalty *before, const partner_loyalty *after,
                            partner_loyalty_difference **difference, partner_error *error)
{
    if (before == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "before is NULL");
    if (after == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "after is NULL");
    if (difference == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "difference is NULL");
    if (before->ledger == NULL || after->ledger == NULL)
        return partner__fail(error, PARTNER_E_STATE,
                             "the result %s has no ledger, expected results with ledgers",
                             before->ledger == NULL ? "before" : "after");
    if (before->as_of_day != after->as_of_day)
        return partner__fail(error, PARTNER_E_STATE,
                             "as_of_day is %" PRId32 " in the result before and %" PRId32
                             " in the one after, expected the same",
                             before->as_of_day, after->as_of_day);
    if (same_program(before, after)) return PARTNER_OK;
    return partner__fail(error, PARTNER_E_STATE,
                         "the results before and after are of different programs, expected the same");
}

partner_status partner_loyalty_difference_new(const partner_loyalty *before, const partner_loyalty *after,
                                              partner_loyalty_difference **difference, partner_error *error)
{
    work w;
    holder *h;
    partner_status status = check(before, after, difference, error);

    if (status != PARTNER_OK) return status;
    h = partner__alloc_zero(1, sizeof *h);
    if (h == NULL) return partner__no_memory(error);
    memset(&w, 0, sizeof w);
    w.before = before;
    w.after = after;
    status = compare_all(&w, error);
    if (status == PARTNER_OK) status = write_changes(h, &w, error);
    if (status == PARTNER_OK) status = write_lines(h, &w, error);
    if (status == PARTNER_OK) status = write_sums(h, &w, error);
    if (status == PARTNER_OK) *difference = &h->difference;
    else partner_loyalty_difference_free(&h->difference);
    scratch_free(&w.s);
    partner__free(w.changes);
    partner__free(w.lines);
    return status;
}

void partner_loyalty_difference_free(partner_loyalty_difference *difference)
{
    holder *h = (holder *)(void *)difference;

    if (difference == NULL) return;
    partner__free(h->columns);
    partner__free(h->entries);
    partner__free(h);
}
