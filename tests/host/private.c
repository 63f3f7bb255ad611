/* SPDX-License-Identifier: MIT
 * An error inside a private copy of GSL that is linked as the library's is: the library itself lets GSL see
 * nothing that GSL could complain about, so this is what shows that a complaint would not reach the host. */
#include <gsl/gsl_sf_zeta.h>

#include "use.h"

PARTNER_API int partner_provoke(void);

int partner_provoke(void)
{
    gsl_sf_result result;

    return gsl_sf_zeta_e(1.0, &result);
}
