/* SPDX-License-Identifier: MIT
 * Draws are worked off in blocks, side by side; within a block partner after partner, and within a partner run
 * after run of deals that share a chance. Each draw of each partner has a random stream of its own, so neither
 * blocks nor threads matter. */
#include "simulate.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "chance.h"

enum {
    BLOCK = 128,    /* draws of a task */
    SUMS = 1 << 22, /* partner by draw that are kept at a time */
    LANES = 64,
    FEWEST_LANES = 4, /* fewer deals are drawn one by one */
    TERMS = 4,        /* added at a time */
    FEW_CUTS = 8
};

/* Deals of one partner with one chance, those of one cell that are shifted alike, and one kind of amount. */
typedef struct run {
    size_t first, deals; /* in the plan's order */
    uint32_t cell, pool;
    double shift;
    const double *row;
} run;

typedef struct plan {
    const partner__simulation *s;
    partner__chances *chances;
    const partner__sim_deal **deal; /* [deals] by partner, then by cell, then by pool */
    int64_t *amount;                /* [deals] likewise */
    run *runs;
    size_t *first_run;          /* [partners + 1] */
    double *odds;               /* [cells * draws] of the drawn rates */
    uint64_t *threshold;        /* [cells * draws] of deals that are not shifted and have no partner's factor */
    double *factor;             /* [draws] √ρc F */
    double *change;             /* [terms * draws] of the coefficients */
    int64_t *money;             /* [draws] */
    uint64_t *won;              /* [draws] */
    uint64_t *cut;              /* [cells * months] thresholds of the month where deals are not correlated */
    int64_t *month;             /* [draws * months] */
    int64_t *sums;              /* [partners at a time * draws] */
    size_t at_a_time, from, to; /* partners */
    partner__simulated *out;
} plan;

static int is_correlated(const partner__simulation *s)
{
    return s->correlation > 0 || s->partner_correlation > 0;
}

static double partner_share(const partner__simulation *s, size_t partner)
{
    return partner == s->direct ? 0 : s->partner_correlation;
}

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
        p->runs[runs++] = (run){i, 1, deal->cell, deal->pool, deal->shift, deal->row};
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

/* --- what a draw's deals share --- */

static double cell_odds(const plan *p, const partner__sim_cell *cell, partner__random *random)
{
    if (cell->deals <= 0) return partner__odds_of_chance(cell->rate);
    return partner__random_beta_odds(p->chances, random, cell->deals * cell->rate + 0.5,
                                     cell->deals * (1 - cell->rate) + 0.5);
}

/* `normal` is room for the terms. */
static void draw_coefficients(plan *p, size_t draw, partner__random *random, double *normal)
{
    const size_t terms = p->s->terms;

    for (size_t i = 0; i < terms; i++) normal[i] = partner__random_normal_of(p->chances, random);
    for (size_t i = 0; i < terms; i++) {
        double sum = 0;

        for (size_t j = 0; j <= i; j++) sum += p->s->root[i * terms + j] * normal[j];
        p->change[i * p->s->draws + draw] = sum;
    }
}

/* The chance of being won, given that `factor` of the score is known; `own` is the root of the share that is
 * not. */
static double chance_given(const plan *p, double odds, double factor, double own)
{
    if (!is_correlated(p->s)) return partner__chance_of_odds(odds);
    return partner__chance_below(p->chances, (partner__score_of_odds(p->chances, odds) - factor) / own);
}

static partner_status draw_shared(void *context, size_t block, partner_error *error)
{
    plan *p = context;
    const partner__simulation *s = p->s;
    const size_t draws = s->draws, end = block * BLOCK + BLOCK < draws ? block * BLOCK + BLOCK : draws;
    const double own = sqrt(1 - s->correlation);
    double *normal = partner__alloc(s->terms, sizeof *normal);

    if (normal == NULL) return partner__no_memory(error);
    for (size_t draw = block * BLOCK; draw < end; draw++) {
        partner__random random = partner__random_stream(s->seed, draw);

        p->factor[draw] = sqrt(s->correlation) * partner__random_normal_of(p->chances, &random);
        draw_coefficients(p, draw, &random, normal);
        for (size_t c = 0; c < s->cells; c++) {
            const double odds = cell_odds(p, &s->cell[c], &random);

            p->odds[c * draws + draw] = odds;
            p->threshold[c * draws + draw] = partner__threshold(chance_given(p, odds, p->factor[draw], own));
        }
    }
    partner__free(normal);
    return PARTNER_OK;
}

/* --- outcomes --- */

/* A block's draws of a partner under way, and the run they are at. */
typedef struct strip {
    size_t first, draws;
    double own; /* root of the share of a score that is a deal's own */
    partner__random random[BLOCK];
    double factor[BLOCK];
    int64_t money[BLOCK];
    uint64_t won[BLOCK];
    /* Of the run: */
    double odds[BLOCK];
    uint64_t threshold[BLOCK];
    int guessed;         /* instead of thresholds there are guesses of the chances, */
    double guess[BLOCK]; /* which are off by less than `off` */
    double off;
    uint64_t *room; /* [months] for cuts */
} strip;

/* What the change of the coefficients adds to the odds, terms in their order. Most of the time of deals that a
 * model moves goes here. */
static void add_changes(const plan *p, const double *row, strip *t)
{
    const size_t terms = p->s->terms, draws = p->s->draws, n = t->draws;
    double *restrict odds = t->odds;
    size_t i = 0;

    for (; i + TERMS <= terms; i += TERMS) {
        const double *a = p->change + i * draws + t->first, *b = a + draws, *c = b + draws, *d = c + draws;
        const double by_a = row[i], by_b = row[i + 1], by_c = row[i + 2], by_d = row[i + 3];

        for (size_t k = 0; k < n; k++)
            odds[k] = odds[k] + by_a * a[k] + by_b * b[k] + by_c * c[k] + by_d * d[k];
    }
    for (; i < terms; i++) {
        const double by = row[i], *a = p->change + i * draws + t->first;

        for (size_t k = 0; k < n; k++) odds[k] = odds[k] + by * a[k];
    }
}

/* Where each chance is asked once or twice, a guess decides nearly always. */
static void guess_chances(const plan *p, strip *t)
{
    const double by_own = 1 / t->own;

    t->guessed = 1;
    t->off = PARTNER__GUESS_OFF * (1 + by_own);
    for (size_t k = 0; k < t->draws; k++)
        t->guess[k] = partner__guess_below(p->chances, t->odds[k], t->factor[k], by_own);
}

static void find_chances(const plan *p, const run *r, int is_usual, strip *t)
{
    const size_t at = r->cell * (size_t)p->s->draws + t->first;
    const int moved = r->row != NULL || r->shift != 0;
    const int known = !moved && is_usual;

    t->guessed = 0;
    if (known) memcpy(t->threshold, p->threshold + at, t->draws * sizeof *t->threshold);
    if (known && !is_correlated(p->s)) return;
    for (size_t k = 0; k < t->draws; k++) t->odds[k] = p->odds[at + k] + r->shift;
    if (known) return;
    if (r->row != NULL) add_changes(p, r->row, t);
    if (r->deals < FEWEST_LANES && is_correlated(p->s)) {
        guess_chances(p, t);
        return;
    }
    for (size_t k = 0; k < t->draws; k++)
        t->threshold[k] = partner__threshold(chance_given(p, t->odds[k], t->factor[k], t->own));
}

/* A run in one draw. */
typedef struct chances {
    const run *run;
    size_t draw; /* of the strip */
    double all;  /* of being won; NaN = not yet known */
    double against;
    const uint64_t *cut; /* [months] NULL = not known, or one by one */
    int cuts_known;
} chances;

/* The share of the won that are won by the end of a month. Months are nested as chances are: p's share by then
 * against the same factors. */
static uint64_t cut_of(const plan *p, const strip *t, chances *c, size_t month)
{
    const double spread = p->s->cell[c->run->cell].spread[month];
    const double factor = t->factor[c->draw];
    double odds;

    if (isnan(c->all)) {
        c->all = chance_given(p, t->odds[c->draw], factor, t->own);
        c->against = 1 + exp(-t->odds[c->draw]);
    }
    odds = spread > 0 ? -log(c->against / spread - 1) : -HUGE_VAL;
    return partner__threshold(chance_given(p, odds, factor, t->own) / c->all);
}

static void find_cuts(const plan *p, strip *t, chances *c)
{
    const size_t months = p->s->months;

    c->cuts_known = 1;
    if (!is_correlated(p->s)) c->cut = p->cut + c->run->cell * months;
    if (c->cut != NULL || c->run->deals < FEWEST_LANES) return;
    for (size_t m = 0; m + 1 < months; m++) t->room[m] = cut_of(p, t, c, m);
    c->cut = t->room;
}

/* How many of the cuts, which ascend, are up to these bits; few are best counted without a branch. */
static size_t count_cuts(const uint64_t *cut, size_t cuts, uint64_t bits)
{
    size_t low = 0;

    while (cuts > FEW_CUTS) {
        const size_t half = cuts / 2;

        if (bits >= cut[low + half]) low += half;
        cuts -= half;
    }
    for (size_t m = low, end = low + cuts; m < end; m++) low += bits >= cut[m];
    return low;
}

/* The month in which a deal is won, given that it is. */
static size_t draw_month(const plan *p, strip *t, chances *c, partner__random *random)
{
    const uint64_t bits = partner__random_next(random);
    size_t low = 0, high = p->s->months - 1;

    if (!c->cuts_known) find_cuts(p, t, c);
    if (c->cut != NULL) return count_cuts(c->cut, high, bits);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (bits >= cut_of(p, t, c, middle)) low = middle + 1;
        else high = middle;
    }
    return low;
}

static unsigned lowest(uint64_t bits)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(bits);
#else
    return partner__bits(bits & (0 - bits)) - 1;
#endif
}

static unsigned count_bits(uint64_t bits)
{
#if defined(__GNUC__)
    return (unsigned)__builtin_popcountll(bits);
#else
    unsigned count = 0;

    for (; bits != 0; bits &= bits - 1) count++;
    return count;
#endif
}

/* What those bring that are won, of deals from `first` on. */
static int64_t take_won(const plan *p, chances *c, size_t first, uint64_t bits, strip *t,
                        partner__random *random)
{
    const size_t months = p->s->months;
    const uint32_t number = c->run->pool;
    const partner__sim_pool *pool = number == PARTNER_NONE ? NULL : &p->s->pool[number];
    int64_t *month = p->month + (t->first + c->draw) * months, money = 0;

    for (; bits != 0; bits &= bits - 1) {
        const int64_t amount = pool == NULL ? p->amount[first + lowest(bits)]
                                            : pool->amount[partner__random_below(random, pool->amounts)];

        money += amount;
        if (months > 1) month[draw_month(p, t, c, random)] += amount;
    }
    if (months == 1) month[0] += money;
    return money;
}

static int is_won(const plan *p, size_t draw, const strip *t, partner__random *random)
{
    const uint64_t bits = partner__random_next(random);
    const double u = (double)(bits >> 11) * 0x1p-53;

    if (!t->guessed) return bits < t->threshold[draw];
    if (u < t->guess[draw] - t->off) return 1;
    if (u > t->guess[draw] + t->off) return 0;
    return bits < partner__threshold(chance_given(p, t->odds[draw], t->factor[draw], t->own));
}

static uint64_t draw_lanes(const plan *p, size_t lanes, size_t draw, const strip *t, partner__random *random)
{
    uint64_t bits = 0;

    if (lanes >= FEWEST_LANES)
        return partner__random_lanes(random, t->threshold[draw],
                                     lanes == LANES ? UINT64_MAX : (UINT64_C(1) << lanes) - 1);
    for (size_t i = 0; i < lanes; i++) bits |= (uint64_t)is_won(p, draw, t, random) << i;
    return bits;
}

static void draw_run(const plan *p, const run *r, strip *t)
{
    for (size_t k = 0; k < t->draws; k++) {
        partner__random random = t->random[k];
        chances c = {.run = r, .draw = k, .all = NAN};
        int64_t money = 0;
        uint64_t won = 0;

        for (size_t done = 0; done < r->deals; done += LANES) {
            const size_t lanes = r->deals - done < LANES ? r->deals - done : LANES;
            const uint64_t bits = draw_lanes(p, lanes, k, t, &random);

            if (bits == 0) continue;
            won += count_bits(bits);
            money += take_won(p, &c, r->first + done, bits, t, &random);
        }
        t->random[k] = random;
        t->money[k] += money;
        t->won[k] += won;
    }
}

static void begin(const plan *p, size_t partner, strip *t)
{
    const double share = partner_share(p->s, partner);

    t->own = sqrt(1 - p->s->correlation - share);
    memset(t->money, 0, sizeof t->money);
    memset(t->won, 0, sizeof t->won);
    for (size_t k = 0; k < t->draws; k++) {
        const size_t draw = t->first + k;

        t->random[k] = partner__random_stream(p->s->seed, (uint64_t)(partner + 1) << 32 | draw);
        t->factor[k] = p->factor[draw];
        if (share > 0) t->factor[k] += sqrt(share) * partner__random_normal_of(p->chances, &t->random[k]);
    }
}

static void draw_partner(plan *p, size_t partner, strip *t)
{
    const int is_usual = !(partner_share(p->s, partner) > 0);

    begin(p, partner, t);
    for (size_t i = p->first_run[partner]; i < p->first_run[partner + 1]; i++) {
        find_chances(p, &p->runs[i], is_usual, t);
        draw_run(p, &p->runs[i], t);
    }
    for (size_t k = 0; k < t->draws; k++) {
        p->money[t->first + k] += t->money[k];
        p->won[t->first + k] += t->won[k];
        if (p->sums != NULL) p->sums[(partner - p->from) * p->s->draws + t->first + k] = t->money[k];
    }
}

static partner_status draw_block(void *context, size_t block, partner_error *error)
{
    plan *p = context;
    const size_t first = block * BLOCK, left = p->s->draws - first;
    strip *t = partner__alloc(1, sizeof *t);
    uint64_t *room = partner__alloc(p->s->months, sizeof *room);
    partner_status status = t == NULL || room == NULL ? partner__no_memory(error) : PARTNER_OK;

    if (status == PARTNER_OK) {
        t->first = first;
        t->draws = left < BLOCK ? left : BLOCK;
        t->room = room;
        for (size_t partner = p->from; partner < p->to; partner++) draw_partner(p, partner, t);
    }
    partner__free(t);
    partner__free(room);
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
    const size_t blocks = (p->s->draws + (size_t)BLOCK - 1) / BLOCK;
    partner_status status = PARTNER_OK;

    for (p->from = 0; p->from < p->s->partners && status == PARTNER_OK; p->from = p->to) {
        p->to = p->s->partners - p->from < p->at_a_time ? p->s->partners : p->from + p->at_a_time;
        status = partner__parallel(p->s->run, blocks, draw_block, p, error);
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

static partner_status make_plan(plan *p, const partner__simulation *s, int by_partner, partner_error *error)
{
    const size_t draws = s->draws;

    p->s = s;
    p->at_a_time = by_partner ? (SUMS < draws ? 1 : SUMS / draws) : s->partners;
    if (p->at_a_time > s->partners) p->at_a_time = s->partners;
    p->chances = partner__alloc(1, sizeof *p->chances);
    p->deal = partner__alloc(s->deals, sizeof(const partner__sim_deal *));
    p->amount = partner__alloc(s->deals, sizeof *p->amount);
    p->runs = partner__alloc(s->deals, sizeof *p->runs);
    p->first_run = partner__alloc(s->partners + 1, sizeof *p->first_run);
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
        p->odds == NULL || p->threshold == NULL || p->factor == NULL || p->change == NULL || p->money == NULL ||
        p->won == NULL || p->cut == NULL || p->month == NULL || (by_partner && p->sums == NULL))
        return partner__no_memory(error);
    partner__chances_make(p->chances);
    for (size_t c = 0; c < s->cells; c++)
        for (size_t m = 0; m < s->months; m++)
            p->cut[c * s->months + m] = partner__threshold(s->cell[c].spread[m]);
    return order_deals(p, error);
}

static void free_plan(plan *p)
{
    partner__free(p->chances);
    partner__free((void *)p->deal);
    partner__free(p->amount);
    partner__free(p->runs);
    partner__free(p->first_run);
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
    const size_t blocks = (s->draws + (size_t)BLOCK - 1) / BLOCK;
    partner__simulated made = *simulated;
    plan p = {.out = &made};
    partner_status status = check_sums(s, error);

    if (status == PARTNER_OK) status = make_plan(&p, s, simulated->partner != NULL, error);
    if (status == PARTNER_OK) status = partner__parallel(s->run, blocks, draw_shared, &p, error);
    if (status == PARTNER_OK) status = draw_partners(&p, error);
    if (status == PARTNER_OK) status = sum_up(&p, &made, error);
    if (status == PARTNER_OK) *simulated = made;
    free_plan(&p);
    return status;
}
