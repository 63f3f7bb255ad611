/* SPDX-License-Identifier: MIT
 * The dictionaries of one run. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

partner_dict *cli_dict(cli_dicts *dicts, const char *name)
{
    size_t i = 0;

    while (i < dicts->count && strcmp(dicts->name[i], name) != 0) i++;
    if (i < dicts->count) return dicts->dict[i];
    if (i == CLI_DICTS || partner_dict_new(&dicts->dict[i], NULL) != PARTNER_OK) return NULL;
    dicts->name[i] = name;
    dicts->count++;
    return dicts->dict[i];
}

void cli_dicts_free(cli_dicts *dicts)
{
    for (size_t i = 0; i < dicts->count; i++) partner_dict_free(dicts->dict[i]);
    free(dicts->partner_name);
    memset(dicts, 0, sizeof *dicts);
}
