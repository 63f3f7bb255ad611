/* SPDX-License-Identifier: MIT
 * What no single option of the command line can see. */
#include <string.h>

#include "arguments.h"

/* What is shown must be one thing that the format can hold. */
static int check_shown(const cli_arguments *to, cli_error *error)
{
    const cli_style *style = &to->style;

    if (style->explains && style->partner != NULL)
        return cli_fail(error, CLI_USAGE, "partner: --explain and --statement do not go together");
    if (style->explains && style->format == CLI_CSV)
        return cli_fail(
            error, CLI_USAGE,
            "partner: --explain gives a sentence, which --format csv cannot hold: use table or json");
    if (style->views > 1 && style->format == CLI_CSV)
        return cli_fail(error, CLI_USAGE, "partner: --format csv holds one table, %s and %s are asked for",
                        style->view[0], style->view[1]);
    return CLI_OK;
}

/* The files that are needed, and standard input once. */
static int check_operands(cli_arguments *to, cli_error *error)
{
    const partner_input *main_input = cli_command_input(&to->command, 0);
    size_t stdins = 0;

    if (to->command.kind == CLI_CHECK) {
        size_t given = to->files;

        for (size_t i = 0; i < CLI_INPUTS; i++) given += to->input[i] != NULL;
        if (given == 0) return cli_fail(error, CLI_USAGE, "partner: check needs a file");
    } else if (to->files != 1) {
        return cli_fail(error, CLI_USAGE, "partner: %s takes one %s%s, found %zu", to->command.name,
                        to->command.kind == CLI_REPORT ? "folder" : "file of ",
                        to->command.kind == CLI_REPORT ? "" : main_input->name, to->files);
    }
    if (to->command.kind == CLI_ANALYSE) {
        const partner_input *input;

        to->input[0] = to->file[0];
        for (size_t i = 0; i < CLI_INPUTS && (input = cli_command_input(&to->command, i)) != NULL; i++)
            if (input->required && to->input[i] == NULL)
                return cli_fail(error, CLI_USAGE, "partner: %s needs --%s FILE (%s)", to->command.name,
                                input->name, input->text);
    }
    if (to->command.kind == CLI_CHECK)
        for (size_t i = 0; i < to->files; i++) stdins += strcmp(to->file[i], "-") == 0;
    for (size_t i = 0; i < CLI_INPUTS; i++) stdins += to->input[i] != NULL && strcmp(to->input[i], "-") == 0;
    if (stdins > 1)
        return cli_fail(error, CLI_USAGE, "partner: - (standard input) is given for %zu files", stdins);
    return CLI_OK;
}

/* A column of an input whose file was not given would be ignored without a word. */
static int check_columns(const cli_arguments *to, cli_error *error)
{
    const partner_input *input;

    if (to->command.kind != CLI_ANALYSE) return CLI_OK;
    for (size_t c = 0; c < to->columns; c++) {
        const cli_column *column = &to->column[c];

        for (size_t i = 0; (input = cli_command_input(&to->command, i)) != NULL; i++)
            if (column->input != NULL && to->input[i] == NULL && column->input_length == strlen(input->name) &&
                memcmp(column->input, input->name, column->input_length) == 0)
                return cli_fail(
                    error, CLI_USAGE, "partner: the column %.*s=%.200s is one of %s, which needs --%s FILE",
                    (int)column->field_length, column->field, column->header, input->name, input->name);
    }
    return CLI_OK;
}

int cli_arguments_check(cli_arguments *arguments, cli_error *error)
{
    if (check_operands(arguments, error) != CLI_OK || check_shown(arguments, error) != CLI_OK) return CLI_USAGE;
    return check_columns(arguments, error);
}
