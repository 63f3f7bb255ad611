/* SPDX-License-Identifier: MIT */
#include "sort.h"

#include <string.h>

#include "error.h"
#include "memory.h"
#include "pulse.h"

enum {
    DIGIT_BITS = 11,        /* 2048 places to write to still fit the second level of a TLB */
    STEP = 1 << 18,         /* words between two looks at the interrupt */
    SMALLEST_PART = 1 << 15 /* words; below this a thread costs more than it brings */
};

/* One pass of the sort: words are counted and moved by one digit, part by part. `counts` holds, for each part,
 * a histogram and later the place where the part's next word of each digit goes. */
typedef struct pass {
    const uint64_t *from;
    uint64_t *to;
    size_t n, parts, digits;
    unsigned shift;
    size_t *counts;
    partner__pulse pulse;
} pass;

unsigned partner__bits(uint64_t value)
{
    unsigned bits = 0;
    for (; value != 0; value >>= 1) bits++;
    return bits;
}

static size_t part_start(const pass *p, size_t part) { return p->n / p->parts * part; }

static size_t part_end(const pass *p, size_t part)
{
    return part + 1 == p->parts ? p->n : part_start(p, part + 1);
}

/* Takes a part in steps, asking the interrupt before each, for a part may be hundreds of millions of words. */
static partner_status in_steps(pass *p, size_t part, void (*step)(const pass *, size_t *, size_t, size_t),
                               partner_error *error)
{
    size_t *counts = p->counts + part * p->digits, end = part_end(p, part);

    for (size_t i = part_start(p, part); i < end;) {
        size_t to = end - i < STEP ? end : i + STEP;
        partner_status status = partner__pulse_ask(&p->pulse, error);

        if (status != PARTNER_OK) return status;
        step(p, counts, i, to);
        i = to;
    }
    return PARTNER_OK;
}

static void count_step(const pass *p, size_t *counts, size_t i, size_t end)
{
    const uint64_t mask = p->digits - 1;

    for (; i < end; i++) counts[p->from[i] >> p->shift & mask]++;
}

static void move_step(const pass *p, size_t *next, size_t i, size_t end)
{
    const uint64_t mask = p->digits - 1;

    for (; i < end; i++) {
        uint64_t word = p->from[i];
        p->to[next[word >> p->shift & mask]++] = word;
    }
}

static void forget_counts(const pass *p, size_t part)
{
    for (size_t d = 0; d < p->digits; d++) p->counts[part * p->digits + d] = 0;
}

static partner_status count_part(void *context, size_t part, partner_error *error)
{
    forget_counts(context, part);
    return in_steps(context, part, count_step, error);
}

static partner_status move_part(void *context, size_t part, partner_error *error)
{
    return in_steps(context, part, move_step, error);
}

/* Turns histograms into places. Returns 1 when all words share one digit, so that nothing needs to move. */
static int place(pass *p)
{
    size_t sum = 0;

    for (size_t d = 0; d < p->digits; d++) {
        size_t before = sum;
        for (size_t part = 0; part < p->parts; part++) {
            size_t *count = &p->counts[part * p->digits + d], here = *count;
            *count = sum;
            sum += here;
        }
        if (sum - before == p->n) return 1;
    }
    return 0;
}

partner_status partner__sort(uint64_t *words, uint64_t *spare, size_t n, unsigned low, unsigned high,
                             const partner__run *run, uint64_t **sorted, partner_error *error)
{
    unsigned bits = high - low, passes = (bits + DIGIT_BITS - 1) / DIGIT_BITS;
    unsigned digit_bits = passes == 0 ? 0 : (bits + passes - 1) / passes;
    pass p = {.from = words, .to = spare, .n = n, .digits = (size_t)1 << digit_bits};
    partner_status status = PARTNER_OK;

    partner__pulse_start(&p.pulse, run);
    p.parts = partner__threads(run, n / SMALLEST_PART + 1);
    p.counts = partner__alloc(p.parts * p.digits, sizeof *p.counts);
    if (p.counts == NULL) return partner__no_memory(error);
    for (unsigned i = 0; i < passes && status == PARTNER_OK; i++) {
        p.shift = low + i * digit_bits;
        /* The last digit may reach past `high`: fewer digits then. */
        if (p.shift + digit_bits > high) p.digits = (size_t)1 << (high - p.shift);
        status = partner__parallel(run, p.parts, count_part, &p, error);
        if (status != PARTNER_OK || place(&p)) continue;
        status = partner__parallel(run, p.parts, move_part, &p, error);
        if (status != PARTNER_OK) break;
        uint64_t *other = p.to;
        p.to = p.from == words ? words : spare;
        p.from = other;
    }
    partner__free(p.counts);
    *sorted = p.from == words ? words : spare;
    return status;
}

/* Sorting by value, largest first. One pass over all of memory spreads the words over bins by the length and
 * the leading digits of the value, as a floating point number would show them; amounts are about evenly spread
 * over these, whatever their range. Each bin is then small enough to be sorted in the cache. */

enum {
    LEADING_BITS = 6,
    NEAR_BITS = 8,     /* digits within a small bin */
    SMALL_BIN = 4096,  /* words */
    SMALLEST_BIN = 32, /* below this insertion is faster */
    SMALLEST_SPREAD = 1 << 14
};

typedef struct spread {
    pass pass;   /* `shift` is where the values begin */
    size_t *end; /* [digits] where each bin ends, largest values first */
} spread;

/* 0 … 63 for the values below 64, then 64 numbers per bit of length. */
static size_t magnitude(uint64_t value)
{
    unsigned length;

    if (value < (uint64_t)1 << LEADING_BITS) return (size_t)value;
#if defined(__GNUC__)
    length = 63 - (unsigned)__builtin_clzll(value);
#else
    length = partner__bits(value) - 1;
#endif
    return (size_t)(length - LEADING_BITS + 1) << LEADING_BITS |
           (size_t)(value >> (length - LEADING_BITS) & ((1U << LEADING_BITS) - 1));
}

/* The bits of a value that its magnitude leaves open. */
static unsigned open_bits(size_t magnitude_of)
{
    return magnitude_of >> LEADING_BITS == 0 ? 0 : (unsigned)(magnitude_of >> LEADING_BITS) - 1;
}

static void count_magnitudes(const pass *p, size_t *counts, size_t i, size_t end)
{
    size_t last = p->digits - 1;

    for (; i < end; i++) counts[last - magnitude(p->from[i] >> p->shift)]++;
}

static void move_magnitudes(const pass *p, size_t *next, size_t i, size_t end)
{
    size_t last = p->digits - 1;

    for (; i < end; i++) {
        uint64_t word = p->from[i];
        p->to[next[last - magnitude(word >> p->shift)]++] = word;
    }
}

static partner_status count_part_magnitudes(void *context, size_t part, partner_error *error)
{
    spread *s = context;

    forget_counts(&s->pass, part);
    return in_steps(&s->pass, part, count_magnitudes, error);
}

static partner_status move_part_magnitudes(void *context, size_t part, partner_error *error)
{
    spread *s = context;

    return in_steps(&s->pass, part, move_magnitudes, error);
}

/* `flip` turns descending values into ascending words. */
static void insertion_sort(uint64_t *words, size_t n, uint64_t flip)
{
    for (size_t i = 1; i < n; i++) {
        uint64_t word = words[i];
        size_t k = i;
        for (; k > 0 && (words[k - 1] ^ flip) > (word ^ flip); k--) words[k] = words[k - 1];
        words[k] = word;
    }
}

static uint64_t low_mask(unsigned bits) { return bits >= 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1; }

/* Sorts a bin in its place by the bits low … low + bits - 1 descending; `spare` is as long. */
static void sort_bin(uint64_t *words, uint64_t *spare, size_t n, unsigned low, unsigned bits)
{
    uint32_t counts[1 << DIGIT_BITS];
    unsigned digit = n <= SMALL_BIN ? NEAR_BITS : DIGIT_BITS;
    uint64_t *from = words, *to = spare, *other;

    if (bits == 0 || n < 2) return;
    if (n <= SMALLEST_BIN) {
        insertion_sort(words, n, low_mask(low + bits) & ~low_mask(low));
        return;
    }
    for (unsigned done = 0; done < bits; done += digit) {
        const uint64_t mask = low_mask(bits - done < digit ? bits - done : digit);
        size_t sum = 0;

        for (size_t d = 0; d <= mask; d++) counts[d] = 0;
        for (size_t i = 0; i < n; i++) counts[~(from[i] >> (low + done)) & mask]++;
        if (counts[~(from[0] >> (low + done)) & mask] == n) continue;
        for (size_t d = 0; d <= mask; d++) {
            size_t here = counts[d];
            counts[d] = (uint32_t)sum;
            sum += here;
        }
        for (size_t i = 0; i < n; i++) to[counts[~(from[i] >> (low + done)) & mask]++] = from[i];
        other = to;
        to = from;
        from = other;
    }
    if (from != words) memcpy(words, from, n * sizeof *words);
}

static partner_status sort_one_bin(void *context, size_t bin, partner_error *error)
{
    const spread *s = context;
    const pass *p = &s->pass;
    size_t start = bin == 0 ? 0 : s->end[bin - 1];

    (void)error;
    sort_bin(p->to + start, (uint64_t *)(uintptr_t)p->from + start, s->end[bin] - start, p->shift,
             open_bits(p->digits - 1 - bin));
    return PARTNER_OK;
}

partner_status partner__sort_descending(uint64_t *words, uint64_t *spare, size_t n, unsigned low, unsigned high,
                                        const partner__run *run, uint64_t **sorted, partner_error *error)
{
    spread s = {.pass = {.from = words, .to = spare, .n = n, .shift = low}};
    pass *p = &s.pass;
    partner_status status;

    *sorted = words;
    if (n < SMALLEST_SPREAD) {
        sort_bin(words, spare, n, low, high - low);
        return PARTNER_OK;
    }
    partner__pulse_start(&p->pulse, run);
    p->digits = magnitude(low_mask(high - low)) + 1;
    p->parts = partner__threads(run, n / SMALLEST_PART + 1);
    p->counts = partner__alloc(p->parts * p->digits, sizeof *p->counts);
    if (p->counts == NULL) return partner__no_memory(error);
    status = partner__parallel(run, p->parts, count_part_magnitudes, &s, error);
    if (status == PARTNER_OK && place(p)) {
        sort_bin(words, spare, n, low, high - low);
    } else if (status == PARTNER_OK) {
        *sorted = spare;
        status = partner__parallel(run, p->parts, move_part_magnitudes, &s, error);
        /* The last part's places have become the ends of the bins. */
        s.end = p->counts + (p->parts - 1) * p->digits;
        if (status == PARTNER_OK) status = partner__parallel(run, p->digits, sort_one_bin, &s, error);
    }
    partner__free(p->counts);
    return status;
}

static const uint64_t SIGN = UINT64_C(1) << 63;

uint64_t partner__word_of_double(double x)
{
    uint64_t word;

    if (x == 0) x = 0; /* no -0 */
    memcpy(&word, &x, sizeof word);
    return word & SIGN ? ~word : word | SIGN;
}

double partner__double_of_word(uint64_t word)
{
    double x;

    word = word & SIGN ? word ^ SIGN : ~word;
    memcpy(&x, &word, sizeof x);
    return x;
}
