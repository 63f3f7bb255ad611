/* SPDX-License-Identifier: MIT
 * `partner check`: says how files are understood and every fault in them, and computes nothing. */
#include "check.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "names.h"

static void put(cli_findings *to, const char *before, const char *text, va_list arguments)
{
    char line[2048], escaped[4096];

    vsnprintf(line, sizeof line, text, arguments);
    cli_escape(line, escaped, sizeof escaped);
    cli_putf(&to->sink, "%s%s\n", before, escaped);
}

void cli_tell(cli_findings *to, const char *text, ...)
{
    va_list arguments;

    va_start(arguments, text);
    put(to, "", text, arguments);
    va_end(arguments);
}

void cli_fault(cli_findings *to, const char *text, ...)
{
    va_list arguments;

    va_start(arguments, text);
    put(to, "  fault: ", text, arguments);
    va_end(arguments);
    to->faults++;
}

void cli_doubt(cli_findings *to, const char *text, ...)
{
    va_list arguments;

    va_start(arguments, text);
    put(to, "  look at: ", text, arguments);
    va_end(arguments);
    to->doubts++;
}

/* --- one file --- */

static void tell_matches(cli_findings *to, const cli_table *table)
{
    static const char *const how[] = {"", "", " (alias)", " (as told)"};

    for (size_t i = 0; i < table->matches; i++) {
        const cli_match *match = &table->match[i];

        cli_tell(to, "  %-12s from \"%.200s\"%s", match->field->name, table->header[match->cell],
                 how[match->how]);
    }
}

static void tell_unused(cli_findings *to, const cli_table *table)
{
    char line[600] = "";
    size_t n = 0, left_out = 0;

    for (size_t h = 0; h < table->headers; h++) {
        size_t i = 0;

        while (i < table->matches && table->match[i].cell != h) i++;
        if (i < table->matches) continue;
        if (left_out > 0 || strlen(table->header[h]) + n + 8 > sizeof line) left_out++;
        else n += (size_t)snprintf(line + n, sizeof line - n, "%s%s", n > 0 ? ", " : "", table->header[h]);
    }
    if (left_out > 0) cli_tell(to, "  not used: %s and %zu more", line, left_out);
    else if (n > 0) cli_tell(to, "  not used: %s", line);
}

/* How many rows a column of numbers of rows says. */
static void tell_numbers(cli_findings *to, const cli_table *table, const partner_field *field)
{
    const void *column = partner_field_data(field, table->data);
    size_t given = 0;

    for (size_t i = 0; i < table->rows; i++) given += cli_index_at(field, column, i) != PARTNER_NO_ROW;
    cli_tell(to, "  %-12s %zu given, %zu empty (numbers of rows)", field->name, given, table->rows - given);
}

/* How many different ids a column holds. */
static int tell_distinct(cli_findings *to, const cli_table *table, const partner_field *field,
                         const cli_dicts *dicts, cli_error *error)
{
    const void *column = partner_field_data(field, table->data);
    size_t distinct = 0, empty = 0, size = 0;
    unsigned char *seen;

    for (size_t i = 0; i < dicts->count; i++)
        if (strcmp(dicts->name[i], field->dictionary) == 0) size = partner_dict_size(dicts->dict[i]);
    seen = calloc(size + 1, 1);
    if (seen == NULL) return cli_no_memory(error);
    for (size_t i = 0; i < table->rows; i++) {
        uint64_t index = cli_index_at(field, column, i);

        if (index == PARTNER_NO_ROW) empty++;
        else if (!seen[index]) {
            seen[index] = 1;
            distinct++;
        }
    }
    free(seen);
    if (empty > 0) cli_tell(to, "  %-12s %zu different, %zu empty", field->name, distinct, empty);
    else cli_tell(to, "  %-12s %zu different", field->name, distinct);
    return CLI_OK;
}

static void tell_days(cli_findings *to, const cli_table *table, const partner_field *field,
                      const partner_format *format)
{
    const int32_t *day = partner_field_data(field, table->data);
    int32_t first = INT32_MAX, last = INT32_MIN;
    size_t empty = 0;
    char from[64], until[64], missing[48] = "";

    for (size_t i = 0; i < table->rows; i++) {
        if (day[i] == PARTNER_NO_DAY) {
            empty++;
            continue;
        }
        if (day[i] < first) first = day[i];
        if (day[i] > last) last = day[i];
    }
    if (empty > 0) snprintf(missing, sizeof missing, ", %zu empty", empty);
    if (empty == table->rows) {
        cli_tell(to, "  %-12s all empty", field->name);
        return;
    }
    partner_print(table->record, field, table->data, &first, format, from, sizeof from);
    partner_print(table->record, field, table->data, &last, format, until, sizeof until);
    cli_tell(to, "  %-12s %s to %s%s", field->name, from, until, missing);
}

static void tell_money(cli_findings *to, const cli_table *table, const partner_field *field,
                       const partner_format *format)
{
    const int64_t *amount = partner_field_data(field, table->data);
    int64_t up = 0, down = 0, sum;
    char text[64];
    int beyond = 0;

    /* Positive and negative amounts apart, so that their sum can leave no range on the way. */
    for (size_t i = 0; i < table->rows && !beyond; i++) {
        if (amount[i] == PARTNER_NO_AMOUNT) continue;
        if (amount[i] >= 0) {
            beyond = amount[i] > INT64_MAX - up;
            if (!beyond) up += amount[i];
        } else {
            beyond = amount[i] < -INT64_MAX - down;
            if (!beyond) down += amount[i];
        }
    }
    if (beyond) {
        cli_fault(to, "%s: %s: the sum of all rows leaves 64 bits", cli_file_name(table->path), field->name);
        return;
    }
    sum = up + down;
    partner_print(table->record, field, table->data, &sum, format, text, sizeof text);
    cli_tell(to, "  %-12s sum %s", field->name, text);
}

static int tell_values(cli_findings *to, const cli_table *table, const cli_dicts *dicts,
                       const partner_format *format, cli_error *error)
{
    for (size_t i = 0; i < table->matches; i++) {
        const partner_field *field = table->match[i].field;

        if (table->rows == 0) break;
        if (field->unit == PARTNER_UNIT_INDEX && cli_is_numbered(table, field)) tell_numbers(to, table, field);
        else if (field->unit == PARTNER_UNIT_INDEX && tell_distinct(to, table, field, dicts, error) != CLI_OK)
            return error->exit_code;
        if (field->unit == PARTNER_UNIT_DAY) tell_days(to, table, field, format);
        if (field->unit == PARTNER_UNIT_MONEY && field->type == PARTNER_TYPE_I64)
            tell_money(to, table, field, format);
    }
    return CLI_OK;
}

static void tell_rows(cli_findings *to, const cli_table *table, const cli_dialect *dialect)
{
    const unsigned places = dialect->minor_units_given ? dialect->minor_units : 2;

    cli_tell(to, "  %zu row%s", table->rows, table->rows == 1 ? "" : "s");
    if (table->rounded > 0)
        cli_tell(to, "  %zu amount%s more than %u decimal place%s and will be rounded half to even",
                 table->rounded, table->rounded == 1 ? " has" : "s have", places, places == 1 ? "" : "s");
    for (size_t i = 0; i < table->notes; i++) cli_fault(to, "%s", table->note[i]);
    if (table->bad > table->notes) {
        cli_tell(to, "  and %zu more bad rows", table->bad - table->notes);
        to->faults += table->bad - table->notes;
    }
    if (table->duplicates > 0)
        cli_doubt(
            to, "%s:%llu: %zu row%s an earlier one exactly, the first here (--skip-duplicates leaves them out)",
            cli_file_name(table->path), (unsigned long long)table->duplicate_line[0], table->duplicates,
            table->duplicates == 1 ? " repeats" : "s repeat");
}

/* --- which input a file is --- */

/* "exports/Sales.csv.gz" is sales. */
static const partner_input *input_by_name(const cli_command *command, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
    const partner_input *input;

    for (size_t i = 0; (input = cli_command_input(command, i)) != NULL; i++)
        if (cli_same_letters(base, strcspn(base, "."), cli_stem(input), strlen(cli_stem(input)))) return input;
    return NULL;
}

static int ends_with(const char *text, const char *ending)
{
    size_t n = strlen(text), m = strlen(ending);

    return n >= m && strcmp(text + n - m, ending) == 0;
}

typedef struct checking {
    cli_arguments *arguments;
    cli_mapping *mapping;
    cli_mention *mention;
    size_t mentions;
    cli_dicts dicts;
    cli_table **table;
    size_t tables, table_files; /* those read, and how many files are to be */
    cli_findings findings;
    cli_error *error;
} checking;

static void fill_request(const checking *c, const char *path, const partner_input *known, cli_request *request)
{
    const cli_command *command = &c->arguments->command;
    const partner_input *input;

    memset(request, 0, sizeof *request);
    request->path = path;
    for (size_t i = 0; i < CLI_INPUTS && (input = cli_command_input(command, i)) != NULL; i++)
        if (input->config == NULL) request->candidate[request->candidates++] = input;
    request->only_file = c->table_files == 1;
    if (known != NULL) {
        request->input = known->name;
        request->record = known->record;
        request->main = request->only_file || known == cli_command_input(command, 0);
    }
    request->column[0] = c->arguments->column;
    request->columns[0] = c->arguments->columns;
    request->column[1] = cli_mapping_columns(c->mapping, &request->columns[1]);
    request->dialect = &c->arguments->dialect;
    request->quiet = c->arguments->quiet;
    request->survey = 1;
}

static int check_file(checking *c, const char *path, const partner_input *known)
{
    const partner_format format = cli_dialect_format(&c->arguments->dialect);
    cli_request request;
    cli_table *table;

    fill_request(c, path, known, &request);
    if (cli_table_read(&request, &c->dicts, &table, c->error) != CLI_OK) {
        if (c->error->exit_code != CLI_DATA) return c->error->exit_code;
        cli_tell(&c->findings, "%s:", cli_file_name(path));
        cli_fault(&c->findings, "%s", c->error->text);
        return CLI_OK;
    }
    c->table[c->tables++] = table;
    cli_tell(&c->findings, "%s: %s", cli_file_name(path), table->input);
    tell_matches(&c->findings, table);
    tell_unused(&c->findings, table);
    if (tell_values(&c->findings, table, &c->dicts, &format, c->error) != CLI_OK) return c->error->exit_code;
    tell_rows(&c->findings, table, &c->arguments->dialect);
    return cli_find_in_table(&c->findings, table, &c->dicts, c->error);
}

/* --- files that people write --- */

/* What an operand is, by its name and, of JSON that is not named after an input, by what is in it. */
typedef enum kind { KIND_TABLE, KIND_CONFIG, KIND_MAPPING } kind;

static int kind_of(const checking *c, const char *path, const partner_input **known, kind *found)
{
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
    char *text;
    size_t length;

    *known = input_by_name(&c->arguments->command, path);
    *found = *known != NULL && (*known)->config != NULL ? KIND_CONFIG : KIND_TABLE;
    if (*found == KIND_CONFIG || (!ends_with(path, ".json") && !ends_with(path, ".json.gz"))) return CLI_OK;
    *known = NULL;
    *found = cli_same_letters(base, strcspn(base, "."), "mapping", 7) ? KIND_MAPPING : KIND_CONFIG;
    if (*found == KIND_MAPPING) return CLI_OK;
    if (cli_source_all(path, 16 << 20, "a configuration", &text, &length, NULL, c->error) != CLI_OK)
        return c->error->exit_code;
    if (cli_mapping_is(text, length)) *found = KIND_MAPPING;
    free(text);
    return CLI_OK;
}

static int check_config(checking *c, const char *path, const partner_input *known)
{
    int found;

    if (cli_check_config(&c->findings, path, known, &c->arguments->command, &c->mention[c->mentions], &found,
                         c->error) != CLI_OK)
        return c->error->exit_code;
    c->mentions += found != 0;
    c->table_files--;
    return CLI_OK;
}

/* Names that tables and configurations share get one dictionary, where those that are nearly the same show. */
static int share_names(checking *c)
{
    for (size_t i = 0; i < c->mentions; i++) {
        cli_dicts *own = &c->mention[i].dicts;

        for (size_t d = 0; d < own->count; d++) {
            partner_dict *into = cli_dict(&c->dicts, own->name[d]);
            uint32_t *map = malloc((partner_dict_size(own->dict[d]) + 1) * sizeof *map);
            int merged =
                into != NULL && map != NULL && partner_dict_merge(into, own->dict[d], map, NULL) == PARTNER_OK;

            free(map);
            if (!merged) return cli_no_memory(c->error);
        }
    }
    return CLI_OK;
}

/* They come first: they say how many decimal places money has. */
static int check_written(checking *c)
{
    const cli_arguments *arguments = c->arguments;
    const partner_input *input;
    cli_config configs[CLI_INPUTS];
    size_t count = 0;

    for (size_t i = 0; i < CLI_INPUTS && (input = cli_command_input(&arguments->command, i)) != NULL; i++)
        if (input->config != NULL && arguments->input[i] != NULL &&
            check_config(c, arguments->input[i], input) != CLI_OK)
            return c->error->exit_code;
    for (size_t i = 0; i < arguments->files; i++) {
        const char *path = arguments->file[i];
        kind found;

        if (kind_of(c, path, &input, &found) != CLI_OK) return c->error->exit_code;
        if (found == KIND_MAPPING && cli_check_mapping(&c->findings, path, c->error) != CLI_OK)
            return c->error->exit_code;
        c->table_files -= found == KIND_MAPPING;
        if (found == KIND_CONFIG && check_config(c, path, input) != CLI_OK) return c->error->exit_code;
    }
    for (size_t i = 0; i < c->mentions && count < CLI_INPUTS; i++) configs[count++] = c->mention[i].config;
    if (cli_config_places(configs, count, &c->arguments->dialect, c->error) != CLI_OK) {
        cli_tell(&c->findings, "between them:");
        cli_fault(&c->findings, "%s", c->error->text);
    }
    return share_names(c);
}

/* A column that no file was asked for was a mistake. */
static int check_columns(const checking *c)
{
    for (size_t i = 0; i < c->arguments->columns; i++) {
        const cli_column *column = &c->arguments->column[i];
        int used = c->tables < c->table_files;

        for (size_t t = 0; t < c->tables; t++)
            for (size_t m = 0; m < c->table[t]->matches; m++) {
                const cli_match *match = &c->table[t]->match[m];

                used |= match->how == CLI_MATCH_GIVEN && strlen(match->field->name) == column->field_length &&
                        memcmp(match->field->name, column->field, column->field_length) == 0;
            }
        if (!used)
            return cli_fail(c->error, CLI_USAGE, "partner: --column %.*s=%.200s is for none of these files",
                            (int)column->field_length, column->field, column->header);
    }
    return CLI_OK;
}

/* --- the mapping that was understood --- */

/* Each of these gives 0 when memory was short, which also frees what was to be put in. */
static int put_text(json_t *object, const char *key, const char *text)
{
    return json_object_set_new(object, key, json_string(text)) == 0;
}

static int put_character(json_t *object, const char *key, char character)
{
    const char text[2] = {character, 0};

    return character == 0 || put_text(object, key, text);
}

static int put_table(json_t *columns, const cli_table *table)
{
    json_t *fields = json_object();

    if (json_object_get(columns, table->input) != NULL) {
        json_decref(fields);
        return 1;
    }
    if (json_object_set_new(columns, table->input, fields) != 0) return 0;
    for (size_t m = 0; m < table->matches; m++)
        if (!put_text(fields, table->match[m].field->name, table->header[table->match[m].cell])) return 0;
    return 1;
}

static int fill_mapping(const checking *c, json_t *root)
{
    const cli_dialect *dialect = &c->arguments->dialect;
    json_t *columns = json_object();

    if (json_object_set_new(root, "columns", columns) != 0) return 0;
    for (size_t t = 0; t < c->tables; t++)
        if (!put_table(columns, c->table[t])) return 0;
    if (dialect->date_format != NULL && !put_text(root, "date_format", dialect->date_format)) return 0;
    if (!put_character(root, "delimiter", dialect->delimiter)) return 0;
    if (!put_character(root, "thousands", dialect->thousands)) return 0;
    if (dialect->decimal_comma && json_object_set_new(root, "decimal_comma", json_true()) != 0) return 0;
    return !dialect->minor_units_given ||
           json_object_set_new(root, "minor_units", json_integer(dialect->minor_units)) == 0;
}

static int save_mapping(const checking *c, const char *path)
{
    json_t *root = json_object();
    char *text = fill_mapping(c, root) ? json_dumps(root, JSON_INDENT(2)) : NULL;
    cli_sink sink = {NULL, 0, 0, 0};

    json_decref(root);
    if (text == NULL) return cli_no_memory(c->error);
    cli_put(&sink, text);
    cli_put(&sink, "\n");
    free(text);
    return cli_sink_end(&sink, path, c->error);
}

/* --- all of it --- */

static void tell_count(cli_findings *to)
{
    char faults[64] = "no fault", doubts[64] = "";

    if (to->faults > 0) snprintf(faults, sizeof faults, "%zu fault%s", to->faults, to->faults == 1 ? "" : "s");
    if (to->doubts > 0)
        snprintf(doubts, sizeof doubts, ", %zu thing%s to look at", to->doubts, to->doubts == 1 ? "" : "s");
    cli_tell(to, "%s found%s", faults, doubts);
}

static int check_all(checking *c)
{
    const cli_arguments *arguments = c->arguments;
    const partner_input *input;

    if (check_written(c) != CLI_OK) return c->error->exit_code;
    for (size_t i = 0; i < CLI_INPUTS && (input = cli_command_input(&arguments->command, i)) != NULL; i++)
        if (input->config == NULL && arguments->input[i] != NULL &&
            check_file(c, arguments->input[i], input) != CLI_OK)
            return c->error->exit_code;
    for (size_t i = 0; i < arguments->files; i++) {
        const char *path = arguments->file[i];
        kind found;

        if (kind_of(c, path, &input, &found) != CLI_OK) return c->error->exit_code;
        if (found == KIND_TABLE && check_file(c, path, input) != CLI_OK) return c->error->exit_code;
    }
    if (check_columns(c) != CLI_OK) return c->error->exit_code;
    if (cli_find_between(&c->findings, c->table, c->tables, c->mention, c->mentions, &arguments->command,
                         &c->dicts, c->error) != CLI_OK)
        return c->error->exit_code;
    if (arguments->save_mapping != NULL && save_mapping(c, arguments->save_mapping) != CLI_OK)
        return c->error->exit_code;
    tell_count(&c->findings);
    return CLI_OK;
}

int cli_check(cli_arguments *arguments, cli_error *error)
{
    checking c = {.arguments = arguments, .error = error};
    int exit_code = CLI_OK;
    size_t files = arguments->files;

    for (size_t i = 0; i < CLI_INPUTS; i++) files += arguments->input[i] != NULL;
    c.table_files = files;
    c.table = calloc(files, sizeof *c.table);
    c.mention = calloc(files, sizeof *c.mention);
    if (c.table == NULL || c.mention == NULL) {
        free(c.table);
        free(c.mention);
        return cli_no_memory(error);
    }
    if (arguments->mapping != NULL) exit_code = cli_mapping_read(arguments->mapping, &c.mapping, error);
    if (c.mapping != NULL) cli_mapping_dialect(c.mapping, &arguments->dialect);
    if (exit_code == CLI_OK) exit_code = cli_dialect_check(&arguments->dialect, error);
    if (exit_code == CLI_OK) exit_code = check_all(&c);
    if (exit_code == CLI_OK) exit_code = cli_sink_end(&c.findings.sink, arguments->style.output, error);
    else free(c.findings.sink.bytes);
    for (size_t i = 0; i < c.tables; i++) cli_table_free(c.table[i]);
    for (size_t i = 0; i < c.mentions; i++) cli_mention_free(&c.mention[i]);
    free(c.table);
    free(c.mention);
    cli_dicts_free(&c.dicts);
    cli_mapping_free(c.mapping);
    error->text[0] = exit_code == CLI_OK ? 0 : error->text[0];
    return exit_code == CLI_OK && c.findings.faults > 0 ? CLI_DATA : exit_code;
}
