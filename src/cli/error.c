/* SPDX-License-Identifier: MIT
 * The one line the user reads when something went wrong. */
#include <stdarg.h>
#include <string.h>

#include "cli.h"
#include "input.h"

static void set(cli_error *error, int exit_code, const char *text, va_list arguments)
{
    error->exit_code = exit_code;
    vsnprintf(error->text, sizeof error->text, text, arguments);
}

int cli_fail(cli_error *error, int exit_code, const char *text, ...)
{
    va_list arguments;

    va_start(arguments, text);
    set(error, exit_code, text, arguments);
    va_end(arguments);
    return exit_code;
}

int cli_no_memory(cli_error *error) { return cli_fail(error, CLI_SYSTEM, "partner: out of memory"); }

static int exit_code_of(partner_status status)
{
    switch (status) {
    case PARTNER_OK: return CLI_OK;
    case PARTNER_E_ARGUMENT: return CLI_USAGE;
    case PARTNER_E_NOMEM:
    case PARTNER_E_IO:
    case PARTNER_E_CANCELLED: return CLI_SYSTEM;
    default: return CLI_DATA;
    }
}

int cli_fail_library(cli_error *error, const char *where, const partner_error *from)
{
    const char *place = from->path[0] != 0 ? from->path : from->field;

    return cli_fail(error, exit_code_of(from->code), "%s: %s%s%s", where != NULL ? where : "partner", place,
                    place[0] != 0 ? ": " : "", from->message);
}

void cli_escape(const char *text, char *escaped, size_t size)
{
    size_t n = 0;

    for (const char *p = text; *p != 0 && n + 5 < size; p++) {
        unsigned char c = (unsigned char)*p;

        if (c < 0x20 || c == 0x7f) n += (size_t)snprintf(escaped + n, size - n, "\\x%02X", (unsigned)c);
        else escaped[n++] = *p;
    }
    escaped[n] = 0;
}

void cli_say(FILE *to, const char *text)
{
    char line[4 * sizeof((cli_error *)0)->text];

    cli_escape(text, line, sizeof line);
    fprintf(to, "%s\n", line);
}
