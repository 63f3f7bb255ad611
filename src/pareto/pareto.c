/* SPDX-License-Identifier: MIT
 * Pareto analysis: one look at the rows, one radix sort, one walk down the order, one pass back over the rows.
 * Work is cut into blocks of fixed size that depend on nothing but their number, so any number of threads gives
 * the same bits. */
#include "pareto.h"

#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"

typedef struct result {
    partner_pareto pareto; /* first: the caller's pointer is to it */
    partner__arena arena;
    partner_tail *tail;
} result;

/* What one look at a block of rows tells. */
typedef struct look {
    partner__u128 total, negative_total;
    uint64_t largest;
    size_t positive, negative;
    size_t zeros_before, positives_before; /* rows of either sort before this block */
} look;

typedef struct job {
    const partner_amounts *amounts;
    const partner_pareto_options *options;
    partner__run run;
    size_t rows, row_blocks, walk_blocks;
    look *looks;
    partner__moments *moments_of_blocks; /* [walk_blocks] */
    look whole;
    uint64_t *words, *spare, *before;
    unsigned row_bits; /* low bits of a packed word that hold the row */
    partner__ranked ranked;
    partner__classes classes;
    partner__moments moments;
    uint32_t *rank, *order;
    double *share, *cumulative_share;
    uint8_t *class_of;
} job;

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static size_t block_end(size_t block, size_t n) { return smaller((block + 1) * PARTNER__BLOCK, n); }

static partner_status bad_amount(const job *j, size_t row, partner_error *error)
{
    uint32_t who = j->amounts->partner == NULL ? (uint32_t)row : j->amounts->partner[row];
    partner__place place = partner__at("amounts", "amount", row, who);

    if (j->amounts->amount[row] == PARTNER_NO_AMOUNT)
        return partner__fail_at(error, PARTNER_E_DATA, place, "amounts row %zu: amount is missing", row);
    return partner__fail_at(error, PARTNER_E_DATA, place,
                            "amounts row %zu: amount of partner %u is %lld minor units, expected none below 0",
                            row, (unsigned)who, (long long)j->amounts->amount[row]);
}

static partner_status look_at_block(void *context, size_t block, partner_error *error)
{
    const job *j = context;
    size_t end = block_end(block, j->rows), positive = 0, negative = 0;
    /* A block's sums stay below 2^16 × 2^63, so the high and low halves can be summed apart. */
    uint64_t low = 0, high = 0, negative_low = 0, negative_high = 0, largest = 0;
    int64_t smallest_allowed = j->options->negatives == PARTNER_NEGATIVES_ERROR ? 0 : -INT64_MAX;

    for (size_t row = block * PARTNER__BLOCK; row < end; row++) {
        int64_t amount = j->amounts->amount[row];
        uint64_t value = amount > 0 ? (uint64_t)amount : 0, loss = amount < 0 ? 0 - (uint64_t)amount : 0;

        if (amount < smallest_allowed) return bad_amount(j, row, error);
        low += value & UINT32_MAX;
        high += value >> 32;
        negative_low += loss & UINT32_MAX;
        negative_high += loss >> 32;
        largest = value > largest ? value : largest;
        positive += amount > 0;
        negative += amount < 0;
    }
    j->looks[block].total =
        partner__u128_add(partner__u128_from(low), partner__u128_shl(partner__u128_from(high), 32));
    j->looks[block].negative_total = partner__u128_add(
        partner__u128_from(negative_low), partner__u128_shl(partner__u128_from(negative_high), 32));
    j->looks[block].largest = largest;
    j->looks[block].positive = positive;
    j->looks[block].negative = negative;
    return PARTNER_OK;
}

static int beyond_int64(partner__u128 a)
{
    return partner__u128_high(a) != 0 || partner__u128_low(a) > (uint64_t)INT64_MAX;
}

static partner_status look_at_rows(job *j, partner_error *error)
{
    partner_status status = partner__parallel(&j->run, j->row_blocks, look_at_block, j, error);
    look *whole = &j->whole;

    if (status != PARTNER_OK) return status;
    memset(whole, 0, sizeof *whole);
    for (size_t b = 0; b < j->row_blocks; b++) {
        look *l = &j->looks[b];
        l->positives_before = whole->positive;
        l->zeros_before = b * PARTNER__BLOCK - whole->positive;
        whole->total = partner__u128_add(whole->total, l->total);
        whole->negative_total = partner__u128_add(whole->negative_total, l->negative_total);
        whole->largest = l->largest > whole->largest ? l->largest : whole->largest;
        whole->positive += l->positive;
        whole->negative += l->negative;
    }
    if (beyond_int64(whole->total))
        return partner__fail_at(error, PARTNER_E_RANGE,
                                partner__at("amounts", "amount", PARTNER_NO_ROW, PARTNER_NONE),
                                "amounts: the total is beyond %lld", (long long)INT64_MAX);
    if (beyond_int64(whole->negative_total))
        return partner__fail_at(error, PARTNER_E_RANGE,
                                partner__at("amounts", "amount", PARTNER_NO_ROW, PARTNER_NONE),
                                "amounts: the negative amounts sum to less than -%lld", (long long)INT64_MAX);
    return PARTNER_OK;
}

/* Sorting words of (value, row): the row in the low bits is the sort's payload. */
static partner_status pack_block(void *context, size_t block, partner_error *error)
{
    const job *j = context;
    size_t end = block_end(block, j->rows), to = j->looks[block].positives_before;

    (void)error;
    for (size_t row = block * PARTNER__BLOCK; row < end; row++) {
        int64_t amount = j->amounts->amount[row];
        if (amount > 0) j->words[to++] = (uint64_t)amount << j->row_bits | row;
    }
    return PARTNER_OK;
}

static partner_status unpack_block(void *context, size_t block, partner_error *error)
{
    const job *j = context;
    size_t end = block_end(block, j->whole.positive);
    const uint64_t mask = ((uint64_t)1 << j->row_bits) - 1;

    (void)error;
    for (size_t i = block * PARTNER__BLOCK; i < end; i++) {
        uint64_t word = j->words[i];
        j->order[i] = (uint32_t)(word & mask);
        j->words[i] = word >> j->row_bits;
    }
    return PARTNER_OK;
}

typedef partner_status (*sorter)(uint64_t *, uint64_t *, size_t, unsigned, unsigned, const partner__run *,
                                 uint64_t **, partner_error *);

static partner_status sort_words(job *j, sorter sort, unsigned low, unsigned high, partner_error *error)
{
    uint64_t *sorted = j->words;
    partner_status status = sort(j->words, j->spare, j->whole.positive, low, high, &j->run, &sorted, error);

    if (sorted == j->spare) {
        j->spare = j->words;
        j->words = sorted;
    }
    return status;
}

/* When value and row do not fit one word: by the low 32 bits of the value first and then, as the sort is
 * stable, by the high ones. */
static partner_status sort_wide(job *j, unsigned value_bits, partner_error *error)
{
    partner_status status;

    for (size_t i = 0, to = 0; i < j->rows; i++) {
        int64_t amount = j->amounts->amount[i];
        if (amount > 0) j->words[to++] = ((j->whole.largest - (uint64_t)amount) & UINT32_MAX) << 32 | i;
    }
    status = sort_words(j, partner__sort, 32, 64, error);
    /* A sort that was cancelled leaves words that name no row. */
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < j->whole.positive; i++) {
        size_t row = j->words[i] & UINT32_MAX;
        j->words[i] = (j->whole.largest - (uint64_t)j->amounts->amount[row]) >> 32 << 32 | row;
    }
    status = sort_words(j, partner__sort, 32, value_bits, error);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < j->whole.positive; i++) {
        j->order[i] = (uint32_t)(j->words[i] & UINT32_MAX);
        j->words[i] = (uint64_t)j->amounts->amount[j->order[i]];
    }
    return PARTNER_OK;
}

/* Leaves the values in `words`, largest first, and their rows in `order`. */
static partner_status sort_rows(job *j, partner_error *error)
{
    unsigned value_bits = partner__bits(j->whole.largest);
    partner_status status;

    j->row_bits = partner__bits(j->rows - 1);
    if (value_bits + j->row_bits > 64) return sort_wide(j, value_bits, error);
    status = partner__parallel(&j->run, j->row_blocks, pack_block, j, error);
    if (status == PARTNER_OK)
        status = sort_words(j, partner__sort_descending, j->row_bits, j->row_bits + value_bits, error);
    if (status != PARTNER_OK) return status;
    return partner__parallel(&j->run, j->walk_blocks, unpack_block, j, error);
}

static partner_status sum_block(void *context, size_t block, partner_error *error)
{
    const job *j = context;
    size_t end = block_end(block, j->whole.positive);
    uint64_t sum = 0;

    (void)error;
    for (size_t i = block * PARTNER__BLOCK; i < end; i++) sum += j->words[i];
    j->before[block] = sum;
    return PARTNER_OK;
}

static partner_status prefix_sums(job *j, partner_error *error)
{
    partner_status status = partner__parallel(&j->run, j->walk_blocks, sum_block, j, error);
    uint64_t sum = 0;

    if (status != PARTNER_OK) return status;
    for (size_t b = 0; b < j->walk_blocks; b++) {
        uint64_t here = j->before[b];
        j->before[b] = sum;
        sum += here;
    }
    /* first_reaching looks at one block past the last full one. */
    if (j->whole.positive % PARTNER__BLOCK == 0) j->before[j->walk_blocks] = sum;
    return PARTNER_OK;
}

static partner_status walk_order(job *j, partner_error *error)
{
    /* What the sort no longer needs and what is not filled yet carries the parcels. */
    partner__delivery delivery = {.ranked = &j->ranked,
                                  .order = j->order,
                                  .rows = j->rows,
                                  .labels = j->spare,
                                  .sums = j->share,
                                  .rank = j->rank,
                                  .cumulative_share = j->cumulative_share,
                                  .moments = j->moments_of_blocks};
    partner_status status = partner__deliver(&delivery, &j->run, error);
    partner__moments *all = &j->moments;

    memset(all, 0, sizeof *all);
    for (size_t b = 0; b < j->walk_blocks && status == PARTNER_OK; b++) {
        const partner__moments *m = &j->moments_of_blocks[b];
        all->prefix_sum = partner__u128_add(all->prefix_sum, m->prefix_sum);
        all->squares = partner__u128_add(all->squares, m->squares);
        partner__sum_add(&all->deviation, partner__sum_value(&m->deviation));
    }
    return status;
}

/* The class of a positive value: the number of floors, which descend, that it stays below. Without a branch:
 * classes of neighbouring rows cannot be predicted. */
static uint8_t class_of(const partner__classes *classes, uint64_t value)
{
    unsigned c = 0;

    for (unsigned i = 0; i < classes->cuts; i++) c += value < classes->floor[i];
    return (uint8_t)c;
}

/* The columns that follow from the value alone, in row order; and all columns of rows without revenue. */
static partner_status fill_block(void *context, size_t block, partner_error *error)
{
    const job *j = context;
    size_t end = block_end(block, j->rows), zero = j->whole.positive + j->looks[block].zeros_before;
    int all = j->options->population == PARTNER_POPULATION_ALL;
    uint64_t total = j->ranked.total;
    uint32_t last_rank = all ? (uint32_t)j->whole.positive + 1 : 0;
    double without = total == 0 ? NAN : 0.0, after_all = total > 0 && all ? 1.0 : NAN;

    (void)error;
    for (size_t row = block * PARTNER__BLOCK; row < end; row++) {
        int64_t amount = j->amounts->amount[row];
        if (amount > 0) {
            j->share[row] = partner__share((uint64_t)amount, total);
            j->class_of[row] = class_of(&j->classes, (uint64_t)amount);
            continue;
        }
        j->share[row] = without;
        j->class_of[row] = (uint8_t)(j->classes.cuts + 1);
        j->rank[row] = last_rank;
        j->cumulative_share[row] = after_all;
        j->order[zero++] = (uint32_t)row;
    }
    return PARTNER_OK;
}

static partner_status allocate(job *j, result *r, partner_error *error)
{
    size_t n = j->rows;

    j->rank = partner__arena_alloc(&r->arena, n, sizeof *j->rank);
    j->order = partner__arena_alloc(&r->arena, n, sizeof *j->order);
    j->share = partner__arena_alloc(&r->arena, n, sizeof *j->share);
    j->cumulative_share = partner__arena_alloc(&r->arena, n, sizeof *j->cumulative_share);
    j->class_of = partner__arena_alloc(&r->arena, n, sizeof *j->class_of);
    j->looks = partner__alloc(j->row_blocks, sizeof *j->looks);
    if (j->rank == NULL || j->order == NULL || j->share == NULL || j->cumulative_share == NULL ||
        j->class_of == NULL || j->looks == NULL)
        return partner__no_memory(error);
    return PARTNER_OK;
}

static partner_status allocate_order(job *j, partner_error *error)
{
    size_t positive = j->whole.positive;

    j->walk_blocks = partner__blocks(positive);
    j->words = partner__alloc(positive, sizeof *j->words);
    j->spare = partner__alloc(positive, sizeof *j->spare);
    j->moments_of_blocks = partner__alloc(j->walk_blocks, sizeof *j->moments_of_blocks);
    j->before = partner__alloc_zero(j->walk_blocks + 1, sizeof *j->before);
    if (j->words == NULL || j->spare == NULL || j->moments_of_blocks == NULL || j->before == NULL)
        return partner__no_memory(error);
    return PARTNER_OK;
}

/* From the rows to the ranked values and every column of the result. */
static partner_status rank_rows(job *j, result *r, partner_error *error)
{
    partner_status status = allocate(j, r, error);

    if (status == PARTNER_OK) status = look_at_rows(j, error);
    if (status == PARTNER_OK) status = allocate_order(j, error);
    if (status == PARTNER_OK && j->whole.positive > 0) status = sort_rows(j, error);
    if (status == PARTNER_OK) status = prefix_sums(j, error);
    if (status != PARTNER_OK) return status;
    j->ranked.value = j->words;
    j->ranked.before = j->before;
    j->ranked.positive = j->whole.positive;
    j->ranked.counted = j->options->population == PARTNER_POPULATION_ALL ? j->rows : j->whole.positive;
    j->ranked.total = partner__u128_low(j->whole.total);
    partner__classify(&j->ranked, &j->classes);
    status = walk_order(j, error);
    if (status == PARTNER_OK) status = partner__parallel(&j->run, j->row_blocks, fill_block, j, error);
    return status;
}

static void publish(const job *j, partner_pareto *p)
{
    partner__summary s;

    partner__summarise(&j->ranked, &j->moments, j->classes.cut[0], &s);
    p->partners = j->rows;
    p->counted = j->ranked.counted;
    p->positive = j->whole.positive;
    p->negative = j->whole.negative;
    p->zero = j->rows - p->positive - p->negative;
    p->total = (int64_t)j->ranked.total;
    p->negative_amount = -(int64_t)partner__u128_low(j->whole.negative_total);
    p->net = p->total + p->negative_amount;
    p->gini = s.gini;
    p->gini_unbiased = s.gini_unbiased;
    p->hhi = s.hhi;
    p->effective_partners = s.effective_partners;
    p->theil = s.theil;
    p->theil_between = p->theil_within = NAN;
    p->hoover = s.hoover;
    p->vital_count = s.vital_count;
    p->vital_fraction = s.vital_fraction;
    p->kolkata_index = s.kolkata_index;
    memcpy(p->top_share, s.top_share, sizeof p->top_share);
    p->class_none = (uint8_t)(j->classes.cuts + 1);
    p->rank = j->rank;
    p->order = j->order;
    p->share = j->share;
    p->cumulative_share = j->cumulative_share;
    p->class_of = j->class_of;
}

static partner_status add_classes(const job *j, result *r, partner_error *error)
{
    size_t n = j->classes.cuts + 2;
    partner_pareto_classes *classes = partner__arena_alloc(&r->arena, 1, sizeof *classes);
    partner__class_lines lines = {
        .class_of = partner__arena_alloc(&r->arena, n, sizeof *lines.class_of),
        .partners = partner__arena_alloc(&r->arena, n, sizeof *lines.partners),
        .amount = partner__arena_alloc(&r->arena, n, sizeof *lines.amount),
        .share = partner__arena_alloc(&r->arena, n, sizeof *lines.share),
    };

    if (classes == NULL || lines.class_of == NULL || lines.partners == NULL || lines.amount == NULL ||
        lines.share == NULL)
        return partner__no_memory(error);
    partner__class_lines_fill(&j->ranked, &j->classes, j->rows, lines, 0);
    classes->classes = n;
    classes->class_none = r->pareto.class_none;
    classes->class_of = lines.class_of;
    classes->partners = lines.partners;
    classes->amount = lines.amount;
    classes->share = lines.share;
    r->pareto.classes = classes;
    return PARTNER_OK;
}

static partner_status add_parts(const job *j, result *r, partner_error *error)
{
    const partner_pareto_options *o = j->options;
    partner__group_input groups = {j->amounts, &j->ranked, o, &j->classes, j->order, j->run};
    partner_status status = add_classes(j, r, error);

    if (status == PARTNER_OK && o->points > 0)
        status = partner__pareto_lorenz(&j->ranked, o->points, &r->arena, &r->pareto.lorenz, error);
    if (status == PARTNER_OK && o->leave_one_out)
        status = partner__pareto_leave_one_out(&j->ranked, &j->moments, &r->pareto, &j->run, &r->arena,
                                               &r->pareto.leave_one_out, error);
    if (status == PARTNER_OK && j->amounts->group != NULL)
        status = partner__pareto_groups(&groups, &r->arena, &r->pareto, error);
    if (status == PARTNER_OK && o->resample)
        status = partner__pareto_resampling(&j->ranked, o, &j->run, &r->arena, &r->pareto.resampling, error);
    if (status == PARTNER_OK && o->tail) {
        status = partner_tail_new(j->amounts, o, &r->tail, error);
        r->pareto.tail = r->tail;
    }
    return status;
}

static void free_job(job *j)
{
    partner__free(j->looks);
    partner__free(j->moments_of_blocks);
    partner__free(j->words);
    partner__free(j->spare);
    partner__free(j->before);
}

partner_status partner_pareto_new(const partner_amounts *amounts, const partner_pareto_options *options,
                                  partner_pareto **pareto, partner_error *error)
{
    partner_amounts a;
    partner_pareto_options o;
    job j = {.amounts = &a, .options = &o};
    result *r;
    partner_status status;

    if (pareto == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "pareto is NULL, expected a place for it");
    status = partner__take(&a, sizeof a, amounts, 0, "amounts", error);
    if (status == PARTNER_OK) status = partner__take(&o, sizeof o, options, 1, "pareto options", error);
    if (status == PARTNER_OK) status = partner__check_amounts(&a, error);
    if (status == PARTNER_OK) status = partner__pareto_options(&o, &j.classes, error);
    if (status != PARTNER_OK) return status;
    r = partner__alloc_zero(1, sizeof *r);
    if (r == NULL) return partner__no_memory(error);
    /* As they are now, for the parts that take them in turn. */
    a.struct_size = sizeof a;
    o.struct_size = sizeof o;
    j.run.threads = o.threads;
    j.run.interrupt = o.interrupt;
    j.run.interrupt_data = o.interrupt_data;
    j.rows = a.rows;
    j.row_blocks = partner__blocks(a.rows);
    status = rank_rows(&j, r, error);
    if (status == PARTNER_OK) {
        publish(&j, &r->pareto);
        status = add_parts(&j, r, error);
    }
    free_job(&j);
    if (status != PARTNER_OK) {
        partner_pareto_free(&r->pareto);
        return status;
    }
    *pareto = &r->pareto;
    return PARTNER_OK;
}

void partner_pareto_free(partner_pareto *pareto)
{
    result *r = (result *)pareto;

    if (r == NULL) return;
    partner_tail_free(r->tail);
    partner__arena_free(&r->arena);
    partner__free(r);
}

partner_status partner_pareto_top_share(const partner_amounts *amounts, const partner_pareto *pareto,
                                        uint32_t top, double *share, partner_error *error)
{
    partner_amounts a;
    partner_status status = partner__take(&a, sizeof a, amounts, 0, "amounts", error);
    uint64_t place, sum = 0, rest, value;
    size_t whole;

    if (status != PARTNER_OK) return status;
    if (pareto == NULL || share == NULL)
        return partner__fail(error, PARTNER_E_ARGUMENT, "top share: pareto or share is NULL");
    if (a.rows != pareto->partners || (a.rows > 0 && a.amount == NULL))
        return partner__fail(error, PARTNER_E_ARGUMENT,
                             "top share: %zu amounts, expected the %zu that pareto was made from", a.rows,
                             pareto->partners);
    if (top > 1000000)
        return partner__fail(error, PARTNER_E_ARGUMENT, "top share: %u ppm, expected at most 1000000",
                             (unsigned)top);
    place = (uint64_t)top * pareto->counted;
    whole = smaller((size_t)(place / 1000000), pareto->positive);
    rest = place % 1000000;
    for (size_t i = 0; i < whole; i++) sum += (uint64_t)a.amount[pareto->order[i]];
    value = whole < pareto->positive ? (uint64_t)a.amount[pareto->order[whole]] : 0;
    *share = partner__ratio(partner__u128_add(partner__u128_mul(sum, 1000000), partner__u128_mul(value, rest)),
                            partner__u128_mul((uint64_t)pareto->total, 1000000));
    return PARTNER_OK;
}
