/* SPDX-License-Identifier: MIT
 * Decimal numbers as text: first where everything lies, then what it comes to, exactly. */
#include <string.h>

#include "text.h"

/* The length of a thousands separator at c; a space may also be one of the spaces that do not break a line. */
static size_t separator(const char *c, const char *end, char thousands)
{
    if (thousands == 0 || c == end) return 0;
    if (*c == thousands) return 1;
    if (thousands != ' ') return 0;
    if (end - c >= 2 && memcmp(c, "\xc2\xa0", 2) == 0) return 2;
    return end - c >= 3 && memcmp(c, "\xe2\x80\xaf", 3) == 0 ? 3 : 0;
}

/* The digits before the decimal separator; groups are of three, but for the first. Returns where they end, or
 * NULL. */
static const char *scan_whole(const char *c, const char *end, char thousands, int64_t *digits)
{
    int64_t group = 0;
    int groups = 0;
    size_t skip;

    for (*digits = 0;;) {
        for (group = 0; c < end && partner__is_digit(*c); c++) group++;
        *digits += group;
        if (groups > 0 && group != 3) return NULL;
        skip = separator(c, end, thousands);
        if (skip == 0) return c;
        if (group < 1 || group > 3) return NULL;
        groups = 1;
        c += skip;
    }
}

/* e+12; an exponent that no number of this length could make up for is as good as a huge one. */
static const char *scan_exponent(const char *c, const char *end, int64_t *exponent)
{
    int negative = 0;
    int64_t value = 0;

    if (c < end && (*c == '+' || *c == '-')) negative = *c++ == '-';
    if (c == end || !partner__is_digit(*c)) return NULL;
    for (; c < end && partner__is_digit(*c); c++)
        if (value < INT64_C(1000000000000000)) value = value * 10 + (*c - '0');
    *exponent = negative ? -value : value;
    return c;
}

static int scan_unsigned(const char *c, const char *end, const partner__spelling *as, partner__number *w)
{
    const char *fraction;

    w->digits = c;
    c = scan_whole(c, end, as->thousands, &w->whole);
    if (c == NULL) return 0;
    w->end = c;
    w->exponent = 0;
    if (c < end && *c == as->point) {
        fraction = ++c;
        while (c < end && partner__is_digit(*c)) c++;
        if (w->whole == 0 && c == fraction) return 0;
        w->end = c;
    } else if (w->whole == 0) {
        return 0;
    }
    if (c < end && (*c == 'e' || *c == 'E')) {
        c = scan_exponent(c + 1, end, &w->exponent);
        if (c == NULL) return 0;
    }
    if (as->per_cent && c < end && end[-1] == '%') {
        while (partner__is_space(*c)) c++;
        if (*c == '%') c++;
        w->exponent -= 2;
    }
    return c == end;
}

/* -12, +12, (12) and 12-. */
int partner__scan(const char *c, const char *end, const partner__spelling *as, partner__number *w)
{
    w->negative = 0;
    if (c == end) return 0;
    if (*c == '(' && end[-1] == ')') {
        w->negative = 1;
        c++;
        end--;
    } else if (*c == '-' || *c == '+') {
        w->negative = *c++ == '-';
    } else if (end[-1] == '-') {
        w->negative = 1;
        end--;
    }
    return scan_unsigned(c, end, as, w);
}

int partner__scan_plain(const char *c, const char *end, char point, int places, partner__scaled *scaled)
{
    uint64_t magnitude = 0;
    int negative = c < end && *c == '-', left = places;

    c += negative;
    if (c == end || end - c > 18 - places) return 0;
    for (; c < end && partner__is_digit(*c); c++) magnitude = magnitude * 10 + (uint64_t)(*c - '0');
    if (c < end) {
        if (*c != point || end - c - 1 > places || end - c == 1) return 0;
        for (c++; c < end && partner__is_digit(*c); c++, left--)
            magnitude = magnitude * 10 + (uint64_t)(*c - '0');
        if (c < end) return 0;
    }
    for (; left > 0; left--) magnitude *= 10;
    *scaled = (partner__scaled){magnitude, negative, 0, 0};
    return 1;
}

static void append_digit(partner__scaled *v, unsigned digit)
{
    if (v->magnitude > UINT64_MAX / 10 || v->magnitude * 10 > UINT64_MAX - digit) v->overflow = 1;
    else v->magnitude = v->magnitude * 10 + digit;
}

/* All digits count: those up to the last place make the number, the next one and whether anything follows it
 * decide how it is rounded, half to even. */
partner__scaled partner__scale(const partner__number *w, int places)
{
    partner__scaled v = {0, w->negative, 0, 0};
    int64_t kept = w->whole + w->exponent + places, n = 0;
    unsigned next = 0;
    int more = 0;

    for (const char *c = w->digits; c < w->end; c++) {
        unsigned digit = (unsigned)(*c - '0');

        if (!partner__is_digit(*c)) continue;
        if (n < kept) append_digit(&v, digit);
        else if (n == kept) next = digit;
        else more |= digit != 0;
        n++;
    }
    for (; n < kept && v.magnitude != 0 && !v.overflow; n++) append_digit(&v, 0);
    v.inexact = next != 0 || more;
    if (next > 5 || (next == 5 && (more || v.magnitude % 2 == 1))) {
        v.overflow |= v.magnitude == UINT64_MAX;
        v.magnitude++;
    }
    return v;
}

double partner__to_double(const partner__number *number)
{
    int64_t fraction = -number->whole;
    double x;

    for (const char *c = number->digits; c < number->end; c++) fraction += partner__is_digit(*c);
    x = partner__read_double(number->digits, number->end, number->exponent - fraction);
    return number->negative ? -x : x;
}

/* The first form that fits is meant: 1,234 is rather a thousand than 1.234. */
const char *partner__format_hint(const char *at, const char *end, const partner__spelling *as)
{
    static const struct {
        char point, thousands;
        const char *hint;
    } others[] = {
        {'.', ',', " (use thousands?)"},      {'.', ' ', " (use thousands?)"},
        {'.', '\'', " (use thousands?)"},     {',', 0, " (use decimal_comma?)"},
        {',', '.', " (use decimal_comma?)"},  {',', ' ', " (use decimal_comma?)"},
        {',', '\'', " (use decimal_comma?)"},
    };
    partner__number w;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        partner__spelling other = {others[i].point, others[i].thousands, as->per_cent};

        if (as->point == ',' && other.point == '.') continue;
        if (!partner__scan(at, end, &other, &w)) continue;
        return as->point == ',' ? " (use thousands?)" : others[i].hint;
    }
    return "";
}
