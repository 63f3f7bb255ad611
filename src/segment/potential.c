/* SPDX-License-Identifier: MIT
 * What a partner could bring, by what its peers bring: reference, headroom and priority. Amounts are exact and
 * rounded once, half to even. Since that rounding keeps the order of numbers, each amount that a reference is
 * the largest or smallest of can be rounded by itself. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "segment.h"

enum {
    FEWEST_PEERS = 8, /* active; smaller groups are measured by all partners */
    QUARTER = 4,      /* a partner without revenue is measured by the first quartile */
    AMOUNT_BITS = 63,
    PATIENCE = 1 << 10, /* groups between two looks at the interrupt */
    STRETCH = 1 << 14
};

static const uint64_t BEYOND = UINT64_MAX; /* more than any amount */

/* What a group of peers says about its partners. */
typedef struct peers {
    size_t partners, active;
    uint64_t reference; /* the quantile of the active ones' revenue */
    uint64_t without;   /* what a partner without revenue could bring */
} peers;

typedef struct job {
    const partner__segment_settings *set;
    const partner_portfolio *given;
    partner__arena arena;
    uint32_t *slot; /* [rows] the group's place in `group`; NULL = there is one group */
    peers *group, all;
    size_t groups;
    uint64_t *word, *spare; /* [rows] */
    uint64_t *sorted;       /* headrooms, ascending */
    int64_t *reference, *headroom;
    double *priority;
} job;

static uint64_t revenue_of(const job *j, size_t i)
{
    return j->given->revenue[i] > 0 ? (uint64_t)j->given->revenue[i] : 0;
}

static int is_active(const job *j, size_t i)
{
    return j->given->active == NULL ? j->given->revenue[i] > 0 : j->given->active[i] == 1;
}

static size_t slot_of(const job *j, size_t i) { return j->slot == NULL ? 0 : j->slot[i]; }

/* --- groups --- */

static partner_status find_slots(job *j, partner_error *error)
{
    const uint32_t *group = j->given->group;
    partner__lookup known;
    uint32_t highest = 0, without = PARTNER_NONE;
    partner_status status;

    if (group == NULL) {
        j->groups = 1;
        return PARTNER_OK;
    }
    for (size_t i = 0; i < j->given->rows; i++)
        if (group[i] != PARTNER_NONE && group[i] > highest) highest = group[i];
    j->slot = partner__arena_alloc(&j->arena, j->given->rows, sizeof *j->slot);
    if (j->slot == NULL) return partner__no_memory(error);
    status = partner__lookup_new(&known, j->given->rows, highest, &j->arena, error);
    for (size_t i = 0; status == PARTNER_OK && i < j->given->rows; i++) {
        uint32_t *slot = group[i] == PARTNER_NONE ? &without : partner__lookup_at(&known, group[i]);

        if (*slot == PARTNER_NONE) *slot = (uint32_t)j->groups++;
        j->slot[i] = *slot;
    }
    return status;
}

static partner_status count_groups(job *j, partner_error *error)
{
    j->group = partner__arena_alloc(&j->arena, j->groups, sizeof *j->group);
    if (j->group == NULL) return partner__no_memory(error);
    memset(j->group, 0, j->groups * sizeof *j->group);
    for (size_t i = 0; i < j->given->rows; i++) {
        peers *p = &j->group[slot_of(j, i)];

        p->partners++;
        j->all.partners++;
        if (!is_active(j, i)) continue;
        p->active++;
        j->all.active++;
    }
    return PARTNER_OK;
}

/* --- quantiles --- */

/* The k-th smallest of amounts in order, largest first: so the sort that is quick for short lists, too, has
 * them. */
static uint64_t smallest(const uint64_t *value, size_t n, size_t k) { return value[n - 1 - k]; }

/* Half to even: whether to add one to `whole`, when `rest` of `parts` are left. */
static uint64_t round_up(uint64_t whole, uint64_t rest, uint64_t parts)
{
    return rest > parts - rest || (rest == parts - rest && (whole & 1));
}

/* The type-7 quantile number / 10^6. */
static uint64_t quantile(const uint64_t *value, size_t n, uint32_t number)
{
    const uint64_t million = PARTNER__MILLION, place = (uint64_t)(n - 1) * number;
    const size_t k = (size_t)(place / million);
    const uint64_t part = place % million, low = smallest(value, n, k);
    uint64_t apart, whole;

    if (part == 0) return low;
    apart = smallest(value, n, k + 1) - low;
    whole = low + partner__mul_div(part, apart, million);
    return whole + round_up(whole, part * (apart % million) % million, million);
}

/* a / b, rounded half to even; b < 2^48, and the quotient below 2^64. */
static uint64_t divide(partner__u128 a, uint64_t b)
{
    const uint64_t digit = UINT16_MAX;
    uint64_t quotient = 0, rest = 0;

    for (int shift = 112; shift >= 0; shift -= 16) {
        const uint64_t word =
            shift >= 64 ? partner__u128_high(a) >> (shift - 64) : partner__u128_low(a) >> shift;

        rest = rest << 16 | (word & digit);
        quotient = quotient << 16 | rest / b;
        rest %= b;
    }
    return quotient + round_up(quotient, rest, b);
}

/* The first quartile times the part of partners that are active: the quartile is a whole number of quarters,
 * below 2^66. */
static uint64_t quartile_by_activity(const uint64_t *value, size_t n, size_t partners)
{
    const size_t place = n - 1, part = place % QUARTER;
    const uint64_t low = smallest(value, n, place / QUARTER);
    const uint64_t apart = part == 0 ? 0 : smallest(value, n, place / QUARTER + 1) - low;
    const partner__u128 quarters =
        partner__u128_add(partner__u128_mul(low, QUARTER), partner__u128_mul(apart, part));

    return divide(partner__u128_scale(quarters, n), (uint64_t)partners * QUARTER);
}

/* Measures peers by the revenue of the active ones. */
static partner_status measure(const job *j, peers *p, uint64_t *revenue, partner_error *error)
{
    uint64_t *sorted;
    partner_status status;

    if (p->active == 0) return PARTNER_OK;
    status =
        partner__sort_descending(revenue, j->spare, p->active, 0, AMOUNT_BITS, &j->set->run, &sorted, error);
    if (status != PARTNER_OK) return status;
    p->reference = quantile(sorted, p->active, j->set->reference_quantile);
    p->without = quartile_by_activity(sorted, p->active, p->partners);
    return PARTNER_OK;
}

static partner_status measure_all(job *j, partner_error *error)
{
    size_t n = 0;

    for (size_t i = 0; i < j->given->rows; i++)
        if (is_active(j, i)) j->word[n++] = revenue_of(j, i);
    return measure(j, &j->all, j->word, error);
}

/* Groups one after the other, each with its active partners' revenue together. */
static partner_status measure_groups(job *j, partner_error *error)
{
    size_t *end = partner__arena_alloc(&j->arena, j->groups, sizeof *end);
    partner_status status = PARTNER_OK;

    if (end == NULL) return partner__no_memory(error);
    for (size_t g = 0, start = 0; g < j->groups; start += j->group[g++].active) end[g] = start;
    for (size_t i = 0; i < j->given->rows; i++)
        if (is_active(j, i)) j->word[end[slot_of(j, i)]++] = revenue_of(j, i);
    for (size_t g = 0; g < j->groups && status == PARTNER_OK; g++) {
        peers *p = &j->group[g];

        if (p->active < FEWEST_PEERS || p->partners == j->all.partners) *p = j->all;
        else status = measure(j, p, j->word + end[g] - p->active, error);
        if (status == PARTNER_OK && g % PATIENCE == 0) status = partner__ask(&j->set->run, error);
    }
    return status;
}

/* --- partners --- */

/* revenue * factor / 10^4; BEYOND = more than any amount. */
static uint64_t multiple(uint64_t revenue, uint32_t factor)
{
    const uint64_t parts = PARTNER__TEN_THOUSAND, rest = revenue % parts * factor;
    const partner__u128 whole =
        partner__u128_add(partner__u128_mul(revenue / parts, factor), partner__u128_from(rest / parts));
    const uint64_t low = partner__u128_low(whole);

    if (partner__u128_high(whole) != 0 || low > (uint64_t)INT64_MAX) return BEYOND;
    return low + round_up(low, rest % parts, parts);
}

static uint64_t reference_of(const job *j, size_t i)
{
    const peers *p = &j->group[slot_of(j, i)];
    const uint64_t revenue = revenue_of(j, i);
    uint64_t reference, most;

    if (j->given->potential != NULL && j->given->potential[i] != PARTNER_NO_AMOUNT)
        return (uint64_t)j->given->potential[i];
    if (revenue == 0) return p->without;
    reference = multiple(revenue, j->set->own_growth);
    most = multiple(revenue, j->set->max_multiple);
    if (reference < p->reference) reference = p->reference;
    return reference < most ? reference : most;
}

static partner_status too_large(const job *j, size_t i, partner_error *error)
{
    const uint32_t growth = j->set->own_growth, most = j->set->max_multiple;
    const uint32_t partner = j->given->partner == NULL ? (uint32_t)i : j->given->partner[i];

    return partner__fail_at(error, PARTNER_E_RANGE, partner__at("portfolio", "revenue", i, partner),
                            "portfolio row %zu: %.9g times the revenue of partner %" PRIu32
                            " is its reference, expected at most %" PRId64 " minor units",
                            i, (growth < most ? growth : most) / (double)PARTNER__TEN_THOUSAND, partner,
                            INT64_MAX);
}

static partner_status find_headroom(job *j, partner_error *error)
{
    for (size_t i = 0; i < j->given->rows; i++) {
        const uint64_t reference = reference_of(j, i), revenue = revenue_of(j, i);

        if (reference > (uint64_t)INT64_MAX) return too_large(j, i, error);
        j->reference[i] = (int64_t)reference;
        j->headroom[i] = reference > revenue ? (int64_t)(reference - revenue) : 0;
    }
    return PARTNER_OK;
}

/* How many headrooms are below this one, or not above it. */
static size_t count_below(const job *j, uint64_t headroom, int equal)
{
    size_t low = 0, high = j->given->rows;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (j->sorted[middle] < headroom || (equal && j->sorted[middle] == headroom)) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* The mid-rank among the others, 0 … 1. Both counts are exact doubles. */
static double rank_of(const job *j, size_t i)
{
    const uint64_t headroom = (uint64_t)j->headroom[i];
    const size_t others = j->given->rows - 1, below = count_below(j, headroom, 0);
    const size_t equal = count_below(j, headroom, 1) - below - 1;

    if (others == 0) return 0.5;
    return ((double)below * 2 + (double)equal) / ((double)others * 2);
}

static partner_status rank_stretch(void *context, size_t task, partner_error *error)
{
    job *j = context;
    const size_t rows = j->given->rows, from = task * STRETCH,
                 to = rows - from < STRETCH ? rows : from + STRETCH;
    const double million = PARTNER__MILLION, weight = j->set->weight;

    (void)error;
    for (size_t i = from; i < to; i++) {
        const double rating = j->given->strategic == NULL ? NAN : j->given->strategic[i], rank = rank_of(j, i);

        j->priority[i] = isnan(rating) ? rank : (weight * rank + (million - weight) * rating) / million;
    }
    return PARTNER_OK;
}

static partner_status rank(job *j, partner_error *error)
{
    partner_status status;

    for (size_t i = 0; i < j->given->rows; i++) j->word[i] = (uint64_t)j->headroom[i];
    status = partner__sort(j->word, j->spare, j->given->rows, 0, AMOUNT_BITS, &j->set->run, &j->sorted, error);
    if (status != PARTNER_OK) return status;
    return partner__parallel(&j->set->run, (j->given->rows + STRETCH - 1) / STRETCH, rank_stretch, j, error);
}

static partner_status find(job *j, partner_error *error)
{
    const size_t rows = j->given->rows;
    partner_status status = find_slots(j, error);

    if (status == PARTNER_OK) status = count_groups(j, error);
    if (status != PARTNER_OK) return status;
    j->word = partner__arena_alloc(&j->arena, rows, sizeof *j->word);
    j->spare = partner__arena_alloc(&j->arena, rows, sizeof *j->spare);
    if (j->word == NULL || j->spare == NULL) return partner__no_memory(error);
    status = measure_all(j, error);
    if (status == PARTNER_OK) status = measure_groups(j, error);
    if (status == PARTNER_OK) status = partner__ask(&j->set->run, error);
    if (status == PARTNER_OK) status = find_headroom(j, error);
    if (status == PARTNER_OK) status = rank(j, error);
    return status;
}

partner_status partner__potential_find(const partner__segment_settings *set, const partner_portfolio *portfolio,
                                       int64_t *reference, int64_t *headroom, double *priority,
                                       partner_error *error)
{
    job j = {
        .set = set, .given = portfolio, .reference = reference, .headroom = headroom, .priority = priority};
    partner_status status = find(&j, error);

    partner__arena_free(&j.arena);
    return status;
}
