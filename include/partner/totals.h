/* SPDX-License-Identifier: MIT
 * libpartner: totals, from rows of sales to one line per partner.
 *
 * Money is int64_t in minor units (cents), days are int32_t since 1970-01-01, partners are dense indexes
 * (see dict.h). All sums are exact; order of rows, split into batches, merges and threads never change
 * a bit. */
#ifndef PARTNER_TOTALS_H
#define PARTNER_TOTALS_H

#include <partner/base.h>
#include <partner/dict.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rows of sales: columns of `rows` elements, owned by the caller and only read. */
typedef struct partner_sales {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *partner;  /* needed: dense index of the partner */
    const int64_t *amount;    /* needed: net revenue, minor units; negative = credit note or return */
    const int32_t *day;       /* needed with a window: day of the sale; PARTNER_NO_DAY = missing */
    const int64_t *margin;    /* NULL or gross margin of the row, minor units; PARTNER_NO_AMOUNT = unknown */
    const uint32_t *product;  /* NULL or dense index of the product group; not used by totals */
    const uint32_t *currency; /* NULL or dense index of the currency: one value per run */
} partner_sales;

#define PARTNER_SALES_INIT                                              \
    {                                                                   \
        sizeof(partner_sales), 0, 0, NULL, NULL, NULL, NULL, NULL, NULL \
    }

/* The partners file: who is enrolled. Columns of `rows` elements. */
typedef struct partner_roster {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *partner; /* dense index of the row's partner, each once; NULL = row i is partner i */
    const uint32_t *name;    /* NULL or index of the partner's name, for people */
    const uint32_t *group;   /* NULL or index of a group (region, type); PARTNER_NONE = none */
    const uint32_t *parent;  /* NULL or the partner this one belongs to; PARTNER_NONE = none */
    const int32_t *joined;   /* NULL or the first day as a partner; PARTNER_NO_DAY = always was */
    const int32_t *left;     /* NULL or the first day no longer a partner; PARTNER_NO_DAY = still is */
    const int64_t *target;   /* NULL or agreed revenue in the window, minor units; PARTNER_NO_AMOUNT = none */
    const uint32_t *tier;    /* NULL or name of the tier to start from; PARTNER_NONE = the first. Of loyalty */
    const int32_t *tier_until; /* NULL or last day on which that tier is valid; PARTNER_NO_DAY = to the end of
                                  the program's year in which the partner's history begins. Of loyalty */
    /* Of segment: */
    const int64_t *potential;            /* NULL or what the partner could bring in the window, minor units;
                                            PARTNER_NO_AMOUNT = unknown */
    const double *strategic;             /* NULL or rating 0 … 1; NaN = none */
    const uint8_t *mode;                 /* NULL or how it works with us: PARTNER_MODE_…; 0 = not declared */
    const double *hours;                 /* NULL or hours it gets now; NaN = unknown */
    const double *hours_min, *hours_max; /* NULL or bounds of its hours; NaN = none of its own */
} partner_roster;

#define PARTNER_ROSTER_INIT                                                                                   \
    {                                                                                                         \
        sizeof(partner_roster), 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, \
            NULL, NULL, NULL                                                                                  \
    }

/* Options of totals, tally and growth. Zero is the default of each. */
typedef struct partner_totals_options {
    uint32_t struct_size, reserved;
    uint32_t threads;            /* 0 = 1; PARTNER_THREADS_ALL */
    uint32_t min_sales;          /* sales in the window that make a partner active; 0 = 1 */
    partner_interrupt interrupt; /* NULL = never asked */
    void *interrupt_data;
    const partner_roster *roster; /* NULL = every partner below `partners` is enrolled */
    size_t partners;              /* indexes are below this; 0 = whatever the highest index asks for */
    int32_t from_day, to_day;     /* the window [from_day, to_day); 0 = open; PARTNER_DAY_0 = 1970-01-01 */
    int32_t previous_from_day, previous_to_day; /* partner_growth_new: the window to compare with */
    uint8_t minor_units; /* decimal places of the amounts: 0 = 2, PARTNER_MINOR_UNITS_0, 1 … 9 */
    uint8_t roll_up;     /* 1 = sum partners into their parents (needs a roster with parents) */
} partner_totals_options;

#define PARTNER_TOTALS_OPTIONS_INIT                                                    \
    {                                                                                  \
        sizeof(partner_totals_options), 0, 0, 0, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0 \
    }

/* One line per enrolled partner, those without a row included.
 *
 * Enrolled is who: without a roster, every index below `partners`; with one, who is listed in it and whose
 * [joined, left) meets the window; and in any case who has a row in the window. With roll_up only those
 * who have no parent remain, each with its whole family. `partner` says which partner a line is about, in
 * ascending order; without roster and roll-up line i is partner i.
 *
 * Missing values: a partner without rows has zeros and PARTNER_NO_DAY. Class: exact. */
typedef struct partner_totals {
    size_t partners;          /* lines: the enrolled partners */
    size_t active;            /* those with at least min_sales sales in the window */
    double activity_rate;     /* active / partners; NaN without partners. 60–90 % in successful channels,
                                 20–30 % on average (ABD agency, "Партнерские продажи") */
    int64_t revenue_total;    /* sum of revenue, minor units */
    uint64_t rows;            /* rows of sales in the window */
    int32_t from_day, to_day; /* the window, PARTNER_NO_DAY where open */
    int32_t last_day_seen;    /* the last day of any row, in the window or not; PARTNER_NO_DAY */
    uint8_t minor_units;      /* decimal places of the amounts, 0 … 9 */
    const uint32_t *partner;  /* [partners] dense index of the partner */
    const int64_t *revenue;   /* [partners] gross - returned */
    const int64_t *gross;     /* [partners] sum of the positive amounts */
    const int64_t *returned;  /* [partners] sum of the negative amounts, as a positive amount */
    const int64_t *margin;    /* [partners] sum of margins; NULL when no row had the column */
    const uint64_t *sales;    /* [partners] rows with amount > 0 */
    const uint64_t *returns;  /* [partners] rows with amount < 0 */
    const int32_t *first_day; /* [partners] of the rows with amount > 0; PARTNER_NO_DAY when none */
    const int32_t *last_day;  /* [partners] likewise */
    const double *attainment; /* [partners] revenue / target, NaN without target or target <= 0; NULL when
                                 the roster has no targets. With roll_up the target of a family is the
                                 sum of its members' */
    const uint32_t *group;    /* [partners] the roster's; NULL when it has none */
} partner_totals;

/* Sums rows of sales per partner.
 *
 * sales:   needed. A NULL where a column is needed is ARGUMENT.
 * options: NULL = defaults.
 * totals:  receives the result, to be released by partner_totals_free.
 * Errors:  DATA, naming the row: an amount is PARTNER_NO_AMOUNT; a day is missing though a window is given;
 *          a partner index is PARTNER_NONE or >= options->partners; two currencies; a roster row with a
 *          partner listed twice or out of range, or left before joined; a cycle of parents.
 *          RANGE: the positive or the negative amounts (or margins) of a partner, or the revenue total, sum
 *          to more than INT64_MAX. ARGUMENT: an empty or half-given window where one is needed, options out
 *          of range. NOMEM, CANCELLED.
 * Threads: each thread sums into 64 bytes per partner of its own.
 * Complexity: O(rows + partners), one pass. */
PARTNER_API partner_status partner_totals_new(const partner_sales *sales, const partner_totals_options *options,
                                              partner_totals **totals, partner_error *error);

/* Releases totals. NULL is fine. */
PARTNER_API void partner_totals_free(partner_totals *totals);

/* A tally: totals in the making, for rows that come in batches, from several workers or over months.
 * Mutable and opaque; 64 bytes per partner. */
typedef struct partner_tally partner_tally;

/* An empty tally. The window, min_sales, partners, minor_units, threads and interrupt of `options` are the
 * tally's for good (interrupt_data must live as long); its roster, roll_up and previous window are not looked
 * at. Errors: ARGUMENT, NOMEM. */
PARTNER_API partner_status partner_tally_new(const partner_totals_options *options, partner_tally **tally,
                                             partner_error *error);

/* Adds rows. All or nothing: on failure the tally is what it was. Errors as partner_totals_new. */
PARTNER_API partner_status partner_tally_add(partner_tally *tally, const partner_sales *sales,
                                             partner_error *error);

/* Adds all of `from` to `into`: associative and commutative to the bit, all or nothing.
 *
 * map: map[index in from] = index in into, `map_length` elements, as partner_dict_merge makes it; two
 *      indexes may map to one. NULL: both tallies hold indexes of the same dictionary. Tallies loaded
 *      without their dictionary must then carry the same fingerprint; a misfit is STATE, never a mix.
 * Errors: STATE (window, min_sales, minor_units, a given number of partners or the dictionaries differ: the
 *         message names what and both values), ARGUMENT (the map is too short or leaves the given number of
 *         partners), RANGE, NOMEM. */
PARTNER_API partner_status partner_tally_merge(partner_tally *into, const partner_tally *from,
                                               const uint32_t *map, size_t map_length, partner_error *error);

/* The tally as bytes: versioned, little-endian, checked.
 *
 * dict: the dictionary of the tally's indexes, whose size and fingerprint are saved with it; NULL when the
 *       caller's indexes come from elsewhere (or the tally was loaded without its dictionary: what it
 *       carries is saved again). Errors: ARGUMENT (NULL; the tally has indexes the dictionary has not),
 *       STATE (the tally was loaded and does not fit the dictionary), NOMEM. */
PARTNER_API partner_status partner_tally_save(const partner_tally *tally, const partner_dict *dict,
                                              partner_bytes **bytes, partner_error *error);

/* The tally of saved bytes. Any corrupted or truncated byte string is DATA.
 *
 * dict: the dictionary the caller works with; it fits when its first n ids are those the tally was saved
 *       with, so a dictionary that has only grown fits, another one is STATE. NULL: the tally keeps its
 *       fingerprint and merges with its like, or through a map.
 * A number of partners that was given to the tally is part of the bytes, and totals of it have as many lines:
 * bytes from strangers can ask for much memory then (NOMEM at worst).
 * Errors also: UNSUPPORTED (bytes of a later version), NOMEM. */
PARTNER_API partner_status partner_tally_load(const uint8_t *bytes, size_t length, const partner_dict *dict,
                                              partner_tally **tally, partner_error *error);

/* The totals of what was added so far. options: NULL, or roster, roll_up, threads and interrupt; its window,
 * min_sales, partners and minor_units must be zero or the tally's (STATE). Errors as partner_totals_new. */
PARTNER_API partner_status partner_totals_from_tally(const partner_tally *tally,
                                                     const partner_totals_options *options,
                                                     partner_totals **totals, partner_error *error);

/* Releases a tally. NULL is fine. */
PARTNER_API void partner_tally_free(partner_tally *tally);

/* What became of a partner between two windows, by its revenue r1 before and r2 after. */
enum {
    PARTNER_GROWTH_NEW = 0,    /* r1 <= 0 < r2 */
    PARTNER_GROWTH_LOST = 1,   /* r2 <= 0 < r1 */
    PARTNER_GROWTH_GROWN = 2,  /* 0 < r1 < r2 */
    PARTNER_GROWTH_SHRUNK = 3, /* 0 < r2 < r1 */
    PARTNER_GROWTH_STEADY = 4, /* 0 < r1 = r2 */
    PARTNER_GROWTH_NONE = 5    /* both <= 0 */
};

/* One line per state: how many partners, and what they changed. The changes add up to the whole. */
typedef struct partner_growth_states {
    size_t states;          /* 6 */
    const uint8_t *state;   /* [states] PARTNER_GROWTH_… */
    const size_t *partners; /* [states] */
    const int64_t *change;  /* [states] sum of r2 - r1, minor units */
} partner_growth_states;

/* Growth between two windows, per partner and in total; partners are those of either window.
 * Class: exact; growth is rounded once. */
typedef struct partner_growth {
    size_t partners; /* lines: partners enrolled in one window or both, by ascending index */
    int32_t previous_from_day, previous_to_day;
    int32_t from_day, to_day;
    int64_t previous_total, total; /* revenue in the windows, minor units */
    int64_t change;                /* total - previous_total */
    double growth_total;           /* change / previous_total; NaN when previous_total <= 0.
                                      30 % a year is the usual reference for a growing channel */
    uint8_t after_last_day;        /* 1: the window ends after the last day seen, so it may not be whole */
    uint8_t minor_units;           /* decimal places of the amounts, 0 … 9 */
    const partner_growth_states *states;
    const uint32_t *partner;         /* [partners] dense index */
    const int64_t *previous_revenue; /* [partners] r1, minor units */
    const int64_t *revenue;          /* [partners] r2 */
    const double *growth;            /* [partners] (r2 - r1) / r1; NaN when r1 <= 0 */
    const uint8_t *state;            /* [partners] PARTNER_GROWTH_… */
} partner_growth;

/* Growth from the window [previous_from_day, previous_to_day) to [from_day, to_day) of the options, all four
 * needed. Errors as partner_growth_between and partner_totals_new. Complexity: two passes over the rows. */
PARTNER_API partner_status partner_growth_new(const partner_sales *sales, const partner_totals_options *options,
                                              partner_growth **growth, partner_error *error);

/* Growth between two totals, each made with a window. The windows must have equal length in days or lie
 * between the same calendar dates of different years (ARGUMENT otherwise, naming both lengths). Errors also:
 * STATE (minor_units differ), RANGE (a change leaves int64_t), NOMEM. O(partners). */
PARTNER_API partner_status partner_growth_between(const partner_totals *previous, const partner_totals *current,
                                                  partner_growth **growth, partner_error *error);

/* Releases growth. NULL is fine. */
PARTNER_API void partner_growth_free(partner_growth *growth);

#ifdef __cplusplus
}
#endif

#endif
