/* SPDX-License-Identifier: MIT */
#include "own.h"

#include <inttypes.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../base/sort.h"

enum { COLUMNS_MAX = 10000, CHUNK = 1 << 16 /* rows between two looks at the interrupt */ };

/* Squares of what is below stay in double. */
static const double LARGEST = 1e150;

/* The rows while they are read. */
typedef struct taking {
    partner_deal_features from;
    const partner__inputs *in;
    uint64_t *words, *spare; /* [rows] feature | deal */
    uint64_t *sorted;        /* one of the two */
    partner_error *error;
} taking;

/* --- rows --- */

/* index: of what the field names; PARTNER_NONE. */
static partner__place at_row(const char *field, size_t row, uint32_t index)
{
    return partner__at("features", field, row, index);
}

static partner_status missing(const taking *t, const char *field, size_t row)
{
    return partner__fail_at(t->error, PARTNER_E_DATA, at_row(field, row, PARTNER_NONE),
                            "features row %zu: %s is missing", row, field);
}

static partner_status check_row(const taking *t, size_t row)
{
    const uint32_t deal = t->from.deal[row];

    if (deal == PARTNER_NONE) return missing(t, "deal", row);
    if (partner__lookup_get(&t->in->by_deal, deal) == PARTNER_NONE)
        return partner__fail_at(
            t->error, PARTNER_E_DATA, at_row("deal", row, deal),
            "features row %zu: there is no deal %" PRIu32 ", expected one of the deals table", row, deal);
    if (t->from.feature[row] == PARTNER_NONE) return missing(t, "feature", row);
    if (fabs(t->from.value[row]) > LARGEST)
        return partner__fail_at(
            t->error, PARTNER_E_DATA, at_row("value", row, PARTNER_NONE),
            "features row %zu: value is %g, expected a number up to %g in magnitude, or NaN for missing", row,
            t->from.value[row], LARGEST);
    return PARTNER_OK;
}

static partner_status check_shape(const taking *t)
{
    const char *gone = t->from.deal == NULL      ? "deal"
                       : t->from.feature == NULL ? "feature"
                       : t->from.value == NULL   ? "value"
                                                 : NULL;

    if (t->from.rows > PARTNER__ROWS_MAX)
        return partner__fail_at(t->error, PARTNER_E_RANGE,
                                partner__at("features", NULL, PARTNER_NO_ROW, PARTNER_NONE),
                                "features: %zu rows, expected at most %d", t->from.rows, PARTNER__ROWS_MAX);
    if (gone == NULL) return PARTNER_OK;
    return partner__fail_at(t->error, PARTNER_E_ARGUMENT,
                            partner__at("features", gone, PARTNER_NO_ROW, PARTNER_NONE),
                            "features: %s is NULL, expected a column", gone);
}

static uint64_t word_of(const taking *t, size_t row)
{
    return (uint64_t)t->from.feature[row] << 32 | t->from.deal[row];
}

static partner_status read_rows(taking *t)
{
    const partner__run *run = &t->in->set.run;
    partner_status status = PARTNER_OK;

    t->words = partner__alloc(t->from.rows, sizeof *t->words);
    t->spare = partner__alloc(t->from.rows, sizeof *t->spare);
    if (t->words == NULL || t->spare == NULL) return partner__no_memory(t->error);
    for (size_t i = 0; i < t->from.rows && status == PARTNER_OK; i++) {
        if (i % CHUNK == 0) status = partner__ask(run, t->error);
        if (status == PARTNER_OK) status = check_row(t, i);
        if (status == PARTNER_OK) t->words[i] = word_of(t, i);
    }
    if (status != PARTNER_OK) return status;
    return partner__sort(t->words, t->spare, t->from.rows, 0, 64, run, &t->sorted, t->error);
}

/* --- each feature of a deal once --- */

static partner_status refuse_twice(const taking *t, uint64_t word)
{
    size_t first = 0, row;

    while (word_of(t, first) != word) first++;
    for (row = first + 1; word_of(t, row) != word;) row++;
    return partner__fail_at(t->error, PARTNER_E_DATA, at_row("feature", row, t->from.feature[row]),
                            "features row %zu: feature %" PRIu32 " of deal %" PRIu32
                            " is there already in row %zu, expected each once",
                            row, t->from.feature[row], t->from.deal[row], first);
}

static uint32_t feature_of(uint64_t word) { return (uint32_t)(word >> 32); }

static partner_status find_columns(const taking *t, partner__own *own)
{
    size_t columns = 0;

    for (size_t i = 0; i < t->from.rows; i++) {
        if (i > 0 && t->sorted[i] == t->sorted[i - 1]) return refuse_twice(t, t->sorted[i]);
        columns += i == 0 || feature_of(t->sorted[i]) != feature_of(t->sorted[i - 1]);
    }
    if (columns > COLUMNS_MAX)
        return partner__fail_at(t->error, PARTNER_E_RANGE,
                                partner__at("features", "feature", PARTNER_NO_ROW, PARTNER_NONE),
                                "features: %zu different ones, expected at most %d", columns, COLUMNS_MAX);
    own->feature = partner__alloc(columns, sizeof *own->feature);
    if (own->feature == NULL) return partner__no_memory(t->error);
    for (size_t i = 0; i < t->from.rows; i++)
        if (i == 0 || feature_of(t->sorted[i]) != feature_of(t->sorted[i - 1]))
            own->feature[own->columns++] = feature_of(t->sorted[i]);
    return PARTNER_OK;
}

/* --- columns --- */

static size_t column_of(const partner__own *own, uint32_t feature)
{
    size_t low = 0, high = own->columns;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (own->feature[middle] <= feature) low = middle;
        else high = middle;
    }
    return low;
}

/* Rows about deals that do not exist yet have no place. */
static partner_status fill(const taking *t, partner__own *own)
{
    const size_t lines = t->in->lines;

    own->value = partner__alloc(lines, own->columns * sizeof *own->value);
    if (own->value == NULL) return partner__no_memory(t->error);
    for (size_t i = 0; i < lines * own->columns; i++) own->value[i] = NAN;
    for (size_t i = 0; i < t->from.rows; i++) {
        const uint32_t line = partner__lookup_get(&t->in->by_deal, t->from.deal[i]);
        if (line != PARTNER__LATER)
            own->value[column_of(own, t->from.feature[i]) * lines + line] = t->from.value[i];
    }
    return PARTNER_OK;
}

partner_status partner__own_take(partner__own *own, const partner__inputs *in, partner_error *error)
{
    taking t = {.in = in, .error = error};
    partner_status status = partner__take(&t.from, sizeof t.from, in->set.features, 1, "features", error);

    memset(own, 0, sizeof *own);
    if (status != PARTNER_OK || t.from.rows == 0) return status;
    status = check_shape(&t);
    if (status == PARTNER_OK) status = read_rows(&t);
    if (status == PARTNER_OK) status = find_columns(&t, own);
    if (status == PARTNER_OK) status = fill(&t, own);
    partner__free(t.words);
    partner__free(t.spare);
    return status;
}

void partner__own_free(partner__own *own)
{
    partner__free(own->feature);
    partner__free(own->value);
    memset(own, 0, sizeof *own);
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

partner_status partner__own_guard(const partner__own *own, size_t n, const double *values, const uint8_t *label,
                                  partner_error *error)
{
    static const char *const patterns[] = {NULL, "missing", "zero", "missing or zero"};

    for (uint32_t c = 0; c < own->columns; c++)
        for (int pattern = MISSING; pattern <= (MISSING | ZERO); pattern++)
            if (tells(values + c * n, n, label, pattern))
                return partner__fail_at(error, PARTNER_E_DATA,
                                        partner__at("features", "feature", PARTNER_NO_ROW, own->feature[c]),
                                        "features: whether feature %" PRIu32
                                        " is %s alone tells won from lost, expected what was known when the "
                                        "deal was opened",
                                        own->feature[c], patterns[pattern]);
    return PARTNER_OK;
}
