/* SPDX-License-Identifier: MIT
 * Doubles as text. The C library does the rounding, which it does correctly; but its decimal separator is the
 * host's locale's, so it only ever sees digits and an exponent. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/* No two neighbouring doubles are told apart by more than 767 significant digits, nor is a point halfway
 * between them; of what follows it only matters whether it is zero. */
enum { DIGITS = 800 };

/* Digits and an exponent for strtod. */
static void spell(const char *digits, const char *end, int64_t exponent, char text[DIGITS + 32])
{
    size_t n = 0;
    int more = 0;

    for (const char *c = digits; c < end; c++) {
        if (!partner__is_digit(*c) || (n == 0 && *c == '0')) continue;
        if (n < DIGITS) {
            text[n++] = *c;
            continue;
        }
        exponent++;
        more |= *c != '0';
    }
    if (n == 0) text[n++] = '0';
    if (more) {
        text[n++] = '1';
        exponent--;
    }
    if (exponent > 100000) exponent = 100000; /* beyond any double, and short enough for the buffer */
    if (exponent < -100000) exponent = -100000;
    snprintf(text + n, 32, "e%ld", (long)exponent);
}

double partner__read_double(const char *digits, const char *end, int64_t exponent)
{
    char text[DIGITS + 32];

    spell(digits, end, exponent, text);
    return strtod(text, NULL);
}

static float read_float(const char *digits, const char *end, int64_t exponent)
{
    char text[DIGITS + 32];

    spell(digits, end, exponent, text);
    return strtof(text, NULL);
}

/* x = ± d.ddd × 10^exponent, as the C library rounds it to that many digits, without trailing zeros. */
static int round_digits(double x, int count, char digits[DBL_DECIMAL_DIG + 1])
{
    char text[64];
    const char *c = text;
    int n = 0;

    snprintf(text, sizeof text, "%.*e", count - 1, fabs(x));
    for (; *c != '\0' && *c != 'e'; c++)
        if (partner__is_digit(*c) && n < DBL_DECIMAL_DIG) digits[n++] = *c;
    while (n > 1 && digits[n - 1] == '0') n--;
    digits[n] = '\0';
    return *c == 'e' ? (int)strtol(c + 1, NULL, 10) : 0;
}

static void put(char **to, const char *from, size_t length, char fill)
{
    for (size_t i = 0; i < length; i++) *(*to)++ = from == NULL ? fill : from[i];
}

/* 0.00012, 1200, 1.2 and 1.2e-05, 1.2e+17, where printf's %g changes its mind too. */
static void lay_out(const char *digits, int exponent, char *text)
{
    size_t n = strlen(digits), whole = exponent < 0 ? 0 : (size_t)exponent + 1;

    if (exponent < -5 || exponent > 16) {
        put(&text, digits, 1, 0);
        if (n > 1) put(&text, ".", 1, 0);
        put(&text, digits + 1, n - 1, 0);
        snprintf(text, 8, "e%+03d", exponent);
        return;
    }
    if (whole == 0) {
        put(&text, "0.", 2, 0);
        put(&text, NULL, (size_t)(-exponent - 1), '0');
        put(&text, digits, n, 0);
    } else if (n <= whole) {
        put(&text, digits, n, 0);
        put(&text, NULL, whole - n, '0');
    } else {
        put(&text, digits, whole, 0);
        put(&text, ".", 1, 0);
        put(&text, digits + whole, n - whole, 0);
    }
    *text = '\0';
}

static int reads_back(double x, int is_float, const char *digits, int exponent)
{
    const char *end = digits + strlen(digits);
    int64_t last = exponent - (end - digits) + 1;

    return is_float ? read_float(digits, end, last) == (float)x : partner__read_double(digits, end, last) == x;
}

/* Every double is read back from 17 digits and every decimal of 15 survives a double, so three tries find the
 * shortest; only the subnormals have fewer digits than that. For floats it is 9 and 6 digits. */
static void write_shortest(double x, int is_float, char *text)
{
    const int least = is_float ? FLT_DIG : DBL_DIG, most = is_float ? FLT_DECIMAL_DIG : DBL_DECIMAL_DIG;
    char digits[DBL_DECIMAL_DIG + 1] = "";
    int exponent = 0;

    if (signbit(x)) *text++ = '-';
    x = fabs(x);
    if (isinf(x)) {
        memcpy(text, "1e999", sizeof "1e999");
        return;
    }
    for (int count = x < (is_float ? (double)FLT_MIN : DBL_MIN) ? 1 : least; count <= most; count++) {
        exponent = round_digits(x, count, digits);
        if (reads_back(x, is_float, digits, exponent)) break;
    }
    lay_out(digits, exponent, text);
}

void partner__write_double(double x, char text[32]) { write_shortest(x, 0, text); }

void partner__write_float(float x, char text[32]) { write_shortest((double)x, 1, text); }
