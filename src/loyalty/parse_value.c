/* SPDX-License-Identifier: MIT
 * Values that only programs have. */
#include <string.h>

#include "parse.h"
#include "program.h"

partner_status partner__parse_multiplier(partner__parser *r, json_t *value, const partner__member *key,
                                         void *into)
{
    int64_t number = 0;
    uint32_t narrow;
    const partner__number_fault fault = partner__parse_decimal(value, 4, 0, &number);

    if (fault == PARTNER__TOO_MANY_PLACES) return partner__bad_decimal(r, value, fault, 4, "a multiplier");
    if (fault != PARTNER__NUMBER_FINE || number < 0 || number > PARTNER__MULTIPLIER_MAX)
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
    const partner__number_fault fault = partner__parse_decimal(value, 8, 1, &number);

    if (fault != PARTNER__NUMBER_FINE) return partner__bad_decimal(r, value, fault, 8, "a value");
    wide = (uint64_t)number;
    if (number <= 0 || wide > PARTNER__POINT_VALUE_MAX)
        return partner__unexpected(r, value, "more than 0 and at most 1000000000");
    memcpy((char *)into + key->offset, &wide, sizeof wide);
    return PARTNER_OK;
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
