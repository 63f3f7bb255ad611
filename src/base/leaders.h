/* SPDX-License-Identifier: MIT
 * The few partners that come first by some figure, for sentences that name whom to turn to. */
#ifndef PARTNER_BASE_LEADERS_H
#define PARTNER_BASE_LEADERS_H

#include "words.h"

enum { PARTNER__LEADERS = 3 };

/* Zero is nobody. */
typedef struct partner__leaders {
    size_t count;
    size_t line[PARTNER__LEADERS]; /* largest figure first, of equal ones the smaller partner */
    uint32_t partner[PARTNER__LEADERS];
    double figure[PARTNER__LEADERS];
} partner__leaders;

/* A partner that may be among the first; one whose figure is not above 0 never is. */
void partner__leaders_try(partner__leaders *leaders, size_t line, uint32_t partner, double figure);

/* "{partner:3}, {partner:1} and {partner:7}", as an analysis's advice names them. */
void partner__leaders_put(partner__words *w, const partner__leaders *leaders);
void partner__leaders_put_one(partner__words *w, const partner__leaders *leaders, size_t i);

#endif
