/* SPDX-License-Identifier: MIT
 * Arbitrary portfolios with rules, interactions, expectations and a period before. Unless strange values are
 * asked for everything is as the header wants it. */
#ifndef PARTNER_TESTS_FUZZ_SEGMENT_H
#define PARTNER_TESTS_FUZZ_SEGMENT_H

#include <partner/segment.h>

#include "rows.h"

enum { FUZZ_LINES = 48, FUZZ_KINDS = 6, FUZZ_CELLS = PARTNER_BANDS_MAX * PARTNER_MODES, FUZZ_STEPS = 600 };

/* What of the input is there. */
enum {
    FUZZ_PREVIOUS = 1,
    FUZZ_INTERACTIONS = 2,
    FUZZ_EXPECTATIONS = 4,
    FUZZ_BUDGET = 8,
    FUZZ_NAMES = 16,
    FUZZ_WINDOW = 32,
    FUZZ_SENSITIVITY = 64,
    FUZZ_STRANGE = 128 /* values that are in no range */
};

typedef struct fuzz_world {
    uint8_t has;
    partner_segment_rules rules;
    uint32_t kind[FUZZ_KINDS], band_name[PARTNER_BANDS_MAX], segment_name[FUZZ_CELLS];
    uint8_t kind_mode[FUZZ_KINDS];
    const char *kind_id[FUZZ_KINDS], *band[PARTNER_BANDS_MAX], *segment[FUZZ_CELLS];
    partner_portfolio portfolio, before; /* before: some of it, with other revenue */
    uint32_t partner[FUZZ_LINES], partner_before[FUZZ_LINES], group[FUZZ_LINES];
    int64_t revenue[FUZZ_LINES], revenue_before[FUZZ_LINES], margin[FUZZ_LINES], potential[FUZZ_LINES];
    uint8_t active[FUZZ_LINES], mode[FUZZ_LINES], mode_before[FUZZ_LINES];
    double strategic[FUZZ_LINES], hours[FUZZ_LINES], hours_min[FUZZ_LINES], hours_max[FUZZ_LINES];
    partner_interactions interactions, interactions_before;
    uint32_t who[FUZZ_STEPS], what[FUZZ_STEPS];
    int32_t day[FUZZ_STEPS];
    double effort[FUZZ_STEPS];
    partner_expectations expectations;
    uint32_t whose[FUZZ_STEPS], dimension[FUZZ_STEPS];
    double expects[FUZZ_STEPS], experiences[FUZZ_STEPS], given[FUZZ_STEPS], committed[FUZZ_STEPS];
    partner_segment_options options;
} fuzz_world;

static inline int fuzz_is_strange(const fuzz_world *w) { return (w->has & FUZZ_STRANGE) != 0; }

/* Now and then, where it is asked for, a value that is in no range. */
static inline int fuzz_odd(const fuzz_world *w, uint8_t byte) { return fuzz_is_strange(w) && byte == 0xff; }

/* --- rules --- */

/* 0 = the default, a legal zero, or up to `most`. */
static inline uint32_t fuzz_share(fuzz_input *in, uint32_t most)
{
    const uint8_t byte = fuzz_u8(in);

    if (byte == 0) return 0;
    return byte == 0xff ? PARTNER_SHARE_0 : most / 255 * byte;
}

static inline double fuzz_hours(fuzz_input *in)
{
    const uint8_t byte = fuzz_u8(in);

    return byte == 0 ? 0 : byte == 0xff ? PARTNER_HOURS_0 : byte / 4.0;
}

static inline void fuzz_bands(fuzz_input *in, fuzz_world *w)
{
    static const char *const names[PARTNER_BANDS_MAX] = {"b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7"};
    static const char *const cells[] = {"few", "some", "many", "most", "all"};
    partner_segment_rules *r = &w->rules;
    const uint8_t shape = fuzz_u8(in);
    const uint32_t bands = 2 + shape / 4 % 7;

    r->method = shape % 4;
    r->bands = (uint8_t)(shape >= 0xe0 ? 0 : bands);
    r->margin = fuzz_share(in, 900000);
    for (uint32_t i = 0; i + 1 < (r->bands == 0 ? 2 : bands); i++) {
        const uint8_t step = fuzz_u8(in);

        if (r->method == PARTNER_BANDS_THRESHOLDS)
            r->threshold[i] = (i == 0 ? 0 : r->threshold[i - 1]) + 1 + step * 16;
        if (r->method == PARTNER_BANDS_QUANTILE && shape % 3 == 0)
            r->quantile[i] = (i == 0 ? 0 : r->quantile[i - 1]) + 1 + step * 500u;
    }
    if (r->method == PARTNER_BANDS_NATURAL) r->scale = fuzz_u8(in);
    if (!(w->has & FUZZ_NAMES)) return;
    for (uint32_t i = 0; i < PARTNER_BANDS_MAX; i++) {
        w->band[i] = names[i];
        w->band_name[i] = 70 + i;
    }
    for (uint32_t i = 0; i < FUZZ_CELLS; i++) {
        w->segment_name[i] = (i * shape >> 3) % 5;
        w->segment[i] = cells[w->segment_name[i]];
    }
    r->band = w->band;
    r->band_name = w->band_name;
    r->segment = w->segment;
    r->segment_name = w->segment_name;
}

static inline void fuzz_kinds(fuzz_input *in, fuzz_world *w)
{
    static const char *const names[FUZZ_KINDS] = {"k0", "k1", "k2", "k3", "k4", "k5"};
    const uint8_t bits = fuzz_u8(in);

    for (uint32_t i = 0; i < FUZZ_KINDS; i++) {
        w->kind[i] = i * 5;
        w->kind_mode[i] = bits >> i & 1 ? PARTNER_MODE_CONSULTATIVE : PARTNER_MODE_TRANSACTIONAL;
        w->kind_id[i] = names[i];
    }
    w->rules.kind = w->kind;
    w->rules.kind_mode = w->kind_mode;
    w->rules.kind_id = w->kind_id;
    w->rules.kinds = 1 + bits / 8 % FUZZ_KINDS;
}

static inline void fuzz_evidence(fuzz_input *in, fuzz_world *w)
{
    partner_segment_rules *r = &w->rules;
    const uint8_t how = fuzz_u8(in);

    r->threshold_share = how & 1 ? 1 + fuzz_u8(in) * 3900u : 0;
    r->confidence = how & 2 ? 500000 + fuzz_u8(in) * 1960u : 0;
    r->unit = how & 4 ? (1 + fuzz_u8(in)) / 8.0 : 0;
    r->per_hour = how & 8 ? 60 : 0;
    r->half_life_days = how & 16 ? 1u + fuzz_u8(in) : how & 32 ? PARTNER_HALF_LIFE_0 : 0;
    if (!(how & 64)) return;
    r->prior_a = (1 + fuzz_u8(in)) / 16.0;
    r->prior_b = (1 + fuzz_u8(in)) / 16.0;
}

static inline void fuzz_attention(fuzz_input *in, fuzz_world *w)
{
    partner_segment_rules *r = &w->rules;
    const uint32_t growth = fuzz_u8(in), multiple = fuzz_u8(in);

    r->reference_quantile = fuzz_share(in, 1000000);
    r->own_growth = growth == 0xff ? PARTNER_SHARE_0 : growth * 150;
    r->max_multiple = multiple == 0 ? 0 : 10000 + multiple * 300;
    r->weight = fuzz_share(in, 1000000);
    if (!(w->has & FUZZ_BUDGET)) return;
    r->hours = fuzz_hours(in);
    for (size_t m = 0; m < PARTNER_MODES; m++) {
        r->share[m] = fuzz_share(in, 1000000);
        r->retain[m] = fuzz_share(in, 1000000);
        r->for_share[m] = fuzz_u8(in) / 4.0;
    }
    r->floor = fuzz_hours(in) / 16;
    if (r->floor < 0) r->floor = PARTNER_HOURS_0;
    r->ceiling = fuzz_hours(in);
    if (r->ceiling > 0 && r->floor > 0) r->ceiling += r->floor;
    else if (r->ceiling < 0 && r->floor > 0) r->ceiling = r->floor;
}

/* One member of the rules that is in no range. */
static inline void fuzz_spoil(fuzz_input *in, fuzz_world *w)
{
    partner_segment_rules *r = &w->rules;
    const uint8_t which = fuzz_u8(in);
    const double x = fuzz_double(in);
    const uint32_t n = fuzz_u32(in);

    switch (which) {
    case 1: r->method = (uint8_t)n; break;
    case 2: r->bands = (uint8_t)n; break;
    case 3: r->minor_units = (uint8_t)n; break;
    case 4: r->threshold[n % 7] = fuzz_amount(in); break;
    case 5: r->quantile[n % 7] = n; break;
    case 6: r->margin = n; break;
    case 7: r->scale = fuzz_amount(in); break;
    case 8: w->band[n % 4] = n & 8 ? NULL : ""; break;
    case 9: w->band_name[n % 4] = n & 8 ? PARTNER_NONE : 71; break;
    case 10: w->kind[n % 3] = n & 8 ? PARTNER_NONE : 0; break;
    case 11: w->kind_mode[n % 3] = (uint8_t)n; break;
    case 12: r->kinds = n & 8 ? 0 : n % (FUZZ_KINDS + 1); break;
    case 13: r->threshold_share = n; break;
    case 14: r->confidence = n; break;
    case 15: r->unit = x; break;
    case 16: r->half_life_days = n; break;
    case 17: r->prior_a = x; break;
    case 18: w->segment[n % 8] = n & 8 ? NULL : "few"; break;
    case 19: r->own_growth = n; break;
    case 20: r->max_multiple = n; break;
    case 21: r->hours = x; break;
    case 22: r->for_share[n % 4] = x; break;
    case 23: r->share[n % 4] = n; break;
    case 24: r->floor = x; break;
    case 25: r->ceiling = x; break;
    case 26: r->segment_name = NULL; break;
    case 27: r->band_name = NULL; break;
    case 28: r->per_hour = x; break;
    case 29: r->prior_b = r->prior_a = x; break;
    default: break;
    }
}

static inline void fuzz_rules(fuzz_input *in, fuzz_world *w)
{
    memset(&w->rules, 0, sizeof w->rules);
    w->rules.struct_size = sizeof w->rules;
    fuzz_bands(in, w);
    fuzz_kinds(in, w);
    fuzz_evidence(in, w);
    fuzz_attention(in, w);
    if (fuzz_is_strange(w)) fuzz_spoil(in, w);
}

/* --- portfolio --- */

static inline int64_t fuzz_revenue(const fuzz_world *w, fuzz_input *in)
{
    const uint8_t kind = fuzz_u8(in);

    if (fuzz_odd(w, kind)) return fuzz_amount(in);
    if (kind < 0x20) return 0;
    return (int64_t)fuzz_take(in, kind < 0x80 ? 1 : 2) * (kind < 0x30 ? -1 : kind < 0xe0 ? 1 : 1000);
}

static inline double fuzz_column(const fuzz_world *w, fuzz_input *in, double most)
{
    const uint8_t byte = fuzz_u8(in);

    if (fuzz_odd(w, byte)) return fuzz_double(in);
    return byte % 8 == 7 ? NAN : byte / 255.0 * most;
}

static inline void fuzz_line(fuzz_input *in, fuzz_world *w, size_t i)
{
    const uint8_t bits = fuzz_u8(in);

    w->partner[i] = fuzz_odd(w, bits) ? fuzz_partner(in) : (uint32_t)(i * 7 % FUZZ_LINES);
    w->partner_before[i] = bits % 32 == 6 ? 3000 + (uint32_t)i : w->partner[i];
    w->group[i] = bits % 4 == 3 ? PARTNER_NONE : bits % 4;
    w->active[i] = bits >> 2 & 1;
    w->mode[i] = bits >> 3 & 1 ? 0 : fuzz_odd(w, bits) ? bits : bits >> 4 & 3;
    w->mode_before[i] = bits >> 5 & 1 ? 0 : bits >> 6 & 3;
    w->revenue[i] = fuzz_revenue(w, in);
    w->revenue_before[i] = bits & 64 ? w->revenue[i] : fuzz_revenue(w, in);
    w->margin[i] = bits % 8 == 5 ? PARTNER_NO_AMOUNT : w->revenue[i] / 3;
    w->potential[i] = bits % 8 < 5 ? PARTNER_NO_AMOUNT : fuzz_revenue(w, in);
    if (w->potential[i] < 0 && w->potential[i] != PARTNER_NO_AMOUNT && !fuzz_is_strange(w)) w->potential[i] = 0;
    w->strategic[i] = fuzz_column(w, in, 1);
    w->hours[i] = fuzz_column(w, in, 50);
    w->hours_min[i] = fuzz_column(w, in, 4);
    w->hours_max[i] = w->hours_min[i] + fuzz_column(w, in, 50);
    if (isnan(w->hours_max[i]) && !fuzz_is_strange(w)) w->hours_min[i] = NAN;
}

static inline void fuzz_portfolio(fuzz_input *in, fuzz_world *w)
{
    const uint32_t columns = (uint32_t)fuzz_take(in, 2);
    const size_t rows = fuzz_u8(in) % (FUZZ_LINES + 1), gone = fuzz_u8(in) % 8u;
    partner_portfolio *p = &w->portfolio;

    for (size_t i = 0; i < rows; i++) fuzz_line(in, w, i);
    *p = (partner_portfolio)PARTNER_PORTFOLIO_INIT;
    p->rows = rows;
    p->revenue = w->revenue;
    if (w->has & FUZZ_WINDOW) {
        p->from_day = 1 + (int32_t)(columns >> 12) * 20;
        p->to_day = columns & 2048 ? 900 : 0;
        p->last_day = columns & 1024 ? 1200 : 0;
    }
    if (columns & 1) p->partner = w->partner;
    if (columns & 2) p->margin = w->margin;
    if (columns & 4) p->active = w->active;
    if (columns & 8) p->group = w->group;
    if (columns & 16) p->potential = w->potential;
    if (columns & 32) p->strategic = w->strategic;
    if (columns & 64) p->mode = w->mode;
    if (columns & 128) p->hours = w->hours;
    if (columns & 256) p->hours_min = w->hours_min;
    if (columns & 256) p->hours_max = w->hours_max;
    if (fuzz_is_strange(w) && (columns & 512)) p->minor_units = (uint8_t)(columns >> 10);
    w->before = *p;
    w->before.revenue = w->revenue_before;
    if (columns & 1) w->before.partner = w->partner_before;
    if (columns & 64) w->before.mode = w->mode_before;
    /* Some are new, or gone. */
    if (rows > gone && gone % 2 == 0) w->before.rows -= gone;
    if (rows > gone && gone % 2 == 1) p->rows -= gone;
    if (fuzz_is_strange(w) && columns == 0xffff) p->rows = PARTNER_NONE;
}

static inline uint32_t fuzz_id(const fuzz_world *w, size_t line)
{
    return w->portfolio.partner == NULL ? (uint32_t)line : w->partner[line];
}

/* --- what is known of them --- */

/* One of the portfolio mostly, or one that is not in it. */
static inline uint32_t fuzz_one_of(const fuzz_world *w, fuzz_input *in)
{
    const uint8_t byte = fuzz_u8(in);
    const size_t rows = w->portfolio.rows == PARTNER_NONE ? 0 : w->portfolio.rows;

    if (fuzz_odd(w, byte)) return fuzz_partner(in);
    return byte % (rows + 2) < rows ? fuzz_id(w, byte % (rows + 2)) : 1000u + byte;
}

static inline void fuzz_expectations(fuzz_input *in, fuzz_world *w)
{
    const uint8_t how = fuzz_u8(in);
    const size_t rows = w->portfolio.rows == PARTNER_NONE ? 0 : w->portfolio.rows;
    size_t n = 0;

    /* Each pair of partner and dimension once, some of partners that are not there. */
    for (size_t d = 0; d < how % 6u; d++)
        for (size_t i = 0; i < rows + 1 && n < FUZZ_STEPS; i++) {
            const uint8_t bits = fuzz_u8(in);

            if (bits % 4 == 3) continue;
            w->whose[n] = i < rows ? fuzz_id(w, i) : 2000;
            w->dimension[n] = fuzz_odd(w, bits) ? 0 : (uint32_t)(6 - d);
            w->expects[n] = fuzz_odd(w, bits) ? fuzz_double(in) : bits >> 4;
            w->experiences[n] = fuzz_odd(w, bits) ? fuzz_double(in) : (bits >> 2) / 64.0;
            w->given[n] = bits % 16 == 9 ? NAN : bits / 8.0;
            w->committed[n] = fuzz_odd(w, bits) ? fuzz_double(in) : bits % 16 == 10 ? NAN : bits % 32;
            n++;
        }
    w->expectations = (partner_expectations)PARTNER_EXPECTATIONS_INIT;
    w->expectations.rows = n;
    w->expectations.partner = w->whose;
    w->expectations.dimension = w->dimension;
    w->expectations.expects = w->expects;
    w->expectations.experiences = w->experiences;
    if (how & 64) w->expectations.given = w->given;
    if (how & 128) w->expectations.committed = w->committed;
    w->options.expectations = &w->expectations;
}

/* The first half of the rows is the evidence of the period before. */
static inline void fuzz_interactions(fuzz_input *in, fuzz_world *w)
{
    const uint8_t how = fuzz_u8(in);
    size_t n = 0;

    for (; in->left > 0 && n < FUZZ_STEPS; n++) {
        const uint8_t kind = fuzz_u8(in), effort = how & 1 ? fuzz_u8(in) : 0;

        w->who[n] = fuzz_one_of(w, in);
        w->what[n] =
            fuzz_odd(w, kind) ? fuzz_partner(in) : (uint32_t)(kind % (w->rules.kinds + !w->rules.kinds) * 5);
        w->day[n] = fuzz_odd(w, kind) ? fuzz_day(in) : fuzz_u8(in) * 4;
        w->effort[n] = fuzz_odd(w, effort) ? fuzz_double(in) : effort % 16 == 15 ? NAN : effort / 8.0;
    }
    w->interactions = (partner_interactions)PARTNER_INTERACTIONS_INIT;
    w->interactions.rows = n;
    w->interactions.partner = w->who;
    w->interactions.day = w->day;
    w->interactions.kind = w->what;
    if (how & 1) w->interactions.effort = w->effort;
    w->interactions_before = w->interactions;
    w->interactions_before.rows = n / 2;
    if (w->has & FUZZ_PREVIOUS) {
        w->interactions.rows -= n / 2;
        w->interactions.partner += n / 2;
        w->interactions.day += n / 2;
        w->interactions.kind += n / 2;
        if (how & 1) w->interactions.effort += n / 2;
    }
    w->options.interactions = &w->interactions;
}

static inline void fuzz_take_world(fuzz_input *in, fuzz_world *w)
{
    memset(w, 0, sizeof *w);
    w->has = fuzz_u8(in);
    w->options = (partner_segment_options)PARTNER_SEGMENT_OPTIONS_INIT;
    w->options.sensitivity = (w->has & FUZZ_SENSITIVITY) != 0;
    fuzz_rules(in, w);
    if (w->has & FUZZ_BUDGET)
        w->options.budget = fuzz_odd(w, fuzz_u8(in)) ? fuzz_double(in) : fuzz_hours(in) * 8;
    if (w->options.budget < 0 && !fuzz_is_strange(w)) w->options.budget = PARTNER_HOURS_0;
    fuzz_portfolio(in, w);
    if (w->has & FUZZ_EXPECTATIONS) fuzz_expectations(in, w);
    if (w->has & FUZZ_INTERACTIONS) fuzz_interactions(in, w);
}

#endif
