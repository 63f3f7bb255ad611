/* SPDX-License-Identifier: MIT
 * What is learnt for a result, and what its forecast is made from. */
#ifndef PARTNER_PIPELINE_LEARNING_H
#define PARTNER_PIPELINE_LEARNING_H

#include "result.h"

typedef struct partner__learning {
    partner__landmarks landmarks;
    partner__learnt learnt; /* as of as_of_day */
    int shown;              /* the result owns the ridge model */
} partner__learning;

/* Fills in what follows from learning but for the forecast: win rates, effects of doubts and their order,
 * rates, curves, terms, the hold-out. The timeline and the claims must live as long. To be released by
 * partner__learning_free, also after a failure. Errors: as partner__learnt_new and partner__landmarks_new. */
partner_status partner__make_learning(partner__result *to, const partner__sources *from,
                                      partner__learning *learning, partner_error *error);
void partner__learning_free(partner__learning *learning);

#endif
