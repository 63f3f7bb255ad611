/* SPDX-License-Identifier: MIT */
#include "own.h"

#include <string.h>

#include "../base/error.h"

enum { COLUMNS_MAX = 10000 };

/* Squares of what is below stay in double. */
static const double LARGEST = 1e150;

static partner__place at_features(const char *field)
{
    return partner__at("options", field, PARTNER_NO_ROW, PARTNER_NONE);
}

static partner_status check_shape(const partner_feature_matrix *own, const partner__inputs *in,
                                  partner_error *error)
{
    if (own->rows != in->deals.rows)
        return partner__fail_at(error, PARTNER_E_ARGUMENT, at_features("features"),
                                "features: %zu rows, expected one for each of the %zu rows of deals", own->rows,
                                in->deals.rows);
    if (own->columns > COLUMNS_MAX)
        return partner__fail_at(error, PARTNER_E_ARGUMENT, at_features("features"),
                                "features: %zu columns, expected at most %d", own->columns, COLUMNS_MAX);
    if (own->value == NULL && own->rows > 0)
        return partner__fail_at(error, PARTNER_E_ARGUMENT, at_features("features"),
                                "features: value is NULL, expected %zu columns", own->columns);
    if (in->set.feature_names == NULL)
        return partner__fail_at(error, PARTNER_E_ARGUMENT, at_features("feature_names"),
                                "feature_names is NULL, expected %zu names", own->columns);
    return PARTNER_OK;
}

static partner_status check_names(const partner_feature_matrix *own, const char *const *names,
                                  partner_error *error)
{
    for (size_t i = 0; i < own->columns; i++) {
        if (names[i] == NULL)
            return partner__fail_at(error, PARTNER_E_ARGUMENT, at_features("feature_names"),
                                    "feature_names: name %zu is NULL, expected a text", i);
        for (size_t k = 0; k < i; k++)
            if (strcmp(names[i], names[k]) == 0)
                return partner__fail_at(error, PARTNER_E_ARGUMENT, at_features("feature_names"),
                                        "feature_names: %s is there twice, expected each name once", names[i]);
    }
    return PARTNER_OK;
}

static partner_status check_values(const partner_feature_matrix *own, const partner__inputs *in, size_t column,
                                   partner_error *error)
{
    const double *x = own->value + column * own->rows;
    const char *name = in->set.feature_names[column];

    for (size_t i = 0; i < in->lines; i++) {
        const size_t row = in->row[i];

        if (!(fabs(x[row]) > LARGEST)) continue;
        return partner__fail_at(
            error, PARTNER_E_DATA, partner__at("features", name, row, partner__line_deal(in, i)),
            "features row %zu: %s is %g, expected a number up to %g in magnitude, or NaN for "
            "missing",
            row, name, x[row], LARGEST);
    }
    return PARTNER_OK;
}

partner_status partner__own_features_take(partner_feature_matrix *own, const partner__inputs *in,
                                          partner_error *error)
{
    partner_status status = partner__take(own, sizeof *own, in->set.features, 1, "features", error);

    if (status != PARTNER_OK || own->columns == 0) return status;
    status = check_shape(own, in, error);
    if (status == PARTNER_OK) status = check_names(own, in->set.feature_names, error);
    for (size_t i = 0; i < own->columns && status == PARTNER_OK; i++) status = check_values(own, in, i, error);
    return status;
}

/* --- the guard --- */

enum { MISSING = 1, ZERO = 2 };

static int has(double x, int pattern)
{
    return ((pattern & MISSING) != 0 && isnan(x)) || ((pattern & ZERO) != 0 && x == 0);
}

/* Of a 0/1 score the area under the curve is 1/2 + (share among won - share among lost) / 2: above 0.95 or
 * below 0.05 when the shares differ by more than 9/10. Counts are below 2^32. */
static int tells(const double *x, size_t n, const uint8_t *label, int pattern)
{
    uint64_t with[2] = {0, 0}, all[2] = {0, 0};
    uint64_t won, lost;

    for (size_t i = 0; i < n; i++) {
        all[label[i]]++;
        with[label[i]] += (uint64_t)has(x[i], pattern);
    }
    if (all[0] == 0 || all[1] == 0) return 0;
    won = with[1] * all[0];
    lost = with[0] * all[1];
    return (double)(won > lost ? won - lost : lost - won) * 10 > (double)(all[0] * all[1]) * 9;
}

partner_status partner__own_features_guard(const partner__inputs *in, size_t columns, size_t n,
                                           const double *values, const uint8_t *label, partner_error *error)
{
    static const char *const patterns[] = {NULL, "missing", "zero", "missing or zero"};

    for (size_t c = 0; c < columns; c++) {
        const char *name = in->set.feature_names[c];

        for (int pattern = MISSING; pattern <= (MISSING | ZERO); pattern++)
            if (tells(values + c * n, n, label, pattern))
                return partner__fail_at(
                    error, PARTNER_E_DATA, partner__at("features", name, PARTNER_NO_ROW, PARTNER_NONE),
                    "features: whether %s is %s alone tells won from lost, expected what was "
                    "known when the deal was opened",
                    name, patterns[pattern]);
    }
    return PARTNER_OK;
}
