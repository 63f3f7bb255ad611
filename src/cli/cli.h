/* SPDX-License-Identifier: MIT
 * The command `partner`: what its parts share. The command knows the library by its public headers only, and
 * no analysis by name where a table will do. */
#ifndef PARTNER_CLI_H
#define PARTNER_CLI_H

#include <partner/partner.h>
#include <stdio.h>

/* Exit codes. */
enum { CLI_OK = 0, CLI_DATA = 1, CLI_USAGE = 2, CLI_SYSTEM = 3 };

/* What went wrong, as the one line the user will read (without newline), and the exit code for it. */
typedef struct cli_error {
    int exit_code;
    char text[1536];
} cli_error;

#if defined(__GNUC__)
#define CLI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define CLI_PRINTF(text, first)
#endif

/* Fills the error and returns its exit code. Control characters in arguments are shown as \xNN when the line is
 * printed, so that no file can play with the terminal. */
int cli_fail(cli_error *error, int exit_code, const char *text, ...) CLI_PRINTF(3, 4);
int cli_no_memory(cli_error *error);
/* The error of a library call: exit code by the class of its status; `where` (may be NULL) comes first. */
int cli_fail_library(cli_error *error, const char *where, const partner_error *from);

/* The dictionaries of one run, by the names that fields refer to: "partner", "group", "currency" … */
enum { CLI_DICTS = 32 };
typedef struct cli_dicts {
    size_t count;
    const char *name[CLI_DICTS];
    partner_dict *dict[CLI_DICTS];
    /* Names of partners for people: index into the dictionary "name" per partner; PARTNER_NONE; may be NULL. */
    uint32_t *partner_name;
    size_t partner_names;
} cli_dicts;

/* The dictionary of that name, made when it is asked for first; NULL when memory is short. */
partner_dict *cli_dict(cli_dicts *dicts, const char *name);
void cli_dicts_free(cli_dicts *dicts);

typedef enum cli_format { CLI_TABLE, CLI_JSON, CLI_CSV } cli_format;

/* How results are written. */
enum { CLI_VIEWS = 8 };
typedef struct cli_style {
    cli_format format;
    const char *output;          /* path, or NULL for standard output */
    const char *view[CLI_VIEWS]; /* CSV, table: which tables, by name ("partners", "growth", "groups"…) */
    size_t views;                /* 0 = the main one; for people all of them */
    const char *partner;         /* id of the one partner whose rows are wanted, or NULL */
    int explains;                /* only the reason for row `explain` of the explained table of that number */
    size_t explain_table, explain;
    size_t top;          /* rows of a table that people see; 20 */
    int anonymous;       /* partners are numbered instead of named */
    int colour;          /* standard output is a terminal that shows colours */
    partner_format text; /* minor_units */
} cli_style;

/* One input of a run, for whoever audits the result. */
typedef struct cli_provenance {
    const char *input; /* "sales" */
    const char *file;  /* as the user named it */
    int is_config;     /* then there are no rows */
    size_t rows;
    char sha256[65]; /* of the file's bytes as they are on disk, hexadecimal */
} cli_provenance;

enum { CLI_INPUTS = 32, CLI_OPTIONS = 4 };

/* One finished analysis. */
typedef struct cli_result {
    const partner_analysis *analysis;
    void *result;
    const void *options[CLI_OPTIONS]; /* the structs it ran with, one per options record; never NULL */
    size_t inputs;
    cli_provenance input[CLI_INPUTS];
} cli_result;

/* Writes results in the style: one analysis, or with `report` all of them nested under their names. All of it
 * is written or nothing: --output goes to a file beside it that is renamed at the end. Returns the exit code.
 * (write.c, json.c, csv.c, table.c) */
int cli_write(const cli_result *results, size_t count, int report, const cli_style *style, cli_dicts *dicts,
              cli_error *error);

/* A text sink that remembers failure instead of making every caller check. */
typedef struct cli_sink {
    char *bytes;
    size_t length, room;
    int failed; /* memory ran out */
} cli_sink;
void cli_put(cli_sink *sink, const char *text);
void cli_put_bytes(cli_sink *sink, const char *bytes, size_t length);
void cli_putf(cli_sink *sink, const char *text, ...) CLI_PRINTF(2, 3);

/* Writes the sink's bytes to `path` (NULL = standard output), all or nothing, and frees them. */
int cli_sink_end(cli_sink *sink, const char *path, cli_error *error);

#endif
