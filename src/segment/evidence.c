/* SPDX-License-Identifier: MIT
 * What interactions say about each partner. A row weighs its effort in units, halved with each half-life of its
 * age. Sums are kept as integers of 2^-63 of something, so that neither the order of rows nor the number of
 * threads changes a bit; what is smaller than that is nothing. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/prefetch.h"
#include "../base/pulse.h"
#include "../record/text.h"
#include "rules.h"

enum { ROWS_PER_BLOCK = 1 << 16, BLOCKS_MAX = 1024, AHEAD = 128, LINES_PER_TASK = 1 << 14 };

/* More than this no partner needs, and the posterior is not asked for. */
static const double MOST_UNITS = 1e9;

/* What a block of rows, or the rows of a task's lines, say about all of them. */
typedef struct summary {
    int64_t last_day; /* INT64_MIN = no row in the window */
    double largest;   /* effort in the window */
    int with_effort, without_effort;
    size_t interactions, unlisted;
} summary;

/* Sums of the rows of one partner that say their effort: as it is, and aged. */
typedef struct efforts {
    partner__u128 all, consultative, transactional;
} efforts;

/* Those that do not: each counts 1, and what is left of it. */
typedef struct others {
    partner__u128 all, consultative, transactional;
} others;

typedef struct rows {
    const partner__segment_settings *set;
    const partner_segment_rules *rules;
    partner_interactions in;
    partner__lookup mode; /* PARTNER_MODE_… of each kind */
    const partner__lookup *line;
    int64_t from, to; /* INT64_MIN, INT64_MAX = open */
    int64_t last_day; /* when evidence is 0 days old */
    size_t lines, per_block, blocks, lines_per_task;
    summary *block;   /* of each block, then of each task */
    double scale;     /* of effort, a power of 2, so that sums have room */
    efforts *efforts; /* [lines] NULL = no row says its effort */
    others *others;   /* [lines] NULL = all rows do */
    partner__pulse pulse;
} rows;

static size_t block_end(const rows *r, size_t block)
{
    return r->in.rows - block * r->per_block < r->per_block ? r->in.rows : (block + 1) * r->per_block;
}

static int in_window(const rows *r, size_t row) { return r->in.day[row] >= r->from && r->in.day[row] < r->to; }

/* --- what is wrong with a row --- */

/* "a, b, c and 4 more", as many as there is room for. */
static void list_kinds(const partner_segment_rules *rules, char *text, size_t size)
{
    size_t length = 0;

    text[0] = 0;
    for (size_t i = 0; i < rules->kinds; i++) {
        char one[96];
        size_t needed;

        if (rules->kind_id != NULL) snprintf(one, sizeof one, "%s%.80s", i == 0 ? "" : ", ", rules->kind_id[i]);
        else snprintf(one, sizeof one, "%s%" PRIu32, i == 0 ? "" : ", ", rules->kind[i]);
        needed = strlen(one);
        if (length + needed + 32 > size) {
            snprintf(text + length, size - length, " and %zu more", rules->kinds - i);
            return;
        }
        memcpy(text + length, one, needed + 1);
        length += needed;
    }
}

static partner_status undeclared(const rows *r, size_t row, partner_error *error)
{
    const uint32_t partner = r->in.partner[row], kind = r->in.kind[row];
    char declared[400];

    if (kind == PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_DATA, partner__at("interactions", "kind", row, partner),
                                "interactions row %zu: kind is missing", row);
    list_kinds(r->rules, declared, sizeof declared);
    return partner__fail_at(error, PARTNER_E_DATA, partner__at("interactions", "kind", row, kind),
                            "interactions row %zu: kind %" PRIu32 " is not declared, expected %s%s", row, kind,
                            declared[0] == 0 ? "rules that declare kinds" : "one of ", declared);
}

static partner_status bad_effort(const rows *r, size_t row, partner_error *error)
{
    const partner__place at = partner__at("interactions", "effort", row, r->in.partner[row]);
    const double effort = r->in.effort[row];
    char found[32] = "infinite", unit[32];

    if (!isinf(effort)) partner__write_double(effort, found);
    if (!(effort >= 0 && effort <= PARTNER__EFFORT_MOST))
        return partner__fail_at(error, PARTNER_E_DATA, at,
                                "interactions row %zu: effort is %s, expected 0 to 10^12", row, found);
    partner__write_double(r->set->unit, unit);
    return partner__fail_at(error, PARTNER_E_DATA, at,
                            "interactions row %zu: effort is %s, expected at most 10^9 times the unit %s", row,
                            found, unit);
}

static int is_good_effort(const rows *r, double effort)
{
    if (isnan(effort)) return 1;
    if (!(effort >= 0 && effort <= PARTNER__EFFORT_MOST)) return 0;
    return r->set->unit == 0 || effort <= MOST_UNITS * r->set->unit;
}

static partner_status check_row(const rows *r, size_t row, partner_error *error)
{
    const uint32_t partner = r->in.partner[row];

    if (partner == PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_DATA, partner__at("interactions", "partner", row, partner),
                                "interactions row %zu: partner is missing", row);
    if (r->in.day[row] == PARTNER_NO_DAY)
        return partner__fail_at(error, PARTNER_E_DATA, partner__at("interactions", "day", row, partner),
                                "interactions row %zu: day is missing", row);
    if (partner__lookup_get(&r->mode, r->in.kind[row]) == PARTNER_NONE) return undeclared(r, row, error);
    if (r->in.effort != NULL && !is_good_effort(r, r->in.effort[row])) return bad_effort(r, row, error);
    return PARTNER_OK;
}

/* --- once over the rows: faults, the last day, the largest effort --- */

static partner_status look_at_block(void *context, size_t block, partner_error *error)
{
    const rows *r = context;
    summary s = {.last_day = INT64_MIN};

    for (size_t row = block * r->per_block, end = block_end(r, block); row < end; row++) {
        const double effort = r->in.effort == NULL ? NAN : r->in.effort[row];
        partner_status status = check_row(r, row, error);

        if (status != PARTNER_OK) return status;
        if (!in_window(r, row)) continue;
        if (r->in.day[row] > s.last_day) s.last_day = r->in.day[row];
        if (isnan(effort)) s.without_effort = 1;
        else s.with_effort = 1;
        if (effort > s.largest) s.largest = effort;
    }
    r->block[block] = s;
    return PARTNER_OK;
}

static void add_summary(summary *to, const summary *from)
{
    if (from->last_day > to->last_day) to->last_day = from->last_day;
    if (from->largest > to->largest) to->largest = from->largest;
    to->with_effort |= from->with_effort;
    to->without_effort |= from->without_effort;
    to->interactions += from->interactions;
    to->unlisted += from->unlisted;
}

static partner_status look_at_rows(rows *r, summary *all, partner_error *error)
{
    partner_status status;

    *all = (summary){.last_day = INT64_MIN};
    r->block = partner__alloc(r->blocks, sizeof *r->block);
    if (r->block == NULL) return partner__no_memory(error);
    status = partner__parallel(&r->set->run, r->blocks, look_at_block, r, error);
    for (size_t b = 0; b < r->blocks && status == PARTNER_OK; b++) add_summary(all, &r->block[b]);
    partner__free(r->block);
    r->block = NULL;
    return status;
}

/* --- once more: the sums --- */

/* Of 0 <= x < 2^63 the 2^-63 parts. */
static partner__u128 fixed(double x)
{
    const int64_t whole = (int64_t)x;

    return partner__u128_make((uint64_t)whole, (uint64_t)(int64_t)((x - (double)whole) * 0x1p63) << 1);
}

static double unfixed(partner__u128 x)
{
    return (double)partner__u128_high(x) + (double)partner__u128_low(x) * 0x1p-64;
}

static void add(partner__u128 *sum, double x) { *sum = partner__u128_add(*sum, fixed(x)); }

static void add_row(const rows *r, size_t row, uint32_t line)
{
    const double effort = r->in.effort == NULL ? NAN : r->in.effort[row];
    const int consultative = partner__lookup_get(&r->mode, r->in.kind[row]) == PARTNER_MODE_CONSULTATIVE;
    double left = 1;

    if (r->set->half_life_days > 0)
        left = exp2((double)(r->in.day[row] - r->last_day) / (double)r->set->half_life_days);
    if (isnan(effort)) {
        others *to = &r->others[line];
        to->all = partner__u128_add(to->all, partner__u128_make(1, 0));
        add(consultative ? &to->consultative : &to->transactional, left);
    } else {
        efforts *to = &r->efforts[line];
        add(&to->all, effort * r->scale);
        add(consultative ? &to->consultative : &to->transactional, effort * r->scale * left);
    }
}

/* The line that a row counts for, if it is one of a task's. */
static uint32_t line_of(const rows *r, size_t row, size_t first, summary *s)
{
    uint32_t line;

    if (!in_window(r, row)) return PARTNER_NONE;
    line = partner__lookup_get(r->line, r->in.partner[row]);
    s->unlisted += line == PARTNER_NONE;
    if (line < first || line - first >= r->lines_per_task) return PARTNER_NONE;
    s->interactions++;
    return line;
}

/* All rows of some lines. Whom a row is about is read ahead, because their sums lie anywhere. */
static partner_status add_lines(void *context, size_t task, partner_error *error)
{
    rows *r = context;
    const size_t first = task * r->lines_per_task;
    summary s = {.last_day = INT64_MIN};
    uint32_t line[AHEAD];

    for (size_t row = 0; row < r->in.rows; row += AHEAD) {
        const size_t count = r->in.rows - row < AHEAD ? r->in.rows - row : AHEAD;
        partner_status status = row % ROWS_PER_BLOCK == 0 ? partner__pulse_ask(&r->pulse, error) : PARTNER_OK;

        if (status != PARTNER_OK) return status;
        for (size_t i = 0; i < count; i++) {
            line[i] = line_of(r, row + i, first, &s);
            if (line[i] == PARTNER_NONE) continue;
            if (r->efforts != NULL) partner__prefetch_for_write(&r->efforts[line[i]]);
            else partner__prefetch_for_write(&r->others[line[i]]);
        }
        for (size_t i = 0; i < count; i++)
            if (line[i] != PARTNER_NONE) add_row(r, row + i, line[i]);
    }
    /* Each task has seen all that are unlisted. */
    if (task > 0) s.unlisted = 0;
    r->block[task] = s;
    return PARTNER_OK;
}

/* One task per thread, as each goes over all rows. */
static partner_status add_all(rows *r, summary *all, partner_error *error)
{
    const uint32_t tasks = partner__threads(&r->set->run, r->lines / LINES_PER_TASK + 1);
    int exponent;
    partner_status status;

    /* Each term is below 2^22: there is room for 2^40 of them. */
    frexp(all->largest, &exponent);
    r->scale = ldexp(1, all->largest > 0x1p-900 ? 22 - exponent : 922);
    r->lines_per_task = r->lines / tasks + 1;
    r->block = partner__alloc(tasks, sizeof *r->block);
    if (all->with_effort) r->efforts = partner__alloc_zero(r->lines, sizeof *r->efforts);
    if (all->without_effort) r->others = partner__alloc_zero(r->lines, sizeof *r->others);
    if (r->block == NULL || (all->with_effort && r->efforts == NULL) ||
        (all->without_effort && r->others == NULL))
        return partner__no_memory(error);
    partner__pulse_start(&r->pulse, &r->set->run);
    status = partner__parallel(&r->set->run, tasks, add_lines, r, error);
    for (uint32_t i = 0; i < tasks && status == PARTNER_OK; i++) add_summary(all, &r->block[i]);
    return status;
}

/* --- what comes of them --- */

static size_t rows_of(const others *o) { return (size_t)partner__u128_high(o->all); }

/* The unit: as given, or the mean effort of those rows that say one; 1 where none does. */
static double find_unit(const rows *r, size_t interactions)
{
    partner__u128 effort = partner__u128_from(0);
    size_t with_effort = interactions;

    if (r->set->unit > 0) return r->set->unit;
    for (size_t i = 0; i < r->lines; i++) {
        if (r->efforts != NULL) effort = partner__u128_add(effort, r->efforts[i].all);
        if (r->others != NULL) with_effort -= rows_of(&r->others[i]);
    }
    return with_effort == 0 ? 1 : unfixed(effort) / (double)with_effort / r->scale;
}

static partner_status too_much(uint32_t partner, double units, partner_error *error)
{
    char found[32];

    partner__write_double(units, found);
    return partner__fail_at(
        error, PARTNER_E_RANGE, partner__at("interactions", "effort", PARTNER_NO_ROW, partner),
        "interactions of partner %" PRIu32 " weigh as much as %s of one unit of effort, expected at most 10^9",
        partner, found);
}

/* Where the unit is 0, no row took any effort, and none says anything. */
static partner_status deliver(const rows *r, const partner_portfolio *portfolio, partner__evidence *evidence,
                              partner_error *error)
{
    const double unit = evidence->unit * r->scale;

    for (size_t i = 0; i < r->lines; i++) {
        double c = 0, t = 0, effort = 0;

        if (unit > 0 && r->efforts != NULL) {
            c = unfixed(r->efforts[i].consultative) / unit;
            t = unfixed(r->efforts[i].transactional) / unit;
            effort = unfixed(r->efforts[i].all) / r->scale;
        }
        if (unit > 0 && r->others != NULL) {
            c += unfixed(r->others[i].consultative);
            t += unfixed(r->others[i].transactional);
            effort += (double)rows_of(&r->others[i]) * evidence->unit;
        }
        if (c + t > MOST_UNITS)
            return too_much(portfolio->partner == NULL ? (uint32_t)i : portfolio->partner[i], c + t, error);
        evidence->consultative[i] = c;
        evidence->transactional[i] = t;
        evidence->effort[i] = effort;
        if (c + t > 0) evidence->with_evidence++;
    }
    return PARTNER_OK;
}

/* --- all of it --- */

static partner_status check_columns(const partner_interactions *in, partner_error *error)
{
    const char *missing = in->partner == NULL ? "partner" : in->day == NULL ? "day" : "kind";

    if (in->rows == 0 || (in->partner != NULL && in->day != NULL && in->kind != NULL)) return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_ARGUMENT,
                            partner__at("interactions", missing, PARTNER_NO_ROW, PARTNER_NONE),
                            "interactions: %s is NULL, expected a column of %zu rows", missing, in->rows);
}

static partner_status learn_kinds(rows *r, partner__arena *arena, partner_error *error)
{
    const partner_segment_rules *rules = r->rules;
    uint32_t highest = 0;
    partner_status status;

    for (size_t i = 0; i < rules->kinds; i++)
        if (rules->kind[i] > highest) highest = rules->kind[i];
    status = partner__lookup_new(&r->mode, rules->kinds, highest, arena, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < rules->kinds; i++)
        *partner__lookup_at(&r->mode, rules->kind[i]) = rules->kind_mode[i];
    return PARTNER_OK;
}

static int64_t day_of(int32_t option, int64_t open)
{
    if (option == 0) return open;
    return option == PARTNER_DAY_0 ? 0 : option;
}

static void take_window(rows *r, const partner_portfolio *portfolio)
{
    r->from = day_of(portfolio->from_day, INT64_MIN);
    r->to = day_of(portfolio->to_day, INT64_MAX);
    r->per_block = r->in.rows / BLOCKS_MAX + 1;
    if (r->per_block < ROWS_PER_BLOCK) r->per_block = ROWS_PER_BLOCK;
    r->blocks = r->in.rows / r->per_block + (r->in.rows % r->per_block != 0);
}

static partner_status new_columns(size_t lines, partner__arena *arena, partner__evidence *evidence,
                                  partner_error *error)
{
    evidence->consultative = partner__arena_alloc(arena, lines, sizeof *evidence->consultative);
    evidence->transactional = partner__arena_alloc(arena, lines, sizeof *evidence->transactional);
    evidence->effort = partner__arena_alloc(arena, lines, sizeof *evidence->effort);
    if (evidence->consultative == NULL || evidence->transactional == NULL || evidence->effort == NULL)
        return partner__no_memory(error);
    return PARTNER_OK;
}

static partner_status sum_up(rows *r, const partner_portfolio *portfolio, partner__evidence *evidence,
                             partner_error *error)
{
    summary all;
    partner_status status = look_at_rows(r, &all, error);

    if (status != PARTNER_OK) return status;
    r->last_day = r->to - 1;
    if (r->to == INT64_MAX) {
        r->last_day = day_of(portfolio->last_day, all.last_day);
        if (all.last_day > r->last_day) r->last_day = all.last_day;
    }
    status = add_all(r, &all, error);
    if (status != PARTNER_OK) return status;
    evidence->interactions = all.interactions;
    evidence->unlisted = all.unlisted;
    evidence->unit = all.interactions == 0 ? NAN : find_unit(r, all.interactions);
    return deliver(r, portfolio, evidence, error);
}

partner_status partner__evidence_sum(const partner__segment_settings *set, const partner_segment_rules *rules,
                                     const partner_portfolio *portfolio,
                                     const partner_interactions *interactions, const partner__lookup *line,
                                     partner__arena *arena, partner__evidence *evidence, partner_error *error)
{
    rows r = {.set = set, .rules = rules, .line = line, .lines = portfolio->rows};
    partner__evidence found = {.with_evidence = 0};
    partner_status status = partner__take(&r.in, sizeof r.in, interactions, 0, "interactions", error);

    if (status == PARTNER_OK) status = check_columns(&r.in, error);
    if (status == PARTNER_OK) status = learn_kinds(&r, arena, error);
    if (status == PARTNER_OK) status = new_columns(r.lines, arena, &found, error);
    if (status != PARTNER_OK) return status;
    take_window(&r, portfolio);
    status = sum_up(&r, portfolio, &found, error);
    partner__free(r.block);
    partner__free(r.efforts);
    partner__free(r.others);
    if (status == PARTNER_OK) *evidence = found;
    return status;
}
