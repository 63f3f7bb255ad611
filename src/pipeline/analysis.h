/* SPDX-License-Identifier: MIT
 * The pipeline as an analysis. */
#ifndef PARTNER_PIPELINE_ANALYSIS_H
#define PARTNER_PIPELINE_ANALYSIS_H

#include <partner/pipeline.h>

/* The i-th sentence that says what the figures mean, as an analysis's `sentence`. */
size_t partner__pipeline_sentence(const void *result, size_t i, char *buffer, size_t size);

/* What to act on, as an analysis's `advice`. */
size_t partner__pipeline_advice(const void *result, size_t part, char *buffer, size_t size);

#endif
