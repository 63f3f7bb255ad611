/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <partner/partner.h>
#include <stdio.h>

static const char *const ids[] = {"Aster", "Birch", "Cedar", "Aster", "Dahlia", "Cedar"};
static const int64_t cents[] = {50000, 31000, 10000, 6000, 4000, -1000};
enum { ROWS = 6 };

int main(void)
{
    uint32_t who[ROWS];
    partner_sales sales = PARTNER_SALES_INIT;
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_dict *names = NULL;
    partner_totals *totals = NULL;
    partner_pareto *pareto = NULL;
    partner_error error;
    int failed = 1;

    sales.rows = ROWS;
    sales.partner = who;
    sales.amount = cents;
    if (partner_dict_new(&names, &error) != PARTNER_OK) goto out;
    if (partner_dict_add_strings(names, ROWS, ids, NULL, who, &error) != PARTNER_OK) goto out;
    if (partner_totals_new(&sales, NULL, &totals, &error) != PARTNER_OK) goto out;
    amounts.rows = totals->partners;
    amounts.amount = totals->revenue;
    if (partner_pareto_new(&amounts, NULL, &pareto, &error) != PARTNER_OK) goto out;

    printf("%zu of %zu partners bring 80 %%, Gini %.3f\n", pareto->vital_count, pareto->partners, pareto->gini);
    for (size_t i = 0; i < pareto->partners; i++) {
        uint32_t row = pareto->order[i];
        printf("%s has %.1f %%, class %c\n", partner_dict_id(names, totals->partner[row], NULL),
               100 * pareto->share[row], 'A' + pareto->class_of[row]);
    }
    failed = 0;
out:
    if (failed) fprintf(stderr, "%s\n", error.message);
    partner_pareto_free(pareto);
    partner_totals_free(totals);
    partner_dict_free(names);
    return failed;
}
