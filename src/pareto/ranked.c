/* SPDX-License-Identifier: MIT
 * Questions about values in descending order: prefix sums, where a sum is reached, where classes end. */
#include "pareto.h"

static const uint32_t MILLION = 1000000;

size_t partner__blocks(size_t n) { return n / PARTNER__BLOCK + (n % PARTNER__BLOCK != 0); }

void partner__prefix(const uint64_t *value, size_t positive, uint64_t *before)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < positive; i++) {
        if (i % PARTNER__BLOCK == 0) before[i / PARTNER__BLOCK] = sum;
        sum += value[i];
    }
    if (positive % PARTNER__BLOCK == 0) before[positive / PARTNER__BLOCK] = sum;
}

uint64_t partner__sum_of_first(const partner__ranked *r, size_t i)
{
    size_t block = i / PARTNER__BLOCK;
    uint64_t sum = r->before[block];

    for (size_t j = block * PARTNER__BLOCK; j < i; j++) sum += r->value[j];
    return sum;
}

size_t partner__first_reaching(const partner__ranked *r, uint64_t sum)
{
    size_t low = 0, high = r->positive / PARTNER__BLOCK + 1, i;
    uint64_t so_far;

    if (sum == 0) return 0;
    /* The last block that begins below the sum. */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (r->before[middle] < sum) low = middle;
        else high = middle;
    }
    so_far = r->before[low];
    for (i = low * PARTNER__BLOCK; so_far < sum && i < r->positive; i++) so_far += r->value[i];
    return i;
}

uint64_t partner__reach(uint32_t cut, uint64_t total)
{
    uint64_t sum = partner__mul_div(cut, total, MILLION);
    partner__u128 reached = partner__u128_mul(sum, MILLION);

    return partner__u128_less(reached, partner__u128_mul(cut, total)) ? sum + 1 : sum;
}

/* The first place at or after i that begins a run of equal values. */
static size_t next_run(const partner__ranked *r, size_t i)
{
    size_t low = i, high = r->positive;

    if (i == 0 || i >= r->positive) return i;
    /* Below `high` no value is smaller than the one before i. */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->value[middle] < r->value[i - 1]) high = middle;
        else low = middle + 1;
    }
    return low;
}

/* A run of equal values belongs to the first class whose cut is greater than what stands before the run. The
 * first place with enough before it may be inside a run that began below the cut: then the whole run still
 * belongs. */
void partner__classify(const partner__ranked *r, partner__classes *classes)
{
    for (unsigned c = 0; c < classes->cuts; c++) {
        size_t end = next_run(r, partner__first_reaching(r, partner__reach(classes->cut[c], r->total)));
        classes->end[c] = end;
        classes->floor[c] = end == 0 ? UINT64_MAX : r->value[end - 1];
    }
}

void partner__class_lines_fill(const partner__ranked *r, const partner__classes *classes, size_t partners,
                               partner__class_lines lines, size_t line)
{
    size_t start = 0;

    for (unsigned c = 0; c <= classes->cuts + 1; c++, line++) {
        size_t end = c < classes->cuts ? classes->end[c] : c == classes->cuts ? r->positive : partners;
        uint64_t amount = partner__sum_of_first(r, end < r->positive ? end : r->positive) -
                          partner__sum_of_first(r, start < r->positive ? start : r->positive);
        lines.class_of[line] = (uint8_t)c;
        lines.partners[line] = end - start;
        lines.amount[line] = (int64_t)amount;
        lines.share[line] = partner__ratio(partner__u128_from(amount), partner__u128_from(r->total));
        start = end;
    }
}
