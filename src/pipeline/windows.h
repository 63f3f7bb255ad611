/* SPDX-License-Identifier: MIT
 * Past days of one call: the forecast as it would have been made then, of the deals that were open, and what
 * was won of them within the horizon. A day is learnt of once, however many forecasts ask for it.
 *
 *     partner__windows windows = partner__windows_of(&landmarks, &claims);
 *     partner__window_on(&windows, day, &window, error);
 *     if (window->enough) partner__window_learn(&windows, window, error);
 *     … window->outlook …
 *     partner__window_settle(&windows, window);
 *     partner__windows_free(&windows); */
#ifndef PARTNER_PIPELINE_WINDOWS_H
#define PARTNER_PIPELINE_WINDOWS_H

#include "outlook.h"

typedef struct partner__window {
    int32_t day;
    uint8_t enough; /* 0 = there is no outlook to learn */
    uint8_t learnt; /* the outlook is there */
    uint8_t asked;  /* bit i: whether the band held with the i-th correlation is known … */
    uint8_t held;   /* … and whether it did */
    int64_t actual; /* minor units */
    size_t won;
    size_t size; /* of the outlook */
    partner__outlook outlook;
} partner__window;

typedef struct partner__windows {
    const partner__landmarks *landmarks;
    const partner__claims *claims;
    int64_t first_day; /* on which a deal was opened; INT64_MAX = there are none */
    int64_t ripe_day;  /* the first one with enough closed deals; INT64_MAX = there is none */
    size_t count, room;
    partner__window **window; /* [count] by day */
    size_t size, most;        /* of outlooks at hand, and how much of them may stay: in bytes, about */
} partner__windows;

/* To be released by partner__windows_free; landmarks and claims must live as long. O(lines). */
partner__windows partner__windows_of(const partner__landmarks *landmarks, const partner__claims *claims);
void partner__windows_free(partner__windows *windows);

/* The window of a day, for which day + horizon is not after as_of_day. It lives as long as the windows do.
 * Errors: NOMEM, RANGE (what was won leaves 64 bits). */
partner_status partner__window_on(partner__windows *windows, int32_t day, partner__window **window,
                                  partner_error *error);

/* Sees to it that a window with enough behind it has its outlook. Errors: as partner__learnt_new. */
partner_status partner__window_learn(partner__windows *windows, partner__window *window, partner_error *error);

/* Whether a window's outlook will be forgotten once it settles, for want of room. */
int partner__window_must_go(const partner__windows *windows);
void partner__window_settle(partner__windows *windows, partner__window *window);

#endif
