/* SPDX-License-Identifier: MIT
 * From files to a written result: one analysis, or every one that a folder holds the files for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arguments.h"

enum { ANALYSES = 32, TABLES = 32 };

/* Everything a run holds. */
typedef struct session {
    cli_arguments *arguments;
    cli_mapping *mapping;
    cli_request request[TABLES]; /* as each table was asked for */
    cli_table *table[TABLES];
    size_t tables;
    cli_config config[CLI_INPUTS];
    size_t configs;
    cli_dicts dicts;
    cli_result result[ANALYSES];
    void *options[ANALYSES][CLI_OPTIONS];
    size_t results;
    cli_error *error;
} session;

static int wants_colour(const cli_style *style)
{
    const char *terminal = getenv("TERM");

    return style->output == NULL && isatty(STDOUT_FILENO) && getenv("NO_COLOR") == NULL && terminal != NULL &&
           strcmp(terminal, "dumb") != 0;
}

static int begin(session *s, cli_arguments *arguments, cli_error *error)
{
    memset(s, 0, sizeof *s);
    s->arguments = arguments;
    s->error = error;
    if (arguments->mapping != NULL) {
        if (cli_mapping_read(arguments->mapping, &s->mapping, error) != CLI_OK) return error->exit_code;
        cli_mapping_dialect(s->mapping, &arguments->dialect);
    }
    arguments->style.text = cli_dialect_format(&arguments->dialect);
    arguments->style.colour = wants_colour(&arguments->style);
    return cli_dialect_check(&arguments->dialect, error);
}

static void end(session *s)
{
    for (size_t i = 0; i < s->results; i++) {
        const partner_analysis *analysis = s->result[i].analysis;

        if (s->result[i].result != NULL) analysis->free(s->result[i].result);
        cli_options_free(analysis, s->options[i]);
    }
    for (size_t i = 0; i < s->tables; i++) cli_table_free(s->table[i]);
    for (size_t i = 0; i < s->configs; i++) cli_config_free(&s->config[i]);
    cli_dicts_free(&s->dicts);
    cli_mapping_free(s->mapping);
}

/* --- tables --- */

static const char *path_of(const session *s, const partner_input *input)
{
    const partner_input *other;

    for (size_t i = 0; i < CLI_INPUTS && (other = cli_command_input(&s->arguments->command, i)) != NULL; i++)
        if (strcmp(other->name, input->name) == 0) return s->arguments->input[i];
    return NULL;
}

static const cli_table *find_table(const session *s, const partner_input *input)
{
    for (size_t i = 0; i < s->tables; i++)
        if (s->table[i]->record == input->record && strcmp(s->table[i]->input, input->name) == 0)
            return s->table[i];
    return NULL;
}

/* A file that lists each of its ids once says who there is, and in which order. */
static const partner_field *listing_field(const partner_record *record)
{
    const uint32_t flags = PARTNER_FIELD_UNIQUE | PARTNER_FIELD_REQUIRED;
    const partner_field *field;

    for (size_t i = 0; (field = partner_record_field(record, i)) != NULL; i++)
        if ((field->flags & flags) == flags && field->unit == PARTNER_UNIT_INDEX) return field;
    return NULL;
}

/* --- what people write by hand --- */

static const cli_config *find_config(const session *s, const partner_input *input)
{
    for (size_t i = 0; i < s->configs; i++)
        if (s->config[i].config == input->config && strcmp(s->config[i].input, input->name) == 0)
            return &s->config[i];
    return NULL;
}

static int read_configs(session *s, const partner_analysis *analysis)
{
    const partner_input *input;

    for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++) {
        const char *path = path_of(s, input);

        if (input->config == NULL || find_config(s, input) != NULL) continue;
        if (path == NULL && input->config->initial == NULL) continue;
        if (cli_config_read(input->config, input->name, path, &s->dicts, &s->config[s->configs], s->error) !=
            CLI_OK)
            return s->error->exit_code;
        s->configs++;
    }
    return CLI_OK;
}

/* They come before all else: they may say how many decimal places money has. */
static int take_places(session *s)
{
    cli_arguments *arguments = s->arguments;

    if (cli_config_places(s->config, s->configs, &arguments->dialect, s->error) != CLI_OK)
        return s->error->exit_code;
    arguments->style.text = cli_dialect_format(&arguments->dialect);
    return CLI_OK;
}

/* --- rows --- */

static int read_table(session *s, const partner_input *input, const char *path)
{
    cli_request *request = &s->request[s->tables];
    const cli_arguments *arguments = s->arguments;

    request->path = path;
    request->input = input->name;
    request->record = input->record;
    request->main = strcmp(input->name, cli_command_input(&arguments->command, 0)->name) == 0;
    request->column[0] = arguments->column;
    request->columns[0] = arguments->columns;
    request->column[1] = cli_mapping_columns(s->mapping, &request->columns[1]);
    request->dialect = &arguments->dialect;
    request->skip_bad_rows = arguments->skip_bad_rows;
    request->skip_duplicates = arguments->skip_duplicates;
    request->quiet = arguments->quiet;
    if (cli_table_read(request, &s->dicts, &s->table[s->tables], s->error) != CLI_OK)
        return s->error->exit_code;
    s->tables++;
    return CLI_OK;
}

/* Remembers what partners are called. */
static int take_names(session *s, const cli_table *table)
{
    const partner_field *who = listing_field(table->record);
    const partner_field *name = partner_record_field_find(table->record, "name");
    const uint32_t *partner, *names;
    size_t size;

    if (who == NULL || name == NULL || s->dicts.partner_name != NULL) return CLI_OK;
    if (strcmp(who->dictionary, "partner") != 0) return CLI_OK;
    partner = partner_field_data(who, table->data);
    names = partner_field_data(name, table->data);
    if (partner == NULL || names == NULL) return CLI_OK;
    size = partner_dict_size(cli_dict(&s->dicts, "partner"));
    s->dicts.partner_name = malloc((size + 1) * sizeof *s->dicts.partner_name);
    if (s->dicts.partner_name == NULL) return cli_no_memory(s->error);
    s->dicts.partner_names = size;
    for (size_t i = 0; i < size; i++) s->dicts.partner_name[i] = PARTNER_NONE;
    for (size_t i = 0; i < table->rows; i++) s->dicts.partner_name[partner[i]] = names[i];
    return CLI_OK;
}

/* Reads what an analysis needs and nobody read yet: first (pass 0) the files that list who there is. */
static int read_inputs(session *s, const partner_analysis *analysis, int pass)
{
    const partner_input *input;

    for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++) {
        const char *path = path_of(s, input);

        if (input->config != NULL || path == NULL || find_table(s, input) != NULL) continue;
        if ((listing_field(input->record) == NULL) != pass) continue;
        if (s->tables == TABLES)
            return cli_fail(s->error, CLI_USAGE, "partner: more than %d files are given", TABLES);
        if (read_table(s, input, path) != CLI_OK) return s->error->exit_code;
        if (take_names(s, s->table[s->tables - 1]) != CLI_OK) return s->error->exit_code;
    }
    return CLI_OK;
}

/* --- analyses --- */

/* An option that the library refuses, under the name the user knows it by. */
static int fail_option(session *s, const partner_error *from)
{
    cli_option option;

    for (size_t i = 0; cli_option_at(&s->arguments->command, i, &option); i++)
        if (option.kind == CLI_OPTION_FIELD && option.field != NULL &&
            (strcmp(option.field, from->field) == 0 ||
             (option.second != NULL && strcmp(option.second, from->field) == 0)))
            return cli_fail(s->error, CLI_USAGE, "partner: --%s: %s", option.name, from->message);
    return cli_fail_library(s->error, NULL, from);
}

/* The table that an error is about: the input of that name, or the first with such rows. */
static const cli_table *table_of(const session *s, const partner_error *from)
{
    if (from->record[0] == 0) return NULL;
    for (size_t i = 0; i < s->tables; i++)
        if (strcmp(from->record, s->table[i]->input) == 0) return s->table[i];
    for (size_t i = 0; i < s->tables; i++)
        if (strcmp(from->record, s->table[i]->record->name) == 0) return s->table[i];
    return NULL;
}

/* The same of a record that was made of the files by the way: the row of the partner, in the file that lists
 * partners and has such a column. */
static const cli_table *listed_at(const session *s, const partner_error *from, uint64_t *row)
{
    if (from->index == PARTNER_NONE || from->field[0] == 0) return NULL;
    for (size_t i = 0; i < s->tables; i++) {
        const cli_table *table = s->table[i];
        const partner_field *who = listing_field(table->record);
        const uint32_t *partner = partner_field_data(who, table->data);

        if (who == NULL || strcmp(who->dictionary, "partner") != 0 ||
            partner_record_field_find(table->record, from->field) == NULL)
            continue;
        for (*row = 0; *row < table->rows && partner[*row] != from->index;) ++*row;
        if (*row < table->rows) return table;
    }
    return NULL;
}

/* What the analysis read by hand has the place that an error is about. */
static const cli_config *config_of(const session *s, const partner_analysis *analysis,
                                   const partner_error *from)
{
    const cli_config *first = NULL;
    const partner_input *input;

    for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++) {
        const cli_config *config = input->config != NULL ? find_config(s, input) : NULL;

        if (config != NULL && strcmp(from->record, input->name) == 0) return config;
        if (first == NULL) first = config;
    }
    return first;
}

/* An error about a row of an input is told by its line, one about a configuration by its path; any other is the
 * analysis's own. */
static int fail_analysis(session *s, const partner_analysis *analysis, const partner_error *from)
{
    const cli_table *table = table_of(s, from);
    const cli_config *config = from->path[0] != 0 ? config_of(s, analysis, from) : NULL;
    partner_error copy;
    uint64_t row;

    if (config != NULL && (table == NULL || from->row == PARTNER_NO_ROW))
        return cli_config_fail(config, from, s->error);
    if (table != NULL) return cli_table_fail(table, &s->dicts, from, s->error);
    if (from->code == PARTNER_E_ARGUMENT) return fail_option(s, from);
    copy = *from;
    table = from->record[0] != 0 ? listed_at(s, from, &row) : NULL;
    /* Hours are spread over `returns`, whoever asks for it. */
    if ((table != NULL || from->row == PARTNER_NO_ROW) && !cli_drop_place(&copy, from->record))
        cli_drop_place(&copy, "returns");
    if (table != NULL) {
        copy.row = row;
        return cli_table_fail(table, &s->dicts, &copy, s->error);
    }
    cli_name_partner(&s->dicts, &copy);
    /* Of what was computed on the way the sentence says enough; there is no such column. */
    if (copy.record[0] != 0) copy.field[0] = 0;
    return cli_fail_library(s->error, NULL, &copy);
}

static void add_provenance(cli_result *result, const cli_table *table)
{
    cli_provenance *from = &result->input[result->inputs++];

    from->input = table->input;
    from->file = table->path;
    from->rows = table->rows;
    memcpy(from->sha256, table->sha256, sizeof from->sha256);
}

static void add_config(cli_result *result, const cli_config *config)
{
    cli_provenance *from = &result->input[result->inputs++];

    from->input = config->input;
    from->file = config->path;
    from->is_config = 1;
    memcpy(from->sha256, config->sha256, sizeof from->sha256);
}

static int make_options(session *s, const partner_analysis *analysis)
{
    cli_result *result = &s->result[s->results];

    if (analysis->option_count > CLI_OPTIONS || analysis->input_count > CLI_INPUTS || s->results == ANALYSES)
        return cli_fail(s->error, CLI_SYSTEM, "partner: %s is too large for this command", analysis->name);
    if (cli_options_make(analysis, s->arguments, s->options[s->results], s->error) != CLI_OK)
        return s->error->exit_code;
    result->analysis = analysis;
    for (size_t i = 0; i < analysis->option_count; i++) result->options[i] = s->options[s->results][i];
    s->results++;
    return CLI_OK;
}

static int analyse(session *s, cli_result *result, partner_error *from)
{
    const partner_analysis *analysis = result->analysis;
    const void *inputs[CLI_INPUTS] = {NULL};
    const partner_input *input;

    result->inputs = 0;
    for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++) {
        const cli_table *table = input->config == NULL ? find_table(s, input) : NULL;
        const cli_config *config = input->config != NULL ? find_config(s, input) : NULL;

        if (table != NULL) add_provenance(result, table);
        if (table != NULL) inputs[i] = table->data;
        if (config != NULL && config->path != NULL) add_config(result, config);
        if (config != NULL) inputs[i] = config->data;
    }
    if (analysis->run(inputs, result->options, &result->result, from) == PARTNER_OK) return CLI_OK;
    return fail_analysis(s, analysis, from);
}

static void warn(const session *s)
{
    for (size_t i = 0; i < s->tables; i++) cli_table_warn(s->table[i], &s->request[i]);
}

static int run_one(session *s)
{
    const partner_analysis *analysis = s->arguments->command.analysis;
    partner_error from;

    if (read_configs(s, analysis) != CLI_OK || take_places(s) != CLI_OK) return s->error->exit_code;
    if (make_options(s, analysis) != CLI_OK) return s->error->exit_code;
    for (int pass = 0; pass < 2; pass++)
        if (read_inputs(s, analysis, pass) != CLI_OK) return s->error->exit_code;
    if (analyse(s, &s->result[0], &from) != CLI_OK) return s->error->exit_code;
    return cli_write(s->result, 1, 0, &s->arguments->style, &s->dicts, s->error);
}

int cli_run(cli_arguments *arguments, cli_error *error)
{
    session s;
    int exit_code = begin(&s, arguments, error);

    if (exit_code == CLI_OK) exit_code = run_one(&s);
    if (exit_code == CLI_OK) warn(&s);
    end(&s);
    return exit_code;
}

/* --- report --- */

/* The paths a folder gave, to be freed. */
typedef struct folder {
    char *path[CLI_INPUTS + 1];
    size_t paths;
} folder;

static char *join(const char *where, const char *name, const char *ending)
{
    size_t size = strlen(where) + strlen(name) + strlen(ending) + 2;
    char *path = malloc(size);

    if (path != NULL)
        snprintf(path, size, "%s%s%s%s", where, where[strlen(where) - 1] == '/' ? "" : "/", name, ending);
    return path;
}

/* The one of NAME.csv and NAME.csv.gz, or .json and .json.gz, that is there; NULL in *path when none is. */
static int look_for(const char *where, const partner_input *input, char **path, cli_error *error)
{
    static const char *const endings[][2] = {{".csv", ".csv.gz"}, {".json", ".json.gz"}};
    struct stat status;

    *path = NULL;
    for (size_t i = 0; i < 2; i++) {
        char *candidate = join(where, cli_stem(input), endings[input->config != NULL][i]);

        if (candidate == NULL) {
            free(*path);
            return cli_no_memory(error);
        }
        if (stat(candidate, &status) != 0) {
            free(candidate);
        } else if (*path != NULL) {
            cli_fail(error, CLI_DATA, "%s: there is also %s; which one is meant?", *path, candidate);
            free(candidate);
            free(*path);
            return CLI_DATA;
        } else {
            *path = candidate;
        }
    }
    return CLI_OK;
}

static int look_into(const char *where, cli_arguments *arguments, folder *found, cli_error *error)
{
    const partner_input *input;
    struct stat status;

    if (stat(where, &status) != 0)
        return cli_fail(error, CLI_SYSTEM, "%s: cannot be opened: %s", where, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return cli_fail(error, CLI_USAGE, "%s: is a file, expected a folder with sales.csv and the like",
                        where);
    for (size_t i = 0; i < CLI_INPUTS && (input = cli_command_input(&arguments->command, i)) != NULL; i++) {
        char *path;

        if (look_for(where, input, &path, error) != CLI_OK) return error->exit_code;
        arguments->input[i] = path;
        if (path != NULL) found->path[found->paths++] = path;
    }
    if (arguments->mapping == NULL) {
        char *path = join(where, "mapping", ".json");

        if (path == NULL) return cli_no_memory(error);
        found->path[found->paths++] = path;
        if (stat(path, &status) == 0) arguments->mapping = path;
    }
    return CLI_OK;
}

/* The first input an analysis needs that is not there; NULL when it can run. */
static const partner_input *lacking(const session *s, const partner_analysis *analysis)
{
    const partner_input *input;

    for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++)
        if (input->required && path_of(s, input) == NULL) return input;
    return NULL;
}

/* Whether there is something an analysis cannot do without. */
static int has_some(const session *s, const partner_analysis *analysis)
{
    const partner_input *input;

    for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++)
        if (input->required && path_of(s, input) != NULL) return 1;
    return 0;
}

static void note(const session *s, const partner_analysis *analysis, const char *what, const char *why)
{
    char text[800];

    snprintf(text, sizeof text, "partner: %s %.100s: %.600s", analysis->name, what, why);
    if (!s->arguments->quiet) cli_say(stderr, text);
}

/* The folder holds nothing to work on: names what is missing beside what is there, or the first files of all
 * analyses. */
static int nothing_there(const session *s)
{
    const partner_analysis *analysis;
    char names[200] = "";
    size_t n = 0;

    for (size_t i = 0; (analysis = partner_analysis_at(i)) != NULL; i++) {
        const partner_input *input = lacking(s, analysis);

        if (has_some(s, analysis))
            return cli_fail(s->error, CLI_DATA, "%s: there is no %s.%s in this folder, which %s needs",
                            s->arguments->file[0], cli_stem(input), input->config != NULL ? "json" : "csv",
                            analysis->name);
    }

    for (size_t i = 0; (analysis = partner_analysis_at(i)) != NULL && n + 50 < sizeof names; i++) {
        const char *name = partner_analysis_input(analysis, 0)->name;

        if (strstr(names, name) == NULL)
            n += (size_t)snprintf(names + n, sizeof names - n, "%s%.40s.csv", n > 0 ? ", " : "", name);
    }
    return cli_fail(s->error, CLI_DATA, "%s: there is none of %s (or the same with .gz) in this folder",
                    s->arguments->file[0], names);
}

static int choose_analyses(session *s)
{
    const partner_analysis *analysis;

    for (size_t i = 0; (analysis = partner_analysis_at(i)) != NULL; i++)
        if (lacking(s, analysis) == NULL && read_configs(s, analysis) != CLI_OK) return s->error->exit_code;
    if (take_places(s) != CLI_OK) return s->error->exit_code;
    for (size_t i = 0; (analysis = partner_analysis_at(i)) != NULL; i++)
        if (lacking(s, analysis) == NULL && make_options(s, analysis) != CLI_OK) return s->error->exit_code;
    return s->results > 0 ? CLI_OK : nothing_there(s);
}

/* What partners are called is of use to every analysis, whether or not it reads the file that says so. */
static int read_names(session *s)
{
    const partner_analysis *analysis;
    const partner_input *input;

    for (size_t a = 0; (analysis = partner_analysis_at(a)) != NULL; a++)
        for (size_t i = 0; (input = partner_analysis_input(analysis, i)) != NULL; i++) {
            const char *path = path_of(s, input);

            if (path == NULL || input->record == NULL || find_table(s, input) != NULL) continue;
            if (listing_field(input->record) == NULL ||
                partner_record_field_find(input->record, "name") == NULL)
                continue;
            if (read_table(s, input, path) != CLI_OK) return s->error->exit_code;
            if (take_names(s, s->table[s->tables - 1]) != CLI_OK) return s->error->exit_code;
        }
    return CLI_OK;
}

/* Options with which an analysis does without what a build may lack. */
static const char *const in_part[] = {"state_only"};

/* Sets the first of them that is not set. Returns whether there was one; *name receives what it is called. */
static int ask_for_part(session *s, size_t i, const char **name)
{
    const partner_analysis *analysis = s->result[i].analysis;

    for (size_t k = 0; k < sizeof in_part / sizeof in_part[0]; k++)
        for (size_t o = 0; o < analysis->option_count; o++) {
            const partner_field *field = partner_record_field_find(analysis->options[o], in_part[k]);
            uint8_t *value;

            if (field == NULL || field->type != PARTNER_TYPE_U8) continue;
            value = (uint8_t *)s->options[i][o] + field->offset;
            if (*value != 0) continue;
            *value = 1;
            *name = field->name;
            return 1;
        }
    return 0;
}

/* What this build cannot do in full is done in part where it can, and said. */
static int analyse_what_can_be(session *s, size_t i, partner_error *from)
{
    int exit_code = analyse(s, &s->result[i], from);
    const char *name;
    char what[120];

    while (exit_code != CLI_OK && from->code == PARTNER_E_UNSUPPORTED && ask_for_part(s, i, &name)) {
        snprintf(what, sizeof what, "goes on with %.40s", name);
        note(s, s->result[i].analysis, what, from->message);
        exit_code = analyse(s, &s->result[i], from);
    }
    return exit_code;
}

/* What this build cannot do does not keep it from the rest. */
static int run_all(session *s)
{
    size_t done = 0;
    cli_result finished[ANALYSES];

    if (read_names(s) != CLI_OK) return s->error->exit_code;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < s->results; i++)
            if (read_inputs(s, s->result[i].analysis, pass) != CLI_OK) return s->error->exit_code;
    for (size_t i = 0; i < s->results; i++) {
        partner_error from;

        if (analyse_what_can_be(s, i, &from) == CLI_OK) finished[done++] = s->result[i];
        else if (from.code != PARTNER_E_UNSUPPORTED) return s->error->exit_code;
        else note(s, s->result[i].analysis, "is left out", from.message);
    }
    if (done == 0) return s->error->exit_code;
    return cli_write(finished, done, 1, &s->arguments->style, &s->dicts, s->error);
}

/* An analysis that was meant and cannot run; of the others nobody thought. */
static void note_lacking(const session *s)
{
    const partner_analysis *analysis;
    char why[120];

    for (size_t i = 0; (analysis = partner_analysis_at(i)) != NULL; i++) {
        const partner_input *input = lacking(s, analysis);

        if (input == NULL || !has_some(s, analysis)) continue;
        snprintf(why, sizeof why, "the folder has no %.40s.%s", cli_stem(input),
                 input->config != NULL ? "json" : "csv");
        note(s, analysis, "is left out", why);
    }
}

int cli_report(cli_arguments *arguments, cli_error *error)
{
    folder found = {.paths = 0};
    session s;
    int exit_code = look_into(arguments->file[0], arguments, &found, error);

    memset(&s, 0, sizeof s);
    if (exit_code == CLI_OK) exit_code = begin(&s, arguments, error);
    if (exit_code == CLI_OK) exit_code = choose_analyses(&s);
    if (exit_code == CLI_OK) exit_code = run_all(&s);
    if (exit_code == CLI_OK) {
        note_lacking(&s);
        warn(&s);
    }
    end(&s);
    for (size_t i = 0; i < found.paths; i++) free(found.path[i]);
    return exit_code;
}
