/* SPDX-License-Identifier: MIT
 * The result of a segmentation while it is made: columns that can still be written, and what its sentences and
 * the next period need when the inputs are gone. */
#ifndef PARTNER_SEGMENT_RESULT_H
#define PARTNER_SEGMENT_RESULT_H

#include "../base/net.h"
#include "rules.h"

/* partner_segment_partners, to be written; those that other parts hand over are only read. */
typedef struct partner__partner_columns {
    uint32_t *partner;
    int64_t *revenue;
    uint8_t *level;
    uint32_t *band;
    uint8_t *mode, *declared, *carried;
    uint32_t *segment;
    int64_t *reference, *headroom;
    double *priority;
    int64_t *expected_gain;
    uint32_t *previous_segment;
} partner__partner_columns;

/* The public struct comes first: a partner_segmentation * is a pointer to this. */
typedef struct partner__segmented {
    partner_segmentation segmentation;
    partner__arena arena; /* of everything the result points to, but for: */
    partner_allocation *allocation;
    partner_allocation_sensitivity sensitivity; /* of the allocation, by ρ and κ */
    partner__segment_settings set;
    partner__cells cells;
    int64_t from[PARTNER_BANDS_MAX]; /* as partner__bands_find says */
    partner_segment_lines lines;
    partner_segment_bands bands;
    partner_segment_moves moves;
    partner_segment_movers movers;
    partner_segment_dimensions dimensions;
    partner_segment_assumptions assumptions;
    partner_segment_partners partners;
    partner__partner_columns column;
    uint8_t cell_line[PARTNER__CELLS]; /* of each cell the line of its segment */
    const double *hours_now;           /* [partners] NULL where there is no budget or no hours are known */
    const uint32_t *mover_line;        /* [movers] of the partner */
    const uint8_t *mover_level;        /* [movers] band before */
} partner__segmented;

static inline const partner__segmented *partner__segmented_of(const partner_segmentation *segmentation)
{
    return (const partner__segmented *)(const void *)segmentation;
}

/* A column of the result; *failed becomes 1 when there is no memory for it. */
static inline void *partner__segment_column(partner__segmented *to, size_t count, size_t size, int *failed)
{
    void *column = partner__arena_alloc(&to->arena, count, size);

    if (column == NULL) *failed = 1;
    return column;
}

/* What a segmentation is made from. */
typedef struct partner__segment_sources {
    partner__segment_settings set;
    partner_segment_rules rules;
    partner_portfolio portfolio; /* in our version of the struct */
    const partner_interactions *interactions;
    const partner_expectations *expectations;
    const partner__segmented *before; /* NULL = no period before */
    partner__arena arena;             /* of what is needed while it is made */
    partner__lookup line;             /* of each partner */
    uint32_t *line_before;            /* [rows] in the period before; PARTNER_NONE = was not there */
    partner__evidence evidence;
    partner__posterior posterior;
} partner__segment_sources;

static inline uint32_t partner__portfolio_partner(const partner_portfolio *p, size_t line)
{
    return p->partner == NULL ? (uint32_t)line : p->partner[line];
}

/* --- check.c --- */

/* Checks the portfolio and makes the lookup of lines. Errors: ARGUMENT, DATA, RANGE (rows),
 * NOMEM, CANCELLED. */
partner_status partner__portfolio_take(partner__segment_sources *from, partner_error *error);

/* The places of a portfolio's money. Errors: ARGUMENT. */
partner_status partner__portfolio_places(const partner_portfolio *portfolio, unsigned *places,
                                         partner_error *error);

/* Makes of an error about a table that the portfolio was made into, "returns: …", one about the portfolio: the
 * caller knows no other, and their rows are the same. */
void partner__blame_portfolio(partner_error *error, const char *record);

/* Hours at least and at most of a line, by its own bounds or the rules'; INFINITY = no limit. */
double partner__line_floor(const partner__segment_sources *from, size_t line);
double partner__line_ceiling(const partner__segment_sources *from, size_t line);

/* --- modes.c --- */

/* Evidence, prior, posterior, and the mode of each line. Errors: those of evidence, NOMEM, CANCELLED. */
partner_status partner__make_modes(partner__segmented *to, partner__segment_sources *from,
                                   partner_error *error);

/* --- hours.c --- */

/* The allocation of a budget, where there is one. Errors: those of partner_allocate, RANGE. */
partner_status partner__make_hours(partner__segmented *to, const partner__segment_sources *from,
                                   partner_error *error);

/* An amount of major units in minor ones, rounded half to even; 0 = it leaves 64 bits. */
int partner__minor_of(double amount, unsigned places, int64_t *minor);

/* --- lines.c --- */

/* One line per segment and per band. Errors: RANGE, NOMEM. */
partner_status partner__make_lines(partner__segmented *to, const partner__segment_sources *from,
                                   partner_error *error);

/* *amount receives the sum. Errors: RANGE naming the figure. */
partner_status partner__take_net(const partner__net *net, const char *record, const char *field,
                                 int64_t *amount, partner_error *error);

/* --- moves.c --- */

/* Whether the period before is of the same bands, names and places: STATE otherwise. */
partner_status partner__before_check(const partner__segmented *before, const partner__segmented *now,
                                     partner_error *error);

/* Where each partner was, and who moved. Errors: RANGE, NOMEM. */
partner_status partner__find_before(partner__segment_sources *from, partner_error *error);
partner_status partner__make_moves(partner__segmented *to, const partner__segment_sources *from,
                                   partner_error *error);

#endif
