/* SPDX-License-Identifier: MIT
 * Forecasts made on past days against what came, and the same for what partners claimed. */
#ifndef PARTNER_PIPELINE_BACKTEST_H
#define PARTNER_PIPELINE_BACKTEST_H

#include "correlation.h"

/* The table's memory is the arena's. Errors: as partner__learnt_new. */
partner_status partner__backtest_make(partner__windows *windows, partner__arena *arena,
                                      const partner_backtest **backtest, partner_error *error);

#endif
