/* SPDX-License-Identifier: MIT
 * From a loyalty program and what happened to points, tiers, and the reason for every point.
 *
 *     cc loyalty.c $(pkg-config --cflags --libs partner) -o loyalty
 *     ./loyalty loyalty.json */
#include <inttypes.h>
#include <partner/partner.h>
#include <stdio.h>
#include <string.h>

/* Six events of two partners, days counted from 1970-01-01 (20098 is 2025-01-10), amounts in cents. The last
 * one takes back a part of event 1. */
enum { ROWS = 6, ASTER = 0, BIRCH = 1 };
static const uint32_t who[ROWS] = {ASTER, ASTER, BIRCH, ASTER, ASTER, ASTER};
static const int32_t day[ROWS] = {20098, 20122, 20129, 20139, 20152, 20159};
static const char *const kind[ROWS] = {"sale", "sale", "sale", "sale", "redemption", "sale"};
static const int64_t amount[ROWS] = {249990, 100000, 12000, 84500, 0, -60000};
static const int64_t quantity[ROWS] = {1, 1, 1, 1, 300, 1};
static const char *const product[ROWS] = {"hardware", "services", "hardware", "services", "", ""};
static const uint64_t reverses[ROWS] = {PARTNER_NO_ROW, PARTNER_NO_ROW, PARTNER_NO_ROW,
                                        PARTNER_NO_ROW, PARTNER_NO_ROW, 1};

static void print(const partner_loyalty *loyalty, const partner_dict *tiers)
{
    char why[512];

    for (size_t i = 0; i < loyalty->partners; i++)
        printf("partner %" PRIu32 ": %" PRId64 " points, %s; %" PRId64 " expire within 90 days\n",
               loyalty->partner[i], loyalty->balance[i], partner_dict_id(tiers, loyalty->tier[i], NULL),
               loyalty->expiring_90[i]);
    for (size_t i = 0; i < loyalty->ledger->entries; i++) {
        partner_loyalty_explain(loyalty, i, why, sizeof why);
        printf("  %s\n", why);
    }
}

int main(int count, char **arguments)
{
    static char text[65536];
    uint32_t kinds[ROWS], products[ROWS];
    partner_loyalty_dicts names = PARTNER_LOYALTY_DICTS_INIT;
    partner_dict **const dict[] = {&names.kind, &names.product, &names.group, &names.tier, &names.rule};
    partner_events events = PARTNER_EVENTS_INIT;
    partner_loyalty_options options = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_program *program = NULL;
    partner_loyalty *loyalty = NULL;
    partner_error error;
    FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
    size_t length;
    int failed = 1;

    if (file == NULL) {
        fprintf(stderr, "usage: loyalty PROGRAM.json\n");
        return 2;
    }
    length = fread(text, 1, sizeof text, file);
    fclose(file);

    /* Names of kinds and products become indexes, the same in the program and in the events. */
    for (size_t i = 0; i < sizeof dict / sizeof dict[0]; i++)
        if (partner_dict_new(dict[i], &error) != PARTNER_OK) goto out;
    if (partner_program_parse(text, length, &names, &program, &error) != PARTNER_OK) goto out;
    if (partner_dict_add_strings(names.kind, ROWS, kind, NULL, kinds, &error) != PARTNER_OK) goto out;
    for (size_t i = 0; i < ROWS; i++) /* a product that the program does not name is like none */
        products[i] = partner_dict_find(names.product, product[i], strlen(product[i]));

    events.rows = ROWS;
    events.partner = who;
    events.day = day;
    events.kind = kinds;
    events.amount = amount;
    events.quantity = quantity;
    events.product = products;
    events.reverses = reverses;
    options.ledger = 1;
    if (partner_loyalty_new(program, &events, &options, &loyalty, &error) != PARTNER_OK) goto out;
    print(loyalty, names.tier);
    failed = 0;
out:
    if (failed) fprintf(stderr, "loyalty: %s\n", error.message);
    partner_loyalty_free(loyalty);
    partner_program_free(program);
    for (size_t i = 0; i < sizeof dict / sizeof dict[0]; i++) partner_dict_free(*dict[i]);
    return failed;
}
