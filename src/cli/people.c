/* SPDX-License-Identifier: MIT
 * Values as people read them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "display.h"
#include "table.h"

void cli_put_styled(const cli_out *out, cli_sink *sink, const char *style, const char *text)
{
    if (!out->style->colour) {
        cli_put(sink, text);
        return;
    }
    cli_put(sink, style);
    cli_put(sink, text);
    cli_put(sink, CLI_PLAIN);
}

void cli_put_grouped(cli_sink *sink, const char *number)
{
    size_t sign = *number == '-', digits = strspn(number + sign, "0123456789");

    cli_put_bytes(sink, number, sign);
    number += sign;
    for (size_t i = 0; i < digits; i++) {
        if (i > 0 && (digits - i) % 3 == 0) cli_put(sink, " ");
        cli_put_bytes(sink, number + i, 1);
    }
    cli_put(sink, number + digits);
}

static double read_double(const partner_field *field, const void *element)
{
    double x = NAN;

    if (field->type == PARTNER_TYPE_F64) memcpy(&x, element, sizeof x);
    return x;
}

/* One decimal is as much of a per cent as people compare. */
static void put_share(cli_sink *sink, double x)
{
    char text[400];

    snprintf(text, sizeof text, "%.1f", 100 * x);
    if (strcmp(text, "-0.0") == 0) memmove(text, text + 1, sizeof "0.0");
    cli_put_grouped(sink, text);
    cli_put(sink, " %");
}

/* Four decimals for coefficients, fewer for what is larger, three digits of what is small. */
static int decimals_of(double x)
{
    const double size = fabs(x);

    if (size > 1e-9 && size < 0.01) return 2 - (int)floor(log10(size));
    return size < 2 ? 4 : size < 1000 ? 2 : 0;
}

static void put_ratio(cli_sink *sink, double x, int decimals)
{
    char text[400];

    snprintf(text, sizeof text, "%.*f", decimals, x);
    cli_put_grouped(sink, text);
}

static int is_ratio(const partner_field *field)
{
    return field->type == PARTNER_TYPE_F64 && field->unit != PARTNER_UNIT_SHARE &&
           field->unit != PARTNER_UNIT_NONE;
}

unsigned cli_places_of(const cli_axis *axis, uint32_t i, const size_t *order, size_t rows)
{
    double largest = 0;
    int whole = 1;

    if (!is_ratio(axis->field)) return 0;
    for (size_t k = 0; k < rows; k++) {
        uint32_t number;
        const double x =
            read_double(axis->field, cli_grid_element(axis, order != NULL ? order[k] : k, i, &number));

        if (isnan(x)) continue;
        if (fabs(x) > largest) largest = fabs(x);
        whole &= x == floor(x);
    }
    return whole ? 1 : 1 + (unsigned)decimals_of(largest);
}

size_t cli_put_partner_name(const cli_out *out, cli_sink *sink, uint32_t index, size_t most)
{
    const cli_dicts *dicts = out->dicts;
    uint32_t name_index = PARTNER_NONE;
    cli_value id, name = {.kind = CLI_VALUE_NULL};
    size_t others, columns;

    cli_id_of(out, "partner", index, &id);
    if (index < dicts->partner_names && dicts->partner_name != NULL) name_index = dicts->partner_name[index];
    if (name_index != PARTNER_NONE) cli_id_of(out, "name", name_index, &name);
    if (name.kind == CLI_VALUE_NULL || (name.length == id.length && memcmp(name.text, id.text, id.length) == 0))
        return cli_put_safe(sink, id.text, id.length, most);
    others = cli_width(id.text, id.length) + 3;
    columns = cli_put_safe(sink, name.text, name.length, most > others + 8 ? most - others : 8) + 3;
    cli_put(sink, " (");
    columns += cli_put_safe(sink, id.text, id.length, most > columns ? most - columns : 1);
    cli_put(sink, ")");
    return columns;
}

static size_t put_number(const cli_out *out, cli_sink *sink, const cli_axis *axis, const void *element)
{
    const partner_field *field = axis->field;
    size_t before = sink->length;
    cli_value value;
    double x = read_double(field, element);

    cli_value_of(out, &axis->part, field, element, &value);
    if (field->type == PARTNER_TYPE_F64 && field->unit == PARTNER_UNIT_SHARE) put_share(sink, x);
    else if (is_ratio(field)) put_ratio(sink, x, axis->places > 0 ? (int)axis->places - 1 : decimals_of(x));
    else if (field->unit == PARTNER_UNIT_PPM) put_share(sink, strtod(value.text, NULL));
    else cli_put_grouped(sink, value.text);
    return sink->length - before;
}

/* "direct" of "whose it is; absent = direct". */
static const char *words_of(const partner_field *field)
{
    static const char says[] = "; absent = ";
    const char *at = strstr(field->text, says);

    return at != NULL && (field->flags & PARTNER_FIELD_NULLABLE) ? at + sizeof says - 1 : NULL;
}

int cli_has_words(const partner_field *field) { return words_of(field) != NULL; }

static size_t put_nothing(cli_sink *sink, const partner_field *field, size_t most)
{
    const char *words = words_of(field);

    if (words == NULL) words = "–";
    return cli_put_safe(sink, words, strlen(words), most);
}

size_t cli_put_human(const cli_out *out, cli_sink *sink, const cli_axis *axis, size_t row, uint32_t i,
                     size_t most)
{
    uint32_t number, index;
    const void *element = cli_grid_element(axis, row, i, &number);
    const char *dictionary = cli_reference_of(out, axis->field, element, &index);
    cli_value value;

    if (dictionary != NULL && strcmp(dictionary, "partner") == 0)
        return cli_put_partner_name(out, sink, index, most);
    cli_value_of(out, &axis->part, axis->field, element, &value);
    if (axis->field->unit == PARTNER_UNIT_INDEX && value.kind == CLI_VALUE_NUMBER)
        return cli_put_safe(sink, value.text, value.length, most);
    if (value.kind == CLI_VALUE_NUMBER) return put_number(out, sink, axis, element);
    if (axis->field->unit == PARTNER_UNIT_FLAG)
        return cli_put_safe(sink, *value.text == 't' ? "yes" : "no", *value.text == 't' ? 3 : 2, most);
    if (value.kind == CLI_VALUE_NULL) return put_nothing(sink, axis->field, most);
    return cli_put_safe(sink, value.text, value.length, most);
}

void cli_put_bar(const cli_out *out, cli_sink *sink, double part, size_t width)
{
    static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    size_t drawn;

    if (!(part > 0)) return;
    drawn = (size_t)(fmin(part, 1) * (double)width * 8 + 0.5);
    if (drawn == 0) drawn = 1; /* a little is not nothing */
    if (out->style->colour) cli_put(sink, CLI_CYAN);
    for (size_t i = 0; i < drawn / 8; i++) cli_put(sink, "█");
    cli_put(sink, eighths[drawn % 8]);
    if (out->style->colour) cli_put(sink, CLI_PLAIN);
}

double cli_number_of(const cli_axis *axis, size_t row)
{
    uint32_t number;
    const void *element = cli_grid_element(axis, row, 0, &number);
    double magnitude;
    int negative;

    if (partner_field_is_null(axis->field, element)) return NAN;
    if (axis->field->type == PARTNER_TYPE_F64) return read_double(axis->field, element);
    magnitude = (double)partner_field_integer(axis->field, element, &negative);
    return negative ? -magnitude : magnitude;
}
