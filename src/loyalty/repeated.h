/* SPDX-License-Identifier: MIT
 * Ids that come twice. */
#ifndef PARTNER_LOYALTY_REPEATED_H
#define PARTNER_LOYALTY_REPEATED_H

#include "events.h"

/* Looks for ids that were there before, in this batch or in earlier calls, among the rows up to as_of. They are
 * an error (DATA, naming both rows), or with skip_duplicates counted and marked: *skip receives a bit per row,
 * to be freed by partner__free, or NULL when there is none. Errors also: NOMEM, CANCELLED. */
partner_status partner__repeated(partner__batch *batch, const partner__batch_ask *ask, const partner__run *run,
                                 uint8_t **skip, partner_error *error);

#endif
