/* SPDX-License-Identifier: MIT */
#include <partner/pareto.h>

#include "../base/error.h"
#include "../base/memory.h"

partner_status partner_xyz_new(const partner_sales *sales, const partner_totals_options *to,
                               const partner_totals *totals, const partner_pareto *pareto,
                               const partner_pareto_options *options, partner_xyz **xyz, partner_error *error)
{
    (void)sales;
    (void)to;
    (void)totals;
    (void)pareto;
    (void)options;
    (void)xyz;
    return partner__fail(error, PARTNER_E_UNSUPPORTED, "not yet");
}
void partner_xyz_free(partner_xyz *xyz) { partner__free(xyz); }
