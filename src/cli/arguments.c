/* SPDX-License-Identifier: MIT
 * Reading the command line by the tables of options.c. */
#include "arguments.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "output.h"

/* Where the parser is. */
typedef struct parser {
    int argc, at;
    char **argv;
    cli_arguments *to;
    int given[CLI_IDS];
    cli_error *error;
} parser;

static int usage(const parser *p, const char *text, const char *what, const char *hint)
{
    return cli_fail(p->error, CLI_USAGE, "partner: %s \"%.200s\"%s%s%s", text, what,
                    hint != NULL ? " (did you mean " : "", hint != NULL ? hint : "", hint != NULL ? "?)" : "");
}

static int bad_value(const parser *p, const cli_option *option, const char *value, const char *expected)
{
    return cli_fail(p->error, CLI_USAGE, "partner: --%s: \"%.200s\" found, expected %s", option->name, value,
                    expected);
}

/* A whole number in decimal digits, up to `most`. */
static int read_number(const char *text, size_t most, size_t *number)
{
    size_t value = 0;

    if (*text == 0) return 0;
    for (; *text != 0; text++) {
        size_t digit = (size_t)(*text - '0');

        if (*text < '0' || *text > '9' || value > (most - digit) / 10) return 0;
        value = value * 10 + digit;
    }
    *number = value;
    return value <= most;
}

static int count_value(const parser *p, const cli_option *option, const char *value, size_t least, size_t most,
                       const char *expected, size_t *number)
{
    if (!read_number(value, most, number) || *number < least) return bad_value(p, option, value, expected);
    return CLI_OK;
}

/* Adds a setting: each field may be set once, whatever its option is called. */
static int add_setting(parser *p, const char *flag, const char *name, const char *value, size_t length)
{
    cli_arguments *to = p->to;
    cli_setting *setting = &to->setting[to->settings];

    for (size_t i = 0; i < to->settings; i++)
        if (strcmp(to->setting[i].name, name) == 0)
            return cli_fail(p->error, CLI_USAGE, "partner: %s is given twice (%s, %s)", name,
                            to->setting[i].flag, flag);
    snprintf(setting->flag, sizeof setting->flag, "%s", flag);
    setting->name = name;
    setting->value = value;
    setting->length = length;
    to->settings++;
    return CLI_OK;
}

static int set_threads(parser *p, const cli_option *option, const char *value)
{
    size_t number = 0;

    if (p->to->threads != 0) return cli_fail(p->error, CLI_USAGE, "partner: threads is given twice");
    if (strcmp(value, "all") == 0) {
        p->to->threads = PARTNER_THREADS_ALL;
        return CLI_OK;
    }
    if (count_value(p, option, value, 1, PARTNER_THREADS_ALL - 1, "a number of threads, or all", &number) != 0)
        return CLI_USAGE;
    p->to->threads = (uint32_t)number;
    return CLI_OK;
}

static int set_minor_units(parser *p, const cli_option *option, const char *value)
{
    size_t number = 0;

    if (p->to->dialect.minor_units_given)
        return cli_fail(p->error, CLI_USAGE, "partner: minor_units is given twice");
    if (count_value(p, option, value, 0, 9, "a number from 0 to 9", &number) != 0) return CLI_USAGE;
    p->to->dialect.minor_units = (uint8_t)number;
    p->to->dialect.minor_units_given = 1;
    return CLI_OK;
}

/* --set NAME=VALUE */
static int set_field(parser *p, const cli_option *option, const char *value)
{
    const char *equals = strchr(value, '=');
    const partner_field *field;
    partner__nearest nearest = PARTNER__NEAREST(NULL);
    char name[64], flag[80];

    if (equals == NULL || equals == value || (size_t)(equals - value) >= sizeof name)
        return bad_value(p, option, value, "NAME=VALUE");
    snprintf(name, sizeof name, "%.*s", (int)(equals - value), value);
    field = cli_command_setting_find(&p->to->command, name);
    if (field == NULL) {
        nearest.wanted = name;
        for (size_t i = 0; (field = cli_command_setting(&p->to->command, i)) != NULL; i++)
            partner__nearest_try(&nearest, field->name);
        return usage(p, "--set: there is no option named", name, partner__nearest_found(&nearest));
    }
    if (strcmp(field->name, "threads") == 0) return set_threads(p, option, equals + 1);
    if (strcmp(field->name, "minor_units") == 0) return set_minor_units(p, option, equals + 1);
    snprintf(flag, sizeof flag, "--set %s", field->name);
    return add_setting(p, flag, field->name, equals + 1, strlen(equals + 1));
}

static const char yes[] = "true";

/* Sets a flag; several options may ask for the same. */
static int set_flag(parser *p, const char *flag, const char *field)
{
    for (size_t i = 0; i < p->to->settings; i++)
        if (p->to->setting[i].value == yes && strcmp(p->to->setting[i].name, field) == 0) return CLI_OK;
    return add_setting(p, flag, field, yes, strlen(yes));
}

/* Adds a table to those that are shown. */
static int show_view(parser *p, const char *flag, const char *view)
{
    cli_style *style = &p->to->style;

    for (size_t i = 0; i < style->views; i++)
        if (strcmp(style->view[i], view) == 0) return CLI_OK;
    if (style->views == CLI_VIEWS)
        return cli_fail(p->error, CLI_USAGE, "partner: %s: more than %d tables are asked for", flag, CLI_VIEWS);
    style->view[style->views++] = view;
    return CLI_OK;
}

/* "12", of the table, or "registrations:12", of another one that can be explained. */
static int read_reason(parser *p, const char *table, const char *value)
{
    const partner_analysis *analysis = p->to->command.analysis;
    cli_style *style = &p->to->style;
    const char *colon = strchr(value, ':');
    const size_t length = colon != NULL ? (size_t)(colon - value) : strlen(table);

    if (colon != NULL) table = value;
    for (size_t i = 0; i < analysis->explained_count; i++)
        if (strlen(analysis->explained[i]) == length && memcmp(analysis->explained[i], table, length) == 0) {
            style->explain_table = i;
            return read_number(colon != NULL ? colon + 1 : value, SIZE_MAX - 1, &style->explain);
        }
    return 0;
}

/* An option that has something shown, and what gives it computed. */
static int set_shown(parser *p, const cli_option *option, const char *flag, const char *value)
{
    cli_style *style = &p->to->style;

    if (option->shown == CLI_SHOW_VIEW && show_view(p, flag, option->view) != CLI_OK) return CLI_USAGE;
    if (option->shown == CLI_SHOW_PARTNER) {
        if (style->partner != NULL) return cli_fail(p->error, CLI_USAGE, "partner: %s is given twice", flag);
        style->partner = value;
    }
    if (option->shown == CLI_SHOW_REASON) {
        if (style->explains) return cli_fail(p->error, CLI_USAGE, "partner: %s is given twice", flag);
        if (!read_reason(p, option->view, value))
            return bad_value(p, option, value, "the number of a row, counted from 0");
        style->explains = 1;
    }
    return option->field == NULL ? CLI_OK : set_flag(p, flag, option->field);
}

/* A short form of --set. */
static int set_short(parser *p, const cli_option *option, const char *value)
{
    char flag[40];
    const char *dots;

    snprintf(flag, sizeof flag, "--%s", option->name);
    if (option->shown != CLI_SHOW_ALL) return set_shown(p, option, flag, value);
    if (value == NULL) value = yes;
    if (option->second == NULL) return add_setting(p, flag, option->field, value, strlen(value));
    dots = strstr(value, "..");
    if (dots == NULL) return bad_value(p, option, value, "FROM..TO, two days with two dots between them");
    if (add_setting(p, flag, option->field, value, (size_t)(dots - value)) != CLI_OK) return CLI_USAGE;
    return add_setting(p, flag, option->second, dots + 2, strlen(dots + 2));
}

/* Whether a field is set, by whatever option. */
static int is_set(const parser *p, const char *name)
{
    for (size_t i = 0; i < p->to->settings; i++)
        if (strcmp(p->to->setting[i].name, name) == 0) return 1;
    return 0;
}

/* A table that is asked for is computed, too. */
static int compute_views(parser *p)
{
    const cli_style *style = &p->to->style;
    cli_option option;

    for (size_t i = 0; cli_option_at(&p->to->command, i, &option); i++)
        for (size_t k = 0; k < style->views; k++)
            if (option.shown == CLI_SHOW_VIEW && option.field != NULL &&
                strcmp(style->view[k], option.view) == 0 && !is_set(p, option.field) &&
                set_flag(p, "--view", option.field) != CLI_OK)
                return CLI_USAGE;
    return CLI_OK;
}

/* What short forms set besides their own field, once it is known what the user sets. */
static int set_others(parser *p)
{
    const size_t given = p->to->settings;
    cli_option option;
    char flag[40];

    for (size_t i = 0; cli_option_at(&p->to->command, i, &option); i++) {
        if (option.also == NULL || is_set(p, option.also)) continue;
        snprintf(flag, sizeof flag, "--%s", option.name);
        for (size_t k = 0; k < given; k++)
            if (strcmp(p->to->setting[k].flag, flag) == 0 &&
                add_setting(p, flag, option.also, option.also_value, strlen(option.also_value)) != CLI_OK)
                return CLI_USAGE;
    }
    return compute_views(p);
}

static int add_column(parser *p, cli_column column)
{
    cli_arguments *to = p->to;

    for (size_t i = 0; i < to->columns; i++) {
        const cli_column *other = &to->column[i];

        if (other->field_length == column.field_length &&
            memcmp(other->field, column.field, column.field_length) == 0 &&
            other->input_length == column.input_length &&
            (column.input == NULL || memcmp(other->input, column.input, column.input_length) == 0))
            return cli_fail(p->error, CLI_USAGE,
                            "partner: --column: %.*s is given twice, as \"%.200s\" and \"%.200s\"",
                            (int)column.field_length, column.field, other->header, column.header);
    }
    to->column[to->columns++] = column;
    return CLI_OK;
}

static int unknown_input(const parser *p, const char *name)
{
    partner__nearest nearest = PARTNER__NEAREST(name);
    const partner_input *input;

    for (size_t i = 0; (input = cli_command_input(&p->to->command, i)) != NULL; i++)
        partner__nearest_try(&nearest, input->name);
    return usage(p, "--column: there is no input named", name, partner__nearest_found(&nearest));
}

static int unknown_field(const parser *p, const char *name, const partner_input *only)
{
    partner__nearest nearest = PARTNER__NEAREST(name);
    const partner_input *input;
    const partner_field *field;

    for (size_t i = 0; (input = cli_command_input(&p->to->command, i)) != NULL; i++)
        for (size_t f = 0; (field = partner_record_field(input->record, f)) != NULL; f++)
            if ((only == NULL || only == input) && field->length != NULL)
                partner__nearest_try(&nearest, field->name);
    return usage(p, "--column: there is no field named", name, partner__nearest_found(&nearest));
}

/* Whether an input has a column of that name. */
static int has_column(const partner_input *input, const char *name)
{
    const partner_field *field = partner_record_field_find(input->record, name);

    return field != NULL && field->length != NULL;
}

/* --column [INPUT.]FIELD=HEADER. Without an input's name it is the main input's; check does not know yet what
 * its files are, so there it may be any input's. */
static int set_column(parser *p, const cli_option *option, const char *value)
{
    const cli_command *command = &p->to->command;
    const char *equals = strchr(value, '='), *dot, *field = value;
    const partner_input *input = NULL;
    cli_column column = {.header = NULL};
    char name[64];
    int known = 0;

    if (equals == NULL || equals == value || equals[1] == 0) return bad_value(p, option, value, "FIELD=HEADER");
    dot = memchr(value, '.', (size_t)(equals - value));
    if (dot != NULL) {
        field = dot + 1;
        input = cli_command_input_find(command, value, (size_t)(dot - value));
        snprintf(name, sizeof name, "%.*s", (int)(dot - value), value);
        if (input == NULL) return unknown_input(p, name);
        column.input = value;
        column.input_length = (size_t)(dot - value);
    } else if (command->kind != CLI_CHECK) {
        input = cli_command_input(command, 0);
    }
    snprintf(name, sizeof name, "%.*s", (int)(equals - field), field);
    if (input != NULL) known = has_column(input, name);
    else
        for (size_t i = 0; !known && cli_command_input(command, i) != NULL; i++)
            known = has_column(cli_command_input(command, i), name);
    if (!known || strlen(name) != (size_t)(equals - field)) return unknown_field(p, name, input);
    column.field = field;
    column.field_length = (size_t)(equals - field);
    column.header = equals + 1;
    return add_column(p, column);
}

static int set_delimiter(parser *p, const cli_option *option, const char *value)
{
    int one = strlen(value) == 1;

    if (strcmp(value, "tab") == 0 || strcmp(value, "\\t") == 0) p->to->dialect.delimiter = '\t';
    else if (one && cli_is_delimiter(value[0])) p->to->dialect.delimiter = value[0];
    else return bad_value(p, option, value, "one character that is no letter, digit or quote, or tab");
    return CLI_OK;
}

static int set_format(parser *p, const cli_option *option, const char *value)
{
    static const char *const names[] = {"table", "json", "csv"};
    static const cli_format formats[] = {CLI_TABLE, CLI_JSON, CLI_CSV};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(value, names[i]) == 0) {
            p->to->style.format = formats[i];
            return CLI_OK;
        }
    return bad_value(p, option, value, "table, json or csv");
}

static int set_view(parser *p, const char *value)
{
    partner__nearest nearest = PARTNER__NEAREST(value);
    char buffer[CLI_VIEW_NAME], best[CLI_VIEW_NAME];
    const char *name;

    for (size_t i = 0; (name = cli_view_name(p->to->command.analysis, i, buffer)) != NULL; i++) {
        if (strcmp(name, value) == 0) return show_view(p, "--view", value);
        partner__nearest_try(&nearest, name);
        if (nearest.best == buffer) nearest.best = strcpy(best, buffer);
    }
    return usage(p, "--view: the result has no table named", value, partner__nearest_found(&nearest));
}

static int set_common(parser *p, const cli_option *option, const char *value)
{
    cli_arguments *to = p->to;

    if (!option->repeats && p->given[option->id]++)
        return cli_fail(p->error, CLI_USAGE, "partner: --%s is given twice", option->name);
    switch (option->id) {
    case CLI_FORMAT: return set_format(p, option, value);
    case CLI_OUTPUT: to->style.output = value; break;
    case CLI_VIEW: return set_view(p, value);
    case CLI_TOP: return count_value(p, option, value, 1, SIZE_MAX, "a number from 1 up", &to->style.top);
    case CLI_ANONYMOUS: to->style.anonymous = 1; break;
    case CLI_SET: return set_field(p, option, value);
    case CLI_COLUMN: return set_column(p, option, value);
    case CLI_MAPPING: to->mapping = value; break;
    case CLI_SAVE_MAPPING: to->save_mapping = value; break;
    case CLI_MINOR_UNITS: return set_minor_units(p, option, value);
    case CLI_DELIMITER: return set_delimiter(p, option, value);
    case CLI_DECIMAL_COMMA: to->dialect.decimal_comma = 1; break;
    case CLI_THOUSANDS:
        if (strlen(value) != 1 || !cli_is_separator(value[0]))
            return bad_value(p, option, value, "one character, as , . ' or a space");
        to->dialect.thousands = value[0];
        break;
    case CLI_DATE_FORMAT: to->dialect.date_format = value; break;
    case CLI_SKIP_BAD_ROWS:
        return count_value(p, option, value, 0, SIZE_MAX, "a number of rows", &to->skip_bad_rows);
    case CLI_SKIP_DUPLICATES:
        to->skip_duplicates = 1;
        if (cli_command_setting_find(&to->command, option->field) == NULL) break;
        return set_flag(p, "--skip-duplicates", option->field);
    case CLI_THREADS: return set_threads(p, option, value);
    case CLI_QUIET: to->quiet = 1; break;
    case CLI_HELP: to->help = 1; break;
    case CLI_VERSION: to->version = 1; break;
    default: break;
    }
    return CLI_OK;
}

static int set_input(parser *p, const cli_option *option, const char *value)
{
    size_t i = 0;

    while (cli_command_input(&p->to->command, i) != option->input) i++;
    if (i >= CLI_INPUTS) return usage(p, "no room for an input of", option->name, NULL);
    if (p->to->input[i] != NULL)
        return cli_fail(p->error, CLI_USAGE, "partner: --%s is given twice", option->name);
    p->to->input[i] = value;
    return CLI_OK;
}

static int take_option(parser *p, const cli_option *option, const char *value)
{
    cli_column column = {.header = value, .field = option->field};

    switch (option->kind) {
    case CLI_OPTION_COMMON: return set_common(p, option, value);
    case CLI_OPTION_FIELD: return set_short(p, option, value);
    case CLI_OPTION_INPUT: return set_input(p, option, value);
    case CLI_OPTION_COLUMN: break;
    }
    column.field_length = strlen(option->field);
    column.input = option->input->name;
    column.input_length = strlen(column.input);
    return add_column(p, column);
}

static int unknown_option(const parser *p, const char *name)
{
    partner__nearest nearest = PARTNER__NEAREST(name);
    const char *found;
    cli_option option;
    char hint[64];

    for (size_t i = 0; cli_option_at(&p->to->command, i, &option); i++)
        partner__nearest_try(&nearest, option.name);
    found = partner__nearest_found(&nearest);
    if (found != NULL) snprintf(hint, sizeof hint, "--%s", found);
    return cli_fail(p->error, CLI_USAGE, "partner: unknown option --%.200s of %s (%s%s%s)", name,
                    p->to->command.name, found != NULL ? "did you mean " : "see partner ",
                    found != NULL ? hint : p->to->command.name, found != NULL ? "?" : " --help");
}

/* One argument that begins with two dashes, and its value. */
static int read_option(parser *p)
{
    char *argument = p->argv[p->at++] + 2, *equals = strchr(argument, '=');
    const char *value = NULL;
    char name[64];
    cli_option option;
    size_t i = 0;

    snprintf(name, sizeof name, "%.*s", (int)(equals != NULL ? equals - argument : 63), argument);
    while (cli_option_at(&p->to->command, i, &option) && strcmp(option.name, name) != 0) i++;
    if (!cli_option_at(&p->to->command, i, &option)) return unknown_option(p, name);
    if (option.value == NULL) {
        if (equals != NULL)
            return cli_fail(p->error, CLI_USAGE, "partner: --%s takes no value, \"%.200s\" found", name,
                            equals + 1);
    } else if (equals != NULL) {
        value = equals + 1;
    } else if (p->at < p->argc && strncmp(p->argv[p->at], "--", 2) != 0) {
        value = p->argv[p->at++];
    }
    if (option.value != NULL && (value == NULL || *value == 0))
        return cli_fail(p->error, CLI_USAGE, "partner: --%s needs a value: --%s %s", name, name, option.value);
    return take_option(p, &option, value);
}

static int read_all(parser *p)
{
    cli_arguments *to = p->to;
    int only_files = 0;

    while (p->at < p->argc) {
        const char *argument = p->argv[p->at];

        if (!only_files && strcmp(argument, "--") == 0) {
            only_files = 1;
            p->at++;
        } else if (only_files || argument[0] != '-' || argument[1] == 0) {
            if (*argument == 0) return cli_fail(p->error, CLI_USAGE, "partner: a file name is empty");
            to->file[to->files++] = argument;
            p->at++;
        } else if (strcmp(argument, "-h") == 0) {
            to->help = 1;
            p->at++;
        } else if (argument[1] != '-') {
            return cli_fail(p->error, CLI_USAGE,
                            "partner: unknown option %.200s (options have two dashes, see partner %s --help)",
                            argument, to->command.name);
        } else if (read_option(p) != CLI_OK) {
            return CLI_USAGE;
        }
    }
    return CLI_OK;
}

static int find_command(parser *p, const char *name)
{
    partner__nearest nearest = PARTNER__NEAREST(name);
    const char *found;

    for (size_t i = 0; cli_command_at(i, &p->to->command); i++) {
        if (strcmp(p->to->command.name, name) == 0) return CLI_OK;
        partner__nearest_try(&nearest, p->to->command.name);
    }
    found = partner__nearest_found(&nearest);
    return cli_fail(p->error, CLI_USAGE, "partner: unknown subcommand \"%.200s\" (%s%s%s)", name,
                    found != NULL ? "did you mean " : "see partner --help", found != NULL ? found : "",
                    found != NULL ? "?" : "");
}

int cli_arguments_read(int argc, char **argv, cli_arguments *arguments, cli_error *error)
{
    parser p = {.argc = argc, .at = 2, .argv = argv, .to = arguments, .error = error};
    size_t most = argc > 0 ? (size_t)argc : 1;

    memset(arguments, 0, sizeof *arguments);
    arguments->style.top = 20;
    arguments->file = calloc(most, sizeof *arguments->file);
    arguments->setting = calloc(2 * most, sizeof *arguments->setting);
    arguments->column = calloc(most, sizeof *arguments->column);
    if (arguments->file == NULL || arguments->setting == NULL || arguments->column == NULL)
        return cli_no_memory(error);
    if (argc < 2) return cli_fail(error, CLI_USAGE, "partner: a subcommand is needed (see partner --help)");
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        if (argc > 2) return cli_fail(error, CLI_USAGE, "partner: %s stands alone", argv[1]);
        arguments->version = strcmp(argv[1], "--version") == 0;
        arguments->help = !arguments->version;
        return CLI_OK;
    }
    if (argv[1][0] == '-' && argv[1][1] != 0)
        return cli_fail(error, CLI_USAGE, "partner: a subcommand is needed before %.200s (see partner --help)",
                        argv[1]);
    if (find_command(&p, argv[1]) != CLI_OK || read_all(&p) != CLI_OK || set_others(&p) != CLI_OK)
        return CLI_USAGE;
    if (arguments->help || arguments->version) return CLI_OK;
    /* A statement is whole. */
    if (arguments->style.partner != NULL && !p.given[CLI_TOP]) arguments->style.top = SIZE_MAX;
    return cli_arguments_check(arguments, error);
}

void cli_arguments_free(cli_arguments *arguments)
{
    free(arguments->file);
    free(arguments->setting);
    free(arguments->column);
    memset(arguments, 0, sizeof *arguments);
}
