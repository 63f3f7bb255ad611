/* SPDX-License-Identifier: MIT
 * Single values of a program's JSON. A number with a point means the shortest decimal that reads back as the
 * same double, so that 0.1 is a tenth; what a double cannot hold exactly has to be written as text. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../base/error.h"
#include "../base/memory.h"
#include "../record/text.h"
#include "parse.h"
#include "program.h"

/* Up to here every whole number is a double. */
static const uint64_t EXACT = UINT64_C(1) << 53;

/* --- numbers --- */

typedef enum number_fault { FINE, NO_NUMBER, TOO_MANY_PLACES, INEXACT, TOO_LARGE } number_fault;

/* -12.50 and nothing else. */
static int is_decimal(const char *c, const char *end)
{
    c += c < end && *c == '-';
    if (c == end || !partner__is_digit(*c)) return 0;
    while (c < end && partner__is_digit(*c)) c++;
    if (c == end) return 1;
    if (*c != '.' || end - c < 2) return 0;
    for (c++; c < end && partner__is_digit(*c);) c++;
    return c == end;
}

static number_fault scale(const char *text, size_t length, int places, int per_cent, uint64_t most,
                          int64_t *number)
{
    const partner__spelling as = {.point = '.', .per_cent = per_cent};
    partner__number scanned;
    partner__scaled scaled;

    if (!partner__scan(text, text + length, &as, &scanned)) return NO_NUMBER;
    scaled = partner__scale(&scanned, places);
    if (scaled.overflow || scaled.magnitude > INT64_MAX) return TOO_LARGE;
    if (scaled.inexact) return TOO_MANY_PLACES;
    if (scaled.magnitude > most) return INEXACT;
    *number = scaled.negative ? -(int64_t)scaled.magnitude : (int64_t)scaled.magnitude;
    return FINE;
}

/* A number, or where it may be one a text, as a whole number of 10^-places. */
static number_fault read_number(const json_t *value, int places, int text_too, int64_t *number)
{
    char text[PARTNER__SHOWN];

    if (json_is_string(value)) {
        const char *at = json_string_value(value);
        const size_t length = json_string_length(value);

        return text_too && is_decimal(at, at + length) ? scale(at, length, places, 0, INT64_MAX, number)
                                                       : NO_NUMBER;
    }
    if (!json_is_number(value)) return NO_NUMBER;
    partner__show(value, text);
    return scale(text, strlen(text), places, 0, EXACT, number);
}

static partner_status read_whole(partner__parser *r, json_t *value, const partner__member *key, int64_t *number)
{
    const int limited = key->low != 0 || key->high != 0;
    char expected[96] = "a whole number";

    if (read_number(value, 0, 0, number) == FINE && (!limited || (*number >= key->low && *number <= key->high)))
        return PARTNER_OK;
    if (limited)
        snprintf(expected, sizeof expected, "a whole number from %" PRId64 " to %" PRId64, key->low, key->high);
    return partner__unexpected(r, value, expected);
}

partner_status partner__parse_u8(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    int64_t number = 0;
    partner_status status = read_whole(r, value, key, &number);

    if (status == PARTNER_OK) *((uint8_t *)into + key->offset) = (uint8_t)number;
    return status;
}

partner_status partner__parse_u32(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    int64_t number = 0;
    uint32_t narrow;
    partner_status status = read_whole(r, value, key, &number);

    if (status != PARTNER_OK) return status;
    narrow = (uint32_t)number;
    memcpy((char *)into + key->offset, &narrow, sizeof narrow);
    return PARTNER_OK;
}

partner_status partner__parse_i64(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    int64_t number = 0;
    partner_status status = read_whole(r, value, key, &number);

    if (status == PARTNER_OK) memcpy((char *)into + key->offset, &number, sizeof number);
    return status;
}

static partner_status bad_decimal(partner__parser *r, const json_t *value, number_fault fault, int places,
                                  const char *what)
{
    char expected[160];

    switch (fault) {
    case TOO_MANY_PLACES:
        snprintf(expected, sizeof expected, "%s with at most %d decimal place%s", what, places,
                 places == 1 ? "" : "s");
        break;
    case INEXACT:
        snprintf(expected, sizeof expected, "%s that large as text, for as a number it is not exact", what);
        break;
    case TOO_LARGE: snprintf(expected, sizeof expected, "%s that 63 bits can hold", what); break;
    default: snprintf(expected, sizeof expected, "%s, as 12.50 or \"12.50\"", what);
    }
    return partner__unexpected(r, value, expected);
}

partner_status partner__parse_money(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    int64_t number;
    const number_fault fault = read_number(value, r->places, 1, &number);
    char expected[96], least[32];

    if (fault != FINE) return bad_decimal(r, value, fault, r->places, "an amount of money");
    if (key->low != 0 && number < key->low) {
        partner__write_decimal((uint64_t)key->low, 0, r->places, least);
        snprintf(expected, sizeof expected, "at least %s", least);
        return partner__unexpected(r, value, expected);
    }
    memcpy((char *)into + key->offset, &number, sizeof number);
    return PARTNER_OK;
}

partner_status partner__parse_multiplier(partner__parser *r, json_t *value, const partner__member *key,
                                         void *into)
{
    int64_t number = 0;
    uint32_t narrow;
    const number_fault fault = read_number(value, 4, 0, &number);

    if (fault == TOO_MANY_PLACES) return bad_decimal(r, value, fault, 4, "a multiplier");
    if (fault != FINE || number < 0 || number > PARTNER__MULTIPLIER_MAX)
        return partner__unexpected(r, value, "a number from 0 to 10000 with at most 4 decimal places");
    narrow = number == 0 ? PARTNER_MULTIPLIER_0 : (uint32_t)number;
    memcpy((char *)into + key->offset, &narrow, sizeof narrow);
    return PARTNER_OK;
}

partner_status partner__parse_point_value(partner__parser *r, json_t *value, const partner__member *key,
                                          void *into)
{
    int64_t number;
    uint64_t wide;
    const number_fault fault = read_number(value, 8, 1, &number);

    if (fault != FINE) return bad_decimal(r, value, fault, 8, "a value");
    wide = (uint64_t)number;
    if (number <= 0 || wide > PARTNER__POINT_VALUE_MAX)
        return partner__unexpected(r, value, "more than 0 and at most 1000000000");
    memcpy((char *)into + key->offset, &wide, sizeof wide);
    return PARTNER_OK;
}

/* "30 %", "12.5%". */
static int is_per_cent(const char *text, size_t length)
{
    if (length == 0 || text[length - 1] != '%') return 0;
    length -= length > 1 && text[length - 2] == ' ' ? 2 : 1;
    return is_decimal(text, text + length);
}

partner_status partner__parse_rate(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const char *text = json_string_value(value);
    const size_t length = json_string_length(value);
    number_fault fault = NO_NUMBER;
    int64_t number;

    if (text == NULL) fault = read_number(value, 0, 0, &number);
    else if (is_per_cent(text, length)) fault = scale(text, length, 6, 1, INT64_MAX, &number);
    if (fault == TOO_MANY_PLACES && text != NULL)
        return partner__unexpected(r, value, "per cent with at most 4 decimal places");
    if (fault != FINE)
        return partner__unexpected(r, value,
                                   "a share: parts per million as a whole number (300000), or \"30 %\"");
    memcpy((char *)into + key->offset, &number, sizeof number);
    return PARTNER_OK;
}

/* --- all else --- */

partner_status partner__parse_flag(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    if (!json_is_boolean(value)) return partner__unexpected(r, value, "true or false");
    *((uint8_t *)into + key->offset) = json_is_true(value);
    return PARTNER_OK;
}

partner_status partner__parse_no_flag(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    if (!json_is_boolean(value)) return partner__unexpected(r, value, "true or false");
    *((uint8_t *)into + key->offset) = json_is_false(value);
    return PARTNER_OK;
}

partner_status partner__parse_word(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const char *text = json_string_value(value);
    char expected[160];
    size_t n = 0;

    for (size_t i = 0; key->words[i] != NULL; i++) {
        if (text != NULL && strcmp(text, key->words[i]) == 0) {
            *((uint8_t *)into + key->offset) = (uint8_t)((size_t)key->low + i);
            return PARTNER_OK;
        }
        n += (size_t)snprintf(expected + n, sizeof expected - n, "%s\"%s\"",
                              i == 0                      ? ""
                              : key->words[i + 1] == NULL ? " or "
                                                          : ", ",
                              key->words[i]);
    }
    return partner__unexpected(r, value, expected);
}

partner_status partner__parse_day(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const char *at = json_string_value(value);
    const partner__text text = {at, at != NULL ? at + json_string_length(value) : NULL, NULL, NULL};
    int32_t day;

    /* The reader takes more forms than a program should have: times of day, and days without dashes. */
    if (at == NULL || json_string_length(value) != 10 || at[4] != '-' ||
        partner__read_day(&text, NULL, &day) != PARTNER_OK)
        return partner__unexpected(r, value, "a day that exists, as \"2025-03-01\"");
    memcpy((char *)into + key->offset, &day, sizeof day);
    return PARTNER_OK;
}

partner_status partner__parse_text(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const size_t length = json_string_length(value);
    char *text;

    if (!json_is_string(value) || length == 0) return partner__unexpected(r, value, "some text");
    text = partner__arena_alloc(r->arena, length + 1, 1);
    if (text == NULL) return partner__no_memory(r->error);
    memcpy(text, json_string_value(value), length + 1);
    memcpy((char *)into + key->offset, &text, sizeof text);
    return PARTNER_OK;
}

partner_status partner__note(partner__parser *r, uint32_t dict, const char *text, uint32_t *index)
{
    partner__names *n = &r->names[dict];

    if (n->count == n->room) {
        const size_t room = 2 * n->room + 16;
        const char **texts = partner__realloc(n->text, room, sizeof *texts);
        uint32_t **indexes;

        if (texts == NULL) return partner__no_memory(r->error);
        n->text = texts;
        indexes = partner__realloc(n->index, room, sizeof *indexes);
        if (indexes == NULL) return partner__no_memory(r->error);
        n->index = indexes;
        n->room = room;
    }
    n->text[n->count] = text;
    n->index[n->count++] = index;
    return PARTNER_OK;
}

partner_status partner__parse_name(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    if (!json_is_string(value) || json_string_length(value) == 0)
        return partner__unexpected(r, value, "a name as text");
    return partner__note(r, key->more, json_string_value(value), (uint32_t *)((char *)into + key->offset));
}

/* ["reward", "tier"] as a sum. */
partner_status partner__parse_counts_for(partner__parser *r, json_t *value, const partner__member *key,
                                         void *into)
{
    static const char *const words[] = {"reward", "tier", NULL};
    const partner__member word = {.low = PARTNER_COUNTS_REWARD, .words = words};
    size_t count;
    uint8_t sum = 0, one = 0;
    partner_status status = partner__parse_list(r, value, 1, &count);

    for (size_t i = 0; status == PARTNER_OK && i < count; i++) {
        const size_t mark = partner__down_to(r, i);

        status = partner__parse_word(r, json_array_get(value, i), &word, &one);
        if (status != PARTNER_OK) return status;
        if (sum & one) return partner__wrong(r, "is there twice");
        sum |= one;
        partner__up(r, mark);
    }
    if (status == PARTNER_OK) *((uint8_t *)into + key->offset) = sum;
    return status;
}
