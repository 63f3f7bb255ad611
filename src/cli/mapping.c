/* SPDX-License-Identifier: MIT
 * Mapping files: which headers hold the fields, and how values are spelled, as JSON. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "names.h"

int cli_is_delimiter(char c)
{
    unsigned char u = (unsigned char)c;

    return c == '\t' || (u > ' ' && u < 0x7f && c != '"' && !(c >= '0' && c <= '9') &&
                         !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z'));
}

int cli_is_separator(char c)
{
    return c != 0 && c != '\t' && strchr("+-()%\"", c) == NULL && (c == ' ' || cli_is_delimiter(c));
}

int cli_dialect_check(const cli_dialect *dialect, cli_error *error)
{
    if (dialect->thousands == '.' && !dialect->decimal_comma)
        return cli_fail(
            error, CLI_USAGE,
            "partner: --thousands . needs --decimal-comma, for the decimal point is the same character");
    if (dialect->thousands == ',' && dialect->decimal_comma)
        return cli_fail(error, CLI_USAGE, "partner: --thousands , and --decimal-comma are the same character");
    return CLI_OK;
}

partner_format cli_dialect_format(const cli_dialect *dialect)
{
    partner_format format = PARTNER_FORMAT_INIT;

    format.date_format = dialect->date_format;
    format.decimal_comma = dialect->decimal_comma ? 1 : 0;
    format.thousands = dialect->thousands;
    if (dialect->minor_units_given)
        format.minor_units = dialect->minor_units == 0 ? PARTNER_MINOR_UNITS_0 : dialect->minor_units;
    return format;
}

struct cli_mapping {
    const char *path;
    json_t *root;
    cli_column *column;
    size_t columns, room;
    cli_dialect dialect;
};

/* The inputs of all analyses. */
static const cli_command everything = {.name = "check", .kind = CLI_CHECK};

static int unknown_key(const cli_mapping *mapping, const char *path, const partner__nearest *nearest,
                       cli_error *error)
{
    const char *found = partner__nearest_found(nearest);

    return cli_fail(error, CLI_DATA, "%s: %s.%.100s: there is no such key%s%s%s", mapping->path, path,
                    nearest->wanted, found != NULL ? " (did you mean " : "", found != NULL ? found : "",
                    found != NULL ? "?)" : "");
}

static int wrong_type(const cli_mapping *mapping, const char *path, const char *expected, cli_error *error)
{
    return cli_fail(error, CLI_DATA, "%s: %s: expected %s", mapping->path, path, expected);
}

static int read_input(cli_mapping *mapping, const partner_input *input, json_t *fields, cli_error *error)
{
    char path[160];
    const char *name;
    json_t *header;

    json_object_foreach(fields, name, header)
    {
        const partner_field *field = partner_record_field_find(input->record, name), *other;
        partner__nearest nearest = PARTNER__NEAREST(name);
        cli_column column = {.input = input->name, .input_length = strlen(input->name), .from = mapping->path};

        if (field == NULL || field->length == NULL) {
            for (size_t i = 0; (other = partner_record_field(input->record, i)) != NULL; i++)
                if (other->length != NULL) partner__nearest_try(&nearest, other->name);
            snprintf(path, sizeof path, "$.columns.%s", input->name);
            return unknown_key(mapping, path, &nearest, error);
        }
        snprintf(path, sizeof path, "$.columns.%s.%s", input->name, field->name);
        if (!json_is_string(header) || json_string_length(header) == 0)
            return wrong_type(mapping, path, "a header as text", error);
        column.field = field->name;
        column.field_length = strlen(field->name);
        column.header = json_string_value(header);
        mapping->column[mapping->columns++] = column;
    }
    return CLI_OK;
}

static int read_columns(cli_mapping *mapping, json_t *inputs, cli_error *error)
{
    const partner_input *other;
    const char *name;
    char path[96];
    json_t *fields;
    size_t room = 0;

    if (!json_is_object(inputs)) return wrong_type(mapping, "$.columns", "an object", error);
    json_object_foreach(inputs, name, fields) room += json_object_size(fields);
    mapping->column = calloc(room + 1, sizeof *mapping->column);
    if (mapping->column == NULL) return cli_no_memory(error);
    json_object_foreach(inputs, name, fields)
    {
        const partner_input *input = cli_command_input_find(&everything, name, strlen(name));
        partner__nearest nearest = PARTNER__NEAREST(name);

        for (size_t i = 0; (other = cli_command_input(&everything, i)) != NULL; i++)
            partner__nearest_try(&nearest, other->name);
        if (input == NULL) return unknown_key(mapping, "$.columns", &nearest, error);
        snprintf(path, sizeof path, "$.columns.%s", input->name);
        if (!json_is_object(fields)) return wrong_type(mapping, path, "an object", error);
        if (read_input(mapping, input, fields, error) != CLI_OK) return error->exit_code;
    }
    return CLI_OK;
}

/* One key of the file; 0 in *known when there is none of that name. */
static int read_key(cli_mapping *mapping, const char *name, json_t *value, int *known, cli_error *error)
{
    cli_dialect *dialect = &mapping->dialect;
    const char *text = json_string_value(value);
    int one = json_is_string(value) && json_string_length(value) == 1;

    *known = 1;
    if (strcmp(name, "columns") == 0) return read_columns(mapping, value, error);
    if (strcmp(name, "date_format") == 0) {
        if (!json_is_string(value) || json_string_length(value) == 0)
            return wrong_type(mapping, "$.date_format", "a pattern as text, such as \"%d.%m.%Y\"", error);
        dialect->date_format = text;
    } else if (strcmp(name, "delimiter") == 0) {
        if (!one || !cli_is_delimiter(text[0]))
            return wrong_type(mapping, "$.delimiter", "one character that is no letter, digit or quote", error);
        dialect->delimiter = text[0];
    } else if (strcmp(name, "thousands") == 0) {
        if (!one || !cli_is_separator(text[0]))
            return wrong_type(mapping, "$.thousands", "one character, as \",\" or \".\"", error);
        dialect->thousands = text[0];
    } else if (strcmp(name, "decimal_comma") == 0) {
        if (!json_is_boolean(value)) return wrong_type(mapping, "$.decimal_comma", "true or false", error);
        dialect->decimal_comma = json_is_true(value);
    } else if (strcmp(name, "minor_units") == 0) {
        if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > 9)
            return wrong_type(mapping, "$.minor_units", "a number from 0 to 9", error);
        dialect->minor_units = (uint8_t)json_integer_value(value);
        dialect->minor_units_given = 1;
    } else {
        *known = 0;
    }
    return CLI_OK;
}

/* The last one may be a key of configurations, too. */
static const char *const keys[] = {"columns",   "date_format",   "delimiter",
                                   "thousands", "decimal_comma", "minor_units"};

static int read_root(cli_mapping *mapping, cli_error *error)
{
    const char *name;
    json_t *value;

    if (!json_is_object(mapping->root)) return wrong_type(mapping, "$", "an object", error);
    json_object_foreach(mapping->root, name, value)
    {
        partner__nearest nearest = PARTNER__NEAREST(name);
        int known;

        if (read_key(mapping, name, value, &known, error) != CLI_OK) return error->exit_code;
        for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) partner__nearest_try(&nearest, keys[i]);
        if (!known) return unknown_key(mapping, "$", &nearest, error);
    }
    return CLI_OK;
}

int cli_mapping_read(const char *path, cli_mapping **mapping, cli_error *error)
{
    cli_mapping *made;
    json_error_t bad;
    char *text = NULL;
    size_t length = 0;

    if (cli_source_all(path, 1 << 20, "a mapping file", &text, &length, NULL, error) != CLI_OK)
        return error->exit_code;
    made = calloc(1, sizeof *made);
    if (made == NULL) {
        free(text);
        return cli_no_memory(error);
    }
    made->path = path;
    made->root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &bad);
    free(text);
    /* jansson says nothing where memory was short. */
    if (made->root == NULL && bad.text[0] == 0) cli_no_memory(error);
    else if (made->root == NULL)
        cli_fail(error, CLI_DATA, "%s:%d: is not valid JSON: %s", path, bad.line, bad.text);
    if (made->root == NULL || read_root(made, error) != CLI_OK) {
        cli_mapping_free(made);
        return error->exit_code;
    }
    *mapping = made;
    return CLI_OK;
}

int cli_mapping_is(const char *text, size_t length)
{
    json_t *root = json_loadb(text, length, 0, NULL);
    int is = 0;

    for (size_t i = 0; i + 1 < sizeof keys / sizeof keys[0]; i++) is |= json_object_get(root, keys[i]) != NULL;
    json_decref(root);
    return is;
}

const cli_column *cli_mapping_columns(const cli_mapping *mapping, size_t *count)
{
    *count = mapping != NULL ? mapping->columns : 0;
    return mapping != NULL ? mapping->column : NULL;
}

void cli_mapping_dialect(const cli_mapping *mapping, cli_dialect *dialect)
{
    const cli_dialect *from = &mapping->dialect;

    if (dialect->delimiter == 0) dialect->delimiter = from->delimiter;
    if (dialect->thousands == 0) dialect->thousands = from->thousands;
    if (!dialect->decimal_comma) dialect->decimal_comma = from->decimal_comma;
    if (dialect->date_format == NULL) dialect->date_format = from->date_format;
    if (!dialect->minor_units_given) {
        dialect->minor_units_given = from->minor_units_given;
        dialect->minor_units = from->minor_units;
    }
}

void cli_mapping_free(cli_mapping *mapping)
{
    if (mapping == NULL) return;
    json_decref(mapping->root);
    free(mapping->column);
    free(mapping);
}
