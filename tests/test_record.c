/* SPDX-License-Identifier: MIT
 * The tables of records, analyses and objects: DESIGN "Records and analyses" and "A test proves that no struct
 * member is missing". What C can see of the structs is proved here; that every member of the headers is named
 * is proved by check_members.py, which reads what `test_record --members` prints. */
#include <stdio.h>

#include "suite.h"

/* Bytes that a member takes in its struct. */
static size_t size_in_struct(const partner_field *field)
{
    if (field->length != NULL || field->type == PARTNER_TYPE_RECORD || field->type == PARTNER_TYPE_POINTER)
        return sizeof(void *);
    return partner_type_size(field->type) * field->count;
}

/* What a struct may leave free before a member of that size. */
static size_t alignment_of(const partner_field *field)
{
    if (field->length != NULL || field->type == PARTNER_TYPE_RECORD || field->type == PARTNER_TYPE_POINTER)
        return sizeof(void *);
    return partner_type_size(field->type);
}

/* --- the structs themselves --- */

/* Members follow one another; what lies between them is less than the alignment of the one that follows, so no
 * member is left out. (Members smaller than that gap could be: check_members.py sees those.) */
START_TEST(fields_tile_their_struct)
{
    const partner_record *record;

    for (size_t r = 0; (record = partner_record_at(r)) != NULL; r++) {
        const partner_field *field;
        size_t end = 0, widest = 1;

        for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++) {
            size_t alignment = alignment_of(field);
            ck_assert_msg(field->offset >= end, "%s.%s overlaps what is before it", record->name,
                          field->member);
            ck_assert_msg(field->offset - end < alignment, "%s: there is a gap before %s", record->name,
                          field->member);
            ck_assert_uint_eq(field->offset % (alignment < 4 ? alignment : 4), 0);
            end = field->offset + size_in_struct(field);
            if (alignment > widest) widest = alignment;
        }
        ck_assert_msg(end <= record->size && record->size - end < widest, "%s: there is a gap at the end",
                      record->name);
        ck_assert_uint_gt(record->field_count, 0);
    }
}
END_TEST

/* The sizes that C gives. */
START_TEST(sizes_are_those_of_the_structs)
{
    static const struct {
        const char *record;
        size_t size;
    } known[] = {{"sales", sizeof(partner_sales)},
                 {"roster", sizeof(partner_roster)},
                 {"totals_options", sizeof(partner_totals_options)},
                 {"totals", sizeof(partner_totals)},
                 {"growth", sizeof(partner_growth)},
                 {"growth_states", sizeof(partner_growth_states)},
                 {"amounts", sizeof(partner_amounts)},
                 {"pareto_options", sizeof(partner_pareto_options)},
                 {"pareto", sizeof(partner_pareto)},
                 {"pareto_classes", sizeof(partner_pareto_classes)},
                 {"pareto_groups", sizeof(partner_pareto_groups)},
                 {"pareto_group_classes", sizeof(partner_pareto_group_classes)},
                 {"pareto_lorenz", sizeof(partner_pareto_lorenz)},
                 {"pareto_leave_one_out", sizeof(partner_pareto_leave_one_out)},
                 {"resampling", sizeof(partner_resampling)},
                 {"tail", sizeof(partner_tail)},
                 {"tail_against", sizeof(partner_tail_against)},
                 {"change", sizeof(partner_change)},
                 {"change_moves", sizeof(partner_change_moves)},
                 {"change_partners", sizeof(partner_change_partners)},
                 {"xyz", sizeof(partner_xyz)},
                 {"xyz_classes", sizeof(partner_xyz_classes)},
                 {"xyz_partners", sizeof(partner_xyz_partners)},
                 {"loyalty", sizeof(partner_loyalty)},
                 {"loyalty_options", sizeof(partner_loyalty_options)},
                 {"loyalty_tiers", sizeof(partner_loyalty_tiers)},
                 {"loyalty_months", sizeof(partner_loyalty_months)},
                 {"loyalty_missing", sizeof(partner_loyalty_missing)},
                 {"loyalty_notices", sizeof(partner_loyalty_notices)},
                 {"loyalty_comparison", sizeof(partner_loyalty_comparison)},
                 {"loyalty_difference", sizeof(partner_loyalty_difference)},
                 {"loyalty_changes", sizeof(partner_loyalty_changes)},
                 {"events", sizeof(partner_events)},
                 {"ledger", sizeof(partner_ledger)},
                 {"deferral", sizeof(partner_deferral)},
                 {"deferral_options", sizeof(partner_deferral_options)},
                 {"deferred", sizeof(partner_deferred)},
                 {"predictions", sizeof(partner_predictions)},
                 {"measures_options", sizeof(partner_measures_options)},
                 {"measures", sizeof(partner_measures)},
                 {"calibration", sizeof(partner_calibration)},
                 {"win_model", sizeof(partner_win_model)},
                 {"deals", sizeof(partner_deals)},
                 {"milestones", sizeof(partner_milestones)},
                 {"claims", sizeof(partner_claims)},
                 {"deal_features", sizeof(partner_deal_features)},
                 {"pipeline_options", sizeof(partner_pipeline_options)},
                 {"pipeline_deals", sizeof(partner_pipeline_deals)},
                 {"pipeline_doubts", sizeof(partner_pipeline_doubts)},
                 {"pipeline_visibility", sizeof(partner_pipeline_visibility)},
                 {"pipeline_conversions", sizeof(partner_pipeline_conversions)},
                 {"pipeline_registrations", sizeof(partner_pipeline_registrations)},
                 {"pipeline_contenders", sizeof(partner_pipeline_contenders)},
                 {"pipeline_rates", sizeof(partner_pipeline_rates)},
                 {"pipeline_partner_rates", sizeof(partner_pipeline_partner_rates)},
                 {"pipeline_curves", sizeof(partner_pipeline_curves)},
                 {"pipeline_terms", sizeof(partner_pipeline_terms)},
                 {"pipeline_contributions", sizeof(partner_pipeline_contributions)},
                 {"pipeline_measures", sizeof(partner_pipeline_measures)},
                 {"pipeline_calibration", sizeof(partner_pipeline_calibration)},
                 {"forecast_months", sizeof(partner_forecast_months)},
                 {"forecast_partners", sizeof(partner_forecast_partners)},
                 {"forecast_categories", sizeof(partner_forecast_categories)},
                 {"forecast", sizeof(partner_forecast)},
                 {"backtest", sizeof(partner_backtest)},
                 {"pipeline", sizeof(partner_pipeline)},
                 {"portfolio", sizeof(partner_portfolio)},
                 {"interactions", sizeof(partner_interactions)},
                 {"expectations", sizeof(partner_expectations)},
                 {"numbers", sizeof(partner_numbers)},
                 {"returns", sizeof(partner_returns)},
                 {"breaks_options", sizeof(partner_breaks_options)},
                 {"allocation_options", sizeof(partner_allocation_options)},
                 {"segment_options", sizeof(partner_segment_options)},
                 {"breaks_classes", sizeof(partner_breaks_classes)},
                 {"breaks", sizeof(partner_breaks)},
                 {"allocation_sensitivity", sizeof(partner_allocation_sensitivity)},
                 {"allocation", sizeof(partner_allocation)},
                 {"segment_partners", sizeof(partner_segment_partners)},
                 {"segment_lines", sizeof(partner_segment_lines)},
                 {"segment_bands", sizeof(partner_segment_bands)},
                 {"segment_moves", sizeof(partner_segment_moves)},
                 {"segment_movers", sizeof(partner_segment_movers)},
                 {"segment_dimensions", sizeof(partner_segment_dimensions)},
                 {"segment_assumptions", sizeof(partner_segment_assumptions)},
                 {"segmentation", sizeof(partner_segmentation)}};
    size_t records = 0;

    while (partner_record_at(records) != NULL) records++;
    ck_assert_uint_eq(records, sizeof known / sizeof known[0]);
    for (size_t i = 0; i < records; i++) {
        ck_assert_ptr_nonnull(partner_record_find(known[i].record));
        ck_assert_uint_eq(partner_record_find(known[i].record)->size, known[i].size);
    }
}
END_TEST

static const partner_field *find(const char *record, const char *name)
{
    const partner_field *field = partner_record_field_find(partner_record_find(record), name);

    ck_assert_msg(field != NULL, "%s.%s", record, name);
    return field;
}

START_TEST(known_members)
{
    const uint8_t size_type = sizeof(size_t) == 8 ? PARTNER_TYPE_U64 : PARTNER_TYPE_U32;

    ck_assert_uint_eq(find("sales", "partner")->type, PARTNER_TYPE_U32);
    ck_assert_uint_eq(find("sales", "amount")->type, PARTNER_TYPE_I64);
    ck_assert_uint_eq(find("sales", "amount")->unit, PARTNER_UNIT_MONEY);
    ck_assert_uint_eq(find("sales", "amount")->offset, offsetof(partner_sales, amount));
    ck_assert_uint_eq(find("sales", "day")->type, PARTNER_TYPE_I32);
    ck_assert_uint_eq(find("sales", "rows")->type, size_type);
    ck_assert_uint_eq(find("totals", "sales")->type, PARTNER_TYPE_U64);
    ck_assert_uint_eq(find("totals", "attainment")->type, PARTNER_TYPE_F64);
    ck_assert_uint_eq(find("pareto", "class")->type, PARTNER_TYPE_U8);
    ck_assert_str_eq(find("pareto", "class")->member, "class_of");
    ck_assert_ptr_eq(find("pareto", "class"), find("pareto", "class_of"));
    ck_assert_uint_eq(find("pareto", "top_share")->count, PARTNER_PARETO_TOPS);
    ck_assert_ptr_null(find("pareto", "top_share")->length);
    ck_assert_uint_eq(find("pareto_groups", "top_share")->count, PARTNER_PARETO_TOPS);
    ck_assert_str_eq(find("pareto_groups", "top_share")->length, "groups");
    ck_assert_uint_eq(find("pareto_options", "cuts")->count, PARTNER_PARETO_CUTS);
    ck_assert_uint_eq(find("pareto_options", "interrupt")->type, PARTNER_TYPE_POINTER);
    ck_assert_uint_eq(find("pareto", "classes")->type, PARTNER_TYPE_RECORD);
    ck_assert_ptr_eq(find("pareto", "classes")->record, partner_record_find("pareto_classes"));
    ck_assert_int_eq(find("totals_options", "from_day")->zero, PARTNER_DAY_0);
    ck_assert_int_eq(find("totals_options", "minor_units")->zero, PARTNER_MINOR_UNITS_0);
}
END_TEST

/* --- each field makes sense in its record --- */

static void check_names(const partner_record *record, const partner_field *field)
{
    const partner_field *other;
    int same_name = 0, same_member = 0;

    for (size_t i = 0; (other = partner_record_field(record, i)) != NULL; i++) {
        same_name += strcmp(other->name, field->name) == 0;
        same_member += strcmp(other->member, field->member) == 0;
    }
    ck_assert_msg(same_name == 1 && same_member == 1, "%s.%s is there twice", record->name, field->name);
    ck_assert_msg(field->name[strspn(field->name, "abcdefghijklmnopqrstuvwxyz_0123456789")] == '\0', "%s.%s",
                  record->name, field->name);
    ck_assert_msg(field->text != NULL && field->text[0] != '\0', "%s.%s has no description", record->name,
                  field->name);
    ck_assert_msg(strchr(field->text, '\n') == NULL && field->text[strlen(field->text) - 1] != '.',
                  "%s.%s: one line without a full stop", record->name, field->name);
}

static void check_length(const partner_record *record, const partner_field *field)
{
    const partner_field *length;

    if (field->length == NULL) return;
    length = partner_record_field_find(record, field->length);
    ck_assert_msg(length != NULL, "%s.%s: there is no %s", record->name, field->name, field->length);
    ck_assert_ptr_null(length->length);
    ck_assert_uint_eq(length->count, 1);
    ck_assert_uint_eq(length->flags & PARTNER_FIELD_LENGTH, PARTNER_FIELD_LENGTH);
    ck_assert_uint_eq(partner_type_size(length->type), sizeof(size_t));
}

static void check_unit(const partner_record *record, const partner_field *field)
{
    static const struct {
        uint8_t unit, type;
    } wanted[] = {{PARTNER_UNIT_DAY, PARTNER_TYPE_I32},   {PARTNER_UNIT_SHARE, PARTNER_TYPE_F64},
                  {PARTNER_UNIT_RATIO, PARTNER_TYPE_F64}, {PARTNER_UNIT_PPM, PARTNER_TYPE_U32},
                  {PARTNER_UNIT_ROW, PARTNER_TYPE_U32},   {PARTNER_UNIT_ENUM, PARTNER_TYPE_U8},
                  {PARTNER_UNIT_CLASS, PARTNER_TYPE_U8},  {PARTNER_UNIT_FLAG, PARTNER_TYPE_U8},
                  {PARTNER_UNIT_PLACES, PARTNER_TYPE_U8}, {PARTNER_UNIT_MONEY, PARTNER_TYPE_I64}};

    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        ck_assert_msg(field->unit != wanted[i].unit || field->type == wanted[i].type,
                      "%s.%s is of type %d with unit %d", record->name, field->name, field->type, field->unit);
    ck_assert_msg(field->unit != PARTNER_UNIT_INDEX || field->type == PARTNER_TYPE_U32 ||
                      field->type == PARTNER_TYPE_U64,
                  "%s.%s", record->name, field->name);
    ck_assert_msg(field->unit == PARTNER_UNIT_COUNT ||
                      (field->unit == PARTNER_UNIT_INDEX) == (field->dictionary != NULL),
                  "%s.%s", record->name, field->name);
    ck_assert_msg(!(field->flags & PARTNER_FIELD_IDENTITY) || field->unit == PARTNER_UNIT_INDEX, "%s.%s",
                  record->name, field->name);
    ck_assert_msg((field->type == PARTNER_TYPE_RECORD) == (field->record != NULL), "%s.%s", record->name,
                  field->name);
    if (field->unit == PARTNER_UNIT_ENUM) ck_assert_uint_gt(field->names_count, 1);
    if (field->unit == PARTNER_UNIT_CLASS)
        ck_assert_msg(partner_record_field_find(record, "class_none") != NULL, "%s.%s has no class_none",
                      record->name, field->name);
    /* A plain number is a seed, or what the unit of depends on the row. */
    if (field->type != PARTNER_TYPE_RECORD && field->type != PARTNER_TYPE_POINTER &&
        field->type != PARTNER_TYPE_F64 && field->unit == 0)
        ck_assert_msg((field->flags & PARTNER_FIELD_HIDDEN) != 0 || strcmp(field->name, "seed") == 0,
                      "%s.%s has no unit", record->name, field->name);
}

static void check_array(const partner_record *record, const partner_field *field)
{
    ck_assert_uint_ge(field->count, 1);
    ck_assert_msg((field->names == NULL) == (field->names_count == 0), "%s.%s", record->name, field->name);
    if (field->count > 1 && field->names != NULL) ck_assert_uint_eq(field->names_count, field->count);
    for (uint32_t i = 0; i < field->names_count; i++)
        for (uint32_t k = 0; k < i; k++) ck_assert_str_ne(field->names[i], field->names[k]);
}

static void check_when(const partner_record *record, const partner_field *field)
{
    const partner_field *when;

    if (field->when == NULL) return;
    when = partner_record_field_find(record, field->when);
    ck_assert_msg(when != NULL && when->type == PARTNER_TYPE_RECORD, "%s.%s: when %s", record->name,
                  field->name, field->when);
}

static void check_flags(const partner_record *record, const partner_field *field)
{
    const uint32_t of_columns = PARTNER_FIELD_REQUIRED | PARTNER_FIELD_SINGLE | PARTNER_FIELD_UNIQUE |
                                PARTNER_FIELD_ORDER | PARTNER_FIELD_BAR | PARTNER_FIELD_ACROSS;

    if (field->length == NULL)
        ck_assert_msg((field->flags & of_columns) == 0, "%s.%s", record->name, field->name);
    if (field->flags & PARTNER_FIELD_ORDER) ck_assert_uint_eq(field->unit, PARTNER_UNIT_ROW);
    /* Crossed with the column before it, which is one of few values, too, and of the same rows. */
    if (field->flags & PARTNER_FIELD_ACROSS) {
        ck_assert(field > record->fields && field[-1].length != NULL &&
                  strcmp(field[-1].length, field->length) == 0);
        ck_assert(partner_type_size(field->type) == 1 || field->unit == PARTNER_UNIT_INDEX);
        ck_assert(partner_type_size(field[-1].type) == 1 || field[-1].unit == PARTNER_UNIT_INDEX);
    }
    if (field->flags & PARTNER_FIELD_SUMMARY) ck_assert_uint_eq(field->type, PARTNER_TYPE_RECORD);
    if (field->flags & PARTNER_FIELD_LENGTH) ck_assert_ptr_null(field->length);
    if (field->flags & PARTNER_FIELD_KEY) ck_assert_uint_ne(field->type, PARTNER_TYPE_RECORD);
}

/* Numbers of rows stand for ids of another column of the same record. */
static void check_numbered(const partner_record *record, const partner_field *field)
{
    const partner_field *ids;

    if (field->numbered_without == NULL) return;
    ids = partner_record_field_find(record, field->numbered_without);
    ck_assert_msg(ids != NULL && ids != field, "%s.%s", record->name, field->name);
    ck_assert(ids->unit == PARTNER_UNIT_INDEX && field->unit == PARTNER_UNIT_INDEX);
    ck_assert_str_eq(ids->dictionary, field->dictionary);
    ck_assert_str_eq(ids->length, field->length);
    ck_assert_uint_eq(ids->type, field->type);
}

static void each_field(void (*check)(const partner_record *, const partner_field *))
{
    const partner_record *record;
    const partner_field *field;
    size_t fields = 0;

    for (size_t r = 0; (record = partner_record_at(r)) != NULL; r++)
        for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++, fields++)
            check(record, field);
    ck_assert_uint_gt(fields, 100);
}

START_TEST(names_are_unique_and_described) { each_field(check_names); }
END_TEST
START_TEST(every_column_has_its_length) { each_field(check_length); }
END_TEST
START_TEST(units_fit_types) { each_field(check_unit); }
END_TEST
START_TEST(arrays_have_names) { each_field(check_array); }
END_TEST
START_TEST(when_is_a_record) { each_field(check_when); }
END_TEST
START_TEST(flags_fit_fields) { each_field(check_flags); }
END_TEST
START_TEST(numbers_stand_for_ids) { each_field(check_numbered); }
END_TEST

/* Headers are matched without case, '_', ' ' and '-'; no alias may mean two fields, or be another one's name.
 */
START_TEST(aliases_mean_one_field)
{
    const partner_record *record;
    const partner_field *field, *other;

    for (size_t r = 0; (record = partner_record_at(r)) != NULL; r++)
        for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++) {
            char list[512], *alias;
            if (field->aliases == NULL) continue;
            ck_assert_uint_lt(strlen(field->aliases), sizeof list);
            strcpy(list, field->aliases);
            for (alias = strtok(list, ","); alias != NULL; alias = strtok(NULL, ","))
                for (size_t k = 0; (other = partner_record_field(record, k)) != NULL; k++) {
                    char all[600], wanted[128];
                    if (other->length == NULL) continue;
                    ck_assert_msg(strcmp(other->name, alias) != 0, "%s.%s: %s is a field", record->name,
                                  field->name, alias);
                    if (k == i || other->aliases == NULL) continue;
                    snprintf(all, sizeof all, ",%s,", other->aliases);
                    snprintf(wanted, sizeof wanted, ",%s,", alias);
                    ck_assert_msg(strstr(all, wanted) == NULL, "%s: %s means %s and %s", record->name, alias,
                                  field->name, other->name);
                }
        }
}
END_TEST

/* --- options --- */

static int is_option(const partner_field *field)
{
    return !(field->flags & PARTNER_FIELD_HIDDEN) && partner_type_size(field->type) > 0;
}

/* Every default is a text that reads, and what it reads to prints as it. */
START_TEST(defaults_read_and_print)
{
    const partner_analysis *analysis;
    size_t seen = 0;

    for (size_t a = 0; (analysis = partner_analysis_at(a)) != NULL; a++)
        for (size_t o = 0; o < analysis->option_count; o++) {
            const partner_field *field;
            for (size_t i = 0; (field = partner_record_field(analysis->options[o], i)) != NULL; i++) {
                uint64_t element[64] = {0};
                char text[64];
                partner_error error;
                if (!is_option(field) || field->initial == NULL) continue;
                must(partner_parse(field, field->initial, strlen(field->initial), NULL, element, NULL, &error),
                     error);
                partner_print(analysis->options[o], field, NULL, element, NULL, text, sizeof text);
                ck_assert_msg(text[0] != 0 && strncmp(text, field->initial, strlen(text)) == 0, "%s: %s",
                              field->name, text);
                seen++;
            }
        }
    ck_assert_uint_gt(seen, 5);
}
END_TEST

/* An option whose 0 is legal and not the default has a constant that stands for it, which is no legal value. */
START_TEST(an_explicit_zero_is_no_default)
{
    const partner_field *day = find("totals_options", "from_day"),
                        *places = find("totals_options", "minor_units");
    int32_t day_value = 0;
    uint8_t places_value = 0;
    partner_error error;

    must(partner_parse(day, "1970-01-01", 10, NULL, &day_value, NULL, &error), error);
    ck_assert_int_eq(day_value, PARTNER_DAY_0);
    must(partner_parse(places, "0", 1, NULL, &places_value, NULL, &error), error);
    ck_assert_int_eq(places_value, PARTNER_MINOR_UNITS_0);
}
END_TEST

/* The same of a flag whose default is true: what is written is read, and said again as it was meant. */
START_TEST(an_explicit_false_is_no_default)
{
    const partner_record *record = partner_record_find("pareto_options");
    const partner_field *flag = find("pareto_options", "since_first");
    static const char *const words[] = {"false", "no", "0"};
    uint8_t value = 7;
    char text[64];
    partner_error error;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        must(partner_parse(flag, words[i], strlen(words[i]), NULL, &value, NULL, &error), error);
        ck_assert_uint_eq(value, PARTNER_SINCE_FIRST_0);
        partner_print(record, flag, NULL, &value, NULL, text, sizeof text);
        ck_assert_str_eq(text, "false");
    }
    must(partner_parse(flag, "true", 4, NULL, &value, NULL, &error), error);
    ck_assert_uint_eq(value, 1);
    partner_print(record, flag, NULL, &value, NULL, text, sizeof text);
    ck_assert_str_eq(text, "true");
    value = 0;
    ck_assert_uint_eq(partner_print(record, flag, NULL, &value, NULL, text, sizeof text), 0);
}
END_TEST

/* What the tables call the default is what the library does when the member is zero. */
START_TEST(defaults_are_what_zero_does)
{
    const partner_record *record = partner_record_find("pareto_options");
    int64_t amount[] = {50, 30, 10, 5, 3, 2, 0, -4};
    partner_amounts amounts = PARTNER_AMOUNTS_INIT;
    partner_pareto_options zero = PARTNER_PARETO_OPTIONS_INIT, said = PARTNER_PARETO_OPTIONS_INIT;
    partner_pareto *a = NULL, *b = NULL;
    const partner_field *field;
    partner_error error;

    for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++)
        if (is_option(field) && field->initial != NULL)
            must(partner_parse(field, field->initial, strlen(field->initial), NULL,
                               (char *)&said + field->offset, NULL, &error),
                 error);
    ck_assert_uint_eq(said.cuts[0], 800000);
    ck_assert_uint_eq(said.cuts[1], 950000);
    ck_assert_uint_eq(said.cuts[2], 0);
    amounts.rows = sizeof amount / sizeof amount[0];
    amounts.amount = amount;
    must(partner_pareto_new(&amounts, &zero, &a, &error), error);
    must(partner_pareto_new(&amounts, &said, &b, &error), error);
    ck_assert_uint_eq(a->class_none, b->class_none);
    ck_assert(memcmp(a->class_of, b->class_of, amounts.rows) == 0);
    ck_assert_uint_eq(a->counted, b->counted);
    ck_assert(same_bits(a->gini, b->gini));
    ck_assert_ptr_null(b->lorenz);
    ck_assert_ptr_null(b->leave_one_out);
    partner_pareto_free(a);
    partner_pareto_free(b);
}
END_TEST

/* --- analyses and objects --- */

static int is_known(const partner_record *record)
{
    return record != NULL && partner_record_find(record->name) == record;
}

START_TEST(analyses_are_complete)
{
    const partner_analysis *analysis;
    size_t a = 0;

    for (; (analysis = partner_analysis_at(a)) != NULL; a++) {
        const partner_input *input;
        const partner_view *view;
        ck_assert_ptr_eq(partner_analysis_find(analysis->name), analysis);
        ck_assert(analysis->text != NULL && analysis->input_count > 0 && analysis->view_count > 0);
        ck_assert(analysis->run != NULL && analysis->view != NULL && analysis->sentence != NULL &&
                  analysis->free != NULL);
        for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++) {
            ck_assert_msg(input->text != NULL, "%s: %s", analysis->name, input->name);
            ck_assert_msg((input->record == NULL) != (input->config == NULL), "%s: %s", analysis->name,
                          input->name);
            if (input->record != NULL) ck_assert(is_known(input->record));
            else ck_assert_ptr_eq(partner_config_find(input->config->name), input->config);
        }
        ck_assert((analysis->explained_count == 0) == (analysis->explain == NULL));
        for (size_t i = 0; i < analysis->explained_count; i++) ck_assert_ptr_nonnull(analysis->explained[i]);
        for (size_t i = 0; (view = partner_analysis_view(analysis, i)) != NULL; i++)
            ck_assert_msg(is_known(view->record) && view->title != NULL, "%s: %s", analysis->name, view->name);
        for (size_t o = 0; o < analysis->option_count; o++) {
            ck_assert(is_known(analysis->options[o]));
            ck_assert_uint_eq(partner_record_field(analysis->options[o], 0)->offset, 0);
            ck_assert_str_eq(partner_record_field(analysis->options[o], 0)->name, "struct_size");
            ck_assert_str_eq(partner_record_field(analysis->options[o], 1)->name, "reserved");
        }
    }
    ck_assert_uint_ge(a, 2);
}
END_TEST

/* Every configuration reads its own example, and says what it understood. */
START_TEST(configs_are_complete)
{
    const partner_config *config;

    for (size_t c = 0; (config = partner_config_at(c)) != NULL; c++) {
        partner_dict *dicts[32] = {NULL};
        char text[2048] = "";
        void *made = NULL;
        partner_error error;

        ck_assert_ptr_eq(partner_config_find(config->name), config);
        ck_assert(config->text != NULL && config->example != NULL && config->dictionary_count <= 32);
        ck_assert(config->parse != NULL && config->sentence != NULL && config->warning != NULL &&
                  config->free != NULL);
        for (size_t d = 0; d < config->dictionary_count; d++) must(partner_dict_new(&dicts[d], &error), error);
        must(config->parse(config->example, strlen(config->example), dicts, &made, &error), error);
        ck_assert_uint_gt(config->sentence(made, dicts, 0, text, sizeof text), 0);
        ck_assert(text[0] != '\0');
        if (config->minor_units != NULL) ck_assert_uint_le(config->minor_units(made), 9);
        config->free(made);
        config->free(NULL);
        made = NULL;
        must_fail(config->parse("[", 1, dicts, &made, &error), PARTNER_E_DATA, error);
        ck_assert_ptr_null(made);
        for (size_t d = 0; d < config->dictionary_count; d++) partner_dict_free(dicts[d]);
    }
    ck_assert_ptr_null(partner_config_at(SIZE_MAX));
    ck_assert_ptr_null(partner_config_find("no such configuration"));
    ck_assert_ptr_null(partner_config_find(NULL));
}
END_TEST

/* record.h: but for threads and interrupt, names are unique among the options of an analysis. */
START_TEST(option_names_are_unique)
{
    const partner_analysis *analysis;

    for (size_t a = 0; (analysis = partner_analysis_at(a)) != NULL; a++)
        for (size_t o = 1; o < analysis->option_count; o++) {
            const partner_field *field;
            for (size_t i = 0; (field = partner_record_field(analysis->options[o], i)) != NULL; i++)
                for (size_t before = 0; before < o; before++)
                    if (is_option(field) && strcmp(field->name, "threads") != 0)
                        ck_assert_msg(partner_record_field_find(analysis->options[before], field->name) == NULL,
                                      "%s: %s", analysis->name, field->name);
        }
}
END_TEST

START_TEST(objects_are_complete)
{
    const partner_object *object;
    size_t n = 0;

    for (; (object = partner_object_at(n)) != NULL; n++) {
        ck_assert_ptr_eq(partner_object_find(object->name), object);
        ck_assert(is_known(object->options) && is_known(object->input) && object->text != NULL);
        ck_assert_ptr_eq(partner_analysis_find(object->analysis->name), object->analysis);
        ck_assert(object->finish != NULL && object->free != NULL);
        if (object->config == NULL) {
            ck_assert(object->create != NULL && object->add != NULL && object->merge != NULL &&
                      object->save != NULL && object->load != NULL);
        } else {
            ck_assert_ptr_eq(partner_config_find(object->config->name), object->config);
            ck_assert(object->dictionary_count > 0 && object->open != NULL && object->append != NULL &&
                      object->advance != NULL && object->version != NULL && object->save_all != NULL &&
                      object->load_all != NULL);
        }
    }
    ck_assert_uint_ge(n, 1);
}
END_TEST

/* --- the functions that read structs by the tables --- */

START_TEST(structs_are_read)
{
    const partner_record *record = partner_record_find("sales");
    const uint32_t partner[] = {4, PARTNER_NONE};
    const int32_t day[] = {PARTNER_NO_DAY, 3};
    const int64_t amount[] = {PARTNER_NO_AMOUNT, 1};
    partner_sales sales = PARTNER_SALES_INIT;
    const double nan = NAN, one = 1;

    sales.rows = 2;
    sales.partner = partner;
    sales.day = day;
    sales.amount = amount;
    ck_assert_uint_eq(partner_field_length(record, find("sales", "partner"), &sales), 2);
    ck_assert_uint_eq(partner_field_length(record, find("sales", "rows"), &sales), 1);
    ck_assert_ptr_eq(partner_field_data(find("sales", "partner"), &sales), partner);
    ck_assert_ptr_eq(partner_field_data(find("sales", "rows"), &sales), &sales.rows);
    ck_assert_ptr_null(partner_field_data(find("sales", "margin"), &sales));
    ck_assert(partner_field_is_null(find("sales", "day"), &day[0]));
    ck_assert(!partner_field_is_null(find("sales", "day"), &day[1]));
    ck_assert(
        !partner_field_is_null(find("sales", "partner"), &partner[1])); /* not nullable: the library says */
    ck_assert(!partner_field_is_null(find("sales", "amount"), &amount[0]));
    ck_assert(partner_field_is_null(find("sales", "margin"), &amount[0]));
    ck_assert(partner_field_is_null(find("pareto", "gini"), &nan));
    ck_assert(!partner_field_is_null(find("pareto", "gini"), &one));
}
END_TEST

static uint64_t integer(uint8_t type, const void *element, int *negative)
{
    const partner_field field = {.name = "number", .count = 1, .type = type};

    return partner_field_integer(&field, element, negative);
}

/* Both ends of every type, wherever they lie in memory. */
START_TEST(integers_are_read)
{
    const uint8_t u8 = 255;
    const uint32_t u32 = UINT32_MAX;
    const uint64_t u64 = UINT64_MAX;
    const int32_t i32[] = {INT32_MIN, -1, 0, INT32_MAX};
    const int64_t i64[] = {INT64_MIN, -1, 0, INT64_MAX};
    const uint64_t low[] = {UINT64_C(2147483648), 1, 0, 2147483647},
                   wide[] = {UINT64_C(9223372036854775808), 1, 0, UINT64_C(9223372036854775807)};
    char odd[sizeof(int64_t) + 1];
    int negative = 7;

    ck_assert_uint_eq(integer(PARTNER_TYPE_U8, &u8, &negative), 255);
    ck_assert_int_eq(negative, 0);
    ck_assert_uint_eq(integer(PARTNER_TYPE_U32, &u32, NULL), UINT64_C(4294967295));
    ck_assert_uint_eq(integer(PARTNER_TYPE_U64, &u64, NULL), UINT64_C(18446744073709551615));
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(integer(PARTNER_TYPE_I32, &i32[i], &negative), low[i]);
        ck_assert_int_eq(negative, i < 2);
        memcpy(odd + 1, &i64[i], sizeof i64[i]);
        ck_assert_uint_eq(integer(PARTNER_TYPE_I64, odd + 1, &negative), wide[i]);
        ck_assert_int_eq(negative, i < 2);
    }
    ck_assert_uint_eq(integer(PARTNER_TYPE_I64, &i64[1], NULL), 1);
}
END_TEST

START_TEST(what_is_no_integer_is_zero)
{
    const double x = -3;
    const void *pointer = &x;
    int negative = 7;

    ck_assert_uint_eq(integer(PARTNER_TYPE_F64, &x, &negative), 0);
    ck_assert_int_eq(negative, 0);
    ck_assert_uint_eq(integer(PARTNER_TYPE_RECORD, &pointer, NULL), 0);
    ck_assert_uint_eq(integer(PARTNER_TYPE_POINTER, &pointer, NULL), 0);
    ck_assert_uint_eq(integer(PARTNER_TYPE_I64, NULL, NULL), 0);
    negative = 7;
    ck_assert_uint_eq(partner_field_integer(NULL, &x, &negative), 0);
    ck_assert_int_eq(negative, 0);
}
END_TEST

static int is_shown(const char *record, const char *name, const void *data)
{
    return partner_field_is_shown(partner_record_find(record), find(record, name), data);
}

/* Machinery never; Theil's parts only where there are groups, in this struct and not in another. */
START_TEST(what_depends_is_shown_where_it_is)
{
    const partner_pareto_groups groups = {0};
    const partner_pareto without = {0}, with = {.groups = &groups};

    ck_assert(!is_shown("pareto_options", "struct_size", NULL));
    ck_assert(!is_shown("pareto_options", "interrupt", NULL));
    ck_assert(is_shown("pareto_options", "cuts", NULL));
    ck_assert(is_shown("pareto", "gini", &without));   /* a scalar */
    ck_assert(is_shown("pareto", "share", &without));  /* a column */
    ck_assert(is_shown("pareto", "groups", &without)); /* a record */
    ck_assert(!is_shown("pareto", "theil_within", &without));
    ck_assert(is_shown("pareto", "theil_within", &with));
    ck_assert(!is_shown("pareto", "theil_within", NULL));
}
END_TEST

static int is_figure(const char *record, const char *name)
{
    return partner_field_is_figure(partner_record_find(record), find(record, name));
}

START_TEST(scalars_are_figures)
{
    ck_assert(is_figure("pareto", "gini"));
    ck_assert(is_figure("pareto", "top_share"));         /* a fixed array */
    ck_assert(is_figure("pareto", "theil_within"));      /* as declared: whether it is there says is_shown */
    ck_assert(!is_figure("pareto", "share"));            /* a column */
    ck_assert(!is_figure("pareto_groups", "top_share")); /* a column of arrays */
    ck_assert(!is_figure("pareto", "groups"));           /* a record */
    ck_assert(!is_figure("pareto_options", "struct_size"));
    ck_assert(!is_figure("pareto_options", "interrupt"));
}
END_TEST

/* A length is a figure next to other figures, or to records; alone with its columns it is their length only. */
START_TEST(lengths_are_figures_among_others)
{
    static const partner_field mixed[] = {
        {.name = "rows", .count = 1, .type = PARTNER_TYPE_U64, .flags = PARTNER_FIELD_LENGTH},
        {.name = "share", .length = "rows", .count = 1, .type = PARTNER_TYPE_F64},
        {.name = "size", .count = 1, .type = PARTNER_TYPE_U32, .flags = PARTNER_FIELD_HIDDEN},
        {.name = "below", .count = 1, .type = PARTNER_TYPE_RECORD}};
    const partner_record with = {.name = "with", .fields = mixed, .field_count = 4},
                         without = {.name = "without", .fields = mixed, .field_count = 3};

    ck_assert(is_figure("pareto", "partners"));
    ck_assert(!is_figure("pareto_lorenz", "points"));
    ck_assert(!is_figure("sales", "rows"));
    ck_assert(partner_field_is_figure(&with, &mixed[0]));
    ck_assert(!partner_field_is_figure(&without, &mixed[0]));
}
END_TEST

START_TEST(nothing_is_found_of_nothing)
{
    partner_sales sales = PARTNER_SALES_INIT;
    const partner_record *record = partner_record_find("sales");

    ck_assert_ptr_null(partner_record_find(NULL));
    ck_assert_ptr_null(partner_record_find("sale"));
    ck_assert_ptr_null(partner_analysis_find("Pareto"));
    ck_assert_ptr_null(partner_analysis_find(NULL));
    ck_assert_ptr_null(partner_object_find(""));
    ck_assert_ptr_null(partner_record_at((size_t)-1));
    ck_assert_ptr_null(partner_record_field(record, record->field_count));
    ck_assert_ptr_null(partner_record_field(NULL, 0));
    ck_assert_ptr_null(partner_record_field_find(record, "amounts"));
    ck_assert_ptr_null(partner_record_field_find(NULL, "amount"));
    /* A name comes before another field's member name. */
    record = partner_record_find("pipeline_deals");
    ck_assert_str_eq(partner_record_field_find(record, "stage")->member, "stage_name");
    ck_assert_str_eq(partner_record_field_find(record, "stage_name")->name, "stage");
    ck_assert_ptr_null(partner_analysis_input(NULL, 0));
    ck_assert_ptr_null(partner_analysis_view(NULL, 0));
    ck_assert_ptr_null(partner_analysis_view(partner_analysis_at(0), 1000));
    ck_assert_uint_eq(partner_type_size(PARTNER_TYPE_RECORD), 0);
    ck_assert_uint_eq(partner_type_size(0), 0);
    ck_assert_uint_eq(partner_field_length(NULL, find("sales", "day"), &sales), 0);
    ck_assert_ptr_null(partner_field_data(NULL, &sales));
    ck_assert(partner_field_is_null(NULL, &sales));
    ck_assert(!partner_field_is_shown(record, NULL, &sales));
    ck_assert(!partner_field_is_shown(NULL, find("pareto", "theil_within"), &sales));
    ck_assert(!partner_field_is_figure(record, NULL));
    ck_assert(!partner_field_is_figure(NULL, find("pareto", "gini")));
}
END_TEST

/* One line per member: record, struct size, member, offset, size, type, elements, and c for a column. */
static int print_members(void)
{
    const partner_record *record;
    const partner_field *field;

    for (size_t r = 0; (record = partner_record_at(r)) != NULL; r++)
        for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++)
            printf("%s %zu %s %zu %zu %d %u %c\n", record->name, record->size, field->member, field->offset,
                   size_in_struct(field), field->type, (unsigned)field->count,
                   field->length != NULL ? 'c' : 's');
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    Suite *suite;
    TCase *tcase;

    if (argc == 2 && strcmp(argv[1], "--members") == 0) return print_members();
    suite = suite_create("record");
    tcase = add_case(suite, "tables");
    tcase_add_test(tcase, fields_tile_their_struct);
    tcase_add_test(tcase, sizes_are_those_of_the_structs);
    tcase_add_test(tcase, known_members);
    tcase_add_test(tcase, names_are_unique_and_described);
    tcase_add_test(tcase, every_column_has_its_length);
    tcase_add_test(tcase, units_fit_types);
    tcase_add_test(tcase, arrays_have_names);
    tcase_add_test(tcase, when_is_a_record);
    tcase_add_test(tcase, flags_fit_fields);
    tcase_add_test(tcase, numbers_stand_for_ids);
    tcase_add_test(tcase, aliases_mean_one_field);
    tcase_add_test(tcase, defaults_read_and_print);
    tcase_add_test(tcase, an_explicit_zero_is_no_default);
    tcase_add_test(tcase, an_explicit_false_is_no_default);
    tcase_add_test(tcase, defaults_are_what_zero_does);
    tcase_add_test(tcase, analyses_are_complete);
    tcase_add_test(tcase, configs_are_complete);
    tcase_add_test(tcase, option_names_are_unique);
    tcase_add_test(tcase, objects_are_complete);
    tcase_add_test(tcase, structs_are_read);
    tcase_add_test(tcase, integers_are_read);
    tcase_add_test(tcase, what_is_no_integer_is_zero);
    tcase_add_test(tcase, what_depends_is_shown_where_it_is);
    tcase_add_test(tcase, scalars_are_figures);
    tcase_add_test(tcase, lengths_are_figures_among_others);
    tcase_add_test(tcase, nothing_is_found_of_nothing);
    return run_suite(suite);
}
