/* SPDX-License-Identifier: MIT
 * A made-up analysis that needs a configuration: what partners get for the birds they ring, a ledger that can
 * say why, and rings that refer to earlier rings by their ids, or by the number of their row. */
#include <partner/partner.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/say.h"
#include "birds.h"
#include "record/define.h"
#include "record/tables.h"
#include "season.h"

/* --- the structs, as a public header would have them --- */

typedef struct rings {
    uint32_t struct_size, reserved;
    size_t rows;
    const uint32_t *partner;
    const int32_t *day;
    const uint32_t *kind;
    const uint64_t *ring;
    const int64_t *weight;
    const uint64_t *parent;
} rings;

typedef struct ringing_options {
    uint32_t struct_size, reserved;
    uint32_t threads;
    uint8_t ledger, skip_duplicates, minor_units;
    partner_interrupt interrupt;
    void *interrupt_data;
    int32_t as_of_day;
} ringing_options;

typedef struct ringing_ledger {
    size_t entries;
    uint32_t *partner;
    int32_t *day;
    uint32_t *kind;
    uint64_t *ring, *parent;
    int64_t *points;
} ringing_ledger;

typedef struct ringing {
    size_t partners;
    int64_t points, other_points;
    int64_t weight;
    uint64_t before;
    uint8_t minor_units;
    const ringing_ledger *ledger;
    uint32_t *partner;
    int64_t *earned;
} ringing;

/* --- their records --- */

static const partner_field rings_fields[] = {
    PARTNER__INPUT_HEAD(rings),
    {PARTNER__SCALAR(rings, rows), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of rows"},
    {PARTNER__COLUMN(rings, partner, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_REQUIRED, .text = "who ringed the bird", .example = "Aster|Birch|Aster"},
    {PARTNER__COLUMN(rings, day, rows), .unit = PARTNER_UNIT_DAY, .flags = PARTNER_FIELD_REQUIRED,
     .text = "when", .example = "2026-05-01|2026-05-02|2026-05-09"},
    {PARTNER__COLUMN(rings, kind, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "kind",
     .flags = PARTNER_FIELD_REQUIRED, .text = "kind of bird", .example = "heron|gull|heron"},
    {PARTNER__COLUMN(rings, ring, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "ring",
     .flags = PARTNER_FIELD_NULLABLE | PARTNER_FIELD_UNIQUE, .text = "what the ring says"},
    {PARTNER__COLUMN(rings, weight, rows), .unit = PARTNER_UNIT_MONEY, .flags = PARTNER_FIELD_NULLABLE,
     .text = "weight of the bird", .example = "1.25|0.50|2.00"},
    {PARTNER__COLUMN(rings, parent, rows), .unit = PARTNER_UNIT_INDEX, .dictionary = "ring",
     .flags = PARTNER_FIELD_NULLABLE, .numbered_without = "ring", .text = "ring of a parent"},
};
static const partner_record rings_record =
    PARTNER__RECORD("rings", rings, rings_fields, "ringed birds, one per row");

static const partner_field options_fields[] = {
    PARTNER__INPUT_HEAD(ringing_options),
    PARTNER__THREADS_FIELD(ringing_options),
    {PARTNER__SCALAR(ringing_options, ledger), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "also give the ledger"},
    {PARTNER__SCALAR(ringing_options, skip_duplicates), .unit = PARTNER_UNIT_FLAG, .initial = "false",
     .text = "leave out rings that were there before"},
    {PARTNER__SCALAR(ringing_options, minor_units), .unit = PARTNER_UNIT_PLACES, .zero = PARTNER_MINOR_UNITS_0,
     .initial = "2", .text = "decimal places of the weights"},
    PARTNER__RUN_FIELDS(ringing_options),
    {PARTNER__SCALAR(ringing_options, as_of_day), .unit = PARTNER_UNIT_DAY, .zero = PARTNER_DAY_0,
     .text = "last day that counts; absent = all"},
};
static const partner_record options_record =
    PARTNER__RECORD("ringing_options", ringing_options, options_fields, "options of ringing");

static const partner_field ledger_fields[] = {
    {PARTNER__SCALAR(ringing_ledger, entries), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of entries"},
    {PARTNER__COLUMN(ringing_ledger, partner, entries), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_IDENTITY, .text = "the partner"},
    {PARTNER__COLUMN(ringing_ledger, day, entries), .unit = PARTNER_UNIT_DAY, .text = "when"},
    {PARTNER__COLUMN(ringing_ledger, kind, entries), .unit = PARTNER_UNIT_INDEX, .dictionary = "kind",
     .text = "kind of bird"},
    {PARTNER__COLUMN(ringing_ledger, ring, entries), .unit = PARTNER_UNIT_INDEX, .dictionary = "ring",
     .flags = PARTNER_FIELD_NULLABLE, .text = "what the ring says"},
    {PARTNER__COLUMN(ringing_ledger, parent, entries), .unit = PARTNER_UNIT_INDEX, .dictionary = "ring",
     .flags = PARTNER_FIELD_NULLABLE | PARTNER_FIELD_DETAIL, .text = "ring of a parent"},
    {PARTNER__COLUMN(ringing_ledger, points, entries), .unit = PARTNER_UNIT_COUNT, .text = "points for it"},
};
static const partner_record ledger_record =
    PARTNER__RECORD("ringing_ledger", ringing_ledger, ledger_fields, "one line per ringed bird");

static const partner_field ringing_fields[] = {
    {PARTNER__SCALAR(ringing, partners), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_LENGTH,
     .text = "number of partners"},
    {PARTNER__SCALAR(ringing, points), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_KEY,
     .text = "points for all birds"},
    {PARTNER__SCALAR(ringing, other_points), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_NULLABLE,
     .text = "points that the other season would give"},
    {PARTNER__SCALAR(ringing, weight), .unit = PARTNER_UNIT_MONEY, .text = "weight of all birds"},
    {PARTNER__SCALAR(ringing, before), .unit = PARTNER_UNIT_COUNT, .flags = PARTNER_FIELD_NULLABLE,
     .text = "birds that were ringed before"},
    {PARTNER__SCALAR(ringing, minor_units), .unit = PARTNER_UNIT_PLACES, .flags = PARTNER_FIELD_HIDDEN,
     .text = "decimal places of the weights"},
    {PARTNER__POINTER(ringing, ledger, &ledger_record), .text = "every ringed bird"},
    {PARTNER__COLUMN(ringing, partner, partners), .unit = PARTNER_UNIT_INDEX, .dictionary = "partner",
     .flags = PARTNER_FIELD_IDENTITY, .text = "the partner"},
    {PARTNER__COLUMN(ringing, earned, partners), .unit = PARTNER_UNIT_COUNT,
     .flags = PARTNER_FIELD_BAR | PARTNER_FIELD_KEY, .text = "points earned"},
};
static const partner_record ringing_record =
    PARTNER__RECORD("ringing", ringing, ringing_fields, "what partners get for the birds they ring");

const partner_record *const thin_records[] = {
    &birds_flock_record, &birds_options_record, &birds_record,   &rings_record,
    &options_record,     &ledger_record,        &ringing_record, NULL};

/* --- the analysis --- */

typedef struct result {
    ringing figures; /* first: a view of the result */
    ringing_ledger ledger;
    season rules;
} result;

static void free_result(void *made)
{
    result *r = made;

    if (r == NULL) return;
    partner__free(r->figures.partner);
    partner__free(r->figures.earned);
    partner__free(r->ledger.partner);
    partner__free(r->ledger.day);
    partner__free(r->ledger.kind);
    partner__free(r->ledger.ring);
    partner__free(r->ledger.parent);
    partner__free(r->ledger.points);
    partner__free(r);
}

static uint32_t pay_of(const season *s, uint32_t kind)
{
    for (size_t i = 0; i < s->pays; i++)
        if (s->kind[i] == kind) return s->pay[i];
    return 0;
}

static uint64_t ring_of(const rings *in, size_t row) { return in->ring != NULL ? in->ring[row] : row; }

/* The earlier row with that ring; `row` when there is none. */
static size_t row_of(const rings *in, uint64_t ring, size_t row)
{
    for (size_t i = 0; i < row; i++)
        if (ring_of(in, i) == ring) return i;
    return row;
}

static partner_status check_row(const rings *in, size_t row, partner_error *error)
{
    const uint64_t ring = ring_of(in, row);
    const size_t before = ring == PARTNER_NO_ROW ? row : row_of(in, ring, row);

    if (before < row)
        return partner__fail_at(error, PARTNER_E_DATA, partner__at("rings", "ring", row, PARTNER_NONE),
                                "rings row %zu: the ring was there in row %zu before", row, before);
    if (in->parent == NULL || in->parent[row] == PARTNER_NO_ROW || row_of(in, in->parent[row], row) < row)
        return PARTNER_OK;
    return partner__fail_at(error, PARTNER_E_DATA, partner__at("rings", "parent", row, PARTNER_NONE),
                            "rings row %zu: is no earlier ring", row);
}

static size_t partners_in(const rings *in)
{
    size_t partners = 0;

    for (size_t row = 0; row < in->rows; row++)
        if (in->partner[row] >= partners) partners = (size_t)in->partner[row] + 1;
    return partners;
}

static partner_status make_room(result *r, size_t rows, size_t partners, partner_error *error)
{
    r->figures.partner = partner__alloc_zero(partners, sizeof *r->figures.partner);
    r->figures.earned = partner__alloc_zero(partners, sizeof *r->figures.earned);
    r->ledger.partner = partner__alloc(rows, sizeof *r->ledger.partner);
    r->ledger.day = partner__alloc(rows, sizeof *r->ledger.day);
    r->ledger.kind = partner__alloc(rows, sizeof *r->ledger.kind);
    r->ledger.ring = partner__alloc(rows, sizeof *r->ledger.ring);
    r->ledger.parent = partner__alloc(rows, sizeof *r->ledger.parent);
    r->ledger.points = partner__alloc(rows, sizeof *r->ledger.points);
    if (r->figures.partner == NULL || r->figures.earned == NULL || r->ledger.partner == NULL ||
        r->ledger.day == NULL || r->ledger.kind == NULL || r->ledger.ring == NULL || r->ledger.parent == NULL ||
        r->ledger.points == NULL)
        return partner__no_memory(error);
    return PARTNER_OK;
}

static partner_status take_row(result *r, const rings *in, const season *other, size_t row,
                               partner_error *error)
{
    const uint32_t who = in->partner[row];
    const uint32_t points = pay_of(&r->rules, in->kind[row]);
    const size_t at = r->ledger.entries++;

    if (points > 900)
        return partner__fail_at(
            error, PARTNER_E_DATA,
            (partner__place){.path = "$.pays", .row = PARTNER_NO_ROW, .index = PARTNER_NONE},
            "$.pays: nobody can pay more than 900");
    if (in->weight != NULL && in->weight[row] != PARTNER_NO_AMOUNT) r->figures.weight += in->weight[row];
    if (who >= r->figures.partners) r->figures.partners = (size_t)who + 1;
    r->figures.earned[who] += points;
    r->figures.points += points;
    if (other != NULL) r->figures.other_points += pay_of(other, in->kind[row]);
    r->ledger.partner[at] = who;
    r->ledger.day[at] = in->day[row];
    r->ledger.kind[at] = in->kind[row];
    r->ledger.ring[at] = ring_of(in, row);
    r->ledger.parent[at] = in->parent != NULL ? in->parent[row] : PARTNER_NO_ROW;
    r->ledger.points[at] = points;
    return PARTNER_OK;
}

static int is_later(const ringing_options *o, int32_t day)
{
    const int32_t last = o->as_of_day == PARTNER_DAY_0 ? 0 : o->as_of_day;

    return o->as_of_day != 0 && day > last;
}

static partner_status ring_all(result *r, const rings *in, const season *other, const ringing_options *o,
                               partner_error *error)
{
    partner_status status = make_room(r, in->rows, partners_in(in), error);

    for (size_t row = 0; row < in->rows && status == PARTNER_OK; row++) {
        const size_t before = row_of(in, ring_of(in, row), row);

        if (is_later(o, in->day[row]) || (o->skip_duplicates && before < row)) continue;
        status = check_row(in, row, error);
        if (status == PARTNER_OK) status = take_row(r, in, other, row, error);
    }
    for (size_t i = 0; i < r->figures.partners; i++) r->figures.partner[i] = (uint32_t)i;
    return status;
}

static partner_status run(const void *const *inputs, const void *const *options, void **made,
                          partner_error *error)
{
    ringing_options o;
    rings in;
    result *r;
    partner_status status = partner__take(&in, sizeof in, inputs[0], 0, "rings", error);

    if (status == PARTNER_OK)
        status = partner__take(&o, sizeof o, options == NULL ? NULL : options[0], 1, "ringing_options", error);
    if (status != PARTNER_OK) return status;
    if (inputs[1] == NULL) return partner__fail(error, PARTNER_E_ARGUMENT, "season is NULL");
    r = partner__alloc_zero(1, sizeof *r);
    if (r == NULL) return partner__no_memory(error);
    r->rules = *(const season *)inputs[1];
    r->figures.minor_units = o.minor_units == 0                       ? 2
                             : o.minor_units == PARTNER_MINOR_UNITS_0 ? 0
                                                                      : o.minor_units;
    r->figures.other_points = inputs[2] != NULL ? 0 : PARTNER_NO_AMOUNT;
    r->figures.before = inputs[3] != NULL ? ((const rings *)inputs[3])->rows : PARTNER_NO_ROW;
    status = ring_all(r, &in, inputs[2], &o, error);
    if (status == PARTNER_OK && o.ledger) r->figures.ledger = &r->ledger;
    if (status == PARTNER_OK) *made = r;
    else free_result(r);
    return status;
}

static const void *view(const void *made, size_t i) { return i == 0 ? made : NULL; }

static void say_points(const void *made, char *text)
{
    char points[PARTNER__NUMBER];

    snprintf(text, PARTNER__SENTENCE, "All birds bring %s points.",
             partner__say_count((uint64_t)((const result *)made)->figures.points, points));
}

static size_t sentence(const void *made, size_t i, char *buffer, size_t size)
{
    static const partner__saying sayings[] = {say_points};

    return partner__say(made, sayings, 1, i, buffer, size);
}

static size_t explain(const void *made, size_t table, size_t row, char *buffer, size_t size)
{
    const result *r = made;
    const char *name = "bird";

    if (table > 0 || r->figures.ledger == NULL || row >= r->ledger.entries) return 0;
    for (size_t i = 0; i < r->rules.pays; i++)
        if (r->rules.kind[i] == r->ledger.kind[row]) name = r->rules.name[i];
    return (size_t)snprintf(buffer, size, "%u points: the season pays that for a %s",
                            (unsigned)r->ledger.points[row], name);
}

static const char *const explained[] = {"ledger"};
static const partner_input inputs[] = {
    {"rings", "ringed birds, one per row", &rings_record, 1, NULL},
    {"season", "what a bird brings", NULL, 1, &season_config},
    {"other", "another season, to compare with", NULL, 0, &season_config},
    {"earlier", "birds that were ringed before", &rings_record, 0, NULL},
    {"partners", "who takes part", &partner__roster_record, 0, NULL},
};
static const partner_record *const option_records[] = {&options_record};
static const partner_view views[] = {{"partners", "Points by partner", &ringing_record}};

static const partner_analysis ringing_analysis = {
    .name = "ringing",
    .text = "what partners get for the birds they ring",
    .inputs = inputs,
    .input_count = sizeof inputs / sizeof inputs[0],
    .options = option_records,
    .option_count = 1,
    .views = views,
    .view_count = 1,
    .run = run,
    .view = view,
    .sentence = sentence,
    .free = free_result,
    .example = "points=11|weight=3.75",
    .explained = explained,
    .explained_count = 1,
    .explain = explain,
};
const partner_config *const thin_configs[] = {&season_config, NULL};
const partner_analysis *const thin_analyses[] = {&ringing_analysis, &birds_analysis, NULL};
