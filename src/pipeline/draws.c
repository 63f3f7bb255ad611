/* SPDX-License-Identifier: MIT
 * Within a block partner after partner is worked off, and within a partner run after run of deals that share a
 * chance. Each draw of each partner has a random stream of its own, so neither blocks nor threads matter. */
#include "draws.h"

#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"

enum {
    BLOCK = PARTNER__DRAWS,
    LANES = 64,
    FEWEST_LANES = 4, /* fewer deals are drawn one by one */
    TERMS = 4,        /* added at a time */
    FEW_CUTS = 8
};

typedef partner__plan plan;
typedef partner__sim_run run;

static double partner_share(const partner__simulation *s, size_t partner)
{
    return partner == s->direct ? 0 : s->partner_correlation;
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
    if (!partner__is_correlated(p->s)) return partner__chance_of_odds(odds);
    return partner__chance_below(p->chances, (partner__score_of_odds(p->chances, odds) - factor) / own);
}

partner_status partner__draw_shared(void *context, size_t block, partner_error *error)
{
    plan *p = context;
    const partner__simulation *s = p->s;
    const size_t draws = s->draws, first = (p->skipped + block) * BLOCK;
    const size_t end = first + BLOCK < draws ? first + BLOCK : draws;
    const double own = sqrt(1 - s->correlation);
    double *normal = partner__alloc(s->terms, sizeof *normal);

    if (normal == NULL) return partner__no_memory(error);
    for (size_t draw = first; draw < end; draw++) {
        partner__random random = partner__random_stream(s->seed, draw);

        p->factor[draw] = sqrt(s->correlation) * partner__random_normal_of(p->chances, &random);
        draw_coefficients(p, draw, &random, normal);
        for (size_t c = 0; c < s->cells; c++) {
            const double odds = cell_odds(p, &s->cell[c], &random);

            p->odds[c * draws + draw] = odds;
            if (!p->plain[c]) continue;
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

static void add_terms(const double *by, const double *const *change, size_t draws, double *restrict odds)
{
    const double *a = change[0], *b = change[1], *c = change[2], *d = change[3];
    const double by_a = by[0], by_b = by[1], by_c = by[2], by_d = by[3];

    for (size_t k = 0; k < draws; k++)
        odds[k] = odds[k] + by_a * a[k] + by_b * b[k] + by_c * c[k] + by_d * d[k];
}

/* What the change of the coefficients adds to the odds: terms in their order, four at a time, without those
 * that add nothing. Most of the time of deals that a model moves goes here. */
static void add_changes(const plan *p, const double *row, strip *t)
{
    const double *change[TERMS] = {NULL};
    double by[TERMS];
    size_t n = 0;

    for (size_t i = 0; i < p->s->terms; i++) {
        if (row[i] == 0) continue;
        by[n] = row[i];
        change[n++] = p->change + i * p->s->draws + t->first;
        if (n < TERMS) continue;
        add_terms(by, change, t->draws, t->odds);
        n = 0;
    }
    if (n == 0) return;
    for (; n < TERMS; n++) {
        by[n] = 0;
        change[n] = change[0];
    }
    add_terms(by, change, t->draws, t->odds);
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
    const int known = !partner__is_moved(r) && is_usual;

    t->guessed = 0;
    if (known) memcpy(t->threshold, p->threshold + at, t->draws * sizeof *t->threshold);
    if (known && !partner__is_correlated(p->s)) return;
    for (size_t k = 0; k < t->draws; k++) t->odds[k] = p->odds[at + k] + r->shift;
    if (known) return;
    if (r->row != NULL) add_changes(p, r->row, t);
    if (r->deals < FEWEST_LANES) { /* without correlation the factor is 0 and its own share all */
        guess_chances(p, t);
        return;
    }
    for (size_t k = 0; k < t->draws; k++)
        t->threshold[k] = partner__threshold(chance_given(p, t->odds[k], t->factor[k], t->own));
}

/* A run in one draw. */
typedef struct chances {
    const run *run;
    size_t draw;         /* of the strip */
    double all;          /* of being won; NaN = not yet known */
    const uint64_t *cut; /* [months] NULL = not known, or one by one */
    int cuts_known;
} chances;

static double chance_of_all(const plan *p, const strip *t, chances *c)
{
    if (isnan(c->all)) c->all = chance_given(p, t->odds[c->draw], t->factor[c->draw], t->own);
    return c->all;
}

/* Log-odds of a share of the chance that belongs to these. */
static double odds_of_share(double odds, double share) { return -log((1 + exp(-odds)) / share - 1); }

/* The share of the won that are won by the end of a month. Months are nested as chances are: p's share by then
 * against the same factors. */
static uint64_t cut_of(const plan *p, const strip *t, chances *c, size_t month)
{
    const double spread = p->s->cell[c->run->cell].spread[month], all = chance_of_all(p, t, c);
    const double odds = spread > 0 ? odds_of_share(t->odds[c->draw], spread) : -HUGE_VAL;

    return partner__threshold(chance_given(p, odds, t->factor[c->draw], t->own) / all);
}

static void find_cuts(const plan *p, strip *t, chances *c)
{
    const size_t months = p->s->months;

    c->cuts_known = 1;
    if (!partner__is_correlated(p->s)) c->cut = p->cut + c->run->cell * months;
    if (c->cut != NULL || c->run->deals < FEWEST_LANES) return;
    for (size_t m = 0; m + 1 < months; m++) t->room[m] = cut_of(p, t, c, m);
    c->cut = t->room;
}

/* Whether the bits of a deal that is won lie beyond a month's cut: from a guess of the chance by then, as long
 * as that leaves no doubt. */
static int is_later(const plan *p, const strip *t, chances *c, size_t month, uint64_t bits)
{
    const double *score = p->month_score;

    if (score != NULL) {
        const size_t table = c->run->cell * (p->s->months - 1) + month;
        const double off = PARTNER__SHARE_OFF * (1 + 1 / t->own), u = (double)(bits >> 11) * 0x1p-53;
        const double by_then = partner__share_below(p->chances, score + table * PARTNER__SHARE_KNOTS,
                                                    t->odds[c->draw], t->factor[c->draw], 1 / t->own);

        if (u * chance_of_all(p, t, c) > by_then + off) return 1;
        if (u * chance_of_all(p, t, c) < by_then - off) return 0;
    }
    return bits >= cut_of(p, t, c, month);
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

        if (is_later(p, t, c, middle, bits)) low = middle + 1;
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

/* What is won in a draw. */
typedef struct takings {
    partner__random random;
    int64_t money;
    uint64_t won;
} takings;

/* Takes those that are won, of deals from `first` on. */
static void take_won(const plan *p, chances *c, size_t first, uint64_t bits, strip *t, takings *all)
{
    const size_t months = p->s->months;
    const uint32_t number = c->run->pool;
    const partner__sim_pool *pool = number == PARTNER_NONE ? NULL : &p->s->pool[number];
    int64_t *month = p->month + (t->first + c->draw) * months;

    for (; bits != 0; bits &= bits - 1) {
        const int64_t amount = pool == NULL ? p->amount[first + lowest(bits)]
                                            : pool->amount[partner__random_below(&all->random, pool->amounts)];

        all->money += amount;
        all->won++;
        if (months > 1) month[draw_month(p, t, c, &all->random)] += amount;
    }
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
        takings all = {t->random[k], 0, 0};
        chances c = {.run = r, .draw = k, .all = NAN};

        for (size_t done = 0; done < r->deals; done += LANES) {
            const size_t lanes = r->deals - done < LANES ? r->deals - done : LANES;
            const uint64_t bits = draw_lanes(p, lanes, k, t, &all.random);

            if (bits != 0) take_won(p, &c, r->first + done, bits, t, &all);
        }
        t->random[k] = all.random;
        t->money[k] += all.money;
        t->won[k] += all.won;
    }
}

/* The same of a run of one deal. */
static void draw_lone(const plan *p, const run *r, strip *t)
{
    const partner__sim_pool *pool = r->pool == PARTNER_NONE ? NULL : &p->s->pool[r->pool];
    const size_t months = p->s->months;

    for (size_t k = 0; k < t->draws; k++) {
        int64_t amount = p->amount[r->first];

        if (!is_won(p, k, t, &t->random[k])) continue;
        if (pool != NULL) amount = pool->amount[partner__random_below(&t->random[k], pool->amounts)];
        t->won[k]++;
        t->money[k] += amount;
        if (months > 1) {
            chances c = {.run = r, .draw = k, .all = NAN};

            p->month[(t->first + k) * months + draw_month(p, t, &c, &t->random[k])] += amount;
        }
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
        if (p->runs[i].deals == 1) draw_lone(p, &p->runs[i], t);
        else draw_run(p, &p->runs[i], t);
    }
    for (size_t k = 0; k < t->draws; k++) {
        p->money[t->first + k] += t->money[k];
        p->won[t->first + k] += t->won[k];
        if (p->s->months == 1) p->month[t->first + k] += t->money[k];
        if (p->sums != NULL) p->sums[(partner - p->from) * p->s->draws + t->first + k] = t->money[k];
    }
}

partner_status partner__draw_block(void *context, size_t block, partner_error *error)
{
    plan *p = context;
    const size_t first = (p->skipped + block) * BLOCK, left = p->s->draws - first;
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
