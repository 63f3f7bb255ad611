/* SPDX-License-Identifier: MIT
 * `partner check` of files that people write: configurations in plain sentences, mappings. */
#include <string.h>

#include "check.h"
#include "display.h"
#include "names.h"
#include "table.h"

void cli_mention_free(cli_mention *mention)
{
    cli_config_free(&mention->config);
    cli_dicts_free(&mention->dicts);
}

/* --- configurations --- */

static void tell_config(cli_findings *to, cli_mention *mention)
{
    const cli_config *config = &mention->config;
    char text[4096];

    cli_tell(to, "%s: %s", cli_file_name(config->path), config->input);
    for (size_t i = 0; cli_config_sentence(config, &mention->dicts, 0, i, text, sizeof text) > 0; i++)
        cli_put_wrapped(&to->sink, text, 2, CLI_LINE);
    for (size_t i = 0; cli_config_sentence(config, &mention->dicts, 1, i, text, sizeof text) > 0; i++)
        cli_doubt(to, "%s: %s", cli_file_name(config->path), text);
}

/* The input that a kind of configuration is for, by its first name. */
static const char *input_of(const cli_command *command, const partner_config *kind)
{
    const partner_input *input;

    for (size_t i = 0; (input = cli_command_input(command, i)) != NULL; i++)
        if (input->config == kind) return input->name;
    return kind->name;
}

static int read_as(const partner_config *kind, const char *input, const char *path, cli_mention *mention,
                   cli_error *error)
{
    memset(mention, 0, sizeof *mention);
    if (cli_config_read(kind, input, path, &mention->dicts, &mention->config, error) == CLI_OK) return CLI_OK;
    cli_mention_free(mention);
    return error->exit_code;
}

/* How deep in the file the fault lies: the kind that understood most of it is what was meant. */
static size_t depth_of(const char *text)
{
    const char *path = strstr(text, ": $");
    size_t depth = 0;

    if (path == NULL) return 0;
    for (path += 3; *path != 0 && *path != ':' && *path != ' '; path++) depth += *path == '.' || *path == '[';
    return depth;
}

/* Takes the first kind that reads the file. Where none does, the one that got farthest says why. */
static int read_any(cli_findings *to, const char *path, const cli_command *command, cli_mention *mention,
                    int *found, cli_error *error)
{
    const partner_config *kind;
    const char *meant = NULL;
    cli_error said = {CLI_OK, ""};

    for (size_t i = 0; (kind = partner_config_at(i)) != NULL; i++) {
        const char *input = input_of(command, kind);

        *found = read_as(kind, input, path, mention, error) == CLI_OK;
        if (*found) return CLI_OK;
        if (error->exit_code != CLI_DATA) return error->exit_code;
        if (meant == NULL || depth_of(error->text) > depth_of(said.text)) {
            said = *error;
            meant = input;
        }
    }
    cli_tell(to, "%s:", cli_file_name(path));
    if (meant != NULL) cli_fault(to, "%s (read as %s)", said.text, meant);
    else cli_fault(to, "%s: nothing in this version reads such a file", cli_file_name(path));
    return CLI_OK;
}

int cli_check_config(cli_findings *to, const char *path, const partner_input *known, const cli_command *command,
                     cli_mention *mention, int *found, cli_error *error)
{
    *found = 0;
    if (known == NULL) {
        if (read_any(to, path, command, mention, found, error) != CLI_OK) return error->exit_code;
    } else if (read_as(known->config, known->name, path, mention, error) == CLI_OK) {
        *found = 1;
    } else if (error->exit_code == CLI_DATA) {
        cli_tell(to, "%s:", cli_file_name(path));
        cli_fault(to, "%s", error->text);
    } else {
        return error->exit_code;
    }
    if (*found) tell_config(to, mention);
    return CLI_OK;
}

/* --- mappings --- */

int cli_check_mapping(cli_findings *to, const char *path, cli_error *error)
{
    cli_mapping *mapping = NULL;
    const cli_column *column;
    size_t count;

    if (cli_mapping_read(path, &mapping, error) != CLI_OK) {
        if (error->exit_code != CLI_DATA) return error->exit_code;
        cli_tell(to, "%s:", cli_file_name(path));
        cli_fault(to, "%s", error->text);
        return CLI_OK;
    }
    cli_tell(to, "%s: mapping", cli_file_name(path));
    column = cli_mapping_columns(mapping, &count);
    for (size_t i = 0; i < count; i++)
        cli_tell(to, "  %.*s.%.*s is in \"%.200s\"", (int)column[i].input_length, column[i].input,
                 (int)column[i].field_length, column[i].field, column[i].header);
    cli_mapping_free(mapping);
    return CLI_OK;
}
