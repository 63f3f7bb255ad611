/* SPDX-License-Identifier: MIT
 * A simulation is planned, its draws are worked off in blocks, side by side, and what comes of them is put in
 * order. */
#include "simulate.h"

#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "draws.h"

enum {
    SUMS = 1 << 22, /* partner by draw that are kept at a time */
    TABLES = 256,   /* of shares, where there are deals enough for each */
    LOOK = 8        /* blocks after which it is asked whether more are needed */
};

typedef partner__plan plan;
typedef partner__sim_run run;

/* --- the order of work --- */

static uint32_t cell_of(const partner__simulation *s, size_t i) { return s->deal[i].cell; }
static uint32_t partner_of(const partner__simulation *s, size_t i) { return s->deal[i].partner; }
static uint32_t pool_of(const partner__simulation *s, size_t i) { return s->deal[i].pool; }

/* A stable sort of deal numbers by one of their keys. */
static partner_status sort_by(const partner__simulation *s,
                              uint32_t (*key)(const partner__simulation *, size_t), uint64_t **words,
                              uint64_t **spare, partner_error *error)
{
    uint64_t *sorted;
    partner_status status;

    for (size_t i = 0; i < s->deals; i++) {
        const uint64_t number = (*words)[i] & UINT32_MAX;
        (*words)[i] = (uint64_t)key(s, (size_t)number) << 32 | number;
    }
    status = partner__sort(*words, *spare, s->deals, 32, 64, s->run, &sorted, error);
    if (status == PARTNER_OK && sorted != *words) {
        *spare = *words;
        *words = sorted;
    }
    return status;
}

static int same_run(const partner__sim_deal *a, const partner__sim_deal *b)
{
    return a->partner == b->partner && a->cell == b->cell && a->pool == b->pool && a->shift == b->shift &&
           a->row == b->row;
}

static void find_runs(plan *p)
{
    size_t runs = 0, partner = 0;

    for (size_t i = 0; i < p->s->deals; i++) {
        const partner__sim_deal *deal = p->deal[i];

        while (partner <= deal->partner) p->first_run[partner++] = runs;
        if (i > 0 && same_run(deal, p->deal[i - 1])) {
            p->runs[runs - 1].deals++;
            continue;
        }
        p->runs[runs] = (run){i, 1, deal->cell, deal->pool, deal->shift, deal->row};
        if (!partner__is_moved(&p->runs[runs++])) p->plain[deal->cell] = 1;
    }
    while (partner <= p->s->partners) p->first_run[partner++] = runs;
}

static partner_status order_deals(plan *p, partner_error *error)
{
    const size_t n = p->s->deals;
    uint64_t *a = partner__alloc(n, sizeof *a), *b = partner__alloc(n, sizeof *b), *words = a, *spare = b;
    partner_status status;

    if (a == NULL || b == NULL) {
        status = partner__no_memory(error);
        goto out;
    }
    for (size_t i = 0; i < n; i++) words[i] = i;
    status = sort_by(p->s, pool_of, &words, &spare, error);
    if (status == PARTNER_OK) status = sort_by(p->s, cell_of, &words, &spare, error);
    if (status == PARTNER_OK) status = sort_by(p->s, partner_of, &words, &spare, error);
    if (status != PARTNER_OK) goto out;
    for (size_t i = 0; i < n; i++) {
        p->deal[i] = &p->s->deal[words[i] & UINT32_MAX];
        p->amount[i] = p->deal[i]->amount;
    }
    find_runs(p);
out:
    partner__free(a);
    partner__free(b);
    return status;
}

/* --- what comes of the draws --- */

static size_t rank_of(size_t draws, unsigned percent) { return (draws * percent + 99) / 100 - 1; }

static int64_t money_at(const uint64_t *sorted, size_t draws, unsigned percent)
{
    const uint64_t word = sorted[rank_of(draws, percent)] ^ UINT64_C(1) << 63;
    int64_t value;

    memcpy(&value, &word, sizeof value);
    return value;
}

/* Of the draws' sums, a `stride` apart; with their highest bit turned they sort like unsigned words. */
static partner_status band_of(const int64_t *sums, size_t stride, size_t draws, const partner__run *run,
                              partner__band *band, partner_error *error)
{
    uint64_t *words = partner__alloc(draws, sizeof *words), *spare = partner__alloc(draws, sizeof *spare),
             *sorted, differs = 0;
    partner_status status;

    if (words == NULL || spare == NULL) {
        status = partner__no_memory(error);
        goto out;
    }
    for (size_t i = 0; i < draws; i++) {
        words[i] = (uint64_t)sums[i * stride] ^ UINT64_C(1) << 63;
        differs |= words[i] ^ words[0];
    }
    status = partner__sort(words, spare, draws, 0, partner__bits(differs), run, &sorted, error);
    if (status != PARTNER_OK) goto out;
    band->p10 = money_at(sorted, draws, 10);
    band->p50 = money_at(sorted, draws, 50);
    band->p90 = money_at(sorted, draws, 90);
out:
    partner__free(words);
    partner__free(spare);
    return status;
}

static partner_status band_partner(void *context, size_t i, partner_error *error)
{
    const plan *p = context;

    return band_of(p->sums + i * p->s->draws, 1, p->s->draws, NULL, &p->out->partner[p->from + i], error);
}

/* Partner after partner as far as there is room for their sums. */
static partner_status draw_partners(plan *p, partner_error *error)
{
    const size_t blocks = (p->s->draws + (size_t)PARTNER__DRAWS - 1) / PARTNER__DRAWS;
    partner_status status = PARTNER_OK;

    for (p->from = 0; p->from < p->s->partners && status == PARTNER_OK; p->from = p->to) {
        p->to = p->s->partners - p->from < p->at_a_time ? p->s->partners : p->from + p->at_a_time;
        status = partner__parallel(p->s->run, blocks, partner__draw_block, p, error);
        if (status == PARTNER_OK && p->sums != NULL)
            status = partner__parallel(p->s->run, p->to - p->from, band_partner, p, error);
    }
    return status;
}

static partner_status sum_up(const plan *p, partner__simulated *out, partner_error *error)
{
    const partner__simulation *s = p->s;
    size_t reached = 0;
    partner_status status = band_of(p->money, 1, s->draws, s->run, &out->money, error);

    /* Numbers won are below 2^32: the same bits, signed or not. */
    if (status == PARTNER_OK) status = band_of((const int64_t *)p->won, 1, s->draws, s->run, &out->won, error);
    for (size_t m = 0; m < s->months && out->month != NULL && status == PARTNER_OK; m++)
        status = band_of(p->month + m, s->months, s->draws, s->run, &out->month[m], error);
    for (size_t i = 0; i < s->draws; i++) reached += p->money[i] >= s->target;
    out->reached = (double)reached / s->draws;
    return status;
}

static uint64_t most_of(const partner__sim_pool *pool)
{
    uint64_t most = 0;

    for (size_t i = 0; i < pool->amounts; i++)
        if (partner__magnitude(pool->amount[i]) > most) most = partner__magnitude(pool->amount[i]);
    return most;
}

/* Whether every sum of a draw fits: each deal at its largest. */
static partner_status check_sums(const partner__simulation *s, partner_error *error)
{
    uint64_t *most = partner__alloc(s->pools, sizeof *most);
    partner__u128 sum = partner__u128_from(0);

    if (most == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < s->pools; i++) most[i] = most_of(&s->pool[i]);
    for (size_t i = 0; i < s->deals; i++) {
        const partner__sim_deal *deal = &s->deal[i];
        const uint64_t size = deal->pool == PARTNER_NONE ? partner__magnitude(deal->amount) : most[deal->pool];

        sum = partner__u128_add(sum, partner__u128_from(size));
    }
    partner__free(most);
    if (partner__u128_less(sum, partner__u128_from((uint64_t)INT64_MAX))) return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_RANGE, partner__at("forecast", NULL, PARTNER_NO_ROW, PARTNER_NONE),
                            "forecast: the amounts of the open deals together leave 64 bits, expected at most "
                            "%" PRId64 " minor units in magnitude",
                            INT64_MAX - 1);
}

/* Where deals share factors and many months are to be told: they go by fast. */
static partner_status make_tables(plan *p, partner_error *error)
{
    const partner__simulation *s = p->s;
    const size_t months = s->months - 1, tables = s->cells * months;

    if (!partner__is_correlated(s) || tables == 0 || tables > TABLES || tables > s->deals) return PARTNER_OK;
    p->month_score = partner__alloc(tables, PARTNER__SHARE_KNOTS * sizeof *p->month_score);
    if (p->month_score == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < tables; i++) {
        partner__shares_make(p->chances, s->cell[i / months].spread[i % months],
                             p->month_score + i * PARTNER__SHARE_KNOTS);
    }
    return PARTNER_OK;
}

static partner_status make_plan(plan *p, const partner__simulation *s, int by_partner, partner_error *error)
{
    const size_t draws = s->draws;
    partner_status status;

    p->s = s;
    p->at_a_time = by_partner ? (SUMS < draws ? 1 : SUMS / draws) : s->partners;
    if (p->at_a_time > s->partners) p->at_a_time = s->partners;
    p->chances = partner__alloc(1, sizeof *p->chances);
    p->deal = partner__alloc(s->deals, sizeof(const partner__sim_deal *));
    p->amount = partner__alloc(s->deals, sizeof *p->amount);
    p->runs = partner__alloc(s->deals, sizeof *p->runs);
    p->first_run = partner__alloc(s->partners + 1, sizeof *p->first_run);
    p->plain = partner__alloc_zero(s->cells, sizeof *p->plain);
    p->odds = partner__alloc(draws, s->cells * sizeof *p->odds);
    p->threshold = partner__alloc(draws, s->cells * sizeof *p->threshold);
    p->factor = partner__alloc(draws, sizeof *p->factor);
    p->change = partner__alloc(draws, s->terms * sizeof *p->change);
    p->money = partner__alloc_zero(draws, sizeof *p->money);
    p->won = partner__alloc_zero(draws, sizeof *p->won);
    p->cut = partner__alloc(s->cells, s->months * sizeof *p->cut);
    p->month = partner__alloc_zero(draws, s->months * sizeof *p->month);
    p->sums = by_partner ? partner__alloc(draws, p->at_a_time * sizeof *p->sums) : NULL;
    if (p->chances == NULL || p->deal == NULL || p->amount == NULL || p->runs == NULL || p->first_run == NULL ||
        p->plain == NULL || p->odds == NULL || p->threshold == NULL || p->factor == NULL || p->change == NULL ||
        p->money == NULL || p->won == NULL || p->cut == NULL || p->month == NULL ||
        (by_partner && p->sums == NULL))
        return partner__no_memory(error);
    partner__chances_make(p->chances);
    for (size_t c = 0; c < s->cells; c++)
        for (size_t m = 0; m < s->months; m++)
            p->cut[c * s->months + m] = partner__threshold(s->cell[c].spread[m]);
    status = make_tables(p, error);
    return status == PARTNER_OK ? order_deals(p, error) : status;
}

static void free_plan(plan *p)
{
    partner__free(p->month_score);
    partner__free(p->chances);
    partner__free((void *)p->deal);
    partner__free(p->amount);
    partner__free(p->runs);
    partner__free(p->first_run);
    partner__free(p->plain);
    partner__free(p->odds);
    partner__free(p->threshold);
    partner__free(p->factor);
    partner__free(p->change);
    partner__free(p->money);
    partner__free(p->won);
    partner__free(p->cut);
    partner__free(p->month);
    partner__free(p->sums);
}

partner_status partner__simulate(const partner__simulation *s, partner__simulated *simulated,
                                 partner_error *error)
{
    const size_t blocks = (s->draws + (size_t)PARTNER__DRAWS - 1) / PARTNER__DRAWS;
    partner__simulated made = *simulated;
    plan p = {.out = &made};
    partner_status status = check_sums(s, error);

    if (status == PARTNER_OK) status = make_plan(&p, s, simulated->partner != NULL, error);
    if (status == PARTNER_OK) status = partner__parallel(s->run, blocks, partner__draw_shared, &p, error);
    if (status == PARTNER_OK) status = draw_partners(&p, error);
    if (status == PARTNER_OK) status = sum_up(&p, &made, error);
    if (status == PARTNER_OK) *simulated = made;
    free_plan(&p);
    return status;
}

/* How the draws so far lie about a value. */
typedef struct tally {
    int64_t value;
    size_t done, below, above;
} tally;

static void count_draws(const plan *p, size_t done, tally *t)
{
    for (; t->done < done; t->done++) {
        t->below += p->money[t->done] < t->value;
        t->above += p->money[t->done] > t->value;
    }
}

/* As the bands of partner__simulate would: P10 is not above the value when a tenth of the draws are not; P90 is
 * not below it when as many as come from P90 on are not. */
static int is_decided(const plan *p, const tally *t, int *holds)
{
    const size_t draws = p->s->draws, low = rank_of(draws, 10) + 1, high = draws - rank_of(draws, 90);

    *holds = t->done - t->above >= low && t->done - t->below >= high;
    return *holds || draws - t->above < low || draws - t->below < high;
}

static partner_status draw_until(plan *p, int64_t value, int *holds, partner_error *error)
{
    const size_t draws = p->s->draws, blocks = (draws + (size_t)PARTNER__DRAWS - 1) / PARTNER__DRAWS;
    tally t = {value, 0, 0, 0};

    p->to = p->s->partners;
    for (p->skipped = 0; p->skipped < blocks; p->skipped += LOOK) {
        const size_t tasks = blocks - p->skipped < LOOK ? blocks - p->skipped : LOOK;
        const size_t done = (p->skipped + tasks) * PARTNER__DRAWS;
        partner_status status = partner__parallel(p->s->run, tasks, partner__draw_shared, p, error);

        if (status == PARTNER_OK) status = partner__parallel(p->s->run, tasks, partner__draw_block, p, error);
        if (status != PARTNER_OK) return status;
        count_draws(p, done < draws ? done : draws, &t);
        if (is_decided(p, &t, holds)) break;
    }
    return PARTNER_OK;
}

partner_status partner__simulate_holds(const partner__simulation *s, int64_t value, int *holds,
                                       partner_error *error)
{
    plan p = {.out = NULL};
    partner_status status = check_sums(s, error);

    if (status == PARTNER_OK) status = make_plan(&p, s, 0, error);
    if (status == PARTNER_OK) status = draw_until(&p, value, holds, error);
    free_plan(&p);
    return status;
}
