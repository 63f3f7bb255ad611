/* SPDX-License-Identifier: MIT
 * Help, made from the tables: what an analysis brings with it shows up by itself. */
#include <string.h>

#include "arguments.h"

/* One example for each subcommand; a subcommand without one shows how it begins. */
static const struct {
    const char *name, *text;
} examples[] = {
    {"totals", "partner totals sales.csv --from 2026-01-01 --to 2026-07-01 --previous 2025-01-01..2025-07-01"},
    {"pareto",
     "partner pareto sales.csv --partners partners.csv --group region --from 2025-01-01 --to 2026-01-01"},
    {"loyalty", "partner loyalty events.csv --program program.json --statement acme --as-of 2026-12-31"},
    {"pipeline", "partner pipeline deals.csv --process process.json --milestones milestones.csv --horizon 60"},
    {"segment", "partner segment sales.csv --interactions interactions.csv --partners partners.csv --rules "
                "segments.json --budget 1200"},
    {"breaks", "partner breaks amounts.csv --classes 4"},
    {"allocation", "partner allocation returns.csv --budget 1200"},
    {"measures", "partner measures scores.csv --column label=won --column probability=score"},
    {"report", "partner report exports/"},
    {"check", "partner check sales.csv partners.csv --save-mapping mapping.json"},
};

enum { NAME_WIDTH = 30, LINE_WIDTH = 100 };

/* Words, in lines that begin under each other. */
static void put_words(cli_sink *sink, const char *text, size_t indent)
{
    size_t column = indent;

    while (*text != 0) {
        size_t length = strcspn(text, " ");

        if (column + length + 1 > LINE_WIDTH && column > indent) {
            cli_putf(sink, "\n%*s", (int)indent, "");
            column = indent;
        }
        cli_putf(sink, " %.*s", (int)length, text);
        column += length + 1;
        text += length + (text[length] == ' ');
    }
    cli_put(sink, "\n");
}

static void put_line(cli_sink *sink, const char *name, const char *value, const char *text, const char *initial)
{
    char left[120], right[600];

    snprintf(left, sizeof left, "%s%s%s", name, value != NULL ? " " : "", value != NULL ? value : "");
    snprintf(right, sizeof right, "%s%s%s%s", text != NULL ? text : "", initial != NULL ? " (default: " : "",
             initial != NULL ? initial : "", initial != NULL ? ")" : "");
    cli_putf(sink, "  %-*s", NAME_WIDTH, left);
    if (strlen(left) > NAME_WIDTH) cli_putf(sink, "\n  %-*s", NAME_WIDTH, "");
    put_words(sink, right, NAME_WIDTH + 2);
}

/* The text of a field and the headers that also mean it. */
static void put_column(cli_sink *sink, const partner_field *field)
{
    char text[600];
    size_t n = (size_t)snprintf(text, sizeof text, "%.200s%s%s", field->text,
                                field->flags & PARTNER_FIELD_REQUIRED ? " (needed)" : "",
                                field->aliases != NULL ? "; also called " : "");

    for (const char *p = field->aliases; p != NULL && *p != 0 && n + 3 < sizeof text; p++) {
        text[n++] = *p;
        if (*p == ',') text[n++] = ' ';
    }
    text[n] = 0;
    put_line(sink, field->name, NULL, text, NULL);
}

static void put_commands(cli_sink *sink)
{
    cli_command command;

    cli_putf(sink,
             "partner %s: analytics for companies that sell through partners\n\n"
             "usage: partner SUBCOMMAND FILE... [options]\n\nsubcommands:\n",
             partner_version());
    for (size_t i = 0; cli_command_at(i, &command); i++) put_line(sink, command.name, NULL, command.text, NULL);
    cli_put(sink,
            "\n"
            "partner SUBCOMMAND --help says what each takes. A file is CSV with a line of headers, plain or\n"
            "gzip; - is standard input.\n\n"
            "exit codes: 0 success, 1 bad data, 2 bad usage, 3 trouble with the system\n\n"
            "example: partner pareto sales.csv --partners partners.csv\n");
}

static void put_columns(cli_sink *sink, const cli_command *command, const partner_input *input)
{
    const partner_input *other;
    const partner_field *field;

    if (input->config != NULL) return;
    for (size_t i = 0; (other = cli_command_input(command, i)) != input; i++)
        if (other->record == input->record) {
            cli_putf(sink, "\ncolumns of %s: those of %s (%s)\n", input->name, other->name, input->text);
            return;
        }
    cli_putf(sink, "\ncolumns of %s: %s\n", input->name, input->text);
    for (size_t i = 0; (field = partner_record_field(input->record, i)) != NULL; i++)
        if (field->length != NULL) put_column(sink, field);
}

/* Files that people write. */
static void put_configs(cli_sink *sink, const cli_command *command)
{
    const partner_input *input;

    for (size_t i = 0; (input = cli_command_input(command, i)) != NULL; i++)
        if (input->config != NULL) cli_putf(sink, "\n%s is JSON: %s\n", input->name, input->config->text);
}

static void put_options(cli_sink *sink, const cli_command *command)
{
    cli_option option;
    char name[64];

    cli_put(sink, "\noptions:\n");
    for (size_t i = 0; cli_option_at(command, i, &option); i++) {
        snprintf(name, sizeof name, "--%s", option.name);
        put_line(sink, name, option.value, option.text, option.initial);
    }
}

static void put_settings(cli_sink *sink, const cli_command *command)
{
    const partner_field *field;

    if (command->kind == CLI_CHECK) return;
    cli_put(sink, "\nfields for --set NAME=VALUE:\n");
    for (size_t i = 0; (field = cli_command_setting(command, i)) != NULL; i++)
        put_line(sink, field->name, NULL, field->text, field->initial);
}

/* What an analysis needs besides its first file. */
static void put_needed(cli_sink *sink, const cli_command *command)
{
    const partner_input *input;

    for (size_t i = 1; (input = cli_command_input(command, i)) != NULL; i++)
        if (input->required)
            cli_putf(sink, " --%s %s.%s", input->name, cli_stem(input), input->config != NULL ? "json" : "csv");
}

static void put_example(cli_sink *sink, const cli_command *command)
{
    const partner_input *input = cli_command_input(command, 0);

    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        if (strcmp(examples[i].name, command->name) == 0) {
            cli_putf(sink, "\nexample: %s\n", examples[i].text);
            return;
        }
    cli_putf(sink, "\nexample: partner %s %s.csv", command->name, input->name);
    put_needed(sink, command);
    cli_put(sink, " --format json\n");
}

static void put_command(cli_sink *sink, const cli_command *command)
{
    const partner_input *input = cli_command_input(command, 0);

    cli_putf(sink, "partner %s: %s\n\nusage: partner %s ", command->name, command->text, command->name);
    if (command->operands != NULL) cli_put(sink, command->operands);
    else cli_putf(sink, "%s.csv", input->name);
    if (command->kind == CLI_ANALYSE) put_needed(sink, command);
    cli_put(sink, " [options]\n");
    for (size_t i = 0; (input = cli_command_input(command, i)) != NULL; i++) put_columns(sink, command, input);
    put_configs(sink, command);
    put_options(sink, command);
    put_settings(sink, command);
    put_example(sink, command);
}

int cli_help(const cli_command *command, cli_error *error)
{
    cli_sink sink = {NULL, 0, 0, 0};

    if (command == NULL) put_commands(&sink);
    else put_command(&sink, command);
    return cli_sink_end(&sink, NULL, error);
}
