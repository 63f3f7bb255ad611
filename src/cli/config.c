/* SPDX-License-Identifier: MIT
 * What people write by hand: read, parsed by its own parser, and its errors told with file and path. */
#include <stdlib.h>
#include <string.h>

#include "input.h"

enum { LONGEST = 16 << 20 };

/* The dictionaries that its names belong to, in its order. Returns whether there was memory for them. */
static int find_dicts(const partner_config *kind, cli_dicts *dicts, partner_dict *list[CLI_DICTS])
{
    if (kind->dictionary_count > CLI_DICTS) return 0;
    for (size_t i = 0; i < kind->dictionary_count; i++) {
        list[i] = cli_dict(dicts, kind->dictionaries[i]);
        if (list[i] == NULL) return 0;
    }
    return 1;
}

static int parse(cli_config *config, const char *text, size_t length, cli_dicts *dicts, cli_error *error)
{
    partner_dict *list[CLI_DICTS];
    partner_error from;

    if (!find_dicts(config->config, dicts, list)) return cli_no_memory(error);
    if (config->config->parse(text, length, list, &config->data, &from) == PARTNER_OK) return CLI_OK;
    return cli_config_fail(config, &from, error);
}

int cli_config_read(const partner_config *kind, const char *input, const char *path, cli_dicts *dicts,
                    cli_config *config, cli_error *error)
{
    char what[80], *text;
    size_t length, skip = 0;

    memset(config, 0, sizeof *config);
    config->config = kind;
    config->input = input;
    config->path = path;
    if (path == NULL) return parse(config, kind->initial, strlen(kind->initial), dicts, error);
    snprintf(what, sizeof what, "a %.60s", kind->name);
    if (cli_source_all(path, LONGEST, what, &text, &length, config->sha256, error) != CLI_OK)
        return error->exit_code;
    error->exit_code = cli_source_inspect(path, "JSON", text, length, &skip, error);
    if (error->exit_code == CLI_OK) error->exit_code = parse(config, text + skip, length - skip, dicts, error);
    free(text);
    return error->exit_code;
}

void cli_config_free(cli_config *config)
{
    if (config->data != NULL) config->config->free(config->data);
    config->data = NULL;
}

size_t cli_config_sentence(const cli_config *config, cli_dicts *dicts, int warning, size_t i, char *buffer,
                           size_t size)
{
    size_t (*say)(const void *, partner_dict *const *, size_t, char *, size_t) =
        warning ? config->config->warning : config->config->sentence;
    partner_dict *list[CLI_DICTS];

    if (say == NULL || !find_dicts(config->config, dicts, list)) return 0;
    return say(config->data, list, i, buffer, size);
}

int cli_config_fail(const cli_config *config, const partner_error *library, cli_error *error)
{
    partner_error copy = *library;
    char initial[64];
    size_t length = strlen(copy.path);
    const char *rest = copy.message + length;

    /* The library's sentence begins with the path, which comes before it here. */
    if (length > 0 && strncmp(copy.message, copy.path, length) == 0 && (*rest == ' ' || *rest == ':')) {
        rest += strspn(rest, ": ");
        memmove(copy.message, rest, strlen(rest) + 1);
    }
    copy.field[0] = 0;
    snprintf(initial, sizeof initial, "the default %.40s", config->input);
    return cli_fail_library(error, config->path == NULL ? initial : cli_file_name(config->path), &copy);
}

int cli_config_places(const cli_config *configs, size_t count, cli_dialect *dialect, cli_error *error)
{
    const cli_config *first = NULL;
    unsigned places = 2;

    if (dialect->minor_units_given) return CLI_OK;
    for (size_t i = 0; i < count; i++) {
        unsigned own;

        if (configs[i].config->minor_units == NULL) continue;
        own = configs[i].config->minor_units(configs[i].data);
        if (first != NULL && own != places)
            return cli_fail(
                error, CLI_DATA,
                "%s: its money has %u decimal places and that of %s has %u, expected one currency in one run",
                cli_file_name(configs[i].path), own, cli_file_name(first->path), places);
        first = &configs[i];
        places = own;
    }
    /* What is the default anyway stays unsaid. */
    if (places == 2) return CLI_OK;
    dialect->minor_units = (uint8_t)places;
    dialect->minor_units_given = 1;
    return CLI_OK;
}
