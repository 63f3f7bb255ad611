/* SPDX-License-Identifier: MIT
 * Mapping files of any content. */
#include "fuzz.h"
#include "input.h"
#include "stdin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cli_mapping *mapping = NULL;
    cli_dialect dialect;
    cli_error error = {CLI_OK, ""};
    size_t count = 0;
    int exit_code;

    if (size > FUZZ_STDIN_MOST) return 0;
    fuzz_stdin(data, size);
    exit_code = cli_mapping_read("/dev/stdin", &mapping, &error);
    if (exit_code != CLI_OK) {
        fuzz_demand(mapping == NULL && error.text[0] != '\0',
                    "a refused mapping has an error and nothing to free");
        return 0;
    }
    memset(&dialect, 0, sizeof dialect);
    cli_mapping_dialect(mapping, &dialect);
    const cli_column *columns = cli_mapping_columns(mapping, &count);
    for (size_t i = 0; i < count; i++)
        fuzz_demand(columns[i].field != NULL && columns[i].header != NULL, "a column has a field and a header");
    cli_mapping_free(mapping);
    return 0;
}
