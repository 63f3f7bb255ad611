/* SPDX-License-Identifier: MIT
 * Revenue bands: the least revenue of each, by four methods, and who is in which. All but the logarithm of
 * natural breaks is exact. */
#include <inttypes.h>
#include <math.h>
#include <partner/pareto.h>

#include "../base/error.h"
#include "../base/int128.h"
#include "../base/memory.h"
#include "../base/sort.h"
#include "breaks.h"
#include "segment.h"

static const int64_t NOBODY = INT64_MAX;

/* A band's edge is the least revenue of those that a class puts there. The largest amount of all is below no
 * edge, but is no edge itself: the one before it serves as well. */
static void lower_to(int64_t *from, int64_t revenue)
{
    if (revenue == NOBODY) revenue--;
    if (revenue < *from) *from = revenue;
}

/* --- as the classes of pareto --- */

/* The specification names 80, 95 and 99 %; each further class takes nine tenths of what the one before left. */
static const uint32_t CUTS[PARTNER_BANDS_MAX - 1] = {800000, 950000, 990000, 999000, 999900, 999990, 999999};

static partner_status by_pareto(const partner__segment_settings *set, const int64_t *revenue, size_t lines,
                                int64_t *from, partner_error *error)
{
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto_options options = PARTNER_PARETO_OPTIONS_INIT;
    partner_pareto *pareto = NULL;
    partner_status status;

    amounts.rows = lines;
    amounts.amount = revenue;
    options.threads = set->run.threads;
    options.interrupt = set->run.interrupt;
    options.interrupt_data = set->run.interrupt_data;
    for (uint32_t c = 0; c + 1 < set->bands; c++) options.cuts[c] = CUTS[c];
    status = partner_pareto_new(&amounts, &options, &pareto, error);
    if (status == PARTNER_E_RANGE)
        return partner__fail_at(
            error, PARTNER_E_RANGE, partner__at("portfolio", "revenue", PARTNER_NO_ROW, PARTNER_NONE),
            "portfolio: the revenues above 0, or those below, sum to more than %" PRId64 " minor units",
            INT64_MAX);
    if (status != PARTNER_OK) return status;
    for (size_t i = 0; i < lines; i++)
        if (pareto->class_of[i] + 1U < set->bands)
            lower_to(&from[set->bands - 1 - pareto->class_of[i]], revenue[i]);
    partner_pareto_free(pareto);
    return PARTNER_OK;
}

/* --- by quantiles --- */

/* The least whole amount above the type-7 quantile number / parts: at place (n - 1) number / parts of the
 * ascending values, with the fraction of the way to the next one. */
static int64_t above_quantile(const uint64_t *value, size_t n, uint32_t number, uint32_t parts)
{
    const uint64_t place = (uint64_t)(n - 1) * number;
    const size_t k = (size_t)(place / parts);
    uint64_t cut = value[k];

    if (place % parts != 0) cut += partner__mul_div(place % parts, value[k + 1] - value[k], parts);
    return cut < (uint64_t)NOBODY ? (int64_t)cut + 1 : NOBODY;
}

static partner_status by_quantile(const partner__segment_settings *set, const int64_t *revenue, size_t lines,
                                  int64_t *from, partner_error *error)
{
    uint64_t *value = partner__alloc(lines, sizeof *value), *spare = partner__alloc(lines, sizeof *spare);
    uint64_t *sorted = value;
    size_t n = 0;
    partner_status status = PARTNER_OK;

    for (size_t i = 0; value != NULL && i < lines; i++)
        if (revenue[i] > 0) value[n++] = (uint64_t)revenue[i];
    if (value == NULL || spare == NULL) status = partner__no_memory(error);
    else status = partner__sort(value, spare, n, 0, 63, &set->run, &sorted, error);
    for (uint32_t b = 1; status == PARTNER_OK && n > 0 && b < set->bands; b++)
        from[b] = set->quantile[0] == 0 ? above_quantile(sorted, n, b, set->bands)
                                        : above_quantile(sorted, n, set->quantile[b - 1], PARTNER__MILLION);
    partner__free(value);
    partner__free(spare);
    return status;
}

/* --- by natural breaks --- */

/* Revenues in proportion, as 100, 200 and 400, have more than one best cut; their logarithms are rounded, which
 * must not choose among them. */
static const double SAME = 0x1p-40;

static partner_status by_breaks(const partner__segment_settings *set, const int64_t *revenue, size_t lines,
                                int64_t *from, partner_error *error)
{
    double *value = partner__alloc(lines, sizeof *value);
    partner_numbers numbers = PARTNER_NUMBERS_INIT;
    partner_breaks_options options = PARTNER_BREAKS_OPTIONS_INIT;
    partner_breaks *breaks = NULL;
    partner_status status;

    if (value == NULL) return partner__no_memory(error);
    for (size_t i = 0; i < lines; i++)
        if (revenue[i] > 0) value[numbers.rows++] = log1p((double)revenue[i] / (double)set->scale);
    numbers.value = value;
    options.threads = set->run.threads;
    options.interrupt = set->run.interrupt;
    options.interrupt_data = set->run.interrupt_data;
    options.classes = set->bands;
    status = partner__breaks_find(&numbers, &options, SAME, &breaks, error);
    for (size_t i = 0, row = 0; status == PARTNER_OK && i < lines; i++)
        if (revenue[i] > 0) {
            const size_t below_top = breaks->classes->classes - 1 - breaks->class_of[row++];
            const size_t band = set->bands - 1 - below_top;

            if (band > 0) lower_to(&from[band], revenue[i]);
        }
    partner_breaks_free(breaks);
    partner__free(value);
    return status;
}

partner_status partner__bands_find(const partner__segment_settings *set, const int64_t *revenue, size_t lines,
                                   int64_t from[PARTNER_BANDS_MAX], partner_error *error)
{
    int64_t found[PARTNER_BANDS_MAX];
    partner_status status = PARTNER_OK;

    found[0] = INT64_MIN;
    for (uint32_t b = 1; b < PARTNER_BANDS_MAX; b++) found[b] = NOBODY;
    switch (set->method) {
    case PARTNER_BANDS_THRESHOLDS:
        for (uint32_t b = 1; b < set->bands; b++) found[b] = set->threshold[b - 1];
        break;
    case PARTNER_BANDS_QUANTILE: status = by_quantile(set, revenue, lines, found, error); break;
    case PARTNER_BANDS_NATURAL: status = by_breaks(set, revenue, lines, found, error); break;
    default: status = by_pareto(set, revenue, lines, found, error); break;
    }
    for (uint32_t b = 0; status == PARTNER_OK && b < set->bands; b++) from[b] = found[b];
    return status;
}

uint8_t partner__band_of(const int64_t *from, uint32_t bands, int64_t revenue)
{
    uint32_t band = bands - 1;

    while (band > 0 && (from[band] == NOBODY || from[band] > revenue)) band--;
    return (uint8_t)band;
}

/* Whether revenue * 10^6 >= edge * (10^6 + ppm), or - ppm; the edge is at least 1. */
static int reaches(int64_t revenue, int64_t edge, uint32_t factor)
{
    return revenue > 0 && !partner__u128_less(partner__u128_mul((uint64_t)revenue, PARTNER__MILLION),
                                              partner__u128_mul((uint64_t)edge, factor));
}

/* With margin 0 this is partner__band_of: upwards an edge is passed by reaching it and the margin, downwards by
 * staying below it and the margin. A band that has no edge any more holds nobody back. */
uint8_t partner__band_kept(const int64_t *from, uint32_t bands, uint32_t margin, uint8_t before,
                           int64_t revenue)
{
    const uint8_t plain = partner__band_of(from, bands, revenue);
    uint32_t above = before + 1U;

    if (plain == before || from[before] == NOBODY) return plain;
    if (plain < before) return reaches(revenue, from[before], PARTNER__MILLION - margin) ? before : plain;
    while (above < plain && from[above] == NOBODY) above++;
    return reaches(revenue, from[above], PARTNER__MILLION + margin) ? plain : before;
}
