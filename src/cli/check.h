/* SPDX-License-Identifier: MIT
 * What `partner check` says: faults, which a run would stop at, and things to look at, which it would not. */
#ifndef PARTNER_CLI_CHECK_H
#define PARTNER_CLI_CHECK_H

#include "arguments.h"

typedef struct cli_findings {
    cli_sink sink;
    size_t faults, doubts;
} cli_findings;

/* A line of text; of a fault or of a doubt, which are counted. Control characters are shown as \xNN. */
void cli_tell(cli_findings *to, const char *text, ...) CLI_PRINTF(2, 3);
void cli_fault(cli_findings *to, const char *text, ...) CLI_PRINTF(2, 3);
void cli_doubt(cli_findings *to, const char *text, ...) CLI_PRINTF(2, 3);

/* A configuration, and the names that it mentions in dictionaries of its own. */
typedef struct cli_mention {
    cli_config config;
    cli_dicts dicts;
} cli_mention;

/* Says how a configuration is understood. `known` is the input that the file is meant for, or NULL = whichever
 * kind its content is. *found receives whether it could be read; then `mention` is to be freed. */
int cli_check_config(cli_findings *to, const char *path, const partner_input *known, const cli_command *command,
                     cli_mention *mention, int *found, cli_error *error);
void cli_mention_free(cli_mention *mention);
/* Says how a mapping file is understood. */
int cli_check_mapping(cli_findings *to, const char *path, cli_error *error);

/* Findings of one table, beyond its bad rows. */
int cli_find_in_table(cli_findings *to, const cli_table *table, const cli_dicts *dicts, cli_error *error);
/* What must hold between the cells of a row, and days that lie in the future. (within.c) */
void cli_find_in_rows(cli_findings *to, const cli_table *table);
/* Ids that another table has to list, and does not. (references.c) */
int cli_find_unlisted(cli_findings *to, cli_table *const *tables, size_t count, const cli_command *command,
                      const cli_dicts *dicts, cli_error *error);
/* Rows that refer to rows: to none, or to none in particular. (references.c) */
int cli_find_references(cli_findings *to, const cli_table *table, const cli_dicts *dicts, cli_error *error);
/* What rows must have and a configuration does not mention, and the other way round. (references.c) */
int cli_find_unmentioned(cli_findings *to, const cli_mention *mention, cli_table *const *tables, size_t count,
                         const cli_command *command, const cli_dicts *dicts, cli_error *error);
/* Findings that show between tables, and between ids. */
int cli_find_between(cli_findings *to, cli_table *const *tables, size_t count, const cli_mention *mentions,
                     size_t mention_count, const cli_command *command, const cli_dicts *dicts,
                     cli_error *error);

#endif
