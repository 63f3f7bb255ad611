/* SPDX-License-Identifier: MIT
 * Processes of any content: a refused one has a path and leaves the dictionaries alone, an accepted one is
 * good, can be spoken of, and is the same when it is read again. */
#include <partner/pipeline.h>

#include "fuzz.h"

typedef size_t (*saying)(const partner_process *process, size_t i, char *buffer, size_t size);

static void speak_of(const partner_process *process, saying say)
{
    char text[1024];
    size_t length;

    for (size_t i = 0; i < 200 && (length = say(process, i, text, sizeof text)) > 0; i++)
        fuzz_demand(length < sizeof text && strlen(text) == length, "1024 bytes hold every sentence");
}

/* What the header says of a process. */
static void check(const partner_process *p, const partner_process_dicts *dicts)
{
    size_t milestones = 0;

    fuzz_demand(p->stages >= 1 && p->stages <= 4096, "there is a stage");
    for (size_t i = 0; i < p->stages; i++) {
        const partner_process_stage *s = &p->stage[i];

        fuzz_demand(partner_dict_find(dicts->stage, s->id, strlen(s->id)) == s->name, "its id is interned");
        for (size_t k = 0; k < s->milestones; k++, milestones++) {
            const partner_process_milestone *m = &s->milestone[k];

            fuzz_demand(partner_dict_find(dicts->milestone, m->id, strlen(m->id)) == m->name,
                        "its id is interned");
            fuzz_demand(m->question == NULL
                            ? m->asked == PARTNER_NONE
                            : partner_dict_find(dicts->question, m->question, strlen(m->question)) == m->asked,
                        "its question is interned");
            fuzz_demand(m->optional <= 1 && m->valid_days <= 100000, "it is within its limits");
        }
    }
    for (size_t i = 0; i <= p->stages; i++) {
        char number[24];

        snprintf(number, sizeof number, "%zu", i);
        fuzz_demand(partner_dict_find(dicts->stage, number, strlen(number)) == p->number[i],
                    "its number is interned");
    }
    fuzz_demand(partner_dict_size(dicts->milestone) == milestones, "each milestone is of its own");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    partner_process_dicts dicts = PARTNER_PROCESS_DICTS_INIT;
    partner_process *process = NULL, *again = NULL;
    partner_error error;
    partner_status status;

    if (partner_dict_new(&dicts.milestone, NULL) != PARTNER_OK) abort();
    if (partner_dict_new(&dicts.stage, NULL) != PARTNER_OK) abort();
    if (partner_dict_new(&dicts.question, NULL) != PARTNER_OK) abort();
    status = partner_process_parse((const char *)data, size, &dicts, &process, &error);
    if (status == PARTNER_OK) {
        const size_t names = partner_dict_size(dicts.stage);

        fuzz_demand(partner_process_check(process, &error) == PARTNER_OK, "a process that was read is good");
        check(process, &dicts);
        speak_of(process, partner_process_sentence);
        speak_of(process, partner_process_warning);
        fuzz_demand(partner_process_parse((const char *)data, size, &dicts, &again, &error) == PARTNER_OK &&
                        partner_dict_size(dicts.stage) == names,
                    "read again, it has the same names");
        fuzz_demand(again->stages == process->stages && again->fresh_days == process->fresh_days,
                    "read again, it is the same");
        check(again, &dicts);
    } else {
        fuzz_demand(status == PARTNER_E_DATA && error.path[0] == '$' && error.message[0] != '\0',
                    "a refused process has a path and a sentence");
        fuzz_demand(process == NULL && partner_dict_size(dicts.milestone) + partner_dict_size(dicts.stage) +
                                               partner_dict_size(dicts.question) ==
                                           0,
                    "a refused process leaves nothing behind");
    }
    partner_process_free(process);
    partner_process_free(again);
    partner_dict_free(dicts.milestone);
    partner_dict_free(dicts.stage);
    partner_dict_free(dicts.question);
    return 0;
}
