/* SPDX-License-Identifier: MIT
 * The command on any CSV: the first three bytes choose subcommand, output and dialect, the rest is the file,
 * which comes by standard input. Reading, mapping, analysing and writing all run, in process. */
#include <unistd.h>

#include "arguments.h"
#include "fuzz.h"
#include "stdin.h"

enum { MOST_ARGUMENTS = 32 };

typedef struct line {
    int count;
    const char *argument[MOST_ARGUMENTS];
} line;

static void add(line *l, const char *argument) { l->argument[l->count++] = argument; }

static void choose(line *l, fuzz_input *in)
{
    static const char *const commands[] = {"totals", "pareto", "check"};
    static const char *const formats[] = {"table", "json", "csv"};
    uint8_t what = fuzz_u8(in), dialect = fuzz_u8(in), more = fuzz_u8(in), command = what % 3;

    add(l, "partner");
    add(l, commands[command]);
    add(l, "-");
    add(l, "--quiet");
    if (command != 2) {
        add(l, "--output=/dev/null");
        add(l, "--format");
        add(l, formats[what / 3 % 3]);
        if (what & 0x40) add(l, "--anonymous");
        if (what & 0x80) add(l, "--from=2013-01-01");
        if (more & 1) add(l, "--skip-bad-rows=3");
        if (more & 2) add(l, "--skip-duplicates");
        if (command == 1 && more & 4) add(l, "--leave-one-out");
        if (command == 1 && more & 8) add(l, "--lorenz=10");
        if (more & 16) add(l, "--threads=2");
        if (more & 32) add(l, "--top=3");
    }
    if (dialect & 1) add(l, "--delimiter=;");
    if (dialect & 2) add(l, "--decimal-comma");
    if (dialect & 4) add(l, dialect & 2 ? "--thousands=." : "--thousands=,");
    if (dialect & 8) add(l, "--date-format=%d/%m/%Y");
    if (dialect & 16) add(l, "--minor-units=0");
    if (dialect & 32) add(l, "--column=amount=sum");
}

static int run(cli_arguments *arguments, cli_error *error)
{
    return arguments->command.kind == CLI_CHECK ? cli_check(arguments, error) : cli_run(arguments, error);
}

/* `check` reports on standard output. */
static void silence_stdout(void)
{
    static int done;

    if (!done && freopen("/dev/null", "w", stdout) == NULL) abort();
    done = 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input in = {data, size};
    line l = {0, {NULL}};
    cli_arguments arguments;
    cli_error error = {CLI_OK, ""};
    int exit_code;

    silence_stdout();
    choose(&l, &in);
    if (in.left > FUZZ_STDIN_MOST) return 0;
    fuzz_stdin(in.at, in.left);
    exit_code = cli_arguments_read(l.count, (char **)(uintptr_t)l.argument, &arguments, &error);
    fuzz_demand(exit_code == CLI_OK, "the command line is right");
    exit_code = run(&arguments, &error);
    /* CLI_USAGE: --column=amount=sum, and the file has no such header. */
    fuzz_demand(exit_code != CLI_SYSTEM, "a file is good or bad; memory and disk have no part in it");
    fuzz_demand(exit_code == CLI_OK || arguments.command.kind == CLI_CHECK || error.text[0] != '\0',
                "an error has a line");
    fuzz_demand(memchr(error.text, '\0', sizeof error.text) != NULL, "and it ends");
    cli_arguments_free(&arguments);
    return 0;
}
