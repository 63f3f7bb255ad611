/* SPDX-License-Identifier: MIT
 * libpartner: segmentation, who should get our resources and in what form.
 *
 * Revenue alone does not say what a partner should get: one that moves volume and needs only price, delivery
 * and a lean order desk is served differently from one that needs our competence and has yet to grow. So a
 * segment is a revenue band × an interaction mode; potential decides who gets scarce hours, and the hours go
 * where they earn most. */
#ifndef PARTNER_SEGMENT_H
#define PARTNER_SEGMENT_H

#include <partner/base.h>
#include <partner/dict.h>
#include <partner/totals.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- the rules --- */

#define PARTNER_BANDS_MAX 8

enum {
    PARTNER_BANDS_PARETO = 0,     /* by shares of revenue, as the classes of pareto */
    PARTNER_BANDS_THRESHOLDS = 1, /* by given amounts */
    PARTNER_BANDS_QUANTILE = 2,   /* by quantiles of the positive revenues */
    PARTNER_BANDS_NATURAL = 3     /* by natural breaks of ln(1 + revenue / scale) of the positive revenues; cuts
                                     whose sums of squares differ by less than 2^-40 of all are equal */
};

/* How a partner works with us. */
enum {
    PARTNER_MODE_UNKNOWN = 0, /* neither evidence nor declaration */
    PARTNER_MODE_TRANSACTIONAL = 1,
    PARTNER_MODE_MIXED = 2,
    PARTNER_MODE_CONSULTATIVE = 3,
    PARTNER_MODES = 4,
    PARTNER_MODE_SEVERAL = 4 /* of a segment that spans several */
};

/* In rules 0 means "the default". These stand for a legal zero that is not the default. */
#define PARTNER_SHARE_0 UINT32_MAX     /* a share in ppm, a factor in ten-thousandths */
#define PARTNER_HALF_LIFE_0 UINT32_MAX /* evidence does not age */
#define PARTNER_HOURS_0 (-1.0)         /* no hours */

/* Zero is the default of each member. The lists are NULL or have the length that is given. What is divided by
 * (unit, per_hour, for_share) is 10^-6 … 10^12, and hours are at most 10^12. */
typedef struct partner_segment_rules {
    uint32_t struct_size, reserved;

    /* Bands, 0 = the lowest. */
    uint8_t method;      /* PARTNER_BANDS_… */
    uint8_t bands;       /* k: 2 … PARTNER_BANDS_MAX; 0 = 2 */
    uint8_t minor_units; /* decimal places of the money here: 0 = 2, PARTNER_MINOR_UNITS_0 */
    int64_t threshold[PARTNER_BANDS_MAX - 1]; /* THRESHOLDS: [k - 1] ascending, at least 1, minor units */
    uint32_t quantile[PARTNER_BANDS_MAX - 1]; /* QUANTILE: [k - 1] ppm, ascending, 1 … 999999; none = j / k */
    uint32_t margin;                          /* ppm of an edge by which revenue has to pass it for a partner to
                                                 leave its band, below 10^6; 0 = 50000, PARTNER_SHARE_0 */
    int64_t scale;                            /* NATURAL: minor units, at least 1; 0 = one major unit */
    const char *const *band;   /* [k] names; NULL = low, high; low, mid, high; band-1 … band-k */
    const uint32_t *band_name; /* [k] their indexes; NULL = the band's number. Parse uses
                                  dictionary "band" */

    /* Mode. */
    const uint32_t *kind;       /* [kinds] indexes of the kinds of interaction, each once. Parse uses dictionary
                                   "kind" */
    const uint8_t *kind_mode;   /* [kinds] PARTNER_MODE_TRANSACTIONAL or _CONSULTATIVE */
    const char *const *kind_id; /* [kinds] what they are called, for messages and sentences */
    size_t kinds;               /* above 0 all three lists are needed; 0 = none is declared */
    uint32_t threshold_share;   /* ppm, 1 … 999999: more than that share is consultative; 0 = 500000 */
    uint32_t confidence;        /* ppm, 500000 … 999999; 0 = 800000 */
    double unit;             /* u: effort that weighs as much as one interaction; 0 = the mean effort of those
                                that say it, in the window and of the portfolio's partners; 1 where none does */
    double per_hour;         /* units of effort that make an hour (60 for minutes); 0 = 1 */
    uint32_t half_life_days; /* 1 … 1,000,000; 0 = 365, PARTNER_HALF_LIFE_0 */
    double prior_a, prior_b; /* each 0.001 … 10^6; both 0 = fitted to the evidence */

    /* Names of the cells band × mode. */
    const char *const *segment; /* [k * PARTNER_MODES] band after band; NULL = the usual names */
    const uint32_t
        *segment_name; /* [k * PARTNER_MODES] their indexes, equal where the names are equal; NULL =
                          the number of the first cell of that name. Parse uses dictionary "segment" */

    /* Potential. */
    uint32_t reference_quantile; /* ppm, 0 … 10^6; 0 = 750000, PARTNER_SHARE_0 */
    uint32_t own_growth;         /* ten-thousandths, up to 10^8; 0 = 11000, PARTNER_SHARE_0 */
    uint32_t max_multiple;       /* ten-thousandths, 10000 … 10^8; 0 = 30000 */
    uint32_t weight;             /* w: ppm, up to 10^6; 0 = 700000, PARTNER_SHARE_0 */

    /* Resources. What attention does, by mode: assumptions, shown as such wherever a result rests on them. */
    double hours;                    /* H, the budget; 0 = none, PARTNER_HOURS_0 */
    uint32_t share[PARTNER_MODES];   /* ρ: ppm of headroom that attention can win, up to 10^6; 0 = 200000,
                                        100000, 300000, 500000 (unknown, transactional, mixed, consultative),
                                        PARTNER_SHARE_0 */
    double for_share[PARTNER_MODES]; /* κ: hours for 63 % of it; 0 = 60, 20, 60, 40 */
    uint32_t retain[PARTNER_MODES];  /* ppm of revenue that attention keeps, up to 10^6; 0 = 0, 20000, 100000,
                                        100000, PARTNER_SHARE_0 */
    double floor, ceiling; /* hours of a partner that has no bounds of its own, floor <= ceiling; 0 = 0
                              and no limit, PARTNER_HOURS_0 */
} partner_segment_rules;

typedef struct partner_segment_dicts {
    uint32_t struct_size, reserved;
    partner_dict *kind, *segment, *band;
} partner_segment_dicts;

#define PARTNER_SEGMENT_DICTS_INIT                         \
    {                                                      \
        sizeof(partner_segment_dicts), 0, NULL, NULL, NULL \
    }

/* Reads rules from JSON (docs/segment.md has every key, docs/segments.schema.json says them for editors). "{}"
 * are the default rules: two bands, the usual names, and eight kinds of interaction (order, price-request,
 * delivery, invoice-query: transactional; application-advice, design-in, training, joint-visit: consultative).
 *
 * text:  JSON of `length` bytes, UTF-8.  dicts: all needed; names are interned into them, all or nothing.
 * rules: receives the rules, to be released by partner_segment_rules_free.
 * Errors: DATA with the path (as partner_program_parse); ARGUMENT (NULL), RANGE (a dictionary is full), NOMEM.
 */
PARTNER_API partner_status partner_segment_rules_parse(const char *text, size_t length,
                                                       const partner_segment_dicts *dicts,
                                                       partner_segment_rules **rules, partner_error *error);
PARTNER_API void partner_segment_rules_free(partner_segment_rules *rules);

/* Whether rules, parsed or made by hand, can be used. Every function that takes rules asks this first.
 * Errors: DATA with the path as in JSON; ARGUMENT (also: rules is NULL), UNSUPPORTED, NOMEM.
 * Complexity: O(kinds). */
PARTNER_API partner_status partner_segment_rules_check(const partner_segment_rules *rules,
                                                       partner_error *error);

/* Writes the i-th sentence that says what the rules do, 0-terminated, and returns its length; 0 = there are no
 * more. _warning: what is legal and hardly meant. */
PARTNER_API size_t partner_segment_rules_sentence(const partner_segment_rules *rules, size_t i, char *buffer,
                                                  size_t size);
PARTNER_API size_t partner_segment_rules_warning(const partner_segment_rules *rules, size_t i, char *buffer,
                                                 size_t size);

/* --- inputs --- */

/* One line per partner, and the window that its revenue is of. */
typedef struct partner_portfolio {
    uint32_t struct_size, reserved;
    size_t rows;              /* below PARTNER_NONE */
    int32_t from_day, to_day; /* the window of revenue and interactions [from_day, to_day); 0 = open;
                                 PARTNER_DAY_0 */
    int32_t last_day;         /* the last day of the data, PARTNER_DAY_0; 0 = the last interaction's. In a
                                 window that is open at its end evidence is 0 days old on the later of the two, in
                                 another one on the day before to_day */
    uint8_t minor_units;      /* decimal places of the money: 0 = 2, PARTNER_MINOR_UNITS_0 */
    const uint32_t *partner;  /* NULL = row i is partner i, or the dense index, each once */
    const int64_t *revenue;   /* needed: minor units */
    const int64_t *margin;    /* NULL or minor units; PARTNER_NO_AMOUNT = unknown */
    const uint8_t *active;    /* NULL = those with revenue > 0, or 1 = active: one whose revenue peers are
                                 measured by */
    const uint32_t *group;    /* NULL or peer group; PARTNER_NONE = none, a group of its own */
    const int64_t *potential; /* NULL or stated potential, at least 0; PARTNER_NO_AMOUNT = none */
    const double *strategic;  /* NULL or rating 0 … 1; NaN = none */
    const uint8_t *mode;      /* NULL or declared: PARTNER_MODE_…; UNKNOWN = not declared */
    const double *hours;      /* NULL or hours it gets now, 0 … 10^12; NaN = unknown */
    const double *hours_min, *hours_max; /* NULL or bounds, 0 … 10^12; NaN = by the rules */
} partner_portfolio;

#define PARTNER_PORTFOLIO_INIT                                                                             \
    {                                                                                                      \
        sizeof(partner_portfolio), 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
            NULL, NULL                                                                                     \
    }

/* What we did with partners: an order, a visit, an answer. */
typedef struct partner_interactions {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *partner; /* needed */
    const int32_t *day;      /* needed; those outside the window are left out */
    const uint32_t *kind;    /* needed: one of the rules' kinds */
    const double *effort; /* NULL or in any unit, 0 … 10^12 and at most 10^9 times a unit of the rules; NaN =
                             counts as one unit */
} partner_interactions;

#define PARTNER_INTERACTIONS_INIT                                  \
    {                                                              \
        sizeof(partner_interactions), 0, 0, NULL, NULL, NULL, NULL \
    }

/* What partners expect from us and what they get, by dimension (price, delivery, training, leads…); each pair
 * of partner and dimension once. */
typedef struct partner_expectations {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *partner, *dimension; /* needed */
    const double *expects;               /* needed: weight, at least 0 */
    const double *experiences;           /* needed: 0 … 1 */
    const double *given, *committed;     /* NULL or what was given and what was agreed, at least 0, in one unit;
                                            NaN = 0 */
} partner_expectations;

#define PARTNER_EXPECTATIONS_INIT                                              \
    {                                                                          \
        sizeof(partner_expectations), 0, 0, NULL, NULL, NULL, NULL, NULL, NULL \
    }

/* --- natural breaks, for anything --- */

typedef struct partner_numbers {
    uint32_t struct_size, reserved;
    size_t rows;         /* below PARTNER_NONE */
    const double *value; /* needed, finite, up to 10^150 in magnitude */
} partner_numbers;

#define PARTNER_NUMBERS_INIT                \
    {                                       \
        sizeof(partner_numbers), 0, 0, NULL \
    }

typedef struct partner_breaks_options {
    uint32_t struct_size, reserved;
    uint32_t threads;            /* 0 = 1; PARTNER_THREADS_ALL */
    uint32_t classes;            /* k, up to 10,000; 0 = 5 */
    partner_interrupt interrupt; /* NULL = never asked */
    void *interrupt_data;
} partner_breaks_options;

#define PARTNER_BREAKS_OPTIONS_INIT                         \
    {                                                       \
        sizeof(partner_breaks_options), 0, 0, 0, NULL, NULL \
    }

typedef struct partner_breaks_classes {
    size_t classes;                 /* min(k, distinct values), ascending */
    const double *lowest, *highest; /* [classes] values in it */
    const size_t *count;            /* [classes] */
    const double *mean;             /* [classes] */
    const double *within;           /* [classes] sum of squares about the mean */
} partner_breaks_classes;

/* Without rows there are no classes, and total and within are 0. */
typedef struct partner_breaks {
    size_t rows;
    double total;             /* sum of squares about the mean of all */
    double within;            /* about the means of the classes: as small as it can be */
    double fit;               /* 1 - within / total, the goodness of variance fit; NaN when total is 0 */
    const uint32_t *class_of; /* [rows] 0 = the lowest class */
    const partner_breaks_classes *classes;
} partner_breaks;

/* Optimal one-dimensional k-means, as Ckmeans.1d.dp (Wang & Song 2011; Song & Zhong 2020); Jenks' natural
 * breaks found exactly. Of several optima the one with the lower cuts; equal values are always in one class.
 *
 * numbers: needed.  options: NULL = defaults.  breaks: receives the result, for partner_breaks_free.
 * Errors: ARGUMENT, DATA naming the row (not finite, too large), RANGE (rows; `total` leaves double), NOMEM,
 *         CANCELLED.
 * Class: sums relative 1e-12; two cuts whose sums of squares differ by less than 2^-70 of `total` are equal.
 * Complexity: O(k n log n); 4 k bytes per distinct value and about 100 beside the input. */
PARTNER_API partner_status partner_natural_breaks(const partner_numbers *numbers,
                                                  const partner_breaks_options *options,
                                                  partner_breaks **breaks, partner_error *error);
PARTNER_API void partner_breaks_free(partner_breaks *breaks);

/* --- allocation, for anything --- */

/* What hours bring: gain (1 - e^(-h / scale)) for h hours, floor <= h <= ceiling. One line per partner. */
typedef struct partner_returns {
    uint32_t struct_size, reserved;
    size_t rows;             /* below PARTNER_NONE */
    const uint32_t *partner; /* NULL = row i, or whom a row is about; for messages and the result only */
    const double *gain;      /* needed: at least 0, finite */
    const double *scale;     /* needed: hours for 63 % of it, > 0, finite */
    const double *floor;     /* NULL = 0, or hours at least, finite; NaN = 0 */
    const double *ceiling;   /* NULL = no limit, or hours at most; NaN = no limit */
    const double *hours;     /* NULL or what it gets now, at least 0; NaN = unknown */
} partner_returns;

#define PARTNER_RETURNS_INIT                                              \
    {                                                                     \
        sizeof(partner_returns), 0, 0, NULL, NULL, NULL, NULL, NULL, NULL \
    }

typedef struct partner_allocation_options {
    uint32_t struct_size, reserved;
    uint32_t threads;            /* 0 = 1; PARTNER_THREADS_ALL */
    uint8_t sensitivity;         /* 1 = also with gains and scales halved and doubled */
    partner_interrupt interrupt; /* NULL = never asked */
    void *interrupt_data;
    double budget; /* H: hours to spread, finite; 0 = as many as partners get now, which have to be
                      known then; PARTNER_HOURS_0 */
    double gain_factor, scale_factor; /* of all gains and scales, > 0; 0 = 1 */
} partner_allocation_options;

#define PARTNER_ALLOCATION_OPTIONS_INIT                                  \
    {                                                                    \
        sizeof(partner_allocation_options), 0, 0, 0, NULL, NULL, 0, 0, 0 \
    }

/* Where a partner's hours lie; at the ceiling where both bounds are one. */
enum { PARTNER_BOUND_NONE = 0, PARTNER_BOUND_FLOOR = 1, PARTNER_BOUND_CEILING = 2 };

/* The answer with other assumptions: as it is, gains (ρ) halved and doubled, scales (κ) halved and doubled.
 * When all gains change alike the best hours stay the same ones. */
typedef struct partner_allocation_sensitivity {
    size_t answers;
    const double *gain_factor, *scale_factor; /* [answers] of the gains and scales given */
    const double *spent, *gain, *lambda;      /* [answers] as below */
    const double *moved; /* [answers] hours that would go to others: half the sum of what each partner's hours
                            differ by (as many are given in each answer) */
} partner_allocation_sensitivity;

typedef struct partner_allocation {
    size_t rows;
    double budget, spent;    /* hours */
    double gain;             /* sum of what the hours bring */
    double lambda;           /* what one more hour would bring: the largest marginal return of a partner below
                                its ceiling; 0 = all useful hours are given, or what it would bring is
                                below all doubles */
    double gain_now;         /* of the hours that partners get now, at most `gain`; NaN where one is unknown or
                                they do not keep the bounds and the budget */
    double spent_now;        /* hours that partners get now; NaN where one is unknown, or without them */
    const uint32_t *partner; /* [rows] NULL without them */
    const double *hours;     /* [rows] */
    const double *expected;  /* [rows] gain (1 - e^(-hours / scale)), each times its factor */
    const double *marginal;  /* [rows] what one more hour would bring here, at the rate of its beginning:
                                gain / scale e^(-hours / scale) */
    const uint8_t *bound;    /* [rows] PARTNER_BOUND_… */
    const partner_allocation_sensitivity *sensitivity; /* NULL where it is not asked for */
} partner_allocation;

/* Spreads hours so that the sum of gains is largest: concave and separable, so at the optimum all partners
 * between their bounds have one marginal return, λ (Karush, Kuhn & Tucker), and h = scale ln(gain / (scale λ)).
 * A partner without gain gets its floor. What is of no use is not spent. Hours that differ by less than 5e-13
 * of the budget are the same here, as sums of decimals may.
 *
 * returns: needed.
 * options: NULL = defaults: to spread as many hours as partners get now.
 * allocation: receives the result, to be released by partner_allocation_free.
 * Errors: ARGUMENT (also: neither budget nor hours), DATA naming row and partner (negative, not finite, floor >
 *         ceiling) or with both sums (floors above the budget), RANGE (rows, sums and quotients that leave
 *         double), NOMEM, CANCELLED.
 * Class: iterative; the conditions hold within 1e-9 relative to λ, the budget within 1e-12 relative.
 * Complexity: O(rows), O(rows log rows) where many have the same gain / scale; about 70 bytes per row beside
 *         the result, 94 with sensitivity. */
PARTNER_API partner_status partner_allocate(const partner_returns *returns,
                                            const partner_allocation_options *options,
                                            partner_allocation **allocation, partner_error *error);
PARTNER_API void partner_allocation_free(partner_allocation *allocation);

/* --- segmentation --- */

typedef struct partner_segmentation partner_segmentation;

typedef struct partner_segment_options {
    uint32_t struct_size, reserved;
    uint32_t threads;            /* 0 = 1; PARTNER_THREADS_ALL */
    uint8_t sensitivity;         /* 1 = also what other assumptions about attention would change */
    partner_interrupt interrupt; /* NULL = never asked */
    void *interrupt_data;
    double budget;                            /* hours, up to 10^12, before the rules'; 0 = the rules',
                                                 PARTNER_HOURS_0 */
    const partner_interactions *interactions; /* NULL = none: all modes are unknown but for those declared, and
                                                 those carried */
    const partner_expectations *expectations; /* NULL = none */
    const partner_segmentation *previous;     /* NULL, or of the period before: with the same bands, names and
                                                 decimal places */
} partner_segment_options;

#define PARTNER_SEGMENT_OPTIONS_INIT                                              \
    {                                                                             \
        sizeof(partner_segment_options), 0, 0, 0, NULL, NULL, 0, NULL, NULL, NULL \
    }

/* One line per partner, in the order of the portfolio. */
typedef struct partner_segment_partners {
    size_t partners;
    const uint32_t *partner;    /* [partners] */
    const int64_t *revenue;     /* [partners] minor units */
    const uint8_t *level;       /* [partners] band, 0 = the lowest */
    const uint32_t *band;       /* [partners] its name */
    const uint8_t *mode;        /* [partners] PARTNER_MODE_… */
    const uint8_t *declared;    /* [partners] 1 = the mode is the declared one */
    const uint8_t *carried;     /* [partners] 1 = without evidence; the mode is that of the period before, where
                                   it was not carried already */
    const uint32_t *segment;    /* [partners] its name */
    const double *consultative; /* [partners] c: evidence, in interactions' worth */
    const double *transactional;      /* [partners] t */
    const double *consultative_share; /* [partners] posterior mean; that of the prior without evidence */
    const double *low, *high;         /* [partners] 90 % credible interval, 5 % beyond either end */
    const double *p_consultative;     /* [partners] P(share > threshold) */
    const double *p_transactional;    /* [partners] P(share < threshold) */
    const double *effort;             /* [partners] in the window, not aged; a row without effort counts the
                                         unit */
    const int64_t *reference;         /* [partners] what it could bring, minor units */
    const int64_t *headroom;          /* [partners] max(0, reference - revenue) */
    const double *priority;           /* [partners] 0 … 1 */
    const double *hours;              /* [partners] of the budget; NaN without one, as below */
    const int64_t *expected_gain;     /* [partners] what these bring, minor units; PARTNER_NO_AMOUNT without a
                                         budget */
    const double *marginal_return;    /* [partners] of one more hour, major units */
    const uint32_t *previous_segment; /* [partners] PARTNER_NONE = was not there */
    const double *alignment;          /* [partners] NaN without expectations, as below */
    const uint32_t *largest_gap;      /* [partners] dimension, of equal gaps the one seen first in the rows;
                                         PARTNER_NONE = no gap */
    const double *give_get;           /* [partners] given / committed, weighed; NaN */
} partner_segment_partners;

/* One line per segment, in the order of its first cell, highest band first. */
typedef struct partner_segment_lines {
    size_t segments;
    const uint32_t *segment;        /* [segments] name */
    const uint32_t *band;           /* [segments] name; PARTNER_NONE = several */
    const uint8_t *mode;            /* [segments] PARTNER_MODE_…, or _SEVERAL */
    const size_t *partners;         /* [segments] */
    const double *partner_share;    /* [segments] of all partners */
    const int64_t *revenue;         /* [segments] minor units */
    const double *revenue_share;    /* [segments] of all revenue; NaN where that is not above 0 */
    const int64_t *margin;          /* [segments] sum of what is known; PARTNER_NO_AMOUNT = nothing is */
    const double *margin_share;     /* [segments] */
    const double *effort;           /* [segments] as given */
    const double *effort_share;     /* [segments] */
    const double *revenue_per_hour; /* [segments] of effort, major units; NaN without effort */
    const int64_t *headroom;        /* [segments] */
    const double *hours;            /* [segments] of the budget; NaN without one */
    const int64_t *expected_gain;   /* [segments] minor units; PARTNER_NO_AMOUNT */
} partner_segment_lines;

/* One line per band, highest first. */
typedef struct partner_segment_bands {
    size_t bands;
    const uint32_t *band;   /* [bands] name */
    const uint8_t *level;   /* [bands] 0 = the lowest */
    const int64_t *from;    /* [bands] least revenue that belongs to it, but for those who are kept in the band
                               of the period before; PARTNER_NO_AMOUNT = the lowest band, or one that nobody is
                               in by revenue */
    const size_t *partners; /* [bands] */
    const int64_t *revenue; /* [bands] */
    const double *revenue_share; /* [bands] */
} partner_segment_bands;

/* Segment before × segment now, with those who were or are in neither (PARTNER_NONE); lines with partners only.
 */
typedef struct partner_segment_moves {
    size_t moves;
    const uint32_t *from, *to;                 /* [moves] names */
    const size_t *partners;                    /* [moves] */
    const int64_t *previous_revenue, *revenue; /* [moves] minor units */
} partner_segment_moves;

/* Those who were there and are in another segment now, largest revenue of the two periods first. */
typedef struct partner_segment_movers {
    size_t movers;
    const uint32_t *partner;                        /* [movers] */
    const uint32_t *from, *to;                      /* [movers] segments */
    const uint32_t *previous_band, *band;           /* [movers] names */
    const uint8_t *previous_mode, *mode;            /* [movers] */
    const int64_t *previous_revenue, *revenue;      /* [movers] */
    const double *consultative, *transactional;     /* [movers] evidence of this period */
    const double *p_consultative, *p_transactional; /* [movers] */
} partner_segment_movers;

/* What is expected and what is experienced, by dimension. */
typedef struct partner_segment_dimensions {
    size_t dimensions;
    const uint32_t *dimension; /* [dimensions] in the order of first sight */
    const size_t *partners;    /* [dimensions] with a row */
    const double *weight;      /* [dimensions] w: part of all that is expected; NaN when that is 0 */
    const double *experiences; /* [dimensions] mean, weighed by what is expected; NaN */
    const double *gap;         /* [dimensions] part of all that is expected and not experienced; NaN */
} partner_segment_dimensions;

/* What the hours rest on, by mode. */
typedef struct partner_segment_assumptions {
    size_t modes;         /* PARTNER_MODES */
    const uint8_t *mode;  /* [modes] */
    const double *share;  /* [modes] ρ */
    const double *hours;  /* [modes] κ */
    const double *retain; /* [modes] */
} partner_segment_assumptions;

struct partner_segmentation {
    size_t partners;
    uint32_t bands;           /* k */
    int64_t revenue;          /* sum, minor units */
    uint8_t minor_units;      /* decimal places, 0 … 9 */
    size_t interactions;      /* in the window, of these partners */
    size_t unlisted;          /* interactions in the window, and expectations, of partners that are not in the
                                 portfolio: they are checked and do not count */
    size_t with_evidence;     /* partners whose interactions weigh more than 0 */
    double unit;              /* effort that counted as one interaction; 0 where none took any; NaN without
                                 interactions */
    double prior_a, prior_b;  /* in use */
    uint8_t prior_from;       /* PARTNER_PRIOR_… */
    uint32_t threshold_share; /* ppm, in use: above that share a partner is consultative */
    int32_t from_day, to_day; /* the window; PARTNER_NO_DAY where open */
    int64_t headroom;         /* sum */
    const partner_segment_lines *segments;
    const partner_segment_bands *band;
    const partner_segment_assumptions *assumptions; /* NULL without a budget */
    const partner_allocation *allocation;           /* NULL without a budget; gains in major units */
    const partner_segment_moves *moves;             /* NULL without a period before; so is the next */
    const partner_segment_movers *movers;
    const partner_segment_dimensions *dimensions; /* NULL without expectations */
    const partner_segment_partners *partner;
};

enum {
    PARTNER_PRIOR_FITTED = 0,
    PARTNER_PRIOR_GIVEN = 1,
    PARTNER_PRIOR_UNIFORM = 2 /* a = b = 1: fewer than 10 partners have evidence */
};

/* Bands, modes, segments, moves, potential, and where the hours go. docs/segment.md has the formulas.
 *
 * Formula: the consultative share of a partner is Beta(a + c, b + t), c and t being its efforts of either kind
 * / unit, each 2^(-age / half life) of what it was. headroom = max(0, reference - max(0, revenue)). gain = ρ
 * headroom + retain max(0, revenue), of which h hours bring 1 - e^(-h / κ). Missing values: a revenue has to be
 * there; what else is NaN or PARTNER_NO_AMOUNT is as the columns say. Ties and order: equal revenues are in one
 * band, but for those kept in the band before; equal headrooms share the mean rank. No bit depends on the order
 * of interactions or on threads; lines are in the order of the portfolio, and sums of doubles over them differ
 * with it by a rounding. Range: revenue, margin and headroom of each segment and of all have to fit 64 bits.
 * portfolio: needed.
 * rules:     NULL = defaults; with interactions they are needed, for their kinds.
 * options:   NULL = defaults.
 * segmentation: receives the result, to be released by partner_segmentation_free. `previous` may be released
 *            before it.
 * Errors: DATA naming table, row and partner (a partner twice, an amount or day missing, a kind that is not
 *         declared, negative effort, hours or potential, ratings outside 0 … 1, bounds that cross, floors above
 *         the budget); the errors of the rules; STATE (`previous` has other bands); ARGUMENT, RANGE, NOMEM,
 *         CANCELLED.
 * Class: bands, reference, headroom and counts exact; posterior relative 1e-12 for a + b <= 200, above it
 *        1e-12 (a + b) / 200; allocation as partner_allocate.
 * Complexity: O(rows log rows). */
PARTNER_API partner_status partner_segmentation_new(const partner_portfolio *portfolio,
                                                    const partner_segment_rules *rules,
                                                    const partner_segment_options *options,
                                                    partner_segmentation **segmentation, partner_error *error);
PARTNER_API void partner_segmentation_free(partner_segmentation *segmentation);

/* Why a mover moved: a sentence about line i of movers, as partner_loyalty_explain; 0 = there is no such line.
 */
PARTNER_API size_t partner_segmentation_explain(const partner_segmentation *segmentation, size_t i,
                                                char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
