/* SPDX-License-Identifier: MIT
 * Rank and cumulative share are known in the order of the values and wanted in the order of the rows. Writing
 * them straight to their rows misses the cache with every partner; so they are first put into bins of
 * neighbouring rows, written one after the other, and then delivered bin by bin, each small enough for the
 * cache. */
#include "../base/error.h"
#include "../base/memory.h"
#include "pareto.h"

enum {
    MOST_BINS = 256,
    BIN_BITS = 14 /* a bin has at least 2^14 rows */
};

/* A parcel is a label, row << 32 | rank, in one place and the cumulative share in another. */
typedef struct bins {
    const partner__delivery *delivery;
    const partner__ranked *ranked;
    size_t bins, blocks;
    unsigned shift;    /* a row's bin is row >> shift */
    uint32_t *next;    /* [blocks * bins] parcels of a block per bin, then where its next one goes */
    size_t *bin_start; /* [bins + 1] */
} bins;

static size_t block_end(const bins *d, size_t block)
{
    size_t end = (block + 1) * PARTNER__BLOCK;
    return end < d->ranked->positive ? end : d->ranked->positive;
}

static partner_status count_block(void *context, size_t block, partner_error *error)
{
    const bins *d = context;
    size_t end = block_end(d, block);
    uint32_t *counts = d->next + block * d->bins;

    (void)error;
    for (size_t b = 0; b < d->bins; b++) counts[b] = 0;
    for (size_t i = block * PARTNER__BLOCK; i < end; i++) counts[d->delivery->order[i] >> d->shift]++;
    return PARTNER_OK;
}

static void place_blocks(const bins *d)
{
    size_t sum = 0;

    for (size_t b = 0; b < d->bins; b++) {
        d->bin_start[b] = sum;
        for (size_t block = 0; block < d->blocks; block++) {
            uint32_t here = d->next[block * d->bins + b];
            d->next[block * d->bins + b] = (uint32_t)sum;
            sum += here;
        }
    }
    d->bin_start[d->bins] = sum;
}

/* The first place of the run of equal values that place i is in. */
static size_t run_start(const uint64_t *value, size_t i)
{
    size_t low = 0, high = i;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (value[middle] > value[i]) low = middle + 1;
        else high = middle;
    }
    return low;
}

static partner_status pack_block(void *context, size_t block, partner_error *error)
{
    const bins *d = context;
    const partner__ranked *r = d->ranked;
    size_t start = block * PARTNER__BLOCK, end = block_end(d, block);
    uint64_t sum = r->before[block], previous = r->value[start];
    uint32_t rank = (uint32_t)run_start(r->value, start) + 1, *next = d->next + block * d->bins;
    const uint64_t total = r->total;

    (void)error;
    d->delivery->moments[block] = partner__moments_of(r, start, end);
    for (size_t i = start; i < end; i++) {
        uint64_t value = r->value[i];
        uint32_t row = d->delivery->order[i], place = next[row >> d->shift]++;

        if (value != previous) rank = (uint32_t)i + 1;
        previous = value;
        sum += value;
        d->delivery->labels[place] = (uint64_t)row << 32 | rank;
        d->delivery->sums[place] = partner__share(sum, total);
    }
    return PARTNER_OK;
}

static partner_status deliver_bin(void *context, size_t bin, partner_error *error)
{
    const bins *d = context;
    const partner__delivery *to = d->delivery;

    (void)error;
    for (size_t i = d->bin_start[bin]; i < d->bin_start[bin + 1]; i++) {
        size_t row = (size_t)(to->labels[i] >> 32);
        to->rank[row] = (uint32_t)to->labels[i];
        to->cumulative_share[row] = to->sums[i];
    }
    return PARTNER_OK;
}

static partner_status carry(bins *d, const partner__run *run, partner_error *error)
{
    partner_status status = partner__parallel(run, d->blocks, count_block, d, error);

    if (status != PARTNER_OK) return status;
    place_blocks(d);
    status = partner__parallel(run, d->blocks, pack_block, d, error);
    if (status != PARTNER_OK) return status;
    return partner__parallel(run, d->bins, deliver_bin, d, error);
}

partner_status partner__deliver(const partner__delivery *delivery, const partner__run *run,
                                partner_error *error)
{
    bins d = {.delivery = delivery, .ranked = delivery->ranked, .shift = BIN_BITS};
    size_t last;
    partner_status status;

    if (d.ranked->positive == 0) return PARTNER_OK;
    last = delivery->rows - 1;
    while (last >> d.shift >= MOST_BINS) d.shift++;
    d.bins = (last >> d.shift) + 1;
    d.blocks = partner__blocks(d.ranked->positive);
    d.next = partner__alloc(d.blocks * d.bins, sizeof *d.next);
    d.bin_start = partner__alloc(d.bins + 1, sizeof *d.bin_start);
    if (d.next == NULL || d.bin_start == NULL) status = partner__no_memory(error);
    else status = carry(&d, run, error);
    partner__free(d.next);
    partner__free(d.bin_start);
    return status;
}
