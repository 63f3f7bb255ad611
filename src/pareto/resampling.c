/* SPDX-License-Identifier: MIT
 * The resampling range. A replicate is no copy of the population but how often each rank was drawn, so that the
 * values are sorted once for all: one walk down the ranks gives its figures as exact rationals. With P < 2^32
 * partners below 2^63 a replicate's total stays under 2^95 and every numerator and denominator under 2^127. */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/pulse.h"
#include "../base/random.h"
#include "../base/sort.h"
#include "pareto.h"

enum {
    STEP = 1 << 16, /* draws or ranks between two looks at the interrupt */
    MILLION = 1000000,
    TOP = 200000, /* ppm */
    FIGURES = 3,  /* gini, top_share_20, vital_fraction */
    USUAL_REPLICATES = 1000,
    USUAL_CONFIDENCE = 950000 /* ppm */
};

typedef struct job {
    const partner__ranked *ranked;
    partner__pulse pulse;
    uint64_t seed;
    uint32_t first_cut;
    uint32_t replicates;
    size_t slots;              /* as many as threads */
    atomic_flag *taken;        /* [slots] */
    uint32_t *counts;          /* [slots * positive] all 0 in a slot that is not taken */
    uint64_t *figure[FIGURES]; /* [replicates] doubles >= 0 as words, which order as they do */
    uint64_t *spare;           /* [replicates] */
    atomic_size_t redrawn;
} job;

/* What one walk down a replicate sums up. */
typedef struct sums {
    partner__u128 total;
    partner__u128 above, below; /* the Gini numerator's positive and negative terms */
    partner__u128 top;          /* 10^6 times what the top 20 % of partners hold */
} sums;

/* Draws P ranks and counts those that have revenue. */
static partner_status draw(job *j, partner__random *random, uint32_t *counts, size_t *drawn,
                           partner_error *error)
{
    const size_t population = j->ranked->counted, positive = j->ranked->positive;

    *drawn = 0;
    for (size_t done = 0; done < population;) {
        size_t end = population - done < STEP ? population : done + STEP;
        partner_status status = partner__pulse_ask(&j->pulse, error);

        if (status != PARTNER_OK) return status;
        for (; done < end; done++) {
            uint64_t rank = partner__random_below(random, population);
            if (rank >= positive) continue;
            counts[rank]++;
            ++*drawn;
        }
    }
    return PARTNER_OK;
}

/* `count` partners of the same value that stand at the places before + 1 … before + count: the sum of their
 * weights P - 2i + 1 is count (P - 2 before - count). */
static void add_run(sums *s, uint64_t population, uint64_t value, uint64_t before, uint64_t count)
{
    partner__u128 amount = partner__u128_mul(value, count);
    uint64_t middle = 2 * before + count, top = TOP * population, place = MILLION * before;

    s->total = partner__u128_add(s->total, amount);
    if (middle <= population)
        s->above = partner__u128_add(s->above, partner__u128_scale(amount, population - middle));
    else s->below = partner__u128_add(s->below, partner__u128_scale(amount, middle - population));
    if (place >= top) return;
    top = top - place < MILLION * count ? top - place : MILLION * count;
    s->top = partner__u128_add(s->top, partner__u128_mul(value, top));
}

static partner_status sum_up(job *j, const uint32_t *counts, sums *s, partner_error *error)
{
    const partner__ranked *r = j->ranked;
    uint64_t before = 0;

    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < r->positive; i++) {
        uint32_t count = counts[i];

        if (i % STEP == 0) {
            partner_status status = partner__pulse_ask(&j->pulse, error);
            if (status != PARTNER_OK) return status;
        }
        if (count == 0) continue;
        add_run(s, r->counted, r->value[i], before, count);
        before += count;
    }
    return PARTNER_OK;
}

/* The fewest partners from the top down whose sum reaches the first cut: S 10^6 >= cut T. */
static uint64_t vital_count(const job *j, const uint32_t *counts, partner__u128 total)
{
    const partner__ranked *r = j->ranked;
    partner__u128 goal = partner__u128_scale(total, j->first_cut), sum = partner__u128_from(0);
    uint64_t vital = 0;

    for (size_t i = 0; i < r->positive; i++) {
        partner__u128 all = partner__u128_add(sum, partner__u128_mul(r->value[i], counts[i]));

        if (partner__u128_less(partner__u128_scale(all, MILLION), goal)) {
            sum = all;
            vital += counts[i];
            continue;
        }
        while (partner__u128_less(partner__u128_scale(sum, MILLION), goal)) {
            sum = partner__u128_add(sum, partner__u128_from(r->value[i]));
            vital++;
        }
        break;
    }
    return vital;
}

static uint64_t word_of(double figure)
{
    uint64_t word;
    memcpy(&word, &figure, sizeof word);
    return word;
}

static double figure_of(uint64_t word)
{
    double figure;
    memcpy(&figure, &word, sizeof figure);
    return figure;
}

static partner_status replicate_with(job *j, size_t replicate, uint32_t *counts, partner_error *error)
{
    const partner__ranked *r = j->ranked;
    partner__random random = partner__random_stream(j->seed, replicate);
    size_t drawn = 0;
    partner_status status;
    sums s;

    do {
        status = draw(j, &random, counts, &drawn, error);
        if (status == PARTNER_OK && drawn == 0) atomic_fetch_add(&j->redrawn, 1);
    } while (status == PARTNER_OK && drawn == 0);
    if (status == PARTNER_OK) status = sum_up(j, counts, &s, error);
    if (status != PARTNER_OK) return status;
    j->figure[0][replicate] =
        word_of(partner__ratio(partner__u128_sub(s.above, s.below), partner__u128_scale(s.total, r->counted)));
    j->figure[1][replicate] = word_of(partner__ratio(s.top, partner__u128_scale(s.total, MILLION)));
    j->figure[2][replicate] = word_of(
        partner__ratio(partner__u128_from(vital_count(j, counts, s.total)), partner__u128_from(r->counted)));
    memset(counts, 0, r->positive * sizeof *counts);
    return PARTNER_OK;
}

/* At most as many tasks run at once as there are slots, so one is always free. A slot that a cancelled task
 * leaves behind counts too much, but then no result is wanted. */
static partner_status one_replicate(void *context, size_t replicate, partner_error *error)
{
    job *j = context;
    size_t slot = 0;
    partner_status status;

    while (atomic_flag_test_and_set_explicit(&j->taken[slot], memory_order_acquire))
        slot = slot + 1 == j->slots ? 0 : slot + 1;
    status = replicate_with(j, replicate, j->counts + slot * j->ranked->positive, error);
    atomic_flag_clear_explicit(&j->taken[slot], memory_order_release);
    return status;
}

/* The order statistics ceil((1 - c) / 2 * R) and ceil((1 + c) / 2 * R), counted from 1. */
static partner_status bounds(job *j, uint64_t *figures, uint32_t confidence, double range[2],
                             partner_error *error)
{
    const uint64_t whole = 2 * (uint64_t)MILLION;
    uint64_t low = ((MILLION - confidence) * (uint64_t)j->replicates + whole - 1) / whole;
    uint64_t high = ((MILLION + confidence) * (uint64_t)j->replicates + whole - 1) / whole;
    uint64_t *sorted = figures;
    partner_status status =
        partner__sort(figures, j->spare, j->replicates, 0, 64, j->pulse.run, &sorted, error);

    if (status != PARTNER_OK) return status;
    range[0] = figure_of(sorted[low - 1]);
    range[1] = figure_of(sorted[high - 1]);
    return status;
}

static partner_status allocate(job *j, partner_error *error)
{
    j->taken = partner__alloc(j->slots, sizeof *j->taken);
    j->counts = partner__alloc_zero(j->ranked->positive, j->slots * sizeof *j->counts);
    j->spare = partner__alloc(j->replicates, sizeof *j->spare);
    for (int i = 0; i < FIGURES; i++) j->figure[i] = partner__alloc(j->replicates, sizeof *j->figure[i]);
    if (j->taken == NULL || j->counts == NULL || j->spare == NULL || j->figure[0] == NULL ||
        j->figure[1] == NULL || j->figure[2] == NULL)
        return partner__no_memory(error);
    for (size_t i = 0; i < j->slots; i++) atomic_flag_clear(&j->taken[i]);
    return PARTNER_OK;
}

static void free_job(job *j)
{
    partner__free(j->taken);
    partner__free(j->counts);
    partner__free(j->spare);
    for (int i = 0; i < FIGURES; i++) partner__free(j->figure[i]);
}

static partner_status resample(job *j, partner_resampling *result, uint32_t confidence, partner_error *error)
{
    double *range[FIGURES] = {result->gini, result->top_share_20, result->vital_fraction};
    partner_status status = allocate(j, error);

    if (status == PARTNER_OK) status = partner__parallel(j->pulse.run, j->replicates, one_replicate, j, error);
    for (int i = 0; i < FIGURES && status == PARTNER_OK; i++)
        status = bounds(j, j->figure[i], confidence, range[i], error);
    result->redrawn = atomic_load(&j->redrawn);
    free_job(j);
    return status;
}

partner_status partner__pareto_resampling(const partner__ranked *r, const partner_pareto_options *options,
                                          const partner__run *run, partner__arena *arena,
                                          const partner_resampling **resampling, partner_error *error)
{
    partner_resampling *result = partner__arena_alloc(arena, 1, sizeof *result);
    uint32_t confidence = options->confidence == 0 ? USUAL_CONFIDENCE : options->confidence;
    job j = {.ranked = r, .seed = options->seed, .first_cut = options->cuts[0]};
    partner_status status = PARTNER_OK;

    if (result == NULL) return partner__no_memory(error);
    j.replicates = options->replicates == 0 ? USUAL_REPLICATES : options->replicates;
    j.slots = partner__threads(run, j.replicates);
    atomic_init(&j.redrawn, 0);
    partner__pulse_start(&j.pulse, run);
    memset(result, 0, sizeof *result);
    for (int i = 0; i < 2; i++) result->gini[i] = result->top_share_20[i] = result->vital_fraction[i] = NAN;
    result->confidence = confidence / 1e6;
    result->seed = j.seed;
    result->replicates = j.replicates;
    if (r->total > 0) status = resample(&j, result, confidence, error);
    if (status == PARTNER_OK) *resampling = result;
    return status;
}
