/* SPDX-License-Identifier: MIT
 * What the parser says of processes, one a line on standard input, for test_schema.py: a line each, "good", or
 * the status, the path and the sentence of the error, separated by tabs. */
#include <partner/pipeline.h>
#include <stdio.h>
#include <stdlib.h>

static void judge(const char *text, size_t length)
{
    partner_process_dicts dicts = PARTNER_PROCESS_DICTS_INIT;
    partner_process *process = NULL;
    partner_error error;
    partner_status status;

    if (partner_dict_new(&dicts.milestone, NULL) != PARTNER_OK) abort();
    if (partner_dict_new(&dicts.stage, NULL) != PARTNER_OK) abort();
    status = partner_process_parse(text, length, &dicts, &process, &error);
    if (status == PARTNER_OK) printf("good\n");
    else printf("%d\t%s\t%s\n", (int)status, error.path, error.message);
    partner_process_free(process);
    partner_dict_free(dicts.milestone);
    partner_dict_free(dicts.stage);
}

int main(void)
{
    char *text = NULL;
    size_t length = 0, room = 0;
    int c;

    while ((c = getchar()) != EOF) {
        if (c == '\n') {
            judge(text, length);
            length = 0;
            continue;
        }
        if (length == room) text = realloc(text, room = 2 * room + 4096);
        if (text == NULL) abort();
        text[length++] = (char)c;
    }
    free(text);
    return EXIT_SUCCESS;
}
