/* SPDX-License-Identifier: MIT
 * Faults between the cells of a row: what a column says beside another, by the fields that go together. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"

/* Days of which the second cannot come before the first. */
static const struct {
    const char *record, *first, *second;
} in_order[] = {
    {"deals", "opened", "closed"},
    {"roster", "joined", "left"},
};

/* Bounds of which the first is not above the second. */
static const struct {
    const char *record, *least, *most;
} bounds[] = {
    {"roster", "hours_min", "hours_max"},
    {"returns", "floor", "ceiling"},
};

/* A code that is more than its first value where, and only where, there is a day. */
static const struct {
    const char *record, *code, *day;
} together[] = {
    {"deals", "outcome", "closed"},
};

/* Days that are meant to lie ahead. */
static const struct {
    const char *record, *field;
} ahead[] = {
    {"deals", "claimed_day"},
    {"claims", "close"},
    {"roster", "left"},
    {"roster", "tier_until"},
};

enum {
    ORDERS = sizeof in_order / sizeof in_order[0],
    BOUNDS = sizeof bounds / sizeof bounds[0],
    TOGETHER = sizeof together / sizeof together[0],
    AHEAD = sizeof ahead / sizeof ahead[0]
};

/* The rows that have a fault: how many, and the first. */
typedef struct found {
    size_t count, first;
} found;

static void note(found *f, size_t row)
{
    if (f->count++ == 0) f->first = row;
}

/* "deals.csv:7" */
static const char *place_of(const cli_table *table, const found *f, char *text, size_t size)
{
    snprintf(text, size, "%.500s:%llu", cli_file_name(table->path),
             (unsigned long long)cli_lines_find(&table->lines, f->first));
    return text;
}

static const char *and_more(const found *f) { return f->count > 1 ? " (and there are more)" : ""; }

static const void *column_of(const cli_table *table, const char *name)
{
    return partner_field_data(partner_record_field_find(table->record, name), table->data);
}

static void say_day(const cli_table *table, const char *name, int32_t day, char *text, size_t size)
{
    partner_print(table->record, partner_record_field_find(table->record, name), table->data, &day, NULL, text,
                  size);
}

static void find_disorder(cli_findings *to, const cli_table *table, const char *first, const char *second)
{
    const int32_t *from = column_of(table, first), *until = column_of(table, second);
    found f = {0, 0};
    char place[540], was[64], then[64];

    for (size_t i = 0; from != NULL && until != NULL && i < table->rows; i++)
        if (from[i] != PARTNER_NO_DAY && until[i] != PARTNER_NO_DAY && until[i] < from[i]) note(&f, i);
    if (f.count == 0) return;
    say_day(table, first, from[f.first], was, sizeof was);
    say_day(table, second, until[f.first], then, sizeof then);
    cli_fault(to, "%s: %s: %s lies before %s, the day of %s%s", place_of(table, &f, place, sizeof place),
              second, then, was, first, and_more(&f));
}

static void say_number(const cli_table *table, const char *name, double number, char *text, size_t size)
{
    partner_print(table->record, partner_record_field_find(table->record, name), table->data, &number, NULL,
                  text, size);
}

/* An empty cell is NaN, which compares with nothing. */
static void find_crossed(cli_findings *to, const cli_table *table, const char *least, const char *most)
{
    const double *low = column_of(table, least), *high = column_of(table, most);
    found f = {0, 0};
    char place[540], from[64], until[64];

    for (size_t i = 0; low != NULL && high != NULL && i < table->rows; i++)
        if (low[i] > high[i]) note(&f, i);
    if (f.count == 0) return;
    say_number(table, least, low[f.first], from, sizeof from);
    say_number(table, most, high[f.first], until, sizeof until);
    cli_fault(to, "%s: %s: %s is more than %s, the %s%s", place_of(table, &f, place, sizeof place), least, from,
              until, most, and_more(&f));
}

/* Rows with a code and no day, and rows with a day and no code. */
static void find_halves(cli_findings *to, const cli_table *table, const partner_field *field, const char *day)
{
    const uint8_t *code = partner_field_data(field, table->data);
    const int32_t *days = column_of(table, day);
    found codes = {0, 0}, alone = {0, 0};
    char place[540];

    for (size_t i = 0; i < table->rows; i++) {
        const int has_day = days != NULL && days[i] != PARTNER_NO_DAY, has_code = code != NULL && code[i] != 0;

        if (has_code && !has_day) note(&codes, i);
        if (has_day && !has_code) note(&alone, i);
    }
    if (codes.count > 0)
        cli_fault(to, "%s: %s: is empty though %s is %s, expected both or neither%s",
                  place_of(table, &codes, place, sizeof place), day, field->name,
                  field->names[code[codes.first]], and_more(&codes));
    if (alone.count > 0 && code == NULL)
        cli_fault(to, "%s: there is %s and no %s, expected both or neither", cli_file_name(table->path), day,
                  field->name);
    else if (alone.count > 0)
        cli_fault(to, "%s: %s: is %s though there is a day of %s, expected both or neither%s",
                  place_of(table, &alone, place, sizeof place), field->name, field->names[0], day,
                  and_more(&alone));
}

/* The last day that it can be anywhere on earth: UTC+14. */
static int32_t today(void) { return (int32_t)(((int64_t)time(NULL) + 14 * 3600) / 86400); }

static int may_lie_ahead(const cli_table *table, const partner_field *field)
{
    for (size_t i = 0; i < AHEAD; i++)
        if (strcmp(ahead[i].record, table->record->name) == 0 && strcmp(ahead[i].field, field->name) == 0)
            return 1;
    return 0;
}

static void find_future(cli_findings *to, const cli_table *table, const partner_field *field)
{
    const int32_t *day = partner_field_data(field, table->data), last = today();
    found f = {0, 0};
    char place[540], text[64];

    if (field->unit != PARTNER_UNIT_DAY || may_lie_ahead(table, field)) return;
    for (size_t i = 0; i < table->rows; i++)
        if (day[i] > last) note(&f, i);
    if (f.count == 0) return;
    say_day(table, field->name, day[f.first], text, sizeof text);
    cli_doubt(to, "%s: %s: %s lies in the future%s", place_of(table, &f, place, sizeof place), field->name,
              text, and_more(&f));
}

void cli_find_in_rows(cli_findings *to, const cli_table *table)
{
    const char *record = table->record->name;

    for (size_t i = 0; i < table->matches; i++) find_future(to, table, table->match[i].field);
    for (size_t i = 0; i < ORDERS; i++)
        if (strcmp(in_order[i].record, record) == 0)
            find_disorder(to, table, in_order[i].first, in_order[i].second);
    for (size_t i = 0; i < BOUNDS; i++)
        if (strcmp(bounds[i].record, record) == 0) find_crossed(to, table, bounds[i].least, bounds[i].most);
    for (size_t i = 0; i < TOGETHER; i++)
        if (strcmp(together[i].record, record) == 0)
            find_halves(to, table, partner_record_field_find(table->record, together[i].code), together[i].day);
}
