/* SPDX-License-Identifier: MIT
 * What to act on: the advice of each analysis, with names in the place of indexes. */
#include <stdlib.h>
#include <string.h>

#include "display.h"
#include "table.h"

enum { LONGEST = 2048, MOST_COLUMNS = 60 };

typedef void (*put_name)(const cli_out *out, cli_sink *sink, uint32_t index);

static void put_for_people(const cli_out *out, cli_sink *sink, uint32_t index)
{
    cli_put_partner_name(out, sink, index, MOST_COLUMNS);
}

static void put_id(const cli_out *out, cli_sink *sink, uint32_t index)
{
    cli_value id;

    cli_id_of(out, "partner", index, &id);
    cli_put_bytes(sink, id.text, id.length);
}

static void put_resolved(const cli_out *out, const char *text, put_name put, cli_sink *sink)
{
    static const char sign[] = "{partner:";
    const char *at;

    while ((at = strstr(text, sign)) != NULL) {
        char *end;
        unsigned long index = strtoul(at + sizeof sign - 1, &end, 10);

        cli_put_bytes(sink, text, (size_t)(at - text));
        if (*end == '}') put(out, sink, (uint32_t)index);
        text = *end == '}' ? end + 1 : end;
    }
    cli_put(sink, text);
}

static int say(const cli_out *out, size_t part, put_name put, cli_sink *sink)
{
    const partner_analysis *analysis = out->result->analysis;
    char text[LONGEST];

    if (analysis->advice == NULL || analysis->advice(out->result->result, part, text, sizeof text) == 0)
        return 0;
    put_resolved(out, text, put, sink);
    return 1;
}

int cli_advice(const cli_out *out, size_t part, cli_sink *sink) { return say(out, part, put_id, sink); }

static void put_point(const cli_out *out, size_t number)
{
    cli_sink text = {NULL, 0, 0, 0};

    cli_putf(&text, "%zu. ", number);
    if (say(out, 0, put_for_people, &text) && text.bytes != NULL)
        cli_put_wrapped(out->sink, text.bytes, 0, CLI_LINE);
    text.length = 0;
    if (out->style->colour) cli_put(out->sink, CLI_DIM);
    if (say(out, 1, put_for_people, &text) && text.bytes != NULL)
        cli_put_wrapped(out->sink, text.bytes, 3, CLI_LINE);
    if (out->style->colour) cli_put(out->sink, CLI_PLAIN);
    out->sink->failed |= text.failed;
    free(text.bytes);
}

void cli_put_advice(const cli_result *results, size_t count, const cli_style *style, const cli_dicts *dicts,
                    cli_sink *sink)
{
    size_t number = 0;

    for (size_t r = 0; r < count; r++) {
        cli_out out;
        char text[LONGEST];

        if (results[r].analysis->advice == NULL ||
            results[r].analysis->advice(results[r].result, 0, text, sizeof text) == 0)
            continue;
        cli_out_begin(&out, &results[r], style, dicts, sink);
        if (number == 0) cli_put_heading(&out, "what to act on");
        if (number == 0) cli_put(sink, "\n");
        put_point(&out, ++number);
        cli_out_end(&out);
    }
}
