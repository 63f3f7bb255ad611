/* SPDX-License-Identifier: MIT
 * What people read: one analysis in full, or the review of a folder; and where it came from. */
#include <stdlib.h>
#include <string.h>

#include "display.h"
#include "table.h"

static void put_input(cli_sink *sink, const cli_provenance *from)
{
    char rows[32];

    cli_putf(sink, "  %s: ", from->input);
    cli_put_safe(sink, from->file, strlen(from->file), (size_t)-1);
    if (!from->is_config) {
        snprintf(rows, sizeof rows, "%zu", from->rows);
        cli_put(sink, ", ");
        cli_put_grouped(sink, rows);
        cli_put(sink, " rows");
    }
    cli_putf(sink, ", sha256 %s\n", from->sha256);
}

static int is_known(const cli_result *results, size_t result, const char *input)
{
    for (size_t r = 0; r < result; r++)
        for (size_t i = 0; i < results[r].inputs; i++)
            if (strcmp(results[r].input[i].input, input) == 0) return 1;
    return 0;
}

/* NAME=VALUE, as --set takes it. */
static void put_option(const cli_out *out, const cli_part *options, const partner_field *field, cli_sink *sink)
{
    uint64_t storage[CLI_OPTION_ELEMENTS];
    uint32_t count;
    const char *values = cli_option_in_effect(field, options->data, storage, &count);
    cli_value value;

    cli_putf(sink, " %s=", field->name);
    for (uint32_t i = 0; i < count; i++) {
        cli_value_of(out, options, field, values + i * partner_type_size(field->type), &value);
        cli_putf(sink, "%s%s", i > 0 ? "," : "", value.text);
    }
}

static void put_options(const cli_out *out)
{
    const partner_analysis *analysis = out->result->analysis;
    const partner_field *field;
    cli_sink text = {NULL, 0, 0, 0};

    for (size_t o = 0; o < analysis->option_count; o++) {
        cli_part options = {analysis->options[o], out->result->options[o]};

        for (size_t i = 0; (field = partner_record_field(options.record, i)) != NULL; i++)
            if (cli_option_is_shown(analysis, o, field) && !cli_option_is_default(field, options.data))
                put_option(out, &options, field, &text);
    }
    cli_putf(out->sink, "  %s options:%s\n", analysis->name, text.length > 0 ? text.bytes : " the defaults");
    out->sink->failed |= text.failed;
    free(text.bytes);
}

void cli_put_audit(const cli_result *results, size_t count, const cli_style *style, const cli_dicts *dicts,
                   cli_sink *sink)
{
    if (style->colour) cli_put(sink, CLI_DIM);
    cli_putf(sink, "\nlibpartner %s\n", partner_version());
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < results[r].inputs; i++)
            if (!is_known(results, r, results[r].input[i].input)) put_input(sink, &results[r].input[i]);
    for (size_t r = 0; r < count; r++) {
        cli_out out;

        cli_out_begin(&out, &results[r], style, dicts, sink);
        put_options(&out);
        cli_out_end(&out);
    }
    if (style->colour) cli_put(sink, CLI_PLAIN);
}

static void put_title(const cli_out *out)
{
    const partner_analysis *analysis = out->result->analysis;
    char title[256];

    snprintf(title, sizeof title, "%.40s — %.180s", analysis->name, analysis->text);
    cli_put_heading(out, title);
}

/* Without the blank line that a heading begins with. */
static void start(cli_sink *sink)
{
    if (sink->length > 0 && sink->bytes[0] == '\n') memmove(sink->bytes, sink->bytes + 1, sink->length--);
}

void cli_table_text(const cli_result *result, const cli_style *style, const cli_dicts *dicts, cli_sink *sink)
{
    const cli_extent all = {
        .top = style->top, .figures = 1, .parts = 1, .rows = 1, .wrap = style->views > 0, .hints = 1};
    cli_out out;

    cli_out_begin(&out, result, style, dicts, sink);
    if (out.partner != PARTNER_NONE) {
        cli_put_partner(&out, &all);
    } else if (style->views > 0) {
        for (size_t i = 0; i < style->views; i++) cli_put_view(&out, style->view[i], &all);
    } else {
        put_title(&out);
        cli_put_sentences(&out);
        cli_put_tables(&out, &all);
        cli_put_closer(&out);
    }
    cli_out_end(&out);
    cli_put_audit(result, 1, style, dicts, sink);
    start(sink);
}

/* The review: what to act on, what each analysis has to say, and its key tables. */
void cli_table_report(const cli_result *results, size_t count, const cli_style *style, const cli_dicts *dicts,
                      cli_sink *sink)
{
    const cli_extent key = {.top = style->top < 10 ? style->top : 10};
    cli_out out;

    cli_put_advice(results, count, style, dicts, sink);
    for (size_t r = 0; r < count; r++) {
        cli_out_begin(&out, &results[r], style, dicts, sink);
        put_title(&out);
        cli_put_sentences(&out);
        cli_put_tables(&out, &key);
        cli_out_end(&out);
    }
    cli_put_audit(results, count, style, dicts, sink);
    start(sink);
}
