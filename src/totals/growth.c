/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <math.h>
#include <partner/totals.h>
#include <string.h>

#include "../base/days.h"
#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "tally.h"

enum { STATES = PARTNER_GROWTH_NONE + 1 };

/* The result with all that hangs on it. */
typedef struct holder {
    partner_growth growth;
    partner_growth_states states;
    uint8_t state[STATES];
    size_t partners[STATES];
    int64_t change[STATES];
    void *columns;
} holder;

/* The columns while they are written. */
typedef struct columns {
    int64_t *previous_revenue, *revenue;
    double *growth;
    uint32_t *partner;
    uint8_t *state;
} columns;

/* A sum of signed 64-bit numbers that cannot overflow. */
typedef struct wide_sum {
    partner__u128 up, down;
} wide_sum;

static void add_change(wide_sum *sum, int64_t before, int64_t after)
{
    /* The difference of any two int64_t fits 64 bits without its sign. */
    if (after >= before)
        sum->up = partner__u128_add(sum->up, partner__u128_from((uint64_t)after - (uint64_t)before));
    else sum->down = partner__u128_add(sum->down, partner__u128_from((uint64_t)before - (uint64_t)after));
}

static partner_status value_of(const wide_sum *sum, int64_t *value, const char *what, partner_error *error)
{
    int below = partner__u128_less(sum->up, sum->down);
    partner__u128 rest = below ? partner__u128_sub(sum->down, sum->up) : partner__u128_sub(sum->up, sum->down);

    if (partner__u128_high(rest) != 0 || partner__u128_low(rest) > (uint64_t)INT64_MAX)
        return partner__fail(error, PARTNER_E_RANGE,
                             "the change of %s between the windows is more than %" PRId64 " minor units", what,
                             INT64_MAX);
    *value = below ? -(int64_t)partner__u128_low(rest) : (int64_t)partner__u128_low(rest);
    return PARTNER_OK;
}

static double growth_of(int64_t before, int64_t after)
{
    uint64_t change;
    double ratio;

    if (before <= 0) return NAN;
    change = after < before ? (uint64_t)before - (uint64_t)after : (uint64_t)after - (uint64_t)before;
    ratio = partner__ratio(partner__u128_from(change), partner__u128_from((uint64_t)before));
    return after < before ? -ratio : ratio;
}

static uint8_t state_of(int64_t before, int64_t after)
{
    if (before <= 0) return after > 0 ? PARTNER_GROWTH_NEW : PARTNER_GROWTH_NONE;
    if (after <= 0) return PARTNER_GROWTH_LOST;
    if (after == before) return PARTNER_GROWTH_STEADY;
    return after > before ? PARTNER_GROWTH_GROWN : PARTNER_GROWTH_SHRUNK;
}

/* The windows */

/* Whether two days are the same day of a year; *years receives by how many they differ. */
static int same_date(int32_t before, int32_t after, int64_t *years)
{
    partner__date a = partner__date_from_day(before), b = partner__date_from_day(after);

    *years = (int64_t)b.year - a.year;
    return a.month == b.month && a.day == b.day;
}

static partner_status check_windows(const partner_totals *before, const partner_totals *after,
                                    partner_error *error)
{
    int64_t length_before, length_after, years_from, years_to;

    if (before->from_day == PARTNER_NO_DAY || before->to_day == PARTNER_NO_DAY)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "the window before has no %s, expected two windows with both ends",
                             before->from_day == PARTNER_NO_DAY ? "first day" : "end");
    if (after->from_day == PARTNER_NO_DAY || after->to_day == PARTNER_NO_DAY)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "the window has no %s, expected two windows with both ends",
                             after->from_day == PARTNER_NO_DAY ? "first day" : "end");
    length_before = (int64_t)before->to_day - before->from_day;
    length_after = (int64_t)after->to_day - after->from_day;
    if (length_before == length_after) return PARTNER_OK;
    if (same_date(before->from_day, after->from_day, &years_from) &&
        same_date(before->to_day, after->to_day, &years_to) && years_from == years_to)
        return PARTNER_OK;
    return partner__fail(error, PARTNER_E_ARGUMENT,
                         "the window before has %" PRId64 " days and the window %" PRId64
                         ", expected equal lengths or the same calendar dates of different years",
                         length_before, length_after);
}

/* The lines */

/* The next partner of either list: its line in each, or SIZE_MAX in one. */
typedef struct pair {
    size_t before, after;
} pair;

static int next_pair(const partner_totals *before, const partner_totals *after, pair *at, pair *found)
{
    int more_before = at->before < before->partners, more_after = at->after < after->partners;
    uint32_t a = more_before ? before->partner[at->before] : PARTNER_NONE;
    uint32_t b = more_after ? after->partner[at->after] : PARTNER_NONE;

    found->before = more_before && a <= b ? at->before++ : SIZE_MAX;
    found->after = more_after && b <= a ? at->after++ : SIZE_MAX;
    return more_before || more_after;
}

static size_t count_lines(const partner_totals *before, const partner_totals *after)
{
    pair at = {0, 0}, found;
    size_t lines = 0;

    while (next_pair(before, after, &at, &found)) lines++;
    return lines;
}

/* One block for all columns, those of eight bytes first. */
static partner_status new_columns(holder *h, size_t lines, columns *to, partner_error *error)
{
    char *block = partner__alloc(lines, 3 * 8 + 4 + 1);

    if (block == NULL) return partner__no_memory(error);
    h->columns = block;
    to->previous_revenue = (int64_t *)(void *)block;
    to->revenue = to->previous_revenue + lines;
    to->growth = (double *)(void *)(to->revenue + lines);
    to->partner = (uint32_t *)(void *)(to->growth + lines);
    to->state = (uint8_t *)(to->partner + lines);
    return PARTNER_OK;
}

static void write_lines(const partner_totals *before, const partner_totals *after, const columns *to,
                        wide_sum changes[STATES], size_t partners[STATES])
{
    pair at = {0, 0}, found;

    for (size_t line = 0; next_pair(before, after, &at, &found); line++) {
        int64_t r1 = found.before == SIZE_MAX ? 0 : before->revenue[found.before];
        int64_t r2 = found.after == SIZE_MAX ? 0 : after->revenue[found.after];
        uint8_t state = state_of(r1, r2);

        to->partner[line] =
            found.before == SIZE_MAX ? after->partner[found.after] : before->partner[found.before];
        to->previous_revenue[line] = r1;
        to->revenue[line] = r2;
        to->growth[line] = growth_of(r1, r2);
        to->state[line] = state;
        partners[state]++;
        add_change(&changes[state], r1, r2);
    }
}

static partner_status write_states(holder *h, const wide_sum changes[STATES], partner_error *error)
{
    static const char *const whose[STATES] = {"new partners",    "lost partners",   "grown partners",
                                              "shrunk partners", "steady partners", "partners without revenue"};
    partner_status status = PARTNER_OK;

    for (uint8_t i = 0; i < STATES && status == PARTNER_OK; i++) {
        h->state[i] = i;
        status = value_of(&changes[i], &h->change[i], whose[i], error);
    }
    h->states.states = STATES;
    h->states.state = h->state;
    h->states.partners = h->partners;
    h->states.change = h->change;
    h->growth.states = &h->states;
    return status;
}

static partner_status write_scalars(const partner_totals *before, const partner_totals *after,
                                    partner_growth *g, partner_error *error)
{
    wide_sum whole = {partner__u128_from(0), partner__u128_from(0)};

    g->previous_from_day = before->from_day;
    g->previous_to_day = before->to_day;
    g->from_day = after->from_day;
    g->to_day = after->to_day;
    g->previous_total = before->revenue_total;
    g->total = after->revenue_total;
    g->growth_total = growth_of(g->previous_total, g->total);
    g->after_last_day = (int64_t)after->to_day > (int64_t)after->last_day_seen + 1;
    g->minor_units = after->minor_units;
    add_change(&whole, g->previous_total, g->total);
    return value_of(&whole, &g->change, "revenue", error);
}

static partner_status write_growth(const partner_totals *before, const partner_totals *after, holder *h,
                                   partner_error *error)
{
    wide_sum changes[STATES];
    columns to = {NULL, NULL, NULL, NULL, NULL};
    partner_growth *g = &h->growth;
    partner_status status;

    for (int i = 0; i < STATES; i++) changes[i].up = changes[i].down = partner__u128_from(0);
    g->partners = count_lines(before, after);
    status = write_scalars(before, after, g, error);
    if (status == PARTNER_OK) status = new_columns(h, g->partners, &to, error);
    if (status != PARTNER_OK) return status;
    write_lines(before, after, &to, changes, h->partners);
    g->partner = to.partner;
    g->previous_revenue = to.previous_revenue;
    g->revenue = to.revenue;
    g->growth = to.growth;
    g->state = to.state;
    return write_states(h, changes, error);
}

/* The calls */

partner_status partner_growth_between(const partner_totals *previous, const partner_totals *current,
                                      partner_growth **growth, partner_error *error)
{
    holder *h;
    partner_status status;

    if (previous == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "previous is NULL");
    if (current == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "current is NULL");
    if (growth == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "growth is NULL");
    status = check_windows(previous, current, error);
    if (status != PARTNER_OK) return status;
    if (previous->minor_units != current->minor_units)
        return partner__fail(error, PARTNER_E_STATE,
                             "minor_units is %u in the totals before and %u in the totals, expected the same",
                             (unsigned)previous->minor_units, (unsigned)current->minor_units);
    h = partner__alloc_zero(1, sizeof *h);
    if (h == NULL) return partner__no_memory(error);
    status = write_growth(previous, current, h, error);
    if (status == PARTNER_OK) *growth = &h->growth;
    else partner_growth_free(&h->growth);
    return status;
}

void partner_growth_free(partner_growth *growth)
{
    holder *h = (holder *)(void *)growth;

    if (growth == NULL) return;
    partner__free(h->columns);
    partner__free(h);
}

static partner_status missing_end(partner_error *error, const char *field)
{
    return partner__fail_at(error, PARTNER_E_ARGUMENT, partner__at(NULL, field, PARTNER_NO_ROW, PARTNER_NONE),
                            "%s is not given, expected both ends of both windows", field);
}

partner_status partner__growth_windows(const partner_totals_options *options, partner_totals_options *then,
                                       partner_totals_options *now, partner_error *error)
{
    int32_t from, to;
    partner_status status = partner__totals_take(now, options, error);

    if (status != PARTNER_OK) return status;
    if (now->from_day == 0) return missing_end(error, "from_day");
    if (now->to_day == 0) return missing_end(error, "to_day");
    if (now->previous_from_day == 0) return missing_end(error, "previous_from_day");
    if (now->previous_to_day == 0) return missing_end(error, "previous_to_day");
    from = partner__option_day(now->previous_from_day);
    to = partner__option_day(now->previous_to_day);
    if (from >= to)
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "the window before is empty: previous_from_day is %" PRId32
                             " and previous_to_day is %" PRId32
                             ", expected previous_from_day before previous_to_day",
                             from, to);
    now->struct_size = (uint32_t)sizeof *now;
    *then = *now;
    then->from_day = now->previous_from_day;
    then->to_day = now->previous_to_day;
    return PARTNER_OK;
}

partner_status partner_growth_new(const partner_sales *sales, const partner_totals_options *options,
                                  partner_growth **growth, partner_error *error)
{
    partner_totals_options now, then;
    partner_totals *before = NULL, *after = NULL;
    partner_status status;

    if (growth == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "growth is NULL");
    status = partner__growth_windows(options, &then, &now, error);
    if (status == PARTNER_OK) status = partner_totals_new(sales, &then, &before, error);
    if (status == PARTNER_OK) status = partner_totals_new(sales, &now, &after, error);
    if (status == PARTNER_OK) status = partner_growth_between(before, after, growth, error);
    partner_totals_free(before);
    partner_totals_free(after);
    return status;
}
