/* SPDX-License-Identifier: MIT
 * From settings, as text, to the options structs of an analysis. */
#include <stdlib.h>
#include <string.h>

#include "arguments.h"

/* Writes a number into a member, if the record has it. */
static void put_u32(const partner_record *record, const char *name, char *options, uint32_t value)
{
    const partner_field *field = partner_record_field_find(record, name);

    if (field != NULL && field->type == PARTNER_TYPE_U32) memcpy(options + field->offset, &value, sizeof value);
}

static void put_minor_units(const partner_record *record, const cli_dialect *dialect, char *options)
{
    const partner_field *field = partner_record_field_find(record, "minor_units");
    uint8_t value = cli_dialect_format(dialect).minor_units;

    if (field != NULL && field->type == PARTNER_TYPE_U8) memcpy(options + field->offset, &value, sizeof value);
}

static int put_setting(const partner_record *record, const cli_setting *setting, const cli_dialect *dialect,
                       char *options, cli_error *error)
{
    const partner_field *field = partner_record_field_find(record, setting->name);
    partner_format format = PARTNER_FORMAT_INIT;
    partner_error from;

    if (field == NULL) return CLI_OK;
    format.minor_units = cli_dialect_format(dialect).minor_units;
    if (setting->length == 0) return cli_fail(error, CLI_USAGE, "partner: %s needs a value", setting->flag);
    if (partner_parse(field, setting->value, setting->length, &format, options + field->offset, NULL, &from) !=
        PARTNER_OK)
        return cli_fail(error, from.code == PARTNER_E_NOMEM ? CLI_SYSTEM : CLI_USAGE, "partner: %s: %s",
                        setting->flag, from.message);
    return CLI_OK;
}

static int32_t day_of(const partner_record *record, const char *name, const char *options)
{
    const partner_field *field = partner_record_field_find(record, name);
    int32_t day = 0;

    if (field != NULL && field->type == PARTNER_TYPE_I32) memcpy(&day, options + field->offset, sizeof day);
    return day == PARTNER_DAY_0 ? 0 : day == 0 ? PARTNER_NO_DAY : day;
}

static const char *text_of(const cli_arguments *arguments, const char *name, size_t *length)
{
    for (size_t i = 0; i < arguments->settings; i++)
        if (strcmp(arguments->setting[i].name, name) == 0) {
            *length = arguments->setting[i].length;
            return arguments->setting[i].value;
        }
    *length = 0;
    return "";
}

/* The library would say this in numbers of days. */
static int check_windows(const partner_record *record, const cli_arguments *arguments, const char *options,
                         cli_error *error)
{
    static const char *const windows[][2] = {{"from_day", "to_day"}, {"previous_from_day", "previous_to_day"}};

    for (size_t i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        int32_t from = day_of(record, windows[i][0], options), to = day_of(record, windows[i][1], options);
        size_t from_length, to_length;
        const char *from_text = text_of(arguments, windows[i][0], &from_length);
        const char *to_text = text_of(arguments, windows[i][1], &to_length);

        if (from == PARTNER_NO_DAY || to == PARTNER_NO_DAY || from < to) continue;
        return cli_fail(error, CLI_USAGE,
                        "partner: the window from %.*s to %.*s holds no day, expected the first "
                        "day before the last (which is not part of it)",
                        (int)from_length, from_text, (int)to_length, to_text);
    }
    return CLI_OK;
}

static int make_one(const partner_analysis *analysis, const partner_record *record,
                    const cli_arguments *arguments, void **options, cli_error *error)
{
    char *made = calloc(1, record->size);

    *options = made;
    if (made == NULL) return cli_no_memory(error);
    put_u32(record, "struct_size", made, (uint32_t)record->size);
    put_u32(record, "threads", made, arguments->threads);
    put_minor_units(record, &arguments->dialect, made);
    for (size_t i = 0; i < arguments->settings; i++)
        if (!cli_is_refused(analysis, arguments->setting[i].name) &&
            put_setting(record, &arguments->setting[i], &arguments->dialect, made, error) != CLI_OK)
            return error->exit_code;
    return check_windows(record, arguments, made, error);
}

int cli_options_make(const partner_analysis *analysis, const cli_arguments *arguments, void **options,
                     cli_error *error)
{
    for (size_t i = 0; i < analysis->option_count; i++) options[i] = NULL;
    for (size_t i = 0; i < analysis->option_count; i++)
        if (make_one(analysis, analysis->options[i], arguments, &options[i], error) != CLI_OK) {
            cli_options_free(analysis, options);
            return error->exit_code;
        }
    return CLI_OK;
}

void cli_options_free(const partner_analysis *analysis, void **options)
{
    for (size_t i = 0; i < analysis->option_count; i++) {
        free(options[i]);
        options[i] = NULL;
    }
}
