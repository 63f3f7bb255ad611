/* SPDX-License-Identifier: MIT */
#include <partner/pareto.h>

#include "../base/error.h"
#include "../base/memory.h"

partner_status partner_change_new(const partner_amounts *a, const partner_amounts *b,
                                  const partner_pareto_options *options, partner_change **change,
                                  partner_error *error)
{
    (void)a;
    (void)b;
    (void)options;
    (void)change;
    return partner__fail(error, PARTNER_E_UNSUPPORTED, "not yet");
}
void partner_change_free(partner_change *change) { partner__free(change); }
