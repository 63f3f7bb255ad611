/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <math.h>
#include <partner/totals.h>
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "tally.h"

/* What totals are made of: the tally's sums, and who the roster says is there. Columns have `partners` elements
 * and are NULL where the roster does not ask for them. */
typedef struct channel {
    const partner_tally *tally;
    const partner__cells *cells; /* the tally's, or with roll_up the families' */
    partner_roster roster;
    int has_roster;
    size_t partners;       /* indexes are below this */
    uint32_t *row;         /* the partner's row of the roster, or PARTNER_NONE */
    uint8_t *enrolled;     /* 1 = has a line; NULL = everyone */
    int64_t *target;       /* PARTNER_NO_AMOUNT = none */
    uint32_t *root;        /* with roll_up: the head of the partner's family */
    partner__cells family; /* with roll_up: sums by root */
} channel;

/* The result and the block its columns lie in. */
typedef struct holder {
    partner_totals totals;
    void *columns;
} holder;

/* Reading the roster */

static partner__place in_roster(const char *field, size_t row, uint32_t partner)
{
    return partner__at("roster", field, row, partner);
}

static uint32_t roster_partner(const partner_roster *r, size_t row)
{
    return r->partner == NULL ? (uint32_t)row : r->partner[row];
}

static partner_status check_index(const char *field, size_t row, uint32_t partner, size_t limit,
                                  partner_error *error)
{
    if (partner < limit) return PARTNER_OK;
    if (partner == PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_DATA, in_roster(field, row, partner),
                                "roster row %zu: %s is missing", row, field);
    return partner__fail_at(error, PARTNER_E_DATA, in_roster(field, row, partner),
                            "roster row %zu: %s index %" PRIu32 " is out of range, expected below %zu", row,
                            field, partner, limit);
}

/* How far indexes reach: as given, or as far as rows and roster go. */
static partner_status count_partners(channel *c, int roll_up, partner_error *error)
{
    size_t limit = c->tally->partners > 0 ? c->tally->partners : PARTNER_NONE;
    const partner_roster *r = &c->roster;

    c->partners = c->tally->partners > 0 ? c->tally->partners : c->tally->size;
    for (size_t i = 0; c->has_roster && i < r->rows; i++) {
        uint32_t partner = roster_partner(r, i), parent = PARTNER_NONE;
        partner_status status = check_index("partner", i, partner, limit, error);

        if (roll_up) parent = r->parent[i];
        if (status == PARTNER_OK && parent != PARTNER_NONE)
            status = check_index("parent", i, parent, limit, error);
        if (status != PARTNER_OK) return status;
        if (partner >= c->partners) c->partners = (size_t)partner + 1;
        if (parent != PARTNER_NONE && parent >= c->partners) c->partners = (size_t)parent + 1;
    }
    return PARTNER_OK;
}

/* Whether [joined, left) and the window have a day in common. */
static int meets_window(const partner_tally *t, int32_t joined, int32_t left)
{
    int64_t start = joined, end = left == PARTNER_NO_DAY ? (int64_t)INT32_MAX + 1 : left;

    if (t->from_day > start) start = t->from_day;
    if (t->to_day != PARTNER_NO_DAY && t->to_day < end) end = t->to_day;
    return start < end;
}

static partner_status read_row(channel *c, size_t i, partner_error *error)
{
    const partner_roster *r = &c->roster;
    uint32_t partner = roster_partner(r, i);
    int32_t joined = r->joined == NULL ? PARTNER_NO_DAY : r->joined[i];
    int32_t left = r->left == NULL ? PARTNER_NO_DAY : r->left[i];
    int64_t target = r->target == NULL ? PARTNER_NO_AMOUNT : r->target[i];

    if (c->row[partner] != PARTNER_NONE)
        return partner__fail_at(error, PARTNER_E_DATA, in_roster("partner", i, partner),
                                "roster row %zu: partner %" PRIu32 " is listed already in row %" PRIu32
                                ", expected each partner once",
                                i, partner, c->row[partner]);
    if (left != PARTNER_NO_DAY && left < joined)
        return partner__fail_at(error, PARTNER_E_DATA, in_roster("left", i, partner),
                                "roster row %zu: left on day %" PRId32 " before joined on day %" PRId32
                                ", expected left not before joined",
                                i, left, joined);
    if (target < 0 && target != PARTNER_NO_AMOUNT)
        return partner__fail_at(error, PARTNER_E_DATA, in_roster("target", i, partner),
                                "roster row %zu: target is %" PRId64 " minor units, expected 0 or more", i,
                                target);
    c->row[partner] = (uint32_t)i;
    if (meets_window(c->tally, joined, left)) c->enrolled[partner] = 1;
    return PARTNER_OK;
}

static int has_rows(const channel *c, size_t partner)
{
    const partner__cells *cells = &c->tally->cells;
    return partner < cells->count && cells->at[partner].rows > 0;
}

static partner_status read_roster(channel *c, partner_error *error)
{
    const partner_roster *r = &c->roster;
    partner_status status = PARTNER_OK;

    c->row = partner__alloc(c->partners, sizeof *c->row);
    c->enrolled = partner__alloc_zero(c->partners, sizeof *c->enrolled);
    if (c->row == NULL || c->enrolled == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < c->partners; i++) c->row[i] = PARTNER_NONE;
    for (size_t i = 0; i < r->rows && status == PARTNER_OK; i++) status = read_row(c, i, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < c->partners; i++) c->enrolled[i] |= (uint8_t)has_rows(c, i);
    if (r->target == NULL) return PARTNER_OK;
    c->target = partner__alloc(c->partners, sizeof *c->target);
    if (c->target == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < c->partners; i++) {
        int counts = c->enrolled[i] && c->row[i] != PARTNER_NONE;
        c->target[i] = counts ? r->target[c->row[i]] : PARTNER_NO_AMOUNT;
    }
    return PARTNER_OK;
}

/* Families */

static uint32_t parent_of(const channel *c, uint32_t partner)
{
    uint32_t row = c->row[partner];
    return row == PARTNER_NONE ? PARTNER_NONE : c->roster.parent[row];
}

/* Names the partner of the cycle with the smallest index. */
static partner_status cycle(const channel *c, uint32_t member, partner_error *error)
{
    uint32_t least = member;

    for (uint32_t p = parent_of(c, member); p != member; p = parent_of(c, p))
        if (p < least) least = p;
    return partner__fail_at(error, PARTNER_E_DATA, in_roster("parent", c->row[least], least),
                            "roster row %" PRIu32 ": the parents of partner %" PRIu32
                            " lead back to itself by way of partner %" PRIu32 ", expected no cycle",
                            c->row[least], least, parent_of(c, least));
}

/* Walks up from each partner to one whose root is known or who has no parent, then gives that root to all on
 * the way: every partner is walked over twice. A way longer than there are partners goes round in a cycle. */
static partner_status find_roots(channel *c, partner_error *error)
{
    c->root = partner__alloc(c->partners, sizeof *c->root);
    if (c->root == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < c->partners; i++) c->root[i] = PARTNER_NONE;
    for (size_t i = 0; i < c->partners; i++) {
        uint32_t top = (uint32_t)i, root;
        size_t steps = 0;

        while (c->root[top] == PARTNER_NONE && parent_of(c, top) != PARTNER_NONE) {
            top = parent_of(c, top);
            if (++steps > c->partners) return cycle(c, top, error);
        }
        root = c->root[top] == PARTNER_NONE ? top : c->root[top];
        for (uint32_t p = (uint32_t)i; c->root[p] == PARTNER_NONE; p = parent_of(c, p)) {
            c->root[p] = root;
            if (p == top) break;
        }
    }
    return PARTNER_OK;
}

static partner_status add_target(channel *c, uint32_t root, int64_t target, partner_error *error)
{
    int64_t *sum = &c->target[root];

    if (*sum == PARTNER_NO_AMOUNT) *sum = 0;
    if (target > INT64_MAX - *sum)
        return partner__fail_at(error, PARTNER_E_RANGE, partner__at("roster", "target", PARTNER_NO_ROW, root),
                                "the targets of the family of partner %" PRIu32 " sum to more than %" PRId64
                                " minor units",
                                root, INT64_MAX);
    *sum += target;
    return PARTNER_OK;
}

/* Gives everything a partner has to the head of its family. */
static partner_status roll_up(channel *c, partner_error *error)
{
    const partner__cells *cells = &c->tally->cells;
    partner_status status = find_roots(c, error);

    if (status == PARTNER_OK) status = partner__cells_new(&c->family, c->partners, error);
    for (size_t i = 0; i < cells->count && status == PARTNER_OK; i++)
        partner__cell_add(&c->family.at[c->root[i]], &cells->at[i]);
    for (size_t i = 0; i < c->partners && status == PARTNER_OK; i++) {
        uint32_t root = c->root[i];
        status = partner__cell_check(&c->family.at[i], (uint32_t)i, error);
        if (root == i) continue;
        if (status == PARTNER_OK && c->target != NULL && c->target[i] != PARTNER_NO_AMOUNT)
            status = add_target(c, root, c->target[i], error);
        c->enrolled[root] |= c->enrolled[i];
    }
    /* Only now: a root may come after its members. */
    for (size_t i = 0; i < c->partners && status == PARTNER_OK; i++)
        if (c->root[i] != i) c->enrolled[i] = 0;
    c->cells = &c->family;
    return status;
}

static void free_channel(channel *c)
{
    partner__free(c->row);
    partner__free(c->enrolled);
    partner__free(c->target);
    partner__free(c->root);
    partner__cells_free(&c->family);
}

/* The result */

static size_t count_lines(const channel *c)
{
    size_t lines = 0;

    if (c->enrolled == NULL) return c->partners;
    for (size_t i = 0; i < c->partners; i++) lines += c->enrolled[i];
    return lines;
}

static void *carve(char **at, size_t lines, size_t size)
{
    void *column = *at;
    *at += lines * size;
    return column;
}

/* The columns while they are written. */
typedef struct columns {
    int64_t *revenue, *gross, *returned, *margin;
    uint64_t *sales, *returns;
    double *attainment;
    uint32_t *partner, *group;
    int32_t *first_day, *last_day;
} columns;

/* One block for all columns, those of eight bytes first. */
static partner_status new_columns(const channel *c, size_t lines, columns *to, holder *h, partner_error *error)
{
    enum { EIGHTS = 7, FOURS = 4 };
    char *at = partner__alloc(lines, EIGHTS * 8 + FOURS * 4);

    if (at == NULL) return partner__no_memory(error);
    memset(to, 0, sizeof *to);
    h->columns = at;
    to->revenue = carve(&at, lines, 8);
    to->gross = carve(&at, lines, 8);
    to->returned = carve(&at, lines, 8);
    to->sales = carve(&at, lines, 8);
    to->returns = carve(&at, lines, 8);
    if (c->tally->has_margin) to->margin = carve(&at, lines, 8);
    if (c->target != NULL) to->attainment = carve(&at, lines, 8);
    to->partner = carve(&at, lines, 4);
    to->first_day = carve(&at, lines, 4);
    to->last_day = carve(&at, lines, 4);
    if (c->has_roster && c->roster.group != NULL) to->group = carve(&at, lines, 4);
    return PARTNER_OK;
}

static double attainment(int64_t revenue, int64_t target)
{
    double ratio;

    if (target <= 0) return NAN; /* none, or one that says nothing */
    ratio =
        partner__ratio(partner__u128_from(partner__magnitude(revenue)), partner__u128_from((uint64_t)target));
    return revenue < 0 ? -ratio : ratio;
}

static void write_line(const channel *c, size_t partner, size_t line, const columns *to)
{
    static const partner__cell empty = {0, 0, 0, 0, 0, 0, 0, 0, 0};
    const partner__cell *cell = partner < c->cells->count ? &c->cells->at[partner] : &empty;

    to->partner[line] = (uint32_t)partner;
    to->gross[line] = (int64_t)cell->gross;
    to->returned[line] = (int64_t)cell->returned;
    to->revenue[line] = to->gross[line] - to->returned[line];
    to->sales[line] = cell->sales;
    to->returns[line] = cell->returns;
    to->first_day[line] = partner__day_of_code(0 - cell->first);
    to->last_day[line] = partner__day_of_code(cell->last);
    if (to->margin != NULL) to->margin[line] = (int64_t)cell->gained - (int64_t)cell->lost;
    if (to->attainment != NULL) to->attainment[line] = attainment(to->revenue[line], c->target[partner]);
    if (to->group != NULL)
        to->group[line] = c->row[partner] == PARTNER_NONE ? PARTNER_NONE : c->roster.group[c->row[partner]];
}

/* The sum may leave 64 bits on the way and come back: 128 bits for either sign. */
static partner_status total_revenue(const int64_t *revenue, size_t lines, int64_t *total, partner_error *error)
{
    partner__u128 positive = partner__u128_from(0), negative = positive, rest;
    int below;

    for (size_t i = 0; i < lines; i++) {
        partner__u128 amount = partner__u128_from(partner__magnitude(revenue[i]));
        if (revenue[i] < 0) negative = partner__u128_add(negative, amount);
        else positive = partner__u128_add(positive, amount);
    }
    below = partner__u128_less(positive, negative);
    rest = below ? partner__u128_sub(negative, positive) : partner__u128_sub(positive, negative);
    if (partner__u128_high(rest) != 0 || partner__u128_low(rest) > (uint64_t)INT64_MAX)
        return partner__fail_at(
            error, PARTNER_E_RANGE, partner__at("sales", "amount", PARTNER_NO_ROW, PARTNER_NONE),
            "the revenue of all partners together leaves 64 bits: it is %s%" PRId64 " minor units",
            below ? "below -" : "above ", INT64_MAX);
    *total = below ? -(int64_t)partner__u128_low(rest) : (int64_t)partner__u128_low(rest);
    return PARTNER_OK;
}

static void write_scalars(const channel *c, const columns *to, size_t lines, partner_totals *t)
{
    const partner_tally *tally = c->tally;

    t->partners = lines;
    for (size_t i = 0; i < lines; i++) t->active += to->sales[i] >= tally->min_sales;
    t->activity_rate = partner__ratio(partner__u128_from(t->active), partner__u128_from(lines));
    t->rows = tally->rows;
    t->from_day = tally->from_day;
    t->to_day = tally->to_day;
    t->last_day_seen = tally->last_day_seen;
    t->minor_units = tally->minor_units;
    t->partner = to->partner;
    t->revenue = to->revenue;
    t->gross = to->gross;
    t->returned = to->returned;
    t->margin = to->margin;
    t->sales = to->sales;
    t->returns = to->returns;
    t->first_day = to->first_day;
    t->last_day = to->last_day;
    t->attainment = to->attainment;
    t->group = to->group;
}

static partner_status write_totals(const channel *c, partner_totals **totals, partner_error *error)
{
    size_t lines = count_lines(c), line = 0;
    holder *h = partner__alloc_zero(1, sizeof *h);
    columns to;
    partner_status status;

    if (h == NULL) return partner__no_memory(error);
    status = new_columns(c, lines, &to, h, error);
    for (size_t i = 0; i < c->partners && status == PARTNER_OK; i++)
        if (c->enrolled == NULL || c->enrolled[i]) write_line(c, i, line++, &to);
    if (status == PARTNER_OK) status = total_revenue(to.revenue, lines, &h->totals.revenue_total, error);
    if (status != PARTNER_OK) {
        partner_totals_free(&h->totals);
        return status;
    }
    write_scalars(c, &to, lines, &h->totals);
    *totals = &h->totals;
    return PARTNER_OK;
}

void partner_totals_free(partner_totals *totals)
{
    holder *h = (holder *)(void *)totals;

    if (totals == NULL) return;
    partner__free(h->columns);
    partner__free(h);
}

/* The calls */

static partner_status differs(partner_error *error, const char *what, long long option, long long tally)
{
    return partner__fail(error, PARTNER_E_STATE,
                         "%s is %lld in the options and %lld in the tally, expected none or the tally's", what,
                         option, tally);
}

/* A tally's rows were chosen long ago: options may only repeat how. */
static partner_status fit_tally(const partner_tally *t, const partner_totals_options *o, partner_error *error)
{
    int32_t from = partner__option_day(o->from_day), to = partner__option_day(o->to_day);

    if (from != PARTNER_NO_DAY && from != t->from_day) return differs(error, "from_day", from, t->from_day);
    if (to != PARTNER_NO_DAY && to != t->to_day) return differs(error, "to_day", to, t->to_day);
    if (o->min_sales != 0 && o->min_sales != t->min_sales)
        return differs(error, "min_sales", o->min_sales, t->min_sales);
    if (o->minor_units != 0 && partner__option_places(o->minor_units) != t->minor_units)
        return differs(error, "minor_units", partner__option_places(o->minor_units), t->minor_units);
    if (o->partners != 0 && o->partners != t->partners)
        return differs(error, "partners", (long long)o->partners, (long long)t->partners);
    if (o->roster != NULL && t->foreign)
        return partner__fail(
            error, PARTNER_E_STATE,
            "the tally was loaded without its dictionary, so a roster's indexes cannot be told "
            "from its own: load it with the dictionary");
    return PARTNER_OK;
}

static partner_status take_roster(channel *c, const partner_totals_options *o, partner_error *error)
{
    partner_status status = PARTNER_OK;

    if (o->roster != NULL) {
        status = partner__take(&c->roster, sizeof c->roster, o->roster, 0, "roster", error);
        c->has_roster = 1;
    }
    if (status != PARTNER_OK) return status;
    if (o->roll_up && (!c->has_roster || (c->roster.parent == NULL && c->roster.rows > 0)))
        return partner__fail_at(error, PARTNER_E_ARGUMENT,
                                partner__at("roster", "parent", PARTNER_NO_ROW, PARTNER_NONE),
                                "roll_up is 1, expected a roster with the column parent");
    if (c->has_roster && c->roster.partner == NULL && c->roster.rows > PARTNER_NONE)
        return partner__fail(error, PARTNER_E_ARGUMENT, "the roster has %zu rows, expected at most %" PRIu32,
                             c->roster.rows, PARTNER_NONE);
    return PARTNER_OK;
}

partner_status partner_totals_from_tally(const partner_tally *tally, const partner_totals_options *options,
                                         partner_totals **totals, partner_error *error)
{
    partner_totals_options o;
    partner__run run;
    channel c;
    partner_status status;

    if (tally == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "tally is NULL");
    if (totals == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "totals is NULL");
    memset(&c, 0, sizeof c);
    c.tally = tally;
    c.cells = &tally->cells;
    status = partner__totals_take(&o, options, error);
    if (status == PARTNER_OK) status = fit_tally(tally, &o, error);
    if (status == PARTNER_OK) status = take_roster(&c, &o, error);
    if (status != PARTNER_OK) return status;
    run.threads = 1;
    run.interrupt = o.interrupt;
    run.interrupt_data = o.interrupt_data;
    status = partner__ask(&run, error);
    if (status == PARTNER_OK) status = count_partners(&c, o.roll_up, error);
    if (status == PARTNER_OK && c.has_roster) status = read_roster(&c, error);
    if (status == PARTNER_OK && o.roll_up) status = roll_up(&c, error);
    if (status == PARTNER_OK) status = write_totals(&c, totals, error);
    free_channel(&c);
    return status;
}

partner_status partner_totals_new(const partner_sales *sales, const partner_totals_options *options,
                                  partner_totals **totals, partner_error *error)
{
    partner_tally *tally = NULL;
    partner_status status;

    if (totals == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "totals is NULL");
    status = partner_tally_new(options, &tally, error);
    if (status == PARTNER_OK) status = partner_tally_add(tally, sales, error);
    if (status == PARTNER_OK) status = partner_totals_from_tally(tally, options, totals, error);
    partner_tally_free(tally);
    return status;
}
