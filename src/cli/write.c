/* SPDX-License-Identifier: MIT
 * Which writer writes results. */
#include <stdlib.h>
#include <string.h>

#include "output.h"

static int write_one(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_sink *sink,
                     cli_error *error)
{
    if (cli_check_style(result, style, dicts, error) != CLI_OK) return error->exit_code;
    if (style->explains) return cli_explain(result, style, dicts, sink, error);
    switch (style->format) {
    case CLI_JSON: cli_json(result, style, dicts, sink); break;
    case CLI_CSV: cli_csv(result, style, dicts, sink); break;
    default: cli_table_text(result, style, dicts, sink); break;
    }
    return CLI_OK;
}

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
    for (size_t i = 0; i < count && !report; i++)
        if (write_one(&results[i], style, dicts, &sink, error) != CLI_OK) {
            free(sink.bytes);
            return error->exit_code;
        }
    return cli_sink_end(&sink, style->output, error);
}
