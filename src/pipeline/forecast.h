/* SPDX-License-Identifier: MIT
 * The forecast of a result: what will close. */
#ifndef PARTNER_PIPELINE_FORECAST_H
#define PARTNER_PIPELINE_FORECAST_H

#include "learning.h"

/* Fills in the forecast, the deals' columns that belong to it, and the backtest where it is asked for. Too few
 * closed deals, or none open, and there is no forecast. Errors: RANGE (the amounts together leave int64_t),
 * NOMEM, CANCELLED, and what learning on past days may say. */
partner_status partner__make_forecast(partner__result *to, const partner__sources *from,
                                      const partner__learning *learning, partner_error *error);

#endif
