/* SPDX-License-Identifier: MIT */
#include "amounts.h"

#include "../base/error.h"
#include "../base/memory.h"
#include "money.h"

enum { RECENT_DAYS = 730, FEWEST = 5 };

/* Whether a line was won in the days (day - 730, day] with an amount that is known. */
static int is_won_lately(const partner__inputs *in, size_t line, int32_t day)
{
    return partner__outcome_on(in, line, day) == PARTNER_OUTCOME_WON &&
           (int64_t)in->closed[line] > (int64_t)day - RECENT_DAYS &&
           partner__line_amount(in, line) != PARTNER_NO_AMOUNT;
}

static uint32_t add_pool(partner__amounts *a, const int64_t *amount, size_t amounts)
{
    partner__net sum = {partner__u128_from(0), partner__u128_from(0)};

    for (size_t i = 0; i < amounts; i++) partner__net_add(&sum, amount[i]);
    a->pool[a->pools] = (partner__sim_pool){amount, amounts};
    a->mean[a->pools] = partner__net_mean(&sum, amounts);
    a->told[a->pools] = partner__money_mean(&sum, amounts);
    return (uint32_t)a->pools++;
}

static void fill(partner__amounts *a, const partner__landmarks *l, int32_t day)
{
    const partner__inputs *in = l->timeline->in;
    size_t count = 0, taken = 0;

    for (size_t line = 0; line < in->lines; line++)
        if (is_won_lately(in, line, day)) a->all[count++] = partner__line_amount(in, line);
    for (uint32_t p = 0; p < l->partners; p++) {
        const size_t start = taken;

        for (size_t i = l->partner_first[p]; i < l->partner_first[p + 1]; i++)
            if (is_won_lately(in, l->partner_line[i], day))
                a->by_partner[taken++] = partner__line_amount(in, l->partner_line[i]);
        if (taken - start >= FEWEST) a->pool_of[p] = add_pool(a, a->by_partner + start, taken - start);
        else a->pool_of[p] = PARTNER_NONE;
    }
    a->channel = count == 0 ? PARTNER_NONE : add_pool(a, a->all, count);
}

partner_status partner__amounts_new(partner__amounts *a, const partner__landmarks *landmarks, int32_t day,
                                    partner_error *error)
{
    const partner__inputs *in = landmarks->timeline->in;
    size_t won = 0;

    *a = (partner__amounts){.channel = PARTNER_NONE};
    for (size_t line = 0; line < in->lines; line++) won += (size_t)is_won_lately(in, line, day);
    a->pool = partner__alloc(won / FEWEST + 1, sizeof *a->pool);
    a->mean = partner__alloc(won / FEWEST + 1, sizeof *a->mean);
    a->told = partner__alloc(won / FEWEST + 1, sizeof *a->told);
    a->pool_of = partner__alloc(landmarks->partners, sizeof *a->pool_of);
    a->by_partner = partner__alloc(won, sizeof *a->by_partner);
    a->all = partner__alloc(won, sizeof *a->all);
    if (a->pool == NULL || a->mean == NULL || a->told == NULL || a->pool_of == NULL || a->by_partner == NULL ||
        a->all == NULL)
        return partner__no_memory(error);
    fill(a, landmarks, day);
    return PARTNER_OK;
}

void partner__amounts_free(partner__amounts *a)
{
    partner__free(a->pool);
    partner__free(a->mean);
    partner__free(a->told);
    partner__free(a->pool_of);
    partner__free(a->by_partner);
    partner__free(a->all);
}

/* A dated claim comes before the row, which says what was known at as_of_day. */
static int64_t own_amount(const partner__inputs *in, const partner__claims *claims, size_t line, int32_t day,
                          int own_row)
{
    partner__claim claim;

    if (partner__claim_on(claims, line, day, &claim) && claim.amount != PARTNER_NO_AMOUNT) return claim.amount;
    return own_row ? partner__line_amount(in, line) : PARTNER_NO_AMOUNT;
}

static partner__worth worth_of_pool(const partner__amounts *a, uint32_t pool, uint8_t from)
{
    return (partner__worth){from, pool, 0, a->mean[pool], a->told[pool]};
}

partner__worth partner__worth_of(const partner__amounts *a, const partner__landmarks *landmarks,
                                 const partner__claims *claims, size_t line, int32_t day, int own_row)
{
    const int64_t own = own_amount(landmarks->timeline->in, claims, line, day, own_row);
    const uint32_t partner = landmarks->partner_of[line];

    if (own != PARTNER_NO_AMOUNT)
        return (partner__worth){PARTNER_AMOUNT_OWN, PARTNER_NONE, own, (double)own, own};
    if (partner != PARTNER_NONE && a->pool_of[partner] != PARTNER_NONE)
        return worth_of_pool(a, a->pool_of[partner], PARTNER_AMOUNT_PARTNER);
    if (a->channel != PARTNER_NONE) return worth_of_pool(a, a->channel, PARTNER_AMOUNT_CHANNEL);
    return (partner__worth){PARTNER_AMOUNT_UNKNOWN, PARTNER_NONE, 0, 0, PARTNER_NO_AMOUNT};
}
