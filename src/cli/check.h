/* SPDX-License-Identifier: MIT
 * What `partner check` says: a text that counts the faults in it. */
#ifndef PARTNER_CLI_CHECK_H
#define PARTNER_CLI_CHECK_H

#include "input.h"

typedef struct cli_findings {
    cli_sink sink;
    size_t faults;
} cli_findings;

/* A line of text, or of a fault, which is counted. Control characters are shown as \xNN. */
void cli_tell(cli_findings *to, const char *text, ...) CLI_PRINTF(2, 3);
void cli_fault(cli_findings *to, const char *text, ...) CLI_PRINTF(2, 3);

/* Faults of one table, beyond its bad rows. */
int cli_find_in_table(cli_findings *to, const cli_table *table, const cli_dicts *dicts, cli_error *error);
/* Faults that show between tables, and between ids. */
int cli_find_between(cli_findings *to, cli_table *const *tables, size_t count, const cli_dicts *dicts,
                     cli_error *error);

#endif
