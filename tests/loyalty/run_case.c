/* SPDX-License-Identifier: MIT
 * The ledger, the statements and the figures of the folders named on standard input, one a line, each with
 * program.json, events.csv and, where there are, partners.csv and as_of.txt (or the day after a space on the
 * line): for the tests that compare them with the plain implementation. After each folder a line with a dot.
 * With
 * --threads N it runs in so many threads, with --quiet without the ledger. The files are those of worlds.py: no
 * quotes, decimals with a point. */
#include <inttypes.h>
#include <partner/loyalty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/days.h"

enum { MOST_COLUMNS = 12, PATH = 4096 };

static partner_error error;

static void *must(void *memory)
{
    if (memory == NULL) abort();
    return memory;
}

static void fine(partner_status status)
{
    if (status == PARTNER_OK) return;
    fprintf(stderr, "%s\n", error.message);
    exit(1);
}

/* --- files --- */

static char *read_file(const char *folder, const char *name)
{
    char path[PATH], *text = must(malloc(1));
    size_t length = 0, got;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        free(text);
        return NULL;
    }
    do {
        text = must(realloc(text, length + 65537));
        got = fread(text + length, 1, 65536, file);
        length += got;
    } while (got > 0);
    fclose(file);
    text[length] = '\0';
    return text;
}

/* A table of cells, cut out of the text. */
typedef struct table {
    size_t rows, columns;
    char *name[MOST_COLUMNS];
    char **cell; /* [rows * columns] */
    char *text;
} table;

static size_t cut(char *line, char **cells)
{
    size_t n = 0;

    for (char *cell = line; cell != NULL && n < MOST_COLUMNS;) {
        char *comma = strchr(cell, ',');
        if (comma != NULL) *comma++ = '\0';
        cells[n++] = cell;
        cell = comma;
    }
    return n;
}

static table read_table(const char *folder, const char *name)
{
    table t = {.text = read_file(folder, name)};
    char *line = t.text, *cells[MOST_COLUMNS];
    int first = 1;

    while (line != NULL && *line != '\0') {
        char *end = strchr(line, '\n');
        if (end != NULL) *end++ = '\0';
        line[strcspn(line, "\r")] = '\0';
        if (first) {
            t.columns = cut(line, t.name);
        } else {
            size_t n = cut(line, cells);
            t.cell = must(realloc(t.cell, (t.rows + 1) * t.columns * sizeof *t.cell));
            for (size_t i = 0; i < t.columns; i++) t.cell[t.rows * t.columns + i] = i < n ? cells[i] : "";
            t.rows++;
        }
        first = 0;
        line = end;
    }
    return t;
}

static void free_table(table *t)
{
    free(t->cell);
    free(t->text);
}

/* The cell of a column, "" where there is none. */
static const char *cell(const table *t, size_t row, const char *name)
{
    for (size_t i = 0; i < t->columns; i++)
        if (strcmp(t->name[i], name) == 0) return t->cell[row * t->columns + i];
    return "";
}

static int has_column(const table *t, const char *name)
{
    for (size_t i = 0; i < t->columns; i++)
        if (strcmp(t->name[i], name) == 0) return 1;
    return 0;
}

/* --- cells --- */

static int32_t day_of(const char *text)
{
    int year, month, day;

    if (sscanf(text, "%d-%d-%d", &year, &month, &day) != 3) return PARTNER_NO_DAY;
    return partner__day_from_date(year, month, day);
}

static void print_day(int32_t day)
{
    partner__date date = partner__date_from_day(day);

    if (day != PARTNER_NO_DAY) printf("%04d-%02d-%02d", (int)date.year, date.month, date.day);
}

/* A decimal with at most `places` places in minor units. */
static int64_t amount_of(const char *text, unsigned places)
{
    int64_t value = 0, sign = 1;
    int after = -1;

    if (*text == '\0') return PARTNER_NO_AMOUNT;
    for (; *text != '\0'; text++) {
        if (*text == '-') sign = -1;
        else if (*text == '.') after = 0;
        else if (after < (int)places) {
            value = value * 10 + (*text - '0');
            after += after >= 0;
        }
    }
    for (after = after < 0 ? 0 : after; after < (int)places; after++) value *= 10;
    return sign * value;
}

static uint32_t index_of(partner_dict *dict, const char *id)
{
    uint32_t index = PARTNER_NONE;

    if (*id != '\0') fine(partner_dict_add_strings(dict, 1, &id, NULL, &index, &error));
    return index;
}

static void print_id(const partner_dict *dict, uint32_t index)
{
    size_t length;
    const char *id = index == PARTNER_NONE ? NULL : partner_dict_id(dict, index, &length);

    if (id != NULL) printf("%.*s", (int)length, id);
}

/* --- one folder --- */

typedef struct world {
    partner_loyalty_dicts dicts;
    partner_program *program;
    partner_events events;
    partner_roster roster;
    unsigned places;
    int own_ids;
} world;

static partner_dict *new_dict(void)
{
    partner_dict *dict = NULL;

    fine(partner_dict_new(&dict, &error));
    return dict;
}

static world new_world(void)
{
    partner_loyalty_dicts dicts = PARTNER_LOYALTY_DICTS_INIT;
    world w = {.events = PARTNER_EVENTS_INIT, .roster = PARTNER_ROSTER_INIT};

    dicts.partner = new_dict();
    dicts.kind = new_dict();
    dicts.product = new_dict();
    dicts.group = new_dict();
    dicts.tier = new_dict();
    dicts.rule = new_dict();
    dicts.event = new_dict();
    w.dicts = dicts;
    return w;
}

static void free_world(world *w)
{
    partner_dict *dicts[] = {w->dicts.partner, w->dicts.kind, w->dicts.product, w->dicts.group,
                             w->dicts.tier,    w->dicts.rule, w->dicts.event};
    const void *columns[] = {w->events.partner,   w->events.day,     w->events.kind,     w->events.event,
                             w->events.amount,    w->events.margin,  w->events.quantity, w->events.product,
                             w->events.reverses,  w->roster.partner, w->roster.group,    w->roster.tier,
                             w->roster.tier_until};

    partner_program_free(w->program);
    for (size_t i = 0; i < sizeof dicts / sizeof *dicts; i++) partner_dict_free(dicts[i]);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) free((void *)(uintptr_t)columns[i]);
}

static void read_roster(world *w, const table *t)
{
    uint32_t *partner = must(malloc(t->rows * 4 + 1)), *group = must(malloc(t->rows * 4 + 1)),
             *tier = must(malloc(t->rows * 4 + 1));
    int32_t *until = must(malloc(t->rows * 4 + 1));

    for (size_t i = 0; i < t->rows; i++) {
        partner[i] = index_of(w->dicts.partner, cell(t, i, "partner"));
        group[i] = index_of(w->dicts.group, cell(t, i, "group"));
        tier[i] = index_of(w->dicts.tier, cell(t, i, "tier"));
        until[i] = day_of(cell(t, i, "tier_until"));
    }
    w->roster.rows = t->rows;
    w->roster.partner = partner;
    w->roster.group = group;
    w->roster.tier = tier;
    w->roster.tier_until = until;
}

static uint64_t event_id(world *w, const char *text)
{
    uint32_t index;

    if (*text == '\0') return PARTNER_NO_ROW;
    if (!w->own_ids) return strtoull(text, NULL, 10);
    index = index_of(w->dicts.event, text);
    return index;
}

static void read_events(world *w, const table *t)
{
    size_t n = t->rows + 1;
    uint32_t *partner = must(malloc(n * 4)), *kind = must(malloc(n * 4)), *product = must(malloc(n * 4));
    int32_t *day = must(malloc(n * 4));
    int64_t *amount = must(malloc(n * 8)), *quantity = must(malloc(n * 8)), *margin = must(malloc(n * 8));
    uint64_t *event = must(malloc(n * 8)), *reverses = must(malloc(n * 8));

    w->own_ids = has_column(t, "event");
    for (size_t i = 0; i < t->rows; i++) {
        const char *count = cell(t, i, "quantity");

        partner[i] = index_of(w->dicts.partner, cell(t, i, "partner"));
        day[i] = day_of(cell(t, i, "day"));
        kind[i] = index_of(w->dicts.kind, cell(t, i, "kind"));
        product[i] = index_of(w->dicts.product, cell(t, i, "product"));
        amount[i] = amount_of(cell(t, i, "amount"), w->places);
        quantity[i] = *count == '\0' ? PARTNER_NO_AMOUNT : strtoll(count, NULL, 10);
        margin[i] = amount_of(cell(t, i, "margin"), w->places);
        event[i] = event_id(w, cell(t, i, "event"));
        reverses[i] = event_id(w, cell(t, i, "reverses"));
    }
    w->events.rows = t->rows;
    w->events.partner = partner;
    w->events.day = day;
    w->events.kind = kind;
    w->events.product = product;
    w->events.amount = amount;
    w->events.quantity = quantity;
    w->events.margin = margin;
    w->events.event = event;
    if (!w->own_ids) {
        free(event);
        w->events.event = NULL;
    }
    w->events.reverses = reverses;
}

static void print_event(const world *w, uint64_t id)
{
    if (id == PARTNER_NO_ROW) return;
    if (w->own_ids) print_id(w->dicts.event, (uint32_t)id);
    else printf("%" PRIu64, id);
}

static void print_ledger(const world *w, const partner_ledger *l)
{
    static const char *const kinds[] = {"accrual",   "reversal", "expiry", "redemption",
                                        "rejected",  "release",  "bonus",  "adjustment",
                                        "promotion", "demotion", "renewal"};

    printf("partner,day,kind,event,rule,points,capped,qualifying,balance,pending,tier,lot_expiry\n");
    for (size_t i = 0; i < l->entries; i++) {
        print_id(w->dicts.partner, l->partner[i]);
        printf(",");
        print_day(l->day[i]);
        printf(",%s,", kinds[l->kind[i]]);
        print_event(w, l->event[i]);
        printf(",");
        print_id(w->dicts.rule, l->rule[i]);
        printf(",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",", l->points[i], l->capped[i],
               l->qualifying[i], l->balance[i], l->pending[i]);
        print_id(w->dicts.tier, l->tier[i]);
        printf(",");
        print_day(l->lot_expiry[i]);
        printf("\n");
    }
}

static void print_statements(const world *w, const partner_loyalty *l)
{
    printf("statements\n");
    for (size_t i = 0; i < l->partners; i++) {
        print_id(w->dicts.partner, l->partner[i]);
        printf(",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",", l->balance[i],
               l->pending[i], l->earned[i], l->spent[i], l->lapsed[i], l->qualifying[i]);
        print_id(w->dicts.tier, l->tier[i]);
        printf(",");
        print_day(l->valid_to[i]);
        printf("\n");
    }
    printf("figures,%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRIu64
           ",%" PRIu64 "\n",
           l->issued, l->redeemed, l->expired, l->reversed, l->adjusted, l->outstanding, l->promotions,
           l->demotions);
}

static void run_world(world *w, const char *folder, const char *as_of, uint32_t threads, int quiet)
{
    partner_loyalty_options options = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_loyalty *loyalty = NULL;
    char *text = read_file(folder, "program.json"), *day = read_file(folder, "as_of.txt");
    table partners = read_table(folder, "partners.csv"), events = read_table(folder, "events.csv");
    partner_status status;

    if (text == NULL) exit(1);
    status = partner_program_parse(text, strlen(text), &w->dicts, &w->program, &error);
    if (status == PARTNER_OK) {
        w->places = w->program->minor_units == 0 ? 2 : w->program->minor_units % PARTNER_MINOR_UNITS_0;
        read_roster(w, &partners);
        read_events(w, &events);
        options.ledger = !quiet;
        options.threads = threads;
        if (partners.rows > 0) options.roster = &w->roster;
        options.as_of_day = day_of(*as_of != '\0' ? as_of : day != NULL ? day : "");
        if (options.as_of_day == PARTNER_NO_DAY) options.as_of_day = 0;
        status = partner_loyalty_new(w->program, &w->events, &options, &loyalty, &error);
    }
    if (status == PARTNER_OK) {
        if (!quiet) print_ledger(w, loyalty->ledger);
        print_statements(w, loyalty);
    } else {
        printf("error,%d,%" PRId64 ",%s\n", (int)status, (int64_t)error.row, error.message);
    }
    partner_loyalty_free(loyalty);
    free(text);
    free(day);
    free_table(&partners);
    free_table(&events);
}

int main(int argc, char **argv)
{
    char line[PATH];
    uint32_t threads = 1;
    int quiet = 0;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quiet") == 0) quiet = 1;
        if (strcmp(argv[i], "--threads") == 0 && i + 1 < argc) threads = (uint32_t)atoi(argv[i + 1]);
    }

    while (fgets(line, sizeof line, stdin) != NULL) {
        world w = new_world();
        char *as_of;

        line[strcspn(line, "\r\n")] = '\0';
        as_of = strchr(line, ' ');
        if (as_of != NULL) *as_of++ = '\0';
        run_world(&w, line, as_of == NULL ? "" : as_of, threads, quiet);
        printf(".\n");
        fflush(stdout);
        free_world(&w);
    }
    return 0;
}
