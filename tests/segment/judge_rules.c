/* SPDX-License-Identifier: MIT
 * What the parser says of segmentation rules, one a line on standard input, for test_rules_schema.py: a line
 * each, "good", or the status, the path and the sentence of the error, separated by tabs. */
#include <partner/segment.h>
#include <stdio.h>
#include <stdlib.h>

static void judge(const char *text, size_t length)
{
    partner_segment_dicts dicts = PARTNER_SEGMENT_DICTS_INIT;
    partner_segment_rules *rules = NULL;
    partner_error error;
    partner_status status;

    if (partner_dict_new(&dicts.kind, NULL) != PARTNER_OK) abort();
    if (partner_dict_new(&dicts.segment, NULL) != PARTNER_OK) abort();
    if (partner_dict_new(&dicts.band, NULL) != PARTNER_OK) abort();
    status = partner_segment_rules_parse(text, length, &dicts, &rules, &error);
    if (status == PARTNER_OK) printf("good\n");
    else printf("%d\t%s\t%s\n", (int)status, error.path, error.message);
    partner_segment_rules_free(rules);
    partner_dict_free(dicts.kind);
    partner_dict_free(dicts.segment);
    partner_dict_free(dicts.band);
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
