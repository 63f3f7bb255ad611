/* SPDX-License-Identifier: MIT
 * Text as a terminal shows it. */
#include "display.h"

#include <string.h>

size_t cli_code_point(const char *text, const char *end, uint32_t *point)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char lead = (unsigned char)*text;
    size_t length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;

    if (length == 0 || (size_t)(end - text) < length) return 0;
    *point = length == 1 ? lead : lead & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if ((c & 0xc0) != 0x80) return 0;
        *point = *point << 6 | (c & 0x3fu);
    }
    if (*point < least[length] || *point > 0x10ffff || (*point >= 0xd800 && *point < 0xe000)) return 0;
    return length;
}

int cli_is_control(uint32_t point)
{
    if (point < 0x20 || (point >= 0x7f && point < 0xa0)) return 1;
    return (point >= 0x200e && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2066 && point <= 0x2069);
}

typedef struct range {
    uint32_t first, last;
} range;

static int within(uint32_t point, const range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (point >= ranges[i].first && point <= ranges[i].last) return 1;
    return 0;
}

/* Marks that combine with the letter before them take no column, East Asian wide characters and emoji two. */
static size_t columns_of(uint32_t point)
{
    static const range none[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},
                                 {0x64b, 0x65f},   {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200d},
                                 {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
    static const range two[] = {{0x1100, 0x115f},  {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xa960, 0xa97f},
                                {0xac00, 0xd7a3},  {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},
                                {0xffe0, 0xffe6},  {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff},
                                {0x20000, 0x3fffd}};

    if (point < 0x300) return 1;
    if (within(point, none, sizeof none / sizeof none[0])) return 0;
    return within(point, two, sizeof two / sizeof two[0]) ? 2 : 1;
}

/* The columns of the character at `text` as cli_put_safe shows it. */
static size_t shown_columns(const char *text, const char *end, size_t *bytes)
{
    uint32_t point;

    *bytes = cli_code_point(text, end, &point);
    if (*bytes > 0 && !cli_is_control(point)) return columns_of(point);
    if (*bytes == 0) *bytes = 1;
    return 4 * *bytes;
}

size_t cli_width(const char *text, size_t length)
{
    const char *end = text + length;
    size_t columns = 0, bytes;

    for (; text < end; text += bytes) columns += shown_columns(text, end, &bytes);
    return columns;
}

static void put_character(cli_sink *sink, const char *text, size_t bytes)
{
    uint32_t point;

    if (cli_code_point(text, text + bytes, &point) == bytes && !cli_is_control(point)) {
        cli_put_bytes(sink, text, bytes);
        return;
    }
    for (size_t i = 0; i < bytes; i++) cli_putf(sink, "\\x%02X", (unsigned)(unsigned char)text[i]);
}

size_t cli_put_safe(cli_sink *sink, const char *text, size_t length, size_t most)
{
    const char *end = text + length;
    size_t all = cli_width(text, length), room = all <= most ? most : most - (most > 0), taken = 0, bytes;

    while (text < end) {
        size_t columns = shown_columns(text, end, &bytes);

        if (taken + columns > room) break;
        put_character(sink, text, bytes);
        taken += columns;
        text += bytes;
    }
    if (all <= most || most == 0) return taken;
    cli_put(sink, "…");
    return taken + 1;
}

/* Whether a line may end at this space: not within a grouped number ("12 345") or before a per cent sign. */
static int may_break(const char *space, const char *begin, const char *end)
{
    const char *next = space + 1;
    size_t digits = 0;

    if (space == begin || space[-1] < '0' || space[-1] > '9') return 1;
    if (next < end && *next == '%') return 0;
    while (next + digits < end && next[digits] >= '0' && next[digits] <= '9') digits++;
    return digits != 3;
}

size_t cli_line_of(const char *text, size_t length, size_t most)
{
    const char *end = text + length, *last = NULL;

    if (cli_width(text, length) <= most) return length;
    for (const char *at = text; at < end; at++) {
        if (*at != ' ' || !may_break(at, text, end)) continue;
        if (last != NULL && cli_width(text, (size_t)(at - text)) > most) break;
        last = at;
    }
    return last != NULL ? (size_t)(last - text) : length;
}

void cli_put_wrapped(cli_sink *sink, const char *text, size_t indent, size_t most)
{
    const char *end = text + strlen(text);

    while (end > text && end[-1] == ' ') end--;
    for (text += strspn(text, " "); text < end; text += strspn(text, " ")) {
        size_t length = cli_line_of(text, (size_t)(end - text), most - indent);

        cli_putf(sink, "%*s", (int)indent, "");
        cli_put_safe(sink, text, length, SIZE_MAX);
        cli_put(sink, "\n");
        text += length;
    }
}
