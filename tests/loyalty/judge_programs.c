/* SPDX-License-Identifier: MIT
 * What the parser says of programs, one a line on standard input, for test_schema.py: a line each, "good", or
 * the status, the path and the sentence of the error, separated by tabs. With the argument --say, of one
 * program on all of the input, its sentences and then its warnings. */
#include <partner/loyalty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static partner_dict *new_dict(void)
{
    partner_dict *dict = NULL;

    if (partner_dict_new(&dict, NULL) != PARTNER_OK) abort();
    return dict;
}

static void say(const partner_program *program, const partner_loyalty_dicts *dicts)
{
    char text[1024];

    for (size_t i = 0; partner_program_sentence(program, dicts, i, text, sizeof text) > 0; i++)
        printf("%s\n", text);
    for (size_t i = 0; partner_program_warning(program, dicts, i, text, sizeof text) > 0; i++)
        printf("warning: %s\n", text);
}

static void judge(const char *text, size_t length, int aloud)
{
    partner_loyalty_dicts dicts = PARTNER_LOYALTY_DICTS_INIT;
    partner_program *program = NULL;
    partner_error error;
    partner_status status;

    dicts.kind = new_dict();
    dicts.product = new_dict();
    dicts.group = new_dict();
    dicts.tier = new_dict();
    dicts.rule = new_dict();
    status = partner_program_parse(text, length, &dicts, &program, &error);
    if (status != PARTNER_OK) printf("%d\t%s\t%s\n", (int)status, error.path, error.message);
    else if (aloud) say(program, &dicts);
    else printf("good\n");
    partner_program_free(program);
    partner_dict_free(dicts.kind);
    partner_dict_free(dicts.product);
    partner_dict_free(dicts.group);
    partner_dict_free(dicts.tier);
    partner_dict_free(dicts.rule);
}

int main(int argc, char **argv)
{
    const int aloud = argc == 2 && strcmp(argv[1], "--say") == 0;
    char *text = NULL;
    size_t length = 0, room = 0;
    int c;

    while ((c = getchar()) != EOF || length > 0) {
        if (c == EOF || (c == '\n' && !aloud)) {
            judge(text, length, aloud);
            length = 0;
            if (c == EOF) break;
            continue;
        }
        if (length == room) text = realloc(text, room = 2 * room + 4096);
        if (text == NULL) abort();
        text[length++] = (char)c;
    }
    free(text);
    return EXIT_SUCCESS;
}
