/* SPDX-License-Identifier: MIT
 * libpartner: analytics for companies that sell through partners. Includes every capability. */
#ifndef PARTNER_PARTNER_H
#define PARTNER_PARTNER_H

#include <partner/base.h>
#include <partner/dict.h>
#include <partner/loyalty.h>
#include <partner/model.h>
#include <partner/pareto.h>
#include <partner/pipeline.h>
#include <partner/record.h>
#include <partner/segment.h>
#include <partner/totals.h>

#endif
