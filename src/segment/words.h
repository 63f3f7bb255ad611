/* SPDX-License-Identifier: MIT
 * What the sentences about rules and about results share. */
#ifndef PARTNER_SEGMENT_WORDS_H
#define PARTNER_SEGMENT_WORDS_H

#include "../base/words.h"
#include "segment.h"

/* "80 %", "99.5 %", "99.9999 %": no more decimals than it takes, up to four. */
void partner__put_share(partner__words *w, double share);

/* A number of at least 0: "1 200", "0.35", with three significant digits or as many as it has before the point.
 */
void partner__put_number(partner__words *w, double number);

/* "1 hour", "2.5 hours", as the number is shown. */
void partner__put_hours(partner__words *w, double hours);

/* An amount of major units, rounded to the money's decimal places. */
void partner__put_amount(partner__words *w, double amount, unsigned places);

/* "50 % of the headroom of a consultative partner, 63 % of that with 40 hours, and to keep 10 % of its
 * revenue".
 */
void partner__put_assumption(partner__words *w, const partner__segment_settings *set, uint8_t mode);

#endif
