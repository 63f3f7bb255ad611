/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <partner/partner.h>
#include <stdio.h>

enum { PARTNERS = 6 };
static const char *const name[PARTNERS] = {"Aster", "Birch", "Cedar", "Dahlia", "Elder", "Fern"};
static const double gains[PARTNERS] = {1200, 900, 400, 300, 100, 0};
static const double scales[PARTNERS] = {40, 60, 20, 60, 20, 20};
static const double floors[PARTNERS] = {0, 0, 0, 2, 0, 0};
static const double ceilings[PARTNERS] = {NAN, NAN, 4, NAN, NAN, NAN};
static const double now[PARTNERS] = {10, 10, 4, 6, 6, 4};
static const char *const bound[] = {"none", "floor", "ceiling"};

int main(void)
{
    partner_returns returns = PARTNER_RETURNS_INIT;
    partner_allocation *a = NULL;
    partner_error error;

    returns.rows = PARTNERS;
    returns.gain = gains;
    returns.scale = scales;
    returns.floor = floors;
    returns.ceiling = ceilings;
    returns.hours = now;
    if (partner_allocate(&returns, NULL, &a, &error) != PARTNER_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    for (size_t i = 0; i < a->rows; i++)
        printf("%s gets %.1f hours (%s), one more would bring %.2f\n", name[i], a->hours[i], bound[a->bound[i]],
               a->marginal[i]);
    printf("%.0f hours bring %.2f, today's %.2f; one more would bring %.2f\n", a->spent, a->gain, a->gain_now,
           a->lambda);
    partner_allocation_free(a);
    return 0;
}
