/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <partner/partner.h>
#include <stdio.h>

static const int64_t added[] = {900000, 0}; /* cents */
static const int64_t redeemed[] = {4500, 4000};
static const int64_t expected[] = {9700, 9900};

int main(void)
{
    partner_deferral periods = PARTNER_DEFERRAL_INIT;
    partner_deferred *deferred = NULL;
    partner_error error;

    periods.rows = 2;
    periods.added = added;
    periods.redeemed = redeemed;
    periods.expected = expected;
    if (partner_deferred_new(&periods, NULL, &deferred, &error) != PARTNER_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    for (size_t i = 0; i < deferred->periods; i++)
        printf("revenue %.2f, of which %.2f re-estimated, deferred %.2f\n", (double)deferred->revenue[i] / 100,
               (double)deferred->reestimated[i] / 100, (double)deferred->closing[i] / 100);
    partner_deferred_free(deferred);
    return 0;
}
