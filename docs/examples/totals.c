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
    partner_dict *names = NULL;
    partner_totals *totals = NULL;
    partner_error error;

    sales.rows = ROWS;
    sales.partner = who;
    sales.amount = cents;
    if (partner_dict_new(&names, &error) != PARTNER_OK ||
        partner_dict_add_strings(names, ROWS, ids, NULL, who, &error) != PARTNER_OK ||
        partner_totals_new(&sales, NULL, &totals, &error) != PARTNER_OK) {
        fprintf(stderr, "%s\n", error.message);
        partner_dict_free(names);
        return 1;
    }
    printf("%zu of %zu partners are active\n", totals->active, totals->partners);
    for (size_t i = 0; i < totals->partners; i++)
        printf("%s sold for %.2f and returned %.2f\n", partner_dict_id(names, totals->partner[i], NULL),
               (double)totals->gross[i] / 100, (double)totals->returned[i] / 100);
    partner_totals_free(totals);
    partner_dict_free(names);
    return 0;
}
