/* SPDX-License-Identifier: MIT
 * The tables of subcommands and options. An analysis brings its inputs and settings with it; a short form is
 * one line here. */
#include <string.h>

#include "arguments.h"
#include "output.h"

static const struct {
    const char *name, *text, *operands;
    int kind;
} others[] = {
    {"report", "everything that can be said from the files of a folder", "FOLDER", CLI_REPORT},
    {"check", "say what was understood of files and every fault in them", "FILE...", CLI_CHECK},
};
enum { OTHERS = sizeof others / sizeof others[0] };

int cli_command_at(size_t i, cli_command *command)
{
    size_t analyses = 0;

    memset(command, 0, sizeof *command);
    while (partner_analysis_at(analyses) != NULL) analyses++;
    if (i < analyses) {
        command->analysis = partner_analysis_at(i);
        command->name = command->analysis->name;
        command->text = command->analysis->text;
        command->kind = CLI_ANALYSE;
        return 1;
    }
    i -= analyses;
    if (i >= OTHERS) return 0;
    command->name = others[i].name;
    command->text = others[i].text;
    command->operands = others[i].operands;
    command->kind = others[i].kind;
    return 1;
}

const partner_analysis *cli_command_analysis(const cli_command *command, size_t i)
{
    if (command->analysis == NULL) return partner_analysis_at(i);
    return i == 0 ? command->analysis : NULL;
}

const partner_input *cli_command_input_find(const cli_command *command, const char *name, size_t length)
{
    const partner_analysis *analysis;
    const partner_input *input;

    for (size_t a = 0; (analysis = cli_command_analysis(command, a)) != NULL; a++)
        for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++)
            if (strlen(input->name) == length && memcmp(input->name, name, length) == 0) return input;
    return NULL;
}

const char *cli_stem(const partner_input *input)
{
    static const cli_command everything = {.name = "report", .kind = CLI_REPORT};
    const char *name = input->config != NULL ? input->config->name : input->name;

    /* Where another input is called by what it is, this is a second one: a program to compare with. */
    return cli_command_input_find(&everything, name, strlen(name)) == NULL ? name : input->name;
}

const partner_input *cli_command_input(const cli_command *command, size_t i)
{
    const partner_analysis *analysis;
    const partner_input *input;

    for (size_t a = 0; (analysis = cli_command_analysis(command, a)) != NULL; a++)
        for (size_t k = 0; (input = partner_analysis_input(analysis, k)) != NULL; k++)
            if (cli_command_input_find(command, input->name, strlen(input->name)) == input && i-- == 0)
                return input;
    return NULL;
}

static int is_setting(const partner_field *field)
{
    return (field->flags & (PARTNER_FIELD_HIDDEN | PARTNER_FIELD_LENGTH)) == 0 &&
           field->type != PARTNER_TYPE_RECORD && field->type != PARTNER_TYPE_POINTER;
}

int cli_is_refused(const partner_analysis *analysis, const char *name)
{
    /* Segments are of single partners, not of families. */
    static const char *const refused[][2] = {{"segment", "roll_up"}};

    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        if (strcmp(refused[i][0], analysis->name) == 0 && strcmp(refused[i][1], name) == 0) return 1;
    return 0;
}

const partner_field *cli_command_setting_find(const cli_command *command, const char *name)
{
    const partner_analysis *analysis;
    const partner_field *field;

    for (size_t a = 0; (analysis = cli_command_analysis(command, a)) != NULL; a++)
        for (size_t o = 0; o < analysis->option_count; o++) {
            field = partner_record_field_find(analysis->options[o], name);
            if (field != NULL && is_setting(field) && !cli_is_refused(analysis, name)) return field;
        }
    return NULL;
}

const partner_field *cli_command_setting(const cli_command *command, size_t i)
{
    const partner_analysis *analysis;
    const partner_field *field;

    for (size_t a = 0; (analysis = cli_command_analysis(command, a)) != NULL; a++)
        for (size_t o = 0; o < analysis->option_count; o++)
            for (size_t f = 0; (field = partner_record_field(analysis->options[o], f)) != NULL; f++)
                if (is_setting(field) && cli_command_setting_find(command, field->name) == field && i-- == 0)
                    return field;
    return NULL;
}

/* Short forms of --set: they exist wherever the field does. */
static const struct {
    const char *name, *field;      /* field NULL = it only has something shown */
    const char *second;            /* where the value is FROM..TO */
    const char *value;             /* what it takes; NULL = nothing, it says true */
    const char *also, *also_value; /* another field that it sets unless the user does */
    const char *text;              /* for help; NULL = the field's */
    cli_shown shown;               /* what of the result is shown; the field is set to true then */
    const char *view;              /* the table that the field gives; the option exists where that does */
} short_settings[] = {
    {.name = "from", .field = "from_day", .value = "DAY"},
    {.name = "to", .field = "to_day", .value = "DAY"},
    {.name = "previous",
     .field = "previous_from_day",
     .second = "previous_to_day",
     .value = "FROM..TO",
     .text = "the window to compare with"},
    {.name = "budget", .field = "budget", .value = "HOURS"},
    {.name = "sensitivity", .field = "sensitivity"},
    {.name = "classes", .field = "classes", .value = "N"},
    {.name = "min-sales", .field = "min_sales", .value = "N"},
    {.name = "roll-up", .field = "roll_up"},
    {.name = "cuts", .field = "cuts", .value = "SHARES"},
    {.name = "population", .field = "population", .value = "all|active"},
    {.name = "negatives", .field = "negatives", .value = "zero|error"},
    {.name = "lorenz", .field = "points", .value = "N"},
    {.name = "leave-one-out", .field = "leave_one_out"},
    {.name = "xyz", .field = "xyz", .value = "month|quarter|days"},
    {.name = "xyz-days",
     .field = "xyz_days",
     .value = "N",
     .also = "xyz",
     .also_value = "days",
     .text = "also measure how regular demand is, by periods of so many days"},
    {.name = "resample", .field = "resample"},
    {.name = "replicates", .field = "replicates", .value = "N"},
    {.name = "tail",
     .field = "tail",
     .also = "tail_replicates",
     .also_value = "1000",
     .text = "also fit a power law to the largest amounts and test it, with tail_replicates=1000"},
    {.name = "discrete", .field = "discrete"},
    {.name = "seed", .field = "seed", .value = "N"},
    {.name = "as-of", .field = "as_of_day", .value = "DAY"},
    {.name = "ledger",
     .field = "ledger",
     .shown = CLI_SHOW_VIEW,
     .view = "ledger",
     .text = "show the ledger: every entry, one per row"},
    {.name = "statement",
     .field = "ledger",
     .value = "ID",
     .shown = CLI_SHOW_PARTNER,
     .view = "ledger",
     .text = "show what there is about this partner, with its entries of the ledger"},
    {.name = "explain",
     .field = "ledger",
     .value = "N",
     .shown = CLI_SHOW_REASON,
     .view = "ledger",
     .text = "say why entry N of the ledger is what it is, counted from 0"},
    {.name = "known-from", .field = "known_from_day", .value = "DAY"},
    {.name = "horizon", .field = "horizon_days", .value = "DAYS"},
    {.name = "target", .field = "target", .value = "AMOUNT"},
    {.name = "draws", .field = "draws", .value = "N"},
    {.name = "backtest", .field = "backtest"},
    {.name = "state-only", .field = "state_only"},
    {.name = "doubts",
     .shown = CLI_SHOW_VIEW,
     .view = "doubts",
     .text = "show every doubt: what to ask about which deal"},
    {.name = "registrations",
     .shown = CLI_SHOW_VIEW,
     .view = "registrations",
     .text = "show who holds which registered customer and product, and for how long"},
    {.name = "movers",
     .shown = CLI_SHOW_VIEW,
     .view = "movers",
     .text = "show who is in another segment than in the period before, and by what evidence"},
    {.name = "explain",
     .value = "N",
     .shown = CLI_SHOW_REASON,
     .view = "movers",
     .text = "say why mover N is one, counted from 0"},
    {.name = "explain",
     .value = "[TABLE:]N",
     .shown = CLI_SHOW_REASON,
     .view = "doubts",
     .text = "say why doubt N is one, counted from 0; registrations:N = why that registration holds"},
    {.name = "notices",
     .field = "notices",
     .shown = CLI_SHOW_VIEW,
     .view = "notices",
     .text = "show what a portal or a mail would tell partners"},
};

/* Short forms of --column: they exist wherever the input does. */
static const struct {
    const char *name, *input, *field, *value;
} short_columns[] = {
    {"group", "partners", "group", "HEADER"},
};

static const cli_option common[] = {
    {.name = "format",
     .value = "table|json|csv",
     .initial = "table",
     .id = CLI_FORMAT,
     .where = CLI_ANALYSE | CLI_REPORT,
     .text = "how the result is written"},
    {.name = "output",
     .value = "FILE",
     .id = CLI_OUTPUT,
     .where = CLI_EVERYWHERE,
     .text = "write to this file, all of it or nothing, instead of standard output"},
    {.name = "view",
     .value = "NAME",
     .id = CLI_VIEW,
     .repeats = 1,
     .where = CLI_ANALYSE,
     .text = "show this table of the result"},
    {.name = "top",
     .value = "N",
     .initial = "20",
     .id = CLI_TOP,
     .where = CLI_ANALYSE | CLI_REPORT,
     .text = "rows of a table that people see"},
    {.name = "anonymous",
     .id = CLI_ANONYMOUS,
     .where = CLI_ANALYSE | CLI_REPORT,
     .text = "number the partners instead of naming them"},
    {.name = "set",
     .value = "NAME=VALUE",
     .id = CLI_SET,
     .repeats = 1,
     .where = CLI_ANALYSE | CLI_REPORT,
     .text = "set a field of the options"},
    {.name = "column",
     .value = "[INPUT.]FIELD=HEADER",
     .id = CLI_COLUMN,
     .repeats = 1,
     .where = CLI_EVERYWHERE,
     .text = "the column that holds a field"},
    {.name = "mapping",
     .value = "FILE",
     .id = CLI_MAPPING,
     .where = CLI_EVERYWHERE,
     .text = "columns and formats saved by partner check --save-mapping"},
    {.name = "save-mapping",
     .value = "FILE",
     .id = CLI_SAVE_MAPPING,
     .where = CLI_CHECK,
     .text = "save the columns and formats understood"},
    {.name = "minor-units",
     .value = "N",
     .initial = "2",
     .id = CLI_MINOR_UNITS,
     .where = CLI_EVERYWHERE,
     .text = "decimal places of money, 0 to 9"},
    {.name = "delimiter",
     .value = "C",
     .initial = ",",
     .id = CLI_DELIMITER,
     .where = CLI_EVERYWHERE,
     .text = "what separates the cells: one character, or tab"},
    {.name = "decimal-comma",
     .id = CLI_DECIMAL_COMMA,
     .where = CLI_EVERYWHERE,
     .text = "numbers are written as 12,50"},
    {.name = "thousands",
     .value = "C",
     .id = CLI_THOUSANDS,
     .where = CLI_EVERYWHERE,
     .text = "numbers have this separator between thousands"},
    {.name = "date-format",
     .value = "PATTERN",
     .id = CLI_DATE_FORMAT,
     .where = CLI_EVERYWHERE,
     .text = "how days are written, as for strftime: %d.%m.%Y"},
    {.name = "skip-bad-rows",
     .value = "N",
     .initial = "0",
     .id = CLI_SKIP_BAD_ROWS,
     .where = CLI_ANALYSE | CLI_REPORT,
     .text = "leave out up to N bad rows of a file"},
    {.name = "skip-duplicates",
     .id = CLI_SKIP_DUPLICATES,
     .field = "skip_duplicates",
     .where = CLI_ANALYSE | CLI_REPORT,
     .text = "leave out rows that repeat an earlier one exactly, and events whose id was there before"},
    {.name = "threads",
     .value = "N|all",
     .initial = "1",
     .id = CLI_THREADS,
     .where = CLI_ANALYSE | CLI_REPORT,
     .text = "threads to use; any number gives the same result"},
    {.name = "quiet", .id = CLI_QUIET, .where = CLI_EVERYWHERE, .text = "no warnings and no progress"},
    {.name = "help", .id = CLI_HELP, .where = CLI_EVERYWHERE, .text = "say how it is used"},
    {.name = "version", .id = CLI_VERSION, .where = CLI_EVERYWHERE, .text = "say which version this is"},
};

enum {
    SHORT_SETTINGS = sizeof short_settings / sizeof short_settings[0],
    SHORT_COLUMNS = sizeof short_columns / sizeof short_columns[0],
    COMMON = sizeof common / sizeof common[0]
};

static int input_option(const cli_command *command, size_t i, cli_option *option)
{
    /* The first input of an analysis is its operand. */
    const partner_input *input = cli_command_input(command, i + (command->kind == CLI_ANALYSE));

    if (command->kind == CLI_REPORT || input == NULL) return 0;
    option->kind = CLI_OPTION_INPUT;
    option->name = input->name;
    option->value = "FILE";
    option->text = input->text;
    option->input = input;
    return 1;
}

/* Whether one analysis gives that table, and where it is for reasons, explains its rows. */
static int can_show(const cli_command *command, cli_shown shown, const char *view)
{
    const partner_analysis *analysis = command->analysis;
    char buffer[CLI_VIEW_NAME];
    const char *name;

    if (shown == CLI_SHOW_ALL) return 1;
    if (analysis == NULL) return 0;
    if (shown == CLI_SHOW_REASON && !cli_is_explained(analysis, view)) return 0;
    for (size_t i = 0; (name = cli_view_name(analysis, i, buffer)) != NULL; i++)
        if (strcmp(name, view) == 0) return 1;
    return 0;
}

static int setting_option(const cli_command *command, size_t i, cli_option *option)
{
    const partner_field *field = cli_command_setting_find(command, short_settings[i].field);

    if (command->kind == CLI_CHECK || (field == NULL && short_settings[i].field != NULL)) return 0;
    if (!can_show(command, short_settings[i].shown, short_settings[i].view)) return 0;
    option->kind = CLI_OPTION_FIELD;
    option->name = short_settings[i].name;
    option->value = short_settings[i].value;
    option->field = short_settings[i].field;
    option->second = short_settings[i].second;
    option->also = short_settings[i].also;
    option->also_value = short_settings[i].also_value;
    option->text = short_settings[i].text != NULL ? short_settings[i].text : field->text;
    option->initial = option->value != NULL && short_settings[i].shown == CLI_SHOW_ALL ? field->initial : NULL;
    option->shown = short_settings[i].shown;
    option->view = short_settings[i].view;
    return 1;
}

static int column_option(const cli_command *command, size_t i, cli_option *option)
{
    const char *name = short_columns[i].input;
    const partner_input *input = cli_command_input_find(command, name, strlen(name));
    const partner_field *field;

    if (input == NULL) return 0;
    field = partner_record_field_find(input->record, short_columns[i].field);
    if (field == NULL) return 0;
    option->kind = CLI_OPTION_COLUMN;
    option->name = short_columns[i].name;
    option->value = short_columns[i].value;
    option->field = field->name;
    option->text = field->text;
    option->input = input;
    return 1;
}

static int common_option(const cli_command *command, size_t i, cli_option *option)
{
    if (!(common[i].where & command->kind)) return 0;
    *option = common[i];
    return 1;
}

int cli_option_at(const cli_command *command, size_t i, cli_option *option)
{
    memset(option, 0, sizeof *option);
    for (size_t k = 0; input_option(command, k, option); k++)
        if (i-- == 0) return 1;
    for (size_t k = 0; k < SHORT_COLUMNS; k++)
        if (column_option(command, k, option) && i-- == 0) return 1;
    for (size_t k = 0; k < SHORT_SETTINGS; k++)
        if (setting_option(command, k, option) && i-- == 0) return 1;
    memset(option, 0, sizeof *option);
    for (size_t k = 0; k < COMMON; k++)
        if (common_option(command, k, option) && i-- == 0) return 1;
    return 0;
}
