/* SPDX-License-Identifier: MIT
 * What a partner's closed deals had come to on the day of each snapshot: a sweep through each partner's days.
 */
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "rates.h"

/* Items of partners, each partner's in the order of their days. */
typedef struct by_partner {
    size_t *first; /* [partners + 1] */
    uint32_t *item;
} by_partner;

typedef struct sweep {
    partner__landmarks *landmarks;
    by_partner snapshots, closings;
    partner__tally *tally; /* [stages] */
    uint32_t *last;        /* [stages] line that was counted last */
} sweep;

typedef struct item {
    uint32_t partner; /* number; PARTNER_NONE = to be left out */
    int32_t day;
} item;

static item snapshot_item(const partner__landmarks *l, size_t i)
{
    return (item){l->partner_of[l->snapshot[i].line], l->snapshot[i].day};
}

static item closing_item(const partner__landmarks *l, size_t line)
{
    const int32_t closed = l->timeline->in->closed[line];

    return (item){closed == PARTNER_NO_DAY ? PARTNER_NONE : l->partner_of[line], closed};
}

/* Days in the order of signed numbers. */
static uint64_t word_of(int32_t day, size_t i)
{
    return (uint64_t)((uint32_t)day ^ UINT32_C(1) << 31) << 32 | i;
}

static void deal_out(const partner__landmarks *l, const uint64_t *sorted, size_t n,
                     item (*item_of)(const partner__landmarks *, size_t), by_partner *to)
{
    for (size_t i = 0; i < n; i++) to->first[item_of(l, sorted[i] & UINT32_MAX).partner + 1]++;
    for (uint32_t p = 0; p < l->partners; p++) to->first[p + 1] += to->first[p];
    /* From the last one down, so that the counts end where they began. */
    for (size_t i = n; i-- > 0;) {
        const uint32_t number = (uint32_t)(sorted[i] & UINT32_MAX);
        to->item[--to->first[item_of(l, number).partner + 1]] = number;
    }
    memmove(to->first, to->first + 1, l->partners * sizeof *to->first);
    to->first[l->partners] = n;
}

static partner_status order(const partner__landmarks *l, size_t count,
                            item (*item_of)(const partner__landmarks *, size_t), by_partner *to,
                            partner_error *error)
{
    uint64_t *words = partner__alloc(count, sizeof *words), *spare = partner__alloc(count, sizeof *spare);
    uint64_t *sorted = words;
    size_t n = 0;
    partner_status status = PARTNER_OK;

    to->first = partner__alloc_zero((size_t)l->partners + 1, sizeof *to->first);
    to->item = partner__alloc(count, sizeof *to->item);
    if (words == NULL || spare == NULL || to->first == NULL || to->item == NULL)
        status = partner__no_memory(error);
    for (size_t i = 0; i < count && status == PARTNER_OK; i++) {
        const item one = item_of(l, i);
        if (one.partner != PARTNER_NONE) words[n++] = word_of(one.day, i);
    }
    if (status == PARTNER_OK)
        status = partner__sort(words, spare, n, 32, 64, &l->timeline->in->set.run, &sorted, error);
    if (status == PARTNER_OK) deal_out(l, sorted, n, item_of, to);
    partner__free(words);
    partner__free(spare);
    return status;
}

void partner__tally_line(const partner__landmarks *l, size_t line, size_t known, partner__tally *tally,
                         uint32_t *last)
{
    const uint8_t won = l->timeline->in->outcome[line] == PARTNER_OUTCOME_WON;

    for (size_t i = l->first[line]; i < l->first[line] + known; i++) {
        const uint32_t stage = l->snapshot[i].stage;

        tally[stage].deals += last[stage] != line;
        tally[stage].snapshots++;
        tally[stage].won += won;
        last[stage] = (uint32_t)line;
    }
}

static void sweep_partner(sweep *s, uint32_t partner)
{
    partner__landmarks *l = s->landmarks;
    const partner__inputs *in = l->timeline->in;
    size_t closing = s->closings.first[partner];
    const size_t closings = s->closings.first[partner + 1];

    memset(s->tally, 0, l->stages * sizeof *s->tally);
    memset(s->last, 0xff, l->stages * sizeof *s->last);
    for (size_t i = s->snapshots.first[partner]; i < s->snapshots.first[partner + 1]; i++) {
        const uint32_t number = s->snapshots.item[i];
        const partner__snapshot *snapshot = &l->snapshot[number];

        for (; closing < closings && in->closed[s->closings.item[closing]] < snapshot->day; closing++) {
            const uint32_t line = s->closings.item[closing];
            partner__tally_line(l, line, l->first[line + 1] - l->first[line], s->tally, s->last);
        }
        l->past_deals[number] = s->tally[snapshot->stage].deals;
        l->past_won[number] = partner__won_of(&s->tally[snapshot->stage]);
    }
}

partner_status partner__pasts_fill(partner__landmarks *l, partner_error *error)
{
    sweep s = {.landmarks = l};
    partner_status status = order(l, l->snapshots, snapshot_item, &s.snapshots, error);

    if (status == PARTNER_OK) status = order(l, l->timeline->in->lines, closing_item, &s.closings, error);
    if (status == PARTNER_OK) {
        s.tally = partner__alloc(l->stages, sizeof *s.tally);
        s.last = partner__alloc(l->stages, sizeof *s.last);
        if (s.tally == NULL || s.last == NULL) status = partner__no_memory(error);
    }
    for (uint32_t p = 0; p < l->partners && status == PARTNER_OK; p++) sweep_partner(&s, p);
    partner__free(s.snapshots.first);
    partner__free(s.snapshots.item);
    partner__free(s.closings.first);
    partner__free(s.closings.item);
    partner__free(s.tally);
    partner__free(s.last);
    return status;
}
