/* SPDX-License-Identifier: MIT
 * Which writer writes results. */
#include <stdlib.h>
#include <string.h>

#include "output.h"

int cli_write(const cli_result *results, size_t count, int report, const cli_style *style, cli_dicts *dicts,
              cli_error *error)
{
    cli_sink sink = {NULL, 0, 0, 0};

    if (report && style->format == CLI_CSV)
        return cli_fail(
            error, CLI_USAGE,
            "partner: a report has more than one table, so --format csv cannot hold it: use json, or csv "
            "with one analysis");
    if (report && style->format == CLI_JSON) cli_json_report(results, count, style, dicts, &sink);
    else if (report) cli_table_report(results, count, style, dicts, &sink);
    for (size_t i = 0; i < count && !report; i++) {
        if (style->format == CLI_JSON) cli_json(&results[i], style, dicts, &sink);
        else if (style->format == CLI_TABLE) cli_table_text(&results[i], style, dicts, &sink);
        else if (cli_csv(&results[i], style, dicts, &sink, error) != CLI_OK) {
            free(sink.bytes);
            return error->exit_code;
        }
    }
    return cli_sink_end(&sink, style->output, error);
}
