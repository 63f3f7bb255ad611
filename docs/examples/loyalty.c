/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <partner/partner.h>
#include <stdio.h>
#include <string.h>

static const char program_text[] =
    "{\"rules\": [{\"id\": \"base\", \"on\": \"sale\", \"earn\": {\"points\": 1, \"per\": 10}}],"
    " \"tiers\": [{\"id\": \"authorized\"}, {\"id\": \"silver\", \"points\": 15, \"multiplier\": 1.5}],"
    " \"redeem\": {\"on\": \"redemption\"}}";

/* Days are counted from 1970-01-01: 20468 is 2026-01-15. */
static const char *const ids[] = {"Aster", "Birch", "Aster", "Aster", "Birch", "Aster"};
static const char *const kinds[] = {"sale", "sale", "sale", "sale", "redemption", "sale"};
static const int32_t days[] = {20468, 20487, 20504, 20523, 20545, 20563};
static const int64_t cents[] = {12500, 8226, 6000, 10000, 0, 4000};
static const int64_t quantities[] = {1, 1, 1, 1, 5, 1};
enum { ROWS = 6 };

int main(void)
{
    uint32_t who[ROWS], what[ROWS];
    char why[512];
    partner_loyalty_dicts names = PARTNER_LOYALTY_DICTS_INIT;
    partner_events events = PARTNER_EVENTS_INIT;
    partner_loyalty_options options = PARTNER_LOYALTY_OPTIONS_INIT;
    partner_program *program = NULL;
    partner_loyalty *loyalty = NULL;
    partner_error error;
    partner_dict **const all[] = {&names.partner, &names.kind, &names.product,
                                  &names.group,   &names.tier, &names.rule};
    int failed = 1;

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (partner_dict_new(all[i], &error) != PARTNER_OK) goto out;
    if (partner_program_parse(program_text, strlen(program_text), &names, &program, &error) != PARTNER_OK)
        goto out;
    if (partner_dict_add_strings(names.partner, ROWS, ids, NULL, who, &error) != PARTNER_OK) goto out;
    if (partner_dict_add_strings(names.kind, ROWS, kinds, NULL, what, &error) != PARTNER_OK) goto out;

    events.rows = ROWS;
    events.partner = who;
    events.day = days;
    events.kind = what;
    events.amount = cents;
    events.quantity = quantities;
    options.ledger = 1;
    if (partner_loyalty_new(program, &events, &options, &loyalty, &error) != PARTNER_OK) goto out;

    for (size_t i = 0; i < loyalty->partners; i++)
        printf("%s has %" PRId64 " points and is %s\n",
               partner_dict_id(names.partner, loyalty->partner[i], NULL), loyalty->balance[i],
               partner_dict_id(names.tier, loyalty->tier[i], NULL));
    for (size_t i = 0; i < loyalty->ledger->entries; i++) {
        partner_loyalty_explain(loyalty, i, why, sizeof why);
        printf("%s\n", why);
    }
    failed = 0;
out:
    if (failed) fprintf(stderr, "%s\n", error.message);
    partner_loyalty_free(loyalty);
    partner_program_free(program);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) partner_dict_free(*all[i]);
    return failed;
}
