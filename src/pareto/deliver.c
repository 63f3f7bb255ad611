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

typedef struct parcel {
    double cumulative_share;
    uint32_t row, rank;
} parcel;

typedef struct delivery {
    const partner__ranked *ranked;
    const uint32_t *order;
    uint32_t *rank;
    double *cumulative_share;
    size_t bins, blocks;
    unsigned bin_shift;
    uint32_t *next;    /* [blocks * bins] parcels of a block per bin, then where its next one goes */
    size_t *bin_start; /* [bins + 1] */
    parcel *parcels;
} delivery;

static size_t block_end(const delivery *d, size_t block)
{
    size_t end = (block + 1) * PARTNER__BLOCK;
    return end < d->ranked->positive ? end : d->ranked->positive;
}

static partner_status count_block(void *context, size_t block, partner_error *error)
{
    const delivery *d = context;
    size_t end = block_end(d, block);
    uint32_t *counts = d->next + block * d->bins;

    (void)error;
    for (size_t b = 0; b < d->bins; b++) counts[b] = 0;
    for (size_t i = block * PARTNER__BLOCK; i < end; i++) counts[d->order[i] >> d->bin_shift]++;
    return PARTNER_OK;
}

static void place_blocks(const delivery *d)
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
    const delivery *d = context;
    const partner__ranked *r = d->ranked;
    size_t start = block * PARTNER__BLOCK, end = block_end(d, block);
    uint64_t sum = r->before[block], previous = r->value[start];
    uint32_t rank = (uint32_t)run_start(r->value, start) + 1, *next = d->next + block * d->bins;
    const uint64_t total = r->total;

    (void)error;
    for (size_t i = start; i < end; i++) {
        uint64_t value = r->value[i];
        uint32_t row = d->order[i];
        parcel *p = &d->parcels[next[row >> d->bin_shift]++];

        if (value != previous) rank = (uint32_t)i + 1;
        previous = value;
        sum += value;
        p->row = row;
        p->rank = rank;
        p->cumulative_share = partner__share(sum, total);
    }
    return PARTNER_OK;
}

static partner_status deliver_bin(void *context, size_t bin, partner_error *error)
{
    const delivery *d = context;

    (void)error;
    for (size_t i = d->bin_start[bin]; i < d->bin_start[bin + 1]; i++) {
        const parcel *p = &d->parcels[i];
        d->rank[p->row] = p->rank;
        d->cumulative_share[p->row] = p->cumulative_share;
    }
    return PARTNER_OK;
}

static partner_status carry(delivery *d, const partner__run *run, partner_error *error)
{
    partner_status status = partner__parallel(run, d->blocks, count_block, d, error);

    if (status != PARTNER_OK) return status;
    place_blocks(d);
    status = partner__parallel(run, d->blocks, pack_block, d, error);
    if (status != PARTNER_OK) return status;
    return partner__parallel(run, d->bins, deliver_bin, d, error);
}

partner_status partner__deliver(const partner__ranked *r, const uint32_t *order, size_t rows,
                                const partner__run *run, uint32_t *rank, double *cumulative_share,
                                partner_error *error)
{
    delivery d = {
        .ranked = r, .order = order, .rank = rank, .cumulative_share = cumulative_share, .bin_shift = BIN_BITS};
    partner_status status;

    if (r->positive == 0) return PARTNER_OK;
    while ((rows - 1) >> d.bin_shift >= MOST_BINS) d.bin_shift++;
    d.bins = ((rows - 1) >> d.bin_shift) + 1;
    d.blocks = partner__blocks(r->positive);
    d.next = partner__alloc(d.blocks * d.bins, sizeof *d.next);
    d.bin_start = partner__alloc(d.bins + 1, sizeof *d.bin_start);
    d.parcels = partner__alloc(r->positive, sizeof *d.parcels);
    if (d.next == NULL || d.bin_start == NULL || d.parcels == NULL) status = partner__no_memory(error);
    else status = carry(&d, run, error);
    partner__free(d.next);
    partner__free(d.bin_start);
    partner__free(d.parcels);
    return status;
}
