/* SPDX-License-Identifier: MIT */
#include "say.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "days.h"
#include "int128.h"

enum { NUMBER = PARTNER__NUMBER };

const char *partner__say_count(uint64_t value, char buffer[NUMBER])
{
    char *at = buffer + NUMBER - 1;
    int digits = 0;

    *at = '\0';
    do {
        if (digits > 0 && digits % 3 == 0) *--at = ' ';
        *--at = (char)('0' + value % 10);
        value /= 10;
        digits++;
    } while (value > 0);
    return at;
}

const char *partner__say_money(int64_t amount, unsigned places, char buffer[NUMBER])
{
    uint64_t unit = 1, value = partner__magnitude(amount), decimals;
    char whole[NUMBER];

    for (unsigned i = 0; i < places; i++) unit *= 10;
    decimals = value % unit;
    snprintf(buffer, NUMBER, "%s%s", amount < 0 ? "-" : "", partner__say_count(value / unit, whole));
    if (places == 0) return buffer;
    snprintf(buffer + strlen(buffer), NUMBER - strlen(buffer), ".%0*" PRIu64, (int)places, decimals);
    return buffer;
}

const char *partner__say_percent(double share, char buffer[NUMBER])
{
    double tenths = floor(fabs(share) * 1000.0 + 0.5);
    uint64_t whole;
    char digits[NUMBER];

    if (!(tenths < 1e18)) return "more than 100 000 000 000 000 000 %";
    if (tenths < 1.0 && share != 0.0) return "less than 0.1 %";
    whole = (uint64_t)tenths;
    snprintf(buffer, NUMBER, "%s.%u %%", partner__say_count(whole / 10, digits), (unsigned)(whole % 10));
    return buffer;
}

const char *partner__say_ratio(double ratio, char buffer[NUMBER])
{
    double thousandths = floor(ratio * 1000.0 + 0.5);
    uint64_t whole;
    char digits[NUMBER];

    if (!(thousandths >= 0 && thousandths < 1e18)) return "none";
    whole = (uint64_t)thousandths;
    snprintf(buffer, NUMBER, "%s.%03u", partner__say_count(whole / 1000, digits), (unsigned)(whole % 1000));
    return buffer;
}

const char *partner__say_day(int32_t day, char buffer[NUMBER])
{
    partner__date d = partner__date_from_day(day);

    snprintf(buffer, NUMBER, "%04" PRId32 "-%02d-%02d", d.year, d.month, d.day);
    return buffer;
}

size_t partner__cut(const char *text, size_t length, size_t most)
{
    if (length <= most) return length;
    while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80) most--;
    return most;
}

const char *partner__one_or_many(uint64_t count, const char *one, const char *many)
{
    return count == 1 ? one : many;
}

size_t partner__say(const void *result, const partner__saying *sayings, size_t count, size_t i, char *buffer,
                    size_t size)
{
    char text[PARTNER__SENTENCE];

    if (result == NULL) return 0;
    for (size_t k = 0; k < count; k++) {
        text[0] = '\0';
        sayings[k](result, text);
        if (text[0] == '\0' || i-- > 0) continue;
        if (size > 0) snprintf(buffer, size, "%s", text);
        return strlen(text);
    }
    return 0;
}
