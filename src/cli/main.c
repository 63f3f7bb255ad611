/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <stdlib.h>

#include "arguments.h"

static int say_version(cli_error *error)
{
    cli_sink sink = {NULL, 0, 0, 0};

    cli_putf(&sink, "partner %s\n", partner_version());
    return cli_sink_end(&sink, NULL, error);
}

static int run(cli_arguments *arguments, cli_error *error)
{
    if (arguments->version) return say_version(error);
    if (arguments->help) return cli_help(arguments->command.name != NULL ? &arguments->command : NULL, error);
    switch (arguments->command.kind) {
    case CLI_CHECK: return cli_check(arguments, error);
    case CLI_REPORT: return cli_report(arguments, error);
    default: return cli_run(arguments, error);
    }
}

int main(int argc, char **argv)
{
    cli_arguments arguments;
    cli_error error = {CLI_OK, ""};
    int exit_code;

    /* A reader who has seen enough (partner … | head) ends the command without a word. */
    signal(SIGPIPE, SIG_DFL);
    /* A file over the user's limit is an error like a full disk, so that no half of it stays. */
    signal(SIGXFSZ, SIG_IGN);
    exit_code = cli_arguments_read(argc, argv, &arguments, &error);
    if (exit_code == CLI_OK) exit_code = run(&arguments, &error);
    if (exit_code != CLI_OK && error.text[0] != 0) cli_say(stderr, error.text);
    cli_arguments_free(&arguments);
    return exit_code;
}
