/* SPDX-License-Identifier: MIT
 * One line per segment and one per band: how many, what they bring, what they take. */
#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "../base/sum.h"
#include "result.h"

/* What a segment or a band comes to. */
typedef struct heap {
    size_t partners, margins; /* lines, and those whose margin is known */
    partner__net revenue, margin, headroom, expected;
    partner__sum effort, hours;
} heap;

static void add(heap *h, const partner__segmented *to, const partner_portfolio *p, size_t i)
{
    h->partners++;
    partner__net_add(&h->revenue, p->revenue[i]);
    partner__net_add(&h->headroom, to->column.headroom[i]);
    partner__sum_add(&h->effort, to->partners.effort[i]);
    if (p->margin != NULL && p->margin[i] != PARTNER_NO_AMOUNT) {
        h->margins++;
        partner__net_add(&h->margin, p->margin[i]);
    }
    if (to->allocation == NULL) return;
    partner__sum_add(&h->hours, to->allocation->hours[i]);
    partner__net_add(&h->expected, to->column.expected_gain[i]);
}

partner_status partner__take_net(const partner__net *net, const char *record, const char *field,
                                 int64_t *amount, partner_error *error)
{
    int below;
    const partner__u128 size = partner__net_size(net, &below);

    if (partner__u128_less(partner__u128_from(INT64_MAX), size))
        return partner__fail_at(error, PARTNER_E_RANGE,
                                partner__at(record, field, PARTNER_NO_ROW, PARTNER_NONE),
                                "%s: %s leaves 64 bits, expected at most %" PRId64 " minor units in magnitude",
                                record, field, INT64_MAX);
    *amount = below ? -(int64_t)partner__u128_low(size) : (int64_t)partner__u128_low(size);
    return PARTNER_OK;
}

/* Part of the whole; NaN where that is not above 0. */
static double share_of(const partner__net *part, const partner__net *whole)
{
    return partner__u128_less(whole->minus, whole->plus) ? partner__net_ratio(part, whole) : NAN;
}

static double effort_share(double part, double whole) { return whole > 0 ? part / whole : NAN; }

static double per_hour(const heap *h, const partner__segment_settings *set)
{
    const double effort = partner__sum_value(&h->effort);
    partner__net major = {partner__u128_from(1), partner__u128_from(0)};

    for (unsigned i = 0; i < set->places; i++) major.plus = partner__u128_scale(major.plus, 10);
    return effort > 0 ? partner__net_ratio(&h->revenue, &major) / (effort / set->per_hour) : NAN;
}

/* --- segments --- */

/* partner_segment_lines, to be written. */
typedef struct columns {
    uint32_t *segment, *band;
    uint8_t *mode;
    size_t *partners;
    double *partner_share;
    int64_t *revenue;
    double *revenue_share;
    int64_t *margin;
    double *margin_share, *effort, *effort_share, *revenue_per_hour;
    int64_t *headroom;
    double *hours;
    int64_t *expected_gain;
} columns;

static partner_status new_columns(partner__segmented *to, size_t n, columns *c, partner_error *error)
{
    int failed = 0;

    c->segment = partner__segment_column(to, n, sizeof *c->segment, &failed);
    c->band = partner__segment_column(to, n, sizeof *c->band, &failed);
    c->mode = partner__segment_column(to, n, sizeof *c->mode, &failed);
    c->partners = partner__segment_column(to, n, sizeof *c->partners, &failed);
    c->partner_share = partner__segment_column(to, n, sizeof *c->partner_share, &failed);
    c->revenue = partner__segment_column(to, n, sizeof *c->revenue, &failed);
    c->revenue_share = partner__segment_column(to, n, sizeof *c->revenue_share, &failed);
    c->margin = partner__segment_column(to, n, sizeof *c->margin, &failed);
    c->margin_share = partner__segment_column(to, n, sizeof *c->margin_share, &failed);
    c->effort = partner__segment_column(to, n, sizeof *c->effort, &failed);
    c->effort_share = partner__segment_column(to, n, sizeof *c->effort_share, &failed);
    c->revenue_per_hour = partner__segment_column(to, n, sizeof *c->revenue_per_hour, &failed);
    c->headroom = partner__segment_column(to, n, sizeof *c->headroom, &failed);
    c->hours = partner__segment_column(to, n, sizeof *c->hours, &failed);
    c->expected_gain = partner__segment_column(to, n, sizeof *c->expected_gain, &failed);
    if (failed) return partner__no_memory(error);
    to->lines = (partner_segment_lines){.segments = n,
                                        .segment = c->segment,
                                        .band = c->band,
                                        .mode = c->mode,
                                        .partners = c->partners,
                                        .partner_share = c->partner_share,
                                        .revenue = c->revenue,
                                        .revenue_share = c->revenue_share,
                                        .margin = c->margin,
                                        .margin_share = c->margin_share,
                                        .effort = c->effort,
                                        .effort_share = c->effort_share,
                                        .revenue_per_hour = c->revenue_per_hour,
                                        .headroom = c->headroom,
                                        .hours = c->hours,
                                        .expected_gain = c->expected_gain};
    to->segmentation.segments = &to->lines;
    return PARTNER_OK;
}

/* The line of each cell's segment: highest band first, and within a band from consultative to unknown. Returns
 * how many lines there are. */
static size_t number_lines(partner__segmented *to)
{
    const partner__cells *cells = &to->cells;
    const size_t count = (size_t)cells->bands * PARTNER_MODES;
    size_t lines = 0;

    for (size_t i = count; i-- > 0;) {
        size_t j = count - 1;

        while (cells->segment_name[j] != cells->segment_name[i]) j--;
        to->cell_line[i] = j == i ? (uint8_t)lines++ : to->cell_line[j];
    }
    return lines;
}

/* What a line is called, and whether it is of one band and one mode. */
static void name_lines(const partner__segmented *to, const columns *c)
{
    const partner__cells *cells = &to->cells;
    const size_t count = (size_t)cells->bands * PARTNER_MODES;

    for (size_t k = 0; k < to->lines.segments; k++) {
        c->mode[k] = PARTNER_MODES;
        c->band[k] = PARTNER_NONE;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t k = to->cell_line[i];
        const uint32_t band = cells->band_name[i / PARTNER_MODES];
        const uint8_t mode = (uint8_t)(i % PARTNER_MODES);
        size_t first = 0;

        while (to->cell_line[first] != k) first++;
        c->segment[k] = cells->segment_name[i];
        if (first == i) {
            c->band[k] = band;
            c->mode[k] = mode;
        } else {
            if (c->band[k] != band) c->band[k] = PARTNER_NONE;
            if (c->mode[k] != mode) c->mode[k] = PARTNER_MODE_SEVERAL;
        }
    }
}

static partner_status fill_line(const partner__segmented *to, const columns *c, size_t k, const heap *h,
                                const heap *all, partner_error *error)
{
    static const char record[] = "segments";
    partner_status status = partner__take_net(&h->revenue, record, "revenue", &c->revenue[k], error);

    c->margin[k] = c->expected_gain[k] = PARTNER_NO_AMOUNT;
    if (status == PARTNER_OK)
        status = partner__take_net(&h->headroom, record, "headroom", &c->headroom[k], error);
    if (status == PARTNER_OK && h->margins > 0)
        status = partner__take_net(&h->margin, record, "margin", &c->margin[k], error);
    if (status == PARTNER_OK && to->allocation != NULL)
        status = partner__take_net(&h->expected, record, "expected_gain", &c->expected_gain[k], error);
    c->partners[k] = h->partners;
    c->partner_share[k] = all->partners == 0 ? NAN : partner__share(h->partners, all->partners);
    c->revenue_share[k] = share_of(&h->revenue, &all->revenue);
    c->margin_share[k] = h->margins == 0 ? NAN : share_of(&h->margin, &all->margin);
    c->effort[k] = partner__sum_value(&h->effort);
    c->effort_share[k] = effort_share(c->effort[k], partner__sum_value(&all->effort));
    c->revenue_per_hour[k] = per_hour(h, &to->set);
    c->hours[k] = to->allocation == NULL ? NAN : partner__sum_value(&h->hours);
    return status;
}

/* --- bands --- */

static partner_status make_bands(partner__segmented *to, const heap *of_band, const heap *all,
                                 partner_error *error)
{
    const uint32_t n = to->cells.bands;
    int failed = 0;
    uint32_t *band = partner__segment_column(to, n, sizeof *band, &failed);
    uint8_t *level = partner__segment_column(to, n, sizeof *level, &failed);
    int64_t *from = partner__segment_column(to, n, sizeof *from, &failed);
    size_t *partners = partner__segment_column(to, n, sizeof *partners, &failed);
    int64_t *revenue = partner__segment_column(to, n, sizeof *revenue, &failed);
    double *share = partner__segment_column(to, n, sizeof *share, &failed);
    partner_status status = failed ? partner__no_memory(error) : PARTNER_OK;

    for (uint32_t i = 0; i < n && status == PARTNER_OK; i++) {
        const uint32_t b = n - 1 - i;
        const int none = to->from[b] == INT64_MIN || to->from[b] == INT64_MAX;

        band[i] = to->cells.band_name[b];
        level[i] = (uint8_t)b;
        from[i] = none ? PARTNER_NO_AMOUNT : to->from[b];
        partners[i] = of_band[b].partners;
        share[i] = share_of(&of_band[b].revenue, &all->revenue);
        status = partner__take_net(&of_band[b].revenue, "bands", "revenue", &revenue[i], error);
    }
    to->bands = (partner_segment_bands){n, band, level, from, partners, revenue, share};
    to->segmentation.band = &to->bands;
    return status;
}

partner_status partner__make_lines(partner__segmented *to, const partner__segment_sources *from,
                                   partner_error *error)
{
    heap all, of_band[PARTNER_BANDS_MAX], of_line[PARTNER__CELLS];
    const size_t lines = number_lines(to);
    columns c;
    partner_status status = new_columns(to, lines, &c, error);

    if (status != PARTNER_OK) return status;
    memset(&all, 0, sizeof all);
    memset(of_band, 0, sizeof of_band);
    memset(of_line, 0, sizeof of_line);
    for (size_t i = 0; i < from->portfolio.rows; i++) {
        const uint8_t level = to->column.level[i];

        add(&all, to, &from->portfolio, i);
        add(&of_band[level], to, &from->portfolio, i);
        add(&of_line[to->cell_line[partner__cell(level, to->column.mode[i])]], to, &from->portfolio, i);
    }
    name_lines(to, &c);
    status = partner__take_net(&all.revenue, "segmentation", "revenue", &to->segmentation.revenue, error);
    if (status == PARTNER_OK)
        status =
            partner__take_net(&all.headroom, "segmentation", "headroom", &to->segmentation.headroom, error);
    for (size_t k = 0; k < lines && status == PARTNER_OK; k++)
        status = fill_line(to, &c, k, &of_line[k], &all, error);
    return status == PARTNER_OK ? make_bands(to, of_band, &all, error) : status;
}
