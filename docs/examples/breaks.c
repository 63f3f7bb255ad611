/* SPDX-License-Identifier: MIT */
#include <partner/partner.h>
#include <stdio.h>

static const double values[] = {11, 2, 40, 10, 1, 12};

int main(void)
{
    partner_numbers numbers = PARTNER_NUMBERS_INIT;
    partner_breaks_options options = PARTNER_BREAKS_OPTIONS_INIT;
    partner_breaks *breaks = NULL;
    partner_error error;

    numbers.rows = sizeof values / sizeof values[0];
    numbers.value = values;
    options.classes = 3;
    if (partner_natural_breaks(&numbers, &options, &breaks, &error) != PARTNER_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    printf("%zu classes, fit %.4f\n", breaks->classes->classes, breaks->fit);
    for (size_t i = 0; i < breaks->classes->classes; i++)
        printf("%.0f to %.0f: %zu of them, mean %.1f, sum of squares %.1f\n", breaks->classes->lowest[i],
               breaks->classes->highest[i], breaks->classes->count[i], breaks->classes->mean[i],
               breaks->classes->within[i]);
    partner_breaks_free(breaks);
    return 0;
}
