/* SPDX-License-Identifier: MIT
 * What the user asked for, and the tables of options that parsing, help and suggestions share. */
#ifndef PARTNER_CLI_ARGUMENTS_H
#define PARTNER_CLI_ARGUMENTS_H

#include "cli.h"
#include "input.h"

/* What a subcommand does; they add up to say where an option belongs. */
enum { CLI_ANALYSE = 1, CLI_REPORT = 2, CLI_CHECK = 4, CLI_EVERYWHERE = 7 };

typedef struct cli_command {
    const char *name, *text;
    const char *operands; /* as help shows them */
    int kind;
    const partner_analysis *analysis; /* CLI_ANALYSE; otherwise NULL = all of them */
} cli_command;

/* The i-th subcommand: every analysis, then report and check. 0 past the end. */
int cli_command_at(size_t i, cli_command *command);
/* The i-th analysis that a subcommand is about; NULL past the end. */
const partner_analysis *cli_command_analysis(const cli_command *command, size_t i);
/* What a file of that input is called, without its ending: a configuration by what it is. */
const char *cli_stem(const partner_input *input);
/* The i-th input of those analyses, each name once; NULL past the end. */
const partner_input *cli_command_input(const cli_command *command, size_t i);
const partner_input *cli_command_input_find(const cli_command *command, const char *name, size_t length);
/* Whether an analysis has no use for a field of its options, which are those of another. A report sets it for
 * the others. */
int cli_is_refused(const partner_analysis *analysis, const char *name);
/* The i-th field of their options that users may set; NULL past the end. */
const partner_field *cli_command_setting(const cli_command *command, size_t i);
const partner_field *cli_command_setting_find(const cli_command *command, const char *name);

/* How an option of the command line works. */
typedef enum cli_option_kind {
    CLI_OPTION_COMMON, /* handled by its id */
    CLI_OPTION_FIELD,  /* short for --set FIELD=VALUE */
    CLI_OPTION_COLUMN, /* short for --column INPUT.FIELD=VALUE */
    CLI_OPTION_INPUT   /* the file of an input */
} cli_option_kind;

typedef enum cli_option_id {
    CLI_NO_ID,
    CLI_FORMAT,
    CLI_OUTPUT,
    CLI_VIEW,
    CLI_TOP,
    CLI_ANONYMOUS,
    CLI_SET,
    CLI_COLUMN,
    CLI_MAPPING,
    CLI_SAVE_MAPPING,
    CLI_MINOR_UNITS,
    CLI_DELIMITER,
    CLI_DECIMAL_COMMA,
    CLI_THOUSANDS,
    CLI_DATE_FORMAT,
    CLI_SKIP_BAD_ROWS,
    CLI_SKIP_DUPLICATES,
    CLI_THREADS,
    CLI_QUIET,
    CLI_HELP,
    CLI_VERSION,
    CLI_IDS
} cli_option_id;

/* What an option of an analysis has shown instead of the whole result. */
typedef enum cli_shown {
    CLI_SHOW_ALL,
    CLI_SHOW_VIEW,    /* a table of the result */
    CLI_SHOW_PARTNER, /* what there is about the partner it names */
    CLI_SHOW_REASON   /* why a row is what it is */
} cli_shown;

typedef struct cli_option {
    const char *name;    /* without the dashes */
    const char *value;   /* what it takes, as help shows it; NULL = nothing */
    const char *text;    /* one line for help */
    const char *initial; /* the default, or NULL */
    cli_option_kind kind;
    cli_option_id id;           /* COMMON */
    const char *field, *second; /* FIELD: of the options; both when the value is FROM..TO. COLUMN: of the input.
                                   COMMON: of the options, where they have it, set to true */
    const char *also, *also_value; /* FIELD: another field that it sets unless the user does, or NULL */
    cli_shown shown;               /* FIELD: then the field is set to true, and the value is for this */
    const char *view;              /* the table that the field gives and that is shown */
    const partner_input *input;    /* COLUMN, INPUT */
    int where;                     /* COMMON: sum of CLI_ANALYSE … */
    int repeats;
} cli_option;

/* The i-th option of a subcommand; 0 past the end. */
int cli_option_at(const cli_command *command, size_t i, cli_option *option);

/* One field of the options records and the text it shall be read from. */
typedef struct cli_setting {
    char flag[80];    /* the option the user gave, for errors: "--cuts" */
    const char *name; /* of the field */
    const char *value;
    size_t length;
} cli_setting;

typedef struct cli_arguments {
    cli_command command;
    size_t files; /* operands */
    const char **file;
    const char *input[CLI_INPUTS]; /* by cli_command_input: files given by --INPUT; for an analysis the first is
                                      its operand */
    size_t settings;
    cli_setting *setting;
    size_t columns;
    cli_column *column;
    const char *mapping, *save_mapping;
    cli_dialect dialect;
    cli_style style;
    uint32_t threads; /* 0 = not given */
    size_t skip_bad_rows;
    int skip_duplicates, quiet;
    int help, version;
} cli_arguments;

/* Reads the command line. What the arguments point to is argv. Frees nothing on failure: call
 * cli_arguments_free in any case. Exit code USAGE for whatever is wrong. */
int cli_arguments_read(int argc, char **argv, cli_arguments *arguments, cli_error *error);
/* Whether what was read goes together; takes an analysis's operand as its first input. (operands.c) */
int cli_arguments_check(cli_arguments *arguments, cli_error *error);
void cli_arguments_free(cli_arguments *arguments);

/* Fills the options structs of one analysis: threads, minor units and every setting it has. options
 * [option_count] receives structs to be freed by cli_options_free. */
int cli_options_make(const partner_analysis *analysis, const cli_arguments *arguments, void **options,
                     cli_error *error);
void cli_options_free(const partner_analysis *analysis, void **options);

/* Writes help to standard output: of a subcommand, or of the whole command for NULL. (help.c) */
int cli_help(const cli_command *command, cli_error *error);

/* The subcommands. (run.c, check.c) */
int cli_run(cli_arguments *arguments, cli_error *error);
int cli_report(cli_arguments *arguments, cli_error *error);
int cli_check(cli_arguments *arguments, cli_error *error);

#endif
