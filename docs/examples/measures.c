/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <partner/partner.h>
#include <stdio.h>

enum { ROWS = 6 };
static const uint8_t labels[ROWS] = {1, 0, 1, 0, 1, 0};
static const double said[ROWS] = {0.9, 0.2, 0.6, 0.4, 0.7, 0.7};
static const double claims[ROWS] = {0.8, 0.6, 0.9, 0.5, NAN, 0.6};

int main(void)
{
    partner_predictions predictions = PARTNER_PREDICTIONS_INIT;
    partner_measures *m = NULL;
    partner_error error;

    predictions.rows = ROWS;
    predictions.label = labels;
    predictions.probability = said;
    predictions.claim = claims;
    if (partner_measures_new(&predictions, NULL, &m, &error) != PARTNER_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    printf("log loss %.3f, the rate itself %.3f, AUC %.3f\n", m->log_loss, m->constant_log_loss, m->auc);
    printf("Brier %.3f = %.3f - %.3f + %.3f\n", m->brier, m->reliability, m->resolution, m->uncertainty);
    printf("skill against %zu claims %.1f %%\n", m->compared, 100 * m->skill);
    for (size_t i = 0; i < m->calibration->groups; i++)
        printf("said %.0f %%, came %.0f %% of %zu\n", 100 * m->calibration->expected[i],
               100 * m->calibration->observed[i], m->calibration->rows[i]);
    partner_measures_free(m);
    return 0;
}
