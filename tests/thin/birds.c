/* SPDX-License-Identifier: MIT
 * A made-up analysis: what the birds weigh that each partner has seen. Nothing outside of this folder knows it,
 * so whatever can run it, read its input and show its result is as thin as it should be. */
#include <partner/partner.h>
#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/say.h"
#include "birds.h"
#include "record/define.h"

/* --- the structs, as a public header would have them --- */

typedef struct flock {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *partner;
    const int64_t *weight;
} flock;

typedef struct birds_options {
    uint32_t struct_size, reserved;
    uint32_t threads;
    uint8_t minor_units;
    partner_interrupt interrupt;
    void *interrupt_data;
    int64_t least;
} birds_options;

typedef struct birds {
    size_t partners;
    int64_t total;
    uint8_t minor_units;
    uint32_t *partner;
    int64_t *weight;
} birds;

/* --- their records --- */

static const partner_field flock_fields[] = {
    PARTNER__INPUT_HEAD(flock),
    {PARTNER__SCALAR(flock, rows), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of rows"},
    {PARTNER__COLUMN(flock, partner, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_REQUIRED, .aliases = "seen_by", .text = "who saw the bird",
     .example = "Aster|Birch|Aster"},
    {PARTNER__COLUMN(flock, weight, rows), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_REQUIRED,
     .text = "what it weighs", .example = "1.25|0.50|2.00"},
};
const partner_record birds_flock_record = PARTNER__RECORD("flock", flock, flock_fields, "birds, one per row");

static const partner_field options_fields[] = {
    PARTNER__INPUT_HEAD(birds_options),
    PARTNER__THREADS_FIELD(birds_options),
    {PARTNER__SCALAR(birds_options, minor_units), .unit = PARTNER_UNIT_PLACES, .zero = PARTNER_MINOR_UNITS_0,
     .initial = "2", .text = "decimal places of the weights"},
    PARTNER__RUN_FIELDS(birds_options),
    {PARTNER__SCALAR(birds_options, least), .unit = PARTNER_UNIT_MONEY, .initial = "0",
     .text = "the weight from which a bird counts"},
};
const partner_record birds_options_record =
    PARTNER__RECORD("birds_options", birds_options, options_fields, "options of birds");

static const partner_field birds_fields[] = {
    {PARTNER__SCALAR(birds, partners), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of partners"},
    {PARTNER__SCALAR(birds, total), .unit = PARTNER_UNIT_MONEY, .text = "weight of all birds"},
    {PARTNER__SCALAR(birds, minor_units), .unit = PARTNER_UNIT_PLACES, .flags = PARTNER_FIELD_HIDDEN,
     .text = "decimal places of the weights"},
    {PARTNER__COLUMN(birds, partner, partners), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_IDENTITY, .text = "the partner"},
    {PARTNER__COLUMN(birds, weight, partners), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_BAR,
     .text = "weight of the birds seen"},
};
const partner_record birds_record =
    PARTNER__RECORD("birds", birds, birds_fields, "one line per partner who saw a bird");

/* --- the analysis --- */

static void free_birds(void *result)
{
    birds *b = result;

    if (b == NULL) return;
    partner__free(b->partner);
    partner__free(b->weight);
    partner__free(b);
}

static partner_status check(const flock *f, partner_error *error)
{
    if (f->rows > 0 && (f->partner == NULL || f->weight == NULL))
        return partner__fail(error, PARTNER_E_ARGUMENT, "flock: a column is NULL");
    for (size_t row = 0; row < f->rows; row++) {
        partner__place place = partner__at("flock", "weight", row, f->partner[row]);

        if (f->partner[row] >= f->rows)
            return partner__fail_at(error, PARTNER_E_DATA, place, "flock row %zu: partner is out of range",
                                    row);
        if (f->weight[row] < 0 || f->weight[row] > INT32_MAX)
            return partner__fail_at(error, PARTNER_E_DATA, place,
                                    "flock row %zu: no bird weighs that, expected 0 or more", row);
    }
    return PARTNER_OK;
}

static void weigh(const flock *f, const birds_options *o, birds *b)
{
    for (size_t row = 0; row < f->rows; row++)
        if (f->partner[row] >= b->partners) b->partners = (size_t)f->partner[row] + 1;
    for (size_t i = 0; i < b->partners; i++) b->partner[i] = (uint32_t)i;
    for (size_t row = 0; row < f->rows; row++) {
        if (f->weight[row] < o->least) continue;
        b->weight[f->partner[row]] += f->weight[row];
        b->total += f->weight[row];
    }
}

static partner_status run(const void *const *inputs, const void *const *options, void **result,
                          partner_error *error)
{
    birds_options o;
    flock f;
    birds *b;
    partner_status status = partner__take(&f, sizeof f, inputs[0], 0, "flock", error);

    if (status == PARTNER_OK)
        status = partner__take(&o, sizeof o, options == NULL ? NULL : options[0], 1, "birds_options", error);
    if (status == PARTNER_OK) status = check(&f, error);
    if (status != PARTNER_OK) return status;
    b = partner__alloc_zero(1, sizeof *b);
    if (b == NULL) return partner__no_memory(error);
    b->partner = partner__alloc_zero(f.rows, sizeof *b->partner);
    b->weight = partner__alloc_zero(f.rows, sizeof *b->weight);
    if (b->partner == NULL || b->weight == NULL) {
        free_birds(b);
        return partner__no_memory(error);
    }
    b->minor_units = o.minor_units == 0 ? 2 : o.minor_units == PARTNER_MINOR_UNITS_0 ? 0 : o.minor_units;
    weigh(&f, &o, b);
    *result = b;
    return PARTNER_OK;
}

static const void *view(const void *result, size_t i) { return i == 0 ? result : NULL; }

static void say_total(const void *result, char *text)
{
    const birds *b = result;
    char weight[PARTNER__NUMBER];

    snprintf(text, PARTNER__SENTENCE, "All birds weigh %s.",
             partner__say_money(b->total, b->minor_units, weight));
}

static size_t sentence(const void *result, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {say_total};

    return partner__say(result, sayings, 1, i, buffer, size);
}

static const partner_input inputs[] = {{"flock", "birds, one per row", &birds_flock_record, 1, NULL}};
static const partner_record *const option_records[] = {&birds_options_record};
static const partner_view views[] = {{"partners", "Birds by partner", &birds_record}};

const partner_analysis birds_analysis = {
    .name = "birds",
    .text = "what the birds weigh that each partner has seen",
    .inputs = inputs,
    .input_count = 1,
    .options = option_records,
    .option_count = 1,
    .views = views,
    .view_count = 1,
    .run = run,
    .view = view,
    .sentence = sentence,
    .free = free_birds,
    .example = "total=3.75",
};
