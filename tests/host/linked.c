/* SPDX-License-Identifier: MIT
 * A host that is linked with the library. */
#include "use.h"

const library *find_library(int argc, char **argv)
{
    static const library linked = {partner_features, partner_tail_new, partner_tail_free, partner_pareto_new,
                                   partner_pareto_free};

    (void)argc;
    (void)argv;
    return &linked;
}
