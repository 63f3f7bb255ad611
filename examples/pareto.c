/* SPDX-License-Identifier: MIT
 * From rows of sales to how much hangs on how few.
 *
 *     cc pareto.c $(pkg-config --cflags --libs partner) -o pareto */
#include <inttypes.h>
#include <partner/partner.h>
#include <stdio.h>

int main(void)
{
    /* Twelve rows of sales by nine partners, in cents. Partner 6 sold nothing, partner 7 only had a credit. */
    const uint32_t who[] = {0, 1, 2, 0, 3, 4, 5, 8, 1, 7, 3, 0};
    const int64_t cents[] = {30000000, 31500000, 9000000, 21000000, 3000000, 2500000,
                             1500000,  1500000,  -500000, -300000,  1000000, 1000000};

    partner_sales sales = PARTNER_SALES_INIT;
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_totals *totals = NULL;
    partner_pareto *pareto = NULL;
    partner_error error;
    int failed = 1;

    sales.rows = sizeof who / sizeof who[0];
    sales.partner = who;
    sales.amount = cents;
    if (partner_totals_new(&sales, NULL, &totals, &error) != PARTNER_OK) goto out;

    amounts.rows = totals->partners;
    amounts.amount = totals->revenue;
    if (partner_pareto_new(&amounts, NULL, &pareto, &error) != PARTNER_OK) goto out;

    printf("%zu of %zu partners bring 80 %%, Gini %.3f\n", pareto->vital_count, pareto->partners, pareto->gini);
    for (size_t i = 0; i < pareto->partners; i++) {
        uint32_t partner = pareto->order[i];
        char class_name =
            pareto->class_of[partner] == pareto->class_none ? '-' : (char)('A' + pareto->class_of[partner]);

        printf("%2" PRIu32 ". partner %" PRIu32 "  %c  %5.1f %%\n", pareto->rank[partner], partner, class_name,
               100 * pareto->share[partner]);
    }
    failed = 0;
out:
    if (failed) fprintf(stderr, "pareto: %s\n", error.message);
    partner_pareto_free(pareto);
    partner_totals_free(totals);
    return failed;
}
