/* SPDX-License-Identifier: MIT
 * Probabilities in ascending order, each with its label: what AUC, recalibration and calibration table walk
 * over. */
#ifndef PARTNER_MODEL_MEASURES_H
#define PARTNER_MODEL_MEASURES_H

#include <partner/model.h>

#include "../base/arena.h"
#include "../base/parallel.h"

/* A word holds how far the bits of a probability are from those of 1, and its label below: the words descend.
 */
typedef struct partner__ranking {
    size_t rows, positive;
    uint64_t *word;  /* [rows] */
    uint64_t *spare; /* [rows] free to be used */
} partner__ranking;

/* Equal probabilities together. */
typedef struct partner__tie {
    double probability;
    size_t rows, positive;
} partner__tie;

/* A probability 0 … 1 and its label as a word. */
uint64_t partner__rank_word(double probability, uint8_t label);

/* Sorts the words of a ranking. Errors: NOMEM, CANCELLED. */
partner_status partner__ranking_sort(partner__ranking *ranking, const partner__run *run, partner_error *error);

/* The tie that begins at `from`. */
partner__tie partner__ranking_tie(const partner__ranking *ranking, size_t from);

/* Share of pairs of one that happened and one that did not in which the former has the higher probability, ties
 * half; NaN for one class. Exact, rounded once. */
double partner__ranking_auc(const partner__ranking *ranking);

/* Brier score after isotonic recalibration, in pools of adjacent violators. Uses `spare`. */
double partner__ranking_recalibrated(partner__ranking *ranking);

/* The calibration table of at most `groups` groups. Errors: NOMEM. */
partner_status partner__ranking_calibration(const partner__ranking *ranking, size_t groups,
                                            partner__arena *arena, partner_calibration *table,
                                            partner_error *error);

#endif
