/* SPDX-License-Identifier: MIT
 * Included before each file that gcc -fanalyzer reads. It sees one file at a time, so it must be told that the
 * functions which report a failure return what they were given, and never success. */
#include "base/error.h"
#include "cli/cli.h"

#define partner__fail(error, code, ...) (partner__fail(error, code, __VA_ARGS__), code)
#define partner__fail_at(error, code, ...) (partner__fail_at(error, code, __VA_ARGS__), code)
#define partner__no_memory(error) (partner__no_memory(error), PARTNER_E_NOMEM)
#define cli_fail(error, code, ...) (cli_fail(error, code, __VA_ARGS__), code)
#define cli_no_memory(error) (cli_no_memory(error), CLI_SYSTEM)
