/* SPDX-License-Identifier: MIT
 * Programs of any content: a refused one has a path and leaves the dictionaries alone, an accepted one is good,
 * can be spoken of, and is the same when it is read again. */
#include <partner/loyalty.h>

#include "fuzz.h"

enum { DICTS = 5 };

static void new_dicts(partner_loyalty_dicts *dicts, partner_dict **dict)
{
    for (size_t i = 0; i < DICTS; i++)
        if (partner_dict_new(&dict[i], NULL) != PARTNER_OK) abort();
    dicts->kind = dict[0];
    dicts->product = dict[1];
    dicts->group = dict[2];
    dicts->tier = dict[3];
    dicts->rule = dict[4];
}

static size_t sizes(partner_dict *const *dict)
{
    size_t all = 0;

    for (size_t i = 0; i < DICTS; i++) all += partner_dict_size(dict[i]);
    return all;
}

static void speak_of(const partner_program *program, const partner_loyalty_dicts *dicts)
{
    char text[1024];
    size_t length;

    for (size_t i = 0; (length = partner_program_sentence(program, dicts, i, text, sizeof text)) > 0; i++)
        fuzz_demand(length < sizeof text && strlen(text) == length, "1024 bytes hold every sentence");
    for (size_t i = 0; (length = partner_program_warning(program, NULL, i, text, sizeof text)) > 0; i++)
        fuzz_demand(length < sizeof text && strlen(text) == length, "1024 bytes hold every warning");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    partner_loyalty_dicts dicts = PARTNER_LOYALTY_DICTS_INIT;
    partner_dict *dict[DICTS];
    partner_program *program = NULL, *again = NULL;
    partner_error error;
    partner_status status;

    new_dicts(&dicts, dict);
    status = partner_program_parse((const char *)data, size, &dicts, &program, &error);
    if (status == PARTNER_OK) {
        const size_t names = sizes(dict);

        fuzz_demand(partner_program_check(program, &error) == PARTNER_OK, "a program that was read is good");
        speak_of(program, &dicts);
        fuzz_demand(partner_program_parse((const char *)data, size, &dicts, &again, &error) == PARTNER_OK &&
                        sizes(dict) == names,
                    "read again, it has the same names");
        fuzz_demand(again->rules == program->rules && again->tiers == program->tiers &&
                        again->point_value == program->point_value && again->redeem_on == program->redeem_on,
                    "read again, it is the same");
    } else {
        fuzz_demand(status == PARTNER_E_DATA && error.path[0] == '$' && error.message[0] != '\0',
                    "a refused program has a path and a sentence");
        fuzz_demand(program == NULL && sizes(dict) == 0, "a refused program leaves nothing behind");
    }
    partner_program_free(program);
    partner_program_free(again);
    for (size_t i = 0; i < DICTS; i++) partner_dict_free(dict[i]);
    return 0;
}
