/* SPDX-License-Identifier: MIT */
#include <partner/pareto.h>

#include "../base/error.h"
#include "../base/memory.h"

partner_status partner_tail_new(const partner_amounts *amounts, const partner_pareto_options *options,
                                partner_tail **tail, partner_error *error)
{
    (void)amounts;
    (void)options;
    (void)tail;
    return partner__fail(error, PARTNER_E_UNSUPPORTED, "not yet");
}
void partner_tail_free(partner_tail *tail) { partner__free(tail); }
