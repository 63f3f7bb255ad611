/* SPDX-License-Identifier: MIT */
#include "words.h"

#include <stdio.h>
#include <string.h>

#include "say.h"

/* Bytes of a name; and of a list before it is cut short, which is sooner where the sentence is long already. */
enum { LONGEST_NAME = 40, LONGEST_LIST = 96, LONG_SENTENCE = 300, SHORT_LIST = 32 };
static const char ELLIPSIS[] = "…";

/* A sentence that does not fit ends in an ellipsis, and nothing is added to it. */
void partner__words_put_list(partner__words *w, const char *format, va_list arguments)
{
    const size_t room = sizeof w->text - sizeof ELLIPSIS - w->length;
    int n;

    if (w->full) return;
    n = vsnprintf(w->text + w->length, room + 2, format, arguments); /* and the byte that decides the cut */
    if (n < 0) return;
    w->full = (size_t)n > room;
    w->length += w->full ? partner__cut(w->text + w->length, (size_t)n, room) : (size_t)n;
    if (!w->full) return;
    memcpy(w->text + w->length, ELLIPSIS, sizeof ELLIPSIS);
    w->length += sizeof ELLIPSIS - 1;
}

void partner__words_put(partner__words *w, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    partner__words_put_list(w, format, arguments);
    va_end(arguments);
}

void partner__words_count(partner__words *w, uint64_t count, const char *one, const char *many)
{
    char number[PARTNER__NUMBER];

    if (count == 0) partner__words_put(w, "no %s", many);
    else
        partner__words_put(w, "%s %s", partner__say_count(count, number),
                           partner__one_or_many(count, one, many));
}

void partner__words_id(partner__words *w, const char *id, char joint)
{
    const size_t length = strlen(id), cut = partner__cut(id, length, LONGEST_NAME);
    char shown[LONGEST_NAME + 1];

    memcpy(shown, id, cut);
    shown[cut] = '\0';
    for (char *c = shown; *c != '\0'; c++)
        if (*c == '_') *c = joint;
        else if ((unsigned char)*c < ' ' || *c == 0x7f) *c = ' ';
    partner__words_put(w, "%s%s", shown, cut < length ? "…" : "");
}

void partner__words_all(partner__words *w, const char *last, size_t count, partner__words_item item,
                        const void *of)
{
    const size_t start = w->length, longest = start < LONG_SENTENCE ? LONGEST_LIST : SHORT_LIST;

    for (size_t i = 0; i < count; i++) {
        const int cut = i > 0 && i + 1 < count && w->length - start > longest;

        if (i > 0) partner__words_put(w, "%s", cut || i + 1 == count ? last : ", ");
        if (cut) {
            partner__words_put(w, "%zu more", count - i);
            return;
        }
        item(w, of, i);
    }
}

size_t partner__words_end(const partner__words *w, char *buffer, size_t size)
{
    size_t fits;

    if (buffer == NULL || size == 0) return w->length;
    fits = partner__cut(w->text, w->length, size - 1);
    memcpy(buffer, w->text, fits);
    buffer[fits] = '\0';
    return w->length;
}
