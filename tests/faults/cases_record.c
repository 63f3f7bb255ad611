/* SPDX-License-Identifier: MIT
 * The tables' look-ups, which may not allocate, and what hangs in the tables: the analyses and objects. */
#include "fixture.h"

static partner_status run_record_at(plan *p, partner_error *error)
{
    const partner_record *record;

    (void)error;
    arm(p);
    record = partner_record_at(0);
    disarm(p);
    ck_assert_ptr_nonnull(record);
    return PARTNER_OK;
}

static partner_status run_record_find(plan *p, partner_error *error)
{
    const partner_record *record;

    (void)error;
    arm(p);
    record = partner_record_find("sales");
    disarm(p);
    ck_assert_str_eq(record->name, "sales");
    return PARTNER_OK;
}

static partner_status run_analysis_at(plan *p, partner_error *error)
{
    const partner_analysis *analysis;

    (void)error;
    arm(p);
    analysis = partner_analysis_at(0);
    disarm(p);
    ck_assert_ptr_nonnull(analysis);
    return PARTNER_OK;
}

static partner_status run_config_at(plan *p, partner_error *error)
{
    const partner_config *config;

    (void)error;
    arm(p);
    config = partner_config_at(0);
    disarm(p);
    ck_assert_ptr_eq(config, partner_config_find("program"));
    return PARTNER_OK;
}

static partner_status run_config_find(plan *p, partner_error *error)
{
    const partner_config *config;

    (void)error;
    arm(p);
    config = partner_config_find("program");
    disarm(p);
    ck_assert_ptr_eq(config, partner_config_at(0));
    return PARTNER_OK;
}

static partner_status run_analysis_find(plan *p, partner_error *error)
{
    const partner_analysis *analysis;

    (void)error;
    arm(p);
    analysis = partner_analysis_find("pareto");
    disarm(p);
    ck_assert_str_eq(analysis->name, "pareto");
    return PARTNER_OK;
}

static partner_status run_object_at(plan *p, partner_error *error)
{
    const partner_object *object;

    (void)error;
    arm(p);
    object = partner_object_at(0);
    disarm(p);
    ck_assert_ptr_nonnull(object);
    return PARTNER_OK;
}

static partner_status run_object_find(plan *p, partner_error *error)
{
    const partner_object *object;

    (void)error;
    arm(p);
    object = partner_object_find("tally");
    disarm(p);
    ck_assert_str_eq(object->name, "tally");
    return PARTNER_OK;
}

static partner_status run_record_field(plan *p, partner_error *error)
{
    const partner_field *field;

    (void)error;
    arm(p);
    field = partner_record_field(partner_record_find("sales"), 0);
    disarm(p);
    ck_assert_str_eq(field->member, "struct_size");
    return PARTNER_OK;
}

static const partner_field *field_of(const char *record, const char *name)
{
    const partner_field *field = partner_record_field_find(partner_record_find(record), name);

    ck_assert_ptr_nonnull(field);
    return field;
}

static partner_status run_record_field_find(plan *p, partner_error *error)
{
    const partner_field *field;

    (void)error;
    arm(p);
    field = field_of("sales", "amount");
    disarm(p);
    ck_assert_uint_eq(field->offset, offsetof(partner_sales, amount));
    return PARTNER_OK;
}

static partner_status run_analysis_input(plan *p, partner_error *error)
{
    const partner_input *input;

    (void)error;
    arm(p);
    input = partner_analysis_input(partner_analysis_find("pareto"), 0);
    disarm(p);
    ck_assert_str_eq(input->name, "sales");
    return PARTNER_OK;
}

static partner_status run_analysis_view(plan *p, partner_error *error)
{
    const partner_view *view;

    (void)error;
    arm(p);
    view = partner_analysis_view(partner_analysis_find("pareto"), 0);
    disarm(p);
    ck_assert_str_eq(view->name, "partners");
    return PARTNER_OK;
}

static partner_status run_type_size(plan *p, partner_error *error)
{
    size_t size;

    (void)error;
    arm(p);
    size = partner_type_size(PARTNER_TYPE_I64);
    disarm(p);
    ck_assert_uint_eq(size, 8);
    return PARTNER_OK;
}

static partner_status run_field_length(plan *p, partner_error *error)
{
    const partner_field *field = field_of("sales", "amount");
    size_t length;

    (void)error;
    arm(p);
    length = partner_field_length(partner_record_find("sales"), field, &data()->sales);
    disarm(p);
    ck_assert_uint_eq(length, ROWS);
    return PARTNER_OK;
}

static partner_status run_field_data(plan *p, partner_error *error)
{
    const partner_field *field = field_of("sales", "amount");
    const void *column;

    (void)error;
    arm(p);
    column = partner_field_data(field, &data()->sales);
    disarm(p);
    ck_assert_ptr_eq(column, data()->amount);
    return PARTNER_OK;
}

static partner_status run_field_is_null(plan *p, partner_error *error)
{
    const int64_t nothing = PARTNER_NO_AMOUNT;
    int is_null;

    (void)error;
    arm(p);
    is_null = partner_field_is_null(field_of("sales", "margin"), &nothing);
    disarm(p);
    ck_assert(is_null);
    return PARTNER_OK;
}

static partner_status run_field_integer(plan *p, partner_error *error)
{
    const int64_t amount = -42;
    uint64_t magnitude;
    int negative;

    (void)error;
    arm(p);
    magnitude = partner_field_integer(field_of("sales", "amount"), &amount, &negative);
    disarm(p);
    ck_assert_uint_eq(magnitude, 42);
    ck_assert(negative);
    return PARTNER_OK;
}

static partner_status run_field_is_shown(plan *p, partner_error *error)
{
    const partner_pareto ungrouped = {0};
    int is_shown;

    (void)error;
    arm(p);
    is_shown =
        partner_field_is_shown(partner_record_find("pareto"), field_of("pareto", "theil_within"), &ungrouped);
    disarm(p);
    ck_assert(!is_shown);
    return PARTNER_OK;
}

static partner_status run_field_is_figure(plan *p, partner_error *error)
{
    int is_figure;

    (void)error;
    arm(p);
    is_figure = partner_field_is_figure(partner_record_find("pareto"), field_of("pareto", "partners"));
    disarm(p);
    ck_assert(is_figure);
    return PARTNER_OK;
}

/* One text of each kind of value that a reader meets. */
static partner_status run_parse(plan *p, partner_error *error)
{
    int64_t amount = -7;
    int32_t day = -7;
    uint32_t cuts[PARTNER_PARETO_CUTS] = {7, 7, 7, 7, 7, 7, 7, 7};
    partner_status status;

    arm(p);
    status = partner_parse(field_of("sales", "amount"), "1234.5", 6, NULL, &amount, NULL, error);
    if (status == PARTNER_OK)
        status = partner_parse(field_of("sales", "day"), "1970-01-03", 10, NULL, &day, NULL, error);
    if (status == PARTNER_OK)
        status = partner_parse(field_of("pareto_options", "cuts"), "0.5,0.9", 7, NULL, cuts, NULL, error);
    disarm(p);
    ck_assert_int_eq(amount, 123450);
    ck_assert_int_eq(day, 2);
    ck_assert_uint_eq(cuts[0], 500000);
    ck_assert_uint_eq(cuts[1], 900000);
    return status;
}

static partner_status run_print(plan *p, partner_error *error)
{
    const int64_t amount = 123450;
    char text[64];
    size_t length;

    (void)error;
    arm(p);
    length = partner_print(partner_record_find("sales"), field_of("sales", "amount"), &data()->sales, &amount,
                           NULL, text, sizeof text);
    disarm(p);
    ck_assert_str_eq(text, "1234.50");
    ck_assert_uint_eq(length, 7);
    return PARTNER_OK;
}

/* A roster's partners, whose ids are checked to be there once, after others; on several threads where the case
 * asks for them. */
static partner_status run_convert(plan *p, partner_error *error)
{
    static int64_t ids[ROWS], amount[ROWS];
    static uint32_t index[ROWS], in_order[ROWS];
    const int64_t other = -1;
    partner_values v = PARTNER_VALUES_INIT;
    partner_dict *dict = NULL;
    partner_status status;

    for (uint32_t i = 0; i < ROWS; i++) {
        ids[i] = (int64_t)i * 7919;
        in_order[i] = i + 1;
    }
    must(partner_dict_new(&dict, error), *error);
    must(partner_dict_add_integers(dict, 1, &other, index, error), *error);
    v.layout = PARTNER_VALUES_I64;
    v.values = ids;
    v.rows = ROWS;
    v.threads = case_threads;
    arm(p);
    status = partner_convert(field_of("sales", "amount"), &v, NULL, NULL, amount, NULL, error);
    if (status == PARTNER_OK)
        status = partner_convert(field_of("roster", "partner"), &v, NULL, dict, index, NULL, error);
    disarm(p);
    ck_assert_int_eq(amount[ROWS - 1], ids[ROWS - 1] * 100);
    ck_assert_uint_eq(partner_dict_size(dict), status == PARTNER_OK ? ROWS + 1 : 1);
    ck_assert_uint_eq(partner_dict_find(dict, "-1", 2), 0);
    if (status == PARTNER_OK) ck_assert_int_eq(memcmp(index, in_order, sizeof index), 0);
    partner_dict_free(dict);
    return status;
}

/* Ids in elements of 64 bits, which are interned apart first. */
static partner_status run_convert_wide(plan *p, partner_error *error)
{
    static const partner_field event = {.name = "event",
                                        .member = "event",
                                        .length = "rows",
                                        .count = 1,
                                        .type = PARTNER_TYPE_U64,
                                        .unit = PARTNER_UNIT_INDEX,
                                        .dictionary = "event",
                                        .flags = PARTNER_FIELD_NULLABLE};
    static int64_t ids[ROWS];
    static uint64_t index[ROWS];
    partner_values v = PARTNER_VALUES_INIT;
    partner_dict *dict = NULL;
    partner_status status;

    for (uint32_t i = 0; i < ROWS; i++) ids[i] = (int64_t)i * 7919;
    must(partner_dict_new(&dict, error), *error);
    v.layout = PARTNER_VALUES_I64;
    v.values = ids;
    v.rows = ROWS;
    v.threads = case_threads;
    arm(p);
    status = partner_convert(&event, &v, NULL, dict, index, NULL, error);
    disarm(p);
    ck_assert_uint_eq(partner_dict_size(dict), status == PARTNER_OK ? ROWS : 0);
    if (status == PARTNER_OK) ck_assert_uint_eq(index[ROWS - 1], ROWS - 1);
    partner_dict_free(dict);
    return status;
}

static partner_status run_analysis(const char *name, plan *p, partner_error *error)
{
    const partner_analysis *analysis = partner_analysis_find(name);
    partner_totals_options totals = PARTNER_TOTALS_OPTIONS_INIT;
    partner_pareto_options pareto = PARTNER_PARETO_OPTIONS_INIT;
    const void *inputs[] = {&data()->sales, &data()->roster}, *options[] = {&totals, &pareto};
    void *result = UNTOUCHED;
    char text[512];
    partner_status status;

    ck_assert_ptr_nonnull(analysis);
    ck_assert_uint_le(analysis->input_count, 2);
    ck_assert_uint_le(analysis->option_count, 2);
    totals.threads = pareto.threads = case_threads;
    totals.from_day = 19365;
    totals.to_day = 19730;
    totals.previous_from_day = 19000;
    totals.previous_to_day = 19365;
    pareto.points = 10;
    pareto.leave_one_out = 1;
    pareto.resample = 1;
    pareto.replicates = 10;
    pareto.xyz = PARTNER_PERIOD_MONTH;
    arm(p);
    status = analysis->run(inputs, options, &result, error);
    /* Once there is a result, showing it takes no memory. */
    for (size_t i = 0; status == PARTNER_OK && i < analysis->view_count; i++) analysis->view(result, i);
    for (size_t i = 0; status == PARTNER_OK && analysis->sentence(result, i, text, sizeof text) > 0; i++)
        ck_assert_uint_gt(strlen(text), 0);
    disarm(p);
    if (status != PARTNER_OK) {
        ck_assert_ptr_eq(result, UNTOUCHED);
        return status;
    }
    ck_assert_ptr_nonnull(analysis->view(result, 0));
    analysis->free(result);
    analysis->free(NULL);
    return status;
}

static partner_status run_totals(plan *p, partner_error *error) { return run_analysis("totals", p, error); }
static partner_status run_pareto(plan *p, partner_error *error) { return run_analysis("pareto", p, error); }

/* The whole life of a tally through its table. */
static partner_status run_object(plan *p, partner_error *error)
{
    const partner_object *object = partner_object_find("tally");
    const void *inputs[] = {NULL, &data()->roster}, *options[] = {NULL};
    void *tally = NULL, *other = NULL, *result = NULL;
    partner_bytes *bytes = NULL;
    partner_status status;

    arm(p);
    status = object->create(NULL, &tally, error);
    if (status == PARTNER_OK) status = object->add(tally, &data()->sales, error);
    if (status == PARTNER_OK) status = object->save(tally, NULL, &bytes, error);
    if (status == PARTNER_OK) status = object->load(bytes->bytes, bytes->length, NULL, &other, error);
    if (status == PARTNER_OK) status = object->merge(other, tally, NULL, 0, error);
    if (status == PARTNER_OK) status = object->finish(other, inputs, options, &result, error);
    disarm(p);
    if (status == PARTNER_OK) {
        const partner_totals *totals = object->analysis->view(result, 0);
        ck_assert_uint_eq(totals->rows, 2 * (uint64_t)ROWS);
        object->analysis->free(result);
    } else {
        ck_assert_ptr_null(result);
    }
    partner_bytes_free(bytes);
    object->free(tally);
    object->free(other);
    return status;
}

const fault_case record_cases[] = {
    {"partner_record_at", run_record_at, 1},
    {"partner_record_find", run_record_find, 1},
    {"partner_config_at", run_config_at, 1},
    {"partner_config_find", run_config_find, 1},
    {"partner_analysis_at", run_analysis_at, 1},
    {"partner_analysis_find", run_analysis_find, 1},
    {"partner_object_at", run_object_at, 1},
    {"partner_object_find", run_object_find, 1},
    {"partner_record_field", run_record_field, 1},
    {"partner_record_field_find", run_record_field_find, 1},
    {"partner_analysis_input", run_analysis_input, 1},
    {"partner_analysis_view", run_analysis_view, 1},
    {"partner_type_size", run_type_size, 1},
    {"partner_field_length", run_field_length, 1},
    {"partner_field_data", run_field_data, 1},
    {"partner_field_is_null", run_field_is_null, 1},
    {"partner_field_integer", run_field_integer, 1},
    {"partner_field_is_shown", run_field_is_shown, 1},
    {"partner_field_is_figure", run_field_is_figure, 1},
    {"partner_parse", run_parse, 1},
    {"partner_convert", run_convert, 0},
    {"partner_convert", run_convert_wide, 0},
    {"partner_print", run_print, 1},
    {"totals.run", run_totals, 0},
    {"pareto.run", run_pareto, 0},
    {"tally.finish", run_object, 0},
    {NULL, NULL, 0},
};
