/* SPDX-License-Identifier: MIT
 * Faults that are in no single cell: what a person who knows the data would notice. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "names.h"

enum { TOLD = 20, NAMED = 5 };

static const partner_dict *dict_of(const cli_dicts *dicts, const char *name)
{
    for (size_t i = 0; name != NULL && i < dicts->count; i++)
        if (strcmp(dicts->name[i], name) == 0) return dicts->dict[i];
    return NULL;
}

/* A list of ids in a sentence: the first few and how many more. */
typedef struct id_list {
    char text[400];
    size_t length, count;
} id_list;

static void list_id(id_list *list, const partner_dict *dict, uint32_t index)
{
    if (list->count++ < NAMED)
        list->length +=
            (size_t)snprintf(list->text + list->length, sizeof list->text - list->length, "%s\"%.60s\"",
                             list->length > 0 ? ", " : "", partner_dict_id(dict, index, NULL));
}

static const char *list_end(id_list *list)
{
    if (list->count > NAMED)
        snprintf(list->text + list->length, sizeof list->text - list->length, " and %zu more",
                 list->count - NAMED);
    return list->text;
}

/* --- in one table --- */

/* A column that may hold one value only: currencies. */
static int find_several(cli_findings *to, const cli_table *table, const partner_field *field,
                        const cli_dicts *dicts, cli_error *error)
{
    const uint32_t *index = partner_field_data(field, table->data);
    const partner_dict *dict = dict_of(dicts, field->dictionary);
    size_t size = partner_dict_size(dict);
    unsigned char *seen = calloc(size + 1, 1);
    id_list list = {.length = 0};

    if (seen == NULL) return cli_no_memory(error);
    for (size_t i = 0; i < table->rows; i++)
        if (index[i] != PARTNER_NONE && !seen[index[i]]) {
            seen[index[i]] = 1;
            list_id(&list, dict, index[i]);
        }
    free(seen);
    if (list.count > 1)
        cli_fault(to, "%s: %s: %zu different values (%s), expected one", cli_file_name(table->path),
                  field->name, list.count, list_end(&list));
    return CLI_OK;
}

static const partner_field *matched(const cli_table *table, uint8_t unit, const char *dictionary,
                                    uint32_t flags)
{
    for (size_t i = 0; i < table->matches; i++) {
        const partner_field *field = table->match[i].field;

        if (field->unit == unit && (field->flags & flags) == flags &&
            (dictionary == NULL || strcmp(field->dictionary, dictionary) == 0))
            return field;
    }
    return NULL;
}

/* Credit notes of partners who never bought: probably booked under another id. */
static int find_unlinked(cli_findings *to, const cli_table *table, const cli_dicts *dicts, cli_error *error)
{
    enum { SALE = 1, CREDIT = 2 };
    const partner_field *who = matched(table, PARTNER_UNIT_INDEX, "partner", PARTNER_FIELD_REQUIRED);
    const partner_field *what = matched(table, PARTNER_UNIT_MONEY, NULL, PARTNER_FIELD_REQUIRED);
    const partner_dict *dict = dict_of(dicts, "partner");
    const uint32_t *partner;
    const int64_t *amount;
    size_t size = partner_dict_size(dict);
    unsigned char *has;
    id_list list = {.length = 0};

    if (who == NULL || what == NULL || (who->flags & PARTNER_FIELD_UNIQUE)) return CLI_OK;
    partner = partner_field_data(who, table->data);
    amount = partner_field_data(what, table->data);
    has = calloc(size + 1, 1);
    if (has == NULL) return cli_no_memory(error);
    for (size_t i = 0; i < table->rows; i++)
        has[partner[i]] |= amount[i] > 0 ? SALE : amount[i] < 0 ? CREDIT : 0;
    for (size_t i = 0; i < size; i++)
        if (has[i] == CREDIT) list_id(&list, dict, (uint32_t)i);
    free(has);
    if (list.count > 0)
        cli_doubt(to, "%s: %zu partner%s credit notes but no sale: %s", cli_file_name(table->path), list.count,
                  list.count == 1 ? " has" : "s have", list_end(&list));
    return CLI_OK;
}

int cli_find_in_table(cli_findings *to, const cli_table *table, const cli_dicts *dicts, cli_error *error)
{
    for (size_t i = 0; i < table->matches && table->rows > 0; i++) {
        const partner_field *field = table->match[i].field;

        if ((field->flags & PARTNER_FIELD_SINGLE) && find_several(to, table, field, dicts, error) != CLI_OK)
            return error->exit_code;
    }
    if (table->rows == 0) return CLI_OK;
    cli_find_in_rows(to, table);
    if (find_unlinked(to, table, dicts, error) != CLI_OK) return error->exit_code;
    return cli_find_references(to, table, dicts, error);
}

/* --- between tables --- */

/* Marks who is listed, and says in which file. NULL when no file lists partners. */
static const cli_table *mark_listed(cli_table *const *tables, size_t count, unsigned char *listed)
{
    const cli_table *from = NULL;

    for (size_t t = 0; t < count; t++) {
        const partner_field *field = matched(tables[t], PARTNER_UNIT_INDEX, "partner", PARTNER_FIELD_UNIQUE);
        const uint32_t *index = partner_field_data(field, tables[t]->data);

        if (field == NULL || index == NULL) continue;
        for (size_t i = 0; i < tables[t]->rows; i++) listed[index[i]] = 1;
        from = tables[t];
    }
    return from;
}

/* Without such a file, those who sold are who there is for what we did with partners, and what they expect. */
static int goes_with_sales(const cli_table *table)
{
    return strcmp(table->record->name, "interactions") == 0 || strcmp(table->record->name, "expectations") == 0;
}

static const cli_table *mark_sellers(cli_table *const *tables, size_t count, unsigned char *listed)
{
    const cli_table *from = NULL;

    for (size_t t = 0; t < count; t++) {
        const uint32_t *index =
            partner_field_data(matched(tables[t], PARTNER_UNIT_INDEX, "partner", 0), tables[t]->data);

        if (strcmp(tables[t]->record->name, "sales") != 0 || index == NULL) continue;
        for (size_t i = 0; i < tables[t]->rows; i++) listed[index[i]] = 1;
        from = tables[t];
    }
    return from;
}

static int find_strangers_in(cli_findings *to, const cli_table *table, const partner_field *field,
                             const cli_table *roster, const unsigned char *listed, const partner_dict *dict,
                             cli_error *error)
{
    const uint32_t *index = partner_field_data(field, table->data);
    unsigned char *told = calloc(partner_dict_size(dict) + 1, 1);
    id_list list = {.length = 0};

    if (told == NULL) return cli_no_memory(error);
    for (size_t i = 0; i < table->rows; i++)
        if (index[i] != PARTNER_NONE && !listed[index[i]] && !told[index[i]]) {
            told[index[i]] = 1;
            list_id(&list, dict, index[i]);
        }
    free(told);
    if (list.count > 0)
        cli_doubt(to, "%s: %s: %zu %s not in %s: %s", cli_file_name(table->path), field->name, list.count,
                  list.count == 1 ? "is" : "are", cli_file_name(roster->path), list_end(&list));
    return CLI_OK;
}

static int find_strangers(cli_findings *to, cli_table *const *tables, size_t count, const cli_dicts *dicts,
                          cli_error *error)
{
    const partner_dict *dict = dict_of(dicts, "partner");
    unsigned char *listed = calloc(partner_dict_size(dict) + 1, 1);
    const cli_table *roster;
    int sellers;

    if (listed == NULL) return cli_no_memory(error);
    roster = mark_listed(tables, count, listed);
    sellers = roster == NULL;
    if (sellers) roster = mark_sellers(tables, count, listed);
    error->exit_code = CLI_OK;
    for (size_t t = 0; t < count && roster != NULL; t++)
        for (size_t m = 0; m < tables[t]->matches && error->exit_code == CLI_OK; m++) {
            const partner_field *field = tables[t]->match[m].field;

            if (sellers && !goes_with_sales(tables[t])) continue;
            if (field->unit == PARTNER_UNIT_INDEX && strcmp(field->dictionary, "partner") == 0)
                find_strangers_in(to, tables[t], field, roster, listed, dict, error);
        }
    free(listed);
    return error->exit_code;
}

/* --- between ids --- */

/* The same name under several ids: one company enrolled twice, or two that people will take for one another. */
static int find_shared_names(cli_findings *to, const cli_table *table, const cli_dicts *dicts, cli_error *error)
{
    const partner_field *who = matched(table, PARTNER_UNIT_INDEX, "partner", PARTNER_FIELD_UNIQUE);
    const partner_field *what = matched(table, PARTNER_UNIT_INDEX, "name", 0);
    const partner_dict *ids = dict_of(dicts, "partner"), *names = dict_of(dicts, "name");
    const uint32_t *partner, *name;
    uint32_t *owner;
    size_t told = 0;

    if (who == NULL || what == NULL) return CLI_OK;
    partner = partner_field_data(who, table->data);
    name = partner_field_data(what, table->data);
    owner = malloc((partner_dict_size(names) + 1) * sizeof *owner);
    if (owner == NULL) return cli_no_memory(error);
    for (size_t i = 0; i < partner_dict_size(names); i++) owner[i] = PARTNER_NONE;
    for (size_t i = 0; i < table->rows; i++) {
        if (name[i] == PARTNER_NONE) continue;
        if (owner[name[i]] == PARTNER_NONE) owner[name[i]] = partner[i];
        else if (told++ < TOLD)
            cli_doubt(to, "%s:%llu: partners \"%.60s\" and \"%.60s\" have the same name, \"%.100s\"",
                      cli_file_name(table->path), (unsigned long long)cli_lines_find(&table->lines, i),
                      partner_dict_id(ids, owner[name[i]], NULL), partner_dict_id(ids, partner[i], NULL),
                      partner_dict_id(names, name[i], NULL));
    }
    free(owner);
    if (told > TOLD) cli_doubt(to, "%s: and %zu more shared names", cli_file_name(table->path), told - TOLD);
    return CLI_OK;
}

/* The index under which the folded form of an id is known; PARTNER_NONE and an error when memory is short. */
static uint32_t folded_index(partner_dict *folded, const char *id, size_t length, cli_error *error)
{
    char *text = malloc(length + 1);
    const char *at = text;
    uint32_t index = PARTNER_NONE;
    size_t folded_length;

    if (text == NULL) {
        cli_no_memory(error);
        return index;
    }
    folded_length = cli_fold(id, length, text);
    if (partner_dict_add_strings(folded, 1, &at, &folded_length, &index, NULL) != PARTNER_OK)
        cli_no_memory(error);
    free(text);
    return index;
}

/* Ids that differ in case and spaces only. */
static int find_alike(cli_findings *to, const char *name, const partner_dict *dict, cli_error *error)
{
    const size_t size = partner_dict_size(dict);
    uint32_t *first = malloc((size + 1) * sizeof *first);
    partner_dict *folded = NULL;
    size_t told = 0;

    error->exit_code = CLI_OK;
    if (first == NULL || partner_dict_new(&folded, NULL) != PARTNER_OK) cli_no_memory(error);
    for (size_t i = 0; i < size && error->exit_code == CLI_OK; i++) {
        size_t length, before = partner_dict_size(folded);
        const char *id = partner_dict_id(dict, (uint32_t)i, &length);
        uint32_t index = folded_index(folded, id, length, error);

        if (index == PARTNER_NONE) break;
        if (index == before) first[index] = (uint32_t)i;
        else if (told++ < TOLD)
            cli_doubt(to, "%s: \"%.100s\" and \"%.100s\" differ only in case or spaces", name,
                      partner_dict_id(dict, first[index], NULL), id);
    }
    partner_dict_free(folded);
    free(first);
    if (told > TOLD) cli_doubt(to, "%s: and %zu more that differ only in case or spaces", name, told - TOLD);
    return error->exit_code;
}

int cli_find_between(cli_findings *to, cli_table *const *tables, size_t count, const cli_mention *mentions,
                     size_t mention_count, const cli_command *command, const cli_dicts *dicts, cli_error *error)
{
    cli_findings between = {{NULL, 0, 0, 0}, 0, 0};

    error->exit_code = find_strangers(&between, tables, count, dicts, error);
    for (size_t t = 0; t < count && error->exit_code == CLI_OK; t++)
        error->exit_code = find_shared_names(&between, tables[t], dicts, error);
    if (error->exit_code == CLI_OK)
        error->exit_code = cli_find_unlisted(&between, tables, count, command, dicts, error);
    for (size_t i = 0; i < mention_count && error->exit_code == CLI_OK; i++)
        error->exit_code = cli_find_unmentioned(&between, &mentions[i], tables, count, command, dicts, error);
    for (size_t d = 0; d < dicts->count && error->exit_code == CLI_OK; d++)
        error->exit_code = find_alike(&between, dicts->name[d], dicts->dict[d], error);
    if (between.faults + between.doubts > 0) {
        cli_tell(to, "between them:");
        cli_put_bytes(&to->sink, between.sink.bytes, between.sink.length);
        to->sink.failed |= between.sink.failed;
    }
    to->faults += between.faults;
    to->doubts += between.doubts;
    free(between.sink.bytes);
    return error->exit_code;
}
