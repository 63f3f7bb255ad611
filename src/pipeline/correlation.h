/* SPDX-License-Identifier: MIT
 * The correlation between deals by which the bands of past forecasts would have held what came. */
#ifndef PARTNER_PIPELINE_CORRELATION_H
#define PARTNER_PIPELINE_CORRELATION_H

#include "windows.h"

/* Draws an outlook with a correlation of the channel and all else as set. */
partner_status partner__outlook_draw(const partner__outlook *outlook, const partner__pipeline_settings *set,
                                     double correlation, partner__simulated *simulated, partner_error *error);

typedef struct partner__correlation {
    double value;
    uint8_t learnt; /* 0 = given, or too few windows */
    size_t windows; /* it was learnt from */
} partner__correlation;

/* The correlation for a forecast on a day: the one given, else the smallest whose P10 … P90 held in at least
 * 80 % of 8 or more windows that follow on each other back from the day. Errors: as partner__learnt_new, of a
 * window that decides. */
partner_status partner__correlation_on(partner__windows *windows, int32_t day, partner__correlation *found,
                                       partner_error *error);

#endif
