/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <stdint.h>
#include <string.h>

static int lower(char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c; }

static int is_joint(char c) { return c == '_' || c == ' ' || c == '-'; }

int cli_same_header(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t i = 0, j = 0;

    for (;;) {
        while (i < a_length && is_joint(a[i])) i++;
        while (j < b_length && is_joint(b[j])) j++;
        if (i == a_length || j == b_length) return i == a_length && j == b_length;
        if (lower(a[i++]) != lower(b[j++])) return 0;
    }
}

int cli_same_letters(const char *a, size_t a_length, const char *b, size_t b_length)
{
    if (a_length != b_length) return 0;
    for (size_t i = 0; i < a_length; i++)
        if (lower(a[i]) != lower(b[i])) return 0;
    return 1;
}

/* The length of the UTF-8 sequence at p, 0 when there is none; *code receives its code point (Unicode 15, table
 * 3-7: no overlong forms, no surrogates, nothing above U+10FFFF). */
static size_t sequence(const unsigned char *p, size_t left, uint32_t *code)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;

    if (n == 0 || n > left) return 0;
    *code = n == 1 ? p[0] : p[0] & (0x7fU >> n);
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) return 0;
        *code = *code << 6 | (p[i] & 0x3fU);
    }
    return *code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000) ? 0 : n;
}

size_t cli_utf8_length(const char *text, size_t length)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t i = 0;

    while (i < length) {
        uint64_t word;
        uint32_t code;
        size_t n;

        if (length - i >= sizeof word) {
            memcpy(&word, p + i, sizeof word);
            if ((word & UINT64_C(0x8080808080808080)) == 0) {
                i += sizeof word;
                continue;
            }
        }
        n = p[i] < 0x80 ? 1 : sequence(p + i, length - i, &code);
        if (n == 0) break;
        i += n;
    }
    return i;
}

static uint32_t fold_letter(uint32_t code)
{
    if (code < 0x80) return (uint32_t)lower((char)code);
    if (code >= 0xc0 && code <= 0xde && code != 0xd7) return code + 0x20;
    if (code >= 0x391 && code <= 0x3a9) return code + 0x20;
    if (code >= 0x410 && code <= 0x42f) return code + 0x20;
    if (code >= 0x400 && code <= 0x40f) return code + 0x50;
    return code;
}

static int is_white(uint32_t code)
{
    return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xa0 || code == 0x200b || code == 0x202f ||
           code == 0x3000;
}

size_t cli_fold(const char *text, size_t length, char *folded)
{
    const unsigned char *p = (const unsigned char *)text;
    size_t written = 0;

    for (size_t i = 0; i < length;) {
        uint32_t code = p[i], after;
        size_t n = sequence(p + i, length - i, &code);

        after = n == 0 ? code : fold_letter(code);
        if (n == 0 || (after == code && !is_white(code))) {
            n = n == 0 ? 1 : n;
            memcpy(folded + written, p + i, n);
            written += n;
        } else if (after != code && after < 0x80) {
            folded[written++] = (char)after;
        } else if (after != code) {
            /* Every letter folded above takes two bytes before and after. */
            folded[written++] = (char)(0xc0 | after >> 6);
            folded[written++] = (char)(0x80 | (after & 0x3f));
        }
        i += n;
    }
    folded[written] = 0;
    return written;
}
