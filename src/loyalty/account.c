/* SPDX-License-Identifier: MIT */
#include "account.h"

#include <string.h>

#include "../base/columns.h"
#include "../base/error.h"
#include "../base/memory.h"
#include "engine.h"

enum {
    ROOM = 16,           /* elements at first */
    LOOKED_THROUGH = 128 /* events that are looked through one by one */
};

/* --- room --- */

static const partner__column lot_column = PARTNER__GROWING(partner__account, lot);
static const partner__column past_column = PARTNER__GROWING(partner__account, past);
static const partner__column grant_column = PARTNER__GROWING(partner__account, grant);
static const partner__column draw_column = PARTNER__GROWING(partner__account, draw);
static const partner__column bonus_column = PARTNER__GROWING(partner__account, bonus);

/* Makes an array large enough for `needed` elements; half as many again, so that growing by one stays cheap. */
static int grow(partner__account *a, const partner__column *column, uint32_t length, uint32_t *room,
                uint32_t needed)
{
    uint64_t more = needed <= ROOM ? ROOM : (uint64_t)needed + needed / 2;

    if (needed <= *room) return 1;
    if (more > UINT32_MAX) more = UINT32_MAX;
    if (!partner__columns_grow(a, column, 1, length, (size_t)more)) return 0;
    *room = (uint32_t)more;
    return 1;
}

/* The number UINT32_MAX is none, so there can be one element fewer than that. */
static partner_status one_more(partner__account *a, const partner__column *column, uint32_t length,
                               uint32_t *room, partner_error *error)
{
    if (length == UINT32_MAX - 1)
        return partner__fail(error, PARTNER_E_RANGE, "a partner has 2^32 events or lots, expected fewer");
    return grow(a, column, length, room, length + 1) ? PARTNER_OK : partner__no_memory(error);
}

partner_status partner__grow_lots(partner__account *a, partner_error *error)
{
    return one_more(a, &lot_column, a->lots, &a->lots_room, error);
}

partner_status partner__grow_grants(partner__account *a, partner_error *error)
{
    return one_more(a, &grant_column, a->grants, &a->grants_room, error);
}

partner_status partner__grow_draws(partner__account *a, partner_error *error)
{
    return one_more(a, &draw_column, a->draws, &a->draws_room, error);
}

partner_status partner__grow_bonuses(partner__account *a, partner_error *error)
{
    return one_more(a, &bonus_column, a->bonuses, &a->bonuses_room, error);
}

partner_status partner__grow_pasts(partner__account *a, partner_error *error)
{
    return one_more(a, &past_column, a->pasts, &a->pasts_room, error);
}

/* Months and their sums grow together. */
static int grow_months(partner__account *a, const partner__plan *plan, uint32_t needed)
{
    uint64_t more = needed <= ROOM ? ROOM : (uint64_t)needed + needed / 2;
    int32_t *month;
    int64_t *sum;

    if (needed <= a->months_room) return 1;
    if (more > UINT32_MAX) return 0;
    month = partner__realloc(a->month, (size_t)more, sizeof *month);
    if (month == NULL) return 0;
    a->month = month;
    if (more > SIZE_MAX / (1 + (size_t)plan->meters)) return 0;
    sum = partner__realloc(a->sum, (size_t)more * (1 + (size_t)plan->meters), sizeof *sum);
    if (sum == NULL) return 0;
    a->sum = sum;
    a->this_month = NULL;
    a->months_room = (uint32_t)more;
    return 1;
}

partner_status partner__account_room(partner__account *a, const partner__plan *plan, uint32_t lots,
                                     uint32_t pasts, uint32_t grants, uint32_t draws, uint32_t bonuses,
                                     uint32_t months, partner_error *error)
{
    if (!grow(a, &lot_column, a->lots, &a->lots_room, lots) ||
        !grow(a, &past_column, a->pasts, &a->pasts_room, pasts) ||
        !grow(a, &grant_column, a->grants, &a->grants_room, grants) ||
        !grow(a, &draw_column, a->draws, &a->draws_room, draws) ||
        !grow(a, &bonus_column, a->bonuses, &a->bonuses_room, bonuses) || !grow_months(a, plan, months))
        return partner__no_memory(error);
    return PARTNER_OK;
}

void partner__account_free(partner__account *a)
{
    partner__free(a->counter);
    partner__free(a->progress);
    partner__free(a->lot);
    partner__free(a->past);
    partner__free(a->grant);
    partner__free(a->draw);
    partner__free(a->bonus);
    partner__free(a->month);
    partner__free(a->sum);
    partner__free(a->index);
    memset(a, 0, sizeof *a);
}

/* --- beginning --- */

/* Counters and progress have the plan's lengths, so an account serves one plan. */
static int own_arrays(partner__account *a, const partner__plan *plan)
{
    if (a->counter == NULL) a->counter = partner__alloc(plan->counters, sizeof *a->counter);
    if (a->progress == NULL) a->progress = partner__alloc(plan->challenges, sizeof *a->progress);
    return a->counter != NULL && a->progress != NULL;
}

partner_status partner__account_begin(partner__account *a, const partner__plan *plan, uint32_t partner,
                                      uint32_t group, uint32_t level, int32_t until, partner_error *error)
{
    partner__held held = {level, level == 0 || plan->rolling ? PARTNER_NO_DAY : until};

    if (!own_arrays(a, plan)) return partner__no_memory(error);
    memset(a->counter, 0, plan->counters * sizeof *a->counter);
    memset(a->progress, 0, plan->challenges * sizeof *a->progress);
    a->partner = partner;
    a->group = group;
    a->began = a->settled = PARTNER_NO_DAY;
    a->failed = 0;
    a->now = a->year = a->last = held;
    a->usable = a->pending = a->debt = 0;
    a->earned = a->spent = a->lapsed = 0;
    a->cap_used = 0;
    a->cap_period = 0;
    a->lots = a->pasts = a->grants = a->draws = a->bonuses = a->months = 0;
    partner__account_ready(a, plan);
    return PARTNER_OK;
}

/* --- months --- */

/* The place of the first month that is not before this one. */
static uint32_t place_of(const partner__account *a, int32_t month)
{
    uint32_t low = 0, high = a->months;

    if (high > 0 && a->month[high - 1] <= month) return high - (a->month[high - 1] == month);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (a->month[middle] < month) low = middle + 1;
        else high = middle;
    }
    return low;
}

static int insert_month(partner__account *a, const partner__plan *plan, uint32_t place, int32_t month)
{
    size_t columns = 1 + (size_t)plan->meters;

    if (a->months == UINT32_MAX || !grow_months(a, plan, a->months + 1)) return 0;
    memmove(&a->month[place + 1], &a->month[place], (a->months - place) * sizeof *a->month);
    memmove(&a->sum[(place + 1) * columns], &a->sum[place * columns],
            (a->months - place) * columns * sizeof *a->sum);
    a->month[place] = month;
    memset(&a->sum[place * columns], 0, columns * sizeof *a->sum);
    a->months++;
    return 1;
}

/* The first month of the tier's window that ends with `last`. */
static int64_t window_begins(const partner__plan *plan, int32_t last)
{
    return plan->rolling ? (int64_t)last - plan->window_months + 1 : partner__year_of(plan, last);
}

partner_status partner__month_seek(partner__turn *t, int32_t month, int64_t **sums)
{
    partner__account *a = t->a;
    uint32_t place = place_of(a, month);

    if (place == a->months || a->month[place] != month) {
        if (!insert_month(a, t->plan, place, month)) return partner__no_memory(t->error);
        a->this_month = NULL;
    }
    *sums = &a->sum[place * (1 + (size_t)t->plan->meters)];
    if (month == a->cal.month) a->this_month = *sums;
    return PARTNER_OK;
}

partner_status partner__month_add(partner__turn *t, int32_t month, uint32_t column, int64_t value,
                                  uint32_t source)
{
    partner__account *a = t->a;
    int64_t *sums;
    partner_status status;

    if (value == 0) return PARTNER_OK;
    if (month == a->cal.month) return partner__this_month_add(t, column, value, source);
    if ((int64_t)a->cal.month - month > t->plan->months_kept) return PARTNER_OK;
    status = partner__month_seek(t, month, &sums);
    if (status != PARTNER_OK) return status;
    if (!partner__plus(sums[column], value, &sums[column])) return partner__too_many(t, source);
    if (column > 0 || month < window_begins(t->plan, a->cal.month)) return PARTNER_OK;
    return partner__plus(a->qualifying, value, &a->qualifying) ? PARTNER_OK : partner__too_many(t, source);
}

/* Sums a column from month `first` to `last`; what leaves int64_t stays at its end. */
static int64_t wide_sum_of(const partner__account *a, const partner__plan *plan, uint32_t column, int64_t first,
                           int32_t last)
{
    size_t columns = 1 + (size_t)plan->meters;
    partner__wide wide = {partner__u128_from(0)};
    int64_t sum;

    for (uint32_t i = a->months; i-- > 0 && a->month[i] >= first;)
        if (a->month[i] <= last) partner__wide_add(&wide, a->sum[i * columns + column]);
    if (partner__wide_value(&wide, &sum)) return sum;
    return partner__u128_high(wide.bits) >> 63 != 0 ? INT64_MIN : INT64_MAX;
}

/* The same: 64 bits are nearly always enough on the way as well. */
static int64_t sum_of(const partner__account *a, const partner__plan *plan, uint32_t column, int64_t first,
                      int32_t last)
{
    const size_t columns = 1 + (size_t)plan->meters;
    const int64_t *value = &a->sum[column];
    uint32_t i = a->months;
    int64_t sum = 0;

    while (i > 0 && a->month[i - 1] > last) i--;
    while (i-- > 0 && a->month[i] >= first)
        if (!partner__plus(sum, value[i * columns], &sum)) return wide_sum_of(a, plan, column, first, last);
    return sum;
}

int64_t partner__account_qualifying(const partner__account *a, const partner__plan *plan, int32_t last)
{
    return sum_of(a, plan, 0, window_begins(plan, last), last);
}

int64_t partner__account_required(const partner__account *a, const partner__plan *plan,
                                  const partner__plan_requirement *requirement, int32_t last)
{
    int64_t first =
        requirement->months > 0 ? (int64_t)last - requirement->months + 1 : window_begins(plan, last);

    return sum_of(a, plan, 1 + requirement->meter, first, last);
}

/* --- what is derived --- */

void partner__account_ready(partner__account *a, const partner__plan *plan)
{
    static const partner__calendar none = {.expiry = PARTNER_NO_DAY};

    a->open = a->waiting = 0;
    a->this_month = NULL;
    a->indexed = 0;
    if (a->settled == PARTNER_NO_DAY) {
        a->cal = none;
        a->qualifying = 0;
        return;
    }
    partner__account_calendar(a, plan);
    while (a->open < a->lots && a->lot[a->open].left == 0) a->open++;
    while (a->waiting < a->lots && !a->lot[a->waiting].pending) a->waiting++;
    a->qualifying = partner__account_qualifying(a, plan, a->cal.month);
    partner__aim(a, plan);
}

/* --- finding events --- */

static uint32_t slot_of_id(const partner__account *a, uint64_t id)
{
    return (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (a->index_room - 1);
}

static void index_past(partner__account *a, uint32_t past)
{
    uint32_t slot = slot_of_id(a, a->past[past].id);

    while (a->index[slot] != PARTNER_NONE) slot = (slot + 1) & (a->index_room - 1);
    a->index[slot] = past;
}

/* A table of event numbers by hash of their ids, at most half full. Without memory for one, or with too many
 * events, there is none. */
static int index_all(partner__account *a)
{
    if (a->pasts > UINT32_MAX / 4) return 0;
    if (a->indexed == 0 || a->index_room / 2 < a->pasts) {
        uint32_t room = 64;
        uint32_t *index;

        while (room / 2 < a->pasts + a->pasts / 2) room *= 2;
        if (a->index_room < room) {
            index = partner__realloc(a->index, room, sizeof *index);
            if (index == NULL) return 0;
            a->index = index;
            a->index_room = room;
        }
        for (uint32_t i = 0; i < a->index_room; i++) a->index[i] = PARTNER_NONE;
        a->indexed = 0;
    }
    while (a->indexed < a->pasts) index_past(a, a->indexed++);
    return 1;
}

uint32_t partner__account_find(partner__account *a, uint64_t id)
{
    if (a->pasts > LOOKED_THROUGH && index_all(a)) {
        for (uint32_t slot = slot_of_id(a, id); a->index[slot] != PARTNER_NONE;
             slot = (slot + 1) & (a->index_room - 1))
            if (a->past[a->index[slot]].id == id) return a->index[slot];
        return PARTNER_NONE;
    }
    for (uint32_t i = a->pasts; i-- > 0;)
        if (a->past[i].id == id) return i;
    return PARTNER_NONE;
}
