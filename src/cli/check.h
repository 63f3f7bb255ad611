/* SPDX-License-Identifier: MIT
 * What `partner check` says: faults, which a run would stop at, and things to look at, which it would not. */
#ifndef PARTNER_CLI_CHECK_H
#define PARTNER_CLI_CHECK_H

#include "input.h"

typedef struct cli_findings {
    cli_sink sink;
    size_t faults, doubts;
} cli_findings;

/* A line of text; of a fault or of a doubt, which are counted. Control characters are shown as \xNN. */
void cli_tell(cli_findings *to, const char *text, ...) CLI_PRINTF(2, 3);
void cli_fault(cli_findings *to, const char *text, ...) CLI_PRINTF(2, 3);
void cli_doubt(cli_findings *to, const char *text, ...) CLI_PRINTF(2, 3);

/* Findings of one table, beyond its bad rows. */
int cli_find_in_table(cli_findings *to, const cli_table *table, const cli_dicts *dicts, cli_error *error);
/* Findings that show between tables, and between ids. */
int cli_find_between(cli_findings *to, cli_table *const *tables, size_t count, const cli_dicts *dicts,
                     cli_error *error);

#endif
