/* SPDX-License-Identifier: MIT
 * Forecasts as they would have been made on past days, held against what came; and the correlation between
 * deals by which their bands would have held. */
#ifndef PARTNER_PIPELINE_CORRELATION_H
#define PARTNER_PIPELINE_CORRELATION_H

#include "outlook.h"

/* A past day: the forecast then, of the deals open then, and what was won of them within the horizon. */
typedef struct partner__window {
    int32_t day;
    uint8_t enough; /* 0 = there is no outlook */
    partner__outlook outlook;
    int64_t actual; /* minor units */
    size_t won;
} partner__window;

/* day + horizon is not after as_of_day. To be released by partner__window_free, also after a failure. Errors:
 * as partner__learnt_new; RANGE (what was won leaves 64 bits). */
partner_status partner__window_new(partner__window *window, const partner__landmarks *landmarks,
                                   const partner__claims *claims, int32_t day, partner_error *error);
void partner__window_free(partner__window *window);

/* Draws an outlook with a correlation of the channel and all else as set. */
partner_status partner__outlook_draw(const partner__outlook *outlook, const partner__pipeline_settings *set,
                                     double correlation, partner__simulated *simulated, partner_error *error);

typedef struct partner__correlation {
    double value;
    uint8_t learnt; /* 0 = given, or too few windows */
    size_t windows; /* it was learnt from */
} partner__correlation;

/* The correlation for a forecast on a day: the one given, else the smallest whose P10 … P90 held in at least
 * 80 % of 8 or more windows that follow on each other back from the day. Errors: as partner__learnt_new. */
partner_status partner__correlation_on(const partner__landmarks *landmarks, const partner__claims *claims,
                                       int32_t day, partner__correlation *found, partner_error *error);

#endif
