/* SPDX-License-Identifier: MIT
 * Faults in how rows of a table refer to each other, and in how tables and configurations fit together. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "names.h"

enum { NAMED = 5 };

static const partner_dict *dict_of(const cli_dicts *dicts, const char *name)
{
    for (size_t i = 0; i < dicts->count; i++)
        if (strcmp(dicts->name[i], name) == 0) return dicts->dict[i];
    return NULL;
}

static const void *column_of(const cli_table *table, const partner_field *field)
{
    return field != NULL ? partner_field_data(field, table->data) : NULL;
}

static unsigned long long line_of(const cli_table *table, size_t row)
{
    return (unsigned long long)cli_lines_find(&table->lines, row);
}

/* --- rows that refer to rows --- */

/* The column of ids must hold each once; marks those it holds. */
static void find_repeated(cli_findings *to, const cli_table *table, const partner_field *ids,
                          const partner_dict *dict, unsigned char *held)
{
    const void *column = column_of(table, ids);
    size_t repeated = 0, first = 0;

    for (size_t row = 0; row < table->rows; row++) {
        uint64_t index = cli_index_at(ids, column, row);

        if (index == PARTNER_NO_ROW) continue;
        if (held[index] && repeated++ == 0) first = row;
        held[index] = 1;
    }
    if (repeated > 0)
        cli_fault(to, "%s:%llu: %s: \"%.100s\" was there before, expected each once%s",
                  cli_file_name(table->path), line_of(table, first), ids->name,
                  partner_dict_id(dict, (uint32_t)cli_index_at(ids, column, first), NULL),
                  repeated > 1 ? " (and there are more)" : "");
}

/* References that lead nowhere. */
static void find_dangling(cli_findings *to, const cli_table *table, const partner_field *field,
                          const partner_field *ids, const partner_dict *dict, const unsigned char *held)
{
    const void *column = column_of(table, field);
    const uint64_t rows = (uint64_t)table->rows + table->bad;
    const int numbered = cli_is_numbered(table, field);
    size_t count = 0, first = 0;
    char what[160];

    for (size_t row = 0; row < table->rows; row++) {
        uint64_t index = cli_index_at(field, column, row);

        if (index == PARTNER_NO_ROW || (numbered ? index < rows : held[index])) continue;
        if (count++ == 0) first = row;
    }
    if (count == 0) return;
    if (numbered)
        snprintf(what, sizeof what, "there is no row %llu, the last one is %llu",
                 (unsigned long long)cli_index_at(field, column, first), (unsigned long long)rows - 1);
    else
        snprintf(what, sizeof what, "\"%.60s\" is no %.40s of this file",
                 partner_dict_id(dict, (uint32_t)cli_index_at(field, column, first), NULL), ids->name);
    cli_fault(to, "%s:%llu: %s: %s%s", cli_file_name(table->path), line_of(table, first), field->name, what,
              count > 1 ? " (and there are more)" : "");
}

/* Credit notes that take nothing back. */
static void find_unlinked(cli_findings *to, const cli_table *table, const partner_field *field)
{
    const partner_field *money = NULL;
    const void *column = column_of(table, field);
    const int64_t *amount;
    size_t count = 0, first = 0;

    for (size_t i = 0; money == NULL && i < table->matches; i++)
        if (table->match[i].field->unit == PARTNER_UNIT_MONEY) money = table->match[i].field;
    amount = column_of(table, money);
    for (size_t row = 0; amount != NULL && row < table->rows; row++) {
        if (amount[row] >= 0 || amount[row] == PARTNER_NO_AMOUNT) continue;
        if (column != NULL && cli_index_at(field, column, row) != PARTNER_NO_ROW) continue;
        if (count++ == 0) first = row;
    }
    if (count > 0)
        cli_doubt(to,
                  "%s:%llu: %zu row%s a negative %s and no %s, the first here: credit notes that nobody "
                  "linked",
                  cli_file_name(table->path), line_of(table, first), count, count == 1 ? " has" : "s have",
                  money->name, field->name);
}

/* Two columns that together hold each pair once. */
static const struct {
    const char *record, *first, *second;
} pairs[] = {
    {"expectations", "partner", "dimension"},
};

typedef struct pair {
    uint64_t first, second;
    size_t row;
} pair;

static int by_pair(const void *a, const void *b)
{
    const pair *x = a, *y = b;

    if (x->first != y->first) return x->first < y->first ? -1 : 1;
    if (x->second != y->second) return x->second < y->second ? -1 : 1;
    return x->row < y->row ? -1 : x->row > y->row;
}

static const char *id_of(const cli_dicts *dicts, const partner_field *field, uint64_t index)
{
    return partner_dict_id(dict_of(dicts, field->dictionary), (uint32_t)index, NULL);
}

/* The first row whose pair was there before. */
static int find_repeated_pairs(cli_findings *to, const cli_table *table, const partner_field *first,
                               const partner_field *second, const cli_dicts *dicts, cli_error *error)
{
    const void *firsts = column_of(table, first), *seconds = column_of(table, second);
    pair *all = malloc((table->rows + 1) * sizeof *all);
    size_t repeated = 0, at = 0;

    if (all == NULL) return cli_no_memory(error);
    for (size_t i = 0; i < table->rows; i++)
        all[i] = (pair){cli_index_at(first, firsts, i), cli_index_at(second, seconds, i), i};
    qsort(all, table->rows, sizeof *all, by_pair);
    for (size_t i = 1; i < table->rows; i++) {
        if (all[i].first != all[i - 1].first || all[i].second != all[i - 1].second) continue;
        if (repeated++ == 0 || all[i].row < all[at].row) at = i;
    }
    if (repeated > 0)
        cli_fault(to, "%s:%llu: %s: \"%.100s\" of \"%.100s\" is in line %llu already, expected each once%s",
                  cli_file_name(table->path), line_of(table, all[at].row), second->name,
                  id_of(dicts, second, all[at].second), id_of(dicts, first, all[at].first),
                  line_of(table, all[at - 1].row), repeated > 1 ? " (and there are more)" : "");
    free(all);
    return CLI_OK;
}

static int find_pairs(cli_findings *to, const cli_table *table, const cli_dicts *dicts, cli_error *error)
{
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const partner_field *first = partner_record_field_find(table->record, pairs[i].first);
        const partner_field *second = partner_record_field_find(table->record, pairs[i].second);

        if (strcmp(pairs[i].record, table->record->name) == 0 &&
            find_repeated_pairs(to, table, first, second, dicts, error) != CLI_OK)
            return error->exit_code;
    }
    return CLI_OK;
}

int cli_find_references(cli_findings *to, const cli_table *table, const cli_dicts *dicts, cli_error *error)
{
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(table->record, i)) != NULL; i++) {
        const partner_field *ids = partner_record_field_find(table->record, field->numbered_without);
        const partner_dict *dict;
        unsigned char *held;

        if (ids == NULL) continue;
        dict = dict_of(dicts, field->dictionary);
        held = calloc(partner_dict_size(dict) + 1, 1);
        if (held == NULL) return cli_no_memory(error);
        if (!cli_is_numbered(table, field)) find_repeated(to, table, ids, dict, held);
        if (column_of(table, field) != NULL) find_dangling(to, table, field, ids, dict, held);
        free(held);
        find_unlinked(to, table, field);
    }
    return find_pairs(to, table, dicts, error);
}

/* --- lists --- */

/* Ids in a sentence: the first few and how many more. */
typedef struct list {
    char text[400];
    size_t length, count;
} list;

static void list_id(list *l, const char *id)
{
    if (l->count++ < NAMED)
        l->length += (size_t)snprintf(l->text + l->length, sizeof l->text - l->length, "%s\"%.60s\"",
                                      l->length > 0 ? ", " : "", id);
}

static const char *list_end(list *l)
{
    if (l->count > NAMED)
        snprintf(l->text + l->length, sizeof l->text - l->length, " and %zu more", l->count - NAMED);
    return l->text;
}

/* --- ids that another table lists --- */

/* The column in which a table says what there is: analyses that need the table know nothing else. */
static const partner_field *listing_of(const partner_analysis *analysis, const cli_table *table,
                                       const char *dictionary)
{
    const uint32_t flags = PARTNER_FIELD_UNIQUE | PARTNER_FIELD_REQUIRED;
    const partner_input *input;
    int needed = 0;

    for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++)
        needed |= input->required && input->record == table->record;
    for (size_t m = 0; needed && m < table->matches; m++) {
        const partner_field *field = table->match[m].field;

        if (field->unit == PARTNER_UNIT_INDEX && (field->flags & flags) == flags &&
            strcmp(field->dictionary, dictionary) == 0)
            return field;
    }
    return NULL;
}

static int is_input(const partner_analysis *analysis, const cli_table *table)
{
    const partner_input *input;

    for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++)
        if (input->record == table->record) return 1;
    return 0;
}

/* Marks what the tables list; *from receives the last of them. */
static unsigned char *mark_listed(const partner_analysis *analysis, cli_table *const *tables, size_t count,
                                  const char *name, const partner_dict *dict, const cli_table **from)
{
    unsigned char *listed = calloc(partner_dict_size(dict) + 1, 1);

    *from = NULL;
    for (size_t t = 0; listed != NULL && t < count; t++) {
        const partner_field *ids = listing_of(analysis, tables[t], name);

        if (ids == NULL) continue;
        for (size_t row = 0; row < tables[t]->rows; row++)
            listed[cli_index_at(ids, column_of(tables[t], ids), row)] = 1;
        *from = tables[t];
    }
    return listed;
}

static void find_strays(cli_findings *to, const cli_table *table, const partner_field *field,
                        const cli_table *from, const partner_dict *dict, const unsigned char *listed)
{
    const void *column = column_of(table, field);
    size_t rows = 0, first = 0;

    for (size_t row = 0; row < table->rows; row++) {
        uint64_t index = cli_index_at(field, column, row);

        if (index == PARTNER_NO_ROW || listed[index]) continue;
        if (rows++ == 0) first = row;
    }
    if (rows > 0)
        cli_fault(to, "%s:%llu: %s: \"%.100s\" is none of %s%s%s", cli_file_name(table->path),
                  line_of(table, first), field->name,
                  partner_dict_id(dict, (uint32_t)cli_index_at(field, column, first), NULL),
                  cli_file_name(from->path), from->bad > 0 ? " without its bad rows" : "",
                  rows > 1 ? " (and there are more)" : "");
}

static int find_unlisted(cli_findings *to, const partner_analysis *analysis, cli_table *const *tables,
                         size_t count, const char *name, const partner_dict *dict, cli_error *error)
{
    const cli_table *from;
    unsigned char *listed = mark_listed(analysis, tables, count, name, dict, &from);

    if (listed == NULL) return cli_no_memory(error);
    for (size_t t = 0; t < count && from != NULL; t++)
        for (size_t m = 0; m < tables[t]->matches && is_input(analysis, tables[t]); m++) {
            const partner_field *field = tables[t]->match[m].field;

            if (field->unit == PARTNER_UNIT_INDEX && strcmp(field->dictionary, name) == 0 &&
                !cli_is_numbered(tables[t], field) && listing_of(analysis, tables[t], name) != field)
                find_strays(to, tables[t], field, from, dict, listed);
        }
    free(listed);
    return CLI_OK;
}

int cli_find_unlisted(cli_findings *to, cli_table *const *tables, size_t count, const cli_command *command,
                      const cli_dicts *dicts, cli_error *error)
{
    const partner_analysis *analysis;

    for (size_t a = 0; (analysis = cli_command_analysis(command, a)) != NULL; a++)
        for (size_t d = 0; d < dicts->count; d++)
            if (find_unlisted(to, analysis, tables, count, dicts->name[d], dicts->dict[d], error) != CLI_OK)
                return error->exit_code;
    return CLI_OK;
}

/* --- what a configuration mentions --- */

/* Dictionaries whose names a configuration gives: what it does not name does not exist. What it does not
 * mention of others is without effect. */
static int gives_names(const cli_mention *mention, const char *dictionary)
{
    static const char *const given[][2] = {
        {"process", "milestone"}, {"process", "stage"}, {"segments", "kind"}};

    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++)
        if (strcmp(given[i][0], mention->config.config->name) == 0 && strcmp(given[i][1], dictionary) == 0)
            return 1;
    return 0;
}

/* Whether an analysis reads such a table by that kind of configuration. */
static int go_together(const cli_command *command, const partner_config *kind, const cli_table *table)
{
    const partner_analysis *analysis;
    const partner_input *input;

    for (size_t a = 0; (analysis = cli_command_analysis(command, a)) != NULL; a++)
        for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++)
            if (input->config == kind && is_input(analysis, table)) return 1;
    return 0;
}

/* A name that the configuration does not give. */
static void tell_unknown(cli_findings *to, const cli_mention *mention, const cli_table *table,
                         const partner_field *field, const partner_dict *dict, size_t first, size_t rows)
{
    const partner_dict *known = dict_of(&mention->dicts, field->dictionary);
    const uint32_t index = (uint32_t)cli_index_at(field, column_of(table, field), first);
    const char *id = partner_dict_id(dict, index, NULL), *meant;
    partner__nearest nearest = PARTNER__NEAREST(id);
    char hint[600] = "";
    list all = {.length = 0};

    for (size_t i = 0; i < partner_dict_size(known); i++) {
        partner__nearest_try(&nearest, partner_dict_id(known, (uint32_t)i, NULL));
        list_id(&all, partner_dict_id(known, (uint32_t)i, NULL));
    }
    meant = partner__nearest_found(&nearest);
    if (meant != NULL) snprintf(hint, sizeof hint, " (did you mean %.100s?)", meant);
    else if (all.count > 0) snprintf(hint, sizeof hint, ", which has %s", list_end(&all));
    cli_fault(to, "%s:%llu: %s: \"%.100s\" is no %s of %s%s%s", cli_file_name(table->path),
              line_of(table, first), field->name, id, field->dictionary, cli_file_name(mention->config.path),
              hint, rows > 1 ? " (and there are more)" : "");
}

/* What a column holds that nobody mentions. */
static int find_in_column(cli_findings *to, const cli_mention *mention, const cli_table *table,
                          const partner_field *field, const partner_dict *dict, unsigned char *used,
                          cli_error *error)
{
    const partner_dict *known = dict_of(&mention->dicts, field->dictionary);
    const void *column = column_of(table, field);
    unsigned char *told = calloc(partner_dict_size(dict) + 1, 1);
    list unknown = {.length = 0};
    size_t rows = 0, first = 0, length = 0;

    if (told == NULL) return cli_no_memory(error);
    for (size_t row = 0; row < table->rows; row++) {
        uint64_t index = cli_index_at(field, column, row);
        const char *id = partner_dict_id(dict, (uint32_t)index, &length);
        const uint32_t mentioned = partner_dict_find(known, id, length);

        if (index == PARTNER_NO_ROW) continue;
        if (mentioned != PARTNER_NONE) {
            used[mentioned] = 1;
            continue;
        }
        if (rows++ == 0) first = row;
        if (!told[index]) list_id(&unknown, id);
        told[index] = 1;
    }
    free(told);
    if (rows > 0 && gives_names(mention, field->dictionary))
        tell_unknown(to, mention, table, field, dict, first, rows);
    else if (rows > 0)
        cli_doubt(to, "%s: %zu row%s a %s that %s does not mention: %s", cli_file_name(table->path), rows,
                  rows == 1 ? " has" : "s have", field->name, cli_file_name(mention->config.path),
                  list_end(&unknown));
    return CLI_OK;
}

static void tell_unused(cli_findings *to, const cli_mention *mention, const char *name,
                        const unsigned char *used)
{
    const partner_dict *known = dict_of(&mention->dicts, name);
    list unused = {.length = 0};

    for (size_t i = 0; i < partner_dict_size(known); i++)
        if (!used[i]) list_id(&unused, partner_dict_id(known, (uint32_t)i, NULL));
    if (unused.count > 0)
        cli_doubt(to, "%s: no row has the %s %s, which it mentions", cli_file_name(mention->config.path), name,
                  list_end(&unused));
}

/* The names of one dictionary, in all tables that must have them, or that know no others. */
static int find_names(cli_findings *to, const cli_mention *mention, const char *name, cli_table *const *tables,
                      size_t count, const cli_command *command, const cli_dicts *dicts, cli_error *error)
{
    const partner_dict *dict = dict_of(dicts, name);
    unsigned char *used = calloc(partner_dict_size(dict_of(&mention->dicts, name)) + 1, 1);
    int any = 0;

    if (used == NULL) return cli_no_memory(error);
    error->exit_code = CLI_OK;
    for (size_t t = 0; t < count; t++)
        for (size_t m = 0; m < tables[t]->matches && error->exit_code == CLI_OK; m++) {
            const partner_field *field = tables[t]->match[m].field;

            if (field->unit != PARTNER_UNIT_INDEX || strcmp(field->dictionary, name) != 0) continue;
            if (!(field->flags & PARTNER_FIELD_REQUIRED) && !gives_names(mention, name)) continue;
            if (tables[t]->rows == 0 || !go_together(command, mention->config.config, tables[t])) continue;
            any |= (field->flags & PARTNER_FIELD_REQUIRED) != 0;
            find_in_column(to, mention, tables[t], field, dict, used, error);
        }
    if (any && error->exit_code == CLI_OK) tell_unused(to, mention, name, used);
    free(used);
    return error->exit_code;
}

int cli_find_unmentioned(cli_findings *to, const cli_mention *mention, cli_table *const *tables, size_t count,
                         const cli_command *command, const cli_dicts *dicts, cli_error *error)
{
    const partner_config *kind = mention->config.config;

    for (size_t d = 0; d < kind->dictionary_count; d++)
        if (find_names(to, mention, kind->dictionaries[d], tables, count, command, dicts, error) != CLI_OK)
            return error->exit_code;
    return CLI_OK;
}
