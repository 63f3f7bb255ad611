/* SPDX-License-Identifier: MIT
 * Numbers in JSON. One with a point means the shortest decimal that reads back as the same double, so that 0.1
 * is a tenth; what a double cannot hold exactly has to be written as text. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../record/text.h"
#include "parse.h"

/* Up to here every whole number is a double. */
static const uint64_t EXACT = UINT64_C(1) << 53;

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

static partner__number_fault scale(const char *text, size_t length, int places, int per_cent, uint64_t most,
                                   int64_t *number)
{
    const partner__spelling as = {.point = '.', .per_cent = per_cent};
    partner__number scanned;
    partner__scaled scaled;

    if (!partner__scan(text, text + length, &as, &scanned)) return PARTNER__NO_NUMBER;
    scaled = partner__scale(&scanned, places);
    if (scaled.overflow || scaled.magnitude > INT64_MAX) return PARTNER__TOO_LARGE;
    if (scaled.inexact) return PARTNER__TOO_MANY_PLACES;
    if (scaled.magnitude > most) return PARTNER__INEXACT;
    *number = scaled.negative ? -(int64_t)scaled.magnitude : (int64_t)scaled.magnitude;
    return PARTNER__NUMBER_FINE;
}

partner__number_fault partner__parse_decimal(const json_t *value, int places, int text_too, int64_t *number)
{
    char text[PARTNER__SHOWN];

    if (json_is_string(value)) {
        const char *at = json_string_value(value);
        const size_t length = json_string_length(value);

        return text_too && is_decimal(at, at + length) ? scale(at, length, places, 0, INT64_MAX, number)
                                                       : PARTNER__NO_NUMBER;
    }
    if (!json_is_number(value)) return PARTNER__NO_NUMBER;
    partner__show(value, text);
    return scale(text, strlen(text), places, 0, EXACT, number);
}

static partner_status read_whole(partner__parser *r, json_t *value, const partner__member *key, int64_t *number)
{
    const int limited = key->low != 0 || key->high != 0;
    char expected[96] = "a whole number";

    if (partner__parse_decimal(value, 0, 0, number) == PARTNER__NUMBER_FINE &&
        (!limited || (*number >= key->low && *number <= key->high)))
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

partner_status partner__bad_decimal(partner__parser *r, const json_t *value, partner__number_fault fault,
                                    int places, const char *what)
{
    char expected[160];

    switch (fault) {
    case PARTNER__TOO_MANY_PLACES:
        snprintf(expected, sizeof expected, "%s with at most %d decimal place%s", what, places,
                 places == 1 ? "" : "s");
        break;
    case PARTNER__INEXACT:
        snprintf(expected, sizeof expected, "%s that large as text, for as a number it is not exact", what);
        break;
    case PARTNER__TOO_LARGE: snprintf(expected, sizeof expected, "%s that 63 bits can hold", what); break;
    default: snprintf(expected, sizeof expected, "%s, as 12.50 or \"12.50\"", what);
    }
    return partner__unexpected(r, value, expected);
}

partner_status partner__parse_money(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    int64_t number;
    const partner__number_fault fault = partner__parse_decimal(value, r->places, 1, &number);
    char expected[96], least[32];

    if (fault != PARTNER__NUMBER_FINE)
        return partner__bad_decimal(r, value, fault, r->places, "an amount of money");
    if (key->low != 0 && number < key->low) {
        partner__write_decimal((uint64_t)key->low, 0, r->places, least);
        snprintf(expected, sizeof expected, "at least %s", least);
        return partner__unexpected(r, value, expected);
    }
    memcpy((char *)into + key->offset, &number, sizeof number);
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
    partner__number_fault fault = PARTNER__NO_NUMBER;
    int64_t number;

    if (text == NULL) fault = partner__parse_decimal(value, 0, 0, &number);
    else if (is_per_cent(text, length)) fault = scale(text, length, 6, 1, INT64_MAX, &number);
    if (fault == PARTNER__TOO_MANY_PLACES && text != NULL)
        return partner__unexpected(r, value, "per cent with at most 4 decimal places");
    if (fault != PARTNER__NUMBER_FINE)
        return partner__unexpected(r, value,
                                   "a share: parts per million as a whole number (300000), or \"30 %\"");
    memcpy((char *)into + key->offset, &number, sizeof number);
    return PARTNER_OK;
}

partner_status partner__parse_share(partner__parser *r, json_t *value, const partner__member *key, void *into)
{
    const int64_t whole = 1000000;
    const char *text = json_string_value(value);
    const size_t length = json_string_length(value);
    partner__number_fault fault = PARTNER__NO_NUMBER;
    int64_t number = 0;
    uint32_t narrow;

    if (text == NULL) fault = partner__parse_decimal(value, 6, 0, &number);
    else if (is_per_cent(text, length)) fault = scale(text, length, 6, 1, INT64_MAX, &number);
    if (fault == PARTNER__TOO_MANY_PLACES)
        return partner__unexpected(r, value,
                                   text == NULL ? "a share with at most 6 decimal places"
                                                : "per cent with at most 4 decimal places");
    if (fault != PARTNER__NUMBER_FINE || number < 0 || number > whole)
        return partner__unexpected(r, value, "a share from 0 to 1, as 0.3 or \"30 %\"");
    narrow = (uint32_t)number;
    memcpy((char *)into + key->offset, &narrow, sizeof narrow);
    return PARTNER_OK;
}
