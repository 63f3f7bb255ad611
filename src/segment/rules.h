/* SPDX-License-Identifier: MIT
 * Rules as they come from callers: their limits, what their members mean, and what bands and cells are called.
 */
#ifndef PARTNER_SEGMENT_RULES_H
#define PARTNER_SEGMENT_RULES_H

#include "segment.h"

/* The limits of rules. */
enum {
    PARTNER__CELLS = PARTNER_BANDS_MAX * PARTNER_MODES,
    PARTNER__HALF_LIFE_MAX = 1000000,
    PARTNER__FACTOR_MAX = 100000000 /* ten-thousandths */
};
#define PARTNER__EFFORT_LEAST 1e-6 /* of what effort is divided by */
#define PARTNER__EFFORT_MOST 1e12  /* of effort and hours */
#define PARTNER__PRIOR_LEAST 1e-3
#define PARTNER__PRIOR_MOST 1e6

/* k. */
static inline uint32_t partner__rules_bands(const partner_segment_rules *rules)
{
    return rules->bands == 0 ? 2 : rules->bands;
}

/* A copy in our version of the struct; NULL = defaults. Of rules that partner_segment_rules_check accepts. */
partner_segment_rules partner__rules_copy(const partner_segment_rules *rules);

/* Settings without options and money. */
partner__segment_settings partner__rules_meant(const partner_segment_rules *rules);

/* What a share or factor means; 0 stands for `usual`. */
static inline uint32_t partner__rules_share(uint32_t share, uint32_t usual)
{
    return share == 0 ? usual : share == PARTNER_SHARE_0 ? 0 : share;
}

/* "consultative". */
const char *partner__mode_name(uint8_t mode);

/* The usual name of a band: low, mid, high, band-3. `text` has room for one. */
enum { PARTNER__BAND_NAME = 16 };
const char *partner__usual_band(uint32_t bands, uint32_t level, char text[PARTNER__BAND_NAME]);

/* The usual name of a cell; NULL = the band's, a hyphen and the mode's. */
const char *partner__usual_cell(const char *band, uint8_t mode);

/* The texts that bands and cells are called by, and their indexes. */
typedef struct partner__cells {
    uint32_t bands;
    const char *band[PARTNER_BANDS_MAX];
    uint32_t band_name[PARTNER_BANDS_MAX];
    const char *segment[PARTNER__CELLS]; /* band after band */
    uint32_t segment_name[PARTNER__CELLS];
} partner__cells;

/* Of rules whose lists hold no NULL; the texts are copies, the arena's. Errors: NOMEM. */
partner_status partner__cells_take(partner__cells *cells, const partner_segment_rules *rules,
                                   partner__arena *arena, partner_error *error);

static inline size_t partner__cell(uint8_t level, uint8_t mode) { return (size_t)level * PARTNER_MODES + mode; }

/* text + joint + end, the arena's; NULL when there is no memory. */
char *partner__joined(partner__arena *arena, const char *text, const char *joint, const char *end);

#endif
