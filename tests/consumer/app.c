/* SPDX-License-Identifier: MIT
 * A program of a user: knows the installed library by pkg-config only. The data and figures are the worked
 * example of the Pareto specification. */
#include <partner/partner.h>
#include <stdio.h>

int main(void)
{
    static const int64_t cents[] = {52000000, 31000000, 9000000, 4000000, 2500000,
                                    1500000,  0,        -300000, 1500000};
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto *pareto = NULL;
    partner_error error;
    int right;

    amounts.rows = sizeof cents / sizeof cents[0];
    amounts.amount = cents;
    if (partner_pareto_new(&amounts, NULL, &pareto, &error) != PARTNER_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    right = pareto->total == 101500000 && pareto->vital_count == 2 && pareto->gini == 0.6973180076628352;
    printf("libpartner %s: gini %.16f\n", partner_version(), pareto->gini);
    partner_pareto_free(pareto);
    return right ? 0 : 1;
}
