/* SPDX-License-Identifier: MIT
 * The coefficient of variation of each line, from exact sums. With the sums of positive and of negative amounts
 * below 2^63 apart, as totals have them, the squares of a line's periods sum to less than 2^128. */
#include <inttypes.h>
#include <math.h>

#include "../base/error.h"
#include "../base/prefetch.h"
#include "../base/pulse.h"
#include "xyz.h"

enum {
    LINES = 1 << 12, /* of a task */
    ROWS = 1 << 16,  /* between two looks at the interrupt */
    AHEAD = 24,      /* rows between asking for one and needing it */
    FEWEST_PERIODS = 4
};

static const uint64_t MILLION_SQUARED = UINT64_C(1000000000000);

typedef struct job {
    const partner__demand *demand;
    const partner__regularity *to;
    partner__pulse pulse;
} job;

/* A line's amounts by sign, in the period at hand and in all of them. */
typedef struct line_sums {
    uint64_t up, down;
    uint64_t period_up, period_down;
    partner__u128 squares; /* of the net revenue of the periods that are closed */
} line_sums;

/* A line's rows lie anywhere among all rows. */
static inline void prefetch(const partner__demand *d, size_t row)
{
    partner__prefetch(&d->sales.day[row]);
    partner__prefetch(&d->sales.amount[row]);
}

static void close_period(line_sums *s)
{
    uint64_t net =
        s->period_up > s->period_down ? s->period_up - s->period_down : s->period_down - s->period_up;

    s->squares = partner__u128_add(s->squares, partner__u128_mul(net, net));
    s->up += s->period_up;
    s->down += s->period_down;
    s->period_up = s->period_down = 0;
}

/* 0 when a sum leaves int64_t, which it does not when totals were made from the same rows. */
static int add_amount(line_sums *s, int64_t amount)
{
    if (amount > 0) s->period_up += (uint64_t)amount;
    else s->period_down += partner__magnitude(amount);
    return s->up + s->period_up <= (uint64_t)INT64_MAX && s->down + s->period_down <= (uint64_t)INT64_MAX;
}

static partner_status too_much(const job *j, size_t line, partner_error *error)
{
    uint32_t partner = j->demand->totals->partner[line];

    return partner__fail_at(error, PARTNER_E_RANGE, partner__at("sales", "amount", PARTNER_NO_ROW, partner),
                            "the amounts of partner %" PRIu32 " sum to more than %" PRId64
                            " minor units, expected sums that fit 64 bits",
                            partner, INT64_MAX);
}

/* The first word of a line or of one after it. */
static size_t first_word(const partner__demand *d, size_t line)
{
    size_t low = 0, high = d->words == NULL ? 0 : d->sales.rows;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->words[middle] >> d->row_bits < line) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* The first period that counts; `count` when none does. */
static uint32_t first_period(const job *j, size_t line)
{
    const partner__periods *p = &j->demand->periods;
    int32_t first_sale = j->demand->totals->first_day[line];

    if (!j->to->since_first) return 0;
    if (first_sale == PARTNER_NO_DAY) return p->count;
    return first_sale < p->from ? 0 : partner__period_of(p, first_sale);
}

/* Sums up the words of a line from *at on, which is left behind them. */
static partner_status sum_line(job *j, size_t line, uint32_t first, size_t *at, line_sums *s,
                               partner_error *error)
{
    const partner__demand *d = j->demand;
    const uint64_t mask = ((uint64_t)1 << d->row_bits) - 1;
    const size_t rows = d->words == NULL ? 0 : d->sales.rows;
    uint32_t open = first;

    for (; *at < rows && d->words[*at] >> d->row_bits == line; ++*at) {
        size_t row = (size_t)(d->words[*at] & mask);
        uint32_t period;

        if (rows - *at > AHEAD) prefetch(d, (size_t)(d->words[*at + AHEAD] & mask));
        period = partner__period_of(&d->periods, d->sales.day[row]);
        if (*at % ROWS == 0) {
            partner_status status = partner__pulse_ask(&j->pulse, error);
            if (status != PARTNER_OK) return status;
        }
        if (period < first) continue;
        if (period != open) close_period(s);
        open = period;
        if (!add_amount(s, d->sales.amount[row])) return too_much(j, line, error);
    }
    close_period(s);
    return PARTNER_OK;
}

/* sigma / mu = sqrt(m Q - S^2) / S for m periods with the sum S and the sum of squares Q; at most a cut c in
 * ppm when (m Q - S^2) 10^12 <= c^2 S^2. By Cauchy and Schwarz the difference is never negative; all stays
 * below 2^200. */
static void judge(const job *j, size_t line, uint32_t periods, const line_sums *s)
{
    const partner__regularity *to = j->to;
    partner__u256 variance, scaled, allowed[2];
    partner__u128 sum_squared;

    to->periods[line] = periods;
    to->cv[line] = NAN;
    to->xyz[line] = PARTNER_XYZ_NONE;
    if (periods < FEWEST_PERIODS || s->up <= s->down) return;
    sum_squared = partner__u128_mul(s->up - s->down, s->up - s->down);
    variance = partner__u256_sub(partner__u256_mul(s->squares, partner__u128_from(periods)),
                                 partner__u256_mul(sum_squared, partner__u128_from(1)));
    scaled = partner__u256_sub(partner__u256_mul(s->squares, partner__u128_mul(periods, MILLION_SQUARED)),
                               partner__u256_mul(sum_squared, partner__u128_from(MILLION_SQUARED)));
    for (int i = 0; i < 2; i++)
        allowed[i] = partner__u256_mul(sum_squared, partner__u128_mul(to->cuts[i], to->cuts[i]));
    to->cv[line] = partner__root_of_ratio(variance, sum_squared);
    to->xyz[line] = PARTNER_XYZ_Z;
    if (!partner__u256_less(allowed[1], scaled)) to->xyz[line] = PARTNER_XYZ_Y;
    if (!partner__u256_less(allowed[0], scaled)) to->xyz[line] = PARTNER_XYZ_X;
}

static partner_status measure_lines(void *context, size_t block, partner_error *error)
{
    job *j = context;
    const partner__demand *d = j->demand;
    size_t lines = d->totals->partners, end = lines - block * LINES < LINES ? lines : (block + 1) * LINES;
    size_t at = first_word(d, block * LINES);

    for (size_t line = block * LINES; line < end; line++) {
        uint32_t first = first_period(j, line);
        line_sums s = {0, 0, 0, 0, partner__u128_from(0)};
        partner_status status = sum_line(j, line, first, &at, &s, error);

        if (status != PARTNER_OK) return status;
        judge(j, line, d->periods.count - first, &s);
    }
    return PARTNER_OK;
}

partner_status partner__demand_measure(const partner__demand *d, const partner__regularity *r,
                                       partner_error *error)
{
    size_t lines = d->totals->partners;
    job j = {.demand = d, .to = r};

    partner__pulse_start(&j.pulse, &d->run);
    return partner__parallel(&d->run, lines / LINES + (lines % LINES != 0), measure_lines, &j, error);
}
